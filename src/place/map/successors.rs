//! The file of successors: `old_vintage,old_code,new_vintage,new_code`, and `continues` where a place gives a part away or
//! takes another in.
//!
//! A row for every arrow from an old place to a new one. Without a new code the old place ends without a successor; without an
//! old code the new one comes from none. Where a place has one row and its successor too, it goes on under the new code;
//! `continues` says yes where one of several is still the same place, and no where even the only one is not.

use crate::base::table::Table;
use crate::place::file::{RowFault, each_row};

/// The columns of the file.
pub const COLUMNS: [&str; 5] = ["old_vintage", "old_code", "new_vintage", "new_code", "continues"];
/// Columns that must be there.
const NEEDED: usize = 4;

/// Vintage and code.
pub(super) type Coded = (String, String);

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SuccessorRow {
    pub line: usize,
    pub old: Option<Coded>,
    pub new: Option<Coded>,
    pub continues: Option<bool>,
}

pub(super) fn read(table: &Table) -> (Vec<SuccessorRow>, Vec<RowFault>) {
    each_row(table, (&COLUMNS, NEEDED), |line, cell| {
        row(line, cell).map_err(|(column, reason)| RowFault { line, column, reason })
    })
}

fn row<'c>(line: usize, cell: impl Fn(usize) -> &'c str) -> Result<SuccessorRow, (&'static str, String)> {
    let coded = |vintage: usize| match (cell(vintage), cell(vintage + 1)) {
        ("", "") => Ok(None),
        (_, "") => Err((COLUMNS[vintage + 1], "is empty beside a vintage".to_owned())),
        ("", _) => {
            Err((COLUMNS[vintage], "is empty beside a code: a code never stands without its vintage".to_owned()))
        }
        (vintage, code) => Ok(Some((vintage.to_owned(), code.to_owned()))),
    };
    let continues = match cell(4).to_lowercase().as_str() {
        "" => None,
        "yes" | "oui" => Some(true),
        "no" | "non" => Some(false),
        other => return Err((COLUMNS[4], format!("`{other}` is neither yes nor no"))),
    };
    let row = SuccessorRow { line, old: coded(0)?, new: coded(2)?, continues };
    match (&row.old, &row.new) {
        (None, None) => Err(("", "neither an old place nor a new one".to_owned())),
        (None, _) | (_, None) if continues == Some(true) => {
            Err((COLUMNS[4], "a place goes on only from an old code to a new one".to_owned()))
        }
        _ => Ok(row),
    }
}
