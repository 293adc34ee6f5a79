//! What the turn under way knows: what was looked up, and what an earlier part of the same message did.

use super::scene::{Scene, Wait};
use crate::base::{Period, PersonId};
use crate::flow::beside::Beside;
use crate::flow::rule;
use crate::flow::turn::{Approval, Effect, Fact, Filing, FilingState, JoinSite, KnownAlert, Need, OwnReport};

impl<'a> Scene<'a> {
    fn fact(&self, need: Need) -> Result<&'a Fact, Wait> {
        self.turn.facts.0.get(&need).ok_or_else(|| vec![need])
    }

    pub(super) fn owes(&self, person: PersonId, flow: &str, period: Period) -> Result<bool, Wait> {
        let theirs = |filing: &Filing| filing.person == Some(person) && filing.flow == flow;
        if self.filed_now(|filing| theirs(filing) && period.holds(filing.date)).is_some() {
            return Ok(false);
        }
        if self.turn.pack.flow(flow).is_some_and(|flow| !flow.is_owed_for(period)) {
            return Ok(false);
        }
        let fact = self.fact(Need::Owes { person, flow: flow.to_owned(), period })?;
        Ok(matches!(fact, Fact::Owes(true)))
    }

    /// The receipt of a report that an earlier part of this very message counted: no look-up knows of it yet.
    fn filed_now(&self, is_it: impl Fn(&Filing) -> bool) -> Option<i64> {
        let counted = self.effects.iter().filter_map(|effect| match effect {
            Effect::File(filing) if matches!(filing.state, FilingState::Counted | FilingState::AwaitingVisa) => {
                Some(filing)
            }
            _ => None,
        });
        counted.into_iter().find(|filing| is_it(filing)).map(|filing| filing.receipt)
    }

    fn earlier_now(&self, need: &Need) -> Option<i64> {
        match need {
            Need::SameReport { person, flow, date, digest } => self.filed_now(|filing| {
                let same = filing.person == Some(*person) && filing.flow == *flow && filing.date == *date;
                same && !filing.zero && filing.values.digest() == *digest
            }),
            Need::Meeting { body, place, date } => self.filed_now(|filing| {
                let same = filing.body.as_ref() == Some(body) && filing.place == Some(*place) && filing.date == *date;
                same && rule::is_held(self.turn.pack, &filing.values)
            }),
            Need::Once { flow, place, period } => self.filed_now(|filing| {
                filing.flow == *flow && filing.place == Some(*place) && period.holds(filing.date) && !filing.zero
            }),
            _ => None,
        }
    }

    /// The earlier report `need` asks for: its receipt, 0 when it came from another phone.
    pub(super) fn earlier(&self, need: Need) -> Result<Option<i64>, Wait> {
        if let Some(receipt) = self.earlier_now(&need) {
            return Ok(Some(receipt));
        }
        match self.fact(need)? {
            Fact::Earlier(earlier) => Ok(*earlier),
            _ => Ok(None),
        }
    }

    pub(super) fn beside(&self, need: Need) -> Result<Beside, Wait> {
        match self.fact(need)? {
            Fact::Beside(beside) => Ok(beside.clone()),
            _ => Ok(Beside::new()),
        }
    }

    /// The site a code asks to report for; `None` for an unknown or expired one.
    pub(super) fn join_site(&self, need: Need) -> Result<Option<&'a JoinSite>, Wait> {
        match self.fact(need)? {
            Fact::Join(site) => Ok(site.as_ref()),
            _ => Ok(None),
        }
    }

    /// What waits, or waited, under this number in the sender's area.
    pub(super) fn open_approvals(&self) -> Result<&'a [Approval], Wait> {
        match self.fact(Need::OpenApprovals)? {
            Fact::Approvals(approvals) => Ok(approvals),
            _ => Ok(&[]),
        }
    }

    pub(super) fn approvals(&self, number: i64) -> Result<&'a [Approval], Wait> {
        match self.fact(Need::Approval(number))? {
            Fact::Approvals(approvals) => Ok(approvals),
            _ => Ok(&[]),
        }
    }

    /// The number of the alert that the same again is merged into.
    pub(super) fn same_alert(&self, need: Need) -> Result<Option<i64>, Wait> {
        match self.fact(need)? {
            Fact::SameAlert(number) => Ok(*number),
            _ => Ok(None),
        }
    }

    /// Alerts of the sender's area.
    pub(super) fn alerts(&self, need: Need) -> Result<&'a [KnownAlert], Wait> {
        match self.fact(need)? {
            Fact::Alerts(alerts) => Ok(alerts),
            _ => Ok(&[]),
        }
    }

    pub(super) fn own_reports(&self, receipt: i64) -> Result<&'a [OwnReport], Wait> {
        self.reports(Need::Receipt(receipt))
    }

    /// The last reports of `person`, the newest first.
    pub(super) fn last_reports(&self, person: PersonId) -> Result<&'a [OwnReport], Wait> {
        self.reports(Need::Own(person))
    }

    fn reports(&self, need: Need) -> Result<&'a [OwnReport], Wait> {
        match self.fact(need)? {
            Fact::Reports(reports) => Ok(reports),
            _ => Ok(&[]),
        }
    }
}
