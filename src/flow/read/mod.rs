//! Reading an SMS: text to what it says, by tables made once per pack.
//!
//! It never guesses: what is not read is named as a [`Fault`], what was read otherwise than typed is a [`Note`].

mod agent;
mod amount;
mod body;
mod day;
mod glue;
pub mod limits;
mod number;
mod opening;
mod reading;
mod row;
mod stranger;
mod table;
mod word;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

pub use amount::proposed;
pub use day::judged_day;
pub use number::is_number_word;
pub use reading::{Body, CommandRead, Fault, KeywordMatch, LooseRead, Note, Part, Reading, ReportRead, Said, Sender};
pub use table::Reader;
