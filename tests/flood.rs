//! One number that never stops: it is held to its limit, told once a day, loses nothing, and keeps nobody waiting.

mod support;

use std::sync::Arc;
use std::time::Duration;

use relais::channel::Hook;
use relais::flow::turn::Outcome;
use relais::store::message;
use support::rig::Rig;
use support::{times, wait};
use tokio_util::sync::CancellationToken;

/// Messages of the flood: a sample, or in `tests/long` a hundred thousand.
fn messages() -> usize {
    if times() > 1 { 5_000 * times() } else { 2_000 }
}

/// What one number may send at once, as documented.
const BURST: usize = 200;
/// Calls a provider has open at a time.
const AT_ONCE: usize = 100;
const HOUR_MS: i64 = 3_600_000;
/// Longest another number may wait for its answer: aggregators give up on a call after five seconds and more.
const WAIT_MAX: Duration = Duration::from_secs(4);

/// Waiting for many at once, on the runtime there is.
mod together {
    /// Runs every task; fails with the first that failed.
    pub async fn all<T: Send + 'static>(tasks: Vec<impl Future<Output = T> + Send + 'static>) -> Vec<T> {
        let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        let mut done = Vec::with_capacity(running.len());
        for task in running {
            done.push(task.await.expect("runs"));
        }
        done
    }
}

/// Memory of this process's own, in MiB: without the pages of the database's file that are mapped (32 MiB of a file at most, for
/// each connection), which the system takes back when it likes.
fn own_mib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("a line");
    let kib: usize = line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number");
    kib / 1_024
}

async fn count(rig: &Rig, outcome: Outcome) -> usize {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let filter = message::Filter { outcome: Some(outcome), ..Default::default() };
    let (mut before, mut count) = (None, 0);
    loop {
        let page = message::list(&mut tx, &filter, before, 1_000).await.expect("lists");
        let Some(last) = page.last() else { return count };
        before = Some(last.id);
        assert!(page.iter().all(|message| message.text.is_some()), "what was written is kept");
        count += page.len();
    }
}

/// Sends the flood; gives how long others waited who sent one message in the midst of every tenth wave, each for the first time.
async fn flood(rig: &Arc<Rig>, from: u32, round: &str, messages: usize) -> Vec<Duration> {
    let mut waited = Vec::new();
    for first in (0..messages).step_by(AT_ONCE) {
        let is_met = first % (10 * AT_ONCE) == 0;
        let (neighbour, id) = (Arc::clone(rig), format!("{round}-neighbour-{first}"));
        let other = tokio::spawn(async move {
            if !is_met {
                return None;
            }
            let phone = support::phone(u32::try_from(100_000 + first).expect("few"));
            let began = std::time::Instant::now();
            let answer = neighbour.call(&phone, &id, "AIDE").await.expect("taken");
            assert_eq!(answer.status, 200);
            Some(began.elapsed())
        });
        let calls = (first..messages.min(first + AT_ONCE)).map(|index| {
            let (rig, id) = (Arc::clone(rig), format!("{round}-{index}"));
            async move {
                let request = rig.callback(&support::phone(from), &id, "AIDE");
                let answer = rig.intake.call(&rig.connected, Hook::Sms, request).await.expect("taken");
                assert_eq!(answer.status, 200, "a provider is never refused");
            }
        });
        together::all(calls.collect()).await;
        waited.extend(other.await.expect("runs"));
    }
    waited.sort();
    waited
}

/// Reads in what went to the spool because the database was too slow for it.
async fn read_in(rig: &Arc<Rig>) {
    println!("{} waited in the spool", rig.spool.waiting());
    let (stop, channels) = (CancellationToken::new(), Arc::new(vec![support::rig::africastalking()]));
    let draining = tokio::spawn(rig.intake.clone().drain(channels, stop.clone()));
    wait::until_true("the spool is read in", async || rig.spool.waiting() == 0).await;
    stop.cancel();
    draining.await.expect("ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_number_that_never_stops_is_held_and_others_are_served() {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Arc::new(Rig::over(&database.url, support::START).await);
        for last in [1, 2] {
            rig.register(&support::phone(last), "asc", "government", "ML030201").await;
        }
        let all = messages();
        let start = own_mib();
        flood(&rig, 1, "first", all / 2).await;
        let before = own_mib();
        let began = std::time::Instant::now();
        let waited = flood(&rig, 1, "second", all - all / 2).await;
        let (rate, after) = ((all - all / 2) as f64 / began.elapsed().as_secs_f64(), own_mib());
        let (median, longest) = (waited[waited.len() / 2], waited[waited.len() - 1]);
        println!("{all} messages, {rate:.0} a second: {start} MiB before, {before} half way, {after} after");
        println!("{} others waited {median:?}, {longest:?} at most", waited.len());
        assert!(longest < WAIT_MAX, "another number waits for the flood: {longest:?}");
        let grown = after.saturating_sub(before);
        assert!(grown < 24, "memory grows with the flood: {grown} MiB");
        read_in(&rig).await;
        let reply = rig.sms(&support::phone(2), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(reply.starts_with("OK DEP"), "another number is served: {reply}");
        assert_eq!(count(&rig, Outcome::Limited).await, all - BURST, "kept, and not read");
        assert_eq!(count(&rig, Outcome::Command).await, BURST);

        let notices =
            database.texts("SELECT reply_sealed FROM message WHERE outcome = 'limited' AND reply_sealed IS NOT NULL");
        assert_eq!(notices.await.len(), 1, "told once");
        let reply = rig.sms(&support::phone(1), "AIDE").await;
        assert_eq!(reply, "", "and not again the same day");
        rig.clock.advance_ms(24 * HOUR_MS);
        assert!(rig.sms(&support::phone(1), "AIDE").await.len() > 20, "the day after it is read again");
        flood(&rig, 1, "third", BURST + 20).await;
        let notices =
            database.texts("SELECT reply_sealed FROM message WHERE outcome = 'limited' AND reply_sealed IS NOT NULL");
        assert_eq!(notices.await.len(), 2, "and told once more, on another day");
        let rig = Arc::into_inner(rig).expect("nobody else has it");
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_limited_is_answered_the_same_when_the_call_is_repeated() {
    for database in support::databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        rig.register(&support::phone(1), "asc", "government", "ML030201").await;
        for index in 0..BURST {
            rig.call(&support::phone(1), &format!("fill-{index}"), "AIDE").await.expect("taken");
        }
        rig.call(&support::phone(1), "over", "DEP T45 F23 V38 J5 R1 E1 S2 M5").await.expect("taken");
        let told = rig.reply("over").await;
        assert!(told.starts_with("Trop de messages de ce num"), "{told}");
        assert_eq!(relais::base::gsm7::size(&told).parts, 1, "{told}");
        rig.clock.advance_ms(2 * HOUR_MS);
        rig.call(&support::phone(1), "over", "DEP T45 F23 V38 J5 R1 E1 S2 M5").await.expect("taken");
        assert_eq!(rig.reply("over").await, told, "a repetition of the call reads nothing");
        assert!(rig.cells("ML030201", "2026-11").await.is_empty(), "nothing of it was counted");
        let reply = rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(reply.starts_with("OK DEP 1 "), "sent again it is a report like any other: {reply}");
        rig.end().await;
        database.remove().await;
    }
}
