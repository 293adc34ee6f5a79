//! What went before: the period before the one shown and the same one a year before, as far as they can be compared, and the
//! twelve months up to it.
//!
//! Like is compared with like: while the shown period is under way, one before is counted up to the same day of its own,
//! with the reports that had come in by then. All stand over the places as they lie on the shown period's last day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;

use super::ViewError;
use super::completeness::Parts;
use super::count::{due_periods, places_at, reports_to};
use super::limits::TREND_MONTHS;
use super::question::Question;
use super::shown::{CompletenessShown, FigureShown, flow_figures};
use super::sums::{Sums, folded, last_months, tells};
use crate::base::period::shift;
use crate::base::{Date, Period, PeriodKind};
use crate::flow::model::{Flow, Pack};
use crate::place::Span;
use crate::programme::InForce;
use crate::rollup::{Completeness, Counts, dues, owed};
use crate::store::cell::{self, ByPeriod};
use crate::store::person::Expected;
use crate::store::received::{self, DuePeriod, ReceivedCount};
use crate::store::{Senders, Tx};

/// What went before.
#[derive(Clone, Debug)]
pub struct History {
    /// The period before the one shown.
    pub earlier: Earlier,
    /// The same period a year before; none for a year, whose period before that is.
    pub year_before: Option<Earlier>,
    /// Twelve months, oldest first, the last one holding the shown period's last day or today.
    pub trend: Vec<TrendMonth>,
}

/// The period before, as far as it can be compared.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The period.
    pub period: Period,
    /// How many of its first days were counted, where the shown period is under way.
    pub days: Option<i32>,
    /// Its headline figures, of report types of which anything came.
    pub values: BTreeMap<String, FigureShown>,
    /// How complete it was.
    pub completeness: CompletenessShown,
}

impl Earlier {
    /// True where nothing came at all: there is nothing to compare with.
    pub fn is_silent(&self) -> bool {
        self.values.is_empty() && self.completeness.received == 0
    }
}

/// One month of a trend.
#[derive(Clone, Debug)]
pub struct TrendMonth {
    /// The month.
    pub month: Period,
    /// True for a month that is not over.
    pub is_under_way: bool,
    /// Its headline figures. A figure is absent where nothing of its report type came: silent is not zero.
    pub values: BTreeMap<String, FigureShown>,
    /// How complete it is.
    pub completeness: CompletenessShown,
}

/// A stretch of days whose reports are counted together.
struct Window<'a> {
    /// The period it stands for.
    period: Period,
    /// The cells it sums.
    cells: Vec<Period>,
    /// What each flow owes in it.
    owing: Vec<(&'a Flow, Vec<Period>)>,
}

/// What was read for the shown period already: its months are among the twelve, and are not read again.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// What figures are made of.
    pub indicators: &'a [String],
    pub sums: &'a Sums,
    pub parts: &'a Parts,
}

/// Reads what went before `question`, with twelve months.
pub(super) async fn read(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    known: Known<'_>,
) -> Result<History, ViewError> {
    let calendar = &in_force.pack.calendar;
    let last = calendar.period(PeriodKind::Month, question.period.last().min(question.today));
    before(tx, in_force, question, known, calendar.trail(last, TREND_MONTHS)).await
}

/// Reads what went before `question`, with these months.
pub(super) async fn before(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    known: Known<'_>,
    months: Vec<Period>,
) -> Result<History, ViewError> {
    let (pack, today) = (&in_force.pack, question.today);
    let months: Vec<Window<'_>> =
        months.into_iter().map(|month| Window::new(pack, question, month, vec![month], today)).collect();
    let before: Vec<Compared<'_>> =
        compared_with(pack, question).into_iter().map(|period| Compared::new(pack, question, period)).collect();
    let windows = || before.iter().map(|compared| &compared.window);
    let cells = months.iter().chain(windows()).flat_map(|window| &window.cells).map(Period::name);
    let sums = cells_of(tx, question, known, cells.collect()).await?;
    let owers = Owers::of(in_force, question, &known.parts.people);
    // What is over is counted as of today, like the months; else as of the same day of its own.
    let (over, so_far): (Vec<_>, Vec<_>) = before.iter().partition(|compared| compared.days.is_none());
    let months_and = |over: Vec<&'_ Compared<'_>>| -> Vec<DuePeriod> {
        let all = months.iter().chain(over.into_iter().map(|compared| &compared.window));
        all.flat_map(|window| window.dues(pack, today)).collect()
    };
    let whole = arrivals(tx, pack, question, Some(known.parts), months_and(over)).await?;
    let dues: Vec<DuePeriod> = so_far.iter().flat_map(|compared| compared.window.dues(pack, compared.until)).collect();
    let partial = if dues.is_empty() { Vec::new() } else { arrivals(tx, pack, question, None, dues).await? };

    let answer = |window: &Window<'_>, arrivals: &[ReceivedCount]| {
        let (completeness, came) = owers.completeness(window, arrivals);
        (window.figures(in_force, question, &sums, &came), CompletenessShown::from(completeness))
    };
    let month = |window: &Window<'_>| {
        let (values, completeness) = answer(window, &whole);
        let is_under_way = window.period.last() >= today;
        TrendMonth { month: window.period, is_under_way, values, completeness }
    };
    let trend = months.iter().map(month).collect();
    let mut earlier = before.iter().map(|compared| {
        let arrivals = if compared.days.is_none() { &whole } else { &partial };
        let (values, completeness) = answer(&compared.window, arrivals);
        Earlier { period: compared.window.period, days: compared.days, values, completeness }
    });
    let nothing = || Earlier {
        period: pack.calendar.previous(question.period),
        days: None,
        values: BTreeMap::new(),
        completeness: CompletenessShown::default(),
    };
    Ok(History { earlier: earlier.next().unwrap_or_else(nothing), year_before: earlier.next(), trend })
}

/// The period before the one asked about, and the same one a year before where that is another.
fn compared_with(pack: &Pack, question: &Question) -> Vec<Period> {
    let mut periods = vec![pack.calendar.previous(question.period), pack.calendar.year_before(question.period)];
    periods.dedup();
    periods
}

/// A period to compare with.
struct Compared<'a> {
    window: Window<'a>,
    /// How many of its first days are counted, while the period asked about is under way.
    days: Option<i32>,
    /// The last day it is counted to.
    until: Date,
}

impl<'a> Compared<'a> {
    fn new(pack: &'a Pack, question: &Question, period: Period) -> Compared<'a> {
        let days = comparable(question, period);
        let until = days.map_or(question.today, |days| shift(period.first(), (i64::from(days) - 1).days()));
        Compared { window: Window::new(pack, question, period, cells_until(pack, period, until), until), days, until }
    }
}

/// While the period asked about is under way, how many of the days of `before` compare.
fn comparable(question: &Question, before: Period) -> Option<i32> {
    let shown = question.period;
    if shown.last() < question.today {
        return None;
    }
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days()) + 1;
    let elapsed = days(shown.first(), question.today.min(shown.last()));
    Some(elapsed.min(days(before.first(), before.last())))
}

/// The cells from the first day of `period` to `until`: whole months where there are any, else days.
fn cells_until(pack: &Pack, period: Period, until: Date) -> Vec<Period> {
    let calendar = &pack.calendar;
    let until = until.min(period.last());
    let mut cells = Vec::new();
    let mut day = period.first();
    while day <= until {
        let month = calendar.period(PeriodKind::Month, day);
        let is_whole = month.first() == day && month.last() <= until && period.kind() >= PeriodKind::Month;
        let next = if is_whole { month } else { calendar.period(PeriodKind::Day, day) };
        cells.push(next);
        day = shift(next.last(), 1.days());
        if day == next.last() {
            break;
        }
    }
    cells
}

/// The sums of these cells: those known already, and the others in one pass.
async fn cells_of(
    tx: &mut Tx,
    question: &Question,
    known: Known<'_>,
    names: BTreeSet<String>,
) -> Result<ByPeriod, ViewError> {
    let names: Vec<String> = names.into_iter().filter(|name| !known.sums.read.contains(name)).collect();
    let (area, day) = (question.place.id, question.period.last());
    let (flow, senders) = (question.flow_id(), question.senders());
    let scope = cell::Scope { area, day, periods: &names, flow, senders, indicators: known.indicators };
    let mut sums = cell::sums_by_period(tx, &scope).await?;
    sums.extend(known.sums.by_period.iter().map(|(name, counts)| (name.clone(), counts.clone())));
    Ok(sums)
}

/// What came for these periods, each as known on its own day: what was read already, and the rest.
async fn arrivals(
    tx: &mut Tx,
    pack: &Pack,
    question: &Question,
    known: Option<&Parts>,
    dues: Vec<DuePeriod>,
) -> Result<Vec<ReceivedCount>, ViewError> {
    let mut periods: Vec<DuePeriod> = dues.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    periods.retain(|period| known.is_none_or(|known| !known.read.contains(&period.name)));
    let (area, day) = (question.place.id, question.period.last());
    let (flow, senders) = (question.flow_id(), question.senders());
    let scope = received::Scope { area, day, periods: &periods, flow, senders, body: None };
    let mut arrivals = received::counts(tx, &scope).await?;
    if senders != Senders::ALL {
        // Whose they are says nothing of the body they report for.
        arrivals.retain(|arrived| pack.flow(&arrived.flow).is_some_and(|flow| !flow.by_body));
        for body in pack.bodies.iter().filter(|body| question.asks_for(body)) {
            let scope = received::Scope { senders: Senders::ALL, body: Some(&body.id), ..scope };
            arrivals.extend(received::counts(tx, &scope).await?);
        }
    }
    arrivals.extend(known.into_iter().flat_map(|known| known.arrivals.iter().cloned()));
    Ok(arrivals)
}

impl<'a> Window<'a> {
    fn new(pack: &'a Pack, question: &Question, period: Period, cells: Vec<Period>, until: Date) -> Window<'a> {
        let owing = question.flows(pack).map(|flow| (flow.as_ref(), dues(flow, &pack.calendar, period, until)));
        Window { period, cells, owing: owing.filter(|(_, dues)| !dues.is_empty()).collect() }
    }

    /// What is owed in it, as known on the day `until`.
    fn dues(&self, pack: &Pack, until: Date) -> Vec<DuePeriod> {
        due_periods(pack, self.owing.iter().flat_map(|(_, dues)| dues), until)
    }

    /// The headline figures of report types of which anything came.
    fn figures(
        &self,
        in_force: &InForce,
        question: &Question,
        sums: &ByPeriod,
        came: &BTreeSet<&str>,
    ) -> BTreeMap<String, FigureShown> {
        let pack = &in_force.pack;
        let own = |cell: &Period| sums.get(&cell.name()).map(|counts| (cell.name(), counts.clone()));
        let own: ByPeriod = self.cells.iter().filter_map(own).collect();
        let counts: Counts = folded(&own, &last_months(question, pack, &self.cells, &own));
        let has_cells = |flow: &Flow| counts.keys().any(|id| tells(flow, id));
        let mut values = BTreeMap::new();
        for flow in question.flows(pack).filter(|flow| came.contains(flow.id.as_str()) || has_cells(flow)) {
            let headline = |id: &String| {
                flow.indicators.iter().any(|own| own.headline && *id == format!("{}.{}", flow.id, own.id))
            };
            let population = in_force.tree.population(question.place.id, self.period.last());
            let figures = flow_figures(pack, flow, &counts, population);
            values.extend(figures.into_iter().filter(|(id, _)| headline(id)));
        }
        values
    }
}

/// Who owes reports in the area: people alike in role and days, and places with a body.
struct Owers<'a> {
    people: BTreeMap<(&'a str, Date, Date), i64>,
    /// For each flow that bodies report by, how many do.
    bodies: Vec<(&'a str, i64)>,
}

impl<'a> Owers<'a> {
    fn of(in_force: &'a InForce, question: &Question, expected: &'a [Expected]) -> Owers<'a> {
        let senders = question.senders();
        let mut people = BTreeMap::new();
        for alike in expected.iter().filter(|alike| senders.include(&alike.network, &alike.role)) {
            *people.entry((alike.role.as_str(), alike.active.from, alike.active.to)).or_default() += alike.count;
        }
        let pack = &in_force.pack;
        let bodies = question.flows(pack).filter(|flow| flow.by_body).map(|flow| {
            let bodies = pack.bodies.iter().filter(|body| reports_to(body, flow) && question.asks_for(body));
            let places: usize =
                bodies.map(|body| places_at(&in_force.tree, &body.level, question, question.period.last()).len()).sum();
            (flow.id.as_str(), i64::try_from(places).unwrap_or(i64::MAX))
        });
        Owers { bodies: bodies.collect(), people }
    }

    /// How complete a window is, and the flows of which anything came.
    fn completeness<'w>(&self, window: &Window<'w>, arrivals: &[ReceivedCount]) -> (Completeness, BTreeSet<&'w str>) {
        let (mut total, mut came) = (Completeness::default(), BTreeSet::new());
        for (flow, dues) in &window.owing {
            for ((role, from, to), count) in &self.people {
                total.expected += count * owed(flow, role, Span { from: *from, to: *to }, dues);
            }
            let places = self.bodies.iter().filter(|(id, _)| *id == flow.id).map(|(_, places)| places).sum::<i64>();
            total.expected += places * i64::try_from(dues.len()).unwrap_or(i64::MAX);
            let names: BTreeSet<String> = dues.iter().map(Period::name).collect();
            for arrived in arrivals.iter().filter(|arrived| arrived.flow == flow.id && names.contains(&arrived.period))
            {
                total += Completeness::of_received(arrived.count, arrived.on_time, arrived.kind);
                came.insert(flow.id.as_str());
            }
        }
        (total, came)
    }
}
