#!/usr/bin/env python3
"""Makes notebooks/data/digits.txt of the digits that scikit-learn ships.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scikit-learn==1.9.1
    /tmp/reference/bin/python tests/reference/make_digits.py

A line for each image: 64 grey values from 0 to 16 as 0 … 9, a … g, row by row, a blank, and the digit.
"""
import pathlib

from sklearn.datasets import load_digits

INK = "0123456789abcdefg"
digits = load_digits()
lines = ["".join(INK[int(value)] for value in image.ravel()) + f" {digit}" for image, digit in zip(digits.images, digits.target)]
path = pathlib.Path(__file__).parents[2] / "notebooks/data/digits.txt"
path.write_text("\n".join(lines) + "\n")
