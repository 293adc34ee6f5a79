//! What every message of a batch asks for first, looked up for all at once: was it here before, and whose phone is it?

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{IntakeError, Received, Told};
use crate::base::{Phone, Sender};
use crate::channel::Inbound;
use crate::store::message::Stored;
use crate::store::phone::PhoneState;
use crate::store::{self, Tx};

/// Answers as they stood when the batch began; each is good once.
pub(super) struct Known {
    messages: HashMap<String, Stored>,
    phones: HashMap<Phone, PhoneState>,
    asked: HashSet<String>,
}

impl Known {
    /// Looks up what `received` will ask for.
    pub async fn of(tx: &mut Tx, received: &[Received]) -> Result<Known, IntakeError> {
        let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut phones: Vec<&Phone> = Vec::new();
        for one in received {
            // What repeats a USSD call is told by its session, which stands with the phone.
            let from = match &one.told {
                Told::Delivery(_) => continue,
                Told::Ussd(ussd) => Some(&ussd.from),
                Told::Message(Inbound { from, .. }) => {
                    keys.entry(&one.channel).or_default().push(one.external_key.clone());
                    Some(from)
                }
                Told::Unreadable(_) => {
                    keys.entry(&one.channel).or_default().push(one.external_key.clone());
                    None
                }
            };
            if let Some(Sender::Phone(phone)) = from {
                phones.push(phone);
            }
        }
        phones.sort();
        phones.dedup();
        let mut messages = HashMap::new();
        for (channel, keys) in keys {
            let found = store::message::find_many(tx, channel, &keys).await?;
            messages.extend(found.into_iter().map(|(key, stored)| (joined(channel, &key), stored)));
        }
        let states = store::phone::load_many(tx, &phones).await?;
        let phones = states.into_iter().map(|state| (state.phone.clone(), state)).collect();
        Ok(Known { messages, phones, asked: HashSet::new() })
    }

    /// The message that came before under `key`, if any did before the batch began.
    pub fn message(&mut self, key: &str) -> Option<Stored> {
        self.asked.insert(key.to_owned());
        self.messages.remove(key)
    }

    /// True when a message came before under `key`; it may still be asked for.
    pub fn has_message(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// The phone's state; it may still be asked for.
    pub fn peek(&self, phone: &Phone) -> Option<&PhoneState> {
        self.phones.get(phone)
    }

    /// True once `key` was asked for: the batch may have settled it since.
    pub fn is_stale(&self, key: &str) -> bool {
        self.asked.contains(key)
    }

    /// The phone's state, the first time it is asked for; afterwards the batch has changed it.
    pub fn phone(&mut self, phone: &Phone) -> Option<PhoneState> {
        self.phones.remove(phone)
    }
}

/// What a repeated call is known by.
pub(super) fn message_key(received: &Received) -> String {
    joined(&received.channel, &received.external_key)
}

/// A key of a message in this channel.
pub(super) fn joined(channel: &str, external_key: &str) -> String {
    format!("{channel}\n{external_key}")
}
