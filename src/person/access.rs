//! Who may see and do what: one function decides for SMS, USSD, page, file and API alike.
//!
//! A viewer has an area, and sees what lies in it on the day asked about, by the dated tree of places. Never knows where a
//! question comes from, nor how a refusal is told.

use crate::base::{Date, PlaceId};
use crate::flow::model::Pack;
use crate::person::stand::Standing;
use crate::place::Tree;

/// What a viewer may see and do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The area; `None` for the whole country, places that are nowhere in the tree included.
    pub area: Option<PlaceId>,
    /// True when they may act as an officer of the area.
    pub may_write: bool,
    /// True when they may decide who reports and who sees: the register, tokens.
    pub may_administer: bool,
    /// True when they may read what people wrote, and see names and masked numbers. Without it, figures and values only.
    pub sees_people: bool,
}

impl Access {
    /// The whole country, to look at and nothing else: a demonstration's visitor.
    pub const LOOK: Access = Access { area: None, may_write: false, may_administer: false, sees_people: true };

    /// The figures of one area, and nothing else: what is asked by phone.
    pub fn figures_of(area: PlaceId) -> Access {
        Access { area: Some(area), may_write: false, may_administer: false, sees_people: false }
    }

    /// What a person may see who is registered with `role` at `place`; `None` for roles that ask for no figures.
    pub fn of_person(pack: &Pack, tree: &Tree, role: &str, place: PlaceId, day: Date) -> Option<Access> {
        if !pack.role(role)?.asks_figures {
            return None;
        }
        // An area that is no longer in the tree is nothing, never the whole country.
        tree.get(place)?;
        let is_root = tree.root(day).is_some_and(|root| root.id == place);
        let area = if is_root { None } else { Some(place) };
        Some(Access { area, may_write: true, may_administer: role == ADMIN, sees_people: true })
    }

    /// What the holder of a token may see; `None` for a scope this version does not know, which opens nothing.
    pub fn of_token(scope: &str, area: Option<PlaceId>) -> Option<Access> {
        let (may_write, may_administer) = match scope {
            "admin" => (true, true),
            "officer" => (true, false),
            "read" => (false, false),
            _ => return None,
        };
        Some(Access { area, may_write, may_administer, sees_people: may_write })
    }

    /// The one decision: true when `place` lies in the viewer's area on `day`.
    pub fn covers(&self, tree: &Tree, place: PlaceId, day: Date) -> bool {
        self.area.is_none_or(|area| tree.lies_in(place, area, day))
    }
}

/// Why somebody may not be registered or changed by a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The viewer may only look.
    Reading,
    /// The place lies outside the viewer's area.
    Area,
    /// The role opens figures: only administrators give it, take it, or touch who has it.
    Role,
    /// It is the viewer: nobody moves or ends themselves.
    Own,
}

impl Access {
    /// The one rule of the register: `None` where the viewer may register somebody who stands so on `day`, or change them.
    ///
    /// Whoever may change the phones of a person can become that person, so officers change nobody of a role that opens
    /// figures: neither colleagues nor administrators.
    pub fn limit(&self, pack: &Pack, tree: &Tree, standing: &Standing, day: Date) -> Option<Limit> {
        if !self.may_write {
            Some(Limit::Reading)
        } else if !self.covers(tree, standing.place, day) {
            Some(Limit::Area)
        } else if !self.may_give(pack, &standing.role) {
            Some(Limit::Role)
        } else {
            None
        }
    }

    /// True where the viewer may give people this role, and change people who have it.
    pub fn may_give(&self, pack: &Pack, role: &str) -> bool {
        self.may_write && (self.may_administer || !pack.asks_figures(role))
    }
}

/// The role that decides who reports and who sees.
const ADMIN: &str = "admin";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{ALWAYS, Parent, Place, Span};

    const TODAY: Date = Date::constant(2026, 11, 23);

    fn tree() -> Tree {
        let place = |id: i64, level: &str| Place {
            id: PlaceId(id),
            level: level.to_owned(),
            name: level.to_owned(),
            sms_name: level.to_owned(),
            population: None,
            point: None,
            code: format!("P{id}"),
        };
        let before = Span { from: ALWAYS.from, to: Date::constant(2026, 6, 30) };
        let after = Span { from: Date::constant(2026, 7, 1), to: ALWAYS.to };
        let parents = [(2, 1, ALWAYS), (3, 1, ALWAYS), (4, 2, before), (4, 3, after)];
        let parents =
            parents.map(|(place, parent, span)| Parent { place: PlaceId(place), parent: PlaceId(parent), span });
        Tree::new(vec![place(1, "country"), place(2, "region"), place(3, "region"), place(4, "commune")], &parents)
    }

    #[test]
    fn an_area_is_what_lay_in_it_on_the_day() {
        let tree = tree();
        for (label, area, place, day, expected) in [
            ("itself", Some(2), 2, TODAY, true),
            ("its neighbour", Some(2), 3, TODAY, false),
            ("what it lies in", Some(2), 1, TODAY, false),
            ("a commune that moved away", Some(2), 4, TODAY, false),
            ("the same, when it was there", Some(2), 4, Date::constant(2026, 6, 30), true),
            ("a commune that moved here", Some(3), 4, TODAY, true),
            ("the whole country", None, 4, TODAY, true),
            ("the whole country, a place nobody knows", None, 99, TODAY, true),
            ("a place nobody knows", Some(2), 99, TODAY, false),
            ("an area nobody knows", Some(99), 4, TODAY, false),
        ] {
            let access = Access { area: area.map(PlaceId), ..Access::LOOK };
            assert_eq!(access.covers(&tree, PlaceId(place), day), expected, "{label}");
        }
    }

    #[test]
    fn the_register_is_changed_within_an_area_and_below_ones_own_rights() {
        let (pack, tree) = (crate::flow::read::sample::pack(), tree());
        let officer = Access { area: Some(PlaceId(3)), may_write: true, ..Access::LOOK };
        let admin = Access { may_administer: true, ..officer };
        let all = Access { area: None, ..admin };
        for (label, access, role, place, expected) in [
            ("their own", officer, "relais", 4, None),
            ("the area itself", officer, "relais", 3, None),
            ("a neighbour", officer, "relais", 2, Some(Limit::Area)),
            ("above", officer, "relais", 1, Some(Limit::Area)),
            ("a place nobody knows", officer, "relais", 99, Some(Limit::Area)),
            ("a colleague", officer, "officier", 4, Some(Limit::Role)),
            ("a colleague elsewhere", officer, "officier", 2, Some(Limit::Area)),
            ("an officer of an administrator's area", admin, "officier", 4, None),
            ("another area of an administrator", admin, "relais", 2, Some(Limit::Area)),
            ("the whole country", all, "officier", 1, None),
            ("a demonstration's visitor", Access::LOOK, "relais", 4, Some(Limit::Reading)),
        ] {
            let standing = Standing { role: role.into(), network: "government".into(), place: PlaceId(place) };
            assert_eq!(access.limit(&pack, &tree, &standing, TODAY), expected, "{label}");
        }
    }

    #[test]
    fn a_role_or_scope_opens_what_it_says() {
        let (pack, tree) = (crate::flow::read::sample::pack(), tree());
        let of = |role: &str, place: i64| Access::of_person(&pack, &tree, role, PlaceId(place), TODAY);
        assert_eq!(of("relais", 2), None, "who asks for no figures is no officer");
        assert_eq!(of("king", 2), None, "nor is a role the pack does not have");
        assert_eq!(of("officier", 99), None, "a place that is gone opens nothing");
        assert_eq!(of("officier", 2).and_then(|access| access.area), Some(PlaceId(2)));
        assert_eq!(of("officier", 1).map(|access| access.area), Some(None), "the country is everything");
        for (scope, expected) in [
            ("admin", Some((true, true, true))),
            ("officer", Some((true, false, true))),
            ("read", Some((false, false, false))),
            ("everything", None),
            ("", None),
        ] {
            let found = Access::of_token(scope, None);
            let rights = found.map(|access| (access.may_write, access.may_administer, access.sees_people));
            assert_eq!(rights, expected, "{scope}");
        }
    }
}
