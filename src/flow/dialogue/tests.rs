//! The user stories as turns, and what they leave filed and counted.

use crate::flow::read::sample;
use crate::flow::transcript::{Host, host_of, run};
use crate::flow::turn::{FilingState, Outcome};

const STORIES: &str = include_str!("stories.transcript");

#[test]
fn the_user_stories() {
    let mismatches = run(&sample::pack(), STORIES).expect("a sound transcript");
    for found in &mismatches {
        eprintln!("line {}: {}", found.line, found.got.as_deref().unwrap_or(""));
    }
    assert_eq!(mismatches, vec![]);
}

const PHONE: &str = "+22370000001";
const PEOPLE: &str =
    "@ 2026-11-20 10:42\n@ +22370000001 gsan Sanzana commune\n@ +22370000002 point_focal Zangasso commune\n";

/// Receipts in the totals, and what became of each message.
fn after(messages: &[&str]) -> (Vec<i64>, Vec<Outcome>) {
    let pack = sample::pack();
    let mut host = host_of(&pack, PEOPLE).expect("sound people");
    let outcomes = messages.iter().map(|text| became(&mut host, PHONE, text)).collect();
    (counted(&host), outcomes)
}

fn became(host: &mut Host<'_>, phone: &str, text: &str) -> Outcome {
    host.receive(phone, text);
    host.outcome.expect("a message was taken")
}

fn counted(host: &Host<'_>) -> Vec<i64> {
    host.reports.iter().filter(|report| report.counts()).map(|report| report.filing.receipt).collect()
}

const SOUND: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";

#[test]
fn only_what_is_sound_and_confirmed_is_counted() {
    use Outcome::{Asked, Command, Duplicate, Refused, Saved, Unreadable};
    for (why, messages, receipts, outcomes) in [
        ("sound", vec![SOUND], vec![1], vec![Saved]),
        ("the total does not add up", vec!["DEP T45 F23 V30 J5 R1 E1 S2 M5"], vec![], vec![Refused]),
        ("an unread word", vec!["DEP T45 F23 V38 J5 R1 E1 S2 M5 Awa"], vec![], vec![Refused]),
        ("out of range", vec!["DEP T4500 F23 V4493 J5 R1 E1 S2 M5"], vec![], vec![Refused]),
        ("missing, never completed", vec!["DEP T45 F23 V38 J5 R1 E1 S2"], vec![], vec![Asked]),
        ("missing, completed", vec!["DEP T45 F23 V38 J5 R1 E1 S2", "m5"], vec![1], vec![Asked, Saved]),
        ("missing, two steps", vec!["DEP T45 F23 V38 J5 R1 E1", "m5", "s2"], vec![1], vec![Asked, Asked, Saved]),
        ("completed wrongly", vec!["DEP T45 F23 V38 J5 R1 E1 S2", "M6"], vec![], vec![Asked, Refused]),
        ("a new value", vec!["DEP T45 F23 V38 J5 R1 E1", "T44 V37 m5 S2"], vec![1], vec![Asked, Saved]),
        ("dropped", vec!["DEP T45 F23 V38 J5 R1 E1 S2", "NON", "M5"], vec![], vec![Asked, Command, Unreadable]),
        ("dropped by its number", vec!["DEP T45", "ANNUL 1", "OUI"], vec![], vec![Asked, Command, Refused]),
        ("a twin, agreed", vec!["des T45 F23 V38 J5 R1 E1 S2 M5", "OUI"], vec![1], vec![Asked, Saved]),
        ("a twin, not agreed", vec!["des T45 F23 V38 J5 R1 E1 S2 M5", "NON"], vec![], vec![Asked, Command]),
        ("a twin, then a value", vec!["des T45 F23 V38 J5 R1 E1 S2", "M5", "OUI"], vec![1], vec![Asked, Asked, Saved]),
        ("the same twice", vec![SOUND, SOUND], vec![1], vec![Saved, Duplicate]),
        ("the same twice, not agreed", vec![SOUND, SOUND, "NON"], vec![1], vec![Saved, Duplicate, Command]),
        ("the same twice, agreed", vec![SOUND, SOUND, "OUI"], vec![1, 2], vec![Saved, Duplicate, Saved]),
        ("the same twice in one SMS", vec![&format!("{SOUND} {SOUND}")], vec![1], vec![Saved]),
        ("the same twice in one SMS, agreed", vec![&format!("{SOUND} {SOUND}"), "OUI"], vec![1, 2], vec![Saved, Saved]),
        ("OUI with other words", vec!["des T45 F23 V38 J5 R1 E1 S2 M5", "OUI mais"], vec![], vec![Asked, Refused]),
        ("OUI to nothing", vec!["OUI"], vec![], vec![Refused]),
        ("a role that may not", vec!["REU C NON 2"], vec![], vec![Refused]),
        ("a soft limit", vec!["DEP T301 F9 V299 J1 R1 E0 S1 M1"], vec![], vec![Asked]),
        ("cancelled", vec![SOUND, "ANNUL 1"], vec![], vec![Saved, Command]),
        ("corrected", vec![SOUND, "CORR 1 J6 V37"], vec![1], vec![Saved, Command]),
        ("a correction that is not sound", vec![SOUND, "CORR 1 J6"], vec![1], vec![Saved, Refused]),
        ("two reports", vec!["CUI N1 F32 H4 E25 DEP T45"], vec![1], vec![Saved]),
        ("help", vec!["AIDE"], vec![], vec![Command]),
    ] {
        assert_eq!(after(&messages), (receipts, outcomes), "{why}");
    }
}

#[test]
fn a_report_that_waits_too_long_is_incomplete_for_ever() {
    let pack = sample::pack();
    for (clock, counted_then, abandoned) in [("2026-11-21 10:41", 1, false), ("2026-11-21 10:42", 0, true)] {
        let mut host = host_of(&pack, PEOPLE).expect("sound people");
        host.receive(PHONE, "DEP T45 F23 V38 J5 R1 E1 S2");
        host.script(&format!("@ {clock}")).expect("a clock");
        host.receive(PHONE, "M5");
        assert_eq!((counted(&host).len(), host.reports[0].abandoned), (counted_then, abandoned), "{clock}");
    }
}

#[test]
fn a_correction_keeps_its_history_and_its_tasks() {
    let pack = sample::pack();
    let mut host = host_of(&pack, PEOPLE).expect("sound people");
    host.receive(PHONE, "DEP T20 F9 V15 J2 R3 E0 S0 M2");
    assert_eq!(host.reports[0].filing.tasks, ["mas_non_refere"]);
    host.receive(PHONE, "CORR 1 S3 DATE 1811");
    let report = &host.reports[0];
    assert_eq!((report.revision, report.filing.tasks.len()), (2, 0));
    assert_eq!(report.filing.date, jiff::civil::date(2026, 11, 18));
}

#[test]
fn an_unknown_number_is_held_and_greeted_once() {
    let pack = sample::pack();
    let mut host = host_of(&pack, PEOPLE).expect("sound people");
    assert!(host.receive("+22399", SOUND).is_some());
    assert!(host.receive("+22399", "bonjour").is_none());
    assert!(host.receive("+22399", "DEP T45").is_none());
    host.script("@ 2026-11-22 09:00").expect("a clock");
    assert!(host.receive("+22399", "DEP T45 Awa").is_some());
    let states: Vec<FilingState> = host.reports.iter().map(|report| report.filing.state).collect();
    assert_eq!((states, host.outcome), (vec![FilingState::Held], Some(Outcome::UnknownSender)));
}

#[test]
fn a_zero_is_filed_for_what_is_owed() {
    let pack = sample::pack();
    let mut host = host_of(&pack, "@ 2026-11-14 08:00\n@ +22370000001 relais Sanzana commune\n").expect("sound people");
    for (clock, day) in
        [("2026-11-20 08:00", "2026-11-19"), ("2026-11-20 09:00", "2026-11-20"), ("2026-11-27 09:00", "2026-11-27")]
    {
        host.script(&format!("@ {clock}")).expect("a clock");
        host.receive(PHONE, "RIEN");
        let last = &host.reports[host.reports.len() - 1].filing;
        assert_eq!((last.date.to_string().as_str(), last.zero), (day, true), "{clock}");
    }
}

#[test]
fn a_report_belongs_to_the_week_still_owed_until_its_late_window_ends() {
    let pack = sample::pack();
    for (clock, day) in
        [("2026-11-20 08:00", "2026-11-19"), ("2026-11-22 20:00", "2026-11-19"), ("2026-11-23 08:00", "2026-11-23")]
    {
        let people = "@ 2026-11-14 08:00\n@ +22370000001 relais Sanzana commune\n";
        let mut host = host_of(&pack, people).expect("sound people");
        host.script(&format!("@ {clock}")).expect("a clock");
        host.receive(PHONE, SOUND);
        assert_eq!(host.reports[0].filing.date.to_string(), day, "{clock}");
    }
}

#[test]
fn the_same_report_again_is_not_counted_for_the_week_after_the_one_it_settled() {
    let pack = sample::pack();
    let people = "@ 2026-11-14 08:00\n@ +22370000001 gsan Sanzana commune\n@ 2026-11-20 10:42\n";
    for (why, messages) in [
        ("two messages", vec![SOUND.to_owned(), SOUND.to_owned()]),
        ("two reports of one message", vec![format!("{SOUND} {SOUND}")]),
    ] {
        let mut host = host_of(&pack, people).expect("sound people");
        let told: Vec<Option<String>> = messages.iter().map(|text| host.receive(PHONE, text)).collect();
        assert_eq!(counted(&host), [1], "{why}: {told:?}");
        host.receive(PHONE, "OUI");
        assert_eq!(counted(&host), [1, 2], "{why}: the sender says it is another session");
        assert_eq!(host.reports[1].filing.date.to_string(), "2026-11-20", "{why}");
    }
}

#[test]
fn a_body_meets_once_a_day_however_it_is_told() {
    let pack = sample::pack();
    const MET: &str = "REU C D1811 N1 T24 F9 K5 X3 PV1";
    const OTHER: &str = "REU C D1711 N1 T24 F9 K5 X3 PV1";
    let twice = format!("{MET} {MET}");
    for (why, messages, days) in [
        ("in one message", vec![twice.as_str()], vec!["2026-11-18"]),
        ("by correcting the day", vec![MET, OTHER, "CORR 2 D1811"], vec!["2026-11-18", "2026-11-17"]),
        ("another day is free", vec![MET, OTHER, "CORR 2 D1611"], vec!["2026-11-18", "2026-11-16"]),
        ("its own day", vec![MET, "CORR 1 D1811 F10"], vec!["2026-11-18"]),
    ] {
        let mut host = host_of(&pack, PEOPLE).expect("sound people");
        for text in messages {
            host.receive("+22370000002", text);
        }
        let held: Vec<String> =
            host.reports.iter().filter(|one| one.counts()).map(|one| one.filing.date.to_string()).collect();
        assert_eq!(held, days, "{why}");
    }
}

#[test]
fn a_correction_keeps_the_body() {
    let pack = sample::pack();
    for text in ["CORR 1 L", "CORR 1 R F10", "CORR 1 CTIN"] {
        let mut host = host_of(&pack, PEOPLE).expect("sound people");
        host.receive("+22370000002", "REU C D1811 N1 T24 F9 K5 X3 PV1");
        let told = host.receive("+22370000002", text);
        assert_eq!((host.reports[0].revision, host.outcome), (1, Some(Outcome::Refused)), "{text}: {told:?}");
    }
}

const FOCAL: &str = "+22370000002";
const MET: &str = "REU C D1811 N1 T24 F9 K5 X3 PV1";
const HELD: &str = "REU C N1 T24 F9 K5 X3 PV1";

/// The last reply of a conversation of one phone.
fn told(phone: &str, messages: &[&str]) -> String {
    let pack = sample::pack();
    let mut host = host_of(&pack, &PEOPLE.replacen("11-20", "09-01", 1)).expect("sound people");
    host.script("@ 2026-11-24 10:42").expect("a clock");
    let told = messages.iter().map(|text| match text.strip_prefix("@ ") {
        Some(clock) => host.script(&format!("@ {clock}")).map(|_| None).expect("a clock"),
        None => host.receive(phone, text),
    });
    told.last().flatten().unwrap_or_default()
}

#[test]
fn tired_messages_are_answered_by_what_they_mean() {
    let open = "DEP T45 F23 V38 J5 R1 E1 S2";
    for (why, phone, messages, starts) in [
        ("the keyword before what was asked", PHONE, vec![open, "DEP M5"], "OK DEP 1 "),
        ("another report of the kind", PHONE, vec![open, SOUND], "DEP 1 incomplet est abandonné. OK DEP 2 "),
        ("the keyword in a correction", PHONE, vec![SOUND, "CORR 1 DEP J6 V37"], "OK DEP 1 sem 48 corrigé"),
        (
            "two asked, one number",
            PHONE,
            vec!["DEP T45 F23 V38 J5 R1 E1", "5"],
            "DEP 1 toujours incomplet. 5: pour quelle",
        ),
        ("ok is not OUI", PHONE, vec!["DEP T400 F23 V393 J5 R1 E1 S2 M5", "ok"], "Répondez seulement OUI ou NON."),
        ("d'accord neither", PHONE, vec!["DEP T400 F23 V393 J5 R1 E1 S2 M5", "d'accord"], "Répondez seulement OUI"),
        ("a code nobody has here", PHONE, vec!["A27 DEP T45"], "Pas compris: A27. Commencez par: "),
        ("cancelled too late", PHONE, vec![open, "@ 2026-11-25 10:43", "ANNUL 1"], "Trop tard"),
        ("corrected too late", PHONE, vec![open, "@ 2026-11-25 10:43", "CORR 1 M5"], "Trop tard"),
        ("a number of nobody", PHONE, vec![open, "@ 2026-11-25 10:43", "CORR 7 M5"], "Pas de rapport 7"),
        (
            "a second label without its number",
            PHONE,
            vec!["DEP T45 F23 V38 J5 R1 E1 S2 M5 E"],
            "DEP non enregistré. Pas",
        ),
        ("the label said again", PHONE, vec!["CUI N1 F32 H4 E25 enfants"], "OK CUI 1 "),
        ("minutes: no", FOCAL, vec!["REU C D1811 N1 T24 F9 K5 X3 PV non"], "OK REU 1 CCOCSAD Zangasso 18/11"),
        ("minutes: no, in the middle", FOCAL, vec!["REU C D1811 N1 T24 PV non F9 K5 X3"], "OK REU 1 CCOCSAD"),
        ("not held, by its date", FOCAL, vec!["REU C NON 2 D3009"], "OK REU 1 CCOCSAD Zangasso T3: réunion NON"),
        ("not held, asked, by its date", FOCAL, vec!["REU C NON D3009", "2"], "OK REU 1 CCOCSAD Zangasso T3: réunion"),
        ("not held, moved", FOCAL, vec!["REU C NON 2", "CORR 1 DATE 3009"], "OK REU 1 T3 corrigé (v2): DATE"),
        (
            "held today, while the quarter before is open",
            FOCAL,
            vec!["@ 2026-10-10 09:00", HELD],
            "OK REU 1 CCOCSAD Zangasso 10/10",
        ),
        (
            "not held, while the quarter before is open",
            FOCAL,
            vec!["@ 2026-10-10 09:00", "REU C NON 2"],
            "OK REU 1 CCOCSAD Zangasso T3",
        ),
        ("not held after all", FOCAL, vec![MET, "CORR 1 NON 2"], "REU 1 NON ->2, N 1>-"),
    ] {
        let told = told(phone, &messages);
        assert!(told.starts_with(starts), "{why}: {told}");
    }
}
