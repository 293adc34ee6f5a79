//! Silence: who owes reports and sent none, reminders to them, and what their supervisors are told.
//!
//! A declared zero and a meeting not held are no silence. Whoever is reminded is whoever an officer is shown: both are found
//! here. Never writes to a phone that said STOP, nor twice on one day; never sends by itself: all goes by the outbox.

mod missed;
mod remind;

pub use missed::tell_missed;
pub use remind::{Moment, Reminded, remind};

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Date, Language, Period, PeriodKind, PlaceId, gsm7};
use crate::flow::model::{Flow, Pack};
use crate::flow::text::{TextError, context};
use crate::place::Tree;
use crate::rollup;
use crate::store::notice::{self, Owing};
use crate::store::received::{self, DuePeriod};
use crate::store::{Senders, StoreError, Tx};

/// Septets of one SMS.
const SMS_SEPTETS: usize = 160;

/// Why something about silence could not be said or read.
#[derive(Debug, thiserror::Error)]
pub enum SilenceError {
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text of the pack failed: excluded for packs that passed `relais check`.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Reports owed: their type, and the periods they are due for.
#[derive(Clone, Debug)]
pub struct Owed<'p> {
    /// The type.
    pub flow: &'p Flow,
    /// The periods.
    pub dues: Vec<Period>,
}

/// Where and when is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look<'l> {
    /// The area: it and every place in it.
    pub area: PlaceId,
    /// The day whose people and parents hold: the last of the period.
    pub day: Date,
    /// The last day on which a report is counted.
    pub until: Date,
    /// What is owed.
    pub owed: &'l [Owed<'l>],
}

/// People who owe, and those of them who sent nothing.
#[derive(Clone, Debug, Default)]
pub struct Silence {
    /// How many owe a report.
    pub owing: usize,
    /// Who sent none.
    pub silent: Vec<Owing>,
}

/// The shortest cadence reports of people are owed at: what is chased.
pub fn chased_cadence(pack: &Pack) -> Option<PeriodKind> {
    pack.flows.iter().filter(|flow| !flow.by_body).filter_map(|flow| flow.cadence).min()
}

/// The last period of this kind that has ended.
pub fn last_ended(pack: &Pack, kind: PeriodKind, today: Date) -> Period {
    pack.calendar.previous(pack.calendar.period(kind, today))
}

/// The reports of people owed for these periods, all of one kind.
pub fn owed_for<'p>(pack: &'p Pack, dues: &[Period]) -> Vec<Owed<'p>> {
    let kind = dues.first().map(Period::kind);
    let owed = pack.flows.iter().filter(|flow| !flow.by_body && flow.cadence.is_some() && flow.cadence == kind);
    owed.map(|flow| Owed { flow, dues: dues.to_vec() }).collect()
}

/// Who owes any of it, and who sent none of it.
pub async fn people(tx: &mut Tx, pack: &Pack, look: Look<'_>) -> Result<Silence, StoreError> {
    // Report types owed for the same periods are looked up together: all of them, but where one began later.
    let mut together: BTreeMap<Vec<Period>, BTreeSet<&str>> = BTreeMap::new();
    for owed in look.owed {
        let dues = owed.dues.iter().copied().filter(|due| owed.flow.is_owed_for(*due)).collect();
        together.entry(dues).or_default().insert(&owed.flow.id);
    }
    let mut came: BTreeSet<String> = BTreeSet::new();
    for (dues, flows) in together {
        let periods: Vec<DuePeriod> = dues.into_iter().map(|due| due_period(pack, due, look)).collect();
        let (area, day, senders) = (look.area, look.day, Senders::ALL);
        let scope = received::Scope { area, day, periods: &periods, flow: None, senders, body: None };
        let found = received::reporters(tx, &scope).await?.into_iter();
        came.extend(found.filter(|(flow, _)| flows.contains(flow.as_str())).map(|(_, who)| who));
    }
    let mut silence = Silence::default();
    for person in notice::people(tx, look.area, look.day).await? {
        if look.owed.iter().all(|owed| owes(owed, &person) == 0) {
            continue;
        }
        silence.owing += 1;
        if !came.contains(person.person.to_string().as_str()) {
            silence.silent.push(person);
        }
    }
    Ok(silence)
}

fn due_period(pack: &Pack, due: Period, look: Look<'_>) -> DuePeriod {
    DuePeriod { name: due.name(), due: rollup::due_day(due, pack.deadline(due.kind())), until: look.until }
}

/// How many of these reports a person owes.
fn owes(owed: &Owed<'_>, person: &Owing) -> i64 {
    rollup::owed(owed.flow, &person.role, person.active, &owed.dues)
}

/// How an SMS names someone: by agent code, else by role; with their place where that is not `at`. Never by name.
pub fn label(pack: &Pack, tree: &Tree, language: Language, person: &Owing, at: Option<PlaceId>) -> String {
    let role = || pack.role(&person.role).map_or("", |role| role.name.get(language));
    let who = gsm7::plain(person.agent_code.as_deref().unwrap_or_else(role));
    match tree.get(person.place).filter(|place| at != Some(place.id)) {
        Some(place) => format!("{who} {}", place.sms_name),
        None => who,
    }
}

/// A period as replies name it; the year only where it is not the current one.
///
/// # Errors
/// A text of the pack that failed.
pub fn period_name(pack: &Pack, period: Period, today: Date, language: Language) -> Result<String, TextError> {
    let name = format!("say.period_{}", period.kind().word());
    if period.kind() == PeriodKind::Day {
        let date = period.first().strftime("%d/%m").to_string();
        return pack.texts.say(&name, language, context! { date => date });
    }
    let this_year = pack.calendar.period(period.kind(), today).year();
    let year = if period.year() == this_year { String::new() } else { period.year().to_string() };
    pack.texts.say(&name, language, context! { number => i64::from(period.number()), year => year })
}

/// The same names once each, with how many bear them.
pub fn counted(names: impl IntoIterator<Item = String>) -> Vec<(String, usize)> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counted.push((name, 1)),
        }
    }
    counted
}

/// The text with as many of `names` as fit into `septets`; `say` is given them joined, and how many are left out.
pub fn as_many_as_fit(
    names: &[(String, usize)],
    septets: usize,
    say: impl Fn(&str, usize) -> Result<String, TextError>,
) -> Result<String, TextError> {
    let all: usize = names.iter().map(|(_, count)| count).sum();
    let (mut rows, mut told, mut best) = (String::new(), 0, None);
    for (name, count) in names {
        let name = if *count > 1 { format!("{count} {name}") } else { name.clone() };
        rows = if rows.is_empty() { name } else { format!("{rows}, {name}") };
        told += count;
        let text = say(&rows, all - told)?;
        if gsm7::size(&text).units > septets {
            // One more may fit where it makes "and others" needless; further ones only make it longer.
            if told < all {
                continue;
            }
            break;
        }
        best = Some(text);
    }
    match best {
        Some(text) => Ok(text),
        None => say("", all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_as_many_as_fit_and_counts_the_rest() {
        let say =
            |rows: &str, others: usize| Ok(if others > 0 { format!("{rows} +{others}") } else { rows.to_owned() });
        let names = |names: &[(&str, usize)]| {
            names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>()
        };
        for (given, septets, expected) in [
            (names(&[("A1", 1), ("A2", 1)]), 20, "A1, A2"),
            (names(&[("A1", 1), ("A2", 1)]), 6, "A1, A2"),
            (names(&[("A1", 1), ("A2", 1)]), 5, "A1 +1"),
            (names(&[("A1", 1), ("relais", 12), ("A3", 1)]), 12, "A1 +13"),
            (names(&[("A1", 1), ("relais", 12), ("A3", 1)]), 16, "A1, 12 relais +1"),
            (names(&[("A1", 1), ("relais", 12), ("A3", 1)]), 20, "A1, 12 relais, A3"),
            (names(&[("Sokourani", 1), ("A3", 1)]), 4, " +2"),
            (names(&[]), 4, ""),
        ] {
            let told = as_many_as_fit(&given, septets, say).expect("said");
            assert_eq!(told, expected, "{given:?} in {septets}");
        }
    }

    #[test]
    fn equal_names_are_counted() {
        let names = ["relais", "A1", "relais"].map(str::to_owned);
        assert_eq!(counted(names), [("relais".to_owned(), 2), ("A1".to_owned(), 1)]);
    }
}
