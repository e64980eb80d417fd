//! The forward pass and the cost as expressions, for a chart to compute by itself.

use serde_json::{Value, json};

use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::model::{Activation, Cost, Network};

/// Beyond this a slider with steps that a reader can use would be endless.
const LARGEST_WEIGHT: f64 = 1000.0;

/// f(z) as an expression. `z` is one name or number.
pub(super) fn activation(activation: Activation, z: &str) -> String {
    match activation {
        Activation::Sigmoid => format!("1/(1+exp(-({z})))"),
        Activation::Tanh => format!("(1-2/(exp(2*({z}))+1))"),
        Activation::Relu => format!("max(0,{z})"),
        // Softmax is refused by `check_network`.
        Activation::Identity | Activation::Softmax => format!("({z})"),
    }
}

/// f′(z) as an expression, given a = f(z).
pub(super) fn slope(activation: Activation, z: &str, a: &str) -> String {
    match activation {
        Activation::Sigmoid => format!("({a})*(1-({a}))"),
        Activation::Tanh => format!("(1-({a})*({a}))"),
        Activation::Relu => format!("(({z})>0?1:0)"),
        Activation::Identity | Activation::Softmax => "1".to_string(),
    }
}

/// Transforms that add to each row `z2_1`, `a2_1`, …, from its fields `x1`, `x2`, …; `param` writes the expression for the
/// weight or bias with a number in the order of [`Network::params`].
pub(super) fn forward(net: &Network, param: &dyn Fn(usize) -> String) -> Vec<Value> {
    let sizes = net.layer_sizes();
    let (hidden, output) = net.activations();
    let n_weights: usize = sizes.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let (mut transforms, mut weight, mut bias) = (Vec::new(), 0, n_weights);
    for layer in 2..=sizes.len() {
        let (before, units) = (sizes[layer - 2], sizes[layer - 1]);
        let f = if layer == sizes.len() { output } else { hidden };
        for unit in 0..units {
            let field = |i: usize| {
                if layer == 2 { format!("x{}", i + 1) } else { format!("a{}_{}", layer - 1, i + 1) }
            };
            let mut terms: Vec<String> = (0..before)
                .map(|i| format!("datum.{}*{}", field(i), param(weight + i * units + unit)))
                .collect();
            if net.has_bias() {
                terms.push(param(bias + unit));
            }
            let (z, a) = (format!("z{layer}_{}", unit + 1), format!("a{layer}_{}", unit + 1));
            transforms.push(json!({"type": "formula", "as": z, "expr": terms.join("+")}));
            transforms
                .push(json!({"type": "formula", "as": a, "expr": activation(f, &format!("datum.{z}"))}));
        }
        weight += before * units;
        bias += if net.has_bias() { units } else { 0 };
    }
    transforms
}

/// A row for each example, with `x1`, `x2`, … and `y`.
pub(super) fn rows(data: &Dataset) -> Vec<Value> {
    (0..data.len())
        .map(|n| {
            let mut row = json!({"n": n + 1, "y": data.y[[n, 0]]});
            for (i, x) in data.x.row(n).iter().enumerate() {
                row[format!("x{}", i + 1)] = json!(x);
            }
            row
        })
        .collect()
}

/// What one example adds to the cost, before the mean is taken, as an expression for a row.
fn error_of_one(net: &Network) -> String {
    let last = net.layer_sizes().len();
    match net.cost_function() {
        Cost::SumOfSquares | Cost::MeanSquares { .. } => format!("0.5*pow(datum.y-datum.a{last}_1,2)"),
        // ln(1 + e^z) − y z, written so that it stays finite.
        Cost::CrossEntropy { .. } => {
            let z = format!("datum.z{last}_1");
            format!("max({z},0)-datum.y*{z}+log(1+exp(-abs({z})))")
        }
    }
}

/// The data set `name` of one row with the field `j`: the cost of the rows of `source`, without the penalty.
pub(super) fn data_cost(net: &Network, source: &str, name: &str) -> Value {
    let op = if net.cost_function() == Cost::SumOfSquares { "sum" } else { "mean" };
    json!({"name": name, "source": source, "transform": [
        {"type": "formula", "as": "e", "expr": error_of_one(net)},
        {"type": "aggregate", "ops": [op], "fields": ["e"], "as": ["j"]},
    ]})
}

/// λ/2 Σ w² as an expression.
pub(super) fn penalty(net: &Network, param: &dyn Fn(usize) -> String) -> String {
    let n_weights: usize = net.layer_sizes().windows(2).map(|pair| pair[0] * pair[1]).sum();
    match net.cost_function().lambda() {
        0.0 => "0".to_string(),
        lambda => {
            let squares: Vec<String> = (0..n_weights).map(|k| format!("pow({},2)", param(k))).collect();
            format!("{:?}*({})", lambda / 2.0, squares.join("+"))
        }
    }
}

/// A network that a chart can compute: one output, no softmax, finite numbers, not too many of them.
pub(super) fn check_network(name: &str, net: &Network, most_params: usize) -> Result<()> {
    let sizes = net.layer_sizes();
    let refuse = |what: &str, value: String, expected: String| {
        Err(Error::unsuitable(format!("{what} of {name}"), value, expected))
    };
    if sizes[sizes.len() - 1] != 1 {
        return refuse("the number of outputs", sizes[sizes.len() - 1].to_string(), "1".to_string());
    }
    let (hidden, output) = net.activations();
    if hidden == Activation::Softmax || output == Activation::Softmax {
        let expected = "an activation of each unit by itself: sigmoid, tanh, relu or identity".to_string();
        return refuse("an activation", "softmax".to_string(), expected);
    }
    if net.n_params() > most_params {
        let expected = format!("at most {most_params}, for a slider each or a table that stays small");
        return refuse("the number of weights", net.n_params().to_string(), expected);
    }
    match net.params().iter().find(|w| w.abs() > LARGEST_WEIGHT) {
        Some(w) => Err(Error::out_of_range(format!("a weight of {name}"), *w, "weights from −1000 to 1000")),
        None => Ok(()),
    }
}

/// Layers, activations and biases of another network are the same.
pub(super) fn check_alike(name: &str, net: &Network, other_name: &str, other: &Network) -> Result<()> {
    let described = |net: &Network| {
        let bias = if net.has_bias() { ", with biases" } else { "" };
        let (hidden, output) = net.activations();
        format!("layers {:?}, {} and {}{bias}", net.layer_sizes(), hidden.name(), output.name())
    };
    if described(net) == described(other) {
        return Ok(());
    }
    Err(Error::unsuitable(name, described(net), format!("a network like {other_name}: {}", described(other))))
}

/// As [`forward`], and `dz2_1`, `da2_1`, …: how these change with the weight or bias of the given number.
pub(super) fn forward_with_slope(net: &Network, k: usize, param: &dyn Fn(usize) -> String) -> Vec<Value> {
    let sizes = net.layer_sizes();
    let (hidden, output) = net.activations();
    let n_weights: usize = sizes.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let (mut transforms, mut weight, mut bias) = (forward(net, param), 0, n_weights);
    for layer in 2..=sizes.len() {
        let (before, units) = (sizes[layer - 2], sizes[layer - 1]);
        let f = if layer == sizes.len() { output } else { hidden };
        for unit in 0..units {
            let name = |i: usize| {
                if layer == 2 { format!("x{}", i + 1) } else { format!("a{}_{}", layer - 1, i + 1) }
            };
            let mut terms = Vec::new();
            for i in 0..before {
                let number = weight + i * units + unit;
                // The product rule: the weight itself, and what comes through the activation before it.
                if number == k {
                    terms.push(format!("datum.{}", name(i)));
                }
                if layer > 2 {
                    terms.push(format!("datum.d{}*{}", name(i), param(number)));
                }
            }
            if net.has_bias() && bias + unit == k {
                terms.push("1".to_string());
            }
            let (z, a) = (format!("z{layer}_{}", unit + 1), format!("a{layer}_{}", unit + 1));
            let dz = if terms.is_empty() { "0".to_string() } else { terms.join("+") };
            let slope = slope(f, &format!("datum.{z}"), &format!("datum.{a}"));
            transforms.push(json!({"type": "formula", "as": format!("d{z}"), "expr": dz}));
            transforms.push(
                json!({"type": "formula", "as": format!("d{a}"), "expr": format!("datum.d{z}*{slope}")}),
            );
        }
        weight += before * units;
        bias += if net.has_bias() { units } else { 0 };
    }
    transforms
}

/// The data set `name` of one row with the fields `j` and `slope`, of the rows of `source`, without the penalty.
pub(super) fn data_cost_and_slope(net: &Network, source: &str, name: &str) -> Value {
    let last = net.layer_sizes().len();
    let of_one = match net.cost_function() {
        Cost::CrossEntropy { .. } => format!("(datum.a{last}_1-datum.y)*datum.dz{last}_1"),
        _ => format!("(datum.a{last}_1-datum.y)*datum.da{last}_1"),
    };
    let mut cost = data_cost(net, source, name);
    if let Some(transforms) = cost["transform"].as_array_mut() {
        transforms.insert(0, json!({"type": "formula", "as": "de", "expr": of_one}));
        let last = transforms.len() - 1;
        let op = transforms[last]["ops"][0].clone();
        transforms[last] =
            json!({"type": "aggregate", "ops": [op, op], "fields": ["e", "de"], "as": ["j", "slope"]});
    }
    cost
}
