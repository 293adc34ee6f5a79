//! `/matrix`: one report type over the latest periods of its cadence, for each place below.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::summary::{COMPLETENESS_HEAD, completeness_cells};
use super::{Params, given};
use crate::view::{self, Ask, Matrix, MatrixCell, PlaceShown};
use crate::web::table::{Format, Table};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct MatrixParams {
    /// Code of a place; else your whole area.
    place: Option<String>,
    /// The last column is the last period of the cadence in this one; else in the current quarter.
    period: Option<String>,
    /// A report type that is owed by week, month or quarter; else the one owed most often.
    flow: Option<String>,
    /// A network such as `civil_society`: only what its people owe and reported; else all.
    network: Option<String>,
    /// A role such as `asc`: only what people in it owe and reported; else all. What bodies owe is of no role.
    role: Option<String>,
    /// Taken as everywhere: there are only names of places in it.
    lang: Option<String>,
}

/// How complete one report type is, for each place below and each of the latest periods of its cadence.
#[utoipa::path(
    get, path = "/api/v1/matrix", params(MatrixParams), security(("token" = [])), tag = "figures",
    responses((status = 200, body = Matrix), (status = 400, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<MatrixParams>,
) -> Result<Json<Matrix>, ApiError> {
    answer(&app, &visitor, &params).await.map(Json)
}

/// The same as a file: a line for each place and period.
#[utoipa::path(
    get, path = "/api/v1/matrix.csv", params(MatrixParams), security(("token" = [])), tag = "figures",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<MatrixParams>,
) -> Result<Response, ApiError> {
    let matrix = answer(&app, &visitor, &params).await?;
    let last = matrix.periods.last().cloned().unwrap_or_default();
    let name = format!("relais-matrix-{}-{}-{last}", matrix.flow, matrix.place.code);
    table(&matrix).response(format, &name, None)
}

async fn answer(app: &App, visitor: &Visitor, params: &MatrixParams) -> Result<Matrix, ApiError> {
    super::language(&app.programme.in_force().pack, &params.lang)?;
    let ask = Ask {
        place: given(&params.place),
        period: given(&params.period),
        flow: given(&params.flow),
        by: None,
        network: given(&params.network),
        role: given(&params.role),
    };
    Ok(view::matrix(&app.programme, &visitor.access, ask).await?)
}

fn table(matrix: &Matrix) -> Table {
    let head = ["place", "name", "level", "flow", "period", "state"].into_iter().chain(COMPLETENESS_HEAD);
    let lines = |place: &PlaceShown, level: &str, cells: &[MatrixCell]| -> Vec<Vec<String>> {
        let line = |(period, cell): (&String, &MatrixCell)| {
            let own = [&place.code, &place.name, level, &matrix.flow, period, cell.state].map(str::to_owned);
            own.into_iter().chain(completeness_cells(&cell.counts)).collect()
        };
        matrix.periods.iter().zip(cells).map(line).collect()
    };
    let rows = matrix.rows.iter().flat_map(|row| lines(&row.place, &row.place.level, &row.cells));
    let total = lines(&matrix.place, "total", &matrix.total);
    Table { head: head.map(str::to_owned).collect(), rows: rows.chain(total).collect() }
}
