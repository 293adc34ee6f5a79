//! Sealing phones, texts and callback bodies (XChaCha20-Poly1305), and the keyed index to find a phone without opening it.
//!
//! One secret key gives both sub-keys. A value opens only with the key that sealed it, so that keys can be rotated while
//! serving: both are tried.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::{Digest, Sha256};

use super::{Environment, Phone};

/// Bytes of the secret key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// First character of everything sealed: the format's version.
const VERSION: char = '1';

/// Why something sealed could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The key is not 32 bytes in base64.
    #[error("secret_key must be {KEY_BYTES} bytes in base64; `relais init` writes one")]
    BadKey,
    /// The value was sealed with another key, or was changed.
    #[error("a stored value cannot be opened: it was sealed with another secret_key, or changed")]
    CannotOpen,
}

/// Seals and opens. `Debug` shows no key.
///
/// While keys are rotated there is a previous key too: what it sealed still opens, and nothing is sealed with it any more.
#[derive(Clone)]
pub struct Sealer {
    current: Keys,
    previous: Option<Keys>,
}

/// The sub-keys of one secret key.
#[derive(Clone)]
struct Keys {
    cipher: XChaCha20Poly1305,
    index_key: SecretSlice<u8>,
    /// Tells which key this is, without telling the key: kept in the database to notice a lost or wrong one.
    fingerprint: String,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.previous {
            None => write!(f, "Sealer({})", self.current.fingerprint),
            Some(previous) => write!(f, "Sealer({} after {})", self.current.fingerprint, previous.fingerprint),
        }
    }
}

impl Sealer {
    /// A sealer for a key in base64 (standard or URL-safe).
    pub fn from_base64(key: &str) -> Result<Sealer, SealingError> {
        let plain = key.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
        let bytes = URL_SAFE_NO_PAD.decode(plain).map_err(|_| SealingError::BadKey)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| SealingError::BadKey)?;
        Ok(Sealer::new(&bytes))
    }

    /// A sealer for a key.
    pub fn new(key: &[u8; KEY_BYTES]) -> Sealer {
        Sealer { current: Keys::new(key), previous: None }
    }

    /// The same, which also opens what the key of `previous` sealed, and finds what stands under its index.
    pub fn after(self, previous: Sealer) -> Sealer {
        Sealer { current: self.current, previous: Some(previous.current) }
    }

    /// A fresh key in base64.
    pub fn generate_key(environment: &Environment) -> String {
        URL_SAFE_NO_PAD.encode(environment.bytes::<KEY_BYTES>())
    }

    /// Which key this is.
    pub fn fingerprint(&self) -> &str {
        &self.current.fingerprint
    }

    /// Which key the previous one is.
    pub fn previous_fingerprint(&self) -> Option<&str> {
        self.previous.as_ref().map(|previous| previous.fingerprint.as_str())
    }

    /// Seals `plain` under a fresh nonce, as text that any column takes.
    pub fn seal(&self, plain: &[u8], environment: &Environment) -> String {
        let nonce = environment.bytes::<NONCE_BYTES>();
        let cipher = &self.current.cipher;
        let sealed = cipher.encrypt(&XNonce::from(nonce), plain).expect("a message under 256 GiB can be sealed");
        let mut whole = nonce.to_vec();
        whole.extend_from_slice(&sealed);
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(whole))
    }

    /// Opens what [`Sealer::seal`] made.
    pub fn open(&self, sealed: &str) -> Result<Vec<u8>, SealingError> {
        let opened = self.current.open(sealed);
        match &self.previous {
            Some(previous) if opened.is_err() => previous.open(sealed),
            _ => opened,
        }
    }

    /// What was sealed with the previous key, sealed with this one; `None` for what is already.
    ///
    /// # Errors
    /// [`SealingError::CannotOpen`] for what neither opens.
    pub fn resealed(&self, sealed: &str, environment: &Environment) -> Result<Option<String>, SealingError> {
        if self.current.open(sealed).is_ok() {
            return Ok(None);
        }
        Ok(Some(self.seal(&self.open(sealed)?, environment)))
    }

    /// Opens a text.
    pub fn open_text(&self, sealed: &str) -> Result<String, SealingError> {
        String::from_utf8(self.open(sealed)?).map_err(|_| SealingError::CannotOpen)
    }

    /// The keyed index of a phone: the same for the same number, and no way back without the key.
    pub fn phone_index(&self, phone: &Phone) -> String {
        self.current.phone_index(phone)
    }

    /// The index a phone stood under before the key was changed; `None` when it was not.
    pub fn previous_phone_index(&self, phone: &Phone) -> Option<String> {
        self.previous.as_ref().map(|previous| previous.phone_index(phone))
    }

    /// The keyed hash of a short code: without the key, trying all codes against it tells nothing. `salt` makes the same
    /// code another hash each time.
    pub fn code_hash(&self, salt: &str, code: &str) -> String {
        // No number in E.164 begins so: a code's hash is never a phone's index.
        let salted = format!("code\n{salt}\n{code}");
        URL_SAFE_NO_PAD.encode(keyed_hash(self.current.index_key.expose_secret(), salted.as_bytes()))
    }
}

impl Keys {
    fn new(key: &[u8; KEY_BYTES]) -> Keys {
        let seal_key = derive(key, b"relais seal 1");
        let index_key = derive(key, b"relais index 1");
        let fingerprint = URL_SAFE_NO_PAD.encode(&derive(key, b"relais fingerprint 1")[..6]);
        Keys { cipher: XChaCha20Poly1305::new((&seal_key).into()), index_key: index_key.to_vec().into(), fingerprint }
    }

    fn open(&self, sealed: &str) -> Result<Vec<u8>, SealingError> {
        let encoded = sealed.strip_prefix(VERSION).ok_or(SealingError::CannotOpen)?;
        let whole = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SealingError::CannotOpen)?;
        let (nonce, sealed) = whole.split_at_checked(NONCE_BYTES).ok_or(SealingError::CannotOpen)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| SealingError::CannotOpen)?;
        self.cipher.decrypt(&XNonce::from(nonce), sealed).map_err(|_| SealingError::CannotOpen)
    }

    fn phone_index(&self, phone: &Phone) -> String {
        let index = keyed_hash(self.index_key.expose_secret(), phone.e164().as_bytes());
        URL_SAFE_NO_PAD.encode(&index[..18])
    }
}

/// A keyed hash (HMAC-SHA-256): nobody without the key can make it, nor try numbers against it.
pub fn keyed_hash(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length is accepted");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// A sub-key.
fn derive(key: &[u8; KEY_BYTES], purpose: &[u8]) -> [u8; 32] {
    keyed_hash(key, purpose)
}

/// SHA-256 as hexadecimal: for content hashes and stored tokens of high entropy.
pub fn sha256_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    Sha256::digest(bytes).into_iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NumberingPlan;

    #[test]
    fn what_is_sealed_opens_only_with_its_key() {
        let environment = Environment::system();
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal("DEP T45 é".as_bytes(), &environment);
        assert_eq!(sealer.open_text(&sealed).as_deref(), Ok("DEP T45 é"));
        assert_ne!(sealed, sealer.seal("DEP T45 é".as_bytes(), &environment));
        assert_eq!(Sealer::new(&[8; 32]).open(&sealed), Err(SealingError::CannotOpen));
        for broken in ["", "1", "1AAAA", "2AAAA", &sealed[..sealed.len() - 2], "1é"] {
            assert_eq!(sealer.open(broken), Err(SealingError::CannotOpen), "{broken}");
        }
    }

    #[test]
    fn the_index_depends_on_key_and_number() {
        let plan = NumberingPlan { calling_code: "223".into(), national_digits: 8, trunk_prefix: String::new() };
        let phone = |raw: &str| Phone::parse(raw, &plan).expect("a number");
        let sealer = Sealer::new(&[7; 32]);
        assert_eq!(sealer.phone_index(&phone("76123456")), sealer.phone_index(&phone("+22376123456")));
        assert_ne!(sealer.phone_index(&phone("76123456")), sealer.phone_index(&phone("76123457")));
        assert_ne!(sealer.phone_index(&phone("76123456")), Sealer::new(&[8; 32]).phone_index(&phone("76123456")));
    }

    #[test]
    fn the_hash_of_a_code_depends_on_key_salt_and_code() {
        let sealer = Sealer::new(&[7; 32]);
        let hash = sealer.code_hash("salt", "123456");
        assert_eq!(hash, sealer.code_hash("salt", "123456"));
        assert!(!hash.contains("123456"));
        for other in [sealer.code_hash("salt", "123457"), sealer.code_hash("other", "123456")] {
            assert_ne!(hash, other);
        }
        assert_ne!(hash, Sealer::new(&[8; 32]).code_hash("salt", "123456"));
    }

    #[test]
    fn a_changed_key_opens_what_the_one_before_sealed() {
        let environment = Environment::system();
        let (old, both) = (Sealer::new(&[7; 32]), Sealer::new(&[8; 32]).after(Sealer::new(&[7; 32])));
        let (before, after) = (old.seal(b"DEP", &environment), both.seal(b"CUI", &environment));
        assert_eq!(both.open_text(&before).as_deref(), Ok("DEP"));
        assert_eq!(both.open_text(&after).as_deref(), Ok("CUI"));
        assert_eq!(old.open(&after), Err(SealingError::CannotOpen), "nothing is sealed with the old key any more");
        let resealed = both.resealed(&before, &environment).expect("opens").expect("was sealed with the old key");
        assert_eq!(Sealer::new(&[8; 32]).open_text(&resealed).as_deref(), Ok("DEP"));
        assert_eq!(both.resealed(&resealed, &environment), Ok(None), "once is enough");
        assert_eq!(both.resealed("1AAAA", &environment), Err(SealingError::CannotOpen));
        let phone = Phone::from_e164("+22376123456").expect("a number");
        assert_eq!(both.previous_phone_index(&phone), Some(old.phone_index(&phone)));
        assert_ne!(both.phone_index(&phone), old.phone_index(&phone));
        assert_eq!(old.previous_phone_index(&phone), None);
    }

    #[test]
    fn keys_are_checked() {
        assert!(Sealer::from_base64(&Sealer::generate_key(&Environment::system())).is_ok());
        for bad in ["", "abc", "not base64 at all!"] {
            assert_eq!(Sealer::from_base64(bad).err(), Some(SealingError::BadKey), "{bad}");
        }
    }
}
