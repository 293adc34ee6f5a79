//! What smsbox calls us with: messages by `get-url` or `post-url`, and delivery reports at the `dlr-url` of our sends.
//!
//! | field | escape | without it |
//! |---|---|---|
//! | `sender` | `%p` | unreadable; a `post-url` may have `send-sender = true` instead |
//! | `to` | `%P` | empty; a `post-url` has the header `X-Kannel-To` |
//! | `id` | `%I` | a repeated call is known by sender, time and text instead |
//! | `ts` | `%T` | no time of sending; a `post-url` has `X-Kannel-Time` |
//! | `coding` | `%c` | read as 0; a `post-url` has `X-Kannel-Coding` |
//! | `charset` | `%C` | that of the coding; a `post-url` has it in `Content-Type` |
//! | `smsc` | `%i` | the reply leaves by any SMSC; a `post-url` has `X-Kannel-SMSC` |
//! | `udh` | `%u` | a part of a long message cannot be told; a `post-url` has `X-Kannel-UDH` |
//! | `message` | `%b` | unreadable; a `post-url` has it as the body |
//!
//! `%a` and `%r` are of no use: they split at the byte 0x20, which in UTF-16 is half a letter (`Р`, `Ġ`).

use super::super::form::{Charset, Fields};
use super::super::{Channel, Delivery, DeliveryStatus, Inbound, Refusal, Request, value};
use crate::base::Sender;

/// A message from a person.
pub(super) fn message(channel: &Channel, request: &Request) -> Result<Inbound, Refusal> {
    let call = Call { fields: Fields::of_form(request.query.as_bytes())?, request };
    let from = call.field("sender", "x-kannel-from")?.filter(|from| !from.trim().is_empty());
    let from = from.ok_or_else(|| unreadable("the field `sender` is missing or empty"))?;
    check_whole(&call)?;
    Ok(Inbound {
        from: Sender::parse(&value::label(&from), &channel.numbering),
        to: value::label(&call.field("to", "x-kannel-to")?.unwrap_or_default()),
        text: value::message_text(&text(&call)?),
        external_id: value::identifier(call.fields.text("id")?)?,
        sent_at: call.field("ts", "x-kannel-time")?.and_then(|sent| value::instant(&sent)),
        reply_token: value::identifier(call.field("smsc", "x-kannel-smsc")?)?,
    })
}

/// `id` is ours, put into the `dlr-url`: Kannel gives none for a send. `status` is `%d`, `answer` is `%A`.
pub(super) fn delivery(request: &Request) -> Result<Delivery, Refusal> {
    let fields = Fields::of_form(request.query.as_bytes())?;
    let external_id = value::identifier(fields.text("id")?)?;
    let external_id = external_id.ok_or_else(|| unreadable("the field `id` is missing or empty"))?;
    let code = fields.required("status")?;
    let status = match code.trim() {
        "1" => Some(DeliveryStatus::Delivered),
        // Kept for a phone that is off; taken by the SMSC.
        "4" | "8" => Some(DeliveryStatus::Sent),
        // Not delivered; refused by the SMSC.
        "2" | "16" => Some(DeliveryStatus::Failed),
        // Nothing known; on its way between centres.
        "0" | "32" => None,
        other => return Err(unreadable(&format!("the status `{}` is not known", value::reason(other)))),
    };
    let failed = status == Some(DeliveryStatus::Failed);
    // Words nobody can read must not lose their report.
    let answer = fields.text("answer").unwrap_or(None).filter(|_| failed);
    let reason = answer.map(|answer| value::reason(without_text(&answer))).filter(|reason| !reason.is_empty());
    Ok(Delivery { external_id, status, reason })
}

/// A receipt of SMPP ends in `text:` and the first letters of what was said: these do not belong in a reason.
fn without_text(answer: &str) -> &str {
    answer.to_ascii_lowercase().find("text:").map_or(answer, |at| &answer[..at]).trim()
}

/// A call with its query: `post-url` puts some of its facts into headers.
struct Call<'r> {
    fields: Fields,
    request: &'r Request,
}

impl Call<'_> {
    fn is_post(&self) -> bool {
        self.request.method == "POST"
    }

    /// The field, else the header that stands for it in a POST.
    fn field(&self, name: &str, header: &str) -> Result<Option<String>, Refusal> {
        let written = self.fields.text(name)?;
        Ok(written.or_else(|| self.request.header(header).filter(|_| self.is_post()).map(str::to_owned)))
    }
}

fn unreadable(why: &str) -> Refusal {
    Refusal::Unreadable(why.to_owned())
}

/// The text, in exactly the charset that was named.
fn text(call: &Call<'_>) -> Result<String, Refusal> {
    let coding = call.field("coding", "x-kannel-coding")?.unwrap_or_default();
    if !call.is_post() {
        let named = call.fields.text("charset")?.unwrap_or_default();
        let charset = charset(coding.trim(), named.trim())?;
        let text = call.fields.text_in("message", charset)?;
        return text.ok_or_else(|| unreadable("the field `message` is missing"));
    }
    let content_type = call.request.header("content-type").unwrap_or_default();
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !media_type.trim().eq_ignore_ascii_case("text/plain") {
        let media_type = value::reason(media_type.trim());
        return Err(unreadable(&format!("the body is `{media_type}`, not the text/plain of a post-url")));
    }
    let charset = charset(coding.trim(), named_in(parameters))?;
    let text = charset.decode(&call.request.body);
    text.ok_or_else(|| unreadable(&format!("the body is not {charset:?}")))
}

/// The charset among the parameters of a content type; smsbox writes it in quotes.
fn named_in(parameters: &str) -> &str {
    let mut pairs = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let named = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    named.map_or("", |(_, value)| value.trim().trim_matches('"'))
}

/// How the bytes are characters. Coding 1 is bytes for a machine; a charset that contradicts its coding is not guessed at.
fn charset(coding: &str, named: &str) -> Result<Charset, Refusal> {
    let charset = match (coding, Charset::named(named)) {
        ("2", Some(Charset::Utf16Be)) => Some(Charset::Utf16Be),
        ("2", None) if named.is_empty() => Some(Charset::Utf16Be),
        ("0", Some(Charset::Utf16Be)) => None,
        // With `mo-recode`, old smsboxes turn UCS-2 into WINDOWS-1252 where it fits, and say coding 0.
        ("" | "0", Some(charset)) => Some(charset),
        ("" | "0", None) if named.is_empty() => Some(Charset::Utf8),
        _ => None,
    };
    charset.ok_or_else(|| {
        let (coding, named) = (value::reason(coding), value::reason(named));
        unreadable(&format!("coding `{coding}` with charset `{named}` is no text relais reads"))
    })
}

/// Refuses a part of a longer message, and what is addressed to a program on the phone.
///
/// bearerbox joins parts (`sms-combine-concatenated-mo`, on unless turned off) and drops their header. One that still has it
/// was not joined, and half a report must not be read as a whole one. Headers: 3GPP TS 23.040, 9.2.3.24.
fn check_whole(call: &Call<'_>) -> Result<(), Refusal> {
    let header = match call.fields.bytes("udh") {
        Some(udh) => udh.to_vec(),
        None => match call.request.header("x-kannel-udh").filter(|_| call.is_post()) {
            // Written in percent escapes, as a field would be.
            Some(escaped) => Fields::of_form(format!("udh={escaped}").as_bytes())?.bytes("udh").unwrap_or(&[]).to_vec(),
            None => return Ok(()),
        },
    };
    let mut rest = header.get(1..).unwrap_or(&[]);
    while let [element, length, after @ ..] = rest {
        match element {
            0x00 | 0x08 => return Err(unreadable("a part of a longer message, not joined by bearerbox")),
            0x04 | 0x05 => return Err(unreadable("the message is addressed to a port, not to people")),
            _ => rest = after.get(usize::from(*length)..).unwrap_or(&[]),
        }
    }
    Ok(())
}
