//! Reading one SMS: of each report type a typical and a worst one, to stay under 20 microseconds (design, 6); and of many
//! texts made to be slow, as long as a message may be and longer, the slowest: to stay under a millisecond.
//!
//! `cargo bench --bench reading`

#[path = "support/sample.rs"]
mod sample;

use std::hint::black_box;
use std::time::{Duration, Instant};

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
    let read = |text: &str| {
        black_box(reader.read(black_box(text), sample::TODAY, &["A27", "A28"], Some("dep")));
    };
    let slowest = slowest(&hostile(), read);
    println!("the slowest text begins with {:?}", slowest.chars().take(60).collect::<String>());
    criterion.bench_function("reading the slowest of all texts", |bencher| bencher.iter(|| read(&slowest)));
    criterion.final_summary();
}

/// Texts that make a reader go back and forth: words, labels, numbers, keywords and signs, glued and apart, as long as a
/// message may be and longer.
fn hostile() -> Vec<String> {
    let pieces = [
        "DEP",
        "DEPT45",
        "T45",
        "T 4 5 ",
        "1 ",
        "1",
        "A27 ",
        "A27 DEP ",
        "T",
        "T ",
        "M1.500.000 ",
        "M 1 500 000 ",
        "d1811 ",
        "23/11 ",
        "3 cartons ",
        "deux ",
        "O",
        "l",
        "TOTAL ",
        "total45",
        "dep t1 ",
        "CORR 1 ",
        "RES REU SES ",
        "\u{200b}",
        "é",
        "👍",
        "\u{661}",
        "- ",
        ",",
        "....",
        "''",
        "#*#*",
        "OUI NON ",
        "i ni ce ",
        "bonjour chef ",
        "DEPISTAG ",
        "ABCDEFGHIJ",
        "{{T}} ",
        "{% if %}",
        "<b>",
        "A",
        "AB1",
        "1A",
        "refmas refmam ",
        "hier ",
        "DATE ",
        "C L R CTIN CNN N ",
        "T=1;F:2/V-3 ",
    ];
    let mut texts: Vec<String> = Vec::new();
    for first in ["", "DEP ", "REU C ", "RES ", "ATPE ", "CORR 12 "] {
        for (rank, piece) in pieces.iter().enumerate() {
            let two = format!("{piece}{}", pieces[(rank + 7) % pieces.len()]);
            for length in [160, 1_600, 20_000] {
                texts.push(format!("{first}{}", piece.repeat(length / piece.len())));
                texts.push(format!("{first}{}", two.repeat(length / two.len())));
            }
        }
    }
    texts
}

/// The text `read` takes longest for, at its best of several times.
fn slowest(texts: &[String], read: impl Fn(&str)) -> String {
    let best = |text: &String| {
        let once = |_| {
            let begun = Instant::now();
            read(text);
            begun.elapsed()
        };
        (0..5).map(once).min().unwrap_or(Duration::ZERO)
    };
    texts.iter().max_by_key(|text| best(text)).cloned().unwrap_or_default()
}
