//! Sound reports spoilt in every way people spoil them: what stays unambiguous is read the same, all else is asked about
//! or refused, and nothing is ever counted that was not typed. For the example of every report type of the pack, and for
//! reports made up from its fields.

#[path = "mutations/mutate.rs"]
mod mutate;
#[path = "mutations/sound.rs"]
mod sound;
mod support;

use std::sync::{Arc, LazyLock};

use mutate::{HARMFUL, HARMLESS, Mutation, Typed};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use relais::base::Date;
use relais::flow::check::{Against, check};
use relais::flow::model::{Flow, Pack};
use relais::flow::read::{Body, KeywordMatch, Said};
use relais::flow::transcript::{Rehearsal, Told};
use relais::flow::turn::{FilingState, Outcome};
use relais::flow::values::Values;
use relais::pack_embedded;

static MALI: LazyLock<Pack> =
    LazyLock::new(|| check(&pack_embedded::mali(), Against::default()).expect("the Mali pack is sound"));

const TODAY: Date = Date::constant(2026, 11, 23);
const PHONE: &str = "+22370000001";

/// What one text reads as, when it is one report without any fault.
fn read(text: &str) -> Option<(String, Body)> {
    let mut reading = MALI.reader().read(text, TODAY, &[], None);
    let (part, others) = (reading.parts.pop()?, reading.parts.len());
    match part.said {
        Said::Report(read) if others == 0 && read.keyword == KeywordMatch::Exact && read.body.faults.is_empty() => {
            Some((read.flow.id.clone(), read.body))
        }
        _ => None,
    }
}

fn values(text: &str) -> Option<(String, Values)> {
    read(text).map(|(flow, body)| (flow, body.values))
}

/// Sends `text` as somebody who may send `flow`; gives what they are told and the values of everything counted.
fn send(flow: &Flow, text: &str) -> (Told, Vec<String>) {
    let mut rehearsal = Rehearsal::new(&MALI);
    let role = flow.roles.first().map_or("relais", String::as_str);
    for line in ["2026-11-23 10:42".to_owned(), format!("{PHONE} {role} Zangasso commune")] {
        rehearsal.set(&line).expect("a sound setting");
    }
    let told = rehearsal.send(PHONE, text);
    let counted = rehearsal.reports().into_iter().filter(|report| {
        !matches!(report.state, FilingState::Draft | FilingState::Incomplete | FilingState::Held) && !report.gone
    });
    (told, counted.map(|report| format!("{} {:?}", report.flow, report.values)).collect())
}

/// The examples of every report type.
fn examples() -> Vec<(Arc<Flow>, Typed)> {
    MALI.flows.iter().map(|flow| (Arc::clone(flow), Typed::of(&flow.example))).collect()
}

fn unchanged(flow: &Flow, typed: &Typed, mutation: &Mutation) -> Result<(), String> {
    let (before, text) = (values(&typed.text()), (mutation.apply)(flow, typed));
    let after = values(&text);
    if before.is_none() || before == after {
        return Ok(());
    }
    Err(format!("{}: `{}` read {before:?}, `{text}` reads {after:?}", mutation.kind, typed.text()))
}

fn never_counted(flow: &Flow, typed: &Typed, mutation: &Mutation) -> Result<(), String> {
    let text = (mutation.apply)(flow, typed);
    if text == typed.text() {
        return Ok(());
    }
    let (told, counted) = send(flow, &text);
    let answered = told.reply.is_some() && told.outcome != Outcome::Saved;
    if counted.is_empty() && answered {
        return Ok(());
    }
    Err(format!("{}: `{text}` counted {counted:?}, {told:?}", mutation.kind))
}

#[test]
fn examples_are_counted_as_they_stand() {
    for (flow, typed) in examples() {
        let (told, counted) = send(&flow, &typed.text());
        let is_sound = matches!(told.outcome, Outcome::Saved | Outcome::Asked) && counted.len() <= 1;
        assert!(is_sound && values(&typed.text()).is_some(), "{}: {told:?}", flow.id);
    }
}

#[test]
fn harmless_changes_read_the_same() {
    for (flow, typed) in examples() {
        for mutation in HARMLESS {
            unchanged(&flow, &typed, mutation).unwrap_or_else(|fault| panic!("{fault}"));
        }
    }
}

#[test]
fn harmful_changes_are_asked_about_or_refused() {
    for (flow, typed) in examples() {
        for mutation in HARMFUL {
            never_counted(&flow, &typed, mutation).unwrap_or_else(|fault| panic!("{fault}"));
        }
    }
}

/// Runs `holds` on many made-up reports of every flow.
fn made_up(usual: u32, holds: impl Fn(&Flow, &Typed) -> Result<(), String>) {
    let cases = usual * support::times() as u32;
    for flow in &MALI.flows {
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let run = runner.run(&sound::reports(flow), |typed| holds(flow, &typed).map_err(TestCaseError::fail));
        run.unwrap_or_else(|fault| panic!("{}: {fault}", flow.id));
    }
}

#[test]
fn separators_order_case_accents_and_spacing_never_change_what_is_read() {
    made_up(60, |flow, typed| HARMLESS.iter().try_for_each(|mutation| unchanged(flow, typed, mutation)));
}

#[test]
fn what_is_counted_was_typed_so() {
    made_up(40, |flow, typed| {
        let (told, counted) = send(flow, &typed.text());
        let (_, read) = values(&typed.text()).ok_or("is not read")?;
        let labels = read.0.keys().all(|label| counted.iter().all(|report| report.contains(&format!("\"{label}\""))));
        if counted.len() <= 1 && labels { Ok(()) } else { Err(format!("`{}`: {told:?} {counted:?}", typed.text())) }
    });
}

#[test]
fn a_total_that_does_not_add_up_is_shown() {
    for text in ["DEP T46 F23 V38 J5 R1 E1 S2 M5", "DEP T45 F23 V38 J5 R1 E2 S2 M5", "DEP T45 F46 V38 J5 R1 E1 S2 M5"] {
        let (told, counted) = send(MALI.flow("dep").expect("the screening report"), text);
        assert!(counted.is_empty() && told.reply.is_some_and(|reply| reply.contains("46")), "{text}");
    }
}

#[test]
fn what_is_spoilt_is_never_counted() {
    made_up(12, |flow, typed| HARMFUL.iter().try_for_each(|mutation| never_counted(flow, typed, mutation)));
}

#[test]
fn harmless_changes_together_read_the_same() {
    made_up(60, |flow, typed| {
        let layers = HARMLESS.iter().filter(|mutation| mutation.stacks);
        let text = layers.fold(typed.text(), |text, mutation| (mutation.apply)(flow, &Typed::of(&text)));
        let (before, after) = (values(&typed.text()), values(&text));
        if before == after { Ok(()) } else { Err(format!("{before:?}, but `{text}` reads {after:?}")) }
    });
}
