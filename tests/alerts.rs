//! Alerts, over both databases: told to the officers of the cercle at once and once, merged, withdrawn with their last
//! report, acknowledged by whoever answers first, and told to the next area up where nobody does.

#[path = "alerts/figures.rs"]
mod figures;
mod support;

use relais::base::{Instant, Phone};
use relais::store::{self, alert};
use relais::{rebuild, watch};
use support::rig::Rig;
use support::visit::{by_token, demo, get, get_as, make_token};

const COMMUNE: &str = "ML030201";
const CERCLE: &str = "ML0302";
const REGION: &str = "ML03";
const HOUR_MS: i64 = 3_600_000;
const ALE: &str = "ALE K4 G3 N60";

/// Phones of the people of a rig.
struct People {
    relais: Phone,
    asc: Phone,
    officer: Phone,
    colleague: Phone,
    region: Phone,
    elsewhere: Phone,
}

async fn on_each(test: impl AsyncFn(&Rig, &People)) {
    support::rig::on_each(support::START, async |rig| {
        let [relais, asc, officer, colleague, region, elsewhere] = [1, 2, 3, 4, 5, 6].map(support::phone);
        rig.register(&relais, "relais", "civil_society", COMMUNE).await;
        rig.register(&asc, "asc", "government", COMMUNE).await;
        rig.register(&officer, "officier", "government", CERCLE).await;
        rig.register(&colleague, "officier", "government", CERCLE).await;
        rig.register(&region, "officier", "government", REGION).await;
        rig.register(&elsewhere, "officier", "government", "ML0301").await;
        test(rig, &People { relais, asc, officer, colleague, region, elsewhere }).await;
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.differences, [], "rebuild finds no difference");
    })
    .await;
}

/// The SMS put out to `phone` that hold `piece`.
async fn told(rig: &Rig, phone: &Phone, piece: &str) -> Vec<String> {
    rig.sent_to(phone).await.into_iter().filter(|text| text.contains(piece)).collect()
}

/// Every alert, by area and number.
async fn alerts(rig: &Rig) -> Vec<alert::Alert> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let today = rig.programme.today();
    let mut found = alert::list(&mut tx, &alert::Filter::default(), today, None, 100).await.expect("lists");
    found.sort_by_key(|alert| (alert.area, alert.number));
    found
}

async fn states(rig: &Rig) -> Vec<&'static str> {
    alerts(rig).await.iter().map(|alert| alert.state().word()).collect()
}

async fn counted(rig: &Rig, indicator: &str) -> i64 {
    rig.cells("ML", "2026-11").await.get(indicator).copied().unwrap_or(0)
}

fn later(rig: &Rig, hours: i64) {
    rig.clock.set(Instant(support::START.0 + hours * HOUR_MS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_officers_of_the_cercle_are_told_in_the_same_transaction() {
    on_each(async |rig, people| {
        let reply = rig.sms(&people.relais, ALE).await;
        assert!(reply.contains("Le cercle est alerté"), "{reply}");
        for officer in [&people.officer, &people.colleague] {
            let sms = told(rig, officer, "ALERTE").await;
            assert_eq!(sms, ["ALERTE 1 Diou 23/11: déplacés, très grave (3/3), 60 personnes. Répondez VU 1."]);
        }
        for other in [&people.region, &people.elsewhere, &people.asc] {
            assert_eq!(told(rig, other, "ALERTE").await, [""; 0]);
        }
        // The same callback again, as providers repeat them.
        rig.call(&people.relais, "again", "ALE K5 G1 N5").await.expect("taken");
        rig.call(&people.relais, "again", "ALE K5 G1 N5").await.expect("taken");
        assert_eq!(told(rig, &people.officer, "ALERTE 2").await.len(), 1, "told once");
        assert_eq!(counted(rig, "ale.alertes").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stock_out_and_a_low_stock_are_told_and_an_ordinary_stock_is_not() {
    on_each(async |rig, people| {
        for (text, piece, count) in [
            ("ATPE S450 E0 U120 P10", "ALERTE", 0),
            ("CORR 1 S0", "ALERTE 1 Diou 23/11: RUPTURE ATPE", 1),
            ("CORR 1 S50", "ALERTE 2 Diou 23/11: ATPE pour moins de 2 semaines: reste 50", 1),
            ("CORR 1 P11", "ALERTE", 2),
        ] {
            let reply = rig.sms(&people.asc, text).await;
            assert_eq!(told(rig, &people.officer, piece).await.len(), count, "{text}: {reply}");
        }
        // The stock-out was corrected away; what it became instead is open.
        assert_eq!(states(rig).await, ["withdrawn", "open"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_is_merged_within_a_day_and_counted_once() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, ALE).await;
        later(rig, 3);
        let reply = rig.sms(&people.asc, "ALE K4 G3 N80").await;
        assert!(reply.starts_with("OK ALE 1") && reply.contains("Déjà signalé: alerte 1"), "{reply}");
        assert_eq!(told(rig, &people.officer, "ALERTE").await.len(), 1, "officers are not told again");
        assert_eq!(alerts(rig).await.iter().map(|alert| alert.merged).collect::<Vec<_>>(), [1]);
        let figures = async || (counted(rig, "ale.alertes").await, counted(rig, "ale.personnes").await);
        assert_eq!(figures().await, (1, 60), "what was merged counts once");
        // The one that counted goes: the other counts in its place, and the alert stands.
        rig.sms(&people.relais, "ANNUL 1").await;
        assert_eq!((states(rig).await, figures().await), (vec!["open"], (1, 80)));
        rig.sms(&people.asc, "CORR 1 N90").await;
        assert_eq!(figures().await, (1, 90));
        rig.sms(&people.asc, "ANNUL 1").await;
        assert_eq!((states(rig).await, figures().await), (vec!["withdrawn"], (0, 0)));
        // A graver one is another alert, and so is the same after a day.
        rig.sms(&people.relais, "ALE K4 G2 N60").await;
        later(rig, 28);
        rig.sms(&people.asc, "ALE K4 G2 N60").await;
        assert_eq!(states(rig).await, ["withdrawn", "open", "open"]);
        assert_eq!(figures().await, (2, 120));
        // Corrected to what another alert says already: merged into that one.
        rig.sms(&people.relais, "ALE K1 G1 N7").await;
        assert_eq!(figures().await, (3, 127));
        rig.sms(&people.relais, "CORR 3 K4 G2").await;
        assert_eq!((states(rig).await.pop(), figures().await), (Some("withdrawn"), (2, 120)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vu_acknowledges_once_and_only_in_ones_area() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, ALE).await;
        for (who, text, piece) in [
            (&people.relais, "VU 1", "VU est pour les officiers"),
            (&people.elsewhere, "VU 1", "Pas d'alerte 1 dans votre zone"),
            (&people.elsewhere, "VU", "Aucune alerte ouverte"),
            (&people.officer, "VU", "1 ALE Diou"),
            (&people.officer, "VU deux", "ajoutez le numéro"),
            (&people.officer, "VU 1 2", "2"),
            (&people.officer, "VU 9", "Pas d'alerte 9"),
        ] {
            let reply = rig.sms(who, text).await;
            assert!(reply.contains(piece), "{text}: {reply}");
            assert_eq!(states(rig).await, ["open"], "{text} changes nothing");
        }
        later(rig, 1);
        for (who, text, piece) in [
            (&people.colleague, "VU1", "OK, alerte 1 (ALE Diou) vue, ouverte depuis 1 h"),
            (&people.officer, "VU 1", "déjà vue par un collègue"),
            (&people.colleague, "vu 1", "déjà vue par vous"),
            (&people.officer, "VU", "Aucune alerte ouverte"),
        ] {
            let reply = rig.sms(who, text).await;
            assert!(reply.contains(piece), "{text}: {reply}");
        }
        let seen = alerts(rig).await.remove(0);
        assert_eq!(seen.acknowledged, Some(Instant(support::START.0 + HOUR_MS)));
        // Taken back afterwards: it was seen all the same.
        rig.sms(&people.relais, "ANNUL 1").await;
        assert_eq!(states(rig).await, ["acknowledged"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_several_areas_is_asked_about() {
    on_each(async |rig, people| {
        let (other, sender) = (support::phone(7), "ML030101");
        rig.register(&other, "relais", "civil_society", sender).await;
        rig.sms(&people.relais, ALE).await;
        rig.sms(&other, ALE).await;
        let reply = rig.sms(&people.region, "VU 1").await;
        assert!(reply.contains("plusieurs zones: 1 Bougouni, 2 Kadiolo"), "{reply}");
        assert_eq!(states(rig).await, ["open", "open"]);
        assert!(rig.sms(&people.region, "2").await.starts_with("OK, alerte 1 (ALE"));
        let mut states = states(rig).await;
        states.sort_unstable();
        assert_eq!(states, ["acknowledged", "open"], "one of them");
        assert!(rig.sms(&people.region, "VU 1").await.starts_with("OK, alerte 1"), "the one that is left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_officers_at_once_acknowledge_it_once() {
    on_each(async |rig, people| {
        for number in 1..=6 {
            rig.sms(&people.relais, &format!("ALE K{number} G1 N1")).await;
            let (text, ids) = (format!("VU {number}"), [format!("a{number}"), format!("b{number}")]);
            let (one, two) =
                tokio::join!(rig.call(&people.officer, &ids[0], &text), rig.call(&people.colleague, &ids[1], &text));
            one.expect("taken");
            two.expect("taken");
            let replies = [rig.reply(&ids[0]).await, rig.reply(&ids[1]).await];
            let first = replies.iter().filter(|reply| reply.starts_with("OK, alerte")).count();
            let second = replies.iter().filter(|reply| reply.contains("déjà vue par un collègue")).count();
            assert_eq!((first, second), (1, 1), "{replies:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_senders_at_once_open_one_alert() {
    on_each(async |rig, people| {
        for kind in 1..=6 {
            let text = format!("ALE K{kind} G1 N1");
            let ids = [format!("a{kind}"), format!("b{kind}")];
            let (one, two) =
                tokio::join!(rig.call(&people.relais, &ids[0], &text), rig.call(&people.asc, &ids[1], &text));
            one.expect("taken");
            two.expect("taken");
        }
        assert_eq!(alerts(rig).await.iter().map(|alert| alert.merged).collect::<Vec<_>>(), [1; 6]);
        assert_eq!(told(rig, &people.officer, "ALERTE").await.len(), 6);
        assert_eq!(counted(rig, "ale.alertes").await, 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_acknowledges_goes_to_the_next_area_up_once() {
    for database in support::databases().await {
        println!("on {}", database.label);
        // Two servers over one database.
        let (rig, other) =
            (Rig::over(&database.url, support::START).await, Rig::over(&database.url, support::START).await);
        let [relais, officer, region, country] = [1, 2, 3, 4].map(support::phone);
        rig.register(&relais, "relais", "civil_society", COMMUNE).await;
        rig.register(&officer, "officier", "government", CERCLE).await;
        rig.register(&country, "admin", "government", "ML").await;
        for kind in 1..=3 {
            rig.sms(&relais, &format!("ALE K{kind} G1 N1")).await;
        }
        rig.sms(&officer, "VU 1").await;
        rig.sms(&relais, "ANNUL 2").await;
        for (hours, told_to_country) in [(47, 0), (48, 1), (49, 1), (200, 1)] {
            later(&rig, hours);
            later(&other, hours);
            let (one, two) = tokio::join!(watch::round(&rig.programme), watch::round(&other.programme));
            one.expect("makes the round");
            two.expect("makes the round");
            // The region has nobody: it is the country that is told.
            assert_eq!(told(&rig, &country, "ALERTE 3").await.len(), told_to_country, "after {hours} h");
            assert_eq!(told(&rig, &country, "ALERTE").await.len(), told_to_country, "only what is open");
        }
        let text = told(&rig, &country, "ALERTE 3").await.remove(0);
        assert!(text.contains("sans réponse de Kadiolo depuis 2 j") && text.contains("Répondez VU 3"), "{text}");
        assert_eq!(told(&rig, &officer, "sans réponse").await, [""; 0]);
        assert_eq!(told(&rig, &region, "ALERTE").await, [""; 0]);
        assert_eq!(states(&rig).await, ["acknowledged", "withdrawn", "open"], "open until somebody answers");
        assert!(rig.sms(&country, "VU 3").await.starts_with("OK, alerte 3"));
        assert_eq!(states(&rig).await.pop(), Some("acknowledged"));
        other.end().await;
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_area_without_a_phone_to_reach_is_passed_over() {
    on_each(async |rig, people| {
        rig.sms(&people.officer, "STOP").await;
        rig.sms(&people.relais, ALE).await;
        assert_eq!(told(rig, &people.officer, "ALERTE").await, [""; 0], "STOP is kept to");
        assert_eq!(told(rig, &people.colleague, "ALERTE").await.len(), 1);
        rig.sms(&people.colleague, "STOP").await;
        rig.sms(&people.relais, "ALE K5 G1 N1").await;
        assert_eq!(told(rig, &people.region, "ALERTE 2").await.len(), 1, "the next area up");
        // Its officers may answer for it, and so may those who sent STOP.
        assert!(rig.sms(&people.region, "VU 2").await.starts_with("OK, alerte 2"));
        assert!(rig.sms(&people.officer, "VU 1").await.starts_with("OK, alerte 1"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_kept_for_an_unknown_number_alerts_once_it_counts() {
    on_each(async |rig, people| {
        let unknown = support::phone(9);
        let code = store::join::JoinCode {
            code: "482193".into(),
            place: rig.place(COMMUNE),
            role: "relais".into(),
            network: "civil_society".into(),
            expires: relais::base::Date::constant(2026, 12, 31),
            created: support::START,
        };
        let mut tx = rig.programme.store.begin().await.expect("begins");
        store::join::add_code(&mut tx, &code).await.expect("keeps the code");
        tx.commit().await.expect("commits");
        rig.sms(&unknown, ALE).await;
        assert_eq!(states(rig).await, [""; 0], "nobody knows who it is");
        rig.sms(&unknown, "JOIN 482193 Awa").await;
        rig.sms(&people.officer, "VISA 1").await;
        assert_eq!(told(rig, &people.officer, "ALERTE 2 Diou").await.len(), 1, "numbered beside what waits for a visa");
        assert_eq!(states(rig).await, ["open"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_and_the_page_list_alerts_of_an_area() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, ALE).await;
        later(rig, 1);
        rig.sms(&people.asc, "ALE K4 G3 N80").await;
        rig.sms(&people.asc, "ALE K6 G1 N5").await;
        rig.sms(&people.relais, "ALE K7 G1 N9").await;
        rig.sms(&people.relais, "ANNUL 2").await;
        rig.sms(&people.officer, "VU 1").await;
        let router = demo(rig);
        let all = get(&router, &format!("/api/v1/alerts?place={CERCLE}")).await.json();
        let items = all["items"].as_array().expect("items");
        let of = |number: i64| items.iter().find(|item| item["number"] == number).expect("the alert");
        assert_eq!(items.len(), 3, "{all:#}");
        let seen = of(1);
        for (key, expected) in [
            ("state", "acknowledged"),
            ("flow", "ale"),
            ("alert", "signalee"),
            ("keyword", "ALE"),
            ("text", "déplacés, très grave (3/3), 60 personnes."),
            ("opened_at", "2026-11-23T08:00:00Z"),
            ("acknowledged_at", "2026-11-23T09:00:00Z"),
        ] {
            assert_eq!(seen[key], expected, "{key}");
        }
        let by = serde_json::json!({ "role": "officier", "code": CERCLE });
        let officer = &seen["acknowledged_by"];
        assert_eq!((&officer["role"], &officer["place"]["code"]), (&by["role"], &by["code"]));
        assert!(!all.to_string().contains("Awa"), "nobody is named");
        assert_eq!(
            (&seen["merged"], &seen["area"]["code"], &seen["place"]["code"]),
            (&1.into(), &CERCLE.into(), &COMMUNE.into())
        );
        let report = get(&router, &format!("/api/v1/reports/{}", seen["report"].as_str().expect("an id"))).await.json();
        assert_eq!(report["values"]["N"], 60);
        assert_eq!(
            (&of(2)["state"], &of(3)["state"], &of(3)["report"]),
            (&"open".into(), &"withdrawn".into(), &serde_json::Value::Null)
        );
        let english = get(&router, "/api/v1/alerts?state=open&lang=en").await.json();
        assert_eq!(english["items"][0]["text"], "insecurity, to watch (1/3), 5 people.");
        let page = get(&router, "/api/v1/alerts?limit=2").await.json();
        let rest =
            get(&router, &format!("/api/v1/alerts?limit=2&cursor={}", page["next"].as_str().expect("more"))).await;
        assert_eq!(rest.json()["items"].as_array().map(Vec::len), Some(1));
        let file = get(&router, &format!("/api/v1/alerts.csv?place={CERCLE}&state=acknowledged")).await;
        assert!(file.text().contains("officier ML0302") && file.text().lines().count() == 2, "{}", file.text());
        for (path, status) in
            [("/api/v1/alerts?state=lost", 400), ("/api/v1/alerts?cursor=x", 400), ("/api/v1/alerts?kind=x", 400)]
        {
            assert_eq!(get(&router, path).await.status, status, "{path}");
        }
        make_token(rig, "elsewhere", "read", Some("ML0301")).await;
        let locked = by_token(rig);
        assert_eq!(get_as(&locked, "elsewhere", &format!("/api/v1/alerts?place={CERCLE}")).await.status, 403);
        assert_eq!(get_as(&locked, "elsewhere", "/api/v1/alerts").await.json()["items"], serde_json::json!([]));
        let html = get(&router, &format!("/places/{CERCLE}")).await.text();
        assert!(html.contains("Alertes ouvertes <small>1</small>") && html.contains("ALE · insécurité"), "{html}");
        assert!(!html.contains("ALE · déplacés"), "only what is open");
        let html = get(&router, "/places/ML0301").await.text();
        assert!(!html.contains("Alertes ouvertes"), "of this area alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_open_is_listed_page_by_page() {
    on_each(async |rig, people| {
        for kind in 1..=5 {
            later(rig, kind);
            rig.sms(&people.relais, &format!("ALE K{kind} G1 N1")).await;
        }
        rig.sms(&people.officer, "VU 3").await;
        let router = demo(rig);
        for place in ["", "&place=ML0302"] {
            let (mut numbers, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = get(&router, &format!("/api/v1/alerts?state=open&limit=2{place}{cursor}")).await.json();
                numbers
                    .extend(page["items"].as_array().expect("items").iter().filter_map(|item| item["number"].as_i64()));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(numbers, [5, 4, 2, 1], "`{place}`");
        }
    })
    .await;
}
