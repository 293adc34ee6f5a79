//! A call of a USSD session, settled inside the transaction of its batch: one step of the phone's conversation.
//!
//! The answer of the call is the screen; a receipt goes out by SMS. The session itself says what is a repetition.

use super::event::{Batch, Settled};
use super::known::joined;
use super::pending::{Reply, SettledMessage};
use super::{IntakeError, Received, limited};
use crate::base::{MessageId, OutboxId, Phone, UssdInput};
use crate::channel::Ussd;
use crate::flow::dialogue::{self, Dialled, Pressed};
use crate::flow::turn::{Outcome, Step};
use crate::store::phone::PhoneState;

impl<'a> Batch<'a> {
    pub(super) async fn dial(
        &mut self,
        received: &'a Received,
        ussd: &'a Ussd,
        phone: &'a Phone,
    ) -> Result<Settled, IntakeError> {
        let mut state = self.phone(phone).await?;
        let people: Vec<String> = state.people.iter().map(|person| person.id.to_string()).collect();
        self.flush_if_touched(people.iter().map(String::as_str)).await?;
        let dialled = Dialled {
            session: ussd.session.clone(),
            input: ussd.input.clone(),
            repeat_ms: received.repeat_ms,
            septets_max: received.screen_septets,
        };
        let pressed =
            self.decide(received, &state, |turn, conversation| dialogue::press(turn, conversation, &dialled)).await?;
        match pressed {
            Ok(Pressed::Again { screen, goes_on }) => Ok(shown(Some(screen), goes_on)),
            Ok(Pressed::Earlier { key, screen }) => {
                let stored = self.stored(received, &key).await?;
                Ok(shown(stored.and_then(|stored| stored.reply).or(Some(screen)), true))
            }
            Ok(Pressed::Nothing) | Err(_) => Ok(shown(None, false)),
            Ok(Pressed::Taken { step, key, stray }) => {
                // A call kept in the spool may have been settled all the same: no message is written twice.
                if stray && let Some(stored) = self.stored(received, &key).await? {
                    return Ok(shown(stored.reply, step.goes_on));
                }
                // An end is always taken, or a draft would wait for somebody who has hung up.
                if received.is_typed() {
                    let next = limited::next(state.paced, received.received, limited::Takes::Step);
                    let Some(paced) = next else { return Ok(self.closed(&state)) };
                    state.paced = paced;
                }
                people.into_iter().for_each(|key| self.pending.touch(key));
                self.take(received, phone, state, *step, key).await
            }
        }
    }

    async fn take(
        &mut self,
        received: &'a Received,
        phone: &'a Phone,
        mut state: PhoneState,
        mut step: Step,
        key: String,
    ) -> Result<Settled, IntakeError> {
        let message = MessageId::new(&self.programme.environment);
        let reply = self.carry_out(received, &mut state, &step, message).await?;
        if let (Some(session), Some(screen)) = (&mut step.conversation.session, &reply) {
            // What the views answered in its place is what a repetition must be shown.
            session.screen.clone_from(screen);
        }
        state.conversation = serde_json::to_string(&step.conversation)?;
        if let Some(text) = step.sms.take() {
            let id = OutboxId::new(&self.programme.environment);
            self.pending.replies.push(Reply { id, message, call: received, to: phone, text });
        }
        self.pending.touch(joined(&received.channel, &key));
        // An end that changes nothing is no message of anybody.
        if received.is_typed() || !step.effects.is_empty() {
            self.pending.messages.push(SettledMessage {
                id: message,
                call: received,
                key: Some(key),
                phone_index: Some(state.index.clone()),
                outcome: step.outcome,
                reason: None,
                reply: reply.clone().filter(|_| received.is_typed()),
            });
        }
        self.pending.phones.push(state);
        Ok(Settled { reply, goes_on: step.goes_on, outcome: Some(step.outcome), repeated: false })
    }
}

impl Received {
    /// True for a call that somebody waits at.
    fn is_typed(&self) -> bool {
        !matches!(&self.told, super::Told::Ussd(Ussd { input: UssdInput::Ended, .. }))
    }
}

fn shown(reply: Option<String>, goes_on: bool) -> Settled {
    Settled { reply, goes_on, outcome: Some(Outcome::Duplicate), repeated: true }
}
