//! The commands, one file each. Data goes to standard output, everything else to standard error; exit codes are 0 done,
//! 1 refused or found wrong, 2 misused.

mod card;
mod check;
mod demo;
mod dhis2;
mod doctor;
mod export;
mod import;
mod init;
mod join;
mod migrate;
mod open;
mod pdf;
mod rebuild;
mod replay;
mod report;
mod serve;
mod simulate;
mod token;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::Overrides;

/// SMS and USSD field reporting: aggregators call it, people report to it, officers ask it.
#[derive(Parser)]
#[command(name = "relais", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try everything at once: made-up people and reports, the page, and a webhook to call. Needs nothing.
    Demo(demo::Arguments),
    /// Serve webhooks, pages and API until told to stop. SIGHUP reads the pack again.
    Serve(WithConfig),
    /// Write a ready relais.toml (keys generated) and the Mali pack into a folder, to edit.
    Init(init::Arguments),
    /// Read a pack and name everything that is wrong with it, with file, line and mend.
    Check(check::Arguments),
    /// Write the cue card of a report type: one A5 page to print for the people who send it.
    Card(card::Arguments),
    /// Type SMS and USSD as a person would, in a terminal or from a transcript. Needs no server and keeps nothing.
    Simulate(simulate::Arguments),
    /// Read people or places from a CSV file. A fault in one row changes nothing; every faulty row is listed.
    Import(import::Arguments),
    /// Write people, places, reports or a summary as CSV to standard output.
    Export(export::Arguments),
    /// Write the quarterly report of a place, A4 for government, or its monthly bulletin: HTML, or PDF by Chromium.
    Report(report::Arguments),
    /// Count every report again and compare with the cells, or put the cells right.
    Rebuild(rebuild::Arguments),
    /// Read the kept inbox again by a changed pack, and show every message that would be read otherwise.
    Replay(replay::Arguments),
    /// Make, list and revoke tokens for the API; a new one is printed alone, once.
    Token(token::Arguments),
    /// Bring the database to the newest form, which `serve` does too; or change its key.
    Migrate(migrate::Arguments),
    /// Look after the data: prove the audit log, remove what is too old, erase a person.
    Doctor(doctor::Arguments),
}

/// Flags every command takes that works on a configured server.
#[derive(Args, Clone, Debug)]
pub struct WithConfig {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "relais.toml", env = "RELAIS_CONFIG")]
    config: PathBuf,
    /// Address to listen on, instead of the configured one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Database to use, instead of the configured one: sqlite:FILE or postgres://...
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Folder of the pack, instead of the configured one.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
}

impl WithConfig {
    fn overrides(&self) -> Overrides {
        Overrides { listen: self.listen.clone(), database: self.database.clone(), pack: self.pack.clone() }
    }
}

/// How a command ends when it does not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Refused, or found wrong: exit code 1. The text is for the person at the terminal.
    #[error("{0}")]
    Refused(String),
    /// Misused: exit code 2.
    #[error("{0}")]
    Misused(String),
}

impl Failure {
    fn refused(error: impl std::fmt::Display) -> Failure {
        Failure::Refused(error.to_string())
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // clap itself ends with 2 when misused.
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("relais: no runtime: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("relais: {failure}");
            ExitCode::from(if matches!(failure, Failure::Misused(_)) { 2 } else { 1 })
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Init(arguments) => init::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Card(arguments) => card::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Import(arguments) => import::run(arguments).await,
        Command::Export(arguments) => export::run(arguments).await,
        Command::Report(arguments) => report::run(arguments).await,
        Command::Rebuild(arguments) => rebuild::run(arguments).await,
        Command::Replay(arguments) => replay::run(arguments).await,
        Command::Token(arguments) => token::run(arguments).await,
        Command::Migrate(arguments) => migrate::run(arguments).await,
        Command::Doctor(arguments) => doctor::run(arguments).await,
    }
}
