//! `relais doctor`: is the audit log whole, what is removed when; and erasing a person.

use std::time::{Duration, Instant as Moment};

use clap::Subcommand;

use super::{Failure, WithConfig, open};
use crate::base::{PersonId, Phone};
use crate::privacy::{self, EraseError};
use crate::store::audit::{self, Actor, Head};

/// Longest the removal goes on at once.
const PURGE_TIME: Duration = Duration::from_secs(6 * 3_600);

/// Look after the data: prove the audit log, remove what is too old, erase a person.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Walk the audit log and name the first entry that was changed, taken out, put in or moved; exit code 1 then.
    Audit(AuditArguments),
    /// Remove now what is older than [privacy] allows: texts, then whole messages. A server does it by itself.
    Purge(WithConfig),
    /// Erase a person or an unregistered number: identity and texts go, reports stay without a name, no figure moves.
    Erase(EraseArguments),
}

#[derive(clap::Args)]
struct AuditArguments {
    /// The head from a line of the server's log ("head of the audit log"): shows a log that was cut short or written anew.
    #[arg(long, value_name = "NUMBER:HASH")]
    head: Option<String>,
    #[command(flatten)]
    with: WithConfig,
}

#[derive(clap::Args)]
struct EraseArguments {
    /// Id of the person, as `relais export people` shows it.
    #[arg(long, value_name = "ID", conflicts_with = "phone", required_unless_present = "phone")]
    person: Option<PersonId>,
    /// A number nobody is registered on.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Say that it is meant: what is erased cannot be had back.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.what {
        What::Audit(arguments) => audit_log(arguments).await,
        What::Purge(with) => purge(&with).await,
        What::Erase(arguments) => erase(arguments).await,
    }
}

async fn audit_log(arguments: AuditArguments) -> Result<(), Failure> {
    let misread = || Failure::Misused("--head is NUMBER:HASH, as the log says it".into());
    let noted = arguments.head.as_deref().map(str::parse::<Head>).transpose().map_err(|()| misread())?;
    let store = open::store(&arguments.with, open::Migrate::Yes).await?;
    let mut tx = store.reader().await.map_err(Failure::refused)?;
    let verified = audit::verify(&mut tx, noted.as_ref()).await.map_err(Failure::refused)?;
    let head = audit::head(&mut tx).await.map_err(Failure::refused)?;
    if let Some(broken) = verified.broken {
        return Err(Failure::Refused(format!(
            "the audit log is not whole: {broken}; {} before it are",
            verified.sealed
        )));
    }
    eprintln!("{} entries as they were made, {} added since; head:", verified.sealed, verified.waiting);
    println!("{head}");
    Ok(())
}

async fn purge(with: &WithConfig) -> Result<(), Failure> {
    let config = open::config(with)?;
    let programme = open::programme(&config).await?;
    let until = Moment::now() + PURGE_TIME;
    let purged = privacy::purge(&programme, config.privacy, until).await.map_err(Failure::refused)?;
    eprintln!("removed: {} texts, {} messages, {} phones", purged.texts, purged.messages, purged.phones);
    Ok(())
}

async fn erase(arguments: EraseArguments) -> Result<(), Failure> {
    if !arguments.yes {
        return Err(Failure::Misused("nothing was erased: say --yes too, for it cannot be had back".into()));
    }
    let config = open::config(&arguments.with)?;
    let programme = open::programme(&config).await?;
    let refused = |error: EraseError| Failure::Refused(format!("{error}; nothing was erased"));
    if let Some(id) = arguments.person {
        let erased = privacy::erase_person(&programme, id, Actor::CommandLine).await.map_err(refused)?;
        eprintln!("erased; {} reports stay, as those of nobody", erased.reports);
        return Ok(());
    }
    let typed = arguments.phone.unwrap_or_default();
    let phone = Phone::parse(&typed, &programme.in_force().pack.numbering);
    let phone = phone.ok_or_else(|| Failure::Misused("--phone is no phone number".into()))?;
    privacy::erase_phone(&programme, &phone, Actor::CommandLine).await.map_err(refused)?;
    eprintln!("erased");
    Ok(())
}
