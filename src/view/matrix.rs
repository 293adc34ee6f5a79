//! One report type over the latest periods of its cadence, a row for each place below: where it is silent, and since when.
//!
//! Everything is counted as `completeness` counts it, so a column adds up to what is told of its period. As in a trend, the
//! places stand as they lie on the last column's last day.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::ViewError;
use super::count::{due_periods, places_at, reports_to};
use super::limits::MATRIX_PERIODS;
use super::question::{Ask, Question, shortened};
use super::shown::{CompletenessShown, PlaceShown};
use crate::base::{Period, PeriodKind, PlaceId};
use crate::flow::model::{Body, Flow, Pack};
use crate::person::Access;
use crate::place::Tree;
use crate::programme::{InForce, Programme};
use crate::rollup::{Completeness, owed};
use crate::store::Senders;
use crate::store::person;
use crate::store::received;

/// Places and periods of one report type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Matrix {
    /// The place and all places in it.
    pub place: PlaceShown,
    /// The report type.
    pub flow: String,
    /// The network, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The role, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Names of the periods, oldest first.
    pub periods: Vec<String>,
    /// A row for each place below, and one for the place itself where it owes or sent anything.
    pub rows: Vec<MatrixRow>,
    /// All rows together, a cell for each period.
    pub total: Vec<MatrixCell>,
    /// The periods, for whoever words them.
    #[serde(skip)]
    pub columns: Vec<Period>,
    /// What was asked, settled: of the last column.
    #[serde(skip)]
    pub question: Question,
}

/// One place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatrixRow {
    /// The place.
    pub place: PlaceShown,
    /// True for what is about the place asked for rather than a place below it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub itself: bool,
    /// A cell for each period.
    pub cells: Vec<MatrixCell>,
}

/// One place in one period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatrixCell {
    /// `nothing_owed`, `silent`, `partly` (some of those who owe), or with all of them in: `zero`, `not_held`, `late` or
    /// `on_time`.
    pub state: &'static str,
    /// The counts.
    #[serde(flatten)]
    pub counts: CompletenessShown,
}

impl From<Completeness> for MatrixCell {
    fn from(complete: Completeness) -> MatrixCell {
        MatrixCell { state: complete.state().word(), counts: complete.into() }
    }
}

/// Answers in one state of the store: who owes, and what came, each read once for all cells. The last column is the last
/// period of the cadence in the period asked for; without a report type it is the one owed most often.
///
/// # Errors
/// The first part that cannot be answered, a report type that nobody owes, or what the store says.
pub async fn matrix(programme: &Programme, access: &Access, ask: Ask<'_>) -> Result<Matrix, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let question = Question::settle(&in_force, access, today, ask)?;
    let (flow, cadence) = owed_flow(&in_force.pack, &question)?;
    let columns = columns(&in_force.pack, &question, cadence);
    let last = columns.last().copied().unwrap_or(question.period);
    // The places as they lie on the last column's last day.
    let question = Question { period: last, ..question };
    let mut cells = Cells::new(&in_force.tree, &question, &columns);
    let mut tx = programme.store.reader().await?;
    cells.bodies(&in_force.pack, &flow);
    let is_asked = |people: &person::Expected| question.senders().include(&people.network, &people.role);
    for people in person::expected(&mut tx, question.place.id, last.last()).await?.into_iter().filter(is_asked) {
        for (index, due) in columns.iter().enumerate() {
            let expected = people.count * owed(&flow, &people.role, people.active, std::slice::from_ref(due));
            cells.expect(people.place, index, expected);
        }
    }
    // What came for a period that nobody owes is in the figures, and in no completeness.
    let owed_for = columns.iter().filter(|column| flow.is_owed_for(**column));
    let periods = due_periods(&in_force.pack, owed_for, today);
    let (area, day) = (question.place.id, last.last());
    let (flow_id, senders) = (Some(flow.id.as_str()), question.senders());
    let scope = received::Scope { area, day, periods: &periods, flow: flow_id, senders, body: None };
    for scope in scopes(&in_force.pack, &question, &flow, scope) {
        for arrived in received::counts_by_child(&mut tx, &scope).await? {
            if let Some(index) = columns.iter().position(|column| column.name() == arrived.period) {
                let complete = Completeness::of_received(arrived.count, arrived.on_time, arrived.kind);
                cells.add(arrived.place, index, complete);
            }
        }
    }
    Ok(cells.finish(&in_force, &question, &flow))
}

/// What is counted: of everybody at once. Whose senders are says nothing of the body they report for, so what bodies owe is
/// then read body by body.
fn scopes<'s>(
    pack: &'s Pack,
    question: &'s Question,
    flow: &'s Flow,
    scope: received::Scope<'s>,
) -> Vec<received::Scope<'s>> {
    if !flow.by_body || question.senders() == Senders::ALL {
        return vec![scope];
    }
    let bodies = pack.bodies.iter().filter(|body| reports_to(body, flow) && question.asks_for(body));
    bodies.map(|body| received::Scope { senders: Senders::ALL, body: Some(&body.id), ..scope }).collect()
}

/// The report type asked for, or the one owed most often: of one role, by that role.
fn owed_flow(pack: &Pack, question: &Question) -> Result<(Arc<Flow>, PeriodKind), ViewError> {
    let owes = |flow: &&Arc<Flow>| question.role_id().is_none_or(|role| !flow.by_body && flow.open_to(role));
    // A role that owes nothing is shown so in the report type owed most often.
    let found = question.flows(pack).filter(|flow| flow.cadence.is_some()).find(owes);
    let found = found.or_else(|| question.flows(pack).next()).cloned();
    let cadence = found.as_ref().and_then(|flow| flow.cadence);
    found.zip(cadence).ok_or_else(|| ViewError::UnknownValue {
        field: "flow",
        value: shortened(question.flow_id().unwrap_or_default()),
        allowed: "a report type that is owed by week, month or quarter",
    })
}

/// The latest periods up to the end of what is asked about, oldest first; none that has not begun.
fn columns(pack: &Pack, question: &Question, cadence: PeriodKind) -> Vec<Period> {
    let calendar = &pack.calendar;
    let begun = |due: &Period| due.first() <= question.today;
    let within = (cadence <= question.period.kind()).then(|| calendar.periods_in(cadence, question.period));
    let within = within.and_then(|dues| dues.into_iter().rfind(begun));
    // A cadence longer than the period asked about: the one that holds its end.
    let holding = || calendar.period(cadence, question.period.last().min(question.today));
    calendar.trail(within.unwrap_or_else(holding), MATRIX_PERIODS)
}

/// The cells while they are counted.
struct Cells<'a> {
    tree: &'a Tree,
    question: &'a Question,
    columns: &'a [Period],
    rows: HashMap<PlaceId, Vec<Completeness>>,
    /// The row each place counts in, looked up once.
    row_of: HashMap<PlaceId, Option<PlaceId>>,
}

impl<'a> Cells<'a> {
    fn new(tree: &'a Tree, question: &'a Question, columns: &'a [Period]) -> Cells<'a> {
        Cells { tree, question, columns, rows: HashMap::new(), row_of: HashMap::new() }
    }

    /// Every place at a body's level owes that body's reports.
    fn bodies(&mut self, pack: &Pack, flow: &Flow) {
        if !flow.by_body {
            return;
        }
        let owes = |body: &&Body| reports_to(body, flow) && self.question.asks_for(body);
        for body in pack.bodies.iter().filter(owes) {
            let columns = self.columns.iter().enumerate().filter(|(_, column)| flow.is_owed_for(**column));
            for (index, column) in columns {
                for place in places_at(self.tree, &body.level, self.question, column.last()) {
                    self.expect(place, index, 1);
                }
            }
        }
    }

    fn expect(&mut self, place: PlaceId, index: usize, expected: i64) {
        let (tree, question) = (self.tree, self.question);
        let row = *self.row_of.entry(place).or_insert_with(|| {
            let way = tree.upwards(place, question.period.last());
            let area = way.iter().position(|above| above.id == question.place.id);
            area.map(|at| way[at.saturating_sub(1)].id)
        });
        if let Some(row) = row.filter(|_| expected > 0) {
            self.add(row, index, Completeness { expected, ..Completeness::default() });
        }
    }

    fn add(&mut self, row: PlaceId, index: usize, complete: Completeness) {
        let nothing = || vec![Completeness::default(); self.columns.len()];
        self.rows.entry(row).or_insert_with(nothing)[index] += complete;
    }

    fn finish(self, in_force: &InForce, question: &Question, flow: &Flow) -> Matrix {
        let area = question.place.id;
        let nothing = vec![Completeness::default(); self.columns.len()];
        let below = self.tree.children(area, question.period.last()).into_iter().map(|place| place.id);
        let itself = self.rows.contains_key(&area).then_some(area);
        let mut total = nothing.clone();
        let mut rows = Vec::new();
        for place in below.chain(itself).filter_map(|id| in_force.tree.get(id)) {
            let counted = self.rows.get(&place.id).unwrap_or(&nothing);
            total.iter_mut().zip(counted).for_each(|(total, cell)| *total += *cell);
            let cells = counted.iter().map(|cell| MatrixCell::from(*cell)).collect();
            rows.push(MatrixRow { place: PlaceShown::from(place), itself: place.id == area, cells });
        }
        Matrix {
            place: PlaceShown::from(&question.place),
            flow: flow.id.clone(),
            network: question.network_id().map(str::to_owned),
            role: question.role_id().map(str::to_owned),
            periods: self.columns.iter().map(Period::name).collect(),
            rows,
            total: total.into_iter().map(MatrixCell::from).collect(),
            columns: self.columns.to_vec(),
            question: question.clone(),
        }
    }
}
