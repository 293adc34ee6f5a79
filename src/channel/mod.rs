//! Providers' wire formats, one file each, and one static table of them.
//!
//! Bytes become facts, facts become bytes, signatures are verified. Nothing here does I/O, reads the clock, or knows
//! flows or the store. A new provider is one file, one line in [`PROVIDERS`] and one case table in `tests/channels/`.

mod africastalking;
mod external;
mod form;
mod kannel;
mod limits;
#[cfg(test)]
mod properties;
mod template;
mod value;
mod verdict;

use std::borrow::Cow;
use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::base::gsm7::USSD_SEPTETS_MAX;
use crate::base::id::OutboxId;
use crate::base::{Instant, NumberingPlan, Phone, Sender, UssdInput};

pub use form::{encode, escape};
pub use limits::{BODY_BYTES_MAX, TEXT_CHARS_MAX};

/// Every provider relais speaks with. Explicit, so none can be silently absent.
pub static PROVIDERS: &[&dyn Provider] = &[&africastalking::AfricasTalking, &external::External, &kannel::Kannel];

/// The provider called `name`.
pub fn provider(name: &str) -> Option<&'static dyn Provider> {
    PROVIDERS.iter().find(|provider| provider.name() == name).copied()
}

/// One configured account at a provider, as its provider needs to know it.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Our name for it, as in `/in/{channel}/...`.
    pub id: String,
    /// What we send as: a short code or a sender name. Empty means the provider's shared one.
    pub sender: String,
    /// The provider's own settings by name (`username`, `url`, field names ...), as documented in its file.
    pub settings: BTreeMap<String, String>,
    /// The provider's secrets by name (`api_key` ...). Never shown by `Debug`.
    pub secrets: BTreeMap<String, SecretString>,
    /// Where to send, instead of the provider's own address (a test double, a sandbox).
    pub base_url: Option<String>,
    /// Our own address as the provider knows it: what signatures cover.
    pub public_url: String,
    /// The unguessable part of its webhook addresses, for providers that are told with each send where to report.
    pub key: SecretString,
    /// How national numbers are completed.
    pub numbering: NumberingPlan,
}

impl Channel {
    /// The setting called `name`, where it is there and not empty.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The secret called `name`, where it is there and not empty.
    pub fn secret(&self, name: &str) -> Option<&str> {
        self.secrets.get(name).map(ExposeSecret::expose_secret).filter(|value| !value.is_empty())
    }

    /// The address of `hook` below `base`, which is our own as the provider reaches it. The key is in it.
    pub fn address(&self, base: &str, hook: Hook) -> String {
        format!("{base}/in/{}/{}/{}", self.id, self.key.expose_secret(), hook.word())
    }
}

/// Which of a channel's addresses was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// A message from a person.
    Sms,
    /// A dial or an answer on USSD.
    Ussd,
    /// A delivery report, or the end of a USSD session.
    Status,
}

impl Hook {
    /// The last part of its address: `sms`, `ussd`, `status`.
    pub fn word(self) -> &'static str {
        match self {
            Hook::Sms => "sms",
            Hook::Ussd => "ussd",
            Hook::Status => "status",
        }
    }

    /// The hook whose address ends in `word`.
    pub fn from_word(word: &str) -> Option<Hook> {
        HOOKS.into_iter().find(|hook| hook.word() == word)
    }
}

/// Every hook.
pub const HOOKS: [Hook; 3] = [Hook::Sms, Hook::Ussd, Hook::Status];

/// A request as it came, before anything is believed of it.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The part of the address after `?`, undecoded.
    pub query: String,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, at most [`BODY_BYTES_MAX`].
    pub body: Vec<u8>,
}

impl Request {
    /// The first header called `name` (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A fact told by a provider.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person sent an SMS.
    Message(Inbound),
    /// A person dialled, answered or hung up.
    Ussd(Ussd),
    /// An SMS of ours moved on.
    Delivery(Delivery),
    /// A test call of the provider, or something of no interest: answered, not stored.
    Nothing,
}

/// An SMS from a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// Who sent it.
    pub from: Sender,
    /// The short code or number it was sent to, as the provider writes it.
    pub to: String,
    /// The text as sent, at most [`TEXT_CHARS_MAX`] characters; the rest is in the raw body.
    pub text: String,
    /// The provider's id of the message, where it gives one: what repeated callbacks share.
    pub external_id: Option<String>,
    /// When the provider says it was sent.
    pub sent_at: Option<Instant>,
    /// What the provider wants echoed with the answer (`linkId`), if anything.
    pub reply_token: Option<String>,
}

/// A call of a USSD session.
#[derive(Clone, Debug, PartialEq)]
pub struct Ussd {
    /// Who dialled.
    pub from: Sender,
    /// The code dialled, as the provider writes it.
    pub code: String,
    /// The provider's id of the session.
    pub session: String,
    /// What was typed.
    pub input: UssdInput,
}

/// What a person is told in the answer to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<'r> {
    /// The text or screen.
    pub text: &'r str,
    /// True where a USSD session goes on after it.
    pub goes_on: bool,
}

impl<'r> Reply<'r> {
    /// A text after which nothing is expected.
    pub fn last(text: &'r str) -> Reply<'r> {
        Reply { text, goes_on: false }
    }
}

/// What became of an SMS of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The provider's id of the message, from its answer to our send; or our own, where it gives that back.
    pub external_id: String,
    /// Its new state; `None` changes nothing.
    pub status: Option<DeliveryStatus>,
    /// The provider's reason for a failure.
    pub reason: Option<String>,
}

/// States of an SMS of ours, in the only direction they move. `Delivered` and `Failed` are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryStatus {
    /// Accepted, waiting at the provider.
    Queued,
    /// On its way to the phone.
    Sent,
    /// On the phone.
    Delivered,
    /// Will never arrive.
    Failed,
}

/// Why a request was not taken as events.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// A signature or secret inside the request is missing or wrong: refused with 403, nothing stored.
    #[error("the request is not signed by the provider")]
    NotAuthentic,
    /// It cannot be understood: stored whole for a person to look at, answered as the provider expects.
    #[error("{0}")]
    Unreadable(String),
}

/// What to answer to a webhook call.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, empty for none.
    pub content_type: Cow<'static, str>,
    /// Further headers, their names in lower case.
    pub headers: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: String,
}

/// An SMS to send.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// Our id of it.
    pub id: OutboxId,
    /// To whom.
    pub to: Phone,
    /// What.
    pub text: String,
    /// See [`Inbound::reply_token`].
    pub reply_token: Option<String>,
}

/// An HTTP request to make. `Debug` shows only where to: path, headers and body hold phones, secrets and texts.
#[derive(Clone, PartialEq)]
pub struct HttpRequest {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// Where to.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body, empty for none.
    pub body: String,
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The path is left out with the query: some providers have the phone in it.
        let after_scheme = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url[after_scheme..].find(['/', '?', '#']).map_or(self.url.len(), |at| after_scheme + at);
        let host = &self.url[..end];
        write!(f, "{} {host} ({} bytes)", self.method, self.body.len())
    }
}

/// A provider's answer to a send.
#[derive(Clone, Debug)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where given.
    pub retry_after_s: Option<u32>,
    /// The body, cut at [`BODY_BYTES_MAX`].
    pub body: String,
}

/// The provider took our SMS.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// Its id for it, where it gives one: delivery reports will name it.
    pub external_id: Option<String>,
    /// Its first state.
    pub status: DeliveryStatus,
}

/// Whose fault a failed send is: decides what is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The number or the text: this message will never be sent.
    Message,
    /// Our account: credentials, balance, sender name. Somebody must act; the message is kept and tried again later.
    Account,
    /// The provider or the network: try again.
    Provider,
}

/// A send that did not succeed, as facts.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// Whose fault.
    pub fault: Fault,
    /// The provider's word for it, without phone or text.
    pub reason: String,
    /// Not before so many seconds, where the provider says so.
    pub retry_after_s: Option<u32>,
}

/// Which settings a channel of this provider takes.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Settings and secrets that must be there to send.
    pub required: &'static [&'static str],
    /// Settings that may be there.
    pub optional: &'static [&'static str],
    /// Which of both are secret.
    pub secret: &'static [&'static str],
}

/// A sentence for each setting that must be there and is not.
fn missing(required: &[&str], channel: &Channel) -> Vec<String> {
    let missing = |name: &&&str| channel.setting(name).is_none() && channel.secret(name).is_none();
    required.iter().filter(missing).map(|name| format!("`{name}` is not set")).collect()
}

/// A provider's wire format and nothing else.
pub trait Provider: Send + Sync {
    /// Its name in `provider = "..."`.
    fn name(&self) -> &'static str;

    /// The settings it takes.
    fn settings(&self) -> Settings;

    /// What is wrong with the channel's settings, one sentence each, said at start rather than at the first message.
    fn problems(&self, channel: &Channel) -> Vec<String> {
        missing(self.settings().required, channel)
    }

    /// Reads a webhook call: signature first, then facts.
    ///
    /// # Errors
    /// [`Refusal::NotAuthentic`] for a wrong signature, else [`Refusal::Unreadable`] saying what is wrong.
    fn read(&self, channel: &Channel, hook: Hook, request: &Request) -> Result<Vec<Event>, Refusal>;

    /// What this provider wants to hear once the events are on disk.
    ///
    /// `reply` is the answer to the person for providers that deliver it from the body; others ignore it, and the
    /// answer goes out through the outbox ([`Provider::replies_in_body`]). A USSD call always has one: its screen.
    fn answer(&self, channel: &Channel, hook: Hook, reply: Option<Reply<'_>>) -> Response;

    /// True where the webhook's answer body to an SMS is delivered to the person.
    fn replies_in_body(&self, _channel: &Channel) -> bool {
        false
    }

    /// Septets one USSD screen holds at this provider.
    fn screen_septets(&self) -> usize {
        USSD_SEPTETS_MAX
    }

    /// The request that sends `message`.
    ///
    /// # Errors
    /// A [`SendError`] when the channel's settings do not allow sending at all.
    fn send(&self, channel: &Channel, message: &Outbound) -> Result<HttpRequest, SendError>;

    /// What the provider's answer to [`Provider::send`] means.
    ///
    /// # Errors
    /// A [`SendError`] saying whose fault it is and whether to try again.
    fn sent(&self, channel: &Channel, response: &HttpResponse) -> Result<Accepted, SendError>;
}
