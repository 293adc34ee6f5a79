//! Limits of reading and of the dialogue, each with its unit.

/// How long a draft or an open question waits for its sender, in milliseconds.
pub const DRAFT_LIFE_MS: i64 = 24 * 60 * 60 * 1000;
/// Characters of one SMS that are read: ten parts of a long one. Of anything longer the beginning is read, to name what
/// is in it, and nothing is ever saved.
pub const TEXT_CHARS_MAX: usize = 1_530;
/// Characters of one word that are looked into for labels and numbers glued together.
pub const WORD_CHARS_MAX: usize = 63;
/// Age in days of a typed date in a flow that sets no limit of its own: older, the year is in doubt.
pub const DATE_AGE_DAYS_MAX: i64 = 183;
/// Septets of a typed word that are told back.
pub const ECHO_SEPTETS_MAX: usize = 20;
/// Edits between a mistyped keyword and the one it is taken to mean, after asking.
pub const KEYWORD_EDITS_MAX: usize = 1;
/// Letters a word needs before a keyword one edit away is offered.
pub const NEAR_LETTERS_MIN: usize = 3;
/// Reports read in one SMS.
pub const REPORTS_MAX: usize = 4;
/// Faults of one report compared with a new one, so that none is told twice; a text of faults alone ends in time.
pub const FAULTS_COMPARED_MAX: usize = 32;
/// Digits from which a number behind a word such as PIN is a secret, never told back.
pub const SECRET_DIGITS_MIN: usize = 3;
/// Exchanges of two labels tried before a report is refused.
pub const SWAP_TRIES_MAX: usize = 4;
/// Faults worded in one reply; further ones are counted.
pub const FAULTS_TOLD_MAX: usize = 6;
/// Agent codes of a shared phone told in one reply.
pub const AGENT_CODES_TOLD_MAX: usize = 8;
/// Keywords and commands one edit from a mistyped word told in one reply.
pub const NEAR_WORDS_TOLD_MAX: usize = 3;
