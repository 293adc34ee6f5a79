//! How a figure moved from one period to the one before it: counts absolutely and in per cent, ratios in points, means by
//! what they are more or less.

use super::FigureShown;

/// A move between two periods that both have the figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// A count.
    Count {
        /// More or fewer.
        by: i64,
        /// The same in per cent of before, to one decimal; none where before was nothing.
        percent: Option<f64>,
    },
    /// A ratio, in points of per cent to one decimal.
    Points(f64),
    /// A mean, to one decimal.
    Mean(f64),
}

impl Change {
    /// -1, 0 or 1.
    pub fn direction(&self) -> i8 {
        let sign = |down: bool, up: bool| i8::from(up) - i8::from(down);
        match self {
            Change::Count { by, .. } => sign(*by < 0, *by > 0),
            Change::Points(by) | Change::Mean(by) => sign(*by < 0.0, *by > 0.0),
        }
    }
}

/// From `before` to `now`; none where one of them says nothing.
pub fn change(before: &FigureShown, now: &FigureShown) -> Option<Change> {
    match (before, now) {
        (FigureShown::Whole(before), FigureShown::Whole(now)) => {
            let by = now - before;
            let percent = (*before > 0).then(|| tenth(by as f64 * 100.0 / *before as f64));
            Some(Change::Count { by, percent })
        }
        (FigureShown::Ratio { percent: before, .. }, FigureShown::Ratio { percent: now, .. }) => {
            change_in_points(*before, *now)
        }
        (FigureShown::Mean { mean: before, .. }, FigureShown::Mean { mean: now, .. }) => {
            Some(Change::Mean(tenth((*now)? - (*before)?)))
        }
        _ => None,
    }
}

/// Between two percentages as they are shown, so that the reader can do the sum.
pub fn change_in_points(before: Option<f64>, now: Option<f64>) -> Option<Change> {
    Some(Change::Points(tenth(now? - before?)))
}

fn tenth(exact: f64) -> f64 {
    // No minus before a zero.
    (exact * 10.0).round() / 10.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(percent: Option<f64>) -> FigureShown {
        FigureShown::Ratio { numerator: 1, denominator: 2, percent }
    }

    #[test]
    fn counts_move_by_numbers_and_ratios_by_points() {
        let whole = FigureShown::Whole;
        for (before, now, expected) in [
            (whole(40), whole(50), Some(Change::Count { by: 10, percent: Some(25.0) })),
            (whole(3), whole(1), Some(Change::Count { by: -2, percent: Some(-66.7) })),
            (whole(0), whole(7), Some(Change::Count { by: 7, percent: None })),
            (whole(7), whole(7), Some(Change::Count { by: 0, percent: Some(0.0) })),
            (ratio(Some(10.8)), ratio(Some(10.1)), Some(Change::Points(-0.7))),
            (ratio(Some(10.1)), ratio(Some(10.1)), Some(Change::Points(0.0))),
            (ratio(None), ratio(Some(10.1)), None),
            (ratio(Some(10.1)), ratio(None), None),
            (whole(1), ratio(Some(1.0)), None),
        ] {
            assert_eq!(change(&before, &now), expected, "{before:?} to {now:?}");
        }
        let directions = [Some(-0.7), Some(0.0), Some(0.1)].map(|now| change_in_points(Some(0.0), now));
        assert_eq!(directions.map(|change| change.map(|change| change.direction())), [Some(-1), Some(0), Some(1)]);
    }
}
