//! What stands in the audit log after people looked, were refused and acted, on every face and over both databases.

mod support;

use relais::store::audit::{self, Action, Shown};
use support::rig::Rig;
use support::visit::{Surfer, by_token, get_as, make_token};

const KADIOLO: &str = "ML0302";
const DIOU: &str = "ML030201";
/// Refusals of one account that are kept within a day, as documented.
const REFUSALS: usize = 50;
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Runs `test` on a rig with a worker (1) and an officer (3) of Kadiolo, and a worker of Koutiala (2), who reported.
async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        for (last, role, place) in
            [(1, "asc", DIOU), (2, "asc", "ML030401"), (3, "officier", KADIOLO), (5, "officier", DIOU)]
        {
            rig.register(&support::phone(last), role, "government", place).await;
        }
        for last in [1, 2] {
            rig.sms(&support::phone(last), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        }
        test(rig).await;
        let mut tx = rig.programme.store.begin().await.expect("begins");
        audit::seal(&mut tx).await.expect("seals");
        tx.commit().await.expect("commits");
        let mut tx = rig.programme.store.reader().await.expect("reads");
        assert_eq!(audit::verify(&mut tx, None).await.expect("walks").broken, None);
        drop(tx);
    })
    .await;
}

/// The entries of one kind, oldest first: subject and detail.
async fn entries(rig: &Rig, action: Action) -> Vec<(String, String)> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let mut all: Vec<Shown> = audit::list(&mut tx, None, 1_000).await.expect("lists");
    all.sort_by_key(|entry| (entry.at, entry.id.to_string()));
    let wanted = all.into_iter().filter(|entry| entry.action == action);
    wanted.map(|entry| (entry.subject, entry.detail.unwrap_or_default())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(subject, detail)| ((*subject).to_owned(), (*detail).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_refused_another_area_stands_in_the_log_whatever_the_face() {
    on_each(async |rig| {
        let router = by_token(rig);
        make_token(rig, "officer", "officer", Some(KADIOLO)).await;
        make_token(rig, "reader", "read", Some(KADIOLO)).await;
        let mut surfer = Surfer::default();
        surfer.sign_in(&router, rig, &support::phone(3)).await;
        for step in 0..8_i64 {
            // One after the other, so that the log tells them so.
            rig.clock.advance_ms(1);
            match step {
                0 => assert_eq!(surfer.open(&router, "/places/ML0304").await.status, 403),
                1 => assert_eq!(get_as(&router, "officer", "/api/v1/summary?place=ML0304").await.status, 403),
                2 => assert_eq!(get_as(&router, "officer", "/api/v1/reports.xlsx?place=ML030401").await.status, 403),
                3 => assert_eq!(get_as(&router, "reader", "/api/v1/approvals").await.status, 403),
                4 => {
                    let reply = rig.sms(&support::phone(3), "BILAN KOUTIALA").await;
                    assert!(reply.contains("votre zone est Kadiolo"), "{reply}");
                }
                5 => {
                    let reply = rig.sms(&support::phone(3), "RAPPEL KOUTIALA").await;
                    assert!(reply.contains("votre zone est Kadiolo"), "{reply}");
                }
                // What is theirs, and what means nothing, is no refusal.
                6 => assert_eq!(get_as(&router, "officer", "/api/v1/summary?place=ML0302").await.status, 200),
                _ => assert_eq!(get_as(&router, "officer", "/api/v1/summary?place=ML9999").await.status, 404),
            }
        }
        let expected = pairs(&[
            ("/places/{code}", "not_yours ML0304"),
            ("/api/v1/summary", "not_yours ML0304"),
            ("/api/v1/reports.xlsx", "not_yours ML030401"),
            ("/api/v1/approvals", "not_allowed"),
            ("BILAN", "not_yours"),
            ("RAPPEL", "not_yours"),
        ]);
        assert_eq!(entries(rig, Action::Denied).await, expected);
    })
    .await;
}

/// A screen asks about the officer's own area alone, so nothing is refused there; whom it shows is noted as by SMS.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_shown_on_a_screen_stand_in_the_log() {
    on_each(async |rig| {
        let phone = support::phone(5);
        let menu = rig.ussd(&phone, "s", "").await;
        let word = menu.lines().find(|line| line.contains("Muets")).and_then(|line| line.split(' ').next());
        let choice = word.unwrap_or_else(|| panic!("{menu}")).to_owned();
        let shown = rig.ussd(&phone, "s", &choice).await;
        assert_eq!(entries(rig, Action::View).await, pairs(&[("silent", "1")]), "{shown}");
        assert_eq!(rig.ussd(&phone, "s", &choice).await, shown, "the same step again");
        assert_eq!(entries(rig, Action::View).await.len(), 1, "a repetition is no second look");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_refusals_does_not_fill_the_log_and_hides_nobody_elses() {
    on_each(async |rig| {
        let router = by_token(rig);
        for token in ["flood", "other"] {
            make_token(rig, token, "read", Some(KADIOLO)).await;
        }
        for _ in 0..REFUSALS + 30 {
            assert_eq!(get_as(&router, "flood", "/api/v1/summary?place=ML0304").await.status, 403);
        }
        assert_eq!(entries(rig, Action::Denied).await.len(), REFUSALS);
        assert_eq!(get_as(&router, "other", "/api/v1/summary?place=ML0304").await.status, 403);
        assert_eq!(entries(rig, Action::Denied).await.len(), REFUSALS + 1, "another account has its own");
        for _ in 0..REFUSALS + 5 {
            rig.sms(&support::phone(3), "BILAN KOUTIALA").await;
        }
        assert_eq!(entries(rig, Action::Denied).await.len(), 2 * REFUSALS + 1, "by SMS too");
        rig.clock.advance_ms(DAY_MS + 1);
        assert_eq!(get_as(&router, "flood", "/api/v1/summary?place=ML0304").await.status, 403);
        assert_eq!(entries(rig, Action::Denied).await.len(), 2 * REFUSALS + 2, "the day after it is noted again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_looked_and_who_took_a_file_are_told_apart() {
    on_each(async |rig| {
        let router = by_token(rig);
        make_token(rig, "officer", "officer", Some(KADIOLO)).await;
        make_token(rig, "reader", "read", Some(KADIOLO)).await;
        let list = get_as(&router, "officer", "/api/v1/reports").await.json();
        let report = list["items"][0]["id"].as_str().expect("an id").to_owned();
        let page = get_as(&router, "officer", "/api/v1/messages").await.json();
        let external = page["items"][0]["external_id"].as_str().expect("an id").to_owned();
        let message = page["items"][0]["id"].as_str().expect("an id").to_owned();
        rig.clock.advance_ms(1);
        get_as(&router, "officer", &format!("/api/v1/reports/{report}")).await;
        rig.clock.advance_ms(1);
        get_as(&router, "officer", &format!("/api/v1/messages?channel=at&external_id={external}")).await;
        for path in ["/api/v1/reports.csv", "/api/v1/messages.xlsx"] {
            rig.clock.advance_ms(1);
            assert_eq!(get_as(&router, "officer", path).await.status, 200);
        }
        for path in ["/api/v1/reports.csv", "/api/v1/messages", "/api/v1/summary.csv"] {
            assert_eq!(get_as(&router, "reader", path).await.status, 200, "figures alone: nothing is noted of {path}");
        }
        let views = entries(rig, Action::View).await;
        assert!(views[..2].contains(&("reports".into(), "1".into())), "{views:?}");
        assert_eq!(views[2..], pairs(&[("reports", &report), ("messages", &message)]));
        assert_eq!(entries(rig, Action::Export).await, pairs(&[("reports", "1"), ("messages", "1")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_shown_by_phone_and_people_reminded_stand_in_the_log() {
    on_each(async |rig| {
        // Figures of places hold nobody.
        for text in ["BILAN", "INFO DIOU", "MUETS SIKASSO"] {
            rig.sms(&support::phone(3), text).await;
        }
        assert_eq!(entries(rig, Action::View).await, []);
        let silent = rig.sms(&support::phone(5), "MUETS S47").await;
        assert_eq!(entries(rig, Action::View).await, pairs(&[("silent", "1")]), "{silent}");
        let reminded = rig.sms(&support::phone(5), "RAPPEL").await;
        let noted = entries(rig, Action::Remind).await;
        assert!(noted.len() == 1 && noted[0].0 == DIOU, "{reminded}: {noted:?}");
        rig.sms(&support::phone(1), "MUETS").await;
        rig.sms(&support::phone(1), "RAPPEL").await;
        assert_eq!(entries(rig, Action::View).await.len() + entries(rig, Action::Remind).await.len(), 2);
    })
    .await;
}
