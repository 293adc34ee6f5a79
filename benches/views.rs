//! Every page and BILAN at every level, over few and over many made-up reports: the time of a warm request and its weight.
//!
//! `RELAIS_REPORTS=10000,1000000 cargo bench --bench views`, with TEST_POSTGRES_URL for PostgreSQL. Prints how long filling
//! took, the middle of several requests, and how many times the first size's each one is; then recounts every cell and sum.
//! With `RELAIS_OVER=URL` the database there is measured and kept: filled first where it is empty, and
//! recounted only with `RELAIS_RECOUNT=1`. `RELAIS_WITHIN=CODE` fills five years of that place's people instead, whatever
//! the number: few reports, and as many rows on the pages of that place as those of the whole country make.
//! `RELAIS_ONLY=WORDS` asks only what ends with these words, two hundred times.

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use relais::base::sealing::Sealer;
use relais::base::{Environment, Language};
use relais::config::Config;
use relais::demo::Wanted;
use relais::programme::Programme;
use relais::server::{self, Start};
use relais::store::Store;
use relais::view::officer::{Asker, bilan};
use relais::web::SignIn;
use relais::{demo, rebuild};
use support::TestDatabase;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Requests of each page, the first of which is not counted.
const REQUESTS: usize = 15;
/// Requests of what alone is asked: enough to look where its time goes.
const REQUESTS_OF_ONE: usize = 200;
/// Sizes where RELAIS_REPORTS names none.
const SIZES: &str = "10000,100000";
/// As the largest demonstration has.
const MONTHS_OF_FIVE_YEARS: i32 = 60;
/// A country, region, cercle and commune, as a page and as BILAN.
const PLACES: [&str; 4] = ["ML", "ML03", "ML0304", "ML030434"];

/// Who asks, one after the other: the last part of an address.
static VISITORS: AtomicU8 = AtomicU8::new(0);

/// Pages of a place.
const VIEWS: [&str; 12] = [
    "",
    "?period=2025",
    "?period=2025-Q4",
    "?period=2025&role=relais",
    "/completeness",
    "/completeness?period=2025",
    "/bodies",
    "/report?period=2025-Q4",
    "/bulletin",
    "/reports",
    "/sample",
    "/closing",
];

/// What one question costs.
struct Cost {
    what: String,
    time: Duration,
    bytes: usize,
}

#[tokio::main]
async fn main() {
    let sizes = std::env::var("RELAIS_REPORTS").unwrap_or_else(|_| SIZES.to_owned());
    let sizes: Vec<usize> = sizes.split(',').map(|size| size.trim().parse().expect("a number")).collect();
    let mut first: Vec<(&'static str, Vec<Cost>)> = Vec::new();
    let over = std::env::var("RELAIS_OVER").ok();
    for size in sizes {
        let databases = match &over {
            Some(url) => vec![TestDatabase::at(url)],
            None => support::databases().await,
        };
        for database in databases {
            println!("{size} reports on {}", database.label);
            let costs = measured(&database, size).await;
            let known = first.iter().find(|(label, _)| *label == database.label);
            for (rank, cost) in costs.iter().enumerate() {
                let times = known.map_or(1.0, |(_, known)| cost.time.as_secs_f64() / known[rank].time.as_secs_f64());
                println!("  {:<38} {:>9.2?} {:>7} bytes   x {times:.2}", cost.what, cost.time, cost.bytes);
            }
            if known.is_none() {
                first.push((database.label, costs));
            }
            database.remove().await;
        }
    }
}

async fn measured(database: &TestDatabase, reports: usize) -> Vec<Cost> {
    let url = database.url.as_str();
    let folder = tempfile::tempdir().expect("a folder");
    let environment = Environment::system();
    let store = Store::open(url, support::sealer(), environment.clone()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let zone = jiff::tz::TimeZone::get("Africa/Bamako").expect("a zone");
    let pack = support::rig::mali();
    let programme = Arc::new(Programme::open(store, environment, zone.clone(), pack).await.expect("opens"));
    let began = Instant::now();
    rebuild::upgrade(&programme, |month| {
        println!("  {month} counted again, {:.1?} after the beginning", began.elapsed())
    })
    .await
    .expect("counts again");
    let is_filled = database.texts("SELECT 'one' FROM report LIMIT 1").await.len() == 1;
    if !is_filled {
        let began = Instant::now();
        let filled = match std::env::var("RELAIS_WITHIN") {
            Ok(code) => {
                let area = programme.in_force().tree.by_code(&code).map(|place| place.id);
                assert!(area.is_some(), "there is no place `{code}`");
                demo::fill(&programme, Wanted { months: MONTHS_OF_FIVE_YEARS, area }, |_, _| ()).await.expect("fills")
            }
            Err(_) => demo::fill_in_bulk(&programme, reports, |_, _| ()).await.expect("fills"),
        };
        println!("  filled with {} reports of {} people in {:.1?}", filled.reports, filled.people, began.elapsed());
        if url.starts_with("postgres") {
            // As its autovacuum does within minutes.
            database.execute("ANALYZE").await;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let config = Config {
        listen: address,
        operations_listen: address,
        public_url: "http://localhost".into(),
        database: url.to_owned().into(),
        pack: None,
        timezone: zone,
        secret_key: Sealer::generate_key(&programme.environment).into(),
        previous_secret_key: None,
        privacy: relais::config::Privacy::default(),
        spool: folder.path().join("spool"),
        public: true,
        trusted_proxies: vec![address.ip()],
        channels: Vec::new(),
        dhis2_token: String::new().into(),
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
    let mut costs = Vec::new();
    let client = relais::outbox::client().expect("a client");
    let only = std::env::var("RELAIS_ONLY").ok();
    let is_asked = |what: &str| only.as_ref().is_none_or(|only| what.ends_with(only.as_str()));
    let requests = only.as_ref().map_or(REQUESTS, |_| REQUESTS_OF_ONE);
    let mut paths = Vec::new();
    for place in PLACES {
        paths.extend(VIEWS.map(|rest| format!("places/{place}{rest}")));
        let summaries = ["", "&by=role"].map(|rest| format!("api/v1/summary?place={place}{rest}"));
        paths.push(format!("public/places/{place}"));
        paths.extend(summaries);
    }
    paths.extend(["approvals", "people"].map(str::to_owned));
    for path in paths.iter().filter(|path| is_asked(path)) {
        costs.push(page(&client, &format!("http://{address}/{path}"), requests).await);
    }
    for place in PLACES.iter().filter(|place| is_asked(&format!("BILAN {place}"))) {
        costs.push(said(&programme, place, requests).await);
    }
    println!("  memory of its own after all of it, filling included: {}", own_memory());
    if !is_filled || std::env::var("RELAIS_RECOUNT").is_ok() {
        prove(&programme).await;
    }
    stop.cancel();
    serving.await.expect("joins").expect("served");
    costs
}

/// A page as a browser gets it.
async fn page(client: &reqwest::Client, url: &str, requests: usize) -> Cost {
    let (mut times, mut bytes) = (Vec::new(), 0);
    for _ in 0..requests {
        // Everyone from their own address: nobody is over the pace.
        let visitor = format!("203.0.113.{}", VISITORS.fetch_add(1, Ordering::Relaxed));
        let request = client.get(url).header("accept-encoding", "gzip").header("x-forwarded-for", visitor);
        let began = Instant::now();
        let response = request.send().await.expect("is answered");
        assert!(response.status().is_success(), "{url}: {}", response.status());
        bytes = response.bytes().await.expect("a body").len();
        times.push(began.elapsed());
    }
    let path = url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
    Cost { what: path, time: middle(times), bytes }
}

/// BILAN of an officer of this place.
async fn said(programme: &Programme, code: &str, requests: usize) -> Cost {
    let area = programme.in_force().tree.by_code(code).expect("a place").id;
    let (mut times, mut bytes) = (Vec::new(), 0);
    for _ in 0..requests {
        let began = Instant::now();
        let asker = Asker { area, language: Language::FRENCH, septets: 160 };
        bytes = bilan(programme, asker, &[]).await.expect("is answered").len();
        times.push(began.elapsed());
    }
    Cost { what: format!("BILAN {code}"), time: middle(times), bytes }
}

/// The middle of all but the first.
fn middle(mut times: Vec<Duration>) -> Duration {
    times.remove(0);
    times.sort();
    times[times.len() / 2]
}

/// What the process holds that is no file, as the kernel counts it.
fn own_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.map_or_else(|| "not told here".to_owned(), |size| size.trim().to_owned())
}

async fn prove(programme: &Programme) {
    let began = Instant::now();
    let recount = rebuild::check(programme).await.expect("recounts");
    assert_eq!(recount.differences, [], "a recount finds no cell that differs");
    assert_eq!(recount.areas, [], "and no sum of an area");
    println!(
        "  {} reports, {} cells counted again in {:.1?}: none differs; memory of its own then: {}",
        recount.reports,
        recount.cells,
        began.elapsed(),
        own_memory()
    );
}
