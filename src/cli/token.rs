//! `relais token create`: prints the token alone, once; only its hash is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Subcommand, ValueEnum};

use super::{Failure, WithConfig, join, open};
use crate::base::sealing::sha256_hex;
use crate::base::{Environment, TokenId};
use crate::store::{self, token::Token};

/// Make a token for the API; prints the token alone, once.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make one.
    Create(Create),
    /// Make the codes that unknown numbers join with.
    Join(join::Join),
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
    #[command(flatten)]
    with: WithConfig,
}

#[derive(Clone, Copy, ValueEnum)]
enum ScopeWord {
    /// Everything.
    Admin,
    /// Read, and act as an officer of the area.
    Officer,
    /// Read only.
    Read,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let create = match arguments.action {
        Action::Create(create) => create,
        Action::Join(codes) => return join::run(codes).await,
    };
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
    let token = Token {
        id: TokenId::new(&programme.environment),
        name: create.name,
        scope: create.scope.word().to_owned(),
        place,
        created: programme.environment.now(),
        used: None,
    };
    let mut tx = programme.store.begin().await.map_err(Failure::refused)?;
    store::token::insert(&mut tx, &token, &sha256_hex(secret.as_bytes())).await.map_err(Failure::refused)?;
    tx.commit().await.map_err(Failure::refused)?;
    println!("{secret}");
    Ok(())
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
