//! Where a person stands from one day to another: role, network, place. What they owe for a past period is told by where
//! they stood on its last day, so a change never rewrites what went before it.

use std::collections::HashMap;

use jiff::ToSpan;

use crate::base::{Date, PlaceId};
use crate::place::{ALWAYS, Span};

/// What decides which reports are expected of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// Where they report from; for an officer, their area.
    pub place: PlaceId,
}

/// A standing with its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// What.
    pub standing: Standing,
    /// When.
    pub span: Span,
}

/// The stands of somebody who stands as `standing` from `from` on: what lay before stays, what lay after gives way.
pub fn from_day(before: &[Stand], standing: Standing, from: Date) -> Vec<Stand> {
    let mut stands = until(before, from.checked_sub(1.day()).unwrap_or(from));
    let ends = ALWAYS.to;
    match stands.last_mut() {
        // The same again is one stand, as long as no day lies between.
        Some(last) if last.standing == standing && last.span.to.tomorrow().ok() == Some(from) => last.span.to = ends,
        _ => stands.push(Stand { standing, span: Span { from, to: ends } }),
    }
    stands
}

/// The stands of somebody who leaves after `last`.
pub fn until(before: &[Stand], last: Date) -> Vec<Stand> {
    let begun = before.iter().filter(|stand| stand.span.from <= last);
    let ended = |stand: &Stand| Stand { span: Span { to: stand.span.to.min(last), ..stand.span }, ..stand.clone() };
    begun.map(ended).collect()
}

/// The stands of somebody whose place is another from `from` on, by `moves`: what lay before stays, and so do the days of
/// every stand.
pub fn moved(before: &[Stand], moves: &HashMap<PlaceId, PlaceId>, from: Date) -> Vec<Stand> {
    let mut stands: Vec<Stand> = Vec::with_capacity(before.len() + 1);
    for stand in before {
        let Some(place) = moves.get(&stand.standing.place).filter(|_| stand.span.to >= from) else {
            stands.push(stand.clone());
            continue;
        };
        if stand.span.from < from {
            let to = from.checked_sub(1.day()).unwrap_or(from);
            stands.push(Stand { span: Span { to, ..stand.span }, ..stand.clone() });
        }
        let standing = Standing { place: *place, ..stand.standing.clone() };
        stands.push(Stand { standing, span: Span { from: stand.span.from.max(from), to: stand.span.to } });
    }
    stands
}

/// Where somebody stands on `day`, and the days they are there without a break: else where they stood last, else where
/// they will stand first.
pub fn in_force(stands: &[Stand], day: Date) -> Option<(&Standing, Span)> {
    let at = stands.iter().position(|stand| stand.span.holds(day));
    let last_before = || stands.iter().rposition(|stand| stand.span.to < day);
    let at = at.or_else(last_before).or(if stands.is_empty() { None } else { Some(0) })?;
    let mut span = stands[at].span;
    for earlier in stands[..at].iter().rev() {
        if earlier.span.to.tomorrow().ok() == Some(span.from) {
            span.from = earlier.span.from;
        }
    }
    for later in &stands[at + 1..] {
        if span.to.tomorrow().ok() == Some(later.span.from) {
            span.to = later.span.to;
        }
    }
    Some((&stands[at].standing, span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const JANUARY: Date = Date::constant(2026, 1, 1);

    fn at(place: i64) -> Standing {
        Standing { role: "relais".into(), network: "government".into(), place: PlaceId(place) }
    }

    fn stand(place: i64, from: Date, to: Date) -> Stand {
        Stand { standing: at(place), span: Span { from, to } }
    }

    #[test]
    fn a_change_keeps_what_went_before() {
        let (june, july) = (date(2026, 6, 30), date(2026, 7, 1));
        let one = vec![stand(1, JANUARY, ALWAYS.to)];
        let moved = vec![stand(1, JANUARY, june), stand(2, july, ALWAYS.to)];
        for (label, before, place, from, after) in [
            ("the first", vec![], 1, JANUARY, one.clone()),
            ("moves in July", one.clone(), 2, july, moved.clone()),
            ("the same again", one.clone(), 1, july, one.clone()),
            ("corrected from the beginning", moved.clone(), 2, JANUARY, vec![stand(2, JANUARY, ALWAYS.to)]),
            ("back before it came about", moved.clone(), 1, july, one.clone()),
            (
                "back after having left",
                vec![stand(1, JANUARY, june)],
                1,
                date(2026, 9, 1),
                vec![stand(1, JANUARY, june), stand(1, date(2026, 9, 1), ALWAYS.to)],
            ),
        ] {
            assert_eq!(from_day(&before, at(place), from), after, "{label}");
        }
        assert_eq!(until(&moved, date(2026, 9, 30)), [stand(1, JANUARY, june), stand(2, july, date(2026, 9, 30))]);
        assert_eq!(until(&moved, date(2026, 3, 31)), [stand(1, JANUARY, date(2026, 3, 31))]);
        assert_eq!(until(&moved, date(2025, 12, 31)), [], "left before having begun");
    }

    #[test]
    fn a_place_that_became_another_takes_its_people_along() {
        let (june, july) = (date(2026, 6, 30), date(2026, 7, 1));
        let moves = HashMap::from([(PlaceId(1), PlaceId(9))]);
        let autumn = stand(1, date(2026, 9, 1), ALWAYS.to);
        for (label, before, after) in [
            (
                "there for ever",
                vec![stand(1, JANUARY, ALWAYS.to)],
                vec![stand(1, JANUARY, june), stand(9, july, ALWAYS.to)],
            ),
            ("gone before", vec![stand(1, JANUARY, june)], vec![stand(1, JANUARY, june)]),
            (
                "leaves afterwards",
                vec![stand(1, JANUARY, date(2026, 8, 31))],
                vec![stand(1, JANUARY, june), stand(9, july, date(2026, 8, 31))],
            ),
            (
                "comes back in autumn",
                vec![stand(2, JANUARY, date(2026, 8, 31)), autumn],
                vec![stand(2, JANUARY, date(2026, 8, 31)), stand(9, date(2026, 9, 1), ALWAYS.to)],
            ),
            ("elsewhere", vec![stand(2, JANUARY, ALWAYS.to)], vec![stand(2, JANUARY, ALWAYS.to)]),
        ] {
            assert_eq!(moved(&before, &moves, july), after, "{label}");
        }
    }

    #[test]
    fn a_day_tells_where_somebody_stands() {
        let (june, july, september) = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 1));
        let stands =
            [stand(1, JANUARY, date(2026, 3, 31)), stand(2, date(2026, 4, 1), june), stand(3, september, ALWAYS.to)];
        for (label, day, place, span) in [
            ("the first of two that join", date(2026, 2, 1), 1, (JANUARY, june)),
            ("the second", june, 2, (JANUARY, june)),
            ("between, where they stood last", july, 2, (JANUARY, june)),
            ("after the break", date(2027, 1, 1), 3, (september, ALWAYS.to)),
            ("before they came, where they will", date(2025, 1, 1), 1, (JANUARY, june)),
        ] {
            let expected = at(place);
            let (from, to) = span;
            assert_eq!(in_force(&stands, day), Some((&expected, Span { from, to })), "{label}");
        }
        assert_eq!(in_force(&[], july), None);
    }
}
