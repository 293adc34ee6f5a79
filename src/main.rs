//! The `relais` command. Everything is in the library; this only gives it the process.

use std::process::ExitCode;

fn main() -> ExitCode {
    relais::cli::main()
}
