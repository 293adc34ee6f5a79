//! Every question an officer can ask, once: for SMS, USSD, page, file and API alike.
//!
//! Takes a place, a period and a flow, reads one state of the store and gives values to render. Never knows HTTP or
//! SQL, never writes; who may see what is asked of [`crate::person::Access`] and nowhere else.

mod alerts;
mod approvals;
mod bodies;
mod change;
mod closing;
mod completeness;
mod count;
mod detail;
mod history;
pub mod info;
pub mod limits;
mod listed;
mod listing;
mod matrix;
mod median;
pub mod officer;
mod people;
mod places;
mod public;
mod question;
mod report;
mod sample;
mod shown;
pub mod silent;
mod summary;
mod sums;
mod target;

pub use alerts::{AlertItem, OfficerShown, alerts, open_alerts};
pub use approvals::{ApprovalItem, ProposedItem, approvals};
pub use bodies::{
    BodiesView, BodyCounts, BodyItem, BodyPart, BodyState, QuarterCounts, QuarterState, ReasonCount, ReasonShown,
    bodies,
};
pub use change::{Change, change, change_in_points};
pub use closing::{
    ApprovedShown, ClosedFigures, ClosedPlace, ClosedShown, ClosingItem, MonthReview, ReopenedShown, closed_by_place,
    closing, closings, month_review, open_parts, situation,
};
pub use completeness::{CompletenessRow, CompletenessView, completeness};
pub use detail::{ChangeItem, ReportDetail, SenderShown, VisaItem, report_detail};
pub use history::{Earlier, History, TrendMonth};
pub use listed::{MessageItem, PageOf, ReportItem, ReportNumber, RevisionItem};
pub use listing::{Listing, MessageFilter, ReportFilter, message_by_external, messages, report, reports};
pub use matrix::{Matrix, MatrixCell, MatrixRow, matrix};
pub use median::{COMPLETENESS as MEDIAN_COMPLETENESS, MedianShown, ON_TIME as MEDIAN_ON_TIME};
pub use people::{PeopleFilter, PersonItem, PersonView, PhoneView, people, person};
pub use places::{PlaceItem, places};
pub use public::{PublicCard, PublicRow, PublicTable, public_card};
pub use question::{Ask, By, Question, place_in_area};
pub use report::{ReportView, report as printed};
pub use sample::{Sample, SampleAsk, SampledReport, sample};
pub use shown::{
    CompletenessShown, FigureShown, IndicatorShown, NetworkShown, PlaceShown, PlacesReporting, RoleShown, indicators,
};
pub use summary::{EarlierShown, PlaceView, Summary, SummaryRow, compared_summary, place, summary};
pub use target::{TargetItem, targets};

use crate::base::PeriodKind;
use crate::flow::text::TextError;
use crate::silence::SilenceError;
use crate::store::StoreError;

impl From<SilenceError> for ViewError {
    fn from(error: SilenceError) -> ViewError {
        match error {
            SilenceError::Store(error) => ViewError::Store(error),
            SilenceError::Text(error) => ViewError::Text(error),
        }
    }
}

/// Why a question has no answer: facts, so that each face says it in its own words.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The place lies outside the asker's area.
    #[error("outside the asker's area, which is {area}")]
    NotYours {
        /// Name of the area that is theirs.
        area: String,
    },
    /// No place bears the name or code.
    #[error("no place is called {typed}")]
    UnknownPlace {
        /// What was asked.
        typed: String,
        /// Places spelled nearly so.
        near: Vec<String>,
    },
    /// Several places bear the name.
    #[error("several places are called {typed}")]
    AmbiguousPlace {
        /// What was asked.
        typed: String,
        /// Name and code of each.
        places: Vec<String>,
    },
    /// Not the name of a period.
    #[error("{0} is no period")]
    UnknownPeriod(String),
    /// The period has not begun.
    #[error("the period {0} has not begun")]
    FuturePeriod(String),
    /// The period is of another kind than what is answered.
    #[error("{asked} is no {}", wanted.word())]
    OtherPeriod {
        /// What was asked.
        asked: String,
        /// The kind that is answered.
        wanted: PeriodKind,
    },
    /// No report type bears the word.
    #[error("{0} is no report type")]
    UnknownFlow(String),
    /// No network has the id.
    #[error("{typed} is no network")]
    UnknownNetwork {
        /// What was asked.
        typed: String,
        /// Ids of all there are.
        known: Vec<String>,
    },
    /// No role has the id.
    #[error("{typed} is no role")]
    UnknownRole {
        /// What was asked.
        typed: String,
        /// Ids of all there are.
        known: Vec<String>,
    },
    /// A value of a question is none of those there are.
    #[error("{value} is no {field}")]
    UnknownValue {
        /// Which part of the question.
        field: &'static str,
        /// What was given.
        value: String,
        /// What could be.
        allowed: &'static str,
    },
    /// Nothing has this id.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The programme has no places yet.
    #[error("there are no places yet")]
    NoPlaces,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text of the pack failed: excluded for packs that passed `relais check`.
    #[error(transparent)]
    Text(#[from] TextError),
}
