//! `relais serve`.

use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Failure, WithConfig, open};
use crate::config::Config;
use crate::programme::Programme;
use crate::server::{self, Start};
use crate::web::SignIn;

pub(super) async fn run(arguments: WithConfig) -> Result<(), Failure> {
    log_as_json();
    let config = open::config(&arguments)?;
    let programme = Arc::new(open::programme(&config).await?);
    let listener = listen(config.listen).await?;
    let operations = listen(config.operations_listen).await?;
    // Before anybody is told that we serve: a signal that comes then must find us ready.
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone())?);
    #[cfg(unix)]
    tokio::spawn(reload_on_hangup(config.clone(), programme.clone())?);
    // The addresses in use: a configured port 0 is any free one.
    let listens = listener.local_addr().map_err(Failure::refused)?;
    let operations_listens = operations.local_addr().map_err(Failure::refused)?;
    tracing::info!(listen = %listens, operations = %operations_listens, channels = config.channels.len(), "serving");
    let start = Start {
        programme,
        listener,
        operations: Some(operations),
        sign_in: SignIn::Required,
        beside: Router::new(),
        telephone: None,
        stop,
    };
    server::run(&config, start).await.map_err(Failure::refused)
}

async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| Failure::Refused(format!("cannot listen on {address}: {error}")))
}

/// Cancels `stop` at the first SIGINT or SIGTERM: heard from the moment this returns.
pub(super) fn stop_on_signal(stop: CancellationToken) -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    let (mut terminate, mut interrupt) = {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = |kind| signal(kind).map_err(Failure::refused);
        (heard(SignalKind::terminate())?, heard(SignalKind::interrupt())?)
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        let _interrupted = tokio::signal::ctrl_c().await;
        stop.cancel();
    })
}

/// Reads the pack again at each SIGHUP. A pack with faults changes nothing, and every fault is said.
#[cfg(unix)]
fn reload_on_hangup(config: Config, programme: Arc<Programme>) -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup()).map_err(Failure::refused)?;
    Ok(async move {
        while hangup.recv().await.is_some() {
            reload(&config, &programme).await;
        }
    })
}

#[cfg(unix)]
async fn reload(config: &Config, programme: &Programme) {
    match open::pack(config.pack.as_deref()) {
        Ok(pack) => match programme.replace_pack(pack).await {
            Ok(()) => {
                tracing::info!(hash = %programme.in_force().pack.hash, "the pack was read again and is in force")
            }
            Err(error) => tracing::error!(%error, "the new pack could not be stored; the old one stays in force"),
        },
        Err(faults) => tracing::error!(%faults, "the new pack has faults; the old one stays in force"),
    }
}

fn log_as_json() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RELAIS_LOG").unwrap_or_else(|_| "info,sqlx=warn".into());
    // A second initialisation only happens inside tests.
    let _set_already = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    // What a panic says may quote a text; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a fault of the program");
    }));
}
