//! Answers: OUI, NON, a fragment such as `M5`, an agent code, a rank. Only to a question that is really open.

use super::faults::Refused;
use super::reply::Rank;
use super::scene::{Scene, Wait};
use super::{Draft, Question, approval, change, faults, help, report, speaker, zero};
use crate::base::PersonId;
use crate::flow::read::{Body, KeywordMatch, LooseRead, ReportRead};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome};

/// OUI.
pub(super) fn yes(scene: &mut Scene<'_>, rest: &str) -> Result<(), Wait> {
    if !is_alone(scene, rest) {
        return Ok(());
    }
    let question = scene.conversation.question.take();
    match (question, scene.conversation.draft.take()) {
        (Some(Question::Confirm { doubts }), Some(mut draft)) => {
            draft.agreed.extend(doubts);
            let receipt = draft.receipt;
            report::settle(scene, draft, "", Vec::new())?;
            give_up_unsettled(scene, receipt);
            Ok(())
        }
        (_, Some(draft)) => report::settle(scene, draft, "", Vec::new()),
        (Some(Question::Change { text, .. }), None) => change::again(scene, &text, None, true),
        (Some(Question::Command { text, .. }), None) => super::converse(scene, &text),
        (Some(question), None) => {
            ask_again(scene, question);
            Ok(())
        }
        (None, None) => {
            nothing_pending(scene);
            Ok(())
        }
    }
}

/// A draft that was filed and is neither open nor counted now would be forgotten: it is given up in the open.
fn give_up_unsettled(scene: &mut Scene<'_>, receipt: Option<i64>) {
    if let (Some(receipt), None, true) = (receipt, &scene.conversation.draft, scene.effects.is_empty()) {
        scene.effects.push(Effect::Abandon { receipt });
    }
}

/// NON: what is open is let go. `NON 2` may be a value of the open draft.
pub(super) fn no(scene: &mut Scene<'_>, rest: &str) -> Result<(), Wait> {
    if let Some(draft) = scene.conversation.draft.clone().filter(|_| !rest.is_empty()) {
        let words = scene.turn.pack.commands.get(&crate::flow::model::CommandKind::No).cloned().unwrap_or_default();
        let flow = scene.flow_of(&draft.flow, Some(draft.person));
        if let Some(word) = words.iter().find(|word| flow.is_some_and(|flow| flow.field(word).is_some())) {
            return fragment(scene, draft, &format!("{word} {rest}"));
        }
    }
    if !is_alone(scene, rest) {
        return Ok(());
    }
    let had_question = scene.conversation.question.is_some();
    match scene.give_up() {
        Some(draft) => {
            let keyword = scene.keyword(&draft.flow);
            scene.say(Rank::Answer, "dropped", &[("keyword", Scope::from(keyword))]);
            scene.became(Outcome::Command);
        }
        None if had_question => {
            scene.say(Rank::Answer, "let_go", &[]);
            scene.became(Outcome::Command);
        }
        None => nothing_pending(scene),
    }
    Ok(())
}

/// OUI and NON stand alone: with other words behind them they are not taken for an answer.
fn is_alone(scene: &mut Scene<'_>, rest: &str) -> bool {
    let alone = rest.is_empty();
    if !alone && scene.conversation.is_empty() {
        nothing_pending(scene);
    } else if !alone {
        scene.say(Rank::Answer, "yes_or_no", &[]);
        scene.became(Outcome::Refused);
    }
    alone
}

pub(super) fn nothing_pending(scene: &mut Scene<'_>) {
    match scene.lapsed.clone() {
        Some((flow, _)) => {
            let keyword = scene.keyword(&flow);
            scene.say(Rank::Answer, "lapsed", &[("keyword", Scope::from(keyword))]);
        }
        None => scene.say(Rank::Answer, "nothing_pending", &[]),
    }
    scene.became(Outcome::Refused);
}

/// A question that OUI does not answer is asked again.
fn ask_again(scene: &mut Scene<'_>, question: Question) {
    match &question {
        Question::Agent { .. } => speaker::say_which(scene),
        Question::Zero { flows, .. } => zero::say_which(scene, flows),
        _ => scene.say(Rank::Answer, "yes_or_no", &[]),
    }
    scene.ask(None, question);
}

/// An agent code alone: the answer to "which code?".
pub(super) fn code(scene: &mut Scene<'_>, code: &str) -> Result<(), Wait> {
    if speaker::with_code(scene, code).is_none() {
        speaker::of(scene, Some(code));
        return Ok(());
    }
    match scene.conversation.question.take() {
        Some(Question::Agent { text, .. }) => super::converse(scene, &format!("{code} {text}")),
        other => {
            scene.conversation.question = other;
            help::nothing_said(scene);
            Ok(())
        }
    }
}

/// Words without a keyword: a fragment of the open draft, a rank, or nothing we know.
pub(super) fn loose(scene: &mut Scene<'_>, agent: Option<&str>, loose: &LooseRead) -> Result<(), Wait> {
    if let Some(Question::Report { text, reports, .. }) = scene.conversation.question.clone() {
        let rank = loose.text.parse::<usize>().ok().and_then(|rank| rank.checked_sub(1));
        if let Some(report) = rank.and_then(|rank| reports.get(rank)) {
            scene.conversation.question = None;
            return change::again(scene, &text, Some(report), false);
        }
    }
    if let Some(Question::Area { text, choices, .. }) = scene.conversation.question.clone() {
        let rank = loose.text.parse::<usize>().ok().and_then(|rank| rank.checked_sub(1));
        if let Some(chosen) = rank.and_then(|rank| choices.get(rank)) {
            scene.conversation.question = None;
            return approval::again(scene, &text, chosen);
        }
    }
    if matches!(scene.conversation.question, Some(Question::Agent { .. })) && loose.near.is_empty() {
        speaker::of(scene, Some(&loose.first));
        return Ok(());
    }
    if let Some(draft) = scene.conversation.draft.clone() {
        let text = named_if_only_one(scene, &loose.text);
        let body = read_fragment(scene, &draft, &text);
        let says_nothing = body.values.is_empty() && body.date.is_none() && body.unfinished.is_empty();
        if says_nothing && matches!(scene.conversation.question, Some(Question::Confirm { .. })) {
            // `ok`, `d'accord`: neither the OUI that was asked for nor a value.
            scene.say(Rank::Answer, "yes_or_no", &[]);
            scene.became(Outcome::Refused);
            return Ok(());
        }
        if !body.values.is_empty() || body.date.is_some() || !body.unfinished.is_empty() || loose.near.is_empty() {
            if !speaker::may_complete(scene, agent, &draft) {
                speaker::say_which(scene);
                scene.became(Outcome::Refused);
                return Ok(());
            }
            return fragment(scene, draft, &text);
        }
    }
    help::unknown_words(scene, loose);
    Ok(())
}

/// A number alone answers when just one value was asked for.
fn named_if_only_one(scene: &Scene<'_>, text: &str) -> String {
    match &scene.conversation.question {
        Some(Question::Missing { labels }) if labels.len() == 1 && is_figures(text.trim()) => {
            format!("{} {text}", labels[0])
        }
        _ => text.to_owned(),
    }
}

/// A number or a day: `5`, `20/11`.
fn is_figures(text: &str) -> bool {
    let day = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
    text.parse::<i64>().is_ok() || (day(text) && text.split('/').all(|group| !group.is_empty()))
}

fn read_fragment(scene: &Scene<'_>, draft: &Draft, text: &str) -> Body {
    let role = scene.reporter(draft.person).map(|who| who.role.as_str());
    scene.turn.pack.reader().read_body_of(&draft.flow, text, scene.turn.today, role)
}

/// Adds what was typed to the draft. What is refused leaves the draft and its question as they were.
pub(super) fn fragment(scene: &mut Scene<'_>, draft: Draft, text: &str) -> Result<(), Wait> {
    let body = read_fragment(scene, &draft, text);
    add(scene, draft, body)
}

/// The open draft that a report completes: it holds nothing but values that were asked for, as `DEP M5` does.
pub(super) fn completed_by(scene: &Scene<'_>, read: &ReportRead, person: PersonId) -> Option<Draft> {
    let (Some(Question::Missing { labels }), false) = (&scene.conversation.question, scene.asked_now) else {
        return None;
    };
    let body = &read.body;
    let only_asked = body.faults.is_empty() && body.date.is_none() && body.unfinished.is_empty();
    let completes = only_asked && !body.values.is_empty() && body.values.0.keys().all(|label| labels.contains(label));
    let draft = scene.conversation.draft.as_ref().filter(|_| completes && read.keyword == KeywordMatch::Exact)?;
    (draft.flow == read.flow.id && draft.person == person).then(|| draft.clone())
}

/// Adds what was read to the draft.
pub(super) fn add(scene: &mut Scene<'_>, mut draft: Draft, body: Body) -> Result<(), Wait> {
    let flow = scene.flow_of(&draft.flow, Some(draft.person)).cloned();
    if let (Some(flow), false) = (&flow, body.faults.is_empty()) {
        let refused = draft.receipt.map_or(Refused::Report, Refused::Fragment);
        faults::refuse_read(scene, flow, &body, refused);
        return Ok(());
    }
    let before = scene.conversation.clone();
    let doubts = match scene.conversation.question.take() {
        // What was proposed and not confirmed stays in doubt.
        Some(Question::Confirm { doubts }) => {
            doubts.into_iter().filter(|doubt| report::is_about_reading(doubt)).collect()
        }
        _ => Vec::new(),
    };
    scene.conversation.draft = None;
    for (label, value) in body.values.0 {
        draft.unfinished.remove(&label);
        draft.values.set(&label, value);
    }
    draft.unfinished.extend(body.unfinished);
    draft.notes.extend(body.notes);
    draft.date = body.date.or(draft.date);
    draft.agreed.retain(|doubt| report::is_about_reading(doubt));
    report::settle(scene, draft, "", doubts)?;
    if scene.effects.is_empty() && scene.conversation.draft.is_none() {
        scene.conversation = before;
    }
    Ok(())
}

/// Who answers "which report had nothing to declare?" by the keyword of `flow` alone.
pub(super) fn zero_answered_by(scene: &Scene<'_>, flow: &str) -> Option<PersonId> {
    match &scene.conversation.question {
        Some(Question::Zero { flows, person, .. }) if flows.iter().any(|known| known == flow) => Some(*person),
        _ => None,
    }
}
