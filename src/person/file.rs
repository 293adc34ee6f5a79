//! The people file: `phone,name,role,network,place,language,agent_code,supervisor_phone,email`.
//!
//! A fault in one row changes nothing and every faulty row is told. The place is a code, or a name that only one place
//! bears.

use std::collections::HashMap;

use crate::base::PlaceId;
use crate::base::{Date, Language, Phone};
use crate::flow::model::Pack;
use crate::place::file::RowFault;
use crate::place::{Found, Tree, find};

/// Most rows in one file.
pub const ROWS_MAX: usize = 200_000;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 100;
/// Longest agent code.
const AGENT_CODE_CHARS_MAX: usize = 6;

/// One row, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// Their phone: what makes a row of a later file the same person.
    pub phone: Phone,
    /// Full name.
    pub name: String,
    /// Role id.
    pub role: String,
    /// Network id.
    pub network: String,
    /// Where they report from.
    pub place: PlaceId,
    /// Language, where chosen.
    pub language: Option<Language>,
    /// Code typed in front of a report on a shared phone, in capitals.
    pub agent_code: Option<String>,
    /// Phone of the supervisor.
    pub supervisor: Option<Phone>,
    /// E-mail address.
    pub email: Option<String>,
}

#[derive(serde::Deserialize)]
struct RawRow {
    phone: String,
    name: String,
    role: String,
    network: String,
    place: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    agent_code: String,
    #[serde(default)]
    supervisor_phone: String,
    #[serde(default)]
    email: String,
}

/// Reads a people file by the words of `pack` and the places of `tree` on `today`.
///
/// # Errors
/// Every faulty row with its line.
pub fn read(text: &str, pack: &Pack, tree: &Tree, today: Date) -> Result<Vec<PersonRow>, Vec<RowFault>> {
    let text = text.trim_start_matches('\u{feff}');
    let delimiter = if text.lines().next().is_some_and(|header| header.contains(';')) { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(Phone, Option<String>), usize> = HashMap::new();
    for (index, raw) in reader.deserialize::<RawRow>().enumerate() {
        let line = index + 2;
        if index >= ROWS_MAX {
            faults.push(RowFault { line, reason: format!("more than {ROWS_MAX} rows") });
            break;
        }
        match raw.map_err(|error| csv_reason(&error)).and_then(|raw| row(raw, pack, tree, today)) {
            Ok(row) => match seen.insert((row.phone.clone(), row.agent_code.clone()), line) {
                Some(first) => {
                    let reason = format!(
                        "the same phone and agent code as line {first}; people of one phone need different agent codes"
                    );
                    faults.push(RowFault { line, reason });
                }
                None => rows.push(row),
            },
            Err(reason) => faults.push(RowFault { line, reason }),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn csv_reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} columns where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8; save the file as UTF-8".into(),
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    }
}

fn row(raw: RawRow, pack: &Pack, tree: &Tree, today: Date) -> Result<PersonRow, String> {
    let phone = |text: &str, column: &str| {
        let parsed = Phone::parse(text, &pack.numbering);
        parsed.ok_or_else(|| format!("{column} is no phone number; write it as +{}...", pack.numbering.calling_code))
    };
    let parsed_phone = phone(&raw.phone, "phone")?;
    if raw.name.is_empty() || raw.name.chars().count() > NAME_CHARS_MAX {
        return Err(format!("name must have 1 to {NAME_CHARS_MAX} characters"));
    }
    let roles: Vec<&str> = pack.roles.iter().map(|role| role.id.as_str()).collect();
    let networks: Vec<&str> = pack.networks.iter().map(|network| network.id.as_str()).collect();
    known(&raw.role, "role", &roles)?;
    known(&raw.network, "network", &networks)?;
    let language = match raw.language.as_str() {
        "" => None,
        code => {
            let language = code.parse::<Language>().ok().filter(|language| pack.languages.contains(language));
            Some(language.ok_or_else(|| format!("language `{code}` is not one of the pack's"))?)
        }
    };
    let agent_code = Some(raw.agent_code.to_uppercase()).filter(|code| !code.is_empty());
    if let Some(code) = &agent_code
        && (code.chars().count() > AGENT_CODE_CHARS_MAX || !code.chars().all(|letter| letter.is_ascii_alphanumeric()))
    {
        return Err(format!("agent_code must be 1 to {AGENT_CODE_CHARS_MAX} letters and digits, such as A27"));
    }
    let supervisor = match raw.supervisor_phone.as_str() {
        "" => None,
        text => Some(phone(text, "supervisor_phone")?),
    };
    let email = Some(raw.email).filter(|email| !email.is_empty());
    if email.as_deref().is_some_and(|email| !email.contains('@')) {
        return Err("email has no @".into());
    }
    let place = place(&raw.place, tree, today)?;
    let (name, role, network) = (raw.name, raw.role, raw.network);
    Ok(PersonRow { phone: parsed_phone, name, role, network, place, language, agent_code, supervisor, email })
}

fn known(word: &str, column: &str, options: &[&str]) -> Result<(), String> {
    if options.contains(&word) {
        return Ok(());
    }
    Err(format!("{column} `{word}` is not one of {}", options.join(", ")))
}

fn place(typed: &str, tree: &Tree, today: Date) -> Result<PlaceId, String> {
    let Some(root) = tree.root(today) else { return Err("there are no places yet; import them first".into()) };
    match find(tree, typed, root.id, today) {
        Found::One(place) => Ok(place.id),
        Found::Several(places) => {
            let codes: Vec<&str> = places.iter().map(|place| place.code.as_str()).collect();
            Err(format!("place `{typed}` is the name of several; write a code, such as {}", codes.join(" or ")))
        }
        Found::None(near) => {
            let near: Vec<String> = near.iter().map(|place| format!("{} ({})", place.name, place.code)).collect();
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
            Err(format!("no place is called `{typed}`{hint}"))
        }
    }
}
