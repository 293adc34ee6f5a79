//! The network behind the handset: what Africa's Talking would send to our webhooks, in process.
//!
//! The same bytes through the same door; the outbox then sends its answers where the channel says. Sources as in
//! `channel/africastalking.rs`.

use super::Telephone;
use super::session::Session;
use crate::base::Phone;
use crate::channel::{Hook, Request, encode};
use crate::web::limits::{TYPED_ANSWER_CHARS_MAX, TYPED_SESSION_CHARS_MAX, TYPED_SMS_CHARS_MAX};

/// Whose callbacks are made here.
pub(super) const PROVIDER: &str = "africastalking";
/// What is dialled.
pub(super) const SERVICE_CODE: &str = "*360#";
/// The network of their own simulator.
const NETWORK: &str = "99999";

impl Telephone {
    /// Sends an SMS; false where it was not taken.
    pub(super) async fn sms(&self, phone: &Phone, text: &str) -> bool {
        let id = self.new_id("ATsms");
        let text: String = text.chars().take(TYPED_SMS_CHARS_MAX).collect();
        let date = self.programme.environment.now().rfc3339();
        let to = self.connected.config.sender.as_str();
        let form = [("from", phone.e164()), ("to", to), ("id", &id), ("text", &text), ("date", &date)];
        self.call(Hook::Sms, encode(&form)).await.is_some()
    }

    /// Dials; `None` where the call was not taken.
    pub(super) async fn dial(&self, phone: &Phone) -> Option<Session> {
        self.step(Session::new(self.new_id("ATUid"), phone)).await
    }

    /// Answers the screen with whatever was typed; `None` where the call was not taken. A session that grows beyond what
    /// a network would carry is cut, as one would be there.
    pub(super) async fn answer(&self, session: &Session, typed: &str) -> Option<Session> {
        let visible = typed.chars().filter(|letter| !letter.is_control());
        let mut next = session.clone();
        next.inputs.push(visible.take(TYPED_ANSWER_CHARS_MAX).collect());
        if next.text().chars().count() > TYPED_SESSION_CHARS_MAX {
            return self.hang_up(session).await.then(|| session.clone().answered("END "));
        }
        self.step(next).await
    }

    /// Hangs up; false where the notice was not taken.
    pub(super) async fn hang_up(&self, session: &Session) -> bool {
        self.end(session, "Incomplete").await
    }

    async fn step(&self, session: Session) -> Option<Session> {
        let body = self.call(Hook::Ussd, step_form(&session)).await?;
        let session = session.answered(&body);
        if !session.goes_on {
            self.end(&session, "Success").await;
        }
        Some(session)
    }

    /// The notice that a session ended.
    async fn end(&self, session: &Session, status: &str) -> bool {
        self.call(Hook::Status, end_form(session, status)).await.is_some()
    }

    /// Makes a callback; gives what was answered, or `None` where the provider would have to call again.
    async fn call(&self, hook: Hook, form: String) -> Option<String> {
        let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let request = Request { method: "POST".into(), query: String::new(), headers, body: form.into_bytes() };
        match self.intake.call(&self.connected, hook, request).await {
            Ok(answer) => Some(answer.body),
            Err(error) => {
                tracing::error!(channel = %self.connected.config.id, %error, "a call of the telephone was not taken");
                None
            }
        }
    }

    fn new_id(&self, prefix: &str) -> String {
        let bytes = self.programme.environment.bytes::<16>();
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{prefix}_{hexadecimal}")
    }
}

/// A dial or an answer.
fn step_form(session: &Session) -> String {
    let text = session.text();
    encode(&[
        ("sessionId", session.id.as_str()),
        ("serviceCode", SERVICE_CODE),
        ("phoneNumber", session.number.as_str()),
        ("networkCode", NETWORK),
        ("text", &text),
    ])
}

fn end_form(session: &Session, status: &str) -> String {
    let input = session.text();
    encode(&[
        ("sessionId", session.id.as_str()),
        ("serviceCode", SERVICE_CODE),
        ("phoneNumber", session.number.as_str()),
        ("networkCode", NETWORK),
        ("status", status),
        ("input", &input),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_are_written_as_the_provider_writes_them() {
        let phone = Phone::from_e164("+22370000001").expect("a number");
        let mut session = Session::new("ATUid_1".into(), &phone);
        let head = "sessionId=ATUid_1&serviceCode=%2A360%23&phoneNumber=%2B22370000001&networkCode=99999";
        assert_eq!(step_form(&session), format!("{head}&text="));
        session.inputs = vec!["1".into(), "é &*#".into()];
        assert_eq!(step_form(&session), format!("{head}&text=1%2A%C3%A9%20%26%2A%23"));
        assert_eq!(end_form(&session, "Incomplete"), format!("{head}&status=Incomplete&input=1%2A%C3%A9%20%26%2A%23"));
    }
}
