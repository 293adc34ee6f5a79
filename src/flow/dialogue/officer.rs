//! What officers are asked to agree to, and what a sender is told of it. Words only: decides nothing.

use super::fault_text::told_back;
use super::reply::Rank;
use super::scene::{About, Scene};
use super::{Conversation, correction};
use crate::base::{Date, gsm7};
use crate::flow::model::Flow;
use crate::flow::text::Scope;
use crate::flow::turn::Turn;
use crate::flow::values::Values;

/// What waits for an officer.
pub enum Wanted<'a> {
    /// A report that counts once it is agreed to.
    Report {
        /// Its flow.
        flow: &'a Flow,
        /// Its values.
        values: &'a Values,
        /// Its reference date.
        date: Date,
    },
    /// A correction that came late.
    Change {
        /// The report's flow.
        flow: &'a Flow,
        /// What counts until it is agreed to.
        before: (&'a Values, Date),
        /// What counts then.
        after: (&'a Values, Date),
    },
    /// A cancellation that came late.
    Cancel {
        /// The report's flow.
        flow: &'a Flow,
        /// Its reference date.
        date: Date,
    },
    /// A number asks to report.
    Join {
        /// Role id.
        role: &'a str,
        /// The name they gave, and their number: an officer has to call them.
        sender: &'a str,
    },
}

/// The question to an officer, in the language of `turn`. `number` is what they answer with.
pub fn ask_officer(turn: &Turn<'_>, number: i64, place: &str, wanted: &Wanted<'_>) -> Option<String> {
    let mut scene = Scene::new(turn, Conversation::default());
    let about = |flow: &Flow, date: Date| {
        vec![
            ("number", Scope::from(number)),
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("place", Scope::from(gsm7::plain(place))),
            ("date", Scope::from(date.strftime("%d/%m").to_string())),
        ]
    };
    let with = |mut given: Vec<(&'static str, Scope)>, name: &'static str, text: String| {
        given.push((name, Scope::from(text)));
        given
    };
    let forms = match wanted {
        Wanted::Report { flow, values, date } => {
            let scope = scene.flow_scope(flow, values, &About { receipt: number, place, date: *date, agent: None });
            let content = scene.flow_text(&format!("flow.{}.content", flow.id), &scope);
            let given = with(about(flow, *date), "content", content);
            vec![scene.text("wanted_report", &given), scene.text("wanted_report_short", &given)]
        }
        Wanted::Change { flow, before, after } => {
            let changes = correction::changes(&scene, flow, *before, *after);
            let told = |count| super::faults::first_of(&scene, &changes, ", ", count);
            let text = |count| scene.text("wanted_change", &with(about(flow, before.1), "changes", told(count)));
            (1..=changes.len()).rev().map(text).collect()
        }
        Wanted::Cancel { flow, date } => vec![scene.text("wanted_cancel", &about(flow, *date))],
        Wanted::Join { role, sender } => {
            let given = [
                ("number", Scope::from(number)),
                ("role", Scope::from(role_name(&scene, role))),
                ("place", Scope::from(gsm7::plain(place))),
                ("sender", Scope::from(gsm7::plain_within(sender, SENDER_SEPTETS_MAX))),
            ];
            vec![scene.text("wanted_join", &given)]
        }
    };
    scene.reply.add(Rank::Answer, forms);
    scene.finish().reply
}

/// Room for a name and a number in a question to an officer, in septets.
pub const SENDER_SEPTETS_MAX: usize = 40;

/// What was decided of something a person sent.
pub enum Decided<'a> {
    /// A report that waited for its visa.
    Report {
        /// Its keyword.
        keyword: &'a str,
        /// Its receipt.
        receipt: i64,
    },
    /// A late change of a report.
    Change {
        /// The report's keyword.
        keyword: &'a str,
        /// Its receipt.
        receipt: i64,
    },
    /// Their request to join.
    Join {
        /// Role id.
        role: &'a str,
        /// Name of the site.
        place: &'a str,
    },
}

/// What its sender is told, in the language of `turn`. `refused` holds why not, as far as an officer said.
pub fn tell_sender(turn: &Turn<'_>, area: &str, decided: &Decided<'_>, refused: Option<&str>) -> Option<String> {
    let mut scene = Scene::new(turn, Conversation::default());
    let reason = told_back(refused.unwrap_or_default());
    let of_report = |keyword: &str, receipt: i64| {
        vec![
            ("keyword", Scope::from(keyword)),
            ("receipt", Scope::from(receipt)),
            ("area", Scope::from(gsm7::plain(area))),
            ("reason", Scope::from(reason.as_str())),
        ]
    };
    let forms = match (decided, refused) {
        (Decided::Report { keyword, receipt }, None) => {
            vec![scene.text("told_approved", &of_report(keyword, *receipt))]
        }
        (Decided::Report { keyword, receipt }, Some(_)) => {
            vec![scene.text("told_refused", &of_report(keyword, *receipt))]
        }
        (Decided::Change { keyword, receipt }, None) => {
            vec![scene.text("told_changed", &of_report(keyword, *receipt))]
        }
        (Decided::Change { keyword, receipt }, Some(_)) => {
            vec![scene.text("told_change_refused", &of_report(keyword, *receipt))]
        }
        (Decided::Join { role, place }, None) => {
            let given = [
                ("role", Scope::from(role_name(&scene, role))),
                ("place", Scope::from(gsm7::plain(place))),
                ("words", Scope::from(scene.keywords_of(role))),
            ];
            ["told_joined", "told_joined_short"].map(|name| scene.text(name, &given)).into()
        }
        (Decided::Join { place, .. }, Some(_)) => {
            let given = [("place", Scope::from(gsm7::plain(place))), ("reason", Scope::from(reason.as_str()))];
            vec![scene.text("told_join_refused", &given)]
        }
    };
    scene.reply.add(Rank::Answer, forms);
    scene.finish().reply
}

fn role_name(scene: &Scene<'_>, role: &str) -> String {
    scene.turn.pack.role(role).map_or_else(String::new, |role| scene.wording(&role.name))
}
