//! Who can be written to about an area: its people whose phones did not send STOP.

use sqlx::FromRow;

use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Date, Language, PersonId, Phone, PlaceId};

/// A person of a place, with a phone of theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Reachable {
    /// Who.
    pub person: PersonId,
    /// Their role: the caller knows which ones decide.
    pub role: String,
    /// Where to.
    pub phone: Phone,
    /// The language chosen on the phone, else the person's.
    pub language: Option<Language>,
}

#[derive(FromRow)]
struct ReachableRow {
    id: String,
    role: String,
    number_sealed: String,
    phone_language: Option<String>,
    language: Option<String>,
}

/// The people registered at this very place on `day`, once for each phone that takes messages we begin.
pub async fn reachable(tx: &mut Tx, place: PlaceId, day: Date) -> Result<Vec<Reachable>, StoreError> {
    let seal = tx.seal();
    let query = sqlx::query(
        "SELECT p.id, p.role, h.number_sealed, h.language AS phone_language, p.language FROM person p \
         JOIN person_phone l ON l.person_id = p.id JOIN phone h ON h.phone_index = l.phone_index \
         WHERE p.place_id = $1 AND p.active_from <= $2 AND p.active_to >= $2 AND h.stopped_ms IS NULL \
         ORDER BY p.id, h.phone_index",
    );
    let rows: Vec<ReachableRow> = tx.all(query.bind(place.0).bind(day.to_string())).await?;
    let reachable = |row: ReachableRow| {
        let origin = Origin::new("person", &row.id);
        let chosen: Option<Language> = origin.parse_optional("language", &row.phone_language)?;
        Ok(Reachable {
            person: origin.parse("id", &row.id)?,
            role: row.role.clone(),
            phone: origin.phone("number_sealed", &seal, &row.number_sealed)?,
            language: chosen.or(origin.parse_optional("language", &row.language)?),
        })
    };
    rows.into_iter().map(reachable).collect()
}
