//! How long a text is on a phone: GSM-7 or UCS-2, and how many SMS parts or USSD screens it takes.

/// The GSM 03.38 default alphabet (3GPP TS 23.038, 6.2.1), without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table: each of these takes two septets (3GPP TS 23.038, 6.2.1.1).
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Septets in one SMS, and in each part of a longer one.
const SMS_GSM7: (usize, usize) = (160, 153);
/// UTF-16 units in one SMS, and in each part of a longer one.
const SMS_UCS2: (usize, usize) = (70, 67);
/// Septets on one USSD screen (160 octets; 3GPP TS 23.038, 5).
pub const USSD_SEPTETS_MAX: usize = 182;
/// UTF-16 units on one USSD screen when a letter needs UCS-2.
pub const USSD_UCS2_MAX: usize = 80;

/// How a text is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits a character; every character of the text is in the alphabet.
    Gsm7,
    /// Sixteen bits a character; at least one is not.
    Ucs2,
}

/// The size of a text on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How it is carried.
    pub encoding: Encoding,
    /// Septets for GSM-7, UTF-16 units for UCS-2.
    pub units: usize,
    /// SMS parts it takes; 1 for an empty text.
    pub parts: usize,
}

/// Septets a character takes in GSM-7, or `None` where it forces UCS-2 (`ê ç î ô û œ ’` do).
pub fn septets(character: char) -> Option<usize> {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => Some(1),
        _ if BASIC.contains(character) => Some(1),
        _ if EXTENDED.contains(character) => Some(2),
        _ => None,
    }
}

/// The first character of `text` that GSM-7 lacks.
pub fn first_outside(text: &str) -> Option<char> {
    text.chars().find(|&character| septets(character).is_none())
}

/// The size of `text`.
pub fn size(text: &str) -> Size {
    let widths: Option<Vec<usize>> = text.chars().map(septets).collect();
    match widths {
        Some(widths) => {
            let units = widths.iter().sum();
            Size { encoding: Encoding::Gsm7, units, parts: parts(&widths, SMS_GSM7) }
        }
        None => {
            let widths: Vec<usize> = text.chars().map(char::len_utf16).collect();
            let units = widths.iter().sum();
            Size { encoding: Encoding::Ucs2, units, parts: parts(&widths, SMS_UCS2) }
        }
    }
}

/// True when `text` fits on one USSD screen of `septets_max` septets (or 80 units in UCS-2).
pub fn fits_ussd(text: &str, septets_max: usize) -> bool {
    let size = size(text);
    match size.encoding {
        Encoding::Gsm7 => size.units <= septets_max,
        Encoding::Ucs2 => size.units <= USSD_UCS2_MAX.min(septets_max),
    }
}

/// Parts needed, never cutting a character (an escape pair or a surrogate pair) in two.
fn parts(widths: &[usize], (single, each): (usize, usize)) -> usize {
    if widths.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut parts, mut filled) = (1, 0);
    for width in widths {
        if filled + width > each {
            parts += 1;
            filled = 0;
        }
        filled += width;
    }
    parts
}

/// `text` with every character GSM-7 lacks replaced by its nearest plain form: `ê` as `e`, `’` as `'`, else `?`.
///
/// For values that come from outside (a place or a word someone typed) and are repeated in a reply.
pub fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut plain = String::with_capacity(text.len());
    for character in text.nfc() {
        if septets(character).is_some() {
            plain.push(character);
            continue;
        }
        match character {
            '’' | '‘' | 'ʼ' => plain.push('\''),
            '“' | '”' | '«' | '»' => plain.push('"'),
            '–' | '—' | '‑' => plain.push('-'),
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            'ɛ' => plain.push('e'),
            'ɔ' => plain.push('o'),
            'ɲ' | 'ŋ' => plain.push('n'),
            _ if character.is_whitespace() => plain.push(' '),
            _ => {
                let base = std::iter::once(character).nfd().next().unwrap_or('?');
                plain.push(if septets(base).is_some() { base } else { '?' });
            }
        }
    }
    plain
}

/// As much of [`plain`] `text` as `septets_max` septets hold: a typed word told back.
pub fn plain_within(text: &str, septets_max: usize) -> String {
    let mut used = 0;
    let fits = |character: &char| {
        used += septets(*character).unwrap_or(1);
        used <= septets_max
    };
    plain(text).chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_known_texts() {
        let cases = [
            ("", Encoding::Gsm7, 0, 1),
            (&"a".repeat(160), Encoding::Gsm7, 160, 1),
            (&"a".repeat(161), Encoding::Gsm7, 161, 2),
            (&format!("{}€{}", "a".repeat(152), "b".repeat(20)), Encoding::Gsm7, 174, 2),
            ("reçu", Encoding::Ucs2, 4, 1),
            (&"ɲ".repeat(70), Encoding::Ucs2, 70, 1),
            (&"ɲ".repeat(71), Encoding::Ucs2, 71, 2),
            ("👍", Encoding::Ucs2, 2, 1),
            ("é è ù à Ç", Encoding::Gsm7, 9, 1),
        ];
        for (text, encoding, units, parts) in cases {
            assert_eq!(size(text), Size { encoding, units, parts }, "{text}");
        }
    }

    #[test]
    fn the_traps_of_french() {
        for character in "êçîôûœ’".chars() {
            assert_eq!(septets(character), None, "{character}");
        }
        assert_eq!(plain("Reçu, l’œdème à Gourma-Rharous: forêt"), "Recu, l'oedème à Gourma-Rharous: foret");
        assert_eq!(first_outside("oedème"), None);
    }

    #[test]
    fn a_word_told_back_takes_no_more_room_than_it_may() {
        for (typed, told) in [("deux", "deux"), ("reçu", "recu"), ("abcdef", "abcde"), ("€€€", "€€"), ("œœœ", "oeoeo")]
        {
            assert_eq!(plain_within(typed, 5), told, "{typed}");
        }
    }

    #[test]
    fn an_escape_pair_is_never_cut() {
        let text = format!("{}€€", "a".repeat(159));
        assert_eq!(size(&text).parts, 2);
    }
}
