//! Limits of this room.

/// Bytes of a webhook body, and of a provider's answer to a send.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Characters of a text that are read: ten SMS parts and room to spare.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Fields of one webhook call, query and body together: the longest real one has about twenty.
pub(super) const FIELDS_MAX: usize = 200;
/// Characters of a provider's id or reply token. Longer is refused, not cut: two ids cut alike would lose a message.
pub(super) const IDENTIFIER_CHARS_MAX: usize = 200;
/// Characters of a short code, sender name or reason that are kept.
pub(super) const LABEL_CHARS_MAX: usize = 120;
/// A run of so many digits in a provider's wording may be a phone number and is hidden.
pub(super) const DIGITS_SHOWN_MAX: usize = 5;
