//! A made-up year of eleven people in three cercles, as they would send it: on time, late, very late, zero, silent, with
//! sums that fail, corrections, cancellations and calls the provider makes twice.

use jiff::civil::{Date, date};
use jiff::{ToSpan, tz::TimeZone};
use relais::base::{Instant, Language, PersonId, Phone};
use relais::person::Person;
use relais::place::ALWAYS;
use relais::store;

use super::count::{Sender, Sent, quarter_end, thursday};
use crate::support::chance::Chance;
use crate::support::{self, rig::Rig};

/// The year, in whole weeks of Friday to Thursday.
pub const FIRST_THURSDAY: Date = date(2025, 1, 2);
pub const LAST_DAY: Date = date(2025, 12, 31);

/// Network and commune of each health worker.
const WORKERS: [(&str, &str); 8] = [
    ("government", "ML030201"),
    ("civil_society", "ML030201"),
    ("government", "ML030201"),
    ("government", "ML030202"),
    ("un", "ML030202"),
    ("government", "ML030203"),
    ("civil_society", "ML030401"),
    ("government", "ML010101"),
];
/// Communes whose coordination committee has somebody who writes.
const FOCAL_POINTS: [&str; 3] = ["ML030201", "ML030202", "ML030401"];

/// What somebody means to send.
enum Act {
    /// This text.
    Send(String),
    /// A correction of the last thing that this phone got a receipt for.
    Correct(&'static str),
    /// Its cancellation.
    Cancel,
    /// The provider makes the last call of this phone again.
    Again,
}

struct Planned {
    at: Instant,
    phone: usize,
    act: Act,
}

fn at(day: Date, hour: i8, minute: usize) -> Instant {
    let minute = i8::try_from(minute % 60).expect("below sixty");
    let zoned = day.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC).expect("Bamako keeps UTC");
    Instant(zoned.timestamp().as_millisecond())
}

fn screening(chance: &mut Chance) -> (String, i64) {
    // Many at green: nothing that has to be confirmed.
    let [green, yellow, red, oedema] =
        [(20, 40), (1, 8), (1, 3), (1, 2)].map(|(least, end)| least + i64::try_from(chance.below(end)).expect("few"));
    let total = green + yellow + red + oedema;
    let upto = |chance: &mut Chance, end: i64| chance.below(usize::try_from(end).expect("few") + 1);
    let (girls, severe, moderate) = (upto(chance, total), upto(chance, red + oedema - 1) + 1, upto(chance, yellow));
    (format!("T{total} F{girls} V{green} J{yellow} R{red} E{oedema} S{severe} M{moderate}"), total)
}

fn weeks(plan: &mut Vec<Planned>, chance: &mut Chance) {
    for phone in 0..WORKERS.len() {
        let mut end = FIRST_THURSDAY;
        while end <= LAST_DAY {
            let minute = chance.below(60);
            let mut put = |day: Date, hour: i8, act: Act| plan.push(Planned { at: at(day, hour, minute), phone, act });
            let (figures, total) = screening(chance);
            let sent_on = end.saturating_sub(i64::try_from(chance.below(5)).expect("few").days());
            match chance.below(20) {
                0..=2 => {}
                3..=4 => put(end, 9, Act::Send("RIEN DEP".into())),
                5..=6 => put(end + 2.days(), 9, Act::Send(format!("DEP {figures}"))),
                7 => put(end + 9.days(), 9, Act::Send(format!("DEP {figures} DATE {}", end.strftime("%d%m")))),
                8 => {
                    put(sent_on, 9, Act::Send(format!("DEP {}", figures.replace(&format!("T{total} "), "T1 "))));
                    put(sent_on, 10, Act::Send(format!("DEP {figures}")));
                }
                9 => {
                    put(sent_on, 9, Act::Send(format!("DEP {figures}")));
                    put(sent_on, 11, Act::Cancel);
                }
                10..=11 => {
                    put(sent_on, 9, Act::Send(format!("DEP {figures}")));
                    put(sent_on, 11, Act::Correct("T60 F30 V50 J6 R3 E1 S2 M5"));
                }
                12 => {
                    put(sent_on, 9, Act::Send(format!("DEP {figures}")));
                    put(sent_on, 11, Act::Correct("F0"));
                    put(sent_on, 12, Act::Correct("F1 M0"));
                }
                13 => {
                    put(sent_on, 9, Act::Send(format!("DEP {figures}")));
                    put(sent_on, 10, Act::Again);
                }
                14 => {
                    let (more, _) = screening(chance);
                    let mut put = |hour: i8, act: Act| plan.push(Planned { at: at(sent_on, hour, minute), phone, act });
                    put(9, Act::Send(format!("DEP {figures}")));
                    put(15, Act::Send(format!("DEP {more}")));
                }
                _ => put(sent_on, 9, Act::Send(format!("DEP {figures}"))),
            }
            end += 7.days();
        }
    }
}

fn quarters(plan: &mut Vec<Planned>, chance: &mut Chance) {
    for (index, _) in FOCAL_POINTS.iter().enumerate() {
        let phone = WORKERS.len() + index;
        for month in [2, 5, 8, 11] {
            let met = Date::new(2025, month, 10).expect("a day");
            let mut put =
                |day: Date, text: String| plan.push(Planned { at: at(day, 16, 0), phone, act: Act::Send(text) });
            let held = |chance: &mut Chance| {
                let (women, decisions) = (chance.below(9), chance.below(6) + 1);
                let (applied, sectors) = (chance.below(decisions), chance.below(7));
                format!(
                    "REU C D{} N1 T{} F{women} K{decisions} X{applied} PV{} G{sectors}",
                    met.strftime("%d%m"),
                    women + 12,
                    women % 2
                )
            };
            match (index + usize::try_from(month).expect("small")) % 5 {
                0 => {}
                1 => put(met, format!("REU C NON {}", chance.below(4) + 1)),
                2 => {
                    put(met, "REU C NON 2".into());
                    put(met + 5.days(), held(chance));
                }
                3 => put(quarter_end(met) + 20.days(), held(chance)),
                _ => put(met + 1.day(), held(chance)),
            }
        }
    }
}

fn phone(index: usize) -> Phone {
    support::phone(u32::try_from(index).expect("few") + 1)
}

/// The officer of the cercle, who sends no report.
pub fn officer() -> Phone {
    support::phone(90)
}

/// The year's people as they are registered.
pub async fn people(rig: &Rig) -> Vec<Sender> {
    let roles = ["asc", "relais"].into_iter().cycle();
    let workers = WORKERS.iter().zip(roles).map(|((network, place), role)| (role, *network, *place));
    let focal_points = FOCAL_POINTS.iter().map(|place| ("point_focal", "government", *place));
    let of_cercle = [("officier", "government", "ML0302")];
    let mut senders = Vec::new();
    let mut tx = rig.programme.store.begin().await.expect("begins");
    for (index, (role, network, place)) in workers.chain(focal_points).chain(of_cercle).enumerate() {
        let person = Person {
            id: PersonId::new(&rig.programme.environment),
            name: format!("Personne {index}"),
            role: role.into(),
            network: network.into(),
            place: rig.place(place),
            language: Some(Language::FRENCH),
            agent_code: Some(format!("A{index}")),
            supervisor: None,
            email: None,
            active_from: date(2024, 12, 27),
            active_to: ALWAYS.to,
            phones: vec![if role == "officier" { officer() } else { phone(index) }],
        };
        store::person::insert(&mut tx, &person).await.expect("inserts");
        if role == "officier" {
            continue;
        }
        senders.push(Sender {
            phone: phone(index).e164().to_owned(),
            commune: place.to_owned(),
            network: network.to_owned(),
            role: role.to_owned(),
            is_focal_point: role == "point_focal",
        });
    }
    tx.commit().await.expect("commits");
    senders
}

/// Sends the year; gives every SMS with its answer. A call made again is no SMS of anybody's.
pub async fn sent(rig: &Rig, seed: u64) -> Vec<Sent> {
    let mut plan = Vec::new();
    let mut chance = Chance(seed);
    weeks(&mut plan, &mut chance);
    quarters(&mut plan, &mut chance);
    plan.sort_by_key(|planned| (planned.at, planned.phone));
    let mut receipts = vec![String::new(); WORKERS.len() + FOCAL_POINTS.len()];
    let mut last_calls = vec![(String::new(), String::new()); receipts.len()];
    let mut sent = Vec::new();
    for (index, Planned { at, phone: from, act }) in plan.into_iter().enumerate() {
        rig.clock.set(at);
        let text = match act {
            Act::Send(text) => text,
            Act::Correct(labels) => format!("CORR {} {labels}", receipts[from]),
            Act::Cancel => format!("ANNUL {}", receipts[from]),
            Act::Again => {
                let (id, text) = &last_calls[from];
                rig.call(&phone(from), id, text).await.expect("taken");
                continue;
            }
        };
        let id = format!("y{index}");
        rig.call(&phone(from), &id, &text).await.expect("taken");
        let answer = rig.reply(&id).await;
        if let Some(receipt) = answer.split("ANNUL ").nth(1) {
            receipts[from] = receipt.chars().take_while(char::is_ascii_digit).collect();
        }
        last_calls[from] = (id, text.clone());
        let day = jiff::Timestamp::from_millisecond(at.0).expect("a time").to_zoned(TimeZone::UTC).date();
        sent.push(Sent { day, phone: phone(from).e164().to_owned(), text, answer });
    }
    assert_eq!(thursday(FIRST_THURSDAY), FIRST_THURSDAY);
    sent
}
