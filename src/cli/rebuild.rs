//! `relais rebuild`: count again and compare, or put right.

use super::{Failure, WithConfig, open};
use crate::rebuild;

/// Most differences listed; all are counted.
const LISTED_MAX: usize = 50;

/// Count every report again and compare with the cells and sums, or put them right.
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
        "{} reports counted again into {} cells; {} differ; {} sums of areas differ",
        recount.reports,
        recount.cells,
        recount.differences.len(),
        recount.areas.len()
    );
    for difference in recount.differences.iter().take(LISTED_MAX) {
        let key = &difference.key;
        println!(
            "{} {} place {} {} {}: {} counted, {} held",
            key.period, key.indicator, key.place, key.network, key.role, difference.counted, difference.held
        );
    }
    for difference in recount.areas.iter().take(LISTED_MAX) {
        let (key, by) = (&difference.key, difference.by);
        println!(
            "{} {} {} area {} {} {}: the sum is {by} off",
            key.period, key.item, key.received_on, key.area, key.network, key.role
        );
    }
    let differs = !recount.differences.is_empty() || !recount.areas.is_empty();
    if arguments.check {
        let refusal = "the cells differ from the reports, or sums from them; `relais rebuild` puts them right";
        return if differs { Err(Failure::Refused(refusal.into())) } else { Ok(()) };
    }
    if !recount.differences.is_empty() {
        rebuild::mend(&programme, &recount.differences).await.map_err(Failure::refused)?;
        eprintln!("{} cells put right", recount.differences.len());
    }
    // Also where nothing differs: areas that grew since their sums were first kept get theirs.
    rebuild::mend_areas(&programme).await.map_err(Failure::refused)?;
    eprintln!("the sums of areas added up again");
    Ok(())
}
