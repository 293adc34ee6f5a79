//! Rows as a CSV file, safe to open in a spreadsheet.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::ApiError;

/// A head and rows of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub head: Vec<String>,
    /// Cells, as many in each row as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as a file called `name`, with the cursor of the next page in `x-next-cursor`.
    ///
    /// # Errors
    /// None that happens with rows of one length.
    pub fn response(&self, name: &str, next: Option<&str>) -> Result<Response, ApiError> {
        let disposition = format!("attachment; filename=\"{name}.csv\"");
        let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned())];
        let mut response = (headers, [(header::CONTENT_DISPOSITION, disposition)], self.csv()?).into_response();
        if let Some(next) = next.and_then(|next| next.parse().ok()) {
            response.headers_mut().insert("x-next-cursor", next);
        }
        Ok(response)
    }

    fn csv(&self) -> Result<Vec<u8>, ApiError> {
        let failed = |error: &dyn std::fmt::Display| ApiError::internal(format!("a CSV could not be written: {error}"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.head).chain(&self.rows) {
            writer.write_record(row.iter().map(|cell| defused(cell))).map_err(|error| failed(&error))?;
        }
        writer.into_inner().map_err(|error| failed(&error))
    }
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front; a number stays a number.
fn defused(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

/// An optional cell.
pub fn cell<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_runs() {
        for (cell, expected) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+cmd", "'+cmd"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("-5", "-5"),
            ("12.5", "12.5"),
            ("DEP T45", "DEP T45"),
            ("", ""),
        ] {
            assert_eq!(defused(cell), expected, "{cell}");
        }
    }

    #[test]
    fn rows_are_quoted_where_needed() {
        let rows = vec![vec!["Gao, ville".to_owned(), "a \"b\"\nc".to_owned()]];
        let table = Table { head: vec!["name".to_owned(), "text".to_owned()], rows };
        let csv = table.csv().expect("rows of one length");
        assert_eq!(String::from_utf8_lossy(&csv), "name,text\n\"Gao, ville\",\"a \"\"b\"\"\nc\"\n");
    }
}
