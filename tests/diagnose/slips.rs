//! What is seen from shapes, from the network before its last step, and from a gap that is not filled yet.

use crate::case::{Case, diagnosis_of, same, sleep};
use crate::own_program::{Program, Table};
use demystified::ndarray::Array1;
use demystified::{DiagnoseOptions, Network, Part, diagnose, diagnose_with};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

#[test]
fn a_gap_that_is_not_filled_yet_is_told_from_a_wrong_formula() {
    let case = sleep(3);
    let found = diagnosis_of(&case, &[Table::zeros((2, 3)), Table::zeros((3, 1))]);
    assert_eq!(found.mistakes()[0].name(), "all zero", "{found}");
}

#[test]
fn the_shape_tells_a_transposed_table_and_what_else_is_wrong() {
    let case = sleep(4);
    let right = Program::right().run(&case).expect("slopes");
    let found = diagnosis_of(&case, &[-right[0].t().to_owned(), -&right[1]]);
    let names: Vec<&str> = found.mistakes().iter().map(|one| one.name()).collect();
    assert_eq!(names, ["sign flipped", "transposed"], "{found}");
    assert_eq!(found.mistakes()[1].at(), [Part::DjDw(1)]);
    assert!(!found.is_right());
}

#[test]
fn a_truth_with_one_axis_is_seen_from_the_shape_of_the_slopes() {
    let case = sleep(4);
    let pass = case.net.forward(&case.x).expect("a pass");
    let a3 = pass.y_hat();
    let delta3 = (&a3 - &case.y.t()) * &(&a3 * &(1.0 - &a3));
    let right = Program::right().run(&case).expect("slopes");
    let found = diagnosis_of(&case, &[right[0].clone(), pass.a(2).t().dot(&delta3)]);
    assert_eq!(found.mistakes()[0].name(), "truth broadcast", "{found}");
}

#[test]
fn what_is_left_over_from_before_the_last_step_is_recognised() {
    let mut rng = ChaCha8Rng::seed_from_u64(7000);
    let mut drawn = 0;
    while drawn < 20 {
        let case = Case::random(&mut rng);
        let right = Program::right().run(&case).expect("slopes");
        let before = Case { net: case.previous.clone(), ..case.clone() };
        let stale = Program::right().run(&before).expect("slopes");
        // softmax of one output is 1, and has no slope
        let is_flat = case.y.ncols() == 1 && case.activation(case.last()) == demystified::Activation::Softmax;
        if same(&stale, &right, 0.01) || case.x.nrows() < 3 || is_flat {
            continue;
        }
        drawn += 1;
        let n = case.last() - 1;
        let options = DiagnoseOptions {
            dj_db: stale[n..].iter().map(|b| b.row(0).to_owned()).collect(),
            previous: Some(case.previous.clone()),
            ..DiagnoseOptions::default()
        };
        let found = diagnose_with(&case.net, &case.x, &case.y, &stale[..n], &options).expect("a diagnosis");
        assert!(found.mistakes().iter().any(|one| one.name() == "stale gradient"), "{found}\n{case:?}");
    }
}

#[test]
fn with_two_examples_a_half_may_be_a_mean_and_both_are_said() {
    let case = sleep(2);
    let right = Program::right().run(&case).expect("slopes");
    let halved: Vec<Table> = right.iter().map(|one| 0.5 * one).collect();
    let text = diagnosis_of(&case, &halved).to_string();
    assert!(
        text.contains("a mean over the examples, where the sum belongs")
            && text.contains("½ of the right numbers"),
        "{text}"
    );
}

#[test]
fn momentum_gradients_added_up_and_any_other_factor_are_fitted() {
    let case = sleep(4);
    let right = Program::right().run(&case).expect("slopes");
    for (factor, word) in [(1.9, "momentum"), (10.0, "momentum"), (7.0, "added up"), (0.7342, "0.7342 times")]
    {
        let scaled: Vec<Table> = right.iter().map(|one| factor * one).collect();
        let found = diagnosis_of(&case, &scaled);
        assert!(!found.is_right() && found.to_string().contains(word), "{factor}: {found}");
        assert!((found.mistakes()[0].value().expect("a factor") - factor).abs() < 1e-9, "{found}");
    }
}

#[test]
fn an_unknown_gradient_says_what_is_right_and_where_the_rest_differs_most() {
    let case = sleep(3);
    let mut slopes = Program::right().run(&case).expect("slopes");
    slopes[0][[1, 2]] += 0.25;
    let found = diagnosis_of(&case, &slopes);
    assert!(found.is_unknown());
    assert_eq!(found.right_parts, [Part::DjDw(2)]);
    let at = found.largest_deviation.clone().expect("a deviation");
    assert_eq!((at.part, at.row, at.column), (Part::DjDw(1), 1, 2));
    assert!((at.yours - at.right - 0.25).abs() < 1e-15);
    assert!(found.to_string().contains("Right: dJ/dW⁽²⁾."), "{found}");
}

/// A large network is judged too, whatever is wrong with it: the search is given up after so many multiplications.
#[test]
fn a_large_network_is_judged_whatever_is_wrong() {
    let net = Network::random(&[100, 30, 10], 3).expect("a network");
    let x = Table::from_shape_fn((200, 100), |(n, i)| ((7 * n + 3 * i) % 11) as f64 / 11.0 - 0.5);
    let y = Table::from_shape_fn((200, 10), |(n, k)| f64::from(u8::from(n % 10 == k)));
    let right = net.gradients(&x, &y).expect("slopes");
    let wrong = right.dj_dw(1).mapv(|v| v * (1.0 + v.abs().sqrt()));
    let found = diagnose(&net, &x, &y, &[wrong, right.dj_dw(2)]).expect("a diagnosis");
    assert!(found.is_unknown() && found.right_parts == [Part::DjDw(2)], "{found}");
    let slopes: Array1<f64> = right.to_vector();
    assert!(slopes.iter().all(|v| v.is_finite()));
}
