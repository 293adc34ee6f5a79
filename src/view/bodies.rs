//! Does the commune meet? For each body of the pack, place and quarter: held, not held with its reason, or silent.
//!
//! The three are never mixed, and every count is the number of places told of below it. A quarter is held where any meeting
//! was, else not held with the last reason given, else silent. Read in one pass over the meetings of the area.

mod shown;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

pub use shown::{BodyCounts, BodyItem, BodyPart, QuarterCounts, QuarterState, ReasonCount, ReasonShown};

use super::ViewError;
use super::count::{places_at, reports_to};
use super::question::Question;
use super::shown::{IndicatorShown, PlaceShown, flow_indicators};
use crate::base::{Date, Language, Period, PeriodKind, PlaceId};
use crate::flow::model::{Body, Flow, Pack};
use crate::flow::values::Value;
use crate::place::Place;
use crate::programme::{InForce, Programme};
use crate::report::{NOT_HELD_LABEL, ReceivedKind, Report};
use crate::rollup::{Counts, counts};
use crate::store::{self, Tx};

/// Quarters told of: a year.
pub const QUARTERS: usize = 4;

/// Where a body stands in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyState {
    /// It met.
    Held,
    /// It said that it did not, and why.
    NotHeld,
    /// Nothing came.
    Silent,
}

impl BodyState {
    /// The word used in the API.
    pub fn word(self) -> &'static str {
        match self {
            BodyState::Held => "held",
            BodyState::NotHeld => "not_held",
            BodyState::Silent => "silent",
        }
    }
}

/// The answer: the bodies of a place and of every place in it, in one quarter and the three before it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BodiesView {
    /// The place and all places in it.
    pub place: PlaceShown,
    /// Name of the quarter asked about.
    pub period: String,
    /// Names of the quarters told of, oldest first; the last one is the one asked about.
    pub periods: Vec<String>,
    /// What is counted of meetings.
    pub indicators: Vec<IndicatorShown>,
    /// One row for each body of the pack that has a place here.
    pub bodies: Vec<BodyCounts>,
    /// One row for each place right below (or the place itself) and body in it.
    pub parts: Vec<BodyPart>,
    /// One row for each body at each place.
    pub items: Vec<BodyItem>,
    /// Always empty: there are no more rows than places.
    pub next: Option<String>,
}

/// What came of one body in one quarter.
#[derive(Clone, Debug, Default)]
struct Met {
    /// Days on which it met.
    held: Vec<Date>,
    /// The last reason given for not meeting.
    reason: Option<String>,
    /// True where it said that it did not meet.
    is_told: bool,
    counts: Counts,
}

impl Met {
    fn state(&self) -> BodyState {
        match (self.held.is_empty(), self.is_told) {
            (false, _) => BodyState::Held,
            (true, true) => BodyState::NotHeld,
            (true, false) => BodyState::Silent,
        }
    }

    fn add(&mut self, flow: &Flow, report: &Report, counts: Counts) {
        match ReceivedKind::of(flow, report.zero, &report.values) {
            ReceivedKind::Report => self.held.push(report.date),
            // A zero is refused of bodies: one that came in all the same says that nobody met.
            ReceivedKind::NotHeld | ReceivedKind::Zero => {
                self.is_told = true;
                if let Some(Value::Word(code)) = report.values.get(NOT_HELD_LABEL) {
                    self.reason = Some(code.clone());
                }
            }
        }
        for (indicator, count) in counts {
            *self.counts.entry(indicator).or_default() += count;
        }
    }
}

/// What came of each body, place and quarter (by its index).
type Meetings = BTreeMap<(String, PlaceId), [Met; QUARTERS]>;

/// The bodies of a place and of every place in it.
///
/// # Errors
/// [`ViewError::OtherPeriod`] for anything but a quarter, or what the store says.
pub async fn bodies(programme: &Programme, question: &Question, language: Language) -> Result<BodiesView, ViewError> {
    question.of_kind(PeriodKind::Quarter)?;
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    read(&mut tx, programme, &in_force, question, language).await
}

/// The same in a transaction that reads more: about the quarter that holds the period's last day that has come.
pub(super) async fn read(
    tx: &mut Tx,
    programme: &Programme,
    in_force: &InForce,
    question: &Question,
    language: Language,
) -> Result<BodiesView, ViewError> {
    let pack = &in_force.pack;
    let quarter = pack.calendar.period(PeriodKind::Quarter, question.period.last().min(question.today));
    let quarters = pack.calendar.trail(quarter, QUARTERS);
    let mut answer = BodiesView {
        place: PlaceShown::from(&question.place),
        period: quarter.name(),
        periods: quarters.iter().map(Period::name).collect(),
        indicators: Vec::new(),
        bodies: Vec::new(),
        parts: Vec::new(),
        items: Vec::new(),
        next: None,
    };
    for flow in flows(pack) {
        let meetings = meetings(tx, programme, question, flow, &quarters).await?;
        answer.indicators.extend(flow_indicators(flow, language));
        for body in pack.bodies.iter().filter(|body| reports_to(body, flow)) {
            let seats = seats(in_force, question, body, &meetings);
            if !seats.is_empty() {
                let table = shown::Table { pack, flow, body, quarters: &quarters, language, seats: &seats };
                table.tell(&meetings, &mut answer);
            }
        }
    }
    Ok(answer)
}

/// The report types by which bodies say that they met, at least every quarter.
fn flows(pack: &Pack) -> impl Iterator<Item = &Flow> {
    let flows = pack.flows.iter().map(AsRef::as_ref);
    flows.filter(|flow| flow.by_body && flow.cadence.is_some_and(|cadence| cadence <= PeriodKind::Quarter))
}

async fn meetings(
    tx: &mut Tx,
    programme: &Programme,
    question: &Question,
    flow: &Flow,
    quarters: &[Period],
) -> Result<Meetings, ViewError> {
    let mut meetings = Meetings::new();
    let (Some(first), Some(last)) = (quarters.first(), quarters.last()) else { return Ok(meetings) };
    let (area, days) = ((question.place.id, question.period.last()), (first.first(), last.last()));
    for report in store::report::of_bodies(tx, area, &flow.id, days).await? {
        let (Some(body), Some(place)) = (&report.body, report.place) else { continue };
        let Some(index) = quarters.iter().position(|quarter| quarter.holds(report.date)) else { continue };
        let counts = match report.state.is_counted() {
            false => Counts::new(),
            true => {
                let edition = programme.edition(tx, &report.flow_hash).await?;
                counts(&edition.flow, &edition.texts, &report.values).map_err(|error| error.reason)?
            }
        };
        meetings.entry((body.clone(), place)).or_default()[index].add(flow, &report, counts);
    }
    Ok(meetings)
}

/// A place that has a body, and the place right below the area that holds it (or the area itself).
struct Seat<'a> {
    place: &'a Place,
    part: &'a Place,
}

/// Every place that has this body, or had it and said something of the quarter, in the order they are read: by the place that
/// holds it, then by name.
fn seats<'a>(in_force: &'a InForce, question: &Question, body: &Body, meetings: &Meetings) -> Vec<Seat<'a>> {
    let tree = &in_force.tree;
    let seat = |id: PlaceId| {
        let way = tree.upwards(id, question.period.last());
        let area = way.iter().position(|above| above.id == question.place.id)?;
        Some(Seat { place: tree.get(id)?, part: way[area.saturating_sub(1)] })
    };
    let mut places = places_at(tree, &body.level, question, question.period.last());
    let is_told = |met: &[Met; QUARTERS]| met[QUARTERS - 1].state() != BodyState::Silent;
    let told = meetings.iter().filter(|((of, _), met)| *of == body.id && is_told(met)).map(|((_, place), _)| *place);
    let ended: Vec<PlaceId> = told.filter(|place| !places.contains(place)).collect();
    places.extend(ended);
    let mut seats: Vec<Seat<'a>> = places.into_iter().filter_map(seat).collect();
    seats.sort_by(|one, other| {
        let key = |seat: &Seat<'a>| (&seat.part.name, &seat.part.code, &seat.place.name, &seat.place.code);
        key(one).cmp(&key(other))
    });
    seats
}
