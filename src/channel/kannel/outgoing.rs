//! Sending by smsbox: `GET /cgi-bin/sendsms`, and what its answers mean.
//!
//! A text in GSM-7 goes as UTF-8 with `coding=0`, any other as the bytes of UTF-16BE with `coding=2` and without `charset`:
//! where smsbox was built without iconv it refuses to recode ("Charset or body misformed, rejected").

use super::super::form::escape;
use super::super::{
    Accepted, Channel, DeliveryStatus, Hook, HttpRequest, HttpResponse, Outbound, SendError, value, verdict,
};
use crate::base::gsm7;

/// smsbox on the same machine, on the port of the user guide.
const SMSBOX: &str = "http://127.0.0.1:13013";
/// Delivered, not delivered, kept, taken and refused by the SMSC: 1 + 2 + 4 + 8 + 16.
const DLR_MASK: &str = "31";

/// The request that sends `message`.
pub(super) fn request(channel: &Channel, message: &Outbound) -> Result<HttpRequest, SendError> {
    let username = channel.setting("username").ok_or_else(|| SendError::account("`username` is not set"))?;
    let password = channel.secret("password").ok_or_else(|| SendError::account("`password` is not set"))?;
    if let Some(problem) = problem(channel) {
        return Err(SendError::account(problem));
    }
    // Kannel puts its own `%d` and `%A` in when it calls.
    let report = format!("{}?id={}&status=%d&answer=%A", channel.address(own_url(channel), Hook::Status), message.id);
    let (coding, text) = match gsm7::first_outside(&message.text) {
        None => ("0&charset=UTF-8", escape(&message.text)),
        Some(_) => ("2", utf16(&message.text)),
    };
    let mut url = format!(
        "{}/cgi-bin/sendsms?username={}&password={}&to={}&coding={coding}&text={text}&dlr-mask={DLR_MASK}&dlr-url={}",
        smsbox(channel),
        escape(username),
        escape(password),
        escape(message.to.e164()),
        escape(&report),
    );
    // The SMSC a message came by is the one that reaches its phone, unless the operator knows better.
    let smsc = channel.setting("smsc").or(message.reply_token.as_deref());
    let sender = Some(channel.sender.as_str()).filter(|sender| !sender.is_empty());
    for (name, value) in [("from", sender), ("smsc", smsc), ("account", channel.setting("account"))] {
        if let Some(value) = value {
            url.push_str(&format!("&{name}={}", escape(value)));
        }
    }
    Ok(HttpRequest { method: "GET", url, headers: Vec::new(), body: String::new() })
}

/// Why nothing could be sent with these settings, if so.
pub(super) fn problem(channel: &Channel) -> Option<String> {
    let is_address = |url: &str| url.starts_with("http://") || url.starts_with("https://");
    let own = own_url(channel);
    if !is_address(smsbox(channel)) {
        Some("`base_url` does not begin with http:// or https://".into())
    } else if !is_address(own) {
        Some(format!("`relais_url` is `{own}`, which does not begin with http:// or https://"))
    } else if own.contains('%') {
        Some(format!("`relais_url` is `{own}`: Kannel would take its `%` for an escape of its own"))
    } else {
        None
    }
}

fn smsbox(channel: &Channel) -> &str {
    channel.base_url.as_deref().unwrap_or(SMSBOX).trim_end_matches('/')
}

fn own_url(channel: &Channel) -> &str {
    channel.setting("relais_url").unwrap_or(&channel.public_url).trim_end_matches('/')
}

fn utf16(text: &str) -> String {
    text.encode_utf16().flat_map(u16::to_be_bytes).map(|byte| format!("%{byte:02X}")).collect()
}

/// What smsbox's answer means. Taken is 202 and nothing else, whatever it says: `0: Accepted for delivery`, `3: Queued for
/// later delivery`, or `Sent.` with `immediate-sendsms-reply`. It gives no id; its reports name ours.
pub(super) fn accepted(response: &HttpResponse) -> Result<Accepted, SendError> {
    let said = value::reason(&response.body);
    match response.status {
        202 => Ok(Accepted { external_id: None, status: DeliveryStatus::Queued }),
        // "Not routable. Do not try again.": no SMSC of theirs takes this number.
        403 if said.starts_with("Not routable") => Err(SendError::message(format!("403 {said}"))),
        400 if said.contains("denied by white") => Err(SendError::message(format!("400 {said}"))),
        // "Authorization failed for sendsms", "Sender missing and no global set, rejected".
        400 | 403 => Err(SendError::account(format!("{} {said}", response.status))),
        200..=299 => Err(SendError::provider(format!("HTTP {}, where smsbox says 202", response.status))),
        _ => {
            verdict::of_status(response)?;
            Err(SendError::provider("the answer is not one of smsbox"))
        }
    }
}
