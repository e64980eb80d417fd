"""What the search of the book looks through: the text of each section. A script, since a page from a folder may not fetch a file."""

import json
import re
from html.parser import HTMLParser
from unicodedata import normalize

# Marks inside of words, formulas and code: most of a page, and of no use here.
INSIDE = re.compile(r"</?(?:m[a-z]+|span|code|strong|em|a)\b[^>]*>")
# A letter under a hat or a bar, which are signs of their own in a formula, becomes the letter that a reader types.
ACCENTED = re.compile(r"<mover[^>]*>(?:<mrow>)?<mi>(\w)</mi>(?:</mrow>)?<mo[^>]*>([\^‾])</mo></mover>")
ACCENTS = {"^": "\u0302", "‾": "\u0304"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
UNREAD = {"script", "style", "figure"}
BLOCKS = {"p", "li", "tr", "td", "th", "pre", "div", "summary", "details", "br"}


class Sections(HTMLParser):
    """Cuts a page at its headings. Each section is found under the anchor that stands nearest before its heading."""

    def __init__(self):
        super().__init__()
        self.sections, self.anchor, self.unread, self.in_heading = [], "", 0, False

    def handle_starttag(self, tag, attrs):
        self.anchor = dict(attrs).get("id", self.anchor)
        self.unread += tag in UNREAD
        if tag in HEADINGS:
            self.in_heading = True
            self.sections.append([self.anchor, "", ""])
        elif tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag):
        self.unread -= tag in UNREAD
        self.in_heading = self.in_heading and tag not in HEADINGS

    def handle_data(self, data):
        if self.sections and not self.unread:
            self.sections[-1][1 if self.in_heading else 2] += data


def index(pages):
    """For each section its page, its anchor, its heading and its text."""
    found = []
    for page in pages:
        sections = Sections()
        html = ACCENTED.sub(lambda found: normalize("NFC", found[1] + ACCENTS[found[2]]), page.html)
        sections.feed(INSIDE.sub("", html))
        found += [[page.stem, anchor, *(" ".join(text.split()) for text in texts)] for anchor, *texts in sections.sections]
    titles = {page.stem: page.title for page in pages}
    content = json.dumps({"titles": titles, "sections": found}, ensure_ascii=False, separators=(",", ":"))
    return f"const BOOK = {content};\n"
