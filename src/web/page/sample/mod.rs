//! The page of a sample of reports to check against paper registers, to be printed and written on; and the same as a file.

mod words;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use self::words::{SampleWords, sample_words};
use super::asked::{flow_options, given, language, params};
use super::values::value_text;
use super::words::{date, words};
use super::{Frame, PageError, PageVisitor, render};
use crate::base::Language;
use crate::programme::InForce;
use crate::view::{self, Sample, SampleAsk, SampledReport};
use crate::web::App;
use crate::web::personal::{self, How};
use crate::web::table::{Format, Table, cell};

/// What the address can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleParams {
    period: Option<String>,
    flow: Option<String>,
    n: Option<String>,
    seed: Option<String>,
    lang: Option<String>,
}

#[derive(Template)]
#[template(path = "sample.html")]
struct SamplePage {
    frame: Frame,
    own: &'static SampleWords,
    code: String,
    name: String,
    title: String,
    period: String,
    period_name: String,
    place: String,
    flows: Vec<(String, String, bool)>,
    count: usize,
    seed: String,
    drawn: String,
    is_too_many: bool,
    /// Label and name of each value.
    columns: Vec<(String, String)>,
    rows: Vec<Row>,
    download: String,
}

/// One report, with room for what the register says.
struct Row {
    receipt: i64,
    address: String,
    date: String,
    place: String,
    sender: String,
    values: Vec<String>,
}

/// A sample to print.
pub(super) async fn page(
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let (sample, language) = answer(&app, &visitor, &code, &uri, How::Listed).await?;
    let in_force = app.programme.in_force();
    let (words, own) = (words(language), sample_words(language));
    let parts = format!(
        "period={}&flow={}&n={}&seed={}&lang={language}",
        sample.period, sample.flow.id, sample.count, sample.seed
    );
    let drawn = sample.drawn_from.map(|from| {
        let said = own.drawn.replace("{n}", &sample.reports.len().to_string());
        said.replace("{m}", &from.to_string()).replace("{s}", &sample.seed)
    });
    let column = |field: &crate::flow::model::Field| (field.label.clone(), field.name.get(language).to_owned());
    Ok(render(&SamplePage {
        frame: Frame::of(&app, &visitor, words, &format!("{}, {}", own.title, sample.place.name)),
        own,
        code: sample.place.code.clone(),
        name: sample.place.name.clone(),
        title: sample.flow.title.get(language).to_owned(),
        period: sample.period.name(),
        period_name: words.period_name(sample.period),
        place: format!("/places/{}?period={}&lang={language}", sample.place.code, sample.period),
        flows: flow_options(in_force.pack.flows.iter(), language, Some(&sample.flow.id)),
        count: sample.count,
        seed: sample.seed.clone(),
        is_too_many: sample.drawn_from.is_none(),
        drawn: drawn.unwrap_or_default(),
        columns: sample.flow.fields.iter().map(column).collect(),
        rows: sample.reports.iter().map(|report| row(&in_force, language, &sample, report)).collect(),
        download: format!("/places/{}/sample.csv?{parts}", sample.place.code),
    }))
}

/// The same as a file.
pub(super) async fn file(
    format: Format,
    visitor: PageVisitor,
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let (sample, language) = answer(&app, &visitor, &code, &uri, How::File).await?;
    let in_force = app.programme.in_force();
    let mut head = ["seed", "drawn_from", "place", "name", "date", "receipt", "sender"].map(str::to_owned).to_vec();
    for field in &sample.flow.fields {
        head.extend([field.label.clone(), format!("{} register", field.label)]);
    }
    head.push("remark".to_owned());
    let line = |report: &SampledReport| {
        let row = row(&in_force, language, &sample, report);
        let code = report.place.as_ref().map_or_else(String::new, |place| place.code.clone());
        let mut cells = vec![sample.seed.clone(), cell(sample.drawn_from), code, row.place, report.date.clone()];
        cells.extend([row.receipt.to_string(), row.sender]);
        cells.extend(row.values.into_iter().flat_map(|value| [value, String::new()]));
        cells.push(String::new());
        cells
    };
    let rows = sample.reports.iter().map(line).collect();
    let name = format!("relais-sample-{}-{}-{}", sample.place.code, sample.flow.id, sample.period);
    Table { head, rows }.response(format, &name, None).map_err(|error| PageError::new(language, error))
}

async fn answer(
    app: &App,
    visitor: &PageVisitor,
    code: &str,
    uri: &Uri,
    how: How<'_>,
) -> Result<(Sample, Language), PageError> {
    let asked: SampleParams = params(uri)?;
    let language = language(&app.programme.in_force().pack, &asked.lang);
    let chance = u32::from_be_bytes(app.programme.environment.bytes::<4>()).to_string();
    let ask = SampleAsk {
        place: code,
        period: given(&asked.period),
        flow: given(&asked.flow),
        count: given(&asked.n),
        seed: given(&asked.seed).unwrap_or(&chance),
    };
    let sample = view::sample(&app.programme, &visitor.account.access, ask).await;
    let sample = sample.map_err(|error| PageError::from_view(language, error))?;
    let noted = personal::shown(&app.programme, &visitor.account, ("reports", sample.reports.len()), how).await;
    noted.map_err(|error| PageError::new(language, error.into()))?;
    Ok((sample, language))
}

fn row(in_force: &InForce, language: Language, sample: &Sample, report: &SampledReport) -> Row {
    let pack = &in_force.pack;
    let role = pack.role(&report.role).map_or("", |role| role.name.get(language));
    let value = |field: &crate::flow::model::Field| {
        let value = report.values.get(&field.label);
        value.map_or_else(String::new, |value| value_text(pack, language, &field.kind, value))
    };
    Row {
        receipt: report.receipt,
        address: format!("/reports/{}?lang={language}", report.id),
        date: report.date.parse().map_or_else(|_| report.date.clone(), date),
        place: report.place.as_ref().map_or_else(String::new, |place| place.name.clone()),
        sender: [report.agent_code.as_deref().unwrap_or_default(), role].join(" ").trim().to_owned(),
        values: sample.flow.fields.iter().map(value).collect(),
    }
}
