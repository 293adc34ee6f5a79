//! The map: places below as areas in shades, each a link to its page, with a legend and the same in words.
//!
//! A place whose own places have no outlines is shown among its neighbours instead, these without shades.

use super::Composer;
use super::figures::{FAIR_FROM, GOOD_FROM};
use crate::place::Place;
use crate::view::{IndicatorShown, SummaryRow};
use crate::web::chart::{Land, class_of, quantiles};
use crate::web::limits::{MAP_CLASSES, MAP_HEIGHT, MAP_WIDTH, UNMAPPED_NAMED_MAX};

/// A map, ready to draw.
pub(super) struct Map {
    pub title: String,
    /// What it says, in words.
    pub text: String,
    pub unmapped: String,
    pub width: i32,
    pub height: i32,
    pub areas: Vec<Area>,
    pub legend: Vec<(&'static str, String, usize)>,
    /// What it can show: completeness first, under no report type.
    pub choices: Vec<Choices>,
}

/// What a map can show of one report type.
pub(super) struct Choices {
    pub flow: String,
    /// Id and name of its indicators, and whether one is shown.
    pub indicators: Vec<(String, String, bool)>,
}

/// One area.
pub(super) struct Area {
    pub path: String,
    /// Its shade: `m0` to `m3`, `mn` without figure, `mo` for a neighbour.
    pub class: &'static str,
    /// None for a place the visitor may not see.
    pub address: Option<String>,
    /// Name and figure.
    pub title: String,
    /// Name and where it stands, where there is room for it.
    pub label: Option<(String, i32, i32)>,
}

const SHADES: [&str; MAP_CLASSES] = ["m0", "m1", "m2", "m3"];
const NO_FIGURE: &str = "mn";
const NEIGHBOUR: &str = "mo";
/// Units one letter of a name takes.
const LETTER_WIDTH: i32 = 9;

/// Classes with what they are called.
struct Shading {
    cuts: Vec<f64>,
    /// Of each class, its place among the shades and its words.
    classes: Vec<(&'static str, String)>,
}

impl Composer<'_> {
    pub(super) fn drawn_map(&self) -> Option<Map> {
        let outlines = self.in_force.outlines();
        let has_outline = |place: &&Place| !outlines.of(&place.code).is_empty();
        let (tree, day) = (&self.in_force.tree, self.question.period.last());
        let below = tree.children(self.question.place.id, day);
        let (mapped, unmapped): (Vec<&Place>, Vec<&Place>) = below.iter().copied().partition(has_outline);
        let is_below = !mapped.is_empty();
        let drawn = if is_below {
            mapped
        } else {
            let above = tree.parent(self.question.place.id, day).filter(|_| has_outline(&&self.question.place))?;
            tree.children(above.id, day).into_iter().filter(has_outline).collect()
        };
        let land = Land::around(drawn.iter().flat_map(|place| outlines.of(&place.code)), MAP_WIDTH, MAP_HEIGHT)?;
        let figures: Vec<(&Place, Option<(f64, String)>)> =
            drawn.into_iter().map(|place| (place, self.mapped_figure(place))).collect();
        let shading = self.shading(&figures, is_below);
        let areas: Vec<Area> =
            figures.iter().map(|(place, figure)| self.area(&land, &shading, place, figure)).collect();
        let count = |class: &str| areas.iter().filter(|area| area.class == class).count();
        let legend = shading.classes.iter().map(|(class, words)| (*class, words.clone(), count(class)));
        let without = (NO_FIGURE, self.own.no_figure.to_owned(), count(NO_FIGURE));
        Some(Map {
            title: self.map_title(is_below),
            text: self.map_text(&figures, is_below),
            unmapped: if is_below { self.unmapped(&unmapped) } else { String::new() },
            width: land.width,
            height: land.height,
            legend: legend.chain([without]).filter(|(_, _, count)| *count > 0).collect(),
            choices: self.map_choices(),
            areas,
        })
    }

    /// The indicator the map shows; none for completeness, also where the indicator is not on this page.
    fn mapped(&self) -> Option<&IndicatorShown> {
        let id = self.map.as_ref()?;
        self.view.indicators.iter().find(|indicator| indicator.id == *id)
    }

    /// The number of a place and how it is written. Neighbours have none here.
    fn mapped_figure(&self, place: &Place) -> Option<(f64, String)> {
        let summary = &self.view.summary;
        let whole;
        let row = if place.id == self.question.place.id {
            let (values, completeness) = (summary.total.clone(), summary.completeness.clone());
            whole = SummaryRow { values, completeness, ..SummaryRow::default() };
            &whole
        } else {
            let is_it = |row: &&SummaryRow| row.place.as_ref().is_some_and(|own| own.code == place.code);
            summary.rows.iter().find(is_it)?
        };
        match self.mapped() {
            None => row.completeness.percent.map(|percent| (percent, self.percent(percent))),
            Some(indicator) => {
                let figure = row.figure(&indicator.id)?;
                figure.number().map(|number| (number, self.figure(figure)))
            }
        }
    }

    fn shading(&self, figures: &[(&Place, Option<(f64, String)>)], is_below: bool) -> Shading {
        if self.mapped().is_none() {
            // The marks of the bulletin, so that a shade and a mark never disagree.
            let shades = [SHADES[0], SHADES[1], SHADES[3]];
            let classes = shades.into_iter().zip(self.own.thirds.map(str::to_owned)).collect();
            return Shading { cuts: vec![FAIR_FROM, GOOD_FROM], classes };
        }
        let mut known: Vec<&(f64, String)> = figures.iter().filter_map(|(_, figure)| figure.as_ref()).collect();
        known.sort_by(|one, other| one.0.total_cmp(&other.0));
        let numbers: Vec<f64> = known.iter().map(|(number, _)| *number).collect();
        let cuts = if is_below { quantiles(&numbers, MAP_CLASSES) } else { Vec::new() };
        let class = |at: usize| {
            let own: Vec<&&(f64, String)> = known.iter().filter(|(number, _)| class_of(*number, &cuts) == at).collect();
            let (first, last) = (own.first()?.1.as_str(), own.last()?.1.as_str());
            let range = self.own.range.replace("{a}", first).replace("{b}", last);
            Some(if first == last { first.to_owned() } else { range })
        };
        // The highest class is the darkest, however few there are.
        let darkest = SHADES.len() - 1;
        let named = (0..=cuts.len()).map(|at| (SHADES[darkest - cuts.len() + at], class(at).unwrap_or_default()));
        Shading { classes: named.collect(), cuts }
    }

    fn area(&self, land: &Land, shading: &Shading, place: &Place, figure: &Option<(f64, String)>) -> Area {
        let rings = self.in_force.outlines().of(&place.code);
        let tree = &self.in_force.tree;
        let is_here = place.id == self.question.place.id;
        let is_neighbour = !is_here
            && tree.parent(place.id, self.question.period.last()).map(|above| above.id) != Some(self.question.place.id);
        let class = match figure {
            _ if is_neighbour => NEIGHBOUR,
            None => NO_FIGURE,
            Some((number, _)) => {
                shading.classes.get(class_of(*number, &shading.cuts)).map_or(NO_FIGURE, |class| class.0)
            }
        };
        let is_theirs = self.visitor.account.access.covers(tree, place.id, self.question.today);
        let value = figure.as_ref().map_or(self.own.no_figure, |(_, written)| written.as_str());
        let fits = |room: i32| room >= LETTER_WIDTH * i32::try_from(place.name.chars().count()).unwrap_or(i32::MAX);
        Area {
            path: land.path(rings),
            class,
            address: (is_theirs && !is_here).then(|| self.address.of(&place.code).to_string()),
            title: if is_neighbour {
                place.name.clone()
            } else {
                self.own.by.replace("{a}", &place.name).replace("{b}", value)
            },
            label: land
                .label(rings)
                .filter(|label| fits(label.room))
                .map(|label| (place.name.clone(), label.x, label.y)),
        }
    }

    fn map_title(&self, is_below: bool) -> String {
        let what = self.mapped().map_or(self.words.completeness, |indicator| indicator.name.as_str());
        let which = if is_below { self.below() } else { self.question.place.name.clone() };
        self.own.by.replace("{a}", what).replace("{b}", &which)
    }

    /// The highest and the lowest place in words, or who the neighbours are.
    fn map_text(&self, figures: &[(&Place, Option<(f64, String)>)], is_below: bool) -> String {
        if !is_below {
            let tree = &self.in_force.tree;
            let above = tree.parent(self.question.place.id, self.question.period.last());
            let above = above.map_or("", |above| above.name.as_str());
            let text = self.own.among.replace("{c}", &self.below());
            return text.replace("{a}", &self.question.place.name).replace("{b}", above);
        }
        let known = figures.iter().filter_map(|(place, figure)| figure.as_ref().map(|figure| (place, figure)));
        let mut known: Vec<_> = known.collect();
        known.sort_by(|one, other| one.1.0.total_cmp(&other.1.0));
        let said = |(place, (_, written)): &(&&Place, &(f64, String))| format!("{} ({written})", place.name);
        match known.as_slice() {
            [lowest, .., highest] => {
                let extremes = self.own.extremes.replace("{a}", &said(highest)).replace("{b}", &said(lowest));
                format!("{extremes} {}", self.own.map_table)
            }
            _ => self.own.map_table.to_owned(),
        }
    }

    fn unmapped(&self, places: &[&Place]) -> String {
        if places.is_empty() {
            return String::new();
        }
        let mut names: Vec<String> = places.iter().take(UNMAPPED_NAMED_MAX).map(|place| place.name.clone()).collect();
        if let Some(more) = places.len().checked_sub(UNMAPPED_NAMED_MAX).filter(|more| *more > 0) {
            names.push(self.own.and_more.replace("{n}", &more.to_string()));
        }
        self.own.unmapped.replace("{a}", &names.join(", "))
    }

    /// Options of an indicator are offered where one is shown only: they would be hundreds.
    fn map_choices(&self) -> Vec<Choices> {
        let chosen = self.mapped().map(|indicator| indicator.id.as_str());
        let completeness = (String::new(), self.words.completeness.to_owned(), chosen.is_none());
        let choices = self.question.flows(&self.in_force.pack).map(|flow| {
            let own = self.view.indicators.iter().filter(|own| own.flow == flow.id);
            let offered = own.filter(|own| !own.id.contains('/') || chosen == Some(own.id.as_str()));
            let option = |own: &IndicatorShown| (own.id.clone(), own.name.clone(), chosen == Some(own.id.as_str()));
            Choices { flow: flow.title.get(self.language).to_owned(), indicators: offered.map(option).collect() }
        });
        let first = Choices { flow: String::new(), indicators: vec![completeness] };
        [first].into_iter().chain(choices).collect()
    }
}
