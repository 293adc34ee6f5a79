//! The headline figures with how they moved, and counts of completeness with their words and widths.

use super::super::closing::{Scribe, closing_words};
use super::super::words::{Words, words};
use super::Composer;
use super::words::{PlaceWords, place_words};
use crate::base::text::grouped;
use crate::base::{Language, PeriodKind};
use crate::flow::model::Pack;
use crate::view::officer::{figure_text, mean_text, percent_text};
use crate::view::{self, Change, CompletenessShown, Earlier, FigureShown, IndicatorShown, PlacesReporting};

/// Headline figures of one report type.
pub(super) struct Group {
    pub title: String,
    /// Empty where nothing came of it.
    pub figures: Vec<Tile>,
}

/// One headline figure.
pub(super) struct Tile {
    pub name: String,
    pub value: String,
    /// `7 / 65` for a ratio.
    pub made_of: String,
    /// What is to be reached, with its word; empty without a target.
    pub target: String,
    /// What was approved, with its word, where that differs.
    pub closed: String,
    /// `↑`, `↓` or `=`, beside the words that say the same.
    pub arrow: &'static str,
    /// How it moved; empty where there is nothing to compare with.
    pub change: String,
    /// What it was a year before, with how it moved since: `-` where nothing came. Empty where no year before is shown.
    pub year_before: String,
}

/// Counts with the words and widths to show them.
pub(in crate::web::page) struct CompleteShown {
    /// False where nothing is owed and nothing came.
    pub is_owed: bool,
    pub expected: String,
    pub received: String,
    pub on_time: String,
    pub late: String,
    pub zero: String,
    pub not_held: String,
    pub silent: String,
    pub percent: String,
    pub on_time_percent: String,
    pub mark: &'static str,
    pub mark_class: &'static str,
    /// Widths of the bar, in per cent: on time, late, silent.
    pub widths: [String; 3],
    /// Where the second and third part begin.
    pub starts: [String; 2],
}

impl Composer<'_> {
    /// What changes on this page are measured against.
    pub(super) fn compared(&self) -> String {
        Teller::new(self.language).compared(&self.view.history.earlier)
    }

    pub(super) fn groups(&self) -> Vec<Group> {
        let summary = &self.view.summary;
        let groups = self.question.flows(&self.in_force.pack).map(|flow| {
            let headlines = summary.indicators.iter().filter(|shown| shown.flow == flow.id);
            let came = self.view.reported.contains(&flow.id);
            Group {
                title: flow.title.get(self.language).to_owned(),
                figures: headlines.filter(|_| came).filter_map(|indicator| self.tile(indicator)).collect(),
            }
        });
        groups.collect()
    }

    fn tile(&self, indicator: &IndicatorShown) -> Option<Tile> {
        let figure = self.view.summary.total.get(&indicator.id)?;
        let before = self.view.history.earlier.values.get(&indicator.id);
        let change = before.and_then(|before| view::change(before, figure));
        Some(Tile {
            name: indicator.name.clone(),
            value: self.figure(figure),
            target: self.view.summary.target.get(&indicator.id).map_or_else(String::new, |target| {
                let written = Teller::new(self.language).target(indicator, figure, *target);
                format!("{} {written}", self.own.target)
            }),
            made_of: Teller::new(self.language).made_of(figure),
            closed: self.view.summary.closed.as_ref().map_or_else(String::new, |closed| {
                self.closed_text(closed.values.get(&indicator.id)).unwrap_or_default()
            }),
            arrow: change.map_or("", arrow),
            change: change.map_or_else(String::new, |change| self.change_text(change)),
            year_before: self.year_before(indicator, figure),
        })
    }

    /// `40, en hausse : +5`; `-` where nothing came a year before.
    fn year_before(&self, indicator: &IndicatorShown, now: &FigureShown) -> String {
        let Some(earlier) = &self.view.history.year_before else { return String::new() };
        let Some(before) = earlier.values.get(&indicator.id) else { return "-".to_owned() };
        let change = view::change(before, now).map_or_else(String::new, |change| self.change_text(change));
        let parts = [self.figure(before), change];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// How complete it was a year before, with its period: `-` where nothing was owed.
    pub(super) fn complete_year_before(&self) -> String {
        let Some(earlier) = &self.view.history.year_before else { return String::new() };
        let (before, now) = (earlier.completeness.percent, self.view.summary.completeness.percent);
        let change = view::change_in_points(before, now).map(|change| self.change_text(change));
        let percent = before.map_or_else(|| "-".to_owned(), |before| self.percent(before));
        [Some(percent), change].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Which period a year before is.
    pub(super) fn year_compared(&self) -> String {
        let Some(earlier) = &self.view.history.year_before else { return String::new() };
        let period = self.words.period_name(earlier.period);
        let Some(days) = earlier.days else { return self.own.year_compared.replace("{p}", &period) };
        let said = self.own.year_compared_under_way.replace("{p}", &period);
        said.replace("{n}", &days.to_string())
    }

    /// A number with its decimal where it has one.
    pub(super) fn number(&self, number: f64) -> String {
        Teller::new(self.language).number(number)
    }

    /// How completeness moved, arrow and all.
    pub(super) fn complete_change(&self) -> String {
        let (before, now) = (&self.view.history.earlier.completeness, &self.view.summary.completeness);
        let change = view::change_in_points(before.percent, now.percent);
        change.map_or_else(String::new, |change| format!("{} {}", arrow(change), self.change_text(change)))
    }

    fn change_text(&self, change: Change) -> String {
        Teller::new(self.language).change_text(change)
    }

    /// A percentage as this language writes it.
    pub(super) fn percent(&self, percent: f64) -> String {
        Teller::new(self.language).percent(percent)
    }

    /// A figure as this language writes it, on one line.
    pub(super) fn figure(&self, figure: &FigureShown) -> String {
        Teller::new(self.language).figure(figure)
    }

    /// `Clos : 763`, where an approved figure differs.
    pub(super) fn closed_text(&self, closed: Option<&FigureShown>) -> Option<String> {
        let text = self.figure(closed?);
        Some(format!("{}\u{a0}: {text}", closing_words(self.language).closed))
    }

    /// Since when the figures are closed, up to which level and by whom; how complete they were then, where that differs.
    pub(super) fn closed_note(&self) -> String {
        let (summary, own) = (&self.view.summary, closing_words(self.language));
        let Some((closed, last)) = summary.closed.as_ref().and_then(|closed| Some((closed, closed.approvals.last()?)))
        else {
            return String::new();
        };
        let scribe = Scribe {
            app: self.app,
            in_force: self.in_force,
            language: self.language,
            words: self.words,
            own,
            today: self.question.today,
        };
        let then =
            closed.completeness.as_ref().map(|then| format!(" {} {}.", own.complete_then, scribe.complete(then)));
        format!("{} {}.{}", own.closed_by, scribe.approved(last), then.unwrap_or_default())
    }

    /// The page on which this month, or the months of this period, are approved.
    pub(super) fn closings(&self) -> String {
        let month = Some(self.question.period).filter(|period| period.kind() == PeriodKind::Month);
        let month = month.map_or_else(String::new, |month| format!("month={month}&"));
        format!("/places/{}/closing?{month}lang={}", self.question.place.code, self.language)
    }
}

/// Figures and changes as a language writes them, on this page and on those made for print.
#[derive(Clone, Copy)]
pub(in crate::web::page) struct Teller {
    language: Language,
    own: &'static PlaceWords,
}

impl Teller {
    /// For a language.
    pub fn new(language: Language) -> Teller {
        Teller { language, own: place_words(language) }
    }

    /// What changes are measured against.
    pub fn compared(&self, earlier: &Earlier) -> String {
        let period = words(self.language).period_name(earlier.period);
        if earlier.values.is_empty() && earlier.completeness.percent.is_none() {
            return self.own.not_compared.replace("{p}", &period);
        }
        let Some(days) = earlier.days else { return self.own.compared.replace("{p}", &period) };
        let [one, several] = self.own.first_days;
        let first_days = if days == 1 { one.to_owned() } else { several.replace("{n}", &days.to_string()) };
        self.own.compared_under_way.replace("{p}", &period).replace("{a}", &first_days)
    }

    /// What a ratio or mean is made of: `7 / 65`; empty for a count.
    pub fn made_of(&self, figure: &FigureShown) -> String {
        match figure {
            FigureShown::Ratio { numerator, denominator, .. } | FigureShown::Mean { numerator, denominator, .. } => {
                format!("{} / {}", spaced(*numerator), spaced(*denominator))
            }
            FigureShown::Whole(_) => String::new(),
        }
    }

    /// A target as its figure is written: `70,0 %`, `48,0 au plus`.
    pub fn target(&self, indicator: &IndicatorShown, figure: &FigureShown, target: f64) -> String {
        let written = match figure {
            FigureShown::Ratio { .. } => self.percent(target),
            FigureShown::Mean { .. } => self.mean(target),
            FigureShown::Whole(_) => spaced(target.round() as i64),
        };
        if indicator.fewer_is_better { format!("{written} {}", self.own.at_most) } else { written }
    }

    /// `en hausse : +234 (+28,9 %)`, `en baisse : -0,7 point`, `stable`.
    pub fn change_text(&self, change: Change) -> String {
        let [down, level, up] = self.own.changes;
        let by = match change {
            _ if change.direction() == 0 => return level.to_owned(),
            Change::Count { by, percent } => {
                let percent =
                    percent.map_or_else(String::new, |percent| format!(" ({})", self.signed_percent(percent)));
                format!("{}{}{percent}", sign(by < 0), spaced(by.abs()))
            }
            Change::Mean(by) => format!("{}{}", sign(by < 0.0), self.mean(by.abs())),
            Change::Points(points) => {
                let [one, several] = self.own.points;
                // French counts as plural from two on, English everything but one.
                let is_one = if self.language == Language::ENGLISH { points.abs() == 1.0 } else { points.abs() < 2.0 };
                let number = self.percent(points.abs()).replace(['%', '\u{a0}'], "");
                format!("{}{number}\u{a0}{}", sign(points < 0.0), if is_one { one } else { several })
            }
        };
        format!("{}{}{by}", if change.direction() < 0 { down } else { up }, words(self.language).colon)
    }

    fn signed_percent(&self, percent: f64) -> String {
        format!("{}{}", sign(percent < 0.0), self.percent(percent.abs()))
    }

    /// A number with its decimal where it has one.
    pub fn number(&self, number: f64) -> String {
        if number.fract() == 0.0 {
            return spaced(number as i64);
        }
        self.percent(number).replace(['%', '\u{a0}'], "")
    }

    /// A mean as this language writes it, on one line.
    pub fn mean(&self, mean: f64) -> String {
        unbroken(&mean_text(mean, self.language))
    }

    /// A percentage as this language writes it.
    pub fn percent(&self, percent: f64) -> String {
        unbroken(&percent_text(percent, self.language))
    }

    /// A figure as this language writes it, on one line.
    pub fn figure(&self, figure: &FigureShown) -> String {
        unbroken(&figure_text(figure, self.language))
    }
}

pub(in crate::web::page) fn arrow(change: Change) -> &'static str {
    match change.direction() {
        -1 => "↓",
        0 => "=",
        _ => "↑",
    }
}

fn sign(is_less: bool) -> char {
    if is_less { '−' } else { '+' }
}

/// `38 sur 42 communes ont envoyé au moins un rapport`; empty where none owes any.
pub(in crate::web::page) fn reporting(pack: &Pack, language: Language, places: &PlacesReporting) -> String {
    if places.expected == 0 {
        return String::new();
    }
    let plural = pack.level(&places.level).map_or("", |level| level.plural.get(language));
    let words = words(language);
    let (reporting, expected) = (spaced(places.reporting), spaced(places.expected));
    format!("{reporting} {} {expected} {plural} {}", words.of, words.have_reported)
}

/// From 80 % good, from 50 % to be followed: the marks of the national bulletin, always with their word.
pub(in crate::web::page) fn complete_shown(
    counts: &CompletenessShown,
    words: &'static Words,
    language: Language,
) -> CompleteShown {
    let (mark, mark_class) = match counts.percent {
        None => (words.marks[3], "none"),
        Some(percent) if percent >= GOOD_FROM => (words.marks[0], "good"),
        Some(percent) if percent >= FAIR_FROM => (words.marks[1], "fair"),
        Some(_) => (words.marks[2], "low"),
    };
    let whole = counts.expected.max(counts.received).max(1) as f64;
    let width = |part: i64| part as f64 * 100.0 / whole;
    let text = |percent: Option<f64>| percent.map_or_else(|| "-".to_owned(), |part| percent_text(part, language));
    CompleteShown {
        percent: text(counts.percent),
        on_time_percent: text(counts.on_time_percent),
        mark,
        mark_class,
        widths: [counts.on_time, counts.late, counts.silent].map(|part| format!("{:.1}", width(part))),
        starts: [counts.on_time, counts.received].map(|part| format!("{:.1}", width(part))),
        is_owed: counts.expected > 0 || counts.received > 0,
        expected: spaced(counts.expected),
        received: spaced(counts.received),
        on_time: spaced(counts.on_time),
        late: spaced(counts.late),
        zero: spaced(counts.zero),
        not_held: spaced(counts.not_held),
        silent: spaced(counts.silent),
    }
}

/// Completeness in per cent from which it counts as good.
pub(in crate::web::page) const GOOD_FROM: f64 = 80.0;
/// And from which it is to be followed; below, it is low.
pub(in crate::web::page) const FAIR_FROM: f64 = 50.0;

pub(in crate::web::page) fn spaced(number: i64) -> String {
    unbroken(&grouped(number))
}

/// Thousands stay on one line.
fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}
