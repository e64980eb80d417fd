//! `plot::draw`, a reader's own chart with plotters; and what speaks against plotters' own way, measured, where the crate goes another.

use demystified::plotters::prelude::*;
use demystified::{Error, Network, Scaler, plot, sleep_study};
use std::cell::RefCell;

/// The points of the closed or open paths of a colour, in pixels.
fn paths(svg: &str, color: &str) -> Vec<Vec<(f64, f64)>> {
    let document = roxmltree::Document::parse(svg).expect("an SVG document");
    let of_color = |node: &roxmltree::Node| {
        node.has_tag_name(("http://www.w3.org/2000/svg", "path"))
            && [node.attribute("fill"), node.attribute("stroke")].contains(&Some(color))
    };
    let points = |node: roxmltree::Node| {
        let numbers: Vec<f64> = node
            .attribute("d")
            .expect("a path has points")
            .split(['M', 'L', 'Z', ' '])
            .filter_map(|number| number.parse().ok())
            .collect();
        numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    };
    document.descendants().filter(of_color).map(points).collect()
}

const RED: &str = "#ff0000";

#[test]
fn what_plotters_draws_is_in_the_svg_and_in_the_png() -> demystified::Result<()> {
    let figure = plot::draw("A bar of 3, a ring, a faint dot.", 400, 200, &|area| {
        let mut chart = ChartBuilder::on(area)
            .caption("A title", ("sans-serif", 20))
            .x_label_area_size(40)
            .y_label_area_size(50)
            .build_cartesian_2d(0.0..4.0, 0.0..4.0)?;
        chart.configure_mesh().x_desc("across").y_desc("upward").draw()?;
        let red = RGBColor(255, 0, 0);
        chart.draw_series([Rectangle::new([(0.5, 0.0), (1.5, 3.0)], red.filled())])?;
        chart.draw_series([Circle::new((2.5, 2.0), 10, BLACK.stroke_width(2))])?;
        chart.draw_series([Circle::new((3.5, 2.0), 10, red.mix(0.25).filled())])?;
        chart.draw_series([Circle::new((3.5, 3.0), 10, TRANSPARENT.filled())])?;
        Ok(())
    })?;
    let svg = figure.svg();
    for text in ["A title", "across", "upward", "4.0"] {
        assert!(svg.contains(&format!(">{text}</text>")), "{text}");
    }
    let bars = paths(&svg, RED);
    assert_eq!((bars.len(), bars[0].len()), (1, 4));
    assert_eq!(svg.matches("opacity=\"0.25\"").count(), 1);
    assert_eq!(svg.matches("<circle").count(), 1, "the ring is a line; what is transparent is nowhere");

    let png = figure.png()?;
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!((info.width, info.height), (400, 200));
    // in the middle of the bar
    let (left, bottom, right, top) = (bars[0][0].0, bars[0][2].1, bars[0][2].0, bars[0][0].1);
    let middle = ((top + bottom) / 2.0) as usize * 400 + ((left + right) / 2.0) as usize;
    let samples = info.color_type.samples();
    assert_eq!(pixels[samples * middle..][..3], [255, 0, 0]);
    Ok(())
}

#[test]
fn beside_others_a_chart_of_ones_own_is_made_smaller_as_a_whole() -> demystified::Result<()> {
    let square = plot::draw("A square of 100 pixels.", 700, 350, &|area| {
        area.draw(&Rectangle::new([(100, 100), (200, 200)], RGBColor(255, 0, 0).filled()))?;
        Ok(())
    })?;
    let side = |figure: &plot::Figure| {
        let corners = paths(&figure.svg(), RED)[0].clone();
        (corners[2].0 - corners[0].0).abs()
    };
    assert_eq!(side(&square), 100.0);
    let both = plot::side_by_side(&[&square, &square])?;
    assert!((40.0..50.0).contains(&side(&both)), "{}", side(&both));
    assert!(both.alt.contains("A square of 100 pixels."));
    Ok(())
}

#[test]
fn what_cannot_be_drawn_is_refused_with_a_reason() {
    let nothing = |_: &plot::Area| Ok(());
    let refused = |text, width, height| plot::draw(text, width, height, &nothing).unwrap_err().to_string();
    assert_eq!(refused(" ", 10, 10), "text is empty; expected a sentence that says what is seen");
    assert_eq!(refused("Nothing.", 0, 10), "width is 0; expected 1 to 2000 pixels");
    assert_eq!(refused("Nothing.", 10, 2001), "height is 2001; expected 1 to 2000 pixels");
    let error = plot::draw("A score.", 10, 10, &|_| Err("the scores are missing".into())).unwrap_err();
    assert!(matches!(error, Error::Draw { .. }));
    assert_eq!(error.to_string(), "the figure could not be drawn: the scores are missing");
}

/// Why `Frame::curve` cuts a line itself.
#[test]
fn plotters_bends_a_line_that_leaves_the_plot() -> demystified::Result<()> {
    let figure = plot::draw("A line that leaves through the top, a third across.", 600, 300, &|area| {
        let mut chart = ChartBuilder::on(area).build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 3.0)], RGBColor(255, 0, 0)))?;
        Ok(())
    })?;
    let line = &paths(&figure.svg(), RED)[0];
    let ((x0, y0), (x1, y1)) = (line[0], line[line.len() - 1]);
    // where the true line is at the top of the plot
    let drawn = y0 + (y1 - y0) * (200.0 - x0) / (x1 - x0);
    assert!((drawn / 300.0 - 2.0 / 3.0).abs() < 0.01, "{} of the height off", drawn / 300.0);
    Ok(())
}

/// A line and its name.
type Walk = (&'static str, Vec<(f64, f64)>);

/// The walks of Part 3's chart.
fn walks() -> demystified::Result<Vec<Walk>> {
    let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    let net = Network::random(&[2, 3, 1], 1)?;
    let walk = |rate: f64| -> demystified::Result<Vec<(f64, f64)>> {
        let mut params = net.params();
        params[8] = -3.0;
        let mut places = vec![(0.0, -3.0)];
        for step in 1..=40 {
            params[8] -= rate * net.with_params(&params)?.gradients(&data.x, &data.y)?.to_vector()[8];
            places.push((f64::from(step), params[8]));
        }
        Ok(places)
    };
    Ok(vec![
        ("η = 1, too small", walk(1.0)?),
        ("η = 10, right", walk(10.0)?),
        ("η = 100, too large", walk(100.0)?),
        ("lowest point", vec![(0.0, 3.02), (40.0, 3.02)]),
    ])
}

/// How much of the length of these lines plotters' legend hides in one of its nine places.
fn share_hidden(
    series: &[Walk],
    (width, height): (u32, u32),
    place: SeriesLabelPosition,
) -> demystified::Result<f64> {
    let heights = series.iter().flat_map(|(_, walk)| walk.iter().map(|at| at.1));
    let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), w| (low.min(w), high.max(w)));
    let on_lines: RefCell<Vec<(f64, f64)>> = RefCell::default();
    let figure = plot::draw("Four walks.", width, height, &|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(10)
            .x_label_area_size(40)
            .y_label_area_size(50)
            .build_cartesian_2d(0.0..40.0, low..high)?;
        for (name, walk) in series {
            chart
                .draw_series(LineSeries::new(walk.iter().copied(), BLUE))?
                .label(*name)
                .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], BLUE));
            for pair in walk.windows(2) {
                let ends = [chart.backend_coord(&pair[0]), chart.backend_coord(&pair[1])];
                let [from, to] = ends.map(|(x, y)| (f64::from(x), f64::from(y)));
                let steps = (to.0 - from.0).hypot(to.1 - from.1).ceil();
                on_lines.borrow_mut().extend((0..steps as usize).map(|i| {
                    let share = i as f64 / steps;
                    (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1))
                }));
            }
        }
        chart
            .configure_series_labels()
            .position(place.clone())
            .label_font(("sans-serif", 13))
            .background_style(RGBColor(255, 0, 0).filled())
            .draw()?;
        Ok(())
    })?;
    let corners = &paths(&figure.svg(), RED)[0];
    let ((left, top), (right, bottom)) = (corners[0], corners[2]);
    let covered = |at: &&(f64, f64)| (left..=right).contains(&at.0) && (top..=bottom).contains(&at.1);
    let on_lines = on_lines.into_inner();
    Ok(on_lines.iter().filter(covered).count() as f64 / on_lines.len() as f64)
}

/// Why the legend stands above the plot: Part 3's chart of walks, with plotters' legend in each of its places.
#[test]
fn plotters_legend_hides_data() -> demystified::Result<()> {
    use SeriesLabelPosition::*;
    let series = walks()?;
    for (size, expected) in [((700, 380), 0.2), ((345, 270), 0.4)] {
        let hidden = |place| share_hidden(&series, size, place);
        let in_its_place = hidden(MiddleRight)?;
        println!(
            "{size:?}: plotters' legend hides {in_its_place:.3} of the lines where plotters puts it; elsewhere {:.3?}",
            [
                UpperLeft,
                UpperMiddle,
                UpperRight,
                MiddleLeft,
                MiddleMiddle,
                LowerLeft,
                LowerMiddle,
                LowerRight
            ]
            .map(|place| hidden(place).unwrap_or(f64::NAN))
        );
        assert!(in_its_place > expected, "{in_its_place}");
    }
    Ok(())
}

/// Why a heat map is one picture: without the backends that bring fonts, plotters has rectangles only.
#[test]
fn a_heat_map_of_plotters_rectangles_is_many_times_as_large() -> demystified::Result<()> {
    let (columns, rows) = (300, 150);
    let value = |x: f64, y: f64| (0.5 + 0.5 * (6.0 * x).sin() * (6.0 * y).cos()).clamp(0.0, 1.0);
    let rectangles = plot::draw("A heat map of 45000 rectangles.", columns, rows, &|area| {
        for (x, y) in (0..columns as i32).flat_map(|x| (0..rows as i32).map(move |y| (x, y))) {
            let share = value(f64::from(x) / 300.0, f64::from(y) / 300.0);
            let color = RGBColor((255.0 * share) as u8, 100, 100);
            area.draw(&Rectangle::new([(x, y), (x + 1, y + 1)], color.filled()))?;
        }
        Ok(())
    })?;
    let axis = |n: u32| demystified::ndarray::Array1::linspace(0.0, f64::from(n) / 300.0, n as usize);
    let (xs, ys) = (axis(columns), axis(rows));
    let z = demystified::ndarray::Array2::from_shape_fn((rows as usize, columns as usize), |(r, c)| {
        value(xs[c], ys[r])
    });
    let ours = plot::heat_map(&plot::Axes::new("", "", ""), &xs, &ys, &z)?;
    let times = rectangles.svg().len() as f64 / ours.svg().len() as f64;
    println!(
        "{} bytes of rectangles, {} bytes of a picture: {times:.1} times",
        rectangles.svg().len(),
        ours.svg().len()
    );
    assert!(times > 10.0, "{times}");
    Ok(())
}
