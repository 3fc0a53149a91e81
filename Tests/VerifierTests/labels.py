#!/usr/bin/env python3
"""Codes that label templates ask for, drawn and read by programs that are not ours.

    labels.py SERIATIM [--cases N] [--seed S]

Each symbol of `seriatim label preview`, with values drawn by chance, is drawn by Zint and read by ZXing (and, a
DataMatrix, by libdmtx); what is read is taken apart by biip and by `seriatim gs1 parse`, and both must find the
elements that the preview names.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import numpy
import zxingcpp
from biip.gs1_messages import GS1Message
from PIL import Image

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KINDS = {'GS1-128': ('GS1_128', ']C1'), 'GS1 DataMatrix': ('DATAMATRIX', ']d2')}
# What a lot number may hold, but for the brackets, in which Zint is told what is an identifier.
LOT = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./_+*%&=!?:;,<>"\''
MATRIX = '^XA^FO50,50^BXN,6,200,,,,_,1^FD_100{sscc}02{gtin}17{expiry}37{count}_110{lot}^FS^XZ'


def run(*command, text=None):
    return subprocess.run(command, capture_output=True, check=True, text=True, input=text).stdout


def symbols(program, template, values):
    """Kind and bracketed content of each symbol of a label."""
    arguments = [argument for name, value in values.items() for argument in ('--value', f'{name}={value}')]
    shown = json.loads(run(program, 'label', 'preview', template, '--json', *arguments))
    return [(symbol['kind'], symbol['content']) for symbol in shown['symbols']]


def drawn(folder, kind, content):
    """The symbol as a picture; the path of it."""
    path = os.path.join(folder, 'symbol.png')
    run('zint', '-b', KINDS[kind][0], '--gs1', '--gs1parens', '--quietzones', '--scale', '3', '-o', path, '-d', content)
    return path


def elements(content):
    return [list(pair) for pair in re.findall(r'\((\d{2,4})\)((?:(?!\(\d{2,4}\)).)*)', content)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--cases', type=int, default=40)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    read = faults = 0
    with tempfile.TemporaryDirectory() as folder:
        matrix = os.path.join(folder, 'matrix.zpl')
        templates = [os.path.join(ROOT, 'devices/zebra', name) for name in ('case.zpl', 'pallet.zpl', 'bundle.zpl')]
        templates.append(matrix)
        with open(matrix, 'w', encoding='ascii') as file:
            file.write(MATRIX)
        for _ in range(options.cases):
            lot = ''.join(chance.choice(LOT) for _ in range(chance.randint(1, 20)))
            expiry = f'{chance.randint(27, 45)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}'
            for template in templates:
                values = {'lot': lot, 'expiry': expiry, 'count': str(chance.randint(1, 99_999_999))}
                values = {name: value for name, value in values.items()
                          if name in open(template, encoding='ascii').read()}
                asked = symbols(options.program, template, values)
                read += len(asked)
                faults += check(options.program, folder, asked)
    wanted = options.cases * 8
    if read < wanted:
        print(f'{read} symbols, wanted {wanted}')
        faults += 1
    print(f'{read} symbols of labels drawn by Zint, read by ZXing and libdmtx, taken apart by biip: {faults} faults')
    sys.exit(1 if faults else 0)


def check(program, folder, asked):
    """Draws and reads the symbols of one label; the number of faults."""
    faults, together, wanted = 0, [], []
    for kind, content in asked:
        png = drawn(folder, kind, content)
        found = zxingcpp.read_barcodes(numpy.array(Image.open(png).convert('L')))
        if [code.symbology_identifier for code in found] != [KINDS[kind][1]]:
            print(content, 'reads as', [(code.text, code.symbology_identifier) for code in found])
            return 1
        data = found[0].bytes.decode('ascii')
        together.append(data)
        wanted += elements(content)
        theirs = [[element.ai.ai, element.value] for element in GS1Message.parse(data).element_strings]
        if theirs != elements(content):
            print(content, 'is to biip', theirs)
            faults += 1
        # With its first FNC1 shown as a separator too.
        if kind == 'GS1 DataMatrix':
            other = run('dmtxread', '-n', '-N', '1', '-G', '29', png).lstrip('\x1d').rstrip('\n')
            if other != data:
                print(content, 'reads in libdmtx as', repr(other))
                faults += 1
    # The elements of one label belong together, in whatever symbols they stand.
    request = json.dumps({'id': 1, 'form': 'scan', 'input': KINDS[asked[0][0]][1] + '\x1d'.join(together)})
    ours = json.loads(run(program, 'gs1', 'parse', text=request + '\n'))
    if not ours['accept'] or ours['ai'] != wanted:
        print(wanted, 'is to us', ours)
        faults += 1
    return faults


if __name__ == '__main__':
    main()
