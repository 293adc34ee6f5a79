//! Every address and every command against every kind of viewer and area, over both databases.
//!
//! The addresses come from the table the routers are made from, the commands from the pack: one that is not told of here
//! fails the test, so none is added without saying who it is for.

mod support;

use axum::body::Body;
use axum::http::{Method, Request, header};
use relais::flow::model::CommandKind;
use relais::web::routes::{self, Opens};
use support::rig::Rig;
use support::visit::{Answer, Surfer, by_token, make_token, send};

const KADIOLO: &str = "ML0302";
const DIOU: &str = "ML030201";
const KOUTIALA: &str = "ML0304";
/// What is written and counted in Koutiala alone, which nobody of Kadiolo may meet.
const FOREIGN: [&str; 3] = ["977", "T977", "kalanso"];
/// What someone in Kadiolo wrote: not for those who may see figures only.
const WRITTEN: &str = "wolofara";

/// How an address is tried.
enum Tried {
    /// The same for all: nothing in it is anybody's.
    Open(&'static str),
    /// About a place: one of their own, others' given in its stead.
    Place(&'static str),
    /// About one report.
    Report(&'static str),
    /// About one person.
    Person,
    /// Their own and nobody else's: no place can be asked for.
    Own(&'static str),
    /// A form is sent to it.
    Sent,
    /// Not among the faces: it has a router and tests of its own.
    Elsewhere,
}

use Tried::{Elsewhere, Open, Own, Place, Sent};

/// Every address there is.
const ADDRESSES: &[(&str, Tried)] = &[
    ("/", Own("/")),
    ("/places/{code}", Place("/places/{place}")),
    ("/places/{code}/completeness", Place("/places/{place}/completeness")),
    ("/places/{code}/reports", Place("/places/{place}/reports")),
    ("/places/{code}/sample", Place("/places/{place}/sample")),
    ("/places/{code}/sample.csv", Place("/places/{place}/sample.csv")),
    ("/places/{code}/sample.xlsx", Place("/places/{place}/sample.xlsx")),
    ("/reports/{id}", Tried::Report("/reports/{id}")),
    ("/places/{code}/closing", Place("/places/{place}/closing")),
    ("/places/{code}/bodies", Place("/places/{place}/bodies")),
    ("/places/{code}/report", Place("/places/{place}/report")),
    ("/places/{code}/bulletin", Place("/places/{place}/bulletin")),
    ("/sign-in", Open("/sign-in")),
    ("/sign-in/code", Open("/sign-in/code")),
    ("/sign-in/token", Sent),
    ("/approvals", Own("/approvals")),
    ("/approvals/{id}", Sent),
    ("/people", Place("/people?place={place}")),
    // What these change is told in tests/people.rs, for every one of them.
    ("/people/new", Own("/people/new")),
    ("/people/import", Own("/people/import")),
    ("/people/import/confirm", Sent),
    ("/people/codes", Own("/people/codes")),
    ("/people/codes/end", Sent),
    ("/people/{id}", Tried::Person),
    ("/people/{id}/stand", Sent),
    ("/people/{id}/leave", Sent),
    ("/people/{id}/return", Sent),
    ("/people/{id}/phones", Sent),
    ("/people/{id}/phones/remove", Sent),
    ("/account", Own("/account")),
    ("/sign-out", Sent),
    ("/sign-out/everywhere", Sent),
    ("/assets/{name}", Open("/assets/none.css")),
    // Not shown here, where the public face is off: tests/public.rs is about it.
    ("/public", Open("/public")),
    ("/public/places/{code}", Open("/public/places/ML0302")),
    ("/api/v1/openapi.json", Open("/api/v1/openapi.json")),
    ("/api/v1/summary", Place("/api/v1/summary?place={place}")),
    ("/api/v1/summary.csv", Place("/api/v1/summary.csv?place={place}")),
    ("/api/v1/summary.xlsx", Place("/api/v1/summary.xlsx?place={place}")),
    ("/api/v1/completeness", Place("/api/v1/completeness?place={place}")),
    ("/api/v1/completeness.csv", Place("/api/v1/completeness.csv?place={place}")),
    ("/api/v1/completeness.xlsx", Place("/api/v1/completeness.xlsx?place={place}")),
    ("/api/v1/matrix", Place("/api/v1/matrix?place={place}")),
    ("/api/v1/matrix.csv", Place("/api/v1/matrix.csv?place={place}")),
    ("/api/v1/matrix.xlsx", Place("/api/v1/matrix.xlsx?place={place}")),
    ("/api/v1/indicators", Own("/api/v1/indicators")),
    ("/api/v1/indicators.csv", Own("/api/v1/indicators.csv")),
    ("/api/v1/indicators.xlsx", Own("/api/v1/indicators.xlsx")),
    ("/api/v1/messages", Place("/api/v1/messages?place={place}")),
    ("/api/v1/messages.csv", Place("/api/v1/messages.csv?place={place}")),
    ("/api/v1/messages.xlsx", Place("/api/v1/messages.xlsx?place={place}")),
    ("/api/v1/reports", Place("/api/v1/reports?place={place}")),
    ("/api/v1/reports.csv", Place("/api/v1/reports.csv?place={place}")),
    ("/api/v1/reports.xlsx", Place("/api/v1/reports.xlsx?place={place}")),
    ("/api/v1/reports/{id}", Tried::Report("/api/v1/reports/{id}")),
    ("/api/v1/alerts", Place("/api/v1/alerts?place={place}")),
    ("/api/v1/alerts.csv", Place("/api/v1/alerts.csv?place={place}")),
    ("/api/v1/alerts.xlsx", Place("/api/v1/alerts.xlsx?place={place}")),
    ("/api/v1/approvals", Place("/api/v1/approvals?place={place}")),
    ("/api/v1/approvals.csv", Place("/api/v1/approvals.csv?place={place}")),
    ("/api/v1/approvals.xlsx", Place("/api/v1/approvals.xlsx?place={place}")),
    ("/api/v1/people", Place("/api/v1/people?place={place}")),
    ("/api/v1/people.csv", Place("/api/v1/people.csv?place={place}")),
    ("/api/v1/people.xlsx", Place("/api/v1/people.xlsx?place={place}")),
    ("/api/v1/closings", Place("/api/v1/closings?place={place}")),
    ("/api/v1/closings.csv", Place("/api/v1/closings.csv?place={place}")),
    ("/api/v1/closings.xlsx", Place("/api/v1/closings.xlsx?place={place}")),
    ("/api/v1/bodies", Place("/api/v1/bodies?place={place}")),
    ("/api/v1/bodies.csv", Place("/api/v1/bodies.csv?place={place}")),
    ("/api/v1/bodies.xlsx", Place("/api/v1/bodies.xlsx?place={place}")),
    ("/api/v1/places", Place("/api/v1/places?place={place}")),
    ("/api/v1/dhis2/dataValueSets", Place("/api/v1/dhis2/dataValueSets?place={place}")),
    ("/api/v1/targets", Place("/api/v1/targets?place={place}")),
    ("/api/v1/targets.csv", Place("/api/v1/targets.csv?place={place}")),
    ("/api/v1/targets.xlsx", Place("/api/v1/targets.xlsx?place={place}")),
    ("/api/v1/places.csv", Place("/api/v1/places.csv?place={place}")),
    ("/api/v1/places.xlsx", Place("/api/v1/places.xlsx?place={place}")),
    ("/telephone", Elsewhere),
    ("/telephone/sms", Elsewhere),
    ("/telephone/dial", Elsewhere),
    ("/telephone/answer", Elsewhere),
    ("/telephone/hang-up", Elsewhere),
    ("/telephone/assets/{name}", Elsewhere),
    ("/in/{channel}/{key}/{hook}", Elsewhere),
];

/// A viewer of the test: how they say who they are, and what they may.
struct Viewer {
    label: &'static str,
    header: Option<(header::HeaderName, String)>,
    /// Code of their area; none for who sees the whole country, or nothing.
    area: Option<&'static str>,
    is_known: bool,
    sees_people: bool,
    administers: bool,
}

impl Viewer {
    async fn open(&self, router: &axum::Router, method: &Method, path: &str) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if let Some((name, value)) = &self.header {
            request = request.header(name, value);
        }
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(router, request.body(Body::empty()).expect("a request")).await
    }

    fn covers(&self, rig: &Rig, place: &str) -> bool {
        let in_force = rig.programme.in_force();
        let area = self.area.map(|code| rig.place(code));
        self.is_known && area.is_none_or(|area| in_force.tree.lies_in(rig.place(place), area, rig.programme.today()))
    }

    fn may_open(&self, opens: Opens) -> bool {
        match opens {
            Opens::Anyone => true,
            Opens::Known => self.is_known,
            Opens::Officers => self.is_known && self.sees_people,
            Opens::Administrators => self.is_known && self.administers,
            Opens::Providers => false,
        }
    }
}

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        for (last, role, place) in [
            (1, "asc", DIOU),
            (2, "asc", "ML030401"),
            (3, "officier", KADIOLO),
            (4, "officier", KOUTIALA),
            (5, "officier", "ML03"),
            (6, "officier", "ML"),
            (7, "admin", KADIOLO),
            (8, "relais", DIOU),
            (9, "leader", DIOU),
            (10, "point_focal", KADIOLO),
            (11, "officier", DIOU),
        ] {
            rig.register(&support::phone(last), role, "government", place).await;
        }
        for (last, text) in [
            (1, "DEP T45 F23 V38 J5 R1 E1 S2 M5"),
            (1, "wolofara DEP T20 F10 V20 J0 R0 E0 S0 M0"),
            (2, "DEP T977 F423 V970 J5 R1 E1 S2 M5"),
            (2, "OUI"),
            (2, "kalanso"),
        ] {
            rig.sms(&support::phone(last), text).await;
        }
        test(rig).await;
    })
    .await;
}

async fn viewers(rig: &Rig, router: &axum::Router) -> Vec<Viewer> {
    let mut viewers = vec![Viewer {
        label: "nobody",
        header: None,
        area: None,
        is_known: false,
        sees_people: false,
        administers: false,
    }];
    for (label, scope, area) in [
        ("token read Kadiolo", "read", Some(KADIOLO)),
        ("token officer Kadiolo", "officer", Some(KADIOLO)),
        ("token admin Kadiolo", "admin", Some(KADIOLO)),
        ("token read country", "read", None),
        ("token admin country", "admin", None),
        ("token of an unknown scope", "king", None),
    ] {
        make_token(rig, label, scope, area).await;
        let header = Some((header::AUTHORIZATION, format!("Bearer {label}")));
        let (is_known, sees_people) = (scope != "king", scope != "read");
        viewers.push(Viewer { label, header, area, is_known, sees_people, administers: scope == "admin" });
    }
    for (last, label, area, administers) in [
        (3, "officer of Kadiolo", Some(KADIOLO), false),
        (4, "officer of Koutiala", Some(KOUTIALA), false),
        (5, "officer of the region", Some("ML03"), false),
        (6, "officer of the country", None, false),
        (7, "administrator of Kadiolo", Some(KADIOLO), true),
        (11, "officer of a commune", Some(DIOU), false),
    ] {
        let mut surfer = Surfer::default();
        surfer.sign_in(router, rig, &support::phone(last)).await;
        let cookies: Vec<String> = surfer.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let header = Some((header::COOKIE, cookies.join("; ")));
        viewers.push(Viewer { label, header, area, is_known: true, sees_people: true, administers });
    }
    viewers
}

fn tried(path: &str) -> &'static Tried {
    let found = ADDRESSES.iter().find(|(known, _)| *known == path);
    &found.unwrap_or_else(|| panic!("{path} is served, and nobody says here who it is for")).1
}

/// Ids of a report of Kadiolo's commune and of one of Koutiala's.
async fn reports(rig: &Rig) -> [(String, &'static str); 2] {
    let all = relais::person::Access::LOOK;
    let mut found = Vec::new();
    for place in [DIOU, "ML030401"] {
        let filter = relais::view::ReportFilter { place: Some(place), ..Default::default() };
        let page = relais::view::reports(&rig.programme, &all, filter, Default::default()).await.expect("a list");
        found.push((page.items[0].id.clone(), place));
    }
    found.try_into().expect("two")
}

/// Ids of a person of Kadiolo's commune and of one of Koutiala's.
async fn people(rig: &Rig) -> [(String, &'static str); 2] {
    let mut tx = rig.programme.store.reader().await.expect("reads");
    let mut found = Vec::new();
    for (last, place) in [(1, DIOU), (2, "ML030401")] {
        let on_phone = relais::store::person::on_phone(&mut tx, &support::phone(last)).await.expect("reads");
        found.push((on_phone[0].id.to_string(), place));
    }
    found.try_into().expect("two")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_opens_to_whom_it_is_for_and_for_their_area_alone() {
    on_each(async |rig| {
        let router = by_token(rig);
        let (viewers, reports, people) = (viewers(rig, &router).await, reports(rig).await, people(rig).await);
        let mut compared = 0;
        for route in routes::all() {
            let tried = tried(route.path);
            for viewer in &viewers {
                let targets: Vec<(String, Option<&str>)> = match tried {
                    Open(path) | Own(path) => vec![((*path).to_owned(), None)],
                    Place(path) => ["ML", "ML03", KADIOLO, DIOU, KOUTIALA, "ML030401", "ML01"]
                        .map(|place| (path.replace("{place}", place), Some(place)))
                        .to_vec(),
                    Tried::Report(path) => {
                        reports.iter().map(|(id, place)| (path.replace("{id}", id), Some(*place))).collect()
                    }
                    Tried::Person => people.iter().map(|(id, place)| (format!("/people/{id}"), Some(*place))).collect(),
                    Sent | Elsewhere => continue,
                };
                for (path, place) in targets {
                    let answer = viewer.open(&router, &Method::GET, &path).await;
                    judge(rig, viewer, route.opens, &path, place, &answer);
                    compared += 1;
                }
            }
        }
        assert!(compared > 1_000, "{compared}");
    })
    .await;
}

/// What an answer must be.
fn judge(rig: &Rig, viewer: &Viewer, opens: Opens, path: &str, place: Option<&str>, answer: &Answer) {
    let (status, text) = (answer.status.as_u16(), answer.text());
    let what = format!("{} at {path}", viewer.label);
    let is_api = path.starts_with("/api/");
    if !viewer.may_open(opens) {
        let expected = if viewer.is_known {
            403
        } else if is_api {
            401
        } else {
            303
        };
        // Who brings a token that opens nothing is told so on a page's address, too, by way of the form.
        assert_eq!(status, expected, "{what}: {text}");
    } else if let Some(place) = place.filter(|_| viewer.is_known) {
        let expected = if viewer.covers(rig, place) { 200 } else { 403 };
        assert_eq!(status, expected, "{what}: {text}");
        let own = viewer.area.map_or("Mali", |area| match area {
            KADIOLO => "Kadiolo",
            KOUTIALA => "Koutiala",
            DIOU => "Diou",
            _ => "Sikasso",
        });
        assert!(expected == 200 || text.contains(own), "{what} says which area is theirs: {text}");
    } else {
        assert!(matches!(status, 200 | 303 | 404), "{what}: {status}");
    }
    if viewer.area.is_some_and(|area| area == KADIOLO || area == DIOU) || !viewer.is_known {
        for foreign in FOREIGN {
            // As a word: tokens and ids hold all digits there are.
            let mut words = text.split(|letter: char| !letter.is_alphanumeric());
            assert!(!words.any(|word| word == foreign), "{what} shows {foreign}: {text}");
        }
    }
    if !viewer.sees_people {
        assert!(!text.contains(WRITTEN) && !text.contains("+2237"), "{what} shows what people wrote: {text}");
    }
    // Whoever answers for a person has to call them, on that person's own page.
    let is_signed_in = viewer.header.as_ref().is_some_and(|(name, _)| name == header::COOKIE);
    let must_call = is_signed_in && place == Some(DIOU) && path.starts_with("/people/") && status == 200;
    assert_eq!(text.contains(support::phone(1).e164()), must_call, "{what} shows a number whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_foreign_is_really_there_to_be_met() {
    on_each(async |rig| {
        let router = by_token(rig);
        let viewers = viewers(rig, &router).await;
        let shown = async |label: &str, path: &str| {
            let viewer = viewers.iter().find(|viewer| viewer.label == label).expect("a viewer");
            viewer.open(&router, &Method::GET, path).await.text()
        };
        let all = shown("token admin country", "/api/v1/messages").await;
        assert!(FOREIGN.iter().chain([&WRITTEN]).all(|word| all.contains(word)), "{all}");
        assert!(shown("officer of Koutiala", "/api/v1/reports").await.contains("977"));
        assert!(shown("officer of Kadiolo", "/api/v1/messages").await.contains("DEP T45"));
        let read = shown("token read Kadiolo", "/api/v1/messages").await;
        assert!(read.contains("\"saved\"") && !read.contains("DEP T45"), "{read}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_takes_a_method_or_a_form_it_does_not_say() {
    on_each(async |rig| {
        let router = by_token(rig);
        let viewers = viewers(rig, &router).await;
        for route in routes::all().iter().filter(|route| !matches!(tried(route.path), Elsewhere)) {
            let path = route.path.replace("{code}", KADIOLO).replace("{id}", "x").replace("{name}", "x");
            for viewer in &viewers {
                for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                    let answer = viewer.open(&router, &method, &path).await;
                    let what = format!("{} {method} {path}: {}", viewer.label, answer.status);
                    // A form without its token, a cookie on the API, or a method nobody takes.
                    assert!(matches!(answer.status.as_u16(), 303 | 401 | 403 | 405), "{what}");
                    let is_taken = route.methods.contains(&method.as_str());
                    let is_refused = answer.status == 403 || !viewer.is_known || path == "/sign-in/token";
                    assert!(!is_taken || is_refused, "{what}: a form without its token");
                }
            }
        }
    })
    .await;
}

#[test]
fn every_address_of_the_table_is_tried_and_every_one_tried_is_served() {
    let served = routes::all();
    for route in &served {
        tried(route.path);
    }
    for (path, _) in ADDRESSES {
        assert!(served.iter().any(|route| route.path == *path), "{path} is not served any more");
    }
    let described = relais::web::api::described();
    for route in served.iter().filter(|route| route.path.starts_with("/api/") && route.opens != Opens::Anyone) {
        assert!(described.iter().any(|path| path == route.path), "{} is not in openapi.json", route.path);
    }
    assert!(described.iter().all(|path| served.iter().any(|route| route.path == path)), "{described:?}");
}

/// Where routers may be put together: the table, and listeners that are never public.
#[test]
fn nothing_is_served_beside_the_table() {
    let allowed = ["src/web/routes.rs", "src/server.rs", "src/web/provider_double.rs"];
    let mut open = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut looked = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        looked += 1;
        let text = std::fs::read_to_string(&path).expect("readable");
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("below the top").display().to_string();
        let serves = text.contains(".route(") || text.contains(".nest(") || text.contains("route_service(");
        assert!(!serves || allowed.contains(&name.as_str()), "{name} serves an address that is in no table");
    }
    assert!(looked > 100, "{looked}");
}

/// What a command may show.
#[derive(PartialEq)]
enum Shows {
    /// What this phone sent itself, or nothing: there is no area in it.
    Own,
    /// Figures of an area: officers only, their area only.
    Figures,
    /// What anyone may know: tests/public.rs.
    Public,
    /// What waits in the sender's own area, by its number there: tests/approvals.rs is about who may settle what.
    Waiting,
}

fn shows(command: CommandKind) -> Shows {
    match command {
        CommandKind::Yes
        | CommandKind::No
        | CommandKind::Zero
        | CommandKind::Correct
        | CommandKind::Cancel
        | CommandKind::Help
        | CommandKind::Me
        | CommandKind::Language
        | CommandKind::Stop
        | CommandKind::Resume
        | CommandKind::Join => Shows::Own,
        CommandKind::Approve | CommandKind::Refuse | CommandKind::Seen => Shows::Waiting,
        CommandKind::Summary | CommandKind::Silent | CommandKind::Remind => Shows::Figures,
        CommandKind::Info => Shows::Public,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_shows_figures_to_officers_of_the_area_alone() {
    on_each(async |rig| {
        let commands = rig.programme.in_force().pack.commands.clone();
        let mut asked = 0;
        for (kind, words) in &commands {
            for (last, role, area) in [
                (1, "asc", None),
                (8, "relais", None),
                (9, "leader", None),
                (10, "point_focal", None),
                (77, "nobody", None),
                (3, "officer", Some(KADIOLO)),
                (11, "officer", Some(DIOU)),
                (7, "administrator", Some(KADIOLO)),
                (5, "officer", Some("ML03")),
                (6, "officer", Some("ML")),
            ] {
                for place in ["", "KOUTIALA", "ML030401", "KADIOLO", "ML0302", "SIKASSO", "MALI"] {
                    let text = format!("{} {place}", words[0]);
                    let reply = rig.sms(&support::phone(last), text.trim()).await;
                    asked += 1;
                    let sees_koutiala = matches!(area, Some("ML03" | "ML")) && shows(*kind) == Shows::Figures;
                    assert!(
                        sees_koutiala || !reply.contains("977") && !reply.contains("1 042"),
                        "{role} of {area:?}: {text}: {reply}"
                    );
                    let is_refused = reply.contains("votre zone est") || reply.contains("pour les officiers");
                    let in_kadiolo = matches!(place, "" | "KADIOLO" | "ML0302");
                    if shows(*kind) == Shows::Figures {
                        let expected = match area {
                            None => true,
                            Some(DIOU) => !place.is_empty(),
                            Some(KADIOLO) => !in_kadiolo,
                            Some("ML03") => place == "MALI",
                            _ => false,
                        };
                        let is_stranger = role == "nobody";
                        assert!(is_stranger || is_refused == expected, "{role} of {area:?}: {text}: {reply}");
                    }
                }
            }
        }
        assert!(asked > 400, "{asked}");
    })
    .await;
}
