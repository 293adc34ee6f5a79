//! Statements with as many rows as there are: the one place that builds SQL text.
//!
//! The text depends on the number of rows alone, so each is built once and its prepared statement is used again.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use sqlx::AssertSqlSafe;

use super::StoreError;
use super::limits::PARAMETERS_MAX;
use super::tx::{Query, Tx};

/// A write of several rows: `head VALUES ($1, $2), ($3, $4) tail`.
pub(super) struct Rows {
    /// Up to the word VALUES.
    pub head: &'static str,
    /// Columns of one row.
    pub columns: usize,
    /// What follows the rows: a conflict clause, or nothing.
    pub tail: &'static str,
}

type Texts = Mutex<HashMap<(&'static str, usize), Arc<str>>>;
static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::default);

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
            let query = sqlx::query(AssertSqlSafe(self.text(chunk.len())));
            changed += tx.execute(chunk.iter().fold(query, &bind)).await?;
            left = rest;
        }
        Ok(changed)
    }

    /// The largest power of two that fits: so that few texts serve every count, and each stays prepared.
    fn rows_at_once(&self, waiting: usize) -> usize {
        let most = (PARAMETERS_MAX / self.columns).max(1).min(waiting);
        1 << most.ilog2()
    }

    fn text(&self, rows: usize) -> Arc<str> {
        let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(texts.entry((self.head, rows)).or_insert_with(|| self.build(rows).into()))
    }

    fn build(&self, rows: usize) -> String {
        let mut text = format!("{} VALUES ", self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                let separator = if column == 0 { "" } else { ", " };
                text.push_str(&format!("{separator}${}", row * self.columns + column + 1));
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.tail);
        text
    }
}

/// A look-up of several keys: `head IN ($1, $2) tail`, or from `$2` on behind a parameter of its own.
pub(super) struct Keys {
    /// Up to the word IN.
    pub head: &'static str,
    /// What follows the keys.
    pub tail: &'static str,
}

/// Keys of one look-up; fewer are filled up with the last one, so that one text serves every count.
pub(super) const KEYS_AT_ONCE: usize = 32;

impl Keys {
    /// The query for `keys` (at least one, at most [`KEYS_AT_ONCE`]) behind the parameter `first`, if there is one.
    pub fn query(&self, first: Option<&str>, keys: &[String]) -> Query {
        let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
        let text = texts.entry((self.head, KEYS_AT_ONCE)).or_insert_with(|| self.build(first.is_some()).into());
        let query = sqlx::query(AssertSqlSafe(Arc::clone(text)));
        let last = keys.last().into_iter().cycle();
        let keys = keys.iter().chain(last).take(KEYS_AT_ONCE).map(String::as_str);
        first.into_iter().chain(keys).fold(query, |query, key| query.bind(key.to_owned()))
    }

    fn build(&self, is_behind_one: bool) -> String {
        let first = 1 + usize::from(is_behind_one);
        let places: Vec<String> = (first..first + KEYS_AT_ONCE).map(|place| format!("${place}")).collect();
        format!("{} IN ({}) {}", self.head, places.join(", "), self.tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_a_place_for_every_value() {
        let rows = Rows { head: "INSERT INTO cell (a, b)", columns: 2, tail: "ON CONFLICT (a) DO NOTHING" };
        assert_eq!(&*rows.text(2), "INSERT INTO cell (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO NOTHING");
        assert_eq!([1, 2, 3, 100, 5_000].map(|waiting| rows.rows_at_once(waiting)), [1, 2, 2, 64, 128]);
        assert!(Arc::ptr_eq(&rows.text(3), &rows.text(3)), "built once");
    }
}
