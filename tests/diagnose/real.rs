//! Mistakes and conventions of real people, with their numbers: each is graded, in every precision that it is handed in with.

use demystified::ndarray::{Array1, Array2};
use demystified::{
    Activation, Cost, DiagnoseOptions, Diagnosis, Network, diagnose_cost, diagnose_forward, diagnose_with,
};
use serde_json::Value;

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("real-mistakes.json")).expect("a list of cases")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

fn table(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().expect("rows").iter().map(numbers).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).expect("equal rows")
}

fn tables(value: &Value) -> Vec<Array2<f64>> {
    value.as_array().expect("tables").iter().map(table).collect()
}

fn activation(value: &Value) -> Activation {
    match value.as_str().expect("a name") {
        "sigmoid" => Activation::Sigmoid,
        "tanh" => Activation::Tanh,
        "relu" => Activation::Relu,
        "identity" => Activation::Identity,
        "softmax" => Activation::Softmax,
        other => panic!("{other}"),
    }
}

fn network(value: &Value) -> Network {
    let lambda = value["lambda"].as_f64().expect("a number");
    let cost = match value["cost"].as_str().expect("a name") {
        "sum" => Cost::SumOfSquares,
        "mean" => Cost::MeanSquares { lambda },
        "cross" => Cost::CrossEntropy { lambda },
        other => panic!("{other}"),
    };
    let net = Network::from_weights(tables(&value["w"]))
        .expect("weights")
        .with_activations(activation(&value["hidden"]), activation(&value["output"]))
        .with_cost(cost);
    match value.get("b") {
        Some(biases) => {
            let net = net.with_bias();
            let mut params = net.params().to_vec();
            let all: Vec<f64> = biases.as_array().expect("biases").iter().flat_map(numbers).collect();
            let n = params.len() - all.len();
            params.truncate(n);
            params.extend(all);
            net.with_params(&Array1::from_vec(params)).expect("parameters")
        }
        None => net,
    }
}

fn diagnosis(case: &Value, hand: &Value) -> demystified::Result<Diagnosis> {
    let (net, x, y) = (network(&case["net"]), table(&case["x"]), table(&case["y"]));
    match case["kind"].as_str().expect("a kind") {
        "forward" => diagnose_forward(&net, &x, &tables(&hand["forward"])),
        "cost" => diagnose_cost(&net, &x, &y, hand["j"].as_f64().expect("a number")),
        "gradient" => {
            let biases = hand.get("db").and_then(Value::as_array).cloned().unwrap_or_default();
            let dj_db = biases.iter().map(|b| Array1::from_vec(numbers(b))).collect();
            let options = DiagnoseOptions { dj_db, ..DiagnoseOptions::default() };
            diagnose_with(&net, &x, &y, &tables(&hand["dw"]), &options)
        }
        other => panic!("{other}"),
    }
}

/// Prints what is said of each: `cargo test --test diagnose graded -- --nocapture`.
#[test]
fn the_real_mistakes_are_graded() {
    for case in cases() {
        let (id, group) = (case["id"].as_str().unwrap_or(""), case["group"].as_str().unwrap_or(""));
        println!("== {id} [{group}] {} :: {:?}", case["mistake"].as_str().unwrap_or(""), case["layers"].to_string());
        for (name, hand) in case["hand"].as_object().expect("hands") {
            match diagnosis(&case, hand) {
                Ok(found) => {
                    let text = format!("{}{:?} {}", if found.is_right() {"RIGHT "} else {""}, found.explanations, if found.explanations.is_empty() { found.to_string() } else { String::new() });
                    let start = std::time::Instant::now();
                    let _ = diagnosis(&case, hand);
                    println!("   {name} ({:?}): {}", start.elapsed(), text.lines().take(if name.contains("gradient") || name.contains("all") {4} else {1}).collect::<Vec<_>>().join(" | "));
                }
                Err(error) => println!("   {name}: ERROR {error}"),
            }
        }
    }
}
