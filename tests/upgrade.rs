//! A database as version 17 left it, whose counts knew no role: opened by this version it says what it said, and by role what
//! it would have said, on both databases; also when two servers begin at once, and after one that ended in between.

mod support;

use relais::demo::{self, Wanted};
use relais::person::Access;
use relais::programme::Programme;
use relais::rebuild;
use relais::review::{self, Approved, Reviewer};
use relais::store::{Store, setting};
use support::TestDatabase;
use support::rig::Rig;
use support::visit::{demo as pages, get};

const KADIOLO: &str = "ML0302";

/// Takes everything back to the tables of version 17, figures and all.
const AS_17_LEFT_IT: &[&str] = &[
    "DELETE FROM _sqlx_migrations WHERE version > 17",
    "DELETE FROM setting WHERE name = 'recount'",
    "DROP INDEX alert_by_opened",
    "DROP INDEX alert_by_place",
    "DROP INDEX alert_open_by_place",
    "DROP INDEX alert_open_by_area",
    "ALTER TABLE alert DROP COLUMN network",
    "ALTER TABLE alert DROP COLUMN sender_role",
    "ALTER TABLE alert DROP COLUMN flow_hash",
    "ALTER TABLE alert DROP COLUMN opened_on",
    "ALTER TABLE cell RENAME TO cell_18",
    "CREATE TABLE cell (period TEXT NOT NULL, place_id BIGINT NOT NULL, indicator TEXT NOT NULL, network TEXT NOT NULL, \
     value BIGINT NOT NULL, PRIMARY KEY (period, place_id, indicator, network))",
    "INSERT INTO cell SELECT period, place_id, indicator, network, CAST(SUM(value) AS BIGINT) FROM cell_18 \
     GROUP BY period, place_id, indicator, network",
    "DROP TABLE cell_18",
    "ALTER TABLE area_sum RENAME TO area_sum_18",
    "CREATE TABLE area_sum (area_id BIGINT NOT NULL, period TEXT NOT NULL, received_on TEXT NOT NULL, item TEXT NOT NULL, \
     network TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (period, area_id, received_on, item, network))",
    "INSERT INTO area_sum SELECT s.area_id, s.period, s.received_on, s.item, s.network, CAST(SUM(s.value) AS BIGINT) FROM \
     (SELECT area_id, period, received_on, CASE WHEN received_on = '' THEN item ELSE item || '/' || role END AS item, \
     network, value FROM area_sum_18) s GROUP BY s.area_id, s.period, s.received_on, s.item, s.network",
    "DROP TABLE area_sum_18",
    "DROP TABLE area_change",
    "CREATE TABLE area_change (place_id BIGINT NOT NULL, period TEXT NOT NULL, received_on TEXT NOT NULL, \
     item TEXT NOT NULL, network TEXT NOT NULL, value BIGINT NOT NULL)",
    "ALTER TABLE closed_cell RENAME TO closed_cell_18",
    "CREATE TABLE closed_cell (closing_id TEXT NOT NULL REFERENCES closing (id), \
     place_id BIGINT NOT NULL REFERENCES place (id), indicator TEXT NOT NULL, network TEXT NOT NULL, \
     value BIGINT NOT NULL, PRIMARY KEY (closing_id, place_id, indicator, network))",
    "INSERT INTO closed_cell SELECT closing_id, place_id, indicator, network, CAST(SUM(value) AS BIGINT) \
     FROM closed_cell_18 GROUP BY closing_id, place_id, indicator, network",
    "DROP TABLE closed_cell_18",
];

/// What is asked before and after.
const ASKED: [&str; 8] = [
    "/api/v1/summary?place=ML&period=2026-11",
    "/api/v1/summary?place=ML0302&period=2026-Q4&by=role",
    "/api/v1/summary?place=ML0302&period=2026-W46&by=role",
    "/api/v1/summary?place=ML0302&period=2026-10",
    "/api/v1/summary?place=ML0302&period=2026-10&by=network",
    "/api/v1/summary?place=ML03&period=2026-11&role=asc",
    "/api/v1/summary?place=ML030201&period=2026-11-20&flow=dep&by=role",
    "/api/v1/completeness?place=ML03&period=2026-11&by=role",
];

async fn answers(rig: &Rig) -> Vec<serde_json::Value> {
    let router = pages(rig);
    let mut answers = Vec::new();
    for asked in ASKED {
        let answer = get(&router, asked).await;
        assert_eq!(answer.status, 200, "{asked}");
        answers.push(answer.json());
    }
    answers
}

async fn approve_october(rig: &Rig) {
    let place = rig.place(KADIOLO);
    let officer = rig.register(&support::phone(10), "officier", "government", KADIOLO).await;
    let in_force = rig.programme.in_force();
    let access = Access::of_person(&in_force.pack, &in_force.tree, "officier", place, rig.programme.today());
    let reviewer = Reviewer { officer, access: &access.expect("an officer") };
    let month = in_force.pack.calendar.parse("2026-10").expect("a month");
    let approved = review::approve(&rig.programme, reviewer, place, month).await.expect("decided");
    assert_eq!(approved, Approved::Now);
}

/// A programme filled, approved and corrected, taken back to version 17: with what it says.
async fn old(database: &TestDatabase) -> Vec<serde_json::Value> {
    let rig = Rig::over(&database.url, support::START).await;
    forget(&rig.programme).await;
    let wanted = Wanted { months: 3, area: Some(rig.place(KADIOLO)) };
    let filled = demo::fill(&rig.programme, wanted, |_, _| ()).await.expect("fills");
    approve_october(&rig).await;
    rig.sms(filled.phone_of("asc").expect("an agent"), "DEP T45 F23 V38 J5 R1 E1 S2 M5 DATE 2910").await;
    let said = answers(&rig).await;
    rig.end().await;
    for statement in AS_17_LEFT_IT {
        database.execute(statement).await;
    }
    said
}

/// Nothing is to be counted again in a programme that is new.
async fn forget(programme: &Programme) {
    let progress = |month: &str| panic!("{month} is counted again");
    rebuild::upgrade(programme, progress).await.expect("nothing to do");
}

async fn is_wanted(store: &Store) -> bool {
    let mut tx = store.reader().await.expect("reads");
    setting::get(&mut tx, "recount").await.expect("reads").is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_older_version_counted_is_counted_by_role() {
    for database in support::databases().await {
        println!("on {}", database.label);
        let said = old(&database).await;
        let (one, other) =
            (Rig::over(&database.url, support::START).await, Rig::over(&database.url, support::START).await);
        assert!(is_wanted(&one.programme.store).await, "the migration leaves word");
        // Two servers are started together.
        let (first, second) =
            tokio::join!(rebuild::upgrade(&one.programme, |_| ()), rebuild::upgrade(&other.programme, |_| ()));
        first.expect("counts again");
        second.expect("counts again");
        assert!(!is_wanted(&one.programme.store).await);
        for rig in [&one, &other] {
            for ((asked, before), now) in ASKED.iter().zip(&said).zip(answers(rig).await) {
                assert_eq!(now, *before, "{asked}");
            }
        }
        let alerts = "SELECT network || '/' || sender_role || '/' || opened_on FROM alert \
                      WHERE network <> '' AND sender_role <> '' AND flow_hash <> '' AND opened_on = reference_date";
        let all = database.texts("SELECT id FROM alert").await.len();
        assert_eq!(database.texts(alerts).await.len(), all, "alerts have the network, role and day of their report");
        assert!(all > 0, "there are alerts");
        let recount = rebuild::check(&one.programme).await.expect("recounts");
        assert_eq!((recount.differences, recount.areas), (vec![], vec![]));
        copies_stay_as_they_are(&one).await;
        forget(&one.programme).await;
        one.end().await;
        other.end().await;
        database.remove().await;
    }
}

/// What was approved before tells no role: that it was approved is told, and no figure of a role.
async fn copies_stay_as_they_are(rig: &Rig) {
    let router = pages(rig);
    let october = async |rest: &str| {
        let path = format!("/api/v1/summary?place={KADIOLO}&period=2026-10&flow=dep{rest}");
        get(&router, &path).await.json()["closed"].clone()
    };
    assert!(october("").await["values"]["dep.depistes"].is_i64());
    assert!(october("&network=government").await["level"] == "cercle");
    let by_role = october("&by=role").await;
    assert_eq!(by_role, october("").await, "the total is known by role as by place");
    for rest in ["&role=asc", "&role=asc&network=government", "&role=asc&by=role", "&role=asc&by=period"] {
        let closed = october(rest).await;
        assert_eq!((&closed["level"], &closed["values"]), (&"cercle".into(), &serde_json::json!({})), "{rest}");
    }
    for rest in ["&by=role", "&role=asc", "&role=asc&by=period"] {
        let path = format!("/api/v1/summary?place={KADIOLO}&period=2026-10&flow=dep{rest}");
        let body = get(&router, &path).await.json();
        assert!(body["rows"].as_array().expect("rows").iter().all(|row| row.get("closed").is_none()), "{rest}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counting_again_goes_on_where_it_ended() {
    for database in support::databases().await {
        println!("on {}", database.label);
        let said = old(&database).await;
        let rig = Rig::over(&database.url, support::START).await;
        // August and September were counted, and October by half.
        rebuild::upgrade(&rig.programme, |_| ()).await.expect("counts again");
        for harm in [
            "INSERT INTO setting (name, value) VALUES ('recount', '2026-09')",
            "DELETE FROM cell WHERE period > '2026-10-15'",
            "DELETE FROM area_sum",
        ] {
            database.execute(harm).await;
        }
        let told = std::sync::Mutex::new(Vec::new());
        let progress = |month: &str| told.lock().expect("one at a time").push(month.to_owned());
        rebuild::upgrade(&rig.programme, progress).await.expect("counts the rest");
        assert_eq!(told.into_inner().expect("told"), ["2026-10", "2026-11"]);
        assert_eq!(answers(&rig).await, said);
        rig.end().await;
        database.remove().await;
    }
}

/// Reports came in under a text that names a role the pack no longer has, and under one that cannot be read at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_under_an_older_text_is_counted_by_it_or_said_to_be_unreadable() {
    for database in support::databases().await {
        println!("on {}", database.label);
        let said = old(&database).await;
        let harm = async |from: &str, to: &str| {
            let sql = format!("UPDATE flow_version SET source = REPLACE(source, '{from}', '{to}') WHERE flow = 'dep'");
            database.execute(&sql).await;
        };
        harm("roles = [", "roles = [\"matrone\", ").await;
        harm("value = \"R + E\"", "value = \"R +\"").await;
        let rig = Rig::over(&database.url, support::START).await;
        let refused = rebuild::upgrade(&rig.programme, |_| ()).await.expect_err("unreadable").to_string();
        assert!(refused.starts_with("dep as it was in its version 1 cannot be read: "), "{refused}");
        assert!(is_wanted(&rig.programme.store).await, "it is to be tried again");
        harm("value = \"R +\"", "value = \"R + E\"").await;
        rebuild::upgrade(&rig.programme, |_| ()).await.expect("counts again");
        assert_eq!(answers(&rig).await, said, "the role that is gone keeps nothing from being counted");
        rig.end().await;
        database.remove().await;
    }
}
