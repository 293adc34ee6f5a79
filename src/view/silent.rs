//! MUETS: an officer asks who owes reports and sent nothing, and is answered in one message.
//!
//! Above the commune they are places, counted as BILAN counts those that reported; within it they are people, named by agent
//! code or role. Without a period it is the last one that has ended, of the shortest cadence there is.

use super::ViewError;
use super::completeness;
use super::officer::{Asker, understood};
use super::question::Question;
use crate::base::gsm7;
use crate::base::{Language, PeriodKind};
use crate::flow::text::context;
use crate::programme::{InForce, Programme};
use crate::rollup::dues;
use crate::silence::{Look, Owed, as_many_as_fit, chased_cadence, counted, label, last_ended, people, period_name};
use crate::store::Tx;

/// Who is silent.
struct Silent {
    /// What is counted, as the pack names it; empty for people.
    unit: String,
    owing: usize,
    silent: usize,
    names: Vec<(String, usize)>,
}

/// What MUETS is answered.
#[derive(Clone, Debug)]
pub struct MuetsAnswer {
    /// The message.
    pub text: String,
    /// How many people it is about, where they are people and not places.
    pub people: usize,
}

/// Answers the words typed after MUETS.
///
/// # Errors
/// As [`super::officer::bilan`].
pub async fn muets(programme: &Programme, asker: Asker, words: &[String]) -> Result<MuetsAnswer, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let pack = &in_force.pack;
    let usual = last_ended(pack, chased_cadence(pack).unwrap_or(PeriodKind::Week), today);
    let question = understood(&in_force, asker.area, today, words, usual)?;
    let mut tx = programme.store.reader().await?;
    let are_places = is_above_communes(&in_force, &question);
    let found = match are_places {
        true => places(&mut tx, &in_force, &question, asker.language).await?,
        false => persons(&mut tx, &in_force, &question, asker.language).await?,
    };
    let period = period_name(pack, question.period, today, asker.language)?;
    let say = |rows: &str, others: usize| {
        let values = context! {
            place => gsm7::plain(&question.place.sms_name.to_uppercase()),
            period => period.as_str(),
            unit => found.unit.as_str(),
            owing => found.owing,
            silent => found.silent,
            rows => rows,
            others => others,
        };
        pack.texts.say("say.silent", asker.language, values)
    };
    let text = as_many_as_fit(&found.names, asker.septets, say)?;
    Ok(MuetsAnswer { text, people: if are_places { 0 } else { found.silent } })
}

/// True where the places that are counted lie below the commune's level or at it.
fn is_above_communes(in_force: &InForce, question: &Question) -> bool {
    let commune = in_force.pack.levels.len().saturating_sub(2);
    in_force.pack.depth(&question.place.level).is_some_and(|depth| depth < commune)
}

async fn places(tx: &mut Tx, in_force: &InForce, question: &Question, language: Language) -> Result<Silent, ViewError> {
    let parts = completeness::read(tx, in_force, question).await?;
    let level = in_force.pack.level(&parts.places.level);
    let mut names: Vec<String> =
        parts.silent.iter().filter_map(|id| in_force.tree.get(*id)).map(|place| place.sms_name.clone()).collect();
    names.sort();
    Ok(Silent {
        unit: level.map_or(String::new(), |level| gsm7::plain(level.plural.get(language))),
        owing: usize::try_from(parts.places.expected).unwrap_or_default(),
        silent: names.len(),
        // Places of one name are different places.
        names: names.into_iter().map(|name| (name, 1)).collect(),
    })
}

async fn persons(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    language: Language,
) -> Result<Silent, ViewError> {
    let (pack, tree) = (&in_force.pack, &in_force.tree);
    let owed: Vec<Owed<'_>> = question
        .flows(pack)
        .map(|flow| Owed { flow, dues: dues(flow, &pack.calendar, question.period, question.today) })
        .collect();
    let at = question.place.id;
    let look = Look { area: at, day: question.period.last(), until: question.today, owed: &owed };
    let silence = people(tx, pack, look).await?;
    let mut labels: Vec<String> =
        silence.silent.iter().map(|person| label(pack, tree, language, person, Some(at))).collect();
    labels.sort();
    let names = counted(labels);
    Ok(Silent { unit: String::new(), owing: silence.owing, silent: silence.silent.len(), names })
}
