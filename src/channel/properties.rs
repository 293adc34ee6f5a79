//! What holds for every provider whatever comes in: no call and no answer of anybody makes it panic.
//!
//! Bytes are drawn from what parsers trip over (escapes, brackets, halves of UTF-8) and put after real beginnings, so that
//! they reach further than noise would.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Channel, Event, HOOKS, HttpResponse, Outbound, PROVIDERS, Reply, Request, TEXT_CHARS_MAX};
use crate::base::id::OutboxId;
use crate::base::{Environment, NumberingPlan, Phone};

fn numbering() -> NumberingPlan {
    NumberingPlan { calling_code: "223".into(), national_digits: 8, trunk_prefix: String::new() }
}

fn channel(settings: BTreeMap<String, String>) -> Channel {
    let secret = |name: &str| (name.to_owned(), "s".to_owned().into());
    Channel {
        id: "any".into(),
        sender: "36019".into(),
        settings,
        secrets: ["api_key", "authorization", "password"].map(secret).into(),
        base_url: None,
        public_url: "https://relais.example".into(),
        key: "0123456789abcdef".to_owned().into(),
        numbering: numbering(),
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let beginning = prop_oneof![
        Just(&b""[..]),
        Just(&b"from=%2B22376123456&text="[..]),
        Just(&b"id=1&status="[..]),
        Just(&b"sessionId=1&phoneNumber=%2B22376123456&text="[..]),
        Just(&b"sender=%2B22376123456&coding=2&message="[..]),
        Just(&b"sender=%2B22376123456&message=DEP&udh="[..]),
        Just(&b"{\"from\":\"22376123456\",\"text\":"[..]),
        Just(&b"{\"SMSMessageData\":{\"Recipients\":"[..]),
        Just(&b"{\"SMSMessageData\":{\"Recipients\":[{\"statusCode\":"[..]),
    ];
    let byte =
        prop_oneof![any::<u8>(), proptest::sample::select(&b"%+&={}[]\":,0129adfADF\\u\x00\xc3\xa9\xd8\xff"[..]),];
    (beginning, prop::collection::vec(byte, 0..200)).prop_map(|(beginning, rest)| [beginning, &rest].concat())
}

fn settings() -> impl Strategy<Value = BTreeMap<String, String>> {
    let names: Vec<&'static str> = PROVIDERS
        .iter()
        .flat_map(|provider| provider.settings().required.iter().chain(provider.settings().optional).copied())
        .collect();
    let value = prop_oneof![
        any::<String>(),
        "[a-z|.{}=,0]{0,30}",
        Just("utf-16be".to_owned()),
        Just("https://sms.example/{to}?t={text}".to_owned()),
        Just("json".to_owned()),
    ];
    prop::collection::btree_map(proptest::sample::select(names).prop_map(str::to_owned), value, 0..6)
}

fn request() -> impl Strategy<Value = Request> {
    let content_type = proptest::sample::select(vec!["", "application/json", "application/x-www-form-urlencoded", "é"]);
    let method = proptest::sample::select(vec!["GET", "POST", "", "BREW"]);
    (method, content_type, bytes(), bytes()).prop_map(|(method, content_type, query, body)| Request {
        method: method.to_owned(),
        query: String::from_utf8_lossy(&query).into_owned(),
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        body,
    })
}

proptest! {
    #[test]
    fn any_call_is_read_or_refused_and_answered(settings in settings(), request in request(), reply in any::<Option<String>>()) {
        let channel = channel(settings);
        for provider in PROVIDERS {
            for hook in HOOKS {
                for event in provider.read(&channel, hook, &request).unwrap_or_default() {
                    if let Event::Message(message) = event {
                        prop_assert!(message.text.chars().count() <= TEXT_CHARS_MAX);
                    }
                }
                let answer = provider.answer(&channel, hook, reply.as_deref().map(Reply::last));
                prop_assert_eq!(answer.status, 200, "{} {:?}", provider.name(), hook);
            }
            provider.problems(&channel);
        }
    }

    #[test]
    fn any_answer_to_a_send_has_a_meaning(settings in settings(), status in any::<u16>(), body in bytes()) {
        let channel = channel(settings);
        let response = HttpResponse { status, retry_after_s: None, body: String::from_utf8_lossy(&body).into_owned() };
        for provider in PROVIDERS {
            let accepted = provider.sent(&channel, &response);
            prop_assert!(accepted.is_err() || (200..300).contains(&status), "{} {status}", provider.name());
        }
    }

    #[test]
    fn any_text_is_sent_or_its_channel_said_to_be_wrong(settings in settings(), text in any::<String>(), token in any::<Option<String>>()) {
        let channel = channel(settings);
        let to = Phone::parse("+22376123456", &numbering()).expect("a number");
        let message = Outbound { id: OutboxId::new(&Environment::system()), to, text, reply_token: token };
        for provider in PROVIDERS {
            let sent = provider.send(&channel, &message);
            if provider.problems(&channel).is_empty() && channel.setting("send_url").is_some() {
                prop_assert!(sent.is_ok(), "{} {sent:?}", provider.name());
            }
        }
    }
}
