//! Addresses of place pages: everything a visitor chose goes along to the next place, period or language.

use std::fmt;

use crate::base::Language;
use crate::view::Question;

/// The address of a page of a place. What stands at its default is left out.
#[derive(Clone, Debug)]
pub(super) struct Address {
    code: String,
    period: String,
    flow: Option<String>,
    network: Option<String>,
    role: Option<String>,
    map: Option<String>,
    sort: Option<String>,
    lang: String,
    /// The part of the page to come back to.
    part: Option<&'static str>,
}

impl Address {
    /// The page that is shown.
    pub fn new(question: &Question, language: Language, map: Option<&str>, sort: Option<&str>) -> Address {
        Address {
            code: question.place.code.clone(),
            period: question.period.name(),
            flow: question.flow_id().map(str::to_owned),
            network: question.network_id().map(str::to_owned),
            role: question.role_id().map(str::to_owned),
            map: map.map(str::to_owned),
            sort: sort.map(str::to_owned),
            lang: language.to_string(),
            part: None,
        }
    }

    /// Of another place.
    pub fn of(&self, code: &str) -> Address {
        Address { code: code.to_owned(), ..self.clone() }
    }

    /// In another period.
    pub fn during(&self, period: &str) -> Address {
        Address { period: period.to_owned(), ..self.clone() }
    }

    /// In another language.
    pub fn spoken(&self, language: Language) -> Address {
        Address { lang: language.to_string(), ..self.clone() }
    }

    /// Of one role only.
    pub fn of_role(&self, role: &str) -> Address {
        Address { role: Some(role.to_owned()), ..self.clone() }
    }

    /// With its table in another order.
    pub fn sorted(&self, sort: &str) -> Address {
        Address { sort: Some(sort.to_owned()), part: Some("below"), ..self.clone() }
    }

    /// What a form must carry along besides its own fields.
    pub fn carried(&self, own: &[&str]) -> Vec<(&'static str, String)> {
        let all = self.pairs().into_iter().filter(|(name, _)| !own.contains(name));
        all.map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// The same question to the API, as a file.
    pub fn file(&self) -> String {
        let known = self.pairs().into_iter().filter(|(name, _)| !matches!(*name, "map" | "sort"));
        let rest: String = known.map(|(name, value)| format!("&{name}={value}")).collect();
        format!("/api/v1/summary.csv?place={}{rest}", self.code)
    }

    /// Another page about the place, asked the same; `names` are the parts it takes.
    pub fn beside(&self, page: &str, names: &[&str]) -> String {
        let known = self.pairs().into_iter().filter(|(name, _)| names.contains(name));
        let parts: Vec<String> = known.map(|(name, value)| format!("{name}={value}")).collect();
        format!("/places/{}/{page}?{}", self.code, parts.join("&"))
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let senders = [("network", &self.network), ("role", &self.role)];
        let chosen =
            [("flow", &self.flow)].into_iter().chain(senders).chain([("map", &self.map), ("sort", &self.sort)]);
        let chosen = chosen.filter_map(|(name, value)| Some((name, value.as_deref()?)));
        [("period", self.period.as_str())].into_iter().chain(chosen).chain([("lang", self.lang.as_str())]).collect()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/places/{}", self.code)?;
        for (index, (name, value)) in self.pairs().into_iter().enumerate() {
            write!(f, "{}{name}={value}", if index == 0 { '?' } else { '&' })?;
        }
        self.part.map_or(Ok(()), |part| write!(f, "#{part}"))
    }
}
