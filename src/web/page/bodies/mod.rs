//! The page that answers whether the commune meets: every body of a place and of the places in it, quarter by quarter.
//!
//! A headline in words for each body, a table of who met and who did not over a year, the reasons, and what the meetings
//! brought. States are told by a sign and a word; colour only repeats them.

mod matrix;
mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;

use self::matrix::{Group, Meeting, Reason};
use self::words::{BodyWords, body_words};
use super::around::{Asked, Heading, asked};
use super::place::figures::{Teller, spaced};
use super::words::date;
use super::{Frame, PageError, PageVisitor, render};
use crate::base::{Language, PeriodKind};
use crate::programme::InForce;
use crate::rollup::due_day;
use crate::view::{self, BodiesView, BodyCounts, BodyItem, ReasonShown};
use crate::web::App;

#[derive(Template)]
#[template(path = "bodies.html")]
struct BodiesPage {
    frame: Frame,
    own: &'static BodyWords,
    heading: Heading,
    breadcrumb: Vec<(String, String)>,
    /// Until when the quarter may still be told of; empty for one that is over.
    until: String,
    leads: Vec<Lead>,
    quarters: Vec<String>,
    groups: Vec<Group>,
    reasons: Vec<Reason>,
    columns: Vec<String>,
    meetings: Vec<Meeting>,
    totals: Vec<Meeting>,
    report: String,
    download: String,
}

/// One body in one look.
pub(super) struct Lead {
    /// `CCOCSAD (communes)`.
    pub title: String,
    /// `30 / 42`; empty for one body alone.
    pub count: String,
    pub percent: String,
    /// The same in words.
    pub sentence: String,
    /// Widths of the bar, in per cent: held, not held; and where the second begins.
    pub widths: [String; 2],
    /// True where there is more than one place to count.
    pub is_many: bool,
    /// Class of the state, for one place.
    pub class: &'static str,
}

/// The page of one place.
pub(super) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let asked = asked(&app, &visitor, (&code, "bodies"), &uri, PeriodKind::Quarter)?;
    let in_force = app.programme.in_force();
    let view = view::bodies(&app.programme, &asked.question, asked.language).await;
    let view = view.map_err(|error| asked.failed(error))?;
    let own = body_words(asked.language);
    let composer = Composer { in_force: &in_force, asked: &asked, view: &view, own };
    let (code, period) = (&asked.question.place.code, asked.question.period.name());
    Ok(render(&BodiesPage {
        frame: asked.frame(&app, &visitor, own.title),
        own,
        heading: asked.heading(&in_force),
        breadcrumb: asked.breadcrumb(&in_force, &visitor),
        until: composer.until(),
        leads: leads(&in_force, &view, asked.language),
        quarters: composer.quarters(),
        groups: composer.groups(),
        reasons: composer.reasons(),
        columns: composer.columns().into_iter().map(|indicator| indicator.name.clone()).collect(),
        meetings: composer.meetings(),
        totals: composer.totals(),
        report: format!("/places/{code}/report?period={period}&lang={}", asked.language),
        download: format!("/api/v1/bodies.csv?place={code}&period={period}&lang={}", asked.language),
    }))
}

/// Puts the view's answer into the page's order.
struct Composer<'a> {
    in_force: &'a InForce,
    asked: &'a Asked,
    view: &'a BodiesView,
    own: &'static BodyWords,
}

impl Composer<'_> {
    fn until(&self) -> String {
        let question = &self.asked.question;
        if question.period.last() < question.today {
            return String::new();
        }
        let due = due_day(question.period, self.in_force.pack.deadline(PeriodKind::Quarter));
        self.own.until.replace("{d}", &date(due))
    }

    fn quarters(&self) -> Vec<String> {
        let calendar = &self.in_force.pack.calendar;
        let short = |name: &String| {
            let period = calendar.parse(name);
            period.map_or(name.clone(), |period| {
                format!("{}{}\u{a0}{}", self.own.quarter, period.number(), period.year())
            })
        };
        // The latest first: on a phone it is the one in sight.
        self.view.periods.iter().rev().map(short).collect()
    }
}

/// Each body of the area in one look.
pub(super) fn leads(in_force: &InForce, view: &BodiesView, language: Language) -> Vec<Lead> {
    view.bodies.iter().map(|body| lead(in_force, view, body, language)).collect()
}

fn lead(in_force: &InForce, view: &BodiesView, body: &BodyCounts, language: Language) -> Lead {
    let own = body_words(language);
    let now = body.now();
    let level = in_force.pack.level(&body.level);
    let width = |part: i64| format!("{:.1}", part as f64 * 100.0 / now.expected.max(1) as f64);
    let mut items = view.items.iter().filter(|item| item.body == body.body);
    let only = items.next().filter(|_| items.next().is_none());
    let level =
        level.map_or("", |level| if only.is_some() { level.name.get(language) } else { level.plural.get(language) });
    Lead {
        title: format!("{} ({level})", body.name),
        count: format!("{}\u{a0}/\u{a0}{}", spaced(now.held), spaced(now.expected)),
        percent: now.percent().map_or_else(|| "-".to_owned(), |percent| Teller::new(language).percent(percent)),
        sentence: match only {
            Some(item) => alone(item, own),
            None => sentence(body, own, language),
        },
        widths: [width(now.held), width(now.not_held)],
        is_many: only.is_none() && now.expected > 0,
        class: only.map_or("", |item| matrix::class(item.state)),
    }
}

/// One body at one place.
fn alone(item: &BodyItem, own: &BodyWords) -> String {
    let [held, not_held, silent] = own.alone;
    let days: Vec<String> = item.dates.iter().map(|day| day_shown(day)).collect();
    let reason = item.reason.as_ref().map_or(own.no_reason, |reason| reason.name.as_str());
    let text = match item.state {
        "held" => held.replace("{d}", &days.join(", ")),
        "not_held" => not_held.replace("{r}", reason),
        "nothing_owed" => own.not_owed.to_owned(),
        _ => silent.to_owned(),
    };
    text.replace("{b}", &item.name)
}

/// How many met, how many said why not, how many said nothing: none of the three is left out.
fn sentence(body: &BodyCounts, own: &BodyWords, language: Language) -> String {
    let now = body.now();
    if now.expected == 0 {
        return own.not_owed.replace("{b}", &body.name);
    }
    let number = |[one, several]: [&str; 2], count: i64| {
        // French counts as plural from two on, English everything but one.
        let is_one = count == 1 || count == 0 && language != Language::ENGLISH;
        (if is_one { one } else { several }).replace("{n}", &spaced(count))
    };
    let given = body.reasons.iter().filter(|reason| reason.count > 0);
    let reasons: Vec<String> =
        given.map(|reason| format!("{} {}", spaced(reason.count), reason_name(&reason.reason, own))).collect();
    let held = number(own.held, now.held).replace("{t}", &spaced(now.expected)).replace("{b}", &body.name);
    let not_held = number(own.not_held, now.not_held);
    let not_held = if reasons.is_empty() { not_held } else { format!("{not_held} ({})", reasons.join(", ")) };
    format!("{held}\u{a0}; {not_held}\u{a0}; {}.", number(own.silent, now.silent)).replace("\u{a0};", own.semicolon)
}

/// A reason in words; one that was not given is said to be missing.
fn reason_name<'a>(reason: &'a ReasonShown, own: &'a BodyWords) -> &'a str {
    if reason.code.is_empty() { own.no_reason } else { &reason.name }
}

fn day_shown(day: &str) -> String {
    day.parse().map_or_else(|_| day.to_owned(), date)
}
