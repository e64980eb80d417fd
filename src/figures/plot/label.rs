//! Places for labels beside what they name, where they cover nothing.

use super::frame::clipped;
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::contour::{Area, overlap};
use crate::figures::drawing::font::text_width;
use crate::figures::drawing::shape::{Align, Point};
use crate::figures::drawing::style::{AXIS, HAIRLINE, TEXT, WHITE};

/// A text beside a point, and the rectangle it fills.
#[derive(Clone, Debug)]
pub(super) struct Label {
    anchor: Point,
    text: String,
    size: f64,
    pub(super) area: Area,
}

/// What a label must not cover.
#[derive(Default)]
pub(super) struct Obstacles {
    pub(super) areas: Vec<Area>,
    pub(super) lines: Vec<Vec<Point>>,
    /// Lines that must not run between a point and its label: the label would seem to be theirs.
    pub(super) fences: Vec<Vec<Point>>,
}

impl Obstacles {
    fn cover(&self, area: Area) -> bool {
        self.areas.iter().any(|other| overlap(area, *other))
            || self.lines.iter().flat_map(|line| line.windows(2)).any(|pair| crosses(area, pair[0], pair[1]))
    }

    fn cut(&self, from: Point, to: Point) -> bool {
        meets_any(&self.lines, (from, to))
    }
}

fn crosses(area: Area, from: Point, to: Point) -> bool {
    let share = |p: Point| ((p.0 - area.0) / (area.2 - area.0), (p.1 - area.1) / (area.3 - area.1));
    clipped(share(from), share(to)).is_some()
}

fn meets_any(lines: &[Vec<Point>], segment: (Point, Point)) -> bool {
    lines.iter().flat_map(|line| line.windows(2)).any(|pair| meet(segment, (pair[0], pair[1])))
}

/// Whether two segments cross.
fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) <= 0.0 && side(c, d, a) * side(c, d, b) <= 0.0
}

/// A label for the point at `anchor`: as near as it can be inside `within` without covering an obstacle.
pub(super) fn beside(
    anchor: Point,
    text: &str,
    size: f64,
    within: Area,
    obstacles: &Obstacles,
) -> Option<Label> {
    let half = (text_width(text, size) / 2.0 + 3.0, size / 2.0 + 2.5);
    // Right, above, below and left come first, then the directions between.
    const TURNS: [f64; 16] =
        [0.0, 4.0, 12.0, 8.0, 2.0, 14.0, 6.0, 10.0, 1.0, 15.0, 3.0, 13.0, 5.0, 11.0, 7.0, 9.0];
    let distances = [9.0, 14.0, 20.0, 28.0, 40.0, 56.0, 76.0, 100.0];
    distances.into_iter().flat_map(|far| TURNS.map(|turn| (far, turn))).find_map(|(far, turn)| {
        let (up, right) = (turn * std::f64::consts::PI / 8.0).sin_cos();
        let middle = (anchor.0 + (far + half.0) * right, anchor.1 - (far + half.1) * up);
        let area = (middle.0 - half.0, middle.1 - half.1, middle.0 + half.0, middle.1 + half.1);
        let inside = area.0 >= within.0 && area.1 >= within.1 && area.2 <= within.2 && area.3 <= within.3;
        let label = Label { anchor, text: text.to_string(), size, area };
        let free = inside && !obstacles.cover(area);
        let led_freely = || label.leader().is_none_or(|(from, to)| !obstacles.cut(from, to));
        let unfenced = || !meets_any(&obstacles.fences, (anchor, middle));
        (free && led_freely() && unfenced()).then_some(label)
    })
}

impl Label {
    /// The line from outside the point's dot to the text, when that stands far off.
    pub(super) fn leader(&self) -> Option<(Point, Point)> {
        let (left, top, right, bottom) = self.area;
        let to = (self.anchor.0.clamp(left, right), self.anchor.1.clamp(top, bottom));
        let (dx, dy) = (to.0 - self.anchor.0, to.1 - self.anchor.1);
        let long = dx.hypot(dy);
        (long > 24.0).then(|| ((self.anchor.0 + 9.0 * dx / long, self.anchor.1 + 9.0 * dy / long), to))
    }

    /// Draws the text, on white if `boxed`, with a thin line to its point when it stands far off.
    pub(super) fn draw(&self, canvas: &mut Canvas, boxed: bool) {
        let (left, top, right, bottom) = self.area;
        if let Some((from, to)) = self.leader() {
            canvas.line(&[from, to], AXIS, HAIRLINE);
        }
        if boxed {
            canvas.rectangle(left, top, right, bottom, WHITE);
        }
        let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
        canvas.text_centred(middle, &self.text, self.size, TEXT, Align::Middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: Area = (0.0, 0.0, 200.0, 100.0);

    #[test]
    fn a_label_stands_to_the_right_where_it_is_free_and_elsewhere_where_it_is_not() {
        let free = beside((50.0, 50.0), "75", 12.0, SHEET, &Obstacles::default()).unwrap();
        assert!(free.area.0 > 50.0 && free.area.1 < 50.0 && free.area.3 > 50.0, "{free:?}");
        // A line to the right of the point leaves the place above it.
        let lines = vec![vec![(70.0, 0.0), (50.0, 50.0), (70.0, 52.0), (200.0, 52.0)]];
        let obstacles = Obstacles { areas: vec![(0.0, 60.0, 200.0, 100.0)], lines, ..Obstacles::default() };
        let moved = beside((50.0, 50.0), "75", 12.0, SHEET, &obstacles).unwrap();
        assert!(!obstacles.cover(moved.area) && moved.area.0 < 50.0, "{moved:?}");
        assert!(obstacles.cover(free.area));
    }

    #[test]
    fn no_other_line_runs_between_a_point_and_its_label() {
        let below = vec![vec![(0.0, 54.0), (200.0, 54.0)]];
        let ceiling = vec![(0.0, 0.0, 200.0, 46.0)];
        let covering = Obstacles { areas: ceiling, lines: below.clone(), ..Obstacles::default() };
        assert!(beside((50.0, 50.0), "75", 12.0, SHEET, &covering).unwrap().area.1 > 54.0);
        let fenced = Obstacles { fences: below, ..covering };
        assert!(beside((50.0, 50.0), "75", 12.0, SHEET, &fenced).is_none());
    }

    #[test]
    fn there_is_no_label_where_there_is_no_room() {
        let full = Obstacles { areas: vec![SHEET], ..Obstacles::default() };
        assert!(beside((50.0, 50.0), "75", 12.0, SHEET, &full).is_none());
    }
}
