//! The turn under way: what it knows, what it decided so far, what it will say. Decides nothing itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reply::{Rank, Reply};
use super::{Conversation, Draft, Question, report};
use crate::base::{Date, Language, Period, PeriodKind, PersonId, gsm7};
use crate::flow::model::{CommandKind, Flow, Wording};
use crate::flow::read::Sender;
use crate::flow::rule;
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, FilingState, Need, Outcome, Reporter, Step, Turn};
use crate::flow::values::Values;

/// What has to be looked up before the turn can be taken.
pub(super) type Wait = Vec<Need>;

/// The turn under way.
pub(super) struct Scene<'a> {
    pub turn: &'a Turn<'a>,
    pub conversation: Conversation,
    pub effects: Vec<Effect>,
    pub reply: Reply,
    /// The language of the reply.
    language: Language,
    outcome: Option<Outcome>,
    receipts_given: i64,
    /// True once a part of this very message opened a question: another part must not push it aside.
    pub asked_now: bool,
    /// The flow and receipt of a draft that lapsed before this message came.
    pub lapsed: Option<(String, Option<i64>)>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(turn: &'a Turn<'a>, conversation: Conversation) -> Scene<'a> {
        Scene {
            turn,
            conversation,
            effects: Vec::new(),
            reply: Reply::default(),
            language: turn.language,
            outcome: None,
            receipts_given: 0,
            asked_now: false,
            lapsed: None,
        }
    }

    pub(super) fn finish(self) -> Step {
        Step {
            conversation: self.conversation,
            effects: self.effects,
            reply: self.reply.compose(),
            outcome: self.outcome.unwrap_or(Outcome::Unreadable),
            goes_on: false,
            sms: None,
        }
    }

    /// Gives up what nobody answered in time.
    pub(super) fn let_lapse(&mut self) {
        if self.conversation.lapses_at().is_some_and(|lapses| lapses <= self.turn.now) {
            let flow = self.conversation.draft.as_ref().map(|draft| (draft.flow.clone(), draft.receipt));
            self.give_up();
            self.lapsed = Some(flow.unwrap_or_default());
        }
    }

    /// Notes what became of a part of the message; the message gets the weightiest.
    pub(super) fn became(&mut self, outcome: Outcome) {
        let weight = |outcome: Outcome| match outcome {
            Outcome::Saved => 6,
            Outcome::Duplicate => 5,
            Outcome::Asked => 4,
            Outcome::Refused => 3,
            Outcome::Command => 2,
            _ => 1,
        };
        if self.outcome.is_none_or(|known| weight(outcome) > weight(known)) {
            self.outcome = Some(outcome);
        }
    }

    // --- Words ---

    /// A text of the system.
    pub(super) fn text(&self, name: &str, given: &[(&str, Scope)]) -> String {
        let scope = Scope::from(given.iter().cloned().collect::<BTreeMap<&str, Scope>>());
        let text = self.turn.pack.texts.say(&format!("say.{name}"), self.language, scope);
        // Excluded for packs that passed `relais check`; the name of the text is better than silence.
        text.unwrap_or_else(|_| name.to_owned())
    }

    /// A name or a question of the pack, as it is written: its letters were looked at by `relais check`.
    pub(super) fn wording(&self, wording: &Wording) -> String {
        wording.get(self.language()).to_owned()
    }

    /// Says a text, with no shorter form.
    pub(super) fn say(&mut self, rank: Rank, name: &str, given: &[(&str, Scope)]) {
        let text = self.text(name, given);
        self.reply.add(rank, vec![text]);
    }

    /// Says why nothing is done.
    pub(super) fn refuse(&mut self, name: &str, given: &[(&str, Scope)]) -> Result<(), Wait> {
        self.say(Rank::Answer, name, given);
        self.became(Outcome::Refused);
        Ok(())
    }

    /// A text of a flow: empty when it lacks a value.
    pub(super) fn flow_text(&self, name: &str, scope: &BTreeMap<String, Scope>) -> String {
        self.turn.pack.texts.say(name, self.language, Scope::from(scope.clone())).unwrap_or_default()
    }

    /// What the texts of a flow are given: its values and what stands around them.
    pub(super) fn flow_scope(&self, flow: &Flow, values: &Values, about: &About<'_>) -> BTreeMap<String, Scope> {
        let mut scope = rule::names(self.turn.pack, flow, values, self.language());
        let body = body_of(flow, values).and_then(|id| self.turn.pack.body(id));
        let body = body.map_or("", |body| body.name.get(self.language()));
        for (name, value) in [
            ("keyword", Scope::from(flow.keyword.as_str())),
            ("receipt", Scope::from(about.receipt)),
            ("place", Scope::from(gsm7::plain(about.place))),
            ("body", Scope::from(body)),
            ("period", Scope::from(self.period_of(flow, about.date))),
            ("date", Scope::from(about.date.strftime("%d/%m").to_string())),
            ("agent", Scope::from(gsm7::plain(about.agent.unwrap_or_default()))),
        ] {
            scope.insert(name.to_owned(), value);
        }
        scope
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// Goes on in another language.
    pub(super) fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// The name of the period a report of `flow` about `date` counts for: its cadence, else the day.
    pub(super) fn period_of(&self, flow: &Flow, date: Date) -> String {
        let kind = flow.cadence.unwrap_or(PeriodKind::Day);
        self.period_name(self.turn.pack.calendar.period(kind, date))
    }

    pub(super) fn period_name(&self, period: Period) -> String {
        let name = format!("period_{}", period.kind().word());
        if period.kind() == PeriodKind::Day {
            return self.text(&name, &[("date", Scope::from(period.first().strftime("%d/%m").to_string()))]);
        }
        let this_year = self.turn.pack.calendar.period(period.kind(), self.turn.today).year();
        let year = if period.year() == this_year { String::new() } else { period.year().to_string() };
        self.text(&name, &[("number", Scope::from(i64::from(period.number()))), ("year", Scope::from(year))])
    }

    /// The first word of a command, as our texts write it.
    pub(super) fn command_word(&self, kind: CommandKind) -> String {
        self.turn.pack.command_word(kind).to_owned()
    }

    // --- People ---

    pub(super) fn reporter(&self, person: PersonId) -> Option<&'a Reporter> {
        self.turn.reporters.iter().find(|reporter| reporter.person == person)
    }

    /// Keywords someone with `role` may send.
    pub(super) fn keywords_of(&self, role: &str) -> String {
        let flows = self.turn.pack.flows.iter().filter(|flow| flow.open_to(role));
        flows.map(|flow| flow.keyword.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Keywords anyone on this phone may send.
    pub(super) fn keywords(&self) -> String {
        let open = |flow: &&std::sync::Arc<Flow>| self.turn.reporters.iter().any(|person| flow.open_to(&person.role));
        let flows = self.turn.pack.flows.iter().filter(open);
        flows.map(|flow| flow.keyword.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Agent codes of this phone.
    pub(super) fn codes(&self) -> Vec<&'a str> {
        self.turn.reporters.iter().filter_map(|reporter| reporter.agent_code.as_deref()).collect()
    }

    /// The people of this phone, as reading has to know them.
    pub(super) fn senders(&self) -> Vec<Sender<'a>> {
        let sender = |person: &'a Reporter| Sender { code: person.agent_code.as_deref(), role: Some(&person.role) };
        self.turn.reporters.iter().map(sender).collect()
    }

    /// The flow as this person knows it: without the fields of other roles.
    pub(super) fn flow_of(&self, flow: &str, person: Option<PersonId>) -> Option<&'a Arc<Flow>> {
        match person.and_then(|person| self.reporter(person)) {
            Some(who) => self.turn.pack.flow_for(flow, &who.role),
            None => self.turn.pack.flow(flow),
        }
    }

    // --- Receipts, drafts, questions ---

    pub(super) fn new_receipt(&mut self) -> i64 {
        let receipt = self.turn.next_receipt.saturating_add(self.receipts_given);
        self.receipts_given += 1;
        receipt
    }

    /// Opens a question, with the draft it is about.
    pub(super) fn ask(&mut self, draft: Option<Draft>, question: Question) {
        self.conversation.draft = draft;
        self.conversation.question = Some(question);
        self.asked_now = true;
        self.became(Outcome::Asked);
    }

    /// Gives up what is open: a draft that was filed is shown as incomplete.
    pub(super) fn give_up(&mut self) -> Option<Draft> {
        self.conversation.question = None;
        let mut draft = self.conversation.draft.take()?;
        match draft.receipt {
            Some(receipt) => self.effects.push(Effect::Abandon { receipt }),
            None => self.file_left(&mut draft),
        }
        Some(draft)
    }

    /// What was begun on USSD and left is filed as incomplete: it was never a report, and is never quite lost either.
    fn file_left(&mut self, draft: &mut Draft) {
        let (Some(flow), Some(who)) = (self.flow_of(&draft.flow, Some(draft.person)), self.reporter(draft.person))
        else {
            return;
        };
        if draft.dialled && draft.answers(flow) > 0 {
            let receipt = self.new_receipt();
            draft.receipt = Some(receipt);
            let filing = report::filing(self, flow, who, draft, receipt, FilingState::Incomplete, &Default::default());
            self.effects.push(Effect::File(filing));
        }
    }

    /// Gives up what is open because another report came, and says so.
    pub(super) fn give_up_for_another(&mut self) {
        if self.asked_now {
            return;
        }
        if let Some(forms) = self.give_up().and_then(|draft| self.abandoned(&draft)) {
            self.reply.add_first(Rank::Besides, forms);
        }
    }

    /// What is said of a draft that was given up, the longest form first; nothing where its sender never heard of it.
    pub(super) fn abandoned(&self, draft: &Draft) -> Option<Vec<String>> {
        let given = [("keyword", Scope::from(self.keyword(&draft.flow))), ("receipt", Scope::from(draft.receipt?))];
        Some(["abandoned", "abandoned_short"].map(|name| self.text(name, &given)).into())
    }

    /// Puts aside the draft that waits while another report is read; one the report replaces is given up at once.
    pub(super) fn put_aside(&mut self, flow: &str, person: PersonId) -> Option<(Draft, Question)> {
        let replaced = |draft: &Draft| draft.flow == flow && draft.person == person;
        match (self.conversation.draft.take(), self.conversation.question.take()) {
            (Some(draft), Some(question)) if !self.asked_now && !replaced(&draft) => Some((draft, question)),
            (draft, question) => {
                (self.conversation.draft, self.conversation.question) = (draft, question);
                self.give_up_for_another();
                None
            }
        }
    }

    /// Opens what was put aside again, and says so, where the other report was saved (an effect after the first `filed`)
    /// and asks nothing itself. Else it is given up: an answer must not reach a report its sender does not think of.
    pub(super) fn take_up(&mut self, waiting: Option<(Draft, Question)>, filed: usize) {
        let Some((draft, question)) = waiting else { return };
        let counted = |effect: &Effect| matches!(effect, Effect::File(filing) if filing.state == FilingState::Counted);
        if self.conversation.is_empty() && self.effects[filed..].iter().any(counted) {
            let labels = match &question {
                Question::Missing { labels } => labels.join(" "),
                _ => self.command_word(CommandKind::Yes),
            };
            let given = [
                ("keyword", Scope::from(self.keyword(&draft.flow))),
                ("receipt", Scope::from(draft.receipt.unwrap_or_default())),
                ("labels", Scope::from(labels)),
            ];
            let forms = vec![self.text("still_open", &given), self.text("still_open_short", &given)];
            self.reply.add_first(Rank::Besides, forms);
            (self.conversation.draft, self.conversation.question) = (Some(draft), Some(question));
            return;
        }
        let opened = (self.conversation.draft.take(), self.conversation.question.take(), self.asked_now);
        (self.conversation.draft, self.conversation.question) = (Some(draft), Some(question));
        self.asked_now = false;
        self.give_up_for_another();
        (self.conversation.draft, self.conversation.question, self.asked_now) = opened;
    }

    pub(super) fn keyword(&self, flow: &str) -> String {
        self.turn.pack.flow(flow).map_or_else(|| flow.to_uppercase(), |flow| flow.keyword.clone())
    }
}

/// What a text about a report is about.
pub(super) struct About<'t> {
    pub receipt: i64,
    pub place: &'t str,
    pub date: Date,
    pub agent: Option<&'t str>,
}

/// The body a report is of.
pub(super) fn body_of<'v>(flow: &Flow, values: &'v Values) -> Option<&'v str> {
    let field = flow.fields.iter().find(|field| field.kind == crate::flow::model::FieldKind::Body)?;
    match values.get(&field.label) {
        Some(crate::flow::values::Value::Word(id)) => Some(id),
        _ => None,
    }
}
