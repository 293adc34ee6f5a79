//! INFO: what anyone may know of a place, by SMS: whether its body met, and how much was reported, in the last quarter that can
//! change no more. As on the public face, nothing small enough to be somebody's, and no figure that is not shown there.

use super::limits::ANSWER_SEPTETS_MAX;
use super::officer::named;
use super::public::{PublicCard, public_card};
use super::{ViewError, count};
use crate::base::text::grouped;
use crate::base::{Date, Language, Period, PlaceId, gsm7};
use crate::flow::model::{Body, CommandKind, Flow, Pack};
use crate::flow::text::{TextError, context};
use crate::place::Place;
use crate::programme::Programme;
use crate::report::ReceivedKind;
use crate::rollup::{Published, dues};
use crate::silence::period_name;
use crate::store::received::{self, Scope};
use crate::store::{Senders, Tx};

/// Answers the words typed after INFO. `own` is where the sender is registered, if anywhere.
///
/// # Errors
/// As [`super::officer::bilan`]; nothing is anybody's alone here.
pub async fn info(
    programme: &Programme,
    own: Option<PlaceId>,
    language: Language,
    words: &[String],
) -> Result<String, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let (pack, tree) = (&in_force.pack, &in_force.tree);
    let from = own.or_else(|| tree.root(today).map(|root| root.id)).ok_or(ViewError::NoPlaces)?;
    let place = match (words, own) {
        ([], None) => {
            let command = context! { command => pack.command_word(CommandKind::Info) };
            return Ok(pack.texts.say("say.info_which", language, command)?);
        }
        ([], Some(own)) => tree.get(own).ok_or(ViewError::NoPlaces)?,
        (words, _) => named(tree, &words.join(" "), from, today)?,
    };
    let card = public_card(programme, Some(&place.code), language).await?;
    let Some(quarter) = card.latest else { return Err(ViewError::NoPlaces) };
    let is_commune = pack.depth(&place.level) == Some(pack.levels.len().saturating_sub(2));
    let period = period_name(pack, quarter, today, language)?;
    if !is_commune {
        return Ok(of_area(pack, &card, place, &period, language)?);
    }
    let mut tx = programme.store.reader().await?;
    let of_quarter = Quarter { pack, place, quarter };
    let body = of_quarter.body(&mut tx).await?;
    let came = of_quarter.received(&mut tx).await?;
    Ok(of_commune(pack, (&card, place, &period), body, came, language)?)
}

/// One commune and quarter.
struct Quarter<'q> {
    pack: &'q Pack,
    place: &'q Place,
    quarter: Period,
}

impl Quarter<'_> {
    /// The body of the place, and whether it met: `None` for silence. No body where nothing was owed yet and nothing came.
    async fn body(&self, tx: &mut Tx) -> Result<Option<(&Body, Option<ReceivedKind>)>, ViewError> {
        let Some(body) = self.pack.bodies.iter().find(|body| body.level == self.place.level) else { return Ok(None) };
        let periods = count::due_periods(self.pack, [self.quarter].iter(), Date::MAX);
        let found = received::counts(tx, &self.scope(&periods, Some(&body.id))).await?;
        // Any meeting makes it held.
        let met = found.into_iter().map(|count| count.kind).min();
        let owes = |flow: &Flow| flow.by_body && count::reports_to(body, flow) && flow.is_owed_for(self.quarter);
        let is_owed = self.pack.flows.iter().any(|flow| owes(flow));
        // Silence is told of who owed something only.
        Ok(Some((body, met)).filter(|_| met.is_some() || is_owed))
    }

    /// How many reports of people came.
    async fn received(&self, tx: &mut Tx) -> Result<Published, ViewError> {
        let flows: Vec<_> = self.pack.flows.iter().filter(|flow| !flow.by_body).collect();
        let all = flows.iter().flat_map(|flow| dues(flow, &self.pack.calendar, self.quarter, self.quarter.last()));
        let all: Vec<Period> = all.collect();
        let periods = count::due_periods(self.pack, all.iter(), Date::MAX);
        let found = received::counts(tx, &self.scope(&periods, None)).await?;
        let of_people = found.iter().filter(|count| flows.iter().any(|flow| flow.id == count.flow));
        let came: i64 = of_people.map(|count| count.count).sum();
        Ok(Published::of(Some(came).filter(|came| *came > 0)))
    }

    fn scope<'s>(&self, periods: &'s [received::DuePeriod], body: Option<&'s str>) -> Scope<'s> {
        let day = self.quarter.last();
        Scope { area: self.place.id, day, periods, flow: None, senders: Senders::ALL, body }
    }
}

fn of_commune(
    pack: &Pack,
    (card, place, period): (&PublicCard, &Place, &str),
    body: Option<(&Body, Option<ReceivedKind>)>,
    came: Published,
    language: Language,
) -> Result<String, TextError> {
    let state = match body.map(|(_, kind)| kind) {
        None | Some(None) => "say.info_silent",
        Some(Some(ReceivedKind::Report)) => "say.info_held",
        Some(Some(ReceivedKind::NotHeld | ReceivedKind::Zero)) => "say.info_not_held",
    };
    let state = pack.texts.say(state, language, context! {})?;
    let received = published(pack, came, language)?;
    with_rows(pack, (card, true), language, |rows| {
        let values = context! {
            place => gsm7::plain(&place.sms_name.to_uppercase()),
            period => period,
            body => body.map_or("", |(body, _)| body.name.get(language)),
            state => state.as_str(),
            received => received.as_str(),
            rows => rows,
        };
        pack.texts.say("say.info", language, values)
    })
}

fn of_area(
    pack: &Pack,
    card: &PublicCard,
    place: &Place,
    period: &str,
    language: Language,
) -> Result<String, TextError> {
    let commune = pack.levels.get(pack.levels.len().saturating_sub(2));
    let unit = commune.map_or(String::new(), |level| gsm7::plain(level.plural.get(language)));
    with_rows(pack, (card, false), language, |rows| {
        let values = context! {
            place => gsm7::plain(&place.sms_name.to_uppercase()),
            period => period,
            reporting => card.reporting.last().copied().unwrap_or_default(),
            owing => card.communes,
            unit => unit.as_str(),
            rows => rows,
        };
        pack.texts.say("say.info_area", language, values)
    })
}

/// The text with as many of the public counts of the last quarter as fit one SMS.
fn with_rows(
    pack: &Pack,
    (card, is_commune): (&PublicCard, bool),
    language: Language,
    say: impl Fn(&str) -> Result<String, TextError>,
) -> Result<String, TextError> {
    let quarter = card.quarters.len().saturating_sub(1);
    let mut rows = String::new();
    for table in &card.tables {
        // A commune's own count is shown as it is, not as a total of one.
        let counts = if is_commune { table.rows.first().map_or(&table.total, |row| &row.counts) } else { &table.total };
        let nothing = [Published::Nothing, Published::AtLeast(0)];
        let Some(count) = counts.get(quarter).filter(|count| !nothing.contains(count)) else { continue };
        let separator = if rows.is_empty() { "" } else { ", " };
        let longer = format!("{rows}{separator}{} {}", gsm7::plain(&table.name), published(pack, *count, language)?);
        if gsm7::size(&say(&longer)?).units <= ANSWER_SEPTETS_MAX {
            rows = longer;
        }
    }
    say(&rows)
}

/// A public count as an SMS says it.
fn published(pack: &Pack, count: Published, language: Language) -> Result<String, TextError> {
    match count {
        Published::Nothing => Ok("0".to_owned()),
        Published::Exact(count) => Ok(grouped(count)),
        Published::Few => pack.texts.say("say.info_few", language, context! {}),
        Published::AtLeast(count) => pack.texts.say("say.info_least", language, context! { count => count }),
    }
}
