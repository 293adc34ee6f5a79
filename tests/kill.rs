//! The real program, killed with SIGKILL between the steps of a USSD session and started again: nothing acknowledged is
//! lost, nothing is counted twice.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const SESSION: [&str; 6] = ["1", "1", "1", "40", "120", "1"];
const PHONE: &str = "%2B22370000001";

/// A programme on disk with one champion registered.
struct Home {
    config: String,
    key: String,
    database: PathBuf,
    _folder: TempDir,
}

/// A running server of it.
struct Server {
    child: Child,
    base: String,
    client: reqwest::Client,
}

fn relais(arguments: &[&str]) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
    let output = command.args(arguments).env_remove("RELAIS_CONFIG").output().expect("the binary runs");
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

fn programme() -> Home {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("programme");
    assert!(relais(&["init", home.to_str().expect("text")]));
    let config = home.join("relais.toml");
    let settings = fs::read_to_string(&config).expect("written");
    let settings = settings.replace("127.0.0.1:9090", "127.0.0.1:0");
    let key =
        settings.lines().find_map(|line| line.strip_prefix("key = ")).expect("a key").trim_matches('"').to_owned();
    fs::write(&config, settings).expect("written");
    let people = folder.path().join("people.csv");
    let header = "phone,name,role,network,place,language,agent_code,supervisor_phone,email";
    let row = "+22370000001,Awa Traore,leader,civil_society,ML030201,fr,,,";
    fs::write(&people, format!("{header}\n{row}\n")).expect("written");
    let config = config.display().to_string();
    assert!(relais(&["import", "people", people.to_str().expect("text"), "--config", &config]));
    Home { config, key, database: home.join("relais.sqlite"), _folder: folder }
}

impl Home {
    fn serve(&self) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_relais"))
            .args(["serve", "--config", &self.config, "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("starts");
        let mut log = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
        let serving = log.find(|line| line.contains("\"serving\"")).expect("says that it serves");
        let line: serde_json::Value = serde_json::from_str(&serving).expect("JSON");
        let base = format!("http://{}", line["fields"]["listen"].as_str().expect("an address"));
        // Read on, so that the server never waits for us.
        std::thread::spawn(move || log.for_each(drop));
        relais::outbox::client().expect("installs the provider of TLS");
        Server { child, base, client: reqwest::Client::new() }
    }

    fn texts(&self) -> support::TestDatabase {
        support::TestDatabase::at(&format!("sqlite:{}", self.database.display()))
    }
}

impl Server {
    async fn call(&self, key: &str, session: &str, text: &str) -> String {
        let body = format!("sessionId={session}&serviceCode=*360%23&phoneNumber={PHONE}&text={text}");
        let request = self.client.post(format!("{}/in/at/{key}/ussd", self.base)).body(body);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await;
        answer.expect("answered").text().await.expect("a body")
    }

    fn kill(mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("gone");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_every_step_a_session_is_resumed_and_counted_once() {
    let home = programme();
    assert!(Path::new(&home.config).exists());
    for number in 1..=SESSION.len() * support::times() {
        // Where this session is cut.
        let cut = (number - 1) % SESSION.len() + 1;
        let server = home.serve();
        let first = format!("first-{number}");
        let mut last = String::new();
        for answers in 0..=cut {
            let typed = SESSION[..answers].join("*").replace("120", &format!("{}", 120 + number));
            last = server.call(&home.key, &first, &typed).await;
        }
        server.kill();
        let server = home.serve();
        let typed = SESSION[..cut].join("*").replace("120", &format!("{}", 120 + number));
        assert_eq!(server.call(&home.key, &first, &typed).await, last, "the call is repeated, and answered alike");
        if cut < SESSION.len() {
            let second = format!("second-{number}");
            let again = server.call(&home.key, &second, "").await;
            let (mut text, rest) = if cut == 1 { (String::new(), 0) } else { ("1".to_owned(), cut) };
            if cut > 1 {
                assert!(again.contains("non fini"), "cut after {cut}: {again}");
                assert_eq!(server.call(&home.key, &second, "1").await, last, "the same question");
            }
            for answer in &SESSION[rest..] {
                let answer = answer.replace("120", &format!("{}", 120 + number));
                text = if text.is_empty() { answer } else { format!("{text}*{answer}") };
                last = server.call(&home.key, &second, &text).await;
            }
        }
        assert!(last.starts_with(&format!("END Enregistré SEN {number}.")), "cut after {cut}: {last}");
        server.kill();
        let counted = home.texts().texts("SELECT id FROM report WHERE state = 'counted'").await;
        assert_eq!(counted.len(), number, "each session is counted once");
    }
    assert!(relais(&["rebuild", "--check", "--config", &home.config]), "a recount finds no difference");
}
