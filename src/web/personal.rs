//! The one place every face over HTTP passes when it is about to show what people wrote, their names or their numbers.

use super::Visitor;
use crate::account;
use crate::base::PersonId;
use crate::programme::Programme;
use crate::store::StoreError;
use crate::store::audit::Action;

/// How it is shown.
#[derive(Clone, Copy, Debug)]
pub enum How<'a> {
    /// On a page, or as the page of a list.
    Listed,
    /// As a file to keep.
    File,
    /// One alone, by its id.
    One(&'a str),
}

/// Notes that `visitor` is shown all that is kept of one person. In the audit log before they are.
///
/// # Errors
/// What the store says; then nothing is to be shown.
pub async fn shown_person(programme: &Programme, visitor: &Visitor, id: PersonId) -> Result<(), StoreError> {
    tracing::info!(account = visitor.name, kind = "person", "personal data shown");
    account::note_shown(programme, visitor.holder, Action::View, ("person", &id.to_string())).await
}

/// Notes that `visitor` is shown `count` things of a kind: `messages`, `reports`, `approvals`, `people`. In the audit log before they are.
///
/// # Errors
/// What the store says; then nothing is to be shown.
pub async fn shown(
    programme: &Programme,
    visitor: &Visitor,
    (kind, count): (&'static str, usize),
    how: How<'_>,
) -> Result<(), StoreError> {
    if !visitor.access.sees_people || count == 0 {
        return Ok(());
    }
    tracing::info!(account = visitor.name, kind, count, ?how, "personal data shown");
    let (action, detail) = match how {
        How::Listed => (Action::View, count.to_string()),
        How::File => (Action::Export, count.to_string()),
        How::One(id) => (Action::View, id.to_owned()),
    };
    account::note_shown(programme, visitor.holder, action, (kind, &detail)).await
}
