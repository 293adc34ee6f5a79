//! The real Kannel: bearerbox, smsbox and fakesmsc of Debian, on free ports, with the configuration of docs/CHANNELS.md.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use relais::channel::provider;
use relais::config::ChannelConfig;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::running::{KEY, Running};
use super::wait;

/// Debian's package, and the file of it that is run.
const BEARERBOX: (&str, &str) = ("kannel", "/usr/sbin/bearerbox");
const SMSBOX: (&str, &str) = ("kannel", "/usr/sbin/smsbox");
const FAKESMSC: (&str, &str) = ("kannel-extras", "/usr/lib/kannel/test/fakesmsc");

/// Where smsbox may send, and what it must know to.
const PASSWORD: &str = "kannel-password";

/// Ports that were free a moment ago: they stand in Kannel's configuration and in ours before anything listens there.
pub struct Ports {
    admin: u16,
    boxes: u16,
    sendsms: u16,
    /// One for each SMSC, called `smsc-0`, `smsc-1` and so on.
    pub smscs: Vec<u16>,
}

impl Ports {
    pub fn free(smscs: usize) -> Ports {
        // Below those the system gives to connections, and none twice in this process.
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let first = 20_000 + u16::try_from(std::process::id() % 100).expect("small") * 100;
        let mut free = std::iter::from_fn(|| Some(first + NEXT.fetch_add(1, Ordering::SeqCst)))
            .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        let mut next = || free.next().expect("a free port");
        Ports { admin: next(), boxes: next(), sendsms: next(), smscs: (0..smscs).map(|_| next()).collect() }
    }

    /// Our channel `kannel` that sends by smsbox; `reply` as in its settings.
    pub fn channel(&self, reply: &str) -> ChannelConfig {
        let setting = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        ChannelConfig {
            id: "kannel".into(),
            provider: provider("kannel").expect("known"),
            key: KEY.to_owned().into(),
            sender: "36019".into(),
            base_url: Some(format!("http://127.0.0.1:{}", self.sendsms)),
            per_second: 500,
            repeat_seconds: 2,
            settings: [("username", "relais"), ("reply", reply)].map(setting).into(),
            secrets: BTreeMap::from([("password".to_owned(), PASSWORD.to_owned().into())]),
        }
    }
}

/// A running bearerbox with its smsbox. Killed when it is dropped.
pub struct Kannel {
    pub ports: Ports,
    client: reqwest::Client,
    /// What smsbox says of itself.
    said: UnboundedReceiver<String>,
    _boxes: [Program; 2],
    _folder: TempDir,
}

impl Kannel {
    /// Starts Kannel beside a relais that runs.
    pub async fn start(ports: Ports, relais: &Running) -> Kannel {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = folder.path().join("kannel.conf");
        std::fs::write(&configuration, written(&ports, relais)).expect("written");
        let run = |program| {
            Program::start(program, |command| command.args(["-v", "0"]).arg(&configuration).current_dir(&folder))
        };
        let client = relais.client.clone();
        let (mut bearerbox, mut said) = run(BEARERBOX);
        let told = format!("http://127.0.0.1:{}/status.txt?password={PASSWORD}", ports.admin);
        let is_up = async || {
            bearerbox.assert_runs(&mut said);
            status(&client, &told).await.is_some()
        };
        wait::until_true("bearerbox answers", is_up).await;
        let (mut smsbox, mut said) = run(SMSBOX);
        let is_joined = async || {
            smsbox.assert_runs(&mut said);
            status(&client, &told).await.is_some_and(|status| status.contains("smsbox:"))
        };
        wait::until_true("smsbox joins bearerbox", is_joined).await;
        Kannel { ports, client, said, _boxes: [bearerbox, smsbox], _folder: folder }
    }

    /// What bearerbox itself counts: SMS received and sent, with none waiting inside.
    pub async fn until_counted(&self, received: usize, sent: usize) {
        let told = format!("http://127.0.0.1:{}/status.txt?password={PASSWORD}", self.ports.admin);
        let line = format!("SMS: received {received} (0 queued), sent {sent} (0 queued)");
        let is_there = async || status(&self.client, &told).await.is_some_and(|status| status.contains(&line));
        wait::until_true(&line, is_there).await;
    }

    /// Waits until smsbox says so.
    pub async fn until_said(&mut self, piece: &str) {
        let heard = async { while !self.said.recv().await.expect("smsbox runs").contains(piece) {} };
        tokio::time::timeout(wait::NEVER, heard).await.unwrap_or_else(|_| panic!("smsbox never said `{piece}`"));
    }

    /// A centre at the SMSC of this rank, which sends one message as fakesmsc wants it written, or only listens.
    pub fn centre(&self, smsc: usize, message: Option<&str>) -> Centre {
        Centre::start(self.ports.smscs[smsc], message)
    }
}

async fn status(client: &reqwest::Client, address: &str) -> Option<String> {
    client.get(address).send().await.ok()?.text().await.ok()
}

/// The groups of docs/CHANNELS.md with our addresses and secrets in them, and around them what every Kannel has.
fn written(ports: &Ports, relais: &Running) -> String {
    let Ports { admin, boxes, sendsms, smscs } = ports;
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/CHANNELS.md");
    let document = std::fs::read_to_string(document).expect("the document");
    let documented = document.split("```conf\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a block");
    let hooks = "https://relais.example/in/kannel/KEY/";
    assert!(documented.contains(hooks) && documented.contains("PASSWORD"), "{documented}");
    let documented =
        documented.replace(hooks, &format!("{}/in/kannel/{KEY}/", relais.base)).replace("PASSWORD", PASSWORD).replace(
            "group = smsbox\n",
            &format!("group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {sendsms}\n"),
        );
    let mut written = format!(
        "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = {PASSWORD}\n\
         smsbox-port = {boxes}\nbox-allow-ip = 127.0.0.1\ndlr-storage = internal\n\n"
    );
    for (rank, port) in smscs.iter().enumerate() {
        // What it may send is only what is meant for it, so that a reply has one way to its phone.
        let id = format!("smsc-{rank}");
        written.push_str(&format!(
            "group = smsc\nsmsc = fake\nsmsc-id = {id}\nallowed-smsc-id = {id}\nport = {port}\nconnect-allow-ip = 127.0.0.1\n\n"
        ));
    }
    written + &documented + "\n"
}

/// An SMS as it left the gateway for a phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrived {
    pub from: String,
    pub to: String,
    pub text: String,
    /// True where it went as UCS-2.
    pub is_ucs2: bool,
}

/// A fakesmsc. Killed when it is dropped.
pub struct Centre {
    _program: Program,
    lines: UnboundedReceiver<String>,
}

impl Centre {
    fn start(port: u16, message: Option<&str>) -> Centre {
        let (port, count) = (port.to_string(), if message.is_some() { "1" } else { "0" });
        // Where it is to send nothing it still wants something to send.
        let message = message.unwrap_or("0 0 text -");
        let (program, lines) = Program::start(FAKESMSC, |command| {
            command.args(["-H", "127.0.0.1", "-r", &port, "-i", "0.001", "-m", count, message])
        });
        Centre { _program: program, lines }
    }

    /// The next SMS that arrives.
    pub async fn arrival(&mut self) -> Arrived {
        let mut said = Vec::new();
        let next = async {
            while let Some(line) = self.lines.recv().await {
                if let Some(arrived) = line.split_once("Got message ").map(|(_, rest)| arrived(rest)) {
                    return Some(arrived);
                }
                said.push(line);
            }
            None
        };
        let arrived = tokio::time::timeout(wait::NEVER, next).await;
        arrived.ok().flatten().unwrap_or_else(|| panic!("no SMS arrived; fakesmsc said {said:#?}"))
    }

    /// Asserts that nothing more has arrived so far.
    pub fn assert_quiet(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            assert!(!line.contains("Got message "), "{line}");
        }
    }
}

/// `1: <36019 +22370000001 ucs-2 %00O%00K>`.
fn arrived(line: &str) -> Arrived {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
    let parts: Vec<&str> = inside.unwrap_or_else(|| panic!("odd: {line}")).splitn(4, ' ').collect();
    let [from, to, coding, text] = parts[..] else { panic!("odd: {line}") };
    let (text, is_ucs2) = match coding {
        "text" => (text.to_owned(), false),
        "ucs-2" => (from_utf16(text), true),
        other => panic!("`{other}`: {line}"),
    };
    Arrived { from: from.to_owned(), to: to.to_owned(), text, is_ucs2 }
}

/// `text` as the body of a `ucs2` message for fakesmsc.
pub fn to_utf16(text: &str) -> String {
    text.encode_utf16().flat_map(u16::to_be_bytes).map(|byte| format!("%{byte:02x}")).collect()
}

fn from_utf16(escaped: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), escaped.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(std::str::from_utf8(&digits).expect("ASCII"), 16).expect("two digits")
            }
            plain => plain,
        });
    }
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).expect("UTF-16")
}

/// A program of ours, killed when it is dropped.
struct Program(Child);

impl Program {
    /// Starts it; gives the lines it says, on either stream.
    fn start(
        (package, path): (&str, &str),
        arguments: impl FnOnce(&mut Command) -> &mut Command,
    ) -> (Program, UnboundedReceiver<String>) {
        let mut command = Command::new(path);
        let started =
            arguments(&mut command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!("{path} is missing: install Debian's package `{package}`"),
            _ => panic!("{path}: {error}"),
        });
        let (told, lines) = unbounded_channel();
        tell(child.stdout.take().expect("piped"), told.clone());
        tell(child.stderr.take().expect("piped"), told);
        (Program(child), lines)
    }

    /// Fails with its own words where it has ended.
    fn assert_runs(&mut self, lines: &mut UnboundedReceiver<String>) {
        if let Some(status) = self.0.try_wait().expect("asked") {
            let said: Vec<String> = std::iter::from_fn(|| lines.try_recv().ok()).collect();
            panic!("it ended with {status}: {said:#?}");
        }
    }
}

/// Reads to the end even where nobody listens: a full pipe would stop the program.
fn tell(stream: impl Read + Send + 'static, told: UnboundedSender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let _nobody_listens = told.send(String::from_utf8_lossy(&line).into_owned());
        }
    });
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _nothing_to_wait_for = self.0.wait();
    }
}
