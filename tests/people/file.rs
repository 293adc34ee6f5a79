//! A people file by a page: looked at first, brought in when confirmed, by who sent it, within the hour.

use relais::base::{Instant, Phone};
use relais::store;
use relais::store::audit::Action;

use crate::support;
use crate::{DIOU, KOUTIALA, Register, fields, on_each};

const HEADER: &str = "phone,name,role,network,place";

fn waits(text: &str) -> String {
    let id = text.split("name=\"file\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    id.unwrap_or_else(|| panic!("a file waits: {text}")).to_owned()
}

async fn on(register: &Register<'_>, phone: &Phone) -> Vec<String> {
    let mut tx = register.rig.programme.store.reader().await.expect("reads");
    let found = store::person::on_phone(&mut tx, phone).await.expect("reads");
    found.into_iter().map(|person| person.name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_looked_at_and_then_confirmed() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        surfer.open(router, "/people/import").await;
        let rows =
            format!("{HEADER}\n70000050,Fanta Diarra,asc,government,Diou\n70000001,Awa Traoré,asc,government,{DIOU}\n");
        let semicolons = format!("\u{feff}{rows}").replace(',', ";").replace('\n', "\r\n").into_bytes();
        let latin: Vec<u8> = rows.chars().map(|letter| letter as u8).collect();
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (line, row) in (0..).zip(rows.lines()) {
            sheet.write_row(line, 0, row.split(',')).expect("writes");
        }
        let sheet = book.save_to_buffer().expect("a file");
        let mut id = String::new();
        for (label, file) in
            [("semicolons", semicolons), ("Latin-1", latin), ("XLSX", sheet), ("commas", rows.into_bytes())]
        {
            let looked = surfer.post_file(router, "/people/import", &file).await;
            let text = looked.text();
            assert_eq!(looked.status, 200, "{label}: {text}");
            assert!(text.contains("À inscrire : 1") && text.contains("Sans changement : 1"), "{label}: {text}");
            assert_eq!(text.contains("Latin-1"), label == "Latin-1", "{label}");
            id = waits(&text);
            assert_eq!(on(register, &support::phone(50)).await, [""; 0], "{label}: nothing is changed yet");
        }
        // Nobody else's to confirm.
        let mut admin = register.surfer(7).await;
        let others = admin.post(router, "/people/import/confirm", &fields(&[("file", &id)])).await;
        assert!(others.status == 422 && others.text().contains("n’attend plus"), "{}", others.text());
        let done = surfer.post(router, "/people/import/confirm", &fields(&[("file", &id)])).await;
        assert!(done.status == 200 && done.text().contains("Inscrits : 1"), "{}", done.text());
        assert_eq!(on(register, &support::phone(50)).await, ["Fanta Diarra"]);
        let noted = register.entries(Action::Import).await;
        assert_eq!((noted.len(), noted[0].actor.clone()), (1, format!("person:{}", register.officer)));
        for again in [id.as_str(), "x", ""] {
            let over = surfer.post(router, "/people/import/confirm", &fields(&[("file", again)])).await;
            assert!(over.status == 422 && over.text().contains("n’attend plus"), "{again}: {}", over.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_faulty_row_is_told_and_none_comes_in() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        let before = register.everybody().await;
        let file = format!(
            "{HEADER}\n70000050,Fanta,asc,government,Diou\n12,<script>,asx,government,Dioux\n70000050,Twice,asc,government,Diou\n"
        );
        surfer.open(router, "/people/import").await;
        let refused = surfer.post_file(router, "/people/import", file.as_bytes()).await;
        let text = refused.text();
        assert_eq!(refused.status, 422, "{text}");
        for piece in ["n’est pas un numéro", "vouliez-vous asc", "vouliez-vous ML030201 (Diou", "que la ligne 2", ">3<", ">4<"] {
            assert!(text.contains(piece), "{piece}: {text}");
        }
        assert!(!text.contains("name=\"file\" value") && !text.contains("<script"), "nothing to confirm: {text}");
        let english = surfer.post_file(router, "/people/import?lang=en", file.as_bytes()).await.text();
        assert!(english.contains("is no phone number") && english.contains("Rows to mend"), "{english}");
        for (label, file, status, piece) in [
            ("nothing", Vec::new(), 422, "Choisissez un fichier"),
            ("no table", b"PK\x03\x04 no zip".to_vec(), 422, "ne se lit pas"),
            ("other columns", b"a,b\n1,2\n".to_vec(), 422, "pas de colonne « a »"),
            ("too large", vec![b'x'; 600 * 1024], 413, "plus grand que ce qui est pris"),
        ] {
            let refused = surfer.post_file(router, "/people/import", &file).await;
            assert_eq!(refused.status, status, "{label}: {}", refused.text());
            assert!(refused.text().contains(piece), "{label}: {}", refused.text());
        }
        assert_eq!(register.everybody().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_not_for_an_officer_are_faults() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        let before = register.everybody().await;
        surfer.open(router, "/people/import").await;
        let id = format!("{HEADER},id");
        for (label, header, row, piece) in [
            (
                "another area",
                HEADER,
                format!("70000050,X,asc,government,{KOUTIALA}"),
                "hors de votre zone, qui est Kadiolo",
            ),
            ("an officer", HEADER, format!("70000050,X,officier,government,{DIOU}"), "seul un administrateur donne"),
            ("an administrator", HEADER, format!("70000050,X,admin,government,{DIOU}"), "seul un administrateur donne"),
            ("a colleague as a reporter", HEADER, format!("70000004,X,asc,government,{DIOU}"), "numéro d’un officier"),
            ("somebody of Koutiala", HEADER, format!("70000002,X,asc,government,{DIOU}"), "hors de votre zone"),
            (
                "the same by their id",
                &id,
                format!("70000050,X,asc,government,{DIOU},{}", register.foreigner),
                "hors de votre zone",
            ),
        ] {
            let noted = register.entries(Action::Denied).await.len();
            let refused = surfer.post_file(router, "/people/import", format!("{header}\n{row}\n").as_bytes()).await;
            assert!(refused.status == 403 && refused.text().contains(piece), "{label}: {}", refused.text());
            assert_eq!(register.entries(Action::Denied).await.len(), noted + 1, "{label} is noted");
        }
        assert_eq!(register.everybody().await, before);
        // An administrator gives roles, in their area only, and does not move themselves.
        let mut admin = register.surfer(7).await;
        admin.open(router, "/people/import").await;
        for (label, row, status) in [
            ("an officer", format!("70000050,X,officier,government,{DIOU}"), 200),
            ("another area", format!("70000050,X,asc,government,{KOUTIALA}"), 403),
            ("themselves", format!("70000007,Awa Traoré,asc,government,{DIOU}"), 403),
        ] {
            let answer = admin.post_file(router, "/people/import", format!("{HEADER}\n{row}\n").as_bytes()).await;
            assert_eq!(answer.status, status, "{label}: {}", answer.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_formula_stays_a_text_and_a_file_waits_an_hour() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        surfer.open(router, "/people/import").await;
        let file = format!("{HEADER}\n70000050,=HYPERLINK(\"x\"),asc,government,{DIOU}\n");
        let first = waits(&surfer.post_file(router, "/people/import", file.as_bytes()).await.text());
        register.rig.clock.set(Instant(support::START.0 + 3_700_000));
        let over = surfer.post(router, "/people/import/confirm", &fields(&[("file", &first)])).await;
        assert!(over.status == 422 && over.text().contains("n’attend plus"), "{}", over.text());
        let id = waits(&surfer.post_file(router, "/people/import", file.as_bytes()).await.text());
        let kept = register.database.texts("SELECT file_sealed FROM people_file").await;
        assert!(kept.len() == 1 && !kept[0].contains("HYPERLINK"), "one for each sender, sealed: {kept:?}");
        let mut admin = register.surfer(7).await;
        admin.post_file(router, "/people/import", file.as_bytes()).await;
        assert_eq!(register.database.texts("SELECT id FROM people_file").await.len(), 2);
        assert_eq!(surfer.post(router, "/people/import/confirm", &fields(&[("file", &id)])).await.status, 200);
        let csv = surfer.open(router, "/api/v1/people.csv?role=asc&name=hyperlink").await.text();
        assert!(csv.contains("'=HYPERLINK"), "it never runs: {csv}");
        // What nobody confirms is forgotten by the clock.
        register.rig.clock.set(Instant(support::START.0 + 7_400_000));
        let (programme, until) =
            (&register.rig.programme, std::time::Instant::now() + std::time::Duration::from_secs(20));
        relais::privacy::purge(programme, relais::config::Privacy::default(), until).await.expect("purges");
        assert_eq!(register.database.texts("SELECT id FROM people_file").await, [""; 0]);
    })
    .await;
}
