//! An erased person leaves no trace but their figures.

use relais::base::PersonId;
use relais::privacy::{self, EraseError};
use relais::store::audit::{self, Action, Actor, Entry};
use relais::store::{self, person, received};

use super::support::rig::Rig;
use super::support::{self, TestDatabase, dump};
use super::{COMMUNE, on_each};

async fn figures(rig: &Rig) -> (Vec<(String, i64)>, usize, Vec<person::Expected>) {
    let cells = rig.cells("ML03", "2026-11").await.into_iter().collect();
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let (place, today) = (rig.place("ML03"), rig.programme.today());
    let week = ("dep", "2026-W48");
    let received = received::list(&mut tx, place, today, week, None, 100).await.expect("lists").len();
    let mut expected = store::person::expected(&mut tx, place, today).await.expect("counts");
    // Nothing is expected of them after today, which is not told by who they were.
    expected.iter_mut().for_each(|group| group.active.to = group.active.to.min(today));
    expected.sort_by_key(|group| group.count);
    (cells, received, expected)
}

async fn no_trace(database: &TestDatabase, traces: &[&str]) {
    for (place, value) in dump::values(database, &support::sealer()).await {
        for trace in traces {
            assert!(!value.contains(trace), "{place} still holds `{trace}`: {value}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_leaves_their_figures_alone() {
    on_each(async |rig, database| {
        let (own, shared) = (support::phone(4_711), support::phone(4_712));
        let awa = rig.register_on(&[own.clone(), shared.clone()], "asc", "government", COMMUNE).await;
        rig.register(&shared, "relais", "government", COMMUNE).await;
        rename(rig, awa, "Zebulon Kassogue", "zk@example.ml").await;
        for text in ["DEP T45 F23 V38 J5 R1 E1 S2 M5", "CORR 1 J6 V37", "CUI N1 F2 H2 E2", "bonjour zebulon", "DEP T41"]
        {
            rig.sms(&own, text).await;
        }
        rig.sms(&shared, "zebulon partage").await;
        let mut tx = rig.programme.store.begin().await.expect("begins");
        let (at, actor, id) = (support::START, Actor::CommandLine, awa.to_string());
        let entry = Entry { at, actor, action: Action::View, subject: &id, detail: "Zebulon" };
        audit::append(&mut tx, &entry).await.expect("adds");
        audit::seal(&mut tx).await.expect("seals");
        tx.commit().await.expect("commits");
        let before = figures(rig).await;
        assert!(!before.0.is_empty() && before.1 > 0, "something was counted: {before:?}");

        let erased = privacy::erase_person(&rig.programme, awa, Actor::CommandLine).await.expect("erases");
        assert_eq!(erased.reports, 3, "with the draft");
        let index = rig.programme.store.phone_index(&own);
        let traces =
            ["Zebulon", "zebulon", "Kassogue", "zk@", "74004711", "70004711", &index, "DEP T45", "DEP T41", "CORR 1"];
        no_trace(database, &traces).await;
        assert_eq!(figures(rig).await, before, "on {}", database.label);
        let mut tx = rig.programme.store.reader().await.expect("reads");
        assert_eq!(audit::verify(&mut tx, None).await.expect("walks").broken, None);
        drop(tx);

        // The other person of the shared phone goes on; the erased number is one nobody knows.
        assert!(rig.sms(&shared, "DEP T30 F10 V28 J1 R1 E0 S1 M1").await.starts_with("OK DEP 1"));
        let unknown = rig.sms(&own, "DEP T30 F10 V28 J1 R1 E0 S1 M1").await;
        assert!(!unknown.starts_with("OK"), "{unknown}");
    })
    .await;
}

async fn rename(rig: &Rig, id: PersonId, name: &str, email: &str) {
    let mut tx = rig.programme.store.begin().await.expect("begins");
    let mut person = store::person::by_id(&mut tx, id).await.expect("reads").expect("is there");
    (person.name, person.email, person.agent_code) = (name.to_owned(), Some(email.to_owned()), Some("Z9".into()));
    store::person::update(&mut tx, &person).await.expect("updates");
    tx.commit().await.expect("commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_nobody_is_registered_on_can_be_erased() {
    on_each(async |rig, database| {
        let (unknown, known, never) = (support::phone(5_001), support::phone(5_002), support::phone(5_003));
        rig.register(&known, "asc", "government", COMMUNE).await;
        rig.sms(&unknown, "je suis zebulon").await;
        privacy::erase_phone(&rig.programme, &unknown, Actor::CommandLine).await.expect("erases");
        no_trace(database, &["zebulon", "70005001", &rig.programme.store.phone_index(&unknown)]).await;
        let refused = privacy::erase_phone(&rig.programme, &known, Actor::CommandLine).await;
        assert!(matches!(refused, Err(EraseError::Registered)), "{refused:?}");
        let refused = privacy::erase_phone(&rig.programme, &never, Actor::CommandLine).await;
        assert!(matches!(refused, Err(EraseError::Unknown)), "{refused:?}");
        let nobody = PersonId::new(&rig.programme.environment);
        let refused = privacy::erase_person(&rig.programme, nobody, Actor::CommandLine).await;
        assert!(matches!(refused, Err(EraseError::Unknown)), "{refused:?}");
    })
    .await;
}

/// Every byte of the database's file and of what lies beside it.
fn raw(database: &TestDatabase) -> String {
    let path = database.url.trim_start_matches("sqlite:");
    let read = |ending: &str| std::fs::read(format!("{path}{ending}")).unwrap_or_default();
    String::from_utf8_lossy(&["", "-wal", "-shm", "-journal"].map(read).concat()).into_owned()
}

/// On SQLite alone: the files of PostgreSQL are its server's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_is_in_no_file_any_more_not_even_sealed() {
    on_each(async |rig, database| {
        let (own, other) = (support::phone(4_711), support::phone(4_712));
        let awa = rig.register(&own, "asc", "government", COMMUNE).await;
        rig.register(&other, "asc", "government", COMMUNE).await;
        for _ in 0..40 {
            rig.sms(&own, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
            rig.sms(&other, "enfant Zebulon").await;
        }
        // Text and number as they are kept, each of them sealed by itself and like no other.
        let kept = |values: Vec<(String, String)>| {
            let is_personal = |column: &str| column.ends_with("_sealed") || column.ends_with("phone_index");
            let own = values.into_iter().filter(|(column, value)| is_personal(column) && value.len() > 20);
            own.map(|(_, value)| value).collect::<std::collections::BTreeSet<_>>()
        };
        let before = kept(dump::stored(database).await);
        privacy::erase_person(&rig.programme, awa, Actor::CommandLine).await.expect("erases");
        let after = kept(dump::stored(database).await);
        let erased: Vec<&String> = before.difference(&after).collect();
        assert!(erased.len() > 80, "texts, answers, a name and a number: {} on {}", erased.len(), database.label);
        if database.label == "SQLite" {
            let raw = raw(database);
            assert!(after.iter().take(10).all(|value| raw.contains(value)), "what was not erased is found so");
            for value in erased {
                assert!(!raw.contains(value.as_str()), "a file still holds {value}");
            }
        }
    })
    .await;
}
