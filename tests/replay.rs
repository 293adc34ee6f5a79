//! A changed pack over the stored inbox, by the real binary on both databases: what differs, how it is counted, what it
//! exits with, and that nothing is written.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine;
use relais::pack_embedded::MALI;
use support::TestDatabase;
use support::rig::Rig;
use tempfile::TempDir;

/// What people sent, in this order, a day apart.
const INBOX: [&str; 6] = [
    "DEP T45 F23 V38 J5 R1 E1 S2 M5",
    "SEN K1 P1 F40 H120",
    "CUI N1 F32 H4 E25",
    "MUAC T20 F10 V18 J1 R1 E0 S1 M1",
    "RIEN DEP",
    "Merci chef",
];
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// An inbox on one database, with a configuration that leads to it.
struct Inbox<'d> {
    database: &'d TestDatabase,
    folder: TempDir,
}

/// Runs `test` over the inbox on each database.
async fn on_each(test: impl AsyncFn(&Inbox<'_>)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        let phone = support::phone(1);
        let place = rig.programme.in_force().tree.by_code("ML030434").expect("a place").code.clone();
        rig.register(&phone, "relais", "government", &place).await;
        for text in INBOX {
            rig.sms(&phone, text).await;
            rig.clock.advance_ms(DAY_MS);
        }
        rig.end().await;
        let inbox = Inbox { database: &database, folder: tempfile::tempdir().expect("a folder") };
        let key = base64::engine::general_purpose::STANDARD.encode([7; 32]);
        let config = format!("database = \"{}\"\nsecret_key = \"{key}\"\n", database.url);
        fs::write(inbox.config(), config).expect("written");
        test(&inbox).await;
        database.remove().await;
    }
}

impl Inbox<'_> {
    fn config(&self) -> PathBuf {
        self.folder.path().join("relais.toml")
    }

    /// The Mali pack with `from` replaced by `to` in one file; without a replacement the file is left out, and with it the
    /// mapping to DHIS2, which may name its indicators.
    fn pack(&self, file: &str, change: Option<(&str, &str)>) -> PathBuf {
        let folder = self.folder.path().join("candidate");
        let _not_there_yet = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("a folder");
        for (name, text) in MALI {
            let text = match (*name == file, change) {
                (true, Some((from, to))) => {
                    assert!(text.contains(from), "{file} holds {from}");
                    text.replace(from, to)
                }
                (true, None) => continue,
                (false, None) if *name == "dhis2.toml" && file != "none" => continue,
                (false, _) => (*text).to_owned(),
            };
            fs::write(folder.join(name), text).expect("written");
        }
        folder
    }

    fn replay(&self, pack: &Path, more: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
        command.arg("replay").arg("--config").arg(self.config()).arg("--pack").arg(pack).args(more);
        let Output { status, stdout, stderr } = command.output().expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (status.code(), text(stdout), text(stderr))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unchanged_pack_makes_no_difference() {
    on_each(async |inbox| {
        let pack = inbox.pack("none", None);
        for more in [&[][..], &["--replies"]] {
            let (code, told, beside) = inbox.replay(&pack, more);
            assert_eq!((code, told.as_str()), (Some(0), "6 messages read, 0 would be read otherwise\n"), "{beside}");
            assert!(beside.contains("Nothing changes."), "{beside}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_narrower_range_refuses_what_was_counted() {
    on_each(async |inbox| {
        let pack = inbox.pack(
            "sen.toml",
            Some((
                "label = \"H\"\nwords = [\"hommes\", \"homme\", \"men\"]\ntype = \"integer\"\nrange = [0, 5000]",
                "label = \"H\"\nwords = [\"hommes\", \"homme\", \"men\"]\ntype = \"integer\"\nrange = [0, 100]",
            )),
        );
        let (code, told, beside) = inbox.replay(&pack, &[]);
        let expected = "2026-11-24 SEN +2237…01 (then saved) [no longer saved]\n  SEN K1 P1 F40 H120\n  \
                        - saved SEN F=40 H=120 K=1 P=1\n  \
                        + refused SEN F=40 H=120 K=1 P=1: H=120 is outside 0 to 100\n\n\
                        6 messages read, 1 would be read otherwise\n       1 no longer saved\n";
        assert_eq!((code, told.as_str()), (Some(1), expected), "{beside}");
        assert!(beside.contains("1 of these were counted"), "{beside}");
        assert!(!told.contains("70000001"), "phones are masked");
        let (code, told, _) = inbox.replay(&pack, &["--limit", "0"]);
        assert_eq!((code, told.lines().count()), (Some(1), 2), "all are counted: {told}");
        let (code, told, _) = inbox.replay(&pack, &["--flow", "sensib"]);
        assert_eq!((code, told.contains("\n1 message read, 1 would")), (Some(1), true), "{told}");
        let (code, told, _) = inbox.replay(&pack, &["--flow", "DEP"]);
        assert_eq!((code, told.as_str()), (Some(0), "2 messages read, 0 would be read otherwise\n"));
        let (code, told, _) = inbox.replay(&pack, &["--since", "2026-11-25"]);
        assert_eq!((code, told.as_str()), (Some(0), "4 messages read, 0 would be read otherwise\n"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_alias_reads_what_was_not_read_and_harms_nothing() {
    on_each(async |inbox| {
        let pack = inbox.pack("dep.toml", Some(("aliases = [\"DEPISTAGE\"]", "aliases = [\"DEPISTAGE\", \"MUAC\"]")));
        let (code, told, beside) = inbox.replay(&pack, &[]);
        assert!(told.contains("- not read as a report\n  + saved DEP E=0 F=10"), "{told}");
        assert!(told.ends_with("       1 newly saved\n"), "{told}");
        assert_eq!(code, Some(0), "{beside}");
        assert!(beside.contains("Nothing that was counted is read otherwise."), "{beside}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_keyword_loses_its_reports_and_its_declared_zeros() {
    on_each(async |inbox| {
        let (code, told, _) = inbox.replay(&inbox.pack("cui.toml", None), &[]);
        assert!(told.contains("- saved CUI E=25 F=32 H=4 N=1\n  + not read as a report"), "{told}");
        assert_eq!((code, told.contains("       1 no longer saved\n")), (Some(1), true), "{told}");
        let (code, told, _) = inbox.replay(&inbox.pack("dep.toml", None), &[]);
        assert!(told.contains("- command zero DEP\n  + command zero rest=DEP"), "{told}");
        assert_eq!((code, told.contains("       1 command differs\n")), (Some(1), true), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_check_asks_or_only_warns() {
    on_each(async |inbox| {
        let check = |otherwise: &str| {
            format!(
                "# --- What is counted ---\n[[check]]\nid = \"grand\"\nmust = \"T <= 40\"\notherwise = \"{otherwise}\"\n\
                 say = {{ fr = \"T{{{{T}}}}?\", en = \"T{{{{T}}}}?\" }}\n"
            )
        };
        let pack = inbox.pack("dep.toml", Some(("# --- What is counted ---\n", &check("confirm"))));
        let (code, told, _) = inbox.replay(&pack, &[]);
        assert!(told.contains("+ asked DEP E=1 F=23 J=5 M=5 R=1 S=2 T=45 V=38: check `grand`"), "{told}");
        assert_eq!((code, told.contains("       1 asked instead of saved\n")), (Some(1), true), "{told}");
        let pack = inbox.pack("dep.toml", Some(("# --- What is counted ---\n", &check("warn"))));
        let (code, told, _) = inbox.replay(&pack, &[]);
        assert_eq!((code, told.contains("       1 other reasons\n")), (Some(0), true), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_values_and_other_words_are_told_apart() {
    on_each(async |inbox| {
        let swapped = inbox.pack("cui.toml", Some(("label = \"H\"", "label = \"M\"")));
        let (code, told, _) = inbox.replay(&swapped, &["--flow", "CUI"]);
        assert_eq!(code, Some(1), "{told}");
        let worded = inbox.pack("cui.toml", Some(("enfants 6-23 mois.\"", "enfants de 6-23 mois.\"")));
        let (code, told, _) = inbox.replay(&worded, &[]);
        assert_eq!((code, told.as_str()), (Some(0), "6 messages read, 0 would be read otherwise\n"));
        let (code, told, beside) = inbox.replay(&worded, &["--replies"]);
        assert!(told.contains("[other reply]") && told.contains("enfants de 6-23 mois."), "{told}{beside}");
        assert_eq!((code, told.contains("       1 other reply\n")), (Some(0), true), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_pack_is_refused_with_its_faults_and_nothing_is_ever_written() {
    on_each(async |inbox| {
        let state = async || {
            let versions = inbox.database.texts("SELECT hash FROM flow_version ORDER BY hash").await;
            let settings = inbox.database.texts("SELECT value FROM setting ORDER BY name").await;
            let messages = inbox.database.texts("SELECT text_sealed FROM message ORDER BY id").await;
            (versions, settings, messages)
        };
        let before = state().await;
        let pack = inbox.pack("dep.toml", Some(("cadence = ", "cadance = ")));
        let (code, told, beside) = inbox.replay(&pack, &[]);
        assert_eq!((code, told.as_str()), (Some(1), ""));
        assert!(beside.contains("did you mean `cadence`") && beside.contains("dep.toml:"), "{beside}");
        let pack = inbox.pack("dep.toml", Some(("version = 1", "version = 2")));
        assert_eq!(inbox.replay(&pack, &[]).0, Some(0));
        assert_eq!(inbox.replay(&pack, &["--flow", "NONE"]).0, Some(2));
        assert_eq!(inbox.replay(&pack, &["--since", "yesterday"]).0, Some(2));
        assert_eq!(state().await, before);
        inbox.database.execute("UPDATE message SET text_sealed = NULL WHERE outcome = 'saved'").await;
        let (_, told, _) = inbox.replay(&pack, &[]);
        assert!(told.starts_with("2 messages read"), "only texts still kept: {told}");
    })
    .await;
}
