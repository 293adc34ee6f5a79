//! relais: SMS field reporting for the communal actors of nutrition coordination, and for anyone with the same need.
//!
//! Data goes one way, and this is the map of its way:
//!
//! ```text
//! provider bytes -> channel -> intake -> flow -> report -> rollup -> view -> people
//! ```
//!
//! - [`base`]: ids, clock, periods, phones, text, sealing: the small types every room speaks.
//! - [`channel`]: providers' wire formats, one file each and one static table of them. Pure.
//! - [`flow`]: flow files, their checks, reading an SMS, the dialogue, texts, transcripts. Pure.
//! - [`report`], [`rollup`], [`place`], [`person`]: the domain: a report's life, counting by exact differences, places
//!   with dated parents, who may see what.
//! - [`config`], [`pack_folder`], [`pack_embedded`]: what a server is told at start, and the pack it works with.
//! - [`card`]: a report type as a printed page.
//! - [`store`]: all the SQL, one text for SQLite and PostgreSQL. [`spool`]: callbacks that wait for the database.
//! - [`programme`]: store, clock, time zone and the pack in force, together.
//! - [`alert`]: whom an alert is told. [`closing`]: whose approval closes a month; [`review`]: approving it.
//! - [`intake`]: one inbound event, one transaction. [`outbox`]: claim, send, settle. [`watch`]: what time brings.
//!   [`privacy`]: what is removed, sealed and renewed as time passes, and erasing a person.
//!   [`view`]: every question an officer can ask, once for every face. [`rebuild`]: counts everything again.
//!   [`register`]: people and places from files. [`replay`]: tries a changed pack on the inbox.
//! - [`web`]: webhooks, pages, API. [`server`]: the whole running process. [`cli`]: one file per command. [`demo`]:
//!   made-up data through the same counting code.
//!
//! A room imports only rooms below it; `tests/house.rs` holds the table and enforces it. docs/ARCHITECTURE.md gives the
//! reasons.

pub mod account;
pub mod alert;
pub mod base;
pub mod card;
pub mod channel;
pub mod cli;
pub mod closing;
pub mod config;
pub mod demo;
pub mod dhis2;
pub mod flow;
pub mod intake;
pub mod officer;
pub mod outbox;
pub mod pack_embedded;
pub mod pack_folder;
pub mod person;
pub mod place;
pub mod privacy;
pub mod programme;
pub mod rebuild;
pub mod register;
pub mod replay;
pub mod report;
pub mod review;
pub mod rollup;
pub mod server;
pub mod silence;
pub mod spool;
pub mod store;
pub mod view;
pub mod watch;
pub mod web;
