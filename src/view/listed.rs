//! Messages and reports as lists show them: phones masked, texts opened, names instead of our own numbers.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::approvals::ProposedItem;
use super::shown::PlaceShown;
use crate::base::{Instant, PeriodKind, Phone, ReportId};
use crate::flow::model::{FieldKind, Pack};
use crate::flow::values::{Value, Values};
use crate::person::without_names;
use crate::programme::InForce;
use crate::report::Report;
use crate::store::message;
use crate::store::report::Revision;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageOf<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// Cursor of the next page; none after the last.
    pub next: Option<String>,
}

/// A message that came in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageItem {
    /// Its id.
    pub id: String,
    /// Channel it came by.
    pub channel: String,
    /// Always `in`: what we answered is its `reply`.
    pub direction: &'static str,
    /// `sms`, `ussd` or `status`.
    pub hook: String,
    /// The sender: a number with its middle hidden, or a name.
    pub peer: Option<String>,
    /// What was written, while it is kept.
    pub text: Option<String>,
    /// The provider's id.
    pub external_id: Option<String>,
    /// When the provider says it was sent.
    pub sent_at: Option<String>,
    /// When it came in.
    pub received_at: String,
    /// What became of it.
    pub outcome: String,
    /// Why, where there is a reason.
    pub reason: Option<String>,
    /// Reports it brought.
    pub reports: Vec<ReportNumber>,
    /// What was answered.
    pub reply: Option<String>,
}

/// A report a message brought.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportNumber {
    /// Its id.
    pub id: String,
    /// The number its sender sees.
    pub receipt: i64,
}

/// A report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportItem {
    /// Its id.
    pub id: String,
    /// The number its sender sees.
    pub receipt: i64,
    /// Report type.
    pub flow: String,
    /// The word that opens it in an SMS.
    pub keyword: String,
    /// The place it is about; none while held.
    pub place: Option<PlaceShown>,
    /// The day it is about.
    pub date: String,
    /// The periods it counts in, by kind, and the one it is `due` for.
    pub periods: BTreeMap<&'static str, String>,
    /// Values by label.
    #[schema(value_type = Object)]
    pub values: Values,
    /// True for a declared zero.
    pub zero: bool,
    /// Where it stands.
    pub state: &'static str,
    /// Number of its revision, from 1.
    pub revision: i64,
    /// Earlier revisions, oldest first.
    pub history: Vec<RevisionItem>,
    /// A late change that waits for an officer; until then it stands as above.
    pub proposed: Option<ProposedItem>,
    /// Network it counts under.
    pub network: String,
    /// Role of its sender when it was filed.
    pub role: String,
    /// What was written, while it is kept.
    pub text: Option<String>,
    /// When it was filed.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// An earlier revision of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionItem {
    /// Its number.
    pub revision: i64,
    /// The day it was about.
    pub date: String,
    /// Where it stood.
    pub state: &'static str,
    /// Its values by label.
    #[schema(value_type = Object)]
    pub values: Values,
    /// The message that replaced it.
    pub replaced_by: String,
    /// When.
    pub replaced_at: String,
}

/// A message as shown, its sender masked.
pub(super) fn message_item(pack: &Pack, message: message::Message) -> MessageItem {
    let masked = |sender: String| match Phone::parse(&sender, &pack.numbering) {
        Some(phone) => phone.masked(),
        None => sender,
    };
    let number = |(id, receipt): (ReportId, i64)| ReportNumber { id: id.to_string(), receipt };
    MessageItem {
        id: message.id.to_string(),
        channel: message.channel,
        direction: "in",
        hook: message.hook,
        peer: message.sender.map(masked),
        text: message.text,
        external_id: message.external_id,
        sent_at: message.sent.map(Instant::rfc3339),
        received_at: message.received.rfc3339(),
        outcome: message.outcome.word().to_owned(),
        reason: message.reason,
        reports: message.reports.into_iter().map(number).collect(),
        reply: message.reply,
    }
}

/// A report as shown.
pub(super) fn report_item(
    in_force: &InForce,
    report: Report,
    text: Option<String>,
    history: Vec<Revision>,
) -> ReportItem {
    let pack = &in_force.pack;
    let mut periods: BTreeMap<&'static str, String> =
        PeriodKind::ALL.into_iter().map(|kind| (kind.word(), pack.calendar.period(kind, report.date).name())).collect();
    periods.insert("due", report.period.clone());
    let keyword = pack.flow(&report.flow).map_or_else(|| report.flow.to_uppercase(), |flow| flow.keyword.clone());
    ReportItem {
        id: report.id.to_string(),
        receipt: report.receipt,
        keyword,
        place: report.place.and_then(|place| in_force.tree.get(place)).map(PlaceShown::from),
        date: report.date.to_string(),
        periods,
        values: report.values,
        zero: report.zero,
        state: report.state.word(),
        revision: report.revision,
        history: history.into_iter().map(revision_item).collect(),
        proposed: None,
        network: report.network,
        role: report.role,
        text,
        created_at: report.created.rfc3339(),
        updated_at: report.updated.rfc3339(),
        flow: report.flow,
    }
}

fn revision_item(revision: Revision) -> RevisionItem {
    RevisionItem {
        revision: revision.number,
        date: revision.date.to_string(),
        state: revision.state.word(),
        values: revision.values,
        replaced_by: revision.replaced_by.to_string(),
        replaced_at: revision.replaced.rfc3339(),
    }
}

/// Hides the names somebody typed into a field that takes free words; codes of choices, bodies and places stay.
pub(super) fn hide_names(in_force: &InForce, flow: &str, values: &mut Values) {
    let Some(flow) = in_force.pack.flow(flow) else { return };
    for field in flow.fields.iter().filter(|field| matches!(field.kind, FieldKind::Text { .. })) {
        if let Some(Value::Word(words)) = values.0.get_mut(&field.label) {
            *words = without_names(words);
        }
    }
}
