//! AIDE, BILAN and other questions, and what is said to words nobody expects. Always with what this person can do.

use super::fault_text::told_back;
use super::faults;
use super::reply::Rank;
use super::scene::Scene;
use super::{Question, speaker};
use crate::flow::model::Flow;
use crate::flow::read::limits::NEAR_WORDS_TOLD_MAX;
use crate::flow::read::{CommandRead, LooseRead};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome, Reporter};

/// AIDE, AIDE DEP.
pub(super) fn help(scene: &mut Scene<'_>, command: &CommandRead) {
    scene.became(Outcome::Command);
    if let Some(flow) = &command.flow {
        // On a phone of several people, as whoever may send most of it.
        let people = scene.turn.reporters.iter().filter(|who| flow.open_to(&who.role));
        let known = people.filter_map(|who| scene.flow_of(&flow.id, Some(who.person)));
        let flow = known.max_by_key(|known| known.fields.len()).unwrap_or(flow);
        let forms = faults::how_to(scene, flow, "help_flow");
        scene.reply.add(Rank::Answer, forms);
        return;
    }
    let example = first_flow(scene).map_or_else(String::new, |flow| flow.example.clone());
    let given = [("words", Scope::from(scene.keywords())), ("example", Scope::from(example))];
    let officer = scene.turn.reporters.iter().any(|reporter| asks_figures(scene, reporter));
    let forms = match officer {
        true => ["help_officer", "help_officer_short"],
        false => ["help", "help_short"],
    };
    let forms = forms.map(|name| scene.text(name, &given)).into();
    scene.reply.add(Rank::Answer, forms);
}

fn first_flow<'a>(scene: &Scene<'a>) -> Option<&'a Flow> {
    let open = |flow: &&std::sync::Arc<Flow>| scene.turn.reporters.iter().any(|person| flow.open_to(&person.role));
    scene.turn.pack.flows.iter().find(open).map(AsRef::as_ref)
}

/// BILAN, MUETS, RAPPEL: for those who may ask for figures.
pub(super) fn asked(scene: &mut Scene<'_>, agent: Option<&str>, command: &CommandRead) {
    if of_officer(scene, agent, command) {
        ask(scene, command);
    }
}

/// True for a command of officers from one of them, or without an agent code from a phone that has one; else it is said
/// whose command it is.
pub(super) fn of_officer(scene: &mut Scene<'_>, agent: Option<&str>, command: &CommandRead) -> bool {
    let allowed = match agent {
        Some(_) => match speaker::of(scene, agent) {
            Some((who, _)) => asks_figures(scene, who),
            None => return false,
        },
        None => scene.turn.reporters.iter().any(|reporter| asks_figures(scene, reporter)),
    };
    if !allowed {
        let (word, words) = (scene.command_word(command.kind), scene.keywords());
        scene.say(Rank::Answer, "officers_only", &[("command", Scope::from(word)), ("words", Scope::from(words))]);
        scene.became(Outcome::Refused);
    }
    allowed
}

/// A question the views answer. INFO is anyone's, a number nobody registered too.
pub(super) fn ask(scene: &mut Scene<'_>, command: &CommandRead) {
    let words = command.rest.split_whitespace().map(str::to_owned).collect();
    scene.effects.push(Effect::Ask { command: command.kind, words });
    scene.became(Outcome::Command);
}

pub(super) fn asks_figures(scene: &Scene<'_>, who: &Reporter) -> bool {
    scene.turn.pack.asks_figures(&who.role)
}

/// A text with nothing but courtesies.
pub(super) fn nothing_said(scene: &mut Scene<'_>) {
    let words = scene.keywords();
    scene.say(Rank::Answer, "nothing_said", &[("words", Scope::from(words))]);
    scene.became(Outcome::Unreadable);
}

/// A word that opens nothing, and those that do.
pub(super) fn unknown_word(scene: &mut Scene<'_>, typed: &str, words: &str) {
    let given = [("word", Scope::from(told_back(typed))), ("words", Scope::from(words))];
    scene.say(Rank::Answer, "unknown_word", &given);
}

/// A command with one wrong letter: asked, never carried out by itself.
fn ask_command(scene: &mut Scene<'_>, loose: &LooseRead, command: &str) {
    let rest = loose.text.strip_prefix(loose.first.as_str()).unwrap_or_default();
    let text = format!("{command}{rest}");
    scene.say(Rank::Answer, "ask_command", &[("typed", Scope::from(told_back(&text)))]);
    scene.ask(None, Question::Command { text, since: scene.turn.now });
}

/// A first word that opens nothing.
pub(super) fn unknown_words(scene: &mut Scene<'_>, loose: &LooseRead) {
    let word = ("word", Scope::from(told_back(&loose.first)));
    match (scene.lapsed.clone().filter(|_| loose.near.is_empty()), loose.near.as_slice()) {
        (Some((flow, _)), _) => {
            let keyword = scene.keyword(&flow);
            scene.say(Rank::Answer, "lapsed", &[("keyword", Scope::from(keyword))]);
            scene.became(Outcome::Refused);
        }
        (None, []) => {
            unknown_word(scene, &loose.first, &scene.keywords());
            scene.became(Outcome::Unreadable);
        }
        // Another question stays open: the person is told the word, and sends the command again.
        (None, [command]) if scene.conversation.is_empty() => ask_command(scene, loose, command),
        (None, near) => {
            let near = near[..near.len().min(NEAR_WORDS_TOLD_MAX)].join(", ");
            scene.say(Rank::Answer, "near_words", &[word, ("words", Scope::from(near))]);
            scene.became(Outcome::Refused);
        }
    }
}
