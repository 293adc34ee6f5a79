//! Workers that settle waiting things, many in one commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{Mutex, Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::event::{self, Settled, Told};
use super::{IntakeError, Job, Received, limits};
use crate::programme::Programme;

/// Takes what waits, settles it, answers; until the queue closes or `stop` is cancelled and nothing waits.
pub(super) async fn work(
    programme: Arc<Programme>,
    waiting: Arc<Mutex<mpsc::Receiver<Job>>>,
    outbox: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut last = 0;
    loop {
        let mut jobs = Vec::new();
        {
            // Held only while collecting: the next worker collects while this one commits.
            let mut waiting = waiting.lock().await;
            tokio::select! {
                biased;
                taken = waiting.recv_many(&mut jobs, limits::BATCH_MAX) => if taken == 0 { return },
                () = stop.cancelled() => return,
            }
            linger(&mut waiting, &mut jobs, last).await;
        }
        last = jobs.len();
        settle_jobs(&programme, jobs).await;
        outbox.notify_waiters();
    }
}

/// After a large batch its callers have only just been answered, and those that go on calling are about to: waiting for
/// them a moment saves a commit. Where few call, nobody waits.
async fn linger(waiting: &mut mpsc::Receiver<Job>, jobs: &mut Vec<Job>, last: usize) {
    for _ in 0..limits::LINGER_ROUNDS {
        if last < limits::LINGER_FROM || jobs.len() >= last {
            return;
        }
        tokio::time::sleep(limits::LINGER).await;
        while jobs.len() < limits::BATCH_MAX
            && let Ok(job) = waiting.try_recv()
        {
            jobs.push(job);
        }
    }
}

async fn settle_jobs(programme: &Programme, jobs: Vec<Job>) {
    let (received, answers): (Vec<Received>, Vec<_>) = jobs.into_iter().map(|job| (job.received, job.answer)).unzip();
    let settled = match settle_together(programme, &received).await {
        Ok(settled) => settled.into_iter().map(Ok).collect(),
        Err(error) if error.is_unavailable() => {
            let error = Arc::new(error);
            received.iter().map(|_| Err(error.clone())).collect()
        }
        Err(_) => settle_apart(programme, &received).await,
    };
    for (answer, settled) in answers.into_iter().zip(settled) {
        // The caller may have given up waiting; the thing is settled all the same and its repetition changes nothing.
        let _caller_gone = answer.send(settled);
    }
}

/// One bad thing must not cost the others their commit.
async fn settle_apart(programme: &Programme, received: &[Received]) -> Vec<Result<Settled, Arc<IntakeError>>> {
    let mut settled = Vec::with_capacity(received.len());
    for one in received {
        settled.push(settle_alone(programme, one).await.map_err(Arc::new));
    }
    settled
}

async fn settle_alone(programme: &Programme, received: &Received) -> Result<Settled, IntakeError> {
    match settle_together(programme, std::slice::from_ref(received)).await {
        Ok(mut only) => Ok(only.remove(0)),
        Err(error) if error.is_ours() => {
            // A fault of the pack or the program must not lose the message: it is kept as it came, for a person.
            tracing::error!(channel = %received.channel, %error, "a message could not be settled; it is kept unread");
            let kept = Received { told: Told::Unreadable(error.to_string()), ..received.clone() };
            settle_together(programme, &[kept]).await.map(|mut only| only.remove(0))
        }
        Err(error) => Err(error),
    }
}

/// `None` where the work panics: one message that meets a fault of the program must not take the worker, and with it all
/// later messages, down. What it had begun in the database is rolled back as its transaction is dropped.
pub(super) async fn guarded<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

async fn settle_together(programme: &Programme, received: &[Received]) -> Result<Vec<Settled>, IntakeError> {
    let mut conflicts = 0;
    loop {
        match guarded(event::settle_all(programme, received)).await.unwrap_or(Err(IntakeError::Panicked)) {
            Err(error) if error.is_conflict() && conflicts < limits::CONFLICTS_MAX => conflicts += 1,
            result => return result,
        }
    }
}
