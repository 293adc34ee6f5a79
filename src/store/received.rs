//! What was received: one row for each reporter, flow and period, counted against what was expected.

mod count;
mod places;

use sqlx::FromRow;

pub use count::{DuePeriod, ReceivedCount, Scope, counts, counts_by_child, reporters};
pub use places::places;

use super::area::{self, AreaChange};
use super::limits::PAGE_ROWS_MAX;
use super::rows::Rows;
use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Date, PlaceId};
use crate::flow::values::Values;
use crate::report::ReceivedKind;

/// A report received for its period, from one reporter.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// Flow id.
    pub flow: String,
    /// Name of the period.
    pub period: String,
    /// Who owed it.
    pub reporter: String,
    /// The place it is about.
    pub place: PlaceId,
    /// Network.
    pub network: String,
    /// Role.
    pub role: String,
    /// How it was received, at best.
    pub kind: ReceivedKind,
    /// The first day one came in.
    pub received_on: Date,
}

/// Notes a report received: the earliest day and the best kind stay. For a report that is new; after a correction or a
/// cancellation, [`recount`].
pub async fn note(tx: &mut Tx, received: &Received) -> Result<(), StoreError> {
    note_many(tx, std::slice::from_ref(received)).await
}

/// What came before is kept beside, for whoever counts the difference.
macro_rules! noted {
    ($returning:literal) => {
        Rows {
            head: "INSERT INTO received (flow, period, reporter, place_id, network, role, kind, received_on)",
            columns: 8,
            tail: concat!(
                "ON CONFLICT (period, flow, reporter) DO UPDATE SET \
                 received_on = CASE WHEN excluded.received_on < received.received_on THEN excluded.received_on \
                 ELSE received.received_on END, \
                 kind = CASE WHEN 'report' IN (excluded.kind, received.kind) THEN 'report' \
                 WHEN 'not_held' IN (excluded.kind, received.kind) THEN 'not_held' ELSE 'zero' END, \
                 before_on = received.received_on, before_kind = received.kind",
                $returning
            ),
        }
    };
}

const NOTED_ROWS: Rows = noted!("");
const NOTED_ROWS_TOLD: Rows =
    noted!(" RETURNING flow, period, reporter, place_id, network, role, kind, received_on, before_kind, before_on");

/// The same as [`note_many`] without a word to the areas.
pub(super) async fn write(tx: &mut Tx, received: &[Received]) -> Result<(), StoreError> {
    NOTED_ROWS.write(tx, received, bind).await?;
    area::moved(tx, received.iter().map(|received| (received.period.clone(), received.place))).await
}

/// Notes several reports received, as [`note`] does; each reporter, flow and period at most once.
pub async fn note_many(tx: &mut Tx, received: &[Received]) -> Result<(), StoreError> {
    let noted: Vec<MovedRow> = NOTED_ROWS_TOLD.write_returning(tx, received, bind).await?;
    let changes = noted.iter().flat_map(|row| {
        let before = row.before_kind.as_ref().zip(row.before_on.as_ref());
        let before = before.map(|(kind, on)| row.change(kind, on, -1));
        let after = row.change(&row.kind, &row.received_on, 1);
        // The same again moves nothing.
        let moves = before
            .as_ref()
            .is_none_or(|before| (&before.item, &before.received_on) != (&after.item, &after.received_on));
        before.into_iter().chain([after]).filter(move |_| moves)
    });
    area::note(tx, &changes.collect::<Vec<_>>()).await?;
    moved(tx, &noted).await
}

async fn moved(tx: &mut Tx, rows: &[MovedRow]) -> Result<(), StoreError> {
    area::moved(tx, rows.iter().map(|row| (row.period.clone(), PlaceId(row.place_id)))).await
}

/// A row as it is now, and as it was before it was noted again.
#[derive(FromRow)]
struct MovedRow {
    flow: String,
    period: String,
    reporter: String,
    place_id: i64,
    network: String,
    role: String,
    kind: String,
    received_on: String,
    before_kind: Option<String>,
    before_on: Option<String>,
}

impl MovedRow {
    fn change(&self, kind: &str, received_on: &str, by: i64) -> AreaChange {
        AreaChange {
            place: PlaceId(self.place_id),
            period: self.period.clone(),
            received_on: received_on.to_owned(),
            item: area::reception(&self.flow, kind, &self.reporter),
            network: self.network.clone(),
            role: self.role.clone(),
            by,
        }
    }
}

pub(super) fn bind(query: super::tx::Query, received: &Received) -> super::tx::Query {
    query
        .bind(received.flow.clone())
        .bind(received.period.clone())
        .bind(received.reporter.clone())
        .bind(received.place.0)
        .bind(received.network.clone())
        .bind(received.role.clone())
        .bind(received.kind.word())
        .bind(received.received_on.to_string())
}

#[derive(FromRow)]
struct SourceRow {
    id: String,
    place_id: i64,
    network: String,
    role: String,
    zero: i64,
    field_values: String,
    received_on: String,
}

/// Counts anew what was received from one reporter for a flow and period, from the reports that stand (counted, or
/// awaiting a visa). `kind` says what a report is, from whether it is a zero and its values
/// ([`ReceivedKind::of`] with the flow). Without any report the row goes.
pub async fn recount(
    tx: &mut Tx,
    reporter: &str,
    flow: &str,
    period: &str,
    kind: impl Fn(bool, &Values) -> ReceivedKind,
) -> Result<Option<Received>, StoreError> {
    let query = sqlx::query(
        "SELECT id, place_id, network, role, zero, field_values, received_on FROM report \
         WHERE reporter = $1 AND flow = $2 AND period = $3 AND state IN ('counted', 'awaiting_visa') \
         AND place_id IS NOT NULL ORDER BY received_on, id",
    );
    let rows: Vec<SourceRow> = tx.all(query.bind(reporter).bind(flow).bind(period)).await?;
    let mut best: Option<Received> = None;
    for row in rows {
        let origin = Origin::new("report", &row.id);
        let kind = kind(row.zero != 0, &origin.json("field_values", &row.field_values)?);
        match &mut best {
            Some(best) => best.kind = best.kind.min(kind),
            None => {
                best = Some(Received {
                    flow: flow.to_owned(),
                    period: period.to_owned(),
                    reporter: reporter.to_owned(),
                    place: PlaceId(row.place_id),
                    network: row.network,
                    role: row.role,
                    kind,
                    received_on: origin.parse("received_on", &row.received_on)?,
                });
            }
        }
    }
    let gone = sqlx::query(
        "DELETE FROM received WHERE period = $1 AND flow = $2 AND reporter = $3 \
         RETURNING flow, period, reporter, place_id, network, role, kind, received_on, before_kind, before_on",
    );
    let gone: Vec<MovedRow> = tx.all(gone.bind(period).bind(flow).bind(reporter)).await?;
    let taken: Vec<AreaChange> = gone.iter().map(|row| row.change(&row.kind, &row.received_on, -1)).collect();
    area::note(tx, &taken).await?;
    moved(tx, &gone).await?;
    if let Some(best) = &best {
        note(tx, best).await?;
    }
    Ok(best)
}

#[derive(FromRow)]
struct ReceivedRow {
    flow: String,
    period: String,
    reporter: String,
    place_id: i64,
    network: String,
    role: String,
    kind: String,
    received_on: String,
}

/// Who was received from in the area for one flow and period, in the order of reporters, after `after`.
pub async fn list(
    tx: &mut Tx,
    area: PlaceId,
    day: Date,
    (flow, period): (&str, &str),
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Received>, StoreError> {
    let query = sqlx::query(
        "SELECT v.flow, v.period, v.reporter, v.place_id, v.network, v.role, v.kind, v.received_on FROM received v \
         JOIN place_within w ON w.place_id = v.place_id WHERE v.period = $1 AND v.flow = $2 AND w.area_id = $3 \
         AND w.from_day <= $4 AND w.to_day >= $4 AND ($5 IS NULL OR v.reporter > $5) ORDER BY v.reporter LIMIT $6",
    );
    let query = query.bind(period).bind(flow).bind(area.0).bind(day.to_string()).bind(after);
    let rows: Vec<ReceivedRow> = tx.all(query.bind(limit.clamp(1, PAGE_ROWS_MAX))).await?;
    let received = |row: ReceivedRow| {
        let origin = Origin::new("received", &row.reporter);
        Ok(Received {
            place: PlaceId(row.place_id),
            kind: origin.word("kind", &row.kind, ReceivedKind::from_word)?,
            received_on: origin.parse("received_on", &row.received_on)?,
            flow: row.flow,
            period: row.period,
            reporter: row.reporter,
            network: row.network,
            role: row.role,
        })
    };
    rows.into_iter().map(received).collect()
}
