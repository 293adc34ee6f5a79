//! Summed counts of a question: all together and by part, from one pass over the cells.
//!
//! A day and a month are cells of their own; a week sums days, a quarter and a year sum months. A higher place sums the
//! places below it, by the parents in force on the period's last day. A stock is not summed over months: the last month
//! with figures of its reports stands.

use std::collections::BTreeMap;

use super::ViewError;
use super::completeness::Part;
use super::question::{By, Question};
use crate::base::{Period, PeriodKind};
use crate::flow::model::{Denominator, Flow, Indicator, IndicatorKind, Pack};
use crate::rollup::Counts;
use crate::store::Tx;
use crate::store::cell::{self, ByPeriod};

/// Summed counts: all together, and by part.
pub(super) struct Sums {
    pub total: Counts,
    pub parts: BTreeMap<Part, Counts>,
    /// The periods whose cells were read, with what they hold together: history goes on from here.
    pub read: Vec<String>,
    pub by_period: ByPeriod,
}

impl Sums {
    /// Reads what `question` asks for: of these indicators, or of all where none is named.
    pub async fn read(tx: &mut Tx, pack: &Pack, question: &Question, indicators: &[String]) -> Result<Sums, ViewError> {
        let names: Vec<String> = question.cell_periods(pack).iter().map(Period::name).collect();
        let (area, day) = (question.place.id, question.period.last());
        let (flow, senders) = (question.flow_id(), question.senders());
        let scope = cell::Scope { area, day, periods: &names, flow, senders, indicators };
        let parts = match question.by {
            By::Place => parted(cell::sums_by_child(tx, &scope).await?, Part::Place),
            By::Network => parted(cell::sums_by_network(tx, &scope).await?, Part::Network),
            By::Role => parted(cell::sums_by_role(tx, &scope).await?, Part::Role),
            By::Period => {
                let one =
                    |(name, counts): (String, Counts)| (Part::Period(name.clone()), ByPeriod::from([(name, counts)]));
                cell::sums_by_period(tx, &scope).await?.into_iter().map(one).collect()
            }
        };
        Ok(Sums::of(pack, question, parts))
    }

    /// The sums of parts that were read.
    pub fn of(pack: &Pack, question: &Question, parts: BTreeMap<Part, ByPeriod>) -> Sums {
        let wanted = question.cell_periods(pack);
        let mut by_period = ByPeriod::new();
        for (name, counts) in parts.values().flatten() {
            add(by_period.entry(name.clone()).or_default(), counts);
        }
        let stocks = last_months(question, pack, &wanted, &by_period);
        let total = folded(&by_period, &stocks);
        // A month of its own has its own stock; every other part stands at the end of the whole period.
        let none = BTreeMap::new();
        let stocks = if question.by == By::Period { &none } else { &stocks };
        let mut folded_parts: BTreeMap<Part, Counts> =
            parts.into_iter().map(|(part, by_period)| (part, folded(&by_period, stocks))).collect();
        folded_parts.retain(|part, counts| *part != Part::Place(question.place.id) || !counts.is_empty());
        Sums { total, parts: folded_parts, read: wanted.iter().map(Period::name).collect(), by_period }
    }
}

/// Full names of what the headline figures of the wanted flows are summed from, and the indicator called `beside`.
pub(super) fn headline_parts(pack: &Pack, question: &Question, beside: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    for flow in question.flows(pack) {
        // A stock stands in the last month in which reports of its flow counted anything.
        let all = has_stock(flow);
        let asked = beside.filter(|name| flow.is_own(name));
        let is_asked = |id: &str| asked.is_some_and(|name| name == format!("{}.{id}", flow.id));
        // One option of an indicator is counted by itself.
        names.extend(asked.filter(|name| name.contains('/')).map(str::to_owned));
        let mut take = |id: &String| {
            let name = format!("{}.{id}", flow.id);
            if !names.contains(&name) {
                names.push(name);
            }
        };
        let needed = |indicator: &&Indicator| indicator.headline || all || is_asked(&indicator.id);
        for indicator in flow.indicators.iter().filter(needed) {
            match &indicator.kind {
                IndicatorKind::Ratio { numerator, denominator } => {
                    numerator.iter().for_each(&mut take);
                    if let Denominator::Indicators(ids) = denominator {
                        ids.iter().for_each(&mut take);
                    }
                }
                IndicatorKind::Mean { numerator, denominator } => {
                    numerator.iter().chain(denominator).for_each(&mut take);
                }
                _ => take(&indicator.id),
            }
        }
    }
    names
}

/// For each flow with a stock, the month whose stock stands; no month where the cells are days: a stock is not the sum of
/// the days it was counted on.
pub(super) fn last_months<'a>(
    question: &Question,
    pack: &'a Pack,
    wanted: &[Period],
    by_period: &ByPeriod,
) -> BTreeMap<&'a str, (&'a Flow, String)> {
    let flows = question.flows(pack).filter(|flow| has_stock(flow));
    let last = |flow: &'a std::sync::Arc<Flow>| {
        (flow.id.as_str(), (flow.as_ref(), last_month_with(flow, wanted, by_period).unwrap_or_default()))
    };
    flows.map(last).collect()
}

/// The sums over all periods, with the stocks of their last month. What came to nothing is left out.
pub(super) fn folded(by_period: &ByPeriod, stocks: &BTreeMap<&str, (&Flow, String)>) -> Counts {
    let mut total = Counts::new();
    by_period.values().for_each(|counts| add(&mut total, counts));
    for (flow, month) in stocks.values() {
        stand(flow, &mut total, by_period.get(month));
    }
    total.retain(|_, count| *count != 0);
    total
}

/// The last month in which `flow` has figures; none where the cells are days.
fn last_month_with(flow: &Flow, wanted: &[Period], by_period: &ByPeriod) -> Option<String> {
    let has_figures = |name: &String| {
        // What was taken back leaves a cell at nothing.
        by_period.get(name).is_some_and(|counts| counts.iter().any(|(id, count)| *count != 0 && tells(flow, id)))
    };
    let months = wanted.iter().rev().filter(|period| period.kind() == PeriodKind::Month);
    months.map(Period::name).find(has_figures)
}

fn parted<K>(sums: BTreeMap<K, ByPeriod>, part: impl Fn(K) -> Part) -> BTreeMap<Part, ByPeriod> {
    sums.into_iter().map(|(key, by_period)| (part(key), by_period)).collect()
}

fn add(total: &mut Counts, counts: &Counts) {
    for (indicator, count) in counts {
        *total.entry(indicator.clone()).or_default() += count;
    }
}

fn has_stock(flow: &Flow) -> bool {
    flow.indicators.iter().any(|indicator| matches!(indicator.kind, IndicatorKind::Last { .. }))
}

/// True for what says that something of `flow` came. Of a stock only a report says anything: an alert about it may have been
/// opened in a month in which no stock was told.
pub(super) fn tells(flow: &Flow, indicator: &str) -> bool {
    if has_stock(flow) { flow.is_of_reports(indicator) } else { flow.is_own(indicator) }
}

/// Replaces the stocks of `flow` in `counts` by those of the last month.
fn stand(flow: &Flow, counts: &mut Counts, last: Option<&Counts>) {
    for indicator in flow.indicators.iter().filter(|indicator| matches!(indicator.kind, IndicatorKind::Last { .. })) {
        let name = format!("{}.{}", flow.id, indicator.id);
        let is_it = |known: &str| {
            known.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        counts.retain(|known, _| !is_it(known));
        let last = last.into_iter().flatten().filter(|(known, _)| is_it(known));
        counts.extend(last.map(|(known, count)| (known.clone(), *count)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Date;
    use crate::flow::model::{Indicator, Wording};
    use std::sync::Arc;

    fn stock() -> Arc<Flow> {
        let files = crate::pack_embedded::mali();
        let pack = Pack::load(&files).expect("the embedded pack is sound");
        let dep = pack.flow("dep").expect("dep is in the pack");
        let indicator = Indicator {
            id: "stock".into(),
            name: Wording::default(),
            kind: IndicatorKind::Last { value: "S".into(), labels: vec!["S".into()] },
            by: vec![],
            when: None,
            data_element: None,
            headline: false,
            fewer_is_better: false,
            public: false,
        };
        let source = crate::flow::source::load_flow(&pack, &dep.source).expect("its own text");
        let mut flow = Arc::try_unwrap(source.flow).expect("held once");
        flow.indicators.push(indicator);
        Arc::new(flow)
    }

    #[test]
    fn a_month_whose_reports_were_taken_back_leaves_the_stock_of_the_month_before() {
        let flow = stock();
        let calendar = Pack::load(&crate::pack_embedded::mali()).expect("sound").calendar;
        let day = |month| Date::constant(2026, month, 3);
        let [october, november] = [10, 11].map(|month| calendar.period(PeriodKind::Month, day(month)));
        let counts = |count| Counts::from([("dep.stock".to_owned(), count)]);
        let by_period = ByPeriod::from([(october.name(), counts(600)), (november.name(), counts(0))]);
        let wanted = [october, november];
        assert_eq!(last_month_with(&flow, &wanted, &by_period), Some(october.name()));
    }

    #[test]
    fn an_alert_opened_a_month_later_takes_no_stock_away() {
        let mut flow = stock();
        let own = Arc::get_mut(&mut flow).expect("held once");
        let (alert, count) = (None, crate::flow::model::AlertCount::Open);
        let name = "alertes".to_owned();
        let open = Indicator { id: name, kind: IndicatorKind::Alerts { alert, count }, ..own.indicators[0].clone() };
        own.indicators.push(open);
        let calendar = Pack::load(&crate::pack_embedded::mali()).expect("sound").calendar;
        let wanted = [11, 12].map(|month| calendar.period(PeriodKind::Month, Date::constant(2026, month, 3)));
        let [november, december] = &wanted;
        let counts = |name: &str| Counts::from([(name.to_owned(), 1)]);
        let by_period =
            ByPeriod::from([(november.name(), counts("dep.stock")), (december.name(), counts("dep.alertes"))]);
        assert_eq!(last_month_with(&flow, &wanted, &by_period), Some(november.name()));
        for (name, expected) in
            [("dep.stock", true), ("dep.mam/K=1", true), ("dep.alertes", false), ("sen.personnes", false)]
        {
            assert_eq!(tells(&flow, name), expected, "{name}");
        }
    }

    #[test]
    fn a_stock_counted_on_several_days_is_not_added_up() {
        let flow = stock();
        let counts = |count| Counts::from([("dep.stock".to_owned(), count), ("dep.mam".to_owned(), 1)]);
        let by_period = ByPeriod::from([("2026-11-20".into(), counts(450)), ("2026-11-23".into(), counts(440))]);
        let stocks = BTreeMap::from([("dep", (flow.as_ref(), String::new()))]);
        assert_eq!(folded(&by_period, &stocks), Counts::from([("dep.mam".to_owned(), 2)]));
    }

    #[test]
    fn a_stock_is_the_last_months_and_never_a_sum() {
        let flow = stock();
        let mut total = Counts::from([("dep.stock".into(), 900), ("dep.mam".into(), 12), ("dep.stockage".into(), 1)]);
        let last = Counts::from([("dep.stock".into(), 300), ("dep.mam".into(), 5)]);
        stand(&flow, &mut total, Some(&last));
        let shown: Vec<(&str, i64)> = total.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(shown, [("dep.mam", 12), ("dep.stock", 300), ("dep.stockage", 1)]);
        stand(&flow, &mut total, None);
        assert_eq!(total.get("dep.stock"), None, "no stock was told in the last month");
    }

    #[test]
    fn an_indicator_belongs_to_the_flow_it_begins_with() {
        let flow = stock();
        for (name, expected) in [("dep.mam", true), ("dep.mam/K=1", true), ("depot.mam", false), ("sen.mam", false)] {
            assert_eq!(flow.is_own(name), expected, "{name}");
        }
    }
}
