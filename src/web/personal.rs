//! The one place every face over HTTP passes when it is about to show what people wrote, their names or their numbers.

use super::Visitor;
use crate::account;
use crate::base::PersonId;
use crate::programme::Programme;
use crate::store::StoreError;

/// Notes that `visitor` is shown all that is kept of one person. In the audit log before they are.
///
/// # Errors
/// What the store says; then nothing is to be shown.
pub async fn shown_person(programme: &Programme, visitor: &Visitor, id: PersonId) -> Result<(), StoreError> {
    tracing::info!(account = visitor.name, kind = "person", "personal data shown");
    account::note_view(programme, visitor.holder, &id.to_string(), 1).await
}

/// Notes that `visitor` is shown `count` things of a kind: `messages`, `reports`, `people`. In the audit log before they are.
///
/// # Errors
/// What the store says; then nothing is to be shown.
pub async fn shown(
    programme: &Programme,
    visitor: &Visitor,
    kind: &'static str,
    count: usize,
) -> Result<(), StoreError> {
    if !visitor.access.sees_people || count == 0 {
        return Ok(());
    }
    tracing::info!(account = visitor.name, kind, count, "personal data shown");
    account::note_view(programme, visitor.holder, kind, count).await
}
