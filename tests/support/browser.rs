//! A real browser: Debian's Chromium, driven over the WebDriver protocol (W3C) by its own driver.
//!
//! Written on the HTTP client the program has anyway: of a WebDriver library's dozens of commands the tests need these
//! few, and it would add fifteen crates to every build. A machine without the browser fails, it never skips.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

use super::wait;

const DRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";
/// The name every driver gives to the id of an element (WebDriver, 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How often something that must come about is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Longest a browser may take to go.
const END_TIMEOUT: Duration = Duration::from_secs(10);

/// How the browser looks at a page.
#[derive(Clone, Copy)]
pub struct Eyes {
    /// Width and height in CSS pixels. The device is emulated: no window gets as narrow as a phone.
    pub width: u32,
    pub height: u32,
    /// False for a browser that runs no script of a page.
    pub scripts: bool,
}

/// A desktop.
pub const DESKTOP: Eyes = Eyes { width: 1000, height: 1150, scripts: true };
/// The narrowest phone in use.
pub const NARROW: Eyes = Eyes { width: 320, height: 640, scripts: true };

/// A driver with one browser; both end when it is dropped.
pub struct Browser {
    client: reqwest::Client,
    session: String,
    process: Child,
    _profile: tempfile::TempDir,
}

/// Something on a page.
pub struct Element<'b> {
    browser: &'b Browser,
    id: String,
}

impl Browser {
    /// A fresh browser with a profile of its own.
    pub async fn open(eyes: Eyes) -> Browser {
        for program in [DRIVER, CHROMIUM] {
            assert!(Path::new(program).exists(), "{program} is missing: apt-get install chromium chromium-driver");
        }
        let client = relais::outbox::client().expect("a client");
        let profile = tempfile::tempdir().expect("a folder");
        let (process, port) = driver(profile.path());
        let driver = format!("http://127.0.0.1:{port}");
        let mut browser = Browser { client, session: format!("{driver}/session"), process, _profile: profile };
        let capabilities = capabilities(browser._profile.path(), eyes);
        let begun = browser.command("", json!({"capabilities": {"alwaysMatch": capabilities}})).await;
        browser.session = format!("{driver}/session/{}", begun["sessionId"].as_str().expect("a session"));
        browser
    }

    /// Opens an address and waits until it is loaded.
    pub async fn go(&self, address: &str) {
        self.command("/url", json!({"url": address})).await;
    }

    /// Where it is.
    pub async fn address(&self) -> String {
        self.ask("/url").await.as_str().expect("an address").to_owned()
    }

    /// Runs a script for the test, not for the page, and gives what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.command("/execute/sync", json!({"script": script, "args": []})).await
    }

    /// The first element that `css` selects, as soon as there is one.
    pub async fn find(&self, css: &str) -> Element<'_> {
        let selector = json!({"using": "css selector", "value": css});
        let deadline = Instant::now() + wait::NEVER;
        loop {
            let answer = self.try_command("/element", selector.clone()).await;
            if let Some(id) = answer.ok().and_then(|value| value[ELEMENT].as_str().map(str::to_owned)) {
                return Element { browser: self, id };
            }
            assert!(Instant::now() < deadline, "{css} is not on the page {}", self.address().await);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// How many elements `css` selects now.
    pub async fn count(&self, css: &str) -> usize {
        let found = self.command("/elements", json!({"using": "css selector", "value": css})).await;
        found.as_array().expect("a list").len()
    }

    /// What a person reads in the first element that `css` selects.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await
    }

    /// Waits until the first element that `css` selects reads so that `holds` is true; gives what it reads.
    pub async fn reads(&self, css: &str, holds: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + wait::NEVER;
        loop {
            // It may be replaced between being found and being read.
            let last = self.find(css).await.try_text().await;
            if let Ok(text) = &last
                && holds(text)
            {
                return text.clone();
            }
            assert!(Instant::now() < deadline, "{css} still reads {last:?} at {}", self.address().await);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Complaints of pages since this was last asked: errors of scripts, what the policy forbade, what was not found.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.command("/se/log", json!({"type": "browser"})).await;
        let entries = log.as_array().expect("a list").iter();
        entries.filter(|entry| entry["level"] == "SEVERE").map(|entry| entry["message"].to_string()).collect()
    }

    /// The page as a picture: what the window shows of it.
    pub async fn picture(&self) -> Vec<u8> {
        let encoded = self.ask("/screenshot").await;
        let encoded = encoded.as_str().expect("a picture");
        base64::engine::general_purpose::STANDARD.decode(encoded).expect("base64")
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        self.try_command(path, body).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    async fn try_command(&self, path: &str, body: Value) -> Result<Value, String> {
        let request = self.client.post(format!("{}{path}", self.session)).body(body.to_string());
        value(request.header("content-type", "application/json")).await
    }

    async fn ask(&self, path: &str) -> Value {
        let asked = value(self.client.get(format!("{}{path}", self.session))).await;
        asked.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Element<'_> {
    /// What a person reads in it.
    pub async fn text(&self) -> String {
        self.try_text().await.unwrap_or_else(|error| panic!("{error}"))
    }

    async fn try_text(&self) -> Result<String, String> {
        let address = format!("{}/element/{}/text", self.browser.session, self.id);
        Ok(value(self.browser.client.get(address)).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Clicks on it as a person would: it must be in reach.
    pub async fn click(&self) {
        self.browser.command(&format!("/element/{}/click", self.id), json!({})).await;
    }

    /// Types into it.
    pub async fn type_text(&self, text: &str) {
        self.browser.command(&format!("/element/{}/value", self.id), json!({"text": text})).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser when asked to, not when it is killed itself; whoever is left after that is of their
        // process group. A failing test comes by here too, so nothing may wait for the runtime or fail again.
        let _gone_already = self.end_session();
        let group = format!("-{}", self.process.id());
        let _gone_already = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _gone_already = self.process.wait();
    }
}

impl Browser {
    /// `DELETE /session/{id}`, by hand.
    fn end_session(&self) -> std::io::Result<()> {
        let address = self.session.trim_start_matches("http://");
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(END_TIMEOUT))?;
        write!(stream, "DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        stream.read_exact(&mut [0]).map(drop)
    }
}

/// Times a driver is started before the test gives up: on a busy machine one now and then ends before it listens.
const DRIVER_STARTS_MAX: usize = 4;

fn driver(home: &Path) -> (Child, u16) {
    let started = (0..DRIVER_STARTS_MAX).find_map(|_| start_driver(home));
    started.expect("the driver says its port")
}

/// A driver on a free port that it chooses itself, with its home where nothing of ours is; none where it ended at once.
fn start_driver(home: &Path) -> Option<(Child, u16)> {
    let command = Command::new(DRIVER)
        .arg("--port=0")
        .process_group(0)
        .env("HOME", home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut process = command.expect("the driver starts");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    let port = lines.find_map(|line| {
        let line = line.ok()?;
        line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    let Some(port) = port else {
        process.wait().expect("ended");
        return None;
    };
    // Whatever else it says is read and forgotten: a full pipe would stop it.
    std::thread::spawn(move || lines.count());
    Some((process, port))
}

fn capabilities(profile: &Path, eyes: Eyes) -> Value {
    let folder = format!("--user-data-dir={}", profile.join("profile").display());
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        folder.as_str(),
    ];
    let scripts = if eyes.scripts { 1 } else { 2 };
    let is_phone = eyes.width < 500;
    let metrics =
        json!({"width": eyes.width, "height": eyes.height, "pixelRatio": 1.0, "mobile": is_phone, "touch": is_phone});
    let options = json!({
        "binary": CHROMIUM,
        "args": arguments,
        "prefs": {"profile.managed_default_content_settings.javascript": scripts},
        "mobileEmulation": {"deviceMetrics": metrics},
    });
    json!({"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}})
}

/// The `value` of an answer, or its error in words.
async fn value(request: reqwest::RequestBuilder) -> Result<Value, String> {
    let answer = request.send().await.map_err(|error| format!("the driver does not answer: {error}"))?;
    let is_done = answer.status().is_success();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let mut answer: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let value = answer["value"].take();
    if is_done { Ok(value) } else { Err(value["message"].as_str().unwrap_or("unknown").to_owned()) }
}
