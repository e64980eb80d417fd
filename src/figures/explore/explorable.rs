//! A chart with sliders, its picture, and the text that says what is seen.

use std::fmt;

use serde_json::Value;

use crate::figures::figure::Figure;

/// The type under which JupyterLab 4 shows a live chart: it has Vega 5.33.
const MIME: &str = "application/vnd.vega.v5+json";

/// A chart with sliders. It shows as a live chart, as a picture (PNG, SVG) and as a text.
///
/// # Examples
///
/// ```
/// use demystified::{Activation, explore, ndarray::array};
///
/// let chart = explore::neuron(&array![1.0], &array![2.0], Activation::Tanh)?;
/// assert!(chart.spec().starts_with("{\"$schema\":\"https://vega.github.io/schema/vega/v5.json\""));
/// assert_eq!(chart.figure.width(), 700);
/// assert!(chart.to_string().contains("a = tanh(z) = 0.964"));
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone)]
pub struct Explorable {
    /// What is seen with the sliders where they start, in words and numbers.
    pub alt: String,
    /// The picture of that.
    pub figure: Figure,
    spec: String,
}

impl Explorable {
    pub(super) fn new(alt: String, figure: &Figure, spec: &Value) -> Explorable {
        Explorable { figure: figure.with_alt(&alt), spec: spec.to_string(), alt }
    }

    /// The chart as a Vega 5 specification, in JSON: data, formulas and sliders.
    pub fn spec(&self) -> &str {
        &self.spec
    }

    /// Shows the chart in a notebook, with the picture and the text beside it for viewers that show no Vega.
    pub fn evcxr_display(&self) {
        crate::machine::print(&self.notebook_output());
    }

    fn notebook_output(&self) -> String {
        let mut output = self.figure.notebook_output();
        output.push_str(&format!("EVCXR_BEGIN_CONTENT {MIME}\n{}\nEVCXR_END_CONTENT\n", self.spec));
        output
    }
}

/// The alternative text.
impl fmt::Display for Explorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.alt)
    }
}

impl fmt::Debug for Explorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Explorable, {} bytes of Vega: {}", self.spec.len(), self.alt)
    }
}

#[cfg(test)]
mod tests {
    use crate::figures::explore;
    use crate::model::Activation;
    use ndarray::array;

    #[test]
    fn a_notebook_gets_the_chart_a_picture_and_a_text_each_a_block() {
        let chart = explore::neuron(&array![1.0], &array![2.0], Activation::Tanh).unwrap();
        let output = chart.notebook_output();
        let types: Vec<&str> =
            output.lines().filter_map(|line| line.strip_prefix("EVCXR_BEGIN_CONTENT ")).collect();
        assert_eq!(types, ["text/plain", "image/svg+xml", "image/png", super::MIME]);
        assert_eq!(output.matches("\nEVCXR_END_CONTENT\n").count(), types.len());
        assert!(output.contains(&format!("text/plain\n{}\n", chart.alt)));
    }
}
