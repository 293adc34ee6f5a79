//! The system's own texts (`texts.toml`): each name with what it is given, so that `relais check` can prove them all.
//!
//! A text the engine uses and this table lacks, or the other way round, fails a test.

/// A text of the system: its name in `texts.toml`, and the names it may use.
#[derive(Clone, Copy, Debug)]
pub struct Say {
    /// Name of its table in `texts.toml`; `say.` and this in the text book.
    pub name: &'static str,
    /// What it is given.
    pub given: &'static [&'static str],
}

const fn say(name: &'static str, given: &'static [&'static str]) -> Say {
    Say { name, given }
}

/// Every text of the system.
pub const SAYS: &[Say] = &[
    // Names of periods and yes and no.
    say("period_day", &["date"]),
    say("period_week", &["number", "year"]),
    say("period_month", &["number", "year"]),
    say("period_quarter", &["number", "year"]),
    say("period_year", &["number", "year"]),
    // Reports.
    say("saved", &["keyword", "receipt", "head", "content"]),
    say("saved_short", &["keyword", "receipt", "head", "content"]),
    say("saved_agent", &["keyword", "receipt", "head", "content", "agent", "initials"]),
    say("saved_agent_short", &["keyword", "receipt", "head", "content", "agent", "initials"]),
    say("saved_visa", &["keyword", "receipt", "head", "content"]),
    say("saved_visa_short", &["keyword", "receipt", "head", "content"]),
    say("undo", &["receipt"]),
    say("undo_short", &["receipt"]),
    say("undo_agent", &["receipt"]),
    say("undo_reading", &["receipt"]),
    say("read_o", &[]),
    say("read_l", &[]),
    say("read_o_l", &[]),
    say("missing", &["keyword", "receipt", "period", "missing", "example", "number"]),
    say("missing_short", &["keyword", "receipt", "period", "missing", "example", "number"]),
    say("missing_none", &["keyword", "title", "labels", "example"]),
    say("missing_none_short", &["keyword", "title", "labels", "example"]),
    say("ask_keyword", &["keyword", "title", "typed", "content"]),
    say("ask_keyword_short", &["keyword", "title", "typed", "content"]),
    say("ask_confirm", &["keyword", "receipt", "head", "content", "reasons"]),
    say("ask_confirm_short", &["keyword", "receipt", "head", "content", "reasons"]),
    say("ask_swap", &["keyword", "reasons", "swapped"]),
    say("ask_read", &["keyword", "reasons", "read", "example"]),
    say("ask_read_short", &["keyword", "reasons", "read", "example"]),
    say("above_soft", &["label", "value", "soft_max", "name"]),
    say("duplicate", &["keyword", "receipt", "period"]),
    say("once_known", &["keyword", "receipt", "place", "period"]),
    say("closed", &["keyword", "from", "to"]),
    say("meeting_known", &["keyword", "receipt", "body", "place", "date"]),
    say("refused", &["keyword", "receipt", "reasons", "example"]),
    say("refused_short", &["keyword", "receipt", "reasons", "example"]),
    say("refused_fragment", &["keyword", "receipt", "reasons", "example"]),
    say("refused_fragment_short", &["keyword", "receipt", "reasons", "example"]),
    say("refused_change", &["keyword", "receipt", "reasons", "example"]),
    say("refused_change_short", &["keyword", "receipt", "reasons", "example"]),
    say("others", &["count"]),
    say("one_at_a_time", &["keyword"]),
    say("role_refused", &["keyword", "words"]),
    say("body_stays", &["keyword", "receipt"]),
    say("wrong_level", &["keyword", "body", "place"]),
    // Faults.
    say("fault_too_long", &[]),
    say("fault_unread", &["word"]),
    say("fault_link", &[]),
    say("fault_secret", &[]),
    say("fault_number_word", &["word"]),
    say("fault_unit", &["typed", "label"]),
    say("fault_loose_number", &["typed"]),
    say("fault_count", &["got", "expected"]),
    say("fault_not_positional", &[]),
    say("fault_twice", &["label", "first", "second"]),
    say("fault_unclear", &["label", "typed"]),
    say("fault_negative", &["label", "typed"]),
    say("fault_option", &["label", "typed", "options"]),
    say("fault_range", &["label", "value", "min", "max"]),
    say("fault_bad_value", &["label", "value"]),
    say("fault_not_asked", &["label", "name"]),
    say("fault_not_role", &["label"]),
    say("fault_no_value", &["label", "name"]),
    say("fault_bad_date", &["typed"]),
    say("fault_future_date", &["typed"]),
    say("fault_old_date", &["typed", "days"]),
    say("fault_which_word", &["typed", "options"]),
    // Answers.
    say("nothing_pending", &[]),
    say("lapsed", &["keyword"]),
    say("dropped", &["keyword"]),
    say("abandoned", &["keyword", "receipt"]),
    say("abandoned_short", &["keyword", "receipt"]),
    say("still_open", &["keyword", "receipt", "labels"]),
    say("still_open_short", &["keyword", "receipt"]),
    say("let_go", &[]),
    say("yes_or_no", &[]),
    say("which_agent", &["codes"]),
    say("unknown_agent", &["code", "codes"]),
    say("unknown_sender", &[]),
    say("unknown_sender_unread", &[]),
    say("unknown_word", &["word", "words"]),
    say("near_words", &["word", "words"]),
    say("ask_command", &["typed"]),
    say("nothing_said", &["words"]),
    // Commands.
    say("zero_saved", &["keyword", "receipt", "period", "place"]),
    say("zero_which", &["words"]),
    say("zero_none", &["words"]),
    say("zero_not_owed", &["keyword"]),
    say("zero_body", &["keyword"]),
    say("which_number", &["command"]),
    say("unknown_number", &["receipt"]),
    say("which_report", &["receipt", "choices"]),
    say("is_cancelled", &["keyword", "receipt"]),
    say("nothing_changed", &["keyword", "receipt", "labels"]),
    say("corrected", &["keyword", "receipt", "revision", "period", "changes"]),
    say("drops", &["labels"]),
    say("ask_correct", &["keyword", "receipt", "changes", "reasons"]),
    say("cancelled", &["keyword", "receipt", "period", "place"]),
    say("help", &["words", "example"]),
    say("help_short", &["words", "example"]),
    say("help_officer", &["words", "example"]),
    say("help_officer_short", &["words", "example"]),
    say("help_flow", &["keyword", "title", "labels", "example"]),
    say("help_flow_short", &["keyword", "title", "labels", "example"]),
    // The phone itself, and what officers decide.
    say("me", &["who", "language", "words", "command"]),
    say("me_short", &["who", "language", "command"]),
    say("language_set", &["words"]),
    say("language_which", &["typed", "words"]),
    say("stopped", &["command"]),
    say("resumed", &["command"]),
    say("not_stopped", &["command"]),
    say("command_alone", &["command", "word", "words"]),
    say("command_alone_short", &["command"]),
    say("join_which", &[]),
    say("join_unknown", &["code"]),
    say("join_asked", &["role", "place"]),
    say("join_waits", &["role", "place"]),
    say("join_known", &["who"]),
    say("officers_only", &["command", "words"]),
    say("which_approval", &["command"]),
    say("unknown_approval", &["number"]),
    say("own_approval", &["number", "subject", "place"]),
    say("approval_conflicts", &["number", "subject", "place"]),
    say("approved", &["number", "subject", "place"]),
    say("not_approved", &["number", "subject", "place"]),
    say("approval_withdrawn", &["number", "subject", "place"]),
    say("was_approved", &["number", "subject", "place"]),
    say("was_not_approved", &["number", "subject", "place"]),
    say("which_area", &["number", "choices"]),
    say("correct_proposed", &["keyword", "receipt", "revision", "period", "changes"]),
    say("cancel_proposed", &["keyword", "receipt", "period", "place"]),
    say("wanted_report", &["number", "keyword", "place", "date", "content"]),
    say("wanted_report_short", &["number", "keyword", "place", "date"]),
    say("wanted_change", &["number", "keyword", "place", "date", "changes"]),
    say("wanted_cancel", &["number", "keyword", "place", "date"]),
    say("wanted_join", &["number", "role", "place", "sender"]),
    say("told_approved", &["keyword", "receipt", "area"]),
    say("told_changed", &["keyword", "receipt", "area"]),
    say("told_refused", &["keyword", "receipt", "area", "reason"]),
    say("told_change_refused", &["keyword", "receipt", "area", "reason"]),
    say("told_joined", &["role", "place", "words"]),
    say("told_joined_short", &["role", "place"]),
    say("told_join_refused", &["place", "reason"]),
    // Alerts.
    say("age_minutes", &["count"]),
    say("age_hours", &["count"]),
    say("age_days", &["count"]),
    say("alert_merged", &["number"]),
    say("alert_told", &["number", "place", "date", "content"]),
    say("alert_escalated", &["number", "area", "place", "date", "content", "age"]),
    say("alert_escalated_short", &["number", "area", "place", "date", "age"]),
    say("alert_seen", &["number", "subject", "place", "age"]),
    say("alert_was_seen", &["number", "subject", "place", "age", "mine"]),
    say("alert_withdrawn", &["number", "subject", "place"]),
    say("unknown_alert", &["number"]),
    say("alerts_open", &["list"]),
    say("alerts_none", &[]),
    // USSD.
    say("ussd_menu", &[]),
    say("ussd_help_item", &[]),
    say("ussd_help", &[]),
    say("ussd_zero", &[]),
    say("ussd_zero_which", &[]),
    say("ussd_figures", &[]),
    say("ussd_silent", &[]),
    say("ussd_approvals", &[]),
    say("ussd_approvals_none", &[]),
    say("ussd_alerts", &[]),
    say("ussd_alerts_none", &[]),
    say("ussd_decide_item", &["number", "subject", "place"]),
    say("ussd_approval", &["number", "subject", "place"]),
    say("ussd_alert", &["number", "subject", "place", "age"]),
    say("ussd_more", &[]),
    say("ussd_back", &[]),
    say("ussd_back_menu", &[]),
    say("ussd_back_number", &[]),
    say("ussd_yes", &[]),
    say("ussd_no", &[]),
    say("ussd_who", &[]),
    say("ussd_left", &["title", "count"]),
    say("ussd_choose", &[]),
    say("ussd_digits", &[]),
    say("ussd_empty", &[]),
    say("ussd_too_big", &["typed", "max"]),
    say("ussd_too_small", &["typed", "min"]),
    say("ussd_too_long", &["count"]),
    say("ussd_forbidden", &["reasons"]),
    say("ussd_doubts", &["reasons"]),
    say("ussd_confirm", &["head", "content"]),
    say("ussd_confirm_short", &["keyword", "head", "read"]),
    say("ussd_same", &["keyword", "receipt", "period"]),
    say("ussd_which", &[]),
    say("ussd_saved", &["keyword", "receipt"]),
    say("ussd_dropped", &["keyword"]),
    say("ussd_by_sms", &["keyword", "missing"]),
    say("ussd_no_more", &[]),
    // Reports already sent, on USSD.
    say("ussd_mine", &[]),
    say("ussd_mine_none", &[]),
    say("ussd_mine_item", &["keyword", "receipt", "period", "state"]),
    say("ussd_mine_counted", &[]),
    say("ussd_mine_waits", &[]),
    say("ussd_mine_proposed", &[]),
    say("ussd_mine_cancelled", &[]),
    say("ussd_mine_one", &["keyword", "receipt", "period", "state", "values"]),
    say("ussd_mine_over", &["keyword", "receipt", "period", "state", "values"]),
    say("ussd_mine_drop", &["keyword", "receipt", "period", "state"]),
    say("ussd_mine_left", &["keyword", "receipt"]),
    say("ussd_mine_day", &[]),
    say("ussd_mine_ask_day", &[]),
    say("ussd_mine_forbidden", &["reasons"]),
    say("ussd_mine_doubts", &["reasons"]),
    say("ussd_mine_confirm", &["keyword", "receipt", "changes"]),
    say("ussd_mine_done", &["keyword", "receipt"]),
    say("ussd_unknown", &[]),
    say("ussd_nothing", &[]),
    say("ussd_down", &[]),
    // BILAN and what is refused of all questions, said by the views.
    say(
        "summary",
        &["place", "period", "unit", "reporting", "owing", "received", "expected", "percent", "on_time", "rows"],
    ),
    say("summary_closed", &["figure", "closed"]),
    say("summary_not_yours", &["command", "place"]),
    say("summary_unknown_place", &["command", "word", "words"]),
    say("summary_which_place", &["command", "word", "words"]),
    say("summary_unknown_period", &["word"]),
    say("summary_future_period", &["word"]),
    // MUETS, RAPPEL and INFO, and what is sent because of silence.
    say("silent", &["place", "period", "unit", "silent", "owing", "rows", "others"]),
    say("remind", &["place", "period", "count", "stopped", "earlier", "others", "command"]),
    say("remind_report", &["keyword", "period", "due", "today", "late", "command"]),
    say("remind_missed", &["from", "to", "rows", "others"]),
    say("info", &["place", "period", "body", "state", "received", "rows"]),
    say("info_area", &["place", "period", "reporting", "owing", "unit", "rows"]),
    say("info_held", &[]),
    say("info_not_held", &[]),
    say("info_silent", &[]),
    say("info_few", &[]),
    say("info_least", &["count"]),
    say("info_which", &["command"]),
    // Said by intake, and by whoever lets officers in.
    say("limited", &[]),
    say("ussd_limited", &[]),
    say("sign_in_code", &["digits"]),
    // Told once to every new phone, by itself.
    say("notice", &["days"]),
];

impl Say {
    /// The text called `name`.
    pub fn find(name: &str) -> Option<&'static Say> {
        SAYS.iter().find(|say| say.name == name)
    }

    /// The shorter form that stands in where this one does not fit.
    pub fn short(&self) -> Option<&'static Say> {
        SAYS.iter().find(|say| say.name.strip_suffix("_short") == Some(self.name))
    }

    /// True where other texts stand inside it: how long it is depends on them.
    pub fn is_frame(&self) -> bool {
        self.given.iter().any(|name| matches!(*name, "head" | "content" | "reasons"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Language, gsm7};
    use crate::flow::read::sample;

    #[test]
    fn every_text_is_written_and_uses_only_what_it_is_given() {
        let pack = sample::pack();
        let written = sample::texts();
        for say in SAYS {
            for language in [Language::FRENCH, Language::ENGLISH] {
                let name = format!("say.{}", say.name);
                assert!(pack.texts.has_text(&name, language), "{} is not written in {language}", say.name);
                for used in pack.texts.names_used(&format!("{name}/{language}")) {
                    assert!(say.given.contains(&used.as_str()), "{} is not given {used}", say.name);
                }
            }
        }
        for (name, language, text) in written {
            assert!(SAYS.iter().any(|say| say.name == name), "{name} is never said");
            // A draft may be of a language with letters of its own: `relais check` measures it by them.
            let is_whole = [Language::FRENCH, Language::ENGLISH].contains(&language);
            assert_eq!(gsm7::first_outside(&text).filter(|_| is_whole), None, "{name} in {language}");
        }
    }

    #[test]
    fn the_engine_names_only_texts_of_the_table() {
        let sources = [
            include_str!("alert.rs"),
            include_str!("answer.rs"),
            include_str!("approval.rs"),
            include_str!("change.rs"),
            include_str!("correction.rs"),
            include_str!("fault_text.rs"),
            include_str!("faults.rs"),
            include_str!("help.rs"),
            include_str!("join.rs"),
            include_str!("meant.rs"),
            include_str!("mod.rs"),
            include_str!("officer.rs"),
            include_str!("outcome.rs"),
            include_str!("phone.rs"),
            include_str!("report.rs"),
            include_str!("speaker.rs"),
            include_str!("unknown.rs"),
            include_str!("ussd/amend.rs"),
            include_str!("ussd/answer.rs"),
            include_str!("ussd/line.rs"),
            include_str!("ussd/menu.rs"),
            include_str!("ussd/mine.rs"),
            include_str!("ussd/mod.rs"),
            include_str!("ussd/officer.rs"),
            include_str!("ussd/question.rs"),
            include_str!("ussd/review.rs"),
            include_str!("zero.rs"),
        ];
        let all = sources.concat() + include_str!("scene.rs");
        for say in SAYS {
            let long = say.name.strip_suffix("_short").unwrap_or(say.name);
            let known = all.contains(&format!("\"{}\"", say.name)) || all.contains(&format!("\"{long}\""));
            // The names of periods are put together, BILAN is answered by the views, and some is said by other rooms.
            let elsewhere = say.name.starts_with("period_")
                || ["summary", "silent", "remind", "info"].iter().any(|begin| say.name.starts_with(begin))
                || matches!(say.name, "limited" | "ussd_limited" | "sign_in_code" | "notice");
            assert!(known || elsewhere, "{} is in the table and never said", say.name);
        }
        for source in sources {
            for call in [".say(Rank::Answer, \"", ".say(Rank::Besides, \"", ".text(\"", "refuse(scene, \""] {
                for said in source.split(call).skip(1) {
                    let name = said.split('"').next().unwrap_or_default();
                    assert!(SAYS.iter().any(|say| say.name == name), "{name} is said and not in the table");
                }
            }
        }
    }
}
