//! `relais export`: rows as CSV on standard output, people as XLSX too.

use std::io::Write;

use clap::Subcommand;

use super::{Failure, WithConfig, dhis2, open};
use crate::place::Tree;
use crate::programme::Programme;
use crate::register;
use crate::report::Report;
use crate::store::audit::{self, Action, Actor, Entry};
use crate::store::{self, StoreError};

/// Rows read at once.
const PAGE_ROWS: i64 = 1_000;

/// Write people, places or reports as CSV to standard output, or figures for DHIS2.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The columns `import people` reads, with ids. Holds names: handle with care. It is noted in the audit log.
    People(People),
    /// The columns `import places` reads.
    Places(WithConfig),
    /// One row for each report, values as JSON by label; never a phone. It is noted in the audit log.
    Reports(WithConfig),
    /// A period's figures as DHIS2 takes them (JSON), or sent to a server with --push.
    Dhis2(dhis2::Arguments),
}

#[derive(clap::Args)]
struct People {
    /// Phones in full; without it only their last two digits are shown.
    #[arg(long)]
    phones: bool,
    /// Only people whose place ended with a new map: the codes it became stand in the column place, to leave one of them, and
    /// the day in the column from. `relais import people` then moves them.
    #[arg(long)]
    place_ended: bool,
    /// Write an XLSX file there instead of CSV to standard output.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<std::path::PathBuf>,
    #[command(flatten)]
    with: WithConfig,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let with = match &arguments.what {
        What::People(People { with, .. }) | What::Places(with) | What::Reports(with) => with,
        What::Dhis2(arguments) => &arguments.with,
    };
    let config = open::config(with)?;
    let programme = open::programme(&config).await?;
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    match arguments.what {
        What::People(people) => write_people(&programme, &people, &mut out).await?,
        What::Places(_) => places(&programme, &mut out)?,
        What::Reports(_) => reports(&programme, &mut out).await?,
        What::Dhis2(arguments) => return dhis2::run(&config, &programme, arguments).await,
    }
    out.flush().map_err(Failure::refused)
}

type Rows<W> = csv::Writer<W>;

async fn write_people<W: Write>(programme: &Programme, wanted: &People, out: &mut Rows<W>) -> Result<(), Failure> {
    if wanted.place_ended {
        let rows = register::export_people_to_move(programme, Actor::CommandLine, wanted.phones).await;
        return write_table(&rows.map_err(Failure::refused)?, wanted, out);
    }
    let rows = register::export_people(programme, Actor::CommandLine, wanted.phones).await;
    write_table(&rows.map_err(Failure::refused)?, wanted, out)
}

fn write_table<W: Write, const COLUMNS: usize>(
    rows: &[[String; COLUMNS]],
    wanted: &People,
    out: &mut Rows<W>,
) -> Result<(), Failure> {
    let Some(file) = &wanted.xlsx else {
        for row in rows {
            out.write_record(row.iter().map(|cell| inert(cell))).map_err(Failure::refused)?;
        }
        return Ok(());
    };
    let bytes = sheet(rows).map_err(Failure::refused)?;
    let written = std::fs::write(file, bytes);
    written.map_err(|error| Failure::Refused(format!("{} cannot be written: {error}", file.display())))
}

/// Every cell as text: a spreadsheet takes none for a formula, and no number loses its sign.
fn sheet<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_freeze_panes(1, 0)?;
    for (line, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            sheet.write_string(line, column, cell)?;
        }
    }
    book.save_to_buffer()
}

fn places<W: Write>(programme: &Programme, out: &mut Rows<W>) -> Result<(), Failure> {
    out.write_record(["code", "vintage", "name", "level", "parent", "population", "lat", "lon", "parent_vintage"])
        .map_err(Failure::refused)?;
    let in_force = programme.in_force();
    let today = programme.today();
    let tree = &in_force.tree;
    // The shown code where it is of the pack's vintage, else the latest.
    let coded = |id| {
        let codes: &[(String, String)] = tree.codes(id);
        let shown = codes.iter().find(|(vintage, _)| *vintage == in_force.pack.place_vintage);
        shown.or(codes.first()).cloned().unwrap_or_default()
    };
    let mut places: Vec<_> = tree.all().filter(|place| tree.exists(place.id, today)).collect();
    places.sort_by_key(|place| (in_force.pack.depth(&place.level), place.code.clone()));
    for place in places {
        let (vintage, code) = coded(place.id);
        let (above, parent) = tree.parent(place.id, today).map(|parent| coded(parent.id)).unwrap_or_default();
        let parent_vintage = if above == vintage { String::new() } else { above };
        let population = place.population.map(|count| count.to_string()).unwrap_or_default();
        let (lat, lon) = place.point.map(|(lat, lon)| (lat.to_string(), lon.to_string())).unwrap_or_default();
        let row =
            [code, vintage, inert(&place.name), place.level.clone(), parent, population, lat, lon, parent_vintage];
        out.write_record(row).map_err(Failure::refused)?;
    }
    Ok(())
}

async fn reports<W: Write>(programme: &Programme, out: &mut Rows<W>) -> Result<(), Failure> {
    let header = [
        "id",
        "flow",
        "place",
        "network",
        "role",
        "date",
        "period",
        "state",
        "zero",
        "revision",
        "received_on",
        "values",
    ];
    out.write_record(header).map_err(Failure::refused)?;
    note_reports(programme).await.map_err(Failure::refused)?;
    let in_force = programme.in_force();
    let mut tx = programme.store.reader().await.map_err(Failure::refused)?;
    let mut last = None;
    loop {
        let page = store::report::all_after(&mut tx, last, PAGE_ROWS).await.map_err(Failure::refused)?;
        let Some(report) = page.last() else { return Ok(()) };
        last = Some(report.id);
        for report in &page {
            out.write_record(report_row(report, &in_force.tree)?).map_err(Failure::refused)?;
        }
    }
}

/// That reports are taken out, in the audit log before they are.
async fn note_reports(programme: &Programme) -> Result<(), StoreError> {
    let (at, actor, action) = (programme.environment.now(), Actor::CommandLine, Action::Export);
    let mut tx = programme.store.begin().await?;
    audit::append(&mut tx, &Entry { at, actor, action, subject: "reports", detail: "all" }).await?;
    tx.commit().await
}

fn report_row(report: &Report, tree: &Tree) -> Result<[String; 12], Failure> {
    let place = report.place.and_then(|place| tree.get(place)).map(|place| place.code.clone()).unwrap_or_default();
    Ok([
        report.id.to_string(),
        report.flow.clone(),
        place,
        report.network.clone(),
        report.role.clone(),
        report.date.to_string(),
        report.period.clone(),
        report.state.word().to_owned(),
        i32::from(report.zero).to_string(),
        report.revision.to_string(),
        report.received_on.to_string(),
        serde_json::to_string(&report.values).map_err(Failure::refused)?,
    ])
}

/// A cell that a spreadsheet would take for a formula is made text. A phone's `+` is no formula.
pub(super) fn inert(cell: &str) -> String {
    let is_phone = cell.len() > 1 && cell.starts_with('+') && cell[1..].bytes().all(|byte| byte.is_ascii_digit());
    if !is_phone && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
