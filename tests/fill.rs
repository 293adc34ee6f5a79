//! Filling in bulk over both databases: as many reports as asked for, by the rules real ones are counted by.

mod support;

use relais::{demo, rebuild};
use support::rig::Rig;
use support::visit::{demo as pages, get};

const WANTED: usize = 2_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_filled_in_bulk_is_counted_like_what_is_sent() {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        let filled = demo::fill_in_bulk(&rig.programme, WANTED, |_, _| ()).await.expect("fills");
        assert_eq!(filled.reports, WANTED);
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.reports, WANTED as u64);
        assert!(recount.cells > WANTED as u64, "{} cells", recount.cells);
        assert_eq!((recount.differences.len(), recount.areas.len()), (0, 0));
        let router = pages(&rig);
        let screened = async |query: &str| {
            let body = get(&router, &format!("/api/v1/summary?place=ML&flow=dep&{query}")).await.json();
            body["total"]["dep.depistes"].as_i64().expect("a count")
        };
        let before = screened("period=2026-Q4").await;
        assert!(before > 0, "the current quarter has figures");
        // A real report counts on top of them.
        let phone = filled.phone_of("asc").expect("an agent").clone();
        rig.sms(&phone, "DEP T45 F23 V38 J5 R1 E1 S2 M5 DATE 2311").await;
        assert_eq!(screened("period=2026-Q4").await, before + 45);
        // So does a real alert, numbered after the made-up ones of its cercle.
        let open = async || {
            let body = get(&router, "/api/v1/summary?place=ML&flow=ale&period=2026").await.json();
            ["ale.ouvertes", "ale.vues"].map(|name| body["total"][name].as_i64().expect("a count"))
        };
        let [open_before, seen_before] = open().await;
        assert!(seen_before > 0, "made-up officers answered");
        let made_up = get(&router, &format!("/api/v1/alerts?place={}", demo::TOUR_CERCLE)).await.json();
        let last =
            made_up["items"].as_array().expect("items").iter().filter_map(|alert| alert["number"].as_i64()).max();
        rig.sms(&phone, "ALE K4 G3 N60").await;
        let number = last.unwrap_or(0) + 1;
        assert_eq!(open().await, [open_before + 1, seen_before]);
        let officer = filled.phone_of("officier").expect("an officer");
        let reply = rig.sms(officer, &format!("VU {number}")).await;
        assert!(reply.starts_with(&format!("OK, alerte {number} (ALE ")), "{reply}");
        assert_eq!(open().await, [open_before, seen_before + 1]);
        rig.end().await;
        database.remove().await;
    }
}
