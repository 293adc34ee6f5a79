//! The pages over both databases: what they show, to whom, how heavy they are, and that nothing in them runs.

mod support;

use std::io::Read;

use axum::body::Body;
use axum::http::{Request, header};
use relais::base::Language;
use relais::flow::model::Wording;
use support::rig::{Rig, mali};
use support::visit::{Surfer, by_token, demo, get, get_as, make_token, send};

const KADIOLO: &str = "ML0302";

async fn on_each(test: impl AsyncFn(&Rig)) {
    on_each_empty(async |rig| {
        rig.register(&support::phone(1), "asc", "government", "ML030201").await;
        rig.sms(&support::phone(1), "DEP T1045 F523 V1038 J5 R1 E1 S2 M5").await;
        rig.sms(&support::phone(1), "OUI").await;
        test(rig).await;
    })
    .await;
}

async fn on_each_empty(test: impl AsyncFn(&Rig)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        test(&rig).await;
        rig.end().await;
        database.remove().await;
    }
}

/// Sends an SMS so many days before now.
async fn sms_before(rig: &Rig, days: i64, last: u32, text: &str) {
    rig.clock.set(support::START.plus_ms(-days * 24 * 3_600_000));
    let reply = rig.sms(&support::phone(last), text).await;
    assert!(reply.starts_with("OK"), "{text}: {reply}");
    rig.clock.set(support::START);
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
        let selects = page.split("<select name=\"").skip(1).filter_map(|rest| rest.split("</select>").next());
        let mut names = Vec::new();
        for select in selects {
            let name = select.split('"').next().unwrap_or_default();
            for value in select.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let path = format!("/places/ML030201?{name}={value}");
                assert_eq!(get(&router, &path).await.status, 200, "{path}");
            }
            names.push(name);
        }
        assert_eq!(names, ["period", "flow", "network", "role", "map"]);
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
        let mut surfer = Surfer::default();
        let form = surfer.open(&router, "/sign-in").await.text();
        assert!(form.contains("<label for=\"number\">") && form.contains("<label for=\"token\">"), "{form}");
        for wrong in ["token=wrong", "token=", "token=of-kadiolo%0d%0aSet-Cookie:x"] {
            let refused = surfer.post(&router, "/sign-in/token", wrong).await;
            assert_eq!(refused.status, 401, "{wrong}");
            assert_eq!(refused.header("set-cookie"), "", "{wrong}");
        }
        let entered = surfer.post(&router, "/sign-in/token", "token=of-kadiolo&lang=en").await;
        assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/?lang=en"));
        let cookie = entered.header("set-cookie").to_owned();
        for attribute in ["__Host-relais_session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
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
            ("/places/ML0302?network=martians", 400, "n’existe pas"),
            ("/places/ML0302?flow=xyz", 400, "n’existe pas"),
            ("/places/ML0302?sort=%3Cscript%3E", 400, "pas comprise"),
            ("/places/ML0302?map=dep.odd", 400, "pas comprise"),
            ("/places/ML0302?period=2026-Q4&period=2026-Q3", 400, "pas comprise"),
            ("/nowhere", 404, "Aucun lieu"),
        ] {
            let page = with_cookie(path).await;
            assert_eq!(page.status.as_u16(), status, "{path}");
            assert!(page.text().contains(said), "{path}: {}", page.text());
            assert_still(&page.text(), path);
        }
        surfer.open(&router, "/account").await;
        let left = surfer.post(&router, "/sign-out", "").await;
        assert!(left.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(with_cookie("/").await.status, 303, "the old cookie opens nothing");
    })
    .await;
}

/// What stands between the name of a figure and the end of its tile.
fn tile<'a>(page: &'a str, name: &str) -> &'a str {
    let start = page.find(&format!("<dt>{name}</dt>")).unwrap_or_else(|| panic!("{name} is a figure: {page}"));
    page[start..].split("</div>").next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_say_how_they_moved_against_the_same_days_of_the_period_before() {
    on_each_empty(async |rig| {
        rig.register(&support::phone(1), "asc", "government", "ML030201").await;
        // Today is the 54th day of the quarter: 10 August is among the first 54 of the one before, 10 September is not.
        sms_before(rig, 105, 1, "DEP T40 F20 V30 J8 R1 E1 S2 M8").await;
        sms_before(rig, 74, 1, "DEP T50 F20 V50 J0 R0 E0 S0 M0").await;
        sms_before(rig, 0, 1, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        let router = demo(rig);
        let page = get(&router, "/places/ML0302?period=2026-Q4").await.text();
        assert!(page.contains("aux 54 premiers jours de la période d’avant (3e trimestre 2026)"), "{page}");
        for (name, value, moved) in [
            ("Enfants dépistés", "45", "↑</span> en hausse\u{a0}: +5 (+12,5%)"),
            ("Taux MAM", "11,1%", "↓</span> en baisse\u{a0}: −8,9\u{a0}points"),
            ("Taux MAS", "4,4%", "↓</span> en baisse\u{a0}: −0,6\u{a0}point<"),
            ("Taux de référence", "100,0%", "=</span> stable"),
        ] {
            let tile = tile(&page, name);
            assert!(tile.contains(&format!("<dd>{value}")) && tile.contains(moved), "{name}: {tile}");
        }
        let others = rig.programme.in_force().pack.flows.len() - 1;
        assert_eq!(page.matches("Rien n’est arrivé").count(), others, "all other report types");
        let said = "Enfants dépistés. Premier : décembre 2025 aucun rapport. Dernier : novembre 2026 45 (période en cours). \
                    Plus bas : août 2026 40. Plus haut : septembre 2026 50";
        assert!(page.contains(said), "the chart in words: {page}");
        let over = get(&router, "/places/ML0302?period=2026-09&lang=en").await.text();
        assert!(over.contains("Change against the period before: August 2026."), "{over}");
        assert!(tile(&over, "Children screened").contains("up: +10 (+25.0%)"), "{over}");
        let first = get(&router, "/places/ML0302?period=2026-08").await.text();
        assert!(!tile(&first, "Enfants dépistés").contains("hausse"), "nothing came in July to compare with");
        assert!(tile(&first, "Enfants dépistés").contains("<dd>40"));
        let silent = get(&router, "/places/ML0302?period=2026-07").await.text();
        assert!(!silent.contains("<dt>Enfants dépistés</dt>") && silent.contains("Rien n’est arrivé"), "silent is not 0");
        let older = get(&router, "/places/ML0302?period=2019-07").await.text();
        assert!(older.contains("n’a pas de chiffres"), "{older}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_network_shows_on_the_page_what_the_api_says() {
    on_each(async |rig| {
        rig.register(&support::phone(2), "relais", "civil_society", "ML030202").await;
        rig.register(&support::phone(3), "point_focal", "government", "ML030202").await;
        sms_before(rig, 0, 2, "DEP T20 F11 V18 J2 R0 E0 S0 M2").await;
        sms_before(rig, 0, 3, "REU C D2011 N1 T20 F8 K3 X1 PV1").await;
        let router = demo(rig);
        let split = get(&router, "/api/v1/summary?place=ML0302&period=2026-Q4&by=network").await.json();
        for (network, screened, shown) in
            [("government", 1045, "<dd>1\u{a0}045"), ("civil_society", 20, "<dd>20"), ("un", 0, "Rien n’est arrivé")]
        {
            let asked = format!("period=2026-Q4&network={network}");
            let api = get(&router, &format!("/api/v1/summary?place=ML0302&{asked}")).await.json();
            assert_eq!(api["total"]["dep.depistes"], screened, "{network}");
            let row = split["rows"].as_array().expect("rows").iter().find(|row| row["network"]["id"] == network);
            let row = row.expect("each network has its row");
            assert_eq!((&api["total"], &api["completeness"]), (&row["values"], &row["completeness"]), "{network}");
            let by_place = api["rows"].as_array().expect("rows").iter();
            let sum: i64 = by_place.filter_map(|row| row["completeness"]["expected"].as_i64()).sum();
            assert_eq!(api["completeness"]["expected"], sum, "{network}");
            let page = get(&router, &format!("/places/ML0302?{asked}")).await.text();
            assert!(page.contains(shown) && page.contains("Un seul réseau"), "{network}: {page}");
            let expected = format!("<dt>Attendus</dt><dd>{}</dd>", api["completeness"]["expected"]);
            let nothing = api["completeness"]["expected"] == 0;
            assert!(
                page.contains(if nothing { "Aucun rapport n’est attendu" } else { &expected }),
                "{network}: {page}"
            );
            assert!(page.contains(&format!("network={network}&#38;lang=fr")), "links stay with the network");
            let file = get(&router, &format!("/api/v1/summary.csv?place=ML0302&{asked}")).await.text();
            assert!(file.lines().last().is_some_and(|total| total.contains(&format!(",{screened},"))), "{file}");
        }
        let refused = get(&router, "/api/v1/summary?network=martians").await;
        let body = refused.json();
        assert_eq!(
            (refused.status.as_u16(), &body["error"], &body["field"]),
            (400, &"unknown_network".into(), &"network".into())
        );
        assert!(body["help"].as_str().is_some_and(|help| help.contains("civil_society")), "{body}");
        let described = get(&router, "/api/v1/openapi.json").await.json();
        let parameters = described["paths"]["/api/v1/summary"]["get"]["parameters"].to_string();
        assert!(parameters.contains("\"network\""), "{parameters}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_map_leads_to_every_place_it_shows() {
    on_each(async |rig| {
        let router = demo(rig);
        let map = |page: &str| {
            page.split("<svg class=\"map\"").nth(1).and_then(|rest| rest.split("</svg>").next()).map(str::to_owned)
        };
        for (code, areas, link) in
            [("ML", 9, "/places/ML03?"), ("ML03", 7, "/places/ML0302?"), ("ML0302", 7, "/places/ML0301?")]
        {
            let page = get(&router, &format!("/places/{code}?period=2026-Q4&map=dep.depistes")).await.text();
            let map = map(&page).expect("a map");
            assert_eq!((map.matches("<path").count(), map.matches("<title>").count()), (areas, areas), "{code}");
            assert!(map.contains(&format!("<a href=\"{link}")), "{code}: {map}");
        }
        // Any indicator of the report types shown, whether it is a headline or not, by one of its options too.
        for (indicator, shown) in [
            ("dep.filles", "Sikasso : "),
            ("dep.part_filles", "Sikasso : "),
            ("dep.mam", "Sikasso : "),
            ("sen.personnes/K=1", "Sikasso : "),
        ] {
            let api = get(&router, "/api/v1/summary?place=ML&period=2026-Q4").await.json();
            let row = api["rows"].as_array().expect("rows").iter().find(|row| row["place"]["code"] == "ML03");
            let value = &row.expect("Sikasso")["values"][indicator];
            let number = value.as_i64().map(|whole| whole.to_string());
            let percent = value["percent"].as_f64().map(|percent| format!("{percent:.1}").replace('.', ","));
            let figure = number.or(percent).expect("a figure").replace("1045", "1\u{a0}045");
            let page = get(&router, &format!("/places/ML?period=2026-Q4&map={indicator}")).await.text();
            let map = map(&page).expect("a map");
            assert!(map.contains(&format!("<title>{shown}{figure}")), "{indicator} {figure}: {map}");
            assert!(page.contains(&format!("<option value=\"{indicator}\" selected>")), "{indicator}");
        }
        let country = get(&router, "/places/ML?period=2026-Q4&map=dep.depistes").await.text();
        assert!(country.contains("<title>Sikasso : 1\u{a0}045</title>"), "{country}");
        assert!(country.contains("<title>Gao : pas de chiffre</title>"), "nothing came from Gao: {country}");
        assert!(map(&get(&router, "/places/ML030201").await.text()).is_none(), "a commune has no outline");
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let own = get_as(&by_token(rig), "of-kadiolo", "/places/ML0302").await.text();
        let own = map(&own).expect("a map");
        assert!(own.contains("Sikasso") && !own.contains("<a "), "neighbours outside their area are no links: {own}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_stands_in_the_order_of_its_link() {
    on_each(async |rig| {
        let router = demo(rig);
        let first = async |sort: &str| {
            let page = get(&router, &format!("/places/ML0302?period=2026-Q4&sort={sort}")).await.text();
            let table = page.split("id=\"below\"").nth(1).expect("a table").to_owned();
            assert!(table.contains("aria-sort="), "{sort}: the column says so");
            let row = table.split("<th scope=\"row\">").nth(1).expect("a row");
            row.split("</a>").next().and_then(|link| link.split('>').nth(1)).expect("a name").to_owned()
        };
        for (sort, expected) in
            [("name", "Diou"), ("-name", "Zégoua"), ("dep.depistes", "Diou"), ("-silent", "Dioumaténé")]
        {
            assert_eq!(first(sort).await, expected, "{sort}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_page_is_light() {
    on_each(async |rig| {
        let router = demo(rig);
        for code in ["ML", "ML03", "ML0302", "ML030201"] {
            let request =
                Request::get(format!("/places/{code}?period=2026&map=dep.depistes&sort=silent&network=government"));
            let request = request.header(header::ACCEPT_ENCODING, "gzip");
            let page = send(&router, request.body(Body::empty()).expect("a request")).await;
            println!("{code}: {} bytes", page.bytes.len());
            assert!(page.status == 200 && page.bytes.len() < 50 * 1024, "{code}: {} bytes", page.bytes.len());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text_and_never_markup() {
    on_each(async |rig| {
        let mut pack = mali();
        pack.places = pack.places.replace(",Diou,", ",<script>alert(1)</script>,");
        pack.places = pack.places.replace(",Bougouni,cercle", ",<script>alert(2)</script>,cercle");
        for network in &mut pack.networks {
            network.name = Wording([(Language::FRENCH, "<script>alert(3)</script>".to_owned())].into());
        }
        for level in &mut pack.levels {
            level.plural = Wording([(Language::FRENCH, "<script>alert(4)</script>".to_owned())].into());
        }
        pack.attribution = "<script>alert(5)</script>".to_owned();
        rig.programme.replace_pack(pack).await.expect("sound");
        let router = demo(rig);
        rig.sms(&support::phone(1), "<script>alert(6)</script>").await;
        for path in [
            "/places/ML03?network=government",
            "/places/ML0302",
            "/places/ML030201",
            "/places/ML0302?lang=%3Cscript%3E",
            "/places/ML0302?network=%3Cscript%3E",
            "/places/ML0302?sort=%3Cscript%3E&map=%3Cscript%3E",
            "/places/%3Cscript%3E",
        ] {
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
