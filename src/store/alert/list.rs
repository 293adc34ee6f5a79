//! Alerts as lists show them.

use sqlx::FromRow;

use super::super::limits::PAGE_ROWS_MAX;
use super::super::{StoreError, Tx};
use super::{Alert, select, several};
use crate::base::{AlertId, Date, PlaceId};

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertState {
    /// Nobody acknowledged it yet.
    Open,
    /// An officer has seen it.
    Acknowledged,
    /// Its reports were corrected or taken back before anyone had.
    Withdrawn,
}

impl AlertState {
    const WORDS: [(AlertState, &'static str); 3] =
        [(AlertState::Open, "open"), (AlertState::Acknowledged, "acknowledged"), (AlertState::Withdrawn, "withdrawn")];

    /// The word used in the API and the store.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state called `word`.
    pub fn from_word(word: &str) -> Option<AlertState> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }
}

impl Alert {
    /// Where it stands.
    pub fn state(&self) -> AlertState {
        match (self.acknowledged, self.withdrawn) {
            (Some(_), _) => AlertState::Acknowledged,
            (None, Some(_)) => AlertState::Withdrawn,
            (None, None) => AlertState::Open,
        }
    }
}

/// Which alerts to list; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// About a place in this area.
    pub area: Option<PlaceId>,
    /// In this state.
    pub state: Option<AlertState>,
}

/// The alerts that match, newest first, from just before `before` on; places lie as they do on `day`. At most `limit`.
pub async fn list(
    tx: &mut Tx,
    filter: &Filter,
    day: Date,
    before: Option<AlertId>,
    limit: i64,
) -> Result<Vec<Alert>, StoreError> {
    const SQL: &str = select!(
        "WHERE ($1 IS NULL OR a.id < $1) AND ($2 IS NULL OR $2 = CASE WHEN a.acknowledged_ms IS NOT NULL ",
        "THEN 'acknowledged' WHEN a.withdrawn_ms IS NOT NULL THEN 'withdrawn' ELSE 'open' END) ",
        "AND ($3 IS NULL OR EXISTS (SELECT 1 FROM place_within w WHERE w.area_id = $3 AND w.place_id = a.place_id ",
        "AND w.from_day <= $4 AND w.to_day >= $4)) ORDER BY a.id DESC LIMIT $5"
    );
    // The newest that match would be looked for among all there ever were.
    if filter.state == Some(AlertState::Open) {
        return open(tx, (filter.area, day), before, limit).await;
    }
    let query = sqlx::query(SQL)
        .bind(before.map(|id| id.to_string()))
        .bind(filter.state.map(AlertState::word))
        .bind(filter.area.map(|area| area.0))
        .bind(day.to_string())
        .bind(limit.clamp(1, PAGE_ROWS_MAX));
    several(tx, query).await
}

/// The open alerts, of all places or about those in an area, newest first: looked for among what is open alone.
async fn open(
    tx: &mut Tx,
    (area, day): (Option<PlaceId>, Date),
    before: Option<AlertId>,
    limit: i64,
) -> Result<Vec<Alert>, StoreError> {
    const EVERYWHERE: &str = select!(
        "WHERE a.acknowledged_ms IS NULL AND a.withdrawn_ms IS NULL AND ($1 IS NULL OR a.id < $1) ",
        "ORDER BY a.id DESC LIMIT $2"
    );
    const SQL: &str = select!(
        "WHERE a.id IN (SELECT o.id FROM place_within w CROSS JOIN alert o WHERE w.area_id = $1 AND w.from_day <= $2 ",
        "AND w.to_day >= $2 AND o.place_id = w.place_id AND o.acknowledged_ms IS NULL AND o.withdrawn_ms IS NULL ",
        "AND ($3 IS NULL OR o.id < $3) ORDER BY o.id DESC LIMIT $4) ORDER BY a.id DESC"
    );
    let (before, limit) = (before.map(|id| id.to_string()), limit.clamp(1, PAGE_ROWS_MAX));
    let query = match area {
        None => sqlx::query(EVERYWHERE).bind(before).bind(limit),
        Some(area) => sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(before).bind(limit),
    };
    several(tx, query).await
}

/// The open alerts that an area numbers, or an area within it, on `day`: the longest open first. At most `limit`.
pub async fn open_in(tx: &mut Tx, area: PlaceId, day: Date, limit: i64) -> Result<Vec<Alert>, StoreError> {
    const SQL: &str = select!(
        "WHERE a.id IN (SELECT o.id FROM place_within w CROSS JOIN alert o WHERE w.area_id = $1 AND w.from_day <= $2 ",
        "AND w.to_day >= $2 AND o.area_id = w.place_id AND o.acknowledged_ms IS NULL AND o.withdrawn_ms IS NULL ",
        "ORDER BY o.opened_ms, o.area_id, o.number LIMIT $3) ORDER BY a.opened_ms, a.area_id, a.number"
    );
    several(tx, sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(limit.clamp(1, PAGE_ROWS_MAX))).await
}

/// How many alerts about places in an area are open on `day`.
pub async fn count_open(tx: &mut Tx, area: PlaceId, day: Date) -> Result<i64, StoreError> {
    let query = sqlx::query(
        "SELECT COUNT(*) FROM place_within w CROSS JOIN alert a WHERE w.area_id = $1 AND a.place_id = w.place_id \
         AND w.from_day <= $2 AND w.to_day >= $2 AND a.acknowledged_ms IS NULL AND a.withdrawn_ms IS NULL",
    );
    let (count,): (i64,) = tx.one(query.bind(area.0).bind(day.to_string())).await?;
    Ok(count)
}

/// What became of the alerts that were opened in some stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Tally {
    /// All of them.
    pub opened: i64,
    /// An officer has seen them.
    pub acknowledged: i64,
    /// Corrected or taken back before anyone had.
    pub withdrawn: i64,
    /// Hours until an officer saw them, each rounded to a whole hour, all together.
    pub waited_hours: i64,
}

/// The alerts about places in an area on `day`, opened on the days from `from` to `to`.
pub async fn tally(tx: &mut Tx, (area, day): (PlaceId, Date), (from, to): (Date, Date)) -> Result<Tally, StoreError> {
    let query = sqlx::query(
        "SELECT COUNT(*) AS opened, \
         COALESCE(CAST(SUM(CASE WHEN a.acknowledged_ms IS NULL THEN 0 ELSE 1 END) AS BIGINT), 0) AS acknowledged, \
         COALESCE(CAST(SUM(CASE WHEN a.acknowledged_ms IS NULL AND a.withdrawn_ms IS NOT NULL THEN 1 ELSE 0 END) \
         AS BIGINT), 0) AS withdrawn, \
         COALESCE(CAST(SUM((a.acknowledged_ms - a.opened_ms + 1800000) / 3600000) AS BIGINT), 0) AS waited_hours \
         FROM place_within w CROSS JOIN alert a WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 \
         AND a.place_id = w.place_id AND a.opened_on >= $3 AND a.opened_on <= $4",
    );
    tx.one(query.bind(area.0).bind(day.to_string()).bind(from.to_string()).bind(to.to_string())).await
}
