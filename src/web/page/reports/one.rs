//! The page of one report: what it says, who sent it, what was written, what changed since, and who agreed.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;

use super::super::asked::{language, params};
use super::super::values::{ValueRow, value_rows};
use super::super::words::{Words, words};
use super::super::{Frame, PageError, PageVisitor, render};
use super::words::{ReportWords, called, report_words};
use super::written;
use crate::base::{Instant, Language};
use crate::flow::model::Flow;
use crate::flow::values::Values;
use crate::programme::InForce;
use crate::view::{self, ChangeItem, ReportDetail, RevisionItem, VisaItem};
use crate::web::App;
use crate::web::personal::{self, How};

/// What the address can say.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct OneParams {
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "reports/one.html")]
struct OnePage {
    frame: Frame,
    own: &'static ReportWords,
    title: String,
    receipt: i64,
    state: &'static str,
    /// Name and address of the place; empty while it is held.
    place: Option<(String, String)>,
    date: String,
    periods: Vec<String>,
    due: String,
    values: Vec<ValueRow>,
    is_zero: bool,
    proposed: Option<Proposed>,
    role: String,
    network: String,
    agent_code: Option<String>,
    phone: Option<String>,
    call: Option<String>,
    by: String,
    filed: String,
    text: Option<String>,
    changes: Vec<Change>,
    visas: Vec<Visa>,
}

/// A late change that waits.
struct Proposed {
    cancels: bool,
    date: String,
    rows: Vec<ValueRow>,
}

/// From one revision to the next.
struct Change {
    version: i64,
    at: String,
    from: String,
    text: Option<String>,
    rows: Vec<ValueRow>,
}

/// What an officer decides, or did.
struct Visa {
    number: i64,
    area: String,
    kind: &'static str,
    verdict: &'static str,
    since: String,
    officer: String,
    reason: String,
}

/// One report.
pub(in crate::web::page) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked: OneParams = params(&uri)?;
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &asked.lang);
    let detail = view::report_detail(&app.programme, &visitor.account.access, &id).await;
    let detail = detail.map_err(|error| PageError::from_view(language, error))?;
    let noted = personal::shown(&app.programme, &visitor.account, ("reports", 1), How::One(&id)).await;
    noted.map_err(|error| PageError::new(language, error.into()))?;
    let composer = Composer { app: &app, in_force: &in_force, visitor: &visitor, language, detail: &detail };
    Ok(render(&composer.compose(words(language), report_words(language))))
}

/// Puts the view's answer into the page's order.
struct Composer<'a> {
    app: &'a App,
    in_force: &'a InForce,
    visitor: &'a PageVisitor,
    language: Language,
    detail: &'a ReportDetail,
}

impl Composer<'_> {
    fn compose(&self, words: &'static Words, own: &'static ReportWords) -> OnePage {
        let (pack, report, language) = (&self.in_force.pack, &self.detail.report, self.language);
        let sender = &self.detail.sender;
        let flow = pack.flow(&report.flow);
        let title = flow.map_or_else(|| report.keyword.clone(), |flow| flow.title.get(language).to_owned());
        let kinds = ["week", "month", "quarter", "year"];
        let named = |name: &String| pack.calendar.parse(name).map(|period| words.period_name(period));
        let network = pack.networks.iter().find(|network| network.id == report.network);
        let place = |place: &view::PlaceShown| {
            let address = format!("/places/{}/reports?flow={}&lang={language}", place.code, report.flow);
            (place.name.clone(), address)
        };
        OnePage {
            frame: self.frame(words, &format!("{} {}", report.keyword, report.receipt)),
            own,
            title,
            receipt: report.receipt,
            state: called(&own.states, report.state),
            place: report.place.as_ref().map(place),
            date: written(&report.date),
            periods: kinds.iter().filter_map(|kind| report.periods.get(kind)).filter_map(named).collect(),
            due: report.periods.get("due").and_then(named).unwrap_or_default(),
            values: self.rows(flow.map(AsRef::as_ref), &report.values, None),
            is_zero: report.zero,
            proposed: report.proposed.as_ref().map(|proposed| Proposed {
                cancels: proposed.cancels,
                date: if proposed.date == report.date { String::new() } else { written(&proposed.date) },
                rows: self.changed(flow.map(AsRef::as_ref), &report.values, &proposed.values),
            }),
            role: pack.role(&report.role).map_or("", |role| role.name.get(language)).to_owned(),
            network: network.map_or("", |network| network.name.get(language)).to_owned(),
            agent_code: sender.agent_code.clone(),
            phone: sender.masked.clone().filter(|_| sender.number.is_none()),
            call: sender.number.clone(),
            by: sender.hook.to_uppercase(),
            filed: self.at(self.detail.created),
            text: report.text.clone(),
            changes: self.changes(own),
            visas: self.detail.visas.iter().map(|visa| self.visa(own, visa)).collect(),
        }
    }

    fn frame(&self, words: &'static Words, title: &str) -> Frame {
        let address = |other| format!("/reports/{}?lang={other}", self.detail.report.id);
        Frame::of(self.app, self.visitor, words, title).spoken(&self.in_force.pack, self.language, address)
    }

    fn at(&self, instant: Instant) -> String {
        instant.short_in(&self.app.programme.timezone)
    }

    fn rows(&self, flow: Option<&Flow>, values: &Values, proposed: Option<&Values>) -> Vec<ValueRow> {
        flow.map_or_else(Vec::new, |flow| value_rows(&self.in_force.pack, flow, self.language, values, proposed))
    }

    /// Only what differs.
    fn changed(&self, flow: Option<&Flow>, before: &Values, after: &Values) -> Vec<ValueRow> {
        self.rows(flow, before, Some(after)).into_iter().filter(|row| row.proposed.is_some()).collect()
    }

    /// Each revision that is gone beside the one that took its place.
    fn changes(&self, own: &'static ReportWords) -> Vec<Change> {
        let report = &self.detail.report;
        let stands = RevisionItem {
            revision: report.revision,
            date: report.date.clone(),
            state: report.state,
            values: report.values.clone(),
            replaced_by: String::new(),
            replaced_at: String::new(),
        };
        let after = report.history.iter().skip(1).chain([&stands]);
        let pairs = report.history.iter().zip(after).zip(&self.detail.changes);
        pairs.map(|((before, after), change)| self.change(own, before, after, change)).collect()
    }

    fn change(
        &self,
        own: &'static ReportWords,
        before: &RevisionItem,
        after: &RevisionItem,
        change: &ChangeItem,
    ) -> Change {
        let flow = self.in_force.pack.flow(&self.detail.report.flow);
        let mut rows = self.changed(flow.map(AsRef::as_ref), &before.values, &after.values);
        let mut differs = |name: &'static str, before: String, after: String| {
            if before != after {
                let (label, name) = (String::new(), name.to_owned());
                rows.push(ValueRow { label, name, value: before, proposed: Some(after) });
            }
        };
        differs(own.day, written(&before.date), written(&after.date));
        let state = |state| called(&own.states, state).to_owned();
        differs(own.state, state(before.state), state(after.state));
        Change {
            version: after.revision,
            at: self.at(change.at),
            from: change.masked.clone().unwrap_or_else(|| "-".to_owned()),
            text: change.text.clone(),
            rows,
        }
    }

    fn visa(&self, own: &'static ReportWords, visa: &VisaItem) -> Visa {
        let role = visa.role.as_deref().and_then(|role| self.in_force.pack.role(role));
        let role = role.map_or("", |role| role.name.get(self.language));
        let place = visa.place.as_ref().map_or("", |place| place.name.as_str());
        let settled = visa.settled.map_or_else(String::new, |settled| self.at(settled));
        let officer = [role, place, &settled].into_iter().filter(|part| !part.is_empty());
        Visa {
            number: visa.number,
            area: visa.area.as_ref().map_or_else(String::new, |area| area.name.clone()),
            kind: called(&own.kinds, visa.kind),
            verdict: called(&own.verdicts, visa.state),
            since: self.at(visa.opened),
            officer: officer.collect::<Vec<_>>().join(", "),
            reason: visa.reason.clone().unwrap_or_default(),
        }
    }
}
