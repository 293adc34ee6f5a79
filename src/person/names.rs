//! Names of people that somebody typed into a message, hidden where messages are listed.
//!
//! A modest rule, not a promise. Hidden are the words after one that announces a name (`enfant`, `fils`, `mère`, `nommée`,
//! `Mme`, with `de` between), up to a number, a sign or four words; and a common Malian family name with the word before it.
//! Not found are: a first name alone, a family name that is not in the list, a name spelled as a word of the language, names in
//! other scripts. Never used on what is read, counted or kept: it hides, and changes nothing.

use crate::base::text::fold;

/// What stands where a name stood.
const HIDDEN: &str = "[nom]";
/// Most words hidden after one that announces a name.
const WORDS_MAX: usize = 4;

/// Words that announce a name, folded.
const ANNOUNCING: &[&str] = &[
    "ENFANT", "FILS", "FILLE", "BEBE", "GARCON", "MERE", "PERE", "MAMAN", "PAPA", "EPOUSE", "EPOUX", "FEMME", "MARI",
    "NOM", "PRENOM", "NOMME", "NOMMEE", "APPELE", "APPELEE", "MME", "MLLE", "MADAME", "MONSIEUR", "MR", "CHILD",
    "MOTHER", "FATHER", "NAME", "NAMED", "SON", "DAUGHTER", "BABY", "MRS", "MISS",
];
/// Words between a name and what announces it, or between two names.
const JOINING: &[&str] = &["DE", "DU", "D", "LA", "LE", "ET", "EST", "OF", "AND", "IS", "AG", "OULD", "WALET", "BINT"];
/// Common family names of Mali, folded.
const FAMILY_NAMES: &[&str] = &[
    "BAGAYOKO",
    "BALLO",
    "BAH",
    "BARRY",
    "BERTHE",
    "BOCOUM",
    "BOUARE",
    "CAMARA",
    "CISSE",
    "COULIBALY",
    "DABO",
    "DAO",
    "DEMBELE",
    "DIABATE",
    "DIAKITE",
    "DIALLO",
    "DIARRA",
    "DIARRASSOUBA",
    "DICKO",
    "DJIRE",
    "DOLO",
    "DOUCOURE",
    "DOUMBIA",
    "DRAME",
    "FANE",
    "FOFANA",
    "GUINDO",
    "HAIDARA",
    "KAMISSOKO",
    "KANOUTE",
    "KANTE",
    "KARAMBE",
    "KASSOGUE",
    "KEITA",
    "KONATE",
    "KONE",
    "KOUYATE",
    "MAIGA",
    "MARIKO",
    "NIANGADO",
    "NIARE",
    "OUATTARA",
    "OUOLOGUEM",
    "SACKO",
    "SAGARA",
    "SAMAKE",
    "SANGARE",
    "SANOGO",
    "SIDIBE",
    "SIMPARA",
    "SISSOKO",
    "SOGOBA",
    "SOUMARE",
    "SYLLA",
    "TALL",
    "TANGARA",
    "TEMBELY",
    "THERA",
    "TOGO",
    "TOGOLA",
    "TOURE",
    "TRAORE",
    "YATTARA",
];

/// `text` with names hidden as far as the rule finds them.
pub fn without_names(text: &str) -> String {
    let words = words(text);
    let is_hidden = hidden(&words);
    shown(&words, &is_hidden)
}

/// What was answered to `written`, which may repeat a word of it where nothing announces it: what is hidden there is hidden
/// here too.
pub fn answer_without_names(answer: &str, written: &str) -> String {
    let typed = words(written);
    let names: Vec<String> =
        typed.iter().zip(hidden(&typed)).filter(|(_, is_hidden)| *is_hidden).map(|(word, _)| bare(word)).collect();
    let words = words(answer);
    let mut is_hidden = hidden(&words);
    for (word, is_hidden) in words.iter().zip(&mut is_hidden) {
        *is_hidden |= names.contains(&bare(word));
    }
    shown(&words, &is_hidden)
}

fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

/// Which of these words the rule hides.
fn hidden(words: &[&str]) -> Vec<bool> {
    let mut is_hidden = vec![false; words.len()];
    for (at, word) in words.iter().enumerate() {
        let bare = bare(word);
        if ANNOUNCING.contains(&bare.as_str()) && !ends_here(word) {
            hide_after(words, at, &mut is_hidden);
        } else if FAMILY_NAMES.contains(&bare.as_str()) {
            is_hidden[at] = true;
            if at > 0 && is_name_like(words[at - 1]) && !ends_here(words[at - 1]) {
                is_hidden[at - 1] = true;
            }
        }
    }
    is_hidden
}

fn hide_after(words: &[&str], at: usize, is_hidden: &mut [bool]) {
    let mut hidden = 0;
    for (offset, word) in words[at + 1..].iter().enumerate() {
        let bare = bare(word);
        if hidden == WORDS_MAX || ANNOUNCING.contains(&bare.as_str()) {
            return;
        }
        if !JOINING.contains(&bare.as_str()) {
            if !is_name_like(word) {
                return;
            }
            is_hidden[at + 1 + offset] = true;
            hidden += 1;
        }
        if ends_here(word) {
            return;
        }
    }
}

/// A word of letters alone, as long as a name at least: a label and its number (`T45`) never are.
fn is_name_like(word: &str) -> bool {
    let word = word.trim().trim_matches(|letter: char| !letter.is_alphanumeric());
    word.chars().count() >= 2 && word.chars().all(|letter| letter.is_alphabetic() || letter == '-' || letter == '\'')
}

/// A sign after a word ends what it announces.
fn ends_here(word: &str) -> bool {
    word.trim_end().ends_with(['.', ',', ';', '!', '?', ')'])
}

fn bare(word: &str) -> String {
    fold(word.trim()).chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase()
}

fn shown(words: &[&str], is_hidden: &[bool]) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        if !is_hidden[at] {
            text.push_str(word);
            continue;
        }
        if at == 0 || !is_hidden[at - 1] {
            text.push_str(HIDDEN);
        }
        if !is_hidden.get(at + 1).copied().unwrap_or(false) {
            // What followed the name stays: a sign, a space.
            let tail =
                word.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '-' || letter == '\'');
            text.push_str(tail);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_hidden_and_figures_are_not() {
        for (label, typed, expected) in [
            ("a child", "enfant Moussa de Awa malade", "enfant [nom] de [nom]"),
            ("with the family's name", "DEP T45 enfant Awa Traoré R1", "DEP T45 enfant [nom] R1"),
            ("a family name alone", "Fanta Coulibaly est partie", "[nom] est partie"),
            ("a mother", "Mère: Kadia, 6 mois", "Mère: [nom], 6 mois"),
            ("named", "une fille nommée Oumou. Elle va bien", "une fille nommée [nom]. Elle va bien"),
            ("a report", "DEP T45 F23 V38 J5 R1 E1 S2 M5", "DEP T45 F23 V38 J5 R1 E1 S2 M5"),
            ("numbers after the word", "enfants 25 femmes 12", "enfants 25 femmes 12"),
            ("one label of a word", "CUI N1 enfant 25", "CUI N1 enfant 25"),
            ("nothing", "", ""),
            ("a limit: a first name alone", "Moussa est malade", "Moussa est malade"),
        ] {
            assert_eq!(without_names(typed), expected, "{label}");
        }
    }

    #[test]
    fn an_answer_does_not_say_what_the_text_may_not() {
        for (label, answer, written, expected) in [
            (
                "repeated",
                "Pas compris: enfant. Pas compris: Moussa. Renvoyez",
                "DEP T45 enfant Moussa",
                "Pas compris: enfant. Pas compris: [nom]. Renvoyez",
            ),
            ("in capitals", "MOUSSA? Pas compris", "fils Moussa", "[nom]? Pas compris"),
            ("by itself", "Bonjour Fanta Coulibaly", "MOI", "Bonjour [nom]"),
            ("nothing to hide", "OK DEP 1: 45 filles 23", "DEP T45 F23", "OK DEP 1: 45 filles 23"),
        ] {
            assert_eq!(answer_without_names(answer, written), expected, "{label}");
        }
    }
}
