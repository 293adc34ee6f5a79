//! Small drawings as SVG text: scales, classes and outlines as paths. Numbers in, numbers and paths out.
//!
//! Written by hand because the page's policy allows neither scripts nor style attributes, every area of a map must be a
//! link with a title, and the whole page must stay under its weight. Never knows a pack, a place or a language.

mod land;
mod scale;

pub use land::Land;
pub use scale::{class_of, quantiles, top_of};
