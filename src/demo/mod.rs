//! Made-up data through the same counting code: people, and twelve months of their reports. Always marked as made up.

mod chance;
mod figures;
mod fill;
mod people;
mod year;

pub use fill::{FillError, Filled, Sample, Wanted, fill};
pub use people::{TOUR_CERCLE, TOUR_COMMUNE};
