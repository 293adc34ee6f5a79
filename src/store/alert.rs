//! Alerts officers have to acknowledge, and the reports behind each.

mod counted;
mod list;
mod row;

pub use counted::{CountedAlert, opened_between, opened_ends};
pub use list::{AlertState, Filter, Tally, count_open, list, open_in, tally};
use row::{ALERT_ROWS, BEHIND_ROWS, bind, bind_behind, select, several};

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{AlertId, Date, Instant, Language, PersonId, PlaceId, ReportId};

/// An alert, open or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The area that numbers it.
    pub area: PlaceId,
    /// Its number there.
    pub number: i64,
    /// Flow id of its reports.
    pub flow: String,
    /// The text of that flow it counts by: that of the report which opened it.
    pub flow_hash: String,
    /// Network of that report.
    pub network: String,
    /// Role of its sender.
    pub sender_role: String,
    /// Its id within the flow.
    pub kind: String,
    /// The values that make another report of the same place the same alert.
    pub key: String,
    /// The place it is about.
    pub place: PlaceId,
    /// The day its first report is about.
    pub date: Date,
    /// The one role that is told; without it, every role that may ask for figures.
    pub role: Option<String>,
    /// Channel its messages go out by.
    pub channel: String,
    /// What officers are told, by language.
    pub content: BTreeMap<Language, String>,
    /// Since when it is open.
    pub opened: Instant,
    /// That day, where the programme worked then.
    pub opened_on: Date,
    /// Until when somebody has to acknowledge it.
    pub acknowledge_by: Instant,
    /// The area whose officers were told last; `None` while nobody could be.
    pub told: Option<PlaceId>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<PersonId>,
    /// When.
    pub acknowledged: Option<Instant>,
    /// When the officers of the next area up were told.
    pub escalated: Option<Instant>,
    /// When its last report was corrected or taken back.
    pub withdrawn: Option<Instant>,
    /// The first of the reports behind it; `None` where there is none any more.
    pub report: Option<ReportId>,
    /// Reports merged into it, beside the first.
    pub merged: i64,
}

/// Opens alerts.
pub async fn open(tx: &mut Tx, alerts: &[Alert]) -> Result<(), StoreError> {
    let seal = tx.seal();
    ALERT_ROWS.write(tx, alerts, |query, alert| bind(query, alert, &seal)).await?;
    Ok(())
}

/// A report behind an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The alert.
    pub alert: AlertId,
    /// The report.
    pub report: ReportId,
    /// It adds nothing to the totals.
    pub repeats: bool,
}

/// Puts reports behind alerts. Twice is once.
pub async fn stand_behind(tx: &mut Tx, behind: &[Behind]) -> Result<(), StoreError> {
    BEHIND_ROWS.write(tx, behind, bind_behind).await?;
    Ok(())
}

/// What is the same alert: of this flow and kind, about this place, with these values.
#[derive(Clone, Copy, Debug)]
pub struct Sameness<'s> {
    /// Flow id.
    pub flow: &'s str,
    /// The alert's id within the flow.
    pub kind: &'s str,
    /// The place.
    pub place: PlaceId,
    /// The values it is merged by.
    pub key: &'s str,
}

/// From here to its end this transaction alone looks for these alerts and changes what stands behind them.
///
/// # Errors
/// A conflict when two transactions wait for each other; one of them is taken again.
pub async fn hold(tx: &mut Tx, alerts: impl IntoIterator<Item = Sameness<'_>>) -> Result<(), StoreError> {
    tx.hold(&alerts.into_iter().map(|alert| alert.held_as()).collect()).await
}

impl Alert {
    /// What makes another report the same alert.
    pub fn sameness(&self) -> Sameness<'_> {
        Sameness { flow: &self.flow, kind: &self.kind, place: self.place, key: &self.key }
    }
}

impl Sameness<'_> {
    fn held_as(&self) -> String {
        let Sameness { flow, kind, place, key } = self;
        format!("alert {flow}.{kind} {place} {key}")
    }
}

/// The alert that another report of the same is merged into: opened after `since`, not withdrawn, and with a report behind
/// it still. One whose reports were all taken back after an officer saw it counts for nobody.
///
/// From here to its end this transaction alone looks for this very alert, so that two servers never open it twice.
pub async fn same(tx: &mut Tx, sameness: Sameness<'_>, since: Instant) -> Result<Option<Alert>, StoreError> {
    let Sameness { flow, kind, place, key } = sameness;
    hold(tx, [sameness]).await?;
    const SQL: &str = select!(
        "WHERE a.flow = $1 AND a.kind = $2 AND a.place_id = $3 AND a.merge_key = $4 AND a.opened_ms > $5 ",
        "AND a.withdrawn_ms IS NULL AND EXISTS (SELECT 1 FROM alert_report b WHERE b.alert_id = a.id) ",
        "ORDER BY a.opened_ms DESC, a.id DESC LIMIT 1"
    );
    let query = sqlx::query(SQL).bind(flow.to_owned()).bind(kind.to_owned()).bind(place.0).bind(key.to_owned());
    Ok(several(tx, query.bind(since.0)).await?.pop())
}

/// The alerts this report stands behind.
pub async fn of_report(tx: &mut Tx, report: ReportId) -> Result<Vec<Alert>, StoreError> {
    const SQL: &str = select!("JOIN alert_report b ON b.alert_id = a.id WHERE b.report_id = $1 ORDER BY a.id");
    several(tx, sqlx::query(SQL).bind(report.to_string())).await
}

#[derive(FromRow)]
struct BehindRow {
    report_id: String,
    repeats: i64,
}

/// What taking a report from behind an alert left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Others stand behind it, and what counted counts.
    Others,
    /// This one counts in the place of the one that went.
    Next(ReportId),
    /// Nothing stands behind it any more, and it was withdrawn.
    Withdrawn,
    /// Nothing stands behind it any more; an officer had acknowledged it, or it was withdrawn before.
    Nothing,
}

/// Takes a report from behind an alert. With the last one an alert that nobody acknowledged is withdrawn; where the one
/// that counted goes, the next one counts in its place.
///
/// Holds the alert as [`same`] does, so that nothing is merged into one that is being withdrawn.
pub async fn step_back(tx: &mut Tx, alert: &Alert, report: ReportId, now: Instant) -> Result<Left, StoreError> {
    hold(tx, [alert.sameness()]).await?;
    let (alert, report) = (alert.id.to_string(), report.to_string());
    let query = sqlx::query("DELETE FROM alert_report WHERE alert_id = $1 AND report_id = $2");
    tx.execute(query.bind(alert.clone()).bind(report)).await?;
    let query = sqlx::query("SELECT report_id, repeats FROM alert_report WHERE alert_id = $1 ORDER BY report_id");
    let left: Vec<BehindRow> = tx.all(query.bind(alert.clone())).await?;
    if left.is_empty() {
        let query = sqlx::query(
            "UPDATE alert SET withdrawn_ms = $2 WHERE id = $1 AND acknowledged_ms IS NULL AND withdrawn_ms IS NULL",
        );
        let withdrawn = tx.execute(query.bind(alert).bind(now.0)).await? == 1;
        return Ok(if withdrawn { Left::Withdrawn } else { Left::Nothing });
    }
    let counts = left.iter().any(|behind| behind.repeats == 0);
    let Some(next) = left.first().filter(|_| !counts) else { return Ok(Left::Others) };
    let query = sqlx::query("UPDATE alert_report SET repeats = 0 WHERE alert_id = $1 AND report_id = $2");
    tx.execute_one("alert_report", query.bind(alert.clone()).bind(next.report_id.clone())).await?;
    Origin::new("alert_report", &alert).parse("report_id", &next.report_id).map(Left::Next)
}

/// True for a report that was merged into an alert and adds nothing to the totals.
pub async fn repeats(tx: &mut Tx, report: ReportId) -> Result<bool, StoreError> {
    let query = sqlx::query("SELECT COUNT(*) FROM alert_report WHERE report_id = $1 AND repeats = 1");
    let (rows,): (i64,) = tx.one(query.bind(report.to_string())).await?;
    Ok(rows > 0)
}

/// Every such report, for a recount.
pub async fn all_repeats(tx: &mut Tx) -> Result<BTreeSet<ReportId>, StoreError> {
    let query = sqlx::query("SELECT report_id, repeats FROM alert_report WHERE repeats = 1");
    let rows: Vec<BehindRow> = tx.all(query).await?;
    rows.iter().map(|row| Origin::new("alert_report", &row.report_id).parse("report_id", &row.report_id)).collect()
}

/// The alerts with this number in `area` and in every area within it on `day`.
pub async fn numbered(tx: &mut Tx, area: PlaceId, day: Date, number: i64) -> Result<Vec<Alert>, StoreError> {
    const SQL: &str = select!(
        "JOIN place_within w ON w.place_id = a.area_id WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 ",
        "AND a.number = $3 ORDER BY a.area_id"
    );
    several(tx, sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(number)).await
}

/// An officer has seen it: gives it as it stands now; none when somebody was faster or it was taken back.
pub async fn acknowledge(tx: &mut Tx, id: AlertId, by: PersonId, now: Instant) -> Result<Option<Alert>, StoreError> {
    let query = sqlx::query(
        "UPDATE alert SET acknowledged_by = $2, acknowledged_ms = $3 WHERE id = $1 AND acknowledged_ms IS NULL \
         AND withdrawn_ms IS NULL",
    );
    if tx.execute(query.bind(id.to_string()).bind(by.to_string()).bind(now.0)).await? == 0 {
        return Ok(None);
    }
    by_id(tx, &id.to_string()).await
}

async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Alert>, StoreError> {
    const SQL: &str = select!("WHERE a.id = $1");
    Ok(several(tx, sqlx::query(SQL).bind(id.to_owned())).await?.pop())
}

/// Notes whose officers were told.
pub async fn told(tx: &mut Tx, id: AlertId, area: PlaceId) -> Result<(), StoreError> {
    let query = sqlx::query("UPDATE alert SET told_area_id = $2 WHERE id = $1");
    tx.execute_one("alert", query.bind(id.to_string()).bind(area.0)).await
}

#[derive(FromRow)]
struct IdRow {
    id: String,
}

/// Claims the alerts nobody acknowledged in time, the longest waiting first: each is given once, to whoever asks first.
pub async fn escalate(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<Alert>, StoreError> {
    let query = sqlx::query(
        "UPDATE alert SET escalated_ms = $1 WHERE id IN (SELECT o.id FROM alert o WHERE o.acknowledge_by_ms <= $1 \
         AND o.acknowledged_ms IS NULL AND o.withdrawn_ms IS NULL AND o.escalated_ms IS NULL \
         ORDER BY o.acknowledge_by_ms, o.id LIMIT $2) \
         AND acknowledged_ms IS NULL AND withdrawn_ms IS NULL AND escalated_ms IS NULL RETURNING id",
    );
    let claimed: Vec<IdRow> = tx.all(query.bind(now.0).bind(limit.clamp(1, PAGE_ROWS_MAX))).await?;
    let mut alerts = Vec::with_capacity(claimed.len());
    for row in claimed {
        alerts.extend(by_id(tx, &row.id).await?);
    }
    alerts.sort_by_key(|alert| alert.id);
    Ok(alerts)
}
