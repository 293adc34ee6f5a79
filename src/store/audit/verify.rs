//! Walking the chain of the audit log.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use super::{AuditRow, ERASE, chain, head, keys, select};
use crate::store::limits::PAGE_ROWS_MAX;
use crate::store::{StoreError, Tx};

/// The last number of the chain and its link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry; 0 while there is none.
    pub number: i64,
    /// Its link.
    pub link: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.link)
    }
}

impl FromStr for Head {
    type Err = ();

    fn from_str(text: &str) -> Result<Head, ()> {
        let (number, link) = text.split_once(':').ok_or(())?;
        Ok(Head { number: number.parse().map_err(|_| ())?, link: link.to_owned() })
    }
}

/// What the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries in the chain that are as they were made.
    pub sealed: i64,
    /// Entries added since the last sealing.
    pub waiting: i64,
    /// The first entry that is not as it was made.
    pub broken: Option<Broken>,
}

/// An entry that is not as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number in the chain; `None` for one outside it.
    pub number: Option<i64>,
    /// Its id, where it is there.
    pub id: Option<String>,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It says something else than when it was made.
    Changed,
    /// It is not there.
    Missing,
    /// It stands after another entry than the one it was sealed after.
    Moved,
    /// It was not made by this program.
    Foreign,
    /// Its details are gone, and nobody erased its subject.
    DetailsTaken,
    /// The head that was noted elsewhere is another one.
    Rewritten,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => write!(f, "entry {number}")?,
            None => f.write_str("an entry outside the chain")?,
        }
        if let Some(id) = &self.id {
            write!(f, " ({id})")?;
        }
        f.write_str(match self.fault {
            Fault::Changed => " was changed",
            Fault::Missing => " is not there: it was taken out",
            Fault::Moved => " stands after another entry than when it was sealed",
            Fault::Foreign => " was put in by something else than this program",
            Fault::DetailsTaken => " lost its details, and nobody erased its subject",
            Fault::Rewritten => " has another hash than the one noted: the log was written anew",
        })
    }
}

/// Walks the whole log. `noted` is a head that was written down elsewhere, as the daily line of the server's log: with it
/// a log cut short, or written anew with the key, shows too.
pub async fn verify(tx: &mut Tx, noted: Option<&Head>) -> Result<Verified, StoreError> {
    let mut walk = Walk { keys: keys(tx, &tx.seal()).await?, ..Walk::default() };
    let seal = tx.seal();
    let is_broken = |sealed, waiting, broken| Ok(Verified { sealed, waiting, broken: Some(broken) });
    loop {
        let query = sqlx::query(select!("WHERE number > $1 ORDER BY number LIMIT $2"));
        let page: Vec<AuditRow> = tx.all(query.bind(walk.head.number).bind(PAGE_ROWS_MAX)).await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            if let Some(broken) = walk.take(row, noted, &seal) {
                return is_broken(walk.head.number, 0, broken);
            }
        }
    }
    let kept = head(tx).await?.number.max(noted.map_or(0, |noted| noted.number));
    if kept > walk.head.number {
        let next = walk.head.number + 1;
        return is_broken(walk.head.number, 0, Broken { number: Some(next), id: None, fault: Fault::Missing });
    }
    let unsealed: Vec<AuditRow> = tx.all(sqlx::query(select!("WHERE number IS NULL ORDER BY id"))).await?;
    let waiting = i64::try_from(unsealed.len()).unwrap_or(i64::MAX);
    for row in &unsealed {
        walk.note(row);
        if !chain::key_of(&walk.keys, row).is_some_and(|key| chain::is_ours(key, row, &seal)) {
            let broken = Broken { number: None, id: Some(row.id.clone()), fault: Fault::Foreign };
            return is_broken(walk.head.number, waiting, broken);
        }
    }
    Ok(Verified { sealed: walk.head.number, waiting, broken: walk.details_taken() })
}

#[derive(Default)]
struct Walk {
    keys: Vec<(String, Vec<u8>)>,
    head: Head,
    erased: HashSet<String>,
    /// Number, id and subject of entries without details.
    bare: Vec<(Option<i64>, String, String)>,
}

impl Walk {
    fn take(&mut self, row: &AuditRow, noted: Option<&Head>, seal: &crate::store::sealed::Seal) -> Option<Broken> {
        let number = row.number.unwrap_or_default();
        let expected = self.head.number + 1;
        let broken = |fault| Some(Broken { number: Some(number), id: Some(row.id.clone()), fault });
        if number != expected {
            return Some(Broken { number: Some(expected), id: None, fault: Fault::Missing });
        }
        let Some(key) = chain::key_of(&self.keys, row) else { return broken(Fault::Foreign) };
        if !chain::is_ours(key, row, seal) {
            return broken(Fault::Changed);
        }
        let link = chain::link(key, &self.head.link, number, &row.digest);
        if row.link.as_deref() != Some(link.as_str()) {
            return broken(Fault::Moved);
        }
        if noted.is_some_and(|noted| noted.number == number && noted.link != link) {
            return broken(Fault::Rewritten);
        }
        self.head = Head { number, link };
        self.note(row);
        None
    }

    fn note(&mut self, row: &AuditRow) {
        if row.action == ERASE {
            self.erased.insert(row.subject.clone());
        }
        if row.detail_sealed.is_none() {
            self.bare.push((row.number, row.id.clone(), row.subject.clone()));
        }
    }

    fn details_taken(&self) -> Option<Broken> {
        let taken = self.bare.iter().find(|(_, _, subject)| !self.erased.contains(subject));
        taken.map(|(number, id, _)| Broken { number: *number, id: Some(id.clone()), fault: Fault::DetailsTaken })
    }
}
