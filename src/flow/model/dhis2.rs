//! Where figures go in DHIS2.

use std::collections::BTreeMap;

/// The mapping of a pack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dhis2 {
    /// Code of the data set.
    pub data_set: String,
    /// Level of the places whose figures are sent.
    pub level: String,
    /// Code of the attribute option combination of everything.
    pub attribute_option_combo: String,
    /// What is sent.
    pub values: Vec<Dhis2Value>,
    /// Codes of organisation units by code of place, where they differ.
    pub org_units: BTreeMap<String, String>,
}

/// An indicator and where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dhis2Value {
    /// Full name of the indicator.
    pub indicator: String,
    /// Code of the data element.
    pub data_element: String,
    /// Code of the category option combination.
    pub category_option_combo: String,
}
