//! What one SMS is read as under a pack, and how two packs differ about it: the heart of `relais replay`.
//!
//! Pure and without look-ups: the text, the day and the pack are all there is. Who sent it, what was open with that phone
//! and what was reported before are not known, so a fragment, an answer or a correction is read by its words alone.

mod change;
mod reply;
#[cfg(test)]
mod tests;
mod wording;

use std::collections::BTreeMap;

pub use change::{Change, change};
pub use reply::reply;

use super::model::{CommandKind, Flow, Pack, Severity};
use super::read::{CommandRead, Fault, KeywordMatch, ReportRead, Said};
use super::rule;
use crate::base::Date;
use wording::{fault_told, range_told, value_told};

/// What becomes of a text, before anybody is asked about anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Counted as it stands.
    Saved,
    /// Its sender is asked: a doubt, or a value that is missing.
    Asked,
    /// Nothing is saved, and the reason is told.
    Refused,
    /// A command.
    Command,
    /// No keyword: a fragment, an answer, or words nobody expects.
    Unread,
}

/// What one part of an SMS is read as.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadAs {
    /// What becomes of it.
    pub verdict: Verdict,
    /// The report type, by its id.
    pub flow: Option<String>,
    /// Values by label, as people write them; for a command, its words under their own names.
    pub values: BTreeMap<String, String>,
    /// The typed reference date; without one the rules choose, and need to know what is owed.
    pub date: Option<Date>,
    /// What was not read.
    pub faults: Vec<String>,
    /// Labels whose value is missing.
    pub missing: Vec<String>,
    /// Ranges, conditions and checks that forbid it.
    pub refused_by: Vec<String>,
    /// Doubts its sender would be asked about.
    pub asked_by: Vec<String>,
    /// Checks that are said, and forbid nothing.
    pub warned_by: Vec<String>,
    /// The command, where it is one.
    pub command: Option<CommandKind>,
}

/// Everything an SMS is read as: one part most often; none for a text of courtesies alone.
pub fn read_as(pack: &Pack, text: &str, today: Date) -> Vec<ReadAs> {
    let reading = pack.reader().read(text, today, &[], None);
    let mut parts: Vec<ReadAs> = reading.parts.iter().map(|part| said(pack, &part.said)).collect();
    if reading.too_long {
        parts = vec![ReadAs { faults: vec![fault_told(&Fault::TooLong)], ..ReadAs::new(Verdict::Refused) }];
    }
    parts
}

impl ReadAs {
    fn new(verdict: Verdict) -> ReadAs {
        ReadAs {
            verdict,
            flow: None,
            values: BTreeMap::new(),
            date: None,
            faults: Vec::new(),
            missing: Vec::new(),
            refused_by: Vec::new(),
            asked_by: Vec::new(),
            warned_by: Vec::new(),
            command: None,
        }
    }

    /// True for a command that moves figures or could: everything but a question.
    fn is_moving_command(&self) -> bool {
        !matches!(
            self.command,
            None | Some(
                CommandKind::Help
                    | CommandKind::Summary
                    | CommandKind::Silent
                    | CommandKind::Remind
                    | CommandKind::Info
            )
        )
    }
}

fn said(pack: &Pack, said: &Said) -> ReadAs {
    match said {
        Said::Report(read) => report(pack, read),
        Said::Command(read) => command(read),
        Said::Loose(_) => ReadAs::new(Verdict::Unread),
    }
}

fn command(read: &CommandRead) -> ReadAs {
    let number = read.number.map(|number| ("number".to_owned(), number.to_string()));
    let rest = Some(("rest".to_owned(), read.rest.clone())).filter(|(_, rest)| !rest.is_empty());
    ReadAs {
        flow: read.flow.as_ref().map(|flow| flow.id.clone()),
        values: number.into_iter().chain(rest).collect(),
        command: Some(read.kind),
        ..ReadAs::new(Verdict::Command)
    }
}

/// A report as `dialogue` would settle it for a sender it may come from, with nothing open and nothing reported before.
fn report(pack: &Pack, read: &ReportRead) -> ReadAs {
    let (flow, body) = (&read.flow, &read.body);
    let mut values = body.values.clone();
    rule::drop_day_not_asked(pack, flow, &mut values, &body.unfinished);
    let findings = rule::examine(pack, flow, &values, &body.unfinished, &BTreeMap::new());
    let outside = findings.out_of_range.iter().map(|field| range_told(field, &values));
    let alone = findings.not_asked.iter().map(|field| format!("{} does not go with the rest", field.label));
    let failed = |severity| findings.failed_as(severity).map(|check| format!("check `{}`", check.id));
    let doubt = match read.keyword {
        KeywordMatch::Exact => None,
        KeywordMatch::Twin | KeywordMatch::Near => Some(format!("`{}` for {}", read.typed, flow.keyword)),
    };
    let soft = findings.above_soft.iter().map(|field| format!("{} above its usual", field.label));
    let mut told = ReadAs {
        flow: Some(flow.id.clone()),
        values: told_values(flow, &values),
        date: body.date,
        faults: body.faults.iter().map(fault_told).collect(),
        // What a mandate fills is not known here, and is not missed.
        missing: findings.missing.iter().filter(|field| !field.from_mandate).map(|field| field.label.clone()).collect(),
        refused_by: outside.chain(alone).chain(failed(Severity::Block)).collect(),
        asked_by: doubt.into_iter().chain(soft).chain(failed(Severity::Confirm)).collect(),
        warned_by: failed(Severity::Warn).collect(),
        ..ReadAs::new(Verdict::Saved)
    };
    let settled_by_yes = body.faults.iter().all(is_offered);
    told.verdict = if body.is_empty() || findings.is_refused() || !settled_by_yes {
        Verdict::Refused
    } else if !told.faults.is_empty() || !told.missing.is_empty() || !told.asked_by.is_empty() {
        Verdict::Asked
    } else {
        Verdict::Saved
    };
    told
}

/// True for a number whose other meaning is offered, and taken after OUI.
fn is_offered(fault: &Fault) -> bool {
    matches!(fault, Fault::Unclear { proposal: Some(_), .. } | Fault::Unit { label: Some(_), proposal: Some(_), .. })
}

fn told_values(flow: &Flow, values: &super::values::Values) -> BTreeMap<String, String> {
    let told = |(label, value): (&String, &super::values::Value)| {
        let field = flow.field(label)?;
        Some((label.clone(), value_told(field, value)))
    };
    values.0.iter().filter_map(told).collect()
}
