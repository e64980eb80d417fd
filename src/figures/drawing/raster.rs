//! A figure as PNG: painted four times as large, then averaged, so that edges are smooth.

use std::collections::HashMap;

use ab_glyph::{Font, FontRef, Glyph, ScaleFont, point};

use super::font;
use super::shape::{Align, Color, Point, Shape};
use crate::error::{Error, Result};

/// How many painted pixels a pixel of the picture is wide.
const FINE: usize = 4;

/// A sheet of so many pixels, with these shapes on it, as the bytes of a PNG file.
pub(crate) fn png((width, height): (u32, u32), shapes: &[Shape]) -> Result<Vec<u8>> {
    let font = font::font()?;
    let mut sheet = Sheet::new(width as usize * FINE, height as usize * FINE);
    for shape in shapes {
        sheet.paint(shape, &font);
    }
    encode(&sheet.averaged(), width, height)
}

/// RGB bytes as PNG, with a palette.
pub(crate) fn encode(rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let failed = |error: png::EncodingError| Error::draw(error);
    let (palette, indices) = indexed(rgb);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&indices).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// How many colours a palette holds.
const PALETTE: usize = 256;

/// A colour, and how many pixels have it.
type Counted = ([u8; 3], usize);

/// The palette and each pixel's place in it. Where there are too many colours, those of a box of similar ones take its commonest one's place:
/// white, axes and lines stay as they are, and what moves is the smooth edges. A picture with a surface takes a third of what it takes as RGB,
/// and its pixels move by 0.4 to 0.7 of 255 steps in the mean (five pictures of Parts 3, 6 and 7).
///
/// The boxes are those of the median cut (Heckbert 1982, "Color image quantization for frame buffer display"), each cut in the middle of its
/// longest side.
fn indexed(rgb: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
    for (color, count) in runs(rgb) {
        *counts.entry(color).or_default() += count;
    }
    let mut colors: Vec<Counted> = counts.into_iter().collect();
    colors.sort_unstable();
    let (mut palette, mut places) = (Vec::new(), HashMap::new());
    for (index, alike) in boxes(colors).into_iter().enumerate() {
        let commonest = alike.colors.iter().max_by_key(|(color, count)| (*count, *color));
        palette.extend(commonest.map_or([0; 3], |(color, _)| *color));
        places.extend(alike.colors.iter().map(|(color, _)| (*color, index as u8)));
    }
    let indices = runs(rgb).flat_map(|(color, count)| std::iter::repeat_n(places[&color], count)).collect();
    (palette, indices)
}

/// Pixels of one colour that follow each other.
fn runs(rgb: &[u8]) -> impl Iterator<Item = ([u8; 3], usize)> {
    let pixels = rgb.as_chunks::<3>().0;
    pixels.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()))
}

/// The colours in at most as many boxes as a palette has places.
fn boxes(colors: Vec<Counted>) -> Vec<Alike> {
    let mut boxes = vec![Alike::new(colors)];
    while boxes.len() < PALETTE {
        let Some(place) =
            (0..boxes.len()).max_by_key(|place| boxes[*place].worth()).filter(|place| boxes[*place].side > 0)
        else {
            break;
        };
        let Alike { colors, channel, lowest, side, .. } = boxes.swap_remove(place);
        let (low, high) = colors.into_iter().partition(|(color, _)| color[channel] <= lowest + side / 2);
        boxes.extend([Alike::new(low), Alike::new(high)]);
    }
    boxes
}

/// A box of similar colours.
struct Alike {
    colors: Vec<Counted>,
    /// Along which channel they differ most, from what on, and how much.
    channel: usize,
    lowest: u8,
    side: u8,
    pixels: usize,
}

impl Alike {
    fn new(colors: Vec<Counted>) -> Alike {
        let range = |channel: usize| {
            let values = || colors.iter().map(|(color, _)| color[channel]);
            let (lowest, highest) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
            (highest - lowest, channel, lowest)
        };
        let (side, channel, lowest) = (0..3).map(range).max().unwrap_or_default();
        let pixels = colors.iter().map(|(_, count)| count).sum();
        Alike { colors, channel, lowest, side, pixels }
    }

    /// How much a cut is worth. By the side alone, a map's many pixels would show as steps; by side and pixels alike, rare edges would move far:
    /// the cube root of the pixels lies between.
    fn worth(&self) -> u64 {
        u64::from(self.side).pow(3) * self.pixels as u64
    }
}

/// The painted pixels, row after row.
struct Sheet {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Sheet {
        Sheet { width, height, pixels: vec![[255; 3]; width * height] }
    }

    fn paint(&mut self, shape: &Shape, font: &FontRef) {
        let fine = |p: &Point| (p.0 * FINE as f64, p.1 * FINE as f64);
        match shape {
            Shape::Line { points, color, width } => {
                let points: Vec<Point> = points.iter().map(fine).collect();
                self.stroke(&points, width * FINE as f64, *color);
            }
            Shape::Polygon { points, color } => {
                let points: Vec<Point> = points.iter().map(fine).collect();
                self.fill(&points, *color);
            }
            Shape::Circle { center, radius, color } => self.disc(fine(center), radius * FINE as f64, *color),
            Shape::Text { at, text, size, color, align, upward } => {
                self.write(fine(at), text, size * FINE as f64, *color, (*align, *upward), font);
            }
            Shape::Faint { shape, opacity } => self.paint_faint(shape, *opacity, font),
            Shape::Image { corner, size, columns, pixels } => {
                let (corner, size) = (fine(corner), fine(size));
                self.stretch(corner, size, *columns, pixels);
            }
        }
    }

    /// Paints a shape, and mixes the rows that it reaches with what was there.
    fn paint_faint(&mut self, shape: &Shape, opacity: f64, font: &FontRef) {
        let (_, top, _, bottom) = shape.bounds();
        let row = |y: f64| ((y * FINE as f64).max(0.0) as usize).min(self.height);
        // a row more on either side, for what rounding adds
        let rows = row(top - 1.0) * self.width..row(bottom + 1.0) * self.width;
        let before = self.pixels[rows.clone()].to_vec();
        self.paint(shape, font);
        for (now, before) in self.pixels[rows].iter_mut().zip(&before) {
            if now != before {
                for (now, before) in now.iter_mut().zip(before) {
                    let mixed = f64::from(*before) + opacity * (f64::from(*now) - f64::from(*before));
                    *now = mixed.round() as u8;
                }
            }
        }
    }

    /// Paints the pixels of a row whose centres lie between two positions.
    fn span(&mut self, row: i64, from: f64, to: f64, color: Color) {
        if row < 0 || row >= self.height as i64 {
            return;
        }
        let start = (from - 0.5).ceil().clamp(0.0, self.width as f64) as usize;
        let end = (to - 0.5).ceil().clamp(0.0, self.width as f64) as usize;
        if start < end {
            let row = row as usize * self.width;
            self.pixels[row + start..row + end].fill([color.0, color.1, color.2]);
        }
    }

    /// The rows whose centres lie between two heights, as far as they are on the sheet.
    fn rows(&self, top: f64, bottom: f64) -> std::ops::Range<i64> {
        let limit = self.height as f64;
        (top - 0.5).ceil().clamp(0.0, limit) as i64..(bottom - 0.5).ceil().clamp(0.0, limit) as i64
    }

    /// Fills a polygon; where it covers itself, it stays filled.
    fn fill(&mut self, points: &[Point], color: Color) {
        let heights = || points.iter().map(|p| p.1);
        let (top, bottom) = (heights().fold(f64::MAX, f64::min), heights().fold(f64::MIN, f64::max));
        let mut crossings: Vec<(f64, i32)> = Vec::new();
        for row in self.rows(top, bottom) {
            let y = row as f64 + 0.5;
            crossings.clear();
            for (i, a) in points.iter().enumerate() {
                let b = points[(i + 1) % points.len()];
                if (a.1 <= y) != (b.1 <= y) {
                    let x = a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1);
                    crossings.push((x, if a.1 < b.1 { 1 } else { -1 }));
                }
            }
            crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut winding = 0;
            for i in 0..crossings.len().saturating_sub(1) {
                winding += crossings[i].1;
                if winding != 0 {
                    self.span(row, crossings[i].0, crossings[i + 1].0, color);
                }
            }
        }
    }

    fn disc(&mut self, center: Point, radius: f64, color: Color) {
        for row in self.rows(center.1 - radius, center.1 + radius) {
            let dy = row as f64 + 0.5 - center.1;
            let half = (radius * radius - dy * dy).max(0.0).sqrt();
            self.span(row, center.0 - half, center.0 + half, color);
        }
    }

    fn stroke(&mut self, points: &[Point], width: f64, color: Color) {
        for (i, pair) in points.windows(2).enumerate() {
            let (a, b) = (pair[0], pair[1]);
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            if length > 0.0 {
                let (nx, ny) = ((b.1 - a.1) / length * width / 2.0, (a.0 - b.0) / length * width / 2.0);
                let corners =
                    [(a.0 + nx, a.1 + ny), (b.0 + nx, b.1 + ny), (b.0 - nx, b.1 - ny), (a.0 - nx, a.1 - ny)];
                self.fill(&corners, color);
            }
            if i > 0 {
                self.disc(a, width / 2.0, color);
            }
        }
    }

    fn write(
        &mut self,
        at: Point,
        text: &str,
        size: f64,
        color: Color,
        (align, upward): (Align, bool),
        font: &FontRef,
    ) {
        let scale = font::scale(font, size);
        let scaled = font.as_scaled(scale);
        let width = font::text_width(text, size) as f32;
        let mut along = match align {
            Align::Start => 0.0,
            Align::Middle => -width / 2.0,
            Align::End => -width,
        };
        for c in text.chars() {
            let id = scaled.glyph_id(c);
            let position = point(along, 0.0);
            along += scaled.h_advance(id);
            let Some(outline) = font.outline_glyph(Glyph { id, scale, position }) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|x, y, coverage| {
                let (x, y) = (f64::from(corner.x + x as f32), f64::from(corner.y + y as f32));
                let (x, y) = if upward { (at.0 + y, at.1 - x) } else { (at.0 + x, at.1 + y) };
                self.blend(x.round(), y.round(), coverage, color);
            });
        }
    }

    fn blend(&mut self, x: f64, y: f64, coverage: f32, color: Color) {
        if x < 0.0 || y < 0.0 || x >= self.width as f64 || y >= self.height as f64 {
            return;
        }
        let pixel = &mut self.pixels[y as usize * self.width + x as usize];
        let coverage = coverage.clamp(0.0, 1.0);
        for (channel, ink) in pixel.iter_mut().zip([color.0, color.1, color.2]) {
            let (under, over) = (f32::from(*channel), f32::from(ink));
            *channel = (under + (over - under) * coverage).round() as u8;
        }
    }

    fn stretch(&mut self, corner: Point, size: Point, columns: usize, pixels: &[Color]) {
        let rows = pixels.len() / columns.max(1);
        for row in self.rows(corner.1, corner.1 + size.1) {
            let from_row = ((row as f64 + 0.5 - corner.1) / size.1 * rows as f64) as usize;
            let source = &pixels[from_row.min(rows - 1) * columns..][..columns];
            for (column, color) in source.iter().enumerate() {
                let left = corner.0 + size.0 * column as f64 / columns as f64;
                let right = corner.0 + size.0 * (column + 1) as f64 / columns as f64;
                self.span(row, left, right, *color);
            }
        }
    }

    /// Each block of 4 × 4 pixels as its average, as RGB bytes.
    fn averaged(&self) -> Vec<u8> {
        let mut rgb = Vec::with_capacity(3 * self.pixels.len() / (FINE * FINE));
        let mut sums = vec![[0_u32; 3]; self.width / FINE];
        for band in self.pixels.chunks_exact(self.width * FINE) {
            sums.fill([0; 3]);
            for row in band.chunks_exact(self.width) {
                for (sum, block) in sums.iter_mut().zip(row.chunks_exact(FINE)) {
                    for pixel in block {
                        for channel in 0..3 {
                            sum[channel] += u32::from(pixel[channel]);
                        }
                    }
                }
            }
            let n = (FINE * FINE) as u32;
            rgb.extend(sums.iter().flatten().map(|sum| ((sum + n / 2) / n) as u8));
        }
        rgb
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Color = Color(0, 0, 0);

    fn ink(sheet: &Sheet) -> usize {
        sheet.pixels.iter().filter(|p| **p == [0, 0, 0]).count()
    }

    #[test]
    fn a_filled_triangle_covers_half_of_its_rectangle() {
        let mut sheet = Sheet::new(200, 100);
        sheet.fill(&[(0.0, 0.0), (200.0, 0.0), (0.0, 100.0)], BLACK);
        assert!((ink(&sheet) as f64 - 10_000.0).abs() < 100.0, "{}", ink(&sheet));
    }

    #[test]
    fn a_disc_covers_pi_times_its_squared_radius_even_where_it_leaves_the_sheet() {
        let mut sheet = Sheet::new(200, 200);
        sheet.disc((100.0, 100.0), 80.0, BLACK);
        let area = std::f64::consts::PI * 80.0 * 80.0;
        assert!((ink(&sheet) as f64 / area - 1.0).abs() < 0.01);
        let mut corner = Sheet::new(200, 200);
        corner.disc((0.0, 0.0), 80.0, BLACK);
        assert!((ink(&corner) as f64 / (area / 4.0) - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_slanted_line_covers_its_length_times_its_width_and_averages_to_greys() {
        let mut sheet = Sheet::new(400, 400);
        sheet.stroke(&[(40.0, 40.0), (340.0, 240.0)], 12.0, BLACK);
        let area = 12.0 * 300.0_f64.hypot(200.0);
        assert!((ink(&sheet) as f64 / area - 1.0).abs() < 0.02);
        let greys = sheet.averaged().iter().filter(|v| **v > 20 && **v < 235).count();
        assert!(greys > 300, "{greys}");
    }

    #[test]
    fn a_stretched_picture_keeps_its_colours_in_their_places() {
        let mut sheet = Sheet::new(40, 40);
        let colors = [Color(1, 0, 0), Color(2, 0, 0), Color(3, 0, 0), Color(4, 0, 0)];
        sheet.stretch((0.0, 0.0), (40.0, 40.0), 2, &colors);
        let at = |x: usize, y: usize| sheet.pixels[y * 40 + x][0];
        assert_eq!([at(5, 5), at(35, 5), at(5, 35), at(35, 35)], [1, 2, 3, 4]);
    }

    #[test]
    fn up_to_256_colours_stay_as_they_are_and_of_more_the_common_ones_and_none_moves_far() {
        let exact: Vec<u8> = (0..=255).flat_map(|v| [v, 255 - v, v / 2]).collect();
        let shown = |(palette, indices): (Vec<u8>, Vec<u8>)| -> Vec<u8> {
            indices.iter().flat_map(|i| palette[3 * usize::from(*i)..][..3].to_vec()).collect()
        };
        assert_eq!(shown(indexed(&exact)), exact);

        // White paper, a colour map of a thousand colours, and black text with its smooth edges.
        let map = (0..1000).map(|i| [(i / 4) as u8, 40 + (i / 5) as u8, 255 - (i / 8) as u8]);
        let greys = (0..=255).map(|v| [v; 3]);
        let paper = std::iter::repeat_n([255; 3], 5000).chain(std::iter::repeat_n([0; 3], 500));
        let many: Vec<u8> = paper.chain(map).chain(greys).flatten().collect();
        let (palette, indices) = indexed(&many);
        assert!(palette.len() <= 3 * 256);
        let kept = shown((palette, indices));
        assert_eq!(kept[..3 * 5500], many[..3 * 5500], "paper and ink");
        let farthest = many.iter().zip(&kept).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(farthest <= Some(6), "{farthest:?}");
    }
}
