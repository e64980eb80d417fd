//! Generic code that cells use over and over, compiled once: rustc takes what a crate like this one holds, instead of compiling it
//! anew for each cell.
//!
//! A difference of two arrays alone is 150 functions of ndarray's and of the standard library's. Nothing here is ever called. What
//! is not listed works as well, and takes the cell longer. The list follows what the cells of the series do.

#![allow(dead_code)]

use super::VariableStore;
use demystified::ndarray::*;
use demystified::*;

type A1 = Array1<f64>;
type A2 = Array2<f64>;

/// A variable's way out of the store, through a cell and back.
fn kept<T: 'static>(store: &mut VariableStore, value: T) {
    store.check_variable::<T>("");
    store.put_variable("", value);
    drop(store.take_variable::<T>(""));
}

macro_rules! variables {
    ($($name:ident: $type:ty),* $(,)?) => { $(
        pub fn $name(store: &mut VariableStore, value: $type) {
            kept(store, value);
        }
    )* };
}

variables! {
    array1: A1, array2: A2, number: f64, count: usize, seed: u64, vector: Vec<f64>, counts: Vec<usize>, arrays: Vec<A2>, words: &'static str,
    text: String, answer: bool, dataset: Dataset, scaler: Scaler, network: Network, networks: Vec<Network>, pass: ForwardPass,
    gradients: Gradients, check: GradientCheck, checks: Vec<GradientCheck>, trainer: Trainer, run: TrainingRun, runs: Vec<TrainingRun>,
    axes: plot::Axes, figure: plot::Figure, curve: LearningCurve, folds: Vec<Fold>, nodes: Vec<plot::GraphNode>, diagnosis: Diagnosis,
    claims: Vec<Claim>, cost: Cost, activation: Activation, method: Method, pair: (usize, usize),
}

/// What a cell returns when it fails.
pub fn failed(error: Error) -> String {
    error.to_string()
}

macro_rules! tried {
    ($($name:ident: $type:ty),* $(,)?) => { $(
        /// What `?` takes apart.
        pub fn $name(result: Result<$type>) -> Result<Option<$type>> {
            Ok(Some(result?))
        }
    )* };
}

tried! {
    try_number: f64, try_array1: A1, try_array2: A2, try_network: Network, try_dataset: Dataset, try_scaler: Scaler,
    try_pass: ForwardPass, try_gradients: Gradients, try_check: GradientCheck, try_run: TrainingRun, try_runs: Vec<TrainingRun>,
    try_figure: plot::Figure, try_chart: Explorable, try_diagnosis: Diagnosis, try_curve: LearningCurve, try_folds: Vec<Fold>,
}

macro_rules! operators {
    ($name:ident: $array:ty) => {
        /// Sums, differences, products and quotients of arrays and numbers.
        pub fn $name(a: &$array, b: &$array) -> Vec<$array> {
            let own = || a.clone();
            let mut changed = a.clone();
            changed += b;
            changed -= b;
            changed *= b;
            changed += 2.0;
            changed -= 2.0;
            changed *= 2.0;
            changed /= 2.0;
            let of_two = vec![a + b, a - b, a * b, a / b, own() + b, own() - b, own() * b, own() / b];
            let of_own =
                vec![a + own(), a - own(), a * own(), a / own(), own() + own(), own() - own(), own() * own()];
            let with_number =
                vec![a + 2.0, a - 2.0, a * 2.0, a / 2.0, own() + 2.0, own() - 2.0, own() * 2.0, own() / 2.0];
            let of_number =
                vec![2.0 + a, 2.0 - a, 2.0 * a, 2.0 + own(), 2.0 - own(), 2.0 * own(), -a, -own(), changed];
            [of_two, of_own, with_number, of_number].concat()
        }
    };
}

operators!(operators1: A1);
operators!(operators2: A2);

/// Matrix products.
pub fn products(a: &A2, b: &A2, v: &A1) -> (Vec<A2>, Vec<A1>, f64) {
    let products = vec![a.dot(b), a.t().dot(b), a.dot(&b.t()), a.t().dot(&b.t())];
    (products, vec![a.dot(v), v.dot(a)], v.dot(v))
}

/// Places, rows, columns and sums.
pub fn places(a: &mut A2, v: &mut A1, list: &mut Vec<f64>, counts: &mut Vec<usize>) -> f64 {
    a[[0, 0]] = a[[0, 1]] + a[(0, 0)];
    v[0] = v[1];
    list[0] = list[1];
    counts[0] = counts[1];
    list.push(v[0]);
    counts.push(list.len());
    let rows = [a.row(0).to_owned(), a.column(0).to_owned(), a.sum_axis(Axis(0)), v.mapv(f64::abs), v.abs()];
    let sums = rows.iter().map(|row| row.sum()).sum::<f64>() + a.row(0).sum() + a.column(0).sum();
    let ends =
        v.iter().chain(a.iter()).copied().fold(f64::MIN, f64::max) + list.iter().copied().fold(0.0, f64::max);
    let means = a.mean().unwrap_or_default() + v.mean().unwrap_or_default();
    sums + ends + means + list.iter().sum::<f64>() + a.sum() + (a.nrows() + a.ncols() + v.len()) as f64
}

/// Functions of each entry.
pub fn mapped(a: &A2, v: &A1, f: fn(f64) -> f64) -> (Vec<A2>, Vec<A1>) {
    (
        vec![
            a.mapv(sigmoid),
            a.mapv(sigmoid_prime),
            a.mapv(f),
            a.mapv(f64::abs),
            a.abs(),
            a.t().to_owned(),
            a.pow2(),
        ],
        vec![v.mapv(sigmoid), v.mapv(sigmoid_prime), v.mapv(f), v.pow2()],
    )
}

/// New arrays.
pub fn made(list: Vec<f64>, n: usize) -> (Vec<A1>, Vec<A2>) {
    (
        vec![
            array![1.0],
            array![1.0, 2.0],
            array![1.0, 2.0, 3.0],
            Array1::zeros(n),
            Array1::ones(n),
            Array1::linspace(0.0, 1.0, n),
            Array1::logspace(10.0, 0.0, 1.0, n),
            list.iter().copied().collect(),
            Array1::from_vec(list),
        ],
        vec![
            array![[1.0]],
            array![[1.0], [2.0]],
            array![[1.0], [2.0], [3.0]],
            array![[1.0, 2.0]],
            array![[1.0, 2.0], [3.0, 4.0]],
            array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
            array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
            array![[1.0, 2.0, 3.0]],
            Array2::zeros((n, n)),
            Array2::ones((n, n)),
        ],
    )
}

/// Lists of claims, and what they are made from.
pub fn listed(claim: fn() -> Claim) -> Vec<Claim> {
    let lists = [
        vec![claim()],
        vec![claim(), claim()],
        vec![claim(), claim(), claim()],
        vec![claim(), claim(), claim(), claim()],
        vec![claim(), claim(), claim(), claim(), claim()],
        vec![claim(), claim(), claim(), claim(), claim(), claim()],
    ];
    lists.concat()
}
