//! What a report type answers about itself. Never reads anything.

use super::{Field, FieldKind, Flow};
use crate::base::Period;

impl Flow {
    /// The field typed as `label`.
    pub fn field(&self, label: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.label == label)
    }

    /// True when someone with `role` may send it.
    pub fn open_to(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|allowed| allowed == role)
    }

    /// True where it is owed for `period` by whoever owes it at all: not for what ended before it began.
    pub fn is_owed_for(&self, period: Period) -> bool {
        self.since.is_none_or(|since| period.last() >= since)
    }

    /// The field that is the report's reference date, where the flow has one.
    pub fn date_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| matches!(field.kind, FieldKind::Date { .. }))
    }
}
