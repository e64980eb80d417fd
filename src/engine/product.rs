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
    #[inline(always)]
    fn is_small(self, rows: usize) -> bool {
        self.before.min(self.after) < THIN || rows < THIN || self.count() * rows < SMALL
    }
}

/// With fewer rows or columns than this, plain loops: the general product works on tiles of 8 × 4, and would fill them with zeros.
const THIN: usize = 4;
/// With fewer multiplications than this, plain loops. Set by judgement, not tuned.
const SMALL: usize = 2000;

/// z += a W, with a examples × before and z examples × after.
pub fn add_a_w(rows: usize, a: &[f64], w: &[f64], wires: Wires, z: &mut [f64]) {
    let Wires { before, after } = wires;
    if !wires.is_small(rows) {
        let (a, w) = (matrix(a, rows, before), matrix(w, before, after));
        return general_mat_mul(1.0, &a, &w, 1.0, &mut matrix_mut(z, rows, after));
    }
    match after {
        1 => (0..rows).for_each(|i| z[i] += dot(&a[i * before..][..before], w)),
        2 => add_a_w_to::<2>(before, a, w, z),
        3 => add_a_w_to::<3>(before, a, w, z),
        4 => add_a_w_to::<4>(before, a, w, z),
        _ => {
            for (i, z) in z.chunks_exact_mut(after).enumerate() {
                for (&a, w) in a[i * before..][..before].iter().zip(w.chunks_exact(after)) {
                    add_scaled(a, w, z);
                }
            }
        }
    }
}

/// [`add_a_w`] to a number of units that the compiler knows: the networks of the series are that narrow.
fn add_a_w_to<const AFTER: usize>(before: usize, a: &[f64], w: &[f64], z: &mut [f64]) {
    let (w, z) = (w.as_chunks::<AFTER>().0, z.as_chunks_mut::<AFTER>().0);
    for (i, z) in z.iter_mut().enumerate() {
        for (a, w) in a[i * before..][..before].iter().zip(w) {
            (0..AFTER).for_each(|k| z[k] += a * w[k]);
        }
    }
}

/// dj_da += δ Wᵀ, with δ examples × after and dj_da examples × before.
pub fn add_delta_wt(rows: usize, delta: &[f64], w: &[f64], wires: Wires, dj_da: &mut [f64]) {
    let Wires { before, after } = wires;
    if !wires.is_small(rows) {
        let (delta, w) = (matrix(delta, rows, after), matrix(w, before, after));
        return general_mat_mul(1.0, &delta, &w.t(), 1.0, &mut matrix_mut(dj_da, rows, before));
    }
    if after == 1 {
        return (0..rows).for_each(|i| add_scaled(delta[i], w, &mut dj_da[i * before..][..before]));
    }
    for (i, delta) in delta.chunks_exact(after).enumerate() {
        for (w, dj_da) in w.chunks_exact(after).zip(&mut dj_da[i * before..][..before]) {
            *dj_da += dot(delta, w);
        }
    }
}

/// dj_dw += aᵀ δ, with a examples × before and δ examples × after.
pub fn add_at_delta(rows: usize, a: &[f64], delta: &[f64], wires: Wires, dj_dw: &mut [f64]) {
    let Wires { before, after } = wires;
    if !wires.is_small(rows) {
        let (a, delta) = (matrix(a, rows, before), matrix(delta, rows, after));
        return general_mat_mul(1.0, &a.t(), &delta, 1.0, &mut matrix_mut(dj_dw, before, after));
    }
    match after {
        1 => (0..rows).for_each(|i| add_scaled(delta[i], &a[i * before..][..before], dj_dw)),
        2 => add_at_delta_of::<2>(before, a, delta, dj_dw),
        3 => add_at_delta_of::<3>(before, a, delta, dj_dw),
        4 => add_at_delta_of::<4>(before, a, delta, dj_dw),
        _ => {
            for (i, delta) in delta.chunks_exact(after).enumerate() {
                for (&a, dj_dw) in a[i * before..][..before].iter().zip(dj_dw.chunks_exact_mut(after)) {
                    add_scaled(a, delta, dj_dw);
                }
            }
        }
    }
}

/// [`add_at_delta`] of a number of units that the compiler knows.
fn add_at_delta_of<const AFTER: usize>(before: usize, a: &[f64], delta: &[f64], dj_dw: &mut [f64]) {
    let (delta, dj_dw) = (delta.as_chunks::<AFTER>().0, dj_dw.as_chunks_mut::<AFTER>().0);
    for (i, delta) in delta.iter().enumerate() {
        for (a, dj_dw) in a[i * before..][..before].iter().zip(&mut *dj_dw) {
            (0..AFTER).for_each(|k| dj_dw[k] += a * delta[k]);
        }
    }
}

/// sum += factor · values.
#[inline(always)]
fn add_scaled(factor: f64, values: &[f64], sum: &mut [f64]) {
    for (sum, &value) in sum.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// Σ a b; long ones in four sums side by side, so that one addition need not wait for the one before.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    if a.len() < 8 {
        return a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b);
    }
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
    add_a_w(a.nrows(), &row_by_row(a), &row_by_row(w), Wires::of(w), contents(&mut z));
    z
}

/// δ Wᵀ.
pub(crate) fn passed_back(delta: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    let mut dj_da = Array2::zeros((delta.nrows(), w.nrows()));
    add_delta_wt(delta.nrows(), &row_by_row(delta), &row_by_row(w), Wires::of(w), contents(&mut dj_da));
    dj_da
}

/// aᵀ δ.
pub(crate) fn weight_slopes(a: &Array2<f64>, delta: &Array2<f64>) -> Array2<f64> {
    let mut dj_dw = Array2::zeros((a.ncols(), delta.ncols()));
    let wires = Wires::of(&dj_dw);
    add_at_delta(a.nrows(), &row_by_row(a), &row_by_row(delta), wires, contents(&mut dj_dw));
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
                add_a_w(rows, &slice(&a), &slice(&w), wires, &mut z);
                add_delta_wt(rows, &slice(&delta), &slice(&w), wires, &mut dj_da);
                add_at_delta(rows, &slice(&a), &slice(&delta), wires, &mut dj_dw);
                // whole numbers: every order of summation gives the same
                assert_eq!(z, slice(&(a.dot(&w) + 1.0)), "{rows} {before} {after}");
                assert_eq!(dj_da, slice(&(delta.dot(&w.t()) + 2.0)), "{rows} {before} {after}");
                assert_eq!(dj_dw, slice(&(a.t().dot(&delta) + 3.0)), "{rows} {before} {after}");
            }
        }
    }
}
