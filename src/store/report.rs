//! Reports: the current revision of each, and the revisions it no longer stands at.

mod counted;
mod days;
mod list;
mod row;
mod scrub;

pub use counted::{PLACES_AT_ONCE, counted, places};
pub use days::{DaysSince, days_since};
pub use list::{Drawable, Filter, Listed, drawable, list, of_bodies};
use row::{BY_ID, one, select, several};
pub(super) use row::{REPORT_ROWS, bind};
pub use scrub::Scrubbed;
pub(super) use scrub::{scrub, to_scrub};

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::rows::{KEYS_AT_ONCE, Wanted};
use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Date, Instant, MessageId, PersonId, PlaceId, ReportId};
use crate::flow::values::Values;
use crate::report::{NOT_HELD_LABEL, Report, ReportState};

/// Files a new report.
pub async fn insert(tx: &mut Tx, report: &Report) -> Result<(), StoreError> {
    REPORT_ROWS.write(tx, std::slice::from_ref(report), bind).await?;
    Ok(())
}

/// Puts `after` in the place of `before`, and keeps `before` as a past revision. False when the report no longer stands
/// at `before`'s revision: somebody was faster. `after.revision` must be the next number; `message` says what changed it.
pub async fn replace(tx: &mut Tx, before: &Report, after: &Report, message: MessageId) -> Result<bool, StoreError> {
    if !overwrite(tx, before, after).await? {
        return Ok(false);
    }
    let query = sqlx::query(
        "INSERT INTO revision (report_id, number, reference_date, state, field_values, replaced_by, replaced_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let query = query
        .bind(before.id.to_string())
        .bind(before.revision)
        .bind(before.date.to_string())
        .bind(before.state.word())
        .bind(row::values_text(before))
        .bind(message.to_string())
        .bind(after.updated.0);
    tx.execute_one("revision", query).await?;
    Ok(true)
}

/// Puts `after` in the place of `before` without keeping it: a draft that goes on. False when the report no longer
/// stands at `before`'s revision and state.
pub async fn overwrite(tx: &mut Tx, before: &Report, after: &Report) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "UPDATE report SET phone_index = $2, receipt = $3, flow = $4, flow_hash = $5, person_id = $6, reporter = $7, \
         body = $8, place_id = $9, network = $10, role = $11, reference_date = $12, period = $13, state = $14, \
         zero = $15, revision = $16, field_values = $17, digest = $18, message_id = $19, received_on = $20, \
         created_ms = $21, updated_ms = $22 WHERE id = $1 AND revision = $23 AND state = $24",
    );
    let query = bind(query, after).bind(before.revision).bind(before.state.word());
    Ok(tx.execute(query).await? == 1)
}

/// One report.
pub async fn by_id(tx: &mut Tx, id: ReportId) -> Result<Option<Report>, StoreError> {
    one(tx, sqlx::query(BY_ID).bind(id.to_string())).await
}

/// The report with this receipt of one phone.
pub async fn by_receipt(tx: &mut Tx, phone_index: &str, receipt: i64) -> Result<Option<Report>, StoreError> {
    const SQL: &str = select!("FROM report r WHERE r.phone_index = $1 AND r.receipt = $2");
    one(tx, sqlx::query(SQL).bind(phone_index).bind(receipt)).await
}

/// The reports with this receipt sent from this phone, or by its people from another phone of theirs. Only those their
/// senders can change or took back: one given up before it was complete would be corrected and still never count.
pub async fn by_receipt_of_people(tx: &mut Tx, phone_index: &str, receipt: i64) -> Result<Vec<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.receipt = $2 AND r.state IN ('counted', 'awaiting_visa', 'cancelled') AND ",
        "(r.phone_index = $1 OR (r.phone_index IN (SELECT o.phone_index ",
        "FROM person_phone l JOIN person_phone o ON o.person_id = l.person_id WHERE l.phone_index = $1) ",
        "AND r.person_id IN (SELECT l.person_id FROM person_phone l WHERE l.phone_index = $1))) ORDER BY r.id"
    );
    several(tx, sqlx::query(SQL).bind(phone_index).bind(receipt)).await
}

/// The last reports of this person from phones of theirs, the newest first: those [`by_receipt_of_people`] finds there.
pub async fn last_of_person(tx: &mut Tx, person: PersonId, limit: usize) -> Result<Vec<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.phone_index IN (SELECT l.phone_index FROM person_phone l WHERE l.person_id = $1) ",
        "AND r.person_id = $1 AND r.state IN ('counted', 'awaiting_visa', 'cancelled') ",
        "ORDER BY r.created_ms DESC, r.id DESC LIMIT $2"
    );
    let limit = i64::try_from(limit).unwrap_or(PAGE_ROWS_MAX).clamp(1, PAGE_ROWS_MAX);
    several(tx, sqlx::query(SQL).bind(person.to_string()).bind(limit)).await
}

/// The last counted report of this reporter and flow before this day, if there is one.
pub async fn before(tx: &mut Tx, reporter: &str, flow: &str, day: Date) -> Result<Option<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.reporter = $1 AND r.flow = $2 AND r.reference_date < $3 AND r.state = 'counted' ",
        "AND r.zero = 0 ORDER BY r.reference_date DESC, r.id DESC LIMIT 1"
    );
    one(tx, sqlx::query(SQL).bind(reporter).bind(flow).bind(day.to_string())).await
}

/// The last counted report of this reporter and flow about a day from `from` to `to`, other than `except`, if there is one.
pub async fn last_between(
    tx: &mut Tx,
    reporter: &str,
    flow: &str,
    (from, to): (Date, Date),
    except: ReportId,
) -> Result<Option<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.reporter = $1 AND r.flow = $2 AND r.reference_date >= $3 AND r.reference_date <= $4 ",
        "AND r.state = 'counted' AND r.zero = 0 AND r.id <> $5 ORDER BY r.reference_date DESC, r.id DESC LIMIT 1"
    );
    let query = sqlx::query(SQL).bind(reporter).bind(flow).bind(from.to_string()).bind(to.to_string());
    one(tx, query.bind(except.to_string())).await
}

/// The counted report of this flow about this very place for this period, if there is one.
pub async fn of_place(tx: &mut Tx, place: PlaceId, flow: &str, period: &str) -> Result<Option<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.place_id = $1 AND r.flow = $2 AND r.period = $3 ",
        "AND r.state IN ('counted', 'awaiting_visa') AND r.zero = 0 ORDER BY r.id LIMIT 1"
    );
    one(tx, sqlx::query(SQL).bind(place.0).bind(flow).bind(period)).await
}

/// What to look for: a report of this reporter, flow and day, with these values ([`Values::digest`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness {
    /// Who owes it.
    pub reporter: String,
    /// Flow id.
    pub flow: String,
    /// Reference date.
    pub date: Date,
    /// Digest of the values.
    pub digest: String,
}

#[derive(FromRow)]
struct LikeRow {
    reporter: String,
    flow: String,
    reference_date: String,
    digest: String,
    phone_index: String,
    receipt: i64,
}

/// The reports that are alike and count or wait for an officer: phone and receipt of the first of each. Few statements for
/// all.
pub async fn same(tx: &mut Tx, wanted: &[Likeness]) -> Result<BTreeMap<Likeness, (String, i64)>, StoreError> {
    const BY_LIKENESS: Wanted<4> = Wanted {
        columns: ["reporter", "flow", "reference_date", "digest"],
        select: "SELECT r.reporter, r.flow, r.reference_date, r.digest, r.phone_index, r.receipt \
                 FROM wanted w CROSS JOIN report r WHERE r.reporter = w.reporter AND r.flow = w.flow \
                 AND r.reference_date = w.reference_date AND r.digest = w.digest AND r.state IN ('counted', 'awaiting_visa') \
                 ORDER BY r.id",
    };
    let mut found = BTreeMap::new();
    for chunk in wanted.chunks(KEYS_AT_ONCE) {
        let key =
            |like: &Likeness| [like.reporter.clone(), like.flow.clone(), like.date.to_string(), like.digest.clone()];
        let keys: Vec<[String; 4]> = chunk.iter().map(key).collect();
        let rows: Vec<LikeRow> = tx.all(BY_LIKENESS.query(tx.backend(), &keys)).await?;
        for row in rows {
            let date = Origin::new("report", &row.reporter).parse("reference_date", &row.reference_date)?;
            let like = Likeness { reporter: row.reporter, flow: row.flow, date, digest: row.digest };
            found.entry(like).or_insert((row.phone_index, row.receipt));
        }
    }
    Ok(found)
}

/// The meeting this body held on this day, if one was already reported.
pub async fn meeting(tx: &mut Tx, reporter: &str, flow: &str, date: Date) -> Result<Option<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.reporter = $1 AND r.flow = $2 AND r.reference_date = $3 ",
        "AND r.state = 'counted' AND r.zero = 0 ORDER BY r.id"
    );
    let found = several(tx, sqlx::query(SQL).bind(reporter).bind(flow).bind(date.to_string())).await?;
    Ok(found.into_iter().find(|report| report.values.get(NOT_HELD_LABEL).is_none()))
}

#[derive(FromRow)]
struct ReceivedRow {
    period: String,
    flow: String,
    reporter: String,
}

/// Those of several (period, flow, reporter) that something was received from: who does not owe. Few statements for all.
pub async fn received_of(tx: &mut Tx, wanted: &[[String; 3]]) -> Result<BTreeSet<[String; 3]>, StoreError> {
    const BY_KEY: Wanted<3> = Wanted {
        columns: ["period", "flow", "reporter"],
        select: "SELECT v.period, v.flow, v.reporter FROM wanted w CROSS JOIN received v \
                 WHERE v.period = w.period AND v.flow = w.flow AND v.reporter = w.reporter",
    };
    let mut found = BTreeSet::new();
    for chunk in wanted.chunks(KEYS_AT_ONCE) {
        let rows: Vec<ReceivedRow> = tx.all(BY_KEY.query(tx.backend(), chunk)).await?;
        found.extend(rows.into_iter().map(|row| [row.period, row.flow, row.reporter]));
    }
    Ok(found)
}

/// The reports kept of an unknown number since `since`, oldest first.
pub async fn held_since(tx: &mut Tx, phone_index: &str, since: Instant) -> Result<Vec<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM report r WHERE r.phone_index = $1 AND r.state = 'held' AND r.created_ms >= $2 ORDER BY r.receipt"
    );
    several(tx, sqlx::query(SQL).bind(phone_index).bind(since.0)).await
}

/// Drafts last changed before `before`, oldest first: to be given up.
pub async fn drafts_older_than(tx: &mut Tx, before: Instant, limit: i64) -> Result<Vec<Report>, StoreError> {
    const SQL: &str =
        select!("FROM report r WHERE r.state = 'draft' AND r.updated_ms < $1 ORDER BY r.updated_ms, r.id LIMIT $2");
    several(tx, sqlx::query(SQL).bind(before.0).bind(limit.clamp(1, PAGE_ROWS_MAX))).await
}

/// Every report after `after` in the order of ids, page by page.
pub async fn all_after(tx: &mut Tx, after: Option<ReportId>, limit: i64) -> Result<Vec<Report>, StoreError> {
    const SQL: &str = select!("FROM report r WHERE r.id > $1 ORDER BY r.id LIMIT $2");
    let after = after.map_or(String::new(), |id| id.to_string());
    several(tx, sqlx::query(SQL).bind(after).bind(limit.clamp(1, PAGE_ROWS_MAX))).await
}

/// A revision a report no longer stands at.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i64,
    /// Reference date then.
    pub date: Date,
    /// State then.
    pub state: ReportState,
    /// Values then.
    pub values: Values,
    /// The message that changed it.
    pub replaced_by: MessageId,
    /// When.
    pub replaced: Instant,
}

#[derive(FromRow)]
struct RevisionRow {
    number: i64,
    reference_date: String,
    state: String,
    field_values: String,
    replaced_by: String,
    replaced_ms: i64,
}

/// The past revisions of a report, oldest first.
pub async fn history(tx: &mut Tx, id: ReportId) -> Result<Vec<Revision>, StoreError> {
    let id = id.to_string();
    let query = sqlx::query(
        "SELECT number, reference_date, state, field_values, replaced_by, replaced_ms FROM revision \
         WHERE report_id = $1 ORDER BY number",
    );
    let rows: Vec<RevisionRow> = tx.all(query.bind(id.as_str())).await?;
    let origin = Origin::new("revision", &id);
    let revision = |row: RevisionRow| {
        Ok(Revision {
            number: row.number,
            date: origin.parse("reference_date", &row.reference_date)?,
            state: origin.word("state", &row.state, ReportState::from_word)?,
            values: origin.json("field_values", &row.field_values)?,
            replaced_by: origin.parse("replaced_by", &row.replaced_by)?,
            replaced: Instant(row.replaced_ms),
        })
    };
    rows.into_iter().map(revision).collect()
}
