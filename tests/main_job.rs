//! The main job, callback bytes to figures, on both databases.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use relais::base::{Randomness, SystemRandomness};
use relais::channel::Request;
use relais::demo;
use relais::rebuild;
use support::rig::Rig;

const KOUTIALA: &str = "ML0302";

/// Runs `test` on a fresh rig over each database.
async fn on_each(test: impl AsyncFn(&Rig)) {
    support::rig::on_each(support::START, async |rig| {
        test(rig).await;
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.differences, [], "rebuild finds no difference");
    })
    .await;
}

async fn commune(rig: &Rig) -> String {
    let in_force = rig.programme.in_force();
    let cercle = in_force.tree.by_code(KOUTIALA).expect("a cercle").id;
    in_force.tree.children(cercle, rig.programme.today())[0].code.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_counted_corrected_and_cancelled_exactly() {
    on_each(async |rig| {
        let (phone, commune) = (support::phone(1), commune(rig).await);
        rig.register(&phone, "asc", "government", &commune).await;
        let reply = rig.sms(&phone, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(reply.starts_with("OK DEP 1 "), "{reply}");
        for place in [commune.as_str(), KOUTIALA, "ML03", "ML"] {
            let cells = rig.cells(place, "2026-11").await;
            assert_eq!(cells.get("dep.depistes"), Some(&45), "{place}: {cells:?}");
            assert_eq!(cells.get("dep.mas"), Some(&2), "{place}");
        }
        let reply = rig.sms(&phone, "CORR 1 J6 V37").await;
        assert!(reply.contains("38>37") && reply.contains("5>6"), "{reply}");
        let cells = rig.cells("ML", "2026-11").await;
        assert_eq!((cells["dep.normal"], cells["dep.mam"], cells["dep.depistes"]), (37, 6, 45));
        rig.sms(&phone, "ANNUL 1").await;
        assert_eq!(rig.cells("ML", "2026-11").await.len(), 0, "nothing is left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_callback_again_changes_nothing_and_gets_the_same_answer() {
    on_each(async |rig| {
        let (phone, commune) = (support::phone(1), commune(rig).await);
        rig.register(&phone, "relais", "government", &commune).await;
        for _ in 0..3 {
            let answer = rig.call(&phone, "same", "dep 45,23,38,5,1,1,2,5").await.expect("taken");
            assert_eq!(answer.status, 200);
            assert!(rig.reply("same").await.starts_with("OK DEP 1 "));
        }
        assert_eq!(rig.cells("ML", "2026-11").await["dep.depistes"], 45);
        let again = rig.sms(&phone, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await;
        assert!(again.contains("DEP 1"), "told back as the same report: {again}");
        assert_eq!(rig.cells("ML", "2026-11").await["dep.depistes"], 45, "and not counted twice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_phones_at_once_are_each_counted_once() {
    on_each(async |rig| {
        let commune = commune(rig).await;
        let phones: Vec<_> = (1..=40).map(support::phone).collect();
        for phone in &phones {
            rig.register(phone, "relais", "government", &commune).await;
        }
        // Each callback twice, all at the same time: what a retrying provider does.
        let calls = phones.iter().enumerate().flat_map(|(rank, phone)| {
            let id = format!("call-{rank}");
            let first = rig.callback(phone, &id, "DEP T10 F5 V10 J0 R0 E0 S0 M0");
            [first.clone(), first]
        });
        all_at_once(rig, calls).await;
        assert_eq!(rig.cells("ML", "2026-11").await["dep.depistes"], 400);
    })
    .await;
}

/// Makes all calls at the same time; the database takes each.
async fn all_at_once(rig: &Rig, calls: impl IntoIterator<Item = Request>) {
    let mut waiting = tokio::task::JoinSet::new();
    for request in calls {
        let (intake, connected) = (rig.intake.clone(), rig.connected.clone());
        waiting.spawn(async move {
            intake.call(&connected, relais::channel::Hook::Sms, request).await.map(|answer| answer.status)
        });
    }
    while let Some(answered) = waiting.join_next().await {
        assert_eq!(answered.expect("joins").expect("taken"), 200);
    }
    assert_eq!(rig.spool.waiting(), 0, "the database took every call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_report_from_two_phones_at_once_is_counted_once() {
    for database in support::databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        let commune = commune(&rig).await;
        let both = |rank| [support::phone(rank), support::phone(100 + rank)];
        for rank in 1..=20 {
            rig.register_on(&both(rank), "relais", "government", &commune).await;
        }
        // From both phones of each person: one of the two is told back.
        let calls = (1..=20).flat_map(both).map(|phone| {
            let id = format!("of-{}", phone.e164());
            rig.callback(&phone, &id, "DEP T10 F5 V10 J0 R0 E0 S0 M0")
        });
        all_at_once(&rig, calls).await;
        assert_eq!(rig.cells("ML", "2026-11").await["dep.depistes"], 200, "each report once");
        rig.end().await;
        database.remove().await;
    }
}

/// Randomness that fails as a fault of the program would, as often as it is told to.
struct Failing(AtomicU32);

impl Randomness for Failing {
    fn fill(&self, bytes: &mut [u8]) {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert!(left.is_err(), "a fault on purpose");
        SystemRandomness.fill(bytes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_the_program_loses_no_message_and_holds_up_none() {
    for database in support::databases().await {
        let failing = Arc::new(Failing(AtomicU32::new(0)));
        let rig = Rig::with(&database.url, support::START, failing.clone()).await;
        let (phone, commune) = (support::phone(1), commune(&rig).await);
        rig.register(&phone, "asc", "government", &commune).await;
        // Together with others, and alone once more: as a fault that this one message always meets.
        failing.0.store(2, Ordering::SeqCst);
        assert_eq!(rig.call(&phone, "met", "DEP T45 F23 V38 J5 R1 E1 S2 M5").await.expect("taken").status, 200);
        rig.clock.advance_ms(1);
        assert!(rig.sms(&phone, "DEP T45 F23 V38 J5 R1 E1 S2 M5").await.starts_with("OK DEP 1 "));
        assert_eq!(rig.spool.waiting(), 0, "nothing waits");
        let outcomes = database.texts("SELECT outcome FROM message ORDER BY id").await;
        assert_eq!(outcomes, ["unreadable", "saved"], "kept for a person");
        rig.end().await;
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_not_held_is_counted_once_whoever_reports_it() {
    on_each(async |rig| {
        let commune = commune(rig).await;
        let phones = [support::phone(1), support::phone(2)];
        for phone in &phones {
            rig.register(phone, "point_focal", "government", &commune).await;
        }
        assert!(rig.sms(&phones[0], "REU C NON 2").await.starts_with("OK REU 1 "));
        for phone in [&phones[0], &phones[1]] {
            let reply = rig.sms(phone, "REU C NON 2").await;
            assert!(!reply.starts_with("OK "), "told back, not counted: {reply}");
            rig.sms(phone, "NON").await;
        }
        assert_eq!(rig.cells("ML", "2026-11").await["reu.non_tenues"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zero_corrected_to_figures_is_a_zero_no_more() {
    on_each(async |rig| {
        let (phone, commune) = (support::phone(1), commune(rig).await);
        rig.register(&phone, "relais", "government", &commune).await;
        assert!(rig.sms(&phone, "RIEN DEP").await.starts_with("OK DEP 1 "));
        let reply = rig.sms(&phone, "CORR 1 T10 F5 V10 J0 R0 E0 S0 M0").await;
        assert!(reply.starts_with("OK DEP 1 "), "{reply}");
        assert_eq!(rig.cells("ML", "2026-11").await["dep.depistes"], 10);
        let mut tx = rig.programme.store.reader().await.expect("reads");
        let reports = relais::store::report::all_after(&mut tx, None, 10).await.expect("lists");
        assert_eq!(reports.iter().map(|report| report.zero).collect::<Vec<_>>(), [false]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_demonstration_makes_up_is_what_a_recount_finds() {
    for database in support::databases().await {
        let rig = Rig::over(&database.url, support::START).await;
        let wanted = demo::Wanted { months: 12, area: Some(rig.place("ML0304")) };
        demo::fill(&rig.programme, wanted, |_, _| ()).await.expect("fills");
        let recount = rebuild::check(&rig.programme).await.expect("recounts");
        assert_eq!(recount.differences, []);
        assert!(rig.cells("ML", "2026-10").await["atpe.stock"] > 0, "stocks too");
        rig.end().await;
        database.remove().await;
    }
}
