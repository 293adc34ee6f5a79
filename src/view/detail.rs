//! One report with all that stands behind it: who sent it, every change with who made it, and what officers decided.
//!
//! For officers, who check a figure against its source. A number is masked, but for an officer who has to call: while
//! something about the report waits for a visa.

use super::ViewError;
use super::listed::ReportItem;
use super::listing;
use super::shown::PlaceShown;
use crate::base::{Instant, Phone, ReportId};
use crate::flow::model::Pack;
use crate::flow::turn::Verdict;
use crate::person::Access;
use crate::programme::{InForce, Programme};
use crate::store::{self, Tx, message};

/// A report, and what stands behind it.
#[derive(Clone, Debug)]
pub struct ReportDetail {
    /// As lists show it.
    pub report: ReportItem,
    /// When it was filed.
    pub created: Instant,
    /// Who sent it.
    pub sender: SenderShown,
    /// What replaced each earlier revision, in the order of [`ReportItem::history`].
    pub changes: Vec<ChangeItem>,
    /// What waits for an officer, or was decided, oldest first.
    pub visas: Vec<VisaItem>,
}

/// Who sent a message.
#[derive(Clone, Debug, Default)]
pub struct SenderShown {
    /// Agent code, where they have one.
    pub agent_code: Option<String>,
    /// Their number with its middle hidden, while it is kept.
    pub masked: Option<String>,
    /// Their whole number, for an officer who has to call.
    pub number: Option<String>,
    /// `sms` or `ussd`.
    pub hook: String,
}

/// What replaced a revision.
#[derive(Clone, Debug)]
pub struct ChangeItem {
    /// When.
    pub at: Instant,
    /// The number it came from, its middle hidden.
    pub masked: Option<String>,
    /// What was written, while it is kept.
    pub text: Option<String>,
}

/// Something an officer decides.
#[derive(Clone, Debug)]
pub struct VisaItem {
    /// Its number in its area.
    pub number: i64,
    /// The area whose officers decide.
    pub area: Option<PlaceShown>,
    /// `report` or `change`.
    pub kind: &'static str,
    /// `waiting`, `agreed`, `refused` or `withdrawn`.
    pub state: &'static str,
    /// Since when it waits, or waited.
    pub opened: Instant,
    /// When it was decided.
    pub settled: Option<Instant>,
    /// Role of the officer who decided.
    pub role: Option<String>,
    /// Their place.
    pub place: Option<PlaceShown>,
    /// Why not, as they typed it.
    pub reason: Option<String>,
}

/// One report, for someone who may see what people wrote; for everybody else there is none.
///
/// # Errors
/// [`ViewError::NotFound`], [`ViewError::NotYours`], or what the store says.
pub async fn report_detail(programme: &Programme, access: &Access, id: &str) -> Result<ReportDetail, ViewError> {
    let report = listing::report(programme, access, id).await?;
    let id: ReportId = id.parse().map_err(|_| ViewError::NotFound("report"))?;
    if !access.sees_people {
        return Err(ViewError::NotFound("report"));
    }
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await?;
    let stored = store::report::by_id(&mut tx, id).await?.ok_or(ViewError::NotFound("report"))?;
    let first = message::by_id(&mut tx, stored.message).await?;
    let mut visas = Vec::new();
    for approval in store::approval::of_subject(&mut tx, &id.to_string()).await? {
        visas.push(visa(&mut tx, &in_force, approval).await?);
    }
    let mut changes = Vec::new();
    for revision in store::report::history(&mut tx, id).await? {
        let by = message::by_id(&mut tx, revision.replaced_by).await?;
        let masked = by.as_ref().and_then(|by| masked(&in_force.pack, by.sender.as_deref()));
        changes.push(ChangeItem { at: revision.replaced, masked, text: by.and_then(|by| by.text) });
    }
    let sender = first.as_ref().and_then(|first| first.sender.clone());
    let has_to_call = access.may_write && visas.iter().any(|visa| visa.state == "waiting");
    let agent_code = match stored.person {
        None => None,
        Some(person) => store::person::by_id(&mut tx, person).await?.and_then(|person| person.agent_code),
    };
    Ok(ReportDetail {
        sender: SenderShown {
            agent_code,
            masked: masked(&in_force.pack, sender.as_deref()),
            number: sender.filter(|_| has_to_call),
            hook: first.map(|first| first.hook).unwrap_or_default(),
        },
        created: stored.created,
        report,
        changes,
        visas,
    })
}

/// A number with its middle hidden; the name of a sender that has none.
fn masked(pack: &Pack, sender: Option<&str>) -> Option<String> {
    let sender = sender?;
    Some(Phone::parse(sender, &pack.numbering).map_or_else(|| sender.to_owned(), |phone| phone.masked()))
}

async fn visa(tx: &mut Tx, in_force: &InForce, approval: store::approval::Approval) -> Result<VisaItem, ViewError> {
    let shown = |place| in_force.tree.get(place).map(PlaceShown::from);
    let officer = match approval.settled_by {
        None => None,
        Some(officer) => store::person::by_id(tx, officer).await?,
    };
    Ok(VisaItem {
        number: approval.number,
        area: shown(approval.area),
        kind: approval.kind.word(),
        state: match approval.verdict {
            None => "waiting",
            Some(Verdict::Agreed) => "agreed",
            Some(Verdict::Refused) => "refused",
            Some(Verdict::Withdrawn) => "withdrawn",
        },
        opened: approval.opened,
        settled: approval.settled,
        place: officer.as_ref().and_then(|officer| shown(officer.place)),
        role: officer.map(|officer| officer.role),
        reason: approval.reason,
    })
}
