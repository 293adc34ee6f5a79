//! The words of printed documents, one table for each language.

use crate::base::Language;

/// The words of a language. `{n}` stands for a number, `{t}` for how many there are, `{d}` for a day, `{l}` for places, `{v}` for
/// a figure, `{a}` for what it is called, `{b}` for a body, `{c}` for an SMS.
pub struct ReportWords {
    /// Titles.
    pub quarterly_title: &'static str,
    /// Of the bulletin.
    pub bulletin_title: &'static str,
    /// Link to the figures of the place.
    pub figures_page: &'static str,
    /// Link to the page of bodies.
    pub bodies_page: &'static str,
    /// The day it was made.
    pub made_on: &'static str,
    /// Which figures these are, where the period is not approved.
    pub current: &'static str,
    /// Approved, and nothing differs.
    pub closed_same: &'static str,
    /// Approved, and something moved since.
    pub closed_differs: &'static str,
    /// Before an approved figure that differs.
    pub closed: &'static str,
    /// After a change against the period before.
    pub on_before: &'static str,
    /// After a change against the year before.
    pub on_year_before: &'static str,
    /// Which period of last year stands beside the figures.
    pub year: &'static str,
    /// Where it has none.
    pub no_year: &'static str,
    /// Headings of the quarterly report, in its order.
    pub headings: [&'static str; 8],
    /// Heading of the completeness by report type.
    pub by_flow: &'static str,
    /// Heading of the silent places.
    pub silent_places: &'static str,
    /// Nobody is silent.
    pub none_silent: &'static str,
    /// Some are.
    pub some_silent: &'static str,
    /// Columns of the figures: figure, value, before, year before, target.
    pub figure_columns: [&'static str; 5],
    /// Nothing came of a report type.
    pub nothing_came: &'static str,
    /// A target that is reached.
    pub reached: &'static str,
    /// One that is not.
    pub not_reached: &'static str,
    /// How many of the place's own targets are reached.
    pub targets: &'static str,
    /// How many of those of the places below.
    pub targets_below: &'static str,
    /// There are none.
    pub no_targets: &'static str,
    /// Column of bodies.
    pub body: &'static str,
    /// What the meetings brought.
    pub meetings: &'static str,
    /// Which funds are counted.
    pub funds_note: &'static str,
    /// No sum was agreed to.
    pub no_funds: &'static str,
    /// No stock was told.
    pub no_stock: &'static str,
    /// Alerts: opened, answered, withdrawn, open, hours to an answer.
    pub alerts: [&'static str; 5],
    /// What is counted and how; what awaits a visa is said in third place.
    pub method: [&'static str; 5],
    /// What awaits a visa: `{n}` reports, `{m}` late changes.
    pub waiting: &'static str,
    /// Headings of the bulletin: figures, well, silent, to do.
    pub parts: [&'static str; 4],
    /// Completeness is good.
    pub well_complete: &'static str,
    /// Places without silence.
    pub well_whole: &'static str,
    /// A target is reached.
    pub well_target: &'static str,
    /// A body met.
    pub well_body: &'static str,
    /// Alerts were answered.
    pub well_alerts: &'static str,
    /// Nothing went well enough to be said.
    pub well_nothing: &'static str,
    /// Remind the silent.
    pub do_silent: &'static str,
    /// Answer alerts.
    pub do_alerts: &'static str,
    /// Decide: `{x}` refuses.
    pub do_visa: &'static str,
    /// Follow places.
    pub do_low: &'static str,
    /// Ask bodies.
    pub do_body: &'static str,
    /// Nothing is left to do.
    pub do_nothing: &'static str,
    /// And so many more.
    pub and_more: &'static str,
}

/// The words for `language`: English where asked for, French for all others.
pub fn report_words(language: Language) -> &'static ReportWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: ReportWords = ReportWords {
    quarterly_title: "Rapport trimestriel",
    bulletin_title: "Bulletin mensuel",
    figures_page: "Chiffres du lieu",
    bodies_page: "Réunions des comités",
    made_on: "Établi le {d}",
    current: "Chiffres courants, non clos",
    closed_same: "Chiffres clos ({l}), inchangés depuis",
    closed_differs: "Chiffres courants ; période close ({l}) : le chiffre clos est donné là où il diffère",
    closed: "Clos\u{a0}: ",
    on_before: "sur la période d’avant",
    on_year_before: "sur la même période de l’an dernier",
    year: "An dernier : {p}.",
    no_year: "L’an dernier ({p}) n’a pas de chiffres.",
    headings: [
        "1. Complétude",
        "2. Chiffres principaux",
        "3. Par lieu",
        "4. Comités : se réunissent-ils ?",
        "5. Ressources, par source",
        "6. Stocks et ruptures",
        "7. Alertes ouvertes dans la période, tous rapports",
        "8. Méthode",
    ],
    by_flow: "Par type de rapport",
    silent_places: "Lieux muets",
    none_silent: "Aucun lieu n’est resté muet : {t} {l} sur {t} ont envoyé au moins un rapport.",
    some_silent: "{n} sur {t} {l} n’ont rien envoyé :",
    figure_columns: ["Indicateur", "Valeur", "Période d’avant", "An dernier", "Cible"],
    nothing_came: "Rien n’est arrivé pour cette période.",
    reached: "atteinte",
    not_reached: "pas atteinte",
    targets: "Cibles de ce lieu atteintes : {n} sur {t}.",
    targets_below: "Cibles des lieux ci-dessous atteintes : {n} sur {t}.",
    no_targets: "Aucune cible n’est fixée pour cette période.",
    body: "Comité",
    meetings: "Ce que les réunions ont donné",
    funds_note: "Seules les sommes qui ont le visa d’un officier sont comptées.",
    no_funds: "Aucune somme n’a reçu de visa pour cette période.",
    no_stock: "Aucun stock n’a été annoncé pour cette période.",
    alerts: ["Ouvertes", "Vues par un officier", "Retirées", "Encore ouvertes", "Délai moyen de réponse"],
    method: [
        "Compté : chaque rapport accepté, reçu par SMS ou USSD, une seule fois et dans sa dernière version. Un lieu compte là où il \
         se trouvait le dernier jour de la période.",
        "Complétude : rapports reçus sur rapports attendus. Les zéros déclarés et les réunions non tenues avec leur motif sont reçus. \
         Muet : attendu, et rien n’est arrivé.",
        "Stock : le dernier chiffre de chaque site, jamais une somme dans le temps. Un tiret (-) : rien n’est arrivé, ou rien à diviser.",
        "Comités : l’état est celui du trimestre ; tenu si une réunion l’a été, sinon non tenu avec le motif donné, sinon muet.",
        "Chiffres courants : des rapports tardifs et des corrections peuvent encore les changer.",
    ],
    waiting: "En attente du visa d’un officier, et non comptés : {n}. Modifications tardives en attente : {m} ; la version agréée compte.",
    parts: ["Cinq chiffres", "Ce qui va bien", "Qui est muet", "Ce qu’il faut faire"],
    well_complete: "La complétude est bonne : {v}.",
    well_whole: "Aucun rapport ne manque : {l}.",
    well_target: "Cible atteinte : {a}, {v}.",
    well_body: "{b} réunis ce trimestre : {n} sur {t}.",
    well_alerts: "Alertes du mois vues par un officier : {n} sur {t}.",
    well_nothing: "Rien ne ressort ce mois-ci.",
    do_silent: "Rappeler qui n’a rien envoyé ({n} sur {t} {l}). Par SMS : {c}",
    do_alerts: "Répondre aux alertes ouvertes ({n}). Par SMS : {c} et le numéro",
    do_visa: "Décider de ce qui attend un visa ({n}). Par SMS : {c} ou {x} et le numéro",
    do_low: "Suivre les lieux dont plus de la moitié des rapports manquent : {l}.",
    do_body: "Demander aux {b} qui n’ont rien dit ce trimestre s’ils se sont réunis : {n} sur {t}.",
    do_nothing: "Rien n’est en attente.",
    and_more: "et {n} autres",
};

static ENGLISH: ReportWords = ReportWords {
    quarterly_title: "Quarterly report",
    bulletin_title: "Monthly bulletin",
    figures_page: "Figures of the place",
    bodies_page: "Meetings of the committees",
    made_on: "Made on {d}",
    current: "Current figures, not closed",
    closed_same: "Closed figures ({l}), unchanged since",
    closed_differs: "Current figures; period closed ({l}): the closed figure is given where it differs",
    closed: "Closed: ",
    on_before: "on the period before",
    on_year_before: "on the same period last year",
    year: "Last year: {p}.",
    no_year: "Last year ({p}) has no figures.",
    headings: [
        "1. Completeness",
        "2. Main figures",
        "3. By place",
        "4. Committees: do they meet?",
        "5. Funds, by source",
        "6. Stocks and stock-outs",
        "7. Alerts opened in the period, all report types",
        "8. Method",
    ],
    by_flow: "By report type",
    silent_places: "Silent places",
    none_silent: "No place was silent: {t} of {t} {l} have sent at least one report.",
    some_silent: "{n} of {t} {l} sent nothing:",
    figure_columns: ["Indicator", "Value", "Period before", "Last year", "Target"],
    nothing_came: "Nothing came for this period.",
    reached: "reached",
    not_reached: "not reached",
    targets: "Targets of this place reached: {n} of {t}.",
    targets_below: "Targets of the places below reached: {n} of {t}.",
    no_targets: "No target is set for this period.",
    body: "Committee",
    meetings: "What the meetings brought",
    funds_note: "Only sums that an officer has agreed to are counted.",
    no_funds: "No sum was agreed to for this period.",
    no_stock: "No stock was reported for this period.",
    alerts: ["Opened", "Seen by an officer", "Withdrawn", "Still open", "Mean time to an answer"],
    method: [
        "Counted: every accepted report, received by SMS or USSD, once and in its latest version. A place counts where it lay on \
         the period’s last day.",
        "Completeness: reports received over reports expected. Declared zeros and meetings not held with their reason are received. \
         Silent: expected, and nothing came.",
        "Stock: the latest figure of each site, never a sum over time. A dash (-): nothing came, or nothing to divide by.",
        "Committees: the state is the quarter’s; held if any meeting was, else not held with the reason given, else silent.",
        "Current figures: late reports and corrections can still move them.",
    ],
    waiting: "Awaiting an officer’s visa, and not counted: {n}. Late changes waiting: {m}; the agreed version counts.",
    parts: ["Five figures", "What goes well", "Who is silent", "What to do"],
    well_complete: "Completeness is good: {v}.",
    well_whole: "No report is missing: {l}.",
    well_target: "Target reached: {a}, {v}.",
    well_body: "{b} that met this quarter: {n} of {t}.",
    well_alerts: "Alerts of the month seen by an officer: {n} of {t}.",
    well_nothing: "Nothing stands out this month.",
    do_silent: "Remind who sent nothing ({n} of {t} {l}). By SMS: {c}",
    do_alerts: "Answer the open alerts ({n}). By SMS: {c} and the number",
    do_visa: "Decide what awaits a visa ({n}). By SMS: {c} or {x} and the number",
    do_low: "Follow the places where more than half of the reports are missing: {l}.",
    do_body: "Ask the {b} that said nothing this quarter whether they met: {n} of {t}.",
    do_nothing: "Nothing is waiting.",
    and_more: "and {n} more",
};
