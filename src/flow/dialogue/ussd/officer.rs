//! What an officer decides from the menu: visas to give and alerts to acknowledge, each by a digit. The rules and the words
//! are those of VISA, REFUS and VU by SMS; nothing is decided here.

use super::super::scene::Wait;
use super::super::{alert, approval};
use super::line::Line;
use super::page::{Decide, Page};
use super::screen::{List, MORE};
use super::{answer, menu};
use crate::base::gsm7;
use crate::flow::model::CommandKind;
use crate::flow::read::CommandRead;
use crate::flow::text::Scope;
use crate::flow::turn::{Approval, KnownAlert, Need};

/// What waits for the officer's visa.
pub(super) fn approvals(line: &mut Line<'_, '_>, first: usize) -> Result<(), Wait> {
    let known = line.scene.open_approvals()?;
    let waiting = known.iter().map(|one| (one.id.clone(), one.number)).collect();
    line.show(Page::Decide(Decide::Approvals { waiting, first }));
    Ok(())
}

/// The open alerts of the officer's area.
pub(super) fn alerts(line: &mut Line<'_, '_>, first: usize) -> Result<(), Wait> {
    let known = line.scene.alerts(Need::OpenAlerts)?;
    let open = known.iter().map(|one| (one.id.clone(), one.number)).collect();
    line.show(Page::Decide(Decide::Alerts { open, first }));
    Ok(())
}

/// The screen of one of these pages. What it shows was looked up when it was asked for.
pub(super) fn draw(line: &Line<'_, '_>, page: &Decide) -> Vec<String> {
    match page {
        Decide::Approvals { waiting, first } => vec![draw_approvals(line, waiting, *first).0],
        Decide::Alerts { open, first } => vec![draw_alerts(line, open, *first).0],
        Decide::Approval { id, .. } => match waiting(line, id) {
            Some(one) => vec![line.text("ussd_approval", &approval::about(line.scene, one))],
            None => vec![line.session.screen.clone()],
        },
        Decide::Alert { id, .. } => match open(line, id) {
            Some(one) => vec![line.text("ussd_alert", &alert::about(line.scene, one))],
            None => vec![line.session.screen.clone()],
        },
    }
}

/// An answer to one of these pages.
pub(super) fn take(line: &mut Line<'_, '_>, page: &Decide, typed: &str) -> Result<(), Wait> {
    match page {
        Decide::Approvals { waiting, first } => {
            line.scene.open_approvals()?;
            match (answer::rank(typed, waiting.len()), typed) {
                (Some(rank), _) => one_approval(line, &waiting[rank]),
                (None, MORE) => {
                    let next = draw_approvals(line, waiting, *first).1.unwrap_or(0);
                    approvals(line, next)
                }
                _ => back(line, typed),
            }
        }
        Decide::Alerts { open, first } => {
            line.scene.alerts(Need::OpenAlerts)?;
            match (answer::rank(typed, open.len()), typed) {
                (Some(rank), _) => one_alert(line, &open[rank]),
                (None, MORE) => {
                    let next = draw_alerts(line, open, *first).1.unwrap_or(0);
                    alerts(line, next)
                }
                _ => back(line, typed),
            }
        }
        Decide::Approval { id, number } => match typed {
            "1" => decide(line, CommandKind::Approve, (id, *number)),
            "2" => decide(line, CommandKind::Refuse, (id, *number)),
            "0" => approvals(line, 0),
            _ => back(line, typed),
        },
        Decide::Alert { id, number } => match typed {
            "1" => decide(line, CommandKind::Seen, (id, *number)),
            "0" => alerts(line, 0),
            _ => back(line, typed),
        },
    }
}

fn back(line: &mut Line<'_, '_>, typed: &str) -> Result<(), Wait> {
    match typed {
        "0" | "00" => menu::menu(line),
        _ => answer::not_listed(line),
    }
    Ok(())
}

/// The command a person would have sent by SMS, about what was on the screen; what is said to it is the closing screen, and
/// goes by SMS where it does not fit.
fn decide(line: &mut Line<'_, '_>, kind: CommandKind, (id, number): (&str, i64)) -> Result<(), Wait> {
    let command = CommandRead { kind, flow: None, number: Some(number), rest: String::new() };
    match kind {
        CommandKind::Seen => alert::seen(line.scene, &command, Some(id))?,
        _ => approval::settle(line.scene, &command, Some(id))?,
    }
    let said = line.said();
    line.sms = Some(said.clone()).filter(|said| !gsm7::fits_ussd(said, line.septets_max));
    line.close(&said);
    Ok(())
}

fn one_approval(line: &mut Line<'_, '_>, (id, number): &(String, i64)) -> Result<(), Wait> {
    if waiting(line, id).is_none() {
        // Decided by somebody else since it was shown.
        return approvals(line, 0);
    }
    line.show(Page::Decide(Decide::Approval { id: id.clone(), number: *number }));
    Ok(())
}

fn one_alert(line: &mut Line<'_, '_>, (id, number): &(String, i64)) -> Result<(), Wait> {
    if open(line, id).is_none() {
        return alerts(line, 0);
    }
    line.show(Page::Decide(Decide::Alert { id: id.clone(), number: *number }));
    Ok(())
}

fn waiting<'a>(line: &Line<'_, 'a>, id: &str) -> Option<&'a Approval> {
    line.scene.open_approvals().ok()?.iter().find(|one| one.id == id)
}

fn open<'a>(line: &Line<'_, 'a>, id: &str) -> Option<&'a KnownAlert> {
    line.scene.alerts(Need::OpenAlerts).ok()?.iter().find(|one| one.id == id)
}

fn draw_approvals(line: &Line<'_, '_>, shown: &[(String, i64)], first: usize) -> (String, Option<usize>) {
    let named = |(id, number): &(String, i64)| {
        waiting(line, id).map_or_else(|| number.to_string(), |one| titled(line, approval::about(line.scene, one)))
    };
    list(line, ["ussd_approvals", "ussd_approvals_none"], shown.iter().map(named).collect(), first)
}

fn draw_alerts(line: &Line<'_, '_>, shown: &[(String, i64)], first: usize) -> (String, Option<usize>) {
    let named = |(id, number): &(String, i64)| {
        open(line, id).map_or_else(|| number.to_string(), |one| titled(line, alert::about(line.scene, one)))
    };
    list(line, ["ussd_alerts", "ussd_alerts_none"], shown.iter().map(named).collect(), first)
}

fn titled(line: &Line<'_, '_>, mut about: Vec<(&'static str, Scope)>) -> String {
    about.retain(|(name, _)| *name != "age");
    line.text("ussd_decide_item", &about)
}

fn list(line: &Line<'_, '_>, heads: [&str; 2], names: Vec<String>, first: usize) -> (String, Option<usize>) {
    let head = line.text(heads[usize::from(names.is_empty())], &[]);
    let items: Vec<(String, String)> =
        names.into_iter().enumerate().map(|(rank, name)| ((rank + 1).to_string(), name)).collect();
    let (more, back) = (line.text("ussd_more", &[]), line.text("ussd_back", &[]));
    List { head: &head, items: &items, first, more: &more, back: &back }.draw(line.septets_max)
}
