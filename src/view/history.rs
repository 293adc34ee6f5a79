//! What went before: the period before the one shown, as far as it can be compared, and the twelve months up to it.
//!
//! Like is compared with like: while the shown period is under way, the one before is counted up to the same day of its
//! own, with the reports that had come in by then. Both stand over the places as they lie on the shown period's last day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;

use super::ViewError;
use super::completeness::Parts;
use super::count::{due_periods, places_at, reports_to};
use super::limits::TREND_MONTHS;
use super::question::Question;
use super::shown::{CompletenessShown, FigureShown, flow_figures};
use super::sums::{Sums, folded, is_of, last_months};
use crate::base::period::shift;
use crate::base::{Date, Period, PeriodKind};
use crate::flow::model::{Flow, Pack};
use crate::place::Span;
use crate::programme::InForce;
use crate::rollup::{Completeness, Counts, dues, owed};
use crate::store::Tx;
use crate::store::cell::{self, ByPeriod};
use crate::store::person::Expected;
use crate::store::received::{self, ReceivedCount};

/// What went before.
#[derive(Clone, Debug)]
pub struct History {
    /// The period before the one shown.
    pub earlier: Earlier,
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

/// Reads what went before `question`.
pub(super) async fn read(
    tx: &mut Tx,
    in_force: &InForce,
    question: &Question,
    known: Known<'_>,
) -> Result<History, ViewError> {
    let pack = &in_force.pack;
    let last = pack.calendar.period(PeriodKind::Month, question.period.last().min(question.today));
    let months = pack.calendar.trail(last, TREND_MONTHS);
    let months: Vec<Window<'_>> =
        months.into_iter().map(|month| Window::new(pack, question, month, vec![month], question.today)).collect();
    let (before, days) = comparable(pack, question);
    let until = days.map_or(question.today, |days| shift(before.first(), (i64::from(days) - 1).days()));
    let before = Window::new(pack, question, before, cells_until(pack, before, until), until);

    let cells = months.iter().chain([&before]).flat_map(|window| &window.cells).map(Period::name);
    let sums = cells_of(tx, question, known, cells.collect()).await?;
    let owers = Owers::of(in_force, question, &known.parts.people);
    let so_far = if days.is_none() { Some(&before) } else { None };
    let windows = months.iter().chain(so_far);
    let arrivals = arrivals(tx, pack, question, Some(known.parts), (windows, question.today)).await?;
    let arrivals_before = match days {
        None => None,
        Some(_) => Some(self::arrivals(tx, pack, question, None, ([&before].into_iter(), until)).await?),
    };

    let answer = |window: &Window<'_>, arrivals: &[ReceivedCount]| {
        let (completeness, came) = owers.completeness(window, arrivals);
        (window.figures(in_force, question, &sums, &came), CompletenessShown::from(completeness))
    };
    let month = |window: &Window<'_>| {
        let (values, completeness) = answer(window, &arrivals);
        let is_under_way = window.period.last() >= question.today;
        TrendMonth { month: window.period, is_under_way, values, completeness }
    };
    let trend = months.iter().map(month).collect();
    let (values, completeness) = answer(&before, arrivals_before.as_ref().unwrap_or(&arrivals));
    Ok(History { earlier: Earlier { period: before.period, days, values, completeness }, trend })
}

/// The period before the one asked about and, while that is under way, how many of its days compare.
fn comparable(pack: &Pack, question: &Question) -> (Period, Option<i32>) {
    let (shown, before) = (question.period, pack.calendar.previous(question.period));
    if shown.last() < question.today {
        return (before, None);
    }
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days()) + 1;
    let elapsed = days(shown.first(), question.today.min(shown.last()));
    (before, Some(elapsed.min(days(before.first(), before.last()))))
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
    let (flow, network) = (question.flow_id(), question.network_id());
    let scope = cell::Scope { area, day, periods: &names, flow, network, indicators: known.indicators };
    let mut sums = cell::sums_by_period(tx, &scope).await?;
    sums.extend(known.sums.by_period.iter().map(|(name, counts)| (name.clone(), counts.clone())));
    Ok(sums)
}

/// What came for the periods owed in some windows, as known on the day `until`: what was read already, and the rest.
async fn arrivals<'a>(
    tx: &mut Tx,
    pack: &Pack,
    question: &Question,
    known: Option<&Parts>,
    (windows, until): (impl Iterator<Item = &'a Window<'a>>, Date),
) -> Result<Vec<ReceivedCount>, ViewError> {
    let dues: Vec<Period> =
        windows.flat_map(|window| window.owing.iter().flat_map(|(_, dues)| dues)).copied().collect();
    let mut periods = due_periods(pack, dues.iter(), until);
    periods.retain(|period| known.is_none_or(|known| !known.read.contains(&period.name)));
    let (area, day) = (question.place.id, question.period.last());
    let (flow, network) = (question.flow_id(), question.network_id());
    let scope = received::Scope { area, day, periods: &periods, flow, network, body: None };
    let mut arrivals = received::counts(tx, &scope).await?;
    if let Some(network) = network {
        // The sender's network does not say which one their body belongs to.
        arrivals.retain(|arrived| pack.flow(&arrived.flow).is_some_and(|flow| !flow.by_body));
        for body in pack.bodies.iter().filter(|body| body.network.as_deref() == Some(network)) {
            let scope = received::Scope { network: None, body: Some(&body.id), ..scope };
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
        let has_cells = |flow: &Flow| counts.keys().any(|id| is_of(flow, id));
        let mut values = BTreeMap::new();
        for flow in question.flows(pack).filter(|flow| came.contains(flow.id.as_str()) || has_cells(flow)) {
            let headline = |id: &String| {
                flow.indicators.iter().any(|own| own.headline && *id == format!("{}.{}", flow.id, own.id))
            };
            let figures = flow_figures(pack, flow, &counts, question.place.population);
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
        let asked = question.network_id();
        let mut people = BTreeMap::new();
        for alike in expected.iter().filter(|alike| asked.is_none_or(|asked| asked == alike.network)) {
            *people.entry((alike.role.as_str(), alike.active.from, alike.active.to)).or_default() += alike.count;
        }
        let pack = &in_force.pack;
        let bodies = question.flows(pack).filter(|flow| flow.by_body).map(|flow| {
            let is_asked = |network: Option<&str>| asked.is_none_or(|asked| network == Some(asked));
            let bodies = pack.bodies.iter().filter(|body| reports_to(body, flow) && is_asked(body.network.as_deref()));
            let places: usize = bodies.map(|body| places_at(&in_force.tree, &body.level, question).len()).sum();
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
