//! Lists of messages and reports, page by page, newest first; phones masked.
//!
//! What people wrote, and their masked numbers, are for those who may see them: [`seen_message`] and [`seen_report`] are
//! the only two ways out. In a list, names that somebody typed are hidden from them too; what is asked for by its own id is
//! shown as it was written, for a question about one message needs all of it. A visitor with an area sees what is about places in it, as it stood on the day it is about.
//! A message that brought no report is listed where the people of its phone belong today, so that their officer sees what was
//! not understood; a stranger's, for those who see the whole country only.

use super::ViewError;
use super::approvals::ProposedItem;
use super::limits::{LIST_ROWS_DEFAULT, LIST_ROWS_MAX};
use super::listed::{MessageItem, PageOf, ReportItem, hide_names, message_item, report_item};
use super::question::{begun, may_see, place_in_area, shortened};
use crate::base::{Date, Period, ReportId};
use crate::flow::turn::Outcome;
use crate::person::{Access, answer_without_names, without_names};
use crate::programme::{InForce, Programme};
use crate::report::ReportState;
use crate::store::report::Listed;
use crate::store::{self, Tx, message};

/// Which stretch of a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listing<'a> {
    /// Where the last page ended, as given in its `next`.
    pub cursor: Option<&'a str>,
    /// Rows of a page.
    pub limit: Option<i64>,
}

/// Which messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct MessageFilter<'a> {
    /// Of this channel.
    pub channel: Option<&'a str>,
    /// With this outcome.
    pub outcome: Option<&'a str>,
    /// Code of the place their reports are about, or their sender's where they brought none.
    pub place: Option<&'a str>,
}

/// Which reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportFilter<'a> {
    /// Code of the place they are about.
    pub place: Option<&'a str>,
    /// Name of the period their reference date lies in.
    pub period: Option<&'a str>,
    /// Report type.
    pub flow: Option<&'a str>,
    /// State.
    pub state: Option<&'a str>,
}

/// Messages, newest first.
///
/// # Errors
/// A filter or cursor that means nothing, a place outside the area, or what the store says.
pub async fn messages(
    programme: &Programme,
    access: &Access,
    filter: MessageFilter<'_>,
    listing: Listing<'_>,
) -> Result<PageOf<MessageItem>, ViewError> {
    let in_force = programme.in_force();
    let outcome = filter.outcome.map(|word| one_of("outcome", word, outcome, OUTCOMES)).transpose()?;
    let today = programme.today();
    let area = match filter.place {
        None => access.area,
        code => Some(place_in_area(&in_force.tree, access, today, code)?.id),
    };
    let area = area.map(|area| (area, today));
    let wanted = message::Filter { channel: filter.channel.map(str::to_owned), outcome, area, ..Default::default() };
    let (before, limit) = stretch(listing)?;
    let mut tx = programme.store.reader().await?;
    let rows = message::list(&mut tx, &wanted, before, limit + 1).await?;
    Ok(page(rows.into_iter().map(|row| seen_message(&in_force, access, row, Asked::List)).collect(), limit, |item| {
        &item.id
    }))
}

/// The messages of a channel with this id at the provider: one, with its text as it was written.
///
/// # Errors
/// What the store says.
pub async fn message_by_external(
    programme: &Programme,
    access: &Access,
    channel: &str,
    external_id: &str,
) -> Result<PageOf<MessageItem>, ViewError> {
    let wanted = message::Filter {
        channel: Some(channel.to_owned()),
        external_id: Some(external_id.to_owned()),
        area: access.area.map(|area| (area, programme.today())),
        ..Default::default()
    };
    let mut tx = programme.store.reader().await?;
    let rows = message::list(&mut tx, &wanted, None, LIST_ROWS_DEFAULT).await?;
    let in_force = programme.in_force();
    let items = rows.into_iter().map(|row| seen_message(&in_force, access, row, Asked::One)).collect();
    Ok(PageOf { items, next: None })
}

/// Reports, newest first.
///
/// # Errors
/// A filter or cursor that means nothing, a place outside the area, or what the store says.
pub async fn reports(
    programme: &Programme,
    access: &Access,
    filter: ReportFilter<'_>,
    listing: Listing<'_>,
) -> Result<PageOf<ReportItem>, ViewError> {
    let in_force = programme.in_force();
    let wanted = report_filter(&in_force, access, programme.today(), filter)?;
    let (before, limit) = stretch(listing)?;
    let mut tx = programme.store.reader().await?;
    let rows = store::report::list(&mut tx, &wanted, before, limit + 1).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(seen_report(&mut tx, &in_force, access, row, Asked::List).await?);
    }
    Ok(page(items, limit, |item| &item.id))
}

/// One report, with its text as it was written.
///
/// # Errors
/// [`ViewError::NotFound`], [`ViewError::NotYours`], or what the store says.
pub async fn report(programme: &Programme, access: &Access, id: &str) -> Result<ReportItem, ViewError> {
    let id: ReportId = id.parse().map_err(|_| ViewError::NotFound("report"))?;
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let report = store::report::by_id(&mut tx, id).await?.ok_or(ViewError::NotFound("report"))?;
    match report.place {
        Some(place) => may_see(&in_force.tree, access, place, report.date)?,
        None if access.area.is_some() => return Err(ViewError::NotFound("report")),
        None => {}
    }
    let text = message::by_id(&mut tx, report.message).await?.and_then(|message| message.text);
    seen_report(&mut tx, &in_force, access, Listed { report, text }, Asked::One).await
}

fn report_filter(
    in_force: &InForce,
    access: &Access,
    today: Date,
    filter: ReportFilter<'_>,
) -> Result<store::report::Filter, ViewError> {
    let area = match filter.place {
        None => access.area,
        code => Some(place_in_area(&in_force.tree, access, today, code)?.id),
    };
    let flow = match filter.flow.map(str::to_lowercase) {
        Some(id) if in_force.pack.flow(&id).is_none() => return Err(ViewError::UnknownFlow(shortened(&id))),
        flow => flow,
    };
    let period = match filter.period {
        None => None,
        Some(name) => {
            let period = in_force.pack.calendar.parse(name).ok_or_else(|| ViewError::UnknownPeriod(shortened(name)))?;
            Some(begun(period, today)?)
        }
    };
    let state = filter.state.map(|word| one_of("state", word, ReportState::from_word, STATES)).transpose()?;
    let (from, to) = (period.as_ref().map(Period::first), period.as_ref().map(Period::last));
    Ok(store::report::Filter { area, flow, state, from, to, since: None })
}

const OUTCOMES: &str = "saved, asked, refused, command, duplicate, unknown_sender, unreadable, limited";
const STATES: &str = "counted, draft, incomplete, held, awaiting_visa, refused, cancelled";

fn outcome(word: &str) -> Option<Outcome> {
    const ALL: [Outcome; 8] = [
        Outcome::Saved,
        Outcome::Asked,
        Outcome::Refused,
        Outcome::Command,
        Outcome::Duplicate,
        Outcome::UnknownSender,
        Outcome::Unreadable,
        Outcome::Limited,
    ];
    ALL.into_iter().find(|outcome| outcome.word() == word)
}

pub(super) fn one_of<T>(
    field: &'static str,
    word: &str,
    read: impl Fn(&str) -> Option<T>,
    allowed: &'static str,
) -> Result<T, ViewError> {
    read(word).ok_or_else(|| ViewError::UnknownValue { field, value: shortened(word), allowed })
}

/// Where to go on, and how many rows to show.
pub(super) fn stretch<T: std::str::FromStr>(listing: Listing<'_>) -> Result<(Option<T>, i64), ViewError> {
    let limit = listing.limit.unwrap_or(LIST_ROWS_DEFAULT);
    if !(1..=LIST_ROWS_MAX).contains(&limit) {
        return Err(ViewError::UnknownValue { field: "limit", value: limit.to_string(), allowed: "1 to 500" });
    }
    let unknown = |cursor: &str| ViewError::UnknownValue {
        field: "cursor",
        value: shortened(cursor),
        allowed: "the `next` of the page before, unchanged",
    };
    let before = listing.cursor.map(|cursor| cursor.parse().map_err(|_| unknown(cursor))).transpose()?;
    Ok((before, limit))
}

/// One row more than shown was read: it tells whether there is a next page.
pub(super) fn page<T>(mut items: Vec<T>, limit: i64, id: impl Fn(&T) -> &String) -> PageOf<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|last| id(last).clone()) } else { None };
    PageOf { items, next }
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// A list: names that somebody typed are hidden.
    List,
    /// This very one, by its id.
    One,
}

impl Asked {
    fn text(self, text: Option<String>) -> Option<String> {
        match self {
            Asked::List => text.map(|text| without_names(&text)),
            Asked::One => text,
        }
    }
}

/// A message as this visitor may see it.
fn seen_message(in_force: &InForce, access: &Access, row: message::Message, asked: Asked) -> MessageItem {
    let item = message_item(&in_force.pack, row);
    match asked {
        // Our reply repeats what was written.
        _ if !access.sees_people => MessageItem { peer: None, text: None, reply: None, reason: None, ..item },
        Asked::One => item,
        Asked::List => {
            let written = item.text.as_deref().unwrap_or_default();
            let reply = item.reply.map(|reply| answer_without_names(&reply, written));
            MessageItem { reply, text: asked.text(item.text), ..item }
        }
    }
}

/// A report as this visitor may see it, with its revisions.
async fn seen_report(
    tx: &mut Tx,
    in_force: &InForce,
    access: &Access,
    listed: Listed,
    asked: Asked,
) -> Result<ReportItem, ViewError> {
    let history = match listed.report.revision {
        ..=1 => Vec::new(),
        _ => store::report::history(tx, listed.report.id).await?,
    };
    let proposed = store::approval::waiting_change(tx, listed.report.id).await?;
    let text = asked.text(listed.text.filter(|_| access.sees_people));
    let item = report_item(in_force, listed.report, text, history);
    let mut item = ReportItem { proposed: proposed.map(ProposedItem::from), ..item };
    if asked == Asked::List {
        let kept = item.history.iter_mut().map(|revision| &mut revision.values);
        let proposed = item.proposed.iter_mut().map(|proposed| &mut proposed.values);
        let all = kept.chain(proposed).chain([&mut item.values]);
        all.for_each(|values| hide_names(in_force, &item.flow, values));
    }
    Ok(item)
}
