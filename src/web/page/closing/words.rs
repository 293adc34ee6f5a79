//! The words of the page on which months are approved, one table for each language.

use crate::base::Language;

/// The words of a language. `{n}` stands for a number.
pub struct ClosingWords {
    /// Title, and the link to the page.
    pub title: &'static str,
    /// What this is.
    pub help: &'static str,
    /// For who may look only.
    pub only_look: &'static str,
    /// Of a place whose months nobody approves by themselves.
    pub by_cercle: &'static str,
    /// Link to the figures.
    pub figures: &'static str,
    /// States of a month.
    pub open: &'static str,
    /// Under way.
    pub under_way: &'static str,
    /// Before the level up to which it is approved.
    pub approved: &'static str,
    /// Heading of what waits.
    pub waits: &'static str,
    /// Nothing does.
    pub nothing_waits: &'static str,
    /// Drafts: one, several.
    pub drafts: [&'static str; 2],
    /// Reports that wait for a visa.
    pub awaiting: [&'static str; 2],
    /// Late changes.
    pub changes: [&'static str; 2],
    /// Before the names of places that sent nothing.
    pub silent: &'static str,
    /// Before the names of places that have not approved.
    pub missing: &'static str,
    /// After a shortened list.
    pub and_more: &'static str,
    /// Heading of what differs.
    pub differs: &'static str,
    /// Nothing does.
    pub same: &'static str,
    /// Columns.
    pub figure: &'static str,
    /// Now.
    pub current: &'static str,
    /// As approved: also in front of such a figure.
    pub closed: &'static str,
    /// Before how complete a month was when it was approved.
    pub complete_then: &'static str,
    /// Button.
    pub approve: &'static str,
    /// What it does.
    pub approve_help: &'static str,
    /// Field of the reason.
    pub reason: &'static str,
    /// Button.
    pub reopen: &'static str,
    /// Heading of what was opened again.
    pub reopened: &'static str,
    /// Before who opened it.
    pub reopened_by: &'static str,
    /// Before who approved.
    pub approved_by: &'static str,
    /// Somebody who is registered no more.
    pub somebody: &'static str,
    /// Heading of the months.
    pub months: &'static str,
    /// Columns.
    pub month: &'static str,
    /// State.
    pub state: &'static str,
    /// Who and when.
    pub who: &'static str,
    /// Heading of the places below.
    pub below: &'static str,
    /// Not over yet.
    pub not_over: &'static str,
    /// Somebody below has not.
    pub still_missing: &'static str,
    /// Not approved.
    pub is_open: &'static str,
    /// The place above has it.
    pub approved_above: &'static str,
    /// No reason.
    pub no_reason: &'static str,
    /// Beside figures: before who closed them and when.
    pub closed_by: &'static str,
}

/// The words for `language`: English where asked for, French for all others.
pub fn closing_words(language: Language) -> &'static ClosingWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: ClosingWords = ClosingWords {
    title: "Clôture des mois",
    help: "Le cercle approuve son mois quand il est fini, puis la région, puis le pays. Approuver copie les chiffres du \
           mois. Ce qui arrive ensuite change les chiffres actuels, jamais les chiffres clos : la différence se voit partout.",
    only_look: "Vous pouvez regarder. Seul un officier de ce lieu, entré avec son téléphone, approuve.",
    by_cercle: "Les mois de ce lieu sont approuvés par le cercle.",
    figures: "Voir les chiffres",
    open: "ouvert",
    under_way: "en cours",
    approved: "approuvé :",
    waits: "Avant d’approuver",
    nothing_waits: "Rien n’attend.",
    drafts: ["1 rapport inachevé", "{n} rapports inachevés"],
    awaiting: ["1 rapport attend un visa", "{n} rapports attendent un visa"],
    changes: ["1 correction tardive attend un visa", "{n} corrections tardives attendent un visa"],
    silent: "Muets :",
    missing: "N’ont pas encore approuvé :",
    and_more: "et {n} autres",
    differs: "Ce qui a changé depuis la clôture",
    same: "Rien : les chiffres actuels sont les chiffres clos.",
    figure: "Chiffre",
    current: "Actuel",
    closed: "Clos",
    complete_then: "Complétude à la clôture :",
    approve: "Approuver ce mois",
    approve_help: "Les chiffres de ce moment seront les chiffres clos. Seul le niveau au-dessus peut rouvrir le mois.",
    reason: "Motif pour rouvrir",
    reopen: "Rouvrir ce mois",
    reopened: "Rouvert",
    reopened_by: "Rouvert par",
    approved_by: "Approuvé par",
    somebody: "quelqu’un",
    months: "Mois de",
    month: "Mois",
    state: "État",
    who: "Par qui, quand",
    below: "Ce mois, lieu par lieu",
    not_over: "Ce mois n’est pas fini. Rien n’est changé.",
    still_missing: "Un lieu n’a pas encore approuvé ce mois. Rien n’est changé.",
    is_open: "Ce mois n’est pas approuvé, ou quelqu’un l’a déjà rouvert. Rien n’est changé.",
    approved_above: "Le niveau au-dessus a approuvé ce mois : il faut d’abord le rouvrir là. Rien n’est changé.",
    no_reason: "Donnez un motif, 200 lettres au plus. Rien n’est changé.",
    closed_by: "Chiffres clos par",
};

static ENGLISH: ClosingWords = ClosingWords {
    title: "Closing of months",
    help: "The cercle approves its month once it is over, then the region, then the country. Approving copies the month’s \
           figures. What comes later changes the current figures, never the closed ones: the difference shows everywhere.",
    only_look: "You may look. Only an officer of this place, who entered with their phone, approves.",
    by_cercle: "The months of this place are approved by its cercle.",
    figures: "See the figures",
    open: "open",
    under_way: "under way",
    approved: "approved:",
    waits: "Before you approve",
    nothing_waits: "Nothing waits.",
    drafts: ["1 unfinished report", "{n} unfinished reports"],
    awaiting: ["1 report waits for a visa", "{n} reports wait for a visa"],
    changes: ["1 late correction waits for a visa", "{n} late corrections wait for a visa"],
    silent: "Silent:",
    missing: "Have not approved yet:",
    and_more: "and {n} more",
    differs: "What changed since it was closed",
    same: "Nothing: the current figures are the closed ones.",
    figure: "Figure",
    current: "Current",
    closed: "Closed",
    complete_then: "Completeness when closed:",
    approve: "Approve this month",
    approve_help: "The figures of this moment will be the closed ones. Only the level above can open the month again.",
    reason: "Reason to open it again",
    reopen: "Open this month again",
    reopened: "Opened again",
    reopened_by: "Opened again by",
    approved_by: "Approved by",
    somebody: "somebody",
    months: "Months of",
    month: "Month",
    state: "State",
    who: "By whom, when",
    below: "This month, place by place",
    not_over: "This month is not over. Nothing is changed.",
    still_missing: "A place has not approved this month yet. Nothing is changed.",
    is_open: "This month is not approved, or somebody opened it already. Nothing is changed.",
    approved_above: "The level above approved this month: it has to be opened there first. Nothing is changed.",
    no_reason: "Give a reason, 200 letters at most. Nothing is changed.",
    closed_by: "Figures closed by",
};
