//! relais beside RapidSMS, ussd-menu-builder and a bare axum handler: the same calls, one client, one run, and the ratios.
//!
//! `benches/peers/run` prepares the peers and starts this; README.md beside it says what each does and does not do. Every
//! server is a process of its own, driven alone; in rounds, because a machine is not equally fast all the time. Everything
//! stays on 127.0.0.1.

#[path = "../support/bare.rs"]
#[allow(dead_code)]
mod bare;
#[path = "../support/calls.rs"]
mod calls;
#[path = "../support/drive.rs"]
mod drive;
#[path = "../../tests/support/provider.rs"]
#[allow(dead_code)]
mod provider;
mod servers;
mod table;

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use calls::{Ends, Sms, Ussd};
use servers::Server;
use table::Table;

/// Connections that call at once: what a provider keeps open under load.
const CONNECTIONS: u64 = 128;
/// Rounds in which every server is driven once.
const ROUNDS: u64 = 3;
/// How long each server is driven in each round.
const DRIVEN: Duration = Duration::from_secs(5);
/// USSD sessions open at once while people answer.
const SESSIONS_OPEN: u64 = 500;
/// How long a person takes for an answer, on average: nobody is faster.
const THINKS: Duration = Duration::from_secs(1);
/// How long people are waited for.
const PEOPLE_DRIVEN: Duration = Duration::from_secs(12);

#[tokio::main]
async fn main() -> ExitCode {
    if let Ok(port) = env::var("PEERS_BARE_PORT") {
        let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("a free port");
        bare::serve(listener).await;
        return ExitCode::SUCCESS;
    }
    let Ok(home) = env::var("PEERS_HOME") else {
        eprintln!("benches/peers/run prepares the peers, then runs this.");
        return ExitCode::SUCCESS;
    };
    let mut table = Table::default();
    sms(&mut table, Path::new(&home)).await;
    ussd(&mut table, Path::new(&home)).await;
    table.print_ratios();
    if table.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One report by SMS: read, checked, counted, its reply queued, all on disk before the answer.
async fn sms(table: &mut Table, home: &Path) {
    println!("SMS, {CONNECTIONS} connections, each calling again once it is answered");
    let servers = [
        ("bare, SMS", Server::bare()),
        ("relais, SMS", Server::relais(home).await),
        ("RapidSMS, SMS", Server::rapidsms(home)),
    ];
    let sent: Vec<Arc<AtomicU64>> = servers.iter().map(|_| Arc::default()).collect();
    for _ in 0..ROUNDS {
        for ((name, server), sent) in servers.iter().zip(&sent) {
            table.drive(name, server, Sms::over(CONNECTIONS, sent), DRIVEN).await;
        }
    }
    let [_, (_, relais), (_, rapidsms)] = &servers;
    table.prove("relais, SMS", &relais.recounted(home));
    table.prove("RapidSMS, SMS", &rapidsms.counted().await);
}

/// Steps of USSD sessions: as many as can be had, then as they come from 500 people.
async fn ussd(table: &mut Table, home: &Path) {
    println!("USSD steps, {CONNECTIONS} sessions at once, each going on once it is answered");
    let servers = [
        ("bare, USSD", Server::bare(), Ends::Anyhow),
        ("relais, USSD", Server::relais(home).await, Ends::WithReceipt),
        ("ussd-menu-builder", Server::ussd_menu_builder(home, 1), Ends::Said),
        ("ussd-menu-builder, 2 processes", Server::ussd_menu_builder(home, 2), Ends::Said),
    ];
    // Every round begins far above the sessions before it, so that no figures come again.
    const APART: u64 = 100_000_000;
    for round in 0..ROUNDS {
        for (name, server, ends) in &servers {
            let callers = Ussd::open(CONNECTIONS, round * APART, Duration::ZERO, *ends);
            table.drive(name, server, callers, DRIVEN).await;
        }
    }
    println!("USSD steps, {SESSIONS_OPEN} sessions open, each person taking {THINKS:?} for an answer");
    let [_, (_, relais, _), (_, menu, _), _] = &servers;
    for (name, server, ends) in
        [("relais, people", relais, Ends::WithReceipt), ("ussd-menu-builder, people", menu, Ends::Said)]
    {
        let people = Ussd::open(SESSIONS_OPEN, ROUNDS * APART, THINKS, ends);
        table.drive(name, server, people, PEOPLE_DRIVEN).await;
    }
}
