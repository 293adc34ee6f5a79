//! Who is found: by place, role, state and name, page by page, masked; and every look noted.

use relais::store::audit::Action;

use crate::support;
use crate::support::visit::{get_as, make_token};
use crate::{DIOU, on_each};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_found_by_what_is_known_of_them() {
    on_each(async |register| {
        let rig = register.rig;
        let today = rig.programme.today();
        let mut tx = rig.programme.store.begin().await.expect("begins");
        for (number, name, from) in [
            (40, "Éléonore Dembélé", "2026-01-01"),
            (41, "Moussa <i>Ba</i>", "2026-12-01"),
            (42, "Moussa Ba", "2026-02-01"),
        ] {
            let person = relais::person::Person {
                id: relais::base::PersonId::new(&rig.programme.environment),
                name: name.into(),
                role: "relais".into(),
                network: "government".into(),
                place: rig.place(DIOU),
                language: None,
                agent_code: None,
                supervisor: Some(support::phone(9)),
                email: None,
                active_from: from.parse().expect("a day"),
                active_to: if number == 42 { today.yesterday().expect("a day") } else { relais::place::ALWAYS.to },
                phones: vec![support::phone(number)],
            };
            relais::store::person::insert(&mut tx, &person).await.expect("inserts");
        }
        tx.commit().await.expect("commits");
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        for (query, expected, absent) in [
            (
                "",
                vec!["Éléonore", "Moussa Ba", "Moussa &#60;i&#62;Ba&#60;/i&#62;", "+2237…40"],
                vec!["<i>Ba", "70000040"],
            ),
            ("name=eleonore", vec!["Éléonore"], vec!["Moussa"]),
            ("name=BA", vec!["Moussa"], vec!["Éléonore"]),
            ("state=left", vec![">Moussa Ba<"], vec!["Éléonore", "&#60;i&#62;"]),
            ("state=to_come", vec!["&#60;i&#62;"], vec!["Éléonore", ">Moussa Ba<"]),
            ("role=admin", vec!["Awa"], vec!["Moussa", "Éléonore"]),
            ("place=Diou&role=relais&state=here", vec!["Éléonore"], vec!["Moussa", "Awa"]),
            ("place=ML030201&role=asc", vec!["Awa"], vec!["Moussa"]),
            ("name=%3Cscript%3E", vec!["Personne ne correspond", "value=\"&#60;script&#62;\""], vec!["<script>"]),
            ("name=zzz&lang=en", vec!["Nobody fits"], vec!["Awa"]),
        ] {
            let page = surfer.open(router, &format!("/people?{query}")).await;
            let text = page.text();
            assert_eq!(page.status, 200, "{query}: {text}");
            assert!(expected.iter().all(|piece| text.contains(piece)), "{query}: {expected:?}: {text}");
            assert!(!absent.iter().any(|piece| text.contains(piece)), "{query}: none of {absent:?}: {text}");
        }
        for (query, status) in
            [("role=king", 400), ("state=x", 400), ("cursor=x", 400), ("place=ML0304", 403), ("place=Nowhere", 404)]
        {
            assert_eq!(surfer.open(router, &format!("/people?{query}")).await.status, status, "{query}");
        }
        let looked = register.entries(Action::View).await;
        assert!(looked.iter().any(|entry| entry.subject == "people"), "{looked:?}");
        surfer.open(router, &format!("/people/{}", register.reporter)).await;
        let (looked, whose) = (register.entries(Action::View).await, register.reporter.to_string());
        assert!(
            looked.iter().any(|entry| entry.detail.as_ref() == Some(&whose)),
            "whose page was looked at is noted: {looked:?}"
        );
        assert!(
            register.entries(Action::Denied).await.iter().any(|entry| entry.subject == "/people"),
            "and what was refused"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_gives_the_same_people_page_by_page() {
    on_each(async |register| {
        let (rig, router) = (register.rig, &register.router);
        make_token(rig, "officer-secret", "officer", Some("ML0302")).await;
        make_token(rig, "read-secret", "read", None).await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = get_as(router, "officer-secret", &format!("/api/v1/people?limit=1{cursor}")).await.json();
            let item = &page["items"][0];
            assert_eq!(item["phones"][0].as_str().map(|phone| phone.contains('…')), Some(true), "{item}");
            seen.push(item["role"].as_str().unwrap_or_default().to_owned());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, ["admin", "officier", "officier", "asc"], "of their area, those registered last first");
        let found = get_as(router, "officer-secret", "/api/v1/people?name=awa&role=asc&limit=500").await.json();
        assert_eq!(
            (found["items"].as_array().map(Vec::len), found["items"][0]["state"].as_str()),
            (Some(1), Some("here"))
        );
        assert_eq!(found["items"][0]["place"]["code"], DIOU);
        let csv = get_as(router, "officer-secret", "/api/v1/people.csv").await.text();
        assert!(csv.starts_with("id,name,role,network,place,") && csv.contains("Awa Traoré,asc"), "{csv}");
        assert!(get_as(router, "officer-secret", "/api/v1/people.xlsx").await.bytes.starts_with(b"PK"));
        for (token, path, status) in [
            ("read-secret", "/api/v1/people", 403),
            ("officer-secret", "/api/v1/people?place=ML0304", 403),
            ("officer-secret", "/api/v1/people?role=king", 400),
            ("officer-secret", "/api/v1/people?state=gone", 400),
            ("officer-secret", "/api/v1/people?phone=70000001", 400),
        ] {
            assert_eq!(get_as(router, token, path).await.status, status, "{path}");
        }
    })
    .await;
}
