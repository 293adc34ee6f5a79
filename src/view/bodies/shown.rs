//! Bodies as the API, the page and the report show them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::super::shown::{FigureShown, PlaceShown, flow_figures, percent};
use super::{BodiesView, BodyState, Meetings, Met, QUARTERS, Seat};
use crate::base::{Language, Period, PlaceId};
use crate::flow::model::{Body, FieldKind, Flow, Pack};
use crate::report::NOT_HELD_LABEL;
use crate::rollup::Counts;

/// Why a body did not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonShown {
    /// Its code, as typed.
    pub code: String,
    /// What people read.
    pub name: String,
}

/// How often a reason was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonCount {
    /// The reason; none where none was given.
    #[serde(flatten)]
    pub reason: ReasonShown,
    /// By how many places, in the quarter asked about.
    pub count: i64,
    /// In all quarters told of.
    pub count_all: i64,
}

/// How many places are in each state, in one quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarterCounts {
    /// Name of the quarter.
    pub period: String,
    /// Places that have the body and owe its reports: held, not held and silent together.
    pub expected: i64,
    /// It met.
    pub held: i64,
    /// It said that it did not, and why.
    pub not_held: i64,
    /// Nothing came.
    pub silent: i64,
}

impl QuarterCounts {
    fn add(&mut self, state: BodyState) {
        self.expected += 1;
        match state {
            BodyState::Held => self.held += 1,
            BodyState::NotHeld => self.not_held += 1,
            BodyState::Silent => self.silent += 1,
        }
    }

    /// Held over expected, to one decimal.
    pub fn percent(&self) -> Option<f64> {
        percent(self.held, self.expected)
    }
}

/// A body over a whole area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BodyCounts {
    /// Its id.
    pub body: String,
    /// What people read.
    pub name: String,
    /// Level of the places that have one.
    pub level: String,
    /// Places by state, each quarter, oldest first.
    pub quarters: Vec<QuarterCounts>,
    /// Why it did not meet.
    pub reasons: Vec<ReasonCount>,
    /// Figures of its meetings in the quarter asked about, by indicator id.
    pub values: BTreeMap<String, FigureShown>,
}

impl BodyCounts {
    /// The quarter asked about.
    pub fn now(&self) -> QuarterCounts {
        self.quarters.last().cloned().unwrap_or_default()
    }
}

/// A body in one of the places right below the area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BodyPart {
    /// The place right below, or the place itself.
    pub place: PlaceShown,
    /// Id of the body.
    pub body: String,
    /// Places in it by state, each quarter, oldest first.
    pub quarters: Vec<QuarterCounts>,
}

/// Where a body stood in a quarter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarterState {
    /// Name of the quarter.
    pub period: String,
    /// `held`, `not_held`, `silent` or, before the report type began, `nothing_owed`.
    pub state: &'static str,
    /// Why it did not meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonShown>,
}

/// A body at a place, in the quarter asked about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BodyItem {
    /// Where it sits.
    pub place: PlaceShown,
    /// Code of the place right below the area that holds it, or of the area itself.
    pub part: String,
    /// Id of the body.
    pub body: String,
    /// What people read.
    pub name: String,
    /// Name of the quarter.
    pub period: String,
    /// `held`, `not_held`, `silent` or, before the report type began, `nothing_owed`.
    pub state: &'static str,
    /// Why it did not meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonShown>,
    /// Days of its meetings.
    pub dates: Vec<String>,
    /// Figures of what it told by indicator id: participants, women, decisions and so on, or that it did not meet.
    pub values: BTreeMap<String, FigureShown>,
    /// Where it stood in each quarter, oldest first.
    pub quarters: Vec<QuarterState>,
}

/// One body over an area, to be told.
pub(super) struct Table<'a> {
    pub pack: &'a Pack,
    pub flow: &'a Flow,
    pub body: &'a Body,
    pub quarters: &'a [Period],
    pub language: Language,
    pub seats: &'a [Seat<'a>],
}

impl Table<'_> {
    /// Adds everything about the body to the answer.
    pub fn tell(&self, meetings: &Meetings, answer: &mut BodiesView) {
        let nothing: [Met; QUARTERS] = Default::default();
        let mut whole = self.empty();
        let mut parts: Vec<(PlaceId, BodyPart)> = Vec::new();
        let mut reasons: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let mut sums = Counts::new();
        for seat in self.seats {
            let met = meetings.get(&(self.body.id.clone(), seat.place.id)).unwrap_or(&nothing);
            if parts.last().is_none_or(|(id, _)| *id != seat.part.id) {
                let place = PlaceShown::from(seat.part);
                parts.push((seat.part.id, BodyPart { place, body: self.body.id.clone(), quarters: self.empty() }));
            }
            for (index, met) in met.iter().enumerate() {
                // As in completeness, a quarter that nobody owes is not counted, whatever came for it.
                if self.is_owed(index) {
                    whole[index].add(met.state());
                    if let Some((_, part)) = parts.last_mut() {
                        part.quarters[index].add(met.state());
                    }
                }
                if met.state() == BodyState::NotHeld {
                    let count = reasons.entry(met.reason.clone().unwrap_or_default()).or_default();
                    *count = (count.0 + i64::from(index + 1 == QUARTERS), count.1 + 1);
                }
            }
            for (indicator, count) in &met[QUARTERS - 1].counts {
                *sums.entry(indicator.clone()).or_default() += count;
            }
            answer.items.push(self.item(seat, met));
        }
        let reason = |(code, (count, count_all))| ReasonCount { reason: self.reason(code), count, count_all };
        answer.bodies.push(BodyCounts {
            body: self.body.id.clone(),
            name: self.body.name.get(self.language).to_owned(),
            level: self.body.level.clone(),
            quarters: whole,
            reasons: reasons.into_iter().map(reason).collect(),
            values: self.figures(&sums),
        });
        answer.parts.extend(parts.into_iter().map(|(_, part)| part));
    }

    /// False for a quarter that ended before the report type began.
    fn is_owed(&self, index: usize) -> bool {
        self.quarters.get(index).is_some_and(|quarter| self.flow.is_owed_for(*quarter))
    }

    /// Where it stood in a quarter: who was silent before the report type began owed nothing.
    fn state(&self, index: usize, met: &Met) -> &'static str {
        match met.state() {
            BodyState::Silent if !self.is_owed(index) => "nothing_owed",
            state => state.word(),
        }
    }

    fn empty(&self) -> Vec<QuarterCounts> {
        self.quarters.iter().map(|quarter| QuarterCounts { period: quarter.name(), ..Default::default() }).collect()
    }

    fn figures(&self, counts: &Counts) -> BTreeMap<String, FigureShown> {
        flow_figures(self.pack, self.flow, counts, None)
    }

    fn item(&self, seat: &Seat<'_>, met: &[Met; QUARTERS]) -> BodyItem {
        let now = &met[QUARTERS - 1];
        let reason = |met: &Met| {
            let is_told = met.state() == BodyState::NotHeld;
            met.reason.clone().filter(|_| is_told).map(|code| self.reason(code))
        };
        let quarter = |(index, (period, met)): (usize, (&Period, &Met))| QuarterState {
            period: period.name(),
            state: self.state(index, met),
            reason: reason(met),
        };
        BodyItem {
            place: PlaceShown::from(seat.place),
            part: seat.part.code.clone(),
            body: self.body.id.clone(),
            name: self.body.name.get(self.language).to_owned(),
            period: self.quarters.last().map_or_else(String::new, Period::name),
            state: self.state(QUARTERS - 1, now),
            reason: reason(now),
            dates: now.held.iter().map(ToString::to_string).collect(),
            values: self.values(now),
            quarters: self.quarters.iter().zip(met).enumerate().map(quarter).collect(),
        }
    }

    /// What did not meet has no participants, not even none: only what was counted of it, that it did not.
    fn values(&self, met: &Met) -> BTreeMap<String, FigureShown> {
        let mut values = self.figures(&met.counts);
        if met.state() != BodyState::Held {
            values.retain(|id, _| met.counts.get(id).is_some_and(|count| *count != 0));
        }
        values
    }

    /// A reason with its name in the pack in force; an older code stands as it was typed.
    fn reason(&self, code: String) -> ReasonShown {
        let options = match self.flow.field(NOT_HELD_LABEL).map(|field| &field.kind) {
            Some(FieldKind::Choice { options }) => options.as_slice(),
            _ => &[],
        };
        let known = options.iter().find(|option| option.id == code);
        ReasonShown { name: known.map_or(code.as_str(), |option| option.name.get(self.language)).to_owned(), code }
    }
}
