//! A flow as the people of one role know it: without the fields that are for others.

use std::collections::BTreeSet;

use super::Flow;
use crate::base::text::fold;

impl Flow {
    /// Roles that some of its fields are for; empty where all fields are for everyone.
    pub fn field_roles(&self) -> BTreeSet<&str> {
        self.fields.iter().flat_map(|field| &field.roles).map(String::as_str).collect()
    }

    /// The flow without the fields that are not for `role`, and with an example that does without them.
    pub fn narrowed(&self, role: &str) -> Flow {
        let mut narrow = self.clone();
        narrow.fields.retain(|field| field.is_for(role));
        let others = self.fields.iter().filter(|field| !field.is_for(role));
        let others: Vec<String> = others.map(|field| fold(&field.label)).collect();
        let is_others = |word: &&str| {
            let folded = fold(word);
            let value = others.iter().find_map(|label| folded.strip_prefix(label.as_str()));
            value.is_some_and(|value| value.starts_with(|first: char| first.is_ascii_digit()))
        };
        let words: Vec<&str> = self.example.split_whitespace().filter(|word| !is_others(word)).collect();
        narrow.example = words.join(" ");
        narrow
    }
}
