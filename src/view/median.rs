//! The middle of the places that are compared: half of them lie above it, half below.
//!
//! A place from which nothing came has no figure and is left out; how many are in is always told beside the median.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::shown::FigureShown;
use super::summary::SummaryRow;

/// The middle of several places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct MedianShown {
    /// The middle figure; between the two middle ones where places are even in number.
    pub value: f64,
    /// How many places it is the middle of.
    pub places: usize,
}

/// Names of the medians that are of no indicator.
pub const COMPLETENESS: &str = "completeness";
/// Of what was on time.
pub const ON_TIME: &str = "on_time";

/// The medians of places, by indicator id, and of their completeness and timeliness. What is about the area itself is no
/// place among others.
pub(super) fn medians<'a>(rows: &[SummaryRow], ids: impl Iterator<Item = &'a str>) -> BTreeMap<String, MedianShown> {
    let below = || rows.iter().filter(|row| row.place.is_some() && !row.itself);
    let complete = [
        (COMPLETENESS, median(below().filter_map(|row| row.completeness.percent))),
        (ON_TIME, median(below().filter_map(|row| row.completeness.on_time_percent))),
    ];
    let figures = ids.map(|id| (id, median(below().filter_map(|row| row.figure(id)).filter_map(FigureShown::number))));
    let known = figures.chain(complete).filter_map(|(id, median)| Some((id.to_owned(), median?)));
    known.collect()
}

fn median(numbers: impl Iterator<Item = f64>) -> Option<MedianShown> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let places = numbers.len();
    let upper = *numbers.get(places / 2)?;
    let value = if places % 2 == 1 { upper } else { f64::midpoint(numbers[places / 2 - 1], upper) };
    // To one decimal, as percentages are.
    Some(MedianShown { value: (value * 10.0).round() / 10.0, places })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{CompletenessShown, PlaceShown};

    fn row(screened: Option<i64>, percent: Option<f64>, itself: bool) -> SummaryRow {
        SummaryRow {
            place: Some(PlaceShown { code: "P".into(), name: "P".into(), level: "commune".into() }),
            itself,
            values: screened.map(|whole| ("dep.depistes".to_owned(), FigureShown::Whole(whole))).into_iter().collect(),
            completeness: CompletenessShown {
                percent,
                received: i64::from(percent != Some(0.0)),
                ..CompletenessShown::default()
            },
            ..SummaryRow::default()
        }
    }

    #[test]
    fn what_has_no_figure_is_left_out_and_counted_out() {
        let of = |rows: &[SummaryRow], id: &str| {
            let found = medians(rows, ["dep.depistes"].into_iter());
            found.get(id).map(|median| (median.value, median.places))
        };
        let odd = [row(Some(40), Some(100.0), false), row(Some(10), Some(50.0), false), row(Some(90), None, false)];
        let even = [row(Some(40), Some(100.0), false), row(Some(45), Some(75.0), false)];
        let silent = [row(Some(0), Some(0.0), false), row(Some(12), Some(80.0), false)];
        let itself = [row(Some(40), Some(100.0), false), row(Some(9_000), Some(10.0), true)];
        for (label, rows, id, expected) in [
            ("the middle of three", &odd[..], "dep.depistes", Some((40.0, 3))),
            ("two of three have a completeness", &odd, COMPLETENESS, Some((75.0, 2))),
            ("between two", &even, "dep.depistes", Some((42.5, 2))),
            ("silence is not zero", &silent, "dep.depistes", Some((12.0, 1))),
            ("nothing received is a completeness of 0", &silent, COMPLETENESS, Some((40.0, 2))),
            ("the area itself is no place among others", &itself, "dep.depistes", Some((40.0, 1))),
            ("no place", &[], "dep.depistes", None),
            ("nobody has it", &odd, ON_TIME, None),
        ] {
            assert_eq!(of(rows, id), expected, "{label}");
        }
    }
}
