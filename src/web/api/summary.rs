//! `/summary`: the figures of a place in a period.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::{Params, QuestionParams, language};
use crate::base::Language;
use crate::view::{self, CompletenessShown, FigureShown, IndicatorShown, Question, Summary, SummaryRow};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

/// Figures of a place, a row for each place below it, period, network or role, with their total and completeness, the medians of
/// the places, and the headline figures of the period before and of the same one a year before.
#[utoipa::path(
    get, path = "/api/v1/summary", params(QuestionParams), security(("token" = [])), tag = "figures",
    responses(
        (status = 200, body = Summary),
        (status = 400, description = "A parameter means nothing", body = crate::web::error::ErrorBody),
        (status = 403, description = "Outside your area", body = crate::web::error::ErrorBody),
        (status = 404, description = "No such place", body = crate::web::error::ErrorBody),
    )
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<QuestionParams>,
) -> Result<Json<Summary>, ApiError> {
    let (question, language) = settled(&app, &visitor, &params)?;
    Ok(Json(view::compared_summary(&app.programme, &question, language).await?))
}

/// The same as a file: a line for each row and one for the total. Where the period is approved, `closed_by` and `closed_at`
/// say up to which level and since when, and a column `<indicator>.closed` holds each approved figure that differs. `role`
/// stands last.
#[utoipa::path(
    get, path = "/api/v1/summary.csv", params(QuestionParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<QuestionParams>,
) -> Result<Response, ApiError> {
    let summary = answer(&app, &visitor, &params).await?;
    table(&summary).response(format, &format!("relais-{}-{}", summary.place.code, summary.period), None)
}

async fn answer(app: &App, visitor: &Visitor, params: &QuestionParams) -> Result<Summary, ApiError> {
    let (question, language) = settled(app, visitor, params)?;
    let summary = view::summary(&app.programme, &question, language).await?;
    Ok(summary)
}

fn settled(app: &App, visitor: &Visitor, params: &QuestionParams) -> Result<(Question, Language), ApiError> {
    let in_force = app.programme.in_force();
    let language = language(&in_force.pack, &params.lang)?;
    Ok((Question::settle(&in_force, &visitor.access, app.programme.today(), params.ask())?, language))
}

fn table(summary: &Summary) -> Table {
    let mut head: Vec<String> = ["place", "name", "level", "period", "network"].map(str::to_owned).to_vec();
    for indicator in &summary.indicators {
        head.push(indicator.id.clone());
        if has_parts(indicator) {
            head.extend([format!("{}.numerator", indicator.id), format!("{}.denominator", indicator.id)]);
        }
    }
    head.extend(COMPLETENESS_HEAD.map(str::to_owned));
    let closed = summary.closed.as_ref();
    if closed.is_some() {
        head.extend(CLOSED_HEAD.map(str::to_owned));
        head.extend(differing(summary).into_iter().map(|id| format!("{id}.closed")));
    }
    head.push("role".to_owned());
    let total = SummaryRow {
        values: summary.total.clone(),
        closed: closed.map_or_else(Default::default, |closed| closed.values.clone()),
        completeness: summary.completeness.clone(),
        place: Some(summary.place.clone()),
        ..SummaryRow::default()
    };
    let lines = summary.rows.iter().map(|row| (row, false)).chain([(&total, true)]);
    Table { head, rows: lines.map(|(row, is_total)| line(summary, row, is_total)).collect() }
}

fn line(summary: &Summary, row: &SummaryRow, is_total: bool) -> Vec<String> {
    let place = row.place.as_ref().unwrap_or(&summary.place);
    let level = if is_total { "total" } else { place.level.as_str() };
    let network = row.network.as_ref().map_or(String::new(), |network| network.id.clone());
    let period = row.period.as_ref().unwrap_or(&summary.period);
    let mut cells = vec![place.code.clone(), place.name.clone(), level.to_owned(), period.clone(), network];
    for indicator in &summary.indicators {
        match row.values.get(&indicator.id) {
            Some(FigureShown::Whole(whole)) => cells.push(whole.to_string()),
            Some(
                FigureShown::Ratio { numerator, denominator, percent: number }
                | FigureShown::Mean { numerator, denominator, mean: number },
            ) => {
                cells.extend([cell(*number), numerator.to_string(), denominator.to_string()]);
            }
            None => cells.extend(vec![String::new(); if has_parts(indicator) { 3 } else { 1 }]),
        }
    }
    cells.extend(completeness_cells(&row.completeness));
    if let Some(closed) = &summary.closed {
        let at = closed.approvals.last().map(|last| last.at.clone());
        cells.extend([closed.level.clone(), cell(at)]);
        let number = |id: &&str| cell(row.closed.get(*id).and_then(FigureShown::number));
        cells.extend(differing(summary).iter().map(number));
    }
    cells.push(row.role.as_ref().map_or_else(String::new, |role| role.id.clone()));
    cells
}

/// True for what has columns of its own for both numbers it is made of.
fn has_parts(indicator: &IndicatorShown) -> bool {
    ["ratio", "mean"].contains(&indicator.kind)
}

/// Columns of approved figures: up to which level, and since when.
const CLOSED_HEAD: [&str; 2] = ["closed_by", "closed_at"];

/// The indicators whose approved figure differs from the current one in some row, in their order.
fn differing(summary: &Summary) -> Vec<&str> {
    let in_total = |id: &String| summary.closed.as_ref().is_some_and(|closed| closed.values.contains_key(id));
    let differs = |id: &String| in_total(id) || summary.rows.iter().any(|row| row.closed.contains_key(id));
    summary.indicators.iter().map(|indicator| &indicator.id).filter(|id| differs(id)).map(String::as_str).collect()
}

/// Columns that say how complete a row is.
pub(super) const COMPLETENESS_HEAD: [&str; 9] =
    ["expected", "received", "on_time", "late", "zero", "not_held", "silent", "percent", "on_time_percent"];

/// The cells under [`COMPLETENESS_HEAD`].
pub(super) fn completeness_cells(counts: &CompletenessShown) -> Vec<String> {
    let wholes =
        [counts.expected, counts.received, counts.on_time, counts.late, counts.zero, counts.not_held, counts.silent];
    let percents = [counts.percent, counts.on_time_percent];
    wholes.iter().map(ToString::to_string).chain(percents.into_iter().map(cell)).collect()
}
