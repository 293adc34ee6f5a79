//! How complete the reports of a place are: owed, received, on time, late, zero, not held, silent.
//!
//! People owe a report of each flow open to their role for every period of its cadence; bodies owe theirs wherever
//! their level is. Weeks count in the month of their Thursday, and nothing is owed before its period begins.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::ViewError;
use super::count::Count;
use super::question::{By, Question};
use super::shown::{CompletenessShown, NetworkShown, PlaceShown, PlacesReporting, RoleShown};
use super::summary::head;
use crate::base::{Language, PlaceId};
use crate::flow::model::{Body, Flow, Pack};
use crate::programme::{InForce, Programme};
use crate::rollup::Completeness;
use crate::store::person::{self, Expected};
use crate::store::received::{self, ReceivedCount};
use crate::store::{Senders, Tx};

/// One part of an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A place right below, or the place itself.
    Place(PlaceId),
    /// A period by name.
    Period(String),
    /// A network id.
    Network(String),
    /// A role id.
    Role(String),
}

impl Part {
    /// The role it stands for, if it is one.
    pub fn role(&self) -> Option<&String> {
        match self {
            Part::Role(id) => Some(id),
            _ => None,
        }
    }
}

/// The answer to a completeness question.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompletenessView {
    /// The place and all places in it.
    pub place: PlaceShown,
    /// Name of the period.
    pub period: String,
    /// What rows stand for.
    pub by: &'static str,
    /// One row for each part.
    pub rows: Vec<CompletenessRow>,
    /// One row for each report type.
    pub flows: Vec<CompletenessRow>,
    /// One row for each role: what people owe by the role they stand in, and sent by the one they had then. With `bodies`
    /// they make up the total, but for `silent` where somebody changed role between.
    pub roles: Vec<CompletenessRow>,
    /// What bodies owe, whoever reports for them.
    pub bodies: CompletenessShown,
    /// Everything together.
    pub total: CompletenessShown,
    /// How many places have reported anything.
    pub places: PlacesReporting,
}

impl CompletenessView {
    /// What bodies owe; none where they owe nothing and sent nothing.
    pub fn of_bodies(&self) -> Option<&CompletenessShown> {
        Some(&self.bodies).filter(|counts| **counts != CompletenessShown::default())
    }
}

/// One part of a completeness: exactly one of `place`, `period`, `network`, `flow` and `role` is given.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct CompletenessRow {
    /// The place, where rows stand for places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceShown>,
    /// The period's name, where rows stand for periods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The network, where rows stand for networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkShown>,
    /// Report type, where rows stand for report types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    /// The role, where rows stand for roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleShown>,
    /// The counts.
    #[serde(flatten)]
    pub counts: CompletenessShown,
}

/// Answers `question` in one state of the store.
///
/// # Errors
/// What the store says.
pub async fn completeness(
    programme: &Programme,
    question: &Question,
    language: Language,
) -> Result<CompletenessView, ViewError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let parts = read(&mut tx, &in_force, question).await?;
    Ok(parts.view(&in_force, question, language))
}

/// Completeness by part and by report type.
#[derive(Debug, Default)]
pub(super) struct Parts {
    total: Completeness,
    pub(super) parts: BTreeMap<Part, Completeness>,
    flows: BTreeMap<String, Completeness>,
    roles: BTreeMap<String, Completeness>,
    bodies: Completeness,
    pub(super) places: PlacesReporting,
    /// The places of them that sent nothing.
    pub(super) silent: Vec<PlaceId>,
    /// The names of the periods owed, and everything received for them: history goes on from here.
    pub(super) read: Vec<String>,
    pub(super) arrivals: Vec<ReceivedCount>,
    /// The people who owe: history needs them too.
    pub(super) people: Vec<Expected>,
}

impl Parts {
    /// Everything together.
    pub fn total(&self) -> Completeness {
        self.total
    }

    /// One part.
    pub fn of(&self, part: &Part) -> Completeness {
        let counts = match part {
            Part::Role(id) => self.roles.get(id),
            part => self.parts.get(part),
        };
        counts.copied().unwrap_or_default()
    }

    /// The roles of which anything is owed or came.
    pub fn roles(&self) -> impl Iterator<Item = &String> {
        self.roles.keys()
    }

    /// How many places have reported anything.
    pub fn places(&self) -> &PlacesReporting {
        &self.places
    }

    /// As shown, with names.
    pub fn view(&self, in_force: &InForce, question: &Question, language: Language) -> CompletenessView {
        let named = |part: &Part| {
            let head = head(in_force, question.place.id, part, language);
            let (place, period, network, role) = (head.place, head.period, head.network, head.role);
            CompletenessRow { place, period, network, role, counts: self.of(part).into(), ..Default::default() }
        };
        let by_flow = |flow: &std::sync::Arc<Flow>| {
            let counts = self.flows.get(&flow.id)?;
            Some(CompletenessRow { flow: Some(flow.id.clone()), counts: (*counts).into(), ..Default::default() })
        };
        let roles = in_roles_order(&in_force.pack, self.roles()).into_iter().map(|id| named(&Part::Role(id.clone())));
        let roles: Vec<CompletenessRow> = roles.collect();
        CompletenessView {
            place: PlaceShown::from(&question.place),
            period: question.period.name(),
            by: question.by.word(),
            rows: if question.by == By::Role { roles.clone() } else { self.parts.keys().map(named).collect() },
            flows: question.flows(&in_force.pack).filter_map(by_flow).collect(),
            roles,
            bodies: self.bodies.into(),
            total: self.total.into(),
            places: self.places.clone(),
        }
    }

    /// Adds to a role what its people owe or sent.
    pub fn add_to_role(&mut self, role: &str, complete: Completeness) {
        if complete == Completeness::default() {
            return;
        }
        match self.roles.get_mut(role) {
            Some(known) => *known += complete,
            None => *self.roles.entry(role.to_owned()).or_default() += complete,
        }
    }

    /// Adds what bodies owe or sent.
    pub fn add_to_bodies(&mut self, complete: Completeness) {
        self.bodies += complete;
    }

    /// Adds to the total, to a report type and to a part, where it belongs to one.
    pub fn add(&mut self, flow: &Flow, part: Option<Part>, complete: Completeness) {
        self.total += complete;
        // Mostly known: a name is copied the first time only.
        match self.flows.get_mut(&flow.id) {
            Some(known) => *known += complete,
            None => *self.flows.entry(flow.id.clone()).or_default() += complete,
        }
        if let Some(part) = part {
            *self.parts.entry(part).or_default() += complete;
        }
    }
}

/// Roles in the order of the pack; what was reported under one that the pack no longer has still counts, and comes last.
pub(super) fn in_roles_order<'r>(pack: &Pack, roles: impl Iterator<Item = &'r String>) -> Vec<&'r String> {
    let mut roles: Vec<&String> = roles.collect();
    let rank = |id: &String| pack.roles.iter().position(|role| role.id == *id).unwrap_or(usize::MAX);
    roles.sort_by_key(|id| (rank(id), *id));
    roles
}

/// Reads and counts what `question` asks for.
pub(super) async fn read(tx: &mut Tx, in_force: &InForce, question: &Question) -> Result<Parts, ViewError> {
    let (area, day) = (question.place.id, question.period.last());
    let mut count = Count::new(in_force, question);
    let people = person::expected(tx, area, day).await?;
    people.iter().for_each(|people| count.people(people));
    count.parts.people = people;
    count.bodies();
    let periods = count.due_periods();
    count.parts.read = periods.iter().map(|period| period.name.clone()).collect();
    let (flow, senders) = (question.flow_id(), question.senders());
    let scope = received::Scope { area, day, periods: &periods, flow, senders, body: None };
    arrivals(tx, &mut count, question, &scope, None).await?;
    for body in count.bodies_apart() {
        let scope = received::Scope { senders: Senders::ALL, body: Some(&body.id), ..scope };
        arrivals(tx, &mut count, question, &scope, Some(body)).await?;
    }
    Ok(count.finish())
}

async fn arrivals(
    tx: &mut Tx,
    count: &mut Count<'_>,
    question: &Question,
    scope: &received::Scope<'_>,
    body: Option<&Body>,
) -> Result<(), ViewError> {
    let arrivals = match question.by {
        By::Place => received::counts_by_child(tx, scope).await?,
        By::Period | By::Network | By::Role => received::counts(tx, scope).await?,
    };
    arrivals.into_iter().for_each(|arrivals| count.arrivals(arrivals, body));
    let flows = count.flows_of(body.is_some());
    for place in received::places(tx, scope, &flows).await?.iter() {
        count.reporting(*place);
    }
    Ok(())
}
