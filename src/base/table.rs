//! The rows of a file people made: CSV as every spreadsheet writes it, or XLSX.
//!
//! Read whole, in memory. Says nothing about what the columns mean.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

/// Largest file, in bytes: a hundred thousand people are a tenth of it.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A table with the line each row stands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns, in lower case.
    pub header: Vec<String>,
    /// The rows that are not empty: line in the file, and as many cells as the header has.
    pub rows: Vec<(usize, Vec<String>)>,
    /// Rows with more cells than the header: their lines.
    pub too_long: Vec<usize>,
    /// True when the file was not UTF-8 and was read as Windows-1252 (Latin-1).
    pub is_latin: bool,
}

/// Why a file is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Larger than [`FILE_BYTES_MAX`], itself or unpacked.
    #[error("the file has more than {FILE_BYTES_MAX} bytes, or would have when unpacked")]
    TooLarge,
    /// Not to be read as what it seems to be.
    #[error("the file cannot be read as {kind}: {reason}")]
    Unreadable {
        /// CSV or XLSX.
        kind: &'static str,
        /// What the reader says.
        reason: String,
    },
    /// Without a header.
    #[error("the file is empty; its first line must name the columns")]
    Empty,
}

impl Table {
    /// Reads a file. XLSX is told by its first bytes, not by its name; of its sheets the first is read.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(TableError::TooLarge);
        }
        let table = if bytes.starts_with(b"PK\x03\x04") { sheet(bytes)? } else { text(bytes)? };
        if table.header.iter().all(String::is_empty) { Err(TableError::Empty) } else { Ok(table) }
    }

    /// Takes one row in.
    fn push(&mut self, line: usize, mut cells: Vec<String>) {
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            return;
        }
        if self.header.is_empty() {
            self.header = cells.into_iter().map(|name| name.to_lowercase()).collect();
            return;
        }
        if cells.len() > self.header.len() {
            self.too_long.push(line);
        }
        cells.resize(self.header.len(), String::new());
        self.rows.push((line, cells));
    }
}

fn text(bytes: &[u8]) -> Result<Table, TableError> {
    let (text, is_latin) = decoded(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: char| first.matches(delimiter).count();
    let delimiter = [';', '\t', ','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let mut table = Table { is_latin, ..Table::default() };
    for record in reader.records() {
        let record = record.map_err(|error| TableError::Unreadable { kind: "CSV", reason: error.to_string() })?;
        let line = record.position().map_or(0, |position| line_at(text, position));
        table.push(line, record.iter().map(str::to_owned).collect());
    }
    Ok(table)
}

/// The line a record stands on: the reader gives where it began to look, which may be empty lines above.
pub fn line_at(text: &str, position: &csv::Position) -> usize {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let ahead = text.as_bytes().get(from..).unwrap_or_default();
    let empty = ahead.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    usize::try_from(position.line()).unwrap_or(usize::MAX).saturating_add(empty)
}

/// The text, and whether it had to be read as Windows-1252.
fn decoded(bytes: &[u8]) -> (String, bool) {
    if let Some(wide) = bytes.strip_prefix(b"\xff\xfe") {
        let units: Vec<u16> = wide.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return (String::from_utf16_lossy(&units), false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(|byte| windows_1252(*byte)).collect(), true),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x85 => '…',
        0x8c => 'Œ',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x96 => '–',
        0x97 => '—',
        0x9c => 'œ',
        other => char::from(other),
    }
}

/// True where an archive would unpack to more than [`FILE_BYTES_MAX`]: a small file can hold a thousand times its size, and what
/// it says of that itself need not be so.
fn unpacks_too_large(bytes: &[u8]) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let mut left = FILE_BYTES_MAX as u64;
    for index in 0..archive.len() {
        let Ok(part) = archive.by_index(index) else { continue };
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).unwrap_or(0);
        match left.checked_sub(unpacked) {
            Some(rest) => left = rest,
            None => return true,
        }
    }
    false
}

fn sheet(bytes: &[u8]) -> Result<Table, TableError> {
    if unpacks_too_large(bytes) {
        return Err(TableError::TooLarge);
    }
    let unreadable = |error: calamine::XlsxError| TableError::Unreadable { kind: "XLSX", reason: error.to_string() };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let Some(range) = book.worksheet_range_at(0) else { return Err(TableError::Empty) };
    let range = range.map_err(unreadable)?;
    let first_line = range.start().map_or(1, |(row, _)| row as usize + 1);
    let mut table = Table::default();
    for (offset, row) in range.rows().enumerate() {
        table.push(first_line + offset, row.iter().map(cell).collect());
    }
    Ok(table)
}

/// A cell as text: a number without its point where it is whole, as telephones are; a day as `2026-11-23`.
fn cell(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &Table) -> Vec<(usize, Vec<&str>)> {
        table.rows.iter().map(|(line, cells)| (*line, cells.iter().map(String::as_str).collect())).collect()
    }

    #[test]
    fn every_spreadsheets_csv_is_read() {
        let wide: Vec<u8> = "\u{feff}a\tb\r\n1\té\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (label, bytes, is_latin) in [
            ("commas", "a,b\n1,é\n".as_bytes().to_vec(), false),
            ("semicolons, a mark in front, CRLF", "\u{feff}A;B\r\n1;é\r\n".as_bytes().to_vec(), false),
            ("tabs", "a\tb\n1\té".as_bytes().to_vec(), false),
            ("Latin-1", b"a;b\n1;\xe9\n".to_vec(), true),
            ("wide characters", wide, false),
            ("spaces around, an empty line", "a , b\n\n 1 , é \n,\n".as_bytes().to_vec(), false),
        ] {
            let table = Table::read(&bytes).unwrap_or_else(|error| panic!("{label}: {error}"));
            assert_eq!(table.header, ["a", "b"], "{label}");
            assert_eq!(
                rows(&table).iter().map(|(_, cells)| cells.clone()).collect::<Vec<_>>(),
                [["1", "é"]],
                "{label}"
            );
            assert_eq!(table.is_latin, is_latin, "{label}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let table = Table::read(b"a,b\n\n1,2\n\"x\ny\",3\n4\n5,6,7\n").expect("a table");
        assert_eq!(
            rows(&table),
            [(3, vec!["1", "2"]), (4, vec!["x\ny", "3"]), (6, vec!["4", ""]), (7, vec!["5", "6"])]
        );
        assert_eq!(table.too_long, [7]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(Table::read(b""), Err(TableError::Empty));
        assert_eq!(Table::read(b"\n\n"), Err(TableError::Empty));
        assert!(matches!(Table::read(b"PK\x03\x04 no zip"), Err(TableError::Unreadable { kind: "XLSX", .. })));
    }

    #[test]
    fn a_small_archive_that_unpacks_to_too_much_is_not_unpacked() {
        // Long runs of one letter pack a thousand to one.
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let letters = vec![b'x'; FILE_BYTES_MAX / 4];
        for part in 0..5 {
            let name = format!("xl/worksheets/sheet{part}.xml");
            writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("begins");
            std::io::Write::write_all(&mut writer, &letters).expect("writes");
        }
        let bytes = writer.finish().expect("an archive").into_inner();
        assert!(bytes.len() < FILE_BYTES_MAX / 100, "{}", bytes.len());
        assert_eq!(Table::read(&bytes), Err(TableError::TooLarge));
    }

    #[test]
    fn a_sheet_is_read_like_its_csv() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(1, 0, "Phone").expect("writes");
        sheet.write(1, 1, "from").expect("writes");
        sheet.write(3, 0, 76_123_456.0).expect("writes");
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 7, 1).expect("a day");
        let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_datetime_with_format(3, 1, &day, &format).expect("writes");
        let table = Table::read(&book.save_to_buffer().expect("a file")).expect("a table");
        assert_eq!(table.header, ["phone", "from"]);
        assert_eq!(rows(&table), [(4, vec!["76123456", "2026-07-01"])]);
    }
}
