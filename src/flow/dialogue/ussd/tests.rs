//! USSD conversations: cut at every step, sent twice, jumping, typed at random. What is counted is what was confirmed.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::base::{UssdInput, gsm7};
use crate::flow::dialogue::Dialled;
use crate::flow::model::Pack;
use crate::flow::read::sample;
use crate::flow::transcript::{Host, Key, host_of};
use crate::flow::turn::{FilingState, Outcome};
use crate::flow::values::Value;

static PACK: LazyLock<Pack> = LazyLock::new(sample::pack);

const PHONE: &str = "+22370000001";
const PEOPLE: &str = "@ 2026-11-23 10:42\n@ +22370000001 gsan Sanzana commune\n@ +22370000002 point_focal Zangasso commune\n\
    @ +22370000003 relais Niena commune code A27 initials F.T.\n@ +22370000003 gsan Niena commune code A28 initials M.D.\n";
/// From the menu of a support group: awareness session, topic, place, women, men, send.
const SESSION: [&str; 6] = ["3", "1", "2", "40", "12", "1"];

fn host() -> Host<'static> {
    host_of(&PACK, PEOPLE).expect("sound people")
}

fn press(host: &mut Host<'_>, phone: &str, key: Key) -> String {
    host.press(phone, &key).0.map_or_else(String::new, |(screen, _)| screen)
}

fn type_all(host: &mut Host<'_>, phone: &str, answers: &[&str]) -> String {
    let mut screen = String::new();
    for answer in answers {
        screen = press(host, phone, Key::Answer((*answer).to_owned()));
    }
    screen
}

/// Values of every report that counts.
fn counted(host: &Host<'_>) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::Number(number) => number.to_string(),
        Value::Word(word) => word.clone(),
        Value::Date(date) => date.to_string(),
    };
    let reports = host.reports.iter().filter(|report| report.counts());
    reports
        .map(|report| {
            let values = report.filing.values.0.iter().map(|(label, value)| format!("{label}{}", shown(value)));
            values.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

const REPORT: &str = "F40 H12 K1 P2";

#[test]
fn cut_at_any_step_a_report_is_resumed_and_counted_once() {
    for sends_last in [false, true] {
        for cut in 0..SESSION.len() {
            for hangs_up in [false, true] {
                let why = format!("cut after {cut} answers, last input only: {sends_last}, told: {hangs_up}");
                let mut host = host();
                host.sends_last = sends_last;
                press(&mut host, PHONE, Key::Dial);
                let before = type_all(&mut host, PHONE, &SESSION[..cut]);
                if hangs_up {
                    press(&mut host, PHONE, Key::HangUp);
                }
                assert_eq!(counted(&host), Vec::<String>::new(), "{why}");
                host.script("@ 2026-11-23 14:00").expect("a clock");
                let again = press(&mut host, PHONE, Key::Dial);
                // After the menu and the first question nothing is left yet: the menu comes again.
                let rest = match cut {
                    0 | 1 => type_all(&mut host, PHONE, &SESSION),
                    _ => {
                        assert!(again.contains(&format!("non fini ({} réponse", cut - 1)), "{why}: {again}");
                        assert_eq!(type_all(&mut host, PHONE, &["1"]), before, "{why}: the same question");
                        type_all(&mut host, PHONE, &SESSION[cut..])
                    }
                };
                assert!(rest.starts_with("Enregistré SEN"), "{why}: {rest}");
                assert_eq!(counted(&host), [REPORT], "{why}");
            }
        }
    }
}

#[test]
fn every_call_sent_twice_changes_nothing() {
    let mut host = host();
    let first = host.press(PHONE, &Key::Dial).0;
    assert_eq!(host.press(PHONE, &Key::Again).0, first);
    for answer in SESSION {
        let (screen, sms) = host.press(PHONE, &Key::Answer(answer.into()));
        assert_eq!(host.press(PHONE, &Key::Again), (screen, None), "{answer} again");
        assert_eq!(sms.is_some(), answer == "1" && !counted(&host).is_empty());
    }
    assert_eq!(counted(&host), [REPORT]);
    // Hours later, and an earlier step once more: what it was answered then.
    host.script("@ 2026-11-23 16:00").expect("a clock");
    let dialled = |text: &str| Dialled {
        session: format!("{PHONE}-1"),
        input: UssdInput::All(text.into()),
        repeat_ms: 2_000,
        septets_max: 182,
    };
    let earlier = host.call(PHONE, &dialled("3*1*2")).0.map(|(screen, _)| screen);
    assert!(earlier.is_some_and(|screen| screen.starts_with("femmes")), "the screen of that step");
    let last = host.call(PHONE, &dialled("3*1*2*40*12*1")).0;
    assert!(last.is_some_and(|(screen, goes_on)| screen.starts_with("Enregistré SEN 1") && !goes_on));
    assert_eq!(counted(&host), [REPORT]);
    // The id comes back with a new session.
    let menu = host.call(PHONE, &dialled("")).0;
    assert_eq!(menu, first);
}

#[test]
fn a_jump_shows_the_question_again_and_a_dial_with_inputs_is_a_dial() {
    let mut host = host();
    let call = |text: &str, session: &str| Dialled {
        session: session.into(),
        input: UssdInput::All(text.into()),
        repeat_ms: 2_000,
        septets_max: 182,
    };
    let mut at = |text: &str, session: &str| host.call(PHONE, &call(text, session)).0.map_or_else(String::new, |s| s.0);
    let menu = at("1*2", "s1");
    assert!(menu.starts_with("Nutrition Mali"), "{menu}");
    assert!(at("1*2*3", "s1").starts_with("thème"));
    let asked = at("1*2*3*1*2*40", "s1");
    assert!(asked.contains("thème"), "two answers at once answer nothing: {asked}");
    assert!(at("1*2*3*1*2*40*1", "s1").starts_with("lieu"), "the next one goes on from there");
    assert!(at("9", "s1").starts_with("lieu"), "inputs of somewhere else: the same question");
    assert_eq!(counted(&host), Vec::<String>::new());
}

#[test]
fn an_id_used_again_is_a_new_session() {
    let mut host = host();
    for round in 1..=2 {
        let call = |text: &str| Dialled {
            session: "s1".into(),
            input: UssdInput::All(text.into()),
            repeat_ms: 2_000,
            septets_max: 182,
        };
        host.script(&format!("@ 2026-11-23 1{round}:00")).expect("a clock");
        let mut text = String::new();
        assert!(host.call(PHONE, &call("")).0.is_some_and(|(screen, _)| screen.starts_with("Nutrition Mali")));
        let women = ["40", "41"][round - 1];
        for answer in ["3", "1", "2", women, "12", "1"] {
            text = if text.is_empty() { answer.to_owned() } else { format!("{text}*{answer}") };
            host.call(PHONE, &call(&text));
        }
        assert_eq!(counted(&host).len(), round, "each is its own report");
    }
}

#[test]
fn sms_and_ussd_share_one_draft() {
    let mut host = host();
    host.receive(PHONE, "SEN K1 P2 F40");
    let left = press(&mut host, PHONE, Key::Dial);
    assert!(left.contains("non fini (3 réponses)"), "{left}");
    assert!(type_all(&mut host, PHONE, &["1"]).starts_with("hommes"));
    assert!(type_all(&mut host, PHONE, &["12"]).contains("1 Envoyer"));
    // Confirmed by SMS, while the screen still stands.
    let told = host.receive(PHONE, "OUI").unwrap_or_default();
    assert!(told.starts_with("OK SEN 1"), "{told}");
    let after = type_all(&mut host, PHONE, &["1"]);
    assert!(after.starts_with("Nutrition Mali"), "the screen's question is gone: {after}");
    assert_eq!(counted(&host), [REPORT]);
}

#[test]
fn what_is_left_for_another_report_is_listed_and_never_counted() {
    let mut host = host();
    press(&mut host, PHONE, Key::Dial);
    type_all(&mut host, PHONE, &["3", "1", "2"]);
    press(&mut host, PHONE, Key::Dial);
    type_all(&mut host, PHONE, &["0", "2", "1"]);
    press(&mut host, PHONE, Key::HangUp);
    let states: Vec<(&str, FilingState)> =
        host.reports.iter().map(|report| (report.filing.flow.as_str(), report.filing.state)).collect();
    assert_eq!(states, [("sen", FilingState::Incomplete), ("cui", FilingState::Draft)]);
    host.script("@ 2026-11-24 10:43").expect("a clock");
    let menu = press(&mut host, PHONE, Key::Dial);
    assert!(menu.starts_with("Nutrition Mali"), "after a day nothing is left: {menu}");
    assert!(host.reports[1].abandoned);
}

#[test]
fn who_speaks_is_asked_on_a_shared_phone() {
    let mut host = host();
    let shared = "+22370000003";
    assert_eq!(press(&mut host, shared, Key::Dial), "Qui envoie?\n1 A27 F.T.\n2 A28 M.D.");
    let menu = type_all(&mut host, shared, &["2"]);
    assert!(menu.contains("3 sensibilisation"), "{menu}");
    type_all(&mut host, shared, &SESSION);
    let filed = &host.reports[0].filing;
    assert_eq!(filed.person.map(|person| person.to_string().ends_with('3')), Some(true), "{filed:?}");
}

#[test]
fn the_same_report_is_asked_about_and_a_meeting_is_held_once_a_day() {
    let mut host = host();
    for answers in [&SESSION[..], &SESSION[..]] {
        press(&mut host, PHONE, Key::Dial);
        type_all(&mut host, PHONE, answers);
    }
    assert_eq!((counted(&host).len(), host.outcome), (1, Some(Outcome::Asked)));
    assert!(type_all(&mut host, PHONE, &["1"]).starts_with("Enregistré SEN 2"));
    let focal = "+22370000002";
    for expected in ["Enregistré REU 1", "Déjà noté: réunion"] {
        press(&mut host, focal, Key::Dial);
        // The mandate names the body; held today; agenda, participants, women, decisions, applied, minutes, send.
        let last = type_all(&mut host, focal, &["1", "1", "24", "9", "5", "3", "1", "1"]);
        assert!(last.starts_with(expected), "{last}");
    }
    assert_eq!(counted(&host).len(), 3);
}

#[test]
fn nothing_to_report_is_declared_for_what_is_owed() {
    let mut host = host();
    press(&mut host, PHONE, Key::Dial);
    let asked = type_all(&mut host, PHONE, &["4"]);
    assert_eq!(asked, "Rien à signaler pour:\n1 dépistage\n2 sensibilisation\n0 Retour");
    let (screen, sms) = host.press(PHONE, &Key::Answer("1".into()));
    let said = "OK DEP 1 Sanzana sem 48: rien à signaler, c'est noté. Merci.";
    assert_eq!((screen, sms.as_deref()), (Some((said.to_owned(), false)), Some(said)));
    press(&mut host, PHONE, Key::Dial);
    assert_eq!(type_all(&mut host, PHONE, &["4"]), "Rien à signaler pour:\n1 sensibilisation\n0 Retour");
}

#[test]
fn what_was_kept_in_the_spool_answers_no_newer_session() {
    let mut host = host();
    press(&mut host, PHONE, Key::Dial);
    type_all(&mut host, PHONE, &SESSION[..4]);
    let late = Dialled {
        session: "older".into(),
        input: UssdInput::All("3*1*2*99".into()),
        repeat_ms: 2_000,
        septets_max: 182,
    };
    host.script("@ 2026-11-23 10:41").expect("a clock");
    assert!(host.call(PHONE, &late).0.is_some());
    host.script("@ 2026-11-23 10:43").expect("a clock");
    type_all(&mut host, PHONE, &SESSION[4..]);
    assert_eq!(counted(&host), [REPORT]);
}

/// From the menu of a support group: my reports, the newest, correct, women, 44, send.
const CORRECTION: [&str; 6] = ["5", "1", "1", "3", "44", "1"];

#[test]
fn a_correction_cut_at_any_step_changes_nothing_and_is_gone_on_with() {
    for sends_last in [false, true] {
        for cut in 0..CORRECTION.len() {
            let why = format!("cut after {cut} answers, last input only: {sends_last}");
            let mut host = host();
            (host.sends_last, host.septets_max) = (sends_last, 120);
            host.receive(PHONE, "SEN K1 P2 F40 H12");
            press(&mut host, PHONE, Key::Dial);
            let before = type_all(&mut host, PHONE, &CORRECTION[..cut]);
            if cut % 2 == 0 {
                press(&mut host, PHONE, Key::HangUp);
            }
            assert_eq!((counted(&host).as_slice(), host.reports[0].revision), (&[REPORT.to_owned()][..], 1), "{why}");
            let again = press(&mut host, PHONE, Key::Dial);
            let last = if cut == 5 {
                assert!(again.starts_with("Correction de SEN 1 non finie."), "{why}: {again}");
                assert_eq!(type_all(&mut host, PHONE, &["1"]), before, "{why}: the same screen");
                host.press(PHONE, &Key::Answer("1".into()))
            } else {
                type_all(&mut host, PHONE, &CORRECTION[..5]);
                host.press(PHONE, &Key::Answer("1".into()))
            };
            let receipt = "OK SEN 1 mois 11 corrigé (v2): F 40>44. L'ancienne version est gardée.";
            let closed = ("C'est noté pour SEN 1. Un SMS suit.".to_owned(), false);
            assert_eq!(last, (Some(closed), Some(receipt.to_owned())), "{why}");
            assert_eq!(counted(&host), ["F44 H12 K1 P2"], "{why}");
        }
    }
}

#[test]
fn what_changed_since_the_confirm_screen_is_shown_before_it_is_agreed_to() {
    let mut host = host();
    host.receive(PHONE, "SEN K1 P2 F40 H12");
    press(&mut host, PHONE, Key::Dial);
    assert!(type_all(&mut host, PHONE, &CORRECTION[..5]).starts_with("SEN 1: F 40>44"));
    host.receive(PHONE, "CORR 1 F41");
    assert!(type_all(&mut host, PHONE, &["1"]).starts_with("SEN 1: F 41>44"), "not sent: another value stands there");
    host.receive(PHONE, "ANNUL 1");
    let gone = type_all(&mut host, PHONE, &["1"]);
    assert!(gone.contains("annulé") && !gone.contains("1 Corriger"), "{gone}");
    assert_eq!((counted(&host).len(), host.reports[0].revision), (0, 2));
    // A report that came meanwhile does not move the ranks on the screen.
    host.receive(PHONE, "SEN K2 P2 F20 H2");
    press(&mut host, PHONE, Key::Dial);
    type_all(&mut host, PHONE, &["5"]);
    host.receive(PHONE, "SEN K3 P2 F30 H3");
    let looked_at = type_all(&mut host, PHONE, &["1"]);
    assert!(looked_at.starts_with("SEN 2 "), "{looked_at}");
}

#[test]
fn own_reports_are_listed_newest_first_and_the_same_value_changes_nothing() {
    let mut host = host();
    host.septets_max = 120;
    press(&mut host, PHONE, Key::Dial);
    assert_eq!(type_all(&mut host, PHONE, &["5"]), "Aucun rapport de vous pour l'instant.\n0 Retour");
    for women in 1..=11 {
        host.receive(PHONE, &format!("SEN K1 P2 F{women} H12"));
    }
    let first = type_all(&mut host, PHONE, &["0", "5"]);
    assert!(first.starts_with("Mes rapports\n1 SEN 11 mois 11\n2 SEN 10 mois 11\n"), "{first}");
    let next = type_all(&mut host, PHONE, &["99"]);
    assert!(next.contains("9 SEN 3 mois 11") && !next.contains("SEN 2 mois 11"), "nine at the most: {next}");
    type_all(&mut host, PHONE, &["9", "1", "3"]);
    let asked = type_all(&mut host, PHONE, &["3"]);
    assert!(asked.starts_with("Corriger quoi?"), "it is 3 already: {asked}");
    assert!(type_all(&mut host, PHONE, &["0"]).starts_with("SEN 3 mois 11, compté"), "nothing to confirm");
    assert!(host.reports.iter().all(|report| report.revision == 1));
}

fn key() -> impl Strategy<Value = Key> {
    let answer = prop_oneof![
        6 => prop::sample::select(vec!["0", "1", "2", "3", "4", "5", "00", "99", "12", "40", "1*2", "", "#", "*", "007"])
            .prop_map(str::to_owned),
        2 => (0..3_000_i64).prop_map(|number| number.to_string()),
        1 => any::<String>(),
    ];
    prop_oneof![
        2 => Just(Key::Dial),
        1 => Just(Key::Again),
        1 => Just(Key::HangUp),
        12 => answer.prop_map(Key::Answer),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_typed_a_screen_fits_and_nothing_is_counted_unconfirmed(
        keys in prop::collection::vec((0..3_usize, key()), 1..60),
        sends_last in any::<bool>(),
        septets_max in prop::sample::select(vec![182_usize, 120]),
    ) {
        let mut host = host();
        host.sends_last = sends_last;
        host.septets_max = septets_max;
        let phones = [PHONE, "+22370000002", "+22370000003"];
        let mut screens = [const { String::new() }; 3];
        for (phone, key) in keys {
            let before = counted(&host).len();
            let changed = |host: &Host<'_>| {
                let changes = host.reports.iter().map(|report| report.revision + i64::from(report.cancelled) - 1);
                changes.sum::<i64>()
            };
            let changes = changed(&host);
            let (shown, _) = host.press(phones[phone], &key);
            let changes = changed(&host) - changes;
            let asked = &screens[phone];
            let was_shown = asked.contains("0 Laisser tel quel") || asked.contains("1 Oui, annuler");
            prop_assert!(changes == 0 || (changes == 1 && was_shown), "{changes} changed after {asked}");
            let added = (counted(&host).len() + usize::from(asked.contains("1 Oui, annuler") && changes == 1)) - before;
            let was_asked = asked.contains("1 Envoyer") || asked.contains("1 Oui, envoyer") || asked.contains("Rien à signaler pour:");
            prop_assert!(added == 0 || (added == 1 && was_asked), "{added} counted after {asked}");
            if let Some((screen, _)) = shown {
                prop_assert!(gsm7::fits_ussd(&screen, septets_max), "{screen}");
                prop_assert!(!screen.is_empty() && gsm7::first_outside(&screen).is_none(), "{screen}");
                screens[phone] = screen;
            }
        }
    }
}
