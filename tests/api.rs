//! The API over both databases: shapes, the same figures everywhere, and refusals.

mod support;

use serde_json::Value;
use support::rig::Rig;
use support::visit::{by_token, demo, get, get_as, make_token};

const KADIOLO: &str = "ML0302";
const DIOU: &str = "ML030201";

/// Runs `test` on a rig with two reports from Kadiolo, one from Koutiala, and two messages nobody could read.
async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        for (last, role, network, place) in [
            (1, "asc", "government", DIOU),
            (2, "relais", "civil_society", "ML030202"),
            (3, "officier", "government", KADIOLO),
            (4, "asc", "government", "ML030401"),
        ] {
            rig.register(&support::phone(last), role, network, place).await;
        }
        for (last, text) in [
            (1, "DEP T45 F23 V38 J5 R1 E1 S2 M5"),
            (2, "dep 20,11,18,2,0,0,0,2"),
            (4, "DEP T10 F5 V10 J0 R0 E0 S0 M0"),
            (8, "<script>alert(1)</script>"),
            (9, "=HYPERLINK(\"http://x\")"),
        ] {
            rig.sms(&support::phone(last), text).await;
        }
        test(rig).await;
    })
    .await;
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_summary_adds_up_whatever_it_is_split_by() {
    on_each(async |rig| {
        let router = demo(rig);
        for period in ["2026-11-23", "2026-W48", "2026-11", "2026-Q4", "2026"] {
            for by in ["place", "period", "network"] {
                let path = format!("/api/v1/summary?place={KADIOLO}&period={period}&by={by}");
                let answer = get(&router, &path).await;
                let body = answer.json();
                assert_eq!(body["total"]["dep.depistes"], 65, "{path}");
                assert_eq!((&body["place"]["code"], &body["period"]), (&KADIOLO.into(), &period.into()), "{path}");
                let rows = body["rows"].as_array().expect("rows");
                let sum: i64 = rows.iter().filter_map(|row| row["values"]["dep.depistes"].as_i64()).sum();
                assert_eq!(sum, 65, "{path}: {rows:#?}");
                for count in ["expected", "received", "on_time", "silent"] {
                    let sum: i64 = rows.iter().filter_map(|row| row["completeness"][count].as_i64()).sum();
                    // Bodies belong to no network: they are in the total alone.
                    if by != "network" {
                        assert_eq!(body["completeness"][count], sum, "{path} {count}");
                    }
                }
                assert_eq!(rows.iter().filter(|row| row.get(by).is_some()).count(), rows.len(), "{path}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shapes_are_the_ones_programs_depend_on() {
    on_each(async |rig| {
        let router = demo(rig);
        let summary = get(&router, "/api/v1/summary?place=ML0302&flow=dep").await.json();
        for key in ["place", "period", "indicators", "rows", "total", "completeness"] {
            assert!(summary.get(key).is_some(), "a summary has {key}");
        }
        let rate = &summary["total"]["dep.taux_mam"];
        assert_eq!((&rate["numerator"], &rate["denominator"], &rate["percent"]), (&7.into(), &65.into(), &10.8.into()));
        let empty = get(&router, "/api/v1/summary?place=ML030203&flow=dep").await.json();
        assert_eq!(empty["total"]["dep.taux_mam"]["percent"], Value::Null, "an empty denominator is no percentage");
        let messages = get(&router, "/api/v1/messages").await.json();
        let wanted = [
            "channel",
            "direction",
            "external_id",
            "id",
            "outcome",
            "peer",
            "received_at",
            "reply",
            "reports",
            "sent_at",
            "text",
        ];
        for key in wanted {
            assert!(keys(&messages["items"][0]).contains(&key), "a message has {key}: {messages:#}");
        }
        let reports = get(&router, "/api/v1/reports").await.json();
        let wanted = [
            "id", "receipt", "flow", "keyword", "place", "date", "periods", "values", "state", "revision", "history",
            "text",
        ];
        for key in wanted {
            assert!(keys(&reports["items"][0]).contains(&key), "a report has {key}: {reports:#}");
        }
        let openapi = get(&router, "/api/v1/openapi.json").await.json();
        for path in ["summary", "completeness", "indicators", "messages", "reports", "reports/{id}", "places"] {
            assert!(openapi["paths"].get(format!("/api/v1/{path}")).is_some(), "{path} is described");
        }
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let told = &openapi["paths"]["/api/v1/messages.xlsx"]["get"];
        assert_eq!(told["responses"]["200"]["content"][sheet]["schema"]["format"], "binary", "{told:#}");
        assert_eq!(told["parameters"], openapi["paths"]["/api/v1/messages.csv"]["get"]["parameters"]);
        let names: Vec<&Value> =
            openapi["paths"].as_object().expect("paths").values().map(|path| &path["get"]["operationId"]).collect();
        let different: std::collections::BTreeSet<String> = names.iter().map(ToString::to_string).collect();
        assert_eq!((different.len(), different.contains("\"messages_xlsx\"")), (names.len(), true), "{names:?}");
        let places = get(&router, "/api/v1/places?place=ML0302&level=commune&limit=4").await.json();
        assert_eq!((places["items"].as_array().map(Vec::len), &places["next"]), (Some(4), &"ML030204".into()));
        let rest = get(&router, "/api/v1/places?place=ML0302&level=commune&cursor=ML030204").await.json();
        assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(5), &Value::Null));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_and_bilan_say_what_the_summary_says() {
    on_each(async |rig| {
        let router = demo(rig);
        let path = "/api/v1/summary.csv?place=ML0302&period=2026-Q4";
        let answer = get(&router, path).await;
        assert!(answer.header("content-type").starts_with("text/csv"));
        let text = answer.text();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let column = |name: &str| head.iter().position(|known| known == name).expect("a column");
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let total = rows.last().expect("a total");
        let summary = get(&router, "/api/v1/summary?place=ML0302&period=2026-Q4").await.json();
        assert_eq!(total[column("dep.depistes")], summary["total"]["dep.depistes"].to_string());
        assert_eq!(total[column("dep.taux_mam")], summary["total"]["dep.taux_mam"]["percent"].to_string());
        assert_eq!(total[column("silent")], summary["completeness"]["silent"].to_string());
        let completeness = get(&router, "/api/v1/completeness?place=ML0302&period=2026-Q4").await.json();
        assert_eq!(completeness["total"], summary["completeness"]);
        let bilan = rig.sms(&support::phone(3), "BILAN T4").await;
        let percent = summary["completeness"]["percent"].as_f64().expect("a percentage");
        let (reporting, owing) = (&summary["places"]["reporting"], &summary["places"]["expected"]);
        let expected = format!("KADIOLO T4: {reporting}/{owing} communes ({percent:.0}% des rapports), ");
        assert!(bilan.starts_with(&expected), "{bilan} begins with {expected}");
        assert!(bilan.contains("dépistés 65, ") && bilan.contains("10,8%"), "{bilan}");
        assert!(relais::base::gsm7::size(&bilan).units <= 160, "{bilan}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_is_told_why_there_is_no_answer() {
    on_each(async |rig| {
        for (typed, expected) in [
            ("BILAN KOUTIALA", "Accès refusé: votre zone est Kadiolo. Envoyez: BILAN Kadiolo"),
            ("BILAN TOMBUCTU", "TOMBUCTU"),
            ("BILAN KADIOLO T7", "T7"),
            ("BILAN T4 2027", "2027-Q4"),
        ] {
            let reply = rig.sms(&support::phone(3), typed).await;
            assert!(reply.contains(expected), "{typed}: {reply}");
            assert!(relais::base::gsm7::size(&reply).parts == 1, "{typed}: {reply}");
        }
        let reply = rig.sms(&support::phone(1), "BILAN").await;
        assert!(reply.starts_with("BILAN est pour les officiers"), "{reply}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_answered_is_refused_by_name() {
    on_each(async |rig| {
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let revoked = make_token(rig, "revoked", "read", None).await;
        let mut tx = rig.programme.store.begin().await.expect("begins");
        relais::store::token::revoke(&mut tx, revoked).await.expect("revokes");
        tx.commit().await.expect("commits");
        make_token(rig, "odd-scope", "everything", None).await;
        let router = by_token(rig);
        for token in ["", "wrong", "revoked", "odd-scope", &"long".repeat(100)] {
            let answer = get_as(&router, token, "/api/v1/summary").await;
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (401, &"unauthorised".into()), "`{token}`");
        }
        assert_eq!(get(&router, "/api/v1/reports").await.status, 401, "without a token");
        for (path, status, error) in [
            ("/api/v1/summary?place=ML0304", 403, "not_yours"),
            ("/api/v1/summary?place=ML", 403, "not_yours"),
            ("/api/v1/places?place=ML03", 403, "not_yours"),
            ("/api/v1/reports?place=ML030401", 403, "not_yours"),
            ("/api/v1/summary?place=XX99", 404, "unknown_place"),
            ("/api/v1/summary?period=2026-Q5", 400, "unknown_period"),
            ("/api/v1/summary?period=T4", 400, "unknown_period"),
            ("/api/v1/summary?period=2027-Q1", 400, "future_period"),
            ("/api/v1/completeness?period=2026-12", 400, "future_period"),
            ("/api/v1/summary?flow=xyz", 400, "unknown_flow"),
            ("/api/v1/indicators?flow=xyz", 400, "unknown_flow"),
            ("/api/v1/summary?by=colour", 400, "unknown_value"),
            ("/api/v1/summary?lang=xx", 400, "unknown_language"),
            ("/api/v1/summary?perod=2026", 400, "bad_query"),
            ("/api/v1/reports?cursor=abc", 400, "unknown_value"),
            ("/api/v1/messages?cursor=%00", 400, "unknown_value"),
            ("/api/v1/reports?limit=0", 400, "unknown_value"),
            ("/api/v1/reports?limit=501", 400, "unknown_value"),
            ("/api/v1/reports?limit=x", 400, "bad_query"),
            ("/api/v1/reports?state=lost", 400, "unknown_value"),
            ("/api/v1/messages?outcome=lost", 400, "unknown_value"),
            ("/api/v1/messages?external_id=1", 400, "missing_value"),
            ("/api/v1/places?level=planet", 400, "unknown_value"),
            ("/api/v1/places?cursor=XX", 400, "unknown_value"),
            ("/api/v1/reports/not-an-id", 404, "not_found"),
            ("/api/v1/reports/01a20acf-b070-701b-b276-7e81b553a3b8", 404, "not_found"),
            ("/api/v1/nothing", 404, "not_found"),
        ] {
            let answer = get_as(&router, "of-kadiolo", path).await;
            let body = answer.json();
            assert_eq!((answer.status.as_u16(), &body["error"]), (status, &error.into()), "{path}: {body}");
            assert!(body["help"].as_str().is_some_and(|help| help.len() > 10), "{path} says how to mend it");
        }
        let refused = get_as(&router, "of-kadiolo", "/api/v1/summary?place=ML0304").await.json();
        assert!(refused["help"].as_str().is_some_and(|help| help.contains("Kadiolo")), "{refused}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_area_sees_itself_and_nothing_else() {
    on_each(async |rig| {
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        make_token(rig, "of-mali", "read", None).await;
        let router = by_token(rig);
        let count = async |token: &str, path: &str| {
            get_as(&router, token, path).await.json()["items"].as_array().map_or(0, Vec::len)
        };
        assert_eq!(count("of-kadiolo", "/api/v1/reports").await, 2);
        assert_eq!(count("of-mali", "/api/v1/reports").await, 3);
        assert_eq!(count("of-kadiolo", "/api/v1/messages").await, 2);
        assert_eq!(count("of-mali", "/api/v1/messages").await, 5, "those that brought no report too");
        assert_eq!(count("of-kadiolo", "/api/v1/messages?channel=at&external_id=m2").await, 0, "Koutiala's message");
        assert_eq!(count("of-mali", "/api/v1/messages?channel=at&external_id=m2").await, 1);
        let own = get_as(&router, "of-kadiolo", "/api/v1/summary").await.json();
        assert_eq!((&own["place"]["code"], &own["total"]["dep.depistes"]), (&KADIOLO.into(), &65.into()));
        let reports = get_as(&router, "of-mali", "/api/v1/reports?place=ML0304").await.json();
        let path = format!("/api/v1/reports/{}", reports["items"][0]["id"].as_str().expect("an id"));
        assert_eq!(get_as(&router, "of-kadiolo", &path).await.status, 403);
        assert_eq!(get_as(&router, "of-mali", &path).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_go_on_where_they_stopped_and_show_every_revision() {
    on_each(async |rig| {
        rig.sms(&support::phone(1), "CORR 1 J6 V37").await;
        let router = demo(rig);
        let (mut path, mut ids) = ("/api/v1/messages?limit=2".to_owned(), Vec::new());
        loop {
            let page = get(&router, &path).await.json();
            ids.extend(page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/messages?limit=2&cursor={next}");
        }
        assert_eq!(ids.len(), 6);
        assert!(ids.is_sorted_by(|one, other| one > other), "newest first, none twice: {ids:?}");
        let reports =
            get(&router, "/api/v1/reports?place=ML030201&flow=dep&state=counted&period=2026-W48").await.json();
        let id = reports["items"][0]["id"].as_str().expect("a report").to_owned();
        let report = get(&router, &format!("/api/v1/reports/{id}")).await.json();
        assert_eq!(
            (&report["revision"], &report["values"]["J"], &report["state"]),
            (&2.into(), &6.into(), &"counted".into())
        );
        assert_eq!(report["history"][0]["values"]["J"], 5);
        assert_eq!(report["periods"]["due"], "2026-W48");
        assert_eq!(report, reports["items"][0], "one report and a list show the same");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_shown_runs_and_no_phone_is_shown_whole() {
    on_each(async |rig| {
        let router = demo(rig);
        let messages = get(&router, "/api/v1/messages").await;
        assert_eq!(messages.header("content-type"), "application/json");
        assert_eq!(messages.header("x-content-type-options"), "nosniff");
        let csv = get(&router, "/api/v1/messages.csv").await.text();
        assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
        for text in [messages.text(), csv] {
            assert!(text.contains("+2237…0"), "a masked number: {text}");
            for last in [1, 2, 4, 8, 9] {
                assert!(!text.contains(support::phone(last).digits()), "phone {last} is masked: {text}");
            }
        }
    })
    .await;
}
