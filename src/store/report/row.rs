//! The row of a report, and its way in and out.

use sqlx::FromRow;

use super::super::StoreError;
use super::super::rows::Rows;
use super::super::sealed::{Origin, printable};
use super::super::tx::{Query, Tx};
use crate::base::{Instant, PlaceId};
use crate::report::{Report, ReportState};

/// `SELECT` of every column of a report `r`, and what follows it.
macro_rules! select {
    ($($rest:expr),+) => {
        concat!(
            "SELECT r.id, r.phone_index, r.receipt, r.flow, r.flow_hash, r.person_id, r.reporter, r.body, r.place_id, ",
            "r.network, r.role, r.reference_date, r.period, r.state, r.zero, r.revision, r.field_values, ",
            "r.message_id, r.received_on, r.created_ms, r.updated_ms ",
            $($rest),+
        )
    };
}
pub(super) use select;

pub(super) const BY_ID: &str = select!("FROM report r WHERE r.id = $1");

#[derive(FromRow)]
pub(super) struct ReportRow {
    id: String,
    phone_index: String,
    receipt: i64,
    flow: String,
    flow_hash: String,
    person_id: Option<String>,
    reporter: Option<String>,
    body: Option<String>,
    place_id: Option<i64>,
    network: String,
    role: String,
    reference_date: String,
    period: String,
    state: String,
    zero: i64,
    revision: i64,
    field_values: String,
    message_id: String,
    received_on: String,
    created_ms: i64,
    updated_ms: i64,
}

impl ReportRow {
    pub fn report(self) -> Result<Report, StoreError> {
        let origin = Origin::new("report", &self.id);
        Ok(Report {
            id: origin.parse("id", &self.id)?,
            person: origin.parse_optional("person_id", &self.person_id)?,
            place: self.place_id.map(PlaceId),
            date: origin.parse("reference_date", &self.reference_date)?,
            state: origin.word("state", &self.state, ReportState::from_word)?,
            zero: match self.zero {
                0 => false,
                1 => true,
                _ => return Err(origin.corrupt("zero")),
            },
            values: origin.json("field_values", &self.field_values)?,
            message: origin.parse("message_id", &self.message_id)?,
            received_on: origin.parse("received_on", &self.received_on)?,
            phone_index: self.phone_index,
            receipt: self.receipt,
            flow: self.flow,
            flow_hash: self.flow_hash,
            reporter: self.reporter,
            body: self.body,
            network: self.network,
            role: self.role,
            period: self.period,
            revision: self.revision,
            created: Instant(self.created_ms),
            updated: Instant(self.updated_ms),
        })
    }
}

pub(super) async fn one(tx: &mut Tx, query: Query) -> Result<Option<Report>, StoreError> {
    tx.optional::<ReportRow>(query).await?.map(ReportRow::report).transpose()
}

pub(super) async fn several(tx: &mut Tx, query: Query) -> Result<Vec<Report>, StoreError> {
    tx.all::<ReportRow>(query).await?.into_iter().map(ReportRow::report).collect()
}

/// The values as JSON, fit for any database.
pub(super) fn values_text(report: &Report) -> String {
    printable(&serde_json::to_string(&report.values).expect("values always serialise"))
}

pub(in crate::store) const REPORT_ROWS: Rows = Rows {
    head: "INSERT INTO report (id, phone_index, receipt, flow, flow_hash, person_id, reporter, body, place_id, \
           network, role, reference_date, period, state, zero, revision, field_values, digest, message_id, \
           received_on, created_ms, updated_ms)",
    columns: 22,
    tail: "",
};

/// Every column in the order of the table.
pub(in crate::store) fn bind(query: Query, report: &Report) -> Query {
    query
        .bind(report.id.to_string())
        .bind(report.phone_index.clone())
        .bind(report.receipt)
        .bind(report.flow.clone())
        .bind(report.flow_hash.clone())
        .bind(report.person.map(|person| person.to_string()))
        .bind(report.reporter.clone())
        .bind(report.body.clone())
        .bind(report.place.map(|place| place.0))
        .bind(report.network.clone())
        .bind(report.role.clone())
        .bind(report.date.to_string())
        .bind(report.period.clone())
        .bind(report.state.word())
        .bind(i64::from(report.zero))
        .bind(report.revision)
        .bind(values_text(report))
        .bind(report.values.digest())
        .bind(report.message.to_string())
        .bind(report.received_on.to_string())
        .bind(report.created.0)
        .bind(report.updated.0)
}
