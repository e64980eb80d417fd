//! What holds for every figure: texts are legible, on the sheet and apart; colours can be told apart by everybody.

use super::contour::{Area, overlap};
use super::gallery::gallery;
use super::shape::{Color, Shape};
use super::style::{SERIES, TEXT, WHITE};
use super::*;
use ndarray::{Array1, Array2, array};

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
