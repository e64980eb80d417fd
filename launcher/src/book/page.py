"""One notebook becomes a page."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import charts
import folding
import forms
from formulas import mathml
from jinja2 import pass_context
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import RustLexer
from traitlets import default

HERE = Path(__file__).resolve().parent
LINK = re.compile(r"(?:([\w-]+)\.(?:ipynb|md))?(?:#cell-id=(.+))?")
# A formula within a line, with the signs that touch it: browsers would let a line begin with the comma behind it.
TOUCHED = re.compile(r'[^\s<>]*(?P<wide><span class="wide">)?<math\b[^>]* display="inline">.*?</math>(?(wide)</span>)[^\s<>]*')
NARROW = 20  # signs of a formula that a phone has room for
LEXER, FORMATTER = RustLexer(), HtmlFormatter()
PICTURES = {"image/svg+xml": "svg", "image/png": "png"}


@dataclass
class Heading:
    level: int
    anchor: str
    html: str


class Text(IPythonRenderer):
    """The text of a cell. Formulas become MathML, links lead to pages; what may be too wide for a phone scrolls by itself."""

    def __init__(self, anchor, headings):
        super().__init__(escape=False)
        self.anchor, self.headings, self.is_first = anchor, headings, True

    def inline_math(self, body):
        html = mathml(body.strip(), "inline")
        return html if len(plain(html)) <= NARROW else f'<span class="wide">{html}</span>'

    def block_math(self, body):
        return f'<div class="wide formula">{mathml(body.strip(), "block")}</div>'

    def multiline_math(self, text):
        return self.block_math(text.removeprefix("$$").removesuffix("$$"))

    def latex_environment(self, name, body):
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def block_code(self, code, info=None):
        # what is in no language looks like code, too
        return super().block_code(code, info or "text")

    def table(self, text):
        return f'<div class="wide"><table>{text}</table></div>\n'

    def link(self, text, url, title=None):
        return super().link(text, address(url), title)

    def heading(self, text, level, **_):
        # The cell's own anchor serves its first heading; others in it need one.
        words = re.sub(r"\W+", "-", plain(text)).strip("-").lower()
        anchor = self.anchor if self.is_first else f"{self.anchor}-{words}"
        own = "" if self.is_first else f' id="{anchor}"'
        self.is_first = False
        self.headings.append(Heading(level, anchor, without_links(text)))
        return f"<h{level}{own}>{text}</h{level}>\n"


def address(url):
    """Where a link of a notebook leads in the book."""
    found = LINK.fullmatch(url)
    if not found:
        return url
    page, cell = found.groups()
    return (f"{page}.html" if page else "") + (f"#{cell}" if cell else "")


def together(found):
    is_alone = found[0].startswith("<") and found[0].endswith(">")
    return found[0] if is_alone else f'<span class="together">{found[0]}</span>'


def without_links(html):
    """What can stand in a link itself: the contents are links."""
    return re.sub(r"</?a\b[^>]*>", "", html)


def plain(html):
    """The text without its marks."""
    return re.sub(r"<[^>]*>", "", html)


@dataclass
class Page:
    """What a notebook became."""

    stem: str
    title: str
    html: str
    headings: list
    pictures: dict = field(default_factory=dict)  # name of a file in the folder of figures: its bytes
    charts: list = field(default_factory=list)  # the charts with sliders, as they stand in the page
    has_form: bool = False  # for the values of a cell

    @property
    def sections(self):
        return [heading for heading in self.headings if heading.level == 2]


class PageExporter(TemplateExporter):
    """nbconvert with our template, and our text."""

    page = None  # the one that is being made
    forms = {}  # for each page that has one
    template_paths = [str(HERE / "template"), *TemplateExporter().template_paths]
    output_mimetype = "text/html"
    default_preprocessors = []  # the notebooks are taken as they are

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    @default("template_file")
    def _template_file_default(self):
        return "notebook.html.j2"

    def default_filters(self):
        yield from super().default_filters()
        yield "rust", lambda source: highlight(source, LEXER, FORMATTER)
        yield "text", self.text
        yield "shown", self.shown
        yield "form", self.form

    @pass_context
    def text(self, context, source):
        return TOUCHED.sub(together, MarkdownWithMath(renderer=Text(context["cell"].id, self.page.headings)).render(source))

    def form(self, cell):
        """The form for the values of a cell; nothing for other cells."""
        page, form = self.page, self.forms.get(self.page.stem)
        if not form or form["cell"] != cell.id:
            return ""
        page.has_form = True
        return self.environment.get_template("form.html.j2").render(part=page.stem, form=form, slider=forms.slider)

    def shown(self, output):
        """A result: as a live chart, a picture, a table or text, whichever comes first."""
        page, data = self.page, output.data
        picture = next((form for form in PICTURES if form in data), None)
        if picture is None:
            return shown_text(data)
        content = data[picture]
        name = f"{page.stem}-{len(page.pictures) + 1}.{PICTURES[picture]}"
        page.pictures[name] = content.encode() if picture == "image/svg+xml" else b64decode(content)
        figure = self.environment.get_template("figure.html.j2")
        chart = charts.embedded(data[charts.VEGA]) if charts.VEGA in data else None
        html = figure.render(name=name, alt=alternative_text(output), chart=chart)
        if chart:
            page.charts.append(html)
        return html


def alternative_text(output):
    """What a picture shows, in words: the output's metadata have it, or else the text that stands beside the picture."""
    stored = output.metadata.get("image/png", {}).get("alt")
    return stored or output.data.get("text/plain", "").strip()


def shown_text(data):
    if "text/html" in data:
        html = data["text/html"]
        kind = "claims" if re.match(r"<p>[✓≠]", html) and "<table" not in html else "wide result"
        return f'<div class="{kind}">{html}</div>'
    return f'<pre class="wide">{escape(data["text/plain"], quote=False)}</pre>'


def convert(notebook, stem, exporter):
    """The notebook as a page; to be put into the book's frame."""
    page = exporter.page = Page(stem, "", "", [])
    still_open = folding.fold(notebook.cells)
    page.html, _ = exporter.from_notebook_node(notebook, {"still_open": still_open})
    page.title = plain(page.headings[0].html)
    return page
