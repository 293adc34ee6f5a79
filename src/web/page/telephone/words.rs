//! The words of the telephone, one table for each language. What is said on it is the pack's.

use crate::base::Language;

/// The words of a language.
pub(super) struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    /// Label of the list of people.
    pub callers: &'static str,
    /// Label and button of the field for any number.
    pub number: &'static str,
    pub take: &'static str,
    /// Said of a number nobody is registered on.
    pub stranger: &'static str,
    /// Said of what is no number.
    pub no_number: &'static str,
    /// Said where a call was not taken.
    pub lost: &'static str,
    /// Link to the figures of the person's place, before its name.
    pub figures: &'static str,
    pub thread: &'static str,
    pub thread_empty: &'static str,
    /// Said of a line for those who do not see on which side it stands.
    pub sent: &'static str,
    pub received: &'static str,
    /// Beside a line that is still being sent, and one that never will be.
    pub waiting: &'static str,
    pub failed: &'static str,
    pub message: &'static str,
    pub send: &'static str,
    pub examples: &'static str,
    /// Words of the counter: characters, SMS.
    pub characters: &'static str,
    /// `é è ù` are fine; other letters make every SMS shorter.
    pub unicode: &'static str,
    pub screen: &'static str,
    pub idle: &'static str,
    pub over: &'static str,
    pub answer: &'static str,
    pub reply: &'static str,
    pub hang_up: &'static str,
    pub dial: &'static str,
    pub keypad: &'static str,
}

/// The words for `language`: French where it is not known.
pub(super) fn words(language: Language) -> &'static Words {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: Words = Words {
    title: "Le téléphone",
    lead: "Soyez l’agent de terrain : envoyez un SMS ou composez le code. La réponse vient comme sur son téléphone, et les \
           chiffres bougent.",
    callers: "Qui êtes-vous ?",
    number: "Un autre numéro",
    take: "Choisir",
    stranger: "Personne n’est inscrit à ce numéro.",
    no_number: "Ce n’est pas un numéro de téléphone. Exemple : 70 00 00 01.",
    lost: "L’appel n’est pas passé. Réessayez.",
    figures: "Voir les chiffres :",
    thread: "SMS",
    thread_empty: "Aucun message aujourd’hui.",
    sent: "Envoyé :",
    received: "Reçu :",
    waiting: "en route",
    failed: "non remis",
    message: "Votre message",
    send: "Envoyer",
    examples: "Essayez :",
    characters: "caractères",
    unicode: "lettres hors alphabet SMS",
    screen: "Écran",
    idle: "Composez le code pour ouvrir le menu.",
    over: "Session terminée.",
    answer: "Votre réponse",
    reply: "Envoyer",
    hang_up: "Raccrocher",
    dial: "Composer",
    keypad: "Clavier",
};

static ENGLISH: Words = Words {
    title: "The telephone",
    lead: "Be the field worker: send an SMS or dial the code. The answer comes as it would on their phone, and the figures \
           move.",
    callers: "Who are you?",
    number: "Another number",
    take: "Use it",
    stranger: "Nobody is registered on this number.",
    no_number: "This is not a phone number. Example: 70 00 00 01.",
    lost: "The call did not get through. Try again.",
    figures: "See the figures:",
    thread: "SMS",
    thread_empty: "No message today.",
    sent: "Sent:",
    received: "Received:",
    waiting: "on its way",
    failed: "not delivered",
    message: "Your message",
    send: "Send",
    examples: "Try:",
    characters: "characters",
    unicode: "letters outside the SMS alphabet",
    screen: "Screen",
    idle: "Dial the code to open the menu.",
    over: "Session over.",
    answer: "Your answer",
    reply: "Send",
    hang_up: "Hang up",
    dial: "Dial",
    keypad: "Keypad",
};
