//! The three matrix products of forward and backward propagation.
//!
//! All matrices are slices, row by row. Small or thin ones are multiplied by plain loops: there the packing that a general
//! product begins with costs more than the product. The others go to ndarray's.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2};
use std::borrow::Cow;

/// The shape of W: units before × units after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wires {
    pub before: usize,
    pub after: usize,
}

impl Wires {
    pub fn of(w: &Array2<f64>) -> Wires {
        Wires { before: w.nrows(), after: w.ncols() }
    }

    pub fn count(self) -> usize {
        self.before * self.after
    }

    /// Whether plain loops are faster for this many examples.
    fn is_small(self, rows: usize) -> bool {
        self.before.min(self.after) < THIN || rows < THIN || self.count() * rows < SMALL
    }
}

/// With fewer rows or columns than this, plain loops win (measured; the general product works on tiles of 8 × 4).
const THIN: usize = 4;
/// With fewer multiplications than this, plain loops win (measured).
const SMALL: usize = 2000;

/// z += a W, with a examples × before and z examples × after.
pub fn add_a_w(a: &[f64], w: &[f64], wires: Wires, z: &mut [f64]) {
    let rows = a.len() / wires.before;
    if !wires.is_small(rows) {
        let (a, w) = (matrix(a, rows, wires.before), matrix(w, wires.before, wires.after));
        return general_mat_mul(1.0, &a, &w, 1.0, &mut matrix_mut(z, rows, wires.after));
    }
    if wires.after == 1 {
        for (a, z) in a.chunks_exact(wires.before).zip(z) {
            *z += dot(a, w);
        }
        return;
    }
    for (a, z) in a.chunks_exact(wires.before).zip(z.chunks_exact_mut(wires.after)) {
        for (&a, w) in a.iter().zip(w.chunks_exact(wires.after)) {
            add_scaled(a, w, z);
        }
    }
}

/// dj_da += δ Wᵀ, with δ examples × after and dj_da examples × before.
pub fn add_delta_wt(delta: &[f64], w: &[f64], wires: Wires, dj_da: &mut [f64]) {
    let rows = delta.len() / wires.after;
    if !wires.is_small(rows) {
        let (delta, w) = (matrix(delta, rows, wires.after), matrix(w, wires.before, wires.after));
        return general_mat_mul(1.0, &delta, &w.t(), 1.0, &mut matrix_mut(dj_da, rows, wires.before));
    }
    if wires.after == 1 {
        for (&delta, dj_da) in delta.iter().zip(dj_da.chunks_exact_mut(wires.before)) {
            add_scaled(delta, w, dj_da);
        }
        return;
    }
    for (delta, dj_da) in delta.chunks_exact(wires.after).zip(dj_da.chunks_exact_mut(wires.before)) {
        for (w, dj_da) in w.chunks_exact(wires.after).zip(dj_da) {
            *dj_da += dot(delta, w);
        }
    }
}

/// dj_dw += aᵀ δ, with a examples × before and δ examples × after.
pub fn add_at_delta(a: &[f64], delta: &[f64], wires: Wires, dj_dw: &mut [f64]) {
    let rows = a.len() / wires.before;
    if !wires.is_small(rows) {
        let (a, delta) = (matrix(a, rows, wires.before), matrix(delta, rows, wires.after));
        return general_mat_mul(1.0, &a.t(), &delta, 1.0, &mut matrix_mut(dj_dw, wires.before, wires.after));
    }
    if wires.after == 1 {
        for (a, &delta) in a.chunks_exact(wires.before).zip(delta) {
            add_scaled(delta, a, dj_dw);
        }
        return;
    }
    for (a, delta) in a.chunks_exact(wires.before).zip(delta.chunks_exact(wires.after)) {
        for (&a, dj_dw) in a.iter().zip(dj_dw.chunks_exact_mut(wires.after)) {
            add_scaled(a, delta, dj_dw);
        }
    }
}

/// sum += factor · values.
fn add_scaled(factor: f64, values: &[f64], sum: &mut [f64]) {
    for (sum, &value) in sum.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// Σ a b, in four sums side by side, so that one addition need not wait for the one before.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (mut sums, mut rest) = ([0.0; 4], 0.0);
    let (a, b) = (a.chunks_exact(4), b.chunks_exact(4));
    for (&a, &b) in a.remainder().iter().zip(b.remainder()) {
        rest += a * b;
    }
    for (a, b) in a.zip(b) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// a W + b, and without b if there is none.
pub(crate) fn weighted_inputs(a: &Array2<f64>, w: &Array2<f64>, b: Option<&Array1<f64>>) -> Array2<f64> {
    let mut z = Array2::zeros((a.nrows(), w.ncols()));
    if let Some(b) = b {
        z += b;
    }
    add_a_w(&row_by_row(a), &row_by_row(w), Wires::of(w), contents(&mut z));
    z
}

/// δ Wᵀ.
pub(crate) fn passed_back(delta: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    let mut dj_da = Array2::zeros((delta.nrows(), w.nrows()));
    add_delta_wt(&row_by_row(delta), &row_by_row(w), Wires::of(w), contents(&mut dj_da));
    dj_da
}

/// aᵀ δ.
pub(crate) fn weight_slopes(a: &Array2<f64>, delta: &Array2<f64>) -> Array2<f64> {
    let mut dj_dw = Array2::zeros((a.ncols(), delta.ncols()));
    let wires = Wires::of(&dj_dw);
    add_at_delta(&row_by_row(a), &row_by_row(delta), wires, contents(&mut dj_dw));
    dj_dw
}

/// The values of an array, row by row; copied only if they are stored otherwise.
pub(crate) fn row_by_row(array: &Array2<f64>) -> Cow<'_, [f64]> {
    match array.as_slice() {
        Some(values) => Cow::Borrowed(values),
        None => Cow::Owned(array.iter().copied().collect()),
    }
}

fn contents(array: &mut Array2<f64>) -> &mut [f64] {
    array.as_slice_mut().expect("a new array is contiguous")
}

fn matrix(values: &[f64], rows: usize, columns: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((rows, columns), values).expect("as many values as rows × columns")
}

fn matrix_mut(values: &mut [f64], rows: usize, columns: usize) -> ArrayViewMut2<'_, f64> {
    ArrayViewMut2::from_shape((rows, columns), values).expect("as many values as rows × columns")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_are_ndarrays_for_every_shape_and_are_added() {
        let numbers = |rows: usize, columns: usize, factor: usize| {
            Array2::from_shape_fn((rows, columns), |(r, c)| ((r * columns + c) * factor % 13) as f64 - 6.0)
        };
        let slice = |array: &Array2<f64>| array.iter().copied().collect::<Vec<f64>>();
        for rows in [1, 3, 5, 40, 150] {
            for (before, after) in [(1, 1), (2, 3), (3, 1), (4, 4), (9, 5), (1, 30), (30, 1), (31, 33)] {
                let wires = Wires { before, after };
                let (a, w, delta) =
                    (numbers(rows, before, 5), numbers(before, after, 7), numbers(rows, after, 3));
                let (mut z, mut dj_da, mut dj_dw) =
                    (vec![1.0; rows * after], vec![2.0; rows * before], vec![3.0; wires.count()]);
                add_a_w(&slice(&a), &slice(&w), wires, &mut z);
                add_delta_wt(&slice(&delta), &slice(&w), wires, &mut dj_da);
                add_at_delta(&slice(&a), &slice(&delta), wires, &mut dj_dw);
                // whole numbers: every order of summation gives the same
                assert_eq!(z, slice(&(a.dot(&w) + 1.0)), "{rows} {before} {after}");
                assert_eq!(dj_da, slice(&(delta.dot(&w.t()) + 2.0)), "{rows} {before} {after}");
                assert_eq!(dj_dw, slice(&(a.t().dot(&delta) + 3.0)), "{rows} {before} {after}");
            }
        }
    }
}
