//! JOIN code: a number asks to report for a site. An officer decides; until then its reports are kept and not counted.

use super::fault_text::told_back;
use super::phone;
use super::reply::Rank;
use super::scene::{Scene, Wait};
use crate::base::gsm7;
use crate::flow::read::CommandRead;
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, JoinSite, Need, Outcome};

/// Characters of a name that are kept: two long names.
const NAME_CHARS_MAX: usize = 60;

/// JOIN 482193, JOIN 482193 Awa Traore.
pub(super) fn ask(scene: &mut Scene<'_>, command: &CommandRead) -> Result<(), Wait> {
    if let Some(reporter) = scene.turn.reporters.first() {
        let who = phone::who(scene, reporter);
        return scene.refuse("join_known", &[("who", Scope::from(who))]);
    }
    let mut words = command.rest.split_whitespace();
    let Some(code) = words.next() else {
        return scene.refuse("join_which", &[]);
    };
    let Some(site) = scene.join_site(Need::Join { code: code.to_uppercase() })? else {
        return scene.refuse("join_unknown", &[("code", Scope::from(told_back(code)))]);
    };
    let name = words.collect::<Vec<_>>().join(" ").chars().take(NAME_CHARS_MAX).collect();
    let role = scene.turn.pack.role(&site.role).map_or("", |role| role.name.get(scene.language()));
    let given = [("role", Scope::from(gsm7::plain(role))), ("place", Scope::from(gsm7::plain(&site.place_name)))];
    let said = if site.waiting { "join_waits" } else { "join_asked" };
    scene.say(Rank::Answer, said, &given);
    scene.became(Outcome::Command);
    if !site.waiting {
        let JoinSite { place, role, network, .. } = site.clone();
        scene.effects.push(Effect::Join { place, role, network, name });
    }
    Ok(())
}
