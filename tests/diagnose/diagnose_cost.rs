//! `diagnose_cost`: the cost written anew here, with a mistake planted in it, and the costs of other conventions.

use crate::case::{Case, f, sleep};
use demystified::ndarray::Array2;
use demystified::{Activation, Cost, diagnose_cost};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const NETWORKS: usize = 10;

/// What a cost is made of.
struct Terms {
    y: Array2<f64>,
    y_hat: Array2<f64>,
    n: f64,
    /// 1 for a sum, 1/N for a mean.
    per: f64,
    lambda: f64,
    weights: Vec<Array2<f64>>,
    biases: f64,
    cross: bool,
    softmax: bool,
}

impl Terms {
    fn of(case: &Case) -> Terms {
        let mut a = case.x.clone();
        for layer in 2..=case.last() {
            let mut z = a.dot(&case.net.w(layer - 1));
            if case.net.has_bias() {
                z += &case.net.b(layer - 1);
            }
            a = f(case.activation(layer), &z);
        }
        let n = case.y.nrows() as f64;
        let params = case.net.params().to_vec();
        let weights: Vec<Array2<f64>> = (1..case.last()).map(|layer| case.net.w(layer)).collect();
        let n_weights: usize = weights.iter().map(Array2::len).sum();
        Terms {
            y: case.y.clone(),
            y_hat: a,
            n,
            per: if case.net.cost_function() == Cost::SumOfSquares { 1.0 } else { 1.0 / n },
            lambda: case.lambda(),
            weights,
            biases: params[n_weights..].iter().map(|b| b * b).sum(),
            cross: matches!(case.net.cost_function(), Cost::CrossEntropy { .. }),
            softmax: case.activation(case.last()) == Activation::Softmax,
        }
    }

    fn sum(&self, term: impl Fn(f64, f64) -> f64) -> f64 {
        self.y.iter().zip(&self.y_hat).map(|(&y, &p)| term(y, p)).sum()
    }

    fn squares(&self) -> f64 {
        self.sum(|y, p| (y - p) * (y - p))
    }

    fn entropy(&self) -> f64 {
        match self.softmax {
            true => self.sum(|y, p| -y * p.ln()),
            false => self.sum(|y, p| -y * p.ln() - (1.0 - y) * (1.0 - p).ln()),
        }
    }

    fn data(&self) -> f64 {
        self.per * if self.cross { self.entropy() } else { 0.5 * self.squares() }
    }

    fn w_squares(&self) -> f64 {
        self.weights.iter().flatten().map(|w| w * w).sum()
    }

    fn penalty(&self) -> f64 {
        0.5 * self.lambda * self.w_squares()
    }

    fn right(&self) -> f64 {
        self.data() + self.penalty()
    }
}

type Planted = (&'static str, fn(&Terms) -> Option<f64>);

fn when(fits: bool, value: f64) -> Option<f64> {
    fits.then_some(value)
}

/// The mistakes, each with its J.
const MISTAKES: &[Planted] = &[
    ("truth broadcast", |t| {
        let all: f64 = t.y.iter().map(|y| t.y_hat.iter().map(|p| (y - p) * (y - p)).sum::<f64>()).sum();
        when(!t.cross && t.y.ncols() == 1, 0.5 * t.per * all + t.penalty())
    }),
    ("truth broadcast", |t| {
        // np.mean((y - y_hat)**2) with one axis
        let all: f64 = t.y.iter().map(|y| t.y_hat.iter().map(|p| (y - p) * (y - p)).sum::<f64>()).sum();
        when(!t.cross && t.y.ncols() == 1, all / (t.n * t.n) + t.penalty())
    }),
    ("errors not squared", |t| when(!t.cross, t.sum(|y, p| p - y) + t.penalty())),
    ("absolute errors", |t| when(!t.cross, 0.5 * t.per * t.sum(|y, p| (y - p).abs()) + t.penalty())),
    ("squared error for cross-entropy", |t| when(t.cross, 0.5 * t.per * t.squares() + t.penalty())),
    ("second term forgotten", |t| {
        when(t.cross && !t.softmax, t.per * t.sum(|y, p| -y * p.ln()) + t.penalty())
    }),
    ("second term's sign", |t| {
        let wrong = t.sum(|y, p| -y * p.ln() + (1.0 - y) * (1.0 - p).ln());
        when(t.cross && !t.softmax, t.per * wrong + t.penalty())
    }),
    ("logarithm to base 10", |t| when(t.cross, t.data() / 10f64.ln() + t.penalty())),
    ("halved", |t| when(t.cross, 0.5 * t.data() + t.penalty())),
    ("biases penalised", |t| when(t.biases > 0.0 && t.lambda > 0.0, t.right() + 0.5 * t.lambda * t.biases)),
    ("biases penalised, without ½", |t| {
        when(t.biases > 0.0 && t.lambda > 0.0, t.data() + t.lambda * (t.w_squares() + t.biases))
    }),
    ("penalty forgotten", |t| when(t.lambda > 0.0, t.data())),
    ("penalty twice", |t| when(t.lambda > 0.0, t.data() + 2.0 * t.penalty())),
    ("penalty subtracted", |t| when(t.lambda > 0.0, t.data() - t.penalty())),
    ("penalty over N", |t| when(t.lambda > 0.0 && t.n > 2.0, t.data() + t.penalty() / t.n)),
    ("bracket of the penalty lost", |t| {
        let rest: f64 = t.weights[1..].iter().flatten().map(|w| w * w).sum();
        let first: f64 = t.weights[0].iter().map(|w| w * w).sum();
        when(t.lambda > 0.0 && t.weights.len() > 1, t.data() + 0.5 * t.lambda * first + rest)
    }),
    ("norm in the penalty", |t| {
        let norms: f64 = t.weights.iter().map(|w| w.iter().map(|w| w * w).sum::<f64>().sqrt()).sum();
        when(t.lambda > 0.0, t.data() + 0.5 * t.lambda * norms)
    }),
    ("absolute weights", |t| {
        let sizes: f64 = t.weights.iter().flatten().map(|w| w.abs()).sum();
        when(t.lambda > 0.0, t.data() + 0.5 * t.lambda * sizes)
    }),
    ("a language's own sum", |t| {
        let columns = t.weights[0].ncols();
        let first: f64 = t.weights.iter().map(|w| w.column(0).iter().map(|w| w * w).sum::<f64>()).sum();
        when(t.lambda > 0.0 && columns > 1, t.data() + 0.5 * t.lambda * first)
    }),
];

/// Right costs of other conventions: J, and how many times this network's own it is, without a penalty.
const CONVENTIONS: &[Planted] = &[
    ("the mean of the squares", |t| when(!t.cross && t.lambda == 0.0, t.squares() / t.n)),
    ("the mean of the squares over all entries", |t| {
        when(!t.cross && t.lambda == 0.0, t.squares() / t.y.len() as f64)
    }),
    ("the sum of the squares", |t| when(!t.cross && t.lambda == 0.0, t.squares())),
    ("half the sum plus a penalty", |t| when(!t.cross && t.lambda > 0.0, 0.5 * t.squares() + t.penalty())),
    ("the sum of the cross-entropies", |t| when(t.cross && t.lambda == 0.0, t.entropy())),
];

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 0.02 * one.abs().max(other.abs())
}

/// A case on which the number is not the right one.
fn draw(planted: &Planted, rng: &mut ChaCha8Rng) -> (Case, f64) {
    loop {
        let case = Case::random(rng);
        let terms = Terms::of(&case);
        let lambda_shows = terms.lambda == 0.0 || terms.lambda > 1e-3;
        if let Some(j) = planted.1(&terms)
            && lambda_shows
            && case.x.nrows() > 2
            // softmax of one output is always 1
            && !(terms.softmax && case.y.ncols() == 1)
            && j.is_finite()
            && terms.right().is_finite()
            && !is_close(j, terms.right())
            && j.abs() > 0.01
        {
            return (case, j);
        }
    }
}

#[test]
fn every_planted_mistake_is_named_from_all_digits_from_8_and_from_32_bits() {
    for (k, planted) in MISTAKES.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(3000 + k as u64);
        for _ in 0..NETWORKS {
            let (case, j) = draw(planted, &mut rng);
            let shown = |text: String| text.parse::<f64>().expect("a number");
            for j in [j, shown(format!("{j:.8}")), f64::from(j as f32)] {
                let found = diagnose_cost(&case.net, &case.x, &case.y, j).expect("a diagnosis");
                let is_named = found.mistakes().iter().any(|one| one.name() == planted.0);
                // of 4 examples the mean over all pairs may be another cost's, and then that is said too
                assert!(is_named, "{} of {j}: {found}\n{case:?}", planted.0);
            }
            let found =
                diagnose_cost(&case.net, &case.x, &case.y, shown(format!("{j:.4}"))).expect("a diagnosis");
            let is_named = found.mistakes().iter().any(|one| one.name() == planted.0);
            assert!(
                found.is_unknown() || is_named || found.to_string().contains("by chance"),
                "{} of {j:.4}: {found}",
                planted.0
            );
        }
    }
}

#[test]
fn other_conventions_are_right_in_every_precision_and_say_the_factor() {
    for (k, planted) in CONVENTIONS.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(3100 + k as u64);
        for _ in 0..NETWORKS {
            let (case, j) = draw(planted, &mut rng);
            for shown in [format!("{j:e}"), format!("{j:.8}"), format!("{j:.4}"), format!("{:e}", j as f32)] {
                let j = shown.parse().expect("a number");
                let found = diagnose_cost(&case.net, &case.x, &case.y, j).expect("a diagnosis");
                assert!(found.is_right(), "{} of {shown}: {found}\n{case:?}", planted.0);
                assert!(found.to_string().contains("another convention"), "{found}");
            }
        }
    }
}

#[test]
fn a_right_cost_is_right_and_a_random_one_never() {
    let mut rng = ChaCha8Rng::seed_from_u64(201);
    let mut named = 0;
    let mut drawn = 0;
    while drawn < 500 {
        let case = Case::random(&mut rng);
        let right = Terms::of(&case).right();
        if !right.is_finite() || right.abs() < 1e-3 {
            continue;
        }
        drawn += 1;
        let diagnosis = diagnose_cost(&case.net, &case.x, &case.y, right).expect("a diagnosis");
        assert!(diagnosis.is_right() && diagnosis.mistakes().is_empty(), "{diagnosis:?}\n{case:?}");
        let random = right * (1.0 + f64::from(rng.next_u32()) / f64::from(u32::MAX)) + 0.01;
        let diagnosis = diagnose_cost(&case.net, &case.x, &case.y, random).expect("a diagnosis");
        assert!(!diagnosis.is_right(), "{random}: {diagnosis}");
        named += usize::from(!diagnosis.is_unknown());
    }
    assert!(named <= 1, "{named} random numbers were explained");
}

#[test]
fn two_mistakes_and_few_digits() {
    let case = sleep(3);
    let terms = Terms::of(&case);
    let right = terms.right();
    let shown = |j: f64| {
        let j = format!("{j:.4}").parse().expect("a number");
        diagnose_cost(&case.net, &case.x, &case.y, j).expect("a diagnosis")
    };
    assert!(shown(right).is_right() && shown(right).mistakes().is_empty());
    assert!(shown(2.0 * right).is_right(), "{}", shown(2.0 * right));
    assert_eq!(shown(2.0 * right).mistakes()[0].name(), "another cost");
    let few = diagnose_cost(&case.net, &case.x, &case.y, 0.3).expect("a diagnosis");
    assert!(few.is_unknown() && few.to_string().contains("too little"), "{few}");
}
