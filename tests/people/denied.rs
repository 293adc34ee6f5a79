//! What is not for somebody: another area, a role above their own rights, oneself, a form that was not ours.

use relais::base::Phone;
use relais::store;
use relais::store::audit::Action;

use crate::support::{self, visit::Surfer};
use crate::{DIOU, KOUTIALA, Register, fields, new_with, on_each};

/// Every form about a person, with what would be taken if they were one's own.
fn forms(id: &str, index: &str) -> Vec<(String, String)> {
    [
        ("", fields(&[("name", "Hacked")])),
        ("/stand", fields(&[("role", "asc"), ("network", "government"), ("place", DIOU), ("from", "2026-11-23")])),
        ("/leave", fields(&[("leaves", "2026-11-23")])),
        ("/return", fields(&[("from", "")])),
        ("/phones", fields(&[("phone", "70000066"), ("shared", "yes")])),
        ("/phones/remove", fields(&[("index", index)])),
    ]
    .map(|(what, form)| (format!("/people/{id}{what}"), form))
    .to_vec()
}

async fn denied(register: &Register<'_>, surfer: &mut Surfer, to: &str, form: &str, says: &str) {
    let (before, noted) = (register.everybody().await, register.entries(Action::Denied).await.len());
    let refused = surfer.post(&register.router, to, form).await;
    let text = refused.text();
    assert_eq!(refused.status, 403, "{to} {form}: {text}");
    assert!(text.contains(says), "{to} {form} says {says}: {text}");
    assert_eq!(register.everybody().await, before, "{to} {form} changes nothing");
    assert_eq!(register.entries(Action::Denied).await.len(), noted + 1, "{to} {form} is noted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reaches_outside_their_area_or_above_their_rights() {
    on_each(async |register| {
        let index = |phone: &Phone| register.rig.programme.store.phone_index(phone);
        let (mut officer, mut admin) = (register.surfer(3).await, register.surfer(7).await);
        for surfer in [&mut officer, &mut admin] {
            for (to, form) in forms(&register.foreigner.to_string(), &index(&support::phone(2))) {
                denied(register, surfer, &to, &form, "Votre zone : Kadiolo").await;
            }
            let looked = surfer.open(&register.router, &format!("/people/{}", register.foreigner)).await;
            assert!(looked.status == 403 && looked.text().contains("Votre zone : Kadiolo"), "{}", looked.text());
            surfer.open(&register.router, "/people/new").await;
            for (place, piece) in [(KOUTIALA, "hors de votre zone, qui est Kadiolo"), ("ML", "hors de votre zone")] {
                let new = new_with(&[("place", if place == "ML" { "ML" } else { KOUTIALA })]);
                denied(register, surfer, "/people/new", &new, piece).await;
                let stand = fields(&[("role", "asc"), ("network", "government"), ("place", place)]);
                denied(register, surfer, &format!("/people/{}/stand", register.reporter), &stand, piece).await;
            }
            let taken = new_with(&[("phone", "70000002")]);
            denied(register, surfer, "/people/new", &taken, "officier ou de quelqu’un hors de votre zone").await;
            let shared = fields(&[("phone", "70000002"), ("shared", "yes")]);
            denied(register, surfer, &format!("/people/{}/phones", register.reporter), &shared, "hors de votre zone")
                .await;
        }
        // Whoever may change an officer's phones could sign in as that officer.
        for (id, last) in [(register.colleague, 4), (register.admin, 7), (register.officer, 3)] {
            for (to, form) in forms(&id.to_string(), &index(&support::phone(last))) {
                denied(register, &mut officer, &to, &form, "Seul un administrateur").await;
            }
            let page = officer.open(&register.router, &format!("/people/{id}")).await.text();
            assert!(page.contains("seul un administrateur") && page.contains("+2237…"), "masked: {page}");
            assert!(!page.contains(support::phone(last).e164()) && !page.contains("/phones"), "no form: {page}");
        }
        for role in ["officier", "admin"] {
            let new = new_with(&[("role", if role == "admin" { "admin" } else { "officier" })]);
            denied(register, &mut officer, "/people/new", &new, "seul un administrateur donne").await;
            let stand = fields(&[("role", role), ("network", "government"), ("place", DIOU)]);
            denied(register, &mut officer, &format!("/people/{}/stand", register.reporter), &stand, "administrateur")
                .await;
        }
        let on_officer = fields(&[("phone", "70000004"), ("shared", "yes")]);
        denied(register, &mut officer, &format!("/people/{}/phones", register.reporter), &on_officer, "officier").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_gives_roles_in_their_area_and_never_moves_themselves() {
    on_each(async |register| {
        let (router, mut admin) = (&register.router, register.surfer(7).await);
        let made = admin.post(router, "/people/new", &new_with(&[("role", "officier")])).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let renamed = admin.post(router, &format!("/people/{}", register.admin), "name=Awa+T.").await;
        assert_eq!(renamed.status, 303, "their own name: {}", renamed.text());
        for (to, form) in forms(&register.admin.to_string(), "") {
            if to.contains("/stand") || to.contains("/leave") || to.contains("/return") {
                denied(register, &mut admin, &to, &form, "Personne ne change son propre rôle").await;
            }
        }
        // An officer who left, and one who is to come, stay out of reach of officers.
        let (today, mut officer) = (register.rig.programme.today(), register.surfer(3).await);
        let mut tx = register.rig.programme.store.begin().await.expect("begins");
        store::person::leave(&mut tx, register.colleague, today.yesterday().expect("a day"), today)
            .await
            .expect("leaves");
        let standing = relais::person::stand::Standing {
            role: "officier".into(),
            network: "government".into(),
            place: register.rig.place(DIOU),
        };
        let later = jiff::civil::date(2026, 12, 1);
        store::person::stand_from(&mut tx, register.reporter, standing, later, today).await.expect("moves");
        tx.commit().await.expect("commits");
        for id in [register.colleague, register.reporter] {
            for (to, form) in forms(&id.to_string(), "") {
                denied(register, &mut officer, &to, &form, "Seul un administrateur").await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_never_reaches_back_into_another_area() {
    on_each(async |register| {
        let (router, mut officer) = (&register.router, register.surfer(3).await);
        let today = register.rig.programme.today();
        // From Koutiala until October, in Kadiolo since.
        let standing = |place: &str| relais::person::stand::Standing {
            role: "asc".into(),
            network: "government".into(),
            place: register.rig.place(place),
        };
        let mut tx = register.rig.programme.store.begin().await.expect("begins");
        for (place, from) in [(KOUTIALA, jiff::civil::date(2026, 1, 1)), (DIOU, jiff::civil::date(2026, 10, 1))] {
            store::person::stand_from(&mut tx, register.reporter, standing(place), from, today).await.expect("moves");
        }
        tx.commit().await.expect("commits");
        let page = format!("/people/{}", register.reporter);
        let stand =
            |from: &str| fields(&[("role", "relais"), ("network", "government"), ("place", DIOU), ("from", from)]);
        let says = "hors de votre zone, qui est Kadiolo";
        denied(register, &mut officer, &format!("{page}/stand"), &stand("2026-09-01"), says).await;
        denied(register, &mut officer, &format!("{page}/leave"), "leaves=2026-09-15", says).await;
        denied(register, &mut officer, &format!("{page}/return"), "from=2026-09-15", says).await;
        let taken = officer.post(router, &format!("{page}/stand"), &stand("2026-10-15")).await;
        assert_eq!(taken.status, 303, "{}", taken.text());
        assert_eq!(register.person(register.reporter).await.1.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_its_token_changes_nothing() {
    on_each(async |register| {
        let (router, mut officer) = (&register.router, register.surfer(3).await);
        let index = register.rig.programme.store.phone_index(&support::phone(1));
        let mut all = forms(&register.reporter.to_string(), &index);
        all.push(("/people/new".to_owned(), new_with(&[])));
        let code = fields(&[("place", DIOU), ("role", "asc"), ("network", "government"), ("days", "9")]);
        all.push(("/people/codes".to_owned(), code));
        all.push(("/people/codes/end".to_owned(), "code=482193".to_owned()));
        all.push(("/people/import/confirm".to_owned(), "file=x".to_owned()));
        let (before, own) = (register.everybody().await, officer.form.clone());
        let others = register.surfer(7).await.form;
        assert!(!own.is_empty() && own != others);
        for (to, form) in &all {
            for token in ["", "x", others.as_str()] {
                token.clone_into(&mut officer.form);
                let refused = officer.post(router, to, form).await;
                assert_eq!(refused.status, 403, "{to} with `{token}`: {}", refused.text());
            }
        }
        for token in ["", "x", others.as_str()] {
            token.clone_into(&mut officer.form);
            let file = format!("phone,name,role,network,place\n70000050,X,asc,government,{DIOU}\n");
            let refused = officer.post_file(router, "/people/import", file.as_bytes()).await;
            assert_eq!(refused.status, 403, "a file with `{token}`: {}", refused.text());
        }
        assert_eq!(register.everybody().await, before);
        // The same forms with the token are taken: it is the token that was missing.
        for (to, form) in all.iter().filter(|(to, _)| !to.contains("import") && !to.contains("remove")) {
            own.clone_into(&mut officer.form);
            let taken = officer.post(router, to, form).await;
            assert_eq!(taken.status, 303, "{to}: {}", taken.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_looks_is_shown_no_form_and_changes_nothing() {
    on_each(async |register| {
        let router = support::visit::demo(register.rig);
        let page = format!("/people/{}", register.reporter);
        let shown = support::visit::get(&router, &page).await;
        let text = shown.text();
        assert!(shown.status == 200 && text.contains("pas la changer") && text.contains("+2237…01"), "{text}");
        assert!(!text.contains("<form") && !text.contains(support::phone(1).e164()), "{text}");
        for closed in ["/people/new", "/people/import", "/people/codes"] {
            assert_eq!(support::visit::get(&router, closed).await.status, 403, "{closed}");
        }
    })
    .await;
}
