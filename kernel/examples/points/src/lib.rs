//! A small crate that notebooks could be about.

/// A place in the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

/// A point.
pub fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Point {
    /// The distance from another one.
    pub fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// What a notebook shows.
    pub fn evcxr_display(&self) {
        println!("EVCXR_BEGIN_CONTENT text/plain\n({}, {})\nEVCXR_END_CONTENT", self.x, self.y);
    }
}
