//! Random numbers from the normal distribution, the same for a seed on every machine.

use ndarray_rand::rand::Rng;
use ndarray_rand::rand::distr::Open01;
use ndarray_rand::rand_distr::{Distribution, StandardNormal};
use rand_chacha::ChaCha8Rng;

/// Beyond this rand_distr draws from the tail, with a logarithm; one number in 3900 lies there.
const TAIL: f64 = 3.654_152_885_361_009;
/// What a number between 0 and 1 takes of the generator's words.
const WORDS: u128 = 2;

/// A number from N(0, 1), by rand_distr.
///
/// In the tail its value is a logarithm, and rand_distr takes that of the system's C library, whose last bit differs from system to
/// system. So it is taken again here. Elsewhere a number is a product of random bits and a table, and the library's functions only
/// help to accept or refuse it, which their last bit decides less than once in 10¹⁵ numbers.
pub(crate) fn standard_normal(generator: &mut ChaCha8Rng) -> f64 {
    let x: f64 = StandardNormal.sample(generator);
    if x.abs() <= TAIL {
        return x;
    }
    // the last two numbers that were drawn: the one that the logarithm was taken of, and one that accepted it
    let end = generator.get_word_pos();
    generator.set_word_pos(end - 2 * WORDS);
    let share: f64 = generator.sample(Open01);
    generator.set_word_pos(end);
    (TAIL - libm::log(share) / TAIL).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn they_are_rand_distrs_but_for_the_last_bits_in_the_tail() {
        let mut ours = ChaCha8Rng::seed_from_u64(1);
        let mut theirs = ours.clone();
        let mut beyond = 0;
        for _ in 0..1_000_000 {
            let (x, expected): (f64, f64) = (standard_normal(&mut ours), StandardNormal.sample(&mut theirs));
            if expected.abs() <= TAIL {
                assert_eq!(x, expected);
            } else {
                beyond += 1;
                assert!((x - expected).abs() <= 2.0 * f64::EPSILON * expected.abs(), "{x} {expected}");
            }
        }
        // 2 (1 − Φ(3.654)) of them, 258 ± 16
        assert!((178..=338).contains(&beyond), "{beyond}");
        assert_eq!(ours, theirs, "the generators stand at the same place");
    }
}
