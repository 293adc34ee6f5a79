//! The one style sheet of all pages.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::Response;

use crate::web::asset::Asset;

/// The whole of it: a document that stands alone carries it along.
pub(super) const CSS: &str = concat!(
    include_str!("style.css"),
    include_str!("place.css"),
    include_str!("reading.css"),
    include_str!("people.css"),
    include_str!("paper.css")
);

static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::new("relais", "css", CSS));

/// Its address.
pub fn address() -> String {
    STYLE.address("/assets")
}

/// Serves it.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    Asset::serve(&[&STYLE], &name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colour a variable stands for.
    fn variable(name: &str) -> String {
        let start = CSS.find(&format!("{name}:#")).unwrap_or_else(|| panic!("{name} is a colour")) + name.len() + 1;
        CSS[start..].chars().take_while(|letter| *letter == '#' || letter.is_ascii_hexdigit()).collect()
    }

    fn luminance(colour: &str) -> f64 {
        let digits = colour.trim_start_matches('#');
        let long: String = if digits.len() == 3 {
            digits.chars().flat_map(|digit| [digit, digit]).collect()
        } else {
            digits.to_owned()
        };
        let part = |at: usize| {
            let part = f64::from(u8::from_str_radix(&long[at..at + 2], 16).expect("two digits")) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
    }

    /// Contrast as WCAG computes it: 1 to 21.
    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn contrast_is_computed_as_the_guidelines_say() {
        assert!((contrast("#000", "#fff") - 21.0).abs() < 0.01);
        assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
        assert!((contrast("#0b5c4f", "#0b5c4f") - 1.0).abs() < 0.01);
    }

    #[test]
    fn text_is_read_and_shapes_are_told_apart_by_everyone() {
        // WCAG AA: 4.5 for text, 3 for shapes that say something.
        for (front, back, least) in [
            ("--ink", "--paper", 4.5),
            ("--ink", "--card", 4.5),
            ("--soft", "--paper", 4.5),
            ("--soft", "--card", 4.5),
            ("--accent", "--paper", 4.5),
            ("--accent", "--card", 4.5),
            ("--card", "--accent", 4.5),
            ("--good", "--paper", 4.5),
            ("--good", "--card", 4.5),
            ("--fair", "--paper", 4.5),
            ("--fair", "--card", 4.5),
            ("--low", "--paper", 4.5),
            ("--low", "--card", 4.5),
            ("--note-ink", "--note", 4.5),
            ("--edge", "--card", 3.0),
            ("--edge", "--paper", 3.0),
            ("--card", "--low", 4.5),
            ("--ink", "--silent", 4.5),
            ("--late", "--card", 3.0),
            ("--tint", "--card", 3.0),
            // Names stand on the land in ink, with a halo of card around them.
            ("--ink", "--m0", 4.5),
            ("--ink", "--m1", 4.5),
            ("--line-land", "--m0", 3.0),
        ] {
            let found = contrast(&variable(front), &variable(back));
            assert!(found >= least, "{front} on {back} is {found:.2}, less than {least}");
        }
        let shades = ["--m0", "--m1", "--m2", "--m3"].map(|shade| luminance(&variable(shade)));
        for pair in shades.windows(2) {
            assert!((pair[0] + 0.05) / (pair[1] + 0.05) > 1.5, "each shade is clearly darker than the one before");
        }
    }
}
