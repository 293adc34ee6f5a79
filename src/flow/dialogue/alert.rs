//! Alerts: what a report raises, in the words of officers and of its sender, and VU, by which an officer acknowledges one.

use std::collections::BTreeMap;

use super::fault_text::told_back;
use super::reply::Rank;
use super::scene::{About, Scene, Wait};
use super::{Conversation, approval, faults, help};
use crate::base::{Date, Instant, Language, PlaceId, gsm7};
use crate::flow::beside::Beside;
use crate::flow::model::{Alert, Flow, Pack};
use crate::flow::read::CommandRead;
use crate::flow::rule;
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, KnownAlert, Need, Outcome, Raised, Turn};
use crate::flow::values::{Value, Values};

const HOUR_MS: i64 = 3_600_000;

/// The alerts these values raise, each with what officers are told in every language of the pack.
pub fn raised(
    turn: &Turn<'_>,
    flow: &Flow,
    (values, beside): (&Values, &Beside),
    (receipt, place, date): (i64, &str, Date),
) -> Vec<Raised> {
    let content = |alert: &Alert, language: Language| {
        let turn = Turn { language, ..*turn };
        let scene = Scene::new(&turn, Conversation::default());
        let mut scope = scene.flow_scope(flow, values, &About { receipt, place, date, agent: None });
        rule::add_beside(&mut scope, beside);
        scene.flow_text(&alert.say, &scope)
    };
    let raised = flow.alerts.iter().filter(|alert| is_raised(turn.pack, flow, alert, values, beside));
    raised
        .map(|alert| Raised {
            alert: alert.id.clone(),
            key: key(alert, values),
            level: alert.level.clone(),
            role: alert.role.clone(),
            acknowledge_within_ms: alert.acknowledge_within * HOUR_MS,
            merge_within_ms: alert.merge_within * HOUR_MS,
            counts_once: alert.counts_once,
            content: turn.pack.languages.iter().map(|language| (*language, content(alert, *language))).collect(),
        })
        .collect()
}

fn is_raised(pack: &Pack, flow: &Flow, alert: &Alert, values: &Values, beside: &Beside) -> bool {
    let applies = alert.labels.iter().all(|label| values.get(label).is_some())
        && alert.beside.iter().all(|name| beside.contains_key(name));
    let mut names = rule::names(pack, flow, values, pack.first_language());
    rule::add_beside(&mut names, beside);
    // A condition that cannot be computed is told rather than kept. `relais check` excludes it.
    applies && !values.is_empty() && pack.texts.holds(&alert.when, Scope::from(names)).unwrap_or(true)
}

/// Which alerts, by id and key, these values may still stand behind: those that read earlier reports stand while nothing
/// else speaks against them.
pub fn standing(pack: &Pack, flow: &Flow, values: &Values) -> Vec<(String, String)> {
    let stands = |alert: &&Alert| {
        let there = alert.labels.iter().all(|label| values.get(label).is_some());
        there && (!alert.beside.is_empty() || is_raised(pack, flow, alert, values, &Beside::new()))
    };
    flow.alerts.iter().filter(stands).map(|alert| (alert.id.clone(), key(alert, values))).collect()
}

/// The values that make another report of the same place the same alert: `K=2 G=3`.
fn key(alert: &Alert, values: &Values) -> String {
    let written = |label: &String| match values.get(label) {
        Some(Value::Number(number)) => format!("{label}={number}"),
        Some(Value::Date(date)) => format!("{label}={date}"),
        Some(Value::Word(word)) => format!("{label}={word}"),
        None => format!("{label}="),
    };
    alert.merge_by.iter().map(written).collect::<Vec<_>>().join(" ")
}

/// What the sender of a report is told of the alerts it raises: words of the flow, or that officers know already.
pub(super) fn told_to_sender(
    scene: &Scene<'_>,
    flow: &Flow,
    place: PlaceId,
    raised: &[Raised],
    scope: &BTreeMap<String, Scope>,
) -> Result<Vec<String>, Wait> {
    let mut told = Vec::new();
    for one in raised {
        let since = scene.turn.now.plus_ms(-one.merge_within_ms);
        let (flow_id, alert, key) = (flow.id.clone(), one.alert.clone(), one.key.clone());
        if let Some(number) = scene.same_alert(Need::SameAlert { flow: flow_id, alert, place, key, since })? {
            told.push(scene.text("alert_merged", &[("number", Scope::from(number))]));
        } else if let Some(tell) = flow.alerts.iter().find(|alert| alert.id == one.alert).and_then(|a| a.tell.as_ref())
        {
            told.push(scene.flow_text(tell, scope));
        }
    }
    Ok(told)
}

/// An alert as officers are told of it.
pub struct Telling<'t> {
    /// Its number in its area.
    pub number: i64,
    /// Name of the area that numbers it.
    pub area: &'t str,
    /// Name of the place it is about.
    pub place: &'t str,
    /// The day its report is about.
    pub date: Date,
    /// What is told, in the language of the turn.
    pub content: &'t str,
    /// Since when it is open.
    pub opened: Instant,
}

/// The SMS to an officer, in the language of `turn`; of one that nobody acknowledged in time, to those of the next area up.
pub fn tell_officer(turn: &Turn<'_>, telling: &Telling<'_>, escalated: bool) -> Option<String> {
    let mut scene = Scene::new(turn, Conversation::default());
    let given = [
        ("number", Scope::from(telling.number)),
        ("area", Scope::from(gsm7::plain(telling.area))),
        ("place", Scope::from(gsm7::plain(telling.place))),
        ("date", Scope::from(telling.date.strftime("%d/%m").to_string())),
        ("content", Scope::from(telling.content)),
        ("age", Scope::from(age(&scene, telling.opened))),
    ];
    let names: &[&str] = if escalated { &["alert_escalated", "alert_escalated_short"] } else { &["alert_told"] };
    let forms = names.iter().map(|name| scene.text(name, &given)).collect();
    scene.reply.add(Rank::Answer, forms);
    scene.finish().reply
}

/// `5 min`, `3 h`, `2 j`.
fn age(scene: &Scene<'_>, since: Instant) -> String {
    let minutes = (scene.turn.now.0 - since.0).max(0) / 60_000;
    let (name, count) = match minutes {
        ..60 => ("age_minutes", minutes),
        60..2_880 => ("age_hours", minutes / 60),
        _ => ("age_days", minutes / 1_440),
    };
    scene.text(name, &[("count", Scope::from(count))])
}

/// VU 3; VU alone lists what is open.
pub(super) fn seen(scene: &mut Scene<'_>, command: &CommandRead, chosen: Option<&str>) -> Result<(), Wait> {
    if !help::of_officer(scene, None, command) {
        return Ok(());
    }
    match (command.number, command.rest.split_whitespace().next()) {
        (None, None) => return list(scene),
        (None, Some(_)) => {
            let word = scene.command_word(command.kind);
            return scene.refuse("which_approval", &[("command", Scope::from(word))]);
        }
        (Some(_), Some(word)) => {
            let given = [("word", Scope::from(told_back(word))), ("words", Scope::from(scene.keywords()))];
            return scene.refuse("unknown_word", &given);
        }
        (Some(_), None) => {}
    }
    let number = command.number.unwrap_or_default();
    let known = scene.alerts(Need::Alert(number))?;
    let is_chosen = |alert: &&KnownAlert| chosen.is_none_or(|chosen| alert.id == chosen);
    let open: Vec<&KnownAlert> = known.iter().filter(|alert| alert.is_open()).filter(is_chosen).collect();
    match (open.as_slice(), known.iter().rfind(is_chosen)) {
        ([], None) => scene.refuse("unknown_alert", &[("number", Scope::from(number))]),
        ([], Some(settled)) => {
            already(scene, settled);
            Ok(())
        }
        ([one], _) => {
            let given = about(scene, one);
            scene.say(Rank::Answer, "alert_seen", &given);
            scene.effects.push(Effect::Acknowledge { alert: one.id.clone() });
            scene.became(Outcome::Command);
            Ok(())
        }
        (several, _) => {
            let choices: Vec<(&str, &str)> =
                several.iter().map(|one| (one.area_name.as_str(), one.id.as_str())).collect();
            approval::ask_area(scene, command, &choices);
            Ok(())
        }
    }
}

/// Seen before, by whoever it was, or taken back: said, and nothing is changed.
fn already(scene: &mut Scene<'_>, alert: &KnownAlert) {
    let mut given = about(scene, alert);
    match alert.seen {
        Some((mine, at)) => {
            let age = age(scene, at);
            given.retain(|(name, _)| *name != "age");
            given.extend([("age", Scope::from(age)), ("mine", Scope::from(mine))]);
            scene.say(Rank::Answer, "alert_was_seen", &given);
        }
        None => scene.say(Rank::Answer, "alert_withdrawn", &given),
    }
    scene.became(Outcome::Command);
}

pub(super) fn about(scene: &Scene<'_>, alert: &KnownAlert) -> Vec<(&'static str, Scope)> {
    vec![
        ("number", Scope::from(alert.number)),
        ("subject", Scope::from(scene.keyword(&alert.flow))),
        ("place", Scope::from(gsm7::plain(&alert.place_name))),
        ("age", Scope::from(age(scene, alert.opened))),
    ]
}

/// The open alerts of the sender's area, the longest open first, as many as one SMS holds.
fn list(scene: &mut Scene<'_>) -> Result<(), Wait> {
    let open = scene.alerts(Need::OpenAlerts)?;
    let item = |alert: &KnownAlert| {
        let (keyword, place) = (scene.keyword(&alert.flow), gsm7::plain(&alert.place_name));
        format!("{} {keyword} {place} {}", alert.number, age(scene, alert.opened))
    };
    let items: Vec<String> = open.iter().map(item).collect();
    let told =
        |count| scene.text("alerts_open", &[("list", Scope::from(faults::first_of(scene, &items, ", ", count)))]);
    let forms: Vec<String> = (1..=items.len()).rev().map(told).collect();
    if forms.is_empty() {
        scene.say(Rank::Answer, "alerts_none", &[]);
    }
    scene.reply.add(Rank::Answer, forms);
    scene.became(Outcome::Command);
    Ok(())
}
