//! What is wrong with a cell or field, in the language of the page. In English it is what the command line says.

use super::words::PeopleWords;
use crate::base::Language;
use crate::person::fault::{Fault, Reason};
use crate::web::page::words::date;

/// What is wrong, in the language of the page.
pub fn told(reason: &Reason, language: Language) -> String {
    if language == Language::ENGLISH { reason.to_string() } else { french(reason) }
}

/// A fault with the name of its column in front.
pub fn in_its_column(fault: &Fault, own: &PeopleWords, language: Language) -> String {
    let reason = told(&fault.reason, language);
    if fault.column.is_empty() { reason } else { format!("{} : {reason}", own.column(fault.column)) }
}

fn french(reason: &Reason) -> String {
    let or = |words: &[String]| words.join(" ou ");
    match reason {
        Reason::TooManyCells => "plus de cellules que l’en-tête n’a de colonnes".into(),
        Reason::TooManyRows(most) => format!("plus de {most} lignes : partagez le fichier"),
        Reason::UnknownColumn { name, near, known } => {
            format!("pas de colonne « {name} » ; vouliez-vous « {near} » ? Connues : {known}")
        }
        Reason::ColumnTwice(name) => format!("la colonne « {name} » est là deux fois"),
        Reason::ColumnMissing(name) => format!("la colonne « {name} » manque"),
        Reason::SamePhone(line) => {
            format!("même numéro et même code d’agent que la ligne {line} ; sur un même téléphone les codes diffèrent")
        }
        Reason::NoPlace => "vide ; écrivez le code ou le nom d’un lieu".into(),
        Reason::NoPlacesYet => "il n’y a pas encore de lieux".into(),
        Reason::UnknownPlace { typed, near } if near.is_empty() => format!("aucun lieu ne s’appelle « {typed} »"),
        Reason::UnknownPlace { typed, near } => {
            format!("aucun lieu ne s’appelle « {typed} » ; vouliez-vous {} ?", or(near))
        }
        Reason::UnclearPlace(typed) => format!("aucun lieu, ou plusieurs, ne s’appelle « {typed} »"),
        Reason::Namesakes { typed, places } => {
            format!("« {typed} » est le nom de plusieurs lieux ; écrivez un code : {}", or(places))
        }
        Reason::PlaceEnded { place, last, now } => {
            let now = if now.is_empty() { "un autre lieu".to_owned() } else { or(now) };
            format!("{place} n’existe plus depuis le {} ; écrivez {now}", date(*last))
        }
        Reason::NoPhone(calling) => format!("n’est pas un numéro ; écrivez +{calling} et le numéro"),
        Reason::TooManyPhones(most) => format!("plus de {most} numéros pour une personne"),
        Reason::NameLength(most) => format!("de 1 à {most} caractères"),
        Reason::NotOneOf { typed, known, near: None } => format!("« {typed} » n’est pas parmi {known}"),
        Reason::NotOneOf { typed, known, near: Some(near) } => {
            format!("« {typed} » n’est pas parmi {known} ; vouliez-vous {near} ?")
        }
        Reason::AgentCode(most) => format!("de 1 à {most} lettres et chiffres, comme A27"),
        Reason::NoAt => "sans @".into(),
        Reason::NoDay(typed) => format!("« {typed} » n’est pas un jour ; écrivez 2026-11-23"),
        Reason::FarDay => "trop loin d’aujourd’hui".into(),
        Reason::NoId => "n’est pas un identifiant ; laissez vide".into(),
        Reason::NobodyHasIt => "personne ne l’a".into(),
        Reason::NobodyKnown => "personne n’est connu par ce numéro et ce code d’agent".into(),
        Reason::SeveralKnown => "ces numéros sont ceux de plusieurs personnes déjà inscrites".into(),
        Reason::SamePerson(line) => format!("la même personne que la ligne {line}"),
        Reason::CodeTaken(Some(who)) => {
            format!("{who} a ce numéro avec le même code d’agent ; sur un même téléphone les codes diffèrent")
        }
        Reason::CodeTaken(None) => "quelqu’un d’autre a ce numéro avec le même code d’agent".into(),
        Reason::LastPhone => "c’est son seul numéro : ajoutez d’abord l’autre".into(),
        Reason::NotBegun => "cette personne n’a pas encore commencé ce jour-là".into(),
        Reason::NotYours(area) => format!("hors de votre zone, qui est {area}"),
        Reason::NoCodeFree => "plus aucun code n’est libre : attendez que d’anciens expirent".into(),
        Reason::Own => "c’est vous : quelqu’un d’autre doit le faire".into(),
        Reason::RoleNotYours => "seul un administrateur donne ou change ce rôle".into(),
        Reason::PhoneNotYours => {
            "c’est le numéro d’un officier ou de quelqu’un hors de votre zone : demandez à un administrateur".into()
        }
    }
}
