//! A place beside what went before and beside its neighbours, over both databases: the same on the page and from the API.

mod support;

use relais::base::{Date, PersonId};
use relais::person::Person;
use relais::place::ALWAYS;
use relais::store;
use support::rig::Rig;
use support::visit::{demo, get};

const DAY_MS: i64 = 24 * 3_600_000;
const REPORT: &str = "DEP T40 F20 V30 J8 R1 E1 S2 M8";

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, test).await;
}

/// Registers someone who was there the year before.
async fn register_long_ago(rig: &Rig, last: u32) {
    let person = Person {
        id: PersonId::new(&rig.programme.environment),
        name: "Awa Traoré".into(),
        role: "asc".into(),
        network: "government".into(),
        place: rig.place("ML030201"),
        language: None,
        agent_code: None,
        supervisor: None,
        email: None,
        active_from: Date::constant(2024, 1, 1),
        active_to: ALWAYS.to,
        phones: vec![support::phone(last)],
    };
    let mut tx = rig.programme.store.begin().await.expect("begins");
    store::person::insert(&mut tx, &person).await.expect("inserts");
    tx.commit().await.expect("commits");
}

/// Sends an SMS so many days before now.
async fn sms_before(rig: &Rig, days: i64, last: u32, text: &str) {
    rig.clock.set(support::START.plus_ms(-days * DAY_MS));
    let reply = rig.sms(&support::phone(last), text).await;
    assert!(reply.starts_with("OK"), "{text}: {reply}");
    rig.clock.set(support::START);
}

/// What stands between the name of a figure and the end of its tile.
fn tile<'a>(page: &'a str, name: &str) -> &'a str {
    let start = page.find(&format!("<dt>{name}</dt>")).unwrap_or_else(|| panic!("{name} is a figure: {page}"));
    page[start..].split("</div>").next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_period_of_last_year_is_counted_to_the_same_day() {
    on_each(async |rig| {
        register_long_ago(rig, 1).await;
        // 13 November 2025 is among the first 54 days of its quarter, 8 December is not; 10 August 2026 is of the one before.
        sms_before(rig, 375, 1, REPORT).await;
        sms_before(rig, 350, 1, "DEP T99 F50 V99 J0 R0 E0 S0 M0").await;
        sms_before(rig, 105, 1, "DEP T60 F30 V60 J0 R0 E0 S0 M0").await;
        sms_before(rig, 0, 1, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        let router = demo(rig);
        let api = get(&router, "/api/v1/summary?place=ML0302&period=2026-Q4").await.json();
        for (earlier, period, days, screened) in [("previous", "2026-Q3", 54, 60), ("last_year", "2025-Q4", 54, 40)] {
            let found = &api[earlier];
            assert_eq!((&found["period"], &found["days"]), (&period.into(), &days.into()), "{earlier}: {api}");
            assert_eq!(found["values"]["dep.depistes"], screened, "{earlier}");
            assert!(found["values"].get("cui.demonstrations").is_none(), "silent is not zero: {found}");
        }
        let page = get(&router, "/places/ML0302?period=2026-Q4").await.text();
        assert!(page.contains("Un an avant : 4e trimestre 2025, ses 54 premiers jours."), "{page}");
        let shown = tile(&page, "Enfants dépistés");
        assert!(shown.contains("Un an avant : 40, en hausse\u{a0}: +5 (+12,5%)"), "{shown}");
        assert!(shown.contains("en baisse\u{a0}: −15"), "the period before stands beside it: {shown}");
        let over = get(&router, "/api/v1/summary?place=ML0302&period=2026-11").await.json();
        assert_eq!((&over["last_year"]["period"], &over["last_year"]["days"]), (&"2025-11".into(), &23.into()));
        let first = get(&router, "/places/ML0302?period=2025-12").await.text();
        assert!(tile(&first, "Enfants dépistés").contains("Un an avant : -</dd>"), "nothing came in December 2024");
        let whole = get(&router, "/api/v1/summary?place=ML0302&period=2025-Q4").await.json();
        assert_eq!(whole["total"]["dep.depistes"], 139);
        assert_eq!(whole["last_year"]["values"], serde_json::json!({}), "{whole}");
        let year = get(&router, "/api/v1/summary?place=ML0302&period=2026").await.json();
        assert_eq!(year["previous"]["period"], "2025");
        assert!(year.get("last_year").is_none(), "the year before a year is the period before: {year}");
        assert!(!get(&router, "/places/ML0302?period=2026").await.text().contains("Un an avant"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_and_its_completeness_have_a_year_before() {
    on_each(async |rig| {
        register_long_ago(rig, 1).await;
        sms_before(rig, 369, 1, REPORT).await;
        let router = demo(rig);
        // 19 November 2025 is of week 47, whose Thursday is the 20th.
        let api = get(&router, "/api/v1/summary?place=ML0302&period=2026-W47&flow=dep").await.json();
        assert_eq!((&api["last_year"]["period"], api["last_year"].get("days")), (&"2025-W47".into(), None));
        assert_eq!(api["last_year"]["values"]["dep.depistes"], 40);
        assert_eq!(api["last_year"]["completeness"]["received"], 1);
        let then = get(&router, "/api/v1/summary?place=ML0302&period=2025-W47&flow=dep").await.json();
        assert_eq!(api["last_year"]["completeness"], then["completeness"], "as that week says of itself");
        for by in ["place", "period", "network"] {
            let path = format!("/api/v1/summary?place=ML0302&period=2026-W47&flow=dep&by={by}");
            let split = get(&router, &path).await.json();
            for earlier in ["previous", "last_year"] {
                assert_eq!(split[earlier], api[earlier], "{by}: {earlier}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_median_is_of_the_places_that_have_a_figure_and_says_of_how_many() {
    on_each(async |rig| {
        for (last, place, text) in [
            (1, "ML030201", "DEP T40 F20 V30 J8 R1 E1 S2 M8"),
            (2, "ML030202", "DEP T50 F20 V50 J0 R0 E0 S0 M0"),
            (3, "ML030203", "DEP T90 F45 V90 J0 R0 E0 S0 M0"),
        ] {
            rig.register(&support::phone(last), "asc", "government", place).await;
            sms_before(rig, 0, last, text).await;
        }
        rig.register(&support::phone(4), "asc", "government", "ML030204").await;
        let router = demo(rig);
        let api = get(&router, "/api/v1/summary?place=ML0302&period=2026-11&flow=dep").await.json();
        let median = &api["median"];
        assert_eq!(median["dep.depistes"], serde_json::json!({ "value": 50.0, "places": 3 }), "{median}");
        assert_eq!(median["dep.taux_mam"]["value"], 0.0, "20 %, 0 %, 0 %: {median}");
        assert_eq!(median["completeness"]["places"], 4, "who owes and is silent has a completeness of 0: {median}");
        let page = get(&router, "/places/ML0302?period=2026-11&flow=dep").await.text();
        let row = page.split("<tr class=\"median\">").nth(1).and_then(|rest| rest.split("</tr>").next());
        let row = row.unwrap_or_else(|| panic!("a row of medians: {page}"));
        assert!(row.contains("Médiane") && row.contains("50 <small>3 / 9</small>"), "{row}");
        let single = get(&router, "/api/v1/summary?place=ML0302&period=2026-11&flow=dep&by=network").await.json();
        assert!(single.get("median").is_none(), "networks have no median: {single}");
        let silent = get(&router, "/places/ML0301?period=2026-11&flow=dep").await.text();
        let row = silent.split("<tr class=\"median\">").nth(1).and_then(|rest| rest.split("</tr>").next());
        assert!(row.is_some_and(|row| row.contains("<td class=\"n\">-</td>")), "{silent}");
    })
    .await;
}
