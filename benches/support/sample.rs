//! What the small benchmarks read and count: the Mali pack, and of each report type a typical and a worst SMS.
#![allow(dead_code)]

use std::time::Duration;

use criterion::Criterion;
use relais::base::{Date, Environment, Instant, Language, PersonId, PlaceId};
use relais::flow::dialogue::{Conversation, step};
use relais::flow::model::Pack;
use relais::flow::turn::{Effect, Fact, Facts, Filing, Need, Reporter, Step, Turn};

/// Monday 23 November 2026, 08:00 UTC: no week is late, so a turn asks for one fact.
pub const NOW: Instant = Instant(1_795_420_800_000);
/// That day.
pub const TODAY: Date = Date::constant(2026, 11, 23);

/// Of each report type an SMS as it is taught, and the longest way to say as much as it can hold.
pub const MESSAGES: [(&str, &str, &str); 4] = [
    (
        "dep",
        "DEP T45 F23 V38 J5 R1 E1 S2 M5",
        "Bonjour chef, i ni ce. DEPISTAGE total: 45; filles: 23; vert: 3O; jaune: 5; rouge: 1; oedèmes: 1; refmas: 2; refmam: 5, date 22/11, merci beaucoup svp",
    ),
    (
        "cui",
        "CUI N1 F32 H4 E25",
        "Bonjour chef, i ni ce. CUISINE seances=1, femmes=32, hommes=4, enfants=25, date 22/11, merci beaucoup svp",
    ),
    (
        "sen",
        "SEN K1 P1 F40 H120",
        "Bonjour chef, i ni ce. CAUSERIE theme # 1 / lieu # 1 / femmes # 4O / hommes # 12O / date 22/11 / merci beaucoup svp",
    ),
    (
        "reu",
        "REU C D1811 N1 T24 F9 K5 X3 PV1",
        "Bonjour chef, i ni ce. REUNION C, D 18/11; nutrition 1; participants 24; femmes 9; decisions 5; appliquees 3; minutes 1; secteurs 12; merci beaucoup",
    ),
];

/// As long as an SMS may be and be read, with no word that means anything.
pub fn nonsense() -> String {
    let words = (0..).flat_map(|rank: u32| format!("dxp{rank}t ").chars().collect::<Vec<_>>());
    format!("DEP {}", words.take(1_500).collect::<String>())
}

/// The embedded Mali pack.
pub fn mali() -> Pack {
    Pack::load(&relais::pack_embedded::mali()).expect("the Mali pack is sound")
}

/// A reporter of a commune, with the role that may send `flow`.
pub fn reporter(flow: &str) -> Reporter {
    Reporter {
        person: PersonId::new(&Environment::system()),
        role: if flow == "reu" { "point_focal" } else { "relais" }.into(),
        network: "government".into(),
        place: PlaceId(7),
        level: "commune".into(),
        place_name: "Zangasso".into(),
        agent_code: None,
        initials: "A.T.".into(),
    }
}

/// A turn of their phone.
pub fn turn<'a>(pack: &'a Pack, reporters: &'a [Reporter], facts: &'a Facts) -> Turn<'a> {
    Turn {
        pack,
        now: NOW,
        today: TODAY,
        language: Language::FRENCH,
        reporters,
        next_receipt: 12,
        greeted_today: false,
        stopped: false,
        facts,
    }
}

/// What the turn asks for before it can decide, all of it answered "nothing is known".
pub fn facts(pack: &Pack, reporters: &[Reporter], text: &str) -> Facts {
    let mut facts = Facts::default();
    while let Err(needs) = step(&turn(pack, reporters, &facts), Conversation::default(), text) {
        for need in needs {
            let fact = match need {
                Need::Owes { .. } => Fact::Owes(false),
                Need::Receipt(_) | Need::Own(_) => Fact::Reports(Vec::new()),
                _ => Fact::Earlier(None),
            };
            facts.0.insert(need, fact);
        }
    }
    facts
}

/// What the turn decides.
pub fn decided(pack: &Pack, text: &str, reporters: &[Reporter]) -> Step {
    let facts = facts(pack, reporters, text);
    step(&turn(pack, reporters, &facts), Conversation::default(), text).expect("decides")
}

/// The report it files.
pub fn filing(pack: &Pack, text: &str, reporters: &[Reporter]) -> Filing {
    let filed = decided(pack, text, reporters).effects.into_iter().find_map(|effect| match effect {
        Effect::File(filing) => Some(filing),
        _ => None,
    });
    filed.expect("files a report")
}

/// Seconds for each figure, so that all of them together take about a minute.
pub fn criterion() -> Criterion {
    let quick = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    quick.sample_size(40).without_plots().configure_from_args()
}
