//! `relais rebuild`: count again and compare, or put right.

use super::{Failure, WithConfig, open};
use crate::rebuild;

/// Most differences listed; all are counted.
const LISTED_MAX: usize = 50;

/// Count every report again and compare with the cells, or put the cells right.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only compare; exit code 1 when anything differs.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = open::config(&arguments.with)?;
    let programme = open::programme(&config).await?;
    let recount = rebuild::check(&programme).await.map_err(Failure::refused)?;
    eprintln!(
        "{} reports counted again into {} cells; {} differ",
        recount.reports,
        recount.cells,
        recount.differences.len()
    );
    for difference in recount.differences.iter().take(LISTED_MAX) {
        let key = &difference.key;
        println!(
            "{} {} place {} {}: {} counted, {} held",
            key.period, key.indicator, key.place, key.network, difference.counted, difference.held
        );
    }
    if recount.differences.is_empty() {
        return Ok(());
    }
    if arguments.check {
        return Err(Failure::Refused("the cells differ from the reports; `relais rebuild` puts them right".into()));
    }
    rebuild::mend(&programme, &recount.differences).await.map_err(Failure::refused)?;
    eprintln!("{} cells put right", recount.differences.len());
    Ok(())
}
