//! What a sender would be told, by a turn with nobody else in it: a made-up sender, nothing open, nothing reported before.
//!
//! Enough to see how the words of a pack changed; not what one real person was told one day.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Date, Environment, Instant, ManualClock, PersonId, PlaceId, SeededRandomness};
use crate::flow::dialogue::{Conversation, step};
use crate::flow::model::{FieldKind, Pack};
use crate::flow::read::Said;
use crate::flow::turn::{Fact, Facts, Need, Reporter, Turn};
use crate::flow::values::Value;

/// Rounds of looking things up in one turn: far above any honest turn, so that a fault ends instead of turning forever.
const ROUNDS_MAX: usize = 20;
/// Where the made-up sender is: a real commune with a name of middling length.
const PLACE_NAME: &str = "Zangasso";

/// The reply to `text` in the pack's first language; `None` for silence.
pub fn reply(pack: &Pack, text: &str, today: Date, now: Instant) -> Option<String> {
    let reporters = [sender(pack, text, today)?];
    let mut facts = Facts::default();
    for _ in 0..ROUNDS_MAX {
        let turn = Turn {
            pack,
            now,
            today,
            language: pack.first_language(),
            reporters: &reporters,
            next_receipt: 1,
            greeted_today: false,
            stopped: false,
            facts: &facts,
        };
        match step(&turn, Conversation::default(), text) {
            Ok(step) => return step.reply,
            Err(needs) => facts.0.extend(needs.into_iter().map(nothing_known)),
        }
    }
    None
}

fn nothing_known(need: Need) -> (Need, Fact) {
    let fact = match need {
        Need::Owes { .. } => Fact::Owes(false),
        Need::SameReport { .. } | Need::Meeting { .. } | Need::Once { .. } => Fact::Earlier(None),
        Need::Previous { .. } | Need::SoFar { .. } => Fact::Beside(BTreeMap::new()),
        Need::Receipt(_) | Need::Own(_) => Fact::Reports(Vec::new()),
        Need::Join { .. } => Fact::Join(None),
        Need::Approval(_) | Need::OpenApprovals => Fact::Approvals(Vec::new()),
        Need::SameAlert { .. } => Fact::SameAlert(None),
        Need::Alert(_) | Need::OpenAlerts => Fact::Alerts(Vec::new()),
    };
    (need, fact)
}

/// Someone who may send this: of a role the report type is open to, at the level of the body it names.
fn sender(pack: &Pack, text: &str, today: Date) -> Option<Reporter> {
    let reading = pack.reader().read(text, today, &[], None);
    let report = reading.parts.iter().find_map(|part| match &part.said {
        Said::Report(report) => Some(report),
        _ => None,
    });
    let flow = report.map(|report| &report.flow);
    let role = pack.roles.iter().find(|role| flow.is_none_or(|flow| flow.open_to(&role.id)))?;
    let body = report.and_then(|report| {
        let field = report.flow.fields.iter().find(|field| field.kind == FieldKind::Body)?;
        match report.body.values.get(&field.label) {
            Some(Value::Word(id)) => pack.body(id),
            _ => None,
        }
    });
    let nowhere =
        Environment { clock: Arc::new(ManualClock::default()), randomness: Arc::new(SeededRandomness::new(0)) };
    // The last level is the site: most report from the one above it.
    let usual = pack.levels.iter().rev().nth(1).or(pack.levels.last())?;
    Some(Reporter {
        person: PersonId::new(&nowhere),
        role: role.id.clone(),
        network: pack.networks.first().map(|network| network.id.clone()).unwrap_or_default(),
        place: PlaceId(0),
        level: body.map_or(&usual.id, |body| &body.level).clone(),
        place_name: PLACE_NAME.to_owned(),
        agent_code: None,
        initials: String::new(),
    })
}
