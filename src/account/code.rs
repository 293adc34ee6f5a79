//! Asking for a code by phone number, and entering it.
//!
//! Whether a number is an officer's shows in nothing but the SMS that comes or does not: the same rows are written, the
//! same answers given, and a number that is nobody's is paced like any other.

use super::limits::{
    CODE_LIFE_MS, CODE_TRIES, CODES_PER_DAY, CODES_PER_HOUR, DAY_MS, HOUR_MS, NUMBER_BYTES_MAX, SECRET_BYTES_MAX,
    SESSION_IDLE_MS, SESSION_LIFE_MS,
};
use super::{actor, digest, secret};
use crate::base::{Environment, Instant, Language, Phone};
use crate::flow::text::{TextError, context};
use crate::person::Access;
use crate::programme::{InForce, Programme};
use crate::store::audit::{self, Action, Entry};
use crate::store::outbox::{self, NewOutbox};
use crate::store::phone::{self, PersonOnPhone, PhoneState};
use crate::store::session::{self, Holder};
use crate::store::sign_in::{self, NewCode, Tried};
use crate::store::{StoreError, Tx};

/// What became of asking for a code.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A code is on its way if the number is an officer's. The secret is for the browser that asked: the code is good with
    /// it alone.
    OnItsWay {
        /// The secret.
        secret: String,
    },
    /// This is no phone number.
    NoNumber,
    /// Too many were asked for with this number.
    TooMany {
        /// When to try again, in milliseconds from now.
        wait_ms: i64,
    },
}

/// What became of entering a code.
#[derive(Clone, Debug, PartialEq)]
pub enum Entered {
    /// The right one: a session has begun.
    In {
        /// Its secret.
        secret: String,
    },
    /// Not the code.
    Wrong {
        /// Tries left.
        left: i64,
    },
    /// There is no code to try: ask for one.
    Over,
}

/// Why a code could not be asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text of the pack failed: excluded for packs that passed `relais check`.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Asks for a code for the number `typed`, to be sent by `channel`.
///
/// # Errors
/// What the store says.
pub async fn ask(programme: &Programme, channel: &str, typed: &str) -> Result<Asked, AskError> {
    let in_force = programme.in_force();
    let number = Some(typed).filter(|typed| typed.len() <= NUMBER_BYTES_MAX);
    let Some(phone) = number.and_then(|typed| Phone::parse(typed, &in_force.pack.numbering)) else {
        return Ok(Asked::NoNumber);
    };
    let now = programme.environment.now();
    let mut tx = programme.store.begin().await?;
    if let Some(wait_ms) = over_the_pace(&mut tx, &phone, now).await? {
        return Ok(Asked::TooMany { wait_ms });
    }
    let state = phone::load(&mut tx, &phone).await?;
    let officer = officer(programme, &in_force, &state);
    let (secret, code) = (secret(&programme.environment), code(&programme.environment));
    let new = NewCode {
        id_hash: &digest(&secret),
        phone: &phone,
        person: officer.map(|officer| officer.id),
        code: &code,
        created: now,
        expires: now.plus_ms(CODE_LIFE_MS),
        tries: CODE_TRIES,
    };
    sign_in::insert(&mut tx, &new).await?;
    if let Some(officer) = officer {
        let language = state.language.or(officer.language).unwrap_or_else(|| in_force.pack.first_language());
        send(&mut tx, programme, (channel, &phone), &told(&in_force, language, &code)?, now).await?;
    }
    // Here and not by the clock: the tables grow by asking, so asking keeps them small.
    sign_in::forget(&mut tx, now.plus_ms(-DAY_MS)).await?;
    session::forget(&mut tx, now, now.plus_ms(-SESSION_IDLE_MS)).await?;
    tx.commit().await?;
    Ok(Asked::OnItsWay { secret })
}

/// Enters a code with the secret of the browser that asked for it.
///
/// # Errors
/// What the store says.
pub async fn enter(programme: &Programme, secret: &str, typed: &str) -> Result<Entered, StoreError> {
    if secret.is_empty() || secret.len() > SECRET_BYTES_MAX {
        return Ok(Entered::Over);
    }
    let code: String = typed.chars().filter(char::is_ascii_digit).take(CODE_DIGITS + 1).collect();
    let mut tx = programme.store.begin().await?;
    let tried = sign_in::try_code(&mut tx, &digest(secret), &code, programme.environment.now()).await?;
    let entered = match tried {
        Tried::Right(person) => {
            Entered::In { secret: begin_session(&mut tx, programme, Holder::Person(person)).await? }
        }
        Tried::Wrong { left } => Entered::Wrong { left },
        Tried::Nothing => Entered::Over,
    };
    tx.commit().await?;
    Ok(entered)
}

/// Begins a session; gives its secret, which is kept nowhere.
pub(super) async fn begin_session(tx: &mut Tx, programme: &Programme, holder: Holder) -> Result<String, StoreError> {
    let (begun, now) = (secret(&programme.environment), programme.environment.now());
    session::insert(tx, &digest(&begun), holder, now, now.plus_ms(SESSION_LIFE_MS)).await?;
    audit::append(tx, &Entry { at: now, actor: actor(holder), action: Action::SignIn, subject: "", detail: "" })
        .await?;
    Ok(begun)
}

/// How long to wait before another code may be asked for with this number; `None` where it may be now.
async fn over_the_pace(tx: &mut Tx, phone: &Phone, now: Instant) -> Result<Option<i64>, StoreError> {
    for (span_ms, most) in [(HOUR_MS, CODES_PER_HOUR), (DAY_MS, CODES_PER_DAY)] {
        let (asked, first) = sign_in::asked_since(tx, phone, now.plus_ms(-span_ms)).await?;
        if asked >= most {
            let first = first.unwrap_or(now);
            return Ok(Some(first.plus_ms(span_ms).since_ms(now).max(1)));
        }
    }
    Ok(None)
}

/// The officer on this phone: the first registered one where a phone is shared.
fn officer<'s>(programme: &Programme, in_force: &InForce, state: &'s PhoneState) -> Option<&'s PersonOnPhone> {
    let today = programme.today();
    let is_officer = |person: &&PersonOnPhone| {
        let access = Access::of_person(&in_force.pack, &in_force.tree, &person.role, person.place, today);
        access.is_some() && person.active.holds(today)
    };
    state.people.iter().find(is_officer)
}

/// The digits of a code.
const CODE_DIGITS: usize = 6;

/// Six digits, each code as likely as any other.
fn code(environment: &Environment) -> String {
    const CODES: u64 = 1_000_000;
    // Of 64 bits the remainder leans by less than one in ten million million: nobody can use that.
    let number = u64::from_le_bytes(environment.bytes::<8>()) % CODES;
    format!("{number:06}")
}

fn told(in_force: &InForce, language: Language, code: &str) -> Result<String, TextError> {
    in_force.pack.texts.say("say.sign_in_code", language, context! { digits => code })
}

async fn send(
    tx: &mut Tx,
    programme: &Programme,
    (channel, to): (&str, &Phone),
    text: &str,
    now: Instant,
) -> Result<(), StoreError> {
    // A code that comes late is of no use to anyone.
    let message = NewOutbox::begun(&programme.environment, (channel, to), text, (now, CODE_LIFE_MS));
    outbox::enqueue(tx, &message).await
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_is_six_digits_and_never_the_same() {
        let environment = Environment::system();
        let codes: HashSet<String> = (0..200).map(|_| code(&environment)).collect();
        assert!(codes.len() > 190, "codes repeat: {}", codes.len());
        assert!(codes.iter().all(|code| code.len() == CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())));
    }
}
