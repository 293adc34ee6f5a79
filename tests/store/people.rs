//! People: registered with their phones, counted by what is expected of them.

use jiff::civil::date;
use relais::base::PlaceId;
use relais::person::Person;
use relais::person::stand::Standing;
use relais::store::message::NewMessage;
use relais::store::{bulk, message, person, phone, received, report};

use super::fixtures::{self, TODAY, begin, moved_places, reader};
use super::support::{on_each, phone};

#[tokio::test]
async fn a_person_comes_back_whole() {
    on_each(async |store, database| {
        moved_places(store).await;
        let mut made = fixtures::person("Fanta Traoré", vec![phone(1), phone(2)], PlaceId(4));
        made.supervisor = Some(phone(9));
        made.phones.sort_by_key(|phone| store.phone_index(phone));
        let mut tx = begin(store).await;
        person::insert(&mut tx, &made).await.expect("registers");
        assert_eq!(person::by_id(&mut tx, made.id).await.expect("reads").as_ref(), Some(&made));
        assert_eq!(person::on_phone(&mut tx, &phone(2)).await.expect("reads"), [made.clone()]);
        assert!(person::on_phone(&mut tx, &phone(9)).await.expect("reads").is_empty(), "a supervisor's is not theirs");

        let changed = Person { phones: vec![phone(3)], name: "F. Traoré".into(), email: None, ..made.clone() };
        person::update(&mut tx, &changed).await.expect("updates");
        assert_eq!(person::by_id(&mut tx, made.id).await.expect("reads"), Some(changed));
        assert!(person::on_phone(&mut tx, &phone(1)).await.expect("reads").is_empty());
        let nobody = fixtures::person("B", vec![], PlaceId(4));
        assert!(person::update(&mut tx, &nobody).await.is_err(), "nobody to update");
        tx.rollback().await.expect("rolls back");

        let mut tx = begin(store).await;
        person::insert(&mut tx, &made).await.expect("registers");
        tx.commit().await.expect("commits");
        for stored in database.texts("SELECT name_sealed || email_sealed FROM person").await {
            assert!(!stored.contains("Fanta") && !stored.contains('@'), "{stored}");
        }
    })
    .await;
}

#[tokio::test]
async fn people_of_an_area_are_listed_and_counted() {
    on_each(async |store, database| {
        moved_places(store).await;
        let mut people = Vec::new();
        for number in 0..7 {
            let place = if number < 4 { PlaceId(4) } else { PlaceId(5) };
            let mut person = fixtures::person("A", vec![phone(number), phone(100)], place);
            if number == 0 {
                person.active_to = date(2026, 6, 30);
            }
            people.push(person);
        }
        let mut tx = begin(store).await;
        bulk::people(&mut tx, &people).await.expect("registers");
        tx.commit().await.expect("commits");

        let mut tx = reader(store).await;
        let shared = phone::load(&mut tx, &phone(100)).await.expect("loads");
        assert_eq!(shared.people.len(), 7, "all on one phone");
        for (label, area, expected) in [
            ("everywhere", None, 0..7),
            ("the cercle of both", Some(PlaceId(3)), 0..7),
            ("one commune", Some(PlaceId(5)), 4..7),
            ("the cercle one left", Some(PlaceId(2)), 0..0),
        ] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = person::list(&mut tx, area, TODAY, after, 3).await.expect("lists");
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                found.extend(page.into_iter().map(|person| person.id));
            }
            let expected: Vec<_> = people[expected].iter().map(|person| person.id).collect();
            assert_eq!(found, expected, "{label} on {}", database.label);
        }
        let expected = person::expected(&mut tx, PlaceId(3), TODAY).await.expect("counts");
        let counted: Vec<_> =
            expected.iter().map(|group| (group.place.0, group.active.to.year(), group.count)).collect();
        assert_eq!(counted, [(4, 2026, 1), (4, 9999, 3), (5, 9999, 3)]);
    })
    .await;
}

/// People move, change their role, leave and come again: those who are counted are those who stand there.
#[tokio::test]
async fn people_who_stand_alike_are_counted_with_every_change() {
    on_each(async |store, database| {
        moved_places(store).await;
        let people: Vec<Person> = (1..=5).map(|last| fixtures::person("A", vec![phone(last)], PlaceId(4))).collect();
        let standing = |role: &str, place| Standing { role: role.into(), network: "un".into(), place: PlaceId(place) };
        let mut tx = begin(store).await;
        bulk::people(&mut tx, &people).await.expect("registers");
        for (person, role, place, from) in [
            (0, "asc", 5, date(2026, 3, 1)),
            (0, "asc", 5, date(2026, 6, 1)),
            (1, "gsan", 5, date(2026, 3, 1)),
            (1, "gsan", 4, date(2026, 3, 1)),
            (2, "relais", 5, date(2027, 1, 1)),
        ] {
            let id = people[person].id;
            person::stand_from(&mut tx, id, standing(role, place), from, TODAY).await.expect("stands");
        }
        for person in [2, 3] {
            assert!(person::leave(&mut tx, people[person].id, date(2026, 9, 30), TODAY).await.expect("leaves"));
        }
        tx.commit().await.expect("commits");
        let columns =
            "CAST(place_id AS TEXT) || ' ' || role || ' ' || network || ' ' || from_day || ' ' || to_day || ' '";
        let held = format!("SELECT {columns} || CAST(people AS TEXT) FROM stand_count WHERE people <> 0 ORDER BY 1");
        let counted = format!(
            "SELECT {columns} || CAST(COUNT(*) AS TEXT) FROM person_stand \
             GROUP BY place_id, role, network, from_day, to_day ORDER BY 1"
        );
        let held = database.texts(&held).await;
        assert!(held.len() > 4, "{held:?}");
        assert_eq!(held, database.texts(&counted).await, "{}", database.label);
    })
    .await;
}

/// What is written in bulk is what is written one at a time.
#[tokio::test]
async fn bulk_rows_read_back_like_any_other() {
    on_each(async |store, database| {
        moved_places(store).await;
        const COUNT: i64 = 1_700;
        let person = fixtures::person("A", vec![phone(1)], PlaceId(4));
        let index = store.phone_index(&phone(1));
        let reports: Vec<_> =
            (1..=COUNT).map(|receipt| fixtures::report(&index, receipt, person.id, PlaceId(4))).collect();
        let keys: Vec<String> = (1..=COUNT).map(|number| format!("key-{number}")).collect();
        let messages: Vec<NewMessage<'_>> =
            reports.iter().zip(&keys).map(|(report, key)| fixtures::message(report.message, key, "DEP")).collect();
        let noted: Vec<_> = (1..=COUNT).map(|number| super::reports::noted(&format!("reporter-{number}"))).collect();
        let mut tx = begin(store).await;
        bulk::people(&mut tx, std::slice::from_ref(&person)).await.expect("registers");
        bulk::messages(&mut tx, &messages).await.expect("keeps");
        bulk::reports(&mut tx, &reports).await.expect("files");
        received::note_many(&mut tx, &noted).await.expect("notes");
        bulk::last_receipts(&mut tx, &[(index.clone(), COUNT)]).await.expect("sets");
        assert!(i64::from(tx.statements()) < 3 * COUNT / 8, "many rows in each statement: {}", tx.statements());
        tx.commit().await.expect("commits");

        let mut tx = reader(store).await;
        let last = report::by_receipt(&mut tx, &index, COUNT).await.expect("reads");
        assert_eq!(last.as_ref(), reports.last(), "{}", database.label);
        let stored = message::find(&mut tx, "africastalking", "key-1700").await.expect("reads");
        assert_eq!(stored.map(|stored| stored.id), messages.last().map(|message| message.id));
        assert_eq!(phone::load(&mut tx, &phone(1)).await.expect("loads").last_receipt, COUNT);
        let all = received::list(&mut tx, PlaceId(4), TODAY, ("dep", "2026-W48"), None, 1_000).await.expect("lists");
        assert_eq!(all.len(), 1_000, "one page");
    })
    .await;
}
