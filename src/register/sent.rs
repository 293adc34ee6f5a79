//! A people file that came by a page: looked at first, kept sealed until it is confirmed, an hour at most.

use super::within::Officer;
use super::{ImportError, Imported, import_people_within};
use crate::base::PeopleFileId;
use crate::programme::Programme;
use crate::store::limits::PEOPLE_FILE_KEPT_MS;
use crate::store::people_file;

/// Largest file a page takes, in bytes: some five thousand people. Larger ones come by the command line.
pub const FILE_BYTES_MAX: usize = 512 * 1024;

/// A file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What it waits under.
    pub id: PeopleFileId,
    /// What it would do.
    pub would: Imported,
}

/// Looks at a file without changing anything, and keeps it where it has no fault.
///
/// # Errors
/// [`ImportError`]; it is not kept then.
pub async fn keep(programme: &Programme, officer: &Officer<'_>, bytes: &[u8]) -> Result<Sent, ImportError> {
    let would = import_people_within(programme, bytes, officer, true).await?;
    let (now, id) = (programme.environment.now(), PeopleFileId::new(&programme.environment));
    let mut tx = programme.store.begin().await?;
    people_file::forget_before(&mut tx, now.plus_ms(-PEOPLE_FILE_KEPT_MS)).await?;
    people_file::keep(&mut tx, id, &officer.actor.to_string(), bytes, now).await?;
    tx.commit().await?;
    Ok(Sent { id, would })
}

/// Brings in the file that this officer was shown; `None` where it waits no more. It is looked at again: the register may
/// have changed since.
///
/// # Errors
/// [`ImportError`]; nothing was changed then.
pub async fn confirm(
    programme: &Programme,
    officer: &Officer<'_>,
    id: PeopleFileId,
) -> Result<Option<Imported>, ImportError> {
    let mut tx = programme.store.begin().await?;
    people_file::forget_before(&mut tx, programme.environment.now().plus_ms(-PEOPLE_FILE_KEPT_MS)).await?;
    let bytes = people_file::take(&mut tx, id, &officer.actor.to_string()).await?;
    tx.commit().await?;
    let Some(bytes) = bytes else { return Ok(None) };
    import_people_within(programme, &bytes, officer, false).await.map(Some)
}
