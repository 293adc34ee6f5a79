//! What became of alerts, as figures: after every step, through any history, and where two reports change the same alert at
//! once.

use super::*;

/// What the figures of a month say of alerts: open, seen, hours waited.
async fn tallied(rig: &Rig, month: &str) -> [i64; 3] {
    let cells = rig.cells("ML", month).await;
    ["ale.ouvertes", "ale.vues", "ale.attente"].map(|indicator| cells.get(indicator).copied().unwrap_or(0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_alerts_is_a_figure_on_every_face() {
    on_each(async |rig, people| {
        let steps: [(&str, i64, &Phone, &str, [i64; 3]); 11] = [
            ("one is opened", 0, &people.relais, ALE, [1, 0, 0]),
            ("the same is merged", 1, &people.asc, "ALE K4 G3 N80", [1, 0, 0]),
            ("another one", 2, &people.asc, "ALE K6 G1 N5", [2, 0, 0]),
            ("a third", 2, &people.relais, "ALE K1 G1 N3", [3, 0, 0]),
            ("taken back before anyone saw it", 3, &people.relais, "ANNUL 2", [2, 0, 0]),
            ("seen after eleven hours and a half", 11, &people.officer, "VU 1", [1, 1, 11]),
            ("seen by a second officer", 12, &people.colleague, "VU 1", [1, 1, 11]),
            ("taken back by one of two", 12, &people.relais, "ANNUL 1", [1, 1, 11]),
            ("taken back by both, after it was seen", 12, &people.asc, "ANNUL 1", [1, 1, 11]),
            ("corrected to another kind: another alert", 13, &people.asc, "CORR 2 K5", [1, 1, 11]),
            ("seen by the region after twenty hours", 33, &people.region, "VU 4", [0, 2, 31]),
        ];
        for (label, hour, who, text, expected) in steps {
            later(rig, hour);
            rig.sms(who, text).await;
            assert_eq!(tallied(rig, "2026-11").await, expected, "{label}");
            let recount = rebuild::check(&rig.programme).await.expect("recounts");
            assert_eq!(recount.differences, [], "{label}");
        }
        let router = demo(rig);
        for (place, role, open, seen, mean) in [
            (COMMUNE, "", 0, 2, 15.5),
            (CERCLE, "&role=relais", 0, 1, 11.0),
            ("ML", "&role=asc", 0, 1, 20.0),
            ("ML", "&network=government", 0, 1, 20.0),
        ] {
            let address = format!("/api/v1/summary?place={place}&period=2026-Q4&flow=ale{role}");
            let total = get(&router, &address).await.json()["total"].clone();
            assert_eq!(
                (&total["ale.ouvertes"], &total["ale.vues"], &total["ale.delai"]["mean"]),
                (&open.into(), &seen.into(), &mean.into()),
                "{address}"
            );
        }
        let file = get(&router, "/api/v1/summary.csv?place=ML&period=2026-11&flow=ale").await.text();
        let mut lines = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let head = lines.next().expect("a head");
        let total = lines.find(|cells| cells[2] == "total").expect("a total");
        let cell = |name: &str| total[head.iter().position(|column| *column == name).expect(name)];
        let mean = ["ale.delai", "ale.delai.numerator", "ale.delai.denominator"].map(cell);
        assert_eq!(mean, ["15.5", "31", "2"]);
        let page = get(&router, "/places/ML0302?period=2026-11&flow=ale").await.text();
        let delay = page.split("Délai moyen de réponse (heures)").nth(1).unwrap_or_default();
        assert!(delay.contains("15,5") && delay.contains("31 / 2"), "{page}");
        let report = get(&router, "/places/ML0302/report?period=2026-Q4").await.text();
        assert!(report.contains("15,5\u{a0}h"), "the same as in the figures: {report}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recount_finds_what_alerts_add_where_nothing_else_happened() {
    for database in support::databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        let sender = support::phone(1);
        rig.register(&sender, "relais", "civil_society", COMMUNE).await;
        // About November, and told in December: no cell of December is a report's.
        let first_of_december = relais::base::Date::constant(2026, 12, 1).in_tz("UTC").expect("a day").timestamp();
        rig.clock.set(Instant(first_of_december.as_millisecond()));
        let reply = rig.sms(&sender, "ALE K4 G3 N60 hier").await;
        assert!(reply.starts_with("OK ALE 1 Diou 30/11"), "{reply}");
        let figures = async || [tallied(&rig, "2026-11").await, tallied(&rig, "2026-12").await];
        let expected = [[0, 0, 0], [1, 0, 0]];
        assert_eq!(figures().await, expected, "on the day it was opened, on {}", database.label);
        for table in ["cell", "area_change", "area_sum"] {
            database.execute(&format!("DELETE FROM {table}")).await;
        }
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        let missed: Vec<&str> = recount.differences.iter().map(|found| found.key.indicator.as_str()).collect();
        assert!(missed.contains(&"ale.ouvertes") && missed.contains(&"ale.personnes"), "{missed:?}");
        rebuild::mend(&rig.programme, &recount.differences).await.expect("mends");
        rebuild::mend_areas(&rig.programme).await.expect("mends");
        assert_eq!(figures().await, expected);
        rig.end().await;
        database.remove().await;
    }
}

/// What a list of alerts says: open, seen, hours waited, by anybody's arithmetic.
fn by_hand(alerts: &[alert::Alert]) -> [i64; 3] {
    let open = alerts.iter().filter(|alert| alert.state() == alert::AlertState::Open).count();
    let seen: Vec<f64> = alerts
        .iter()
        .filter_map(|alert| Some((alert.acknowledged?.0 - alert.opened.0) as f64 / HOUR_MS as f64))
        .collect();
    let hours: f64 = seen.iter().map(|hours| hours.round()).sum();
    [i64::try_from(open).expect("few"), i64::try_from(seen.len()).expect("few"), hours as i64]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_of_alerts_hold_through_any_history() {
    on_each(async |rig, people| {
        let mut chance = support::chance::Chance(19);
        let (mut now, mut receipts) = (support::START, [0_usize; 2]);
        for step in 0..90 {
            now = now.plus_ms(i64::try_from(chance.below(200)).expect("few") * 60_000);
            rig.clock.set(now);
            let who = chance.below(2);
            let sender = [&people.relais, &people.asc][who];
            let ale = format!("K{} G{} N{}", chance.below(5) + 1, chance.below(2) + 1, chance.below(50));
            let known = |chance: &mut support::chance::Chance| chance.below(receipts[who].max(1)) + 1;
            let (sender, text) = match chance.below(10) {
                0..=3 => (sender, format!("ALE {ale}")),
                4 => (sender, format!("CORR {} {ale}", known(&mut chance))),
                5 => (sender, format!("ANNUL {}", known(&mut chance))),
                _ => ([&people.officer, &people.region][who], format!("VU {}", chance.below(30) + 1)),
            };
            let reply = rig.sms(sender, &text).await;
            if let Some(number) = reply.strip_prefix("OK ALE ") {
                let number = number.split_whitespace().next().and_then(|number| number.parse().ok());
                receipts[who] = receipts[who].max(number.unwrap_or(0));
            }
            let expected = by_hand(&alerts(rig).await);
            assert_eq!(tallied(rig, "2026-11").await, expected, "step {step}: {text}: {reply}");
            let recount = rebuild::check(&rig.programme).await.expect("recounts");
            assert_eq!(recount.differences, [], "step {step}: {text}: {reply}");
        }
        let [open, seen, hours] = by_hand(&alerts(rig).await);
        let withdrawn = states(rig).await.iter().filter(|state| **state == "withdrawn").count();
        assert!(open > 0 && seen > 2 && hours > 0 && withdrawn > 2, "{open} {seen} {hours} {withdrawn}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_at_once_is_no_silence() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, ALE).await;
        let router = demo(rig);
        let table = async || {
            let page = get(&router, &format!("/places/{CERCLE}?period=2026-11&flow=ale")).await.text();
            // The list of open alerts names the commune too, in three cells.
            let is_it = |row: &&str| row.contains(&format!("/places/{COMMUNE}?")) && row.matches("<td").count() > 4;
            let row = page.split("<tr>").find(is_it).expect("a row").to_owned();
            let cells = row.split("<td").skip(1).map(|cell| cell.split_once('>').map_or("", |(_, rest)| rest));
            let cells: Vec<String> = cells.map(|cell| cell.split('<').next().unwrap_or_default().to_owned()).collect();
            cells
        };
        let open = table().await;
        assert!(open.ends_with(["1", "1", "-"].map(str::to_owned).as_slice()), "nobody answered: {open:?}");
        rig.sms(&people.officer, "VU 1").await;
        let seen = table().await;
        assert!(seen.ends_with(["1", "0", "0,0"].map(str::to_owned).as_slice()), "no hour, and none open: {seen:?}");
        let summary = get(&router, &format!("/api/v1/summary?place={CERCLE}&period=2026-11&flow=ale")).await.json();
        assert_eq!(summary["median"]["ale.delai"]["value"], 0.0, "{summary}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_merged_into_an_alert_that_is_being_withdrawn() {
    for database in support::databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        let [one, other] = [1, 2].map(support::phone);
        rig.register(&one, "relais", "civil_society", COMMUNE).await;
        rig.register(&other, "asc", "government", COMMUNE).await;
        rig.sms(&one, ALE).await;
        let alert = alerts(&rig).await.remove(0);
        let first = alert.report.expect("its report");
        let mut tx = rig.programme.store.begin().await.expect("begins");
        let left = alert::step_back(&mut tx, &alert, first, support::START).await.expect("steps back");
        assert_eq!(left, alert::Left::Withdrawn);
        let withdrawing = async {
            // SQLite lets nobody write meanwhile: there the second report has not begun.
            if database.label == "PostgreSQL" {
                let waits = "SELECT query FROM pg_stat_activity WHERE wait_event = 'advisory' AND query LIKE '%held%'";
                let is_waiting = async || !database.texts(waits).await.is_empty();
                support::wait::until_true("the second report waits", is_waiting).await;
            }
            tx.commit().await.expect("commits");
        };
        let (sent, ()) = tokio::join!(rig.call(&other, "second", ALE), withdrawing);
        sent.expect("taken");
        assert_eq!(states(&rig).await, ["withdrawn", "open"], "on {}", database.label);
        let reply = rig.reply("second").await;
        assert!(reply.contains("Le cercle est alerté"), "{reply}");
        assert_eq!(alerts(&rig).await.iter().map(|alert| alert.merged).collect::<Vec<_>>(), [0, 0]);
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_merged_into_an_alert_that_nobody_stands_behind() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, ALE).await;
        rig.sms(&people.officer, "VU 1").await;
        rig.sms(&people.relais, "ANNUL 1").await;
        let reply = rig.sms(&people.asc, ALE).await;
        assert!(reply.contains("Le cercle est alerté"), "seen, and taken back: this is news: {reply}");
        assert_eq!(states(rig).await, ["acknowledged", "open"]);
        assert_eq!((counted(rig, "ale.alertes").await, tallied(rig, "2026-11").await), (1, [1, 1, 0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_that_change_places_are_both_told() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, "ALE K4 G1 N1").await;
        rig.sms(&people.asc, "ALE K5 G1 N1").await;
        for turn in 0..6 {
            let (one, other) = if turn % 2 == 0 { ("K5", "K4") } else { ("K4", "K5") };
            let ids = [format!("a{turn}"), format!("b{turn}")];
            let texts = [one, other].map(|kind| format!("CORR 1 {kind}"));
            let (first, second) =
                tokio::join!(rig.call(&people.relais, &ids[0], &texts[0]), rig.call(&people.asc, &ids[1], &texts[1]));
            first.expect("taken");
            second.expect("taken");
            for id in &ids {
                let reply = rig.reply(id).await;
                assert!(reply.starts_with("OK ALE 1"), "{reply}");
            }
            assert_eq!(tallied(rig, "2026-11").await, by_hand(&alerts(rig).await), "turn {turn}");
            assert_eq!(counted(rig, "ale.alertes").await, 2, "turn {turn}: both count");
        }
    })
    .await;
}
