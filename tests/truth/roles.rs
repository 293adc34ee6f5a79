//! What each role owes and counts, against the independent count.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::count::{Complete, Truth, Who};
use crate::support::rig::Rig;
use crate::support::visit::{demo, get};
use crate::{AREAS, MEETING_FIGURES, Named, bodies, completeness, faces, figures, months, quarters, weeks, whole_year};

/// What people of each role owe, and what bodies do.
pub async fn completeness_of_roles(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    let nothing: Complete = [0; 7];
    for Named { name, days } in months().into_iter().chain(quarters()).chain([whole_year()]) {
        for area in AREAS {
            let path = format!("/api/v1/completeness?place={area}&period={name}&flow=dep");
            let body = get(&router, &path).await.json();
            let rows = body["roles"].as_array().expect("roles").iter();
            let rows = rows.map(|row| (row["role"]["id"].as_str().expect("a role"), completeness(row)));
            let owed = |role: &'static str| (role, truth.screenings_owed_by(|of| of == role, area, days));
            let owed = ["asc", "relais"].map(owed).into_iter().filter(|(_, complete)| *complete != nothing);
            assert_eq!(rows.collect::<BTreeMap<_, _>>(), owed.collect(), "{path}");
            assert_eq!(completeness(&body["bodies"]), nothing, "{path}");
        }
    }
    for Named { name, days } in quarters().into_iter().chain([whole_year()]) {
        for area in AREAS {
            let path = format!("/api/v1/completeness?place={area}&period={name}&flow=reu");
            let body = get(&router, &path).await.json();
            assert_eq!(body["roles"], serde_json::json!([]), "{path}");
            assert_eq!(completeness(&body["bodies"]), truth.meetings_owed(area, bodies(area), days), "{path}");
        }
    }
    let days = whole_year().days;
    let path = "/api/v1/completeness.csv?place=ML0302&period=2025&flow=dep";
    let file = get(&router, path).await.text();
    let page = faces::page(&router, "ML0302", "2025", "dep").await;
    let table = page.split("id=\"byrole\"").nth(1).expect("a table by role");
    for (role, title) in [("asc", "agent de santé communautaire"), ("relais", "relais communautaire")] {
        let owed = truth.screenings_owed_by(|of| of == role, "ML0302", days);
        let counts = owed.map(|count| count.to_string()).join(",");
        let line = file.lines().find(|line| line.ends_with(&format!(",{role}")));
        assert!(line.is_some_and(|line| line.contains(&format!(",,,{counts},"))), "{role} {counts}: {file}");
        let row = table.split("<tr>").find(|row| row.contains(title)).unwrap_or_else(|| panic!("{title}: {table}"));
        for count in owed {
            assert!(row.contains(&format!("<td class=\"n\">{}</td>", faces::grouped(count))), "{title} {count}: {row}");
        }
    }
}

/// The figures of each role: as rows of one answer, and asked for alone, on every face that takes a role.
pub async fn figures_of_roles(rig: &Rig, truth: &Truth) {
    let router = demo(rig);
    let some = weeks().into_iter().step_by(13).chain(months().into_iter().step_by(5)).chain(quarters());
    for Named { name, days } in some.chain([whole_year()]) {
        for area in ["ML030203", "ML0302", "ML"] {
            let path = format!("/api/v1/summary?place={area}&period={name}&flow=dep&by=role");
            let by_role = get(&router, &path).await.json();
            let rows = by_role["rows"].as_array().expect("rows").iter();
            let rows: BTreeMap<&str, &Value> =
                rows.map(|row| (row["role"]["id"].as_str().expect("a role"), row)).collect();
            for role in ["asc", "relais"] {
                let who = Who { network: None, role: Some(role) };
                let (known, owed) =
                    (figures(truth, area, days, who), truth.screenings_owed_by(|of| of == role, area, days));
                let is_told = owed != [0; 7] || known.values().any(|count| *count > 0);
                assert_eq!(rows.contains_key(role), is_told, "{role} {path}");
                if let Some(row) = rows.get(role) {
                    let shown: BTreeMap<&str, i64> =
                        known.keys().map(|id| (*id, row["values"][*id].as_i64().expect("a count"))).collect();
                    assert_eq!((shown, completeness(&row["completeness"])), (known.clone(), owed), "{role} {path}");
                }
                let query = format!("place={area}&period={name}&flow=dep&role={role}");
                let alone = get(&router, &format!("/api/v1/summary?{query}")).await.json();
                assert_eq!(completeness(&alone["completeness"]), owed, "{query}");
                let places = alone["rows"].as_array().expect("rows").iter();
                let of_places: i64 = places.filter_map(|row| row["values"]["dep.depistes"].as_i64()).sum();
                assert_eq!(of_places, known["dep.depistes"], "{query}");
                for (face, total) in
                    [("csv", faces::csv(&router, &query).await), ("xlsx", faces::xlsx(&router, &query).await)]
                {
                    for (indicator, count) in &known {
                        assert_eq!(alone["total"][*indicator], *count, "{indicator} {query}");
                        assert_eq!(total[*indicator], count.to_string(), "{face} {indicator} {query}");
                    }
                }
                if known["dep.depistes"] > 0 {
                    let page = faces::page(&router, area, &name, &format!("dep&role={role}")).await;
                    let screened = faces::grouped(known["dep.depistes"]);
                    assert_eq!(faces::stands_behind(&page, "Enfants dépistés"), screened, "{query}");
                    assert_eq!(faces::stands_behind(&page, "Attendus"), faces::grouped(owed[0]), "{query}");
                    assert!(page.contains("Un seul rôle"), "{query}");
                }
            }
        }
    }
    for role in ["asc", "relais"] {
        let path = format!("/api/v1/matrix?place=ML0302&period=2025-Q3&flow=dep&role={role}");
        let matrix = get(&router, &path).await.json();
        let by_name: BTreeMap<String, _> = weeks().into_iter().map(|week| (week.name, week.days)).collect();
        for row in matrix["rows"].as_array().expect("rows") {
            let code = row["place"]["code"].as_str().expect("a code");
            for (period, cell) in
                matrix["periods"].as_array().expect("periods").iter().zip(row["cells"].as_array().expect("cells"))
            {
                let days = by_name[period.as_str().expect("a name")];
                let owed = truth.screenings_owed_by(|of| of == role, code, days);
                assert_eq!(completeness(cell), owed, "{role} {code} {period}");
            }
        }
    }
    for Named { name, days } in quarters() {
        let path = format!("/api/v1/summary?place=ML0302&period={name}&flow=reu&role=point_focal");
        let summary = get(&router, &path).await.json();
        let who = Who { network: None, role: Some("point_focal") };
        for (indicator, count) in MEETING_FIGURES.iter().zip(truth.meetings("ML0302", days, who)) {
            assert_eq!(summary["total"][format!("reu.{indicator}")], count, "{indicator} {path}");
        }
        assert_eq!(completeness(&summary["completeness"]), [0; 7], "bodies owe for no role: {path}");
    }
}
