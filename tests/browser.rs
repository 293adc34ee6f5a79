//! What a person sees: a real browser walks the pages of a demonstration and types on its telephone.
//!
//! With `RELAIS_SCREENSHOTS=DIR` the pictures of the README are written there. Without it nothing is written.

#[path = "browser/closing.rs"]
mod closing;
#[path = "browser/people.rs"]
mod people;
#[path = "browser/sign_in.rs"]
mod sign_in;
mod support;
#[path = "browser/ussd.rs"]
mod ussd;

use std::io::Write;

use relais::rebuild;
use sign_in::signed_in;
use support::browser::{Browser, DESKTOP, Eyes, NARROW};
use support::provider::Provider;
use support::running::{Running, Setup, africastalking};

/// The cercle whose year is made up.
const CERCLE: &str = "ML0304";
const COMMUNE: &str = "ML030434";
const REPORT: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";
/// What any page may weigh over the wire, with all it loads.
const PAGE_BYTES_MAX: u64 = 50 * 1024;

/// Runs `test` with a browser in front of a demonstration; at the end no page may have complained.
async fn on_demo(eyes: Eyes, test: impl AsyncFn(&Running, &Browser)) {
    let (database, provider) = (support::sqlite(), Provider::start().await);
    let mut setup = Setup::over(&database.url, vec![africastalking("at", &provider.url, 500)]);
    setup.demo_area = Some(CERCLE);
    let running = setup.start().await;
    let browser = Browser::open(eyes).await;
    test(&running, &browser).await;
    assert_eq!(browser.complaints().await, [] as [String; 0], "no page complained");
    drop(browser);
    let recount = rebuild::check(&running.programme).await.expect("recounts");
    assert_eq!(recount.differences, [], "rebuild finds no difference");
    running.end().await;
    database.remove().await;
}

/// Says it whether or not the test fails.
fn tell(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error");
}

/// Bytes of this page over the wire, and of all it loaded.
async fn weighed(browser: &Browser, what: &str) -> u64 {
    let script = "const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]; \
                  return entries.map(entry => entry.transferSize)";
    let sizes: Vec<u64> = serde_json::from_value(browser.run(script).await).expect("sizes");
    let whole = sizes.iter().sum();
    tell(&format!("{:7} bytes, {whole:7} with all it loads  {what}", sizes[0]));
    assert!(sizes[0] > 0 && whole < PAGE_BYTES_MAX, "{what}: {sizes:?}");
    whole
}

/// Nothing to the side that a thumb would have to search for.
async fn fits(browser: &Browser, eyes: Eyes, what: &str) {
    let width = browser.run("return document.documentElement.scrollWidth").await;
    assert!(width.as_u64() <= Some(u64::from(eyes.width)), "{what} is {width} wide");
}

async fn language(browser: &Browser) -> String {
    browser.run("return document.documentElement.lang").await.as_str().expect("a language").to_owned()
}

/// The number that stands after `label` on the page.
async fn figure(browser: &Browser, label: &str) -> i64 {
    let text = browser.text("main").await;
    let (_, after) = text.split_once(label).unwrap_or_else(|| panic!("{label} is on the page: {text}"));
    let number: String = after.chars().skip_while(|letter| !letter.is_ascii_digit()).collect();
    let digits = number.chars().take_while(|letter| letter.is_ascii_digit() || "\u{a0}\u{202f} ".contains(*letter));
    digits.filter(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

async fn picture(browser: &Browser, name: &str) {
    let Some(folder) = std::env::var("RELAIS_SCREENSHOTS").ok().filter(|folder| !folder.is_empty()) else { return };
    let bytes = browser.picture().await;
    assert!(bytes.len() < 200_000, "{name} has {} bytes", bytes.len());
    std::fs::write(std::path::Path::new(&folder).join(name), bytes).expect("written");
}

/// Later by as much as a person takes: what comes later must sort later.
fn a_moment(running: &Running) {
    running.setup.clock.advance_ms(20_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_from_the_country_to_a_commune() {
    on_demo(DESKTOP, async |running, browser| {
        browser.go(&format!("{}/", running.base)).await;
        assert!(browser.text("h1").await.starts_with("Mali"));
        assert_eq!(language(browser).await, "fr");
        weighed(browser, "the country").await;
        let way =
            [("ML03", "Sikasso", "a region"), (CERCLE, "Koutiala", "a cercle"), (COMMUNE, "Zangasso", "a commune")];
        for (code, name, what) in way {
            browser.find(&format!("tbody a[href^='/places/{code}?']")).await.click().await;
            browser.reads("h1", |heading| heading.starts_with(name)).await;
            weighed(browser, what).await;
            fits(browser, DESKTOP, what).await;
            if code == CERCLE {
                picture(browser, "page.png").await;
            }
        }
        assert!(figure(browser, "Enfants dépistés").await > 0, "a year was made up");
        browser.find("a[hreflang=en]").await.click().await;
        browser.reads("main", |text| text.contains("Children screened")).await;
        assert_eq!(language(browser).await, "en");
        let above = format!("nav a[href^='/places/{CERCLE}?']");
        browser.find(&above).await.click().await;
        browser.reads("h1", |heading| heading.starts_with("Koutiala")).await;
        assert_eq!(language(browser).await, "en", "the language stays");
        browser.find("a[href^='/telephone']").await.click().await;
        browser.reads("h1", |heading| heading == "The telephone").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_fits_the_narrowest_phone() {
    on_demo(NARROW, async |running, browser| {
        for language in ["fr", "en"] {
            let places = ["ML", "ML03", CERCLE, COMMUNE].map(|code| format!("/places/{code}?lang={language}"));
            let printed =
                ["bodies", "report", "bulletin"].map(|page| format!("/places/{CERCLE}/{page}?lang={language}"));
            let others = [
                format!("/places/nowhere?lang={language}"),
                format!("/telephone?lang={language}"),
                format!("/telephone?lang={language}&number={}", "7".repeat(40)),
                format!("/telephone?lang={language}&number=76123456&text={}", "W".repeat(160)),
                format!("/sign-in?lang={language}"),
            ];
            for path in places.iter().chain(&printed).chain(&others) {
                browser.go(&format!("{}{path}", running.base)).await;
                fits(browser, NARROW, path).await;
            }
        }
        // A place that is not there is answered 404, which the browser notes.
        let complaints = browser.complaints().await;
        assert!(complaints.iter().all(|complaint| complaint.contains("/places/nowhere")), "{complaints:?}");
        browser.go(&format!("{}/telephone", running.base)).await;
        browser.find("#text").await.type_text(REPORT).await;
        browser.find(".write button").await.click().await;
        browser.reads("#thread", |thread| thread.contains("OK DEP")).await;
        fits(browser, NARROW, "the telephone with a thread").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sms_typed_on_the_telephone_moves_the_figures() {
    on_demo(DESKTOP, async |running, browser| {
        let telephone = format!("{}/telephone", running.base);
        let commune = format!("{}/places/{COMMUNE}", running.base);
        browser.go(&commune).await;
        let before = figure(browser, "Enfants dépistés").await;
        a_moment(running);
        browser.go(&telephone).await;
        weighed(browser, "the telephone").await;
        let loaded = browser.run("return performance.timeOrigin").await;
        browser.find("#text").await.type_text(REPORT).await;
        browser.reads("#count", |count| count == "30 caractères · 1 SMS").await;
        browser.find(".write button").await.click().await;
        browser.reads("#thread .got p", |reply| reply.starts_with("OK DEP") && reply.contains("45 dépistés")).await;
        browser.reads("#thread", |thread| !thread.contains("en route")).await;
        assert_eq!(browser.run("return performance.timeOrigin").await, loaded, "nothing was loaded anew");
        browser.find("#figures").await.click().await;
        browser.reads("h1", |heading| heading.starts_with("Zangasso")).await;
        assert_eq!(figure(browser, "Enfants dépistés").await, before + 45);
        // The mistake of the tour, by the example that is offered.
        a_moment(running);
        browser.go(&telephone).await;
        browser.find(".examples a").await.click().await;
        let field = browser.find("#text").await;
        field.type_text(" T46").await;
        field.type_text("\u{e007}").await;
        browser.reads("#thread li:last-child p", |reply| reply.contains("45 et 46")).await;
        browser.go(&commune).await;
        assert_eq!(figure(browser, "Enfants dépistés").await, before + 45, "a fault counts nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_is_shown_as_text() {
    on_demo(DESKTOP, async |running, browser| {
        let markup = "<script>document.title='caught'</script><img src=x onerror=\"document.title='caught'\">";
        browser.go(&format!("{}/telephone?lang=en", running.base)).await;
        for typed in [markup, "DEP Tquarante F23", "*360# * #", "   "] {
            a_moment(running);
            let lines = browser.count("#thread .put").await;
            browser.find("#text").await.type_text(typed).await;
            browser.find(".write button").await.click().await;
            browser.find(&format!("#thread .put:nth-of-type({})", 2 * lines + 1)).await;
            browser.find("#thread .got:last-child").await;
        }
        // Lines scrolled out of sight too.
        let thread = browser.run("return document.getElementById('thread').textContent").await;
        let thread = thread.as_str().expect("a text");
        assert!(thread.contains(markup) && thread.contains("quarante"), "{thread}");
        browser.go(&browser.address().await).await;
        assert_eq!(browser.count("#thread script, #thread img").await, 0);
        assert_eq!(browser.run("return document.title").await, "The telephone · relais");
        browser.find("#number").await.type_text("xyz").await;
        browser.find(".who button").await.click().await;
        browser.reads(".alert", |said| said.contains("not a phone number")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_telephone_works_without_scripts() {
    // At a desk: the driver's emulated finger waits for a script of its own that never runs.
    on_demo(Eyes { scripts: false, ..DESKTOP }, async |running, browser| {
        let commune = format!("{}/places/{COMMUNE}?lang=en", running.base);
        browser.go(&commune).await;
        let before = figure(browser, "Children screened").await;
        a_moment(running);
        browser.go(&format!("{}/telephone?lang=en", running.base)).await;
        assert_eq!(browser.text("#count").await, "", "nothing counts the letters");
        assert_eq!(browser.text("#keys").await, "", "and there are no keys that do nothing");
        browser.find(".examples a").await.click().await;
        browser.find(".write button").await.click().await;
        browser.reads("#thread .got p", |reply| reply.starts_with("OK DEP")).await;
        assert!(browser.address().await.ends_with("#sms"), "it stays with the thread");
        browser.find("#figures").await.click().await;
        browser.reads("h1", |heading| heading.starts_with("Zangasso")).await;
        assert_eq!(figure(browser, "Children screened").await, before + 45);
        browser.go(&format!("{}/telephone?lang=en", running.base)).await;
        browser.find("#dial").await.click().await;
        browser.reads("#screen", |screen| screen != "Dial the code to open the menu.").await;
        assert!(browser.address().await.ends_with("#ussd"), "it stays with the screen");
    })
    .await;
}
