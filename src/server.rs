//! A whole running relais: store, pack, intake, outbox, watch and the two listeners, started and stopped together.
//!
//! Listeners, clock and stop signal are passed in, so that tests run the real thing on a free port.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::intake::Intake;
use crate::outbox;
use crate::privacy;
use crate::programme::Programme;
use crate::spool::Spool;
use crate::watch;
use crate::web::page::telephone::{self, Caller, Telephone};
use crate::web::webhook::{self, Webhooks};
use crate::web::{self, App, Bounded, Peer, SignIn};

/// Longest a stop waits for calls that have begun: more than a body and its settling may take.
const CALLS_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest a stop then waits for what is being sent.
const STOP_TIMEOUT: Duration = Duration::from_secs(25);

/// What a server is started with, besides its configuration.
pub struct Start {
    /// The programme, opened.
    pub programme: Arc<Programme>,
    /// Webhooks, pages and API.
    pub listener: TcpListener,
    /// `/healthz` and `/readyz`; `None` in a demo.
    pub operations: Option<TcpListener>,
    /// How visitors are known.
    pub sign_in: SignIn,
    /// Addresses served beside pages, API and webhooks: what a demo needs.
    pub beside: Router,
    /// Whom the telephone at `/telephone` offers to be; `None` where there is no telephone.
    pub telephone: Option<Vec<Caller>>,
    /// Told when to stop.
    pub stop: CancellationToken,
}

/// Why a server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The spool folder.
    #[error("{0}")]
    Spool(#[from] crate::spool::SpoolError),
    /// The secret key.
    #[error("{0}")]
    Key(#[from] crate::base::sealing::SealingError),
    /// A listener.
    #[error("the server stopped listening: {0}")]
    Listen(#[from] std::io::Error),
    /// The HTTP client.
    #[error("no HTTPS client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Runs until `start.stop` is cancelled; then answers what was accepted, finishes what is being sent, and returns.
///
/// # Errors
/// [`ServerError`] when it cannot start or lost a listener.
pub async fn run(config: &Config, start: Start) -> Result<(), ServerError> {
    let Start { programme, listener, operations, sign_in, beside, telephone, stop } = start;
    let sealer = config.sealer()?;
    let spool = Arc::new(Spool::open(&config.spool, sealer.clone(), programme.environment.clone())?);
    let channels = Arc::new(config.connected(&programme.in_force().pack.numbering));
    let (tasks, background) = (TaskTracker::new(), CancellationToken::new());
    let waiting = Arc::new(Notify::new());
    let intake = Intake::start(programme.clone(), spool.clone(), waiting.clone(), &tasks, &background);
    tasks.spawn(intake.clone().drain(channels.clone(), background.clone()));
    tasks.spawn(watch::work(programme.clone(), background.clone()));
    tasks.spawn(privacy::work(programme.clone(), config.privacy, background.clone()));
    tasks.spawn(watch::add_up(programme.clone(), background.clone()));
    let client = outbox::client()?;
    for connected in channels.iter() {
        for problem in connected.config.provider.problems(&connected.channel) {
            tracing::warn!(channel = %connected.config.id, problem, "this channel cannot send");
        }
        let work =
            outbox::work(programme.clone(), connected.clone(), client.clone(), waiting.clone(), background.clone());
        tasks.spawn(work);
    }
    if let Some(operations) = operations {
        let serve = axum::serve(operations, operations_router(programme.clone()));
        let stopped = background.clone();
        tasks.spawn(async move {
            let ended = serve.with_graceful_shutdown(async move { stopped.cancelled().await }).await;
            if let Err(error) = ended {
                tracing::error!(%error, "the operations listener ended");
            }
        });
    }
    let telephone = telephone.and_then(|callers| {
        Telephone::new(programme.clone(), intake.clone(), &channels, sealer, callers).map(telephone::router)
    });
    let app = App {
        has_telephone: telephone.is_some(),
        codes_by: config.sending_channel(&channels),
        is_https: config.is_https(),
        is_public: config.public,
        proxies: config.trusted_proxies.clone().into(),
        ..App::new(programme.clone(), sign_in)
    };
    let webhooks = Webhooks { intake, channels, paces: app.paces.clone(), proxies: app.proxies.clone() };
    let router = web::router(app).merge(webhook::router(webhooks)).merge(beside);
    let router = router.merge(telephone.unwrap_or_default());
    let stopped = stop.clone();
    let service = router.into_make_service_with_connect_info::<Peer>();
    let serve =
        axum::serve(Bounded::new(listener), service).with_graceful_shutdown(async move { stopped.cancelled().await });
    let served = tokio::select! {
        served = serve.into_future() => served,
        () = overdue(&stop) => {
            tracing::warn!("stopped while a caller had still not said all; it has no answer and calls again");
            Ok(())
        }
    };
    // Calls are answered; now the workers may go.
    background.cancel();
    tasks.close();
    if tokio::time::timeout(STOP_TIMEOUT, tasks.wait()).await.is_err() {
        tracing::warn!("stopped while something was still being sent; its lease ends by itself");
    }
    programme.store.close().await;
    served.map_err(ServerError::Listen)
}

/// A caller that goes silent halfway must not keep the server from stopping.
async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(CALLS_TIMEOUT).await;
}

/// `/healthz`: the process answers. `/readyz`: the database does too.
fn operations_router(programme: Arc<Programme>) -> Router {
    let ready = move || {
        let programme = programme.clone();
        async move {
            match programme.store.reachable().await {
                Ok(()) => (StatusCode::OK, "ready\n"),
                Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer; calls go to the spool\n"),
            }
        }
    };
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}
