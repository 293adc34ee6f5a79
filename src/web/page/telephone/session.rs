//! A USSD session as the handset and its network know it. It travels in the page, sealed, so that the telephone needs no
//! memory and nobody can make up a screen.

use serde::{Deserialize, Serialize};

use crate::base::sealing::Sealer;
use crate::base::{Environment, Phone};
use crate::web::limits::SESSION_BYTES_MAX;

/// Says what was sealed: the same key seals phones and texts in the store.
const PURPOSE: &str = "telephone session 1";

/// A session, with the screen that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
    purpose: String,
    /// The network's id of it.
    pub id: String,
    /// Whose it is, in E.164.
    pub number: String,
    /// What was answered so far, in order.
    pub inputs: Vec<String>,
    /// The screen.
    pub screen: String,
    /// True where an answer is waited for.
    pub goes_on: bool,
}

impl Session {
    /// A session nobody has answered yet.
    pub fn new(id: String, phone: &Phone) -> Session {
        let (purpose, number) = (PURPOSE.to_owned(), phone.e164().to_owned());
        Session { purpose, id, number, inputs: Vec::new(), screen: String::new(), goes_on: true }
    }

    /// All inputs as the provider tells them: joined by `*`, whatever stands in them; empty on the dial.
    pub fn text(&self) -> String {
        self.inputs.join("*")
    }

    /// The session after a webhook answered `body`. What begins with neither word ends the session, as it would there.
    pub fn answered(mut self, body: &str) -> Session {
        let (goes_on, screen) = match (body.strip_prefix("CON "), body.strip_prefix("END ")) {
            (Some(screen), _) => (true, screen),
            (None, Some(screen)) => (false, screen),
            (None, None) => (false, ""),
        };
        self.goes_on = goes_on;
        self.screen = screen.trim_end().to_owned();
        self
    }

    /// The session as the page carries it.
    pub fn seal(&self, sealer: &Sealer, environment: &Environment) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        sealer.seal(&json, environment)
    }

    /// What [`Session::seal`] made for this phone; `None` for anything else.
    pub fn open(sealed: &str, sealer: &Sealer, phone: &Phone) -> Option<Session> {
        if sealed.is_empty() || sealed.len() > SESSION_BYTES_MAX {
            return None;
        }
        let session: Session = serde_json::from_slice(&sealer.open(sealed).ok()?).ok()?;
        (session.purpose == PURPOSE && session.number == phone.e164()).then_some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(last: u32) -> Phone {
        Phone::from_e164(&format!("+2237000000{last}")).expect("a number")
    }

    #[test]
    fn screens_begin_with_their_word() {
        let session = || Session::new("s".into(), &phone(1));
        for (body, goes_on, screen) in [
            ("CON Theme?\n1 Allaitement", true, "Theme?\n1 Allaitement"),
            ("END Merci.", false, "Merci."),
            ("END ", false, ""),
            ("", false, ""),
            ("Theme?", false, ""),
            ("CON <b>1</b>", true, "<b>1</b>"),
        ] {
            let answered = session().answered(body);
            assert_eq!((answered.goes_on, answered.screen.as_str()), (goes_on, screen), "{body}");
        }
    }

    #[test]
    fn inputs_are_told_joined_and_unchanged() {
        let mut session = Session::new("s".into(), &phone(1));
        assert_eq!(session.text(), "");
        for (typed, told) in
            [("1", "1"), ("", "1*"), ("2*3", "1**2*3"), ("#", "1**2*3*#"), ("quatre", "1**2*3*#*quatre")]
        {
            session.inputs.push(typed.into());
            assert_eq!(session.text(), told);
        }
    }

    #[test]
    fn only_its_own_phone_opens_it_and_nobody_makes_one_up() {
        let (sealer, environment) = (Sealer::new(&[7; 32]), Environment::system());
        let session = Session::new("s".into(), &phone(1)).answered("CON 1 Oui");
        let sealed = session.seal(&sealer, &environment);
        assert_eq!(Session::open(&sealed, &sealer, &phone(1)), Some(session.clone()));
        assert_eq!(Session::open(&sealed, &sealer, &phone(2)), None);
        assert_eq!(Session::open(&sealed, &Sealer::new(&[8; 32]), &phone(1)), None);
        let other = Session { purpose: "another".into(), ..session };
        let text = sealer.seal(b"DEP T45", &environment);
        for made_up in ["", "1", "{}", &text, &other.seal(&sealer, &environment), &"1".repeat(SESSION_BYTES_MAX + 1)] {
            assert_eq!(Session::open(made_up, &sealer, &phone(1)), None, "{made_up}");
        }
    }
}
