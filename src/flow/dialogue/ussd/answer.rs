//! An answer meets the question it was typed for.

use super::super::scene::Wait;
use super::line::Line;
use super::page::Page;
use super::{menu, mine, officer, question, review};
use crate::base::text::fold;

/// Takes an answer to the screen shown last.
pub(super) fn take(line: &mut Line<'_, '_>, raw: &str) -> Result<(), Wait> {
    // Digits of other scripts are digits; what cannot be seen was not typed.
    let typed = fold(raw).trim().to_owned();
    match line.session.page.clone() {
        Page::Who => menu::who(line, &typed),
        Page::Menu { first } => return menu::chosen(line, &typed, first),
        Page::Help => menu::menu(line),
        Page::Left => return menu::left(line, &typed),
        Page::Nothing { flows } => return menu::declared(line, &typed, &flows),
        Page::Decide(page) => return officer::take(line, &page, &typed),
        Page::Mine(page) => return mine::take(line, &page, &typed, raw),
        page => match line.draft() {
            // Finished, dropped or replaced by SMS while the screen stood there.
            None => menu::open(line),
            Some(_) => return of_draft(line, page, &typed, raw),
        },
    }
    Ok(())
}

fn of_draft(line: &mut Line<'_, '_>, page: Page, typed: &str, raw: &str) -> Result<(), Wait> {
    match page {
        Page::Unless { label } => question::unless(line, &label, typed),
        Page::Value { label } => question::value(line, &label, typed, raw),
        Page::Which { first } => review::which(line, typed, first),
        page => review::decided(line, &page, typed),
    }
}

/// The rank from 0 of a choice typed by its number from 1.
pub(super) fn rank(typed: &str, count: usize) -> Option<usize> {
    let number: usize = typed.parse().ok().filter(|_| typed.bytes().all(|byte| byte.is_ascii_digit()))?;
    number.checked_sub(1).filter(|rank| *rank < count)
}

/// None of the choices on the screen.
pub(super) fn not_listed(line: &mut Line<'_, '_>) {
    let wrong = line.text("ussd_choose", &[]);
    line.ask_again(&wrong);
}
