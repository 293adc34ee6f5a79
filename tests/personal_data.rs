//! People's data on both databases: erased on request, removed in time, under a new key while serving.

#[path = "personal_data/erase.rs"]
mod erase;
#[path = "personal_data/purge.rs"]
mod purge;
#[path = "personal_data/rotation.rs"]
mod rotation;
mod support;

use relais::rebuild;
use support::TestDatabase;
use support::rig::Rig;

/// A commune of the cercle of Koutiala.
const COMMUNE: &str = "ML030201";
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Runs `test` on a rig over each database; a recount must find no difference afterwards.
async fn on_each(test: impl AsyncFn(&Rig, &TestDatabase)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        test(&rig, &database).await;
        recounted(&rig).await;
        rig.end().await;
        database.remove().await;
    }
}

async fn recounted(rig: &Rig) {
    let recount = rebuild::check(&rig.programme).await.expect("recounts");
    assert_eq!(recount.differences, [], "rebuild finds no difference");
}
