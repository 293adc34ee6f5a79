//! Reports: filed, found, corrected, counted as received.

use std::collections::BTreeSet;

use jiff::civil::date;
use relais::base::{Instant, MessageId, PersonId, PlaceId, ReportId};
use relais::flow::values::{Value, Values};
use relais::report::{ReceivedKind, Report, ReportState};
use relais::store::received::{self, DuePeriod, Received, ReceivedCount, Scope};
use relais::store::report::{self, Drawable, Filter, Likeness};
use relais::store::{Senders, Store, StoreError, Tx, message, person};

use super::fixtures::{self, TODAY, begin, moved_places, reader, values};
use super::support::{START, environment, on_each, phone};

async fn file(store: &Store, report: &Report) {
    let mut tx = begin(store).await;
    report::insert(&mut tx, report).await.expect("files");
    tx.commit().await.expect("commits");
}

fn someone() -> PersonId {
    PersonId::new(&environment())
}

#[tokio::test]
async fn a_report_comes_back_whole() {
    on_each(async |store, database| {
        moved_places(store).await;
        let mut full = fixtures::report("index", 12, someone(), PlaceId(4));
        full.body = Some("ccocsad".into());
        full.values.set("D", Value::Date(TODAY));
        full.values.set("K", Value::Word("éducation".into()));
        let held = Report {
            person: None,
            reporter: None,
            place: None,
            state: ReportState::Held,
            zero: true,
            values: Values::default(),
            ..fixtures::report("index", 13, someone(), PlaceId(4))
        };
        for report in [&full, &held] {
            file(store, report).await;
        }
        let mut tx = reader(store).await;
        for report in [full, held] {
            assert_eq!(report::by_id(&mut tx, report.id).await.expect("reads").as_ref(), Some(&report));
            let found = report::by_receipt(&mut tx, "index", report.receipt).await.expect("reads");
            assert_eq!(found, Some(report), "{}", database.label);
        }
        assert_eq!(report::by_id(&mut tx, ReportId::new(&environment())).await.expect("reads"), None);
        assert_eq!(report::by_receipt(&mut tx, "other", 12).await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn a_receipt_is_given_once_per_phone() {
    on_each(async |store, _| {
        file(store, &fixtures::report("index", 1, someone(), PlaceId(4))).await;
        file(store, &fixtures::report("other", 1, someone(), PlaceId(4))).await;
        let mut tx = begin(store).await;
        let twice = report::insert(&mut tx, &fixtures::report("index", 1, someone(), PlaceId(4))).await;
        assert!(twice.expect_err("taken").is_conflict());
    })
    .await;
}

#[tokio::test]
async fn of_two_corrections_at_once_one_is_told_it_was_late() {
    on_each(async |store, database| {
        let first = fixtures::report("index", 1, someone(), PlaceId(4));
        file(store, &first).await;
        let correction = |total| Report {
            revision: 2,
            values: values(&[("T", total)]),
            updated: Instant(START.0 + total),
            ..first.clone()
        };
        let mut running = tokio::task::JoinSet::new();
        for total in 1..=8 {
            let (store, before, after) = (store.clone(), first.clone(), correction(total));
            running.spawn(async move {
                let mut tx = begin(&store).await;
                let by = MessageId::new(&environment());
                let is_ours = report::replace(&mut tx, &before, &after, by).await.expect("replaces or is told");
                tx.commit().await.expect("commits");
                is_ours
            });
        }
        let ours = running.join_all().await;
        assert_eq!(ours.iter().filter(|is_ours| **is_ours).count(), 1, "{}", database.label);
        let mut tx = reader(store).await;
        let now = report::by_id(&mut tx, first.id).await.expect("reads").expect("is there");
        assert_eq!(now.revision, 2);
        let history = report::history(&mut tx, first.id).await.expect("reads");
        assert_eq!(history.len(), 1);
        assert_eq!((history[0].number, &history[0].values, history[0].replaced), (1, &first.values, now.updated));
    })
    .await;
}

#[tokio::test]
async fn a_draft_goes_on_without_history_until_it_is_settled() {
    on_each(async |store, _| {
        let draft = Report { state: ReportState::Draft, ..fixtures::report("index", 1, someone(), PlaceId(4)) };
        let mut tx = begin(store).await;
        report::insert(&mut tx, &draft).await.expect("files");
        let settled = Report { state: ReportState::Counted, ..draft.clone() };
        assert!(report::overwrite(&mut tx, &draft, &settled).await.expect("goes on"));
        assert!(!report::overwrite(&mut tx, &draft, &settled).await.expect("is told"), "no draft any more");
        assert!(report::history(&mut tx, draft.id).await.expect("reads").is_empty());
        let old = Report {
            state: ReportState::Draft,
            updated: Instant(5),
            ..fixtures::report("index", 2, someone(), PlaceId(4))
        };
        report::insert(&mut tx, &old).await.expect("files");
        for (label, before, expected) in [("at that instant", 5, 0), ("later", 6, 1)] {
            let found = report::drafts_older_than(&mut tx, Instant(before), 10).await.expect("lists");
            assert_eq!(found.len(), expected, "{label}");
        }
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn a_receipt_is_found_over_the_phones_of_its_people() {
    on_each(async |store, database| {
        moved_places(store).await;
        let fanta = fixtures::person("Fanta", vec![phone(1), phone(2)], PlaceId(4));
        let ali = fixtures::person("Ali", vec![phone(2)], PlaceId(4));
        let mut tx = begin(store).await;
        person::insert(&mut tx, &fanta).await.expect("registers");
        person::insert(&mut tx, &ali).await.expect("registers");
        let index = |number| store.phone_index(&phone(number));
        for (phone, receipt, person) in [(1, 1, fanta.id), (2, 1, fanta.id), (2, 2, ali.id), (3, 3, fanta.id)] {
            let filed = fixtures::report(&index(phone), receipt, person, PlaceId(4));
            report::insert(&mut tx, &filed).await.expect("files");
        }
        for (label, phone, receipt, expected) in [
            ("hers on both phones", 1, 1, 2),
            ("his, from the phone they share", 2, 2, 1),
            ("his, from her own phone", 1, 2, 0),
            ("from a phone no longer hers", 1, 3, 0),
            ("from that phone itself", 3, 3, 1),
            ("no such receipt", 1, 9, 0),
        ] {
            let found = report::by_receipt_of_people(&mut tx, &index(phone), receipt).await.expect("reads");
            assert_eq!(found.len(), expected, "{label} on {}", database.label);
        }
    })
    .await;
}

#[tokio::test]
async fn someones_own_last_reports_come_newest_first_from_every_phone_of_theirs() {
    on_each(async |store, database| {
        moved_places(store).await;
        let fanta = fixtures::person("Fanta", vec![phone(1), phone(2)], PlaceId(4));
        let ali = fixtures::person("Ali", vec![phone(2)], PlaceId(4));
        let mut tx = begin(store).await;
        person::insert(&mut tx, &fanta).await.expect("registers");
        person::insert(&mut tx, &ali).await.expect("registers");
        for (phone_number, receipt, person, at, state) in [
            (1, 1, fanta.id, 10, ReportState::Counted),
            (2, 1, fanta.id, 40, ReportState::Cancelled),
            (2, 2, ali.id, 50, ReportState::Counted),
            (1, 2, fanta.id, 30, ReportState::AwaitingVisa),
            (1, 3, fanta.id, 60, ReportState::Draft),
            (1, 4, fanta.id, 61, ReportState::Incomplete),
            (1, 5, fanta.id, 62, ReportState::Held),
            (3, 3, fanta.id, 70, ReportState::Counted),
        ] {
            let index = store.phone_index(&phone(phone_number));
            let created = Instant(at);
            let filed = Report { state, created, ..fixtures::report(&index, receipt, person, PlaceId(4)) };
            report::insert(&mut tx, &filed).await.expect("files");
        }
        for (label, person, limit, expected) in [
            ("hers, from both phones", fanta.id, 9, vec![40, 30, 10]),
            ("the last two", fanta.id, 2, vec![40, 30]),
            ("his, and not hers on the phone they share", ali.id, 9, vec![50]),
            ("of somebody without a report", someone(), 9, vec![]),
        ] {
            let found = report::last_of_person(&mut tx, person, limit).await.expect("reads");
            let at: Vec<i64> = found.iter().map(|report| report.created.0).collect();
            assert_eq!(at, expected, "{label} on {}", database.label);
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_again_and_the_meeting_already_told() {
    on_each(async |store, database| {
        let filed = fixtures::report("index", 1, someone(), PlaceId(4));
        let body = |receipt, values: Values| Report {
            flow: "reu".into(),
            reporter: Some("ccocsad@4".into()),
            values,
            ..fixtures::report("index", receipt, someone(), PlaceId(4))
        };
        let not_held = body(2, values(&[("NON", 3)]));
        let held = body(3, values(&[("T", 12)]));
        let mut tx = begin(store).await;
        report::insert(&mut tx, &filed).await.expect("files");
        report::insert(&mut tx, &not_held).await.expect("files");
        assert_eq!(report::meeting(&mut tx, "ccocsad@4", "reu", TODAY).await.expect("reads"), None, "not held");
        report::insert(&mut tx, &held).await.expect("files");
        let meeting = report::meeting(&mut tx, "ccocsad@4", "reu", TODAY).await.expect("reads");
        assert_eq!(meeting.map(|report| report.receipt), Some(3), "{}", database.label);

        let reporter = filed.reporter.clone().expect("has one");
        let (same, other) = (filed.values.digest(), values(&[("T", 1)]).digest());
        let yesterday = date(2026, 11, 22);
        for (label, flow, day, digest, expected) in [
            ("the same", "dep", TODAY, &same, Some(1)),
            ("other values", "dep", TODAY, &other, None),
            ("another day", "dep", yesterday, &same, None),
            ("another flow", "cui", TODAY, &same, None),
        ] {
            let like = Likeness { reporter: reporter.clone(), flow: flow.into(), date: day, digest: digest.clone() };
            let found = report::same(&mut tx, std::slice::from_ref(&like)).await.expect("reads");
            assert_eq!(found.get(&like).map(|(_, receipt)| *receipt), expected, "{label} on {}", database.label);
            // Beside another, so that two keys are looked for in one statement.
            let besides = Likeness { reporter: "nobody".into(), ..like.clone() };
            let several = report::same(&mut tx, &[besides, like.clone()]).await.expect("reads");
            let expected = expected.map(|receipt| (like, (filed.phone_index.clone(), receipt)));
            assert_eq!(several.into_iter().next(), expected, "{label}, among several, on {}", database.label);
        }
        let cancelled = Report { state: ReportState::Cancelled, revision: 2, ..filed.clone() };
        let by = MessageId::new(&environment());
        assert!(report::replace(&mut tx, &filed, &cancelled, by).await.expect("cancels"));
        let like = Likeness { reporter, flow: "dep".into(), date: TODAY, digest: same };
        assert_eq!(report::same(&mut tx, &[like]).await.expect("reads").len(), 0, "cancelled");
    })
    .await;
}

/// What `reporter` sent in for the week.
pub fn noted(reporter: &str) -> Received {
    Received {
        flow: "dep".into(),
        period: "2026-W48".into(),
        reporter: reporter.into(),
        place: PlaceId(4),
        network: "government".into(),
        role: "relais".into(),
        kind: ReceivedKind::Report,
        received_on: TODAY,
    }
}

#[tokio::test]
async fn what_was_received_follows_the_reports_that_stand() {
    on_each(async |store, database| {
        moved_places(store).await;
        let kind = |zero: bool, values: &Values| match (zero, values.get("NON")) {
            (true, _) => ReceivedKind::Zero,
            (false, Some(_)) => ReceivedKind::NotHeld,
            (false, None) => ReceivedKind::Report,
        };
        let person = someone();
        let reporter = person.to_string();
        let zero = Report {
            zero: true,
            values: Values::default(),
            received_on: date(2026, 11, 21),
            ..fixtures::report("index", 1, person, PlaceId(4))
        };
        let full = fixtures::report("index", 2, person, PlaceId(4));
        let mut tx = begin(store).await;
        let week = |week: &str| [week.to_owned(), "dep".to_owned(), reporter.clone()];
        let owes = async |tx: &mut Tx| report::received_of(tx, &[week("2026-W48")]).await.expect("asks").is_empty();
        assert!(owes(&mut tx).await);
        let found = async |tx: &mut Tx| {
            let found = received::recount(tx, &reporter, "dep", "2026-W48", kind).await.expect("recounts");
            found.map(|found| (found.kind, found.received_on.day()))
        };
        assert_eq!(found(&mut tx).await, None, "nothing yet");
        report::insert(&mut tx, &zero).await.expect("files");
        assert_eq!(found(&mut tx).await, Some((ReceivedKind::Zero, 21)));
        report::insert(&mut tx, &full).await.expect("files");
        assert_eq!(found(&mut tx).await, Some((ReceivedKind::Report, 21)), "the best kind, the first day");
        assert!(!owes(&mut tx).await);
        let known = report::received_of(&mut tx, &[week("2026-W47"), week("2026-W48")]).await.expect("asks");
        assert_eq!(Vec::from_iter(known), [week("2026-W48")], "the one of several that was received");
        for (report, expected) in [(&zero, Some((ReceivedKind::Report, 23))), (&full, None)] {
            let cancelled = Report { state: ReportState::Cancelled, revision: 2, ..report.clone() };
            let by = MessageId::new(&environment());
            assert!(report::replace(&mut tx, report, &cancelled, by).await.expect("cancels"));
            assert_eq!(found(&mut tx).await, expected, "{}", database.label);
        }
        assert!(owes(&mut tx).await, "owed again");
    })
    .await;
}

#[tokio::test]
async fn noting_keeps_the_first_day_and_the_best_kind() {
    on_each(async |store, database| {
        moved_places(store).await;
        let mut tx = begin(store).await;
        for (label, kind, day, expected) in [
            ("a zero", ReceivedKind::Zero, 22, (ReceivedKind::Zero, 22)),
            ("not held, earlier", ReceivedKind::NotHeld, 21, (ReceivedKind::NotHeld, 21)),
            ("with figures, later", ReceivedKind::Report, 23, (ReceivedKind::Report, 21)),
            ("a zero again", ReceivedKind::Zero, 24, (ReceivedKind::Report, 21)),
        ] {
            let received_on = date(2026, 11, day);
            received::note(&mut tx, &Received { kind, received_on, ..noted("someone") }).await.expect("notes");
            let all = received::list(&mut tx, PlaceId(3), TODAY, ("dep", "2026-W48"), None, 10).await.expect("lists");
            assert_eq!(all.len(), 1);
            assert_eq!((all[0].kind, all[0].received_on.day()), expected, "{label} on {}", database.label);
        }
        received::note(&mut tx, &Received { place: PlaceId(5), ..noted("another") }).await.expect("notes");
        received::note(&mut tx, &Received { place: PlaceId(1), ..noted("the country") }).await.expect("notes");
        let week = |name: &str, due: i8, until: i8| DuePeriod {
            name: name.to_owned(),
            due: date(2026, 11, due),
            until: date(2026, 11, until),
        };
        let periods = [week("2026-W47", 20, 30), week("2026-W48", 22, 30)];
        let scope = Scope {
            area: PlaceId(1),
            day: TODAY,
            periods: &periods,
            flow: Some("dep"),
            senders: Senders::ALL,
            body: None,
        };
        let counted = |rows: &[ReceivedCount]| {
            (rows.iter().map(|row| row.count).sum::<i64>(), rows.iter().map(|row| row.on_time).sum::<i64>())
        };
        let total = received::counts(&mut tx, &scope).await.expect("counts");
        assert_eq!(counted(&total), (3, 1), "one by the 22nd, two on the 23rd");
        let children = received::counts_by_child(&mut tx, &scope).await.expect("counts");
        let (itself, below): (Vec<_>, Vec<_>) = children.into_iter().partition(|row| row.place == PlaceId(1));
        assert!(below.iter().all(|row| row.place == PlaceId(3)), "both lie in one cercle now");
        assert_eq!((counted(&below), counted(&itself)), ((2, 1), (1, 0)), "{}", database.label);
        let places = received::places(&mut tx, &scope, &["cui", "dep"]).await.expect("places");
        assert_eq!(places.iter().map(|place| place.0).collect::<Vec<_>>(), [1, 4, 5]);
        let early = [week("2026-W48", 22, 22)];
        let as_known = received::counts(&mut tx, &Scope { periods: &early, ..scope }).await.expect("counts");
        assert_eq!(counted(&as_known), (1, 1), "what came later is not looked at");
        for (label, scope, expected) in [
            ("another network", Scope { senders: Senders { network: Some("odd"), role: None }, ..scope }, 0),
            ("another role", Scope { senders: Senders { network: None, role: Some("odd") }, ..scope }, 0),
            ("a body", Scope { body: Some("ccocsad"), ..scope }, 0),
            ("no period", Scope { periods: &[], ..scope }, 0),
        ] {
            let rows = received::counts(&mut tx, &scope).await.expect("counts");
            assert_eq!(counted(&rows).0, expected, "{label} on {}", database.label);
        }
        received::note(&mut tx, &Received { place: PlaceId(5), ..noted("ccocsad@5") }).await.expect("notes");
        let body = received::counts(&mut tx, &Scope { body: Some("ccocsad"), ..scope }).await.expect("counts");
        assert_eq!(counted(&body).0, 1, "a body's own");
        let other = received::counts(&mut tx, &Scope { flow: Some("cui"), ..scope }).await.expect("counts");
        assert!(other.is_empty());
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed_and_paged() {
    on_each(async |store, database| {
        moved_places(store).await;
        let mut reports = Vec::new();
        let mut tx = begin(store).await;
        for receipt in 0..6 {
            let place = PlaceId(if receipt < 3 { 4 } else { 5 });
            let mut filed = fixtures::report("index", receipt, someone(), place);
            match receipt {
                1 => filed.date = date(2026, 6, 30),
                2 => filed.flow = "cui".into(),
                3 => filed.state = ReportState::Draft,
                4 => filed.updated = Instant(START.0 + 100),
                _ => {}
            }
            report::insert(&mut tx, &filed).await.expect("files");
            reports.push(filed);
        }
        let text = fixtures::message(reports[0].message, "key", "DEP T45 V38");
        message::insert(&mut tx, &text).await.expect("keeps");
        tx.commit().await.expect("commits");
        let mut tx = reader(store).await;
        let area = |place| Filter { area: Some(PlaceId(place)), ..Filter::default() };
        let cases: [(&str, Filter, &[i64]); 9] = [
            ("all", Filter::default(), &[5, 4, 3, 2, 1, 0]),
            ("flow", Filter { flow: Some("cui".into()), ..Filter::default() }, &[2]),
            ("state", Filter { state: Some(ReportState::Draft), ..Filter::default() }, &[3]),
            ("from", Filter { from: Some(TODAY), ..Filter::default() }, &[5, 4, 3, 2, 0]),
            ("to", Filter { to: Some(date(2026, 11, 22)), ..Filter::default() }, &[1]),
            ("since", Filter { since: Some(Instant(START.0 + 100)), ..Filter::default() }, &[4]),
            ("the old cercle, by the day of the report", area(2), &[1]),
            ("the new cercle", area(3), &[5, 4, 3, 2, 0]),
            ("the country", area(1), &[5, 4, 3, 2, 1, 0]),
        ];
        for (label, filter, expected) in cases {
            let (mut found, mut before) = (Vec::new(), None);
            loop {
                let page = report::list(&mut tx, &filter, before, 2).await.expect("lists");
                let Some(last) = page.last() else { break };
                before = Some(last.report.id);
                found.extend(page.into_iter().map(|listed| listed.report.receipt));
            }
            assert_eq!(found, expected, "{label} on {}", database.label);
        }
        let wanted = Drawable { area: PlaceId(1), flow: "dep", from: TODAY, to: TODAY };
        let drawn = report::drawable(&mut tx, &wanted, 4).await.expect("draws").expect("no more than four");
        let ids = |receipts: &[usize]| receipts.iter().map(|receipt| reports[*receipt].id).collect::<BTreeSet<_>>();
        assert_eq!(drawn.into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>(), ids(&[0, 4, 5]), "no draft");
        assert_eq!(report::drawable(&mut tx, &wanted, 3).await.expect("draws"), None, "four are more than three");
        let all = report::list(&mut tx, &Filter::default(), None, 10).await.expect("lists");
        let texts: Vec<Option<&str>> = all.iter().map(|listed| listed.text.as_deref()).collect();
        assert_eq!(texts, [None, None, None, None, None, Some("DEP T45 V38")]);
        let recount = report::all_after(&mut tx, Some(reports[3].id), 10).await.expect("lists");
        assert_eq!(recount, reports[4..]);
    })
    .await;
}

#[tokio::test]
async fn a_changed_value_is_named_never_guessed() {
    on_each(async |store, database| {
        let filed = fixtures::report("index", 1, someone(), PlaceId(4));
        file(store, &filed).await;
        for (column, value) in [
            ("state", "counting"),
            ("zero", "2"),
            ("reference_date", "2026-02-30"),
            ("field_values", "{"),
            ("person_id", "nobody"),
            ("received_on", ""),
        ] {
            let kept = database.texts(&format!("SELECT CAST({column} AS TEXT) FROM report")).await.remove(0);
            database.execute(&format!("UPDATE report SET {column} = '{value}'")).await;
            let mut tx = reader(store).await;
            let refused = report::by_id(&mut tx, filed.id).await.expect_err("corrupt");
            let StoreError::Corrupt { table, column: named, id } = refused else { panic!("{refused:?}") };
            assert_eq!((table, named, id), ("report", column, filed.id.to_string()), "{}", database.label);
            database.execute(&format!("UPDATE report SET {column} = '{kept}'")).await;
        }
    })
    .await;
}
