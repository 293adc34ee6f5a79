//! The ways a text is spoilt, by the error kinds of the corpus. Each makes one text of a sound one; what must hold of it
//! stands in `tests/mutations.rs`.

use relais::flow::model::{FieldKind, Flow};
use relais::flow::rule;

/// A report as typed: its keyword and its words.
#[derive(Clone, Debug)]
pub struct Typed {
    pub keyword: String,
    pub items: Vec<String>,
}

/// One way to spoil it.
pub struct Mutation {
    pub kind: &'static str,
    /// True where it may be applied on top of the others.
    pub stacks: bool,
    pub apply: fn(&Flow, &Typed) -> String,
}

const fn mutation(kind: &'static str, stacks: bool, apply: fn(&Flow, &Typed) -> String) -> Mutation {
    Mutation { kind, stacks, apply }
}

impl Typed {
    /// Takes a text apart at its blanks.
    pub fn of(text: &str) -> Typed {
        let mut words = text.split_whitespace().map(str::to_owned);
        Typed { keyword: words.next().unwrap_or_default(), items: words.collect() }
    }

    pub fn text(&self) -> String {
        self.joined(" ")
    }

    /// Keyword and items with `between` everywhere.
    pub fn joined(&self, between: &str) -> String {
        std::iter::once(&self.keyword).chain(&self.items).map(String::as_str).collect::<Vec<_>>().join(between)
    }

    /// Where the item `label` and a number stands.
    pub fn item(&self, label: &str) -> Option<usize> {
        self.items.iter().position(|item| parts(item).is_some_and(|(found, _)| found == label))
    }

    pub fn set(&mut self, label: &str, value: &str) {
        if let Some(at) = self.item(label) {
            self.items[at] = format!("{label}{value}");
        }
    }

    /// Every item by `change` of its label and number; others stay.
    fn each(&self, change: impl Fn(&str, &str) -> String) -> Typed {
        let changed = |item: &String| parts(item).map_or_else(|| item.clone(), |(label, number)| change(label, number));
        Typed { items: self.items.iter().map(changed).collect(), ..self.clone() }
    }

    /// The first item of a whole-number field by `change` of its label and number.
    fn first_number(&self, flow: &Flow, change: impl Fn(&str, &str) -> String) -> String {
        let mut typed = self.clone();
        if let Some(label) = whole_numbers(flow, self).first() {
            let at = self.item(label).expect("it was found there");
            let (label, number) = parts(&self.items[at]).expect("it has both");
            typed.items[at] = change(label, number);
        }
        typed.text()
    }
}

/// Label and number of an item such as `T45`.
fn parts(item: &str) -> Option<(&str, &str)> {
    let at = item.find(|character: char| character.is_ascii_digit()).filter(|at| *at > 0)?;
    let (label, number) = item.split_at(at);
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some((label, number))
}

/// Labels of whole-number fields that stand in the report and must.
fn whole_numbers(flow: &Flow, typed: &Typed) -> Vec<String> {
    let fields = flow.fields.iter().filter(|field| field.required && matches!(field.kind, FieldKind::Integer { .. }));
    fields.map(|field| field.label.clone()).filter(|label| typed.item(label).is_some()).collect()
}

/// What must be read as if nothing had happened.
pub const HARMLESS: &[Mutation] = &[
    mutation("case", true, |_, typed| typed.text().to_lowercase()),
    mutation("accents", true, |_, typed| typed.text().replace('E', "É").replace('e', "è")),
    mutation("no-break spaces", false, |_, typed| typed.joined("\u{a0}")),
    mutation("spaces", true, |_, typed| format!("  {}  ", typed.joined("   "))),
    mutation("line ends", false, |_, typed| typed.joined("\r\n")),
    mutation("tabs", false, |_, typed| typed.joined("\t")),
    mutation("commas", false, |_, typed| typed.joined(", ")),
    mutation("bare commas", false, |_, typed| typed.joined(",")),
    mutation("semicolons", false, |_, typed| typed.joined(";")),
    mutation("slashes", false, |_, typed| typed.joined("/")),
    mutation("dashes", false, |_, typed| typed.joined("-")),
    mutation("stars", false, |_, typed| format!("{}#", typed.joined("*"))),
    mutation("stray stops", false, |_, typed| format!("{}.", typed.joined(". "))),
    mutation("apostrophes", false, |_, typed| format!("'{}'", typed.text())),
    mutation("colons", true, |_, typed| typed.each(|label, number| format!("{label}:{number}")).text()),
    mutation("equals", false, |_, typed| typed.each(|label, number| format!("{label} = {number}")).text()),
    mutation("label apart", false, |_, typed| typed.each(|label, number| format!("{label} {number}")).text()),
    mutation("keyword glued", false, |_, typed| typed.text().replacen(' ', "", 1)),
    mutation("other order", false, |_, typed| {
        Typed { items: typed.items.iter().rev().cloned().collect(), ..typed.clone() }.text()
    }),
    mutation("rotated", false, |_, typed| {
        let mut items = typed.items.clone();
        items.rotate_left(1);
        Typed { items, ..typed.clone() }.text()
    }),
    mutation("invisible", true, |_, typed| typed.text().chars().flat_map(|letter| [letter, '\u{200b}']).collect()),
    mutation("direction marks", true, |_, typed| format!("\u{feff}\u{202e}{}\u{202c}", typed.text())),
    mutation("other digits", true, |_, typed| typed.text().chars().map(arabic).collect()),
    mutation("full width", false, |_, typed| typed.text().chars().map(full_width).collect()),
    mutation("greeting", true, |_, typed| format!("Bonjour chef, {} merci", typed.text())),
    mutation("Bambara greeting", true, |_, typed| format!("I ni sogoma! {} Aw ni ce.", typed.text())),
    mutation("typed twice alike", false, |_, typed| {
        let again = typed.items.last().filter(|item| parts(item).is_some()).cloned().unwrap_or_default();
        format!("{} {again}", typed.text())
    }),
    mutation("O for 0", false, |_, typed| typed.each(|label, number| format!("{label}{}", spoilt(number))).text()),
];

/// What must never be counted, and never be met with silence.
pub const HARMFUL: &[Mutation] = &[
    mutation("missing field", false, |flow, typed| {
        let mut shorter = typed.clone();
        if let Some(at) = whole_numbers(flow, typed).last().and_then(|label| typed.item(label)) {
            shorter.items.remove(at);
        }
        shorter.text()
    }),
    mutation("extra field", false, |_, typed| format!("{} ZZ4", typed.text())),
    mutation("extra word", false, |_, typed| format!("{} Aminata", typed.text())),
    mutation("word in front", false, |_, typed| format!("Fwd: {}", typed.text())),
    mutation("picture", false, |_, typed| format!("{} 👍", typed.text())),
    mutation("extra number", false, |_, typed| format!("{} 77777", typed.text())),
    mutation("out of range", false, |flow, typed| {
        let mut beyond = typed.clone();
        let label = whole_numbers(flow, typed).first().cloned().unwrap_or_default();
        let max = flow.field(&label).and_then(rule::range).map_or(0, |(_, max)| max);
        beyond.set(&label, &(max + 1).to_string());
        beyond.text()
    }),
    mutation("twice", false, |flow, typed| {
        let other = typed.first_number(flow, |label, number| format!("{label}{number} {label}{number}9"));
        other.replacen("99", "98", 1)
    }),
    mutation("decimal", false, |flow, typed| typed.first_number(flow, |label, number| format!("{label}{number},5"))),
    mutation("decimal point", false, |flow, typed| typed.first_number(flow, |l, number| format!("{l}{number}.5"))),
    mutation("negative", false, |flow, typed| typed.first_number(flow, |label, number| format!("{label}-{number}"))),
    mutation("plus", false, |flow, typed| typed.first_number(flow, |label, number| format!("{label}{number}+1"))),
    mutation("in words", false, |flow, typed| typed.first_number(flow, |label, _| format!("{label} deux"))),
    mutation("superscript", false, |flow, typed| typed.first_number(flow, |label, _| format!("{label}⁵"))),
    mutation("percent", false, |flow, typed| typed.first_number(flow, |label, number| format!("{label}{number}%"))),
    mutation("question", false, |flow, typed| typed.first_number(flow, |label, _| format!("{label}?"))),
    mutation("link", false, |_, typed| format!("{} http://a.example/T5", typed.text())),
    mutation("keyword slip", false, |_, typed| format!("X{}", typed.text())),
    mutation("keyword alone", false, |_, typed| typed.keyword.clone()),
    mutation("no keyword", false, |_, typed| typed.items.join(" ")),
    mutation("too long", false, |_, typed| format!("{} {}", typed.text(), "bla ".repeat(600))),
];

/// Digits as an Arabic keyboard types them.
fn arabic(letter: char) -> char {
    letter.to_digit(10).and_then(|digit| char::from_u32(0x660 + digit)).unwrap_or(letter)
}

fn full_width(letter: char) -> char {
    match letter {
        '!'..='~' => char::from_u32(u32::from(letter) - 0x20 + 0xff00).unwrap_or(letter),
        ' ' => '\u{3000}',
        other => other,
    }
}

/// O for 0 and l for 1 where another digit stands before them: inside a number.
fn spoilt(number: &str) -> String {
    let (first, rest) = number.split_at(1);
    format!("{first}{}", rest.replace('0', "O").replace('1', "l"))
}
