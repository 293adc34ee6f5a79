//! Fills an empty store with made-up people and reports, counted by the same rules as real ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use tokio::task::JoinHandle;

use super::alerts::Alarms;
use super::chance::Chance;
use super::made::Made;
use super::people::{DemoPerson, people};
use super::year::{Draft, reports};
use crate::base::period::shift;
use crate::base::{Date, Instant, MessageId, Phone, PlaceId, ReportId};
use crate::flow::model::Flow;
use crate::person::Person;
use crate::place::Place;
use crate::programme::{InForce, Programme};
use crate::report::{Report, ReportState, due_period, reporter_key};
use crate::rollup::{CellChange, CellKey, CountingError, Standing, StockBook, counts, gather};
use crate::store::{self, StoreError, Tx};

/// Reports filed in one transaction.
const AT_ONCE: usize = 10_000;
/// Reports of a national year.
const REPORTS_OF_A_YEAR: usize = 1_000_000;
/// Fewest reports a year of one crowd makes.
const REPORTS_OF_A_CROWD: usize = 25_000;
/// Years made up at most.
const YEARS_MAX: usize = 5;
/// Months of a year.
const MONTHS_OF_A_YEAR: usize = 12;
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
    /// The program is ending.
    #[error("stopped while made-up reports were being written")]
    Stopped,
}

/// Makes up people and their reports up to yesterday. Calls `progress` with reports filed and to be filed.
///
/// # Errors
/// [`FillError`]; what was filed before it stays.
pub async fn fill(programme: &Programme, wanted: Wanted, progress: impl Fn(usize, usize)) -> Result<Filled, FillError> {
    let (mut filling, until) = Filling::begin(programme, wanted, 1).await?;
    let drafts = filling.drafts(filling.from, until);
    filling.file_all(&drafts, |done| progress(done, drafts.len())).await?;
    filling.finish(drafts.len()).await
}

/// Makes up `wanted` reports of the whole country, a million to a year and five years at most, quarter by quarter.
///
/// # Errors
/// As [`fill`].
pub async fn fill_in_bulk(
    programme: &Programme,
    wanted: usize,
    progress: impl Fn(usize, usize),
) -> Result<Filled, FillError> {
    let years = wanted.div_ceil(REPORTS_OF_A_YEAR).clamp(1, YEARS_MAX);
    let crowd = wanted.div_ceil(years * REPORTS_OF_A_CROWD).max(1);
    let months = i32::try_from(years * MONTHS_OF_A_YEAR).unwrap_or(i32::MAX);
    let (mut filling, until) = Filling::begin(programme, Wanted { months, area: None }, crowd).await?;
    let (mut filed, mut from) = (0, filling.from);
    while from <= until && filed < wanted {
        let next = shift(from, 3.months());
        let mut drafts = filling.drafts(from, until.min(shift(next, (-1).days())));
        let quarters = usize::try_from(filling.quarters_from(from, until)).unwrap_or(1).max(1);
        thin(&mut drafts, (wanted - filed).div_ceil(quarters));
        filling.file_all(&drafts, |done| progress(filed + done, wanted)).await?;
        filed += drafts.len();
        from = next;
    }
    filling.finish(filed).await
}

/// Keeps `wanted` of `drafts`, spread evenly.
fn thin(drafts: &mut Vec<Draft>, wanted: usize) {
    let (all, mut seen) = (drafts.len().max(1), 0);
    drafts.retain(|_| {
        seen += 1;
        seen * wanted / all > (seen - 1) * wanted / all
    });
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
    in_force: Arc<InForce>,
    chance: Chance,
    from: Date,
    people: Vec<DemoPerson>,
    receipts: BTreeMap<usize, i64>,
    stocks: StockBook,
    alarms: Alarms,
}

impl<'a> Filling<'a> {
    /// Registers the people; gives the last day of which anything is made up.
    async fn begin(programme: &'a Programme, wanted: Wanted, crowd: usize) -> Result<(Filling<'a>, Date), FillError> {
        let (in_force, today) = (programme.in_force(), programme.today());
        let from = shift(today, (-wanted.months).months()).first_of_month();
        let chance = Chance::new(SEED);
        let within = |place: PlaceId| wanted.area.is_none_or(|area| in_force.tree.lies_in(place, area, today));
        let places: Vec<&Place> = in_force.tree.all().filter(|place| within(place.id)).collect();
        let people = people(&places, &in_force.pack.numbering, from, &programme.environment, &chance, crowd);
        let registered: Vec<Person> = people.iter().map(|demo| demo.person.clone()).collect();
        let mut tx = programme.store.begin().await?;
        store::bulk::people(&mut tx, &registered).await?;
        store::area::stand_apart(&mut tx).await?;
        tx.commit().await?;
        let (receipts, stocks) = (BTreeMap::new(), StockBook::default());
        let alarms = Alarms::new(in_force.clone(), programme.environment.clone(), &people);
        // Nothing of today is made up: what the visitor sends today stands alone.
        Ok((Filling { programme, in_force, chance, from, people, receipts, stocks, alarms }, shift(today, (-1).days())))
    }

    fn drafts(&self, from: Date, to: Date) -> Vec<Draft> {
        reports(&self.people, &self.in_force.pack.calendar, from, to, &self.chance)
    }

    /// Quarters that begin from `from` on and not after `until`, counted from the first day.
    fn quarters_from(&self, from: Date, until: Date) -> i64 {
        let mut quarters = 0;
        let mut day = from;
        while day <= until {
            quarters += 1;
            day = shift(day, 3.months());
        }
        quarters
    }

    /// Makes up the next reports while those before are being written.
    async fn file_all(&mut self, drafts: &[Draft], progress: impl Fn(usize)) -> Result<(), FillError> {
        let mut writing: Option<JoinHandle<Result<(), StoreError>>> = None;
        for (rank, drafts_at_once) in drafts.chunks(AT_ONCE).enumerate() {
            let made = self.made(drafts_at_once);
            if let Some(before) = writing.take() {
                before.await.map_err(|_| FillError::Stopped)??;
                progress(rank * AT_ONCE);
            }
            let (made, store) = (made?, self.programme.store.clone());
            writing = Some(tokio::spawn(async move { made.write(&store).await }));
        }
        if let Some(last) = writing {
            last.await.map_err(|_| FillError::Stopped)??;
        }
        progress(drafts.len());
        Ok(())
    }

    fn made(&mut self, drafts: &[Draft]) -> Result<Made, CountingError> {
        let mut made = Made::default();
        let in_force = self.in_force.clone();
        for draft in drafts {
            let Some(flow) = in_force.pack.flow(draft.flow) else { continue };
            let report = self.report(flow, draft);
            let counted = counts(flow, &in_force.pack.texts, &report.values)?;
            self.note_stock(flow, &report)?;
            let raised = self.alarms.raise(flow, &report);
            made.add(flow, report, &counted, raised, &in_force.pack.calendar);
        }
        Ok(made)
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

    async fn finish(self, filed: usize) -> Result<Filled, FillError> {
        let index = |sender: &usize| {
            self.people[*sender].person.phones.first().map(|phone| self.programme.store.phone_index(phone))
        };
        let receipts: Vec<(String, i64)> =
            self.receipts.iter().filter_map(|(sender, last)| Some((index(sender)?, *last))).collect();
        let mut stocks: BTreeMap<CellKey, i64> = BTreeMap::new();
        // Several sites of one place share a cell.
        gather(&mut stocks, self.stocks.changes());
        let stocks: Vec<CellChange> = stocks.into_iter().map(|(key, by)| CellChange { key, by }).collect();
        let mut tx: Tx = self.programme.store.begin_whole().await?;
        tx.take_time().await?;
        store::bulk::counted(&mut tx, &stocks, &[]).await?;
        store::area::refold(&mut tx).await?;
        store::bulk::last_receipts(&mut tx, &receipts).await?;
        for (area, last) in self.alarms.numbers() {
            store::number::given(&mut tx, *area, *last).await?;
        }
        tx.commit().await?;
        Ok(Filled { people: self.people.len(), reports: filed, samples: samples(&self.people) })
    }
}
