"""The GS1 rules in Python, written from the Syntax Dictionary's own description: a second opinion.

    Dictionary(text).judge(form, text) -> [(ai, value)...]    or raises Refused with the rule broken

Forms are those of `seriatim gs1 parse`. Slow and plain on purpose; shares nothing with the program but the
dictionary's text. Countries and currencies come from pycountry; where no independent list is at hand (package
types), Unsure is raised instead of a verdict.
"""
import re
from urllib.parse import unquote_to_bytes

import pycountry

CSET82 = set('!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
CSET39 = set('#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')
CSET64 = set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
DIGITS = set('0123456789')
CSET32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
COUNTRIES = {country.numeric for country in pycountry.countries}
COUNTRY_CODES = {country.alpha_2 for country in pycountry.countries}
# 975, the lev, left ISO 4217 in January 2026; GS1's list of that month still has it.
CURRENCIES = {currency.numeric for currency in pycountry.currencies} | {'975'}
PACKAGES = {'8', 'PX', '200', 'APE'}
YEAR = 2026


class Refused(Exception):
    pass


class Unsure(Exception):
    """No verdict: the list that decides is not at hand."""


def need(condition, rule):
    if not condition:
        raise Refused(rule)


# ---------------------------------------------------------------- linters: one component's content


def check_digit(body):
    return str(-sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(body))) % 10)


def leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def date(year, month, day, lowest=1):
    need(1 <= month <= 12, 'month')
    last = 29 if month == 2 and leap(year) else [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    need(lowest <= day <= last, 'day')


def century(two):
    difference = two - YEAR % 100
    return YEAR // 100 * 100 + two + (-100 if difference >= 51 else 100 if difference <= -50 else 0)


def short_date(v, lowest):
    date(century(int(v[:2])), int(v[2:4]), int(v[4:6]), lowest)


def primes():
    found = []
    number = 2
    while True:
        if all(number % prime for prime in found):
            found.append(number)
            yield number
        number += 1


def check_pair(body):
    order = sorted(CSET82)
    total = sum(order.index(c) * p for c, p in zip(reversed(body), primes())) % 1021
    return CSET32[total // 32] + CSET32[total % 32]


def csumalpha(v):
    need(len(v) >= 2 and set(v) <= CSET82 and v[-2:] == check_pair(v[:-2]), 'check pair')


def iban(v):
    need(len(v) >= 11 and v[:2] in COUNTRY_CODES and set(v) <= DIGITS | set('ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 'iban')
    need(int(''.join(str(int(c, 36)) for c in v[4:] + v[:4])) % 97 == 1, 'iban')


def packagetype(v):
    if v in PACKAGES:
        return
    need(not v.islower(), 'package type')
    raise Unsure('package type')


def coupon(v):
    raise Unsure('coupon')


def position(v):
    match = re.fullmatch('([1-9][0-9]*)/([1-9][0-9]*)', v)
    need(match and int(match[1]) <= int(match[2]), 'position')


def piece(v):
    half = len(v) // 2
    need(0 < int(v[:half]) <= int(v[half:]), 'piece of total')


def between(low, high):
    return lambda v: need(low <= int(v) <= high, 'number')


LINTERS = {
    'csum': lambda v: need(v[-1] == check_digit(v[:-1]), 'check digit'),
    'gcppos1': lambda v: need(len(v) >= 4 and set(v[:4]) <= DIGITS, 'company prefix'),
    'gcppos2': lambda v: need(len(v) >= 5 and set(v[1:5]) <= DIGITS, 'company prefix'),
    'csumalpha': csumalpha,
    'hasnondigit': lambda v: need(set(v) - DIGITS, 'non-digit'),
    'yymmd0': lambda v: short_date(v, 0),
    'yymmdd': lambda v: short_date(v, 1),
    'yyyymmdd': lambda v: date(int(v[:4]), int(v[4:6]), int(v[6:8])),
    'hh': between(0, 23), 'mi': between(0, 59), 'ss': between(0, 59),
    'hhmi': lambda v: need(int(v[:2]) <= 23 and int(v[2:]) <= 59, 'time'),
    'hyphen': lambda v: need(set(v) == {'-'}, 'hyphen'),
    'zero': lambda v: need(set(v) == {'0'}, 'zero'),
    'nonzero': lambda v: need(set(v) != {'0'}, 'not zero'),
    'nozeroprefix': lambda v: need(v[0] != '0', 'leading zero'),
    'yesno': lambda v: need(v in ('0', '1'), 'yes or no'),
    'winding': lambda v: need(v in ('0', '1', '9'), 'winding'),
    'iso5218': lambda v: need(v in ('0', '1', '2', '9'), 'sex'),
    'iso3166': lambda v: need(v in COUNTRIES, 'country'),
    'iso3166999': lambda v: need(v in COUNTRIES or v == '999', 'country'),
    'iso3166alpha2': lambda v: need(v in COUNTRY_CODES, 'country'),
    'iso4217': lambda v: need(v in CURRENCIES, 'currency'),
    'latitude': between(0, 1800000000), 'longitude': between(0, 3600000000),
    'importeridx': lambda v: need(v in CSET64, 'importer index'),
    'mediatype': lambda v: need(1 <= int(v) <= 10 or 80 <= int(v) <= 99, 'media type'),
    'pcenc': lambda v: need(not re.search('%(?![0-9A-Fa-f]{2})', v), 'percent encoding'),
    'pieceoftotal': piece, 'posinseqslash': position, 'iban': iban, 'packagetype': packagetype,
    'couponcode': coupon, 'couponposoffer': coupon,
}


# ---------------------------------------------------------------- the dictionary


class Component:
    def __init__(self, word):
        kind, *self.linters = word.split(',')
        self.optional = kind.startswith('[')
        kind = kind.strip('[]')
        self.set = {'N': DIGITS, 'X': CSET82, 'Y': CSET39, 'Z': CSET64}[kind[0]]
        self.padded = kind[0] == 'Z'
        self.most = int(kind[1:].strip('.'))
        self.least = 1 if '..' in kind else self.most
        unknown = set(self.linters) - set(LINTERS)
        assert not unknown, unknown

    def judge(self, part):
        body = part
        if self.padded:
            body = part.rstrip('=')
            pads = len(part) - len(body)
            # The reference linter wants a multiple of three where RFC 4648 has one of four.
            need(pads == 0 or (pads <= 2 and len(part) % 3 == 0), 'padding')
        need(set(body) <= self.set, 'character')
        for linter in self.linters:
            LINTERS[linter](part)


class Entry:
    def __init__(self, flags, words):
        self.fixed = '*' in flags
        self.attribute = '?' in flags
        self.components, self.required, self.excluded, self.sequences = [], [], [], None
        for word in words:
            name, _, value = word.partition('=')
            if name == 'req':
                self.required.append([group.split('+') for group in value.split(',')])
            elif name == 'ex':
                self.excluded += value.split(',')
            elif name == 'dlpkey':
                self.sequences = [sequence.split(',') for sequence in value.split('|')] if value else []
            else:
                self.components.append(Component(word))

    def judge(self, value):
        """Judges the beginning of a value, and returns what of it the components do not take."""
        need(value, 'empty')
        for component in self.components:
            if not value and component.optional:
                continue
            part, value = value[:component.most], value[component.most:]
            need(len(part) >= component.least, 'too short')
            component.judge(part)
        return value


def matches(pattern, ai):
    return re.fullmatch(pattern.replace('n', '[0-9]'), ai) is not None


class Dictionary:
    def __init__(self, text):
        self.entries = {}
        for line in text.splitlines():
            if line.startswith('#') or not line.strip():
                continue
            identifiers, *words = line.partition(' # ')[0].split()
            flags = words.pop(0) if not re.match(r'[\[NXYZ]', words[0]) else ''
            first, _, last = identifiers.partition('-')
            for number in range(int(first), int(last or first) + 1):
                self.entries[str(number).zfill(len(first))] = Entry(flags, words)
        self.lengths = {ai[:2]: len(ai) for ai in self.entries}

    def judge(self, form, text):
        need(len(text.encode()) <= 8191, 'too long')
        elements = {'scan': self.scan, 'raw': self.raw, 'bracketed': self.bracketed, 'uri': self.uri}[form](text)
        need(len(elements) <= 64, 'too many')
        self.together(elements)
        return elements

    # -------- forms

    def scan(self, text):
        match = re.match(r'\]([A-Za-z][A-Za-z0-9])', text)
        need(match, 'symbology identifier')
        symbology, data = match[1], text[3:]
        if symbology in ('d2', 'C1', 'Q3', 'e0', 'J1'):
            return self.message(data, '\x1d')
        digits = {'E0': 13, 'E4': 8, 'I1': 14}.get(symbology)
        if digits:
            need(len(data) == digits and set(data) <= DIGITS and data[-1] == check_digit(data[:-1]), 'GTIN')
            return [('01', data.zfill(14))]
        need(symbology in ('d1', 'Q1', 'J0') and re.match('https?://|HTTPS?://', data), 'not GS1')
        return self.uri(data)

    def raw(self, text):
        need(text.startswith('^'), 'FNC1')
        return self.message(text[1:], '^')

    def message(self, text, separator):
        need(text, 'empty')
        elements = []
        while text:
            ai = text[:self.lengths.get(text[:2], 0)]
            need(ai in self.entries, 'unknown AI')
            entry = self.entries[ai]
            value, behind, rest = text[len(ai):].partition(separator)
            if entry.fixed:
                most = sum(component.most for component in entry.components)
                value, rest = value[:most], value[most:] + behind + rest
                # Only a separator directly behind the value is its own.
                rest = rest[1:] if rest.startswith(separator) else rest
            need(entry.judge(value) == '', 'too long')
            elements.append((ai, value))
            text = rest
        return elements

    def bracketed(self, text):
        need(text, 'empty')
        elements = []
        while text:
            match = re.match(r'\(([0-9]{2,4})\)', text)
            need(match and match[1] in self.entries, 'brackets')
            text = text[match.end():]
            end = re.search(r'(?<!\\)\(', text)
            value, text = (text[:end.start()], text[end.start():]) if end else (text, '')
            value = value.replace('\\(', '(')
            need(self.entries[match[1]].judge(value) == '', 'too long')
            elements.append((match[1], value))
        return elements

    def uri(self, text):
        need(re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", text), 'URI character')
        match = re.match(r'(?:https?|HTTPS?)://([A-Za-z0-9\-.:\[\]]+)(/[^?#]*)(?:\?([^#]*))?', text)
        need(match, 'no URI')
        segments = match[2].split('/')
        path = []
        while True:
            need(len(segments) >= 3 and segments[-2] in self.entries, 'no key')
            path.insert(0, (segments[-2], segments[-1]))
            segments = segments[:-2]
            if self.entries[path[0][0]].sequences is not None:
                break
        elements = [(ai, self.decoded(ai, value)) for ai, value in path]
        qualifiers = [ai for ai, _ in path[1:]]
        sequences = self.entries[path[0][0]].sequences
        need(self.in_order(qualifiers, sequences), 'order of qualifiers')
        for parameter in (match[3] or '').split('&'):
            name, equals, value = parameter.partition('=')
            if not equals or set(name) - DIGITS:
                continue
            need(name in self.entries, 'unknown parameter')
            need(self.entries[name].attribute, 'no attribute')
            places = range(len(qualifiers) + 1)
            could = any(self.in_order(qualifiers[:at] + [name] + qualifiers[at:], sequences) for at in places)
            need(not could, 'qualifier in query')
            elements.append((name, self.decoded(name, value.replace('+', ' '))))
        need(len({ai for ai, _ in elements}) == len(elements), 'twice')
        return elements

    @staticmethod
    def in_order(qualifiers, sequences):
        def follows(sequence):
            rest = iter(sequence)
            return all(qualifier in rest for qualifier in qualifiers)
        return not qualifiers or any(follows(sequence) for sequence in sequences)

    def decoded(self, ai, value):
        value = unquote_to_bytes(value).decode('latin-1')
        need('\0' not in value, 'null')
        need(self.entries[ai].judge(value) == '', 'too long')
        return value

    # -------- elements together

    def together(self, elements):
        given = dict(elements)
        for ai in given:
            entry = self.entries[ai]
            others = [other for other in given if other != ai]
            need(not any(matches(p, other) for p in entry.excluded for other in others), 'excluded')
            for alternatives in entry.required:
                met = any(all(any(matches(p, other) for other in others) for p in group) for group in alternatives)
                need(met, 'required')
        need(all(given[ai] == value for ai, value in elements), 'repeated')
        if '8030' in given:
            for ai in ('253', '255', '8003'):
                need(ai not in given or len(given[ai]) > (14 if ai == '8003' else 13), 'signature')
