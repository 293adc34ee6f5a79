//! Alerts of reports: opened and told to officers, merged where the same is known, withdrawn with their last report,
//! acknowledged by VU. A report that was merged into one that counts once adds nothing to the totals.

use super::IntakeError;
use super::approval::Occasion;
use super::effect::{counts_of, move_cells};
use super::event::Batch;
use crate::alert::{Moment, area_of, tell};
use crate::base::{AlertId, Date, PersonId};
use crate::flow::beside::Beside;
use crate::flow::dialogue::alert::{raised, standing};
use crate::flow::turn::{Facts, KnownAlert, Need, Raised, Turn};
use crate::programme::InForce;
use crate::report::{Report, ReportState};
use crate::rollup::{AlertStanding, alert_changes, gather};
use crate::store::alert::{Alert, Behind, Left, Sameness};
use crate::store::phone::PhoneState;
use crate::store::{self, StoreError, Tx};

/// Open alerts an officer is told of at most: as many as a text could begin to name.
const OPEN_TOLD_MAX: i64 = 50;

/// Sees to it that this report stands behind the alerts it raises, and behind no other.
pub(super) async fn settle(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    report: &Report,
    raised: &[Raised],
) -> Result<(), IntakeError> {
    let raised = if stands(report) { raised } else { &[] };
    let keys: Vec<(String, String)> = raised.iter().map(|one| (one.alert.clone(), one.key.clone())).collect();
    let was = repeats(batch, report).await?;
    let known = step_back(batch, occasion, report, &keys).await?;
    for one in raised {
        let is_known = |alert: &&Alert| alert.kind == one.alert && alert.key == one.key;
        if !known.iter().any(|alert| is_known(&alert)) {
            stand_behind(batch, occasion, report, one).await?;
        }
    }
    recount(batch, report, was).await
}

/// The same after a late change an officer agreed to: what happened long ago alerts nobody, but what holds no longer is
/// withdrawn.
pub(super) async fn settle_late(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    report: &Report,
) -> Result<(), IntakeError> {
    let Some(flow) = batch.in_force.pack.flow(&report.flow).filter(|flow| !flow.alerts.is_empty()) else {
        return Ok(());
    };
    let keys = if stands(report) { standing(&batch.in_force.pack, flow, &report.values) } else { Vec::new() };
    let was = repeats(batch, report).await?;
    step_back(batch, occasion, report, &keys).await?;
    recount(batch, report, was).await
}

/// The same for a report that was kept for an unknown number and counts now.
pub(super) async fn settle_held(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    report: &Report,
) -> Result<(), IntakeError> {
    let pack = &batch.in_force.pack;
    let place = report.place.and_then(|place| batch.in_force.tree.get(place));
    let (Some(flow), Some(place)) = (pack.flow(&report.flow), place) else { return Ok(()) };
    let (facts, today) = (Facts::default(), occasion.now.date_in(&batch.programme.timezone));
    let turn = Turn::to_word(pack, pack.first_language(), (occasion.now, today), &facts);
    let about = (report.receipt, place.sms_name.as_str(), report.date);
    let raised = raised(&turn, flow, (&report.values, &Beside::new()), about);
    settle(batch, occasion, report, &raised).await
}

fn stands(report: &Report) -> bool {
    matches!(report.state, ReportState::Counted | ReportState::AwaitingVisa)
}

/// Takes the report from behind every alert but these, by id and key; gives those it stands behind still.
async fn step_back(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    report: &Report,
    keys: &[(String, String)],
) -> Result<Vec<Alert>, IntakeError> {
    let known = store::alert::of_report(&mut batch.tx, report.id).await?;
    let (stays, goes): (Vec<Alert>, Vec<Alert>) =
        known.into_iter().partition(|alert| keys.contains(&(alert.kind.clone(), alert.key.clone())));
    if let Some(place) = report.place.filter(|_| !goes.is_empty()) {
        // Those it leaves and those it goes to at once: two reports that change places would wait for each other.
        let raised = keys.iter().map(|(kind, key)| Sameness { flow: &report.flow, kind, place, key });
        store::alert::hold(&mut batch.tx, raised.chain(goes.iter().map(Alert::sameness))).await?;
    }
    for alert in goes {
        match store::alert::step_back(&mut batch.tx, &alert, report.id, occasion.now).await? {
            Left::Others | Left::Nothing => {}
            Left::Withdrawn => count(batch, &alert, Some(&alert.standing()), None).await?,
            Left::Next(next) => {
                batch.pending.flush(&mut batch.tx).await?;
                if let Some(next) = store::report::by_id(&mut batch.tx, next).await? {
                    recount(batch, &next, true).await?;
                }
            }
        }
    }
    Ok(stays)
}

/// Joins the alert that is the same, or opens one and tells officers.
async fn stand_behind(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    report: &Report,
    raised: &Raised,
) -> Result<(), IntakeError> {
    let Some(place) = report.place else { return Ok(()) };
    let sameness = Sameness { flow: &report.flow, kind: &raised.alert, place, key: &raised.key };
    let since = occasion.now.plus_ms(-raised.merge_within_ms);
    if let Some(same) = store::alert::same(&mut batch.tx, sameness, since).await? {
        let behind = Behind { alert: same.id, report: report.id, repeats: raised.counts_once };
        return Ok(store::alert::stand_behind(&mut batch.tx, &[behind]).await?);
    }
    let today = occasion.now.date_in(&batch.programme.timezone);
    let area = area_of(batch.in_force, place, &raised.level, today);
    let alert = Alert {
        id: AlertId::new(&batch.programme.environment),
        area,
        number: store::number::next(&mut batch.tx, area).await?,
        flow: report.flow.clone(),
        flow_hash: report.flow_hash.clone(),
        network: report.network.clone(),
        sender_role: report.role.clone(),
        kind: raised.alert.clone(),
        key: raised.key.clone(),
        place,
        date: report.date,
        role: raised.role.clone(),
        channel: occasion.channel.to_owned(),
        content: raised.content.clone(),
        opened: occasion.now,
        opened_on: today,
        acknowledge_by: occasion.now.plus_ms(raised.acknowledge_within_ms),
        told: None,
        acknowledged_by: None,
        acknowledged: None,
        escalated: None,
        withdrawn: None,
        report: Some(report.id),
        merged: 0,
    };
    store::alert::open(&mut batch.tx, std::slice::from_ref(&alert)).await?;
    let behind = Behind { alert: alert.id, report: report.id, repeats: false };
    store::alert::stand_behind(&mut batch.tx, &[behind]).await?;
    count(batch, &alert, None, Some(&alert.standing())).await?;
    let (environment, in_force) = (&batch.programme.environment, batch.in_force);
    tell(&mut batch.tx, Moment { environment, in_force, now: occasion.now, today }, &alert).await?;
    Ok(())
}

/// True for a report that was merged into an alert and adds nothing to the totals.
pub(super) async fn repeats(batch: &mut Batch<'_>, report: &Report) -> Result<bool, IntakeError> {
    let edition = batch.programme.edition(&mut batch.tx, &report.flow_hash).await?;
    let may_repeat = edition.flow.alerts.iter().any(|alert| alert.counts_once);
    Ok(may_repeat && store::alert::repeats(&mut batch.tx, report.id).await?)
}

/// Moves the cells where the report has become a repetition, or is one no more.
async fn recount(batch: &mut Batch<'_>, report: &Report, was: bool) -> Result<(), IntakeError> {
    let is = repeats(batch, report).await?;
    if was != is {
        let counts = counts_of(batch, Some(report)).await?;
        let (counted, nothing) = ((Some(report), counts.as_ref()), (None, None));
        let (before, after) = if is { (counted, nothing) } else { (nothing, counted) };
        move_cells(batch, before, after);
    }
    Ok(())
}

/// An officer has seen it.
pub(super) async fn acknowledge(
    batch: &mut Batch<'_>,
    occasion: &Occasion<'_>,
    officer: PersonId,
    alert: &str,
) -> Result<(), IntakeError> {
    let id: AlertId = alert.parse().map_err(|_| IntakeError::Overtaken)?;
    let seen = store::alert::acknowledge(&mut batch.tx, id, officer, occasion.now).await?;
    let seen = seen.ok_or(IntakeError::Overtaken)?;
    let now = seen.standing();
    let before = AlertStanding { acknowledged: None, ..now.clone() };
    count(batch, &seen, Some(&before), Some(&now)).await
}

/// Moves the cells of the alert itself, from one standing to the next.
async fn count(
    batch: &mut Batch<'_>,
    alert: &Alert,
    before: Option<&AlertStanding>,
    after: Option<&AlertStanding>,
) -> Result<(), IntakeError> {
    // One opened before alerts were counted, which no report tells the text of.
    if alert.flow_hash.is_empty() {
        return Ok(());
    }
    let edition = batch.programme.edition(&mut batch.tx, &alert.flow_hash).await?;
    let calendar = batch.in_force.pack.calendar;
    gather(&mut batch.cells, alert_changes(&edition.flow, before, after, &calendar));
    Ok(())
}

/// The alerts a need asks for, in the areas of this phone's officers.
pub(super) async fn look_up(
    tx: &mut Tx,
    in_force: &InForce,
    (state, today): (&PhoneState, Date),
    need: &Need,
) -> Result<Vec<KnownAlert>, StoreError> {
    let mut found: Vec<KnownAlert> = Vec::new();
    for officer in super::fact::officers(in_force, state, today) {
        let alerts = match need {
            Need::Alert(number) => store::alert::numbered(tx, officer.place, today, *number).await?,
            _ => store::alert::open_in(tx, officer.place, today, OPEN_TOLD_MAX).await?,
        };
        for alert in alerts {
            let id = alert.id.to_string();
            if !found.iter().any(|known| known.id == id) {
                found.push(known(in_force, state, alert));
            }
        }
    }
    Ok(found)
}

fn known(in_force: &InForce, state: &PhoneState, alert: Alert) -> KnownAlert {
    let name = |place| in_force.tree.get(place).map(|place| place.sms_name.clone()).unwrap_or_default();
    let mine = state.people.iter().any(|person| Some(person.id) == alert.acknowledged_by);
    KnownAlert {
        id: alert.id.to_string(),
        number: alert.number,
        area_name: name(alert.area),
        place_name: name(alert.place),
        opened: alert.opened,
        seen: alert.acknowledged.map(|at| (mine, at)),
        withdrawn: alert.withdrawn.is_some(),
        flow: alert.flow,
    }
}
