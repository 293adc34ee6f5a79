//! A phone: its open conversation, its receipt numbers, and the people who use it. Read once and written once for each
//! inbound event.

pub(super) mod index;
mod notice;

pub use notice::{Untold, note_notice, without_notice};

use sqlx::FromRow;

use super::rows::{KEYS_AT_ONCE, Keys, Rows};
use super::sealed::{Origin, Seal};
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{Date, Instant, Language, PersonId, Phone, PlaceId};
use crate::place::Span;

/// What is kept of one phone.
#[derive(Clone, Debug, PartialEq)]
pub struct PhoneState {
    /// Its keyed index.
    pub index: String,
    /// The number.
    pub phone: Phone,
    /// The language chosen on this phone.
    pub language: Option<Language>,
    /// The receipt number last given out.
    pub last_receipt: i64,
    /// The open conversation as JSON; empty when there never was one.
    pub conversation: String,
    /// Moves with every [`save`]; 0 for a phone never heard of.
    pub version: i64,
    /// The day an unknown number last had its one polite answer.
    pub greeted_on: Option<Date>,
    /// Since when it takes nothing that we begin: after STOP, until REPRISE.
    pub stopped: Option<Instant>,
    /// Its pace: the instant up to which its messages are spoken for.
    pub paced: Instant,
    /// The day it was last told that it sends too much.
    pub limited_on: Option<Date>,
    /// The people registered on it, in the order of their ids.
    pub people: Vec<PersonOnPhone>,
}

/// A person as the conversation needs to know them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonOnPhone {
    /// Who.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// Where they report from.
    pub place: PlaceId,
    /// Their language, where chosen.
    pub language: Option<Language>,
    /// The code typed in front of a report on a shared phone.
    pub agent_code: Option<String>,
    /// The days they are expected to report.
    pub active: Span,
}

#[derive(FromRow)]
struct PhoneRow {
    phone_index: String,
    phone_language: Option<String>,
    last_receipt: i64,
    conversation: String,
    version: i64,
    greeted_on: String,
    stopped_ms: Option<i64>,
    paced_ms: i64,
    limited_on: String,
    id: Option<String>,
    name_sealed: Option<String>,
    role: Option<String>,
    network: Option<String>,
    place_id: Option<i64>,
    language: Option<String>,
    agent_code: Option<String>,
    active_from: Option<String>,
    active_to: Option<String>,
}

const BY_INDEX: Keys = Keys {
    head: "SELECT h.phone_index, h.language AS phone_language, h.last_receipt, h.conversation, h.version, h.greeted_on, \
           h.stopped_ms, h.paced_ms, h.limited_on, p.id, p.name_sealed, p.role, p.network, p.place_id, p.language, \
           p.agent_code, p.active_from, p.active_to \
           FROM phone h LEFT JOIN person_phone l ON l.phone_index = h.phone_index \
           LEFT JOIN person p ON p.id = l.person_id WHERE h.phone_index",
    tail: "ORDER BY p.id NULLS LAST",
};

/// Everything about a phone, in one statement. One never heard of comes back empty, with version 0.
pub async fn load(tx: &mut Tx, phone: &Phone) -> Result<PhoneState, StoreError> {
    let mut states = load_many(tx, &[phone]).await?;
    Ok(states.remove(0))
}

/// Everything about several phones, in their order, few statements for all.
pub async fn load_many(tx: &mut Tx, phones: &[&Phone]) -> Result<Vec<PhoneState>, StoreError> {
    let seal = tx.seal();
    let before = index::before(tx, phones).await?;
    let unheard = |phone: &&Phone| {
        let index = before.get(*phone).cloned();
        PhoneState::unheard(phone, index.unwrap_or_else(|| seal.index(phone)))
    };
    let mut states: Vec<PhoneState> = phones.iter().map(unheard).collect();
    for chunk in states.chunks_mut(KEYS_AT_ONCE) {
        let indexes: Vec<String> = chunk.iter().map(|state| state.index.clone()).collect();
        let rows: Vec<PhoneRow> = tx.all(BY_INDEX.query(tx.backend(), None, &indexes)).await?;
        for row in rows {
            if let Some(state) = chunk.iter_mut().find(|state| state.index == row.phone_index) {
                row.add_to(state, &seal)?;
            }
        }
    }
    Ok(states)
}

impl PhoneState {
    /// A phone nobody heard of.
    fn unheard(phone: &Phone, index: String) -> PhoneState {
        let (last_receipt, version) = (0, 0);
        let (language, greeted_on, stopped, conversation, people) = (None, None, None, String::new(), Vec::new());
        let (paced, limited_on, phone) = (Instant(0), None, phone.clone());
        PhoneState {
            phone,
            language,
            last_receipt,
            conversation,
            version,
            greeted_on,
            stopped,
            paced,
            limited_on,
            people,
            index,
        }
    }
}

impl PhoneRow {
    fn add_to(self, state: &mut PhoneState, seal: &Seal) -> Result<(), StoreError> {
        let origin = Origin::new("phone", &self.phone_index);
        state.language = origin.parse_optional("language", &self.phone_language)?;
        state.greeted_on = origin.day("greeted_on", &self.greeted_on)?;
        state.stopped = self.stopped_ms.map(Instant);
        state.limited_on = origin.day("limited_on", &self.limited_on)?;
        state.paced = Instant(self.paced_ms);
        state.last_receipt = self.last_receipt;
        state.version = self.version;
        state.people.extend(self.person(seal)?);
        state.conversation = match self.conversation.as_bytes().first() {
            // Kept before conversations were sealed, or never begun.
            None | Some(b'{') => self.conversation,
            Some(_) => origin.text("conversation", seal, &self.conversation)?,
        };
        Ok(())
    }

    fn person(&self, seal: &Seal) -> Result<Option<PersonOnPhone>, StoreError> {
        let Some(id) = &self.id else { return Ok(None) };
        let origin = Origin::new("person", id);
        let text = |column, value: &Option<String>| value.clone().ok_or_else(|| origin.corrupt(column));
        Ok(Some(PersonOnPhone {
            id: origin.parse("id", id)?,
            name: origin.text("name_sealed", seal, &text("name_sealed", &self.name_sealed)?)?,
            role: text("role", &self.role)?,
            network: text("network", &self.network)?,
            place: PlaceId(self.place_id.ok_or_else(|| origin.corrupt("place_id"))?),
            language: origin.parse_optional("language", &self.language)?,
            agent_code: self.agent_code.clone(),
            active: Span {
                from: origin.parse("active_from", &text("active_from", &self.active_from)?)?,
                to: origin.parse("active_to", &text("active_to", &self.active_to)?)?,
            },
        }))
    }
}

/// Keeps a phone's state if nobody else did since it was loaded; false when somebody was faster, and then the whole
/// transaction is to be taken again. The people are not written here.
pub async fn save(tx: &mut Tx, state: &mut PhoneState) -> Result<bool, StoreError> {
    let is_ours = save_many(tx, std::slice::from_ref(state)).await?;
    state.version += i64::from(is_ours);
    Ok(is_ours)
}

/// Keeps the states of several phones, each once, as [`save`] does; false when somebody was faster with any of them.
pub async fn save_many(tx: &mut Tx, states: &[PhoneState]) -> Result<bool, StoreError> {
    const STATE_ROWS: Rows = Rows {
        head: "INSERT INTO phone (phone_index, language, last_receipt, conversation, version, greeted_on, paced_ms, \
               limited_on, number_sealed, stopped_ms)",
        columns: 10,
        tail: "ON CONFLICT (phone_index) DO UPDATE SET language = excluded.language, \
               last_receipt = excluded.last_receipt, conversation = excluded.conversation, version = excluded.version, \
               greeted_on = excluded.greeted_on, paced_ms = excluded.paced_ms, limited_on = excluded.limited_on, \
               stopped_ms = excluded.stopped_ms WHERE phone.version = excluded.version - 1",
    };
    let seal = tx.seal();
    let bind = |query: Query, state: &PhoneState| {
        query
            .bind(state.index.clone())
            .bind(state.language.map(|language| language.to_string()))
            .bind(state.last_receipt)
            // It holds what was typed: sealed as every text of a person.
            .bind(if state.conversation.is_empty() { String::new() } else { seal.text(&state.conversation) })
            .bind(state.version + 1)
            .bind(state.greeted_on.map_or_else(String::new, |day| day.to_string()))
            .bind(state.paced.0)
            .bind(state.limited_on.map_or_else(String::new, |day| day.to_string()))
            .bind(seal.phone(&state.phone))
            .bind(state.stopped.map(|stopped| stopped.0))
    };
    let kept = STATE_ROWS.write(tx, states, bind).await?;
    Ok(usize::try_from(kept) == Ok(states.len()))
}

/// Sees to it that a phone is known, so that people can be linked to it and written to. Gives its index.
pub async fn ensure(tx: &mut Tx, phone: &Phone) -> Result<String, StoreError> {
    let seal = tx.seal();
    index::before(tx, &[phone]).await?;
    let index = seal.index(phone);
    let query = sqlx::query(
        "INSERT INTO phone (phone_index, number_sealed, language, last_receipt, conversation, version, greeted_on) \
         VALUES ($1, $2, NULL, 0, '', 1, '') ON CONFLICT (phone_index) DO NOTHING",
    );
    tx.execute(query.bind(index.as_str()).bind(seal.phone(phone))).await?;
    Ok(index)
}

#[derive(FromRow)]
struct NumberRow {
    number_sealed: String,
}

/// The number behind an index.
pub async fn number(tx: &mut Tx, index: &str) -> Result<Option<Phone>, StoreError> {
    let seal = tx.seal();
    let query = sqlx::query("SELECT number_sealed FROM phone WHERE phone_index = $1").bind(index);
    let row: Option<NumberRow> = tx.optional(query).await?;
    row.map(|row| Origin::new("phone", index).phone("number_sealed", &seal, &row.number_sealed)).transpose()
}
