//! Does what a turn decided: files, corrects and cancels reports, and moves the cells by the difference.

use super::event::Batch;
use super::{IntakeError, Received as Call, alert, approval, fact, join};
use crate::base::{Date, Instant, MessageId, PersonId, Phone, ReportId};
use crate::flow::turn::{Effect, Filing, FilingState};
use crate::flow::values::Values;
use crate::report::{ReceivedKind, Report, ReportState, due_period, reporter_key};
use crate::rollup::{Counted, Counts, changes, counts, gather};
use crate::store;
use crate::store::phone::PhoneState;
use crate::store::received::Received;

/// Carries out one effect.
pub(super) async fn apply(
    batch: &mut Batch<'_>,
    received: &Call,
    state: &mut PhoneState,
    effect: &Effect,
    message: MessageId,
) -> Result<(), IntakeError> {
    match effect {
        Effect::File(filing) => file(batch, received, state, filing, message).await,
        Effect::Abandon { receipt } => {
            let Some(draft) = store::report::by_receipt(&mut batch.tx, &state.index, *receipt).await? else {
                return Ok(());
            };
            let given_up = Report { state: ReportState::Incomplete, updated: received.received, ..draft.clone() };
            replace(batch, &draft, &given_up, message, &[]).await
        }
        Effect::Correct { report, from_revision, values, date, tasks, alerts } => {
            let before = current(batch, report, *from_revision).await?;
            let after = correct(batch, received, &state.phone, before, (values, *date, tasks), message).await?;
            alert::settle(batch, &received.into(), &after, alerts).await
        }
        Effect::Cancel { report, from_revision } => {
            let before = current(batch, report, *from_revision).await?;
            let (state, revision) = (ReportState::Cancelled, before.revision + 1);
            let after = Report { state, revision, updated: received.received, ..before.clone() };
            store::approval::withdraw(&mut batch.tx, report, received.received).await?;
            replace(batch, &before, &after, message, &[]).await?;
            alert::settle(batch, &received.into(), &after, &[]).await
        }
        Effect::Propose { report, from_revision, values, date, tasks, cancels } => {
            let (from_revision, date, cancels) = (*from_revision, *date, *cancels);
            let change = approval::Change { report, from_revision, values, date, tasks, cancels };
            batch.pending.flush(&mut batch.tx).await?;
            approval::propose(batch, &received.into(), &state.phone, change, message).await
        }
        Effect::Settle { approval, agreed, reason } => {
            let Some(officer) = officer(batch, received, state) else { return Ok(()) };
            batch.pending.flush(&mut batch.tx).await?;
            approval::settle(batch, &received.into(), officer, (approval, *agreed, reason), Some(message)).await
        }
        Effect::Acknowledge { alert } => match officer(batch, received, state) {
            Some(officer) => alert::acknowledge(batch, &received.into(), officer, alert).await,
            None => Ok(()),
        },
        Effect::Join { place, role, network, name } => {
            join::ask(batch, &received.into(), state, (*place, role, network, name)).await
        }
        Effect::Speak(_) | Effect::Stop | Effect::Resume => {
            of_phone(state, effect, received.received);
            Ok(())
        }
        // Answered by the views, not here.
        Effect::Ask { .. } => Ok(()),
    }
}

/// The officer who uses this phone.
fn officer(batch: &Batch<'_>, received: &Call, state: &PhoneState) -> Option<PersonId> {
    let today = received.received.date_in(&batch.programme.timezone);
    fact::officers(batch.in_force, state, today).next().map(|officer| officer.id)
}

/// What a person chose for their phone; kept with the conversation.
fn of_phone(state: &mut PhoneState, effect: &Effect, now: Instant) {
    match effect {
        Effect::Speak(language) => state.language = Some(*language),
        Effect::Stop => state.stopped = state.stopped.or(Some(now)),
        Effect::Resume => state.stopped = None,
        _ => {}
    }
}

async fn correct(
    batch: &mut Batch<'_>,
    received: &Call,
    phone: &Phone,
    before: Report,
    (values, date, tasks): (&Values, Date, &[String]),
    message: MessageId,
) -> Result<Report, IntakeError> {
    let edition = batch.programme.edition(&mut batch.tx, &before.flow_hash).await?;
    let after = Report {
        // A declared zero corrected to figures is a zero no more.
        zero: before.zero && values.is_empty(),
        values: values.clone(),
        date,
        period: due_period(&edition.flow, &batch.in_force.pack.calendar, date).name(),
        revision: before.revision + 1,
        updated: received.received,
        ..before.clone()
    };
    replace(batch, &before, &after, message, tasks).await?;
    // Officers agree to what they were told, not to what it became.
    ask_visa(batch, received, phone, &after).await?;
    Ok(after)
}

/// The report a turn saw; somebody who was faster makes the whole turn be taken again.
pub(super) async fn current(batch: &mut Batch<'_>, report: &str, from_revision: i64) -> Result<Report, IntakeError> {
    let id: ReportId = report.parse().map_err(|_| IntakeError::Overtaken)?;
    let found = store::report::by_id(&mut batch.tx, id).await?;
    found.filter(|report| report.revision == from_revision).ok_or(IntakeError::Overtaken)
}

async fn file(
    batch: &mut Batch<'_>,
    received: &Call,
    state: &mut PhoneState,
    filing: &Filing,
    message: MessageId,
) -> Result<(), IntakeError> {
    if filing.receipt <= state.last_receipt
        && let Some(draft) = store::report::by_receipt(&mut batch.tx, &state.index, filing.receipt).await?
    {
        let filed = report(batch, received, state, filing, message);
        let filed = Report { id: draft.id, revision: draft.revision, created: draft.created, ..filed };
        replace(batch, &draft, &filed, message, &filing.tasks).await?;
        return ask_officers(batch, received, &state.phone, &filed, filing).await;
    }
    state.last_receipt = state.last_receipt.max(filing.receipt);
    let filed = report(batch, received, state, filing, message);
    count_new(batch, &filed).await?;
    touch(batch, &filed);
    if !filing.tasks.is_empty() {
        // A task names its report, so the report goes first.
        batch.pending.flush(&mut batch.tx).await?;
        store::report::insert(&mut batch.tx, &filed).await?;
        settle_tasks(batch, &filed, &filing.tasks).await?;
    } else {
        batch.pending.reports.push(filed.clone());
    }
    ask_officers(batch, received, &state.phone, &filed, filing).await
}

/// Officers are told of what a report raises, and asked about one that counts once they agree.
async fn ask_officers(
    batch: &mut Batch<'_>,
    received: &Call,
    phone: &Phone,
    filed: &Report,
    filing: &Filing,
) -> Result<(), IntakeError> {
    if !filing.alerts.is_empty() {
        alert::settle(batch, &received.into(), filed, &filing.alerts).await?;
    }
    ask_visa(batch, received, phone, filed).await
}

/// Officers are asked about a report that counts once they agree.
async fn ask_visa(batch: &mut Batch<'_>, received: &Call, phone: &Phone, filed: &Report) -> Result<(), IntakeError> {
    match filed.state {
        ReportState::AwaitingVisa => approval::open_report(batch, &received.into(), phone, filed).await,
        _ => Ok(()),
    }
}

/// What was looked up of its reporter before holds no longer.
fn touch(batch: &mut Batch<'_>, report: &Report) {
    if let Some(reporter) = &report.reporter {
        batch.pending.touch(reporter.clone());
    }
    if let Some(place) = report.place {
        batch.pending.touch(place.to_string());
    }
}

/// Moves the cells for a report that is new, and notes it as received.
async fn count_new(batch: &mut Batch<'_>, filed: &Report) -> Result<(), IntakeError> {
    let counts = counts_of(batch, Some(filed)).await?;
    move_cells(batch, (None, None), (Some(filed), counts.as_ref()));
    batch.move_stocks(None, Some(filed)).await?;
    if let (Some(reporter), Some(place), true) = (&filed.reporter, filed.place, filed.state.is_counted()) {
        let edition = batch.programme.edition(&mut batch.tx, &filed.flow_hash).await?;
        batch.pending.note(Received {
            flow: filed.flow.clone(),
            period: filed.period.clone(),
            reporter: reporter.clone(),
            place,
            network: filed.network.clone(),
            role: filed.role.clone(),
            kind: ReceivedKind::of(&edition.flow, filed.zero, &filed.values),
            received_on: filed.received_on,
        });
    }
    Ok(())
}

fn report(batch: &Batch<'_>, received: &Call, state: &PhoneState, filing: &Filing, message: MessageId) -> Report {
    let pack = &batch.in_force.pack;
    let flow = pack.flow(&filing.flow);
    let person = filing.person.and_then(|person| state.people.iter().find(|known| known.id == person));
    let reporter =
        filing.person.zip(filing.place).map(|(person, place)| reporter_key(person, filing.body.as_deref(), place));
    Report {
        id: ReportId::new(&batch.programme.environment),
        phone_index: state.index.clone(),
        receipt: filing.receipt,
        flow: filing.flow.clone(),
        flow_hash: flow.map(|flow| flow.hash.clone()).unwrap_or_default(),
        person: filing.person,
        reporter,
        body: filing.body.clone(),
        place: filing.place,
        network: filing.network.clone(),
        role: person.map(|person| person.role.clone()).unwrap_or_default(),
        date: filing.date,
        period: flow.map(|flow| due_period(flow, &pack.calendar, filing.date).name()).unwrap_or_default(),
        state: match filing.state {
            FilingState::Counted => ReportState::Counted,
            FilingState::Draft => ReportState::Draft,
            FilingState::Incomplete => ReportState::Incomplete,
            FilingState::AwaitingVisa => ReportState::AwaitingVisa,
            FilingState::Held => ReportState::Held,
        },
        zero: filing.zero,
        revision: 1,
        values: filing.values.clone(),
        message,
        received_on: received.received.date_in(&batch.programme.timezone),
        created: received.received,
        updated: received.received,
    }
}

pub(super) async fn replace(
    batch: &mut Batch<'_>,
    before: &Report,
    after: &Report,
    message: MessageId,
    tasks: &[String],
) -> Result<(), IntakeError> {
    let replaced = if before.state == ReportState::Draft {
        // What a draft was on its way is of no interest to anyone.
        store::report::overwrite(&mut batch.tx, before, after).await?
    } else {
        store::report::replace(&mut batch.tx, before, after, message).await?
    };
    if !replaced {
        return Err(IntakeError::Overtaken);
    }
    touch(batch, before);
    touch(batch, after);
    count(batch, Some(before), Some(after)).await?;
    settle_tasks(batch, after, tasks).await
}

/// Moves cells and the received row from one state of a report to the next; what is kept back is written first.
async fn count(batch: &mut Batch<'_>, before: Option<&Report>, after: Option<&Report>) -> Result<(), IntakeError> {
    batch.pending.flush(&mut batch.tx).await?;
    let repeats = match before.or(after) {
        Some(report) => alert::repeats(batch, report).await?,
        None => false,
    };
    let before_counts = counts_of(batch, before).await?.filter(|_| !repeats);
    let after_counts = counts_of(batch, after).await?.filter(|_| !repeats);
    move_cells(batch, (before, before_counts.as_ref()), (after, after_counts.as_ref()));
    batch.move_stocks(before, after).await?;
    let mut periods: Vec<(&str, &Report)> = Vec::new();
    for report in [before, after].into_iter().flatten() {
        let touches = before.is_some_and(|report| report.state.is_counted()) || report.state.is_counted();
        if touches && !periods.iter().any(|(period, _)| *period == report.period) {
            periods.push((&report.period, report));
        }
    }
    for (period, report) in periods {
        if let Some(reporter) = &report.reporter {
            let edition = batch.programme.edition(&mut batch.tx, &report.flow_hash).await?;
            let kind = |zero: bool, values: &Values| ReceivedKind::of(&edition.flow, zero, values);
            store::received::recount(&mut batch.tx, reporter, &report.flow, period, kind).await?;
        }
    }
    Ok(())
}

pub(super) type WithCounts<'r> = (Option<&'r Report>, Option<&'r Counts>);

pub(super) fn move_cells(batch: &mut Batch<'_>, before: WithCounts<'_>, after: WithCounts<'_>) {
    let calendar = batch.in_force.pack.calendar;
    gather(&mut batch.cells, changes(counted(before.0, before.1), counted(after.0, after.1), &calendar));
}

pub(super) async fn counts_of(batch: &mut Batch<'_>, report: Option<&Report>) -> Result<Option<Counts>, IntakeError> {
    let Some(report) = report.filter(|report| report.state.is_counted()) else { return Ok(None) };
    let edition = batch.programme.edition(&mut batch.tx, &report.flow_hash).await?;
    Ok(Some(counts(&edition.flow, &edition.texts, &report.values)?))
}

fn counted<'a>(report: Option<&'a Report>, counts: Option<&'a Counts>) -> Option<Counted<'a>> {
    let (report, counts) = report.zip(counts)?;
    Counted::of(report, counts)
}

/// A check that does not hold leaves a task; once it holds, or the report is gone, the task is done.
async fn settle_tasks(batch: &mut Batch<'_>, report: &Report, tasks: &[String]) -> Result<(), IntakeError> {
    let Some(place) = report.place else { return Ok(()) };
    Ok(store::task::set(&mut batch.tx, report.id, place, tasks, report.updated).await?)
}
