"""From the start of a kernel to the first result, four ways."""

import subprocess
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from kernel import Kernel

FLOOR = {
    ":dep": ':dep empty = { path = "../empty" }\nuse empty::twice;',
    "first let": "let x: f64 = twice(1.5);",
    "first result": "twice(x)",
}
RECIPE = {
    ":dep": ':dep ndarray = "0.17"\n'
            ':dep plotters = { version = "0.3", default-features = false, features = ["evcxr", "all_series", "all_elements"] }\n'
            "use ndarray::{Array1, array};\nuse plotters::prelude::*;",  # fmt: skip
    "first let": "let x: Array1<f64> = Array1::linspace(-5.0, 5.0, 101);",
    "first result": """evcxr_figure((640, 400), |root| {
    let mut chart = ChartBuilder::on(&root)
        .caption("The sigmoid", ("sans-serif", 20))
        .x_label_area_size(30)
        .y_label_area_size(40)
        .build_cartesian_2d(-5.0..5.0, 0.0..1.0)?;
    chart.configure_mesh().x_desc("z").y_desc("a").draw()?;
    chart.draw_series(LineSeries::new(x.iter().map(|&z| (z, 1.0 / (1.0 + (-z).exp()))), &BLUE))?;
    Ok(())
})""",
}
OURS = {
    ":dep": ':dep demystified = { path = ".." }\nuse demystified::ndarray::{Array1, Array2, array};\n'
            "use demystified::*;",  # fmt: skip
    # The session's first `?` must stand in a statement: in a last expression the kernel falls back to `Debug` text.
    "first let": "let net: Network = Network::random(&[2, 3, 1], 0)?;",
    "first result": "plot::network(&net)?",
}
# More cells of ours. The calls bind or show what the crate returns; the figures draw.
CALLS = [
    "let data: Dataset = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;",
    "let pass: ForwardPass = net.forward(&data.x)?;",
    "pass.y_hat()",
    "net.w(1)",
    "let j: f64 = net.cost(&data.x, &data.y)?;",
    "net.predict(&data.x)?",
    "net.params()",
]
FIGURES = [
    "plot::neuron(&array![0.3, 1.0], &array![2.0, -1.0], Activation::Sigmoid)?",
    'plot::scatter(&Axes::new("Sleep", "hours asleep", "score"),\n'
    '    &[("students", &data.x.column(0).to_owned(), &data.y.column(0).to_owned())])?',
    "let z: Array1<f64> = Array1::linspace(-5.0, 5.0, 101);\n"
    'plot::line(&Axes::new("The sigmoid", "z", "a"), &[("a", &z, &z.mapv(sigmoid))])?',
]

STEPS = ["kernel start", ":dep", "first let", "first result"]


def measure(spec, folder, cells, spare=False):
    """One kernel from its start to the first result, then, for ours, the other cells."""
    with Kernel(spec, folder, spare) as kernel:
        times = {"kernel start": kernel.start_seconds}
        for step, code in cells.items():
            times[step] = kernel.seconds(code, step == "first result")
        times["start to first result"] = sum(times.values())
        times["memory"] = kernel.megabytes()
        if cells is OURS:
            times["calls"] = [kernel.seconds(code, not code.endswith(";")) for code in CALLS]
            times["figures"] = [kernel.seconds(code, True) for code in FIGURES]
        return times


def plain_kernel(ours):
    """The kernel program that ours starts, without what ours adds."""
    program = next(word for word in ours.argv if Path(word).stem == "evcxr_jupyter")
    argv = [program, "--control_file", "{connection_file}"]
    return KernelSpec(argv=argv, display_name="Rust", language="rust", interrupt_mode="message")


def prepare(folder):
    """The empty crate, and the recipe's sources on the disk: no download is measured."""
    for name, source in {"empty": "pub fn twice(x: f64) -> f64 {\n    2.0 * x\n}\n", "fetch": ""}.items():
        (folder / name / "src").mkdir(parents=True)
        (folder / name / "src" / "lib.rs").write_text(source)
    manifest = '[package]\nname = "{}"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n'
    (folder / "empty" / "Cargo.toml").write_text(manifest.format("empty"))
    recipe = "\n".join(line.removeprefix(":dep ") for line in RECIPE[":dep"].splitlines() if line.startswith(":dep"))
    (folder / "fetch" / "Cargo.toml").write_text(manifest.format("fetch") + recipe + "\n")
    subprocess.run(["cargo", "fetch", "--quiet"], cwd=folder / "fetch", check=True)
    (folder / "notebooks").mkdir()
