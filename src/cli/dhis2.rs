//! `relais export dhis2`: a period's figures as DHIS2 takes them, on standard output or sent to a server.

use std::time::Duration;

use super::{Failure, WithConfig};
use crate::config::Config;
use crate::dhis2::{Figures, Server, ValueSet, push, value_set};
use crate::outbox;
use crate::person::Access;
use crate::programme::Programme;
use crate::view::{Ask, Question};

/// How long to wait before a second try.
const WAIT: Duration = Duration::from_secs(5);

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Code of a place: it and all places in it. Without it, the country.
    #[arg(long, value_name = "CODE")]
    place: Option<String>,
    /// A month, a quarter or a year: 2026-11, 2026-Q4, 2026. Without it, the current quarter.
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Level of the places whose values are given, instead of the one in dhis2.toml.
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// `closed`: only of places that approved the whole period, as they did. `current`: as they stand now. Without it, closed
    /// ones where there are any, else current ones.
    #[arg(long, value_name = "WHICH")]
    figures: Option<String>,
    /// Send them to this server, with the token in dhis2_token or RELAIS_DHIS2_TOKEN. Values it has from another source are
    /// listed and left alone; those it has of us already are not sent again.
    #[arg(long, value_name = "URL")]
    push: Option<String>,
    /// With --push: the server only says what it would do.
    #[arg(long, requires = "push")]
    dry_run: bool,
    #[command(flatten)]
    pub with: WithConfig,
}

pub(super) async fn run(config: &Config, programme: &Programme, arguments: Arguments) -> Result<(), Failure> {
    let ask = Ask { place: arguments.place.as_deref(), period: arguments.period.as_deref(), ..Ask::default() };
    let question = Question::settle(&programme.in_force(), &Access::LOOK, programme.today(), ask);
    let question = question.map_err(Failure::refused)?;
    let figures = Figures::asked(arguments.figures.as_deref()).map_err(|error| Failure::Misused(error.to_string()))?;
    let set = value_set(programme, &question, arguments.level.as_deref(), figures).await.map_err(Failure::refused)?;
    eprintln!("figures: {}", set.figures);
    if !set.open.is_empty() {
        eprintln!("not closed: {}", set.open.join(" "));
    }
    match arguments.push {
        None => println!("{}", serde_json::to_string_pretty(&set).map_err(Failure::refused)?),
        Some(url) => {
            let (token, wait) = (config.dhis2_token.clone(), WAIT);
            send(&Server { url, token, dry_run: arguments.dry_run, wait }, &set).await?;
        }
    }
    for unmapped in &set.unmapped {
        eprintln!("not sent: {} ({})", unmapped.indicator, unmapped.reason);
    }
    Ok(())
}

async fn send(server: &Server, set: &ValueSet) -> Result<(), Failure> {
    let client = outbox::client().map_err(Failure::refused)?;
    let pushed = push(&client, server, set).await.map_err(Failure::refused)?;
    let count = pushed.summary.import_count;
    let would = if server.dry_run { " (dry run: nothing was changed)" } else { "" };
    println!("{} values sent, {} there already{would}", pushed.sent, pushed.known);
    println!("imported {}, updated {}, ignored {}", count.imported, count.updated, count.ignored);
    for value in &pushed.of_others {
        println!("of another source, not sent: {} {} {}", value.data_element, value.org_unit, value.period);
    }
    for conflict in &pushed.summary.conflicts {
        println!("refused: {}: {}", conflict.object, conflict.value);
    }
    if pushed.summary.conflicts.is_empty() && count.ignored == 0 {
        Ok(())
    } else {
        Err(Failure::Refused("the server refused some of it".into()))
    }
}
