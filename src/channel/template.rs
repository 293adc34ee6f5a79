//! Texts with `{name}` in them, as a configuration writes requests and answers.
//!
//! Only `{` followed by lower-case letters or `_` and `}` is a name, so JSON may be written as it is. A value is put in
//! once and never looked at again: a text with `{to}` in it stays that text.

/// How a value is written where it is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// As it is.
    Plain,
    /// Percent-encoded, for an address or a form body.
    Url,
    /// For the inside of a JSON string.
    Json,
    /// For the text or an attribute of XML.
    Xml,
}

impl Escape {
    /// The way that fits a media type such as `application/json; charset=utf-8`.
    pub(super) fn of_media_type(media_type: &str) -> Escape {
        let media_type = media_type.to_ascii_lowercase();
        match media_type.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => Escape::Url,
            json if json.ends_with("json") => Escape::Json,
            xml if xml.ends_with("xml") => Escape::Xml,
            _ => Escape::Plain,
        }
    }

    fn apply(self, value: &str) -> String {
        match self {
            Escape::Plain => value.to_owned(),
            Escape::Url => super::form::escape(value),
            Escape::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Escape::Xml => value.chars().map(xml).collect(),
        }
    }
}

/// XML 1.0 has no way to write most control characters: they become spaces.
fn xml(character: char) -> String {
    match character {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        '\'' => "&apos;".into(),
        '\n' | '\r' | '\t' => character.into(),
        '\u{fffe}' | '\u{ffff}' => ' '.into(),
        _ if character.is_control() => ' '.into(),
        _ => character.into(),
    }
}

/// `template` with each `{name}` replaced by its value. An unknown name comes back as the error.
pub(super) fn fill(template: &str, values: &[(&str, &str)], escape: Escape) -> Result<String, String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(name) = name_at(after) else {
            filled.push('{');
            rest = after;
            continue;
        };
        let (_, value) = values.iter().find(|(known, _)| *known == name).ok_or_else(|| name.to_owned())?;
        filled.push_str(&escape.apply(value));
        rest = &after[name.len() + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The name before the `}` that closes it, where `after` begins with one.
fn name_at(after: &str) -> Option<&str> {
    let name = &after[..after.find('}')?];
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_written_for_their_place() {
        let values = [("text", "a \"b\" & <é>\n{to}"), ("to", "+223")];
        for (template, escape, expected) in [
            ("{text}|{to}", Escape::Plain, "a \"b\" & <é>\n{to}|+223"),
            ("t={text}&to={to}", Escape::Url, "t=a%20%22b%22%20%26%20%3C%C3%A9%3E%0A%7Bto%7D&to=%2B223"),
            ("{\"t\":\"{text}\",\"n\":{}}", Escape::Json, "{\"t\":\"a \\\"b\\\" & <é>\\n{to}\",\"n\":{}}"),
            ("<t>{text}</t>", Escape::Xml, "<t>a &quot;b&quot; &amp; &lt;é&gt;\n{to}</t>"),
            ("{ {{to}} {TO} {", Escape::Plain, "{ {+223} {TO} {"),
        ] {
            assert_eq!(fill(template, &values, escape).as_deref(), Ok(expected), "{template}");
        }
        assert_eq!(fill("{text} {phone}", &values, Escape::Plain), Err("phone".into()));
    }

    #[test]
    fn media_types() {
        for (media_type, escape) in [
            ("application/json; charset=utf-8", Escape::Json),
            ("Text/XML", Escape::Xml),
            ("application/x-www-form-urlencoded", Escape::Url),
            ("text/plain", Escape::Plain),
            ("", Escape::Plain),
        ] {
            assert_eq!(Escape::of_media_type(media_type), escape, "{media_type}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_a_json_string(text in any::<String>()) {
            let filled = fill("{\"t\":\"{text}\"}", &[("text", &text)], Escape::Json).expect("a known name");
            let value: serde_json::Value = serde_json::from_str(&filled).expect("JSON");
            prop_assert_eq!(value, serde_json::json!({ "t": text }));
        }

        #[test]
        fn any_template_is_filled_or_refused(template in "[{}a-z \u{e9}]{0,40}", value in any::<String>()) {
            if let Err(name) = fill(&template, &[("a", &value)], Escape::Plain) {
                let written = format!("{{{name}}}");
                prop_assert!(name != "a" && template.contains(&written), "{}", name);
            }
        }
    }
}
