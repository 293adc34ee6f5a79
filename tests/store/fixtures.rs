//! What the cases put in.

use jiff::civil::date;
use relais::base::{Date, Instant, MessageId, PersonId, Phone, PlaceId, ReportId};
use relais::flow::turn::Outcome;
use relais::flow::values::{Value, Values};
use relais::person::Person;
use relais::place::file::PlaceRow;
use relais::place::{ALWAYS, Span};
use relais::report::{Report, ReportState};
use relais::store::message::NewMessage;
use relais::store::{Store, Tx, place};

use super::support::{START, environment};

pub const TODAY: Date = Date::constant(2026, 11, 23);

/// A writing transaction.
pub async fn begin(store: &Store) -> Tx {
    store.begin().await.expect("begins")
}

/// A reading transaction.
pub async fn reader(store: &Store) -> Tx {
    store.reader().await.expect("begins")
}

pub fn message<'a>(id: MessageId, key: &'a str, text: &'a str) -> NewMessage<'a> {
    NewMessage {
        id,
        channel: "africastalking",
        hook: "sms",
        external_key: key,
        external_id: Some(key),
        phone_index: Some("index"),
        sender: Some("+22370000001"),
        text: Some(text),
        body: Some(b"from=%2B22370000001"),
        sent: Some(Instant(START.0 - 5_000)),
        received: START,
        outcome: Outcome::Saved,
        reason: None,
        reply: Some("OK DEP"),
    }
}

pub fn values(pairs: &[(&str, i64)]) -> Values {
    let mut values = Values::default();
    for (label, number) in pairs {
        values.set(label, Value::Number(*number));
    }
    values
}

pub fn report(phone_index: &str, receipt: i64, person: PersonId, place: PlaceId) -> Report {
    Report {
        id: ReportId::new(&environment()),
        phone_index: phone_index.to_owned(),
        receipt,
        flow: "dep".into(),
        flow_hash: "hash".into(),
        person: Some(person),
        reporter: Some(person.to_string()),
        body: None,
        place: Some(place),
        network: "government".into(),
        role: "relais".into(),
        date: TODAY,
        period: "2026-W48".into(),
        state: ReportState::Counted,
        zero: false,
        revision: 1,
        values: values(&[("T", 45), ("V", 38)]),
        message: MessageId::new(&environment()),
        received_on: TODAY,
        created: START,
        updated: START,
    }
}

pub fn person(name: &str, phones: Vec<Phone>, place: PlaceId) -> Person {
    Person {
        id: PersonId::new(&environment()),
        name: name.into(),
        role: "relais".into(),
        network: "government".into(),
        place,
        language: Some("fr".parse().expect("a language")),
        agent_code: None,
        supervisor: None,
        email: Some("a@example.org".into()),
        active_from: date(2026, 1, 1),
        active_to: ALWAYS.to,
        phones,
    }
}

fn place_row(code: &str, level: &str, name: &str, parent: Option<&str>) -> PlaceRow {
    PlaceRow {
        code: code.into(),
        vintage: "2017".into(),
        name: name.into(),
        sms_name: name.into(),
        level: level.into(),
        parent: parent.map(str::to_owned),
        parent_vintage: None,
        population: Some(1_000),
        point: Some((12.5, -8.0)),
    }
}

/// Country 1, cercles 2 and 3, communes 4 (in 2) and 5 (in 3). Commune 4 goes over to cercle 3 on 1 July 2026.
pub async fn moved_places(store: &Store) {
    let rows = |above: &str| {
        vec![
            place_row("ML", "country", "Mali", None),
            place_row("ML01", "cercle", "Bla", Some("ML")),
            place_row("ML02", "cercle", "Koutiala", Some("ML")),
            place_row("ML0101", "commune", "Niantaga", Some(above)),
            place_row("ML0201", "commune", "Fakolo", Some("ML02")),
        ]
    };
    let mut tx = begin(store).await;
    let first = place::import(&mut tx, &rows("ML01"), ALWAYS).await.expect("imports");
    assert_eq!((first.added, first.updated), (5, 0));
    let from_july = Span { from: date(2026, 7, 1), to: ALWAYS.to };
    let second = place::import(&mut tx, &rows("ML02"), from_july).await.expect("imports");
    assert_eq!((second.added, second.updated), (0, 5));
    tx.commit().await.expect("commits");
}
