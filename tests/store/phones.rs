//! Phones: one conversation each, stepped by one callback at a time.

use relais::base::{Language, PlaceId};
use relais::store::person;
use relais::store::phone::{self, PhoneState};

use super::fixtures::{self, begin, moved_places, reader};
use super::support::{on_each, phone};

#[tokio::test]
async fn a_phone_never_heard_of_is_kept_from_its_first_step() {
    on_each(async |store, database| {
        let mut tx = begin(store).await;
        let mut state = phone::load(&mut tx, &phone(1)).await.expect("loads");
        assert_eq!((state.version, state.last_receipt, state.people.len()), (0, 0, 0));
        state.language = Some(Language::ENGLISH);
        state.conversation = r#"{"open":{"T":45}}"#.into();
        state.last_receipt = 7;
        state.greeted_on = Some(fixtures::TODAY);
        assert!(phone::save(&mut tx, &mut state).await.expect("saves"));
        assert_eq!(tx.statements(), 2, "one to load, one to save");
        tx.commit().await.expect("commits");

        let mut tx = reader(store).await;
        assert_eq!(phone::load(&mut tx, &phone(1)).await.expect("loads"), state);
        assert_eq!(phone::number(&mut tx, &state.index).await.expect("reads"), Some(phone(1)));
        assert_eq!(phone::number(&mut tx, "nobody").await.expect("reads"), None);
        for stored in database.texts("SELECT phone_index || number_sealed FROM phone").await {
            assert!(!stored.contains("70000001"), "the number is sealed: {stored}");
        }
    })
    .await;
}

#[tokio::test]
async fn people_come_with_their_phone() {
    on_each(async |store, _| {
        moved_places(store).await;
        let mut first = fixtures::person("Fanta Traoré", vec![phone(1), phone(2)], PlaceId(4));
        first.agent_code = Some("A27".into());
        let second = fixtures::person("Ali Diarra", vec![phone(1)], PlaceId(5));
        let mut tx = begin(store).await;
        person::insert(&mut tx, &first).await.expect("registers");
        person::insert(&mut tx, &second).await.expect("registers");
        let shared = phone::load(&mut tx, &phone(1)).await.expect("loads");
        let names: Vec<&str> = shared.people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Fanta Traoré", "Ali Diarra"], "in the order they were registered");
        assert_eq!(shared.people[0].agent_code.as_deref(), Some("A27"));
        assert_eq!((shared.people[1].place, shared.people[1].active.from), (PlaceId(5), second.active_from));
        assert_eq!(shared.version, 1, "known, though it never wrote");
        assert_eq!(phone::load(&mut tx, &phone(2)).await.expect("loads").people.len(), 1);
        tx.commit().await.expect("commits");
    })
    .await;
}

/// One of two callbacks of a session steps the phone; the other is told, takes its turn again, and then steps too.
#[tokio::test]
async fn of_two_steps_at_once_one_is_told_it_was_late() {
    on_each(async |store, database| {
        let mut first = begin(store).await;
        phone::ensure(&mut first, &phone(1)).await.expect("known");
        first.commit().await.expect("commits");

        let mut first = begin(store).await;
        let mut state = phone::load(&mut first, &phone(1)).await.expect("loads");
        let mut late: PhoneState = state.clone();
        state.conversation = "first".into();
        assert!(phone::save(&mut first, &mut state).await.expect("saves"));
        first.commit().await.expect("commits");

        let mut second = begin(store).await;
        late.conversation = "second".into();
        assert!(!phone::save(&mut second, &mut late).await.expect("is told"), "{}", database.label);
        let again = phone::load(&mut second, &phone(1)).await.expect("loads");
        assert_eq!(again.conversation, "first");
        second.rollback().await.expect("rolls back");
    })
    .await;
}

#[tokio::test]
async fn steps_of_eight_callbacks_at_once_are_all_counted() {
    on_each(async |store, database| {
        const TASKS: i64 = 8;
        const STEPS: i64 = 5;
        let step = |store: relais::store::Store| async move {
            loop {
                let mut tx = begin(&store).await;
                let mut state = phone::load(&mut tx, &phone(1)).await.expect("loads");
                state.last_receipt += 1;
                if phone::save(&mut tx, &mut state).await.expect("saves or is told") {
                    tx.commit().await.expect("commits");
                    return;
                }
                tx.rollback().await.expect("rolls back");
            }
        };
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..TASKS {
            let store = store.clone();
            running.spawn(async move {
                for _ in 0..STEPS {
                    step(store.clone()).await;
                }
            });
        }
        running.join_all().await;
        let mut tx = reader(store).await;
        let state = phone::load(&mut tx, &phone(1)).await.expect("loads");
        assert_eq!((state.last_receipt, state.version), (TASKS * STEPS, TASKS * STEPS), "{}", database.label);
    })
    .await;
}
