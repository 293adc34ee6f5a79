//! A report type as a cue card: one printed A5 page for the person who sends it, made from the flow file alone.
//!
//! Says what the flow says and nothing it does not; a rule that is no plain comparison is left out. No I/O.

mod example;
mod page;
mod plain;
mod rules;
mod words;

use crate::base::text::grouped;
use crate::base::{Date, Language, PeriodKind};
use crate::flow::model::{CommandKind, Field, FieldKind, Flow, Pack};
use crate::flow::rule;
use crate::flow::values::Value;
use rules::Rule;
use words::{Words, words};

/// A receipt number to show how one is used.
const SOME_RECEIPT: &str = "12";

/// What a card shows.
pub struct Card {
    words: &'static Words,
    /// Language of the pack's texts on it.
    lang: String,
    keyword: String,
    title: String,
    /// Roles that may send it.
    senders: String,
    /// How often it is owed, or from when to when it is open.
    rhythm: String,
    /// Number the SMS goes to; a line to write it on where it is not known.
    number: Option<String>,
    /// Code dialled for USSD.
    code: Option<String>,
    example: String,
    /// The same without labels, where that is read alike, and how many numbers it has.
    bare: Option<(String, usize)>,
    /// What is sent instead when one field excludes the rest, and what that says.
    instead: Option<(String, String)>,
    /// What follows for every report: an answer that is always asked, an officer who has to agree.
    afterwards: Vec<String>,
    rows: Vec<Row>,
    rules: Vec<Rule>,
    correct: String,
    cancel: String,
    /// The declared zero, where the report is owed.
    zero: Option<String>,
    help: String,
    yes: String,
}

/// One line of the table of letters.
struct Row {
    /// Empty for what is typed without one.
    label: String,
    name: String,
    takes: String,
    is_optional: bool,
    /// What there is to choose from, as typed and as meant.
    options: Vec<(String, String)>,
}

/// Where reports go, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Number or short code for SMS.
    pub number: Option<String>,
    /// Code for USSD.
    pub code: Option<String>,
}

impl Card {
    /// The card of `flow` in `language`.
    pub fn of(pack: &Pack, flow: &Flow, language: Language, reach: Reach) -> Card {
        let words = words(language);
        // Every word of a command is understood in every language; most packs list them in the order of theirs.
        let rank = pack.languages.iter().position(|known| *known == language).unwrap_or_default();
        let command = |kind| {
            let words = pack.commands.get(&kind).map(Vec::as_slice).unwrap_or_default();
            words.get(rank).or(words.first()).cloned().unwrap_or_default()
        };
        let senders: Vec<&str> =
            flow.roles.iter().filter_map(|id| pack.role(id)).map(|role| role.name.get(language)).collect();
        Card {
            words,
            lang: language.to_string(),
            keyword: flow.keyword.clone(),
            title: flow.title.get(language).to_owned(),
            senders: if senders.is_empty() { words.everyone.to_owned() } else { senders.join(", ") },
            rhythm: rhythm(words, flow),
            number: reach.number,
            code: reach.code,
            example: flow.example.clone(),
            bare: example::bare(pack, flow),
            instead: example::instead(pack, flow, language),
            afterwards: afterwards(pack, flow, words, &command(CommandKind::Yes)),
            rows: flow.fields.iter().map(|field| row(pack, flow, field, language)).collect(),
            rules: rules::of(pack, flow, language, words),
            correct: correction(pack, flow, &command(CommandKind::Correct)),
            cancel: format!("{} {SOME_RECEIPT}", command(CommandKind::Cancel)),
            zero: flow.cadence.map(|_| format!("{} {}", command(CommandKind::Zero), flow.keyword)),
            help: format!("{} {}", command(CommandKind::Help), flow.keyword),
            yes: command(CommandKind::Yes),
        }
    }
}

fn rhythm(words: &Words, flow: &Flow) -> String {
    if let Some(season) = &flow.season {
        let day = |date: Date| date.strftime("%d/%m/%Y").to_string();
        return format!("{} {} {} {}", words.season_from, day(season.from), words.season_to, day(season.to));
    }
    let often = match flow.cadence {
        None => words.as_it_happens,
        Some(PeriodKind::Day) => words.daily,
        Some(PeriodKind::Week) => words.weekly,
        Some(PeriodKind::Month) => words.monthly,
        Some(PeriodKind::Quarter) => words.quarterly,
        Some(PeriodKind::Year) => words.yearly,
    };
    often.to_owned()
}

fn afterwards(pack: &Pack, flow: &Flow, words: &Words, yes: &str) -> Vec<String> {
    let asked = !example::always_asked(pack, flow).is_empty();
    let asked = asked.then(|| format!("{} {yes}.", words.always_asked));
    asked.into_iter().chain(flow.visa.then(|| words.visa.to_owned())).collect()
}

fn row(pack: &Pack, flow: &Flow, field: &Field, language: Language) -> Row {
    let words = words(language);
    let options = match &field.kind {
        FieldKind::Choice { options } => {
            options.iter().map(|option| (option.id.clone(), option.name.get(language).to_owned())).collect()
        }
        FieldKind::Body => {
            pack.bodies.iter().map(|body| (body.word.clone(), body.name.get(language).to_owned())).collect()
        }
        _ => Vec::new(),
    };
    let is_date = flow.date_field().is_some_and(|date| date.label == field.label);
    Row {
        label: if is_word_alone(field) { String::new() } else { field.label.clone() },
        name: field.name.get(language).to_owned(),
        takes: takes(words, field) + &for_roles(pack, field, language),
        is_optional: !field.required && !is_date,
        options,
    }
}

/// Whom a field is for, where it is not for everyone: ` [centre de santé (CSCom)]`.
fn for_roles(pack: &Pack, field: &Field, language: Language) -> String {
    let names: Vec<&str> =
        field.roles.iter().filter_map(|role| pack.role(role)).map(|role| role.name.get(language)).collect();
    if names.is_empty() { String::new() } else { format!(" [{}]", names.join(", ")) }
}

/// True where the options are typed as they are, without a label before them: `REU C`, `RES M1500000 S3 R`.
fn is_word_alone(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Body => true,
        FieldKind::Choice { options } => options
            .iter()
            .all(|option| field.bare_words.iter().any(|(word, code)| *word == option.id && *code == option.id)),
        _ => false,
    }
}

/// What a field takes, in words.
fn takes(words: &Words, field: &Field) -> String {
    match &field.kind {
        FieldKind::YesNo => words.yes_or_no.to_owned(),
        FieldKind::Date { .. } if !field.required => words.day_or_today.to_owned(),
        FieldKind::Date { .. } => words.day.to_owned(),
        _ if is_word_alone(field) => words.word_alone.to_owned(),
        FieldKind::Choice { .. } | FieldKind::Body => words.number_of_choice.to_owned(),
        FieldKind::Text { .. } => words.free_words.to_owned(),
        FieldKind::Place => words.a_place.to_owned(),
        FieldKind::Decimal { places, .. } => {
            let scale = 10_i64.pow(*places);
            span(words, field, |bound| grouped(bound / scale))
        }
        FieldKind::Money { .. } => format!("{} F", span(words, field, grouped)),
        FieldKind::Integer { .. } => span(words, field, grouped),
    }
}

fn span(words: &Words, field: &Field, told: impl Fn(i64) -> String) -> String {
    let (least, most) = rule::range(field).unwrap_or_default();
    format!("{} {} {}", told(least), words.to, told(most))
}

/// `CORR 12 T45`: the first number of the example, as one would send it again.
fn correction(pack: &Pack, flow: &Flow, command: &str) -> String {
    let values = example::values(pack, flow, &flow.example).unwrap_or_default();
    let first = flow.fields.iter().find_map(|field| match (&field.kind, values.get(&field.label)) {
        (FieldKind::Integer { .. } | FieldKind::Money { .. }, Some(Value::Number(number))) => {
            Some(format!(" {}{number}", field.label))
        }
        _ => None,
    });
    format!("{command} {SOME_RECEIPT}{}", first.unwrap_or_default())
}
