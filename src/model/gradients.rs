//! What backpropagation gives: how the cost changes with every weight and bias.

use super::network::flatten;
use ndarray::{Array1, Array2};

/// The slopes of the cost J at one point: with respect to every weighted input, every weight and every bias.
///
/// Layers are numbered as in the series: δ^(3) belongs to z^(3), and dJ/dW^(1) to W^(1). A product written plainly is a matrix
/// product, ∘ is the product entry by entry.
///
/// # Formula
///
/// ```text
/// δ^(l)       = dJ/dz^(l)
/// δ^(L)       = −(y − ŷ) ∘ f′(z^(L))               the output layer L, for SumOfSquares; / N for MeanSquares
/// δ^(L)       = (ŷ − y) / N                        for CrossEntropy after sigmoid, and after softmax if y sums to 1 in each row
/// δ^(l)       = (δ^(l+1) W^(l)ᵀ) ∘ f′(z^(l))       a hidden layer l
/// dJ/dW^(l)   = a^(l)ᵀ δ^(l+1) + λ W^(l)
/// dJ/db^(l)   = the sum of the rows of δ^(l+1)
/// ```
///
/// After softmax each output depends on all z of its row, so ∘ f′(z) becomes a product with the Jacobian matrix of that row:
/// δ = a ∘ (dJ/da − Σ_k dJ/da_k a_k).
///
/// # Shapes
///
/// δ^(l) is examples × units of layer l; dJ/dW^(l) has the shape of W^(l) and dJ/db^(l) that of b^(l), whatever the number of
/// examples.
///
/// # Examples
///
/// ```
/// use demystified::{Network, ndarray::array};
///
/// // one weight, one example: z = 0, ŷ = 0.5, f′(z) = 0.25
/// let net = Network::from_weights(vec![array![[0.0]]])?;
/// let g = net.gradients(&array![[3.0]], &array![[0.9]])?;
/// assert_eq!(g.delta(2), array![[(0.5 - 0.9) * 0.25]]);
/// assert_eq!(g.dj_dw(1), array![[3.0 * (0.5 - 0.9) * 0.25]]);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// δ^(2), δ^(3), …: of every layer but the first.
    pub(crate) delta: Vec<Array2<f64>>,
    /// dJ/dW^(1), dJ/dW^(2), ….
    pub(crate) dj_dw: Vec<Array2<f64>>,
    /// dJ/db^(1), …, or none when the network has no biases.
    pub(crate) dj_db: Vec<Array1<f64>>,
}

impl Gradients {
    /// δ^(layer), the slope of J with respect to the weighted inputs z^(layer): examples × units.
    ///
    /// # Panics
    ///
    /// When there is no such layer: 2 is the first that has weighted inputs.
    #[track_caller]
    pub fn delta(&self, layer: usize) -> Array2<f64> {
        let last = self.delta.len() + 1;
        assert!((2..=last).contains(&layer), "delta({layer}): delta has layers 2 to {last}");
        self.delta[layer - 2].clone()
    }

    /// dJ/dW^(layer), the slope of J with respect to each weight of W^(layer), in the shape of that matrix.
    ///
    /// # Panics
    ///
    /// When there is no such layer: 1 is the first, and the output layer has no weights behind it.
    #[track_caller]
    pub fn dj_dw(&self, layer: usize) -> Array2<f64> {
        let n = self.dj_dw.len();
        assert!((1..=n).contains(&layer), "dj_dw({layer}): the gradients have dj_dw(1) to dj_dw({n})");
        self.dj_dw[layer - 1].clone()
    }

    /// dJ/db^(layer), the slope of J with respect to each bias of b^(layer).
    ///
    /// # Panics
    ///
    /// When there is no such layer, or when the network has no biases ([`Network::has_bias`](crate::Network::has_bias)).
    #[track_caller]
    pub fn dj_db(&self, layer: usize) -> Array1<f64> {
        let n = self.dj_db.len();
        assert!(n > 0, "dj_db({layer}): the network has no biases; with_bias() adds them");
        assert!((1..=n).contains(&layer), "dj_db({layer}): the gradients have dj_db(1) to dj_db({n})");
        self.dj_db[layer - 1].clone()
    }

    /// dJ/dparams: all dJ/dW and dJ/db in a row, in the order of [`Network::params`](crate::Network::params). So dJ/dW^(1) row by row,
    /// then dJ/dW^(2), …, then the biases' dJ/db^(1), …. [`Gradients::to_vector`] is another name for it.
    ///
    /// # Examples
    ///
    /// A step downhill, with the learning rate 3:
    ///
    /// ```
    /// use demystified::{Network, Scaler, sleep_study};
    ///
    /// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// let gradients = net.gradients(&data.x, &data.y)?;
    /// let lower = net.with_params(&(net.params() - 3.0 * gradients.dj_dparams()))?;
    /// assert!(lower.cost(&data.x, &data.y)? < net.cost(&data.x, &data.y)?);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn dj_dparams(&self) -> Array1<f64> {
        flatten(&self.dj_dw, &self.dj_db)
    }

    /// [`Gradients::dj_dparams`]: the slopes as a vector.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, ndarray::array};
    ///
    /// let net = Network::random(&[2, 3, 1], 1)?.with_bias();
    /// let gradients = net.gradients(&array![[0.3, 1.0]], &array![[0.75]])?;
    /// assert_eq!(gradients.to_vector().len(), net.params().len());
    /// assert_eq!(gradients.to_vector()[0], gradients.dj_dw(1)[[0, 0]]);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn to_vector(&self) -> Array1<f64> {
        self.dj_dparams()
    }
}
