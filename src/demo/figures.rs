//! Made-up values for each report type of the Mali pack, within its checks.

use super::chance::Chance;
use crate::base::Date;
use crate::flow::values::{Value, Values};

/// Values of a screening: more malnutrition in the lean season (June to September).
pub fn screening(chance: &Chance, date: Date) -> Values {
    let lean = (6..=9).contains(&date.month());
    let total = chance.between(12, 60);
    let oedema = chance.part(total, 1) / 2;
    let red = chance.part(total - oedema, if lean { 3 } else { 1 });
    let yellow = chance.part(total - oedema - red, if lean { 11 } else { 6 });
    let referred_severe = chance.part(red + oedema, 88);
    numbers(&[
        ("T", total),
        ("F", chance.part(total, 51)),
        ("V", total - oedema - red - yellow),
        ("J", yellow),
        ("R", red),
        ("E", oedema),
        ("S", referred_severe),
        ("M", chance.part(yellow, 82)),
    ])
}

/// Values of a cooking demonstration.
pub fn cooking(chance: &Chance) -> Values {
    let women = chance.between(14, 42);
    numbers(&[("N", chance.between(1, 2)), ("F", women), ("H", chance.between(0, 8)), ("E", chance.part(women, 80))])
}

/// Values of an awareness session.
pub fn awareness(chance: &Chance) -> Values {
    let mut values = numbers(&[("F", chance.between(10, 90)), ("H", chance.between(5, 120))]);
    for label in ["K", "P"] {
        values.set(label, Value::Word(chance.between(1, 6).to_string()));
    }
    values
}

/// Values of a meeting of `body` held on `date`, or not held with a reason.
pub fn meeting(chance: &Chance, body: &str, date: Date, held: bool) -> Values {
    let mut values = if held {
        let participants = chance.between(9, 34);
        let decisions = chance.between(1, 7);
        numbers(&[
            ("N", i64::from(chance.happens(80))),
            ("T", participants),
            ("F", chance.part(participants, 30)),
            ("K", decisions),
            ("X", chance.part(decisions, 45)),
            ("PV", i64::from(chance.happens(70))),
        ])
    } else {
        let mut values = Values::default();
        values.set("NON", Value::Word(chance.one_of(&["1", "2", "2", "3", "4"]).to_string()));
        values
    };
    if held {
        values.set("D", Value::Date(date));
    }
    values.set("INSTANCE", Value::Word(body.to_owned()));
    values
}

/// Values of a month's stock at a site that had `before` sachets left: filled up when it runs low, now and then too late.
pub fn stock(chance: &Chance, before: i64) -> Values {
    let used = chance.between(60, 240);
    let delivered = if before < used + 120 && chance.happens(85) { 150 * chance.between(2, 4) } else { 0 };
    let lost = chance.below(8) as i64;
    let left = (before + delivered - used - lost).max(0);
    let lost = lost.min(before + delivered);
    numbers(&[("S", left), ("E", delivered), ("U", before + delivered - left - lost), ("P", lost)])
}

/// Values of a quarter's action plan.
pub fn plan(chance: &Chance) -> Values {
    let (activities, budget) = (chance.between(6, 18), 500_000 * chance.between(6, 40));
    let (done, spent) = (chance.part(activities, 62), chance.part(budget / 1_000, 55) * 1_000);
    numbers(&[("A", activities), ("X", done), ("B", budget), ("U", spent)])
}

/// Values of one day of the vitamin A campaign.
pub fn campaign(chance: &Chance) -> Values {
    let older = chance.between(40, 260);
    numbers(&[("A", chance.between(5, 60)), ("B", older), ("D", chance.part(older, 94))])
}

/// Values of a screening of women.
pub fn women(chance: &Chance) -> Values {
    let total = chance.between(8, 40);
    let low = chance.part(total, 9);
    numbers(&[("T", total), ("J", low), ("M", chance.part(low, 85))])
}

/// Values of an alert.
pub fn alert(chance: &Chance) -> Values {
    let mut values = numbers(&[("N", chance.between(0, 300))]);
    values.set("K", Value::Word(chance.between(1, 7).to_string()));
    values.set("G", Value::Word(chance.between(1, 3).to_string()));
    values
}

/// Values of money that was pledged (`A`), received (`R`) or spent (`D`).
pub fn money(amount: i64, source: i64, status: &str) -> Values {
    let mut values = numbers(&[("M", amount)]);
    values.set("S", Value::Word(source.to_string()));
    values.set("ST", Value::Word(status.to_owned()));
    values
}

fn numbers(values: &[(&str, i64)]) -> Values {
    Values(values.iter().map(|(label, number)| ((*label).to_owned(), Value::Number(*number))).collect())
}
