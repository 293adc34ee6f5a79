//! What the documents show is what the program does: their examples are read, checked and run.

use std::fs;
use std::path::Path;
use std::process::Command;

use relais::flow::check;
use relais::flow::diagnostic::render;
use relais::pack_embedded;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The blocks of one language, in order.
fn blocks<'d>(document: &'d str, language: &str) -> Vec<&'d str> {
    let opening = format!("```{language}\n");
    document.split(opening.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_worked_report_type_is_sound_and_talks_as_shown() {
    let text = document("docs/FLOWS.md");
    let mut files = pack_embedded::mali();
    files.insert("vad.toml", blocks(&text, "toml")[0]);
    files.insert("vad.transcript", blocks(&text, "transcript")[0]);
    let pack = check::whole(&files).unwrap_or_else(|faults| panic!("{}", render(&faults, &files)));
    assert!(pack.flow("vad").is_some());
    files.insert("vad.transcript", blocks(&text, "transcript")[1]);
    check::whole(&files).unwrap_or_else(|faults| panic!("{}", render(&faults, &files)));
    files.insert("vad.transcript", blocks(&text, "transcript")[0].replace("12 foyers", "13 foyers"));
    assert!(check::whole(&files).is_err(), "a transcript that goes otherwise is a fault");
}

#[test]
fn the_second_report_type_is_sound_and_talks_as_shown() {
    let text = document("docs/FLOWS.md");
    let mut files = pack_embedded::mali();
    files.insert("pte.toml", blocks(&text, "toml")[1]);
    files.insert("pte.transcript", blocks(&text, "transcript")[2]);
    let pack = check::whole(&files).unwrap_or_else(|faults| panic!("{}", render(&faults, &files)));
    assert!(pack.flow("pte").is_some());
}

#[test]
fn a_slip_in_the_worked_report_type_is_named() {
    let text = document("docs/FLOWS.md");
    let mut files = pack_embedded::mali();
    files.insert("vad.toml", blocks(&text, "toml")[0].replace("cadence = ", "cadance = "));
    let faults = check::whole(&files).expect_err("a slip in a key is refused");
    let told = render(&faults, &files);
    assert!(told.contains("did you mean `cadence`"), "{told}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    for name in [
        "README.md",
        "docs/ARCHITECTURE.md",
        "docs/CHANNELS.md",
        "docs/FLOWS.md",
        "docs/OPERATING.md",
        "docs/PRIVACY.md",
        "docs/SECURITY.md",
    ] {
        let text = document(name);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let folder = folder.parent().expect("a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let is_file = !target.starts_with("http") && !path.is_empty();
            assert!(!is_file || folder.join(path).exists(), "{name} links to {target}, which is not there");
        }
    }
}

/// Every `relais ...` line of the shell blocks names a command there is, and flags that its help knows.
#[test]
fn commands_shown_are_commands_there_are() {
    let mut shown = 0;
    for name in ["README.md", "docs/CHANNELS.md", "docs/FLOWS.md", "docs/OPERATING.md", "docs/SECURITY.md"] {
        let text = document(name);
        for line in blocks(&text, "sh").iter().flat_map(|block| block.lines()) {
            let line = line.split(" #").next().unwrap_or_default();
            let mut words = line.split_whitespace();
            if !words.next().is_some_and(|first| first == "relais" || first.ends_with("/relais")) {
                continue;
            }
            shown += 1;
            let mut named: Vec<&str> = words.clone().take_while(|word| !word.starts_with('-')).take(2).collect();
            // The second word is a command of its own only where there are such: `import people`, `token create`.
            if !matches!(named.first(), Some(&("import" | "export" | "token" | "doctor"))) {
                named.truncate(1);
            }
            let output = Command::new(env!("CARGO_BIN_EXE_relais")).args(&named).arg("--help").output().expect("runs");
            assert!(output.status.success(), "{name}: {line}");
            let help = String::from_utf8_lossy(&output.stdout).into_owned();
            for flag in words.filter(|word| word.starts_with("--")) {
                assert!(
                    help.contains(&format!("{flag} ")) || help.contains(&format!("{flag}\n")),
                    "{name}: {line}: {flag}"
                );
            }
        }
    }
    assert!(shown > 10, "commands are found: {shown}");
}
