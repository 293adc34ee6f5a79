//! Acknowledged SMS per second beside a bare axum handler that only decodes the form: same run, same machine, same client.
//!
//! `cargo bench --bench load`, with TEST_POSTGRES_URL for PostgreSQL. Prints rates and their ratios, then proves that every
//! acknowledged message is there once and that a recount finds no difference.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::{Form, Router};
use relais::base::{Date, Language, PersonId, Phone};
use relais::config::Config;
use relais::person::Person;
use relais::place::ALWAYS;
use relais::programme::Programme;
use relais::rebuild;
use relais::server::{self, Start};
use relais::store::{self, Store};
use relais::web::SignIn;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// Connections that send at once: what a provider keeps open under load.
const CONNECTIONS: u64 = 128;
/// Phones that report.
const PHONES: u64 = 5_000;
/// How long each server is driven.
const DRIVEN: Duration = Duration::from_secs(8);
const KEY: &str = "0123456789abcdef";

#[tokio::main]
async fn main() {
    let bare = drive(bare_handler().await, "/in/at/0123456789abcdef/sms").await;
    println!("bare axum handler     {bare:>8.0} answers/s");
    for database in support::databases().await {
        let rate = relais(&database.url).await;
        println!(
            "relais on {:<11} {rate:>8.0} acknowledged SMS/s   1/{:.1} of the bare handler",
            database.label,
            bare / rate
        );
        database.remove().await;
    }
}

/// A handler that decodes the form and answers.
async fn bare_handler() -> SocketAddr {
    let handler = post(|Form(fields): Form<BTreeMap<String, String>>| async move { fields.len().to_string() });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/in/{channel}/{key}/sms", handler)).await });
    address
}

async fn relais(url: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let environment = relais::base::Environment::system();
    let store = Store::open(url, support::sealer(), environment.clone()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let zone = jiff::tz::TimeZone::get("Africa/Bamako").expect("a zone");
    let programme =
        Arc::new(Programme::open(store, environment, zone.clone(), support::rig::mali()).await.expect("opens"));
    register(&programme).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let config = Config {
        listen: address,
        operations_listen: address,
        public_url: "http://localhost".into(),
        database: url.to_owned().into(),
        pack: None,
        timezone: zone,
        secret_key: relais::base::sealing::Sealer::generate_key(&programme.environment).into(),
        spool: folder.path().join("spool"),
        channels: vec![support::rig::africastalking().config],
    };
    let stop = CancellationToken::new();
    let start = Start {
        programme: programme.clone(),
        listener,
        operations: None,
        sign_in: SignIn::Demo,
        beside: Router::new(),
        telephone: None,
        stop: stop.clone(),
    };
    let serving = tokio::spawn(async move { server::run(&config, start).await });
    let rate = drive(address, &format!("/in/at/{KEY}/sms")).await;
    prove(&programme).await;
    stop.cancel();
    serving.await.expect("joins").expect("served");
    rate
}

async fn register(programme: &Programme) {
    let communes: Vec<_> =
        programme.in_force().tree.all().filter(|place| place.level == "commune").map(|place| place.id).collect();
    let person = |rank: u64| Person {
        id: PersonId::new(&programme.environment),
        name: "Awa Traoré".into(),
        role: "relais".into(),
        network: "government".into(),
        place: communes[usize::try_from(rank).expect("small") % communes.len()],
        language: Some(Language::FRENCH),
        agent_code: None,
        supervisor: None,
        email: None,
        active_from: Date::constant(2026, 1, 1),
        active_to: ALWAYS.to,
        phones: vec![phone(rank)],
    };
    let people: Vec<Person> = (0..PHONES).map(person).collect();
    let mut tx = programme.store.begin().await.expect("begins");
    store::bulk::people(&mut tx, &people).await.expect("registers");
    tx.commit().await.expect("commits");
}

fn phone(rank: u64) -> Phone {
    Phone::from_e164(&format!("+223{}", 70_000_000 + rank)).expect("a number")
}

/// Sends from every connection, each waiting for its answer, until the time is up; answers per second.
async fn drive(address: SocketAddr, path: &str) -> f64 {
    let sent = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut connections = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (sent, path) = (sent.clone(), path.to_owned());
        connections.spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("connects");
            stream.set_nodelay(true).expect("no delay");
            let mut answered = 0_u64;
            while began.elapsed() < DRIVEN {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                stream.write_all(&request(&path, number)).await.expect("sends");
                assert!(is_answered(&mut stream).await, "every call is answered 200");
                answered += 1;
            }
            answered
        });
    }
    let answered: u64 = connections.join_all().await.iter().sum();
    answered as f64 / began.elapsed().as_secs_f64()
}

fn request(path: &str, number: u64) -> Vec<u8> {
    // Different figures each time, so that none is taken for the same report again.
    let (round, rank) = (number / PHONES, number % PHONES);
    let normal = 10 + round % 1_900;
    let body = format!(
        "from=%2B223{}&to=36019&id=n{number}&text=DEP+T{}+F5+V{normal}+J{}+R1+E0+S1+M0&date=2026-11-23+10%3A00%3A00",
        70_000_000 + rank,
        normal + 1 + round / 1_900,
        round / 1_900,
    );
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Reads one answer whole; true when it is a 200.
async fn is_answered(stream: &mut TcpStream) -> bool {
    let mut answer = Vec::with_capacity(512);
    let mut chunk = [0; 512];
    loop {
        let read = stream.read(&mut chunk).await.expect("reads");
        assert!(read > 0, "the server keeps the connection");
        answer.extend_from_slice(&chunk[..read]);
        let Some(head_end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..head_end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if answer.len() >= head_end + 4 + length.unwrap_or(0) {
            return head.starts_with("http/1.1 200");
        }
    }
}

async fn prove(programme: &Programme) {
    let recount = rebuild::check(programme).await.expect("recounts");
    assert_eq!(recount.differences, [], "a recount finds no difference");
    println!("  {} reports counted, {} cells, no difference", recount.reports, recount.cells);
}
