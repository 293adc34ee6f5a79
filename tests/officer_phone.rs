//! MUETS, RAPPEL, INFO and the officer's USSD menu over both databases; and acceptance A12: silence, zero and late are three
//! things, and a supervisor hears of two missed weeks once.

mod support;

use relais::base::{Instant, PersonId, Phone, gsm7};
use relais::store::{self, outbox};
use relais::watch;
use support::rig::Rig;

const DAY_MS: i64 = 24 * 3_600 * 1_000;
const DIOU: &str = "ML030201";

/// Friday 20 November 2026, 08:00: the day reports of week 47 are due.
const DUE_DAY: Instant = Instant(support::START.0 - 3 * DAY_MS);

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(DUE_DAY, test).await;
}

fn officer() -> Phone {
    support::phone(90)
}

/// Gives a person an agent code and a supervisor.
async fn describe(rig: &Rig, person: PersonId, code: Option<&str>, supervisor: Option<&Phone>) {
    let mut tx = rig.programme.store.begin().await.expect("begins");
    let mut known = store::person::by_id(&mut tx, person).await.expect("reads").expect("is there");
    known.agent_code = code.map(str::to_owned);
    known.supervisor = supervisor.cloned();
    store::person::update(&mut tx, &known).await.expect("updates");
    tx.commit().await.expect("commits");
}

/// Ten reporters of one commune, A1 to A10, their supervisor, and the officer of the commune's cercle.
async fn ten(rig: &Rig) {
    for last in 1..=10 {
        let person = rig.register(&support::phone(last), "relais", "government", DIOU).await;
        describe(rig, person, Some(&format!("A{last}")), Some(&support::phone(80))).await;
    }
    rig.register(&officer(), "officier", "government", "ML0302").await;
}

/// Every message put out and not yet looked at, as number and text; then forgotten.
async fn put_out(rig: &Rig) -> Vec<(String, String)> {
    let now = rig.programme.environment.now();
    let mut tx = rig.programme.store.begin().await.expect("begins");
    let claim = outbox::Claim { channel: "at", limit: 1_000, lease: "test", now, until: now.plus_ms(1) };
    let claimed = outbox::claim(&mut tx, &claim).await.expect("claims");
    let mut out = Vec::new();
    for message in claimed {
        outbox::failed(&mut tx, message.id, "test", "looked at", now).await.expect("settles");
        out.push((message.to.e164().to_owned(), message.text));
    }
    tx.commit().await.expect("commits");
    out.sort();
    out
}

/// What came besides the replies: the reminders, or what supervisors are told.
fn begun<'o>(out: &'o [(String, String)], words: &str) -> Vec<&'o (String, String)> {
    out.iter().filter(|(_, text)| text.contains(words)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_of_ten_silent_reminded_three_zeros_two_late_five_silent() {
    on_each(async |rig| {
        ten(rig).await;
        let all = rig.sms(&officer(), "MUETS DIOU").await;
        assert!(all.starts_with("DIOU sem 47: muets 10/10 personnes: A1, A10, A2"), "{all}");
        assert_eq!(rig.sms(&officer(), "RAPPEL DIOU").await, "DIOU sem 47: rappel envoyé à 10.");
        let out = put_out(rig).await;
        let reminders = begun(&out, "attendu");
        assert_eq!(reminders.len(), 10, "{out:?}");
        for (_, text) in reminders {
            let us25 = "Rapport DEP de la sem 47 attendu ce soir. Rien à signaler? Répondez RIEN. \
                        Nous ne demandons jamais argent, code PIN ni mot de passe.";
            assert_eq!(text, us25);
        }
        for last in 1..=3 {
            let zero = rig.sms(&support::phone(last), "RIEN").await;
            assert!(zero.contains("sem 47"), "{zero}");
        }
        rig.clock.set(DUE_DAY.plus_ms(2 * DAY_MS));
        for last in 4..=5 {
            rig.sms(&support::phone(last), "dep 20,11,18,2,0,0,0,2").await;
        }
        for asked in ["MUETS DIOU", "MUETS S47 DIOU", "MUETS DIOU S47 DEP", "SILENT ML030201"] {
            let silent = rig.sms(&officer(), asked).await;
            assert_eq!(silent, "DIOU sem 47: muets 5/10 personnes: A10, A6, A7, A8, A9.", "{asked}");
        }
        let communes = rig.sms(&officer(), "MUETS").await;
        assert_eq!(communes, "KADIOLO sem 47: aucun muet sur 1.", "some of Diou reported");
        let bilan = rig.sms(&officer(), "BILAN DIOU S47 DEP").await;
        assert!(
            bilan.starts_with("DIOU sem 47: 5/10 rapports (50%), à temps 30%."),
            "zeros count, late is marked: {bilan}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_goes_once_a_day_and_never_to_a_phone_that_said_stop() {
    on_each(async |rig| {
        ten(rig).await;
        // Two people share this phone: one reminder is enough.
        rig.register(&support::phone(10), "gsan", "government", DIOU).await;
        rig.sms(&support::phone(9), "STOP").await;
        rig.sms(&support::phone(1), "RIEN").await;
        put_out(rig).await;
        let said = rig.sms(&officer(), "RAPPEL").await;
        assert_eq!(said, "KADIOLO sem 47: rappel envoyé à 8, 1 l'ont déjà eu aujourd'hui, 1 ont dit STOP.");
        let out = put_out(rig).await;
        assert_eq!(begun(&out, "attendu").len(), 8, "{out:?}");
        assert!(begun(&out, "attendu").iter().all(|(to, _)| to != support::phone(9).e164()), "{out:?}");
        let again = rig.sms(&officer(), "RAPPEL DIOU").await;
        assert_eq!(again, "DIOU sem 47: rappel envoyé à 0, 9 l'ont déjà eu aujourd'hui, 1 ont dit STOP.");
        assert_eq!(begun(&put_out(rig).await, "attendu"), Vec::<&(String, String)>::new());
        rig.clock.set(DUE_DAY.plus_ms(DAY_MS));
        rig.sms(&officer(), "RAPPEL DIOU").await;
        let out = put_out(rig).await;
        assert_eq!(begun(&out, "attendu depuis le 20/11").len(), 8, "on the next day again: {out:?}");
        // Too late for week 47: what is asked for is the week under way.
        rig.clock.set(DUE_DAY.plus_ms(4 * DAY_MS));
        assert!(rig.sms(&officer(), "RAPPEL DIOU").await.starts_with("DIOU sem 48: rappel envoyé à "));
        assert_eq!(begun(&put_out(rig).await, "sem 48 attendu le 27/11").len(), 9, "zeros are of week 47");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_hears_of_two_missed_weeks_once() {
    on_each(async |rig| {
        ten(rig).await;
        rig.sms(&support::phone(1), "RIEN").await;
        put_out(rig).await;
        let told = async || {
            watch::round(&rig.programme).await.expect("a round");
            put_out(rig).await
        };
        // Weeks 45 and 46 can be late no more; nobody sent anything then. Channels are known by the SMS that came.
        let first = told().await;
        assert_eq!(first.len(), 1, "{first:?}");
        assert_eq!(first[0].0, support::phone(80).e164());
        assert!(first[0].1.starts_with("Aucun rapport sem 45 et sem 46: A1 Diou, A10 Diou, A2 Diou"), "{first:?}");
        assert_eq!(told().await, [], "once");
        rig.clock.set(DUE_DAY.plus_ms(4 * DAY_MS));
        let second = told().await;
        assert_eq!(second.len(), 1, "{second:?}");
        assert!(
            second[0].1.starts_with("Aucun rapport sem 46 et sem 47: A10 Diou, A2 Diou"),
            "a zero is a report: {second:?}"
        );
        assert!(gsm7::size(&second[0].1).parts == 1 && !second[0].1.contains("A1 "), "{second:?}");
        rig.sms(&support::phone(80), "STOP").await;
        put_out(rig).await;
        rig.clock.set(DUE_DAY.plus_ms(11 * DAY_MS));
        assert_eq!(told().await, [], "whoever said STOP is left alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_says_whose_area_it_is_and_what_to_send() {
    on_each(async |rig| {
        ten(rig).await;
        let refused = "votre zone est Kadiolo. Envoyez:";
        for (typed, expected) in [
            ("MUETS SIKASSO", format!("Accès refusé: {refused} MUETS Kadiolo")),
            ("RAPPEL KOUTIALA", format!("Accès refusé: {refused} RAPPEL Kadiolo")),
            ("MUETS DIOU S60", "Période pas comprise: S60. Exemples: S47, NOV, T4, 2026.".to_owned()),
            ("MUETS T4 2027", "La période 2027-Q4 n'a pas commencé. Exemples: S47, NOV, T4, 2026.".to_owned()),
        ] {
            assert_eq!(rig.sms(&officer(), typed).await, expected, "{typed}");
        }
        for (typed, part) in [("RAPPEL TIMBUKTOO", "TIMBUKTOO"), ("MUETS XANADU", "XANADU"), ("INFO XANADU", "XANADU")]
        {
            let reply = rig.sms(&officer(), typed).await;
            assert!(reply.contains(part), "{typed}: {reply}");
        }
        for typed in ["MUETS", "RAPPEL DIOU"] {
            let reply = rig.sms(&support::phone(1), typed).await;
            assert!(reply.contains("est pour les officiers"), "{typed}: {reply}");
        }
        assert_eq!(begun(&put_out(rig).await, "attendu"), Vec::<&(String, String)>::new(), "nobody was reminded");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_officers_menu_offers_figures_and_silence() {
    on_each(async |rig| {
        ten(rig).await;
        let menu = rig.ussd(&officer(), "s1", "").await;
        let silent = menu.lines().find(|line| line.contains("Muets de ma zone")).unwrap_or_else(|| panic!("{menu}"));
        let key = silent.split(' ').next().expect("a key");
        let answer = rig.ussd(&officer(), "s1", key).await;
        assert_eq!(answer, "END KADIOLO sem 47: muets 1/1 communes: Diou.");
        assert_eq!(rig.ussd(&officer(), "s1", key).await, answer, "the same again");
        let menu = rig.ussd(&support::phone(1), "s2", "").await;
        assert!(!menu.contains("Muets"), "{menu}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anyone_is_told_what_is_public_and_nothing_small() {
    on_each(async |rig| {
        // A day of the third quarter, which is closed for the public.
        rig.clock.set(support::START.plus_ms(-70 * DAY_MS));
        for last in 1..=6 {
            rig.register(&support::phone(last), "relais", "government", DIOU).await;
            rig.sms(&support::phone(last), "DEP T45 F1 V45 J0 R0 E0 S0 M0").await;
        }
        rig.register(&support::phone(7), "relais", "government", "ML030202").await;
        rig.sms(&support::phone(7), "DEP T3 F1 V3 J0 R0 E0 S0 M0").await;
        rig.register(&support::phone(8), "point_focal", "government", DIOU).await;
        rig.sms(&support::phone(8), "REU C NON 2").await;
        rig.clock.set(support::START);
        let stranger = support::phone(70);
        let other = rig.programme.in_force().tree.by_code("ML030202").expect("a place").sms_name.clone();
        for (typed, expected) in [
            ("INFO Diou", "DIOU T3: CCOCSAD non tenu, motif donné. Rapports: 6. Enfants dépistés 270".to_owned()),
            (
                "INFO ML030202",
                format!(
                    "{} T3: CCOCSAD sans nouvelles. Rapports: moins de 5. Enfants dépistés moins de 5",
                    other.to_uppercase()
                ),
            ),
            ("INFO KADIOLO", "KADIOLO T3: 2/9 communes avec des rapports. Enfants dépistés au moins 270".to_owned()),
            ("INFO", "Envoyez INFO et le nom ou le code d'une commune.".to_owned()),
        ] {
            let told = rig.sms(&stranger, typed).await;
            assert_eq!(told, expected, "{typed}");
            assert!(gsm7::size(&told).parts == 1 && gsm7::first_outside(&told).is_none(), "{told}");
        }
        let own = rig.sms(&support::phone(1), "INFO").await;
        assert!(own.starts_with("DIOU T3: "), "one's own commune: {own}");
        rig.sms(&support::phone(8), "REU C D1511 N1 T24 F9 K5 X3 PV1").await;
        assert!(rig.sms(&stranger, "INFO Diou").await.contains("non tenu"), "this quarter is nobody's yet");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_decides_by_digits_what_waits_in_their_area_and_nobody_elses() {
    on_each(async |rig| {
        let (focal, elsewhere) = (support::phone(5), support::phone(91));
        rig.register(&focal, "point_focal", "government", DIOU).await;
        rig.register(&officer(), "officier", "government", "ML0302").await;
        rig.register(&elsewhere, "officier", "government", "ML0304").await;
        for text in ["RES M1.500.000 S3 R", "OUI", "ALE K4 G3 N60"] {
            rig.sms(&focal, text).await;
        }
        let walk = async |phone: &Phone, session: &str, answers: &[&str]| {
            let mut screen = rig.ussd(phone, session, "").await;
            for count in 1..=answers.len() {
                screen = rig.ussd(phone, session, &answers[..count].join("*")).await;
            }
            screen
        };
        let approvals = "9";
        let alerts = "10";
        for (typed, nothing) in [(approvals, "Rien n'attend votre visa."), (alerts, "Aucune alerte ouverte.")] {
            let screen = walk(&elsewhere, &format!("e{typed}"), &[typed]).await;
            assert!(screen.contains(nothing), "what is another area's is not here: {screen}");
        }
        let list = walk(&officer(), "s1", &[approvals]).await;
        assert!(list.contains("1 RES Diou (n.1)"), "{list}");
        let one = walk(&officer(), "s2", &[approvals, "1"]).await;
        assert!(one.contains("\n1 Visa\n2 Refus\n"), "{one}");
        for screen in [&list, &one] {
            assert!(gsm7::fits_ussd(screen.trim_start_matches("CON "), 120), "{screen}");
        }
        let own = walk(&focal, "f1", &[approvals]).await;
        assert!(!own.contains("Visas"), "whoever is no officer has no such choice: {own}");
        let given = walk(&officer(), "s3", &[approvals, "1", "1"]).await;
        assert_eq!(given, "END OK, visa donné: 1 (RES Diou). La personne est prévenue.");
        assert!(rig.sent_to(&focal).await.iter().any(|text| text.starts_with("RES 1")), "its sender is told");
        assert!(walk(&officer(), "s4", &[approvals]).await.contains("Rien n'attend"), "decided once");
        let seen = walk(&officer(), "s5", &[alerts, "1", "1"]).await;
        assert!(seen.starts_with("END OK, alerte 2 (ALE Diou) vue"), "{seen}");
        assert!(walk(&officer(), "s6", &[alerts]).await.contains("Aucune alerte ouverte."));
    })
    .await;
}
