//! Days in the files of a pack: `2026-11-16`.

use super::section::{Section, Text};
use crate::base::Date;

impl Section<'_> {
    /// The day under `key`, where there is one.
    pub fn optional_day(&self, key: &str) -> Option<Date> {
        let text = self.optional_text(key)?;
        self.read_day(key, text)
    }

    /// The day under `key`, which must be there.
    pub fn day(&self, key: &str) -> Option<Date> {
        let text = self.text(key);
        // One that is missing is told already.
        if text.value.is_empty() { None } else { self.read_day(key, text) }
    }

    fn read_day(&self, key: &str, text: Text) -> Option<Date> {
        let day = text.value.parse::<Date>().ok();
        // What is no text was told already.
        let is_text = self.findings().text.get(text.span.clone()).is_some_and(|typed| typed.starts_with(['"', '\'']));
        if day.is_none() && is_text {
            let help = format!("write {key} = \"2026-11-16\"");
            self.findings().report(text.span, "bad-date", format!("`{}` is no day", text.value), help);
        }
        day
    }
}
