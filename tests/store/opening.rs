//! Opening, transactions, and what is refused.

use std::time::{Duration, Instant};

use relais::base::sealing::Sealer;
use relais::store::{Store, StoreError, setting};

use super::fixtures::{begin, reader};
use super::support::{databases, environment, on_each, sealer, sqlite};

#[tokio::test]
async fn another_key_is_refused_and_changes_nothing() {
    for database in databases().await {
        let store = database.store().await;
        store.close().await;
        let refused = Store::open(&database.url, Sealer::new(&[8; 32]), environment()).await.err();
        let Some(StoreError::WrongKey { database: kept, configured }) = &refused else {
            panic!("{}: {refused:?}", database.label)
        };
        assert_eq!(kept, sealer().fingerprint(), "{}", database.label);
        assert_eq!(configured, Sealer::new(&[8; 32]).fingerprint());
        let said = refused.map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("secret_key") && said.contains("nothing was changed"), "{said}");
        database.store().await.close().await;
        database.remove().await;
    }
}

#[tokio::test]
async fn a_key_lost_between_opening_and_migrating_is_refused_too() {
    for database in databases().await {
        let late = Store::open(&database.url, Sealer::new(&[8; 32]), environment()).await.expect("empty: opens");
        database.store().await.close().await;
        let refused = late.migrate().await;
        assert!(matches!(refused, Err(StoreError::WrongKey { .. })), "{}: {refused:?}", database.label);
        late.close().await;
        database.store().await.close().await;
        database.remove().await;
    }
}

#[tokio::test]
async fn migrating_twice_is_harmless() {
    on_each(async |store, database| {
        store.migrate().await.expect("again");
        database.store().await.close().await;
    })
    .await;
}

#[tokio::test]
async fn durability_that_cannot_be_had_is_refused() {
    let refused = Store::open("sqlite::memory:", sealer(), environment()).await.err();
    let Some(StoreError::Setting { name, wanted, found }) = &refused else { panic!("{refused:?}") };
    assert_eq!((*name, wanted.as_str(), found.as_str()), ("journal_mode", "wal", "memory"));
}

#[tokio::test]
async fn every_reading_connection_refuses_to_write() {
    on_each(async |store, _| {
        // More readers at once than any one connection could serve.
        let mut readers = Vec::new();
        for _ in 0..4 {
            readers.push(reader(store).await);
        }
        for tx in &mut readers {
            let refused = setting::set(tx, "a", "b").await.expect_err("a reader cannot write");
            assert!(!refused.is_conflict(), "{refused}");
        }
        drop(readers);
        let mut tx = begin(store).await;
        assert_eq!(setting::get(&mut tx, "a").await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn addresses_of_no_database_are_refused_without_repeating_them() {
    for url in ["mysql://u:secret@localhost/x", "relais.db", "", "postgres://u:secret@:::/x"] {
        let refused = Store::open(url, sealer(), environment()).await.err().expect("refused").to_string();
        assert!(!refused.contains("secret"), "{refused}");
    }
}

#[tokio::test]
async fn a_dead_server_is_noticed_within_seconds() {
    // Accepts connections and never says a word.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address");
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            held.push(connection);
        }
    });
    let begun = Instant::now();
    let refused = Store::open(&format!("postgres://relais@{address}/relais"), sealer(), environment()).await;
    let error = refused.err().expect("refused");
    assert!(error.is_unavailable(), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    silent.abort();
}

#[tokio::test]
async fn nobody_listening_is_unavailable_at_once() {
    let refused = Store::open("postgres://relais@127.0.0.1:1/relais", sealer(), environment()).await;
    assert!(refused.err().expect("refused").is_unavailable());
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_unavailable() {
    let refused = Store::open("sqlite:/nowhere/at/all/relais.db", sealer(), environment()).await;
    assert!(refused.err().expect("refused").is_unavailable());
}

#[tokio::test]
async fn what_is_not_committed_never_was() {
    on_each(async |store, database| {
        for (label, ends) in [("dropped", false), ("rolled back", true)] {
            let mut tx = begin(store).await;
            setting::set(&mut tx, "left", "over").await.expect("writes");
            if ends {
                tx.rollback().await.expect("rolls back");
            } else {
                drop(tx);
            }
            let mut tx = begin(store).await;
            assert_eq!(setting::get(&mut tx, "left").await.expect("reads"), None, "{label} {}", database.label);
            tx.rollback().await.expect("rolls back");
        }
    })
    .await;
}

#[tokio::test]
async fn a_failed_statement_keeps_the_whole_from_being_committed() {
    on_each(async |store, database| {
        let mut tx = begin(store).await;
        setting::set(&mut tx, "half", "done").await.expect("writes");
        let id = relais::base::TokenId::new(&environment());
        relais::store::token::revoke(&mut tx, id).await.expect("nothing to revoke");
        super::small_tables::break_a_rule(&mut tx).await;
        assert!(matches!(tx.commit().await, Err(StoreError::Aborted)), "{}", database.label);
        let mut tx = reader(store).await;
        assert_eq!(setting::get(&mut tx, "half").await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn one_event_of_a_batch_can_fail_alone() {
    on_each(async |store, _| {
        let mut tx = begin(store).await;
        for (name, goes_well) in [("first", true), ("second", false), ("third", true)] {
            tx.savepoint().await.expect("a savepoint");
            setting::set(&mut tx, name, "here").await.expect("writes");
            if goes_well {
                tx.release_savepoint().await.expect("releases");
            } else {
                super::small_tables::break_a_rule(&mut tx).await;
                tx.rollback_to_savepoint().await.expect("goes back");
            }
        }
        tx.commit().await.expect("commits");
        let mut tx = reader(store).await;
        for (name, expected) in [("first", Some("here")), ("second", None), ("third", Some("here"))] {
            assert_eq!(setting::get(&mut tx, name).await.expect("reads").as_deref(), expected, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_one_state_throughout() {
    on_each(async |store, database| {
        let mut slow = reader(store).await;
        assert_eq!(setting::get(&mut slow, "moving").await.expect("reads"), None);
        let mut tx = begin(store).await;
        setting::set(&mut tx, "moving", "on").await.expect("writes");
        tx.commit().await.expect("commits");
        assert_eq!(setting::get(&mut slow, "moving").await.expect("reads"), None, "{}", database.label);
    })
    .await;
}

#[tokio::test]
async fn a_database_file_is_made_where_there_is_none() {
    let database = sqlite();
    let url = format!("{}?cache=private", database.url);
    let store = Store::open(&url, sealer(), environment()).await.expect("opens");
    store.migrate().await.expect("migrates");
    store.close().await;
}
