//! The notebooks where there is no JupyterLab: on GitHub. And how large they are. As HTML: see `launcher/tests/exports.rs`.

mod pictures;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use pictures::{notebooks, pictures, text};

const LARGEST_NOTEBOOK: usize = 1_500_000;
const LARGEST_CHART: usize = 300_000;

/// GitHub shows the PNG of an output, and neither runs scripts nor knows Vega.
#[test]
fn every_picture_has_a_png_that_can_be_seen_and_a_text_that_says_what_it_shows() {
    for shown in notebooks().iter().flat_map(|notebook| pictures(notebook)) {
        let png = text(&shown.forms["image/png"]).replace('\n', "");
        let bytes = BASE64.decode(png).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info();
        let info = reader.unwrap_or_else(|error| panic!("{}: {error}", shown.place));
        let (width, height) = (info.info().width, info.info().height);
        assert!(width >= 300 && height >= 100, "{}: the PNG has {width} × {height} pixels", shown.place);
        let alt = text(&shown.forms["text/plain"]);
        let says_numbers = alt.len() > 40 && alt.contains(|c: char| c.is_ascii_digit());
        assert!(says_numbers, "{}: the text beside the picture is {alt:?}", shown.place);
    }
}

#[test]
fn notebooks_and_charts_stay_small() {
    let mut charts = 0;
    for notebook in notebooks() {
        let size = fs::metadata(&notebook).unwrap().len() as usize;
        assert!(size < LARGEST_NOTEBOOK, "{}: {size} bytes", notebook.display());
        for shown in pictures(&notebook) {
            for (mime, chart) in
                shown.forms.as_object().unwrap().iter().filter(|(mime, _)| mime.contains("vega"))
            {
                charts += 1;
                let size = chart.to_string().len();
                assert!(size < LARGEST_CHART, "{}: {size} bytes of {mime}", shown.place);
            }
        }
    }
    assert!(charts >= 7, "{charts} charts");
}
