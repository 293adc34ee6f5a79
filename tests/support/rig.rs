//! A whole intake over one database: callbacks go in as bytes, answers are read from the store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use relais::base::sealing::Sealer;
use relais::base::{
    Date, Environment, Instant, Language, ManualClock, PersonId, Phone, PlaceId, Randomness, SystemRandomness,
};
use relais::channel::{Hook, Request, Response};
use relais::config::{ChannelConfig, Connected};
use relais::flow::model::Pack;
use relais::intake::{CallError, Intake};
use relais::person::Person;
use relais::place::ALWAYS;
use relais::programme::Programme;
use relais::spool::Spool;
use relais::store::{self, Store};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A programme with its intake.
pub struct Rig {
    pub programme: Arc<Programme>,
    pub intake: Arc<Intake>,
    pub spool: Arc<Spool>,
    pub clock: Arc<ManualClock>,
    pub connected: Connected,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    _folder: TempDir,
    calls: AtomicU64,
}

/// The Africa's Talking channel of every rig.
pub fn africastalking() -> Connected {
    let pack = mali();
    let config = ChannelConfig {
        id: "at".into(),
        provider: relais::channel::provider("africastalking").expect("known"),
        key: "0123456789abcdef".to_owned().into(),
        sender: "36019".into(),
        base_url: None,
        per_second: 1_000,
        repeat_seconds: 2,
        settings: BTreeMap::from([("username".to_owned(), "sandbox".to_owned())]),
        secrets: BTreeMap::from([("api_key".to_owned(), "secret".to_owned().into())]),
    };
    Connected { channel: config.for_provider("http://localhost", &pack.numbering), config }
}

/// The embedded Mali pack.
pub fn mali() -> Pack {
    Pack::load(&relais::pack_embedded::mali()).expect("the Mali pack is sound")
}

/// Runs `test` on a rig over a new database of every kind there is, its clock at `now`.
pub async fn on_each(now: Instant, test: impl AsyncFn(&Rig)) {
    for database in super::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, now).await;
        test(&rig).await;
        rig.end().await;
        database.remove().await;
    }
}

impl Rig {
    /// A rig over `store`, its clock at `now`.
    pub async fn over(url: &str, now: Instant) -> Rig {
        Rig::with(url, now, Arc::new(SystemRandomness)).await
    }

    /// A rig that takes its chance from `randomness`.
    pub async fn with(url: &str, now: Instant, randomness: Arc<dyn Randomness>) -> Rig {
        Rig::made(url, now, randomness, super::sealer()).await
    }

    /// A rig with another key than that of all tests.
    pub async fn keyed(url: &str, now: Instant, sealer: Sealer) -> Rig {
        Rig::made(url, now, Arc::new(SystemRandomness), sealer).await
    }

    async fn made(url: &str, now: Instant, randomness: Arc<dyn Randomness>, sealer: Sealer) -> Rig {
        // What goes wrong inside is told with the test that failed.
        let _set_already = tracing_subscriber::fmt().with_test_writer().with_env_filter("relais=debug").try_init();
        let clock = Arc::new(ManualClock::at(now));
        let environment = Environment { clock: clock.clone(), randomness };
        let store = Store::open(url, sealer.clone(), environment.clone()).await.expect("opens");
        store.migrate().await.expect("migrates");
        let zone = TimeZone::get("Africa/Bamako").expect("a zone");
        let programme = Arc::new(Programme::open(store, environment.clone(), zone, mali()).await.expect("opens"));
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Arc::new(Spool::open(&folder.path().join("spool"), sealer, environment).expect("a spool"));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let intake = Intake::start(programme.clone(), spool.clone(), Arc::new(Notify::new()), &tasks, &stop);
        // Ids of a rig that takes over a database go on.
        let calls = AtomicU64::new(u64::try_from(now.since_ms(super::START)).unwrap_or(0) * 1_000);
        Rig { programme, intake, spool, clock, connected: africastalking(), stop, tasks, _folder: folder, calls }
    }

    /// Stops everything and waits for it.
    pub async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.programme.store.close().await;
    }

    /// The place with this code.
    pub fn place(&self, code: &str) -> PlaceId {
        self.programme.in_force().tree.by_code(code).expect("a place").id
    }

    /// Registers a person.
    pub async fn register(&self, phone: &Phone, role: &str, network: &str, place: &str) -> PersonId {
        self.register_on(std::slice::from_ref(phone), role, network, place).await
    }

    /// Registers a person with several phones.
    pub async fn register_on(&self, phones: &[Phone], role: &str, network: &str, place: &str) -> PersonId {
        let person = Person {
            id: PersonId::new(&self.programme.environment),
            name: "Awa Traoré".into(),
            role: role.into(),
            network: network.into(),
            place: self.place(place),
            language: Some(Language::FRENCH),
            agent_code: None,
            supervisor: None,
            email: None,
            active_from: Date::constant(2026, 1, 1),
            active_to: ALWAYS.to,
            phones: phones.to_vec(),
        };
        let mut tx = self.programme.store.begin().await.expect("begins");
        store::person::insert(&mut tx, &person).await.expect("inserts");
        tx.commit().await.expect("commits");
        person.id
    }

    /// The callback Africa's Talking makes for an SMS.
    pub fn callback(&self, phone: &Phone, id: &str, text: &str) -> Request {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body = format!("from={}&to=36019&id={}&text={}", encode(phone.e164()), encode(id), encode(text));
        let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        Request { method: "POST".into(), query: String::new(), headers, body: body.into_bytes() }
    }

    /// Makes the callback.
    pub async fn call(&self, phone: &Phone, id: &str, text: &str) -> Result<Response, CallError> {
        self.intake.call(&self.connected, Hook::Sms, self.callback(phone, id, text)).await
    }

    /// The call Africa's Talking makes for a dial or an answer on USSD, all inputs joined.
    pub fn dialled(&self, phone: &Phone, session: &str, text: &str) -> Request {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let (from, text) = (encode(phone.e164()), encode(text));
        let body = format!("sessionId={session}&serviceCode=*360%23&phoneNumber={from}&networkCode=61002&text={text}");
        let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        Request { method: "POST".into(), query: String::new(), headers, body: body.into_bytes() }
    }

    /// Dials or answers; gives what the provider is answered.
    pub async fn ussd(&self, phone: &Phone, session: &str, text: &str) -> String {
        let request = self.dialled(phone, session, text);
        self.intake.call(&self.connected, Hook::Ussd, request).await.expect("taken").body
    }

    /// Ends a session.
    pub async fn hang_up(&self, phone: &Phone, session: &str) {
        let request = self.dialled(phone, session, "");
        self.intake.call(&self.connected, Hook::Status, request).await.expect("taken");
    }

    /// Sends a new SMS; gives the reply, empty for silence.
    pub async fn sms(&self, phone: &Phone, text: &str) -> String {
        let id = format!("m{}", self.calls.fetch_add(1, Ordering::Relaxed));
        self.call(phone, &id, text).await.expect("taken");
        self.reply(&id).await
    }

    /// The reply to the message with this id at the provider.
    pub async fn reply(&self, id: &str) -> String {
        let mut tx = self.programme.store.reader().await.expect("reads");
        let stored = store::message::find(&mut tx, "at", &format!("id:{id}")).await.expect("found");
        stored.expect("the message is there").reply.unwrap_or_default()
    }

    /// The SMS put out to `phone`, oldest first.
    pub async fn sent_to(&self, phone: &Phone) -> Vec<String> {
        let phone_index = Some(self.programme.store.phone_index(phone));
        let filter = store::outbox::Filter { phone_index, ..Default::default() };
        let mut tx = self.programme.store.reader().await.expect("reads");
        let sent = store::outbox::list(&mut tx, &filter, None, 100).await.expect("lists");
        sent.into_iter().rev().map(|sms| sms.text).collect()
    }

    /// Every cell of one period and place, by indicator.
    pub async fn cells(&self, place: &str, period: &str) -> BTreeMap<String, i64> {
        let periods = [period.to_owned()];
        let scope = store::cell::Scope {
            area: self.place(place),
            day: self.programme.today(),
            periods: &periods,
            flow: None,
            senders: store::Senders::ALL,
            indicators: &[],
        };
        let mut tx = self.programme.store.reader().await.expect("reads");
        let sums = store::cell::sums(&mut tx, &scope).await.expect("sums");
        sums.into_iter().filter(|(_, value)| *value != 0).collect()
    }
}
