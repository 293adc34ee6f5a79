//! Made-up people: who would report from each commune, with made-up phones.

use super::chance::Chance;
use crate::base::{Date, Environment, Language, NumberingPlan, PersonId, Phone};
use crate::person::Person;
use crate::place::{ALWAYS, Place};

/// Given names and family names seen all over Mali; any likeness to a person is chance.
const GIVEN: [&str; 16] = [
    "Awa",
    "Fatoumata",
    "Mariam",
    "Oumou",
    "Kadiatou",
    "Assitan",
    "Bintou",
    "Rokia",
    "Moussa",
    "Amadou",
    "Seydou",
    "Ibrahim",
    "Bakary",
    "Adama",
    "Modibo",
    "Issa",
];
const FAMILY: [&str; 14] = [
    "Traoré",
    "Coulibaly",
    "Diarra",
    "Keita",
    "Konaté",
    "Sangaré",
    "Dembélé",
    "Touré",
    "Cissé",
    "Maïga",
    "Sidibé",
    "Diallo",
    "Kouyaté",
    "Ouattara",
];

/// One made-up person and how faithfully they report, in per cent.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// The person as registered.
    pub person: Person,
    /// How many of a hundred owed reports come.
    pub diligence: u64,
}

/// The people of a demo in these places, `crowd` times those of one commune who report by themselves. The first is the ASC of the tour: `+223 70 00 00 01`, in [`TOUR_COMMUNE`].
pub fn people(
    places: &[&Place],
    plan: &NumberingPlan,
    from: Date,
    environment: &Environment,
    chance: &Chance,
    crowd: usize,
) -> Vec<DemoPerson> {
    let mut communes: Vec<&Place> = places.iter().copied().filter(|place| place.level == "commune").collect();
    // The tour's commune first, then its neighbours, the others by code.
    communes
        .sort_by_key(|place| (place.code != TOUR_COMMUNE, !place.code.starts_with(TOUR_CERCLE), place.code.clone()));
    let mut made = Making { plan, from, environment, chance, people: Vec::new() };
    for (rank, commune) in communes.iter().enumerate() {
        let diligence = 55 + chance.below(43);
        made.add(commune, if rank == 0 { "asc" } else { "relais" }, "government", diligence);
        made.add(commune, "point_focal", "government", diligence);
        if rank % 3 == 0 {
            made.add(commune, "gsan", "civil_society", diligence);
        }
        if rank % 4 == 0 {
            made.add(commune, "leader", "civil_society", diligence);
        }
    }
    // After those, whose numbers and figures stay as they are.
    for _ in 1..crowd {
        for (rank, commune) in communes.iter().enumerate() {
            let diligence = 55 + chance.below(43);
            made.add(commune, if rank % 5 == 0 { "asc" } else { "relais" }, "government", diligence);
            if rank % 3 == 0 {
                made.add(commune, "gsan", "civil_society", diligence);
            }
        }
    }
    let mut areas: Vec<&Place> =
        places.iter().copied().filter(|place| !["commune", "site"].contains(&place.level.as_str())).collect();
    areas.sort_by_key(|place| (place.code != TOUR_CERCLE, place.code.clone()));
    for area in areas {
        made.add(area, "officier", "government", 90);
    }
    made.people
}

/// Code of the tour's commune: Zangasso, in the cercle of Koutiala.
pub const TOUR_COMMUNE: &str = "ML030434";
/// Code of its cercle.
pub const TOUR_CERCLE: &str = "ML0304";

struct Making<'a> {
    plan: &'a NumberingPlan,
    from: Date,
    environment: &'a Environment,
    chance: &'a Chance,
    people: Vec<DemoPerson>,
}

impl Making<'_> {
    fn add(&mut self, place: &Place, role: &str, network: &str, diligence: u64) {
        let number = 70_000_001 + self.people.len();
        let Some(phone) = Phone::parse(&format!("+{}{number}", self.plan.calling_code), self.plan) else { return };
        let name = format!("{} {}", self.chance.one_of(&GIVEN), self.chance.one_of(&FAMILY));
        let person = Person {
            id: PersonId::new(self.environment),
            name,
            role: role.into(),
            network: network.into(),
            place: place.id,
            language: Some(Language::FRENCH),
            agent_code: None,
            supervisor: None,
            email: None,
            active_from: self.from,
            active_to: ALWAYS.to,
            phones: vec![phone],
        };
        self.people.push(DemoPerson { person, diligence });
    }
}
