//! The audit log: who looked at personal data, and what anybody changed.
//!
//! [`append`] adds an entry in the caller's own transaction, so that a change and its entry stand or fall together, and
//! nobody waits for anybody. Once a minute [`seal`] numbers what was added and links it to what stood before by a keyed
//! hash; [`verify`] walks the chain and names the first entry that was changed, taken out, put in or moved. Details may be
//! dropped when a person is erased; the digest of the whole entry stays. An entry never holds a phone number.

mod chain;
mod verify;

pub use verify::{Broken, Fault, Head, Verified, verify};

use sqlx::FromRow;

use super::limits::{AUDIT_SEALED_AT_ONCE, PAGE_ROWS_MAX};
use super::sealed::{Origin, Seal, printable};
use super::{StoreError, Tx, setting};
use crate::base::{AuditId, Instant, PersonId, TokenId};
use chain::Fields;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A registered person: signed in, or by SMS or USSD.
    Person(PersonId),
    /// Whoever holds an API token.
    Token(TokenId),
    /// Whoever runs commands on the server.
    CommandLine,
    /// The program by itself, on its schedule.
    Program,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Actor::Person(id) => write!(f, "person:{id}"),
            Actor::Token(id) => write!(f, "token:{id}"),
            Actor::CommandLine => f.write_str("command"),
            Actor::Program => f.write_str("program"),
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Signed in.
    SignIn,
    /// Signed out, here or everywhere.
    SignOut,
    /// Was shown personal data.
    View,
    /// Took rows out as a file.
    Export,
    /// Brought people, places or targets in from a file.
    Import,
    /// Changed a person, a place, a code or a token.
    Change,
    /// Had those reminded who are silent.
    Remind,
    /// Agreed to what waited for an officer.
    Approve,
    /// Refused what waited for an officer.
    Refuse,
    /// Opened an approved month again.
    Reopen,
    /// Asked for what lies outside their area.
    Denied,
    /// Erased a person.
    Erase,
    /// Removed old texts and messages.
    Purge,
    /// Changed the secret key.
    Rotate,
}

impl Action {
    const WORDS: [(Action, &'static str); 14] = [
        (Action::SignIn, "sign_in"),
        (Action::SignOut, "sign_out"),
        (Action::View, "view"),
        (Action::Export, "export"),
        (Action::Import, "import"),
        (Action::Change, "change"),
        (Action::Remind, "remind"),
        (Action::Approve, "approve"),
        (Action::Refuse, "refuse"),
        (Action::Reopen, "reopen"),
        (Action::Denied, "denied"),
        (Action::Erase, ERASE),
        (Action::Purge, "purge"),
        (Action::Rotate, "rotate"),
    ];

    /// The word it is kept by.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(action, _)| *action == self).map_or("", |(_, word)| word)
    }

    /// The action called `word`.
    pub fn from_word(word: &str) -> Option<Action> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(action, _)| *action)
    }
}

/// The word of [`Action::Erase`]: only under it may details be gone.
const ERASE: &str = "erase";

/// What to add.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// Whom or what it was done to: an id or a route, or empty. Never a name, never a number.
    pub subject: &'a str,
    /// What else is worth knowing: sealed, and dropped when the subject is erased. Never a phone number.
    pub detail: &'a str,
}

/// An entry as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its id.
    pub id: AuditId,
    /// Its number in the chain; `None` until it is sealed.
    pub number: Option<i64>,
    /// When.
    pub at: Instant,
    /// Who: `person:ID`, `token:ID`, `command` or `program`.
    pub actor: String,
    /// What was done.
    pub action: Action,
    /// Whom or what it was done to.
    pub subject: String,
    /// The details, unless dropped.
    pub detail: Option<String>,
}

/// Adds an entry.
pub async fn append(tx: &mut Tx, entry: &Entry<'_>) -> Result<(), StoreError> {
    let seal = tx.seal();
    let (key_id, key) = newest_key(tx, &seal).await?;
    let id = AuditId::new(&seal.environment).to_string();
    let detail = chain::salted(&printable(entry.detail), &seal.environment);
    let (actor, subject) = (entry.actor.to_string(), printable(entry.subject));
    let detail_digest = chain::detail_digest(&key, &detail);
    let fields = Fields { id: &id, at_ms: entry.at.0, actor: &actor, action: entry.action.word(), subject: &subject };
    let digest = chain::digest(&key, &fields, &detail_digest);
    let query = sqlx::query(
        "INSERT INTO audit (id, key_id, at_ms, actor, action, subject, detail_sealed, detail_digest, digest) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let query = query.bind(id.clone()).bind(key_id).bind(entry.at.0).bind(actor.clone()).bind(entry.action.word());
    let query = query.bind(subject.clone()).bind(seal.text(&detail)).bind(detail_digest).bind(digest);
    tx.execute_one("audit", query).await
}

#[derive(FromRow)]
struct CountRow {
    entries: i64,
}

/// Adds an entry unless its actor has `most` of its action since `since`: what anybody may cause as often as they like does not
/// fill the log. False where it was not added.
pub async fn append_few(tx: &mut Tx, entry: &Entry<'_>, since: Instant, most: i64) -> Result<bool, StoreError> {
    const LATELY: &str = "SELECT COUNT(*) AS entries FROM audit WHERE actor = $1 AND action = $2 AND at_ms >= $3";
    let query = sqlx::query(LATELY).bind(entry.actor.to_string()).bind(entry.action.word()).bind(since.0);
    let lately: CountRow = tx.one(query).await?;
    if lately.entries >= most {
        return Ok(false);
    }
    append(tx, entry).await?;
    Ok(true)
}

#[derive(FromRow)]
struct KeyRow {
    id: String,
    key_sealed: String,
}

/// Every key there ever was, by its id.
async fn keys(tx: &mut Tx, seal: &Seal) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let rows: Vec<KeyRow> = tx.all(sqlx::query("SELECT id, key_sealed FROM audit_key ORDER BY id")).await?;
    let open = |row: KeyRow| {
        let opened = seal.sealer.open(&row.key_sealed);
        let key = opened.map_err(|_| Origin::new("audit_key", &row.id).corrupt("key_sealed"))?;
        Ok((row.id, key))
    };
    rows.into_iter().map(open).collect()
}

async fn newest_key(tx: &mut Tx, seal: &Seal) -> Result<(String, Vec<u8>), StoreError> {
    let newest = keys(tx, seal).await?.pop();
    newest.ok_or_else(|| Origin::new("audit_key", "").corrupt("key_sealed"))
}

/// Makes another key for the entries to come: what stands is linked to it, and whoever knew the key before cannot
/// make entries any more.
pub(super) async fn add_key(tx: &mut Tx) -> Result<(), StoreError> {
    let seal = tx.seal();
    let key = seal.environment.bytes::<32>();
    let query = sqlx::query("INSERT INTO audit_key (id, key_sealed) VALUES ($1, $2)");
    let query = query.bind(AuditId::new(&seal.environment).to_string()).bind(seal.bytes(&key));
    tx.execute_one("audit_key", query).await
}

/// Sees to it that there is a key.
pub(super) async fn ensure_key(tx: &mut Tx) -> Result<(), StoreError> {
    let seal = tx.seal();
    if keys(tx, &seal).await?.is_empty() { add_key(tx).await } else { Ok(()) }
}

#[derive(FromRow)]
struct AuditRow {
    id: String,
    key_id: String,
    at_ms: i64,
    actor: String,
    action: String,
    subject: String,
    detail_sealed: Option<String>,
    detail_digest: String,
    digest: String,
    number: Option<i64>,
    link: Option<String>,
}

impl AuditRow {
    fn fields(&self) -> Fields<'_> {
        let AuditRow { id, at_ms, actor, action, subject, .. } = self;
        Fields { id, at_ms: *at_ms, actor, action, subject }
    }
}

/// `SELECT` of entries, and what follows it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, key_id, at_ms, actor, action, subject, detail_sealed, detail_digest, digest, number, link ",
            "FROM audit ",
            $rest
        )
    };
}
use select;

/// Name of the setting that holds the last number and link.
const HEAD: &str = "audit_head";

/// Numbers and links entries that were added since, in the order they were made; how many, and the head now. To be
/// called by one server at a time; two are harmless.
///
/// One that was put in behind our back has no digest that the key makes: it is left unsealed, and [`verify`] names it.
pub async fn seal(tx: &mut Tx) -> Result<(u64, Head), StoreError> {
    tx.hold(&["audit".to_owned()].into()).await?;
    let seal = tx.seal();
    let keys = keys(tx, &seal).await?;
    let mut head = head(tx).await?;
    let query = sqlx::query(select!("WHERE number IS NULL ORDER BY at_ms, id LIMIT $1")).bind(AUDIT_SEALED_AT_ONCE);
    let rows: Vec<AuditRow> = tx.all(query).await?;
    let mut sealed = 0;
    for row in &rows {
        let Some(key) = chain::key_of(&keys, row) else { continue };
        if !chain::is_ours(key, row, &seal) {
            continue;
        }
        let number = head.number + 1;
        let link = chain::link(key, &head.link, number, &row.digest);
        let query = sqlx::query("UPDATE audit SET number = $2, link = $3 WHERE id = $1 AND number IS NULL");
        tx.execute_one("audit", query.bind(row.id.clone()).bind(number).bind(link.clone())).await?;
        head = Head { number, link };
        sealed += 1;
    }
    if sealed > 0 {
        setting::set(tx, HEAD, &head.to_string()).await?;
    }
    Ok((sealed, head))
}

/// The last number and link: what the log is told each day, so that a log cut short shows.
pub async fn head(tx: &mut Tx) -> Result<Head, StoreError> {
    let Some(text) = setting::get(tx, HEAD).await? else { return Ok(Head::default()) };
    text.parse().map_err(|()| Origin::new("setting", HEAD).corrupt("value"))
}

/// Drops the details of every entry about a subject; the entries and their digests stay.
pub async fn drop_details(tx: &mut Tx, subject: &str) -> Result<u64, StoreError> {
    tx.execute(sqlx::query("UPDATE audit SET detail_sealed = NULL WHERE subject = $1").bind(subject.to_owned())).await
}

/// The entries, newest first, from just before `before` on. At most `limit`.
pub async fn list(tx: &mut Tx, before: Option<AuditId>, limit: i64) -> Result<Vec<Shown>, StoreError> {
    let query = sqlx::query(select!("WHERE ($1 IS NULL OR id < $1) ORDER BY id DESC LIMIT $2"));
    let query = query.bind(before.map(|id| id.to_string())).bind(limit.clamp(1, PAGE_ROWS_MAX));
    let seal = tx.seal();
    let rows: Vec<AuditRow> = tx.all(query).await?;
    let shown = |row: AuditRow| {
        let origin = Origin::new("audit", &row.id);
        let detail = origin.text_optional("detail_sealed", &seal, &row.detail_sealed)?;
        Ok(Shown {
            id: origin.parse("id", &row.id)?,
            number: row.number,
            at: Instant(row.at_ms),
            action: origin.word("action", &row.action, Action::from_word)?,
            detail: detail.map(|salted| chain::plain(&salted).to_owned()),
            actor: row.actor,
            subject: row.subject,
        })
    };
    rows.into_iter().map(shown).collect()
}
