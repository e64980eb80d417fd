#!/bin/sh
# Makes stix-two-math.woff2 out of STIX Two Math 2.11 (in the Python package ziamath 0.13), with fonttools 4 and brotli. The three
# files of STIX Two Text are those for Latin letters of the npm package @fontsource/stix-two-text 5.3.0.
# Latin, Greek, accents, sub- and superscripts, arrows, operators, brackets, and the upright, bold and italic letters of mathematics.
set -e
cd "$(dirname "$0")"
pyftsubset "${1:?the file STIXTwoMath-Regular.ttf}" --output-file=stix-two-math.woff2 --flavor=woff2 \
    --unicodes="U+0020-007E,U+00A0-00FF,U+0131,U+0177,U+0237,U+02C6-02DD,U+0300-0344,U+0391-03F6,U+2010-205F,U+2070-209F,U+20D0-20EF,U+2100-214A,U+2190-21D5,U+2200-22F1,U+2308-230B,U+23B4-23B5,U+23DE-23DF,U+2713,U+27E6-27E9,U+27F5-27FA,U+2A7D-2A7E,U+1D400-1D467,U+1D6A8-1D71B,U+1D7CE-1D7D7" \
    --layout-features="ssty,flac,dtls,ccmp,kern,mark,mkmk,locl" --notdef-outline --name-IDs="*"
