//! The tables of cases in `tests/channels/`, and their words as the types of `relais::channel`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use relais::base::{Instant, NumberingPlan, Phone, Sender, UssdInput};
use relais::channel::{
    Channel, Delivery, DeliveryStatus, Event, Fault, Hook, Inbound, Provider, Request, SendError, Ussd,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub channel: BTreeMap<String, Account>,
    pub problem: Vec<ProblemCase>,
    pub read: Vec<ReadCase>,
    pub answer: Vec<AnswerCase>,
    pub send: Vec<SendCase>,
    pub sent: Vec<SentCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    #[serde(default)]
    pub sender: String,
    pub base_url: Option<String>,
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}

/// What is wrong with a channel: a piece of each sentence, in order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemCase {
    pub channel: String,
    pub problems: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCase {
    pub label: String,
    #[serde(default = "main_channel")]
    pub channel: String,
    pub hook: String,
    #[serde(default = "post")]
    pub method: String,
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
    pub body_hex: Option<String>,
    pub message: Option<MessageFacts>,
    pub delivery: Option<DeliveryFacts>,
    pub ussd: Option<UssdFacts>,
    #[serde(default)]
    pub nothing: bool,
    #[serde(default)]
    pub not_authentic: bool,
    pub unreadable: Option<String>,
}

/// `from` in E.164 for a phone, else `name`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageFacts {
    pub from: Option<String>,
    pub name: Option<String>,
    #[serde(default)]
    pub to: String,
    pub text: String,
    pub external_id: Option<String>,
    pub sent_at: Option<String>,
    pub reply_token: Option<String>,
}

/// Exactly one of `all`, `last` and `ended` is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UssdFacts {
    pub from: Option<String>,
    pub name: Option<String>,
    #[serde(default)]
    pub code: String,
    pub session: String,
    pub all: Option<String>,
    pub last: Option<String>,
    #[serde(default)]
    pub ended: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryFacts {
    pub external_id: String,
    pub status: Option<String>,
    pub reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCase {
    pub label: String,
    #[serde(default = "main_channel")]
    pub channel: String,
    pub hook: String,
    pub reply: Option<String>,
    pub content_type: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: String,
    #[serde(default)]
    pub in_body: bool,
    #[serde(default)]
    pub goes_on: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendCase {
    pub label: String,
    #[serde(default = "main_channel")]
    pub channel: String,
    pub to: String,
    pub text: String,
    pub reply_token: Option<String>,
    pub method: Option<String>,
    pub url: Option<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
    pub refused: Option<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentCase {
    pub label: String,
    #[serde(default = "main_channel")]
    pub channel: String,
    pub status: u16,
    pub retry_after_s: Option<u32>,
    #[serde(default)]
    pub body: String,
    pub accepted: Option<AcceptedFacts>,
    pub refused: Option<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedFacts {
    pub external_id: Option<String>,
    pub status: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub fault: String,
    pub reason: String,
    pub retry_after_s: Option<u32>,
}

fn main_channel() -> String {
    "main".into()
}

fn post() -> String {
    "POST".into()
}

pub fn table(provider: &dyn Provider) -> Table {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/channels/{}.toml", provider.name()));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn mali() -> NumberingPlan {
    NumberingPlan { calling_code: "223".into(), national_digits: 8, trunk_prefix: String::new() }
}

pub fn phone(e164: &str) -> Phone {
    let phone = Phone::parse(e164, &mali()).expect("a number");
    assert_eq!(phone.e164(), e164);
    phone
}

pub fn channel(table: &Table, name: &str) -> Channel {
    let account = table.channel.get(name).unwrap_or_else(|| panic!("no [channel.{name}]"));
    let secret = |(name, value): (&String, &String)| (name.clone(), value.clone().into());
    Channel {
        id: name.into(),
        sender: account.sender.clone(),
        settings: account.settings.clone(),
        secrets: account.secrets.iter().map(secret).collect(),
        base_url: account.base_url.clone(),
        public_url: "https://relais.example".into(),
        key: "0123456789abcdef".to_owned().into(),
        numbering: mali(),
    }
}

pub fn hook(name: &str) -> Hook {
    match name {
        "sms" => Hook::Sms,
        "ussd" => Hook::Ussd,
        "status" => Hook::Status,
        other => panic!("no hook {other}"),
    }
}

pub fn status(name: &str) -> DeliveryStatus {
    match name {
        "queued" => DeliveryStatus::Queued,
        "sent" => DeliveryStatus::Sent,
        "delivered" => DeliveryStatus::Delivered,
        "failed" => DeliveryStatus::Failed,
        other => panic!("no status {other}"),
    }
}

fn fault(name: &str) -> Fault {
    match name {
        "message" => Fault::Message,
        "account" => Fault::Account,
        "provider" => Fault::Provider,
        other => panic!("no fault {other}"),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("two hexadecimal digits")).collect()
}

impl ReadCase {
    pub fn request(&self) -> Request {
        Request {
            method: self.method.clone(),
            query: self.query.clone(),
            headers: self.headers.clone().into_iter().collect(),
            body: self.body_hex.as_deref().map_or_else(|| self.body.clone().into_bytes(), bytes),
        }
    }

    pub fn events(&self) -> Vec<Event> {
        let message = self.message.as_ref().map(|facts| Event::Message(facts.inbound()));
        let delivery = self.delivery.as_ref().map(|facts| {
            Event::Delivery(Delivery {
                external_id: facts.external_id.clone(),
                status: facts.status.as_deref().map(status),
                reason: facts.reason.clone(),
            })
        });
        let ussd = self.ussd.as_ref().map(|facts| Event::Ussd(facts.ussd()));
        message.into_iter().chain(delivery).chain(ussd).chain(self.nothing.then_some(Event::Nothing)).collect()
    }

    pub fn is_refused(&self) -> bool {
        self.not_authentic || self.unreadable.is_some()
    }
}

impl MessageFacts {
    fn inbound(&self) -> Inbound {
        let instant = |text: &String| Instant(text.parse::<jiff::Timestamp>().expect("RFC 3339").as_millisecond());
        Inbound {
            from: sender(&self.from, &self.name),
            to: self.to.clone(),
            text: self.text.clone(),
            external_id: self.external_id.clone(),
            sent_at: self.sent_at.as_ref().map(instant),
            reply_token: self.reply_token.clone(),
        }
    }
}

fn sender(from: &Option<String>, name: &Option<String>) -> Sender {
    match (from, name) {
        (Some(e164), None) => Sender::Phone(phone(e164)),
        (None, Some(name)) => Sender::Name(name.clone()),
        _ => panic!("either `from` or `name`"),
    }
}

impl UssdFacts {
    fn ussd(&self) -> Ussd {
        let input = match (&self.all, &self.last, self.ended) {
            (Some(all), None, false) => UssdInput::All(all.clone()),
            (None, Some(last), false) => UssdInput::Last(last.clone()),
            (None, None, true) => UssdInput::Ended,
            _ => panic!("one of `all`, `last` and `ended`"),
        };
        Ussd { from: sender(&self.from, &self.name), code: self.code.clone(), session: self.session.clone(), input }
    }
}

impl Refused {
    pub fn check(&self, label: &str, error: &SendError) {
        assert_eq!((error.fault, error.retry_after_s), (fault(&self.fault), self.retry_after_s), "{label}: {error}");
        assert!(error.reason.contains(self.reason.as_str()), "{label}: {error}");
    }
}
