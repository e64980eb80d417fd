//! What a network computes on the way from its inputs to its predictions.

use ndarray::Array2;

/// Every intermediate value of one forward propagation.
///
/// Layers are numbered as in the series: layer 1 is the input.
///
/// # Formula
///
/// ```text
/// z^(l+1) = a^(l) W^(l) + b^(l)     the weighted inputs of layer l + 1
/// a^(l+1) = f(z^(l+1))              its activations; a^(1) = x, and the last one is ŷ
/// ```
///
/// # Shapes
///
/// Each z and a is examples × units of that layer.
///
/// # Examples
///
/// ```
/// use demystified::{Network, ndarray::array};
///
/// let net = Network::from_weights(vec![array![[1.0, -1.0], [0.5, 2.0]], array![[1.0], [-2.0]]])?;
/// let pass = net.forward(&array![[0.0, 0.0], [1.0, 2.0]])?;
/// assert_eq!(pass.z(2), array![[0.0, 0.0], [2.0, 3.0]]);
/// assert_eq!(pass.a(2).row(0).to_vec(), [0.5, 0.5]);
/// assert_eq!(pass.z(3)[[0, 0]], -0.5);
/// assert_eq!(pass.y_hat(), pass.a(3));
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ForwardPass {
    /// z^(2), z^(3), …: the weighted inputs of every layer but the first.
    pub(crate) z: Vec<Array2<f64>>,
    /// a^(1) = x, a^(2), …, ŷ.
    pub(crate) a: Vec<Array2<f64>>,
}

impl ForwardPass {
    /// z^(layer), the weighted inputs: examples × units.
    ///
    /// # Panics
    ///
    /// When there is no such layer: 2 is the first that has weighted inputs.
    #[track_caller]
    pub fn z(&self, layer: usize) -> Array2<f64> {
        assert!(
            (2..self.n_layers() + 1).contains(&layer),
            "z({layer}): z has layers 2 to {}",
            self.n_layers()
        );
        self.z[layer - 2].clone()
    }

    /// a^(layer), the activations: examples × units. `a(1)` is the input itself.
    ///
    /// # Panics
    ///
    /// When there is no such layer.
    #[track_caller]
    pub fn a(&self, layer: usize) -> Array2<f64> {
        assert!(
            (1..self.n_layers() + 1).contains(&layer),
            "a({layer}): a has layers 1 to {}",
            self.n_layers()
        );
        self.a[layer - 1].clone()
    }

    /// ŷ, the predictions: examples × outputs.
    pub fn y_hat(&self) -> Array2<f64> {
        self.a(self.n_layers())
    }

    /// The number of layers, the input included.
    pub fn n_layers(&self) -> usize {
        self.a.len()
    }
}
