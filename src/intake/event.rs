//! One thing told by a provider, settled inside the transaction of its batch.

use std::collections::BTreeMap;

use super::foresight::Foresight;
use super::known::{Known, message_key};
use super::pending::{Pending, Reply, SettledMessage};
use super::{IntakeError, Received, effect, fact, limited, limits};
use crate::base::{Date, Instant, Language, MessageId, OutboxId, Phone, Sender};
use crate::channel::{Delivery, Inbound, Ussd};
use crate::flow::dialogue::{self, Conversation};
use crate::flow::turn::{Effect, Facts, Need, Outcome, Reporter, Step, Turn};
use crate::person::initials;
use crate::programme::{InForce, Programme};
use crate::rollup::{CellChange, CellKey};
use crate::store::message::Stored;
use crate::store::phone::PhoneState;
use crate::store::{self, Tx};

/// What a provider told, as far as it could be read.
#[derive(Clone, Debug)]
pub enum Told {
    /// A person sent an SMS.
    Message(Inbound),
    /// A person dialled, answered or hung up.
    Ussd(Ussd),
    /// An SMS of ours moved on.
    Delivery(Delivery),
    /// A call that could not be understood, with the reason.
    Unreadable(String),
}

/// What became of a thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The answer to the person, the same for every repetition of the call.
    pub reply: Option<String>,
    /// True where a USSD session goes on after it.
    pub goes_on: bool,
    /// What became of the message; `None` for a delivery report.
    pub outcome: Option<Outcome>,
    /// True when it was settled before and nothing was done.
    pub repeated: bool,
}

impl Settled {
    /// A call that was here before: the same answer, and nothing is done.
    fn again(stored: Stored) -> Settled {
        Settled { reply: stored.reply, goes_on: false, outcome: Some(stored.outcome), repeated: true }
    }
}

/// A transaction with what is written once, at its end.
pub(super) struct Batch<'a> {
    pub programme: &'a Programme,
    pub in_force: &'a InForce,
    pub tx: Tx,
    /// What the batch will ask for, looked up at once.
    known: Known,
    /// Turns taken ahead with what they ask for, looked up at once.
    foresight: Foresight,
    /// Rows kept back, to go many in one statement.
    pub pending: Pending<'a>,
    /// Cells moved by the whole batch: written in key order at its end, so that two servers never wait in a circle.
    pub cells: BTreeMap<CellKey, i64>,
}

/// Settles a batch in one transaction, in order.
pub(super) async fn settle_all(programme: &Programme, received: &[Received]) -> Result<Vec<Settled>, IntakeError> {
    let in_force = programme.in_force();
    let mut tx = programme.store.begin().await?;
    let known = Known::of(&mut tx, received).await?;
    let foresight = Foresight::of(&mut tx, programme, &in_force, received, &known).await?;
    let (pending, cells) = (Pending::default(), BTreeMap::new());
    let mut batch = Batch { programme, in_force: &in_force, tx, known, foresight, pending, cells };
    let mut settled = Vec::with_capacity(received.len());
    for one in received {
        settled.push(batch.settle(one).await?);
    }
    batch.commit().await?;
    Ok(settled)
}

impl<'a> Batch<'a> {
    /// One that nothing has come for.
    pub(super) async fn empty(programme: &'a Programme, in_force: &'a InForce) -> Result<Batch<'a>, IntakeError> {
        let mut tx = programme.store.begin().await?;
        let known = Known::of(&mut tx, &[]).await?;
        let (foresight, pending, cells) = (Foresight::default(), Pending::default(), BTreeMap::new());
        Ok(Batch { programme, in_force, tx, known, foresight, pending, cells })
    }

    /// Writes what was kept back and the cells, and commits.
    pub(super) async fn commit(self) -> Result<(), IntakeError> {
        let Batch { mut tx, mut pending, cells, .. } = self;
        pending.flush(&mut tx).await?;
        let changes: Vec<CellChange> =
            cells.into_iter().filter(|(_, by)| *by != 0).map(|(key, by)| CellChange { key, by }).collect();
        store::cell::apply(&mut tx, &changes).await?;
        Ok(tx.commit().await?)
    }

    async fn settle(&mut self, received: &'a Received) -> Result<Settled, IntakeError> {
        match &received.told {
            Told::Delivery(delivery) => self.deliver(received, delivery).await,
            Told::Unreadable(reason) => self.keep_unread(received, reason.clone()).await,
            Told::Message(inbound) => match &inbound.from {
                Sender::Phone(phone) => self.converse(received, inbound, phone).await,
                // The name stands sealed beside it: it may be a phone number with a slip in it.
                Sender::Name(_) => self.keep_unread(received, "the sender is no phone number".into()).await,
            },
            Told::Ussd(ussd) => match &ussd.from {
                Sender::Phone(phone) => self.dial(received, ussd, phone).await,
                Sender::Name(_) => self.keep_unread(received, "the caller is no phone number".into()).await,
            },
        }
    }

    /// Writes what is kept back when a row of it could be looked for under one of these keys.
    pub(super) async fn flush_if_touched<'k>(
        &mut self,
        keys: impl IntoIterator<Item = &'k str>,
    ) -> Result<(), IntakeError> {
        if keys.into_iter().any(|key| self.pending.is_touched(key)) {
            self.pending.flush(&mut self.tx).await?;
        }
        Ok(())
    }

    /// The answer already given, when the same call came before.
    pub(super) async fn earlier(&mut self, received: &Received) -> Result<Option<Stored>, IntakeError> {
        let key = message_key(received);
        if self.pending.is_touched(&key) || self.known.is_stale(&key) {
            return self.stored(received, &received.external_key).await;
        }
        Ok(self.known.message(&key))
    }

    /// The message of this channel with this key, as all of this batch before now left it.
    pub(super) async fn stored(&mut self, received: &Received, key: &str) -> Result<Option<Stored>, IntakeError> {
        self.pending.flush(&mut self.tx).await?;
        Ok(store::message::find(&mut self.tx, &received.channel, key).await?)
    }

    /// The phone's state: as looked up at the beginning, or read again where the batch has changed it since.
    pub(super) async fn phone(&mut self, phone: &Phone) -> Result<PhoneState, IntakeError> {
        if let Some(state) = self.known.phone(phone) {
            return Ok(state);
        }
        self.pending.flush(&mut self.tx).await?;
        Ok(store::phone::load(&mut self.tx, phone).await?)
    }

    /// The phone's state as it stands in the database now; what the batch had looked up of it is forgotten.
    pub(super) async fn fresh_phone(&mut self, phone: &Phone) -> Result<PhoneState, IntakeError> {
        self.known.phone(phone);
        Ok(store::phone::load(&mut self.tx, phone).await?)
    }

    async fn deliver(&mut self, received: &Received, delivery: &Delivery) -> Result<Settled, IntakeError> {
        if let Some(status) = delivery.status {
            let (id, reason, now) = (&delivery.external_id, delivery.reason.as_deref(), received.received);
            store::outbox::delivered(&mut self.tx, &received.channel, id, status, reason, now).await?;
        }
        Ok(Settled { reply: None, goes_on: false, outcome: None, repeated: false })
    }

    async fn keep_unread(&mut self, received: &'a Received, reason: String) -> Result<Settled, IntakeError> {
        if let Some(earlier) = self.earlier(received).await? {
            return Ok(Settled::again(earlier));
        }
        self.pending.touch(message_key(received));
        self.pending.messages.push(SettledMessage {
            id: MessageId::new(&self.programme.environment),
            call: received,
            key: None,
            phone_index: None,
            outcome: Outcome::Unreadable,
            reason: Some(reason),
            reply: None,
        });
        Ok(Settled { reply: None, goes_on: false, outcome: Some(Outcome::Unreadable), repeated: false })
    }

    /// A person's message: one turn of their phone's conversation.
    async fn converse(
        &mut self,
        received: &'a Received,
        inbound: &'a Inbound,
        phone: &'a Phone,
    ) -> Result<Settled, IntakeError> {
        if let Some(earlier) = self.earlier(received).await? {
            self.tell_late(received, phone, &earlier).await?;
            return Ok(Settled::again(earlier));
        }
        let mut state = self.phone(phone).await?;
        let Some(paced) = limited::next(state.paced, received.received, limited::Takes::Message) else {
            return self.keep_limited(received, phone, state);
        };
        state.paced = paced;
        let people: Vec<String> = state.people.iter().map(|person| person.id.to_string()).collect();
        self.flush_if_touched(people.iter().map(String::as_str)).await?;
        let today = received.received.date_in(&self.programme.timezone);
        let message = MessageId::new(&self.programme.environment);
        let foreseen = self.foresight.step(&message_key(received), &state, |key| self.pending.is_changed(key));
        let step = match foreseen {
            Some(step) => step,
            None => {
                let decided = self
                    .decide(received, &state, |turn, conversation| dialogue::step(turn, conversation, &inbound.text));
                decided.await?.unwrap_or_else(undecided)
            }
        };
        let reply = self.carry_out(received, &mut state, &step, message).await?;
        state.conversation = serde_json::to_string(&step.conversation)?;
        if step.outcome == Outcome::UnknownSender && reply.is_some() {
            state.greeted_on = Some(today);
        }
        people.into_iter().chain([message_key(received)]).for_each(|key| self.pending.touch(key));
        if let Some(text) = reply.clone().filter(|_| !received.replies_in_body) {
            let id = OutboxId::new(&self.programme.environment);
            self.pending.replies.push(Reply { id, message, call: received, to: phone, text });
        }
        self.pending.messages.push(SettledMessage {
            id: message,
            call: received,
            key: None,
            phone_index: Some(state.index.clone()),
            outcome: step.outcome,
            reason: None,
            reply: reply.clone(),
        });
        self.pending.phones.push(state);
        Ok(Settled { reply, goes_on: false, outcome: Some(step.outcome), repeated: false })
    }

    /// Takes a turn of a phone's conversation, looking up what it asks for until it can decide; the conversation as it was
    /// where it never stops asking.
    pub(super) async fn decide<T>(
        &mut self,
        received: &Received,
        state: &PhoneState,
        take: impl Fn(&Turn<'_>, Conversation) -> Result<T, Vec<Need>>,
    ) -> Result<Result<T, Conversation>, IntakeError> {
        let conversation = conversation(state)?;
        let today = received.received.date_in(&self.programme.timezone);
        let reporters = reporters(self.in_force, state, today);
        let mut facts = Facts::default();
        for _ in 0..limits::ROUNDS_MAX {
            let turn = turn(self.in_force, state, &reporters, (received.received, today), &facts);
            match take(&turn, conversation.clone()) {
                Ok(taken) => return Ok(Ok(taken)),
                Err(needs) => {
                    for need in needs {
                        let reporters = fact::reporters(self.in_force, state, &need);
                        self.flush_if_touched(reporters.iter().map(String::as_str)).await?;
                        let fact = fact::look_up(&mut self.tx, self.in_force, (state, today), &need).await?;
                        facts.0.insert(need, fact);
                    }
                }
            }
        }
        // A turn that goes on asking is a fault of ours: the message is kept for a person, and nothing is answered.
        tracing::error!(channel = %received.channel, "a turn asked for more look-ups than it may; the message is kept unread");
        Ok(Err(conversation))
    }

    /// Does what the turn decided; gives the reply, which for an officer's question is the answer of the views.
    pub(super) async fn carry_out(
        &mut self,
        received: &Received,
        state: &mut PhoneState,
        step: &Step,
        message: MessageId,
    ) -> Result<Option<String>, IntakeError> {
        let mut reply = step.reply.clone();
        for effect in &step.effects {
            match effect {
                Effect::Ask { command, words } => reply = self.ask(received, state, *command, words).await?,
                other => effect::apply(self, received, state, other, message).await?,
            }
        }
        Ok(reply)
    }
}

/// What becomes of a turn that never decided: nothing changes.
fn undecided(conversation: Conversation) -> Step {
    let (outcome, effects) = (Outcome::Unreadable, Vec::new());
    Step { conversation, effects, reply: None, outcome, goes_on: false, sms: None }
}

/// What is open with a phone.
pub(super) fn conversation(state: &PhoneState) -> Result<Conversation, serde_json::Error> {
    if state.conversation.is_empty() { Ok(Conversation::default()) } else { serde_json::from_str(&state.conversation) }
}

/// A turn of a phone: everything it may know.
pub(super) fn turn<'t>(
    in_force: &'t InForce,
    state: &PhoneState,
    reporters: &'t [Reporter],
    (now, today): (Instant, Date),
    facts: &'t Facts,
) -> Turn<'t> {
    Turn {
        pack: &in_force.pack,
        now,
        today,
        language: language(in_force, state),
        reporters,
        next_receipt: state.last_receipt + 1,
        greeted_today: state.greeted_on == Some(today),
        stopped: state.stopped.is_some(),
        facts,
    }
}

/// The language of a phone: chosen on it, else its person's, else the pack's first.
pub(super) fn language(in_force: &InForce, state: &PhoneState) -> Language {
    let of_person = state.people.iter().find_map(|person| person.language);
    state.language.or(of_person).unwrap_or_else(|| in_force.pack.first_language())
}

/// The people of a phone as the dialogue needs to know them. One who has left, or whose place is gone, cannot report.
pub(super) fn reporters(in_force: &InForce, state: &PhoneState, today: Date) -> Vec<Reporter> {
    let reporter = |person: &store::phone::PersonOnPhone| {
        let place = in_force.tree.get(person.place)?;
        Some(Reporter {
            person: person.id,
            role: person.role.clone(),
            network: person.network.clone(),
            place: place.id,
            level: place.level.clone(),
            place_name: place.sms_name.clone(),
            agent_code: person.agent_code.clone(),
            initials: initials(&person.name),
        })
    };
    state.people.iter().filter(|person| person.active.holds(today)).filter_map(reporter).collect()
}
