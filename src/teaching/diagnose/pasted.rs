//! Tables of numbers as other programs print them.

use crate::error::{Error, Result};
use crate::text::excerpt;
use ndarray::Array2;

/// Reads a table of numbers as it was printed: by NumPy, PyTorch, TensorFlow, MATLAB, Octave, Julia, R, JavaScript, Go, Rust, as
/// nested lists in any brackets, or plainly, a line for each row.
///
/// A list without rows, as of an array with one axis, gives one row. MATLAB's common factor, as in `1.0e-03 *`, is multiplied in.
/// What cannot be read surely is refused: rows of different lengths, numbers left out by `...`, NaN, decimal commas, a column that only
/// counts the rows, two tables at once.
///
/// # Errors
///
/// [`Error::Pasted`], with what is the matter in words.
///
/// # Examples
///
/// ```
/// use demystified::{ndarray::array, pasted};
///
/// let numpy = pasted("array([[-0.2646,  0.5293],\n       [-0.1926,  0.3852]], dtype=float32)")?;
/// assert_eq!(numpy, array![[-0.2646, 0.5293], [-0.1926, 0.3852]]);
///
/// let matlab = pasted("dj_dw2 =\n\n   1.0e-03 *\n\n    0.2927\n    0.1592\n")?;
/// assert_eq!(matlab, array![[0.2927e-3], [0.1592e-3]]);
///
/// let error = pasted("0,2927 0,1592").unwrap_err().to_string();
/// assert!(error.contains("decimal comma"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn pasted(text: &str) -> Result<Array2<f64>> {
    let text = normal(text);
    read(&text).map_err(|reason| Error::pasted(reason.replace('\n', " ")))
}

type Read<T> = std::result::Result<T, String>;

/// One kind of minus, of space and of line end; the frames that some print around a table become spaces.
fn normal(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{2212}' => '-',
        '\r' => '\n',
        '\u{a0}' | '\t' | '\u{feff}' | '│' | '┌' | '┐' | '└' | '┘' | '⎡' | '⎤' | '⎢' | '⎥' | '⎣' | '⎦' => {
            ' '
        }
        c => c,
    };
    let plain: String = text.chars().map(plain).collect();
    // types and macros before a list of Go and Rust say nothing about its numbers
    let names = ["[][]float64", "[][]float32", "[]float64", "[]float32", "vec!", "array!"];
    names
        .iter()
        .fold(plain, |text, name| text.replace(&format!("{name}["), "[").replace(&format!("{name}{{"), "{"))
}

fn read(text: &str) -> Read<Array2<f64>> {
    if text.trim().is_empty() {
        return Err("there is nothing in it; expected a table of numbers".into());
    }
    if ["...", "…", "⋮", "⋱", "⋯", "more item"].iter().any(|dots| text.contains(dots)) {
        return Err("some numbers are left out of it (…): print the whole table".into());
    }
    // TensorFlow's <tf.Tensor: shape=(2, 3), dtype=float32, numpy=array(…)>
    let text = text.split_once("numpy=").map_or(text, |(_, array)| array);
    let text = after_name(text)?;
    if let Some(rows) = r_table(text)? {
        return table(rows);
    }
    match text.find(['[', '{', '(']) {
        Some(open) if !is_header(text) => bracketed(text, open),
        _ => plain(text),
    }
}

/// What follows `name =`, or `name:`, at the beginning.
fn after_name(text: &str) -> Read<&str> {
    let trimmed = text.trim_start();
    let name = trimmed.len()
        - trimmed.trim_start_matches(|c: char| c.is_alphanumeric() || "_.'⁽⁾".contains(c)).len();
    let starts_with_letter = trimmed.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if name == 0 || !starts_with_letter {
        return Ok(text);
    }
    let rest = trimmed[name..].trim_start_matches(' ');
    match rest.strip_prefix('=').or_else(|| rest.strip_prefix(':')) {
        Some(rest) if !rest.starts_with([':', '=']) => Ok(rest),
        _ => Ok(text),
    }
}

/// Whether the text begins as Julia's and MATLAB's tables do: then brackets in the first line are no list.
fn is_header(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    is_julia_header(first) || is_columns_header(first).is_some()
}

// Numbers

/// A number as programs print it; no word, and nothing that a word could be part of.
fn number(word: &str, power: i32) -> Read<f64> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_exponent = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && digits.len() <= 4 && is_digits(digits)
    };
    let fits = is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !fits || !exponent.is_none_or(is_exponent) {
        return Err(not_a_number(word));
    }
    let sign = if word.starts_with('-') { "-" } else { "" };
    let exponent: i32 = exponent.map_or(0, |e| e.parse().unwrap_or(0)) + power;
    let value: f64 = format!("{sign}{mantissa}e{exponent}").parse().map_err(|_| not_a_number(word))?;
    if value.is_finite() { Ok(value) } else { Err(format!("{word} is too large a number")) }
}

fn not_a_number(word: &str) -> String {
    let lower = word.to_lowercase();
    let bare = lower.trim_start_matches(['-', '+']);
    if ["nan", "inf", "infinity", "na", "null", "none"].contains(&bare) {
        return format!("it holds {word}; expected finite numbers only");
    }
    format!("`{}` is not a number", excerpt(word))
}

/// The numbers between two brackets or of a line, which are set apart by commas or by spaces, but not by both.
fn row(text: &str, power: i32) -> Read<Vec<f64>> {
    let text = text.trim();
    let text = text.strip_suffix(',').unwrap_or(text).trim_end();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if !text.contains(',') {
        return text.split_whitespace().map(|word| number(word, power)).collect();
    }
    let words: Vec<&str> = text.split(',').map(str::trim).collect();
    if words.iter().any(|word| word.split_whitespace().count() > 1) {
        return Err(if words.len() > 1 && has_tight_comma(text) {
            "both commas and spaces stand between its numbers; if the comma is a decimal comma, write points"
                .into()
        } else {
            format!("a comma is missing or too many in `{}`", excerpt(text))
        });
    }
    words.iter().map(|word| number(word, power)).collect()
}

/// Whether a comma stands between two digits.
fn has_tight_comma(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).any(|three| three[1] == b',' && three[0].is_ascii_digit() && three[2].is_ascii_digit())
}

/// Whether all the commas may be decimal commas: digits on both sides, and no decimal point anywhere.
fn may_be_decimal_commas(text: &str) -> bool {
    has_tight_comma(text) && !text.contains('.')
}

const DECIMAL_COMMA: &str = "its commas may be decimal commas or stand between numbers: write decimal points, or a space after each comma";

fn table(rows: Vec<Vec<f64>>) -> Read<Array2<f64>> {
    let n_columns = rows.first().map_or(0, Vec::len);
    if n_columns == 0 {
        return Err("there are no numbers in it; expected a table of numbers".into());
    }
    if let Some((k, row)) = rows.iter().enumerate().find(|(_, row)| row.len() != n_columns) {
        return Err(format!(
            "row {} has {}, but row 1 has {}",
            k + 1,
            crate::text::count(row.len(), "number"),
            crate::text::count(n_columns, "number"),
        ));
    }
    let n_rows = rows.len();
    Array2::from_shape_vec((n_rows, n_columns), rows.concat()).map_err(|error| error.to_string())
}

// Lists in brackets

/// What may stand before a list: the names of functions and types that make one, with sizes.
fn is_known_before(text: &str) -> bool {
    const WORDS: [&str; 43] = [
        "array",
        "np.array",
        "numpy.array",
        "ndarray",
        "tensor",
        "torch.tensor",
        "tf.Tensor",
        "tf.Variable",
        "jnp.array",
        "Array",
        "DeviceArray",
        "matrix",
        "Matrix",
        "mat",
        "vec",
        "vec!",
        "array!",
        "arr1",
        "arr2",
        "list",
        "c",
        "float64",
        "float32",
        "float",
        "double",
        "Float64",
        "Float32",
        "Float64Array",
        "Float32Array",
        "new",
        "mat.NewDense",
        "numpy",
        "shape",
        "dtype",
        "print",
        "Some",
        "Ok",
        "Tensor",
        "np",
        "matrix!",
        "dmatrix!",
        "asarray",
        "cupy.array",
    ];
    let words = text
        .split(|c: char| c.is_whitespace() || "(){}[]<>=:&,*".contains(c))
        .filter(|word| !word.is_empty());
    words.into_iter().all(|word| {
        WORDS.contains(&word)
            || word.trim_matches('\'').starts_with("float")
            || word.bytes().all(|b| b.is_ascii_digit())
    })
}

/// What may stand behind a list: `)`, `dtype=float32`, `shape=[2, 3]`, and the like.
fn is_known_behind(text: &str, dim: (usize, usize)) -> Read<()> {
    let rest = text
        .trim()
        .trim_start_matches([')', '>', ',', ';', ' ', '\n'])
        .trim_end_matches([')', '>', ';', ' ', '\n', ',']);
    if rest.is_empty() {
        return Ok(());
    }
    const KEYS: [&str; 9] =
        ["dtype", "device", "requires_grad", "grad_fn", "shape", "strides", "layout", "const ndim", "size"];
    // commas inside brackets belong to their key
    let mut depth = 0;
    let mut fields = vec![String::new()];
    for c in rest.chars() {
        match c {
            '[' | '(' | '<' => depth += 1,
            ']' | ')' | '>' => depth -= 1,
            ',' if depth == 0 => {
                fields.push(String::new());
                continue;
            }
            _ => {}
        }
        fields.last_mut().expect("one at least").push(c);
    }
    for field in fields {
        let Some((key, value)) = field.trim().split_once('=') else { return Err(behind(rest)) };
        let (key, value) = (key.trim(), value.trim());
        let plain = |c: char| c.is_alphanumeric() || "._'\":<>()[], \n".contains(c);
        if !KEYS.contains(&key) || !value.chars().all(plain) {
            return Err(behind(rest));
        }
        if key == "shape" {
            let sizes: Vec<usize> = value
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|word| word.parse().ok())
                .filter(|&size| size != 1)
                .collect();
            let found: Vec<usize> = [dim.0, dim.1].into_iter().filter(|&size| size != 1).collect();
            if sizes != found {
                return Err(format!("it says {key}={value}, and holds {} × {} numbers", dim.0, dim.1));
            }
        }
    }
    Ok(())
}

fn behind(rest: &str) -> String {
    format!("`{}` stands behind the table: paste one table by itself", excerpt(rest))
}

/// A list, from its opening bracket on.
fn bracketed(text: &str, open: usize) -> Read<Array2<f64>> {
    let text_from = |start: usize| &text[start..];
    // the list begins where the first number is; what is before it are names and sizes
    let start = list_start(text, open)?;
    if !is_known_before(&text[..start]) {
        let before = text[..start].trim();
        return Err(format!("`{}` before the table is not understood", excerpt(before)));
    }
    let (list, end) = list(text_from(start))?;
    let array = match list {
        List::Rows(rows) => table(rows)?,
        List::Flat(inside) => flat(inside)?,
    };
    is_known_behind(&text[start + end..], array.dim())?;
    Ok(array)
}

/// Where the outermost bracket of the table itself stands.
fn list_start(text: &str, open: usize) -> Read<usize> {
    let mut start = open;
    loop {
        let rest = &text[start..];
        let inside = rest[1..].trim_start();
        let first = inside.chars().next().ok_or("a bracket is not closed")?;
        let skip_to = |after: usize| text[after..].find(['[', '{', '(']).map(|next| after + next);
        match first {
            // array(…), Float64Array(3) […], tf.Tensor(…): not the list yet
            '[' | '{' if rest.starts_with('(') => start = skip_to(start + 1).ok_or("a bracket is missing")?,
            '&' if rest.starts_with('(') => start = skip_to(start + 1).ok_or("a bracket is missing")?,
            c if c.is_alphabetic() && rest.starts_with('(') => {
                start = skip_to(start + 1).ok_or("a bracket is missing")?;
            }
            // Go's [][]float64{…} and [2][3]float64{…}, JavaScript's Array(3) […]
            _ => {
                let close = rest.find([']', ')', '}']).ok_or("a bracket is not closed")?;
                let behind = rest[close + 1..].trim_start();
                let is_size = rest[1..close].trim().bytes().all(|b| b.is_ascii_digit());
                let goes_on =
                    behind.starts_with("float") || behind.starts_with('[') || behind.starts_with("double");
                let is_go = rest.starts_with('[')
                    && goes_on
                    && is_size
                    && text[..start].trim_end().is_empty()
                    || rest.starts_with('[') && goes_on && is_size && text[..start].trim_end().ends_with(']');
                let is_js = rest.starts_with('(') && is_size && behind.starts_with('[');
                if is_go || is_js {
                    start = skip_to(start + close + 1).ok_or("a bracket is missing")?;
                } else {
                    return Ok(start);
                }
            }
        }
    }
}

enum List<'a> {
    Rows(Vec<Vec<f64>>),
    Flat(&'a str),
}

fn closing(open: char) -> char {
    match open {
        '[' => ']',
        '{' => '}',
        _ => ')',
    }
}

/// The list at the beginning of the text, and where it ends.
fn list(text: &str) -> Read<(List<'_>, usize)> {
    let open = text.chars().next().ok_or("a bracket is missing")?;
    let inside = text[1..].trim_start();
    let offset = text.len() - inside.len();
    if !inside.starts_with(['[', '{', '(']) {
        let end = inside.find(['[', ']', '{', '}', '(', ')']).ok_or("a bracket is not closed")?;
        if !inside[end..].starts_with(closing(open)) {
            return Err("its brackets do not fit together".into());
        }
        return Ok((List::Flat(&inside[..end]), offset + end + 1));
    }
    let (mut rows, mut rest) = (Vec::new(), inside);
    loop {
        let open_row = rest.chars().next().ok_or("a bracket is not closed")?;
        let end = rest[1..].find(['[', ']', '{', '}', '(', ')']).ok_or("a bracket is not closed")? + 1;
        match &rest[end..] {
            tail if tail.starts_with(closing(open_row)) => {}
            tail if tail.starts_with(['[', '{', '(']) => {
                return Err("it has more than two axes: paste one table, of rows and columns".into());
            }
            _ => return Err("its brackets do not fit together".into()),
        }
        let inner = &rest[1..end];
        if inner.contains(';') {
            return Err("a semicolon stands inside a row in brackets".into());
        }
        rows.push(row(inner, 0)?);
        if rows.last().is_some_and(Vec::is_empty) {
            return Err("one of its rows is empty".into());
        }
        rest = rest[end + 1..].trim_start();
        let after = rest.strip_prefix([',', ';']).map(str::trim_start);
        match after.unwrap_or(rest) {
            next if next.starts_with(closing(open)) => {
                return Ok((List::Rows(rows), text.len() - next.len() + 1));
            }
            next if next.starts_with(['[', '{', '(']) => rest = next,
            "" => return Err("a bracket is not closed".into()),
            next => return Err(format!("`{}` stands between its rows", excerpt(next))),
        }
    }
}

/// A list without lists in it: rows are set apart by semicolons; without them it is one row.
fn flat(inside: &str) -> Read<Array2<f64>> {
    if may_be_decimal_commas(inside) {
        return Err(DECIMAL_COMMA.into());
    }
    if inside.contains(';') {
        let inside = inside.trim().trim_end_matches(';');
        return table(inside.split(';').map(|line| row(line, 0)).collect::<Read<_>>()?);
    }
    if inside.trim().contains('\n') && !inside.contains(',') {
        return Err("it is one list over several lines: are the lines rows? Then each needs brackets, or a semicolon at its end".into());
    }
    table(vec![row(inside, 0)?])
}

// R: row labels [1,] and column heads [,1]

/// An R label at the beginning: [k,] or [k].
fn r_label(line: &str) -> Option<(usize, bool, &str)> {
    let rest = line.trim_start().strip_prefix('[')?;
    let (inside, rest) = rest.split_once(']')?;
    let is_row = inside.ends_with(',');
    let number = inside.strip_suffix(',').unwrap_or(inside).trim();
    let is_digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| number.parse().ok().map(|k| (k, is_row, rest)))?
}

fn r_heads(line: &str) -> Option<Vec<usize>> {
    let words = line.split_whitespace();
    let head = |word: &str| word.strip_prefix("[,")?.strip_suffix(']')?.parse().ok();
    let heads: Vec<usize> = words.map(head).collect::<Option<_>>()?;
    (!heads.is_empty()).then_some(heads)
}

/// The rows, if R has printed them.
fn r_table(text: &str) -> Read<Option<Vec<Vec<f64>>>> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let Some(first) = lines.first() else { return Ok(None) };
    let is_vector = r_label(first).is_some_and(|(k, is_row, rest)| {
        k == 1
            && !is_row
            && !rest.trim().is_empty()
            && !rest.trim_start().starts_with(['[', ',', ']', ';', ')'])
    }) && !first.contains("float");
    if is_vector {
        let mut all: Vec<f64> = Vec::new();
        for line in &lines {
            match r_label(line) {
                Some((k, false, rest)) if k == all.len() + 1 => all.extend(spaced(rest)?),
                _ => {
                    return Err(format!(
                        "`{}` does not go on where the row before ends",
                        excerpt(line.trim())
                    ));
                }
            }
        }
        return Ok(Some(vec![all]));
    }
    if r_heads(first).is_none() {
        return match r_label(first) {
            Some((_, true, _)) => {
                Err("the row labels [1,] are there, but not the column heads [,1]: paste those too".into())
            }
            _ => Ok(None),
        };
    }
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let (mut n_columns, mut next_row, mut width) = (0, 0, 0);
    for line in lines {
        if let Some(heads) = r_heads(line) {
            let expected: Vec<usize> = (n_columns + 1..=n_columns + heads.len()).collect();
            if heads != expected || (n_columns > 0 && next_row != rows.len()) {
                return Err(format!(
                    "the column heads `{}` do not go on where the others end",
                    excerpt(line.trim())
                ));
            }
            (width, next_row) = (heads.len(), 0);
            n_columns += width;
            continue;
        }
        let Some((k, true, rest)) = r_label(line) else {
            return Err(format!("`{}` has no row label as the others have", excerpt(line.trim())));
        };
        let numbers = spaced(rest)?;
        let is_first_block = n_columns == width;
        if k != next_row + 1 || (!is_first_block && k > rows.len()) {
            return Err(format!("the row label [{k},] is not the next one"));
        }
        if numbers.len() != width {
            let found = crate::text::count(numbers.len(), "number");
            return Err(format!("row {k} has {found}, but {width} column heads are above it"));
        }
        if is_first_block {
            rows.push(numbers)
        } else {
            rows[k - 1].extend(numbers)
        }
        next_row = k;
    }
    if next_row != rows.len() {
        return Err("its last columns have fewer rows than the first".into());
    }
    Ok(Some(rows))
}

fn spaced(text: &str) -> Read<Vec<f64>> {
    if text.contains(',') {
        return Err(DECIMAL_COMMA.into());
    }
    row(text, 0)
}

// Plain lines

fn is_julia_header(line: &str) -> bool {
    line.trim_end().ends_with(':') && (line.contains('×') || line.contains("-element")) && line.contains('{')
}

/// The columns that MATLAB or Octave names above a part of a wide table.
fn is_columns_header(line: &str) -> Option<(usize, usize)> {
    let words: Vec<&str> = line.trim().trim_end_matches(':').split_whitespace().collect();
    match words.as_slice() {
        ["Column", k] => k.parse().ok().map(|k| (k, k)),
        ["Columns", from, "through" | "and" | "to", to] => Some((from.parse().ok()?, to.parse().ok()?)),
        _ => None,
    }
}

/// The power of ten of `1.0e-03 *`.
fn common_factor(line: &str) -> Option<i32> {
    let factor = line.trim().strip_suffix('*')?.trim();
    let exponent = factor
        .strip_prefix("1.0e")
        .or_else(|| factor.strip_prefix("1e"))
        .or_else(|| factor.strip_prefix("1.0000e"))?;
    exponent.parse().ok().filter(|power: &i32| power.abs() < 300)
}

fn plain(text: &str) -> Read<Array2<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut julia: Option<String> = None;
    let mut power = 0;
    // the next column, and the row in it, of a table in parts
    let mut part: Option<(usize, usize, usize)> = None;
    let mut next_column = 1;
    if may_be_decimal_commas(text) {
        return Err(DECIMAL_COMMA.into());
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(exponent) = common_factor(line) {
            if !rows.is_empty() || power != 0 {
                return Err("a common factor stands in the middle of it".into());
            }
            power = exponent;
            continue;
        }
        if is_julia_header(line) {
            if !rows.is_empty() || julia.is_some() {
                return Err("there are two tables in it: paste one by itself".into());
            }
            julia = Some(line.trim().to_string());
            continue;
        }
        if let Some((from, to)) = is_columns_header(line) {
            let is_whole = part.is_none_or(|(_, _, row)| row == rows.len());
            if from != next_column || to < from || !is_whole || (part.is_none() && !rows.is_empty()) {
                return Err(format!("`{}` does not go on where the columns before end", line.trim()));
            }
            part = Some((from, to, 0));
            next_column = to + 1;
            continue;
        }
        if line.contains('=') {
            return Err(format!("`{}` stands in it: paste one table by itself", excerpt(line.trim())));
        }
        let lines = line.trim().trim_end_matches(';').split(';');
        for line in lines {
            let numbers = row(line, power)?;
            match &mut part {
                None => rows.push(numbers),
                Some((from, to, k)) => {
                    if numbers.len() != *to - *from + 1 {
                        return Err(format!(
                            "a row has {} numbers below the head of columns {from} to {to}",
                            numbers.len()
                        ));
                    }
                    if *from == 1 {
                        rows.push(numbers);
                    } else {
                        rows.get_mut(*k)
                            .ok_or("its last columns have more rows than the first")?
                            .extend(numbers);
                    }
                    *k += 1;
                }
            }
        }
    }
    if part.is_some_and(|(_, _, row)| row != rows.len()) {
        return Err("its last columns have fewer rows than the first".into());
    }
    let array = table(rows)?;
    if let Some(header) = julia {
        let sizes: Vec<usize> = header
            .split(|c: char| !c.is_ascii_digit())
            .take(2)
            .filter_map(|word| word.parse().ok())
            .collect();
        let (n_rows, n_columns) = array.dim();
        let fits = match header.contains("-element") {
            true => sizes.first() == Some(&n_rows) && n_columns == 1,
            false => sizes == [n_rows, n_columns],
        };
        if !fits {
            return Err(format!(
                "its head says `{}`, and it holds {n_rows} × {n_columns} numbers",
                excerpt(&header)
            ));
        }
    }
    // 1, 2, 3, … before numbers that are none: labels of the rows
    let counts = |first: f64| array.column(0).iter().enumerate().all(|(k, &v)| v == first + k as f64);
    let labelled = array.nrows() > 1 && array.ncols() > 1 && (counts(0.0) || counts(1.0));
    let others_whole = array.columns().into_iter().skip(1).flatten().all(|v| v.fract() == 0.0);
    if labelled && !others_whole {
        return Err("its first column only counts the rows: leave the row labels out".into());
    }
    Ok(array)
}
