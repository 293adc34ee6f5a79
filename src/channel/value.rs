//! Single values as providers write them: instants, ids, short codes, reasons.
//!
//! An id is kept whole or refused; wording is cut and cleaned, and digits that may be a phone number are hidden, because
//! reasons reach logs and pages. Never decides what a value means for a report.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Refusal;
use super::limits::{DIGITS_SHOWN_MAX, IDENTIFIER_CHARS_MAX, LABEL_CHARS_MAX, TEXT_CHARS_MAX};
use crate::base::Instant;
use crate::base::text::visible;

/// An instant as RFC 3339, as `2017-05-03 06:04:45` without a zone (read as UTC), or as unix seconds or milliseconds.
/// `None` when it is none of these: a date nobody can read must not lose its message.
pub(super) fn instant(written: &str) -> Option<Instant> {
    let written = written.trim();
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = written.parse().ok()?;
        return match written.len() {
            10 => Some(Instant(number * 1_000)),
            13 => Some(Instant(number)),
            _ => None,
        };
    }
    let timestamp = with_offset(written).or_else(|| in_utc(written)).or_else(|| with_offset(&plus_restored(written)?));
    timestamp.map(|timestamp| Instant(timestamp.as_millisecond()))
}

fn with_offset(written: &str) -> Option<jiff::Timestamp> {
    written.parse().ok()
}

fn in_utc(written: &str) -> Option<jiff::Timestamp> {
    let has_time = written.contains(':') && !written.contains('[');
    let civil: DateTime = has_time.then(|| written.parse().ok()).flatten()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// `…T10:00:00 02:00`: the raw `+` of an offset, read as a space in a query.
fn plus_restored(written: &str) -> Option<String> {
    let (moment, offset) = written.rsplit_once(' ')?;
    moment.contains('T').then(|| format!("{moment}+{offset}"))
}

/// A provider's id or token, whole; `None` where it gives none (`None` in words, too: Africa's Talking writes that).
pub(super) fn identifier(written: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(written) = written else { return Ok(None) };
    let trimmed = written.trim();
    if trimmed.is_empty() || trimmed == "None" {
        return Ok(None);
    }
    if trimmed.chars().count() > IDENTIFIER_CHARS_MAX || trimmed.chars().any(char::is_control) {
        return Err(Refusal::Unreadable(format!(
            "an id has control characters or more than {IDENTIFIER_CHARS_MAX} characters"
        )));
    }
    Ok(Some(trimmed.to_owned()))
}

/// The text of a message, cut at [`TEXT_CHARS_MAX`] characters.
pub(super) fn message_text(written: &str) -> String {
    written.chars().take(TEXT_CHARS_MAX).collect()
}

/// A short code or sender name.
pub(super) fn label(written: &str) -> String {
    visible(written).trim().chars().take(LABEL_CHARS_MAX).collect()
}

/// A provider's reason: one line, cut, with long runs of digits hidden.
pub(super) fn reason(written: &str) -> String {
    let (mut reason, mut digits) = (String::new(), String::new());
    let hidden = |digits: &str| if digits.len() > DIGITS_SHOWN_MAX { "…".to_owned() } else { digits.to_owned() };
    for character in label(written).chars() {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        reason.push_str(&hidden(&digits));
        digits.clear();
        reason.push(if character.is_control() { ' ' } else { character });
    }
    reason.push_str(&hidden(&digits));
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_as_providers_write_them() {
        for (written, expected) in [
            ("2017-05-03T06:04:45Z", Some("2017-05-03T06:04:45Z")),
            ("2017-05-03 06:04:45", Some("2017-05-03T06:04:45Z")),
            ("2017-05-03T06:04:45", Some("2017-05-03T06:04:45Z")),
            ("2012-10-10T11:17:27+02:00", Some("2012-10-10T09:17:27Z")),
            ("2012-10-10T11:17:27 02:00", Some("2012-10-10T09:17:27Z")),
            ("2016-10-06T09:28:39.220+0000", Some("2016-10-06T09:28:39.22Z")),
            ("1493791485", Some("2017-05-03T06:04:45Z")),
            ("1493791485000", Some("2017-05-03T06:04:45Z")),
            ("2017-05-03", None),
            ("2017-02-30 06:04:45", None),
            ("2017-05-03 06:04:45[Africa/Bamako]", None),
            ("hier", None),
            ("14937914850001", None),
            ("", None),
        ] {
            assert_eq!(instant(written).map(Instant::rfc3339).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn ids_are_kept_whole_or_refused() {
        let identifier = |written: &str| identifier(Some(written.to_owned()));
        assert_eq!(identifier(" ATXid_1 "), Ok(Some("ATXid_1".into())));
        assert_eq!(identifier("None"), Ok(None));
        assert_eq!(identifier(""), Ok(None));
        assert!(identifier("a\0b").is_err());
        assert!(identifier(&"é".repeat(IDENTIFIER_CHARS_MAX)).is_ok());
        assert!(identifier(&"é".repeat(IDENTIFIER_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn reasons_hide_what_may_be_a_phone() {
        assert_eq!(reason("407 CouldNotRoute +22376123456\nagain"), "407 CouldNotRoute +… again");
        assert_eq!(reason(&"x".repeat(500)).len(), LABEL_CHARS_MAX);
    }
}
