//! The keyed hashes of the audit log: of the details, of an entry, and of an entry after the one before.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::AuditRow;
use crate::base::Environment;
use crate::base::sealing::keyed_hash;
use crate::store::sealed::Seal;

/// What an entry says in clear.
pub(super) struct Fields<'a> {
    pub id: &'a str,
    pub at_ms: i64,
    pub actor: &'a str,
    pub action: &'a str,
    pub subject: &'a str,
}

/// Each part with its length in front, so that no two lists of parts read alike.
fn hashed(key: &[u8], parts: &[&str]) -> String {
    let joined: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    URL_SAFE_NO_PAD.encode(keyed_hash(key, joined.as_bytes()))
}

/// Details behind chance of their own: once they are dropped, not even whoever holds the key can guess them.
pub(super) fn salted(detail: &str, environment: &Environment) -> String {
    format!("{}\n{detail}", URL_SAFE_NO_PAD.encode(environment.bytes::<12>()))
}

/// The details without their chance.
pub(super) fn plain(salted: &str) -> &str {
    salted.split_once('\n').map_or("", |(_, detail)| detail)
}

pub(super) fn detail_digest(key: &[u8], salted: &str) -> String {
    hashed(key, &["detail", salted])
}

pub(super) fn digest(key: &[u8], fields: &Fields<'_>, detail_digest: &str) -> String {
    let at = fields.at_ms.to_string();
    hashed(key, &["entry", fields.id, &at, fields.actor, fields.action, fields.subject, detail_digest])
}

pub(super) fn link(key: &[u8], before: &str, number: i64, digest: &str) -> String {
    hashed(key, &["link", before, &number.to_string(), digest])
}

/// The key an entry was made with.
pub(super) fn key_of<'k>(keys: &'k [(String, Vec<u8>)], row: &AuditRow) -> Option<&'k [u8]> {
    keys.iter().find(|(id, _)| *id == row.key_id).map(|(_, key)| key.as_slice())
}

/// True when the entry says what it said when it was made, details included where they still stand.
pub(super) fn is_ours(key: &[u8], row: &AuditRow, seal: &Seal) -> bool {
    let says_the_same = match &row.detail_sealed {
        None => true,
        Some(sealed) => {
            let detail = seal.sealer.open_text(sealed);
            detail.is_ok_and(|detail| detail_digest(key, &detail) == row.detail_digest)
        }
    };
    says_the_same && digest(key, &row.fields(), &row.detail_digest) == row.digest
}
