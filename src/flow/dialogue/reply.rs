//! One reply, one SMS: pieces that give way to shorter forms, the least important first. A letter that GSM-7 lacks, in a
//! language that is written with it, leaves 70 characters to the whole.

use crate::base::gsm7;

/// How gladly a piece gives way; the last ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What became of the message, and what is asked.
    Answer,
    /// What happened besides: a draft given up, a warning.
    Besides,
    /// What was read otherwise than typed.
    Reading,
    /// How to undo it.
    Undo,
}

/// A part of a reply in forms from long to short; the last may be empty.
#[derive(Debug)]
struct Piece {
    rank: Rank,
    forms: Vec<String>,
    form: usize,
}

/// A reply in the making.
#[derive(Debug, Default)]
pub(super) struct Reply(Vec<Piece>);

impl Reply {
    /// Adds a piece with its forms, the longest first.
    pub(super) fn add(&mut self, rank: Rank, forms: Vec<String>) {
        if !forms.is_empty() {
            self.0.push(Piece { rank, forms, form: 0 });
        }
    }

    /// Adds a piece in front of all others.
    pub(super) fn add_first(&mut self, rank: Rank, forms: Vec<String>) {
        self.0.insert(0, Piece { rank, forms, form: 0 });
    }

    /// The text in one SMS; `None` when nothing is to be said.
    pub(super) fn compose(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        loop {
            let text = self.text();
            if gsm7::size(&text).parts == 1 {
                return Some(text).filter(|text| !text.is_empty());
            }
            let shorter = |piece: &&mut Piece| piece.form + 1 < piece.forms.len();
            // The last of the least important pieces.
            match self.0.iter_mut().filter(shorter).max_by_key(|piece| piece.rank) {
                Some(piece) => piece.form += 1,
                None => return Some(shortened(&text)),
            }
        }
    }

    fn text(&self) -> String {
        let said = self.0.iter().map(|piece| piece.forms[piece.form].trim()).filter(|text| !text.is_empty());
        said.collect::<Vec<_>>().join(" ")
    }
}

/// `text` in plain letters where it then fits: a text that nobody has translated yet was measured for 160 characters, and
/// a name filled in may be of a language that has 70. Else as much of it as one SMS holds.
fn shortened(text: &str) -> String {
    let plain = gsm7::plain(text);
    if gsm7::size(&plain).parts == 1 { plain } else { cut(text) }
}

/// As much of `text` as one SMS holds: only where a pack says more than it may (`relais check` refuses that).
fn cut(text: &str) -> String {
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if gsm7::size(&kept).parts > 1 {
            kept.pop();
            // At the end of a sentence where there is one: half a sentence helps nobody.
            let end = [". ", "? ", "! "].into_iter().filter_map(|end| kept.rfind(end)).max();
            if let Some(end) = end.filter(|end| *end >= kept.len() / 2) {
                kept.truncate(end + 1);
            }
            break;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_gives_way_first() {
        let mut reply = Reply::default();
        reply.add(Rank::Answer, vec!["a".repeat(100), "a".repeat(50)]);
        reply.add(Rank::Besides, vec!["b".repeat(60)]);
        reply.add(Rank::Undo, vec!["u".repeat(40), String::new()]);
        assert_eq!(reply.compose(), Some(format!("{} {}", "a".repeat(50), "b".repeat(60))));
    }

    #[test]
    fn a_letter_outside_gsm7_leaves_seventy_to_the_whole_reply() {
        let (long, short) = (format!("ɲ{}", "a".repeat(60)), format!("ɲ{}", "a".repeat(30)));
        for (why, undo, expected) in [
            ("both fit 70", "u".repeat(8), format!("{long} {}", "u".repeat(8))),
            ("not beside the other piece", "u".repeat(9), long.clone()),
        ] {
            let mut reply = Reply::default();
            reply.add(Rank::Answer, vec![long.clone(), short.clone()]);
            reply.add(Rank::Undo, vec![undo, String::new()]);
            assert_eq!(reply.compose(), Some(expected), "{why}");
        }
        let mut reply = Reply::default();
        reply.add(Rank::Answer, vec![long, short.clone()]);
        reply.add(Rank::Besides, vec!["b".repeat(38)]);
        assert_eq!(reply.compose(), Some(format!("{short} {}", "b".repeat(38))), "the shorter form");
        let mut reply = Reply::default();
        reply.add(Rank::Answer, vec![format!("ɲɛɔŋ {}", "a".repeat(100))]);
        assert_eq!(reply.compose(), Some(format!("neon {}", "a".repeat(100))), "plain letters before any is cut away");
        let mut reply = Reply::default();
        reply.add(Rank::Answer, vec!["ɲ".repeat(200)]);
        assert_eq!(reply.compose(), Some("ɲ".repeat(70)), "else as much as fits");
    }

    #[test]
    fn what_cannot_give_way_is_cut_and_silence_stays_silence() {
        let mut reply = Reply::default();
        reply.add(Rank::Answer, vec!["a".repeat(200)]);
        assert_eq!(reply.compose().map(|text| text.len()), Some(160));
        let mut reply = Reply::default();
        reply.add(Rank::Answer, vec![format!("{}. Autre jour? Renvoyez {}", "a".repeat(120), "b".repeat(60))]);
        assert_eq!(reply.compose(), Some(format!("{}. Autre jour?", "a".repeat(120))));
        assert_eq!(Reply::default().compose(), None);
    }
}
