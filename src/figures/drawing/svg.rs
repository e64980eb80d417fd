//! A figure as SVG.

use std::fmt::Write;

use base64::Engine;

use super::raster;
use super::shape::{Align, Color, Point, Shape};

/// Fonts of the same widths as the one that the texts were measured with, where there are any.
pub(crate) const FONTS: &str = "DejaVu Sans, Verdana, Bitstream Vera Sans, Geneva, sans-serif";

/// A sheet of so many pixels, with these shapes on it, as an SVG document with an alternative text.
pub(crate) fn document((width, height): (u32, u32), alt: &str, shapes: &[Shape]) -> String {
    let alt = escaped(alt);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{alt}\" font-family=\"{FONTS}\">\n<title>{alt}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
    );
    write_shapes(&mut svg, shapes);
    svg.push_str("</svg>\n");
    svg
}

fn write_shapes(svg: &mut String, shapes: &[Shape]) {
    let mut shapes = shapes.iter().peekable();
    while let Some(shape) = shapes.next() {
        match shape {
            Shape::Line { points, color, width } => {
                let mut path = path_of(points);
                // Lines of one look, such as the pieces of a dashed one, become one element.
                while let Some(Shape::Line { points, .. }) = shapes.next_if(|next| same_look(shape, next)) {
                    path.push_str(&path_of(points));
                }
                let (color, width) = (hex(*color), short(*width));
                let _ = writeln!(
                    svg,
                    "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"/>"
                );
            }
            Shape::Polygon { points, color } => {
                let _ = writeln!(svg, "<path d=\"{}Z\" fill=\"{}\"/>", path_of(points), hex(*color));
            }
            Shape::Circle { center, radius, color } => {
                let (x, y, r) = (short(center.0), short(center.1), short(*radius));
                let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{}\"/>", hex(*color));
            }
            Shape::Text { at, text, size, color, align, upward } => {
                let (x, y) = (short(at.0), short(at.1));
                let anchor = match align {
                    Align::Start => "",
                    Align::Middle => " text-anchor=\"middle\"",
                    Align::End => " text-anchor=\"end\"",
                };
                let turn =
                    if *upward { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
                let _ = writeln!(
                    svg,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{}\"{anchor}{turn}>{}</text>",
                    short(*size),
                    hex(*color),
                    escaped(text)
                );
            }
            Shape::Faint { shape, opacity } => {
                let _ = writeln!(svg, "<g opacity=\"{}\">", short(*opacity));
                write_shapes(svg, std::slice::from_ref(shape));
                svg.push_str("</g>\n");
            }
            Shape::Image { corner, size, columns, pixels } => {
                let bytes: Vec<u8> = pixels.iter().flat_map(|c| [c.0, c.1, c.2]).collect();
                let rows = pixels.len() / columns.max(&1);
                if let Ok(png) = raster::encode(&bytes, *columns as u32, rows as u32) {
                    let _ = writeln!(
                        svg,
                        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
                         href=\"data:image/png;base64,{}\"/>",
                        short(corner.0),
                        short(corner.1),
                        short(size.0),
                        short(size.1),
                        base64::engine::general_purpose::STANDARD.encode(png)
                    );
                }
            }
        }
    }
}

fn same_look(one: &Shape, other: &Shape) -> bool {
    match (one, other) {
        (Shape::Line { color: c, width: w, .. }, Shape::Line { color, width, .. }) => {
            c == color && w == width
        }
        _ => false,
    }
}

fn path_of(points: &[Point]) -> String {
    let mut path = String::new();
    for (i, point) in points.iter().enumerate() {
        let command = if i == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{} {}", short(point.0), short(point.1));
    }
    path
}

/// A coordinate with at most two decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

pub(crate) fn hex(color: Color) -> String {
    format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2)
}

/// Text as XML may hold it: reserved characters escaped, control characters replaced.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_control_characters_are_made_harmless() {
        assert_eq!(escaped("a < b & \"c\" > d\u{7}"), "a &lt; b &amp; &quot;c&quot; &gt; d ");
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([short(1.0), short(0.25), short(-3.456), short(100.0)], ["1", "0.25", "-3.46", "100"]);
    }
}
