//! Contour lines on a grid, by marching squares, and places for their labels.

use std::collections::HashMap;

use super::shape::Point;

/// A side of a cell: the grid point it starts at, and whether it goes down (else to the right).
type Side = (usize, usize, bool);

/// The lines along which a grid of values, `columns` wide, has the value `level`; in units of the grid's cells.
pub(crate) fn lines(grid: &[f64], columns: usize, level: f64) -> Vec<Vec<Point>> {
    let rows = grid.len() / columns;
    let value = |column: usize, row: usize| grid[row * columns + column];
    let mut ways: HashMap<Side, Vec<Side>> = HashMap::new();
    let mut connect = |a: Side, b: Side| {
        ways.entry(a).or_default().push(b);
        ways.entry(b).or_default().push(a);
    };
    for row in 0..rows.saturating_sub(1) {
        for column in 0..columns.saturating_sub(1) {
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dx, dy)| value(column + dx, row + dy));
            let above = corners.map(|corner| corner > level);
            let sides = [
                (column, row, false),
                (column + 1, row, true),
                (column, row + 1, false),
                (column, row, true),
            ];
            let crossed: Vec<usize> = (0..4).filter(|&i| above[i] != above[(i + 1) % 4]).collect();
            match crossed.as_slice() {
                [a, b] => connect(sides[*a], sides[*b]),
                [_, _, _, _] => {
                    // A saddle: the centre decides which two corners are cut off.
                    let centre = corners.iter().sum::<f64>() / 4.0 > level;
                    let pairs = if centre == above[0] { [(0, 1), (2, 3)] } else { [(3, 0), (1, 2)] };
                    pairs.iter().for_each(|&(a, b)| connect(sides[a], sides[b]));
                }
                _ => {}
            }
        }
    }
    let point = |(column, row, down): Side| {
        let (next_column, next_row) = if down { (column, row + 1) } else { (column + 1, row) };
        let (from, to) = (value(column, row), value(next_column, next_row));
        let share = ((level - from) / (to - from)).clamp(0.0, 1.0);
        (column as f64 + share * (next_column - column) as f64, row as f64 + share * (next_row - row) as f64)
    };
    chains(ways).into_iter().map(|chain| chain.into_iter().map(point).collect()).collect()
}

/// The connected chains of a graph whose nodes have one or two neighbours.
fn chains(mut ways: HashMap<Side, Vec<Side>>) -> Vec<Vec<Side>> {
    let mut starts: Vec<Side> = ways.keys().copied().collect();
    // Open lines from their ends first, then closed ones; sorted, so that a figure is the same each time.
    starts.sort_by_key(|side| (ways[side].len(), *side));
    let mut found = Vec::new();
    for start in starts {
        let mut chain = vec![start];
        let mut here = start;
        while let Some(next) = ways.get_mut(&here).and_then(Vec::pop) {
            if let Some(back) = ways.get_mut(&next)
                && let Some(place) = back.iter().position(|side| *side == here)
            {
                back.swap_remove(place);
            }
            chain.push(next);
            here = next;
        }
        if chain.len() > 1 {
            found.push(chain);
        }
    }
    found
}

/// A rectangle: left, top, right, bottom.
pub(crate) type Area = (f64, f64, f64, f64);

pub(crate) fn overlap(a: Area, b: Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn holds(area: Area, point: &Point) -> bool {
    (area.0..=area.2).contains(&point.0) && (area.1..=area.3).contains(&point.1)
}

/// Where on one of its level's lines a label of the given size stands best: inside the plot, on no other label and on none
/// of the points to keep free, and with as few other lines under it as possible.
pub(crate) fn label_place(
    own: &[Vec<Point>],
    others: &[Point],
    keep_free: &[Point],
    taken: &[Area],
    plot: Area,
    size: Point,
) -> Option<Point> {
    let around = |p: Point, more: f64| {
        let (w, h) = (size.0 / 2.0 + more, size.1 / 2.0 + more);
        (p.0 - w, p.1 - h, p.0 + w, p.1 + h)
    };
    let fits = |p: &Point| {
        let area = around(*p, 4.0);
        let inside = area.0 > plot.0 && area.1 > plot.1 && area.2 < plot.2 && area.3 < plot.3;
        inside
            && !taken.iter().any(|other| overlap(area, *other))
            && !keep_free.iter().any(|point| holds(area, point))
    };
    let middle = ((plot.0 + plot.2) / 2.0, (plot.1 + plot.3) / 2.0);
    let disturbance = |p: &Point| {
        let crossed = others.iter().filter(|point| holds(around(*p, 1.0), point)).count() as f64;
        10.0 * crossed + 0.02 * (p.0 - middle.0).hypot(p.1 - middle.1)
    };
    own.iter()
        .filter(|line| line.len() > 8)
        .flat_map(|line| line.iter().skip(2).step_by(3))
        .filter(|p| fits(p))
        .min_by(|a, b| disturbance(a).total_cmp(&disturbance(b)))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (x² + y²) on a grid of 81 × 61 points around its middle.
    fn bowl() -> Vec<f64> {
        let square = |v: usize, middle: f64| (v as f64 - middle).powi(2);
        (0..61).flat_map(|row| (0..81).map(move |column| square(column, 40.0) + square(row, 30.0))).collect()
    }

    #[test]
    fn the_contour_of_a_bowl_is_one_closed_circle() {
        let found = lines(&bowl(), 81, 400.0);
        assert_eq!(found.len(), 1);
        let circle = &found[0];
        assert_eq!(circle.first(), circle.last());
        for (x, y) in circle {
            let radius = (x - 40.0).hypot(y - 30.0);
            assert!((radius - 20.0).abs() < 0.05, "{radius}");
        }
        let length: f64 = circle.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).sum();
        assert!((length / (40.0 * std::f64::consts::PI) - 1.0).abs() < 0.01, "{length}");
    }

    #[test]
    fn a_contour_that_leaves_the_grid_is_in_pieces_that_end_at_its_edge() {
        let found = lines(&bowl(), 81, 35.0 * 35.0);
        assert_eq!(found.len(), 2);
        for line in found {
            for end in [line[0], line[line.len() - 1]] {
                assert!(end.1 == 0.0 || end.1 == 60.0, "{end:?}");
            }
        }
    }

    #[test]
    fn a_saddle_gives_two_separate_lines() {
        let grid = [1.0, 0.0, 1.0, 0.0, 0.4, 0.0, 1.0, 0.0, 1.0];
        assert_eq!(lines(&grid, 3, 0.5).len(), 4);
    }
}
