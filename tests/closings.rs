//! Months that are approved, over both databases: in order, by whom, once, opened again from above; and what comes after
//! changes the current figures only, which every face shows beside the closed ones.

mod support;

use relais::base::{Instant, PersonId};
use relais::closing::NotClosed;
use relais::person::Access;
use relais::rebuild;
use relais::review::{self, Approved, ReviewError, Reviewer};
use relais::store;
use relais::view::{self, Ask, Question};
use support::rig::Rig;
use support::visit::{Surfer, by_token, demo, get, get_as, make_token};

const DIOU: &str = "ML030201";
const KADIOLO: &str = "ML0302";
const KOUTIALA: &str = "ML0304";
const SIKASSO: &str = "ML03";
const DAY_MS: i64 = 24 * 3_600_000;
/// Thursday 29 October 2026, when reports come, and Monday 2 November, when October is over.
const IN_OCTOBER: Instant = Instant(support::START.0 - 25 * DAY_MS);
const IN_NOVEMBER: Instant = Instant(support::START.0 - 21 * DAY_MS);

/// An officer of a test.
#[derive(Clone, Copy)]
struct Officer {
    id: PersonId,
    access: Access,
}

/// Everybody: reporters 1 and 2 in Kadiolo, 3 in Koutiala; officers 10 to 16.
struct People {
    kadiolo: Officer,
    koutiala: Officer,
    region: Officer,
    country: Officer,
    administrator: Officer,
    commune: Officer,
    colleague: Officer,
}

async fn officer(rig: &Rig, last: u32, role: &str, place: &str) -> Officer {
    let id = rig.register(&support::phone(last), role, "government", place).await;
    let in_force = rig.programme.in_force();
    let place = rig.place(place);
    let access = Access::of_person(&in_force.pack, &in_force.tree, role, place, rig.programme.today());
    Officer { id, access: access.expect("an officer") }
}

async fn on_each(test: impl AsyncFn(&Rig, &People)) {
    support::rig::on_each(IN_OCTOBER, async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.register(&support::phone(2), "asc", "civil_society", "ML030202").await;
        rig.register(&support::phone(3), "relais", "government", "ML030401").await;
        let people = People {
            kadiolo: officer(rig, 10, "officier", KADIOLO).await,
            koutiala: officer(rig, 11, "officier", KOUTIALA).await,
            region: officer(rig, 12, "officier", SIKASSO).await,
            country: officer(rig, 13, "officier", "ML").await,
            administrator: officer(rig, 14, "admin", "ML").await,
            commune: officer(rig, 15, "officier", DIOU).await,
            colleague: officer(rig, 16, "officier", KADIOLO).await,
        };
        for (last, text) in [
            (1, "DEP T45 F23 V38 J5 R1 E1 S2 M5"),
            (2, "DEP T20 F11 V18 J2 R0 E0 S0 M2"),
            (3, "DEP T30 F15 V30 J0 R0 E0 S0 M0"),
        ] {
            let reply = rig.sms(&support::phone(last), text).await;
            assert!(reply.starts_with("OK"), "{reply}");
        }
        rig.clock.set(IN_NOVEMBER);
        test(rig, &people).await;
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!((recount.differences, recount.areas), (vec![], vec![]), "a recount finds no difference");
    })
    .await;
}

async fn approve(rig: &Rig, officer: Officer, place: &str, month: &str) -> Result<Approved, NotClosed> {
    let month = rig.programme.in_force().pack.calendar.parse(month).expect("a period");
    let reviewer = Reviewer { officer: officer.id, access: &officer.access };
    match review::approve(&rig.programme, reviewer, rig.place(place), month).await {
        Err(ReviewError::Refused(reason)) => Err(reason),
        done => Ok(done.expect("decided")),
    }
}

async fn reopen(rig: &Rig, officer: Officer, place: &str, reason: &str) -> Result<(), NotClosed> {
    let month = rig.programme.in_force().pack.calendar.parse("2026-10").expect("a period");
    let reviewer = Reviewer { officer: officer.id, access: &officer.access };
    match review::reopen(&rig.programme, reviewer, rig.place(place), month, reason).await {
        Err(ReviewError::Refused(reason)) => Err(reason),
        done => {
            done.expect("decided");
            Ok(())
        }
    }
}

/// The report of phone 1 becomes 46 children.
async fn correct(rig: &Rig) {
    rig.clock.advance_ms(60_000);
    let reply = rig.sms(&support::phone(1), "CORR 1 T46 V39").await;
    assert!(reply.contains("corrigé"), "{reply}");
}

async fn screened(rig: &Rig, place: &str) -> (serde_json::Value, serde_json::Value) {
    let summary = get(&demo(rig), &format!("/api/v1/summary?place={place}&period=2026-10")).await.json();
    (summary["total"]["dep.depistes"].clone(), summary["closed"]["values"]["dep.depistes"].clone())
}

/// What the audit log says was done to months: action and detail.
async fn audited(rig: &Rig) -> Vec<(String, String)> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let all = store::audit::list(&mut tx, None, 100).await.expect("lists");
    let told = all.into_iter().map(|entry| (entry.action.word().to_owned(), entry.detail.unwrap_or_default()));
    told.filter(|(action, _)| action == "approve" || action == "reopen").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cercle_approves_then_its_region_then_the_country_and_nobody_else() {
    on_each(async |rig, people| {
        let missing = |codes: &[&str]| Err(NotClosed::Missing(codes.iter().map(|code| rig.place(code)).collect()));
        for (label, officer, place, month, expected) in [
            ("under way", people.kadiolo, KADIOLO, "2026-11", Err(NotClosed::NotOver)),
            ("to come", people.kadiolo, KADIOLO, "2026-12", Err(NotClosed::NotOver)),
            ("a quarter", people.kadiolo, KADIOLO, "2026-Q3", Err(NotClosed::NoMonth)),
            ("a week", people.kadiolo, KADIOLO, "2026-W40", Err(NotClosed::NoMonth)),
            ("another cercle", people.koutiala, KADIOLO, "2026-10", Err(NotClosed::NotTheirs)),
            ("the region for it", people.region, KADIOLO, "2026-10", Err(NotClosed::NotTheirs)),
            ("the country for it", people.country, KADIOLO, "2026-10", Err(NotClosed::NotTheirs)),
            ("a commune for it", people.commune, KADIOLO, "2026-10", Err(NotClosed::NotTheirs)),
            ("a commune", people.commune, DIOU, "2026-10", Err(NotClosed::NoLevel)),
            ("the region first", people.region, SIKASSO, "2026-10", missing(&[KADIOLO, KOUTIALA])),
            ("the country first", people.country, "ML", "2026-10", missing(&[SIKASSO])),
            ("an officer of it", people.colleague, KADIOLO, "2026-10", Ok(Approved::Now)),
            ("another, after", people.kadiolo, KADIOLO, "2026-10", Ok(Approved::Before)),
            ("the region, too early", people.region, SIKASSO, "2026-10", missing(&[KOUTIALA])),
            ("the administrator for it", people.administrator, KOUTIALA, "2026-10", Ok(Approved::Now)),
            ("the cercle for its region", people.kadiolo, SIKASSO, "2026-10", Err(NotClosed::NotTheirs)),
            ("the region", people.region, SIKASSO, "2026-10", Ok(Approved::Now)),
            ("twice", people.region, SIKASSO, "2026-10", Ok(Approved::Before)),
            // Yorosso owes nothing, and was not waited for.
            ("who came after its region", people.administrator, "ML0307", "2026-10", Err(NotClosed::ApprovedAbove)),
            ("the country", people.country, "ML", "2026-10", Ok(Approved::Now)),
        ] {
            assert_eq!(approve(rig, officer, place, month).await, expected, "{label}");
        }
        let log = audited(rig).await;
        assert_eq!(log.len(), 4, "what changed nothing is not noted: {log:?}");
        let approved =
            ["ML", SIKASSO, KADIOLO, KOUTIALA].map(|place| ("approve".to_owned(), format!("{place} 2026-10")));
        assert!(approved.iter().all(|entry| log.contains(entry)), "{log:?}");
        for (place, level) in [(DIOU, "country"), (KADIOLO, "country"), (SIKASSO, "country"), ("ML", "country")] {
            let items = get(&demo(rig), &format!("/api/v1/closings?place={place}&period=2026-10")).await.json();
            let item = &items["items"][0];
            assert_eq!((&item["state"], &item["level"]), (&"approved".into(), &level.into()), "{place}: {item}");
        }
        let items = get(&demo(rig), &format!("/api/v1/closings?place={KADIOLO}&period=2026-Q4")).await.json();
        let states: Vec<&str> =
            items["items"].as_array().expect("a list").iter().filter_map(|item| item["state"].as_str()).collect();
        assert_eq!(states, ["approved", "open"], "October and November; December has not begun");
        let by = &items["items"][0]["approvals"];
        assert_eq!((&by[0]["by"]["role"], &by[0]["place"]["code"]), (&"officier".into(), &KADIOLO.into()));
        assert_eq!(by.as_array().map(Vec::len), Some(3), "cercle, region, country: {by}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_after_moves_the_current_figures_alone_and_shows_on_every_face() {
    on_each(async |rig, people| {
        let router = demo(rig);
        let path = |place: &str, rest: &str| format!("/api/v1/summary{rest}place={place}&period=2026-10");
        let before = get(&router, &path(KADIOLO, "?")).await.text();
        assert!(!before.contains("\"closed\""), "nothing is said where nothing is closed");
        let csv = get(&router, &path(KADIOLO, ".csv?")).await.text();
        let sms_before = rig.sms(&support::phone(10), "BILAN OCT").await;
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        let closed = get(&router, &path(KADIOLO, "?")).await.json();
        assert_eq!(closed["closed"]["level"], "cercle");
        assert_eq!(closed["closed"]["values"], serde_json::json!({}), "nothing differs yet: {closed}");
        assert_eq!(closed["closed"].get("completeness"), None, "{closed}");
        assert_eq!(rig.sms(&support::phone(10), "BILAN OCT").await, sms_before, "nor by SMS");
        correct(rig).await;
        rig.sms(&support::phone(2), "DEP T10 F5 V10 J0 R0 E0 S0 M0 DATE 2810").await;

        for (place, current, approved) in [(KADIOLO, 76, 65), (DIOU, 46, 45), ("ML030202", 30, 20)] {
            assert_eq!(screened(rig, place).await, (current.into(), approved.into()), "{place}");
        }
        assert_eq!(screened(rig, SIKASSO).await, (106.into(), serde_json::Value::Null), "the region is open");
        let summary = get(&router, &path(KADIOLO, "?")).await.json();
        let rows = summary["rows"].as_array().expect("rows");
        let diou = rows.iter().find(|row| row["place"]["code"] == DIOU).expect("a row");
        assert_eq!((&diou["values"]["dep.depistes"], &diou["closed"]["dep.depistes"]), (&46.into(), &45.into()));
        let rate = &summary["closed"]["values"]["dep.taux_mam"];
        assert_eq!((&rate["numerator"], &rate["denominator"]), (&7.into(), &65.into()), "{rate}");
        let complete = (&summary["completeness"]["received"], &summary["closed"]["completeness"]["received"]);
        assert!(complete.0.as_i64() >= complete.1.as_i64(), "{complete:?}");

        let networks = get(&router, &format!("{}&by=network", path(KADIOLO, "?"))).await.json();
        let of = |network: &str| {
            let rows = networks["rows"].as_array().expect("rows");
            let row = rows.iter().find(|row| row["network"]["id"] == network).expect("a row");
            (row["values"]["dep.depistes"].clone(), row["closed"]["dep.depistes"].clone())
        };
        assert_eq!(of("government"), (46.into(), 45.into()));
        assert_eq!(of("civil_society"), (30.into(), 20.into()));
        assert_eq!(of("un"), (0.into(), serde_json::Value::Null), "both are nothing");
        for (asked, screened) in [
            ("network=government", Some(45)),
            ("role=relais", Some(45)),
            ("role=asc", Some(20)),
            ("network=civil_society&role=asc", Some(20)),
            ("network=government&role=asc", None),
        ] {
            let one = get(&router, &format!("{}&{asked}&flow=dep", path(KADIOLO, "?"))).await.json();
            assert_eq!(one["closed"]["values"]["dep.depistes"].as_i64(), screened, "{asked}: {one}");
        }
        let roles = get(&router, &format!("{}&by=role&flow=dep", path(KADIOLO, "?"))).await.json();
        let rows = roles["rows"].as_array().expect("rows").iter();
        let figure = |row: &serde_json::Value| row["values"]["dep.depistes"].as_i64();
        let closed = |row: &serde_json::Value| row["closed"]["dep.depistes"].as_i64();
        let rows: Vec<_> = rows.map(|row| (row["role"]["id"].clone(), figure(row), closed(row))).collect();
        assert_eq!(rows, [("relais".into(), Some(46), Some(45)), ("asc".into(), Some(30), Some(20))]);

        let after = get(&router, &path(KADIOLO, ".csv?")).await.text();
        let (head_before, head) = (csv.lines().next().expect("a head"), after.lines().next().expect("a head"));
        let known = head_before.strip_suffix(",role").expect("role stands last");
        assert!(head.starts_with(&format!("{known},closed_by,closed_at,dep.depistes.closed")), "{head}");
        assert!(head.ends_with(".closed,role"), "{head}");
        let total = after.lines().last().expect("a total");
        assert!(total.contains(",76,") && total.contains(",cercle,2026-11-02T"), "{total}");
        let column = head.split(',').position(|name| name == "dep.depistes.closed").expect("a column");
        assert_eq!(total.split(',').nth(column), Some("65"), "{total}");

        let page = get(&router, &format!("/places/{KADIOLO}?period=2026-10")).await.text();
        assert!(page.contains("<dd>76 <small>Clos\u{a0}: 65</small>"), "{page}");
        assert!(page.contains("46 (Clos\u{a0}: 45)"), "the row of Diou: {page}");
        assert!(page.contains("Chiffres clos par cercle Kadiolo\u{a0}: "), "{page}");
        assert!(page.contains("02/11/2026"), "{page}");
        let english = get(&router, &format!("/places/{KADIOLO}?period=2026-10&lang=en")).await.text();
        assert!(english.contains("Figures closed by") && english.contains("Closed\u{a0}: 65"), "{english}");
        let sms = rig.sms(&support::phone(10), "BILAN OCT").await;
        assert!(sms.contains("76 (clos 65)") && sms.chars().count() <= 160, "{sms}");
        let open = rig.sms(&support::phone(12), "BILAN OCT").await;
        assert!(open.contains("106") && !open.contains("clos"), "{open}");
        let quarter = get(&router, &format!("/api/v1/summary?place={KADIOLO}&period=2026-Q4")).await.text();
        assert!(!quarter.contains("\"closed\""), "a quarter with open months is open");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_region_closes_what_its_cercles_closed_and_what_none_of_them_had() {
    on_each(async |rig, people| {
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        correct(rig).await;
        assert_eq!(approve(rig, people.koutiala, KOUTIALA, "2026-10").await, Ok(Approved::Now));
        assert_eq!(approve(rig, people.region, SIKASSO, "2026-10").await, Ok(Approved::Now));
        assert_eq!(screened(rig, SIKASSO).await, (96.into(), 95.into()), "45 + 20 + 30, as the cercles closed them");
        assert_eq!(screened(rig, KOUTIALA).await, (30.into(), serde_json::Value::Null), "where nothing differs");
        let summary = get(&demo(rig), "/api/v1/summary?place=ML03&period=2026-10").await.json();
        let rows = summary["rows"].as_array().expect("rows");
        let kadiolo = rows.iter().find(|row| row["place"]["code"] == KADIOLO).expect("a row");
        assert_eq!((&kadiolo["values"]["dep.depistes"], &kadiolo["closed"]["dep.depistes"]), (&66.into(), &65.into()));
        assert_eq!(approve(rig, people.country, "ML", "2026-10").await, Ok(Approved::Now));
        assert_eq!(screened(rig, "ML").await, (96.into(), 95.into()));
        assert_eq!(summary["closed"]["approvals"].as_array().map(Vec::len), Some(1), "{}", summary["closed"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_opened_again_from_above_and_the_next_approval_copies_anew() {
    on_each(async |rig, people| {
        assert_eq!(reopen(rig, people.region, KADIOLO, "trop tôt").await, Err(NotClosed::Open));
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        assert_eq!(approve(rig, people.koutiala, KOUTIALA, "2026-10").await, Ok(Approved::Now));
        assert_eq!(approve(rig, people.region, SIKASSO, "2026-10").await, Ok(Approved::Now));
        correct(rig).await;
        for (label, officer, place, reason, expected) in [
            ("by itself", people.kadiolo, KADIOLO, "registre", Err(NotClosed::NotTheirs)),
            ("by another cercle", people.koutiala, KADIOLO, "registre", Err(NotClosed::NotTheirs)),
            ("under its region", people.region, KADIOLO, "registre", Err(NotClosed::ApprovedAbove)),
            ("without a reason", people.country, SIKASSO, "  ", Err(NotClosed::NoReason)),
            ("the region", people.country, SIKASSO, "registre de Diou", Ok(())),
            ("twice", people.country, SIKASSO, "registre de Diou", Err(NotClosed::Open)),
            ("the cercle", people.region, KADIOLO, "registre de Diou", Ok(())),
        ] {
            assert_eq!(reopen(rig, officer, place, reason).await, expected, "{label}");
        }
        let log = audited(rig).await;
        assert!(log.contains(&("reopen".to_owned(), "ML0302 2026-10: registre de Diou".to_owned())), "{log:?}");
        assert_eq!(screened(rig, KADIOLO).await, (66.into(), serde_json::Value::Null), "open");
        assert_eq!(
            approve(rig, people.region, SIKASSO, "2026-10").await,
            Err(NotClosed::Missing(vec![rig.place(KADIOLO)]))
        );
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        assert_eq!(screened(rig, KADIOLO).await, (66.into(), serde_json::Value::Null), "as it is now");
        let items = get(&demo(rig), &format!("/api/v1/closings?place={KADIOLO}&period=2026-10")).await.json();
        let opened = &items["items"][0]["reopened"][0];
        assert_eq!((&opened["reason"], &opened["by"]["role"]), (&"registre de Diou".into(), &"officier".into()));
        make_token(rig, "reads", "read", None).await;
        let read = get_as(&by_token(rig), "reads", "/api/v1/closings?period=2026-10&place=ML0302").await.text();
        assert!(read.contains("reopened") && !read.contains("registre"), "a reason is what a person wrote: {read}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarter_is_closed_with_its_last_month_and_is_the_sum_of_them() {
    on_each(async |rig, people| {
        let router = demo(rig);
        rig.clock.set(IN_OCTOBER);
        for (text, day) in [("DEP T12 F6 V12 J0 R0 E0 S0 M0", "3009"), ("DEP T13 F6 V13 J0 R0 E0 S0 M0", "2909")] {
            let reply = rig.sms(&support::phone(1), &format!("{text} DATE {day}")).await;
            assert!(reply.starts_with("OK"), "{reply}");
        }
        rig.clock.set(IN_NOVEMBER);
        let quarter =
            async || get(&router, &format!("/api/v1/summary?place={KADIOLO}&period=2026-Q3&by=period")).await.json();
        for month in ["2026-07", "2026-09"] {
            assert_eq!(approve(rig, people.kadiolo, KADIOLO, month).await, Ok(Approved::Now), "{month}");
        }
        assert_eq!(quarter().await.get("closed"), None, "August is open");
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-08").await, Ok(Approved::Now), "in any order");
        assert_eq!(quarter().await["closed"]["values"], serde_json::json!({}));
        rig.clock.advance_ms(60_000);
        let reply = rig.sms(&support::phone(2), "DEP T9 F4 V9 J0 R0 E0 S0 M0 DATE 3009").await;
        assert!(reply.starts_with("OK"), "{reply}");
        let closed = quarter().await;
        assert_eq!(closed["total"]["dep.depistes"], 34, "{closed}");
        assert_eq!(closed["closed"]["values"]["dep.depistes"], 25);
        assert_eq!(closed["closed"].get("completeness"), None, "a quarter owes more than its months");
        let rows = closed["rows"].as_array().expect("rows");
        let told: Vec<_> =
            rows.iter().map(|row| (&row["values"]["dep.depistes"], &row["closed"]["dep.depistes"])).collect();
        let (nothing, null) = (serde_json::json!(0), serde_json::Value::Null);
        assert_eq!(told, [(&nothing, &null), (&nothing, &null), (&34.into(), &25.into())]);
        let ask = Ask { place: Some(DIOU), period: Some("2026-Q3"), ..Ask::default() };
        let question = Question::settle(&rig.programme.in_force(), &Access::LOOK, rig.programme.today(), ask);
        let figures = view::closing(&rig.programme, &question.expect("a question")).await.expect("reads");
        let figures = figures.expect("the quarter is closed");
        assert_eq!((figures.level.as_str(), figures.approvals.len()), ("cercle", 3));
        assert_eq!(figures.values["dep.depistes"], relais::view::FigureShown::Whole(25), "all of Diou's");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dhis2_gets_closed_figures_where_there_are_any_and_says_so() {
    on_each(async |rig, people| {
        let router = demo(rig);
        let set = async |query: &str| {
            let set =
                get(&router, &format!("/api/v1/dhis2/dataValueSets?place=ML03&period=2026-10{query}")).await.json();
            let values = set["dataValues"].as_array().expect("values").clone();
            let screened = values.iter().filter(|value| value["dataElement"] == "NUT_SCREEN_WASTING_CHW");
            let told = screened.map(|value| {
                format!("{}={}", value["orgUnit"].as_str().expect("a unit"), value["value"].as_str().expect("a value"))
            });
            let open: Vec<String> = set["open"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|unit| unit.as_str())
                .map(str::to_owned)
                .collect();
            (set["figures"].as_str().expect("a word").to_owned(), told.collect::<Vec<_>>().join(" "), open.join(" "))
        };
        let told = |figures: &str, values: &str, open: &str| (figures.to_owned(), values.to_owned(), open.to_owned());
        let all = "ML030201 ML030202 ML030401";
        assert_eq!(set("").await, told("current", "ML030201=45 ML030202=20 ML030401=30", all));
        assert_eq!(set("&figures=closed").await, told("closed", "", all));
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        correct(rig).await;
        assert_eq!(set("").await, told("mixed", "ML030201=45 ML030202=20 ML030401=30", "ML030401"));
        assert_eq!(set("&figures=closed").await, told("closed", "ML030201=45 ML030202=20", "ML030401"));
        assert_eq!(set("&figures=current").await, told("current", "ML030201=46 ML030202=20 ML030401=30", "ML030401"));
        assert_eq!(set("&level=cercle").await, told("mixed", "ML0302=65 ML0304=30", "ML0304"));
        assert_eq!(approve(rig, people.koutiala, KOUTIALA, "2026-10").await, Ok(Approved::Now));
        assert_eq!(set("").await, told("closed", "ML030201=45 ML030202=20 ML030401=30", ""));
        assert_eq!(set("&level=region").await, told("current", "ML03=96", "ML03"), "the region is open");
        let wrong = get(&router, "/api/v1/dhis2/dataValueSets?figures=old").await;
        assert_eq!((wrong.status.as_u16(), &wrong.json()["field"]), (400, &"figures".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_approves_on_the_page_and_is_told_why_not() {
    on_each(async |rig, _| {
        let router = by_token(rig);
        rig.register(&support::phone(4), "relais", "government", "ML030203").await;
        rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 DATE 2910").await;
        let mut cercle = Surfer::default();
        cercle.sign_in(&router, rig, &support::phone(10)).await;
        let path = format!("/places/{KADIOLO}/closing");
        let page = cercle.open(&router, &path).await.text();
        for shown in [
            "<h1>Clôture des mois <small>cercle Kadiolo</small></h1>",
            "octobre 2026 · ouvert",
            "1 rapport inachevé",
            "Muets :",
            "Approuver ce mois",
            "novembre 2026",
        ] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        let under_way = cercle.open(&router, &format!("{path}?month=2026-11")).await.text();
        assert!(under_way.contains("en cours") && !under_way.contains("Approuver ce mois"), "{under_way}");
        for (query, said) in [
            ("month=2026-12", "n’a pas commencé"),
            ("month=2026-Q3", "par mois"),
            ("month=x", "n’existe pas"),
            ("month=2026-13", "n’existe pas"),
            ("period=2026-10", "pas comprise"),
        ] {
            let answer = cercle.open(&router, &format!("{path}?{query}")).await;
            assert_eq!(answer.status, 400, "{query}");
            assert!(answer.text().contains(said), "{query}: {}", answer.text());
        }
        for odd in ["/approvals?page=2", "/people?rol=asc"] {
            assert_eq!(cercle.open(&router, odd).await.status, 400, "{odd}");
        }
        assert_eq!(cercle.open(&router, "/places/ML0304/closing").await.status, 403, "another cercle");
        cercle.open(&router, &path).await;
        let form = std::mem::replace(&mut cercle.form, "0".repeat(64));
        let foreign = cercle.post(&router, &path, "month=2026-10&act=approve&lang=fr").await;
        assert_eq!(foreign.status, 403, "a form that is not ours");
        cercle.form = form;
        for (what, fields, status, said) in [
            ("under way", "month=2026-11&act=approve&lang=fr", 409, "pas fini"),
            ("to come", "month=2026-12&act=approve&lang=fr", 400, "n’a pas commencé"),
            ("no month", "month=2026-Q3&act=approve&lang=fr", 400, "par mois"),
            ("no act", "month=2026-10&act=erase&lang=fr", 400, "pas comprise"),
            ("opens its own", "month=2026-10&act=reopen&reason=x&lang=fr", 403, "pas ouverte à votre rôle"),
        ] {
            let answer = cercle.post(&router, &path, fields).await;
            assert_eq!(answer.status, status, "{what}");
            assert!(answer.text().contains(said), "{what}: {}", answer.text());
            cercle.open(&router, &path).await;
        }
        let done = cercle.post(&router, &path, "month=2026-10&act=approve&lang=en").await;
        assert_eq!(
            (done.status.as_u16(), done.header("location")),
            (303, "/places/ML0302/closing?month=2026-10&lang=en")
        );
        let english = cercle.open(&router, done.header("location")).await.text();
        for shown in
            ["<html lang=\"en\">", "October 2026 · approved: cercle", "Approved by cercle Kadiolo", "02/11/2026"]
        {
            assert!(english.contains(shown), "{shown}: {english}");
        }
        assert!(!english.contains("Approve this month") && !english.contains("Open this month again"), "{english}");
        let commune = cercle.open(&router, &format!("/places/{DIOU}/closing?month=2026-10")).await.text();
        assert!(commune.contains("approuvé : cercle") && commune.contains("par le cercle"), "{commune}");
        correct(rig).await;
        let changed = cercle.open(&router, &format!("{path}?month=2026-10")).await.text();
        let row = "<th scope=\"row\">Enfants dépistés</th><td class=\"n\">66</td><td class=\"n\">65</td>";
        assert!(changed.contains(row), "{changed}");

        let mut region = Surfer::default();
        region.sign_in(&router, rig, &support::phone(12)).await;
        let page = region.open(&router, "/places/ML03/closing?month=2026-10").await.text();
        assert!(page.contains("pas encore approuvé :") && page.contains(">Koutiala</a>"), "{page}");
        assert!(!page.contains("Approuver ce mois"), "{page}");
        let refused = region.post(&router, "/places/ML03/closing", "month=2026-10&act=approve&lang=fr").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("Un lieu n’a pas encore approuvé"), "{}", refused.text());
        let page = region.open(&router, &format!("{path}?month=2026-10")).await.text();
        assert!(page.contains("Rouvrir ce mois") && !page.contains("Approuver ce mois"), "{page}");
        let bare = region.post(&router, &path, "month=2026-10&act=reopen&reason=&lang=fr").await;
        assert!(bare.status == 409 && bare.text().contains("Donnez un motif"), "{}", bare.text());
        let opened = region.post(&router, &path, "month=2026-10&act=reopen&reason=%3Cb%3Eregistre&lang=fr").await;
        assert_eq!(opened.status, 303);
        let page = cercle.open(&router, &format!("{path}?month=2026-10")).await.text();
        assert!(
            page.contains("Rouvert par") && page.contains("&#60;b&#62;registre") && page.contains("ouvert"),
            "{page}"
        );
        make_token(rig, "acts", "admin", None).await;
        let looks = get_as(&router, "acts", &path).await.text();
        assert!(looks.contains("Vous pouvez regarder") && !looks.contains("Approuver ce mois"), "{looks}");
        let demo = get(&demo(rig), &path).await.text();
        assert!(demo.contains("Vous pouvez regarder") && !demo.contains("<button name=\"act\""), "{demo}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_officers_at_once_approve_once_and_an_erased_one_leaves_the_figures() {
    on_each(async |rig, people| {
        let both = [people.kadiolo, people.colleague].map(|officer| approve(rig, officer, KADIOLO, "2026-10"));
        let [one, other] = both;
        let (one, other) = tokio::join!(one, other);
        let mut done = [one.expect("approved"), other.expect("approved")];
        done.sort_by_key(|done| *done == Approved::Before);
        assert_eq!(done, [Approved::Now, Approved::Before]);
        correct(rig).await;
        assert_eq!(reopen(rig, people.region, KADIOLO, "Awa a perdu le registre").await, Ok(()));
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        for officer in [people.kadiolo, people.region] {
            let by = relais::store::audit::Actor::CommandLine;
            relais::privacy::erase_person(&rig.programme, officer.id, by).await.expect("erases");
        }
        let rest = rig.sms(&support::phone(2), "DEP T10 F5 V10 J0 R0 E0 S0 M0 DATE 2810").await;
        assert!(rest.starts_with("OK"), "{rest}");
        assert_eq!(screened(rig, KADIOLO).await, (76.into(), 66.into()), "the approved figures stay");
        let items = get(&demo(rig), &format!("/api/v1/closings?place={KADIOLO}&period=2026-10")).await.text();
        assert!(items.contains("officier") && !items.contains("Awa"), "who did is told by role alone: {items}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_of_a_cercle_that_owed_nothing_yet_are_not_closed_over_its_head() {
    on_each(async |rig, people| {
        let mut pack = support::rig::mali();
        for flow in &mut pack.flows {
            std::sync::Arc::make_mut(flow).since = Some(rig.programme.today());
        }
        rig.programme.replace_pack(pack).await.expect("sound");
        let october = get(&demo(rig), &format!("/api/v1/completeness?place={SIKASSO}&period=2026-10")).await.json();
        assert_eq!(october["total"]["expected"], 0, "the programme begins today: {october}");
        let missing = |places: &[&str]| Err(NotClosed::Missing(places.iter().map(|code| rig.place(code)).collect()));
        let asked = approve(rig, people.region, SIKASSO, "2026-10").await;
        assert_eq!(asked, missing(&[KADIOLO, KOUTIALA]), "both have figures");
        assert_eq!(approve(rig, people.kadiolo, KADIOLO, "2026-10").await, Ok(Approved::Now));
        assert_eq!(approve(rig, people.region, SIKASSO, "2026-10").await, missing(&[KOUTIALA]));
        assert_eq!(approve(rig, people.koutiala, KOUTIALA, "2026-10").await, Ok(Approved::Now));
        assert_eq!(approve(rig, people.region, SIKASSO, "2026-10").await, Ok(Approved::Now));
        assert_eq!(screened(rig, SIKASSO).await.0, 95);
    })
    .await;
}
