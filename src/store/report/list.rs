//! Reports as lists show them.

use sqlx::FromRow;

use super::super::limits::PAGE_ROWS_MAX;
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

/// The reports that match, newest first, from just before `before` on. At most `limit` rows.
pub async fn list(
    tx: &mut Tx,
    filter: &Filter,
    before: Option<ReportId>,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    const SQL: &str = select!(
        ", m.text_sealed FROM report r LEFT JOIN message m ON m.id = r.message_id WHERE ($1 IS NULL OR r.id < $1) ",
        "AND ($2 IS NULL OR r.flow = $2) AND ($3 IS NULL OR r.state = $3) AND ($4 IS NULL OR r.reference_date >= $4) ",
        "AND ($5 IS NULL OR r.reference_date <= $5) AND ($6 IS NULL OR r.updated_ms >= $6) ",
        "AND ($7 IS NULL OR EXISTS (SELECT 1 FROM place_within w WHERE w.area_id = $7 AND w.place_id = r.place_id ",
        "AND w.from_day <= r.reference_date AND w.to_day >= r.reference_date)) ORDER BY r.id DESC LIMIT $8"
    );
    let query = sqlx::query(SQL)
        .bind(before.map(|id| id.to_string()))
        .bind(filter.flow.clone())
        .bind(filter.state.map(ReportState::word))
        .bind(filter.from.map(|day| day.to_string()))
        .bind(filter.to.map(|day| day.to_string()))
        .bind(filter.since.map(|instant| instant.0))
        .bind(filter.area.map(|area| area.0))
        .bind(limit.clamp(1, PAGE_ROWS_MAX));
    let seal = tx.seal();
    let rows: Vec<ListedRow> = tx.all(query).await?;
    let listed = |row: ListedRow| {
        let report = row.report.report()?;
        let id = report.message.to_string();
        let text = Origin::new("message", &id).text_optional("text_sealed", &seal, &row.text_sealed)?;
        Ok(Listed { report, text })
    };
    rows.into_iter().map(listed).collect()
}
