//! `diagnose` on planted mistakes: the reader's numbers are computed anew here, with the mistake in them, for random networks and
//! data.

mod case;
mod cost;
mod file;
mod forward;
mod paste;
mod planted;
mod printed;
mod program;
mod real;
mod right;
mod slips;
mod step;
