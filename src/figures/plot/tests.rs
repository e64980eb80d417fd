//! What holds for every figure: texts are legible, on the sheet and apart; colours can be told apart by everybody.

use super::*;
use crate::figures::drawing::contour::{Area, overlap};
use crate::figures::drawing::shape::{Color, Shape};
use crate::figures::drawing::style::{SERIES, TEXT, WHITE};
use crate::figures::drawing::{colormap, font, shape, style};
use ndarray::{Array1, Array2, array};

#[path = "../../../tests/figures/gallery.rs"]
mod gallery;

use gallery::gallery;

/// The rectangle that the ink of a text fills, without the room above and below.
fn ink(shape: &Shape) -> Option<(Area, &str)> {
    let Shape::Text { text, size, upward, .. } = shape else { return None };
    let (l, t, r, b) = shape.bounds();
    let (above, below) = (0.18 * size, 0.05 * size);
    let area = if *upward { (l + above, t, r - below, b) } else { (l, t + above, r, b - below) };
    Some((area, text))
}

#[test]
fn every_shape_lies_on_its_sheet() {
    for (name, figure) in gallery() {
        for shape in &figure.shapes {
            let (left, top, right, bottom) = shape.bounds();
            let inside = left >= -0.01
                && top >= -0.01
                && right <= f64::from(figure.width) + 0.01
                && bottom <= f64::from(figure.height) + 0.01;
            assert!(inside, "{name}: {shape:?}");
        }
    }
}

#[test]
fn no_two_texts_touch_and_none_is_pale_or_smaller_than_11_pixels() {
    for (name, figure) in gallery() {
        let texts: Vec<(Area, &str)> = figure.shapes.iter().filter_map(ink).collect();
        assert!(!texts.is_empty());
        for (i, (area, text)) in texts.iter().enumerate() {
            for (other_area, other) in &texts[..i] {
                assert!(!overlap(*area, *other_area), "{name}: {text:?} and {other:?}");
            }
        }
        for shape in &figure.shapes {
            if let Shape::Text { text, size, color, .. } = shape {
                assert!(*size >= 11.0, "{name}: {text:?} has size {size}");
                assert!(contrast(*color, WHITE) > 4.5, "{name}: {text:?} is too pale");
            }
        }
    }
}

#[test]
fn a_long_step_of_a_walk_has_an_arrow_head_and_a_short_one_has_none() {
    let w = Array1::linspace(-2.0, 2.0, 41);
    let z = Array2::from_shape_fn((41, 41), |(row, column)| f64::powi(w[column], 2) + f64::powi(w[row], 2));
    let polygons = |path: &Array2<f64>| {
        let figure = path_over_contours(&Axes::default(), &w, &w, &z, &[("", path)]).unwrap();
        figure.shapes.iter().filter(|shape| matches!(shape, Shape::Polygon { .. })).count()
    };
    assert_eq!(polygons(&array![[1.0, 1.0], [-1.0, 1.0]]), polygons(&array![[1.0, 1.0], [0.95, 1.0]]) + 1);
}

#[test]
fn the_weights_of_the_series_network_are_all_printed() {
    let net = crate::Network::random(&[2, 3, 1], 5).unwrap();
    let figure = network(&net).unwrap();
    let signed = |shape: &&Shape| matches!(shape, Shape::Text { text, .. } if text.starts_with(['+', '−']));
    assert_eq!(figure.shapes.iter().filter(signed).count(), 9);
    assert!(figure.alt.contains("W⁽¹⁾"));
}

#[test]
fn a_notebook_gets_text_svg_and_png_but_a_large_figure_as_png_alone() {
    let kinds = |figure: &Figure| {
        let output = figure.notebook_output();
        let begins: Vec<String> = output
            .lines()
            .filter_map(|l| l.strip_prefix("EVCXR_BEGIN_CONTENT ").map(str::to_string))
            .collect();
        assert_eq!(begins.len(), output.lines().filter(|l| *l == "EVCXR_END_CONTENT").count());
        begins
    };
    let axes = Axes::new("", "", "");
    let x = Array1::linspace(0.0, 1.0, 5000);
    let few = scatter(&axes, &[("", &array![1.0, 2.0], &array![1.0, 2.0])]).unwrap();
    let many = scatter(&axes, &[("", &x, &x)]).unwrap();
    let two = array![0.0, 1.0];
    let heat = heat_map(&axes, &two, &two, &Array2::eye(2)).unwrap();
    assert_eq!(kinds(&few), ["text/plain", "image/svg+xml", "image/png"]);
    assert_eq!(kinds(&many), ["text/plain", "image/png"]);
    assert_eq!(kinds(&heat), ["text/plain", "image/png"]);
}

#[test]
fn curves_end_at_the_range_that_was_asked_for() {
    let x = Array1::linspace(-10.0, 10.0, 400);
    let axes = Axes::new("", "", "").with_x_range(0.0, 1.0).with_y_range(0.0, 1.0);
    let figure = line(&axes, &[("", &x, &x)]).unwrap();
    let curve = figure.shapes.iter().find_map(|shape| match shape {
        Shape::Line { points, color, .. } if *color == SERIES[0] => Some(points.clone()),
        _ => None,
    });
    let curve = curve.unwrap();
    let (first, last) = (curve[0], curve[curve.len() - 1]);
    // y = x leads from the lower left to the upper right corner of the plot.
    assert!(first.0 < last.0 && first.1 > last.1);
    assert!((last.0 - first.0) > 500.0 && (first.1 - last.1) > 250.0, "{first:?} {last:?}");
}

/// Where a round number stands on an axis that counts evenly: its label's place.
fn tick(figure: &Figure, label: &str, wanted: shape::Align) -> (f64, f64) {
    let found = figure.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { at, text, align, .. } if text == label && *align == wanted => Some(*at),
        _ => None,
    });
    let found: Vec<(f64, f64)> = found.collect();
    assert_eq!(found.len(), 1, "{label}: {found:?}");
    found[0]
}

/// The circles of a colour and radius.
fn circles(figure: &Figure, wanted: Color, size: f64) -> Vec<(f64, f64)> {
    let matching = figure.shapes.iter().filter_map(|shape| match shape {
        Shape::Circle { center, radius, color } if *color == wanted && (*radius - size).abs() < 1e-9 => {
            Some(*center)
        }
        _ => None,
    });
    matching.collect()
}

fn texts(figure: &Figure) -> Vec<&str> {
    let texts = figure.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn the_lowest_cost_is_marked_where_the_curve_is_lowest_and_labelled_beside_it() {
    let training = [0.08, 0.05, 0.04, 0.03, 0.02];
    let test = [0.09, 0.06, 0.045, 0.055, 0.065];
    let figure =
        cost_curves_linear(&Axes::new("", "iteration", "J"), &[("training", &training), ("test", &test)]);
    let figure = figure.unwrap();
    let (zero, four) =
        (tick(&figure, "0", shape::Align::Middle).0, tick(&figure, "4", shape::Align::Middle).0);
    let dot = circles(&figure, SERIES[1], 5.0);
    assert_eq!(dot.len(), 1);
    let expected = zero + (four - zero) * 2.0 / 4.0;
    assert!((dot[0].0 - expected).abs() < 0.5, "{dot:?} {expected}");
    let curve_is_lowest = figure.shapes.iter().filter_map(|shape| match shape {
        Shape::Line { points, color, width } if *color == SERIES[1] && *width == style::CURVE => {
            Some(points.iter().filter(|p| p.0 > zero).map(|p| p.1).fold(f64::MIN, f64::max))
        }
        _ => None,
    });
    // The legend's sample stands above the plot.
    let lowest = curve_is_lowest.fold(f64::MIN, f64::max);
    assert!((dot[0].1 - lowest).abs() < 0.5, "{dot:?} {lowest}");
    assert!(texts(&figure).contains(&"lowest 0.045 at 2") && texts(&figure).contains(&"lowest 0.02 at 4"));
    // Whole iterations only.
    assert!(!texts(&figure).iter().any(|text| text.contains(".5")), "{:?}", texts(&figure));
}

#[test]
fn no_curve_runs_through_the_label_of_a_lowest_cost() {
    let mut seen = 0;
    for (name, figure) in gallery().into_iter().filter(|(name, _)| name.starts_with("cost-curves")) {
        // where another curve runs beside the point, the legend says it
        seen += texts(&figure).iter().filter(|text| text.contains("(lowest")).count();
        for (area, text) in
            figure.shapes.iter().filter_map(ink).filter(|(_, text)| text.starts_with("lowest"))
        {
            seen += 1;
            for shape in &figure.shapes {
                if let Shape::Line { points, color, .. } = shape
                    && SERIES.contains(color)
                {
                    for pair in points.windows(2) {
                        let share = |p: (f64, f64)| {
                            ((p.0 - area.0) / (area.2 - area.0), (p.1 - area.1) / (area.3 - area.1))
                        };
                        let through = frame::clipped(share(pair[0]), share(pair[1]));
                        assert!(through.is_none(), "{name}: {text}");
                    }
                }
            }
        }
    }
    assert!(seen >= 6, "{seen}");
}

#[test]
fn costs_of_zero_are_left_out_of_a_logarithmic_plot_and_said_to_be() {
    let figure = cost_curves(&Axes::new("", "", ""), &[("", &[0.1, 0.001, 0.0, 0.0])]).unwrap();
    assert!(texts(&figure).contains(&"2 costs of 0 not drawn"));
    assert!(texts(&figure).contains(&"lowest above 0: 0.001 at 1"));
    assert!(figure.alt.contains("0.1 at iteration 0, 0 at iteration 3"), "{}", figure.alt);
    assert!(figure.alt.contains("lowest 0.001 at iteration 1 of those above 0, 2 points at 0 left out"));
}

#[test]
fn the_box_of_a_group_ends_at_its_quartiles_and_all_values_are_drawn() {
    let values = array![0.0, 10.0, 20.0, 40.0, 100.0];
    let figure = strip(&Axes::new("", "", ""), &[("a", &values)]).unwrap();
    let height = |label| tick(&figure, label, shape::Align::End).1 - 0.365 * 12.5;
    let (zero, hundred) = (height("0"), height("100"));
    let at = |value: f64| zero + (hundred - zero) * value / 100.0;
    let boxes: Vec<Area> = figure
        .shapes
        .iter()
        .filter(|shape| matches!(shape, Shape::Polygon { color, .. } if *color == style::PALE_BLUE))
        .map(Shape::bounds)
        .collect();
    // The first is the legend's.
    assert_eq!(boxes.len(), 2);
    assert!((boxes[1].1 - at(40.0)).abs() < 0.6 && (boxes[1].3 - at(10.0)).abs() < 0.6, "{boxes:?}");
    let median = figure.shapes.iter().rev().find_map(|shape| match shape {
        Shape::Line { points, color, .. } if *color == style::DARK_VERMILION => Some(points[0].1),
        _ => None,
    });
    assert!((median.unwrap() - at(20.0)).abs() < 0.6);
    assert!(texts(&figure).contains(&"20"));
    let points = circles(&figure, style::BLUE, legend::DOT);
    let (_, points) = points.split_first().unwrap();
    let mut found: Vec<f64> = points.iter().map(|p| p.1).collect();
    found.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(found.len(), 5);
    assert!(found.iter().zip(&values).all(|(y, value)| (y - at(*value)).abs() < 0.6), "{found:?}");
    // The points stand beside the box, apart from each other.
    assert!(points.iter().all(|p| p.0 - legend::DOT > boxes[1].2));
}

#[test]
fn examples_stand_at_their_hours_in_the_plane_of_predictions() {
    let (net, scaler) = gallery::trained();
    let data = crate::sleep_study();
    let figure = prediction_contour(&Axes::new("", "asleep", "studying"), &net, &scaler, &data).unwrap();
    let across = |label| tick(&figure, label, shape::Align::Middle).0;
    let upward = |label| tick(&figure, label, shape::Align::End).1 - 0.365 * 12.5;
    let (left, right, lower, upper) = (across("0"), across("12"), upward("0"), upward("6"));
    let dots = circles(&figure, style::BLACK, 6.0);
    // The first is the legend's.
    assert_eq!(dots.len(), 4);
    for (dot, hours) in dots[1..].iter().zip(data.x.rows()) {
        let expected = (left + (right - left) * hours[0] / 12.0, lower + (upper - lower) * hours[1] / 6.0);
        assert!((dot.0 - expected.0).hypot(dot.1 - expected.1) < 1.0, "{dot:?} {expected:?}");
    }
    for label in ["true 75", "true 82", "true 93"] {
        assert!(texts(&figure).contains(&label), "{label}");
    }
    assert!(figure.alt.contains("example at (5, 1): true 82, predicted 82"), "{}", figure.alt);
}

#[test]
fn a_place_that_is_asked_about_is_drawn_with_its_prediction() {
    let (net, scaler) = gallery::trained();
    let data = crate::sleep_study();
    let axes = Axes::new("", "asleep", "studying").with_question(4.0, 2.0).with_question(100.0, 2.0);
    let figure = prediction_contour(&axes, &net, &scaler, &data).unwrap();
    let asked = scaler.transform_x(&array![[4.0, 2.0]]).unwrap();
    let scores = scaler.inverse_transform_y(&net.predict(&asked).unwrap());
    let score = crate::text::short(scores[[0, 0]]);
    assert!(texts(&figure).contains(&score.as_str()), "{score}");
    assert!(texts(&figure).contains(&"asked about"));
    assert!(figure.alt.contains(&format!("asked about (4, 2): predicted {score}; ")), "{}", figure.alt);
    // black diamonds: the legend's, and the one place inside the plane
    let diamonds = figure.shapes.iter().filter(|shape| {
        matches!(shape, Shape::Polygon { points, color } if points.len() == 4 && *color == style::BLACK)
    });
    assert_eq!(diamonds.count(), 2);
    assert!(prediction_contour(&axes.with_question(f64::NAN, 1.0), &net, &scaler, &data).is_err());
}

#[test]
fn the_lowest_place_is_marked_unless_it_lies_at_the_edge() {
    let w: Array1<f64> = Array1::linspace(-2.0, 2.0, 41);
    let path = array![[1.5, 1.5], [0.5, 0.5]];
    let marked = |z: &Array2<f64>, axes: &Axes| {
        let figure = path_over_contours(axes, &w, &w, z, &[("p", &path)]).unwrap();
        texts(&figure).contains(&"lowest")
    };
    let axes = Axes::new("", "x", "y");
    let bowl = Array2::from_shape_fn((41, 41), |(row, column)| w[row].powi(2) + w[column].powi(2));
    let slope = Array2::from_shape_fn((41, 41), |(row, column)| w[row] + w[column]);
    assert!(marked(&bowl, &axes));
    assert!(!marked(&slope, &axes));
    assert!(!marked(&bowl, &axes.with_x_range(0.5, 2.0)));
}

#[test]
fn every_text_of_every_svg_is_at_least_11_pixels_high_and_within_the_sheet() {
    let attribute = |tag: &str, name: &str| -> Option<f64> {
        tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok()
    };
    let mut seen = 0;
    for (name, figure) in gallery() {
        let svg = figure.svg();
        for tag in svg.split("<text").skip(1) {
            let (tag, rest) = tag.split_once('>').unwrap();
            let text = rest.split_once("</text>").unwrap().0;
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let number = |name| attribute(tag, name).unwrap_or_else(|| panic!("{name} in {tag}"));
            let (x, y, size) = (number("x"), number("y"), number("font-size"));
            assert!(size >= 11.0, "{name}: {text:?} has size {size}");
            let width = font::text_width(&text, size);
            let before = match tag {
                _ if tag.contains("\"middle\"") => width / 2.0,
                _ if tag.contains("\"end\"") => width,
                _ => 0.0,
            };
            let (from, to, sheet) = match tag.contains("rotate(-90") {
                true => (y - width + before, y + before, figure.height),
                false => (x - before, x - before + width, figure.width),
            };
            assert!(from >= -0.01 && to <= f64::from(sheet) + 0.01, "{name}: {text:?} from {from} to {to}");
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
}

type Matrix = [[f64; 3]; 3];

const NORMAL: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
// Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009),
// severity 1, for linear RGB.
const PROTANOPIA: Matrix =
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const DEUTERANOPIA: Matrix =
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];
const TRITANOPIA: Matrix =
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]];
const SRGB_TO_XYZ: Matrix =
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];

fn times(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    m.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
}

fn linear(color: Color) -> [f64; 3] {
    [color.0, color.1, color.2].map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

/// Lightness and the two opponent colours, CIE L*a*b*.
fn lab(rgb: [f64; 3]) -> [f64; 3] {
    let xyz = times(&SRGB_TO_XYZ, rgb.map(|c| c.clamp(0.0, 1.0)));
    let f = |t: f64| {
        if t > (6.0_f64 / 29.0).powi(3) { t.cbrt() } else { t * (29.0_f64 / 6.0).powi(2) / 3.0 + 4.0 / 29.0 }
    };
    let [x, y, z] = [f(xyz[0] / 0.95047), f(xyz[1]), f(xyz[2] / 1.08883)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn contrast(a: Color, b: Color) -> f64 {
    let luminance = |c| times(&SRGB_TO_XYZ, linear(c))[1];
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn pairs(colors: &[Color]) -> Vec<(Color, Color)> {
    let later = |i: usize| colors[i + 1..].iter().copied();
    colors.iter().enumerate().flat_map(|(i, a)| later(i).map(|b| (*a, b))).collect()
}

#[test]
fn the_colours_of_series_stay_apart_for_every_kind_of_colour_blindness() {
    assert_eq!(pairs(&SERIES).len(), 10);
    for (name, vision) in
        [("normal", NORMAL), ("protan", PROTANOPIA), ("deutan", DEUTERANOPIA), ("tritan", TRITANOPIA)]
    {
        for (one, other) in pairs(&SERIES) {
            let seen = |color| lab(times(&vision, linear(color)));
            let apart = distance(seen(one), seen(other));
            assert!(apart > 20.0, "{name}: {one:?} and {other:?} are {apart:.1} apart");
        }
    }
}

#[test]
fn the_first_three_colours_differ_in_grey_and_all_stand_out_on_white() {
    let lightness = |color| lab(linear(color))[0];
    for (one, other) in pairs(&SERIES[..3]) {
        let apart = (lightness(one) - lightness(other)).abs();
        assert!(apart > 10.0, "{one:?} and {other:?} are {apart:.1} apart in grey");
    }
    for color in SERIES {
        assert!(contrast(color, WHITE) > 3.0, "{color:?}");
    }
    assert!(contrast(TEXT, WHITE) > 7.0);
}

#[test]
fn without_any_colour_series_differ_in_grey_or_in_both_dash_and_marker() {
    let lightness = |color| lab(linear(color))[0];
    let numbered: Vec<(usize, Color)> = SERIES.into_iter().enumerate().collect();
    for (i, one) in &numbered {
        for (k, other) in &numbered[..*i] {
            let apart = (lightness(*one) - lightness(*other)).abs();
            let shapes = style::Look::of(*i).dash() != style::Look::of(*k).dash() && i % 4 != k % 4;
            assert!(apart > 10.0 || shapes, "{one:?} and {other:?} are {apart:.1} apart in grey");
        }
    }
}

#[test]
fn points_box_and_median_of_a_group_stay_apart_for_everybody_and_in_grey() {
    let parts = [style::BLUE, style::PALE_BLUE, style::DARK_VERMILION];
    for (one, other) in [(0, 1), (1, 2), (0, 2)].map(|(i, k)| (parts[i], parts[k])) {
        for vision in [NORMAL, PROTANOPIA, DEUTERANOPIA, TRITANOPIA] {
            let seen = |color| lab(times(&vision, linear(color)));
            let apart = distance(seen(one), seen(other));
            assert!(apart > 20.0, "{one:?} and {other:?} are {apart:.1} apart");
        }
    }
    // The median crosses the box only: in grey these two must differ.
    let lightness = |color| lab(linear(color))[0];
    assert!(lightness(style::PALE_BLUE) - lightness(style::DARK_VERMILION) > 30.0);
}

#[test]
fn the_colour_map_grows_lighter_for_everybody_and_at_an_even_pace() {
    for vision in [NORMAL, PROTANOPIA, DEUTERANOPIA, TRITANOPIA] {
        let seen: Vec<[f64; 3]> = (0..=32)
            .map(|i| lab(times(&vision, linear(colormap::color(f64::from(i) / 32.0, 0.0)))))
            .collect();
        assert!(seen.windows(2).all(|pair| pair[1][0] > pair[0][0]), "{seen:?}");
        if vision == NORMAL {
            let steps: Vec<f64> = seen.windows(2).map(|pair| pair[1][0] - pair[0][0]).collect();
            let mean = steps.iter().sum::<f64>() / steps.len() as f64;
            assert!(steps.iter().all(|step| (0.5..1.5).contains(&(step / mean))), "{steps:?}");
        }
    }
}

#[test]
fn the_numbers_of_many_weights_are_left_out() {
    let net = crate::Network::random(&[2, 4, 3, 1], 5).unwrap();
    let signed = |shape: &&Shape| matches!(shape, Shape::Text { text, .. } if text.starts_with(['+', '−']));
    assert_eq!(network(&net).unwrap().shapes.iter().filter(signed).count(), 0);
}

#[test]
fn titles_side_by_side_stand_at_one_height_whatever_their_legends_need() {
    let (x, y) = (array![0.0, 1.0], array![0.0, 1.0]);
    let name = "a name that fills a row of a narrow panel";
    let one = line(&Axes::new("left", "x", "y"), &[("a", &x, &y), ("b", &x, &y)]).unwrap();
    let many =
        line(&Axes::new("right", "x", "y"), &[(name, &x, &y), (name, &x, &y), (name, &x, &y)]).unwrap();
    let both = side_by_side(&[&one, &many]).unwrap();
    let height = |wanted: &str| {
        let at = both.shapes.iter().find_map(|shape| match shape {
            Shape::Text { text, at, .. } if text == wanted => Some(at.1),
            _ => None,
        });
        at.unwrap()
    };
    assert_eq!(height("left"), height("right"));
    let label = both.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { text, at, .. } if text == "x" => Some(at.1),
        _ => None,
    });
    let labels: Vec<f64> = label.collect();
    assert_eq!((labels.len(), labels[0]), (2, labels[1]));
}

#[test]
fn a_crowd_of_points_is_drawn_as_dots() {
    let smallest = |n: usize| {
        let x: Array1<f64> = Array1::linspace(0.0, 1.0, n);
        let figure = scatter(&Axes::new("", "x", "y"), &[("", &x, &x)]).unwrap();
        let radii = figure.shapes.iter().filter_map(|shape| match shape {
            Shape::Circle { radius, .. } => Some(*radius),
            _ => None,
        });
        radii.fold(f64::MAX, f64::min)
    };
    assert!(smallest(30) > 5.0 && smallest(200) > 2.0 && smallest(200) < 3.0 && smallest(201) < 2.0);
}
