//! The card as plain text: for a terminal, a message, or a printer without graphics.

use std::fmt::Write;

use super::Card;

/// Where the second column begins.
const INDENT: usize = 8;
/// A line to write on by hand.
const TO_BE_WRITTEN: &str = "____________";

impl Card {
    /// The card as lines of text.
    pub fn plain(&self) -> String {
        let w = self.words;
        let mut text = format!("{}  {}\n{}: {}\n\n", self.keyword, self.title, self.rhythm, self.senders);
        let known = |what: &Option<String>| what.clone().unwrap_or_else(|| TO_BE_WRITTEN.to_owned());
        // Writing to a text never fails.
        let _written = writeln!(text, "{} {}\n\n    {}\n", w.send_to, known(&self.number), self.example);
        if let Some((bare, count)) = &self.bare {
            let _written = writeln!(text, "{} {count} {} {bare}", w.bare_before, w.bare_after);
        }
        if let Some((instead, told)) = &self.instead {
            let _written = writeln!(text, "{} {instead} ({told})", w.instead);
        }
        let _written = writeln!(text, "\n{}", w.letters.to_uppercase());
        for row in &self.rows {
            let optional = if row.is_optional { format!(" ({})", w.optional) } else { String::new() };
            let _written = writeln!(text, "{:INDENT$}{}{optional}: {}", row.label, row.name, row.takes);
            for (typed, meant) in &row.options {
                let meant = if typed == meant { "" } else { meant.as_str() };
                let _written = writeln!(text, "{:INDENT$}  {typed:<5}{meant}", "");
            }
        }
        if !self.rules.is_empty() {
            let _written = writeln!(text, "\n{}", w.check_first.to_uppercase());
        }
        for rule in &self.rules {
            let soft = if rule.is_soft { format!(" ({} {})", w.soft, self.yes) } else { String::new() };
            let _written = writeln!(text, "{}\n{:INDENT$}{}{soft}", rule.formula, "", rule.said);
        }
        let _written = writeln!(text, "\n{}\n{}", w.wrong.to_uppercase(), w.receipt);
        for (typed, meant) in self.commands() {
            let _written = writeln!(text, "{typed:<14}{meant}");
        }
        let _written = writeln!(text, "\n{}\n{} {}", w.by_ussd.to_uppercase(), w.dial, known(&self.code));
        let _written = writeln!(text, "{} {}\n{} {}\n\n{}", w.choose, self.title, w.answer, w.cut, w.never);
        text
    }

    /// What can be sent besides, with what it does.
    pub(super) fn commands(&self) -> Vec<(&str, &'static str)> {
        let zero = self.zero.as_deref().map(|zero| (zero, self.words.nothing));
        let mut commands = vec![(self.correct.as_str(), self.words.correct), (self.cancel.as_str(), self.words.cancel)];
        commands.extend(zero);
        commands.push((self.help.as_str(), self.words.help));
        commands
    }
}
