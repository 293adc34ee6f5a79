//! How many people stand alike: written with their stands, read by every question about what is owed. Never holds who.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::base::{Date, PlaceId};
use crate::person::stand::Stand;
use crate::place::Span;
use crate::store::rows::Rows;
use crate::store::sealed::Origin;
use crate::store::{StoreError, Tx};

/// Moves counts, in key order, so that two servers never wait for each other in a circle.
const COUNT_ROWS: Rows = Rows {
    head: "INSERT INTO stand_count (place_id, role, network, from_day, to_day, people)",
    columns: 6,
    tail: " ON CONFLICT (place_id, role, network, from_day, to_day) \
           DO UPDATE SET people = stand_count.people + excluded.people",
};

/// Counts the stands that `came` and no longer those that `went`.
pub(super) async fn move_counts(tx: &mut Tx, went: &[Stand], came: &[Stand]) -> Result<(), StoreError> {
    let mut by_key: BTreeMap<(i64, &str, &str, Date, Date), i64> = BTreeMap::new();
    for (stands, sign) in [(went, -1), (came, 1)] {
        for Stand { standing, span } in stands {
            *by_key.entry((standing.place.0, &standing.role, &standing.network, span.from, span.to)).or_default() +=
                sign;
        }
    }
    let moved: Vec<_> = by_key.into_iter().filter(|(_, by)| *by != 0).collect();
    COUNT_ROWS
        .write(tx, &moved, |query, ((place, role, network, from, to), by)| {
            let query = query.bind(*place).bind((*role).to_owned()).bind((*network).to_owned());
            query.bind(from.to_string()).bind(to.to_string()).bind(*by)
        })
        .await?;
    Ok(())
}

/// How many people are alike in everything that decides which reports are expected of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// Where they report from.
    pub place: PlaceId,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// The days they are expected to report.
    pub active: Span,
    /// How many.
    pub count: i64,
}

#[derive(FromRow)]
struct ExpectedRow {
    role: String,
    network: String,
    active_from: String,
    active_to: String,
    /// A line for each place: its id and how many.
    places: String,
}

/// The people who ever stood in an area of a day, counted by what decides which reports are expected of them: each with the
/// days they stood there.
pub async fn expected(tx: &mut Tx, area: PlaceId, day: Date) -> Result<Vec<Expected>, StoreError> {
    let query = sqlx::query(
        "SELECT c.role, c.network, c.from_day AS active_from, c.to_day AS active_to, \
         STRING_AGG(CAST(c.place_id AS TEXT) || '\t' || CAST(c.people AS TEXT), '\n') AS places \
         FROM place_within w JOIN stand_count c ON c.place_id = w.place_id \
         WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 AND c.people > 0 \
         GROUP BY c.role, c.network, c.from_day, c.to_day ORDER BY c.role, c.network, c.from_day, c.to_day",
    );
    let rows: Vec<ExpectedRow> = tx.all(query.bind(area.0).bind(day.to_string())).await?;
    let mut expected = Vec::new();
    for row in rows {
        let origin = Origin::new("stand_count", &row.role);
        let active =
            Span { from: origin.parse("from_day", &row.active_from)?, to: origin.parse("to_day", &row.active_to)? };
        for line in row.places.lines() {
            let corrupt = || StoreError::Corrupt { table: "stand_count", column: "place_id", id: line.to_owned() };
            let (place, count) = line.split_once('\t').ok_or_else(corrupt)?;
            expected.push(Expected {
                place: PlaceId(place.parse().map_err(|_| corrupt())?),
                role: row.role.clone(),
                network: row.network.clone(),
                active,
                count: count.parse().map_err(|_| corrupt())?,
            });
        }
    }
    // Stable: people of one place stay in the order of their roles.
    expected.sort_by_key(|alike| alike.place);
    Ok(expected)
}
