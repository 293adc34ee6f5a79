//! A report by USSD, typed on the telephone of a demonstration.

use crate::support::browser::{Browser, DESKTOP, Eyes};
use crate::support::running::Running;
use crate::support::wait;
use crate::{COMMUNE, a_moment, figure, on_demo, picture};

/// People reached by awareness sessions, as the commune's page names them.
const REACHED: &str = "Personnes touchées";

/// Opens the telephone as the community leader, whose menu begins with the awareness session.
async fn as_leader(running: &Running, browser: &Browser) {
    browser.go(&format!("{}/telephone?lang=fr", running.base)).await;
    browser.find(".people li:nth-child(4) a").await.click().await;
    browser.reads(".owner", |owner| owner.contains("leader")).await;
}

async fn dial(running: &Running, browser: &Browser, holds: &str) {
    a_moment(running);
    browser.find("#dial").await.click().await;
    browser.reads("#screen", |screen| screen.contains(holds)).await;
}

/// Answers the screen, and waits for one that says `holds`.
async fn answer(running: &Running, browser: &Browser, typed: &str, holds: &str) {
    press(running, browser, typed).await;
    browser.reads("#screen", |screen| screen.contains(holds)).await;
}

/// Answers the screen, whatever comes of it.
async fn press(running: &Running, browser: &Browser, typed: &str) {
    a_moment(running);
    if !typed.is_empty() {
        browser.find("#answer").await.type_text(typed).await;
    }
    let before = session(browser).await;
    browser.find("#line button").await.click().await;
    // The same screen may come again: what the page carries is sealed anew each time.
    wait::until_true("the session moved on", async || session(browser).await != before).await;
}

async fn session(browser: &Browser) -> String {
    let value = browser.run("return document.querySelector('.write [name=session]')?.value ?? ''").await;
    value.as_str().expect("a text").to_owned()
}

/// The digit in front of the choice that begins with `name`.
async fn digit(browser: &Browser, name: &str) -> String {
    let screen = browser.text("#screen").await;
    let line = screen.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} in {screen}"));
    line.chars().take_while(char::is_ascii_digit).collect()
}

async fn reached(running: &Running, browser: &Browser) -> i64 {
    browser.go(&format!("{}/places/{COMMUNE}?lang=fr", running.base)).await;
    figure(browser, REACHED).await
}

/// The whole report, from the dial to the receipt by SMS: six inputs.
async fn report(running: &Running, browser: &Browser) {
    dial(running, browser, "Sensib").await;
    let awareness = digit(browser, "Sensib").await;
    answer(running, browser, &awareness, "Allaitement").await;
    answer(running, browser, "1", "osqu").await;
    answer(running, browser, "1", "femmes").await;
    answer(running, browser, "40", "hommes").await;
    answer(running, browser, "120", "Envoyer").await;
    assert!(browser.text("#screen").await.contains("120"), "the screen to confirm tells the numbers");
    answer(running, browser, "1", "SEN").await;
    browser.find("#dial").await;
    browser.reads("#thread .got:last-child p", |receipt| receipt.contains("SEN")).await;
}

/// A leader's report on the telephone, seen on the commune's page.
async fn moves_the_figures(eyes: Eyes) {
    on_demo(eyes, async |running, browser| {
        let before = reached(running, browser).await;
        as_leader(running, browser).await;
        report(running, browser).await;
        assert_eq!(reached(running, browser).await, before + 160);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ussd_report_moves_the_figures() {
    moves_the_figures(DESKTOP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ussd_report_needs_no_script() {
    moves_the_figures(Eyes { scripts: false, ..DESKTOP }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_session_goes_on_and_bad_answers_change_nothing() {
    on_demo(DESKTOP, async |running, browser| {
        let before = reached(running, browser).await;
        as_leader(running, browser).await;
        dial(running, browser, "Sensib").await;
        let awareness = digit(browser, "Sensib").await;
        answer(running, browser, &awareness, "Allaitement").await;
        answer(running, browser, "1", "osqu").await;
        // On the keys, as far as they go.
        a_moment(running);
        browser.find("#keys button:first-child").await.click().await;
        browser.find("#line button").await.click().await;
        browser.reads("#screen", |screen| screen.contains("femmes")).await;
        for typed in ["quarante", "*", "#", "4*0", "", "<b>9</b>", "400000"] {
            press(running, browser, typed).await;
            assert_eq!(browser.count("#screen *").await, 0, "{typed} is text");
            // After some tries it lets go, and says how to go on.
            if browser.count("#dial").await == 1 {
                browser.reads("#screen", |screen| screen.contains("pas fini")).await;
                dial(running, browser, "Continuer").await;
                let go_on = digit(browser, "Continuer").await;
                press(running, browser, &go_on).await;
            }
            browser.reads("#screen", |screen| screen.contains("femmes")).await;
        }
        a_moment(running);
        browser.find("#line .end").await.click().await;
        browser.reads("#screen", |screen| screen.starts_with("Composez")).await;
        dial(running, browser, "Continuer").await;
        let go_on = digit(browser, "Continuer").await;
        answer(running, browser, &go_on, "femmes").await;
        assert_eq!(reached(running, browser).await, before, "nothing is counted before it is confirmed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sms_and_ussd_stand_side_by_side() {
    on_demo(DESKTOP, async |running, browser| {
        as_leader(running, browser).await;
        a_moment(running);
        browser.find(".examples a").await.click().await;
        browser.find(".write button").await.click().await;
        browser.reads("#thread .got p", |reply| reply.starts_with("OK SEN")).await;
        dial(running, browser, "Sensib").await;
        let awareness = digit(browser, "Sensib").await;
        answer(running, browser, &awareness, "Allaitement").await;
        browser.reads("#thread", |thread| thread.contains("OK SEN") && !thread.contains("en route")).await;
        picture(browser, "telephone.png").await;
    })
    .await;
}
