//! A computation graph: each quantity with its value and its gradient.

use super::legend::{self, Entry, Sample};
use crate::error::{Error, Result};
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::font::{shortened, text_width};
use crate::figures::drawing::shape::{Align, Color, Point};
use crate::figures::drawing::style::{AXIS, BLUE, DARK_VERMILION, Sizes, TEXT, VERMILION, WHITE};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::text::{number, short, with_digits};

/// How high the slopes on the edges are written.
const SLOPE_SIZE: f64 = 11.0;

/// A quantity in a computation graph.
///
/// # Examples
///
/// ```
/// use demystified::plot::GraphNode;
///
/// let node = GraphNode::new("w", 0.5, Some(-0.2), 0, 1.0);
/// assert_eq!((node.name.as_str(), node.gradient), ("w", Some(-0.2)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GraphNode {
    /// Its symbol, such as `z₂`.
    pub name: String,
    /// Its value in the forward pass.
    pub value: f64,
    /// The derivative of the cost with respect to it, if it has been computed.
    pub gradient: Option<f64>,
    /// Its column, 0 on the left: forward is to the right.
    pub column: usize,
    /// Its row, 0 at the top; halves stand between.
    pub row: f64,
}

impl GraphNode {
    /// A quantity with its place in the graph.
    pub fn new(name: &str, value: f64, gradient: Option<f64>, column: usize, row: f64) -> GraphNode {
        GraphNode { name: name.to_string(), value, gradient, column, row }
    }
}

/// A computation graph from left to right: a box for each quantity, with its value from the forward pass and its gradient
/// from the backward pass.
///
/// An edge leads from one node to another, by their places in `nodes`; it may carry the local slope, that of the second quantity in the
/// first. Then the chain rule can be read off: a gradient is the sum, over all edges that leave the box, of the slope on the edge times
/// the gradient at its end.
///
/// # Errors
///
/// Without nodes, for an edge to a node that does not exist or with a slope that is not finite, for more than 9 columns or a row outside 0 to 30, for two nodes in
/// one place, or for numbers that are not finite.
///
/// # Examples
///
/// ```
/// use demystified::plot::{GraphNode, computation_graph};
///
/// let nodes = [
///     GraphNode::new("x", 3.0, None, 0, 0.0),
///     GraphNode::new("w", 0.5, Some(4.5), 0, 1.0),
///     GraphNode::new("z = x w", 1.5, Some(1.5), 1, 0.5),
/// ];
/// let figure = computation_graph(&nodes, &[(0, 2, None), (1, 2, Some(3.0))])?;
/// assert!(figure.alt.contains("w: value 0.5, gradient 4.5"));
/// assert!(figure.alt.ends_with("Slopes on the edges: w → z = x w: 3."));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn computation_graph(nodes: &[GraphNode], edges: &[(usize, usize, Option<f64>)]) -> Result<Figure> {
    ensure::not_empty("nodes", nodes.len(), "at least one node")?;
    for (i, node) in nodes.iter().enumerate() {
        let numbers = ndarray::Array1::from_iter([node.value].into_iter().chain(node.gradient));
        ensure::values(&format!("node \"{}\"", node.name), &numbers)?;
        if node.column > 8 {
            return Err(Error::count_out_of_range(
                format!("column of \"{}\"", node.name),
                node.column,
                "0 to 8",
            ));
        }
        if !(0.0..=30.0).contains(&node.row) {
            return Err(Error::out_of_range(format!("row of \"{}\"", node.name), node.row, "0 to 30"));
        }
        let near = |other: &&GraphNode| other.column == node.column && (other.row - node.row).abs() < 1.0;
        if let Some(other) = nodes[..i].iter().find(near) {
            return Err(Error::out_of_range(
                format!("row of \"{}\"", node.name),
                node.row,
                format!("at least 1 away from \"{}\" at {} in its column", other.name, other.row),
            ));
        }
    }
    if let Some(wrong) = edges.iter().flat_map(|(a, b, _)| [*a, *b]).find(|i| *i >= nodes.len()) {
        let expected = format!("node numbers below {}", nodes.len());
        return Err(Error::count_out_of_range("edges", wrong, expected));
    }
    let slopes = ndarray::Array1::from_iter(edges.iter().filter_map(|edge| edge.2));
    if !slopes.is_empty() {
        ensure::values("slope of an edge", &slopes)?;
    }
    let parts: Vec<String> = nodes.iter().map(in_words).collect();
    let on_edges: Vec<String> = edges
        .iter()
        .filter_map(|&(a, b, slope)| {
            Some(format!("{} → {}: {}", nodes[a].name, nodes[b].name, number(slope?)))
        })
        .collect();
    let mut alt = format!("Computation graph. {}.", parts.join("; "));
    if !on_edges.is_empty() {
        alt += &format!(" Slopes on the edges: {}.", on_edges.join("; "));
    }
    let (nodes, edges) = (nodes.to_vec(), edges.to_vec());
    Figure::draw(alt, move |width| Ok(draw(&nodes, &edges, width)))
}

fn in_words(node: &GraphNode) -> String {
    match node.gradient {
        Some(gradient) => {
            format!("{}: value {}, gradient {}", node.name, number(node.value), number(gradient))
        }
        None => format!("{}: value {}", node.name, number(node.value)),
    }
}

fn draw(nodes: &[GraphNode], edges: &[(usize, usize, Option<f64>)], width: f64) -> Drawing {
    let sizes = Sizes::for_width(width);
    let mut canvas = Canvas::default();
    let mut entries = vec![
        Entry { name: "value, computed forward →".to_string(), sample: Sample::Fill(BLUE) },
        Entry {
            name: "slope of the result, computed backward ←".to_string(),
            sample: Sample::Fill(VERMILION),
        },
    ];
    let has_slopes = edges.iter().any(|edge| edge.2.is_some());
    if has_slopes {
        entries.push(Entry { name: "slope on the arrow".to_string(), sample: Sample::Fill(AXIS) });
    }
    let top = legend::draw(&mut canvas, &entries, (10.0, 8.0), width - 8.0, &sizes) + 12.0;
    let columns = nodes.iter().map(|node| node.column).max().unwrap_or(0) + 1;
    let rows = nodes.iter().map(|node| node.row).fold(0.0, f64::max) + 1.0;

    // Boxes from edge to edge: between them there is room for a slope.
    let (room, n) = (width - 20.0, columns as f64);
    let gap = match has_slopes {
        true => (0.46 * room / n).clamp(12.0, 70.0),
        false => (0.24 * room / n).clamp(12.0, 44.0),
    };
    let box_width = ((room - (n - 1.0) * gap) / n).min(150.0);
    let pitch = box_width + gap;
    // Names and numbers get what room there is; all are alike, and at least 11 pixels high.
    let fits = |text: &String, size: f64| text_width(text, size) <= box_width - 4.0;
    let numbers: Vec<String> =
        nodes.iter().flat_map(|node| [Some(node.value), node.gradient]).flatten().map(number).collect();
    let size = [12.5, 12.0, 11.5]
        .into_iter()
        .find(|size| *size <= sizes.tick && numbers.iter().all(|text| fits(text, *size)))
        .unwrap_or(sizes.tick.min(11.0));
    let line = 1.3 * size;
    let box_height = 3.0 * line + 8.0;
    let row_height = box_height + 12.0;
    let place = |node: &GraphNode| {
        (10.0 + pitch * node.column as f64 + box_width / 2.0, top + row_height * node.row + box_height / 2.0)
    };

    let ends = |from: usize, to: usize| {
        let ((x0, y0), (x1, y1)) = (place(&nodes[from]), place(&nodes[to]));
        ((x0 + box_width / 2.0, y0), (x1 - box_width / 2.0, y1))
    };
    for &(from, to, _) in edges {
        let (start, end) = ends(from, to);
        edge(&mut canvas, start, end);
    }
    for &(from, to, slope) in edges {
        let (start, end) = ends(from, to);
        let fits = |text: &String| text_width(text, SLOPE_SIZE) <= gap - 2.0;
        let Some(text) = slope.map(|slope| Some(number(slope)).filter(fits).unwrap_or(short(slope))) else {
            continue;
        };
        let at = ((start.0 + end.0) / 2.0 - 3.0, (start.1 + end.1) / 2.0);
        let half = (text_width(&text, SLOPE_SIZE) / 2.0 + 1.0, SLOPE_SIZE / 2.0 + 1.0);
        // above a level arrow, so that it stays seen; on a slanting one
        let y = if (start.1 - end.1).abs() < 1.0 { at.1 - half.1 - 2.0 } else { at.1 };
        canvas.rectangle(at.0 - half.0, y - half.1, at.0 + half.0, y + half.1, WHITE);
        canvas.text_centred((at.0, y), &text, SLOPE_SIZE, TEXT, Align::Middle);
    }
    for node in nodes {
        let (x, y) = place(node);
        let (w, h) = (box_width / 2.0, box_height / 2.0);
        canvas.rectangle(x - w, y - h, x + w, y + h, AXIS);
        canvas.rectangle(x - w + 1.25, y - h + 1.25, x + w - 1.25, y + h - 1.25, WHITE);
        let mut write = |row: f64, text: &str, color: Color| {
            let text = shortened(text, size, box_width - 4.0);
            canvas.text_centred((x, y + row * line), &text, size, color, Align::Middle);
        };
        write(-1.0, &node.name, TEXT);
        // a number that is cut short would be another number
        let fitting = |value: f64| {
            [number(value), short(value)]
                .into_iter()
                .find(|text| fits(text, size))
                .unwrap_or(with_digits(2, value))
        };
        write(0.0, &fitting(node.value), BLUE);
        write(1.0, &node.gradient.map_or("–".to_string(), fitting), DARK_VERMILION);
    }
    Drawing { height: top + row_height * rows, canvas, head: 0 }
}

/// A line to the left side of a box, with a tip; backward and sideways too.
fn edge(canvas: &mut Canvas, from: Point, to: Point) {
    let length = (to.0 - from.0).hypot(to.1 - from.1).max(1e-9);
    let (ux, uy) = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let (tip, half) = (9.0_f64.min(length), 4.0);
    let base = (to.0 - tip * ux, to.1 - tip * uy);
    canvas.line(&[from, base], AXIS, 1.5);
    canvas.polygon(
        &[to, (base.0 - half * uy, base.1 + half * ux), (base.0 + half * uy, base.1 - half * ux)],
        AXIS,
    );
}
