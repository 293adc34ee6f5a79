//! Many rows at once, for intake's batches, made-up data and imports: the same columns and the same sealing as one at a time.

use std::collections::BTreeSet;

use super::message::{MESSAGE_ROWS, NewMessage};
use super::outbox::{NewOutbox, OUTBOX_ROWS};
use super::person::PERSON_ROWS;
use super::received::Received;
use super::report::REPORT_ROWS;
use super::rows::Rows;
use super::tx::Query;
use super::{StoreError, Tx};
use crate::base::Phone;
use crate::person::Person;
use crate::report::Report;
use crate::rollup::CellChange;

/// Registers people who are all new, with their phones.
pub async fn people(tx: &mut Tx, people: &[Person]) -> Result<(), StoreError> {
    let seal = tx.seal();
    let own = people.iter().flat_map(|person| &person.phones);
    let known: BTreeSet<&Phone> = own.chain(people.iter().filter_map(|person| person.supervisor.as_ref())).collect();
    phones(tx, &known.into_iter().cloned().collect::<Vec<_>>()).await?;
    PERSON_ROWS.write(tx, people, |query, person| super::person::bind(query, person, &seal)).await?;
    super::person::first(tx, people).await?;
    let links = people.iter().flat_map(|person| person.phones.iter().map(|phone| (phone, person.id)));
    let links: Vec<(String, String)> = links.map(|(phone, id)| (seal.index(phone), id.to_string())).collect();
    const LINK_ROWS: Rows = Rows {
        head: "INSERT INTO person_phone (phone_index, person_id)",
        columns: 2,
        tail: "ON CONFLICT (phone_index, person_id) DO NOTHING",
    };
    LINK_ROWS.write(tx, &links, |query, (index, id)| query.bind(index.as_str()).bind(id.as_str())).await?;
    Ok(())
}

/// Sees to it that phones are known; those that are stay as they are.
pub async fn phones(tx: &mut Tx, phones: &[Phone]) -> Result<(), StoreError> {
    let seal = tx.seal();
    super::phone::index::before(tx, &phones.iter().collect::<Vec<_>>()).await?;
    const PHONE_ROWS: Rows = Rows {
        head: "INSERT INTO phone (phone_index, number_sealed, last_receipt, conversation, version, greeted_on)",
        columns: 6,
        tail: "ON CONFLICT (phone_index) DO NOTHING",
    };
    let bind = |query: Query, phone: &Phone| {
        let query = query.bind(seal.index(phone)).bind(seal.phone(phone));
        query.bind(0_i64).bind("").bind(1_i64).bind("")
    };
    PHONE_ROWS.write(tx, phones, bind).await?;
    Ok(())
}

/// Sets the last receipt of phones, by their index: after reports were filed in bulk.
pub async fn last_receipts(tx: &mut Tx, receipts: &[(String, i64)]) -> Result<(), StoreError> {
    for (index, receipt) in receipts {
        let query = sqlx::query("UPDATE phone SET last_receipt = $2, version = version + 1 WHERE phone_index = $1");
        tx.execute_one("phone", query.bind(index.as_str()).bind(*receipt)).await?;
    }
    Ok(())
}

/// Keeps messages.
pub async fn messages(tx: &mut Tx, messages: &[NewMessage<'_>]) -> Result<(), StoreError> {
    let seal = tx.seal();
    MESSAGE_ROWS.write(tx, messages, |query, message| super::message::bind(query, message, &seal)).await?;
    Ok(())
}

/// Puts messages out to be sent.
pub async fn outbox(tx: &mut Tx, messages: &[NewOutbox<'_>]) -> Result<(), StoreError> {
    let seal = tx.seal();
    OUTBOX_ROWS.write(tx, messages, |query, message| super::outbox::bind(query, message, &seal)).await?;
    Ok(())
}

/// Counts what was filed, each reporter, flow and period at most once, without adding it to any area: between
/// [`super::area::stand_apart`] and [`super::area::refold`].
pub async fn counted(tx: &mut Tx, changes: &[CellChange], received: &[Received]) -> Result<(), StoreError> {
    super::cell::write(tx, changes).await?;
    super::received::write(tx, received).await
}

/// Files reports that are all new.
pub async fn reports(tx: &mut Tx, reports: &[Report]) -> Result<(), StoreError> {
    REPORT_ROWS.write(tx, reports, super::report::bind).await?;
    Ok(())
}
