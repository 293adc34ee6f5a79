//! An officer registers somebody, moves them, gives them another SIM, brings a file in and makes a code, on a desktop and on the
//! narrowest phone.

use std::io::Write;

use crate::support::browser::{Browser, DESKTOP, Eyes, NARROW};
use crate::support::running::Running;
use crate::{fits, on_demo, signed_in, weighed};

/// A picture of the page, where pictures are wanted.
async fn seen(browser: &Browser, eyes: Eyes, name: &str) {
    let Ok(folder) = std::env::var("RELAIS_SCREENSHOTS") else { return };
    let path = std::path::Path::new(&folder).join(format!("register-{name}-{}.png", eyes.width));
    std::fs::write(path, browser.picture().await).expect("written");
}

async fn fill(browser: &Browser, fields: &[(&str, &str)]) {
    for (field, text) in fields {
        browser.find(field).await.type_text(text).await;
    }
}

async fn looks_sound(browser: &Browser, eyes: Eyes, name: &str) {
    fits(browser, eyes, name).await;
    weighed(browser, name).await;
    let bare = "return [...document.querySelectorAll('input:not([type=hidden]),select')]\
                .filter(field => !field.labels || field.labels.length == 0).length";
    assert_eq!(browser.run(bare).await, 0, "{name}: every field has its label");
    seen(browser, eyes, name).await;
}

async fn keeps_the_register(running: &Running, browser: &Browser, eyes: Eyes) {
    browser.go(&format!("{}/people?lang=fr", running.base)).await;
    looks_sound(browser, eyes, "list").await;
    browser.find(".ways a[href^='/people/new']").await.click().await;
    looks_sound(browser, eyes, "new").await;
    fill(browser, &[("#new-name", "Fanta Diarra"), ("#new-phone", "12"), ("#new-place", "ML030434")]).await;
    browser.find("#new button").await.click().await;
    browser.reads("#new-phone-fault", |text| text.contains("n’est pas un numéro")).await;
    looks_sound(browser, eyes, "new-faulty").await;
    browser.run("document.querySelector('#new-phone').value = '70 99 88 77'").await;
    browser.find("#new button").await.click().await;
    browser.reads("h1", |heading| heading.starts_with("Fanta Diarra")).await;
    browser.reads(".sims", |text| text.contains("+22370998877")).await;
    looks_sound(browser, eyes, "person").await;
    browser.find("#phones summary").await.click().await;
    fill(browser, &[("#phones-phone", "70998866")]).await;
    browser.find("#phones button").await.click().await;
    browser.reads(".sims", |text| text.contains("+22370998866") && text.contains("Retirer")).await;
    browser.find("#stand summary").await.click().await;
    browser.find("#stand button").await.click().await;
    browser.reads(".done", |text| text.contains("enregistré")).await;
    browser.find("#leave summary").await.click().await;
    looks_sound(browser, eyes, "person-forms").await;
    browser.find("#leave button").await.click().await;
    browser.reads(".done", |text| text.contains("enregistré")).await;
}

async fn brings_a_file_and_makes_a_code(running: &Running, browser: &Browser, eyes: Eyes) {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    write!(file, "phone;name;role;network;place\n12;Awa;asx;government;ML030434\n").expect("writes");
    browser.go(&format!("{}/people/import?lang=fr", running.base)).await;
    looks_sound(browser, eyes, "import").await;
    browser.find("#file").await.type_text(&file.path().display().to_string()).await;
    browser.find(".sign-in button").await.click().await;
    browser.reads("#faults", |text| text.contains("Lignes à corriger")).await;
    looks_sound(browser, eyes, "import-faulty").await;
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    write!(file, "phone;name;role;network;place\n70998800;Awa Ba;asc;government;ML030434\n").expect("writes");
    browser.find("#file").await.type_text(&file.path().display().to_string()).await;
    browser.find(".sign-in button").await.click().await;
    browser.reads(".waiting", |text| text.contains("À inscrire : 1")).await;
    looks_sound(browser, eyes, "import-checked").await;
    browser.find(".waiting button").await.click().await;
    browser.reads(".waiting", |text| text.contains("Inscrits : 1")).await;

    browser.go(&format!("{}/people/codes?lang=fr", running.base)).await;
    browser.find("#code summary").await.click().await;
    browser.find("#code button").await.click().await;
    browser.reads(".big-code", |code| code.len() == 6).await;
    looks_sound(browser, eyes, "codes").await;
}

async fn walks(eyes: Eyes) {
    on_demo(eyes, async |running, browser| {
        signed_in(running, browser).await;
        keeps_the_register(running, browser, eyes).await;
        brings_a_file_and_makes_a_code(running, browser, eyes).await;
        // A form that is not taken is answered 422, which the browser notes.
        let complaints = browser.complaints().await;
        assert!(complaints.len() == 2 && complaints.iter().all(|said| said.contains("422")), "{complaints:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_keeps_the_register() {
    walks(DESKTOP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_keeps_the_register_on_the_narrowest_phone() {
    walks(NARROW).await;
}
