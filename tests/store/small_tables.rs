//! Settings, tokens, flow versions and tasks.

use relais::base::{Instant, PlaceId, TokenId};
use relais::store::flow_version::{self, FlowVersion};
use relais::store::token::{self, Token};
use relais::store::{Tx, report, setting, task};

use super::fixtures;
use super::fixtures::{begin, moved_places, reader};
use super::support::{START, environment, on_each};

fn token_named(name: &str) -> Token {
    Token {
        id: TokenId::new(&environment()),
        name: name.into(),
        scope: "officer".into(),
        place: Some(PlaceId(3)),
        created: START,
        used: None,
        expires: None,
    }
}

/// Makes one statement of `tx` fail: two tokens of one hash.
pub async fn break_a_rule(tx: &mut Tx) {
    token::insert(tx, &token_named("one"), "the same hash").await.expect("the first");
    let refused = token::insert(tx, &token_named("two"), "the same hash").await.expect_err("the second");
    assert!(refused.is_unique_violation() && refused.is_conflict(), "{refused}");
}

#[tokio::test]
async fn settings_are_kept_and_changed() {
    on_each(async |store, _| {
        let mut tx = begin(store).await;
        assert_eq!(setting::get(&mut tx, "pack").await.expect("reads"), None);
        setting::set(&mut tx, "pack", "mali 1").await.expect("writes");
        setting::set(&mut tx, "pack", "mali 2").await.expect("writes");
        setting::keep_first(&mut tx, "pack", "mali 3").await.expect("keeps");
        assert_eq!(setting::get(&mut tx, "pack").await.expect("reads").as_deref(), Some("mali 2"));
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn tokens_are_found_by_hash_until_revoked() {
    on_each(async |store, _| {
        let made = token_named("tableau de bord");
        let mut tx = begin(store).await;
        token::insert(&mut tx, &made, "hash").await.expect("inserts");
        assert_eq!(token::by_hash(&mut tx, "hash").await.expect("reads").as_ref(), Some(&made));
        assert_eq!(token::by_hash(&mut tx, "hasp").await.expect("reads"), None);
        token::used(&mut tx, made.id, Instant(START.0 + 1)).await.expect("notes");
        let all = token::all(&mut tx).await.expect("lists");
        assert_eq!(all, [Token { used: Some(Instant(START.0 + 1)), ..made.clone() }]);
        assert!(token::revoke(&mut tx, made.id).await.expect("revokes"));
        assert!(!token::revoke(&mut tx, made.id).await.expect("nothing left"));
        assert_eq!(token::by_hash(&mut tx, "hash").await.expect("reads"), None);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn flow_versions_are_kept_once() {
    on_each(async |store, _| {
        let version = |hash: &str, number| FlowVersion {
            hash: hash.into(),
            flow: "dep".into(),
            version: number,
            source: format!("version = {number}"),
        };
        let mut tx = begin(store).await;
        for (hash, number, at) in [("b", 1, 0), ("a", 2, 1), ("b", 1, 2)] {
            flow_version::keep(&mut tx, &version(hash, number), Instant(at)).await.expect("keeps");
        }
        assert_eq!(flow_version::by_hash(&mut tx, "a").await.expect("reads"), Some(version("a", 2)));
        assert_eq!(flow_version::by_hash(&mut tx, "c").await.expect("reads"), None);
        assert_eq!(flow_version::all(&mut tx).await.expect("lists"), [version("b", 1), version("a", 2)]);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn tasks_follow_the_checks_of_their_report() {
    on_each(async |store, _| {
        moved_places(store).await;
        let filed = fixtures::report("index", 1, fixtures::person("A", vec![], PlaceId(4)).id, PlaceId(4));
        let mut tx = begin(store).await;
        report::insert(&mut tx, &filed).await.expect("files");
        type Open<'a> = &'a [(&'a str, i64)];
        let steps: [(&str, &[&str], i64, Open<'_>); 4] = [
            ("opened", &["ref", "stock"], 1, &[("ref", 1), ("stock", 1)]),
            ("one is mended", &["stock"], 2, &[("stock", 1)]),
            ("it comes back", &["ref", "stock"], 3, &[("ref", 3), ("stock", 1)]),
            ("all mended", &[], 4, &[]),
        ];
        for (label, checks, at, open) in steps {
            let checks: Vec<String> = checks.iter().map(|check| (*check).to_owned()).collect();
            task::set(&mut tx, filed.id, PlaceId(4), &checks, Instant(at)).await.expect("sets");
            let found = task::of_report(&mut tx, filed.id).await.expect("reads");
            let found: Vec<(&str, i64)> = found.iter().map(|task| (task.check.as_str(), task.opened.0)).collect();
            assert_eq!(found, open, "{label}");
        }
        task::set(&mut tx, filed.id, PlaceId(4), &["ref".to_owned()], START).await.expect("sets");
        tx.commit().await.expect("commits");
        let mut tx = reader(store).await;
        for (label, area, expected) in [("its cercle", 3, 1), ("the country", 1, 1), ("the cercle it left", 2, 0)] {
            let open = task::open_in(&mut tx, PlaceId(area), fixtures::TODAY, 10).await.expect("lists");
            assert_eq!(open.len(), expected, "{label}");
        }
    })
    .await;
}
