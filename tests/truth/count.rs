//! The truth of a year, counted from the messages as they were sent and from nothing else.
//!
//! A second opinion: it names nothing of the program, knows only what the cue card and the calendar say, and is far too slow
//! and too simple to serve anybody. It reads the receipt a correction names from the answer its sender got, as they did.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

/// Labels of a screening, in the order they are counted in.
pub const LABELS: [&str; 8] = ["T", "F", "V", "J", "R", "E", "S", "M"];

/// One SMS as it was sent, and what came back.
pub struct Sent {
    pub day: Date,
    pub phone: String,
    pub text: String,
    pub answer: String,
}

/// A screening or a declared zero.
struct Screening {
    phone: String,
    receipt: Option<String>,
    about: Date,
    came: Date,
    values: Option<[i64; 8]>,
}

/// A meeting, or its not being held.
struct Meeting {
    phone: String,
    about: Date,
    came: Date,
    /// The reason, where it was not held.
    reason: Option<i64>,
    /// T F K X PV G.
    values: [i64; 6],
}

/// Who sends from where.
pub struct Sender {
    pub phone: String,
    pub commune: String,
    pub network: String,
    pub role: String,
    pub is_focal_point: bool,
}

/// Whose messages are asked for; nothing given is everybody's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Who<'a> {
    pub network: Option<&'a str>,
    pub role: Option<&'a str>,
}

/// All that was sent and stands.
pub struct Truth {
    senders: Vec<Sender>,
    screenings: Vec<Screening>,
    meetings: Vec<Meeting>,
}

/// expected, received, on time, late, zero, not held, silent.
pub type Complete = [i64; 7];

/// The Thursday that ends the week of `day`: weeks run from Friday to Thursday.
pub fn thursday(day: Date) -> Date {
    let mut last = day;
    while last.weekday() != jiff::civil::Weekday::Thursday {
        last = last.tomorrow().expect("a day");
    }
    last
}

/// The last day of the quarter of `day`.
pub fn quarter_end(day: Date) -> Date {
    let month = (day.month() - 1) / 3 * 3 + 3;
    Date::new(day.year(), month, 1).expect("a day").last_of_month()
}

fn number(word: &str, label: &str) -> Option<i64> {
    word.strip_prefix(label)?.parse().ok()
}

/// A day typed as four digits: the latest one that is not to come.
fn typed_day(digits: &str, today: Date) -> Date {
    let (day, month) = (digits[..2].parse().expect("a day"), digits[2..].parse().expect("a month"));
    let this_year = Date::new(today.year(), month, day).expect("a day");
    if this_year > today { Date::new(today.year() - 1, month, day).expect("a day") } else { this_year }
}

/// What stands behind a word: `DATE 2311`, `D2311`.
fn day_in(words: &[&str], today: Date) -> Option<Date> {
    let after = words.iter().position(|word| *word == "DATE").map(|at| words[at + 1]);
    let glued = words.iter().find_map(|word| word.strip_prefix('D').filter(|rest| rest.len() == 4));
    after.or(glued).filter(|digits| digits.chars().all(|digit| digit.is_ascii_digit())).map(|at| typed_day(at, today))
}

impl Truth {
    /// Counts what was sent, in the order it was sent in.
    pub fn of(senders: Vec<Sender>, sent: &[Sent]) -> Truth {
        let mut truth = Truth { senders, screenings: Vec::new(), meetings: Vec::new() };
        for sms in sent {
            let words: Vec<&str> = sms.text.split_whitespace().collect();
            match words[0] {
                "DEP" => truth.screening(sms, &words),
                "RIEN" => {
                    let about = truth.about(sms, &words);
                    let zero =
                        Screening { phone: sms.phone.clone(), receipt: None, about, came: sms.day, values: None };
                    truth.screenings.push(zero);
                }
                "CORR" => truth.correction(sms, &words),
                "ANNUL" => truth.screenings.retain(|known| !known.is_called(sms, words[1])),
                "REU" => truth.meeting(sms, &words),
                _ => {}
            }
        }
        truth
    }

    /// The day a screening is about: as typed; else the end of the week before, in the three days after it and where
    /// nothing came for it yet; else today.
    fn about(&self, sms: &Sent, words: &[&str]) -> Date {
        if let Some(day) = day_in(&words[1..], sms.day) {
            return day;
        }
        let before = thursday(sms.day).saturating_sub(7.days());
        let came = |known: &&Screening| known.phone == sms.phone && thursday(known.about) == before;
        if sms.day <= before + 3.days() && !self.screenings.iter().any(|known| came(&known)) { before } else { sms.day }
    }

    fn screening(&mut self, sms: &Sent, words: &[&str]) {
        let values = LABELS.map(|label| words.iter().find_map(|word| number(word, label)).expect("every label"));
        let [total, girls, green, yellow, red, oedema, ..] = values;
        if total != green + yellow + red + oedema || girls > total {
            return;
        }
        let about = self.about(sms, words);
        let receipt = sms.answer.split("CORR ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned);
        self.screenings.push(Screening {
            phone: sms.phone.clone(),
            receipt: Some(receipt.unwrap_or_else(|| panic!("{}: {}", sms.text, sms.answer))),
            about,
            came: sms.day,
            values: Some(values),
        });
    }

    fn correction(&mut self, sms: &Sent, words: &[&str]) {
        for known in self.screenings.iter_mut().filter(|known| known.is_called(sms, words[1])) {
            if let Some(day) = day_in(&words[2..], sms.day) {
                known.about = day;
            }
            for (label, value) in LABELS.iter().zip(known.values.iter_mut().flatten()) {
                if let Some(typed) = words[2..].iter().find_map(|word| number(word, label)) {
                    *value = typed;
                }
            }
        }
    }

    fn meeting(&mut self, sms: &Sent, words: &[&str]) {
        let reason = words.iter().position(|word| *word == "NON").map(|at| words[at + 1].parse().expect("a reason"));
        let label = |label: &str| words[2..].iter().find_map(|word| number(word, label)).unwrap_or(0);
        let values = ["T", "F", "K", "X", "PV", "G"].map(label);
        let about = day_in(&words[2..], sms.day).unwrap_or(sms.day);
        self.meetings.push(Meeting { phone: sms.phone.clone(), about, came: sms.day, reason, values });
    }

    fn is_of(&self, phone: &str, area: &str, who: Who<'_>) -> bool {
        let sender = self.senders.iter().find(|sender| sender.phone == phone).expect("a sender");
        sender.commune.starts_with(area)
            && who.network.is_none_or(|network| sender.network == network)
            && who.role.is_none_or(|role| sender.role == role)
    }

    /// Screened children by label, in an area (the beginning of its communes' codes) from one day to another.
    pub fn screened(&self, area: &str, (first, last): (Date, Date), who: Who<'_>) -> [i64; 8] {
        let mut sums = [0; 8];
        for known in &self.screenings {
            if self.is_of(&known.phone, area, who) && (first..=last).contains(&known.about) {
                for (sum, value) in sums.iter_mut().zip(known.values.iter().flatten()) {
                    *sum += value;
                }
            }
        }
        sums
    }

    /// How complete screenings are: each health worker owes each week that ends between the two days.
    pub fn screenings_owed(&self, area: &str, days: (Date, Date)) -> Complete {
        self.screenings_owed_by(|_| true, area, days)
    }

    /// The same of those whose role is asked for.
    pub fn screenings_owed_by(
        &self,
        is_asked: impl Fn(&str) -> bool,
        area: &str,
        (first, last): (Date, Date),
    ) -> Complete {
        let mut complete = [0; 7];
        let owes = |sender: &&Sender| !sender.is_focal_point && is_asked(&sender.role);
        for sender in self.senders.iter().filter(owes).filter(|sender| sender.commune.starts_with(area)) {
            let mut week = thursday(first);
            while week <= last {
                complete[0] += 1;
                let of_week = |known: &&Screening| known.phone == sender.phone && thursday(known.about) == week;
                let came: Vec<&Screening> = self.screenings.iter().filter(of_week).collect();
                tally(&mut complete, came.iter().map(|known| known.came), week + 1.day());
                complete[4] += i64::from(!came.is_empty() && came.iter().all(|known| known.values.is_none()));
                week += 7.days();
            }
        }
        complete[6] = complete[0] - complete[1];
        complete
    }

    /// How complete meetings of communes are: each commune owes one in each quarter that ends between the two days.
    pub fn meetings_owed(&self, area: &str, communes: i64, (first, last): (Date, Date)) -> Complete {
        let mut complete = [0; 7];
        let mut quarter = quarter_end(first);
        while quarter <= last {
            complete[0] += communes;
            for sender in self.senders.iter().filter(|sender| sender.is_focal_point && sender.commune.starts_with(area))
            {
                let of_quarter = |known: &&Meeting| known.phone == sender.phone && quarter_end(known.about) == quarter;
                let came: Vec<&Meeting> = self.meetings.iter().filter(of_quarter).collect();
                tally(&mut complete, came.iter().map(|known| known.came), quarter + 15.days());
                complete[5] += i64::from(!came.is_empty() && came.iter().all(|known| known.reason.is_some()));
            }
            quarter = quarter_end(quarter.tomorrow().expect("a day"));
        }
        complete[6] = complete[0] - complete[1];
        complete
    }

    /// Held, not held, then participants, women, decisions, applied, with minutes, sectors.
    pub fn meetings(&self, area: &str, (first, last): (Date, Date), who: Who<'_>) -> [i64; 8] {
        let mut sums = [0; 8];
        for known in &self.meetings {
            if self.is_of(&known.phone, area, who) && (first..=last).contains(&known.about) {
                sums[usize::from(known.reason.is_some())] += 1;
                for (sum, value) in sums[2..].iter_mut().zip(known.values) {
                    *sum += value;
                }
            }
        }
        sums
    }

    /// Senders of screenings in an area of whom nothing came for the week ending on this Thursday.
    pub fn silent(&self, area: &str, week: Date) -> Vec<&str> {
        let owes = |sender: &&Sender| !sender.is_focal_point && sender.commune.starts_with(area);
        let came =
            |phone: &str| self.screenings.iter().any(|known| known.phone == phone && thursday(known.about) == week);
        let silent = self.senders.iter().filter(owes).filter(|sender| !came(&sender.phone));
        silent.map(|sender| sender.phone.as_str()).collect()
    }

    /// How many of each kind there are, so that a year without any of one is seen.
    pub fn kinds(&self) -> BTreeMap<&'static str, usize> {
        let late = |known: &&Screening| known.came > thursday(known.about) + 1.day();
        BTreeMap::from([
            ("screenings", self.screenings.iter().filter(|known| known.values.is_some()).count()),
            ("zeros", self.screenings.iter().filter(|known| known.values.is_none()).count()),
            ("late", self.screenings.iter().filter(late).count()),
            ("held", self.meetings.iter().filter(|known| known.reason.is_none()).count()),
            ("not held", self.meetings.iter().filter(|known| known.reason.is_some()).count()),
        ])
    }
}

impl Screening {
    fn is_called(&self, sms: &Sent, receipt: &str) -> bool {
        self.phone == sms.phone && self.receipt.as_deref() == Some(receipt)
    }
}

/// Counts what came for one period: once, and on time where any of it came by the day it was due.
fn tally(complete: &mut Complete, came: impl Iterator<Item = Date>, due: Date) {
    if let Some(first) = came.min() {
        complete[1] += 1;
        complete[if first <= due { 2 } else { 3 }] += 1;
    }
}
