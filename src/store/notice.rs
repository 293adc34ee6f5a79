//! Who owes reports, how to reach them, and what is told only once.

use sqlx::FromRow;

use super::sealed::Origin;
use super::{StoreError, Tx};
use crate::base::{Date, Language, PersonId, Phone, PlaceId};
use crate::place::Span;

/// A person who may owe reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Owing {
    /// Who.
    pub person: PersonId,
    /// Role id.
    pub role: String,
    /// Where they report from.
    pub place: PlaceId,
    /// The code typed in front of a report on a shared phone.
    pub agent_code: Option<String>,
    /// The days they are expected to report.
    pub active: Span,
    /// Index of their supervisor's phone.
    pub supervisor_index: Option<String>,
    /// Their phones, in the order of their indexes.
    pub phones: Vec<OwingPhone>,
}

/// A phone of theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct OwingPhone {
    /// Its index.
    pub index: String,
    /// Its number.
    pub phone: Phone,
    /// The language chosen on it, else the person's.
    pub language: Option<Language>,
    /// True when it takes nothing that we begin.
    pub is_stopped: bool,
}

#[derive(FromRow)]
struct OwingRow {
    id: String,
    role: String,
    place_id: i64,
    agent_code: Option<String>,
    active_from: String,
    active_to: String,
    language: Option<String>,
    supervisor_index: Option<String>,
    phone_index: Option<String>,
    number_sealed: Option<String>,
    phone_language: Option<String>,
    stopped_ms: Option<i64>,
}

/// The people of an area on a day with their phones, by place.
pub async fn people(tx: &mut Tx, area: PlaceId, day: Date) -> Result<Vec<Owing>, StoreError> {
    let query = sqlx::query(
        "SELECT p.id, p.role, p.place_id, p.agent_code, p.active_from, p.active_to, p.language, p.supervisor_index, \
         h.phone_index, h.number_sealed, h.language AS phone_language, h.stopped_ms FROM place_within w \
         JOIN person p ON p.place_id = w.place_id LEFT JOIN person_phone l ON l.person_id = p.id \
         LEFT JOIN phone h ON h.phone_index = l.phone_index \
         WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 ORDER BY p.place_id, p.id, h.phone_index",
    );
    let rows: Vec<OwingRow> = tx.all(query.bind(area.0).bind(day.to_string())).await?;
    let seal = tx.seal();
    let mut people: Vec<Owing> = Vec::new();
    for row in rows {
        let origin = Origin::new("person", &row.id);
        let phone = match (&row.phone_index, &row.number_sealed) {
            (Some(index), Some(sealed)) => {
                let chosen: Option<Language> = origin.parse_optional("language", &row.phone_language)?;
                Some(OwingPhone {
                    index: index.clone(),
                    phone: Origin::new("phone", index).phone("number_sealed", &seal, sealed)?,
                    language: chosen.or(origin.parse_optional("language", &row.language)?),
                    is_stopped: row.stopped_ms.is_some(),
                })
            }
            _ => None,
        };
        let person: PersonId = origin.parse("id", &row.id)?;
        if people.last().is_none_or(|last| last.person != person) {
            let from = origin.parse("active_from", &row.active_from)?;
            let to = origin.parse("active_to", &row.active_to)?;
            people.push(Owing {
                person,
                place: PlaceId(row.place_id),
                active: Span { from, to },
                phones: Vec::new(),
                role: row.role,
                agent_code: row.agent_code,
                supervisor_index: row.supervisor_index,
            });
        }
        if let Some(last) = people.last_mut() {
            last.phones.extend(phone);
        }
    }
    Ok(people)
}

/// Notes that something is told; false when it was before, by whomever.
pub async fn claim(tx: &mut Tx, kind: &str, subject: &str, period: &str) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "INSERT INTO notice (kind, subject, period) VALUES ($1, $2, $3) \
         ON CONFLICT (kind, subject, period) DO NOTHING",
    );
    Ok(tx.execute(query.bind(kind).bind(subject).bind(period)).await? == 1)
}

/// Forgets notices of this kind whose period comes before this one in the order of letters; how many.
pub async fn forget(tx: &mut Tx, kind: &str, before: &str) -> Result<u64, StoreError> {
    tx.execute(sqlx::query("DELETE FROM notice WHERE kind = $1 AND period < $2").bind(kind).bind(before)).await
}

/// The channel this phone last sent an SMS by; else the one anybody did.
pub async fn channel_of(tx: &mut Tx, phone_index: &str) -> Result<Option<String>, StoreError> {
    const OF_PHONE: &str =
        "SELECT channel FROM message WHERE phone_index = $1 AND hook = 'sms' ORDER BY received_ms DESC LIMIT 1";
    const OF_ANYBODY: &str = "SELECT channel FROM message WHERE hook = 'sms' ORDER BY id DESC LIMIT 1";
    let own: Option<(String,)> = tx.optional(sqlx::query(OF_PHONE).bind(phone_index)).await?;
    let known: Option<(String,)> = match own {
        Some(own) => Some(own),
        None => tx.optional(sqlx::query(OF_ANYBODY)).await?,
    };
    Ok(known.map(|(channel,)| channel))
}
