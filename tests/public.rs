//! The public face over both databases: off unless said, without anybody in it, and with nothing to subtract.

mod support;

use std::collections::BTreeMap;

use axum::Router;
use relais::web::{self, App, SignIn};
use support::rig::Rig;
use support::visit::{demo, get, send};

/// A day of the third quarter, which is closed for the public by the day of all tests; and one of the fourth, which is not.
const CLOSED_DAYS_AGO: i64 = 70;
const DAY_MS: i64 = 24 * 3_600_000;

fn public(rig: &Rig) -> Router {
    web::router(App { is_public: true, ..App::new(rig.programme.clone(), SignIn::Required) })
}

/// Screened children by commune, in the closed quarter.
const COUNTS: &[(&str, i64)] =
    &[("ML030201", 45), ("ML030202", 3), ("ML030203", 20), ("ML030401", 4), ("ML030402", 2), ("ML030403", 617)];

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        rig.clock.set(support::START.plus_ms(-CLOSED_DAYS_AGO * DAY_MS));
        for (index, (place, count)) in COUNTS.iter().enumerate() {
            let phone = support::phone(u32::try_from(index).expect("few") + 1);
            rig.register(&phone, "asc", "government", place).await;
            rig.sms(&phone, &format!("DEP T{count} F1 V{count} J0 R0 E0 S0 M0")).await;
            rig.sms(&phone, "OUI").await;
        }
        rig.clock.set(support::START);
        rig.sms(&support::phone(1), "DEP T231 F1 V231 J0 R0 E0 S0 M0").await;
        rig.sms(&support::phone(1), "OUI").await;
        test(rig).await;
    })
    .await;
}

/// The first table of a page: what stands beside each name, the total last.
fn rows(page: &str) -> BTreeMap<String, Vec<String>> {
    let table = page.split("<table").nth(1).and_then(|rest| rest.split("</table>").next()).expect("a table");
    let inner = |cell: &str| {
        let text = cell.split_once('>').map_or("", |(_, rest)| rest);
        let mut plain = String::new();
        let mut is_tag = false;
        for letter in text.chars() {
            match letter {
                '<' => is_tag = true,
                '>' => is_tag = false,
                _ if !is_tag => plain.push(letter),
                _ => {}
            }
        }
        plain.replace("&#60;", "<").replace("&lt;", "<").trim().to_owned()
    };
    let row = |row: &str| {
        let head = inner(row.split("<th scope=\"row\"").nth(1)?.split("</th>").next()?);
        let cells = row.split("<td").skip(1).map(|cell| inner(cell.split("</td>").next().unwrap_or_default()));
        Some((if head.is_empty() { "?".to_owned() } else { head }, cells.collect()))
    };
    table.split("<tr>").filter_map(row).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_no_public_face_unless_the_configuration_says_so() {
    on_each(async |rig| {
        for router in [demo(rig), web::router(App::new(rig.programme.clone(), SignIn::Required))] {
            for path in ["/public", "/public/places/ML", "/public/places/ML030201"] {
                let answer = get(&router, path).await;
                assert_eq!(answer.status, 404, "{path}");
                let text = answer.text();
                // The address of the style sheet may hold any figure: it is a digest.
                for shown in ["<table", ">45<", "Kadiolo", "Sikasso"] {
                    assert!(!text.contains(shown), "{path} shows {shown}: {text}");
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_counts_are_hidden_and_totals_say_at_least() {
    on_each(async |rig| {
        let router = public(rig);
        let kadiolo = get(&router, "/public/places/ML0302").await;
        assert_eq!(kadiolo.status, 200, "{}", kadiolo.text());
        assert!(kadiolo.header("cache-control").starts_with("public"), "{}", kadiolo.header("cache-control"));
        let rows_of = rows(&kadiolo.text());
        let names = |code: &str| {
            let in_force = rig.programme.in_force();
            in_force.tree.by_code(code).expect("a place").name.clone()
        };
        for (code, shown, total) in
            [("ML030201", "45", "45"), ("ML030202", "<5", "caché"), ("ML030203", "20", "20"), ("ML030204", "–", "–")]
        {
            let row = &rows_of[&names(code)];
            assert_eq!((row[3].as_str(), row[4].as_str()), (shown, total), "{code}: {row:?}");
            assert_eq!(row[..3], ["–", "–", "–"], "{code}");
        }
        assert_eq!(rows_of["Total"][3], "au moins 65", "the hidden three are in no total");
        let english = get(&router, "/public/places/ML0304?lang=en").await.text();
        assert_eq!(rows(&english)["Total"][3], "at least 617", "{english}");
        let region = rows(&get(&router, "/public/places/ML03").await.text());
        assert_eq!((&region["Kadiolo"][3], &region["Total"][3]), (&"au moins 65".into(), &"au moins 682".into()));
        let country = rows(&get(&router, "/public").await.text());
        assert_eq!(country["Sikasso"][3], "au moins 682");
        let all: String = ["/public", "/public/places/ML03", "/public/places/ML0302", "/public/places/ML030201"]
            .map(|path| path.to_owned())
            .join(" ");
        for path in all.split(' ') {
            let page = get(&router, path).await.text();
            assert!(!page.contains("231"), "{path}: a quarter under way is not published");
            assert!(page.contains("communes ont envoyé") && page.contains("3e trimestre 2026"), "{path}: {page}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_quarter_is_shown_before_anything_was_owed_or_came() {
    on_each(async |rig| {
        let router = public(rig);
        let heads = async |path: &str| {
            let page = get(&router, path).await.text();
            let is_shown = |quarter: &&str| page.contains(&format!("<th scope=\"col\">{quarter}</th>"));
            let of_2026 = ["1er trimestre 2026", "2e trimestre 2026", "3e trimestre 2026"];
            (of_2026.into_iter().filter(is_shown).count(), page.contains("Pour aucun trimestre clos"))
        };
        for (label, since, path, expected) in [
            ("always", None, "/public", (3, false)),
            ("from April", Some(jiff::civil::date(2026, 4, 1)), "/public", (2, false)),
            ("within a quarter", Some(jiff::civil::date(2026, 6, 30)), "/public", (2, false)),
            ("after what came all the same", Some(jiff::civil::date(2026, 10, 1)), "/public/places/ML0302", (1, false)),
            ("where nothing came either", Some(jiff::civil::date(2026, 10, 1)), "/public/places/ML01", (0, true)),
        ] {
            let mut pack = support::rig::mali();
            for flow in &mut pack.flows {
                std::sync::Arc::make_mut(flow).since = since;
            }
            rig.programme.replace_pack(pack).await.expect("sound");
            assert_eq!(heads(path).await, expected, "{label}");
            let told = rig.sms(&support::phone(9), "INFO KAYES").await;
            assert!(told.starts_with("KAYES T3: 0/"), "{label}: {told}");
        }
        let total = rows(&get(&router, "/public/places/ML0302").await.text())["Total"].clone();
        assert_eq!(total, ["au moins 65", "au moins 65"], "a quarter, and all of them");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_and_nothing_of_anybodys_is_on_a_public_page() {
    on_each(async |rig| {
        let router = public(rig);
        for path in ["/public", "/public/places/ML03", "/public/places/ML0302", "/public/places/ML030201?lang=en"] {
            let answer = get(&router, path).await;
            let text = answer.text();
            for private in ["Awa", "Traor", "+223", "2237", "DEP T", "asc", "/api/", "href=\"/places/", "officier"] {
                assert!(!text.contains(private), "{path} shows {private}: {text}");
            }
            for running in ["<script", " style=", "http://", "https://"] {
                assert!(!text.contains(running), "{path} has {running}");
            }
            assert_eq!(answer.header("set-cookie"), "", "{path} keeps nothing of who looks");
            assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
            assert!(text.len() < 50 * 1024, "{path} weighs {}", text.len());
        }
        for (path, status) in [
            ("/public/places/XX", 404),
            ("/public/places/%3Cscript%3E", 404),
            ("/public/places/ML0302'--", 404),
            ("/public/nothing", 404),
            ("/public?period=2026-11", 200),
        ] {
            let answer = get(&router, path).await;
            assert_eq!(answer.status.as_u16(), status, "{path}");
            assert!(!answer.text().contains("<script"), "{path}");
        }
        let posted = axum::http::Request::post("/public").body(axum::body::Body::empty()).expect("a request");
        assert_eq!(send(&router, posted).await.status, 405);
        assert_eq!(get(&router, "/places/ML0302").await.status, 303, "the rest is still for who is signed in");
    })
    .await;
}
