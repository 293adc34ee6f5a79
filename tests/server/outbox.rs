//! Replies reach the provider exactly once, whatever it does.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::on_each;
use crate::support::provider::{Answer, Provider};
use crate::support::running::{Running, Setup, africastalking, form};
use crate::support::{self, TestDatabase, wait};

const DEP: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";

/// State, reason, attempts and wait of the only message, as one text.
async fn standing(database: &TestDatabase) -> String {
    let columns = "CAST(state || ' ' || COALESCE(reason, '-') || ' ' || attempts || ' ' || ((due_ms - created_ms) / 1000) AS TEXT)";
    let rows = database.texts(&format!("SELECT {columns} FROM outbox")).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].clone()
}

async fn until_standing(database: &TestDatabase, expected: &str) {
    let mut last = String::new();
    let probe = async || {
        last = standing(database).await;
        last == expected
    };
    wait::until_true(&format!("the message stands at `{expected}`"), probe).await;
}

/// A registered reporter who sent one report.
async fn report(running: &Running, last: u32) -> String {
    let phone = support::phone(last);
    running.register(&phone, "asc").await;
    running.sms(&phone, &format!("r{last}"), DEP).await;
    phone.e164().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reply_arrives_once_with_its_own_text() {
    on_each(async |running, database, provider| {
        let phones: Vec<_> = (201..=230).map(support::phone).collect();
        for phone in &phones {
            running.register(phone, "asc").await;
        }
        let mut calls = tokio::task::JoinSet::new();
        for (rank, phone) in phones.iter().enumerate() {
            let total = 10 + rank;
            let text = format!("DEP T{total} F5 V{total} J0 R0 E0 S0 M0");
            // Each three times, all at once: what a provider does that hears no answer.
            for _ in 0..3 {
                let body = form(phone.e164(), &format!("once-{rank}"), &text);
                let request = running.client.post(running.hook("at", "sms")).body(body);
                calls.spawn(async move { request.send().await.expect("answered").status().as_u16() });
            }
        }
        while let Some(status) = calls.join_next().await {
            assert_eq!(status.expect("joins"), 200);
        }
        wait::until_true("every reply is sent", async || provider.taken().len() == phones.len()).await;
        let settled = "SELECT id FROM outbox WHERE state = 'sent'";
        wait::until_true("every send is settled", async || database.texts(settled).await.len() == phones.len()).await;
        for (rank, phone) in phones.iter().enumerate() {
            let texts = &provider.taken()[phone.e164()];
            assert_eq!(texts.len(), 1, "exactly once");
            let total = format!("{} dépistés", 10 + rank);
            assert!(texts[0].starts_with("OK DEP 1 ") && texts[0].contains(&total), "{}", texts[0]);
        }
        assert!(provider.sends().iter().all(|send| send.api_key == "at-secret"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_provider_does_not_take_is_tried_again_when_there_is_use() {
    on_each(async |running, database, provider| {
        let clock = &running.setup.clock;
        provider.plan([Answer::Status(500), Answer::Throttle(90), Answer::Status(401)]);
        let to = report(running, 240).await;
        until_standing(database, "waiting HTTP 500 1 5").await;
        clock.advance_ms(5_000);
        until_standing(database, "waiting HTTP 429 2 95").await;
        // The second wait alone would be 15 s: the provider said 90.
        clock.advance_ms(90_000);
        until_standing(database, "waiting HTTP 401 3 395").await;
        clock.advance_ms(300_000);
        until_standing(database, "sent - 4 395").await;
        let sends = provider.sends();
        assert_eq!(sends.iter().map(|send| send.taken).collect::<Vec<_>>(), [false, false, false, true]);
        assert!(sends.iter().all(|send| send.text == sends[0].text && send.to == to), "always the same");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_is_refused_is_never_tried_again_and_holds_up_nobody() {
    on_each(async |running, database, provider| {
        provider.plan([Answer::Refuse]);
        report(running, 241).await;
        until_standing(database, "failed 403 InvalidPhoneNumber 1 0").await;
        running.setup.clock.advance_ms(3_600_000);
        let other = report(running, 242).await;
        wait::until_true("the next one is sent", async || provider.taken().contains_key(&other)).await;
        assert_eq!(provider.sends().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_not_there_and_then_slow_gets_it_once() {
    for database in support::databases().await {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let channel = africastalking("at", &format!("http://{address}"), 500);
        let running = Setup::over(&database.url, vec![channel]).start().await;
        let to = report(&running, 243).await;
        until_standing(&database, "waiting the provider could not be reached 1 5").await;
        let provider = Provider::on(TcpListener::bind(address).await.expect("still free"));
        let gate = Arc::new(Notify::new());
        provider.plan([Answer::Hold(gate.clone())]);
        running.setup.clock.advance_ms(5_000);
        wait::until_true("it has the message", async || provider.sends().len() == 1).await;
        // Others are answered while it takes its time, and its message is not given to it a second time.
        let other = report_beside(&running, 244).await;
        assert!(standing_of(&database, "waiting").await >= 1);
        gate.notify_one();
        wait::until_true("both are settled", async || standing_of(&database, "sent").await == 2).await;
        assert_eq!((provider.taken()[&to].len(), provider.taken()[&other].len()), (1, 1));
        running.end().await;
        database.remove().await;
    }
}

async fn report_beside(running: &Running, last: u32) -> String {
    report(running, last).await
}

async fn standing_of(database: &TestDatabase, state: &str) -> usize {
    database.texts(&format!("SELECT id FROM outbox WHERE state = '{state}'")).await.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delivery_reports_move_forward_only_and_may_come_first() {
    on_each(async |running, database, provider| {
        let gate = Arc::new(Notify::new());
        provider.plan([Answer::Hold(gate.clone())]);
        report(running, 250).await;
        let id = wait::until("the send", async || provider.sends().first().map(|send| send.id.clone())).await;
        // On the phone before the provider has even answered us; and an older report behind it.
        for status in ["Success", "Sent"] {
            assert_eq!(running.post("status", format!("id={id}&status={status}")).await.0, 200, "{status}");
        }
        assert_eq!(standing(database).await, "waiting - 1 0");
        gate.notify_one();
        until_standing(database, "delivered - 1 0").await;
        for status in ["Sent", "Buffered", "Failed&failureReason=UserIsInactive", "Success"] {
            assert_eq!(running.post("status", format!("id={id}&status={status}")).await.0, 200, "{status}");
            assert_eq!(standing(database).await, "delivered - 1 0", "after {status}");
        }
        assert_eq!(running.post("status", "id=never-seen&status=Success").await.0, 200);
        assert_eq!(provider.sends().len(), 1);
    })
    .await;
    on_each(async |running, database, provider| {
        report(running, 251).await;
        until_standing(database, "sent - 1 0").await;
        let id = provider.sends()[0].id.clone();
        running.post("status", format!("id={id}&status=Failed&failureReason=UserIsInactive")).await;
        assert_eq!(standing(database).await, "failed UserIsInactive 1 0");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_second_sees_more_than_the_channel_allows() {
    const PER_SECOND: usize = 20;
    const MESSAGES: u32 = 45;
    for database in support::databases().await {
        let provider = Provider::start().await;
        let channel = africastalking("at", &provider.url, 20);
        let running = Setup::over(&database.url, vec![channel]).start().await;
        for last in 0..MESSAGES {
            report(&running, 300 + last).await;
        }
        wait::until_true("all are sent", async || provider.sends().len() == MESSAGES as usize).await;
        let sends = provider.sends();
        for first in &sends {
            let window = sends.iter().filter(|send| send.at >= first.at && send.at < first.at + Duration::from_secs(1));
            // A late packet may fall into the next second; half as many again would be another pace.
            assert!(window.count() <= PER_SECOND + PER_SECOND / 2);
        }
        running.end().await;
        database.remove().await;
    }
}
