//! The words that open a part of an SMS: an agent code, a keyword (glued, twin, mistyped), a command.

use std::sync::Arc;

use super::agent::is_code;
use super::body::{BodyReading, short};
use super::glue::{Element, split};
use super::limits::{KEYWORD_EDITS_MAX, NEAR_LETTERS_MIN, REPORTS_MAX};
use super::number;
use super::reading::{Body, CommandRead, Fault, KeywordMatch, LooseRead, Part, Reading, ReportRead, Said, Sender};
use super::table::{Opener, Reader};
use super::word::Words;
use crate::base::Date;
use crate::base::text::fold;
use crate::flow::model::CommandKind;

impl Reader {
    /// Reads one SMS. `codes` are the agent codes of the people on this phone; `open` is the flow of an open draft,
    /// whose labels come before words that only resemble a keyword.
    pub fn read(&self, text: &str, today: Date, codes: &[&str], open: Option<&str>) -> Reading {
        let people: Vec<Sender<'_>> = codes.iter().map(|code| Sender { code: Some(code), role: None }).collect();
        self.read_of(text, today, &people, open)
    }

    /// Reads one SMS of one of these people, by what their role may send; a number of several people without an agent code
    /// in front is anyone's.
    pub fn read_of(&self, text: &str, today: Date, people: &[Sender<'_>], open: Option<&str>) -> Reading {
        let codes: Vec<&str> = people.iter().filter_map(|person| person.code).collect();
        let mut speaking: Option<String> = None;
        let mut words = Words::of(text);
        let mut reading = Reading { too_long: words.too_long, ..Reading::default() };
        let mut at = self.after_courtesies(&words, 0);
        while at < words.len() && reading.parts.len() < REPORTS_MAX {
            let (agent, after) =
                self.agent(&mut words, at, &codes).map_or((None, at), |(code, next)| (Some(code), next));
            let start = self.after_courtesies(&words, after);
            if start >= words.len() {
                reading.lone_code = agent;
                break;
            }
            speaking = agent.clone().or(speaking);
            let role = role_of(people, speaking.as_deref());
            let (said, next) = self.part(&mut words, start, (today, role), open);
            reading.parts.push(Part { agent, said });
            at = next;
        }
        if let (true, Some(Part { said: Said::Report(report), .. })) = (at < words.len(), reading.parts.last_mut()) {
            report.body.faults.push(Fault::TooLong);
        }
        for part in reading.parts.iter_mut().filter(|_| words.too_long) {
            if let Said::Report(report) = &mut part.said {
                report.body.faults.push(Fault::TooLong);
            }
        }
        reading
    }

    /// Reads `text` as what stands after the keyword of `flow`: a fragment, or a correction.
    pub fn read_body(&self, flow: &str, text: &str, today: Date) -> Body {
        self.read_body_of(flow, text, today, None)
    }

    /// The same, from someone of this role.
    pub fn read_body_of(&self, flow: &str, text: &str, today: Date, role: Option<&str>) -> Body {
        let words = Words::of(text);
        let Some(table) = self.table(flow) else { return Body::default() };
        let mut reading = BodyReading::new(self, table, &words, (today, role));
        reading.is_part = true;
        // `CORR 12 DEP T45`: the keyword again.
        let named = matches!(self.openers.get(words.folded(0)), Some(Opener::Report(rank)) if self.flows[*rank].flow.id == flow);
        let begin = usize::from(named && !table.labels.contains_key(words.folded(0)));
        let end = reading.read(begin);
        let mut body = reading.body;
        if words.too_long {
            body.faults.push(Fault::TooLong);
        }
        for at in end..words.len() {
            body.faults.push(Fault::Unread(short(words.typed(at))));
        }
        body
    }

    /// Reads from the word at `at`; gives what it says and the word the next part begins with.
    fn part(&self, words: &mut Words, at: usize, by: (Date, Option<&str>), open: Option<&str>) -> (Said, usize) {
        match self.opener(words, at) {
            Some(Opener::Command(kind)) => match self.report_meant(words, at) {
                Some(rank) => self.report_part(words, at, rank, KeywordMatch::Near, by),
                None => self.command_part(words, at, kind),
            },
            Some(Opener::Report(rank)) => self.report_part(words, at, rank, KeywordMatch::Exact, by),
            Some(Opener::Twin(rank)) => self.report_part(words, at, rank, KeywordMatch::Twin, by),
            None if self.is_of_draft(words, at, open) => (loose(words, at, Vec::new()), words.len()),
            None => {
                let near = self.near(words.folded(at));
                match near.as_slice() {
                    [(_, Opener::Report(rank))] => self.report_part(words, at, *rank, KeywordMatch::Near, by),
                    [] if let Some(part) = self.report_ahead(words, at, by) => part,
                    _ => (loose(words, at, near.into_iter().map(|(word, _)| word).collect()), words.len()),
                }
            }
        }
    }

    /// `Fwd: DEP T45 ...`, `c'est Awa, DEP T45 ...`: the words before a keyword stop its report, and are named with it.
    fn report_ahead(&self, words: &mut Words, at: usize, by: (Date, Option<&str>)) -> Option<(Said, usize)> {
        let start = (at + 1..words.len()).find(|start| self.report_begins(words, *start))?;
        let Some(Opener::Report(rank)) = self.opener(words, start) else { return None };
        let (Said::Report(mut report), next) = self.report_part(words, start, rank, KeywordMatch::Exact, by) else {
            return None;
        };
        if report.body.values.is_empty() {
            return None;
        }
        let stands_alone = |at: &usize| self.courtesy(words, *at) == 0;
        let before = (at..start).filter(stands_alone).map(|at| Fault::Unread(short(words.typed(at))));
        report.body.faults.splice(0..0, before.collect::<Vec<_>>());
        Some((Said::Report(report), next))
    }

    fn report_part(
        &self,
        words: &mut Words,
        at: usize,
        rank: usize,
        keyword: KeywordMatch,
        by: (Date, Option<&str>),
    ) -> (Said, usize) {
        let table = &self.flows[rank];
        let typed = short(words.typed(at));
        let begin = self.after_courtesies(words, at + 1);
        // `DEP RIEN`, `DEP AIDE`: the command about this report. Not where the word is a label, as NON is in REU.
        let word = words.folded(begin);
        let asked = self.command(word).filter(|kind| matches!(kind, CommandKind::Zero | CommandKind::Help));
        if let Some(kind) = asked.filter(|_| !table.labels.contains_key(word)) {
            let rest = self.rest(words, begin + 1);
            let flow = Some(Arc::clone(&table.flow));
            return (Said::Command(CommandRead { kind, flow, number: None, rest }), words.len());
        }
        let mut reading = BodyReading::new(self, table, words, by);
        // `ATPE stock ...`: an alias right behind the keyword says the same again.
        let again = self.openers.get(word) == Some(&Opener::Report(rank)) && !table.labels.contains_key(word);
        let next = reading.read(if again { begin + 1 } else { at + 1 });
        let body = reading.body;
        (Said::Report(ReportRead { flow: Arc::clone(&table.flow), keyword, typed, body }), next)
    }

    fn command_part(&self, words: &mut Words, at: usize, kind: CommandKind) -> (Said, usize) {
        let mut next = self.after_courtesies(words, at + 1);
        let mut command = CommandRead { kind, flow: None, number: None, rest: String::new() };
        match kind {
            CommandKind::Zero | CommandKind::Help => {
                if let Some(Opener::Report(rank) | Opener::Twin(rank)) = self.openers.get(words.folded(next)) {
                    command.flow = Some(Arc::clone(&self.flows[*rank].flow));
                    next += 1;
                }
            }
            CommandKind::Correct
            | CommandKind::Cancel
            | CommandKind::Approve
            | CommandKind::Refuse
            | CommandKind::Seen => {
                let word = words.folded(next);
                if number::is_digits(word) {
                    command.number = word.parse().ok();
                    next += 1;
                }
            }
            CommandKind::Yes
            | CommandKind::No
            | CommandKind::Summary
            | CommandKind::Silent
            | CommandKind::Remind
            | CommandKind::Info
            | CommandKind::Me
            | CommandKind::Language
            | CommandKind::Stop
            | CommandKind::Resume
            | CommandKind::Join => {}
        }
        command.rest = self.rest(words, next);
        (Said::Command(command), words.len())
    }

    /// Everything from `at` on, as typed; empty when it is courtesies only.
    fn rest(&self, words: &Words, at: usize) -> String {
        let begin = self.after_courtesies(words, at);
        words.typed_from(begin).to_owned()
    }

    fn after_courtesies(&self, words: &Words, mut at: usize) -> usize {
        loop {
            match self.courtesy(words, at) {
                0 => return at,
                said => at += said,
            }
        }
    }

    /// What the word at `at` opens. A keyword glued to what follows is cut from it.
    fn opener(&self, words: &mut Words, at: usize) -> Option<Opener> {
        let word = words.folded(at);
        if let Some(opener) = self.openers.get(word) {
            return Some(*opener);
        }
        let (end, opener) = self.glued(word, words.folded(at + 1))?;
        words.cut(at, end);
        Some(opener)
    }

    /// The longest opener a word begins with, where what follows makes sense behind it: `DEPT45`, `REUC`, but for
    /// `DEPT` only with a number behind it.
    pub(super) fn glued(&self, word: &str, next: &str) -> Option<(usize, Opener)> {
        let mut elements = Vec::new();
        let number_follows = next.starts_with(|first: char| first.is_ascii_digit());
        let longest = word.len().min(self.opener_bytes_max + 1);
        (2..longest).rev().filter(|end| word.is_char_boundary(*end)).find_map(|end| {
            let (opener, rest) = (*self.openers.get(&word[..end])?, &word[end..]);
            let fits = match opener {
                Opener::Report(rank) | Opener::Twin(rank) => {
                    split(&self.flows[rank], rest, &mut elements)
                        && !elements.iter().any(|element| element.is_letters(rest))
                        && (number_follows || !matches!(elements.last(), Some(Element::Label(..))))
                }
                Opener::Command(
                    CommandKind::Correct
                    | CommandKind::Cancel
                    | CommandKind::Approve
                    | CommandKind::Refuse
                    | CommandKind::Seen
                    | CommandKind::Join,
                ) => number::is_digits(rest),
                Opener::Command(CommandKind::Help | CommandKind::Zero) => {
                    matches!(self.openers.get(rest), Some(Opener::Report(_)))
                }
                Opener::Command(_) => false,
            };
            fits.then_some((end, opener))
        })
    }

    /// True when another report begins at the word at `at`, with or without an agent code.
    pub(super) fn report_begins(&self, words: &Words, at: usize) -> bool {
        let keyword = |at: usize| {
            let (word, next) = (words.folded(at), words.folded(at + 1));
            let opener = self.openers.get(word).copied().or_else(|| self.glued(word, next).map(|(_, opener)| opener));
            match opener {
                Some(Opener::Report(_)) => true,
                Some(Opener::Twin(rank)) => self.begins_body(rank, next),
                Some(Opener::Command(_)) => false,
                // What only resembles a keyword opens a report in front of its labels alone.
                None if next.bytes().any(|byte| byte.is_ascii_digit()) => match self.near(word).as_slice() {
                    [(_, Opener::Report(rank))] => self.begins_body(*rank, next),
                    _ => false,
                },
                None => false,
            }
        };
        keyword(at) || (is_code(words.folded(at)) && keyword(at + 1))
    }

    /// True when `word` begins with a label of the flow and its number.
    fn begins_body(&self, rank: usize, word: &str) -> bool {
        let mut elements = Vec::new();
        split(&self.flows[rank], word, &mut elements) && matches!(elements.first(), Some(Element::Value(..)))
    }

    /// True when the first word fits the open draft's labels.
    fn is_of_draft(&self, words: &Words, at: usize, open: Option<&str>) -> bool {
        let Some(table) = open.and_then(|flow| self.table(flow)) else { return false };
        split(table, words.folded(at), &mut Vec::new())
    }

    /// `SEEN K1 P1 F40`: a command one slip from a keyword, in front of that report's labels, is asked about as the report.
    fn report_meant(&self, words: &Words, at: usize) -> Option<usize> {
        let next = words.folded(at + 1);
        if !next.bytes().any(|byte| byte.is_ascii_digit()) || number::is_digits(next) {
            return None;
        }
        self.near(words.folded(at)).into_iter().find_map(|(_, opener)| match opener {
            Opener::Report(rank) => self.begins_body(rank, next).then_some(rank),
            _ => None,
        })
    }

    /// Keywords and commands one edit away from `word`, one for each meaning.
    fn near(&self, word: &str) -> Vec<(String, Opener)> {
        let letters = word.chars().count();
        let mut near: Vec<(String, Opener)> = Vec::new();
        // One digit among letters is a slip (`D3P`); at an end it is a label's number.
        let inner = word.trim_matches(char::is_alphabetic);
        let is_word = inner.is_empty() || (inner.len() == 1 && !word.starts_with(inner) && !word.ends_with(inner));
        if letters < NEAR_LETTERS_MIN || !is_word {
            return near;
        }
        for (meant, opener) in &self.meant {
            let known = near.iter().any(|(_, other)| other == opener);
            if !known
                && meant.len() >= NEAR_LETTERS_MIN
                && meant.chars().count().abs_diff(letters) <= KEYWORD_EDITS_MAX
                && strsim::osa_distance(meant, word) <= KEYWORD_EDITS_MAX
            {
                near.push((meant.to_uppercase(), *opener));
            }
        }
        near
    }
}

/// The role of whoever speaks: of the code in front, else of the phone's only person.
fn role_of<'s>(people: &[Sender<'s>], agent: Option<&str>) -> Option<&'s str> {
    match (agent, people) {
        (Some(agent), people) => {
            let named = |person: &&Sender<'_>| person.code.is_some_and(|code| fold(code) == fold(agent));
            people.iter().find(named).and_then(|person| person.role)
        }
        (None, [only]) => only.role,
        (None, _) => None,
    }
}

fn loose(words: &Words, at: usize, near: Vec<String>) -> Said {
    Said::Loose(LooseRead { first: short(words.typed(at)), text: words.typed_from(at).to_owned(), near })
}
