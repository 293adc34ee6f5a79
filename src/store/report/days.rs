//! The days reports are about, all taken together.

use sqlx::FromRow;

use super::super::sealed::Origin;
use super::super::{StoreError, Tx};
use crate::base::Date;

/// What is told of the days of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysSince {
    /// The first day a report is about.
    pub first: Option<Date>,
    /// The last one.
    pub last: Option<Date>,
    /// How many are about the day asked for, or a later one.
    pub since: i64,
}

#[derive(FromRow)]
struct DaysRow {
    first: Option<String>,
    last: Option<String>,
    since: i64,
}

/// The days of the first and the last report, and how many are about `from` or later. Looks through all of them: for imports and recounts.
pub async fn days_since(tx: &mut Tx, from: Date) -> Result<DaysSince, StoreError> {
    let query = sqlx::query(
        "SELECT MIN(reference_date) AS first, MAX(reference_date) AS last, COUNT(CASE WHEN reference_date >= $1 THEN 1 END) AS since FROM report \
         WHERE place_id IS NOT NULL",
    );
    let row: DaysRow = tx.one(query.bind(from.to_string())).await?;
    let day =
        |day: Option<String>| day.map(|day| Origin::new("report", "days").parse("reference_date", &day)).transpose();
    Ok(DaysSince { first: day(row.first)?, last: day(row.last)?, since: row.since })
}
