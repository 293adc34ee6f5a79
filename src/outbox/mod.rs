//! Sends what waits: claimed by lease, paced per channel, tried again, settled only with its own lease.
//!
//! Never decides what is said. A message leaves its transaction long before it leaves the house; sending one twice is
//! only possible when a provider took it and its answer was lost.

mod delivery;
mod limits;
mod schedule;

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use delivery::client;
pub use schedule::next_attempt;

use crate::channel::{Accepted, HttpResponse, Outbound, SendError};
use crate::config::Connected;
use crate::programme::Programme;
use crate::store::outbox::{Claim, Claimed};
use crate::store::{self, StoreError};

/// Sends the messages of one channel until `stop` is cancelled. What is being sent then is finished first.
pub async fn work(
    programme: Arc<Programme>,
    connected: Connected,
    client: reqwest::Client,
    waiting: Arc<Notify>,
    stop: CancellationToken,
) {
    let pace = pace(connected.config.per_second);
    let sender = Sender { programme, connected, client };
    loop {
        let woken = waiting.notified();
        let sent = match sender.round(&pace, &stop).await {
            Ok(sent) => sent,
            Err(error) => {
                tracing::warn!(channel = %sender.connected.config.id, %error, "the outbox could not be read; trying again");
                0
            }
        };
        if sent > 0 {
            continue;
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(limits::LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

fn pace(per_second: u32) -> DefaultDirectRateLimiter {
    let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
    // A burst of one: providers count each second on its own (aggregators 2).
    RateLimiter::direct(Quota::per_second(per_second).allow_burst(NonZeroU32::MIN))
}

struct Sender {
    programme: Arc<Programme>,
    connected: Connected,
    client: reqwest::Client,
}

impl Sender {
    /// Claims what is due and sends it; gives how many were sent or tried.
    async fn round(&self, pace: &DefaultDirectRateLimiter, stop: &CancellationToken) -> Result<usize, StoreError> {
        if stop.is_cancelled() {
            return Ok(0);
        }
        // No more than can be sent within half a lease, or another server would claim them while they wait here.
        let at_once = i64::from(self.connected.config.per_second.min(limits::CLAIM_MAX));
        let environment = &self.programme.environment;
        let now = environment.now();
        let lease = uuid_text(environment);
        let store = &self.programme.store;
        let claim = Claim {
            channel: &self.connected.config.id,
            limit: at_once,
            lease: &lease,
            now,
            until: now.plus_ms(limits::LEASE_MS),
        };
        let mut tx = store.begin().await?;
        let claimed = store::outbox::claim(&mut tx, &claim).await?;
        tx.commit().await?;
        let count = claimed.len();
        for message in claimed {
            tokio::select! {
                biased;
                () = stop.cancelled() => {
                    self.release(&lease).await?;
                    return Ok(0);
                }
                () = pace.until_ready() => {}
            }
            let result = self.deliver(&message).await;
            self.settle_in_time(&lease, &message, &result, stop).await?;
        }
        Ok(count)
    }

    /// What was claimed and not begun is not kept waiting for its lease to end.
    async fn release(&self, lease: &str) -> Result<(), StoreError> {
        let mut tx = self.programme.store.begin().await?;
        store::outbox::release(&mut tx, lease, self.programme.environment.now()).await?;
        tx.commit().await
    }

    /// Settles what became of a message. Where the database is away, waits for it: a send nobody noted is made again.
    async fn settle_in_time(
        &self,
        lease: &str,
        claimed: &Claimed,
        result: &Result<Accepted, SendError>,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let give_up = tokio::time::Instant::now() + limits::SETTLE_FOR;
        loop {
            let error = match self.settle(lease, claimed, result).await {
                Err(error) if error.is_unavailable() || error.is_conflict() => error,
                settled => return settled,
            };
            if stop.is_cancelled() || tokio::time::Instant::now() >= give_up {
                return Err(error);
            }
            tracing::warn!(channel = %self.connected.config.id, message = %claimed.id, %error, "what became of a message could not be noted; trying again");
            tokio::select! {
                () = tokio::time::sleep(limits::LOOK_EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn settle(
        &self,
        lease: &str,
        claimed: &Claimed,
        result: &Result<Accepted, SendError>,
    ) -> Result<(), StoreError> {
        let now = self.programme.environment.now();
        let mut tx = self.programme.store.begin().await?;
        let settled = match result {
            Ok(accepted) => {
                let id = accepted.external_id.as_deref();
                store::outbox::sent(&mut tx, claimed.id, lease, id, accepted.status, now).await?
            }
            Err(error) => match next_attempt(error, claimed.attempts, now, claimed.expires) {
                Some(at) => {
                    tracing::warn!(channel = %self.connected.config.id, message = %claimed.id, attempt = claimed.attempts, %error, "not sent; trying again");
                    store::outbox::retry(&mut tx, claimed.id, lease, at, &error.reason, now).await?
                }
                None => {
                    tracing::error!(channel = %self.connected.config.id, message = %claimed.id, %error, "will never be sent");
                    store::outbox::failed(&mut tx, claimed.id, lease, &error.reason, now).await?
                }
            },
        };
        tx.commit().await?;
        if !settled {
            tracing::warn!(channel = %self.connected.config.id, message = %claimed.id, "another server had taken the message over");
        }
        Ok(())
    }

    async fn deliver(&self, claimed: &Claimed) -> Result<Accepted, SendError> {
        let outbound = Outbound {
            id: claimed.id,
            to: claimed.to.clone(),
            text: claimed.text.clone(),
            reply_token: claimed.reply_token.clone(),
        };
        let provider = self.connected.config.provider;
        let request = provider.send(&self.connected.channel, &outbound)?;
        let response: HttpResponse = delivery::exchange(&self.client, &request).await?;
        provider.sent(&self.connected.channel, &response)
    }
}

fn uuid_text(environment: &crate::base::Environment) -> String {
    crate::base::OutboxId::new(environment).to_string()
}
