//! The largest things a pack or a message may hold, each with its unit. Nothing else in this room sets a limit.

/// Days in which a report may be corrected by its sender alone: a year.
pub const CHANGE_DAYS_MAX: i64 = 366;
/// Bytes of one pack file: national boundaries are the largest honest ones.
pub const FILE_BYTES_MAX: usize = 4_000_000;
/// Bytes of one flow file: fifty times the longest honest one.
pub const FLOW_FILE_BYTES_MAX: usize = 200_000;
/// Files in a pack.
pub const FILES_MAX: usize = 200;
/// Fields in one flow: more than anyone types on a phone.
pub const FIELDS_MAX: usize = 24;
/// Options of one choice: one digit on a USSD menu, and what people remember.
pub const OPTIONS_MAX: usize = 20;
/// Reports of their own someone is shown on USSD: one digit each.
pub const OWN_REPORTS_MAX: usize = 9;
/// Checks in one flow.
pub const CHECKS_MAX: usize = 40;
/// Alerts in one flow.
pub const ALERTS_MAX: usize = 10;
/// Hours an alert may wait to be acknowledged, or take in the same again: a month.
pub const ALERT_HOURS_MAX: i64 = 31 * 24;
/// Indicators in one flow.
pub const INDICATORS_MAX: usize = 60;
/// Languages in one pack.
pub const LANGUAGES_MAX: usize = 8;
/// Characters of one keyword, alias or label word.
pub const WORD_CHARS_MAX: usize = 20;
/// Longest free text a field may take, in characters: an SMS must still hold the rest.
pub const TEXT_CHARS_MAX: usize = 100;
/// Largest whole number a field may take: twelve digits, far inside 64 bits even when summed a million times.
pub const NUMBER_MAX: i64 = 999_999_999_999;
/// Digits a decimal field may keep.
pub const DECIMALS_MAX: u32 = 4;
/// How far back a date field may reach, in days.
pub const DATE_AGE_DAYS_MAX: i64 = 3_660;
/// What waits for an officer that a USSD session lists at most: each has a digit or two.
pub const OPEN_APPROVALS_MAX: i64 = 30;
