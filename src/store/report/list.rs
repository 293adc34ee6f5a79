//! Reports as lists show them.

use sqlx::FromRow;

use super::super::limits::{PAGE_ROWS_MAX, PLACES_LISTED_ONE_BY_ONE, REPORTS_LOOKED_AT_FIRST};
use super::super::sealed::Origin;
use super::super::{StoreError, Tx};
use super::row::{ReportRow, select};
use crate::base::{Date, Instant, PlaceId, ReportId};
use crate::report::{Report, ReportState};

/// Which reports to list; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// About a place in this area, by the parents of the report's day.
    pub area: Option<PlaceId>,
    /// Of this flow.
    pub flow: Option<String>,
    /// In this state.
    pub state: Option<ReportState>,
    /// About this day or a later one.
    pub from: Option<Date>,
    /// About this day or an earlier one.
    pub to: Option<Date>,
    /// Changed at this instant or later.
    pub since: Option<Instant>,
}

/// The reports of this flow that bodies in an area sent about the days from `from` to `to`, and that stand (counted, or
/// awaiting a visa): by place and day. Places lie as they do on `day`. There are no more of them than bodies hold meetings.
pub async fn of_bodies(
    tx: &mut Tx,
    (area, day): (PlaceId, Date),
    flow: &str,
    (from, to): (Date, Date),
) -> Result<Vec<Report>, StoreError> {
    const SQL: &str = select!(
        "FROM place_within w CROSS JOIN report r WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 ",
        "AND r.place_id = w.place_id AND r.flow = $3 AND r.reference_date >= $4 AND r.reference_date <= $5 ",
        "AND r.body IS NOT NULL AND r.state IN ('counted', 'awaiting_visa') ",
        "ORDER BY r.place_id, r.reference_date, r.id"
    );
    let query = sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(flow);
    let rows: Vec<ReportRow> = tx.all(query.bind(from.to_string()).bind(to.to_string())).await?;
    rows.into_iter().map(ReportRow::report).collect()
}

/// A report with the text that brought it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The report.
    pub report: Report,
    /// What was written, while it is kept.
    pub text: Option<String>,
}

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    report: ReportRow,
    text_sealed: Option<String>,
}

/// What is asked of a report but for its place. Ids are hexadecimal: all stand between nothing and a `g`, and said so the
/// databases begin and end at the index.
macro_rules! asked {
    () => {
        "r.id >= COALESCE($9, '') AND r.id < COALESCE($1, 'g') AND ($2 IS NULL OR r.flow = $2) AND ($3 IS NULL OR r.state = $3) \
         AND ($4 IS NULL OR r.reference_date >= $4) AND ($5 IS NULL OR r.reference_date <= $5) \
         AND ($6 IS NULL OR r.updated_ms >= $6)"
    };
}

/// The reports with these ids, with their texts.
macro_rules! with_texts {
    ($($ids:expr),+) => {
        select!(
            ", m.text_sealed FROM report r LEFT JOIN message m ON m.id = r.message_id WHERE r.id IN (SELECT i.id FROM (",
            $($ids),+,
            " ORDER BY r.id DESC LIMIT $8) i) ORDER BY r.id DESC"
        )
    };
}

macro_rules! by_place {
    () => {
        concat!(
            "SELECT r.id FROM place_within w CROSS JOIN report r WHERE w.area_id = $7 AND r.place_id = w.place_id ",
            "AND w.from_day <= r.reference_date AND w.to_day >= r.reference_date AND ",
            asked!()
        )
    };
}

/// From the newest on.
const NEWEST_FIRST: &str = with_texts!(
    "SELECT r.id FROM report r WHERE ",
    asked!(),
    " AND ($7 IS NULL OR EXISTS (SELECT 1 FROM place_within w WHERE w.area_id = $7 AND w.place_id = r.place_id ",
    "AND w.from_day <= r.reference_date AND w.to_day >= r.reference_date))"
);
/// Place by place: of an area of few places, however seldom they report.
const BY_PLACE: &str = with_texts!(by_place!());
/// The same where report type and days are named: then the index of a place leads to them.
const BOUNDED: &str =
    with_texts!(by_place!(), " AND r.flow = $2 AND r.reference_date >= $4 AND r.reference_date <= $5");

/// The first of the last [`REPORTS_LOOKED_AT_FIRST`] before `before`; `None` where there is none.
async fn first_of_last(tx: &mut Tx, before: Option<&str>) -> Result<Option<String>, StoreError> {
    let query = sqlx::query(
        "SELECT MIN(n.id) AS id FROM (SELECT id FROM report WHERE id < COALESCE($1, 'g') ORDER BY id DESC LIMIT $2) n",
    );
    let (first,): (Option<String>,) =
        tx.one(query.bind(before.map(str::to_owned)).bind(REPORTS_LOOKED_AT_FIRST)).await?;
    Ok(first)
}

/// True for an area of no more than [`PLACES_LISTED_ONE_BY_ONE`].
async fn is_of_few_places(tx: &mut Tx, area: PlaceId) -> Result<bool, StoreError> {
    let query =
        sqlx::query("SELECT COUNT(*) AS places FROM (SELECT 1 FROM place_within WHERE area_id = $1 LIMIT $2) first");
    let (places,): (i64,) = tx.one(query.bind(area.0).bind(PLACES_LISTED_ONE_BY_ONE + 1)).await?;
    Ok(places <= PLACES_LISTED_ONE_BY_ONE)
}

async fn matching(
    tx: &mut Tx,
    sql: &'static str,
    filter: &Filter,
    (from, before): (Option<&str>, Option<&str>),
    limit: i64,
) -> Result<Vec<ListedRow>, StoreError> {
    let query = sqlx::query(sql)
        .bind(before.map(str::to_owned))
        .bind(filter.flow.clone())
        .bind(filter.state.map(ReportState::word))
        .bind(filter.from.map(|day| day.to_string()))
        .bind(filter.to.map(|day| day.to_string()))
        .bind(filter.since.map(|instant| instant.0))
        .bind(filter.area.map(|area| area.0))
        .bind(limit)
        .bind(from.map(str::to_owned));
    tx.all(query).await
}

/// The rows of [`list`]. An area that reports fills its page from the latest reports, however many there are; what reports
/// seldom is looked for as far back as it goes.
async fn rows(tx: &mut Tx, filter: &Filter, before: Option<&str>, limit: i64) -> Result<Vec<ListedRow>, StoreError> {
    let Some(area) = filter.area else { return matching(tx, NEWEST_FIRST, filter, (None, before), limit).await };
    if filter.flow.is_some() && filter.from.is_some() && filter.to.is_some() {
        return matching(tx, BOUNDED, filter, (None, before), limit).await;
    }
    let first = first_of_last(tx, before).await?;
    let latest = matching(tx, NEWEST_FIRST, filter, (first.as_deref(), before), limit).await?;
    if latest.len() as i64 >= limit {
        return Ok(latest);
    }
    let sql = if is_of_few_places(tx, area).await? { BY_PLACE } else { NEWEST_FIRST };
    matching(tx, sql, filter, (None, before), limit).await
}

/// The reports that match, newest first, from just before `before` on. At most `limit` rows.
pub async fn list(
    tx: &mut Tx,
    filter: &Filter,
    before: Option<ReportId>,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let before = before.map(|id| id.to_string());
    let rows = rows(tx, filter, before.as_deref(), limit.clamp(1, PAGE_ROWS_MAX)).await?;
    let seal = tx.seal();
    let listed = |row: ListedRow| {
        let report = row.report.report()?;
        let id = report.message.to_string();
        let text = Origin::new("message", &id).text_optional("text_sealed", &seal, &row.text_sealed)?;
        Ok(Listed { report, text })
    };
    rows.into_iter().map(listed).collect()
}

/// Which reports are drawn from for a check: of one flow, about a day of a stretch.
#[derive(Clone, Copy, Debug)]
pub struct Drawable<'a> {
    /// About a place in this area, by the parents of the report's day.
    pub area: PlaceId,
    /// Of this flow.
    pub flow: &'a str,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

macro_rules! drawn_from {
    () => {
        "FROM place_within w CROSS JOIN report r WHERE w.area_id = $1 \
         AND r.place_id = w.place_id AND r.flow = $2 AND r.reference_date >= $3 AND r.reference_date <= $4 \
         AND w.from_day <= r.reference_date AND w.to_day >= r.reference_date "
    };
}

/// The ids and places of those that can be drawn, in no order: those that count and declare no zero, which has nothing to
/// check. `None` where reports of any kind are more than `limit`.
pub async fn drawable(
    tx: &mut Tx,
    wanted: &Drawable<'_>,
    limit: i64,
) -> Result<Option<Vec<(ReportId, PlaceId)>>, StoreError> {
    // Counted in the index alone.
    const COUNT: &str = concat!("SELECT COUNT(*) AS reports FROM (SELECT 1 ", drawn_from!(), "LIMIT $5) first");
    // One row for each place: handing over a row costs more than reading one.
    const DRAWN: &str = concat!(
        "SELECT r.place_id, STRING_AGG(r.id, '\n') AS ids ",
        drawn_from!(),
        "AND r.state = 'counted' AND r.zero = 0 GROUP BY r.place_id"
    );
    let asked = |sql: &'static str| {
        let query = sqlx::query(sql).bind(wanted.area.0).bind(wanted.flow);
        query.bind(wanted.from.to_string()).bind(wanted.to.to_string())
    };
    let (reports,): (i64,) = tx.one(asked(COUNT).bind(limit.saturating_add(1))).await?;
    if reports > limit {
        return Ok(None);
    }
    let rows: Vec<(i64, String)> = tx.all(asked(DRAWN)).await?;
    let drawn = |place: i64, id: &str| Ok((Origin::new("report", id).parse("id", id)?, PlaceId(place)));
    rows.iter().flat_map(|(place, ids)| ids.lines().map(|id| drawn(*place, id))).collect::<Result<_, _>>().map(Some)
}
