//! Looks up what a turn has to know.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Date, Period, PeriodKind, PlaceId};
use crate::flow::beside::{self, Beside};
use crate::flow::limits::{OPEN_APPROVALS_MAX, OWN_REPORTS_MAX};
use crate::flow::turn::{Approval, ApprovalSubject, Fact, JoinSite, Need, OwnReport};
use crate::programme::InForce;
use crate::report::{ApprovalKind, Report, ReportState};
use crate::store::alert::Sameness;
use crate::store::approval::Proposal;
use crate::store::phone::{PersonOnPhone, PhoneState};
use crate::store::report::Likeness;
use crate::store::{self, Senders, StoreError, Tx};

/// Whose reports a need asks about: the person's, or for a body's flow those of the bodies of their place, whoever
/// reports for them.
pub(super) fn reporters(in_force: &InForce, state: &PhoneState, need: &Need) -> Vec<String> {
    match need {
        Need::Meeting { body, place, .. } => vec![body_key(body, *place)],
        Need::Once { place, .. } => vec![place.to_string()],
        Need::Receipt(_) | Need::SoFar { .. } | Need::Join { .. } | Need::Approval(_) => Vec::new(),
        Need::OpenApprovals => Vec::new(),
        Need::Previous { person, .. } | Need::Own(person) => vec![person.to_string()],
        Need::SameAlert { .. } | Need::Alert(_) | Need::OpenAlerts => Vec::new(),
        Need::Owes { person, flow, .. } | Need::SameReport { person, flow, .. } => {
            let registered = state.people.iter().find(|known| known.id == *person);
            let place = registered.and_then(|known| in_force.tree.get(known.place));
            match (place, in_force.pack.flow(flow)) {
                (Some(place), Some(flow)) if flow.by_body => {
                    let bodies = in_force.pack.bodies.iter().filter(|body| body.level == place.level);
                    bodies.map(|body| body_key(&body.id, place.id)).collect()
                }
                _ => vec![person.to_string()],
            }
        }
    }
}

/// The answer to one need.
pub(super) async fn look_up(
    tx: &mut Tx,
    in_force: &InForce,
    (state, today): (&PhoneState, Date),
    need: &Need,
) -> Result<Fact, StoreError> {
    if matches!(need, Need::SameReport { .. } | Need::Meeting { .. } | Need::Once { .. }) {
        // Another server may be settling the same report from another phone at this very moment.
        tx.hold(&reporters(in_force, state, need).into_iter().collect()).await?;
    }
    match need {
        Need::Owes { .. } => {
            let reporters = reporters(in_force, state, need);
            let wanted: Vec<[String; 3]> = reporters.iter().filter_map(|reporter| period(need, reporter)).collect();
            Ok(Fact::Owes(owes(&store::report::received_of(tx, &wanted).await?, need, &reporters)))
        }
        Need::SameReport { .. } => {
            let reporters = reporters(in_force, state, need);
            let wanted: Vec<Likeness> = reporters.iter().filter_map(|reporter| likeness(need, reporter)).collect();
            Ok(Fact::Earlier(earlier(&store::report::same(tx, &wanted).await?, state, need, &reporters)))
        }
        Need::Meeting { body, place, date } => {
            let body_at_place = body_key(body, *place);
            let Some(flow) = in_force.pack.flows.iter().find(|flow| flow.by_body) else {
                return Ok(Fact::Earlier(None));
            };
            let earlier = store::report::meeting(tx, &body_at_place, &flow.id, *date).await?;
            Ok(Fact::Earlier(earlier.map(|report| receipt_here(state, &report.phone_index, report.receipt))))
        }
        Need::Once { flow, place, period } => {
            let earlier = store::report::of_place(tx, *place, flow, &period.name()).await?;
            Ok(Fact::Earlier(earlier.map(|report| receipt_here(state, &report.phone_index, report.receipt))))
        }
        Need::Previous { person, flow, before } => {
            let earlier = store::report::before(tx, &person.to_string(), flow, *before).await?;
            Ok(Fact::Beside(earlier.map(|report| beside::previous(&report.values)).unwrap_or_default()))
        }
        Need::SoFar { flow, place, year } => {
            let Some(flow) = in_force.pack.flow(flow) else { return Ok(Fact::Beside(Beside::new())) };
            let months = in_force.pack.calendar.periods_in(PeriodKind::Month, *year);
            let months: Vec<String> = months.iter().map(Period::name).collect();
            let (area, day, periods) = (*place, year.last(), months.as_slice());
            let (flow_id, indicators) = (Some(flow.id.as_str()), &[][..]);
            let senders = Senders::ALL;
            let scope = store::cell::Scope { area, day, periods, flow: flow_id, senders, indicators };
            Ok(Fact::Beside(beside::so_far(flow, &store::cell::sums(tx, &scope).await?)))
        }
        Need::Receipt(receipt) => {
            let reports = store::report::by_receipt_of_people(tx, &state.index, *receipt).await?;
            own_reports(tx, in_force, &reports).await
        }
        Need::Own(person) => {
            let reports = store::report::last_of_person(tx, *person, OWN_REPORTS_MAX).await?;
            own_reports(tx, in_force, &reports).await
        }
        Need::Join { code } => Ok(Fact::Join(join_site(tx, in_force, (state, today), code).await?)),
        Need::SameAlert { flow, alert, place, key, since } => {
            let sameness = Sameness { flow, kind: alert, place: *place, key };
            Ok(Fact::SameAlert(store::alert::same(tx, sameness, *since).await?.map(|same| same.number)))
        }
        Need::Alert(_) | Need::OpenAlerts => {
            Ok(Fact::Alerts(super::alert::look_up(tx, in_force, (state, today), need).await?))
        }
        Need::OpenApprovals => Ok(Fact::Approvals(open_approvals(tx, in_force, (state, today)).await?)),
        Need::Approval(number) => Ok(Fact::Approvals(approvals(tx, in_force, (state, today), *number).await?)),
    }
}

/// Who owes a body's report: see [`crate::report::reporter_key`].
fn body_key(body: &str, place: PlaceId) -> String {
    format!("{body}@{place}")
}

/// A report from another phone has no number here.
pub(super) fn receipt_here(state: &PhoneState, phone_index: &str, receipt: i64) -> i64 {
    if phone_index == state.index { receipt } else { 0 }
}

async fn own_reports(tx: &mut Tx, in_force: &InForce, reports: &[Report]) -> Result<Fact, StoreError> {
    let mut own_reports = Vec::with_capacity(reports.len());
    for report in reports {
        let change = store::approval::waiting_change(tx, report.id).await?;
        own_reports.extend(own(in_force, report, change));
    }
    Ok(Fact::Reports(own_reports))
}

/// A report held for an unknown number has no place yet: there is nothing its sender could change.
fn own(in_force: &InForce, report: &Report, change: Option<Proposal>) -> Option<OwnReport> {
    let proposed = change.is_some();
    // Whoever goes on changing means the report as they last wanted it.
    let (values, date) = match change.filter(|change| !change.cancels) {
        Some(change) => (change.values, change.date),
        None => (report.values.clone(), report.date),
    };
    let place = report.place.and_then(|place| in_force.tree.get(place))?;
    Some(OwnReport {
        report: report.id.to_string(),
        receipt: report.receipt,
        flow: report.flow.clone(),
        person: report.person,
        place: place.id,
        place_name: place.sms_name.clone(),
        date,
        received_on: report.received_on,
        values,
        revision: report.revision,
        cancelled: report.state == ReportState::Cancelled,
        zero: report.zero,
        awaits_visa: report.state == ReportState::AwaitingVisa,
        proposed,
    })
}

async fn join_site(
    tx: &mut Tx,
    in_force: &InForce,
    (state, today): (&PhoneState, Date),
    code: &str,
) -> Result<Option<JoinSite>, StoreError> {
    let Some(code) = store::join::code(tx, code, today).await? else { return Ok(None) };
    let Some(place) = in_force.tree.get(in_force.tree.present(code.place, today)) else { return Ok(None) };
    let waiting = store::join::is_waiting(tx, &state.index).await?;
    let (role, network, place_name) = (code.role, code.network, place.sms_name.clone());
    Ok(Some(JoinSite { place: place.id, place_name, role, network, waiting }))
}

/// The people of this phone who may ask for the figures of their area, and decide there.
pub(super) fn officers<'s>(
    in_force: &InForce,
    state: &'s PhoneState,
    today: Date,
) -> impl Iterator<Item = &'s PersonOnPhone> {
    state.people.iter().filter(move |person| in_force.pack.asks_figures(&person.role) && person.active.holds(today))
}

/// What stands under `number` in the areas of this phone's officers.
async fn approvals(
    tx: &mut Tx,
    in_force: &InForce,
    (state, today): (&PhoneState, Date),
    number: i64,
) -> Result<Vec<Approval>, StoreError> {
    let mut approvals: Vec<Approval> = Vec::new();
    for officer in officers(in_force, state, today) {
        for waiting in store::approval::numbered(tx, officer.place, today, number).await? {
            if !approvals.iter().any(|known| known.id == waiting.id.to_string()) {
                approvals.push(approval(tx, in_force, state, waiting).await?);
            }
        }
    }
    Ok(approvals)
}

/// What waits in the areas of this phone's officers, the longest waiting first.
async fn open_approvals(
    tx: &mut Tx,
    in_force: &InForce,
    (state, today): (&PhoneState, Date),
) -> Result<Vec<Approval>, StoreError> {
    let mut waiting: Vec<store::approval::Approval> = Vec::new();
    for officer in officers(in_force, state, today) {
        let known = store::approval::waiting(tx, (officer.place, today), OPEN_APPROVALS_MAX).await?;
        waiting.extend(
            known.into_iter().filter(|one| !waiting.iter().any(|known| known.id == one.id)).collect::<Vec<_>>(),
        );
    }
    waiting.sort_by_key(|one| (one.opened, one.id));
    waiting.truncate(usize::try_from(OPEN_APPROVALS_MAX).unwrap_or(0));
    let mut approvals = Vec::with_capacity(waiting.len());
    for one in waiting {
        approvals.push(approval(tx, in_force, state, one).await?);
    }
    Ok(approvals)
}

async fn approval(
    tx: &mut Tx,
    in_force: &InForce,
    state: &PhoneState,
    waiting: store::approval::Approval,
) -> Result<Approval, StoreError> {
    let name = |place| in_force.tree.get(place).map(|place| place.sms_name.clone()).unwrap_or_default();
    let subject = subject(tx, &waiting).await?;
    let conflicts = waiting.verdict.is_none() && super::approval::conflicts(tx, in_force, &waiting).await?;
    let is_own = state.people.iter().any(|person| Some(person.id) == waiting.person);
    let (area_name, place_name) = (name(waiting.area), name(waiting.place));
    let (id, number, verdict) = (waiting.id.to_string(), waiting.number, waiting.verdict);
    Ok(Approval { id, number, area_name, subject, place_name, is_own, conflicts, verdict })
}

async fn subject(tx: &mut Tx, waiting: &store::approval::Approval) -> Result<ApprovalSubject, StoreError> {
    let flow = match waiting.subject.parse() {
        Ok(report) if waiting.kind != ApprovalKind::Join => store::report::by_id(tx, report).await?,
        _ => None,
    };
    let flow = flow.map(|report| report.flow).unwrap_or_default();
    Ok(match waiting.kind {
        ApprovalKind::Report => ApprovalSubject::Report(flow),
        ApprovalKind::Change => ApprovalSubject::Change(flow),
        ApprovalKind::Join => ApprovalSubject::Join,
    })
}

/// True when one of these reporters has sent nothing yet for the period asked about.
pub(super) fn owes(received: &BTreeSet<[String; 3]>, need: &Need, reporters: &[String]) -> bool {
    reporters.iter().any(|reporter| period(need, reporter).is_some_and(|key| !received.contains(&key)))
}

/// Of the reports found alike, that of the first of these reporters: its receipt on this phone.
pub(super) fn earlier(
    same: &BTreeMap<Likeness, (String, i64)>,
    state: &PhoneState,
    need: &Need,
    reporters: &[String],
) -> Option<i64> {
    let found = reporters.iter().find_map(|reporter| same.get(&likeness(need, reporter)?));
    found.map(|(phone_index, receipt)| receipt_here(state, phone_index, *receipt))
}

/// What [`Need::SameReport`] looks for.
pub(super) fn likeness(need: &Need, reporter: &str) -> Option<Likeness> {
    let Need::SameReport { flow, date, digest, .. } = need else { return None };
    let (reporter, flow, digest) = (reporter.to_owned(), flow.clone(), digest.clone());
    Some(Likeness { reporter, flow, date: *date, digest })
}

/// What [`Need::Owes`] looks for: period, flow and reporter.
pub(super) fn period(need: &Need, reporter: &str) -> Option<[String; 3]> {
    let Need::Owes { flow, period, .. } = need else { return None };
    Some([period.name(), flow.clone(), reporter.to_owned()])
}
