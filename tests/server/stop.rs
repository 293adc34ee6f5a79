//! A stop loses nothing: calls in flight are answered, sends in flight settled, what waits is left for the next server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::support::provider::{Answer, Provider};
use crate::support::running::{KEY, Running, Setup, africastalking, form};
use crate::support::{self, wait};

const DEP: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";

/// A call whose headers the server has read (it asked for the body) and whose body it has not.
async fn half_a_call(running: &Running, length: usize) -> TcpStream {
    let address = running.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("connects");
    let head = format!(
        "POST /in/at/{KEY}/sms HTTP/1.1\r\nHost: relais\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.expect("read");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_in_flight_is_answered_and_stored() {
    for database in support::databases().await {
        let provider = Provider::start().await;
        let running = Setup::over(&database.url, vec![africastalking("at", &provider.url, 500)]).start().await;
        let phone = support::phone(401);
        running.register(&phone, "asc").await;
        let body = form(phone.e164(), "in-flight", DEP);
        let mut stream = half_a_call(&running, body.len()).await;
        running.stop.cancel();
        wait::until_true("nobody new is let in", async || {
            TcpStream::connect(running.base.trim_start_matches("http://")).await.is_err()
        })
        .await;
        assert!(!running.has_ended());
        stream.write_all(body.as_bytes()).await.expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("read");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        running.end().await;
        assert_eq!(database.texts("SELECT outcome FROM message").await, ["saved"]);
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_says_nothing_more_does_not_keep_it_from_stopping() {
    let database = support::sqlite();
    let running = Setup::over(&database.url, vec![africastalking("at", "http://127.0.0.1:9", 500)]).start().await;
    let _stalled = half_a_call(&running, 100).await;
    let mut silent = TcpStream::connect(running.base.trim_start_matches("http://")).await.expect("connects");
    silent.write_all(b"POST /in/at/").await.expect("written");
    let began = Instant::now();
    running.end().await;
    assert!(began.elapsed() < Duration::from_secs(35), "stopped after {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_being_sent_is_settled_and_what_waits_is_sent_by_the_next_server_at_once() {
    for database in support::databases().await {
        let provider = Provider::start().await;
        let setup = Setup::over(&database.url, vec![africastalking("at", &provider.url, 500)]);
        let running = setup.start().await;
        let gates: Vec<_> = (0..2).map(|_| Arc::new(Notify::new())).collect();
        provider.plan(gates.iter().cloned().map(Answer::Hold));
        let phones: Vec<_> = (410..=425).map(support::phone).collect();
        for phone in &phones {
            running.register(phone, "asc").await;
        }
        running.sms(&phones[0], "stop-0", DEP).await;
        wait::until_true("the first is held", async || provider.sends().len() == 1).await;
        for (rank, phone) in phones.iter().enumerate().skip(1) {
            running.sms(phone, &format!("stop-{rank}"), DEP).await;
        }
        gates[0].notify_one();
        // All the others are claimed together; the first of them is held.
        wait::until_true("the second is held", async || provider.sends().len() == 2).await;
        running.stop.cancel();
        wait::until_true("nobody new is let in", async || {
            TcpStream::connect(running.base.trim_start_matches("http://")).await.is_err()
        })
        .await;
        assert!(!running.has_ended(), "it waits for the provider's answer");
        gates[1].notify_one();
        running.end().await;
        assert_eq!(provider.sends().len(), 2, "nothing more is begun");
        let state =
            async |state: &str| database.texts(&format!("SELECT id FROM outbox WHERE state = '{state}'")).await.len();
        assert_eq!((state("sent").await, state("waiting").await), (2, phones.len() - 2));
        // The clock stands: no lease has run out.
        let next = setup.start().await;
        wait::until_true("all are sent", async || state("sent").await == phones.len()).await;
        assert!(provider.taken().values().all(|texts| texts.len() == 1), "each once");
        next.end().await;
        database.remove().await;
    }
}
