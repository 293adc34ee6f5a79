//! A new map read and compared with the old: what it does, and every fault by its file and line.

use super::*;
use crate::place::{ALWAYS, Past, Place};
use jiff::civil::date;

const LEVELS: [&str; 4] = ["country", "region", "cercle", "commune"];
const FROM: Date = Date::constant(2027, 1, 1);
const EVE: Date = Date::constant(2026, 12, 31);
/// Id, level, code and parent of the first map. `X` is of an earlier one and is no more.
const OLD: [(i64, &str, &str, i64); 10] = [
    (1, "country", "ML", 0),
    (2, "region", "ML1", 1),
    (3, "region", "ML2", 1),
    (4, "cercle", "ML11", 2),
    (5, "cercle", "ML12", 2),
    (6, "commune", "ML111", 4),
    (7, "commune", "ML112", 4),
    (8, "commune", "ML121", 5),
    (9, "commune", "ML122", 5),
    (10, "commune", "X", 4),
];

fn tree() -> Tree {
    let place = |(id, level, code, _): (i64, &str, &str, i64)| Place {
        id: PlaceId(id),
        level: level.to_owned(),
        name: format!("Old {code}"),
        sms_name: format!("Old {code}"),
        population: Some(1_000),
        point: None,
        code: code.to_owned(),
    };
    let parent =
        |(id, _, _, above): (i64, &str, &str, i64)| Parent { place: PlaceId(id), parent: PlaceId(above), span: ALWAYS };
    let parents: Vec<Parent> = OLD[1..].iter().copied().map(parent).collect();
    let past = Past {
        codes: OLD.map(|(id, _, code, _)| ("2017".to_owned(), code.to_owned(), PlaceId(id))).to_vec(),
        lives: HashMap::from([(PlaceId(10), Span { from: ALWAYS.from, to: date(2020, 12, 31) })]),
        maps: vec![super::super::MapInForce { from: date(2021, 1, 1), vintage: "2017".into() }],
        ..Past::default()
    };
    Tree::new(OLD.map(place).to_vec(), &parents).remembering(past)
}

/// The new map: cercle 12 goes over to region 2, commune 111 is split, communes 121 and 122 are joined.
const PLACES: &str = "code,vintage,name,level,parent,population\n\
    N,2023,Old ML,country,,1000\n\
    N1,2023,Old ML1,region,N,1000\n\
    N2,2023,Region two,region,N,\n\
    N11,2023,Old ML11,cercle,N1,1000\n\
    N12,2023,Old ML12,cercle,N2,1000\n\
    N1111,2023,Half,commune,N11,500\n\
    N1112,2023,Other half,commune,N12,500\n\
    N112,2023,Old ML112,commune,N11,1000\n\
    N123,2023,Joined,commune,N12,2000\n\
    N124,2023,Altogether new,commune,N12,10\n";
const SUCCESSORS: &str = "old_vintage,old_code,new_vintage,new_code,continues\n\
    2017,ML,2023,N,\n\
    2017,ML1,2023,N1,\n\
    2017,ML2,2023,N2,\n\
    2017,ML11,2023,N11,\n\
    2017,ML12,2023,N12,\n\
    2017,ML111,2023,N1111,\n\
    2017,ML111,2023,N1112,\n\
    2017,ML112,2023,N112,\n\
    2017,ML121,2023,N123,\n\
    2017,ML122,2023,N123,\n\
    ,,2023,N124,\n";

fn planned(places: &str, successors: &str, from: Date) -> Result<MapPlan, Vec<String>> {
    let (places, successors) = (Table::read(places.as_bytes()), Table::read(successors.as_bytes()));
    let (places, successors) = (places.expect("a table"), successors.expect("a table"));
    let new = NewMap { places: &places, successors: &successors, from };
    plan(new, &LEVELS, &tree())
        .map_err(|faults| faults.iter().map(|fault| format!("{:?} {}", fault.file, fault.fault)).collect())
}

fn ids(mapped: &[Mapped]) -> Vec<(i64, &str)> {
    mapped.iter().map(|mapped| (mapped.id.0, mapped.row.code.as_str())).collect()
}

#[test]
fn places_go_on_end_and_begin_as_the_file_says() {
    let plan = planned(PLACES, SUCCESSORS, FROM).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(plan.vintage, "2023");
    assert_eq!(ids(&plan.going_on), [(1, "N"), (2, "N1"), (3, "N2"), (4, "N11"), (5, "N12"), (7, "N112")]);
    assert_eq!(ids(&plan.begun), [(11, "N1111"), (12, "N1112"), (13, "N123"), (14, "N124")]);
    assert_eq!(plan.ended, [6, 8, 9].map(PlaceId));
    assert_eq!(plan.moves(), HashMap::from([(PlaceId(8), PlaceId(13)), (PlaceId(9), PlaceId(13))]));
    let former: Vec<(i64, &str)> = plan.former.iter().map(|former| (former.place.0, former.name.as_str())).collect();
    assert_eq!(former, [(3, "Old ML2")], "only what is called or counted otherwise now");
    let under = |place: i64| {
        let of = plan.parents.iter().filter(move |parent| parent.place == PlaceId(place));
        of.map(|parent| (parent.parent.0, parent.span.from, parent.span.to)).collect::<Vec<_>>()
    };
    let (first, last) = (ALWAYS.from, ALWAYS.to);
    for (label, place, expected) in [
        ("a cercle that moved", 5, vec![(3, FROM, last)]),
        ("a commune that was split over two cercles of two regions", 6, vec![(1, FROM, last)]),
        ("a commune that was joined with another", 8, vec![(5, FROM, last)]),
        ("one half, before in the cercle of the whole", 11, vec![(4, first, EVE), (4, FROM, last)]),
        ("the other half", 12, vec![(4, first, EVE), (5, FROM, last)]),
        ("what was joined", 13, vec![(5, first, EVE), (5, FROM, last)]),
        ("what comes from none, before in what was there of its areas", 14, vec![(5, first, EVE), (5, FROM, last)]),
        ("the country", 1, vec![]),
    ] {
        assert_eq!(under(place), expected, "{label}");
    }
}

#[test]
fn other_ways_of_saying_it() {
    let absorbed = SUCCESSORS.replace("ML111,2023,N1111,", "ML111,2023,N1111,oui");
    let plan = planned(PLACES, &absorbed, FROM).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert!(ids(&plan.going_on).contains(&(6, "N1111")), "a part is given away, and the rest goes on");
    assert_eq!((plan.ended.contains(&PlaceId(6)), plan.successors.contains(&(PlaceId(6), PlaceId(11)))), (false, true));

    let anew = SUCCESSORS.replace("ML112,2023,N112,", "ML112,2023,N112,no");
    let plan = planned(PLACES, &anew, FROM).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert!(
        plan.ended.contains(&PlaceId(7)) && plan.moves().contains_key(&PlaceId(7)),
        "the only one, and not the same"
    );

    let gone = SUCCESSORS.replace("2017,ML112,2023,N112,\n", "2017,ML112,,,\n");
    let places = PLACES.replace("N112,2023,Old ML112,commune,N11,1000\n", "");
    let plan = planned(&places, &gone, FROM).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let stays = Parent { place: PlaceId(7), parent: PlaceId(4), span: Span { from: FROM, to: ALWAYS.to } };
    assert!(plan.ended.contains(&PlaceId(7)) && plan.parents.contains(&stays), "an end, without a successor");

    // Communes keep the codes they have: only what is above them has new ones.
    let kept = PLACES.replace("name,level,parent,population", "name,level,parent,population,parent_vintage");
    let kept = kept.replace("N112,2023,Old ML112,commune,N11,1000", "ML112,2017,Old ML112,commune,N11,1000,2023");
    let plan = planned(&kept, &SUCCESSORS.replace("2017,ML112,2023,N112,\n", ""), FROM);
    let plan = plan.unwrap_or_else(|faults| panic!("{faults:#?}"));
    let known = plan.going_on.iter().find(|mapped| mapped.id == PlaceId(7)).expect("goes on");
    assert!(!known.has_new_code, "under the code it has");
}

/// File and row taken out, what stands in its place, and what is told.
const REFUSED: [(&str, &str, &str, &str); 28] = [
    ("parent", "commune,N11,1000", "commune,N99,1000", "Places line 9: parent N99 of vintage 2023 is not in the file"),
    (
        "parent of the old map",
        "cercle,N1,",
        "cercle,ML1,",
        "Places line 5: parent ML1 of vintage 2023 is not in the file; ML1 of vintage 2017 is Old ML1, a region",
    ),
    (
        "circle",
        "N11,2023,Old ML11,cercle,N1,",
        "N11,2023,Old ML11,cercle,N112,",
        "Places line 5: parent N112 is a commune, which is not above a cercle",
    ),
    ("above itself", "Old ML11,cercle,N1,", "Old ML11,cercle,N11,", "Places line 5: parent N11 is a cercle"),
    ("level of no pack", "Half,commune", "Half,hamlet", "Places line 7: level `hamlet` is not one of"),
    ("code twice", "N1112,2023", "N1111,2023", "Places line 8: code N1111 of vintage 2023 stands twice"),
    ("population", "commune,N12,2000", "commune,N12,many", "Places line 10: population `many` is no whole number"),
    ("negative population", "commune,N12,2000", "commune,N12,-1", "Places line 10: population `-1` is no whole number"),
    ("no name", "2023,Joined", "2023,", "Places line 10: code, vintage and name must not be empty"),
    ("commune without a parent", "Half,commune,N11,", "Half,commune,,", "Places line 7: a commune needs a parent"),
    ("two countries", "region,N,\n", "country,,\n", "Places line 4: only one place stands above all others"),
    (
        "column",
        "name,level,parent,population",
        "name,level,parent,populaton",
        "Places line 1: there is no column `populaton`; did you mean `population`",
    ),
    ("two new vintages", "N124,2023", "N124,2024", "Places line 11: vintage 2024 beside 2023"),
    (
        "a code the known vintage does not have",
        "N124,2023",
        "N124,2017",
        "Places line 11: N124 is no code of vintage 2017, which is known",
    ),
    (
        "the same code taken for the same place",
        "N112,2023,",
        "ML112,2023,",
        "Successors line 9, column new_code: N112 of vintage 2023 is not in the file of places",
    ),
    (
        "a code of the wrong vintage",
        "2017,ML112,",
        "2023,ML112,",
        "Successors line 9, column old_code: ML112 is no place of vintage 2023; ML112 of vintage 2017 is Old ML112, a commune",
    ),
    (
        "a code nobody knows",
        "2017,ML112,",
        "2017,ML999,",
        "Successors line 9, column old_code: ML999 is no place of vintage 2017",
    ),
    (
        "a place that is no more",
        "2017,ML112,",
        "2017,X,",
        "Successors line 9, column old_code: X of vintage 2017 is not on the map of 2026-12-31",
    ),
    (
        "neither successor nor end",
        "2017,ML112,2023,N112,\n",
        "",
        "Successors ML112 of vintage 2017 (Old ML112, a commune) has no row",
    ),
    ("a new place from nowhere", ",,2023,N124,\n", "", "Places line 11: no row of the successors leads here"),
    (
        "another level",
        "2017,ML112,2023,N112,",
        "2017,ML112,2023,N12,",
        "Successors line 9, column new_code: a commune does not become a cercle",
    ),
    (
        "an end beside a successor",
        "2017,ML112,2023,N112,\n",
        "2017,ML112,2023,N112,\n2017,ML112,,,\n",
        "Successors line 9, column old_code: another row says that it ends",
    ),
    (
        "from none beside an origin",
        ",,2023,N124,\n",
        ",,2023,N124,\n,,2023,N123,\n",
        "Successors line 10, column new_code: another row says that it comes from none",
    ),
    (
        "said twice",
        ",,2023,N124,\n",
        ",,2023,N124,\n2017,ML112,2023,N112,\n",
        "Successors line 13: the same is said twice",
    ),
    (
        "goes on as two",
        "N1111,\n2017,ML111,2023,N1112,",
        "N1111,yes\n2017,ML111,2023,N1112,yes",
        "Successors line 8, column continues: a place goes on as one place only",
    ),
    (
        "neither yes nor no",
        "N1112,\n",
        "N1112,maybe\n",
        "Successors line 8, column continues: `maybe` is neither yes nor no",
    ),
    (
        "a code without its vintage",
        "2017,ML112,2023,",
        "2017,ML112,,",
        "Successors line 9, column new_vintage: is empty beside a code",
    ),
    (
        "an end of everything",
        "2017,ML,2023,N,\n",
        "2017,ML,,,\n,,2023,N,\n",
        "Successors Old ML stands above all others and must go on",
    ),
];

#[test]
fn every_fault_is_told_by_its_file_and_line() {
    for (label, wrong, instead, told) in REFUSED {
        assert!(PLACES.contains(wrong) || SUCCESSORS.contains(wrong), "{label}: nothing is changed");
        let once = |text: &str| text.replacen(wrong, instead, 1);
        let faults = planned(&once(PLACES), &once(SUCCESSORS), FROM).err().unwrap_or_default();
        assert!(faults.iter().any(|fault| fault.starts_with(told)), "{label}: {told}: {faults:#?}");
    }
}

#[test]
fn a_map_comes_after_the_one_before_and_all_faults_come_at_once() {
    let faults = planned(PLACES, SUCCESSORS, date(2021, 1, 1)).expect_err("not after the map before");
    assert!(faults.iter().any(|fault| fault.contains("a further one must begin later")), "{faults:#?}");
    let several = (PLACES.replace("Half,commune", "Half,hamlet"), SUCCESSORS.replace("2017,ML112,", "2017,ML999,"));
    let faults = planned(&several.0, &several.1, FROM).expect_err("faulty");
    let lines = |file: &str| faults.iter().filter(|fault| fault.starts_with(file)).count();
    assert!(lines("Places") >= 1 && lines("Successors") >= 2, "{faults:#?}");
}
