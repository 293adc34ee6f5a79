//! MOI, LANGUE, STOP, REPRISE: what a person asks about their own phone. Never touches a report or what is open.

use super::fault_text::told_back;
use super::reply::Rank;
use super::scene::Scene;
use crate::base::{Language, gsm7, text::fold};
use crate::flow::model::CommandKind;
use crate::flow::read::CommandRead;
use crate::flow::read::limits::AGENT_CODES_TOLD_MAX;
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome, Reporter};

/// MOI: as whom this phone is registered, and what it may send.
pub(super) fn me(scene: &mut Scene<'_>, command: &CommandRead) {
    if !is_alone(scene, command) {
        return;
    }
    let reporters = scene.turn.reporters;
    let one = |reporter: &Reporter| match &reporter.agent_code {
        Some(code) => format!("{} {}", gsm7::plain(code), who(scene, reporter)),
        None => who(scene, reporter),
    };
    let told = reporters.len().min(AGENT_CODES_TOLD_MAX);
    let all = reporters[..told].iter().map(one).collect::<Vec<_>>().join("; ");
    let codes = reporters[..told].iter().filter_map(|reporter| reporter.agent_code.as_deref());
    let codes = gsm7::plain(&codes.collect::<Vec<_>>().join(", "));
    let short = if reporters.len() > 1 { codes } else { all.clone() };
    let given = |who: &str| {
        let stopped = if scene.turn.stopped { scene.command_word(CommandKind::Resume) } else { String::new() };
        [
            ("who", Scope::from(who)),
            ("language", Scope::from(scene.language().code())),
            ("words", Scope::from(scene.keywords())),
            ("command", Scope::from(stopped)),
        ]
    };
    let forms = vec![
        scene.text("me", &given(&all)),
        scene.text("me_short", &given(&all)),
        scene.text("me_short", &given(&short)),
    ];
    scene.reply.add(Rank::Answer, forms);
    scene.became(Outcome::Command);
}

/// Role and place, as an SMS may hold them: never a name.
pub(super) fn who(scene: &Scene<'_>, reporter: &Reporter) -> String {
    let role = scene.turn.pack.role(&reporter.role).map(|role| scene.wording(&role.name)).unwrap_or_default();
    format!("{role}, {}", gsm7::plain(&reporter.place_name))
}

/// LANGUE fr: the language of this phone from now on, this answer included.
pub(super) fn language(scene: &mut Scene<'_>, command: &CommandRead) {
    let typed = command.rest.trim();
    let offered = &scene.turn.pack.languages;
    let meant = |language: &&Language| {
        let word = fold(typed);
        // `fr`, `FR`, `francais`.
        word == language.code() || (word.len() > 3 && word.starts_with(language.code()))
    };
    let codes = offered.iter().map(|language| language.code()).collect::<Vec<_>>();
    if let Some(&chosen) = offered.iter().find(meant) {
        scene.speak(chosen);
        scene.effects.push(Effect::Speak(chosen));
        let others = codes.iter().filter(|code| **code != chosen.code());
        let others = others.map(|code| format!("{} {code}", scene.command_word(CommandKind::Language)));
        let given = [("words", Scope::from(others.collect::<Vec<_>>().join(", ")))];
        scene.say(Rank::Answer, "language_set", &given);
        scene.became(Outcome::Command);
        return;
    }
    let all = codes.iter().map(|code| format!("{} {code}", scene.command_word(CommandKind::Language)));
    let given = [("typed", Scope::from(told_back(typed))), ("words", Scope::from(all.collect::<Vec<_>>().join(", ")))];
    scene.say(Rank::Answer, "language_which", &given);
    scene.became(Outcome::Refused);
}

/// STOP: ends reminders and everything we begin. Answers go on.
pub(super) fn stop(scene: &mut Scene<'_>, command: &CommandRead) {
    if is_alone(scene, command) {
        scene.effects.push(Effect::Stop);
        let resume = scene.command_word(CommandKind::Resume);
        scene.say(Rank::Answer, "stopped", &[("command", Scope::from(resume))]);
        scene.became(Outcome::Command);
    }
}

/// REPRISE: undoes STOP.
pub(super) fn resume(scene: &mut Scene<'_>, command: &CommandRead) {
    if is_alone(scene, command) {
        scene.effects.push(Effect::Resume);
        let name = if scene.turn.stopped { "resumed" } else { "not_stopped" };
        let stop = scene.command_word(CommandKind::Stop);
        scene.say(Rank::Answer, name, &[("command", Scope::from(stop))]);
        scene.became(Outcome::Command);
    }
}

/// These stand alone: `STOP S450 E0` may be a report whose first word a keypad rewrote. Nothing is done then, and said so.
fn is_alone(scene: &mut Scene<'_>, command: &CommandRead) -> bool {
    if command.rest.is_empty() {
        return true;
    }
    let given = [
        ("command", Scope::from(scene.command_word(command.kind))),
        ("word", Scope::from(told_back(&command.rest))),
        ("words", Scope::from(scene.keywords())),
    ];
    let forms = ["command_alone", "command_alone_short"].map(|name| scene.text(name, &given)).into();
    scene.reply.add(Rank::Answer, forms);
    scene.became(Outcome::Refused);
    false
}
