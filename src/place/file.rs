//! The places file: `code,vintage,name,level,parent,population,lat,lon,health_area,health_district`, and `parent_vintage`
//! where the place above bears a code of another vintage.
//!
//! A fault in one row changes nothing and every faulty row is told. Never guesses that equal codes or names of
//! different vintages are the same place.

use std::collections::{HashMap, HashSet};

use crate::base::gsm7;
use crate::base::table::Table;

/// Deepest tree of places.
pub const LEVELS_MAX: usize = 8;
/// Most rows in one file.
pub const ROWS_MAX: usize = 200_000;
/// The columns of the file. Health area and district are taken along by other programs and not kept.
pub const COLUMNS: [&str; 11] = [
    "code",
    "vintage",
    "name",
    "level",
    "parent",
    "population",
    "lat",
    "lon",
    "parent_vintage",
    "health_area",
    "health_district",
];
/// Columns that must be there.
const NEEDED: usize = 5;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;

/// One row, read and checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceRow {
    /// Code in its vintage.
    pub code: String,
    /// Vintage of the code.
    pub vintage: String,
    /// Name as written.
    pub name: String,
    /// Name in GSM-7.
    pub sms_name: String,
    /// Level id.
    pub level: String,
    /// Code of the parent; `None` for the country.
    pub parent: Option<String>,
    /// Vintage of the parent's code, where it is not that of the row.
    pub parent_vintage: Option<String>,
    /// People living there.
    pub population: Option<i64>,
    /// Degrees north and east.
    pub point: Option<(f64, f64)>,
}

impl PlaceRow {
    /// Its vintage and code.
    pub fn coded(&self) -> (String, String) {
        (self.vintage.clone(), self.code.clone())
    }

    /// Vintage and code of the place above.
    pub fn above(&self) -> Option<(String, String)> {
        let vintage = self.parent_vintage.as_ref().unwrap_or(&self.vintage);
        self.parent.as_ref().map(|parent| (vintage.clone(), parent.clone()))
    }
}

/// A row that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line in the file, the header being 1; 0 where the whole file is meant.
    pub line: usize,
    /// Name of the column; empty where the whole row is meant.
    pub column: &'static str,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.reason),
            (line, "") => write!(f, "line {line}: {}", self.reason),
            (line, column) => write!(f, "line {line}, column {column}: {}", self.reason),
        }
    }
}

impl RowFault {
    /// A fault of a whole row.
    pub fn row(line: usize, reason: impl Into<String>) -> RowFault {
        RowFault { line, column: "", reason: reason.into() }
    }
}

/// A row with its line in the file.
pub type Lined = (usize, PlaceRow);

/// Reads a places file for a pack with these `levels`, from the country down. An empty text has no places.
///
/// # Errors
/// Every faulty row with its line.
pub fn read(text: &str, levels: &[&str]) -> Result<Vec<PlaceRow>, Vec<RowFault>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let table = Table::read(text.as_bytes()).map_err(|error| vec![RowFault::row(1, error.to_string())])?;
    let (rows, mut faults) = rows(&table, levels);
    faults.extend(tree_faults(&rows, levels));
    if faults.is_empty() { Ok(rows.into_iter().map(|(_, row)| row).collect()) } else { Err(faults) }
}

/// The rows of a table that can be read each by itself, and the faults of the others.
pub fn rows<'t>(table: &'t Table, levels: &[&str]) -> (Vec<Lined>, Vec<RowFault>) {
    let lined = |line: usize, cell: &dyn Fn(usize) -> &'t str| match row(cell, levels) {
        Ok(row) => Ok((line, row)),
        Err(reason) => Err(RowFault::row(line, reason)),
    };
    each_row(table, (&COLUMNS, NEEDED), lined)
}

/// What `read` makes of each row of a table with these columns, of which the first so many must be there; and the faults of
/// the others. It is given the line, and what stands in a column.
pub(super) fn each_row<'t, T>(
    table: &'t Table,
    (known, needed): (&[&str], usize),
    read: impl Fn(usize, &dyn Fn(usize) -> &'t str) -> Result<T, RowFault>,
) -> (Vec<T>, Vec<RowFault>) {
    let columns = match columns(table, known, needed) {
        Ok(columns) => columns,
        Err(faults) => return (Vec::new(), faults),
    };
    let too_long = table.too_long.iter().map(|line| RowFault::row(*line, "more cells than the header has columns"));
    let (mut rows, mut faults) = (Vec::new(), too_long.collect::<Vec<_>>());
    for (index, (line, cells)) in table.rows.iter().enumerate() {
        if index >= ROWS_MAX {
            faults.push(RowFault::row(*line, format!("more than {ROWS_MAX} rows")));
            break;
        }
        match read(*line, &|column| columns[column].map_or("", |at| cells[at].as_str())) {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(fault),
        }
    }
    (rows, faults)
}

/// Where each of the columns `known` stands in a table; the first `needed` must be there.
///
/// # Errors
/// Columns that are missing, stand twice or are not known.
pub fn columns(table: &Table, known: &[&str], needed: usize) -> Result<Vec<Option<usize>>, Vec<RowFault>> {
    let mut faults = Vec::new();
    for (at, name) in table.header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if !known.contains(&name.as_str()) {
            let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name)).unwrap_or(&"");
            let all = known.join(", ");
            let reason = format!("there is no column `{name}`; did you mean `{near}`? Known are {all}");
            faults.push(RowFault::row(1, reason));
        } else if table.header[..at].contains(name) {
            faults.push(RowFault::row(1, format!("column `{name}` stands twice")));
        }
    }
    let columns = known.iter().map(|name| table.header.iter().position(|own| own == name));
    let columns: Vec<Option<usize>> = columns.collect();
    for (name, _) in known.iter().zip(&columns).take(needed).filter(|(_, at)| at.is_none()) {
        faults.push(RowFault::row(1, format!("column `{name}` is missing")));
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

fn row<'c>(cell: impl Fn(usize) -> &'c str, levels: &[&str]) -> Result<PlaceRow, String> {
    let [code, vintage, name, level] = [0, 1, 2, 3].map(|column| cell(column).to_owned());
    if code.is_empty() || vintage.is_empty() || name.is_empty() {
        return Err("code, vintage and name must not be empty".into());
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(format!("the name is longer than {NAME_CHARS_MAX} characters"));
    }
    if !levels.contains(&level.as_str()) {
        return Err(format!("level `{level}` is not one of {}", levels.join(", ")));
    }
    let filled = |column: usize| Some(cell(column)).filter(|text| !text.is_empty());
    let degrees = |column: usize| match filled(column) {
        None => Ok(None),
        Some(text) => {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(Some).ok_or_else(|| format!("{} `{text}` is no number", COLUMNS[column]))
        }
    };
    let population = match filled(5) {
        None => None,
        Some(text) => {
            let count = text.parse::<i64>().ok().filter(|count| *count >= 0);
            Some(count.ok_or_else(|| format!("population `{text}` is no whole number from 0"))?)
        }
    };
    let point = degrees(6)?.zip(degrees(7)?);
    if let Some((lat, lon)) = point
        && !((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon))
    {
        return Err(format!("lat {lat}, lon {lon} is not on the globe"));
    }
    let (sms_name, parent) = (gsm7::plain(&name), filled(4).map(str::to_owned));
    let parent_vintage = filled(8).filter(|above| *above != vintage).map(str::to_owned);
    Ok(PlaceRow { code, vintage, name, sms_name, level, parent, parent_vintage, population, point })
}

/// What is wrong with rows beside each other: codes that stand twice, parents that are missing or not above.
pub fn tree_faults(rows: &[Lined], levels: &[&str]) -> Vec<RowFault> {
    let depth = |level: &str| levels.iter().position(|known| *known == level);
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    let by_code: HashMap<(String, String), &PlaceRow> = rows.iter().map(|(_, row)| (row.coded(), row)).collect();
    for (line, row) in rows {
        let mut fault = |reason: String| faults.push(RowFault::row(*line, reason));
        if !seen.insert((&row.vintage, &row.code)) {
            fault(format!("code {} of vintage {} stands twice", row.code, row.vintage));
        }
        let Some(above) = row.above() else {
            if depth(&row.level) != Some(0) {
                fault(format!("a {} needs a parent", row.level));
            }
            continue;
        };
        let (vintage, parent) = &above;
        match by_code.get(&above) {
            None => fault(format!("parent {parent} of vintage {vintage} is not in the file")),
            Some(above) if depth(&above.level) >= depth(&row.level) => {
                fault(format!("parent {parent} is a {}, which is not above a {}", above.level, row.level));
            }
            Some(_) => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [&str; 3] = ["country", "cercle", "commune"];

    #[test]
    fn a_sound_file_is_read() {
        let text = "\u{feff}code,vintage,name,level,parent,population,lat,lon\nML,2017,Mali,country,,100,17.2,-3.5\nML01,2017,Forêt,cercle,ML,,,\n";
        let rows = read(text, &LEVELS).expect("sound");
        assert_eq!((rows.len(), rows[1].sms_name.as_str(), rows[0].point), (2, "Foret", Some((17.2, -3.5))));
    }

    #[test]
    fn every_faulty_row_is_told() {
        let text = "code,vintage,name,level,parent,population,lat,lon\n\
            ML,2017,Mali,country,,100,,\n\
            ML01,2017,,cercle,ML,,,\n\
            ML02,2017,B,province,ML,,,\n\
            ML03,2017,C,cercle,XX,,,\n\
            ML04,2017,D,cercle,ML,many,,\n\
            ML05,2017,E,cercle,ML,,99,0\n\
            ML,2017,Again,country,,,,\n\
            ML06,2017,F,commune,,,,\n\
            ML07,2017,G,country,ML,,,\n";
        let faults = read(text, &LEVELS).expect_err("faulty");
        let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [3, 4, 6, 7, 5, 8, 9, 10], "{faults:#?}");
    }

    #[test]
    fn more_rows_than_the_limit_are_refused() {
        let mut text = String::from("code,vintage,name,level,parent\n");
        text.extend((0..=ROWS_MAX).map(|number| format!("V{number},2017,Village,commune,\n")));
        let (rows, faults) = rows(&Table::read(text.as_bytes()).expect("a table"), &LEVELS);
        assert_eq!((rows.len(), faults.len(), faults[0].line), (ROWS_MAX, 1, ROWS_MAX + 2));
        assert_eq!(faults[0].reason, "more than 200000 rows");
    }

    #[test]
    fn a_file_without_columns_is_refused() {
        assert!(read("name\nMali\n", &LEVELS).is_err());
    }
}
