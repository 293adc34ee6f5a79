//! Limits of this room.

/// Rows of one page of a list when none is asked for.
pub const LIST_ROWS_DEFAULT: i64 = 50;
/// Most rows of one page of a list.
pub const LIST_ROWS_MAX: i64 = 500;
/// Names opened for one page of people: one behind which a name may still stand says so by its next page.
pub const PEOPLE_LOOKED_AT_MAX: usize = 20_000;
/// Longest value of one part of a question, in bytes.
pub const QUESTION_BYTES_MAX: usize = 100;
/// Septets of the one SMS that answers an officer.
pub const ANSWER_SEPTETS_MAX: usize = 160;
/// Places of one page when none is asked for: every commune of a country at once.
pub const PLACE_ROWS_DEFAULT: i64 = 1_000;
/// Most places of one page.
pub const PLACE_ROWS_MAX: usize = 2_000;
/// Months of a trend.
pub const TREND_MONTHS: usize = 12;
/// Quarters the public face shows: a year.
pub const PUBLIC_QUARTERS: usize = 4;
/// Periods of a matrix: a year of months, a quarter of weeks.
pub const MATRIX_PERIODS: usize = 12;
/// Reports of a sample when no number is asked for.
pub const SAMPLE_DEFAULT: usize = 20;
/// Most reports of a sample.
pub const SAMPLE_MAX: usize = 100;
/// Most reports a sample is drawn from, those among them that cannot be drawn included: a cercle's half year.
pub const SAMPLED_FROM_MAX: usize = 10_000;
/// Longest seed of a sample, in characters.
pub const SEED_CHARS_MAX: usize = 20;
