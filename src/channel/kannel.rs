//! `kannel`: the gateway of kannel.org beside relais, its smsbox calling us and sending for us.
//!
//! Kannel has no field names of its own: they are what `get-url` says. Ours is, on one line,
//!
//! ```text
//! {public_url}/in/{id}/{key}/sms?sender=%p&to=%P&id=%I&ts=%T&coding=%c&charset=%C&smsc=%i&udh=%u&message=%b
//! ```
//!
//! and, for those who prefer it, the same as `post-url` without `coding`, `charset` and `message`, which smsbox then puts
//! into headers and body. Reading is in `kannel/incoming.rs`, sending in `kannel/outgoing.rs`.
//!
//! | setting | default | what it is |
//! |---|---|---|
//! | `username`, `password` (secret) | required | of the group `sendsms-user` |
//! | `reply` | `body` | `body`: the answer to the call is the reply; `send`: replies go out by sendsms, with delivery reports |
//! | `smsc` | the one the message came by | the SMSC every message of ours is to leave by |
//! | `account` | none | written into Kannel's log with each message of ours |
//! | `relais_url` | `public_url` | our address as smsbox reaches it, for delivery reports |
//!
//! `base_url` is where smsbox listens for sendsms (`http://127.0.0.1:13013`).
//!
//! Sources: Kannel user guide ("Using SMS Services", "Sending SMS", delivery reports), gw/urltrans.c and gw/smsbox.c of
//! Kannel, and what bearerbox, smsbox and fakesmsc 1.4.5 of Debian do in `tests/kannel.rs`. Calls are not signed: the key in
//! our address is all that protects them.

mod incoming;
mod outgoing;

use super::{
    Accepted, Channel, Event, Hook, HttpRequest, HttpResponse, Outbound, Provider, Refusal, Reply, Request, Response,
    SendError, Settings, missing,
};
use crate::base::gsm7;

/// smsbox gives a text as GSM-7 unless it is told otherwise, and then has `?` for every letter GSM-7 lacks. It listens to
/// this header where the service has `accept-x-kannel-headers = true`.
const AS_UCS2: &[(&str, &str)] = &[("x-kannel-coding", "2")];

/// The provider `kannel`.
pub(super) struct Kannel;

impl Provider for Kannel {
    fn name(&self) -> &'static str {
        "kannel"
    }

    fn settings(&self) -> Settings {
        Settings {
            required: &["username", "password"],
            optional: &["account", "relais_url", "reply", "smsc"],
            secret: &["password"],
        }
    }

    fn problems(&self, channel: &Channel) -> Vec<String> {
        let mut problems = missing(self.settings().required, channel);
        if let Some(other) = channel.setting("reply").filter(|reply| !matches!(*reply, "body" | "send")) {
            problems.push(format!("`reply` is `{other}`, not body or send"));
        }
        problems.extend(outgoing::problem(channel));
        problems
    }

    fn read(&self, channel: &Channel, hook: Hook, request: &Request) -> Result<Vec<Event>, Refusal> {
        match hook {
            Hook::Sms => Ok(vec![Event::Message(incoming::message(channel, request)?)]),
            Hook::Status => Ok(vec![Event::Delivery(incoming::delivery(request)?)]),
            Hook::Ussd => Err(Refusal::Unreadable("Kannel carries no USSD".into())),
        }
    }

    /// The body is sent to the person as it is, and nothing where there is no reply (`omit-empty = true`).
    fn answer(&self, channel: &Channel, hook: Hook, reply: Option<Reply<'_>>) -> Response {
        let heard = reply.filter(|_| hook == Hook::Sms && self.replies_in_body(channel));
        let said = heard.map_or("", |reply| reply.text);
        let headers = if gsm7::first_outside(said).is_some() { AS_UCS2 } else { &[] };
        Response { status: 200, content_type: "text/plain; charset=utf-8".into(), headers, body: said.to_owned() }
    }

    fn replies_in_body(&self, channel: &Channel) -> bool {
        channel.setting("reply") != Some("send")
    }

    fn send(&self, channel: &Channel, message: &Outbound) -> Result<HttpRequest, SendError> {
        outgoing::request(channel, message)
    }

    fn sent(&self, _: &Channel, response: &HttpResponse) -> Result<Accepted, SendError> {
        outgoing::accepted(response)
    }
}
