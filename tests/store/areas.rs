//! Sums of areas: whatever moved, was added up, or lies elsewhere by now, they are what a count of every cell gives.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use relais::base::{Date, PlaceId};
use relais::place::file::PlaceRow;
use relais::place::{ALWAYS, Span, Tree};
use relais::report::ReceivedKind;
use relais::rollup::{CellChange, CellKey};
use relais::store::area::Waiting;
use relais::store::cell::{self, ByPeriod};
use relais::store::received::{self, DuePeriod, Received};
use relais::store::{Senders, Store, Tx, area, place};

use super::fixtures::{begin, reader};
use super::support::chance::Chance;
use super::support::{self, TestDatabase, databases, on_each};

/// Steps of one made-up history; as many histories on each database.
const STEPS: usize = 120;
const HISTORIES: usize = 3;
/// Communes of each of three cercles at first: the first and the country have their sums kept, the others do not.
const COMMUNES: [usize; 3] = [10, 4, 3];
const PERIODS: [&str; 5] = ["2026-06", "2026-07", "2026-07-09", "2026-11", "2026-11-23"];
const DUES: [&str; 2] = ["2026-W47", "2026-11"];
const ROLES: [&str; 2] = ["relais", "asc"];

/// What was written, kept beside the store.
#[derive(Clone, Default)]
struct Known {
    cells: BTreeMap<CellKey, i64>,
    received: BTreeMap<(String, String, String), Received>,
    cercles: usize,
    communes: usize,
}

fn row(code: &str, level: &str, parent: Option<&str>) -> PlaceRow {
    PlaceRow {
        code: code.into(),
        vintage: "2017".into(),
        name: code.into(),
        sms_name: code.into(),
        level: level.into(),
        parent: parent.map(str::to_owned),
        parent_vintage: None,
        population: None,
        point: None,
    }
}

fn cercle(number: usize) -> String {
    format!("CE{number}")
}

fn commune(number: usize) -> String {
    format!("CO{number}")
}

async fn import(tx: &mut Tx, rows: &[PlaceRow], span: Span) {
    place::import(tx, rows, span).await.expect("imports");
}

/// The first map: a country, its cercles and their communes.
async fn map(store: &Store) -> Known {
    let mut rows = vec![row("ML", "country", None)];
    let mut known = Known { cercles: COMMUNES.len(), ..Known::default() };
    for (number, communes) in COMMUNES.into_iter().enumerate() {
        rows.push(row(&cercle(number), "cercle", Some("ML")));
        for _ in 0..communes {
            rows.push(row(&commune(known.communes), "commune", Some(&cercle(number))));
            known.communes += 1;
        }
    }
    let mut tx = begin(store).await;
    import(&mut tx, &rows, ALWAYS).await;
    tx.commit().await.expect("commits");
    known
}

impl Known {
    fn any_place(&self, chance: &mut Chance) -> PlaceId {
        PlaceId(1 + i64::try_from(chance.below(1 + self.cercles + self.communes)).expect("few"))
    }

    /// Moves a few cells.
    async fn count(&mut self, tx: &mut Tx, chance: &mut Chance) {
        let mut moved: BTreeMap<CellKey, i64> = BTreeMap::new();
        for _ in 0..=chance.below(4) {
            let key = CellKey {
                period: chance.pick(&PERIODS).into(),
                place: self.any_place(chance),
                indicator: chance.pick(&["dep.mam", "dep.mas", "sen.personnes/K=1"]).into(),
                network: chance.pick(&["government", "civil_society"]).into(),
                role: chance.pick(&ROLES).into(),
            };
            moved.insert(key, chance.pick(&[-7, 1, 5]));
        }
        let changes: Vec<CellChange> = moved.iter().map(|(key, by)| CellChange { key: key.clone(), by: *by }).collect();
        cell::apply(tx, &changes).await.expect("applies");
        for (key, by) in moved {
            *self.cells.entry(key).or_default() += by;
        }
    }

    /// Notes a reception, often one that is known.
    async fn receive(&mut self, tx: &mut Tx, chance: &mut Chance) {
        let (flow, period) = (chance.pick(&["dep", "reu"]), chance.pick(&DUES));
        let place = self.any_place(chance);
        let person = format!("someone-{}", chance.below(5));
        let reporter = if flow == "reu" { format!("ccocsad@{}", place.0) } else { person };
        let received = Received {
            flow: flow.into(),
            period: period.into(),
            reporter,
            place,
            network: chance.pick(&["government", "civil_society"]).into(),
            role: chance.pick(&ROLES).into(),
            kind: chance.pick(&[ReceivedKind::Report, ReceivedKind::NotHeld, ReceivedKind::Zero]),
            received_on: date(2026, 11, 10 + i8::try_from(chance.below(15)).expect("small")),
        };
        received::note(tx, &received).await.expect("notes");
        let key = (received.flow.clone(), received.period.clone(), received.reporter.clone());
        let known = self.received.entry(key).or_insert_with(|| received.clone());
        known.kind = known.kind.min(received.kind);
        known.received_on = known.received_on.min(received.received_on);
    }

    /// Takes a reception back: none of its reports stands any more.
    async fn take_back(&mut self, tx: &mut Tx, chance: &mut Chance) {
        let Some(key) = self.received.keys().nth(chance.below(self.received.len().max(1))).cloned() else { return };
        let kind = |_: bool, _: &_| ReceivedKind::Report;
        received::recount(tx, &key.2, &key.0, &key.1, kind).await.expect("recounts");
        self.received.remove(&key);
    }

    /// Moves a commune to another cercle, for ever or for some time, or adds a place.
    async fn redraw(&mut self, tx: &mut Tx, chance: &mut Chance) {
        let from = chance.pick(&[ALWAYS.from, date(2026, 7, 1), date(2026, 11, 1)]);
        let span = Span { from, to: chance.pick(&[ALWAYS.to, date(2026, 11, 20)]) };
        let under = cercle(chance.below(COMMUNES.len()));
        let rows = match chance.below(3) {
            0 => {
                self.communes += 1;
                [row(&commune(self.communes - 1), "commune", Some(&under))]
            }
            _ => [row(&commune(chance.below(self.communes)), "commune", Some(&under))],
        };
        import(tx, &rows, span).await;
    }
}

async fn fold(store: &Store) {
    let mut tx = store.begin_whole().await.expect("begins");
    area::fold(&mut tx, None).await.expect("adds up");
    tx.commit().await.expect("commits");
}

/// One step of a history. What is rolled back is not known.
async fn step(store: &Store, known: &mut Known, chance: &mut Chance) {
    match chance.below(12) {
        9 => fold(store).await,
        10 if chance.below(6) == 0 => {
            let mut tx = store.begin_whole().await.expect("begins");
            area::refold(&mut tx).await.expect("adds up");
            tx.commit().await.expect("commits");
        }
        choice => {
            let (mut after, mut tx) = (known.clone(), begin(store).await);
            match choice {
                0..=3 => after.count(&mut tx, chance).await,
                4..=6 => after.receive(&mut tx, chance).await,
                7 => after.take_back(&mut tx, chance).await,
                _ => after.redraw(&mut tx, chance).await,
            }
            if chance.below(8) == 0 {
                tx.rollback().await.expect("rolls back");
            } else {
                tx.commit().await.expect("commits");
                *known = after;
            }
        }
    }
}

/// Where a place stands in an area on a day: the place right below the area, or the area itself.
fn standing(tree: &Tree, place: PlaceId, area: PlaceId, day: Date) -> Option<PlaceId> {
    let way = tree.upwards(place, day);
    let at = way.iter().position(|above| above.id == area)?;
    Some(way[at.saturating_sub(1)].id)
}

fn without_nothing(sums: BTreeMap<PlaceId, ByPeriod>) -> BTreeMap<(PlaceId, String, String), i64> {
    let flat = sums.into_iter().flat_map(|(place, by_period)| {
        by_period.into_iter().flat_map(move |(period, sums)| {
            sums.into_iter().map(move |(indicator, sum)| ((place, period.clone(), indicator), sum))
        })
    });
    flat.filter(|(_, sum)| *sum != 0).collect()
}

fn any_senders(chance: &mut Chance) -> Senders<'static> {
    let network = chance.pick(&[None, None, Some("government")]);
    Senders { network, role: chance.pick(&[None, None, Some("asc"), Some("cscom")]) }
}

/// Compares every question about one area on one day with a count of everything written.
async fn expect_counted(store: &Store, known: &Known, chance: &mut Chance, told: &str) {
    let mut tx = reader(store).await;
    let tree = place::load(&mut tx, "2017").await.expect("loads");
    let area = if chance.below(2) == 0 { PlaceId(1) } else { known.any_place(chance) };
    let day = chance.pick(&[date(2026, 6, 30), date(2026, 7, 31), date(2026, 11, 19), date(2026, 12, 31)]);
    let senders = any_senders(chance);
    let flow = chance.pick(&[None, Some("dep")]);
    let periods: Vec<String> = PERIODS.iter().map(|period| (*period).to_owned()).collect();
    let scope = cell::Scope { area, day, periods: &periods, flow, senders, indicators: &[] };
    let (mut children, mut networks, mut roles) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (key, value) in &known.cells {
        let Some(part) = standing(&tree, key.place, area, day) else { continue };
        if senders.include(&key.network, &key.role)
            && flow.is_none_or(|flow| key.indicator.starts_with(&format!("{flow}.")))
        {
            *children.entry((part, key.period.clone(), key.indicator.clone())).or_insert(0) += value;
            *networks.entry((key.network.clone(), key.indicator.clone())).or_insert(0) += value;
            *roles.entry((key.role.clone(), key.indicator.clone())).or_insert(0) += value;
        }
    }
    children.retain(|_, sum| *sum != 0);
    let found = without_nothing(cell::sums_by_child(&mut tx, &scope).await.expect("sums"));
    assert_eq!(found, children, "by child of {area} on {day}\n{told}");
    for (label, found, mut expected) in [
        ("network", cell::sums_by_network(&mut tx, &scope).await.expect("sums"), networks),
        ("role", cell::sums_by_role(&mut tx, &scope).await.expect("sums"), roles),
    ] {
        expected.retain(|_, sum| *sum != 0);
        let mut split: BTreeMap<(String, String), i64> = BTreeMap::new();
        for (part, by_period) in found {
            for (indicator, sum) in by_period.into_values().flatten() {
                *split.entry((part.clone(), indicator)).or_default() += sum;
            }
        }
        split.retain(|_, sum| *sum != 0);
        assert_eq!(split, expected, "by {label} of {area} on {day}, {senders:?}\n{told}");
    }
    expect_received(&mut tx, &tree, known, (area, day), chance, told).await;
}

async fn expect_received(
    tx: &mut Tx,
    tree: &Tree,
    known: &Known,
    (area, day): (PlaceId, Date),
    chance: &mut Chance,
    told: &str,
) {
    let november = |day: usize| date(2026, 11, i8::try_from(day).expect("small"));
    let (due, until) = (november(10 + chance.below(15)), november(12 + chance.below(15)));
    let periods = DUES.map(|name| DuePeriod { name: name.to_owned(), due, until });
    let body = chance.pick(&[None, Some("ccocsad"), Some("ccocsa")]);
    let senders = any_senders(chance);
    let scope = received::Scope { area, day, periods: &periods, flow: None, senders, body };
    let (mut groups, mut places) = (BTreeMap::new(), BTreeSet::new());
    for received in known.received.values().filter(|received| received.received_on <= until) {
        let of_body = body.is_none_or(|body| received.reporter.starts_with(&format!("{body}@")));
        let is_asked = of_body && senders.include(&received.network, &received.role);
        let Some(part) = standing(tree, received.place, area, day).filter(|_| is_asked) else { continue };
        let (flow, period) = (received.flow.clone(), received.period.clone());
        let key = (part, flow, period, received.network.clone(), received.role.clone(), received.kind);
        let group: &mut (i64, i64) = groups.entry(key).or_default();
        *group = (group.0 + 1, group.1 + i64::from(received.received_on <= due));
        if received.flow == "dep" {
            places.insert(received.place);
        }
    }
    let counts = received::counts_by_child(tx, &scope).await.expect("counts");
    let found: BTreeMap<_, _> = counts
        .into_iter()
        .map(|row| ((row.place, row.flow, row.period, row.network, row.role, row.kind), (row.count, row.on_time)))
        .collect();
    assert_eq!(found, groups, "received in {area} on {day}, {body:?} {senders:?} by {due} as of {until}\n{told}");
    let reporting = received::places(tx, &scope, &["dep"]).await.expect("places");
    assert_eq!(*reporting, places, "places reporting in {area} on {day}, {senders:?}\n{told}");
    for area in [PlaceId(1), PlaceId(2)] {
        expect_places(tx, tree, known, area, told).await;
    }
}

/// The same question again and again: which places reported by the middle of the month is kept in memory.
async fn expect_places(tx: &mut Tx, tree: &Tree, known: &Known, area: PlaceId, told: &str) {
    let (day, until) = (date(2026, 11, 30), date(2026, 11, 18));
    let periods = DUES.map(|name| DuePeriod { name: name.to_owned(), due: until, until });
    let scope = received::Scope { area, day, periods: &periods, flow: None, senders: Senders::ALL, body: None };
    let came = known.received.values().filter(|received| received.received_on <= until);
    let within = came.filter(|received| standing(tree, received.place, area, day).is_some());
    let places: BTreeSet<PlaceId> = within.map(|received| received.place).collect();
    let reporting = received::places(tx, &scope, &["dep", "reu"]).await.expect("places");
    assert_eq!(*reporting, places, "places of {area} reporting by {until}\n{told}");
}

async fn history(database: &TestDatabase, seed: u64) {
    // Two servers over one database, who take turns.
    let stores = [database.store().await, database.store().await];
    let mut known = map(&stores[0]).await;
    let mut chance = Chance(seed);
    for at in 0..STEPS {
        let (writer, asked) = (chance.below(2), chance.below(2));
        step(&stores[writer], &mut known, &mut chance).await;
        let told = format!("seed {seed}, step {at} on {}", database.label);
        expect_counted(&stores[asked], &known, &mut chance, &told).await;
    }
    let mut tx = reader(&stores[0]).await;
    assert_eq!(area::check(&mut tx).await.expect("checks"), [], "seed {seed} on {}", database.label);
    drop(tx);
    for store in stores {
        store.close().await;
    }
}

#[tokio::test]
async fn sums_are_what_a_fresh_count_gives_whatever_moved() {
    for seed in 0..HISTORIES * support::times() {
        for database in databases().await {
            history(&database, seed as u64).await;
            database.remove().await;
        }
    }
}

#[tokio::test]
async fn what_comes_in_while_sums_are_added_up_is_counted_once() {
    on_each(async |store, database| {
        map(store).await;
        let mut running = tokio::task::JoinSet::new();
        for task in 0..6_i64 {
            let store = store.clone();
            running.spawn(async move {
                for round in 0..15 {
                    let key = CellKey {
                        period: "2026-11".into(),
                        place: PlaceId(3 + (task + round) % 10),
                        indicator: "dep.mam".into(),
                        network: "government".into(),
                        role: "asc".into(),
                    };
                    let mut tx = begin(&store).await;
                    cell::apply(&mut tx, &[CellChange { key, by: 1 }]).await.expect("applies");
                    tx.commit().await.expect("commits");
                    // Another server may be adding the same: then it is done.
                    if round % 3 == 0 && relais::watch::added(&store).await.is_err_and(|error| !error.is_conflict()) {
                        panic!("could not be added");
                    }
                }
            });
        }
        running.join_all().await;
        let periods = ["2026-11".to_owned()];
        let day = date(2026, 11, 30);
        let scope = cell::Scope {
            area: PlaceId(1),
            day,
            periods: &periods,
            flow: None,
            senders: Senders::ALL,
            indicators: &[],
        };
        for round in ["before", "after"] {
            let mut tx = reader(store).await;
            let sums = cell::sums(&mut tx, &scope).await.expect("sums");
            assert_eq!(sums["dep.mam"], 90, "{round} the last is added on {}", database.label);
            assert_eq!(area::check(&mut tx).await.expect("checks"), [], "{}", database.label);
            drop(tx);
            while relais::watch::added(store).await.expect("adds") {}
        }
    })
    .await;
}

#[tokio::test]
async fn what_one_server_moved_another_that_read_before_reads_anew() {
    on_each(async |store, database| {
        map(store).await;
        let other = database.store().await;
        let (day, periods) = (date(2026, 11, 30), ["2026-11".to_owned()]);
        // A member of the country and of its cercle, and a commune of a cercle that keeps no sums.
        let (member, apart) = (PlaceId(3), PlaceId(i64::try_from(3 + COMMUNES[0] + 1).expect("few")));
        let told = async |server: &Store| {
            let mut tx = reader(server).await;
            let mut told = Vec::new();
            for area in [PlaceId(1), member, apart] {
                let scope =
                    cell::Scope { area, day, periods: &periods, flow: None, senders: Senders::ALL, indicators: &[] };
                told.push(cell::sums(&mut tx, &scope).await.expect("sums").get("dep.mam").copied().unwrap_or(0));
            }
            told
        };
        let moved = async |place: PlaceId, by: i64, is_kept: bool| {
            let key = CellKey {
                period: "2026-11".into(),
                place,
                indicator: "dep.mam".into(),
                network: "government".into(),
                role: "asc".into(),
            };
            let mut tx = begin(store).await;
            cell::apply(&mut tx, &[CellChange { key, by }]).await.expect("applies");
            if is_kept { tx.commit().await.expect("commits") } else { tx.rollback().await.expect("rolls back") }
        };
        for (label, place, by, is_kept, folds, expected) in [
            ("counted", member, 5, true, false, [5, 5, 0]),
            ("added up", member, 2, true, true, [7, 7, 0]),
            ("taken back before it was kept", member, 9, false, true, [7, 7, 0]),
            ("counted where no sums are kept", apart, 4, true, false, [11, 7, 4]),
            ("and added up", apart, 1, true, true, [12, 7, 5]),
            ("taken away again", apart, -5, true, true, [7, 7, 0]),
        ] {
            moved(place, by, is_kept).await;
            if folds {
                fold(store).await;
            }
            for (server, whose) in [(store, "its own"), (&other, "the other")] {
                assert_eq!(told(server).await, expected, "{label}: {whose} answer on {}", database.label);
                assert_eq!(told(server).await, expected, "{label}: {whose} answer again on {}", database.label);
            }
        }
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_waited_long_is_added_period_by_period() {
    on_each(async |store, database| {
        map(store).await;
        let many = "INSERT INTO area_change (place_id, period, received_on, item, network, role, value) \
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001) \
                    SELECT 3, CASE WHEN i % 2 = 0 THEN '2026-10' ELSE '2026-11' END, '', 'dep.mam', 'government', 'asc', 1 FROM n";
        database.execute(many).await;
        let waiting = async || {
            let mut tx = reader(store).await;
            area::waiting(&mut tx).await.expect("looks")
        };
        let (day, periods) = (date(2026, 11, 30), ["2026-10".to_owned(), "2026-11".to_owned()]);
        let scope =
            cell::Scope { area: PlaceId(1), day, periods: &periods, flow: None, senders: Senders::ALL, indicators: &[] };
        for expected in [Waiting::Of("2026-10".into()), Waiting::All, Waiting::Nothing] {
            assert_eq!(waiting().await, expected, "{}", database.label);
            let mut tx = reader(store).await;
            let sums = cell::sums(&mut tx, &scope).await.expect("sums");
            assert_eq!(sums["dep.mam"], 20_001, "{expected:?} on {}", database.label);
            drop(tx);
            let is_added = relais::watch::added(store).await.expect("adds");
            assert_eq!(is_added, expected != Waiting::Nothing);
        }
    })
    .await;
}

#[tokio::test]
async fn a_sum_changed_by_hand_is_found_and_put_right() {
    on_each(async |store, database| {
        map(store).await;
        let key = |indicator: &str| CellKey {
            period: "2026-11".into(),
            place: PlaceId(3),
            indicator: indicator.into(),
            network: "government".into(),
            role: "asc".into(),
        };
        let mut tx = begin(store).await;
        let changes = ["dep.mam", "dep.mas"].map(|indicator| CellChange { key: key(indicator), by: 4 });
        cell::apply(&mut tx, &changes).await.expect("applies");
        tx.commit().await.expect("commits");
        fold(store).await;
        for (label, harm, found) in [
            ("a sum too high", "UPDATE area_sum SET value = value + 1 WHERE item = 'dep.mam'", 2),
            ("a sum that is gone", "DELETE FROM area_sum WHERE item = 'dep.mas' AND area_id = 1", 1),
            ("nothing", "DELETE FROM area_change", 0),
        ] {
            database.execute(harm).await;
            let mut tx = reader(store).await;
            let differences = area::check(&mut tx).await.expect("checks");
            assert_eq!(differences.len(), found, "{label} on {}: {differences:?}", database.label);
            drop(tx);
            let mut tx = store.begin_whole().await.expect("begins");
            area::refold(&mut tx).await.expect("adds up");
            tx.commit().await.expect("commits");
            let mut tx = reader(store).await;
            assert_eq!(area::check(&mut tx).await.expect("checks"), [], "{label} on {}", database.label);
        }
    })
    .await;
}
