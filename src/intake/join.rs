//! A number that asks to join, and the person it becomes once an officer agrees: what was kept of it then counts.

use super::IntakeError;
use super::approval::{Occasion, Opening, open, tell};
use super::effect::replace;
use super::event::Batch;
use super::limits::HELD_DAYS;
use crate::base::{JoinRequestId, MessageId, PersonId, PlaceId};
use crate::flow::dialogue::officer::{Decided, Wanted};
use crate::person::Person;
use crate::place::ALWAYS;
use crate::report::{ApprovalKind, Report, ReportState, due_period, reporter_key};
use crate::store;
use crate::store::approval::Approval;
use crate::store::join::JoinRequest;
use crate::store::phone::PhoneState;
use crate::store::report::Likeness;

/// Keeps the request and asks the officers of its site.
pub(super) async fn ask(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    state: &PhoneState,
    (place, role, network, name): (PlaceId, &str, &str, &str),
) -> Result<(), IntakeError> {
    let id = JoinRequestId::new(&batch.programme.environment);
    let request = JoinRequest {
        id,
        phone: state.phone.clone(),
        phone_index: state.index.clone(),
        name: name.to_owned(),
        place,
        role: role.to_owned(),
        network: network.to_owned(),
        channel: occasion.channel.to_owned(),
        asked: occasion.now,
    };
    store::join::ask(&mut batch.tx, &request).await?;
    // Whoever decides has to call first.
    let sender = format!("{name} {}", state.phone.e164()).trim().to_owned();
    let wanted = Wanted::Join { role, sender: &sender };
    let (kind, subject, revision, person) = (ApprovalKind::Join, id.to_string(), 0, None);
    open(batch, occasion, Opening { kind, subject, revision, place, person, wanted, phone: &state.phone }).await?;
    Ok(())
}

/// Registers the person an officer agreed to, counts what was kept of them, and tells them.
pub(super) async fn settle(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    waiting: &Approval,
    refused: Option<&str>,
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    let id: JoinRequestId = waiting.subject.parse().map_err(|_| IntakeError::Overtaken)?;
    let request = store::join::by_id(&mut batch.tx, id).await?.ok_or(IntakeError::Overtaken)?;
    if refused.is_none() {
        register(batch, occasion, &request, message).await?;
    }
    let place = batch.in_force.tree.get(request.place).map_or("", |place| place.sms_name.as_str());
    let decided = Decided::Join { role: &request.role, place };
    tell(batch, occasion, &request.phone_index, waiting.area, &decided, refused).await
}

async fn register(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    request: &JoinRequest,
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    // What this batch or another server does with the phone from now on has to see the person.
    batch.pending.flush(&mut batch.tx).await?;
    let mut state = batch.fresh_phone(&request.phone).await?;
    if !store::phone::save(&mut batch.tx, &mut state).await? {
        return Err(IntakeError::Overtaken);
    }
    let today = occasion.now.date_in(&batch.programme.timezone);
    let person = Person {
        id: PersonId::new(&batch.programme.environment),
        name: request.name.clone(),
        role: request.role.clone(),
        network: request.network.clone(),
        place: request.place,
        language: None,
        agent_code: None,
        supervisor: None,
        email: None,
        active_from: today,
        active_to: ALWAYS.to,
        phones: vec![request.phone.clone()],
    };
    store::person::insert(&mut batch.tx, &person).await?;
    let since = request.asked.plus_ms(-HELD_DAYS * 24 * 3_600_000);
    for held in store::report::held_since(&mut batch.tx, &request.phone_index, since).await? {
        count(batch, occasion, &person, &held, message).await?;
    }
    Ok(())
}

/// Counts a report that was kept, unless its sender may not send it or the same was counted already.
async fn count(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    person: &Person,
    held: &Report,
    message: Option<MessageId>,
) -> Result<(), IntakeError> {
    let pack = &batch.in_force.pack;
    let Some(flow) = pack.flow(&held.flow).filter(|flow| flow.open_to(&person.role)) else { return Ok(()) };
    let reporter = reporter_key(person.id, held.body.as_deref(), person.place);
    let like =
        Likeness { reporter: reporter.clone(), flow: held.flow.clone(), date: held.date, digest: held.values.digest() };
    let again = !store::report::same(&mut batch.tx, std::slice::from_ref(&like)).await?.is_empty();
    let met = match (flow.by_body, &held.body) {
        (true, Some(_)) => store::report::meeting(&mut batch.tx, &reporter, &held.flow, held.date).await?.is_some(),
        _ => false,
    };
    let state = match (again || met, flow.visa) {
        (true, _) => ReportState::Cancelled,
        (false, true) => ReportState::AwaitingVisa,
        (false, false) => ReportState::Counted,
    };
    let counted = Report {
        person: Some(person.id),
        reporter: Some(reporter),
        place: Some(person.place),
        network: person.network.clone(),
        role: person.role.clone(),
        period: due_period(flow, &pack.calendar, held.date).name(),
        state,
        revision: held.revision + 1,
        updated: occasion.now,
        ..held.clone()
    };
    replace(batch, held, &counted, message.unwrap_or(held.message), &[]).await?;
    super::alert::settle_held(batch, occasion, &counted).await?;
    if counted.state == ReportState::AwaitingVisa {
        let phone = person.phones.first().cloned();
        if let Some(phone) = phone {
            super::approval::open_report(batch, occasion, &phone, &counted).await?;
        }
    }
    Ok(())
}
