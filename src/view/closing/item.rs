//! The months of a place and of the places right below it, with who approved them.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::question::Question;
use super::super::shown::PlaceShown;
use super::super::{OfficerShown, ViewError};
use super::{ApprovedShown, Officers, approved, in_order, is_above, months};
use crate::base::{Instant, Period};
use crate::closing::{approves, closed_by, highest};
use crate::person::Access;
use crate::programme::Programme;
use crate::store;
use crate::store::closing::Closing;

/// A month of a place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosingItem {
    /// The place.
    pub place: PlaceShown,
    /// The month.
    pub month: String,
    /// `open` or `approved`.
    pub state: &'static str,
    /// The highest level that approved it.
    pub level: Option<String>,
    /// Approvals that stand: by the place (for a commune by its cercle), then by the places above.
    pub approvals: Vec<ApprovedShown>,
    /// Where the place's own approval was opened again, oldest first.
    pub reopened: Vec<ReopenedShown>,
}

/// How a month was opened again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReopenedShown {
    /// What was approved.
    pub approval: ApprovedShown,
    /// Who opened it, without their name.
    pub by: Option<OfficerShown>,
    /// When.
    pub at: String,
    /// When.
    #[serde(skip)]
    pub reopened: Instant,
    /// Why, for who may read what people write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The months of the question's period that have begun: of its place, and of each place right below that approves its own.
///
/// # Errors
/// What the store says.
pub async fn closings(
    programme: &Programme,
    access: &Access,
    question: &Question,
) -> Result<Vec<ClosingItem>, ViewError> {
    let in_force = programme.in_force();
    let (pack, tree, day) = (&in_force.pack, &in_force.tree, question.period.last());
    let mut months = months(pack, question);
    months.retain(|month| month.first() <= question.today);
    let names: Vec<String> = months.iter().map(Period::name).collect();
    let mut tx = programme.store.reader().await?;
    let mut around = store::closing::around(&mut tx, question.place.id, day, &names).await?;
    in_order(pack, &mut around);
    let below = tree.children(question.place.id, day).into_iter().filter(|place| approves(pack, &place.level));
    let places: Vec<_> = [&question.place].into_iter().chain(below).collect();
    let mut people = Officers::default();
    let mut items = Vec::new();
    for month in &months {
        for place in &places {
            let own = |closing: &&Closing| {
                closing.period == month.name() && closed_by(pack, tree, place.id, month.last()) == Some(closing.place)
            };
            let standing = around.iter().filter(own).find(|closing| closing.stands());
            let mut item = ClosingItem {
                place: PlaceShown::from(*place),
                month: month.name(),
                state: if standing.is_some() { "approved" } else { "open" },
                level: None,
                approvals: Vec::new(),
                reopened: Vec::new(),
            };
            if let Some(standing) = standing {
                let above: Vec<&Closing> = around
                    .iter()
                    .filter(|closing| closing.stands() && is_above(&in_force, closing, standing))
                    .collect();
                item.level = highest(pack, above.iter().map(|closing| closing.level.as_str())).map(str::to_owned);
                for closing in above {
                    item.approvals.extend(approved(&mut tx, &in_force, &mut people, closing).await?);
                }
            }
            for closing in around.iter().filter(own) {
                let Some(opened) = &closing.reopened else { continue };
                let Some(approval) = approved(&mut tx, &in_force, &mut people, closing).await? else { continue };
                item.reopened.push(ReopenedShown {
                    approval,
                    by: people.shown(&mut tx, &in_force, opened.by).await?,
                    at: opened.at.rfc3339(),
                    reopened: opened.at,
                    reason: opened.reason.clone().filter(|_| access.sees_people),
                });
            }
            items.push(item);
        }
    }
    Ok(items)
}
