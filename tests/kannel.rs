//! relais and the real Kannel: what phones send reaches the reports, and the replies reach the phones, letter by letter.

mod support;

use std::collections::BTreeMap;

use relais::base::Phone;
use relais::rebuild;
use relais::store::message::{self, Filter, Message};
use sqlx::{Connection, Executor};
use support::kannel::{Arrived, Kannel, Ports, to_utf16};
use support::running::{KEY, Running, Setup};
use support::{TestDatabase, wait};

/// What a text says that GSM-7 cannot carry.
const OUTSIDE_GSM7: &str = "A ma faamu ɲɛ, ɔ, ç 👍: {{word}}";

/// A relais with the Mali pack, but for one text that needs UCS-2, and its Kannel.
async fn both(database: &TestDatabase, reply: &str, smscs: usize) -> (Running, Kannel) {
    let ports = Ports::free(smscs);
    let mut setup = Setup::over(&database.url, vec![ports.channel(reply)]);
    let texts = setup.pack.get("texts.toml").expect("the texts").to_owned();
    let (before, after) = texts.split_once("[unknown_word]\nfr = \"").expect("a text");
    let (_, after) = after.split_once('"').expect("its end");
    setup.pack.insert("texts.toml", format!("{before}[unknown_word]\nfr = \"{OUTSIDE_GSM7}\"{after}"));
    let running = setup.start().await;
    let kannel = Kannel::start(ports, &running).await;
    (running, kannel)
}

/// The stored messages, newest first.
async fn stored(running: &Running) -> Vec<Message> {
    let mut tx = running.programme.store.reader().await.expect("reads");
    let mut all: Vec<Message> = Vec::new();
    loop {
        let last = all.last().map(|message| message.id);
        let page = message::list(&mut tx, &Filter::default(), last, 100).await.expect("lists");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// What relais answered to the newest message, with its text.
async fn newest(running: &Running) -> (String, String) {
    let newest = stored(running).await.remove(0);
    (newest.text.expect("a text"), newest.reply.expect("a reply"))
}

/// Sends three messages from one phone at the last SMSC, and compares what comes out with what relais said.
async fn converse(running: &Running, kannel: &Kannel, phone: &Phone) {
    let to = phone.e164();
    let cases = [
        ("text", "DÉP T45 F23 V38 J5 R1 E1 S2 M5", "OK DEP 1 ", false),
        ("ucs2", "dép T46 F23 V39 J5 R1 E1 S2 M5", "OK DEP 2 ", false),
        ("ucs2", "Ɲɛɲɛ 👍 РĠ", "A ma faamu ɲɛ, ɔ, ç 👍: ", true),
    ];
    for (kind, text, beginning, is_ucs2) in cases {
        running.setup.clock.advance_ms(1);
        let written = if kind == "ucs2" { to_utf16(text) } else { text.to_owned() };
        let smsc = kannel.ports.smscs.len() - 1;
        let mut centre = kannel.centre(smsc, Some(&format!("{to} 36019 {kind} {written}")));
        let arrived = centre.arrival().await;
        let (understood, said) = newest(running).await;
        assert_eq!(understood, text);
        assert!(said.starts_with(beginning), "{said}");
        assert_eq!(arrived, Arrived { from: "36019".into(), to: to.to_owned(), text: said, is_ucs2 });
        centre.assert_quiet();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accents_and_ucs2_go_in_and_the_replies_come_out_of_the_answer() {
    for database in support::databases().await {
        let (running, kannel) = both(&database, "body", 1).await;
        let phone = support::phone(801);
        running.register(&phone, "asc").await;
        converse(&running, &kannel, &phone).await;
        assert_eq!(database.texts("SELECT id FROM outbox").await.len(), 0, "nothing goes out a second time");
        kannel.until_counted(3, 3).await;
        running.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_by_sendsms_leave_by_the_same_smsc_and_their_reports_come_back() {
    for database in support::databases().await {
        let (running, kannel) = both(&database, "send", 2).await;
        let phone = support::phone(802);
        running.register(&phone, "asc").await;
        // The other SMSC is there as well, and none of the replies leaves by it.
        let mut other = kannel.centre(0, None);
        converse(&running, &kannel, &phone).await;
        let states = async || database.texts("SELECT state || COALESCE(' ' || reason, '') FROM outbox").await;
        wait::until_is("the reports", vec!["delivered".to_owned(); 3], states).await;
        other.assert_quiet();
        running.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_call_gets_the_same_answer_and_counts_nothing() {
    let database = support::sqlite();
    let ports = Ports::free(1);
    let running = Setup::over(&database.url, vec![ports.channel("body")]).start().await;
    let phone = support::phone(803);
    running.register(&phone, "asc").await;
    let hook = format!("{}/in/kannel/{KEY}/sms", running.base);
    let call = format!(
        "{hook}?sender={}&to=36019&id=fc61bcca&coding=0&message=DEP+T45+F23+V38+J5+R1+E1+S2+M5",
        phone.digits()
    );
    let mut answers = Vec::new();
    for _ in 0..3 {
        running.setup.clock.advance_ms(1);
        let answer = running.client.get(&call).send().await.expect("answered");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"text/plain; charset=utf-8".parse().expect("a value"))
        );
        answers.push(answer.text().await.expect("a body"));
    }
    assert!(answers[0].starts_with("OK DEP 1 "), "{answers:?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(database.texts("SELECT id FROM report").await.len(), 1);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_relais_cannot_take_for_now_kannel_keeps_and_brings_again() {
    let database = support::sqlite();
    let (running, mut kannel) = both(&database, "body", 1).await;
    let phone = support::phone(804);
    running.register(&phone, "asc").await;
    sqlx::any::install_default_drivers();
    let mut other = sqlx::AnyConnection::connect(&database.url).await.expect("connects");
    other.execute("BEGIN EXCLUSIVE").await.expect("locks");
    // A file where the folder should be: neither database nor spool takes anything.
    std::fs::remove_dir(running.setup.spool()).expect("an empty folder");
    std::fs::write(running.setup.spool(), "").expect("written");
    let mut centre = kannel.centre(0, Some(&format!("{} 36019 text DEP T45 F23 V38 J5 R1 E1 S2 M5", phone.e164())));
    kannel.until_said("Retrying request").await;
    std::fs::remove_file(running.setup.spool()).expect("removed");
    std::fs::create_dir(running.setup.spool()).expect("made");
    other.execute("ROLLBACK").await.expect("unlocks");
    let arrived = centre.arrival().await;
    assert!(arrived.text.starts_with("OK DEP 1 "), "{arrived:?}");
    centre.assert_quiet();
    kannel.until_counted(1, 1).await;
    assert_eq!(database.texts("SELECT outcome FROM message").await, ["saved"]);
    running.end().await;
}

/// SMSCs at work at once, and messages of each phone: few enough that none counts more children than are believed
/// without a question.
const SMSCS: usize = 10;
const EACH: usize = 10;
/// Phones of each SMSC.
fn phones_each() -> usize {
    5 * support::times().min(4)
}

/// What every message adds to the count of children: few enough to be believed without a question.
fn total(phone: usize, rank: usize) -> usize {
    10 + phone % 5 + 5 * rank
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_in_is_counted_once_each_and_as_many_replies_come_out() {
    let phones_each = phones_each();
    let database = support::sqlite();
    let (running, kannel) = both(&database, "body", SMSCS).await;
    let phones: Vec<Phone> = (0..SMSCS * phones_each).map(|rank| support::phone(810 + rank as u32)).collect();
    for phone in &phones {
        running.register(phone, "asc").await;
    }
    let began = std::time::Instant::now();
    let (kannel, phones) = (std::sync::Arc::new(kannel), std::sync::Arc::new(phones));
    let mut centres = tokio::task::JoinSet::new();
    for smsc in 0..SMSCS {
        let (kannel, phones, clock) = (kannel.clone(), phones.clone(), running.setup.clock.clone());
        centres.spawn(async move {
            let mut arrived = Vec::new();
            for turn in 0..phones_each * EACH {
                let (phone, rank) = (smsc * phones_each + turn % phones_each, turn / phones_each);
                let count = total(phone, rank);
                let text = format!("DEP T{count} F0 V{count} J0 R0 E0 S0 M0");
                clock.advance_ms(1);
                let mut centre = kannel.centre(smsc, Some(&format!("{} 36019 text {text}", phones[phone].e164())));
                arrived.push(centre.arrival().await);
                centre.assert_quiet();
            }
            arrived
        });
    }
    let mut arrived = Vec::new();
    while let Some(of_one) = centres.join_next().await {
        arrived.extend(of_one.expect("joins"));
    }
    let seconds = began.elapsed().as_secs_f64();
    let all = SMSCS * phones_each * EACH;
    kannel.until_counted(all, all).await;
    let messages = stored(&running).await;
    println!("{} in, {} out in {seconds:.1} s", messages.len(), arrived.len());
    assert_eq!((messages.len(), arrived.len()), (all, all));
    let mut said: Vec<(String, String)> = messages
        .iter()
        .map(|one| (one.sender.clone().expect("a sender"), one.reply.clone().expect("a reply")))
        .collect();
    let mut heard: Vec<(String, String)> = arrived.into_iter().map(|one| (one.to, one.text)).collect();
    said.sort();
    heard.sort();
    assert_eq!(heard, said, "every reply at its own phone, once");
    let mut receipts: BTreeMap<&str, usize> = BTreeMap::new();
    said.iter()
        .filter(|(_, reply)| reply.starts_with("OK DEP "))
        .for_each(|(to, _)| *receipts.entry(to).or_default() += 1);
    assert_eq!(receipts.values().copied().collect::<Vec<_>>(), vec![EACH; SMSCS * phones_each], "all were saved");
    let sum: usize = (0..SMSCS * phones_each).flat_map(|phone| (0..EACH).map(move |rank| total(phone, rank))).sum();
    let held = "SELECT CAST(SUM(value) AS TEXT) FROM cell WHERE indicator = 'dep.depistes' AND period = '2026-11'";
    assert_eq!(database.texts(held).await, [sum.to_string()]);
    let recount = rebuild::check(&running.programme).await.expect("recounts");
    assert_eq!((recount.differences, recount.reports), (Vec::new(), all as u64));
    running.end().await;
}
