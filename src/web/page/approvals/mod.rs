//! What waits for an officer, with a button for yes and one for no: the same decisions as VISA and REFUS by SMS.

mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::words::{ApprovalWords, approval_words};
use super::asked::{given, language, params};
use super::values::{ValueRow, value_rows};
use super::words::words;
use super::{Frame, PageError, PageVisitor, render};
use crate::base::Language;
use crate::flow::model::Pack;
use crate::flow::values::Values;
use crate::intake::{self, Deciding, Decision};
use crate::view::{self, ApprovalItem, Listing};
use crate::web::form::{Checked, Sent};
use crate::web::personal::{self, How};
use crate::web::{ApiError, App};

#[derive(Template)]
#[template(path = "approvals.html")]
struct ApprovalsPage {
    frame: Frame,
    own: &'static ApprovalWords,
    form: String,
    fault: &'static str,
    may_decide: bool,
    waiting: Vec<Card>,
    next: Option<String>,
}

/// One thing that waits.
struct Card {
    id: String,
    number: i64,
    title: String,
    place: String,
    date: String,
    since: String,
    caller: String,
    cancels: bool,
    rows: Vec<ValueRow>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    form: String,
    lang: String,
    verdict: String,
    reason: String,
}

impl Sent for Typed {
    fn proof(&self) -> &str {
        &self.form
    }

    fn spoken(&self) -> &str {
        &self.lang
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    lang: Option<String>,
    cursor: Option<String>,
}

/// What waits in the visitor's area.
pub(super) async fn list(visitor: PageVisitor, State(app): State<App>, uri: Uri) -> Result<Response, PageError> {
    let asked: Asked = params(&uri)?;
    let language = language(&app.programme.in_force().pack, &asked.lang);
    page(&app, &visitor, language, given(&asked.cursor), "").await
}

/// Decides, and shows what still waits.
pub(super) async fn decide(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    Checked(typed): Checked<Typed>,
) -> Result<Response, PageError> {
    let (language, own) = (typed.language(), approval_words(typed.language()));
    let Some(officer) = visitor.officer() else {
        return Err(PageError::new(language, ApiError::not_allowed()));
    };
    let agreed = match typed.verdict.as_str() {
        "agree" => true,
        "refuse" => false,
        _ => {
            return Err(PageError::new(language, ApiError::bad("bad_form", Some("verdict"), "agree or refuse")));
        }
    };
    let access = &visitor.account.access;
    let (reason, channel) = (typed.reason.trim(), app.codes_by.as_deref().unwrap_or_default());
    let deciding = Deciding { officer, access, approval: &id, agreed, reason, channel };
    let failed = |error| PageError::new(language, ApiError::internal(format!("a decision failed: {error}")));
    let decision = intake::decide(&app.programme, &deciding).await.map_err(failed)?;
    tracing::info!(account = visitor.account.name, approval = id, agreed, ?decision, "an officer decided");
    let fault = match decision {
        Decision::Done => return Ok(Redirect::to(&format!("/approvals?lang={language}")).into_response()),
        Decision::Over => own.over,
        Decision::Own => own.is_own,
        Decision::Conflicts => own.conflicts,
        Decision::Unknown => own.unknown,
    };
    let shown = page(&app, &visitor, language, None, fault).await?;
    Ok((StatusCode::CONFLICT, shown).into_response())
}

async fn page(
    app: &App,
    visitor: &PageVisitor,
    language: Language,
    cursor: Option<&str>,
    fault: &'static str,
) -> Result<Response, PageError> {
    let (words, own) = (words(language), approval_words(language));
    let listing = Listing { cursor, limit: None };
    let access = &visitor.account.access;
    let waiting = view::approvals(&app.programme, access, (None, None), listing).await;
    let waiting = waiting.map_err(|error| PageError::from_view(language, error))?;
    let noted =
        personal::shown(&app.programme, &visitor.account, ("approvals", waiting.items.len()), How::Listed).await;
    noted.map_err(|error| PageError::new(language, error.into()))?;
    let in_force = app.programme.in_force();
    let may_decide = visitor.officer().is_some();
    let card = |item: ApprovalItem| {
        let since = item.opened.short_in(&app.programme.timezone);
        let caller = item.caller.clone().filter(|_| may_decide);
        Card { since, caller: caller.unwrap_or_default(), ..card(&in_force.pack, own, language, item) }
    };
    Ok(render(&ApprovalsPage {
        frame: Frame::of(app, visitor, words, own.title),
        own,
        form: visitor.form.clone(),
        fault,
        may_decide,
        waiting: waiting.items.into_iter().map(card).collect(),
        next: waiting.next,
    }))
}

fn card(pack: &Pack, own: &ApprovalWords, language: Language, item: ApprovalItem) -> Card {
    let flow = item.flow.as_deref().and_then(|id| pack.flow(id));
    let cancels = item.proposed.as_ref().is_some_and(|proposed| proposed.cancels);
    let title = match (item.kind, flow) {
        ("join", _) => {
            let role = item.role.as_deref().and_then(|role| pack.role(role));
            format!("{} {}", own.join, role.map_or("", |role| role.name.get(language)))
        }
        ("change", Some(flow)) => format!("{} {}", own.change, flow.title.get(language)),
        (_, flow) => flow.map_or("", |flow| flow.title.get(language)).to_owned(),
    };
    let none = Values::default();
    let values = item.values.as_ref().unwrap_or(&none);
    let proposed = item.proposed.as_ref().filter(|proposed| !proposed.cancels);
    let mut rows = flow.map_or_else(Vec::new, |flow| {
        value_rows(pack, flow, language, values, proposed.map(|proposed| &proposed.values))
    });
    if let (Some(proposed), Some(date)) = (proposed, &item.date)
        && *date != proposed.date
    {
        rows.push(ValueRow {
            label: String::new(),
            name: own.day.to_owned(),
            value: date.clone(),
            proposed: Some(proposed.date.clone()),
        });
    }
    Card {
        id: item.id,
        number: item.number,
        title,
        place: item.place.map(|place| place.name).unwrap_or_default(),
        date: item.date.unwrap_or_default(),
        since: String::new(),
        caller: String::new(),
        cancels,
        rows,
    }
}
