//! The words of the page of what waits for an officer, one table for each language.

use crate::base::Language;

/// The words of a language.
pub struct ApprovalWords {
    /// Title.
    pub title: &'static str,
    /// What this is.
    pub help: &'static str,
    /// For who may look only.
    pub only_look: &'static str,
    /// Nothing waits.
    pub nothing: &'static str,
    /// Before a late change.
    pub change: &'static str,
    /// Of a late cancellation.
    pub cancels: &'static str,
    /// Before a role.
    pub join: &'static str,
    /// Before the number to call.
    pub call: &'static str,
    /// Before since when it waits.
    pub since: &'static str,
    /// Columns.
    pub field: &'static str,
    /// What counts now.
    pub now: &'static str,
    /// What a change would make of it.
    pub then: &'static str,
    /// The day of the report.
    pub day: &'static str,
    /// Field of the reason.
    pub reason: &'static str,
    /// Buttons.
    pub agree: &'static str,
    /// No.
    pub refuse: &'static str,
    /// The next page.
    pub more: &'static str,
    /// Somebody was faster.
    pub over: &'static str,
    /// One's own.
    pub is_own: &'static str,
    /// Another report stands in its way.
    pub conflicts: &'static str,
    /// Nothing of that id.
    pub unknown: &'static str,
}

/// The words for `language`: English where asked for, French for all others.
pub fn approval_words(language: Language) -> &'static ApprovalWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: ApprovalWords = ApprovalWords {
    title: "À décider",
    help: "Ce qui attend le visa d’un officier de votre zone. Par SMS : VISA ou REFUS et le numéro. Personne ne décide de \
           ce qui vient de soi.",
    only_look: "Vous pouvez regarder. Seul un officier entré avec son téléphone décide.",
    nothing: "Rien n’attend dans votre zone.",
    change: "Correction tardive :",
    cancels: "Annulation demandée : le rapport ne compterait plus.",
    join: "Demande à rejoindre comme",
    call: "Appelez avant d’accepter :",
    since: "depuis le",
    field: "Valeur",
    now: "Compté",
    then: "Proposé",
    day: "Jour du rapport",
    reason: "Motif (si refus)",
    agree: "Accepter",
    refuse: "Refuser",
    more: "La suite",
    over: "C’est déjà décidé, ou retiré par son auteur. Rien n’est changé.",
    is_own: "Cela vient de vous : un autre officier doit décider.",
    conflicts: "Un autre rapport a déjà ce jour ou cette période : refusez celui-ci.",
    unknown: "Rien de tel n’attend dans votre zone.",
};

static ENGLISH: ApprovalWords = ApprovalWords {
    title: "To decide",
    help: "What waits for an officer of your area. By SMS: APPROVE or REFUSE and the number. Nobody decides about their own.",
    only_look: "You may look. Only an officer who entered with their phone decides.",
    nothing: "Nothing waits in your area.",
    change: "Late correction:",
    cancels: "Asked to be cancelled: the report would count no longer.",
    join: "Asks to join as",
    call: "Call before you accept:",
    since: "since",
    field: "Value",
    now: "Counts",
    then: "Proposed",
    day: "Day of the report",
    reason: "Reason (if refused)",
    agree: "Accept",
    refuse: "Refuse",
    more: "More",
    over: "This is decided already, or was taken back by its sender. Nothing is changed.",
    is_own: "This is your own: another officer has to decide.",
    conflicts: "Another report has that day or period already: refuse this one.",
    unknown: "Nothing like that waits in your area.",
};
