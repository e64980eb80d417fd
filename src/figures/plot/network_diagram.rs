//! A network drawn as circles and connections.

use super::legend::{self, Entry, Sample};
use super::wires::{self, NEGATIVE_DASH, Wire};
use crate::error::Result;
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::contour::Area;
use crate::figures::drawing::font::shortened;
use crate::figures::drawing::shape::{Align, Point};
use crate::figures::drawing::style::{AXIS, BLACK, BLUE, HAIRLINE, Sizes, TEXT, VERMILION, WHITE};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::model::{Activation, Network};
use crate::text::{count, number, subscript, superscript};

/// Layers with more units are drawn with their first and last ones.
const MOST_UNITS: usize = 8;
const FIRST_SHOWN: usize = 3;
const LAST_SHOWN: usize = 2;
/// Of more weights than these the numbers would crowd the figure.
const MOST_PRINTED: usize = 20;

/// A network with its layers from left to right: units as circles, weights as connections, blue and solid when positive,
/// vermilion and dashed when negative, wider when further from 0. In a small network each weight is printed.
///
/// Biases leave from a unit marked 1 that stands above its layer. Of a layer of more than eight units, the first three and
/// the last two are drawn.
///
/// # Errors
///
/// When a weight is not finite.
///
/// # Examples
///
/// ```
/// use demystified::{Network, plot, ndarray::array};
///
/// let w1 = array![[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]];
/// let net = Network::from_weights(vec![w1, array![[1.0], [-2.0], [0.5]]])?;
/// let figure = plot::network(&net)?;
/// assert!(figure.alt.starts_with("Network of 2 inputs, 3 hidden units and 1 output"));
/// assert!(figure.alt.contains("W⁽¹⁾ = [0.5, −1, 2; 1.5, 0.25, −0.75]"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn network(network: &Network) -> Result<Figure> {
    let n_layers = network.layer_sizes().len();
    for layer in 1..n_layers {
        ensure::matrix(&format!("w({layer})"), &network.w(layer))?;
        if network.has_bias() {
            ensure::values(&format!("b({layer})"), &network.b(layer))?;
        }
    }
    let alt = in_words(network);
    let network = network.clone();
    Figure::draw(alt, move |width| Ok(draw(&network, width)))
}

fn in_words(network: &Network) -> String {
    let sizes = network.layer_sizes();
    let mut layers = vec![count(sizes[0], "input")];
    layers.extend(sizes[1..sizes.len() - 1].iter().map(|n| count(*n, "hidden unit")));
    let output = count(sizes[sizes.len() - 1], "output");
    let all: Vec<f64> = network.params().to_vec();
    let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let bias = if network.has_bias() { " and biases" } else { "" };
    let mut text = format!(
        "Network of {} and {output}, with its {} weights{bias} from {} to {}",
        layers.join(", "),
        all.len(),
        number(low),
        number(high)
    );
    if all.len() <= MOST_PRINTED {
        for layer in 1..sizes.len() {
            let w = network.w(layer);
            let rows: Vec<String> = w
                .rows()
                .into_iter()
                .map(|row| row.iter().map(|v| number(*v)).collect::<Vec<_>>().join(", "))
                .collect();
            text.push_str(&format!("; W⁽{}⁾ = [{}]", superscript(layer as i32), rows.join("; ")));
            if network.has_bias() {
                let b: Vec<String> = network.b(layer).iter().map(|v| number(*v)).collect();
                text.push_str(&format!("; b⁽{}⁾ = [{}]", superscript(layer as i32), b.join(", ")));
            }
        }
    }
    text + "."
}

/// A unit that is drawn: its number in the layer, and where.
struct Unit {
    number: usize,
    at: Point,
}

fn draw(network: &Network, width: f64) -> Drawing {
    let sizes = Sizes::for_width(width);
    let layers = network.layer_sizes();
    let mut canvas = Canvas::default();
    let stroke =
        |name: &str, color, dash| Entry { name: name.to_string(), sample: Sample::Stroke(color, dash, 3.0) };
    let entries = [
        stroke("positive weight", BLUE, &[]),
        stroke("negative weight", VERMILION, NEGATIVE_DASH),
        Entry { name: "wider: further from 0".to_string(), sample: Sample::Stroke(AXIS, &[], 6.0) },
    ];
    let left = if width >= 450.0 { 20.0 } else { 8.0 };
    let top = legend::draw(&mut canvas, &entries, (left, 8.0), width - 8.0, &sizes) + 10.0;
    let header = 2.4 * sizes.tick + 8.0;

    let shown: Vec<usize> =
        layers.iter().map(|&n| if n > MOST_UNITS { FIRST_SHOWN + LAST_SHOWN + 1 } else { n }).collect();
    let most = shown.iter().copied().max().unwrap_or(1);
    let radius = match (width >= 450.0, most) {
        (true, ..=5) => 21.0,
        (true, _) => 17.0,
        (false, ..=5) => 15.0,
        (false, _) => 12.0,
    };
    let step = if most <= 3 { 4.0 * radius } else { 2.9 * radius };
    let bias_room = if network.has_bias() { 2.0 * radius + 8.0 } else { 0.0 };
    let body = top + header + bias_room - if most <= 3 { radius } else { 0.0 };
    let tall = most as f64 * step;
    let margin = if width >= 450.0 { 75.0 } else { 44.0 };
    let column = |l: usize| margin + (width - 2.0 * margin) * l as f64 / (layers.len() - 1).max(1) as f64;

    let units: Vec<Vec<Unit>> = (0..layers.len())
        .map(|l| {
            let y = |slot: usize| body + (tall - shown[l] as f64 * step) / 2.0 + (slot as f64 + 0.5) * step;
            if layers[l] <= MOST_UNITS {
                (0..layers[l]).map(|i| Unit { number: i, at: (column(l), y(i)) }).collect()
            } else {
                let first = (0..FIRST_SHOWN).map(|i| Unit { number: i, at: (column(l), y(i)) });
                let last = (0..LAST_SHOWN).map(|i| Unit {
                    number: layers[l] - LAST_SHOWN + i,
                    at: (column(l), y(FIRST_SHOWN + 1 + i)),
                });
                first.chain(last).collect()
            }
        })
        .collect();

    let bias_at = |l: usize| {
        // Above the layer's own units, and not above those of the next layer: its connections stay clear of them.
        (
            column(l),
            units[l].iter().map(|unit| unit.at.1).fold(f64::MAX, f64::min) - radius - bias_room / 2.0 - 4.0,
        )
    };
    let mut all: Vec<Wire> = Vec::new();
    for l in 0..layers.len() - 1 {
        let w = network.w(l + 1);
        for from in &units[l] {
            for to in &units[l + 1] {
                all.push(Wire { from: from.at, to: to.at, weight: w[[from.number, to.number]] });
            }
        }
        if network.has_bias() {
            let b = network.b(l + 1);
            all.extend(units[l + 1].iter().map(|to| Wire {
                from: bias_at(l),
                to: to.at,
                weight: b[to.number],
            }));
        }
    }
    wires::draw(&mut canvas, &all, if width >= 450.0 { 6.0 } else { 4.0 });

    let around = |p: Point, r: f64| -> Area { (p.0 - r, p.1 - r, p.0 + r, p.1 + r) };
    let nodes: Vec<Area> = units.iter().flatten().map(|unit| around(unit.at, radius)).collect();
    if all.len() <= MOST_PRINTED {
        wires::label(&mut canvas, &all, sizes.tick.min(12.5), &nodes);
    }

    draw_headings(&mut canvas, network, &column, (top, body + tall), &sizes, width);
    for (l, layer) in units.iter().enumerate() {
        for unit in layer {
            canvas.ring(unit.at, radius, BLACK, 1.75, WHITE);
            let name = unit_name(l, unit.number, &layers);
            let size = if radius < 16.0 { 11.0 } else { 14.0 };
            canvas.text_centred(unit.at, &name, size, TEXT, Align::Middle);
        }
        if layers[l] > MOST_UNITS {
            let slot = (units[l][FIRST_SHOWN - 1].at.1 + units[l][FIRST_SHOWN].at.1) / 2.0;
            for dy in [-7.0, 0.0, 7.0] {
                canvas.circle((column(l), slot + dy), 2.2, BLACK);
            }
        }
        if network.has_bias() && l + 1 < layers.len() {
            let r = 0.75 * radius;
            canvas.ring(bias_at(l), r, AXIS, HAIRLINE, WHITE);
            canvas.text_centred(bias_at(l), "1", 12.0, TEXT, Align::Middle);
        }
    }
    Drawing { height: body + tall + sizes.tick + 16.0, canvas, head: 0 }
}

/// `x₁`, `a₂`, `ŷ`: the series' symbols.
fn unit_name(layer: usize, number: usize, layers: &[usize]) -> String {
    let index = subscript(number + 1);
    if layer == 0 {
        format!("x{index}")
    } else if layer + 1 < layers.len() {
        format!("a{index}")
    } else if layers[layer] == 1 {
        "ŷ".to_string()
    } else {
        format!("ŷ{index}")
    }
}

/// What each layer is, above it; the shape of each weight matrix, below the gap it spans.
fn draw_headings(
    canvas: &mut Canvas,
    network: &Network,
    column: &dyn Fn(usize) -> f64,
    (top, bottom): (f64, f64),
    sizes: &Sizes,
    width: f64,
) {
    let layers = network.layer_sizes();
    let (hidden, output) = network.activations();
    let last = layers.len() - 1;
    let room = (column(1) - column(0)).min(2.0 * column(0)) - 4.0;
    let short = room < 95.0;
    let of_kind = |n: usize, activation: Activation| match short {
        true => activation.name().to_string(),
        false => format!("{}: {}", count(n, "unit"), activation.name()),
    };
    for (l, n) in layers.iter().enumerate() {
        let (kind, below) = match l {
            0 => ("input", count(*n, "unit")),
            _ if l == last => ("output", of_kind(*n, output)),
            _ => ("hidden", of_kind(*n, hidden)),
        };
        let heading = match short {
            true => kind.to_string(),
            // several hidden layers have units of the same names
            false if kind == "hidden" && last > 2 => format!("hidden layer a⁽{}⁾", superscript(l as i32 + 1)),
            false => format!("{kind} layer"),
        };
        let line = 1.2 * sizes.tick;
        for (row, text) in [heading, below].iter().enumerate() {
            let text = shortened(text, sizes.tick, room);
            let at = (column(l), top + (row as f64 + 0.9) * line);
            canvas.text(at, &text, sizes.tick, if row == 0 { TEXT } else { AXIS }, Align::Middle);
        }
        if l < last {
            let matrix = format!("W⁽{}⁾: {} × {}", superscript(l as i32 + 1), n, layers[l + 1]);
            let matrix = shortened(&matrix, sizes.tick, (column(1) - column(0)).min(width) - 4.0);
            let at = ((column(l) + column(l + 1)) / 2.0, bottom + sizes.tick + 4.0);
            canvas.text(at, &matrix, sizes.tick, TEXT, Align::Middle);
        }
    }
}
