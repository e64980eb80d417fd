//! `diagnose`: a backward pass written anew here, with a mistake planted in it.

use crate::case::{Case, DRAWS, MAX_WRONG, copied, f, pick, same, sleep, slope, some_layers, some_parts};
use demystified::ndarray::{Array2, Axis};
use demystified::{
    Activation, Cost, DiagnoseOptions, Diagnosis, Factor, Mistake, Network, Part, diagnose, diagnose_with,
};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What is said of dJ/dW^(1), …, and dJ/db^(1), …, if there are biases.
fn diagnosis_of(case: &Case, slopes: &[Array2<f64>]) -> Diagnosis {
    let n = case.net.layer_sizes().len() - 1;
    let options = DiagnoseOptions {
        dj_db: slopes[n..].iter().map(|b| b.row(0).to_owned()).collect(),
        previous: Some(case.previous.clone()),
        ..DiagnoseOptions::default()
    };
    diagnose_with(&case.net, &case.x, &case.y, &slopes[..n], &options).expect("slopes of the right shapes")
}

/// The slopes that a reader gets who makes these mistakes; none when the shapes do not fit, so that the program would stop.
fn plant(case: &Case, mistakes: &[Mistake]) -> Option<Vec<Array2<f64>>> {
    let (last, n) = (case.last(), case.x.nrows() as f64);
    let has = |mistake: Mistake| mistakes.contains(&mistake);
    let (before, back) = match () {
        () if has(Mistake::StaleGradient) => (&case.previous, &case.previous),
        () if has(Mistake::StaleForwardPass) => (&case.previous, &case.net),
        () => (&case.net, &case.net),
    };
    let (mut z, mut a) = (vec![Array2::zeros((0, 0))], vec![case.x.clone()]);
    for layer in 2..=last {
        let mut sum = a[layer - 2].dot(&before.w(layer - 1));
        if before.has_bias() {
            sum += &before.b(layer - 1);
        }
        a.push(f(case.activation(layer), &sum));
        z.push(sum);
    }
    // δ[layer]
    let mut delta = vec![Array2::zeros((0, 0)); last + 1];
    let error = &a[last - 1] - &case.y;
    let through = |layer: usize, upstream: Array2<f64>| -> Option<Array2<f64>> {
        let (f_of, z, a) = (case.activation(layer), &z[layer - 1], &a[layer - 1]);
        for mistake in mistakes {
            match mistake {
                Mistake::SlopeMissing { layers } if layers.contains(&layer) => return Some(upstream),
                Mistake::SlopeAtActivation { layers } if layers.contains(&layer) => {
                    return Some(upstream * slope(f_of, a));
                }
                Mistake::SlopeFormulaOfZ { layers } if layers.contains(&layer) => {
                    return Some(match f_of {
                        Activation::Sigmoid => upstream * z * (1.0 - z),
                        _ => upstream * (1.0 - z * z),
                    });
                }
                Mistake::SoftmaxDiagonal { layers } if layers.contains(&layer) => {
                    return Some(upstream * slope(f_of, z));
                }
                Mistake::MatrixProductWithSlope { layers } if layers.contains(&layer) => {
                    let slope = slope(f_of, z);
                    return (upstream.ncols() == slope.nrows()).then(|| upstream.dot(&slope));
                }
                _ => {}
            }
        }
        if f_of != Activation::Softmax {
            return Some(upstream * slope(f_of, z));
        }
        let mut delta = Array2::zeros(z.dim());
        for (row, mut out) in delta.rows_mut().into_iter().enumerate() {
            for j in 0..out.len() {
                out[j] = (0..out.len())
                    .map(|k| upstream[[row, k]] * a[[row, k]] * (f64::from(j == k) - a[[row, j]]))
                    .sum();
            }
        }
        Some(delta)
    };
    delta[last] = match case.net.cost_function() {
        Cost::SumOfSquares => through(last, error)?,
        Cost::MeanSquares { .. } => through(last, error / n)?,
        Cost::CrossEntropy { .. } if has(Mistake::SquaredErrorDelta) => through(last, error / n)?,
        Cost::CrossEntropy { .. } if case.activation(last) == Activation::Softmax => {
            let total = case.y.sum_axis(Axis(1)).insert_axis(Axis(1));
            (&a[last - 1] * &total - &case.y) / n
        }
        Cost::CrossEntropy { .. } => error / n,
    };
    for layer in (2..last).rev() {
        let w = back.w(layer);
        let without_turn = mistakes
            .iter()
            .any(|m| matches!(m, Mistake::WeightNotTransposed { layers } if layers.contains(&layer)));
        let w = if without_turn { w } else { w.reversed_axes() };
        if delta[layer + 1].ncols() != w.nrows() || w.ncols() != a[layer - 1].ncols() {
            return None;
        }
        delta[layer] = through(layer, delta[layer + 1].dot(&w))?;
    }
    case.parts().into_iter().map(|part| last_step(case, back, mistakes, part, &z, &a, &delta)).collect()
}

/// From δ to the slopes of one array.
fn last_step(
    case: &Case,
    back: &Network,
    mistakes: &[Mistake],
    part: Part,
    z: &[Array2<f64>],
    a: &[Array2<f64>],
    delta: &[Array2<f64>],
) -> Option<Array2<f64>> {
    let n = case.x.nrows() as f64;
    let factor = |factor: &Factor| match factor {
        Factor::Two => 2.0,
        Factor::Half => 0.5,
        Factor::N => n,
        Factor::OneOverN => 1.0 / n,
    };
    let (layer, is_weight) = match part {
        Part::DjDw(layer) => (layer, true),
        Part::DjDb(layer) => (layer, false),
        other => panic!("{other} is not a slope"),
    };
    let delta = &delta[layer + 1];
    // dJ/dparams = data_factor · data + penalty_factor · λ · params, and all of it times whole
    let (mut data_factor, mut penalty_factor, mut whole) = (1.0, f64::from(is_weight), 1.0);
    let mut source = a[layer - 1].clone().reversed_axes();
    let mut turned = false;
    for mistake in mistakes {
        match mistake {
            Mistake::SignFlipped { of } if of.contains(&part) => whole *= -1.0,
            Mistake::MinusForgotten { of } if of.contains(&part) => data_factor *= -1.0,
            Mistake::FactorOff { factor: by, of } if of.contains(&part) => whole *= factor(by),
            Mistake::DataFactorOff { factor: by, of } if of.contains(&part) => data_factor *= factor(by),
            Mistake::SumInsteadOfMean { of } if of.contains(&part) => data_factor *= n,
            Mistake::MeanInsteadOfSum { of } if of.contains(&part) => data_factor /= n,
            Mistake::Transposed { of } if of.contains(&part) => turned = true,
            Mistake::ActivationNotTransposed { of } if of.contains(&part) => source = a[layer - 1].clone(),
            Mistake::WeightedInputForActivation { of } if of.contains(&part) => {
                source = z[layer - 1].clone().reversed_axes();
            }
            Mistake::PenaltyForgotten { of } if of.contains(&part) => penalty_factor = 0.0,
            Mistake::PenaltyTwice { of } if of.contains(&part) => penalty_factor = 2.0,
            Mistake::PenaltySubtracted { of } if of.contains(&part) => penalty_factor = -1.0,
            Mistake::PenaltyOverN { of } if of.contains(&part) => penalty_factor = 1.0 / n,
            Mistake::BiasPenalised { of } if of.contains(&part) => penalty_factor = 1.0,
            _ => {}
        }
    }
    let (data, params) = if is_weight {
        let shape = back.w(layer).dim();
        if source.ncols() != delta.nrows() || (source.nrows(), delta.ncols()) != shape {
            return None;
        }
        (source.dot(delta), back.w(layer))
    } else {
        (delta.sum_axis(Axis(0)).insert_axis(Axis(0)), back.b(layer).insert_axis(Axis(0)))
    };
    let slopes = whole * (data_factor * data + penalty_factor * case.lambda() * params);
    Some(if turned { slopes.reversed_axes() } else { slopes })
}

/// How each mistake is drawn for a case; none where it makes no sense.
type Draw = fn(&Case, &mut ChaCha8Rng) -> Option<Mistake>;

fn weights(case: &Case) -> Vec<Part> {
    (1..case.last()).map(Part::DjDw).collect()
}

fn some(of: Vec<Part>, mistake: fn(Vec<Part>) -> Mistake) -> Option<Mistake> {
    (!of.is_empty()).then(|| mistake(of))
}

fn layered(layers: Vec<usize>, mistake: fn(Vec<usize>) -> Mistake) -> Option<Mistake> {
    (!layers.is_empty()).then(|| mistake(layers))
}

/// The layers with a factor f′ in their δ whose activation is one of these.
fn sloped(case: &Case, which: fn(Activation) -> bool) -> Vec<usize> {
    let squared = !matches!(case.net.cost_function(), Cost::CrossEntropy { .. });
    let layers = (2..=case.last()).filter(|&layer| layer < case.last() || squared);
    layers.filter(|&layer| which(case.activation(layer))).collect()
}

fn is_mean(case: &Case) -> bool {
    case.net.cost_function() != Cost::SumOfSquares
}

fn penalised(case: &Case) -> Option<Vec<Part>> {
    (case.lambda() > 0.0).then(|| weights(case))
}

const MISTAKES: [(&str, Draw); 30] = [
    ("sign flipped", |c, r| some(some_parts(r, c.parts()), |of| Mistake::SignFlipped { of })),
    ("minus forgotten", |c, _| {
        penalised(c).and_then(|_| some(c.parts(), |of| Mistake::MinusForgotten { of }))
    }),
    ("factor 2", |c, r| some(some_parts(r, c.parts()), |of| Mistake::FactorOff { factor: Factor::Two, of })),
    ("factor 1/2", |c, r| {
        some(some_parts(r, c.parts()), |of| Mistake::FactorOff { factor: Factor::Half, of })
    }),
    ("factor N", |c, r| {
        if is_mean(c) && c.lambda() == 0.0 {
            return None;
        }
        some(some_parts(r, c.parts()), |of| Mistake::FactorOff { factor: Factor::N, of })
    }),
    ("factor 1/N", |c, r| {
        if !is_mean(c) {
            return None;
        }
        some(some_parts(r, c.parts()), |of| Mistake::FactorOff { factor: Factor::OneOverN, of })
    }),
    ("data 2", |c, _| {
        penalised(c).and_then(|_| some(c.parts(), |of| Mistake::DataFactorOff { factor: Factor::Two, of }))
    }),
    ("data 1/2", |c, _| {
        penalised(c).and_then(|_| some(c.parts(), |of| Mistake::DataFactorOff { factor: Factor::Half, of }))
    }),
    ("data 1/N", |c, _| {
        penalised(c)
            .and_then(|_| some(c.parts(), |of| Mistake::DataFactorOff { factor: Factor::OneOverN, of }))
    }),
    ("sum instead of mean", |c, r| {
        if !is_mean(c) {
            return None;
        }
        some(some_parts(r, c.parts()), |of| Mistake::SumInsteadOfMean { of })
    }),
    ("mean instead of sum", |c, r| {
        if is_mean(c) {
            return None;
        }
        some(some_parts(r, c.parts()), |of| Mistake::MeanInsteadOfSum { of })
    }),
    ("transposed", |c, r| some(some_parts(r, weights(c)), |of| Mistake::Transposed { of })),
    ("a not transposed", |c, r| {
        let fits = weights(c)
            .into_iter()
            .filter(|part| matches!(*part, Part::DjDw(layer) if c.net.w(layer).nrows() == c.x.nrows()));
        some(some_parts(r, fits.collect()), |of| Mistake::ActivationNotTransposed { of })
    }),
    ("z for a", |c, r| {
        some(some_parts(r, weights(c).split_off(1)), |of| Mistake::WeightedInputForActivation { of })
    }),
    ("penalty forgotten", |c, r| some(some_parts(r, penalised(c)?), |of| Mistake::PenaltyForgotten { of })),
    ("penalty twice", |c, r| some(some_parts(r, penalised(c)?), |of| Mistake::PenaltyTwice { of })),
    ("penalty subtracted", |c, r| some(some_parts(r, penalised(c)?), |of| Mistake::PenaltySubtracted { of })),
    ("penalty over N", |c, r| some(some_parts(r, penalised(c)?), |of| Mistake::PenaltyOverN { of })),
    ("biases penalised", |c, r| {
        penalised(c)?;
        let biases: Vec<Part> = c.parts().into_iter().filter(|part| matches!(part, Part::DjDb(_))).collect();
        some(some_parts(r, biases), |of| Mistake::BiasPenalised { of })
    }),
    ("f' missing", |c, r| {
        layered(some_layers(r, sloped(c, |f| f != Activation::Identity)), |layers| Mistake::SlopeMissing {
            layers,
        })
    }),
    ("f' of the output missing", |c, _| {
        let layers = sloped(c, |f| f != Activation::Identity);
        layers.contains(&c.last()).then(|| Mistake::SlopeMissing { layers: vec![c.last()] })
    }),
    ("f' at a", |c, r| {
        let layers = sloped(c, |f| matches!(f, Activation::Sigmoid | Activation::Tanh));
        layered(some_layers(r, layers), |layers| Mistake::SlopeAtActivation { layers })
    }),
    ("f' of z by the formula of a", |c, r| {
        let layers = sloped(c, |f| matches!(f, Activation::Sigmoid | Activation::Tanh));
        layered(some_layers(r, layers), |layers| Mistake::SlopeFormulaOfZ { layers })
    }),
    ("matrix product", |c, r| {
        let layers = sloped(c, |f| f != Activation::Softmax).into_iter();
        let fits = layers.filter(|&layer| c.net.w(layer - 1).ncols() == c.x.nrows());
        layered(some_layers(r, fits.collect()), |layers| Mistake::MatrixProductWithSlope { layers })
    }),
    ("softmax's diagonal", |c, r| {
        layered(some_layers(r, sloped(c, |f| f == Activation::Softmax)), |layers| Mistake::SoftmaxDiagonal {
            layers,
        })
    }),
    ("W not transposed", |c, r| {
        let square = (2..c.last()).filter(|&layer| c.net.w(layer).is_square());
        layered(some_layers(r, square.collect()), |layers| Mistake::WeightNotTransposed { layers })
    }),
    ("squared error's delta", |c, _| {
        matches!(c.net.cost_function(), Cost::CrossEntropy { .. }).then_some(Mistake::SquaredErrorDelta)
    }),
    ("cross-entropy's delta", |c, _| {
        // what a reader takes from a course on classification: δ = ŷ − y at a sigmoid output
        let layers = sloped(c, |f| f == Activation::Sigmoid);
        layers.contains(&c.last()).then(|| Mistake::SlopeMissing { layers: vec![c.last()] })
    }),
    ("stale forward pass", |c, _| (c.last() > 2 || c.lambda() > 0.0).then_some(Mistake::StaleForwardPass)),
    ("stale gradient", |_, _| Some(Mistake::StaleGradient)),
];

/// Whether the list names the planted mistake, perhaps without the parts or layers in which it has no effect.
fn names(diagnosis: &Diagnosis, planted: &[Mistake], case: &Case, slopes: &[Array2<f64>]) -> bool {
    diagnosis.explanations.iter().any(|explanation| {
        explanation.len() == planted.len()
            && explanation.iter().all(|found| planted.iter().any(|planted| is_called(planted, found)))
            && plant(case, explanation).is_some_and(|again| same(&again, slopes, 1e-8))
    })
}

/// Whether the one may be called the other. Where only biases show an effect, it is the same with and without the penalty.
fn is_called(planted: &Mistake, found: &Mistake) -> bool {
    let only_biases = |of: &[Part]| of.iter().all(|part| matches!(part, Part::DjDb(_)));
    match (planted, found) {
        (Mistake::MinusForgotten { .. }, Mistake::SignFlipped { of }) if only_biases(of) => true,
        (Mistake::DataFactorOff { factor, .. }, Mistake::FactorOff { factor: found, of })
            if only_biases(of) =>
        {
            factor == found
        }
        (Mistake::FactorOff { factor, .. }, Mistake::FactorOff { factor: found, .. })
        | (Mistake::DataFactorOff { factor, .. }, Mistake::DataFactorOff { factor: found, .. }) => {
            factor == found
        }
        _ => std::mem::discriminant(found) == std::mem::discriminant(planted),
    }
}

/// The first fault of a diagnosis of this planted mistake.
fn fault(case: &Case, planted: &[Mistake], slopes: &[Array2<f64>]) -> Option<String> {
    let diagnosis = diagnosis_of(case, slopes);
    let right = plant(case, &[]).expect("the right gradient");
    let report = |what: &str| Some(format!("{what}\nplanted {planted:?}\n{diagnosis:?}\n{case:?}"));
    if same(slopes, &right, 1e-10) {
        return if diagnosis.is_right() { None } else { report("a right gradient is not called right") };
    }
    if diagnosis.is_right() {
        // allowed where the mistake changes no more than the last digits
        return if same(slopes, &right, 1e-8) { None } else { report("a wrong gradient is called right") };
    }
    if !names(&diagnosis, planted, case, slopes) {
        return report("the planted mistake is not named");
    }
    for explanation in &diagnosis.explanations {
        if !plant(case, explanation).is_some_and(|again| same(&again, slopes, 1e-8)) {
            return report(&format!("{explanation:?} is named, but gives other numbers"));
        }
    }
    None
}

/// The faults among so many draws of one mistake.
fn faults(seed: u64, draw: Draw) -> Vec<String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut drawn, mut faults) = (0, Vec::new());
    while drawn < DRAWS {
        let case = Case::random(&mut rng);
        let Some(mistake) = draw(&case, &mut rng) else { continue };
        let planted = [mistake];
        let Some(slopes) = plant(&case, &planted) else { continue };
        drawn += 1;
        faults.extend(fault(&case, &planted, &slopes));
    }
    faults
}

#[test]
fn every_planted_mistake_is_found_with_at_most_one_wrong_diagnosis_in_a_thousand() {
    let mut report = Vec::new();
    for (k, (name, draw)) in MISTAKES.iter().enumerate() {
        let faults = faults(k as u64, *draw);
        println!("{name}: {} wrong of {DRAWS}", faults.len());
        if faults.len() as f64 > MAX_WRONG * DRAWS as f64 {
            report.push(format!("{name}: {} wrong, the first: {}", faults.len(), faults[0]));
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n\n"));
}

#[test]
fn a_right_gradient_is_right() {
    let mut rng = ChaCha8Rng::seed_from_u64(100);
    for _ in 0..DRAWS {
        let case = Case::random(&mut rng);
        let slopes = plant(&case, &[]).expect("the right gradient");
        let diagnosis = diagnosis_of(&case, &slopes);
        assert!(diagnosis.is_right() && diagnosis.mistakes().is_empty(), "{diagnosis:?}\n{case:?}");
        let n = case.last() - 1;
        assert!(diagnose(&case.net, &case.x, &case.y, &slopes[..n]).expect("a diagnosis").is_right());
    }
}

#[test]
fn random_numbers_stay_unknown() {
    let mut rng = ChaCha8Rng::seed_from_u64(101);
    for _ in 0..DRAWS {
        let case = Case::random(&mut rng);
        let slopes: Vec<Array2<f64>> = plant(&case, &[])
            .expect("the right gradient")
            .iter()
            .map(|slopes| slopes + &Array2::<f64>::random_using(slopes.dim(), StandardNormal, &mut rng))
            .collect();
        let diagnosis = diagnosis_of(&case, &slopes);
        assert!(diagnosis.is_unknown() && !diagnosis.is_right(), "{diagnosis:?}\n{case:?}");
    }
}

/// How often a planted mistake is named from copied numbers, and how often only others are.
fn recognised(digits: usize, are_decimals: bool) -> (f64, f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(102);
    let (mut drawn, mut named, mut misled) = (0, 0, 0);
    while drawn < DRAWS {
        let case = Case::random(&mut rng);
        let (_, draw) = MISTAKES[pick(&mut rng, MISTAKES.len())];
        let Some(mistake) = draw(&case, &mut rng) else { continue };
        let planted = [mistake];
        let Some(slopes) = plant(&case, &planted) else { continue };
        let right = plant(&case, &[]).expect("the right gradient");
        if same(&right, &slopes, 1e-2) {
            continue; // four digits cannot show it
        }
        drawn += 1;
        let diagnosis = diagnosis_of(&case, &copied(&slopes, digits, are_decimals));
        let is_named = names(&diagnosis, &planted, &case, &slopes);
        named += usize::from(is_named);
        misled += usize::from(!is_named && !diagnosis.is_unknown());
    }
    (named as f64 / DRAWS as f64, misled as f64 / DRAWS as f64)
}

/// Four decimals leave slopes of 0.001 with one digit: then few, or too few, are left. Measured: 0.9985, 1, 1; 0.974, 0.9955.
#[test]
fn numbers_copied_with_four_to_six_digits_are_still_recognised() {
    for (digits, are_decimals, least) in
        [(4, false, 0.995), (5, false, 0.999), (6, false, 0.999), (4, true, 0.96), (6, true, 0.99)]
    {
        let (named, misled) = recognised(digits, are_decimals);
        println!("{digits} (decimals: {are_decimals}): {named} named, {misled} misled");
        assert!(named >= least, "{digits} (decimals: {are_decimals}): {named} named");
        assert!(misled <= 0.01, "{digits} (decimals: {are_decimals}): {misled} misled");
    }
}

#[test]
fn two_mistakes_at_once_are_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(103);
    let (mut drawn, mut wrong) = (0, Vec::new());
    while drawn < DRAWS {
        let case = Case::random(&mut rng);
        let squared = !matches!(case.net.cost_function(), Cost::CrossEntropy { .. });
        if case.last() != 3 || !squared || case.activation(2) != Activation::Sigmoid {
            continue;
        }
        let sign = Mistake::SignFlipped { of: case.parts() };
        let planted = match pick(&mut rng, 2) {
            0 => [Mistake::SlopeMissing { layers: vec![2] }, sign],
            _ => [
                Mistake::SlopeAtActivation { layers: vec![2] },
                Mistake::FactorOff { factor: Factor::Two, of: case.parts() },
            ],
        };
        let slopes = plant(&case, &planted).expect("shapes that fit");
        let is_one = |k: usize| same(&plant(&case, &planted[k..=k]).expect("shapes that fit"), &slopes, 1e-8);
        if is_one(0) || is_one(1) {
            continue; // the other has no effect: softmax of one output is always 1
        }
        drawn += 1;
        wrong.extend(fault(&case, &planted, &slopes));
    }
    assert!(wrong.len() as f64 <= MAX_WRONG * DRAWS as f64, "{} wrong, the first: {}", wrong.len(), wrong[0]);
}

#[test]
fn with_two_examples_a_factor_of_two_and_of_n_cannot_be_told_apart() {
    let case = sleep(2);
    let slopes =
        plant(&case, &[Mistake::FactorOff { factor: Factor::Half, of: case.parts() }]).expect("slopes");
    let diagnosis = diagnosis_of(&case, &slopes);
    let mistakes = [
        Mistake::FactorOff { factor: Factor::Half, of: case.parts() },
        Mistake::MeanInsteadOfSum { of: case.parts() },
    ];
    assert_eq!(diagnosis.mistakes(), mistakes);
    let text = diagnosis.to_string();
    assert!(
        text.starts_with("Not yet: one of 2 mistakes, which cannot be told apart with two examples."),
        "{text}"
    );

    // with three they can
    let case = sleep(3);
    let slopes = plant(&case, &[Mistake::MeanInsteadOfSum { of: case.parts() }]).expect("slopes");
    assert_eq!(diagnosis_of(&case, &slopes).mistakes(), [Mistake::MeanInsteadOfSum { of: case.parts() }]);
}

#[test]
fn with_one_example_a_sum_is_a_mean_and_that_is_no_mistake() {
    let case = sleep(1);
    let slopes = plant(&case, &[Mistake::MeanInsteadOfSum { of: case.parts() }]).expect("slopes");
    assert_eq!(diagnosis_of(&case, &slopes).explanations, [Vec::<Mistake>::new()]);
}

#[test]
fn the_shape_tells_a_transposed_gradient_and_what_else_is_wrong() {
    let case = sleep(4);
    let slopes = plant(&case, &[Mistake::SignFlipped { of: case.parts() }]).expect("slopes");
    let turned = [slopes[0].t().to_owned(), slopes[1].clone()];
    let diagnosis = diagnosis_of(&case, &turned);
    let expected =
        [Mistake::SignFlipped { of: case.parts() }, Mistake::Transposed { of: vec![Part::DjDw(1)] }];
    assert_eq!(diagnosis.mistakes(), expected);
    assert!(!diagnosis.is_right());
}

#[test]
fn a_small_penalty_that_four_digits_cannot_show_is_said_to_be_possible() {
    let mut case = sleep(3);
    case.net = case.net.with_cost(Cost::MeanSquares { lambda: 1e-9 }).unwrap();
    let planted = [Mistake::PenaltyForgotten { of: case.parts() }];
    let slopes = plant(&case, &planted).expect("slopes");
    assert_eq!(diagnosis_of(&case, &slopes).mistakes(), planted);
    let diagnosis = diagnosis_of(&case, &copied(&slopes, 4, false));
    assert!(diagnosis.is_right());
    assert!(diagnosis.mistakes().contains(&planted[0]), "{diagnosis}");
    assert!(diagnosis.to_string().contains("as far as 4 digits show"), "{diagnosis}");
}

#[test]
fn an_unknown_gradient_says_what_is_right_and_where_the_rest_differs_most() {
    let case = sleep(3);
    let mut slopes = plant(&case, &[]).expect("slopes");
    slopes[0][[1, 2]] += 0.25;
    let diagnosis = diagnosis_of(&case, &slopes);
    assert!(diagnosis.is_unknown());
    assert_eq!(diagnosis.right_parts, [Part::DjDw(2)]);
    let at = diagnosis.largest_deviation.clone().expect("a deviation");
    assert_eq!((at.part, at.row, at.column), (Part::DjDw(1), 1, 2));
    assert!((at.yours - at.right - 0.25).abs() < 1e-15);
    assert!(diagnosis.to_string().contains("Right: dJ/dW⁽²⁾."), "{diagnosis}");
}

#[test]
fn slopes_in_single_precision_are_right() {
    let mut rng = ChaCha8Rng::seed_from_u64(104);
    for _ in 0..DRAWS {
        let case = Case::random(&mut rng);
        let single = |slopes: &Array2<f64>| slopes.mapv(|v| f64::from(v as f32));
        let slopes: Vec<Array2<f64>> = plant(&case, &[]).expect("slopes").iter().map(single).collect();
        let diagnosis = diagnosis_of(&case, &slopes);
        assert!(diagnosis.is_right(), "{diagnosis:?}\n{case:?}");
    }
}

#[test]
fn a_gap_that_is_not_filled_yet_is_told_from_a_wrong_formula() {
    let case = sleep(3);
    let zeros = [Array2::zeros((2, 3)), Array2::zeros((3, 1))];
    assert_eq!(diagnosis_of(&case, &zeros).mistakes(), [Mistake::AllZero]);
}
