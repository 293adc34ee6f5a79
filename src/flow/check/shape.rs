//! Parts of a flow that need one another: a body's report has a body, a cadence has a deadline, a bare row has numbers,
//! an example reads.

use super::super::dialogue::says::{SAYS, Say};
use super::super::model::{FieldKind, Flow, Pack};
use super::super::source::{Origin, nearest};
use super::Reads;
use super::defects::Defects;

/// Refuses flows whose parts do not fit, and packs without a text the system says.
pub(super) fn check(defects: &mut Defects<'_>) {
    let pack = &defects.loaded.pack;
    for flow in &pack.flows {
        let part = format!("flow.{}", flow.id);
        for (message, help) in misfits(pack, flow) {
            defects.at_part(&part, "misfit", message, help);
        }
    }
    system_texts(defects);
}

/// Every text the system says is there, and no other.
fn system_texts(defects: &mut Defects<'_>) {
    let texts = &defects.loaded.origins.texts;
    let written: Vec<(&str, &Origin)> =
        texts.iter().filter_map(|text| Some((text.name.strip_prefix("say.")?, &text.origin))).collect();
    let missing: Vec<&str> =
        SAYS.iter().map(|say| say.name).filter(|name| !written.iter().any(|(other, _)| other == name)).collect();
    let unknown = written.iter().filter(|(name, _)| Say::find(name).is_none());
    let mut meant: Vec<&str> = Vec::new();
    for name in &missing {
        let near = nearest(name, unknown.clone().map(|(name, _)| *name));
        meant.extend(near);
        let help = near.map_or_else(
            || format!("add [{name}] to texts.toml, in every language"),
            |near| format!("is [{near}] meant to be [{name}]?"),
        );
        defects.at_part("texts", "missing-text", format!("the system text `{name}` is missing"), help);
    }
    // A name that was just told as a slip is not told twice.
    let mut told: Vec<&str> = Vec::new();
    for (name, origin) in unknown.filter(|(name, _)| !meant.contains(name)) {
        if !told.contains(name) {
            told.push(name);
            let near = nearest(name, SAYS.iter().map(|say| say.name));
            let help =
                near.map_or_else(|| "take it out".to_owned(), |near| format!("is it meant for `{near}`, or too many?"));
            defects.at(origin, "unknown-text", format!("nothing says the text `{name}`"), help);
        }
    }
}

fn misfits(pack: &Pack, flow: &Flow) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    let has_body = flow.fields.iter().any(|field| matches!(field.kind, FieldKind::Body));
    if flow.by_body && !has_body {
        let help = "add a [[field]] with type = \"body\", or take by_body out";
        found.push(("a body reports here, but no field says which".to_owned(), help));
    }
    if let Some(cadence) = flow.cadence.filter(|cadence| !pack.deadlines.contains_key(cadence)) {
        let help = "add it under [deadlines] in pack.toml: { due = 1, late = 3 }";
        found.push((format!("no deadline is set for a {}", cadence.word()), help));
    }
    let is_number = |kind: &FieldKind| {
        !matches!(kind, FieldKind::Text { .. } | FieldKind::Place | FieldKind::Body | FieldKind::Date { .. })
    };
    // Optional fields stand behind those of the row, so that nobody takes one for another.
    let in_row = flow.fields.iter().take_while(|field| field.required).count();
    let (row, others) = flow.fields.split_at(in_row);
    let fits = row.iter().all(|field| is_number(&field.kind) && field.when.is_none());
    if flow.positional && (!fits || row.is_empty() || others.iter().any(|field| field.required)) {
        let help = "set positional = false: a bare row works only where every field is a number and always asked, optional \
                    ones behind them";
        found.push(("a bare row of numbers cannot fill these fields".to_owned(), help));
    }
    for field in &flow.fields {
        if let Some(role) = field.roles.iter().find(|role| !flow.open_to(role)) {
            let help = "take the role out of the field, or add it to the roles of the report type";
            found.push((format!("{} is for {role}, who may not send {}", field.label, flow.keyword), help));
        }
    }
    if flow.fields.iter().filter(|field| matches!(field.kind, FieldKind::Date { .. })).count() > 1 {
        found.push(("two fields are dates".to_owned(), "a report has one reference date: keep one"));
    }
    found
}

/// Refuses examples that `reads` would not save.
pub(super) fn examples(defects: &mut Defects<'_>, reads: Reads<'_>) {
    let pack = &defects.loaded.pack;
    for flow in &pack.flows {
        let part = format!("flow.{}.example", flow.id);
        if let Err(reason) = reads(pack, &flow.example, None) {
            let message = format!("the example does not read: {reason}");
            defects.at_part(&part, "bad-example", message, "people copy it: mend it");
            continue;
        }
        if flow.field_roles().is_empty() {
            continue;
        }
        // Each role is shown what is left of it without the fields of others.
        for role in pack.roles.iter().filter(|role| flow.open_to(&role.id)) {
            let example = flow.narrowed(&role.id).example;
            if let Err(reason) = reads(pack, &example, Some(&role.id)) {
                let message = format!("what is left of the example for {} does not read: {reason}", role.id);
                let help = format!("write every value behind its label, without a space: it would be told `{example}`");
                defects.at_part(&part, "bad-example", message, help);
            }
        }
    }
}
