//! The values of one person's reports, read and written anew wherever they stand: what erasing removes words from.

use sqlx::FromRow;

use crate::base::PersonId;
use crate::flow::values::Values;
use crate::store::sealed::{Origin, printable};
use crate::store::{StoreError, Tx};

/// Values of a report, as they stand in one place.
#[derive(Clone, Debug)]
pub struct Scrubbed {
    /// Hash of the flow they are of.
    pub flow_hash: String,
    /// The values.
    pub values: Values,
    report: String,
    place: Place,
}

impl Scrubbed {
    /// True for the values the report stands at now.
    pub fn is_current(&self) -> bool {
        matches!(self.place, Place::Current)
    }
}

#[derive(Clone, Debug)]
enum Place {
    Current,
    Revision(i64),
    Proposal,
}

#[derive(FromRow)]
struct ValuesRow {
    report_id: String,
    flow_hash: String,
    number: i64,
    field_values: String,
}

/// Every place where values of a person's reports stand.
pub async fn to_scrub(tx: &mut Tx, id: PersonId) -> Result<Vec<Scrubbed>, StoreError> {
    const PLACES: [&str; 3] = [
        "SELECT r.id AS report_id, r.flow_hash, CAST(0 AS BIGINT) AS number, r.field_values FROM report r \
         WHERE r.person_id = $1",
        "SELECT v.report_id, r.flow_hash, v.number, v.field_values FROM revision v JOIN report r ON r.id = v.report_id \
         WHERE r.person_id = $1",
        "SELECT p.report_id, r.flow_hash, CAST(0 AS BIGINT) AS number, p.field_values FROM proposal p \
         JOIN report r ON r.id = p.report_id WHERE r.person_id = $1",
    ];
    let mut found = Vec::new();
    for (rank, sql) in PLACES.into_iter().enumerate() {
        let rows: Vec<ValuesRow> = tx.all(sqlx::query(sql).bind(id.to_string())).await?;
        for row in rows {
            let values = Origin::new("report", &row.report_id).json("field_values", &row.field_values)?;
            let place = match rank {
                0 => Place::Current,
                1 => Place::Revision(row.number),
                _ => Place::Proposal,
            };
            found.push(Scrubbed { flow_hash: row.flow_hash, values, report: row.report_id, place });
        }
    }
    Ok(found)
}

/// Writes the values back where they came from. No revision is made of it: nothing but words is gone.
pub async fn scrub(tx: &mut Tx, scrubbed: &Scrubbed) -> Result<(), StoreError> {
    let values = printable(&serde_json::to_string(&scrubbed.values).expect("values always serialise"));
    let (report, digest) = (scrubbed.report.clone(), scrubbed.values.digest());
    let query = match scrubbed.place {
        Place::Current => sqlx::query("UPDATE report SET field_values = $2, digest = $3 WHERE id = $1")
            .bind(report)
            .bind(values)
            .bind(digest),
        Place::Revision(number) => {
            sqlx::query("UPDATE revision SET field_values = $2 WHERE report_id = $1 AND number = $3")
                .bind(report)
                .bind(values)
                .bind(number)
        }
        Place::Proposal => {
            sqlx::query("UPDATE proposal SET field_values = $2 WHERE report_id = $1").bind(report).bind(values)
        }
    };
    tx.execute_one("values", query).await
}
