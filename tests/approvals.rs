//! What waits for an officer, over both databases: money, late changes and numbers that join; totals move when one agrees
//! and not before, once, whoever else agrees at the same moment.

mod support;

use relais::base::{Date, Instant, Phone};
use relais::rebuild;
use relais::store::{self, join::JoinCode};
use support::rig::Rig;
use support::visit::{Surfer, by_token, demo, get, get_as, make_token};

const COMMUNE: &str = "ML030201";
const CERCLE: &str = "ML0302";
const DEP: &str = "DEP T45 F23 V38 J5 R1 E1 S2 M5";
const DAY_MS: i64 = 24 * 3_600_000;

/// Phones of the people of a rig.
struct People {
    relais: Phone,
    focal: Phone,
    officer: Phone,
    colleague: Phone,
    elsewhere: Phone,
    unknown: Phone,
}

async fn on_each(test: impl AsyncFn(&Rig, &People)) {
    support::rig::on_each(support::START, async |rig| {
        let [relais, focal, officer, colleague, elsewhere, unknown] = [1, 2, 3, 4, 5, 6].map(support::phone);
        rig.register(&relais, "relais", "civil_society", COMMUNE).await;
        rig.register(&focal, "point_focal", "government", COMMUNE).await;
        rig.register(&officer, "officier", "government", CERCLE).await;
        rig.register(&colleague, "officier", "government", CERCLE).await;
        rig.register(&elsewhere, "officier", "government", "ML0301").await;
        let code = JoinCode {
            code: "482193".into(),
            place: rig.place(COMMUNE),
            role: "relais".into(),
            network: "civil_society".into(),
            expires: Date::constant(2026, 12, 31),
            created: support::START,
        };
        let mut tx = rig.programme.store.begin().await.expect("begins");
        assert!(store::join::add_code(&mut tx, &code).await.expect("keeps the code"));
        assert!(!store::join::add_code(&mut tx, &code).await.expect("asks"), "a code stands for one site");
        tx.commit().await.expect("commits");
        test(rig, &People { relais, focal, officer, colleague, elsewhere, unknown }).await;
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.differences, [], "rebuild finds no difference");
    })
    .await;
}

/// The SMS put out to `phone` that hold `piece`.
async fn told(rig: &Rig, phone: &Phone, piece: &str) -> Vec<String> {
    rig.sent_to(phone).await.into_iter().filter(|text| text.contains(piece)).collect()
}

async fn cell(rig: &Rig, indicator: &str) -> i64 {
    let mut sum = 0;
    for month in ["2026-10", "2026-11", "2026-12"] {
        sum += rig.cells("ML", month).await.get(indicator).copied().unwrap_or(0);
    }
    sum
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_counts_once_an_officer_of_the_cercle_agrees() {
    on_each(async |rig, people| {
        rig.sms(&people.focal, "RES M1500000 S3 R").await;
        assert!(rig.sms(&people.focal, "OUI").await.contains("En attente du visa"));
        assert_eq!(cell(rig, "res.recus").await, 0, "not before the visa");
        for officer in [&people.officer, &people.colleague] {
            assert_eq!(
                told(rig, officer, "VISA 1 ou REFUS 1").await.len(),
                1,
                "each officer of the cercle is asked once"
            );
        }
        assert_eq!(told(rig, &people.elsewhere, "VISA").await, [""; 0], "another cercle is not asked");
        for (who, refused) in [
            (&people.elsewhere, "Rien n'attend sous le numéro 1"),
            (&people.relais, "VISA est pour les officiers"),
            (&people.unknown, "n'est pas inscrit"),
        ] {
            let reply = rig.sms(who, "VISA 1").await;
            assert!(reply.contains(refused), "{reply}");
        }
        assert_eq!(cell(rig, "res.recus").await, 0);
        assert!(rig.sms(&people.colleague, "VISA 1").await.starts_with("OK, visa donné: 1"));
        assert_eq!(cell(rig, "res.recus").await, 1_500_000);
        assert_eq!(told(rig, &people.focal, "visa donné").await.len(), 1, "its sender is told");
        assert!(rig.sms(&people.officer, "VISA 1").await.contains("a déjà son visa"));
        assert!(rig.sms(&people.officer, "REFUS 1").await.contains("a déjà son visa"));
        assert_eq!(cell(rig, "res.recus").await, 1_500_000, "agreed to once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_officers_share_rings_once_and_speaks_for_who_is_still_there() {
    on_each(async |rig, people| {
        // Whoever had the phone before was an officer of another cercle, and has left.
        let shared = support::phone(8);
        let left = rig.register(&shared, "officier", "government", "ML0301").await;
        rig.register(&shared, "officier", "government", CERCLE).await;
        rig.register(&shared, "officier", "civil_society", CERCLE).await;
        let today = rig.programme.today();
        let mut tx = rig.programme.store.begin().await.expect("begins");
        let last = Date::constant(2026, 11, 1);
        assert!(store::person::leave(&mut tx, left, last, today).await.expect("leaves"));
        tx.commit().await.expect("commits");
        rig.sms(&people.focal, "RES M1500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        assert_eq!(told(rig, &shared, "VISA 1").await.len(), 1, "asked once");
        let figures = rig.sms(&shared, "BILAN").await;
        assert!(figures.starts_with("KADIOLO"), "of the area of who is there: {figures}");
        assert!(rig.sms(&shared, "VISA 1").await.starts_with("OK, visa donné"));
        let by = rig.programme.store.reader().await.expect("reads");
        let mut tx = by;
        let settled = store::approval::list(
            &mut tx,
            (rig.place(CERCLE), today),
            store::approval::Standing::Settled(relais::flow::turn::Verdict::Agreed),
            None,
            9,
        );
        let settled = settled.await.expect("lists");
        assert!(settled[0].settled_by.is_some_and(|by| by != left), "decided by who is there");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_officers_at_once_settle_it_once() {
    on_each(async |rig, people| {
        for (rank, amount) in (1..=6).map(|rank| (rank, rank * 1_000)) {
            rig.sms(&people.focal, &format!("RES M{amount} S3 R")).await;
            rig.sms(&people.focal, "OUI").await;
            let text = format!("VISA {rank}");
            let (ids, other) = (format!("a{rank}"), format!("b{rank}"));
            let both = (rig.call(&people.officer, &ids, &text), rig.call(&people.colleague, &other, &text));
            let (one, two) = tokio::join!(both.0, both.1);
            one.expect("taken");
            two.expect("taken");
            let replies = [rig.reply(&ids).await, rig.reply(&other).await];
            let agreed = replies.iter().filter(|reply| reply.starts_with("OK, visa donné")).count();
            let known = replies.iter().filter(|reply| reply.contains("a déjà son visa")).count();
            assert_eq!((agreed, known), (1, 1), "{replies:?}");
        }
        assert_eq!(cell(rig, "res.recus").await, 21_000);
        assert_eq!(told(rig, &people.focal, "visa donné").await.len(), 6, "told once each");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officers_agree_to_what_they_were_told_and_to_nothing_else() {
    on_each(async |rig, people| {
        rig.sms(&people.focal, "RES M1500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        // It still waits: its sender changes it alone, and officers are asked anew.
        rig.sms(&people.focal, "CORR 1 M900000").await;
        rig.sms(&people.focal, "OUI").await;
        assert!(rig.sms(&people.officer, "VISA 1").await.contains("n'attend plus"));
        assert_eq!(cell(rig, "res.recus").await, 0);
        assert!(told(rig, &people.officer, "900 000").await[0].contains("VISA 2"));
        rig.sms(&people.officer, "VISA 2").await;
        assert_eq!(cell(rig, "res.recus").await, 900_000);
        // With its visa it is changed by agreement alone: until then the agreed revision counts.
        rig.sms(&people.focal, "CORR 1 M700000").await;
        let proposed = rig.sms(&people.focal, "OUI").await;
        assert!(proposed.contains("en attente du visa"), "{proposed}");
        assert_eq!(cell(rig, "res.recus").await, 900_000);
        rig.sms(&people.officer, "REFUS 3 piece manque").await;
        assert_eq!(cell(rig, "res.recus").await, 900_000);
        assert_eq!(told(rig, &people.focal, "piece manque").await.len(), 1, "with the reason");
        let proposed = rig.sms(&people.focal, "ANNUL 1").await;
        assert!(proposed.contains("annulation notée"), "{proposed}");
        rig.sms(&people.officer, "VISA 4").await;
        assert_eq!(cell(rig, "res.recus").await, 0, "cancelled by agreement");
        // Taken back while it waited: nothing is left to agree to.
        rig.sms(&people.focal, "RES M5000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        rig.sms(&people.focal, "ANNUL 2").await;
        assert!(rig.sms(&people.officer, "VISA 5").await.contains("n'attend plus"));
        // Refused: never in the totals.
        rig.sms(&people.focal, "RES M6000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        rig.sms(&people.officer, "REFUS 6").await;
        assert_eq!(cell(rig, "res.recus").await, 0);
        assert_eq!(told(rig, &people.focal, "Il n'est pas compté").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_change_moves_the_totals_by_agreement_alone() {
    on_each(async |rig, people| {
        rig.sms(&people.relais, DEP).await;
        // A week after its period and its arrival it is still its sender's own.
        rig.clock.set(support::START.plus_ms(6 * DAY_MS));
        assert!(rig.sms(&people.relais, "CORR 1 J6 V37").await.starts_with("OK DEP 1"));
        assert_eq!(cell(rig, "dep.mam").await, 6);
        rig.clock.set(support::START.plus_ms(20 * DAY_MS));
        let late = rig.sms(&people.relais, "CORR 1 J7 V36").await;
        assert!(late.contains("en attente du visa") && late.contains("J 6>7"), "{late}");
        assert_eq!(cell(rig, "dep.mam").await, 6, "what was agreed counts");
        // Changed again before anyone decided: it goes on from what its sender last wanted, under a new number.
        let again = rig.sms(&people.relais, "CORR 1 J8 V35").await;
        assert!(again.contains("J 7>8"), "{again}");
        assert!(rig.sms(&people.officer, "VISA 1").await.contains("n'attend plus"));
        assert!(told(rig, &people.officer, "J 6>8").await[0].contains("VISA 2"), "officers see it against what counts");
        rig.sms(&people.officer, "VISA 2").await;
        assert_eq!(cell(rig, "dep.mam").await, 8);
        assert_eq!(cell(rig, "dep.depistes").await, 45);
        // A day that another report has taken meanwhile cannot be agreed to.
        rig.sms(&people.focal, "REU C D0112 N1 T24 F9 K5 X3 PV1").await;
        rig.clock.set(support::START.plus_ms(90 * DAY_MS));
        let moved = rig.sms(&people.focal, "CORR 1 D0202").await;
        assert!(moved.contains("en attente du visa"), "{moved}");
        assert!(rig.sms(&people.focal, "REU C D0202 N1 T20 F9 K5 X3 PV1").await.starts_with("OK REU"));
        assert!(rig.sms(&people.officer, "VISA 3").await.contains("un autre rapport a déjà ce jour"));
        assert!(rig.sms(&people.officer, "REFUS 3").await.starts_with("OK, refusé"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_joins_with_a_code_and_what_was_kept_counts() {
    on_each(async |rig, people| {
        let unknown = &people.unknown;
        assert!(rig.sms(unknown, DEP).await.contains("gardé 7 jours"));
        // The same again, a report of a role it will not have, and one that counts on its own.
        rig.sms(unknown, DEP).await;
        rig.sms(unknown, "REU C D1811 N1 T24 F9 K5 X3 PV1").await;
        rig.sms(unknown, "DEP T12 F6 V12 J0 R0 E0 S0 M0").await;
        assert!(rig.sms(unknown, "JOIN 999999").await.contains("inconnu ou périmé"));
        assert!(rig.sms(unknown, "JOIN").await.contains("JOIN et le code"));
        assert!(rig.sms(unknown, "JOIN 482193 Awa Traoré").await.starts_with("Demande recue"));
        assert!(rig.sms(unknown, "JOIN 482193").await.contains("attend déjà"));
        assert_eq!(cell(rig, "dep.depistes").await, 0, "not before an officer agrees");
        let asked = told(rig, &people.officer, "demande à rejoindre").await;
        assert_eq!(asked.len(), 1);
        assert!(asked[0].contains(unknown.e164()) && asked[0].contains("Awa Traor"), "{asked:?}");
        assert!(rig.sms(&people.relais, "JOIN 482193").await.contains("déjà inscrit"));
        rig.sms(&people.officer, "VISA 1").await;
        assert_eq!(
            cell(rig, "dep.depistes").await,
            57,
            "kept twice, counted once; and what its role may not send never"
        );
        assert_eq!(told(rig, unknown, "Bienvenue").await.len(), 1);
        assert!(rig.sms(unknown, "MOI").await.contains("relais communautaire"));
        let corrected = rig.sms(unknown, "CORR 1 J6 V37").await;
        assert!(corrected.starts_with("OK DEP 1"), "it is theirs to correct: {corrected}");
        assert_eq!(cell(rig, "dep.mam").await, 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_or_expired_request_counts_nothing() {
    on_each(async |rig, people| {
        let unknown = &people.unknown;
        rig.sms(unknown, DEP).await;
        // Kept for seven days before the request, and no longer.
        rig.clock.set(support::START.plus_ms(8 * DAY_MS));
        rig.sms(unknown, "JOIN 482193").await;
        rig.sms(&people.officer, "REFUS 1 pas de ce site").await;
        assert_eq!(told(rig, unknown, "pas de ce site").await.len(), 1);
        assert!(rig.sms(unknown, "MOI").await.contains("n'est pas inscrit"));
        rig.sms(unknown, "JOIN 482193").await;
        rig.sms(&people.officer, "VISA 2").await;
        assert_eq!(cell(rig, "dep.depistes").await, 0);
        rig.clock.set(Instant(1_798_761_600_000).plus_ms(DAY_MS));
        let late = support::phone(7);
        assert!(rig.sms(&late, "JOIN 482193").await.contains("périmé"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_stop_nothing_is_begun_and_answers_go_on() {
    on_each(async |rig, people| {
        assert!(rig.sms(&people.officer, "STOP").await.contains("REPRISE"));
        rig.sms(&people.focal, "RES M1500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        assert_eq!(told(rig, &people.officer, "VISA 1").await, [""; 0]);
        assert_eq!(told(rig, &people.colleague, "VISA 1").await.len(), 1);
        assert!(rig.sms(&people.officer, "VISA 1").await.starts_with("OK, visa donné"), "answers go on");
        assert!(rig.sms(&people.officer, "REPRISE").await.contains("reprennent"));
        rig.sms(&people.focal, "RES M2500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        assert_eq!(told(rig, &people.officer, "VISA 2").await.len(), 1);
        // The language of a phone is kept, and what we begin is written in it.
        rig.sms(&people.officer, "LANGUE en").await;
        rig.sms(&people.focal, "RES M3500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        assert_eq!(told(rig, &people.officer, "APPROVE 3").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_listed_for_its_area_alone() {
    on_each(async |rig, people| {
        rig.sms(&people.focal, "RES M1500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        rig.clock.set(support::START.plus_ms(1_000));
        rig.sms(&people.unknown, "JOIN 482193 Awa").await;
        rig.sms(&people.relais, DEP).await;
        rig.clock.set(support::START.plus_ms(20 * DAY_MS));
        rig.sms(&people.relais, "CORR 1 J7 V36").await;
        let router = demo(rig);
        let all = get(&router, &format!("/api/v1/approvals?place={CERCLE}")).await.json();
        let kinds: Vec<&str> =
            all["items"].as_array().expect("items").iter().filter_map(|i| i["kind"].as_str()).collect();
        assert_eq!(kinds, ["change", "join", "report"], "newest first");
        let (change, join) = (&all["items"][0], &all["items"][1]);
        assert_eq!((&change["values"]["J"], &change["proposed"]["values"]["J"]), (&5.into(), &7.into()));
        assert!(join["peer"].as_str().is_some_and(|peer| !peer.contains(people.unknown.e164())), "masked: {join}");
        let report =
            get(&router, &format!("/api/v1/reports/{}", change["report"].as_str().expect("an id"))).await.json();
        assert_eq!((&report["state"], &report["proposed"]["values"]["J"]), (&"counted".into(), &7.into()));
        rig.sms(&people.officer, "VISA 1").await;
        let waiting = get(&router, &format!("/api/v1/approvals?place={CERCLE}")).await.json();
        assert_eq!(waiting["items"].as_array().map(Vec::len), Some(2));
        let agreed = get(&router, &format!("/api/v1/approvals?place={CERCLE}&state=agreed")).await.json();
        assert_eq!(agreed["items"][0]["number"], 1);
        let none = get(&router, "/api/v1/approvals?place=ML0301").await.json();
        assert_eq!(none["items"].as_array().map(Vec::len), Some(0));
        let page = get(&router, &format!("/api/v1/approvals?place={CERCLE}&limit=1")).await.json();
        let next = page["next"].as_str().expect("a second page");
        let rest = get(&router, &format!("/api/v1/approvals?place={CERCLE}&limit=1&cursor={next}")).await.json();
        assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(1), &serde_json::Value::Null));
        let file = get(&router, &format!("/api/v1/approvals.csv?place={CERCLE}&state=waiting")).await;
        assert_eq!(file.text().lines().count(), 3, "{}", file.text());
        assert_eq!(get(&router, "/api/v1/approvals?state=lost").await.status, 400);
        make_token(rig, "elsewhere", "read", Some("ML0301")).await;
        assert_eq!(get_as(&by_token(rig), "elsewhere", &format!("/api/v1/approvals?place={CERCLE}")).await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_decides_on_the_page_what_they_could_by_sms() {
    on_each(async |rig, people| {
        rig.sms(&people.focal, "RES M1500000 S3 R").await;
        rig.sms(&people.focal, "OUI").await;
        rig.clock.set(support::START.plus_ms(1_000));
        rig.sms(&people.unknown, "JOIN 482193 Awa").await;
        let router = by_token(rig);
        let mut surfer = Surfer::default();
        surfer.sign_in(&router, rig, &people.officer).await;
        let page = surfer.open(&router, "/approvals").await.text();
        for piece in ["1 500 000", people.unknown.e164(), "relais communautaire", "mines"] {
            assert!(page.contains(piece), "{piece}: {page}");
        }
        let ids: Vec<String> = page
            .split("action=\"/approvals/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect();
        assert_eq!(ids.len(), 2, "newest first: the request, then the money");
        // Someone of another cercle sees and decides nothing of it; a form of another site does nothing either.
        let mut other = Surfer::default();
        other.sign_in(&router, rig, &people.elsewhere).await;
        assert!(other.open(&router, "/approvals").await.text().contains("Rien n’attend"));
        let refused = other.post(&router, &format!("/approvals/{}", ids[1]), "verdict=agree").await;
        assert_eq!(refused.status, 409, "not theirs");
        let kept = std::mem::replace(&mut surfer.form, "forged".to_owned());
        let forged = surfer.post(&router, &format!("/approvals/{}", ids[1]), "verdict=agree").await;
        assert_eq!(forged.status, 403);
        surfer.form = kept;
        assert_eq!(cell(rig, "res.recus").await, 0);
        let odd = surfer.post(&router, &format!("/approvals/{}", ids[1]), "verdict=perhaps").await;
        assert_eq!(odd.status, 400);
        surfer.open(&router, "/approvals").await;
        let done = surfer.post(&router, &format!("/approvals/{}", ids[1]), "verdict=agree").await;
        assert_eq!((done.status.as_u16(), done.header("location")), (303, "/approvals?lang=fr"));
        assert_eq!(cell(rig, "res.recus").await, 1_500_000);
        assert_eq!(told(rig, &people.focal, "visa donné").await.len(), 1);
        surfer.open(&router, "/approvals").await;
        let again = surfer.post(&router, &format!("/approvals/{}", ids[1]), "verdict=refuse").await;
        assert!(again.status == 409 && again.text().contains("déjà décidé"), "{}", again.text());
        surfer.open(&router, "/approvals").await;
        surfer.post(&router, &format!("/approvals/{}", ids[0]), "verdict=refuse&reason=pas+de+ce+site").await;
        assert_eq!(told(rig, &people.unknown, "pas de ce site").await.len(), 1);
        assert!(surfer.open(&router, "/approvals").await.text().contains("Rien n’attend"));
        // A token is nobody who could answer for it.
        make_token(rig, "an-officers-token", "officer", Some(CERCLE)).await;
        let looked = get_as(&router, "an-officers-token", "/approvals").await;
        assert!(looked.status == 200 && !looked.text().contains("<form class=\"decide\""));
        make_token(rig, "a-readers-token", "read", Some(CERCLE)).await;
        assert_eq!(get_as(&router, "a-readers-token", "/approvals").await.status, 403);
    })
    .await;
}
