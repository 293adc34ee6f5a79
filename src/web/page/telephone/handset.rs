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
        self.call(Hook::Sms, &form).await.is_some()
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
        let text = session.text();
        let form = [
            ("sessionId", session.id.as_str()),
            ("serviceCode", SERVICE_CODE),
            ("phoneNumber", session.number.as_str()),
            ("networkCode", NETWORK),
            ("text", &text),
        ];
        let body = self.call(Hook::Ussd, &form).await?;
        let session = session.answered(&body);
        if !session.goes_on {
            self.end(&session, "Success").await;
        }
        Some(session)
    }

    /// The notice that a session ended.
    async fn end(&self, session: &Session, status: &str) -> bool {
        let input = session.text();
        let form = [
            ("sessionId", session.id.as_str()),
            ("serviceCode", SERVICE_CODE),
            ("phoneNumber", session.number.as_str()),
            ("networkCode", NETWORK),
            ("status", status),
            ("input", &input),
        ];
        self.call(Hook::Status, &form).await.is_some()
    }

    /// Makes a callback; gives what was answered, or `None` where the provider would have to call again.
    async fn call(&self, hook: Hook, form: &[(&str, &str)]) -> Option<String> {
        let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let body = encode(form).into_bytes();
        let request = Request { method: "POST".into(), query: String::new(), headers, body };
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
