//! What a flow tells officers of at once. Only data: whether it holds is decided by the dialogue.

/// Something officers have to know of, and to acknowledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name within the flow.
    pub id: String,
    /// Name in `texts` of the condition that raises it.
    pub when: String,
    /// Labels the condition reads: where one is absent nothing is raised.
    pub labels: Vec<String>,
    /// What it reads of earlier reports ([`crate::flow::beside`]): where one of these is not known nothing is raised.
    pub beside: Vec<String>,
    /// Level of the places whose officers are told.
    pub level: String,
    /// The one role that is told; without it, every role that may ask for figures.
    pub role: Option<String>,
    /// Hours until the officers of the next area up are told, where nobody acknowledged it.
    pub acknowledge_within: i64,
    /// Hours in which the same again is merged into it.
    pub merge_within: i64,
    /// Labels whose values make another report of the same place the same alert.
    pub merge_by: Vec<String>,
    /// True where a report that was merged into it adds nothing to the totals.
    pub counts_once: bool,
    /// Name in `texts` of what officers are told.
    pub say: String,
    /// Name in `texts` of what its sender is told, where they are.
    pub tell: Option<String>,
}
