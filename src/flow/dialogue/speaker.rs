//! Who is speaking, on a phone several people may share.

use super::fault_text::told_back;
use super::reply::Rank;
use super::scene::Scene;
use super::{Draft, Question};
use crate::base::{gsm7, text::fold};
use crate::flow::model::CommandKind;
use crate::flow::read::limits::AGENT_CODES_TOLD_MAX;
use crate::flow::read::{Reading, Said};
use crate::flow::text::Scope;
use crate::flow::turn::{Outcome, Reporter};

/// True when a report or a declared zero came without an agent code from a phone of several people.
pub(super) fn must_be_asked(scene: &Scene<'_>, reading: &Reading) -> bool {
    let files = |said: &Said| match said {
        Said::Report(read) => !read.body.is_empty(),
        Said::Command(command) => command.kind == CommandKind::Zero,
        Said::Loose(_) => false,
    };
    let nameless = reading.parts.iter().take_while(|part| part.agent.is_none());
    scene.turn.reporters.len() > 1 && nameless.into_iter().any(|part| files(&part.said))
}

/// Asks for an agent code; the message is read again with it.
pub(super) fn ask(scene: &mut Scene<'_>, text: &str) {
    scene.give_up_for_another();
    say_which(scene);
    scene.ask(None, Question::Agent { text: text.to_owned(), since: scene.turn.now });
}

/// Which code? With the codes of this phone.
pub(super) fn say_which(scene: &mut Scene<'_>) {
    let codes = codes(scene);
    scene.say(Rank::Answer, "which_agent", &[("codes", Scope::from(codes))]);
}

/// The person speaking, and whether a code named them. `None`, and said so, for a code nobody here has.
pub(super) fn of<'a>(scene: &mut Scene<'a>, agent: Option<&str>) -> Option<(&'a Reporter, bool)> {
    let reporters = scene.turn.reporters;
    let Some(code) = agent else {
        return reporters.first().map(|reporter| (reporter, false));
    };
    let known = with_code(scene, code);
    if known.is_none() && scene.codes().is_empty() {
        let given = [("word", Scope::from(told_back(code))), ("words", Scope::from(scene.keywords()))];
        scene.say(Rank::Answer, "unknown_word", &given);
        scene.became(Outcome::Refused);
    } else if known.is_none() {
        let given = [("code", Scope::from(told_back(code))), ("codes", Scope::from(codes(scene)))];
        scene.say(Rank::Answer, "unknown_agent", &given);
        scene.became(Outcome::Refused);
    }
    known.map(|reporter| (reporter, true))
}

/// True where whoever wrote may fill this draft. One that was dialled has asked nothing by SMS: on a phone of several
/// people only a code tells whether its own sender writes.
pub(super) fn may_complete(scene: &Scene<'_>, agent: Option<&str>, draft: &Draft) -> bool {
    let is_theirs = |code| with_code(scene, code).is_some_and(|reporter| reporter.person == draft.person);
    scene.turn.reporters.len() < 2 || !draft.dialled || agent.is_some_and(is_theirs)
}

/// The person on this phone with that code.
pub(super) fn with_code<'a>(scene: &Scene<'a>, code: &str) -> Option<&'a Reporter> {
    let same = |known: &String| fold(known) == fold(code);
    scene.turn.reporters.iter().find(|reporter| reporter.agent_code.as_ref().is_some_and(same))
}

fn codes(scene: &Scene<'_>) -> String {
    let codes = scene.codes();
    gsm7::plain(&codes[..codes.len().min(AGENT_CODES_TOLD_MAX)].join(", "))
}
