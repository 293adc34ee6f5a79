//! The telephone over both databases, without a browser: what goes in by its forms, what it shows, and to whom it listens.

mod support;

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use relais::base::{Instant, MessageId, OutboxId};
use relais::flow::turn::Outcome;
use relais::store::message::NewMessage;
use relais::store::outbox::{NewOutbox, OutboxState};
use relais::store::{message, outbox, thread};
use relais::web::page::telephone::{self, Caller, Telephone};
use support::rig::Rig;
use support::visit::{Answer, demo, get, send};

const COMMUNE: &str = "ML030201";
const NUMBER: &str = "%2B22370000001";

async fn on_each(test: impl AsyncFn(&Rig, &Router)) {
    support::rig::on_each(support::START, async |rig| {
        rig.register(&support::phone(1), "asc", "government", COMMUNE).await;
        let caller = Caller { phone: support::phone(1), role: "asc".into(), place: rig.place(COMMUNE) };
        let channels = [rig.connected.clone()];
        let telephone =
            Telephone::new(rig.programme.clone(), rig.intake.clone(), &channels, support::sealer(), vec![caller]);
        test(rig, &telephone::router(telephone.expect("a channel to stand behind"))).await;
    })
    .await;
}

/// Sends a form as a browser on the page does.
async fn post(router: &Router, path: &str, form: &str) -> Answer {
    post_from(router, path, form, "same-origin").await
}

async fn post_from(router: &Router, path: &str, form: &str, site: &str) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.header("sec-fetch-site", site).body(Body::from(form.to_owned()));
    send(router, request.expect("a request")).await
}

/// The page a form leads to.
async fn after(router: &Router, path: &str, form: &str) -> String {
    let answer = post(router, path, form).await;
    assert_eq!(answer.status, 303, "{path} {form}");
    let page = get(router, answer.header("location").split('#').next().expect("an address")).await;
    assert_eq!(page.status, 200, "{path} {form}");
    page.text()
}

/// The sealed session the page carries, empty where none goes on or was shown.
fn session(page: &str) -> String {
    let value = page.split("name=\"session\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.expect("a field for the session").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sms_goes_in_by_the_front_door_and_its_answer_stands_below() {
    on_each(async |rig, router| {
        let page = get(router, "/telephone").await;
        assert_eq!(page.status, 200);
        let text = page.text();
        for shown in
            ["<html lang=\"fr\">", "Données fictives", "Awa Traoré", "36019", "*360#", "DEP T45", "/places/ML030201?"]
        {
            assert!(text.contains(shown), "{shown} is on the page: {text}");
        }
        let form = format!("number={NUMBER}&lang=fr&session=&text=DEP+T45+F23+V38+J5+R1+E1+S2+M5");
        let page = after(router, "/telephone/sms", &form).await;
        let (typed, reply) = (page.find("<p>DEP T45 F23"), page.find("<p>OK DEP 1 "));
        assert!(typed.is_some() && reply > typed, "{page}");
        assert!(page.contains("en route"), "nobody sends here: the answer waits");
        assert_eq!(rig.cells(COMMUNE, "2026-11").await["dep.depistes"], 45);
        let page = after(router, "/telephone/sms", &form.replace("lang=fr", "lang=en").replace("T45", "T44")).await;
        assert!(page.contains("<html lang=\"en\">") && page.contains("V38+J5+R1+E1=45"), "{page}");
        assert_eq!(rig.cells(COMMUNE, "2026-11").await["dep.depistes"], 45, "a fault counts nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_typed_is_text() {
    on_each(async |_, router| {
        for typed in ["<script>alert(1)</script>", "", "*#*#", "\u{1f600}\u{0}\r\n", "&session=1", "%"] {
            let encoded: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let form = format!("number={NUMBER}&text={encoded}&answer={encoded}&session={encoded}&lang={encoded}");
            for path in ["sms", "dial", "answer", "hang-up"] {
                let page = after(router, &format!("/telephone/{path}"), &form).await;
                assert_eq!(page.matches("<script").count(), 1, "only its own script: {page}");
            }
        }
        for path in [
            "lang=%3Cscript%3E",
            "number=%3Cscript%3E",
            "text=%3Cscript%3E",
            "session=%3Cscript%3E",
            "lost=%3Cscript%3E",
        ] {
            let page = get(router, &format!("/telephone?{path}")).await;
            assert_eq!((page.status.as_u16(), page.text().matches("<script").count()), (200, 1), "{path}");
        }
        assert_eq!(get(router, "/telephone?odd=1").await.status, 400);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_number_can_be_tried_and_letters_are_none() {
    on_each(async |_, router| {
        let stranger = get(router, "/telephone?number=76+12+34+56").await.text();
        assert!(stranger.contains("+22376123456") && stranger.contains("inscrit à ce numéro"), "{stranger}");
        let page = after(router, "/telephone/sms", "number=76123456&text=DEP+T45").await;
        assert!(page.contains("class=\"put\"") && page.contains("class=\"got waiting\""), "{page}");
        for no_number in ["soixante", "", "12", &"7".repeat(400), "%3Cscript%3E"] {
            let page = after(router, "/telephone/sms", &format!("number={no_number}&text=DEP")).await;
            assert!(page.contains("pas un numéro") && !page.contains("class=\"put\""), "{no_number}: {page}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dial_shows_what_was_answered_and_nobody_makes_up_a_screen() {
    on_each(async |_, router| {
        let page = after(router, "/telephone/dial", &format!("number={NUMBER}&lang=fr")).await;
        assert!(page.contains("id=\"screen\">"), "a screen is shown: {page}");
        let session = session(&page);
        assert!(session.len() > 100, "it is carried, sealed");
        for number in ["%2B22370000002", "76123456"] {
            let page = get(router, &format!("/telephone?number={number}&session={session}")).await.text();
            assert!(page.contains("class=\"idle\""), "the session of another number is none: {page}");
        }
        let (kept, cut) = (&session, &session[..session.len() - 4]);
        for made_up in [cut, "1", "null", "1AAAA"] {
            let page = get(router, &format!("/telephone?number={NUMBER}&session={made_up}")).await.text();
            assert!(page.contains("class=\"idle\""), "{made_up}");
            let form = format!("number={NUMBER}&session={made_up}&answer=1");
            for path in ["answer", "hang-up"] {
                assert!(
                    after(router, &format!("/telephone/{path}"), &form).await.contains("class=\"idle\""),
                    "{made_up}"
                );
            }
        }
        // An SMS beside it leaves the screen where it is.
        let page = after(router, "/telephone/sms", &format!("number={NUMBER}&session={kept}&text=AIDE")).await;
        assert!(page.contains("id=\"screen\">") && page.contains("<p>AIDE</p>"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_cannot_type_on_it() {
    on_each(async |rig, router| {
        let form = format!("number={NUMBER}&text=DEP+T45+F23+V38+J5+R1+E1+S2+M5");
        for site in ["cross-site", "same-site"] {
            assert_eq!(post_from(router, "/telephone/sms", &form, site).await.status, 403, "{site}");
        }
        // A browser that says nothing of sites, on a plain address.
        let from = async |origin: &str| {
            let request =
                Request::post("/telephone/sms").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let request = request.header(header::HOST, "192.168.1.5:8080").header(header::ORIGIN, origin);
            send(router, request.body(Body::from(form.clone())).expect("a request")).await.status.as_u16()
        };
        assert_eq!(from("http://elsewhere.example").await, 403);
        assert_eq!(from("null").await, 403);
        assert_eq!(rig.cells(COMMUNE, "2026-11").await.len(), 0, "nothing came in");
        assert_eq!(from("http://192.168.1.5:8080").await, 303);
        assert_eq!(rig.cells(COMMUNE, "2026-11").await["dep.depistes"], 45);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_light_runs_only_its_own_script_and_is_nowhere_else() {
    on_each(async |rig, router| {
        let page = get(router, "/telephone").await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"), "{policy}");
        // Its forms must say where they come from, on plain addresses too.
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("cache-control"), "no-store");
        let text = page.text();
        for running in [" style=", " onclick", " onsubmit", "http://", "https://", "javascript:"] {
            assert!(!text.contains(running), "the page has {running}");
        }
        let addresses: BTreeSet<&str> = text.split('"').filter(|part| part.starts_with("/telephone/assets/")).collect();
        assert_eq!(addresses.len(), 2, "{addresses:?}");
        let mut whole = 0;
        for address in addresses.into_iter().chain(["/telephone"]) {
            let request = Request::get(address).header(header::ACCEPT_ENCODING, "gzip");
            let answer = send(router, request.body(Body::empty()).expect("a request")).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, "gzip"), "{address}");
            println!("{:6} bytes  {address}", answer.bytes.len());
            whole += answer.bytes.len();
        }
        assert!(whole < 20 * 1024, "{whole} bytes");
        assert_eq!(get(router, "/telephone/assets/telephone-0.js").await.status, 404);
        let pages = demo(rig);
        assert_eq!(get(&pages, "/telephone").await.status, 404, "not there unless it is put there");
        assert!(!get(&pages, "/").await.text().contains("/telephone"), "and nothing leads to it");
        let policy = get(&pages, "/").await;
        assert!(!policy.header("content-security-policy").contains("script-src"), "pages run nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_is_one_phone_s_own_in_order() {
    on_each(async |rig, _| {
        let mine = support::phone(7);
        let at = |ms: i64| support::START.plus_ms(ms);
        let mut tx = rig.programme.store.begin().await.expect("begins");
        let texts = [(0, "before", 7), (1_000, "first", 7), (1_000, "another phone", 8), (3_000, "second", 7)];
        for (ms, text, number) in texts {
            let index = rig.programme.store.phone_index(&support::phone(number));
            typed(&mut tx, rig, "sms", text, &index, at(ms)).await;
            typed(&mut tx, rig, "ussd", &format!("1*{text}"), &index, at(ms)).await;
        }
        for (ms, text) in [(1_000, "answer"), (3_000, "second answer"), (9_000, "receipt")] {
            let new = NewOutbox {
                id: OutboxId::new(&rig.programme.environment),
                channel: "at",
                message: None,
                to: &mine,
                text,
                reply_token: None,
                due: at(ms),
                expires: at(100_000),
                created: at(ms),
            };
            outbox::enqueue(&mut tx, &new).await.expect("enqueues");
        }
        tx.commit().await.expect("commits");
        let mut tx = rig.programme.store.reader().await.expect("reads");
        let lines = thread::of_phone(&mut tx, &mine, at(1), 40).await.expect("reads");
        let said: Vec<(&str, bool)> = lines.iter().map(|line| (line.text.as_str(), line.ours.is_some())).collect();
        let expected =
            [("first", false), ("answer", true), ("second", false), ("second answer", true), ("receipt", true)];
        assert_eq!(said, expected);
        assert_eq!(lines[1].ours, Some(OutboxState::Waiting));
        let last = thread::of_phone(&mut tx, &mine, at(1), 2).await.expect("reads");
        assert_eq!(last, lines[3..], "the last ones, where there are too many");
    })
    .await;
}

async fn typed(tx: &mut relais::store::Tx, rig: &Rig, hook: &str, text: &str, phone_index: &str, at: Instant) {
    let id = MessageId::new(&rig.programme.environment);
    let key = id.to_string();
    let new = NewMessage {
        id,
        channel: "at",
        hook,
        external_key: &key,
        external_id: None,
        phone_index: Some(phone_index),
        sender: None,
        text: Some(text),
        body: None,
        sent: None,
        received: at,
        outcome: Outcome::Saved,
        reason: None,
        reply: None,
    };
    message::insert(tx, &new).await.expect("inserts");
}
