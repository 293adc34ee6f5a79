//! Flow files, reading an SMS by them, and the dialogue. Pure: (pack, conversation, text) to (conversation, effects).
//!
//! Nothing here does I/O, knows channels or the store, or reads the clock.

pub mod beside;
pub mod check;
pub mod diagnostic;
pub mod dialogue;
pub mod limits;
pub mod model;
pub mod read;
pub mod replay;
pub mod rule;
pub mod source;
pub mod text;
pub mod transcript;
pub mod turn;
pub mod values;
