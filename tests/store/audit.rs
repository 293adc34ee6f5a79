//! The audit log: what was changed, taken out, put in or moved behind our back is named.

use relais::store::audit::{self, Action, Actor, Entry, Fault, Head, Verified};
use relais::store::{Store, Tx};

use super::fixtures::{begin, reader};
use super::support::{START, on_each};

async fn add(tx: &mut Tx, subject: &str, detail: &str) {
    // One after the other, as their letters say.
    let rank = subject.bytes().next().map_or(0, i64::from);
    let (at, actor) = (START.plus_ms(rank), Actor::CommandLine);
    audit::append(tx, &Entry { at, actor, action: Action::View, subject, detail }).await.expect("adds");
}

/// Five entries, four of them sealed.
async fn five(store: &Store) -> Head {
    let mut tx = begin(store).await;
    for subject in ["a", "b", "c", "d"] {
        add(&mut tx, subject, "looked").await;
    }
    let (sealed, head) = audit::seal(&mut tx).await.expect("seals");
    assert_eq!((sealed, head.number), (4, 4));
    add(&mut tx, "e", "looked").await;
    tx.commit().await.expect("commits");
    head
}

async fn verified(store: &Store, noted: Option<&Head>) -> Verified {
    audit::verify(&mut reader(store).await, noted).await.expect("walks")
}

#[tokio::test]
async fn an_untouched_log_is_whole() {
    on_each(async |store, database| {
        assert_eq!(verified(store, None).await, Verified { sealed: 0, waiting: 0, broken: None });
        let head = five(store).await;
        assert_eq!(verified(store, Some(&head)).await, Verified { sealed: 4, waiting: 1, broken: None });
        let mut tx = begin(store).await;
        let (sealed, next) = audit::seal(&mut tx).await.expect("seals");
        assert_eq!((sealed, next.number), (1, 5), "{}", database.label);
        assert_eq!(audit::seal(&mut tx).await.expect("seals"), (0, next.clone()), "twice is harmless");
        tx.commit().await.expect("commits");
        assert_eq!(verified(store, Some(&head)).await.broken, None, "an earlier head still stands");
        let mut shown = audit::list(&mut reader(store).await, None, 9).await.expect("lists");
        shown.sort_by_key(|entry| entry.number);
        let told: Vec<_> = shown.iter().map(|entry| (entry.number.unwrap_or(0), entry.subject.as_str())).collect();
        assert_eq!(told, [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")]);
        assert_eq!(shown[0].detail.as_deref(), Some("looked"));
        assert!(database.texts("SELECT detail_sealed FROM audit").await.iter().all(|text| !text.contains("looked")));
    })
    .await;
}

#[tokio::test]
async fn what_was_done_to_the_log_is_named() {
    const SECOND: &str = "(SELECT id FROM audit WHERE number = 2)";
    let foreign = "INSERT INTO audit (id, key_id, at_ms, actor, action, subject, detail_digest, digest, number, link) \
                   SELECT 'zz', key_id, at_ms, actor, action, 'z', detail_digest, digest, NULL, NULL FROM audit WHERE number = 1";
    let swapped = "UPDATE audit SET number = CASE number WHEN 2 THEN 12 ELSE 13 END WHERE number IN (2, 3); \
                   UPDATE audit SET number = CASE number WHEN 12 THEN 3 ELSE 2 END WHERE number IN (12, 13)";
    let inserted = "UPDATE audit SET number = 14 WHERE number = 4; UPDATE audit SET number = 13 WHERE number = 3; \
                    INSERT INTO audit (id, key_id, at_ms, actor, action, subject, detail_digest, digest, number, link) \
                    SELECT 'zz', key_id, at_ms, actor, action, subject, detail_digest, digest, 3, link FROM audit WHERE number = 2; \
                    UPDATE audit SET number = number - 9 WHERE number > 12";
    for (label, sql, number, fault) in [
        ("another actor", format!("UPDATE audit SET actor = 'x' WHERE id = {SECOND}"), Some(2), Fault::Changed),
        ("another time", format!("UPDATE audit SET at_ms = 1 WHERE id = {SECOND}"), Some(2), Fault::Changed),
        ("another subject", format!("UPDATE audit SET subject = 'x' WHERE id = {SECOND}"), Some(2), Fault::Changed),
        ("another digest", format!("UPDATE audit SET digest = 'x' WHERE id = {SECOND}"), Some(2), Fault::Changed),
        ("other details", format!("UPDATE audit SET detail_sealed = 'x' WHERE id = {SECOND}"), Some(2), Fault::Changed),
        ("another's details", "UPDATE audit SET detail_sealed = (SELECT o.detail_sealed FROM audit o WHERE o.number = 1) WHERE number = 2".into(), Some(2), Fault::Changed),
        ("details gone", format!("UPDATE audit SET detail_sealed = NULL WHERE id = {SECOND}"), Some(2), Fault::DetailsTaken),
        ("one taken out", format!("DELETE FROM audit WHERE id = {SECOND}"), Some(2), Fault::Missing),
        ("the last taken out", "DELETE FROM audit WHERE number = 4".into(), Some(4), Fault::Missing),
        ("all taken out", "DELETE FROM audit".into(), Some(1), Fault::Missing),
        ("two swapped", swapped.into(), Some(2), Fault::Moved),
        ("one put in between", inserted.into(), Some(3), Fault::Changed),
        ("one put in behind", foreign.into(), None, Fault::Foreign),
        ("one waiting changed", "UPDATE audit SET subject = 'x' WHERE number IS NULL".into(), None, Fault::Foreign),
        ("link changed", "UPDATE audit SET link = 'x' WHERE number = 3".into(), Some(3), Fault::Moved),
    ] {
        on_each(async |store, database| {
            five(store).await;
            for statement in sql.split("; ") {
                database.execute(statement).await;
            }
            let broken = verified(store, None).await.broken.unwrap_or_else(|| panic!("{label}: not noticed"));
            assert_eq!((broken.number, broken.fault), (number, fault), "{label} on {}: {broken}", database.label);
        })
        .await;
    }
}

#[tokio::test]
async fn a_forged_entry_is_never_sealed() {
    on_each(async |store, database| {
        five(store).await;
        database.execute("UPDATE audit SET subject = 'x' WHERE number IS NULL").await;
        let mut tx = begin(store).await;
        add(&mut tx, "f", "").await;
        assert_eq!(audit::seal(&mut tx).await.expect("seals").0, 1, "the honest one alone, on {}", database.label);
        tx.commit().await.expect("commits");
        assert_eq!(verified(store, None).await.broken.map(|broken| broken.fault), Some(Fault::Foreign));
    })
    .await;
}

/// Whoever can write anywhere in the database can cut the log and its own note of the head; the line in the server's log stays.
#[tokio::test]
async fn a_log_cut_short_with_its_head_shows_by_the_noted_head() {
    on_each(async |store, database| {
        let head = five(store).await;
        database.execute("DELETE FROM audit WHERE number IS NULL OR number > 2").await;
        database
            .execute("UPDATE setting SET value = (SELECT '2:' || link FROM audit WHERE number = 2) WHERE name = 'audit_head'")
            .await;
        assert_eq!(verified(store, None).await.broken, None, "not seen from inside, on {}", database.label);
        let broken = verified(store, Some(&head)).await.broken.expect("seen");
        assert_eq!((broken.number, broken.fault), (Some(3), Fault::Missing));
        let other = Head { number: 2, link: head.link.clone() };
        assert_eq!(verified(store, Some(&other)).await.broken.expect("seen").fault, Fault::Rewritten);
    })
    .await;
}

#[tokio::test]
async fn erasing_drops_details_and_the_log_stays_whole() {
    on_each(async |store, database| {
        five(store).await;
        let mut tx = begin(store).await;
        assert_eq!(audit::drop_details(&mut tx, "b").await.expect("drops"), 1);
        let erase = Entry {
            at: START.plus_ms(200),
            actor: Actor::CommandLine,
            action: Action::Erase,
            subject: "b",
            detail: "",
        };
        audit::append(&mut tx, &erase).await.expect("adds");
        tx.commit().await.expect("commits");
        assert_eq!(verified(store, None).await.broken, None, "{}", database.label);
        let mut tx = begin(store).await;
        audit::seal(&mut tx).await.expect("seals");
        tx.commit().await.expect("commits");
        assert_eq!(verified(store, None).await, Verified { sealed: 6, waiting: 0, broken: None });
        database.execute("UPDATE audit SET action = 'import' WHERE number = 2").await;
        assert_eq!(verified(store, None).await.broken.expect("seen").fault, Fault::Changed, "still under its digest");
    })
    .await;
}
