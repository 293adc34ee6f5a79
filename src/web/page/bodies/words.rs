//! The words of the page of bodies, one table for each language.

use crate::base::Language;

/// The words of a language. `{n}` stands for a number, `{t}` for how many there are, `{b}` for a body, `{p}` for a place, `{r}`
/// for a reason, `{d}` for days. Pairs are one and several.
pub(in crate::web::page) struct BodyWords {
    /// Title.
    pub title: &'static str,
    /// The question the page answers.
    pub question: &'static str,
    /// Where no body sits here.
    pub nobody: &'static str,
    /// Said of a quarter that may still be told of.
    pub until: &'static str,
    /// How many met.
    pub held: [&'static str; 2],
    /// How many said why they did not.
    pub not_held: [&'static str; 2],
    /// How many said nothing.
    pub silent: [&'static str; 2],
    /// Between the three.
    pub semicolon: &'static str,
    /// One body alone: held, not held, silent.
    pub alone: [&'static str; 3],
    /// One body, or all, where nothing was owed yet.
    pub not_owed: &'static str,
    /// Where no reason was given.
    pub no_reason: &'static str,
    /// Heading of the matrix.
    pub year: &'static str,
    /// What its signs mean.
    pub legend: &'static str,
    /// Column of bodies.
    pub body: &'static str,
    /// Before the number of a quarter.
    pub quarter: &'static str,
    /// A cell: held, not held, silent, nothing owed.
    pub states: [&'static str; 4],
    /// A cell of several places: `{h}` held, `{x}` not held, `{s}` silent.
    pub counted: &'static str,
    /// Heading of the rows of a place.
    pub group: &'static str,
    /// Heading of the reasons.
    pub reasons: &'static str,
    /// Where none was given all year.
    pub no_reasons: &'static str,
    /// Columns of the reasons: reason, this quarter, four quarters.
    pub reason_columns: [&'static str; 3],
    /// Heading of the meetings.
    pub meetings: &'static str,
    /// Where nobody met.
    pub no_meetings: &'static str,
    /// Column of days.
    pub days: &'static str,
    /// Row of all meetings of a body.
    pub together: &'static str,
    /// Links.
    pub figures: &'static str,
    /// The quarterly report.
    pub report: &'static str,
}

/// The words for `language`: English where asked for, French for all others.
pub(in crate::web::page) fn body_words(language: Language) -> &'static BodyWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: BodyWords = BodyWords {
    title: "Réunions des comités",
    question: "Les comités se réunissent-ils ?",
    nobody: "Aucun comité ne siège ici.",
    until: "Trimestre en cours : une réunion, ou son motif de non-tenue, peut encore être annoncée. À temps jusqu’au {d}.",
    held: ["{n} {b} sur {t} s’est réuni", "{n} {b} sur {t} se sont réunis"],
    not_held: ["{n} ne s’est pas réuni et a dit pourquoi", "{n} ne se sont pas réunis et ont dit pourquoi"],
    silent: ["{n} n’a rien dit", "{n} n’ont rien dit"],
    semicolon: "\u{a0};",
    alone: [
        "Le {b} s’est réuni : {d}.",
        "Le {b} ne s’est pas réuni. Motif : {r}.",
        "Le {b} n’a rien dit : ni réunion, ni motif.",
    ],
    not_owed: "Rien n’était encore attendu : {b}.",
    no_reason: "motif non précisé",
    year: "Quatre trimestres",
    legend: "✓ tenue. ✕ non tenue, avec le motif donné. – muet : rien n’a été dit, ni réunion ni motif.",
    body: "Comité",
    quarter: "T",
    states: ["tenue", "non tenue : {r}", "muet", "rien d’attendu"],
    counted: "✓\u{a0}{h} · ✕\u{a0}{x} · –\u{a0}{s}",
    group: "{p} : {n} comités sur {t} réunis ce trimestre",
    reasons: "Pourquoi on ne s’est pas réuni",
    no_reasons: "Aucun motif de non-tenue n’a été donné depuis quatre trimestres.",
    reason_columns: ["Motif", "Ce trimestre", "Quatre trimestres"],
    meetings: "Ce que les réunions du trimestre ont donné",
    no_meetings: "Aucune réunion n’a été annoncée pour ce trimestre.",
    days: "Jour",
    together: "Ensemble",
    figures: "Chiffres du lieu",
    report: "Rapport trimestriel",
};

static ENGLISH: BodyWords = BodyWords {
    title: "Meetings of the committees",
    question: "Do the committees meet?",
    nobody: "No committee sits here.",
    until: "Under way: a meeting, or why it was not held, can still be reported. On time until {d}.",
    held: ["{n} of {t} {b} met", "{n} of {t} {b} met"],
    not_held: ["{n} did not and said why", "{n} did not and said why"],
    silent: ["{n} said nothing", "{n} said nothing"],
    semicolon: ";",
    alone: ["The {b} met: {d}.", "The {b} did not meet. Reason: {r}.", "The {b} said nothing: no meeting, no reason."],
    not_owed: "Nothing was owed yet: {b}.",
    no_reason: "no reason given",
    year: "Four quarters",
    legend: "✓ held. ✕ not held, with the reason given. – silent: nothing was said, no meeting and no reason.",
    body: "Committee",
    quarter: "Q",
    states: ["held", "not held: {r}", "silent", "nothing owed"],
    counted: "✓\u{a0}{h} · ✕\u{a0}{x} · –\u{a0}{s}",
    group: "{p}: {n} of {t} committees met this quarter",
    reasons: "Why they did not meet",
    no_reasons: "No reason for a meeting not held was given in four quarters.",
    reason_columns: ["Reason", "This quarter", "Four quarters"],
    meetings: "What the quarter’s meetings brought",
    no_meetings: "No meeting was reported for this quarter.",
    days: "Day",
    together: "Together",
    figures: "Figures of the place",
    report: "Quarterly report",
};
