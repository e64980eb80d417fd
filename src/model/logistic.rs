//! The sigmoid without a call of the standard library's exponential, so that the compiler can do several at once.
//!
//! At small widths the exponential is most of the work. The standard one is a function call for each number; this one is a
//! dozen operations and a division. Its results are the same on every machine.

/// Below this, e^x rounds to 0: the smallest number that is not 0 is 4.9 · 10⁻³²⁴, and e^−745.2 is less than half of it.
const LOWEST: f64 = -746.0;
/// Below this, 2^n may be too small to be kept with all its digits; it is made larger by 2¹⁰⁰ until the end.
const DEEP: f64 = -690.0;
const DEEP_POWER: u64 = 100;
const DEEP_SCALE: f64 = 1.0 / ((1u128 << DEEP_POWER) as f64);
/// ln 2 in two parts, the first of them short, so that its product with a whole number is exact.
const LN_2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);
/// Added to a number of small size, it leaves the nearest whole number in the last bits.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2⁵²

/// f(−|z|), the smaller one of f(z) and f(−z) = 1 − f(z): from 0 to ½, with a relative error of at most 6 · 10⁻¹⁶,
/// and below 2.2 · 10⁻³⁰⁸, where a number has fewer digits, within one step of the nearest one of those that there are.
///
/// # Formula
///
/// ```text
/// e^−|z| = 2^n e^r         n whole, |r| ≤ ½ ln 2
/// e^r ≈ (A + B) / (A − B)  A and B the even and the odd part of the Padé approximant of order 6; relative error 2 · 10⁻¹⁹
/// f(−|z|) = e^−|z| / (1 + e^−|z|) = 2^n (A + B) / (2^n (A + B) + A − B)
/// ```
#[inline(always)]
pub(crate) fn smaller_share(z: f64) -> f64 {
    let x = if z < 0.0 { z } else { -z };
    let x = if x < LOWEST { LOWEST } else { x };
    let (deep_power, deep_scale) = if x < DEEP { (DEEP_POWER, DEEP_SCALE) } else { (0, 1.0) };
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN_2.0 - n * LN_2.1;
    let s = r * r;
    let even = 1.0 + s * (5.0 / 44.0 + s * (1.0 / 792.0 + s * (1.0 / 665_280.0)));
    let odd = r * (0.5 + s * (1.0 / 66.0 + s * (1.0 / 15_840.0)));
    // n, in the last bits of `rounded`, becomes the exponent of 2^n
    let power = f64::from_bits(rounded.to_bits().wrapping_add(1023 + deep_power) << 52);
    let e = power * (even + odd);
    // rounded once, at the end
    e / (e + (even - odd)) * deep_scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_share_is_that_of_the_exponential() {
        let mut largest: f64 = 0.0;
        for i in 0..=2_000_000 {
            // from 0 to 707, more densely near 0
            let z = 707.0 * (i as f64 / 2e6).powi(3);
            let e = (-z).exp();
            let expected = e / (1.0 + e);
            for share in [smaller_share(z), smaller_share(-z)] {
                largest = largest.max((share - expected).abs() / expected);
            }
        }
        assert!(largest < 6e-16, "{largest:e}");
    }

    #[test]
    fn the_smallest_shares_are_within_one_step() {
        for i in 0..=60_000 {
            let z = 690.0 + i as f64 / 1000.0;
            // 1 + e^−z is 1; times 2¹⁰⁰, so that differences are no small numbers themselves
            let scale = (1u128 << 100) as f64;
            let expected = (-z).exp() * scale;
            // each of the two is rounded to a whole number of steps
            let step = 5e-324 * scale;
            for share in [smaller_share(z), smaller_share(-z)] {
                let off = (share * scale - expected).abs();
                assert!(off <= 1e-15 * expected + step, "{z}: {share:e} instead of {:e}", (-z).exp());
            }
        }
        assert_eq!(format!("{:.3e}", smaller_share(709.0)), "1.217e-308");
        assert_eq!(smaller_share(745.0), 5e-324);
        assert_eq!(smaller_share(745.2), 0.0);
    }

    #[test]
    fn the_ends_are_exact_and_nan_stays_nan() {
        for (z, share) in [(0.0, 0.5), (-0.0, 0.5), (746.0, 0.0), (f64::MAX, 0.0), (f64::INFINITY, 0.0)] {
            assert_eq!(smaller_share(z), share, "{z}");
            assert_eq!(smaller_share(-z), share, "{z}");
        }
        assert!(smaller_share(f64::NAN).is_nan());
    }
}
