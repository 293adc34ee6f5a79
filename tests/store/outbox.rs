//! The outbox: claimed once, settled by the claimer, moved forward only.

use std::collections::BTreeSet;

use relais::base::{Instant, MessageId, OutboxId};
use relais::channel::DeliveryStatus;
use relais::store::outbox::{self, Claim, Claimed, Filter, Moved, NewOutbox, OutboxState};
use relais::store::{Store, Tx};

use super::fixtures::{begin, reader};
use super::support::{START, environment, on_each, phone, wait};

const MINUTE_MS: i64 = 60_000;

async fn enqueue(store: &Store, channel: &str, count: u32) -> Vec<OutboxId> {
    let mut tx = begin(store).await;
    let mut ids = Vec::new();
    for number in 0..count {
        let id = OutboxId::new(&environment());
        let to = phone(number);
        let message = NewOutbox {
            id,
            channel,
            message: None,
            to: &to,
            text: "OK DEP recu",
            reply_token: Some("link"),
            due: START,
            expires: START.plus_ms(10 * MINUTE_MS),
            created: START,
        };
        outbox::enqueue(&mut tx, &message).await.expect("enqueues");
        ids.push(id);
    }
    tx.commit().await.expect("commits");
    ids
}

fn claim<'a>(lease: &'a str, limit: i64, now: Instant) -> Claim<'a> {
    Claim { channel: "orange", limit, lease, now, until: now.plus_ms(MINUTE_MS) }
}

async fn claimed(tx: &mut Tx, lease: &str, limit: i64, now: Instant) -> Vec<Claimed> {
    outbox::claim(tx, &claim(lease, limit, now)).await.expect("claims")
}

async fn state(tx: &mut Tx, id: OutboxId) -> OutboxState {
    let all = outbox::list(tx, &Filter::default(), None, 100).await.expect("lists");
    all.into_iter().find(|message| message.id == id).expect("is there").state
}

#[tokio::test]
async fn eight_workers_claim_everything_once() {
    on_each(async |store, database| {
        let expected: BTreeSet<OutboxId> = enqueue(store, "orange", 200).await.into_iter().collect();
        enqueue(store, "africastalking", 5).await;
        let mut running = tokio::task::JoinSet::new();
        for worker in 0..8 {
            let store = store.clone();
            running.spawn(async move {
                let lease = format!("worker-{worker}");
                let mut mine = Vec::new();
                loop {
                    let mut tx = begin(&store).await;
                    let batch = match outbox::claim(&mut tx, &claim(&lease, 7, START)).await {
                        Ok(batch) => batch,
                        // A deadlock of two claims: PostgreSQL ends one of them.
                        Err(error) if error.is_conflict() => continue,
                        Err(error) => panic!("{error}"),
                    };
                    tx.commit().await.expect("commits");
                    if batch.is_empty() && nothing_is_free(&store).await {
                        return mine;
                    }
                    mine.extend(batch.into_iter().map(|message| message.id));
                }
            });
        }
        let all: Vec<OutboxId> = running.join_all().await.into_iter().flatten().collect();
        assert_eq!(all.len(), expected.len(), "none twice: {}", database.label);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), expected);
    })
    .await;
}

/// An empty batch alone does not mean the end: another worker may have been claiming the very same rows.
async fn nothing_is_free(store: &Store) -> bool {
    let mut tx = begin(store).await;
    let rest = match outbox::claim(&mut tx, &claim("probe", 1, START)).await {
        Ok(rest) => rest,
        // A deadlock with a worker's claim: whoever still claims is not done.
        Err(error) if error.is_conflict() => return false,
        Err(error) => panic!("{error}"),
    };
    tx.rollback().await.expect("rolls back");
    rest.is_empty()
}

#[tokio::test]
async fn what_is_claimed_is_whole_and_sealed_on_disk() {
    on_each(async |store, database| {
        let id = enqueue(store, "orange", 1).await[0];
        let mut tx = begin(store).await;
        let batch = claimed(&mut tx, "lease", 10, START).await;
        let expected = Claimed {
            id,
            to: phone(0),
            text: "OK DEP recu".into(),
            reply_token: Some("link".into()),
            attempts: 1,
            expires: START.plus_ms(10 * MINUTE_MS),
        };
        assert_eq!(batch, [expected]);
        tx.commit().await.expect("commits");
        for stored in database.texts("SELECT number_sealed || text_sealed FROM outbox").await {
            assert!(!stored.contains("OK DEP") && !stored.contains("70000000"), "{stored}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_lease_that_claimed_settles() {
    on_each(async |store, database| {
        let id = enqueue(store, "orange", 1).await[0];
        let mut tx = begin(store).await;
        assert_eq!(claimed(&mut tx, "first", 1, START).await.len(), 1);
        assert!(claimed(&mut tx, "second", 1, START).await.is_empty(), "held");
        let foreign = [
            outbox::sent(&mut tx, id, "second", Some("x"), DeliveryStatus::Sent, START).await.expect("asks"),
            outbox::retry(&mut tx, id, "second", START, "why", START).await.expect("asks"),
            outbox::failed(&mut tx, id, "second", "why", START).await.expect("asks"),
        ];
        assert_eq!(foreign, [false; 3], "{}", database.label);
        let later = START.plus_ms(MINUTE_MS);
        let again = claimed(&mut tx, "second", 1, later).await;
        assert_eq!(again.iter().map(|message| message.attempts).collect::<Vec<_>>(), [2], "the lease ran out");
        assert!(!outbox::sent(&mut tx, id, "first", Some("x"), DeliveryStatus::Sent, later).await.expect("asks"));
        assert!(outbox::sent(&mut tx, id, "second", Some("x"), DeliveryStatus::Sent, later).await.expect("asks"));
        assert!(!outbox::failed(&mut tx, id, "second", "why", later).await.expect("asks"), "settled once");
        assert_eq!(state(&mut tx, id).await, OutboxState::Sent);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn a_retry_waits_until_due_and_an_old_one_expires() {
    on_each(async |store, database| {
        let ids = enqueue(store, "orange", 2).await;
        let mut tx = begin(store).await;
        assert_eq!(claimed(&mut tx, "lease", 2, START).await.len(), 2);
        let due = START.plus_ms(5 * MINUTE_MS);
        assert!(outbox::retry(&mut tx, ids[0], "lease", due, "busy", START).await.expect("settles"));
        assert!(outbox::failed(&mut tx, ids[1], "lease", "no such number", START).await.expect("settles"));
        let waiting = outbox::waiting(&mut tx).await.expect("counts");
        assert_eq!(
            waiting.iter().map(|w| (w.channel.as_str(), w.count, w.oldest_due)).collect::<Vec<_>>(),
            [("orange", 1, due)]
        );
        for (label, after_minutes, expected) in [("too soon", 4, 0), ("due", 5, 1)] {
            let now = START.plus_ms(after_minutes * MINUTE_MS);
            assert_eq!(claimed(&mut tx, "again", 2, now).await.len(), expected, "{label} on {}", database.label);
        }
        assert_eq!(outbox::expire(&mut tx, START.plus_ms(10 * MINUTE_MS)).await.expect("expires"), 1);
        assert_eq!(state(&mut tx, ids[0]).await, OutboxState::Expired);
        assert_eq!(state(&mut tx, ids[1]).await, OutboxState::Failed);
        assert!(claimed(&mut tx, "late", 2, START.plus_ms(20 * MINUTE_MS)).await.is_empty());
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn delivery_moves_forward_and_never_back() {
    use DeliveryStatus::{Delivered, Failed, Queued, Sent};
    on_each(async |store, database| {
        let cases: [(&str, DeliveryStatus, &[DeliveryStatus], OutboxState); 6] = [
            ("in order", Queued, &[Sent, Delivered], OutboxState::Delivered),
            ("late word of sending", Queued, &[Delivered, Sent, Queued], OutboxState::Delivered),
            ("failed is final", Sent, &[Failed, Delivered, Sent], OutboxState::Failed),
            ("delivered is final", Sent, &[Delivered, Failed], OutboxState::Delivered),
            ("the same twice", Queued, &[Sent, Sent], OutboxState::Sent),
            ("queued after sent", Sent, &[Queued], OutboxState::Sent),
        ];
        for (number, (label, first, reports, expected)) in cases.into_iter().enumerate() {
            let id = enqueue(store, "orange", 1).await[0];
            let external = format!("ext-{number}");
            let mut tx = begin(store).await;
            assert_eq!(claimed(&mut tx, "lease", 1, START).await.len(), 1);
            assert!(outbox::sent(&mut tx, id, "lease", Some(&external), first, START).await.expect("settles"));
            for status in reports {
                let moved = outbox::delivered(&mut tx, "orange", &external, *status, None, START).await;
                assert_ne!(moved.expect("moves"), Moved::Early, "{label}");
            }
            assert_eq!(state(&mut tx, id).await, expected, "{label} on {}", database.label);
            tx.commit().await.expect("commits");
        }
    })
    .await;
}

#[tokio::test]
async fn a_report_before_the_settling_is_kept_for_it() {
    on_each(async |store, database| {
        let ids = enqueue(store, "orange", 3).await;
        let own_id = ids[1].to_string();
        let mut tx = begin(store).await;
        assert_eq!(claimed(&mut tx, "lease", 3, START).await.len(), 3);
        for (key, status) in [
            ("ext-0", DeliveryStatus::Delivered),
            ("ext-0", DeliveryStatus::Sent),
            (own_id.as_str(), DeliveryStatus::Failed),
            ("never-ours", DeliveryStatus::Sent),
        ] {
            let moved = outbox::delivered(&mut tx, "orange", key, status, None, START).await.expect("keeps");
            assert_eq!(moved, Moved::Early, "{key}");
        }
        let wrong_channel = outbox::delivered(&mut tx, "hubtel", "ext-2", DeliveryStatus::Failed, None, START).await;
        assert_eq!(wrong_channel.expect("keeps"), Moved::Early);
        for (number, external) in [(0, Some("ext-0")), (1, None), (2, Some("ext-2"))] {
            let settled = outbox::sent(&mut tx, ids[number], "lease", external, DeliveryStatus::Queued, START).await;
            assert!(settled.expect("settles"));
        }
        for (label, id, expected) in [
            ("delivered, whatever came after it", ids[0], OutboxState::Delivered),
            ("by our own id", ids[1], OutboxState::Failed),
            ("another channel's report is not ours", ids[2], OutboxState::Queued),
        ] {
            assert_eq!(state(&mut tx, id).await, expected, "{label} on {}", database.label);
        }
        let again = outbox::delivered(&mut tx, "orange", "ext-0", DeliveryStatus::Delivered, None, START).await;
        assert_eq!(again.expect("asks"), Moved::Nothing);
        let after_days = START.plus_ms(4 * 24 * 60 * MINUTE_MS);
        assert_eq!(outbox::forget_early(&mut tx, after_days).await.expect("forgets"), 2);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn a_report_and_a_settling_that_missed_each_other_meet_later() {
    on_each(async |store, database| {
        let id = enqueue(store, "orange", 1).await[0];
        let mut tx = begin(store).await;
        claimed(&mut tx, "lease", 1, START).await;
        assert!(outbox::sent(&mut tx, id, "lease", Some("ext"), DeliveryStatus::Sent, START).await.expect("settles"));
        tx.commit().await.expect("commits");
        // What two servers leave behind when neither saw the other's row.
        let late = "INSERT INTO early_delivery (channel, external_id, state, received_ms) \
                    VALUES ('orange', 'ext', 'delivered', 1), ('orange', 'other', 'sent', 1)";
        database.execute(late).await;
        let mut tx = begin(store).await;
        assert!(outbox::is_early_due(&mut tx).await.expect("looks"), "{}", database.label);
        assert_eq!(outbox::apply_early(&mut tx, START).await.expect("applies"), 1, "{}", database.label);
        assert_eq!(outbox::apply_early(&mut tx, START).await.expect("applies"), 0);
        assert!(!outbox::is_early_due(&mut tx).await.expect("looks"), "what has no message yet waits on");
        assert_eq!(state(&mut tx, id).await, OutboxState::Delivered);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn a_report_that_comes_while_an_earlier_one_is_given_out_is_not_lost_with_it() {
    on_each(async |store, database| {
        let id = enqueue(store, "orange", 1).await[0];
        let mut tx = begin(store).await;
        claimed(&mut tx, "lease", 1, START).await;
        let early = outbox::delivered(&mut tx, "orange", "ext", DeliveryStatus::Sent, None, START).await;
        assert_eq!(early.expect("keeps"), Moved::Early);
        tx.commit().await.expect("commits");
        let mut later = begin(store).await;
        let early = outbox::delivered(&mut later, "orange", "ext", DeliveryStatus::Delivered, None, START).await;
        assert_eq!(early.expect("keeps"), Moved::Early);
        let settling = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = begin(&store).await;
                let settled = outbox::sent(&mut tx, id, "lease", Some("ext"), DeliveryStatus::Queued, START).await;
                assert!(settled.expect("settles"));
                tx.commit().await.expect("commits");
            }
        });
        // SQLite lets nobody write beside the later report: there the settling has not begun.
        if database.label == "PostgreSQL" {
            let blocked = "SELECT query FROM pg_stat_activity \
                           WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE FROM early_delivery%'";
            wait::until_true("the settling waits", async || !database.texts(blocked).await.is_empty()).await;
        }
        later.commit().await.expect("commits");
        settling.await.expect("joins");
        let mut tx = begin(store).await;
        outbox::apply_early(&mut tx, START).await.expect("applies");
        assert_eq!(state(&mut tx, id).await, OutboxState::Delivered, "{}", database.label);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed() {
    on_each(async |store, _| {
        let orange = enqueue(store, "orange", 2).await;
        enqueue(store, "hubtel", 1).await;
        let mut tx = reader(store).await;
        let by_phone = Filter { phone_index: Some(store.phone_index(&phone(1))), ..Filter::default() };
        for (label, filter, expected) in [
            ("all", Filter::default(), 3),
            ("channel", Filter { channel: Some("orange".into()), ..Filter::default() }, 2),
            ("state", Filter { state: Some(OutboxState::Sent), ..Filter::default() }, 0),
            ("phone", by_phone, 1),
            ("message", Filter { message: Some(MessageId::new(&environment())), ..Filter::default() }, 0),
        ] {
            assert_eq!(outbox::list(&mut tx, &filter, None, 10).await.expect("lists").len(), expected, "{label}");
        }
        let channel = Filter { channel: Some("orange".into()), ..Filter::default() };
        let older = outbox::list(&mut tx, &channel, Some(orange[1]), 10).await.expect("lists");
        assert_eq!(older.iter().map(|message| message.id).collect::<Vec<_>>(), [orange[0]]);
    })
    .await;
}
