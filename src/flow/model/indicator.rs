//! What a flow counts, and how. Only data: counting is done where reports are summed up.

use super::Wording;

/// Something counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Id within the flow: `depistes`; the full name is `dep.depistes`.
    pub id: String,
    /// What people read.
    pub name: Wording,
    /// How it is computed.
    pub kind: IndicatorKind,
    /// Labels of choice fields it is also counted by.
    pub by: Vec<String>,
    /// Name in `texts` of the condition a report must meet to count.
    pub when: Option<String>,
    /// DHIS2 data element code.
    pub data_element: Option<String>,
    /// Shown first on pages and in BILAN.
    pub headline: bool,
    /// A target is reached at it or below: hours of waiting, days without stock.
    pub fewer_is_better: bool,
    /// Shown to anyone where the public face is on, by commune and quarter. One of each report type at most.
    pub public: bool,
}

/// How an indicator is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum IndicatorKind {
    /// Sum of an expression over reports (its name in `texts`), with the labels it reads.
    Sum {
        /// Name in `texts`.
        value: String,
        /// Labels it reads: where one is absent the report adds nothing.
        labels: Vec<String>,
    },
    /// Number of reports.
    Count,
    /// Latest value per place, summed over places.
    Last {
        /// Name in `texts`.
        value: String,
        /// Labels it reads.
        labels: Vec<String>,
    },
    /// Sum of some indicators over the sum of others, shown in per cent.
    Ratio {
        /// Indicator ids of this flow.
        numerator: Vec<String>,
        /// What it is divided by.
        denominator: Denominator,
    },
    /// Sum of some indicators over the sum of others, shown as a number with one decimal: hours of a wait, people of a
    /// session.
    Mean {
        /// Indicator ids of this flow.
        numerator: Vec<String>,
        /// Indicator ids of this flow.
        denominator: Vec<String>,
    },
    /// What became of the alerts that its reports raised, on the day each was opened.
    Alerts {
        /// Id of the one alert it is about; every alert of the flow without it.
        alert: Option<String>,
        /// What is counted of them.
        count: AlertCount,
    },
}

/// What is counted of alerts. One withdrawn before anyone acknowledged it counts nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertCount {
    /// All of them.
    Opened,
    /// Those nobody acknowledged yet.
    Open,
    /// Those an officer acknowledged.
    Acknowledged,
    /// Those acknowledged within their time.
    InTime,
    /// Hours until they were acknowledged, each rounded to a whole hour.
    Hours,
}

/// What a ratio is divided by.
#[derive(Clone, Debug, PartialEq)]
pub enum Denominator {
    /// Indicators of the same flow.
    Indicators(Vec<String>),
    /// A population share by id.
    Population(String),
}
