//! What providers call, and what they hear.

use std::collections::BTreeMap;

use relais::channel::provider;
use relais::config::ChannelConfig;

use crate::on_each;
use crate::support::provider::Provider;
use crate::support::running::{KEY, Setup, form};
use crate::support::{self, TestDatabase, wait};

const DEP: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";

async fn outcomes(database: &TestDatabase) -> Vec<String> {
    database.texts("SELECT outcome FROM message ORDER BY id").await
}

async fn count(database: &TestDatabase, table: &str) -> usize {
    database.texts(&format!("SELECT id FROM {table}")).await.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_call_is_stored_and_a_wrong_address_is_nothing() {
    on_each(async |running, database, _| {
        let phone = support::phone(101);
        running.register(&phone, "asc").await;
        let body = form(phone.e164(), "right-1", DEP);
        for path in [
            "/in/at/0123456789abcdeX/sms",
            "/in/at/0123456789abcde/sms",
            "/in/at//sms",
            "/in/nobody/0123456789abcdef/sms",
            "/in/at/0123456789abcdef/voice",
            "/in/at/%FF%FE/sms",
            "/in/at/0123456789abcdef",
        ] {
            for method in [reqwest::Method::POST, reqwest::Method::GET, reqwest::Method::PUT] {
                let request = running.client.request(method.clone(), format!("{}{path}", running.base));
                let answer = request.body(body.clone()).send().await.expect("answered");
                assert_eq!(answer.status(), 404, "{method} {path}");
            }
        }
        assert_eq!(count(database, "message").await, 0, "nothing of that was kept");
        for method in ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] {
            let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
            let request = running.client.request(method.clone(), running.hook("at", "sms"));
            let answer = request.body(body.clone()).send().await.expect("answered");
            assert_eq!(answer.status(), 405, "{method}");
            assert_eq!(answer.headers()["allow"], "GET, POST", "{method}");
        }
        assert_eq!(running.post("sms", body).await, (200, String::new()));
        assert_eq!(outcomes(database).await, ["saved"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_kept_whole_and_answered() {
    on_each(async |running, database, provider| {
        let long = format!("from=%2B22370000102&to=36019&id=long&text={}", "A".repeat(100 * 1024));
        let padded = format!("from=%2B22370000102&to=36019&id=padded&text=OK&pad={}", "A".repeat(3 * 1024 * 1024));
        let bodies: [(&str, Vec<u8>); 7] = [
            ("malformed", b"%%%=&&&=%zz&from&text".to_vec()),
            ("not UTF-8", b"from=%2B22370000102&id=x&text=\xff\xfeDEP".to_vec()),
            ("escapes that are not UTF-8", b"from=%2B22370000102&id=y&text=%FF%FE".to_vec()),
            ("empty", Vec::new()),
            ("JSON where a form is due", br#"{"from":"+22370000102"}"#.to_vec()),
            ("over the limit", long.into_bytes()),
            ("far over the limit, what matters first", padded.into_bytes()),
        ];
        for (label, body) in bodies {
            assert_eq!(running.post("sms", body.clone()).await, (200, String::new()), "{label}");
            let kept = database.texts("SELECT body_sealed FROM message ORDER BY id").await;
            let kept = support::sealer().open(kept.last().expect("kept")).expect("opens");
            let cut = &body[..body.len().min(64 * 1024)];
            assert!(kept.ends_with(cut), "{label}: the call as it came");
            assert!(kept.starts_with(b"POST ?\n"), "{label}: with what came around it");
            // The provider tries again: the same answer, and no second row.
            let before = count(database, "message").await;
            assert_eq!(running.post("sms", body).await.0, 200, "{label}");
            assert_eq!(count(database, "message").await, before, "{label}: a repetition");
        }
        assert_eq!(outcomes(database).await, ["unreadable"; 7]);
        let (status, screen) = running.post("ussd", "sessionId=1&text=").await;
        assert!(status == 200 && screen.starts_with("END Panne chez nous."), "a person waits at a screen: {screen}");
        assert_eq!(running.post("status", "id=a&status=Vanished").await.0, 200);
        assert_eq!(outcomes(database).await, ["unreadable"; 9]);
        assert_eq!(provider.sends().len(), 0, "nobody is answered");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_kept_and_not_answered_and_an_empty_text_is_a_message() {
    on_each(async |running, database, provider| {
        for (id, from) in [("n1", "OrangeMali"), ("n2", "36111"), ("n3", "7000010x")] {
            assert_eq!(running.post("sms", form(from, id, "Promo")).await.0, 200, "{from}");
        }
        assert_eq!(outcomes(database).await, ["unreadable"; 3]);
        let senders = database.texts("SELECT sender_sealed FROM message ORDER BY id").await;
        assert_eq!(support::sealer().open(&senders[0]).expect("opens"), b"OrangeMali");
        let phone = support::phone(103);
        running.register(&phone, "asc").await;
        running.sms(&phone, "e1", "").await;
        running.sms(&phone, "e2", " \u{200b}\n").await;
        assert_eq!(count(database, "message").await, 5);
        wait::until_true("both are answered", async || provider.sends().len() == 2).await;
        assert!(provider.sends().iter().all(|send| send.to == phone.e164()), "and no name is");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_number_is_answered_once_a_day_and_its_report_is_held() {
    on_each(async |running, database, provider| {
        let (unknown, known) = (support::phone(104), support::phone(105));
        running.register(&known, "asc").await;
        for rank in 0..3 {
            running.sms(&unknown, &format!("u{rank}"), &format!("DEP T{} F5 V10 J0 R0 E0 S0 M0", 10 + rank)).await;
        }
        running.sms(&known, "k1", DEP).await;
        wait::until_true("the known one is answered", async || provider.taken().contains_key(known.e164())).await;
        assert_eq!(provider.taken()[unknown.e164()].len(), 1, "once that day");
        let states = database.texts("SELECT state FROM report ORDER BY id").await;
        assert_eq!(states.iter().filter(|state| *state == "held").count(), 1, "the sound report is held: {states:?}");
        assert_eq!(states.iter().filter(|state| *state == "counted").count(), 1, "{states:?}");
        running.setup.clock.advance_ms(24 * 3_600_000);
        running.sms(&unknown, "u9", "DEP T10 F5 V10 J0 R0 E0 S0 M0").await;
        wait::until_true("told again", async || provider.taken()[unknown.e164()].len() == 2).await;
        assert!(outcomes(database).await.iter().filter(|outcome| *outcome == "unknown_sender").count() >= 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_calls_with_get_is_read_and_answered_in_its_way() {
    for database in support::databases().await {
        let provider_double = Provider::start().await;
        let settings = [("answer_body", "{reply}"), ("from_field", "msisdn"), ("text_field", "t"), ("id_field", "uid")];
        let external = ChannelConfig {
            id: "get".into(),
            provider: provider("external").expect("known"),
            key: KEY.to_owned().into(),
            sender: "36019".into(),
            base_url: None,
            per_second: 5,
            repeat_seconds: 2,
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            secrets: BTreeMap::new(),
        };
        let running = Setup::over(&database.url, vec![external]).start().await;
        let phone = support::phone(106);
        running.register(&phone, "asc").await;
        let address = format!("{}?msisdn=22370000106&uid=7&t=DEP+45+23+38+5+1+1+2+5", running.hook("get", "sms"));
        for _ in 0..2 {
            let answer = running.client.get(&address).send().await.expect("answered");
            assert_eq!(answer.status(), 200);
            assert!(answer.text().await.expect("a body").starts_with("OK DEP 1 "), "the reply is in the body");
        }
        running.setup.clock.advance_ms(1);
        let unread = format!("{}?who=22370000106&t=DEP+45", running.hook("get", "sms"));
        assert_eq!(running.client.get(&unread).send().await.expect("answered").status(), 200);
        assert_eq!(outcomes(&database).await, ["saved", "unreadable"]);
        let kept = database.texts("SELECT COALESCE(body_sealed, '') FROM message ORDER BY id").await;
        let kept = support::sealer().open(&kept[1]).expect("opens");
        assert!(kept.starts_with(b"GET ?who=22370000106&t=DEP+45\n"), "the query is in what is kept");
        assert_eq!((count(&database, "outbox").await, provider_double.sends().len()), (0, 0), "nothing else is sent");
        running.end().await;
        database.remove().await;
    }
}
