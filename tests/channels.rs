//! Every provider against its table of cases in `tests/channels/`: calls and the facts they tell, messages and the requests
//! that send them, answers and what they mean. A provider without a table fails, and so does a table with fewer refusals
//! than acceptances. The configurations printed in docs/CHANNELS.md are the channels called `documented` there.

#[path = "channels/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};

use relais::channel::{Accepted, HttpResponse, Outbound, PROVIDERS, Provider, Refusal, Reply, provider};
use table::{Table, channel, hook, phone, status, table};

/// The id every message to send has in the tables.
const OUTBOX_ID: &str = "01980000-0000-7000-8000-000000000001";
/// Keys of `[[channel]]` that are nobody's own setting.
const COMMON_KEYS: [&str; 6] = ["id", "provider", "key", "sender", "base_url", "per_second"];

/// Runs `check` on every provider's table; the name of the provider comes with it.
fn every_table(check: impl Fn(&dyn Provider, &str, &Table)) {
    assert!(!PROVIDERS.is_empty());
    for provider in PROVIDERS {
        check(*provider, provider.name(), &table(*provider));
    }
}

#[test]
fn every_call_is_read_as_its_table_says() {
    every_table(|provider, name, table| {
        for case in &table.read {
            let label = format!("{name}: {}", case.label);
            let read = provider.read(&channel(table, &case.channel), hook(&case.hook), &case.request());
            match (&case.unreadable, case.not_authentic) {
                (None, true) => assert_eq!(read, Err(Refusal::NotAuthentic), "{label}"),
                (Some(piece), false) => match read {
                    Err(Refusal::Unreadable(why)) => assert!(why.contains(piece.as_str()), "{label}: {why}"),
                    other => panic!("{label}: {other:?}"),
                },
                (None, false) => {
                    assert!(!case.events().is_empty(), "{label}: expects nothing at all");
                    assert_eq!(read, Ok(case.events()), "{label}");
                }
                (Some(_), true) => panic!("{label}: two refusals"),
            }
        }
    });
}

#[test]
fn every_call_is_answered_as_its_table_says() {
    every_table(|provider, name, table| {
        for case in &table.answer {
            let channel = channel(table, &case.channel);
            let reply = case.reply.as_deref().map(|text| Reply { text, goes_on: case.goes_on });
            let answer = provider.answer(&channel, hook(&case.hook), reply);
            let label = format!("{name}: {}", case.label);
            assert_eq!((answer.status, answer.content_type.as_ref()), (200, case.content_type.as_str()), "{label}");
            let headers = answer.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            assert_eq!(headers.collect::<BTreeMap<_, _>>(), case.headers, "{label}");
            assert_eq!(answer.body, case.body, "{label}");
            assert_eq!(provider.replies_in_body(&channel), case.in_body, "{label}");
        }
    });
}

#[test]
fn every_message_is_sent_as_its_table_says() {
    every_table(|provider, name, table| {
        for case in &table.send {
            let label = format!("{name}: {}", case.label);
            let message = Outbound {
                id: OUTBOX_ID.parse().expect("an id"),
                to: phone(&case.to),
                text: case.text.clone(),
                reply_token: case.reply_token.clone(),
            };
            let sent = provider.send(&channel(table, &case.channel), &message);
            if let Some(refused) = &case.refused {
                refused.check(&label, &sent.expect_err(&label));
                continue;
            }
            let request = sent.unwrap_or_else(|error| panic!("{label}: {error:?}"));
            assert_eq!(Some(request.method), case.method.as_deref(), "{label}");
            assert_eq!(Some(&request.url), case.url.as_ref(), "{label}");
            assert_eq!(request.headers.iter().cloned().collect::<BTreeMap<_, _>>(), case.headers, "{label}");
            assert_eq!(request.body, case.body, "{label}");
            let shown = format!("{request:?}");
            assert!(!shown.contains("76123456") && !shown.contains("hush"), "{label} shows {shown}");
        }
    });
}

#[test]
fn every_answer_to_a_send_means_what_its_table_says() {
    every_table(|provider, name, table| {
        for case in &table.sent {
            let label = format!("{name}: {}", case.label);
            let response =
                HttpResponse { status: case.status, retry_after_s: case.retry_after_s, body: case.body.clone() };
            let sent = provider.sent(&channel(table, &case.channel), &response);
            match (&case.accepted, &case.refused) {
                (Some(facts), None) => {
                    let expected = Accepted { external_id: facts.external_id.clone(), status: status(&facts.status) };
                    assert_eq!(sent, Ok(expected), "{label}");
                }
                (None, Some(refused)) => {
                    let error = sent.expect_err(&label);
                    assert!(!error.reason.contains("76123456"), "{label}: {}", error.reason);
                    refused.check(&label, &error);
                }
                _ => panic!("{label}: either `accepted` or `refused`"),
            }
        }
    });
}

#[test]
fn what_is_wrong_with_settings_is_said() {
    every_table(|provider, name, table| {
        for case in &table.problem {
            let problems = provider.problems(&channel(table, &case.channel));
            assert_eq!(problems.len(), case.problems.len(), "{name} {}: {problems:?}", case.channel);
            for (problem, piece) in problems.iter().zip(&case.problems) {
                assert!(problem.contains(piece.as_str()), "{name} {}: {problem}", case.channel);
            }
        }
    });
}

#[test]
fn the_tables_are_complete() {
    every_table(|provider, name, table| {
        let labels = (table.read.iter().map(|case| &case.label))
            .chain(table.answer.iter().map(|case| &case.label))
            .chain(table.send.iter().map(|case| &case.label))
            .chain(table.sent.iter().map(|case| &case.label));
        let mut seen = BTreeSet::new();
        labels.for_each(|label| assert!(seen.insert(label), "{name}: `{label}` twice"));
        let refused = table.read.iter().filter(|case| case.is_refused()).count();
        assert!(refused * 2 >= table.read.len(), "{name}: {refused} refusals in {} calls", table.read.len());
        let refused = table.sent.iter().filter(|case| case.refused.is_some()).count();
        assert!(refused * 2 >= table.sent.len(), "{name}: {refused} refusals in {} answers", table.sent.len());
        let settings = provider.settings();
        let known: BTreeSet<_> = settings.required.iter().chain(settings.optional).copied().collect();
        assert!(settings.secret.iter().all(|secret| known.contains(secret)), "{name}: a secret is no setting");
        for account in table.channel.values() {
            let used = account.settings.keys().chain(account.secrets.keys());
            used.for_each(|setting| assert!(known.contains(setting.as_str()), "{name}: `{setting}` is no setting"));
        }
    });
}

/// The `[[channel]]` blocks of docs/CHANNELS.md.
fn documented() -> Vec<toml::Table> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/CHANNELS.md")).expect("the document");
    let blocks = text.split("```toml").skip(1).map(|after| after.split("```").next().expect("a block"));
    let parsed = blocks.map(|block| toml::from_str::<BTreeMap<String, Vec<toml::Table>>>(block).expect(block));
    parsed.flat_map(|mut file| file.remove("channel").expect("[[channel]]")).collect()
}

#[test]
fn the_configurations_in_the_documentation_hold() {
    let documented = documented();
    assert_eq!(documented.len(), PROVIDERS.len(), "one for each provider");
    for mut written in documented {
        let name = written["provider"].as_str().expect("a name").to_owned();
        let settings = provider(&name).expect(&name).settings();
        assert!(written["key"].as_str().is_some_and(|key| key.len() >= 16), "{name}: its key is too short");
        COMMON_KEYS.iter().for_each(|key| drop(written.remove(*key)));
        let worked = channel(&table(provider(&name).expect(&name)), "documented");
        let (mut plain, mut secret) = (BTreeMap::new(), BTreeSet::new());
        for (key, value) in written {
            if settings.secret.contains(&key.as_str()) {
                secret.insert(key);
            } else {
                plain.insert(key, value.as_str().expect("a text").to_owned());
            }
        }
        assert_eq!(plain, worked.settings, "{name}");
        assert_eq!(secret, worked.secrets.keys().cloned().collect(), "{name}");
        assert_eq!(provider(&name).expect(&name).problems(&worked), Vec::<String>::new(), "{name}");
    }
}
