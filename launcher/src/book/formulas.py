"""Formulas: TeX becomes MathML, which browsers draw themselves, without a script."""

import re
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
# A function's name, which may have scripts; the converter takes some for operators.
NAME = re.compile("[a-z]{2,}")
SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
PRIMES = re.compile("[′″‴]+")
CLOSING = (")", "]", "}", "…", "⋯")  # operators to the converter, but what follows them follows an operand
ROWS = {"math", "mrow", "mstyle", "mtd", "msqrt"}


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
        if element.tag == "mo" and NAME.fullmatch(text):
            element.tag = "mi"
        # The sign for a prime is small and high already: raised once more it stands too high, and off.
        if element.tag == "msup" and PRIMES.fullmatch(element[1].text or ""):
            element.tag = "mrow"
    for row in [element for element in root.iter() if element.tag in ROWS]:
        set_functions_off(row)
        join_signs(row)
    return ET.tostring(root, encoding="unicode")


def set_functions_off(row):
    """Puts the thin space beside the names of functions that TeX puts there: not before an opening bracket, nor beside an operator."""
    apart = list(row)
    for left, right in zip(apart, apart[1:]):
        if is_function(left) and begins_operand(right) or is_function(right) and ends_operand(left):
            row.insert(list(row).index(right), ET.Element("mspace", width="0.1667em"))


def is_function(element):
    return is_function(element[0]) if element.tag in SCRIPTED else element.tag == "mi" and bool(NAME.fullmatch(element.text or ""))


def begins_operand(element):
    first = element[0] if element.tag == "mrow" and len(element) else element
    return first.tag not in ("mo", "mspace")


def ends_operand(element):
    return element.tag not in ("mo", "mspace") or element.text in CLOSING


def join_signs(row):
    """A minus behind another operator is the sign of what follows: browsers would set it like one between two numbers."""
    for left, right in zip(row, row[1:]):
        if right.tag == "mo" and right.text in ("−", "+", "±") and left.tag == "mo" and left.text not in (*CLOSING, "|"):
            right.set("form", "prefix")
