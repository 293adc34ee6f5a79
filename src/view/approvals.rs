//! What waits for an officer in an area, or did: money, late changes, numbers that asked to join; phones masked, and names
//! hidden that somebody typed.

use serde::Serialize;
use utoipa::ToSchema;

use super::ViewError;
use super::listed::{PageOf, hide_names};
use super::listing::{Listing, one_of, page, stretch};
use super::question::place_in_area;
use super::shown::PlaceShown;
use crate::base::Instant;
use crate::flow::turn::Verdict;
use crate::flow::values::Values;
use crate::person::{Access, without_names};
use crate::programme::{InForce, Programme};
use crate::report::ApprovalKind;
use crate::store::approval::{Approval, Proposal, Standing};
use crate::store::{self, Tx};

/// Something that waits for an officer, or did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalItem {
    /// Its id.
    pub id: String,
    /// What officers of its area type: `VISA 31`.
    pub number: i64,
    /// The area whose officers decide.
    pub area: Option<PlaceShown>,
    /// The place it is about.
    pub place: Option<PlaceShown>,
    /// `report` (it counts once agreed to), `change` (a late correction or cancellation) or `join`.
    pub kind: &'static str,
    /// Report type; none for `join`.
    pub flow: Option<String>,
    /// Id of the report; none for `join`.
    pub report: Option<String>,
    /// The number its sender sees; none for `join`.
    pub receipt: Option<i64>,
    /// The day the report is about.
    pub date: Option<String>,
    /// What the report says now, by label.
    #[schema(value_type = Object)]
    pub values: Option<Values>,
    /// What a late change would make of it.
    pub proposed: Option<ProposedItem>,
    /// Role of whoever asks to join.
    pub role: Option<String>,
    /// Their number, its middle hidden.
    pub peer: Option<String>,
    /// `waiting`, `agreed`, `refused` or `withdrawn`.
    pub state: &'static str,
    /// Why not, as the officer typed it.
    pub reason: Option<String>,
    /// The name they gave and their whole number: for officers who have to call, never for files and programs.
    #[serde(skip)]
    pub caller: Option<String>,
    /// The instant behind `opened_at`.
    #[serde(skip)]
    pub opened: Instant,
    /// Since when it waits.
    pub opened_at: String,
    /// When it was decided.
    pub settled_at: Option<String>,
}

/// A change of a report that waits for an officer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposedItem {
    /// The day it would be about.
    pub date: String,
    /// Its values by label.
    #[schema(value_type = Object)]
    pub values: Values,
    /// True where the report would count no longer.
    pub cancels: bool,
}

impl From<Proposal> for ProposedItem {
    fn from(proposal: Proposal) -> ProposedItem {
        ProposedItem { date: proposal.date.to_string(), values: proposal.values, cancels: proposal.cancels }
    }
}

const STATES: &str = "waiting, agreed, refused, withdrawn";

fn standing(word: &str) -> Option<Standing> {
    Some(match word {
        "waiting" => Standing::Waiting,
        "agreed" => Standing::Settled(Verdict::Agreed),
        "refused" => Standing::Settled(Verdict::Refused),
        "withdrawn" => Standing::Settled(Verdict::Withdrawn),
        _ => return None,
    })
}

/// What waits in `place` or the visitor's area, or stands as `state` says, newest first.
///
/// # Errors
/// A state or cursor that means nothing, a place outside the area, or what the store says.
pub async fn approvals(
    programme: &Programme,
    access: &Access,
    (place, state): (Option<&str>, Option<&str>),
    listing: Listing<'_>,
) -> Result<PageOf<ApprovalItem>, ViewError> {
    let in_force = programme.in_force();
    let today = programme.today();
    let area = place_in_area(&in_force.tree, access, today, place)?.id;
    let state = one_of("state", state.unwrap_or("waiting"), standing, STATES)?;
    let (before, limit) = stretch(listing)?;
    let mut tx = programme.store.reader().await?;
    let rows = store::approval::list(&mut tx, (area, today), state, before, limit + 1).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(item(&mut tx, &in_force, row).await?);
    }
    Ok(page(items, limit, |item| &item.id))
}

async fn item(tx: &mut Tx, in_force: &InForce, approval: Approval) -> Result<ApprovalItem, ViewError> {
    let shown = |place| in_force.tree.get(place).map(PlaceShown::from);
    let mut item = ApprovalItem {
        id: approval.id.to_string(),
        number: approval.number,
        area: shown(approval.area),
        place: shown(approval.place),
        kind: approval.kind.word(),
        flow: None,
        report: None,
        receipt: None,
        date: None,
        values: None,
        proposed: None,
        role: None,
        peer: None,
        state: match approval.verdict {
            None => "waiting",
            Some(Verdict::Agreed) => "agreed",
            Some(Verdict::Refused) => "refused",
            Some(Verdict::Withdrawn) => "withdrawn",
        },
        reason: approval.reason.as_deref().map(without_names),
        caller: None,
        opened: approval.opened,
        opened_at: approval.opened.rfc3339(),
        settled_at: approval.settled.map(Instant::rfc3339),
    };
    if approval.kind == ApprovalKind::Join {
        if let Ok(id) = approval.subject.parse()
            && let Some(request) = store::join::by_id(tx, id).await?
        {
            item.caller = Some(format!("{} {}", request.name, request.phone.e164()).trim().to_owned());
            (item.role, item.peer) = (Some(request.role), Some(request.phone.masked()));
        }
        return Ok(item);
    }
    if let Ok(id) = approval.subject.parse()
        && let Some(report) = store::report::by_id(tx, id).await?
    {
        item.report = Some(report.id.to_string());
        (item.flow, item.receipt) = (Some(report.flow), Some(report.receipt));
        (item.date, item.values) = (Some(report.date.to_string()), Some(report.values));
    }
    item.proposed = store::approval::proposal(tx, approval.id).await?.map(ProposedItem::from);
    let proposed = item.proposed.iter_mut().map(|proposed| &mut proposed.values);
    for values in proposed.chain(&mut item.values) {
        hide_names(in_force, item.flow.as_deref().unwrap_or_default(), values);
    }
    Ok(item)
}
