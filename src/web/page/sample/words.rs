//! Words of the page of a sample that no other page has.

use crate::base::Language;

/// The words of a language.
pub struct SampleWords {
    /// Title.
    pub title: &'static str,
    /// How to use it.
    pub help: &'static str,
    /// What it was drawn from: `{n}` of `{m}`, by `{s}`.
    pub drawn: &'static str,
    /// Nothing to draw from.
    pub nothing: &'static str,
    /// Too many to draw from.
    pub too_many: &'static str,
    /// Fields of the form.
    pub count: &'static str,
    /// What chance is made from.
    pub seed: &'static str,
    /// Button.
    pub draw: &'static str,
    /// Columns: what the report says.
    pub receipt: &'static str,
    /// The day.
    pub day: &'static str,
    /// Who sent it.
    pub sender: &'static str,
    /// Which of the two lines of a report.
    pub source: &'static str,
    /// The line of what was reported.
    pub reported: &'static str,
    /// The empty line.
    pub register: &'static str,
    /// The last column.
    pub remark: &'static str,
    /// Lines to sign on.
    pub sign: &'static str,
}

/// The words for `language`: English where asked for, French for all others.
pub fn sample_words(language: Language) -> &'static SampleWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: SampleWords = SampleWords {
    title: "Contrôle des registres",
    help: "Comparez chaque rapport au registre papier du même jour. Écrivez ce que dit le registre sur la ligne vide. Les \
           lettres sont celles du SMS.",
    drawn: "{n} rapports tirés au sort sur {m} comptés, par lieu. Tirage : {s} (le même numéro tire les mêmes).",
    nothing: "Aucun rapport compté à contrôler ici pour cette période.",
    too_many: "Trop de rapports pour un tirage : choisissez un lieu plus petit ou une période plus courte.",
    count: "Combien",
    seed: "Tirage",
    draw: "Tirer",
    receipt: "Reçu",
    day: "Jour",
    sender: "Envoyé par",
    source: "Source",
    reported: "Rapport",
    register: "Registre",
    remark: "Remarque",
    sign: "Contrôlé par, le, signature :",
};

static ENGLISH: SampleWords = SampleWords {
    title: "Check of registers",
    help: "Compare each report with the paper register of the same day. Write what the register says on the empty line. The \
           letters are those of the SMS.",
    drawn: "{n} reports drawn by lot of {m} that count, by place. Draw: {s} (the same number draws the same).",
    nothing: "No report that counts to check here for this period.",
    too_many: "Too many reports to draw from: choose a smaller place or a shorter period.",
    count: "How many",
    seed: "Draw",
    draw: "Draw",
    receipt: "Receipt",
    day: "Day",
    sender: "Sent by",
    source: "Source",
    reported: "Report",
    register: "Register",
    remark: "Remark",
    sign: "Checked by, on, signature:",
};
