//! One value to a screen: its question, its options, the way back; and what an answer is worth.

use super::super::scene::Wait;
use super::super::{Draft, fault_text};
use super::line::Line;
use super::page::Page;
use super::{answer, menu, review};
use crate::base::text::visible;
use crate::base::typed_period;
use crate::flow::model::{Field, FieldKind, Flow};
use crate::flow::read::{Fault, judged_day};
use crate::flow::rule;
use crate::flow::text::Scope;
use crate::flow::turn::Reporter;
use crate::flow::values::Value;

/// The question whether an optional value is left out.
pub(super) fn draw_unless(line: &Line<'_, '_>, label: &str) -> Vec<String> {
    let field = line.draft().and_then(|(flow, _, _)| flow.field(label));
    let asked = field.and_then(|field| field.asked_unless.as_ref());
    let question = asked.map(|asked| line.scene.wording(asked)).unwrap_or_default();
    let (yes, no, back) = (line.text("ussd_yes", &[]), line.text("ussd_no", &[]), line.text("ussd_back_menu", &[]));
    vec![format!("{question}\n1 {yes}\n2 {no}\n{back}")]
}

/// The question for a value.
pub(super) fn draw(line: &Line<'_, '_>, label: &str) -> Vec<String> {
    let Some((flow, who, _)) = line.draft() else { return vec![line.text("ussd_help", &[])] };
    let Some(field) = flow.field(label) else { return vec![line.text("ussd_help", &[])] };
    screen(line, field, who)
}

/// The question for a value of `field`.
pub(super) fn screen(line: &Line<'_, '_>, field: &Field, who: &Reporter) -> Vec<String> {
    let mut lines = vec![line.scene.wording(&field.question)];
    let options = options(line, field, who);
    lines.extend(options.iter().map(|option| format!("{} {}", option.typed, option.name)));
    lines.push(line.text(if options.is_empty() { "ussd_back_number" } else { "ussd_back_menu" }, &[]));
    vec![lines.join("\n")]
}

/// Something to choose for a value.
struct Offered {
    typed: String,
    name: String,
    value: Value,
}

/// What can be chosen for a field; empty where it is typed.
fn options(line: &Line<'_, '_>, field: &Field, who: &Reporter) -> Vec<Offered> {
    match &field.kind {
        FieldKind::Choice { options } => {
            let numbered = options.iter().all(|option| option.id.bytes().all(|byte| byte.is_ascii_digit()));
            let offered = |(rank, option): (usize, &crate::flow::model::Named)| Offered {
                typed: if numbered { option.id.clone() } else { (rank + 1).to_string() },
                name: line.scene.wording(&option.name),
                value: Value::Word(option.id.clone()),
            };
            options.iter().enumerate().map(offered).collect()
        }
        FieldKind::Body => {
            let bodies = &line.scene.turn.pack.bodies;
            let theirs = |level: &str| bodies.iter().any(|body| body.level == level);
            let open = bodies.iter().filter(|body| body.level == who.level || !theirs(&who.level));
            let offered = |(rank, body): (usize, &crate::flow::model::Body)| Offered {
                typed: (rank + 1).to_string(),
                name: line.scene.wording(&body.name),
                value: Value::Word(body.id.clone()),
            };
            open.enumerate().map(offered).collect()
        }
        // On a screen of choices 0 goes back, so "no" is 2.
        FieldKind::YesNo => {
            let offered = |(typed, name, number): (&str, &str, i64)| Offered {
                typed: typed.to_owned(),
                name: line.text(name, &[]),
                value: Value::Number(number),
            };
            [("1", "ussd_yes", 1), ("2", "ussd_no", 0)].map(offered).into()
        }
        _ => Vec::new(),
    }
}

/// An answer to whether an optional value is left out.
pub(super) fn unless(line: &mut Line<'_, '_>, label: &str, typed: &str) -> Result<(), Wait> {
    match typed {
        "1" => {
            let field = line.draft().and_then(|(flow, _, _)| flow.field(label));
            change(line, |draft| {
                draft.skipped.insert(label.to_owned());
                field.into_iter().for_each(|field| draft.forget(field));
            });
            review::next(line)
        }
        "2" => {
            change(line, |draft| {
                draft.skipped.remove(label);
            });
            line.show(Page::Value { label: label.to_owned() });
            Ok(())
        }
        "0" => back(line, label),
        "00" => {
            menu::menu(line);
            Ok(())
        }
        _ => {
            answer::not_listed(line);
            Ok(())
        }
    }
}

/// What an answer to the question for a value comes to.
pub(super) enum Answered {
    /// A value.
    Value(Value),
    /// The way back.
    Back,
    /// The way to the menu.
    Menu,
    /// Nothing, and why.
    Wrong(String),
}

/// Takes what was typed for a value of `field`.
pub(super) fn answered(
    line: &Line<'_, '_>,
    flow: &Flow,
    (field, who): (&Field, &Reporter),
    typed: &str,
    raw: &str,
) -> Answered {
    let options = options(line, field, who);
    match (typed, options.is_empty()) {
        ("00", true) | ("0", false) => return Answered::Back,
        ("00", false) => return Answered::Menu,
        _ => {}
    }
    let read = if options.is_empty() {
        read(line, flow, field, typed, raw)
    } else {
        let chosen = options.into_iter().find(|option| option.typed == typed).map(|option| option.value);
        chosen.ok_or_else(|| line.text("ussd_choose", &[]))
    };
    read.map_or_else(Answered::Wrong, Answered::Value)
}

/// An answer to the question for a value.
pub(super) fn value(line: &mut Line<'_, '_>, label: &str, typed: &str, raw: &str) -> Result<(), Wait> {
    let Some((flow, who, _)) = line.draft() else { return Ok(()) };
    let Some(field) = flow.field(label) else { return review::next(line) };
    match answered(line, flow, (field, who), typed, raw) {
        Answered::Back => back(line, label),
        Answered::Menu => {
            menu::menu(line);
            Ok(())
        }
        Answered::Value(value) => {
            let now = line.scene.turn.now;
            change(line, |draft| {
                draft.date = value_date(field, &value).or(draft.date);
                draft.unfinished.remove(label);
                draft.values.set(label, value);
                // What was agreed to concerned other values.
                draft.agreed.retain(|doubt| super::super::report::is_about_reading(doubt));
                draft.since = now;
            });
            review::next(line)
        }
        Answered::Wrong(wrong) => {
            line.ask_again_for(typed, &wrong);
            Ok(())
        }
    }
}

/// The reference date that comes with a value.
pub(super) fn value_date(field: &Field, value: &Value) -> Option<crate::base::Date> {
    match (value, &field.kind) {
        (Value::Date(date), FieldKind::Date { .. }) => Some(*date),
        _ => None,
    }
}

pub(super) fn change(line: &mut Line<'_, '_>, change: impl FnOnce(&mut Draft)) {
    if let Some(draft) = &mut line.scene.conversation.draft {
        change(draft);
    }
}

/// The question before `label`; before the first, the menu.
fn back(line: &mut Line<'_, '_>, label: &str) -> Result<(), Wait> {
    let Some((flow, _, draft)) = line.draft() else { return Ok(()) };
    let answered = |field: &&Field| draft.values.get(&field.label).is_some() || draft.skipped.contains(&field.label);
    let mut before = flow.fields.iter().take_while(|field| field.label != label).filter(|field| !field.from_mandate);
    match before.by_ref().filter(answered).last() {
        Some(field) if draft.skipped.contains(&field.label) => {
            line.show(Page::Unless { label: field.label.clone() });
        }
        Some(field) => line.show(Page::Value { label: field.label.clone() }),
        None => menu::menu(line),
    }
    Ok(())
}

/// The value of a typed answer, or what is wrong with it.
fn read(line: &Line<'_, '_>, flow: &Flow, field: &Field, typed: &str, raw: &str) -> Result<Value, String> {
    if typed.is_empty() {
        return Err(line.text("ussd_empty", &[]));
    }
    match &field.kind {
        FieldKind::Text { max_chars } => {
            let text = visible(raw).split_whitespace().collect::<Vec<_>>().join(" ");
            let fits = text.chars().count() <= *max_chars;
            let count = ("count", Scope::from(*max_chars as i64));
            if fits { Ok(Value::Word(text)) } else { Err(line.text("ussd_too_long", &[count])) }
        }
        FieldKind::Date { .. } => day(line, flow, typed),
        FieldKind::Decimal { places, .. } => number(line, field, typed, *places),
        _ => number(line, field, typed, 0),
    }
}

/// A typed day, or what is wrong with it.
pub(super) fn day(line: &Line<'_, '_>, flow: &Flow, typed: &str) -> Result<Value, String> {
    let today = line.scene.turn.today;
    // As in an SMS: `2011`, and on phones that have the sign `20/11`.
    let is_day = typed.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b'-'));
    let parsed = is_day.then(|| typed_period::parse_day(typed, today));
    let judged = judged_day(flow, parsed.flatten(), typed, today);
    judged.map(Value::Date).map_err(|fault: Fault| fault_text::word(line.scene, flow, &fault))
}

/// A whole number, or one with a decimal mark where the field takes decimals.
fn number(line: &Line<'_, '_>, field: &Field, typed: &str, places: u32) -> Result<Value, String> {
    let digits = || line.text("ussd_digits", &[]);
    let (whole, part) = match typed.split_once(['.', ',']) {
        Some((whole, part)) if places > 0 => (whole, part),
        _ => (typed, ""),
    };
    let width = usize::try_from(places).unwrap_or(0);
    let is_number = !whole.is_empty() && [whole, part].concat().bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || part.len() > width {
        return Err(digits());
    }
    let Some((min, max)) = rule::range(field) else { return Err(digits()) };
    let scaled: Option<i64> = format!("{whole}{part:0<width$}").parse().ok();
    let told = ("typed", Scope::from(fault_text::told_back(typed)));
    let bound = |bound: i64| Scope::from(bound / 10_i64.saturating_pow(places));
    match scaled {
        Some(number) if number < min => Err(line.text("ussd_too_small", &[told, ("min", bound(min))])),
        Some(number) if number <= max => Ok(Value::Number(number)),
        _ => Err(line.text("ussd_too_big", &[told, ("max", bound(max))])),
    }
}
