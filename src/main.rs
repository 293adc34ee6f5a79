//! The `relais` command. Everything is in the library.

fn main() {}
