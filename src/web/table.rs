//! Rows as a CSV or XLSX file, safe to open in a spreadsheet.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use rust_xlsxwriter::{Workbook, XlsxError};

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
    pub fn response(&self, format: Format, name: &str, next: Option<&str>) -> Result<Response, ApiError> {
        let (ending, media, bytes) = match format {
            Format::Csv => ("csv", "text/csv; charset=utf-8", self.csv()?),
            Format::Xlsx => ("xlsx", XLSX, self.xlsx().map_err(|error| failed(&error))?),
        };
        let disposition = format!("attachment; filename=\"{name}.{ending}\"");
        let headers = [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
        let mut response = (headers, bytes).into_response();
        if let Some(next) = next.and_then(|next| next.parse().ok()) {
            response.headers_mut().insert("x-next-cursor", next);
        }
        Ok(response)
    }

    fn csv(&self) -> Result<Vec<u8>, ApiError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.head).chain(&self.rows) {
            writer.write_record(row.iter().map(|cell| defused(cell))).map_err(|error| failed(&error))?;
        }
        writer.into_inner().map_err(|error| failed(&error))
    }

    /// One sheet with a head that stays in sight, numbers as numbers and everything else as text: nothing is a formula.
    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let bold = rust_xlsxwriter::Format::new().set_bold();
        for (column, name) in (0..).zip(&self.head) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (line, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                match number(cell) {
                    Some(number) => sheet.write_number(line, column, number)?,
                    None => sheet.write_string(line, column, within_a_cell(&defused(cell)))?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        if let (Ok(lines), Ok(columns)) = (u32::try_from(self.rows.len()), u16::try_from(self.head.len()))
            && columns > 0
        {
            sheet.autofilter(0, 0, lines, columns - 1)?;
        }
        sheet.autofit();
        workbook.save_to_buffer()
    }
}

/// The media type of an XLSX file.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Characters one cell of a spreadsheet holds.
const CELL_CHARS_MAX: usize = 32_767;
/// Digits of a number a spreadsheet keeps whole: longer ones, as of ids, are text.
const NUMBER_CHARS_MAX: usize = 15;

/// What a file is written as: the ending of its address says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated.
    Csv,
    /// A spreadsheet.
    Xlsx,
}

impl<S: Sync> FromRequestParts<S> for Format {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Format, Infallible> {
        Ok(if parts.uri.path().ends_with(".xlsx") { Format::Xlsx } else { Format::Csv })
    }
}

fn failed(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::internal(format!("a file could not be written: {error}"))
}

/// A cell that is a number as people write one: `007` and `1e5` are texts.
fn number(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && digits.len() <= NUMBER_CHARS_MAX;
    let is_padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    cell.parse().ok().filter(|_| is_plain && !is_padded)
}

fn within_a_cell(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
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
    fn only_what_people_write_as_a_number_is_one() {
        for (cell, expected) in [
            ("45", Some(45.0)),
            ("-3", Some(-3.0)),
            ("10.8", Some(10.8)),
            ("0", Some(0.0)),
            ("0.5", Some(0.5)),
            ("007", None),
            ("1e5", None),
            ("NaN", None),
            ("inf", None),
            ("+22370000001", None),
            ("1234567890123456", None),
            ("", None),
            ("=1+1", None),
            ("-", None),
        ] {
            assert_eq!(number(cell), expected, "{cell}");
        }
    }

    #[test]
    fn a_spreadsheet_is_one_with_a_head_and_no_formula() {
        let rows = vec![vec!["=cmd".to_owned(), "45".to_owned()], vec!["x".repeat(40_000), String::new()]];
        let table = Table { head: vec!["name".to_owned(), "value".to_owned()], rows };
        let file = table.xlsx().expect("written");
        assert!(file.starts_with(b"PK"), "a spreadsheet is an archive");
        assert!(Table::default().xlsx().is_ok(), "nothing is no fault");
    }

    #[test]
    fn rows_are_quoted_where_needed() {
        let rows = vec![vec!["Gao, ville".to_owned(), "a \"b\"\nc".to_owned()]];
        let table = Table { head: vec!["name".to_owned(), "text".to_owned()], rows };
        let csv = table.csv().expect("rows of one length");
        assert_eq!(String::from_utf8_lossy(&csv), "name,text\n\"Gao, ville\",\"a \"\"b\"\"\nc\"\n");
    }
}
