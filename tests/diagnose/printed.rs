//! Tables as other programs print them, written from their documentation: not yet compared with what the programs themselves print.

use crate::own_program::Table;

type Format = (&'static str, fn(&Table) -> String);

fn rows(table: &Table, write: impl Fn(f64) -> String, between: &str) -> Vec<String> {
    table
        .rows()
        .into_iter()
        .map(|row| row.iter().map(|&v| write(v)).collect::<Vec<_>>().join(between))
        .collect()
}

fn largest(table: &Table) -> f64 {
    table.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
}

fn smallest(table: &Table) -> f64 {
    table.iter().filter(|v| **v != 0.0).fold(f64::INFINITY, |m: f64, v| m.min(v.abs()))
}

/// 1e-05 with the two digits of C's exponents.
fn scientific(v: f64, digits: usize) -> String {
    let text = format!("{v:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').expect("an exponent");
    let exponent: i32 = exponent.parse().expect("a number");
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// NumPy's screen: 8 digits behind the point, or powers of ten where numbers differ a lot.
fn numpy(table: &Table) -> String {
    let wide = largest(table) >= 1e8 || smallest(table) < 1e-4 || largest(table) / smallest(table) > 1e3;
    let write = |v: f64| match wide {
        true => scientific(v, 8),
        false => {
            let text = format!("{v:.8}");
            text.trim_end_matches('0').to_string()
        }
    };
    format!("[[{}]]", rows(table, write, " ").join("]\n ["))
}

fn numpy_repr(table: &Table) -> String {
    let lists: Vec<String> = numpy(table).lines().map(|line| line.trim().replace(' ', ", ")).collect();
    format!("array({})", lists.join(",\n       "))
}

fn numpy_single(table: &Table) -> String {
    let single = table.mapv(|v| f64::from(v as f32));
    format!(
        "array([[{}]], dtype=float32)",
        rows(&single, |v| format!("{:.8}", v as f32), ", ").join("],\n       [")
    )
}

fn python_list(table: &Table) -> String {
    format!("[[{}]]", rows(table, |v| format!("{v:?}"), ", ").join("], ["))
}

fn torch(table: &Table) -> String {
    let wide = largest(table) / smallest(table) > 1000.0 || largest(table) > 1e8 || smallest(table) < 1e-4;
    let write = |v: f64| if wide { scientific(f64::from(v as f32), 4) } else { format!("{:.4}", v as f32) };
    format!("tensor([[{}]])", rows(table, write, ", ").join("],\n        ["))
}

/// `format short`, with the common factor of numbers that are all small.
fn matlab(table: &Table) -> String {
    let power = if largest(table) < 1e-3 || largest(table) >= 1e3 {
        largest(table).log10().floor() as i32
    } else {
        0
    };
    let head = if power == 0 {
        String::new()
    } else {
        format!("   1.0e{}{:02} *\n\n", if power < 0 { '-' } else { '+' }, power.abs())
    };
    let lines = rows(table, |v| format!("{:10.4}", v / 10f64.powi(power)), "");
    format!("dj_dw1 =\n\n{head}{}\n", lines.join("\n"))
}

fn mat2str(table: &Table) -> String {
    format!("[{}]", rows(table, |v| significant(v, 15), " ").join(";"))
}

/// So many significant digits, without zeros at the end, as %g writes them.
fn significant(v: f64, digits: usize) -> String {
    let text = scientific(v, digits - 1);
    let (_, exponent) = text.split_once('e').expect("an exponent");
    let exponent: i32 = exponent.parse().expect("a number");
    if (-5..digits as i32).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        let text = format!("{v:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
    } else {
        text
    }
}

fn julia(table: &Table) -> String {
    let write = |v: f64| format!("{v:?}");
    match table.ncols() {
        1 => format!("{}-element Vector{{Float64}}:\n {}", table.nrows(), rows(table, write, "").join("\n ")),
        n => format!("{}×{n} Matrix{{Float64}}:\n {}", table.nrows(), rows(table, write, "  ").join("\n ")),
    }
}

fn julia_literal(table: &Table) -> String {
    format!("[{}]", rows(table, |v| format!("{v:?}"), " ").join("; "))
}

/// R: 7 significant digits for the smallest, as many decimals for the rest of a column.
fn r(table: &Table) -> String {
    let heads: Vec<String> = (1..=table.ncols()).map(|k| format!("[,{k}]")).collect();
    let mut columns: Vec<Vec<String>> = Vec::new();
    for column in table.columns() {
        let decimals = column.iter().map(|&v| decimals_for(v, 7)).max().unwrap_or(7);
        let small =
            column.iter().filter(|v| **v != 0.0).fold(f64::INFINITY, |m: f64, v| m.min(v.abs())) < 1e-5;
        columns.push(
            column
                .iter()
                .map(|&v| if small { scientific(v, 6) } else { format!("{v:.decimals$}") })
                .collect(),
        );
    }
    let line = |k: usize| {
        let cells: Vec<&str> = columns.iter().map(|column| column[k].as_str()).collect();
        format!("[{},] {}", k + 1, cells.join(" "))
    };
    let lines: Vec<String> = (0..table.nrows()).map(line).collect();
    format!("            {}\n{}", heads.join("       "), lines.join("\n"))
}

fn decimals_for(v: f64, digits: i32) -> usize {
    if v == 0.0 { 0 } else { (digits - 1 - v.abs().log10().floor() as i32).max(0) as usize }
}

fn javascript(table: &Table) -> String {
    let lists: Vec<String> =
        rows(table, |v| format!("{v:?}"), ", ").iter().map(|row| format!("  [ {row} ]")).collect();
    format!("[\n{}\n]", lists.join(",\n"))
}

fn go(table: &Table) -> String {
    format!("[[{}]]", rows(table, |v| format!("{v:?}"), " ").join("] ["))
}

fn go_literal(table: &Table) -> String {
    let lists = rows(table, |v| format!("{v:?}"), ", ").join("}, []float64{");
    format!("[][]float64{{[]float64{{{lists}}}}}")
}

fn rust(table: &Table) -> String {
    format!("{table:?}")
}

fn rust_display(table: &Table) -> String {
    format!("{table}")
}

fn rust_short(table: &Table) -> String {
    format!("{table:.4}")
}

fn braces(table: &Table) -> String {
    format!("{{{{{}}}}}", rows(table, |v| format!("{v:?}"), ", ").join("}, {"))
}

pub const FORMATS: &[Format] = &[
    ("NumPy", numpy),
    ("NumPy's repr", numpy_repr),
    ("NumPy, 32 bits", numpy_single),
    ("Python's list", python_list),
    ("PyTorch", torch),
    ("MATLAB", matlab),
    ("MATLAB's mat2str", mat2str),
    ("Julia", julia),
    ("Julia's literal", julia_literal),
    ("R", r),
    ("JavaScript", javascript),
    ("Go", go),
    ("Go's literal", go_literal),
    ("ndarray's {:?}", rust),
    ("ndarray's {}", rust_display),
    ("ndarray's {:.4}", rust_short),
    ("braces", braces),
];
