//! `diagnose` on planted mistakes: the reader's numbers are computed anew here, with the mistake in them, for random networks and
//! data.

mod case;
mod cost;
mod forward;
mod gradient;
