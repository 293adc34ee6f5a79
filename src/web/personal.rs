//! The one place every face over HTTP passes when it is about to show what people wrote, their names or their numbers.

use super::Visitor;

/// Notes that `visitor` was shown `count` things of a kind: `messages`, `reports`, `people`.
pub fn shown(visitor: &Visitor, kind: &'static str, count: usize) {
    if visitor.access.sees_people && count > 0 {
        tracing::info!(account = visitor.name, kind, count, "personal data shown");
    }
}
