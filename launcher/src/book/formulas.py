"""Formulas: TeX becomes MathML, which browsers draw themselves, without a script."""

import xml.etree.ElementTree as ET
from functools import cache

from latex2mathml.converter import convert

# What the converter knows under another name only.
SAME = {r"{aligned}": r"{split}"}
# MathML in browsers has no bold: there are characters for it.
BOLD = {ord(plain): bold for first, bold_first, count in (("0", 0x1D7CE, 10), ("A", 0x1D400, 26), ("a", 0x1D41A, 26))
        for plain, bold in ((chr(ord(first) + n), chr(bold_first + n)) for n in range(count))}  # fmt: skip
# A bar over a letter: the macron that the converter takes does not become wide.
BAR = {"\u00af": "\u203e"}


class NotUnderstood(Exception):
    """A formula that the converter cannot do."""


@cache
def mathml(tex, display):
    """The formula as an element `math`; `display` is `inline` or `block`."""
    known = tex
    for name, other in SAME.items():
        known = known.replace(name, other)
    try:
        root = ET.fromstring(convert(known, display=display))
    except Exception as error:  # its own errors have no common class
        raise NotUnderstood(f"the formula {tex} cannot be set: {error!r}") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        text = element.text or ""
        # Commands that it does not know stay as they are written, without a word.
        if "\\" in text or "&" in text or "linebreak" in element.attrib:
            raise NotUnderstood(f"the formula {tex} cannot be set: the converter does not know a part of it")
        if element.attrib.pop("mathvariant", None) == "bold":
            element.text = text.translate(BOLD)
        element.text = BAR.get(text, element.text)
        # Browsers take the alignment of a column from a style.
        if align := element.attrib.pop("columnalign", None):
            element.set("style", f"text-align: {align}")
    return ET.tostring(root, encoding="unicode")
