//! After the conversations of every report type no phone number stands in clear: not in the database's file, not in the spool,
//! not in a line of the log, in no notation.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use relais::base::{Instant, Phone};
use relais::pack_embedded;
use relais::spool::{Spool, Waiting};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use support::log::Log;
use support::provider::Provider;
use support::running::{Setup, africastalking, form};
use support::{environment, sealer, wait};

/// Who says what in a transcript: registrations and messages of its SMS lines.
fn said() -> [Vec<(Phone, String)>; 2] {
    let (mut registered, mut messages) = (Vec::new(), Vec::new());
    for (_, text) in pack_embedded::mali().iter().filter(|(name, _)| name.ends_with(".transcript")) {
        for line in text.lines() {
            let Some((sign, rest)) = line.split_once(" +") else { continue };
            let Some((number, rest)) = rest.split_once(' ') else { continue };
            let Some(phone) = Phone::from_e164(&format!("+{number}")) else { continue };
            match sign {
                "@" => registered.push((phone, rest.split(' ').next().unwrap_or_default().to_owned())),
                ">" => messages.push((phone, rest.to_owned())),
                _ => {}
            }
        }
    }
    [registered, messages]
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("readable");
            found.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_of_any_conversation_stands_in_clear() {
    let log = Log::default();
    let lines = tracing_subscriber::fmt::layer().json().with_writer(log.clone());
    // Another test of this program may have set one before: it then writes nowhere else than to the terminal.
    let is_caught = tracing_subscriber::registry()
        .with(tracing_subscriber::EnvFilter::new("debug,relais=trace"))
        .with(lines)
        .try_init()
        .is_ok();
    let [registered, messages] = said();
    assert!(registered.len() > 20 && messages.len() > 200, "{} {}", registered.len(), messages.len());
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("relais.sqlite").display());
    let provider = Provider::start().await;
    let running = Setup::over(&url, vec![africastalking("at", &provider.url, 500)]).start().await;
    let mut seen = BTreeSet::new();
    for (phone, role) in &registered {
        if seen.insert(phone.clone()) {
            running.register(phone, role).await;
        }
    }
    for (rank, (phone, text)) in messages.iter().enumerate() {
        seen.insert(phone.clone());
        // Slowly enough for the pace of a sender.
        running.setup.clock.advance_ms(20_000);
        running.post("sms", form(phone.e164(), &format!("t{rank}"), text)).await;
    }
    let database = support::TestDatabase::at(&url);
    wait::until_true("everybody was answered", async || {
        let waiting = database.texts("SELECT id FROM outbox WHERE state = 'waiting'").await;
        waiting.is_empty()
    })
    .await;
    let answered = database.texts("SELECT id FROM outbox WHERE state = 'sent'").await.len();
    assert!(answered > 200, "{answered} answers went out");
    let spool = Spool::open(&folder.path().join("spool"), sealer(), environment()).expect("a spool");
    let first = seen.iter().next().expect("somebody").clone();
    let waiting = Waiting {
        channel: "at".into(),
        hook: "sms".into(),
        method: "POST".into(),
        query: format!("from={}", first.e164()),
        headers: vec![("x-from".into(), first.e164().into())],
        body: form(first.e164(), "s1", "DEP").into_bytes(),
        received: Instant(support::START.0),
    };
    spool.keep(&waiting).expect("keeps");
    // Before the end too: what stands in the write-ahead log is as good as the file.
    let mut all = files(folder.path());
    running.end().await;
    all.extend(files(folder.path()));
    assert!(all.iter().any(|(name, _)| name.ends_with(".sealed")), "the spool is looked at");
    assert!(all.iter().any(|(name, bytes)| name.ends_with("relais.sqlite") && bytes.len() > 100_000));
    let logged = String::from_utf8_lossy(&log.bytes()).into_owned();
    assert!(is_caught && logged.contains("relais"), "the log is caught");
    all.push(("the log".into(), logged));
    for phone in &seen {
        let national = phone.e164().trim_start_matches("+223");
        for (name, bytes) in &all {
            // Whatever the notation, these eight digits are in it; so are pairs of them with spaces.
            let pairs: Vec<&str> =
                (0..national.len()).step_by(2).map(|at| &national[at..national.len().min(at + 2)]).collect();
            for notation in [national.to_owned(), pairs.join(" "), pairs.join("."), pairs.join("-")] {
                assert!(!bytes.contains(&notation), "{name} holds {notation}");
            }
        }
    }
}
