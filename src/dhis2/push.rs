//! Sending a value set to a DHIS2 server: what it has from another source is marked and left alone, what it has of us is not
//! sent again, and its own import summary is given back. Importing is by key, so that a try after a lost answer counts nothing
//! twice.

use std::collections::HashMap;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::value_set::{COMMENT, DataValue, ValueSet};

/// Tries of one request.
const TRIES: u32 = 3;
/// Organisation units asked about at once: an address has to stay short.
const ORG_UNITS_AT_ONCE: usize = 50;

/// Where to send.
#[derive(Debug)]
pub struct Server {
    /// Its address, such as `https://dhis2.example.org`.
    pub url: String,
    /// A personal access token.
    pub token: SecretString,
    /// Only say what it would do.
    pub dry_run: bool,
    /// How long to wait before a second try; a third waits twice as long.
    pub wait: Duration,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pushed {
    /// Values sent.
    pub sent: usize,
    /// Values the server has of us already, as they are.
    pub known: usize,
    /// Values it has from another source: never overwritten, so that nothing is counted twice.
    pub of_others: Vec<DataValue>,
    /// What the server says it did.
    pub summary: ImportSummary,
}

/// The server's own count.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImportSummary {
    /// Its word.
    pub status: String,
    /// How many of what.
    pub import_count: ImportCount,
    /// What it refused, and why.
    pub conflicts: Vec<Conflict>,
}

/// Counts of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ImportCount {
    /// New values.
    pub imported: i64,
    /// Changed values.
    pub updated: i64,
    /// Refused values.
    pub ignored: i64,
}

/// A refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Conflict {
    /// What it is about.
    pub object: String,
    /// Why.
    pub value: String,
}

/// Why nothing was sent, or nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// Where to.
    #[error("`{0}` is no address; write https://dhis2.example.org")]
    Address(String),
    /// The token.
    #[error("the server refuses the token ({0}); give another one in dhis2_token or RELAIS_DHIS2_TOKEN")]
    Token(u16),
    /// No answer after all tries.
    #[error("the server did not answer after {TRIES} tries: {0}")]
    NoAnswer(String),
    /// An answer that says nothing of an import.
    #[error("the server answers {status}: {body}")]
    Answer {
        /// HTTP status.
        status: u16,
        /// The beginning of what it said.
        body: String,
    },
}

/// What the server has.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Existing {
    data_values: Vec<ExistingValue>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExistingValue {
    data_element: String,
    org_unit: String,
    category_option_combo: String,
    value: String,
    comment: String,
}

/// Sends `set`.
///
/// # Errors
/// [`PushError`]. A server that refuses some of it is no error: its conflicts are in the summary.
pub async fn push(client: &Client, server: &Server, set: &ValueSet) -> Result<Pushed, PushError> {
    // A token never goes over an open line.
    if !["https://", "http://127.0.0.1", "http://localhost"].iter().any(|begin| server.url.starts_with(begin)) {
        return Err(PushError::Address(server.url.clone()));
    }
    let there = existing(client, server, set).await?;
    let mut pushed = Pushed::default();
    let mut sending = Vec::new();
    for value in &set.data_values {
        match there.get(&key(&value.data_element, &value.org_unit, &value.category_option_combo)) {
            Some(known) if !known.comment.starts_with(COMMENT) => pushed.of_others.push(value.clone()),
            Some(known) if known.value == value.value => pushed.known += 1,
            _ => sending.push(value.clone()),
        }
    }
    pushed.sent = sending.len();
    if sending.is_empty() {
        return Ok(pushed);
    }
    let set = ValueSet { data_values: sending, unmapped: Vec::new(), ..set.clone() };
    let body = serde_json::to_string(&set).unwrap_or_default();
    let url = format!(
        "{}/api/dataValueSets?importStrategy=CREATE_AND_UPDATE&async=false&dryRun={}",
        server.url.trim_end_matches('/'),
        server.dry_run
    );
    let send = || client.post(&url).header("content-type", "application/json").body(body.clone());
    let (status, body) = answered(server, send).await?;
    pushed.summary = summary(status, &body)?;
    Ok(pushed)
}

fn key(data_element: &str, org_unit: &str, combo: &str) -> String {
    [data_element, org_unit, combo].join("\n")
}

/// What the server has for the same data set, period and organisation units.
async fn existing(
    client: &Client,
    server: &Server,
    set: &ValueSet,
) -> Result<HashMap<String, ExistingValue>, PushError> {
    let mut units: Vec<&str> = set.data_values.iter().map(|value| value.org_unit.as_str()).collect();
    units.sort_unstable();
    units.dedup();
    let Some(period) = set.data_values.first().map(|value| value.period.as_str()) else { return Ok(HashMap::new()) };
    let mut there = HashMap::new();
    for units in units.chunks(ORG_UNITS_AT_ONCE) {
        let base = format!("{}/api/dataValueSets.json", server.url.trim_end_matches('/'));
        let asked = [("dataSet", set.data_set.as_str()), ("period", period), ("idScheme", "CODE")];
        let asked = asked.into_iter().chain(units.iter().map(|unit| ("orgUnit", *unit)));
        let url = Url::parse_with_params(&base, asked).map_err(|_| PushError::Address(server.url.clone()))?;
        let (status, body) = answered(server, || client.get(url.clone())).await?;
        let known: Existing = serde_json::from_str(&body).map_err(|_| unclear(status, &body))?;
        if status != 200 {
            return Err(unclear(status, &body));
        }
        for value in known.data_values {
            there.insert(key(&value.data_element, &value.org_unit, &value.category_option_combo), value);
        }
    }
    Ok(there)
}

/// The answer to a request, tried again where there is none or the server is at fault.
async fn answered(server: &Server, request: impl Fn() -> RequestBuilder) -> Result<(u16, String), PushError> {
    let mut last = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(server.wait * attempt).await;
        }
        let token = format!("ApiToken {}", server.token.expose_secret());
        match request().header("authorization", token).send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                let body = response.text().await.unwrap_or_default();
                match status {
                    401 | 403 => return Err(PushError::Token(status)),
                    500..=599 => last = format!("status {status}"),
                    _ => return Ok((status, body)),
                }
            }
            Err(error) if error.is_timeout() => last = "no answer in time".to_owned(),
            Err(_) => last = "it cannot be reached".to_owned(),
        }
    }
    Err(PushError::NoAnswer(last))
}

/// The import summary: as it is, or inside a `response` as newer servers send it. A 409 has one too, with its conflicts.
fn summary(status: u16, body: &str) -> Result<ImportSummary, PushError> {
    let answer: serde_json::Value = serde_json::from_str(body).map_err(|_| unclear(status, body))?;
    let summary = answer.get("response").unwrap_or(&answer);
    if summary.get("importCount").is_none() || !matches!(status, 200 | 201 | 409) {
        return Err(unclear(status, body));
    }
    serde_json::from_value(summary.clone()).map_err(|_| unclear(status, body))
}

fn unclear(status: u16, body: &str) -> PushError {
    PushError::Answer { status, body: body.chars().take(200).collect() }
}
