//! Counting what was received: by report type, period, network, role and kind, with how many came by the day they were due.
//!
//! The day due comes in with each period, so the database counts what was on time: an answer has a row for each such
//! group, however many days its reports came in on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::FromRow;

use crate::base::{Date, PlaceId};
use crate::report::ReceivedKind;
use crate::store::area::{self, Areas, Kind, Part, areas_below, one_area, reception_parts};
use crate::store::limits::PERIODS_PER_SUM;
use crate::store::tx::Query;
use crate::store::{Senders, StoreError, Tx};

/// What to count.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The area: it and every place in it.
    pub area: PlaceId,
    /// The day whose parents hold.
    pub day: Date,
    /// The periods reports were due for; each at most once.
    pub periods: &'a [DuePeriod],
    /// Only this flow; `None` for all.
    pub flow: Option<&'a str>,
    /// Only what these senders reported.
    pub senders: Senders<'a>,
    /// Only what this body reported, wherever it sits; `None` for everybody.
    pub body: Option<&'a str>,
}

/// A period reports were due for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DuePeriod {
    /// Its name.
    pub name: String,
    /// The last day on which a report is on time.
    pub due: Date,
    /// The last day on which a report is counted at all: today, or an earlier day to compare with.
    pub until: Date,
}

/// How many reporters were received from in the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedCount {
    /// The place right below the area, or the area itself where it was not asked for by child.
    pub place: PlaceId,
    /// Flow id.
    pub flow: String,
    /// Name of the period.
    pub period: String,
    /// Network.
    pub network: String,
    /// Role.
    pub role: String,
    /// How.
    pub kind: ReceivedKind,
    /// How many.
    pub count: i64,
    /// Of those, by the day due.
    pub on_time: i64,
}

/// Periods left over are empty and match nothing.
macro_rules! due_periods {
    () => {
        "WITH due(period, due_day, until_day) AS (VALUES ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), \
         ($16, $17, $18), ($19, $20, $21), ($22, $23, $24), ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), \
         ($34, $35, $36), ($37, $38, $39), ($40, $41, $42)) "
    };
}

/// One row for each part, its counts as lines: handing over a row costs more than reading one.
macro_rules! together {
    () => {
        "SELECT g.part, STRING_AGG(g.item || '\t' || g.period || '\t' || g.network || '\t' || g.role || '\t' || \
         CAST(g.reporters AS TEXT) || '\t' || CAST(g.on_time AS TEXT), '\n') AS counts FROM ("
    };
}

/// Receptions that wait to be added to the sums of areas (`w`).
macro_rules! waiting {
    ($areas:expr) => {
        concat!(
            due_periods!(),
            together!(),
            "SELECT w.area_id AS part, x.item, x.period, x.network, x.role, CAST(SUM(x.value) AS BIGINT) AS reporters, ",
            "CAST(SUM(CASE WHEN x.received_on <= d.due_day THEN x.value ELSE 0 END) AS BIGINT) AS on_time ",
            "FROM area_change x CROSS JOIN ",
            $areas,
            " CROSS JOIN area_member m CROSS JOIN due d WHERE m.area_id = w.area_id AND m.place_id = x.place_id ",
            "AND x.period = d.period AND x.received_on > '' AND x.received_on <= d.until_day AND $2 <> '' ",
            "AND ($3 IS NULL OR SUBSTR(x.item, 1, $4) = $3) AND ($5 IS NULL OR x.network = $5) ",
            "AND ($43 IS NULL OR x.role = $43) AND ($6 IS NULL OR REPLACE(x.item, '/' || $6, '') <> x.item) ",
            "GROUP BY w.area_id, x.item, x.period, x.network, x.role) g GROUP BY g.part"
        )
    };
}

const WAITING: &str = waiting!(one_area!());
const WAITING_BY_CHILD: &str = waiting!(areas_below!());
/// Who sent any of it, with the flow.
const REPORTERS: &str = concat!(
    due_periods!(),
    "SELECT DISTINCT v.flow, v.reporter FROM place_within w CROSS JOIN due d CROSS JOIN received v ",
    "WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 AND v.place_id = w.place_id AND v.period = d.period ",
    "AND v.received_on <= d.until_day AND ($3 IS NULL OR SUBSTR(v.flow || '/', 1, $4) = $3) ",
    "AND ($5 IS NULL OR v.network = $5) AND ($43 IS NULL OR v.role = $43) AND ($6 IS NULL OR SUBSTR(v.reporter, 1, LENGTH($6)) = $6)"
);

#[derive(FromRow)]
struct CountRow {
    part: i64,
    counts: String,
}

/// One line of `counts`: item, period, network and role, how many and how many on time.
fn line(text: &str) -> Option<([&str; 4], (i64, i64))> {
    let mut columns = text.split('\t');
    let alike = [columns.next()?, columns.next()?, columns.next()?, columns.next()?];
    Some((alike, (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?)))
}

/// How many reporters were received from, in the area.
pub async fn counts(tx: &mut Tx, scope: &Scope<'_>) -> Result<Vec<ReceivedCount>, StoreError> {
    let mut groups = Groups::default();
    held(tx, Areas::One, scope, &mut groups).await?;
    waiting(tx, WAITING, scope, &mut groups).await?;
    Ok(groups.counts())
}

/// The same for each place right below the area, and for the area itself: together they are the whole area.
pub async fn counts_by_child(tx: &mut Tx, scope: &Scope<'_>) -> Result<Vec<ReceivedCount>, StoreError> {
    let mut groups = Groups::default();
    held(tx, Areas::Below, scope, &mut groups).await?;
    waiting(tx, WAITING_BY_CHILD, scope, &mut groups).await?;
    held(tx, Areas::Itself, scope, &mut groups).await?;
    Ok(groups.counts())
}

/// Place, flow, period, network, role, kind.
type Group = (i64, String, String, String, String, ReceivedKind);

/// Receptions that are alike, with how many and how many on time.
#[derive(Default)]
struct Groups(BTreeMap<Group, (i64, i64)>);

impl Groups {
    /// Adds to a group; `None` for an item that is none.
    fn add(&mut self, part: i64, [item, period, network, role]: [&str; 4], by: (i64, i64)) -> Option<()> {
        let (flow, kind) = reception_parts(item)?;
        let kind = ReceivedKind::from_word(kind)?;
        let group = (part, flow.to_owned(), period.to_owned(), network.to_owned(), role.to_owned(), kind);
        let known = self.0.entry(group).or_default();
        *known = (known.0 + by.0, known.1 + by.1);
        Some(())
    }

    fn counts(self) -> Vec<ReceivedCount> {
        let count = |((place, flow, period, network, role, kind), (count, on_time))| ReceivedCount {
            place: PlaceId(place),
            flow,
            period,
            network,
            role,
            kind,
            count,
            on_time,
        };
        self.0.into_iter().filter(|(_, known)| *known != (0, 0)).map(count).collect()
    }
}

fn corrupt(item: &str) -> StoreError {
    StoreError::Corrupt { table: "area_sum", column: "item", id: item.to_owned() }
}

/// Adds the receptions of areas as they were added up.
async fn held(tx: &mut Tx, areas: Areas, scope: &Scope<'_>, groups: &mut Groups) -> Result<(), StoreError> {
    let due: HashMap<&str, &DuePeriod> = scope.periods.iter().map(|due| (due.name.as_str(), due)).collect();
    let prefix = scope.flow.map(|flow| format!("{flow}/"));
    let body = scope.body.map(|body| format!("/{body}@"));
    let is_asked = |item: &str| {
        prefix.as_ref().is_none_or(|prefix| item.starts_with(prefix))
            && body.as_ref().is_none_or(|body| item.contains(body))
    };
    let names = due.keys().copied().collect();
    for Part { area, period, sign, sums } in
        area::read(tx, (areas, scope.area, scope.day), &names, Kind::Receptions).await?
    {
        let Some(due) = due.get(period.as_str()) else { continue };
        for (item, rows) in sums.items().filter(|(item, _)| is_asked(item)) {
            // Rows of one network and role stand together.
            for rows in rows.chunk_by(|one, next| (&one.network, &one.role) == (&next.network, &next.role)) {
                let (network, role) = (&rows[0].network, &rows[0].role);
                if !scope.senders.include(network, role) {
                    continue;
                }
                let until = |day: Date| -> i64 {
                    let came = rows.iter().filter(|row| row.received_on.is_some_and(|on| on <= day && on <= due.until));
                    came.map(|row| row.value).sum()
                };
                let by = (sign * until(due.until), sign * until(due.due));
                groups.add(area.0, [item, &period, network, role], by).ok_or_else(|| corrupt(item))?;
            }
        }
    }
    Ok(())
}

/// Adds what a statement finds waiting.
async fn waiting(tx: &mut Tx, sql: &'static str, scope: &Scope<'_>, groups: &mut Groups) -> Result<(), StoreError> {
    for chunk in scope.periods.chunks(PERIODS_PER_SUM) {
        let flow = scope.flow.map(|flow| format!("{flow}/"));
        let rows: Vec<CountRow> = tx.all(asked(sql, scope, flow, body_of(scope), chunk)).await?;
        for (part, text) in rows.iter().flat_map(|row| row.counts.lines().map(|text| (row.part, text))) {
            let (alike, by) = line(text).ok_or_else(|| corrupt(text))?;
            groups.add(part, alike, by).ok_or_else(|| corrupt(text))?;
        }
    }
    Ok(())
}

/// Who something was received from, with the flow.
pub async fn reporters(tx: &mut Tx, scope: &Scope<'_>) -> Result<BTreeSet<(String, String)>, StoreError> {
    let mut reporters = BTreeSet::new();
    for chunk in scope.periods.chunks(PERIODS_PER_SUM) {
        let flow = scope.flow.map(|flow| format!("{flow}/"));
        let rows: Vec<(String, String)> = tx.all(asked(REPORTERS, scope, flow, body_of(scope), chunk)).await?;
        reporters.extend(rows);
    }
    Ok(reporters)
}

/// Who reports for a body is `body@place`.
pub(super) fn body_of(scope: &Scope<'_>) -> Option<String> {
    scope.body.map(|body| format!("{body}@"))
}

/// The statement with its parameters: one text, prepared once, for any number of periods. `prefix` is what `$3` must
/// begin with, `sixth` is `$6`.
fn asked(
    sql: &'static str,
    scope: &Scope<'_>,
    prefix: Option<String>,
    sixth: Option<String>,
    chunk: &[DuePeriod],
) -> Query {
    let length = prefix.as_ref().map_or(0, |prefix| i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX));
    let query = sqlx::query(sql).bind(scope.area.0).bind(scope.day.to_string());
    let Senders { network, role } = scope.senders;
    let query = query.bind(prefix).bind(length).bind(network.map(str::to_owned)).bind(sixth);
    let query = (0..PERIODS_PER_SUM).fold(query, |query, index| {
        let known = chunk.get(index);
        query
            .bind(known.map_or(String::new(), |period| period.name.clone()))
            .bind(known.map_or(String::new(), |period| period.due.to_string()))
            .bind(known.map_or(String::new(), |period| period.until.to_string()))
    });
    query.bind(role.map(str::to_owned))
}
