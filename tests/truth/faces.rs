//! What each face says of a place and period, read back as figures: file, spreadsheet, page, SMS, USSD, DHIS2.

use std::collections::BTreeMap;
use std::io::Cursor;

use axum::Router;
use calamine::{Data, Reader, Xlsx};

use crate::support::rig::Rig;
use crate::support::visit::get;
use crate::year::officer;

/// The total of a table of figures, by the name of its column.
pub type Total = BTreeMap<String, String>;

/// The last line of `/api/v1/summary.csv`.
pub async fn csv(router: &Router, query: &str) -> Total {
    let text = get(router, &format!("/api/v1/summary.csv?{query}")).await.text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().expect("a head").clone();
    let last = reader.records().last().expect("a total").expect("a row");
    names.iter().zip(last.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The last row of the first sheet of `/api/v1/summary.xlsx`.
pub async fn xlsx(router: &Router, query: &str) -> Total {
    let bytes = get(router, &format!("/api/v1/summary.xlsx?{query}")).await.bytes;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("rows");
    let rows: Vec<&[Data]> = sheet.rows().collect();
    let head = rows.iter().position(|row| row.iter().any(|cell| *cell == "expected")).expect("a head");
    let last = rows.last().expect("a total");
    rows[head].iter().zip(last.iter()).map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// What stands in a page behind a term: `<dt>NAME</dt><dd>VALUE`.
pub fn stands_behind<'p>(page: &'p str, name: &str) -> &'p str {
    let from = page.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap_or_else(|| panic!("no {name}: {page}"));
    from.split('<').next().unwrap_or_default().trim()
}

/// A count as people write it.
pub fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let at = |index: usize| if index > 0 && (digits.len() - index).is_multiple_of(3) { " " } else { "" };
    digits.chars().enumerate().map(|(index, digit)| format!("{}{digit}", at(index))).collect()
}

/// A percentage with one decimal and a comma, halves rounded up; `-` of nothing.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "-".into();
    }
    let tenths = (part * 2_000 + whole) / (2 * whole);
    format!("{},{}%", tenths / 10, tenths % 10)
}

/// The place page.
pub async fn page(router: &Router, area: &str, period: &str, flow: &str) -> String {
    let text = get(router, &format!("/places/{area}?period={period}&flow={flow}")).await.text();
    // Thousands are kept together on a line.
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// The figures an officer finds on USSD, of the current quarter.
pub async fn ussd(rig: &Rig, session: &str) -> String {
    let officer = officer();
    let menu = rig.ussd(&officer, session, "").await;
    let line = menu.lines().find(|line| line.contains("Chiffres de ma zone")).expect("offered");
    rig.ussd(&officer, session, line.split(' ').next().expect("a key")).await
}

/// `/api/v1/dhis2/dataValueSets`: values by unit and element.
pub async fn dhis2(router: &Router, query: &str) -> BTreeMap<(String, String), String> {
    let set = get(router, &format!("/api/v1/dhis2/dataValueSets?{query}")).await.json();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let values = set["dataValues"].as_array().expect("values").iter();
    values.map(|value| ((text(&value["orgUnit"]), text(&value["dataElement"])), text(&value["value"]))).collect()
}
