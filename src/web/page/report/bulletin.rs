//! The monthly bulletin: one side of A4 with the five figures that matter, what went well, who is silent and what to do.
//!
//! Nothing is praised or asked for that does not follow from the figures: each line names what it rests on.

use super::super::place::figures::{CompleteShown, FAIR_FROM, GOOD_FROM, complete_shown, spaced};
use super::Composer;
use crate::flow::model::CommandKind;
use crate::view::{BodyCounts, IndicatorShown};
use crate::web::limits::{BULLETIN_FIGURES, BULLETIN_NAMES_MAX, BULLETIN_SILENT_MAX};

/// Everything the bulletin says below its head.
pub(super) struct Bulletin {
    pub figures: Vec<Tile>,
    pub compared: String,
    pub complete: CompleteShown,
    pub complete_moved: String,
    pub reporting: String,
    pub well: Vec<String>,
    pub silent_count: String,
    pub silent: Vec<(String, Vec<String>)>,
    pub silent_more: String,
    pub to_do: Vec<String>,
}

/// One figure.
pub(super) struct Tile {
    pub name: String,
    pub value: String,
    pub made_of: String,
    /// The approved figure, where it differs.
    pub closed: String,
    pub moved: String,
}

impl Composer<'_> {
    pub(super) fn bulletin(&self) -> Bulletin {
        let summary = &self.view.summary;
        let (silent, silent_more) = self.some_silent();
        Bulletin {
            figures: self.five().into_iter().filter_map(|indicator| self.tile(indicator)).collect(),
            compared: self.teller().compared(&self.view.before),
            complete: complete_shown(&summary.completeness, self.words, self.language),
            complete_moved: self.complete_moved(&self.view.before),
            reporting: self.reporting(),
            well: self.well(),
            silent_count: self.silent_count(),
            silent,
            silent_more,
            to_do: self.to_do(),
        }
    }

    /// The first headline figure of each report type, in the order they are owed; then their second ones, and so on.
    fn five(&self) -> Vec<&IndicatorShown> {
        let flows: Vec<Vec<&IndicatorShown>> = self
            .question
            .flows(&self.in_force.pack)
            .map(|flow| self.headlines().filter(|own| own.flow == flow.id).collect())
            .collect();
        let deepest = flows.iter().map(Vec::len).max().unwrap_or_default();
        let ordered = (0..deepest).flat_map(|rank| flows.iter().filter_map(move |own| own.get(rank).copied()));
        ordered.take(BULLETIN_FIGURES).collect()
    }

    fn tile(&self, indicator: &IndicatorShown) -> Option<Tile> {
        let figure = self.view.summary.total.get(&indicator.id)?;
        Some(Tile {
            name: indicator.name.clone(),
            value: self.cell(Some(figure)),
            made_of: self.teller().made_of(figure),
            closed: self.closed(&indicator.id),
            moved: self.moved(&self.view.before, &indicator.id),
        })
    }

    fn well(&self) -> Vec<String> {
        let (own, summary) = (self.own, &self.view.summary);
        let mut well = Vec::new();
        if let Some(percent) = summary.completeness.percent.filter(|percent| *percent >= GOOD_FROM) {
            well.push(own.well_complete.replace("{v}", &self.percent(Some(percent))));
        }
        let whole = summary.rows.iter().filter(|row| row.completeness.expected > 0 && row.completeness.silent == 0);
        let whole: Vec<&str> = whole.filter_map(|row| row.place.as_ref()).map(|place| place.name.as_str()).collect();
        if !whole.is_empty() {
            well.push(own.well_whole.replace("{l}", &self.some(&whole)));
        }
        for (id, target) in &summary.target {
            let known = summary.indicators.iter().find(|indicator| indicator.id == *id);
            let reached = summary.total.get(id).zip(known).filter(|(figure, own)| own.is_reached(figure, *target));
            if let Some((figure, indicator)) = reached {
                let text = own.well_target.replace("{a}", &indicator.name);
                well.push(text.replace("{v}", &self.cell(Some(figure))));
            }
        }
        for body in self.view.bodies.bodies.iter().filter(|body| body.now().percent() >= Some(FAIR_FROM)) {
            well.push(self.counted(own.well_body, body, body.now().held));
        }
        let alerts = self.view.alerts;
        if alerts.acknowledged > 0 {
            let text = own.well_alerts.replace("{n}", &spaced(alerts.acknowledged));
            well.push(text.replace("{t}", &spaced(alerts.opened)));
        }
        well
    }

    fn to_do(&self) -> Vec<String> {
        let (own, pack, summary) = (self.own, &self.in_force.pack, &self.view.summary);
        let command = |kind| pack.command_word(kind).to_owned();
        let mut to_do = Vec::new();
        if !self.view.silent.is_empty() {
            let text = own.do_silent.replace("{n}", &spaced(summary.places.expected - summary.places.reporting));
            let text = text.replace("{t}", &spaced(summary.places.expected));
            let text = text.replace("{l}", self.plural(&summary.places.level));
            let place = self.question.place.sms_name.to_uppercase();
            to_do.push(text.replace("{c}", &format!("{} {place}", command(CommandKind::Remind))));
        }
        let alerts = self.view.alerts;
        let open = alerts.opened - alerts.acknowledged - alerts.withdrawn;
        if open > 0 {
            let text = own.do_alerts.replace("{n}", &spaced(open));
            to_do.push(text.replace("{c}", &command(CommandKind::Seen)));
        }
        let waiting = self.view.awaiting_visa + self.view.awaiting_change;
        if waiting > 0 {
            let text = own.do_visa.replace("{n}", &spaced(waiting)).replace("{c}", &command(CommandKind::Approve));
            to_do.push(text.replace("{x}", &command(CommandKind::Refuse)));
        }
        let mut low: Vec<(f64, &str)> = Vec::new();
        for row in &summary.rows {
            let percent = row.completeness.percent.filter(|percent| *percent < FAIR_FROM);
            low.extend(percent.zip(row.place.as_ref().map(|place| place.name.as_str())));
        }
        low.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(other.1)));
        if !low.is_empty() {
            let told: Vec<String> =
                low.iter().map(|(percent, name)| format!("{name} ({})", self.percent(Some(*percent)))).collect();
            let told: Vec<&str> = told.iter().map(String::as_str).collect();
            to_do.push(own.do_low.replace("{l}", &self.some(&told)));
        }
        for body in self.view.bodies.bodies.iter().filter(|body| body.now().silent > 0) {
            to_do.push(self.counted(own.do_body, body, body.now().silent));
        }
        to_do
    }

    /// A line about a body with how many there are of it.
    fn counted(&self, text: &str, body: &BodyCounts, count: i64) -> String {
        let text = text.replace("{b}", &body.name).replace("{n}", &spaced(count));
        text.replace("{t}", &spaced(body.now().expected))
    }

    /// Names, as many as a line of the bulletin takes.
    fn some(&self, names: &[&str]) -> String {
        let shown = names.iter().take(BULLETIN_NAMES_MAX).copied().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(BULLETIN_NAMES_MAX);
        if more == 0 { shown } else { format!("{shown} {}", self.own.and_more.replace("{n}", &more.to_string())) }
    }

    /// Silent places, as many as leave room for the rest of the page.
    fn some_silent(&self) -> (Vec<(String, Vec<String>)>, String) {
        let mut left = BULLETIN_SILENT_MAX;
        let mut shown = Vec::new();
        for (part, mut places) in self.silent() {
            places.truncate(left);
            left -= places.len();
            if !places.is_empty() {
                shown.push((part, places));
            }
        }
        let more = self.view.silent.len().saturating_sub(BULLETIN_SILENT_MAX);
        let more = if more == 0 { String::new() } else { self.own.and_more.replace("{n}", &spaced(more as i64)) };
        (shown, more)
    }
}
