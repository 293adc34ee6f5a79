//! DHIS2 over both databases: the mapped figures as it takes them, and a double of its import endpoint with the refusals its
//! documentation names, which must end up with exactly the mapped values, once.

mod support;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use relais::dhis2::{PushError, Pushed, Server, ValueSet, push, value_set};
use relais::outbox;
use relais::person::Access;
use relais::view::{Ask, Question};
use serde_json::{Value, json};
use support::rig::Rig;
use support::visit::{demo, get as visit};

const DIOU: &str = "ML030201";
const OTHER: &str = "ML030202";
const TOKEN: &str = "d2pat_trial";

/// What the double answers to one import.
#[derive(Clone, Copy)]
enum Answer {
    Status(u16),
    /// It takes everything, and never says so.
    TakeSilently,
}

#[derive(Default)]
struct Inner {
    plan: Mutex<VecDeque<Answer>>,
    /// Value and comment by element, unit, combination, period.
    values: Mutex<BTreeMap<[String; 4], (String, String)>>,
    imports: Mutex<Vec<Value>>,
}

/// A server that knows some data elements and organisation units.
#[derive(Clone)]
struct Double {
    url: String,
    inner: Arc<Inner>,
}

const ELEMENTS: [&str; 5] = [
    "NUT_SCREEN_WASTING_CHW",
    "NUT_CHILD_MEASUR_MUAC_CHW",
    "NUT_CHILD_OEDEMA_CHW",
    "NUT_CHILD_REFERRED_WS_BY_CHW",
    "NUT_CHILD_REFERRED_WM_BY_CHW",
];

impl Double {
    async fn start() -> Double {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner::default());
        let app = Router::new()
            .route("/api/dataValueSets", get(export).post(import))
            .route("/api/dataValueSets.json", get(export))
            .with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.expect("serves") });
        Double { url, inner }
    }

    fn plan(&self, answers: impl IntoIterator<Item = Answer>) {
        self.inner.plan.lock().expect("free").extend(answers);
    }

    fn imports(&self) -> usize {
        self.inner.imports.lock().expect("free").len()
    }

    fn value(&self, element: &str, unit: &str) -> Option<String> {
        let key = [element, unit, "default", "202611"].map(str::to_owned);
        self.inner.values.lock().expect("free").get(&key).map(|(value, _)| value.clone())
    }

    fn put(&self, element: &str, unit: &str, value: &str, comment: &str) {
        let key = [element, unit, "default", "202611"].map(str::to_owned);
        self.inner.values.lock().expect("free").insert(key, (value.to_owned(), comment.to_owned()));
    }

    fn server(&self, token: &str) -> Server {
        Server { url: self.url.clone(), token: token.to_owned().into(), dry_run: false, wait: Duration::ZERO }
    }
}

fn is_let_in(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|token| token.as_bytes() == format!("ApiToken {TOKEN}").as_bytes())
}

async fn export(State(inner): State<Arc<Inner>>, headers: HeaderMap, uri: Uri) -> Response {
    if !is_let_in(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let query = uri.query().unwrap_or_default();
    assert!(query.contains("dataSet=NUT_COMM") && query.contains("period=202611"), "{query}");
    let values = inner.values.lock().expect("free");
    let shown = values.iter().filter(|([_, unit, ..], _)| query.contains(&format!("orgUnit={unit}")));
    let shown: Vec<Value> = shown
        .map(|([element, unit, combo, period], (value, comment))| {
            json!({"dataElement": element, "orgUnit": unit, "categoryOptionCombo": combo, "period": period,
                   "value": value, "comment": comment, "storedBy": "someone"})
        })
        .collect();
    Json(json!({ "dataValues": shown })).into_response()
}

/// As DHIS2 documents it: 200 with counts, 409 with conflicts where something is unknown.
async fn import(State(inner): State<Arc<Inner>>, headers: HeaderMap, uri: Uri, Json(set): Json<Value>) -> Response {
    if !is_let_in(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    inner.imports.lock().expect("free").push(set.clone());
    let answer = inner.plan.lock().expect("free").pop_front();
    if let Some(Answer::Status(status)) = answer {
        return StatusCode::from_u16(status).expect("a status").into_response();
    }
    let is_dry = uri.query().is_some_and(|query| query.contains("dryRun=true"));
    let (mut imported, mut updated, mut ignored, mut conflicts) = (0, 0, 0, Vec::new());
    for value in set["dataValues"].as_array().expect("values") {
        let text = |name: &str| value[name].as_str().expect("a text").to_owned();
        if !ELEMENTS.contains(&text("dataElement").as_str()) || text("orgUnit") == OTHER {
            ignored += 1;
            let said = format!("Org unit not found or not accessible: {}", text("orgUnit"));
            conflicts.push(json!({"object": text("orgUnit"), "value": said, "errorCode": "E7610"}));
            continue;
        }
        let key = [text("dataElement"), text("orgUnit"), text("categoryOptionCombo"), text("period")];
        let mut values = inner.values.lock().expect("free");
        if values.contains_key(&key) {
            updated += 1
        } else {
            imported += 1
        }
        if !is_dry {
            values.insert(key, (text("value"), text("comment")));
        }
    }
    if let Some(Answer::TakeSilently) = answer {
        return std::future::pending().await;
    }
    let status = if ignored > 0 { StatusCode::CONFLICT } else { StatusCode::OK };
    let count = json!({"imported": imported, "updated": updated, "ignored": ignored, "deleted": 0});
    let word = if ignored > 0 { "WARNING" } else { "SUCCESS" };
    let summary =
        json!({"responseType": "ImportSummary", "status": word, "importCount": count, "conflicts": conflicts});
    (status, Json(json!({"httpStatusCode": status.as_u16(), "status": word, "response": summary}))).into_response()
}

/// A client whose patience is short.
fn client() -> reqwest::Client {
    let _provider_is_set = outbox::client().expect("a client");
    reqwest::Client::builder().timeout(Duration::from_millis(400)).build().expect("a client")
}

async fn set(rig: &Rig, place: &str) -> ValueSet {
    let ask = Ask { place: Some(place), period: Some("2026-11"), ..Ask::default() };
    let (in_force, today) = (rig.programme.in_force(), rig.programme.today());
    let question = Question::settle(&in_force, &Access::LOOK, today, ask).expect("a question");
    value_set(&rig.programme, &question, None, Default::default()).await.expect("a set")
}

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.sms(&support::phone(1), "dep 45,23,38,5,1,1,2,5").await;
        rig.register(&support::phone(2), "relais", "government", DIOU).await;
        rig.sms(&support::phone(2), "dep 20,11,18,2,0,0,0,2").await;
        test(rig).await;
    })
    .await;
}

const EXPECTED: [(&str, &str); 5] = [
    ("NUT_SCREEN_WASTING_CHW", "65"),
    ("NUT_CHILD_MEASUR_MUAC_CHW", "65"),
    ("NUT_CHILD_OEDEMA_CHW", "1"),
    ("NUT_CHILD_REFERRED_WS_BY_CHW", "2"),
    ("NUT_CHILD_REFERRED_WM_BY_CHW", "7"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_gives_what_is_mapped_and_lists_what_is_not() {
    on_each(async |rig| {
        let router = demo(rig);
        for (path, unit, period) in [
            ("place=ML0302&period=2026-11", DIOU, "202611"),
            ("place=ML&period=2026-Q4", DIOU, "2026Q4"),
            ("place=ML0302&period=2026&level=cercle", "ML0302", "2026"),
        ] {
            let set = visit(&router, &format!("/api/v1/dhis2/dataValueSets?{path}")).await.json();
            let values = set["dataValues"].as_array().expect("values");
            assert_eq!(values.len(), EXPECTED.len(), "{path}: {set}");
            for (value, (element, count)) in values.iter().zip(EXPECTED) {
                let expected = json!({"dataElement": element, "period": period, "orgUnit": unit, "value": count,
                    "categoryOptionCombo": "default", "attributeOptionCombo": "default", "comment": "relais"});
                assert_eq!(*value, expected, "{path}");
            }
            assert_eq!((&set["dataSet"], &set["orgUnitIdScheme"]), (&json!("NUT_COMM"), &json!("CODE")));
            let unmapped = set["unmapped"].to_string();
            for name in ["dep.normal", "dep.taux_mas", "vita.vita", "sen.personnes", "atpe.stock"] {
                assert!(unmapped.contains(&format!("\"{name}\"")), "{name}: {unmapped}");
            }
            assert!(!unmapped.contains("dep.depistes"), "{unmapped}");
        }
        let summary = visit(&router, "/api/v1/summary?place=ML0302&period=2026-11&flow=dep").await.json();
        assert_eq!(summary["total"]["dep.depistes"].to_string(), EXPECTED[0].1, "the same figure");
        for (query, status) in
            [("period=2026-W47", 400), ("period=2026-13", 400), ("level=county", 400), ("place=XX", 404)]
        {
            let answer = visit(&router, &format!("/api/v1/dhis2/dataValueSets?{query}")).await;
            assert_eq!(answer.status, status, "{query}: {}", answer.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_gets_exactly_the_mapped_values_once() {
    on_each(async |rig| {
        let (double, client) = (Double::start().await, client());
        let first = set(rig, "ML").await;
        let dry = Server { dry_run: true, ..double.server(TOKEN) };
        let pushed = push(&client, &dry, &first).await.expect("a dry run");
        assert_eq!((pushed.sent, pushed.summary.import_count.imported), (5, 5));
        assert_eq!(double.value("NUT_SCREEN_WASTING_CHW", DIOU), None, "a dry run changes nothing");
        let pushed = push(&client, &double.server(TOKEN), &first).await.expect("pushed");
        assert_eq!((pushed.sent, pushed.summary.import_count.imported), (5, 5), "{pushed:?}");
        for (element, count) in EXPECTED {
            assert_eq!(double.value(element, DIOU).as_deref(), Some(count), "{element}");
        }
        let imports = double.imports();
        let again = push(&client, &double.server(TOKEN), &first).await.expect("pushed");
        assert_eq!(again, Pushed { known: 5, ..Pushed::default() });
        assert_eq!(double.imports(), imports, "nothing is sent again");
        // A correction changes what is there, and that alone is sent.
        rig.sms(&support::phone(2), "CORR 1 M1").await;
        let pushed = push(&client, &double.server(TOKEN), &set(rig, "ML").await).await.expect("pushed");
        assert_eq!((pushed.sent, pushed.known, pushed.summary.import_count.updated), (1, 4, 1), "{pushed:?}");
        assert_eq!(double.value("NUT_CHILD_REFERRED_WM_BY_CHW", DIOU).as_deref(), Some("6"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_source_sent_is_marked_and_left_alone() {
    on_each(async |rig| {
        let (double, client) = (Double::start().await, client());
        double.put("NUT_SCREEN_WASTING_CHW", DIOU, "60", "DISC-Mali");
        let pushed = push(&client, &double.server(TOKEN), &set(rig, "ML").await).await.expect("pushed");
        assert_eq!((pushed.sent, pushed.of_others.len()), (4, 1), "{pushed:?}");
        assert_eq!(pushed.of_others[0].data_element, "NUT_SCREEN_WASTING_CHW");
        assert_eq!(double.value("NUT_SCREEN_WASTING_CHW", DIOU).as_deref(), Some("60"), "not overwritten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_and_failures_are_told_and_nothing_counts_twice() {
    on_each(async |rig| {
        let (double, client) = (Double::start().await, client());
        let sound = set(rig, "ML").await;
        let refused = push(&client, &double.server("wrong"), &sound).await.expect_err("a wrong token");
        assert!(matches!(refused, PushError::Token(401)), "{refused}");
        assert!(!refused.to_string().contains("wrong"), "a token is never told");
        for url in ["http://dhis2.example.org", "dhis2.example.org", "ftp://x"] {
            let elsewhere = Server { url: url.to_owned(), ..double.server(TOKEN) };
            let refused = push(&client, &elsewhere, &sound).await.expect_err("no address for a token");
            assert!(matches!(refused, PushError::Address(_)), "{refused}");
        }
        assert_eq!(double.imports(), 0);
        double.plan([Answer::Status(500), Answer::Status(503), Answer::Status(500)]);
        let failed = push(&client, &double.server(TOKEN), &sound).await.expect_err("three failures");
        assert!(matches!(failed, PushError::NoAnswer(_)), "{failed}");
        assert_eq!(double.imports(), 3);
        // It took everything and its answer was lost: trying again leaves what is there as it is.
        double.plan([Answer::TakeSilently]);
        let pushed = push(&client, &double.server(TOKEN), &sound).await.expect("the second try");
        assert_eq!(pushed.summary.import_count.updated, 5, "{pushed:?}");
        for (element, count) in EXPECTED {
            assert_eq!(double.value(element, DIOU).as_deref(), Some(count), "{element}");
        }
        // A server that refuses half says which half.
        rig.register(&support::phone(3), "relais", "government", OTHER).await;
        rig.sms(&support::phone(3), "dep 9,4,9,0,0,0,0,0").await;
        let pushed = push(&client, &double.server(TOKEN), &set(rig, "ML").await).await.expect("half of it");
        let (count, conflicts) = (pushed.summary.import_count, &pushed.summary.conflicts);
        assert_eq!((pushed.known, pushed.sent, count.ignored, conflicts.len()), (5, 5, 5, 5), "{pushed:?}");
        assert!(conflicts[0].value.contains(OTHER), "{conflicts:?}");
    })
    .await;
}
