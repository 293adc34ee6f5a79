//! Africa's Talking: SMS in, delivery reports, SMS out, USSD.
//!
//! Settings: `username` (`sandbox` for the sandbox) and the secret `api_key`. The channel's `sender` is the short code or
//! sender name; empty sends from their shared one. `ussd_text` says what the field `text` of a USSD call holds:
//! `cumulative` (all inputs, as documented) or `last` (the last one alone, as some direct binds send). Sources: docs.africastalking.com/sms (notifications, delivery reports,
//! sending) and the public tests of nyaruka/courier; where these leave something open the line says so. Calls are not
//! signed: the key in our address is all that protects them.

use serde_json::Value;

use super::form::{self, Fields};
use super::{
    Accepted, Channel, Delivery, DeliveryStatus, Event, Hook, HttpRequest, HttpResponse, Inbound, Outbound, Provider,
    Refusal, Reply, Request, Response, SendError, Settings, Ussd, limits, missing, value, verdict,
};
use crate::base::{Sender, UssdInput};

const LIVE: &str = "https://api.africastalking.com";
/// Documented for the account called `sandbox`; not covered by any public test we know of.
const SANDBOX: &str = "https://api.sandbox.africastalking.com";

/// The provider `africastalking`.
pub(super) struct AfricasTalking;

impl Provider for AfricasTalking {
    fn name(&self) -> &'static str {
        "africastalking"
    }

    fn settings(&self) -> Settings {
        Settings { required: &["username", "api_key"], optional: &["ussd_text"], secret: &["api_key"] }
    }

    fn problems(&self, channel: &Channel) -> Vec<String> {
        let mut problems = missing(self.settings().required, channel);
        let ussd = channel.setting("ussd_text").filter(|set| !matches!(*set, "cumulative" | "last"));
        problems.extend(ussd.map(|set| format!("`ussd_text` is `{set}`, not cumulative or last")));
        problems
    }

    fn read(&self, channel: &Channel, hook: Hook, request: &Request) -> Result<Vec<Event>, Refusal> {
        let fields = Fields::of_form(&request.body)?;
        match hook {
            Hook::Sms => Ok(vec![Event::Message(message(channel, &fields)?)]),
            Hook::Status => Ok(vec![status(channel, &fields)?]),
            Hook::Ussd => Ok(vec![Event::Ussd(ussd(channel, &fields)?)]),
        }
    }

    /// They read nothing but the status of an SMS callback; a USSD screen must begin with `CON ` or `END `.
    fn answer(&self, _: &Channel, hook: Hook, reply: Option<Reply<'_>>) -> Response {
        let body = match hook {
            Hook::Sms | Hook::Status => String::new(),
            Hook::Ussd => {
                let Reply { text, goes_on } = reply.unwrap_or(Reply::last(""));
                format!("{} {text}", if goes_on { "CON" } else { "END" })
            }
        };
        Response { status: 200, content_type: "text/plain; charset=utf-8".into(), headers: &[], body }
    }

    fn send(&self, channel: &Channel, message: &Outbound) -> Result<HttpRequest, SendError> {
        let username = channel.setting("username").ok_or_else(|| SendError::account("`username` is not set"))?;
        let api_key = channel.secret("api_key").ok_or_else(|| SendError::account("`api_key` is not set"))?;
        let host = channel.base_url.as_deref().unwrap_or(if username == "sandbox" { SANDBOX } else { LIVE });
        let mut pairs = vec![("username", username), ("to", message.to.e164()), ("message", message.text.as_str())];
        if !channel.sender.is_empty() {
            pairs.push(("from", channel.sender.as_str()));
        }
        if let Some(link) = &message.reply_token {
            pairs.push(("linkId", link.as_str()));
        }
        Ok(HttpRequest {
            method: "POST",
            url: format!("{}/version1/messaging", host.trim_end_matches('/')),
            headers: vec![
                ("apiKey".into(), api_key.to_owned()),
                ("Accept".into(), "application/json".into()),
                ("Content-Type".into(), "application/x-www-form-urlencoded".into()),
            ],
            body: form::encode(&pairs),
        })
    }

    /// HTTP 201 does not mean accepted: every recipient has its own status code.
    fn sent(&self, _: &Channel, response: &HttpResponse) -> Result<Accepted, SendError> {
        verdict::of_status(response)?;
        let unreadable = || SendError::provider("the answer is not the documented JSON");
        let answer: Value = serde_json::from_str(&response.body).map_err(|_| unreadable())?;
        let data = answer.get("SMSMessageData").ok_or_else(unreadable)?;
        let recipients = data.get("Recipients").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut accepted = None;
        for recipient in recipients {
            let taken = recipient_taken(recipient)?;
            accepted.get_or_insert(taken);
        }
        accepted.ok_or_else(|| nobody_taken(data.get("Message").and_then(Value::as_str).unwrap_or_default()))
    }
}

/// `id from to text date linkId` (`cost` and `networkCode` are of no use here).
fn message(channel: &Channel, fields: &Fields) -> Result<Inbound, Refusal> {
    let from = fields.required("from")?;
    let text = fields.text("text")?.ok_or_else(|| Refusal::Unreadable("the field `text` is missing".into()))?;
    Ok(Inbound {
        from: Sender::parse(&value::label(&from), &channel.numbering),
        to: value::label(&fields.text("to")?.unwrap_or_default()),
        text: value::message_text(&text),
        external_id: value::identifier(fields.text("id")?)?,
        sent_at: fields.text("date")?.and_then(|date| value::instant(&date)),
        reply_token: value::identifier(fields.text("linkId")?)?,
    })
}

/// `sessionId phoneNumber serviceCode text` (`networkCode` is of no use here). `text` is empty on dialling, even for a long
/// dial string (habbes/ussd-menu-builder issue 14).
fn ussd(channel: &Channel, fields: &Fields) -> Result<Ussd, Refusal> {
    let text = fields.text("text")?.unwrap_or_default();
    if text.chars().count() > limits::TEXT_CHARS_MAX {
        // Cut inputs would not follow on those known.
        return Err(Refusal::Unreadable(format!("`text` has more than {} characters", limits::TEXT_CHARS_MAX)));
    }
    let input = match channel.setting("ussd_text") {
        Some("last") => UssdInput::Last(text),
        _ => UssdInput::All(text),
    };
    session(channel, fields, input)
}

fn session(channel: &Channel, fields: &Fields, input: UssdInput) -> Result<Ussd, Refusal> {
    let missing = || Refusal::Unreadable("the field `sessionId` is missing or empty".into());
    Ok(Ussd {
        from: Sender::parse(&value::label(&fields.required("phoneNumber")?), &channel.numbering),
        code: value::label(&fields.text("serviceCode")?.unwrap_or_default()),
        session: value::identifier(fields.text("sessionId")?)?.ok_or_else(missing)?,
        input,
    })
}

/// A delivery report, or the notice that a USSD session ended (`sessionId phoneNumber status input ...`): whatever its
/// `status` says, nobody answers it any more.
fn status(channel: &Channel, fields: &Fields) -> Result<Event, Refusal> {
    if fields.bytes("sessionId").is_some() && fields.bytes("id").is_none() {
        return session(channel, fields, UssdInput::Ended).map(Event::Ussd);
    }
    delivery(fields)
}

/// `id status failureReason`.
fn delivery(fields: &Fields) -> Result<Event, Refusal> {
    let missing = || Refusal::Unreadable("the field `id` is missing or empty".into());
    let external_id = value::identifier(fields.text("id")?)?.ok_or_else(missing)?;
    let word = fields.required("status")?;
    let status = match word.as_str() {
        "Sent" | "Submitted" | "Buffered" => DeliveryStatus::Sent,
        // Means on the phone, whatever the word suggests.
        "Success" => DeliveryStatus::Delivered,
        "Rejected" | "Failed" | "Expired" | "AbsentSubscriber" => DeliveryStatus::Failed,
        unknown => return Err(Refusal::Unreadable(format!("the status `{}` is not known", value::reason(unknown)))),
    };
    let reason = fields.text("failureReason")?.map(|reason| value::reason(&reason)).filter(|reason| !reason.is_empty());
    Ok(Event::Delivery(Delivery { external_id, status: Some(status), reason }))
}

/// One recipient of the answer, by its `statusCode` (a number; a text of digits is taken too).
fn recipient_taken(recipient: &Value) -> Result<Accepted, SendError> {
    let code = recipient.get("statusCode").and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
    let word = recipient.get("status").and_then(Value::as_str).unwrap_or_default();
    let reason = || value::reason(&format!("{} {word}", code.unwrap_or_default()));
    let status = match code {
        // Processed, Queued.
        Some(100 | 102) => DeliveryStatus::Queued,
        Some(101) => DeliveryStatus::Sent,
        // InvalidPhoneNumber, UnsupportedNumberType, UserInBlacklist, CouldNotRoute, DoNotDisturbRejection,
        // RejectedByGateway.
        Some(403 | 404 | 406 | 407 | 409 | 502) => return Err(SendError::message(reason())),
        // InternalServerError, GatewayError.
        Some(500 | 501) => return Err(SendError::provider(reason())),
        // RiskHold, InvalidSenderId, InsufficientBalance; and codes nobody has told us about, for a person to see.
        Some(_) => return Err(SendError::account(reason())),
        None => return Err(SendError::provider("the answer has a recipient without statusCode")),
    };
    let id = recipient.get("messageId").and_then(Value::as_str).map(str::to_owned);
    // An id that cannot be kept is no reason to send twice: only its delivery reports are lost.
    Ok(Accepted { external_id: value::identifier(id).unwrap_or(None), status })
}

/// An empty list of recipients has its reason in `Message`, such as `InvalidSenderId` (seen in the field, undocumented).
fn nobody_taken(message: &str) -> SendError {
    let reason = value::reason(message);
    SendError::account(if reason.is_empty() { "the answer names no recipient".to_owned() } else { reason })
}
