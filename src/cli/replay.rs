//! `relais replay`: what a changed pack would make of the messages already received.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::{Failure, WithConfig, open};
use crate::base::text::visible;
use crate::base::{Date, Instant, Phone};
use crate::flow::replay::{Change, ReadAs};
use crate::person::without_names;
use crate::replay::{Difference, Replay, Tally, flows_called};
use crate::store::StoreError;

/// Read the kept inbox again by a changed pack, and show every message that would be read otherwise.
///
/// Each SMS whose text is still kept is read twice, as on the day it came: by the pack in force (the configured one) and
/// by the pack in DIR. Lines with - say what is read now, lines with + what would be. Nothing is written, and a server
/// may run meanwhile.
///
/// Messages are compared by their words alone: keyword, values, date, what is not read, what is missing, ranges and
/// checks. Who sent it, what was open with that phone and what was reported before are not looked up. So a fragment
/// (M5), an answer (OUI) or a correction (CORR 12 J6) shows no difference in the values it changed, and a change of
/// `roles` shows none.
///
/// Exit code 1 when a message that was counted, or could be after an answer, would be read otherwise; 0 when nothing
/// changes, or when messages are only read that were refused before.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the changed pack.
    #[arg(long, value_name = "DIR")]
    pack: PathBuf,
    /// Only messages received on this day or later: 2026-11-01.
    #[arg(long, value_name = "DAY")]
    since: Option<Date>,
    /// Only messages that either pack reads as this report type: DEP.
    #[arg(long, value_name = "WORD")]
    flow: Option<String>,
    /// Show at most so many messages; all are counted.
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: u64,
    /// Compare the replies too, as a sender with nothing open would get them.
    #[arg(long)]
    replies: bool,
    /// The configuration file of the inbox and the pack in force.
    #[arg(long, value_name = "FILE", default_value = "relais.toml", env = "RELAIS_CONFIG")]
    config: PathBuf,
    /// Database to read, instead of the configured one: sqlite:FILE or postgres://...
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let with =
        WithConfig { config: arguments.config.clone(), listen: None, database: arguments.database.clone(), pack: None };
    let config = open::config(&with)?;
    let current = open::pack(config.pack.as_deref())?;
    let candidate = open::pack(Some(&arguments.pack))?;
    let flows = match &arguments.flow {
        Some(word) => flows(word, flows_called(word, [&current, &candidate]))?,
        None => BTreeSet::new(),
    };
    let store = open::store_of(&config, open::Migrate::No).await?;
    let replay = Replay {
        store: &store,
        timezone: &config.timezone,
        current: &current,
        candidate: &candidate,
        since: arguments.since.map(|day| first_instant(day, &config.timezone)).transpose()?,
        flows,
        replies: arguments.replies,
    };
    let mut out = std::io::stdout().lock();
    let mut shown = 0;
    let tally = replay.run(|difference| {
        shown += 1;
        if shown <= arguments.limit { show(&mut out, difference) } else { Ok(()) }
    });
    let tally = tally.await?;
    sum_up(&mut out, &tally, arguments.limit)?;
    match tally.touching_what_counts() {
        0 => Ok(()),
        count => Err(Failure::Refused(format!("{count} of these were counted, or could be after an answer"))),
    }
}

fn flows(word: &str, called: BTreeSet<String>) -> Result<BTreeSet<String>, Failure> {
    if called.is_empty() {
        return Err(Failure::Misused(format!("neither pack has a report type called `{word}`")));
    }
    Ok(called)
}

fn first_instant(day: Date, timezone: &TimeZone) -> Result<Instant, Failure> {
    let begins = day.to_zoned(timezone.clone()).map_err(|error| Failure::Misused(error.to_string()))?;
    Ok(Instant(begins.timestamp().as_millisecond()))
}

fn show(out: &mut impl Write, difference: &Difference) -> Result<(), Failure> {
    let Difference { change, sms, day, before, after, replies } = difference;
    let keyword = before.iter().chain(after).find_map(|part| part.flow.as_deref()).unwrap_or("-").to_uppercase();
    let sender = sms.sender.as_deref().map(masked).unwrap_or_default();
    let then = sms.outcome.word();
    writeln!(out, "{day} {keyword} {sender} (then {then}) [{}]", change.word()).map_err(Failure::refused)?;
    writeln!(out, "  {}", typed(&sms.text)).map_err(Failure::refused)?;
    let (was, is) = match replies {
        Some((was, is)) => (vec![typed(was)], vec![typed(is)]),
        None => (lines(before), lines(after)),
    };
    let marked = was.iter().map(|line| ('-', line)).chain(is.iter().map(|line| ('+', line)));
    for (mark, line) in marked {
        writeln!(out, "  {mark} {line}").map_err(Failure::refused)?;
    }
    writeln!(out).map_err(Failure::refused)
}

fn lines(parts: &[ReadAs]) -> Vec<String> {
    if parts.is_empty() {
        vec!["nothing".to_owned()]
    } else {
        parts.iter().map(|part| typed(&part.to_string())).collect()
    }
}

/// A number with its middle hidden; a name or short code as it is.
fn masked(sender: &str) -> String {
    Phone::from_e164(sender).map_or_else(|| one_line(sender), |phone| phone.masked())
}

/// What somebody typed, as lists show it: names hidden.
fn typed(text: &str) -> String {
    one_line(&without_names(text))
}

/// A text, safe to show in a terminal.
fn one_line(text: &str) -> String {
    visible(text).replace('\r', "").replace('\n', "\\n").replace('\t', " ")
}

fn sum_up(out: &mut impl Write, tally: &Tally, limit: u64) -> Result<(), Failure> {
    let differing = tally.differing();
    let messages = if tally.messages == 1 { "message" } else { "messages" };
    writeln!(out, "{} {messages} read, {differing} would be read otherwise", tally.messages)
        .map_err(Failure::refused)?;
    for change in Change::ALL {
        if let Some(count) = tally.changes.get(&change) {
            writeln!(out, "{count:>8} {}", change.word()).map_err(Failure::refused)?;
        }
    }
    if differing > limit {
        eprintln!("The first {limit} are shown; --limit shows more.");
    }
    match (differing, tally.touching_what_counts()) {
        (0, _) => eprintln!("Nothing changes."),
        (_, 0) => eprintln!("Nothing that was counted is read otherwise."),
        _ => {}
    }
    Ok(())
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::refused(error)
    }
}
