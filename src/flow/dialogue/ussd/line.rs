//! The session under way: its scene, its draft, and the screens it shows. Decides nothing.

use super::super::reply::Rank;
use super::super::scene::Scene;
use super::super::{Change, Draft, report};
use super::page::Page;
use super::session::Session;
use super::{menu, mine, officer, question, review, screen};
use crate::flow::model::Flow;
use crate::flow::read::limits::DRAFT_LIFE_MS;
use crate::flow::rule::{self, Findings};
use crate::flow::text::Scope;
use crate::flow::turn::{Effect, FilingState, Outcome, Reporter};

/// Answers in a row a question cannot take before the session ends with the way out by SMS.
const TRIES_MAX: u32 = 3;

/// The session under way.
pub(super) struct Line<'l, 'a> {
    pub scene: &'l mut Scene<'a>,
    pub session: Session,
    pub septets_max: usize,
    /// What is sent as an SMS besides.
    pub sms: Option<String>,
}

impl<'a> Line<'_, 'a> {
    /// Who is speaking.
    pub(super) fn person(&self) -> Option<&'a Reporter> {
        let named = self.session.person.and_then(|person| self.scene.reporter(person));
        named.or_else(|| self.scene.turn.reporters.first())
    }

    /// The draft being written by whoever is speaking, with its flow; none where an SMS or an officer took it away.
    pub(super) fn draft(&self) -> Option<(&'a Flow, &'a Reporter, Draft)> {
        let draft = self.scene.conversation.draft.clone()?;
        let who = self.person().filter(|who| who.person == draft.person)?;
        let flow = self.scene.turn.pack.flow_for(&draft.flow, &who.role).filter(|flow| flow.open_to(&who.role))?;
        Some((flow, who, draft))
    }

    /// The correction being typed by whoever is speaking, with its flow; none once it has lapsed.
    pub(super) fn change(&self) -> Option<(&'a Flow, &'a Reporter, Change)> {
        let change = self.scene.conversation.change.clone()?;
        let who = self.person().filter(|who| who.person == change.person)?;
        let lives = self.scene.turn.now < change.since.plus_ms(DRAFT_LIFE_MS);
        let flow = self.scene.turn.pack.flow_for(&change.flow, &who.role).filter(|_| lives)?;
        Some((flow, who, change))
    }

    /// What the rules say of the draft.
    pub(super) fn findings(&self, flow: &'a Flow, draft: &Draft) -> Findings<'a> {
        rule::examine(self.scene.turn.pack, flow, &draft.values, &draft.unfinished, &draft.beside)
    }

    pub(super) fn text(&self, name: &str, given: &[(&str, Scope)]) -> String {
        self.scene.text(name, given)
    }

    /// Shows the screen of `page` and waits for its answer.
    pub(super) fn show(&mut self, page: Page) {
        let forms = self.draw(&page);
        self.show_as(page, &forms);
    }

    /// Shows the screen of `page` in the first of `forms` that fits, and waits for its answer.
    pub(super) fn show_as(&mut self, page: Page, forms: &[String]) {
        self.session.page = page;
        self.session.tries = 0;
        self.session.screen = screen::fit(forms, self.septets_max);
        self.session.goes_on = true;
        self.scene.became(Outcome::Asked);
    }

    /// The screen of a page, in forms from long to short.
    fn draw(&self, page: &Page) -> Vec<String> {
        match page {
            Page::Who | Page::Menu { .. } | Page::Help | Page::Left | Page::Nothing { .. } => {
                vec![menu::draw(self, page)]
            }
            Page::Unless { label } => question::draw_unless(self, label),
            Page::Value { label } => question::draw(self, label),
            Page::Doubts { .. } | Page::Forbidden | Page::Confirm | Page::Same { .. } | Page::Which { .. } => {
                review::draw(self, page)
            }
            Page::Mine(page) => mine::draw(self, page),
            Page::Decide(page) => officer::draw(self, page),
        }
    }

    /// The same screen once more: nobody answered it.
    pub(super) fn again(&mut self) {
        self.scene.became(Outcome::Asked);
    }

    /// The same question once more under what is wrong with the answer; after [`TRIES_MAX`], the way out by SMS.
    pub(super) fn ask_again(&mut self, wrong: &str) {
        let plain = self.draw(&self.session.page);
        self.ask_again_as(wrong, plain);
    }

    /// The same for an answer that may be several at once, or a slip: then no try is counted.
    pub(super) fn ask_again_for(&mut self, typed: &str, wrong: &str) {
        if !typed.contains('*') {
            return self.ask_again(wrong);
        }
        let wrong = self.text("ussd_digits", &[]);
        let tries = std::mem::take(&mut self.session.tries);
        self.ask_again(&wrong);
        self.session.tries = tries;
    }

    /// [`Line::ask_again`] for a question with this screen.
    pub(super) fn ask_again_as(&mut self, wrong: &str, plain: Vec<String>) {
        self.session.tries = self.session.tries.saturating_add(1);
        self.scene.became(Outcome::Refused);
        if self.session.tries >= TRIES_MAX {
            let way_out = self.way_out();
            return self.close(&way_out);
        }
        let mut forms: Vec<String> = plain.iter().map(|form| format!("{wrong}\n{form}")).collect();
        forms.extend(plain);
        self.session.screen = screen::fit(&forms, self.septets_max);
    }

    fn way_out(&self) -> String {
        let draft = self.draft().filter(|_| !matches!(self.session.page, Page::Mine(_)));
        let Some((flow, _, draft)) = draft else { return self.text("ussd_no_more", &[]) };
        let missing = self.findings(flow, &draft).missing;
        if missing.is_empty() {
            return self.text("ussd_no_more", &[]);
        }
        let missing = missing.iter().map(|field| format!("{}..", field.label)).collect::<Vec<_>>().join(" ");
        let given = [("keyword", Scope::from(flow.keyword.as_str())), ("missing", Scope::from(missing))];
        self.text("ussd_by_sms", &given)
    }

    /// Shows `text` and ends the session.
    pub(super) fn close(&mut self, text: &str) {
        self.session.screen = screen::fit(&[text.to_owned()], self.septets_max);
        self.session.goes_on = false;
    }

    /// A number nobody registered.
    pub(super) fn close_unknown(&mut self) {
        let text = self.text("ussd_unknown", &[]);
        self.close(&text);
        self.scene.became(Outcome::UnknownSender);
    }

    /// What the scene has to say, taken out of it: a screen or an SMS of its own.
    pub(super) fn said(&mut self) -> String {
        std::mem::take(&mut self.scene.reply).compose().unwrap_or_default()
    }

    /// Says why in the words of an SMS, as the whole closing screen.
    pub(super) fn close_saying(&mut self, name: &str, given: &[(&str, Scope)]) {
        self.scene.say(Rank::Answer, name, given);
        let said = self.said();
        self.close(&said);
    }

    /// Hung up: what was typed so far is filed as a draft, so that it is seen to be unfinished and lives its 24 hours.
    pub(super) fn hung_up(&mut self) {
        self.session.goes_on = false;
        self.scene.became(Outcome::Asked);
        let Some((flow, who, mut draft)) = self.draft().filter(|(flow, _, draft)| draft.answers(flow) > 0) else {
            return;
        };
        let receipt = *draft.receipt.get_or_insert_with(|| self.scene.new_receipt());
        let findings = self.findings(flow, &draft);
        let filing = report::filing(self.scene, flow, who, &draft, receipt, FilingState::Draft, &findings);
        self.scene.effects.push(Effect::File(filing));
        self.scene.conversation.draft = Some(draft);
    }
}
