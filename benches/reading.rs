//! Reading one SMS: of each report type a typical and a worst one. To stay under 20 microseconds (design, 6).
//!
//! `cargo bench --bench reading`

#[path = "support/sample.rs"]
mod sample;

use std::hint::black_box;

use relais::flow::read::Said;

fn main() {
    let pack = sample::mali();
    let reader = pack.reader();
    let mut criterion = sample::criterion();
    for (flow, typical, worst) in sample::MESSAGES {
        for (kind, text) in [("typical", typical), ("worst", worst)] {
            let reading = reader.read(text, sample::TODAY, &[], None);
            let is_whole = matches!(&reading.parts[..], [part] if matches!(&part.said, Said::Report(read) if read.body.faults.is_empty()));
            assert!(is_whole, "{flow} {kind} is one report without a fault: {:?}", reading.parts);
            criterion.bench_function(&format!("reading {flow} {kind}"), |bencher| {
                bencher.iter(|| reader.read(black_box(text), sample::TODAY, &[], None));
            });
        }
    }
    let nonsense = sample::nonsense();
    criterion.bench_function("reading 1500 letters of nonsense", |bencher| {
        bencher.iter(|| reader.read(black_box(&nonsense), sample::TODAY, &[], None));
    });
    criterion.final_summary();
}
