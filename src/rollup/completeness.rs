//! Completeness: what was owed, what came and when. Silence is what is left; a declared zero and a meeting not held are not.
//!
//! Pure arithmetic over counted groups, so that a national view costs groups, not reports. Every part is additive: the
//! parts of an area sum to the area, whatever they are split by.

use std::ops::{AddAssign, SubAssign};

use jiff::ToSpan;

use crate::base::period::shift;
use crate::base::{Calendar, Date, Period};
use crate::flow::model::{Deadline, Flow};
use crate::place::Span;
use crate::report::ReceivedKind;

/// How complete something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Reports owed.
    pub expected: i64,
    /// Reports that came, zeros and meetings not held among them.
    pub received: i64,
    /// Of those, by the day they were due.
    pub on_time: i64,
    /// Of those received, declared zeros.
    pub zero: i64,
    /// Of those received, meetings not held, with the reason.
    pub not_held: i64,
}

/// What a completeness comes to in a word. Silent, zero and not held are never the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletenessState {
    /// Nothing owed, and nothing came.
    NothingOwed,
    /// Owed, and nothing came.
    Silent,
    /// Some of what is owed came.
    Partly,
    /// All of it, and all of it declared zeros.
    Zero,
    /// All of it, and all of it meetings not held.
    NotHeld,
    /// All of it, some after the day due.
    Late,
    /// All of it by the day due.
    OnTime,
}

impl CompletenessState {
    /// The word used in the API.
    pub fn word(self) -> &'static str {
        match self {
            CompletenessState::NothingOwed => "nothing_owed",
            CompletenessState::Silent => "silent",
            CompletenessState::Partly => "partly",
            CompletenessState::Zero => "zero",
            CompletenessState::NotHeld => "not_held",
            CompletenessState::Late => "late",
            CompletenessState::OnTime => "on_time",
        }
    }
}

impl Completeness {
    /// What it comes to in a word.
    pub fn state(&self) -> CompletenessState {
        match self.received {
            0 if self.expected == 0 => CompletenessState::NothingOwed,
            0 => CompletenessState::Silent,
            received if received < self.expected => CompletenessState::Partly,
            received if received == self.zero => CompletenessState::Zero,
            received if received == self.not_held => CompletenessState::NotHeld,
            _ if self.late() > 0 => CompletenessState::Late,
            _ => CompletenessState::OnTime,
        }
    }

    /// Received after the day they were due.
    pub fn late(&self) -> i64 {
        self.received - self.on_time
    }

    /// Owed, and nothing came.
    pub fn silent(&self) -> i64 {
        (self.expected - self.received).max(0)
    }

    /// `count` reports of one kind, `on_time` of them by the day they were due.
    pub fn of_received(count: i64, on_time: i64, kind: ReceivedKind) -> Completeness {
        let only = |holds: bool| if holds { count } else { 0 };
        Completeness {
            expected: 0,
            received: count,
            on_time,
            zero: only(kind == ReceivedKind::Zero),
            not_held: only(kind == ReceivedKind::NotHeld),
        }
    }
}

impl AddAssign for Completeness {
    fn add_assign(&mut self, other: Completeness) {
        self.expected += other.expected;
        self.received += other.received;
        self.on_time += other.on_time;
        self.zero += other.zero;
        self.not_held += other.not_held;
    }
}

impl SubAssign for Completeness {
    fn sub_assign(&mut self, other: Completeness) {
        self.expected -= other.expected;
        self.received -= other.received;
        self.on_time -= other.on_time;
        self.zero -= other.zero;
        self.not_held -= other.not_held;
    }
}

/// The periods of `flow`'s cadence that count in `within`, have begun on `today` and did not end before the flow began.
///
/// None for a flow sent as things happen, nor where the cadence is longer than the period looked at.
pub fn dues(flow: &Flow, calendar: &Calendar, within: Period, today: Date) -> Vec<Period> {
    let Some(cadence) = flow.cadence.filter(|cadence| *cadence <= within.kind()) else { return Vec::new() };
    let is_due = |due: &Period| due.first() <= today && flow.is_owed_for(*due);
    calendar.periods_in(cadence, within).into_iter().filter(is_due).collect()
}

/// The last day on which a report for `due` is on time.
pub fn due_day(due: Period, deadline: Deadline) -> Date {
    shift(due.last(), deadline.due_days.days())
}

/// How many reports of one flow each person of `role`, active during `active`, owes for `dues`: one for every period they
/// are active at the end of.
pub fn owed(flow: &Flow, role: &str, active: Span, dues: &[Period]) -> i64 {
    if flow.by_body || !flow.open_to(role) {
        return 0;
    }
    let periods = dues.iter().filter(|due| active.holds(due.last()) && flow.is_owed_for(**due)).count();
    i64::try_from(periods).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Calendar, PeriodKind};
    use crate::flow::model::Wording;
    use crate::place::ALWAYS;
    use jiff::civil::{Weekday, date};

    const MALI: Calendar = Calendar { week_starts: Weekday::Friday };

    fn flow(cadence: Option<PeriodKind>, by_body: bool) -> Flow {
        Flow {
            id: "dep".into(),
            version: 1,
            hash: String::new(),
            source: String::new(),
            title: Wording::default(),
            keyword: "DEP".into(),
            aliases: vec![],
            twins: vec![],
            roles: vec!["relais".into()],
            cadence,
            level: None,
            by_body,
            visa: false,
            once: false,
            season: None,
            since: None,
            positional: false,
            fields: vec![],
            checks: vec![],
            alerts: vec![],
            indicators: vec![],
            example: String::new(),
        }
    }

    fn names(periods: &[Period]) -> Vec<String> {
        periods.iter().map(Period::name).collect()
    }

    #[test]
    fn nothing_is_owed_for_what_ended_before_the_flow_began() {
        let november = MALI.period(PeriodKind::Month, date(2026, 11, 20));
        let since = |day| Flow { since: Some(day), ..flow(Some(PeriodKind::Week), false) };
        for (label, first, expected) in [
            ("long before", date(2020, 1, 1), vec!["2026-W45", "2026-W46", "2026-W47", "2026-W48"]),
            ("on the last day of a week", date(2026, 11, 12), vec!["2026-W46", "2026-W47", "2026-W48"]),
            ("the day after", date(2026, 11, 13), vec!["2026-W47", "2026-W48"]),
            ("in the month after", date(2026, 12, 1), vec![]),
        ] {
            let begun = since(first);
            let owing = dues(&begun, &MALI, november, date(2026, 12, 31));
            assert_eq!(names(&owing), expected, "{label}");
            // Whoever counts periods of their own is told the same.
            let all = dues(&flow(Some(PeriodKind::Week), false), &MALI, november, date(2026, 12, 31));
            let count = i64::try_from(expected.len()).expect("few");
            assert_eq!(owed(&begun, "relais", ALWAYS, &all), count, "{label}");
        }
    }

    #[test]
    fn weeks_are_due_in_the_month_of_their_thursday_once_begun() {
        let weekly = flow(Some(PeriodKind::Week), false);
        let november = MALI.parse("2026-11").expect("a month");
        assert_eq!(names(&dues(&weekly, &MALI, november, date(2026, 11, 13))), ["2026-W45", "2026-W46", "2026-W47"]);
        assert_eq!(dues(&weekly, &MALI, november, date(2026, 12, 31)).len(), 4);
        assert!(dues(&weekly, &MALI, november, date(2026, 10, 1)).is_empty(), "nothing is owed before it begins");
    }

    #[test]
    fn a_longer_cadence_owes_nothing_in_a_shorter_period() {
        let november = MALI.parse("2026-11").expect("a month");
        for (label, cadence, expected) in [
            ("a quarter within a month", Some(PeriodKind::Quarter), 0),
            ("a month within itself", Some(PeriodKind::Month), 1),
            ("as things happen", None, 0),
        ] {
            assert_eq!(dues(&flow(cadence, false), &MALI, november, date(2026, 12, 31)).len(), expected, "{label}");
        }
    }

    #[test]
    fn people_owe_only_while_active_and_only_their_flows() {
        let weekly = flow(Some(PeriodKind::Week), false);
        let november = MALI.parse("2026-11").expect("a month");
        let weeks = dues(&weekly, &MALI, november, date(2026, 12, 31));
        let joined = Span { from: date(2026, 11, 16), to: ALWAYS.to };
        for (label, role, active, flow, expected) in [
            ("four weeks", "relais", ALWAYS, &weekly, 4),
            ("joined in the third week", "relais", joined, &weekly, 2),
            ("another role", "leader", ALWAYS, &weekly, 0),
            ("a body's flow", "relais", ALWAYS, &flow(Some(PeriodKind::Week), true), 0),
        ] {
            assert_eq!(owed(flow, role, active, &weeks), expected, "{label}");
        }
    }

    #[test]
    fn zeros_and_meetings_not_held_are_received_and_never_silent() {
        let week = MALI.parse("2026-W47").expect("a week");
        let due = due_day(week, Deadline { due_days: 1, late_days: 3 });
        assert_eq!(due, date(2026, 11, 20));
        let mut complete = Completeness { expected: 10, ..Completeness::default() };
        for (kind, received_on, count) in [
            (ReceivedKind::Report, date(2026, 11, 20), 2),
            (ReceivedKind::Zero, date(2026, 11, 21), 3),
            (ReceivedKind::NotHeld, date(2026, 11, 18), 1),
        ] {
            complete += Completeness::of_received(count, if received_on <= due { count } else { 0 }, kind);
        }
        let shown = (complete.received, complete.on_time, complete.late(), complete.zero, complete.not_held);
        assert_eq!((shown, complete.silent()), ((6, 3, 3, 3, 1), 4));
    }

    #[test]
    fn silent_zero_not_held_partly_late_and_on_time_are_six_states() {
        for (label, [expected, received, on_time, zero, not_held], state) in [
            ("nothing owed", [0, 0, 0, 0, 0], CompletenessState::NothingOwed),
            ("nothing came", [3, 0, 0, 0, 0], CompletenessState::Silent),
            ("some came", [3, 2, 2, 0, 0], CompletenessState::Partly),
            ("some came, all of it zeros", [3, 2, 2, 2, 0], CompletenessState::Partly),
            ("all came, all of it zeros", [3, 3, 1, 3, 0], CompletenessState::Zero),
            ("all came, some of it zeros", [3, 3, 3, 1, 0], CompletenessState::OnTime),
            ("all told that they did not meet", [1, 1, 1, 0, 1], CompletenessState::NotHeld),
            ("all came, one late", [3, 3, 2, 0, 0], CompletenessState::Late),
            ("all came on time", [3, 3, 3, 0, 0], CompletenessState::OnTime),
            ("more than owed, late", [1, 2, 1, 0, 0], CompletenessState::Late),
            ("not owed and came", [0, 1, 1, 0, 0], CompletenessState::OnTime),
        ] {
            let complete = Completeness { expected, received, on_time, zero, not_held };
            assert_eq!(complete.state(), state, "{label}");
        }
    }
}
