//! An officer signs in on a demonstration's page with the code read from the trial phone, and sees their cercle alone.

use crate::support::browser::{Browser, DESKTOP, Eyes, NARROW};
use crate::support::running::Running;
use crate::{CERCLE, COMMUNE, a_moment, figure, fits, on_demo, weighed};

/// The officer's number, from the people that the telephone offers to be.
async fn officers_number(running: &Running, browser: &Browser) -> String {
    browser.go(&format!("{}/telephone?lang=fr", running.base)).await;
    browser.find(".people li:nth-child(6) a").await.click().await;
    browser.reads(".owner", |owner| owner.contains("officier") && owner.contains("Koutiala")).await;
    browser.run("return document.getElementById('number').value").await.as_str().expect("a number").to_owned()
}

/// The code in the last SMS on the trial phone, as its owner would read it.
async fn code_on_the_phone(running: &Running, browser: &Browser, number: &str) -> String {
    let address = format!("{}/telephone?lang=fr&number={}", running.base, number.replace('+', "%2B"));
    browser.go(&address).await;
    let said = browser.reads("#thread .got p", |said| said.contains("Code pour entrer")).await;
    let code = said.split(|letter: char| !letter.is_ascii_digit()).find(|word| word.len() == 6);
    code.unwrap_or_else(|| panic!("six digits: {said}")).to_owned()
}

/// Signs in as the officer of the cercle.
pub async fn signed_in(running: &Running, browser: &Browser) {
    let number = officers_number(running, browser).await;
    browser.go(&format!("{}/sign-in?lang=fr", running.base)).await;
    a_moment(running);
    browser.find("#number").await.type_text(&number).await;
    browser.find(".sign-in button").await.click().await;
    browser.reads("main", |text| text.contains("Si ce numéro est celui d’un officier")).await;
    let form = browser.address().await;
    let code = code_on_the_phone(running, browser, &number).await;
    browser.go(&form).await;
    browser.find("#code").await.type_text(&code).await;
    browser.find(".sign-in button").await.click().await;
    browser.reads("h1", |heading| heading.starts_with("Koutiala")).await;
}

async fn signs_in(eyes: Eyes) {
    on_demo(eyes, async |running, browser| {
        let number = officers_number(running, browser).await;
        browser.go(&format!("{}/", running.base)).await;
        assert!(browser.text("h1").await.starts_with("Mali"), "a visitor may simply look");
        browser.find(".demo a[href^='/sign-in']").await.click().await;
        weighed(browser, "the way in").await;
        a_moment(running);
        browser.find("#number").await.type_text(&number).await;
        browser.find(".sign-in button").await.click().await;
        browser.reads("main", |text| text.contains("Si ce numéro est celui d’un officier")).await;
        fits(browser, eyes, "the form for the code").await;
        let form = browser.address().await;
        let code = code_on_the_phone(running, browser, &number).await;
        browser.go(&form).await;
        browser.find("#code").await.type_text(&code).await;
        browser.find(".sign-in button").await.click().await;
        browser.reads("h1", |heading| heading.starts_with("Koutiala")).await;
        assert_eq!(browser.count("nav.way").await, 0, "nothing leads above the cercle");
        fits(browser, eyes, "the cercle, signed in").await;
        browser.go(&format!("{}/places/{COMMUNE}", running.base)).await;
        assert!(figure(browser, "Enfants dépistés").await > 0, "a commune of theirs");
        assert_eq!(browser.complaints().await, [] as [String; 0]);

        for foreign in ["ML0302", "ML03", "ML"] {
            browser.go(&format!("{}/places/{foreign}", running.base)).await;
            browser.reads("main", |text| text.contains("Votre zone : Koutiala")).await;
        }
        // Each refusal is answered 403, which the browser notes.
        let complaints = browser.complaints().await;
        assert!(complaints.len() == 3 && complaints.iter().all(|said| said.contains("403")), "{complaints:?}");

        browser.go(&format!("{}/account?lang=fr", running.base)).await;
        browser.reads("main", |text| text.contains("Votre zone : Koutiala")).await;
        fits(browser, eyes, "one's own page").await;
        browser.find("#leave").await.click().await;
        browser.reads("h1", |heading| heading == "Entrer").await;
        browser.go(&format!("{}/places/{CERCLE}", running.base)).await;
        assert_eq!(browser.count("#leave").await, 0, "signed out: one looks again, as at first");
        browser.go(&form).await;
        browser.reads("h1", |heading| heading == "Entrer").await;
        assert_eq!(browser.count("#code").await, 0, "the code is spent");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_signs_in_with_the_code_on_their_phone_and_sees_their_cercle_alone() {
    signs_in(DESKTOP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_signs_in_on_the_narrowest_phone() {
    signs_in(NARROW).await;
}
