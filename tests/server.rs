//! The whole server keeps its promises: real listeners, both databases, a real provider at the other end.

#[path = "server/outbox.rs"]
mod outbox;
#[path = "server/privacy.rs"]
mod privacy;
#[path = "server/stop.rs"]
mod stop;
mod support;
#[path = "server/webhooks.rs"]
mod webhooks;

use relais::rebuild;
use support::TestDatabase;
use support::provider::Provider;
use support::running::{Running, Setup, africastalking};

/// Runs `test` against a server over each database, its one channel `at` sending to a provider's double.
async fn on_each(test: impl AsyncFn(&Running, &TestDatabase, &Provider)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let provider = Provider::start().await;
        let running = Setup::over(&database.url, vec![africastalking("at", &provider.url, 500)]).start().await;
        test(&running, &database, &provider).await;
        let recount = rebuild::check(&running.programme).await.expect("recounts");
        assert_eq!(recount.differences, [], "rebuild finds no difference");
        running.end().await;
        database.remove().await;
    }
}
