//! Turns taken ahead: what the messages of a batch will ask for is looked up for all of them, few statements for all.
//!
//! A turn is pure, so the step it comes to before the batch begins is the step it comes to in the batch, for as long as
//! nothing it rests on has changed in between: the phone, and what its reporters have reported. What has changed, or asks
//! for more than is foreseen here, is decided in its own turn.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::event::{conversation, reporters, turn};
use super::known::{Known, message_key};
use super::{IntakeError, Received, Told, fact, limits};
use crate::base::Sender;
use crate::channel::Hook;
use crate::flow::dialogue::{self, Conversation};
use crate::flow::turn::{Fact, Facts, Need, Reporter, Step};
use crate::programme::{InForce, Programme};
use crate::store::phone::PhoneState;
use crate::store::report::Likeness;
use crate::store::{self, Tx};

/// Steps the messages of a batch come to, each good once.
#[derive(Default)]
pub(super) struct Foresight {
    steps: HashMap<String, Foreseen>,
}

struct Foreseen {
    step: Step,
    /// The phone's version the turn was taken with.
    version: i64,
    /// Whose reports it rests on.
    rests_on: Vec<String>,
}

/// A turn being taken ahead.
struct Ahead<'a> {
    key: String,
    text: &'a str,
    received: &'a Received,
    state: &'a PhoneState,
    reporters: Vec<Reporter>,
    conversation: Conversation,
    facts: Facts,
    rests_on: Vec<String>,
}

impl Foresight {
    /// Takes ahead what turns it can: the first message of each phone, with what it asks for.
    pub async fn of(
        tx: &mut Tx,
        programme: &Programme,
        in_force: &InForce,
        received: &[Received],
        known: &Known,
    ) -> Result<Foresight, IntakeError> {
        let mut foresight = Foresight { steps: HashMap::new() };
        let mut ahead = first_of_phones(programme, in_force, received, known);
        for _ in 0..limits::ROUNDS_MAX {
            let asking = foresight.take(programme, in_force, ahead);
            if asking.is_empty() {
                break;
            }
            ahead = look_up(tx, in_force, asking).await?;
        }
        Ok(foresight)
    }

    /// The step of the message with this key; `None` where it was not foreseen, or what it rests on has changed.
    pub fn step(&mut self, key: &str, state: &PhoneState, is_changed: impl Fn(&str) -> bool) -> Option<Step> {
        let foreseen = self.steps.remove(key)?;
        let holds = foreseen.version == state.version && !foreseen.rests_on.iter().any(|key| is_changed(key));
        holds.then_some(foreseen.step)
    }

    /// Takes each turn: keeps those that decide, gives those that ask for something that can be foreseen.
    fn take<'a>(
        &mut self,
        programme: &Programme,
        in_force: &InForce,
        ahead: Vec<Ahead<'a>>,
    ) -> Vec<(Ahead<'a>, Vec<Need>)> {
        let mut asking = Vec::new();
        for (one, taken) in on_all_cores(ahead, |one| one.step(programme, in_force)) {
            match taken {
                Ok(step) => {
                    let Ahead { key, state, rests_on, .. } = one;
                    self.steps.insert(key, Foreseen { step, version: state.version, rests_on });
                }
                Err(needs) if needs.iter().all(is_foreseeable) => asking.push((one, needs)),
                Err(_) => {}
            }
        }
        asking
    }
}

impl Ahead<'_> {
    fn step(&self, programme: &Programme, in_force: &InForce) -> Result<Step, Vec<Need>> {
        let now = self.received.received;
        let moment = (now, now.date_in(&programme.timezone));
        let turn = turn(in_force, self.state, &self.reporters, moment, &self.facts);
        dialogue::step(&turn, self.conversation.clone(), self.text)
    }
}

/// Each item with what `work` makes of it, in their order. Turns are a third of a batch's time and need nothing of each
/// other; while their callers wait, the other cores have little to do.
fn on_all_cores<I: Sync, T: Send>(items: Vec<I>, work: impl Fn(&I) -> T + Sync) -> Vec<(I, T)> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(cores).max(limits::TURNS_PER_THREAD_MIN);
    if items.len() <= share {
        return items
            .into_iter()
            .map(|item| {
                let made = work(&item);
                (item, made)
            })
            .collect();
    }
    let made: Vec<T> = std::thread::scope(|scope| {
        let work = &work;
        let mut shares = items.chunks(share);
        let first = shares.next();
        let others: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<T>>())).collect();
        let mut made: Vec<T> = first.into_iter().flatten().map(work).collect();
        for other in others {
            // A fault of the program there is one here.
            made.extend(other.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)));
        }
        made
    });
    items.into_iter().zip(made).collect()
}

/// A need that rests on nothing but what its reporters have reported.
fn is_foreseeable(need: &Need) -> bool {
    matches!(need, Need::Owes { .. } | Need::SameReport { .. })
}

/// The first message of each phone that was not here before. What follows it depends on it.
fn first_of_phones<'a>(
    programme: &Programme,
    in_force: &InForce,
    received: &'a [Received],
    known: &'a Known,
) -> Vec<Ahead<'a>> {
    let mut seen = HashSet::new();
    let mut ahead = Vec::new();
    for one in received.iter().filter(|one| one.hook == Hook::Sms) {
        let Told::Message(inbound) = &one.told else { continue };
        let Sender::Phone(phone) = &inbound.from else { continue };
        let key = message_key(one);
        if known.has_message(&key) || !seen.insert(phone) {
            continue;
        }
        let Some(state) = known.peek(phone) else { continue };
        // One that cannot be read is told of in its own turn.
        let Ok(conversation) = conversation(state) else { continue };
        let reporters = reporters(in_force, state, one.received.date_in(&programme.timezone));
        let (facts, rests_on) = (Facts::default(), Vec::new());
        ahead.push(Ahead { key, text: &inbound.text, received: one, state, reporters, conversation, facts, rests_on });
    }
    ahead
}

/// Adds to each turn the facts it asks for, as [`fact::look_up`] finds them.
async fn look_up<'a>(
    tx: &mut Tx,
    in_force: &InForce,
    asking: Vec<(Ahead<'a>, Vec<Need>)>,
) -> Result<Vec<Ahead<'a>>, IntakeError> {
    let (mut likenesses, mut periods) = (BTreeSet::new(), BTreeSet::new());
    for (ahead, needs) in &asking {
        for need in needs {
            for reporter in fact::reporters(in_force, ahead.state, need) {
                likenesses.extend(fact::likeness(need, &reporter));
                periods.extend(fact::period(need, &reporter));
            }
        }
    }
    tx.hold(&likenesses.iter().map(|like: &Likeness| like.reporter.clone()).collect()).await?;
    let same = store::report::same(tx, &Vec::from_iter(likenesses)).await?;
    let received = store::report::received_of(tx, &Vec::from_iter(periods)).await?;
    let add = |(mut ahead, needs): (Ahead<'a>, Vec<Need>)| {
        for need in needs {
            let reporters = fact::reporters(in_force, ahead.state, &need);
            let fact = match &need {
                Need::Owes { .. } => Fact::Owes(fact::owes(&received, &need, &reporters)),
                _ => Fact::Earlier(fact::earlier(&same, ahead.state, &need, &reporters)),
            };
            ahead.rests_on.extend(reporters);
            ahead.facts.0.insert(need, fact);
        }
        ahead
    };
    Ok(asking.into_iter().map(add).collect())
}
