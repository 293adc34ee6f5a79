//! RAPPEL: an officer has those reminded who sent nothing. One message a phone and day at most.

use super::{Look, Owed, SilenceError, chased_cadence, last_ended, owed_for, owes, people, period_name};
use crate::base::period::shift;
use crate::base::{Date, Environment, Instant, Language, Period, PlaceId};
use crate::flow::model::{CommandKind, Flow, Pack};
use crate::flow::text::{TextError, context};
use crate::rollup::due_day;
use crate::store::outbox::{self, NewOutbox};
use crate::store::{Tx, notice};

use jiff::ToSpan;

/// Kind of the notice that keeps a phone from being reminded twice on one day.
pub(super) const REMINDER: &str = "reminder";
/// Reminders one RAPPEL sends: more would keep answers waiting behind them. The next RAPPEL goes on from there.
const REMINDERS_AT_ONCE: usize = 500;
/// How long a reminder is worth sending.
const REMINDER_LIFE_MS: i64 = 12 * 3_600_000;

/// Who reminds whom, and when.
#[derive(Clone, Copy)]
pub struct Moment<'m> {
    /// Where ids come from.
    pub environment: &'m Environment,
    /// The present instant.
    pub now: Instant,
    /// The present day.
    pub today: Date,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Reminded {
    /// The period whose reports are missing; `None` where the pack has no report with a cadence.
    pub period: Option<Period>,
    /// Messages put out.
    pub sent: usize,
    /// People whose phone had its reminder today.
    pub earlier: usize,
    /// People whose phones said STOP.
    pub stopped: usize,
    /// People left for the next RAPPEL.
    pub left: usize,
}

/// The period whose reports are asked for: the last one while it can still be late, else the present one.
fn asked_for(pack: &Pack, today: Date) -> Option<Period> {
    let kind = chased_cadence(pack)?;
    let last = last_ended(pack, kind, today);
    let closing = shift(last.last(), pack.deadline(kind).late_days.days());
    Some(if today <= closing { last } else { pack.calendar.period(kind, today) })
}

/// Puts out a reminder to everybody in `area` who sent nothing for the period reports are asked for.
///
/// # Errors
/// What the store says; a text that failed.
pub async fn remind(
    tx: &mut Tx,
    pack: &Pack,
    moment: Moment<'_>,
    (channel, area): (&str, PlaceId),
) -> Result<Reminded, SilenceError> {
    let Moment { environment, now, today } = moment;
    let period = asked_for(pack, today);
    let mut reminded = Reminded { period, sent: 0, earlier: 0, stopped: 0, left: 0 };
    let Some(period) = period else { return Ok(reminded) };
    let owed = owed_for(pack, &[period]);
    let look = Look { area, day: period.last(), until: today, owed: &owed };
    for person in people(tx, pack, look).await?.silent {
        let Some(phone) = person.phones.iter().find(|phone| !phone.is_stopped) else {
            reminded.stopped += usize::from(!person.phones.is_empty());
            continue;
        };
        let missing = owed.iter().find(|owed| owes(owed, &person) > 0);
        let Some(Owed { flow, .. }) = missing else { continue };
        if reminded.sent == REMINDERS_AT_ONCE {
            reminded.left += 1;
            continue;
        }
        if !notice::claim(tx, REMINDER, &phone.index, &today.to_string()).await? {
            reminded.earlier += 1;
            continue;
        }
        let language = phone.language.unwrap_or_else(|| pack.first_language());
        let text = reminder(pack, flow, language, period, today)?;
        let message = NewOutbox::begun(environment, (channel, &phone.phone), &text, (now, REMINDER_LIFE_MS));
        outbox::enqueue(tx, &message).await?;
        reminded.sent += 1;
    }
    Ok(reminded)
}

/// What someone who sent nothing is told.
fn reminder(pack: &Pack, flow: &Flow, language: Language, period: Period, today: Date) -> Result<String, TextError> {
    let due = due_day(period, pack.deadline(period.kind()));
    let given = context! {
        keyword => flow.keyword.as_str(),
        period => period_name(pack, period, today, language)?,
        due => due.strftime("%d/%m").to_string(),
        today => due == today,
        late => due < today,
        command => pack.command_word(CommandKind::Zero),
    };
    pack.texts.say("say.remind_report", language, given)
}
