//! A generated year with a known truth: what was sent is counted a second time by `truth/count.rs`, which knows nothing of the
//! program, and every face must say the same, on both databases.

#[path = "truth/count.rs"]
mod count;
#[path = "truth/faces.rs"]
mod faces;
#[path = "truth/roles.rs"]
mod roles;
mod support;
#[path = "truth/year.rs"]
mod year;

use std::collections::BTreeMap;

use count::{Complete, Truth, Who};
use jiff::civil::{Date, date};
use relais::base::Instant;
use serde_json::Value;
use support::rig::Rig;
use support::visit::{demo, get};

/// Friday 27 December 2024, when the first week begins.
const BEGIN: Instant = Instant(1_735_286_400_000);
/// Sunday 25 January 2026: all that was late has come.
const END: Instant = Instant(1_769_328_000_000);

/// The evening of 31 December 2025.
const LAST_NIGHT: Instant = Instant(1_767_211_200_000);

const EVERYBODY: Who<'static> = Who { network: None, role: None };

const AREAS: [&str; 5] = ["ML030201", "ML030203", "ML0302", "ML03", "ML"];

/// A period as the faces call it, with its days.
struct Named {
    name: String,
    days: (Date, Date),
}

fn months() -> Vec<Named> {
    let month = |month| {
        let first = Date::new(2025, month, 1).expect("a day");
        Named { name: first.strftime("%Y-%m").to_string(), days: (first, first.last_of_month()) }
    };
    (1..=12).map(month).collect()
}

fn quarters() -> Vec<Named> {
    let quarter = |quarter: i8| {
        let first = Date::new(2025, quarter * 3 - 2, 1).expect("a day");
        Named { name: format!("2025-Q{quarter}"), days: (first, count::quarter_end(first)) }
    };
    (1..=4).map(quarter).collect()
}

fn whole_year() -> Named {
    Named { name: "2025".into(), days: (date(2025, 1, 1), date(2025, 12, 31)) }
}

fn weeks() -> Vec<Named> {
    let ends = (0..52).map(|week| year::FIRST_THURSDAY.saturating_add(jiff::Span::new().weeks(week)));
    let named = |end: Date| {
        let iso = end.iso_week_date();
        let first = end.saturating_sub(jiff::Span::new().days(6));
        Named { name: format!("{}-W{:02}", iso.year(), iso.week()), days: (first, end) }
    };
    ends.map(named).collect()
}

fn all() -> Vec<Named> {
    weeks().into_iter().chain(months()).chain(quarters()).chain([whole_year()]).collect()
}

/// The figures of the truth by indicator.
fn figures(truth: &Truth, area: &str, days: (Date, Date), who: Who<'_>) -> BTreeMap<&'static str, i64> {
    let [total, girls, green, yellow, red, oedema, severe, moderate] = truth.screened(area, days, who);
    BTreeMap::from([
        ("dep.depistes", total),
        ("dep.filles", girls),
        ("dep.normal", green),
        ("dep.mam", yellow),
        ("dep.mas", red + oedema),
        ("dep.oedemes", oedema),
        ("dep.ref_mas", severe),
        ("dep.ref_mam", moderate),
    ])
}

fn completeness(of: &Value) -> Complete {
    let names = ["expected", "received", "on_time", "late", "zero", "not_held", "silent"];
    names.map(|name| of[name].as_i64().unwrap_or_else(|| panic!("{name}: {of}")))
}

/// Bodies that owe a meeting: one for every commune, cercle and region of the area, and two for the country.
fn bodies(area: &str) -> i64 {
    let places = include_str!("../flows/mali/places.csv");
    let owes = |line: &&str| {
        let code = line.split(',').next().expect("a code");
        code.starts_with(area)
            && ["commune", "cercle", "region"].iter().any(|level| line.contains(&format!(",{level},")))
    };
    i64::try_from(places.lines().filter(owes).count()).expect("few") + if area == "ML" { 2 } else { 0 }
}

/// Runs `test` over a year of `seed`, with its truth.
async fn on_each(test: impl AsyncFn(&Rig, &Truth)) {
    for (database, seed) in support::databases().await.into_iter().zip([20_250_101, 7_031_414]) {
        println!("on {}, seed {seed}", database.label);
        let rig = Rig::over(&database.url, BEGIN).await;
        let senders = year::people(&rig).await;
        let sent = year::sent(&rig, seed).await;
        let truth = Truth::of(senders, &sent);
        rig.clock.set(END);
        test(&rig, &truth).await;
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_face_says_what_was_sent() {
    on_each(async |rig, truth| {
        assert!(!include_str!("truth/count.rs").contains("relais::"), "a second opinion owes the program nothing");
        let kinds = truth.kinds();
        assert!(kinds.values().all(|count| *count > 0), "{kinds:?}");
        summaries(rig, truth).await;
        meetings(rig, truth).await;
        splits(rig, truth).await;
        roles::completeness_of_roles(rig, truth).await;
        roles::figures_of_roles(rig, truth).await;
        files_and_pages(rig, truth).await;
        printed_and_bodies(rig, truth).await;
        matrix(rig, truth).await;
        phones(rig, truth).await;
        dhis2(rig, truth).await;
    })
    .await;
}

/// In the order the truth tells them.
const MEETING_FIGURES: [&str; 8] =
    ["tenues", "non_tenues", "participants", "femmes", "decisions", "appliquees", "pv", "secteurs"];

async fn summaries(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    for Named { name, days } in all() {
        for area in AREAS {
            let path = format!("/api/v1/summary?place={area}&period={name}&flow=dep");
            let summary = get(&router, &path).await.json();
            for (indicator, count) in figures(truth, area, days, EVERYBODY) {
                assert_eq!(summary["total"][indicator], count, "{indicator} {path}");
            }
            let owed = truth.screenings_owed(area, days);
            assert_eq!(completeness(&summary["completeness"]), owed, "{path}");
        }
    }
}

async fn meetings(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    for Named { name, days } in quarters().into_iter().chain([whole_year()]) {
        for area in AREAS {
            let path = format!("/api/v1/summary?place={area}&period={name}&flow=reu");
            let summary = get(&router, &path).await.json();
            for (indicator, count) in MEETING_FIGURES.iter().zip(truth.meetings(area, days, EVERYBODY)) {
                assert_eq!(summary["total"][format!("reu.{indicator}")], count, "{indicator} {path}");
            }
            assert_eq!(completeness(&summary["completeness"]), truth.meetings_owed(area, bodies(area), days), "{path}");
        }
    }
}

/// Rows by place, by month and by network; by role see `truth/roles.rs`.
async fn splits(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    let year = whole_year();
    let rows = async |by: &str| {
        let path = format!("/api/v1/summary?place=ML0302&period=2025&flow=dep&by={by}");
        get(&router, &path).await.json()["rows"].as_array().expect("rows").clone()
    };
    for row in rows("place").await {
        let code = row["place"]["code"].as_str().expect("a code");
        for (indicator, count) in figures(truth, code, year.days, EVERYBODY) {
            assert_eq!(row["values"][indicator], count, "{indicator} {code}");
        }
        assert_eq!(completeness(&row["completeness"]), truth.screenings_owed(code, year.days), "{code}");
    }
    for row in rows("network").await {
        let who = Who { network: row["network"]["id"].as_str(), role: None };
        for (indicator, count) in figures(truth, "ML0302", year.days, who) {
            assert_eq!(row["values"][indicator], count, "{indicator} {who:?}");
        }
    }
    let by_month = rows("period").await;
    assert_eq!(by_month.len(), 12);
    for (row, Named { name, days }) in by_month.iter().zip(months()) {
        assert_eq!(row["period"], name.as_str());
        for (indicator, count) in figures(truth, "ML0302", days, EVERYBODY) {
            assert_eq!(row["values"][indicator], count, "{indicator} {name}");
        }
        assert_eq!(completeness(&row["completeness"]), truth.screenings_owed("ML0302", days), "{name}");
    }
}

async fn files_and_pages(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    for Named { name, days } in weeks().into_iter().step_by(17).chain(months().into_iter().skip(10)).chain(quarters()) {
        for area in AREAS {
            let query = format!("place={area}&period={name}&flow=dep");
            let known = figures(truth, area, days, EVERYBODY);
            let owed = truth.screenings_owed(area, days);
            for (face, total) in
                [("csv", faces::csv(&router, &query).await), ("xlsx", faces::xlsx(&router, &query).await)]
            {
                for (indicator, count) in &known {
                    assert_eq!(total[*indicator], count.to_string(), "{face} {indicator} {query}");
                }
                for (column, count) in
                    ["expected", "received", "on_time", "late", "zero", "not_held", "silent"].iter().zip(owed)
                {
                    assert_eq!(total[*column], count.to_string(), "{face} {column} {query}");
                }
            }
            let page = faces::page(&router, area, &name, "dep").await;
            for (word, count) in ["Attendus", "Reçus", "À temps", "En retard", "Zéros déclarés"].iter().zip(owed) {
                assert_eq!(faces::stands_behind(&page, word), faces::grouped(count), "{word} {query}");
            }
            assert_eq!(faces::stands_behind(&page, "Muets"), faces::grouped(owed[6]), "{query}");
            if known["dep.depistes"] > 0 {
                assert_eq!(faces::stands_behind(&page, "Enfants dépistés"), faces::grouped(known["dep.depistes"]));
                let rate = faces::percent(known["dep.mas"], known["dep.depistes"]);
                assert_eq!(faces::stands_behind(&page, "Taux MAS"), rate, "{query}");
            }
        }
    }
}

/// The report to government, and which committees met.
async fn printed_and_bodies(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    for Named { name, days } in quarters() {
        for area in AREAS {
            let path = format!("/places/{area}/report?period={name}");
            let page = get(&router, &path).await.text().replace(['\u{a0}', '\u{202f}'], " ");
            let screened = figures(truth, area, days, EVERYBODY)["dep.depistes"];
            let shown = format!("Enfants dépistés</th><td class=\"n\"><b>{}</b>", faces::grouped(screened));
            assert!(page.contains(&shown) || screened == 0, "{path}: {shown}: {page}");
            let body = get(&router, &format!("/api/v1/bodies?place={area}&period={name}")).await.json();
            let mut counted = [0; 3];
            for item in body["items"].as_array().expect("items") {
                let last = item["quarters"].as_array().and_then(|quarters| quarters.last()).expect("a quarter");
                match last["state"].as_str().expect("a state") {
                    "held" => counted[0] += 1,
                    "not_held" => counted[1] += 1,
                    _ => counted[2] += 1,
                }
            }
            for (rank, indicator) in MEETING_FIGURES.iter().enumerate() {
                let of = |item: &Value| item["values"][format!("reu.{indicator}")].as_i64().unwrap_or(0);
                let sum: i64 = body["items"].as_array().expect("items").iter().map(of).sum();
                assert_eq!(sum, truth.meetings(area, days, EVERYBODY)[rank], "{indicator} of each body, {area} {name}");
            }
            let [_, received, .., not_held, silent] = truth.meetings_owed(area, bodies(area), days);
            assert_eq!(counted, [received - not_held, not_held, silent], "{area} {name}");
        }
    }
}

/// Communes by weeks.
async fn matrix(rig: &Rig, truth: &Truth) {
    let matrix = get(&demo(rig), "/api/v1/matrix?place=ML0302&period=2025-Q3&flow=dep").await.json();
    let by_name: BTreeMap<String, (Date, Date)> = weeks().into_iter().map(|week| (week.name, week.days)).collect();
    let periods = matrix["periods"].as_array().expect("periods");
    assert_eq!(periods.len(), 12);
    let rows = matrix["rows"].as_array().expect("rows").iter();
    let rows = rows.map(|row| (row["place"]["code"].as_str().expect("a code"), &row["cells"]));
    for (code, cells) in rows.chain([("ML0302", &matrix["total"])]) {
        for (period, cell) in periods.iter().zip(cells.as_array().expect("cells")) {
            let days = by_name[period.as_str().expect("a name")];
            assert_eq!(completeness(cell), truth.screenings_owed(code, days), "{code} {period}");
        }
    }
}

/// BILAN, MUETS and the menu of an officer of the cercle.
async fn phones(rig: &Rig, truth: &Truth) {
    for (index, Named { name, days }) in quarters().into_iter().enumerate() {
        let known = figures(truth, "ML0302", days, EVERYBODY);
        let said = rig.sms(&year::officer(), &format!("BILAN T{} 2025 DEP", index + 1)).await;
        let (screened, rate) = (known["dep.depistes"], faces::percent(known["dep.mam"], known["dep.depistes"]));
        let figures = format!("Enfants dépistés {}, Taux MAM {rate}", faces::grouped(screened));
        assert!(said.contains(&figures), "{name}: {figures}: {said}");
        let [owed, received, on_time, ..] = truth.screenings_owed("ML0302", days);
        let rounded = |part: i64| format!("{}%", (part * 200 + owed) / (2 * owed));
        let complete = format!("({} des rapports), à temps {}.", rounded(received), rounded(on_time));
        assert!(said.contains(&complete), "{name}: {complete}: {said}");
    }
    for Named { name, days: (_, end) } in weeks().into_iter().step_by(5) {
        let week = name.split("-W").nth(1).expect("a week");
        let said = rig.sms(&year::officer(), &format!("MUETS DIOU S{week} 2025")).await;
        let silent = truth.silent("ML030201", end);
        match silent.len() {
            0 => assert!(said.ends_with("aucun muet sur 3."), "{name}: {said}"),
            count => assert!(said.contains(&format!("muets {count}/3 personnes: ")), "{name}: {said}"),
        }
        let told = said.split(": ").last().unwrap_or_default().trim_end_matches('.');
        let mut told: Vec<&str> = if silent.is_empty() { Vec::new() } else { told.split(", ").collect() };
        told.sort_unstable();
        let code = |phone: &&str| format!("A{}", phone[phone.len() - 2..].parse::<usize>().expect("digits") - 1);
        let mut known: Vec<String> = silent.iter().map(code).collect();
        known.sort_unstable();
        assert_eq!(told, known, "{name}: {said}");
    }
    // A day on which the last quarter of the year is the current one.
    rig.clock.set(LAST_NIGHT);
    let (screened, screen) =
        (truth.screened("ML0302", quarters()[3].days, EVERYBODY)[0], faces::ussd(rig, "night").await);
    assert!(screen.contains(&format!("dépistés {}", faces::grouped(screened))), "{screened}: {screen}");
    rig.clock.set(END);
}

async fn dhis2(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    for Named { name, days } in months() {
        let values = faces::dhis2(&router, &format!("place=ML&period={name}")).await;
        for commune in ["ML030201", "ML030202", "ML030203", "ML030401", "ML010101"] {
            let known = figures(truth, commune, days, EVERYBODY);
            for (element, indicator) in [
                ("NUT_SCREEN_WASTING_CHW", "dep.depistes"),
                ("NUT_CHILD_OEDEMA_CHW", "dep.oedemes"),
                ("NUT_CHILD_REFERRED_WS_BY_CHW", "dep.ref_mas"),
                ("NUT_CHILD_REFERRED_WM_BY_CHW", "dep.ref_mam"),
            ] {
                let value = values.get(&(commune.to_owned(), element.to_owned()));
                let count = value.map_or(0, |value| value.parse::<i64>().expect("a number"));
                assert_eq!(count, known[indicator], "{commune} {element} {name}");
            }
        }
    }
}
