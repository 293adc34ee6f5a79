//! What a report type answers about itself. Never reads anything.

use super::{Field, FieldKind, Flow, Indicator, IndicatorKind};
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

    /// True for the full name of one of its indicators, also by an option.
    pub fn is_own(&self, name: &str) -> bool {
        name.strip_prefix(self.id.as_str()).is_some_and(|rest| rest.starts_with('.'))
    }

    /// True for the full name of something its reports add: not for another flow's, nor for what became of its alerts, which
    /// stands on other days. What the file counts no more is taken for a report's.
    pub fn is_of_reports(&self, name: &str) -> bool {
        let Some(own) = name.strip_prefix(self.id.as_str()).and_then(|rest| rest.strip_prefix('.')) else {
            return false;
        };
        let id = own.split_once('/').map_or(own, |(id, _)| id);
        let of_alerts = |indicator: &Indicator| matches!(indicator.kind, IndicatorKind::Alerts { .. });
        !self.indicators.iter().any(|indicator| indicator.id == id && of_alerts(indicator))
    }

    /// The field that is the report's reference date, where the flow has one.
    pub fn date_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| matches!(field.kind, FieldKind::Date { .. }))
    }
}
