//! relais: SMS and USSD field reporting.

pub mod base;
pub mod channel;
pub mod cli;
pub mod config;
pub mod demo;
pub mod flow;
pub mod intake;
pub mod outbox;
pub mod pack_embedded;
pub mod pack_folder;
pub mod person;
pub mod place;
pub mod programme;
pub mod rebuild;
pub mod report;
pub mod rollup;
pub mod server;
pub mod spool;
pub mod store;
pub mod view;
pub mod watch;
pub mod web;
