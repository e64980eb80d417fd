//! Files: data from CSV, networks and scalers saved and loaded, and what is said of damaged ones.

use demystified::ndarray::{Array1, Array2, array};
use demystified::{Activation, Cost, Dataset, Network, Scaler, sleep_study};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::fs;
use std::path::PathBuf;

/// A folder of its own for each test, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("demystified-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path in Unicode").to_string()
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), bytes).expect("a temporary file");
        self.path(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// An error's message, with the folder left out of the path.
    fn message<T: std::fmt::Debug>(&self, result: demystified::Result<T>) -> String {
        let message = result.expect_err("bad input that must be refused").to_string();
        assert!(!message.contains('\n'), "a message is one line: {message}");
        message.replace(&self.path(""), "")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

// CSV

#[test]
fn every_form_of_the_same_two_rows_is_read_alike() {
    let folder = Folder::new("forms");
    let forms = [
        "3,5,75\n5,1,82\n",
        "3,5,75\n5,1,82",
        "3.0,5e0,7.5E1\n+5,1.,82\n",
        "asleep,studying,score\n3,5,75\n5,1,82\n",
        "asleep,studying,score\r\n3,5,75\r\n5,1,82\r\n",
        "asleep,studying,score\r3,5,75\r5,1,82\r",
        "\u{feff}asleep,studying,score\n3,5,75\n5,1,82\n",
        "\u{feff}3,5,75\n5,1,82\n",
        "\"hours, asleep\",\"hours\nstudying\",\"the \"\"score\"\"\"\n3,5,75\n5,1,82\n",
        ",studying,score\n3,5,75\n5,1,82\n",
        "\"3\",\"5\",\"75\"\n\"5\",1,\" 82 \"\n",
        "  3 ,\t5,75\t\n 5,  \"1\"  ,82   \n",
        "\n\n3,5,75\n\n  \n\r\n5,1,82\n\n\n",
    ];
    for form in forms {
        let data = Dataset::from_csv(&folder.file("form.csv", form), 1);
        let data = data.unwrap_or_else(|error| panic!("{form:?}: {error}"));
        assert_eq!(data.x, array![[3.0, 5.0], [5.0, 1.0]], "{form:?}");
        assert_eq!(data.y, array![[75.0], [82.0]], "{form:?}");
    }
}

#[test]
fn the_last_columns_are_the_truth() -> demystified::Result<()> {
    let folder = Folder::new("columns");
    let path = folder.file("four.csv", "1,2,3,4\n5,6,7,8\n9,10,11,12\n");
    for n_outputs in 1..=3 {
        let data = Dataset::from_csv(&path, n_outputs)?;
        let all = Array2::from_shape_fn((3, 4), |(row, column)| (4 * row + column + 1) as f64);
        let (x, y) = all.view().split_at(demystified::ndarray::Axis(1), 4 - n_outputs);
        assert_eq!((data.x.view(), data.y.view()), (x, y));
        assert!(data.x.is_standard_layout() && data.y.is_standard_layout());
    }
    Ok(())
}

#[test]
fn every_number_is_read_to_the_last_bit() -> demystified::Result<()> {
    let folder = Folder::new("bits");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let numbers: Vec<f64> = (0..2000).map(|_| any_number(&mut rng)).chain(EXTREMES).collect();
    let lines: String = numbers.iter().map(|v| format!("{v:?},0\n")).collect();
    let data = Dataset::from_csv(&folder.file("bits.csv", lines), 1)?;
    assert_eq!(bits(&data.x.column(0).to_owned()), bits(&Array1::from(numbers)));
    Ok(())
}

#[test]
fn a_csv_file_that_makes_no_sense_is_refused_with_the_place() {
    let folder = Folder::new("csv-errors");
    let cases: [(&[u8], &str); 29] = [
        (b"", "a.csv: the file is empty; expected lines of numbers"),
        (b"\n \r\n\n", "a.csv: the file is empty; expected lines of numbers"),
        (b"\xEF\xBB\xBF", "a.csv: the file is empty; expected lines of numbers"),
        (b"x1,x2,y\n", "a.csv: there is only a header; expected lines of numbers below it"),
        // fields
        (b"x1,x2,y\n1,2,3\n4,five,6\n", "a.csv, line 3, column 3: \"five\" is not a number"),
        (b"1,2,3\r\n\r\n4,  \"5,5\" ,6\r\n", "a.csv, line 3, column 5: \"5,5\" is not a number"),
        (b"1,2,3\r4,5,6\r7,8,nine", "a.csv, line 3, column 5: \"nine\" is not a number"),
        (b"\xEF\xBB\xBF1,2,3\n4,5,NA\n", "a.csv, line 2, column 5: \"NA\" is not a number"),
        ("1,2,3\n½ ,5,6\n".as_bytes(), "a.csv, line 2, column 1: \"½\" is not a number"),
        ("é,ß,\"ü\nö\"\n\"ä\",5,6\n".as_bytes(), "a.csv, line 3, column 1: \"ä\" is not a number"),
        ("é,ß,ü\n\"4\" , 5,−6\n".as_bytes(), "a.csv, line 2, column 9: \"−6\" is not a number"),
        (b"1,2,3\n4,\"5\n6\",7\n", "a.csv, line 2, column 3: \"5\\n6\" is not a number"),
        (
            b"1,2\n3,0123456789012345678901234567890123456789abc\n",
            "a.csv, line 2, column 3: \"0123456789012345678901234567890123456789…\" is not a number",
        ),
        (b"1,2,3\n4,,6\n", "a.csv, line 2, column 3: the field is empty; expected a number"),
        (b"1,2,3\n4,5,", "a.csv, line 2, column 5: the field is empty; expected a number"),
        (b"1,2,3\n4,\"\",6\n", "a.csv, line 2, column 3: the field is empty; expected a number"),
        (b"1,2,3\n4,NaN,6\n", "a.csv, line 2, column 3: \"NaN\" is not a finite number"),
        (b"1,2,3\n4,-inf,6\n", "a.csv, line 2, column 3: \"-inf\" is not a finite number"),
        (b"1,2,3\n4,1e400,6\n", "a.csv, line 2, column 3: \"1e400\" is not a finite number"),
        // the number of fields
        (b"a,b,c\n1,2\n", "a.csv, line 2, column 3: the line has 2 fields, but the first one has 3"),
        (
            b"a,b,c\n1,2,3\n1,2,3,4,5\n",
            "a.csv, line 3, column 7: the line has 5 fields, but the first one has 3",
        ),
        (
            b"asleep;studying;score\n7,5;2;80\n",
            "a.csv, line 1, column 1: the line is a single field, \"asleep;studying;score\"; expected several, \
             separated by commas",
        ),
        (
            b"7\t2\t80\n",
            "a.csv, line 1, column 1: the line is a single field, \"7\\t2\\t80\"; expected several, separated by commas",
        ),
        // the header
        (
            b"asleep,2,score\n1,2,3\n",
            "a.csv, line 1, column 1: \"asleep\" is not a number; expected numbers only, or a header without any",
        ),
        (
            b"3,5,?\n5,1,82\n",
            "a.csv, line 1, column 5: \"?\" is not a number; expected numbers only, or a header without any",
        ),
        (b"3,,75\n5,1,82\n", "a.csv, line 1, column 3: the field is empty; expected a number"),
        // quotes and bytes
        (
            b"1,2\n\"3\"5,4\n",
            "a.csv, line 2, column 4: there is text after a closing quote; expected a comma",
        ),
        (b"1,2\n3,\"4\n5,6\n7,8\n", "a.csv, line 2, column 3: the quote that begins here is never closed"),
        (
            b"a,b\n1,2\n3,\xFF4\n",
            "a.csv, line 3, column 3: the byte 0xFF is no UTF-8 text; expected a file saved as UTF-8",
        ),
    ];
    for (bytes, message) in cases {
        let found = folder.message(Dataset::from_csv(&folder.file("a.csv", bytes), 1));
        assert_eq!(found, message, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn the_number_of_outputs_must_leave_a_column_for_x() {
    let folder = Folder::new("outputs");
    let path = folder.file("a.csv", "1,2,3\n");
    for n_outputs in [0, 3, 4, usize::MAX] {
        assert_eq!(
            folder.message(Dataset::from_csv(&path, n_outputs)),
            format!("n_outputs is {n_outputs}; expected 1 to 2, as a.csv has 3 columns and x needs one")
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::new("unreadable");
    let missing = folder.path("missing");
    let said = fs::read(&missing).expect_err("no such file").to_string();
    let message = format!("missing: {said}");
    assert_eq!(folder.message(Dataset::from_csv(&missing, 1)), message);
    assert_eq!(folder.message(Network::load(&missing)), message);
    assert_eq!(folder.message(Scaler::load(&missing)), message);
}

#[test]
fn a_million_rows_are_read() -> demystified::Result<()> {
    let folder = Folder::new("million");
    let line = |i: usize| format!("{}.{:04},{},-{}.5e-3,{}\n", i % 24, i % 9973, i, i % 7919, i % 101);
    let path = folder.file("million.csv", (0..1_000_000).map(line).collect::<String>());
    let data = Dataset::from_csv(&path, 1)?;
    assert_eq!((data.x.dim(), data.y.dim()), ((1_000_000, 3), (1_000_000, 1)));
    assert_eq!(data.x.row(999_999).to_vec(), [15.2699, 999_999.0, -2.2055]);
    assert_eq!(data.y[[999_999, 0]], 99.0);
    Ok(())
}

/// The formula of `notebooks/data/README.md`.
#[test]
fn the_invented_nights_are_what_their_formula_gives() -> demystified::Result<()> {
    let nights = Dataset::from_csv("notebooks/data/my-nights.csv", 1)?;
    assert_eq!(nights.len(), 30);
    for i in 0..30 {
        let asleep = 5.0 + (7 * i % 9) as f64 / 2.0;
        let studying = 1.0 + (5 * i % 7) as f64 / 2.0;
        let chance = (5 * i % 11 % 7) as f64 - 3.0;
        let score = (35.0 + 4.0 * asleep.min(8.0) + 5.0 * studying + chance + 0.5).floor();
        assert_eq!(nights.x.row(i).to_vec(), [asleep, studying], "night {i}");
        assert_eq!(nights.y.row(i).to_vec(), [score], "night {i}");
    }
    Ok(())
}

// Networks and scalers

/// Numbers at the ends of what 64 bits hold: zeros of both signs, subnormal ones, the largest, neighbours of 1.
const EXTREMES: [f64; 13] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    2.225_073_858_507_201e-308, // the largest subnormal
    1e-308,
    f64::MIN_POSITIVE,
    f64::MAX,
    f64::MIN,
    1.0 - f64::EPSILON / 2.0,
    1.0 + f64::EPSILON,
    9_007_199_254_740_993.0,
    1e23,
];

/// Any finite number, each pattern of bits as likely as every other.
fn any_number(rng: &mut ChaCha8Rng) -> f64 {
    loop {
        let number = f64::from_bits(rng.next_u64());
        if number.is_finite() {
            return number;
        }
    }
}

fn bits(numbers: &Array1<f64>) -> Vec<u64> {
    numbers.iter().map(|v| v.to_bits()).collect()
}

/// Another shape, other activations, another cost and other numbers for each seed.
fn any_network(seed: u64) -> Network {
    const ACTIVATIONS: [Activation; 5] =
        [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity, Activation::Softmax];
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut pick = |n: usize| rng.next_u32() as usize % n;
    let sizes: Vec<usize> = (0..2 + pick(4)).map(|_| 1 + pick(9)).collect();
    let (hidden, output) = (ACTIVATIONS[pick(5)], ACTIVATIONS[pick(5)]);
    let (cost, biased, extreme) = (pick(3), pick(2) == 1, pick(3) == 0);
    let lambda = any_number(&mut rng).abs();
    let cost = [Cost::SumOfSquares, Cost::MeanSquares { lambda }, Cost::CrossEntropy { lambda }][cost];
    let net =
        Network::random(&sizes, seed).expect("a network").with_activations(hidden, output).with_cost(cost);
    let net = if biased { net.with_bias() } else { net };
    let params = (0..net.n_params())
        .map(|i| if extreme { EXTREMES[(i + seed as usize) % EXTREMES.len()] } else { any_number(&mut rng) });
    net.with_params(&params.collect()).expect("as many parameters")
}

#[test]
fn a_loaded_network_is_the_saved_one_to_the_last_bit() -> demystified::Result<()> {
    let folder = Folder::new("round-trip");
    let path = folder.path("network.json");
    for seed in 0..300 {
        let net = any_network(seed);
        net.save(&path)?;
        let loaded = Network::load(&path)?;
        assert_eq!(loaded, net, "seed {seed}");
        // == takes −0 and 0 for the same
        assert_eq!(bits(&loaded.params()), bits(&net.params()), "seed {seed}");
    }
    Ok(())
}

#[test]
fn the_file_of_a_network_is_written_for_people_too() -> demystified::Result<()> {
    let folder = Folder::new("readable");
    let path = folder.path("network.json");
    let net = Network::from_weights(vec![
        array![[1.0, -0.5, 1e-300], [0.1, 2.0, 0.0]],
        array![[1.0], [2.0], [3.0]],
    ])?
    .with_cost(Cost::MeanSquares { lambda: 1e-4 });
    net.save(&path)?;
    let expected = r#"{
  "format": "demystified network",
  "version": 1,
  "layer_sizes": [2, 3, 1],
  "hidden_activation": "sigmoid",
  "output_activation": "sigmoid",
  "cost": {"name": "mean_squares", "lambda": 0.0001},
  "weights": [
    [
      [1.0, -0.5, 1e-300],
      [0.1, 2.0, 0.0]
    ],
    [
      [1.0],
      [2.0],
      [3.0]
    ]
  ],
  "biases": []
}
"#;
    assert_eq!(fs::read_to_string(&path).expect("the saved file"), expected);
    net.with_cost(Cost::SumOfSquares).with_bias().save(&path)?;
    let with_bias = expected
        .replace(r#"{"name": "mean_squares", "lambda": 0.0001}"#, r#"{"name": "sum_of_squares"}"#)
        .replace("\"biases\": []", "\"biases\": [\n    [0.0, 0.0, 0.0],\n    [0.0]\n  ]");
    assert_eq!(fs::read_to_string(&path).expect("the saved file"), with_bias);
    Ok(())
}

#[test]
fn a_loaded_scaler_is_the_saved_one() -> demystified::Result<()> {
    let folder = Folder::new("scaler");
    let path = folder.path("scaler.json");
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut positive = || any_number(&mut rng).abs().max(f64::MIN_POSITIVE);
    for n in 1..100 {
        let scaler = Scaler { x_max: (0..n).map(|_| positive()).collect(), y_max: positive() };
        scaler.save(&path)?;
        assert_eq!(Scaler::load(&path)?, scaler);
    }
    Scaler::fit(&sleep_study(), 100.0)?.save(&path)?;
    let expected = "{\n  \"format\": \"demystified scaler\",\n  \"version\": 1,\n  \"x_max\": [10.0, 5.0],\n  \
                    \"y_max\": 100.0\n}\n";
    assert_eq!(fs::read_to_string(&path).expect("the saved file"), expected);
    Ok(())
}

/// A saved 2-3-1 network, and what each change of its text is refused for.
#[test]
fn a_damaged_network_is_refused_with_a_reason() -> demystified::Result<()> {
    let folder = Folder::new("damaged");
    let path = folder.path("n.json");
    Network::from_weights(vec![array![[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]], array![[7.5], [8.5], [9.5]]])?
        .with_bias()
        .with_cost(Cost::MeanSquares { lambda: 0.25 })
        .save(&path)?;
    let whole = fs::read_to_string(&path).expect("the saved file");
    let cases = [
        // not JSON
        (whole.as_str(), "", "n.json: the file is empty"),
        (whole.as_str(), " \n", "n.json: the file is empty"),
        (whole.as_str(), "net", "n.json, line 1, column 2: not JSON: expected ident"),
        ("]\n}\n", "]\n}\n{", "n.json, line 24, column 1: not JSON: trailing characters"),
        ("4.5, 5.5", "4.5 5.5", "n.json, line 11, column 12: not JSON: expected `,` or `]`"),
        ("4.5", "1e999", "n.json, line 11, column 12: not JSON: number out of range"),
        ("4.5", "NaN", "n.json, line 11, column 8: not JSON: expected value"),
        // another document
        (
            whole.as_str(),
            "[1, 2]",
            "n.json: the file holds [1,2]; expected {\"format\": \"demystified network\", …}",
        ),
        ("\"format\"", "\"form\"", "n.json: format is missing"),
        (
            "demystified network",
            "demystified scaler",
            "n.json: format is \"demystified scaler\"; expected \"demystified network\"",
        ),
        ("\"version\"", "\"versoin\"", "n.json: version is missing"),
        (
            "\"version\": 1",
            "\"version\": 2",
            "n.json: version is 2; this program reads 1, so a newer one is needed",
        ),
        ("\"version\": 1", "\"version\": 0", "n.json: version is 0; expected 1"),
        ("\"version\": 1", "\"version\": \"1\"", "n.json: version is \"1\"; expected 1"),
        // fields
        ("\"cost\"", "\"cots\"", "n.json: cost is missing"),
        (
            "\"cost\"",
            "\"costs\": 1, \"cost\"",
            "n.json: \"costs\" is unknown; expected layer_sizes, hidden_activation, output_activation, cost, weights, \
             biases",
        ),
        (
            "\"output_activation\": \"sigmoid\"",
            "\"output_activation\": \"Sigmoid\"",
            "n.json: output_activation is \"Sigmoid\"; expected one of sigmoid, tanh, relu, identity, softmax",
        ),
        (
            "\"hidden_activation\": \"sigmoid\"",
            "\"hidden_activation\": 1",
            "n.json: hidden_activation is 1; expected one of sigmoid, tanh, relu, identity, softmax",
        ),
        (
            "mean_squares",
            "hinge",
            "n.json: cost is {\"lambda\":0.25,\"name\":\"hinge\"}; expected {\"name\": …} with sum_of_squares, \
             mean_squares or cross_entropy",
        ),
        ("mean_squares", "sum_of_squares", "n.json: cost: \"lambda\" is unknown; expected name"),
        ("\"lambda\": 0.25", "\"lambada\": 0.25", "n.json: cost: lambda is missing"),
        ("\"lambda\": 0.25", "\"lambda\": null", "n.json: lambda is null; expected a number"),
        ("\"lambda\": 0.25", "\"lambda\": -1", "n.json: lambda is −1; expected a finite number, 0 or above"),
        // shapes and numbers
        ("[2, 3, 1]", "[2]", "n.json: layer_sizes is [2]; expected at least 2 whole numbers, all above 0"),
        (
            "[2, 3, 1]",
            "[2, 0, 1]",
            "n.json: layer_sizes is [2,0,1]; expected at least 2 whole numbers, all above 0",
        ),
        (
            "[2, 3, 1]",
            "\"2-3-1\"",
            "n.json: layer_sizes is \"2-3-1\"; expected at least 2 whole numbers, all above 0",
        ),
        ("[2, 3, 1]", "[2, 3, 4, 1]", "n.json: weights has 2 lists, but layer_sizes asks for 3"),
        ("[2, 3, 1]", "[1, 3, 1]", "n.json: w1 has 2 rows, but layer_sizes asks for 1"),
        ("[2, 3, 1]", "[2, 3, 2]", "n.json: w2, row 0 has 1 number, but layer_sizes asks for 2"),
        ("4.5, 5.5,", "4.5,", "n.json: w1, row 1 has 2 numbers, but layer_sizes asks for 3"),
        ("4.5", "null", "n.json: w1, row 1 has null in column 0; expected a number"),
        ("[8.5]", "8.5", "n.json: w2, row 1 is 8.5; expected a list"),
        ("[0.0, 0.0, 0.0],", "", "n.json: biases has 1 list, but layer_sizes asks for 2"),
        ("[0.0, 0.0, 0.0]", "[0.0, 0.0]", "n.json: b1 has 2 numbers, but layer_sizes asks for 3"),
        ("[0.0, 0.0, 0.0]", "[0.0, [], 0.0]", "n.json: b1 has [] in column 1; expected a number"),
    ];
    for (old, new, message) in cases {
        assert_eq!(whole.matches(old).count(), 1, "{old} is in the file once");
        let path = folder.file("n.json", whole.replace(old, new));
        assert_eq!(folder.message(Network::load(&path)), message);
    }
    Ok(())
}

#[test]
fn a_scaler_that_makes_no_sense_is_neither_saved_nor_loaded() -> demystified::Result<()> {
    let folder = Folder::new("bad-scaler");
    let path = folder.path("s.json");
    Scaler::fit(&sleep_study(), 100.0)?.save(&path)?;
    let whole = fs::read_to_string(&path).expect("the saved file");
    let cases = [
        ("[10.0, 5.0]", "[10.0, 0]", "s.json: x_max[1] is 0; expected a finite number above 0"),
        ("[10.0, 5.0]", "[]", "s.json: x_max is empty; expected a number for each input"),
        ("[10.0, 5.0]", "10", "s.json: x_max is 10; expected a list"),
        ("[10.0, 5.0]", "[10.0, \"5\"]", "s.json: x_max has \"5\" in column 1; expected a number"),
        ("100.0", "-100.0", "s.json: y_max is −100; expected a finite number above 0"),
        ("100.0", "null", "s.json: y_max is null; expected a number"),
        ("100.0", "100.0, \"y_min\": 0", "s.json: \"y_min\" is unknown; expected x_max, y_max"),
        ("scaler", "network", "s.json: format is \"demystified network\"; expected \"demystified scaler\""),
    ];
    for (old, new, message) in cases {
        let path = folder.file("s.json", whole.replace(old, new));
        assert_eq!(folder.message(Scaler::load(&path)), message);
    }
    let scaler = |x_max: &[f64], y_max| Scaler { x_max: x_max.to_vec().into(), y_max };
    let cases = [
        (scaler(&[10.0, f64::NAN], 100.0), "x_max[1] is NaN; expected a finite number above 0"),
        (scaler(&[], 100.0), "x_max is empty; expected a number for each input"),
        (scaler(&[10.0], f64::INFINITY), "y_max is inf; expected a finite number above 0"),
    ];
    for (scaler, message) in cases {
        assert_eq!(folder.message(scaler.save(&folder.path("new.json"))), message);
    }
    assert_eq!(folder.names(), ["s.json"]);
    Ok(())
}

#[test]
fn no_part_of_a_saved_network_passes_for_a_whole_one() -> demystified::Result<()> {
    let folder = Folder::new("parts");
    let path = folder.path("network.json");
    any_network(6).save(&path)?;
    let whole = fs::read(&path).expect("the saved file");
    // without the line break at the end it is still whole
    for length in 0..whole.len() - 1 {
        let part = folder.file("part.json", &whole[..length]);
        assert!(Network::load(&part).is_err(), "{length} of {} bytes", whole.len());
    }
    Ok(())
}

/// Whatever a damaged file still says, it is an error or a network that works, and never a panic.
#[test]
fn a_file_with_changed_bytes_is_refused_or_a_whole_network() -> demystified::Result<()> {
    let folder = Folder::new("bytes");
    let path = folder.path("network.json");
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut refused = 0;
    for seed in 0..1000 {
        any_network(seed % 20).save(&path)?;
        let mut bytes = fs::read(&path).expect("the saved file");
        let place = rng.next_u32() as usize % bytes.len();
        bytes[place] ^= 1 << (rng.next_u32() % 8);
        match Network::load(&folder.file("changed.json", &bytes)) {
            Ok(net) => {
                let sizes = net.layer_sizes();
                assert_eq!(net.predict(&Array2::ones((1, sizes[0])))?.ncols(), sizes[sizes.len() - 1]);
                assert!(net.params().iter().all(|v| v.is_finite()));
            }
            Err(_) => refused += 1,
        }
    }
    // the digits of the numbers carry no check of their own
    assert!((100..1000).contains(&refused), "{refused} of 1000 were refused");
    Ok(())
}

#[test]
fn a_network_whose_lambda_makes_no_sense_is_not_saved() -> demystified::Result<()> {
    let folder = Folder::new("lambda");
    let net = Network::random(&[2, 3, 1], 1)?;
    for (lambda, shown) in [(-0.5, "−0.5"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let result = net.with_cost(Cost::CrossEntropy { lambda }).save(&folder.path("n.json"));
        assert_eq!(
            folder.message(result),
            format!("lambda is {shown}; expected a finite number, 0 or above")
        );
    }
    assert!(folder.names().is_empty());
    Ok(())
}

#[test]
fn saving_replaces_a_file_whole_and_leaves_nothing_beside_it() -> demystified::Result<()> {
    let folder = Folder::new("replace");
    let path = folder.path("network.json");
    for seed in 0..3 {
        let net = Network::random(&[2, 3, 1], seed)?;
        net.save(&path)?;
        assert_eq!(Network::load(&path)?, net);
        assert_eq!(folder.names(), ["network.json"]);
    }
    // what an earlier, interrupted program left behind is in nobody's way
    folder.file(".network.json.0.tmp", "{");
    let net = Network::random(&[4, 4], 7)?;
    net.save(&path)?;
    assert_eq!(Network::load(&path)?, net);
    assert_eq!(folder.names(), [".network.json.0.tmp", "network.json"]);
    Ok(())
}

#[test]
fn saving_where_no_file_can_be_is_an_error_and_leaves_nothing_behind() -> demystified::Result<()> {
    let folder = Folder::new("nowhere");
    let net = Network::random(&[2, 3, 1], 1)?;
    let inside = folder.path("missing/network.json");
    let said = fs::write(&inside, "").expect_err("no such folder").to_string();
    assert_eq!(folder.message(net.save(&inside)), format!("missing/network.json: {said}"));
    fs::create_dir(folder.path("folder")).expect("a new folder");
    assert_eq!(
        folder.message(net.save(&folder.path("folder"))),
        "folder: there is something else of that name; expected a file, or nothing"
    );
    assert_eq!(folder.message(net.save("")), ": this does not end in the name of a file");
    assert_eq!(folder.names(), ["folder"]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn saving_through_a_link_keeps_the_link() -> demystified::Result<()> {
    let folder = Folder::new("link");
    let (file, link) = (folder.file("network.json", "{}"), folder.path("link.json"));
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    let net = Network::random(&[2, 3, 1], 1)?;
    net.save(&link)?;
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert_eq!(Network::load(&file)?, net);
    Ok(())
}

#[test]
fn many_at_once_can_save_to_the_same_file() -> demystified::Result<()> {
    let folder = Folder::new("at-once");
    let path = folder.path("network.json");
    let nets: Vec<Network> = (0..8).map(|seed| Network::random(&[5, 5], seed)).collect::<Result<_, _>>()?;
    std::thread::scope(|scope| {
        for net in &nets {
            scope.spawn(|| (0..20).for_each(|_| net.save(&path).expect("saved")));
        }
    });
    assert!(nets.contains(&Network::load(&path)?));
    assert_eq!(folder.names(), ["network.json"]);
    Ok(())
}
