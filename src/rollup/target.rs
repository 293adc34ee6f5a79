//! The targets file: `place,indicator,period,value`. What a place is to reach; an empty value takes a target away.
//!
//! A fault in one row changes nothing and every faulty row is told.

use std::collections::HashMap;

use crate::base::table::line_at;
use crate::base::{Date, Period, PlaceId};
use crate::flow::model::Pack;
use crate::place::file::RowFault;
use crate::place::{Found, Tree, find};

/// Most rows in one file.
pub const ROWS_MAX: usize = 200_000;

/// One row, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRow {
    /// Whose target.
    pub place: PlaceId,
    /// Full name of the indicator: `dep.depistes`.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// What is to be reached, a ratio in per cent, a mean in its own unit; `None` where there is no target.
    pub value: Option<f64>,
}

#[derive(serde::Deserialize)]
struct RawRow {
    place: String,
    indicator: String,
    period: String,
    value: String,
}

/// Reads a targets file by the indicators of `pack` and the places of `tree` on `today`.
///
/// # Errors
/// Every faulty row with its line.
pub fn read(text: &str, pack: &Pack, tree: &Tree, today: Date) -> Result<Vec<TargetRow>, Vec<RowFault>> {
    let text = text.trim_start_matches('\u{feff}');
    let delimiter = if text.lines().next().is_some_and(|head| head.contains(';')) { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(PlaceId, String, String), usize> = HashMap::new();
    let head = match reader.headers() {
        Ok(head) => head.clone(),
        Err(error) => return Err(vec![RowFault::row(1, error.to_string())]),
    };
    for (index, record) in reader.records().enumerate() {
        if index >= ROWS_MAX {
            faults.push(RowFault::row(index + 2, format!("more than {ROWS_MAX} rows: split the file")));
            break;
        }
        // Empty lines are passed over: a row is told by its own line.
        let position = match &record {
            Ok(record) => record.position().cloned(),
            Err(error) => error.position().cloned(),
        };
        let line = position.map_or(index + 2, |position| line_at(text, &position));
        let raw = record.and_then(|record| record.deserialize::<RawRow>(Some(&head)));
        match raw.map_err(|error| reason(&error)).and_then(|raw| row(&raw, pack, tree, today)) {
            Ok(row) => match seen.insert((row.place, row.indicator.clone(), row.period.name()), line) {
                Some(first) => faults.push(RowFault::row(line, format!("the same target as line {first}"))),
                None => rows.push(row),
            },
            Err(reason) => faults.push(RowFault::row(line, reason)),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} columns where the header has {expected_len}")
        }
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    }
}

fn row(raw: &RawRow, pack: &Pack, tree: &Tree, today: Date) -> Result<TargetRow, String> {
    let root = tree.root(today).ok_or("there are no places yet; import them first")?;
    let place = match find(tree, &raw.place, root.id, today) {
        Found::One(place) => place.id,
        Found::Several(_) => return Err(format!("place `{}` is the name of several; write a code", raw.place)),
        Found::None(_) => return Err(format!("no place is called `{}`", raw.place)),
    };
    if !is_known(pack, &raw.indicator) {
        return Err(format!("`{}` is no indicator, such as dep.depistes", raw.indicator));
    }
    let period = pack.calendar.parse(&raw.period);
    let period = period.ok_or_else(|| format!("`{}` is no period, such as 2026-Q4 or 2026", raw.period))?;
    let value = match raw.value.as_str() {
        "" => None,
        text => {
            let value = text.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
            Some(value.ok_or_else(|| format!("value `{text}` is no number from 0; write 1200 or 80.5"))?)
        }
    };
    Ok(TargetRow { place, indicator: raw.indicator.clone(), period, value })
}

fn is_known(pack: &Pack, indicator: &str) -> bool {
    let Some((flow, own)) = indicator.split_once('.') else { return false };
    pack.flow(flow).is_some_and(|flow| flow.indicators.iter().any(|known| known.id == own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{ALWAYS, Parent, Place};

    const TODAY: Date = Date::constant(2026, 11, 23);

    fn tree() -> Tree {
        let place = |id: i64, name: &str| Place {
            id: PlaceId(id),
            level: "commune".to_owned(),
            name: name.to_owned(),
            sms_name: name.to_owned(),
            population: None,
            point: None,
            code: format!("P{id}"),
        };
        let under = |id: i64| Parent { place: PlaceId(id), parent: PlaceId(1), span: ALWAYS };
        Tree::new(vec![place(1, "Mali"), place(2, "Gao"), place(3, "Gao")], &[under(2), under(3)])
    }

    #[test]
    fn every_faulty_row_is_told_and_holes_are_none() {
        let pack = Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound");
        let known = "dep.depistes";
        let file = |rows: &str| read(&format!("place,indicator,period,value\n{rows}"), &pack, &tree(), TODAY);
        let rows =
            file(&format!("P2,{known},2026-Q4,1200\nP3,{known},2026-Q4,\nMali,{known},2026,80.5\n")).expect("sound");
        assert_eq!(rows.iter().map(|row| row.value).collect::<Vec<_>>(), [Some(1200.0), None, Some(80.5)]);
        let bad = format!(
            "P9,{known},2026-Q4,1\nGao,{known},2026-Q4,1\nP2,dep.rien,2026-Q4,1\nP2,{known},T4,1\nP2,{known},2026-Q4,-1\n\
             P2,{known},2026-Q4,NaN\nP2,{known},2026-Q4\nP2,{known},2026-Q4,1\nP2,{known},2026-Q4,2\n"
        );
        let faults = file(&bad).expect_err("faulty");
        let below_a_gap = file(&format!("P2,{known},2026-Q4,1\n\nP9,{known},2026-Q4,1\n")).expect_err("faulty");
        assert_eq!(below_a_gap[0].line, 4, "{below_a_gap:?}");
        let parts = [
            "no place",
            "several",
            "no indicator",
            "no period",
            "no number",
            "no number",
            "",
            "the same target as line 9",
        ];
        assert_eq!(faults.len(), parts.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(parts) {
            assert!(fault.reason.contains(part), "{part}: {fault:?}");
        }
    }
}
