//! Packs are read whole: the Mali pack as it ships, and broken ones with every fault named at once.
//!
//! Each `tests/packs/*.toml` stands in the Mali pack under the name its first line gives (`# as: vac.toml`). Every line
//! that is wrong ends with `#!` and the codes expected there, so the files show what is refused, and where.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use relais::base::Language;
use relais::flow::check::{Against, check, faults, whole};
use relais::flow::diagnostic::{Diagnostic, render};
use relais::flow::model::{Denominator, FieldKind, IndicatorKind, Pack};
use relais::flow::source::{PackFiles, load, load_flow};
use relais::flow::text::context;
use relais::pack_embedded;

/// The pack, or all its faults on the page.
fn sound(files: &PackFiles) -> Pack {
    check(files, Against::default()).unwrap_or_else(|faults| panic!("{}", render(&faults, files)))
}

/// The Mali pack with one more file, or one of its own replaced, and that file's name and text.
fn with_case(case: &str) -> (PackFiles, String, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs").join(case);
    let text = fs::read_to_string(&path).expect("the case is there");
    let name = text.strip_prefix("# as: ").and_then(|rest| rest.split_whitespace().next()).expect("a first line");
    let name = name.to_owned();
    let mut files = pack_embedded::mali();
    files.insert(name.clone(), text.clone());
    (files, name, text)
}

/// Line and code of every fault a case announces, in order.
fn announced(text: &str) -> Vec<(usize, String)> {
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some((_, codes)) = line.split_once("#!") {
            expected.extend(codes.split_whitespace().map(|code| (index + 1, code.to_owned())));
        }
    }
    expected.sort();
    expected
}

/// Every fault of a case, which must be exactly those it announces.
fn refused(case: &str) -> Vec<Diagnostic> {
    let (files, name, text) = with_case(case);
    let found = check(&files, Against::default()).expect_err("a broken pack");
    let page = render(&found, &files);
    let mut codes: Vec<(usize, String)> =
        found.iter().filter(|fault| fault.file == name).map(|fault| (fault.line, fault.code.to_owned())).collect();
    codes.sort();
    assert_eq!(codes, announced(&text), "{page}");
    found
}

/// The help given for the fault that mentions `part`.
fn help_for<'f>(found: &'f [Diagnostic], part: &str) -> &'f str {
    let fault = found.iter().find(|fault| fault.message.contains(part));
    &fault.unwrap_or_else(|| panic!("no fault mentions {part}: {found:#?}")).help
}

#[test]
fn the_mali_pack_is_sound_in_every_language() {
    let pack = sound(&pack_embedded::mali());
    assert_eq!(pack.languages.iter().map(ToString::to_string).collect::<Vec<_>>(), ["fr", "en"]);
    assert_eq!(
        pack.flows.iter().map(|flow| flow.id.as_str()).collect::<Vec<_>>(),
        ["dep", "cui", "sen", "reu", "res", "atpe", "pla", "vita", "fef", "ale"]
    );
    assert_eq!(pack.roles.len(), 8);
    for flow in &pack.flows {
        for language in &pack.languages {
            assert!(pack.texts.has_text(&format!("flow.{}.head", flow.id), *language), "{} {language}", flow.id);
        }
    }
}

#[test]
fn dep_is_read_as_the_design_fixes_it() {
    let pack = sound(&pack_embedded::mali());
    let dep = pack.flow("dep").expect("DEP is there");
    assert_eq!(dep.fields.iter().map(|field| field.label.as_str()).collect::<String>(), "TFVJRESM");
    assert_eq!(dep.fields[0].kind, FieldKind::Integer { min: 1, max: 2000, soft_max: Some(300) });
    assert_eq!(dep.checks[0].labels, ["T", "V", "J", "R", "E"]);
    assert_eq!(dep.checks[1].offer_swap, Some(("F".to_owned(), "T".to_owned())));
    let coverage = dep.indicators.iter().find(|indicator| indicator.id == "couverture").expect("coverage");
    let children = Denominator::Population("enfants_6_59".to_owned());
    assert_eq!(coverage.kind, IndicatorKind::Ratio { numerator: vec!["depistes".to_owned()], denominator: children });
}

#[test]
fn reu_takes_a_body_without_a_number_and_asks_which_n() {
    let pack = sound(&pack_embedded::mali());
    let reu = pack.flow("reu").expect("REU is there");
    let body = reu.field("INSTANCE").expect("the body");
    assert!(body.from_mandate && reu.by_body && !reu.positional);
    assert!(body.bare_words.contains(&("C".to_owned(), "ccocsad".to_owned())));
    assert_eq!(body.asked_words, [("N".to_owned(), vec!["ctin".to_owned(), "cnn".to_owned()])]);
    let date = reu.date_field().expect("a date");
    assert!(!date.required, "today unless typed");
    assert_eq!(date.kind, FieldKind::Date { max_age_days: 92 });
}

#[test]
fn replies_read_as_people_expect() {
    let pack = sound(&pack_embedded::mali());
    let say = |name: &str, language, values| pack.texts.say(name, language, values).expect("a sound pack says it");
    let dep = context! { T => 45, F => 23, V => 38, J => 5, R => 1, E => 1, S => 2, M => 5 };
    let said = say("flow.dep.content", Language::FRENCH, dep.clone());
    assert_eq!(said, "45 dépistés (23 F), normal 38, MAM 5, MAS 1, oedèmes 1, référés 7.");
    let said = say("flow.dep.content", Language::ENGLISH, dep);
    assert_eq!(said, "45 screened (23 F), normal 38, MAM 5, SAM 1, oedema 1, ref. 7.");
    let not_held = context! { NON => 2, NON_name => "budget" };
    let said = say("flow.reu.content", Language::FRENCH, not_held);
    assert_eq!(said, "réunion NON tenue, motif 2 (budget).");
    let held = context! { N => 1, T => 24, F => 9, K => 5, X => 3, PV => 1 };
    let said = say("flow.reu.content", Language::FRENCH, held);
    assert_eq!(said, "24 part. (9 F), 5 décisions, 3 appliquées, PV oui, nutrition oui.");
}

#[test]
fn what_is_declared_or_fits_is_accepted() {
    let (files, _, _) = with_case("declared.toml");
    let pack = sound(&files);
    let known = sound(&pack_embedded::mali()).flows.len();
    assert_eq!(pack.flows.len(), known + 1);
}

#[test]
fn all_syntax_errors_are_named_at_once() {
    refused("syntax.toml");
}

#[test]
fn unknown_missing_and_mistyped_keys_are_named_at_once() {
    let found = refused("keys.toml");
    for (part, help) in [
        ("`postional`", "did you mean `positional`?"),
        ("`soft`", "did you mean `soft_max`?"),
        ("`gsam`", "did you mean `gsan`?"),
        ("`comune`", "did you mean `commune`?"),
        ("`number`", "known here: "),
        ("`blok`", "did you mean `block`?"),
        ("`enfants_6_95`", "did you mean `enfants_6_59`?"),
    ] {
        assert!(help_for(&found, part).starts_with(help), "{part}: {}", help_for(&found, part));
    }
}

#[test]
fn texts_and_expressions_that_cannot_be_read() {
    let found = refused("templates.toml");
    let equals = found.iter().find(|fault| fault.code == "bad-expression" && fault.line > 15).expect("T = 2");
    assert!(equals.column > 8, "the caret stands inside the expression: {equals:?}");
}

#[test]
fn names_nobody_gives() {
    let found = refused("names.toml");
    assert_eq!(help_for(&found, "`t`"), "labels are written in capitals: `T`");
}

#[test]
fn words_that_collide_or_nearly_do() {
    let found = refused("words.toml");
    assert!(help_for(&found, "`SEZ` is one slip from `SEN`").contains("distinct_from = [\"SEN\"]"));
}

#[test]
fn letters_that_break_an_sms() {
    let found = refused("letters.toml");
    assert_eq!(help_for(&found, "`ç`"), "write `Recu`");
    assert_eq!(help_for(&found, "`’`"), "write `l'eau`");
}

#[test]
fn replies_too_long_and_texts_that_fail() {
    let found = refused("lengths.toml");
    assert!(help_for(&found, "too many").contains("Sokourani Missirikoro"), "the worst case shows the longest place");
    assert!(help_for(&found, "when G is absent").contains("{% if G is defined %}"));
}

#[test]
fn alerts_that_cannot_be_told() {
    let found = refused("alerts_keys.toml");
    assert_eq!(help_for(&found, "`cercl`"), "did you mean `cercle`?");
    let found = refused("alerts_names.toml");
    assert_eq!(help_for(&found, "`t`"), "labels are written in capitals: `T`");
    let found = refused("alerts.toml");
    assert!(help_for(&found, "too many").contains("SEEN 99999"), "measured with number, place and the way to answer");
    assert!(help_for(&found, "when G is absent").contains("{% if G is defined %}"));
}

#[test]
fn fields_nobody_is_asked_and_parts_that_do_not_fit() {
    refused("reach.toml");
}

#[test]
fn a_report_type_is_owed_since_the_programme_began_or_since_it_says() {
    let mut files = pack_embedded::mali();
    assert!(sound(&files).flows.iter().all(|flow| flow.since.is_none()), "the Mali pack names no first day");
    let pack = files.get("pack.toml").expect("there").replacen("# since =", "since =", 1);
    let stock = files.get("atpe.toml").expect("there").replacen("cadence =", "since = \"2026-07-01\"\ncadence =", 1);
    files.insert("pack.toml", pack);
    files.insert("atpe.toml", stock);
    let pack = sound(&files);
    for (flow, since) in [("dep", "2026-01-01"), ("reu", "2026-01-01"), ("atpe", "2026-07-01")] {
        let found = pack.flow(flow).expect("there").since.map(|day| day.to_string());
        assert_eq!(found.as_deref(), Some(since), "{flow}");
    }
}

#[test]
fn a_broken_pack_file_is_named_with_its_lines() {
    let found = refused("pack.toml");
    assert_eq!(help_for(&found, "there is no place.csv"), "did you mean `places.csv`?");
}

#[test]
fn system_texts_missing_misnamed_or_too_long() {
    let mut files = pack_embedded::mali();
    let texts = files.get("texts.toml").expect("there").replace("[missing]", "[mising]");
    let texts = texts.replacen("OK {{keyword}} {{receipt}}", "OK {{keyword}} {{receit}}", 1);
    files.insert("texts.toml", texts);
    let found = check(&files, Against::default()).expect_err("two slips");
    assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["missing-text", "unknown-name"]);
    assert_eq!(help_for(&found, "`missing` is missing"), "is [mising] meant to be [missing]?");
    assert_eq!(help_for(&found, "`receit`"), "did you mean `receipt`?");

    let mut files = pack_embedded::mali();
    let texts = files
        .get("texts.toml")
        .expect("there")
        .replace("noté. Merci.", &format!("noté.{}", " Merci beaucoup.".repeat(8)));
    files.insert("texts.toml", texts);
    let found = check(&files, Against::default()).expect_err("a reply over one SMS");
    assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["too-long"]);
}

#[test]
fn screens_are_held_against_the_narrowest_channel() {
    let files = pack_embedded::mali();
    let narrow = |ussd_septets| check(&files, Against { ussd_septets, ..Against::default() });
    assert!(narrow(160).is_ok(), "what most channels hold");
    for (septets, file, screen) in [
        (93, "res.toml", "7 private"),
        (90, "sen.toml", "6 Autre"),
        (112, "reu.toml", "1 Envoyer / 2 Corriger / 0 Annuler"),
    ] {
        let found = narrow(septets).expect_err("too narrow");
        let faults: Vec<&str> = found.iter().map(|fault| fault.code).collect();
        assert!(faults.iter().all(|code| *code == "screen-too-long"), "{faults:?}");
        let told = found.iter().any(|fault| fault.file == file && fault.help.contains(screen));
        assert!(told, "{septets}: no screen of {file} with {screen}: {found:?}");
    }
}

#[test]
fn faults_of_several_files_come_together_in_order() {
    let mut files = pack_embedded::mali();
    for name in ["dep.toml", "sen.toml"] {
        let broken = files.get(name).expect("there").replacen("otherwise = ", "otherwize = ", 1);
        files.insert(name, broken);
    }
    let found = check(&files, Against::default()).expect_err("both are broken");
    let places: Vec<(&str, &str)> = found.iter().map(|fault| (fault.file.as_str(), fault.code)).collect();
    let expected = [
        ("dep.toml", "missing-key"),
        ("dep.toml", "unknown-key"),
        ("sen.toml", "missing-key"),
        ("sen.toml", "unknown-key"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn questions_fit_the_narrowest_channel() {
    let files = pack_embedded::mali();
    let nalo = Against { ussd_septets: 120, ..Against::default() };
    if let Err(found) = check(&files, nalo) {
        panic!("{}", render(&found, &files));
    }
    let found = check(&files, Against { ussd_septets: 60, ..Against::default() }).expect_err("no screen is so small");
    assert!(found.iter().all(|fault| fault.code == "screen-too-long"));
    assert!(found.iter().any(|fault| fault.file == "sen.toml"));
}

/// The Mali pack with one piece of one file replaced.
fn with(name: &str, from: &str, to: &str) -> PackFiles {
    let mut files = pack_embedded::mali();
    let text = files.get(name).expect("the file is there");
    assert!(text.contains(from), "{name} has no `{from}`");
    let changed = text.replacen(from, to, 1);
    files.insert(name, changed);
    files
}

#[test]
fn the_mali_pack_says_what_its_transcripts_say() {
    let files = pack_embedded::mali();
    assert_eq!(files.iter().filter(|(name, _)| name.ends_with(".transcript")).count(), 14);
    whole(&files).unwrap_or_else(|faults| panic!("{}", render(&faults, &files)));
}

/// Pairs of one change that is refused, with its code and what the fault or its help says, and a like one that is not.
#[test]
fn replies_are_proved_as_they_are_put_together() {
    let warning = "Référez tout MAS à l'URENAS.";
    let longer = |more: &str| format!("{warning}{more}");
    let (fits, too_long) =
        ("Référez-les tous à l'URENAS.", longer(" Ne les laissez pas sans soins, merci beaucoup à vous."));
    let (greeting, lecture) = ("D'accord, c'est noté.", "Tout cela est noté. ".repeat(9));
    for (name, from, refused, code, said, accepted) in [
        ("dep.toml", warning, too_long.as_str(), "too-long", "OK DEP 99999", fits),
        ("texts.toml", "D'accord, rien n'est changé.", lecture.as_str(), "too-long", "20 too many", greeting),
        ("texts.toml", "Faux? CORR ou", "Une erreur? CORR ou", "too-long", "OK DEP", "Faux: CORR ou"),
        (
            "texts.toml",
            "non enregistré. {{reasons}} Aide:",
            "non enregistré, {{content}} Aide:",
            "unknown-name",
            "`content`",
            "refusé. {{reasons}} Aide:",
        ),
        (
            "texts.toml",
            "Erreur? CORR {{receipt}}",
            "Erreur? CORR {{recept}}",
            "unknown-name",
            "`receipt`?",
            "Erreur? CORR {{ receipt }}",
        ),
        (
            "texts.toml",
            "(closed {{closed}})",
            "(in place of what the cercle approved, and then the region: {{closed}})",
            "too-long",
            "99 999 999",
            "(was {{closed}})",
        ),
        ("texts.toml", "[let_go]", "[lett_go]", "missing-text", "[let_go]", "[ let_go ]"),
        (
            "texts.toml",
            "[let_go]",
            "[hello]\nfr = \"a\"\nen = \"a\"\n[let_go]",
            "unknown-text",
            "`hello`",
            "# [hello]\n[let_go]",
        ),
        (
            "texts.toml",
            "fr = \"D'accord, rien n'est changé.\"\n",
            "",
            "missing-language",
            "fr",
            "fr = \"Rien n'est changé.\"\n",
        ),
        ("cui.toml", "example = \"CUI N1 F32", "example = \"CUI N1 Fê32", "not-gsm7", "`ê`", "example = \"CUI N1 F 32"),
        ("sen.toml", "fr = \"{{K_name}}", "fr = \"{{K_name | upper}}", "not-gsm7", "`È`", "fr = \"Thème {{K_name}}"),
    ] {
        let files = with(name, from, refused);
        let Err(found) = check(&files, Against::default()) else { panic!("{name} is taken with `{refused}`") };
        assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), [code], "{}", render(&found, &files));
        let fault = &found[0];
        assert!(format!("{} {}", fault.message, fault.help).contains(said), "{}", render(&found, &files));
        sound(&with(name, from, accepted));
    }
}

#[test]
fn a_draft_language_may_lack_texts_but_none_of_its_texts_may_be_too_long() {
    let let_go = "bm = \"A bilala: foyi ma yɛlɛma.\"";
    let with_letters = |letters: usize| format!("bm = \"ɛ{}\"", "a".repeat(letters - 1));
    let drafts = "draft_languages = [\"bm\"]";
    let ucs2 = "ucs2_languages = [\"bm\"]";
    for (why, name, from, to, code) in [
        ("a text may be left out", "texts.toml", let_go, "", None),
        ("a name may be left out", "dep.toml", ", bm = \"binkɛnɛ\"", "", None),
        ("seventy letters fit", "texts.toml", let_go, &with_letters(70), None),
        ("no more do", "texts.toml", let_go, &with_letters(71), Some("too-long")),
        ("plain letters have room for more", "texts.toml", let_go, &format!("bm = \"{}\"", "a".repeat(160)), None),
        ("but for no more than that", "texts.toml", let_go, &format!("bm = \"{}\"", "a".repeat(161)), Some("too-long")),
        (
            "a letter counts for what stands around it",
            "texts.toml",
            "bm = \"OK {{keyword}} {{receipt}} {{head}} sorola.\"",
            "bm = \"OK {{keyword}} {{receipt}} {{head}} sɔrɔla.\"",
            Some("too-long"),
        ),
        (
            "eighty fit a screen, with its way back",
            "dep.toml",
            "Den joli sumana?",
            &format!("ɛ{}", "a".repeat(63)),
            None,
        ),
        ("no more do", "dep.toml", "Den joli sumana?", &format!("ɛ{}", "a".repeat(64)), Some("screen-too-long")),
        (
            "it uses only what it is given",
            "texts.toml",
            "bm = \"{{reasons}}",
            "bm = \"{{resons}}",
            Some("unknown-name"),
        ),
        ("a letter has to be announced", "pack.toml", ucs2, "ucs2_languages = [\"ff\"]", Some("not-gsm7")),
        (
            "a language people may choose is none",
            "pack.toml",
            drafts,
            "draft_languages = [\"bm\", \"en\"]",
            Some("bad-language"),
        ),
        ("no draft, no text of it", "pack.toml", drafts, "", Some("unknown-key")),
        (
            "a draft that is none any more lacks texts",
            "pack.toml",
            "[\"fr\", \"en\"]",
            "[\"fr\", \"en\", \"bm\"]",
            Some("bad-language"),
        ),
    ] {
        let files = with(name, from, to);
        let found = check(&files, Against::default()).err().unwrap_or_default();
        let codes: BTreeSet<&str> = found.iter().map(|fault| fault.code).collect();
        assert!(code.map_or(codes.is_empty(), |code| codes.contains(code)), "{why}: {}", render(&found, &files));
    }
    let [(language, written, all)] = relais::flow::check::drafts(&pack_embedded::mali())[..] else {
        panic!("the Mali pack has one draft")
    };
    assert!(language.code() == "bm" && (50..all).contains(&written), "{written} of {all}");
}

#[test]
fn a_transcript_is_run_line_by_line() {
    let said = "OK CUI 221 Samabougou 23/11";
    let shipped = pack_embedded::mali();
    let lines = || shipped.get("cui.transcript").expect("shipped").lines();
    let line_of = |part: &str| lines().position(|line| line.contains(part)).expect("said there") + 1;
    let files = with("cui.transcript", said, "OK CUI 222 Samabougou 23/11");
    let found = whole(&files).expect_err("another number");
    let [fault] = found.as_slice() else { panic!("{}", render(&found, &files)) };
    assert_eq!((fault.file.as_str(), fault.line, fault.code), ("cui.transcript", line_of(said), "transcript"));
    assert!(fault.message.contains(said), "the fault says what was really answered: {}", fault.message);

    let files = with("cui.transcript", "> +22370000001 CUI", "+22370000001 CUI");
    let found = whole(&files).expect_err("a line that says nothing");
    assert!(
        found.iter().any(|fault| fault.code == "bad-transcript" && fault.line == line_of("> +22370000001 CUI")),
        "{found:#?}"
    );

    for (from, to) in [("16:05", "16:06"), ("> +22370000001 CUI N1 F32 H4 E25", "> +22370000001 cui n1 f32 h4 e25")] {
        let files = with("cui.transcript", from, to);
        whole(&files).unwrap_or_else(|faults| panic!("{}", render(&faults, &files)));
    }
}

#[test]
fn an_empty_folder_is_refused_not_a_crash() {
    let found = Pack::load(&PackFiles::default()).expect_err("nothing there");
    assert!(found.iter().any(|fault| fault.code == "missing-file"));
}

#[test]
fn an_example_that_does_not_read_is_refused() {
    let files = pack_embedded::mali();
    let loaded = load(&files).expect("loads");
    let only_dep = |_: &Pack, text: &str, _: Option<&str>| {
        if text.starts_with("DEP") { Ok(()) } else { Err("M is missing".to_owned()) }
    };
    let found = faults(&loaded, &files, Against { reads: Some(&only_dep), ..Against::default() });
    let others = loaded.pack.flows.iter().filter(|flow| flow.id != "dep").map(|flow| format!("{}.toml", flow.id));
    let (others, blamed): (BTreeSet<String>, BTreeSet<String>) =
        (others.collect(), found.iter().map(|fault| fault.file.clone()).collect());
    assert_eq!(blamed, others);
    assert!(found.iter().all(|fault| fault.code == "bad-example" && fault.message.contains("M is missing")));
}

#[test]
fn an_old_flow_is_read_again_from_its_kept_text() {
    let pack = sound(&pack_embedded::mali());
    let dep = pack.flow("dep").expect("DEP is there");
    let edition = load_flow(&pack, &dep.source).expect("its own text reads");
    assert_eq!((edition.flow.hash.as_str(), edition.flow.version), (dep.hash.as_str(), dep.version));
    let values = context! { R => 2, E => 1 };
    assert_eq!(edition.texts.number("flow.dep.indicator.mas.value", values), Ok(3));
    assert!(load_flow(&pack, "keyword = 3").is_err());
}

#[test]
fn an_old_flow_reads_and_counts_though_the_pack_lost_what_it_names() {
    let pack = sound(&pack_embedded::mali());
    let source = |flow: &str| pack.flow(flow).expect("there").source.clone();
    let english = source("dep").replace(", en = \"", ", wo = \"");
    for (label, flow, text) in [
        ("a role", "dep", source("dep").replacen("roles = [", "roles = [\"matrone\", ", 1)),
        ("a level", "reu", source("reu").replacen("by_body", "level = \"arrondissement\"\nby_body", 1)),
        ("the role and level of an alert", "atpe", source("atpe").replacen("to = \"cercle\"", "to = \"comté\"", 1)),
        ("a population", "dep", source("dep").replace("population.", "population.anciens_")),
        ("a language, for one that came since", "dep", english),
    ] {
        assert_ne!(text, source(flow), "{label}: the text is another one");
        let edition = load_flow(&pack, &text).unwrap_or_else(|faults| panic!("{label}: {faults:#?}"));
        let known = pack.flow(flow).expect("there");
        assert_eq!(edition.flow.indicators.len(), known.indicators.len(), "{label}");
    }
    let edition = load_flow(&pack, &source("dep").replacen("roles = [", "roles = [\"matrone\", ", 1)).expect("reads");
    assert_eq!(edition.texts.number("flow.dep.indicator.mas.value", context! { R => 2, E => 1 }), Ok(3));
    for (label, text) in [
        ("what counts cannot be read", source("dep").replace("value = \"R + E\"", "value = \"R +\"")),
        (
            "a key that might change what counts",
            source("dep").replacen("kind = \"sum\"", "kind = \"sum\"\nunless = \"T\"", 1),
        ),
        ("nor of which kind it is", source("dep").replacen("kind = \"sum\"", "kind = \"total\"", 1)),
    ] {
        assert_ne!(text, source("dep"), "{label}");
        assert!(load_flow(&pack, &text).is_err(), "{label}");
    }
}

#[test]
fn no_damage_to_a_file_brings_the_reader_down() {
    let whole = pack_embedded::mali();
    for name in ["pack.toml", "reu.toml", "texts.toml"] {
        let text = whole.get(name).expect("there").to_owned();
        for cut in (0..text.len()).step_by(397).filter(|&cut| text.is_char_boundary(cut)) {
            let end = (cut + 41..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
            for damaged in [text[..cut].to_owned(), format!("{}{}", &text[..cut], &text[end..]), text[cut..].to_owned()]
            {
                let mut files = whole.clone();
                files.insert(name, damaged);
                if let Err(found) = load(&files) {
                    assert!(!found.is_empty(), "{name} cut at {cut}: refused without a reason");
                    assert!(!render(&found, &files).is_empty());
                }
            }
        }
    }
}
