//! Every SMS fits one message and every screen its channel in the worst case, and every text and expression works for
//! every report.

use std::collections::BTreeMap;

use super::super::dialogue::says::SAYS;
use super::super::model::{Flow, IndicatorKind};
use super::super::rule;
use super::super::source::Origin;
use super::super::text::{Scope, TextError};
use super::defects::Defects;
use super::replies::{self, Composed, FlowTexts};
use super::variants::{self, Names, Variant, scope};
use super::worst::{self, Worst};
use crate::base::Language;
use crate::base::gsm7::{self, Encoding};

/// The longest number earlier reports bring into the text of a check: what a large region's year adds up to.
const BESIDE_MAX: i64 = 99_999_999_999;
/// SMS parts a reply may take.
const PARTS_MAX: usize = 1;

/// The longest writing found so far of each text, by name and language, with where the text stands.
type Longest = BTreeMap<(String, Language), String>;

/// Refuses texts that can be too long and texts or expressions that can fail.
pub(super) fn check(defects: &mut Defects<'_>, ussd_septets: usize) {
    let loaded = defects.loaded;
    let place = worst::longest_place(&loaded.pack);
    let (mut longest, mut screens) = (Longest::new(), Longest::new());
    for language in loaded.pack.written().all() {
        let worst = Worst { pack: &loaded.pack, language, place: &place };
        system_texts(defects, &worst);
        for flow in &loaded.pack.flows {
            let of_flow = worst.of_flow(flow);
            let mut texts = FlowTexts::default();
            for variant in variants::of_flow(&loaded.pack, flow, &place, language) {
                try_variant(defects, flow, language, &of_flow, &variant, &mut texts);
            }
            keep_longest(&mut longest, language, replies::of_flow(&worst, flow, &texts), worst::weight);
            let wide =
                |screen: &str| (usize::from(!gsm7::fits_ussd(screen, ussd_septets)), false, gsm7::size(screen).units);
            keep_longest(&mut screens, language, replies::screens_of_flow(&worst, flow, &texts), wide);
        }
        keep_longest(&mut longest, language, replies::of_none(&worst), worst::weight);
    }
    for ((name, language), text) in &longest {
        refuse_long(defects, name, *language, text, &place);
    }
    for ((name, language), screen) in &screens {
        refuse_wide(defects, name, *language, screen, ussd_septets);
    }
}

/// Tries one report: its reply, its checks and what it adds to the counts.
fn try_variant(
    defects: &mut Defects<'_>,
    flow: &Flow,
    language: Language,
    of_flow: &Names,
    variant: &Variant,
    texts: &mut FlowTexts,
) {
    let names: Names = of_flow.iter().chain(&variant.names).cloned().collect();
    let told = ["head", "content"].map(|part| {
        let name = format!("flow.{}.{part}", flow.id);
        try_text(defects, flow, (&name, language), &names, variant, texts)
    });
    if let [Some(head), Some(content)] = told {
        texts.tell(head, content);
    }
    for check in flow.checks.iter().filter(|check| all_there(&check.labels, variant)) {
        let beside = check.beside.iter().map(|name| (name.clone(), Scope::from(largest_beside(flow, name))));
        let names: Names = names.iter().cloned().chain(beside).collect();
        if let Err(error) = defects.loaded.pack.texts.holds(&check.must, scope(names.clone())) {
            fails(defects, &check.must, None, &error, flow, variant);
        }
        try_text(defects, flow, (&check.say, language), &names, variant, texts);
    }
    for alert in flow.alerts.iter().filter(|alert| all_there(&alert.labels, variant)) {
        let beside = alert.beside.iter().map(|name| (name.clone(), Scope::from(largest_beside(flow, name))));
        let names: Names = names.iter().cloned().chain(beside).collect();
        match defects.loaded.pack.texts.holds(&alert.when, scope(names.clone())) {
            // What is told is told of reports that raise it alone.
            Ok(false) => continue,
            Ok(true) => {}
            Err(error) => fails(defects, &alert.when, None, &error, flow, variant),
        }
        for text in [Some(&alert.say), alert.tell.as_ref()].into_iter().flatten() {
            try_text(defects, flow, (text, language), &names, variant, texts);
        }
    }
    try_indicators(defects, flow, variant);
}

fn all_there(labels: &[String], variant: &Variant) -> bool {
    labels.iter().all(|label| variant.present.contains(label))
}

/// The largest number an earlier report brings under `name`.
fn largest_beside(flow: &Flow, name: &str) -> i64 {
    let previous = name.strip_suffix("_prev").and_then(|label| flow.field(label)).and_then(rule::range);
    previous.map_or(BESIDE_MAX, |(_, max)| max)
}

/// Writes a text of the flow for one report, and keeps it where it is the longest yet.
fn try_text(
    defects: &mut Defects<'_>,
    flow: &Flow,
    (name, language): (&str, Language),
    names: &Names,
    variant: &Variant,
    texts: &mut FlowTexts,
) -> Option<String> {
    match defects.loaded.pack.texts.say(name, language, scope(names.clone())) {
        Ok(said) => {
            texts.keep(name, &said);
            Some(said)
        }
        Err(error) => {
            fails(defects, name, Some(language), &error, flow, variant);
            None
        }
    }
}

/// What each indicator adds must be a whole number whenever the labels it reads are there.
fn try_indicators(defects: &mut Defects<'_>, flow: &Flow, variant: &Variant) {
    let texts = &defects.loaded.pack.texts;
    for indicator in &flow.indicators {
        let counts = match &indicator.when {
            Some(when) => match texts.holds(when, scope(variant.names.clone())) {
                Ok(holds) => holds,
                Err(error) => {
                    fails(defects, when, None, &error, flow, variant);
                    continue;
                }
            },
            None => true,
        };
        let (IndicatorKind::Sum { value, labels } | IndicatorKind::Last { value, labels }) = &indicator.kind else {
            continue;
        };
        if counts
            && all_there(labels, variant)
            && let Err(error) = texts.number(value, scope(variant.names.clone()))
        {
            fails(defects, value, None, &error, flow, variant);
        }
    }
}

/// A text that fails was told where it stands: its replies have no length.
fn keep_longest(
    longest: &mut Longest,
    language: Language,
    replies: Result<Vec<Composed>, TextError>,
    weight: impl Fn(&str) -> (usize, bool, usize),
) {
    for Composed { blame, text } in replies.unwrap_or_default() {
        let known = longest.entry((blame, language)).or_default();
        if weight(&text) > weight(known) {
            *known = text;
        }
    }
}

/// Every system text is said once, with empty parts where others stand inside it.
fn system_texts(defects: &mut Defects<'_>, worst: &Worst<'_>) {
    let pack = &defects.loaded.pack;
    for say in SAYS {
        if let Err(error) = worst.say(say, &pack.flows, &[]) {
            let name = format!("say.{}", say.name);
            if let Some(origin) = origin_of(defects, &name, Some(worst.language)) {
                defects.at(&origin, "text-fails", error.reason, "use only names this text is given");
            }
        }
    }
}

fn fails(
    defects: &mut Defects<'_>,
    name: &str,
    language: Option<Language>,
    error: &TextError,
    flow: &Flow,
    variant: &Variant,
) {
    let Some(origin) = origin_of(defects, name, language).filter(|origin| !defects.has(origin, "text-fails")) else {
        return;
    };
    let absent: Vec<&str> = flow
        .fields
        .iter()
        .map(|field| field.label.as_str())
        .filter(|label| !variant.present.iter().any(|present| present == label))
        .collect();
    let message = match error.reason.split_once(" (in ") {
        Some((reason, _)) => reason.to_owned(),
        None => error.reason.clone(),
    };
    let (message, help) = match absent.first() {
        Some(first) => {
            let message = format!("this fails when {} is absent: {message}", absent.join(", "));
            (message, format!("say it only if it is there: {{% if {first} is defined %}} ... {{% endif %}}"))
        }
        None => (format!("this fails for some values: {message}"), "try it with the smallest values".to_owned()),
    };
    defects.at(&origin, "text-fails", message, help);
}

fn origin_of(defects: &Defects<'_>, name: &str, language: Option<Language>) -> Option<Origin> {
    let origins = &defects.loaded.origins;
    match language {
        None => origins.expressions.get(name).cloned(),
        Some(language) => {
            let text = origins.texts.iter().find(|text| text.name == name && text.language == language)?;
            Some(text.origin.clone())
        }
    }
}

fn refuse_long(defects: &mut Defects<'_>, name: &str, language: Language, text: &str, place: &str) {
    let size = gsm7::size(text);
    let Some(origin) = origin_of(defects, name, Some(language)) else {
        return refuse_untranslated(defects, name, language, text);
    };
    if let Some(letter) =
        gsm7::first_outside(text).filter(|_| !defects.loaded.origins.ucs2_languages.contains(&language))
    {
        // Letters as written were looked at before: this one comes from what is filled in.
        let message = format!("what is filled in can bring `{letter}`: 70 characters a message instead of 160");
        defects.at(&origin, "not-gsm7", message, format!("it can read: {text}"));
        return;
    }
    if size.parts <= PARTS_MAX {
        return;
    }
    let most = if size.encoding == Encoding::Gsm7 { 160 } else { 70 };
    let message = format!("in its worst case this SMS has {} characters, {} too many", size.units, size.units - most);
    let help = format!("shorten it; at its longest (place `{place}`) it reads: {text}");
    defects.at(&origin, "too-long", message, help);
}

/// A text that a draft lacks is said in the first language, with the draft's words in it: in plain letters at the least.
fn refuse_untranslated(defects: &mut Defects<'_>, name: &str, language: Language, text: &str) {
    let plain = gsm7::plain(text);
    let size = gsm7::size(&plain);
    let first = defects.loaded.pack.first_language();
    let Some(origin) = origin_of(defects, name, Some(first)).filter(|_| size.parts > PARTS_MAX) else { return };
    let message = format!("with words of `{language}` in it this SMS has {} characters", size.units);
    defects.at(&origin, "too-long", message, format!("write it in `{language}` too; at its longest it reads: {plain}"));
}

/// A screen that is too long even in its shortest form would be cut.
fn refuse_wide(defects: &mut Defects<'_>, name: &str, language: Language, screen: &str, ussd_septets: usize) {
    if gsm7::fits_ussd(screen, ussd_septets) {
        return;
    }
    let Some(origin) = origin_of(defects, name, Some(language)) else { return };
    if defects.has(&origin, "too-long") {
        // What is too long for an SMS is told once.
        return;
    }
    let message = format!("in its worst case this USSD screen has {} characters", gsm7::size(screen).units);
    let help = format!("{ussd_septets} fit; shorten it; at its longest it reads: {}", screen.replace('\n', " / "));
    defects.at(&origin, "screen-too-long", message, help);
}
