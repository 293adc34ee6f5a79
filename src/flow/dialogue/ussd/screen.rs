//! The text of a screen: the longest form that fits, and lists that go on to a next screen where they do not.

use crate::base::gsm7;

/// What is typed for the next screen of a list.
pub(super) const MORE: &str = "99";

/// The first form that fits one screen; the last one in plain letters where that fits; else cut (`relais check` refuses
/// such a pack).
pub(super) fn fit(forms: &[String], septets_max: usize) -> String {
    let fitting = forms.iter().find(|form| gsm7::fits_ussd(form, septets_max));
    let last = forms.last().map_or("", String::as_str);
    // A letter that GSM-7 lacks leaves 80 characters: a text nobody has translated yet was measured for more.
    let plain = || Some(gsm7::plain(last)).filter(|plain| gsm7::fits_ussd(plain, septets_max));
    fitting.cloned().or_else(plain).unwrap_or_else(|| cut(last, septets_max))
}

fn cut(text: &str, septets_max: usize) -> String {
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if !gsm7::fits_ussd(&kept, septets_max) {
            kept.pop();
            break;
        }
    }
    kept
}

/// A list on a screen: what is typed for each choice, and its name.
pub(super) struct List<'l> {
    /// Stands above it.
    pub head: &'l str,
    /// The choices.
    pub items: &'l [(String, String)],
    /// Rank of the first one to show.
    pub first: usize,
    /// What leads to the others: `99 Suite`.
    pub more: &'l str,
    /// The way back, below it.
    pub back: &'l str,
}

impl List<'_> {
    /// The screen, and the rank of the first choice that is not on it, where there is one. At least one choice is shown.
    pub(super) fn draw(&self, septets_max: usize) -> (String, Option<usize>) {
        let last = self.items.len();
        let first = if self.first < last { self.first } else { 0 };
        let shown = (first + 1..=last).rev().find(|&end| gsm7::fits_ussd(&self.text(first, end), septets_max));
        let end = shown.unwrap_or_else(|| last.min(first + 1));
        (fit(&[self.text(first, end)], septets_max), (end < last).then_some(end))
    }

    fn text(&self, first: usize, end: usize) -> String {
        let mut lines = vec![self.head.to_owned()];
        lines.extend(self.items[first..end].iter().map(|(typed, name)| format!("{typed} {name}")));
        if first > 0 || end < self.items.len() {
            lines.push(self.more.to_owned());
        }
        lines.push(self.back.to_owned());
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: usize) -> Vec<(String, String)> {
        (1..=count).map(|rank| (rank.to_string(), format!("Choice number {rank}"))).collect()
    }

    #[test]
    fn a_list_goes_on_where_it_does_not_fit() {
        let items = items(9);
        let list = |first| List { head: "What?", items: &items, first, more: "99 More", back: "0 Back" };
        let (first, next) = list(0).draw(120);
        assert!(first.starts_with("What?\n1 Choice number 1\n") && first.ends_with("\n99 More\n0 Back"), "{first}");
        let (second, end) = list(next.expect("there is more")).draw(120);
        assert!(second.contains("\n9 Choice number 9\n99 More\n0 Back"), "{second}");
        assert_eq!(end, None);
        assert_eq!(list(9).draw(120).0, first, "behind the last comes the first");
        assert_eq!(list(0).draw(10).1, Some(1), "at least one is shown");
    }

    #[test]
    fn the_longest_form_that_fits_is_taken() {
        let forms = ["a".repeat(130), "b".repeat(110), "c".repeat(10)];
        assert_eq!(fit(&forms, 120), forms[1]);
        assert_eq!(fit(&forms[..1], 120).len(), 120);
        assert_eq!(fit(&["\u{272}".repeat(190)], 182).chars().count(), 80);
        assert_eq!(fit(&["\u{272}".repeat(80)], 182), "\u{272}".repeat(80));
        assert_eq!(fit(&["\u{272}".repeat(81)], 182), "n".repeat(81), "plain letters before any is cut away");
        let forms = ["\u{272}".repeat(81), "\u{272}".repeat(20)];
        assert_eq!(fit(&forms, 182), forms[1], "a shorter form first");
    }
}
