//! Words of the page of places and periods that no other page has.

use crate::base::{Language, Period, PeriodKind};

/// The words of a language.
pub struct MatrixWords {
    /// Title, before the report type.
    pub title: &'static str,
    /// What is to be seen.
    pub help: &'static str,
    /// Heading of the legend.
    pub legend: &'static str,
    /// Letter, word and meaning of each state, in the order of [`STATES`].
    pub states: [(&'static str, &'static str, &'static str); 7],
    /// Before the per cent of a cell with several that owe.
    pub percent: &'static str,
    /// Said of columns that are not over.
    pub under_way: &'static str,
    /// Links to older and newer columns.
    pub older: &'static str,
    /// Newer ones.
    pub newer: &'static str,
    /// Back to the page of the place.
    pub figures: &'static str,
    week: &'static str,
    months: [&'static str; 12],
    quarter: &'static str,
}

/// The states as the view calls them, in the order of the legend.
pub const STATES: [&str; 7] = ["silent", "partly", "zero", "not_held", "late", "on_time", "nothing_owed"];

impl MatrixWords {
    /// A period as the narrow head of a column: number or month, and year.
    pub fn short(&self, period: Period) -> (String, String) {
        let number = match period.kind() {
            PeriodKind::Month => {
                let index = usize::try_from(period.number() - 1).unwrap_or(0);
                self.months[index.min(11)].to_owned()
            }
            PeriodKind::Week => format!("{}{}", self.week, period.number()),
            PeriodKind::Quarter => format!("{}{}", self.quarter, period.number()),
            PeriodKind::Day | PeriodKind::Year => period.number().to_string(),
        };
        (number, period.year().to_string())
    }
}

/// The words for `language`: English where asked for, French for all others.
pub fn matrix_words(language: Language) -> &'static MatrixWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: MatrixWords = MatrixWords {
    title: "Complétude par période",
    help: "Une ligne par lieu, une colonne par période. La lettre dit l’état, avec ou sans couleur.",
    legend: "Ce que disent les lettres",
    states: [
        ("M", "muet", "attendu, et rien n’est arrivé"),
        ("P", "en partie", "arrivé de quelques-uns seulement : incomplet"),
        ("Z", "zéro", "tout est arrivé, et tout est déclaré sans activité"),
        ("N", "non tenu", "réunion non tenue, avec son motif"),
        ("R", "en retard", "tout est arrivé, dont une part après l’échéance"),
        ("T", "à temps", "tout est arrivé à l’échéance"),
        ("-", "rien d’attendu", "personne ne devait ce rapport"),
    ],
    percent: "Le pourcentage : reçus sur attendus, là où plusieurs doivent le rapport.",
    under_way: "en cours",
    older: "Plus ancien",
    newer: "Plus récent",
    figures: "Chiffres du lieu",
    week: "S",
    months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    quarter: "T",
};

static ENGLISH: MatrixWords = MatrixWords {
    title: "Completeness by period",
    help: "A row for each place, a column for each period. The letter says the state, with or without colour.",
    legend: "What the letters say",
    states: [
        ("S", "silent", "expected, and nothing came"),
        ("P", "partly", "came from some only: incomplete"),
        ("Z", "zero", "all of it came, and all of it declares no activity"),
        ("N", "not held", "meeting not held, with its reason"),
        ("L", "late", "all of it came, some after the day due"),
        ("T", "on time", "all of it came by the day due"),
        ("-", "nothing expected", "nobody owed this report"),
    ],
    percent: "The percentage: received of expected, where several owe the report.",
    under_way: "under way",
    older: "Older",
    newer: "Newer",
    figures: "Figures of the place",
    week: "W",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    quarter: "Q",
};
