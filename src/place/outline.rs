//! Outlines of places: the boundary files of a pack (GeoJSON), read once into rings of points.
//!
//! Takes Polygon and MultiPolygon features whose properties carry a `code`, and passes over everything else in the file.
//! Drawing them is the page's matter.

use std::collections::HashMap;

use serde::Deserialize;

/// A point, in degrees east and north.
pub type Point = (f64, f64);
/// A closed line: the last point joins the first. An area's first ring is its border, further ones are holes or parts.
pub type Ring = Vec<Point>;

/// The outlines of all places that have one, by code.
#[derive(Debug, Default)]
pub struct Outlines {
    rings: HashMap<String, Vec<Ring>>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
}

/// A geometry of any kind: only the two kinds that have an inside are read further.
#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: serde_json::Value,
}

/// Rings as the file has them. Points may carry a height behind their two numbers; it is not looked at.
type Rings = Vec<Vec<Vec<f64>>>;

impl Geometry {
    fn rings(self) -> Option<Rings> {
        match self.kind.as_str() {
            "Polygon" => serde_json::from_value(self.coordinates).ok(),
            "MultiPolygon" => serde_json::from_value::<Vec<Rings>>(self.coordinates)
                .ok()
                .map(|parts| parts.into_iter().flatten().collect()),
            _ => None,
        }
    }
}

impl Outlines {
    /// Reads the files, by level; gives what could be read, and the fault of each file that could not.
    pub fn read<'a>(files: impl Iterator<Item = (&'a String, &'a String)>) -> (Outlines, Vec<(String, String)>) {
        let (mut outlines, mut faults) = (Outlines::default(), Vec::new());
        for (level, text) in files {
            match serde_json::from_str::<Collection>(text) {
                Ok(collection) => collection.features.into_iter().for_each(|feature| outlines.add(feature)),
                Err(error) => faults.push((level.clone(), error.to_string())),
            }
        }
        (outlines, faults)
    }

    fn add(&mut self, feature: Feature) {
        let Some(rings) = feature.geometry.and_then(Geometry::rings) else { return };
        let rings: Vec<Ring> = rings.into_iter().filter_map(ring).collect();
        if !rings.is_empty() {
            self.rings.entry(feature.properties.code).or_default().extend(rings);
        }
    }

    /// The rings of the place with this code; none where it has no outline.
    pub fn of(&self, code: &str) -> &[Ring] {
        self.rings.get(code).map_or(&[], Vec::as_slice)
    }
}

/// A ring of at least three points that lie on the earth.
fn ring(points: Vec<Vec<f64>>) -> Option<Ring> {
    let point = |point: Vec<f64>| match point.as_slice() {
        [east, north, ..] if east.abs() <= 180.0 && north.abs() <= 90.0 => Some((*east, *north)),
        _ => None,
    };
    let ring: Ring = points.into_iter().map(point).collect::<Option<Ring>>()?;
    (ring.len() >= 3).then_some(ring)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Outlines, Vec<(String, String)>) {
        Outlines::read([(&"region".to_owned(), &text.to_owned())].into_iter())
    }

    #[test]
    fn polygons_of_one_and_of_many_parts_are_read() {
        let square = "[[0,0],[1,0],[1,1,99],[0,1],[0,0]]";
        let feature = |code: &str, kind: &str, coordinates: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#
            )
        };
        let features = [
            feature("A", "Polygon", &format!("[{square}]")),
            feature("B", "MultiPolygon", &format!("[[{square}],[{square}]]")),
            feature("C", "Point", "[0,0]"),
            feature("D", "Polygon", "[[[0,0],[400,0],[1,1]]]"),
            r#"{"type":"Feature","properties":{"code":"E"},"geometry":null}"#.to_owned(),
        ];
        let (outlines, faults) =
            read(&format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")));
        assert_eq!(faults, []);
        let counts = ["A", "B", "C", "D", "E", "F"].map(|code| outlines.of(code).len());
        assert_eq!(counts, [1, 2, 0, 0, 0, 0]);
        assert_eq!(outlines.of("A")[0][2], (1.0, 1.0));
    }

    #[test]
    fn a_file_that_is_none_is_told() {
        for text in ["", "{}", "[1]", r#"{"features":[{"properties":{},"geometry":null}]}"#] {
            assert_eq!(read(text).1.len(), 1, "{text}");
        }
    }

    #[test]
    fn the_embedded_pack_has_every_region_and_cercle() {
        let pack = crate::pack_embedded::MALI;
        let text = |name: &str| pack.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text).to_owned();
        let files = [("region".to_owned(), text("regions.geojson")), ("cercle".to_owned(), text("cercles.geojson"))];
        let (outlines, faults) = Outlines::read(files.iter().map(|(level, text)| (level, text)));
        assert_eq!((faults, outlines.rings.len()), (vec![], 59));
    }
}
