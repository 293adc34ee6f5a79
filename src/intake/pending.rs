//! Rows a batch will write, kept back so that many go in one statement.
//!
//! Nobody may miss a row that is kept back: whoever could look for one (the same phone, person, or body) flushes first.

use std::collections::HashSet;

use crate::base::Phone;
use crate::flow::turn::Outcome;
use crate::report::Report;
use crate::store::message::NewMessage;
use crate::store::outbox::NewOutbox;
use crate::store::phone::PhoneState;
use crate::store::received::Received;
use crate::store::{self, Tx};

use super::limits::REPLY_LIFE_MS;
use super::{IntakeError, Received as Call, Told};
use crate::base::{MessageId, OutboxId, Sender, UssdInput};
use crate::channel::Ussd;

/// A message that was settled.
pub(super) struct SettledMessage<'a> {
    /// Its id.
    pub id: MessageId,
    /// The call that brought it.
    pub call: &'a Call,
    /// What a USSD step is known by; else the call's own key.
    pub key: Option<String>,
    /// Keyed index of the phone, where one sent it.
    pub phone_index: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was not read.
    pub reason: Option<String>,
    /// What was answered.
    pub reply: Option<String>,
}

/// A reply on its way out.
pub(super) struct Reply<'a> {
    /// Its id.
    pub id: OutboxId,
    /// The message it answers, and the call that brought it.
    pub message: MessageId,
    /// That call.
    pub call: &'a Call,
    /// To whom.
    pub to: &'a Phone,
    /// What.
    pub text: String,
}

/// Rows kept back.
#[derive(Default)]
pub(super) struct Pending<'a> {
    pub messages: Vec<SettledMessage<'a>>,
    pub reports: Vec<Report>,
    received: Vec<Received>,
    pub replies: Vec<Reply<'a>>,
    pub phones: Vec<PhoneState>,
    /// Keys under which a kept row could be looked for: phones, reporters, message keys.
    touched: HashSet<String>,
    /// All keys ever touched, written since or not: what was looked up under one before the batch began holds no longer.
    changed: HashSet<String>,
}

impl<'a> Pending<'a> {
    /// Notes that rows kept back can be looked for under `key`.
    pub fn touch(&mut self, key: impl Into<String>) {
        let key = key.into();
        self.changed.insert(key.clone());
        self.touched.insert(key);
    }

    /// True when rows under `key` are no longer as they were when the batch began.
    pub fn is_changed(&self, key: &str) -> bool {
        self.changed.contains(key)
    }

    /// True when a row kept back could be looked for under `key`.
    pub fn is_touched(&self, key: &str) -> bool {
        self.touched.contains(key)
    }

    /// Keeps back that a report was received; two of one message for the same period are one row.
    pub fn note(&mut self, received: Received) {
        let same = |known: &&mut Received| {
            (&known.flow, &known.period, &known.reporter) == (&received.flow, &received.period, &received.reporter)
        };
        match self.received.iter_mut().find(same) {
            Some(known) => {
                known.kind = known.kind.min(received.kind);
                known.received_on = known.received_on.min(received.received_on);
            }
            None => self.received.push(received),
        }
    }

    /// Writes everything kept back.
    ///
    /// # Errors
    /// [`IntakeError::Overtaken`] when another server changed one of the phones since it was read.
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<(), IntakeError> {
        if !store::phone::save_many(tx, &self.phones).await? {
            return Err(IntakeError::Overtaken);
        }
        let messages: Vec<NewMessage<'_>> = self.messages.iter().map(SettledMessage::row).collect();
        store::bulk::messages(tx, &messages).await?;
        store::bulk::reports(tx, &self.reports).await?;
        store::received::note_many(tx, &self.received).await?;
        let replies: Vec<NewOutbox<'_>> = self.replies.iter().map(Reply::row).collect();
        store::bulk::outbox(tx, &replies).await?;
        *self = Pending { changed: std::mem::take(&mut self.changed), ..Pending::default() };
        Ok(())
    }
}

impl SettledMessage<'_> {
    fn row(&self) -> NewMessage<'_> {
        let told = &self.call.told;
        let (from, text, external_id, sent) = match told {
            Told::Message(sms) => (Some(&sms.from), Some(sms.text.as_str()), sms.external_id.as_deref(), sms.sent_at),
            Told::Ussd(ussd) => (Some(&ussd.from), typed(ussd), Some(ussd.session.as_str()), None),
            Told::Delivery(_) | Told::Unreadable(_) => (None, None, None, None),
        };
        let name = from.and_then(|from| match from {
            Sender::Name(name) => Some(name.as_str()),
            Sender::Phone(_) => None,
        });
        NewMessage {
            id: self.id,
            channel: &self.call.channel,
            hook: self.call.hook.word(),
            external_key: self.key.as_deref().unwrap_or(&self.call.external_key),
            external_id,
            phone_index: self.phone_index.as_deref(),
            sender: name,
            text,
            // What was understood is kept as its text; what was not, as it came.
            body: from.is_none().then_some(self.call.body.as_slice()),
            sent,
            received: self.call.received,
            outcome: self.outcome,
            reason: self.reason.as_deref(),
            reply: self.reply.as_deref(),
        }
    }
}

/// What was typed on USSD: all inputs where the provider tells them.
fn typed(ussd: &Ussd) -> Option<&str> {
    match &ussd.input {
        UssdInput::All(text) | UssdInput::Last(text) => Some(text),
        UssdInput::Ended => None,
    }
}

impl Reply<'_> {
    fn row(&self) -> NewOutbox<'_> {
        let token = match &self.call.told {
            Told::Message(inbound) => inbound.reply_token.as_deref(),
            _ => None,
        };
        NewOutbox {
            id: self.id,
            channel: &self.call.channel,
            message: Some(self.message),
            to: self.to,
            text: &self.text,
            reply_token: token,
            due: self.call.received,
            expires: self.call.received.plus_ms(REPLY_LIFE_MS),
            created: self.call.received,
        }
    }
}
