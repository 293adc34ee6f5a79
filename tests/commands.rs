//! The commands as a person types them: the real binary, real files, its exit codes and what stands on which stream.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn relais(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
    command.args(arguments).env_remove("RELAIS_CONFIG").output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder as `relais init` leaves it.
fn initialised() -> (TempDir, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("programme");
    let output = relais(&["init", home.to_str().expect("text")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let config = home.join("relais.toml").display().to_string();
    let pack = home.join("pack").display().to_string();
    (folder, config, pack)
}

#[test]
fn a_new_programme_is_ready_and_never_overwritten() {
    let (folder, config, pack) = initialised();
    let checked = relais(&["check", &pack]);
    let told = text(&checked.stderr);
    assert_eq!(checked.status.code(), Some(0), "{told}");
    assert!(told.contains("Note: `bm` is a draft:") && told.contains("the others are said in `fr`"), "{told}");
    let again = relais(&["init", folder.path().join("programme").to_str().expect("text")]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("exists already; nothing was written"));
    let secret = fs::read_to_string(&config).expect("written");
    assert!(!secret.contains("{secret_key}") && !secret.contains("{webhook_key}"), "keys are generated");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&config).expect("there").permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn every_fault_of_a_pack_is_listed_with_its_place() {
    let (_folder, _config, pack) = initialised();
    let file = Path::new(&pack).join("dep.toml");
    let broken = fs::read_to_string(&file).expect("there");
    let broken =
        broken.replace("cadence = \"week\"", "cadance = \"week\"").replace("must = \"F <= T\"", "must = \"F <= Q\"");
    fs::write(&file, broken).expect("written");
    let output = relais(&["check", &pack]);
    let told = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{told}");
    assert!(told.contains("did you mean `cadence`") && told.contains("dep.toml:"), "{told}");
    fs::write(&file, fs::read_to_string(&file).expect("there").replace("cadance", "cadence")).expect("written");
    let told = text(&relais(&["check", &pack]).stderr);
    assert!(told.contains("Q") && told.contains("dep.toml:"), "{told}");
}

#[test]
fn a_new_map_comes_in_beside_the_old() {
    let (folder, config, _pack) = initialised();
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let exported = text(&relais(&["export", "places", "--config", &config]).stdout);
    let (mut places, mut successors) = (String::new(), "old_vintage,old_code,new_vintage,new_code\n".to_owned());
    for (index, line) in exported.lines().enumerate() {
        let new = line.replacen(",2017,", ",2026,", 1);
        places += &format!("{new}\n");
        let code = line.split(',').next().expect("a code");
        if index > 0 {
            successors += &format!("2017,{code},2026,{code}\n");
        }
    }
    let (places, followed) = (written("places.csv", &places), written("successors.csv", &successors));
    let import = |more: &[&str]| relais(&[&["import", "places", &places, "--config", &config], more].concat());
    let told = text(&import(&[]).stderr);
    assert!(told.contains("vintage 2026 is new here: a new map needs its first day and its successors"), "{told}");
    assert_eq!(import(&["--from", "2027-01-01"]).status.code(), Some(2), "a map without successors is misuse");
    let map = ["--from", "2027-01-01", "--successors", &followed];
    let first = successors.lines().nth(5).expect("a row");
    let broken = written("broken.csv", &successors.replace(&format!("{first}\n"), ""));
    let refused = import(&["--from", "2027-01-01", "--successors", &broken]);
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("nothing was changed") && told.contains("broken.csv: ML") && told.contains("has no row"),
        "{told}"
    );
    let dry = import(&[&map[..], &["--check"]].concat());
    let told = text(&dry.stderr);
    assert_eq!(dry.status.code(), Some(0), "{told}");
    assert!(told.contains("761 places would go on, 0 would begin") && told.contains("nothing was changed"), "{told}");
    let done = import(&map);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let again = import(&map);
    assert_eq!(again.status.code(), Some(1), "once is enough");
    assert!(text(&again.stderr).contains("the map of 2026 is in force from 2027-01-01"), "{}", text(&again.stderr));
    let places = text(&relais(&["export", "places", "--config", &config]).stdout);
    assert_eq!(places.lines().count(), 762, "no place twice");
    assert_eq!(relais(&["rebuild", "--check", "--config", &config]).status.code(), Some(0));
}

#[test]
fn people_come_in_and_go_out_and_faults_change_nothing() {
    let (folder, config, _pack) = initialised();
    let file = folder.path().join("people.csv");
    let header = "phone,name,role,network,place,language,agent_code,supervisor_phone,email\n";
    let faulty = format!(
        "{header}70000001,Awa Traoré,relais,government,ML030434,fr,,,\n1,B,relais,government,ML030434,,,,\n70000003,C,chef,government,Nowhere,,,,\n"
    );
    fs::write(&file, faulty).expect("written");
    let path = file.to_str().expect("text");
    let refused = relais(&["import", "people", path, "--config", &config]);
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(told.contains("line 3") && told.contains("line 4") && told.contains("nothing was changed"), "{told}");
    let rows = |output: Output| text(&output.stdout).lines().count();
    assert_eq!(rows(relais(&["export", "people", "--config", &config])), 1, "only the header");
    fs::write(&file, format!("{header}70000001,Awa Traoré,relais,government,ML030434,fr,,,\n")).expect("written");
    assert_eq!(relais(&["import", "people", path, "--check", "--config", &config]).status.code(), Some(0));
    assert_eq!(rows(relais(&["export", "people", "--config", &config])), 1, "a dry run changes nothing");
    assert_eq!(relais(&["import", "people", path, "--config", &config]).status.code(), Some(0));
    assert_eq!(relais(&["import", "people", path, "--config", &config]).status.code(), Some(0), "twice is once");
    let out = text(&relais(&["export", "people", "--phones", "--config", &config]).stdout);
    let row = out.lines().nth(1).unwrap_or_default();
    assert!(row.ends_with(",+22370000001,Awa Traoré,relais,government,ML030434,fr,,,"), "{out}");
    let masked = text(&relais(&["export", "people", "--config", &config]).stdout);
    assert!(!masked.contains("70000001"), "{masked}");
    assert_eq!(rows(relais(&["export", "places", "--config", &config])), 762);
    assert_eq!(rows(relais(&["export", "reports", "--config", &config])), 1);
    assert_eq!(relais(&["rebuild", "--check", "--config", &config]).status.code(), Some(0));
}

/// How many entries the audit log has, none of them sealed yet.
fn audited(config: &str) -> usize {
    let told = text(&relais(&["doctor", "audit", "--config", config]).stderr).to_owned();
    let count = told.split(", ").nth(1).and_then(|rest| rest.split(' ').next());
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn a_token_stands_alone_is_listed_and_revoked_and_misuse_is_told() {
    let (_folder, config, _pack) = initialised();
    let token = relais(&[
        "token", "create", "--name", "bureau", "--scope", "officer", "--place", "ML0304", "--config", &config,
    ]);
    let printed = text(&token.stdout);
    assert!(token.status.success() && printed.starts_with("relais_") && printed.lines().count() == 1, "{printed}");
    let listed = text(&relais(&["token", "list", "--config", &config]).stdout);
    let row = listed.lines().nth(1).expect("a token is listed");
    assert!(row.contains(",bureau,officer,ML0304,2") && !listed.contains(printed.trim()), "{listed}");
    assert_eq!(row.split(',').filter(|cell| cell.contains('T')).count(), 2, "made and ends, never used: {row}");
    let id = row.split(',').next().expect("an id");
    assert_eq!(relais(&["token", "revoke", id, "--config", &config]).status.code(), Some(0));
    assert_eq!(relais(&["token", "revoke", id, "--config", &config]).status.code(), Some(1), "nothing is left");
    assert_eq!(text(&relais(&["token", "list", "--config", &config]).stdout).lines().count(), 1);
    assert_eq!(audited(&config), 2, "made and taken away; what was not there leaves nothing");
    assert_eq!(relais(&["token", "create", "--name", "x", "--scope", "read", "--days", "-1"]).status.code(), Some(2));
    let unknown = relais(&["token", "create", "--name", "x", "--scope", "read", "--place", "XX", "--config", &config]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(1), 0));
    assert_eq!(relais(&["token", "create", "--scope", "king"]).status.code(), Some(2));
    assert_eq!(relais(&["nonsense"]).status.code(), Some(2));
    let missing = relais(&["migrate", "--config", "/nowhere/relais.toml"]);
    assert!(missing.status.code() == Some(1) && text(&missing.stderr).contains("relais init"), "says what to do");
    for command in [
        "serve", "demo", "init", "check", "card", "simulate", "import", "export", "report", "rebuild", "replay",
        "token", "migrate",
    ] {
        let help = relais(&[command, "--help"]);
        assert!(help.status.success() && help.stdout.len() > 100, "{command} --help teaches");
    }
}

#[test]
fn codes_to_join_are_six_digits_each_of_one_place() {
    let (_folder, config, _pack) = initialised();
    let join = |more: &[&str]| {
        let mut words = vec!["token", "join", "--config", &config];
        words.extend(more);
        relais(&words)
    };
    let is_code = |code: &str| code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit());
    let one = join(&["--place", "ML030201"]);
    assert!(one.status.success() && is_code(text(&one.stdout).trim()), "{one:?}");
    let each = text(&join(&["--place", "ML0302", "--each", "commune", "--role", "asc", "--days", "30"]).stdout);
    let rows: Vec<Vec<&str>> = each.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert!(rows.len() > 1 && rows.iter().all(|row| is_code(row[0]) && row[3] == "asc"), "{each}");
    let codes: std::collections::BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(codes.len(), rows.len(), "no two places have one code");
    assert_eq!(audited(&config), 2, "one entry for each call that made codes");
    for (label, refused, told) in [
        ("no such place", ["--place", "XX", "--role", "relais"], "no place has the code XX"),
        ("an officer", ["--place", "ML0302", "--role", "officier"], "nobody joins as `officier`"),
        ("no such network", ["--place", "ML0302", "--network", "union"], "no network is called `union`"),
        ("no such level", ["--place", "ML0302", "--each", "village"], "no level is called `village`"),
    ] {
        let answer = join(&refused);
        assert_eq!((answer.status.code(), answer.stdout.len()), (Some(1), 0), "{label}");
        assert!(text(&answer.stderr).contains(told), "{label}: {}", text(&answer.stderr));
    }
    assert_eq!(join(&["--place", "ML0302", "--days", "0"]).status.code(), Some(2));
    assert_eq!(audited(&config), 2, "what was refused made none");
}

#[test]
fn a_lost_key_is_told_and_nothing_is_overwritten() {
    let (_folder, config, _pack) = initialised();
    assert_eq!(relais(&["migrate", "--config", &config]).status.code(), Some(0));
    let text_before = fs::read_to_string(&config).expect("there");
    let key = text_before.lines().find(|line| line.starts_with("secret_key")).expect("a key").to_owned();
    let other = key.replace(&key[14..20], "AAAAAA");
    fs::write(&config, text_before.replace(&key, &other)).expect("written");
    let refused = relais(&["migrate", "--config", &config]);
    assert!(refused.status.code() == Some(1) && text(&refused.stderr).contains("another secret_key"));
    fs::write(&config, text_before).expect("written");
    assert_eq!(relais(&["migrate", "--config", &config]).status.code(), Some(0), "with its key it opens as before");
}

#[cfg(unix)]
#[test]
fn a_running_server_keeps_its_pack_when_the_new_one_is_broken_and_stops_when_told() {
    let (_folder, config, pack) = initialised();
    let settings = fs::read_to_string(&config).expect("there");
    let settings = settings.replace("operations_listen = \"127.0.0.1:9090\"", "operations_listen = \"127.0.0.1:0\"");
    fs::write(&config, settings).expect("written");
    let mut server = Command::new(env!("CARGO_BIN_EXE_relais"))
        .args(["serve", "--config", &config, "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    let mut log = BufReader::new(server.stderr.take().expect("piped")).lines().map_while(Result::ok);
    let mut until =
        |word: &str| log.find(|line| line.contains(word)).unwrap_or_else(|| panic!("the log never says {word}"));
    until("serving");
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &server.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    };
    let file = Path::new(&pack).join("dep.toml");
    let sound = fs::read_to_string(&file).expect("there");
    fs::write(&file, sound.replace("keyword = ", "keywurd = ")).expect("written");
    signal("-HUP");
    assert!(until("the old one stays in force").contains("keywurd"), "every fault is said");
    fs::write(&file, sound).expect("written");
    signal("-HUP");
    until("is in force");
    signal("-TERM");
    assert_eq!(server.wait().expect("ends").code(), Some(0));
}

/// What `relais simulate` prints for these lines.
fn simulated(arguments: &[&str], lines: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_relais"))
        .arg("simulate")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    child.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("typed");
    child.wait_with_output().expect("ends")
}

#[test]
fn a_phone_in_the_terminal_speaks_sms_and_ussd() {
    let lines = "@ 2026-11-23 10:42\nDEP T45 F23 V38 J5 R1 E1 S2 M5\n*360#\n3\n1\n1\n40\n120\n#\nOUI\n";
    let output = simulated(&["--role", "asc", "--place", "Zangasso"], lines);
    let told = text(&output.stdout);
    for expected in [
        "< OK DEP 1 Zangasso sem 48: 45 dépistés",
        "characters, 1 SMS)",
        "| Nutrition Mali\n| 1 Dépistage PB\n| 2 Démonstration culinaire",
        "| Thème?\n| 1 Allaitement",
        "| 1 Envoyer",
        "< OK SEN 2 Zangasso 23/11: Allaitement, Mosquée, 40 femmes, 120 hommes.",
    ] {
        assert!(told.contains(expected), "{expected} is told: {told}");
    }
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(simulated(&["--role", "king"], "").status.code(), Some(2));
}

#[test]
fn a_transcript_is_played_and_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sen.transcript");
    let script = "@ 2026-11-23 10:42\n@ +22370000001 leader Zangasso commune\n* +22370000001 dial\n\
                  = Nutrition Mali\\n1 Sensibilisation\\n2 Alerte\\n3 Mes rapports\\n0 Aide\n";
    fs::write(&file, script).expect("written");
    let path = file.to_str().expect("text");
    assert_eq!(simulated(&["--script", path], "").status.code(), Some(0));
    fs::write(&file, script.replace("0 Aide", "0 Help")).expect("written");
    let output = simulated(&["--script", path], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout)
            .contains(":4: told     = Nutrition Mali\\n1 Sensibilisation\\n2 Alerte\\n3 Mes rapports\\n0 Aide")
    );
    fs::write(&file, "hello\n").expect("written");
    assert_eq!(simulated(&["--script", path], "").status.code(), Some(1));
}
