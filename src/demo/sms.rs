//! The messages made-up reports came in by: what a person would have typed.

use crate::flow::model::Flow;
use crate::flow::turn::Outcome;
use crate::flow::values::{Value, Values};
use crate::report::Report;
use crate::store::message::NewMessage;

/// The message of each report, with its key and text.
pub fn messages<'a>(reports: &'a [Report], texts: &'a [(String, String)]) -> Vec<NewMessage<'a>> {
    let message = |(report, (key, text)): (&'a Report, &'a (String, String))| NewMessage {
        id: report.message,
        channel: "demo",
        hook: "sms",
        external_key: key,
        external_id: None,
        phone_index: Some(&report.phone_index),
        sender: None,
        text: Some(text),
        body: None,
        sent: None,
        received: report.created,
        outcome: Outcome::Saved,
        reason: None,
        reply: None,
    };
    reports.iter().zip(texts).map(message).collect()
}

/// The SMS a person would have typed.
pub fn typed(flow: &Flow, values: &Values) -> String {
    if values.is_empty() {
        return format!("RIEN {}", flow.keyword);
    }
    let mut text = flow.keyword.clone();
    for field in &flow.fields {
        match values.get(&field.label) {
            Some(Value::Number(number)) => text.push_str(&format!(" {}{number}", field.label)),
            Some(Value::Date(date)) => text.push_str(&format!(" {}{}", field.label, date.strftime("%d%m"))),
            Some(Value::Word(word)) => {
                let bare = field.bare_words.iter().find(|(_, value)| value == word);
                match bare {
                    Some((typed, _)) => text.push_str(&format!(" {typed}")),
                    None => text.push_str(&format!(" {}{word}", field.label)),
                }
            }
            None => {}
        }
    }
    text
}
