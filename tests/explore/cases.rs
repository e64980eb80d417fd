//! Charts with sliders as notebooks make them, what to do with them, and what must then be seen.

use demystified::ndarray::{Array1, array};
use demystified::*;
use serde_json::{Value, json};

pub fn scaled() -> Dataset {
    Scaler::fit(&sleep_study(), 100.0).unwrap().transform(&sleep_study()).unwrap()
}

pub fn untrained() -> Network {
    Network::random(&[2, 3, 1], 1).unwrap()
}

fn trained() -> Network {
    Trainer::default().train(&untrained(), &scaled(), None).unwrap().network
}

/// With one weight changed.
pub fn with(net: &Network, k: usize, w: f64) -> Network {
    let mut params: Array1<f64> = net.params();
    params[k] = w;
    net.with_params(&params).unwrap()
}

/// A number as the charts show it: four significant digits, the true minus sign.
fn shown(value: f64) -> String {
    shown_with(value, 4, 4, 1e-4)
}

/// As in the narrow cells of a table.
fn shown_briefly(value: f64) -> String {
    shown_with(value, 3, 2, 1e-3)
}

fn shown_with(value: f64, digits: i32, digits_of_power: usize, least: f64) -> String {
    let size = value.abs();
    let minus = if value < 0.0 { "−" } else { "" };
    let short = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    if size < least {
        let text = format!("{size:.*e}", digits_of_power - 1);
        let (mantissa, power) = text.split_once("e-").unwrap();
        let raised = |c: char| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10).unwrap() as usize).unwrap();
        return format!("{minus}{}×10⁻{}", short(mantissa), power.chars().map(raised).collect::<String>());
    }
    let decimals = (digits - 1 - size.log10().floor() as i32).max(0) as usize;
    format!("{minus}{}", short(&format!("{size:.decimals$}")))
}

/// Sliders to move, and what must then be read in the chart.
fn step(moves: &[(&str, Value)], shows: Vec<String>) -> Value {
    let moves: Vec<Value> = moves.iter().map(|(label, value)| json!([label, value])).collect();
    json!({"move": moves, "shows": shows})
}

/// A chart as a notebook makes it, and what is to be seen in it.
pub struct Case {
    pub name: &'static str,
    pub chart: Explorable,
    pub steps: Vec<Value>,
}

pub fn cases() -> Vec<Case> {
    vec![
        neuron(),
        network(),
        descent(),
        secant(),
        backpropagation(),
        surface(),
        training(),
        regularisation(),
        digit_classes(),
    ]
}

fn neuron() -> Case {
    let chart = explore::neuron(&array![0.3, 1.0], &array![2.0, -1.0], Activation::Sigmoid).unwrap();
    let seen = |z: f64| {
        let (a, slope) = (format!("a = sigmoid(z) = {}", shown(sigmoid(z))), shown(sigmoid_prime(z)));
        vec![format!("z = {}", shown(z)), a, format!("slope f′(z) = {slope}")]
    };
    let steps = vec![
        step(&[], seen(-0.4)),
        step(&[("weight w₂", json!(2.31))], seen(2.91)),
        step(&[("input x₁", json!(-0.5)), ("weight w₁", json!(-4.0))], seen(4.31)),
    ];
    Case { name: "neuron", chart, steps }
}

fn network() -> Case {
    let (net, trained, data) = (untrained(), trained(), scaled());
    let chart = explore::network(&net, &trained, &data).unwrap();
    let at = |net: &Network, x: [f64; 2]| {
        let pass = net.forward(&array![x]).unwrap();
        let three = |v: f64| format!("{v:.3}").replace('-', "−");
        let mut texts = vec![format!("cost J = {}", shown(net.cost(&data.x, &data.y).unwrap()))];
        texts.extend(
            pass.z(2).iter().enumerate().map(|(i, z)| format!("z⁽²⁾{} = {}", ["₁", "₂", "₃"][i], three(*z))),
        );
        texts.extend(pass.a(2).iter().map(|a| three(*a)));
        texts.push(format!("z⁽³⁾ = {}", three(pass.z(3)[[0, 0]])));
        texts.push(three(pass.y_hat()[[0, 0]]));
        texts.extend(net.predict(&data.x).unwrap().iter().map(|y_hat| format!("ŷ {}", shown(*y_hat))));
        texts
    };
    // A slider stands on hundredths: the moved weight is that, and what the steps left out stays.
    let left_out = |net: &Network, k: usize| net.params()[k] - (net.params()[k] * 100.0).round() / 100.0;
    let moved = with(&net, 7, 2.5 + left_out(&net, 7));
    let both = with(&trained, 2, -1.25 + left_out(&trained, 2));
    let steps = vec![
        step(&[], at(&net, [0.3, 1.0])),
        step(&[("W⁽²⁾: a₂ → ŷ", json!(2.5))], at(&moved, [0.3, 1.0])),
        step(&[("weights", json!("trained"))], at(&trained, [0.3, 1.0])),
        step(&[("W⁽¹⁾: x₁ → a₃", json!(-1.25)), ("input x₁", json!(0.8))], at(&both, [0.8, 1.0])),
        step(&[("weights", json!("given")), ("input x₁", json!(0.3))], at(&net, [0.3, 1.0])),
    ];
    Case { name: "network", chart, steps }
}

fn descent() -> Case {
    let (net, data) = (untrained(), scaled());
    let chart = explore::descent(&net, &data, 8, -3.0, -5.0..=10.0).unwrap();
    let cost = |w: f64| with(&net, 8, w).cost(&data.x, &data.y).unwrap();
    let seen = |w: f64, power: f64| {
        let slope = with(&net, 8, w).gradients(&data.x, &data.y).unwrap().to_vector()[8];
        let next = w - 10_f64.powf(power) * slope;
        let change = if cost(next) < cost(w) { "lower" } else { "HIGHER" };
        let mut texts = vec![format!("w = {}", shown(w)), format!("J = {}", shown(cost(w)))];
        texts.push(format!("slope dJ/dw = {}", shown(slope)));
        texts.push(format!("= {}", shown(next)));
        texts.push(format!("J there = {}, {change}", shown(cost(next))));
        texts
    };
    let slope = with(&net, 8, 1.5).gradients(&data.x, &data.y).unwrap().to_vector()[8];
    let taken = ((1.5 - 10_f64.powf(1.2) * slope) * 1000.0).round() / 1000.0;
    let steps = vec![
        step(&[], seen(-3.0, 1.0)),
        step(&[("weight w", json!(1.5)), ("learning rate η: 10 to the power", json!(1.2))], seen(1.5, 1.2)),
        json!({"move": [], "click": "take this step", "shows": seen(taken, 1.2)}),
        step(&[("weight w", json!(-3.3)), ("learning rate η: 10 to the power", json!(2.0))], seen(-3.3, 2.0)),
    ];
    Case { name: "descent", chart, steps }
}

fn secant() -> Case {
    let chart = explore::secant("sin x", &f64::sin, 1.0, 1_f64.cos()).unwrap();
    let seen = |power: f64| {
        // by the crate's own pow: the system's may differ in the last bit, which the error of a good slope shows
        let (epsilon, here) = (libm::pow(10.0, power), 1_f64.sin());
        let forward = ((1.0 + epsilon).sin() - here) / epsilon;
        let central = ((1.0 + epsilon).sin() - (1.0 - epsilon).sin()) / (2.0 * epsilon);
        let said = |slope: f64| {
            let digits = format!("{slope:.10}");
            format!("{}, error {}", digits.trim_end_matches('0'), shown((slope - 1_f64.cos()).abs()))
        };
        let (forward, central) =
            (format!("forward: {}", said(forward)), format!("central: {}", said(central)));
        vec![format!("ε = {}", shown(epsilon)), forward, central]
    };
    let moved = |power: f64| step(&[("step ε: 10 to the power", json!(power))], seen(power));
    Case { name: "secant", chart, steps: vec![step(&[], seen(-0.5)), moved(-5.25), moved(-14.75)] }
}

fn backpropagation() -> Case {
    let (net, data) = (untrained(), scaled());
    let one = Dataset::new(array![[0.3, 1.0]], array![[0.75]]).unwrap();
    let chart = explore::backpropagation(&net, &data, 0).unwrap();
    let seen = |net: &Network| {
        let (pass, gradients) = (net.forward(&one.x).unwrap(), net.gradients(&one.x, &one.y).unwrap());
        let (delta2, delta3) = (gradients.delta(2), gradients.delta(3));
        let mut numbers = vec![pass.y_hat()[[0, 0]] - 0.75, net.cost(&one.x, &one.y).unwrap()];
        numbers.extend(pass.z(2).iter().chain(&pass.a(2)).chain(&pass.z(3)).chain(&pass.y_hat()));
        numbers.extend(delta2.iter().chain(&delta3).chain(&(net.w(2) * delta3[[0, 0]])));
        let slopes = gradients.to_vector();
        numbers.into_iter().map(shown).chain(slopes.into_iter().map(shown_briefly)).collect::<Vec<String>>()
    };
    let left_out = |k: usize| net.params()[k] - (net.params()[k] * 100.0).round() / 100.0;
    let moved = with(&with(&net, 8, -2.5 + left_out(8)), 0, 1.75 + left_out(0));
    let moves = [("W⁽²⁾: a₃ → ŷ", json!(-2.5)), ("W⁽¹⁾: x₁ → a₁", json!(1.75))];
    let steps = vec![step(&[], seen(&net)), step(&moves, seen(&moved))];
    Case { name: "backpropagation", chart, steps }
}

pub fn inputs() -> plot::Axes {
    plot::Axes::new("The sleep study", "hours asleep [h]", "hours studying [h]")
}

fn training() -> Case {
    let scaler = Scaler::fit(&sleep_study(), 100.0).unwrap();
    let (net, bfgs) = (untrained(), Trainer { max_iterations: 120, ..Trainer::default() });
    let plain = Trainer { method: Method::GradientDescent { learning_rate: 3.0 }, ..bfgs.clone() };
    let runs = [("BFGS", &net, &bfgs), ("gradient descent, η = 3", &net, &plain)];
    let chart = explore::training(&inputs(), &scaler, &sleep_study(), &runs, 7).unwrap();
    let seen = |iteration: usize| {
        let after = [&bfgs, &plain].map(|trainer| {
            let trainer = Trainer { max_iterations: iteration, ..trainer.clone() };
            trainer.train(&net, &scaled(), None).unwrap()
        });
        let mut texts: Vec<String> =
            after.iter().map(|run| format!("J = {}", shown(run.final_cost()))).collect();
        let y_hat = after.map(|run| scaler.inverse_transform_y(&run.network.predict(&scaled().x).unwrap()));
        texts
            .extend((0..3).map(|n| format!("predicted {:.1} and {:.1}", y_hat[0][[n, 0]], y_hat[1][[n, 0]])));
        texts.push(format!("iteration {iteration}"));
        texts
    };
    let moved = |iteration: usize| step(&[("iteration", json!(iteration))], seen(iteration));
    Case { name: "training", chart, steps: vec![step(&[], seen(7)), moved(0), moved(120)] }
}

fn surface() -> Case {
    let scaler = Scaler::fit(&sleep_study(), 100.0).unwrap();
    let net = untrained();
    let chart = explore::surface(&inputs(), "score [points]", &net, &scaler, &sleep_study()).unwrap();
    let y_hat = scaler.inverse_transform_y(&net.predict(&scaled().x).unwrap());
    let (study, seen) = (sleep_study(), |n: usize| format!("predicted {:.1}", y_hat[[n, 0]]));
    let truths = study.y.iter().map(|y| format!("truth {y}"));
    let texts: Vec<String> = (0..3).map(seen).chain(truths).chain(["score [points]".to_string()]).collect();
    let scene = Scene::of(&chart.alt);
    let turned = |around: f64, above: f64| {
        let moves = [("walk around [°]", json!(around)), ("stand above [°]", json!(above))];
        let mut step = step(&moves, texts.clone());
        // a dot at the truth, and the line from there to the prediction
        step["lines"] = (0..3)
            .map(|n| {
                let (sleep, studying) = (study.x[[n, 0]], study.x[[n, 1]]);
                let on_sheet = |score: f64| scene.on_sheet([sleep, studying, score], around, above);
                json!([on_sheet(study.y[[n, 0]]), on_sheet(y_hat[[n, 0]])])
            })
            .collect();
        step
    };
    let steps = vec![step(&[], texts.clone()), turned(-20.0, 28.0), turned(70.0, 15.0), turned(160.0, 60.0)];
    Case { name: "surface", chart, steps }
}

/// The box that a surface stands in, as wide as deep and 0.7 times as high, looked at from far away.
struct Scene {
    /// From where to where each edge goes, in hours, hours and points.
    edges: [[f64; 2]; 3],
}

impl Scene {
    /// As the text beside the chart describes it.
    fn of(alt: &str) -> Scene {
        let edge = |before: &str| {
            let (_, from) = alt.split_once(before).unwrap();
            let ends = from.split([' ', ',', ';']).filter(|word| *word != "to").take(2);
            let ends: Vec<f64> = ends.map(|word| word.parse().unwrap()).collect();
            [ends[0], ends[1]]
        };
        Scene { edges: ["asleep [h] from ", "studying [h] from ", "truths within "].map(edge) }
    }

    /// Where a place is seen by an eye so many degrees around the box and above it: how far to the right of the middle, and
    /// how far above it, measured across the line of sight.
    fn on_sheet(&self, place: [f64; 3], around: f64, above: f64) -> [f64; 2] {
        let [x, y, z] = [0, 1, 2].map(|i| {
            let [low, high] = self.edges[i];
            2.0 * (place[i] - low) / (high - low) - 1.0
        });
        let place = [x, y, 0.7 * z];
        let (around, above) = (around.to_radians(), above.to_radians());
        let to_eye = [above.cos() * around.cos(), above.cos() * around.sin(), above.sin()];
        let to_right = [-around.sin(), around.cos(), 0.0];
        let up = [0, 1, 2].map(|i| {
            let (j, k) = ((i + 1) % 3, (i + 2) % 3);
            to_eye[j] * to_right[k] - to_eye[k] * to_right[j]
        });
        let along = |axis: [f64; 3]| (0..3).map(|i| axis[i] * place[i]).sum::<f64>();
        let (middle, pixels) = ([318.0, 306.0], 152.0);
        [middle[0] + pixels * along(to_right), middle[1] - pixels * along(up)]
    }
}

fn regularisation() -> Case {
    let (train, test) = (sleep_study_train(), sleep_study_test());
    let scaler = Scaler::fit(&train, 100.0).unwrap();
    let (net, trainer) = (untrained(), Trainer::default());
    let chart = explore::regularisation(&inputs(), &scaler, &train, &test, &net, &trainer).unwrap();
    let (train, test) = (scaler.transform(&train).unwrap(), scaler.transform(&test).unwrap());
    let seen = |power: f64| {
        let lambda = 10_f64.powf(power);
        let net = net.with_cost(Cost::MeanSquares { lambda });
        let net = trainer.train(&net, &train, None).unwrap().network;
        let costs = [&train, &test].map(|data| shown(net.data_cost(&data.x, &data.y).unwrap()));
        vec![
            format!("λ = {}", shown(lambda)),
            format!("training (solid): {}", costs[0]),
            format!("test (dashed): {}", costs[1]),
            format!("Σ w² = {}", shown(net.params().iter().map(|w| w * w).sum())),
        ]
    };
    let moved = |power: f64| step(&[("λ: 10 to the power", json!(power))], seen(power));
    Case { name: "regularisation", chart, steps: vec![step(&[], seen(-7.0)), moved(-3.25), moved(0.0)] }
}

fn digit_classes() -> Case {
    let Digits { train, validation, .. } = digits();
    let net = Network::random_scaled(&[64, 12, 10], 1).unwrap().with_bias();
    let net = net.with_activations(Activation::Tanh, Activation::Softmax);
    let net = net.with_cost(Cost::cross_entropy(1e-3).unwrap());
    let method = Method::Momentum { learning_rate: 0.1, momentum: 0.9, batch_size: 32, seed: 1 };
    let trainer = Trainer { method, max_iterations: 20, ..Trainer::default() };
    let chart = explore::classes("Digits", &net, &trainer, &train, &validation).unwrap();
    let seen = |epoch: usize| {
        let after = Trainer { max_iterations: epoch, ..trainer.clone() };
        let net = after.train(&net, &train, None).unwrap().network;
        let said = |name: &str, data: &Dataset| {
            let right = accuracy(&net.predict(&data.x).unwrap(), &data.y).unwrap();
            format!(
                "{name}: {}, {:.1} % right",
                shown(net.data_cost(&data.x, &data.y).unwrap()),
                100.0 * right
            )
        };
        let largest = net.w(1).iter().fold(0.0, |most: f64, w| most.max(w.abs()));
        vec![
            format!("epoch {epoch}"),
            said("training (solid)", &train),
            said("validation (dashed)", &validation),
            format!("black is {}", shown(largest)),
        ]
    };
    let slider = "from the start to the end";
    let moved = |position: usize, epoch: usize| step(&[(slider, json!(position))], seen(epoch));
    Case { name: "classes", chart, steps: vec![step(&[], seen(20)), moved(3, 6), moved(0, 0)] }
}
