//! Limits of this room.

use std::time::Duration;

use crate::register;

/// Largest request body of pages and API, in bytes: forms are all there is.
pub const BODY_BYTES_MAX: usize = 16 * 1024;
/// Largest body of the form that takes a people file, in bytes: the file, and the form around it.
pub const FILE_BODY_BYTES_MAX: usize = register::FILE_BYTES_MAX + BODY_BYTES_MAX;
/// Rows after which a file of a list goes no further: whoever wants more asks for shorter periods, or with a limit.
pub const FILE_ROWS_MAX: usize = 10_000;
/// Faulty rows of a file that a page lists.
pub const FAULTS_SHOWN_MAX: usize = 100;
/// Places that a form offers to choose from; where there are more, their code or name is typed.
pub const PLACES_OFFERED_MAX: usize = 60;
/// How long an answer may take before the visitor is told to come back.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest a provider may take to hand over the body of a call.
pub const CALL_BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of a call that are read at all; those over [`crate::channel::BODY_BYTES_MAX`] are not kept.
pub const CALL_BYTES_READ_MAX: usize = 8 * 1024 * 1024;
/// Requests one address may make at once: a town's whole mobile network may come from one.
pub const ADDRESS_BURST: u32 = 600;
/// After a burst, one request of an address in each stretch of this length: 40 a second.
pub const ADDRESS_EVERY: Duration = Duration::from_millis(25);
/// Requests one account may make at once.
pub const ACCOUNT_BURST: u32 = 300;
/// After a burst, one request of an account in each stretch of this length: 10 a second.
pub const ACCOUNT_EVERY: Duration = Duration::from_millis(100);
/// Codes one address may ask for at once: an office signs in together.
pub const ASKING_BURST: u32 = 30;
/// After a burst, one code asked for from an address in each stretch of this length.
pub const ASKING_EVERY: Duration = Duration::from_secs(20);
/// Codes and tokens one address may try at once.
pub const TRYING_BURST: u32 = 60;
/// After a burst, one code or token tried from an address in each stretch of this length.
pub const TRYING_EVERY: Duration = Duration::from_secs(10);
/// Calls with a wrong webhook key one address may make at once: a provider that was given the wrong one.
pub const WRONG_KEY_BURST: u32 = 60;
/// After a burst, one call with a wrong webhook key in each stretch of this length.
pub const WRONG_KEY_EVERY: Duration = Duration::from_secs(1);
/// How long a browser is told to come by HTTPS only, in seconds: a year.
pub const HSTS_AGE_S: u32 = 365 * 24 * 3_600;
/// How long a browser may keep a style sheet or script, whose name changes with its content, in seconds: a year.
pub const ASSET_AGE_S: u32 = 365 * 24 * 3_600;
/// Headline figures in the columns of a table.
pub const COLUMNS_MAX: usize = 6;
/// Bodies that the page of bodies lists one by one: those of a region. Over more, each place below has one row.
pub const BODIES_LISTED_MAX: usize = 250;
/// Figures of a bulletin.
pub const BULLETIN_FIGURES: usize = 5;
/// Places named in one line of a bulletin.
pub const BULLETIN_NAMES_MAX: usize = 8;
/// Silent places named in a bulletin: more would not leave one side of A4 for the rest.
pub const BULLETIN_SILENT_MAX: usize = 60;
/// Periods of each kind offered by the picker.
pub const PERIODS_OFFERED: usize = 8;
/// Lines of its SMS thread that the telephone shows.
pub const THREAD_LINES_MAX: i64 = 40;
/// Characters of an SMS that the telephone's field takes: four parts, more than any report.
pub const TYPED_SMS_CHARS_MAX: usize = 612;
/// Characters of one answer on USSD: what a handset lets a person type.
pub const TYPED_ANSWER_CHARS_MAX: usize = 160;
/// Characters of all answers of one USSD session together: the address that carries them stays short.
pub const TYPED_SESSION_CHARS_MAX: usize = 600;
/// Characters of a number typed by hand that are looked at.
pub const TYPED_NUMBER_CHARS_MAX: usize = 40;
/// Longest sealed session that is opened, in bytes.
pub const SESSION_BYTES_MAX: usize = 8 * 1024;
/// Texts the telephone offers to a person.
pub const EXAMPLES_MAX: usize = 3;
/// Width a map is drawn in, in units.
pub const MAP_WIDTH: f64 = 620.0;
/// Height a map is drawn in, in units.
pub const MAP_HEIGHT: f64 = 560.0;
/// Shades of a map; a page must tell them apart in print.
pub const MAP_CLASSES: usize = 4;
/// Places without an outline that are named beside a map.
pub const UNMAPPED_NAMED_MAX: usize = 12;
/// How long anyone may keep a public page, in seconds: an hour.
pub const PUBLIC_AGE_S: u32 = 3_600;
/// Longest a connection stays on which we write nothing: more than reading a call and answering it may take together.
pub const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Connections open at once; who comes after them waits in line.
pub const CONNECTIONS_MAX: usize = 4_096;
