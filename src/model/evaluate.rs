//! What a network computes from data: predictions, every value on the way to them, the cost, and its slopes.

use super::engine::{self, Engine};
use super::forward_pass::ForwardPass;
use super::gradients::Gradients;
use super::network::Network;
use super::product::{passed_back, row_by_row, weight_slopes, weighted_inputs};
use crate::data::{check_array, check_rows};
use crate::error::{Error, Result};
use crate::machine::available_threads;
use ndarray::{Array1, Array2, Axis};

impl Network {
    /// Forward propagation: every intermediate value from x to ŷ, as [`ForwardPass`] describes.
    ///
    /// # Shapes
    ///
    /// `x` is examples × inputs, with any number of examples.
    ///
    /// # Errors
    ///
    /// When x has another number of columns than the network has inputs, is empty, or holds NaN or an infinity.
    pub fn forward(&self, x: &Array2<f64>) -> Result<ForwardPass> {
        self.check_inputs(x)?;
        let mut pass = ForwardPass { z: Vec::new(), a: vec![x.clone()] };
        for (i, w) in self.weights.iter().enumerate() {
            let z = weighted_inputs(&pass.a[i], w, self.biases.get(i));
            let activation =
                if i + 1 == self.weights.len() { self.output_activation } else { self.hidden_activation };
            pass.a.push(activation.apply(&z));
            pass.z.push(z);
        }
        Ok(pass)
    }

    /// ŷ, the predictions for x: examples × outputs.
    ///
    /// # Errors
    ///
    /// As [`Network::forward`].
    pub fn predict(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        self.check_inputs(x)?;
        Ok(engine::predict(self, x))
    }

    /// J, the cost of this network's predictions for x, penalty included: a number, 0 or above.
    ///
    /// # Formula
    ///
    /// That of [`Network::cost_function`]; see [`Cost`](super::Cost).
    ///
    /// # Shapes
    ///
    /// `x` is examples × inputs, `y` is examples × outputs.
    ///
    /// # Errors
    ///
    /// Those of [`Network::forward`]; when y is empty, holds NaN or an infinity, or does not fit x and the outputs; when λ is
    /// negative, NaN or infinite; for the cross-entropy when y leaves 0…1, or the output is neither sigmoid nor softmax.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, Scaler, ndarray::Array1, sleep_study};
    ///
    /// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    /// let net = Network::random(&[2, 3, 1], 1)?.with_params(&Array1::zeros(9))?;
    /// // every prediction is 0.5: ½ (0.25² + 0.32² + 0.43²)
    /// assert!((net.cost(&data.x, &data.y)? - 0.1749).abs() < 1e-15);
    ///
    /// let error = net.cost(&data.x, &data.x).unwrap_err();
    /// assert_eq!(error.to_string(), "y has 2 columns, but the network has 1 output");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn cost(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<f64> {
        Ok(self.data_cost(x, y)? + self.penalty())
    }

    /// The cost without the penalty on large weights: what test data is judged by, whatever λ the training used.
    ///
    /// # Shapes
    ///
    /// As [`Network::cost`].
    ///
    /// # Errors
    ///
    /// As [`Network::cost`].
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Cost, Network, ndarray::array};
    ///
    /// let net = Network::from_weights(vec![array![[2.0]]])?.with_cost(Cost::mean_squares(0.5)?);
    /// let (x, y) = (array![[0.0]], array![[1.0]]);
    /// assert_eq!(net.data_cost(&x, &y)?, 0.125);   // ½ (1 − sigmoid(0))²
    /// assert_eq!(net.cost(&x, &y)?, 0.125 + 1.0);  // and 0.5/2 · 2²
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn data_cost(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<f64> {
        self.check_data(x, y)?;
        Ok(Engine::new(self, x, y, available_threads()).own_data_cost())
    }

    /// [`Network::cost`] and all its slopes at once, as an optimiser needs them: the fast way to train with a method of your
    /// own.
    ///
    /// The slopes are those of [`Network::gradients`], in the order of [`Network::params`], but for rounding: no z, a or δ is
    /// kept, and large sets of examples are shared among the cores. The result does not depend on their number.
    ///
    /// # Shapes
    ///
    /// As [`Network::cost`]; the gradient has [`Network::n_params`] entries.
    ///
    /// # Errors
    ///
    /// As [`Network::cost`].
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, Scaler, sleep_study};
    ///
    /// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    /// let mut net = Network::random(&[2, 3, 1], 1)?;
    /// for _ in 0..200 {
    ///     let (_, gradient) = net.cost_and_gradient(&data.x, &data.y)?;
    ///     net = net.with_params(&(net.params() - 10.0 * gradient))?;
    /// }
    /// let (j, gradient) = net.cost_and_gradient(&data.x, &data.y)?;
    /// assert_eq!(j, net.cost(&data.x, &data.y)?);
    /// assert!(j < 1e-3);
    /// let by_gradients = net.gradients(&data.x, &data.y)?.to_vector();
    /// assert!((gradient - by_gradients).iter().all(|d| d.abs() < 1e-15));
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn cost_and_gradient(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<(f64, Array1<f64>)> {
        self.check_data(x, y)?;
        // not vec![0.0; n]: for so few numbers, memory that comes zeroed takes the allocator longer
        let mut gradient = Vec::with_capacity(self.n_params());
        gradient.resize(self.n_params(), 0.0);
        let mut engine = Engine::new(self, x, y, available_threads());
        let data_cost = engine.own_data_cost_and_gradient(&mut gradient);
        Ok((data_cost + self.penalty(), gradient.into()))
    }

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
}

// For those who have a forward pass already.
impl Network {
    /// [`Network::data_cost`] of a forward pass of this network that has been made already.
    pub(crate) fn data_cost_of(&self, pass: &ForwardPass, y: &Array2<f64>) -> Result<f64> {
        self.check_truth(&pass.a[0], y)?;
        Ok(self.cost.data_term(self.output_activation, pass, y))
    }

    /// [`Network::cost`] of a forward pass of this network that has been made already.
    pub(crate) fn cost_of(&self, pass: &ForwardPass, y: &Array2<f64>) -> Result<f64> {
        Ok(self.data_cost_of(pass, y)? + self.penalty())
    }

    /// λ/2 Σ w², what the cost adds to the data cost.
    pub(crate) fn penalty(&self) -> f64 {
        self.cost.penalty(self.weights.iter().flatten())
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

// Whether data fit the network.
impl Network {
    /// Whether x and y fit the network.
    pub(crate) fn check_data(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<()> {
        self.check_inputs(x)?;
        self.check_truth(x, y)
    }

    /// Whether x fits the network.
    #[inline]
    pub(crate) fn check_inputs(&self, x: &Array2<f64>) -> Result<()> {
        check_array("x", x)?;
        let n_inputs = self.weights[0].nrows();
        if x.ncols() != n_inputs {
            return Err(Error::mismatch("x", (x.ncols(), "column"), "the network", (n_inputs, "input")));
        }
        Ok(())
    }

    /// Whether y can be compared with the predictions for x, by this network's cost.
    #[inline]
    pub(crate) fn check_truth(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<()> {
        check_array("y", y)?;
        check_rows(x, y)?;
        let n_outputs = self.weights[self.weights.len() - 1].ncols();
        if y.ncols() != n_outputs {
            return Err(Error::mismatch("y", (y.ncols(), "column"), "the network", (n_outputs, "output")));
        }
        self.cost.check(self.output_activation, y)
    }
}
