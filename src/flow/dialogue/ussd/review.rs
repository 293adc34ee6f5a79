//! What comes after the last answer: what is still asked, what a rule forbids, what is unusual, whether to send.

use super::super::scene::{About, Wait};
use super::super::{Draft, Question, earlier, faults, report};
use super::line::Line;
use super::page::Page;
use super::question::change;
use super::screen::{List, MORE};
use super::{answer, doubts_kept, menu};
use crate::flow::model::{Field, Flow};
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, Outcome};

/// The next question, or the screen that decides.
pub(super) fn next(line: &mut Line<'_, '_>) -> Result<(), Wait> {
    let pack = line.scene.turn.pack;
    let Some((flow, who, mut draft)) = line.draft() else {
        menu::open(line);
        return Ok(());
    };
    let scope = Scope::from(rule::names(pack, flow, &draft.values, pack.first_language()));
    let asked = |field: &&Field| rule::is_asked(pack, field, &scope);
    // An answer before it was changed, and now this value goes with the others no more.
    for field in flow.fields.iter().filter(|field| !asked(field)) {
        draft.forget(field);
    }
    let open = |field: &&Field| draft.values.get(&field.label).is_none() && !draft.skipped.contains(&field.label);
    let must = |field: &&Field| field.required || draft.unfinished.contains(&field.label);
    let missing: Vec<&Field> = flow.fields.iter().filter(asked).filter(open).collect();
    let page = missing.iter().find_map(|field| {
        let label = field.label.clone();
        if must(field) {
            Some(Page::Value { label })
        } else {
            field.asked_unless.as_ref().map(|_| Page::Unless { label })
        }
    });
    let labels: Vec<String> = missing.into_iter().filter(must).map(|field| field.label.clone()).collect();
    if page.is_none() {
        report::choose_date(line.scene, flow, who, &mut draft)?;
        let date = report::reference_date(line.scene, &draft);
        draft.beside = report::look_beside(line.scene, flow, (who.person, who.place), date)?;
    }
    let doubts = doubts_kept(line.scene.conversation.question.as_ref());
    // An SMS can finish what is open here: by the values it lacks, or by OUI.
    line.scene.conversation.question =
        Some(if labels.is_empty() { Question::Confirm { doubts } } else { Question::Missing { labels } });
    let page = page.unwrap_or_else(|| decision(&line.findings(flow, &draft), &draft));
    line.scene.conversation.draft = Some(draft);
    line.show(page);
    Ok(())
}

/// The screen that decides: what a rule forbids, what is unusual, or whether to send.
fn decision(findings: &Findings<'_>, draft: &Draft) -> Page {
    if findings.is_refused() {
        return Page::Forbidden;
    }
    let doubts = report::doubts(findings, draft);
    if doubts.is_empty() { Page::Confirm } else { Page::Doubts { doubts } }
}

/// The screen of one of these pages, in forms from long to short.
pub(super) fn draw(line: &Line<'_, '_>, page: &Page) -> Vec<String> {
    let Some((flow, who, draft)) = line.draft() else { return vec![line.text("ussd_help", &[])] };
    let date = report::reference_date(line.scene, &draft);
    let receipt = draft.receipt.unwrap_or_default();
    let about = About { receipt, place: &who.place_name, date, agent: None };
    let mut scope = line.scene.flow_scope(flow, &draft.values, &about);
    rule::add_beside(&mut scope, &draft.beside);
    let keyword = ("keyword", Scope::from(flow.keyword.as_str()));
    match page {
        Page::Doubts { doubts } => {
            let reasons = faults::doubts(line.scene, &scope, &line.findings(flow, &draft), doubts);
            reasoned(line, "ussd_doubts", &reasons)
        }
        Page::Forbidden => {
            let findings = line.findings(flow, &draft);
            reasoned(line, "ussd_forbidden", &faults::rule_reasons(line.scene, flow, &draft.values, &findings))
        }
        Page::Same { receipt, date } => {
            let period = line.scene.period_of(flow, *date);
            vec![
                line.text("ussd_same", &[keyword, ("receipt", Scope::from(*receipt)), ("period", Scope::from(period))]),
            ]
        }
        Page::Which { first } => vec![draw_which(line, flow, &draft, *first).0],
        _ => {
            let part = |part: &str| Scope::from(line.scene.flow_text(&format!("flow.{}.{part}", flow.id), &scope));
            let read = Scope::from(faults::typed_again(line.scene, flow, &draft.values));
            vec![
                line.text("ussd_confirm", &[("head", part("head")), ("content", part("content"))]),
                line.text("ussd_confirm_short", &[keyword, ("head", part("head")), ("read", read)]),
            ]
        }
    }
}

/// As many reasons as fit, and how many more there are.
pub(super) fn reasoned(line: &Line<'_, '_>, name: &str, reasons: &[String]) -> Vec<String> {
    let told = |told: usize| {
        let reasons = faults::first_of(line.scene, reasons, " ", told);
        line.text(name, &[("reasons", Scope::from(reasons))])
    };
    (1..=reasons.len().max(1)).rev().map(told).collect()
}

/// The values that can be corrected: all that were typed.
fn correctable<'f>(flow: &'f Flow, draft: &Draft) -> Vec<&'f Field> {
    let typed = |field: &&Field| {
        let is_there = draft.values.get(&field.label).is_some() || draft.skipped.contains(&field.label);
        is_there && !field.from_mandate
    };
    flow.fields.iter().filter(typed).collect()
}

fn draw_which(line: &Line<'_, '_>, flow: &Flow, draft: &Draft, first: usize) -> (String, Option<usize>) {
    let named = |(rank, field): (usize, &Field)| {
        let value = draft.values.get(&field.label).map(|value| faults::shown(line.scene, field, value));
        let name = line.scene.wording(&field.name);
        ((rank + 1).to_string(), format!("{name}: {}", value.unwrap_or_else(|| "-".to_owned())))
    };
    let items: Vec<(String, String)> = correctable(flow, draft).into_iter().enumerate().map(named).collect();
    let (head, more, back) = (line.text("ussd_which", &[]), line.text("ussd_more", &[]), line.text("ussd_back", &[]));
    List { head: &head, items: &items, first, more: &more, back: &back }.draw(line.septets_max)
}

/// An answer to which value is to be corrected.
pub(super) fn which(line: &mut Line<'_, '_>, typed: &str, first: usize) -> Result<(), Wait> {
    let Some((flow, _, draft)) = line.draft() else { return Ok(()) };
    let fields = correctable(flow, &draft);
    match (answer::rank(typed, fields.len()), typed) {
        (Some(rank), _) => {
            let label = fields[rank].label.clone();
            let skipped = draft.skipped.contains(&label);
            line.show(if skipped { Page::Unless { label } } else { Page::Value { label } });
            Ok(())
        }
        (None, "0" | "00") => next(line),
        (None, MORE) => {
            let first = draw_which(line, flow, &draft, first).1.unwrap_or(0);
            line.show(Page::Which { first });
            Ok(())
        }
        _ => {
            answer::not_listed(line);
            Ok(())
        }
    }
}

/// An answer to a screen that decides.
pub(super) fn decided(line: &mut Line<'_, '_>, page: &Page, typed: &str) -> Result<(), Wait> {
    match (page, typed) {
        (Page::Doubts { doubts }, "1") => {
            change(line, |draft| draft.agreed.extend(doubts.iter().cloned()));
            next(line)
        }
        (Page::Confirm, "1") => send(line),
        (Page::Same { .. }, "1") => {
            change(line, |draft| {
                draft.agreed.insert(report::SAME.to_owned());
            });
            send(line)
        }
        (Page::Doubts { .. } | Page::Confirm, "2") | (Page::Forbidden, "1") => {
            line.show(Page::Which { first: 0 });
            Ok(())
        }
        (_, "0") => {
            cancel(line);
            Ok(())
        }
        _ => {
            answer::not_listed(line);
            Ok(())
        }
    }
}

/// Sends: the report is filed and counted, told on the screen and by SMS.
fn send(line: &mut Line<'_, '_>) -> Result<(), Wait> {
    let Some((flow, who, mut draft)) = line.draft() else { return Ok(()) };
    draft.agreed.extend(doubts_kept(line.scene.conversation.question.as_ref()));
    let findings = line.findings(flow, &draft);
    // Another pack came into force, or another day, since the confirm screen was shown.
    if findings.is_refused() || !findings.missing.is_empty() || !report::doubts(&findings, &draft).is_empty() {
        return next(line);
    }
    if earlier::has_met(line.scene, flow, who, &draft)? || earlier::has_come(line.scene, flow, who, &draft)? {
        cancel(line);
        let said = line.said();
        line.close(&said);
        line.scene.became(Outcome::Duplicate);
        return Ok(());
    }
    if let Some((date, receipt)) = earlier::known(line.scene, flow, who, &draft)? {
        line.show(Page::Same { receipt, date });
        return Ok(());
    }
    line.scene.conversation.draft = None;
    line.scene.conversation.question = None;
    let receipt = report::file(line.scene, flow, who, draft, &findings)?;
    line.sms = Some(line.said()).filter(|said| !said.is_empty());
    let given = [("keyword", Scope::from(flow.keyword.as_str())), ("receipt", Scope::from(receipt))];
    let saved = line.text("ussd_saved", &given);
    line.close(&saved);
    Ok(())
}

/// Cancelled by its sender before it was sent.
fn cancel(line: &mut Line<'_, '_>) {
    let draft = line.scene.conversation.draft.take();
    line.scene.conversation.question = None;
    let Some(draft) = draft else { return };
    if let Some(receipt) = draft.receipt {
        line.scene.effects.push(Effect::Abandon { receipt });
    }
    let keyword = line.scene.keyword(&draft.flow);
    let text = line.text("ussd_dropped", &[("keyword", Scope::from(keyword))]);
    line.close(&text);
    line.scene.became(Outcome::Command);
}
