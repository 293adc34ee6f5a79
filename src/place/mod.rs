//! Places: the tree with its dated parents, names as people type them, outlines, and the import file.
//!
//! Never knows SQL or HTTP. A code never stands without its vintage; a period is rolled up by the parents in force on
//! its last day.

pub mod file;
pub mod map;
mod naming;
mod outline;
mod past;
mod tree;

pub use naming::{Found, find};
pub use outline::{Outlines, Point, Ring};
pub use past::{Former, MapInForce, Past};
pub use tree::{ALWAYS, Parent, Place, Span, Tree};
