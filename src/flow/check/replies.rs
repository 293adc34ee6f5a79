//! The replies of one flow as the dialogue puts them together, each in the form that gives way no further.
//!
//! Follows `dialogue::reply`: pieces shrink to their last forms, so what fits then is never cut. Beside that, a saved
//! report is told in full with the way to undo it. Every pairing stands in [`of_flow`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::dialogue::says::{SAYS, Say};
use super::super::model::{Field, FieldKind, Flow, Severity};
use super::super::text::TextError;
use super::worst::{self, Worst, longest};
use crate::base::gsm7;

/// The longest writing of each text of a flow, by name, and of head and content together.
#[derive(Default)]
pub(super) struct FlowTexts {
    by_name: BTreeMap<String, String>,
    told: (String, String),
}

/// A reply at its longest, and the text to shorten where it does not fit.
pub(super) struct Composed {
    pub blame: String,
    pub text: String,
}

/// Texts a report can be answered with after the draft before it was given up: that is told in the same reply.
const AFTER_ANOTHER: [&str; 13] = [
    "ask_keyword_short",
    "ask_read_short",
    "duplicate",
    "meeting_known",
    "missing_none_short",
    "missing_short",
    "role_refused",
    "which_agent",
    "which_report",
    "wrong_level",
    "zero_not_owed",
    "zero_saved",
    "zero_which",
];

/// Screens that give reasons, and the checks the reasons come from.
const REASONED: [(&str, Severity); 4] = [
    ("ussd_forbidden", Severity::Block),
    ("ussd_doubts", Severity::Confirm),
    ("ussd_mine_forbidden", Severity::Block),
    ("ussd_mine_doubts", Severity::Confirm),
];
/// What a correction on USSD can be refused for beside the checks.
const LACKING: [&str; 2] = ["fault_no_value", "fault_not_asked"];
/// Texts of an SMS that close a USSD session as they are.
const CLOSING: [&str; 4] = ["meeting_known", "once_known", "closed", "body_stays"];

/// Faults that are told alone, never as one of several reasons.
const SAID_ALONE: [&str; 1] = ["fault_no_value"];
/// Faults one SMS can have beside the one that is told.
const COUNT_MAX: usize = 999;

/// One flow in one language.
struct Replies<'a> {
    worst: &'a Worst<'a>,
    flows: &'a [Arc<Flow>],
    composed: Vec<Composed>,
}

/// Every reply about `flow`.
///
/// # Errors
/// The first text that cannot be said: it is told where it stands, and no reply has a length.
pub(super) fn of_flow(worst: &Worst<'_>, flow: &Arc<Flow>, texts: &FlowTexts) -> Result<Vec<Composed>, TextError> {
    let mut replies = Replies { worst, flows: std::slice::from_ref(flow), composed: Vec::new() };
    replies.saved(flow, texts)?;
    replies.refused(flow, texts)?;
    replies.confirmed(flow, texts)?;
    replies.alerted(flow, texts)?;
    let about_flow =
        |say: &&Say| say.given.contains(&"keyword") && !say.is_frame() && say.short().is_none() && !is_screen(say);
    for say in SAYS.iter().filter(about_flow).filter(|say| is_said(say, flow)) {
        let said = replies.say(say.name, &[])?;
        replies.after_another(say.name, said)?;
    }
    Ok(replies.composed)
}

/// True for what is shown on a screen and never sent as an SMS.
fn is_screen(say: &Say) -> bool {
    say.name.starts_with("ussd_")
}

/// False for what can never be said of `flow`.
fn is_said(say: &Say, flow: &Flow) -> bool {
    match say.name {
        "meeting_known" | "body_stays" => flow.by_body,
        "once_known" => flow.once,
        "closed" => flow.season.is_some(),
        _ => true,
    }
}

/// Every USSD screen about `flow` that is no question, each in the form that gives way no further.
///
/// # Errors
/// The first text that cannot be said.
pub(super) fn screens_of_flow(
    worst: &Worst<'_>,
    flow: &Arc<Flow>,
    texts: &FlowTexts,
) -> Result<Vec<Composed>, TextError> {
    let mut replies = Replies { worst, flows: std::slice::from_ref(flow), composed: Vec::new() };
    let is_shown = |say: &&Say| is_screen(say) || CLOSING.contains(&say.name) && is_said(say, flow);
    let told = |say: &&Say| say.short().is_none() && !say.given.contains(&"reasons");
    for say in SAYS.iter().filter(is_shown).filter(told) {
        let head = if say.given.contains(&"head") { texts.head(flow) } else { "" };
        // As many as fit are shown: one at the least.
        let value = replies.with_others(&worst.value_of(flow), flow.fields.len())?;
        let change = replies.with_others(&worst.change(replies.flows), flow.fields.len())?;
        let said = replies.say(say.name, &[("head", head), ("values", &value), ("changes", &change)])?;
        let blame = if head.is_empty() { format!("say.{}", say.name) } else { format!("flow.{}.head", flow.id) };
        replies.add(&blame, &[&said]);
    }
    for (screen, severity) in REASONED {
        for (name, reason) in texts.of_checks(flow, severity) {
            replies.reasoned_screen(screen, &name, &reason, flow)?;
        }
    }
    for name in LACKING {
        for reason in replies.fault(Say::find(name).ok_or_else(|| unknown(name))?, flow)? {
            replies.reasoned_screen("ussd_mine_forbidden", &format!("say.{name}"), &reason, flow)?;
        }
    }
    replies.own_reports()?;
    Ok(replies.composed)
}

/// No text of this name.
fn unknown(name: &str) -> TextError {
    TextError { name: name.to_owned(), reason: "no such text".to_owned(), range: None }
}

/// Every reply that is about no flow.
///
/// # Errors
/// The first text that cannot be said.
pub(super) fn of_none(worst: &Worst<'_>) -> Result<Vec<Composed>, TextError> {
    let mut replies = Replies { worst, flows: &worst.pack.flows, composed: Vec::new() };
    for say in SAYS.iter().filter(|say| !say.given.contains(&"keyword") && say.short().is_none() && !is_screen(say)) {
        let said = replies.say(say.name, &[])?;
        replies.after_another(say.name, said)?;
    }
    Ok(replies.composed)
}

impl Replies<'_> {
    fn say(&self, name: &str, parts: &[(&str, &str)]) -> Result<String, TextError> {
        self.worst.say(Say::find(name).ok_or_else(|| unknown(name))?, self.flows, parts)
    }

    /// A screen that gives one reason, with how many more there are.
    fn reasoned_screen(&mut self, screen: &str, blame: &str, reason: &str, flow: &Flow) -> Result<(), TextError> {
        let told = self.with_others(reason, flow.checks.len().max(flow.fields.len()))?;
        let said = self.say(screen, &[("reasons", &told)])?;
        self.add(blame, &[&said]);
        Ok(())
    }

    /// The list of one's own reports where only one of them fits on its screen.
    fn own_reports(&mut self) -> Result<(), TextError> {
        let line = |name| self.say(name, &[]);
        let screen = format!(
            "{}\n9 {}\n{}\n{}",
            line("ussd_mine")?,
            line("ussd_mine_item")?,
            line("ussd_more")?,
            line("ussd_back")?
        );
        self.add("say.ussd_mine_item", &[&screen]);
        Ok(())
    }

    fn add(&mut self, blame: &str, pieces: &[&str]) {
        let pieces: Vec<&str> = pieces.iter().copied().filter(|piece| !piece.is_empty()).collect();
        self.composed.push(Composed { blame: blame.to_owned(), text: pieces.join(" ") });
    }

    /// A system text alone, or behind the news that an earlier draft was given up where that can happen.
    fn after_another(&mut self, name: &str, said: String) -> Result<(), TextError> {
        let abandoned = if AFTER_ANOTHER.contains(&name) { self.say("abandoned_short", &[])? } else { String::new() };
        self.add(&format!("say.{name}"), &[&abandoned, &said]);
        Ok(())
    }

    /// Saved: in full with the way to undo it; and with everything that may have to be said besides.
    fn saved(&mut self, flow: &Flow, texts: &FlowTexts) -> Result<(), TextError> {
        let (head, content) = &texts.told;
        let parts = [("head", head.as_str()), ("content", content.as_str())];
        let whole = self.say(if flow.visa { "saved_visa" } else { "saved" }, &parts)?;
        let undo = if flow.visa { String::new() } else { self.say("undo_short", &[])? };
        self.add(&format!("flow.{}.content", flow.id), &[&whole, &undo]);
        // Another draft is given up, or still waits: one of them is told.
        let abandoned = longest([self.say("abandoned_short", &[])?, self.say("still_open_short", &[])?]);
        let warnings = texts.of_checks(flow, Severity::Warn);
        let read = longest(["read_o", "read_l", "read_o_l"].map(|name| self.say(name, &[]).unwrap_or_default()));
        let (plain, agent) =
            if flow.visa { ("saved_visa", "saved_visa_short") } else { ("saved", "saved_agent_short") };
        let plain_short = format!("{}_short", plain.trim_end_matches("_short"));
        for (short, undo) in [(plain_short.as_str(), "undo_reading"), (agent, "undo_agent")] {
            let saved = self.say(short, &[("head", texts.head(flow)), ("content", "")])?;
            let undo = self.say(undo, &[])?;
            self.add(&format!("say.{short}"), &[&abandoned, &saved, &read]);
            self.add(&format!("say.{short}"), &[&saved, &read, &undo]);
            // Further warnings give way.
            if let Some((name, warned)) = warnings.iter().max_by_key(|(_, text)| text.len()) {
                self.add(name, &[&abandoned, &saved, warned, &read]);
            }
        }
        Ok(())
    }

    /// Refused for one reason and others: whole reports, values for a draft, corrections, and exchanges offered.
    fn refused(&mut self, flow: &Flow, texts: &FlowTexts) -> Result<(), TextError> {
        let mut reasons = texts.of_checks(flow, Severity::Block);
        if flow.checks.iter().any(|check| check.offer_swap.is_some()) {
            for (name, reason) in &reasons {
                self.reasoned("ask_swap", name, reason, COUNT_MAX)?;
            }
        }
        for say in SAYS.iter().filter(|say| say.name.starts_with("fault_") && !SAID_ALONE.contains(&say.name)) {
            for reason in self.fault(say, flow)? {
                reasons.push((format!("say.{}", say.name), reason));
            }
        }
        for (name, reason) in reasons {
            for frame in ["refused_short", "refused_fragment_short", "refused_change_short"] {
                self.reasoned(frame, &name, &reason, COUNT_MAX)?;
            }
        }
        Ok(())
    }

    /// A fault in words, once for each field it may be about.
    fn fault(&self, say: &'static Say, flow: &Flow) -> Result<Vec<String>, TextError> {
        if !say.given.contains(&"label") {
            return Ok(vec![self.worst.say(say, self.flows, &[])?]);
        }
        let about = |field: &Field| {
            let (name, options) = (self.worst.field_name(field), worst::options(field, say.name));
            let parts = [("label", field.label.as_str()), ("name", name.as_str()), ("options", options.as_str())];
            self.worst.say(say, self.flows, &parts)
        };
        flow.fields.iter().map(about).collect()
    }

    /// Asked about unusual values: of a report, and of a correction.
    fn confirmed(&mut self, flow: &Flow, texts: &FlowTexts) -> Result<(), TextError> {
        let mut reasons = texts.of_checks(flow, Severity::Confirm);
        for field in &flow.fields {
            let FieldKind::Integer { max, soft_max: Some(soft), .. } = field.kind else { continue };
            let (name, max, soft) = (self.worst.field_name(field), max.to_string(), soft.to_string());
            let parts = [("label", field.label.as_str()), ("name", &name), ("value", &max), ("soft_max", &soft)];
            reasons.push(("say.above_soft".to_owned(), self.say("above_soft", &parts)?));
        }
        let others = reasons.len().saturating_sub(1);
        for (name, reason) in reasons {
            let abandoned = self.say("abandoned_short", &[])?;
            let told = self.with_others(&reason, others)?;
            let parts = [("head", texts.head(flow)), ("content", ""), ("reasons", told.as_str())];
            let report = self.say("ask_confirm_short", &parts)?;
            self.add(&name, &[&abandoned, &report]);
            self.reasoned("ask_correct", &name, &reason, others)?;
        }
        let drops = self.say("drops", &[])?;
        self.reasoned("ask_correct", "say.drops", &drops, others)?;
        let changes = self.with_others(&self.worst.change(self.flows), flow.fields.len())?;
        let corrected = self.say("corrected", &[("changes", &changes)])?;
        self.add("say.corrected", &[&corrected]);
        Ok(())
    }

    /// What officers are told of an alert, and its sender behind what was saved.
    fn alerted(&mut self, flow: &Flow, texts: &FlowTexts) -> Result<(), TextError> {
        for alert in &flow.alerts {
            let content = texts.by_name.get(&alert.say).map_or("", String::as_str);
            let told = self.say("alert_told", &[("content", content)])?;
            self.add(&alert.say, &[&told]);
            let Some((name, tell)) = alert.tell.as_ref().and_then(|name| Some((name, texts.by_name.get(name)?))) else {
                continue;
            };
            let short = if flow.visa { "saved_visa_short" } else { "saved_short" };
            let saved = self.say(short, &[("head", texts.head(flow)), ("content", "")])?;
            self.add(name, &[&saved, tell]);
        }
        Ok(())
    }

    /// A frame around one reason, with how many more there are.
    fn reasoned(&mut self, frame: &str, blame: &str, reason: &str, others: usize) -> Result<(), TextError> {
        let told = self.with_others(reason, others)?;
        let changes = self.with_others(&self.worst.change(self.flows), COUNT_MAX)?;
        let said = self.say(frame, &[("reasons", &told), ("changes", &changes)])?;
        // What concerns an open draft does not give it up.
        let gives_up = !frame.starts_with("refused_fragment") && !frame.starts_with("refused_change");
        let abandoned = if gives_up { self.say("abandoned_short", &[])? } else { String::new() };
        self.add(blame, &[&abandoned, &said]);
        Ok(())
    }

    /// `first`, and how many more there are.
    fn with_others(&self, first: &str, others: usize) -> Result<String, TextError> {
        let count = others.to_string();
        Ok(if others == 0 {
            first.to_owned()
        } else {
            format!("{first} {}", self.say("others", &[("count", &count)])?)
        })
    }
}

impl FlowTexts {
    /// Keeps `said` as the text called `name` where it is the longest yet.
    pub fn keep(&mut self, name: &str, said: &str) {
        let known = self.by_name.entry(name.to_owned()).or_default();
        *known = worst::worse(std::mem::take(known), said.to_owned());
    }

    /// Keeps a head and its content where they are the longest pair yet.
    pub fn tell(&mut self, head: String, content: String) {
        let units = |head: &str, content: &str| gsm7::size(head).units + gsm7::size(content).units;
        let (known_head, known_content) = std::mem::take(&mut self.told);
        let is_longer = units(&head, &content) > units(&known_head, &known_content);
        let (longer, other) =
            if is_longer { ((head, content), known_content) } else { ((known_head, known_content), content) };
        // With the costly letter of either.
        let letter = gsm7::first_outside(&other).map(String::from).unwrap_or_default();
        self.told = (longer.0, worst::worse(letter, longer.1));
    }

    fn head(&self, flow: &Flow) -> &str {
        self.by_name.get(&format!("flow.{}.head", flow.id)).map_or("", String::as_str)
    }

    fn of_checks(&self, flow: &Flow, severity: Severity) -> Vec<(String, String)> {
        let checks = flow.checks.iter().filter(|check| check.otherwise == severity);
        checks.filter_map(|check| Some((check.say.clone(), self.by_name.get(&check.say)?.clone()))).collect()
    }
}
