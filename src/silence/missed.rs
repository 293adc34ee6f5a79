//! Two periods without a report: the supervisor is told, once, to call.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::remind::{Moment, REMINDER};
use super::{
    Look, SMS_SEPTETS, SilenceError, as_many_as_fit, chased_cadence, counted, label, last_ended, owed_for, owes,
    people, period_name,
};
use crate::base::period::shift;
use crate::base::{Language, Period};
use crate::flow::model::Pack;
use crate::flow::text::context;
use crate::place::Tree;
use crate::store::notice::{self, Owing};
use crate::store::outbox::{self, NewOutbox};
use crate::store::{Tx, phone};

/// Kind of the notice that keeps a period from being told twice.
const MISSED: &str = "missed";
/// Whom that notice is about: everybody.
const EVERYBODY: &str = "everybody";
/// How long it is worth sending.
const LIFE_MS: i64 = 48 * 3_600_000;

/// Tells supervisors of those who sent nothing for the last two periods that can be late no more; gives how many messages.
/// Each period is told once: whoever claims it does all of it in the same transaction.
///
/// # Errors
/// What the store says; a text that failed.
pub async fn tell_missed(tx: &mut Tx, pack: &Pack, tree: &Tree, moment: Moment<'_>) -> Result<usize, SilenceError> {
    let today = moment.today;
    let (Some(kind), Some(root)) = (chased_cadence(pack), tree.root(today)) else { return Ok(0) };
    let mut second = last_ended(pack, kind, today);
    while shift(second.last(), pack.deadline(kind).late_days.days()) >= today {
        second = pack.calendar.previous(second);
    }
    if !notice::claim(tx, MISSED, EVERYBODY, &second.name()).await? {
        return Ok(0);
    }
    // Yesterday's reminders keep nobody from one today.
    notice::forget(tx, REMINDER, &today.to_string()).await?;
    let both = [pack.calendar.previous(second), second];
    let owed = owed_for(pack, &both);
    let look = Look { area: root.id, day: second.last(), until: today, owed: &owed };
    let owed_both = |person: &Owing| owed.iter().any(|owed| owes(owed, person) == 2);
    let mut by_supervisor: BTreeMap<String, Vec<Owing>> = BTreeMap::new();
    for person in people(tx, pack, look).await?.silent.into_iter().filter(owed_both) {
        if let Some(supervisor) = person.supervisor_index.clone() {
            by_supervisor.entry(supervisor).or_default().push(person);
        }
    }
    let mut told = 0;
    for (supervisor, people) in by_supervisor {
        told += usize::from(tell(tx, (pack, tree), moment, &supervisor, (&people, both)).await?);
    }
    Ok(told)
}

/// Tells one supervisor of all their people; false where their phone takes nothing we begin.
async fn tell(
    tx: &mut Tx,
    (pack, tree): (&Pack, &Tree),
    moment: Moment<'_>,
    supervisor: &str,
    (people, both): (&[Owing], [Period; 2]),
) -> Result<bool, SilenceError> {
    let Some(number) = phone::number(tx, supervisor).await? else { return Ok(false) };
    let state = phone::load(tx, &number).await?;
    let Some(channel) = notice::channel_of(tx, supervisor).await?.filter(|_| state.stopped.is_none()) else {
        return Ok(false);
    };
    let of_person = state.people.iter().find_map(|person| person.language);
    let language = state.language.or(of_person).unwrap_or_else(|| pack.first_language());
    let text = missed(pack, tree, language, moment, (people, both))?;
    let message = NewOutbox::begun(moment.environment, (&channel, &number), &text, (moment.now, LIFE_MS));
    outbox::enqueue(tx, &message).await?;
    Ok(true)
}

fn missed(
    pack: &Pack,
    tree: &Tree,
    language: Language,
    moment: Moment<'_>,
    (people, both): (&[Owing], [Period; 2]),
) -> Result<String, SilenceError> {
    let mut labels: Vec<String> = people.iter().map(|person| label(pack, tree, language, person, None)).collect();
    labels.sort();
    let names = counted(labels);
    let [from, to] = both.map(|period| period_name(pack, period, moment.today, language));
    let (from, to) = (from?, to?);
    let say = |rows: &str, others: usize| {
        let given = context! { from => from.as_str(), to => to.as_str(), rows => rows, others => others };
        pack.texts.say("say.remind_missed", language, given)
    };
    Ok(as_many_as_fit(&names, SMS_SEPTETS, say)?)
}
