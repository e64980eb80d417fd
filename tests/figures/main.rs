//! The figures as a reader meets them. `cargo test --test figures` also leaves them in `target/figures` to look at.

mod gallery;

use demystified::ndarray::{Array1, Array2, array};
use demystified::plot::*;
use demystified::{Activation, Dataset, Error, Network, Scaler, sleep_study};
use gallery::gallery;

/// Width, height and RGB bytes of a PNG.
fn decoded(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    pixels.truncate(info.buffer_size());
    (info.width, info.height, pixels)
}

#[test]
fn every_png_has_the_size_of_its_figure_a_white_ground_and_smooth_edges() {
    for (name, figure) in gallery() {
        let (width, height, pixels) = decoded(&figure.png().unwrap());
        assert_eq!((width, height), (figure.width(), figure.height()), "{name}");
        assert_eq!(width, 700, "{name}");
        assert_eq!(pixels[..3], [255; 3], "{name}: the corner is white");
        let all: Vec<&[u8]> = pixels.chunks_exact(3).collect();
        let white = all.iter().filter(|p| ***p == [255; 3]).count();
        assert!(white < all.len(), "{name} is blank");
        // Grey text on white: between ink and paper there are many steps, not two.
        let greys: std::collections::BTreeSet<u8> =
            all.iter().filter(|p| p[0] == p[1] && p[1] == p[2]).map(|p| p[0]).collect();
        assert!(greys.len() > 30, "{name}: {} greys", greys.len());
    }
}

#[test]
fn a_plain_plot_stays_below_30_kilobytes_and_a_heat_map_below_100() {
    for (name, figure) in gallery() {
        let limit = match name {
            "scatter" | "line" | "bars" | "histogram" | "tangent" | "semi-log" | "log-log" => 30_000,
            _ => 100_000,
        };
        let bytes = figure.png().unwrap().len();
        assert!(bytes < limit, "{name}: {bytes} bytes");
    }
}

#[test]
fn every_svg_is_well_formed_and_says_what_it_shows() {
    for (name, figure) in gallery() {
        let svg = figure.svg();
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        let root = document.root_element();
        assert_eq!(root.tag_name().namespace(), Some("http://www.w3.org/2000/svg"), "{name}");
        let names: Vec<&str> =
            root.children().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
        assert_eq!(names[..2], ["title", "rect"], "{name}");
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        assert_eq!(root.attribute("aria-label"), Some(figure.alt.as_str()), "{name}");
        let title = root.children().find(|node| node.tag_name().name() == "title");
        let title = title.and_then(|node| node.text());
        assert_eq!(title, Some(figure.alt.as_str()), "{name}");
        assert!(figure.alt.chars().filter(|c| c.is_ascii_digit()).count() >= 3, "{name}: {}", figure.alt);
        assert!(figure.alt.ends_with('.'), "{name}: {}", figure.alt);
    }
}

#[test]
fn names_with_markup_and_control_characters_stay_harmless() {
    let x = array![1.0, 2.0];
    let name = "<b> & \"quoted\" \u{7} 日本";
    let figure = line(&Axes::new(name, name, name), &[(name, &x, &x), ("", &x, &x)]).unwrap();
    let svg = figure.svg();
    let document = roxmltree::Document::parse(&svg).expect("a document");
    let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
    // as it was written, but for the control character
    let harmless = name.replace('\u{7}', " ");
    assert!(texts.iter().any(|text| text.contains(&harmless)), "{texts:?}");
    assert!(figure.png().is_ok());
}

#[test]
fn no_dependency_looks_for_fonts_of_the_system() {
    let lock = include_str!("../../Cargo.lock");
    for package in ["font-kit", "fontconfig", "fontdb", "yeslogic-fontconfig-sys", "core-text", "dwrote"] {
        assert!(!lock.contains(&format!("name = \"{package}\"")), "{package}");
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    for ((name, one), (_, other)) in gallery().into_iter().zip(gallery()) {
        assert_eq!(one.svg(), other.svg(), "{name}");
        assert_eq!(one.png().unwrap(), other.png().unwrap(), "{name}");
    }
}

#[test]
fn errors_name_the_argument_what_was_expected_and_what_came() {
    let axes = Axes::new("", "x", "y");
    let (two, three) = (array![1.0, 2.0], array![1.0, 2.0, 3.0]);
    let empty: Array1<f64> = array![];
    let grid = Array2::zeros((3, 2));
    let (net, scaler) = gallery::trained();
    let three_inputs = Network::random(&[3, 4, 1], 1).unwrap();
    let two_outputs = Network::random(&[2, 3, 2], 1).unwrap();
    let wide = array![[1.0, 2.0, 3.0], [2.0, 1.0, 5.0]];
    let wide = Dataset::new(wide, array![[70.0], [80.0]]).unwrap();
    let messages: Vec<(Error, &str)> = vec![
        (scatter(&axes, &[]).unwrap_err(), "series is empty; expected at least one series"),
        (
            scatter(&axes, &[("a", &empty, &empty)]).unwrap_err(),
            "x of \"a\" is empty; expected at least one number",
        ),
        (
            line(&axes, &[("a", &three, &two)]).unwrap_err(),
            "y of \"a\" has 2 values, but x of \"a\" has 3 values",
        ),
        (
            line(&axes, &[("a", &two, &array![1.0, f64::NAN])]).unwrap_err(),
            "y of \"a\" holds NaN at index 1; expected finite numbers only",
        ),
        (
            line(&axes, &[("a", &two, &array![1.0, 1e200])]).unwrap_err(),
            "y of \"a\" is 1×10²⁰⁰; expected numbers between −10¹⁵⁰ and 10¹⁵⁰",
        ),
        (
            line(&axes.with_x_range(2.0, 1.0), &[("a", &two, &two)]).unwrap_err(),
            "x_range is 2 to 1; expected two finite numbers, the first below the second",
        ),
        (
            grouped_bars(&axes, &["a", "b"], &[("s", &three)]).unwrap_err(),
            "\"s\" has 3 values, but groups has 2 names",
        ),
        (histogram(&axes, &two, 0).unwrap_err(), "bins is 0; expected 1 to 500"),
        (heat_map(&axes, &three, &two, &grid).unwrap_err(), "z has 3 rows, but ys has 2 values"),
        (heat_map(&axes, &three, &three, &grid).unwrap_err(), "z has 2 columns, but xs has 3 values"),
        (
            heat_map(&axes, &array![1.0, 1.0], &three, &grid).unwrap_err(),
            "xs is 1 followed by 1; expected values that increase",
        ),
        (cost_curves(&axes, &[]).unwrap_err(), "curves is empty; expected at least one curve"),
        (
            cost_curves(&axes, &[("test", &[])]).unwrap_err(),
            "cost of \"test\" is empty; expected at least one number",
        ),
        (
            cost_curves(&axes, &[("test", &[0.1, -0.5])]).unwrap_err(),
            "cost of \"test\" is −0.5; expected no negative number on a logarithmic axis",
        ),
        (
            cost_curves(&axes, &[("", &[0.0, 0.0])]).unwrap_err(),
            "cost is 0 everywhere; expected at least one number above 0 for a logarithmic axis",
        ),
        (
            cost_curves_linear(&axes, &[("a", &[0.1, f64::NAN])]).unwrap_err(),
            "cost of \"a\" holds NaN at index 1; expected finite numbers only",
        ),
        (strip(&axes, &[]).unwrap_err(), "groups is empty; expected at least one group"),
        (
            strip(&axes, &[("λ = 0", &empty)]).unwrap_err(),
            "values of \"λ = 0\" is empty; expected at least one number",
        ),
        (
            strip_log(&axes, &[("a", &array![1.0, -2.0])]).unwrap_err(),
            "values of \"a\" is −2; expected no negative number on a logarithmic axis",
        ),
        (
            strip_log(&axes, &[("a", &array![0.0, 0.0])]).unwrap_err(),
            "values is 0 everywhere; expected at least one number above 0 for a logarithmic axis",
        ),
        (
            prediction_contour(&axes, &three_inputs, &scaler, &sleep_study()).unwrap_err(),
            "layer_sizes of net is [3, 4, 1]; expected 2 inputs and 1 output for a figure of the predictions",
        ),
        (
            prediction_surface(&axes, "", &two_outputs, &scaler, &sleep_study()).unwrap_err(),
            "layer_sizes of net is [2, 3, 2]; expected 2 inputs and 1 output for a figure of the predictions",
        ),
        (
            prediction_contour(&axes, &net, &scaler, &wide).unwrap_err(),
            "x of dataset has 3 columns, but the network has 2 inputs",
        ),
        (
            prediction_contour(&axes, &net, &Scaler::fit(&wide, 100.0).unwrap(), &sleep_study()).unwrap_err(),
            "x has 2 columns, but the fitted data has 3 columns",
        ),
        (
            prediction_surface_from(&axes, "", &net, &scaler, &sleep_study(), 400.0, 30.0).unwrap_err(),
            "azimuth_degrees is 400; expected −360 to 360",
        ),
        (
            prediction_surface_from(&axes, "", &net, &scaler, &sleep_study(), 0.0, f64::NAN).unwrap_err(),
            "elevation_degrees is NaN; expected 5 to 80",
        ),
        (
            path_over_contours(&axes, &two, &three, &grid, &[("p", &Array2::zeros((4, 3)))]).unwrap_err(),
            "path of \"p\" has 3 columns, but a point has 2 coordinates",
        ),
        (
            log_log(&axes, &[("a", &array![0.0, 1.0], &two)]).unwrap_err(),
            "x of \"a\" is 0; expected numbers above 0 for a logarithmic axis",
        ),
        (
            semi_log(&axes, &[("a", &two, &array![0.0, 0.0])]).unwrap_err(),
            "y of \"a\" is 0 everywhere; expected at least one number above 0 for a logarithmic axis",
        ),
        (
            neuron(&two, &three, demystified::Activation::Tanh).unwrap_err(),
            "weights has 3 values, but inputs has 2 values",
        ),
        (
            matrix_product(("x", &grid), ("w", &Array2::zeros((3, 3))), 0, 0).unwrap_err(),
            "x has 2 columns, but w has 3 rows",
        ),
        (
            matrix_product(("x", &Array2::zeros((4, 2))), ("w", &Array2::zeros((2, 3))), 4, 0).unwrap_err(),
            "row is 4; expected a number below 4",
        ),
        (
            hidden_units(&axes, &Network::random(&[2, 1], 1).unwrap(), &scaler, &sleep_study()).unwrap_err(),
            "layer_sizes of net is [2, 1] with sigmoid in the hidden layers; expected a hidden layer, of units that stand alone",
        ),
        (
            histogram_marked(&axes, &two, 4, &[("median", f64::NAN)]).unwrap_err(),
            "mark of \"median\" holds NaN",
        ),
        (
            images("", &Array2::zeros((3, 60)), &[]).unwrap_err(),
            "the number of columns of x is 60; expected a square, such as 64 for images of 8 × 8",
        ),
        (
            images("", &Array2::zeros((101, 64)), &[]).unwrap_err(),
            "the number of images is 101; expected at most 100",
        ),
        (
            images("", &Array2::zeros((3, 64)), &["a", "b"].map(String::from)).unwrap_err(),
            "captions has 2 values, but x has 3 values",
        ),
        (
            confusion_table("", &grid, &["a", "b"].map(String::from)).unwrap_err(),
            "counts has 2 columns, but counts has 3 rows",
        ),
        (
            confusion_table("", &Array2::zeros((2, 2)), &["a".to_string()]).unwrap_err(),
            "names has 1 value, but counts has 2 values",
        ),
        (
            confusion_table("", &array![[1.0, -2.0], [0.0, 1.0]], &["a", "b"].map(String::from)).unwrap_err(),
            "counts is −2; expected no negative number",
        ),
        (side_by_side(&[]).unwrap_err(), "figures is empty; expected at least one figure"),
        (
            computation_graph(&[GraphNode::new("a", 1.0, None, 0, 0.0)], &[(0, 1, None)]).unwrap_err(),
            "edges is 1; expected node numbers below 1",
        ),
        (
            computation_graph(&[GraphNode::new("a", 1.0, None, 0, 0.0)], &[(0, 0, Some(f64::NAN))])
                .unwrap_err(),
            "slope of an edge holds NaN",
        ),
        (
            line(&axes, &[("", &two, &two)]).unwrap().save("figure.gif").unwrap_err(),
            "figure.gif: a figure is saved as .svg or .png",
        ),
    ];
    for (error, expected) in messages {
        let message = error.to_string();
        assert!(message.starts_with(expected), "{message}\n{expected}");
    }
}

#[test]
fn extreme_data_are_drawn_without_a_panic() {
    let hard: Vec<Array1<f64>> = vec![
        array![0.0],
        array![0.0, 0.0, 0.0],
        array![7.0, 7.0, 7.0],
        array![1.0, 1.0 + f64::EPSILON, 1.0],
        array![-1e150, 0.0, 1e150],
        array![0.0, 5e-324, 1e-300],
        array![1e-160, 2e-160, -1e-160],
        array![1e15, 1e15 + 1.0, 1e15 + 2.0],
        array![-1e-12, 1e12, 3.0],
        Array1::from_iter((0..20_000).map(|i| (f64::from(i) * 0.7).sin() * f64::from(i))),
    ];
    let axes = Axes::new("", "", "");
    let ranges = [axes.clone(), axes.with_x_range(-1.0, 1.0).with_y_range(1e-7, 2e-7)];
    for (i, values) in hard.iter().enumerate() {
        let x = Array1::linspace(0.0, 1.0, values.len());
        let square = values.mapv(|v| v.abs() + 1e-200);
        for axes in &ranges {
            let figures = [
                scatter(axes, &[("a", values, &x), ("b", &x, values)]),
                line(axes, &[("a", values, &x), ("b", &x, values)]),
                histogram(axes, values, 7),
                semi_log(&Axes::new("", "", ""), &[("a", &x, &square)]),
                log_log(&Axes::new("", "", ""), &[("a", &square, &square)]),
                tangent(axes, &x, values, (0.5, values[0]), values[0]),
                cost_curves_linear(axes, &[("a", values.as_slice().unwrap())]),
                cost_curves(&Axes::new("", "", ""), &[("a", square.as_slice().unwrap())]),
                strip(axes, &[("a", values), ("b", &x)]),
                strip_log(&Axes::new("", "", ""), &[("a", &square), ("b", &x.mapv(f64::abs))]),
            ];
            for (k, figure) in figures.into_iter().enumerate() {
                let figure = figure.unwrap_or_else(|error| panic!("{i}, {k}: {error}"));
                assert!(!figure.svg().contains("NaN") && !figure.svg().contains("inf"), "{i}, {k}");
            }
        }
        if values.len() < 20 {
            let names: Vec<String> = (0..values.len()).map(|i| format!("group {i}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            assert!(grouped_bars(&axes, &names, &[("a", values)]).unwrap().png().is_ok());
            let z = Array2::from_shape_fn((2, values.len()), |(r, c)| values[c] * (r as f64 - 0.5));
            if values.len() > 1 {
                assert!(heat_map(&axes, &x, &array![0.0, 1.0], &z).unwrap().png().is_ok());
            }
        }
    }
}

#[test]
fn networks_that_are_flat_steep_or_far_off_have_figures_of_their_predictions() {
    let (_, scaler) = gallery::trained();
    let axes = Axes::new("", "", "");
    let net = Network::random(&[2, 3, 1], 1).unwrap();
    let linear = net.with_activations(Activation::Relu, Activation::Identity);
    for net in [net, linear] {
        for size in [0.0, 1e-9, 1.0, 1e4, 1e12] {
            let scaled = net.with_params(&(size * net.params())).unwrap();
            let contour = prediction_contour(&axes, &scaled, &scaler, &sleep_study()).unwrap();
            let surface = prediction_surface(&axes, "", &scaled, &scaler, &sleep_study()).unwrap();
            for figure in [contour, surface] {
                assert!(!figure.svg().contains("NaN") && !figure.svg().contains("inf"), "{size}");
            }
        }
        for (azimuth, elevation) in [(0.0, 5.0), (90.0, 80.0), (-180.0, 30.0), (360.0, 45.0), (-45.0, 10.0)] {
            let data = sleep_study();
            let turned =
                prediction_surface_from(&axes, "z", &net, &scaler, &data, azimuth, elevation).unwrap();
            assert!(!turned.svg().contains("NaN"), "{azimuth} {elevation}");
        }
    }
}

#[test]
fn every_figure_is_saved_to_look_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("figures");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, figure) in gallery() {
        for ending in ["png", "svg"] {
            let path = folder.join(format!("{name}.{ending}"));
            figure.save(path.to_str().unwrap()).unwrap();
            assert!(path.metadata().unwrap().len() > 1000);
        }
    }
}

#[test]
fn an_image_is_black_where_its_pixel_is() {
    let mut x = Array2::zeros((1, 16));
    x[[0, 3 * 4 + 1]] = 1.0; // row 3, column 1
    let (width, _, pixels) = decoded(&images("", &x, &[]).unwrap().png().unwrap());
    // the middle of the places of such pixels: across and down
    let middle = |is_one: &dyn Fn(&[u8]) -> bool| {
        let places =
            pixels.chunks_exact(3).enumerate().filter(|(_, pixel)| is_one(pixel)).map(|(i, _)| i as u32);
        let (across, down): (Vec<u32>, Vec<u32>) = places.map(|i| (i % width, i / width)).unzip();
        [across, down].map(|places| {
            let (first, last) =
                (f64::from(*places.iter().min().unwrap()), f64::from(*places.iter().max().unwrap()));
            ((first + last) / 2.0, last - first + 1.0)
        })
    };
    let (frame, black) = (middle(&|pixel| *pixel != [255; 3]), middle(&|pixel| *pixel == [0; 3]));
    for (k, place) in [1.5, 3.5].into_iter().enumerate() {
        let (middle, side) = frame[k];
        let off = black[k].0 - (middle + side * (place / 4.0 - 0.5));
        assert!(off.abs() < side / 20.0, "{off} of {side}");
    }
}

#[test]
fn a_confusion_table_has_the_truths_down_and_the_answers_across() {
    let counts = array![[50.0, 31.0, 0.0], [0.0, 60.0, 0.0], [0.0, 0.0, 70.0]];
    let svg = confusion_table("", &counts, &["a", "b", "c"].map(String::from)).unwrap().svg();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let places = |text: &str| -> Vec<(f64, f64)> {
        let nodes =
            document.descendants().filter(|node| node.has_tag_name("text") || node.text() == Some(text));
        let nodes = nodes.filter(|node| node.text() == Some(text) && node.attribute("x").is_some());
        nodes.map(|node| ["x", "y"].map(|at| node.attribute(at).unwrap().parse().unwrap()).into()).collect()
    };
    let (mistakes, truth, answer) = (places("31"), places("a"), places("b"));
    assert_eq!((mistakes.len(), truth.len(), answer.len()), (1, 2, 2), "{svg}");
    let (across, down) = mistakes[0];
    // the names stand before the rows and above the columns
    let row = truth.iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap().1;
    let column = answer.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
    assert!((down - row).abs() < 1.0 && (across - column).abs() < 1.0, "{across} {down}, {column} {row}");
}
