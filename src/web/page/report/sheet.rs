//! One table of a printed document, and what every table is made of.

use super::super::place::figures::{Teller, arrow, reporting, spaced};
use super::Composer;
use crate::view::{self, Earlier, FigureShown, IndicatorShown};

/// A table: a name and cells for each row, and a last row for all.
#[derive(Default)]
pub(super) struct Sheet {
    pub title: String,
    /// Heads of the columns, the first one of the names.
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<String>)>,
    pub total: Option<(String, Vec<String>)>,
}

impl Composer<'_> {
    pub(super) fn teller(&self) -> Teller {
        Teller::new(self.language)
    }

    /// A figure on one line; a dash where there is none.
    pub(super) fn cell(&self, figure: Option<&FigureShown>) -> String {
        figure.map_or_else(|| "-".to_owned(), |figure| self.teller().figure(figure))
    }

    /// A percentage; a dash where there is nothing to divide by.
    pub(super) fn percent(&self, percent: Option<f64>) -> String {
        percent.map_or_else(|| "-".to_owned(), |percent| self.teller().percent(percent))
    }

    /// How an indicator moved from an earlier period: sign and words; empty where that has no figure.
    pub(super) fn moved(&self, earlier: &Earlier, indicator: &str) -> String {
        let figures = earlier.values.get(indicator).zip(self.view.summary.total.get(indicator));
        let change = figures.and_then(|(before, now)| view::change(before, now));
        change.map_or_else(String::new, |change| format!("{} {}", arrow(change), self.teller().change_text(change)))
    }

    /// The approved figure, where it differs from the current one.
    pub(super) fn closed(&self, indicator: &str) -> String {
        let closed = self.view.summary.closed.as_ref().and_then(|closed| closed.values.get(indicator));
        closed.map_or_else(String::new, |figure| format!("{}{}", self.own.closed, self.cell(Some(figure))))
    }

    /// How completeness moved.
    pub(super) fn complete_moved(&self, earlier: &Earlier) -> String {
        if earlier.is_silent() {
            return String::new();
        }
        let change = view::change_in_points(earlier.completeness.percent, self.view.summary.completeness.percent);
        change.map_or_else(String::new, |change| format!("{} {}", arrow(change), self.teller().change_text(change)))
    }

    /// Headline indicators of report types of which anything came.
    pub(super) fn headlines(&self) -> impl Iterator<Item = &IndicatorShown> {
        let indicators = self.view.summary.indicators.iter().filter(|indicator| indicator.headline);
        indicators.filter(|indicator| self.view.reported.contains(&indicator.flow))
    }

    /// `38 sur 42 communes ont envoyé au moins un rapport`.
    pub(super) fn reporting(&self) -> String {
        reporting(&self.in_force.pack, self.language, &self.view.summary.places)
    }

    pub(super) fn plural(&self, level: &str) -> &str {
        let known = self.in_force.pack.level(level);
        known.map_or("", |known| known.plural.get(self.language))
    }

    /// How many places are silent, of how many that owe a report; empty where none owes any.
    pub(super) fn silent_count(&self) -> String {
        let places = &self.view.summary.places;
        if places.expected == 0 {
            return String::new();
        }
        let text = if self.view.silent.is_empty() { self.own.none_silent } else { self.own.some_silent };
        let text = text.replace("{n}", &spaced(places.expected - places.reporting));
        text.replace("{t}", &spaced(places.expected)).replace("{l}", self.plural(&places.level))
    }

    /// Silent places by the place that holds them: its name (empty where they are right below) and theirs.
    pub(super) fn silent(&self) -> Vec<(String, Vec<String>)> {
        let mut groups: Vec<(&str, (String, Vec<String>))> = Vec::new();
        for (part, place) in &self.view.silent {
            let (code, name) = if part.code == place.code { ("", "") } else { (&*part.code, &*part.name) };
            if groups.last().is_none_or(|(known, _)| *known != code) {
                groups.push((code, (name.to_owned(), Vec::new())));
            }
            if let Some((_, (_, places))) = groups.last_mut() {
                places.push(place.name.clone());
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }
}
