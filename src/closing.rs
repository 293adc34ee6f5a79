//! Closing a month: whose approval closes it, in which order, who may approve, and who may open it again.
//!
//! Pure rules over what is handed in. A place above the communes approves once its month is over and every place right below
//! it that owes reports or has figures has; what it approved is opened again from above, with a reason. Never knows the store.

use crate::base::{Date, Period, PeriodKind, PlaceId};
use crate::flow::model::Pack;
use crate::person::Access;
use crate::place::Tree;

/// Most characters of the reason for which a month is opened again.
pub const REASON_CHARS_MAX: usize = 200;

/// Why a month is not approved, or not opened again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotClosed {
    /// Its level approves nothing: a commune's month is its cercle's.
    NoLevel,
    /// Only months are approved.
    NoMonth,
    /// They are not the ones who decide about this place.
    NotTheirs,
    /// The month is under way, or has not begun.
    NotOver,
    /// These places below owe reports or have figures, and have not approved it.
    Missing(Vec<PlaceId>),
    /// It was not approved.
    Open,
    /// The place above approved it: that one is opened first.
    ApprovedAbove,
    /// No reason was given, or one that is too long.
    NoReason,
}

/// How a month of a place stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The place.
    pub place: PlaceId,
    /// The month.
    pub month: Period,
    /// The day somebody asks.
    pub today: Date,
    /// True where the place approved it.
    pub is_approved: bool,
    /// True where the place right above did, too.
    pub is_approved_above: bool,
    /// The places right below that owe reports or have figures, and have not.
    pub missing: Vec<PlaceId>,
}

/// True where places of `level` approve their months: above the communes.
pub fn approves(pack: &Pack, level: &str) -> bool {
    pack.depth(level).is_some_and(|depth| depth + 2 < pack.levels.len())
}

/// The place whose approval closes what is counted about `place`: itself, or for a commune the one right above.
pub fn closed_by(pack: &Pack, tree: &Tree, place: PlaceId, day: Date) -> Option<PlaceId> {
    let itself = tree.get(place)?;
    if approves(pack, &itself.level) {
        return Some(place);
    }
    tree.parent(place, day).filter(|above| approves(pack, &above.level)).map(|above| above.id)
}

/// The highest of the levels that approved a month: what it is called by.
pub fn highest<'l>(pack: &Pack, levels: impl Iterator<Item = &'l str>) -> Option<&'l str> {
    levels.min_by_key(|level| pack.depth(level).unwrap_or(usize::MAX))
}

/// True for the officers of the place itself, and for who administers the whole country.
pub fn may_approve(access: &Access, tree: &Tree, place: PlaceId, today: Date) -> bool {
    let is_root = tree.root(today).is_some_and(|root| root.id == place);
    access.may_write
        && match access.area {
            Some(area) => area == place,
            None => is_root || access.may_administer,
        }
}

/// True for the officers of a place above; for the country itself, only for who administers it.
pub fn may_reopen(access: &Access, tree: &Tree, place: PlaceId, today: Date) -> bool {
    let is_root = tree.root(today).is_some_and(|root| root.id == place);
    access.may_write
        && match access.area {
            Some(area) => area != place && tree.lies_in(place, area, today),
            None => !is_root || access.may_administer,
        }
}

/// Whether the month is to be approved: `false` where it stands approved already, and nothing changes.
///
/// # Errors
/// The first reason against it.
pub fn approve(access: &Access, pack: &Pack, tree: &Tree, situation: &Situation) -> Result<bool, NotClosed> {
    let (place, today) = (situation.place, situation.today);
    if !tree.get(place).is_some_and(|place| approves(pack, &place.level)) {
        return Err(NotClosed::NoLevel);
    }
    if situation.month.kind() != PeriodKind::Month {
        return Err(NotClosed::NoMonth);
    }
    if !may_approve(access, tree, place, today) {
        return Err(NotClosed::NotTheirs);
    }
    if situation.month.last() >= today {
        return Err(NotClosed::NotOver);
    }
    if situation.is_approved {
        return Ok(false);
    }
    if situation.is_approved_above {
        return Err(NotClosed::ApprovedAbove);
    }
    if situation.missing.is_empty() { Ok(true) } else { Err(NotClosed::Missing(situation.missing.clone())) }
}

/// Whether the month is to be opened again.
///
/// # Errors
/// The first reason against it.
pub fn reopen(access: &Access, tree: &Tree, situation: &Situation, reason: &str) -> Result<(), NotClosed> {
    if !may_reopen(access, tree, situation.place, situation.today) {
        return Err(NotClosed::NotTheirs);
    }
    if !situation.is_approved {
        return Err(NotClosed::Open);
    }
    if situation.is_approved_above {
        return Err(NotClosed::ApprovedAbove);
    }
    let is_told = !reason.trim().is_empty() && reason.chars().count() <= REASON_CHARS_MAX;
    if is_told { Ok(()) } else { Err(NotClosed::NoReason) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{ALWAYS, Parent, Place};

    const TODAY: Date = Date::constant(2026, 11, 23);
    const COUNTRY: PlaceId = PlaceId(1);
    const REGION: PlaceId = PlaceId(2);
    const CERCLE: PlaceId = PlaceId(3);
    const COMMUNE: PlaceId = PlaceId(4);
    const SITE: PlaceId = PlaceId(5);
    const OTHER: PlaceId = PlaceId(6);

    fn pack() -> Pack {
        Pack::load(&crate::pack_embedded::mali()).expect("the embedded pack is sound")
    }

    fn tree() -> Tree {
        let places = [
            (COUNTRY, "country"),
            (REGION, "region"),
            (CERCLE, "cercle"),
            (COMMUNE, "commune"),
            (SITE, "site"),
            (OTHER, "region"),
        ];
        let place = |(id, level): (PlaceId, &str)| Place {
            id,
            level: level.to_owned(),
            name: level.to_owned(),
            sms_name: level.to_owned(),
            population: None,
            point: None,
            code: format!("P{id}"),
        };
        let parents = [(REGION, COUNTRY), (CERCLE, REGION), (COMMUNE, CERCLE), (SITE, COMMUNE), (OTHER, COUNTRY)];
        let parents = parents.map(|(place, parent)| Parent { place, parent, span: ALWAYS });
        Tree::new(places.map(place).into(), &parents)
    }

    fn officer(area: Option<PlaceId>) -> Access {
        Access { area, may_write: true, may_administer: false, sees_people: true }
    }

    fn situation(month: &str) -> Situation {
        Situation {
            place: CERCLE,
            month: pack().calendar.parse(month).expect("a period"),
            today: TODAY,
            is_approved: false,
            is_approved_above: false,
            missing: vec![],
        }
    }

    #[test]
    fn a_commune_is_closed_by_its_cercle_and_a_site_by_nobody() {
        let (pack, tree) = (pack(), tree());
        for (label, place, expected) in [
            ("country", COUNTRY, Some(COUNTRY)),
            ("region", REGION, Some(REGION)),
            ("cercle", CERCLE, Some(CERCLE)),
            ("commune", COMMUNE, Some(CERCLE)),
            ("site", SITE, None),
            ("nowhere", PlaceId(99), None),
        ] {
            assert_eq!(closed_by(&pack, &tree, place, TODAY), expected, "{label}");
        }
        assert_eq!(highest(&pack, ["cercle", "region"].into_iter()), Some("region"));
        assert_eq!(highest(&pack, [].into_iter()), None);
    }

    #[test]
    fn who_may_approve_and_who_may_open_again() {
        let tree = tree();
        let admin = |area| Access { may_administer: true, ..officer(area) };
        for (label, access, place, approves, reopens) in [
            ("officer of the cercle", officer(Some(CERCLE)), CERCLE, true, false),
            ("officer of its region", officer(Some(REGION)), CERCLE, false, true),
            ("officer of another region", officer(Some(OTHER)), CERCLE, false, false),
            ("officer of a commune", officer(Some(COMMUNE)), CERCLE, false, false),
            ("officer of the country", officer(None), CERCLE, false, true),
            ("administrator of the country", admin(None), CERCLE, true, true),
            ("administrator of the region", admin(Some(REGION)), CERCLE, false, true),
            ("who may only look", Access::LOOK, CERCLE, false, false),
            ("officer of the country, of it", officer(None), COUNTRY, true, false),
            ("administrator of the country, of it", admin(None), COUNTRY, true, true),
            ("officer of the cercle, of the region", officer(Some(CERCLE)), REGION, false, false),
            ("officer of an area nobody knows", officer(Some(PlaceId(99))), CERCLE, false, false),
        ] {
            assert_eq!(may_approve(&access, &tree, place, TODAY), approves, "{label} approves");
            assert_eq!(may_reopen(&access, &tree, place, TODAY), reopens, "{label} opens again");
        }
    }

    #[test]
    fn a_month_is_approved_once_it_is_over_and_everybody_below_has() {
        let (pack, tree, its) = (pack(), tree(), officer(Some(CERCLE)));
        let october = situation("2026-10");
        let missing = Situation { missing: vec![COMMUNE], ..october.clone() };
        for (label, access, situation, expected) in [
            ("over", its, october.clone(), Ok(true)),
            ("under way", its, situation("2026-11"), Err(NotClosed::NotOver)),
            ("to come", its, situation("2026-12"), Err(NotClosed::NotOver)),
            ("a quarter", its, situation("2026-Q3"), Err(NotClosed::NoMonth)),
            ("a week", its, situation("2026-W40"), Err(NotClosed::NoMonth)),
            ("twice", its, Situation { is_approved: true, is_approved_above: true, ..missing.clone() }, Ok(false)),
            (
                "after its region",
                its,
                Situation { is_approved_above: true, ..october.clone() },
                Err(NotClosed::ApprovedAbove),
            ),
            ("somebody below has not", its, missing, Err(NotClosed::Missing(vec![COMMUNE]))),
            ("not theirs", officer(Some(REGION)), october.clone(), Err(NotClosed::NotTheirs)),
            ("a commune", officer(Some(COMMUNE)), Situation { place: COMMUNE, ..october }, Err(NotClosed::NoLevel)),
        ] {
            assert_eq!(approve(&access, &pack, &tree, &situation), expected, "{label}");
        }
    }

    #[test]
    fn it_is_opened_again_from_above_with_a_reason_and_from_the_top_down() {
        let (tree, above) = (tree(), officer(Some(REGION)));
        let approved = Situation { is_approved: true, ..situation("2026-10") };
        let over = Situation { is_approved_above: true, ..approved.clone() };
        let long = "x".repeat(REASON_CHARS_MAX + 1);
        for (label, access, situation, reason, expected) in [
            ("with a reason", above, &approved, "registre perdu", Ok(())),
            ("without", above, &approved, " ", Err(NotClosed::NoReason)),
            ("with a book", above, &approved, long.as_str(), Err(NotClosed::NoReason)),
            ("by themselves", officer(Some(CERCLE)), &approved, "x", Err(NotClosed::NotTheirs)),
            ("what is open", above, &situation("2026-10"), "x", Err(NotClosed::Open)),
            ("under an approved region", above, &over, "x", Err(NotClosed::ApprovedAbove)),
        ] {
            assert_eq!(reopen(&access, &tree, situation, reason), expected, "{label}");
        }
    }
}
