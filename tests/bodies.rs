//! Does the commune meet? Held, not held with its reason and silent are three things on every face, over both databases.

mod support;

use relais::base::Instant;
use serde_json::Value;
use support::rig::Rig;
use support::visit::{by_token, demo, get, get_as, make_token};

const DAY_MS: i64 = 24 * 3_600 * 1_000;
const KADIOLO: &str = "ML0302";

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, test).await;
}

/// A focal point of each commune of Kadiolo but the last, and one of the cercle: phones 1 to 8 and 20.
async fn mandated(rig: &Rig) -> Vec<String> {
    let in_force = rig.programme.in_force();
    let communes = in_force.tree.children(rig.place(KADIOLO), rig.programme.today());
    let codes: Vec<String> = communes.into_iter().map(|place| place.code.clone()).collect();
    assert_eq!(codes.len(), 9, "{codes:?}");
    for (last, code) in (1..).zip(&codes[..8]) {
        rig.register(&support::phone(last), "point_focal", "government", code).await;
    }
    rig.register(&support::phone(20), "point_focal", "government", KADIOLO).await;
    codes
}

async fn says(rig: &Rig, last: u32, text: &str) {
    let reply = rig.sms(&support::phone(last), text).await;
    assert!(reply.starts_with("OK"), "{text}: {reply}");
}

/// Of nine communes four met (one of them twice, one after saying it would not), three did not, two said nothing.
async fn a_quarter(rig: &Rig) -> Vec<String> {
    let codes = mandated(rig).await;
    says(rig, 1, "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
    says(rig, 1, "REU C D1911 N1 T10 F5 K1 X1 PV0 G4").await;
    says(rig, 2, "REU C D0210 N1 T30 F10 K2 X0 PV1").await;
    says(rig, 3, "REU C NON 3").await;
    says(rig, 3, "REU C D2011 N0 T12 F6 K0 X0 PV0").await;
    says(rig, 4, "REU C D2111 N1 T8 F2 K1 X1 PV1").await;
    says(rig, 5, "REU C NON 1").await;
    says(rig, 6, "REU C NON 2").await;
    says(rig, 7, "REU C NON 2").await;
    codes
}

fn numbers<const N: usize>(value: &Value, names: [&str; N]) -> [i64; N] {
    names.map(|name| value[name].as_i64().unwrap_or_else(|| panic!("{name} of {value}")))
}

const STATES: [&str; 4] = ["expected", "held", "not_held", "silent"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_states_are_never_mixed_and_equal_completeness_and_summary() {
    on_each(async |rig| {
        let codes = a_quarter(rig).await;
        let router = demo(rig);
        for place in [KADIOLO, "ML03", "ML"] {
            let bodies = get(&router, &format!("/api/v1/bodies?place={place}&period=2026-Q4")).await.json();
            let query = format!("place={place}&period=2026-Q4&flow=reu");
            let owed = get(&router, &format!("/api/v1/completeness?{query}")).await.json();
            let summary = get(&router, &format!("/api/v1/summary?{query}")).await.json();
            let all = bodies["bodies"].as_array().expect("bodies");
            let now =
                |body: &Value| numbers(body["quarters"].as_array().and_then(|all| all.last()).expect("one"), STATES);
            let told = all.iter().map(now).fold([0; 4], |sum, one| [0, 1, 2, 3].map(|at| sum[at] + one[at]));
            let [expected, received, not_held, silent] =
                numbers(&owed["total"], ["expected", "received", "not_held", "silent"]);
            assert_eq!(told, [expected, received - not_held, not_held, silent], "{place}: {bodies}");
            assert_eq!((told[1], told[2]), (4, 3), "{place}");
            for indicator in ["reu.participants", "reu.femmes", "reu.decisions", "reu.appliquees", "reu.pv"] {
                let whole = all.iter().map(|body| body["values"][indicator].as_i64().expect("a sum")).sum::<i64>();
                assert_eq!(whole, summary["total"][indicator].as_i64().expect("a sum"), "{place}: {indicator}");
            }
            let ccocsad = &all[0];
            let reasons: Vec<(String, i64)> = ccocsad["reasons"]
                .as_array()
                .expect("reasons")
                .iter()
                .map(|reason| {
                    (reason["name"].as_str().expect("a name").to_owned(), reason["count"].as_i64().expect("so"))
                })
                .collect();
            assert_eq!(reasons, [("insécurité".to_owned(), 1), ("budget".to_owned(), 2)], "{place}");
            let parts = bodies["parts"].as_array().expect("parts").iter().map(now);
            assert_eq!(parts.fold(0, |sum, part| sum + part[0]), expected, "the parts are the whole");
        }
        let bodies = get(&router, "/api/v1/bodies?place=ML0302&period=2026-Q4").await.json();
        let item = |code: &str, body: &str| {
            let items = bodies["items"].as_array().expect("items");
            let found = items.iter().find(|item| item["place"]["code"] == code && item["body"] == body);
            found.unwrap_or_else(|| panic!("{code} {body}: {bodies}")).clone()
        };
        let first = item(&codes[0], "ccocsad");
        assert_eq!(first["dates"], serde_json::json!(["2026-11-18", "2026-11-19"]));
        assert_eq!(first["values"]["reu.participants"], 34);
        assert_eq!(first["values"]["reu.part_femmes"]["percent"], 41.2);
        assert_eq!(first["values"]["reu.secteurs"], 4);
        assert_eq!(item(&codes[2], "ccocsad")["state"], "held", "any meeting makes the quarter held");
        let refused = item(&codes[4], "ccocsad");
        assert_eq!((&refused["state"], &refused["reason"]["code"]), (&"not_held".into(), &"1".into()));
        let told = serde_json::json!({"reu.non_tenues": 1, "reu.non_tenues/NON=1": 1});
        assert_eq!(
            refused["values"], told,
            "that it did not meet is counted; no meeting has no participants, not even none"
        );
        for silent in [item(&codes[7], "ccocsad"), item(&codes[8], "ccocsad"), item(KADIOLO, "clocsad")] {
            assert_eq!(silent["state"], "silent");
            assert!(silent.get("reason").is_none(), "silence gives no reason: {silent}");
        }
        assert_eq!(item(&codes[0], "ccocsad")["quarters"].as_array().expect("a year").len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_and_a_cancellation_move_the_state() {
    on_each(async |rig| {
        let codes = mandated(rig).await;
        let router = demo(rig);
        let state = async || {
            let path = format!("/api/v1/bodies?place={}&period=2026-Q4", codes[0]);
            let items = get(&router, &path).await.json()["items"].clone();
            (items[0]["state"].as_str().expect("a state").to_owned(), items[0]["values"]["reu.participants"].as_i64())
        };
        assert_eq!(state().await, ("silent".to_owned(), None));
        says(rig, 1, "REU C NON 2").await;
        assert_eq!(state().await, ("not_held".to_owned(), None));
        says(rig, 1, "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
        assert_eq!(state().await, ("held".to_owned(), Some(24)));
        rig.sms(&support::phone(1), "CORR 2 T26").await;
        assert_eq!(state().await, ("held".to_owned(), Some(26)));
        rig.sms(&support::phone(1), "ANNUL 2").await;
        rig.sms(&support::phone(1), "OUI").await;
        assert_eq!(state().await, ("not_held".to_owned(), None), "what was said before stands again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_tells_it_in_one_look_and_in_words() {
    on_each(async |rig| {
        let codes = a_quarter(rig).await;
        let router = demo(rig);
        let page = get(&router, "/places/ML0302/bodies?period=2026-Q4").await;
        let text = page.text();
        assert_eq!(page.status, 200, "{text}");
        for shown in [
            "<html lang=\"fr\">",
            "Les comités se réunissent-ils ?",
            "4 CCOCSAD sur 9 se sont réunis\u{a0}; 3 ne se sont pas réunis et ont dit pourquoi (1 insécurité, 2 budget)\u{a0}; \
             2 n’ont rien dit.",
            "Le CLOCSAD n’a rien dit : ni réunion, ni motif.",
            "À temps jusqu’au 15/01/2027",
            "<td class=\"held\"><span aria-hidden=\"true\">✓</span> tenue</td>",
            "<td class=\"not-held\"><span aria-hidden=\"true\">✕</span> non tenue : budget</td>",
            "<td class=\"mute\"><span aria-hidden=\"true\">–</span> muet</td>",
            "18/11/2026, 19/11/2026",
            "/places/ML0302/report?period=2026-Q4",
            "/api/v1/bodies.csv?place=ML0302",
        ] {
            assert!(text.contains(shown), "{shown} is on the page: {text}");
        }
        for running in ["<script", " style=", " onclick", "http://", "https://"] {
            assert!(!text.contains(running), "{running}");
        }
        assert_eq!(text.matches("<th scope=\"row\">").count() - 2, 10 + 5, "ten bodies, two reasons, four meetings, a sum");
        let alone = async |code: &str, lang: &str| {
            get(&router, &format!("/places/{code}/bodies?period=2026-Q4&lang={lang}")).await.text()
        };
        for (at, lang, said) in [
            (0, "fr", "Le CCOCSAD s’est réuni : 18/11/2026, 19/11/2026."),
            (4, "fr", "Le CCOCSAD ne s’est pas réuni. Motif : insécurité."),
            (8, "fr", "Le CCOCSAD n’a rien dit : ni réunion, ni motif."),
            (5, "en", "The CCOCSAD did not meet. Reason: budget."),
            (8, "en", "The CCOCSAD said nothing: no meeting, no reason."),
        ] {
            let text = alone(&codes[at], lang).await;
            assert!(text.contains(said), "{said}: {text}");
        }
        let place = get(&router, "/places/ML0302?period=2026-11").await.text();
        let links = ["bodies?period=2026-Q4", "report?period=2026-Q4", "bulletin?month=2026-11"];
        assert!(links.iter().all(|link| place.contains(&format!("/places/ML0302/{link}"))), "{place}");
        let country = get(&router, "/places/ML/bodies?period=2026-Q4").await.text();
        assert!(country.contains("✓\u{a0}4 · ✕\u{a0}3 · –\u{a0}140"), "Sikasso has one row: {country}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_have_a_line_for_each_body_at_each_place() {
    on_each(async |rig| {
        let codes = a_quarter(rig).await;
        let router = demo(rig);
        let csv = get(&router, "/api/v1/bodies.csv?place=ML0302&period=2026-Q4&lang=en").await;
        let text = csv.text();
        assert!(text.starts_with("place,name,level,body,period,state,reason,reason_name,dates,reu.tenues,"), "{text}");
        assert_eq!(text.lines().count(), 1 + 10);
        let row = |code: &str| text.lines().find(|line| line.starts_with(code)).unwrap_or_default().to_owned();
        assert!(row(&codes[4]).contains(",ccocsad,2026-Q4,not_held,1,insecurity,,"), "{text}");
        assert!(row(&codes[0]).contains(",held,,,2026-11-18 2026-11-19,2,"), "{text}");
        assert!(row(&codes[8]).contains(",silent,,,,,"), "{text}");
        let xlsx = get(&router, "/api/v1/bodies.xlsx?place=ML0302&period=2026-Q4").await;
        assert!(xlsx.status == 200 && xlsx.bytes.starts_with(b"PK"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_answered_is_refused_by_name() {
    on_each(async |rig| {
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let router = by_token(rig);
        for (path, status, error) in [
            ("bodies?period=2026-11", 400, "quarter_wanted"),
            ("bodies?period=2026", 400, "quarter_wanted"),
            ("bodies?period=2026-Q5", 400, "unknown_period"),
            ("bodies?period=2027-Q1", 400, "future_period"),
            ("bodies?place=ML0304", 403, "not_yours"),
            ("bodies?place=XX", 404, "unknown_place"),
            ("bodies?network=un", 400, "bad_query"),
            ("bodies.csv?period=2026-W47", 400, "quarter_wanted"),
        ] {
            let answer = get_as(&router, "of-kadiolo", &format!("/api/v1/{path}")).await;
            assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
            assert_eq!(answer.json()["error"], error, "{path}");
        }
        let router = demo(rig);
        for (path, status, said) in [
            ("/places/ML0302/bodies?period=2026-11", 400, "par trimestre"),
            ("/places/ML0302/bodies?period=2026-Q9", 400, "n’existe pas"),
            ("/places/ML0302/bodies?period=2031-Q1", 400, "n’a pas commencé"),
            ("/places/ML0302/bodies?month=2026-11", 400, "pas comprise"),
            ("/places/ML0302/bodies?odd=1", 400, "pas comprise"),
            ("/places/XX/bodies", 404, "Aucun lieu"),
            ("/places/ML0302/report?period=2026-11", 400, "par trimestre"),
            ("/places/ML0302/report?period=2026-11&lang=en", 400, "read by quarter"),
            ("/places/ML0302/report?period=2027-Q1", 400, "n’a pas commencé"),
            ("/places/XX/report", 404, "Aucun lieu"),
            ("/places/ML0302/bulletin?month=2026-Q4", 400, "par mois"),
            ("/places/ML0302/bulletin?month=2026-13", 400, "n’existe pas"),
            ("/places/ML0302/bulletin?month=2026-12", 400, "n’a pas commencé"),
            ("/places/ML0302/bulletin?period=2026-11", 400, "pas comprise"),
        ] {
            let page = get(&router, path).await;
            assert_eq!(page.status.as_u16(), status, "{path}");
            assert!(page.text().contains(said), "{path}: {}", page.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarter_that_is_over_says_nothing_of_what_may_still_come() {
    on_each(async |rig| {
        mandated(rig).await;
        says(rig, 1, "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
        rig.clock.set(Instant(support::START.0 + 60 * DAY_MS));
        let router = demo(rig);
        let page = get(&router, "/places/ML0302/bodies?period=2026-Q4").await.text();
        assert!(page.contains("1 CCOCSAD sur 9 s’est réuni") && !page.contains("Trimestre en cours"), "{page}");
        let next = get(&router, "/places/ML0302/bodies").await.text();
        assert!(next.contains("0 CCOCSAD sur 9 s’est réuni") && next.contains("T4\u{a0}2026"), "{next}");
    })
    .await;
}
