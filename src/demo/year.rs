//! Twelve made-up months: who reported what, when, and who kept silent.

use jiff::ToSpan;

use super::chance::Chance;
use super::figures;
use super::people::DemoPerson;
use crate::base::period::shift;
use crate::base::{Calendar, Date, Period, PeriodKind};
use crate::flow::values::Values;

/// One made-up report, before it is filed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Position of its sender among the people.
    pub sender: usize,
    /// Flow id.
    pub flow: &'static str,
    /// Body id where a body reports.
    pub body: Option<&'static str>,
    /// Reference date.
    pub date: Date,
    /// Day it came in.
    pub received: Date,
    /// Values; empty for a declared zero.
    pub values: Values,
}

/// The reports of `people` over the days from `from` to `to`, oldest first.
pub fn reports(people: &[DemoPerson], calendar: &Calendar, from: Date, to: Date, chance: &Chance) -> Vec<Draft> {
    let mut year = Year { calendar, from, to, chance, drafts: Vec::new() };
    for (sender, demo) in people.iter().enumerate() {
        match demo.person.role.as_str() {
            "relais" | "asc" => {
                year.screenings(sender, demo.diligence);
                year.monthly(sender, demo.diligence, "sen", figures::awareness);
            }
            "gsan" => {
                year.screenings(sender, demo.diligence);
                year.monthly(sender, demo.diligence, "cui", figures::cooking);
            }
            "leader" => year.monthly(sender, demo.diligence, "sen", figures::awareness),
            "point_focal" => year.meetings(sender, demo.diligence),
            _ => {}
        }
    }
    // After the above, whose figures stay as they were.
    for (sender, demo) in people.iter().enumerate() {
        match demo.person.role.as_str() {
            "asc" => {
                year.monthly(sender, demo.diligence, "fef", figures::women);
                year.stocks(sender, demo.diligence);
                year.campaign(sender, demo.diligence);
            }
            "point_focal" => {
                year.plans(sender, demo.diligence);
                year.funds(sender);
            }
            "relais" => {
                year.monthly(sender, demo.diligence, "fef", figures::women);
                year.alerts(sender);
            }
            "gsan" => year.alerts(sender),
            _ => {}
        }
    }
    year.drafts.sort_by_key(|draft| (draft.received, draft.sender));
    year.drafts
}

struct Year<'a> {
    calendar: &'a Calendar,
    from: Date,
    to: Date,
    chance: &'a Chance,
    drafts: Vec<Draft>,
}

impl Year<'_> {
    fn periods(&self, kind: PeriodKind) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut period = self.calendar.period(kind, self.from);
        while period.first() <= self.to {
            periods.push(period);
            period = self.calendar.next(period);
        }
        periods
    }

    /// A weekly screening on one of the week's days; now and then a declared zero, now and then silence.
    fn screenings(&mut self, sender: usize, diligence: u64) {
        for week in self.periods(PeriodKind::Week) {
            if !self.chance.happens(diligence) {
                continue;
            }
            let date = shift(week.first(), self.chance.between(0, 6).days());
            let values = if self.chance.happens(4) { Values::default() } else { figures::screening(self.chance, date) };
            self.add(sender, "dep", None, date, values);
        }
    }

    fn monthly(&mut self, sender: usize, diligence: u64, flow: &'static str, values: fn(&Chance) -> Values) {
        for month in self.periods(PeriodKind::Month) {
            if self.chance.happens(diligence) {
                let date = shift(month.first(), self.chance.between(0, 27).days());
                let values = values(self.chance);
                self.add(sender, flow, None, date, values);
            }
        }
    }

    /// The stock at the end of each month, as what came and went leaves it.
    fn stocks(&mut self, sender: usize, diligence: u64) {
        let mut left = 150 * self.chance.between(1, 4);
        for month in self.periods(PeriodKind::Month) {
            if self.chance.happens(diligence) {
                let values = figures::stock(self.chance, left);
                left = values.number("S").unwrap_or(left);
                let date = shift(month.first(), self.chance.between(20, 27).days());
                self.add(sender, "atpe", None, date, values);
            }
        }
    }

    /// Up to three days of the campaign that is on.
    fn campaign(&mut self, sender: usize, diligence: u64) {
        for days_ago in 0..3 {
            if self.chance.happens(diligence) {
                let values = figures::campaign(self.chance);
                self.add(sender, "vita", None, shift(self.to, (-days_ago).days()), values);
            }
        }
    }

    fn plans(&mut self, sender: usize, diligence: u64) {
        for quarter in self.periods(PeriodKind::Quarter) {
            if self.chance.happens(diligence) {
                let date = shift(quarter.first(), self.chance.between(20, 85).days());
                self.add(sender, "pla", None, date, figures::plan(self.chance));
            }
        }
    }

    /// Money as it goes: pledged in one month, most of it received in the next, some of that spent after it.
    fn funds(&mut self, sender: usize) {
        for quarter in self.periods(PeriodKind::Quarter) {
            let (amount, source) = (100_000 * self.chance.between(4, 40), self.chance.between(1, 7));
            let received = self.chance.part(amount / 1_000, 80) * 1_000;
            let spent = self.chance.part(received / 1_000, 70) * 1_000;
            for (days, amount, status) in [(8, amount, "A"), (35, received, "R"), (60, spent, "D")] {
                if amount >= 1_000 && self.chance.happens(80) {
                    let date = shift(quarter.first(), days.days());
                    self.add(sender, "res", None, date, figures::money(amount, source, status));
                }
            }
        }
    }

    /// Seldom, as it should be.
    fn alerts(&mut self, sender: usize) {
        for month in self.periods(PeriodKind::Month) {
            if self.chance.happens(6) {
                let date = shift(month.first(), self.chance.between(0, 27).days());
                let values = figures::alert(self.chance);
                self.add(sender, "ale", None, date, values);
            }
        }
    }

    /// The commune's committee: held, not held with the reason, or silent. Many do not meet: that is the point.
    fn meetings(&mut self, sender: usize, diligence: u64) {
        for quarter in self.periods(PeriodKind::Quarter) {
            if !self.chance.happens(diligence) {
                continue;
            }
            let date = shift(quarter.first(), self.chance.between(5, 85).days());
            let held = self.chance.happens(68);
            self.add(sender, "reu", Some("ccocsad"), date, figures::meeting(self.chance, "ccocsad", date, held));
        }
    }

    /// Files it on its day or some days late; nothing is filed after the last day.
    fn add(&mut self, sender: usize, flow: &'static str, body: Option<&'static str>, date: Date, values: Values) {
        let late_days = if self.chance.happens(78) { 0 } else { self.chance.between(1, 9) };
        let received = shift(date, late_days.days());
        if date >= self.from && received <= self.to {
            self.drafts.push(Draft { sender, flow, body, date, received, values });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_made_up_passes_its_checks() {
        let chance = Chance::new(7);
        for day in 0..2_000 {
            let values = figures::screening(&chance, shift(date(2026, 1, 1), (day % 365).days()));
            let of = |label| values.number(label).expect("a number");
            assert_eq!(of("T"), of("V") + of("J") + of("R") + of("E"));
            let plan = figures::plan(&chance);
            assert!(plan.number("X") <= plan.number("A") && plan.number("U") <= plan.number("B"));
            let of_stock = figures::stock(&chance, day);
            let stock = |label| of_stock.number(label).expect("a number");
            assert_eq!(stock("S"), day + stock("E") - stock("U") - stock("P"));
            assert!(["S", "E", "U", "P"].into_iter().all(|label| stock(label) >= 0));
            assert!(of("F") <= of("T") && of("S") <= of("R") + of("E") && of("M") <= of("J"));
        }
    }
}
