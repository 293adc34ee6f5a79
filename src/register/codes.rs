//! JOIN codes: made for a place, a role and some days, listed while they are taken, ended before their time. A code alone lets
//! nobody in: an officer still agrees to each who uses it.

use jiff::ToSpan;

use super::change::Refused;
use super::within::Officer;
use super::{alone, note};
use crate::base::{Date, Environment, PlaceId};
use crate::person::Limit;
use crate::person::fault::{Fault, Reason};
use crate::person::file;
use crate::person::stand::Standing;
use crate::programme::{InForce, Programme};
use crate::store::audit::{Action, Actor};
use crate::store::join::JoinCode;
use crate::store::{self, StoreError};

/// Longest life of a code, in days.
pub const DAYS_MAX: u16 = 400;
/// Times a code is drawn again because another place has it.
const DRAWS_MAX: usize = 50;
/// What codes are to the audit log.
const SUBJECT: &str = "join_code";

/// What a form says of a new code.
#[derive(Clone, Copy, Debug)]
pub struct CodeAsked<'a> {
    /// Code or name of the place.
    pub place: &'a str,
    /// Role id of whoever joins.
    pub role: &'a str,
    /// Network id.
    pub network: &'a str,
    /// Days it is taken, today included.
    pub days: &'a str,
}

/// The codes that are taken today in the officer's area, newest first.
///
/// # Errors
/// What the store says.
pub async fn codes(programme: &Programme, area: PlaceId) -> Result<Vec<JoinCode>, StoreError> {
    let mut tx = programme.store.reader().await?;
    store::join::codes(&mut tx, area, programme.today()).await
}

/// Makes a code for the officer; gives it.
///
/// # Errors
/// [`Refused`]; there is no code then.
pub async fn new_code(programme: &Programme, officer: &Officer<'_>, asked: CodeAsked<'_>) -> Result<String, Refused> {
    let in_force = programme.in_force();
    let (standing, last) = checked(&in_force, officer, asked, programme.today())?;
    let made = make_code(programme, standing, last, Some(officer.actor)).await?;
    made.ok_or_else(|| Refused::Cells(vec![Fault { line: 1, column: "", reason: Reason::NoCodeFree }]))
}

/// What is asked, if the officer may have it.
fn checked(
    in_force: &InForce,
    officer: &Officer<'_>,
    asked: CodeAsked<'_>,
    today: Date,
) -> Result<(Standing, Date), Refused> {
    let (pack, mut faults) = (&in_force.pack, Vec::new());
    let mut note = |column: &'static str, reason: Reason| faults.push(Fault { line: 1, column, reason });
    let place = file::place(asked.place, pack, &in_force.tree, today).map_err(|reason| note("place", reason)).ok();
    // Nobody joins as an officer, whoever makes the code.
    let roles: Vec<&str> = pack.roles.iter().filter(|role| !role.asks_figures).map(|role| role.id.as_str()).collect();
    let role = file::one_of(asked.role, &roles).map_err(|reason| note("role", reason)).ok();
    let networks: Vec<&str> = pack.networks.iter().map(|network| network.id.as_str()).collect();
    let network = file::one_of(asked.network, &networks).map_err(|reason| note("network", reason)).ok();
    let days = asked.days.trim().parse::<u16>().ok().filter(|days| (1..=DAYS_MAX).contains(days));
    let last = days.and_then(|days| today.checked_add((i64::from(days) - 1).days()).ok());
    if last.is_none() {
        let (typed, known) = (asked.days.trim().to_owned(), format!("1-{DAYS_MAX}"));
        note("days", Reason::NotOneOf { typed, known, near: None });
    }
    if let (Some(place), Some(role), Some(network), Some(last)) = (place, role, network, last) {
        let standing = Standing { role, network, place };
        match officer.standing_faults(in_force, &standing, (1, today)) {
            None => return Ok((standing, last)),
            Some(fault) => faults.push(fault),
        }
    }
    Err(Refused::Cells(faults))
}

/// Draws a code nobody has, and keeps it; `None` where none is free any more. Noted with `actor`, unless the caller notes many at
/// once.
///
/// # Errors
/// What the store says.
pub async fn make_code(
    programme: &Programme,
    standing: Standing,
    last: Date,
    actor: Option<Actor>,
) -> Result<Option<String>, StoreError> {
    let mut tx = programme.store.begin().await?;
    for _ in 0..DRAWS_MAX {
        let code = JoinCode {
            code: six_digits(&programme.environment),
            place: standing.place,
            role: standing.role.clone(),
            network: standing.network.clone(),
            expires: last,
            created: programme.environment.now(),
        };
        if store::join::add_code(&mut tx, &code).await? {
            if let Some(actor) = actor {
                let detail = format!("made: {}", told(&programme.in_force(), &code));
                note(programme, &mut tx, (actor, Action::Change), SUBJECT, &detail).await?;
            }
            tx.commit().await?;
            return Ok(Some(code.code));
        }
    }
    Ok(None)
}

/// Ends a code: nobody asks with it from now on. What was asked with it still waits.
///
/// # Errors
/// [`Refused::Unknown`] for one that is not taken; [`Refused::Limit`] for one of a place that is not the officer's.
pub async fn end_code(programme: &Programme, officer: &Officer<'_>, code: &str) -> Result<(), Refused> {
    let in_force = programme.in_force();
    let today = programme.today();
    let mut tx = programme.store.begin().await?;
    alone(&mut tx).await?;
    let found = store::join::code(&mut tx, code, today).await?.ok_or(Refused::Unknown)?;
    // Whatever role it is for: to end a code gives nobody anything.
    if !officer.access.may_write || !officer.access.covers(&in_force.tree, found.place, today) {
        let limit = if officer.access.may_write { Limit::Area } else { Limit::Reading };
        return Err(Refused::Limit { limit, area: officer.area(&in_force, today) });
    }
    store::join::end_code(&mut tx, code).await?;
    let detail = format!("ended: {}", told(&in_force, &found));
    note(programme, &mut tx, (officer.actor, Action::Change), SUBJECT, &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// A code without its digits.
fn told(in_force: &InForce, code: &JoinCode) -> String {
    let place = in_force.tree.get(code.place).map_or("", |place| place.code.as_str());
    format!("{} {place} until {}", code.role, code.expires)
}

/// Digits alone, none of them first a zero: every keypad has them, and nobody reads O for 0 in front.
fn six_digits(environment: &Environment) -> String {
    let chance = u64::from_le_bytes(environment.bytes::<8>());
    (100_000 + chance % 900_000).to_string()
}
