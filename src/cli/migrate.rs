//! `relais migrate`: the database in its newest form, and under its newest key.

use std::time::{Duration, Instant as Moment};

use super::{Failure, WithConfig, open};
use crate::base::Environment;
use crate::base::sealing::Sealer;
use crate::privacy;

/// Rows between two lines of progress.
const SAID_EVERY: u64 = 10_000;
/// Longest the change of a key goes on at once; it goes on where it stood when called again.
const ROTATE_TIME: Duration = Duration::from_secs(24 * 3_600);

/// Bring the database to the newest form and take in the places of the pack, which `serve` does too; or change its key.
#[derive(clap::Args)]
pub struct Arguments {
    /// Print a fresh secret key, and do nothing else.
    #[arg(long, conflicts_with = "rotate_key")]
    new_key: bool,
    /// Seal everything with secret_key that previous_secret_key sealed, now and beside a running server.
    #[arg(long)]
    rotate_key: bool,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.new_key {
        println!("{}", Sealer::generate_key(&Environment::system()));
        return Ok(());
    }
    let programme = open::programme(&open::config(&arguments.with)?).await?;
    if !arguments.rotate_key {
        return Ok(());
    }
    let (mut rows, mut said) = (0, 0);
    let progress = |looked_at: u64| {
        rows += looked_at;
        if rows - said >= SAID_EVERY {
            said = rows;
            eprintln!("{rows} rows looked at");
        }
    };
    let is_done = privacy::rotate(&programme, Moment::now() + ROTATE_TIME, progress).await.map_err(Failure::refused)?;
    if !is_done {
        return Err(Failure::Refused("not done yet: call it again, it goes on where it stood".into()));
    }
    eprintln!("everything is sealed with secret_key; previous_secret_key may go");
    Ok(())
}
