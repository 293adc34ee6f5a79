//! A list read page by page: one page of it, or for a file without a limit all of it.

use crate::view::limits::LIST_ROWS_MAX;
use crate::view::{Listing, PageOf, ViewError};
use crate::web::limits::FILE_ROWS_MAX;
use crate::web::personal::How;

/// Reads by `page`, which takes a cursor and a limit: one page as it was asked for, or the rest of the list up to
/// [`FILE_ROWS_MAX`].
///
/// # Errors
/// The first that `page` gives.
pub(super) async fn read<T, F>(
    asked: Listing<'_>,
    how: How<'_>,
    page: impl Fn(Option<String>, Option<i64>) -> F,
) -> Result<PageOf<T>, ViewError>
where
    F: Future<Output = Result<PageOf<T>, ViewError>>,
{
    let is_whole = asked.limit.is_none() && matches!(how, How::File);
    let limit = if is_whole { Some(LIST_ROWS_MAX) } else { asked.limit };
    let mut all = page(asked.cursor.map(str::to_owned), limit).await?;
    while is_whole
        && all.items.len() < FILE_ROWS_MAX
        && let Some(cursor) = all.next.take()
    {
        let more = page(Some(cursor), limit).await?;
        all.items.extend(more.items);
        all.next = more.next;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Reads a list of `there` rows, as many a page as are asked for: rows read, reads, and whether more is left.
    async fn counted(how: How<'_>, limit: Option<i64>, there: usize) -> (usize, usize, bool) {
        let reads = Cell::new(0);
        let page = async |cursor: Option<String>, limit: Option<i64>| {
            reads.set(reads.get() + 1);
            let from: usize = cursor.map_or(0, |cursor| cursor.parse().expect("a number"));
            let to = there.min(from + usize::try_from(limit.unwrap_or(50)).expect("a number"));
            Ok(PageOf { items: (from..to).collect(), next: (to < there).then(|| to.to_string()) })
        };
        let read = read(Listing { cursor: None, limit }, how, page).await.expect("reads");
        assert!(read.items.iter().copied().eq(0..read.items.len()), "each once and in order");
        (read.items.len(), reads.get(), read.next.is_some())
    }

    #[tokio::test]
    async fn a_file_without_a_limit_holds_all_there_is_up_to_its_end() {
        for (label, how, limit, there, expected) in [
            ("a page of a list", How::Listed, None, 120, (50, 1, true)),
            ("a file with a limit", How::File, Some(20), 120, (20, 1, true)),
            ("a file of one page", How::File, None, 500, (500, 1, false)),
            ("of several", How::File, None, 1_201, (1_201, 3, false)),
            ("of nothing", How::File, None, 0, (0, 1, false)),
            ("as long as can be", How::File, None, FILE_ROWS_MAX, (FILE_ROWS_MAX, 20, false)),
            ("longer", How::File, None, FILE_ROWS_MAX + 1, (FILE_ROWS_MAX, 20, true)),
        ] {
            assert_eq!(counted(how, limit, there).await, expected, "{label}");
        }
    }
}
