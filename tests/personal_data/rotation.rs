//! The key is changed while people write: everything stays readable, nobody is found twice, nothing is counted twice.

use relais::base::sealing::Sealer;
use relais::store::rotation::{self, Step};
use relais::store::{Store, StoreError, audit, person, thread};

use super::support::rig::Rig;
use super::support::{self, TestDatabase, databases, dump, environment};
use super::{COMMUNE, recounted};

fn old() -> Sealer {
    support::sealer()
}

fn new() -> Sealer {
    Sealer::new(&[8; 32])
}

const DEP: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";

async fn step(rig: &Rig) -> Step {
    let mut tx = rig.programme.store.begin().await.expect("begins");
    let step = rotation::step(&mut tx).await.expect("steps");
    tx.commit().await.expect("commits");
    step
}

async fn opens(database: &TestDatabase, sealer: Sealer) -> Result<(), StoreError> {
    let store = Store::open(&database.url, sealer, environment()).await?;
    let migrated = store.migrate().await;
    store.close().await;
    migrated
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_changed_while_serving() {
    const PHONES: u32 = 45;
    for database in databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        for last in 1..=PHONES {
            rig.register(&support::phone(last), "asc", "government", COMMUNE).await;
            assert!(rig.sms(&support::phone(last), DEP).await.starts_with("OK DEP 1 "));
        }
        rig.sms(&support::phone(1), "DEP T41").await;
        rig.call(&support::phone(2), "twice", "CUI N1 F2 H2 E2").await.expect("taken");
        let answered = rig.reply("twice").await;
        let old_indexes: Vec<String> = (1..=PHONES).map(|last| old().phone_index(&support::phone(last))).collect();
        rig.end().await;
        assert!(matches!(opens(&database, new()).await, Err(StoreError::WrongKey { .. })), "the new key alone");

        let rig = Rig::keyed(&database.url, support::START.plus_ms(60_000), new().after(old())).await;
        while_it_lasts(&rig, &database, PHONES, &answered).await;
        recounted(&rig).await;
        let mut tx = rig.programme.store.reader().await.expect("reads");
        assert_eq!(audit::verify(&mut tx, None).await.expect("walks").broken, None, "the audit log is whole");
        drop(tx);
        rig.end().await;

        assert!(matches!(opens(&database, old()).await, Err(StoreError::WrongKey { .. })), "the old key alone");
        for (place, value) in dump::values(&database, &old()).await {
            let (kept, opened) = value.split_once('\n').expect("two parts");
            assert!(opened.is_empty(), "{place} still opens with the old key");
            assert!(!old_indexes.iter().any(|index| index == kept), "{place} holds an old index");
        }
        let rig = Rig::keyed(&database.url, support::START.plus_ms(120_000), new()).await;
        assert!(rig.sms(&support::phone(3), "CUI N1 F2 H2 E2").await.contains("CUI 3"), "receipts go on");
        recounted(&rig).await;
        rig.end().await;
        database.remove().await;
    }
}

/// Walks and writes by turns until nothing is left under the old key.
async fn while_it_lasts(rig: &Rig, database: &TestDatabase, phones: u32, answered: &str) {
    let (mut steps, mut last) = (0, 0);
    while step(rig).await != Step::Done {
        steps += 1;
        assert!(steps < 500, "it ends");
        if steps == 2 {
            assert!(matches!(opens(database, old()).await, Err(StoreError::WrongKey { .. })), "half way, the old key");
            assert!(matches!(opens(database, new()).await, Err(StoreError::WrongKey { .. })), "half way, the new key");
            let third = Sealer::new(&[9; 32]).after(old());
            assert!(matches!(opens(database, third).await, Err(StoreError::WrongKey { .. })), "a third key");
            // A repeated callback: the same answer, and nothing again.
            rig.call(&support::phone(2), "twice", "CUI N1 F2 H2 E2").await.expect("taken");
            assert_eq!(rig.reply("twice").await, answered);
            // A draft begun before is finished.
            let finished = rig.sms(&support::phone(1), "F20 V39 J1 R1 E0 S1 M1").await;
            assert!(finished.starts_with("OK DEP 2 "), "{finished}");
        }
        // From both ends: moved already, and not yet.
        if last * 2 < phones {
            last += 1;
            for phone in [last, phones + 1 - last] {
                if phone != 1 && phone != 2 {
                    let reply = rig.sms(&support::phone(phone), "CUI N2 F2 H2 E2").await;
                    assert!(reply.contains("CUI 2") || reply.contains("CUI 3"), "{phone}: {reply}");
                }
            }
        }
        let mut tx = rig.programme.store.reader().await.expect("reads");
        let known = person::on_phone(&mut tx, &support::phone(phones)).await.expect("reads");
        assert_eq!(known.len(), 1, "found, and once, after step {steps}");
        let lines = thread::of_phone(&mut tx, &support::phone(3), support::START, 50).await.expect("reads");
        assert!(lines.len() >= 2, "what was written before is theirs still");
    }
    let phones_kept = database.texts("SELECT phone_index FROM phone").await.len();
    assert_eq!(phones_kept, usize::try_from(phones).expect("few"), "nobody is there twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_goes_on_where_it_was_stopped_and_can_be_turned_back() {
    for database in databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        for last in 1..=45 {
            rig.register(&support::phone(last), "asc", "government", COMMUNE).await;
        }
        rig.end().await;
        let rig = Rig::keyed(&database.url, support::START, new().after(old())).await;
        assert_eq!(step(&rig).await, Step::More(20));
        rig.end().await;
        let rig = Rig::keyed(&database.url, support::START, new().after(old())).await;
        assert_eq!(step(&rig).await, Step::More(20), "the next twenty, on {}", database.label);
        let after = database.texts("SELECT value FROM setting WHERE name = 'key_rotation'").await;
        assert!(after[0].contains("\"table\":0"), "{after:?}");
        rig.end().await;
        // The old key again, and the new one known: everything goes back.
        let rig = Rig::keyed(&database.url, support::START, old().after(new())).await;
        while step(&rig).await != Step::Done {}
        rig.end().await;
        assert!(opens(&database, old()).await.is_ok());
        for (place, value) in dump::values(&database, &new()).await {
            assert!(value.ends_with('\n'), "{place} opens with the key that was given up");
        }
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_move_one_phone_never_double_it() {
    for database in databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        for last in 1..=8 {
            rig.register(&support::phone(last), "asc", "government", COMMUNE).await;
        }
        rig.end().await;
        let [one, two] = [1, 2].map(|_| new().after(old()));
        let one = Rig::keyed(&database.url, support::START, one).await;
        let two = Rig::keyed(&database.url, support::START, two).await;
        let walk = async {
            loop {
                let mut tx = one.programme.store.begin().await.expect("begins");
                match rotation::step(&mut tx).await {
                    Ok(Step::Done) => break tx.commit().await.expect("commits"),
                    Ok(Step::More(_)) => tx.commit().await.expect("commits"),
                    Err(error) => assert!(error.is_conflict(), "{error}"),
                }
            }
        };
        let write = async {
            for last in 1..=8 {
                let id = format!("w{last}");
                two.call(&support::phone(last), &id, DEP).await.expect("taken");
            }
        };
        tokio::join!(walk, write);
        for last in 1..=8 {
            assert!(one.reply(&format!("w{last}")).await.starts_with("OK DEP 1 "), "on {}", database.label);
        }
        assert_eq!(database.texts("SELECT phone_index FROM phone").await.len(), 8);
        recounted(&one).await;
        one.end().await;
        two.end().await;
        database.remove().await;
    }
}
