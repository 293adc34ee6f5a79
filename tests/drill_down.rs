//! From a figure down to the reports behind it, over both databases: what an officer sees of each, and what nobody else does.

mod support;

use relais::store::audit::{self, Action};
use support::rig::Rig;
use support::visit::{Surfer, by_token, demo, get, get_as, make_token};

const KADIOLO: &str = "ML0302";
const DIOU: &str = "ML030201";

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        rig.register(&support::phone(1), "asc", "government", DIOU).await;
        rig.register(&support::phone(3), "officier", "government", KADIOLO).await;
        rig.register(&support::phone(4), "officier", "government", "ML0304").await;
        rig.register(&support::phone(5), "point_focal", "government", DIOU).await;
        test(rig).await;
    })
    .await;
}

/// Addresses of reports on a page, in its order.
fn reports_on(page: &str) -> Vec<String> {
    let links = page.split("href=\"/reports/").skip(1);
    links.map(|rest| format!("/reports/{}", rest.split('"').next().unwrap_or_default())).collect()
}

async fn views(rig: &Rig) -> usize {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let all = audit::list(&mut tx, None, 500).await.expect("lists");
    all.iter().filter(|entry| entry.action == Action::View && entry.subject == "reports").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_figure_leads_to_its_report_with_its_text_and_every_change() {
    on_each(async |rig| {
        let sent = rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        let receipt: String =
            sent.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        rig.sms(&support::phone(1), &format!("CORR {receipt} J6 V37")).await;
        let router = by_token(rig);
        let mut officer = Surfer::default();
        officer.sign_in(&router, rig, &support::phone(3)).await;
        let place = officer.open(&router, "/places/ML0302?period=2026-11&flow=dep").await.text();
        assert!(place.contains("/places/ML0302/reports?period=2026-11&#38;flow=dep&#38;lang=fr"), "{place}");
        let before = views(rig).await;
        let list = officer.open(&router, "/places/ML0302/reports?period=2026-11&flow=dep").await.text();
        let links = reports_on(&list);
        assert_eq!(links.len(), 1, "{list}");
        let page = officer.open(&router, &links[0]).await;
        let text = page.text();
        assert_eq!(page.status, 200, "{text}");
        for shown in [
            "DEP T45 F23 V38 J5 R1 E1 S2 M5",
            "CORR ",
            "<td>J</td><td>6</td>",
            "<td>5</td><td><strong>6</strong></td>",
            "<td>38</td><td><strong>37</strong></td>",
            "Version 2",
            "compté",
            "23/11/2026",
            "4e trimestre 2026",
            "+2237…01",
            "Aucun visa demandé",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        assert!(!text.contains(support::phone(1).e164()), "nobody has to call");
        assert_eq!(views(rig).await, before + 2, "the list and the report are both noted");
        let english = officer.open(&router, &links[0].replace("lang=fr", "lang=en")).await.text();
        assert!(english.contains("Text received") && english.contains("counted"), "{english}");
        rig.sms(&support::phone(1), &format!("ANNUL {receipt}")).await;
        let gone = officer.open(&router, &links[0]).await.text();
        assert!(gone.contains("<strong>annulé</strong>") && gone.contains("Version 3"), "{gone}");
        let counted = officer.open(&router, "/places/ML0302/reports?period=2026-11&state=counted").await.text();
        assert!(reports_on(&counted).is_empty() && counted.contains("Aucun rapport ne correspond"), "{counted}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_of_another_area_is_refused_and_says_whose_it_is() {
    on_each(async |rig| {
        rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        let link = reports_on(&get(&demo(rig), "/places/ML0302/reports?period=2026-11").await.text()).remove(0);
        let router = by_token(rig);
        make_token(rig, "figures", "read", Some(KADIOLO)).await;
        let mut other = Surfer::default();
        other.sign_in(&router, rig, &support::phone(4)).await;
        for path in [link.as_str(), "/places/ML0302/reports"] {
            let refused = other.open(&router, path).await;
            assert_eq!(refused.status, 403, "{path}");
            assert!(refused.text().contains("Votre zone : Koutiala"), "{path}: {}", refused.text());
            let figures = get_as(&router, "figures", path).await;
            assert_eq!(figures.status, 403, "{path}: figures only");
            assert!(!figures.text().contains("DEP T45"), "{path}");
        }
        let place = get_as(&router, "figures", "/places/ML0302").await.text();
        assert!(!place.contains("/reports?"), "no link that would not open");
        for (path, status) in [
            ("/reports/nothing", 404),
            ("/reports/01935a2e-0000-7000-8000-000000000000", 404),
            ("/places/ML0302/reports?state=odd", 400),
            ("/places/ML0302/reports?period=2031", 400),
            ("/places/ML0302/reports?flow=odd", 400),
            ("/places/ML0302/reports?cursor=odd", 400),
            ("/places/ML0302/reports?odd=1", 400),
        ] {
            let refused = get(&demo(rig), path).await;
            assert_eq!(refused.status.as_u16(), status, "{path}: {}", refused.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_to_call_sees_the_number_while_a_visa_waits_and_no_longer() {
    on_each(async |rig| {
        rig.sms(&support::phone(5), "RES M1.500.000 S3 R").await;
        rig.sms(&support::phone(5), "OUI").await;
        let number = support::phone(5);
        let path = "/places/ML0302/reports?state=awaiting_visa";
        let link = reports_on(&get(&demo(rig), path).await.text()).remove(0);
        let look = get(&demo(rig), &link).await.text();
        assert!(look.contains("+2237…05") && !look.contains(number.e164()), "who may only look: {look}");
        let router = by_token(rig);
        let mut officer = Surfer::default();
        officer.sign_in(&router, rig, &support::phone(3)).await;
        let waiting = officer.open(&router, &link).await.text();
        assert!(waiting.contains(number.e164()) && waiting.contains("à appeler"), "{waiting}");
        assert!(waiting.contains("1 500 000") && waiting.contains("rapport, attend"), "{waiting}");
        let decided = rig.sms(&support::phone(3), "VISA 1").await;
        assert!(decided.contains("RES"), "{decided}");
        let agreed = officer.open(&router, &link).await.text();
        assert!(!agreed.contains(number.e164()) && agreed.contains("+2237…05"), "{agreed}");
        assert!(agreed.contains("rapport, accepté") && agreed.contains("Kadiolo"), "who agreed: {agreed}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_paged_and_narrowed_like_the_api() {
    on_each(async |rig| {
        for last in 101..=160 {
            rig.register(&support::phone(last), "gsan", "civil_society", DIOU).await;
            rig.sms(&support::phone(last), "CUI N1 F8 H4 E25").await;
        }
        let router = demo(rig);
        let api = get(&router, "/api/v1/reports?place=ML0302&period=2026-11&flow=cui&limit=500").await.json();
        let all = api["items"].as_array().expect("items").len();
        assert!(all > 50, "{all}");
        for (query, rows) in [("", all), ("&limit=20", 20)] {
            let file = get(&router, &format!("/api/v1/reports.csv?place=ML0302&period=2026-11&flow=cui{query}")).await;
            assert_eq!(file.text().lines().count(), rows + 1, "{query}");
        }
        let mut path = "/places/ML0302/reports?period=2026-11&flow=cui".to_owned();
        let mut seen = Vec::new();
        loop {
            let page = get(&router, &path).await.text();
            seen.extend(reports_on(&page));
            let next = page.split("href=\"").find(|rest| rest.contains("cursor=") && rest.contains(">La suite"));
            let Some(next) = next.and_then(|rest| rest.split('"').next()) else { break };
            path = next.replace("&#38;", "&");
        }
        let listed: Vec<String> = api["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| format!("/reports/{}?lang=fr", item["id"].as_str().expect("an id")))
            .collect();
        assert_eq!(seen, listed, "every report once, in the order of the API");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_is_drawn_again_by_its_seed_and_is_of_counted_reports_alone() {
    on_each(async |rig| {
        for (last, place) in (101..=130).zip(["ML030201", "ML030202", "ML030203"].into_iter().cycle()) {
            rig.register(&support::phone(last), "gsan", "civil_society", place).await;
            rig.sms(&support::phone(last), &format!("CUI N1 F{} H4 E25", last - 90)).await;
        }
        rig.register(&support::phone(131), "gsan", "civil_society", "ML030401").await;
        rig.sms(&support::phone(131), "CUI N1 F8 H4 E25").await;
        rig.sms(&support::phone(130), "ANNUL 1").await;
        let router = demo(rig);
        let draw = async |query: &str| {
            let page = get(&router, &format!("/places/ML0302/sample?period=2026-11&flow=cui&{query}")).await;
            assert_eq!(page.status, 200, "{query}: {}", page.text());
            page.text()
        };
        let first = draw("n=9&seed=4711").await;
        assert!(
            first.contains("9 rapports tirés au sort sur 29 comptés") && first.contains("Tirage : 4711"),
            "{first}"
        );
        assert_eq!(reports_on(&first).len(), 9);
        assert_eq!(reports_on(&draw("n=9&seed=4711").await), reports_on(&first), "the same seed draws the same");
        assert_ne!(reports_on(&draw("n=9&seed=4712").await), reports_on(&first), "another one draws others");
        assert_eq!(first.matches("<td>Registre</td>").count(), 9, "room to write");
        assert_eq!(reports_on(&draw("n=100&seed=1").await).len(), 29, "all there are, once");
        let of_chance = draw("n=5").await;
        let seed = of_chance.split("name=\"seed\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let seed = seed.expect("the page says by what it was drawn");
        assert_eq!(reports_on(&draw(&format!("n=5&seed={seed}")).await), reports_on(&of_chance));
        let file = get(&router, "/places/ML0302/sample.csv?period=2026-11&flow=cui&n=9&seed=4711").await.text();
        assert_eq!(file.lines().count(), 10, "{file}");
        assert!(file.starts_with("seed,drawn_from,place,name,date,receipt,sender,"), "{file}");
        assert!(file.lines().skip(1).all(|line| line.starts_with("4711,29,ML0302")), "{file}");
        let nothing = get(&router, "/places/ML0302/sample?period=2026-03&flow=cui").await.text();
        assert!(nothing.contains("Aucun rapport compté"), "{nothing}");
        for (path, status) in [
            ("/places/ML0302/sample?n=0", 400),
            ("/places/ML0302/sample?n=101", 400),
            ("/places/ML0302/sample?seed=%3Cscript%3E", 400),
            ("/places/XX/sample", 404),
        ] {
            assert_eq!(get(&router, path).await.status.as_u16(), status, "{path}");
        }
    })
    .await;
}
