//! What is asked: a place, a period, a report type, and how the answer is split.
//!
//! Settles every part against the pack, the tree of places, the asker's area and today, before anything is read.

use std::sync::Arc;

use super::ViewError;
use super::limits::QUESTION_BYTES_MAX;
use crate::base::text::visible;
use crate::base::{Date, Period, PeriodKind, PlaceId};
use crate::flow::model::{Body, Flow, Named, Pack, Role};
use crate::person::Access;
use crate::place::{Place, Tree};
use crate::programme::InForce;
use crate::store::Senders;

/// What rows stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The places right below, and the place itself where it has figures of its own.
    Place,
    /// The shorter periods it sums: days of a week, months of a quarter or year.
    Period,
    /// Networks.
    Network,
    /// Roles.
    Role,
}

impl By {
    /// The word used in the API.
    pub fn word(self) -> &'static str {
        match self {
            By::Place => "place",
            By::Period => "period",
            By::Network => "network",
            By::Role => "role",
        }
    }

    fn from_word(word: &str) -> Option<By> {
        [By::Place, By::Period, By::Network, By::Role].into_iter().find(|by| by.word() == word)
    }
}

/// A question as it comes in: every part may be left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// Code of a place; else the asker's area.
    pub place: Option<&'a str>,
    /// Name of a period; else the current quarter.
    pub period: Option<&'a str>,
    /// Id of a report type; else all of them.
    pub flow: Option<&'a str>,
    /// How to split; else by place.
    pub by: Option<&'a str>,
    /// Id of a network; else all of them.
    pub network: Option<&'a str>,
    /// Id of a role; else all of them.
    pub role: Option<&'a str>,
}

/// A question that can be answered.
#[derive(Clone, Debug)]
pub struct Question {
    /// About this place, as it was in the period, and all places in it.
    pub place: Place,
    /// In this period.
    pub period: Period,
    /// Of this report type only.
    pub flow: Option<Arc<Flow>>,
    /// Only of what this network reported and owes.
    pub network: Option<Named>,
    /// Only of what people in this role reported and owe.
    pub role: Option<Role>,
    /// Split so.
    pub by: By,
    /// The day it is asked.
    pub today: Date,
}

impl Question {
    /// Settles every part of `ask`.
    ///
    /// # Errors
    /// The first part that cannot be answered, as a fact.
    pub fn settle(in_force: &InForce, access: &Access, today: Date, ask: Ask<'_>) -> Result<Question, ViewError> {
        let place = place_in_area(&in_force.tree, access, today, ask.place)?;
        let period = period(&in_force.pack, today, ask.period)?;
        let place = in_force.tree.on(place, period.last());
        let flow = ask.flow.map(|word| flow_called(&in_force.pack, word)).transpose()?;
        let by = match ask.by {
            None => By::Place,
            Some(word) => By::from_word(word).ok_or_else(|| ViewError::UnknownValue {
                field: "by",
                value: shortened(word),
                allowed: "place, period, network, role",
            })?,
        };
        let network = ask.network.map(|id| network(&in_force.pack, id)).transpose()?;
        let role = ask.role.map(|id| role(&in_force.pack, id)).transpose()?;
        Ok(Question { place, period, flow, network, role, by, today })
    }

    /// The report types it concerns: those owed most often first, those sent as things happen last.
    pub fn flows<'a>(&self, pack: &'a Pack) -> impl Iterator<Item = &'a Arc<Flow>> + use<'a> {
        let is_wanted = |flow: &&Arc<Flow>| self.flow.as_ref().is_none_or(|wanted| wanted.id == flow.id);
        let mut flows: Vec<&Arc<Flow>> = pack.flows.iter().filter(is_wanted).collect();
        flows.sort_by_key(|flow| (flow.cadence.is_none(), flow.cadence));
        flows.into_iter()
    }

    /// Refuses a period of any other kind.
    ///
    /// # Errors
    /// [`ViewError::OtherPeriod`].
    pub fn of_kind(&self, wanted: PeriodKind) -> Result<(), ViewError> {
        if self.period.kind() == wanted {
            return Ok(());
        }
        Err(ViewError::OtherPeriod { asked: self.period.name(), wanted })
    }

    /// Id of the report type asked for.
    pub fn flow_id(&self) -> Option<&str> {
        self.flow.as_ref().map(|flow| flow.id.as_str())
    }

    /// Id of the network asked for.
    pub fn network_id(&self) -> Option<&str> {
        self.network.as_ref().map(|network| network.id.as_str())
    }

    /// Id of the role asked for.
    pub fn role_id(&self) -> Option<&str> {
        self.role.as_ref().map(|role| role.id.as_str())
    }

    /// Whose reports are asked for.
    pub fn senders(&self) -> Senders<'_> {
        Senders { network: self.network_id(), role: self.role_id() }
    }

    /// True where what `body` owes is asked for: whoever reports for it does so for no role, and for the network the pack
    /// says it belongs to.
    pub fn asks_for(&self, body: &Body) -> bool {
        self.role.is_none() && self.network_id().is_none_or(|asked| body.network.as_deref() == Some(asked))
    }

    /// The kind and names of the cells the period sums: a day and a month have their own, a week sums days, a quarter
    /// and a year sum months.
    pub fn cell_periods(&self, pack: &Pack) -> Vec<Period> {
        let kind = match self.period.kind() {
            PeriodKind::Day | PeriodKind::Week => PeriodKind::Day,
            PeriodKind::Month | PeriodKind::Quarter | PeriodKind::Year => PeriodKind::Month,
        };
        pack.calendar.periods_in(kind, self.period)
    }
}

/// The place with this `code`, or the asker's whole area, if they may see it.
///
/// # Errors
/// [`ViewError::UnknownPlace`] or [`ViewError::NotYours`].
pub fn place_in_area<'a>(
    tree: &'a Tree,
    access: &Access,
    today: Date,
    code: Option<&str>,
) -> Result<&'a Place, ViewError> {
    // An area that is no longer in the tree is nothing, never the whole country.
    let own = || access.area.map_or_else(|| tree.root(today), |area| tree.get(area)).ok_or(ViewError::NoPlaces);
    let Some(code) = code else { return own() };
    let code = shortened(code.trim());
    let place = tree.by_code(&code.to_uppercase());
    let place = place.ok_or_else(|| ViewError::UnknownPlace { typed: code.clone(), near: Vec::new() })?;
    may_see(tree, access, place.id, today)?;
    Ok(place)
}

/// Refuses a place outside the asker's area, naming theirs.
pub(super) fn may_see(tree: &Tree, access: &Access, place: PlaceId, today: Date) -> Result<(), ViewError> {
    if access.covers(tree, place, today) {
        return Ok(());
    }
    let area = access.area.and_then(|area| tree.get(area)).map_or_else(String::new, |area| area.name.clone());
    Err(ViewError::NotYours { area })
}

fn period(pack: &Pack, today: Date, name: Option<&str>) -> Result<Period, ViewError> {
    let Some(name) = name else { return Ok(pack.calendar.period(PeriodKind::Quarter, today)) };
    let period = pack.calendar.parse(name).ok_or_else(|| ViewError::UnknownPeriod(shortened(name)))?;
    begun(period, today)
}

/// Refuses a period that has not begun.
pub(super) fn begun(period: Period, today: Date) -> Result<Period, ViewError> {
    if period.first() > today { Err(ViewError::FuturePeriod(period.name())) } else { Ok(period) }
}

/// The network with this id.
fn network(pack: &Pack, id: &str) -> Result<Named, ViewError> {
    let found = pack.networks.iter().find(|network| network.id == id);
    found.cloned().ok_or_else(|| ViewError::UnknownNetwork {
        typed: shortened(id),
        known: pack.networks.iter().map(|network| network.id.clone()).collect(),
    })
}

/// The role with this id.
fn role(pack: &Pack, id: &str) -> Result<Role, ViewError> {
    pack.role(id).cloned().ok_or_else(|| ViewError::UnknownRole {
        typed: shortened(id),
        known: pack.roles.iter().map(|role| role.id.clone()).collect(),
    })
}

/// The report type with this id.
pub(super) fn flow_called(pack: &Pack, word: &str) -> Result<Arc<Flow>, ViewError> {
    pack.flow(&word.to_lowercase()).cloned().ok_or_else(|| ViewError::UnknownFlow(shortened(word)))
}

/// What someone typed, as much of it as is worth repeating to them.
pub(super) fn shortened(typed: &str) -> String {
    let mut end = typed.len().min(QUESTION_BYTES_MAX);
    while !typed.is_char_boundary(end) {
        end -= 1;
    }
    visible(&typed[..end])
}
