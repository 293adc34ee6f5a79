//! What comes before a report: who is speaking, what was left, what to do.

use super::super::scene::Wait;
use super::super::{Draft, date, report, zero};
use super::line::Line;
use super::page::{Mine, Page};
use super::screen::{List, MORE};
use super::{answer, mine, officer, review};
use crate::base::{PersonId, gsm7};
use crate::flow::model::{CommandKind, FieldKind, Flow};
use crate::flow::text::Scope;
use crate::flow::turn::Reporter;
use crate::flow::turn::{Effect, Outcome};

/// Something to do from the menu.
enum Choice<'a> {
    Report(&'a Flow),
    Nothing,
    Ask(CommandKind),
    Approvals,
    Alerts,
    Mine,
}

/// A session begins: who is speaking, where several share the phone; what was left; else the menu.
pub(super) fn begin(line: &mut Line<'_, '_>) {
    if line.scene.turn.reporters.len() > 1 { line.show(Page::Who) } else { open(line) }
}

/// What was left, or the menu.
pub(super) fn open(line: &mut Line<'_, '_>) {
    match line.draft() {
        Some((flow, _, draft)) if draft.answers(flow) > 0 => line.show(Page::Left),
        _ if line.change().is_some_and(|(_, _, change)| !change.is_empty()) => line.show(Page::Mine(Mine::Left)),
        _ => menu(line),
    }
}

/// The menu; the end for someone who has nothing to do here.
pub(super) fn menu(line: &mut Line<'_, '_>) {
    if choices(line).is_empty() {
        let text = line.text("ussd_nothing", &[]);
        line.close(&text);
        line.scene.became(Outcome::Refused);
    } else {
        line.show(Page::Menu { first: 0 });
    }
}

/// True for a flow whose values can be typed as digits, choices or a few letters.
fn is_askable(flow: &Flow) -> bool {
    flow.fields.iter().all(|field| !field.required || field.kind != FieldKind::Place)
}

fn choices<'a>(line: &Line<'_, 'a>) -> Vec<(String, Choice<'a>)> {
    let Some(who) = line.person() else { return Vec::new() };
    let pack = line.scene.turn.pack;
    let today = line.scene.turn.today;
    let in_season = move |flow: &Flow| flow.season.is_none_or(|season| season.takes(today, today));
    let of_role = || pack.flows.iter().filter_map(|flow| pack.flow_for(&flow.id, &who.role));
    let open = || of_role().filter(move |flow| flow.open_to(&who.role) && in_season(flow));
    let titled = |flow: &'a std::sync::Arc<Flow>| (line.scene.wording(&flow.title), Choice::Report(flow.as_ref()));
    let mut choices: Vec<_> = open().filter(|flow| is_askable(flow)).map(titled).collect();
    if open().any(|flow| zero::is_declared(flow)) {
        choices.push((line.text("ussd_zero", &[]), Choice::Nothing));
    }
    if pack.asks_figures(&who.role) {
        choices.push((line.text("ussd_figures", &[]), Choice::Ask(CommandKind::Summary)));
        choices.push((line.text("ussd_silent", &[]), Choice::Ask(CommandKind::Silent)));
        choices.push((line.text("ussd_approvals", &[]), Choice::Approvals));
        choices.push((line.text("ussd_alerts", &[]), Choice::Alerts));
    }
    if pack.flows.iter().any(|flow| flow.open_to(&who.role)) {
        choices.push((line.text("ussd_mine", &[]), Choice::Mine));
    }
    choices
}

/// The screen of one of these pages.
pub(super) fn draw(line: &Line<'_, '_>, page: &Page) -> String {
    match page {
        Page::Help => line.text("ussd_help", &[]),
        Page::Left => draw_left(line),
        Page::Nothing { flows } => {
            let keyword =
                |flow: &String| line.scene.turn.pack.flow(flow).map(|flow| flow.title.get(line.scene.language()));
            let names = flows.iter().map(|flow| keyword(flow).unwrap_or(flow).to_owned()).collect();
            list(line, "ussd_zero_which", names, 0, "ussd_back").0
        }
        Page::Menu { first } => draw_menu(line, *first).0,
        _ => list(line, "ussd_who", speakers(line).into_iter().map(|(name, _)| name).collect(), 0, "").0,
    }
}

fn draw_menu(line: &Line<'_, '_>, first: usize) -> (String, Option<usize>) {
    let names = choices(line).into_iter().map(|(name, _)| name).collect();
    list(line, "ussd_menu", names, first, "ussd_help_item")
}

fn list(line: &Line<'_, '_>, head: &str, names: Vec<String>, first: usize, back: &str) -> (String, Option<usize>) {
    let items: Vec<(String, String)> =
        names.into_iter().enumerate().map(|(rank, name)| ((rank + 1).to_string(), name)).collect();
    let back = if back.is_empty() { String::new() } else { line.text(back, &[]) };
    let (head, more) = (line.text(head, &[]), line.text("ussd_more", &[]));
    List { head: &head, items: &items, first, more: &more, back: &back }.draw(line.septets_max)
}

fn draw_left(line: &Line<'_, '_>) -> String {
    let Some((flow, _, draft)) = line.draft() else { return draw_menu(line, 0).0 };
    let given =
        [("title", Scope::from(line.scene.wording(&flow.title))), ("count", Scope::from(draft.answers(flow) as i64))];
    line.text("ussd_left", &given)
}

/// The people of a shared phone, each as their code and initials: a screen may be read over a shoulder.
fn speakers(line: &Line<'_, '_>) -> Vec<(String, PersonId)> {
    let named = |who: &crate::flow::turn::Reporter| {
        let code = who.agent_code.as_deref().unwrap_or_default();
        let name = format!("{} {}", gsm7::plain(code), gsm7::plain(&who.initials));
        let role = line.scene.turn.pack.role(&who.role).map_or("", |role| role.name.get(line.scene.language()));
        (if name.trim().is_empty() { role.to_owned() } else { name.trim().to_owned() }, who.person)
    };
    line.scene.turn.reporters.iter().map(named).collect()
}

/// An answer to "who is speaking?".
pub(super) fn who(line: &mut Line<'_, '_>, typed: &str) {
    let speakers = speakers(line);
    match answer::rank(typed, speakers.len()) {
        Some(rank) => {
            line.session.person = Some(speakers[rank].1);
            open(line);
        }
        None => answer::not_listed(line),
    }
}

/// An answer to what was left: go on, begin again, or the menu.
pub(super) fn left(line: &mut Line<'_, '_>, typed: &str) -> Result<(), Wait> {
    let Some((flow, who, draft)) = line.draft() else {
        menu(line);
        return Ok(());
    };
    match typed {
        "1" => review::next(line),
        "2" => {
            let receipt = draft.receipt;
            let mut draft = Draft { receipt, ..Draft::dialled(flow, who.person, line.scene.turn.now) };
            report::fill_from_mandate(line.scene, flow, who, &mut draft);
            line.scene.conversation.question = None;
            line.scene.conversation.draft = Some(draft);
            review::next(line)
        }
        "0" | "00" => {
            menu(line);
            Ok(())
        }
        _ => {
            answer::not_listed(line);
            Ok(())
        }
    }
}

/// An answer to the menu.
pub(super) fn chosen(line: &mut Line<'_, '_>, typed: &str, first: usize) -> Result<(), Wait> {
    if typed == "0" || typed == "00" {
        let page = if typed == "0" { Page::Help } else { Page::Menu { first: 0 } };
        line.show(page);
        return Ok(());
    }
    let mut choices = choices(line);
    match (answer::rank(typed, choices.len()), typed) {
        (Some(rank), _) => match choices.swap_remove(rank).1 {
            Choice::Report(flow) => report(line, flow),
            Choice::Nothing => nothing(line),
            Choice::Mine => mine::list(line, 0),
            Choice::Approvals => officer::approvals(line, 0),
            Choice::Alerts => officer::alerts(line, 0),
            Choice::Ask(command) => {
                line.scene.effects.push(Effect::Ask { command, words: Vec::new() });
                line.scene.became(Outcome::Command);
                // The views answer in its place.
                line.close("");
                Ok(())
            }
        },
        (None, MORE) => {
            let next = draw_menu(line, first).1.unwrap_or(0);
            line.show(Page::Menu { first: next });
            Ok(())
        }
        _ => {
            answer::not_listed(line);
            Ok(())
        }
    }
}

/// A report is begun; what was open is given up.
fn report(line: &mut Line<'_, '_>, flow: &Flow) -> Result<(), Wait> {
    let Some(who) = line.person() else { return Ok(()) };
    give_up(line, who);
    let mut draft = Draft::dialled(flow, who.person, line.scene.turn.now);
    report::fill_from_mandate(line.scene, flow, who, &mut draft);
    line.scene.conversation.draft = Some(draft);
    review::next(line)
}

/// What was open is given up. Another person of this phone, who was asked for the rest, is told so.
fn give_up(line: &mut Line<'_, '_>, who: &Reporter) {
    let theirs = line.scene.give_up().filter(|draft| draft.person != who.person && !draft.dialled);
    line.sms = theirs.and_then(|draft| line.scene.abandoned(&draft)?.into_iter().next());
}

/// Which report has nothing to declare? Only those still owed are offered.
fn nothing(line: &mut Line<'_, '_>) -> Result<(), Wait> {
    let Some(who) = line.person() else { return Ok(()) };
    let (mut owed, mut needs) = (Vec::new(), Vec::new());
    for flow in line.scene.turn.pack.flows.iter().filter(|flow| flow.open_to(&who.role) && zero::is_declared(flow)) {
        match date::owed(line.scene, flow, who.person) {
            Ok(Some(_)) => owed.push(flow.id.clone()),
            Ok(None) => {}
            Err(need) => needs.extend(need),
        }
    }
    if !needs.is_empty() {
        return Err(needs);
    }
    if owed.is_empty() {
        let words = line.scene.keywords_of(&who.role);
        line.close_saying("zero_none", &[("words", Scope::from(words))]);
        line.scene.became(Outcome::Refused);
    } else {
        line.show(Page::Nothing { flows: owed });
    }
    Ok(())
}

/// An answer to "nothing to declare for which report?": the declaration itself, told back and sent as a receipt.
pub(super) fn declared(line: &mut Line<'_, '_>, typed: &str, flows: &[String]) -> Result<(), Wait> {
    if typed == "0" || typed == "00" {
        menu(line);
        return Ok(());
    }
    let flow = answer::rank(typed, flows.len()).and_then(|rank| line.scene.turn.pack.flow(&flows[rank]));
    let (Some(flow), Some(who)) = (flow, line.person()) else {
        answer::not_listed(line);
        return Ok(());
    };
    zero::one(line.scene, flow, "", who)?;
    let said = line.said();
    line.close(&said);
    line.sms = Some(said);
    Ok(())
}
