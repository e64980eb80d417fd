//! How values show in a notebook: as a table with its shape, and as text for viewers without tables.

use super::claim::Claim;
use super::diagnose::Diagnosis;
use super::gradient_check::GradientCheck;
use crate::data::{Dataset, Scaler, StandardScaler};
use crate::model::{ForwardPass, Gradients, Network};
use crate::text::{count, entry, number};
use crate::training::{
    CrossValidation, Fold, LearningCurve, Method, Termination, Trainer, TrainingRun, median,
};
use ndarray::{Array1, Array2};
use std::fmt::Write;

/// Rows or columns beyond this many are left out in the middle.
const MAX_SHOWN: usize = 12;

/// Makes a bare value at the end of a notebook's cell show as a table.
///
/// The kernel looks for a method of this name; it is the one trait of this crate, because arrays are not our types.
///
/// # Examples
///
/// ```
/// use demystified::{ShowArray, ndarray::array};
///
/// array![[3.0, 5.0], [5.0, 1.0]].evcxr_display();   // a table of 2 rows and 2 columns, marked "2 × 2"
/// ```
pub trait ShowArray {
    /// Prints the value in the kernel's form for rich output.
    fn evcxr_display(&self);
}

impl ShowArray for Array2<f64> {
    fn evcxr_display(&self) {
        show(&array_html(self), &array_text(self));
    }
}

impl ShowArray for Array1<f64> {
    fn evcxr_display(&self) {
        let row = self.clone().insert_axis(ndarray::Axis(0));
        let label = match self.len() {
            1 => "1 value, one axis".to_owned(),
            n => format!("{n} values, one axis"),
        };
        show(&labelled(&label, &table_html(&row)), &format!("{label}\n{}", table_text(&row)));
    }
}

impl ShowArray for Vec<Claim> {
    fn evcxr_display(&self) {
        let lines: Vec<String> = self.iter().map(Claim::to_string).collect();
        show(&claims_html(&lines), &lines.join("\n"));
    }
}

impl Claim {
    /// Shows the claim in a notebook.
    pub fn evcxr_display(&self) {
        let line = self.to_string();
        show(&claims_html(std::slice::from_ref(&line)), &line);
    }
}

impl Dataset {
    /// Shows x and y in a notebook.
    pub fn evcxr_display(&self) {
        show_named(&count(self.len(), "example"), &[("x", self.x.clone()), ("y", self.y.clone())]);
    }
}

impl Scaler {
    /// Shows the maxima in a notebook.
    pub fn evcxr_display(&self) {
        let x_max = self.x_max.clone().insert_axis(ndarray::Axis(0));
        show_named(
            &format!("Scores are divided by {}; x by the column's maximum", number(self.y_max)),
            &[("x_max", x_max)],
        );
    }
}

impl StandardScaler {
    /// Shows the means and deviations in a notebook.
    pub fn evcxr_display(&self) {
        let [mean, std_dev] =
            [&self.mean, &self.std_dev].map(|row| row.clone().insert_axis(ndarray::Axis(0)));
        show_named(
            &format!(
                "Scores are divided by {}; of x, the column's mean is subtracted, then it is divided by std_dev",
                number(self.y_max)
            ),
            &[("mean", mean), ("std_dev", std_dev)],
        );
    }
}

impl Network {
    /// Shows the layers and all weights in a notebook.
    pub fn evcxr_display(&self) {
        let mut arrays: Vec<(String, Array2<f64>)> = Vec::new();
        for (i, w) in self.weights.iter().enumerate() {
            arrays.push((format!("w{}", i + 1), w.clone()));
            if let Some(b) = self.biases.get(i) {
                arrays.push((format!("b{}", i + 1), b.clone().insert_axis(ndarray::Axis(0))));
            }
        }
        show_named(&self.to_string(), &arrays);
    }
}

impl ForwardPass {
    /// Shows every z and a in a notebook.
    pub fn evcxr_display(&self) {
        let mut arrays = Vec::new();
        for layer in 2..=self.n_layers() {
            let a = if layer == self.n_layers() { format!("a{layer} = y_hat") } else { format!("a{layer}") };
            arrays.push((format!("z{layer}"), self.z(layer)));
            arrays.push((a, self.a(layer)));
        }
        show_named(&format!("Forward pass of {}", count(self.a[0].nrows(), "example")), &arrays);
    }
}

impl Gradients {
    /// Shows every δ, dJ/dW and dJ/db in a notebook, from the output backwards.
    pub fn evcxr_display(&self) {
        let mut arrays = Vec::new();
        for i in (0..self.dj_dw.len()).rev() {
            arrays.push((format!("delta{}", i + 2), self.delta[i].clone()));
            arrays.push((format!("dj_dw{}", i + 1), self.dj_dw[i].clone()));
            if let Some(dj_db) = self.dj_db.get(i) {
                arrays.push((format!("dj_db{}", i + 1), dj_db.clone().insert_axis(ndarray::Axis(0))));
            }
        }
        show_named(&format!("Gradients from {}", count(self.delta[0].nrows(), "example")), &arrays);
    }
}

impl GradientCheck {
    /// Shows the verdict and both gradients in a notebook.
    pub fn evcxr_display(&self) {
        let row = |v: Array1<f64>| v.insert_axis(ndarray::Axis(0));
        let arrays = [
            ("analytic", row(self.analytic.clone())),
            ("numerical", row(self.numerical.clone())),
            ("analytic - numerical", row(&self.analytic - &self.numerical)),
        ];
        show_named(&self.to_string(), &arrays);
    }
}

impl Diagnosis {
    /// Shows the finding, the hint and the formula in a notebook.
    pub fn evcxr_display(&self) {
        let text = self.to_string();
        let lines: Vec<String> = text.lines().map(str::to_string).collect();
        show(&claims_html(&lines), &text);
    }
}

impl TrainingRun {
    /// Shows the run in a sentence in a notebook.
    pub fn evcxr_display(&self) {
        show_text(&self.to_string());
    }
}

impl Termination {
    /// Shows the reason in a notebook.
    pub fn evcxr_display(&self) {
        show_text(&self.to_string());
    }
}

impl Trainer {
    /// Shows the settings in a notebook, as code writes them.
    pub fn evcxr_display(&self) {
        show_text(&format!("{self:?}"));
    }
}

impl Method {
    /// Shows the method and its settings in a notebook, as code writes them.
    pub fn evcxr_display(&self) {
        show_text(&format!("{self:?}"));
    }
}

impl CrossValidation {
    /// Shows the validation cost in a notebook.
    pub fn evcxr_display(&self) {
        show_text(&self.to_string());
    }
}

impl Fold {
    /// Shows all four arrays in a notebook.
    pub fn evcxr_display(&self) {
        let n = count(self.train.len(), "example");
        let arrays = [
            ("train.x", self.train.x.clone()),
            ("train.y", self.train.y.clone()),
            ("validation.x", self.validation.x.clone()),
            ("validation.y", self.validation.y.clone()),
        ];
        show_named(&format!("{n} to train on, {} left out", self.validation.len()), &arrays);
    }
}

impl LearningCurve {
    /// Shows both costs for each size in a notebook.
    pub fn evcxr_display(&self) {
        let row = |values: &[f64]| Array1::from_vec(values.to_vec()).insert_axis(ndarray::Axis(0));
        let sizes: Vec<f64> = self.sizes.iter().map(|&size| size as f64).collect();
        let arrays = [
            ("sizes", row(&sizes)),
            ("train_cost", row(&self.train_cost)),
            ("test_cost", row(&self.test_cost)),
        ];
        show_named(&self.to_string(), &arrays);
    }
}

impl ShowArray for Vec<TrainingRun> {
    fn evcxr_display(&self) {
        show_text(&runs_text(self));
    }
}

/// Many runs in a sentence: how far they came, and why they ended.
fn runs_text(runs: &[TrainingRun]) -> String {
    let mut text = count(runs.len(), "training");
    let mut costs: Vec<f64> = runs.iter().map(TrainingRun::final_cost).collect();
    costs.sort_by(f64::total_cmp);
    if let (Some(&lowest), Some(&highest)) = (costs.first(), costs.last()) {
        let (lowest, median, highest) = (number(lowest), number(median(&costs)), number(highest));
        write!(text, "; final costs from {lowest} to {highest}, median {median}")
            .expect("writing to a string");
    }
    for reason in Termination::ALL {
        let n = runs.iter().filter(|run| run.termination == reason).count();
        if n > 0 {
            write!(text, "; {n} ended because {reason}").expect("writing to a string");
        }
    }
    text
}

/// A line of text.
fn show_text(text: &str) {
    show(&format!("<p>{}</p>", escape(text)), text);
}

/// A heading and named tables under it.
fn show_named<S: AsRef<str>>(heading: &str, arrays: &[(S, Array2<f64>)]) {
    let mut html = format!("<p>{heading}</p>");
    let mut text = heading.to_string();
    for (name, array) in arrays {
        let label = format!("{} ({})", name.as_ref(), shape(array));
        html.push_str(&labelled(
            &format!("<code>{}</code> ({})", name.as_ref(), shape(array)),
            &table_html(array),
        ));
        write!(text, "\n{label}\n{}", table_text(array)).expect("writing to a string");
    }
    show(&html, &text);
}

fn array_html(array: &Array2<f64>) -> String {
    labelled(&shape(array), &table_html(array))
}

fn array_text(array: &Array2<f64>) -> String {
    format!("{}\n{}", shape(array), table_text(array))
}

/// A table under its label. The label does not break: a narrow table would fold it.
fn labelled(label: &str, table: &str) -> String {
    let label = label.replace(' ', "\u{a0}");
    format!("<table><caption style=\"caption-side: top; text-align: left\">{label}</caption>{table}</table>")
}

fn claims_html(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    format!("<p>{}</p>", lines.join("<br>"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// "3 × 2": rows × columns.
fn shape(array: &Array2<f64>) -> String {
    format!("{} × {}", array.nrows(), array.ncols())
}

/// The kernel reads blocks of this form from stdout, one for each kind of viewer.
fn show(html: &str, text: &str) {
    crate::machine::print(&format!(
        "EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT\n"
    ));
}

/// The entries as text, with a row or column of dots where a large array is cut.
fn cells(array: &Array2<f64>) -> Vec<Vec<String>> {
    let is_whole = |v: f64| v.fract() == 0.0 && v.abs() < 1e6;
    let entry = if array.iter().all(|&v| is_whole(v)) { number } else { entry };
    let row_of = |r: Option<usize>| {
        shown(array.ncols()).map(|c| r.zip(c).map_or("…".to_string(), |at| entry(array[at]))).collect()
    };
    shown(array.nrows()).map(row_of).collect()
}

/// The indices to show out of n: all, or the first and last few with a gap (`None`) between.
fn shown(n: usize) -> impl Iterator<Item = Option<usize>> {
    let half = MAX_SHOWN / 2;
    let (head, gap, tail) =
        if n <= MAX_SHOWN { (0..n, None, n..n) } else { (0..half, Some(None), n - half..n) };
    head.map(Some).chain(gap).chain(tail.map(Some))
}

fn table_html(array: &Array2<f64>) -> String {
    let row = |row: Vec<String>| {
        let cells: String =
            row.iter().map(|cell| format!("<td style=\"text-align: right\">{cell}</td>")).collect();
        format!("<tr>{cells}</tr>")
    };
    cells(array).into_iter().map(row).collect()
}

fn table_text(array: &Array2<f64>) -> String {
    let cells = cells(array);
    let width = cells.iter().flatten().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let row = |row: &Vec<String>| {
        let line: Vec<String> = row.iter().map(|cell| format!("{cell:>width$}")).collect();
        format!("[ {} ]", line.join("  "))
    };
    cells.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn an_array_shows_its_shape_and_its_entries() {
        let text = array_text(&array![[3.0, 0.25], [-5.0, 1e-7]]);
        assert_eq!(text, "2 × 2\n[     3.0000      0.2500 ]\n[    −5.0000  1.000×10⁻⁷ ]");
        assert!(array_html(&array![[3.0, 0.25]]).contains("1\u{a0}×\u{a0}2"));
    }

    #[test]
    fn a_large_array_is_cut_in_the_middle() {
        let rows = cells(&Array2::zeros((100, 3)));
        assert_eq!(rows.len(), MAX_SHOWN + 1);
        assert_eq!(rows[6], ["…", "…", "…"]);
    }
}
