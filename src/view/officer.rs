//! BILAN: an officer asks for the figures of a place by SMS or USSD, and is answered in one message. What is typed after any
//! question is understood here, and refused here.
//!
//! `BILAN KOUTIALA T4 DEP`, in any order, every word optional: their own area, the current quarter, all report types.
//! The answer always says how complete its figures are.

use std::sync::Arc;

use super::ViewError;
use super::limits::ANSWER_SEPTETS_MAX;
use super::question::{By, Question, begun, may_see, shortened};
use super::shown::{FigureShown, whole_percent};
use super::summary::{Summary, summary};
use crate::base::text::{fold, grouped};
use crate::base::{Date, Language, Period, PeriodKind, PlaceId, gsm7, typed_period};
use crate::flow::model::{CommandKind, Flow, Pack};
use crate::flow::text::{Scope, TextError, context};
use crate::person::Access;
use crate::place::{Found, Place, Tree, find};
use crate::programme::{InForce, Programme};
use crate::silence::period_name;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Their area.
    pub area: PlaceId,
    /// The language they read.
    pub language: Language,
    /// Septets of the one message that answers them: an SMS, or the screen of their channel.
    pub septets: usize,
}

/// Answers the words typed after BILAN.
///
/// # Errors
/// What is not theirs, not known or not unique: [`refusal`] says it in one SMS.
pub async fn bilan(programme: &Programme, asker: Asker, words: &[String]) -> Result<String, ViewError> {
    let in_force = programme.in_force();
    let today = programme.today();
    let current = in_force.pack.calendar.period(PeriodKind::Quarter, today);
    let question = understood(&in_force, asker.area, today, words, current)?;
    let summary = summary(programme, &question, asker.language).await?;
    Ok(answer(&in_force.pack, &question, &summary, asker)?)
}

/// What an officer is told when there is no answer. `None` where the fault is ours, to be logged and answered as such.
///
/// # Errors
/// A text of the pack that failed.
pub fn refusal(
    pack: &Pack,
    language: Language,
    command: CommandKind,
    error: &ViewError,
) -> Result<Option<String>, TextError> {
    let command = pack.command_word(command);
    let say = |name: &str, values: Scope| pack.texts.say(name, language, values).map(Some);
    let quoted = |typed: &str| gsm7::plain(&typed.chars().take(WORD_CHARS_MAX).collect::<String>());
    // As many places as fit one SMS.
    let offer = |name: &str, typed: &str, places: &[String]| {
        let mut shown = places.len().min(NAMES_TOLD_MAX);
        loop {
            let words = gsm7::plain(&places[..shown].join(", "));
            let text = pack.texts.say(
                name,
                language,
                context! { command => command, word => quoted(typed), words => words },
            )?;
            if shown == 0 || gsm7::size(&text).units <= ANSWER_SEPTETS_MAX {
                return Ok(Some(text));
            }
            shown -= 1;
        }
    };
    match error {
        ViewError::NotYours { area } => {
            say("say.summary_not_yours", context! { command => command, place => gsm7::plain(area) })
        }
        ViewError::UnknownPlace { typed, near } => offer("say.summary_unknown_place", typed, near),
        ViewError::AmbiguousPlace { typed, places } => offer("say.summary_which_place", typed, places),
        ViewError::UnknownPeriod(typed) => say("say.summary_unknown_period", context! { word => quoted(typed) }),
        ViewError::FuturePeriod(name) => say("say.summary_future_period", context! { word => quoted(name) }),
        _ => Ok(None),
    }
}

/// Places named in one answer.
const NAMES_TOLD_MAX: usize = 3;
/// Characters of a word repeated to its sender.
const WORD_CHARS_MAX: usize = 20;

/// Reads the words: a report type, a period with or without its year, and what is left is a place.
/// Without a period it is `usual`.
pub(super) fn understood(
    in_force: &InForce,
    area: PlaceId,
    today: Date,
    words: &[String],
    usual: Period,
) -> Result<Question, ViewError> {
    let mut left: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let (pack, tree) = (&in_force.pack, &in_force.tree);
    let by = By::Place;
    // A place may be called like a month or a report type: a name that takes every word comes first.
    if !left.is_empty()
        && let Found::One(place) = find(tree, &left.join(" "), area, today)
    {
        let place = tree.on(place, usual.last());
        let question = Question { place, period: usual, flow: None, network: None, role: None, by, today };
        return allowed(tree, area, today, question);
    }
    let flow = left.iter().position(|word| flow_called(pack, word).is_some()).and_then(|at| {
        let flow = flow_called(pack, left[at]);
        left.remove(at);
        flow
    });
    let period = take_period(pack, today, &mut left)?.unwrap_or(usual);
    let place = match left.as_slice() {
        [] => tree.get(area).ok_or(ViewError::NoPlaces)?,
        // Of the map that was in force in the period asked about.
        rest => named(tree, &rest.join(" "), area, period.last().min(today))?,
    };
    allowed(
        tree,
        area,
        today,
        Question { place: tree.on(place, period.last()), period, flow, network: None, role: None, by, today },
    )
}

/// The place these words name, in the asker's area; without words the area itself.
///
/// # Errors
/// What is not theirs, not known or not unique.
pub fn place_typed<'f>(
    in_force: &'f InForce,
    area: PlaceId,
    today: Date,
    words: &[String],
) -> Result<&'f Place, ViewError> {
    let tree = &in_force.tree;
    let place = match words {
        [] => tree.get(area).ok_or(ViewError::NoPlaces)?,
        words => named(tree, &words.join(" "), area, today)?,
    };
    may_see(tree, &Access::figures_of(area), place.id, today)?;
    Ok(place)
}

fn allowed(tree: &Tree, area: PlaceId, today: Date, question: Question) -> Result<Question, ViewError> {
    may_see(tree, &Access::figures_of(area), question.place.id, today)?;
    Ok(question)
}

fn flow_called(pack: &Pack, word: &str) -> Option<Arc<Flow>> {
    let word = fold(word).to_uppercase();
    let called = |flow: &&Arc<Flow>| flow.keyword == word || flow.aliases.contains(&word);
    pack.flows.iter().find(called).cloned()
}

/// Takes the period out of the words. A word with digits that is no period and no place is told as such.
fn take_period(pack: &Pack, today: Date, left: &mut Vec<&str>) -> Result<Option<Period>, ViewError> {
    for at in 0..left.len() {
        let year = left.get(at + 1).and_then(|next| year(next));
        let without_year = || typed_period::parse(left[at], None, &pack.calendar, today);
        let (period, taken) =
            match year.and_then(|year| typed_period::parse(left[at], Some(year), &pack.calendar, today)) {
                Some(period) => (Some(period), 2),
                None => (without_year(), 1),
            };
        if let Some(period) = period {
            left.drain(at..at + taken);
            return begun(period, today).map(Some);
        }
    }
    let odd = left.iter().find(|word| word.chars().any(|letter| letter.is_ascii_digit()) && word.len() <= 7);
    match odd {
        Some(word) if left.len() > 1 || word.len() <= 3 => Err(ViewError::UnknownPeriod(shortened(word))),
        _ => Ok(None),
    }
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| word.len() == 4 && (2000..=2100).contains(year))
}

pub(super) fn named<'a>(tree: &'a Tree, typed: &str, area: PlaceId, today: Date) -> Result<&'a Place, ViewError> {
    match find(tree, typed, area, today) {
        Found::One(place) => Ok(place),
        Found::Several(places) => Err(ViewError::AmbiguousPlace {
            typed: shortened(typed),
            places: places.iter().map(|place| told_apart(tree, place, today)).collect(),
        }),
        Found::None(near) => Err(ViewError::UnknownPlace {
            typed: shortened(typed),
            near: near.iter().map(|place| place.sms_name.clone()).collect(),
        }),
    }
}

/// Places of one name are told apart by their code and what they lie in.
fn told_apart(tree: &Tree, place: &Place, today: Date) -> String {
    match tree.parent(place.id, today) {
        Some(parent) => format!("{} ({})", place.code, parent.sms_name),
        None => place.code.clone(),
    }
}

/// The one SMS: place, period, completeness, then as many headline figures as fit.
fn answer(pack: &Pack, question: &Question, summary: &Summary, asker: Asker) -> Result<String, TextError> {
    let language = asker.language;
    let (places, complete) = (&summary.places, &summary.completeness);
    let level = pack.level(&places.level).filter(|_| places.expected > 0);
    // Without a unit, as where no place below owes anything, reports alone are counted.
    let unit = level.map_or(String::new(), |level| gsm7::plain(level.plural.get(language)));
    let rounded =
        |part| whole_percent(part, complete.expected).map_or_else(|| "-".to_owned(), |part| format!("{part}%"));
    let period = period_name(pack, question.period, question.today, language)?;
    let sentence = |rows: &str| {
        let values = context! {
            // Capitals may be letters no SMS has: `è` has a seven-bit form, `È` has none.
            place => gsm7::plain(&question.place.sms_name.to_uppercase()),
            period => period.as_str(),
            unit => unit.as_str(),
            reporting => places.reporting,
            owing => places.expected,
            received => complete.received,
            expected => complete.expected,
            percent => rounded(complete.received),
            on_time => rounded(complete.on_time),
            rows => rows,
        };
        pack.texts.say("say.summary", language, values)
    };
    let mut rows = String::new();
    for indicator in summary.indicators.iter().filter(|indicator| indicator.headline) {
        let Some(figure) = summary.total.get(&indicator.id) else { continue };
        let separator = if rows.is_empty() { "" } else { ", " };
        let current = figure_text(figure, language);
        let closed = summary.closed.as_ref().and_then(|closed| closed.values.get(&indicator.id));
        let mut told = vec![current.clone()];
        if let Some(closed) = closed {
            let values = context! { figure => current, closed => figure_text(closed, language) };
            told.insert(0, pack.texts.say("say.summary_closed", language, values)?);
        }
        // With what was approved of it; where there is no room for that, alone.
        for told in told {
            let longer = format!("{rows}{separator}{} {told}", gsm7::plain(&indicator.name));
            if gsm7::size(&sentence(&longer)?).units <= asker.septets {
                rows = longer;
                break;
            }
        }
    }
    sentence(&rows)
}

/// A figure as people write it: `12 840`, `6,1%`, `11,5`, `-` for an empty denominator.
pub fn figure_text(figure: &FigureShown, language: Language) -> String {
    match figure {
        FigureShown::Whole(whole) => grouped(*whole),
        FigureShown::Ratio { percent: None, .. } => "-".to_owned(),
        FigureShown::Ratio { percent: Some(percent), .. } => percent_text(*percent, language),
        FigureShown::Mean { mean: None, .. } => "-".to_owned(),
        FigureShown::Mean { mean: Some(mean), .. } => mean_text(*mean, language),
    }
}

/// A mean to one decimal, with the decimal mark of the language: `1 234,5`.
pub fn mean_text(mean: f64, language: Language) -> String {
    let tenths = (mean * 10.0).round() as i64;
    let (sign, mark) = (if tenths < 0 { "-" } else { "" }, if language == Language::ENGLISH { '.' } else { ',' });
    format!("{sign}{}{mark}{}", grouped(tenths.abs() / 10), tenths.abs() % 10)
}

/// A percentage to one decimal, with the decimal mark of the language.
pub fn percent_text(percent: f64, language: Language) -> String {
    let text = format!("{percent:.1}%");
    if language == Language::ENGLISH { text } else { text.replace('.', ",") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Date;
    use crate::place::{ALWAYS, Parent};
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);
    const KOUTIALA: PlaceId = PlaceId(3);

    fn in_force() -> InForce {
        let pack = Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound");
        let row = |id: i64, level: &str, name: &str, code: &str| Place {
            id: PlaceId(id),
            level: level.into(),
            name: name.into(),
            sms_name: name.into(),
            population: None,
            point: None,
            code: code.into(),
        };
        let places = vec![
            row(1, "country", "Mali", "ML"),
            row(2, "region", "Sikasso", "ML03"),
            row(3, "cercle", "Koutiala", "ML0304"),
            row(4, "commune", "Zangasso", "ML030401"),
            row(5, "commune", "Bougoula", "ML030402"),
            row(6, "commune", "Bougoula", "ML030403"),
        ];
        let above = [(2, 1), (3, 2), (4, 3), (5, 3), (6, 3)];
        let parents = above.map(|(id, over)| Parent { place: PlaceId(id), parent: PlaceId(over), span: ALWAYS });
        InForce::new(pack, Tree::new(places, &parents))
    }

    fn quarter() -> Period {
        in_force().pack.calendar.period(PeriodKind::Quarter, TODAY)
    }

    fn asked(words: &str) -> String {
        let words: Vec<String> = words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        match understood(&in_force(), KOUTIALA, TODAY, &words, quarter()) {
            Ok(question) => {
                let flow = question.flow_id().unwrap_or("all").to_owned();
                format!("{} {} {flow}", question.place.code, question.period)
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn words_are_understood_in_any_order() {
        for (typed, expected) in [
            ("", "ML0304 2026-Q4 all"),
            ("KOUTIALA T4", "ML0304 2026-Q4 all"),
            ("T3 koutiala", "ML0304 2026-Q3 all"),
            ("zangasso NOV dep", "ML030401 2026-11 dep"),
            ("DEP", "ML0304 2026-Q4 dep"),
            ("dépistage S46", "ML0304 2026-W46 dep"),
            ("T4 2025", "ML0304 2025-Q4 all"),
            ("2025", "ML0304 2025 all"),
            ("ml030401 2026-Q3", "ML030401 2026-Q3 all"),
        ] {
            assert_eq!(asked(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_refusal_fits_one_sms_however_long_the_names() {
        let pack = in_force().pack;
        let long = vec!["Gouandiaka-Sur-Le-Fleuve Sankarani (ML030612)".to_owned(); 4];
        for error in [
            ViewError::AmbiguousPlace { typed: "X".repeat(90), places: long.clone() },
            ViewError::UnknownPlace { typed: "é".repeat(50), near: long },
            ViewError::UnknownPlace { typed: "Paris".into(), near: vec![] },
            ViewError::UnknownPeriod("T99".into()),
            ViewError::FuturePeriod("2031-Q4".into()),
            ViewError::NotYours { area: "Ménaka".into() },
        ] {
            for language in [Language::FRENCH, Language::ENGLISH] {
                let said = refusal(&pack, language, CommandKind::Summary, &error).expect("a text").expect("is told");
                assert!(gsm7::size(&said).parts == 1 && gsm7::first_outside(&said).is_none(), "{said}");
            }
        }
        assert_eq!(
            refusal(&pack, Language::FRENCH, CommandKind::Silent, &ViewError::NoPlaces),
            Ok(None),
            "our own fault is not told"
        );
    }

    #[test]
    fn what_cannot_be_answered_is_a_fact() {
        for (typed, expected) in [
            ("SIKASSO", "outside the asker's area, which is Koutiala"),
            ("MALI T4", "outside the asker's area, which is Koutiala"),
            ("BOUGOULA", "several places are called BOUGOULA"),
            ("TOMBOUCTOU T4", "no place is called TOMBOUCTOU"),
            ("KOUTIALA T5", "T5 is no period"),
            ("KOUTIALA T4 2027", "the period 2027-Q4 has not begun"),
            ("T9", "T9 is no period"),
        ] {
            assert_eq!(asked(typed), expected, "{typed}");
        }
    }
}
