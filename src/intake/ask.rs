//! BILAN, MUETS, RAPPEL and INFO: answered by the views in the place of the dialogue; RAPPEL writes to those who are silent.

use super::event::{Batch, language};
use super::{IntakeError, Received, Told, fact};
use crate::base::{Language, PlaceId, gsm7};
use crate::flow::model::CommandKind;
use crate::flow::text::context;
use crate::silence::{Moment, Reminded, period_name, remind};
use crate::store::phone::PhoneState;
use crate::view::ViewError;
use crate::view::info::info;
use crate::view::officer::{self, Asker};
use crate::view::silent::muets;

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
        let answered = match (command, self.area(received, state)) {
            (CommandKind::Info, _) => {
                let own = state.people.first().map(|person| person.place);
                info(self.programme, own, language, words).await
            }
            (_, None) => return Ok(None),
            (CommandKind::Silent, Some(area)) => muets(self.programme, Asker { area, language, septets }, words).await,
            (CommandKind::Remind, Some(area)) => self.remind(received, (area, language), words).await,
            (_, Some(area)) => officer::bilan(self.programme, Asker { area, language, septets }, words).await,
        };
        match answered {
            Ok(answer) => Ok(Some(answer)),
            Err(ViewError::Store(error)) => Err(error.into()),
            Err(refused) => {
                // A refusal is logged, so that asking for another area's figures leaves a trace.
                let person = state.people.first().map(|person| person.id.to_string()).unwrap_or_default();
                let word = self.in_force.pack.command_word(command);
                tracing::info!(%person, %refused, "{word} refused");
                let told = officer::refusal(&self.in_force.pack, language, command, &refused);
                told.or_else(|error| {
                    tracing::error!(%error, "a refusal has no text");
                    Ok(None)
                })
            }
        }
    }

    /// The area of the officer on this phone.
    fn area(&self, received: &Received, state: &PhoneState) -> Option<PlaceId> {
        let today = received.received.date_in(&self.programme.timezone);
        fact::officers(self.in_force, state, today).next().map(|officer| officer.place)
    }

    async fn remind(
        &mut self,
        received: &Received,
        (area, language): (PlaceId, Language),
        words: &[String],
    ) -> Result<String, ViewError> {
        let (pack, now) = (&self.in_force.pack, received.received);
        let today = now.date_in(&self.programme.timezone);
        let place = officer::place_typed(self.in_force, area, today, words)?.clone();
        let moment = Moment { environment: &self.programme.environment, now, today };
        let reminded = remind(&mut self.tx, pack, moment, (&received.channel, place.id)).await?;
        let Reminded { period, sent, earlier, stopped, left } = reminded;
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
