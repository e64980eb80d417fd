//! `diagnose` on planted mistakes: the reader's numbers are computed anew here, with the mistake in them, for random networks and
//! data.

mod case;
mod diagnose_cost;
mod diagnose_forward;
mod diagnose_step;
mod file;
mod own_program;
mod paste;
mod planted;
mod printed;
mod real;
mod right;
mod slips;
