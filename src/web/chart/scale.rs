//! Where an axis ends, and which class a value falls in.

/// The end of an axis that begins at 0 and holds `highest`: 1, 2, 2.5 or 5 times a power of ten.
pub fn top_of(highest: f64) -> f64 {
    if highest.is_nan() || highest <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(highest.log10().floor());
    // A hair above the value, so that rounding never pushes a value of exactly 5 to 10.
    let steps = [1.0, 2.0, 2.5, 5.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= highest * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// Where classes begin above the lowest one: at most `classes - 1` values that cut the rest into groups as equal as can
/// be. Equal values are never in two classes, so few different values give few classes.
pub fn quantiles(values: &[f64], classes: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(lowest) = sorted.first().copied() else { return Vec::new() };
    let mut cuts: Vec<f64> = (1..classes).filter_map(|at| sorted.get(at * sorted.len() / classes).copied()).collect();
    cuts.retain(|cut| *cut > lowest);
    cuts.dedup();
    cuts
}

/// The class of `value`, the lowest being 0: how many `cuts` it reaches.
pub fn class_of(value: f64, cuts: &[f64]) -> usize {
    cuts.iter().filter(|cut| value >= **cut).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_that_holds_the_highest() {
        for (highest, expected) in [
            (0.0, 1.0),
            (-3.0, 1.0),
            (f64::NAN, 1.0),
            (0.03, 0.05),
            (1.0, 1.0),
            (1.2, 2.0),
            (2.1, 2.5),
            (5.0, 5.0),
            (5.1, 10.0),
            (99.0, 100.0),
            (100.0, 100.0),
            (1_045.0, 2_000.0),
            (48_211.0, 50_000.0),
        ] {
            assert!((top_of(highest) - expected).abs() < 1e-9, "{highest}: {}", top_of(highest));
        }
    }

    #[test]
    fn classes_hold_about_as_many_each_and_never_split_equals() {
        let eight: Vec<f64> = (1..=8).map(f64::from).collect();
        assert_eq!(quantiles(&eight, 4), [3.0, 5.0, 7.0]);
        let counts =
            (0..4).map(|class| eight.iter().filter(|value| class_of(**value, &[3.0, 5.0, 7.0]) == class).count());
        assert_eq!(counts.collect::<Vec<_>>(), [2, 2, 2, 2]);
        for (label, values, expected) in [
            ("none", vec![], vec![]),
            ("one", vec![4.0], vec![]),
            ("all alike", vec![7.0; 9], vec![]),
            ("two kinds", vec![0.0, 0.0, 0.0, 5.0], vec![5.0]),
            ("mostly zero", vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 9.0], vec![1.0]),
            ("no number among them", vec![f64::NAN, 1.0, 2.0], vec![2.0]),
        ] {
            assert_eq!(quantiles(&values, 4), expected, "{label}");
        }
    }
}
