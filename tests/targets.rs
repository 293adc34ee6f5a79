//! Targets over both databases: imported, shown beside figures on every face, each place's own; and files of rows as CSV and
//! XLSX with the same cells.

mod support;

use relais::rollup::target;
use relais::store;
use support::rig::Rig;
use support::visit::{demo, get};

const DIOU: &str = "ML030201";
const KADIOLO: &str = "ML0302";

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.sms(&support::phone(1), "dep 45,23,38,5,1,1,2,5").await;
        test(rig).await;
    })
    .await;
}

/// Imports a file, as the command does.
async fn import(rig: &Rig, text: &str) {
    let in_force = rig.programme.in_force();
    let rows = target::read(text, &in_force.pack, &in_force.tree, rig.programme.today()).expect("a sound file");
    let mut tx = rig.programme.store.begin().await.expect("begins");
    store::target::set_many(&mut tx, &rows).await.expect("writes");
    tx.commit().await.expect("commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_stands_beside_its_own_figure_and_is_never_a_sum() {
    on_each(async |rig| {
        import(
            rig,
            "place,indicator,period,value\nML030201,dep.depistes,2026-Q4,1200\nML030202,dep.depistes,2026-Q4,800\n\
             ML030201,dep.taux_ref,2026-Q4,80.5\nML030202,dep.taux_ref,2026-Q4,\nML0302,dep.depistes,2026,9000\n",
        )
        .await;
        let router = demo(rig);
        let summary = get(&router, "/api/v1/summary?place=ML0302&period=2026-Q4").await.json();
        assert_eq!(summary.get("target"), None, "the cercle has none for the quarter, whatever its communes have");
        let of = |code: &str| {
            let rows = summary["rows"].as_array().expect("rows");
            rows.iter().find(|row| row["place"]["code"] == code).expect("a row")["target"].clone()
        };
        assert_eq!(of(DIOU), serde_json::json!({"dep.depistes": 1200.0, "dep.taux_ref": 80.5}));
        assert_eq!(of("ML030202"), serde_json::json!({"dep.depistes": 800.0}), "a hole is none");
        let year = get(&router, "/api/v1/summary?place=ML0302&period=2026").await.json();
        assert_eq!(year["target"], serde_json::json!({"dep.depistes": 9000.0}));
        let asked = get(&router, "/api/v1/summary?place=ML0302&period=2026&network=un").await.json();
        assert_eq!(asked.get("target"), None, "a target is everybody's");
        let page = get(&router, &format!("/places/{DIOU}?period=2026-Q4")).await.text();
        assert!(page.contains("Cible : 1\u{a0}200") && page.contains("Cible : 80,5"), "{page}");
        let targets = get(&router, &format!("/api/v1/targets?place={KADIOLO}&period=2026-Q4")).await.json();
        assert_eq!(targets["items"].as_array().map(Vec::len), Some(3), "{targets}");
        assert_eq!(targets["items"][0]["value"], 1200.0);
        let csv = get(&router, &format!("/api/v1/targets.csv?place={KADIOLO}&period=2026-Q4")).await.text();
        assert!(
            csv.starts_with("place,name,indicator,period,value\nML030201,Diou,dep.depistes,2026-Q4,1200\n"),
            "{csv}"
        );
        import(rig, "place;indicator;period;value\nML030201;dep.depistes;2026-Q4;\n").await;
        let targets = get(&router, &format!("/api/v1/targets?place={DIOU}&period=2026-Q4&flow=dep")).await.json();
        assert_eq!(targets["items"].as_array().map(Vec::len), Some(1), "taken away: {targets}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_come_as_a_spreadsheet_wherever_they_come_as_csv() {
    on_each(async |rig| {
        let router = demo(rig);
        let mut seen = 0;
        for listed in relais::web::routes::all().into_iter().filter(|listed| listed.path.ends_with(".csv")) {
            let xlsx = listed.path.replace(".csv", ".xlsx");
            let answer = get(&router, &xlsx).await;
            let csv = get(&router, listed.path).await;
            assert_eq!(answer.status, csv.status, "{xlsx}");
            if csv.status != 200 {
                continue;
            }
            seen += 1;
            assert!(answer.header("content-type").ends_with("spreadsheetml.sheet"), "{xlsx}");
            assert!(answer.header("content-disposition").contains(".xlsx\""), "{xlsx}");
            assert!(answer.bytes.starts_with(b"PK"), "{xlsx}");
        }
        assert!(seen >= 7, "{seen}");
    })
    .await;
}
