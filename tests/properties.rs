//! Whatever people send, in whatever order and however often: the totals are what the reports say.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use relais::base::{Date, Phone};
use relais::flow::values::Values;
use relais::person::Access;
use relais::rebuild;
use relais::report::{NOT_HELD_LABEL, ReceivedKind, Report};
use relais::store;
use relais::store::received::Received;
use relais::view::{self, Ask, FigureShown, Question};
use support::chance::Chance;
use support::rig::Rig;

const CASES: u64 = 6;
const MESSAGES: u32 = 60;
const CERCLE: &str = "ML0302";

/// What somebody sends: few different reports, so that they meet each other often.
fn text(chance: &mut Chance, today: Date) -> String {
    let dep = [
        "T45 F23 V38 J5 R1 E1 S2 M5",
        "T20 F9 V18 J2 R0 E0 S0 M2",
        "T45 F23 V38 J5 R1 E1",
        "T400 F9 V398 J2 R0 E0 S0 M2",
    ];
    let reu = ["N1 T24 F9 K5 X3 PV1", "N0 T30 F9 K5 X3 PV0 G4", "N1 T24 F9 K5 X3"];
    let day = today - i64::try_from(chance.below(12)).expect("few").days();
    let day = day.strftime("%d%m").to_string();
    let receipt = 1 + chance.below(9);
    match chance.below(26) {
        0..=4 => format!("DEP {}", chance.pick(&dep)),
        5 => format!("DEP {} D{day}", chance.pick(&dep)),
        6 => format!("DEP {0} DEP {0}", chance.pick(&dep)),
        7 => format!("REU C D{day} {}", chance.pick(&reu)),
        8 => format!("REU C {0} REU C {0}", chance.pick(&reu)),
        9 => format!("REU C NON {}", 1 + chance.below(4)),
        10 => chance.pick(&["CUI N1 F32 H4 E25", "CUI N1 F32 H4", "CUI 1 3 4 250", "SEN K1 P1 F4 H9"]).to_owned(),
        11 => format!("CORR {receipt} DATE {day}"),
        12 => format!("CORR {receipt} {}", chance.pick(&["J6 V37", "F10", "M1", "S2 M5", "NON 2", "E30", "T21 V19"])),
        13 | 14 => format!("ANNUL {receipt}"),
        15 => chance.pick(&["RIEN", "RIEN DEP", "RIEN SEN"]).to_owned(),
        16 => chance.pick(&["M5", "S2", "S2 M5", "PV1", "H4", "5"]).to_owned(),
        17 | 18 => "OUI".to_owned(),
        19 => format!("RES M{} S{} R", 1_000 * (1 + chance.below(3)), 1 + chance.below(3)),
        20 | 21 => format!("VISA {}", 1 + chance.below(6)),
        22 => format!("REFUS {} non", 1 + chance.below(6)),
        23 => format!("CORR {receipt} M{}", 500 + chance.below(3)),
        24 => chance.pick(&["MOI", "STOP", "REPRISE", "LANGUE en", "LANGUE fr", "JOIN 482193"]).to_owned(),
        _ => chance.pick(&["NON", "merci", "AIDE", "M5 Awa"]).to_owned(),
    }
}

async fn reports(rig: &Rig) -> Vec<Report> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    store::report::all_after(&mut tx, None, 10_000).await.expect("reports")
}

/// What should have been received, from the reports alone.
fn recount(rig: &Rig, reports: &[Report]) -> BTreeMap<(String, String, String), (ReceivedKind, Date)> {
    let pack = &rig.programme.in_force().pack;
    let mut expected = BTreeMap::new();
    for report in reports.iter().filter(|report| report.state.is_counted()) {
        let flow = pack.flow(&report.flow).expect("a flow");
        let kind = ReceivedKind::of(flow, report.zero, &report.values);
        let reporter = report.reporter.clone().expect("a reporter");
        let key = (report.flow.clone(), report.period.clone(), reporter);
        let (best, first) = expected.entry(key).or_insert((kind, report.received_on));
        (*best, *first) = ((*best).min(kind), (*first).min(report.received_on));
    }
    expected
}

async fn received(rig: &Rig, reports: &[Report]) -> BTreeMap<(String, String, String), (ReceivedKind, Date)> {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let due: BTreeSet<(&str, &str)> = reports.iter().map(|report| (&*report.flow, &*report.period)).collect();
    let (country, today) = (rig.place("ML"), rig.programme.today());
    let mut found = BTreeMap::new();
    for due in due {
        let rows = store::received::list(&mut tx, country, today, due, None, 1_000).await.expect("received");
        found.extend(rows.into_iter().map(|Received { flow, period, reporter, kind, received_on, .. }| {
            ((flow, period, reporter), (kind, received_on))
        }));
    }
    found
}

/// Nothing twice: no two reports alike unless their sender said so, one meeting of a body on a day.
fn expect_nothing_twice(reports: &[Report], agreed: usize, told: &str) {
    let (mut alike, mut met, mut twice) = (BTreeSet::new(), BTreeSet::new(), 0);
    for report in reports.iter().filter(|report| report.state.is_counted() && !report.zero && report.revision == 1) {
        let held = report.body.is_some() && report.values.get(NOT_HELD_LABEL).is_none();
        assert!(!held || met.insert((report.reporter.clone(), report.date)), "two meetings on one day\n{told}");
        let same = (report.person.map(|id| id.to_string()), report.flow.clone(), report.date, values(&report.values));
        twice += usize::from(!held && report.body.is_none() && !alike.insert(same));
    }
    assert!(twice <= agreed, "{twice} reports twice, {agreed} agreed to\n{told}");
}

fn values(values: &Values) -> String {
    format!("{values:?}")
}

async fn expect_views_add_up(rig: &Rig, reports: &[Report], told: &str) {
    let in_force = rig.programme.in_force();
    let access = Access::LOOK;
    for period in ["2026-11-23", "2026-W47", "2026-W48", "2026-11", "2026-Q4", "2026"] {
        for by in ["place", "period", "network", "role"] {
            let ask =
                Ask { place: Some("ML"), period: Some(period), flow: Some("dep"), by: Some(by), ..Ask::default() };
            let question = Question::settle(&in_force, &access, rig.programme.today(), ask).expect("a question");
            let language = in_force.pack.first_language();
            let summary = view::summary(&rig.programme, &question, language).await.expect("a summary");
            let complete = view::completeness(&rig.programme, &question, language).await.expect("a completeness");
            let rows: i64 = complete.rows.iter().map(|row| row.counts.received).sum();
            assert_eq!(rows, complete.total.received, "{period} by {by}\n{told}");
            let owed: i64 = complete.rows.iter().map(|row| row.counts.expected).sum();
            assert_eq!(owed, complete.total.expected, "{period} by {by}\n{told}");
            let shown = |values: &BTreeMap<String, FigureShown>| match values.get("dep.depistes") {
                Some(FigureShown::Whole(whole)) => *whole,
                other => panic!("dep.depistes is {other:?}"),
            };
            let counted = |report: &&Report| report.state.is_counted() && question.period.holds(report.date);
            let screened = reports.iter().filter(counted).filter(|report| report.flow == "dep");
            let screened: i64 = screened.filter_map(|report| report.values.number("T")).sum();
            assert_eq!(shown(&summary.total), screened, "{period} by {by}\n{told}");
            let rows: i64 = summary.rows.iter().map(|row| shown(&row.values)).sum();
            assert_eq!(rows, screened, "{period} by {by}\n{told}");
            assert_eq!(summary.completeness.received, complete.total.received, "{period} by {by}\n{told}");
        }
    }
}

async fn one_case(seed: u64) {
    let database = support::sqlite();
    let rig = Rig::over(&database.url, support::START).await;
    let in_force = rig.programme.in_force();
    let cercle = in_force.tree.by_code(CERCLE).expect("a cercle").id;
    let commune = in_force.tree.children(cercle, rig.programme.today())[0].code.clone();
    let mut phones: Vec<Phone> = Vec::new();
    for (number, role) in (1..).zip(["relais", "gsan", "asc", "point_focal", "point_focal", "officier", "officier"]) {
        let phone = support::phone(number);
        let place = if role == "officier" { CERCLE } else { &commune };
        rig.register(&phone, role, "government", place).await;
        phones.push(phone);
    }
    let (mut chance, mut told, mut agreed) = (Chance(seed), format!("seed {seed}\n"), 0);
    let mut now = support::START;
    for number in 0..MESSAGES {
        now = now.plus_ms(i64::try_from(chance.below(9 * 3_600_000)).expect("hours"));
        rig.clock.set(now);
        let phone = &phones[chance.below(phones.len())];
        let (id, sent) = (format!("c{number}"), text(&mut chance, rig.programme.today()));
        let times = 1 + usize::from(chance.below(4) == 0);
        for _ in 0..times {
            rig.call(phone, &id, &sent).await.expect("taken");
        }
        let reply = rig.reply(&id).await;
        told.push_str(&format!("{} {sent}\n    {reply}\n", phone.e164()));
        agreed += usize::from(sent == "OUI" && reply.starts_with("OK"));
        let all = reports(&rig).await;
        let recounted = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recounted.differences, [], "cells are not what the reports say\n{told}");
        assert_eq!(recounted.areas, [], "sums are not what the cells say\n{told}");
        if chance.below(3) == 0 {
            relais::watch::added(&rig.programme.store).await.expect("adds up");
        }
        assert_eq!(received(&rig, &all).await, recount(&rig, &all), "received is not what came\n{told}");
        expect_nothing_twice(&all, agreed, &told);
        expect_what_was_told(&all, &sent, &reply, &told);
    }
    expect_views_add_up(&rig, &reports(&rig).await, &told).await;
    rig.end().await;
    database.remove().await;
}

/// A change that was confirmed to its sender stands in a report that counts.
fn expect_what_was_told(reports: &[Report], sent: &str, reply: &str, told: &str) {
    if let (Some(_), true) = (sent.strip_prefix("CORR"), reply.contains("corrigé (v")) {
        let latest = reports.iter().max_by_key(|report| (report.updated, report.revision)).expect("a report");
        assert!(latest.state.is_counted(), "corrected, and {:?}\n{told}", latest.state);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_sequence_of_messages_leaves_the_totals_equal_to_the_reports() {
    for seed in 1..=CASES * support::times() as u64 {
        one_case(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zero_corrected_to_figures_is_no_zero_any_more() {
    let database = support::sqlite();
    let rig = Rig::over(&database.url, support::START).await;
    let phone = support::phone(1);
    let cercle = rig.programme.in_force().tree.by_code(CERCLE).expect("a cercle").id;
    let commune = rig.programme.in_force().tree.children(cercle, rig.programme.today())[0].code.clone();
    rig.register(&phone, "relais", "government", &commune).await;
    rig.sms(&phone, "RIEN DEP").await;
    let reply = rig.sms(&phone, "CORR 1 T45 F23 V38 J5 R1 E1 S2 M5").await;
    assert!(reply.starts_with("OK DEP 1 "), "{reply}");
    let kinds: Vec<ReceivedKind> =
        received(&rig, &reports(&rig).await).await.into_values().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [ReceivedKind::Report]);
    assert_eq!(rig.cells("ML", "2026-11").await["dep.depistes"], 45);
    rig.end().await;
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_up_is_neither_corrected_nor_cancelled_as_if_it_counted() {
    let database = support::sqlite();
    let rig = Rig::over(&database.url, support::START).await;
    let phone = support::phone(1);
    let cercle = rig.programme.in_force().tree.by_code(CERCLE).expect("a cercle").id;
    let commune = rig.programme.in_force().tree.children(cercle, rig.programme.today())[0].code.clone();
    rig.register(&phone, "gsan", "government", &commune).await;
    rig.sms(&phone, "DEP T45 F23 V38 J5 R1 E1").await;
    // Asks a question itself: the first report is given up for it.
    rig.sms(&phone, "CUI N1 F32 H4").await;
    for text in ["CORR 1 S2 M5", "ANNUL 1"] {
        let reply = rig.sms(&phone, text).await;
        assert!(!reply.starts_with("OK"), "{text}: {reply}");
    }
    assert_eq!(rig.cells("ML", "2026-11").await.get("dep.depistes"), None);
    rig.end().await;
    database.remove().await;
}
