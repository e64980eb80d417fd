//! What a network predicts all over the plane of its two inputs, computed by the chart from weights that change.

use ndarray::Array2;
use serde_json::{Value, json};

use super::formula;
use super::vega::{self, Chart, Panel, Scale, shown, signal};
use crate::data::{Dataset, Scaler};
use crate::error::{Error, Result};
use crate::figures::drawing::colormap::VIRIDIS;
use crate::figures::drawing::style::{BLACK, TEXT, WHITE};
use crate::figures::drawing::svg::hex;
use crate::figures::ensure;
use crate::figures::plot::Axes;
use crate::model::Network;

/// The grid of the plane: points across and up. The outermost lie half a step outside, where contours are closed.
const COLUMNS: usize = 37;
const ROWS: usize = 31;
/// A weight in a table keeps so many decimals: they move a prediction by less than can be seen.
const DECIMALS: i32 = 6;

/// The plane of the inputs, in the units of the data, and the scores that are coloured.
pub(super) struct Plane<'a> {
    pub(super) scaler: &'a Scaler,
    axes: &'a Axes,
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
    pub(super) score: (f64, f64),
    thresholds: Vec<f64>,
}

/// One panel of the plane.
pub(super) struct View<'a> {
    /// Names its data sets.
    pub(super) id: &'a str,
    pub(super) area: (f64, f64, f64, f64),
    pub(super) title: &'a str,
    pub(super) net: &'a Network,
    /// Data sets made by [`Plane::examples`], and whether they are test data.
    pub(super) examples: &'a [(&'a str, bool)],
}

impl<'a> Plane<'a> {
    /// Around the examples of all the datasets; the colours span all that these networks predict there.
    pub(super) fn new(
        axes: &'a Axes,
        scaler: &'a Scaler,
        datasets: &[&Dataset],
        networks: &[Network],
    ) -> Result<Plane<'a>> {
        let ends = |column: usize| {
            let values = datasets.iter().flat_map(|dataset| dataset.x.column(column));
            let (low, high) = values.fold((0.0_f64, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
            (low, high + 0.05 * (high - low))
        };
        let (x, y) = (ends(0), ends(1));
        if x.1 <= x.0 || y.1 <= y.0 {
            return Err(Error::unsuitable(
                "dataset's x",
                "no larger than 0 in a column",
                "inputs that span a plane",
            ));
        }
        let coarse = Array2::from_shape_fn((143, 2), |(i, input)| match input {
            0 => x.0 + (x.1 - x.0) * (i % 13) as f64 / 12.0,
            _ => y.0 + (y.1 - y.0) * (i / 13) as f64 / 10.0,
        });
        let scaled = scaler.transform_x(&coarse)?;
        let truth = datasets.iter().flat_map(|dataset| &dataset.y);
        let mut score = truth.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
        for network in networks {
            let predicted = scaler.inverse_transform_y(&network.predict(&scaled)?);
            ensure::matrix("the prediction", &predicted)?;
            score = predicted.iter().fold(score, |(l, h), v| (l.min(*v), h.max(*v)));
        }
        let step = round_step((score.1 - score.0).max(1e-9 * scaler.y_max), 14.0);
        let first = (score.0 / step).floor() as i64;
        let last = (score.1 / step).ceil() as i64;
        let thresholds: Vec<f64> = (first..last).map(|i| i as f64 * step).collect();
        Ok(Plane { scaler, axes, x, y, score: (first as f64 * step, last as f64 * step), thresholds })
    }

    /// The colours of the scores, with a legend at the right.
    pub(super) fn legend(&self, at: (f64, f64), length: f64) -> (Value, Value) {
        let (low, high) = self.score;
        let domain: Vec<f64> = (0..17).map(|i| low + (high - low) * f64::from(i) / 16.0).collect();
        let colors: Vec<String> = VIRIDIS.iter().map(|color| hex(*color)).collect();
        let scale =
            json!({"name": "score", "type": "linear", "zero": false, "domain": domain, "range": colors});
        let legend = json!({"fill": "score", "type": "gradient", "orient": "none", "legendX": at.0, "legendY": at.1,
            "direction": "vertical", "gradientLength": length, "gradientThickness": 14, "tickCount": 5,
            "labelFontSize": 12, "labelColor": hex(TEXT)});
        (scale, legend)
    }

    /// Data and a panel for one network; `param` writes the expression for a weight.
    pub(super) fn panel(&self, chart: &mut Chart, view: View, param: &dyn Fn(usize) -> String) {
        let View { id, area, title, net, examples } = view;
        let (_, _, width, height) = area;
        let along = |(low, high): (f64, f64), share: &str| format!("{low:?}+({:?})*{share}", high - low);
        let scaled = |i: usize, value: &str| {
            json!({"type": "formula", "as": format!("x{}", i + 1),
            "expr": format!("datum.{value}/{:?}", self.scaler.x_max[i])})
        };
        let mut grid = vec![
            json!({"type": "sequence", "start": 0, "stop": COLUMNS * ROWS, "step": 1, "as": "i"}),
            json!({"type": "formula", "as": "u", "expr": along(self.x, &format!("(datum.i%{COLUMNS}-0.5)/{}", COLUMNS - 2))}),
            // The first row of a picture is the uppermost.
            json!({"type": "formula", "as": "v",
                "expr": along(self.y, &format!("(1-(floor(datum.i/{COLUMNS})-0.5)/{})", ROWS - 2))}),
            scaled(0, "u"),
            scaled(1, "v"),
        ];
        grid.extend(formula::forward(net, param));
        let prediction = format!("datum.a{}_1*{:?}", net.layer_sizes().len(), self.scaler.y_max);
        grid.push(json!({"type": "formula", "as": "s", "expr": prediction}));
        chart.data.push(json!({"name": format!("grid{id}"), "transform": grid}));
        // A contour counts from the corner of the first point's cell.
        let cell = [width / (COLUMNS - 2) as f64, height / (ROWS - 2) as f64];
        let picture = format!("{{width:{COLUMNS},height:{ROWS},values:pluck(data('grid{id}'),'s')}}");
        chart.data.push(json!({"name": format!("bands{id}"), "values": [{}], "transform": [
            {"type": "formula", "as": "grid", "expr": picture},
            {"type": "isocontour", "field": "grid", "thresholds": self.thresholds,
                "scale": signal(&vega::list(&cell))}]}));
        let step = if self.thresholds.len() > 1 { self.thresholds[1] - self.thresholds[0] } else { 0.0 };
        let value = "datum.contour.value";
        let mut marks = vec![
            json!({"type": "rect", "encode": {"update": {"width": {"value": width}, "height": {"value": height},
                "fill": {"scale": "score", "value": self.score.0}}}}),
            json!({"type": "path", "from": {"data": format!("bands{id}")}, "encode": {"update": {
                "x": {"value": -cell[0]}, "y": {"value": -cell[1]},
                "fill": signal(&format!("scale('score',{value}+{:?})", step / 2.0)),
                "stroke": vega::css(WHITE), "strokeWidth": {"value": 0.75}, "strokeOpacity": {"value": 0.8},
                "tooltip": signal(&format!("'prediction between '+format({value},'.4~r')+' and '+format({value}+{step:?},'.4~r')"))}},
                "transform": [{"type": "geopath", "field": "datum.contour"}]}),
        ];
        for (data, is_test) in examples {
            let tooltip = format!(
                "{{title:'{}example '+datum.n,'truth':{},'prediction':{}}}",
                if *is_test { "test " } else { "" },
                shown("datum.truth"),
                shown("datum.s")
            );
            marks.push(json!({"type": "symbol", "from": {"data": data}, "encode": {"update": {
                "x": signal("scale('x',datum.u)"), "y": signal("scale('y',datum.v)"),
                "size": {"value": 130}, "shape": {"value": if *is_test { "square" } else { "circle" }},
                "fill": signal("scale('score',datum.truth)"), "stroke": vega::css(if *is_test { WHITE } else { BLACK }),
                "strokeWidth": {"value": 2}, "tooltip": signal(&tooltip)}}}));
        }
        let panel = Panel {
            area,
            title: title.to_string(),
            x: Scale::linear(&self.axes.x_label, self.x.0, self.x.1),
            y: Scale::linear(&self.axes.y_label, self.y.0, self.y.1),
            marks,
        };
        chart.marks.push(panel.mark());
    }

    /// The data set `name`: the examples in both units, with the prediction `s`.
    pub(super) fn examples(
        &self,
        name: &str,
        dataset: &Dataset,
        net: &Network,
        param: &dyn Fn(usize) -> String,
    ) -> Result<Value> {
        let mut rows = formula::rows(&self.scaler.transform(dataset)?);
        for (n, row) in rows.iter_mut().enumerate() {
            row["u"] = json!(dataset.x[[n, 0]]);
            row["v"] = json!(dataset.x[[n, 1]]);
            row["truth"] = json!(dataset.y[[n, 0]]);
        }
        let mut transform = formula::forward(net, param);
        let prediction = format!("datum.a{}_1*{:?}", net.layer_sizes().len(), self.scaler.y_max);
        transform.push(json!({"type": "formula", "as": "s", "expr": prediction}));
        Ok(json!({"name": name, "values": rows, "transform": transform}))
    }
}

/// A step that divides the range into at most so many parts: 1, 2 or 5 times a power of ten.
pub(super) fn round_step(range: f64, most: f64) -> f64 {
    let power = libm::pow(10.0, libm::log10(range / most).floor());
    [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| range / s <= most).unwrap_or(10.0 * power)
}

/// The weights of networks as a table.
pub(super) fn table(networks: &[Network]) -> Vec<Vec<f64>> {
    let unit = 10_f64.powi(DECIMALS);
    let row = |net: &Network| net.params().iter().map(|w| (w * unit).round() / unit).collect();
    networks.iter().map(row).collect()
}

/// Two inputs and one output, as the plane needs.
pub(super) fn check_plane(name: &str, net: &Network, most_params: usize, dataset: &Dataset) -> Result<()> {
    formula::check_network(name, net, most_params)?;
    let inputs = net.layer_sizes()[0];
    if inputs != 2 {
        return Err(Error::count_out_of_range(
            format!("the number of inputs of {name}"),
            inputs,
            "2, for a plane",
        ));
    }
    for (column, found, expected) in [("x", dataset.x.ncols(), 2), ("y", dataset.y.ncols(), 1)] {
        if found != expected {
            return Err(Error::mismatch(
                format!("dataset's {column}"),
                (found, "column"),
                "the plane",
                (expected, "column"),
            ));
        }
    }
    ensure::matrix("dataset's x", &dataset.x)?;
    ensure::matrix("dataset's y", &dataset.y)
}
