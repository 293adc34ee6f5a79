//! BILAN, MUETS, RAPPEL and INFO: answered by the views in the place of the dialogue; RAPPEL writes to those who are silent.
//!
//! What shows people (MUETS within a commune), who had others written to, and who was refused stand in the audit log, in the
//! transaction of the answer. BILAN and INFO are figures of places.

use super::event::{Batch, language};
use super::{IntakeError, Received, Told, fact};
use crate::account::note_refused;
use crate::base::{Language, PersonId, PlaceId, gsm7};
use crate::flow::model::CommandKind;
use crate::flow::text::context;
use crate::silence::{Moment, Reminded, period_name, remind};
use crate::store::StoreError;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::phone::PhoneState;
use crate::view::ViewError;
use crate::view::info::info;
use crate::view::officer::{self, Asker};
use crate::view::silent::{MuetsAnswer, muets};

/// Septets of one SMS.
const SMS_SEPTETS: usize = 160;

impl Batch<'_> {
    /// The answer to a question; `None` where nothing can be said.
    pub(super) async fn ask(
        &mut self,
        received: &Received,
        state: &PhoneState,
        command: CommandKind,
        words: &[String],
    ) -> Result<Option<String>, IntakeError> {
        let language = language(self.in_force, state);
        let septets = match received.told {
            Told::Ussd(_) => received.screen_septets.min(SMS_SEPTETS),
            _ => SMS_SEPTETS,
        };
        // Who has just reported, in this very batch, is silent no more.
        self.pending.flush(&mut self.tx).await?;
        let officer = self.officer(received, state);
        let answered = match (command, officer) {
            (CommandKind::Info, _) => {
                let own = state.people.first().map(|person| person.place);
                info(self.programme, own, language, words).await
            }
            (_, None) => return Ok(None),
            (CommandKind::Silent, Some((officer, area))) => {
                self.silent(received, officer, Asker { area, language, septets }, words).await
            }
            (CommandKind::Remind, Some(officer)) => self.remind(received, officer, language, words).await,
            (_, Some((_, area))) => officer::bilan(self.programme, Asker { area, language, septets }, words).await,
        };
        match answered {
            Ok(answer) => Ok(Some(answer)),
            Err(ViewError::Store(error)) => Err(error.into()),
            Err(refused) => {
                // A refusal is logged, so that asking for another area's figures leaves a trace.
                let word = self.in_force.pack.command_word(command);
                if let (ViewError::NotYours { .. }, Some((officer, _))) = (&refused, officer) {
                    tracing::info!(person = %officer, %refused, "{word} refused");
                    let actor = Actor::Person(officer);
                    note_refused(&mut self.tx, received.received, actor, (word, "not_yours")).await?;
                }
                let told = officer::refusal(&self.in_force.pack, language, command, &refused);
                told.or_else(|error| {
                    tracing::error!(%error, "a refusal has no text");
                    Ok(None)
                })
            }
        }
    }

    /// The officer on this phone, and their area.
    fn officer(&self, received: &Received, state: &PhoneState) -> Option<(PersonId, PlaceId)> {
        let today = received.received.date_in(&self.programme.timezone);
        fact::officers(self.in_force, state, today).next().map(|officer| (officer.id, officer.place))
    }

    async fn silent(
        &mut self,
        received: &Received,
        officer: PersonId,
        asker: Asker,
        words: &[String],
    ) -> Result<String, ViewError> {
        let MuetsAnswer { text, people } = muets(self.programme, asker, words).await?;
        if people > 0 {
            self.note(received, officer, Action::View, ("silent", &people.to_string())).await?;
        }
        Ok(text)
    }

    async fn note(
        &mut self,
        received: &Received,
        officer: PersonId,
        action: Action,
        (subject, detail): (&str, &str),
    ) -> Result<(), StoreError> {
        let (at, actor) = (received.received, Actor::Person(officer));
        audit::append(&mut self.tx, &Entry { at, actor, action, subject, detail }).await
    }

    async fn remind(
        &mut self,
        received: &Received,
        (asker, area): (PersonId, PlaceId),
        language: Language,
        words: &[String],
    ) -> Result<String, ViewError> {
        let (pack, now) = (&self.in_force.pack, received.received);
        let today = now.date_in(&self.programme.timezone);
        let place = officer::place_typed(self.in_force, area, today, words)?.clone();
        let moment = Moment { environment: &self.programme.environment, now, today };
        let reminded = remind(&mut self.tx, pack, moment, (&received.channel, place.id)).await?;
        let Reminded { period, sent, earlier, stopped, left } = reminded;
        self.note(received, asker, Action::Remind, (&place.code, &sent.to_string())).await?;
        let period = period.map(|period| period_name(pack, period, today, language)).transpose()?;
        let values = context! {
            place => gsm7::plain(&place.sms_name.to_uppercase()),
            period => period.unwrap_or_default(),
            count => sent,
            earlier => earlier,
            stopped => stopped,
            others => left,
            command => pack.command_word(CommandKind::Remind),
        };
        Ok(pack.texts.say("say.remind", language, values)?)
    }
}
