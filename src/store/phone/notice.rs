//! Which phones were told what is kept about them.

use sqlx::FromRow;

use crate::base::{Instant, Language, Phone};
use crate::store::sealed::Origin;
use crate::store::{StoreError, Tx};

/// A phone that was answered and never told.
#[derive(Clone, Debug, PartialEq)]
pub struct Untold {
    /// Its keyed index.
    pub index: String,
    /// The number.
    pub phone: Phone,
    /// The language chosen on it, or by a person on it.
    pub language: Option<Language>,
    /// The channel its first answer went by.
    pub channel: String,
}

#[derive(FromRow)]
struct UntoldRow {
    phone_index: String,
    number_sealed: String,
    language: Option<String>,
    channel: Option<String>,
}

/// Phones people are registered on, that an answer was sent to by SMS, and that were never told. One that sent STOP is not
/// written to.
pub async fn without_notice(tx: &mut Tx, limit: i64) -> Result<Vec<Untold>, StoreError> {
    let query = sqlx::query(
        "SELECT n.phone_index, n.number_sealed, n.language, n.channel FROM (SELECT h.phone_index, h.number_sealed, \
         COALESCE(h.language, (SELECT MIN(p.language) FROM person p JOIN person_phone l ON l.person_id = p.id \
         WHERE l.phone_index = h.phone_index)) AS language, (SELECT MIN(o.channel) FROM message m JOIN outbox o \
         ON o.message_id = m.id WHERE m.phone_index = h.phone_index AND o.state IN ('sent', 'delivered')) AS channel \
         FROM phone h WHERE h.noticed_ms IS NULL AND h.stopped_ms IS NULL AND EXISTS (SELECT 1 FROM person_phone l \
         WHERE l.phone_index = h.phone_index)) n WHERE n.channel IS NOT NULL ORDER BY n.phone_index LIMIT $1",
    );
    let seal = tx.seal();
    let rows: Vec<UntoldRow> = tx.all(query.bind(limit)).await?;
    let untold = |row: UntoldRow| {
        let origin = Origin::new("phone", &row.phone_index);
        Ok(Untold {
            phone: origin.phone("number_sealed", &seal, &row.number_sealed)?,
            language: origin.parse_optional("language", &row.language)?,
            channel: row.channel.clone().unwrap_or_default(),
            index: row.phone_index.clone(),
        })
    };
    rows.into_iter().map(untold).collect()
}

/// Notes that a phone is told; false when somebody else did before.
pub async fn note_notice(tx: &mut Tx, index: &str, now: Instant) -> Result<bool, StoreError> {
    let query = sqlx::query("UPDATE phone SET noticed_ms = $2 WHERE phone_index = $1 AND noticed_ms IS NULL");
    Ok(tx.execute(query.bind(index.to_owned()).bind(now.0)).await? == 1)
}
