//! The pages over both databases: what they show, to whom, how heavy they are, and that nothing in them runs.

mod support;

use std::io::Read;

use axum::body::Body;
use axum::http::{Request, header};
use support::rig::{Rig, mali};
use support::visit::{Answer, by_token, demo, get, make_token, send};

const KADIOLO: &str = "ML0302";

async fn on_each(test: impl AsyncFn(&Rig)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        rig.register(&support::phone(1), "asc", "government", "ML030201").await;
        rig.sms(&support::phone(1), "DEP T1045 F523 V1038 J5 R1 E1 S2 M5").await;
        rig.sms(&support::phone(1), "OUI").await;
        test(&rig).await;
        rig.end().await;
        database.remove().await;
    }
}

/// Nothing on a page runs or reaches outside.
fn assert_still(page: &str, what: &str) {
    for running in ["<script", "javascript:", " style=", " onclick", " onload", "http://", "https://", "<iframe"] {
        assert!(!page.contains(running), "{what} has {running}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_told_in_one_look() {
    on_each(async |rig| {
        let router = demo(rig);
        let page = get(&router, "/places/ML0302?period=2026-Q4").await;
        let text = page.text();
        assert_eq!(page.status, 200, "{text}");
        for shown in [
            "<html lang=\"fr\">",
            "Données fictives",
            "<h1>Kadiolo <small>cercle</small></h1>",
            "4e trimestre 2026",
            "1\u{a0}045",
            "Muets",
            "Zéros déclarés",
            "Réunions non tenues",
            "href=\"#main\"",
            "scope=\"col\"",
            "scope=\"row\"",
            "/api/v1/summary.csv?place=ML0302",
            "CC BY-IGO",
            "href=\"/places/ML030201?",
            "href=\"/places/ML03?",
        ] {
            assert!(text.contains(shown), "{shown} is on the page: {text}");
        }
        assert_still(&text, "the page of a place");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        let english = get(&router, "/places/ML0302?period=2026-Q4&lang=en").await.text();
        for shown in ["<html lang=\"en\">", "Made-up data", "4th quarter 2026", "Silent", "MAM rate"] {
            assert!(english.contains(shown), "{shown} is on the English page");
        }
        assert!(get(&router, "/").await.text().contains("<h1>Mali <small>pays</small></h1>"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_of_a_page_leads_somewhere() {
    on_each(async |rig| {
        let router = demo(rig);
        let page = get(&router, "/places/ML0302?period=2026-11").await.text();
        let links: Vec<String> = page
            .split("href=\"/")
            .skip(1)
            .map(|rest| {
                format!("/{}", rest.split('"').next().unwrap_or_default()).replace("&#38;", "&").replace("&amp;", "&")
            })
            .collect();
        assert!(links.len() > 15, "{links:?}");
        for link in links {
            assert_eq!(get(&router, &link).await.status, 200, "{link}");
        }
        for value in page.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let path = if value.starts_with('2') { format!("?period={value}") } else { format!("?flow={value}") };
            assert_eq!(get(&router, &format!("/places/ML030201{path}")).await.status, 200, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_there_is_only_the_form() {
    on_each(async |rig| {
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let router = by_token(rig);
        let sent_away = get(&router, "/places/ML0302").await;
        assert_eq!((sent_away.status.as_u16(), sent_away.header("location")), (303, "/sign-in?lang=fr"));
        assert!(get(&router, "/sign-in").await.text().contains("<label for=\"token\">"));
        let enter = async |body: &'static str| -> Answer {
            let request = Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            send(&router, request.body(Body::from(body)).expect("a request")).await
        };
        for wrong in ["token=wrong", "token=", "token=of-kadiolo%0d%0aSet-Cookie:x"] {
            let refused = enter(wrong).await;
            assert_eq!(refused.status, 401, "{wrong}");
            assert_eq!(refused.header("set-cookie"), "", "{wrong}");
        }
        let entered = enter("token=of-kadiolo&lang=en").await;
        assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/?lang=en"));
        let cookie = entered.header("set-cookie").to_owned();
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let with_cookie = async |path: &str| {
            let request = Request::get(path).header(header::COOKIE, &cookie);
            send(&router, request.body(Body::empty()).expect("a request")).await
        };
        let home = with_cookie("/").await.text();
        assert!(home.contains("<h1>Kadiolo") && !home.contains("Données fictives"), "{home}");
        assert!(!home.contains("href=\"/places/ML03?"), "the way up ends at their own area");
        assert_eq!(with_cookie("/api/v1/summary.csv").await.status, 200, "the link to the file works");
        for (path, status, said) in [
            ("/places/ML0304", 403, "Votre zone : Kadiolo"),
            ("/places/XX", 404, "Aucun lieu"),
            ("/places/ML0302?period=2026-Q9", 400, "n’existe pas"),
            ("/places/ML0302?period=2031", 400, "n’existe pas"),
            ("/places/ML0302?odd=1", 400, "pas comprise"),
            ("/nowhere", 404, "Aucun lieu"),
        ] {
            let page = with_cookie(path).await;
            assert_eq!(page.status.as_u16(), status, "{path}");
            assert!(page.text().contains(said), "{path}: {}", page.text());
            assert_still(&page.text(), path);
        }
        let left = send(&router, Request::post("/sign-out").body(Body::empty()).expect("a request")).await;
        assert!(left.header("set-cookie").contains("Max-Age=0"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text_and_never_markup() {
    on_each(async |rig| {
        let mut pack = mali();
        pack.places = pack.places.replace(",Diou,", ",<script>alert(1)</script>,");
        rig.programme.replace_pack(pack).await.expect("sound");
        let router = demo(rig);
        for path in ["/places/ML0302", "/places/ML030201", "/places/ML0302?lang=%3Cscript%3E", "/places/%3Cscript%3E"] {
            assert_still(&get(&router, path).await.text(), path);
        }
        assert!(get(&router, "/places/ML0302").await.text().contains("alert(1)"), "the name is shown");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_heaviest_page_is_light() {
    on_each(async |rig| {
        let mut pack = mali();
        // Every commune right below the country.
        let lines = pack.places.lines().filter(|line| !line.contains(",region,") && !line.contains(",cercle,"));
        let flat = lines.map(|line| match line.split_once(",commune,") {
            None => line.to_owned(),
            Some((before, after)) => format!("{before},commune,ML,{}", after.split_once(',').map_or("", |rest| rest.1)),
        });
        pack.places = flat.collect::<Vec<_>>().join("\n");
        pack.place_codes = String::new();
        rig.programme.replace_pack(pack).await.expect("sound");
        let router = demo(rig);
        let request = Request::get("/places/ML?period=2026-Q4").header(header::ACCEPT_ENCODING, "gzip");
        let page = send(&router, request.body(Body::empty()).expect("a request")).await;
        assert_eq!((page.status.as_u16(), page.header("content-encoding")), (200, "gzip"));
        assert!(page.bytes.len() < 50 * 1024, "{} bytes over the wire", page.bytes.len());
        let plain = get(&router, "/places/ML?period=2026-Q4").await.text();
        assert!(plain.matches("<th scope=\"row\">").count() > 701, "701 communes have their row");
    })
    .await;
}

#[tokio::test]
async fn the_style_sheet_is_kept_by_its_content() {
    let database = support::sqlite();
    let rig = Rig::over(&database.url, support::START).await;
    let router = demo(&rig);
    let page = get(&router, "/").await.text();
    let address = page.split("href=\"/assets/").nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
    let style = get(&router, &format!("/assets/{address}")).await;
    assert_eq!(style.status, 200);
    assert!(style.header("cache-control").contains("immutable"));
    let mut css = String::new();
    style.bytes.as_slice().read_to_string(&mut css).expect("text");
    assert!(!css.contains("http") && !css.contains("@import"), "nothing is fetched from elsewhere");
    assert_eq!(get(&router, "/assets/relais-0.css").await.status, 404);
    rig.end().await;
    database.remove().await;
}
