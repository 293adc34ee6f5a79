//! Which places an area's sums are made of, and what stands apart on which days.
//!
//! Members are chosen once, while nothing is counted about them, so that a change of the map never moves a sum: what it
//! changes stands apart, with its days. [`super::refold`] alone chooses anew, and adds everything up again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use sqlx::FromRow;

use crate::base::PlaceId;
use crate::place::{ALWAYS, Span};
use crate::store::limits::PLACES_SUMMED_DIRECTLY;
use crate::store::rows::Rows;
use crate::store::tx::Query;
use crate::store::{StoreError, Tx};

/// An area's places with their days.
pub(super) type Closure = [(PlaceId, PlaceId, Span)];
/// Area and place.
pub(super) type Members = BTreeSet<(PlaceId, PlaceId)>;

/// Writes what an import changes: places that are `new`, of which nothing was ever counted, become members; everything
/// else that differs stands apart.
pub(in crate::store) async fn compute(
    tx: &mut Tx,
    closure: &Closure,
    new: &BTreeSet<PlaceId>,
) -> Result<(), StoreError> {
    let mut members = read(tx).await?;
    let added: Members = chosen(closure).into_iter().filter(|(_, place)| new.contains(place)).collect();
    insert(tx, &added).await?;
    members.extend(added);
    write_apart(tx, closure, &members).await
}

/// The members there would be if they were chosen today: where a place lies without end, in areas of more places than
/// are summed as fast one by one.
pub(super) fn chosen(closure: &Closure) -> Members {
    let lasting: Members = closure.iter().filter(|(.., span)| span.to == ALWAYS.to).map(|row| (row.0, row.1)).collect();
    let mut counts: BTreeMap<PlaceId, usize> = BTreeMap::new();
    for (area, _) in &lasting {
        *counts.entry(*area).or_default() += 1;
    }
    lasting.into_iter().filter(|(area, _)| counts[area] > PLACES_SUMMED_DIRECTLY).collect()
}

#[derive(FromRow)]
struct MemberRow {
    area_id: i64,
    place_id: i64,
}

async fn read(tx: &mut Tx) -> Result<Members, StoreError> {
    let rows: Vec<MemberRow> = tx.all(sqlx::query("SELECT area_id, place_id FROM area_member")).await?;
    Ok(rows.into_iter().map(|row| (PlaceId(row.area_id), PlaceId(row.place_id))).collect())
}

pub(super) async fn insert(tx: &mut Tx, members: &Members) -> Result<(), StoreError> {
    const MEMBER_ROWS: Rows = Rows { head: "INSERT INTO area_member (area_id, place_id)", columns: 2, tail: "" };
    let rows: Vec<&(PlaceId, PlaceId)> = members.iter().collect();
    MEMBER_ROWS.write(tx, &rows, |query, (area, place)| query.bind(area.0).bind(place.0)).await?;
    Ok(())
}

pub(super) async fn write_apart(tx: &mut Tx, closure: &Closure, members: &Members) -> Result<(), StoreError> {
    const APART_ROWS: Rows =
        Rows { head: "INSERT INTO area_apart (area_id, place_id, from_day, to_day, sign)", columns: 5, tail: "" };
    tx.execute(sqlx::query("DELETE FROM area_apart")).await?;
    let bind = |query: Query, (area, place, span, sign): &(PlaceId, PlaceId, Span, i64)| {
        let query = query.bind(area.0).bind(place.0);
        query.bind(span.from.to_string()).bind(span.to.to_string()).bind(*sign)
    };
    APART_ROWS.write(tx, &apart(closure, members), bind).await?;
    Ok(())
}

/// What is to be added to the members of each area, or taken off, to come to the places that lie in it.
fn apart(closure: &Closure, members: &Members) -> Vec<(PlaceId, PlaceId, Span, i64)> {
    let mut lying: BTreeMap<(PlaceId, PlaceId), Vec<Span>> = members.iter().map(|key| (*key, Vec::new())).collect();
    for (area, place, span) in closure {
        lying.entry((*area, *place)).or_default().push(*span);
    }
    let mut rows = Vec::new();
    for ((area, place), mut spans) in lying {
        spans.sort_by_key(|span| span.from);
        if members.contains(&(area, place)) {
            rows.extend(gaps(&spans).into_iter().map(|span| (area, place, span, -1)));
        } else {
            rows.extend(spans.into_iter().map(|span| (area, place, span, 1)));
        }
    }
    rows
}

/// The days that lie in none of `spans`, which are in order.
fn gaps(spans: &[Span]) -> Vec<Span> {
    let (mut gaps, mut from) = (Vec::new(), Some(ALWAYS.from));
    for span in spans {
        if let Some(first) = from
            && first < span.from
        {
            gaps.extend(span.from.checked_sub(1.day()).ok().map(|to| Span { from: first, to }));
        }
        let next = span.to.checked_add(1.day()).ok();
        from = from.and_then(|first| next.map(|next| next.max(first)));
    }
    gaps.extend(from.filter(|from| *from <= ALWAYS.to).map(|from| Span { from, to: ALWAYS.to }));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Date;
    use jiff::civil::date;

    fn span(from: Date, to: Date) -> Span {
        Span { from, to }
    }

    #[test]
    fn days_without_a_span_are_gaps() {
        let (june, july) = (date(2026, 6, 30), date(2026, 7, 1));
        for (label, spans, expected) in [
            ("always there", vec![ALWAYS], vec![]),
            ("never there", vec![], vec![ALWAYS]),
            ("from July on", vec![span(july, ALWAYS.to)], vec![span(ALWAYS.from, june)]),
            ("until June", vec![span(ALWAYS.from, june)], vec![span(july, ALWAYS.to)]),
            (
                "away in July",
                vec![span(ALWAYS.from, june), span(date(2026, 8, 1), ALWAYS.to)],
                vec![span(july, date(2026, 7, 31))],
            ),
            ("two spans that meet", vec![span(ALWAYS.from, june), span(july, ALWAYS.to)], vec![]),
        ] {
            assert_eq!(gaps(&spans), expected, "{label}");
        }
    }

    #[test]
    fn what_lies_elsewhere_stands_apart_with_its_days() {
        let july = date(2026, 7, 1);
        let (one, other) = (PlaceId(1), PlaceId(2));
        let closure =
            [(one, PlaceId(7), ALWAYS), (one, PlaceId(8), span(july, ALWAYS.to)), (other, PlaceId(8), ALWAYS)];
        let members = Members::from([(one, PlaceId(7)), (one, PlaceId(9))]);
        let expected = [
            (one, PlaceId(8), span(july, ALWAYS.to), 1),
            (one, PlaceId(9), ALWAYS, -1),
            (other, PlaceId(8), ALWAYS, 1),
        ];
        assert_eq!(apart(&closure, &members), expected);
    }

    #[test]
    fn small_areas_and_places_that_left_have_no_members() {
        let many = i64::try_from(PLACES_SUMMED_DIRECTLY).expect("small") + 1;
        let large = (1..=many).map(|place| (PlaceId(100), PlaceId(place), ALWAYS));
        let small = (2..=many).map(|place| (PlaceId(200), PlaceId(place), ALWAYS));
        let left = [(PlaceId(100), PlaceId(50), span(ALWAYS.from, date(2026, 6, 30)))];
        let closure: Vec<_> = large.chain(small).chain(left).collect();
        let expected: Members = (1..=many).map(|place| (PlaceId(100), PlaceId(place))).collect();
        assert_eq!(chosen(&closure), expected);
    }
}
