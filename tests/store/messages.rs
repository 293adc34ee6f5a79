//! Messages: kept once, listed whole.

use relais::base::{Date, Instant, MessageId, PlaceId};
use relais::flow::turn::Outcome;
use relais::store::message::{self, Filter};
use relais::store::{StoreError, report};

use super::fixtures::{self, begin, moved_places, reader};
use super::support::{START, environment, on_each};

#[tokio::test]
async fn what_came_in_is_found_again_and_unreadable_on_disk() {
    on_each(async |store, database| {
        let id = MessageId::new(&environment());
        let mut tx = begin(store).await;
        assert_eq!(message::find(&mut tx, "africastalking", "ext-1").await.expect("reads"), None);
        message::insert(&mut tx, &fixtures::message(id, "ext-1", "DEP T45\0 V38\u{7}")).await.expect("keeps");
        tx.commit().await.expect("commits");

        let mut tx = reader(store).await;
        let stored = message::find(&mut tx, "africastalking", "ext-1").await.expect("reads").expect("is there");
        assert_eq!((stored.id, stored.outcome, stored.reply.as_deref()), (id, Outcome::Saved, Some("OK DEP")));
        assert_eq!(message::find(&mut tx, "orange", "ext-1").await.expect("reads"), None, "keys are per channel");
        let whole = message::by_id(&mut tx, id).await.expect("reads").expect("is there");
        assert_eq!(whole.text.as_deref(), Some("DEP T45 V38"), "control characters are gone");
        assert_eq!((whole.sent, whole.received), (Some(Instant(START.0 - 5_000)), START));
        let body = message::body(&mut tx, id).await.expect("reads");
        assert_eq!(body.as_deref(), Some(b"from=%2B22370000001".as_slice()));
        let on_disk = database.texts("SELECT sender_sealed || text_sealed || body_sealed || reply_sealed FROM message");
        for stored in on_disk.await {
            assert!(!stored.contains("DEP") && !stored.contains("70000001"), "sealed: {stored}");
        }
    })
    .await;
}

/// Two servers get the same callback at the same time: one keeps it, the other is told to take it again and finds it.
#[tokio::test]
async fn a_callback_twice_at_once_is_kept_once() {
    on_each(async |store, database| {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            running.spawn(async move {
                let mut conflicts = 0;
                loop {
                    let mut tx = begin(&store).await;
                    if message::find(&mut tx, "africastalking", "twice").await.expect("reads").is_some() {
                        return (conflicts, false);
                    }
                    let id = MessageId::new(&environment());
                    let kept = message::insert(&mut tx, &fixtures::message(id, "twice", "DEP")).await;
                    match kept {
                        Ok(()) => {
                            tx.commit().await.expect("commits");
                            return (conflicts, true);
                        }
                        Err(error) => {
                            assert!(error.is_conflict() && !error.is_unavailable(), "{error}");
                            conflicts += 1;
                        }
                    }
                }
            });
        }
        let results = running.join_all().await;
        assert_eq!(results.iter().filter(|(_, kept)| *kept).count(), 1, "{}: {results:?}", database.label);
        let mut tx = reader(store).await;
        assert_eq!(message::list(&mut tx, &Filter::default(), None, 100).await.expect("lists").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn pages_are_whole_while_messages_come_in() {
    on_each(async |store, database| {
        let clock = relais::base::ManualClock::at(START);
        let clock = std::sync::Arc::new(clock);
        let environment = relais::base::Environment { clock: clock.clone(), ..environment() };
        let mut expected = Vec::new();
        let insert = async |key: String| {
            clock.advance_ms(1);
            let id = MessageId::new(&environment);
            let mut tx = begin(store).await;
            message::insert(&mut tx, &fixtures::message(id, &key, "DEP")).await.expect("keeps");
            tx.commit().await.expect("commits");
            id
        };
        for number in 0..25 {
            expected.push(insert(format!("old-{number}")).await);
        }
        expected.reverse();
        let (mut seen, mut before) = (Vec::new(), None);
        for page in 0.. {
            let mut tx = reader(store).await;
            let found = message::list(&mut tx, &Filter::default(), before, 4).await.expect("lists");
            drop(tx);
            let Some(last) = found.last() else { break };
            before = Some(last.id);
            seen.extend(found.into_iter().map(|message| message.id));
            insert(format!("new-{page}")).await;
        }
        assert_eq!(seen, expected, "each once, newest first, none of the new ones: {}", database.label);
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed() {
    on_each(async |store, database| {
        moved_places(store).await;
        let ids: Vec<MessageId> = (0..4).map(|_| MessageId::new(&environment())).collect();
        let mut tx = begin(store).await;
        for (number, id) in ids.iter().enumerate() {
            let key = format!("ext-{number}");
            let mut kept = fixtures::message(*id, &key, "DEP");
            kept.received = Instant(START.0 + i64::try_from(number).expect("small"));
            if number == 3 {
                kept.channel = "orange";
                kept.outcome = Outcome::Unreadable;
                kept.external_id = None;
            }
            message::insert(&mut tx, &kept).await.expect("keeps");
        }
        let person = fixtures::person("A", vec![], PlaceId(4)).id;
        for receipt in [12, 7] {
            let filed =
                relais::report::Report { message: ids[0], ..fixtures::report("i", receipt, person, PlaceId(4)) };
            report::insert(&mut tx, &filed).await.expect("files");
        }
        tx.commit().await.expect("commits");

        let mut tx = reader(store).await;
        let area = |place| Filter { area: Some((PlaceId(place), Date::constant(2026, 11, 23))), ..Filter::default() };
        let cases: [(&str, Filter, &[usize]); 10] = [
            ("all", Filter::default(), &[3, 2, 1, 0]),
            ("channel", Filter { channel: Some("orange".into()), ..Filter::default() }, &[3]),
            ("outcome", Filter { outcome: Some(Outcome::Saved), ..Filter::default() }, &[2, 1, 0]),
            ("external id", Filter { external_id: Some("ext-1".into()), ..Filter::default() }, &[1]),
            ("no such id", Filter { external_id: Some("ext-3".into()), ..Filter::default() }, &[]),
            ("since", Filter { since: Some(Instant(START.0 + 2)), ..Filter::default() }, &[3, 2]),
            ("until", Filter { until: Some(Instant(START.0 + 2)), ..Filter::default() }, &[1, 0]),
            ("its commune", area(4), &[0]),
            ("its cercle on the day", area(3), &[0]),
            ("the cercle it left", area(2), &[]),
        ];
        for (label, filter, expected) in cases {
            let found = message::list(&mut tx, &filter, None, 100).await.expect("lists");
            let found: Vec<MessageId> = found.into_iter().map(|message| message.id).collect();
            let expected: Vec<MessageId> = expected.iter().map(|number| ids[*number]).collect();
            assert_eq!(found, expected, "{label} on {}", database.label);
        }
        let with_reports = message::by_id(&mut tx, ids[0]).await.expect("reads").expect("is there");
        assert_eq!(with_reports.reports.iter().map(|(_, receipt)| *receipt).collect::<Vec<_>>(), [7, 12]);
    })
    .await;
}

#[tokio::test]
async fn a_changed_value_is_named_never_guessed() {
    on_each(async |store, database| {
        let id = MessageId::new(&environment());
        let mut tx = begin(store).await;
        message::insert(&mut tx, &fixtures::message(id, "ext-1", "DEP")).await.expect("keeps");
        tx.commit().await.expect("commits");
        for (column, value) in [("outcome", "'well'"), ("text_sealed", "'1AAAA'"), ("reply_sealed", "'plain'")] {
            let kept = database.texts(&format!("SELECT {column} FROM message")).await.remove(0);
            database.execute(&format!("UPDATE message SET {column} = {value}")).await;
            let mut tx = reader(store).await;
            let refused = message::by_id(&mut tx, id).await.expect_err("corrupt");
            let StoreError::Corrupt { table, column: named, id: row } = refused else { panic!("{refused:?}") };
            assert_eq!((table, named, row), ("message", column, id.to_string()), "{}", database.label);
            database.execute(&format!("UPDATE message SET {column} = '{kept}'")).await;
        }
    })
    .await;
}

/// Page after page, oldest first, from a day on: every SMS whose text is still kept, and nothing else.
#[tokio::test]
async fn the_inbox_is_read_page_by_page_from_a_day_on() {
    on_each(async |store, database| {
        const DAY_MS: i64 = 24 * 3_600 * 1_000;
        let mut tx = begin(store).await;
        for day in 0..5 {
            let received = START.plus_ms(day * DAY_MS);
            let clock = std::sync::Arc::new(relais::base::ManualClock::at(received));
            let environment = relais::base::Environment { clock, ..environment() };
            for hook in ["sms", "ussd"] {
                let (id, key) = (MessageId::new(&environment), format!("{hook}-{day}"));
                let text = format!("DEP T{day}");
                let new = message::NewMessage { hook, received, ..fixtures::message(id, &key, &text) };
                message::insert(&mut tx, &new).await.expect("keeps");
            }
        }
        tx.commit().await.expect("commits");
        database.execute("UPDATE message SET text_sealed = NULL WHERE external_key = 'sms-2'").await;
        let read = async |since: Option<Instant>| {
            let (mut texts, mut last) = (Vec::new(), None);
            loop {
                let page = message::inbox_after(&mut reader(store).await, last, since, 2).await.expect("reads");
                let Some(newest) = page.last() else { return texts };
                last = Some(newest.id);
                texts.extend(page.into_iter().map(|sms| sms.text));
            }
        };
        assert_eq!(read(None).await, ["DEP T0", "DEP T1", "DEP T3", "DEP T4"]);
        assert_eq!(read(Some(START.plus_ms(DAY_MS))).await, ["DEP T1", "DEP T3", "DEP T4"]);
        assert_eq!(read(Some(START.plus_ms(3 * DAY_MS + 1))).await, ["DEP T4"]);
    })
    .await;
}
