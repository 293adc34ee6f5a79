//! One turn of the dialogue, from the text to the reply: reading, rules, wording. Its facts are given.
//!
//! `cargo bench --bench dialogue`

#[path = "support/sample.rs"]
mod sample;

use std::hint::black_box;

use criterion::Criterion;
use relais::flow::dialogue::{Conversation, step};
use relais::flow::model::Pack;
use relais::flow::turn::{Facts, Outcome};

fn main() {
    let pack = sample::mali();
    let mut criterion = sample::criterion();
    for (flow, typical, _) in sample::MESSAGES {
        sms(&mut criterion, &pack, flow, typical, Outcome::Saved);
    }
    sms(&mut criterion, &pack, "dep, one value missing", "DEP T45 F23 V38 J5 R1 E1 S2", Outcome::Asked);
    sms(&mut criterion, &pack, "dep, a sum that is wrong", "DEP T45 F23 V37 J5 R1 E1 S2 M5", Outcome::Refused);
    asking(&mut criterion, &pack);
    criterion.final_summary();
}

/// The turn that decides.
fn sms(criterion: &mut Criterion, pack: &Pack, name: &str, text: &str, becomes: Outcome) {
    let reporters = [sample::reporter(name)];
    let facts = sample::facts(pack, &reporters, text);
    assert_eq!(sample::decided(pack, text, &reporters).outcome, becomes, "{name}");
    criterion.bench_function(&format!("turn by SMS: {name}"), |bencher| {
        bencher.iter(|| step(&sample::turn(pack, &reporters, &facts), Conversation::default(), black_box(text)));
    });
}

/// The turn before it, that only finds out what has to be looked up. A step by USSD belongs here too, beside it.
fn asking(criterion: &mut Criterion, pack: &Pack) {
    let reporters = [sample::reporter("dep")];
    let nothing = Facts::default();
    let (_, typical, _) = sample::MESSAGES[0];
    assert!(step(&sample::turn(pack, &reporters, &nothing), Conversation::default(), typical).is_err());
    criterion.bench_function("turn by SMS: dep, asking for its facts", |bencher| {
        bencher.iter(|| step(&sample::turn(pack, &reporters, &nothing), Conversation::default(), black_box(typical)));
    });
}
