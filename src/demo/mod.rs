//! Made-up data through the same counting code: people, and twelve months of their reports. Always marked as made up.

mod alerts;
mod chance;
mod figures;
mod fill;
mod made;
mod people;
mod sms;
mod year;

pub use fill::{FillError, Filled, Sample, Wanted, fill, fill_in_bulk};
pub use people::{TOUR_CERCLE, TOUR_COMMUNE};
