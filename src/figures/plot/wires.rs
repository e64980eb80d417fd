//! Weighted connections of a diagram, and labels on them that do not collide.

use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::contour::{Area, overlap};
use crate::figures::drawing::font::text_width;
use crate::figures::drawing::shape::{Align, Color, Point};
use crate::figures::drawing::style::{BLUE, DARK_VERMILION, VERMILION, WHITE};

/// Dashes of a negative weight: readable without colour.
pub(super) const NEGATIVE_DASH: &[f64] = &[7.0, 4.0];

/// A connection with a weight.
pub(super) struct Wire {
    pub(super) from: Point,
    pub(super) to: Point,
    pub(super) weight: f64,
}

impl Wire {
    pub(super) fn color(&self) -> Color {
        if self.weight < 0.0 { VERMILION } else { BLUE }
    }

    fn at(&self, share: f64) -> Point {
        (self.from.0 + (self.to.0 - self.from.0) * share, self.from.1 + (self.to.1 - self.from.1) * share)
    }

    /// How far a point is from the connection.
    fn distance(&self, (x, y): Point) -> f64 {
        let along = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let to_point = (x - self.from.0, y - self.from.1);
        let length = (along.0 * along.0 + along.1 * along.1).max(f64::MIN_POSITIVE);
        let share = ((along.0 * to_point.0 + along.1 * to_point.1) / length).clamp(0.0, 1.0);
        (to_point.0 - share * along.0).hypot(to_point.1 - share * along.1)
    }

    /// The weight with its sign: `+0.53`, `−1.21`.
    pub(super) fn text(&self) -> String {
        let sign = if self.weight < 0.0 { '−' } else { '+' };
        let size = self.weight.abs();
        if size >= 1000.0 || (size > 0.0 && size < 0.005) {
            format!("{sign}{size:.0e}")
        } else if size >= 100.0 {
            format!("{sign}{size:.0}")
        } else {
            format!("{sign}{size:.2}")
        }
    }
}

/// Draws the connections: blue and solid for positive, vermilion and dashed for negative weights, wider for larger ones.
pub(super) fn draw(canvas: &mut Canvas, wires: &[Wire], widest: f64) {
    let largest = wires.iter().map(|wire| wire.weight.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let mut order: Vec<&Wire> = wires.iter().collect();
    order.sort_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs()));
    for wire in order {
        let width = 0.8 + (widest - 0.8) * wire.weight.abs() / largest;
        let dash = if wire.weight < 0.0 { NEGATIVE_DASH } else { &[] };
        canvas.dashed(&[wire.from, wire.to], dash, wire.color(), width);
    }
}

/// Prints each weight on its connection, if places can be found where no two labels touch; else prints none.
pub(super) fn label(canvas: &mut Canvas, wires: &[Wire], size: f64, keep_free: &[Area]) -> bool {
    let half: Vec<Point> =
        wires.iter().map(|wire| (text_width(&wire.text(), size) / 2.0 + 2.5, size / 2.0 + 1.5)).collect();
    let Some(shares) = places(wires, &half, keep_free) else { return false };
    for ((wire, share), half) in wires.iter().zip(shares).zip(half) {
        let (x, y) = wire.at(share);
        canvas.rectangle(x - half.0, y - half.1, x + half.0, y + half.1, WHITE);
        let color = if wire.weight < 0.0 { DARK_VERMILION } else { BLUE };
        canvas.text_centred((x, y), &wire.text(), size, color, Align::Middle);
    }
    true
}

/// How far along its connection each label stands. A few rounds: each label in turn moves to its best place, given the others.
fn places(wires: &[Wire], half: &[Point], keep_free: &[Area]) -> Option<Vec<f64>> {
    const ROUNDS: usize = 12;
    let candidates: Vec<f64> = (0..=32).map(|i| 0.14 + 0.72 * f64::from(i) / 32.0).collect();
    let area = |i: usize, share: f64, more: f64| {
        let ((x, y), (w, h)) = (wires[i].at(share), half[i]);
        (x - w - more, y - h - more, x + w + more, y + h + more)
    };
    let mut shares = vec![0.5; wires.len()];
    for _ in 0..ROUNDS {
        let before = shares.clone();
        for i in 0..wires.len() {
            let cost = |share: f64| {
                let own = area(i, share, 1.0);
                let labels =
                    (0..wires.len()).filter(|&j| j != i && overlap(own, area(j, shares[j], 1.0))).count();
                let nodes = keep_free.iter().filter(|free| overlap(own, **free)).count();
                let crossed = (0..wires.len()).filter(|&j| j != i && crosses(&wires[j], own)).count();
                // where another connection is near, a reader cannot tell whose number it is
                let room = 4.0 * half[i].1;
                let others = (0..wires.len()).filter(|&j| j != i);
                let near: f64 =
                    others.map(|j| (1.0 - wires[j].distance(wires[i].at(share)) / room).max(0.0)).sum();
                100.0 * (labels + nodes) as f64 + 10.0 * crossed as f64 + 2.0 * near + (share - 0.5).abs()
            };
            let best = candidates.iter().copied().min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
            shares[i] = best.unwrap_or(0.5);
        }
        if before == shares {
            break;
        }
    }
    let free = (0..wires.len()).all(|i| {
        let own = area(i, shares[i], 0.0);
        let others = (i + 1..wires.len()).all(|j| !overlap(own, area(j, shares[j], 0.0)));
        others && !keep_free.iter().any(|free| overlap(own, *free))
    });
    free.then_some(shares)
}

/// Whether a connection runs through a rectangle.
fn crosses(wire: &Wire, area: Area) -> bool {
    (0..=40).any(|i| {
        let (x, y) = wire.at(f64::from(i) / 40.0);
        x > area.0 && x < area.2 && y > area.1 && y < area.3
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fan(from: usize, to: usize, height: f64) -> Vec<Wire> {
        let y = |i: usize, n: usize| height * (i as f64 + 0.5) / n as f64;
        (0..from)
            .flat_map(|i| (0..to).map(move |j| (i, j)))
            .map(|(i, j)| Wire {
                from: (0.0, y(i, from)),
                to: (250.0, y(j, to)),
                weight: 0.1 * (j as f64 - i as f64),
            })
            .collect()
    }

    #[test]
    fn six_labels_of_two_units_to_three_find_places_apart() {
        let wires = fan(2, 3, 240.0);
        let half = vec![(20.0, 8.0); wires.len()];
        let shares = places(&wires, &half, &[]).unwrap();
        for i in 0..wires.len() {
            for j in 0..i {
                let ((ax, ay), (bx, by)) = (wires[i].at(shares[i]), wires[j].at(shares[j]));
                assert!((ax - bx).abs() >= 40.0 || (ay - by).abs() >= 16.0, "{i} and {j}");
            }
        }
    }

    #[test]
    fn no_other_connection_runs_near_a_label_where_there_is_room() {
        let wires = fan(2, 3, 240.0);
        let half = vec![(20.0, 8.0); wires.len()];
        let shares = places(&wires, &half, &[]).unwrap();
        for (i, wire) in wires.iter().enumerate() {
            let others = (0..wires.len()).filter(|&j| j != i).map(|j| wires[j].distance(wire.at(shares[i])));
            assert!(others.fold(f64::MAX, f64::min) > 16.0, "{i}");
        }
    }

    #[test]
    fn labels_that_cannot_be_kept_apart_are_not_printed() {
        let wires = fan(6, 6, 60.0);
        let mut canvas = Canvas::default();
        assert!(!label(&mut canvas, &wires, 12.0, &[]));
        assert!(canvas.shapes.is_empty());
    }

    #[test]
    fn a_weight_is_printed_with_its_sign() {
        let text = |weight| Wire { from: (0.0, 0.0), to: (1.0, 0.0), weight }.text();
        assert_eq!([text(0.534), text(-1.2), text(0.0), text(-123.4)], ["+0.53", "−1.20", "+0.00", "−123"]);
    }
}
