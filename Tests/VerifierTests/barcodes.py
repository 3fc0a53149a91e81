#!/usr/bin/env python3
"""Command barcodes as printed, read by an independent reader of barcodes.

    barcodes.py SERIATIM

Every barcode of `seriatim barcodes --format html` is drawn as its path says, at three pixels a module, and read
by ZXing; what is in it, and its symbology identifier, must be what `--format text` lists.
"""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy
import zxingcpp

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SVG = '{http://www.w3.org/2000/svg}'
PIXELS = 3


def run(program, form):
    command = [program, 'barcodes', '--config', ROOT + '/docs/examples/line.toml', '--profiles', ROOT + '/devices',
               '--format', form]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def drawn(svg):
    """The symbol as gray pixels: dark where the path has a bar."""
    width = int(svg.get('viewBox').split()[2])
    row = numpy.full(width, 255, numpy.uint8)
    for begin, modules in re.findall(r'M(\d+) 0h(\d+)v1h-\2z', svg.find(SVG + 'path').get('d')):
        row[int(begin):int(begin) + int(modules)] = 0
    return numpy.tile(numpy.repeat(row, PIXELS), (60, 1))


def main():
    listed = re.findall(r'^  (SR/\S+)', run(sys.argv[1], 'text'), re.M)
    page = run(sys.argv[1], 'html').replace('<!DOCTYPE html>\n', '')
    symbols = list(ElementTree.fromstring(page).iter(SVG + 'svg'))
    faults = 0
    for text, svg in zip(listed, symbols):
        found = zxingcpp.read_barcodes(drawn(svg))
        if [(code.text, code.symbology_identifier) for code in found] != [(text, ']C0')]:
            print(text, 'reads as', [(code.text, code.symbology_identifier) for code in found])
            faults += 1
    if len(listed) != len(symbols) or len(set(listed)) != len(listed) or len(listed) < 20:
        print(len(listed), 'barcodes are listed,', len(symbols), 'drawn')
        faults += 1
    print(f'{len(symbols)} command barcodes read by ZXing, {faults} faults')
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
