//! The register: people come in from files all or nothing, and change from a day on without a past figure moving.

mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant as Moment};

use jiff::civil::date;
use relais::base::Date;
use relais::person::Person;
use relais::register::{self, ImportError, Imported};
use relais::store;
use relais::store::audit::Actor;
use support::rig::Rig;

const HEADER: &str = "phone,name,role,network,place,language,agent_code,supervisor_phone,email";
const TODAY: Date = Date::constant(2026, 11, 23);

async fn on_each(test: impl AsyncFn(&Rig, &'static str)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        test(&rig, database.label).await;
        rig.end().await;
        database.remove().await;
    }
}

async fn import(rig: &Rig, bytes: &[u8]) -> Result<Imported, ImportError> {
    register::import_people(&rig.programme, bytes, Actor::CommandLine, false).await
}

async fn taken(rig: &Rig, file: &str) -> (usize, usize, usize) {
    let imported = import(rig, file.as_bytes()).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
    (imported.added, imported.changed, imported.unchanged)
}

async fn faults(rig: &Rig, file: &[u8]) -> Vec<String> {
    match import(rig, file).await {
        Err(ImportError::Rows(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("taken: {other:?}"),
    }
}

async fn everybody(rig: &Rig) -> Vec<Person> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    store::person::list(&mut tx, None, TODAY, None, 1_000).await.expect("lists")
}

async fn on(rig: &Rig, last: u32) -> Vec<Person> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    store::person::on_phone(&mut tx, &support::phone(last)).await.expect("reads")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_as_spreadsheets_write_them_are_taken() {
    on_each(async |rig, label| {
        let row = "70000001,Awa Traoré,asc,government,ML030201,fr,A27,70000009,awa@example.ml";
        let semicolons = format!("\u{feff}{HEADER}\r\n{row}\r\n").replace(',', ";");
        let latin: Vec<u8> = format!("{HEADER}\n{row}\n").chars().map(|letter| letter as u8).collect();
        for (file, bytes) in [
            ("commas", format!("{HEADER}\n{row}\n").into_bytes()),
            ("semicolons", semicolons.into_bytes()),
            ("Latin-1", latin),
        ] {
            import(rig, &bytes).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
            let known = everybody(rig).await;
            assert_eq!(known.len(), 1, "{file} on {label}: the same person each time");
            assert_eq!((known[0].name.as_str(), known[0].agent_code.as_deref()), ("Awa Traoré", Some("A27")), "{file}");
            assert_eq!(known[0].supervisor, Some(support::phone(9)), "{file}");
        }
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, HEADER.split(',')).expect("writes");
        sheet.write_row(1, 1, ["Bakary Koné", "relais", "government", "Diou"]).expect("writes");
        sheet.write(1, 0, 70_000_002.0).expect("writes");
        let imported = import(rig, &book.save_to_buffer().expect("a file")).await.expect("taken");
        assert_eq!((imported.added, on(rig, 2).await[0].name.as_str()), (1, "Bakary Koné"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fault_changes_nothing_and_every_fault_is_told() {
    on_each(async |rig, _| {
        let file = format!(
            "{HEADER}\n\
             70000001,Awa,asc,government,ML030201,,,,\n\
             7000,Awa,asx,goverment,Dioux,xx,A-1,12,none\n\
             70000003,,asc,government,,,,,\n\
             70000001,Bis,asc,government,ML030201,,,,\n\
             70000004,C,asc,government,Sikasso,,,,\n\
             70000005,D,asc,government,Diou,,,,,surplus\n"
        );
        let told = faults(rig, file.as_bytes()).await;
        for expected in [
            "line 3, column phone: is no phone number; write it as +223...",
            "line 3, column role: `asx` is not one of",
            "did you mean asc?",
            "line 3, column network: `goverment` is not one of",
            "line 3, column place: no place is called `Dioux`; did you mean ML030201 (Diou,",
            "line 3, column language: `xx` is not one of",
            "line 3, column agent_code: must be",
            "line 3, column supervisor_phone: is no phone number",
            "line 3, column email: has no @",
            "line 4, column name: must have 1 to 100 characters",
            "line 4, column place: is empty",
            "line 5, column phone: the same phone and agent code as line 2",
            "line 7: more cells than the header has columns",
        ] {
            assert!(told.iter().any(|fault| fault.contains(expected)), "{expected}: {told:#?}");
        }
        assert!(everybody(rig).await.is_empty(), "nothing was changed");
        let ambiguous = faults(rig, format!("{HEADER}\n70000001,A,asc,government,Bougoula,,,,\n").as_bytes()).await;
        assert!(ambiguous[0].contains("is the name of several; write a code: ML"), "{ambiguous:?}");
        for (header, expected) in [
            ("phone,name,role,network", "column `place` is missing"),
            ("phone,name,role,network,place,langage", "did you mean `language`"),
            ("phone,name,role,network,place,name", "column `name` stands twice"),
        ] {
            let told = faults(rig, format!("{header}\n").as_bytes()).await;
            assert!(told.iter().any(|fault| fault.contains(expected)), "{expected}: {told:?}");
        }
        let sound = format!("{HEADER}\n70000001,Awa,asc,government,ML030201,,,,\n");
        let dry = register::import_people(&rig.programme, sound.as_bytes(), Actor::CommandLine, true).await;
        assert_eq!(dry.expect("sound").added, 1);
        assert!(everybody(rig).await.is_empty(), "a dry run changes nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sims_are_changed_shared_and_several() {
    on_each(async |rig, label| {
        let head = format!("{HEADER},previous_phone,from,leaves");
        let row = |start: &str, end: &str| format!("{head}\n{start},asc,government,ML030201,,{end}\n");
        assert_eq!(taken(rig, &row("70000001 / 70000002,Awa", ",,")).await, (1, 0, 0));
        let awa = on(rig, 2).await.remove(0);
        assert_eq!(on(rig, 1).await, std::slice::from_ref(&awa), "both are hers, on {label}");
        assert_eq!(taken(rig, &row("70000001,Awa", ",,")).await, (0, 0, 1), "the same again");
        assert_eq!(taken(rig, &row("70000003,Awa", ",,,70000001")).await, (0, 1, 0), "another SIM");
        assert_eq!((on(rig, 3).await[0].id, on(rig, 1).await.len()), (awa.id, 0));
        // The old number belongs to somebody new; the other is shared by agent codes.
        assert_eq!(taken(rig, &row("70000001,Binta", ",,")).await, (1, 0, 0));
        assert_eq!(taken(rig, &row("70000001,Chaka", "C3,,")).await, (1, 0, 0));
        assert_eq!(on(rig, 1).await.len(), 2);
        let renamed = import(rig, row("70000001,Djeneba", ",,").as_bytes()).await.expect("taken");
        assert_eq!(renamed.renamed, [2], "a known number with another name is said");
        let unknown = faults(rig, row("70000007,X", ",,,70000008").as_bytes()).await;
        assert!(unknown[0].contains("line 2, column previous_phone: nobody is known"), "{unknown:?}");
        let merged = faults(rig, row("70000003/70000001,X", ",,").as_bytes()).await;
        assert!(merged[0].contains("belong to several people"), "{merged:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_from_a_day_on_leaves_what_was_expected_before() {
    on_each(async |rig, label| {
        let head = format!("{HEADER},previous_phone,from,leaves");
        let row =
            |role: &str, place: &str, end: &str| format!("{head}\n70000001,Awa,{role},government,{place},,,,,,{end}\n");
        assert_eq!(taken(rig, &row("relais", "ML030201", "2026-01-01,")).await, (1, 0, 0));
        assert_eq!(taken(rig, &row("relais", "ML030202", "2026-10-01,")).await, (0, 1, 0));
        assert_eq!(taken(rig, &row("asc", "ML030202", "01/12/2026,")).await, (0, 1, 0), "a day to come");
        assert_eq!(taken(rig, &row("asc", "ML030202", ",2026-12-31")).await.1, 1, "leaves");
        let stands = async |place: &str| {
            let mut tx = rig.programme.store.reader().await.expect("reads");
            let found = store::person::expected(&mut tx, rig.place(place), TODAY).await.expect("counts");
            found.into_iter().map(|group| (group.role, group.active.from, group.active.to)).collect::<Vec<_>>()
        };
        assert_eq!(stands("ML030201").await, [("relais".to_owned(), date(2026, 1, 1), date(2026, 9, 30))], "{label}");
        // The last row said no day for the role: it holds from today.
        assert_eq!(
            stands("ML030202").await,
            [
                ("asc".to_owned(), TODAY, date(2026, 12, 31)),
                ("relais".to_owned(), date(2026, 10, 1), date(2026, 11, 22)),
            ]
        );
        let known = on(rig, 1).await.remove(0);
        assert_eq!(
            (known.role.as_str(), known.active_from, known.active_to),
            ("asc", date(2026, 1, 1), date(2026, 12, 31))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_to_come_is_put_in_force_on_its_day() {
    on_each(async |rig, label| {
        let head = format!("{HEADER},previous_phone,from,leaves");
        let row = |role: &str, from: &str| format!("{head}\n70000001,Awa,{role},government,ML030201,,,,,,{from},\n");
        taken(rig, &row("relais", "2026-01-01")).await;
        taken(rig, &row("asc", "2026-12-01")).await;
        assert_eq!(on(rig, 1).await[0].role, "relais", "not yet");
        let apply = async |day: Date| {
            let mut tx = rig.programme.store.begin().await.expect("begins");
            let changed = store::person::apply_due(&mut tx, day).await.expect("applies");
            tx.commit().await.expect("commits");
            changed
        };
        assert_eq!(apply(date(2026, 11, 30)).await, 0, "on {label}");
        assert_eq!(apply(date(2026, 12, 1)).await, 1);
        assert_eq!(apply(date(2026, 12, 1)).await, 0, "once");
        assert_eq!(on(rig, 1).await[0].role, "asc");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_left_cannot_report_and_may_come_back() {
    on_each(async |rig, label| {
        let head = format!("{HEADER},previous_phone,from,leaves");
        let row = |end: &str| format!("{head}\n70000001,Awa,asc,government,ML030201,,,,,,{end}\n");
        taken(rig, &row("2026-01-01,2026-11-22")).await;
        let refused = rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(!refused.starts_with("OK"), "left yesterday, on {label}: {refused}");
        assert_eq!(taken(rig, &row(",")).await, (0, 1, 0), "comes back today");
        let saved = rig.sms(&support::phone(1), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(saved.starts_with("OK DEP"), "{saved}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_tells_who_is_meant() {
    on_each(async |rig, label| {
        taken(rig, &format!("{HEADER}\n70000001,Awa,asc,government,ML030201,,,,\n")).await;
        let id = on(rig, 1).await[0].id;
        let row =
            |id: &str| format!("id,phone,name,role,network,place\n{id},70000005,Awa D.,asc,government,ML030201\n");
        assert_eq!(taken(rig, &row(&id.to_string())).await, (0, 1, 0), "on {label}");
        assert_eq!((on(rig, 5).await[0].id, on(rig, 1).await.len()), (id, 0), "the numbers are those of the file");
        let unknown = faults(rig, row("01999999-0000-7000-8000-000000000000").as_bytes()).await;
        assert!(unknown[0].contains("column id: nobody has it"), "{unknown:?}");
        assert!(faults(rig, row("x").as_bytes()).await[0].contains("column id: is no id"));
    })
    .await;
}

/// A tenth of it usually, all of it with `tests/long`: what is bounded is the time of a row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_rows_take_bounded_time() {
    on_each(async |rig, label| {
        let count = 10_000 * support::times().min(10);
        let mut file = format!("{HEADER}\n");
        for number in 0..count {
            let place = ["ML030201", "Diou", "ml030202"][number % 3];
            writeln!(file, "7{number:07},Awa Traoré {number},asc,government,{place},fr,,70000009,").expect("writes");
        }
        let begun = Moment::now();
        assert_eq!(taken(rig, &file).await, (count, 0, 0), "on {label}");
        let first = begun.elapsed();
        let begun = Moment::now();
        assert_eq!(taken(rig, &file).await, (0, 0, count), "the same again");
        println!("{count} rows on {label}: {first:?} new, {:?} again", begun.elapsed());
        assert!(first + begun.elapsed() < Duration::from_secs(240), "{first:?}");
        let unknown = file.replace("Diou", "Nowhere at all").replace("ml0302", "x");
        let begun = Moment::now();
        assert_eq!(faults(rig, unknown.as_bytes()).await.len(), count * 2 / 3);
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    })
    .await;
}
