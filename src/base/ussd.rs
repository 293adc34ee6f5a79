//! What providers tell of the inputs of a USSD session: a small type that wire formats and the dialogue share.

/// The inputs of a session, as far as its provider tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UssdInput {
    /// All of them so far, joined with `*`; empty on dialling (Africa's Talking). An answer may itself hold a `*`.
    All(String),
    /// The last one only. On dialling it is the code, or nothing (direct binds such as Airtel's).
    Last(String),
    /// None: the person hung up, or the operator ended the session.
    Ended,
}
