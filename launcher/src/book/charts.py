"""Charts with sliders: their programs, and the library that draws them, taken out of the installed JupyterLab."""

import json
import re
import sys
from pathlib import Path

VEGA = "application/vnd.vega.v5+json"
# How JupyterLab's start script says where Vega is: in which of its files, and as which module.
ENTRY = re.compile(r'name:"vega",version:"([^"]+)",factory:\(\)=>Promise\.all\(\[([^\]]*)\]\)\.then\(\(\)=>\(\)=>__webpack_require__\((\d+)\)\)')
# The files hand their modules to this list; the few lines around them find one module, and make `vega` of it.
LOADER = """/* Vega {version}, out of JupyterLab: see licences.txt */
(() => {{
    const modules = {{}}, loaded = {{}};
    self.rspackChunk_jupyterlab_application_top = {{ push: ([, more]) => Object.assign(modules, more) }};
{files}
    const load = id => {{
        if (!loaded[id]) {{
            loaded[id] = {{ exports: {{}} }};
            modules[id].call(loaded[id].exports, loaded[id], loaded[id].exports, load);
        }}
        return loaded[id].exports;
    }};
    load.g = self;
    load.r = exports => Object.defineProperty(exports, "__esModule", {{ value: true }});
    load.d = (exports, getters) => {{
        for (const name in getters) Object.defineProperty(exports, name, {{ enumerable: true, get: getters[name] }});
    }};
    self.vega = load({module});
}})();
"""


def jupyterlab():
    """The folder of JupyterLab's scripts."""
    return Path(sys.prefix) / "share" / "jupyter" / "lab" / "static"


def script():
    """Vega as a plain script, which works from a folder too: the one that draws the charts in the notebooks."""
    folder = jupyterlab()
    for start in folder.glob("main.*.js"):
        if entry := ENTRY.search(start.read_text(encoding="utf-8")):
            version, chunks, module = entry.groups()
            paths = [next(folder.glob(f"{chunk}.*.js")) for chunk in re.findall(r"\d+", chunks)]
            # each begins with its own "use strict", and must not reach the next one
            files = "\n".join(f"(() => {{{path.read_text(encoding='utf-8')}}})();" for path in paths)
            return LOADER.format(version=version, files=files, module=module)
    sys.exit(f"No Vega was found among the scripts of JupyterLab in {folder}.")


def licences():
    """The licences of Vega and of what it is made of."""
    packages = json.loads((jupyterlab() / "third-party-licenses.json").read_text(encoding="utf-8"))["packages"]
    ours = [package for package in packages if re.match(r"vega|d3|topojson|delaunator|robust-predicates", package["name"])]
    return "\n\n".join("{name} {versionInfo} ({licenseId})\n{extractedText}".format(**package).strip() for package in ours)


def embedded(chart):
    """A chart's program, fit to stand in a page."""
    return json.dumps(chart, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
