//! One webhook call, from the web or back from the spool: read by its provider, settled, answered.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::batch::guarded;
use super::event::Told;
use super::{Intake, IntakeError, Received, limits};
use crate::base::sealing::sha256_hex;
use crate::base::{Instant, Sender};
use crate::channel::{BODY_BYTES_MAX, Event, Hook, Inbound, Refusal, Reply, Request, Response};
use crate::config::Connected;
use crate::flow::text::Serde;
use crate::spool::{SpoolError, Waiting};

/// Why a call is not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It was not signed by the provider.
    #[error("the call is not signed by the provider")]
    NotAuthentic,
    /// Neither the database nor the spool took it: the provider has to call again.
    #[error("neither the database nor the spool could take the call: {0}")]
    Nowhere(SpoolError),
}

impl Intake {
    /// Settles a webhook call and gives the answer its provider expects. Where the database is down the call is kept
    /// in the spool and answered all the same.
    ///
    /// # Errors
    /// [`CallError`] when the call was not taken at all.
    pub async fn call(&self, connected: &Connected, hook: Hook, request: Request) -> Result<Response, CallError> {
        let received = self.programme.environment.now();
        let provider = connected.config.provider;
        let reply = match tokio::time::timeout(
            limits::SETTLE_TIMEOUT,
            self.take(connected, hook, &request, (received, true)),
        )
        .await
        {
            Ok(Ok(reply)) => reply,
            Ok(Err(TakeError::NotAuthentic)) => return Err(CallError::NotAuthentic),
            Ok(Err(TakeError::Unsettled(error))) => {
                tracing::error!(channel = %connected.config.id, %error, "the database did not take a call; it goes to the spool");
                self.spool_call(connected, hook, request, received)?;
                None
            }
            // It may still be settled: read in again from the spool, it then changes nothing.
            Err(_elapsed) => {
                tracing::error!(channel = %connected.config.id, "the database was too slow for a call; it goes to the spool");
                self.spool_call(connected, hook, request, received)?;
                None
            }
        };
        let closing = match (hook, &reply) {
            // Somebody waits at a screen, whatever became of the call.
            (Hook::Ussd, None) => Some(self.closing_screen()),
            _ => None,
        };
        let told = reply.as_ref().map(|(text, goes_on)| Reply { text, goes_on: *goes_on });
        Ok(provider.answer(&connected.channel, hook, told.or(closing.as_deref().map(Reply::last))))
    }

    /// What a caller is shown while nothing can be answered: true whether the call is settled later or never.
    fn closing_screen(&self) -> String {
        let pack = &self.programme.in_force().pack;
        let none = std::collections::BTreeMap::<&str, &str>::new();
        pack.texts.say("say.ussd_down", pack.first_language(), Serde(none)).unwrap_or_default()
    }

    /// Settles what a call tells; `is_heard` while its caller still waits for the answer.
    async fn take(
        &self,
        connected: &Connected,
        hook: Hook,
        request: &Request,
        (received, is_heard): (Instant, bool),
    ) -> Result<Option<(String, bool)>, TakeError> {
        let events = match read(connected, hook, request) {
            Err(Refusal::NotAuthentic) => return Err(TakeError::NotAuthentic),
            Err(Refusal::Unreadable(reason)) => vec![Told::Unreadable(reason)],
            Ok(events) => events.into_iter().filter_map(told).collect(),
        };
        let mut reply = None;
        for told in events {
            let external_key = external_key(&told, request, received);
            // A screen is always the answer to its call. Out of the spool nobody hears the answer any more: it is sent.
            let replies_in_body =
                hook == Hook::Ussd || is_heard && connected.config.provider.replies_in_body(&connected.channel);
            let repeat_ms = i64::from(connected.config.repeat_seconds) * 1_000;
            let screen_septets = connected.config.provider.screen_septets();
            let body = if matches!(told, Told::Unreadable(_)) { whole(request) } else { request.body.clone() };
            let channel = connected.config.id.clone();
            let call = Received {
                channel,
                hook,
                external_key,
                told,
                body,
                received,
                replies_in_body,
                is_late: !is_heard,
                repeat_ms,
                screen_septets,
            };
            let settled = self.settle(call).await.map_err(TakeError::Unsettled)?;
            reply = settled.reply.filter(|_| replies_in_body).map(|text| (text, settled.goes_on));
        }
        Ok(reply)
    }

    fn spool_call(
        &self,
        connected: &Connected,
        hook: Hook,
        request: Request,
        received: Instant,
    ) -> Result<(), CallError> {
        let waiting = Waiting {
            channel: connected.config.id.clone(),
            hook: hook.word().to_owned(),
            method: request.method,
            query: request.query,
            headers: request.headers,
            body: request.body,
            received,
        };
        self.spool.keep(&waiting).map_err(CallError::Nowhere)
    }

    /// Reads the spool back in whenever something waits there, until `stop` is cancelled.
    pub async fn drain(self: Arc<Self>, channels: Arc<Vec<Connected>>, stop: CancellationToken) {
        let mut pause = Duration::ZERO;
        let (mut passed_over, mut since) = (HashSet::new(), tokio::time::Instant::now());
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
            pause = limits::DRAIN_EVERY;
            if since.elapsed() >= limits::PASSED_OVER_FOR {
                // What was in their way may be gone.
                passed_over.clear();
                since = tokio::time::Instant::now();
            }
            if self.spool.waiting() <= passed_over.len() as u64 {
                continue;
            }
            match self.drain_once(&channels, &mut passed_over).await {
                Ok(0) => {}
                Ok(read) => {
                    tracing::info!(read, waiting = self.spool.waiting(), "callbacks read in from the spool");
                    pause = Duration::ZERO;
                }
                Err(error) => {
                    tracing::warn!(%error, waiting = self.spool.waiting(), "the spool waits for the database")
                }
            }
        }
    }

    /// Reads in what waits longest. A call that can never be settled as things are is passed over and stays in the spool:
    /// it was acknowledged, and must hold up none behind it.
    async fn drain_once(&self, channels: &[Connected], passed_over: &mut HashSet<PathBuf>) -> Result<usize, String> {
        let oldest = self.spool.oldest(passed_over).map_err(|error| error.to_string())?;
        let mut read = 0;
        for (path, waiting) in oldest {
            let connected = channels.iter().find(|connected| connected.config.id == waiting.channel);
            let (Some(connected), Some(hook)) = (connected, Hook::from_word(&waiting.hook)) else {
                tracing::error!(channel = %waiting.channel, "a waiting callback names a channel that is no longer configured; it stays in the spool");
                passed_over.insert(path);
                continue;
            };
            let Waiting { method, query, headers, body, received, .. } = waiting;
            let request = Request { method, query, headers, body };
            let taken = guarded(self.take(connected, hook, &request, (received, false))).await;
            match taken.unwrap_or_else(|| Err(TakeError::Unsettled(Arc::new(IntakeError::Panicked)))) {
                Ok(_) => {
                    self.spool.forget(&path).map_err(|error| error.to_string())?;
                    read += 1;
                }
                Err(TakeError::Unsettled(error)) if error.is_unavailable() => {
                    return Err(error.to_string());
                }
                Err(TakeError::Unsettled(error)) => {
                    tracing::error!(channel = %connected.config.id, %error, "a waiting callback cannot be settled; it stays in the spool");
                    passed_over.insert(path);
                }
                Err(TakeError::NotAuthentic) => {
                    tracing::error!(channel = %connected.config.id, "a waiting callback was signed with a secret that is no longer configured; it stays in the spool");
                    passed_over.insert(path);
                }
            }
        }
        Ok(read)
    }
}

enum TakeError {
    NotAuthentic,
    Unsettled(Arc<IntakeError>),
}

/// What the provider told. A body over the limit was cut: what is left must not be taken for the whole.
fn read(connected: &Connected, hook: Hook, request: &Request) -> Result<Vec<Event>, Refusal> {
    if request.body.len() > BODY_BYTES_MAX {
        return Err(Refusal::Unreadable(format!("the body is longer than {BODY_BYTES_MAX} bytes; the rest was cut")));
    }
    connected.config.provider.read(&connected.channel, hook, request)
}

fn told(event: Event) -> Option<Told> {
    match event {
        Event::Message(inbound) => Some(Told::Message(inbound)),
        Event::Ussd(ussd) => Some(Told::Ussd(ussd)),
        Event::Delivery(delivery) => Some(Told::Delivery(delivery)),
        Event::Nothing => None,
    }
}

/// What repeated callbacks of the same thing share: the provider's id, else a digest of all that tells two messages
/// apart. Two different texts of one second are both kept; the same words long after are a new message.
fn external_key(told: &Told, request: &Request, received: Instant) -> String {
    match told {
        Told::Message(Inbound { external_id: Some(id), .. }) => format!("id:{id}"),
        Told::Message(inbound) => {
            let sender = match &inbound.from {
                Sender::Phone(phone) => phone.e164(),
                Sender::Name(name) => name,
            };
            let moment = match inbound.sent_at {
                Some(sent) => format!("sent {}", sent.0),
                None => format!("about {}", received.0 / limits::REPEAT_WINDOW_MS),
            };
            format!("digest:{}", sha256_hex(format!("{sender}\n{}\n{moment}\n{}", inbound.to, inbound.text).as_bytes()))
        }
        // The session itself tells what repeats: see `dialogue::press`.
        Told::Ussd(ussd) => format!("ussd:{}", ussd.session),
        Told::Delivery(delivery) => format!("delivery:{}:{:?}", delivery.external_id, delivery.status),
        Told::Unreadable(_) => format!("digest:{}", sha256_hex(&whole(request))),
    }
}

/// A call that could not be understood, as it came.
fn whole(request: &Request) -> Vec<u8> {
    let mut whole = format!("{} ?{}\n", request.method, request.query).into_bytes();
    for (name, value) in &request.headers {
        whole.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    }
    whole.push(b'\n');
    whole.extend_from_slice(&request.body[..request.body.len().min(BODY_BYTES_MAX)]);
    whole
}
