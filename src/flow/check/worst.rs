//! The longest thing each name in a system text can stand for: what message lengths are proved with.
//!
//! Which text is given which names is the dialogue's own table (`dialogue::says`). A name without a line here renders as
//! nothing, and the test below refuses that.

use std::sync::Arc;

use super::super::dialogue::officer::SENDER_SEPTETS_MAX;
use super::super::dialogue::says::Say;
use super::super::model::{CommandKind, Field, FieldKind, Flow, Pack};
use super::super::read::limits::{AGENT_CODES_TOLD_MAX, DATE_AGE_DAYS_MAX, ECHO_SEPTETS_MAX, NEAR_WORDS_TOLD_MAX};
use super::super::rule;
use super::super::text::{Scope, TextError};
use super::variants::{Names, scope};
use crate::base::{Language, PeriodKind, gsm7};

/// Largest receipt number a reply shows: five digits, a report a day for two centuries.
const RECEIPT_MAX: i64 = 99_999;
/// Numbers one SMS can hold, and faults it can have.
const COUNT_MAX: i64 = 999;
/// Revisions of one report.
const REVISION_MAX: i64 = 99;
/// The longest agent code the people file takes.
const AGENT: &str = "AGENT9";
/// Initials of a name in three parts.
const INITIALS: &str = "M. M. M.";
/// A year, told when it is not the present one.
const YEAR: &str = "2025";
/// A day.
const DAY: &str = "31/12";
/// What one headline figure takes: further ones are told where there is room.
const ROWS: &str = "Dépistés 99 999 999";
/// The longest figure, and its name.
const FIGURE: &str = "99 999 999";
const FIGURE_NAME: &str = "Dépistés";
/// Places named in one answer to an officer, and with their codes at the least.
const PLACES_TOLD: usize = 3;
const PLACES_WITH_CODE_TOLD: usize = 2;
/// The longest code of a place.
const PLACE_CODE: &str = "ML99999999";

/// The longest values in one language.
pub(super) struct Worst<'p> {
    pub pack: &'p Pack,
    pub language: Language,
    /// The place of the pack with the longest name, in GSM-7.
    pub place: &'p str,
}

/// The place of the pack with the longest name, written in GSM-7.
pub(super) fn longest_place(pack: &Pack) -> String {
    let mut reader = csv::Reader::from_reader(pack.places.as_bytes());
    let column = reader.headers().ok().and_then(|headers| headers.iter().position(|header| header == "name"));
    let names = reader.records().flatten().filter_map(|row| row.get(column?).map(gsm7::plain));
    longest(names)
}

/// The text that takes most room. Where one of them has a letter that GSM-7 lacks, it is one with such a letter: beside
/// others it counts by its length, and by what the letter costs them all.
pub(super) fn longest(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().reduce(worse).unwrap_or_default()
}

/// The longer of two texts, with the costly letter of either.
pub(super) fn worse(one: String, other: String) -> String {
    let letter = gsm7::first_outside(&one).or_else(|| gsm7::first_outside(&other));
    let units = |text: &str| gsm7::size(text).units;
    let mut longer = if units(&other) >= units(&one) { other } else { one };
    if let Some(letter) = letter.filter(|_| gsm7::first_outside(&longer).is_none()) {
        longer.pop();
        longer.push(letter);
    }
    longer
}

/// How bad a text is for one SMS: its parts first, then a letter that costs half the message, then its length.
pub(super) fn weight(text: &str) -> (usize, bool, usize) {
    let size = gsm7::size(text);
    (size.parts, size.encoding == gsm7::Encoding::Ucs2, size.units)
}

impl Worst<'_> {
    /// What texts of `flow` are given beside its values.
    pub fn of_flow(&self, flow: &Arc<Flow>) -> Names {
        let flows = std::slice::from_ref(flow);
        ["keyword", "receipt", "place", "body", "period", "date", "agent"]
            .map(|name| (name.to_owned(), self.value("", name, flows)))
            .to_vec()
    }

    /// The system text `say` about any of `flows` at its longest, `parts` standing for what the caller fills in itself.
    ///
    /// # Errors
    /// What the text cannot say.
    pub fn say(&self, say: &Say, flows: &[Arc<Flow>], parts: &[(&str, &str)]) -> Result<String, TextError> {
        let value = |name: &&str| match parts.iter().find(|(part, _)| part == name) {
            Some((_, text)) => text.parse::<i64>().map_or_else(|_| Scope::from(*text), Scope::from),
            None => self.value(say.name, name, flows),
        };
        let names: Names = say.given.iter().map(|name| ((*name).to_owned(), value(name))).collect();
        self.pack.texts.say(&format!("say.{}", say.name), self.language, scope(names))
    }

    /// The longest value of `name` in `text`: numbers as numbers, so that texts may compare them.
    fn value(&self, text: &str, name: &str, flows: &[Arc<Flow>]) -> Scope {
        let fields = || flows.iter().flat_map(|flow| &flow.fields);
        match (name, text) {
            ("receipt" | "received" | "reporting" | "owing" | "silent", _) => Scope::from(RECEIPT_MAX),
            ("earlier" | "stopped" | "others", _) => Scope::from(COUNT_MAX),
            ("today", _) => Scope::from(false),
            ("late", _) => Scope::from(true),
            ("revision", _) => Scope::from(REVISION_MAX),
            ("number", "period_year") => Scope::from(2026),
            ("number", "period_month") => Scope::from(12),
            ("number", text) if text.starts_with("period_") => Scope::from(53),
            ("number", "missing" | "missing_short") => Scope::from(1),
            ("number", _) => Scope::from(RECEIPT_MAX),
            ("got" | "count", _) | ("expected", "fault_count") => Scope::from(COUNT_MAX),
            ("expected", _) => Scope::from(RECEIPT_MAX),
            ("min" | "max" | "soft_max", _) | ("value", "above_soft") => {
                let bounds = fields().filter_map(rule::range).flat_map(|(min, max)| [min, max]);
                Scope::from(bounds.max_by_key(|bound| bound.to_string().len()).unwrap_or_default())
            }
            ("days", _) => {
                let ages = fields().filter_map(|field| match field.kind {
                    FieldKind::Date { max_age_days } => Some(max_age_days),
                    _ => None,
                });
                Scope::from(ages.chain([DATE_AGE_DAYS_MAX]).max().unwrap_or_default())
            }
            _ => Scope::from(self.words(text, name, flows)),
        }
    }

    /// A field's short name.
    pub fn field_name(&self, field: &Field) -> String {
        field.name.get(self.language).to_owned()
    }

    /// One value of a report as it is typed, `T2000`.
    pub fn value_of(&self, flow: &Flow) -> String {
        longest(flow.fields.iter().map(typed))
    }

    /// One changed value, `T 2000>2000`.
    pub fn change(&self, flows: &[Arc<Flow>]) -> String {
        let fields = flows.iter().flat_map(|flow| &flow.fields);
        longest(fields.map(|field| format!("{} {1}>{1}", field.label, largest(field))))
    }

    /// What the answers to questions are given, which may be about a period of any kind; and what other texts stand for.
    fn of_answers(&self, text: &str, name: &str) -> Option<String> {
        let is_answer = ["summary", "silent", "remind", "info"].iter().any(|begin| text.starts_with(begin));
        let said = |text: &str| {
            self.pack.texts.say(&format!("say.{text}"), self.language, scope(Vec::new())).unwrap_or_default()
        };
        match (text, name) {
            ("remind_report", "period") => None,
            (_, "period") | ("remind_missed", "from" | "to") if is_answer => {
                Some(longest(PeriodKind::ALL.map(|kind| self.period(kind))))
            }
            ("info", "state") => Some(longest(["info_held", "info_not_held", "info_silent"].map(said))),
            (_, "state") => Some(longest(
                ["counted", "waits", "proposed", "cancelled"].map(|state| said(&format!("ussd_mine_{state}"))),
            )),
            // As many as fit: one at the least, with what was approved of it.
            ("summary", "rows") => {
                let figures = ["figure", "closed"].map(|name| (name.to_owned(), Scope::from(FIGURE))).to_vec();
                let told = self.pack.texts.say("say.summary_closed", self.language, scope(figures)).unwrap_or_default();
                Some(longest([ROWS.to_owned(), format!("{FIGURE_NAME} {told}")]))
            }
            ("summary_closed", "figure" | "closed") => Some(FIGURE.to_owned()),
            // As many as fit: one at the least.
            ("silent", "rows") => Some(longest([self.place.to_owned(), self.role()])),
            ("remind_missed", "rows") => Some(format!("{} {}", self.role(), self.place)),
            _ => None,
        }
    }

    fn words(&self, text: &str, name: &str, flows: &[Arc<Flow>]) -> String {
        if let Some(words) = self.of_answers(text, name) {
            return words;
        }
        let of_flows = |word: &dyn Fn(&Arc<Flow>) -> String| longest(flows.iter().map(word));
        let of_fields = |word: &dyn Fn(&Field) -> String| of_flows(&|flow| longest(flow.fields.iter().map(word)));
        match name {
            "keyword" => of_flows(&|flow| flow.keyword.clone()),
            "title" => of_flows(&|flow| flow.title.get(self.language).to_owned()),
            "place" => self.place.to_owned(),
            "body" => longest(self.pack.bodies.iter().map(|body| body.name.get(self.language).to_owned())),
            "period" => of_flows(&|flow| self.period(flow.cadence.unwrap_or(PeriodKind::Day))),
            "date" | "due" => DAY.to_owned(),
            "from" | "to" => format!("{DAY}/{YEAR}"),
            "year" => YEAR.to_owned(),
            "agent" | "code" => AGENT.to_owned(),
            "digits" => "0".repeat(6),
            "codes" => [AGENT; AGENT_CODES_TOLD_MAX].join(", "),
            "initials" => INITIALS.to_owned(),
            "label" => of_fields(&|field| field.label.clone()),
            "name" => of_fields(&|field| self.field_name(field)),
            "labels" if text == "nothing_changed" || text == "drops" => {
                of_flows(&|flow| joined(flow, |_| true, |f| f.label.clone()))
            }
            "labels" | "missing" => of_flows(&|flow| joined(flow, |field| field.required, |f| f.label.clone())),
            "example" if text.starts_with("missing_short") => of_fields(&typed),
            "example" => of_flows(&|flow| flow.example.clone()),
            "read" => of_flows(&|flow| joined(flow, |_| true, typed)),
            "swapped" => of_flows(&|flow| {
                let pairs = flow.checks.iter().filter_map(|check| check.offer_swap.clone());
                longest(pairs.map(|(one, other)| joined(flow, |f| f.label == one || f.label == other, typed)))
            }),
            "changes" => self.change(flows),
            "values" => of_fields(&typed),
            "options" => of_fields(&|field| options(field, text)),
            "word" | "typed" | "value" | "first" | "second" => "M".repeat(ECHO_SEPTETS_MAX),
            "command" => longest(self.pack.commands.keys().map(|kind| self.pack.command_word(*kind).to_owned())),
            // As many as fit: one at the least.
            "choices" if text == "which_area" => format!("1 {}", self.place),
            "words" if text.starts_with("language_") => {
                let command = self.pack.command_word(CommandKind::Language);
                let word = |language: &Language| format!("{command} {language}");
                self.pack.languages.iter().map(word).collect::<Vec<_>>().join(", ")
            }
            "words" => self.known_words(text),
            "choices" => {
                let keyword = of_flows(&|flow| flow.keyword.clone());
                [1, 2].map(|rank| format!("{rank} {keyword} {} {DAY}", self.place)).join(", ")
            }
            "language" => longest(self.pack.languages.iter().map(ToString::to_string)),
            "sender" => "M".repeat(SENDER_SEPTETS_MAX),
            "reason" => "M".repeat(ECHO_SEPTETS_MAX),
            "unit" => longest(self.pack.levels.iter().map(|level| gsm7::plain(level.plural.get(self.language)))),
            "percent" | "on_time" => "100%".to_owned(),
            "rows" => ROWS.to_owned(),
            _ => self.words_of_officers(name, flows),
        }
    }

    /// What stands in the texts about approvals and alerts.
    fn words_of_officers(&self, name: &str, flows: &[Arc<Flow>]) -> String {
        match name {
            "area" => self.place.to_owned(),
            "mine" => "1".to_owned(),
            "age" => "999 min".to_owned(),
            // As many as fit: one at the least, and how many more there are.
            "list" => {
                let others = Say::find("others").and_then(|say| self.say(say, flows, &[]).ok()).unwrap_or_default();
                format!(
                    "{RECEIPT_MAX} {} {} 999 min {others}",
                    longest(flows.iter().map(|flow| flow.keyword.clone())),
                    self.place
                )
            }
            "role" => self.role(),
            "who" => format!("{}, {}", self.role(), self.place),
            "subject" => {
                let keyword = longest(self.pack.flows.iter().map(|flow| flow.keyword.clone()));
                format!("{} {keyword}", self.pack.command_word(CommandKind::Correct))
            }
            _ => String::new(),
        }
    }

    fn role(&self) -> String {
        longest(self.pack.roles.iter().map(|role| role.name.get(self.language).to_owned()))
    }

    /// Words someone is offered: keywords, words one slip away, places.
    fn known_words(&self, text: &str) -> String {
        match text {
            "near_words" => {
                let known = self.pack.flows.iter().flat_map(|flow| flow.aliases.iter().chain([&flow.keyword]));
                let word = longest(known.chain(self.pack.commands.values().flatten()).cloned());
                vec![word; NEAR_WORDS_TOLD_MAX].join(", ")
            }
            "summary_unknown_place" => [self.place; PLACES_TOLD].join(", "),
            "summary_which_place" => vec![format!("{} ({PLACE_CODE})", self.place); PLACES_WITH_CODE_TOLD].join(", "),
            // What one role may send: nobody has them all.
            _ => {
                let of_role = |role: &str| {
                    let open = self.pack.flows.iter().filter(|flow| flow.open_to(role));
                    open.map(|flow| flow.keyword.as_str()).collect::<Vec<_>>().join(", ")
                };
                longest(self.pack.roles.iter().map(|role| of_role(&role.id)))
            }
        }
    }

    /// The longest way the pack's own words name a period of this kind. A text that fails is told where it stands.
    fn period(&self, kind: PeriodKind) -> String {
        let name = format!("period_{}", kind.word());
        let number = self.value(&name, "number", &[]);
        let names = [("date", Scope::from(DAY)), ("number", number), ("year", Scope::from(YEAR))];
        let names = names.map(|(name, value)| (name.to_owned(), value)).to_vec();
        self.pack.texts.say(&format!("say.{name}"), self.language, scope(names)).unwrap_or_default()
    }
}

/// What `word` makes of the fields that `takes`, in field order.
fn joined(flow: &Flow, takes: impl Fn(&Field) -> bool, word: impl Fn(&Field) -> String) -> String {
    flow.fields.iter().filter(|field| takes(field)).map(word).collect::<Vec<_>>().join(" ")
}

/// A value as it is typed, at its longest.
fn typed(field: &Field) -> String {
    match (&field.kind, field.bare_words.is_empty()) {
        (FieldKind::Body, _) => largest(field),
        (_, true) => format!("{}{}", field.label, largest(field)),
        (_, false) => longest([format!("{}{}", field.label, largest(field)), bare(field)]),
    }
}

fn bare(field: &Field) -> String {
    longest(field.bare_words.iter().map(|(word, _)| word.clone()))
}

fn largest(field: &Field) -> String {
    match &field.kind {
        FieldKind::Integer { min, max, .. } | FieldKind::Money { min, max } => {
            longest([min.to_string(), max.to_string()])
        }
        FieldKind::Decimal { min, max, .. } => format!("{}.", longest([min.to_string(), max.to_string()])),
        FieldKind::Date { .. } => "3112".to_owned(),
        FieldKind::Choice { options } => longest(options.iter().map(|option| option.id.clone())),
        FieldKind::YesNo => "1".to_owned(),
        FieldKind::Body => bare(field),
        FieldKind::Text { max_chars } => "M".repeat(*max_chars),
        FieldKind::Place => PLACE_CODE.to_owned(),
    }
}

/// What a choice offers, or the values a word could stand for, as `text` lists them.
pub(super) fn options(field: &Field, text: &str) -> String {
    let asked = field.asked_words.iter().map(|(_, values)| values.join(", "));
    match &field.kind {
        FieldKind::Choice { options } if text != "fault_which_word" => {
            options.iter().map(|option| option.id.as_str()).collect::<Vec<_>>().join(", ")
        }
        _ => longest(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::dialogue::says::SAYS;
    use super::*;
    use crate::flow::read::sample;

    #[test]
    fn every_name_has_its_longest_value() {
        let pack = Pack { levels: levels(), ..sample::pack() };
        let worst = Worst { pack: &pack, language: Language::FRENCH, place: "Sokourani Missirikoro" };
        for say in SAYS {
            for name in say.given.iter().filter(|name| !matches!(**name, "head" | "content" | "reasons")) {
                let value = worst.value(say.name, name, &pack.flows).to_string();
                assert!(!value.is_empty(), "{}: nothing is known of {name}", say.name);
            }
        }
    }

    fn levels() -> Vec<crate::flow::model::Level> {
        let name = crate::flow::model::Wording([(Language::FRENCH, "communes".to_owned())].into());
        vec![crate::flow::model::Level { id: "commune".into(), name: name.clone(), plural: name }]
    }
}
