//! Starts each server as a process of its own on a free port, and stops it.

use std::env;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::calls::{KEY, PHONES, SMS_PHONE_FIRST, USSD_PHONE_FIRST};
use crate::drive::Line;
use crate::provider::Provider;

/// Longest a server may take until it listens.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
/// Of RapidSMS: the fastest of what was tried, see README.md.
const GUNICORN: &[&str] = &["-k", "sync", "-w", "2", "--backlog", "1024"];

/// A running server, stopped when dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    process: Child,
}

impl Server {
    /// The bare axum handler: this program again.
    pub fn bare() -> Server {
        let address = free();
        let mut command = Command::new(env::current_exe().expect("this program"));
        command.env("PEERS_BARE_PORT", address.port().to_string());
        Server::started(address, command)
    }

    /// relais as released, over a new SQLite file, its people registered as anyone registers them.
    ///
    /// Its replies go to a double of the provider at the pace configured where nothing is said, 5 a second.
    pub async fn relais(home: &Path) -> Server {
        let folder = fresh(home, "relais");
        let (address, operations) = (free(), free());
        let provider = Provider::start().await.url;
        let key = relais::base::sealing::Sealer::generate_key(&relais::base::Environment::system());
        let config = format!(
            "listen = \"{address}\"\noperations_listen = \"{operations}\"\ndatabase = \"sqlite:relais.sqlite\"\n\
             public_url = \"http://{address}\"\nsecret_key = \"{key}\"\nspool = \"spool\"\n\
             [[channel]]\nid = \"at\"\nprovider = \"africastalking\"\nkey = \"{KEY}\"\nsender = \"36019\"\n\
             username = \"sandbox\"\napi_key = \"made-up\"\nbase_url = \"{provider}\"\n"
        );
        fs::write(folder.join("relais.toml"), config).expect("written");
        fs::write(folder.join("people.csv"), people()).expect("written");
        let import = ["import", "people", "people.csv", "--config", "relais.toml"];
        run(Command::new(env!("CARGO_BIN_EXE_relais")).args(import).current_dir(&folder));
        let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
        command.args(["serve", "--config", "relais.toml"]).current_dir(&folder).env("RELAIS_LOG", "error");
        Server::started(address, command)
    }

    /// What `relais rebuild --check` says of the reports counted.
    pub fn recounted(&self, home: &Path) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
        command.args(["rebuild", "--check", "--config", "relais.toml"]).current_dir(home.join("relais"));
        let done = command.output().expect("relais runs");
        let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        if done.status.success() { said } else { format!("a recount that differs: {said}") }
    }

    /// RapidSMS on gunicorn.
    pub fn rapidsms(home: &Path) -> Server {
        let folder = fresh(home, "rapidsms-data");
        let (address, bin) = (free(), home.join("venv/bin"));
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/rapidsms");
        let prepare = |command: &mut Command| {
            command.current_dir(&here).env("PEER_DATABASE", folder.join("db.sqlite"));
            // Leaves nothing behind among the sources.
            command.env("PYTHONDONTWRITEBYTECODE", "1");
        };
        let mut fill = Command::new(bin.join("python"));
        prepare(&mut fill);
        run(fill.args(["manage.py", "fill", &SMS_PHONE_FIRST.to_string(), &PHONES.to_string()]));
        let mut command = Command::new(bin.join("gunicorn"));
        prepare(&mut command);
        let settings = env::var("PEER_GUNICORN").unwrap_or_else(|_| GUNICORN.join(" "));
        command.args(["--bind", &address.to_string(), "--no-control-socket", "--log-level", "warning"]);
        command.args(settings.split(' ')).arg("wsgi:application");
        Server::started(address, command)
    }

    /// What RapidSMS says of the reports counted.
    pub async fn counted(&self) -> String {
        let call = b"GET /counted HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let answer = Line::to(self.address).ask(call).await;
        answer.map_or_else(|error| error.to_string(), |answer| format!("{} (reports, and their sum)", answer.body))
    }

    /// ussd-menu-builder on express, in so many processes.
    pub fn ussd_menu_builder(home: &Path, workers: u32) -> Server {
        let address = free();
        let mut command = Command::new("node");
        command.arg("server.js").current_dir(home.join("ussd")).env("NODE_ENV", "production");
        command.env("PORT", address.port().to_string()).env("WORKERS", workers.to_string());
        Server::started(address, command)
    }

    fn started(address: SocketAddr, mut command: Command) -> Server {
        let mut process = command.stdout(Stdio::null()).spawn().expect("the server's program is there");
        let began = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            let is_running = matches!(process.try_wait(), Ok(None));
            assert!(is_running && began.elapsed() < STARTS_WITHIN, "the server does not listen at {address}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Server { address, process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked first: gunicorn and node end their workers then.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            // Ended already: nothing is left to kill.
            let _gone = self.process.kill();
        }
        let _ended = self.process.wait();
    }
}

/// An address nobody listens at.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

/// An empty folder.
fn fresh(home: &Path, name: &str) -> PathBuf {
    let folder = home.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("removed");
    }
    fs::create_dir_all(&folder).expect("made");
    folder
}

fn run(command: &mut Command) {
    let done = command.output().expect("the program is there");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Workers who send DEP and leaders who dial SEN, over all communes.
fn people() -> String {
    let pack = relais::pack_embedded::mali();
    let places = pack.iter().find(|(name, _)| *name == "places.csv").map(|(_, text)| text).expect("the pack's places");
    let communes: Vec<&str> =
        places.lines().filter(|line| line.contains(",commune,")).filter_map(|line| line.split(',').next()).collect();
    let mut text = String::from("phone,name,role,network,place,language,agent_code,supervisor_phone,email\n");
    for (first, role) in [(SMS_PHONE_FIRST, "relais"), (USSD_PHONE_FIRST, "leader")] {
        for rank in 0..PHONES {
            let commune = communes[usize::try_from(rank).expect("small") % communes.len()];
            text.push_str(&format!("+223{},Awa Traore,{role},government,{commune},fr,,,\n", first + rank));
        }
    }
    text
}
