//! The parts of a Vega 5 specification that the charts share, in the look of the figures.

use serde_json::{Value, json};

use crate::figures::drawing::shape::Color;
use crate::figures::drawing::style::{AXIS, BLACK, GRID, Sizes, TEXT};
use crate::figures::drawing::svg::{FONTS, hex};
use crate::text::{number, power_of_ten, superscript};

pub(super) const WIDTH: f64 = 700.0;

/// A colour by its name in CSS.
pub(super) fn css(color: Color) -> Value {
    json!({"value": hex(color)})
}

/// A value computed by an expression.
pub(super) fn signal(expression: &str) -> Value {
    json!({"signal": expression})
}

/// A list of numbers as an expression.
pub(super) fn list(numbers: &[f64]) -> String {
    json!(numbers).to_string()
}

/// An expression that shows a number with up to four significant digits, written as in the figures.
pub(super) fn shown(number: &str) -> String {
    shown_with(number, 4, 4, 1e-4)
}

/// The same for a narrow place: three digits, two in powers of ten.
pub(super) fn shown_briefly(number: &str) -> String {
    shown_with(number, 3, 2, 1e-3)
}

fn shown_with(number: &str, digits: usize, digits_of_power: usize, least: f64) -> String {
    let power = format!("split(format({number},'.{}~e'),'e')", digits_of_power - 1);
    let raised: Vec<String> = (0..=20).map(|n| format!("'{}'", superscript(-n))).collect();
    format!(
        "({number}==0?'0':abs({number})<{least:?}&&abs({number})>1e-20?\
         {power}[0]+'×10'+[{}][-toNumber({power}[1])]:format({number},'.{digits}~r'))",
        raised.join(",")
    )
}

/// A chart in the making. Later marks cover earlier ones; sliders stand below in the order they came.
pub(super) struct Chart {
    pub(super) height: f64,
    pub(super) signals: Vec<Value>,
    pub(super) data: Vec<Value>,
    pub(super) marks: Vec<Value>,
}

impl Chart {
    pub(super) fn new(height: f64) -> Chart {
        Chart { height, signals: Vec::new(), data: Vec::new(), marks: Vec::new() }
    }

    /// A signal that follows from others.
    pub(super) fn derive(&mut self, name: &str, expression: &str) {
        self.signals.push(json!({"name": name, "update": expression}));
    }

    /// A slider that reads `value` rounded to its steps; the signal `name` is exact until it is moved.
    pub(super) fn slider(&mut self, name: &str, label: &str, value: f64, range: (f64, f64), step: f64) {
        let position = on_step(value, step);
        self.plain_slider(&format!("{name}_slider"), label, position, range, step);
        self.derive(name, &format!("{name}_slider+({:?})", value - position));
    }

    /// A slider whose positions are as they come.
    pub(super) fn plain_slider(&mut self, name: &str, label: &str, value: f64, range: (f64, f64), step: f64) {
        self.signals.push(json!({"name": name, "value": value,
            "bind": {"input": "range", "min": range.0, "max": range.1, "step": step, "name": format!("{label} ")}}));
    }

    /// A line of text.
    pub(super) fn text(&mut self, text: Text) {
        self.marks.push(text.mark());
    }

    /// The specification.
    pub(super) fn finish(self, alt: &str) -> Value {
        let text = hex(TEXT);
        let sizes = Sizes::for_width(350.0);
        json!({
            "$schema": "https://vega.github.io/schema/vega/v5.json",
            "description": alt,
            "width": WIDTH,
            "height": self.height,
            "padding": 0,
            "autosize": "none",
            "background": "#ffffff",
            // Texts that can be read and selected. No menu: its entries need the internet.
            "usermeta": {"embedOptions": {"actions": false, "renderer": "svg"}},
            "config": {
                "style": {
                    "guide-label": {"fill": text, "font": FONTS, "fontSize": sizes.tick},
                    "guide-title": {"fill": text, "font": FONTS, "fontSize": sizes.label, "fontWeight": "normal"},
                    "group-title": {"fill": text, "font": FONTS, "fontSize": sizes.title, "fontWeight": "bold"},
                },
                "text": {"fill": text, "font": FONTS, "fontSize": sizes.label},
                "axis": {
                    "domainColor": hex(AXIS), "tickColor": hex(AXIS), "gridColor": hex(GRID),
                    "labelColor": text, "titleColor": text, "labelOverlap": "parity", "tickSize": 4,
                },
            },
            "signals": self.signals,
            "data": self.data,
            "marks": self.marks,
        })
    }
}

/// The nearest of a slider's positions.
pub(super) fn on_step(value: f64, step: f64) -> f64 {
    // The text of the number of steps divided by whole numbers: no 0.30000000000000004.
    let per_one = (1.0 / step).round();
    (value * per_one).round() / per_one
}

/// A range of a slider that holds all the values, and the same on both sides of 0.
pub(super) fn symmetric(values: impl Iterator<Item = f64>, least: f64) -> (f64, f64) {
    let largest = values.fold(0.0_f64, |most, value| most.max(value.abs()));
    let end = (1.25 * largest).max(least).ceil();
    (-end, end)
}

/// A text at a place; `text` is an expression.
pub(super) struct Text {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) text: String,
    pub(super) size: f64,
    pub(super) color: Color,
    pub(super) align: &'static str,
    pub(super) bold: bool,
}

impl Text {
    pub(super) fn new(x: f64, y: f64, text: &str) -> Text {
        Text { x, y, text: text.to_string(), size: 12.0, color: TEXT, align: "left", bold: false }
    }

    pub(super) fn mark(&self) -> Value {
        json!({"type": "text", "interactive": false, "encode": {"update": {
            "x": {"value": self.x}, "y": {"value": self.y}, "text": signal(&self.text),
            "fontSize": {"value": self.size}, "fill": css(self.color), "align": {"value": self.align},
            "fontWeight": {"value": if self.bold { "bold" } else { "normal" }}, "baseline": {"value": "middle"}}}})
    }
}

/// A plot inside a chart: its place, its axes, its marks, which use the scales `x` and `y`.
pub(super) struct Panel {
    /// Left, top, width and height of the plot itself, without the texts around it.
    pub(super) area: (f64, f64, f64, f64),
    pub(super) title: String,
    pub(super) x: Scale,
    pub(super) y: Scale,
    pub(super) marks: Vec<Value>,
}

/// An axis: `domain` is an expression for its two ends.
pub(super) struct Scale {
    pub(super) label: String,
    pub(super) domain: String,
    pub(super) log: bool,
}

impl Scale {
    pub(super) fn linear(label: &str, low: f64, high: f64) -> Scale {
        Scale { label: label.to_string(), domain: list(&[low, high]), log: false }
    }
}

impl Scale {
    pub(super) fn log(label: &str, low: f64, high: f64) -> Scale {
        Scale { log: true, ..Scale::linear(label, low, high) }
    }
}

impl Panel {
    pub(super) fn mark(self) -> Value {
        let (left, top, width, height) = self.area;
        let scale = |name: &str, scale: &Scale, range: [f64; 2]| {
            json!({"name": name, "type": if scale.log { "log" } else { "linear" }, "zero": false,
                "domain": signal(&scale.domain), "range": range})
        };
        let axis = |name: &str, orient: &str, scale: &Scale, length: f64| {
            let mut axis = json!({"scale": name, "orient": orient, "grid": true, "title": scale.label,
                "tickCount": (length / if orient == "left" { 40.0 } else { 60.0 }).max(2.0).floor(), "zindex": 0});
            if scale.log {
                // 10⁻³ instead of 1e-3, and no label at the lines between.
                let raised: Vec<String> = (-20..=20).map(|n| format!("'{}'", power_of_ten(n))).collect();
                let power = "log(datum.value)/LN10";
                let text =
                    format!("abs({power}-round({power}))<1e-6?[{}][round({power})+20]:''", raised.join(","));
                axis["encode"] = json!({"labels": {"update": {"text": signal(&text)}}});
            }
            axis
        };
        json!({
            "type": "group",
            "encode": {"update": {"x": {"value": left}, "y": {"value": top},
                "width": {"value": width}, "height": {"value": height}}},
            // The grid is as long as these say.
            "signals": [{"name": "width", "update": width.to_string()}, {"name": "height", "update": height.to_string()}],
            "title": {"text": self.title, "anchor": "start", "offset": 8},
            "scales": [scale("x", &self.x, [0.0, width]), scale("y", &self.y, [height, 0.0])],
            "axes": [axis("x", "bottom", &self.x, width), axis("y", "left", &self.y, height)],
            "marks": [{"type": "group", "clip": true,
                "encode": {"update": {"width": {"value": width}, "height": {"value": height}}},
                "marks": self.marks}],
        })
    }
}

/// A line through the rows of a data set; `x` and `y` are expressions for a row.
pub(super) fn line(data: &str, (x, y): (&str, &str), color: Color, width: f64, dash: &[f64]) -> Value {
    json!({"type": "line", "from": {"data": data}, "interactive": false, "encode": {"update": {
        "x": signal(&format!("scale('x',{x})")), "y": signal(&format!("scale('y',{y})")),
        "defined": signal(&format!("isFinite({y})")),
        "stroke": css(color), "strokeWidth": {"value": width}, "strokeDash": {"value": dash}}}})
}

/// A straight line between two places given by expressions.
pub(super) fn rule(from: (&str, &str), to: (&str, &str), color: Color, width: f64, dash: &[f64]) -> Value {
    let at = |axis: &str, value: &str| signal(&format!("scale('{axis}',{value})"));
    json!({"type": "rule", "interactive": false, "encode": {"update": {
        "x": at("x", from.0), "y": at("y", from.1), "x2": at("x", to.0), "y2": at("y", to.1),
        "stroke": css(color), "strokeWidth": {"value": width}, "strokeDash": {"value": dash}}}})
}

/// A ringed dot at a place given by expressions, with what the pointer is told there.
pub(super) fn dot(at: (&str, &str), color: Color, tooltip: &str) -> Value {
    json!({"type": "symbol", "encode": {"update": {
        "x": signal(&format!("scale('x',{})", at.0)), "y": signal(&format!("scale('y',{})", at.1)),
        "size": {"value": 130}, "fill": css(color), "stroke": css(BLACK), "strokeWidth": {"value": 1.5},
        "tooltip": signal(tooltip)}}})
}

/// Places along a line where the pointer is told the values; invisible.
pub(super) fn hover(data: &str, (x, y): (&str, &str), tooltip: &str) -> Value {
    json!({"type": "symbol", "from": {"data": data}, "encode": {"update": {
        "x": signal(&format!("scale('x',{x})")), "y": signal(&format!("scale('y',{y})")),
        "size": {"value": 90}, "fill": {"value": "transparent"}, "tooltip": signal(tooltip)}}})
}

/// `(0.3, 1)`.
pub(super) fn tuple(values: &[f64]) -> String {
    format!("({})", values.iter().map(|v| number(*v)).collect::<Vec<_>>().join(", "))
}
