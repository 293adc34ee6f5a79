//! What texts are read as, and what kind of change lies between two readings.

use super::*;
use crate::flow::read::sample;

const TODAY: Date = Date::constant(2026, 11, 23);

fn read(text: &str) -> Vec<ReadAs> {
    read_as(&sample::pack(), text, TODAY)
}

#[test]
fn a_text_becomes_what_the_dialogue_would_make_of_it() {
    use Verdict::{Asked, Command, Refused, Saved, Unread};
    for (text, verdicts) in [
        ("DEP T45 F23 V38 J5 R1 E1 S2 M5", vec![Saved]),
        ("bonjour DEP T45 F23 V38 J5 R1 E1 S2 M5 merci", vec![Saved]),
        ("DEP T45 F23 V37 J5 R1 E1 S2 M5", vec![Refused]),
        ("DEP T45 F23 V38 J5 R1 E1 S2", vec![Asked]),
        ("DES T45 F23 V38 J5 R1 E1 S2 M5", vec![Asked]),
        ("DEP T45 F23 V38 J5 R1 E1 S2 M5 soleil", vec![Refused]),
        ("DEP", vec![Refused]),
        ("M5", vec![Unread]),
        ("ANNUL 12", vec![Command]),
        ("merci", vec![]),
        ("DEP T45 F23 V38 J5 R1 E1 S2 M5 CUI N1 F32 H4 E25", vec![Saved, Saved]),
    ] {
        let told: Vec<Verdict> = read(text).iter().map(|part| part.verdict).collect();
        assert_eq!(told, verdicts, "{text}");
    }
    assert_eq!(read(&"DEP T45 ".repeat(400))[0].verdict, Verdict::Refused);
}

#[test]
fn a_change_is_named_by_what_becomes_of_the_figures() {
    let saved = "DEP T45 F23 V38 J5 R1 E1 S2 M5";
    let asked = "DEP T45 F23 V38 J5 R1 E1 S2";
    let refused = "DEP T45 F23 V37 J5 R1 E1 S2 M5";
    for (before, after, expected) in [
        (saved, saved, None),
        (saved, "DEP T46 F23 V39 J5 R1 E1 S2 M5", Some(Change::ValuesDiffer)),
        (saved, asked, Some(Change::AskedInsteadOfSaved)),
        (saved, refused, Some(Change::NoLongerSaved)),
        (saved, "", Some(Change::NoLongerSaved)),
        (asked, "M5", Some(Change::NoLongerAsked)),
        (refused, saved, Some(Change::NewlySaved)),
        ("M5", asked, Some(Change::AskedInsteadOfRefused)),
        ("M5", refused, Some(Change::ReasonsDiffer)),
        ("ANNUL 12", "ANNUL 13", Some(Change::CommandDiffers)),
        ("AIDE DEP", "AIDE", Some(Change::ReasonsDiffer)),
    ] {
        assert_eq!(change(&read(before), &read(after)), expected, "{before} -> {after}");
    }
    assert!(Change::ALL.is_sorted(), "the gravest first");
    assert_eq!(Change::ALL.iter().filter(|change| change.touches_what_counts()).count(), 5);
}
