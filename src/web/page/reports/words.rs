//! Words of the pages of reports that no other page has.

use crate::base::Language;

/// The words of a language.
pub struct ReportWords {
    /// Title of the list.
    pub title: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Nothing matches.
    pub nothing: &'static str,
    /// State, as field and column.
    pub state: &'static str,
    /// Choice of all states.
    pub all_states: &'static str,
    /// The states, by the word of the API.
    pub states: [(&'static str, &'static str); 7],
    /// Columns: number, day, report type.
    pub receipt: &'static str,
    /// The day it is about.
    pub day: &'static str,
    /// The next page.
    pub more: &'static str,
    /// How much the file holds.
    pub download_note: &'static str,
    /// Heading of the values.
    pub values: &'static str,
    /// Columns of the values.
    pub label: &'static str,
    /// Name of a value.
    pub field: &'static str,
    /// The value.
    pub value: &'static str,
    /// A declared zero.
    pub zero: &'static str,
    /// Heading of where it counts.
    pub counts_in: &'static str,
    /// The period it is due for.
    pub due: &'static str,
    /// Heading of the sender.
    pub sender: &'static str,
    /// Role, network, agent code, number.
    pub role: &'static str,
    /// Network.
    pub network: &'static str,
    /// Code of a person on a shared phone.
    pub agent_code: &'static str,
    /// Phone.
    pub phone: &'static str,
    /// For an officer who has to call.
    pub call: &'static str,
    /// By which way it came.
    pub by: &'static str,
    /// When it was filed.
    pub filed: &'static str,
    /// Heading of the raw text.
    pub text: &'static str,
    /// Where it is kept no longer, or never was.
    pub no_text: &'static str,
    /// Heading of the changes.
    pub changes: &'static str,
    /// None.
    pub unchanged: &'static str,
    /// Number of a revision.
    pub version: &'static str,
    /// Before, after.
    pub before: &'static str,
    /// After.
    pub after: &'static str,
    /// By whom.
    pub from: &'static str,
    /// Heading of the decisions.
    pub visas: &'static str,
    /// None.
    pub no_visa: &'static str,
    /// A report, a late change.
    pub kinds: [(&'static str, &'static str); 2],
    /// What was decided.
    pub verdicts: [(&'static str, &'static str); 4],
    /// Number of a visa, with its area.
    pub number: &'static str,
    /// Since when.
    pub since: &'static str,
    /// By which officer.
    pub officer: &'static str,
    /// Why not.
    pub reason: &'static str,
    /// A change that waits.
    pub proposed: &'static str,
    /// It would take the report back.
    pub cancels: &'static str,
}

/// What a word of the API is called here; the word itself where it is none of these.
pub fn called(table: &[(&'static str, &'static str)], word: &'static str) -> &'static str {
    table.iter().find(|(known, _)| *known == word).map_or(word, |(_, called)| called)
}

/// The words for `language`: English where asked for, French for all others.
pub fn report_words(language: Language) -> &'static ReportWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: ReportWords = ReportWords {
    title: "Rapports",
    help: "Les plus récents d’abord. Le numéro ouvre le rapport, avec son texte et ses changements.",
    nothing: "Aucun rapport ne correspond.",
    state: "État",
    all_states: "Tous les états",
    states: [
        ("counted", "compté"),
        ("draft", "brouillon"),
        ("incomplete", "incomplet"),
        ("held", "gardé, numéro non inscrit"),
        ("awaiting_visa", "attend un visa"),
        ("refused", "refusé"),
        ("cancelled", "annulé"),
    ],
    receipt: "Reçu",
    day: "Jour",
    more: "La suite",
    download_note: "10 000 rapports au plus, les plus récents : au-delà, choisir une période plus courte ou un type de rapport.",
    values: "Valeurs",
    label: "Lettre",
    field: "Nom",
    value: "Valeur",
    zero: "Sans activité : un zéro déclaré.",
    counts_in: "Compte dans",
    due: "Dû pour",
    sender: "Qui l’a envoyé",
    role: "Rôle",
    network: "Réseau",
    agent_code: "Code agent",
    phone: "Téléphone",
    call: "à appeler pour le visa",
    by: "Voie",
    filed: "Arrivé le",
    text: "Texte reçu",
    no_text: "Aucun texte : il n’est plus gardé, ou tout a été choisi au menu.",
    changes: "Changements",
    unchanged: "Jamais changé.",
    version: "Version",
    before: "Avant",
    after: "Après",
    from: "par",
    visas: "Visas",
    no_visa: "Aucun visa demandé.",
    kinds: [("report", "rapport"), ("change", "correction tardive")],
    verdicts: [
        ("waiting", "attend"),
        ("agreed", "accepté"),
        ("refused", "refusé"),
        ("withdrawn", "retiré par son auteur"),
    ],
    number: "Numéro",
    since: "Depuis",
    officer: "Officier",
    reason: "Motif",
    proposed: "Proposé, attend un visa",
    cancels: "Annulation demandée : le rapport ne compterait plus.",
};

static ENGLISH: ReportWords = ReportWords {
    title: "Reports",
    help: "Newest first. The number opens the report, with its text and its changes.",
    nothing: "No report matches.",
    state: "State",
    all_states: "All states",
    states: [
        ("counted", "counted"),
        ("draft", "draft"),
        ("incomplete", "incomplete"),
        ("held", "kept, number not registered"),
        ("awaiting_visa", "waits for a visa"),
        ("refused", "refused"),
        ("cancelled", "cancelled"),
    ],
    receipt: "Receipt",
    day: "Day",
    more: "More",
    download_note: "10,000 reports at most, the latest: for more, choose a shorter period or a report type.",
    values: "Values",
    label: "Letter",
    field: "Name",
    value: "Value",
    zero: "No activity: a declared zero.",
    counts_in: "Counts in",
    due: "Due for",
    sender: "Who sent it",
    role: "Role",
    network: "Network",
    agent_code: "Agent code",
    phone: "Phone",
    call: "to be called about the visa",
    by: "By",
    filed: "Came in",
    text: "Text received",
    no_text: "No text: it is kept no longer, or all was chosen from the menu.",
    changes: "Changes",
    unchanged: "Never changed.",
    version: "Version",
    before: "Before",
    after: "After",
    from: "by",
    visas: "Visas",
    no_visa: "No visa asked for.",
    kinds: [("report", "report"), ("change", "late correction")],
    verdicts: [
        ("waiting", "waits"),
        ("agreed", "agreed"),
        ("refused", "refused"),
        ("withdrawn", "taken back by its sender"),
    ],
    number: "Number",
    since: "Since",
    officer: "Officer",
    reason: "Reason",
    proposed: "Proposed, waits for a visa",
    cancels: "Asked to be cancelled: the report would count no longer.",
};
