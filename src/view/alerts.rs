//! Alerts of an area: what officers have seen, and what they still have to. Who saw one is told by role and place, never
//! by name.

use serde::Serialize;
use utoipa::ToSchema;

use super::ViewError;
use super::listed::PageOf;
use super::listing::{Listing, one_of, page, stretch};
use super::question::place_in_area;
use super::shown::PlaceShown;
use crate::base::{Instant, Language, PlaceId};
use crate::person::Access;
use crate::programme::{InForce, Programme};
use crate::store::alert::{Alert, AlertState, Filter};
use crate::store::{self, Tx};

/// An alert.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertItem {
    /// Its id.
    pub id: String,
    /// What officers of its area type: `VU 3`.
    pub number: i64,
    /// The area whose officers are told, and which numbers it.
    pub area: Option<PlaceShown>,
    /// The place it is about.
    pub place: Option<PlaceShown>,
    /// Report type.
    pub flow: String,
    /// The word that opens it in an SMS.
    pub keyword: String,
    /// Which of the report type's alerts.
    pub alert: String,
    /// The day its first report is about.
    pub date: String,
    /// What officers were told.
    pub text: String,
    /// Id of the report that stands first behind it; none once it was withdrawn.
    pub report: Option<String>,
    /// Further reports that were merged into it.
    pub merged: i64,
    /// `open`, `acknowledged` or `withdrawn`.
    pub state: &'static str,
    /// Since when it is open.
    pub opened_at: String,
    /// When an officer answered VU.
    pub acknowledged_at: Option<String>,
    /// Who did.
    pub acknowledged_by: Option<OfficerShown>,
    /// When the officers of the next area up were told, because nobody had.
    pub escalated_at: Option<String>,
    /// When its last report was corrected or taken back.
    pub withdrawn_at: Option<String>,
}

/// An officer without their name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficerShown {
    /// Their role.
    pub role: String,
    /// Their area.
    pub place: Option<PlaceShown>,
}

const STATES: &str = "open, acknowledged, withdrawn";

/// Alerts about places in `place` or in the visitor's area, of any state or of one, newest first.
///
/// # Errors
/// A state or cursor that means nothing, a place outside the area, or what the store says.
pub async fn alerts(
    programme: &Programme,
    access: &Access,
    (place, state): (Option<&str>, Option<&str>),
    language: Language,
    listing: Listing<'_>,
) -> Result<PageOf<AlertItem>, ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let area = match place {
        None => access.area,
        code => Some(place_in_area(&in_force.tree, access, today, code)?.id),
    };
    let state = state.map(|word| one_of("state", word, AlertState::from_word, STATES)).transpose()?;
    let (before, limit) = stretch(listing)?;
    let mut tx = programme.store.reader().await?;
    let rows = store::alert::list(&mut tx, &Filter { area, state }, today, before, limit + 1).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(item(&mut tx, &in_force, row, language).await?);
    }
    Ok(page(items, limit, |item| &item.id))
}

/// The open alerts about places in an area that the visitor may see: the newest, and how many there are.
///
/// # Errors
/// What the store says.
pub async fn open_alerts(
    programme: &Programme,
    area: PlaceId,
    language: Language,
    limit: i64,
) -> Result<(Vec<AlertItem>, i64), ViewError> {
    let (in_force, today) = (programme.in_force(), programme.today());
    let mut tx = programme.store.reader().await?;
    let filter = Filter { area: Some(area), state: Some(AlertState::Open) };
    let count = store::alert::count_open(&mut tx, area, today).await?;
    let mut items = Vec::new();
    for row in store::alert::list(&mut tx, &filter, today, None, limit).await? {
        items.push(item(&mut tx, &in_force, row, language).await?);
    }
    Ok((items, count))
}

async fn item(tx: &mut Tx, in_force: &InForce, alert: Alert, language: Language) -> Result<AlertItem, ViewError> {
    let shown = |place| in_force.tree.get(place).map(PlaceShown::from);
    let officer = match alert.acknowledged_by {
        Some(officer) => store::person::by_id(tx, officer).await?,
        None => None,
    };
    let text = alert.content.get(&language).or_else(|| alert.content.values().next()).cloned();
    let keyword = in_force.pack.flow(&alert.flow).map_or_else(|| alert.flow.to_uppercase(), |f| f.keyword.clone());
    Ok(AlertItem {
        id: alert.id.to_string(),
        number: alert.number,
        area: shown(alert.area),
        place: shown(alert.place),
        keyword,
        state: alert.state().word(),
        date: alert.date.to_string(),
        text: text.unwrap_or_default(),
        report: alert.report.map(|report| report.to_string()),
        merged: alert.merged,
        opened_at: alert.opened.rfc3339(),
        acknowledged_at: alert.acknowledged.map(Instant::rfc3339),
        acknowledged_by: officer.map(|officer| OfficerShown { place: shown(officer.place), role: officer.role }),
        escalated_at: alert.escalated.map(Instant::rfc3339),
        withdrawn_at: alert.withdrawn.map(Instant::rfc3339),
        flow: alert.flow,
        alert: alert.kind,
    })
}
