//! One inbound event, one transaction: de-duplication, message, draft or report, cells and the reply to send.
//!
//! A call is answered only after its commit. Waiting calls share one commit, so that one fsync serves many; a call that
//! breaks its batch is taken again alone. Never makes a network call inside a transaction, and never knows HTTP.

mod alert;
mod approval;
mod ask;
mod batch;
mod call;
mod decide;
mod dial;
mod effect;
mod error;
mod event;
mod fact;
mod foresight;
mod join;
mod known;
mod late;
mod limited;
mod limits;
mod pending;
mod stock;

use std::sync::Arc;

use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use call::CallError;
pub use decide::{Deciding, Decision, decide};
pub use error::IntakeError;
pub use event::{Settled, Told};

use crate::base::Instant;
use crate::channel::Hook;
use crate::programme::Programme;
use crate::spool::Spool;

/// One thing told by a provider, waiting to be settled.
#[derive(Clone, Debug)]
pub struct Received {
    /// Which channel.
    pub channel: String,
    /// Which of its addresses.
    pub hook: Hook,
    /// What repeated callbacks of the same thing share.
    pub external_key: String,
    /// What was told.
    pub told: Told,
    /// The call as it came, kept where it could not be understood.
    pub body: Vec<u8>,
    /// When it came.
    pub received: Instant,
    /// True where the provider hands our answer to the person, so that none goes through the outbox.
    pub replies_in_body: bool,
    /// True out of the spool: its caller has given up waiting.
    pub is_late: bool,
    /// On USSD, within how many milliseconds a like answer may be the same step again.
    pub repeat_ms: i64,
    /// On USSD, what one screen holds, in septets.
    pub screen_septets: usize,
}

struct Job {
    received: Received,
    answer: oneshot::Sender<Result<Settled, Arc<IntakeError>>>,
}

/// The way in. One per process.
pub struct Intake {
    programme: Arc<Programme>,
    spool: Arc<Spool>,
    queue: mpsc::Sender<Job>,
}

impl Intake {
    /// Starts the workers that settle what comes in. They stop once `stop` is cancelled and the queue is empty.
    pub fn start(
        programme: Arc<Programme>,
        spool: Arc<Spool>,
        outbox: Arc<Notify>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Arc<Intake> {
        let (queue, waiting) = mpsc::channel(limits::QUEUE_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..programme.store.writer_count() {
            tasks.spawn(batch::work(programme.clone(), waiting.clone(), outbox.clone(), stop.clone()));
        }
        Arc::new(Intake { programme, spool, queue })
    }

    /// Settles one thing; returns once it is on disk.
    ///
    /// # Errors
    /// The [`IntakeError`] that kept it from the disk: nothing of it was written.
    pub async fn settle(&self, received: Received) -> Result<Settled, Arc<IntakeError>> {
        let (answer, settled) = oneshot::channel();
        let stopped = || Arc::new(IntakeError::Stopping);
        self.queue.send(Job { received, answer }).await.map_err(|_| stopped())?;
        settled.await.map_err(|_| stopped())?
    }
}
