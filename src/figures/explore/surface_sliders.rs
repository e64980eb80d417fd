//! The predictions over the plane of the inputs as a surface that can be walked around. The chart projects and paints it by
//! itself, from the network's weights.

use serde_json::{Value, json};

use super::explorable::Explorable;
use super::formula;
use super::plane::{self, Plane, round_step};
use super::vega::{self, Chart, Text, shown, signal};
use crate::data::{Dataset, Scaler};
use crate::error::{Error, Result};
use crate::figures::drawing::style::{AXIS, BLACK, GRID, PANEL};
use crate::figures::plot::{Axes, prediction_surface_from};
use crate::model::Network;
use crate::text::{number, short};

const MOST_PARAMS: usize = 40;
const MOST_EXAMPLES: usize = 8;
/// Cells of the surface in each direction.
const CELLS: usize = 24;
/// Half the height of a scene that reaches from −1 to 1 in x and y.
const HALF: f64 = 0.7;
/// The middle of the scene on the sheet, and the pixels of one unit.
const MIDDLE: (f64, f64) = (318.0, 306.0);
const UNIT: f64 = 152.0;
/// Steps from an example towards the eye, and their length: does the surface stand between?
const STEPS: usize = 80;
const STEP: f64 = 0.05;
/// Where the eye stands at first, in degrees: as in [`crate::plot::prediction_surface`].
const AROUND: f64 = -125.0;
const ABOVE: f64 = 28.0;

/// A place in the scene, each coordinate an expression.
type Place<'a> = [&'a str; 3];

/// What a network predicts for every pair of inputs, as a surface in space, with two sliders that turn it: one to walk around,
/// one to stand higher.
///
/// The surface is coloured by its height and shaded. An example is a dot at the height of its true score, with a line to the
/// surface: as long as the prediction is wrong. A hollow dot lies behind the surface. `axes` has the title and the labels of the
/// two inputs, `z_label` is that of the score; `dataset` is in hours and points, and `scaler` leads to the network's units.
///
/// # Errors
///
/// For networks with other than 2 inputs and 1 output, with more than 40 weights, with a weight beyond ±1000, or softmax; for
/// more than 8 examples; those of [`crate::plot::prediction_surface`].
///
/// # Examples
///
/// ```
/// use demystified::plot::Axes;
/// use demystified::{Network, Scaler, explore, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let axes = Axes::new("Before training", "hours asleep [h]", "hours studying [h]");
/// let chart = explore::surface(&axes, "score [points]", &net, &scaler, &data)?;
/// assert!(chart.alt.contains("example at (10, 2): true 93, predicted 74.1"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn surface(
    axes: &Axes,
    z_label: &str,
    net: &Network,
    scaler: &Scaler,
    dataset: &Dataset,
) -> Result<Explorable> {
    surface_from(axes, z_label, net, scaler, dataset, AROUND, ABOVE)
}

/// As [`surface`], seen from another side at first: azimuth and elevation as in [`crate::plot::prediction_surface_from`].
///
/// # Errors
///
/// As for [`surface`], and when the azimuth is not within −180 to 180 or the elevation not within 5 to 80.
///
/// # Examples
///
/// ```
/// use demystified::plot::Axes;
/// use demystified::{Network, Scaler, explore, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let axes = Axes::new("Before training", "hours asleep [h]", "hours studying [h]");
/// let chart = explore::surface_from(&axes, "score [points]", &net, &scaler, &data, 120.0, 30.0)?;
/// assert!(chart.alt.contains("from azimuth 120°, and to stand above it, at 30°"));
///
/// let error = explore::surface_from(&axes, "score", &net, &scaler, &data, 200.0, 30.0).unwrap_err();
/// assert_eq!(error.to_string(), "azimuth_degrees is 200; expected −180 to 180");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn surface_from(
    axes: &Axes,
    z_label: &str,
    net: &Network,
    scaler: &Scaler,
    dataset: &Dataset,
    azimuth_degrees: f64,
    elevation_degrees: f64,
) -> Result<Explorable> {
    // the slider goes half as far as the picture could
    if !(-180.0..=180.0).contains(&azimuth_degrees) {
        return Err(Error::out_of_range("azimuth_degrees", azimuth_degrees, "−180 to 180"));
    }
    plane::check_plane("net", net, MOST_PARAMS, dataset)?;
    if dataset.len() > MOST_EXAMPLES {
        let name = "the number of examples";
        return Err(Error::count_out_of_range(name, dataset.len(), "at most 8, a line for each"));
    }
    let plane = Plane::new(axes, scaler, &[dataset], std::slice::from_ref(net))?;
    let ranges = axes.with_x_range(plane.x.0, plane.x.1).with_y_range(plane.y.0, plane.y.1);
    let figure =
        prediction_surface_from(&ranges, z_label, net, scaler, dataset, azimuth_degrees, elevation_degrees)?;
    let y_hat = scaler.inverse_transform_y(&net.predict(&scaler.transform_x(&dataset.x)?)?);
    let examples: Vec<String> = (0..dataset.len())
        .map(|n| {
            let (x1, x2) = (number(dataset.x[[n, 0]]), number(dataset.x[[n, 1]]));
            let (truth, predicted) = (number(dataset.y[[n, 0]]), short(y_hat[[n, 0]]));
            format!("example at ({x1}, {x2}): true {truth}, predicted {predicted}")
        })
        .collect();
    let alt = format!(
        "{}Surface of predictions, with sliders to walk around it, from azimuth {}°, and to stand above it, at {}°: \
         {} from {} to {} and {} from {} to {}, predictions and truths within {} to {}; {}.",
        if axes.title.is_empty() { String::new() } else { format!("{}. ", axes.title) },
        number(azimuth_degrees),
        number(elevation_degrees),
        axes.x_label,
        number(plane.x.0),
        number(plane.x.1),
        axes.y_label,
        number(plane.y.0),
        number(plane.y.1),
        number(plane.score.0),
        number(plane.score.1),
        examples.join("; ")
    );
    let mut scene = Scene { chart: Chart::new(560.0), plane: &plane, net };
    scene.chart.text(Text {
        size: 14.0,
        bold: true,
        ..Text::new(12.0, 16.0, &json!(axes.title).to_string())
    });
    scene.eye(azimuth_degrees, elevation_degrees);
    scene.walls();
    scene.surface(axes);
    scene.examples(dataset)?;
    scene.labels([&axes.x_label, &axes.y_label, z_label]);
    let (scale, legend) = plane.legend((640.0, 200.0), 196.0);
    let mut spec = scene.chart.finish(&alt);
    spec["scales"] = json!([scale]);
    spec["legends"] = json!([legend]);
    Ok(Explorable::new(alt, &figure, &spec))
}

struct Scene<'a> {
    chart: Chart,
    plane: &'a Plane<'a>,
    net: &'a Network,
}

impl Scene<'_> {
    /// The sliders, and what follows from them alone.
    fn eye(&mut self, azimuth: f64, elevation: f64) {
        let chart = &mut self.chart;
        chart.plain_slider("around", "walk around [°]", azimuth, (-180.0, 180.0), 1.0);
        chart.plain_slider("above", "stand above [°]", elevation, (5.0, 80.0), 1.0);
        chart.signals.push(json!({"name": "p", "value": plane::table(std::slice::from_ref(self.net))[0]}));
        for (name, expression) in [
            ("ca", "cos(around*PI/180)"),
            ("sa", "sin(around*PI/180)"),
            ("ce", "cos(above*PI/180)"),
            ("se", "sin(above*PI/180)"),
            // the sides in x and in y that face the eye
            ("nx", "ca>=0?1:-1"),
            ("ny", "sa>=0?1:-1"),
            // of the two upright edges at the sides, the left one
            ("zleft", "ca*(-ny)-sa*nx<ca*ny+sa*nx?1:-1"),
            ("zx", "zleft*nx"),
            ("zy", "-zleft*ny"),
            // from the middle of an edge away from the box, on the sheet
            ("outx", "[ca*ny,se*sa*ny]"),
            ("outy", "[-sa*nx,se*ca*nx]"),
            ("longx", "sqrt(outx[0]*outx[0]+outx[1]*outx[1])+1e-9"),
            ("longy", "sqrt(outy[0]*outy[0]+outy[1]*outy[1])+1e-9"),
        ] {
            chart.derive(name, expression);
        }
    }

    /// The floor and the two walls behind, with their lines, and the edges with the ticks.
    fn walls(&mut self) {
        let h = HALF.to_string();
        let low = format!("-{h}");
        let walls = [
            [["-1", "-1", &low], ["1", "-1", &low], ["1", "1", &low], ["-1", "1", &low]],
            [["-nx", "-1", &low], ["-nx", "1", &low], ["-nx", "1", &h], ["-nx", "-1", &h]],
            [["-1", "-ny", &low], ["1", "-ny", &low], ["1", "-ny", &h], ["-1", "-ny", &h]],
        ];
        for wall in &walls {
            let fill = json!({"fill": vega::css(PANEL), "stroke": vega::css(GRID)});
            self.chart.marks.push(outline(&format!("{}+'Z'", path(wall)), None, fill));
        }
        let (w, z) = ("datum.w", format!("{h}*datum.w"));
        let lines: [(&str, [[Place; 2]; 2]); 3] = [
            ("ticks1", [[[w, "-1", &low], [w, "1", &low]], [[w, "-ny", &low], [w, "-ny", &h]]]),
            ("ticks2", [[["-1", w, &low], ["1", w, &low]], [["-nx", w, &low], ["-nx", w, &h]]]),
            ("ticks3", [[["-nx", "-1", &z], ["-nx", "1", &z]], [["-1", "-ny", &z], ["1", "-ny", &z]]]),
        ];
        for (data, pair) in &lines {
            for line in pair {
                let stroke = json!({"stroke": vega::css(GRID)});
                self.chart.marks.push(outline(&path(line), Some(data), stroke));
            }
        }
        for edge in [
            [["-1", "ny", &low], ["1", "ny", &low]],
            [["nx", "-1", &low], ["nx", "1", &low]],
            [["zx", "zy", &low], ["zx", "zy", &h]],
        ] {
            let stroke = json!({"stroke": vega::css(AXIS), "strokeWidth": {"value": 1.2}});
            self.chart.marks.push(outline(&path(&edge), None, stroke));
        }
    }

    /// The cells of the surface, painted from the back to the front.
    fn surface(&mut self, axes: &Axes) {
        let side = CELLS + 1;
        let mut mesh = vec![
            json!({"type": "sequence", "start": 0, "stop": side * side, "step": 1, "as": "i"}),
            derived("X", &format!("2*(datum.i%{side})/{CELLS}-1")),
            derived("Y", &format!("2*floor(datum.i/{side})/{CELLS}-1")),
        ];
        mesh.extend(self.predicted());
        mesh.push(derived("Z", &self.height("datum.s")));
        mesh.extend(projected(["datum.X", "datum.Y", "datum.Z"]));
        self.chart.data.push(json!({"name": "mesh", "transform": mesh}));
        // a cell's corners, one after the other around it
        let [a, b, c, d] = [0, 1, side + 1, side].map(|k| format!("data('mesh')[datum.a+{k}]"));
        let around: Vec<String> =
            [&a, &b, &c, &d].iter().map(|corner| format!("{corner}.px+','+{corner}.py")).collect();
        let slope = format!("*{}", CELLS / 4);
        // light falls from above, and from the left of the eye
        let light = "(1-0.55*(datum.zx*cos((around+50)*PI/180)+datum.zy*sin((around+50)*PI/180)))\
                     /sqrt(1+datum.zx*datum.zx+datum.zy*datum.zy)";
        self.chart.data.push(json!({"name": "cells", "transform": [
            {"type": "sequence", "start": 0, "stop": CELLS * CELLS, "step": 1, "as": "i"},
            derived("a", &format!("datum.i+floor(datum.i/{CELLS})")),
            derived("s", &format!("({a}.s+{b}.s+{c}.s+{d}.s)/4")),
            derived("u", &format!("({a}.u+{c}.u)/2")),
            derived("v", &format!("({a}.v+{c}.v)/2")),
            derived("zx", &format!("({b}.Z-{a}.Z+{c}.Z-{d}.Z){slope}")),
            derived("zy", &format!("({d}.Z-{a}.Z+{c}.Z-{b}.Z){slope}")),
            derived("near", &format!("ca*({a}.X+{c}.X)+sa*({a}.Y+{c}.Y)")),
            derived("path", &format!("'M'+{}+'Z'", around.join("+'L'+"))),
            derived("light", light)]}));
        let color = "hsl(scale('score',datum.s))";
        let fill = format!("hsl({color}.h,{color}.s,{color}.l*(0.72+0.28*clamp(datum.light,0,1)))");
        let named = |label: &str, name: &str| json!(if label.is_empty() { name } else { label }).to_string();
        let tooltip = format!(
            "{{{}:{},{}:{},'prediction':{}}}",
            named(&axes.x_label, "x"),
            shown("datum.u"),
            named(&axes.y_label, "y"),
            shown("datum.v"),
            shown("datum.s")
        );
        self.chart.marks.push(
            json!({"type": "path", "from": {"data": "cells"}, "sort": {"field": "datum.near"},
            "encode": {"update": {"path": {"field": "path"}, "fill": signal(&fill), "stroke": signal(&fill),
                "strokeWidth": {"value": 0.6}, "tooltip": signal(&tooltip)}}}),
        );
    }

    /// The examples, each with a line to the surface; and in words.
    fn examples(&mut self, dataset: &Dataset) -> Result<()> {
        let param = |k: usize| format!("p[{k}]");
        let mut seen = self.plane.examples("seen", dataset, self.net, &param)?;
        let share = |(low, high): (f64, f64), value: &str| format!("2*({value}-{low:?})/{:?}-1", high - low);
        if let Some(transform) = seen["transform"].as_array_mut() {
            transform.push(derived("X", &share(self.plane.x, "datum.u")));
            transform.push(derived("Y", &share(self.plane.y, "datum.v")));
            transform.push(derived("Z", &self.height("datum.truth")));
            transform.push(derived("below", &format!("datum.Z-({})<-0.02", self.height("datum.s"))));
            transform.extend(projected(["datum.X", "datum.Y", "datum.Z"]));
            let foot = [("datum.X"), ("datum.Y"), &self.height("datum.s")];
            transform.push(derived("foot", &on_sheet(foot).1));
        }
        self.chart.data.push(seen);
        let example = "data('seen')[datum.e]";
        let mut rays = vec![
            json!({"type": "sequence", "start": 0, "stop": STEPS * dataset.len(), "step": 1, "as": "i"}),
            derived("e", &format!("floor(datum.i/{STEPS})")),
            derived("t", &format!("{STEP}*(datum.i%{STEPS})")),
            derived("X", &format!("{example}.X+datum.t*ce*ca")),
            derived("Y", &format!("{example}.Y+datum.t*ce*sa")),
            derived("Z", &format!("{example}.Z+datum.t*se")),
            json!({"type": "filter", "expr": "datum.t==0||abs(datum.X)<=1&&abs(datum.Y)<=1"}),
        ];
        rays.extend(self.predicted());
        rays.push(derived("over", &format!("datum.Z-({})", self.height("datum.s"))));
        let crossed = format!("datum.t>0&&({example}.below?datum.over>0.005:datum.over<-0.005)?1:0");
        rays.extend([
            derived("crossed", &crossed),
            json!({"type": "aggregate", "groupby": ["e"], "ops": ["max"], "fields": ["crossed"], "as": ["hidden"]}),
            json!({"type": "collect", "sort": {"field": "e"}}),
        ]);
        self.chart.data.push(json!({"name": "rays", "transform": rays}));
        self.chart.data.push(json!({"name": "examples", "source": "seen",
            "transform": [derived("hidden", "data('rays')[datum.n-1].hidden")]}));
        let tooltip = format!(
            "{{title:'example '+datum.n,'truth':{},'prediction':{}}}",
            shown("datum.truth"),
            shown("datum.s")
        );
        self.chart.marks.extend([
            json!({"type": "rule", "from": {"data": "examples"}, "interactive": false, "encode": {"update": {
                "x": {"field": "px"}, "y": {"field": "py"}, "x2": {"field": "px"}, "y2": {"field": "foot"},
                "stroke": vega::css(BLACK), "strokeWidth": {"value": 1.75}}}}),
            json!({"type": "symbol", "from": {"data": "examples"}, "encode": {"update": {
                "x": {"field": "px"}, "y": {"field": "py"}, "size": {"value": 130}, "strokeWidth": {"value": 2},
                "fill": signal("datum.hidden?'transparent':scale('score',datum.truth)"),
                "stroke": vega::css(BLACK), "strokeOpacity": signal("datum.hidden?0.5:1"),
                "tooltip": signal(&tooltip)}}}),
            // four at the left of the title's next line, four at the right
            json!({"type": "text", "from": {"data": "examples"}, "interactive": false, "encode": {"update": {
                "x": signal("datum.n>4?688:12"), "y": signal("38+16*((datum.n-1)%4)"), "fontSize": {"value": 11.5},
                "align": signal("datum.n>4?'right':'left'"), "baseline": {"value": "middle"},
                "text": signal(&format!("'('+datum.u+', '+datum.v+'): truth '+{}+', predicted '+format(datum.s,'.1f')",
                    shown("datum.truth")))}}}),
        ]);
        Ok(())
    }

    /// The numbers along the edges and the names of the axes.
    fn labels(&mut self, labels: [&str; 3]) {
        let low = format!("-{HALF}");
        let places: [Place; 3] =
            [["datum.w", "ny", &low], ["nx", "datum.w", &low], ["zx", "zy", &format!("{HALF}*datum.w")]];
        let outward = [("outx[0]/longx", "outx[1]/longx"), ("outy[0]/longy", "outy[1]/longy"), ("-1", "0")];
        // how long an edge is on the sheet
        let lengths = ["sqrt(sa*sa+se*se*ca*ca)", "sqrt(ca*ca+se*se*sa*sa)", &format!("{HALF}*ce")];
        let ranges = [self.plane.x, self.plane.y, self.plane.score];
        for axis in 0..3 {
            let (low, high) = ranges[axis];
            let step = round_step(high - low, 6.0);
            let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
            let values: Vec<Value> = (first..=last)
                .map(|i| {
                    json!({"t": i as f64 * step, "w": 2.0 * (i as f64 * step - low) / (high - low) - 1.0,
                    "end": i == first || i == last})
                })
                .collect();
            let gaps = (high - low) / step;
            let data = format!("ticks{}", axis + 1);
            self.chart.data.push(json!({"name": data, "values": values}));
            let (x, y) = on_sheet(places[axis]);
            let (out_x, out_y) = outward[axis];
            // where an edge is short on the sheet, its ends alone have numbers; where it is hardly there, none
            let length = format!("{:?}*{}", 2.0 * UNIT, lengths[axis]);
            let opacity = format!("{length}>{}||datum.end&&{length}>36?1:0", 18.0 * gaps);
            let align = if axis == 2 { "right" } else { "center" };
            self.chart.marks.push(json!({"type": "text", "from": {"data": data}, "interactive": false,
                "encode": {"update": {"x": signal(&format!("{x}+14*({out_x})")), "y": signal(&format!("{y}+14*({out_y})")),
                    "text": signal(&shown("datum.t")), "align": {"value": align}, "baseline": {"value": "middle"},
                    "fontSize": {"value": 12}, "opacity": signal(&opacity)}}}));
        }
        let middles: [Place; 3] = [["0", "ny", &low], ["nx", "0", &low], ["zx", "zy", "0"]];
        for axis in 0..3 {
            let ((x, y), (out_x, out_y)) = (on_sheet(middles[axis]), outward[axis]);
            let far = if axis == 2 { 50 } else { 36 };
            let mut update = json!({"x": signal(&format!("{x}+{far}*({out_x})")), "y": signal(&format!("{y}+{far}*({out_y})")),
                "text": {"value": labels[axis]}, "baseline": {"value": "middle"}, "fontSize": {"value": 12}});
            if axis == 2 {
                update["angle"] = json!({"value": -90});
                update["align"] = json!({"value": "center"});
                // the number at its middle would lie under it
                update["opacity"] = signal(&format!("{:?}*ce>60?1:0", 2.0 * UNIT * HALF));
            } else {
                update["align"] = signal(&format!("{out_x}>0.35?'left':{out_x}<-0.35?'right':'center'"));
            }
            self.chart
                .marks
                .push(json!({"type": "text", "interactive": false, "encode": {"update": update}}));
        }
    }

    /// Transforms from a place `X`, `Y` of the scene to the inputs `u`, `v` and the prediction `s`.
    fn predicted(&self) -> Vec<Value> {
        let along = |(low, high): (f64, f64), w: &str| format!("{low:?}+{:?}*({w}+1)", (high - low) / 2.0);
        let mut transforms = vec![
            derived("u", &along(self.plane.x, "datum.X")),
            derived("v", &along(self.plane.y, "datum.Y")),
            derived("x1", &format!("datum.u/{:?}", self.plane.scaler.x_max[0])),
            derived("x2", &format!("datum.v/{:?}", self.plane.scaler.x_max[1])),
        ];
        transforms.extend(formula::forward(self.net, &|k| format!("p[{k}]")));
        let last = self.net.layer_sizes().len();
        transforms.push(derived("s", &format!("datum.a{last}_1*{:?}", self.plane.scaler.y_max)));
        transforms
    }

    /// The height of a score in the scene, as an expression.
    fn height(&self, score: &str) -> String {
        let (low, high) = self.plane.score;
        format!("{HALF}*(2*({score}-{low:?})/{:?}-1)", high - low)
    }
}

/// A transform that adds a field.
fn derived(name: &str, expression: &str) -> Value {
    json!({"type": "formula", "as": name, "expr": expression})
}

/// Where a place of the scene is on the sheet: parallel lines stay parallel.
fn on_sheet([x, y, z]: Place) -> (String, String) {
    (
        format!("({}+{UNIT}*(ca*({y})-sa*({x})))", MIDDLE.0),
        format!("({}+{UNIT}*(se*(ca*({x})+sa*({y}))-ce*({z})))", MIDDLE.1),
    )
}

/// Transforms that add this as `px` and `py`.
fn projected(place: Place) -> [Value; 2] {
    let (x, y) = on_sheet(place);
    [derived("px", &x), derived("py", &y)]
}

/// An expression for the path through some places.
fn path(places: &[Place]) -> String {
    let step = |(i, place): (usize, &Place)| {
        let (x, y) = on_sheet(*place);
        format!("'{}'+{x}+','+{y}", if i == 0 { 'M' } else { 'L' })
    };
    places.iter().enumerate().map(step).collect::<Vec<_>>().join("+")
}

/// A mark along a path, or one for each row of the data.
fn outline(path: &str, data: Option<&str>, mut look: Value) -> Value {
    look["path"] = signal(path);
    if look["fill"].is_null() {
        look["fill"] = json!({"value": "transparent"});
    }
    let mut mark = json!({"type": "path", "interactive": false, "encode": {"update": look}});
    if let Some(data) = data {
        mark["from"] = json!({"data": data});
    }
    mark
}
