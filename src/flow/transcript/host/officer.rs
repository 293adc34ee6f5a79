//! What waits for an officer. All places of a transcript number it together, in one area that every officer shares.

use super::{Host, Person, person_id};
use crate::base::{Date, Language, PlaceId, gsm7};
use crate::flow::dialogue::officer::{Decided, Wanted, ask_officer, tell_sender};
use crate::flow::turn::{
    Approval, ApprovalSubject, Effect, Facts, FilingState, JoinSite, OwnReport, Reporter, Turn, Verdict,
};
use crate::flow::values::Values;

/// Something that waits for an officer, or did.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    number: i64,
    subject: Subject,
    /// Who is told what was decided.
    phone: String,
    verdict: Option<Verdict>,
}

#[derive(Clone, Debug)]
enum Subject {
    /// A report, by its rank.
    Report(usize),
    /// A late change of a report: what it would become.
    Change { report: usize, values: Values, date: Date, cancels: bool },
    /// A number that wants to join.
    Join { place: PlaceId, role: String, network: String, name: String },
}

impl Host<'_> {
    /// A code that can be joined with.
    pub(in crate::flow::transcript) fn set_code(&mut self, code: &str, role: &str, place: &str) {
        let site = self.place(place);
        let (place_name, role, network) = (gsm7::plain(place), role.to_owned(), String::new());
        self.codes.insert(code.to_uppercase(), JoinSite { place: site, place_name, role, network, waiting: false });
    }

    pub(super) fn join_site(&self, phone: &str, code: &str) -> Option<JoinSite> {
        let waits =
            |one: &Waiting| one.phone == phone && one.verdict.is_none() && matches!(one.subject, Subject::Join { .. });
        let site = self.codes.get(code)?.clone();
        Some(JoinSite { waiting: self.approvals.iter().any(waits), ..site })
    }

    pub(super) fn approval(&self, phone: &str, number: i64) -> Vec<Approval> {
        let Some(waiting) = self.approvals.iter().find(|waiting| waiting.number == number) else { return Vec::new() };
        let here = |person: &&Person| person.phone == phone;
        let officer = self.people.iter().filter(here).find(|person| self.is_officer(person));
        let (subject, place, sender) = match &waiting.subject {
            Subject::Report(report) => {
                let filing = &self.reports[*report].filing;
                (ApprovalSubject::Report(filing.flow.clone()), filing.place, filing.person)
            }
            Subject::Change { report, .. } => {
                let filing = &self.reports[*report].filing;
                (ApprovalSubject::Change(filing.flow.clone()), filing.place, filing.person)
            }
            Subject::Join { place, .. } => (ApprovalSubject::Join, Some(*place), None),
        };
        let is_own = self.people.iter().filter(here).any(|person| Some(person.reporter.person) == sender);
        vec![Approval {
            id: number.to_string(),
            number,
            area_name: officer.map_or_else(String::new, |person| person.reporter.place_name.clone()),
            subject,
            place_name: self.place_name(place.unwrap_or(PlaceId(-1))),
            is_own,
            conflicts: false,
            verdict: waiting.verdict,
        }]
    }

    pub(super) fn open_approvals(&self, phone: &str) -> Vec<Approval> {
        let waiting = self.approvals.iter().filter(|waiting| waiting.verdict.is_none());
        waiting.flat_map(|waiting| self.approval(phone, waiting.number)).collect()
    }

    /// What a change that waits would make of a report.
    pub(super) fn proposed(&self, rank: usize) -> Option<(&Values, Date)> {
        self.approvals.iter().find_map(|waiting| match &waiting.subject {
            Subject::Change { report, values, date, .. } if *report == rank && waiting.verdict.is_none() => {
                Some((values, *date))
            }
            _ => None,
        })
    }

    /// What follows from an effect for officers: opened, withdrawn, settled.
    pub(super) fn after(&mut self, phone: &str, effect: &Effect) {
        match effect {
            Effect::File(filing) if filing.state == FilingState::AwaitingVisa => {
                let filed = |report: &super::Filed| report.phone == phone && report.filing.receipt == filing.receipt;
                if let Some(report) = self.reports.iter().rposition(filed) {
                    self.open(phone, Subject::Report(report));
                }
            }
            Effect::Correct { report, .. } => {
                let rank = self.rank(report);
                let awaits = rank.and_then(|rank| self.reports.get(rank));
                if awaits.is_some_and(|report| report.filing.state == FilingState::AwaitingVisa) {
                    self.open(phone, Subject::Report(rank.unwrap_or_default()));
                }
            }
            Effect::Cancel { report, .. } => {
                let rank = self.rank(report);
                self.withdraw(rank);
            }
            Effect::Propose { report, values, date, cancels, .. } => {
                if let Some(report) = self.rank(report) {
                    let (values, date, cancels) = (values.clone(), *date, *cancels);
                    self.open(phone, Subject::Change { report, values, date, cancels });
                }
            }
            Effect::Join { place, role, network, name } => {
                let (role, network, name) = (role.clone(), network.clone(), name.clone());
                self.open(phone, Subject::Join { place: *place, role, network, name });
            }
            Effect::Settle { approval, agreed, reason } => self.decide(approval, *agreed, reason),
            _ => {}
        }
    }

    fn rank(&self, report: &str) -> Option<usize> {
        report.parse().ok()
    }

    fn withdraw(&mut self, report: Option<usize>) {
        for waiting in self.approvals.iter_mut().filter(|waiting| waiting.verdict.is_none()) {
            if let Subject::Report(rank) | Subject::Change { report: rank, .. } = waiting.subject
                && Some(rank) == report
            {
                waiting.verdict = Some(Verdict::Withdrawn);
            }
        }
    }

    /// Opens it under the next number, and asks every officer.
    fn open(&mut self, phone: &str, subject: Subject) {
        if let Subject::Report(report) | Subject::Change { report, .. } = &subject {
            self.withdraw(Some(*report));
        }
        let number = self.next_number();
        let officers = self.people.iter().filter(|person| self.is_officer(person) && person.phone != phone);
        let asked: Vec<(String, String)> = officers
            .filter(|person| !self.phones.get(&person.phone).is_some_and(|phone| phone.stopped))
            .filter_map(|person| Some((person.phone.clone(), self.question(person, number, phone, &subject)?)))
            .collect();
        self.begun.extend(asked);
        self.approvals.push(Waiting { number, subject, phone: phone.to_owned(), verdict: None });
    }

    fn question(&self, officer: &Person, number: i64, phone: &str, subject: &Subject) -> Option<String> {
        let sender;
        let (place, wanted) = match subject {
            Subject::Report(report) => {
                let filing = &self.reports[*report].filing;
                let flow = self.pack.flow(&filing.flow)?;
                (filing.place?, Wanted::Report { flow, values: &filing.values, date: filing.date })
            }
            Subject::Change { report, values, date, cancels } => {
                let filing = &self.reports[*report].filing;
                let flow = self.pack.flow(&filing.flow)?;
                let change = Wanted::Change { flow, before: (&filing.values, filing.date), after: (values, *date) };
                (filing.place?, if *cancels { Wanted::Cancel { flow, date: filing.date } } else { change })
            }
            Subject::Join { place, role, name, .. } => {
                sender = format!("{name} {phone}").trim().to_owned();
                (*place, Wanted::Join { role, sender: &sender })
            }
        };
        let facts = Facts::default();
        let turn = self.words(&officer.phone, officer.language, &facts);
        ask_officer(&turn, number, &self.place_name(place), &wanted)
    }

    fn decide(&mut self, approval: &str, agreed: bool, reason: &str) {
        let is_it = |waiting: &&mut Waiting| waiting.number.to_string() == approval;
        let Some(waiting) = self.approvals.iter_mut().find(is_it) else { return };
        waiting.verdict = Some(if agreed { Verdict::Agreed } else { Verdict::Refused });
        let (phone, subject) = (waiting.phone.clone(), waiting.subject.clone());
        match &subject {
            Subject::Report(report) => {
                let report = &mut self.reports[*report];
                report.revision += 1;
                if agreed {
                    report.filing.state = FilingState::Counted;
                } else {
                    report.cancelled = true;
                }
            }
            Subject::Change { report, values, date, cancels } if agreed => {
                let report = &mut self.reports[*report];
                report.revision += 1;
                report.cancelled = *cancels;
                (report.filing.values, report.filing.date) = (values.clone(), *date);
            }
            Subject::Join { place, role, network, .. } if agreed => self.join(&phone, *place, role, network),
            _ => {}
        }
        let told = self.told(&phone, &subject, (!agreed).then_some(reason));
        self.begun.extend(told.map(|text| (phone, text)));
    }

    fn told(&self, phone: &str, subject: &Subject, refused: Option<&str>) -> Option<String> {
        let facts = Facts::default();
        let turn = self.words(phone, None, &facts);
        let officer = self.people.iter().find(|person| self.is_officer(person));
        let area = officer.map_or("", |person| person.reporter.place_name.as_str());
        let place;
        let decided = match subject {
            Subject::Report(report) => {
                let OwnReport { flow, receipt, .. } = self.own_report(*report, &self.reports[*report]);
                Decided::Report { keyword: &self.pack.flow(&flow)?.keyword, receipt }
            }
            Subject::Change { report, .. } => {
                let OwnReport { flow, receipt, .. } = self.own_report(*report, &self.reports[*report]);
                Decided::Change { keyword: &self.pack.flow(&flow)?.keyword, receipt }
            }
            Subject::Join { place: site, role, .. } => {
                place = self.place_name(*site);
                Decided::Join { role, place: &place }
            }
        };
        tell_sender(&turn, area, &decided, refused)
    }

    /// The person joins, and what was kept of them counts.
    fn join(&mut self, phone: &str, place: PlaceId, role: &str, network: &str) {
        let (person, level) = (person_id(self.people.len()), String::new());
        let (role, network, place_name) = (role.to_owned(), network.to_owned(), self.place_name(place));
        let (agent_code, initials) = (None, String::new());
        let reporter = Reporter { person, role, network, place, level, place_name, agent_code, initials };
        for report in self.reports.iter_mut().filter(|report| report.phone == phone) {
            let opened = self.pack.flow(&report.filing.flow).is_some_and(|flow| flow.open_to(&reporter.role));
            if report.filing.state == FilingState::Held && opened {
                report.filing.state = FilingState::Counted;
                (report.filing.person, report.filing.place) = (Some(person), Some(place));
            }
        }
        self.people.push(Person { phone: phone.to_owned(), since: self.today, reporter, language: None });
    }

    /// Counted for approvals and alerts together.
    pub(super) fn next_number(&self) -> i64 {
        i64::try_from(self.approvals.len() + self.alerts.len() + 1).unwrap_or(i64::MAX)
    }

    pub(super) fn is_officer(&self, person: &Person) -> bool {
        self.pack.asks_figures(&person.reporter.role)
    }

    /// A turn that only words something for this phone.
    pub(super) fn words<'t>(&'t self, phone: &str, language: Option<Language>, facts: &'t Facts) -> Turn<'t> {
        let chosen = self.phones.get(phone).and_then(|phone| phone.language).or(language);
        let of_person = self.people.iter().find(|person| person.phone == phone).and_then(|person| person.language);
        let language = chosen.or(of_person).unwrap_or_else(|| self.pack.first_language());
        Turn::to_word(self.pack, language, (self.now, self.today), facts)
    }
}
