//! Reports already sent: the last ones, one of them, and whether to cancel it. Nothing changes before its confirm screen.

use super::super::scene::Wait;
use super::super::{change, faults};
use super::line::Line;
use super::page::{Mine, Page};
use super::screen::{List, MORE};
use super::{amend, answer, menu};
use crate::flow::text::Scope;
use crate::flow::turn::OwnReport;

/// The last reports of whoever is speaking.
pub(super) fn list(line: &mut Line<'_, '_>, first: usize) -> Result<(), Wait> {
    let Some(who) = line.person() else { return Ok(()) };
    let reports = line.scene.last_reports(who.person)?;
    let reports = reports.iter().map(|report| (report.report.clone(), report.receipt)).collect();
    line.show(Page::Mine(Mine::List { reports, first }));
    Ok(())
}

/// The screen of one of these pages. What it shows was looked up when it was asked for.
pub(super) fn draw(line: &Line<'_, '_>, page: &Mine) -> Vec<String> {
    match page {
        Mine::List { reports, first } => vec![draw_list(line, reports, *first).0],
        Mine::One { report, receipt } => match find(line, report, *receipt) {
            Ok(Some(report)) => draw_one(line, report),
            _ => vec![line.session.screen.clone()],
        },
        Mine::Drop { report, receipt, .. } => match find(line, report, *receipt) {
            Ok(Some(report)) => vec![line.text("ussd_mine_drop", &named(line, report))],
            _ => vec![line.session.screen.clone()],
        },
        page => amend::draw(line, page),
    }
}

/// An answer to one of these pages.
pub(super) fn take(line: &mut Line<'_, '_>, page: &Mine, typed: &str, raw: &str) -> Result<(), Wait> {
    match page {
        Mine::List { reports, first } => listed(line, reports, *first, typed),
        Mine::One { report, receipt } => chosen(line, report, *receipt, typed),
        Mine::Drop { report, receipt, revision } => dropped(line, (report, *receipt), *revision, typed),
        page => amend::take(line, page, typed, raw),
    }
}

/// The report as it is now; `None` once its people are not of this phone any more.
pub(super) fn find<'a>(line: &Line<'_, 'a>, report: &str, receipt: i64) -> Result<Option<&'a OwnReport>, Wait> {
    Ok(line.scene.own_reports(receipt)?.iter().find(|known| known.report == report))
}

fn draw_list(line: &Line<'_, '_>, reports: &[(String, i64)], first: usize) -> (String, Option<usize>) {
    let known = line.person().map(|who| line.scene.last_reports(who.person));
    let known = known.and_then(Result::ok).unwrap_or_default();
    let item = |(rank, (id, receipt)): (usize, &(String, i64))| {
        let name = known.iter().find(|report| report.report == *id).map(|report| {
            let mut given = named(line, report);
            if !report.cancelled && !report.awaits_visa && !report.proposed {
                given[3].1 = Scope::from("");
            }
            line.text("ussd_mine_item", &given)
        });
        ((rank + 1).to_string(), name.unwrap_or_else(|| receipt.to_string()))
    };
    let items: Vec<(String, String)> = reports.iter().enumerate().map(item).collect();
    let head = line.text(if reports.is_empty() { "ussd_mine_none" } else { "ussd_mine" }, &[]);
    let (more, back) = (line.text("ussd_more", &[]), line.text("ussd_back", &[]));
    List { head: &head, items: &items, first, more: &more, back: &back }.draw(line.septets_max)
}

/// What names a report on a screen, and where it stands.
fn named(line: &Line<'_, '_>, report: &OwnReport) -> [(&'static str, Scope); 4] {
    let period = line.scene.turn.pack.flow(&report.flow).map(|flow| line.scene.period_of(flow, report.date));
    let state = match (report.cancelled, report.awaits_visa, report.proposed) {
        (true, ..) => "ussd_mine_cancelled",
        (_, true, _) => "ussd_mine_waits",
        (.., true) => "ussd_mine_proposed",
        _ => "ussd_mine_counted",
    };
    [
        ("keyword", Scope::from(line.scene.keyword(&report.flow))),
        ("receipt", Scope::from(report.receipt)),
        ("period", Scope::from(period.unwrap_or_default())),
        ("state", Scope::from(line.text(state, &[]))),
    ]
}

/// True while its sender may still change it.
fn is_open(line: &Line<'_, '_>, report: &OwnReport) -> bool {
    !report.cancelled && line.scene.turn.pack.flow(&report.flow).is_some()
}

/// A report with as many of its values as fit.
fn draw_one(line: &Line<'_, '_>, report: &OwnReport) -> Vec<String> {
    let flow = line.scene.flow_of(&report.flow, report.person);
    let mut values = flow.map(|flow| faults::typed_values(line.scene, flow, &report.values)).unwrap_or_default();
    if values.is_empty() {
        values.push(line.text("ussd_zero", &[]));
    }
    let name = if is_open(line, report) { "ussd_mine_one" } else { "ussd_mine_over" };
    let form = |told: usize| {
        let [keyword, receipt, period, state] = named(line, report);
        let values = faults::first_of(line.scene, &values, " ", told);
        line.text(name, &[keyword, receipt, period, state, ("values", Scope::from(values))])
    };
    (1..=values.len()).rev().map(form).collect()
}

/// Shows one report; the list where it is no longer to be seen here.
pub(super) fn one(line: &mut Line<'_, '_>, report: &str, receipt: i64) -> Result<(), Wait> {
    if find(line, report, receipt)?.is_none() {
        return list(line, 0);
    }
    line.show(Page::Mine(Mine::One { report: report.to_owned(), receipt }));
    Ok(())
}

fn listed(line: &mut Line<'_, '_>, reports: &[(String, i64)], first: usize, typed: &str) -> Result<(), Wait> {
    let Some(who) = line.person() else { return Ok(()) };
    line.scene.last_reports(who.person)?;
    match (answer::rank(typed, reports.len()), typed) {
        (Some(rank), _) => {
            let (report, receipt) = &reports[rank];
            one(line, report, *receipt)
        }
        (None, "0" | "00") => {
            menu::menu(line);
            Ok(())
        }
        (None, MORE) => {
            let first = draw_list(line, reports, first).1.unwrap_or(0);
            line.show(Page::Mine(Mine::List { reports: reports.to_vec(), first }));
            Ok(())
        }
        _ => {
            answer::not_listed(line);
            Ok(())
        }
    }
}

fn chosen(line: &mut Line<'_, '_>, report: &str, receipt: i64, typed: &str) -> Result<(), Wait> {
    let Some(known) = find(line, report, receipt)? else { return list(line, 0) };
    match typed {
        "1" if is_open(line, known) => return amend::begin(line, known),
        "2" if is_open(line, known) => {
            let (report, revision) = (report.to_owned(), known.revision);
            line.show(Page::Mine(Mine::Drop { report, receipt, revision }));
        }
        "0" => return list(line, 0),
        "00" => menu::menu(line),
        _ => answer::not_listed(line),
    }
    Ok(())
}

/// An answer to whether a report is to be cancelled.
fn dropped(line: &mut Line<'_, '_>, (report, receipt): (&str, i64), revision: i64, typed: &str) -> Result<(), Wait> {
    let Some(known) = find(line, report, receipt)? else { return list(line, 0) };
    match typed {
        "1" if is_open(line, known) && known.revision == revision => {
            line.scene.conversation.change.take_if(|change| change.report == report);
            change::drop_report(line.scene, known);
            done(line, known);
        }
        // Changed by someone since it was shown.
        "1" | "0" => return one(line, report, receipt),
        "00" => menu::menu(line),
        _ => answer::not_listed(line),
    }
    Ok(())
}

/// The session ends; what the scene has to say goes by SMS.
pub(super) fn done(line: &mut Line<'_, '_>, report: &OwnReport) {
    line.sms = Some(line.said()).filter(|said| !said.is_empty());
    let [keyword, receipt, ..] = named(line, report);
    let text = line.text("ussd_mine_done", &[keyword, receipt]);
    line.close(&text);
}
