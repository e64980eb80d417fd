//! Figures: pictures ([`plot`]) and charts with sliders ([`explore`]), both made of the same drawing.

pub(crate) mod drawing;
pub(crate) mod ensure;
pub mod explore;
pub(crate) mod figure;
pub mod plot;
