//! The database goes away and comes back: every call is answered, and every answered call is there exactly once.

mod support;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use relais::base::{Environment, Instant};
use relais::config::ChannelConfig;
use relais::rebuild;
use relais::spool::{DRAIN_BATCH, Spool, Waiting};
use sqlx::{Connection, Executor};
use support::cluster::Cluster;
use support::running::{Running, Setup, africastalking, form};
use support::{TestDatabase, wait};

const PHONES: usize = 40;
const EACH: usize = 12;
const NOWHERE: &str = "http://127.0.0.1:9";

/// What every call of the traffic adds to the count of children: few enough to be believed without a question.
fn total(phone: usize, rank: usize) -> usize {
    10 + phone % 5 + 5 * rank
}

async fn ready(running: &Running) -> u16 {
    let answer = running.client.get(format!("{}/readyz", running.operations)).send().await;
    answer.expect("answered").status().as_u16()
}

/// One phone's calls, every third of them twice; gives how many were answered otherwise than 200.
async fn traffic(hook: String, client: reqwest::Client, phone: usize, answered: Arc<AtomicUsize>) -> Vec<String> {
    let mut faults = Vec::new();
    let number = support::phone(u32::try_from(500 + phone).expect("small"));
    for rank in 0..EACH {
        let count = total(phone, rank);
        let text = format!("DEP T{count} F0 V{count} J0 R0 E0 S0 M0");
        let body = form(number.e164(), &format!("c-{phone}-{rank}"), &text);
        for _ in 0..if rank % 3 == 0 { 2 } else { 1 } {
            match client.post(&hook).body(body.clone()).send().await {
                Ok(answer) if answer.status() == 200 => {}
                other => faults.push(format!("{phone}-{rank}: {other:?}")),
            }
        }
        answered.fetch_add(1, Ordering::SeqCst);
    }
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_killed_under_load_and_nothing_is_lost_or_counted_twice() {
    let Some(cluster) = Cluster::start() else {
        let is_required = std::env::var("TESTS_REQUIRE_POSTGRES").is_ok() || std::env::var("CI").is_ok();
        assert!(!is_required, "no PostgreSQL on this machine to be killed");
        return;
    };
    let setup = Setup::over(&cluster.url, vec![africastalking("at", NOWHERE, 500)]);
    let running = setup.start().await;
    for phone in 0..PHONES {
        running.register(&support::phone(u32::try_from(500 + phone).expect("small")), "asc").await;
    }
    assert_eq!(ready(&running).await, 200);
    let answered = Arc::new(AtomicUsize::new(0));
    let mut callers = tokio::task::JoinSet::new();
    for phone in 0..PHONES {
        callers.spawn(traffic(running.hook("at", "sms"), running.client.clone(), phone, answered.clone()));
    }
    wait::until_true("traffic runs", async || answered.load(Ordering::SeqCst) >= PHONES * EACH / 6).await;
    cluster.kill();
    wait::until_true("not ready", async || ready(&running).await == 503).await;
    wait::until_true("calls wait in the spool", async || setup.spooled().len() >= 2 * PHONES).await;
    cluster.start_again();
    while let Some(faults) = callers.join_next().await {
        assert_eq!(faults.expect("joins"), Vec::<String>::new(), "every call is answered 200");
    }
    wait::until_true("ready again", async || ready(&running).await == 200).await;
    wait::until_true("the spool is empty", async || setup.spooled().is_empty()).await;
    let database = TestDatabase::at(&cluster.url);
    let mut ids = database.texts("SELECT external_id FROM message WHERE outcome = 'saved'").await;
    ids.sort();
    let mut expected: Vec<String> =
        (0..PHONES).flat_map(|phone| (0..EACH).map(move |rank| format!("c-{phone}-{rank}"))).collect();
    expected.sort();
    assert_eq!(ids, expected, "every answered call exactly once");
    let recount = rebuild::check(&running.programme).await.expect("recounts");
    assert_eq!((recount.differences, recount.reports), (Vec::new(), expected.len() as u64));
    let sum: usize = (0..PHONES).flat_map(|phone| (0..EACH).map(move |rank| total(phone, rank))).sum();
    let held = "SELECT CAST(SUM(value) AS TEXT) FROM cell WHERE indicator = 'dep.depistes' AND period = '2026-11'";
    assert_eq!(database.texts(held).await, [sum.to_string()]);
    running.end().await;
}

/// Another process that holds SQLite's only lock.
async fn locked(database: &TestDatabase) -> sqlx::AnyConnection {
    sqlx::any::install_default_drivers();
    let mut other = sqlx::AnyConnection::connect(&database.url).await.expect("connects");
    other.execute("BEGIN EXCLUSIVE").await.expect("locks");
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_neither_database_nor_spool_a_call_is_refused_for_now_and_nothing_is_half_written() {
    let database = support::sqlite();
    let setup = Setup::over(&database.url, vec![africastalking("at", NOWHERE, 500)]);
    let running = setup.start().await;
    let phone = support::phone(601);
    running.register(&phone, "asc").await;
    let body = form(phone.e164(), "neither", "DEP T45 F23 V38 J5 R1 E1 S2 M5");
    let mut other = locked(&database).await;
    // A file where the folder should be: nobody can write there, not even root.
    std::fs::remove_dir(setup.spool()).expect("an empty folder");
    std::fs::write(setup.spool(), "").expect("written");
    let request = running.client.post(running.hook("at", "sms")).body(body.clone());
    let answer = request.send().await.expect("answered");
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].as_bytes()), (503, &b"30"[..]));
    std::fs::remove_file(setup.spool()).expect("removed");
    std::fs::create_dir(setup.spool()).expect("made");
    // The database alone is not there: the call is taken, and nothing of it can be read on the disk.
    let spooled = form(phone.e164(), "spooled", "DEP T46 F23 V39 J5 R1 E1 S2 M5");
    assert_eq!(running.post("sms", spooled).await.0, 200);
    let files = setup.spooled();
    assert_eq!(files.len(), 1);
    let sealed = String::from_utf8(std::fs::read(&files[0]).expect("read")).expect("text");
    for secret in ["70000601", "DEP", "T46", "spooled", "from", "{"] {
        assert!(!sealed.contains(secret), "`{secret}` in {sealed}");
    }
    other.execute("ROLLBACK").await.expect("unlocks");
    wait::until_true("the spool is empty", async || setup.spooled().is_empty()).await;
    // The provider calls again, as it was told to.
    assert_eq!(running.post("sms", body).await.0, 200);
    let mut ids = database.texts("SELECT external_id FROM message").await;
    ids.sort();
    assert_eq!(ids, ["neither", "spooled"]);
    assert_eq!(database.texts("SELECT id FROM report").await.len(), 2);
    assert_eq!(rebuild::check(&running.programme).await.expect("recounts").differences, []);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ussd_session_meets_a_dead_database_and_goes_on_when_it_is_back() {
    let database = support::sqlite();
    let setup = Setup::over(&database.url, vec![africastalking("at", NOWHERE, 500)]);
    let running = setup.start().await;
    let phone = support::phone(602);
    running.register(&phone, "leader").await;
    let call = async |session: &str, text: &str| {
        let from = phone.e164().replace('+', "%2B");
        let body = format!("sessionId={session}&serviceCode=*360%23&phoneNumber={from}&text={text}");
        running.post("ussd", body).await
    };
    for text in ["", "1", "1*1", "1*1*1"] {
        let (status, screen) = call("s1", text).await;
        assert!(status == 200 && screen.starts_with("CON "), "{text}: {screen}");
    }
    let mut other = locked(&database).await;
    let (status, screen) = call("s1", "1*1*1*40").await;
    assert_eq!((status, screen.starts_with("END Panne chez nous. Recomposez")), (200, true), "{screen}");
    assert_eq!(setup.spooled().len(), 1, "what was typed is kept");
    other.execute("ROLLBACK").await.expect("unlocks");
    wait::until_true("the spool is empty", async || setup.spooled().is_empty()).await;
    running.setup.clock.advance_ms(60_000);
    let (_, left) = call("s2", "").await;
    assert!(left.contains("non fini (3 réponses)"), "the answer typed into the outage is there: {left}");
    for text in ["1", "1*120"] {
        call("s2", text).await;
    }
    // Neither database nor spool: the provider is told to come back, and nobody that anything was saved.
    let mut other = locked(&database).await;
    std::fs::remove_dir_all(setup.spool()).expect("removed");
    std::fs::write(setup.spool(), "").expect("written");
    assert_eq!(call("s2", "1*120*1").await.0, 503);
    std::fs::remove_file(setup.spool()).expect("removed");
    std::fs::create_dir(setup.spool()).expect("made");
    other.execute("ROLLBACK").await.expect("unlocks");
    let (_, saved) = call("s2", "1*120*1").await;
    assert!(saved.starts_with("END Enregistré SEN 1."), "{saved}");
    assert_eq!(database.texts("SELECT state FROM report").await, ["counted"]);
    assert_eq!(rebuild::check(&running.programme).await.expect("recounts").differences, []);
    running.end().await;
}

/// A channel whose provider takes the reply from the answer of its call.
fn answering(url: &str) -> ChannelConfig {
    let mut channel = africastalking("at", NOWHERE, 500);
    channel.provider = relais::channel::provider("external").expect("known");
    channel.base_url = None;
    channel.secrets.clear();
    channel.settings = [("answer_body", "{reply}".to_owned()), ("send_url", format!("{url}/send"))]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
    channel
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_nobody_waits_for_any_more_is_sent() {
    let database = support::sqlite();
    let provider = support::provider::Provider::start().await;
    let channel = answering(&provider.url);
    let setup = Setup::over(&database.url, vec![channel]);
    let running = setup.start().await;
    let phone = support::phone(603);
    running.register(&phone, "asc").await;
    let mut other = locked(&database).await;
    let body = form(phone.e164(), "late", "DEP T45 F23 V38 J5 R1 E1 S2 M5");
    assert_eq!(running.post("sms", body).await, (200, String::new()), "nothing can be said yet");
    other.execute("ROLLBACK").await.expect("unlocks");
    wait::until_true("the spool is empty", async || setup.spooled().is_empty()).await;
    assert_eq!(database.texts("SELECT state FROM outbox").await.len(), 1, "the reply goes out by itself");
    running.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_was_settled_after_its_caller_gave_up_is_answered_once() {
    for database in support::databases().await {
        let setup = Setup::over(&database.url, vec![answering(NOWHERE)]);
        let first = setup.start().await;
        let phone = support::phone(604);
        first.register(&phone, "asc").await;
        let body = form(phone.e164(), "settled", "DEP T45 F23 V38 J5 R1 E1 S2 M5");
        assert!(first.post("sms", body.clone()).await.1.starts_with("OK DEP 1 "), "in the answer");
        first.end().await;
        assert_eq!(database.texts("SELECT state FROM outbox").await.len(), 0);
        // The same call, kept twice, as if nobody had heard that answer.
        for _ in 0..2 {
            spool(&setup).keep(&waiting("at", body.clone(), support::START)).expect("kept");
        }
        let second = setup.start().await;
        wait::until_true("the spool is empty", async || setup.spooled().is_empty()).await;
        assert_eq!(database.texts("SELECT state FROM outbox").await.len(), 1, "told once");
        assert_eq!(database.texts("SELECT state FROM report").await, ["counted"]);
        second.end().await;
        database.remove().await;
    }
}

fn spool(setup: &Setup) -> Spool {
    Spool::open(&setup.spool(), support::sealer(), Environment::system()).expect("a spool")
}

fn waiting(channel: &str, body: String, received: Instant) -> Waiting {
    let (channel, hook, method) = (channel.to_owned(), "sms".to_owned(), "POST".to_owned());
    Waiting { channel, hook, method, query: String::new(), headers: Vec::new(), body: body.into_bytes(), received }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_between_spool_and_database_loses_nothing() {
    for database in support::databases().await {
        let setup = Setup::over(&database.url, vec![africastalking("at", NOWHERE, 500)]);
        let first = setup.start().await;
        let phones: Vec<_> = (0..8).map(|rank| support::phone(610 + rank)).collect();
        let body = |rank: usize| {
            let total = 10 + rank;
            let text = format!("DEP T{total} F0 V{total} J0 R0 E0 S0 M0");
            form(phones[rank].e164(), &format!("kill-{rank}"), &text)
        };
        for phone in &phones {
            first.register(phone, "asc").await;
        }
        // Half of them had reached the database when the process was killed, and their files were still there.
        for rank in 0..4 {
            assert_eq!(first.post("sms", body(rank)).await.0, 200);
        }
        first.end().await;
        let left = spool(&setup);
        for rank in 0..8 {
            left.keep(&waiting("at", body(rank), support::START)).expect("kept");
        }
        std::fs::write(setup.spool().join("half.part"), "half").expect("written");
        let second = setup.start().await;
        wait::until_true("the spool is empty", async || setup.spooled().is_empty()).await;
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for id in database.texts("SELECT external_id FROM message WHERE outcome = 'saved'").await {
            *seen.entry(id).or_default() += 1;
        }
        assert_eq!(seen, (0..8).map(|rank| (format!("kill-{rank}"), 1)).collect());
        assert_eq!(rebuild::check(&second.programme).await.expect("recounts").differences, []);
        second.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_cannot_be_settled_stay_and_hold_up_none_behind_them() {
    let database = support::sqlite();
    let setup = Setup::over(&database.url, vec![africastalking("at", NOWHERE, 500)]);
    let left = spool(&setup);
    for rank in 0..=DRAIN_BATCH {
        left.keep(&waiting("gone", form("+22370000700", &format!("g{rank}"), "OK"), support::START)).expect("kept");
    }
    left.keep(&waiting("at", form("+22370000701", "behind", "OK"), support::START)).expect("kept");
    let stuck: HashSet<_> = setup.spooled().into_iter().collect();
    let running = setup.start().await;
    wait::until_true("the one behind is read in", async || setup.spooled().len() == DRAIN_BATCH + 1).await;
    assert_eq!(database.texts("SELECT external_id FROM message").await, ["behind"]);
    assert!(setup.spooled().iter().all(|path| stuck.contains(path)), "the others wait for their channel");
    running.end().await;
}
