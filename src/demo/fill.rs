//! Fills an empty store with made-up people and reports, counted by the same rules as real ones.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::ToSpan;

use super::chance::Chance;
use super::people::{DemoPerson, people};
use super::year::{Draft, reports};
use crate::base::period::shift;
use crate::base::{Date, Instant, MessageId, Phone, PlaceId, ReportId};
use crate::flow::model::Flow;
use crate::flow::turn::Outcome;
use crate::flow::values::{Value, Values};
use crate::person::Person;
use crate::place::Place;
use crate::programme::{InForce, Programme};
use crate::report::{ReceivedKind, Report, ReportState, due_period, reporter_key};
use crate::rollup::{CellChange, CellKey, Counted, CountingError, Standing, StockBook, changes, counts};
use crate::store::message::NewMessage;
use crate::store::received::Received;
use crate::store::{self, StoreError, Tx};

/// Reports filed in one transaction.
const AT_ONCE: usize = 10_000;
/// The same demo on every machine.
const SEED: u64 = 2026;

/// Roles of the samples, in the order of the tour.
const SAMPLE_ROLES: [&str; 6] = ["asc", "relais", "gsan", "leader", "point_focal", "officier"];

/// What was made up.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Number of people.
    pub people: usize,
    /// Number of reports.
    pub reports: usize,
    /// One person of each role, the tour's first.
    pub samples: Vec<Sample>,
}

/// Someone to be while trying things.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Their role.
    pub role: String,
    /// Where they report from.
    pub place: PlaceId,
    /// Their phone.
    pub phone: Phone,
}

impl Filled {
    /// The phone of the sample with this role.
    pub fn phone_of(&self, role: &str) -> Option<&Phone> {
        self.samples.iter().find(|sample| sample.role == role).map(|sample| &sample.phone)
    }
}

/// What is wanted of a demo.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Months of reports up to today.
    pub months: i32,
    /// The place whose people are made up; `None` for the whole country.
    pub area: Option<PlaceId>,
}

/// A demo could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A made-up report cannot be counted.
    #[error("{0}")]
    Counting(#[from] CountingError),
}

/// Makes up people and their reports up to yesterday. Calls `progress` with reports filed and to be filed.
///
/// # Errors
/// [`FillError`]; what was filed before it stays.
pub async fn fill(programme: &Programme, wanted: Wanted, progress: impl Fn(usize, usize)) -> Result<Filled, FillError> {
    let in_force = programme.in_force();
    let today = programme.today();
    let from = shift(today, (-wanted.months).months()).first_of_month();
    let chance = Chance::new(SEED);
    let within = |place: PlaceId| wanted.area.is_none_or(|area| in_force.tree.lies_in(place, area, today));
    let places: Vec<&Place> = in_force.tree.all().filter(|place| within(place.id)).collect();
    let people = people(&places, &in_force.pack.numbering, from, &programme.environment, &chance);
    let registered: Vec<Person> = people.iter().map(|demo| demo.person.clone()).collect();
    let mut tx = programme.store.begin().await?;
    store::bulk::people(&mut tx, &registered).await?;
    tx.commit().await?;
    // Nothing of today is made up: what the visitor sends today stands alone.
    let drafts = reports(&people, &in_force.pack.calendar, from, shift(today, (-1).days()), &chance);
    let mut filling = Filling {
        programme,
        in_force: &in_force,
        people: &people,
        receipts: BTreeMap::new(),
        received: BTreeMap::new(),
        stocks: StockBook::default(),
    };
    for (rank, drafts_at_once) in drafts.chunks(AT_ONCE).enumerate() {
        filling.file(drafts_at_once).await?;
        progress((rank * AT_ONCE + drafts_at_once.len()).min(drafts.len()), drafts.len());
    }
    filling.finish().await?;
    Ok(Filled { people: people.len(), reports: drafts.len(), samples: samples(&people) })
}

/// The first person of each role.
fn samples(people: &[DemoPerson]) -> Vec<Sample> {
    let sample = |role: &str| {
        let person = &people.iter().find(|demo| demo.person.role == role)?.person;
        Some(Sample { role: role.to_owned(), place: person.place, phone: person.phones.first()?.clone() })
    };
    SAMPLE_ROLES.iter().filter_map(|role| sample(role)).collect()
}

struct Filling<'a> {
    programme: &'a Programme,
    in_force: &'a InForce,
    people: &'a [DemoPerson],
    receipts: BTreeMap<usize, i64>,
    received: BTreeMap<(String, String, String), Received>,
    stocks: StockBook,
}

impl Filling<'_> {
    async fn file(&mut self, drafts: &[Draft]) -> Result<(), FillError> {
        let (mut reports, mut texts) = (Vec::new(), Vec::new());
        let mut cells: BTreeMap<CellKey, i64> = BTreeMap::new();
        for draft in drafts {
            let Some(flow) = self.in_force.pack.flow(draft.flow) else { continue };
            let report = self.report(flow, draft);
            let counted = counts(flow, &self.in_force.pack.texts, &report.values)?;
            let after = report.place.map(|place| Counted {
                counts: &counted,
                place,
                network: &report.network,
                date: report.date,
            });
            for change in changes(None, after, &self.in_force.pack.calendar) {
                *cells.entry(change.key).or_default() += change.by;
            }
            self.note(flow, &report);
            self.note_stock(flow, &report)?;
            texts.push((format!("demo:{}", report.message), typed(flow, &report.values)));
            reports.push(report);
        }
        let cells: Vec<CellChange> = cells.into_iter().map(|(key, by)| CellChange { key, by }).collect();
        let mut tx = self.programme.store.begin().await?;
        store::bulk::messages(&mut tx, &messages(&reports, &texts)).await?;
        store::bulk::reports(&mut tx, &reports).await?;
        store::cell::apply(&mut tx, &cells).await?;
        tx.commit().await?;
        Ok(())
    }

    fn report(&mut self, flow: &Flow, draft: &Draft) -> Report {
        let person = &self.people[draft.sender].person;
        let created = self.noon(draft.received);
        let receipt = self.receipts.entry(draft.sender).or_insert(0);
        *receipt += 1;
        let phone_index =
            person.phones.first().map(|phone| self.programme.store.phone_index(phone)).unwrap_or_default();
        Report {
            id: ReportId::new(&self.programme.environment),
            phone_index,
            receipt: *receipt,
            flow: flow.id.clone(),
            flow_hash: flow.hash.clone(),
            person: Some(person.id),
            reporter: Some(reporter_key(person.id, draft.body, person.place)),
            body: draft.body.map(str::to_owned),
            place: Some(person.place),
            network: person.network.clone(),
            role: person.role.clone(),
            date: draft.date,
            period: due_period(flow, &self.in_force.pack.calendar, draft.date).name(),
            state: ReportState::Counted,
            zero: draft.values.is_empty(),
            revision: 1,
            values: draft.values.clone(),
            message: MessageId::new(&self.programme.environment),
            received_on: draft.received,
            created,
            updated: created,
        }
    }

    fn noon(&self, day: Date) -> Instant {
        let noon = day.at(12, 0, 0, 0).to_zoned(self.programme.timezone.clone());
        noon.map_or(Instant(0), |noon| Instant(noon.timestamp().as_millisecond()))
    }

    fn note_stock(&mut self, flow: &Flow, report: &Report) -> Result<(), CountingError> {
        let pack = &self.in_force.pack;
        if let Some(reporter) = &report.reporter
            && let Some(standing) = Standing::of(flow, &pack.texts, report)?
        {
            self.stocks.note(reporter, &flow.id, &standing, &pack.calendar);
        }
        Ok(())
    }

    fn note(&mut self, flow: &Flow, report: &Report) {
        let (Some(reporter), Some(place)) = (&report.reporter, report.place) else { return };
        let kind = ReceivedKind::of(flow, report.zero, &report.values);
        match self.received.entry((flow.id.clone(), report.period.clone(), reporter.clone())) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.kind = known.kind.min(kind);
                known.received_on = known.received_on.min(report.received_on);
            }
            Entry::Vacant(place_for) => {
                place_for.insert(Received {
                    flow: flow.id.clone(),
                    period: report.period.clone(),
                    reporter: reporter.clone(),
                    place,
                    network: report.network.clone(),
                    role: report.role.clone(),
                    kind,
                    received_on: report.received_on,
                });
            }
        }
    }

    async fn finish(self) -> Result<(), StoreError> {
        let received: Vec<Received> = self.received.into_values().collect();
        let index = |sender: &usize| {
            self.people[*sender].person.phones.first().map(|phone| self.programme.store.phone_index(phone))
        };
        let receipts: Vec<(String, i64)> =
            self.receipts.iter().filter_map(|(sender, last)| Some((index(sender)?, *last))).collect();
        let stocks: Vec<CellChange> = self.stocks.changes().collect();
        let mut tx: Tx = self.programme.store.begin().await?;
        store::cell::apply(&mut tx, &stocks).await?;
        store::received::note_many(&mut tx, &received).await?;
        store::bulk::last_receipts(&mut tx, &receipts).await?;
        tx.commit().await
    }
}

fn messages<'a>(reports: &'a [Report], texts: &'a [(String, String)]) -> Vec<NewMessage<'a>> {
    let message = |(report, (key, text)): (&'a Report, &'a (String, String))| NewMessage {
        id: report.message,
        channel: "demo",
        hook: "sms",
        external_key: key,
        external_id: None,
        phone_index: Some(&report.phone_index),
        sender: None,
        text: Some(text),
        body: None,
        sent: None,
        received: report.created,
        outcome: Outcome::Saved,
        reason: None,
        reply: None,
    };
    reports.iter().zip(texts).map(message).collect()
}

/// The SMS a person would have typed.
fn typed(flow: &Flow, values: &Values) -> String {
    if values.is_empty() {
        return format!("RIEN {}", flow.keyword);
    }
    let mut text = flow.keyword.clone();
    for field in &flow.fields {
        match values.get(&field.label) {
            Some(Value::Number(number)) => text.push_str(&format!(" {}{number}", field.label)),
            Some(Value::Date(date)) => text.push_str(&format!(" {}{}", field.label, date.strftime("%d%m"))),
            Some(Value::Word(word)) => {
                let bare = field.bare_words.iter().find(|(_, value)| value == word);
                match bare {
                    Some((typed, _)) => text.push_str(&format!(" {typed}")),
                    None => text.push_str(&format!(" {}{word}", field.label)),
                }
            }
            None => {}
        }
    }
    text
}
