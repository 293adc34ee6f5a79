//! Cells: exact differences, sums by the parents of the day.

use std::collections::BTreeMap;

use jiff::civil::date;
use relais::base::{Date, PlaceId};
use relais::rollup::{CellChange, CellKey};
use relais::store::cell::{self, Scope, Sums};
use relais::store::{Senders, Store};

use super::fixtures::{begin, moved_places, reader};
use super::support::on_each;

/// From the first period to the last.
const ALL: (&str, &str) = ("", "9999");

fn change(period: &str, place: i64, indicator: &str, network: &str, by: i64) -> CellChange {
    let role = if network == "gov" { "asc" } else { "relais" };
    let key = CellKey {
        period: period.into(),
        place: PlaceId(place),
        indicator: indicator.into(),
        network: network.into(),
        role: role.into(),
    };
    CellChange { key, by }
}

async fn apply(store: &Store, changes: &[CellChange]) {
    let mut tx = begin(store).await;
    cell::apply(&mut tx, changes).await.expect("applies");
    tx.commit().await.expect("commits");
}

fn sums(pairs: &[(&str, i64)]) -> Sums {
    pairs.iter().map(|(indicator, total)| ((*indicator).to_owned(), *total)).collect()
}

#[tokio::test]
async fn differences_add_up_and_take_away() {
    on_each(async |store, database| {
        moved_places(store).await;
        let filed = [change("2026-11", 4, "dep.mam", "gov", 5), change("2026-11", 4, "dep.mas", "gov", 2)];
        apply(store, &filed).await;
        apply(store, &filed).await;
        apply(store, &[change("2026-11", 4, "dep.mas", "gov", -4)]).await;
        let mut tx = reader(store).await;
        let cells = cell::between(&mut tx, ALL, None, 100).await.expect("lists");
        let key = filed[0].key.clone();
        assert_eq!(cells, [(key, 10)], "a cell at 0 is as good as none: {}", database.label);
    })
    .await;
}

#[tokio::test]
async fn differences_of_eight_tasks_at_once_are_all_there() {
    on_each(async |store, database| {
        let mut running = tokio::task::JoinSet::new();
        for task in 0..8_i64 {
            let store = store.clone();
            running.spawn(async move {
                for round in 0..10 {
                    // Each in another order: the store puts them in key order.
                    let mut changes: Vec<CellChange> =
                        (0..6).map(|number| change("2026-11", number, "dep.mam", "gov", 1)).collect();
                    changes.rotate_left(usize::try_from((task + round) % 6).expect("small"));
                    apply(&store, &changes).await;
                }
            });
        }
        running.join_all().await;
        let mut tx = reader(store).await;
        let cells = cell::between(&mut tx, ALL, None, 100).await.expect("lists");
        let values: Vec<i64> = cells.iter().map(|(_, value)| *value).collect();
        assert_eq!(values, [80; 6], "{}", database.label);
    })
    .await;
}

#[tokio::test]
async fn a_commune_that_moved_counts_where_it_stood() {
    on_each(async |store, database| {
        moved_places(store).await;
        apply(
            store,
            &[
                change("2026-06", 4, "dep.mam", "gov", 10),
                change("2026-07", 4, "dep.mam", "gov", 20),
                change("2026-07", 5, "dep.mam", "gov", 3),
                change("2026-07", 1, "dep.mam", "gov", 1),
            ],
        )
        .await;
        let mut tx = reader(store).await;
        let (june, july) = (date(2026, 6, 30), date(2026, 7, 31));
        for (label, area, day, month, expected) in [
            ("the old cercle in June", 2, june, "2026-06", Some(10)),
            ("the new cercle in June", 3, june, "2026-06", None),
            ("the old cercle in July", 2, july, "2026-07", None),
            ("the new cercle in July", 3, july, "2026-07", Some(23)),
            ("the country in June, once", 1, june, "2026-06", Some(10)),
            ("the country in July, its own with it", 1, july, "2026-07", Some(24)),
            ("the commune itself", 4, july, "2026-07", Some(20)),
            ("a place that is not", 99, july, "2026-07", None),
        ] {
            let periods = [month.to_owned()];
            let scope = Scope {
                area: PlaceId(area),
                day,
                periods: &periods,
                flow: None,
                senders: Senders::ALL,
                indicators: &[],
            };
            let found = cell::sums(&mut tx, &scope).await.expect("sums");
            // What a place that moved away took with it leaves a sum of nothing.
            let found = found.get("dep.mam").copied().filter(|sum| *sum != 0);
            assert_eq!(found, expected, "{label} on {}", database.label);
        }
        let periods = ["2026-07".to_owned()];
        let by_child = async |tx: &mut relais::store::Tx, day: Date| {
            let scope =
                Scope { area: PlaceId(1), day, periods: &periods, flow: None, senders: Senders::ALL, indicators: &[] };
            cell::sums_by_child(tx, &scope).await.expect("sums")
        };
        let july_rows = by_child(&mut tx, july).await;
        let july_of = |total| BTreeMap::from([("2026-07".to_owned(), sums(&[("dep.mam", total)]))]);
        let expected = BTreeMap::from([(PlaceId(3), july_of(23)), (PlaceId(1), july_of(1))]);
        assert_eq!(july_rows, expected, "what is about the country itself stands under its own id");
        let june_rows = by_child(&mut tx, june).await;
        assert_eq!(june_rows[&PlaceId(2)], july_of(20), "by June's parents it would be Bla's");
    })
    .await;
}

#[tokio::test]
async fn sums_are_cut_by_flow_period_network_and_place() {
    on_each(async |store, database| {
        moved_places(store).await;
        apply(
            store,
            &[
                change("2026-11-20", 4, "dep.mam", "gov", 1),
                change("2026-11-21", 4, "dep.mam", "ngo", 2),
                change("2026-11-21", 5, "dep.mam", "gov", 4),
                change("2026-11-21", 5, "sen.personnes/K=1", "gov", 8),
                change("2026-11-21", 5, "depx.mam", "gov", 16),
                change("2026-11-27", 5, "dep.mam", "gov", 32),
                change("2026-11", 5, "dep.mam", "gov", 64),
            ],
        )
        .await;
        let mut tx = reader(store).await;
        let week: Vec<String> = (20..=26).map(|day| format!("2026-11-{day}")).collect();
        let day = date(2026, 11, 26);
        let scope =
            Scope { area: PlaceId(1), day, periods: &week, flow: Some("dep"), senders: Senders::ALL, indicators: &[] };
        let dep = |value| sums(&[("dep.mam", value)]);
        assert_eq!(cell::sums(&mut tx, &scope).await.expect("sums"), dep(7), "{}", database.label);
        let all = cell::sums(&mut tx, &Scope { flow: None, ..scope }).await.expect("sums");
        assert_eq!(all, sums(&[("dep.mam", 7), ("depx.mam", 16), ("sen.personnes/K=1", 8)]));
        assert_eq!(
            cell::sums_by_period(&mut tx, &scope).await.expect("sums"),
            BTreeMap::from([("2026-11-20".to_owned(), dep(1)), ("2026-11-21".to_owned(), dep(6))])
        );
        let on = |days: &[(&str, i64)]| {
            days.iter().map(|(day, total)| ((*day).to_owned(), dep(*total))).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(
            cell::sums_by_network(&mut tx, &scope).await.expect("sums"),
            BTreeMap::from([
                ("gov".to_owned(), on(&[("2026-11-20", 1), ("2026-11-21", 4)])),
                ("ngo".to_owned(), on(&[("2026-11-21", 2)])),
            ])
        );
        assert_eq!(
            cell::sums_by_role(&mut tx, &scope).await.expect("sums"),
            BTreeMap::from([
                ("asc".to_owned(), on(&[("2026-11-20", 1), ("2026-11-21", 4)])),
                ("relais".to_owned(), on(&[("2026-11-21", 2)])),
            ])
        );
        for (network, role, expected) in [
            (Some("gov"), None, dep(5)),
            (Some("ngo"), None, dep(2)),
            (Some("un"), None, Sums::new()),
            (None, Some("asc"), dep(5)),
            (None, Some("as"), Sums::new()),
            (Some("gov"), Some("asc"), dep(5)),
            (Some("gov"), Some("relais"), Sums::new()),
        ] {
            let scope = Scope { senders: Senders { network, role }, ..scope };
            let found = cell::sums(&mut tx, &scope).await.expect("sums");
            assert_eq!(found, expected, "{network:?} {role:?} on {}", database.label);
        }
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let many: Vec<String> = (0..40).map(|number| format!("x.{number}")).collect();
        for (label, indicators, expected) in [
            ("one", named(&["sen.personnes/K=1"]), sums(&[("sen.personnes/K=1", 8)])),
            ("two, one unknown", named(&["dep.mam", "dep.odd"]), dep(7)),
            ("none known", named(&["dep.odd"]), Sums::new()),
            ("more than one statement takes, none known", many, Sums::new()),
        ] {
            let scope = Scope { flow: None, indicators: &indicators, ..scope };
            assert_eq!(cell::sums(&mut tx, &scope).await.expect("sums"), expected, "{label} on {}", database.label);
        }
        let none = cell::sums(&mut tx, &Scope { periods: &[], ..scope }).await.expect("sums");
        assert_eq!(none, Sums::new(), "no period asked for");
        let month: Vec<String> = (1..=30).map(|day| format!("2026-11-{day:02}")).collect();
        let whole = cell::sums(&mut tx, &Scope { periods: &month, ..scope }).await.expect("sums");
        assert_eq!(whole, dep(39), "more periods than one statement takes");
    })
    .await;
}

#[tokio::test]
async fn a_recount_reads_every_cell_once_month_by_month() {
    on_each(async |store, database| {
        let changes: Vec<CellChange> = (0..1_300)
            .map(|number| change(&format!("2026-{:02}", number % 12 + 1), number, "dep.mam", "gov", number + 1))
            .collect();
        apply(store, &changes).await;
        let mut tx = begin(store).await;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = cell::between(&mut tx, ALL, after.as_ref(), 500).await.expect("lists");
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            all.extend(page);
        }
        let mut expected: Vec<(CellKey, i64)> = changes.iter().map(|change| (change.key.clone(), change.by)).collect();
        expected.sort();
        assert_eq!(all, expected, "{}", database.label);
        let months: Vec<String> = (1..=12).map(|month| format!("2026-{month:02}")).collect();
        assert_eq!(cell::periods(&mut tx).await.expect("periods"), months, "{}", database.label);
        for (label, stretch, expected) in [
            ("a month with its days", ("2026-03", "2026-03-31"), 109),
            ("a quarter", ("2026-01", "2026-03-31"), 327),
            ("none", ("2025-01", "2025-12-31"), 0),
        ] {
            let found = cell::between(&mut tx, stretch, None, 1_000).await.expect("lists");
            assert_eq!(found.len(), expected, "{label} on {}", database.label);
        }
    })
    .await;
}
