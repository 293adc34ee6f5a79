//! Calls read in from the spool that were settled already: their senders were never told.

use super::event::{Batch, Settled};
use super::pending::Reply;
use super::{IntakeError, Received};
use crate::base::{OutboxId, Phone};
use crate::store;

impl<'a> Batch<'a> {
    /// A call that was kept in the spool may have been settled all the same, as the answer of a call that nobody waited
    /// at any more: then its reply is sent, once.
    pub(super) async fn tell_late(
        &mut self,
        received: &'a Received,
        phone: &'a Phone,
        earlier: &Settled,
    ) -> Result<(), IntakeError> {
        let Some(text) = earlier.reply.clone().filter(|_| received.is_late && !received.replies_in_body) else {
            return Ok(());
        };
        self.pending.flush(&mut self.tx).await?;
        let stored = store::message::find(&mut self.tx, &received.channel, &received.external_key).await?;
        if let Some(message) = stored.map(|stored| stored.id)
            && !store::outbox::is_answered(&mut self.tx, message).await?
        {
            let id = OutboxId::new(&self.programme.environment);
            self.pending.replies.push(Reply { id, message, call: received, to: phone, text });
        }
        Ok(())
    }
}
