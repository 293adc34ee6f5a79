//! Doubts about what was meant: a number that can be read in two ways, a keyword that only resembles one. Asked, and
//! nothing is filed before OUI.

use super::faults::{self, Refused};
use super::reply::Rank;
use super::report::{READ, reference_date};
use super::scene::{About, Scene};
use super::{Draft, Question, outcome};
use crate::flow::model::Flow;
use crate::flow::read::{self, Body, Fault};
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;

/// Faults in what was read: refused, unless all of them are numbers that OUI could settle.
pub(super) fn propose_reading(
    scene: &mut Scene<'_>,
    flow: &Flow,
    mut draft: Draft,
    body: &Body,
    mut doubts: Vec<String>,
) {
    for fault in &body.faults {
        // A label that was typed clearly besides is not overruled by what another typing of it may mean.
        let offered = |label: &str, number: i64| {
            let is_letters = |typed: &str| !typed.bytes().any(|byte| byte.is_ascii_digit());
            let clear =
                matches!(fault, Fault::Unclear { typed, .. } if is_letters(typed) && body.values.get(label).is_some());
            flow.field(label).filter(|_| !clear).and_then(|field| read::proposed(field, number))
        };
        match fault {
            Fault::Unclear { label, proposal: Some(number), .. }
            | Fault::Unit { label: Some(label), proposal: Some(number), .. }
                if let Some(value) = offered(label, *number) =>
            {
                draft.values.set(label, value);
            }
            _ => return faults::refuse_read(scene, flow, body, Refused::Report),
        }
    }
    let findings = rule::examine(scene.turn.pack, flow, &draft.values, &draft.unfinished, &draft.beside);
    if findings.is_refused() || !findings.missing.is_empty() {
        return faults::refuse_read(scene, flow, body, Refused::Report);
    }
    if scene.asked_now {
        return outcome::one_at_a_time(scene, flow);
    }
    doubts.push(READ.to_owned());
    let labels = faults::typed_again(scene, flow, &draft.values);
    faults::ask_reading(scene, flow, &body.faults, &labels);
    scene.ask(Some(draft), Question::Confirm { doubts });
}

/// Asks whether the report type that was taken is the one meant.
pub(super) fn ask_keyword(
    scene: &mut Scene<'_>,
    flow: &Flow,
    draft: Draft,
    findings: &Findings<'_>,
    typed: &str,
    doubts: Vec<String>,
) {
    if scene.asked_now {
        return outcome::one_at_a_time(scene, flow);
    }
    let content = if findings.missing.is_empty() {
        let about = About { receipt: 0, place: "", date: reference_date(scene, &draft), agent: None };
        let scope = scene.flow_scope(flow, &draft.values, &about);
        scene.flow_text(&format!("flow.{}.content", flow.id), &scope)
    } else {
        faults::typed_again(scene, flow, &draft.values)
    };
    let given = [
        ("keyword", Scope::from(flow.keyword.as_str())),
        ("title", Scope::from(scene.wording(&flow.title))),
        ("typed", Scope::from(crate::base::gsm7::plain(typed))),
        ("content", Scope::from(content)),
    ];
    let forms = vec![scene.text("ask_keyword", &given), scene.text("ask_keyword_short", &given)];
    scene.reply.add(Rank::Answer, forms);
    scene.ask(Some(draft), Question::Confirm { doubts });
}
