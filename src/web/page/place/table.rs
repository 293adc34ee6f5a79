//! The tables: places below in the order asked for, and report types.

use std::cmp::Ordering;

use super::super::asked::given;
use super::figures::{CompleteShown, Teller, complete_shown};
use super::{Composer, indicator};
use crate::flow::model::Pack;
use crate::view::{self, CompletenessRow, CompletenessShown, FigureShown, IndicatorShown, SummaryRow};
use crate::web::ApiError;

/// What a table is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    key: Key,
    /// Against the key's own direction: names run from A, numbers from the highest.
    is_reversed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Name,
    Completeness,
    OnTime,
    Silent,
    Indicator(String),
}

impl Key {
    fn word(&self) -> &str {
        match self {
            Key::Name => "name",
            Key::Completeness => "completeness",
            Key::OnTime => "on_time",
            Key::Silent => "silent",
            Key::Indicator(id) => id,
        }
    }
}

impl Sort {
    /// Reads `name`, `completeness`, `on_time`, `silent` or an indicator; with a `-` before it, the other way round.
    pub fn asked(pack: &Pack, asked: &Option<String>) -> Result<Sort, ApiError> {
        let asked = given(asked).unwrap_or("name");
        let (word, is_reversed) = asked.strip_prefix('-').map_or((asked, false), |word| (word, true));
        let key = match word {
            "name" | "" => Key::Name,
            "completeness" => Key::Completeness,
            "on_time" => Key::OnTime,
            "silent" => Key::Silent,
            other => {
                let headline = indicator(pack, other).filter(|indicator| indicator.headline);
                let help = "give `completeness` or a headline indicator: /api/v1/indicators names them";
                let headline = headline.ok_or_else(|| ApiError::bad("unknown_value", Some("sort"), help))?;
                Key::Indicator(headline.id)
            }
        };
        Ok(Sort { key, is_reversed })
    }

    /// As the address says it; nothing for names from A.
    pub fn word(&self) -> Option<String> {
        let sign = if self.is_reversed { "-" } else { "" };
        (*self != Sort { key: Key::Name, is_reversed: false }).then(|| format!("{sign}{}", self.key.word()))
    }

    /// Rows come in by name, so that equal ones stay so. What has no figure comes last, whichever way.
    fn order(&self, rows: &mut [&SummaryRow]) {
        if self.key == Key::Name {
            if self.is_reversed {
                rows.reverse();
            }
            return;
        }
        let number = |row: &SummaryRow| match &self.key {
            Key::Name => None,
            Key::Completeness => row.completeness.percent,
            Key::OnTime => row.completeness.on_time_percent,
            Key::Silent => Some(row.completeness.silent as f64),
            Key::Indicator(id) => row.figure(id).and_then(FigureShown::number),
        };
        rows.sort_by(|one, other| match (number(one), number(other)) {
            (Some(one), Some(other)) if self.is_reversed => one.total_cmp(&other),
            (Some(one), Some(other)) => other.total_cmp(&one),
            (None, None) => Ordering::Equal,
            (one, _) => {
                if one.is_none() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        });
    }
}

/// A column, with the address that sorts by it.
pub(super) struct Column {
    pub name: String,
    pub address: String,
    /// `ascending`, `descending`, or empty where the table is in another order.
    pub direction: &'static str,
    pub is_number: bool,
}

/// One place, or the total.
pub(super) struct Row {
    pub name: String,
    pub address: Option<String>,
    pub complete: CompleteShown,
    pub cells: Vec<String>,
}

/// The medians of the places: each with how many it is of, where some have no figure.
pub(super) struct Median {
    pub complete: (String, String),
    pub on_time: (String, String),
    pub cells: Vec<(String, String)>,
}

/// Completeness by report type, or by role.
pub(super) struct Breakdown {
    pub id: &'static str,
    pub title: &'static str,
    /// Head of the first column.
    pub first: &'static str,
    pub rows: Vec<BreakdownRow>,
}

/// One report type, role, or the bodies.
pub(super) struct BreakdownRow {
    pub title: String,
    /// The page of this role alone; none for what no page is of.
    pub address: Option<String>,
    pub complete: CompleteShown,
}

impl Composer<'_> {
    pub(super) fn columns(&self, indicators: &[&IndicatorShown]) -> Vec<Column> {
        let words = self.words;
        let fixed = [
            (words.place, Key::Name),
            (words.completeness, Key::Completeness),
            (words.on_time, Key::OnTime),
            (words.silent, Key::Silent),
        ];
        let fixed = fixed.map(|(name, key)| (name.to_owned(), key));
        let chosen = indicators.iter().map(|own| (own.name.clone(), Key::Indicator(own.id.clone())));
        fixed.into_iter().chain(chosen).map(|(name, key)| self.column(name, key)).collect()
    }

    fn column(&self, name: String, key: Key) -> Column {
        let is_current = self.sort.key == key;
        let ascending = (key == Key::Name) != self.sort.is_reversed;
        let sort = Sort { is_reversed: is_current && !self.sort.is_reversed, key };
        Column {
            name,
            is_number: !matches!(sort.key, Key::Name | Key::Completeness),
            address: self.address.sorted(&sort.word().unwrap_or_else(|| "name".to_owned())).to_string(),
            direction: match (is_current, ascending) {
                (false, _) => "",
                (true, true) => "ascending",
                (true, false) => "descending",
            },
        }
    }

    /// The places below in the order asked for; the place itself stays last.
    pub(super) fn rows(&self, columns: &[&IndicatorShown]) -> Vec<Row> {
        let (mut below, itself): (Vec<_>, Vec<_>) = self.view.summary.rows.iter().partition(|row| !row.itself);
        self.sort.order(&mut below);
        below.into_iter().chain(itself).map(|row| self.row(row, columns)).collect()
    }

    pub(super) fn total(&self, columns: &[&IndicatorShown]) -> Row {
        let summary = &self.view.summary;
        let (values, completeness) = (summary.total.clone(), summary.completeness.clone());
        let closed = summary.closed.as_ref().map_or_else(Default::default, |closed| closed.values.clone());
        self.row(&SummaryRow { values, closed, completeness, ..SummaryRow::default() }, columns)
    }

    /// The median of each column, with how many places it is of where some have no figure; none for a single place.
    pub(super) fn median(&self, columns: &[&IndicatorShown]) -> Option<Median> {
        let summary = &self.view.summary;
        let places = summary.rows.iter().filter(|row| !row.itself).count();
        let text = |id: &str, kind: &str| {
            let Some(median) = summary.median.get(id) else { return ("-".to_owned(), String::new()) };
            let value = match kind {
                "ratio" => self.percent(median.value),
                "mean" => Teller::new(self.language).mean(median.value),
                _ => self.number(median.value),
            };
            let missing = median.places < places;
            (value, if missing { format!("{} / {places}", median.places) } else { String::new() })
        };
        let cells = columns.iter().map(|indicator| text(&indicator.id, indicator.kind)).collect();
        (places > 1).then(|| Median {
            complete: text(view::MEDIAN_COMPLETENESS, "ratio"),
            on_time: text(view::MEDIAN_ON_TIME, "ratio"),
            cells,
        })
    }

    fn row(&self, row: &SummaryRow, columns: &[&IndicatorShown]) -> Row {
        let place = row.place.as_ref();
        let cell = |indicator: &&IndicatorShown| {
            let figure = row.figure(&indicator.id).map_or_else(|| "-".to_owned(), |figure| self.figure(figure));
            match self.closed_text(row.closed.get(&indicator.id)) {
                Some(closed) => format!("{figure} ({closed})"),
                None => figure,
            }
        };
        Row {
            name: match place {
                None => self.words.total.to_owned(),
                Some(place) if row.itself => format!("{} ({})", place.name, self.words.itself),
                Some(place) => place.name.clone(),
            },
            address: place.filter(|_| !row.itself).map(|place| self.address.of(&place.code).to_string()),
            complete: complete_shown(&row.completeness, self.words, self.language),
            cells: columns.iter().map(cell).collect(),
        }
    }

    /// Completeness by report type, and by role where there are several.
    pub(super) fn breakdowns(&self) -> Vec<Breakdown> {
        let (words, complete) = (self.words, &self.view.completeness);
        let row = |title: &str, counts: &CompletenessShown| BreakdownRow {
            title: title.to_owned(),
            address: None,
            complete: complete_shown(counts, words, self.language),
        };
        let flow = |of_flow: &CompletenessRow| {
            let flow = self.in_force.pack.flow(of_flow.flow.as_deref()?)?;
            Some(row(flow.title.get(self.language), &of_flow.counts))
        };
        let flows = complete.flows.iter().filter_map(flow).collect();
        let is_known = |id: &str| self.in_force.pack.role(id).is_some();
        let role = |of_role: &CompletenessRow| {
            let role = of_role.role.as_ref()?;
            let address = is_known(&role.id).then(|| self.address.of_role(&role.id).to_string());
            Some(BreakdownRow { address, ..row(&role.name, &of_role.counts) })
        };
        let people = complete.roles.iter().filter_map(role);
        let roles = people.chain(complete.of_bodies().map(|counts| row(words.bodies, counts))).collect();
        let by_flow = Breakdown { id: "byflow", title: words.by_flow, first: words.flow, rows: flows };
        let by_role = Breakdown { id: "byrole", title: words.by_role, first: words.role, rows: roles };
        let shown =
            [(by_flow, 1), (by_role, 2)].into_iter().filter(|(breakdown, fewest)| breakdown.rows.len() >= *fewest);
        shown.map(|(breakdown, _)| breakdown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{CompletenessShown, PlaceShown};

    fn row(name: &str, percent: Option<f64>, received: i64, screened: i64) -> SummaryRow {
        SummaryRow {
            place: Some(PlaceShown { code: name.into(), name: name.into(), level: "commune".into() }),
            values: [("dep.depistes".to_owned(), FigureShown::Whole(screened))].into(),
            completeness: CompletenessShown { percent, received, silent: 9 - received, ..Default::default() },
            ..SummaryRow::default()
        }
    }

    fn ordered(asked: &str) -> Result<String, ApiError> {
        let pack = Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound");
        let sort = Sort::asked(&pack, &Some(asked.to_owned()))?;
        let rows =
            [row("A", Some(50.0), 5, 0), row("B", None, 0, 0), row("C", Some(90.0), 9, 12), row("D", Some(0.0), 0, 0)];
        let mut rows: Vec<&SummaryRow> = rows.iter().collect();
        sort.order(&mut rows);
        Ok(rows.iter().filter_map(|row| row.place.as_ref().map(|place| place.name.as_str())).collect())
    }

    #[test]
    fn rows_stand_in_the_order_asked_for_and_what_has_no_figure_last() {
        for (asked, expected) in [
            ("", "ABCD"),
            ("name", "ABCD"),
            ("-name", "DCBA"),
            ("completeness", "CADB"),
            ("-completeness", "DACB"),
            ("silent", "BDAC"),
            ("dep.depistes", "CABD"),
            ("-dep.depistes", "ACBD"),
        ] {
            assert_eq!(ordered(asked).expect("known"), expected, "{asked}");
        }
        for unknown in ["colour", "dep.odd", "--name", "dep.filles"] {
            assert!(ordered(unknown).is_err(), "{unknown}");
        }
    }
}
