//! Work left for a supervisor by a check of a report.

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Date, Instant, PlaceId, ReportId};

/// An open task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The report it is about.
    pub report: ReportId,
    /// The check that opened it.
    pub check: String,
    /// The place the report is about.
    pub place: PlaceId,
    /// Since when it is open.
    pub opened: Instant,
}

#[derive(FromRow)]
struct TaskRow {
    report_id: String,
    check_id: String,
    place_id: i64,
    opened_ms: i64,
}

/// Opens a task of a report for each of `checks` that has none open, and closes its others.
pub async fn set(
    tx: &mut Tx,
    report: ReportId,
    place: PlaceId,
    checks: &[String],
    now: Instant,
) -> Result<(), StoreError> {
    let id = report.to_string();
    for task in of_report(tx, report).await? {
        if !checks.contains(&task.check) {
            let close = sqlx::query(
                "UPDATE task SET closed_ms = $3 WHERE report_id = $1 AND check_id = $2 AND closed_ms IS NULL",
            );
            tx.execute(close.bind(id.as_str()).bind(task.check).bind(now.0)).await?;
        }
    }
    for check in checks {
        let open = sqlx::query(
            "INSERT INTO task (report_id, check_id, place_id, opened_ms, closed_ms) VALUES ($1, $2, $3, $4, NULL) \
             ON CONFLICT (report_id, check_id) DO UPDATE SET place_id = excluded.place_id, closed_ms = NULL, \
             opened_ms = CASE WHEN task.closed_ms IS NULL THEN task.opened_ms ELSE excluded.opened_ms END",
        );
        tx.execute_one("task", open.bind(id.as_str()).bind(check.as_str()).bind(place.0).bind(now.0)).await?;
    }
    Ok(())
}

/// The open tasks of one report.
pub async fn of_report(tx: &mut Tx, report: ReportId) -> Result<Vec<Task>, StoreError> {
    let query = sqlx::query(
        "SELECT report_id, check_id, place_id, opened_ms FROM task WHERE report_id = $1 AND closed_ms IS NULL \
         ORDER BY check_id",
    );
    let rows: Vec<TaskRow> = tx.all(query.bind(report.to_string())).await?;
    rows.into_iter().map(TaskRow::task).collect()
}

/// The open tasks in an area, longest open first. At most `limit`.
pub async fn open_in(tx: &mut Tx, area: PlaceId, day: Date, limit: i64) -> Result<Vec<Task>, StoreError> {
    let query = sqlx::query(
        "SELECT t.report_id, t.check_id, t.place_id, t.opened_ms FROM place_within w \
         JOIN task t ON t.place_id = w.place_id WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 \
         AND t.closed_ms IS NULL ORDER BY t.opened_ms, t.report_id, t.check_id LIMIT $3",
    );
    let query = query.bind(area.0).bind(day.to_string()).bind(limit.clamp(1, PAGE_ROWS_MAX));
    tx.all::<TaskRow>(query).await?.into_iter().map(TaskRow::task).collect()
}

impl TaskRow {
    fn task(self) -> Result<Task, StoreError> {
        Ok(Task {
            report: Origin::new("task", &self.report_id).parse("report_id", &self.report_id)?,
            check: self.check_id,
            place: PlaceId(self.place_id),
            opened: Instant(self.opened_ms),
        })
    }
}
