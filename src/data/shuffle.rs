//! Random order, the same for a seed on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;

/// Puts the indices into random order: Fisher and Yates, every order equally likely.
pub(crate) fn shuffle(indices: &mut [usize], generator: &mut ChaCha8Rng) {
    for i in (1..indices.len()).rev() {
        indices.swap(i, below(i + 1, generator));
    }
}

/// A whole number from 0 to `limit` − 1, all equally likely; `limit` is at least 1.
fn below(limit: usize, generator: &mut ChaCha8Rng) -> usize {
    let limit = limit as u64;
    // the last, incomplete stretch of `limit` numbers would favour the small remainders
    let unfair = u64::MAX - u64::MAX % limit;
    loop {
        let number = generator.next_u64();
        if number < unfair {
            return (number % limit) as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn every_order_of_three_comes_about_equally_often() {
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..6000 {
            let mut indices = [0, 1, 2];
            shuffle(&mut indices, &mut generator);
            *counts.entry(indices).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        // 1000 each, with a standard deviation of 29
        assert!(counts.values().all(|n| (850..1150).contains(n)), "{counts:?}");
    }
}
