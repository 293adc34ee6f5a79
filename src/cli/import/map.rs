//! `relais import places`: corrections to places that are known, or a new administrative map beside the old.

use std::path::{Path, PathBuf};

use super::{FromFile, bytes, refused};
use crate::base::Date;
use crate::base::table::Table;
use crate::cli::{Failure, open};
use crate::place::file::{self, RowFault};
use crate::place::map::{FAULTS_LISTED_MAX, MapFault, MapFile};
use crate::place::{ALWAYS, Span};
use crate::programme::Programme;
use crate::register::{self, MapError, MapFiles, MapImported, PlaceLeft};
use crate::store;
use crate::store::audit::Actor;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    from_file: FromFile,
    /// First day of a new map, such as 2027-01-01.
    #[arg(long, value_name = "DAY", requires = "successors")]
    from: Option<Date>,
    /// What became of the places of the map before: old_vintage,old_code,new_vintage,new_code,continues.
    #[arg(long, value_name = "FILE", requires = "from")]
    successors: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let bytes = bytes(&arguments.from_file)?;
    let config = open::config(&arguments.from_file.with)?;
    let programme = open::programme(&config).await?;
    match (arguments.from, &arguments.successors) {
        (Some(from), Some(successors)) => map(&programme, &bytes, (from, successors), &arguments.from_file).await,
        _ => corrections(&programme, &bytes, &arguments.from_file).await,
    }
}

/// Places that are known already, as the file says them.
async fn corrections(programme: &Programme, bytes: &[u8], from: &FromFile) -> Result<(), Failure> {
    let in_force = programme.in_force();
    let levels: Vec<&str> = in_force.pack.levels.iter().map(|level| level.id.as_str()).collect();
    let table = Table::read(bytes).map_err(|error| refused(from, &[RowFault::row(1, error.to_string())]))?;
    let (rows, mut faults) = file::rows(&table, &levels);
    faults.extend(file::tree_faults(&rows, &levels));
    let tree = &in_force.tree;
    let latest = tree.maps().last();
    for (line, row) in &rows {
        if !tree.has_vintage(&row.vintage) {
            let reason = format!(
                "vintage {} is new here: a new map needs its first day and its successors (--from and --successors)",
                row.vintage
            );
            faults.push(RowFault::row(*line, reason));
        } else if let Some(latest) =
            latest.filter(|latest| latest.vintage != row.vintage && !is_in_force(programme, row))
        {
            let reason = format!("vintage {} gave way to {} on {}", row.vintage, latest.vintage, latest.from);
            faults.push(RowFault::row(*line, reason));
        }
    }
    if !faults.is_empty() {
        return Err(refused(from, &faults));
    }
    if from.check {
        eprintln!("{} places could be imported; nothing was changed", rows.len());
        return Ok(());
    }
    let rows: Vec<file::PlaceRow> = rows.into_iter().map(|(_, row)| row).collect();
    let span = latest.map_or(ALWAYS, |latest| Span { from: latest.from, to: ALWAYS.to });
    let mut tx = programme.store.begin().await.map_err(Failure::refused)?;
    store::place::import(&mut tx, &rows, span).await.map_err(Failure::refused)?;
    tx.commit().await.map_err(Failure::refused)?;
    eprintln!("{} places imported; a running server sees them after SIGHUP", rows.len());
    Ok(())
}

/// True for a place that is there from the latest map on.
fn is_in_force(programme: &Programme, row: &file::PlaceRow) -> bool {
    let in_force = programme.in_force();
    in_force.tree.coded(&row.vintage, &row.code).is_some_and(|place| in_force.tree.life(place).to == ALWAYS.to)
}

async fn map(
    programme: &Programme,
    places: &[u8],
    (first_day, file): (Date, &Path),
    from: &FromFile,
) -> Result<(), Failure> {
    let successors =
        std::fs::read(file).map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", file.display())))?;
    let files = MapFiles { places, successors: &successors, from: first_day };
    let named = |which: MapFile| match which {
        MapFile::Places => from.file.as_path(),
        MapFile::Successors => file,
    };
    let imported = register::import_map(programme, files, Actor::CommandLine, from.check).await;
    let imported = imported.map_err(|error| match error {
        MapError::Rows(faults) => listed(&faults, named),
        MapError::Table(which, error) => {
            Failure::Refused(format!("{}: {error}; nothing was changed", named(which).display()))
        }
        // Where the answer to the commit was lost, it may be in all the same.
        MapError::Store(error) => {
            Failure::Refused(format!("{error}; try again: a map that is in already is refused and changes nothing"))
        }
    })?;
    tell(&imported, first_day, from.check);
    Ok(())
}

fn listed<'n>(faults: &[MapFault], named: impl Fn(MapFile) -> &'n Path) -> Failure {
    let shown = faults.iter().take(FAULTS_LISTED_MAX);
    let listed: String = shown.map(|fault| format!("{}: {}\n", named(fault.file).display(), fault.fault)).collect();
    let more = faults.len().saturating_sub(FAULTS_LISTED_MAX);
    let more = if more > 0 { format!("and {more} more\n") } else { String::new() };
    Failure::Refused(format!("nothing was changed:\n{listed}{more}{} faults", faults.len()))
}

fn tell(imported: &MapImported, first_day: Date, is_dry_run: bool) {
    let MapImported { begun, going_on, ended, moved, reported_since, .. } = imported;
    let (would, tail) = if is_dry_run { ("would ", "; nothing was changed") } else { ("", "") };
    eprintln!(
        "from {first_day}: {going_on} places {would}go on, {begun} {would}begin, {ended} {would}end, {moved} people {would}move with their place{tail}"
    );
    if *reported_since > 0 {
        eprintln!(
            "{reported_since} reports are of that day or later already: they stay where they were counted, and in every total above"
        );
    }
    for PlaceLeft { place, has_ended, people, successors } in &imported.left {
        match (has_ended, successors.is_empty()) {
            (true, true) => eprintln!("{place} ends without a successor; {people} people stand there"),
            (true, false) => eprintln!("{place} ends; {people} people go to one of {}", successors.join(", ")),
            (false, _) => eprintln!("{place} goes on; do some of its {people} people go to {}?", successors.join(", ")),
        }
    }
    if imported.left.iter().any(|left| left.has_ended) && !is_dry_run {
        eprintln!(
            "from that day on: relais export people --phones --place-ended lists them with their choice, to be brought in again"
        );
    }
    if !is_dry_run {
        eprintln!("a running server sees the new map within seconds");
    }
}
