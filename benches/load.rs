//! Acknowledged SMS per second beside a bare axum handler that only decodes the form: same run, same machine, same client.
//!
//! `cargo bench --bench load`, with TEST_POSTGRES_URL for PostgreSQL. Prints rates and their ratios, then proves that every
//! acknowledged message is there once and that a recount finds no difference. `benches/peers` drives other programs too.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/calls.rs"]
#[allow(dead_code)]
mod calls;
#[path = "support/drive.rs"]
mod drive;
#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use calls::{PHONES, SMS_PHONE_FIRST, Sms};
use drive::{Driven, drive};
use relais::base::{Date, Language, PersonId, Phone};
use relais::config::Config;
use relais::person::Person;
use relais::place::ALWAYS;
use relais::programme::Programme;
use relais::rebuild;
use relais::server::{self, Start};
use relais::store::{self, Store};
use relais::web::SignIn;
use support::provider::Provider;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Connections that send at once: what a provider keeps open under load.
const CONNECTIONS: u64 = 128;
/// How long each server is driven.
const DRIVEN: Duration = Duration::from_secs(8);
/// Replies sent per second meanwhile: what is configured where nothing is said.
const SENT_PER_SECOND: u32 = 5;

#[tokio::main]
async fn main() {
    let bare = drive(bare::start().await, Sms::over(CONNECTIONS, &Arc::default()), DRIVEN).await.expect("is answered");
    println!("bare axum handler     {}", shown(&bare));
    for database in support::databases().await {
        let driven = relais(&database.url).await;
        let ratio = bare.per_second / driven.per_second;
        println!("relais on {:<11} {}   1/{ratio:.1} of the bare handler", database.label, shown(&driven));
        database.remove().await;
    }
}

fn shown(driven: &Driven) -> String {
    format!("{:>8.0} answers/s   p50 {:>7.1?}   p99 {:>7.1?}", driven.per_second, driven.p50, driven.p99)
}

async fn relais(url: &str) -> Driven {
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
    // Replies go to a double on this machine, never to the provider.
    let provider = Provider::start().await;
    let config = Config {
        listen: address,
        operations_listen: address,
        public_url: "http://localhost".into(),
        database: url.to_owned().into(),
        pack: None,
        timezone: zone,
        secret_key: relais::base::sealing::Sealer::generate_key(&programme.environment).into(),
        previous_secret_key: None,
        privacy: relais::config::Privacy::default(),
        spool: folder.path().join("spool"),
        dhis2_token: String::new().into(),
        public: false,
        trusted_proxies: Vec::new(),
        channels: vec![support::running::africastalking("at", &provider.url, SENT_PER_SECOND)],
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
    let driven =
        drive(address, Sms::over(CONNECTIONS, &Arc::default()), DRIVEN).await.expect("every call is answered 200");
    prove(&programme, driven.answers).await;
    stop.cancel();
    serving.await.expect("joins").expect("served");
    driven
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
        phones: vec![Phone::from_e164(&format!("+223{}", SMS_PHONE_FIRST + rank)).expect("a number")],
    };
    let people: Vec<Person> = (0..PHONES).map(person).collect();
    let mut tx = programme.store.begin().await.expect("begins");
    store::bulk::people(&mut tx, &people).await.expect("registers");
    tx.commit().await.expect("commits");
}

async fn prove(programme: &Programme, acknowledged: u64) {
    let recount = rebuild::check(programme).await.expect("recounts");
    assert_eq!(recount.differences, [], "a recount finds no difference");
    assert_eq!(recount.reports, acknowledged, "every acknowledged message is there once");
    println!("  {} reports counted, {} cells, no difference", recount.reports, recount.cells);
}
