//! From numbers to colours: viridis, even to the eye, rising in lightness, readable by the colour-blind and in grey.

use super::shape::Color;

/// Viridis (by Stéfan van der Walt and Nathaniel Smith, CC0) at 17 even steps.
pub(crate) const VIRIDIS: [Color; 17] = [
    Color(0x44, 0x01, 0x54),
    Color(0x48, 0x18, 0x6a),
    Color(0x47, 0x2d, 0x7b),
    Color(0x42, 0x40, 0x86),
    Color(0x3b, 0x52, 0x8b),
    Color(0x33, 0x63, 0x8d),
    Color(0x2c, 0x72, 0x8e),
    Color(0x26, 0x82, 0x8e),
    Color(0x21, 0x91, 0x8c),
    Color(0x1f, 0xa0, 0x88),
    Color(0x28, 0xae, 0x80),
    Color(0x3f, 0xbc, 0x73),
    Color(0x5e, 0xc9, 0x62),
    Color(0x84, 0xd4, 0x4b),
    Color(0xad, 0xdc, 0x30),
    Color(0xd8, 0xe2, 0x19),
    Color(0xfd, 0xe7, 0x25),
];

/// How many colours a map uses: so many that no step is seen, and a PNG stays small.
const STEPS: f64 = 96.0;

/// The colour for a share from 0 (dark) to 1 (light), mixed with `white` (0 none, 1 all).
pub(crate) fn color(share: f64, white: f64) -> Color {
    let share = (share.clamp(0.0, 1.0) * STEPS).round() / STEPS;
    let position = share * (VIRIDIS.len() - 1) as f64;
    let before = (position as usize).min(VIRIDIS.len() - 2);
    let between = position - before as f64;
    let (a, b) = (VIRIDIS[before], VIRIDIS[before + 1]);
    let mix = |a: u8, b: u8| {
        let value = f64::from(a) + (f64::from(b) - f64::from(a)) * between;
        (value + (255.0 - value) * white).round() as u8
    };
    Color(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
