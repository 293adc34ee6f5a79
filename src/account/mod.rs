//! Who someone is and what opens to them: API tokens, sessions of officers, and the codes sessions begin with.
//!
//! Secrets come in as text and are found by their digest; nothing of one is ever logged. Never knows HTTP: what a cookie
//! or a header is, the web knows.

mod code;
mod limits;

pub use code::{AskError, Asked, Entered, ask, enter};
pub use limits::{CODE_LIFE_MS, SESSION_LIFE_MS};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base::sealing::sha256_hex;
use crate::base::{Environment, Instant};
use crate::person::Access;
use crate::programme::Programme;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::session::{Holder, Owner, Session};
use crate::store::token::Token;
use crate::store::{StoreError, Tx, session, token};

/// Someone who is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// A person's session, a token; `None` for a demonstration's visitor.
    pub holder: Option<Holder>,
    /// For logs: `person:...`, `token:...`; no name.
    pub name: String,
    /// What they may see and do.
    pub access: Access,
    /// When they signed in, where they did.
    pub since: Option<Instant>,
}

impl Account {
    /// A visitor of a demonstration, who may look at everything.
    pub fn demo() -> Account {
        Account { holder: None, name: "demo".to_owned(), access: Access::LOOK, since: None }
    }
}

/// 256 bits of chance as text, so that a plain digest is enough to keep.
pub fn secret(environment: &Environment) -> String {
    URL_SAFE_NO_PAD.encode(environment.bytes::<32>())
}

/// What a secret is kept and found by.
pub fn digest(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

/// The account a token belongs to; `None` for one that is unknown, revoked or over.
///
/// # Errors
/// What the store says.
pub async fn by_token(programme: &Programme, secret: &str) -> Result<Option<Account>, StoreError> {
    if !is_plausible(secret) {
        return Ok(None);
    }
    let mut tx = programme.store.reader().await?;
    let found = token::by_hash(&mut tx, &digest(secret)).await?;
    drop(tx);
    let Some(found) = found else { return Ok(None) };
    let Some(account) = of_token(programme, &found, None) else { return Ok(None) };
    let now = programme.environment.now();
    if found.used.is_none_or(|used| now.since_ms(used) >= limits::TOKEN_USE_NOTED_MS) {
        let noted = async {
            let mut tx = programme.store.begin().await?;
            token::used(&mut tx, found.id, now).await?;
            tx.commit().await
        };
        unless_noted(noted.await);
    }
    Ok(Some(account))
}

/// The account signed in with a session's secret; `None` for one that is unknown or over.
///
/// # Errors
/// What the store says.
pub async fn by_session(programme: &Programme, secret: &str) -> Result<Option<Account>, StoreError> {
    if !is_plausible(secret) {
        return Ok(None);
    }
    let (hash, now) = (digest(secret), programme.environment.now());
    let mut tx = programme.store.reader().await?;
    let found = session::by_hash(&mut tx, &hash).await?;
    drop(tx);
    let is_open = |found: &Session| found.expires > now && now.since_ms(found.used) < limits::SESSION_IDLE_MS;
    let Some(found) = found.filter(is_open) else { return Ok(None) };
    let Some(account) = of_owner(programme, &found) else { return Ok(None) };
    if now.since_ms(found.used) >= limits::SESSION_USE_NOTED_MS {
        let noted = async {
            let mut tx = programme.store.begin().await?;
            session::used(&mut tx, &hash, now).await?;
            tx.commit().await
        };
        unless_noted(noted.await);
    }
    Ok(Some(account))
}

/// Begins a session for whoever holds this token; gives its secret, or `None` where the token opens nothing.
///
/// # Errors
/// What the store says.
pub async fn enter_by_token(programme: &Programme, secret: &str) -> Result<Option<String>, StoreError> {
    let Some(account) = by_token(programme, secret).await? else { return Ok(None) };
    let Some(holder) = account.holder else { return Ok(None) };
    let mut tx = programme.store.begin().await?;
    let begun = code::begin_session(&mut tx, programme, holder).await?;
    tx.commit().await?;
    Ok(Some(begun))
}

/// Ends the session with this secret.
///
/// # Errors
/// What the store says.
pub async fn leave(programme: &Programme, secret: &str) -> Result<(), StoreError> {
    let mut tx = programme.store.begin().await?;
    let hash = digest(secret);
    if let Some(found) = session::by_hash(&mut tx, &hash).await? {
        let holder = match &found.owner {
            Owner::Token(token) => Holder::Token(token.id),
            Owner::Person { id, .. } => Holder::Person(*id),
        };
        note_left(&mut tx, programme, holder, "").await?;
    }
    session::end(&mut tx, &hash).await?;
    tx.commit().await
}

/// Ends every session of whoever this is; how many.
///
/// # Errors
/// What the store says.
pub async fn leave_everywhere(programme: &Programme, holder: Holder) -> Result<u64, StoreError> {
    let mut tx = programme.store.begin().await?;
    let ended = session::end_all(&mut tx, holder).await?;
    note_left(&mut tx, programme, holder, "everywhere").await?;
    tx.commit().await?;
    Ok(ended)
}

/// Who this is to the audit log.
pub fn actor(holder: Holder) -> Actor {
    match holder {
        Holder::Person(id) => Actor::Person(id),
        Holder::Token(id) => Actor::Token(id),
    }
}

async fn note_left(tx: &mut Tx, programme: &Programme, holder: Holder, detail: &str) -> Result<(), StoreError> {
    let (at, actor, action) = (programme.environment.now(), actor(holder), Action::SignOut);
    audit::append(tx, &Entry { at, actor, action, subject: "", detail }).await
}

/// Notes in the audit log that somebody is shown things of a kind that hold personal data ([`Action::View`]), or takes them
/// out as a file ([`Action::Export`]).
///
/// # Errors
/// What the store says; then nothing is to be shown.
pub async fn note_shown(
    programme: &Programme,
    holder: Option<Holder>,
    action: Action,
    (subject, detail): (&str, &str),
) -> Result<(), StoreError> {
    // A demonstration shows what is made up.
    let Some(holder) = holder else { return Ok(()) };
    let (at, actor) = (programme.environment.now(), actor(holder));
    let mut tx = programme.store.begin().await?;
    audit::append(&mut tx, &Entry { at, actor, action, subject, detail }).await?;
    tx.commit().await
}

/// Notes in the audit log that somebody was refused what `subject` (a route, a command) would show; of each account a limited
/// number within a day, so that asking without end does not fill the log.
///
/// # Errors
/// What the store says.
pub async fn note_refused(
    tx: &mut Tx,
    at: Instant,
    actor: Actor,
    (subject, detail): (&str, &str),
) -> Result<(), StoreError> {
    let entry = Entry { at, actor, action: Action::Denied, subject, detail };
    let is_noted = audit::append_few(tx, &entry, at.plus_ms(-limits::DAY_MS), limits::REFUSALS_NOTED_PER_DAY).await?;
    if !is_noted {
        tracing::debug!(%actor, subject, "refused again: more often than the audit log keeps");
    }
    Ok(())
}

/// How many browsers they are signed in on.
///
/// # Errors
/// What the store says.
pub async fn sessions(programme: &Programme, holder: Holder) -> Result<i64, StoreError> {
    let mut tx = programme.store.reader().await?;
    session::count(&mut tx, holder, programme.environment.now()).await
}

fn of_owner(programme: &Programme, found: &Session) -> Option<Account> {
    match &found.owner {
        Owner::Token(token) => of_token(programme, token, Some(found.created)),
        Owner::Person { id, role, place, active } => {
            let (in_force, today) = (programme.in_force(), programme.today());
            let access = Access::of_person(&in_force.pack, &in_force.tree, role, *place, today);
            let access = access.filter(|_| active.holds(today))?;
            let (holder, name) = (Some(Holder::Person(*id)), format!("person:{id}"));
            Some(Account { holder, name, access, since: Some(found.created) })
        }
    }
}

fn of_token(programme: &Programme, token: &Token, since: Option<Instant>) -> Option<Account> {
    if token.expires.is_some_and(|expires| expires <= programme.environment.now()) {
        return None;
    }
    let (in_force, today) = (programme.in_force(), programme.today());
    let access = Access::of_token(&token.scope, token.place.map(|place| in_force.tree.present(place, today)))?;
    Some(Account { holder: Some(Holder::Token(token.id)), name: format!("token:{}", token.id), access, since })
}

fn is_plausible(secret: &str) -> bool {
    !secret.is_empty() && secret.len() <= limits::SECRET_BYTES_MAX
}

/// That a use could not be noted is logged, and never in anyone's way.
fn unless_noted(noted: Result<(), StoreError>) {
    if let Err(error) = noted {
        tracing::warn!(%error, "the use of a token or session could not be noted");
    }
}
