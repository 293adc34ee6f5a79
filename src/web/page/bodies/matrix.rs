//! The tables of the page of bodies: who met over a year, why not, and what the meetings brought.

use std::collections::BTreeMap;

use super::super::place::figures::{Teller, spaced};
use super::{Composer, day_shown, reason_name};
use crate::view::{BodyItem, BodyPart, FigureShown, IndicatorShown, QuarterCounts, QuarterState};
use crate::web::limits::BODIES_LISTED_MAX;

/// Rows of one of the places right below.
pub(super) struct Group {
    /// Name of that place and how many met there; empty where the rows need no heading.
    pub heading: String,
    /// Its own page of bodies.
    pub address: String,
    pub rows: Vec<Row>,
}

/// One body at one place, or at all places of one.
pub(super) struct Row {
    pub place: String,
    pub address: String,
    pub body: String,
    pub cells: Vec<Cell>,
}

/// A quarter of it.
pub(super) struct Cell {
    pub class: &'static str,
    /// `✓`, `✕` or `–`, beside the words that say the same.
    pub sign: &'static str,
    pub text: String,
}

/// How often one reason was given for one body.
pub(super) struct Reason {
    pub body: String,
    pub reason: String,
    pub count: String,
    pub count_all: String,
}

/// What a body's meetings of the quarter brought.
pub(super) struct Meeting {
    pub place: String,
    pub body: String,
    pub days: String,
    pub cells: Vec<String>,
}

/// The class a state is coloured by.
pub(super) fn class(state: &str) -> &'static str {
    match state {
        "held" => "held",
        "not_held" => "not-held",
        "nothing_owed" => "",
        _ => "mute",
    }
}

impl Composer<'_> {
    /// True where a row for each place would be too long to look at: then each place below has one.
    pub(super) fn is_summed(&self) -> bool {
        self.view.items.len() > BODIES_LISTED_MAX
    }

    pub(super) fn groups(&self) -> Vec<Group> {
        if self.is_summed() {
            let rows = self.view.parts.iter().map(|part| self.summed(part)).collect();
            return vec![Group { heading: String::new(), address: String::new(), rows }];
        }
        let mut groups: Vec<(String, Group)> = Vec::new();
        let mut items: Vec<&BodyItem> = self.view.items.iter().collect();
        // The place's own bodies first, then by the place that holds them, the higher ones first.
        let own = &self.asked.question.place.code;
        let depth = |item: &BodyItem| self.in_force.pack.depth(&item.place.level);
        items.sort_by_key(|item| (item.part != *own, self.part_name(&item.part), item.part.clone(), depth(item)));
        for item in items {
            if groups.last().is_none_or(|(part, _)| *part != item.part) {
                groups.push((item.part.clone(), self.group(&item.part)));
            }
            if let Some((_, group)) = groups.last_mut() {
                group.rows.push(self.row(item));
            }
        }
        let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
        if groups.iter().all(|group| group.rows.len() == 1) {
            groups.iter_mut().for_each(|group| group.heading.clear());
        }
        groups
    }

    fn part_name(&self, code: &str) -> String {
        self.in_force.tree.by_code(code).map_or_else(String::new, |place| place.name.clone())
    }

    fn group(&self, part: &str) -> Group {
        let counts = self.view.parts.iter().filter(|row| row.place.code == part).filter_map(|row| row.quarters.last());
        let (held, all) = counts.fold((0, 0), |sum, quarter| (sum.0 + quarter.held, sum.1 + quarter.expected));
        let heading = if all == 0 { "{p}" } else { self.own.group };
        let heading = heading.replace("{p}", &self.part_name(part));
        Group {
            heading: heading.replace("{n}", &spaced(held)).replace("{t}", &spaced(all)),
            address: self.link(part),
            rows: Vec::new(),
        }
    }

    fn link(&self, code: &str) -> String {
        if *code == self.asked.question.place.code {
            return String::new();
        }
        self.asked.address(code, &self.asked.question.period.name(), self.asked.language)
    }

    fn row(&self, item: &BodyItem) -> Row {
        Row {
            place: item.place.name.clone(),
            address: self.link(&item.place.code),
            body: item.name.clone(),
            cells: item.quarters.iter().rev().map(|quarter| self.cell(quarter)).collect(),
        }
    }

    fn cell(&self, quarter: &QuarterState) -> Cell {
        let [held, not_held, silent, not_owed] = self.own.states;
        let (sign, text) = match quarter.state {
            "held" => ("✓", held.to_owned()),
            "not_held" => {
                let reason = quarter.reason.as_ref().map_or(self.own.no_reason, |reason| reason_name(reason, self.own));
                ("✕", not_held.replace("{r}", reason))
            }
            "nothing_owed" => ("", not_owed.to_owned()),
            _ => ("–", silent.to_owned()),
        };
        Cell { class: class(quarter.state), sign, text }
    }

    fn summed(&self, part: &BodyPart) -> Row {
        let body = self.view.bodies.iter().find(|body| body.body == part.body);
        Row {
            place: part.place.name.clone(),
            address: self.link(&part.place.code),
            body: body.map_or_else(|| part.body.clone(), |body| body.name.clone()),
            cells: part.quarters.iter().rev().map(|quarter| self.counted(quarter)).collect(),
        }
    }

    fn counted(&self, quarter: &QuarterCounts) -> Cell {
        let [.., not_owed] = self.own.states;
        if quarter.expected == 0 {
            return Cell { class: "", sign: "", text: not_owed.to_owned() };
        }
        let [held, not_held, silent] = [quarter.held, quarter.not_held, quarter.silent].map(spaced);
        let text = self.own.counted.replace("{h}", &held).replace("{x}", &not_held).replace("{s}", &silent);
        Cell { class: "", sign: "", text }
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let of = |body: &crate::view::BodyCounts| {
            let name = body.name.clone();
            body.reasons.clone().into_iter().map(move |reason| (name.clone(), reason))
        };
        let reasons = self.view.bodies.iter().flat_map(of);
        reasons
            .map(|(body, reason)| Reason {
                body,
                reason: reason_name(&reason.reason, self.own).to_owned(),
                count: spaced(reason.count),
                count_all: spaced(reason.count_all),
            })
            .collect()
    }

    /// What is told of a meeting: how many there were stands in the table above.
    pub(super) fn columns(&self) -> Vec<&IndicatorShown> {
        self.view.indicators.iter().filter(|indicator| indicator.kind != "count").collect()
    }

    fn figures(&self, values: &BTreeMap<String, FigureShown>) -> Vec<String> {
        let teller = Teller::new(self.asked.language);
        let cell = |indicator: &IndicatorShown| {
            values.get(&indicator.id).map_or_else(|| "-".to_owned(), |figure| teller.figure(figure))
        };
        self.columns().into_iter().map(cell).collect()
    }

    /// Each meeting of the quarter, where they are few enough to be looked at.
    pub(super) fn meetings(&self) -> Vec<Meeting> {
        if self.is_summed() {
            return Vec::new();
        }
        let held = self.view.items.iter().filter(|item| item.state == "held");
        held.map(|item| Meeting {
            place: item.place.name.clone(),
            body: item.name.clone(),
            days: item.dates.iter().map(|day| day_shown(day)).collect::<Vec<_>>().join(", "),
            cells: self.figures(&item.values),
        })
        .collect()
    }

    /// All meetings of each body together.
    pub(super) fn totals(&self) -> Vec<Meeting> {
        if self.view.items.len() == 1 {
            return Vec::new();
        }
        let met = self.view.bodies.iter().filter(|body| body.now().held > 0);
        met.map(|body| Meeting {
            place: self.own.together.to_owned(),
            body: body.name.clone(),
            days: String::new(),
            cells: self.figures(&body.values),
        })
        .collect()
    }
}
