//! What kind of change it is that a text is read otherwise, and whether figures could have moved by it.

use super::{ReadAs, Verdict};

/// How a text is read otherwise than before, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// What was saved is no longer: refused, or no report at all.
    NoLongerSaved,
    /// What was saved is asked about.
    AskedInsteadOfSaved,
    /// Another report type, another day or other values.
    ValuesDiffer,
    /// What could be saved after an answer is refused, or no report at all.
    NoLongerAsked,
    /// A command that is not OUI, RIEN, CORR ... any more, or says something else.
    CommandDiffers,
    /// What was refused or not read is saved.
    NewlySaved,
    /// What was refused or not read can be saved after an answer.
    AskedInsteadOfRefused,
    /// The same becomes of it for other reasons: another check, another word not read.
    ReasonsDiffer,
    /// Read alike, but told otherwise.
    ReplyDiffers,
}

impl Change {
    /// All kinds, the gravest first.
    pub const ALL: [Change; 9] = [
        Change::NoLongerSaved,
        Change::AskedInsteadOfSaved,
        Change::ValuesDiffer,
        Change::NoLongerAsked,
        Change::CommandDiffers,
        Change::NewlySaved,
        Change::AskedInsteadOfRefused,
        Change::ReasonsDiffer,
        Change::ReplyDiffers,
    ];

    /// What people read.
    pub fn word(self) -> &'static str {
        match self {
            Change::NoLongerSaved => "no longer saved",
            Change::AskedInsteadOfSaved => "asked instead of saved",
            Change::ValuesDiffer => "values differ",
            Change::NoLongerAsked => "no longer asked",
            Change::CommandDiffers => "command differs",
            Change::NewlySaved => "newly saved",
            Change::AskedInsteadOfRefused => "asked instead of refused",
            Change::ReasonsDiffer => "other reasons",
            Change::ReplyDiffers => "other reply",
        }
    }

    /// True where something that was counted, or could be after an answer, would be read otherwise.
    pub fn touches_what_counts(self) -> bool {
        self <= Change::CommandDiffers
    }
}

/// How `after` differs from `before`: the gravest change of any part. `None` where they are the same.
pub fn change(before: &[ReadAs], after: &[ReadAs]) -> Option<Change> {
    let nothing = ReadAs::new(Verdict::Unread);
    let parts = before.len().max(after.len());
    let part = |parts: &[ReadAs], rank: usize| parts.get(rank).cloned().unwrap_or_else(|| nothing.clone());
    (0..parts).filter_map(|rank| of_part(&part(before, rank), &part(after, rank))).min()
}

fn of_part(before: &ReadAs, after: &ReadAs) -> Option<Change> {
    use Verdict::{Asked, Saved};
    if before == after {
        return None;
    }
    let says = |part: &ReadAs| (part.flow.clone(), part.values.clone(), part.date);
    Some(match (before.verdict, after.verdict) {
        _ if before.is_moving_command() => Change::CommandDiffers,
        (Saved, Saved) | (Asked, Asked) if says(before) != says(after) => Change::ValuesDiffer,
        (Saved, Saved) | (Asked, Asked) => Change::ReasonsDiffer,
        (Saved, Asked) => Change::AskedInsteadOfSaved,
        (Saved, _) => Change::NoLongerSaved,
        (_, Saved) => Change::NewlySaved,
        (Asked, _) => Change::NoLongerAsked,
        (_, Asked) => Change::AskedInsteadOfRefused,
        _ => Change::ReasonsDiffer,
    })
}
