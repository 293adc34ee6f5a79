//! Cue cards as they are printed: one A5 page for every report type in every language, and everything a sender needs on it.

use std::path::Path;
use std::process::{Command, Output};

use relais::flow::model::Pack;
use relais::pack_embedded::mali;

/// Smaller letters than this, in points, are no help to tired eyes.
const LETTERS_MIN: f64 = 8.0;
/// A5 in points.
const A5: (f64, f64) = (420.0, 595.0);

fn card(arguments: &[&str]) -> (Option<i32>, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_relais")).arg("card").args(arguments).output().expect("the binary runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

/// Runs a program of a Debian package.
fn tool(package: &str, program: &str, arguments: &[&str]) -> Output {
    let run = Command::new(program).args(arguments).output();
    let output = run.unwrap_or_else(|error| panic!("{program}: {error}; install the Debian package {package}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Prints a page to PDF as a browser would; gives its number of pages and their size in points.
fn printed(folder: &Path, html: &str) -> (u32, (f64, f64)) {
    let (page, pdf) = (folder.join("card.html"), folder.join("card.pdf"));
    std::fs::write(&page, html).expect("written");
    let print = format!("--print-to-pdf={}", pdf.display());
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let page = page.display().to_string();
    let how = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", &profile, &print, &page];
    tool("chromium", "chromium", &how);
    let output = tool("poppler-utils", "pdfinfo", &[pdf.to_str().expect("text")]);
    let told = String::from_utf8(output.stdout).expect("text");
    let line = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} {told}")).trim().to_owned()
    };
    let size = line("Page size:");
    let mut numbers = size.split_whitespace().filter_map(|word| word.parse().ok());
    let size = (numbers.next().expect("a width"), numbers.next().expect("a height"));
    (line("Pages:").parse().expect("a number"), size)
}

fn letters(html: &str) -> f64 {
    let size = html.split("font-size:").nth(1).and_then(|rest| rest.split("pt").next());
    size.and_then(|size| size.parse().ok()).expect("a size")
}

#[test]
fn every_report_type_fits_one_page_in_every_language() {
    let pack = Pack::load(&mali()).expect("a sound pack");
    let folder = tempfile::tempdir().expect("a folder");
    for flow in &pack.flows {
        for language in &pack.languages {
            let what = format!("{} in {language}", flow.keyword);
            let (code, html) =
                card(&[&flow.keyword, "--lang", language.code(), "--number", "+22336019019", "--code", "*360*4321#"]);
            assert_eq!(code, Some(0), "{what}");
            let (pages, size) = printed(folder.path(), &html);
            assert_eq!(pages, 1, "{what}");
            assert!((size.0 - A5.0).abs() < 2.0 && (size.1 - A5.1).abs() < 2.0, "{what}: {size:?}");
            assert!(letters(&html) >= LETTERS_MIN, "{what}: letters of {} pt", letters(&html));
            for word in ["<script", "http://", "https://", "url("] {
                assert!(!html.contains(word), "{what} stands alone: {word}");
            }
        }
    }
}

#[test]
fn a_card_says_everything_a_sender_needs() {
    let (_, html) = card(&["DEP", "--number", "36019", "--code", "*360#"]);
    for part in [
        "lang=\"fr\"",
        "Dépistage PB",
        "Chaque semaine · relais communautaire",
        "<b>36019</b>",
        "<span>DEP</span> <span>T45</span> <span>F23</span>",
        "Ou les 8 nombres seuls",
        "<b>DEP 45 23 38 5 1 1 2 5</b>",
        ">T</th><td>total dépistés</td><td>1 à 2 000</td>",
        "<b>T = V + J + R + E</b><span>total dépistés = vert + jaune (MAM) + rouge (MAS) + oedèmes</span>",
        "<b>S ≤ R + E</b>",
        "<b>CORR 12 T45</b> corriger",
        "<b>ANNUL 12</b> annuler",
        "<b>RIEN DEP</b> rien à signaler",
        "<b>AIDE DEP</b> aide",
        "<b>*360#</b>",
        "Nous ne demandons jamais argent, code PIN ni mot de passe.",
    ] {
        assert!(html.contains(part), "{part} stands on the card: {html}");
    }
    // What is no plain comparison, and what only warns, is left out.
    for part in ["30", "is defined", " or "] {
        assert!(!html.split("<body>").nth(1).expect("a body").contains(part), "{part}");
    }
    let (_, html) = card(&["causerie"]);
    for part in ["<b>1</b> Mosquée", "SEN 1 1 40 120", "tout le monde", "class=\"blank\""] {
        assert!(html.contains(part), "{part} stands on the card: {html}");
    }
    assert!(!html.contains("RIEN SEN"), "what is not owed needs no zero");
    let (_, html) = card(&["REU"]);
    for part in ["<b>REU C NON 1</b> (motif de non-tenue: insécurité)", "<b>CTIN</b></span>", "1 oui, 0 non"] {
        assert!(html.contains(part), "{part} stands on the card: {html}");
    }
}

#[test]
fn english_plain_text_and_misuse() {
    let (code, text) = card(&["CUI", "--lang", "en", "--format", "text", "--number", "36019"]);
    let expected = "CUI  Cooking demonstration\n\
                    After each activity: community volunteer, nutrition support group (GSAN), community health worker\n\n\
                    Send this SMS to 36019\n\n    CUI N1 F32 H4 E25\n\n\
                    Or the 4 numbers alone, in this order: CUI 1 32 4 25\n\n\
                    EACH LETTER, THEN ITS NUMBER\n\
                    N       sessions: 1 to 20\nF       women: 0 to 500\nH       men: 0 to 500\n\
                    E       children 6-23 months: 0 to 500\n\n\
                    CHECK BEFORE YOU SEND\n\
                    F + H ≥ 1\n        women + men at least 1\n\
                    E ≤ 3 × (F + H)\n        children 6-23 months not more than 3 × (women + men) (else answer YES)\n\n\
                    A MISTAKE?\nThe reply gives a number, for example 12.\n\
                    CORRECT 12 N1 correct it\nCANCEL 12     take it back\nHELP CUI      help\n\n\
                    WITHOUT SMS\nDial ____________\nChoose Cooking demonstration\n\
                    Answer, then 1 Send. Cut off? Dial again: you go on.\n\n\
                    We never ask for money, a PIN or a password.\n";
    assert_eq!((code, text.as_str()), (Some(0), expected));
    assert_eq!(card(&["NONE"]), (Some(2), String::new()));
    assert_eq!(card(&["DEP", "--lang", "sw"]), (Some(2), String::new()));
    assert_eq!(card(&["DEP", "--lang", "?"]).0, Some(2));
}
