//! What a report type answers about itself. Never reads anything.

use super::{Field, FieldKind, Flow};

impl Flow {
    /// The field typed as `label`.
    pub fn field(&self, label: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.label == label)
    }

    /// True when someone with `role` may send it.
    pub fn open_to(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|allowed| allowed == role)
    }

    /// The field that is the report's reference date, where the flow has one.
    pub fn date_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| matches!(field.kind, FieldKind::Date { .. }))
    }
}
