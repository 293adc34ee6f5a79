//! Sending through a provider described by configuration.
//!
//! | setting | default | what it is |
//! |---|---|---|
//! | `send_url` | none: no sending | the whole address; with the channel's `base_url`, that one's scheme and host are used |
//! | `send_method` | `POST` | `GET`, `POST` or `PUT` |
//! | `send_content_type` | `urlencoded` | `urlencoded`, `json` or `xml` |
//! | `send_body` | `id text to from` under these names | the body; none with `GET`; must be written out for `xml` |
//! | `send_headers` | none | further headers, one `Name: value` a line |
//! | `authorization` (secret) | none | the whole `Authorization` header |
//! | `api_key` (secret) | none | put in where `{api_key}` stands |
//! | `sent_contains` | none | what the provider's answer must hold to count as accepted |
//! | `sent_id_path` | none | where the provider's id is in its JSON answer, such as `messages.0.id`; else reports must name `{id}` |
//!
//! In address and body may stand `{id}` (ours) `{text}` `{to}` (with `+`) `{to_no_plus}` `{from}` (the channel's sender)
//! `{reply_token}` `{api_key}`, each escaped for where it stands; in headers `{id}` `{from}` `{api_key}`. In JSON they
//! belong inside quotes.

use serde_json::Value;

use super::super::template::{Escape, fill};
use super::super::{Accepted, Channel, DeliveryStatus, HttpRequest, HttpResponse, Outbound, SendError, value, verdict};

const FORM_BODY: &str = "id={id}&text={text}&to={to}&from={from}";
const JSON_BODY: &str = r#"{"id":"{id}","text":"{text}","to":"{to}","from":"{from}"}"#;

/// The request that sends `message`.
pub(super) fn request(channel: &Channel, message: &Outbound) -> Result<HttpRequest, SendError> {
    let id = message.id.to_string();
    let token = message.reply_token.as_deref().unwrap_or_default();
    let values = [
        ("id", id.as_str()),
        ("from", channel.sender.as_str()),
        ("api_key", channel.secret("api_key").unwrap_or_default()),
        ("to", message.to.e164()),
        ("to_no_plus", message.to.digits()),
        ("text", message.text.as_str()),
        ("reply_token", token),
    ];
    written(channel, &values).map_err(SendError::account)
}

/// Why nothing could be sent with these settings, if so. A channel without `send_url` is one that only receives.
pub(super) fn problem(channel: &Channel) -> Option<String> {
    channel.setting("send_url")?;
    // A value that is JSON nowhere but inside quotes: finds `{text}` without them.
    let tricky = "x\"\\";
    let key = channel.secret("api_key").unwrap_or_default();
    let values = [
        ("id", tricky),
        ("from", channel.sender.as_str()),
        ("api_key", key),
        ("to", "+22300000000"),
        ("to_no_plus", "22300000000"),
        ("text", tricky),
        ("reply_token", tricky),
    ];
    written(channel, &values).err()
}

fn written(channel: &Channel, values: &[(&str, &str)]) -> Result<HttpRequest, String> {
    let put = |setting: &str, template: &str, values: &[(&str, &str)], escape| {
        fill(template, values, escape).map_err(|name| format!("`{setting}` has a `{{{name}}}` that cannot stand there"))
    };
    let address = channel.setting("send_url").ok_or("`send_url` is not set: this channel cannot send")?;
    let url = moved(&put("send_url", address, values, Escape::Url)?, channel.base_url.as_deref())?;
    let method = method(channel)?;
    let mut headers = headers(channel, &values[..3])?;
    let body = if method == "GET" {
        if channel.setting("send_body").is_some() {
            return Err("`send_body` is set, and `send_method` is GET, which has none".into());
        }
        String::new()
    } else {
        let (media_type, default) = content_type(channel)?;
        headers.push(("Content-Type".into(), media_type.into()));
        let template = channel.setting("send_body").unwrap_or(default);
        if template.is_empty() {
            return Err("`send_body` is not set, and has no default for this `send_content_type`".into());
        }
        let escape = Escape::of_media_type(media_type);
        let body = put("send_body", template, values, escape)?;
        if escape == Escape::Json && serde_json::from_str::<serde::de::IgnoredAny>(&body).is_err() {
            return Err("`send_body` does not give JSON: every `{name}` belongs inside quotes".into());
        }
        body
    };
    Ok(HttpRequest { method, url, headers, body })
}

fn method(channel: &Channel) -> Result<&'static str, String> {
    match channel.setting("send_method").unwrap_or("POST") {
        "GET" => Ok("GET"),
        "POST" => Ok("POST"),
        "PUT" => Ok("PUT"),
        other => Err(format!("`send_method` is `{other}`, not GET, POST or PUT")),
    }
}

/// The media type to send, and the body where none is written.
fn content_type(channel: &Channel) -> Result<(&'static str, &'static str), String> {
    match channel.setting("send_content_type").unwrap_or("urlencoded") {
        "urlencoded" => Ok(("application/x-www-form-urlencoded", FORM_BODY)),
        "json" => Ok(("application/json", JSON_BODY)),
        "xml" => Ok(("text/xml; charset=utf-8", "")),
        other => Err(format!("`send_content_type` is `{other}`, not urlencoded, json or xml")),
    }
}

fn headers(channel: &Channel, values: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
    let mut headers = Vec::new();
    if let Some(authorization) = channel.secret("authorization") {
        headers.push(("Authorization".to_owned(), authorization.trim().to_owned()));
    }
    for line in channel.setting("send_headers").unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.split_once(':').ok_or("`send_headers` has a line that is not `Name: value`")?;
        let value = fill(value.trim(), values, Escape::Plain)
            .map_err(|name| format!("`send_headers` has a `{{{name}}}` that cannot stand there"))?;
        headers.push((name.trim().to_owned(), value));
    }
    let name_is_sound = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let sound =
        |(name, value): &(String, String)| name_is_sound(name) && value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    match headers.iter().find(|header| !sound(header)) {
        Some((name, _)) => Err(format!("the header `{name}` has a character that headers cannot carry")),
        None => Ok(headers),
    }
}

/// `url`, at the scheme and host of `base_url` where that is set.
fn moved(url: &str, base_url: Option<&str>) -> Result<String, String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or("`send_url` does not begin with https:// or http://")?;
    let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
    Ok(match base_url {
        Some(base) => format!("{}{path}", base.trim_end_matches('/')),
        None => url.to_owned(),
    })
}

/// What the provider's answer means.
pub(super) fn accepted(channel: &Channel, response: &HttpResponse) -> Result<Accepted, SendError> {
    verdict::of_status(response)?;
    if let Some(wanted) = channel.setting("sent_contains")
        && !response.body.contains(wanted)
    {
        return Err(SendError::account("the answer lacks what `sent_contains` asks for"));
    }
    // A missing or unusable id is no reason to send twice: only its delivery reports are lost.
    let id = channel.setting("sent_id_path").and_then(|path| id_at(path, &response.body));
    Ok(Accepted { external_id: value::identifier(id).unwrap_or(None), status: DeliveryStatus::Queued })
}

fn id_at(path: &str, body: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(body).ok()?;
    let found = path.split('.').try_fold(&answer, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })?;
    match found {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}
