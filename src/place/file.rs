//! The places file: `code,vintage,name,level,parent,population,lat,lon,health_area,health_district`.
//!
//! A fault in one row changes nothing and every faulty row is told. Never guesses that equal codes or names of
//! different vintages are the same place.

use std::collections::{HashMap, HashSet};

use crate::base::gsm7;

/// Deepest tree of places.
pub const LEVELS_MAX: usize = 8;
/// Most rows in one file.
pub const ROWS_MAX: usize = 200_000;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;

/// One row, read and checked.
#[derive(Clone, Debug, PartialEq)]
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
    /// Code of the parent in the same vintage; `None` for the country.
    pub parent: Option<String>,
    /// People living there.
    pub population: Option<i64>,
    /// Degrees north and east.
    pub point: Option<(f64, f64)>,
}

/// A row that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line in the file, the header being 1.
    pub line: usize,
    /// Name of the column; empty where the whole row is meant.
    pub column: &'static str,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let comma = if self.column.is_empty() { "" } else { ", column " };
        write!(f, "line {}{comma}{}: {}", self.line, self.column, self.reason)
    }
}

impl RowFault {
    /// A fault of a whole row.
    pub fn row(line: usize, reason: impl Into<String>) -> RowFault {
        RowFault { line, column: "", reason: reason.into() }
    }
}

#[derive(serde::Deserialize)]
struct RawRow {
    code: String,
    vintage: String,
    name: String,
    level: String,
    parent: Option<String>,
    population: Option<String>,
    lat: Option<String>,
    lon: Option<String>,
}

/// Reads a places file for a pack with these `levels`, from the country down.
///
/// # Errors
/// Every faulty row with its line.
pub fn read(text: &str, levels: &[&str]) -> Result<Vec<PlaceRow>, Vec<RowFault>> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (index, raw) in reader.deserialize::<RawRow>().enumerate() {
        let line = index + 2;
        if index >= ROWS_MAX {
            faults.push(RowFault::row(line, format!("more than {ROWS_MAX} rows")));
            break;
        }
        match raw.map_err(|error| error.to_string()).and_then(|raw| row(raw, levels)) {
            Ok(row) => rows.push((line, row)),
            Err(reason) => faults.push(RowFault::row(line, reason)),
        }
    }
    faults.extend(tree_faults(&rows, levels));
    if faults.is_empty() { Ok(rows.into_iter().map(|(_, row)| row).collect()) } else { Err(faults) }
}

fn row(raw: RawRow, levels: &[&str]) -> Result<PlaceRow, String> {
    if raw.code.is_empty() || raw.vintage.is_empty() || raw.name.is_empty() {
        return Err("code, vintage and name must not be empty".into());
    }
    if raw.name.chars().count() > NAME_CHARS_MAX {
        return Err(format!("the name is longer than {NAME_CHARS_MAX} characters"));
    }
    if !levels.contains(&raw.level.as_str()) {
        return Err(format!("level `{}` is not one of {}", raw.level, levels.join(", ")));
    }
    let number = |text: &Option<String>, what: &str| match text.as_deref().filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => {
            text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Some).ok_or(format!("{what} `{text}` is no number"))
        }
    };
    let population = match raw.population.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let count = text.parse::<i64>().ok().filter(|count| *count >= 0);
            Some(count.ok_or(format!("population `{text}` is no whole number from 0"))?)
        }
    };
    let point = number(&raw.lat, "lat")?.zip(number(&raw.lon, "lon")?);
    if let Some((lat, lon)) = point
        && !((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon))
    {
        return Err(format!("lat {lat}, lon {lon} is not on the globe"));
    }
    let sms_name = gsm7::plain(&raw.name);
    let parent = raw.parent.filter(|parent| !parent.is_empty());
    Ok(PlaceRow {
        code: raw.code,
        vintage: raw.vintage,
        name: raw.name,
        sms_name,
        level: raw.level,
        parent,
        population,
        point,
    })
}

fn tree_faults(rows: &[(usize, PlaceRow)], levels: &[&str]) -> Vec<RowFault> {
    let depth = |level: &str| levels.iter().position(|known| *known == level);
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    let by_code: HashMap<(&str, &str), &PlaceRow> =
        rows.iter().map(|(_, row)| ((row.vintage.as_str(), row.code.as_str()), row)).collect();
    for (line, row) in rows {
        let mut fault = |reason: String| faults.push(RowFault::row(*line, reason));
        if !seen.insert((&row.vintage, &row.code)) {
            fault(format!("code {} of vintage {} stands twice", row.code, row.vintage));
        }
        match &row.parent {
            None if depth(&row.level) != Some(0) => fault(format!("a {} needs a parent", row.level)),
            None => {}
            Some(parent) => match by_code.get(&(row.vintage.as_str(), parent.as_str())) {
                None => fault(format!("parent {parent} of vintage {} is not in the file", row.vintage)),
                Some(above) if depth(&above.level) >= depth(&row.level) => {
                    fault(format!("parent {parent} is a {}, which is not above a {}", above.level, row.level));
                }
                Some(_) => {}
            },
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
    fn a_file_without_columns_is_refused() {
        assert!(read("name\nMali\n", &LEVELS).is_err());
    }
}
