//! One person by form: registered, changed, moved, ended, given and taken phones. One transaction each, with its entry in the
//! audit log, which names what was changed and never the name or number itself.

use super::within::Officer;
use super::{alone, note};
use crate::base::{Date, PersonId, Phone};
use crate::person::fault::{Fault, Reason};
use crate::person::file::{
    self, AGENT_CODE, COLUMNS, EMAIL, FROM, LANGUAGE, LEAVES, NAME, NETWORK, PHONE, PLACE, ROLE,
};
use crate::person::stand::{Stand, Standing};
use crate::person::{Limit, Person, plan};
use crate::programme::{InForce, Programme};
use crate::store::audit::Action;
use crate::store::{self, StoreError, Tx};

/// A day further from today than this was not meant, in days: ten years.
const DAYS_AROUND_MAX: i32 = 3_660;

/// What a form says of a person, by [`COLUMNS`].
pub type Cells = [String; COLUMNS.len()];

/// What is to be changed, as typed.
#[derive(Clone, Debug)]
pub enum Change {
    /// Name, language, agent code, supervisor and e-mail.
    Identity {
        /// Name.
        name: String,
        /// Language; empty where none is chosen.
        language: String,
        /// Agent code; empty for none.
        agent_code: String,
        /// Phone of the supervisor; empty for none.
        supervisor: String,
        /// E-mail address; empty for none.
        email: String,
    },
    /// Role, network and place from a day on.
    Standing {
        /// Role id.
        role: String,
        /// Network id.
        network: String,
        /// Code or name.
        place: String,
        /// First day; empty for today.
        from: String,
    },
    /// The last day.
    Leaves(String),
    /// Back as they stood, from this day; empty for today.
    Returns(String),
    /// Another phone.
    Phone {
        /// The number.
        number: String,
        /// True where it was said that others use it, and agreed to.
        is_confirmed: bool,
    },
    /// A phone no longer theirs, by its keyed index.
    NoPhone(String),
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nobody has the id.
    #[error("nobody has it")]
    Unknown,
    /// Not for whoever asks.
    #[error("not theirs to change")]
    Limit {
        /// Why.
        limit: Limit,
        /// The name of their area.
        area: String,
    },
    /// What was typed.
    #[error("{} faulty fields", .0.len())]
    Cells(Vec<Fault>),
    /// These people use the phone: it was not said that this is meant.
    #[error("a phone of {} others", .0.len())]
    Shared(Vec<String>),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a change is made in.
struct Making<'a> {
    programme: &'a Programme,
    in_force: &'a InForce,
    officer: &'a Officer<'a>,
    today: Date,
    tx: Tx,
}

/// Registers somebody; gives their id.
///
/// # Errors
/// [`Refused`]; nothing was changed then.
pub async fn add(
    programme: &Programme,
    officer: &Officer<'_>,
    cells: Cells,
    is_confirmed: bool,
) -> Result<PersonId, Refused> {
    let in_force = programme.in_force();
    let tx = programme.store.begin().await?;
    let making = Making { programme, in_force: &in_force, officer, today: programme.today(), tx };
    making.add(cells, is_confirmed).await
}

/// Changes somebody.
///
/// # Errors
/// [`Refused`]; nothing was changed then.
pub async fn change(programme: &Programme, officer: &Officer<'_>, id: PersonId, change: Change) -> Result<(), Refused> {
    let in_force = programme.in_force();
    let tx = programme.store.begin().await?;
    let making = Making { programme, in_force: &in_force, officer, today: programme.today(), tx };
    making.change(id, change).await
}

impl Making<'_> {
    async fn add(mut self, cells: Cells, is_confirmed: bool) -> Result<PersonId, Refused> {
        alone(&mut self.tx).await?;
        let row = self.read(cells)?;
        let standing = Standing { role: row.role.clone(), network: row.network.clone(), place: row.place };
        let mut faults: Vec<Fault> =
            self.officer.standing_faults(self.in_force, &standing, (1, self.today)).into_iter().collect();
        faults.extend(self.far(row.from, "from"));
        let person = plan::new_person(row, &self.programme.environment, self.today);
        let phones = person.phones.clone();
        self.shared(&person, &phones, faults, is_confirmed).await?;
        store::person::insert(&mut self.tx, &person).await?;
        let detail = format!("registered: {}", self.told(&standing, person.active_from));
        note(self.programme, &mut self.tx, (self.officer.actor, Action::Change), &person.id.to_string(), &detail)
            .await?;
        self.tx.commit().await?;
        Ok(person.id)
    }

    async fn change(mut self, id: PersonId, change: Change) -> Result<(), Refused> {
        alone(&mut self.tx).await?;
        let person = store::person::by_id(&mut self.tx, id).await?.ok_or(Refused::Unknown)?;
        let stands = store::person::stands(&mut self.tx, id).await?;
        let dated = matches!(change, Change::Standing { .. } | Change::Leaves(_) | Change::Returns(_));
        let own = (dated && self.officer.is(id)).then_some(Limit::Own);
        if let Some(limit) = self.officer.limit(self.in_force, &person, &stands, self.today).or(own) {
            return Err(Refused::Limit { limit, area: self.officer.area(self.in_force, self.today) });
        }
        let detail = match change {
            Change::Identity { .. } => self.identity(person, change).await?,
            Change::Standing { role, network, place, from } => {
                let mut cells = file::cells(&person, &self.in_force.tree);
                (cells[ROLE], cells[NETWORK], cells[PLACE], cells[FROM]) = (role, network, place, from);
                self.stand(&person, &stands, cells).await?
            }
            Change::Leaves(last) => self.leave(&person, &stands, last).await?,
            Change::Returns(from) => {
                let mut cells = file::cells(&person, &self.in_force.tree);
                cells[FROM] = from;
                self.stand(&person, &stands, cells).await?
            }
            Change::Phone { number, is_confirmed } => self.phone(person, &number, is_confirmed).await?,
            Change::NoPhone(index) => self.no_phone(person, &index).await?,
        };
        let (actor, subject) = (self.officer.actor, id.to_string());
        note(self.programme, &mut self.tx, (actor, Action::Change), &subject, &detail).await?;
        self.tx.commit().await?;
        Ok(())
    }

    fn read(&self, cells: Cells) -> Result<file::PersonRow, Refused> {
        file::row(cells, &self.in_force.pack, &self.in_force.tree, self.today).map_err(Refused::Cells)
    }

    /// A day so far from today that another one was meant.
    fn far(&self, day: Option<Date>, column: &'static str) -> Option<Fault> {
        let days = day?.since(self.today).ok()?.get_days();
        (days.abs() > DAYS_AROUND_MAX).then_some(Fault { line: 1, column, reason: Reason::FarDay })
    }

    fn told(&self, standing: &Standing, from: Date) -> String {
        let place = self.in_force.tree.get(standing.place).map_or("", |place| place.code.as_str());
        format!("{} {} {place} from {from}", standing.role, standing.network)
    }

    async fn identity(&mut self, before: Person, change: Change) -> Result<String, Refused> {
        let mut cells = file::cells(&before, &self.in_force.tree);
        if let Change::Identity { name, language, agent_code, supervisor, email } = change {
            (cells[NAME], cells[LANGUAGE], cells[AGENT_CODE]) = (name, language, agent_code);
            (cells[file::SUPERVISOR], cells[EMAIL]) = (supervisor, email);
        }
        let row = self.read(cells)?;
        let person = Person {
            name: row.name,
            language: row.language,
            agent_code: row.agent_code,
            supervisor: row.supervisor,
            email: row.email,
            ..before.clone()
        };
        if person.agent_code != before.agent_code {
            // Those who share stay as they are: only the codes must differ.
            self.same_code(&person, &person.phones).await?;
        }
        store::person::update(&mut self.tx, &person).await?;
        let changed = [
            ("name", person.name != before.name),
            ("language", person.language != before.language),
            ("agent_code", person.agent_code != before.agent_code),
            ("supervisor", person.supervisor != before.supervisor),
            ("email", person.email != before.email),
        ];
        let changed: Vec<&str> = changed.iter().filter(|(_, is_so)| *is_so).map(|(name, _)| *name).collect();
        Ok(changed.join(", "))
    }

    async fn stand(&mut self, person: &Person, stands: &[Stand], cells: Cells) -> Result<String, Refused> {
        let row = self.read(cells)?;
        let from = row.from.unwrap_or(self.today);
        let standing = Standing { role: row.role, network: row.network, place: row.place };
        let mut faults: Vec<Fault> = self.far(row.from, "from").into_iter().collect();
        faults.extend(self.officer.standing_faults(self.in_force, &standing, (1, self.today)));
        faults.extend(self.officer.rewriting_fault(self.in_force, stands, (1, from, self.today)));
        if !faults.is_empty() {
            return Err(Refused::Cells(faults));
        }
        let told = self.told(&standing, from);
        store::person::stand_from(&mut self.tx, person.id, standing, from, self.today).await?;
        Ok(format!("stands: {told}"))
    }

    async fn leave(&mut self, person: &Person, stands: &[Stand], last: String) -> Result<String, Refused> {
        let mut cells = file::cells(person, &self.in_force.tree);
        cells[LEAVES] = last;
        let row = self.read(cells)?;
        let last = row.leaves.unwrap_or(self.today);
        let mut faults: Vec<Fault> = self.far(Some(last), "leaves").into_iter().collect();
        let rewritten = self.officer.rewriting_fault(self.in_force, stands, (1, last, self.today));
        faults.extend(rewritten.map(|fault| Fault { column: "leaves", ..fault }));
        if faults.is_empty() && !store::person::leave(&mut self.tx, person.id, last, self.today).await? {
            faults.push(Fault { line: 1, column: "leaves", reason: Reason::NotBegun });
        }
        if faults.is_empty() { Ok(format!("leaves after {last}")) } else { Err(Refused::Cells(faults)) }
    }

    async fn phone(&mut self, before: Person, number: &str, is_confirmed: bool) -> Result<String, Refused> {
        let mut cells = file::cells(&before, &self.in_force.tree);
        let known = std::mem::take(&mut cells[PHONE]);
        cells[PHONE] = if known.is_empty() { number.to_owned() } else { format!("{known} / {number}") };
        let row = self.read(cells)?;
        let added: Vec<Phone> = row.phones.iter().filter(|phone| !before.phones.contains(phone)).cloned().collect();
        let person = Person { phones: row.phones, ..before };
        self.shared(&person, &added, Vec::new(), is_confirmed).await?;
        store::person::update(&mut self.tx, &person).await?;
        Ok(format!("{} phone added", added.len()))
    }

    async fn no_phone(&mut self, mut person: Person, index: &str) -> Result<String, Refused> {
        let before = person.phones.len();
        let store = &self.programme.store;
        person.phones.retain(|phone| store.phone_index(phone) != index);
        if person.phones.len() == before {
            return Err(Refused::Unknown);
        }
        if person.phones.is_empty() {
            return Err(Refused::Cells(vec![Fault { line: 1, column: "phone", reason: Reason::LastPhone }]));
        }
        store::person::update(&mut self.tx, &person).await?;
        Ok("1 phone taken away".to_owned())
    }

    /// The others on `phones`.
    async fn others(&mut self, person: &Person, phones: &[Phone]) -> Result<Vec<Person>, StoreError> {
        let mut others: Vec<Person> = Vec::new();
        for phone in phones {
            let found = store::person::on_phone(&mut self.tx, phone).await?;
            let known: Vec<PersonId> = others.iter().map(|other| other.id).chain([person.id]).collect();
            others.extend(found.into_iter().filter(|other| !known.contains(&other.id)));
        }
        Ok(others)
    }

    /// Refuses `phones` that somebody has whom the officer may not change, or with the same agent code; and asks before
    /// they are shared. `faults` found before are told with these.
    async fn shared(
        &mut self,
        person: &Person,
        phones: &[Phone],
        mut faults: Vec<Fault>,
        is_confirmed: bool,
    ) -> Result<(), Refused> {
        let others = self.others(person, phones).await?;
        for other in &others {
            let stands = store::person::stands(&mut self.tx, other.id).await?;
            let reason = if self.officer.limit(self.in_force, other, &stands, self.today).is_some() {
                Reason::PhoneNotYours
            } else if other.agent_code == person.agent_code {
                Reason::CodeTaken(Some(other.name.clone()))
            } else {
                continue;
            };
            faults.push(Fault { line: 1, column: "phone", reason });
        }
        if !faults.is_empty() {
            Err(Refused::Cells(faults))
        } else if others.is_empty() || is_confirmed {
            Ok(())
        } else {
            Err(Refused::Shared(others.into_iter().map(|other| other.name).collect()))
        }
    }

    /// Refuses an agent code that somebody else on these phones has.
    async fn same_code(&mut self, person: &Person, phones: &[Phone]) -> Result<(), Refused> {
        let others = self.others(person, phones).await?;
        let Some(other) = others.into_iter().find(|other| other.agent_code == person.agent_code) else { return Ok(()) };
        let stands = store::person::stands(&mut self.tx, other.id).await?;
        let is_theirs = self.officer.limit(self.in_force, &other, &stands, self.today).is_none();
        let reason = Reason::CodeTaken(is_theirs.then_some(other.name));
        Err(Refused::Cells(vec![Fault { line: 1, column: "agent_code", reason }]))
    }
}
