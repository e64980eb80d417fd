//! The random weights: the same for a seed on every machine and in every version, and drawn from N(0, 1).

use demystified::{Network, Result};

/// What this crate gave in its first version. Notebooks quote numbers that follow from these: they must never change.
#[test]
fn the_weights_of_a_seed_stay_what_they_were() -> Result<()> {
    let pinned = [
        (0, [0.6999607946268154, -0.14406163542784764, 0.30288628024558556, -1.374513899829971]),
        (1, [-0.23484705855592097, -1.4108177006109994, 0.3330286294792717, -1.1267663243742092]),
        (u64::MAX, [0.4510299827951996, -0.12931526405511196, -0.2059482902040233, -0.18543614703146855]),
    ];
    for (seed, weights) in pinned {
        assert_eq!(Network::random(&[2, 2], seed)?.params().to_vec(), weights, "seed {seed}");
    }
    Ok(())
}

#[test]
fn a_deeper_network_of_the_same_seed_begins_with_the_same_weights() -> Result<()> {
    let (small, deep) = (Network::random(&[2, 3, 1], 5)?, Network::random(&[2, 3, 1, 4], 5)?);
    assert_eq!((small.w(1), small.w(2)), (deep.w(1), deep.w(2)));
    Ok(())
}

/// The bounds are five standard errors wide: the mean of n draws has the standard error 1/√n, the variance √(2/n), a share p
/// √(p (1 − p) / n).
#[test]
fn a_million_weights_have_mean_0_variance_1_and_the_tails_of_the_normal_distribution() -> Result<()> {
    let w = Network::random(&[1000, 1000], 3)?.params();
    let n = w.len() as f64;
    let (mean, variance) = (w.sum() / n, w.mapv(|v| v * v).sum() / n);
    let beyond = |limit: f64| w.iter().filter(|v| v.abs() > limit).count() as f64 / n;
    assert!(mean.abs() < 5.0 / n.sqrt(), "mean {mean}");
    assert!((variance - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "variance {variance}");
    // 2 (1 − Φ(1)) and 2 (1 − Φ(3)), from tables of the normal distribution
    for (limit, share) in [(1.0, 0.317_310_5), (3.0, 0.002_699_8)] {
        let found = beyond(limit);
        let error = (share * (1.0 - share) / n).sqrt();
        assert!((found - share).abs() < 5.0 * error, "{found} beyond {limit}, expected {share}");
    }
    Ok(())
}
