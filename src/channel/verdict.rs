//! What the HTTP status of a provider's answer means for a message, the same for every provider.
//!
//! Only the status is judged here; many providers say 200 and refuse in the body, which their own file reads. Never
//! repeats a body: it may hold a phone or a text.

use super::{Fault, HttpResponse, SendError};

impl SendError {
    /// Somebody must act on the account or its settings.
    pub(super) fn account(reason: impl Into<String>) -> SendError {
        SendError { fault: Fault::Account, reason: reason.into(), retry_after_s: None }
    }

    /// The provider failed for now.
    pub(super) fn provider(reason: impl Into<String>) -> SendError {
        SendError { fault: Fault::Provider, reason: reason.into(), retry_after_s: None }
    }

    /// This message will never be sent.
    pub(super) fn message(reason: impl Into<String>) -> SendError {
        SendError { fault: Fault::Message, reason: reason.into(), retry_after_s: None }
    }
}

/// Nothing for a 2xx; else whose fault the status says it is.
///
/// A 4xx that is not about load or size counts as the account's: a wrong address, key or template refuses every message
/// alike, and messages must be kept until somebody has put it right.
pub(super) fn of_status(response: &HttpResponse) -> Result<(), SendError> {
    let reason = format!("HTTP {}", response.status);
    let fault = match response.status {
        200..=299 => return Ok(()),
        408 | 425 | 429 | 500..=599 => Fault::Provider,
        413 | 414 => Fault::Message,
        _ => Fault::Account,
    };
    Err(SendError { fault, reason, retry_after_s: response.retry_after_s })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_a_fault() {
        for (status, fault) in [
            (200, None),
            (202, None),
            (301, Some(Fault::Account)),
            (400, Some(Fault::Account)),
            (401, Some(Fault::Account)),
            (404, Some(Fault::Account)),
            (408, Some(Fault::Provider)),
            (414, Some(Fault::Message)),
            (429, Some(Fault::Provider)),
            (500, Some(Fault::Provider)),
            (503, Some(Fault::Provider)),
            (0, Some(Fault::Account)),
        ] {
            let response = HttpResponse { status, retry_after_s: Some(7), body: "+22376123456".into() };
            let verdict = of_status(&response).err();
            assert_eq!(verdict.as_ref().map(|error| error.fault), fault, "{status}");
            assert!(verdict.is_none_or(|error| error.retry_after_s == Some(7) && !error.reason.contains("7612")));
        }
    }
}
