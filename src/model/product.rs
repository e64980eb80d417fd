//! The three matrix products of forward and backward propagation.
//!
//! All matrices are slices, row by row. Small or thin ones are multiplied by plain loops: there the packing that a general
//! product begins with costs more than the product. The others go to ndarray's. For the two layers of the series, 2 → 3 and
//! 3 → 1, the compiler knows the number of units on both sides.
//!
//! ndarray's product is that of the crate matrixmultiply. Two 2048 × 2048 matrices take it 1.5 times as long as NumPy's (OpenBLAS), each
//! on one core: 21 against 32 billion operations a second (29 Nov 2026, AMD EPYC with AVX2 and without AVX-512, time on the
//! processor, three turns). So the large rows of the benchmark cannot come to 75 % of NumPy's product there, whatever is done around
//! the products. A kernel of our own for AVX2 would have to be called as unsafe code, which this crate forbids; without it the
//! compiler has two numbers at once.

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
        let is_thin = self.before.min(self.after) < THIN || rows < FEW_ROWS || self.count() < FEW_WIRES;
        is_thin || self.count() * rows < SMALL
    }
}

// Plain loops win with fewer units on one side than THIN, with fewer examples than FEW_ROWS, fewer wires than FEW_WIRES, or fewer
// multiplications than SMALL; with fewer wires than FEW_WIRES they are used even where they are slower, because the general product
// depends on the processor (with fused multiplication and addition its last bits are others), and small networks give the same
// bits everywhere. The general product works on tiles of 8 × 4 or larger, and would fill them with zeros. Measured with
// 36 networks of 1 to 1024 units and 4 to 1000 examples: it takes 0.8 times the loops' time for 3-10-3 and 100 examples, 0.5 for
// 16-16-16; 1.1 for 4-4-4 and 1000 examples, 1.4 for 2-256-1.
const THIN: usize = 3;
const FEW_ROWS: usize = 4;
const FEW_WIRES: usize = 65;
const SMALL: usize = 1000;

/// z = a W + b, with a examples × before and z examples × after; b is empty when there are no biases.
#[inline]
pub fn weigh(rows: usize, a: &[f64], w: &[f64], b: &[f64], wires: Wires, z: &mut [f64]) {
    let Wires { before, after } = wires;
    if wires.is_small(rows) {
        match (before, after) {
            (2, 3) => return weigh_to::<3>(2, a, w, b, z),
            (3, 1) => return weigh_to_one(3, a, w, b, z),
            (_, 1) => return weigh_to_one(before, a, w, b, z),
            (_, 2) => return weigh_to::<2>(before, a, w, b, z),
            (_, 3) => return weigh_to::<3>(before, a, w, b, z),
            (_, 4) => return weigh_to::<4>(before, a, w, b, z),
            _ => {}
        }
    }
    match b {
        [] => z.fill(0.0),
        _ => z.chunks_exact_mut(after).for_each(|z| z.copy_from_slice(b)),
    }
    if !wires.is_small(rows) {
        let (a, w) = (matrix(a, rows, before), matrix(w, before, after));
        return general_mat_mul(1.0, &a, &w, 1.0, &mut matrix_mut(z, rows, after));
    }
    for (a, z) in a.chunks_exact(before).zip(z.chunks_exact_mut(after)) {
        a.iter().zip(w.chunks_exact(after)).for_each(|(&a, w)| add_scaled(a, w, z));
    }
}

/// [`weigh`] to a single unit.
#[inline(always)]
fn weigh_to_one(before: usize, a: &[f64], w: &[f64], b: &[f64], z: &mut [f64]) {
    let (b, w) = (b.first().copied().unwrap_or(0.0), &w[..before]);
    z.iter_mut().zip(a.chunks_exact(before)).for_each(|(z, a)| *z = b + dot(a, w));
}

/// [`weigh`] to a number of units that the compiler knows.
#[inline(always)]
fn weigh_to<const AFTER: usize>(before: usize, a: &[f64], w: &[f64], b: &[f64], z: &mut [f64]) {
    let b = b.first_chunk::<AFTER>().copied().unwrap_or([0.0; AFTER]);
    let w = &w.as_chunks::<AFTER>().0[..before];
    for (a, z) in a.chunks_exact(before).zip(z.as_chunks_mut::<AFTER>().0) {
        let mut sums = b;
        a.iter().zip(w).for_each(|(a, w)| (0..AFTER).for_each(|k| sums[k] += a * w[k]));
        *z = sums;
    }
}

/// dj_da = δ Wᵀ, with δ examples × after and dj_da examples × before.
#[inline]
pub fn pass_back(rows: usize, delta: &[f64], w: &[f64], wires: Wires, dj_da: &mut [f64]) {
    let Wires { before, after } = wires;
    if !wires.is_small(rows) {
        let (delta, w) = (matrix(delta, rows, after), matrix(w, before, after));
        return general_mat_mul(1.0, &delta, &w.t(), 0.0, &mut matrix_mut(dj_da, rows, before));
    }
    match (before, after) {
        (3, 1) => pass_back_from_one(3, delta, w, dj_da),
        (_, 1) => pass_back_from_one(before, delta, w, dj_da),
        _ => {
            for (delta, dj_da) in delta.chunks_exact(after).zip(dj_da.chunks_exact_mut(before)) {
                dj_da.iter_mut().zip(w.chunks_exact(after)).for_each(|(dj_da, w)| *dj_da = dot(delta, w));
            }
        }
    }
}

/// [`pass_back`] from a single unit.
#[inline(always)]
fn pass_back_from_one(before: usize, delta: &[f64], w: &[f64], dj_da: &mut [f64]) {
    let w = &w[..before];
    for (delta, dj_da) in delta.iter().zip(dj_da.chunks_exact_mut(before)) {
        dj_da.iter_mut().zip(w).for_each(|(dj_da, w)| *dj_da = delta * w);
    }
}

/// dj_dw += aᵀ δ, with a examples × before and δ examples × after.
#[inline]
pub fn add_weight_slopes(rows: usize, a: &[f64], delta: &[f64], wires: Wires, dj_dw: &mut [f64]) {
    let Wires { before, after } = wires;
    if !wires.is_small(rows) {
        let (a, delta) = (matrix(a, rows, before), matrix(delta, rows, after));
        return general_mat_mul(1.0, &a.t(), &delta, 1.0, &mut matrix_mut(dj_dw, before, after));
    }
    match (before, after) {
        // a column: aᵀ δ has the entries of δᵀ a
        (3, 1) => add_weight_slopes_of::<3>(1, delta, a, dj_dw),
        (_, 1) => {
            a.chunks_exact(before).zip(delta).for_each(|(a, &delta)| add_scaled(delta, a, dj_dw));
        }
        (2, 3) => add_weight_slopes_of::<3>(2, a, delta, dj_dw),
        (_, 2) => add_weight_slopes_of::<2>(before, a, delta, dj_dw),
        (_, 3) => add_weight_slopes_of::<3>(before, a, delta, dj_dw),
        (_, 4) => add_weight_slopes_of::<4>(before, a, delta, dj_dw),
        _ => {
            for (a, delta) in a.chunks_exact(before).zip(delta.chunks_exact(after)) {
                let dj_dw = dj_dw.chunks_exact_mut(after);
                a.iter().zip(dj_dw).for_each(|(&a, dj_dw)| add_scaled(a, delta, dj_dw));
            }
        }
    }
}

/// [`add_weight_slopes`] of a number of units that the compiler knows.
#[inline(always)]
fn add_weight_slopes_of<const AFTER: usize>(before: usize, a: &[f64], delta: &[f64], dj_dw: &mut [f64]) {
    let dj_dw = &mut dj_dw.as_chunks_mut::<AFTER>().0[..before];
    for (a, delta) in a.chunks_exact(before).zip(delta.as_chunks::<AFTER>().0) {
        for (a, dj_dw) in a.iter().zip(&mut *dj_dw) {
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
    let b = b.map_or(&[][..], contiguous);
    weigh(a.nrows(), &row_by_row(a), &row_by_row(w), b, Wires::of(w), contents(&mut z));
    z
}

/// δ Wᵀ.
pub(crate) fn passed_back(delta: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    let mut dj_da = Array2::zeros((delta.nrows(), w.nrows()));
    pass_back(delta.nrows(), &row_by_row(delta), &row_by_row(w), Wires::of(w), contents(&mut dj_da));
    dj_da
}

/// aᵀ δ.
pub(crate) fn weight_slopes(a: &Array2<f64>, delta: &Array2<f64>) -> Array2<f64> {
    let mut dj_dw = Array2::zeros((a.ncols(), delta.ncols()));
    let wires = Wires::of(&dj_dw);
    add_weight_slopes(a.nrows(), &row_by_row(a), &row_by_row(delta), wires, contents(&mut dj_dw));
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

/// The parameters as a slice: arrays that we make are contiguous.
pub(crate) fn contiguous(params: &Array1<f64>) -> &[f64] {
    params.as_slice().expect("parameters are contiguous")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_are_ndarrays_for_every_shape() {
        let numbers = |rows: usize, columns: usize, factor: usize| {
            Array2::from_shape_fn((rows, columns), |(r, c)| ((r * columns + c) * factor % 13) as f64 - 6.0)
        };
        let slice = |array: &Array2<f64>| array.iter().copied().collect::<Vec<f64>>();
        for rows in [1, 3, 5, 40, 150] {
            for (before, after) in [(1, 1), (2, 3), (3, 1), (4, 4), (9, 5), (1, 30), (30, 1), (31, 33)] {
                let wires = Wires { before, after };
                let (a, w, delta) =
                    (numbers(rows, before, 5), numbers(before, after, 7), numbers(rows, after, 3));
                let b = slice(&numbers(1, after, 11));
                let (mut z, mut dj_da, mut dj_dw) =
                    (vec![f64::NAN; rows * after], vec![f64::NAN; rows * before], vec![3.0; wires.count()]);
                // whole numbers: every order of summation gives the same
                weigh(rows, &slice(&a), &slice(&w), &b, wires, &mut z);
                assert_eq!(z, slice(&(a.dot(&w) + Array1::from(b))), "{rows} {before} {after}");
                weigh(rows, &slice(&a), &slice(&w), &[], wires, &mut z);
                assert_eq!(z, slice(&a.dot(&w)), "{rows} {before} {after}");
                pass_back(rows, &slice(&delta), &slice(&w), wires, &mut dj_da);
                assert_eq!(dj_da, slice(&delta.dot(&w.t())), "{rows} {before} {after}");
                add_weight_slopes(rows, &slice(&a), &slice(&delta), wires, &mut dj_dw);
                assert_eq!(dj_dw, slice(&(a.t().dot(&delta) + 3.0)), "{rows} {before} {after}");
            }
        }
    }
}
