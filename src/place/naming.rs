//! Finding a place by the words people type, from where they stand.

use super::{Place, Tree};
use crate::base::text::fold;
use crate::base::{Date, PlaceId};

/// What a name led to.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// This place.
    One(&'a Place),
    /// Several places bear the name and none is nearer: ask.
    Several(Vec<&'a Place>),
    /// None bears it; some are spelled nearly so.
    None(Vec<&'a Place>),
}

/// At most this many places are offered when a name is unclear.
const OFFERED_MAX: usize = 4;

/// The place called `typed`, for someone responsible for `area` on `day`.
///
/// A name shared by several places means the one at or nearest the asker's own level inside their area; a code is
/// taken as it is, of whatever vintage. A name a place had before leads to it where no place bears it now. Names outside the area are found too, so that a refusal can name them.
pub fn find<'a>(tree: &'a Tree, typed: &str, area: PlaceId, day: Date) -> Found<'a> {
    if let Some(place) = tree.by_code(&typed.trim().to_uppercase()) {
        return Found::One(place);
    }
    let wanted = letters(typed);
    if wanted.is_empty() {
        return Found::None(Vec::new());
    }
    let mut same: Vec<&Place> = tree.all().filter(|place| letters(&place.name) == wanted).collect();
    if same.is_empty() {
        same.extend(tree.all().filter(|place| tree.former_names(place.id).any(|name| letters(name) == wanted)));
    }
    // A place that is no more is meant only where none bears the name now.
    if same.iter().any(|place| tree.exists(place.id, day)) {
        same.retain(|place| tree.exists(place.id, day));
    }
    match same.as_slice() {
        [] => Found::None(near(tree, &wanted)),
        [only] => Found::One(only),
        _ => nearest(tree, same, area, day),
    }
}

fn nearest<'a>(tree: &'a Tree, same: Vec<&'a Place>, area: PlaceId, day: Date) -> Found<'a> {
    let own_depth = tree.upwards(area, day).len();
    let mut ranked: Vec<(bool, usize, &Place)> = same
        .into_iter()
        .map(|place| (!tree.lies_in(place.id, area, day), tree.upwards(place.id, day).len().abs_diff(own_depth), place))
        .collect();
    ranked.sort_by_key(|(outside, distance, place)| (*outside, *distance, place.id));
    let best = (ranked[0].0, ranked[0].1);
    let mut tied: Vec<&Place> = ranked
        .iter()
        .filter(|(outside, distance, _)| (*outside, *distance) == best)
        .map(|(_, _, place)| *place)
        .collect();
    match tied.as_slice() {
        [only] => Found::One(only),
        _ => {
            tied.truncate(OFFERED_MAX);
            Found::Several(tied)
        }
    }
}

fn near<'a>(tree: &'a Tree, wanted: &str) -> Vec<&'a Place> {
    let allowed = if wanted.len() < 6 { 1 } else { 2 };
    let mut near: Vec<(usize, &Place)> = tree
        .all()
        .map(|place| (strsim::damerau_levenshtein(&letters(&place.name), wanted), place))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_by_key(|(distance, place)| (*distance, place.id));
    near.into_iter().take(OFFERED_MAX).map(|(_, place)| place).collect()
}

/// A name reduced to its letters and digits: `Gourma-Rharous` and `gourma rharous` are the same.
fn letters(name: &str) -> String {
    fold(name).chars().filter(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{ALWAYS, Parent};
    use super::*;
    use jiff::civil::date;

    fn tree() -> Tree {
        let row = |id: i64, level: &str, name: &str, code: &str| Place {
            id: PlaceId(id),
            level: level.into(),
            name: name.into(),
            sms_name: name.into(),
            population: None,
            point: None,
            code: code.into(),
        };
        let places = vec![
            row(1, "country", "Mali", "ML"),
            row(2, "region", "Sikasso", "ML03"),
            row(3, "cercle", "Sikasso", "ML0305"),
            row(4, "commune", "Sikasso", "ML030501"),
            row(5, "commune", "Gourma-Rharous", "ML030502"),
            row(6, "cercle", "Kati", "ML0204"),
            row(7, "commune", "Bougoula", "ML020401"),
            row(8, "commune", "Bougoula", "ML020402"),
        ];
        let parents = [(2, 1), (3, 2), (4, 3), (5, 3), (6, 1), (7, 6), (8, 6)];
        let parents =
            parents.map(|(place, parent)| Parent { place: PlaceId(place), parent: PlaceId(parent), span: ALWAYS });
        Tree::new(places, &parents)
    }

    #[test]
    fn the_name_means_what_is_nearest_the_asker() {
        let tree = tree();
        let day = date(2026, 11, 23);
        let found = |typed, area| match find(&tree, typed, PlaceId(area), day) {
            Found::One(place) => place.code.clone(),
            Found::Several(places) => format!("{} places", places.len()),
            Found::None(near) => format!("none, {} near", near.len()),
        };
        for (label, typed, area, expected) in [
            ("a cercle officer means the cercle", "SIKASSO", 3, "ML0305"),
            ("a regional officer the region", "sikasso", 2, "ML03"),
            ("a commune's focal point the commune", "Sikasso", 4, "ML030501"),
            ("spelling without hyphen", "gourma rharous", 3, "ML030502"),
            ("a code", "ml030502", 6, "ML030502"),
            ("two of one name are asked", "Bougoula", 6, "2 places"),
            ("a slip is offered", "Sikaso", 3, "none, 3 near"),
            ("nothing like it", "Paris", 3, "none, 0 near"),
            ("no letters", "!!", 3, "none, 0 near"),
        ] {
            assert_eq!(found(typed, area), expected, "{label}");
        }
    }
}
