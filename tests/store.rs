//! The store on every database there is: each case runs on SQLite and, where `TEST_POSTGRES_URL` is set, on PostgreSQL.

mod support;

#[path = "store/areas.rs"]
mod areas;
#[path = "store/audit.rs"]
mod audit;
#[path = "store/cells.rs"]
mod cells;
#[path = "store/fixtures.rs"]
mod fixtures;
#[path = "store/messages.rs"]
mod messages;
#[path = "store/opening.rs"]
mod opening;
#[path = "store/outbox.rs"]
mod outbox;
#[path = "store/people.rs"]
mod people;
#[path = "store/phones.rs"]
mod phones;
#[path = "store/places.rs"]
mod places;
#[path = "store/reports.rs"]
mod reports;
#[path = "store/small_tables.rs"]
mod small_tables;
