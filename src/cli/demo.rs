//! `relais demo`: everything at once, in a temporary folder, with made-up people and reports.

use std::io::IsTerminal;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::serve::stop_on_signal;
use super::{Failure, open};
use crate::base::Environment;
use crate::base::sealing::Sealer;
use crate::config::{self, Config, Overrides};
use crate::demo::{self, Filled, TOUR_CERCLE, TOUR_COMMUNE, Wanted};
use crate::programme::Programme;
use crate::server::{self, Start};
use crate::web::page::telephone::Caller;
use crate::web::{SignIn, provider_double};

/// Months of made-up reports.
const MONTHS: i32 = 12;
/// The demo's webhook key: not a secret, for everything in it is made up.
const DEMO_KEY: &str = "demo-key-0123456789";

/// Try everything at once: made-up people and reports, the page, and a webhook to call. Needs nothing.
#[derive(clap::Args)]
pub struct Arguments {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// An empty database to fill instead of a file in a temporary folder: sqlite:FILE or postgres://...
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Make up so many reports instead of the demo's own twelve months: a million to a year, five years at most.
    #[arg(long, value_name = "NUMBER")]
    reports: Option<usize>,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RELAIS_LOG").unwrap_or_else(|_| "warn".into());
    // A second initialisation only happens inside tests.
    let _set_already = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    // Removed when the demo ends.
    let folder = tempfile::Builder::new().prefix("relais-demo-").tempdir().map_err(Failure::refused)?;
    let listener = TcpListener::bind(&arguments.listen).await.map_err(|error| {
        Failure::Refused(format!("cannot listen on {}: {error}; try --listen 127.0.0.1:8081", arguments.listen))
    })?;
    let address = listener.local_addr().map_err(Failure::refused)?;
    let config = configuration(folder.path(), &address.to_string(), arguments.database)?;
    let programme = Arc::new(open::programme(&config).await?);
    let filled = fill(&programme, arguments.reports).await?;
    greet(&address.to_string(), &filled);
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone())?);
    let callers = filled.samples.into_iter();
    let callers = callers.map(|sample| Caller { phone: sample.phone, role: sample.role, place: sample.place });
    let start = Start {
        programme,
        listener,
        operations: None,
        sign_in: SignIn::Demo,
        beside: provider_double::router(),
        telephone: Some(callers.collect()),
        stop,
    };
    server::run(&config, start).await.map_err(Failure::refused)
}

/// A configuration as `relais init` would write it, with a channel that sends nowhere.
fn configuration(folder: &std::path::Path, address: &str, database: Option<String>) -> Result<Config, Failure> {
    let key = Sealer::generate_key(&Environment::system());
    let text = format!(
        "listen = \"{address}\"\nsecret_key = \"{key}\"\nspool = \"spool\"\npublic = true\ndatabase = \"sqlite:demo.sqlite\"\n\
         [[channel]]\nid = \"demo\"\nprovider = \"africastalking\"\nkey = \"{DEMO_KEY}\"\nsender = \"36019\"\n\
         username = \"demo\"\napi_key = \"demo\"\nbase_url = \"http://{address}/demo/provider\"\n"
    );
    let file = folder.join("relais.toml");
    std::fs::write(&file, text).map_err(Failure::refused)?;
    config::load(&file, &[], &Overrides { database, ..Overrides::default() }).map_err(Failure::refused)
}

async fn fill(programme: &Programme, wanted: Option<usize>) -> Result<Filled, Failure> {
    let progress = |done: usize, all: usize| {
        if std::io::stderr().is_terminal() {
            eprint!("\rMaking up reports: {done} of {all}");
        }
    };
    let filled = match wanted {
        Some(reports) => demo::fill_in_bulk(programme, reports, progress).await,
        None => demo::fill(programme, Wanted { months: MONTHS, area: None }, progress).await,
    };
    let filled = filled.map_err(Failure::refused)?;
    eprintln!("\r{} made-up people, {} made-up reports.          ", filled.people, filled.reports);
    Ok(filled)
}

fn greet(address: &str, filled: &Filled) {
    let phone = |role: &str| filled.phone_of(role).map(|phone| phone.e164().to_owned()).unwrap_or_default();
    let (reporter, officer) = (phone("asc"), phone("officier"));
    eprintln!(
        "\nrelais demo: every person and every figure here is made up. Ctrl-C ends it and removes everything.\n\n\
         Type on a phone:      http://{address}/telephone\n\
         Open the page:        http://{address}/\n\
         The tour's commune:   http://{address}/places/{TOUR_COMMUNE}\n\
         Its cercle:           http://{address}/places/{TOUR_CERCLE}\n\n\
         Or without a browser: report as a community health worker of that commune, by the callback Africa's Talking would make:\n\n  \
         curl -d from={reporter_encoded} -d to=36019 -d id=tour-1 -d 'text=DEP T45 F23 V38 J5 R1 E1 S2 M5' \\\n    \
         http://{address}/in/demo/{DEMO_KEY}/sms\n\n\
         Read the answer that was sent:\n\n  \
         curl 'http://{address}/api/v1/messages?channel=demo&external_id=tour-1'\n\n\
         Ask for the figures as the officer of its cercle:\n\n  \
         curl -d from={officer_encoded} -d to=36019 -d id=tour-2 -d 'text=BILAN' http://{address}/in/demo/{DEMO_KEY}/sms\n  \
         curl 'http://{address}/api/v1/messages?channel=demo&external_id=tour-2'\n",
        reporter_encoded = reporter.replace('+', "%2B"),
        officer_encoded = officer.replace('+', "%2B"),
    );
}
