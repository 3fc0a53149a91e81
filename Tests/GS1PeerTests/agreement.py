#!/usr/bin/env python3
"""Goal: `seriatim gs1 parse` and the dictionary's rules in Python (dictionary.py) give the same verdict.

    agreement.py PROGRAM [--cases N] [--seed S] [--engine libgs1encoders.so]

Method: codes of all four forms, drawn from the dictionary by seed, whole and damaged; each is judged by both, and
verdict, identifiers, values and canonical URI are compared. What Python has no list for is left out and counted.
The dictionary is the published one where CONFORMANCE_DIR names it, else the one inside the program. With
--engine, GS1's own C library is the judge instead; what it decides otherwise on purpose stands in docs/gs1.md.
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
from urllib.parse import quote

from dictionary import CSET32, DIGITS, Dictionary, Refused, Unsure, check_digit, check_pair

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EMBEDDED = ROOT + '/Sources/GS1/Dictionary/EmbeddedDictionary.swift'
FORMS = ('scan', 'raw', 'bracketed', 'uri')

# What a component's linters accept, for what chance would not hit.
SAMPLES = {
    'yymmd0': ['270200', '271231', '000229', '990630'], 'yymmdd': ['271231', '280229'],
    'yyyymmdd': ['19991231', '20000229'], 'hh': ['00', '23'], 'mi': ['59'], 'ss': ['07'], 'hhmi': ['0000', '2359'],
    'hyphen': ['-'], 'zero': ['0'], 'iso3166': ['276', '056', '840'], 'iso3166999': ['999', '276'],
    'iso3166alpha2': ['DE', 'US'], 'iso4217': ['978', '840'], 'latitude': ['1800000000'], 'longitude': ['0000000000'],
    'importeridx': ['-', 'A'], 'mediatype': ['10', '80'], 'packagetype': ['PX', '8'], 'pieceoftotal': ['0102', '9999'],
    'posinseqslash': ['1/2', '10/10'], 'iban': ['GB82WEST12345698765432'], 'pcenc': ['A%20B'],
    'yesno': ['0', '1'], 'winding': ['0', '9'], 'iso5218': ['2'], 'couponcode': ['061414100000115110110'],
    'couponposoffer': ['001234561234560123456'],
}
KEYS = ['01'] * 6 + ['00', '00', '02', '03', '253', '255', '401', '402', '414', '415', '417', '8003', '8004', '8006',
                     '8010', '8013', '8017', '8018']
COMMON = ['10', '17', '21', '11', '15', '22', '235', '240', '254', '30', '37', '7003', '8020', '8030', '3103', '3922']


class Generator:
    def __init__(self, dictionary, seed):
        self.dictionary = dictionary
        self.random = random.Random(seed)
        self.all = sorted(dictionary.entries)

    def component(self, component):
        for linter in component.linters:
            if linter in SAMPLES and self.random.random() < 0.95:
                return self.random.choice(SAMPLES[linter])
        length = self.random.randint(component.least, component.most)
        part = ''.join(self.random.choices(sorted(component.set), k=length))
        if 'gcppos1' in component.linters:
            part = ('9506' + part)[:max(length, 4)]
        if 'csum' in component.linters:
            part = part[:-1] + check_digit(part[:-1])
        if 'csumalpha' in component.linters and length > 6:
            part = part[:-2] + check_pair(part[:-2])
        if 'nozeroprefix' in component.linters:
            part = '7' + part[1:]
        return part

    def value(self, ai):
        parts = []
        for component in self.dictionary.entries[ai].components:
            if component.optional and self.random.random() < 0.5:
                break
            parts.append(self.component(component))
        return ''.join(parts)

    def identifiers(self):
        chosen = [self.random.choice(KEYS)]
        for _ in range(self.random.randint(0, 4)):
            chosen.append(self.random.choice(self.all if self.random.random() < 0.3 else COMMON))
        for _ in range(3):
            for ai in list(chosen):
                for alternatives in self.dictionary.entries[ai].required:
                    group = self.random.choice(alternatives)
                    if self.random.random() < 0.95 and not any(
                            all(p.replace('n', '0') in chosen for p in g) for g in alternatives):
                        chosen += [p.replace('n', '0') for p in group if p.replace('n', '0') in self.all]
        return list(dict.fromkeys(chosen)) if self.random.random() < 0.95 else chosen

    def code(self, form):
        elements = [(ai, self.value(ai)) for ai in self.identifiers()]
        if form == 'bracketed':
            text = ''.join('(%s)%s' % (ai, value.replace('(', '\\(')) for ai, value in elements)
        elif form == 'uri':
            text = self.uri(elements)
        else:
            separator = '^' if form == 'raw' else '\x1d'
            text = '^' if form == 'raw' else ']' + self.random.choice(('d2', 'C1', 'Q3', 'e0', 'J1', 'd2', 'd2'))
            for number, (ai, value) in enumerate(elements):
                fixed = self.dictionary.entries[ai].fixed
                text += ai + value
                if number < len(elements) - 1 and (not fixed or self.random.random() < 0.05):
                    text += separator
            if form == 'scan' and self.random.random() < 0.1:
                text = self.other_symbol()
        return self.damaged(text) if self.random.random() < 0.4 else text

    def other_symbol(self):
        body = ''.join(self.random.choices('0123456789', k=self.random.choice((7, 12, 13))))
        symbol = {7: 'E4', 12: 'E0', 13: 'I1'}[len(body)]
        if self.random.random() < 0.5:
            return ']%s%s%s' % (symbol, body, check_digit(body))
        return ']' + self.random.choice(('d1', 'Q1', 'C0', 'J0', 'A0', 'Q3')) + self.code('uri')

    def uri(self, elements):
        keys = [e for e in elements if self.dictionary.entries[e[0]].sequences is not None] or elements
        key = keys[0]
        sequences = self.dictionary.entries[key[0]].sequences or [[]]
        sequence = self.random.choice(sequences)
        path = [key] + [e for ai in sequence for e in elements if e[0] == ai and e != key]
        query = [e for e in elements if e not in path and
                 (self.dictionary.entries[e[0]].attribute or self.random.random() < 0.05)]
        stem = self.random.choice(('https://id.gs1.org', 'http://example.com/a/b', 'HTTPS://A.B:80', 'https://a/00/x'))
        text = stem + ''.join('/%s/%s' % (ai, quote(value, safe=self.random.choice(('', "()'!*"))))
                              for ai, value in path)
        text += '?' * bool(query) + '&'.join('%s=%s' % (ai, quote(value, safe='')) for ai, value in query)
        return text + self.random.choice(('', '', '', '#x', '&linkType=all' if query else '?linkType=all'))

    def damaged(self, text):
        for _ in range(self.random.randint(1, 3)):
            place = self.random.randrange(len(text) + 1)
            kind = self.random.randrange(6)
            if kind == 0:
                text = text[:place] + text[place + 1:]
            elif kind == 1:
                text = text[:place] + self.random.choice('0123456789') + text[place + 1:]
            elif kind == 2:
                text = text[:place] + self.random.choice('0123456789AZa()\\/?^%&=+ \x1d\x00é#~') + text[place:]
            elif kind == 3:
                text = text[:place]
            elif kind == 4:
                text = text[:place] + text[place:place + 8] + text[place:]
            else:
                text = text[place:]
        return text


def canonical(dictionary, elements):
    """The canonical Digital Link of element strings, or None: for comparison with the program's."""
    given = dict(reversed(elements))
    order = list(dict.fromkeys(ai for ai, _ in elements))
    key = next((ai for ai in order if dictionary.entries[ai].sequences is not None), None)
    if key is None:
        return None
    present = [[ai for ai in sequence if ai in given] for sequence in dictionary.entries[key].sequences or [[]]]
    path = [key] + max(present, key=len)
    rest = [ai for ai in order if ai not in path]
    if any(not dictionary.entries[ai].attribute for ai in rest):
        return None
    rest.sort(key=lambda ai: not dictionary.entries[ai].fixed)
    text = 'https://id.gs1.org' + ''.join('/%s/%s' % (ai, quote(given[ai], safe='')) for ai in path)
    return text + '?' * bool(rest) + '&'.join('%s=%s' % (ai, quote(given[ai], safe='')) for ai in rest)


def listed():
    """Every country, currency and day there could be, days of leap and other years."""
    item = '(01)09506000134352'
    letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    numbers = ['%03d' % number for number in range(1000)]
    texts = [item + '(422)' + number for number in numbers]
    texts += [item + '(7030)' + number + 'A' for number in numbers]
    texts += ['(415)9506000134376(8020)1(3910)' + number + '1' for number in numbers]
    texts += ['(00)106141412345678908(4307)' + a + b for a in letters for b in letters]
    for year in ('00', '26', '28'):
        days = ['%s%02d%02d' % (year, month, day) for month in range(14) for day in range(33)]
        texts += [item + '(17)' + day for day in days] + [item + '(7006)' + day for day in days]
        texts += ['(8018)950600013435211110(7250)' + century + day for century in ('19', '20') for day in days]
    return [('bracketed', text) for text in texts]


def dictionary_text():
    folder = os.environ.get('CONFORMANCE_DIR', '')
    swift = open(EMBEDDED, encoding='utf-8').read()
    release = re.search(r'release = "([0-9-]+)"', swift)[1]
    published = '%s/gs1/gs1-syntax-dictionary-%s.txt' % (folder, release)
    if folder and os.path.exists(published):
        return 'as published', open(published, encoding='utf-8').read()
    body = re.search(r'static let text = """\n(.*?)\n        """', swift, re.S)[1]
    return 'as embedded', re.sub(r' \\\n *', ' ', body).replace('\n        ', '\n').strip()


class Judge:
    """dictionary.py as judge."""

    def __init__(self, dictionary):
        self.dictionary = dictionary

    def __call__(self, form, text):
        try:
            return [list(element) for element in self.dictionary.judge(form, text)], ''
        except Refused as rule:
            return None, str(rule)


def answers(program, codes):
    requests = ''.join(json.dumps({'id': number, 'form': form, 'input': text}) + '\n'
                       for number, (form, text) in enumerate(codes))
    ended = subprocess.run([program, 'gs1', 'parse'], input=requests.encode(), capture_output=True)
    lines = [json.loads(line) for line in ended.stdout.decode().splitlines()]
    if ended.returncode != 0 or [line['id'] for line in lines] != list(range(len(codes))):
        sys.exit('%d answers to %d codes, status %d: %s'
                 % (len(lines), len(codes), ended.returncode, ended.stderr.decode()[-2000:]))
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--cases', type=int, default=20000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--engine')
    options = parser.parse_args()
    source, text = dictionary_text()
    dictionary = Dictionary(text)
    generator = Generator(dictionary, options.seed)
    codes = [(FORMS[n % 4], generator.code(FORMS[n % 4])) for n in range(options.cases)] + listed()
    if options.engine:
        from engine import Engine
        judge = Engine(options.engine)
    else:
        judge = Judge(dictionary)

    counts = collections.Counter()
    rules = collections.Counter()
    seen = set()
    differences = []
    for (form, code), answer in zip(codes, answers(options.program, codes)):
        try:
            elements, rule = judge(form, code)
        except Unsure as reason:
            counts['unsure: %s' % reason] += 1
            continue
        counts[form] += 1
        counts[form, 'valid'] += elements is not None
        if elements is None:
            rules[rule] += 1
        else:
            seen.update(ai for ai, _ in elements)
        wrong = answer['accept'] != (elements is not None)
        if elements is not None and not wrong:
            # Of a URI the path as read is kept; the C library puts its elements in an order of its own.
            if '://' in code[:12]:
                wrong = sorted(answer['ai']) != sorted(elements)
            else:
                wrong = answer['ai'] != elements or answer['uri'] != canonical(dictionary, elements)
        if wrong:
            differences.append((form, code, rule, answer))
    print('dictionary %s, %d identifiers, seed %d' % (source, len(dictionary.entries), options.seed))
    for form in FORMS:
        print('%-10s %6d codes, %6d valid' % (form, counts[form], counts[form, 'valid']))
    print('left out: %s' % ({k: v for k, v in counts.items() if str(k).startswith('unsure')} or 'none'))
    if not options.engine:
        print('refused for: ' + ', '.join('%s %d' % item for item in rules.most_common()))
    print('%d of %d identifiers in valid codes' % (len(seen), len(dictionary.entries)))
    for form, code, rule, answer in differences[:20]:
        print('DIFFERENT %s %r: peer %s, program %s' % (form, code, rule or 'accepts', answer['error'] or answer))
    print('%d differences' % len(differences))
    enough = all(counts[form, 'valid'] * 5 > counts[form] for form in FORMS)
    if not enough:
        print('too few valid codes: this shows nothing')
    sys.exit(1 if differences or not enough else 0)


if __name__ == '__main__':
    main()
