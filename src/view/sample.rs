//! A sample of reports to check against paper registers: drawn by chance, and the same again for the same seed.
//!
//! Reports are put in the order of the places below and of chance within each, and every so-many-th is taken: each place
//! has its share. The seed and how many there were to draw from are told, so that anyone can draw it again.

use std::sync::Arc;

use super::ViewError;
use super::limits::{SAMPLE_DEFAULT, SAMPLE_MAX, SAMPLED_FROM_MAX, SEED_CHARS_MAX};
use super::question::{Ask, Question, shortened};
use super::shown::PlaceShown;
use crate::base::sealing::sha256_hex;
use crate::base::{Period, ReportId};
use crate::flow::model::Flow;
use crate::flow::values::Values;
use crate::person::Access;
use crate::programme::Programme;
use crate::store;
use crate::store::report::Drawable;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct SampleAsk<'a> {
    /// Code of the place.
    pub place: &'a str,
    /// Name of a period; else the current quarter.
    pub period: Option<&'a str>,
    /// Report type; else the one owed most often.
    pub flow: Option<&'a str>,
    /// How many, as typed.
    pub count: Option<&'a str>,
    /// What chance is made from: letters and digits.
    pub seed: &'a str,
}

/// A sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The place.
    pub place: PlaceShown,
    /// The report type.
    pub flow: Arc<Flow>,
    /// The period.
    pub period: Period,
    /// How many were asked for.
    pub count: usize,
    /// What chance was made from.
    pub seed: String,
    /// How many there were to draw from; none where they are too many to draw from at once.
    pub drawn_from: Option<usize>,
    /// Those drawn, by place and day.
    pub reports: Vec<SampledReport>,
}

/// One report to check.
#[derive(Clone, Debug)]
pub struct SampledReport {
    /// Its id.
    pub id: String,
    /// The number its sender sees.
    pub receipt: i64,
    /// The place it is about.
    pub place: Option<PlaceShown>,
    /// The day it is about.
    pub date: String,
    /// Role id of its sender.
    pub role: String,
    /// Agent code of its sender, where they have one.
    pub agent_code: Option<String>,
    /// Values by label.
    pub values: Values,
}

/// Draws, for someone who may see what people wrote.
///
/// # Errors
/// The first part that cannot be answered, or what the store says.
pub async fn sample(programme: &Programme, access: &Access, asked: SampleAsk<'_>) -> Result<Sample, ViewError> {
    let in_force = programme.in_force();
    let ask = Ask { place: Some(asked.place), period: asked.period, flow: asked.flow, ..Ask::default() };
    let question = Question::settle(&in_force, access, programme.today(), ask)?;
    let flow = question.flows(&in_force.pack).next().cloned().ok_or(ViewError::NotFound("report type"))?;
    let (count, seed) = (count(asked.count)?, seed(asked.seed)?);
    let mut tx = programme.store.reader().await?;
    let (area, period) = (question.place.id, question.period);
    let wanted = Drawable { area, flow: &flow.id, from: period.first(), to: period.last() };
    let most = i64::try_from(SAMPLED_FROM_MAX).unwrap_or(i64::MAX);
    let known = store::report::drawable(&mut tx, &wanted, most).await?;
    let drawn_from = known.as_ref().map(Vec::len);
    let mut reports = Vec::new();
    if let Some(known) = known {
        let row = |place| {
            let way = in_force.tree.upwards(place, period.last());
            let at = way.iter().position(|above| above.id == area).unwrap_or(0);
            way.get(at.saturating_sub(1)).map_or_else(String::new, |below| below.code.clone())
        };
        let ordered = known.into_iter().map(|(id, place)| (row(place), id)).collect();
        for id in drawn(ordered, count, &seed) {
            let Some(report) = store::report::by_id(&mut tx, id).await? else { continue };
            let agent_code = match report.person {
                None => None,
                Some(person) => store::person::by_id(&mut tx, person).await?.and_then(|person| person.agent_code),
            };
            reports.push(SampledReport {
                id: report.id.to_string(),
                receipt: report.receipt,
                place: report.place.and_then(|place| in_force.tree.get(place)).map(PlaceShown::from),
                date: report.date.to_string(),
                role: report.role,
                agent_code,
                values: report.values,
            });
        }
    }
    let by_place =
        |report: &SampledReport| (report.place.as_ref().map(|place| place.code.clone()), report.date.clone());
    reports.sort_by_key(by_place);
    Ok(Sample { place: PlaceShown::from(&question.place), flow, period, count, seed, drawn_from, reports })
}

fn count(typed: Option<&str>) -> Result<usize, ViewError> {
    let Some(typed) = typed else { return Ok(SAMPLE_DEFAULT) };
    let known = typed.parse().ok().filter(|count| (1..=SAMPLE_MAX).contains(count));
    known.ok_or_else(|| ViewError::UnknownValue { field: "n", value: shortened(typed), allowed: "1 to 100" })
}

fn seed(typed: &str) -> Result<String, ViewError> {
    let is_plain = typed.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain && (1..=SEED_CHARS_MAX).contains(&typed.len()) {
        return Ok(typed.to_owned());
    }
    Err(ViewError::UnknownValue { field: "seed", value: shortened(typed), allowed: "up to 20 letters and digits" })
}

/// `count` of these, or all where they are no more: every so-many-th in the order of places and chance.
fn drawn(known: Vec<(String, ReportId)>, count: usize, seed: &str) -> Vec<ReportId> {
    let chance = |id: &str| sha256_hex(format!("{seed}\n{id}").as_bytes());
    let mut ordered: Vec<(String, String, ReportId)> =
        known.into_iter().map(|(place, id)| (place, chance(&id.to_string()), id)).collect();
    ordered.sort();
    let (total, count) = (ordered.len(), count.min(ordered.len()));
    // Where the first step begins, from 0 to 1.
    let begin = u32::from_str_radix(&chance("")[..8], 16).map_or(0.0, |part| f64::from(part) / 4_294_967_296.0);
    let at = |step: usize| ((begin + step as f64) * total as f64 / count as f64) as usize;
    (0..count).filter_map(|step| ordered.get(at(step).min(total - 1)).map(|(.., id)| *id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Environment;
    use std::collections::{BTreeMap, BTreeSet};

    fn known(environment: &Environment, places: &[(&str, usize)]) -> Vec<(String, ReportId)> {
        let of = |(place, count): &(&str, usize)| {
            (0..*count).map(|_| ((*place).to_owned(), ReportId::new(environment))).collect::<Vec<_>>()
        };
        places.iter().flat_map(of).collect()
    }

    #[test]
    fn a_sample_is_the_same_for_its_seed_and_gives_each_place_its_share() {
        let known = known(&Environment::system(), &[("A", 60), ("B", 30), ("C", 10)]);
        let place: BTreeMap<ReportId, &str> = known.iter().map(|(place, id)| (*id, place.as_str())).collect();
        let first = drawn(known.clone(), 10, "4711");
        let mut turned = known.clone();
        turned.reverse();
        assert_eq!(drawn(turned, 10, "4711"), first, "whatever order they come in");
        assert_ne!(drawn(known.clone(), 10, "4712"), first, "another seed draws others");
        for seed in ["1", "2", "abc", "4711"] {
            let drawn = drawn(known.clone(), 10, seed);
            assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), 10, "{seed}: none twice");
            let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
            drawn.iter().for_each(|id| *shares.entry(place[id]).or_default() += 1);
            assert_eq!(shares, BTreeMap::from([("A", 6), ("B", 3), ("C", 1)]), "{seed}");
        }
    }

    #[test]
    fn fewer_than_asked_for_are_all_of_them_and_none_is_none() {
        let known = known(&Environment::system(), &[("A", 3)]);
        let all: BTreeSet<ReportId> = known.iter().map(|(_, id)| *id).collect();
        assert_eq!(drawn(known, 20, "1").into_iter().collect::<BTreeSet<_>>(), all);
        assert!(drawn(Vec::new(), 20, "1").is_empty());
    }

    #[test]
    fn what_is_no_count_or_seed_is_refused() {
        for typed in ["0", "101", "-1", "ten", "1.5", "99999999999999999999"] {
            assert!(count(Some(typed)).is_err(), "{typed}");
        }
        for typed in ["", "a b", "é", "123456789012345678901", "<script>"] {
            assert!(seed(typed).is_err(), "{typed}");
        }
        assert_eq!((count(None).ok(), count(Some("100")).ok()), (Some(SAMPLE_DEFAULT), Some(100)));
    }
}
