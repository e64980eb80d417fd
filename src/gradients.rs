//! Backpropagation: how the cost changes with every weight and bias.

use crate::engine::product::{passed_back, row_by_row, weight_slopes};
use crate::error::Result;
use crate::forward::ForwardPass;
use crate::network::{Network, flatten};
use ndarray::{Array1, Array2, Axis};

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
    pub fn dj_dw(&self, layer: usize) -> Array2<f64> {
        let n = self.dj_dw.len();
        assert!((1..=n).contains(&layer), "dj_dw({layer}): the gradients have dj_dw(1) to dj_dw({n})");
        self.dj_dw[layer - 1].clone()
    }

    /// dJ/db^(layer), the slope of J with respect to each bias of b^(layer).
    ///
    /// # Panics
    ///
    /// When there is no such layer, or when the network has no biases ([`Network::has_bias`]).
    pub fn dj_db(&self, layer: usize) -> Array1<f64> {
        let n = self.dj_db.len();
        assert!(n > 0, "dj_db({layer}): the network has no biases; with_bias() adds them");
        assert!((1..=n).contains(&layer), "dj_db({layer}): the gradients have dj_db(1) to dj_db({n})");
        self.dj_db[layer - 1].clone()
    }

    /// All dJ/dW and dJ/db in a row, in the order of [`Network::params`]: dJ/dW^(1) row by row, then dJ/dW^(2), …, then the
    /// biases' dJ/db^(1), ….
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
    /// let lower = net.with_params(&(net.params() - 3.0 * gradients.to_vector()))?;
    /// assert!(lower.cost(&data.x, &data.y)? < net.cost(&data.x, &data.y)?);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn to_vector(&self) -> Array1<f64> {
        flatten(&self.dj_dw, &self.dj_db)
    }
}

impl Network {
    /// Backpropagation: the slopes of [`Network::cost`] with respect to every weight and bias, as [`Gradients`] describes.
    ///
    /// # Shapes
    ///
    /// `x` is examples × inputs, `y` is examples × outputs.
    ///
    /// # Errors
    ///
    /// As [`Network::cost`].
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, ndarray::array};
    ///
    /// let (x, y) = (array![[0.3, 1.0], [0.5, 0.2], [1.0, 0.4], [0.6, 0.3]], array![[0.75], [0.82], [0.93], [0.7]]);
    /// let gradients = Network::random(&[2, 3, 1], 1)?.gradients(&x, &y)?;
    /// assert_eq!(gradients.delta(2).dim(), (4, 3));
    /// assert_eq!(gradients.dj_dw(1).dim(), (2, 3));
    /// assert_eq!(gradients.dj_dw(2).dim(), (3, 1));
    /// assert_eq!(gradients.to_vector().len(), 9);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn gradients(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<Gradients> {
        self.gradients_of(&self.forward(x)?, y)
    }

    /// [`Network::gradients`] from a forward pass of this network that has been made already.
    pub(crate) fn gradients_of(&self, pass: &ForwardPass, y: &Array2<f64>) -> Result<Gradients> {
        self.check_truth(&pass.a[0], y)?;
        // from the last layer to the first, then turned round
        let mut delta = vec![self.output_delta(pass, y)];
        for i in (1..self.weights.len()).rev() {
            let dj_da = passed_back(&delta[delta.len() - 1], &self.weights[i]);
            delta.push(self.hidden_activation.dj_dz(&pass.z[i - 1], &pass.a[i], dj_da));
        }
        delta.reverse();
        let dj_dw = |i: usize| {
            let mut dj_dw = weight_slopes(&pass.a[i], &delta[i]);
            dj_dw.scaled_add(self.cost.lambda(), &self.weights[i]);
            dj_dw
        };
        let dj_dw = (0..self.weights.len()).map(dj_dw).collect();
        let dj_db = (0..self.biases.len()).map(|i| delta[i].sum_axis(Axis(0))).collect();
        Ok(Gradients { delta, dj_dw, dj_db })
    }

    /// δ of the output layer.
    pub(crate) fn output_delta(&self, pass: &ForwardPass, y: &Array2<f64>) -> Array2<f64> {
        let (z, y_hat) = (&pass.z[pass.z.len() - 1], &pass.a[pass.a.len() - 1]);
        let slopes = self.output_activation.slopes(z);
        let mut delta = Array2::zeros(z.dim());
        self.cost.output_delta(
            self.output_activation,
            (&row_by_row(y), y.nrows() as f64),
            (&row_by_row(y_hat), &slopes),
            delta.as_slice_mut().expect("a new array is contiguous"),
            z.ncols(),
        );
        delta
    }
}
