//! Statements with as many rows or keys as there are: the one place that builds SQL text.
//!
//! The text depends on the number of rows alone, so each is built once and its prepared statement is used again.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::StoreError;
use super::backend::Backend;
use super::limits::PARAMETERS_MAX;
use super::tx::{Query, Tx};

type Texts = Mutex<HashMap<(Backend, &'static str, usize), Arc<str>>>;
static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::default);

/// The text of `head` for so many rows, built the first time it is asked for.
fn text(backend: Backend, head: &'static str, rows: usize, build: impl Fn(usize) -> String) -> AssertSqlSafe<Arc<str>> {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let text = texts.entry((backend, head, rows)).or_insert_with(|| backend.spelled(build(rows)).into());
    AssertSqlSafe(Arc::clone(text))
}

/// `($1, $2), ($3, $4)`
fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let columns: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", columns.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// A write of several rows: `head VALUES ($1, $2), ($3, $4) tail`.
pub(super) struct Rows {
    /// Up to the word VALUES.
    pub head: &'static str,
    /// Columns of one row.
    pub columns: usize,
    /// What follows the rows: a conflict clause, or nothing.
    pub tail: &'static str,
}

impl Rows {
    /// Writes `items` in their order, as few statements as the databases' limits allow. `bind` adds one row's
    /// parameters. Gives the number of rows changed.
    pub async fn write<T>(
        &self,
        tx: &mut Tx,
        items: &[T],
        bind: impl Fn(Query, &T) -> Query,
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        let mut left = items;
        while !left.is_empty() {
            let (chunk, rest) = left.split_at(self.rows_at_once(left.len()));
            let query = sqlx::query(text(tx.backend(), self.head, chunk.len(), |rows| self.build(rows)));
            changed += tx.execute(chunk.iter().fold(query, &bind)).await?;
            left = rest;
        }
        Ok(changed)
    }

    /// Writes `items` as [`Rows::write`] does, and gives the rows `tail` returns.
    pub async fn write_returning<T, R>(
        &self,
        tx: &mut Tx,
        items: &[T],
        bind: impl Fn(Query, &T) -> Query,
    ) -> Result<Vec<R>, StoreError>
    where
        R: for<'r> FromRow<'r, AnyRow>,
    {
        let (mut returned, mut left) = (Vec::new(), items);
        while !left.is_empty() {
            let (chunk, rest) = left.split_at(self.rows_at_once(left.len()));
            let query = sqlx::query(text(tx.backend(), self.head, chunk.len(), |rows| self.build(rows)));
            returned.extend(tx.all(chunk.iter().fold(query, &bind)).await?);
            left = rest;
        }
        Ok(returned)
    }

    /// The largest power of two that fits: so that few texts serve every count, and each stays prepared.
    fn rows_at_once(&self, waiting: usize) -> usize {
        let most = (PARAMETERS_MAX / self.columns).max(1).min(waiting);
        1 << most.ilog2()
    }

    fn build(&self, rows: usize) -> String {
        format!("{} VALUES {} {}", self.head, places(rows, self.columns), self.tail)
    }
}

/// Keys of one look-up at most.
pub(super) const KEYS_AT_ONCE: usize = 128;
/// Numbers of keys a text is built for: fewer keys are filled up with the last one, so that few texts serve every count.
const KEY_COUNTS: [usize; 3] = [1, 16, KEYS_AT_ONCE];

/// `keys` and the last one again, as often as the next text needs it.
fn filled<K>(keys: &[K]) -> impl Iterator<Item = &K> {
    filled_to(KEY_COUNTS.into_iter().find(|count| *count >= keys.len()).unwrap_or(KEYS_AT_ONCE), keys)
}

/// `keys` and the last one again up to `count`: one text, prepared once, for any number.
pub(super) fn filled_to<K>(count: usize, keys: &[K]) -> impl Iterator<Item = &K> {
    keys.iter().chain(keys.last().into_iter().cycle()).take(count)
}

/// A look-up of several keys: `head IN ($1, $2) tail`, or from `$2` on behind a parameter of its own.
pub(super) struct Keys {
    /// Up to the word IN.
    pub head: &'static str,
    /// What follows the keys.
    pub tail: &'static str,
}

impl Keys {
    /// The query for `keys` (at least one, at most [`KEYS_AT_ONCE`]) behind the parameter `first`, if there is one.
    pub fn query(&self, backend: Backend, first: Option<&str>, keys: &[String]) -> Query {
        let build = |count| self.build(first.is_some(), count);
        let query = sqlx::query(text(backend, self.head, filled(keys).count(), build));
        let keys = filled(keys).map(String::as_str);
        first.into_iter().chain(keys).fold(query, |query, key| query.bind(key.to_owned()))
    }

    fn build(&self, is_behind_one: bool, count: usize) -> String {
        let first = 1 + usize::from(is_behind_one);
        let places: Vec<String> = (first..first + count).map(|place| format!("${place}")).collect();
        format!("{} IN ({}) {}", self.head, places.join(", "), self.tail)
    }
}

/// A look-up of several keys of several columns: `WITH wanted (columns) AS (VALUES ($1, $2), ($3, $4)) select`.
pub(super) struct Wanted<const COLUMNS: usize> {
    /// Names of the columns.
    pub columns: [&'static str; COLUMNS],
    /// What is selected, from `wanted` first. CROSS JOIN keeps SQLite from beginning with the other table; to PostgreSQL
    /// it is the same as JOIN.
    pub select: &'static str,
}

impl<const COLUMNS: usize> Wanted<COLUMNS> {
    /// The query for `keys` (at least one, at most [`KEYS_AT_ONCE`]). A row may come several times.
    pub fn query(&self, backend: Backend, keys: &[[String; COLUMNS]]) -> Query {
        let query = sqlx::query(text(backend, self.select, filled(keys).count(), |count| self.build(count)));
        filled(keys).flatten().fold(query, |query, value| query.bind(value.clone()))
    }

    fn build(&self, count: usize) -> String {
        format!("WITH wanted ({}) AS (VALUES {}) {}", self.columns.join(", "), places(count, COLUMNS), self.select)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_a_place_for_every_value() {
        let rows = Rows { head: "INSERT INTO cell (a, b)", columns: 2, tail: "ON CONFLICT (a) DO NOTHING" };
        assert_eq!(rows.build(2), "INSERT INTO cell (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO NOTHING");
        assert_eq!([1, 2, 3, 100, 5_000].map(|waiting| rows.rows_at_once(waiting)), [1, 2, 2, 64, 1_024]);
        let built = |backend| text(backend, rows.head, 3, |count| rows.build(count)).0;
        assert!(Arc::ptr_eq(&built(Backend::Sqlite), &built(Backend::Sqlite)), "built once");
        assert_ne!(built(Backend::Sqlite), built(Backend::Postgres), "for each database");
        let wanted = Wanted { columns: ["a", "b"], select: "SELECT a FROM wanted" };
        assert_eq!(wanted.build(2), "WITH wanted (a, b) AS (VALUES ($1, $2), ($3, $4)) SELECT a FROM wanted");
    }

    #[test]
    fn keys_are_filled_up_to_the_next_text() {
        let of = |count: usize| filled(&vec![7; count]).count();
        assert_eq!([1, 2, 16, 17, 128].map(of), [1, 16, 16, 128, 128]);
        assert_eq!(filled(&[1, 2]).copied().collect::<Vec<_>>()[..3], [1, 2, 2]);
    }
}
