#!/bin/sh
# Makes DejaVuSans-subset.ttf out of DejaVu Sans 2.37 (Debian: fonts-dejavu-core), with fonttools 4: `pip install fonttools`.
# Latin, Greek, the combining hat, sub- and superscripts, arrows, mathematical operators, ticks and the few shapes the figures use.
# Without layout tables: what is measured in Rust is then what is drawn.
set -e
cd "$(dirname "$0")"
pyftsubset "${1:-/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf}" --output-file=DejaVuSans-subset.ttf \
    --unicodes="U+0020-007E,U+00A0-00FF,U+0176-0177,U+0302,U+0391-03A1,U+03A3-03A9,U+03B1-03C9,U+03D5,U+1D40,U+1D62-1D6A,U+2C7C,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2032-2033,U+2070-209C,U+2190-2195,U+21A6,U+21D0-21D5,U+2200-2209,U+220F,U+2211-2213,U+2217-221E,U+2225-222B,U+2243-2248,U+2260-2265,U+226A-226B,U+2295-2299,U+22A4,U+22C5,U+22EF,U+2713,U+2717" \
    --layout-features="" --drop-tables+=GSUB,GPOS,GDEF,kern --no-hinting --notdef-outline --name-IDs="0,1,2,3,4,5,6,13,14"
