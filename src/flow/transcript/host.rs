//! A host in memory: answers what a turn needs to know from what was filed so far. For transcripts and tests.

mod alert;
mod fact;
mod officer;

use std::collections::{BTreeMap, VecDeque};

use alert::Opened;
use officer::Waiting;

use super::{Declared, Key};
use crate::base::gsm7::USSD_SEPTETS_MAX;
use crate::base::{Date, Instant, Language, PersonId, PlaceId, UssdInput, gsm7};
use crate::flow::dialogue::{Conversation, Dialled, Pressed, press, step};
use crate::flow::model::Pack;
use crate::flow::turn::{Effect, Facts, Filing, FilingState, JoinSite, Need, Outcome, Reporter, Step, Turn};

/// Rounds of looking things up in one turn: far above any honest turn, so that a fault ends instead of turning forever.
const ROUNDS_MAX: usize = 20;

/// The host.
pub(crate) struct Host<'p> {
    pack: &'p Pack,
    today: Date,
    now: Instant,
    people: Vec<Person>,
    phones: BTreeMap<String, Phone>,
    /// Everything filed, in order.
    pub(crate) reports: Vec<Filed>,
    places: Vec<String>,
    /// What became of the last message.
    pub(crate) outcome: Option<Outcome>,
    /// True where the provider sends the last input alone, not all of them.
    pub(crate) sends_last: bool,
    /// What one screen holds, in septets.
    pub(crate) septets_max: usize,
    /// What each step of a USSD session was answered, by the key of its message.
    screens: BTreeMap<String, String>,
    /// What waits for an officer, or did.
    approvals: Vec<Waiting>,
    /// Alerts, open or not.
    alerts: Vec<Opened>,
    /// JOIN codes.
    codes: BTreeMap<String, JoinSite>,
    /// Messages sent besides the replies, oldest first, until a transcript has looked at them.
    pub(super) begun: VecDeque<(String, String)>,
}

/// A screen, and whether the session goes on after it.
pub(crate) type Shown = (String, bool);

struct Person {
    phone: String,
    since: Date,
    reporter: Reporter,
    language: Option<Language>,
}

#[derive(Default)]
struct Phone {
    /// The conversation as JSON: what a store would hold.
    conversation: Option<String>,
    next_receipt: i64,
    greeted: Option<Date>,
    language: Option<Language>,
    stopped: bool,
    /// Sessions dialled so far, and the inputs of the present one.
    sessions: usize,
    typed: Vec<String>,
}

/// A like answer within this time is the same step again, where the last input is all there is.
const REPEAT_MS: i64 = 2_000;

/// A report as filed.
#[derive(Clone, Debug)]
pub(crate) struct Filed {
    pub(super) phone: String,
    received_on: Date,
    pub(crate) filing: Filing,
    pub(crate) revision: i64,
    pub(crate) cancelled: bool,
    pub(crate) abandoned: bool,
}

impl Filed {
    /// True when it is in the totals.
    pub(crate) fn counts(&self) -> bool {
        self.filing.state == FilingState::Counted && !self.cancelled
    }

    /// True when it counts or waits for an officer, or did before it was cancelled.
    fn was_sent(&self) -> bool {
        matches!(self.filing.state, FilingState::Counted | FilingState::AwaitingVisa)
    }

    /// True when it counts or waits for an officer.
    fn stands(&self) -> bool {
        self.was_sent() && !self.cancelled
    }
}

impl<'p> Host<'p> {
    pub(crate) fn new(pack: &'p Pack) -> Host<'p> {
        Host {
            pack,
            today: Date::constant(2026, 1, 1),
            now: Instant::default(),
            people: Vec::new(),
            phones: BTreeMap::new(),
            reports: Vec::new(),
            places: Vec::new(),
            outcome: None,
            sends_last: false,
            septets_max: USSD_SEPTETS_MAX,
            screens: BTreeMap::new(),
            approvals: Vec::new(),
            alerts: Vec::new(),
            codes: BTreeMap::new(),
            begun: VecDeque::new(),
        }
    }

    pub(crate) fn set_clock(&mut self, date: Date, now: Instant) {
        (self.today, self.now) = (date, now);
    }

    pub(super) fn set_receipt(&mut self, phone: String, next: i64) {
        self.phones.entry(phone).or_default().next_receipt = next;
    }

    pub(super) fn declare(&mut self, declared: Declared) {
        let place = self.place(&declared.place);
        let reporter = Reporter {
            person: person_id(self.people.len()),
            role: declared.role,
            network: declared.network,
            place,
            level: declared.level,
            place_name: gsm7::plain(&declared.place),
            agent_code: declared.code,
            initials: declared.initials,
        };
        let language = declared.language.parse().ok();
        self.people.push(Person { phone: declared.phone, since: self.today, reporter, language });
    }

    /// What is wrong with a person of this role at this level.
    pub(super) fn unknown(&self, role: &str, level: &str) -> Option<String> {
        let known = |ids: Vec<&str>| ids.join(", ");
        let (roles, levels) = (&self.pack.roles, &self.pack.levels);
        if !roles.is_empty() && self.pack.role(role).is_none() {
            let roles = known(roles.iter().map(|role| role.id.as_str()).collect());
            return Some(format!("`{role}` is no role; there are {roles}"));
        }
        if !levels.is_empty() && self.pack.depth(level).is_none() {
            let levels = known(levels.iter().map(|level| level.id.as_str()).collect());
            return Some(format!("`{level}` is no level; write role, place, level ({levels}), then `language en`"));
        }
        None
    }

    fn place(&mut self, name: &str) -> PlaceId {
        let rank = self.places.iter().position(|known| known == name).unwrap_or_else(|| {
            self.places.push(name.to_owned());
            self.places.len() - 1
        });
        PlaceId(i64::try_from(rank).unwrap_or(i64::MAX))
    }

    /// Takes one message; gives what its sender is told.
    pub(crate) fn receive(&mut self, phone: &str, text: &str) -> Option<String> {
        let taken = self.turn(phone, |turn, conversation| step(turn, conversation, text));
        let taken = taken.unwrap_or_else(|conversation| Step {
            conversation: *conversation,
            effects: Vec::new(),
            reply: None,
            outcome: Outcome::Unreadable,
            goes_on: false,
            sms: None,
        });
        if taken.outcome == Outcome::UnknownSender && taken.reply.is_some() {
            self.phones.entry(phone.to_owned()).or_default().greeted = Some(self.today);
        }
        self.settle(phone, taken)
    }

    /// Presses a key of this phone's USSD session; gives the screen, and the SMS that comes besides.
    pub(crate) fn press(&mut self, phone: &str, key: &Key) -> (Option<Shown>, Option<String>) {
        if self.sends_last && *key != Key::Again {
            // Reading a screen takes longer than a network takes to send a call twice.
            self.now = self.now.plus_ms(REPEAT_MS + 1);
        }
        let state = self.phones.entry(phone.to_owned()).or_default();
        match key {
            Key::Dial => {
                state.sessions += 1;
                state.typed.clear();
            }
            Key::Answer(answer) => state.typed.push(answer.clone()),
            Key::Again | Key::HangUp => {}
        }
        let input = match key {
            Key::HangUp => UssdInput::Ended,
            _ if self.sends_last => UssdInput::Last(state.typed.last().cloned().unwrap_or_else(|| "*360#".to_owned())),
            _ => UssdInput::All(state.typed.join("*")),
        };
        let session = format!("{phone}-{}", state.sessions);
        self.call(phone, &Dialled { session, input, repeat_ms: REPEAT_MS, septets_max: self.septets_max })
    }

    /// Takes one call of a USSD session as a provider makes it.
    pub(crate) fn call(&mut self, phone: &str, dialled: &Dialled) -> (Option<Shown>, Option<String>) {
        let pressed = self.turn(phone, |turn, conversation| press(turn, conversation, dialled));
        match pressed {
            Err(_) | Ok(Pressed::Nothing) => (None, None),
            Ok(Pressed::Again { screen, goes_on }) => (Some((screen, goes_on)), None),
            Ok(Pressed::Earlier { key, screen }) => {
                (Some((self.screens.get(&key).cloned().unwrap_or(screen), true)), None)
            }
            Ok(Pressed::Taken { step, key, .. }) => {
                let (sms, goes_on) = (step.sms.clone(), step.goes_on);
                let screen = self.settle(phone, *step);
                self.screens.insert(key, screen.clone().unwrap_or_default());
                let is_shown = dialled.input != UssdInput::Ended;
                (screen.filter(|_| is_shown).map(|screen| (screen, goes_on)), sms)
            }
        }
    }

    /// Keeps the conversation and does what was decided; gives the reply.
    fn settle(&mut self, phone: &str, taken: Step) -> Option<String> {
        let state = self.phones.entry(phone.to_owned()).or_default();
        let stored = serde_json::to_string(&taken.conversation).expect("a conversation always serialises");
        // Between any two messages it is stored: what comes back is what was open.
        let back: Result<Conversation, _> = serde_json::from_str(&stored);
        debug_assert_eq!(back.ok().as_ref(), Some(&taken.conversation), "{stored}");
        state.conversation = Some(stored);
        self.outcome = Some(taken.outcome);
        let mut reply = taken.reply;
        for effect in taken.effects {
            if let Effect::Ask { words, .. } = &effect {
                reply = Some(format!("[{}]", words.join(" ")));
            }
            self.apply(phone, effect.clone());
            self.after(phone, &effect);
            self.after_alerts(phone, &effect);
        }
        reply
    }

    /// Takes a turn, looking up what it asks for; the conversation as it was where it never stops asking.
    fn turn<T>(
        &self,
        phone: &str,
        take: impl Fn(&Turn<'_>, Conversation) -> Result<T, Vec<Need>>,
    ) -> Result<T, Box<Conversation>> {
        let none = Phone::default();
        let state = self.phones.get(phone).unwrap_or(&none);
        let stored = state.conversation.as_deref();
        let conversation: Conversation = stored
            .map(|json| serde_json::from_str(json).expect("a stored conversation is read back"))
            .unwrap_or_default();
        let here = || self.people.iter().filter(|person| person.phone == phone);
        let reporters: Vec<Reporter> = here().map(|person| person.reporter.clone()).collect();
        let language = state.language.or_else(|| here().find_map(|person| person.language));
        let mut facts = Facts::default();
        for _ in 0..ROUNDS_MAX {
            let turn = Turn {
                pack: self.pack,
                now: self.now,
                today: self.today,
                language: language.unwrap_or_else(|| self.pack.first_language()),
                reporters: &reporters,
                next_receipt: state.next_receipt.max(1),
                greeted_today: state.greeted == Some(self.today),
                stopped: state.stopped,
                facts: &facts,
            };
            match take(&turn, conversation.clone()) {
                Ok(taken) => return Ok(taken),
                Err(needs) => {
                    for need in needs {
                        let fact = self.fact(phone, &need);
                        facts.0.insert(need, fact);
                    }
                }
            }
        }
        Err(Box::new(conversation))
    }

    fn apply(&mut self, phone: &str, effect: Effect) {
        match effect {
            Effect::File(filing) => {
                let state = self.phones.entry(phone.to_owned()).or_default();
                state.next_receipt = state.next_receipt.max(filing.receipt.saturating_add(1));
                let draft = |report: &&mut Filed| {
                    report.phone == phone
                        && report.filing.receipt == filing.receipt
                        && report.filing.state == FilingState::Draft
                };
                match self.reports.iter_mut().find(draft) {
                    Some(report) => report.filing = filing,
                    None => {
                        let phone = phone.to_owned();
                        let received_on = self.today;
                        let (revision, cancelled, abandoned) = (1, false, false);
                        self.reports.push(Filed { phone, received_on, filing, revision, cancelled, abandoned });
                    }
                }
            }
            Effect::Abandon { receipt } => {
                let theirs = |report: &&mut Filed| report.phone == phone && report.filing.receipt == receipt;
                if let Some(report) = self.reports.iter_mut().find(theirs) {
                    report.abandoned = true;
                }
            }
            Effect::Correct { report, values, date, tasks, .. } => {
                if let Some(report) = self.report(&report) {
                    (report.filing.values, report.filing.date, report.filing.tasks) = (values, date, tasks);
                    report.revision += 1;
                }
            }
            Effect::Cancel { report, .. } => {
                if let Some(report) = self.report(&report) {
                    report.cancelled = true;
                }
            }
            Effect::Speak(language) => self.phones.entry(phone.to_owned()).or_default().language = Some(language),
            Effect::Stop => self.phones.entry(phone.to_owned()).or_default().stopped = true,
            Effect::Resume => self.phones.entry(phone.to_owned()).or_default().stopped = false,
            // The rest concerns officers.
            Effect::Ask { .. }
            | Effect::Propose { .. }
            | Effect::Settle { .. }
            | Effect::Acknowledge { .. }
            | Effect::Join { .. } => {}
        }
    }

    fn report(&mut self, id: &str) -> Option<&mut Filed> {
        id.parse::<usize>().ok().and_then(|rank| self.reports.get_mut(rank))
    }
}

/// The id of the person declared as number `rank`.
fn person_id(rank: usize) -> PersonId {
    format!("00000000-0000-7000-8000-{rank:012}").parse().expect("twelve digits end an id")
}
