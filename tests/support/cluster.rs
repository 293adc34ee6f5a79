//! A PostgreSQL of one test's own, which it may kill.

use std::env;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A running cluster in a temporary folder.
pub struct Cluster {
    pub url: String,
    bin: PathBuf,
    port: u16,
    folder: TempDir,
}

/// Where `initdb` and `pg_ctl` are; `None` on a machine without PostgreSQL.
fn binaries() -> Option<PathBuf> {
    if let Ok(given) = env::var("TEST_POSTGRES_BIN") {
        return Some(given.into());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

impl Cluster {
    /// A new one, running. `None` on a machine without PostgreSQL.
    pub fn start() -> Option<Cluster> {
        let bin = binaries()?;
        let folder = tempfile::tempdir().expect("a folder");
        if is_root() {
            // PostgreSQL refuses to run as root.
            let done = Command::new("chown").arg("postgres").arg(folder.path()).status().expect("chown runs");
            assert!(done.success());
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let url = format!("postgres://relais@127.0.0.1:{port}/postgres");
        let cluster = Cluster { url, bin, port, folder };
        let data = cluster.data();
        cluster.run("initdb", &["-D", &data, "-U", "relais", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        cluster.start_again();
        Some(cluster)
    }

    /// Kills it as a power cut would kill its processes.
    pub fn kill(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
    }

    /// Starts it over what is on its disk; returns once it answers.
    pub fn start_again(&self) {
        let folder = self.folder.path().display().to_string();
        let options = format!("-p {} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off", self.port);
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-l", &format!("{folder}/log"), "-o", &options, "start"]);
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let done = self.command(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(done.expect("PostgreSQL's programs run").success(), "{program} {arguments:?}");
    }

    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(Path::new("/"));
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Already stopped by a failing test: nothing is left to stop.
        let stopping = self.command("pg_ctl").args(["-D", &self.data(), "-m", "immediate", "-w", "stop"]).output();
        drop(stopping);
    }
}
