//! `relais import`: people and places from CSV. All or nothing: a fault in one row changes nothing.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Failure, WithConfig, open};
use crate::base::PersonId;
use crate::person::Person;
use crate::person::file::{self as people_file, PersonRow};
use crate::place::file::RowFault;
use crate::place::{ALWAYS, file as places_file};
use crate::programme::Programme;
use crate::store::{self, StoreError, Tx};

/// Read people or places from a CSV file. A fault in one row changes nothing; every faulty row is listed.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Columns: phone,name,role,network,place,language,agent_code,supervisor_phone,email. The phone tells who is who.
    People(FromFile),
    /// Columns: code,vintage,name,level,parent,population,lat,lon,health_area,health_district.
    Places(FromFile),
}

#[derive(clap::Args)]
struct FromFile {
    /// The CSV file, in UTF-8.
    file: PathBuf,
    /// Only say what would be done.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.what {
        What::People(from) => {
            let (programme, text) = opened(&from).await?;
            people(&programme, &text, &from).await
        }
        What::Places(from) => {
            let (programme, text) = opened(&from).await?;
            places(&programme, &text, &from).await
        }
    }
}

async fn opened(from: &FromFile) -> Result<(Programme, String), Failure> {
    let bytes = std::fs::read(&from.file)
        .map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", from.file.display())))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Refused(format!("{} is not UTF-8; save it as UTF-8", from.file.display())))?;
    let config = open::config(&from.with)?;
    Ok((open::programme(&config).await?, text))
}

fn refused(from: &FromFile, faults: &[RowFault]) -> Failure {
    let listed: String = faults.iter().map(|fault| format!("{}: {fault}\n", from.file.display())).collect();
    Failure::Refused(format!("nothing was changed:\n{listed}{} faulty rows", faults.len()))
}

async fn people(programme: &Programme, text: &str, from: &FromFile) -> Result<(), Failure> {
    let in_force = programme.in_force();
    let today = programme.today();
    let rows =
        people_file::read(text, &in_force.pack, &in_force.tree, today).map_err(|faults| refused(from, &faults))?;
    if from.check {
        eprintln!("{} people could be imported; nothing was changed", rows.len());
        return Ok(());
    }
    let count = rows.len();
    let mut tx = programme.store.begin().await.map_err(Failure::refused)?;
    for row in rows {
        register(&mut tx, programme, row).await.map_err(Failure::refused)?;
    }
    tx.commit().await.map_err(Failure::refused)?;
    eprintln!("{count} people imported");
    Ok(())
}

/// The same phone and agent code is the same person: written anew. Anything else is somebody new.
async fn register(tx: &mut Tx, programme: &Programme, row: PersonRow) -> Result<(), StoreError> {
    let known = store::person::on_phone(tx, &row.phone).await?;
    let known = known.into_iter().find(|person| person.agent_code == row.agent_code);
    let (id, active_from, phones) = match &known {
        Some(person) => (person.id, person.active_from, person.phones.clone()),
        None => (PersonId::new(&programme.environment), programme.today(), vec![row.phone]),
    };
    let person = Person {
        id,
        name: row.name,
        role: row.role,
        network: row.network,
        place: row.place,
        language: row.language,
        agent_code: row.agent_code,
        supervisor: row.supervisor,
        email: row.email,
        active_from,
        active_to: ALWAYS.to,
        phones,
    };
    match known {
        Some(_) => store::person::update(tx, &person).await,
        None => store::person::insert(tx, &person).await,
    }
}

async fn places(programme: &Programme, text: &str, from: &FromFile) -> Result<(), Failure> {
    let in_force = programme.in_force();
    let levels: Vec<&str> = in_force.pack.levels.iter().map(|level| level.id.as_str()).collect();
    let rows = places_file::read(text, &levels).map_err(|faults| refused(from, &faults))?;
    if from.check {
        eprintln!("{} places could be imported; nothing was changed", rows.len());
        return Ok(());
    }
    let mut tx = programme.store.begin().await.map_err(Failure::refused)?;
    store::place::import(&mut tx, &rows, ALWAYS).await.map_err(Failure::refused)?;
    tx.commit().await.map_err(Failure::refused)?;
    eprintln!("{} places imported; a running server sees them after SIGHUP", rows.len());
    Ok(())
}
