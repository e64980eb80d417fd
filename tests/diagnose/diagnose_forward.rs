//! `diagnose_forward`: a forward pass written anew here, with a mistake planted in it.

use crate::case::{Case, copied, f, pick, same, sleep, slope};
use demystified::ndarray::{Array1, Array2, Axis};
use demystified::{Activation, Diagnosis, Part, diagnose_forward};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use Activation::{Identity, Relu, Sigmoid, Softmax, Tanh};

const NETWORKS: usize = 10;

type Table = Array2<f64>;

/// One layer on the way to z, as a reader computes it.
struct Sum<'a> {
    case: &'a Case,
    layer: usize,
    a: &'a Table,
    z: Option<&'a Table>,
}

impl Sum<'_> {
    fn w(&self) -> Table {
        self.case.net.w(self.layer - 1)
    }

    fn b(&self) -> Array1<f64> {
        match self.case.net.has_bias() {
            true => self.case.net.b(self.layer - 1),
            false => Array1::zeros(self.w().ncols()),
        }
    }
}

/// Where a mistake is made.
enum Wrong {
    Z(fn(&Sum) -> Option<Table>),
    A(fn(Activation, &Table) -> Option<Table>),
}

use Wrong::{A, Z};

fn each(z: &Table, of: bool, f: impl Fn(f64) -> f64) -> Option<Table> {
    of.then(|| z.mapv(f))
}

const MISTAKES: &[(&str, Wrong)] = &[
    ("biases forgotten", Z(|s| s.case.net.has_bias().then(|| s.a.dot(&s.w())))),
    ("W transposed", Z(|s| s.w().is_square().then(|| s.a.dot(&s.w().t()) + &s.b()))),
    ("z passed on", Z(|s| s.z.map(|z| z.dot(&s.w()) + &s.b()))),
    (
        "first bias for all",
        Z(|s| (s.case.net.has_bias() && s.w().ncols() > 1).then(|| s.a.dot(&s.w()) + s.b()[0])),
    ),
    ("biases subtracted", Z(|s| s.case.net.has_bias().then(|| s.a.dot(&s.w()) - &s.b()))),
    ("biases twice", Z(|s| s.case.net.has_bias().then(|| s.a.dot(&s.w()) + &s.b() + &s.b()))),
    (
        "bias of another layer",
        Z(|s| {
            let fits = |b: &usize| *b != s.layer - 1 && s.case.net.b(*b).len() == s.w().ncols();
            let other = s.case.net.has_bias().then(|| (1..s.case.last()).find(fits))??;
            Some(s.a.dot(&s.w()) + &s.case.net.b(other))
        }),
    ),
    ("activation missing", A(|of, z| (of != Identity).then(|| z.clone()))),
    ("exponent's sign flipped", A(|of, z| Some(f(of, &-z)))),
    ("activation twice", A(|of, z| Some(f(of, &f(of, z))))),
    ("slope for activation", A(|of, z| (of != Softmax).then(|| slope(of, z)))),
    ("softmax over columns", A(|of, z| (of == Softmax).then(|| f(of, &z.t().to_owned()).reversed_axes()))),
    ("another activation", A(|of, z| (of != Sigmoid).then(|| f(Sigmoid, z)))),
    ("z / (1 + e^−z)", A(|of, z| each(z, of == Sigmoid, |z| z / (1.0 + (-z).exp())))),
    ("1 / (1 + z^−1)", A(|of, z| each(z, of == Sigmoid, |z| 1.0 / (1.0 + z.powi(-1))))),
    ("1 + e^−z", A(|of, z| each(z, of == Sigmoid, |z| 1.0 + (-z).exp()))),
    ("1 / (1 − e^−z)", A(|of, z| each(z, of == Sigmoid, |z| 1.0 / (1.0 - (-z).exp())))),
    ("tanh z/2", A(|of, z| each(z, of == Tanh, |z| 2.0 / (1.0 + (-z).exp()) - 1.0))),
    ("leaky ReLU", A(|of, z| each(z, of == Relu, |z| z.max(0.01 * z)))),
    ("absolute value", A(|of, z| each(z, of == Relu, f64::abs))),
    ("e^z alone", A(|of, z| each(z, of == Softmax, f64::exp))),
    (
        "z divided by its sum",
        A(|of, z| (of == Softmax).then(|| z / &z.sum_axis(Axis(1)).insert_axis(Axis(1)))),
    ),
];

/// z^(2), a^(2), … with this mistake in one layer; none where it cannot be made.
fn forward(case: &Case, wrong: Option<(&Wrong, usize)>) -> Option<Vec<Table>> {
    let mut arrays: Vec<Table> = Vec::new();
    for layer in 2..=case.last() {
        let a = arrays.last().unwrap_or(&case.x).clone();
        let before = arrays.len().checked_sub(2).map(|k| arrays[k].clone());
        let sum = Sum { case, layer, a: &a, z: before.as_ref() };
        let here = wrong.filter(|(_, at)| *at == layer).map(|(wrong, _)| wrong);
        let z = match here {
            Some(Z(compute)) => compute(&sum)?,
            _ => a.dot(&sum.w()) + &sum.b(),
        };
        let a = match here {
            Some(A(compute)) => compute(case.activation(layer), &z)?,
            _ => f(case.activation(layer), &z),
        };
        arrays.extend([z, a]);
    }
    arrays.iter().flatten().all(|v| v.is_finite() && v.abs() < 1e3).then_some(arrays)
}

fn diagnosis_of(case: &Case, arrays: &[Table]) -> Diagnosis {
    diagnose_forward(&case.net, &case.x, arrays).expect("arrays of the right shapes")
}

#[test]
fn every_planted_mistake_is_named_from_all_arrays_and_from_the_predictions() {
    let mut faults = Vec::new();
    for (k, (name, wrong)) in MISTAKES.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(300 + k as u64);
        let mut drawn = 0;
        while drawn < NETWORKS {
            let case = Case::random(&mut rng);
            let layer = 2 + pick(&mut rng, case.last() - 1);
            let (Some(arrays), Some(right)) = (forward(&case, Some((wrong, layer))), forward(&case, None))
            else {
                continue;
            };
            let last = arrays.len() - 1;
            // a unit that is 0 throughout says nothing
            let is_flat = arrays.iter().any(|a| a.iter().all(|v| *v == 0.0));
            if same(&arrays[last..], &right[last..], 0.03) || case.x.nrows() < 3 || is_flat {
                continue;
            }
            drawn += 1;
            for shown in [arrays.clone(), copied(&arrays, 8, true), copied(&arrays, 4, true)] {
                let found = diagnosis_of(&case, &shown);
                if found.is_right() || !found.mistakes().iter().any(|one| one.name() == *name) {
                    faults.push(format!("{name} in layer {layer}, all arrays: {found}\n{case:?}\n{shown:?}"));
                }
            }
            for (shown, must) in
                [(arrays.clone(), true), (copied(&arrays, 8, true), true), (copied(&arrays, 4, true), false)]
            {
                let found = diagnosis_of(&case, &shown[last..]);
                let is_named = found.mistakes().iter().any(|one| one.name() == *name);
                let is_fine = if found.is_unknown() { !must } else { is_named };
                if found.is_right() || !is_fine {
                    faults.push(format!("{name} in layer {layer}, ŷ alone: {found}\n{case:?}\n{shown:?}"));
                }
            }
        }
    }
    for fault in faults.iter().take(30) {
        println!("{}", fault.chars().take(1200).collect::<String>());
    }
    assert!(faults.is_empty(), "{} faults", faults.len());
}

#[test]
fn a_right_pass_is_right_also_when_it_is_copied_and_a_random_one_never() {
    let mut rng = ChaCha8Rng::seed_from_u64(302);
    let mut named = 0;
    for _ in 0..500 {
        let case = Case::random(&mut rng);
        let Some(arrays) = forward(&case, None) else { continue };
        let diagnosis = diagnosis_of(&case, &arrays);
        assert!(diagnosis.is_right() && diagnosis.mistakes().is_empty(), "{diagnosis:?}\n{case:?}");
        let diagnosis = diagnosis_of(&case, &copied(&arrays, 6, false));
        assert!(diagnosis.is_right(), "{diagnosis:?}\n{case:?}");
        let random: Vec<Table> =
            arrays.iter().map(|a| a + &Table::random_using(a.dim(), StandardNormal, &mut rng)).collect();
        let diagnosis = diagnosis_of(&case, &random);
        assert!(!diagnosis.is_right());
        named += usize::from(!diagnosis.is_unknown());
    }
    assert!(named <= 1, "{named} random passes were explained");
}

#[test]
fn two_mistakes_in_two_layers_are_both_found() {
    let case = sleep(4);
    let z2 = case.x.dot(&case.net.w(1));
    let a2 = f(Sigmoid, &-&z2);
    let z3 = z2.dot(&case.net.w(2));
    let y_hat = f(Sigmoid, &z3);
    let arrays = [z2, a2, z3, y_hat];
    for shown in [arrays.to_vec(), copied(&arrays, 4, true)] {
        let found = diagnosis_of(&case, &shown);
        let names: Vec<&str> = found.mistakes().iter().map(|one| one.name()).collect();
        assert_eq!(names, ["exponent's sign flipped", "z passed on"], "{found}");
    }
}

#[test]
fn raw_hours_instead_of_scaled_ones_are_recognised() {
    let mut case = sleep(4);
    let x = case.x.clone();
    case.x = &case.x * &Array1::from_vec(vec![10.0, 5.0]);
    let arrays = forward(&case, None).expect("a forward pass");
    case.x = x;
    let text = diagnosis_of(&case, &arrays).to_string();
    assert!(
        text.starts_with("Not yet: z⁽²⁾ is that of another x, with its columns multiplied by 10"),
        "{text}"
    );
}

#[test]
fn examples_as_columns_and_predictions_with_one_axis_are_conventions() {
    let case = sleep(4);
    let arrays = forward(&case, None).expect("a forward pass");
    let turned: Vec<Table> = arrays.iter().map(|a| a.t().to_owned()).collect();
    for x in [case.x.clone(), case.x.t().to_owned()] {
        let found = diagnose_forward(&case.net, &x, &turned).expect("a diagnosis");
        assert!(found.is_right(), "{found}");
        assert_eq!(found.mistakes()[0].name(), "examples as columns");
    }
    let found = diagnosis_of(&case, &turned[3..]);
    assert!(found.is_right(), "{found}");
    assert_eq!((found.mistakes()[0].name(), found.mistakes()[0].at()), ("one axis", &[Part::A(3)][..]));
}
