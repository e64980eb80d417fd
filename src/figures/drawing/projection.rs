//! From three dimensions to two: a view from far away, so that parallel lines stay parallel.

use super::shape::Point;
use crate::error::{Error, Result};

/// A place in space: to the right, to the back and upward in a scene seen from the front.
pub(crate) type Place = [f64; 3];

/// Where a scene is seen from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// From the scene to the eye, of length 1.
    pub(crate) toward: Place,
    right: Place,
    up: Place,
}

impl View {
    /// As the azimuth turns from −90°, the front, to 0°, the eye moves round to the right; the elevation lifts it.
    pub(crate) fn new(azimuth_degrees: f64, elevation_degrees: f64) -> Result<View> {
        if !(-360.0..=360.0).contains(&azimuth_degrees) {
            return Err(Error::out_of_range("azimuth_degrees", azimuth_degrees, "−360 to 360"));
        }
        if !(5.0..=80.0).contains(&elevation_degrees) {
            return Err(Error::out_of_range("elevation_degrees", elevation_degrees, "5 to 80"));
        }
        let (sin_a, cos_a) = azimuth_degrees.to_radians().sin_cos();
        let (sin_e, cos_e) = elevation_degrees.to_radians().sin_cos();
        Ok(View {
            toward: [cos_e * cos_a, cos_e * sin_a, sin_e],
            right: [-sin_a, cos_a, 0.0],
            up: [-sin_e * cos_a, -sin_e * sin_a, cos_e],
        })
    }

    /// On the sheet, where y points down.
    pub(crate) fn project(&self, place: Place) -> Point {
        (dot(place, self.right), -dot(place, self.up))
    }

    /// Which side in x and in y faces the eye: 1 the upper, −1 the lower.
    pub(crate) fn near_sides(&self) -> (f64, f64) {
        let side = |towards: f64| if towards >= 0.0 { 1.0 } else { -1.0 };
        (side(self.toward[0]), side(self.toward[1]))
    }
}

pub(crate) fn dot(a: Place, b: Place) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Of length 1, and at right angles to both.
pub(crate) fn normal(a: Place, b: Place) -> Place {
    let n = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    let length = dot(n, n).sqrt().max(1e-300);
    n.map(|component| component / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Point, expected: Point) {
        let apart = (found.0 - expected.0).hypot(found.1 - expected.1);
        assert!(apart < 1e-12, "{found:?} {expected:?}");
    }

    #[test]
    fn from_the_front_x_goes_right_and_height_goes_up() {
        let view = View::new(-90.0, 30.0).unwrap();
        close(view.project([1.0, 0.0, 0.0]), (1.0, 0.0));
        close(view.project([0.0, 0.0, 1.0]), (0.0, -(30.0_f64.to_radians().cos())));
        close(view.project([0.0, 1.0, 0.0]), (0.0, -0.5));
        assert_eq!(view.near_sides().1, -1.0);
    }

    #[test]
    fn from_the_right_y_goes_right() {
        let view = View::new(0.0, 20.0).unwrap();
        close(view.project([0.0, 1.0, 0.0]), (1.0, 0.0));
        assert_eq!(view.near_sides().0, 1.0);
    }
}
