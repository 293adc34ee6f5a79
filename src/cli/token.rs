//! `relais token`: make, list and revoke API tokens. A new one is printed alone, once; only its hash is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Subcommand, ValueEnum};

use super::{Failure, WithConfig, join, open};
use crate::base::sealing::sha256_hex;
use crate::base::{Environment, Instant, TokenId};
use crate::store::audit::{self, Actor, Entry};
use crate::store::{self, StoreError, Tx, token::Token};

/// Longest life that can be asked for, in days: ten years.
const DAYS_MAX: i64 = 3_650;
/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Make, list and revoke tokens for the API. A token also opens the pages: that is how the first administrator comes in.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make one; prints the token alone, once.
    Create(Create),
    /// Make the codes that unknown numbers join with.
    Join(join::Join),
    /// List them as CSV: id, name, scope, place, made, last used, end. Never the token itself.
    List(List),
    /// Take one away, with everyone who is signed in by it.
    Revoke(Revoke),
}

#[derive(clap::Args)]
struct Create {
    /// What it is for, to tell it apart from others.
    #[arg(long)]
    name: String,
    /// What it may do.
    #[arg(long, value_enum)]
    scope: ScopeWord,
    /// Code of the area it may see; without it, the whole country.
    #[arg(long, value_name = "CODE")]
    place: Option<String>,
    /// Days until it opens nothing any more; 0 for never.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(i64).range(0..=DAYS_MAX))]
    days: i64,
    #[command(flatten)]
    with: WithConfig,
}

#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    with: WithConfig,
}

#[derive(clap::Args)]
struct Revoke {
    /// Its id, as listed.
    id: TokenId,
    #[command(flatten)]
    with: WithConfig,
}

#[derive(Clone, Copy, ValueEnum)]
enum ScopeWord {
    /// Everything, the register and tokens included.
    Admin,
    /// Read, and act as an officer of the area.
    Officer,
    /// Read figures and values; not what people wrote, nor who they are.
    Read,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.action {
        Action::Create(create) => make(create).await,
        Action::Join(codes) => join::run(codes).await,
        Action::List(list) => listed(list).await,
        Action::Revoke(revoke) => revoked(revoke).await,
    }
}

async fn make(create: Create) -> Result<(), Failure> {
    let config = open::config(&create.with)?;
    let programme = open::programme(&config).await?;
    let place = match &create.place {
        None => None,
        Some(code) => {
            let in_force = programme.in_force();
            let place = in_force.tree.by_code(&code.to_uppercase()).map(|place| place.id);
            Some(place.ok_or_else(|| Failure::Refused(format!("no place has the code {code}")))?)
        }
    };
    let secret = generate(&programme.environment);
    let now = programme.environment.now();
    let token = Token {
        id: TokenId::new(&programme.environment),
        name: create.name,
        scope: create.scope.word().to_owned(),
        place,
        created: now,
        used: None,
        expires: (create.days > 0).then(|| now.plus_ms(create.days * DAY_MS)),
    };
    let mut tx = programme.store.begin().await.map_err(Failure::refused)?;
    store::token::insert(&mut tx, &token, &sha256_hex(secret.as_bytes())).await.map_err(Failure::refused)?;
    let area = create.place.as_deref().unwrap_or("the whole country");
    let made = format!("made: {} of {area}, {} days", token.scope, create.days);
    note(&mut tx, token.id, now, &made).await.map_err(Failure::refused)?;
    tx.commit().await.map_err(Failure::refused)?;
    println!("{secret}");
    Ok(())
}

async fn listed(list: List) -> Result<(), Failure> {
    let config = open::config(&list.with)?;
    let programme = open::programme(&config).await?;
    let mut tx = programme.store.reader().await.map_err(Failure::refused)?;
    let tokens = store::token::all(&mut tx).await.map_err(Failure::refused)?;
    let mut out = csv::Writer::from_writer(std::io::stdout());
    out.write_record(["id", "name", "scope", "place", "created_at", "used_at", "expires_at"])
        .map_err(Failure::refused)?;
    let in_force = programme.in_force();
    for token in tokens {
        let place = token.place.and_then(|place| in_force.tree.get(place)).map(|place| place.code.clone());
        let at = |instant: Option<Instant>| instant.map(Instant::rfc3339).unwrap_or_default();
        let row = [
            token.id.to_string(),
            super::export::inert(&token.name),
            token.scope,
            place.unwrap_or_default(),
            at(Some(token.created)),
            at(token.used),
            at(token.expires),
        ];
        out.write_record(row).map_err(Failure::refused)?;
    }
    out.flush().map_err(Failure::refused)
}

async fn revoked(revoke: Revoke) -> Result<(), Failure> {
    let config = open::config(&revoke.with)?;
    let store = open::store_of(&config, open::Migrate::Yes).await?;
    let mut tx = store.begin().await.map_err(Failure::refused)?;
    let was_there = store::token::revoke(&mut tx, revoke.id).await.map_err(Failure::refused)?;
    let holder = store::session::Holder::Token(revoke.id);
    store::session::end_all(&mut tx, holder).await.map_err(Failure::refused)?;
    if was_there {
        note(&mut tx, revoke.id, Environment::system().now(), "revoked").await.map_err(Failure::refused)?;
    }
    tx.commit().await.map_err(Failure::refused)?;
    if was_there { Ok(()) } else { Err(Failure::Refused(format!("no token has the id {}", revoke.id))) }
}

/// A token made or taken away, in the audit log.
async fn note(tx: &mut Tx, token: TokenId, at: Instant, detail: &str) -> Result<(), StoreError> {
    let (actor, action, subject) = (Actor::CommandLine, audit::Action::Change, format!("token:{token}"));
    audit::append(tx, &Entry { at, actor, action, subject: &subject, detail }).await
}

impl ScopeWord {
    fn word(self) -> &'static str {
        match self {
            ScopeWord::Admin => "admin",
            ScopeWord::Officer => "officer",
            ScopeWord::Read => "read",
        }
    }
}

/// 256 bits of chance, so its plain hash is enough to keep.
fn generate(environment: &Environment) -> String {
    format!("relais_{}", URL_SAFE_NO_PAD.encode(environment.bytes::<32>()))
}
