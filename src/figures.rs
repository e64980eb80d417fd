//! Figures: pictures ([`plot`]) and charts with sliders ([`explore`]), both made of the same drawing.

#[allow(clippy::disallowed_methods, reason = "a picture has no last bits")]
pub(crate) mod drawing;
pub(crate) mod ensure;
pub mod explore;
pub(crate) mod figure;
#[allow(clippy::disallowed_methods, reason = "a picture has no last bits")]
pub mod plot;
