//! What anyone may see of a place: counts of its communes by quarter, without what is small enough to be somebody's.
//!
//! Only quarters whose reports can be late no more, only the indicators a pack declares public, one of each report type.
//! Never reads a person, a text or a number; how counts are shown is [`crate::rollup::Published`]'s matter alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::ViewError;
use super::limits::PUBLIC_QUARTERS;
use super::question::shortened;
use super::shown::PlaceShown;
use crate::base::{Date, Language, Period, PeriodKind, PlaceId};
use crate::flow::model::{Flow, Pack};
use crate::place::{Place, Tree};
use crate::programme::{CommuneCounts, InForce, Programme, PublicCounts};
use crate::rollup::Published;
use crate::store::area::State;
use crate::store::{self, Senders};

/// A place as anyone may see it.
#[derive(Clone, Debug)]
pub struct PublicCard {
    /// The place.
    pub place: PlaceShown,
    /// Places above it, from the country down.
    pub above: Vec<PlaceShown>,
    /// The quarters shown, oldest first: none before anything was owed or came.
    pub quarters: Vec<Period>,
    /// The last quarter whose reports can be late no more, shown or not.
    pub latest: Option<Period>,
    /// Of each quarter, how many communes sent any of what is shown.
    pub reporting: Vec<usize>,
    /// Communes there are.
    pub communes: usize,
    /// One for each public indicator.
    pub tables: Vec<PublicTable>,
}

/// The counts of one indicator.
#[derive(Clone, Debug)]
pub struct PublicTable {
    /// What is counted.
    pub name: String,
    /// The places right below, or the commune itself.
    pub rows: Vec<PublicRow>,
    /// All of them together.
    pub total: Vec<Published>,
}

/// The counts of one place: one for each quarter, and their total last.
#[derive(Clone, Debug)]
pub struct PublicRow {
    /// The place.
    pub place: PlaceShown,
    /// Its counts.
    pub counts: Vec<Published>,
}

/// The card of the place with this code, or of the country.
///
/// # Errors
/// A place that there is not, or is below the communes; what the store says.
pub async fn public_card(
    programme: &Programme,
    code: Option<&str>,
    language: Language,
) -> Result<PublicCard, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let (pack, tree) = (&in_force.pack, &in_force.tree);
    let place = shown_place(pack, tree, today, code)?;
    let quarters = quarters(pack, today);
    let names = public_indicators(pack, language);
    let counted = read(programme, &in_force, place, &quarters, &names).await?;
    let base = &counted.counts;
    let communes = communes_of(pack, tree, place, today);
    let first = begun(pack, &quarters, base);
    let reporting = quarters.iter().enumerate().skip(first).map(|(index, quarter)| {
        let sent = |commune: &&PlaceId| names.iter().any(|(id, _)| base.contains_key(&(**commune, index, id.clone())));
        // Of a quarter before a change of the map, those of its own map: never more than there are now.
        communes_of(pack, tree, place, quarter.last()).iter().filter(sent).count().min(communes.len())
    });
    let mut above = tree.upwards(place.id, today);
    above.remove(0);
    above.reverse();
    let standing = standing(pack, tree, place, &quarters);
    let count = Count { pack, tree, today, quarters: first..quarters.len(), base, standing: &standing };
    Ok(PublicCard {
        place: PlaceShown::from(place),
        above: above.into_iter().map(PlaceShown::from).collect(),
        reporting: reporting.collect(),
        communes: communes.len(),
        tables: names.into_iter().map(|(id, name)| count.table(place, &id, name)).collect(),
        latest: quarters.last().copied(),
        quarters: quarters[first..].to_vec(),
    })
}

/// The rank of the first quarter that anything shown was owed for, or came for: one before it says nothing of anybody.
fn begun(pack: &Pack, quarters: &[Period], base: &CommuneCounts) -> usize {
    let is_shown = |flow: &Flow| flow.indicators.iter().any(|indicator| indicator.public);
    let is_owed = |quarter: &Period| pack.flows.iter().any(|flow| is_shown(flow) && flow.is_owed_for(*quarter));
    let came: BTreeSet<usize> = base.keys().map(|(_, quarter, _)| *quarter).collect();
    let is_begun = |(rank, quarter): (usize, &Period)| came.contains(&rank) || is_owed(quarter);
    quarters.iter().enumerate().position(is_begun).unwrap_or(quarters.len())
}

/// The level whose counts are published: the one above the sites.
fn commune_level(pack: &Pack) -> &str {
    let lowest = pack.levels.len().saturating_sub(2);
    pack.levels.get(lowest).map_or("", |level| level.id.as_str())
}

fn shown_place<'t>(pack: &Pack, tree: &'t Tree, today: Date, code: Option<&str>) -> Result<&'t Place, ViewError> {
    let Some(code) = code else { return tree.root(today).ok_or(ViewError::NoPlaces) };
    let typed = shortened(code.trim());
    let is_shown = |place: &&Place| pack.depth(&place.level) <= pack.depth(commune_level(pack));
    let found = tree.by_code(&typed.to_uppercase()).filter(is_shown);
    found.ok_or(ViewError::UnknownPlace { typed, near: Vec::new() })
}

/// The last quarters whose reports can be late no more, oldest first.
fn quarters(pack: &Pack, today: Date) -> Vec<Period> {
    let late_days = pack.deadline(PeriodKind::Quarter).late_days;
    let is_closed = |quarter: &Period| {
        quarter.last().checked_add(jiff::Span::new().days(late_days)).is_ok_and(|closing| closing < today)
    };
    let mut quarter = pack.calendar.period(PeriodKind::Quarter, today);
    let mut closed = Vec::new();
    while closed.len() < PUBLIC_QUARTERS {
        let Ok(before) = quarter.first().yesterday() else { break };
        quarter = pack.calendar.period(PeriodKind::Quarter, before);
        if is_closed(&quarter) {
            closed.push(quarter);
        }
    }
    closed.reverse();
    closed
}

/// Full names of what a pack shows to anyone, with what people read, in the order of the report types.
fn public_indicators(pack: &Pack, language: Language) -> Vec<(String, String)> {
    let of_flow = |flow: &std::sync::Arc<crate::flow::model::Flow>| {
        let public = flow.indicators.iter().find(|indicator| indicator.public)?;
        Some((format!("{}.{}", flow.id, public.id), public.name.get(language).to_owned()))
    };
    pack.flows.iter().filter_map(of_flow).collect()
}

/// The communes of an area today: who could have sent.
fn communes_of(pack: &Pack, tree: &Tree, area: &Place, day: Date) -> Vec<PlaceId> {
    let communes = tree.all().filter(|place| place.level == commune_level(pack) && tree.exists(place.id, day));
    communes.filter(|place| tree.lies_in(place.id, area.id, day)).map(|place| place.id).collect()
}

/// The communes of an area by the part of it they lay in on the last day of each quarter, those included that were no
/// more, or not yet: what was counted about them is part of the whole.
type Standing = BTreeMap<(PlaceId, usize), Vec<PlaceId>>;

fn standing(pack: &Pack, tree: &Tree, area: &Place, quarters: &[Period]) -> Standing {
    let mut standing = Standing::new();
    for commune in tree.all().filter(|place| place.level == commune_level(pack)) {
        for (index, quarter) in quarters.iter().enumerate() {
            let way = tree.upwards(commune.id, quarter.last());
            let Some(at) = way.iter().position(|above| above.id == area.id) else { continue };
            standing.entry((way[at.saturating_sub(1)].id, index)).or_default().push(commune.id);
        }
    }
    standing
}

async fn read(
    programme: &Programme,
    in_force: &InForce,
    area: &Place,
    quarters: &[Period],
    names: &[(String, String)],
) -> Result<Arc<PublicCounts>, ViewError> {
    let (pack, tree) = (&in_force.pack, &in_force.tree);
    let indicators: Vec<String> = names.iter().map(|(id, _)| id.clone()).collect();
    let months = |quarter: &Period| -> Vec<String> {
        pack.calendar.periods_in(PeriodKind::Month, *quarter).iter().map(Period::name).collect()
    };
    let mut tx = programme.store.reader().await?;
    let mut states = Vec::new();
    for quarter in quarters {
        let months = months(quarter);
        let months = months.iter().map(String::as_str).collect();
        states.push((*quarter, store::area::state(&mut tx, (area.id, quarter.last()), &months).await?));
    }
    let known = in_force.public_counts.get(&area.id);
    if let Some(known) = known.filter(|known| known.states == states) {
        return Ok(known);
    }
    let is_still = states.iter().all(|(_, state)| *state != State::Moving);
    let mut base = CommuneCounts::new();
    // An empty list would ask for every indicator there is.
    let asked = if indicators.is_empty() { &[] } else { quarters };
    for (index, quarter) in asked.iter().enumerate() {
        let months = months(quarter);
        let scope = store::cell::Scope {
            area: area.id,
            day: quarter.last(),
            periods: &months,
            flow: None,
            senders: Senders::ALL,
            indicators: &indicators,
        };
        for (place, sums) in store::cell::sums_by_place(&mut tx, &scope).await? {
            let way = tree.upwards(place, quarter.last());
            // What is about a cercle or region itself belongs to no commune, and is no part of any total here.
            let Some(commune) = way.iter().find(|above| above.level == commune_level(pack)) else { continue };
            for (id, count) in sums.into_values().flatten().filter(|(id, _)| indicators.contains(id)) {
                *base.entry((commune.id, index, id)).or_default() += count;
            }
        }
    }
    let counted = Arc::new(PublicCounts { states, counts: base });
    if is_still {
        in_force.public_counts.insert(area.id, Arc::clone(&counted));
    }
    Ok(counted)
}

/// Puts counts into rows.
struct Count<'a> {
    pack: &'a Pack,
    tree: &'a Tree,
    today: Date,
    quarters: Range<usize>,
    base: &'a CommuneCounts,
    standing: &'a Standing,
}

impl Count<'_> {
    fn table(&self, place: &Place, indicator: &str, name: String) -> PublicTable {
        let mut below: Vec<&Place> = match place.level == commune_level(self.pack) {
            true => vec![place],
            false => self.tree.children(place.id, self.today),
        };
        // A part that lay here in one of these quarters, and was counted: the rows make up the total.
        let elsewhere: BTreeSet<PlaceId> = self.standing.keys().map(|(part, _)| *part).collect();
        let elsewhere = elsewhere.into_iter().filter(|part| below.iter().all(|known| known.id != *part));
        let counted = elsewhere.filter(|part| self.is_counted(*part, indicator)).filter_map(|part| self.tree.get(part));
        let counted: Vec<&Place> = counted.collect();
        below.extend(counted);
        let row = |place: &Place| PublicRow { place: PlaceShown::from(place), counts: self.counts(place, indicator) };
        let rows: Vec<PublicRow> = below.into_iter().map(row).collect();
        // One column for each quarter, and one for all of them.
        let total = (0..=self.quarters.len()).map(|column| Published::total(rows.iter().map(|row| row.counts[column])));
        PublicTable { name, total: total.collect(), rows }
    }

    /// True when anything was counted of this part.
    fn is_counted(&self, part: PlaceId, indicator: &str) -> bool {
        let is_in =
            |quarter: usize, commune: &PlaceId| self.base.contains_key(&(*commune, quarter, indicator.to_owned()));
        let of = |quarter: usize| self.standing.get(&(part, quarter)).into_iter().flatten();
        self.quarters.clone().any(|quarter| of(quarter).any(|commune| is_in(quarter, commune)))
    }

    /// One count for each quarter, and their total.
    fn counts(&self, place: &Place, indicator: &str) -> Vec<Published> {
        let mut counts: Vec<Published> = self
            .quarters
            .clone()
            .map(|quarter| {
                let communes = self.standing.get(&(place.id, quarter)).map_or(&[][..], Vec::as_slice);
                let mut own = communes
                    .iter()
                    .map(|commune| Published::of(self.base.get(&(*commune, quarter, indicator.to_owned())).copied()));
                // A commune's own count is shown as it is, not as a total of one.
                if communes.len() == 1 { own.next().unwrap_or_default() } else { Published::total(own) }
            })
            .collect();
        counts.push(Published::total(counts.iter().copied()));
        counts
    }
}
