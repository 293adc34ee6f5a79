//! From a report to its cells, and the cells of a batch of 128 reports into SQLite.
//!
//! `cargo bench --bench cells`

#[path = "support/sample.rs"]
mod sample;
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::hint::black_box;

use relais::base::PlaceId;
use relais::flow::model::Pack;
use relais::rollup::{CellChange, CellKey, Counted, changes, counts};
use relais::store::cell;

/// Reports that share a commit under load.
const BATCH: i64 = 128;

fn main() {
    let pack = sample::mali();
    let mut criterion = sample::criterion();
    for (flow, typical, _) in sample::MESSAGES {
        assert!(!of_one(&pack, flow, typical, PlaceId(7)).is_empty(), "{flow} counts something");
        let reporters = [sample::reporter(flow)];
        let values = sample::filing(&pack, typical, &reporters).values;
        let flow_of = pack.flow(flow).expect("known");
        criterion.bench_function(&format!("counts and changes of one {flow}"), |bencher| {
            bencher.iter(|| {
                let counts = counts(flow_of, &pack.texts, black_box(&values)).expect("counts");
                changes(None, Some(counted(&counts, PlaceId(7))), &pack.calendar)
            });
        });
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let database = support::sqlite();
    let store = runtime.block_on(database.store());
    let batch = batch(&pack);
    criterion.bench_function(&format!("cells of {BATCH} dep into SQLite, with its commit"), |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let mut tx = store.begin().await.expect("begins");
                cell::apply(&mut tx, black_box(&batch)).await.expect("applies");
                tx.commit().await.expect("commits");
            });
        });
    });
    runtime.block_on(async {
        store.close().await;
        database.remove().await;
    });
    criterion.final_summary();
}

fn counted(counts: &relais::rollup::Counts, place: PlaceId) -> Counted<'_> {
    Counted { counts, place, network: "government", role: "asc", date: sample::TODAY }
}

fn of_one(pack: &Pack, flow: &str, text: &str, place: PlaceId) -> Vec<CellChange> {
    let values = sample::filing(pack, text, &[sample::reporter(flow)]).values;
    let counts = counts(pack.flow(flow).expect("known"), &pack.texts, &values).expect("counts");
    changes(None, Some(counted(&counts, place)), &pack.calendar)
}

/// What a batch moves: the reports of as many communes, put together as intake does.
fn batch(pack: &Pack) -> Vec<CellChange> {
    let (flow, typical, _) = sample::MESSAGES[0];
    let mut moved: BTreeMap<CellKey, i64> = BTreeMap::new();
    for place in 0..BATCH {
        for change in of_one(pack, flow, typical, PlaceId(place)) {
            *moved.entry(change.key).or_default() += change.by;
        }
    }
    moved.into_iter().map(|(key, by)| CellChange { key, by }).collect()
}
