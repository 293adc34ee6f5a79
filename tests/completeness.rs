//! Zero, late, not held and silent are four different things, on both databases and on every face.

mod support;

use relais::base::Instant;
use support::rig::Rig;
use support::visit::{demo, get};

const DAY_MS: i64 = 24 * 3_600 * 1_000;
const DIOU: &str = "ML030201";

/// Friday 20 November 2026: the day reports of week 47 are due.
const DUE_DAY: Instant = Instant(support::START.0 - 3 * DAY_MS);

async fn counts(rig: &Rig, path: &str) -> Vec<i64> {
    let body = get(&demo(rig), path).await.json();
    let names = ["expected", "received", "on_time", "late", "zero", "not_held", "silent"];
    names.iter().map(|name| body["total"][name].as_i64().unwrap_or_else(|| panic!("{path}: {body}"))).collect()
}

async fn on_each(test: impl AsyncFn(&Rig)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, DUE_DAY).await;
        test(&rig).await;
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_sites_three_zeros_two_late_five_silent() {
    on_each(async |rig| {
        for last in 1..=10 {
            rig.register(&support::phone(last), "relais", "government", DIOU).await;
        }
        for last in 1..=3 {
            rig.sms(&support::phone(last), "RIEN").await;
        }
        rig.clock.set(DUE_DAY.plus_ms(2 * DAY_MS));
        for last in 4..=5 {
            let reply = rig.sms(&support::phone(last), "dep 20,11,18,2,0,0,0,2").await;
            assert!(reply.contains("sem 47"), "the week before is still owed: {reply}");
        }
        let expected = vec![10, 5, 3, 2, 3, 0, 5];
        for place in [DIOU, "ML0302", "ML03", "ML"] {
            for by in ["place", "period", "network"] {
                let path = format!("/api/v1/completeness?place={place}&period=2026-W47&flow=dep&by={by}");
                assert_eq!(counts(rig, &path).await, expected, "{path}");
            }
        }
        let page = get(&demo(rig), &format!("/places/{DIOU}?period=2026-W47&flow=dep")).await.text();
        for (word, count) in [("Attendus", 10), ("Reçus", 5), ("En retard", 2), ("Zéros déclarés", 3), ("Muets", 5)]
        {
            assert!(page.contains(&format!("<dt>{word}</dt><dd>{count}</dd>")), "{word} {count}: {page}");
        }
        assert_eq!(counts(rig, "/api/v1/completeness?place=ML0301&period=2026-W47").await[0], 0, "another cercle");
        // November has four weeks that count in it, all begun: week 48 began on the 20th.
        assert_eq!(counts(rig, "/api/v1/completeness?place=ML0302&period=2026-11&flow=dep").await[0], 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_not_held_is_not_silence() {
    on_each(async |rig| {
        let path = "/api/v1/completeness?place=ML0302&period=2026-Q4&flow=reu";
        // Nine communes and the cercle itself owe a meeting, whoever is registered.
        assert_eq!(counts(rig, path).await, [10, 0, 0, 0, 0, 0, 10]);
        rig.register(&support::phone(1), "point_focal", "government", DIOU).await;
        let reply = rig.sms(&support::phone(1), "REU C NON 2").await;
        assert!(reply.starts_with("OK REU"), "{reply}");
        assert_eq!(counts(rig, path).await, [10, 1, 1, 0, 0, 1, 9]);
        rig.sms(&support::phone(1), "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
        assert_eq!(counts(rig, path).await, [10, 1, 1, 0, 0, 0, 9], "held after all: any meeting makes it held");
        assert_eq!(
            counts(rig, "/api/v1/completeness?place=ML0302&period=2026-11&flow=reu").await[0],
            0,
            "due by quarter"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bilan_falls_back_to_reports_where_no_place_below_owes_any() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.register(&support::phone(2), "officier", "government", DIOU).await;
        rig.sms(&support::phone(1), "dep 20,11,18,2,0,0,0,2").await;
        let reply = rig.sms(&support::phone(2), "BILAN S47 DEP").await;
        assert!(reply.starts_with("DIOU sem 47: 1/1 rapports (100%), à temps 100%. Enfants dépistés 20"), "{reply}");
    })
    .await;
}
