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

fn numbers(values: &[(&str, i64)]) -> Values {
    Values(values.iter().map(|(label, number)| ((*label).to_owned(), Value::Number(*number))).collect())
}
