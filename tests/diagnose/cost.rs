//! `diagnose_cost`: the cost written anew here, with a mistake planted in it.

use crate::case::{Case, DRAWS, MAX_WRONG, f, sleep};
use demystified::ndarray::{Array2, Axis};
use demystified::{Activation, Cost, Factor, Mistake, Part, diagnose_cost};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// z of the output, and ŷ.
fn forward(case: &Case) -> (Array2<f64>, Array2<f64>) {
    let (mut z, mut a) = (case.x.clone(), case.x.clone());
    for layer in 2..=case.last() {
        z = a.dot(&case.net.w(layer - 1));
        if case.net.has_bias() {
            z += &case.net.b(layer - 1);
        }
        a = f(case.activation(layer), &z);
    }
    (z, a)
}

/// What a reader gets who makes these mistakes.
fn plant(case: &Case, mistakes: &[Mistake]) -> Option<f64> {
    let (_, y_hat) = forward(case);
    let (y, n, k) = (&case.y, case.y.nrows() as f64, case.y.ncols() as f64);
    let has = |mistake: Mistake| mistakes.contains(&mistake);
    let softmax = case.activation(case.last()) == Activation::Softmax;
    let sum_over = |loss: &dyn Fn(f64, f64) -> f64| {
        let mut sum = 0.0;
        for (row, truths) in y.axis_iter(Axis(0)).enumerate() {
            for (column, &truth) in truths.iter().enumerate() {
                if has(Mistake::TruthBroadcast) {
                    sum += y_hat.column(column).iter().map(|&p| loss(truth, p)).sum::<f64>();
                } else {
                    sum += loss(truth, y_hat[[row, column]]);
                }
            }
        }
        sum
    };
    let half = if has(Mistake::HalfForgotten) { 1.0 } else { 0.5 };
    let squares = || half * sum_over(&|y, p| (y - p) * (y - p));
    let entropy = || match softmax {
        true => -sum_over(&|y, p| y * p.ln()),
        false => -sum_over(&|y, p| y * p.ln() + (1.0 - y) * (1.0 - p).ln()),
    };
    let cross = matches!(case.net.cost_function(), Cost::CrossEntropy { .. });
    let mut data = match () {
        () if has(Mistake::ErrorsNotSquared) => 0.5 * sum_over(&|y, p| y - p),
        () if has(Mistake::AbsoluteErrors) => 0.5 * sum_over(&|y, p| (y - p).abs()),
        () if has(Mistake::SecondTermForgotten) => -sum_over(&|y, p| y * p.ln()),
        () if cross == has(Mistake::SquaredInsteadOfCrossEntropy)
            && !has(Mistake::CrossEntropyInsteadOfSquared) =>
        {
            squares()
        }
        () => entropy(),
    };
    let mean = case.net.cost_function() != Cost::SumOfSquares;
    if mean {
        data /= n;
    }
    let lambda = case.lambda();
    let squares_of = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
    let params = case.net.params().to_vec();
    let n_weights: usize = (1..case.last()).map(|layer| case.net.w(layer).len()).sum();
    let mut penalty = 0.5 * lambda * squares_of(&params[..n_weights]);
    let mut whole = 1.0;
    for mistake in mistakes {
        match mistake {
            Mistake::SumInsteadOfMean { .. } => data *= n,
            Mistake::MeanInsteadOfSum { .. } => data /= n,
            Mistake::MeanOverOutputs => data /= k,
            Mistake::MinusForgotten { .. } => data = -data,
            Mistake::SignFlipped { .. } => whole = -1.0,
            Mistake::FactorOff { factor, .. } | Mistake::DataFactorOff { factor, .. } => {
                let by = match factor {
                    Factor::Two => 2.0,
                    Factor::Half => 0.5,
                    Factor::N => n,
                    Factor::OneOverN => 1.0 / n,
                };
                if matches!(mistake, Mistake::FactorOff { .. }) { whole *= by } else { data *= by }
            }
            Mistake::PenaltyForgotten { .. } => penalty = 0.0,
            Mistake::PenaltyTwice { .. } => penalty *= 2.0,
            Mistake::PenaltySubtracted { .. } => penalty = -penalty,
            Mistake::PenaltyOverN { .. } => penalty /= n,
            Mistake::BiasPenalised { .. } => penalty = 0.5 * lambda * squares_of(&params),
            _ => {}
        }
    }
    let j = whole * (data + penalty);
    j.is_finite().then_some(j)
}

fn of() -> Vec<Part> {
    vec![Part::J]
}

/// Every mistake that makes sense for this case, and the two that are usually made together.
fn mistakes(case: &Case) -> Vec<Vec<Mistake>> {
    let cost = case.net.cost_function();
    let (cross, mean) = (matches!(cost, Cost::CrossEntropy { .. }), cost != Cost::SumOfSquares);
    let penalised = case.lambda() > 0.0;
    let output = case.activation(case.last());
    let mut all =
        vec![Mistake::FactorOff { factor: Factor::Half, of: of() }, Mistake::SignFlipped { of: of() }];
    if cross {
        all.push(Mistake::SquaredInsteadOfCrossEntropy);
        all.push(Mistake::FactorOff { factor: Factor::Two, of: of() });
        if output == Activation::Sigmoid {
            all.push(Mistake::SecondTermForgotten);
        }
    } else {
        all.extend([Mistake::HalfForgotten, Mistake::ErrorsNotSquared, Mistake::AbsoluteErrors]);
        if matches!(output, Activation::Sigmoid | Activation::Softmax) {
            all.push(Mistake::CrossEntropyInsteadOfSquared);
        }
    }
    all.push(match mean {
        true => Mistake::SumInsteadOfMean { of: of() },
        false => Mistake::MeanInsteadOfSum { of: of() },
    });
    if case.y.ncols() > 1 {
        all.push(Mistake::MeanOverOutputs);
    } else if !(cross && output == Activation::Softmax) {
        all.push(Mistake::TruthBroadcast);
    }
    if penalised {
        all.extend([
            Mistake::MinusForgotten { of: of() },
            Mistake::PenaltyForgotten { of: of() },
            Mistake::PenaltyTwice { of: of() },
            Mistake::PenaltySubtracted { of: of() },
            Mistake::PenaltyOverN { of: of() },
            Mistake::DataFactorOff { factor: Factor::Half, of: of() },
            Mistake::DataFactorOff { factor: Factor::OneOverN, of: of() },
        ]);
        if case.net.has_bias() {
            all.push(Mistake::BiasPenalised { of: of() });
        }
    }
    let mut all: Vec<Vec<Mistake>> = all.into_iter().map(|mistake| vec![mistake]).collect();
    // the plain mean of the squares
    if !cross && !mean {
        all.push(vec![Mistake::HalfForgotten, Mistake::MeanInsteadOfSum { of: of() }]);
    }
    all
}

fn is_close(one: f64, other: f64, tolerance: f64) -> bool {
    (one - other).abs() <= tolerance * one.abs().max(other.abs()) + 1e-13
}

#[test]
fn every_planted_mistake_is_named_and_nothing_that_gives_another_number() {
    let mut rng = ChaCha8Rng::seed_from_u64(200);
    let mut drawn = std::collections::BTreeMap::<String, (usize, Vec<String>)>::new();
    for _ in 0..20 * DRAWS {
        let case = Case::random(&mut rng);
        for planted in mistakes(&case) {
            let Some(j) = plant(&case, &planted) else { continue };
            let Some(right) = plant(&case, &[]) else { continue };
            let (count, faults) = drawn.entry(format!("{planted:?}")).or_default();
            if *count == DRAWS {
                continue;
            }
            *count += 1;
            let diagnosis = diagnose_cost(&case.net, &case.x, &case.y, j).expect("a diagnosis");
            let fine = match diagnosis.is_right() {
                true => is_close(j, right, 1e-8),
                false => {
                    // of 4 examples, the plain mean of the squares is half the cost: one mistake explains it as well
                    let simpler =
                        diagnosis.explanations.iter().all(|mistakes| mistakes.len() < planted.len());
                    (simpler || diagnosis.explanations.contains(&planted))
                        && diagnosis.explanations.iter().all(|mistakes| {
                            plant(&case, mistakes).is_some_and(|again| is_close(again, j, 1e-8))
                        })
                }
            };
            if !fine {
                faults.push(format!("planted {planted:?}, J = {j}, right {right}\n{diagnosis:?}\n{case:?}"));
            }
        }
    }
    assert_eq!(drawn.len(), 22, "{:?}", drawn.keys());
    for (name, (count, faults)) in drawn {
        println!("{name}: {} wrong of {count}", faults.len());
        assert_eq!(count, DRAWS, "{name}");
        assert!(
            faults.len() as f64 <= MAX_WRONG * count as f64,
            "{name}: {} wrong: {}",
            faults.len(),
            faults[0]
        );
    }
}

#[test]
fn a_right_cost_is_right_and_a_random_one_unknown() {
    let mut rng = ChaCha8Rng::seed_from_u64(201);
    let mut named = 0;
    for _ in 0..DRAWS {
        let case = Case::random(&mut rng);
        let Some(right) = plant(&case, &[]) else { continue };
        let diagnosis = diagnose_cost(&case.net, &case.x, &case.y, right).expect("a diagnosis");
        assert!(diagnosis.is_right() && diagnosis.mistakes().is_empty(), "{diagnosis:?}\n{case:?}");
        let random = right * (1.0 + f64::from(rng.next_u32()) / f64::from(u32::MAX)) + 0.01;
        let diagnosis = diagnose_cost(&case.net, &case.x, &case.y, random).expect("a diagnosis");
        named += usize::from(!diagnosis.is_unknown());
    }
    assert!(named as f64 <= MAX_WRONG * DRAWS as f64, "{named} random numbers were explained");
}

#[test]
fn two_mistakes_and_few_digits() {
    let case = sleep(3);
    let planted = [Mistake::TruthBroadcast, Mistake::MeanInsteadOfSum { of: of() }];
    let j = plant(&case, &planted).expect("a cost");
    let diagnosis = diagnose_cost(&case.net, &case.x, &case.y, j).expect("a diagnosis");
    assert_eq!(diagnosis.explanations, [planted]);

    let right = plant(&case, &[]).expect("a cost");
    let copied = |j: f64| format!("{j:.4}").parse::<f64>().expect("a number");
    let shown = |j: f64| diagnose_cost(&case.net, &case.x, &case.y, copied(j)).expect("a diagnosis");
    assert!(shown(right).is_right());
    assert_eq!(shown(2.0 * right).mistakes(), [Mistake::HalfForgotten]);
}
