//! Counting: from a report's values to cells, and from one state of a report to the next by exact differences.
//!
//! Never knows SQL or HTTP. A report's cells come from the indicators of its own flow version.

mod alerts;
mod cells;
mod completeness;
mod counting;
mod disclosure;
mod ratio;
mod stock;
pub mod target;

pub use alerts::{AlertStanding, alert_changes};
pub use cells::{CellChange, CellKey, Counted, changes, gather};
pub use completeness::{Completeness, CompletenessState, due_day, dues, owed};
pub use counting::{CountingError, Counts, counts, has_stocks};
pub use disclosure::{Published, SMALLEST_SHOWN};
pub use ratio::{Figure, figures};
pub use stock::{Standing, StockBook, stock_periods};
pub use target::TargetRow;
