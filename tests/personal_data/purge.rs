//! Texts and messages go in time, and never one that somebody still has to look at.

use std::time::{Duration, Instant as Moment};

use relais::config::Privacy;
use relais::privacy::{self, Purged};
use relais::store::purge;

use super::support::rig::Rig;
use super::support::{self, TestDatabase, dump};
use super::{COMMUNE, DAY_MS, on_each};

const TERMS: Privacy = Privacy { raw_text_days: 90, message_days: 730 };

async fn purged(rig: &Rig) -> Purged {
    privacy::purge(&rig.programme, TERMS, Moment::now() + Duration::from_secs(60)).await.expect("purges")
}

async fn texts(database: &TestDatabase) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for sealed in database.texts("SELECT COALESCE(text_sealed, '') FROM message ORDER BY id").await {
        texts.push(support::sealer().open_text(&sealed).unwrap_or_default());
    }
    texts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_go_after_their_days_and_messages_after_theirs() {
    on_each(async |rig, database| {
        let (asc, focal) = (support::phone(1), support::phone(2));
        rig.register(&asc, "asc", "government", COMMUNE).await;
        rig.register(&focal, "point_focal", "government", COMMUNE).await;
        for (phone, text) in [
            (&asc, "DEP T45 F23 V38 J5 R1 E1 S2 M5"),
            (&asc, "DEP T41"),
            (&focal, "RES M1500000 S3 R"),
            (&focal, "OUI"),
            (&support::phone(3), "bonjour zebulon"),
        ] {
            rig.clock.advance_ms(1_000);
            rig.sms(phone, text).await;
        }
        database.execute("UPDATE outbox SET state = 'sent'").await;
        assert_eq!(purged(rig).await, Purged::default(), "nothing is old yet");

        rig.clock.set(support::START.plus_ms(91 * DAY_MS));
        rig.register(&support::phone(4), "asc", "government", COMMUNE).await;
        rig.sms(&support::phone(4), "CUI N1 F2 H2 E2").await;
        let first = purged(rig).await;
        assert!(first.texts >= 3 && first.messages == 0, "{first:?}");
        let kept = texts(database).await;
        let kept: Vec<&str> = kept.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        assert_eq!(kept, ["DEP T41", "RES M1500000 S3 R", "OUI", "CUI N1 F2 H2 E2"], "on {}", database.label);
        for (place, value) in dump::values(database, &support::sealer()).await {
            assert!(!value.contains("zebulon") && !value.contains("Zangasso"), "{place}: {value}");
        }
        assert_eq!(purged(rig).await, Purged::default(), "once is enough");

        // Settled since: the draft was given up, the officer agreed.
        database.execute("UPDATE report SET state = 'incomplete' WHERE state = 'draft'").await;
        assert_eq!(purged(rig).await.texts, 1, "the draft's");
        database.execute("UPDATE report SET state = 'refused' WHERE state = 'awaiting_visa'").await;
        database.execute("UPDATE approval SET verdict = 'refused'").await;
        assert_eq!(purged(rig).await.texts, 2, "the visa's");
        assert_eq!(database.texts("SELECT message_id FROM kept_text").await, [] as [String; 0]);

        let reports = database.texts("SELECT id FROM report ORDER BY id").await;
        rig.clock.set(support::START.plus_ms(731 * DAY_MS));
        let last = purged(rig).await;
        assert_eq!((last.messages >= 5, last.phones), (true, 1), "the unknown number is forgotten: {last:?}");
        assert_eq!(texts(database).await, [""], "the newest is kept, its text is not");
        assert_eq!(database.texts("SELECT id FROM report ORDER BY id").await, reports, "reports stay");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_past_is_removed_in_batches() {
    on_each(async |rig, database| {
        let phone = support::phone(1);
        rig.register(&phone, "asc", "government", COMMUNE).await;
        for rank in 0..7 {
            rig.clock.advance_ms(1_000);
            rig.sms(&phone, &format!("bonjour {rank}")).await;
        }
        let before = support::START.plus_ms(DAY_MS * 2);
        let mut steps = 0;
        loop {
            let mut tx = rig.programme.store.begin().await.expect("begins");
            let removed = purge::message_texts(&mut tx, before, 3).await.expect("removes");
            tx.commit().await.expect("commits");
            let Some(removed) = removed else { break };
            assert!(removed <= 3, "on {}", database.label);
            steps += 1;
        }
        assert_eq!(steps, 3);
        assert!(texts(database).await.iter().all(String::is_empty));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_phone_is_told_once_what_is_kept() {
    on_each(async |rig, database| {
        let (french, silent, stopped) = (support::phone(1), support::phone(2), support::phone(3));
        for phone in [&french, &silent, &stopped] {
            rig.register(phone, "asc", "government", COMMUNE).await;
        }
        let tell = async || privacy::tell_new_phones(&rig.programme, TERMS).await.expect("tells");
        assert_eq!(tell().await, 0, "nobody was answered yet");
        rig.sms(&french, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        rig.sms(&stopped, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        rig.sms(&support::phone(4), "DEP T45").await;
        assert_eq!(tell().await, 0, "the first answer goes first");
        database.execute("UPDATE outbox SET state = 'sent'").await;
        let index = rig.programme.store.phone_index(&stopped);
        database.execute(&format!("UPDATE phone SET stopped_ms = 1 WHERE phone_index = '{index}'")).await;
        assert_eq!(tell().await, 1, "on {}", database.label);
        let notice = database.texts("SELECT text_sealed FROM outbox WHERE state = 'waiting'").await;
        let told = support::sealer().open_text(&notice[0]).expect("opens");
        assert!(told.contains("90 jours") && told.contains("STOP") && told.len() <= 160, "{told}");
        database.execute("UPDATE outbox SET state = 'sent'").await;
        rig.sms(&french, "AIDE").await;
        assert_eq!(tell().await, 0, "once");
        database.execute("UPDATE phone SET stopped_ms = NULL").await;
        assert_eq!(tell().await, 1, "after REPRISE");
    })
    .await;
}
