//! Dated parents of one place: a new one takes its days, the others keep theirs.

use jiff::ToSpan;

use crate::place::{Parent, Span};

/// The parents of one place once `named` holds during its span: in order, without overlap, equal neighbours as one.
pub(super) fn with(before: &[Parent], named: Parent) -> Vec<Parent> {
    let mut pieces: Vec<Parent> = before.iter().flat_map(|known| outside(*known, named.span)).collect();
    pieces.push(named);
    pieces.sort_by_key(|piece| piece.span.from);
    let mut joined: Vec<Parent> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if last.parent == piece.parent && last.span.to.tomorrow().ok() == Some(piece.span.from) => {
                last.span.to = piece.span.to;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// What of `known` lies before and after `taken`.
fn outside(known: Parent, taken: Span) -> Vec<Parent> {
    let piece = |from, to| Parent { span: Span { from, to }, ..known };
    let before = taken.from.checked_sub(1.day()).ok().map(|last| piece(known.span.from, known.span.to.min(last)));
    let after = taken.to.checked_add(1.day()).ok().map(|first| piece(known.span.from.max(first), known.span.to));
    before.into_iter().chain(after).filter(|piece| piece.span.from <= piece.span.to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Date, PlaceId};
    use crate::place::ALWAYS;
    use jiff::civil::date;

    fn under(parent: i64, from: Date, to: Date) -> Parent {
        Parent { place: PlaceId(9), parent: PlaceId(parent), span: Span { from, to } }
    }

    #[test]
    fn a_new_parent_takes_its_days_only() {
        let (june, july) = (date(2026, 6, 30), date(2026, 7, 1));
        let always = |parent| under(parent, ALWAYS.from, ALWAYS.to);
        for (label, before, named, after) in [
            ("the first", vec![], always(1), vec![always(1)]),
            ("the same again", vec![always(1)], always(1), vec![always(1)]),
            (
                "another from July on",
                vec![always(1)],
                under(2, july, ALWAYS.to),
                vec![under(1, ALWAYS.from, june), under(2, july, ALWAYS.to)],
            ),
            ("the same from July on", vec![always(1)], under(1, july, ALWAYS.to), vec![always(1)]),
            (
                "one month in between",
                vec![always(1)],
                under(2, july, date(2026, 7, 31)),
                vec![
                    under(1, ALWAYS.from, june),
                    under(2, july, date(2026, 7, 31)),
                    under(1, date(2026, 8, 1), ALWAYS.to),
                ],
            ),
            ("taken back", vec![under(1, ALWAYS.from, june), under(2, july, ALWAYS.to)], always(1), vec![always(1)]),
        ] {
            assert_eq!(with(&before, named), after, "{label}");
        }
    }
}
