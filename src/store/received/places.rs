//! Which places something was received about: looked up place by place, and kept in memory until anything of the area moves.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::count::{DuePeriod, Scope, body_of};
use crate::base::PlaceId;
use crate::base::sealing::sha256_hex;
use crate::store::area::{self, State};
use crate::store::rows::{KEYS_AT_ONCE, Wanted};
use crate::store::{Senders, StoreError, Tx};

/// One look for each place of the area, which ends with the first reception found. What is the same for all periods stands
/// in each row; no network, no role and no body are empty. Rows that fill up are empty and match nothing.
const PLACES: Wanted<8> = Wanted {
    columns: ["period", "until_day", "area", "day", "network", "role", "body", "flows"],
    select: "SELECT w.place_id FROM (SELECT DISTINCT CAST(area AS BIGINT) AS area, day FROM wanted) a \
        CROSS JOIN place_within w WHERE w.area_id = a.area AND w.from_day <= a.day AND w.to_day >= a.day AND (\
        SELECT 1 FROM wanted d CROSS JOIN received v WHERE d.period > '' AND v.place_id = w.place_id \
        AND v.period = d.period AND v.received_on <= d.until_day AND (d.network = '' OR v.network = d.network) \
        AND (d.role = '' OR v.role = d.role) \
        AND SUBSTR(v.reporter, 1, LENGTH(d.body)) = d.body AND REPLACE(d.flows, '/' || v.flow || '/', '') <> d.flows \
        LIMIT 1) IS NOT NULL",
};

/// A row of what is wanted, in the order of its columns.
type Row = [String; 8];

/// The places something of one of these report types was received about.
pub async fn places(tx: &mut Tx, scope: &Scope<'_>, flows: &[&str]) -> Result<Arc<BTreeSet<PlaceId>>, StoreError> {
    let names: BTreeSet<&str> = scope.periods.iter().map(|due| due.name.as_str()).collect();
    if names.is_empty() || flows.is_empty() {
        return Ok(Arc::default());
    }
    let wanted = wanted(scope, flows);
    let state = match area::state(tx, (scope.area, scope.day), &names).await? {
        State::Moving => return Ok(Arc::new(looked_up(tx, &wanted).await?)),
        State::Empty => return Ok(Arc::default()),
        State::Still(state) => state,
    };
    let (asked, held) = (sha256_hex(wanted.concat().join("\t").as_bytes()), tx.held());
    if let Some(known) = held.places(&asked, &state) {
        return Ok(known);
    }
    let places = Arc::new(looked_up(tx, &wanted).await?);
    if tx.only_reads() {
        held.insert_places(asked, state, Arc::clone(&places));
    }
    Ok(places)
}

/// Backwards by name, weeks stand before months and the last ones first: most places are found at the first look.
fn wanted(scope: &Scope<'_>, flows: &[&str]) -> Vec<Row> {
    let Senders { network, role } = scope.senders;
    let (network, role) = (network.unwrap_or_default(), role.unwrap_or_default());
    let body = body_of(scope).unwrap_or_default();
    let flows = flows.iter().fold(String::from("/"), |text, flow| text + "/" + flow + "/");
    let (area, day) = (scope.area.to_string(), scope.day.to_string());
    let row = |due: &DuePeriod| {
        let (network, role) = (network.to_owned(), role.to_owned());
        let (area, day, body, flows) = (area.clone(), day.clone(), body.clone(), flows.clone());
        [due.name.clone(), due.until.to_string(), area, day, network, role, body, flows]
    };
    let mut rows: Vec<Row> = scope.periods.iter().map(row).collect();
    rows.sort_by(|one, next| next[0].cmp(&one[0]));
    rows
}

async fn looked_up(tx: &mut Tx, wanted: &[Row]) -> Result<BTreeSet<PlaceId>, StoreError> {
    let mut places = BTreeSet::new();
    for chunk in wanted.chunks(KEYS_AT_ONCE - 1) {
        // The last row is what a statement is filled up with.
        let mut rows = chunk.to_vec();
        rows.extend(chunk.last().map(|row| {
            let mut nothing = row.clone();
            nothing[0].clear();
            nothing
        }));
        let found: Vec<(i64,)> = tx.all(PLACES.query(tx.backend(), &rows)).await?;
        places.extend(found.into_iter().map(|(place,)| PlaceId(place)));
    }
    Ok(places)
}
