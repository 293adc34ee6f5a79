//! The days a place is on the map, where they are not all, and the places that follow it.

use super::Composer;
use crate::place::ALWAYS;
use crate::web::page::words::date;

/// What is said below the name of a place that came or went with a new map.
pub(super) struct Life {
    /// The sentence.
    pub text: String,
    /// The places that follow: name and address.
    pub places: Vec<(String, String)>,
}

impl Composer<'_> {
    pub(super) fn life(&self) -> Option<Life> {
        let (tree, place) = (&self.in_force.tree, self.question.place.id);
        let life = tree.life(place);
        if life.to == ALWAYS.to {
            let is_new = life.from != ALWAYS.from;
            let text = self.own.since.replace("{p}", &date(life.from));
            return is_new.then(|| Life { text, places: Vec::new() });
        }
        let follow = tree.successors(place).into_iter().filter_map(|place| tree.get(place));
        let access = self.visitor.account.access;
        let follow = follow.filter(|place| access.covers(tree, place.id, self.question.today));
        let places: Vec<(String, String)> =
            follow.map(|place| (place.name.clone(), self.address.of(&place.code).to_string())).collect();
        let [alone, followed] = self.own.until;
        let sentence = if places.is_empty() { alone } else { followed };
        Some(Life { text: sentence.replace("{p}", &date(life.to)), places })
    }
}
