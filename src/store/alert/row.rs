//! Alerts as rows.

use sqlx::FromRow;

use super::super::rows::Rows;
use super::super::sealed::{Origin, Seal};
use super::super::tx::Query;
use super::super::{StoreError, Tx};
use super::{Alert, Behind};
use crate::base::{Instant, PlaceId};

#[derive(FromRow)]
pub(super) struct AlertRow {
    id: String,
    area_id: i64,
    number: i64,
    flow: String,
    flow_hash: String,
    network: String,
    sender_role: String,
    kind: String,
    merge_key: String,
    place_id: i64,
    reference_date: String,
    role: String,
    channel: String,
    content_sealed: String,
    opened_ms: i64,
    opened_on: String,
    acknowledge_by_ms: i64,
    told_area_id: Option<i64>,
    acknowledged_by: Option<String>,
    acknowledged_ms: Option<i64>,
    escalated_ms: Option<i64>,
    withdrawn_ms: Option<i64>,
    first_report: Option<String>,
    reports: i64,
}

/// `SELECT` of every column of an alert `a`, and what follows it.
macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT a.id, a.area_id, a.number, a.flow, a.flow_hash, a.network, a.sender_role, a.kind, a.merge_key, ",
            "a.place_id, a.reference_date, a.role, a.channel, a.content_sealed, a.opened_ms, a.opened_on, ",
            "a.acknowledge_by_ms, a.told_area_id, a.acknowledged_by, a.acknowledged_ms, a.escalated_ms, a.withdrawn_ms, ",
            "(SELECT MIN(r.report_id) FROM alert_report r WHERE r.alert_id = a.id) AS first_report, ",
            "(SELECT COUNT(*) FROM alert_report r WHERE r.alert_id = a.id) AS reports FROM alert a ",
            $($rest),+
        )
    };
}
pub(super) use select;

impl AlertRow {
    fn alert(self, seal: &Seal) -> Result<Alert, StoreError> {
        let origin = Origin::new("alert", &self.id);
        let content = origin.text("content_sealed", seal, &self.content_sealed)?;
        Ok(Alert {
            id: origin.parse("id", &self.id)?,
            date: origin.parse("reference_date", &self.reference_date)?,
            content: origin.json("content_sealed", &content)?,
            acknowledged_by: origin.parse_optional("acknowledged_by", &self.acknowledged_by)?,
            role: (!self.role.is_empty()).then(|| self.role.clone()),
            area: PlaceId(self.area_id),
            number: self.number,
            flow: self.flow.clone(),
            flow_hash: self.flow_hash.clone(),
            network: self.network.clone(),
            sender_role: self.sender_role.clone(),
            kind: self.kind.clone(),
            key: self.merge_key.clone(),
            place: PlaceId(self.place_id),
            channel: self.channel.clone(),
            opened: Instant(self.opened_ms),
            opened_on: origin.parse("opened_on", &self.opened_on)?,
            acknowledge_by: Instant(self.acknowledge_by_ms),
            told: self.told_area_id.map(PlaceId),
            acknowledged: self.acknowledged_ms.map(Instant),
            escalated: self.escalated_ms.map(Instant),
            withdrawn: self.withdrawn_ms.map(Instant),
            report: origin.parse_optional("report_id", &self.first_report)?,
            merged: (self.reports - 1).max(0),
        })
    }
}

pub(super) async fn several(tx: &mut Tx, query: Query) -> Result<Vec<Alert>, StoreError> {
    let seal = tx.seal();
    let rows: Vec<AlertRow> = tx.all(query).await?;
    rows.into_iter().map(|row| row.alert(&seal)).collect()
}

/// Every column of an alert, as [`bind`] gives them.
pub(super) const ALERT_ROWS: Rows = Rows {
    head: "INSERT INTO alert (id, area_id, number, flow, kind, merge_key, place_id, reference_date, role, channel, \
           content_sealed, opened_ms, opened_on, acknowledge_by_ms, told_area_id, acknowledged_by, acknowledged_ms, \
           escalated_ms, flow_hash, network, sender_role)",
    columns: 21,
    tail: "",
};

/// Binds the columns of [`ALERT_ROWS`].
pub(super) fn bind(query: Query, alert: &Alert, seal: &Seal) -> Query {
    let content = serde_json::to_string(&alert.content).expect("texts by language always serialise");
    query
        .bind(alert.id.to_string())
        .bind(alert.area.0)
        .bind(alert.number)
        .bind(alert.flow.clone())
        .bind(alert.kind.clone())
        .bind(alert.key.clone())
        .bind(alert.place.0)
        .bind(alert.date.to_string())
        .bind(alert.role.clone().unwrap_or_default())
        .bind(alert.channel.clone())
        .bind(seal.text(&content))
        .bind(alert.opened.0)
        .bind(alert.opened_on.to_string())
        .bind(alert.acknowledge_by.0)
        .bind(alert.told.map(|area| area.0))
        .bind(alert.acknowledged_by.map(|officer| officer.to_string()))
        .bind(alert.acknowledged.map(|at| at.0))
        .bind(alert.escalated.map(|at| at.0))
        .bind(alert.flow_hash.clone())
        .bind(alert.network.clone())
        .bind(alert.sender_role.clone())
}

/// Reports behind alerts. Twice is once.
pub(super) const BEHIND_ROWS: Rows = Rows {
    head: "INSERT INTO alert_report (alert_id, report_id, repeats)",
    columns: 3,
    tail: "ON CONFLICT (alert_id, report_id) DO NOTHING",
};

/// Binds the columns of [`BEHIND_ROWS`].
pub(super) fn bind_behind(query: Query, behind: &Behind) -> Query {
    query.bind(behind.alert.to_string()).bind(behind.report.to_string()).bind(i64::from(behind.repeats))
}
