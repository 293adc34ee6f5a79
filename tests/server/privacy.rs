//! No phone and no text stands anywhere in clear: not in a log line, not in a column.

use std::sync::LazyLock;

use crate::on_each;
use crate::support::log::Log;
use crate::support::provider::Answer;
use crate::support::running::form;
use crate::support::{self, dump, wait};

/// Everything this process logs.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let filter = "debug,relais=trace";
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(log.clone()).init();
    log
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_phone_and_no_text_stands_in_clear() {
    let log = LazyLock::force(&LOG);
    on_each(async |running, database, provider| {
        let (known, unknown) = (support::phone(9_876_501), support::phone(9_876_502));
        running.register(&known, "asc").await;
        provider.plan([Answer::Status(500), Answer::Refuse, Answer::Status(401)]);
        let talk = [
            "DEP T45 F23 V38 J5 R1 zebulon",
            "DEP T45 F23 V38 J5 R1 E1 S2",
            "zebulon",
            "M5",
            "CORR 1 J6 V37",
            "DEPP T45 zebulon",
            "BILAN zebulon",
            "CUI N1 F2 H2 E25",
            "NON",
            "zebulon zebulon",
        ];
        for (rank, text) in talk.iter().enumerate() {
            running.sms(&known, &format!("p{rank}"), text).await;
            running.sms(&unknown, &format!("q{rank}"), text).await;
        }
        // What is no phone, but nearly one; a name; what cannot be read at all.
        running.post("sms", form("79876503x", "name-1", "zebulon")).await;
        running.post("sms", form("Zebulon", "name-2", "zebulon")).await;
        running.post("sms", "from=%2B22379876501&text=zebulon%FF&id=bad-1").await;
        running.post("sms", "from=%2B22379876501&id=bad-2&zebulon=1").await;
        running.post("status", "id=zz&status=Vanished+79876501").await;
        running.post("status", "id=zz&status=Failed&failureReason=number+22379876501").await;
        running.client.get(format!("{}/in/at/0123456789abcdeX/sms?from=22379876501", running.base)).send().await.ok();
        wait::until_true("somebody was answered", async || !provider.taken().is_empty()).await;
        let all = dump::stored(database).await;
        assert!(all.len() > 100, "something was kept");
        let secrets = ["79876501", "79876502", "79876503", "zebulon", "Traor", "awa@", "at-secret", "0123456789abcde"];
        for (place, value) in &all {
            for secret in secrets {
                assert!(!value.to_lowercase().contains(&secret.to_lowercase()), "{place} holds `{secret}`: {value}");
            }
        }
    })
    .await;
    let logged = String::from_utf8_lossy(&log.bytes()).to_lowercase();
    assert!(logged.contains("not sent; trying again"), "the log is caught");
    for secret in ["79876501", "79876502", "79876503", "zebulon", "traor", "at-secret", "0123456789abcde"] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "`{secret}` is logged");
    }
}
