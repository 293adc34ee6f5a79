//! The card as one HTML page for print: A5, no scripts, the fonts of whoever prints it.
//!
//! Letters are as large as the page allows: the height of the card is reckoned for each size from the same measures the
//! style sheet has, and the largest that surely fits is taken. Reckoned with wide letters (Verdana, DejaVu Sans).

use askama::Template;

use super::{Card, Row};

/// Sizes tried, in tenths of a point: from what still reads with glasses to what reads at arm's length.
const SIZES: std::ops::RangeInclusive<u32> = 65..=140;
/// What the page holds inside its margins, in points: A5 less 8 mm on each side.
const WIDTH_POINTS: f64 = 374.0;
/// The same upwards, less a reserve for letters wider than reckoned.
const HEIGHT_POINTS: f64 = 548.0 * 0.98;
/// Width of a letter and of a bold one, in sizes of the text.
const LETTER: f64 = 0.575;
const BOLD_LETTER: f64 = 0.67;
/// Most options of a choice side by side.
const COLUMNS_MAX: f64 = 5.0;

/// The page.
#[derive(Template)]
#[template(path = "card.html")]
struct Page<'c> {
    card: &'c Card,
    size: String,
    /// How many options of each row stand side by side.
    columns: Vec<usize>,
}

impl Card {
    /// The card as a page.
    ///
    /// # Errors
    /// When the template cannot be filled, which is a fault of ours.
    pub fn html(&self) -> Result<String, askama::Error> {
        let tenths = SIZES.rev().find(|tenths| self.fits(*tenths)).unwrap_or(*SIZES.start());
        let measure = Measure::at(tenths);
        let columns = self.rows.iter().map(|row| measure.columns(row)).collect();
        Page { card: self, size: format!("{}.{}", tenths / 10, tenths % 10), columns }.render()
    }

    fn fits(&self, tenths: u32) -> bool {
        let measure = Measure::at(tenths);
        measure.card(self) * f64::from(tenths) / 10.0 <= HEIGHT_POINTS
    }
}

/// Reckons heights at one size; all lengths in sizes of the text (`rem` in the style sheet).
struct Measure {
    width: f64,
}

/// Lines that so many letters take.
fn lines(letters: usize, letter: f64, width: f64) -> f64 {
    (letters as f64 * letter / width.max(1.0)).ceil().max(1.0)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A heading with the space around it.
const HEADING: f64 = 2.4;
/// One line of running text in lists.
const LINE: f64 = 1.4;

impl Measure {
    fn at(tenths: u32) -> Measure {
        Measure { width: WIDTH_POINTS * 10.0 / f64::from(tenths) }
    }

    fn card(&self, card: &Card) -> f64 {
        let rows: f64 = card.rows.iter().map(|row| self.row(row)).sum();
        let never = 1.9 + 1.3 * lines(length(card.words.never), BOLD_LETTER, self.width - 1.8);
        self.head(card) + self.send(card) + HEADING + rows + self.rules(card) + self.steps(card) + never
    }

    fn head(&self, card: &Card) -> f64 {
        let beside = self.width - 2.3 * (length(&card.keyword) as f64 * 0.8) - 2.3;
        let title = 1.84 * lines(length(&card.title), 1.6 * BOLD_LETTER, beside);
        let senders = 1.3 * lines(length(card.rhythm) + 3 + length(&card.senders), LETTER, beside);
        (title + 0.15 + senders).max(3.2) + 0.9
    }

    fn send(&self, card: &Card) -> f64 {
        let (w, inside) = (card.words, self.width - 1.6);
        let mut height = 2.55 + 2.19 * lines(length(&card.example), 1.75 * BOLD_LETTER, inside);
        if let Some((text, _)) = &card.bare {
            let told = LETTER * (length(w.bare_before) + length(w.bare_after) + 4) as f64;
            height += 0.35 + LINE * lines(length(text), BOLD_LETTER, inside - told).min(2.0);
        }
        if let Some((text, told)) = &card.instead {
            height += 0.35 + LINE * lines(length(w.instead) + length(text) + length(told) + 6, LETTER, inside);
        }
        height
    }

    fn row(&self, row: &Row) -> f64 {
        let optional = if row.is_optional { 14 } else { 0 };
        let beside = self.width - 3.4 - LETTER * length(&row.takes) as f64;
        let name = 1.95 + 1.3 * (lines(length(&row.name) + optional, LETTER, beside) - 1.0);
        if row.options.is_empty() {
            return name;
        }
        let columns = self.columns(row);
        let width = (self.width - 2.6) / columns as f64 - 1.0;
        let line = |options: &[(String, String)]| {
            let longest = options.iter().map(|(typed, meant)| length(typed) + length(meant) + 1).max();
            1.35 * lines(longest.unwrap_or_default(), LETTER, width)
        };
        name + 0.25 + row.options.chunks(columns).map(line).sum::<f64>()
    }

    /// How many options stand side by side.
    fn columns(&self, row: &Row) -> usize {
        let longest = row.options.iter().map(|(typed, meant)| length(typed) + length(meant) + 2).max();
        let needed = longest.unwrap_or(1) as f64 * LETTER + 1.0;
        // A small whole number; and no more than leave every line alike full.
        let most = ((self.width - 2.6) / needed).floor().clamp(1.0, COLUMNS_MAX) as usize;
        let count = row.options.len().max(1);
        count.div_ceil(count.div_ceil(most))
    }

    fn rules(&self, card: &Card) -> f64 {
        if card.rules.is_empty() {
            return 0.0;
        }
        let formulas = card.rules.iter().map(|rule| length(&rule.formula)).max().unwrap_or_default();
        let beside = self.width - BOLD_LETTER * formulas as f64 - 1.0;
        let soft = length(card.words.soft) + length(&card.yes) + 4;
        let rule = |said: &str, is_soft: bool| {
            LINE * lines(length(said) + if is_soft { soft } else { 0 }, LETTER, beside) + 0.1
        };
        HEADING + card.rules.iter().map(|rule_| rule(&rule_.said, rule_.is_soft)).sum::<f64>()
    }

    /// The two columns: what to do about a mistake, and the same by USSD.
    fn steps(&self, card: &Card) -> f64 {
        let (w, column) = (card.words, self.width / 2.0 - 0.6);
        let paragraph = |letters: usize| lines(letters, LETTER, column);
        let left = paragraph(length(w.receipt)) + card.commands().len() as f64;
        let choose = (length(w.choose) + 1 + length(&card.title)) as f64 * 1.1;
        let right = 1.0 + paragraph(choose as usize) + paragraph(length(w.answer)) + paragraph(length(w.cut));
        HEADING + LINE * left.max(right)
    }
}
