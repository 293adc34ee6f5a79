//! The words of the pages that let officers in and out, one table for each language.

use crate::base::Language;

/// The words of a language.
pub struct SignInWords {
    /// What to do first.
    pub help: &'static str,
    /// Field of the number.
    pub number: &'static str,
    /// How a number looks.
    pub number_hint: &'static str,
    /// Button that asks for a code.
    pub ask: &'static str,
    /// No number.
    pub no_number: &'static str,
    /// Where no channel can send one.
    pub no_channel: &'static str,
    /// Heading of the other way in.
    pub by_token: &'static str,
    /// Its field.
    pub token: &'static str,
    /// Its button, and that of the code.
    pub enter: &'static str,
    /// When the token is not known.
    pub token_unknown: &'static str,
    /// What happens now, whether the number is known or not.
    pub sent: &'static str,
    /// Field of the code.
    pub code: &'static str,
    /// A wrong one, before the number of tries left.
    pub wrong: &'static str,
    /// No code to try.
    pub over: &'static str,
    /// Link to ask again.
    pub again: &'static str,
    /// Heading of one's own page.
    pub account: &'static str,
    /// Before the area.
    pub area: &'static str,
    /// Before the day one signed in.
    pub since: &'static str,
    /// Before how many browsers.
    pub browsers: &'static str,
    /// What one may do: look, act, administer.
    pub may: [&'static str; 3],
    /// Before it.
    pub rights: &'static str,
    /// Buttons.
    pub leave: &'static str,
    /// Ends all sessions.
    pub leave_everywhere: &'static str,
    /// Of a demonstration's visitor.
    pub looking: &'static str,
}

/// The words for `language`: English where asked for, French for all others.
pub fn sign_in_words(language: Language) -> &'static SignInWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: SignInWords = SignInWords {
    help: "Tapez votre numéro de téléphone d’officier. Un code de six chiffres vous est envoyé par SMS. Nous ne demandons \
           jamais argent ni code PIN.",
    number: "Numéro de téléphone",
    number_hint: "par exemple 76 12 34 56",
    ask: "Recevoir le code",
    no_number: "Ce n’est pas un numéro de téléphone.",
    no_channel: "Ce serveur ne peut pas encore envoyer de SMS : entrez avec un jeton.",
    by_token: "J’ai un jeton",
    token: "Jeton",
    enter: "Entrer",
    token_unknown: "Ce jeton n’est pas connu ici.",
    sent: "Si ce numéro est celui d’un officier, un SMS avec un code arrive. Il est valable dix minutes, sur ce navigateur.",
    code: "Code de six chiffres",
    wrong: "Ce n’est pas le code. Essais restants :",
    over: "Ce code n’est plus valable : demandez-en un autre.",
    again: "Demander un autre code",
    account: "Mon accès",
    area: "Votre zone :",
    since: "Entré le",
    browsers: "Navigateurs où vous êtes entré :",
    may: ["voir les chiffres", "voir les chiffres et agir comme officier", "voir, agir et administrer"],
    rights: "Vous pouvez :",
    leave: "Quitter ici",
    leave_everywhere: "Quitter partout",
    looking: "Vous visitez la démonstration : vous voyez tout le pays. Entrez comme officier pour ne voir que sa zone.",
};

static ENGLISH: SignInWords = SignInWords {
    help: "Type your phone number as an officer. A code of six digits is sent to you by SMS. We never ask for money or a \
           PIN.",
    number: "Phone number",
    number_hint: "for example 76 12 34 56",
    ask: "Receive the code",
    no_number: "This is no phone number.",
    no_channel: "This server cannot send SMS yet: enter with a token.",
    by_token: "I have a token",
    token: "Token",
    enter: "Enter",
    token_unknown: "This token is not known here.",
    sent: "If this number is an officer’s, an SMS with a code is coming. It is good for ten minutes, in this browser.",
    code: "Code of six digits",
    wrong: "This is not the code. Tries left:",
    over: "This code is no longer good: ask for another.",
    again: "Ask for another code",
    account: "My access",
    area: "Your area:",
    since: "Signed in on",
    browsers: "Browsers you are signed in on:",
    may: ["see the figures", "see the figures and act as an officer", "see, act and administer"],
    rights: "You may:",
    leave: "Leave here",
    leave_everywhere: "Leave everywhere",
    looking: "You are visiting the demonstration: you see the whole country. Enter as an officer to see their area only.",
};
