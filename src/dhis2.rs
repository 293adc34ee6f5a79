//! DHIS2: figures as its data value sets, and sending them to a server. Only what the pack maps, each value once.

mod push;
mod value_set;

pub use push::{PushError, Pushed, Server, push};
pub use value_set::{DataValue, Figures, Unmapped, ValueSet, value_set};
