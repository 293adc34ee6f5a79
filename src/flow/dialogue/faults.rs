//! Wording what is wrong, missing or doubtful: the gravest first, with the numbers, then how many more.

use std::collections::BTreeMap;

use super::fault_text::{gravity, word};
use super::reply::Rank;
use super::scene::Scene;
use crate::base::{Date, gsm7};
use crate::flow::model::{Field, FieldKind, Flow, Named, Severity};
use crate::flow::read::limits::FAULTS_TOLD_MAX;
use crate::flow::read::{Body, Fault, Said};
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Outcome, Reporter};
use crate::flow::values::{Value, Values};

/// What is refused, for the words around the reasons.
#[derive(Clone, Copy)]
pub(super) enum Refused {
    /// A whole report: to be sent again.
    Report,
    /// A value for the draft with this receipt: the draft stays open.
    Fragment(i64),
    /// A correction of the report with this receipt.
    Change(i64),
}

/// Refuses what was not read, and what was read and lies outside its range: all faults at once, the gravest first.
pub(super) fn refuse_read(scene: &mut Scene<'_>, flow: &Flow, body: &Body, refused: Refused) {
    let mut found: Vec<&Fault> = body.faults.iter().collect();
    found.sort_by_key(|fault| gravity(fault));
    let findings = rule::examine(scene.turn.pack, flow, &body.values, &body.unfinished, &Default::default());
    let all = found.len() + findings.out_of_range.len();
    // Only what can be told is worded: a text of faults alone costs no more than another.
    let mut reasons: Vec<String> =
        found.into_iter().take(FAULTS_TOLD_MAX).map(|fault| word(scene, flow, fault)).collect();
    reasons.extend(findings.out_of_range.iter().map(|field| out_of_range(scene, field, &body.values)));
    refuse(scene, flow, &reasons, all, refused);
}

/// Refuses what the rules forbid.
pub(super) fn refuse_rules(
    scene: &mut Scene<'_>,
    flow: &Flow,
    values: &Values,
    findings: &Findings<'_>,
    refused: Refused,
) {
    let reasons = rule_reasons(scene, flow, values, findings);
    refuse(scene, flow, &reasons, reasons.len(), refused);
}

/// Refuses for `reasons`, the first of `all` there are.
fn refuse(scene: &mut Scene<'_>, flow: &Flow, reasons: &[String], all: usize, refused: Refused) {
    let (full, example) = (pattern(flow), flow.example.clone());
    let (receipt, names) = match refused {
        Refused::Report => (0, vec![("refused", &full), ("refused", &example), ("refused_short", &example)]),
        Refused::Fragment(receipt) => {
            (receipt, vec![("refused_fragment", &example), ("refused_fragment_short", &example)])
        }
        Refused::Change(receipt) => (receipt, vec![("refused_change", &example), ("refused_change_short", &example)]),
    };
    let mut forms = Vec::new();
    for told in (1..=reasons.len().min(FAULTS_TOLD_MAX)).rev() {
        let reasons = with_others(scene, &reasons[..told], " ", all);
        for (name, example) in &names {
            let given = [
                ("keyword", Scope::from(flow.keyword.as_str())),
                ("receipt", Scope::from(receipt)),
                ("reasons", Scope::from(reasons.as_str())),
                ("example", Scope::from(example.as_str())),
            ];
            forms.push(scene.text(name, &given));
        }
    }
    if matches!(refused, Refused::Report) {
        // Only beside another report of the same SMS: alone, the form above always fits (`relais check`).
        forms.push(scene.text("one_at_a_time", &[("keyword", Scope::from(flow.keyword.as_str()))]));
    }
    scene.reply.add(Rank::Answer, forms);
    scene.became(Outcome::Refused);
}

/// The first `told` of `all`, and how many more there are.
pub(super) fn first_of(scene: &Scene<'_>, all: &[String], separator: &str, told: usize) -> String {
    with_others(scene, &all[..told.min(all.len())], separator, all.len())
}

/// `told`, and how many more of `all` there are.
fn with_others(scene: &Scene<'_>, told: &[String], separator: &str, all: usize) -> String {
    let mut text = told.join(separator);
    if all > told.len() {
        text.push(' ');
        text.push_str(&scene.text("others", &[("count", Scope::from((all - told.len()) as i64))]));
    }
    text
}

/// Why the rules forbid `values`: ranges, fields that do not go together, then checks in the flow's order.
pub(super) fn rule_reasons(scene: &Scene<'_>, flow: &Flow, values: &Values, findings: &Findings<'_>) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for field in &findings.out_of_range {
        reasons.push(out_of_range(scene, field, values));
    }
    for field in &findings.not_asked {
        reasons.push(about_field(scene, "fault_not_asked", field));
    }
    let mut scope = rule::names(scene.turn.pack, flow, values, scene.language());
    rule::add_beside(&mut scope, &findings.beside);
    reasons.extend(findings.failed_as(Severity::Block).map(|check| scene.flow_text(&check.say, &scope)));
    reasons
}

fn out_of_range(scene: &Scene<'_>, field: &Field, values: &Values) -> String {
    let value = values.get(&field.label).map(|value| shown(scene, field, value)).unwrap_or_default();
    let label = ("label", Scope::from(field.label.as_str()));
    match rule::range(field) {
        Some((min, max)) => {
            let (min, max) = (("min", Scope::from(min)), ("max", Scope::from(max)));
            scene.text("fault_range", &[label, ("value", Scope::from(value)), min, max])
        }
        None => scene.text("fault_bad_value", &[label, ("value", Scope::from(value))]),
    }
}

fn about_field(scene: &Scene<'_>, name: &str, field: &Field) -> String {
    let given = [("label", Scope::from(field.label.as_str())), ("name", Scope::from(scene.wording(&field.name)))];
    scene.text(name, &given)
}

/// Asks whether numbers that can be read in two ways are what they may be.
pub(super) fn ask_reading(scene: &mut Scene<'_>, flow: &Flow, found: &[Fault], read: &str) {
    let reasons: Vec<String> = found.iter().map(|fault| word(scene, flow, fault)).collect();
    let given = [
        ("keyword", Scope::from(flow.keyword.as_str())),
        ("reasons", Scope::from(reasons.join(" "))),
        ("read", Scope::from(read)),
        ("example", Scope::from(flow.example.as_str())),
    ];
    let forms = vec![scene.text("ask_read", &given), scene.text("ask_read_short", &given)];
    scene.reply.add(Rank::Answer, forms);
}

/// Offers the exchange of two labels.
pub(super) fn ask_swap(scene: &mut Scene<'_>, flow: &Flow, values: &Values, findings: &Findings<'_>, swapped: &str) {
    let reasons = rule_reasons(scene, flow, values, findings);
    let mut forms = Vec::new();
    for told in (1..=reasons.len().min(FAULTS_TOLD_MAX)).rev() {
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("reasons", Scope::from(first_of(scene, &reasons, " ", told))),
            ("swapped", Scope::from(swapped)),
        ];
        forms.push(scene.text("ask_swap", &given));
    }
    scene.reply.add(Rank::Answer, forms);
}

/// Asks for exactly what is missing.
pub(super) fn ask_missing(
    scene: &mut Scene<'_>,
    flow: &Flow,
    who: &Reporter,
    (receipt, date): (i64, Date),
    missing: &[&Field],
) {
    let bodies = words_of_bodies(scene, who);
    let named = |field: &&Field| {
        let name = scene.wording(&field.name);
        match field.kind {
            // A body is typed by its word, without a label.
            FieldKind::Body => format!("{name} ({})", bodies.join(", ")),
            _ => format!("{} ({name})", field.label),
        }
    };
    // What a choice offers belongs to the question: an example alone would be sent back as it stands.
    let offered = |field: &&Field| match &field.kind {
        FieldKind::Choice { options } => {
            let option = |option: &Named| format!("{} {}", option.id, gsm7::plain(option.name.get(scene.language())));
            format!("{} = {}", short_name(scene, field), options.iter().map(option).collect::<Vec<_>>().join(", "))
        }
        _ => named(field),
    };
    let offers = missing.iter().any(|field| matches!(field.kind, FieldKind::Choice { .. }));
    let offered: Vec<String> = missing.iter().map(offered).collect();
    let named: Vec<String> = missing.iter().map(named).collect();
    let labels: Vec<String> = missing.iter().map(|field| short_name(scene, field)).collect();
    let example = example_of(scene, flow, &bodies, missing);
    let short_example = example_of(scene, flow, &bodies, &missing[..missing.len().min(1)]);
    // Two of them: neither stands there to be sent back as it is.
    let open_example = match missing.first().map(|field| (field, &field.kind)) {
        Some((field, FieldKind::Choice { options })) => {
            let typed = options.iter().take(2).map(|option| format!("{}{}", short_name(scene, field), option.id));
            typed.collect::<Vec<_>>().join("/")
        }
        _ => short_example.clone(),
    };
    let period = scene.period_of(flow, date);
    let mut forms = Vec::new();
    let with_options = offers.then(|| ("missing_short", offered.join("; "), &open_example));
    for (name, missing, example) in with_options.into_iter().chain([
        ("missing", named.join(", "), &example),
        ("missing", labels.join(" "), &example),
        ("missing_short", labels.join(" "), &short_example),
    ]) {
        let given = [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("receipt", Scope::from(receipt)),
            ("period", Scope::from(period.as_str())),
            ("missing", Scope::from(missing)),
            ("example", Scope::from(example.as_str())),
            ("number", Scope::from(example.contains(|letter: char| letter.is_ascii_digit()))),
        ];
        forms.push(scene.text(name, &given));
    }
    scene.reply.add(Rank::Answer, forms);
}

/// The words of the bodies someone may report for; of all where their level has none.
fn words_of_bodies(scene: &Scene<'_>, who: &Reporter) -> Vec<String> {
    let bodies = &scene.turn.pack.bodies;
    let theirs = bodies.iter().filter(|body| body.level == who.level).map(|body| body.word.clone());
    let theirs: Vec<String> = theirs.collect();
    if theirs.is_empty() { bodies.iter().map(|body| body.word.clone()).collect() } else { theirs }
}

/// What stands for a field in a list: its label, or its name where it is typed without one.
fn short_name(scene: &Scene<'_>, field: &Field) -> String {
    match field.kind {
        FieldKind::Body => scene.wording(&field.name),
        _ => field.label.clone(),
    }
}

/// The doubts OUI would settle, in words.
pub(super) fn doubts(
    scene: &Scene<'_>,
    scope: &BTreeMap<String, Scope>,
    findings: &Findings<'_>,
    doubts: &[String],
) -> Vec<String> {
    let mut reasons = Vec::new();
    for field in &findings.above_soft {
        if let (FieldKind::Integer { soft_max: Some(soft), .. }, Some(value)) = (&field.kind, scope.get(&field.label))
            && doubts.iter().any(|doubt| doubt.strip_prefix("soft.") == Some(field.label.as_str()))
        {
            let given = [
                ("label", Scope::from(field.label.as_str())),
                ("value", value.clone()),
                ("soft_max", Scope::from(*soft)),
                ("name", Scope::from(scene.wording(&field.name))),
            ];
            reasons.push(scene.text("above_soft", &given));
        }
    }
    let asked = findings.failed_as(Severity::Confirm).filter(|check| doubts.contains(&check.id));
    reasons.extend(asked.map(|check| scene.flow_text(&check.say, scope)));
    reasons.retain(|reason| !reason.is_empty());
    reasons
}

/// A keyword and nothing after it: how the report is written.
pub(super) fn say_nothing_typed(scene: &mut Scene<'_>, flow: &Flow) {
    let forms = how_to(scene, flow, "missing_none");
    scene.reply.add(Rank::Answer, forms);
    scene.became(Outcome::Refused);
}

/// How a report is written, in the texts `name` and `name_short`.
pub(super) fn how_to(scene: &Scene<'_>, flow: &Flow, name: &str) -> Vec<String> {
    let labels = |named: bool| {
        let labels = flow.fields.iter().filter(|field| field.required);
        let word = |field: &Field| {
            let (label, name) = (short_name(scene, field), scene.wording(&field.name));
            if named && label != name { format!("{label} {name}") } else { label }
        };
        labels.map(word).collect::<Vec<_>>().join(if named { ", " } else { " " })
    };
    let given = |labels: String| {
        [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("title", Scope::from(scene.wording(&flow.title))),
            ("labels", Scope::from(labels)),
            ("example", Scope::from(flow.example.as_str())),
        ]
    };
    vec![
        scene.text(name, &given(labels(true))),
        scene.text(name, &given(labels(false))),
        scene.text(&format!("{name}_short"), &given(labels(false))),
    ]
}

/// `DEP T.. F.. V..`: the example without its numbers, so that nobody sends them as their own.
fn pattern(flow: &Flow) -> String {
    let open = |word: &str| {
        // The day of an example is soon too old: `D20/11` is left open too.
        let label = word.trim_end_matches(|last: char| last.is_ascii_digit() || last == '/');
        let is_label = label.len() < word.len() && flow.field(label).is_some();
        if is_label { format!("{label}..") } else { word.to_owned() }
    };
    flow.example.split_whitespace().map(open).collect::<Vec<_>>().join(" ")
}

/// `M5`: the missing labels as the flow's own example has them.
fn example_of(scene: &Scene<'_>, flow: &Flow, bodies: &[String], missing: &[&Field]) -> String {
    let mut reading = scene.turn.pack.reader().read(&flow.example, scene.turn.today, &[], None);
    let values = match reading.parts.pop().map(|part| part.said) {
        Some(Said::Report(report)) => report.body.values,
        _ => Values::default(),
    };
    let typed = |field: &&Field| match values.get(&field.label) {
        _ if field.kind == FieldKind::Body => bodies.first().cloned().unwrap_or_default(),
        Some(value) => typed_value(scene, field, value),
        None => match &field.kind {
            FieldKind::Choice { options } if !options.is_empty() => format!("{}{}", field.label, options[0].id),
            _ => format!("{}..", field.label),
        },
    };
    missing.iter().map(typed).collect::<Vec<_>>().join(" ")
}

/// Values as they would be typed, in field order: `T24 F9`.
pub(super) fn typed_again(scene: &Scene<'_>, flow: &Flow, values: &Values) -> String {
    typed_values(scene, flow, values).join(" ")
}

/// The same, each by itself.
pub(super) fn typed_values(scene: &Scene<'_>, flow: &Flow, values: &Values) -> Vec<String> {
    let typed = |field: &Field| values.get(&field.label).map(|value| typed_value(scene, field, value));
    flow.fields.iter().filter_map(typed).collect()
}

fn typed_value(scene: &Scene<'_>, field: &Field, value: &Value) -> String {
    match value {
        Value::Word(word) if matches!(field.kind, FieldKind::Body) || !field.bare_words.is_empty() => {
            typed_word(scene, field, word)
        }
        _ => format!("{}{}", field.label, shown(scene, field, value)),
    }
}

/// The word typed for a value that has one.
pub(super) fn typed_word(scene: &Scene<'_>, field: &Field, value: &str) -> String {
    let known = field.bare_words.iter().find(|(_, stands_for)| stands_for == value).map(|(word, _)| word.clone());
    known.or_else(|| scene.turn.pack.body(value).map(|body| body.word.clone())).unwrap_or_else(|| gsm7::plain(value))
}

/// A value as it is typed behind its label.
pub(super) fn shown(scene: &Scene<'_>, field: &Field, value: &Value) -> String {
    match value {
        Value::Number(number) => match field.kind {
            FieldKind::Decimal { places, .. } => {
                let scale = 10_i64.saturating_pow(places);
                let width = usize::try_from(places).unwrap_or(0);
                format!("{}.{:0width$}", number / scale, (number % scale).abs())
            }
            _ => number.to_string(),
        },
        Value::Date(date) => date.strftime("%d%m").to_string(),
        Value::Word(word) => match field.kind {
            FieldKind::Body => typed_word(scene, field, word),
            _ => gsm7::plain(word),
        },
    }
}
