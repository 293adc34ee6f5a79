//! Signing in over both databases: the code and its limits, sessions and their ends, forged and replayed cookies.

mod support;

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, header};
use support::rig::Rig;
use support::visit::{Surfer, by_token, demo, get, get_as, last_code, make_token, send};

const KADIOLO: &str = "ML0302";
const SESSION: &str = "__Host-relais_session";
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Runs `test` on a rig with an officer of Kadiolo on phone 3, and a community health worker there on phone 1.
async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        rig.register(&support::phone(3), "officier", "government", KADIOLO).await;
        rig.register(&support::phone(1), "asc", "government", "ML030201").await;
        test(rig).await;
    })
    .await;
}

/// A browser at an address of its own.
fn surfer_at(last: u8) -> Surfer {
    Surfer { address: Some(SocketAddr::from(([192, 0, 2, last], 4_000))), ..Surfer::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_comes_in_by_the_code_and_sees_their_area_alone() {
    on_each(async |rig| {
        let router = by_token(rig);
        let mut surfer = Surfer::default();
        surfer.sign_in(&router, rig, &support::phone(3)).await;
        let home = surfer.open(&router, "/").await.text();
        assert!(home.contains("<h1>Kadiolo"), "{home}");
        let refused = surfer.open(&router, "/places/ML0304").await;
        assert!(refused.status == 403 && refused.text().contains("Votre zone : Kadiolo"), "{}", refused.text());
        let own = surfer.open(&router, "/account?lang=en").await.text();
        assert!(own.contains("<strong>Kadiolo</strong>") && own.contains("act as an officer"), "{own}");
        let left = surfer.post(&router, "/sign-out", "lang=en").await;
        assert_eq!((left.status.as_u16(), left.header("location")), (303, "/sign-in?lang=en"));
        assert_eq!(surfer.open(&router, "/").await.status, 303, "signed out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_the_sms_tells_whether_a_number_is_an_officers() {
    on_each(async |rig| {
        let router = by_token(rig);
        let mut told = Vec::new();
        for last in [3, 1, 77] {
            let mut surfer = Surfer::default();
            let asked = surfer.ask_code(&router, support::phone(last).e164()).await;
            let form = surfer.open(&router, "/sign-in/code").await;
            let without_token = form.text().replace(&surfer.form, "");
            let wrong = surfer.post(&router, "/sign-in/code", "code=000000x1").await;
            let wrong_text = wrong.text().replace(&surfer.form, "");
            let location = asked.header("location").to_owned();
            told.push((asked.status, location, form.status, without_token, wrong.status, wrong_text));
            let code = last_code(rig, &support::phone(last)).await;
            assert_eq!(code.is_some(), last == 3, "only an officer is written to: phone {last}");
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_good_once_for_a_while_and_in_the_browser_that_asked() {
    on_each(async |rig| {
        let router = by_token(rig);
        let phone = support::phone(3);
        let mut officer = Surfer::default();
        officer.ask_code(&router, phone.e164()).await;
        let code = last_code(rig, &phone).await.expect("a code");
        let mut thief = Surfer::default();
        thief.ask_code(&router, support::phone(77).e164()).await;
        let stolen = thief.post(&router, "/sign-in/code", &format!("code={code}")).await;
        assert_eq!(stolen.status, 401, "the right code in another browser");
        let before = officer.cookies.clone();
        assert_eq!(officer.post(&router, "/sign-in/code", &format!("code={code}")).await.status, 303);
        let mut replayed = Surfer { cookies: before, ..Surfer::default() };
        replayed.open(&router, "/sign-in/code").await;
        let again = replayed.post(&router, "/sign-in/code", &format!("code={code}")).await;
        assert!(again.status == 401 && again.text().contains("plus valable"), "{}", again.text());
        let mut late = Surfer::default();
        late.ask_code(&router, phone.e164()).await;
        let code = last_code(rig, &phone).await.expect("a code");
        rig.clock.advance_ms(10 * MINUTE_MS);
        let over = late.post(&router, "/sign-in/code", &format!("code={code}")).await;
        assert!(over.status == 401 && over.text().contains("plus valable"), "after ten minutes");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_wrong_codes_and_the_right_one_is_over_too() {
    on_each(async |rig| {
        let router = by_token(rig);
        let mut surfer = Surfer::default();
        surfer.ask_code(&router, support::phone(3).e164()).await;
        let code = last_code(rig, &support::phone(3)).await.expect("a code");
        let wrong = format!("{:06}", (code.parse::<u32>().expect("digits") + 1) % 1_000_000);
        for left in [4, 3, 2, 1] {
            let told = surfer.post(&router, "/sign-in/code", &format!("code={wrong}")).await.text();
            assert!(told.contains(&format!("Essais restants : {left}")), "{told}");
        }
        surfer.post(&router, "/sign-in/code", &format!("code={wrong}")).await;
        let right = surfer.post(&router, "/sign-in/code", &format!("code={code}")).await;
        assert_eq!(right.status, 401, "no try is left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_is_paced_by_number_and_known_or_not_is_told_the_same() {
    on_each(async |rig| {
        let router = by_token(rig);
        for last in [3, 77] {
            for _ in 0..5 {
                assert_eq!(Surfer::default().ask_code(&router, support::phone(last).e164()).await.status, 303);
            }
            let refused = Surfer::default().ask_code(&router, support::phone(last).e164()).await;
            assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3601"), "phone {last}");
            assert!(refused.text().contains("Trop de demandes"), "{}", refused.text());
        }
        for odd in ["", "abc", "+", "12", &"7".repeat(60)] {
            let refused = Surfer::default().ask_code(&router, odd).await;
            assert_eq!(refused.status, 400, "`{odd}` is no number");
        }
        rig.clock.advance_ms(HOUR_MS);
        assert_eq!(Surfer::default().ask_code(&router, support::phone(3).e164()).await.status, 303, "an hour later");
        for _ in 0..3 {
            for _ in 0..5 {
                Surfer::default().ask_code(&router, support::phone(3).e164()).await;
            }
            rig.clock.advance_ms(HOUR_MS);
        }
        assert_eq!(
            Surfer::default().ask_code(&router, support::phone(3).e164()).await.status,
            429,
            "fifteen a day are all there are"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_end_unused_old_everywhere_and_with_whom_they_belong_to() {
    on_each(async |rig| {
        let router = by_token(rig);
        let phone = support::phone(3);
        let mut idle = Surfer::default();
        idle.sign_in(&router, rig, &phone).await;
        rig.clock.advance_ms(7 * HOUR_MS);
        assert_eq!(idle.open(&router, "/").await.status, 200, "used within a working day");
        rig.clock.advance_ms(8 * HOUR_MS);
        assert_eq!(idle.open(&router, "/").await.status, 303, "not used for eight hours");
        let mut busy = Surfer::default();
        busy.sign_in(&router, rig, &phone).await;
        for _ in 0..(7 * 24 / 7) - 1 {
            rig.clock.advance_ms(7 * HOUR_MS);
            assert_eq!(busy.open(&router, "/").await.status, 200);
        }
        rig.clock.advance_ms(7 * HOUR_MS);
        assert_eq!(busy.open(&router, "/").await.status, 303, "a week is the end of it, however much it is used");

        let (mut one, mut other) = (Surfer::default(), Surfer::default());
        one.sign_in(&router, rig, &phone).await;
        other.sign_in(&router, rig, &phone).await;
        assert!(one.open(&router, "/account").await.text().contains("Navigateurs où vous êtes entré : 2"));
        assert_eq!(one.post(&router, "/sign-out/everywhere", "").await.status, 303);
        assert_eq!(other.open(&router, "/").await.status, 303, "signed out there too");

        let mut left = Surfer::default();
        left.sign_in(&router, rig, &phone).await;
        let mut tx = rig.programme.store.begin().await.expect("begins");
        let person = relais::store::person::on_phone(&mut tx, &phone).await.expect("reads").remove(0);
        let (last, today) = (relais::base::Date::constant(2026, 11, 1), rig.programme.today());
        assert!(relais::store::person::leave(&mut tx, person.id, last, today).await.expect("leaves"));
        tx.commit().await.expect("commits");
        assert_eq!(left.open(&router, "/").await.status, 303, "who has left sees nothing from that moment");
        Surfer::default().ask_code(&router, phone.e164()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_and_foreign_cookies_tokens_and_forms_open_nothing() {
    on_each(async |rig| {
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let router = by_token(rig);
        let mut surfer = Surfer::default();
        surfer.sign_in(&router, rig, &support::phone(3)).await;
        let real = surfer.cookies[SESSION].clone();
        let digest = relais::base::sealing::sha256_hex(real.as_bytes());
        let mut flipped = real.clone().into_bytes();
        flipped[5] = if flipped[5] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).expect("letters");
        let doubled = format!("{real}; {SESSION}={flipped}");
        for (label, cookie) in [
            ("nothing", String::new()),
            ("a guess", "A".repeat(43)),
            ("one letter changed", flipped.clone()),
            ("what the database holds", digest),
            ("too long", "A".repeat(5_000)),
            ("a token", "of-kadiolo".to_owned()),
            ("two of one name", doubled),
            ("SQL", "' OR '1'='1".to_owned()),
        ] {
            let request = Request::get("/account").header(header::COOKIE, format!("{SESSION}={cookie}"));
            let answer = send(&router, request.body(Body::empty()).expect("a request")).await;
            assert_eq!(answer.status, 303, "{label}");
        }
        // Without the prefix that only HTTPS may set.
        let request = Request::get("/account").header(header::COOKIE, format!("relais_session={real}"));
        assert_eq!(send(&router, request.body(Body::empty()).expect("a request")).await.status, 303);
        assert_eq!(get_as(&router, &real, "/api/v1/summary").await.status, 401, "a session is no token");

        surfer.open(&router, "/account").await;
        let right = std::mem::take(&mut surfer.form);
        for (label, token) in [("none", ""), ("a guess", "0".repeat(64).as_str()), ("cut", &right[..63])] {
            surfer.form = token.to_owned();
            for path in ["/sign-out", "/sign-out/everywhere", "/sign-in", "/sign-in/code", "/sign-in/token"] {
                let refused = surfer.post(&router, path, "number=76000000&token=of-kadiolo&code=1").await;
                assert_eq!(refused.status, 403, "{path} with {label}");
            }
        }
        let mut foreign = Surfer::default();
        foreign.open(&router, "/sign-in").await;
        surfer.form = foreign.form;
        assert_eq!(surfer.post(&router, "/sign-out", "").await.status, 403, "the token of another browser's form");
        assert_eq!(surfer.open(&router, "/account").await.status, 200, "still signed in after all of it");
        // A cookie alone changes nothing on the API, and a form's token is no right there.
        assert_eq!(surfer.post(&router, "/api/v1/reports", "").await.status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_when_it_says_and_takes_its_sessions_along() {
    on_each(async |rig| {
        let id = make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let router = by_token(rig);
        let mut surfer = Surfer::default();
        surfer.open(&router, "/sign-in").await;
        assert_eq!(surfer.post(&router, "/sign-in/token", "token=of-kadiolo").await.status, 303);
        assert_eq!(surfer.open(&router, "/").await.status, 200);
        let mut tx = rig.programme.store.begin().await.expect("begins");
        relais::store::token::revoke(&mut tx, id).await.expect("revokes");
        let short = relais::store::token::Token {
            id: relais::base::TokenId::new(&rig.programme.environment),
            name: "short".into(),
            scope: "read".into(),
            place: None,
            created: support::START,
            used: None,
            expires: Some(support::START.plus_ms(HOUR_MS)),
        };
        let hash = relais::base::sealing::sha256_hex(b"short");
        relais::store::token::insert(&mut tx, &short, &hash).await.expect("inserts");
        tx.commit().await.expect("commits");
        assert_eq!(surfer.open(&router, "/").await.status, 303, "revoked, and whoever came in by it is out");
        assert_eq!(get_as(&router, "short", "/api/v1/summary").await.status, 200);
        rig.clock.advance_ms(HOUR_MS);
        assert_eq!(get_as(&router, "short", "/api/v1/summary").await.status, 401, "at its end");
        let mut tx = rig.programme.store.reader().await.expect("reads");
        let kept = relais::store::token::all(&mut tx).await.expect("lists");
        assert_eq!((kept.len(), kept[0].used), (1, Some(support::START)), "its use was noted");
    })
    .await;
}

/// A guesser with one address, ten thousand guesses and a fresh code whenever one may be had; all others are served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_guesses_get_nowhere_and_keep_nobody_waiting() {
    for database in support::databases().await {
        println!("on {}", database.label);
        let rig = Rig::over(&database.url, support::START).await;
        rig.register(&support::phone(3), "officier", "government", KADIOLO).await;
        rig.register(&support::phone(4), "officier", "government", "ML0304").await;
        let router = by_token(&rig);
        let mut guesser = surfer_at(66);
        guesser.ask_code(&router, support::phone(3).e164()).await;
        let right = last_code(&rig, &support::phone(3)).await.expect("a code");
        let mut counts = std::collections::BTreeMap::new();
        for guess in 0..10_000_u32 {
            let guess = format!("{guess:06}");
            if guess == right {
                // One in a million is luck, and no fault.
                continue;
            }
            let answer = guesser.post(&router, "/sign-in/code", &format!("code={guess}")).await;
            *counts.entry(answer.status.as_u16()).or_insert(0) += 1;
            if answer.status == 429 {
                let wait = answer.header("retry-after").parse::<u64>().expect("a number of seconds");
                assert!((1..=600).contains(&wait), "{wait}");
            }
            if guess.ends_with("999") {
                // Where a fresh code can be had, it is asked for.
                guesser.ask_code(&router, support::phone(3).e164()).await;
            }
        }
        assert!(counts[&429] > 9_000 && !counts.contains_key(&303), "{counts:?}");
        assert!(!guesser.cookies.contains_key(SESSION));
        let mut other = surfer_at(7);
        other.sign_in(&router, &rig, &support::phone(4)).await;
        assert_eq!(other.open(&router, "/").await.status, 200, "an officer elsewhere comes in all the while");
        let codes = database.texts("SELECT id_hash FROM sign_in_code").await.len();
        assert!(codes <= 6, "asking is paced, so what is kept is: {codes} codes");
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_or_account_that_never_stops_is_told_when_to_come_back() {
    on_each(async |rig| {
        make_token(rig, "of-kadiolo", "officer", Some(KADIOLO)).await;
        let router = by_token(rig);
        let mut flood = surfer_at(66);
        let mut last = flood.open(&router, "/sign-in").await;
        for _ in 0..2_000 {
            last = flood.open(&router, "/sign-in").await;
            if last.status == 429 {
                break;
            }
        }
        assert_eq!((last.status.as_u16(), last.header("retry-after")), (429, "1"), "the address");
        assert!(last.text().contains("Trop de demandes") && last.header("content-security-policy").contains("'none'"));
        assert_eq!(surfer_at(7).open(&router, "/sign-in").await.status, 200, "another address");
        let mut answer = get_as(&router, "of-kadiolo", "/api/v1/indicators").await;
        for _ in 0..2_000 {
            answer = get_as(&router, "of-kadiolo", "/api/v1/indicators").await;
            if answer.status == 429 {
                break;
            }
        }
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (429, &"too_fast".into()), "the account");
        assert_eq!(answer.header("retry-after"), "1");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demonstration_is_open_to_look_and_can_be_entered_as_an_officer() {
    on_each(async |rig| {
        let router = demo(rig);
        let looked = get(&router, "/").await.text();
        assert!(looked.contains("<h1>Mali") && looked.contains("Entrer comme officier"), "{looked}");
        assert!(!looked.contains("id=\"leave\""), "there is nothing to leave");
        let mut surfer = Surfer { address: None, ..Surfer::default() };
        surfer.sign_in(&router, rig, &support::phone(3)).await;
        assert!(surfer.open(&router, "/").await.text().contains("<h1>Kadiolo"));
        assert_eq!(surfer.open(&router, "/places/ML0304").await.status, 403);
        surfer.open(&router, "/account").await;
        surfer.post(&router, "/sign-out", "").await;
        assert!(surfer.open(&router, "/").await.text().contains("<h1>Mali"), "then one looks again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_of_codes_and_sessions_opens_nothing() {
    for database in support::databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        rig.register(&support::phone(3), "officier", "government", KADIOLO).await;
        let router = by_token(&rig);
        let mut surfer = Surfer::default();
        surfer.ask_code(&router, support::phone(3).e164()).await;
        let code = last_code(&rig, &support::phone(3)).await.expect("a code");
        let asked_with = surfer.cookies["__Host-relais_code"].clone();
        surfer.post(&router, "/sign-in/code", &format!("code={code}")).await;
        let session = surfer.cookies[SESSION].clone();
        let kept = [
            database.texts("SELECT id_hash FROM sign_in_code").await,
            database.texts("SELECT code_hash FROM sign_in_code").await,
            database.texts("SELECT phone_index FROM sign_in_code").await,
            database.texts("SELECT id_hash FROM session").await,
            database.texts("SELECT text_sealed FROM outbox").await,
        ]
        .concat();
        assert_eq!(kept.len(), 5, "{kept:?}");
        for secret in [code.as_str(), &asked_with, &session, support::phone(3).e164()] {
            assert!(!kept.iter().any(|text| text.contains(secret)), "{secret} is kept in clear: {kept:?}");
        }
        rig.end().await;
        database.remove().await;
    }
}
