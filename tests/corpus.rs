//! Texts as people type them, sent through the very engine that serves: each must be read rightly or answered with the
//! right question, and none may ever be counted wrongly in silence. See `tests/corpus/README.md`.
//!
//! What needs a report type or a command the pack does not have yet is counted apart, and judged as soon as it has it.

#[path = "corpus/entry.rs"]
mod entry;
#[path = "corpus/judge.rs"]
mod judge;

use std::collections::{BTreeMap, BTreeSet};

use entry::{Entry, disputed, entries};
use judge::{Verdict, judge};
use relais::flow::check::{Against, check};
use relais::flow::model::Pack;
use relais::pack_embedded;

/// Of what is judged, this much must be right, in per cent.
const RIGHT_MIN: usize = 97;

fn mali() -> Pack {
    check(&pack_embedded::mali(), Against::default()).expect("the Mali pack is sound")
}

/// Counts of one row of the table.
#[derive(Default)]
struct Tally {
    right: usize,
    wrong: usize,
    silent: usize,
    disputed: usize,
    later: usize,
}

impl Tally {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Right => self.right += 1,
            Verdict::Wrong(_) => self.wrong += 1,
            Verdict::Silent(_) => self.silent += 1,
            Verdict::Disputed => self.disputed += 1,
            Verdict::Later => self.later += 1,
        }
    }

    fn judged(&self) -> usize {
        self.right + self.wrong + self.silent
    }
}

fn print(title: &str, rows: &BTreeMap<String, Tally>) {
    println!("{title:<10} right wrong silent disputed later");
    for (name, row) in rows {
        let Tally { right, wrong, silent, disputed, later } = row;
        println!("{name:<10} {right:>5} {wrong:>5} {silent:>6} {disputed:>8} {later:>5}");
    }
}

#[test]
fn every_text_is_read_rightly_or_asked_about_and_none_is_silently_wrong() {
    let pack = mali();
    let (entries, disputed) = (entries(), disputed());
    let (mut by_file, mut by_kind): (BTreeMap<String, Tally>, BTreeMap<String, Tally>) = Default::default();
    let (mut failures, mut silent) = (Vec::new(), Vec::new());
    for entry in &entries {
        let (verdict, told) = judge(&pack, entry, disputed.contains_key(&entry.id));
        by_file.entry(entry.file.clone()).or_default().add(&verdict);
        by_file.entry("~ all".into()).or_default().add(&verdict);
        for kind in &entry.kinds {
            by_kind.entry(format!("kind {kind:>2}")).or_default().add(&verdict);
        }
        if let Verdict::Wrong(reason) | Verdict::Silent(reason) = &verdict {
            let list = if matches!(verdict, Verdict::Silent(_)) { &mut silent } else { &mut failures };
            list.push(format!(
                "{} {reason}\n    before {:?}\n    text  {}\n    told  {told}\n    may   {:?} {:?} has {:?}: {}",
                entry.id,
                entry.before,
                entry.shown(),
                entry.may,
                entry.values,
                entry.reply_has,
                entry.why
            ));
        }
    }
    print("file", &by_file);
    print("kind", &by_kind);
    println!("\n{}", failures.join("\n"));
    assert!(silent.is_empty(), "silently wrong:\n{}", silent.join("\n"));
    let all = &by_file["~ all"];
    let share = all.right * 100;
    assert!(share >= all.judged() * RIGHT_MIN, "{} of {} right:\n{}", all.right, all.judged(), failures.join("\n"));
}

#[test]
fn ids_are_unique_and_whatever_is_disputed_exists_and_says_why() {
    let entries = entries();
    let ids: BTreeSet<&str> = entries.iter().map(|entry: &Entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), entries.len(), "an id stands twice");
    for (id, why) in disputed() {
        assert!(ids.contains(id.as_str()), "{id} is disputed and does not exist");
        assert!(why.len() > 20, "{id} is disputed without a reason");
    }
}
