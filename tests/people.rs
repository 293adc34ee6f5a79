//! The pages of the register over both databases: people found, registered, changed, moved, ended, given and taken phones,
//! brought in from files; JOIN codes. What is refused changes nothing and is noted.

#[path = "people/codes.rs"]
mod codes;
#[path = "people/denied.rs"]
mod denied;
#[path = "people/file.rs"]
mod file;
#[path = "people/list.rs"]
mod list;
mod support;

use axum::Router;
use jiff::civil::date;
use relais::base::PersonId;
use relais::person::Person;
use relais::person::stand::Stand;
use relais::store::audit::{self, Action, Shown};
use relais::{rebuild, store};
use support::rig::Rig;
use support::visit::{Answer, Surfer, by_token};

const KADIOLO: &str = "ML0302";
const DIOU: &str = "ML030201";
const KOUTIALA: &str = "ML030401";

/// A rig with its pages and people: a reporter of Kadiolo on phone 1, one of Koutiala on phone 2, an officer of Kadiolo on
/// phone 3, another on phone 4, one of Koutiala on phone 5, an administrator of Kadiolo on phone 7.
pub struct Register<'a> {
    pub rig: &'a Rig,
    pub database: &'a support::TestDatabase,
    pub router: Router,
    pub reporter: PersonId,
    pub foreigner: PersonId,
    pub officer: PersonId,
    pub colleague: PersonId,
    pub admin: PersonId,
}

impl Register<'_> {
    /// A browser that somebody signed in on.
    pub async fn surfer(&self, last: u32) -> Surfer {
        let mut surfer = Surfer::default();
        surfer.sign_in(&self.router, self.rig, &support::phone(last)).await;
        surfer.open(&self.router, "/people").await;
        surfer
    }

    pub async fn person(&self, id: PersonId) -> (Person, Vec<Stand>) {
        let mut tx = self.rig.programme.store.reader().await.expect("reads");
        let person = store::person::by_id(&mut tx, id).await.expect("reads").expect("is there");
        (person, store::person::stands(&mut tx, id).await.expect("reads"))
    }

    pub async fn everybody(&self) -> Vec<(Person, Vec<Stand>)> {
        let today = self.rig.programme.today();
        let mut tx = self.rig.programme.store.reader().await.expect("reads");
        let people = store::person::list(&mut tx, None, today, None, 1_000).await.expect("lists");
        let mut all = Vec::new();
        for person in people {
            let stands = store::person::stands(&mut tx, person.id).await.expect("reads");
            all.push((person, stands));
        }
        all
    }

    /// Entries of the audit log, newest first.
    pub async fn entries(&self, action: Action) -> Vec<Shown> {
        let mut tx = self.rig.programme.store.reader().await.expect("reads");
        let all = audit::list(&mut tx, None, 1_000).await.expect("lists");
        all.into_iter().filter(|entry| entry.action == action).collect()
    }
}

pub async fn on_each(test: impl AsyncFn(&Register<'_>)) {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        let mut ids = Vec::new();
        for (last, role, place) in [
            (1, "asc", DIOU),
            (2, "asc", KOUTIALA),
            (3, "officier", KADIOLO),
            (4, "officier", KADIOLO),
            (5, "officier", "ML0304"),
            (7, "admin", KADIOLO),
        ] {
            // Ids are made from the time: whoever is registered later has a later one.
            rig.clock.advance_ms(1);
            ids.push(rig.register(&support::phone(last), role, "government", place).await);
        }
        let router = by_token(&rig);
        let [reporter, foreigner, officer, colleague, _, admin] = ids.try_into().expect("six");
        test(&Register { rig: &rig, database: &database, router, reporter, foreigner, officer, colleague, admin })
            .await;
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.differences, [], "rebuild finds no difference");
        rig.end().await;
        database.remove().await;
    }
}

/// Fields as a form sends them.
pub fn fields(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// The id of the person a form led to.
fn led_to(answer: &Answer) -> PersonId {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location");
    let id = to.strip_prefix("/people/").and_then(|rest| rest.split('?').next()).and_then(|id| id.parse().ok());
    id.unwrap_or_else(|| panic!("leads to a person: {to}"))
}

const NEW: [(&str, &str); 10] = [
    ("name", "Bakary Koné"),
    ("phone", "70 00 00 20 / 70000021"),
    ("role", "relais"),
    ("network", "civil_society"),
    ("place", "Diou"),
    ("from", "2026-10-01"),
    ("language", "fr"),
    ("agent_code", "b2"),
    ("supervisor_phone", "70000009"),
    ("email", "bk@example.ml"),
];

/// The fields of somebody new, some of them otherwise.
fn new_with(other: &[(&'static str, &'static str)]) -> String {
    let value = |name: &str, value| other.iter().find(|(known, _)| *known == name).map_or(value, |(_, value)| *value);
    fields(&NEW.map(|(name, known)| (name, value(name, known))))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_is_registered_changed_moved_and_ended() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        let id = led_to(&surfer.post(router, "/people/new", &new_with(&[])).await);
        let (person, stands) = register.person(id).await;
        assert_eq!((person.name.as_str(), person.agent_code.as_deref()), ("Bakary Koné", Some("B2")));
        let mut phones = person.phones.clone();
        phones.sort();
        assert_eq!(phones, [support::phone(20), support::phone(21)]);
        assert_eq!((person.supervisor, stands[0].span.from), (Some(support::phone(9)), date(2026, 10, 1)));
        let saved = register.rig.sms(&support::phone(20), "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(saved.starts_with("OK DEP"), "registered, so taken: {saved}");

        let page = format!("/people/{id}");
        let shown = surfer.open(router, &page).await.text();
        for piece in
            ["Bakary Koné", "+22370000020", "+22370000021", "Diou (ML030201)", "2026-10-01", "B2", "bk@example.ml"]
        {
            assert!(shown.contains(piece), "{piece}: {shown}");
        }
        let identity = [("name", "Bakary Koné l’aîné"), ("language", ""), ("agent_code", ""), ("supervisor_phone", "")];
        assert_eq!(led_to(&surfer.post(router, &page, &fields(&identity)).await), id);
        let (person, _) = register.person(id).await;
        assert_eq!((person.name.as_str(), person.language, person.agent_code), ("Bakary Koné l’aîné", None, None));
        assert_eq!((person.supervisor, person.email), (None, None), "an empty field takes it back");

        let stand = [("role", "asc"), ("network", "government"), ("place", "ML030202"), ("from", "2026-12-01")];
        led_to(&surfer.post(router, &format!("{page}/stand"), &fields(&stand)).await);
        let (person, stands) = register.person(id).await;
        assert_eq!((person.role.as_str(), stands.len()), ("relais", 2), "not before its day");
        assert_eq!((stands[0].span.to, stands[1].standing.role.as_str()), (date(2026, 11, 30), "asc"));

        led_to(&surfer.post(router, &format!("{page}/leave"), &fields(&[("leaves", "2026-11-22")])).await);
        let refused = register.rig.sms(&support::phone(20), "DEP T46 F23 V39 J5 R1 E1 S2 M5").await;
        assert!(!refused.starts_with("OK"), "left yesterday: {refused}");
        assert!(surfer.open(router, &page).await.text().contains("parti"));
        led_to(&surfer.post(router, &format!("{page}/return"), "from=").await);
        let saved = register.rig.sms(&support::phone(20), "DEP T46 F23 V39 J5 R1 E1 S2 M5").await;
        assert!(saved.starts_with("OK DEP"), "back: {saved}");

        let noted = register.entries(Action::Change).await;
        let of = noted.iter().filter(|entry| entry.subject == id.to_string());
        let mut details: Vec<String> = of.map(|entry| entry.detail.clone().unwrap_or_default()).collect();
        details.sort();
        assert_eq!(
            details,
            [
                "leaves after 2026-11-22",
                "name, language, agent_code, supervisor, email",
                "registered: relais civil_society ML030201 from 2026-10-01",
                "stands: asc government ML030202 from 2026-12-01",
                "stands: relais civil_society ML030201 from 2026-11-23",
            ],
            "what was changed, and no name or number"
        );
        assert!(noted.iter().all(|entry| entry.actor == format!("person:{}", register.officer)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sim_is_changed_and_a_phone_shared_only_when_that_is_said() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        let page = format!("/people/{}", register.reporter);
        let phones = async || register.person(register.reporter).await.0.phones;
        let index = register.rig.programme.store.phone_index(&support::phone(1));
        let last = surfer.post(router, &format!("{page}/phones/remove"), &fields(&[("index", &index)])).await;
        assert!(last.status == 422 && last.text().contains("son seul numéro"), "{}", last.text());
        assert_eq!(phones().await, [support::phone(1)]);
        led_to(&surfer.post(router, &format!("{page}/phones"), "phone=70000030").await);
        led_to(&surfer.post(router, &format!("{page}/phones/remove"), &fields(&[("index", &index)])).await);
        assert_eq!(phones().await, [support::phone(30)], "another SIM");
        let gone = surfer.post(router, &format!("{page}/phones/remove"), &fields(&[("index", &index)])).await;
        assert_eq!(gone.status, 404, "not theirs any more");

        // Somebody else with another agent code, on the same phone.
        let other = new_with(&[("phone", "70000030"), ("name", "<b>Binta</b>")]);
        let asked = surfer.post(router, "/people/new", &other).await;
        let text = asked.text();
        assert!(asked.status == 422 && text.contains("déjà celui de") && text.contains("Awa Traoré"), "{text}");
        assert!(text.contains("value=\"70000030\"") && text.contains("&#60;b&#62;Binta"), "kept, as text: {text}");
        let binta = led_to(&surfer.post(router, "/people/new", &format!("{other}&shared=yes")).await);
        assert_eq!(register.person(binta).await.0.phones, [support::phone(30)]);
        let shown = surfer.open(router, &page).await.text();
        assert!(shown.contains("partagé avec &#60;b&#62;Binta&#60;/b&#62;"), "{shown}");
        // The codes must differ, whoever agrees to what.
        for (to, form) in [
            ("/people/new".to_owned(), new_with(&[("phone", "70000030")])),
            (page.clone(), fields(&[("name", "Awa"), ("agent_code", "B2")])),
        ] {
            let refused = surfer.post(router, &to, &format!("{form}&shared=yes")).await;
            let text = refused.text();
            assert!(refused.status == 422 && text.contains("&#60;b&#62;Binta&#60;/b&#62; a ce numéro"), "{to}: {text}");
        }
        let added = surfer.post(router, &format!("/people/{binta}/phones"), "phone=70000031").await;
        assert_eq!(led_to(&added), binta);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_stands_at_its_field_and_changes_nothing() {
    on_each(async |register| {
        let (router, mut surfer) = (&register.router, register.surfer(3).await);
        let before = register.everybody().await;
        let page = format!("/people/{}", register.reporter);
        for (to, form, fr, en) in [
            ("/people/new", new_with(&[("phone", "12")]), "n’est pas un numéro", "is no phone number"),
            ("/people/new", new_with(&[("name", "")]), "de 1 à 100 caractères", "must have 1 to 100"),
            (
                "/people/new",
                new_with(&[("place", "Dioux")]),
                "vouliez-vous ML030201 (Diou",
                "did you mean ML030201 (Diou",
            ),
            ("/people/new", new_with(&[("place", "")]), "écrivez le code ou le nom", "write the code or the name"),
            ("/people/new", new_with(&[("role", "king")]), "« king » n’est pas parmi", "`king` is not one of"),
            ("/people/new", new_with(&[("network", "x")]), "« x » n’est pas parmi", "`x` is not one of"),
            ("/people/new", new_with(&[("language", "xx")]), "« xx » n’est pas parmi", "`xx` is not one of"),
            ("/people/new", new_with(&[("agent_code", "A-1")]), "de 1 à 6 lettres", "must be 1 to 6 letters"),
            ("/people/new", new_with(&[("email", "no")]), "sans @", "has no @"),
            ("/people/new", new_with(&[("from", "soon")]), "« soon » n’est pas un jour", "`soon` is no day"),
            ("/people/new", new_with(&[("from", "1926-01-01")]), "trop loin d’aujourd’hui", "too far from today"),
            (page.as_str(), fields(&[("name", " ")]), "de 1 à 100 caractères", "must have 1 to 100"),
            (page.as_str(), fields(&[("name", "A"), ("supervisor_phone", "7")]), "n’est pas un numéro", "is no phone"),
        ] {
            for (language, piece) in [("fr", fr), ("en", en)] {
                let refused = surfer.post(router, to, &format!("{form}&lang={language}")).await;
                let text = refused.text();
                assert_eq!(refused.status, 422, "{to} {form}: {text}");
                assert!(text.contains("aria-invalid=\"true\"") && text.contains(piece), "{piece}: {text}");
            }
        }
        for (what, form, piece) in [
            ("stand", "role=asc&network=government&place=ML030201&from=2226-01-01", "trop loin"),
            ("leave", "leaves=2020-01-01", "pas encore commencé"),
            ("leave", "leaves=x", "n’est pas un jour"),
            ("phones", "phone=+", "n’est pas un numéro"),
        ] {
            let refused = surfer.post(router, &format!("{page}/{what}"), form).await;
            let text = refused.text();
            assert!(refused.status == 422 && text.contains(piece), "{what} {form}: {} {text}", refused.status);
        }
        for unknown in ["01999999-0000-7000-8000-000000000000", "x", "%3Cb%3E"] {
            assert_eq!(surfer.open(router, &format!("/people/{unknown}")).await.status, 404, "{unknown}");
            let sent = surfer.post(router, &format!("/people/{unknown}/leave"), "leaves=2026-11-23").await;
            assert_eq!(sent.status, 404, "{unknown}");
        }
        assert_eq!(register.everybody().await, before, "nothing was changed");
    })
    .await;
}
