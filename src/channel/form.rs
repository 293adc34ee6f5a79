//! The named fields of a webhook call, out of a query, an urlencoded body or JSON; and urlencoding for sends.
//!
//! Percent escapes become bytes first and characters afterwards, because Kannel and Jasmin put UTF-16BE or Latin-1 bytes
//! inside the escapes (Kannel user guide, `%b`; Jasmin HTTP API, `content`). This never guesses a charset, never replaces
//! an undecodable character, and never drops a repeated name.

use serde_json::Value;

use super::limits::FIELDS_MAX;
use super::{Refusal, Request};

/// How the bytes of a value are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// What nearly every provider sends.
    Utf8,
    /// One byte a character, ISO 8859-1.
    Latin1,
    /// Latin-1 with letters where that has control characters; five bytes are nothing.
    Windows1252,
    /// Two bytes a unit, high byte first: what SMPP calls UCS-2.
    Utf16Be,
}

impl Charset {
    /// The charset called `name` in a setting.
    pub(super) fn named(name: &str) -> Option<Charset> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" => Some(Charset::Utf8),
            "latin-1" | "iso-8859-1" => Some(Charset::Latin1),
            "windows-1252" => Some(Charset::Windows1252),
            "utf-16be" => Some(Charset::Utf16Be),
            _ => None,
        }
    }

    /// The text of `bytes`, or `None` where even one character would be lost.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Charset::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Charset::Latin1 => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Charset::Windows1252 => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
            Charset::Utf16Be => {
                let (pairs, rest) = bytes.as_chunks::<2>();
                let units: Vec<u16> = pairs.iter().map(|&pair| u16::from_be_bytes(pair)).collect();
                rest.is_empty().then(|| String::from_utf16(&units).ok()).flatten()
            }
        }
    }
}

/// The bytes 0x80 to 0x9F of Windows-1252 (unicode.org, CP1252.TXT); a space where it has nothing.
const WINDOWS_1252_HIGH: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => WINDOWS_1252_HIGH.chars().nth(usize::from(byte - 0x80)).filter(|&character| character != ' '),
        _ => Some(char::from(byte)),
    }
}

/// Names and values in the order they came, repeated names included.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields(Vec<(String, Vec<u8>)>);

impl Fields {
    /// The fields of `name=value&name=value`; `+` is a space, a broken escape stays as it is written.
    pub(super) fn of_form(encoded: &[u8]) -> Result<Fields, Refusal> {
        let mut fields = Fields::default();
        for pair in encoded.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
                Some(equals) => (&pair[..equals], &pair[equals + 1..]),
                None => (pair, &pair[..0]),
            };
            fields.push(String::from_utf8_lossy(&unescape(name)).into_owned(), unescape(value))?;
        }
        Ok(fields)
    }

    /// The leaves of a JSON value under dotted names: `{"a":{"b":[7]}}` gives `a.b.0` = `7`. A `null` is no field.
    pub(super) fn of_json(body: &[u8]) -> Result<Fields, Refusal> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            Refusal::Unreadable(format!("the body is not JSON (line {}, column {})", error.line(), error.column()))
        })?;
        let mut fields = Fields::default();
        fields.flatten(String::new(), &value)?;
        Ok(fields)
    }

    /// Query and body of a request together, query first; the body is JSON where its content type says so.
    pub(super) fn of_request(request: &Request) -> Result<Fields, Refusal> {
        let mut fields = Fields::of_form(request.query.as_bytes())?;
        let content_type = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let body = if request.body.is_empty() {
            Fields::default()
        } else if content_type.contains("json") {
            Fields::of_json(&request.body)?
        } else if content_type.starts_with("multipart/") {
            return Err(Refusal::Unreadable("the body is multipart, which is not read".into()));
        } else {
            Fields::of_form(&request.body)?
        };
        for (name, value) in body.0 {
            fields.push(name, value)?;
        }
        Ok(fields)
    }

    /// The bytes of the first field called `name`.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// The first field called `name`, as text.
    pub(super) fn text_in(&self, name: &str, charset: Charset) -> Result<Option<String>, Refusal> {
        let decode = |bytes| {
            charset.decode(bytes).ok_or_else(|| Refusal::Unreadable(format!("the field `{name}` is not {charset:?}")))
        };
        self.bytes(name).map(decode).transpose()
    }

    /// The first field called `name`, in UTF-8.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.text_in(name, Charset::Utf8)
    }

    /// The field called `name`, which must be there and not be blank.
    pub(super) fn required(&self, name: &str) -> Result<String, Refusal> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Refusal::Unreadable(format!("the field `{name}` is missing or empty")))
    }

    /// True where some field is called `name`, or lies under it in JSON.
    pub(super) fn reaches(&self, name: &str) -> bool {
        let under = |known: &str| known.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.0.iter().any(|(known, _)| under(known))
    }

    fn push(&mut self, name: String, value: Vec<u8>) -> Result<(), Refusal> {
        if self.0.len() >= FIELDS_MAX {
            return Err(Refusal::Unreadable(format!("the request has more than {FIELDS_MAX} fields")));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Recursion is bounded: `serde_json` refuses more than 128 levels.
    fn flatten(&mut self, name: String, value: &Value) -> Result<(), Refusal> {
        let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        match value {
            Value::Null => Ok(()),
            Value::Bool(flag) => self.push(name, flag.to_string().into_bytes()),
            Value::String(text) => self.push(name, text.clone().into_bytes()),
            Value::Number(number) if number.as_f64().is_some_and(|float| number.is_f64() && float.abs() >= 9e15) => {
                Err(Refusal::Unreadable(format!("the number `{name}` is too large to be read exactly")))
            }
            Value::Number(number) => self.push(name, number.to_string().into_bytes()),
            Value::Array(items) => {
                items.iter().enumerate().try_for_each(|(index, item)| self.flatten(below(&index.to_string()), item))
            }
            Value::Object(members) => members.iter().try_for_each(|(key, member)| self.flatten(below(key), member)),
        }
    }
}

/// `text` for a form body or any part of an address; a space is `%20`, which both understand.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// A form body of these pairs, in this order.
pub fn encode(pairs: &[(&str, &str)]) -> String {
    let written: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    written.join("&")
}

fn unescape(escaped: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut plain = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'+', _) => plain.push(b' '),
            (b'%', [high, low, beyond @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    plain.push(high * 16 + low);
                    rest = beyond;
                }
                _ => plain.push(byte),
            },
            _ => plain.push(byte),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_become_bytes_before_characters() {
        let fields = Fields::of_form(b"a=%00P%00A&b=%e9t%E9&c=d%C3%A9p+1&c=2&e&%zz=100%&f=%4").expect("a form");
        assert_eq!(fields.text_in("a", Charset::Utf16Be), Ok(Some("PA".into())));
        assert_eq!(fields.text_in("b", Charset::Latin1), Ok(Some("été".into())));
        assert!(fields.text("b").is_err());
        assert_eq!(fields.text("c"), Ok(Some("dép 1".into())));
        assert_eq!(fields.text("e"), Ok(Some(String::new())));
        assert_eq!(fields.text("%zz"), Ok(Some("100%".into())));
        assert_eq!(fields.text("f"), Ok(Some("%4".into())));
        assert_eq!(fields.text("g"), Ok(None));
    }

    #[test]
    fn no_character_is_lost_silently() {
        for (charset, bytes) in [
            (Charset::Utf8, &b"\xc3"[..]),
            (Charset::Utf16Be, b"\x00P\x00"),
            (Charset::Utf16Be, b"\xd8\x3d"),
            (Charset::Windows1252, b"\x81"),
            (Charset::Windows1252, b"\x90"),
        ] {
            assert_eq!(charset.decode(bytes), None, "{charset:?} {bytes:?}");
        }
    }

    #[test]
    fn windows_1252_has_letters_where_latin_1_has_controls() {
        let read = |bytes: &[u8]| Charset::Windows1252.decode(bytes);
        assert_eq!(read(b"re\xe7u l\x92\x9cuf \x80 \x8e \x9f"), Some("reçu l’œuf € Ž Ÿ".into()));
    }

    #[test]
    fn json_by_dotted_names() {
        let body = br#"{"a":{"b":[{"c":"x"},{"c":7}]},"n":null,"t":true,"big":18446744073709551615}"#;
        let fields = Fields::of_json(body).expect("JSON");
        for (name, value) in [("a.b.0.c", "x"), ("a.b.1.c", "7"), ("t", "true"), ("big", "18446744073709551615")] {
            assert_eq!(fields.text(name), Ok(Some(value.to_owned())), "{name}");
        }
        assert_eq!(fields.bytes("n"), None);
        assert!(fields.reaches("a.b.1") && !fields.reaches("a.b.2") && !fields.reaches("a.b.1.cc"));
    }

    #[test]
    fn refused_whole() {
        let many = "a=1&".repeat(FIELDS_MAX + 1);
        assert!(Fields::of_form(many.as_bytes()).is_err());
        assert!(Fields::of_form(&many.as_bytes()[4..]).is_ok());
        for body in ["", "{", "{\"a\":1}x", "\"\\ud83d\"", "{\"id\":123456789012345678901234}", &"[".repeat(60_000)] {
            assert!(Fields::of_json(body.as_bytes()).is_err(), "{:.40}", body);
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(name in "[a-z]{1,8}", value in any::<String>()) {
            let fields = Fields::of_form(encode(&[(&name, &value), ("other", "&=+")]).as_bytes()).expect("a form");
            prop_assert_eq!(fields.text(&name), Ok(Some(value)));
        }
    }
}
