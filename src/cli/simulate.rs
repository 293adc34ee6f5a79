//! `relais simulate`: a phone in the terminal. SMS and USSD through the very engine that serves, over nothing but a pack:
//! no server, no database, nothing kept.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::{Failure, open};
use crate::base::{Environment, gsm7};
use crate::flow::check;
use crate::flow::model::Pack;
use crate::flow::source::PackFiles;
use crate::flow::transcript::{self, Host, Key};

/// Type SMS and USSD as a person would, in a terminal or from a transcript. Needs no server and keeps nothing.
///
/// A line is an SMS. `*360#` dials USSD; then each line is an answer until the screen closes; `#` hangs up.
/// A line that begins with `@` sets clock, people or receipts as in a transcript (docs/FLOWS.md).
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the pack; without it, the embedded Mali pack.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    /// A transcript to play and compare instead of typing; exit code 1 where an answer is not what it says.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Number you type from.
    #[arg(long, value_name = "NUMBER", default_value = "+22370000001")]
    phone: String,
    /// Your role.
    #[arg(long, default_value = "asc")]
    role: String,
    /// Your place.
    #[arg(long, default_value = "Zangasso")]
    place: String,
    /// The level of that place.
    #[arg(long, default_value = "commune")]
    level: String,
    /// Language you are answered in.
    #[arg(long, default_value = "fr")]
    language: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = open::pack_files(arguments.pack.as_deref())?;
    let pack = open::pack_of(&files)?;
    match &arguments.script {
        Some(file) => play(&files, &pack, file),
        None => talk(&pack, arguments),
    }
}

fn play(files: &PackFiles, whole: &Pack, file: &std::path::Path) -> Result<(), Failure> {
    let unreadable = |error| Failure::Refused(format!("{} cannot be read: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let part = check::part(files, &text).transpose();
    let part = part.map_err(|ids| Failure::Refused(format!("the pack does not stand with {ids} alone")))?;
    let mismatches = transcript::run(part.as_ref().unwrap_or(whole), &text).map_err(|bad| {
        let listed: Vec<String> = bad.iter().map(|bad| format!("{}: {bad}", file.display())).collect();
        Failure::Refused(listed.join("\n"))
    })?;
    let nothing = || "nothing".to_owned();
    for mismatch in &mismatches {
        let (expected, got) = (mismatch.expected.clone(), mismatch.got.clone());
        println!("{}:{}: expected {}", file.display(), mismatch.line, expected.unwrap_or_else(nothing));
        println!("{}:{}: told     {}", file.display(), mismatch.line, got.unwrap_or_else(nothing));
    }
    match mismatches.len() {
        0 => {
            eprintln!("{}: every answer is what it says", file.display());
            Ok(())
        }
        count => Err(Failure::Refused(format!("{count} answers are not what {} says", file.display()))),
    }
}

/// A terminal phone.
struct Handset<'p> {
    host: Host<'p>,
    phone: String,
    in_session: bool,
    environment: Environment,
    /// Set by a line with `@`: then time stands still, as in a transcript.
    clock_stands: bool,
}

fn talk(pack: &Pack, arguments: &Arguments) -> Result<(), Failure> {
    let mut handset = Handset {
        host: Host::new(pack),
        phone: arguments.phone.clone(),
        in_session: false,
        environment: Environment::system(),
        clock_stands: false,
    };
    handset.tell_time();
    let Arguments { phone, role, place, level, language, .. } = arguments;
    if pack.role(role).is_none() {
        let known: Vec<&str> = pack.roles.iter().map(|role| role.id.as_str()).collect();
        return Err(Failure::Misused(format!("no role is called `{role}`; there are {}", known.join(", "))));
    }
    handset.set(&format!("@ {phone} {role} {place} {level} language {language} network government"))?;
    if std::io::stdin().is_terminal() {
        eprintln!("{phone}, {role} in {place}. Type an SMS, or *360# for USSD (# hangs up); Ctrl-D ends.");
    }
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(Failure::refused)?;
        handset.line(&line, &mut out)?;
        out.flush().map_err(Failure::refused)?;
    }
    Ok(())
}

impl Handset<'_> {
    fn tell_time(&mut self) {
        let now = self.environment.now();
        if !self.clock_stands {
            self.host.set_clock(now.date_in(&TimeZone::UTC), now);
        }
    }

    fn set(&mut self, line: &str) -> Result<(), Failure> {
        let taken = self.host.script(line);
        taken.map(drop).map_err(|bad| {
            let reasons: Vec<String> = bad.into_iter().map(|bad| bad.reason).collect();
            Failure::Misused(reasons.join("; "))
        })
    }

    /// Takes a line as typed; a line that cannot be used is told and changes nothing.
    fn line(&mut self, line: &str, out: &mut impl Write) -> Result<(), Failure> {
        self.tell_time();
        let typed = line.trim();
        if typed.starts_with('@') {
            self.clock_stands = true;
            if let Err(error) = self.set(typed) {
                eprintln!("{error}");
            }
            return Ok(());
        }
        let key = match typed {
            "#" if self.in_session => Key::HangUp,
            code if code.starts_with('*') && code.ends_with('#') && !self.in_session => Key::Dial,
            answer if self.in_session => Key::Answer(answer.to_owned()),
            "" => return Ok(()),
            text => {
                let told = self.host.receive(&self.phone, text);
                return sms(out, told.as_deref().unwrap_or("(nothing)"));
            }
        };
        let (shown, told) = self.host.press(&self.phone, &key);
        self.in_session = shown.as_ref().is_some_and(|(_, goes_on)| *goes_on);
        if let Some((text, goes_on)) = shown {
            screen(out, &text, goes_on)?;
        }
        told.map_or(Ok(()), |told| sms(out, &told))
    }
}

fn sms(out: &mut impl Write, text: &str) -> Result<(), Failure> {
    let size = gsm7::size(text);
    writeln!(out, "< {text}\n  ({} characters, {} SMS)", size.units, size.parts).map_err(Failure::refused)
}

fn screen(out: &mut impl Write, text: &str, goes_on: bool) -> Result<(), Failure> {
    let framed: Vec<String> = text.lines().map(|line| format!("| {line}")).collect();
    let end = if goes_on { "" } else { "\n+ (the session is over)" };
    writeln!(out, "{}{end}", framed.join("\n")).map_err(Failure::refused)
}
