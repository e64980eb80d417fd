//! Handwritten digits: 1797 small images, each with the digit that was meant.

use super::dataset::Dataset;
use super::shuffle::shuffle;
use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A line for each image: 64 grey values from 0 to g (16), row by row, and the digit. `notebooks/data/README.md` says where it is from.
const FILE: &str = include_str!("../../notebooks/data/digits.txt");
const N_CLASSES: usize = 10;
const N_PIXELS: usize = 64;
const MOST_INK: f64 = 16.0;
/// How many images of each digit are kept for validation, and as many for the test.
const KEPT_OF_EACH: usize = 30;
/// The seed by which [`digits`] divides the images.
const SEED: u64 = 1;

/// Handwritten digits, divided into three parts that share no image.
///
/// # Shapes
///
/// x has a row for each image and a column for each of its 8 × 8 pixels, row by row, from 0 (white) to 1 (black). y has ten columns:
/// 1 in that of the digit, 0 elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Digits {
    /// 1197 images to learn from.
    pub train: Dataset,
    /// 300 images to choose by, 30 of each digit.
    pub validation: Dataset,
    /// 300 images to judge by, once, 30 of each digit.
    pub test: Dataset,
}

/// 1797 handwritten digits of 8 × 8 pixels, the same division each time.
///
/// They are the ones that scikit-learn ships: the test part of *Optical Recognition of Handwritten Digits*, by E. Alpaydin and
/// C. Kaynak (1998), UCI Machine Learning Repository, [doi:10.24432/C50P49](https://doi.org/10.24432/C50P49), under the licence
/// [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). Thirteen people wrote them; all three parts have digits of the same people.
///
/// # Examples
///
/// ```
/// use demystified::{classes, digits};
///
/// let data = digits();
/// assert_eq!((data.train.len(), data.validation.len(), data.test.len()), (1197, 300, 300));
/// assert_eq!((data.train.x.ncols(), data.train.y.ncols()), (64, 10));
/// assert_eq!(data.test.y.column(7).sum(), 30.0); // sevens
/// assert_eq!(classes(&data.train.y)?[..3], [1, 3, 5]);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn digits() -> Digits {
    digits_split(SEED)
}

/// The images of [`digits`], divided anew: which ones are kept for validation and test is drawn by this seed.
///
/// # Examples
///
/// ```
/// use demystified::{digits, digits_split};
///
/// assert_eq!(digits(), digits_split(1));
/// assert_ne!(digits().test, digits_split(2).test);
/// assert_eq!(digits_split(2).test.len(), 300);
/// ```
pub fn digits_split(seed: u64) -> Digits {
    let all = read();
    let [train, validation, test] = split_rows(seed);
    Digits { train: all.rows(&train), validation: all.rows(&validation), test: all.rows(&test) }
}

/// Which images, by their line in the file, belong to training, validation and test.
fn split_rows(seed: u64) -> [Vec<usize>; 3] {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut parts: [Vec<usize>; 3] = Default::default();
    for class in 0..N_CLASSES {
        let digits = FILE.lines().enumerate();
        let mut rows: Vec<usize> =
            digits.filter(|(_, line)| class_of(line) == class).map(|(row, _)| row).collect();
        shuffle(&mut rows, &mut generator);
        let (test, rest) = rows.split_at(KEPT_OF_EACH);
        let (validation, train) = rest.split_at(KEPT_OF_EACH);
        parts.iter_mut().zip([train, validation, test]).for_each(|(part, rows)| part.extend(rows));
    }
    // in the order of the file, so that the digits are mixed
    parts.iter_mut().for_each(|rows| rows.sort_unstable());
    parts
}

fn class_of(line: &str) -> usize {
    usize::from(line.as_bytes()[N_PIXELS + 1] - b'0')
}

fn read() -> Dataset {
    let n = FILE.lines().count();
    let (mut x, mut y) = (Array2::zeros((n, N_PIXELS)), Array2::zeros((n, N_CLASSES)));
    for (row, line) in FILE.lines().enumerate() {
        for (pixel, ink) in line.chars().take(N_PIXELS).enumerate() {
            x[[row, pixel]] = f64::from(ink.to_digit(17).expect("0 to g")) / MOST_INK;
        }
        y[[row, class_of(line)]] = 1.0;
    }
    Dataset { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_line_is_an_image_and_its_digit() {
        assert_eq!(FILE.lines().count(), 1797);
        for line in FILE.lines() {
            let (image, digit) = line.split_once(' ').expect("a blank between image and digit");
            assert_eq!(image.len(), N_PIXELS);
            assert!(image.chars().all(|ink| ink.is_digit(17)), "{line}");
            assert!(digit.len() == 1 && digit.chars().all(|c| c.is_ascii_digit()), "{line}");
        }
    }

    #[test]
    fn the_three_parts_share_no_image_and_leave_none_out() {
        for seed in [SEED, 2, 99] {
            let mut all = split_rows(seed).concat();
            all.sort_unstable();
            assert_eq!(all, (0..1797).collect::<Vec<usize>>());
        }
    }

    #[test]
    fn what_is_kept_has_as_many_images_of_each_digit() {
        for seed in [SEED, 2, 99] {
            let digits = digits_split(seed);
            for part in [digits.validation, digits.test] {
                assert_eq!(part.y.sum_axis(ndarray::Axis(0)).to_vec(), [30.0; N_CLASSES]);
            }
        }
    }

    /// The scripts of other programs read the division from a file. When this fails it writes the file that would do.
    #[test]
    fn the_other_programs_have_the_same_division() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let [train, validation, test] = split_rows(SEED);
        let rows =
            format!("{{\"train\": {train:?},\n\"validation\": {validation:?},\n\"test\": {test:?}}}\n");
        let stored = std::fs::read_to_string(folder.join("tests/reference/digits-split.json"));
        if stored.as_ref().ok() != Some(&rows) {
            let right = std::env::temp_dir().join("digits-split.json");
            std::fs::write(&right, rows).expect("a file");
            panic!(
                "tests/reference/digits-split.json is not the division of digits(); {} is",
                right.display()
            );
        }
    }
}
