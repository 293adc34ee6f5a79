//! RIEN: nothing to report, said aloud. Never the same as silence, never for a body's meeting (that is `REU NON`).

use super::fault_text::told_back;
use super::reply::Rank;
use super::scene::{Scene, Wait};
use super::{Question, date};
use crate::base::{Date, gsm7};
use crate::flow::model::Flow;
use crate::flow::read::CommandRead;
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Filing, FilingState, Outcome, Reporter};
use crate::flow::values::Values;

/// RIEN, RIEN DEP, RIEN DEP DATE 1911.
pub(super) fn declare(scene: &mut Scene<'_>, command: &CommandRead, who: &Reporter) -> Result<(), Wait> {
    if let Some(flow) = &command.flow {
        return one(scene, flow, &command.rest, who);
    }
    if !command.rest.is_empty() {
        unread(scene, &command.rest, who);
        return Ok(());
    }
    let expected = |flow: &&std::sync::Arc<Flow>| is_declared(flow) && flow.open_to(&who.role);
    let mut owed: Vec<&Flow> = Vec::new();
    let mut needs = Vec::new();
    for flow in scene.turn.pack.flows.iter().filter(expected) {
        match date::owed(scene, flow, who.person) {
            Ok(Some(_)) => owed.push(flow),
            Ok(None) => {}
            Err(need) => needs.extend(need),
        }
    }
    if !needs.is_empty() {
        return Err(needs);
    }
    match owed.as_slice() {
        [] => {
            let words = scene.keywords_of(&who.role);
            scene.say(Rank::Answer, "zero_none", &[("words", Scope::from(words))]);
            scene.became(Outcome::Refused);
            Ok(())
        }
        [flow] => one(scene, flow, "", who),
        several => {
            let flows: Vec<String> = several.iter().map(|flow| flow.id.clone()).collect();
            scene.give_up_for_another();
            say_which(scene, &flows);
            scene.ask(None, Question::Zero { flows, person: who.person, since: scene.turn.now });
            Ok(())
        }
    }
}

/// True for a flow of which "nothing to report" can be said: a person owes it, regularly.
pub(super) fn is_declared(flow: &Flow) -> bool {
    flow.cadence.is_some() && !flow.by_body
}

/// Asks which report had nothing to declare.
pub(super) fn say_which(scene: &mut Scene<'_>, flows: &[String]) {
    let keywords = flows.iter().map(|flow| scene.keyword(flow)).collect::<Vec<_>>().join(", ");
    scene.say(Rank::Answer, "zero_which", &[("words", Scope::from(keywords))]);
}

fn unread(scene: &mut Scene<'_>, rest: &str, who: &Reporter) {
    let word = told_back(rest.split_whitespace().next().unwrap_or_default());
    let words = scene.keywords_of(&who.role);
    scene.say(Rank::Answer, "unknown_word", &[("word", Scope::from(word)), ("words", Scope::from(words))]);
    scene.became(Outcome::Refused);
}

/// Nothing to declare for one flow.
pub(super) fn one(scene: &mut Scene<'_>, flow: &Flow, rest: &str, who: &Reporter) -> Result<(), Wait> {
    let keyword = ("keyword", Scope::from(flow.keyword.as_str()));
    if !flow.open_to(&who.role) || !is_declared(flow) {
        let name = if flow.by_body { "zero_body" } else { "zero_not_owed" };
        scene.say(Rank::Answer, name, &[keyword]);
        scene.became(Outcome::Refused);
        return Ok(());
    }
    let typed = scene.turn.pack.reader().read_body(&flow.id, rest, scene.turn.today);
    if !typed.faults.is_empty() || !typed.values.is_empty() || !typed.unfinished.is_empty() {
        unread(scene, rest, who);
        return Ok(());
    }
    let period = match typed.date {
        Some(date) => {
            let period = scene.turn.pack.calendar.period(flow.cadence.unwrap_or(crate::base::PeriodKind::Day), date);
            scene.owes(who.person, &flow.id, period)?.then_some((period, date))
        }
        None => {
            let owed = date::owed(scene, flow, who.person)?;
            owed.map(|period| (period, period.last().min(scene.turn.today)))
        }
    };
    scene.give_up_for_another();
    let Some((period, date)) = period else {
        scene.say(Rank::Answer, "zero_not_owed", &[keyword]);
        scene.became(Outcome::Refused);
        return Ok(());
    };
    let receipt = file(scene, flow, who, date);
    let given = [
        keyword,
        ("receipt", Scope::from(receipt)),
        ("period", Scope::from(scene.period_name(period))),
        ("place", Scope::from(gsm7::plain(&who.place_name))),
    ];
    scene.say(Rank::Answer, "zero_saved", &given);
    scene.became(Outcome::Saved);
    Ok(())
}

fn file(scene: &mut Scene<'_>, flow: &Flow, who: &Reporter, date: Date) -> i64 {
    let receipt = scene.new_receipt();
    scene.effects.push(Effect::File(Filing {
        receipt,
        flow: flow.id.clone(),
        person: Some(who.person),
        place: Some(who.place),
        network: who.network.clone(),
        body: None,
        date,
        values: Values::default(),
        zero: true,
        state: FilingState::Counted,
        tasks: Vec::new(),
        alerts: Vec::new(),
    }));
    receipt
}
