//! The parts of the page, put into words.

use super::super::words::Words;
use super::words::ClosingWords;
use crate::base::text::grouped;
use crate::base::{Date, Instant, Language, Period};
use crate::programme::InForce;
use crate::view::officer::{figure_text, percent_text};
use crate::view::{
    ApprovedShown, ClosingItem, CompletenessShown, MonthReview, OfficerShown, PlaceShown, ReopenedShown, Summary,
};
use crate::web::App;

/// Names listed before the rest is counted.
const NAMES_MAX: usize = 20;

/// A figure that is no longer what was approved.
pub(in crate::web::page) struct Difference {
    pub name: String,
    pub current: String,
    pub closed: String,
}

/// A month of the place, or a place below in this month.
pub(in crate::web::page) struct MonthRow {
    pub name: String,
    pub address: String,
    pub is_current: bool,
    pub state: String,
    pub who: String,
}

/// What waits before a month is approved.
pub(in crate::web::page) struct Waits {
    /// Lines of text; empty where nothing waits.
    pub lines: Vec<String>,
    /// Names of silent places.
    pub silent: String,
    /// Places below that have not approved, with the address of their page.
    pub missing: Vec<(String, String)>,
}

/// The address of the page.
pub(super) fn address(code: &str, month: &str, language: Language) -> String {
    format!("/places/{code}/closing?month={month}&lang={language}")
}

/// Puts answers into words.
pub(in crate::web::page) struct Scribe<'a> {
    pub app: &'a App,
    pub in_force: &'a InForce,
    pub language: Language,
    pub words: &'static Words,
    pub own: &'static ClosingWords,
    pub today: Date,
}

impl Scribe<'_> {
    fn level(&self, id: &str) -> String {
        let level = self.in_force.pack.level(id);
        level.map_or(id, |level| level.name.get(self.language)).to_owned()
    }

    fn month(&self, name: &str) -> Option<Period> {
        self.in_force.pack.calendar.parse(name)
    }

    /// `open`, `under way`, or up to which level it is approved.
    pub fn state(&self, item: &ClosingItem) -> String {
        let is_under_way = self.month(&item.month).is_some_and(|month| month.last() >= self.today);
        match &item.level {
            Some(level) => format!("{} {}", self.own.approved, self.level(level)),
            None if is_under_way => self.own.under_way.to_owned(),
            None => self.own.open.to_owned(),
        }
    }

    fn officer(&self, officer: Option<&OfficerShown>, at: Instant) -> String {
        let who = officer.map_or_else(
            || self.own.somebody.to_owned(),
            |officer| {
                let role = self.in_force.pack.role(&officer.role);
                let role = role.map_or(officer.role.as_str(), |role| role.name.get(self.language));
                let place = officer.place.as_ref().map_or("", |place| place.name.as_str());
                format!("{role}, {place}")
            },
        );
        format!("{who}, {}", at.date_in(&self.app.programme.timezone).strftime("%d/%m/%Y"))
    }

    /// `Cercle Kadiolo : Officier, Kadiolo, 03/11/2026`.
    pub fn approved(&self, approval: &ApprovedShown) -> String {
        let place = format!("{} {}", self.level(&approval.place.level), approval.place.name);
        format!("{place}{}{}", self.words.colon, self.officer(approval.by.as_ref(), approval.approved))
    }

    /// What was approved and by whom it was opened again, and why.
    pub fn reopened(&self, one: &ReopenedShown) -> (String, String) {
        let own = self.own;
        let before = format!("{} {}", own.approved_by, self.approved(&one.approval));
        let after = format!("{} {}", own.reopened_by, self.officer(one.by.as_ref(), one.reopened));
        (format!("{before}. {after}"), one.reason.clone().unwrap_or_default())
    }

    /// `12/15 (80,0%)`.
    pub fn complete(&self, counts: &CompletenessShown) -> String {
        let percent = counts.percent.map_or_else(|| "-".to_owned(), |percent| percent_text(percent, self.language));
        let on_time = counts.on_time_percent.map_or_else(|| "-".to_owned(), |part| percent_text(part, self.language));
        let (received, expected) = (grouped(counts.received), grouped(counts.expected));
        format!("{received} / {expected} ({percent}), {} {on_time}", self.words.on_time.to_lowercase())
    }

    pub(super) fn waits(&self, review: &MonthReview) -> Waits {
        let own = self.own;
        let line = |count: i64, [one, several]: [&str; 2]| match count {
            0 => None,
            1 => Some(one.to_owned()),
            _ => Some(several.replace("{n}", &count.to_string())),
        };
        let waiting = &review.waiting;
        let lines = [
            line(waiting.drafts, own.drafts),
            line(waiting.awaiting_visa, own.awaiting),
            line(waiting.changes, own.changes),
        ];
        let names: Vec<&str> = review.silent.iter().take(NAMES_MAX).map(|place| place.name.as_str()).collect();
        let mut silent = names.join(", ");
        if review.silent.len() > NAMES_MAX {
            let others = (review.silent.len() - NAMES_MAX).to_string();
            silent = format!("{silent} {}", own.and_more.replace("{n}", &others));
        }
        let month = review.situation.month.name();
        let link = |place: &PlaceShown| (place.name.clone(), address(&place.code, &month, self.language));
        Waits {
            lines: lines.into_iter().flatten().collect(),
            silent,
            missing: review.missing.iter().map(link).collect(),
        }
    }

    pub(super) fn differences(&self, summary: &Summary) -> Vec<Difference> {
        let Some(closed) = &summary.closed else { return Vec::new() };
        let difference = |indicator: &crate::view::IndicatorShown| {
            let then = closed.values.get(&indicator.id)?;
            let now = summary.total.get(&indicator.id)?;
            Some(Difference {
                name: indicator.name.clone(),
                current: figure_text(now, self.language),
                closed: figure_text(then, self.language),
            })
        };
        summary.indicators.iter().filter_map(difference).collect()
    }

    fn who(&self, item: &ClosingItem) -> String {
        item.approvals.last().map_or_else(String::new, |last| self.officer(last.by.as_ref(), last.approved))
    }

    pub(super) fn month_row(&self, item: &ClosingItem, shown: Period) -> MonthRow {
        MonthRow {
            name: self.month(&item.month).map_or_else(|| item.month.clone(), |month| self.words.period_name(month)),
            address: address(&item.place.code, &item.month, self.language),
            is_current: item.month == shown.name(),
            state: self.state(item),
            who: self.who(item),
        }
    }

    pub(super) fn place_row(&self, item: &ClosingItem) -> MonthRow {
        MonthRow {
            name: item.place.name.clone(),
            address: address(&item.place.code, &item.month, self.language),
            is_current: false,
            state: self.state(item),
            who: self.who(item),
        }
    }
}
