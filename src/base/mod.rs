//! Small types every room speaks: ids, time and periods, phones, languages, text.
//!
//! Nothing here does I/O, reads the clock or rolls dice: both are passed in as an [`Environment`].

pub mod clock;
pub mod gsm7;
pub mod id;
pub mod language;
pub mod period;
pub mod phone;
pub mod sealing;
pub mod table;
pub mod text;
pub mod typed_period;
pub mod ussd;

pub use clock::{
    Clock, Environment, Instant, ManualClock, Randomness, SeededRandomness, SystemClock, SystemRandomness,
};
pub use id::{
    AlertId, ApprovalId, AuditId, ClosingId, JoinRequestId, MessageId, OutboxId, PeopleFileId, PersonId, PlaceId,
    ReportId, TaskId, TokenId,
};
pub use language::Language;
pub use period::{Calendar, Date, Period, PeriodKind};
pub use phone::{NumberingPlan, Phone, Sender};
pub use ussd::UssdInput;
