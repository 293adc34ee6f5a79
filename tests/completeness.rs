//! Zero, late, not held and silent are four different things, on both databases and on every face.

mod support;

use relais::base::Instant;
use relais::report::ReceivedKind;
use relais::store::received::{self, Received};
use support::rig::Rig;
use support::visit::{demo, get};

const DAY_MS: i64 = 24 * 3_600 * 1_000;
const DIOU: &str = "ML030201";

/// Friday 20 November 2026: the day reports of week 47 are due.
const DUE_DAY: Instant = Instant(support::START.0 - 3 * DAY_MS);

async fn counts(rig: &Rig, path: &str) -> Vec<i64> {
    let body = get(&demo(rig), path).await.json();
    let names = ["expected", "received", "on_time", "late", "zero", "not_held", "silent"];
    names.iter().map(|name| body["total"][name].as_i64().unwrap_or_else(|| panic!("{path}: {body}"))).collect()
}

/// Each column of a matrix of Kadiolo adds up to what completeness says of its period.
async fn expect_columns_as_completeness(rig: &Rig, matrix: &serde_json::Value, query: &str) {
    let router = demo(rig);
    for (index, period) in matrix["periods"].as_array().expect("periods").iter().enumerate() {
        let path = format!("/api/v1/completeness?place=ML0302&period={}{query}", period.as_str().expect("a name"));
        let total = get(&router, &path).await.json()["total"].clone();
        let mut column = matrix["total"][index].clone();
        column.as_object_mut().expect("a cell").remove("state");
        assert_eq!(column, total, "{path}");
    }
}

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(DUE_DAY, test).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_sites_three_zeros_two_late_five_silent() {
    on_each(async |rig| {
        for last in 1..=10 {
            rig.register(&support::phone(last), "relais", "government", DIOU).await;
        }
        for last in 1..=3 {
            rig.sms(&support::phone(last), "RIEN").await;
        }
        rig.clock.set(DUE_DAY.plus_ms(2 * DAY_MS));
        for last in 4..=5 {
            let reply = rig.sms(&support::phone(last), "dep 20,11,18,2,0,0,0,2").await;
            assert!(reply.contains("sem 47"), "the week before is still owed: {reply}");
        }
        let expected = vec![10, 5, 3, 2, 3, 0, 5];
        for place in [DIOU, "ML0302", "ML03", "ML"] {
            for by in ["place", "period", "network"] {
                let path = format!("/api/v1/completeness?place={place}&period=2026-W47&flow=dep&by={by}");
                assert_eq!(counts(rig, &path).await, expected, "{path}");
            }
        }
        let page = get(&demo(rig), &format!("/places/{DIOU}?period=2026-W47&flow=dep")).await.text();
        for (word, count) in [("Attendus", 10), ("Reçus", 5), ("En retard", 2), ("Zéros déclarés", 3), ("Muets", 5)]
        {
            assert!(page.contains(&format!("<dt>{word}</dt><dd>{count}</dd>")), "{word} {count}: {page}");
        }
        assert_eq!(counts(rig, "/api/v1/completeness?place=ML0301&period=2026-W47").await[0], 0, "another cercle");
        // November has four weeks that count in it, all begun: week 48 began on the 20th.
        assert_eq!(counts(rig, "/api/v1/completeness?place=ML0302&period=2026-11&flow=dep").await[0], 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_not_held_is_not_silence() {
    on_each(async |rig| {
        let path = "/api/v1/completeness?place=ML0302&period=2026-Q4&flow=reu";
        // Nine communes and the cercle itself owe a meeting, whoever is registered.
        assert_eq!(counts(rig, path).await, [10, 0, 0, 0, 0, 0, 10]);
        rig.register(&support::phone(1), "point_focal", "government", DIOU).await;
        let reply = rig.sms(&support::phone(1), "REU C NON 2").await;
        assert!(reply.starts_with("OK REU"), "{reply}");
        assert_eq!(counts(rig, path).await, [10, 1, 1, 0, 0, 1, 9]);
        rig.sms(&support::phone(1), "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
        assert_eq!(counts(rig, path).await, [10, 1, 1, 0, 0, 0, 9], "held after all: any meeting makes it held");
        assert_eq!(
            counts(rig, "/api/v1/completeness?place=ML0302&period=2026-11&flow=reu").await[0],
            0,
            "due by quarter"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_role_sent_that_the_pack_no_longer_has_stands_in_its_own_row() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.sms(&support::phone(1), "dep 20,11,18,2,0,0,0,2").await;
        let received = Received {
            flow: "dep".into(),
            period: "2026-W47".into(),
            reporter: "somebody".into(),
            place: rig.place(DIOU),
            network: "government".into(),
            role: "matrone".into(),
            kind: ReceivedKind::Report,
            received_on: jiff::civil::date(2026, 11, 19),
        };
        let mut tx = rig.programme.store.begin().await.expect("begins");
        received::note(&mut tx, &received).await.expect("notes");
        tx.commit().await.expect("commits");
        for place in [DIOU, "ML0302", "ML"] {
            let path = format!("/api/v1/completeness?place={place}&period=2026-W47&flow=dep");
            let body = get(&demo(rig), &path).await.json();
            let rows = body["roles"].as_array().expect("roles").iter();
            let rows: Vec<String> =
                rows.map(|row| format!("{} {} {}", row["role"]["name"], row["expected"], row["received"])).collect();
            assert_eq!(rows, ["\"relais communautaire\" 1 1", "\"(matrone)\" 0 1"], "{path}");
            assert_eq!(body["total"]["received"], 2, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bilan_falls_back_to_reports_where_no_place_below_owes_any() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.register(&support::phone(2), "officier", "government", DIOU).await;
        rig.sms(&support::phone(1), "dep 20,11,18,2,0,0,0,2").await;
        let reply = rig.sms(&support::phone(2), "BILAN S47 DEP").await;
        assert!(reply.starts_with("DIOU sem 47: 1/1 rapports (100%), à temps 100%. Enfants dépistés 20"), "{reply}");
    })
    .await;
}

/// The cells of a row of the matrix, oldest first: state and per cent.
fn states(matrix: &serde_json::Value, code: &str) -> Vec<String> {
    let rows = matrix["rows"].as_array().unwrap_or_else(|| panic!("rows: {matrix}"));
    let row = rows.iter().find(|row| row["place"]["code"] == code).unwrap_or_else(|| panic!("{code}: {matrix}"));
    let cells = row["cells"].as_array().expect("cells");
    cells.iter().map(|cell| cell["state"].as_str().expect("a state").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_tells_six_states_apart_and_adds_up_to_each_period() {
    const FAN: &str = "ML030203";
    on_each(async |rig| {
        let communes = [DIOU, "ML030202", FAN, "ML030204", "ML030205"];
        for (last, place) in (1..).zip(communes) {
            rig.register(&support::phone(last), "relais", "government", place).await;
        }
        rig.register(&support::phone(6), "relais", "government", "ML030205").await;
        rig.sms(&support::phone(1), "RIEN").await;
        rig.sms(&support::phone(2), "DEP T20 F11 V18 J2 R0 E0 S0 M2 D1911").await;
        rig.sms(&support::phone(5), "DEP T20 F11 V18 J2 R0 E0 S0 M2 D1911").await;
        rig.clock.set(DUE_DAY.plus_ms(2 * DAY_MS));
        rig.sms(&support::phone(3), "DEP T20 F11 V18 J2 R0 E0 S0 M2 D1911").await;
        let router = demo(rig);
        let matrix = get(&router, "/api/v1/matrix?place=ML0302&period=2026-W47&flow=dep").await.json();
        let periods: Vec<&str> =
            matrix["periods"].as_array().expect("periods").iter().filter_map(|name| name.as_str()).collect();
        assert_eq!((periods.len(), periods[0], periods[11]), (12, "2026-W36", "2026-W47"));
        for (code, expected) in [
            (DIOU, "zero"),
            ("ML030202", "on_time"),
            (FAN, "late"),
            ("ML030204", "silent"),
            ("ML030205", "partly"),
            ("ML030206", "nothing_owed"),
        ] {
            assert_eq!(states(&matrix, code)[11], expected, "{code}");
        }
        expect_columns_as_completeness(rig, &matrix, "&flow=dep").await;
        let above = get(&router, "/api/v1/matrix?place=ML03&period=2026-W47&flow=dep").await.json();
        let cell = &above["rows"].as_array().expect("rows").iter().find(|row| row["place"]["code"] == "ML0302");
        assert_eq!(cell.expect("the cercle")["cells"][11], matrix["total"][11], "a cercle's cell is its own total");
        let file = get(&router, "/api/v1/matrix.csv?place=ML0302&period=2026-W47&flow=dep").await.text();
        assert!(file.contains(",commune,dep,2026-W47,late,1,1,0,1,0,0,0,100,0\n"), "{file}");
        let page = get(&router, "/places/ML0302/completeness?period=2026-W47&flow=dep").await;
        let text = page.text();
        assert_eq!(page.status, 200, "{text}");
        for shown in ["muet", "en partie", "zéro", "en retard", "à temps", "rien d’attendu"] {
            assert!(text.contains(&format!("<span class=\"vh\">{shown}</span>")), "{shown}: {text}");
        }
        assert!(text.contains("<small>50%</small>"), "one of two: {text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_of_meetings_knows_not_held_from_silent_by_quarter() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "point_focal", "government", DIOU).await;
        rig.sms(&support::phone(1), "REU C NON 2").await;
        let router = demo(rig);
        let matrix = get(&router, "/api/v1/matrix?place=ML0302&period=2026-11&flow=reu").await.json();
        assert_eq!(matrix["periods"][11], "2026-Q4", "the quarter that holds the month's end");
        assert_eq!(states(&matrix, DIOU)[11], "not_held");
        assert_eq!(states(&matrix, "ML030202")[11], "silent");
        assert_eq!(states(&matrix, "ML0302")[11], "silent", "the cercle owes a meeting of its own");
        for (path, field) in [
            ("/api/v1/matrix?place=ML0302&flow=ale", "flow"),
            ("/api/v1/matrix?place=ML0302&flow=odd", "flow"),
            ("/api/v1/matrix?place=ML0302&period=2031-Q1", "period"),
            ("/api/v1/matrix?place=ML0302&period=2026-Q7", "period"),
        ] {
            let refused = get(&router, path).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &field.into()), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_of_a_network_or_role_is_what_completeness_says_of_it() {
    on_each(async |rig| {
        for (last, role, network) in [
            (1, "relais", "government"),
            (2, "relais", "civil_society"),
            (3, "asc", "government"),
            (4, "asc", "civil_society"),
            (5, "point_focal", "government"),
        ] {
            rig.register(&support::phone(last), role, network, DIOU).await;
        }
        rig.sms(&support::phone(1), "RIEN").await;
        rig.sms(&support::phone(4), "DEP T20 F11 V18 J2 R0 E0 S0 M2 D1911").await;
        rig.sms(&support::phone(5), "REU C NON 2").await;
        let router = demo(rig);
        // What is expected in the last column.
        for (flow, senders, expected, received) in [
            ("dep", "", 4, 2),
            ("dep", "&role=relais", 2, 1),
            ("dep", "&role=asc", 2, 1),
            ("dep", "&network=government", 2, 1),
            ("dep", "&network=civil_society&role=asc", 1, 1),
            ("dep", "&network=government&role=asc", 1, 0),
            ("dep", "&role=officier", 0, 0),
            ("reu", "", 10, 1),
            ("reu", "&network=government", 0, 0),
            ("reu", "&role=point_focal", 0, 0),
        ] {
            let path = format!("/api/v1/matrix?place=ML0302&period=2026-W47&flow={flow}{senders}");
            let matrix = get(&router, &path).await.json();
            let last = &matrix["total"][11];
            assert_eq!((&last["expected"], &last["received"]), (&expected.into(), &received.into()), "{path}");
            expect_columns_as_completeness(rig, &matrix, &format!("&flow={flow}{senders}")).await;
        }
        for (role, flow) in [("point_focal", "pla"), ("asc", "dep"), ("leader", "dep")] {
            let unnamed = get(&router, &format!("/api/v1/matrix?place=ML0302&role={role}")).await;
            assert_eq!(unnamed.json()["flow"], flow, "what {role} owes most often, or else is owed at all");
        }
        assert_eq!(get(&router, "/places/ML0302/completeness?period=2026-11&role=leader").await.status, 200);
        let page = get(&router, "/places/ML0302/completeness?period=2026-W47&flow=dep&role=asc").await.text();
        for shown in ["Un seul rôle", "<option value=\"asc\" selected>", "flow=dep&#38;role=asc&#38;period=2026-W47"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        for (query, field) in [("role=martian", "role"), ("network=martians", "network"), ("role=%3Cscript%3E", "role")]
        {
            let refused = get(&router, &format!("/api/v1/matrix?place=ML0302&{query}")).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &field.into()), "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_owed_and_nobody_is_silent_before_a_report_type_began() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        let mut pack = support::rig::mali();
        for flow in &mut pack.flows {
            let since = jiff::civil::date(2026, 7, if flow.by_body { 1 } else { 3 });
            std::sync::Arc::make_mut(flow).since = Some(since);
        }
        rig.programme.replace_pack(pack).await.expect("sound");
        for (query, expected) in [
            ("period=2026-Q2&flow=reu", 0),
            ("period=2026-Q3&flow=reu", 10),
            ("period=2026&flow=reu", 20),
            // Weeks end on Thursdays: 2 July, 9 July.
            ("period=2026-W27&flow=dep", 0),
            ("period=2026-W28&flow=dep", 1),
            ("period=2026-06&flow=dep", 0),
        ] {
            let path = format!("/api/v1/completeness?place=ML0302&{query}");
            let counted = counts(rig, &path).await;
            assert_eq!((counted[0], counted[6]), (expected, expected), "{path}");
        }
        let router = demo(rig);
        let matrix = get(&router, "/api/v1/matrix?place=ML0302&period=2026-Q4&flow=reu").await.json();
        let row = states(&matrix, DIOU);
        assert_eq!(row[9..], ["nothing_owed", "silent", "silent"], "{row:?}");
        let weeks = get(&router, "/api/v1/matrix?place=ML0302&period=2026-W29&flow=dep").await.json();
        assert_eq!(states(&weeks, DIOU)[9..], ["nothing_owed", "silent", "silent"]);
        let bodies = get(&router, "/api/v1/bodies?place=ML0302&period=2026-Q3").await.json();
        let item = bodies["items"].as_array().expect("items").iter().find(|item| item["place"]["code"] == DIOU);
        let quarters = item.expect("the commune's")["quarters"].as_array().expect("quarters").iter();
        let stood: Vec<&str> = quarters.filter_map(|quarter| quarter["state"].as_str()).collect();
        assert_eq!(stood, ["nothing_owed", "nothing_owed", "nothing_owed", "silent"]);
        let counted = &bodies["bodies"].as_array().expect("bodies")[0]["quarters"];
        assert_eq!((&counted[2]["expected"], &counted[2]["silent"]), (&0.into(), &0.into()), "{counted}");
        for (quarter, shown) in [("2026-Q3", "rien d’attendu"), ("2026-Q2", "Rien n’était encore attendu")] {
            let page = get(&router, &format!("/places/ML0302/bodies?period={quarter}")).await.text();
            assert!(page.contains(shown), "{quarter}: {page}");
        }
        let report = get(&router, "/places/ML0302/report?period=2026-Q2").await.text();
        assert!(report.contains("Rien n’était encore attendu"), "{report}");
    })
    .await;
}

/// The programme begins on this Friday: the first day of week 48, while reports of week 47 would still be late.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_programme_begins_on_its_first_day_and_not_with_what_was_before() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        rig.register(&support::phone(2), "relais", "government", "ML030202").await;
        rig.register(&support::phone(5), "point_focal", "government", "ML030203").await;
        rig.register(&support::phone(9), "officier", "government", "ML0302").await;
        let mut pack = support::rig::mali();
        for flow in &mut pack.flows {
            std::sync::Arc::make_mut(flow).since = Some(rig.programme.today());
        }
        rig.programme.replace_pack(pack).await.expect("sound");
        let reply = rig.sms(&support::phone(1), "DEP T20 F11 V18 J2 R0 E0 S0 M2").await;
        assert!(reply.contains("sem 48"), "no report is taken for the week before: {reply}");
        let reply = rig.sms(&support::phone(2), "RIEN DEP").await;
        assert!(reply.contains("sem 48"), "nor a zero: {reply}");
        // What is said to be about a day before counts, and nobody owed it.
        let reply = rig.sms(&support::phone(1), "DEP T10 F5 V10 J0 R0 E0 S0 M0 D1911").await;
        assert!(reply.starts_with("OK DEP"), "{reply}");
        let reply = rig.sms(&support::phone(5), "REU C D2909 N1 T24 F9 K5 X3 PV1").await;
        assert!(reply.starts_with("OK REU"), "{reply}");
        let router = demo(rig);
        let november = get(&router, "/api/v1/summary?place=ML0302&period=2026-11&flow=dep").await.json();
        assert_eq!(november["total"]["dep.depistes"], 30);
        for (flow, period) in [("dep", "2026-W48"), ("reu", "2026-Q4")] {
            let path = format!("/api/v1/matrix?place=ML0302&period={period}&flow={flow}");
            let matrix = get(&router, &path).await.json();
            expect_columns_as_completeness(rig, &matrix, &format!("&flow={flow}")).await;
        }
        assert_eq!(counts(rig, "/api/v1/completeness?place=ML0302&period=2026-W48&flow=dep").await[..2], [2, 2]);
        let october = get(&router, "/api/v1/matrix?place=ML0302&period=2026-10&flow=dep").await.json();
        assert_eq!(october["periods"][11], "2026-W44", "the last week of the month, owed or not");
        let bodies = get(&router, "/api/v1/bodies?place=ML0302&period=2026-Q3").await.json();
        let now = &bodies["bodies"].as_array().expect("bodies")[0]["quarters"][3];
        assert_eq!((&now["expected"], &now["held"]), (&0.into(), &0.into()), "as in completeness: {now}");
        let page = get(&router, "/places/ML0302/bodies?period=2026-Q3").await.text();
        for shown in ["tenue", "Rien n’était encore attendu : CCOCSAD", "CCOCSAD (communes)"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(!page.contains("0 comités sur 0"), "{page}");
        let own = get(&router, "/places/ML030203/bodies?period=2026-Q3").await.text();
        assert!(own.contains("Le CCOCSAD s’est réuni"), "{own}");
        for (text, expected) in [
            ("BILAN S46", "KADIOLO sem 46: aucun rapport attendu."),
            ("MUETS S46", "KADIOLO sem 46: rien n'est attendu."),
        ] {
            let said = rig.sms(&support::phone(9), text).await;
            assert!(said.starts_with(expected), "{text}: {said}");
        }
        let told = rig.sms(&support::phone(9), "INFO DIOU").await;
        assert!(!told.contains("sans nouvelles"), "{told}");
        let map = get(&router, "/places/ML03?period=2026-W48&map=dep.couverture").await.text();
        assert!(map.contains("<title>Sikasso : pas de chiffre</title>"), "who sent nothing covers nobody: {map}");
        // A report type of weeks that begins later hides nobody's silence in another one.
        let mut pack = support::rig::mali();
        let cui = pack.flows.iter_mut().find(|flow| flow.id == "cui").map(std::sync::Arc::make_mut).expect("there");
        (cui.cadence, cui.since) = (Some(relais::base::PeriodKind::Week), Some(jiff::civil::date(2026, 12, 1)));
        rig.programme.replace_pack(pack).await.expect("sound");
        let sent = rig.sms(&support::phone(2), "CUI N1 F12 H5 E20 D1311").await;
        assert!(sent.starts_with("OK CUI"), "{sent}");
        let muets = rig.sms(&support::phone(9), "MUETS Dioumatene S47").await;
        assert!(muets.contains("1/1"), "{muets}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_of_the_country_shows_regions_and_stays_light() {
    on_each(async |rig| {
        rig.register(&support::phone(1), "relais", "government", DIOU).await;
        let router = demo(rig);
        for (code, row) in [("ML", "Sikasso"), ("ML03", "Kadiolo"), ("ML0302", "Diou"), (DIOU, "le lieu lui-même")] {
            let page = get(&router, &format!("/places/{code}/completeness?period=2026-11")).await;
            assert!(page.text().contains(row), "{code}: {}", page.text());
            assert!(page.bytes.len() < 50 * 1024, "{code}: {} bytes", page.bytes.len());
        }
        let english = get(&router, "/places/ML0302/completeness?lang=en&flow=dep").await.text();
        assert!(english.contains("What the letters say") && english.contains(">W47</a>"), "{english}");
        let older = get(&router, "/places/ML0302/completeness?period=2026-W20&flow=dep").await.text();
        assert!(older.contains("period=2026-W08&") && older.contains("period=2026-W32&"), "{older}");
    })
    .await;
}
