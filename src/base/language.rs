//! Languages as their ISO 639 code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A language by its two- or three-letter ISO 639 code in lower case, such as `fr`, `en` or `bm`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 3]);

/// What was given as a language is not two or three letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language code of two or three letters")]
pub struct NotALanguage(String);

impl Language {
    /// French, the first language of the product.
    pub const FRENCH: Language = Language(*b"fr\0");
    /// English.
    pub const ENGLISH: Language = Language(*b"en\0");

    /// The code, as in an HTML `lang` attribute.
    pub fn code(&self) -> &str {
        let end = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..end]).expect("built from ASCII letters only")
    }
}

impl FromStr for Language {
    type Err = NotALanguage;

    fn from_str(text: &str) -> Result<Self, NotALanguage> {
        let bytes = text.as_bytes();
        if !(2..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphabetic) {
            return Err(NotALanguage(text.chars().take(20).collect()));
        }
        let mut code = [0; 3];
        for (slot, byte) in code.iter_mut().zip(bytes) {
            *slot = byte.to_ascii_lowercase();
        }
        Ok(Language(code))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
