//! What still waits in an area before its month is approved.

use super::super::{StoreError, Tx};
use crate::base::{Date, PlaceId};

/// How many reports of some days do not count yet, or may still change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Drafts: a value or an OUI is missing.
    pub drafts: i64,
    /// Waiting for an officer before they count.
    pub awaiting_visa: i64,
    /// Late changes and cancellations an officer has not decided.
    pub changes: i64,
}

/// What waits of the days from `first` to `last`, about places that lie in `area` on `last`.
pub async fn waiting(tx: &mut Tx, area: PlaceId, first: Date, last: Date) -> Result<Waiting, StoreError> {
    // The index of drafts is walked: they are few, and every other report is many.
    const DRAFTS: &str = "SELECT COUNT(*) AS drafts FROM report r CROSS JOIN place_within w WHERE r.state = 'draft' \
                          AND r.updated_ms > 0 AND r.reference_date >= $2 AND r.reference_date <= $3 \
                          AND w.area_id = $1 AND w.place_id = r.place_id AND w.from_day <= $3 AND w.to_day >= $3";
    const OFFICERS: &str = "SELECT a.kind, COUNT(*) AS waiting FROM place_within w CROSS JOIN approval a \
                            CROSS JOIN report r WHERE w.area_id = $1 AND w.from_day <= $3 AND w.to_day >= $3 \
                            AND a.area_id = w.place_id AND a.verdict = '' AND a.kind IN ('report', 'change') \
                            AND r.id = a.subject AND r.reference_date >= $2 AND r.reference_date <= $3 GROUP BY a.kind";
    let bound = |sql: &'static str| sqlx::query(sql).bind(area.0).bind(first.to_string()).bind(last.to_string());
    let (drafts,): (i64,) = tx.one(bound(DRAFTS)).await?;
    let mut waiting = Waiting { drafts, ..Waiting::default() };
    let kinds: Vec<(String, i64)> = tx.all(bound(OFFICERS)).await?;
    for (kind, count) in kinds {
        let counted = if kind == "report" { &mut waiting.awaiting_visa } else { &mut waiting.changes };
        *counted += count;
    }
    Ok(waiting)
}
