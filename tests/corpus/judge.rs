//! Whether what the engine made of one entry is what the entry allows.

use std::collections::BTreeMap;

use super::entry::Entry;
use relais::base::gsm7;
use relais::base::text::fold;
use relais::flow::model::Pack;
use relais::flow::transcript::{Rehearsal, Standing, Told};
use relais::flow::turn::{FilingState, Outcome};

/// What is said of one entry; with the reason where it is not right.
pub enum Verdict {
    Right,
    Wrong(String),
    /// Something stands in the totals that was not typed, or not so.
    Silent(String),
    Disputed,
    /// It needs a report type or a command the pack does not have yet.
    Later,
}

const CLOCK: &str = "2026-11-23 10:42";
const REGISTERED: &str = "2026-11-16 08:00";

/// The senders of the corpus: name, phone, and how a transcript declares each person on it.
const SENDERS: [(&str, &str, &[&str]); 10] = [
    ("relais_niena", "+22370000001", &["relais Niena commune"]),
    ("asc_sanzana", "+22370000002", &["asc Sanzana commune"]),
    ("gsan_samabougou", "+22370000003", &["gsan Samabougou commune"]),
    ("cscom_niena", "+22370000004", &["cscom Niena commune"]),
    ("imam_sikasso", "+22370000005", &["leader Sikasso commune"]),
    ("focal_zangasso", "+22370000006", &["point_focal Zangasso commune"]),
    ("focal_koutiala", "+22370000007", &["point_focal Koutiala cercle"]),
    ("officer_koutiala", "+22370000008", &["officier Koutiala cercle"]),
    ("unknown", "+22379999999", &[]),
    ("shared", "+22370000009", &["asc Sanzana commune code A27", "asc Sanzana commune code A28"]),
];

/// Every word that opens a message in the design. What the pack lacks of them makes an entry one for later.
const OPENING_WORDS: &str = "DEP DEPISTAGE CUI CUISINE DEMO SEN SENSIB CAUSERIE REU REUNION RES RESSOURCES RESS FIN \
    ATPE STOCK ALE ALERTE PLA PLAN VITA SIAN FEF RIEN CORR ANNUL AIDE OUI NON JOIN STOP REPRISE MOI LANGUE BILAN MUETS \
    RAPPEL VU VISA REFUS INFO";

/// Sends an entry and judges what became of it, told in the second part.
pub fn judge(pack: &Pack, entry: &Entry, disputed: bool) -> (Verdict, String) {
    let (_, phone, people) = SENDERS.iter().find(|(name, ..)| *name == entry.from).expect("a known sender");
    let mut rehearsal = Rehearsal::new(pack);
    let mut set = |line: &str| rehearsal.set(line).expect("a sound setting");
    set(REGISTERED);
    people.iter().for_each(|person| set(&format!("{phone} {person}")));
    set(CLOCK);
    for text in &entry.before {
        rehearsal.send(phone, text);
    }
    let earlier = rehearsal.reports();
    if let Some(now) = &entry.now {
        rehearsal.set(now).expect("a sound clock");
    }
    let told = rehearsal.send(phone, &entry.text);
    let reports = rehearsal.reports();
    let moved: Vec<&Standing> = reports
        .iter()
        .enumerate()
        .filter(|(rank, report)| stands(report) && earlier.get(*rank) != Some(report))
        .map(|(_, report)| report)
        .collect();
    let shown = format!("{:?} {}", told.outcome.word(), told.reply.as_deref().unwrap_or("-"));
    if disputed {
        return (Verdict::Disputed, shown);
    }
    if let Some(reason) = silently_wrong(entry, &moved) {
        return (Verdict::Silent(reason), shown);
    }
    if is_for_later(pack, entry) {
        return (Verdict::Later, shown);
    }
    let verdict = not_right(entry, &told, &reports).map_or(Verdict::Right, Verdict::Wrong);
    (verdict, shown)
}

/// In the totals, or one visa away from them.
fn stands(report: &Standing) -> bool {
    let outside = matches!(report.state, FilingState::Draft | FilingState::Incomplete | FilingState::Held);
    !outside && !report.gone
}

/// True when the entry uses a word of the design that opens nothing in this pack yet.
fn is_for_later(pack: &Pack, entry: &Entry) -> bool {
    let lacks_flow = entry.flow.as_ref().is_some_and(|flow| pack.flow(flow).is_none());
    let known = |word: &str| {
        let in_flow = |flow: &std::sync::Arc<_>| is_word_of(flow, word);
        pack.flows.iter().any(in_flow) || pack.commands.values().flatten().any(|known| known == word)
    };
    let lacking: Vec<String> =
        OPENING_WORDS.split_whitespace().filter(|word| !known(word)).map(str::to_lowercase).collect();
    let uses = |text: &String| {
        let folded = fold(text);
        let mut words = folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
        words.any(|word| lacking.iter().any(|lacking| lacking == word))
    };
    lacks_flow || uses(&entry.text) || entry.before.iter().any(uses)
}

fn is_word_of(flow: &relais::flow::model::Flow, word: &str) -> bool {
    flow.keyword == word || flow.aliases.iter().any(|alias| alias == word)
}

/// What stands although it was not typed, or not so.
fn silently_wrong(entry: &Entry, moved: &[&Standing]) -> Option<String> {
    let may_stand = entry.may.iter().any(|may| matches!(may.as_str(), "saved" | "command" | "duplicate"));
    if let (false, Some(report)) = (may_stand, moved.first()) {
        return Some(format!("counted {} {:?}", report.flow, report.values));
    }
    if entry.values.is_empty() {
        return None;
    }
    let of_flow = |report: &&&Standing| Some(&report.flow) == entry.flow.as_ref() && !report.zero;
    let others: Vec<&&Standing> = moved.iter().filter(of_flow).filter(|report| !is_as_told(report, entry)).collect();
    // A text with the keyword twice is two reports, of which the entry tells one.
    let keyword = entry.flow.clone().unwrap_or_default();
    let typed =
        fold(&entry.text).split(|character: char| !character.is_alphanumeric()).filter(|w| *w == keyword).count();
    let told_of = moved.iter().filter(of_flow).count() - others.len();
    let allowed = if told_of > 0 { typed.saturating_sub(told_of) } else { 0 };
    (others.len() > allowed).then(|| format!("counted {:?} {}", others[0].values, others[0].date))
}

/// True when `report` has exactly the values the entry tells. A date or a body only one of them tells may be a default.
fn is_as_told(report: &Standing, entry: &Entry) -> bool {
    let mut told = entry.values.clone();
    let date = told.remove("DATE").or_else(|| (report.flow == "reu").then(|| told.remove("D")).flatten());
    let defaulted = |label: &str| label == "BODY" || (label == "D" && report.flow == "reu");
    let stands: BTreeMap<String, String> = report
        .values
        .iter()
        .map(|(label, value)| (renamed(label), value.clone()))
        .filter(|(label, _)| !defaulted(label) || (label == "BODY" && told.contains_key("BODY")))
        .collect();
    stands == told && date.is_none_or(|date| date == report.date.to_string())
}

/// Labels of the pack by the names the corpus gives them.
fn renamed(label: &str) -> String {
    match label {
        "INSTANCE" => "BODY".to_owned(),
        "ST" => "STATUT".to_owned(),
        other => other.to_owned(),
    }
}

fn not_right(entry: &Entry, told: &Told, reports: &[Standing]) -> Option<String> {
    let outcome = told.outcome.word();
    if !entry.may.iter().any(|may| may == outcome) {
        return Some(format!("is {outcome}"));
    }
    let reply = told.reply.as_deref().unwrap_or_default();
    let folded = fold(reply);
    if gsm7::size(reply).parts > 1 {
        return Some("takes more than one SMS".to_owned());
    }
    // What folds to nothing is invisible: it may not stand there as it is.
    let stands_in = |never: &&String| {
        let plain = fold(never);
        reply.contains(never.as_str()) || (!plain.is_empty() && folded.contains(&plain))
    };
    if let Some(never) = entry.reply_not.iter().find(stands_in) {
        return Some(format!("says {never:?}"));
    }
    let answers = matches!(told.outcome, Outcome::Asked | Outcome::Refused);
    if answers && !entry.reply_has.is_empty() && !entry.reply_has.iter().any(|has| folded.contains(&fold(has))) {
        return Some(format!("says none of {:?}", entry.reply_has));
    }
    let must_stand = entry.may.iter().all(|may| may == "saved" || may == "command") && !entry.values.is_empty();
    let of_flow = |report: &&Standing| Some(&report.flow) == entry.flow.as_ref();
    if must_stand && !reports.iter().filter(of_flow).any(|report| stands(report) && is_as_told(report, entry)) {
        return Some(format!("does not stand so: {:?}", reports.iter().map(|r| &r.values).collect::<Vec<_>>()));
    }
    let mut open = reports.iter().filter(of_flow).filter(|report| report.state == FilingState::Draft && !report.gone);
    open.find_map(|draft| in_doubt(draft, entry)).filter(|_| told.outcome == Outcome::Asked)
}

/// A value of an open draft that is not the one typed: it would be counted once the rest is there.
fn in_doubt(draft: &Standing, entry: &Entry) -> Option<String> {
    let differs = |(label, value): &&(String, String)| {
        let typed = entry.values.get(&renamed(label));
        typed.is_some_and(|typed| typed != value)
    };
    draft.values.iter().find(differs).map(|(label, value)| format!("keeps {label}{value} in its draft"))
}
