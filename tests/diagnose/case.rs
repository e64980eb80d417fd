//! Random networks and data, and what a reader's own code makes of them.

use demystified::ndarray::{Array1, Array2, Axis};
use demystified::{Activation, Cost, Network, Scaler};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::{StandardNormal, Uniform};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;

/// A network, data for it, and the network before its last step.
#[derive(Clone, Debug)]
pub struct Case {
    pub net: Network,
    pub previous: Network,
    pub x: Array2<f64>,
    pub y: Array2<f64>,
}

pub fn pick(rng: &mut ChaCha8Rng, n: usize) -> usize {
    rng.next_u32() as usize % n
}

impl Case {
    /// Another shape, other activations, another cost, other weights and data for each seed. Sizes are small and often equal, so
    /// that a wrong product fits now and then.
    pub fn random(rng: &mut ChaCha8Rng) -> Case {
        const ACTIVATIONS: [Activation; 5] = [
            Activation::Sigmoid,
            Activation::Tanh,
            Activation::Relu,
            Activation::Identity,
            Activation::Softmax,
        ];
        let n_layers = 2 + pick(rng, 3);
        let sizes: Vec<usize> = (0..n_layers).map(|_| 1 + pick(rng, 4)).collect();
        let n = if pick(rng, 2) == 0 { sizes[pick(rng, n_layers)] } else { 1 + pick(rng, 6) };
        let (hidden, output) = (ACTIVATIONS[pick(rng, 5)], ACTIVATIONS[pick(rng, 5)]);
        let lambda = [0.0, 1e-4, 0.1][pick(rng, 3)];
        let costs = [Cost::SumOfSquares, Cost::MeanSquares { lambda }, Cost::CrossEntropy { lambda }];
        let gives_probabilities = matches!(output, Activation::Sigmoid | Activation::Softmax);
        let cost = costs[pick(rng, if gives_probabilities { 3 } else { 2 })];
        let net =
            Network::random(&sizes, 1).expect("a network").with_activations(hidden, output).with_cost(cost);
        let net = if pick(rng, 2) == 0 { net.with_bias() } else { net };
        let params = Array1::random_using(net.n_params(), StandardNormal, rng);
        let step = Array1::random_using(net.n_params(), StandardNormal, rng) * 0.1;
        let unit = Uniform::new(0.0, 1.0).expect("a range");
        Case {
            previous: net.with_params(&(&params - step)).expect("as many parameters"),
            net: net.with_params(&params).expect("as many parameters"),
            x: Array2::random_using((n, sizes[0]), StandardNormal, rng),
            y: Array2::random_using((n, sizes[n_layers - 1]), unit, rng),
        }
    }

    pub fn last(&self) -> usize {
        self.net.layer_sizes().len()
    }

    pub fn activation(&self, layer: usize) -> Activation {
        let (hidden, output) = self.net.activations();
        if layer == self.last() { output } else { hidden }
    }

    pub fn lambda(&self) -> f64 {
        match self.net.cost_function() {
            Cost::SumOfSquares => 0.0,
            Cost::MeanSquares { lambda } | Cost::CrossEntropy { lambda } => lambda,
        }
    }
}

/// a = f(z), as a reader writes it.
pub fn f(activation: Activation, z: &Array2<f64>) -> Array2<f64> {
    match activation {
        Activation::Sigmoid => z.mapv(|z| 1.0 / (1.0 + (-z).exp())),
        Activation::Tanh => z.mapv(f64::tanh),
        Activation::Relu => z.mapv(|z| if z > 0.0 { z } else { 0.0 }),
        Activation::Identity => z.clone(),
        Activation::Softmax => {
            let e = z.mapv(f64::exp);
            let sums = e.sum_axis(Axis(1)).insert_axis(Axis(1));
            e / sums
        }
    }
}

/// f′ from z; for softmax the diagonal of its Jacobian.
pub fn slope(activation: Activation, z: &Array2<f64>) -> Array2<f64> {
    let a = f(activation, z);
    match activation {
        Activation::Sigmoid | Activation::Softmax => &a * &(1.0 - &a),
        Activation::Tanh => 1.0 - &a * &a,
        Activation::Relu => z.mapv(|z| f64::from(z > 0.0)),
        Activation::Identity => Array2::ones(z.dim()),
    }
}

/// Whether two lists of slopes are the same numbers, each beside the largest of its array.
pub fn same(one: &[Array2<f64>], other: &[Array2<f64>], tolerance: f64) -> bool {
    let largest = |array: &Array2<f64>| array.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    one.iter().zip(other).all(|(one, other)| {
        one.dim() == other.dim() && {
            // below 1e-13 there are only rounding errors in these cases
            let allowed = tolerance * largest(one).max(largest(other)) + 1e-13;
            (one - other).iter().all(|d| d.abs() <= allowed)
        }
    })
}

/// Does the same with each of these, on all processors; the results stand in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let n_threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            loop {
                let k = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(item) = items.get(k) else { return done };
                done.push((k, work(k, item)));
            }
        };
        let workers: Vec<_> = (0..n_threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker that ends")).collect()
    });
    results.sort_by_key(|(k, _)| *k);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The scaled sleep study with so many examples, and the series' network.
pub fn sleep(n: usize) -> Case {
    let all = demystified::sleep_study_train();
    let data = Scaler::fit(&all, 100.0).and_then(|scaler| scaler.transform(&all)).expect("the series' data");
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let rows: Vec<usize> = (0..n).collect();
    let (x, y) = (data.x.select(Axis(0), &rows), data.y.select(Axis(0), &rows));
    Case { previous: net.clone(), net, x, y }
}

/// The slopes as somebody copies them from a screen: with so many significant digits, or so many decimals.
pub fn copied(slopes: &[Array2<f64>], digits: usize, are_decimals: bool) -> Vec<Array2<f64>> {
    let cut = |v: &f64| {
        let text = if are_decimals { format!("{v:.digits$}") } else { format!("{v:.*e}", digits - 1) };
        text.parse::<f64>().expect("a number")
    };
    slopes.iter().map(|slopes| slopes.map(cut)).collect()
}

/// What is said of dJ/dW^(1), …, and dJ/db^(1), …, if there are biases.
pub fn diagnosis_of(case: &Case, slopes: &[Array2<f64>]) -> demystified::Diagnosis {
    let n = case.net.layer_sizes().len() - 1;
    let options = demystified::DiagnoseOptions {
        dj_db: slopes[n..].iter().map(|b| b.row(0).to_owned()).collect(),
        ..demystified::DiagnoseOptions::default()
    };
    demystified::diagnose_with(&case.net, &case.x, &case.y, &slopes[..n], &options)
        .expect("slopes of the right shapes")
}
