//! A new administrative map beside the old, on both databases: a cercle goes to a new region, a commune is split, two are
//! joined, with reports before and after. What was counted stays where it was, and no total of the country moves.

mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Moment};

use jiff::civil::date;
use relais::base::{Date, PersonId, Phone, PlaceId};
use relais::place::Place;
use relais::rebuild;
use relais::register::{self, MapError, MapFiles, MapImported};
use relais::store;
use relais::store::audit::Actor;
use relais::watch;
use support::rig::Rig;
use support::visit::{by_token, demo, get, get_as, make_token};

const DAY_MS: i64 = 24 * 3_600_000;
/// The new map's first day: eight days after that of all tests.
const FROM: Date = Date::constant(2026, 12, 1);
const LEVELS: [&str; 4] = ["country", "region", "cercle", "commune"];
/// The cercle that goes to a new region, and communes of it: split, joined with each other, going on.
const CERCLE: &str = "ML0302";
const SPLIT: &str = "ML030201";
const JOINED: [&str; 2] = ["ML030203", "ML030204"];
const GOES_ON: &str = "ML030205";
const ELSEWHERE: &str = "ML010101";
const PLACES_HEAD: &str = "code,vintage,name,level,parent,population,lat,lon,health_area,health_district";
const SUCCESSORS_HEAD: &str = "old_vintage,old_code,new_vintage,new_code,continues";

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, test).await;
}

/// The two files of a made-up law: every place gets the code that its neighbour had, so that whoever takes equal codes for
/// equal places is wrong everywhere.
struct Files {
    places: String,
    successors: String,
    /// New code by old code, of places that go on.
    codes: BTreeMap<String, String>,
}

fn files(rig: &Rig) -> Files {
    let in_force = rig.programme.in_force();
    let tree = &in_force.tree;
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for level in LEVELS {
        let mut own: Vec<&str> =
            tree.all().filter(|place| place.level == level).map(|place| place.code.as_str()).collect();
        own.sort_unstable();
        let next = own.iter().cycle().skip(1);
        codes.extend(own.iter().zip(next).map(|(old, new)| ((*old).to_owned(), (*new).to_owned())));
    }
    codes.retain(|old, _| *old != SPLIT && !JOINED.contains(&old.as_str()));
    let (mut places, mut successors) = (format!("{PLACES_HEAD}\n"), format!("{SUCCESSORS_HEAD}\n"));
    let mut all: Vec<&Place> = tree.all().collect();
    all.sort_by_key(|place| (LEVELS.iter().position(|level| *level == place.level), place.id));
    for place in all {
        let Some(code) = codes.get(&place.code) else { continue };
        let above = tree.parent(place.id, FROM).map_or("", |above| codes[&above.code].as_str());
        let above = if place.code == CERCLE { "NEW" } else { above };
        let population = place.population.map(|count| count.to_string()).unwrap_or_default();
        places += &format!("{code},2026b,{},{},{above},{population},,,,\n", place.name, place.level);
        successors += &format!("2017,{},2026b,{code},\n", place.code);
    }
    let (country, cercle) = (&codes["ML"], &codes[CERCLE]);
    places += &format!("NEW,2026b,Bagoé,region,{country},316238,,,,\n");
    successors += ",,2026b,NEW,\n";
    for (code, name) in [("DIOU1", "Diou Nord"), ("DIOU2", "Diou Sud"), ("FK", "Fourou-Kadiolo")] {
        places += &format!("{code},2026b,{name},commune,{cercle},2000,,,,\n");
    }
    for (old, new) in [(SPLIT, "DIOU1"), (SPLIT, "DIOU2"), (JOINED[0], "FK"), (JOINED[1], "FK")] {
        successors += &format!("2017,{old},2026b,{new},\n");
    }
    Files { places, successors, codes }
}

async fn import(rig: &Rig, files: &Files, from: Date, is_dry_run: bool) -> Result<MapImported, MapError> {
    let bytes = MapFiles { places: files.places.as_bytes(), successors: files.successors.as_bytes(), from };
    register::import_map(&rig.programme, bytes, Actor::CommandLine, is_dry_run).await
}

async fn taken(rig: &Rig, files: &Files) -> MapImported {
    import(rig, files, FROM, false).await.unwrap_or_else(|error| match error {
        MapError::Rows(faults) => panic!("{:#?}", &faults[..faults.len().min(20)]),
        other => panic!("{other}"),
    })
}

async fn faults(rig: &Rig, files: &Files, from: Date) -> Vec<String> {
    match import(rig, files, from, false).await {
        Err(MapError::Rows(faults)) => faults.iter().map(|fault| fault.fault.to_string()).collect(),
        other => panic!("taken: {other:?}"),
    }
}

/// The same table as a spreadsheet keeps it.
fn sheet(text: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0_u32..).zip(text.lines()) {
        sheet.write_row(line, 0, row.split(',')).expect("writes");
    }
    book.save_to_buffer().expect("a file")
}

/// People of the five communes, and an officer of the cercle.
async fn people(rig: &Rig) -> Vec<PersonId> {
    let mut ids = Vec::new();
    for (last, place) in (1..).zip([SPLIT, JOINED[0], JOINED[1], GOES_ON, ELSEWHERE]) {
        ids.push(rig.register(&support::phone(last), "relais", "government", place).await);
    }
    ids.push(rig.register(&support::phone(6), "officier", "government", CERCLE).await);
    ids
}

async fn report(rig: &Rig, phone: &Phone, screened: i64, day: &str) {
    let reply = rig.sms(phone, &format!("DEP T{screened} F1 V{} J1 R0 E0 S0 M0 DATE {day}", screened - 1)).await;
    assert!(reply.starts_with("OK"), "{phone:?} {day}: {reply}");
}

/// One report of each of the five, of 10, 20, 30, 40 and 50 children.
async fn reports(rig: &Rig, day: &str) {
    for last in 1..=5 {
        report(rig, &support::phone(last), 10 * i64::from(last), day).await;
    }
}

/// Moves the clock to so many days after that of all tests, and puts in force what is due by then.
async fn days_later(rig: &Rig, days: i64) {
    rig.clock.set(support::START.plus_ms(days * DAY_MS));
    let mut tx = rig.programme.store.begin().await.expect("begins");
    store::person::apply_due(&mut tx, rig.programme.today()).await.expect("applies");
    tx.commit().await.expect("commits");
}

async fn screened(rig: &Rig, place: &str, period: &str) -> i64 {
    let path = format!("/api/v1/summary?place={place}&period={period}&flow=dep");
    let summary = get(&demo(rig), &path).await.json();
    let total = summary["total"]["dep.depistes"].as_i64().unwrap_or_else(|| panic!("{path}: {summary}"));
    let rows = summary["rows"].as_array().expect("rows");
    let sum: i64 = rows.iter().filter_map(|row| row["values"]["dep.depistes"].as_i64()).sum();
    assert_eq!(sum, total, "the rows make up the total: {path}: {summary:#}");
    total
}

async fn nothing_differs(rig: &Rig, when: &str) {
    let recount = rebuild::check(&rig.programme).await.expect("recounts");
    assert!(recount.differences.is_empty() && recount.areas.is_empty(), "{when}: {recount:?}");
}

fn place(rig: &Rig, code: &str) -> PlaceId {
    rig.place(code)
}

async fn standing(rig: &Rig, person: PersonId) -> Vec<(PlaceId, Date)> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let stands = store::person::stands(&mut tx, person).await.expect("reads");
    stands.into_iter().map(|stand| (stand.standing.place, stand.span.from)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_total_moves_and_every_period_has_its_own_map() {
    on_each(async |rig| {
        people(rig).await;
        reports(rig, "2111").await;
        watch::added(&rig.programme.store).await.expect("adds up");
        let old_map =
            [("ML", "2026-11", 150), ("ML03", "2026-11", 100), (CERCLE, "2026-11", 100), (SPLIT, "2026-11", 10)];
        for (code, period, count) in old_map {
            assert_eq!(screened(rig, code, period).await, count, "{code} {period} before");
        }
        let files = files(rig);
        let imported = taken(rig, &files).await;
        assert_eq!((imported.begun, imported.ended, imported.moved, imported.reported_since), (4, 3, 2, 0));
        let new_region = "2026b:NEW";
        for (code, period, count) in old_map.into_iter().chain([(new_region, "2026-11", 0)]) {
            assert_eq!(screened(rig, code, period).await, count, "{code} {period}: the map of November");
        }
        nothing_differs(rig, "after the import").await;
        days_later(rig, 15).await;
        reports(rig, "0512").await;
        let after = [
            ("ML", "2026-11", 150),
            ("ML03", "2026-11", 100),
            (new_region, "2026-11", 0),
            ("ML", "2026-12", 150),
            ("ML03", "2026-12", 0),
            (new_region, "2026-12", 100),
            (CERCLE, "2026-12", 100),
            ("2026b:FK", "2026-12", 50),
            ("ML030203", "2026-12", 0),
            // Nobody has moved the reporter of the commune that was split: nothing is lost by it.
            (SPLIT, "2026-12", 10),
            ("ML", "2026-Q4", 300),
            ("ML03", "2026-Q4", 0),
            (new_region, "2026-Q4", 200),
            (CERCLE, "2026-Q4", 200),
            ("ML", "2026", 300),
            (new_region, "2026", 200),
        ];
        for added in [false, true] {
            for (code, period, count) in after {
                assert_eq!(screened(rig, code, period).await, count, "{code} {period}, added up: {added}");
            }
            nothing_differs(rig, "after reports by the new map").await;
            watch::added(&rig.programme.store).await.expect("adds up");
        }
        rebuild::mend_areas(&rig.programme).await.expect("chooses anew");
        for (code, period, count) in after {
            assert_eq!(screened(rig, code, period).await, count, "{code} {period}, members chosen anew");
        }
        // A late report of somebody whose place did not exist then is in every total of then above it.
        report(rig, &support::phone(2), 20, "2811").await;
        for (code, period, count) in [("ML", "2026-11", 170), ("ML03", "2026-11", 120), (CERCLE, "2026-11", 120)] {
            assert_eq!(screened(rig, code, period).await, count, "{code} {period}, with a late report");
        }
        nothing_differs(rig, "at the end").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_map_that_is_told_late_leaves_reports_where_they_were_counted() {
    on_each(async |rig| {
        people(rig).await;
        reports(rig, "2111").await;
        reports(rig, "2311").await;
        watch::added(&rig.programme.store).await.expect("adds up");
        let bytes = files(rig);
        let imported = import(rig, &bytes, date(2026, 11, 22), false).await.expect("sound");
        assert_eq!(imported.reported_since, 5);
        for (code, period, count) in [
            ("ML", "2026-11-21", 150),
            ("ML03", "2026-11-21", 100),
            ("2026b:NEW", "2026-11-21", 0),
            ("ML", "2026-11-23", 150),
            ("2026b:NEW", "2026-11-23", 100),
            ("ML030203", "2026-11-23", 20),
            ("ML", "2026-11", 300),
            ("ML03", "2026-11", 0),
            ("2026b:NEW", "2026-11", 200),
            (CERCLE, "2026-11", 200),
        ] {
            assert_eq!(screened(rig, code, period).await, count, "{code} {period}");
        }
        // The same person, who stands in another place now, corrects what was counted before.
        let reply = rig.sms(&support::phone(2), "CORR 2 T21 V20").await;
        assert!(reply.contains("21"), "{reply}");
        for (code, count) in [("ML030203", 21), ("2026b:FK", 0), ("2026b:NEW", 101), ("ML", 151)] {
            assert_eq!(screened(rig, code, "2026-11-23").await, count, "{code}, corrected");
        }
        nothing_differs(rig, "after a correction").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_follow_the_one_place_theirs_became_and_others_are_listed() {
    on_each(async |rig| {
        let ids = people(rig).await;
        let files = files(rig);
        let dry = import(rig, &files, FROM, true).await.expect("sound");
        let sheets = [&files.places, &files.successors].map(|text| sheet(text));
        let of_sheets = MapFiles { places: &sheets[0], successors: &sheets[1], from: FROM };
        let of_sheets = register::import_map(&rig.programme, of_sheets, Actor::CommandLine, true).await;
        assert_eq!(of_sheets.expect("sound"), dry, "a spreadsheet says the same");
        let imported = taken(rig, &files).await;
        assert_eq!(dry, imported, "a dry run says what will be done");
        assert_eq!(imported.left.len(), 1, "{imported:?}");
        let left = &imported.left[0];
        assert_eq!((left.place.as_str(), left.has_ended, left.people), ("ML030201 (Diou)", true, 1));
        assert_eq!(left.successors, ["2026b:DIOU1 (Diou Nord)", "2026b:DIOU2 (Diou Sud)"]);
        let joined = place(rig, "2026b:FK");
        for (label, person, before, after) in [
            ("split", ids[0], SPLIT, None),
            ("joined", ids[1], JOINED[0], Some(joined)),
            ("joined too", ids[2], JOINED[1], Some(joined)),
            ("goes on", ids[3], GOES_ON, None),
            ("an officer", ids[5], CERCLE, None),
        ] {
            let mut expected = vec![(place(rig, before), date(2026, 1, 1))];
            expected.extend(after.map(|after| (after, FROM)));
            assert_eq!(standing(rig, person).await, expected, "{label}");
        }
        let listed = || register::export_people_to_move(&rig.programme, Actor::CommandLine, true);
        let mut rows = listed().await.expect("exports");
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!((rows[1][5].as_str(), rows[1][10].as_str()), ("2026b:DIOU1 / 2026b:DIOU2", "2026-12-01"));
        let csv = |rows: &[[String; 11]]| rows.iter().map(|row| row.join(",") + "\n").collect::<String>();
        let brought = |text: String| async move {
            register::import_people(&rig.programme, text.as_bytes(), Actor::CommandLine, false).await
        };
        assert!(brought(csv(&rows)).await.is_err(), "a choice has to be made");
        rows[1][5] = "2026b:DIOU2".to_owned();
        assert_eq!(brought(csv(&rows)).await.expect("taken").changed, 1);
        let moved = vec![(place(rig, SPLIT), date(2026, 1, 1)), (place(rig, "2026b:DIOU2"), FROM)];
        assert_eq!(standing(rig, ids[0]).await, moved);
        let none_left = listed().await.expect("exports");
        assert_eq!(none_left.len(), 1, "only the header: {none_left:?}");
        days_later(rig, 15).await;
        let ended = format!("phone,name,role,network,place\n{},New,relais,government,{SPLIT}\n", "70000077");
        match brought(ended).await {
            Err(register::ImportError::Rows(faults)) => {
                assert!(faults[0].to_string().contains("is no more after 2026-11-30: write 2026b:DIOU1"), "{faults:?}");
            }
            other => panic!("nobody is registered where no place is: {other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_face_knows_both_codes_and_names_mean_the_map_of_the_period() {
    on_each(async |rig| {
        people(rig).await;
        reports(rig, "2111").await;
        let _read = make_token(rig, "of-fourou", "read", Some(JOINED[0])).await;
        let files = files(rig);
        taken(rig, &files).await;
        days_later(rig, 15).await;
        reports(rig, "0512").await;
        let router = demo(rig);
        let new_code = files.codes[GOES_ON].clone();
        for (label, typed, name) in [
            ("the code that is shown", GOES_ON.to_owned(), "Kaï"),
            ("with its vintage", format!("2017:{GOES_ON}"), "Kaï"),
            ("of the new vintage", format!("2026b:{new_code}"), "Kaï"),
            ("in small letters", format!("2026B:{}", new_code.to_lowercase()), "Kaï"),
            ("the same letters in the vintage shown are another place", new_code.clone(), "Loulouni"),
            ("a code of the new vintage alone", "FK".to_owned(), "Fourou-Kadiolo"),
            ("a place that is no more", SPLIT.to_owned(), "Diou"),
        ] {
            let answer = get(&router, &format!("/api/v1/summary?place={typed}&period=2026-11")).await;
            assert_eq!(answer.json()["place"]["name"], name, "{label}: {typed}");
            let page = get(&router, &format!("/places/{typed}?period=2026-11")).await.text();
            assert!(page.contains(&format!("<h1>{name} ")), "{label}: {typed}");
        }
        let page = get(&router, &format!("/places/{SPLIT}?period=2026-11&lang=en")).await.text();
        assert!(page.contains("Until 30/11/2026") && page.contains(">Diou Nord</a>"), "what became of it: {page}");
        let page = get(&router, "/places/FK?period=2026-12").await.text();
        assert!(page.contains("Depuis le 01/12/2026"), "since when it is there: {page}");
        let listed = get(&router, "/api/v1/places?level=commune&place=ML0302").await.text();
        assert!(listed.contains("2026b:FK") && !listed.contains("ML030203"), "places of today: {listed}");
        for (typed, told) in [
            ("BILAN KADIOLO DEC 2026", "KADIOLO MOIS 12"),
            ("BILAN FOUROU NOV 2026", "FOUROU MOIS 11"),
            ("BILAN FOUROU-KADIOLO DEC 2026", "FOUROU-KADIOLO MOIS 12"),
        ] {
            let reply = rig.sms(&support::phone(6), typed).await;
            assert!(reply.to_uppercase().starts_with(told), "{typed}: {reply}");
        }
        let router = by_token(rig);
        let answer = get_as(&router, "of-fourou", "/api/v1/summary?period=2026-12&flow=dep").await.json();
        assert_eq!(answer["place"]["name"], "Fourou-Kadiolo", "a token goes along with its area: {answer}");
        assert_eq!(answer["total"]["dep.depistes"], 50, "{answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_changes_nothing_and_twice_is_refused() {
    on_each(async |rig| {
        people(rig).await;
        reports(rig, "2111").await;
        let sound = files(rig);
        let places = rig.programme.in_force().tree.all().count();
        let broken = |wrong: &str, instead: &str| Files {
            places: sound.places.replacen(wrong, instead, 1),
            successors: sound.successors.replacen(wrong, instead, 1),
            codes: BTreeMap::new(),
        };
        let split = format!("2017,{SPLIT},2026b,DIOU1,\n2017,{SPLIT},2026b,DIOU2,\n");
        for (label, files, from, told) in [
            (
                "before the first report",
                broken("", ""),
                date(2026, 11, 21),
                "is not after the first report, which is of 2026-11-21",
            ),
            ("a slip of the year", broken("", ""), date(2036, 12, 1), "more than 400 days ahead"),
            ("a region nobody knows", broken("Diou Nord,commune,", "Diou Nord,commune,X"), FROM, "is not in the file"),
            (
                "a place forgotten",
                broken(&split, ",,2026b,DIOU1,\n,,2026b,DIOU2,\n"),
                FROM,
                "ML030201 of vintage 2017 (Diou, a commune) has no row",
            ),
        ] {
            let told_of = faults(rig, &files, from).await;
            assert!(told_of.iter().any(|fault| fault.contains(told)), "{label}: {told_of:?}");
        }
        import(rig, &sound, FROM, true).await.expect("sound");
        assert_eq!(rig.programme.in_force().tree.all().count(), places, "nothing was changed");
        rig.programme.replace_pack(support::rig::mali()).await.expect("sound");
        assert!(rig.programme.in_force().tree.maps().is_empty(), "nothing at all");
        taken(rig, &sound).await;
        for from in [FROM, date(2027, 6, 1)] {
            let twice = faults(rig, &sound, from).await;
            assert!(!twice.is_empty(), "{from}");
        }
        assert_eq!(rig.programme.in_force().tree.all().count(), places + 4, "nothing twice");
        nothing_differs(rig, "after refusals").await;
        // The pack still brings its list of the old map, changed by a letter: parents of the new map stay.
        let mut pack = support::rig::mali();
        pack.places = pack.places.replace(",Diou,", ",Dioux,");
        rig.programme.replace_pack(pack).await.expect("sound");
        let tree = &rig.programme.in_force().tree;
        let above = |day| tree.parent(place(rig, CERCLE), day).map(|above| above.name.clone());
        assert_eq!((above(date(2026, 11, 30)).as_deref(), above(FROM).as_deref()), (Some("Sikasso"), Some("Bagoé")));
        // A pack of a map that was never brought in would make every place a second time.
        let mut pack = support::rig::mali();
        pack.places = pack.places.replace(",2017,", ",2031,");
        pack.place_vintage = "2031".to_owned();
        let refused = rig.programme.replace_pack(pack).await.expect_err("refused").to_string();
        assert!(refused.contains("vintage 2031 is not known here"), "{refused}");
    })
    .await;
}

/// As large as a country with every village, on both databases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_map_comes_in_within_a_minute() {
    on_each(async |rig| {
        people(rig).await;
        let mut large = files(rig);
        let count = 5_000 * support::times();
        for number in 0..count {
            large.places += &format!("V{number},2026b,Village {number},site,DIOU1,,,,,\n");
            large.successors += &format!(",,2026b,V{number},\n");
        }
        let begun = Moment::now();
        let imported = taken(rig, &large).await;
        assert_eq!(imported.begun, 4 + count);
        println!("{count} sites more: {:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(60 * u64::try_from(support::times()).expect("small")));
        nothing_differs(rig, "after a large map").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_stands_when_its_commune_ends_and_nobody_owes_one_from_before_it_began() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "point_focal", "government", SPLIT).await;
        let held = rig.sms(&support::phone(1), "REU C D2011 N1 T24 F9 K5 X3 PV1").await;
        assert!(held.starts_with("OK REU"), "{held}");
        taken(rig, &files(rig)).await;
        days_later(rig, 20).await;
        let router = demo(rig);
        let of = async |path: &str| get(&router, &format!("/api/v1/{path}")).await.json();
        let bodies = of("bodies?place=ML0302&period=2026-Q4").await;
        let told = bodies["items"].as_array().expect("items").iter();
        let met: Vec<&str> =
            told.filter(|item| item["state"] == "held").filter_map(|item| item["name"].as_str()).collect();
        assert_eq!(met, ["CCOCSAD"], "{bodies}");
        assert_eq!(of("summary?place=ML0302&period=2026-Q4&flow=reu").await["total"]["reu.tenues"], 1);
        let owed = async |place: &str, period: &str| {
            let told = of(&format!("completeness?place={place}&period={period}&flow=reu")).await;
            told["total"]["expected"].as_i64().unwrap_or_else(|| panic!("{told}"))
        };
        assert_eq!((owed("DIOU1", "2026").await, owed("DIOU1", "2026-Q4").await), (1, 1), "it began in December");
        assert_eq!(owed(SPLIT, "2026").await, 3, "it saw the end of three quarters");
        let mut quarters = 0;
        for period in ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"] {
            quarters += owed("ML", period).await;
        }
        assert_eq!(owed("ML", "2026").await, quarters, "a year owes what its quarters do");
    })
    .await;
}
