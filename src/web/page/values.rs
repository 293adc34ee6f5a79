//! Values of a report as people read them: the name of a field, its label, its value, and what a change makes of it.

use crate::base::Language;
use crate::base::text::grouped;
use crate::flow::model::{Field, FieldKind, Flow, Pack};
use crate::flow::values::{Value, Values};

/// One value, with what a change would make of it.
pub(super) struct ValueRow {
    pub label: String,
    pub name: String,
    pub value: String,
    pub proposed: Option<String>,
}

/// A value as this language writes it.
pub(super) fn value_text(pack: &Pack, language: Language, kind: &FieldKind, value: &Value) -> String {
    match (value, kind) {
        (Value::Number(number), FieldKind::Money { .. }) => grouped(*number),
        (Value::Number(number), FieldKind::Decimal { places, .. }) => decimal(*number, *places, language),
        (Value::Number(number), FieldKind::YesNo) => yes_no(*number != 0, language).to_owned(),
        (Value::Number(number), _) => number.to_string(),
        (Value::Date(date), _) => date.to_string(),
        (Value::Word(id), FieldKind::Body) => {
            pack.body(id).map_or(id.as_str(), |body| body.name.get(language)).to_owned()
        }
        (Value::Word(code), FieldKind::Choice { options }) => {
            let option = options.iter().find(|option| option.id == *code);
            option.map_or(code.as_str(), |option| option.name.get(language)).to_owned()
        }
        (Value::Word(word), _) => word.clone(),
    }
}

/// A scaled number with its mark: 15 with one place is `1,5`.
fn decimal(scaled: i64, places: u32, language: Language) -> String {
    let Some(whole) = 10_u64.checked_pow(places).filter(|_| places > 0) else { return scaled.to_string() };
    let (sign, size) = (if scaled < 0 { "-" } else { "" }, scaled.unsigned_abs());
    let mark = if language == Language::ENGLISH { '.' } else { ',' };
    let width = usize::try_from(places).unwrap_or(0);
    format!("{sign}{}{mark}{:0width$}", size / whole, size % whole)
}

fn yes_no(yes: bool, language: Language) -> &'static str {
    match (yes, language == Language::ENGLISH) {
        (true, true) => "yes",
        (false, true) => "no",
        (true, false) => "oui",
        (false, false) => "non",
    }
}

/// The values of a report by the names of its fields, with what a change would make of them.
pub(super) fn value_rows(
    pack: &Pack,
    flow: &Flow,
    language: Language,
    values: &Values,
    proposed: Option<&Values>,
) -> Vec<ValueRow> {
    let row = |field: &Field| {
        let text =
            |values: &Values| values.get(&field.label).map(|value| value_text(pack, language, &field.kind, value));
        let value = text(values);
        let after = proposed.map(|proposed| text(proposed).unwrap_or_else(|| "-".to_owned()));
        let proposed = after.filter(|after| Some(after) != value.as_ref() && (value.is_some() || after != "-"));
        (value.is_some() || proposed.is_some()).then(|| ValueRow {
            label: field.label.clone(),
            name: field.name.get(language).to_owned(),
            value: value.unwrap_or_else(|| "-".to_owned()),
            proposed,
        })
    };
    let mut rows: Vec<ValueRow> = flow.fields.iter().filter_map(row).collect();
    // A value of an older version of the report type is shown all the same.
    let unknown = values.0.iter().filter(|(label, _)| flow.field(label).is_none());
    rows.extend(unknown.map(|(label, value)| {
        let value = value_text(pack, language, &FieldKind::Place, value);
        ValueRow { label: label.clone(), name: label.clone(), value, proposed: None }
    }));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_it_was_meant() {
        let pack = Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound");
        let (french, english) = (Language::FRENCH, Language::ENGLISH);
        let tenths = FieldKind::Decimal { min: -100, max: 1000, places: 1 };
        let money = FieldKind::Money { min: 0, max: 10_000_000 };
        for (kind, value, language, expected) in [
            (&tenths, Value::Number(15), french, "1,5"),
            (&tenths, Value::Number(-5), english, "-0.5"),
            (&FieldKind::YesNo, Value::Number(1), french, "oui"),
            (&FieldKind::YesNo, Value::Number(0), english, "no"),
            (&money, Value::Number(1_500_000), french, "1 500 000"),
            (&FieldKind::Body, Value::Word("nobody".into()), french, "nobody"),
            (&FieldKind::Choice { options: vec![] }, Value::Word("9".into()), french, "9"),
        ] {
            assert_eq!(value_text(&pack, language, kind, &value), expected);
        }
    }

    #[test]
    fn a_value_the_report_type_has_no_more_is_not_left_out() {
        let pack = Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound");
        let flow = pack.flow("dep").expect("dep is in the pack");
        let mut values = Values::default();
        values.set("T", Value::Number(45));
        values.set("ZZ", Value::Number(7));
        let rows = value_rows(&pack, flow, Language::FRENCH, &values, None);
        let shown: Vec<(&str, &str)> = rows.iter().map(|row| (row.label.as_str(), row.value.as_str())).collect();
        assert_eq!(shown, [("T", "45"), ("ZZ", "7")]);
    }
}
