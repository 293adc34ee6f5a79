//! `dhis2.toml`: which indicators go to which data elements. What it names must exist; only what adds up can be sent.

use serde::Deserialize;
use toml::Spanned;

use super::super::diagnostic::Diagnostic;
use super::super::model::{Dhis2, Dhis2Value, IndicatorKind, Pack};
use super::DHIS2_FILE;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data_set: String,
    level: Spanned<String>,
    attribute_option_combo: String,
    #[serde(default)]
    value: Vec<RawValue>,
    #[serde(default)]
    org_units: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValue {
    indicator: Spanned<String>,
    data_element: Spanned<String>,
    category_option_combo: String,
}

/// Reads the mapping of `pack`.
pub(super) fn read(text: &str, pack: &Pack, faults: &mut Vec<Diagnostic>) -> Option<Dhis2> {
    let mut fault = |span, code, message: String, help: &str| {
        faults.push(Diagnostic::at(DHIS2_FILE, text, span, code, message, help.to_owned()));
    };
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let help = "the Mali pack's dhis2.toml shows every key";
            fault(error.span().unwrap_or_default(), "syntax", error.message().to_owned(), help);
            return None;
        }
    };
    if pack.depth(raw.level.get_ref()).is_none() {
        let message = format!("`{}` is no level of this pack", raw.level.get_ref());
        fault(raw.level.span(), "unknown-id", message, "name a level of pack.toml");
    }
    let mut values: Vec<Dhis2Value> = Vec::new();
    for value in raw.value {
        let indicator = value.indicator.get_ref();
        let kind = indicator.split_once('.').and_then(|(flow, own)| {
            pack.flow(flow)?.indicators.iter().find(|known| known.id == own).map(|known| &known.kind)
        });
        match kind {
            None => {
                let message = format!("`{indicator}` is no indicator of this pack");
                fault(value.indicator.span(), "unknown-id", message, "write report type and indicator: dep.depistes");
            }
            Some(IndicatorKind::Ratio { .. } | IndicatorKind::Mean { .. } | IndicatorKind::Last { .. }) => {
                let help = "send what it is made of: DHIS2 adds up over places and months";
                fault(value.indicator.span(), "wrong-value", format!("`{indicator}` does not add up"), help);
            }
            Some(_) => {}
        }
        let (data_element, combo) = (value.data_element.get_ref().clone(), value.category_option_combo);
        if values.iter().any(|known| known.data_element == data_element && known.category_option_combo == combo) {
            let message = format!("`{data_element}` with `{combo}` is sent twice");
            fault(value.data_element.span(), "declared-twice", message, "one indicator for each");
        }
        values.push(Dhis2Value { indicator: indicator.clone(), data_element, category_option_combo: combo });
    }
    Some(Dhis2 {
        data_set: raw.data_set,
        level: raw.level.into_inner(),
        attribute_option_combo: raw.attribute_option_combo,
        values,
        org_units: raw.org_units,
    })
}

#[cfg(test)]
mod tests {
    use crate::flow::model::Pack;
    use crate::flow::source::DHIS2_FILE;

    fn faults(from: &str, to: &str) -> Vec<String> {
        let mut files = crate::pack_embedded::mali();
        let text = files.get(DHIS2_FILE).expect("a mapping").replacen(from, to, 1);
        files.insert(DHIS2_FILE, text);
        match Pack::load(&files) {
            Ok(pack) => vec![format!("{} values", pack.dhis2.map_or(0, |map| map.values.len()))],
            Err(faults) => faults.into_iter().map(|fault| fault.code.to_owned()).collect(),
        }
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        for (from, to, expected) in [
            ("", "", "5 values"),
            ("dep.depistes", "dep.nothing", "unknown-id"),
            ("dep.depistes", "dep.taux_mas", "wrong-value"),
            ("\"NUT_CHILD_MEASUR_MUAC_CHW\"", "\"NUT_SCREEN_WASTING_CHW\"", "declared-twice"),
            ("level = \"commune\"", "level = \"county\"", "unknown-id"),
            ("data_set", "dataset", "syntax"),
        ] {
            assert_eq!(faults(from, to), [expected], "{from} -> {to}");
        }
    }
}
