//! Ids made by us, so that no database has to hand them out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Environment;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id (UUIDv7): ids made later sort later.
            pub fn new(environment: &Environment) -> Self {
                let milliseconds = u64::try_from(environment.now().0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, &environment.bytes()).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

uuid_id! {
    /// One inbound message.
    MessageId,
    /// One report, through all its revisions.
    ReportId,
    /// One registered reporter or officer.
    PersonId,
    /// One message waiting to be sent, or sent.
    OutboxId,
    /// One API token.
    TokenId,
    /// One piece of work left for a supervisor.
    TaskId,
    /// One thing that waits for an officer.
    ApprovalId,
    /// One number that asked to join.
    JoinRequestId,
    /// One alert officers have to acknowledge.
    AlertId,
    /// One people file that waits to be confirmed.
    PeopleFileId,
    /// One entry of the audit log, or one of its keys.
    AuditId,
    /// One month that a place approved.
    ClosingId,
}

/// One place or site: a small number handed out by the place import, because every cell carries one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceId(pub i64);

impl fmt::Display for PlaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
