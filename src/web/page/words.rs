//! Every word of the pages, one table for each language. Names of places, report types and figures are the pack's.

use crate::base::{Language, Period, PeriodKind};

/// The words of a language.
pub struct Words {
    /// For the `lang` attribute.
    pub lang: &'static str,
    /// The language itself, for the switch.
    pub language_name: &'static str,
    /// The product in a line.
    pub tagline: &'static str,
    /// Skip link.
    pub skip: &'static str,
    /// Banner of a demonstration.
    pub demo: &'static str,
    /// Link of a demonstration to its telephone.
    pub telephone: &'static str,
    /// Label of the way down from the country.
    pub breadcrumb: &'static str,
    /// Labels of the language switch and the way out.
    pub languages: &'static str,
    /// Link to what waits for an officer.
    pub to_decide: &'static str,
    /// Link to the register.
    pub people: &'static str,
    /// What was sent is larger than what is taken.
    pub too_large: &'static str,
    /// Button that signs out.
    pub sign_out: &'static str,
    /// Legend of the picker.
    pub choose: &'static str,
    /// Its fields.
    pub period: &'static str,
    /// Report type.
    pub flow: &'static str,
    /// Choice of all report types.
    pub all_flows: &'static str,
    /// Button of the picker.
    pub show: &'static str,
    /// Link to the period before.
    pub previous: &'static str,
    /// Link to the period after.
    pub next: &'static str,
    /// The kinds of periods, shortest first, the day left out.
    pub kinds: [&'static str; 4],
    /// Said of a period that is not over.
    pub under_way: &'static str,
    /// Between the first and last day.
    pub from: &'static str,
    /// Before the last day.
    pub to: &'static str,
    /// Heading of the completeness.
    pub completeness: &'static str,
    /// `38 of 42 communes have sent ...`: the word between the numbers.
    pub of: &'static str,
    /// `38 of 42 communes have sent ...`: the end.
    pub have_reported: &'static str,
    /// Between what is named and what is said of it.
    pub colon: &'static str,
    /// Where nothing is owed.
    pub nothing_expected: &'static str,
    /// Counts of reports.
    pub expected: &'static str,
    /// Received.
    pub received: &'static str,
    /// By the day due.
    pub on_time: &'static str,
    /// After it.
    pub late: &'static str,
    /// Declared zeros.
    pub zero: &'static str,
    /// Meetings not held.
    pub not_held: &'static str,
    /// Owed, and nothing came.
    pub silent: &'static str,
    /// What each of the counts means, in the order of the list.
    pub explained: &'static str,
    /// Words beside the colours: from 80 %, from 50 %, below, nothing owed.
    pub marks: [&'static str; 4],
    /// Heading of the figures.
    pub figures: &'static str,
    /// Heading of the table, before the name of the level.
    pub below: &'static str,
    /// Column of places.
    pub place: &'static str,
    /// Row of the place itself.
    pub itself: &'static str,
    /// Last row.
    pub total: &'static str,
    /// Heading of the table by report type.
    pub by_flow: &'static str,
    /// Heading of the table by role.
    pub by_role: &'static str,
    /// Column of roles.
    pub role: &'static str,
    /// Row of what bodies owe.
    pub bodies: &'static str,
    /// Link to the file.
    pub download: &'static str,
    /// Heading of the sign-in page.
    pub sign_in: &'static str,
    /// Link of a demonstration to it.
    pub sign_in_as_officer: &'static str,
    /// Link to one's own page.
    pub account: &'static str,
    /// Heading of a refusal.
    pub refused: &'static str,
    /// Outside the visitor's area.
    pub not_yours: &'static str,
    /// Not for this role or token.
    pub not_allowed: &'static str,
    /// A form that was not one of ours.
    pub foreign_form: &'static str,
    /// Too fast: before the seconds.
    pub too_fast: &'static str,
    /// No such place.
    pub no_place: &'static str,
    /// No such page, report or person.
    pub nothing_here: &'static str,
    /// A network, role or report type that is not.
    pub no_choice: &'static str,
    /// A period that is none or has not begun.
    pub no_period: &'static str,
    /// Another kind of period where a quarter is told of.
    pub quarter_wanted: &'static str,
    /// Where a month is.
    pub month_wanted: &'static str,
    /// Anything else asked wrongly.
    pub not_understood: &'static str,
    /// Our own fault.
    pub failed: &'static str,
    /// Link back.
    pub home: &'static str,
    months: [&'static str; 12],
    week: &'static str,
    quarters: [&'static str; 4],
}

/// The words for `language`: English where asked for, French for all others.
pub fn words(language: Language) -> &'static Words {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

impl Words {
    /// A period in full: `4e trimestre 2026`.
    pub fn period_name(&self, period: Period) -> String {
        let (number, year) = (usize::try_from(period.number()).unwrap_or(1), period.year());
        match period.kind() {
            PeriodKind::Day => date(period.first()),
            PeriodKind::Week => format!("{} {number}, {year}", self.week),
            PeriodKind::Month => format!("{} {year}", self.months[(number - 1).min(11)]),
            PeriodKind::Quarter => format!("{} {year}", self.quarters[(number - 1).min(3)]),
            PeriodKind::Year => year.to_string(),
        }
    }
}

/// A day as written in Mali: `23/11/2026`.
pub fn date(day: crate::base::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

static FRENCH: Words = Words {
    lang: "fr",
    language_name: "Français",
    tagline: "Nutrition : ce que disent les communes",
    skip: "Aller aux chiffres",
    demo: "Données fictives : démonstration. Aucun chiffre n’est réel.",
    telephone: "Essayer le téléphone",
    breadcrumb: "Fil des lieux",
    languages: "Langue",
    to_decide: "À décider",
    people: "Personnes",
    too_large: "C’est plus grand que ce qui est pris ici (512 Ko pour un fichier). Un fichier plus grand entre sur le serveur : relais import people.",
    sign_out: "Quitter",
    choose: "Choisir",
    period: "Période",
    flow: "Type de rapport",
    all_flows: "Tous les rapports",
    show: "Afficher",
    previous: "Période précédente",
    next: "Période suivante",
    kinds: ["Semaine", "Mois", "Trimestre", "Année"],
    under_way: "période en cours",
    from: "du",
    to: "au",
    completeness: "Complétude",
    of: "sur",
    have_reported: "ont envoyé au moins un rapport",
    colon: "\u{a0}: ",
    nothing_expected: "Aucun rapport n’est attendu ici pour cette période.",
    expected: "Attendus",
    received: "Reçus",
    on_time: "À temps",
    late: "En retard",
    zero: "Zéros déclarés",
    not_held: "Réunions non tenues",
    silent: "Muets",
    explained: "Reçus = à temps + en retard ; les zéros déclarés et les réunions non tenues (avec leur motif) en font partie. \
                Muets : attendus, et rien n’est arrivé.",
    marks: ["bon", "à suivre", "faible", "rien d’attendu"],
    figures: "Chiffres",
    below: "Par lieu :",
    place: "Lieu",
    itself: "le lieu lui-même",
    total: "Total",
    by_flow: "Complétude par type de rapport",
    by_role: "Complétude par rôle",
    role: "Rôle",
    bodies: "comités et plateformes",
    download: "Télécharger (CSV)",
    sign_in: "Entrer",
    sign_in_as_officer: "Entrer comme officier",
    account: "Mon accès",
    refused: "Cette page ne peut pas s’ouvrir",
    not_yours: "Ce lieu est hors de votre zone. Votre zone :",
    not_allowed: "Cette page n’est pas ouverte à votre rôle.",
    foreign_form: "Cette page est restée ouverte trop longtemps. Ouvrez-la de nouveau et recommencez.",
    too_fast: "Trop de demandes. Revenez dans (secondes) :",
    no_place: "Aucun lieu ne porte ce code.",
    nothing_here: "Il n’y a rien à cette adresse.",
    no_choice: "Ce réseau, ce rôle ou ce type de rapport n’existe pas.",
    no_period: "Cette période n’existe pas ou n’a pas commencé.",
    quarter_wanted: "Cette page se lit par trimestre, écrit comme 2026-Q4.",
    month_wanted: "Cette page se lit par mois, écrit comme 2026-11.",
    not_understood: "L’adresse n’est pas comprise.",
    failed: "Une panne de notre côté. Réessayez dans un moment.",
    home: "Retour à ma zone",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    week: "semaine",
    quarters: ["1er trimestre", "2e trimestre", "3e trimestre", "4e trimestre"],
};

static ENGLISH: Words = Words {
    lang: "en",
    language_name: "English",
    tagline: "Nutrition: what the communes report",
    skip: "Go to the figures",
    demo: "Made-up data: a demonstration. No figure is real.",
    telephone: "Try the telephone",
    breadcrumb: "Way through the places",
    languages: "Language",
    to_decide: "To decide",
    people: "People",
    too_large: "This is larger than what is taken here (512 KB for a file). Larger files come in on the server: relais import people.",
    sign_out: "Leave",
    choose: "Choose",
    period: "Period",
    flow: "Report type",
    all_flows: "All reports",
    show: "Show",
    previous: "Period before",
    next: "Period after",
    kinds: ["Week", "Month", "Quarter", "Year"],
    under_way: "under way",
    from: "from",
    to: "to",
    completeness: "Completeness",
    of: "of",
    have_reported: "have sent at least one report",
    colon: ": ",
    nothing_expected: "No report is expected here for this period.",
    expected: "Expected",
    received: "Received",
    on_time: "On time",
    late: "Late",
    zero: "Declared zeros",
    not_held: "Meetings not held",
    silent: "Silent",
    explained: "Received = on time + late; declared zeros and meetings not held (with the reason) are among them. \
                Silent: expected, and nothing came.",
    marks: ["good", "to follow", "low", "nothing expected"],
    figures: "Figures",
    below: "By place:",
    place: "Place",
    itself: "the place itself",
    total: "Total",
    by_flow: "Completeness by report type",
    by_role: "Completeness by role",
    role: "Role",
    bodies: "committees and platforms",
    download: "Download (CSV)",
    sign_in: "Enter",
    sign_in_as_officer: "Enter as an officer",
    account: "My access",
    refused: "This page cannot be opened",
    not_yours: "This place is outside your area. Your area:",
    not_allowed: "This page is not open to your role.",
    foreign_form: "This page was open too long. Open it again and start over.",
    too_fast: "Too many requests. Come back in (seconds):",
    no_place: "No place has this code.",
    nothing_here: "There is nothing at this address.",
    no_choice: "There is no such network, role or report type.",
    no_period: "This period does not exist or has not begun.",
    quarter_wanted: "This page is read by quarter, written as 2026-Q4.",
    month_wanted: "This page is read by month, written as 2026-11.",
    not_understood: "The address is not understood.",
    failed: "Something failed on our side. Try again in a moment.",
    home: "Back to my area",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    week: "week",
    quarters: ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"],
};
