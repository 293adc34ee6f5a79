//! An officer approves the month of their cercle on its page, and the page of figures says so.

use crate::sign_in::signed_in;
use crate::support::browser::{DESKTOP, Eyes, NARROW};
use crate::{CERCLE, fits, on_demo, weighed};

async fn approves(eyes: Eyes) {
    on_demo(eyes, async |running, browser| {
        signed_in(running, browser).await;
        browser.find(".files a[href*='/closing']").await.click().await;
        browser.reads("h1", |heading| heading.starts_with("Clôture des mois")).await;
        let month = browser.text("#month").await;
        assert!(month.ends_with("· ouvert"), "{month}");
        fits(browser, eyes, "a month that is open").await;
        weighed(browser, "a month that is open").await;
        browser.find("button[value=approve]").await.click().await;
        browser.reads("#month", |month| month.ends_with("approuvé : cercle")).await;
        browser.reads("main", |text| text.contains("Approuvé par cercle Koutiala : officier, Koutiala")).await;
        assert_eq!(browser.count("button[name=act]").await, 0, "only the region opens it again");
        fits(browser, eyes, "a month that is approved").await;
        browser.find("section a[href*='period=']").await.click().await;
        browser.reads("main", |text| text.contains("Chiffres clos par cercle Koutiala : officier, Koutiala")).await;
        fits(browser, eyes, "figures that are closed").await;
        browser.go(&format!("{}/places/{CERCLE}/closing?lang=en", running.base)).await;
        browser.reads("#month", |month| month.ends_with("approved: cercle")).await;
        fits(browser, eyes, "the same in English").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_approves_the_month_of_their_cercle() {
    approves(DESKTOP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_approves_it_on_the_narrowest_phone() {
    approves(NARROW).await;
}
