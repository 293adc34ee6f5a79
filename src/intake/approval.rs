//! What waits for an officer: let it wait and ask them, then do what they decide and tell its sender.

use super::effect::{current, replace};
use super::event::Batch;
use super::limits::REPLY_LIFE_MS;
use super::{IntakeError, Received as Call, alert};
use crate::base::{ApprovalId, Date, Instant, MessageId, PersonId, Phone, PlaceId, ReportId};
use crate::flow::dialogue::officer::{Decided, Wanted, ask_officer, tell_sender};
use crate::flow::model::Flow;
use crate::flow::turn::{Facts, Turn, Verdict};
use crate::flow::values::Values;
use crate::officer;
use crate::place::Place;
use crate::report::{ApprovalKind, Report, ReportState, due_period};
use crate::store;
use crate::store::approval::{Approval, Proposal};
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::outbox::NewOutbox;

/// When something happens, and the channel what follows from it goes out by.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'c> {
    pub now: Instant,
    pub channel: &'c str,
}

impl<'c> From<&'c Call> for Occasion<'c> {
    fn from(call: &'c Call) -> Occasion<'c> {
        Occasion { now: call.received, channel: &call.channel }
    }
}

/// What begins to wait.
pub(super) struct Opening<'o> {
    pub kind: ApprovalKind,
    /// Id of the report, or of the request to join.
    pub subject: String,
    /// The revision officers are told of; 0 for a request.
    pub revision: i64,
    pub place: PlaceId,
    pub person: Option<PersonId>,
    /// What officers are asked.
    pub wanted: Wanted<'o>,
    /// The phone it came from: its own officer is not asked.
    pub phone: &'o Phone,
}

/// Lets something wait under the next number of its area, in place of what waited about the same before, and asks the
/// officers there.
pub(super) async fn open(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    opening: Opening<'_>,
) -> Result<ApprovalId, IntakeError> {
    let now = occasion.now;
    let today = now.date_in(&batch.programme.timezone);
    let areas = areas_of(batch, opening.place, today);
    let area = areas.first().map_or(opening.place, |area| area.id);
    store::approval::withdraw(&mut batch.tx, &opening.subject, now).await?;
    let id = ApprovalId::new(&batch.programme.environment);
    let number = store::number::next(&mut batch.tx, area).await?;
    let Opening { kind, subject, revision, place, person, .. } = opening;
    let (verdict, settled_by, settled, reason) = (None, None, None, None);
    let approval = Approval {
        id,
        area,
        number,
        kind,
        subject,
        revision,
        place,
        person,
        opened: now,
        verdict,
        settled_by,
        settled,
        reason,
    };
    store::approval::open(&mut batch.tx, &approval).await?;
    let place_name = batch.in_force.tree.get(place).map_or("", |place| place.sms_name.as_str());
    let found = officer::nearest(&mut batch.tx, &batch.in_force.pack, &areas, None, today).await?;
    for officer in found.into_iter().flat_map(|(_, officers)| officers) {
        if officer.phone == *opening.phone || Some(officer.person) == person {
            continue;
        }
        let facts = Facts::default();
        let pack = &batch.in_force.pack;
        let language = officer.language.unwrap_or_else(|| pack.first_language());
        let turn = Turn::to_word(pack, language, (now, today), &facts);
        if let Some(text) = ask_officer(&turn, number, place_name, &opening.wanted) {
            begin(batch, occasion, &officer.phone, &text).await?;
        }
    }
    Ok(id)
}

/// The areas whose officers may decide about `place`, the nearest first: from the level the pack names upwards, and always
/// above the place itself.
fn areas_of<'b>(batch: &Batch<'b>, place: PlaceId, today: Date) -> Vec<&'b Place> {
    let pack = &batch.in_force.pack;
    let deepest = pack.approval.level.as_deref().and_then(|level| pack.depth(level));
    let upwards = batch.in_force.tree.upwards(place, today);
    let high_enough = |area: &&Place| match (deepest, pack.depth(&area.level)) {
        (Some(deepest), Some(depth)) => depth <= deepest,
        _ => true,
    };
    let above: Vec<&Place> = upwards.iter().skip(1).copied().filter(high_enough).collect();
    // Above the country is nobody: its own officers decide.
    if above.is_empty() { upwards.into_iter().take(1).collect() } else { above }
}

/// Lets a report wait that counts once it is agreed to.
pub(super) async fn open_report(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    phone: &Phone,
    report: &Report,
) -> Result<(), IntakeError> {
    let Some((flow, place)) = flow_and_place(batch, report) else { return Ok(()) };
    let wanted = Wanted::Report { flow: &flow, values: &report.values, date: report.date };
    let (kind, subject, revision) = (ApprovalKind::Report, report.id.to_string(), report.revision);
    let person = report.person;
    open(batch, occasion, Opening { kind, subject, revision, place, person, wanted, phone }).await?;
    Ok(())
}

fn flow_and_place(batch: &Batch<'_>, report: &Report) -> Option<(std::sync::Arc<Flow>, PlaceId)> {
    Some((batch.in_force.pack.flow(&report.flow)?.clone(), report.place?))
}

/// A late change, as the turn decided it.
pub(super) struct Change<'c> {
    pub report: &'c str,
    pub from_revision: i64,
    pub values: &'c Values,
    pub date: Date,
    pub tasks: &'c [String],
    pub cancels: bool,
}

/// Lets a late change wait; the report goes on counting as it is.
pub(super) async fn propose(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    phone: &Phone,
    change: Change<'_>,
    message: MessageId,
) -> Result<(), IntakeError> {
    let report = current(batch, change.report, change.from_revision).await?;
    let Some((flow, place)) = flow_and_place(batch, &report) else { return Ok(()) };
    let wanted = if change.cancels {
        Wanted::Cancel { flow: &flow, date: report.date }
    } else {
        let (before, after) = ((&report.values, report.date), (change.values, change.date));
        Wanted::Change { flow: &flow, before, after }
    };
    let (kind, subject, revision) = (ApprovalKind::Change, report.id.to_string(), report.revision);
    let person = report.person;
    let approval = open(batch, occasion, Opening { kind, subject, revision, place, person, wanted, phone }).await?;
    let (values, tasks, cancels) = (change.values.clone(), change.tasks.to_vec(), change.cancels);
    let proposal = Proposal { approval, report: report.id, message, date: change.date, values, tasks, cancels };
    Ok(store::approval::propose(&mut batch.tx, &proposal).await?)
}

/// Does what an officer decided.
pub(super) async fn settle(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    officer: PersonId,
    (approval, agreed, reason): (&str, bool, &str),
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    let id: ApprovalId = approval.parse().map_err(|_| IntakeError::Overtaken)?;
    let waiting = store::approval::by_id(&mut batch.tx, id).await?.ok_or(IntakeError::Overtaken)?;
    let verdict = if agreed { Verdict::Agreed } else { Verdict::Refused };
    if !store::approval::settle(&mut batch.tx, id, verdict, officer, reason, occasion.now).await? {
        return Err(IntakeError::Overtaken);
    }
    let action = if agreed { Action::Approve } else { Action::Refuse };
    let (at, actor, subject) = (occasion.now, Actor::Person(officer), waiting.subject.as_str());
    audit::append(&mut batch.tx, &Entry { at, actor, action, subject, detail: "" }).await?;
    let refused = (!agreed).then_some(reason);
    match waiting.kind {
        ApprovalKind::Report | ApprovalKind::Change => {
            settle_of_report(batch, occasion, &waiting, refused, message).await
        }
        ApprovalKind::Join => super::join::settle(batch, occasion, &waiting, refused, message).await,
    }
}

/// A report, or a late change of one, with what its sender is told.
async fn settle_of_report(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    waiting: &Approval,
    refused: Option<&str>,
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    let before = current(batch, &waiting.subject, waiting.revision).await?;
    let pack = &batch.in_force.pack;
    let keyword = pack.flow(&before.flow).map_or_else(|| before.flow.to_uppercase(), |flow| flow.keyword.clone());
    let (keyword, receipt) = (keyword.as_str(), before.receipt);
    let decided = match waiting.kind {
        ApprovalKind::Change => {
            if refused.is_none() {
                change(batch, occasion, waiting, &before, message).await?;
            }
            Decided::Change { keyword, receipt }
        }
        _ => {
            count(batch, occasion, &before, refused, message).await?;
            Decided::Report { keyword, receipt }
        }
    };
    tell(batch, occasion, &before.phone_index, waiting.area, &decided, refused).await
}

/// A report that waited counts from now on, or never will.
async fn count(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    before: &Report,
    refused: Option<&str>,
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    let state = if refused.is_none() { ReportState::Counted } else { ReportState::Refused };
    let after = Report { state, revision: before.revision + 1, updated: occasion.now, ..before.clone() };
    let open = store::task::of_report(&mut batch.tx, before.id).await?;
    let tasks: Vec<String> = open.into_iter().map(|task| task.check).collect();
    replace(batch, before, &after, message.unwrap_or(before.message), &tasks).await?;
    alert::settle_late(batch, occasion, &after).await
}

/// A late change that was agreed to is made.
async fn change(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    waiting: &Approval,
    before: &Report,
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    let proposal = store::approval::proposal(&mut batch.tx, waiting.id).await?.ok_or(IntakeError::Overtaken)?;
    let after = changed(batch, before, &proposal, occasion.now).await?;
    replace(batch, before, &after, message.unwrap_or(proposal.message), &proposal.tasks).await?;
    alert::settle_late(batch, occasion, &after).await
}

/// The report as the agreed change makes it.
async fn changed(
    batch: &mut Batch<'_>,
    before: &Report,
    proposal: &Proposal,
    now: Instant,
) -> Result<Report, IntakeError> {
    let revision = before.revision + 1;
    if proposal.cancels {
        return Ok(Report { state: ReportState::Cancelled, revision, updated: now, ..before.clone() });
    }
    let edition = batch.programme.edition(&mut batch.tx, &before.flow_hash).await?;
    let period = due_period(&edition.flow, &batch.in_force.pack.calendar, proposal.date).name();
    Ok(Report {
        zero: before.zero && proposal.values.is_empty(),
        values: proposal.values.clone(),
        date: proposal.date,
        period,
        revision,
        updated: now,
        ..before.clone()
    })
}

/// True when another report has its day or period by now: the change cannot be agreed to any more.
pub(super) async fn conflicts(
    tx: &mut store::Tx,
    in_force: &crate::programme::InForce,
    waiting: &Approval,
) -> Result<bool, store::StoreError> {
    let Some(proposal) = store::approval::proposal(tx, waiting.id).await?.filter(|proposal| !proposal.cancels) else {
        return Ok(false);
    };
    let report = match waiting.subject.parse::<ReportId>() {
        Ok(id) => store::report::by_id(tx, id).await?,
        Err(_) => None,
    };
    let Some((report, flow)) = report.and_then(|report| in_force.pack.flow(&report.flow).map(|flow| (report, flow)))
    else {
        return Ok(false);
    };
    let mut others = Vec::new();
    if let (true, Some(reporter)) = (flow.by_body, &report.reporter) {
        others.extend(store::report::meeting(tx, reporter, &report.flow, proposal.date).await?);
    }
    if let (true, Some(place)) = (flow.once, report.place) {
        let period = due_period(flow, &in_force.pack.calendar, proposal.date).name();
        others.extend(store::report::of_place(tx, place, &report.flow, &period).await?);
    }
    Ok(others.iter().any(|other| other.id != report.id))
}

/// Tells whoever sent it, in the language of their phone. It answers what they sent: STOP does not stop it.
pub(super) async fn tell(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    phone_index: &str,
    area: PlaceId,
    decided: &Decided<'_>,
    refused: Option<&str>,
) -> Result<(), IntakeError> {
    let Some(phone) = store::phone::number(&mut batch.tx, phone_index).await? else { return Ok(()) };
    let state = store::phone::load(&mut batch.tx, &phone).await?;
    let language = super::event::language(batch.in_force, &state);
    let area = batch.in_force.tree.get(area).map_or("", |area| area.sms_name.as_str());
    let facts = Facts::default();
    let today = occasion.now.date_in(&batch.programme.timezone);
    let turn = Turn::to_word(&batch.in_force.pack, language, (occasion.now, today), &facts);
    match tell_sender(&turn, area, decided, refused) {
        Some(text) => begin(batch, occasion, &phone, &text).await,
        None => Ok(()),
    }
}

/// Puts out a message that answers no call.
async fn begin(batch: &mut Batch<'_>, occasion: &Occasion<'_>, to: &Phone, text: &str) -> Result<(), IntakeError> {
    let (route, life) = ((occasion.channel, to), (occasion.now, REPLY_LIFE_MS));
    let message = NewOutbox::begun(&batch.programme.environment, route, text, life);
    Ok(store::outbox::enqueue(&mut batch.tx, &message).await?)
}
