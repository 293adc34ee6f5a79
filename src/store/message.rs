//! Everything that came in, kept before it was answered: what makes a repeated callback change nothing.

mod inbox;

pub(super) use inbox::id_before;
pub use inbox::{InboxSms, inbox_after};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use std::collections::HashMap;

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::rows::{KEYS_AT_ONCE, Keys, Rows};
use super::sealed::{Origin, Seal};
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::{Date, Instant, MessageId, PlaceId, ReportId};
use crate::flow::turn::Outcome;

/// A message to keep.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: MessageId,
    /// Channel it came by.
    pub channel: &'a str,
    /// `sms`, `ussd` or `status`.
    pub hook: &'a str,
    /// Unique in its channel: the provider's id of this very input, or a digest of the call.
    pub external_key: &'a str,
    /// The provider's id, where it gives one.
    pub external_id: Option<&'a str>,
    /// Keyed index of the sender's phone; `None` for a name or short code.
    pub phone_index: Option<&'a str>,
    /// The sender as text: a number in E.164, or a name.
    pub sender: Option<&'a str>,
    /// What was written.
    pub text: Option<&'a str>,
    /// The raw callback, where the text alone does not tell all.
    pub body: Option<&'a [u8]>,
    /// When the provider says it was sent.
    pub sent: Option<Instant>,
    /// When it came in.
    pub received: Instant,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, for what was refused or could not be read.
    pub reason: Option<&'a str>,
    /// What was answered.
    pub reply: Option<&'a str>,
}

/// What a repeated callback needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The message's id.
    pub id: MessageId,
    /// What became of it.
    pub outcome: Outcome,
    /// What was answered: answered again, unchanged.
    pub reply: Option<String>,
    /// When it came in.
    pub received: Instant,
}

/// A message as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Channel it came by.
    pub channel: String,
    /// `sms`, `ussd` or `status`.
    pub hook: String,
    /// The provider's id.
    pub external_id: Option<String>,
    /// The sender: a number in E.164, to be masked before it is shown, or a name.
    pub sender: Option<String>,
    /// What was written.
    pub text: Option<String>,
    /// When the provider says it was sent.
    pub sent: Option<Instant>,
    /// When it came in.
    pub received: Instant,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<String>,
    /// What was answered.
    pub reply: Option<String>,
    /// The reports it brought, with their receipts.
    pub reports: Vec<(ReportId, i64)>,
}

/// Which messages to list; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this channel.
    pub channel: Option<String>,
    /// With this id at the provider.
    pub external_id: Option<String>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// That brought a report about a place in this area, by the parents of the report's day; or brought none, and came from
    /// a phone of somebody whose place lies in it on the day given. A stranger's message lies nowhere.
    pub area: Option<(PlaceId, Date)>,
    /// Received at this instant or later.
    pub since: Option<Instant>,
    /// Received before this instant.
    pub until: Option<Instant>,
}

#[derive(FromRow)]
struct StoredRow {
    id: String,
    external_key: String,
    outcome: String,
    reply_sealed: Option<String>,
    received_ms: i64,
}

/// The message with this key, if it came before.
pub async fn find(tx: &mut Tx, channel: &str, external_key: &str) -> Result<Option<Stored>, StoreError> {
    Ok(find_many(tx, channel, &[external_key.to_owned()]).await?.remove(external_key))
}

/// Those of several messages of one channel that came before, by their key; few statements for all.
pub async fn find_many(tx: &mut Tx, channel: &str, keys: &[String]) -> Result<HashMap<String, Stored>, StoreError> {
    const BY_KEY: Keys = Keys {
        head: "SELECT id, external_key, outcome, reply_sealed, received_ms FROM message WHERE channel = $1 AND external_key",
        tail: "",
    };
    let seal = tx.seal();
    let mut found = HashMap::new();
    for chunk in keys.chunks(KEYS_AT_ONCE) {
        let rows: Vec<StoredRow> = tx.all(BY_KEY.query(tx.backend(), Some(channel), chunk)).await?;
        for row in rows {
            let origin = Origin::new("message", &row.id);
            let stored = Stored {
                id: origin.parse("id", &row.id)?,
                outcome: origin.word("outcome", &row.outcome, outcome)?,
                reply: origin.text_optional("reply_sealed", &seal, &row.reply_sealed)?,
                received: Instant(row.received_ms),
            };
            found.insert(row.external_key, stored);
        }
    }
    Ok(found)
}

/// Keeps a message. A key that is there already is a unique violation, which is a conflict: the transaction is taken
/// again, and then [`find`] answers.
pub async fn insert(tx: &mut Tx, message: &NewMessage<'_>) -> Result<(), StoreError> {
    let seal = tx.seal();
    MESSAGE_ROWS.write(tx, std::slice::from_ref(message), |query, message| bind(query, message, &seal)).await?;
    Ok(())
}

pub(super) const MESSAGE_ROWS: Rows = Rows {
    head: "INSERT INTO message (id, channel, hook, external_key, external_id, phone_index, sender_sealed, \
           text_sealed, body_sealed, sent_ms, received_ms, outcome, reason, reply_sealed)",
    columns: 14,
    tail: "",
};

pub(super) fn bind(query: Query, message: &NewMessage<'_>, seal: &Seal) -> Query {
    query
        .bind(message.id.to_string())
        .bind(message.channel)
        .bind(message.hook)
        .bind(message.external_key)
        .bind(message.external_id)
        .bind(message.phone_index)
        .bind(message.sender.map(|text| seal.text(text)))
        .bind(message.text.map(|text| seal.text(text)))
        .bind(message.body.map(|bytes| seal.bytes(bytes)))
        .bind(message.sent.map(|instant| instant.0))
        .bind(message.received.0)
        .bind(message.outcome.word())
        .bind(message.reason)
        .bind(message.reply.map(|text| seal.text(text)))
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    channel: String,
    hook: String,
    external_id: Option<String>,
    sender_sealed: Option<String>,
    text_sealed: Option<String>,
    sent_ms: Option<i64>,
    received_ms: i64,
    outcome: String,
    reason: Option<String>,
    reply_sealed: Option<String>,
    reports: Option<String>,
}

/// The messages that match, newest first, from just before `before` on. At most `limit` rows.
pub async fn list(
    tx: &mut Tx,
    filter: &Filter,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let query = if filter.external_id.is_some() { sqlx::query(LIST_BY_EXTERNAL_ID) } else { sqlx::query(LIST) };
    let query = query
        .bind(before.map(|id| id.to_string()))
        .bind(filter.channel.clone())
        .bind(filter.external_id.clone())
        .bind(filter.outcome.map(Outcome::word))
        .bind(filter.area.map(|(area, _)| area.0))
        .bind(filter.since.map(|instant| instant.0))
        .bind(filter.until.map(|instant| instant.0))
        .bind(limit.clamp(1, PAGE_ROWS_MAX))
        .bind(filter.area.map(|(_, day)| day.to_string()));
    let seal = tx.seal();
    let rows: Vec<MessageRow> = tx.all(query).await?;
    rows.into_iter().map(|row| row.message(&seal)).collect()
}

/// One message.
pub async fn by_id(tx: &mut Tx, id: MessageId) -> Result<Option<Message>, StoreError> {
    let seal = tx.seal();
    let row: Option<MessageRow> = tx.optional(sqlx::query(BY_ID).bind(id.to_string())).await?;
    row.map(|row| row.message(&seal)).transpose()
}

#[derive(FromRow)]
struct BodyRow {
    body_sealed: Option<String>,
}

/// The raw callback of a message, where it was kept.
pub async fn body(tx: &mut Tx, id: MessageId) -> Result<Option<Vec<u8>>, StoreError> {
    let seal = tx.seal();
    let id = id.to_string();
    let query = sqlx::query("SELECT body_sealed FROM message WHERE id = $1").bind(id.as_str());
    let row: Option<BodyRow> = tx.optional(query).await?;
    let Some(sealed) = row.and_then(|row| row.body_sealed) else { return Ok(None) };
    let opened = seal.sealer.open(&sealed);
    opened.map(Some).map_err(|_| Origin::new("message", &id).corrupt("body_sealed"))
}

impl MessageRow {
    fn message(self, seal: &Seal) -> Result<Message, StoreError> {
        let origin = Origin::new("message", &self.id);
        Ok(Message {
            id: origin.parse("id", &self.id)?,
            sender: origin.text_optional("sender_sealed", seal, &self.sender_sealed)?,
            text: origin.text_optional("text_sealed", seal, &self.text_sealed)?,
            reply: origin.text_optional("reply_sealed", seal, &self.reply_sealed)?,
            outcome: origin.word("outcome", &self.outcome, outcome)?,
            reports: reports(self.reports.as_deref()).ok_or_else(|| origin.corrupt("report"))?,
            channel: self.channel,
            hook: self.hook,
            external_id: self.external_id,
            sent: self.sent_ms.map(Instant),
            received: Instant(self.received_ms),
            reason: self.reason,
        })
    }
}

/// Reads `id receipt,id receipt`, in the order of the receipts.
fn reports(joined: Option<&str>) -> Option<Vec<(ReportId, i64)>> {
    let pairs = joined.unwrap_or_default().split(',').filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let (id, receipt) = pair.split_once(' ')?;
        Some((id.parse().ok()?, receipt.parse().ok()?))
    });
    let mut reports: Vec<(ReportId, i64)> = read.collect::<Option<_>>()?;
    reports.sort_by_key(|(_, receipt)| *receipt);
    Some(reports)
}

/// The outcome stored as `word`.
fn outcome(word: &str) -> Option<Outcome> {
    let deserializer: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    Outcome::deserialize(deserializer).ok()
}

macro_rules! listed {
    ($($condition:tt)+) => {
        concat!(
            "SELECT m.id, m.channel, m.hook, m.external_id, COALESCE(m.sender_sealed, p.number_sealed) AS sender_sealed, m.text_sealed, m.sent_ms, m.received_ms, ",
            "m.outcome, m.reason, m.reply_sealed, ",
            "(SELECT STRING_AGG(r.id || ' ' || CAST(r.receipt AS TEXT), ',') FROM report r WHERE r.message_id = m.id) ",
            "AS reports FROM message m LEFT JOIN phone p ON p.phone_index = m.phone_index WHERE ",
            $($condition)+
        )
    };
}

macro_rules! narrowed {
    ($external:literal) => {
        listed!(concat!(
            "($1 IS NULL OR m.id < $1) AND ($2 IS NULL OR m.channel = $2) AND ",
            $external,
            " AND ($4 IS NULL OR m.outcome = $4) AND ($5 IS NULL OR EXISTS (SELECT 1 FROM report r JOIN place_within w ",
            "ON w.place_id = r.place_id WHERE r.message_id = m.id AND w.area_id = $5 ",
            "AND w.from_day <= r.reference_date AND w.to_day >= r.reference_date) OR (EXISTS (SELECT 1 FROM person_phone h ",
            "JOIN person n ON n.id = h.person_id JOIN place_within w ON w.place_id = n.place_id ",
            "WHERE h.phone_index = m.phone_index AND w.area_id = $5 AND w.from_day <= $9 AND w.to_day >= $9) ",
            "AND NOT EXISTS (SELECT 1 FROM report r WHERE r.message_id = m.id))) ",
            "AND ($6 IS NULL OR m.received_ms >= $6) AND ($7 IS NULL OR m.received_ms < $7) ",
            "ORDER BY m.id DESC LIMIT $8"
        ))
    };
}

const BY_ID: &str = listed!("m.id = $1");
const LIST: &str = narrowed!("($3 IS NULL OR m.external_id = $3)");
const LIST_BY_EXTERNAL_ID: &str = narrowed!("m.external_id = $3");
