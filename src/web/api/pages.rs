//! A list read page by page: one page of it, or for a file without a limit all of it.

use crate::view::limits::LIST_ROWS_MAX;
use crate::view::{Listing, PageOf};
use crate::web::limits::FILE_ROWS_MAX;
use crate::web::personal::How;

/// What was read, and where to go on.
pub(super) struct Pages<T> {
    items: Vec<T>,
    /// Where the next page begins; none before the first, where that is the beginning.
    cursor: Option<String>,
    limit: Option<i64>,
    is_whole: bool,
    is_begun: bool,
}

impl<T> Pages<T> {
    /// Nothing read yet.
    pub fn begin(asked: Listing<'_>, how: How<'_>) -> Pages<T> {
        let is_whole = asked.limit.is_none() && matches!(how, How::File);
        let limit = if is_whole { Some(LIST_ROWS_MAX) } else { asked.limit };
        let cursor = asked.cursor.map(str::to_owned);
        Pages { items: Vec::new(), cursor, limit, is_whole, is_begun: false }
    }

    /// What to read next; none when there is no more, or enough.
    pub fn next(&self) -> Option<Listing<'_>> {
        let goes_on = self.is_whole && self.cursor.is_some() && self.items.len() < FILE_ROWS_MAX;
        (goes_on || !self.is_begun).then_some(Listing { cursor: self.cursor.as_deref(), limit: self.limit })
    }

    /// Takes what was read.
    pub fn add(&mut self, page: PageOf<T>) {
        self.items.extend(page.items);
        self.cursor = page.next;
        self.is_begun = true;
    }

    /// Everything read, as one page.
    pub fn read(self) -> PageOf<T> {
        PageOf { items: self.items, next: self.cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a list of `there` rows, as many a page as are asked for: rows read, reads, and whether more is left.
    fn read(how: How<'_>, limit: Option<i64>, there: usize) -> (usize, usize, bool) {
        let (mut pages, mut reads) = (Pages::begin(Listing { cursor: None, limit }, how), 0);
        while let Some(stretch) = pages.next() {
            let from: usize = stretch.cursor.map_or(0, |cursor| cursor.parse().expect("a number"));
            let to = there.min(from + usize::try_from(stretch.limit.unwrap_or(50)).expect("a number"));
            pages.add(PageOf { items: (from..to).collect(), next: (to < there).then(|| to.to_string()) });
            reads += 1;
        }
        let read = pages.read();
        assert!(read.items.iter().copied().eq(0..read.items.len()), "each once and in order");
        (read.items.len(), reads, read.next.is_some())
    }

    #[test]
    fn a_file_without_a_limit_holds_all_there_is_up_to_its_end() {
        for (label, how, limit, there, expected) in [
            ("a page of a list", How::Listed, None, 120, (50, 1, true)),
            ("a file with a limit", How::File, Some(20), 120, (20, 1, true)),
            ("a file of one page", How::File, None, 500, (500, 1, false)),
            ("of several", How::File, None, 1_201, (1_201, 3, false)),
            ("of nothing", How::File, None, 0, (0, 1, false)),
            ("as long as can be", How::File, None, FILE_ROWS_MAX, (FILE_ROWS_MAX, 20, false)),
            ("longer", How::File, None, FILE_ROWS_MAX + 1, (FILE_ROWS_MAX, 20, true)),
        ] {
            assert_eq!(read(how, limit, there), expected, "{label}");
        }
    }
}
