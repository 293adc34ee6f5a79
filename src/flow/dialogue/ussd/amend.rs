//! A correction of a report already sent: which value, its new value, what the rules say, whether to send.
//!
//! By the very rules of CORR ([`correction::judge`]); what was typed so far is kept with the conversation.

use std::collections::BTreeSet;

use super::super::correction::{self, Correction, Judged};
use super::super::scene::Wait;
use super::super::{Change, change, faults};
use super::line::Line;
use super::page::{Mine, Page};
use super::question::{self, Answered};
use super::screen::{List, MORE};
use super::{answer, menu, mine, review};
use crate::base::Date;
use crate::flow::model::{Field, FieldKind, Flow};
use crate::flow::rule;
use crate::flow::text::Scope;
use crate::flow::turn::OwnReport;
use crate::flow::values::{Value, Values};

/// Begins to correct `report`, or goes on with its correction.
pub(super) fn begin(line: &mut Line<'_, '_>, report: &OwnReport) -> Result<(), Wait> {
    let Some(who) = line.person() else { return Ok(()) };
    let begun = line.change().filter(|(_, _, change)| change.report == report.report && !change.is_empty());
    if begun.is_some() {
        return proceed(line);
    }
    line.scene.conversation.change = Some(Change {
        person: who.person,
        report: report.report.clone(),
        receipt: report.receipt,
        flow: report.flow.clone(),
        values: Values::default(),
        date: None,
        agreed: BTreeSet::new(),
        since: line.scene.turn.now,
    });
    line.show(Page::Mine(Mine::Which { first: 0 }));
    Ok(())
}

/// The screen of one of these pages. One that decides is drawn where it is judged.
pub(super) fn draw(line: &Line<'_, '_>, page: &Mine) -> Vec<String> {
    let shown = || vec![line.session.screen.clone()];
    let Some((flow, who, change)) = line.change() else { return shown() };
    match page {
        Mine::Left => {
            let given = [("keyword", Scope::from(flow.keyword.as_str())), ("receipt", Scope::from(change.receipt))];
            vec![line.text("ussd_mine_left", &given)]
        }
        Mine::Which { first } => match mine::find(line, &change.report, change.receipt) {
            Ok(Some(report)) => vec![draw_which(line, flow, (report, &change), *first).0],
            _ => shown(),
        },
        Mine::Value { label } => flow.field(label).map_or_else(shown, |field| question::screen(line, field, who)),
        Mine::Day => vec![format!("{}\n{}", line.text("ussd_mine_ask_day", &[]), line.text("ussd_back_number", &[]))],
        _ => shown(),
    }
}

/// An answer to one of these pages.
pub(super) fn take(line: &mut Line<'_, '_>, page: &Mine, typed: &str, raw: &str) -> Result<(), Wait> {
    let Some((flow, _, change)) = line.change() else {
        menu::open(line);
        return Ok(());
    };
    let Some(report) = mine::find(line, &change.report, change.receipt)?.filter(|report| !report.cancelled) else {
        line.scene.conversation.change = None;
        return mine::one(line, &change.report, change.receipt);
    };
    match page {
        Mine::Left => left(line, typed),
        Mine::Which { first } => which(line, flow, (report, &change), *first, typed),
        Mine::Value { label } => value(line, flow, label, typed, raw),
        Mine::Day => day(line, flow, typed),
        page => decided(line, page, typed),
    }
}

/// Goes on with a correction that was left, leaves it, or shows the menu.
fn left(line: &mut Line<'_, '_>, typed: &str) -> Result<(), Wait> {
    match typed {
        "1" => return proceed(line),
        "2" => {
            line.scene.conversation.change = None;
            menu::menu(line);
        }
        "0" | "00" => menu::menu(line),
        _ => answer::not_listed(line),
    }
    Ok(())
}

/// What can be corrected: each value that can be typed here and goes with the others, then the day.
fn amendable<'f>(line: &Line<'_, '_>, flow: &'f Flow, values: &Values) -> Vec<Option<&'f Field>> {
    let pack = line.scene.turn.pack;
    let scope = Scope::from(rule::names(pack, flow, values, pack.first_language()));
    let takes = |field: &&Field| {
        let is_typed = !field.from_mandate && !matches!(field.kind, FieldKind::Body | FieldKind::Place);
        // An exception such as a meeting not held stands in place of the other values: that is another report.
        let is_exception = field.asked_unless.is_some() && !matches!(field.kind, FieldKind::Date { .. });
        let could_be_added = || !is_exception && rule::is_asked(pack, field, &scope);
        is_typed && (values.get(&field.label).is_some() || could_be_added())
    };
    let fields: Vec<Option<&Field>> = flow.fields.iter().filter(takes).map(Some).collect();
    let has_day = fields.iter().flatten().any(|field| matches!(field.kind, FieldKind::Date { .. }));
    fields.into_iter().chain((!has_day).then_some(None)).collect()
}

/// The values of `report` as `change` leaves them.
fn changed(report: &OwnReport, change: &Change) -> Values {
    let mut values = report.values.clone();
    values.0.extend(change.values.0.clone());
    values
}

fn draw_which(
    line: &Line<'_, '_>,
    flow: &Flow,
    (report, change): (&OwnReport, &Change),
    first: usize,
) -> (String, Option<usize>) {
    let values = changed(report, change);
    let shown_day = |day: Date| day.strftime("%d/%m").to_string();
    let named = |(rank, field): (usize, Option<&Field>)| {
        let Some(field) = field else {
            let day = shown_day(change.date.unwrap_or(report.date));
            return ((rank + 1).to_string(), format!("{}: {day}", line.text("ussd_mine_day", &[])));
        };
        let value = values.get(&field.label).map(|value| match value {
            Value::Date(day) => shown_day(*day),
            value => faults::shown(line.scene, field, value),
        });
        let name = line.scene.wording(&field.name);
        ((rank + 1).to_string(), format!("{name}: {}", value.as_deref().unwrap_or("-")))
    };
    let items: Vec<(String, String)> = amendable(line, flow, &values).into_iter().enumerate().map(named).collect();
    let (head, more, back) = (line.text("ussd_which", &[]), line.text("ussd_more", &[]), line.text("ussd_back", &[]));
    List { head: &head, items: &items, first, more: &more, back: &back }.draw(line.septets_max)
}

fn which(
    line: &mut Line<'_, '_>,
    flow: &Flow,
    (report, change): (&OwnReport, &Change),
    first: usize,
    typed: &str,
) -> Result<(), Wait> {
    let fields = amendable(line, flow, &changed(report, change));
    match (answer::rank(typed, fields.len()), typed) {
        (Some(rank), _) => {
            let page = fields[rank].map_or(Mine::Day, |field| Mine::Value { label: field.label.clone() });
            line.show(Page::Mine(page));
        }
        (None, "0" | "00") if change.is_empty() => return mine::one(line, &change.report, change.receipt),
        (None, "0" | "00") => return proceed(line),
        (None, MORE) => {
            let first = draw_which(line, flow, (report, change), first).1.unwrap_or(0);
            line.show(Page::Mine(Mine::Which { first }));
        }
        _ => answer::not_listed(line),
    }
    Ok(())
}

fn value(line: &mut Line<'_, '_>, flow: &Flow, label: &str, typed: &str, raw: &str) -> Result<(), Wait> {
    let (Some(field), Some(who)) = (flow.field(label), line.person()) else { return proceed(line) };
    match question::answered(line, flow, (field, who), typed, raw) {
        Answered::Back => line.show(Page::Mine(Mine::Which { first: 0 })),
        Answered::Menu => menu::menu(line),
        Answered::Wrong(wrong) => line.ask_again_for(typed, &wrong),
        Answered::Value(value) => {
            let day = question::value_date(field, &value);
            return add(line, |change| {
                change.date = day.or(change.date);
                change.values.set(label, value);
            });
        }
    }
    Ok(())
}

fn day(line: &mut Line<'_, '_>, flow: &Flow, typed: &str) -> Result<(), Wait> {
    if typed == "00" {
        line.show(Page::Mine(Mine::Which { first: 0 }));
        return Ok(());
    }
    match question::day(line, flow, typed) {
        Ok(Value::Date(day)) => return add(line, |change| change.date = Some(day)),
        Ok(_) => {}
        Err(wrong) => line.ask_again_for(typed, &wrong),
    }
    Ok(())
}

/// Adds to the correction. What was agreed to concerned other values.
fn add(line: &mut Line<'_, '_>, add: impl FnOnce(&mut Change)) -> Result<(), Wait> {
    let now = line.scene.turn.now;
    if let Some(change) = &mut line.scene.conversation.change {
        add(change);
        change.agreed.clear();
        change.since = now;
    }
    proceed(line)
}

/// A correction as its screen shows it.
struct Shown<'a> {
    page: Mine,
    forms: Vec<String>,
    flow: &'a Flow,
    report: &'a OwnReport,
    /// What would be carried out.
    correction: Correction<'a>,
}

/// Shows what the rules say of the correction: what they forbid, what is unusual, or whether to send.
fn proceed(line: &mut Line<'_, '_>) -> Result<(), Wait> {
    if let Some(Shown { page, forms, .. }) = weigh(line)? {
        line.show_as(Page::Mine(page), &forms);
    }
    Ok(())
}

/// What the rules say of the correction; `None` where another screen is shown instead.
fn weigh<'a>(line: &mut Line<'_, 'a>) -> Result<Option<Shown<'a>>, Wait> {
    let Some((flow, _, change)) = line.change() else {
        menu::menu(line);
        return Ok(None);
    };
    let Some(report) = mine::find(line, &change.report, change.receipt)?.filter(|report| !report.cancelled) else {
        line.scene.conversation.change = None;
        mine::one(line, &change.report, change.receipt)?;
        return Ok(None);
    };
    let (correction, is_forbidden) = match correction::judge(line.scene, flow, report, (&change.values, change.date))? {
        Judged::Forbidden(correction) => (correction, true),
        Judged::Sound(correction) => (correction, false),
        Judged::Same => {
            if let Some(change) = &mut line.scene.conversation.change {
                (change.values, change.date) = (Values::default(), None);
            }
            line.show(Page::Mine(Mine::Which { first: 0 }));
            return Ok(None);
        }
        Judged::Said => {
            line.scene.conversation.change = None;
            let said = line.said();
            line.close(&said);
            return Ok(None);
        }
    };
    let mut doubts = correction::doubts(&correction.findings);
    doubts.retain(|doubt| !change.agreed.contains(doubt));
    let (page, forms) = if is_forbidden {
        (Mine::Forbidden, review::reasoned(line, "ussd_mine_forbidden", &why_not(line, flow, &correction)))
    } else if doubts.is_empty() {
        let changes = correction.changes.clone();
        (Mine::Confirm { changes }, confirm(line, flow, report, &correction.changes))
    } else {
        let reasons = correction::told_doubts(line.scene, flow, &correction, &doubts);
        (Mine::Doubts { doubts }, review::reasoned(line, "ussd_mine_doubts", &reasons))
    };
    Ok(Some(Shown { page, forms, flow, report, correction }))
}

/// Why the rules forbid a correction: what they do not allow, else what it lacks.
fn why_not(line: &Line<'_, '_>, flow: &Flow, correction: &Correction<'_>) -> Vec<String> {
    if correction.findings.is_refused() {
        return faults::rule_reasons(line.scene, flow, &correction.values, &correction.findings);
    }
    correction.findings.missing.iter().map(|field| change::lacking(line.scene, field)).collect()
}

/// What is changed, as much of it as fits.
fn confirm(line: &Line<'_, '_>, flow: &Flow, report: &OwnReport, changes: &[String]) -> Vec<String> {
    let form = |told: usize| {
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("receipt", Scope::from(report.receipt)),
            ("changes", Scope::from(faults::first_of(line.scene, changes, ", ", told))),
        ];
        line.text("ussd_mine_confirm", &given)
    };
    (1..=changes.len()).rev().map(form).collect()
}

/// An answer to a screen that decides. Where the rules now say something else, that is shown instead.
fn decided(line: &mut Line<'_, '_>, page: &Mine, typed: &str) -> Result<(), Wait> {
    let Some(shown) = weigh(line)? else { return Ok(()) };
    if shown.page != *page {
        line.show_as(Page::Mine(shown.page), &shown.forms);
        return Ok(());
    }
    match (page, typed) {
        (Mine::Confirm { .. }, "1") => {
            line.scene.conversation.change = None;
            correction::file(line.scene, shown.flow, shown.report, shown.correction);
            mine::done(line, shown.report);
        }
        (Mine::Doubts { doubts }, "1") => {
            if let Some(change) = &mut line.scene.conversation.change {
                change.agreed.extend(doubts.iter().cloned());
            }
            return proceed(line);
        }
        (Mine::Doubts { .. } | Mine::Confirm { .. }, "2") | (Mine::Forbidden, "1") => {
            line.show(Page::Mine(Mine::Which { first: 0 }));
        }
        (_, "0") => {
            line.scene.conversation.change = None;
            return mine::one(line, &shown.report.report, shown.report.receipt);
        }
        _ => {
            let wrong = line.text("ussd_choose", &[]);
            line.ask_again_as(&wrong, shown.forms);
        }
    }
    Ok(())
}
