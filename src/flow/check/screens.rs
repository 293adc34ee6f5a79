//! Every question fits one USSD screen, with its options and the way back.
//!
//! The screens themselves are drawn by the dialogue; here only their longest parts are measured.

use super::super::model::{Field, FieldKind, Pack};
use super::super::source::{Origin, WrittenText};
use super::super::text::Scope;
use super::defects::Defects;
use super::worst::longest;
use crate::base::{Language, gsm7};

/// Refuses questions that do not fit beside their options.
pub(super) fn check(defects: &mut Defects<'_>, ussd_septets: usize) {
    let loaded = defects.loaded;
    for flow in &loaded.pack.flows {
        for field in &flow.fields {
            let name = format!("flow.{}.field.{}.question", flow.id, field.label);
            for text in loaded.origins.texts.iter().filter(|text| text.name == name) {
                let screen =
                    format!("{}\n{}", screen(&loaded.pack, field, text), way_back(&loaded.pack, text.language));
                if let Some(excess) = excess(&screen, ussd_septets) {
                    refuse(defects, &text.origin, &screen, excess);
                }
            }
        }
    }
}

/// The longest line with the way back: `0 Retour 00 Menu`. Its letters count for the whole screen.
fn way_back(pack: &Pack, language: Language) -> String {
    let lines = ["ussd_back_menu", "ussd_back_number"];
    let said = |name: &str| pack.texts.say(&format!("say.{name}"), language, Scope::from(()));
    // A pack without the text was told so.
    longest(lines.into_iter().filter_map(|name| said(name).ok()))
}

/// The question with its options, one to a line.
fn screen(pack: &Pack, field: &Field, question: &WrittenText) -> String {
    let mut screen = question.value.clone();
    for (code, name) in options(pack, field, question.language) {
        screen.push_str(&format!("\n{code} {name}"));
    }
    screen
}

fn options<'p>(pack: &'p Pack, field: &'p Field, language: Language) -> Vec<(String, &'p str)> {
    match &field.kind {
        FieldKind::Choice { options } => {
            options.iter().map(|option| (option.id.clone(), option.name.get(language))).collect()
        }
        FieldKind::Body => {
            let named = pack.bodies.iter().map(|body| body.name.get(language));
            named.enumerate().map(|(index, name)| ((index + 1).to_string(), name)).collect()
        }
        _ => Vec::new(),
    }
}

/// How many characters the screen has too many.
fn excess(screen: &str, ussd_septets: usize) -> Option<usize> {
    let size = gsm7::size(screen);
    let room = match size.encoding {
        gsm7::Encoding::Gsm7 => ussd_septets,
        gsm7::Encoding::Ucs2 => ussd_septets.min(gsm7::USSD_UCS2_MAX),
    };
    size.units.checked_sub(room).filter(|&excess| excess > 0)
}

fn refuse(defects: &mut Defects<'_>, origin: &Origin, screen: &str, excess: usize) {
    let message = format!("this USSD screen has {excess} characters too many");
    let help = format!("shorten the question or its options; the screen reads: {}", screen.replace('\n', " / "));
    defects.at(origin, "screen-too-long", message, help);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::read::sample;

    #[test]
    fn a_screen_is_measured_by_its_letters() {
        assert_eq!(excess(&"a".repeat(182), 182), None);
        assert_eq!(excess(&"a".repeat(183), 182), Some(1));
        assert_eq!(excess(&"a".repeat(124), 120), Some(4));
        assert_eq!(excess(&format!("{}\u{272}", "a".repeat(83)), 182), Some(4), "sixteen-bit letters leave 80");
    }

    #[test]
    fn the_way_back_is_part_of_the_screen() {
        let pack = sample::pack();
        assert_eq!(way_back(&pack, Language::FRENCH), "0 Retour 00 Menu");
    }
}
