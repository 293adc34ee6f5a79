//! The quarterly report and the monthly bulletin: every figure is that of the other faces, over both databases; and as files
//! and PDF by the real binary and a real Chromium.

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use axum::body::Body;
use axum::http::{Request, header};
use relais::base::Language;
use relais::person::Access;
use relais::review::{self, Reviewer};
use relais::rollup::target;
use relais::store;
use relais::view::{self, Ask, Question};
use serde_json::Value;
use support::rig::Rig;
use support::visit::{demo, get, send};

const KADIOLO: &str = "ML0302";
const DIOU: &str = "ML030201";
const DAY_MS: i64 = 24 * 3_600 * 1_000;

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        for (last, role, place) in [
            (1, "asc", DIOU),
            (2, "relais", "ML030202"),
            (3, "point_focal", DIOU),
            (4, "officier", KADIOLO),
            (5, "relais", "ML030203"),
        ] {
            rig.register(&support::phone(last), role, "government", place).await;
        }
        test(rig).await;
    })
    .await;
}

/// Sends an SMS so many days before now, and OUI where that is asked.
async fn says(rig: &Rig, days_ago: i64, last: u32, text: &str) -> String {
    rig.clock.set(support::START.plus_ms(-days_ago * DAY_MS));
    let reply = rig.sms(&support::phone(last), text).await;
    let reply = if reply.contains("OUI") { rig.sms(&support::phone(last), "OUI").await } else { reply };
    rig.clock.set(support::START);
    reply
}

/// Screening in two quarters, a zero, a meeting, money, a stock-out and its alert; and a target.
async fn a_quarter(rig: &Rig) {
    says(rig, 105, 1, "DEP T40 F20 V30 J8 R1 E1 S2 M8").await;
    says(rig, 7, 2, "RIEN DEP").await;
    says(rig, 0, 1, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
    says(rig, 0, 3, "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
    says(rig, 0, 3, "RES M1500000 S3 R").await;
    says(rig, 0, 1, "ATPE S0 E0 U120 P0").await;
    let in_force = rig.programme.in_force();
    let text = "place,indicator,period,value\nML0302,dep.depistes,2026-Q4,40\nML0302,dep.taux_ref,2026-Q4,101\nML0302,dep.taux_mas,2026-Q4,20\n";
    let rows = target::read(text, &in_force.pack, &in_force.tree, rig.programme.today()).expect("a sound file");
    let mut tx = rig.programme.store.begin().await.expect("begins");
    store::target::set_many(&mut tx, &rows).await.expect("writes");
    tx.commit().await.expect("commits");
}

/// The cells of the row that begins with this name, tags left out.
fn row(page: &str, name: &str) -> Vec<String> {
    let start = page.find(&format!("<tr><th scope=\"row\">{name}</th>")).unwrap_or_else(|| panic!("{name}: {page}"));
    let line = page[start..].split("</tr>").next().unwrap_or_default();
    let cells = line.split("<td").skip(1).map(|cell| cell.split_once('>').map_or("", |(_, rest)| rest));
    let bare = |cell: &str| {
        let parts = cell.split('<').map(|part| part.split_once('>').map_or(part, |(_, rest)| rest));
        parts.collect::<String>()
    };
    cells.map(bare).collect()
}

/// True where all of `part` stands in `whole` as it is.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, value)| whole.get(name).is_some_and(|known| holds(known, value)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(one, other)| holds(one, other))
        }
        _ => whole == part,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_figure_is_that_of_the_other_faces() {
    on_each(async |rig| {
        a_quarter(rig).await;
        let router = demo(rig);
        for (place, period) in [(KADIOLO, "2026-Q4"), (DIOU, "2026-Q4"), ("ML", "2026-Q4"), (KADIOLO, "2026-11")] {
            let ask = Ask { place: Some(place), period: Some(period), ..Ask::default() };
            let question = Question::settle(&rig.programme.in_force(), &Access::LOOK, rig.programme.today(), ask);
            let question = question.expect("a question");
            let printed = view::printed(&rig.programme, &question, Language::FRENCH).await.expect("answers");
            let api = async |what: &str| get(&router, &format!("/api/v1/{what}?place={place}&period={period}")).await;
            let same = serde_json::to_value(&printed.summary).expect("JSON");
            // The API compares, too: with neighbours and the year before.
            let told = api("summary").await.json();
            assert!(holds(&told, &same), "{place} {period}: {told} holds {same}");
            let same = serde_json::to_value(&printed.completeness).expect("JSON");
            assert_eq!(same, api("completeness").await.json(), "{place} {period}");
            if period == "2026-Q4" {
                let same = serde_json::to_value(&printed.bodies).expect("JSON");
                assert_eq!(same, api("bodies").await.json(), "{place} {period}");
            }
        }
        let page = get(&router, "/places/ML0302/report?period=2026-Q4").await.text();
        assert_eq!(row(&page, "Enfants dépistés")[..2], ["45", "↑ en hausse\u{a0}: +5 (+12,5%)"]);
        assert_eq!(row(&page, "Enfants dépistés").last().expect("a target"), "40 (atteinte)");
        assert_eq!(row(&page, "Taux de référence").last().expect("a target"), "101,0% (pas atteinte)");
        assert_eq!(row(&page, "Taux MAS").last().expect("a target"), "20,0% au plus (atteinte)");
        assert!(page.contains("Cibles de ce lieu atteintes : 2 sur 3."), "{page}");
        assert!(page.contains("L’an dernier (4e trimestre 2025) n’a pas de chiffres."), "{page}");
        let owed = get(&router, "/api/v1/completeness?place=ML0302&period=2026-Q4").await.json();
        let total = |name: &str| owed["total"][name].as_i64().expect("a count").to_string();
        let expected = ["expected", "received", "on_time", "late", "zero", "not_held", "silent"].map(total);
        assert_eq!(row(&page, "Total")[1..], expected, "completeness comes first");
        assert!(owed["total"]["zero"] == 1, "{owed}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_who_is_silent_what_is_pledged_and_what_waits() {
    on_each(async |rig| {
        a_quarter(rig).await;
        let router = demo(rig);
        let page = get(&router, "/places/ML0302/report?period=2026-Q4").await.text();
        for shown in [
            "Rapport trimestriel",
            "Chiffres courants, non clos",
            "Établi le 23/11/2026",
            "du 01/10/2026 au 31/12/2026, période en cours",
            "1 CCOCSAD sur 9 s’est réuni\u{a0}; 0 ne s’est pas réuni et a dit pourquoi\u{a0}; 8 n’ont rien dit.",
            "En attente du visa d’un officier, et non comptés : 1.",
            "<dt>Ouvertes</dt><dd>1</dd>",
            "<dt>Encore ouvertes</dt><dd>1</dd>",
            "CC BY-IGO",
        ] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        let silent = page.split("<ul class=\"silent\">").nth(1).and_then(|rest| rest.split("</ul>").next());
        let silent = silent.expect("somebody is silent");
        assert!(!silent.contains("Diou"), "{silent}");
        assert_eq!(silent.matches(", ").count() + 1, 7, "nine communes, two of which sent something: {silent}");
        assert!(page.contains("Aucune somme n’a reçu de visa"), "money counts once the cercle has agreed: {page}");
        assert_eq!(row(&page, "Ruptures ATPE")[0], "1");
        let agreed = rig.sms(&support::phone(4), "VISA 1").await;
        let seen = rig.sms(&support::phone(4), "VU 2").await;
        let page = get(&router, "/places/ML0302/report?period=2026-Q4").await.text();
        assert_eq!(row(&page, "mines"), ["0", "1\u{a0}500\u{a0}000", "0"], "{agreed}");
        assert!(page.contains("et non comptés : 0."), "{page}");
        assert!(page.contains("<dt>Vues par un officier</dt><dd>1</dd>"), "{seen}: {page}");
        let english = get(&router, "/places/ML0302/report?period=2026-Q4&lang=en").await.text();
        for shown in ["<html lang=\"en\">", "Quarterly report", "Current figures, not closed", "1. Completeness"] {
            assert!(english.contains(shown), "{shown}");
        }
        for running in ["<script", " style=", "http://", "https://"] {
            assert!(!page.contains(running), "{running}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bulletin_praises_and_asks_for_what_follows_from_figures() {
    on_each(async |rig| {
        a_quarter(rig).await;
        let router = demo(rig);
        let page = get(&router, "/places/ML0302/bulletin?month=2026-11").await.text();
        assert_eq!(page.matches("<div><dt>").count(), 5, "five figures: {page}");
        for shown in [
            "Bulletin mensuel",
            "novembre 2026",
            "<dt>Enfants dépistés</dt><dd>45</dd>",
            "RAPPEL KADIOLO",
            "Répondre aux alertes ouvertes (1). Par SMS : VU et le numéro",
            "Décider de ce qui attend un visa (1). Par SMS : VISA ou REFUS et le numéro",
            "Demander aux CCOCSAD qui n’ont rien dit ce trimestre s’ils se sont réunis : 8 sur 9.",
        ] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        let nothing = get(&router, "/places/ML0304/bulletin?month=2026-02&lang=en").await.text();
        assert!(
            nothing.contains("Nothing came for this period") && nothing.contains("Nothing stands out"),
            "{nothing}"
        );
        let here = get(&router, "/places/ML030201/bulletin?month=2026-11&lang=en").await.text();
        assert!(here.contains("CCOCSAD that met this quarter: 1 of 1."), "{here}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_month_says_so_and_gives_the_closed_figure_where_it_differs() {
    on_each(async |rig| {
        let officer = rig.register(&support::phone(6), "officier", "government", KADIOLO).await;
        says(rig, 25, 1, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        let router = demo(rig);
        let bulletin = async || get(&router, "/places/ML0302/bulletin?month=2026-10").await.text();
        assert!(bulletin().await.contains("Chiffres courants, non clos"));
        let in_force = rig.programme.in_force();
        let access =
            Access::of_person(&in_force.pack, &in_force.tree, "officier", rig.place(KADIOLO), rig.programme.today());
        let reviewer = Reviewer { officer, access: &access.expect("an officer") };
        let october = in_force.pack.calendar.parse("2026-10").expect("a month");
        review::approve(&rig.programme, reviewer, rig.place(KADIOLO), october).await.expect("approves");
        assert!(bulletin().await.contains("Chiffres clos (cercle), inchangés depuis"));
        says(rig, 25, 1, "DEP T20 F11 V18 J2 R0 E0 S0 M2").await;
        let page = bulletin().await;
        assert!(page.contains("période close (cercle) : le chiffre clos est donné là où il diffère"), "{page}");
        assert!(page.contains("<dt>Enfants dépistés</dt><dd>65 <small>Clos\u{a0}: 45</small>"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_them_are_light() {
    on_each(async |rig| {
        a_quarter(rig).await;
        let router = demo(rig);
        for path in [
            "/places/ML/report?period=2026-Q4",
            "/places/ML03/report?period=2026-Q4",
            "/places/ML/bulletin?month=2026-11",
            "/places/ML03/bodies?period=2026-Q4",
            "/places/ML/bodies?period=2026-Q4",
        ] {
            let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip");
            let page = send(&router, request.body(Body::empty()).expect("a request")).await;
            assert_eq!((page.status.as_u16(), page.header("content-encoding")), (200, "gzip"), "{path}");
            assert!(page.bytes.len() < 50 * 1024, "{path}: {} bytes over the wire", page.bytes.len());
        }
    })
    .await;
}

fn relais(config: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
    command.arg("report").args(arguments).arg("--config").arg(config).env_remove("RELAIS_CONFIG");
    command.envs(environment.iter().copied()).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Number of pages and size of a PDF, as another program reads it.
fn pages(pdf: &Path) -> (u32, String) {
    let output = Command::new("pdfinfo").arg(pdf).output();
    let output = output.unwrap_or_else(|error| panic!("pdfinfo: {error}; install the Debian package poppler-utils"));
    let told = text(&output.stdout);
    let line = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    (line("Pages:").parse().unwrap_or_else(|_| panic!("{told}")), line("Page size:"))
}

/// A file of people: a volunteer in every commune of the pack.
fn one_in_each_commune() -> String {
    let pack = support::rig::mali();
    let communes = pack.places.lines().filter(|line| line.contains(",commune,"));
    let row = |(number, line): (usize, &str)| {
        let code = line.split(',').next().unwrap_or_default();
        format!("7{number:07},Awa Traoré,relais,government,{code},fr,,,\n")
    };
    let rows: String = communes.enumerate().map(row).collect();
    format!("phone,name,role,network,place,language,agent_code,supervisor_phone,email\n{rows}")
}

#[test]
fn the_command_writes_pages_and_pdf_and_says_how_to_mend_what_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("programme");
    let made = Command::new(env!("CARGO_BIN_EXE_relais")).arg("init").arg(&home).output().expect("runs");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let config = home.join("relais.toml");
    let html = relais(&config, &["--place", KADIOLO, "--language", "en"], &[]);
    let page = text(&html.stdout);
    assert!(html.status.success() && page.trim_start().starts_with("<!doctype html>"), "{}", text(&html.stderr));
    for alone in ["<script", "http://", "https://", "url(", "<link rel=\"stylesheet\""] {
        assert!(!page.contains(alone), "a file needs nothing else: {alone}");
    }
    assert!(page.contains("Quarterly report") && page.contains("@page paper"), "{page}");

    // The longest there is: everybody owes, and everybody is silent.
    let people = folder.path().join("people.csv");
    fs::write(&people, one_in_each_commune()).expect("written");
    let import = ["import", "people", people.to_str().expect("text"), "--config", config.to_str().expect("text")];
    let imported = Command::new(env!("CARGO_BIN_EXE_relais")).args(import).output().expect("runs");
    assert!(imported.status.success(), "{}", text(&imported.stderr));

    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).expect("made");
    let environment = [("TMPDIR", temporary.to_str().expect("text"))];
    for (file, arguments, least, most) in [
        ("report.pdf", vec!["--place", "ML03"], 2, 6),
        ("country.pdf", vec![], 2, 8),
        ("bulletin.pdf", vec!["--bulletin", "--place", KADIOLO, "--language", "en"], 1, 1),
        ("country-bulletin.pdf", vec!["--bulletin"], 1, 1),
    ] {
        let out = folder.path().join(file);
        let mut all = vec!["--format", "pdf", "--out", out.to_str().expect("text")];
        all.extend(arguments);
        let output = relais(&config, &all, &environment);
        assert!(output.status.success() && output.stdout.is_empty(), "{file}: {}", text(&output.stderr));
        let (count, size) = pages(&out);
        assert!(size.ends_with("(A4)") && (least..=most).contains(&count), "{file}: {count} pages of {size}");
    }
    assert_eq!(fs::read_dir(&temporary).expect("there").count(), 0, "the browser's profile is gone");

    let out = folder.path().join("none.pdf");
    let pdf = ["--format", "pdf", "--out", out.to_str().expect("text")];
    let with = |more: &[&'static str]| pdf.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    for (label, arguments, environment, code, told) in [
        ("no browser", with(&[]), &[("PATH", "/nowhere")][..], 1, "apt install chromium"),
        ("a browser that fails", with(&["--browser", "/bin/false"]), &[], 1, "made no PDF"),
        ("a browser that is not there", with(&["--browser", "/nowhere/chromium"]), &[], 1, "cannot be started"),
        ("a PDF to the terminal", vec!["--format", "pdf"], &[], 2, "--out FILE"),
        ("no such place", vec!["--place", "XX"], &[], 1, "XX"),
        ("a month for a quarter", vec!["--period", "2026-01"], &[], 1, "no quarter"),
        ("a quarter for a month", vec!["--bulletin", "--period", "2026-Q1"], &[], 1, "no month"),
        ("no period", vec!["--period", "2026-Q7"], &[], 1, "2026-Q7"),
        ("a future", vec!["--period", "2199-Q4"], &[], 1, "has not begun"),
        ("a language of nobody", vec!["--language", "de"], &[], 2, "fr, en"),
    ] {
        let output = relais(&config, &arguments, environment);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{label}: {said}");
        assert!(said.contains(told), "{label}: {said}");
    }
    assert!(!out.exists(), "nothing is written of what failed");
}
