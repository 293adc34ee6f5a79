//! USSD over both databases: callback bytes to screens, figures and receipts; sent twice, at once, cut, killed, without a
//! database.

mod support;

use std::collections::BTreeSet;

use relais::rebuild;
use relais::store;
use support::rig::Rig;

const COMMUNE: &str = "ML030201";
/// A champion's session: awareness session, topic, place, women, men, send.
const SESSION: [&str; 6] = ["1", "1", "1", "40", "120", "1"];

async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        for last in 1..=3 {
            rig.register(&support::phone(last), "leader", "civil_society", COMMUNE).await;
        }
        test(rig).await;
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.differences, [], "rebuild finds no difference");
    })
    .await;
}

/// All inputs of the first `count` answers, joined.
fn typed(count: usize) -> String {
    SESSION[..count].join("*")
}

async fn sessions_held(rig: &Rig) -> i64 {
    rig.cells("ML", "2026-11").await.get("sen.seances").copied().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_champion_reports_in_seven_dials_and_each_may_come_twice() {
    on_each(async |rig| {
        let phone = support::phone(1);
        let mut screens = Vec::new();
        for answers in 0..=SESSION.len() {
            let screen = rig.ussd(&phone, "s1", &typed(answers)).await;
            assert_eq!(rig.ussd(&phone, "s1", &typed(answers)).await, screen, "the same step again");
            let goes_on = if answers < SESSION.len() { "CON " } else { "END " };
            assert!(screen.starts_with(goes_on), "after {answers} answers: {screen}");
            assert_eq!(sessions_held(rig).await, i64::from(answers == SESSION.len()), "counted at the end alone");
            screens.push(screen);
        }
        assert_eq!(screens[6], "END Enregistré SEN 1. Merci. Un SMS de confirmation suit.");
        let receipt =
            "OK SEN 1 Dioumatene 23/11: Allaitement, Mosquée, 40 femmes, 120 hommes. Erreur? CORR 1 ou ANNUL 1";
        let place = rig.programme.in_force().tree.by_code(COMMUNE).expect("a place").sms_name.clone();
        assert_eq!(rig.sent_to(&phone).await, [receipt.replace("Dioumatene", &place)]);
        for (answers, screen) in screens.iter().enumerate().filter(|(answers, _)| *answers > 0) {
            assert_eq!(rig.ussd(&phone, "s1", &typed(answers)).await, *screen, "an earlier step, late");
        }
        let cells = rig.cells(COMMUNE, "2026-11-23").await;
        let of = |name: &str| cells.get(name).copied().unwrap_or(0);
        assert_eq!((of("sen.seances"), of("sen.personnes"), of("sen.personnes/P=1")), (1, 160, 160));
        // Corrected by the number of its receipt, as any report.
        let told = rig.sms(&phone, "CORR 1 F41").await;
        assert!(told.starts_with("OK SEN 1 23/11 corrigé"), "{told}");
        assert_eq!(rig.cells("ML", "2026-11").await.get("sen.femmes"), Some(&41));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_after_every_step_a_session_is_resumed_and_counted_once() {
    on_each(async |rig| {
        for cut in 1..SESSION.len() {
            for hangs_up in [false, true] {
                let (phone, first) = (support::phone(2), format!("first-{cut}-{hangs_up}"));
                let held = sessions_held(rig).await;
                let mut before = String::new();
                for answers in 0..=cut {
                    before = rig.ussd(&phone, &first, &typed(answers)).await;
                }
                if hangs_up {
                    rig.hang_up(&phone, &first).await;
                }
                assert_eq!(sessions_held(rig).await, held, "cut after {cut}: no half report is counted");
                rig.clock.advance_ms(60_000);
                let second = format!("second-{cut}-{hangs_up}");
                let again = rig.ussd(&phone, &second, "").await;
                let mut text = if cut == 1 { String::new() } else { "1".to_owned() };
                if cut > 1 {
                    assert!(again.contains("non fini"), "{again}");
                    assert_eq!(rig.ussd(&phone, &second, &text).await, before, "the same question");
                }
                // Other figures each time, so that none is taken for the report before.
                let women = (30 + 2 * cut + usize::from(hangs_up)).to_string();
                let rest = if cut == 1 { &SESSION[..] } else { &SESSION[cut..] };
                let mut last = again;
                for answer in rest {
                    let answer = if *answer == "120" { &women } else { *answer };
                    text = if text.is_empty() { answer.to_owned() } else { format!("{text}*{answer}") };
                    last = rig.ussd(&phone, &second, &text).await;
                }
                if last.contains("autre séance") {
                    last = rig.ussd(&phone, &second, &format!("{text}*1")).await;
                }
                assert!(last.starts_with("END Enregistré SEN"), "cut after {cut}: {last}");
                assert_eq!(sessions_held(rig).await, held + 1, "cut after {cut}");
                rig.clock.advance_ms(60_000);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_report_is_corrected_and_cancelled_and_the_figures_follow_once() {
    on_each(async |rig| {
        // One person with two phones: what was sent from the one is corrected on the other.
        let (sent_from, phone) = (support::phone(4), support::phone(5));
        rig.register_on(&[sent_from.clone(), phone.clone()], "leader", "civil_society", COMMUNE).await;
        let told = rig.sms(&sent_from, "SEN K1 P1 F40 H120").await;
        assert!(told.starts_with("OK SEN 1"), "{told}");
        let women = async || rig.cells("ML", "2026-11").await.get("sen.femmes").copied().unwrap_or(0);
        // My reports, the first, correct, women, 44; cut, dialled again, go on, send.
        let mut screens = Vec::new();
        for text in ["", "3", "3*1", "3*1*1", "3*1*1*3", "3*1*1*3*44"] {
            screens.push(rig.ussd(&phone, "s1", text).await);
            assert_eq!(rig.ussd(&phone, "s1", text).await, screens[screens.len() - 1], "the same step again");
        }
        assert_eq!(screens[1], "CON Mes rapports\n1 SEN 1 23/11\n0 Retour");
        assert_eq!(screens[5], "CON SEN 1: F 40>44\n1 Envoyer\n2 Corriger autre chose\n0 Laisser tel quel");
        rig.hang_up(&phone, "s1").await;
        rig.clock.advance_ms(60_000);
        let left = rig.ussd(&phone, "s2", "").await;
        assert!(left.starts_with("CON Correction de SEN 1 non finie."), "{left}");
        assert_eq!(rig.ussd(&phone, "s2", "1").await, screens[5]);
        assert_eq!(women().await, 40, "nothing is changed before the confirm screen is answered");
        for _ in 0..2 {
            assert_eq!(rig.ussd(&phone, "s2", "1*1").await, "END C'est noté pour SEN 1. Un SMS suit.");
        }
        assert_eq!(women().await, 44);
        rig.clock.advance_ms(60_000);
        // Cancelled by several calls at once: once.
        for text in ["", "3", "3*1", "3*1*2"] {
            rig.ussd(&phone, "s3", text).await;
        }
        assert_eq!(women().await, 44);
        let calls = (0..4).map(|_| rig.ussd(&phone, "s3", "3*1*2*1"));
        let told: BTreeSet<String> = futures_join(calls).await.into_iter().collect();
        assert_eq!(told, BTreeSet::from(["END C'est noté pour SEN 1. Un SMS suit.".to_owned()]));
        assert_eq!((women().await, sessions_held(rig).await), (0, 0));
        let receipts = rig.sent_to(&phone).await;
        let starts: Vec<bool> = ["OK SEN 1 23/11 corrigé (v2): F 40>44.", "OK SEN 1 23/11 ("]
            .iter()
            .zip(&receipts)
            .map(|(start, receipt)| receipt.starts_with(start))
            .collect();
        assert_eq!((starts, receipts.len()), (vec![true, true], 2), "{receipts:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_calls_of_one_session_at_once_step_it_once() {
    on_each(async |rig| {
        let phone = support::phone(3);
        for answers in 0..=SESSION.len() {
            let text = typed(answers);
            let calls = (0..6).map(|_| rig.ussd(&phone, "s1", &text));
            let told: BTreeSet<String> = futures_join(calls).await.into_iter().collect();
            assert_eq!(told.len(), 1, "all are shown the same: {told:?}");
        }
        assert_eq!(sessions_held(rig).await, 1);
        assert_eq!(rig.sent_to(&phone).await.len(), 1);
        // A session left at one step and answered by two calls that differ: the first steps it, the other changes nothing.
        rig.ussd(&phone, "s2", "").await;
        rig.ussd(&phone, "s2", "1").await;
        let (one, other) = tokio::join!(rig.ussd(&phone, "s2", "1*1"), rig.ussd(&phone, "s2", "1*2"));
        assert_eq!(one, other, "one question comes next, whoever was first");
    })
    .await;
}

async fn futures_join<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(move |context| {
        pending.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() { std::task::Poll::Ready(std::mem::take(&mut done)) } else { std::task::Poll::Pending }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_cut_is_seen_as_a_draft_and_after_a_day_as_incomplete() {
    on_each(async |rig| {
        let phone = support::phone(1);
        for answers in 0..=4 {
            rig.ussd(&phone, "s1", &typed(answers)).await;
        }
        let states = async || {
            let mut tx = rig.programme.store.reader().await.expect("reads");
            let all = store::report::all_after(&mut tx, None, 100).await.expect("lists");
            all.iter().map(|report| report.state.word()).collect::<Vec<_>>()
        };
        assert_eq!(states().await, Vec::<&str>::new(), "nothing is filed while somebody types");
        rig.hang_up(&phone, "s1").await;
        rig.hang_up(&phone, "s1").await;
        assert_eq!(states().await, ["draft"]);
        rig.clock.advance_ms(25 * 3_600_000);
        relais::watch::round(&rig.programme).await.expect("makes the round");
        assert_eq!(states().await, ["incomplete"]);
        assert!(rig.ussd(&phone, "s2", "").await.contains("1 Sensibilisation"), "nothing is left to go on with");
        assert_eq!(sessions_held(rig).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_reads_figures_and_a_stranger_is_told_where_to_ask() {
    on_each(async |rig| {
        let officer = support::phone(9);
        rig.register(&officer, "officier", "government", "ML0302").await;
        let menu = rig.ussd(&officer, "s1", "").await;
        assert!(menu.contains("7 Chiffres de ma zone"), "{menu}");
        let figures = rig.ussd(&officer, "s1", "7").await;
        assert!(figures.starts_with("END KADIOLO T4: "), "{figures}");
        assert_eq!(rig.ussd(&officer, "s1", "7").await, figures, "the same figures again");
        let stranger = rig.ussd(&support::phone(77), "s9", "").await;
        assert!(stranger.starts_with("END Ce numéro n'est pas inscrit."), "{stranger}");
        let unread = rig.dialled(&officer, "", "");
        let told = rig.intake.call(&rig.connected, relais::channel::Hook::Ussd, unread).await.expect("taken").body;
        assert!(told.starts_with("END Panne chez nous."), "an unreadable call is kept and closed: {told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inputs_that_jump_back_and_forth_are_answered_and_never_kept_waiting() {
    on_each(async |rig| {
        let phone = support::phone(1);
        for jump in ["", "1", "2*1", "1", "2*1", "1", "1*1", "1"] {
            let screen = rig.ussd(&phone, "s1", jump).await;
            assert!(screen.starts_with("CON "), "{jump}: {screen}");
        }
        assert_eq!(rig.spool.waiting(), 0, "every call was settled");
        assert_eq!(sessions_held(rig).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_dials_without_end_is_closed_and_loses_nothing() {
    on_each(async |rig| {
        const STEPS: usize = 2_600;
        let (phone, other) = (support::phone(1), support::phone(2));
        assert!(rig.ussd(&phone, "first", &typed(0)).await.starts_with("CON "));
        for answers in 1..=4 {
            rig.ussd(&phone, "first", &typed(answers)).await;
        }
        // The same dial again and again is a step each time: another session.
        let mut screens = Vec::new();
        for dial in 5..STEPS + 3 {
            screens.push(rig.ussd(&phone, &format!("d{dial}"), "").await);
        }
        let closed = screens.iter().filter(|screen| screen.starts_with("END Trop de saisies")).count();
        assert_eq!(closed, 3, "held at the documented number");
        let screen = screens.last().expect("one").trim_start_matches("END ");
        assert!(relais::base::gsm7::size(screen).units <= 120, "{screen}");
        let again = rig.ussd(&phone, "over", "").await;
        assert!(again.starts_with("END Trop de saisies"), "{again}");
        assert!(rig.ussd(&other, "s2", "").await.starts_with("CON "), "another phone is served");
        // What had been typed is there when the flood is over.
        rig.clock.advance_ms(60_000);
        let resumed = rig.ussd(&phone, "later", "").await;
        assert!(resumed.starts_with("CON ") && resumed.contains("(3 réponses)"), "{resumed}");
        let mut session = vec!["1"];
        let mut screen = rig.ussd(&phone, "later", "1").await;
        for answer in &SESSION[4..] {
            assert!(screen.starts_with("CON "), "{screen}");
            session.push(answer);
            screen = rig.ussd(&phone, "later", &session.join("*")).await;
        }
        assert!(screen.starts_with("END Enregistr"), "{screen}");
        assert_eq!(sessions_held(rig).await, 1);
    })
    .await;
}
