//! `external`: a provider described by configuration alone, the shape RapidPro calls an External channel.
//!
//! It speaks GET or POST, form or JSON, one message a call. What it never does: batches, multipart bodies, signatures over
//! a body, USSD; a provider that needs those gets a file of its own. Field names may be alternatives (`from|sender`: the
//! first one that is there), and dotted in JSON (`data.sender.number`, `results.0.text`).
//!
//! Reading:
//!
//! | setting | default | what it is |
//! |---|---|---|
//! | `from_field` | `from\|sender` | who sent it; required in every message |
//! | `text_field` | `text\|message\|content` | the text; required, may be empty |
//! | `to_field` | `to\|receiver` | the short code |
//! | `id_field` | `id\|messageId\|message_id` | the provider's id of a message |
//! | `date_field` | `date\|time\|timestamp` | RFC 3339, `2026-11-23 10:42:00` in UTC, or unix seconds or milliseconds |
//! | `reply_token_field` | none | what must be echoed with the answer |
//! | `charset` | `utf-8` | of form fields: `utf-8`, `latin-1`, `windows-1252` or `utf-16be` (this one for the text only) |
//! | `secret_field` | none; `secret` where the secret is set | where the shared secret is; `header:x-token` for a header |
//! | `secret` (secret) | none | what must be there, compared in constant time |
//! | `status_id_field` | `id\|uuid` | in a delivery report: the id the send gave, or ours (`{id}`) |
//! | `status_field` | `status` | its state |
//! | `status_map` | the four states by their own names | `DELIVRD=delivered,UNDELIV=failed,UNKNOWN=none`; case does not matter |
//! | `reason_field` | `reason\|error` | why it failed |
//! | `answer_body` | empty | what to answer; with `{reply}` in it the person gets the reply from it |
//! | `answer_content_type` | `text/plain; charset=utf-8` | decides how `{reply}` is escaped (JSON, XML, form or not at all) |
//!
//! Sending is described in `external/outgoing.rs`.

mod outgoing;

use subtle::ConstantTimeEq;

use super::form::{Charset, Fields};
use super::template::{self, Escape};
use super::{
    Accepted, Channel, Delivery, DeliveryStatus, Event, Hook, HttpRequest, HttpResponse, Inbound, Outbound, Provider,
    Refusal, Reply, Request, Response, SendError, Settings, value,
};
use crate::base::Sender;

const DEFAULT_STATUS_MAP: &str = "queued=queued,sent=sent,delivered=delivered,failed=failed";
const DEFAULT_ANSWER_CONTENT_TYPE: &str = "text/plain; charset=utf-8";

/// The provider `external`.
pub(super) struct External;

impl Provider for External {
    fn name(&self) -> &'static str {
        "external"
    }

    fn settings(&self) -> Settings {
        Settings {
            required: &[],
            optional: &[
                "answer_body",
                "answer_content_type",
                "api_key",
                "authorization",
                "charset",
                "date_field",
                "from_field",
                "id_field",
                "reason_field",
                "reply_token_field",
                "secret",
                "secret_field",
                "send_body",
                "send_content_type",
                "send_headers",
                "send_method",
                "send_url",
                "sent_contains",
                "sent_id_path",
                "status_field",
                "status_id_field",
                "status_map",
                "text_field",
                "to_field",
            ],
            secret: &["api_key", "authorization", "secret"],
        }
    }

    fn problems(&self, channel: &Channel) -> Vec<String> {
        let mut problems = Vec::new();
        problems.extend(charset(channel).err());
        problems.extend(status_named(channel, "").err());
        if channel.setting("secret_field").is_some() && channel.secret("secret").is_none() {
            problems.push("`secret_field` is set and `secret` is not: every call would be refused".into());
        }
        let answer = channel.setting("answer_body").unwrap_or_default();
        problems.extend(
            template::fill(answer, &[("reply", "")], Escape::Plain)
                .err()
                .map(|name| format!("`answer_body` has an unknown `{{{name}}}`")),
        );
        problems.extend(outgoing::problem(channel));
        problems
    }

    fn read(&self, channel: &Channel, hook: Hook, request: &Request) -> Result<Vec<Event>, Refusal> {
        let place = secret_place(channel);
        if let Some(header) = place.as_deref().and_then(|place| place.strip_prefix("header:")) {
            check_secret(channel, request.header(&header.to_ascii_lowercase()).map(str::as_bytes))?;
        }
        let fields = Fields::of_request(request)?;
        if let Some(name) = place.as_deref().filter(|place| !place.starts_with("header:")) {
            check_secret(channel, fields.bytes(name))?;
        }
        match hook {
            Hook::Sms => Ok(vec![Event::Message(message(channel, &fields)?)]),
            Hook::Status => Ok(vec![Event::Delivery(delivery(channel, &fields)?)]),
            Hook::Ussd => Err(Refusal::Unreadable("`external` reads no USSD".into())),
        }
    }

    fn answer(&self, channel: &Channel, _: Hook, reply: Option<Reply<'_>>) -> Response {
        let content_type = channel.setting("answer_content_type").unwrap_or(DEFAULT_ANSWER_CONTENT_TYPE);
        let answer = channel.setting("answer_body").unwrap_or_default();
        let values = [("reply", reply.map_or("", |reply| reply.text))];
        // An unknown name is a problem said at start; the provider still gets the text as it was written.
        let filled = template::fill(answer, &values, Escape::of_media_type(content_type));
        let body = filled.unwrap_or_else(|_| answer.to_owned());
        Response { status: 200, content_type: content_type.to_owned().into(), headers: &[], body }
    }

    fn replies_in_body(&self, channel: &Channel) -> bool {
        channel.setting("answer_body").is_some_and(|answer| answer.contains("{reply}"))
    }

    fn send(&self, channel: &Channel, message: &Outbound) -> Result<HttpRequest, SendError> {
        outgoing::request(channel, message)
    }

    fn sent(&self, channel: &Channel, response: &HttpResponse) -> Result<Accepted, SendError> {
        outgoing::accepted(channel, response)
    }
}

/// Where the secret must be: as set, or `secret` where only the secret itself is set.
fn secret_place(channel: &Channel) -> Option<String> {
    let set = channel.setting("secret_field").or_else(|| channel.secret("secret").map(|_| "secret"));
    set.map(str::to_owned)
}

/// A channel that names a place for the secret and has none refuses everything.
fn check_secret(channel: &Channel, given: Option<&[u8]>) -> Result<(), Refusal> {
    let (Some(given), Some(secret)) = (given, channel.secret("secret")) else { return Err(Refusal::NotAuthentic) };
    if bool::from(secret.as_bytes().ct_eq(given)) { Ok(()) } else { Err(Refusal::NotAuthentic) }
}

fn message(channel: &Channel, fields: &Fields) -> Result<Inbound, Refusal> {
    let charset = charset(channel).map_err(Refusal::Unreadable)?;
    // UTF-16 in a form is what a gateway does to a text; numbers, ids and dates beside it stay ASCII.
    let charset_around = if charset == Charset::Utf16Be { Charset::Utf8 } else { charset };
    let around = |setting, default| field(channel, fields, setting, default, charset_around);
    let missing = |setting: &str| Refusal::Unreadable(format!("the field named by `{setting}` is missing or empty"));
    let from = around("from_field", "from|sender")?.filter(|from| !from.trim().is_empty());
    let text = field(channel, fields, "text_field", "text|message|content", charset)?;
    Ok(Inbound {
        from: Sender::parse(&value::label(&from.ok_or_else(|| missing("from_field"))?), &channel.numbering),
        to: value::label(&around("to_field", "to|receiver")?.unwrap_or_default()),
        text: value::message_text(&text.ok_or_else(|| missing("text_field"))?),
        external_id: value::identifier(around("id_field", "id|messageId|message_id")?)?,
        sent_at: around("date_field", "date|time|timestamp")?.and_then(|date| value::instant(&date)),
        reply_token: value::identifier(around("reply_token_field", "")?)?,
    })
}

fn delivery(channel: &Channel, fields: &Fields) -> Result<Delivery, Refusal> {
    let read = |setting, default| field(channel, fields, setting, default, Charset::Utf8);
    let missing = |setting: &str| Refusal::Unreadable(format!("the field named by `{setting}` is missing or empty"));
    let id = value::identifier(read("status_id_field", "id|uuid")?)?;
    let word = read("status_field", "status")?.filter(|word| !word.trim().is_empty());
    let word = word.ok_or_else(|| missing("status_field"))?;
    let status = status_named(channel, word.trim()).map_err(Refusal::Unreadable)?;
    let unknown = || Refusal::Unreadable(format!("the status `{}` is not in `status_map`", value::reason(&word)));
    let reason = read("reason_field", "reason|error")?.map(|reason| value::reason(&reason));
    Ok(Delivery {
        external_id: id.ok_or_else(|| missing("status_id_field"))?,
        status: status.ok_or_else(unknown)?,
        reason: reason.filter(|reason| !reason.is_empty()),
    })
}

/// The first field that is there among the alternatives of a setting.
fn field(
    channel: &Channel,
    fields: &Fields,
    setting: &str,
    default: &str,
    charset: Charset,
) -> Result<Option<String>, Refusal> {
    let names = channel.setting(setting).unwrap_or(default);
    for name in names.split('|').map(str::trim).filter(|name| !name.is_empty()) {
        if let Some(text) = fields.text_in(name, charset)? {
            check_alone(fields, name)?;
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// `results.0.text` reads one message; where `results.1` is there too, the rest would be lost without a word.
fn check_alone(fields: &Fields, name: &str) -> Result<(), Refusal> {
    let crowded = name.match_indices(".0.").any(|(at, _)| fields.reaches(&format!("{}.1", &name[..at])));
    if crowded { Err(Refusal::Unreadable(format!("the call has several messages beside `{name}`"))) } else { Ok(()) }
}

fn charset(channel: &Channel) -> Result<Charset, String> {
    let name = channel.setting("charset").unwrap_or("utf-8");
    Charset::named(name).ok_or_else(|| format!("`charset` is `{name}`, not utf-8, latin-1, windows-1252 or utf-16be"))
}

/// What `word` means by `status_map`: `None` outside for a word it lacks, inside for one that changes nothing.
///
/// # Errors
/// The map itself is badly written.
fn status_named(channel: &Channel, word: &str) -> Result<Option<Option<DeliveryStatus>>, String> {
    let mut found = None;
    let map = channel.setting("status_map").unwrap_or(DEFAULT_STATUS_MAP);
    for entry in map.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let bad = || format!("`status_map` has `{entry}`, not WORD=queued, sent, delivered, failed or none");
        let (known, state) = entry.split_once('=').ok_or_else(bad)?;
        let state = match state.trim() {
            "queued" => Some(DeliveryStatus::Queued),
            "sent" => Some(DeliveryStatus::Sent),
            "delivered" => Some(DeliveryStatus::Delivered),
            "failed" => Some(DeliveryStatus::Failed),
            "none" => None,
            _ => return Err(bad()),
        };
        if known.trim().eq_ignore_ascii_case(word) && found.is_none() {
            found = Some(state);
        }
    }
    Ok(found)
}
