//! `relais import`: people and places from CSV or XLSX, targets from CSV. All or nothing: a fault in one row changes nothing.

mod map;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Subcommand;

use super::{Failure, WithConfig, open};
use crate::place::file::RowFault;
use crate::programme::Programme;
use crate::register::{self, ImportError, Imported};
use crate::rollup::target;
use crate::store;
use crate::store::audit::Actor;

/// Read people or places from a CSV or XLSX file, targets from a CSV file. A fault in one row changes nothing; every faulty row is listed.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// CSV or XLSX with columns phone,name,role,network,place,language,agent_code,supervisor_phone,email. The phone (several with
    /// / between) and the agent code tell who is who. Also previous_phone (another SIM), from (first day of a new role, network or
    /// place) and leaves (last day).
    People(FromFile),
    /// CSV or XLSX with columns code,vintage,name,level,parent,population,lat,lon,health_area,health_district; also
    /// parent_vintage, where the place above has a code of another vintage.
    ///
    /// Alone, the file corrects places that are known. With --from and --successors it is a new administrative map beside the
    /// old, in force from that day: every period is counted by the map of its last day, and no total of the country moves.
    ///
    /// The file of successors has old_vintage,old_code,new_vintage,new_code,continues and a row for every arrow from an old
    /// place to a new one; every old place and every new one stands in it. One arrow: the place goes on under its new code, with
    /// its people and reports. Several from one (a split) or to one (a merger): new places begin and the old ones end; `yes` in
    /// continues says which of them is still the same place. No new code: it ends. No old code: it is altogether new.
    ///
    /// People of a place that became one other are moved with it from that day; people of a place that became several are told:
    /// `relais export people --place-ended` lists them with the choice, to be brought in again.
    Places(map::Arguments),
    /// Columns: place,indicator,period,value. An empty value takes a target away; a ratio's target is in per cent.
    Targets(FromFile),
}

#[derive(clap::Args)]
struct FromFile {
    /// The file.
    file: PathBuf,
    /// Only say what would be done.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.what {
        What::People(from) => people(&from).await,
        What::Places(arguments) => map::run(arguments).await,
        What::Targets(from) => {
            let (programme, text) = opened(&from).await?;
            targets(&programme, &text, &from).await
        }
    }
}

fn bytes(from: &FromFile) -> Result<Vec<u8>, Failure> {
    std::fs::read(&from.file)
        .map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", from.file.display())))
}

async fn opened(from: &FromFile) -> Result<(Programme, String), Failure> {
    let text = String::from_utf8(bytes(from)?)
        .map_err(|_| Failure::Refused(format!("{} is not UTF-8; save it as UTF-8", from.file.display())))?;
    let config = open::config(&from.with)?;
    Ok((open::programme(&config).await?, text))
}

fn refused(from: &FromFile, faults: &[RowFault]) -> Failure {
    let listed: String = faults.iter().map(|fault| format!("{}: {fault}\n", from.file.display())).collect();
    let rows: BTreeSet<usize> = faults.iter().map(|fault| fault.line).collect();
    Failure::Refused(format!("nothing was changed:\n{listed}{} faulty rows", rows.len()))
}

async fn people(from: &FromFile) -> Result<(), Failure> {
    let bytes = bytes(from)?;
    let config = open::config(&from.with)?;
    let programme = open::programme(&config).await?;
    let imported = register::import_people(&programme, &bytes, Actor::CommandLine, from.check).await;
    let imported = imported.map_err(|error| match error {
        ImportError::Rows(faults) => refused(from, &faults.into_iter().map(RowFault::from).collect::<Vec<_>>()),
        other => Failure::Refused(format!("{}: {other}; nothing was changed", from.file.display())),
    })?;
    if imported.is_latin {
        eprintln!("{} is not UTF-8: it was read as Latin-1; look at the accents", from.file.display());
    }
    for line in &imported.renamed {
        eprintln!(
            "{}: line {line}: another name for a number known already: is it the same person?",
            from.file.display()
        );
    }
    let Imported { added, changed, unchanged, .. } = imported;
    match from.check {
        true => {
            eprintln!("{added} people would be new, {changed} changed, {unchanged} as they are; nothing was changed")
        }
        false => eprintln!("{added} people are new, {changed} changed, {unchanged} as they were"),
    }
    Ok(())
}

async fn targets(programme: &Programme, text: &str, from: &FromFile) -> Result<(), Failure> {
    let in_force = programme.in_force();
    let rows = target::read(text, &in_force.pack, &in_force.tree, programme.today())
        .map_err(|faults| refused(from, &faults))?;
    if from.check {
        eprintln!("{} targets could be imported; nothing was changed", rows.len());
        return Ok(());
    }
    let mut tx = programme.store.begin().await.map_err(Failure::refused)?;
    store::target::set_many(&mut tx, &rows).await.map_err(Failure::refused)?;
    tx.commit().await.map_err(Failure::refused)?;
    eprintln!("{} targets imported", rows.len());
    Ok(())
}
