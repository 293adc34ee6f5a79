//! Every reading rule, as a table: refusals as many as acceptances.

use jiff::civil::date;

use super::reading::{Fault, KeywordMatch, Note, Said};
use super::{Body, CommandRead, ReportRead, sample};
use crate::base::Date;
use crate::flow::model::CommandKind;
use crate::flow::values::Value;

const TODAY: Date = date(2026, 11, 23);

fn said(text: &str) -> Vec<Said> {
    let reading = sample::pack().reader().read(text, TODAY, &["A27"], None);
    reading.parts.into_iter().map(|part| part.said).collect()
}

fn report(text: &str) -> ReportRead {
    match said(text).into_iter().next() {
        Some(Said::Report(report)) => report,
        other => panic!("`{text}` is no report: {other:?}"),
    }
}

fn command(text: &str) -> CommandRead {
    match said(text).into_iter().next() {
        Some(Said::Command(command)) => command,
        other => panic!("`{text}` is no command: {other:?}"),
    }
}

/// Values as `T45 F23`, in label order.
fn values(body: &Body) -> String {
    let shown = |(label, value): (&String, &Value)| match value {
        Value::Number(number) => format!("{label}{number}"),
        Value::Date(date) => format!("{label}={date}"),
        Value::Word(word) => format!("{label}={word}"),
    };
    body.values.0.iter().map(shown).collect::<Vec<_>>().join(" ")
}

const DEP: &str = "E1 F23 J5 M5 R1 S2 T45 V38";

#[test]
fn the_same_report_however_it_is_typed() {
    for (why, text) in [
        ("labelled", "DEP T45 F23 V38 J5 R1 E1 S2 M5"),
        ("another order", "DEP M5 S2 E1 R1 J5 V38 F23 T45"),
        ("lower case", "dep t45 f23 v38 j5 r1 e1 s2 m5"),
        ("alias with accent", "Dépistage T45 F23 V38 J5 R1 E1 S2 M5"),
        ("all glued", "DEPT45F23V38J5R1E1S2M5"),
        ("keyword glued", "DEPT45 F23 V38 J5 R1 E1 S2 M5"),
        ("labels apart", "DEP T 45 F 23 V 38 J 5 R 1 E 1 S 2 M 5"),
        ("equals signs", "DEP T=45,F=23,V=38,J=5,R=1,E=1,S=2,M=5"),
        ("colons and semicolons", "DEP: T:45; F:23; V:38; J:5; R:1; E:1; S:2; M:5"),
        ("slashes", "DEP/T45/F23/V38/J5/R1/E1/S2/M5"),
        ("stars and hashes", "DEP*T45#F23*V38#J5*R1#E1*S2#M5"),
        ("newlines and tabs", "DEP\nT45\r\nF23\tV38\nJ5 R1 E1 S2 M5\n"),
        ("stray dots and apostrophes", "DEP. T45. F23' V38. J5. R1. E1. S2. M5."),
        ("dashes between reports", "DEP-T45-F23-V38-J5-R1-E1-S2-M5"),
        ("dashes before every number", "DEP T-45 F-23 V-38 J-5 R-1 E-1 S-2 M-5"),
        ("positional", "dep 45 23 38 5 1 1 2 5"),
        ("positional with commas", "dep 45,23,38,5,1,1,2,5"),
        ("positional with dashes", "DEP-45-23-38-5-1-1-2-5"),
        ("positional with dots", "dep 45.23.38.5.1.1.2.5"),
        ("positional glued", "dep45 23 38 5 1 1 2 5"),
        ("long words", "DEP total 45 filles 23 vert 38 jaune 5 rouge 1 oedeme 1 refmas 2 refmam 5"),
        ("plural and accents", "DEP Totals:45 Fille:23 Verts:38 Jaunes:5 Rouges:1 Œdèmes:1 refmas 2 refmam 5"),
        ("words glued", "DEP total45filles23vert38jaune5rouge1oedeme1s2m5"),
        ("invisible characters", "\u{feff}DEP T\u{200b}45\u{a0}F23 V38 J\u{ad}5 R1 E1 S2 M5"),
        ("arabic digits", "DEP T٤٥ F٢٣ V٣٨ J٥ R١ E١ S٢ M٥"),
        ("full width", "ＤＥＰ　Ｔ４５　F23 V38 J5 R1 E1 S2 M5"),
        ("courtesies", "Bonjour chef, DEP T45 F23 V38 J5 R1 E1 S2 M5 merci i ni ce s'il vous plaît"),
        ("the same number twice", "DEP T45 F23 V38 J5 R1 E1 S2 M5 T45"),
    ] {
        let read = report(text);
        assert_eq!(values(&read.body), DEP, "{why}");
        assert_eq!(read.body.faults, vec![], "{why}");
        assert!(read.body.notes.is_empty() && read.keyword == KeywordMatch::Exact, "{why}");
    }
}

#[test]
fn letters_inside_numbers_are_read_and_noted() {
    for (text, expected, notes) in [
        ("Dépistage T2O F1l V18 J2 RO EO S0 M2", "E0 F11 J2 M2 R0 S0 T20 V18", vec![Note::LetterO, Note::LetterL]),
        ("DEP T2OF11", "F11 T20", vec![Note::LetterO]),
        ("DEP T 2O", "T20", vec![Note::LetterO]),
        ("DEP E O", "E0", vec![Note::LetterO]),
        ("DEP TI5", "T15", vec![Note::LetterL]),
        ("REU C Dl8ll T2O", "D=2026-11-18 INSTANCE=ccocsad T20", vec![Note::LetterO, Note::LetterL]),
    ] {
        let body = report(text).body;
        assert_eq!((values(&body).as_str(), body.faults), (expected, vec![]), "{text}");
        assert_eq!(body.notes.into_iter().collect::<Vec<_>>(), notes, "{text}");
    }
}

fn unread(word: &str) -> Fault {
    Fault::Unread(word.into())
}

fn unclear(label: &str, typed: &str) -> Fault {
    Fault::Unclear { label: label.into(), typed: typed.into(), proposal: None }
}

fn asked_one(label: &str, typed: &str) -> Fault {
    unclear_as(label, typed, 1)
}

fn unclear_as(label: &str, typed: &str, number: i64) -> Fault {
    Fault::Unclear { label: label.into(), typed: typed.into(), proposal: Some(number) }
}

fn negative(label: &str, typed: &str) -> Fault {
    Fault::Negative { label: label.into(), typed: typed.into() }
}

#[test]
fn what_is_not_read_is_named() {
    for (why, text, fault) in [
        ("an unknown word", "DEP T45 beaucoup F23", unread("beaucoup")),
        ("a signature", "DEP T45 F23 Awa", unread("Awa")),
        ("an unknown label", "DEP T45 Z3", unread("Z3")),
        ("a sign", "DEP T45+3", unread("T45+3")),
        ("a picture", "DEP T45 👍", unread("👍")),
        ("a lone l looks like 1", "DEP El", asked_one("E", "l")),
        ("a lone I looks like 1", "DEP T45 F I", asked_one("F", "I")),
        ("letters for a number", "DEP T45 FlO", unclear_as("F", "lO", 10)),
        ("a lone i does not", "DEP Ei", unread("Ei")),
        ("a lone l behind a number", "DEP E1 El", unread("El")),
        ("superscripts", "DEP T45 J⁵", unread("J⁵")),
        ("circled digits", "DEP T④⑤", unread("T④⑤")),
        ("a link", "DEP T45 http://a.b/t1?f=2 F23", Fault::Link),
        ("a secret", "DEP T45 code PIN 1234", Fault::Secret),
        ("a code that is none", "DEP T45 code F23", unread("code")),
        ("two reasons", "REU C NON 2 3", Fault::LooseNumber("3".into())),
        ("words before the keyword", "Fwd: DEP T45", unread("Fwd")),
        ("a name before the keyword", "bonjour c'est Awa DEP T45", unread("Awa")),
        ("a number in words", "DEP T deux F1", Fault::NumberWord("deux".into())),
        ("a unit", "DEP T45kg", unread("T45kg")),
        ("a decimal comma", "DEP T4,5 F2", unclear("T", "4,5")),
        ("a decimal point", "DEP T4.5 F2", unclear("T", "4.5")),
        ("a range", "DEP T4-5 F2", unclear("T", "4-5")),
        ("one minus sign", "DEP T-45 F2", negative("T", "-45")),
        ("a minus sign apart", "DEP T45 F -2", negative("F", "-2")),
        ("a thousand apart", "DEP T1 200 F2", Fault::LooseNumber("200".into())),
        ("no label", "DEP 45 F23", Fault::LooseNumber("45".into())),
        ("two numbers", "DEP T45 T46", twice("T", "45", "46")),
        ("too few", "DEP 45 23 38", Fault::Count { got: 3, expected: 8 }),
        ("too many", "DEP 45 23 38 5 1 1 2 5 9", Fault::Count { got: 9, expected: 8 }),
        ("one minus in a row", "DEP 45 23 38 5 -1 1 2 5", negative("", "-1")),
        ("one comma in a row", "DEP 45,23 38 5 1 1 2 5", unclear("", "45,23")),
        ("a huge number", "DEP T99999999999999999999", out("T", "99999999999999999999")),
        ("a bare row not allowed", "REU 1 24 9 5 3 1", Fault::NotPositional),
        ("an option that is none", "SEN K9 P1 F1 H1", out("K", "9")),
        ("a word that is two", "REU N D1811", which_body()),
        ("no day", "DEP T45 DATE 3102", Fault::BadDate("3102".into())),
        ("a word for a day", "DEP T45 DATE demain", Fault::BadDate("DATE".into())),
        ("a day to come", "DEP T45 DATE 24/12/2026", Fault::FutureDate("24/12/2026".into())),
        ("tomorrow, not a day of last year", "DEP T45 DATE 2411", Fault::FutureDate("2411".into())),
        ("a day of last year", "DEP T45 DATE 24/11/2025", Fault::OldDate { typed: "24/11/2025".into(), max_days: 183 }),
        ("a meeting too old", "REU C D0108", Fault::OldDate { typed: "0108".into(), max_days: 92 }),
        ("two days", "DEP T45 DATE 2211 hier D2111", twice("DATE", "22/11", "2111")),
        ("cartons", "ATPE S3 cartons E2 U1 P0", cartons("S")),
        ("cartons without label", "ATPE 3 cartons E2 U1 P0", cartons("S")),
        ("cartons glued", "ATPE S3cartons E2 U1 P0", glued_cartons()),
    ] {
        let faults = report(text).body.faults;
        assert!(faults.contains(&fault), "{why}: {faults:?}");
    }
}

fn twice(label: &str, first: &str, second: &str) -> Fault {
    Fault::Twice { label: label.into(), first: first.into(), second: second.into() }
}

fn out(label: &str, typed: &str) -> Fault {
    Fault::OutOfRange { label: label.into(), typed: typed.into() }
}

fn which_body() -> Fault {
    Fault::WhichWord { label: "INSTANCE".into(), typed: "N".into(), options: vec!["ctin".into(), "cnn".into()] }
}

fn glued_cartons() -> Fault {
    Fault::Unit { label: Some("S".into()), typed: "3cartons".into(), proposal: Some(450) }
}

fn cartons(label: &str) -> Fault {
    Fault::Unit { label: Some(label.into()), typed: "3 cartons".into(), proposal: Some(450) }
}

#[test]
fn words_options_money_and_days() {
    for (text, expected) in [
        ("REU C D1811 N1 T24 F9 K5 X3 PV1", "D=2026-11-18 F9 INSTANCE=ccocsad K5 N1 PV1 T24 X3"),
        ("REUC D18/11 N 1 T24", "D=2026-11-18 INSTANCE=ccocsad N1 T24"),
        ("reu ctin d 18 11 pv oui", "D=2026-11-18 INSTANCE=ctin PV1"),
        ("REU CT24", "INSTANCE=ccocsad T24"),
        ("ATPE stock S3 E2", "E2 S3"),
        ("REU C NON 2", "INSTANCE=ccocsad NON=2"),
        ("REU L D18-11-2026", "D=2026-11-18 INSTANCE=clocsad"),
        ("REU C hier", "D=2026-11-22 INSTANCE=ccocsad"),
        ("REU C DATE aujourd'hui", "D=2026-11-23 INSTANCE=ccocsad"),
        ("SEN K1 radio F0 H0", "F0 H0 K=1 P=5"),
        ("SEN 1 2 40 120", "F40 H120 K=1 P=2"),
        ("RES M1.500.000 S3 R", "M1500000 S=3 ST=R"),
        ("RES M 1 500 000 S3 statut R", "M1500000 S=3 ST=R"),
        ("RES S3 M500000 D", "M500000 S=3 ST=D"),
        ("ATPE S3 sachets E2 U1 P0 D12", "D12 E2 P0 S3 U1"),
        ("ATPE TX1,5", "TX15"),
        ("ATPE TX 12.5 S2", "S2 TX125"),
    ] {
        let body = report(text).body;
        assert_eq!((values(&body).as_str(), body.faults), (expected, vec![]), "{text}");
    }
}

#[test]
fn money_that_is_not_clear_is_asked_never_guessed() {
    for (text, typed, proposal) in [
        ("RES M1,5 S3 R", "1,5", Some(1_500_000)),
        ("RES M1.5 S3 R", "1.5", None),
        ("RES M1.50.000 S3 R", "1.50.000", None),
        ("RES M1,500,000 S3 R", "1,500,000", None),
    ] {
        let faults = report(text).body.faults;
        assert_eq!(faults, vec![Fault::Unclear { label: "M".into(), typed: typed.into(), proposal }], "{text}");
    }
}

#[test]
fn a_reference_date_in_any_flow() {
    for (text, expected) in [
        ("DEP T45 DATE 2211", Some(date(2026, 11, 22))),
        ("DEP T45 D2211", Some(date(2026, 11, 22))),
        ("DEP T45 date 22/11", Some(date(2026, 11, 22))),
        ("DEP hier T45", Some(date(2026, 11, 22))),
        ("DEP 45 23 38 5 1 1 2 5 D2211", Some(date(2026, 11, 22))),
        ("ATPE S1 DATE 2211", Some(date(2026, 11, 22))),
        ("DEP T45", None),
    ] {
        let body = report(text).body;
        assert_eq!((body.date, body.faults), (expected, vec![]), "{text}");
    }
}

#[test]
fn labels_without_a_number_are_left_to_be_asked() {
    let body = report("REU C NON").body;
    assert_eq!((values(&body).as_str(), body.unfinished.len()), ("INSTANCE=ccocsad", 1));
    assert!(report("DEP T F23").body.unfinished.contains("T"));
}

#[test]
fn keywords_are_asked_when_they_are_not_sure() {
    for (text, keyword, flow) in [
        ("des t45", KeywordMatch::Twin, "dep"),
        ("dest45", KeywordMatch::Twin, "dep"),
        ("DPE T45", KeywordMatch::Near, "dep"),
        ("DEPISTGE T45", KeywordMatch::Near, "dep"),
        ("D3P T45", KeywordMatch::Near, "dep"),
        ("RESS M5000", KeywordMatch::Near, "res"),
        ("stock S3", KeywordMatch::Exact, "atpe"),
    ] {
        let read = report(text);
        assert_eq!((read.keyword, read.flow.id.as_str()), (keyword, flow), "{text}");
    }
}

#[test]
fn no_jump_between_two_keywords() {
    for (text, near) in [
        ("REV C", vec!["REU", "RES"]),
        ("REUN C", vec!["REU"]),
        ("BE C", vec![]),
        ("REX C", vec!["REU", "RES"]),
        ("Koulou", vec![]),
        ("ANUL 48", vec!["ANNUL"]),
    ] {
        match said(text).remove(0) {
            Said::Loose(loose) => assert_eq!(loose.near, near, "{text}"),
            Said::Report(report) => assert_eq!((report.keyword, near.len()), (KeywordMatch::Near, 1), "{text}"),
            Said::Command(command) => panic!("{text}: {command:?}"),
        }
    }
}

#[test]
fn two_reports_in_one_message() {
    let parts = said("DEP T45 F23 CUI N1 F32 H4 E25");
    let flows: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Said::Report(report) => format!("{} {}", report.flow.id, values(&report.body)),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(flows, ["dep F23 T45", "cui E25 F32 H4 N1"]);
    for (text, keyword) in [
        ("CUI N1 F32 H4 E25 des t45 f23", Some(KeywordMatch::Twin)),
        ("CUI N1 F32 H4 E25 dpe t45 f23", Some(KeywordMatch::Near)),
        ("CUI N1 F32 H4 E25 des enfants", None),
    ] {
        let second = said(text).into_iter().nth(1);
        let found = second.map(|said| if let Said::Report(read) = said { Some(read.keyword) } else { None });
        assert_eq!(found.flatten(), keyword, "{text}");
    }
}

#[test]
fn agent_codes_in_front() {
    let pack = sample::pack();
    for (text, code) in [
        ("A27 DEP T45", Some("A27")),
        ("a27 dep t45", Some("a27")),
        ("B99 DEP T45", Some("B99")),
        ("A27 M5", Some("A27")),
        ("A27DEP T45", Some("A27")),
        ("B9DEPT45", Some("B9")),
        ("A 27 DEP T45", Some("A27")),
        ("B 9 DEP T45", None),
        ("DEP T45", None),
    ] {
        let reading = pack.reader().read(text, TODAY, &["A27"], None);
        assert_eq!(reading.parts[0].agent.as_deref(), code, "{text}");
    }
    assert_eq!(pack.reader().read("a27", TODAY, &["A27"], None).lone_code.as_deref(), Some("a27"));
}

#[test]
fn commands() {
    for (text, kind, number, flow, rest) in [
        ("OUI", CommandKind::Yes, None, None, ""),
        ("oui merci", CommandKind::Yes, None, None, ""),
        ("NON 2", CommandKind::No, None, None, "2"),
        ("RIEN", CommandKind::Zero, None, None, ""),
        ("rien dep", CommandKind::Zero, None, Some("dep"), ""),
        ("DEP RIEN", CommandKind::Zero, None, Some("dep"), ""),
        ("CORR 4821 J6 V37", CommandKind::Correct, Some(4821), None, "J6 V37"),
        ("CORR4821 J6", CommandKind::Correct, Some(4821), None, "J6"),
        ("ANNUL #4821", CommandKind::Cancel, Some(4821), None, ""),
        ("ANNUL", CommandKind::Cancel, None, None, ""),
        ("AIDE DEP", CommandKind::Help, None, Some("dep"), ""),
        ("DEP AIDE", CommandKind::Help, None, Some("dep"), ""),
        ("BILAN Koutiala T4", CommandKind::Summary, None, None, "Koutiala T4"),
        ("muets Koutiala S47", CommandKind::Silent, None, None, "Koutiala S47"),
        ("RAPPEL", CommandKind::Remind, None, None, ""),
        ("info Niena", CommandKind::Info, None, None, "Niena"),
    ] {
        let read = command(text);
        let read_flow = read.flow.as_ref().map(|flow| flow.id.as_str());
        assert_eq!((read.kind, read.number, read_flow, read.rest.as_str()), (kind, number, flow, rest), "{text}");
    }
}

#[test]
fn a_fragment_belongs_to_the_open_draft() {
    let pack = sample::pack();
    for (text, open) in [("M5", Some("dep")), ("m 5", Some("dep")), ("45", None), ("rouge 3", Some("dep"))] {
        let reading = pack.reader().read(text, TODAY, &[], open);
        assert!(matches!(reading.parts[0].said, Said::Loose(_)), "{text}");
    }
    assert_eq!(values(&pack.reader().read_body("dep", "M5, rouge 3", TODAY)), "M5 R3");
}

#[test]
fn of_a_text_longer_than_any_report_nothing_is_saved() {
    let reading = sample::pack().reader().read(&format!("DEP T45 {}", "bla ".repeat(600)), TODAY, &[], None);
    let Said::Report(read) = &reading.parts[0].said else { panic!("no report") };
    assert!(
        reading.too_long && read.body.faults.contains(&Fault::TooLong) && read.body.faults.contains(&unread("bla"))
    );
    assert!(reading.parts.len() == 1);
    let last = said(&"CUI N1 F1 H1 E1 ".repeat(6)).pop();
    assert!(matches!(last, Some(Said::Report(report)) if report.body.faults.contains(&Fault::TooLong)));
}

#[test]
fn a_label_glued_behind_a_number_is_not_taken_for_the_word_before() {
    // The label has no word of its own to count from.
    let read = report("ATPE 0p ç O");
    assert!(read.body.faults.contains(&Fault::Unread("ç".into())), "{:?}", read.body);
}
