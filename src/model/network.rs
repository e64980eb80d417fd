//! The network: its layers, weights, biases, activations and cost. What it computes from data stands in `evaluate`.

use super::activation::Activation;
use super::cost::Cost;
use super::product::row_by_row;
use crate::data::{check_array, check_list, standard_normal};
use crate::error::{Error, Result};
use ndarray::{Array1, Array2};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fmt;

/// More weights than this are taken for a slip of the keyboard: they would fill 8 GB.
const MAX_PARAMS: usize = 1_000_000_000;

/// A fully connected feed-forward network of any depth and width.
///
/// Layers are numbered as in the series: layer 1 is the input, and W^(1) leads from layer 1 to layer 2.
///
/// # Shapes
///
/// W^(l) is units of layer l × units of layer l + 1: its entry in row i and column j weighs the way from unit i to unit j.
/// b^(l), if there are biases, has an entry for each unit of layer l + 1.
///
/// # Examples
///
/// ```
/// use demystified::{Network, ndarray::array};
///
/// let net = Network::random(&[2, 3, 1], 7)?;
/// assert_eq!(net.layer_sizes(), [2, 3, 1]);
/// assert_eq!(net.w(1).dim(), (2, 3));
/// assert_eq!(net.n_params(), 9);
///
/// let zeros = net.with_params(&ndarray::Array1::zeros(9))?;
/// assert_eq!(zeros.predict(&array![[0.3, 1.0]])?, array![[0.5]]);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(crate) weights: Vec<Array2<f64>>,
    /// One for each weight matrix, or none at all.
    pub(crate) biases: Vec<Array1<f64>>,
    pub(crate) hidden_activation: Activation,
    pub(crate) output_activation: Activation,
    pub(crate) cost: Cost,
}

impl Network {
    /// The series' network: weights drawn from N(0, 1), the normal distribution with mean 0 and standard deviation 1; sigmoid
    /// units; no biases; [`Cost::SumOfSquares`].
    ///
    /// The weights come from the generator ChaCha8, whose numbers for a seed are the same on every machine.
    ///
    /// # Errors
    ///
    /// When there are fewer than two layers, or a layer without units.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::Network;
    ///
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// assert_eq!(net, Network::random(&[2, 3, 1], 1)?);
    /// assert_ne!(net, Network::random(&[2, 3, 1], 2)?);
    ///
    /// let error = Network::random(&[2, 0, 1], 1).unwrap_err();
    /// assert_eq!(error.to_string(), "layer_sizes is [2, 0, 1]; expected at least 1 unit in every layer");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn random(layer_sizes: &[usize], seed: u64) -> Result<Network> {
        let refuse =
            |expected: &str| Err(Error::unsuitable("layer_sizes", format!("{layer_sizes:?}"), expected));
        if layer_sizes.len() < 2 {
            return refuse("at least 2 layers, an input and an output");
        }
        if layer_sizes.contains(&0) {
            return refuse("at least 1 unit in every layer");
        }
        let n_params = layer_sizes
            .windows(2)
            .try_fold(0, |sum: usize, pair| pair[0].checked_mul(pair[1]).and_then(|n| sum.checked_add(n)));
        if n_params.is_none_or(|n| n > MAX_PARAMS) {
            return refuse("at most 1 000 000 000 weights");
        }
        Ok(Network::with_defaults(draw_weights(layer_sizes, seed)))
    }

    /// As [`Network::random`], with the weights into each unit divided by the root of their number.
    ///
    /// A weighted input is a sum of as many products as there are units before it. With weights from N(0, 1) it grows with the
    /// root of that number, and a wide layer starts on the flat ends of the sigmoid; divided so, it keeps one size at any width.
    ///
    /// # Formula
    ///
    /// ```text
    /// W⁽ˡ⁾ from N(0, 1 / n)       n is the number of units of layer l, those before the weights
    /// ```
    ///
    /// Glorot and Bengio (2010) divide by the mean of the units before and after instead of n, He et al. (2015) by n / 2, for ReLU.
    ///
    /// # Errors
    ///
    /// Those of [`Network::random`].
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::Network;
    ///
    /// let (plain, scaled) = (Network::random(&[4, 100, 1], 1)?, Network::random_scaled(&[4, 100, 1], 1)?);
    /// assert_eq!(scaled.w(1)[[0, 0]], plain.w(1)[[0, 0]] / 2.0); // 4 units before
    /// assert_eq!(scaled.w(2)[[0, 0]], plain.w(2)[[0, 0]] / 10.0); // 100 units before
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn random_scaled(layer_sizes: &[usize], seed: u64) -> Result<Network> {
        let mut net = Network::random(layer_sizes, seed)?;
        net.weights.iter_mut().for_each(|w| *w /= (w.nrows() as f64).sqrt());
        Ok(net)
    }

    /// The same network before training: weights drawn anew as by [`Network::random`] with this `seed`, biases 0. Layers,
    /// activations and cost stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Activation, Network};
    ///
    /// let net = Network::random(&[2, 3, 1], 1)?.with_activations(Activation::Tanh, Activation::Sigmoid);
    /// let other = net.with_random_params(2);
    /// assert_eq!(other.params(), Network::random(&[2, 3, 1], 2)?.params());
    /// assert_eq!(other.activations(), net.activations());
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn with_random_params(&self, seed: u64) -> Network {
        let biases = self.biases.iter().map(|b| Array1::zeros(b.len())).collect();
        Network { weights: draw_weights(&self.layer_sizes(), seed), biases, ..self.clone() }
    }

    /// A network with weights of your own, W^(1) first; otherwise as [`Network::random`].
    ///
    /// # Errors
    ///
    /// When there is no weight matrix, one is empty or holds NaN or an infinity, or two that follow each other do not fit.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, ndarray::array};
    ///
    /// let w1 = array![[1.0, -1.0, 0.5], [0.0, 2.0, 1.0]];
    /// let error = Network::from_weights(vec![w1, array![[1.0], [2.0]]]).unwrap_err();
    /// assert_eq!(error.to_string(), "w2 has 2 rows, but w1 has 3 columns");
    /// ```
    pub fn from_weights(weights: Vec<Array2<f64>>) -> Result<Network> {
        if weights.is_empty() {
            return Err(Error::empty("weights", "at least one weight matrix"));
        }
        for (i, w) in weights.iter().enumerate() {
            check_array(&format!("w{}", i + 1), w)?;
        }
        for (i, pair) in weights.windows(2).enumerate() {
            if pair[1].nrows() != pair[0].ncols() {
                return Err(Error::mismatch(
                    format!("w{}", i + 2),
                    (pair[1].nrows(), "row"),
                    format!("w{}", i + 1),
                    (pair[0].ncols(), "column"),
                ));
            }
        }
        Ok(Network::with_defaults(weights))
    }

    /// A network with weights and biases of your own, W^(1) and b^(1) first; otherwise as [`Network::random`].
    ///
    /// # Shapes
    ///
    /// b^(l) has an entry for each column of W^(l).
    ///
    /// # Errors
    ///
    /// As [`Network::from_weights`]; when there are not as many biases as weight matrices, when a b^(l) has not as many entries as
    /// W^(l) has columns, or holds NaN or an infinity.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, ndarray::array};
    ///
    /// let (w1, b1) = (array![[1.0, -1.0], [0.0, 2.0]], array![0.5, -0.5]);
    /// let (w2, b2) = (array![[1.0], [2.0]], array![0.25]);
    /// let net = Network::from_weights_and_biases(vec![w1.clone(), w2], vec![b1.clone(), b2])?;
    /// assert_eq!(net.forward(&array![[0.0, 0.0]])?.z(2), array![[0.5, -0.5]]);
    ///
    /// let error = Network::from_weights_and_biases(vec![w1], vec![array![0.5]]).unwrap_err();
    /// assert_eq!(error.to_string(), "b1 has 1 value, but w1 has 2 columns");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn from_weights_and_biases(weights: Vec<Array2<f64>>, biases: Vec<Array1<f64>>) -> Result<Network> {
        let net = Network::from_weights(weights)?;
        if biases.len() != net.weights.len() {
            let (found, expected) = (biases.len(), net.weights.len());
            return Err(Error::mismatch("biases", (found, "array"), "weights", (expected, "array")));
        }
        for (i, (b, w)) in biases.iter().zip(&net.weights).enumerate() {
            let (b_name, w_name) = (format!("b{}", i + 1), format!("w{}", i + 1));
            if b.len() != w.ncols() {
                return Err(Error::mismatch(b_name, (b.len(), "value"), w_name, (w.ncols(), "column")));
            }
            check_list(&b_name, b)?;
        }
        Ok(Network { biases, ..net })
    }

    fn with_defaults(weights: Vec<Array2<f64>>) -> Network {
        Network {
            weights,
            biases: Vec::new(),
            hidden_activation: Activation::Sigmoid,
            output_activation: Activation::Sigmoid,
            cost: Cost::SumOfSquares,
        }
    }

    /// The same network with another cost; [`Network::cost_function`] tells which one it has.
    ///
    /// A λ below 0 is refused by [`Cost::mean_squares`] and [`Cost::cross_entropy`], which make a cost; one that was written into a
    /// [`Cost`] by hand is refused where the network first uses it.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Cost, Network};
    ///
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// let cost = Cost::MeanSquares { lambda: 1e-4 };
    /// assert_eq!(net.with_cost(cost).cost_function(), cost);
    ///
    /// assert_eq!(net.with_cost(Cost::mean_squares(1e-4)?), net.with_cost(cost));
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn with_cost(&self, cost: Cost) -> Network {
        Network { cost, ..self.clone() }
    }

    /// [`Network::with_cost`], by the name that pairs with [`Network::cost_function`].
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Cost, Network};
    ///
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// let other = net.with_cost_function(Cost::mean_squares(1e-4)?);
    /// assert_eq!(net.with_cost_function(other.cost_function()), other);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn with_cost_function(&self, cost: Cost) -> Network {
        self.with_cost(cost)
    }

    /// The same network with biases, all of them 0: z = a W + b. Biases that are there already stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::Network;
    ///
    /// let net = Network::random(&[2, 3, 1], 1)?.with_bias();
    /// assert_eq!(net.n_params(), 9 + 3 + 1);
    /// assert_eq!(net.b(1).to_vec(), [0.0, 0.0, 0.0]);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn with_bias(&self) -> Network {
        let mut net = self.clone();
        if net.biases.is_empty() {
            net.biases = net.weights.iter().map(|w| Array1::zeros(w.ncols())).collect();
        }
        net
    }

    /// The same network with other activation functions: one for all hidden layers, one for the output.
    pub fn with_activations(&self, hidden: Activation, output: Activation) -> Network {
        Network { hidden_activation: hidden, output_activation: output, ..self.clone() }
    }

    /// W^(layer), which leads from `layer` to the next one.
    ///
    /// # Panics
    ///
    /// When there is no such layer: 1 is the first, and the output layer has no weights behind it.
    #[track_caller]
    pub fn w(&self, layer: usize) -> Array2<f64> {
        let n = self.weights.len();
        assert!((1..=n).contains(&layer), "w({layer}): the network has w(1) to w({n})");
        self.weights[layer - 1].clone()
    }

    /// b^(layer), the biases that are added on the way from `layer` to the next one.
    ///
    /// # Panics
    ///
    /// When there is no such layer, or when the network has no biases ([`Network::has_bias`]).
    #[track_caller]
    pub fn b(&self, layer: usize) -> Array1<f64> {
        let n = self.biases.len();
        assert!(n > 0, "b({layer}): the network has no biases; with_bias() adds them");
        assert!((1..=n).contains(&layer), "b({layer}): the network has b(1) to b({n})");
        self.biases[layer - 1].clone()
    }

    /// Whether the network has biases.
    pub fn has_bias(&self) -> bool {
        !self.biases.is_empty()
    }

    /// The number of units of each layer, the input first.
    pub fn layer_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![self.weights[0].nrows()];
        sizes.extend(self.weights.iter().map(Array2::ncols));
        sizes
    }

    /// The activation functions: of the hidden layers, and of the output.
    pub fn activations(&self) -> (Activation, Activation) {
        (self.hidden_activation, self.output_activation)
    }

    /// The cost this network is to be judged by; [`Network::cost`] is its value.
    pub fn cost_function(&self) -> Cost {
        self.cost
    }

    /// The number of weights and biases.
    pub fn n_params(&self) -> usize {
        self.weights.iter().map(Array2::len).sum::<usize>()
            + self.biases.iter().map(Array1::len).sum::<usize>()
    }

    /// All weights and biases in a row: W^(1) row by row, then W^(2), …, then the biases b^(1), b^(2), ….
    pub fn params(&self) -> Array1<f64> {
        flatten(&self.weights, &self.biases)
    }

    /// The same network with other weights and biases, in the order of [`Network::params`].
    ///
    /// # Errors
    ///
    /// When the number of entries is not [`Network::n_params`], or an entry is NaN or infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, ndarray::array};
    ///
    /// let net = Network::random(&[2, 1], 3)?;
    /// let other = net.with_params(&array![0.5, -0.5])?;
    /// assert_eq!(other.w(1), array![[0.5], [-0.5]]);
    /// assert_eq!(net.with_params(&net.params())?, net);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn with_params(&self, params: &Array1<f64>) -> Result<Network> {
        if params.len() != self.n_params() {
            return Err(Error::mismatch(
                "params",
                (params.len(), "value"),
                "the network",
                (self.n_params(), "parameter"),
            ));
        }
        check_list("params", params)?;
        let mut net = self.clone();
        net.set_params(params);
        Ok(net)
    }

    /// Overwrites weights and biases. `params` has as many entries as the network; they may be anything.
    pub(crate) fn set_params(&mut self, params: &Array1<f64>) {
        let slots = self.weights.iter_mut().flatten().chain(self.biases.iter_mut().flatten());
        slots.zip(params).for_each(|(slot, &value)| *slot = value);
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.layer_sizes().iter().map(usize::to_string).collect();
        let (hidden, output) = self.activations();
        let n = self.n_params();
        write!(f, "Network {} with {n} parameters: ", sizes.join("-"))?;
        if sizes.len() > 2 {
            write!(f, "{} in the hidden layers, ", hidden.name())?;
        }
        write!(f, "{} at the output", output.name())
    }
}

/// Weight matrices for these layers from N(0, 1), by the generator ChaCha8.
fn draw_weights(layer_sizes: &[usize], seed: u64) -> Vec<Array2<f64>> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let draw =
        |pair: &[usize]| Array2::from_shape_simple_fn((pair[0], pair[1]), || standard_normal(&mut generator));
    layer_sizes.windows(2).map(draw).collect()
}

/// Weight matrices row by row, then the biases: the order of [`Network::params`].
pub(crate) fn flatten(weights: &[Array2<f64>], biases: &[Array1<f64>]) -> Array1<f64> {
    let n_weights: usize = weights.iter().map(Array2::len).sum();
    let n_biases: usize = biases.iter().map(Array1::len).sum();
    let mut params = Vec::with_capacity(n_weights + n_biases);
    flatten_into(&mut params, weights, biases);
    params.into()
}

/// [`flatten`], to the end of a vector.
#[inline]
pub(crate) fn flatten_into(params: &mut Vec<f64>, weights: &[Array2<f64>], biases: &[Array1<f64>]) {
    weights.iter().for_each(|w| params.extend_from_slice(&row_by_row(w)));
    biases.iter().for_each(|b| params.extend(b));
}
