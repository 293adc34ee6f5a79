//! Counting what was received: by report type, period, network and kind, with how many came by the day they were due.
//!
//! The day due comes in with each period, so the database counts what was on time: an answer has a row for each such
//! group, however many days its reports came in on.

use std::collections::BTreeSet;

use sqlx::FromRow;

use crate::base::{Date, PlaceId};
use crate::report::ReceivedKind;
use crate::store::limits::PERIODS_PER_SUM;
use crate::store::sealed::Origin;
use crate::store::tx::Query;
use crate::store::{StoreError, Tx};

/// What to count.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The area: it and every place in it.
    pub area: PlaceId,
    /// The day whose parents hold.
    pub day: Date,
    /// The periods reports were due for; each at most once.
    pub periods: &'a [DuePeriod],
    /// Only this flow; `None` for all.
    pub flow: Option<&'a str>,
    /// Only what this network reported; `None` for all.
    pub network: Option<&'a str>,
    /// Only what this body reported, wherever it sits; `None` for everybody.
    pub body: Option<&'a str>,
}

/// A period reports were due for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DuePeriod {
    /// Its name.
    pub name: String,
    /// The last day on which a report is on time.
    pub due: Date,
    /// The last day on which a report is counted at all: today, or an earlier day to compare with.
    pub until: Date,
}

/// How many reporters were received from in the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedCount {
    /// The place right below the area, or the area itself where it was not asked for by child.
    pub place: PlaceId,
    /// Flow id.
    pub flow: String,
    /// Name of the period.
    pub period: String,
    /// Network.
    pub network: String,
    /// How.
    pub kind: ReceivedKind,
    /// How many.
    pub count: i64,
    /// Of those, by the day due.
    pub on_time: i64,
}

/// Periods left over are empty and match nothing.
macro_rules! due_periods {
    () => {
        "WITH due(period, due_day, until_day) AS (VALUES ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), \
         ($16, $17, $18), ($19, $20, $21), ($22, $23, $24), ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), \
         ($34, $35, $36), ($37, $38, $39), ($40, $41, $42)) "
    };
}

/// CROSS JOIN keeps SQLite to this order: the places of the area, then the index by place and period.
macro_rules! received_in {
    ($from:literal, $area:literal) => {
        concat!(
            " FROM ",
            $from,
            " CROSS JOIN due d CROSS JOIN received v WHERE v.place_id = w.place_id AND v.period = d.period ",
            "AND v.received_on <= d.until_day AND w.from_day <= $2 AND w.to_day >= $2 AND ",
            $area,
            " AND ($3 IS NULL OR v.flow = $3) AND ($4 IS NULL OR v.network = $4) ",
            "AND ($5 IS NULL OR SUBSTR(v.reporter, 1, $6) = $5)"
        )
    };
}

macro_rules! counts {
    ($from:literal, $area:literal) => {
        concat!(
            due_periods!(),
            "SELECT w.area_id AS part, v.flow, v.period, v.network, v.kind, COUNT(*) AS reporters, ",
            "CAST(SUM(CASE WHEN v.received_on <= d.due_day THEN 1 ELSE 0 END) AS BIGINT) AS on_time",
            received_in!($from, $area),
            " GROUP BY w.area_id, v.flow, v.period, v.network, v.kind"
        )
    };
}

const COUNTS: &str = counts!("place_within w", "w.area_id = $1");
/// What is about the area itself, which no place below it has.
const COUNTS_ITSELF: &str = counts!("place_within w", "w.area_id = $1 AND w.place_id = $1");
const COUNTS_BY_CHILD: &str = counts!(
    "place_parent p CROSS JOIN place_within w",
    "w.area_id = p.place_id AND p.parent_id = $1 AND p.from_day <= $2 AND p.to_day >= $2"
);
const REPORTERS: &str =
    concat!(due_periods!(), "SELECT DISTINCT v.flow, v.reporter", received_in!("place_within w", "w.area_id = $1"));
const PLACES: &str =
    concat!(due_periods!(), "SELECT DISTINCT v.flow, v.place_id", received_in!("place_within w", "w.area_id = $1"));

#[derive(FromRow)]
struct CountRow {
    part: i64,
    flow: String,
    period: String,
    network: String,
    kind: String,
    reporters: i64,
    on_time: i64,
}

/// How many reporters were received from, in the area.
pub async fn counts(tx: &mut Tx, scope: &Scope<'_>) -> Result<Vec<ReceivedCount>, StoreError> {
    counted(tx, COUNTS, scope).await
}

/// The same for each place right below the area, and for the area itself: together they are the whole area.
pub async fn counts_by_child(tx: &mut Tx, scope: &Scope<'_>) -> Result<Vec<ReceivedCount>, StoreError> {
    let mut counts = counted(tx, COUNTS_BY_CHILD, scope).await?;
    counts.extend(counted(tx, COUNTS_ITSELF, scope).await?);
    Ok(counts)
}

async fn counted(tx: &mut Tx, sql: &'static str, scope: &Scope<'_>) -> Result<Vec<ReceivedCount>, StoreError> {
    let mut counts = Vec::new();
    for chunk in scope.periods.chunks(PERIODS_PER_SUM) {
        let rows: Vec<CountRow> = tx.all(asked(sql, scope, chunk)).await?;
        for row in rows {
            let origin = Origin::new("received", &row.period);
            counts.push(ReceivedCount {
                place: PlaceId(row.part),
                kind: origin.word("kind", &row.kind, ReceivedKind::from_word)?,
                flow: row.flow,
                period: row.period,
                network: row.network,
                count: row.reporters,
                on_time: row.on_time,
            });
        }
    }
    Ok(counts)
}

#[derive(FromRow)]
struct PlaceRow {
    flow: String,
    place_id: i64,
}

/// Who something was received from, with the flow.
pub async fn reporters(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeSet<(String, String)>, StoreError> {
    let mut reporters = BTreeSet::new();
    for chunk in scope.periods.chunks(PERIODS_PER_SUM) {
        let rows: Vec<(String, String)> = tx.all(asked(REPORTERS, scope, chunk)).await?;
        reporters.extend(rows);
    }
    Ok(reporters)
}

/// The places something was received about, with the flow.
pub async fn places(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeSet<(String, PlaceId)>, StoreError> {
    let mut places = BTreeSet::new();
    for chunk in scope.periods.chunks(PERIODS_PER_SUM) {
        let rows: Vec<PlaceRow> = tx.all(asked(PLACES, scope, chunk)).await?;
        places.extend(rows.into_iter().map(|row| (row.flow, PlaceId(row.place_id))));
    }
    Ok(places)
}

/// The statement with its parameters: one text, prepared once, for any number of periods.
fn asked(sql: &'static str, scope: &Scope<'_>, chunk: &[DuePeriod]) -> Query {
    // Who reports for a body is `body@place`.
    let body = scope.body.map(|body| format!("{body}@"));
    let length = body.as_ref().map_or(0, |body| i32::try_from(body.chars().count()).unwrap_or(i32::MAX));
    let query = sqlx::query(sql).bind(scope.area.0).bind(scope.day.to_string());
    let query = query.bind(scope.flow.map(str::to_owned)).bind(scope.network.map(str::to_owned));
    let query = query.bind(body).bind(length);
    (0..PERIODS_PER_SUM).fold(query, |query, index| {
        let known = chunk.get(index);
        query
            .bind(known.map_or(String::new(), |period| period.name.clone()))
            .bind(known.map_or(String::new(), |period| period.due.to_string()))
            .bind(known.map_or(String::new(), |period| period.until.to_string()))
    })
}
