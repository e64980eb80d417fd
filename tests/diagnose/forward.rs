//! `diagnose_forward`: a forward pass written anew here, with a mistake planted in it.

use crate::case::{Case, DRAWS, MAX_WRONG, copied, f, pick, same, sleep, slope};
use demystified::ndarray::{Array1, Array2};
use demystified::{Activation, Diagnosis, Mistake, Part, diagnose_forward};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// z^(2), a^(2), … of a reader who makes these mistakes; none when the shapes do not fit.
fn plant(case: &Case, mistakes: &[Mistake]) -> Option<Vec<Array2<f64>>> {
    let mut arrays: Vec<Array2<f64>> = Vec::new();
    let mut x = case.x.clone();
    if let Some(Mistake::InputScaled { factors }) = mistakes.first() {
        x *= &Array1::from_vec(factors.clone());
    }
    for layer in 2..=case.last() {
        let w = case.net.w(layer - 1);
        let (mut source, mut w_used, mut bias) =
            (arrays.last().unwrap_or(&x).clone(), w.clone(), case.net.has_bias().then_some(layer - 1));
        for mistake in mistakes {
            match mistake {
                Mistake::BiasForgotten { layers } if layers.contains(&layer) => bias = None,
                Mistake::BiasOfOtherLayer { found, layers } if layers.contains(&layer) => bias = Some(*found),
                Mistake::WeightTransposed { layers } if layers.contains(&layer) => w_used = w.t().to_owned(),
                Mistake::WeightedInputPassedOn { layers } if layers.contains(&layer) => {
                    source = arrays[arrays.len() - 2].clone();
                }
                _ => {}
            }
        }
        if w_used.dim() != w.dim() {
            return None;
        }
        let mut z = source.dot(&w_used);
        if let Some(of) = bias {
            z += &case.net.b(of);
        }
        let own = case.activation(layer);
        let mut a = f(own, &z);
        for mistake in mistakes {
            match mistake {
                Mistake::ActivationMissing { layers } if layers.contains(&layer) => a = z.clone(),
                Mistake::OtherActivation { found, layers } if layers.contains(&layer) => a = f(*found, &z),
                Mistake::ExponentSignFlipped { layers } if layers.contains(&layer) => a = f(own, &-&z),
                Mistake::ActivationTwice { layers } if layers.contains(&layer) => a = f(own, &a),
                Mistake::SlopeForActivation { layers } if layers.contains(&layer) => a = slope(own, &z),
                Mistake::SoftmaxOverColumns { layers } if layers.contains(&layer) => {
                    a = f(own, &z.t().to_owned()).reversed_axes();
                }
                _ => {}
            }
        }
        arrays.extend([z, a]);
    }
    for (array, part) in arrays.iter_mut().zip(parts(case)) {
        let turned = mistakes.iter().any(|m| matches!(m, Mistake::Transposed { of } if of.contains(&part)));
        if turned {
            *array = array.t().to_owned();
        }
    }
    Some(arrays)
}

fn parts(case: &Case) -> Vec<Part> {
    (2..=case.last()).flat_map(|layer| [Part::Z(layer), Part::A(layer)]).collect()
}

/// One mistake of each kind that this case can have, in a random layer.
fn mistakes(case: &Case, rng: &mut ChaCha8Rng) -> Vec<Mistake> {
    let layer = 2 + pick(rng, case.last() - 1);
    let layers = || vec![layer];
    let own = case.activation(layer);
    let mut all = vec![
        Mistake::ExponentSignFlipped { layers: layers() },
        Mistake::ActivationTwice { layers: layers() },
    ];
    if case.net.has_bias() {
        all.push(Mistake::BiasForgotten { layers: layers() });
        let fits = |b: usize| [1, case.net.w(layer - 1).ncols()].contains(&case.net.b(b).len());
        let others = (1..case.last()).filter(|&b| b != layer - 1 && fits(b));
        all.extend(others.map(|found| Mistake::BiasOfOtherLayer { found, layers: layers() }));
    }
    if layer > 2 {
        all.push(Mistake::WeightedInputPassedOn { layers: layers() });
    }
    if case.net.w(layer - 1).is_square() {
        all.push(Mistake::WeightTransposed { layers: layers() });
    }
    if own != Activation::Identity {
        all.push(Mistake::ActivationMissing { layers: layers() });
    }
    if own == Activation::Softmax {
        all.push(Mistake::SoftmaxOverColumns { layers: layers() });
    } else {
        all.push(Mistake::SlopeForActivation { layers: layers() });
    }
    let others = [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Softmax];
    let found = others[pick(rng, 4)];
    if found != own {
        all.push(Mistake::OtherActivation { found, layers: layers() });
    }
    all.push(Mistake::Transposed { of: vec![[Part::Z(layer), Part::A(layer)][pick(rng, 2)]] });
    if case.x.nrows() * case.net.w(1).ncols() > case.x.ncols() {
        all.push(Mistake::InputScaled { factors: vec![10.0; case.x.ncols()] });
    }
    all
}

fn diagnosis_of(case: &Case, arrays: &[Array2<f64>]) -> Diagnosis {
    diagnose_forward(&case.net, &case.x, arrays).expect("arrays of the right shapes")
}

fn kind(mistake: &Mistake) -> String {
    format!("{mistake:?}").split(' ').next().unwrap_or_default().to_string()
}

/// Whether the factors found are those that were planted, but for their last digits.
fn is_called(planted: &Mistake, found: &Mistake) -> bool {
    match (planted, found) {
        (Mistake::InputScaled { factors }, Mistake::InputScaled { factors: found }) => {
            factors.iter().zip(found).all(|(one, other)| (one - other).abs() < 1e-4 * one)
        }
        _ => planted == found,
    }
}

fn fault(case: &Case, planted: &Mistake, arrays: &[Array2<f64>], all: &[Array2<f64>]) -> Option<String> {
    let right = plant(case, &[]).expect("a forward pass");
    let of_right = if arrays.len() == 1 { &right[right.len() - 1..] } else { &right[..] };
    let diagnosis = diagnosis_of(case, arrays);
    let fine = match diagnosis.is_right() {
        true => same(arrays, of_right, 1e-8),
        false => {
            diagnosis.mistakes().iter().any(|found| is_called(planted, found))
                && diagnosis.explanations.iter().all(|mistakes| {
                    let again = plant(case, mistakes);
                    again.is_some_and(|again| same(&again[all.len() - arrays.len()..], arrays, 1e-6))
                })
        }
    };
    (!fine).then(|| format!("planted {planted:?}\n{diagnosis:?}\n{case:?}"))
}

/// Plants every mistake in so many cases, and counts the wrong diagnoses of each.
fn sweep(seed: u64, handed: fn(&[Array2<f64>]) -> &[Array2<f64>], is_tried: fn(&Mistake) -> bool) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = std::collections::BTreeMap::<String, (usize, Vec<String>)>::new();
    for _ in 0..12 * DRAWS {
        let case = Case::random(&mut rng);
        for planted in mistakes(&case, &mut rng).into_iter().filter(is_tried) {
            let (count, faults) = drawn.entry(kind(&planted)).or_default();
            if *count == DRAWS {
                continue;
            }
            let Some(arrays) = plant(&case, std::slice::from_ref(&planted)) else { continue };
            *count += 1;
            faults.extend(fault(&case, &planted, handed(&arrays), &arrays));
        }
    }
    for (name, (count, faults)) in &drawn {
        println!("{name}: {} wrong of {count}", faults.len());
        assert_eq!(*count, DRAWS, "{name}");
    }
    for (name, (count, faults)) in &drawn {
        assert!(
            faults.len() as f64 <= MAX_WRONG * *count as f64,
            "{name}: {} wrong: {}",
            faults.len(),
            faults[0]
        );
    }
    drawn.len()
}

#[test]
fn every_planted_mistake_is_named_from_all_arrays() {
    assert_eq!(sweep(300, |arrays| arrays, |_| true), 12);
}

#[test]
fn every_planted_mistake_is_named_from_the_predictions_alone() {
    let is_tried =
        |mistake: &Mistake| !matches!(mistake, Mistake::Transposed { .. } | Mistake::InputScaled { .. });
    assert_eq!(sweep(301, |arrays| &arrays[arrays.len() - 1..], is_tried), 10);
}

#[test]
fn a_right_pass_is_right_also_when_it_is_copied_and_a_random_one_unknown() {
    let mut rng = ChaCha8Rng::seed_from_u64(302);
    let mut named = 0;
    for _ in 0..DRAWS {
        let case = Case::random(&mut rng);
        let arrays = plant(&case, &[]).expect("a forward pass");
        let diagnosis = diagnosis_of(&case, &arrays);
        assert!(diagnosis.is_right() && diagnosis.mistakes().is_empty(), "{diagnosis:?}\n{case:?}");
        let diagnosis = diagnosis_of(&case, &copied(&arrays, 6, false));
        assert!(diagnosis.is_right(), "{diagnosis:?}\n{case:?}");
        let random: Vec<Array2<f64>> = arrays
            .iter()
            .map(|a| a + &Array2::<f64>::random_using(a.dim(), StandardNormal, &mut rng))
            .collect();
        named += usize::from(!diagnosis_of(&case, &random).is_unknown());
    }
    assert!(named as f64 <= MAX_WRONG * DRAWS as f64, "{named} random passes were explained");
}

#[test]
fn two_mistakes_in_two_layers_are_both_found() {
    let case = sleep(4);
    let planted = [
        Mistake::ExponentSignFlipped { layers: vec![2] },
        Mistake::WeightedInputPassedOn { layers: vec![3] },
    ];
    let arrays = plant(&case, &planted).expect("a forward pass");
    assert_eq!(diagnosis_of(&case, &arrays).explanations, [planted]);
    assert_eq!(
        diagnosis_of(&case, &copied(&arrays, 4, true)).mistakes().len(),
        2,
        "{}",
        diagnosis_of(&case, &copied(&arrays, 4, true))
    );
}

#[test]
fn raw_hours_instead_of_scaled_ones_are_recognised() {
    let case = sleep(4);
    let arrays = plant(&case, &[Mistake::InputScaled { factors: vec![10.0, 5.0] }]).expect("a forward pass");
    let text = diagnosis_of(&case, &arrays).to_string();
    assert!(
        text.starts_with("Not yet: z⁽²⁾ is that of another x, with its columns multiplied by 10"),
        "{text}"
    );
}
