//! The numbers and arrays that a mistake can be in.

use std::fmt;

/// One of the numbers or arrays that a reader computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// dJ/dW^(l).
    DjDw(usize),
    /// dJ/db^(l).
    DjDb(usize),
    /// z^(l), the weighted inputs of layer l.
    Z(usize),
    /// a^(l), the activations of layer l; those of the last one are ŷ.
    A(usize),
    /// J, the cost.
    J,
    /// f′(z^(l)), the slope of the activation function.
    Slope(usize),
    /// δ^(l), dJ/dz^(l).
    Delta(usize),
    /// W^(l), the weights.
    W(usize),
    /// b^(l), the biases.
    B(usize),
    /// What goes back to layer l from the layer behind it.
    Back(usize),
}

/// As the series writes it: dJ/dW⁽²⁾.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Part::DjDw(layer) => write!(f, "dJ/dW{}", raised(layer)),
            Part::DjDb(layer) => write!(f, "dJ/db{}", raised(layer)),
            Part::Z(layer) => write!(f, "z{}", raised(layer)),
            Part::A(layer) => write!(f, "a{}", raised(layer)),
            Part::J => write!(f, "J"),
            Part::Slope(layer) => write!(f, "f′(z{})", raised(layer)),
            Part::Delta(layer) => write!(f, "δ{}", raised(layer)),
            Part::W(layer) => write!(f, "W{}", raised(layer)),
            Part::B(layer) => write!(f, "b{}", raised(layer)),
            Part::Back(layer) => write!(f, "what goes back to layer {layer}"),
        }
    }
}

/// "a", "a and b", "a, b and c".
pub(super) fn listed(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The layer as the series writes it: ⁽²⁾.
pub(super) fn raised(layer: usize) -> String {
    let digits = layer.to_string();
    let raised =
        digits.chars().map(|c| ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][c as usize - '0' as usize]);
    format!("⁽{}⁾", raised.collect::<String>())
}
