//! Calls read in from the spool that were settled already: their senders were never told.

use super::event::Batch;
use super::pending::Reply;
use super::{IntakeError, Received};
use crate::base::{OutboxId, Phone};
use crate::store;
use crate::store::message::Stored;

impl<'a> Batch<'a> {
    /// A call that was kept in the spool may have been settled all the same, as the answer of a call that nobody waited
    /// at any more: then its reply is sent, once.
    pub(super) async fn tell_late(
        &mut self,
        received: &'a Received,
        phone: &'a Phone,
        earlier: &Stored,
    ) -> Result<(), IntakeError> {
        let late = received.is_late && !received.replies_in_body;
        let Some(text) = earlier.reply.clone().filter(|_| late) else { return Ok(()) };
        self.pending.flush(&mut self.tx).await?;
        if !store::outbox::is_answered(&mut self.tx, earlier.id).await? {
            let id = OutboxId::new(&self.programme.environment);
            self.pending.replies.push(Reply { id, message: earlier.id, call: received, to: phone, text });
        }
        Ok(())
    }
}
