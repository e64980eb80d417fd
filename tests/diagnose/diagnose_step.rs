//! `diagnose_step`: one update of the weights, with a mistake planted in it.

use crate::case::{Case, pick};
use demystified::ndarray::{Array1, Axis};
use demystified::{Diagnosis, Network, diagnose_step};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The weights after a step, from the case, the weights, the slopes and the rate.
type Update = fn(&Case, &Array1<f64>, &Array1<f64>, f64) -> Option<Array1<f64>>;

fn slopes_at(case: &Case, params: &Array1<f64>) -> Array1<f64> {
    case.net.with_params(params).and_then(|net| net.gradients(&case.x, &case.y)).expect("slopes").to_vector()
}

/// How many of the parameters belong to W^(1).
fn first(case: &Case) -> usize {
    case.net.w(1).len()
}

const UPDATES: &[(&str, Update)] = &[
    ("uphill", |_, w, g, rate| Some(w + &(rate * g))),
    ("uphill", |case, w, g, rate| {
        // in W^(1) alone
        let mut step = w - &(rate * g);
        (0..first(case)).for_each(|k| step[k] = w[k] + rate * g[k]);
        (case.last() > 2).then_some(step)
    }),
    ("overwritten", |_, _, g, rate| Some(-rate * g)),
    ("overwritten", |_, _, g, rate| Some(rate * g)),
    ("another rate", |_, w, g, rate| Some(w - &(0.37 * rate * g))),
    ("momentum", |_, w, g, rate| Some(w - &(1.9 * rate * g))),
    ("momentum", |_, w, g, rate| Some(w - &(0.1 * rate * g))),
    ("gradients added up", |_, w, g, rate| Some(w - &(7.0 * rate * g))),
    ("decay", |_, w, g, rate| Some(w * 0.99 - &(rate * g))),
    ("not changed", |case, w, g, rate| {
        let mut step = w - &(rate * g);
        (0..first(case)).for_each(|k| step[k] = w[k]);
        (case.last() > 2).then_some(step)
    }),
    ("nothing changed", |_, w, _, _| Some(w.clone())),
    ("update per example", |case, w, _, rate| {
        let mut w = w.clone();
        for k in 0..case.x.nrows() {
            let (x, y) = (case.x.select(Axis(0), &[k]), case.y.select(Axis(0), &[k]));
            let slopes =
                case.net.with_params(&w).and_then(|net| net.gradients(&x, &y)).expect("slopes").to_vector();
            w = w - rate * slopes;
        }
        (case.x.nrows() > 2).then_some(w)
    }),
    ("several steps", |case, w, g, rate| {
        let once = w - &(rate * g);
        let slopes = slopes_at(case, &once);
        Some(once - rate * slopes)
    }),
    ("sign of the slopes", |_, w, g, rate| {
        g.iter().all(|g| *g != 0.0).then(|| w - &(rate * g.mapv(f64::signum)))
    }),
];

fn judged(case: &Case, after: &Array1<f64>, rate: f64) -> Diagnosis {
    let after = case.net.with_params(after).expect("parameters");
    diagnose_step(&case.net, &after, &case.x, &case.y, rate).expect("a diagnosis")
}

/// A case whose slopes are not all tiny.
fn draw(rng: &mut ChaCha8Rng) -> (Case, Array1<f64>) {
    loop {
        let case = Case::random(rng);
        let slopes = slopes_at(&case, &case.net.params());
        let n = case.net.w(1).len();
        let size = |some: &[f64]| some.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let all = slopes.to_vec();
        if size(&all[..n]) > 0.05 && size(&all[n..]) > 0.05 && size(&all) < 20.0 && case.x.nrows() > 2 {
            return (case, slopes);
        }
    }
}

#[test]
fn every_planted_update_is_named_from_all_digits_and_from_8_decimals() {
    for (k, (name, update)) in UPDATES.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(6000 + k as u64);
        let mut drawn = 0;
        while drawn < 20 {
            let (case, slopes) = draw(&mut rng);
            let rate = [0.5, 0.1, 0.03][pick(&mut rng, 3)];
            let w = case.net.params();
            let Some(after) = update(&case, &w, &slopes, rate) else { continue };
            if after.iter().any(|v| v.abs() > 1e3) {
                continue;
            }
            // after one step all units may be off: then a second one changes nothing
            let right = &w - &(rate * &slopes);
            if (&after - &right).iter().all(|d| d.abs() < 1e-6) {
                continue;
            }
            drawn += 1;
            for after in [after.clone(), after.mapv(|v| format!("{v:.8}").parse().expect("a number"))] {
                let found = judged(&case, &after, rate);
                // of 5 examples and 2 outputs a tenth is a mean of squares too, and both are said
                assert!(!found.is_right() || found.explanations.len() > 1, "{name}: {found}\n{case:?}");
                let is_named = found.mistakes().iter().any(|one| one.name() == *name);
                // 8 decimals of weights that did not change are other weights
                let is_rounded = after.iter().any(|v| format!("{v:.8}").parse() == Ok(*v));
                assert!(is_named || (is_rounded && name.contains("changed")), "{name}: {found}\n{case:?}");
            }
        }
    }
}

#[test]
fn a_right_step_is_right_and_one_along_wrong_slopes_says_what_is_wrong_with_them() {
    let mut rng = ChaCha8Rng::seed_from_u64(6100);
    for _ in 0..50 {
        let (case, slopes) = draw(&mut rng);
        let after = case.net.params() - 0.1 * &slopes;
        assert!(judged(&case, &after, 0.1).is_right());
        let single = after.mapv(|v| f64::from(v as f32));
        assert!(judged(&case, &single, 0.1).is_right(), "{}", judged(&case, &single, 0.1));
        let shown = after.mapv(|v| format!("{v:.8}").parse().expect("a number"));
        assert!(judged(&case, &shown, 0.1).is_right());
    }
    let case = crate::case::sleep(4);
    let pass = case.net.forward(&case.x).expect("a pass");
    let delta3 = &(pass.y_hat() - &case.y);
    let back = delta3.dot(&case.net.w(2).t());
    let a2 = pass.a(2);
    let delta2 = back * &a2 * &(1.0 - &a2);
    let (dw1, dw2) = (case.x.t().dot(&delta2), a2.t().dot(delta3));
    let slopes: Array1<f64> = dw1.iter().chain(&dw2).copied().collect();
    let found = judged(&case, &(case.net.params() - 0.3 * slopes), 0.3);
    assert_eq!(found.mistakes()[0].name(), "slope missing", "{found}");
}

#[test]
fn weights_of_few_digits_do_not_show_a_small_step() {
    let case = crate::case::sleep(4);
    let w = case.net.params().mapv(|v| format!("{v:.3}").parse::<f64>().expect("a number"));
    let net = case.net.with_params(&w).expect("parameters");
    let step = net.gradients(&case.x, &case.y).expect("slopes").to_vector();
    let after = (&w + &(1e-3 * step)).mapv(|v| format!("{v:.3}").parse::<f64>().expect("a number"));
    let after: Network = net.with_params(&after).expect("parameters");
    let found = diagnose_step(&net, &after, &case.x, &case.y, 1e-3).expect("a diagnosis");
    assert!(!found.is_right() && found.to_string().contains("too few"), "{found}");
}
