//! Places: imported by code and vintage, read back as a tree.

use jiff::civil::date;
use relais::base::PlaceId;
use relais::place::file::PlaceRow;
use relais::place::{ALWAYS, Span};
use relais::store::place;

use super::fixtures::{begin, moved_places, reader};
use super::support::on_each;

#[tokio::test]
async fn a_tree_comes_back_with_its_dated_parents() {
    on_each(async |store, database| {
        moved_places(store).await;
        let mut tx = reader(store).await;
        let tree = place::load(&mut tx, "2017").await.expect("loads");
        assert_eq!(tree.all().count(), 5);
        let commune = tree.by_code("ML0101").expect("is there");
        assert_eq!((commune.id, commune.level.as_str(), commune.point), (PlaceId(4), "commune", Some((12.5, -8.0))));
        for (label, day, above) in [("June", date(2026, 6, 30), "Bla"), ("July", date(2026, 7, 1), "Koutiala")] {
            let parent = tree.parent(commune.id, day).map(|parent| parent.name.as_str());
            assert_eq!(parent, Some(above), "{label} on {}", database.label);
        }
        let areas = database.texts(
            "SELECT CAST(area_id AS TEXT) || ' ' || from_day || ' ' || to_day FROM place_within WHERE place_id = 4 \
             ORDER BY area_id, from_day",
        );
        assert_eq!(
            areas.await,
            [
                "1 0001-01-01 9999-12-31",
                "2 0001-01-01 2026-06-30",
                "3 2026-07-01 9999-12-31",
                "4 0001-01-01 9999-12-31",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_code_of_another_vintage_is_another_place() {
    on_each(async |store, database| {
        moved_places(store).await;
        let row = PlaceRow {
            code: "ML".into(),
            vintage: "2024".into(),
            name: "Mali".into(),
            sms_name: "Mali".into(),
            level: "country".into(),
            parent: None,
            parent_vintage: None,
            population: None,
            point: None,
        };
        let mut tx = begin(store).await;
        let span = Span { from: date(2027, 1, 1), to: ALWAYS.to };
        let imported = place::import(&mut tx, &[row], span).await.expect("imports");
        assert_eq!((imported.added, imported.updated), (1, 0), "{}", database.label);
        place::also_coded(&mut tx, "2024", "ML07", PlaceId(4)).await.expect("says so");
        let tree = place::load(&mut tx, "2024").await.expect("loads");
        assert_eq!(tree.by_code("ML").map(|place| place.id), Some(PlaceId(6)));
        assert_eq!(tree.by_code("ML07").map(|place| place.id), Some(PlaceId(4)));
        assert_eq!(tree.get(PlaceId(1)).map(|place| place.code.as_str()), Some("2017:ML"), "no code in this vintage");
        let twice = place::also_coded(&mut tx, "2024", "ML07", PlaceId(5)).await.expect_err("taken");
        assert!(twice.is_unique_violation());
    })
    .await;
}
