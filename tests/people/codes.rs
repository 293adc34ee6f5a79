//! JOIN codes on a page: made, taken, ended, by the officers of their place.

use relais::store::audit::Action;

use crate::support;
use crate::{DIOU, KADIOLO, fields, on_each};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_made_taken_and_ended() {
    on_each(async |register| {
        let (rig, router, mut surfer) = (register.rig, &register.router, register.surfer(3).await);
        assert!(surfer.open(router, "/people/codes").await.text().contains("Aucun code"));
        let made = fields(&[("place", "Diou"), ("role", "relais"), ("network", "civil_society"), ("days", "2")]);
        assert_eq!(surfer.post(router, "/people/codes", &made).await.status, 303);
        let shown = surfer.open(router, "/people/codes").await.text();
        let code = shown.split("class=\"big-code\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a code");
        assert!(code.len() == 6 && shown.contains("2026-11-24") && shown.contains("Diou (ML030201)"), "{shown}");
        let asked = rig.sms(&support::phone(60), &format!("JOIN {code} Fanta")).await;
        assert!(asked.contains("Diou") || asked.contains("DIOU"), "it is taken: {asked}");

        let mut elsewhere = register.surfer(5).await;
        assert!(!elsewhere.open(router, "/people/codes").await.text().contains(code), "not shown elsewhere");
        let noted = register.entries(Action::Denied).await.len();
        let refused = elsewhere.post(router, "/people/codes/end", &fields(&[("code", code)])).await;
        assert!(refused.status == 403 && refused.text().contains("Votre zone : Koutiala"), "{}", refused.text());
        assert_eq!(register.entries(Action::Denied).await.len(), noted + 1);
        assert!(surfer.open(router, "/people/codes").await.text().contains(code), "still there");

        assert_eq!(surfer.post(router, "/people/codes/end", &fields(&[("code", code)])).await.status, 303);
        assert!(!surfer.open(router, "/people/codes").await.text().contains(code));
        let late = rig.sms(&support::phone(61), &format!("JOIN {code} Oumou")).await;
        assert!(!late.contains("Diou") && !late.contains("DIOU"), "no more: {late}");
        let again = surfer.post(router, "/people/codes/end", &fields(&[("code", code)])).await;
        assert_eq!(again.status, 303, "ended is ended");
        let changes = register.entries(Action::Change).await;
        let changes: Vec<&str> = changes.iter().filter_map(|entry| entry.detail.as_deref()).collect();
        assert_eq!(changes, ["ended: relais ML030201 until 2026-11-24", "made: relais ML030201 until 2026-11-24"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_for_reporters_of_ones_own_area() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        surfer.open(router, "/people/codes").await;
        let with = |place: &str, role: &str, network: &str, days: &str| {
            fields(&[("place", place), ("role", role), ("network", network), ("days", days)])
        };
        for (form, status, piece) in [
            (with("ML0304", "relais", "government", "9"), 403, "hors de votre zone, qui est Kadiolo"),
            (with(DIOU, "officier", "government", "9"), 422, "« officier » n’est pas parmi"),
            (with(DIOU, "admin", "government", "9"), 422, "« admin » n’est pas parmi"),
            (with(DIOU, "relais", "x", "9"), 422, "« x » n’est pas parmi"),
            (with("Nowhere", "relais", "government", "9"), 422, "aucun lieu ne s’appelle"),
            (with(DIOU, "relais", "government", "0"), 422, "1-400"),
            (with(DIOU, "relais", "government", "401"), 422, "1-400"),
            (with(DIOU, "relais", "government", "many"), 422, "1-400"),
        ] {
            let refused = surfer.post(router, "/people/codes", &form).await;
            assert_eq!(refused.status, status, "{form}: {}", refused.text());
            assert!(refused.text().contains(piece), "{form}: {}", refused.text());
        }
        let today = register.rig.programme.today();
        let mut tx = register.rig.programme.store.reader().await.expect("reads");
        let area = register.rig.place(KADIOLO);
        assert_eq!(relais::store::join::codes(&mut tx, area, today).await.expect("lists"), []);
    })
    .await;
}
