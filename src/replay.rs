//! A changed pack tried on the inbox: every kept SMS is read by the pack in force and by the candidate, and compared.
//!
//! Reads page by page and writes nothing: neither the candidate's flows nor its places come into the store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::base::text::fold;
use crate::base::{Date, Instant, MessageId};
use crate::flow::model::Pack;
use crate::flow::replay::{Change, ReadAs, change, read_as, reply};
use crate::store::message::{InboxSms, inbox_after};
use crate::store::{Store, StoreError};

/// Messages read at once.
const PAGE_ROWS: i64 = 1_000;

/// What is compared.
pub struct Replay<'a> {
    /// Where the inbox is.
    pub store: &'a Store,
    /// Where days begin and end.
    pub timezone: &'a TimeZone,
    /// The pack in force.
    pub current: &'a Pack,
    /// The pack that may come after it.
    pub candidate: &'a Pack,
    /// Only messages received at this instant or later.
    pub since: Option<Instant>,
    /// Only messages that either pack reads as one of these report types; empty for all.
    pub flows: BTreeSet<String>,
    /// Whether the replies are compared too.
    pub replies: bool,
}

/// A message that would be read otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What kind of change it is: the gravest of its parts.
    pub change: Change,
    /// The message.
    pub sms: InboxSms,
    /// The day it was received, where the programme works.
    pub day: Date,
    /// What the pack in force reads.
    pub before: Vec<ReadAs>,
    /// What the candidate reads.
    pub after: Vec<ReadAs>,
    /// Both replies, where these alone differ.
    pub replies: Option<(String, String)>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Messages compared.
    pub messages: u64,
    /// Those that would be read otherwise, by kind.
    pub changes: BTreeMap<Change, u64>,
}

impl Tally {
    /// Messages that would be read otherwise.
    pub fn differing(&self) -> u64 {
        self.changes.values().sum()
    }

    /// Those of them where something was counted, or could have been after an answer.
    pub fn touching_what_counts(&self) -> u64 {
        self.changes.iter().filter(|(change, _)| change.touches_what_counts()).map(|(_, count)| count).sum()
    }
}

/// Ids of the report types that `word` opens in either pack: by keyword, alias or id.
pub fn flows_called(word: &str, packs: [&Pack; 2]) -> BTreeSet<String> {
    let word = fold(word);
    let opened = |flow: &&std::sync::Arc<crate::flow::model::Flow>| {
        std::iter::once(&flow.keyword).chain(&flow.aliases).any(|known| fold(known) == word)
    };
    packs.iter().flat_map(|pack| &pack.flows).filter(opened).map(|flow| flow.id.clone()).collect()
}

impl Replay<'_> {
    /// Goes through the inbox, oldest first, and tells `show` each difference as it is found.
    ///
    /// # Errors
    /// What the store says, or `show`.
    pub async fn run<E: From<StoreError>>(
        &self,
        mut show: impl FnMut(&Difference) -> Result<(), E>,
    ) -> Result<Tally, E> {
        let mut tally = Tally::default();
        let mut last: Option<MessageId> = None;
        loop {
            // A transaction for each page: one over a large inbox would keep the database from tidying up behind it.
            let mut tx = self.store.reader().await?;
            let page = inbox_after(&mut tx, last, self.since, PAGE_ROWS).await?;
            tx.rollback().await?;
            let Some(newest) = page.last() else { return Ok(tally) };
            last = Some(newest.id);
            for sms in page {
                let Some(found) = self.compare(sms, &mut tally) else { continue };
                *tally.changes.entry(found.change).or_default() += 1;
                show(&found)?;
            }
        }
    }

    /// Reads one message twice, as on the day it came.
    fn compare(&self, sms: InboxSms, tally: &mut Tally) -> Option<Difference> {
        let day = sms.received.date_in(self.timezone);
        let (before, after) = (read_as(self.current, &sms.text, day), read_as(self.candidate, &sms.text, day));
        let of_these = |parts: &[ReadAs]| {
            parts.iter().any(|part| part.flow.as_ref().is_some_and(|flow| self.flows.contains(flow)))
        };
        if !self.flows.is_empty() && !of_these(&before) && !of_these(&after) {
            return None;
        }
        tally.messages += 1;
        let mut replies = None;
        let mut found = change(&before, &after);
        if found.is_none() && self.replies {
            replies = self.replies_differ(&sms, day);
            found = replies.as_ref().map(|_| Change::ReplyDiffers);
        }
        found.map(|change| Difference { change, sms, day, before, after, replies })
    }

    fn replies_differ(&self, sms: &InboxSms, day: Date) -> Option<(String, String)> {
        let told = |pack| reply(pack, &sms.text, day, sms.received).unwrap_or_default();
        let (before, after) = (told(self.current), told(self.candidate));
        (before != after).then_some((before, after))
    }
}
