// The charts with sliders: each takes the place of its picture.
document.querySelectorAll("figure.chart").forEach(drawChart);

function drawChart(figure) {
    const program = figure.querySelector('script[type="application/json"]');
    const picture = figure.querySelector("img");
    const drawing = document.createElement("div");
    const sliders = document.createElement("div");
    sliders.className = "sliders";
    const view = new vega.View(vega.parse(JSON.parse(program.textContent)), { renderer: "svg", hover: true });
    view.tooltip(tip).initialize(drawing, sliders);
    view.runAsync().then(() => {
        // Of the drawing's pieces nothing is read aloud; as a whole it says what its picture says.
        drawing.querySelector("svg").setAttribute("aria-hidden", "true");
        drawing.setAttribute("role", "img");
        drawing.removeAttribute("aria-roledescription");
        drawing.setAttribute("aria-label", picture.alt);
        picture.replaceWith(drawing);
        figure.append(sliders);
        nameSliders(sliders);
    });
}

// Vega writes a slider's name beside it; what reads the page aloud is to know that it belongs to it.
function nameSliders(sliders) {
    for (const bound of sliders.querySelectorAll(".vega-bind")) {
        const name = bound.querySelector(".vega-bind-name").textContent;
        for (const slider of bound.querySelectorAll("input[type=range]")) slider.setAttribute("aria-label", name);
    }
}

// What is under the pointer: a text beside it, as JupyterLab shows it.
function tip(_, event, item, value) {
    let box = document.querySelector(".tip");
    if (!value) return box?.remove();
    if (!box) {
        box = document.createElement("div");
        box.className = "tip";
        document.body.append(box);
    }
    const rows = typeof value === "object" ? Object.entries(value).map(pair => pair.join(": ")) : [String(value)];
    box.textContent = rows.join("\n");
    const { clientWidth } = document.documentElement;
    box.style.left = `${Math.min(event.clientX + 12, clientWidth - box.offsetWidth - 8)}px`;
    box.style.top = `${event.clientY + 16}px`;
}
