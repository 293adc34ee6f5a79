//! Outlines as SVG paths: an equirectangular projection that shortens degrees of longitude by the cosine of the middle
//! latitude, on a grid of whole units. Borders that two areas share are rounded alike, so no gap opens between them.

use crate::place::{Point, Ring};

/// A piece of land fitted into a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Land {
    west: f64,
    north: f64,
    /// Units for a degree of latitude.
    scale: f64,
    /// Cosine of the middle latitude.
    narrowing: f64,
    /// Width of the drawing.
    pub width: i32,
    /// Height of the drawing.
    pub height: i32,
}

/// Where a name can stand in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Width of the area, to leave out names that would not fit.
    pub room: i32,
}

/// Units kept free around the land, for the line of its border.
const MARGIN: f64 = 3.0;

impl Land {
    /// The land of all these rings, at most so wide and so high. None without any ring.
    pub fn around<'a>(rings: impl Iterator<Item = &'a Ring>, width: f64, height: f64) -> Option<Land> {
        let (mut west, mut east, mut south, mut north) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
        for (x, y) in rings.flatten() {
            (west, east) = (west.min(*x), east.max(*x));
            (south, north) = (south.min(*y), north.max(*y));
        }
        if west > east || south > north {
            return None;
        }
        let narrowing = ((south + north) / 2.0).to_radians().cos();
        let (across, down) = (((east - west) * narrowing).max(1e-6), (north - south).max(1e-6));
        let scale = ((width - 2.0 * MARGIN) / across).min((height - 2.0 * MARGIN) / down);
        // What is over by less than a hair is rounding, not land.
        let units = |degrees: f64| (degrees * scale + 2.0 * MARGIN - 1e-6).ceil() as i32;
        Some(Land { west, north, scale, narrowing, width: units(across), height: units(down) })
    }

    /// Rings as the `d` of a path, in relative whole steps; points that fall on the one before are left out.
    pub fn path(&self, rings: &[Ring]) -> String {
        let mut path = String::new();
        for ring in rings {
            let mut points: Vec<(i32, i32)> = ring.iter().map(|point| self.at(*point)).collect();
            points.dedup();
            if points.len() > 1 && points.first() == points.last() {
                points.pop();
            }
            // What is smaller than a unit is not seen.
            let [(x, y), rest @ ..] = points.as_slice() else { continue };
            if rest.len() < 2 {
                continue;
            }
            path.push_str(&format!("M{x} {y}l"));
            let (mut x, mut y, mut first) = (*x, *y, true);
            for (to_x, to_y) in rest {
                let (across, down) = (to_x - x, to_y - y);
                // A minus sign separates by itself.
                path.push_str(if first || across < 0 { "" } else { " " });
                path.push_str(&across.to_string());
                path.push_str(if down < 0 { "" } else { " " });
                path.push_str(&down.to_string());
                (x, y, first) = (*to_x, *to_y, false);
            }
            path.push('z');
        }
        path
    }

    /// The middle of the largest ring, by area.
    pub fn label(&self, rings: &[Ring]) -> Option<Label> {
        let largest =
            rings.iter().max_by(|one, other| doubled_area(one).abs().total_cmp(&doubled_area(other).abs()))?;
        let (mut x, mut y, area) = (0.0, 0.0, doubled_area(largest));
        for ((x1, y1), (x2, y2)) in sides(largest) {
            let cross = x1 * y2 - x2 * y1;
            x += (x1 + x2) * cross;
            y += (y1 + y2) * cross;
        }
        if area.abs() < 1e-12 {
            return None;
        }
        let (x, y) = self.at((x / (3.0 * area), y / (3.0 * area)));
        let across = largest.iter().map(|point| self.at(*point).0);
        Some(Label { x, y, room: across.clone().max().unwrap_or(0) - across.min().unwrap_or(0) })
    }

    fn at(&self, (east, north): Point) -> (i32, i32) {
        let x = (east - self.west) * self.narrowing * self.scale + MARGIN;
        let y = (self.north - north) * self.scale + MARGIN;
        (x.round() as i32, y.round() as i32)
    }
}

fn sides(ring: &Ring) -> impl Iterator<Item = (Point, Point)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Twice the area in square degrees, negative for a ring that goes clockwise.
fn doubled_area(ring: &Ring) -> f64 {
    sides(ring).map(|((x1, y1), (x2, y2))| x1 * y2 - x2 * y1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64, south: f64, side: f64) -> Ring {
        vec![(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    }

    #[test]
    fn land_keeps_its_shape_and_fits() {
        let at_equator = [square(-1.0, -1.0, 2.0)];
        let land = Land::around(at_equator.iter(), 106.0, 500.0).expect("land");
        assert_eq!((land.width, land.height), (106, 106), "a degree is as wide as it is high at the equator");
        let north = [square(0.0, 59.0, 2.0)];
        let land = Land::around(north.iter(), 1_000.0, 206.0).expect("land");
        assert_eq!((land.width, land.height), (106, 206), "and half as wide at 60 degrees");
        assert_eq!(Land::around([].iter(), 100.0, 100.0), None);
    }

    #[test]
    fn paths_are_relative_whole_and_short() {
        let rings = [square(-1.0, -1.0, 2.0)];
        let land = Land::around(rings.iter(), 106.0, 106.0).expect("land");
        assert_eq!(land.path(&rings), "M3 103l100 0 0-100-100 0z");
        let close = [vec![(0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.0)]];
        assert_eq!(land.path(&close), "", "what is smaller than a unit is not drawn");
        assert_eq!(land.label(&rings), Some(Label { x: 53, y: 53, room: 100 }));
        assert_eq!(land.label(&[]), None);
    }

    #[test]
    fn a_shared_border_is_rounded_alike_whichever_way_it_is_walked() {
        let border = [(0.0, 0.0), (0.013, 0.337), (0.021, 0.661), (0.0, 1.0)];
        let west: Ring = border.iter().copied().chain([(-1.0, 1.0), (-1.0, 0.0)]).collect();
        let east: Ring = border.iter().rev().copied().chain([(1.0, 0.0), (1.0, 1.0)]).collect();
        let land = Land::around([&west, &east].into_iter(), 97.0, 97.0).expect("land");
        let corners = |ring: &Ring| ring.iter().map(|point| land.at(*point)).collect::<Vec<_>>();
        let mut walked_back: Vec<_> = corners(&east)[..4].to_vec();
        walked_back.reverse();
        assert_eq!(corners(&west)[..4], walked_back);
    }
}
