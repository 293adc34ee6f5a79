//! Words of the place page that no other page has. Those it shares with others are in `page/words.rs`.

use crate::base::Language;

/// The words of a language. `{n}` stands for a number, `{p}` for a period, `{a}` and `{b}` for what the text is about.
pub(super) struct PlaceWords {
    /// A place that is no more: its last day `{p}`, and that other places follow it.
    pub until: [&'static str; 2],
    /// A place that was not always there: its first day `{p}`.
    pub since: &'static str,
    /// What changes are measured against.
    pub compared: &'static str,
    /// The same, for a period under way.
    pub compared_under_way: &'static str,
    /// `the first day`, `the first {n} days`.
    pub first_days: [&'static str; 2],
    /// Which period a year before is.
    pub year_compared: &'static str,
    /// The same, for a period under way.
    pub year_compared_under_way: &'static str,
    /// Before a figure of a year before.
    pub year_before: &'static str,
    /// Row of the medians.
    pub median: &'static str,
    /// What a median is of.
    pub median_note: &'static str,
    /// Before a target.
    pub target: &'static str,
    /// Behind a target that is reached below it.
    pub at_most: &'static str,
    /// Where the period before has nothing to compare with.
    pub not_compared: &'static str,
    /// A change: fewer, as many, more.
    pub changes: [&'static str; 3],
    /// Unit of a change between percentages: one, several.
    pub points: [&'static str; 2],
    /// Where nothing came of a report type.
    pub nothing_came: &'static str,
    /// Label of the choice of what the map shows.
    pub map_of: &'static str,
    /// Heading of a map: `{a}` by `{b}`.
    pub by: &'static str,
    /// Its button.
    pub colour: &'static str,
    /// Classes of completeness, lowest first.
    pub thirds: [&'static str; 3],
    /// Class of a place without figures.
    pub no_figure: &'static str,
    /// Highest and lowest place.
    pub extremes: &'static str,
    /// Where the numbers of the map stand.
    pub map_table: &'static str,
    /// A place among its neighbours.
    pub among: &'static str,
    /// Places that have no outline.
    pub unmapped: &'static str,
    /// `and {n} more`.
    pub and_more: &'static str,
    /// From one value to another.
    pub range: &'static str,
    /// Heading of the trend.
    pub trend: &'static str,
    /// What bars mean.
    pub trend_legend: &'static str,
    /// Spoken summary of a chart.
    pub first: &'static str,
    /// Last month.
    pub last: &'static str,
    /// Lowest month.
    pub lowest: &'static str,
    /// Highest month.
    pub highest: &'static str,
    /// Said of a month without any report.
    pub nothing: &'static str,
    /// Opens the table behind the charts.
    pub trend_table: &'static str,
    /// Head of its first column.
    pub month: &'static str,
    /// One letter for each month.
    pub initials: [&'static str; 12],
    /// Short names of months.
    pub short_months: [&'static str; 12],
    /// Spoken beside a column that can be sorted by.
    pub sort_by: &'static str,
    /// What the dash in the table means.
    pub note: &'static str,
    /// Link to the completeness by place and period.
    pub matrix: &'static str,
    /// Link to the reports behind the figures.
    pub reports: &'static str,
    /// Link to a sample for a check of registers.
    pub sample: &'static str,
    /// Links: meetings of bodies, quarterly report, bulletin.
    pub printed: [&'static str; 3],
    /// Heading of the open alerts.
    pub alerts: &'static str,
    /// What they are.
    pub alerts_explained: &'static str,
    /// Number, what, where, since when.
    pub alert_columns: [&'static str; 4],
}

/// The words for `language`: English where asked for, French for all others.
pub(super) fn place_words(language: Language) -> &'static PlaceWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: PlaceWords = PlaceWords {
    until: ["Jusqu’au {p}.", "Jusqu’au {p}. Depuis :"],
    since: "Depuis le {p}.",
    compared: "Évolution par rapport à la période d’avant : {p}.",
    compared_under_way: "Période en cours : évolution par rapport {a} de la période d’avant ({p}).",
    first_days: ["au premier jour", "aux {n} premiers jours"],
    year_compared: "Un an avant : {p}.",
    year_compared_under_way: "Un an avant : {p}, ses {n} premiers jours.",
    year_before: "Un an avant :",
    median: "Médiane",
    median_note: "Médiane : la moitié des lieux est au-dessus, l’autre au-dessous ; là où des lieux n’ont pas de chiffre, de \
                  combien elle est.",
    target: "Cible :",
    at_most: "au plus",
    not_compared: "La période d’avant ({p}) n’a pas de chiffres : aucune évolution n’est montrée.",
    changes: ["en baisse", "stable", "en hausse"],
    points: ["point", "points"],
    nothing_came: "Rien n’est arrivé pour cette période.",
    map_of: "La carte montre",
    by: "{a} : {b}",
    colour: "Colorer",
    thirds: ["moins de 50 %", "de 50 à 79,9 %", "80 % et plus"],
    no_figure: "pas de chiffre",
    extremes: "Le plus haut : {a}. Le plus bas : {b}.",
    map_table: "Chaque lieu mène à sa page ; le tableau plus bas porte les mêmes chiffres.",
    among: "{a} parmi ses voisins ({b}). Ses {c} n’ont pas de contour ici : le tableau plus bas les donne.",
    unmapped: "Sans contour sur la carte : {a}.",
    and_more: "et {n} autres",
    range: "de {a} à {b}",
    trend: "Douze mois",
    trend_legend: "Barre pleine : mois de la période choisie. Barre claire : autres mois. Contour seul : mois en cours. \
                   Trait au pied : zéro. Rien : aucun rapport n’est arrivé.",
    first: "Premier",
    last: "Dernier",
    lowest: "Plus bas",
    highest: "Plus haut",
    nothing: "aucun rapport",
    trend_table: "Les mêmes chiffres en tableau",
    month: "Mois",
    initials: ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"],
    short_months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    sort_by: "trier par",
    note: "Un tiret (-) : rien n’est arrivé, ou rien à diviser. Un pourcentage se lit avec la complétude de sa ligne. \
           Le titre d’une colonne trie le tableau.",
    matrix: "Complétude par lieu et par période",
    reports: "Rapports derrière ces chiffres",
    sample: "Tirage pour contrôler les registres",
    printed: ["Réunions des comités", "Rapport trimestriel", "Bulletin mensuel"],
    alerts: "Alertes ouvertes",
    alerts_explained: "Aujourd’hui, quelle que soit la période choisie. Par SMS, VU et le numéro : l’alerte est vue.",
    alert_columns: ["Numéro", "Alerte", "Lieu", "Depuis"],
};

static ENGLISH: PlaceWords = PlaceWords {
    until: ["Until {p}.", "Until {p}. Since then:"],
    since: "Since {p}.",
    compared: "Change against the period before: {p}.",
    compared_under_way: "Under way: change against {a} of the period before ({p}).",
    first_days: ["the first day", "the first {n} days"],
    year_compared: "A year before: {p}.",
    year_compared_under_way: "A year before: {p}, its first {n} days.",
    year_before: "A year before:",
    median: "Median",
    median_note: "Median: half of the places lie above, half below; where some have no figure, how many it is of.",
    target: "Target:",
    at_most: "at most",
    not_compared: "The period before ({p}) has no figures: no change is shown.",
    changes: ["down", "no change", "up"],
    points: ["point", "points"],
    nothing_came: "Nothing came for this period.",
    map_of: "The map shows",
    by: "{a}: {b}",
    colour: "Colour",
    thirds: ["under 50%", "50 to 79.9%", "80% and over"],
    no_figure: "no figure",
    extremes: "Highest: {a}. Lowest: {b}.",
    map_table: "Each place leads to its page; the table below has the same figures.",
    among: "{a} among its neighbours ({b}). Its {c} have no outline here: the table below lists them.",
    unmapped: "Without an outline on the map: {a}.",
    and_more: "and {n} more",
    range: "{a} to {b}",
    trend: "Twelve months",
    trend_legend: "Full bar: a month of the period chosen. Light bar: other months. Outline only: the month under way. \
                   Line at the foot: zero. Nothing: no report came.",
    first: "First",
    last: "Last",
    lowest: "Lowest",
    highest: "Highest",
    nothing: "no report",
    trend_table: "The same figures as a table",
    month: "Month",
    initials: ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"],
    short_months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    sort_by: "sort by",
    note: "A dash (-): nothing came, or nothing to divide by. Read a percentage with the completeness of its row. \
           The head of a column sorts the table.",
    matrix: "Completeness by place and period",
    reports: "Reports behind these figures",
    sample: "Sample to check registers",
    printed: ["Meetings of the committees", "Quarterly report", "Monthly bulletin"],
    alerts: "Open alerts",
    alerts_explained: "Today, whatever the period chosen. By SMS, SEEN and the number: the alert is acknowledged.",
    alert_columns: ["Number", "Alert", "Place", "Since"],
};
