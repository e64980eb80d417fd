//! The names that notebooks and outside programs rely on, written as the design writes them. A line that no longer compiles here breaks
//! somebody's program.

use demystified::ndarray::{Array1, Array2, array};
use demystified::{
    Activation, Axes, Claim, Cost, Dataset, Diagnosis, Figure, ForwardPass, GradientCheck, Gradients, Method,
    Network, Result, Scaler, Termination, Trainer, TrainingRun, between, claim, diagnose, numerical_gradient,
    plot, sleep_study, sleep_study_test, sleep_study_train,
};
use std::path::Path;
use std::time::Duration;

fn file(name: &str) -> String {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).to_string_lossy().into_owned()
}

fn scaled() -> Result<(Scaler, Dataset)> {
    let scaler: Scaler = Scaler::fit(&sleep_study(), 100.0)?;
    let data: Dataset = scaler.transform(&sleep_study())?;
    Ok((scaler, data))
}

#[test]
fn data_and_scaler() -> Result<()> {
    let Dataset { x, y } = sleep_study();
    assert_eq!(x, array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]]);
    assert_eq!(y, array![[75.0], [82.0], [93.0]]);
    let own: Dataset = Dataset::new(x, y)?;
    assert_eq!(own.len(), 3);
    assert_eq!((sleep_study_train().len(), sleep_study_test().len()), (4, 4));
    let path = file("contract.csv");
    std::fs::write(&path, "3,5,75\n5,1,82\n10,2,93\n").expect("a file in the test's folder");
    assert_eq!(Dataset::from_csv(&path, 1)?, own);

    let (scaler, data) = scaled()?;
    let x: Array2<f64> = scaler.transform_x(&own.x)?;
    assert_eq!(x, data.x);
    let y: Array2<f64> = scaler.inverse_transform_y(&data.y);
    assert_eq!(y, own.y);
    Ok(())
}

#[test]
fn the_network() -> Result<()> {
    let (_, Dataset { x, y }) = scaled()?;
    let net: Network = Network::random(&[2, 3, 1], 1)?;
    let (w1, w2): (Array2<f64>, Array2<f64>) = (net.w(1), net.w(2));
    assert_eq!(Network::from_weights(vec![w1, w2])?, net);
    let all: Network = net
        .with_cost(Cost::MeanSquares { lambda: 1e-4 })
        .with_bias()
        .with_activations(Activation::Tanh, Activation::Identity);
    let b: Array1<f64> = all.b(1);
    assert_eq!((all.layer_sizes(), all.n_params(), b.len()), (vec![2, 3, 1], 13, 3));
    let params: Array1<f64> = all.params();
    let same: Network = all.with_params(&params)?;
    assert_eq!(same, all);

    let pass: ForwardPass = net.forward(&x)?;
    assert_eq!((pass.z(2).dim(), pass.a(2).dim(), pass.z(3).dim()), ((3, 3), (3, 3), (3, 1)));
    assert_eq!(pass.y_hat(), net.predict(&x)?);
    let (j, data_j): (f64, f64) = (net.cost(&x, &y)?, net.data_cost(&x, &y)?);
    assert_eq!(j, data_j);
    let g: Gradients = net.gradients(&x, &y)?;
    assert_eq!((g.delta(3).dim(), g.delta(2).dim(), g.dj_dw(1).dim()), ((3, 1), (3, 3), (2, 3)));
    assert_eq!(all.gradients(&x, &y)?.dj_db(2).len(), 1);
    let vector: Array1<f64> = g.to_vector();
    assert_eq!(vector.len(), 9);

    let path = file("contract.json");
    all.save(&path)?;
    assert_eq!(Network::load(&path)?, all);
    Ok(())
}

#[test]
fn costs_and_activations() -> Result<()> {
    let (_, Dataset { x, y }) = scaled()?;
    let net = Network::random(&[2, 3, 1], 1)?;
    // infallible: no `?` after `with_cost`
    for cost in [Cost::SumOfSquares, Cost::MeanSquares { lambda: 0.1 }, Cost::CrossEntropy { lambda: 0.1 }] {
        let with: Network = net.with_cost(cost);
        assert_eq!(with.cost_function(), cost);
        assert!(with.cost(&x, &y)? > 0.0);
    }
    for output in [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity] {
        assert!(net.with_activations(Activation::Relu, output).cost(&x, &y)?.is_finite());
    }
    assert_eq!(
        net.with_activations(Activation::Sigmoid, Activation::Softmax).predict(&x)?,
        array![[1.0], [1.0], [1.0]]
    );
    Ok(())
}

#[test]
fn checks() -> Result<()> {
    let (_, Dataset { x, y }) = scaled()?;
    let net = Network::random(&[2, 3, 1], 1)?;
    let f: &dyn Fn(&Array1<f64>) -> Result<f64> = &|p| net.with_params(p)?.cost(&x, &y);
    let slopes: Array1<f64> = numerical_gradient(f, &net.params(), 1e-4)?;
    assert_eq!(slopes.len(), 9);
    let check: GradientCheck = GradientCheck::run(&net, &x, &y)?;
    assert!(check.passed() && check.relative_error < 1e-7);
    assert_eq!(check.analytic.len(), check.numerical.len());
    let (your_dj_dw1, your_dj_dw2) = (-net.gradients(&x, &y)?.dj_dw(1), net.gradients(&x, &y)?.dj_dw(2));
    let diagnosis: Diagnosis = diagnose(&net, &x, &y, &[your_dj_dw1, your_dj_dw2])?;
    let j = net.cost(&x, &y)?;
    let stated: Claim = claim("cost before training", j, "0.0281");
    let hedged: Claim = between("cost before training", j, 0.02, 0.03);
    for text in [check.to_string(), diagnosis.to_string(), stated.to_string(), hedged.to_string()] {
        assert!(!text.is_empty());
    }
    assert!(stated.to_string().starts_with('✓') && hedged.to_string().starts_with('✓'));
    Ok(())
}

#[test]
fn training() -> Result<()> {
    let scaler = Scaler::fit(&sleep_study_train(), 100.0)?;
    let (train, test) = (scaler.transform(&sleep_study_train())?, scaler.transform(&sleep_study_test())?);
    let net = Network::random(&[2, 3, 1], 1)?;
    let Trainer { max_iterations, gradient_tolerance, .. } = Trainer::default();
    assert_eq!((max_iterations, gradient_tolerance), (200, 1e-5));
    for method in [
        Method::Bfgs,
        Method::GradientDescent { learning_rate: 1.0 },
        Method::StochasticGradientDescent { learning_rate: 1.0, batch_size: 2, seed: 1 },
        Method::Momentum { learning_rate: 0.1, momentum: 0.9, batch_size: 2, seed: 1 },
        Method::Adam { learning_rate: 0.01, batch_size: 2, seed: 1 },
    ] {
        let trainer = Trainer {
            method,
            max_iterations: 5,
            time_limit: Some(Duration::from_secs(60)),
            ..Trainer::default()
        };
        let run: TrainingRun = trainer.train(&net, &train, Some(&test))?;
        assert_eq!(run.cost_history[0], net.cost(&train.x, &train.y)?);
        assert_eq!(run.test_cost_history.len(), run.cost_history.len());
        assert_eq!(run.network.layer_sizes(), [2, 3, 1]);
        assert!(run.evaluations > 0);
        assert_eq!(run.termination, Termination::MaxIterations);
    }
    Ok(())
}

#[test]
fn figures() -> Result<()> {
    let (x, y) = (array![0.0, 1.0], array![1.0, 2.0]);
    let figure: Figure = plot::line(&Axes::new("A line", "x", "y"), &[("y", &x, &y)])?;
    let (svg, png): (String, Vec<u8>) = (figure.svg(), figure.png()?);
    assert!(svg.starts_with("<svg") && png.starts_with(b"\x89PNG"));
    figure.save(&file("contract.svg"))?;
    let both: Figure = plot::side_by_side(&[&figure, &figure])?;
    assert_eq!(both.width(), 700);
    Ok(())
}
