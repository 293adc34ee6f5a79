//! The open alerts of a place, as its page lists them.

use super::Composer;
use crate::view::AlertItem;

/// Alerts a page lists at most.
pub(super) const LISTED_MAX: i64 = 10;

/// One alert.
pub(super) struct AlertRow {
    pub number: i64,
    /// Name of the area that numbers it, where that is not the place of the page.
    pub area: String,
    pub what: String,
    pub place: String,
    /// The page of the place it is about; empty on that page itself.
    pub address: String,
    /// Since when, day and time.
    pub since: String,
}

impl Composer<'_> {
    pub(super) fn alerts(&self) -> Vec<AlertRow> {
        self.open.0.iter().map(|alert| self.alert(alert)).collect()
    }

    fn alert(&self, alert: &AlertItem) -> AlertRow {
        let here = &self.question.place.code;
        let other = |code: &str| code != here;
        let area = alert.area.as_ref().filter(|area| other(&area.code));
        let place = alert.place.as_ref();
        AlertRow {
            number: alert.number,
            area: area.map_or_else(String::new, |area| area.name.clone()),
            what: format!("{} · {}", alert.keyword, alert.text),
            place: place.map_or_else(String::new, |place| place.name.clone()),
            address: place
                .filter(|place| other(&place.code))
                .map_or_else(String::new, |place| self.address.of(&place.code).to_string()),
            since: self.since(&alert.opened_at),
        }
    }

    /// Day and time where the programme works.
    fn since(&self, opened: &str) -> String {
        let instant = opened.parse::<jiff::Timestamp>();
        instant.map_or_else(
            |_| opened.to_owned(),
            |instant| instant.to_zoned(self.app.programme.timezone.clone()).strftime("%d/%m/%Y %H:%M").to_string(),
        )
    }

    /// How many are open beside those listed.
    pub(super) fn more_alerts(&self) -> String {
        let more = self.open.1 - i64::try_from(self.open.0.len()).unwrap_or(0);
        if more > 0 { self.own.and_more.replace("{n}", &more.to_string()) } else { String::new() }
    }
}
