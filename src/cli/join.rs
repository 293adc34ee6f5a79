//! `relais token join`: makes the codes by which unknown numbers ask to report for a place. An officer still decides.

use clap::Args;

use super::{Failure, WithConfig, open};
use crate::base::{Date, PlaceId};
use crate::person::stand::Standing;
use crate::place::Place;
use crate::programme::Programme;
use crate::register::{self, CODE_DAYS_MAX};
use crate::store::StoreError;
use crate::store::audit::{self, Action, Actor, Entry};

/// Make codes that unknown numbers join with (JOIN 482193); an officer agrees to each with VISA.
#[derive(Args)]
pub(super) struct Join {
    /// Code of the place whoever joins will report for.
    #[arg(long, value_name = "CODE")]
    place: String,
    /// One code for each place of this level within --place, as CSV to print: commune, site.
    #[arg(long, value_name = "LEVEL")]
    each: Option<String>,
    /// Role of whoever joins.
    #[arg(long, default_value = "relais")]
    role: String,
    /// Network they count under; without it, the pack's first.
    #[arg(long)]
    network: Option<String>,
    /// Days the code is taken, today included.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=i64::from(CODE_DAYS_MAX)))]
    days: u16,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(join: Join) -> Result<(), Failure> {
    let config = open::config(&join.with)?;
    let programme = open::programme(&config).await?;
    let (pack, tree) = (&programme.in_force().pack, &programme.in_force().tree);
    let today = programme.today();
    let place = tree.by_code(&join.place.to_uppercase());
    let place = place.ok_or_else(|| Failure::Refused(format!("no place has the code {}", join.place)))?;
    if pack.role(&join.role).is_none_or(|role| role.asks_figures) {
        let roles = pack.roles.iter().filter(|role| !role.asks_figures).map(|role| role.id.as_str());
        let roles = roles.collect::<Vec<_>>().join(", ");
        return Err(Failure::Refused(format!("nobody joins as `{}`; choose of {roles}", join.role)));
    }
    let first = pack.networks.first().map(|network| network.id.clone()).unwrap_or_default();
    let network = join.network.clone().unwrap_or(first);
    if !pack.networks.iter().any(|known| known.id == network) {
        let known = pack.networks.iter().map(|network| network.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::Refused(format!("no network is called `{network}`; choose of {known}")));
    }
    let expires = today.checked_add(jiff::Span::new().days(i64::from(join.days) - 1)).map_err(Failure::refused)?;
    if join.each.as_deref().is_some_and(|level| pack.depth(level).is_none()) {
        return Err(Failure::Refused(format!("no level is called `{}`", join.each.unwrap_or_default())));
    }
    note(&programme, &join, expires).await.map_err(Failure::refused)?;
    let Some(level) = &join.each else {
        println!("{}", make(&programme, place.id, &join.role, &network, expires).await?);
        return Ok(());
    };
    let within =
        |one: &&Place| one.level == *level && tree.exists(one.id, today) && tree.lies_in(one.id, place.id, today);
    let mut places: Vec<&Place> = tree.all().filter(within).collect();
    places.sort_by(|one, other| one.code.cmp(&other.code));
    let mut sheet = csv::Writer::from_writer(std::io::stdout());
    sheet.write_record(["join", "code", "name", "role", "expires"]).map_err(Failure::refused)?;
    for one in places {
        let code = make(&programme, one.id, &join.role, &network, expires).await?;
        let row = [code.as_str(), &one.code, &one.name, &join.role, &expires.to_string()];
        sheet.write_record(row).map_err(Failure::refused)?;
    }
    sheet.flush().map_err(Failure::refused)
}

/// That codes are made, in the audit log before they are: one entry for all of one call.
async fn note(programme: &Programme, join: &Join, expires: Date) -> Result<(), StoreError> {
    let (at, actor, action) = (programme.environment.now(), Actor::CommandLine, Action::Change);
    let each = join.each.as_deref().map(|level| format!(" each {level} of")).unwrap_or_default();
    let detail = format!("made for{each} {}: {} until {expires}", join.place.to_uppercase(), join.role);
    let mut tx = programme.store.begin().await?;
    audit::append(&mut tx, &Entry { at, actor, action, subject: "join_code", detail: &detail }).await?;
    tx.commit().await
}

/// Draws a code nobody has, and keeps it.
async fn make(programme: &Programme, place: PlaceId, role: &str, network: &str, last: Date) -> Result<String, Failure> {
    let standing = Standing { role: role.to_owned(), network: network.to_owned(), place };
    let made = register::make_code(programme, standing, last, None).await.map_err(Failure::refused)?;
    made.ok_or_else(|| Failure::Refused("no code is free any more: let old ones expire".into()))
}
