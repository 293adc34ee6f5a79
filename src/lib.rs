//! relais: SMS and USSD field reporting.

pub mod base;
