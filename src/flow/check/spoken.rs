//! What a pack says it understands, held against the very engine that serves: examples and transcripts.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Date;
use crate::flow::diagnostic::Diagnostic;
use crate::flow::model::{Pack, Severity};
use crate::flow::read::{KeywordMatch, Said, Sender};
use crate::flow::rule;
use crate::flow::source::{DHIS2_FILE, PackFiles};
use crate::flow::transcript;

/// Any day does: an example names none, or one that is in the past.
const SOME_DAY: Date = Date::constant(2026, 11, 23);

/// Reads an example as the gateway would; says why when it would not be saved as it stands.
pub(super) fn example(pack: &Pack, text: &str, role: Option<&str>) -> Result<(), String> {
    let reading = pack.reader().read_of(text, SOME_DAY, &[Sender { code: None, role }], None);
    let [part] = reading.parts.as_slice() else { return Err("it is not read as one report".into()) };
    let Said::Report(report) = &part.said else { return Err("it does not begin with the keyword".into()) };
    if report.keyword != KeywordMatch::Exact {
        return Err(format!("`{}` is not exactly the keyword", report.typed));
    }
    if let Some(fault) = report.body.faults.first() {
        return Err(format!("not all of it is read: {fault:?}"));
    }
    let known = role.and_then(|role| pack.flow_for(&report.flow.id, role)).unwrap_or(&report.flow);
    let findings = rule::examine(pack, known, &report.body.values, &BTreeSet::new(), &BTreeMap::new());
    match findings.missing.iter().find(|field| !field.from_mandate) {
        Some(missing) => Err(format!("{} is missing", missing.label)),
        None if findings.is_refused() => Err(match findings.failed_as(Severity::Block).next() {
            Some(check) => format!("the check `{}` refuses it", check.id),
            None => "a value lies outside its range, or does not go with the rest".into(),
        }),
        None => Ok(()),
    }
}

/// Runs every transcript of the pack; each line that goes otherwise is a fault.
pub(super) fn transcripts(pack: &Pack, files: &PackFiles) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".transcript")) {
        let at = |line: usize, code, message: String, help: &str| {
            Diagnostic::at(name, text, line_span(text, line), code, message, help.to_owned())
        };
        let run = match part(files, text) {
            None => transcript::run(pack, text),
            Some(Ok(part)) => transcript::run(&part, text),
            Some(Err(ids)) => {
                let message = format!("the pack does not stand with {ids} alone");
                faults.push(at(1, "bad-transcript", message, "name the report types it needs: @ flows dep sen"));
                continue;
            }
        };
        match run {
            Err(bad) => faults.extend(bad.into_iter().map(|bad| at(bad.line, "bad-transcript", bad.reason, ""))),
            Ok(mismatches) => faults.extend(mismatches.into_iter().map(|mismatch| {
                let told = mismatch.got.unwrap_or_else(|| "nothing".into());
                at(mismatch.line, "transcript", format!("the answer is: {told}"), "mend the flow, or the transcript")
            })),
        }
    }
    faults
}

/// The part of a pack that a transcript wants to be run with; `None` where it wants the whole. What does not stand alone
/// is given back by name.
pub fn part(files: &PackFiles, transcript: &str) -> Option<Result<Pack, String>> {
    let ids = transcript::flows(transcript)?;
    Some(Pack::load(&with_flows(files, &ids)).map_err(|_| ids.join(" ")))
}

/// The pack with these report types only.
fn with_flows(files: &PackFiles, ids: &[&str]) -> PackFiles {
    // What is sent to DHIS2 names report types of the whole pack.
    let others: Vec<&str> = files.flows().map(|(name, _)| name).chain([DHIS2_FILE]).collect();
    let is_wanted = |name: &str| !others.contains(&name) || ids.contains(&name.trim_end_matches(".toml"));
    PackFiles::from_pairs(files.iter().filter(|(name, _)| is_wanted(name)))
}

fn line_span(text: &str, line: usize) -> std::ops::Range<usize> {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    start..start + length
}
