//! Conversations written down beside a flow (`dep.transcript`), and their run by the very engine that serves. Pure.
//!
//! One line, one thing; the first character says which:
//!
//! ```text
//! # a comment, up to the end of the line
//! @ flows dep cui sen reu                           only these report types: others may come without changing this
//! @ 2026-11-23 10:42                                the clock stands here from now on
//! @ +22370000001 relais Sanzana commune             a person: phone, role, place, level of the place; then, if wanted,
//! @ +22370000002 asc Sanzana commune code A27 initials F.T. network government language en
//! @ +22370000001 receipt 4821                       the next report of this phone gets this number
//! > +22370000001 DEP T45 F23 V38 J5 R1 E1 S2 M5     an SMS this phone sends
//! < OK DEP 4821 Sanzana sem 48: ...                 the SMS it gets, exactly; `<` alone: none
//! ! +22370000009 RES Sadiola 23/11: ...             the next SMS that answers nobody, to whom it goes first; `!` alone: none
//! @ join 482193 relais Niena                        a code that an unknown number may join with
//! * +22370000001 dial                               it dials the USSD code
//! = Nutrition Mali\n1 Sensibilisation\n0 Aide       a screen that waits for an answer; `=` alone: none
//! * +22370000001 1                                  its answer; nothing after the phone: an empty one
//! * +22370000001 again                              the same call once more, as networks do
//! * +22370000001 hang up                            the session ends without an answer
//! . Enregistré SEN 903. Merci. ...                  a screen that closes the session
//! @ ussd last                                       from now on the provider sends the last answer alone
//! ```
//!
//! A place may have several words. `\n` stands for a new line, in what is sent and in what is told. People report for
//! the periods that end on or after the day they are declared. Several people on one phone share it. An officer's
//! question (BILAN) is answered by `[its words]`, since figures are not the flow's. After a USSD step `<` tells the SMS
//! that follows its screen. Lines with another first character are refused. Between any two messages the conversation
//! goes through JSON.

mod host;
mod rehearsal;

use crate::base::{Date, Instant};
use crate::flow::model::Pack;
pub(crate) use host::Host;
use host::Shown;
pub use rehearsal::{Rehearsal, Standing, Told};

/// A reply that is not what the transcript says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Line of the transcript, from 1.
    pub line: usize,
    /// What should have been told; `None` for nothing. A closing screen begins with `. `, one that waits with `= `.
    pub expected: Option<String>,
    /// What was told.
    pub got: Option<String>,
}

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// Line of the transcript, from 1.
    pub line: usize,
    /// What is wrong with it, and what it should be.
    pub reason: String,
}

/// One line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    /// For whoever chooses the pack it is run with: [`flows`].
    Flows,
    Clock(Date, Instant),
    Person(Declared),
    Receipt {
        phone: String,
        next: i64,
    },
    Send {
        phone: String,
        text: String,
    },
    Press {
        phone: String,
        key: Key,
    },
    SendsLast,
    /// A code that an unknown number may join with.
    Code {
        code: String,
        role: String,
        place: String,
    },
    /// The next message sent besides the replies.
    ExpectBegun(Option<String>),
    Expect(Option<String>),
    ExpectScreen(Option<Shown>),
}

/// What a person does on USSD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Dials the code.
    Dial,
    /// Types an answer.
    Answer(String),
    /// Nothing: the network sends the last call again.
    Again,
    /// Hangs up.
    HangUp,
}

/// A person as a transcript declares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Declared {
    phone: String,
    role: String,
    place: String,
    level: String,
    network: String,
    language: String,
    code: Option<String>,
    initials: String,
}

/// The report types a transcript wants to be run with, by id; `None` for all there are.
pub fn flows(transcript: &str) -> Option<Vec<&str>> {
    let mut lines = transcript.lines().filter_map(|line| line.trim().strip_prefix('@'));
    lines.find_map(|setting| setting.trim().strip_prefix("flows ")).map(|ids| ids.split_whitespace().collect())
}

/// Runs a transcript with the flows of `pack`.
///
/// # Errors
/// Every line that cannot be used; then nothing is run.
pub fn run(pack: &Pack, transcript: &str) -> Result<Vec<Mismatch>, Vec<BadLine>> {
    Host::new(pack).script(transcript)
}

/// A host that took `transcript`, to go on with.
#[cfg(test)]
pub(crate) fn host_of<'p>(pack: &'p Pack, transcript: &str) -> Result<Host<'p>, Vec<BadLine>> {
    let mut host = Host::new(pack);
    host.script(transcript)?;
    Ok(host)
}

impl Host<'_> {
    /// Takes the lines of a transcript; gives the replies that are not what it says.
    pub(crate) fn script(&mut self, transcript: &str) -> Result<Vec<Mismatch>, Vec<BadLine>> {
        let mut mismatches = Vec::new();
        let (mut told, mut shown) = (None, None);
        let lines = parse(transcript)?;
        self.expect_known(&lines)?;
        for (number, line) in lines {
            match line {
                Line::Flows => {}
                Line::Clock(date, now) => self.set_clock(date, now),
                Line::Person(declared) => self.declare(declared),
                Line::Receipt { phone, next } => self.set_receipt(phone, next),
                Line::Send { phone, text } => (told, shown) = (self.receive(&phone, &text), None),
                Line::Press { phone, key } => (shown, told) = self.press(&phone, &key),
                Line::SendsLast => self.sends_last = true,
                Line::Code { code, role, place } => self.set_code(&code, &role, &place),
                Line::ExpectBegun(expected) => {
                    let got = self.begun.pop_front().map(|(phone, text)| format!("{phone} {text}"));
                    if got != expected {
                        mismatches.push(Mismatch { line: number, expected, got });
                    }
                }
                Line::ExpectScreen(expected) => {
                    if expected != shown {
                        let written = |(screen, goes_on): &Shown| {
                            format!("{} {}", if *goes_on { '=' } else { '.' }, screen.replace('\n', "\\n"))
                        };
                        let (expected, got) = (expected.as_ref().map(written), shown.as_ref().map(written));
                        mismatches.push(Mismatch { line: number, expected, got });
                    }
                }
                Line::Expect(expected) => {
                    if expected != told {
                        mismatches.push(Mismatch { line: number, expected, got: told.clone() });
                    }
                }
            }
        }
        Ok(mismatches)
    }
}

impl Host<'_> {
    /// Refuses people of a role or at a level that the pack does not have: most often a word in the wrong place.
    fn expect_known(&self, lines: &[(usize, Line)]) -> Result<(), Vec<BadLine>> {
        let unknown = |(line, declared): (&usize, &Declared)| {
            let reason = self.unknown(&declared.role, &declared.level)?;
            Some(BadLine { line: *line, reason })
        };
        let people = lines.iter().filter_map(|(line, one)| match one {
            Line::Person(declared) => Some((line, declared)),
            _ => None,
        });
        let bad: Vec<BadLine> = people.filter_map(unknown).collect();
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }
}

fn parse(transcript: &str) -> Result<Vec<(usize, Line)>, Vec<BadLine>> {
    let mut lines = Vec::new();
    let mut bad = Vec::new();
    let mut sent = false;
    for (index, raw) in transcript.lines().enumerate() {
        let (line, text) = (index + 1, raw.trim());
        match parse_line(text) {
            Ok(None) => {}
            Ok(Some(Line::Expect(_) | Line::ExpectScreen(_) | Line::ExpectBegun(_))) if !sent => {
                bad.push(BadLine { line, reason: "an answer stands after a line that begins with > or *".into() });
            }
            Ok(Some(parsed)) => {
                sent |= matches!(parsed, Line::Send { .. } | Line::Press { .. });
                lines.push((line, parsed));
            }
            Err(reason) => bad.push(BadLine { line, reason }),
        }
    }
    if bad.is_empty() { Ok(lines) } else { Err(bad) }
}

fn parse_line(text: &str) -> Result<Option<Line>, String> {
    let Some(first) = text.chars().next() else { return Ok(None) };
    let rest = text[first.len_utf8()..].trim();
    match first {
        '#' => Ok(None),
        '@' => setting(rest).map(Some),
        '>' => {
            let (phone, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            expect_phone(phone)?;
            Ok(Some(Line::Send { phone: phone.to_owned(), text: unescaped(text.trim()) }))
        }
        '<' => Ok(Some(Line::Expect((!rest.is_empty()).then(|| unescaped(rest))))),
        '!' => {
            if let Some(phone) = rest.split_whitespace().next() {
                expect_phone(phone)?;
            }
            Ok(Some(Line::ExpectBegun((!rest.is_empty()).then(|| unescaped(rest)))))
        }
        '*' => {
            let (phone, typed) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            expect_phone(phone)?;
            let key = match typed.trim() {
                "dial" => Key::Dial,
                "again" => Key::Again,
                "hang up" => Key::HangUp,
                answer => Key::Answer(answer.to_owned()),
            };
            Ok(Some(Line::Press { phone: phone.to_owned(), key }))
        }
        '=' | '.' => Ok(Some(Line::ExpectScreen((!rest.is_empty()).then(|| (unescaped(rest), first == '='))))),
        other => Err(format!("`{other}` begins no line: write # @ > < ! * = or .")),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
}

fn expect_phone(word: &str) -> Result<(), String> {
    let digits = word.strip_prefix('+').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{word}` is no phone: write it like +22370000001"));
    }
    Ok(())
}

/// The clock, a person, or the next receipt of a phone.
fn setting(rest: &str) -> Result<Line, String> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    match words.as_slice() {
        ["flows", _, ..] => Ok(Line::Flows),
        ["ussd", "last"] => Ok(Line::SendsLast),
        ["join", code, role, place @ ..] if !place.is_empty() => {
            Ok(Line::Code { code: (*code).to_owned(), role: (*role).to_owned(), place: place.join(" ") })
        }
        [phone, "receipt", number] if phone.starts_with('+') => {
            expect_phone(phone)?;
            let next = number.parse().map_err(|_| format!("`{number}` is no number"))?;
            Ok(Line::Receipt { phone: (*phone).to_owned(), next })
        }
        [phone, others @ ..] if phone.starts_with('+') => {
            expect_phone(phone)?;
            person(phone, others).map(Line::Person)
        }
        [day, time] => clock(day, time),
        _ => Err("write `@ 2026-11-23 10:42`, or `@ +22370000001 relais Sanzana commune`".into()),
    }
}

fn clock(day: &str, time: &str) -> Result<Line, String> {
    let moment: jiff::civil::DateTime =
        format!("{day}T{time}:00").parse().map_err(|_| format!("`{day} {time}` is no day and time"))?;
    // The zone does not matter: only days, and the time between two messages, are used.
    let zoned = moment.to_zoned(jiff::tz::TimeZone::UTC).map_err(|error| error.to_string())?;
    Ok(Line::Clock(moment.date(), Instant(zoned.timestamp().as_millisecond())))
}

fn person(phone: &str, words: &[&str]) -> Result<Declared, String> {
    const OPTIONS: [&str; 4] = ["code", "network", "language", "initials"];
    let options = words.iter().position(|word| OPTIONS.contains(word)).unwrap_or(words.len());
    let (who, options) = words.split_at(options);
    let [role, place @ .., level] = who else {
        return Err("a person has a role, a place and the level of the place".into());
    };
    if place.is_empty() {
        return Err("the place is missing: write role, place and level".into());
    }
    let mut declared = Declared {
        phone: phone.to_owned(),
        role: (*role).to_owned(),
        place: place.join(" "),
        level: (*level).to_owned(),
        ..Declared::default()
    };
    for option in options.chunks(2) {
        let [name, value] = option else { return Err(format!("`{}` has no value", option[0])) };
        let value = (*value).to_owned();
        match *name {
            "code" => declared.code = Some(value),
            "network" => declared.network = value,
            "language" => declared.language = value,
            "initials" => declared.initials = value,
            other => return Err(format!("`{other}` is none of {}", OPTIONS.join(", "))),
        }
    }
    Ok(declared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::read::sample;

    #[test]
    fn a_transcript_is_run_and_differences_are_listed() {
        let transcript = "\
# one good answer, one wrong, one silence that is none
@ 2026-11-23 10:42
@ +22370000001 relais Sanzana commune
@ +22370000001 receipt 4821
> +22370000001 DEP T45 F23 V38 J5 R1 E1 S2 M5
< OK DEP 4821 Sanzana sem 48: 45 dépistés (23 F), normal 38, MAM 5, MAS 1, oedèmes 1, référés 7. Erreur? CORR 4821 ou ANNUL 4821
> +22370000001 OUI
< Merci.
<
";
        let mismatches = run(&sample::pack(), transcript).expect("a sound transcript");
        assert_eq!(mismatches.iter().map(|found| found.line).collect::<Vec<_>>(), [8, 9], "{mismatches:?}");
        assert_eq!(mismatches[0].expected.as_deref(), Some("Merci."));
        assert!(mismatches[0].got.as_ref().is_some_and(|got| got.contains("rien n'est changé")));
    }

    #[test]
    fn lines_that_cannot_be_used_are_all_named() {
        let transcript =
            "< first\nhello\n@ 2026-13-01 10:00\n@ +223 relais\n> 7000 DEP\n@ +2237 relais A commune code\n";
        let bad = run(&sample::pack(), transcript).expect_err("nothing in it is sound");
        assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_place_may_have_several_words() {
        let declared = person("+223", &["asc", "Gao", "Ville", "commune", "code", "A27"]).expect("a person");
        assert_eq!((declared.place.as_str(), declared.level.as_str()), ("Gao Ville", "commune"));
        assert_eq!(declared.code.as_deref(), Some("A27"));
    }
}
