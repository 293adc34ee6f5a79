//! What holds for any text: no panic, one SMS at most, nothing counted that was not typed in full.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::base::gsm7;
use crate::flow::model::Pack;
use crate::flow::read::{Said, sample};
use crate::flow::transcript::{Host, host_of};

const PHONE: &str = "+22370000001";
const PEOPLE: &str = "@ 2026-11-20 10:42\n@ +22370000001 gsan Sanzana commune\n@ +22370000002 relais Niena commune code A27\n\
    @ +22370000002 point_focal Niena commune code A28\n";

static PACK: LazyLock<Pack> = LazyLock::new(sample::pack);

fn host() -> Host<'static> {
    host_of(&PACK, PEOPLE).expect("sound people")
}

/// What people type, so that most of it gets past the first word.
const WORDS: &str = "\
    DEP des DPE CUI REU RES ATPE SEN C N NON OUI RIEN CORR ANNUL AIDE BILAN MOI LANGUE en STOP REPRISE \
    JOIN 482193 VISA REFUS A27 A28 D1811 DATE hier T45 F23 V38 J5 R1 E1 S2 M5 M1,5 T-4 T4,5 deux merci \
    bonjour 1 2 9999999999999999999 T2O Fl - , K9 PV radio \
    ";
/// What does not stand between two spaces.
const PIECES: [&str; 6] = ["M 1 500 000", "3 cartons", "👍", "J6 V37", "T 4 5", "\n"];

/// Text made of what people type, so that most of it gets past the first word.
fn typed() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(WORDS.split_whitespace().chain(PIECES).collect::<Vec<_>>()).prop_map(str::to_owned),
        "[A-Za-z0-9éèàç,.'/ -]{0,12}",
        "\\PC{0,8}",
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_conversation_ends_each_turn_with_one_sms(texts in prop::collection::vec(typed(), 1..6), shared: bool) {
        let mut host = host();
        let phone = if shared { "+22370000002" } else { PHONE };
        for text in &texts {
            // The host sends each conversation through JSON and back.
            let reply = host.receive(phone, text);
            let reply = reply.expect("a registered phone always gets an answer");
            let size = gsm7::size(&reply);
            prop_assert!(size.parts == 1 && size.encoding == gsm7::Encoding::Gsm7, "{text}: {reply}");
        }
    }

    #[test]
    fn an_unknown_number_is_never_counted(text in typed()) {
        let mut host = host();
        host.receive("+22399", &text);
        prop_assert!(host.reports.iter().all(|report| !report.counts()));
    }

    #[test]
    fn how_a_labelled_report_is_written_changes_nothing(
        numbers in prop::array::uniform8(0_i64..2000),
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
        separator in prop::sample::select(vec![" ", ",", ", ", ";", "/", "-", ":", "=", "#", "*", "\n", "\t", ". ", "' ", "  "]),
        between in prop::sample::select(vec!["", " ", "=", ":", ": "]),
        upper: bool,
        long: bool,
    ) {
        let labels = ["T", "F", "V", "J", "R", "E", "S", "M"];
        let words = ["total", "Filles", "Verts", "jaune", "ROUGES", "œdème", "refmas", "refmam"];
        let mut text = "Dép".to_owned();
        for index in order {
            let label = if long { words[index] } else { labels[index] };
            text.push_str(&format!("{separator}{label}{between}{}", numbers[index]));
        }
        let text = if upper { text.to_uppercase() } else { text.to_lowercase() };
        let mut reading = PACK.reader().read(&text, jiff::civil::date(2026, 11, 23), &[], None);
        let Some(Said::Report(report)) = reading.parts.pop().map(|part| part.said) else {
            return Err(TestCaseError::fail(format!("{text} is no report")));
        };
        prop_assert_eq!(&report.body.faults, &vec![], "{}", text);
        for (label, number) in labels.iter().zip(numbers) {
            prop_assert_eq!(report.body.values.number(label), Some(number), "{}", text);
        }
    }
}
