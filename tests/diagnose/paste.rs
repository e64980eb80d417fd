//! `pasted`: what it reads, what it refuses, and that it misreads nothing.

use crate::case::pick;
use crate::own_program::Table;
use crate::printed::FORMATS;
use demystified::ndarray::array;
use demystified::pasted;
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// So many mutated texts are read, which takes three seconds.
const MUTATIONS: usize = 100_000;

/// Texts that programs have printed, with what is in them.
fn printed() -> Vec<(&'static str, Table)> {
    let two = array![[-0.0528, 0.1182, 0.0471], [-0.0397, 0.0905, 0.0395]];
    let column = array![[0.2927], [0.1592], [0.2818]];
    vec![
        ("[[-0.0528  0.1182  0.0471]\n [-0.0397  0.0905  0.0395]]", two.clone()),
        ("array([[-0.0528,  0.1182,  0.0471],\n       [-0.0397,  0.0905,  0.0395]])", two.clone()),
        (
            "array([[-0.0528,  0.1182,  0.0471],\n       [-0.0397,  0.0905,  0.0395]], dtype=float32)",
            two.clone(),
        ),
        ("dj_dw1 = np.array([[-0.0528, 0.1182, 0.0471], [-0.0397, 0.0905, 0.0395]])", two.clone()),
        (
            "tensor([[-0.0528,  0.1182,  0.0471],\n        [-0.0397,  0.0905,  0.0395]], dtype=torch.float64)",
            two.clone(),
        ),
        (
            "tensor([[-0.0528,  0.1182,  0.0471],\n        [-0.0397,  0.0905,  0.0395]], grad_fn=<MmBackward0>)",
            two.clone(),
        ),
        (
            "tensor([[-0.0528,  0.1182,  0.0471],\n        [-0.0397,  0.0905,  0.0395]], device='cuda:0', requires_grad=True)",
            two.clone(),
        ),
        (
            "tf.Tensor(\n[[-0.0528  0.1182  0.0471]\n [-0.0397  0.0905  0.0395]], shape=(2, 3), dtype=float32)",
            two.clone(),
        ),
        (
            "<tf.Tensor: shape=(2, 3), dtype=float32, numpy=\narray([[-0.0528,  0.1182,  0.0471],\n       [-0.0397,  0.0905,  0.0395]], dtype=float32)>",
            two.clone(),
        ),
        ("dj_dw1 =\n\n   -0.0528    0.1182    0.0471\n   -0.0397    0.0905    0.0395\n\n", two.clone()),
        ("dj_dw1 =\n\n  1.0e-02 *\n\n   -5.28    11.82    4.71\n   -3.97    9.05    3.95\n", two.clone()),
        (
            "dj_dw1 =\n\n  Columns 1 through 2:\n\n  -0.0528   0.1182\n  -0.0397   0.0905\n\n Column 3:\n\n   0.0471\n   0.0395\n",
            two.clone(),
        ),
        ("ans =\n\n    0.2927\n    0.1592\n    0.2818\n", column.clone()),
        ("[-0.0528 0.1182 0.0471;-0.0397 0.0905 0.0395]", two.clone()),
        ("[0.2927; 0.1592; 0.2818]", column.clone()),
        ("2×3 Matrix{Float64}:\n -0.0528  0.1182  0.0471\n -0.0397  0.0905  0.0395", two.clone()),
        ("3-element Vector{Float64}:\n 0.2927\n 0.1592\n 0.2818", column.clone()),
        ("        [,1]   [,2]   [,3]\n[1,] -0.0528 0.1182 0.0471\n[2,] -0.0397 0.0905 0.0395", two.clone()),
        (
            "        [,1]   [,2]\n[1,] -0.0528 0.1182\n[2,] -0.0397 0.0905\n       [,3]\n[1,] 0.0471\n[2,] 0.0395",
            two.clone(),
        ),
        ("[1] 0.2927 0.1592\n[3] 0.2818", column.t().to_owned()),
        ("c(0.2927, 0.1592, 0.2818)", column.t().to_owned()),
        ("[\n  [ -0.0528, 0.1182, 0.0471 ],\n  [ -0.0397, 0.0905, 0.0395 ]\n]", two.clone()),
        ("Float64Array(3) [ 0.2927, 0.1592, 0.2818 ]", column.t().to_owned()),
        ("[[-0.0528 0.1182 0.0471] [-0.0397 0.0905 0.0395]]", two.clone()),
        ("[][]float64{[]float64{-0.0528, 0.1182, 0.0471}, []float64{-0.0397, 0.0905, 0.0395}}", two.clone()),
        ("[][]float64{{-0.0528, 0.1182, 0.0471}, {-0.0397, 0.0905, 0.0395}}", two.clone()),
        ("⎡-0.0528   0.1182   0.0471⎤\n⎣-0.0397   0.0905   0.0395⎦", two.clone()),
        (
            "[[-0.0528, 0.1182, 0.0471],\n [-0.0397, 0.0905, 0.0395]], shape=[2, 3], strides=[3, 1], layout=Cc (0x5), const ndim=2",
            two.clone(),
        ),
        (
            "[\n    [\n        -0.0528,\n        0.1182,\n        0.0471,\n    ],\n    [\n        -0.0397,\n        0.0905,\n        0.0395,\n    ],\n]",
            two.clone(),
        ),
        ("{{-0.0528, 0.1182, 0.0471}, {-0.0397, 0.0905, 0.0395}}", two.clone()),
        ("vec![vec![-0.0528, 0.1182, 0.0471], vec![-0.0397, 0.0905, 0.0395]]", two.clone()),
        ("array![[-0.0528, 0.1182, 0.0471], [-0.0397, 0.0905, 0.0395]]", two.clone()),
        ("-0.0528,0.1182,0.0471\n-0.0397,0.0905,0.0395", two.clone()),
        ("-0.0528\t0.1182\t0.0471\r\n-0.0397\t0.0905\t0.0395\r\n", two.clone()),
        ("[[−0.0528 0.1182 0.0471]\n [−0.0397 0.0905 0.0395]]", two.clone()),
        ("tensor(0.2927)", array![[0.2927]]),
        ("0.2927", array![[0.2927]]),
    ]
}

#[test]
fn what_programs_print_is_read() {
    for (text, expected) in printed() {
        match pasted(text) {
            Ok(read) => assert!(
                read.dim() == expected.dim() && (&read - &expected).iter().all(|d| d.abs() < 1e-15),
                "{text}\n{read}"
            ),
            Err(error) => panic!("{error}\n{text}"),
        }
    }
}

#[test]
fn what_cannot_be_read_surely_is_refused_with_a_reason() {
    for (text, reason) in [
        ("", "nothing in it"),
        ("[[0.1, 0.2], [0.3]]", "row 2 has 1 number, but row 1 has 2"),
        ("[[0.1 ... 0.2]]", "left out"),
        ("[[0.1, nan]]", "finite numbers only"),
        ("0,2927\n0,1592", "decimal comma"),
        ("-0,0528 0,1182\n-0,0397 0,0905", "decimal comma"),
        ("[0,5;0,7]", "decimal comma"),
        ("[1,] -0.0528 0.1182\n[2,] -0.0397 0.0905", "column heads"),
        ("       V1     V2\n1 -0.0528 0.1182\n2 -0.0397 0.0905", "not a number"),
        ("1 -0.0528 0.1182\n2 -0.0397 0.0905", "row labels"),
        ("0 -0.0528 0.1182\n1 -0.0397 0.0905", "row labels"),
        ("   [,1]\n[1,] 0.1\n[3,] 0.2", "not the next one"),
        ("a = [[0.1]] b = [[0.2]]", "behind the table"),
        ("[[[0.1, 0.2]]]", "more than two axes"),
        ("0.1 0.2 0.3 0.4 hello", "not a number"),
        ("2×2 Matrix{Float64}:\n 0.1 0.2", "its head says"),
        ("tensor([[0.1, 0.2]], shape=[2, 2])", "it says shape"),
        ("[[0.1, 0.2], [0.3, 0.4]", "not closed"),
        ("[[0.1, 0.2), [0.3, 0.4]]", "do not fit together"),
        ("[0.1 0.2\n 0.3 0.4]", "are the lines rows"),
        ("[[0.1, 0.2 0.3]]", "comma is missing"),
        ("1e999", "too large"),
    ] {
        let error = pasted(text).expect_err(text).to_string();
        assert!(error.contains(reason), "{text}\n{error}");
    }
}

/// All that looks like a number, by another rule than the reader's: the longest runs of digits, point, sign and exponent.
fn numbers_in(text: &str) -> Vec<f64> {
    let text = text.replace('−', "-");
    text.split(|c: char| !(c.is_ascii_digit() || ".+-eE".contains(c)))
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// Whether all the numbers stand in the text, each as often as it was read; sizes and labels stand there too.
fn stand_in(read: &Table, text: &str) -> bool {
    let mut all = numbers_in(text);
    read.iter().all(|v| all.iter().position(|other| other == v).map(|at| all.swap_remove(at)).is_some())
}

#[test]
fn mutated_texts_are_refused_or_read_as_they_stand() {
    let mut rng = ChaCha8Rng::seed_from_u64(5000);
    let mut texts: Vec<(String, usize)> =
        printed().into_iter().map(|(text, table)| (text.to_string(), table.len())).collect();
    for (_, print) in FORMATS {
        let table = Table::random_using((3, 2), StandardNormal, &mut rng);
        texts.push((print(&table), 6));
    }
    const PIECES: [&str; 24] = [
        "[", "]", "{", "}", "(", ")", ",", ";", " ", "\n", ".", "-", "1", "0", "e", "×", ":", "=", "*",
        "nan", "...", "[1,]", "[,1]", "−",
    ];
    let (mut read, mut refused) = (0, 0);
    for k in 0..MUTATIONS {
        let (text, _) = &texts[k % texts.len()];
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..1 + pick(&mut rng, 3) {
            let at = pick(&mut rng, chars.len().max(1)).min(chars.len());
            let piece = || PIECES[k % PIECES.len()].chars();
            match pick(&mut rng, 5) {
                0 if at < chars.len() => {
                    chars.remove(at);
                }
                1 => {
                    let _ = chars.splice(at..at, piece()).count();
                }
                2 if at < chars.len() => {
                    let _ = chars.splice(at..at + 1, piece()).count();
                }
                3 if at + 1 < chars.len() => chars.swap(at, at + 1),
                _ => {
                    let end = (at + pick(&mut rng, 12)).min(chars.len());
                    chars.drain(at..end);
                }
            }
        }
        let mutated: String = chars.into_iter().collect();
        match pasted(&mutated) {
            Ok(table) => {
                read += 1;
                assert!(table.iter().all(|v| v.is_finite()), "{mutated}");
                assert!(stand_in(&table, &mutated) || mutated.contains('*'), "{mutated}\n{table}");
                // nothing is left out: what is not in the table are sizes, labels and a factor, which are whole numbers
                let end = mutated.rfind([']', '}']).map_or(mutated.len(), |end| end + 1);
                let others = numbers_in(&mutated[..end]).iter().filter(|v| v.fract() != 0.0).count();
                let fractions = table.iter().filter(|v| v.fract() != 0.0).count();
                let has_head =
                    mutated.contains('*') || mutated.contains("Matrix") || mutated.contains("element");
                assert!(others <= fractions || has_head, "{mutated}\n{table}");
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().lines().count() == 1, "{error}");
            }
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read > 0 && refused > read / 4, "{read} read, {refused} refused");
}
