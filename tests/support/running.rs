//! A whole running server on free ports: real listeners, real database, real spool folder; only its clock is ours.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use jiff::tz::TimeZone;
use relais::base::{Date, Environment, Language, ManualClock, PersonId, Phone, SystemRandomness};
use relais::channel::provider;
use relais::config::{ChannelConfig, Config, Privacy};
use relais::demo::{self, Wanted};
use relais::flow::model::Pack;
use relais::flow::source::PackFiles;
use relais::person::Person;
use relais::place::ALWAYS;
use relais::programme::Programme;
use relais::server::{self, ServerError, Start};
use relais::store::{self, Store};
use relais::web::SignIn;
use relais::web::page::telephone::Caller;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The key in every test channel's address.
pub const KEY: &str = "0123456789abcdef";

/// What a server is started with; kept, so that another can be started over the same database and spool.
#[derive(Clone)]
pub struct Setup {
    pub url: String,
    pub pack: PackFiles,
    pub channels: Vec<ChannelConfig>,
    pub clock: Arc<ManualClock>,
    /// Code of the area whose people and reports are made up: then it is a demonstration, with its telephone.
    pub demo_area: Option<&'static str>,
    folder: Arc<TempDir>,
}

/// A running server.
pub struct Running {
    pub setup: Setup,
    pub programme: Arc<Programme>,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// Where `/readyz` is.
    pub operations: String,
    pub client: reqwest::Client,
    pub stop: CancellationToken,
    run: JoinHandle<Result<(), ServerError>>,
}

/// An Africa's Talking channel called `id` that sends to `base_url`.
pub fn africastalking(id: &str, base_url: &str, per_second: u32) -> ChannelConfig {
    ChannelConfig {
        id: id.into(),
        provider: provider("africastalking").expect("known"),
        key: KEY.to_owned().into(),
        sender: "36019".into(),
        base_url: Some(base_url.to_owned()),
        per_second,
        repeat_seconds: 2,
        settings: BTreeMap::from([("username".to_owned(), "sandbox".to_owned())]),
        secrets: BTreeMap::from([("api_key".to_owned(), "at-secret".to_owned().into())]),
    }
}

impl Setup {
    /// The Mali pack over the database at `url`, the clock at the start of all tests.
    pub fn over(url: &str, channels: Vec<ChannelConfig>) -> Setup {
        Setup {
            url: url.to_owned(),
            pack: relais::pack_embedded::mali(),
            channels,
            clock: Arc::new(ManualClock::at(super::START)),
            demo_area: None,
            folder: Arc::new(tempfile::tempdir().expect("a folder")),
        }
    }

    /// Where calls wait.
    pub fn spool(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    /// Files of calls that wait.
    pub fn spooled(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.spool()) else { return Vec::new() };
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    fn config(&self) -> Config {
        let anywhere = "127.0.0.1:0".parse().expect("an address");
        Config {
            listen: anywhere,
            operations_listen: anywhere,
            public_url: "http://localhost".into(),
            database: self.url.clone().into(),
            pack: None,
            timezone: TimeZone::get("Africa/Bamako").expect("a zone"),
            secret_key: base64::engine::general_purpose::STANDARD.encode([7; 32]).into(),
            previous_secret_key: None,
            privacy: Privacy::default(),
            spool: self.spool(),
            dhis2_token: String::new().into(),
            public: false,
            trusted_proxies: Vec::new(),
            channels: self.channels.clone(),
        }
    }

    /// Starts a server.
    pub async fn start(&self) -> Running {
        let environment = Environment { clock: self.clock.clone(), randomness: Arc::new(SystemRandomness) };
        let store = Store::open(&self.url, super::sealer(), environment.clone()).await.expect("opens");
        store.migrate().await.expect("migrates");
        let mut config = self.config();
        let pack = Pack::load(&self.pack).expect("a sound pack");
        let opened = Programme::open(store, environment, config.timezone.clone(), pack).await;
        let programme = Arc::new(opened.expect("opens"));
        let callers = match self.demo_area {
            Some(code) => Some(made_up(&programme, code).await),
            None => None,
        };
        let listener = TcpListener::bind(config.listen).await.expect("a free port");
        let operations = TcpListener::bind(config.operations_listen).await.expect("a free port");
        let address = |listener: &TcpListener| format!("http://{}", listener.local_addr().expect("an address"));
        let (base, operations_address) = (address(&listener), address(&operations));
        // Where a real provider can call it.
        config.public_url.clone_from(&base);
        let stop = CancellationToken::new();
        let start = Start {
            programme: programme.clone(),
            listener,
            operations: Some(operations),
            sign_in: if callers.is_some() { SignIn::Demo } else { SignIn::Required },
            beside: axum::Router::new(),
            telephone: callers,
            stop: stop.clone(),
        };
        let run = tokio::spawn(async move { server::run(&config, start).await });
        let client = relais::outbox::client().expect("a client");
        Running { setup: self.clone(), programme, base, operations: operations_address, client, stop, run }
    }
}

/// Makes up a year of one area; gives people to be.
async fn made_up(programme: &Programme, code: &str) -> Vec<Caller> {
    let area = programme.in_force().tree.by_code(code).expect("a place").id;
    let wanted = Wanted { months: 12, area: Some(area) };
    let filled = demo::fill(programme, wanted, |_, _| ()).await.expect("fills");
    let callers = filled.samples.into_iter();
    callers.map(|sample| Caller { phone: sample.phone, role: sample.role, place: sample.place }).collect()
}

impl Running {
    /// Stops the server and waits for it.
    pub async fn end(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(super::wait::NEVER, self.run).await.expect("it stops");
        ended.expect("joins").expect("ends well");
    }

    /// True once the server has returned.
    pub fn has_ended(&self) -> bool {
        self.run.is_finished()
    }

    /// The address of a hook of a channel.
    pub fn hook(&self, channel: &str, hook: &str) -> String {
        format!("{}/in/{channel}/{KEY}/{hook}", self.base)
    }

    /// Posts a form to a hook of channel `at`; gives status and body.
    pub async fn post(&self, hook: &str, body: impl Into<reqwest::Body>) -> (u16, String) {
        // Ids are made from the time: what comes later sorts later.
        self.setup.clock.advance_ms(1);
        let request = self.client.post(self.hook("at", hook)).body(body);
        let answer =
            request.header("content-type", "application/x-www-form-urlencoded").send().await.expect("answered");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    /// The callback Africa's Talking makes for an SMS; must be answered 200.
    pub async fn sms(&self, phone: &Phone, id: &str, text: &str) {
        let (status, _) = self.post("sms", form(phone.e164(), id, text)).await;
        assert_eq!(status, 200, "{id}");
    }

    /// Code of the first commune of the cercle of Koutiala.
    pub fn commune(&self) -> String {
        let in_force = self.programme.in_force();
        let cercle = in_force.tree.by_code("ML0302").expect("a cercle").id;
        in_force.tree.children(cercle, self.programme.today())[0].code.clone()
    }

    /// Registers a person of the government network in that commune.
    pub async fn register(&self, phone: &Phone, role: &str) {
        let place = self.programme.in_force().tree.by_code(&self.commune()).expect("a place").id;
        let person = Person {
            id: PersonId::new(&self.programme.environment),
            name: "Awa Traoré".into(),
            role: role.into(),
            network: "government".into(),
            place,
            language: Some(Language::FRENCH),
            agent_code: None,
            supervisor: None,
            email: Some("awa@example.ml".into()),
            active_from: Date::constant(2026, 1, 1),
            active_to: ALWAYS.to,
            phones: vec![phone.clone()],
        };
        let mut tx = self.programme.store.begin().await.expect("begins");
        store::person::insert(&mut tx, &person).await.expect("inserts");
        tx.commit().await.expect("commits");
    }
}

/// A form as Africa's Talking writes it.
pub fn form(from: &str, id: &str, text: &str) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    format!("from={}&to=36019&id={}&text={}", encode(from), encode(id), encode(text))
}
