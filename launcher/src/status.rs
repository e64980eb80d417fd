//! `cargo run -- status`: what is set up, which kernel, and whether its speed-up is on. It changes nothing.

use quick_cells::build_folder::BuildFolders;
use quick_cells::{EVCXR_VERSION, switch, warm};

use crate::environment::Environment;
use crate::venv::MISSING;
use crate::{evcxr, setup, venv};

/// Prints it, a line for each part.
pub fn show(environment: &Environment) {
    let mut parts = vec![
        ("checkout", environment.root.display().to_string()),
        ("platform", format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)),
    ];
    parts.extend(venv::states(environment));
    let program = evcxr::find(environment);
    let place =
        program.as_ref().map(|program| format!("evcxr_jupyter {EVCXR_VERSION} ({})", program.display()));
    parts.push(("kernel", place.unwrap_or_else(|| MISSING.to_owned())));
    parts.push(("speed-up", without_speed_up(environment).unwrap_or_else(|| "on".to_owned())));
    if let (Some(evcxr), None) = (program, environment.why_plain()) {
        let folders = BuildFolders::of(&environment.venv());
        let state = match folders.warm().exists() {
            true if warm::is_current(&folders, &setup::recipe(environment, &evcxr)) => "up to date",
            true => "older than the crate; `cargo run` brings it up to date",
            false => MISSING,
        };
        parts.push(("warm build folder", state.to_owned()));
    }
    for (what, state) in parts {
        println!("{what:<18} {state}");
    }
}

/// One line if cells are not made quick, or not as quick as they could be, with the reason.
pub fn without_speed_up(environment: &Environment) -> Option<String> {
    if let Some(why) = environment.why_plain() {
        return Some(format!("The kernel's speed-up is off: {why}."));
    }
    let less = switch::less(&BuildFolders::of(&environment.venv()));
    less.map(|what| format!("The kernel's speed-up is on, but {what}."))
}
