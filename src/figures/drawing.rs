//! A sheet, what is drawn on it, and how it becomes SVG and PNG.

pub(crate) mod backend;
pub(crate) mod canvas;
pub(crate) mod colormap;
pub(crate) mod contour;
pub(crate) mod font;
pub(crate) mod marks;
pub(crate) mod projection;
pub(crate) mod raster;
pub(crate) mod shape;
pub(crate) mod style;
pub(crate) mod svg;
