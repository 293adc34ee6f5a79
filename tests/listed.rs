//! What somebody wrote, as lists show it and as it is shown alone, over both databases: names hidden, and to whom it belongs.

mod support;

use serde_json::Value;
use support::rig::Rig;
use support::visit::{by_token, get_as, make_token};

const KADIOLO: &str = "ML0302";
const KOUTIALA: &str = "ML0304";
const DIOU: &str = "ML030201";
/// Texts with a name in each: a report that could not be read, one that was asked about, and plain words.
const WRITTEN: [&str; 3] =
    ["DEP T45 F23 V38 J5 R1 E1 S2 M5 enfant Moussa", "DEP T45 enfant Moussa", "la mere de Moussa est malade"];

/// Runs `test` on a rig with people of Kadiolo (1, 3), of Koutiala (2, 4) and a number that is nobody's (9).
async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        for (last, role, place) in
            [(1, "asc", DIOU), (2, "asc", "ML030401"), (3, "officier", KADIOLO), (4, "officier", KOUTIALA)]
        {
            rig.register(&support::phone(last), role, "government", place).await;
        }
        for (token, scope, area) in [
            ("country", "officer", None),
            ("kadiolo", "officer", Some(KADIOLO)),
            ("koutiala", "officer", Some(KOUTIALA)),
            ("reader", "read", None),
        ] {
            make_token(rig, token, scope, area).await;
        }
        test(rig).await;
    })
    .await;
}

fn texts(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_somebody_typed_is_in_no_list_and_in_no_file() {
    on_each(async |rig| {
        let router = by_token(rig);
        for (rank, text) in (0..).zip(WRITTEN) {
            rig.call(&support::phone(1), &format!("w{rank}"), text).await.expect("taken");
        }
        rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        let listed = get_as(&router, "country", "/api/v1/messages").await;
        let shown = texts(&listed.json());
        assert_eq!(shown.len(), 4);
        assert_eq!(shown.iter().filter(|text| text.contains("[nom]")).count(), 3, "{shown:?}");
        assert!(shown.contains(&"DEP T45 F23 V38 J5 R1 E1 S2 M5".to_owned()), "figures stay: {shown:?}");
        for path in ["/api/v1/messages", "/api/v1/messages.csv", "/api/v1/reports", "/api/v1/reports.csv"] {
            let text = get_as(&router, "country", path).await.text().to_uppercase();
            assert!(!text.contains("MOUSSA"), "{path}: {text}");
        }
        // A spreadsheet is packed; what is written into it comes from the same rows.
        let sheet = get_as(&router, "country", "/api/v1/messages.xlsx").await;
        assert!(sheet.status == 200 && sheet.bytes.starts_with(b"PK"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_by_its_id_is_shown_as_it_was_written() {
    on_each(async |rig| {
        let router = by_token(rig);
        rig.call(&support::phone(1), "w1", WRITTEN[1]).await.expect("taken");
        let one = get_as(&router, "country", "/api/v1/messages?channel=at&external_id=w1").await.json();
        assert_eq!(texts(&one), [WRITTEN[1]]);
        assert!(one["items"][0]["reply"].as_str().is_some_and(|reply| reply.contains("Moussa")), "{one:#}");
        let unseen = get_as(&router, "reader", "/api/v1/messages?channel=at&external_id=w1").await;
        assert!(unseen.status == 200 && !unseen.text().contains("Moussa"), "{}", unseen.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_a_report_is_listed_where_its_sender_belongs() {
    on_each(async |rig| {
        let router = by_token(rig);
        for (last, text) in [(1, "kadio ne sait pas"), (2, "kouti ne sait pas"), (9, "qui suis je")] {
            rig.call(&support::phone(last), &format!("w{last}"), text).await.expect("taken");
        }
        rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        for (token, place, expected) in [
            ("country", "", &["DEP T45", "kadio", "kouti", "qui"][..]),
            ("country", "?place=ML0302", &["DEP T45", "kadio"]),
            ("kadiolo", "", &["DEP T45", "kadio"]),
            ("kadiolo", "?place=ML030201", &["DEP T45", "kadio"]),
            ("kadiolo", "?place=ML030202", &[]),
            ("koutiala", "", &["kouti"]),
        ] {
            let page = get_as(&router, token, &format!("/api/v1/messages{place}")).await.json();
            let mut shown = texts(&page);
            shown.sort();
            let is_right = |(text, begins): (&String, &&str)| text.starts_with(begins);
            assert!(
                shown.len() == expected.len() && shown.iter().zip(expected).all(is_right),
                "{token}{place}: {shown:?}"
            );
        }
        for (token, id, is_shown) in
            [("kadiolo", "w1", true), ("kadiolo", "w2", false), ("kadiolo", "w9", false), ("country", "w9", true)]
        {
            let path = format!("/api/v1/messages?channel=at&external_id={id}");
            let page = get_as(&router, token, &path).await.json();
            assert_eq!(texts(&page).len(), usize::from(is_shown), "{token} {id}");
        }
    })
    .await;
}
