//! What may be shown of counts to anyone at all: nothing small enough to be somebody's, and no total that gives it away.
//!
//! The only counts published are those of one commune and one quarter. A small one is hidden; every total, over places or
//! over quarters, is the sum of what is shown of its parts, and says "at least" where a part is hidden. So a total is made
//! from published counts alone, and nothing can be learned from it that they do not tell already: there is nothing to
//! subtract, whatever totals are laid side by side.

/// A count below this is hidden.
pub const SMALLEST_SHOWN: i64 = 5;

/// A count as anyone may see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Published {
    /// Nothing came.
    #[default]
    Nothing,
    /// So many.
    Exact(i64),
    /// Fewer than [`SMALLEST_SHOWN`], none among them.
    Few,
    /// The parts that are shown come to so many; others are hidden.
    AtLeast(i64),
}

impl Published {
    /// The count of one commune and one quarter.
    pub fn of(count: Option<i64>) -> Published {
        match count {
            None => Published::Nothing,
            Some(count) if count < SMALLEST_SHOWN => Published::Few,
            Some(count) => Published::Exact(count),
        }
    }

    /// The total of these parts.
    pub fn total(parts: impl IntoIterator<Item = Published>) -> Published {
        parts.into_iter().fold(Published::Nothing, |total, part| match (total, part) {
            (total, Published::Nothing) => total,
            (Published::Nothing, Published::Exact(count)) => Published::Exact(count),
            (Published::Exact(sum), Published::Exact(count)) => Published::Exact(sum.saturating_add(count)),
            (total, part) => Published::AtLeast(total.shown().saturating_add(part.shown())),
        })
    }

    /// What is shown of it as a number.
    fn shown(self) -> i64 {
        match self {
            Published::Nothing | Published::Few => 0,
            Published::Exact(count) | Published::AtLeast(count) => count,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COUNTRY: usize = 12;
    const QUARTERS: usize = 4;

    /// The country's communes as they are summed: each alone, by cercle (3 of them), by region (6), all.
    fn groups() -> Vec<Vec<usize>> {
        let in_steps_of = |step: usize| (0..COUNTRY).step_by(step).map(move |first| (first..first + step).collect());
        [1, 3, 6, COUNTRY].into_iter().flat_map(in_steps_of).collect()
    }

    type Cells = Vec<Vec<Option<i64>>>;
    /// The parts of a total, as commune and quarter, with what is published of it.
    type Told = (Vec<(usize, usize)>, Published);

    /// Everything that is published: each group of communes in each quarter and over all quarters.
    fn everything(cells: &Cells, total: impl Fn(Vec<Published>, i64) -> Published) -> Vec<Told> {
        let mut told = Vec::new();
        for group in groups() {
            for quarters in [vec![0], vec![1], vec![2], vec![3], vec![0, 1], vec![0, 1, 2, 3]] {
                let parts: Vec<(usize, usize)> =
                    group.iter().flat_map(|place| quarters.iter().map(move |quarter| (*place, *quarter))).collect();
                let published = parts.iter().map(|(place, quarter)| Published::of(cells[*place][*quarter])).collect();
                let truth = parts.iter().filter_map(|(place, quarter)| cells[*place][*quarter]).sum();
                told.push((parts, total(published, truth)));
            }
        }
        told
    }

    fn ours(parts: Vec<Published>, _: i64) -> Published {
        Published::total(parts)
    }

    /// As many do it: small parts hidden, totals as they are.
    fn naive(parts: Vec<Published>, truth: i64) -> Published {
        if parts.len() == 1 { parts[0] } else { Published::of(Some(truth)) }
    }

    /// What an attacker who lays everything side by side knows of each hidden count: its bounds, tightened by every total
    /// until nothing moves any more.
    fn attack(told: &[Told]) -> Vec<((usize, usize), (i64, i64))> {
        let mut bounds = std::collections::BTreeMap::new();
        for (parts, published) in told.iter().filter(|(parts, _)| parts.len() == 1) {
            let known = match published {
                Published::Nothing => (0, 0),
                Published::Exact(count) => (*count, *count),
                Published::Few | Published::AtLeast(_) => (0, SMALLEST_SHOWN - 1),
            };
            bounds.insert(parts[0], known);
        }
        let hidden: Vec<(usize, usize)> =
            bounds.iter().filter(|(_, (low, high))| low < high).map(|(cell, _)| *cell).collect();
        loop {
            let before = bounds.clone();
            for (parts, published) in told {
                let (least, most) = match published {
                    Published::Exact(sum) => (*sum, *sum),
                    Published::AtLeast(sum) => (*sum, i64::MAX),
                    Published::Few => (0, SMALLEST_SHOWN - 1),
                    Published::Nothing => (0, 0),
                };
                for cell in parts {
                    let others = parts.iter().filter(|other| *other != cell);
                    let (low, high) = others
                        .fold((0_i64, 0_i64), |(low, high), other| (low + bounds[other].0, high + bounds[other].1));
                    let own = bounds[cell];
                    let tightened = (own.0.max(least - high), own.1.min(most.saturating_sub(low)));
                    bounds.insert(*cell, tightened);
                }
            }
            if before == bounds {
                return hidden.into_iter().map(|cell| (cell, bounds[&cell])).collect();
            }
        }
    }

    fn a_country() -> impl Strategy<Value = Cells> {
        // Mostly small counts, where it matters; some silent, some large.
        let cell = prop_oneof![
            2 => Just(None),
            5 => (0_i64..8).prop_map(Some),
            2 => (0_i64..2_000).prop_map(Some),
        ];
        proptest::collection::vec(proptest::collection::vec(cell, QUARTERS), COUNTRY)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn nothing_hidden_can_be_told_from_all_that_is_shown(cells in a_country()) {
            for (cell, bounds) in attack(&everything(&cells, ours)) {
                prop_assert_eq!(bounds, (0, SMALLEST_SHOWN - 1), "{:?} is narrowed", cell);
            }
        }

        #[test]
        fn a_total_is_never_more_than_the_truth_and_exact_where_it_says_so(cells in a_country()) {
            for (parts, published) in everything(&cells, ours) {
                let truth: i64 = parts.iter().filter_map(|(place, quarter)| cells[*place][*quarter]).sum();
                match published {
                    Published::Exact(sum) => prop_assert_eq!(sum, truth),
                    Published::AtLeast(sum) => prop_assert!(sum <= truth),
                    Published::Few => prop_assert!(truth < SMALLEST_SHOWN),
                    Published::Nothing => prop_assert_eq!(truth, 0),
                }
            }
        }
    }

    #[test]
    fn the_attacker_is_one_who_finds_what_there_is_to_find() {
        let mut cells = vec![vec![Some(40); QUARTERS]; COUNTRY];
        cells[0][0] = Some(3);
        let found = attack(&everything(&cells, naive));
        assert_eq!(found, [((0, 0), (3, 3))], "one hidden count and the total beside it");
        cells[1][0] = Some(4);
        cells[0][0] = Some(4);
        let found = attack(&everything(&cells, naive));
        assert!(found.iter().all(|(_, bounds)| *bounds == (4, 4)), "two that are as large as hidden ones can be");
    }

    #[test]
    fn counts_and_totals_read_as_they_are() {
        use Published::{AtLeast, Exact, Few, Nothing};
        for (count, expected) in
            [(None, Nothing), (Some(0), Few), (Some(4), Few), (Some(5), Exact(5)), (Some(1_000), Exact(1_000))]
        {
            assert_eq!(Published::of(count), expected, "{count:?}");
        }
        for (parts, expected) in [
            (vec![], Nothing),
            (vec![Nothing, Nothing], Nothing),
            (vec![Exact(5), Nothing], Exact(5)),
            (vec![Exact(5), Exact(7)], Exact(12)),
            (vec![Exact(5), Few], AtLeast(5)),
            (vec![Few, Exact(5)], AtLeast(5)),
            (vec![Few], AtLeast(0)),
            (vec![AtLeast(9), Exact(5)], AtLeast(14)),
            (vec![Exact(i64::MAX), Exact(5)], Exact(i64::MAX)),
        ] {
            assert_eq!(Published::total(parts.clone()), expected, "{parts:?}");
        }
    }
}
