//! Look-up tables made once per pack, so that reading one SMS compares words and does nothing else.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::base::text::fold;
use crate::flow::model::{Body, CommandKind, Field, FieldKind, Flow};

/// Reads SMS for one pack.
#[derive(Debug, Default)]
pub struct Reader {
    pub(super) flows: Vec<FlowTable>,
    pub(super) openers: HashMap<String, Opener>,
    /// Words a mistyped first word may have been meant for, as typed in our texts.
    pub(super) meant: Vec<(String, Opener)>,
    /// Courtesies by their first word; each as its folded words.
    courtesies: HashMap<String, Vec<Vec<String>>>,
    /// Bytes of the longest opener.
    pub(super) opener_bytes_max: usize,
    /// Flows with fields for some roles only, as each of these roles knows them, and as all others do.
    narrowed: HashMap<String, Narrowed>,
}

/// One flow as people of different roles know it.
#[derive(Debug)]
struct Narrowed {
    by_role: BTreeMap<String, Arc<Flow>>,
    others: Arc<Flow>,
}

/// What a first word opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opener {
    /// A report, by the rank of its flow.
    Report(usize),
    /// A report, if its sender says so.
    Twin(usize),
    /// A command.
    Command(CommandKind),
}

/// Words of one flow.
#[derive(Debug)]
pub(super) struct FlowTable {
    pub flow: Arc<Flow>,
    pub labels: HashMap<String, Target>,
    /// Words that set a value alone.
    pub bare: HashMap<String, Bare>,
    /// Bytes of the longest label or bare word.
    pub bytes_max: usize,
    /// Fields a bare row of numbers fills, in order.
    pub positional: Vec<usize>,
}

/// What a label sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A field by its rank.
    Field(usize),
    /// The reference date, in a flow without a field for it.
    ReferenceDate,
}

/// What a word without a label sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bare {
    /// Rank of the field.
    pub field: usize,
    /// Values it may stand for; with several, its sender is asked.
    pub values: Vec<String>,
}

/// Words for the reference date in any flow; `D` too where it is free.
const DATE_WORDS: [&str; 1] = ["date"];
const SHORT_DATE_WORD: &str = "d";

impl Reader {
    /// The tables of a pack's words.
    pub fn new(
        flows: &[Arc<Flow>],
        bodies: &[Body],
        commands: &std::collections::BTreeMap<CommandKind, Vec<String>>,
        courtesies: &[String],
    ) -> Reader {
        let mut reader = Reader::default();
        for (rank, flow) in flows.iter().enumerate() {
            reader.flows.push(FlowTable::of(flow, bodies));
            let roles = flow.field_roles();
            if !roles.is_empty() {
                let by_role = roles.iter().map(|role| ((*role).to_owned(), Arc::new(flow.narrowed(role)))).collect();
                let others = Arc::new(flow.narrowed(""));
                reader.narrowed.insert(flow.id.clone(), Narrowed { by_role, others });
            }
            for word in std::iter::once(&flow.keyword).chain(&flow.aliases) {
                reader.open(word, Opener::Report(rank), true);
            }
        }
        for (kind, words) in commands {
            for word in words {
                reader.open(word, Opener::Command(*kind), true);
            }
        }
        for (rank, flow) in flows.iter().enumerate() {
            for word in &flow.twins {
                reader.open(word, Opener::Twin(rank), false);
            }
        }
        for courtesy in courtesies {
            let folded = fold(courtesy);
            let words: Vec<String> =
                folded.split(|character: char| !character.is_alphanumeric()).map(str::to_owned).collect();
            let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
            if let Some(first) = words.first() {
                reader.courtesies.entry(first.clone()).or_default().push(words);
            }
        }
        for phrases in reader.courtesies.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        }
        reader
    }

    /// The first meaning of a word stands: keywords before commands before twins.
    fn open(&mut self, word: &str, opener: Opener, can_be_meant: bool) {
        let folded = fold(word);
        self.opener_bytes_max = self.opener_bytes_max.max(folded.len());
        if can_be_meant {
            self.meant.push((folded.clone(), opener));
        }
        self.openers.entry(folded).or_insert(opener);
    }

    /// The flow as people of `role` know it; `None` where everyone knows it alike.
    pub fn narrowed(&self, flow: &str, role: &str) -> Option<&Arc<Flow>> {
        let narrowed = self.narrowed.get(flow)?;
        Some(narrowed.by_role.get(role).unwrap_or(&narrowed.others))
    }

    pub(super) fn table(&self, flow: &str) -> Option<&FlowTable> {
        self.flows.iter().find(|table| table.flow.id == flow)
    }

    /// How many of the words from `first` on are a courtesy.
    pub(super) fn courtesy(&self, words: &super::word::Words, first: usize) -> usize {
        let Some(phrases) = self.courtesies.get(words.folded(first)) else { return 0 };
        let said = |phrase: &&Vec<String>| {
            phrase.iter().enumerate().all(|(offset, word)| words.folded(first + offset) == word)
        };
        phrases.iter().find(said).map_or(0, Vec::len)
    }

    /// The command a word is.
    pub(super) fn command(&self, word: &str) -> Option<CommandKind> {
        match self.openers.get(word) {
            Some(Opener::Command(kind)) => Some(*kind),
            _ => None,
        }
    }
}

impl FlowTable {
    fn of(flow: &Arc<Flow>, bodies: &[Body]) -> FlowTable {
        let mut table = FlowTable {
            flow: Arc::clone(flow),
            labels: HashMap::new(),
            bare: HashMap::new(),
            bytes_max: 0,
            positional: flow
                .fields
                .iter()
                .enumerate()
                .filter(|(_, field)| field.required && field.when.is_none() && takes_bare_number(field))
                .map(|(rank, _)| rank)
                .collect(),
        };
        for (rank, field) in flow.fields.iter().enumerate() {
            table.labels.insert(fold(&field.label), Target::Field(rank));
        }
        for (rank, field) in flow.fields.iter().enumerate() {
            table.add_bare_words(rank, field, bodies);
        }
        for (rank, field) in flow.fields.iter().enumerate() {
            for word in &field.words {
                table.labels.entry(fold(word)).or_insert(Target::Field(rank));
            }
        }
        table.add_plurals();
        let date = flow.fields.iter().position(|field| matches!(field.kind, FieldKind::Date { .. }));
        let date = date.map_or(Target::ReferenceDate, Target::Field);
        for word in DATE_WORDS {
            table.labels.entry(word.to_owned()).or_insert(date);
        }
        if !table.bare.contains_key(SHORT_DATE_WORD) {
            table.labels.entry(SHORT_DATE_WORD.to_owned()).or_insert(date);
        }
        table.bytes_max = table.labels.keys().chain(table.bare.keys()).map(String::len).max().unwrap_or(0);
        table
    }

    fn add_bare_words(&mut self, rank: usize, field: &Field, bodies: &[Body]) {
        for (word, value) in &field.bare_words {
            self.bare.entry(fold(word)).or_insert(Bare { field: rank, values: vec![value.clone()] });
        }
        for (word, values) in &field.asked_words {
            self.bare.entry(fold(word)).or_insert(Bare { field: rank, values: values.clone() });
        }
        if field.kind == FieldKind::Body && field.bare_words.is_empty() {
            for body in bodies {
                self.bare.entry(fold(&body.word)).or_insert(Bare { field: rank, values: vec![body.id.clone()] });
            }
        }
    }

    /// `fille` for `filles` and the other way round, where no other word of the flow is meant by it.
    fn add_plurals(&mut self) {
        let long: Vec<(String, Target)> = self
            .labels
            .iter()
            .filter(|(word, _)| word.len() > 2)
            .map(|(word, target)| (word.clone(), *target))
            .collect();
        for (word, target) in long {
            let other = word.strip_suffix('s').map_or_else(|| format!("{word}s"), str::to_owned);
            if !self.bare.contains_key(&other) {
                self.labels.entry(other).or_insert(target);
            }
        }
    }

    pub(super) fn field(&self, rank: usize) -> &Field {
        &self.flow.fields[rank]
    }
}

/// True for fields a number without label can fill.
fn takes_bare_number(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Integer { .. } | FieldKind::Money { .. } | FieldKind::YesNo => true,
        FieldKind::Choice { options } => options.iter().all(|option| super::number::is_digits(&option.id)),
        _ => false,
    }
}
