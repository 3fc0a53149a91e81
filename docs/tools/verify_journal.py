#!/usr/bin/env python3
"""A second verifier of Seriatim's journals, written from docs/journal.md and independent of the first.

    python3 docs/tools/verify_journal.py [--key FILE] [--head HEAD] [--json] DIR...

Options, verdicts, codes, places and exit statuses are those of `seriatim journal verify`. Signatures need the
package `cryptography`; without it they are not checked, stderr says so, and status 69 stands for 0.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519
except ImportError:
    ed25519 = None

MAX_LINE, MAX_GROUP, BLOCK = 1 << 20, 2 << 20, 512

# Lines without their newline. Spare bits of base64url are zero: hence the sets of last letters.
NUMBER = rb'(0|[1-9][0-9]{0,17})'
STATE = rb'([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])'
TAG = rb',"c":"[^\n]{8}"}\Z'
HEAD = (rb'\{"j":"head","v":1,"line":"([ !#-\[\]-~]{1,64})","id":"([0-9a-f]{32})","key":"' + STATE
        + rb'","seg":' + NUMBER + rb',"n":' + NUMBER + rb',"b":' + NUMBER + rb',"h":"' + STATE + rb'"' + TAG)
SIGN = rb'\{"j":"sign","n":' + NUMBER + rb',"h":"' + STATE + rb'","s":"([A-Za-z0-9_-]{85}[AQgw])"' + TAG
OTHER = rb'\{"j":"head","v":(?!1(?![0-9]))(0(?![0-9])|[1-9][0-9]{0,17})'
OWN_INSIDE, HEAD, SIGN, OTHER = map(re.compile, (b'|'.join((HEAD, SIGN, OTHER)), HEAD, SIGN, OTHER))
MARKER = re.compile(rb',"g":(?:([1-9][0-9]{0,8})|\[([1-9][0-9]{0,8}),([1-9][0-9]{0,8})\])\Z')


class Refused(Exception):
    """No verdict. Arguments: code, exit status, why."""


class Damage(Exception):
    """What is not as it was written. Arguments: what, and where: segment, line of the journal, byte."""


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def decode(text):
    return base64.urlsafe_b64decode(text + b'=' * (-len(text) % 4))


def has_tag(line):
    return len(line) >= 20 and line[:1] == b'{' and line[-16:-10] == b',"c":"' and line[-2:] == b'"}'


def group_marker(line):
    """Number and lines of the group that a line with a tag begins; None for other lines."""
    found = MARKER.search(line[max(0, len(line) - 48):-16])
    return found and (int(found[1] or found[2]), int(found[3] or 1))


def is_signed(key, sign):
    try:
        text = b'seriatim checkpoint 1 %s %s' % sign.group(1, 2)
        return ed25519.Ed25519PublicKey.from_public_bytes(key).verify(decode(sign[3]), text) is None
    except InvalidSignature:
        return False


def refuse_other_version(line):
    if OTHER.match(line):
        raise Refused('JRN-113', 65, 'it is written in another format version')


class Scan:
    """One pass over a journal: how far it is proven, and what was counted."""

    def __init__(self, directory, head=None, checks_all=False):
        self.directory, self.head, self.checks_all = directory, head, checks_all
        self.identity = self.key = self.state = self.unsettled = self.head_line = self.broken = None
        self.segment, self.offset, self.lines, self.bytes, self.group = 1, 0, 0, 0, 0
        self.records = self.checkpoints = self.signed = self.unsigned = self.torn = 0

    def open(self, number):
        return open(os.path.join(self.directory, '%010d.jsonl' % number), 'rb', buffering=1 << 18)

    def here(self):
        return (self.segment, self.lines + 1, self.offset)

    def run(self):
        files = [name for name in os.listdir(self.directory) if re.fullmatch('[0-9]{10}[.]jsonl', name)]
        numbers = sorted(int(name[:10]) for name in files if int(name[:10]))
        for index, number in enumerate(numbers, 1):
            if number != index:
                raise Damage('this segment is missing', (index, 0, 0))
        for number in numbers:
            if number > 1 and not self.begins(number):
                break
            with self.open(number) as file:
                while self.step(file):
                    if self.state == self.head:
                        self.head_line = self.lines
            self.settle()
        self.judge(numbers[self.segment - 1:])

    def proven(self, line, before):
        """The state after `line`; None where it is no whole line or its tag does not prove it."""
        if line[-1:] != b'\n':
            return None
        line = line[:-1]
        if self.lines == 0:
            refuse_other_version(line)
            first = HEAD.match(line)
            text = first and b'seriatim journal 1\n%s\n%s\n%s\n' % first.group(1, 2, 3)
            before = self.state = text and hashlib.sha256(text).digest()
        if before is None or not has_tag(line):
            return None
        after = hashlib.sha256(before + line[:-10]).digest()
        return after if encode(after[:6]) == line[-10:-2] else None

    def step(self, file):
        """Steps over the next group; False where no whole one follows."""
        line = file.readline(MAX_LINE)
        state = self.proven(line, self.state)
        self.broken = self.here()
        if state is None:
            return False
        count, size = 1, len(line)
        if line.startswith(b'{"j":'):
            self.own(line[:-1])
        else:
            marker = group_marker(line[:-1])
            if not marker or marker[0] != self.group + 1:
                raise Damage('a record outside its group', self.here())
            for count in range(2, marker[1] + 1):
                self.broken = (self.segment, self.lines + count, self.offset + size)
                line = file.readline(MAX_LINE)
                size += len(line)
                state = self.proven(line, state)
                if state is None or size > MAX_GROUP:
                    return False
                if line.startswith(b'{"j":') or group_marker(line[:-1]):
                    raise Damage('a group begins inside another', self.broken)
            if MARKER.sub(b'', line[-64:-17]).endswith(b',"m":1'):
                raise Damage('a decision without its last line', self.here())
            self.group, count = marker
            self.records += count
            self.unsigned += count
        self.state, self.lines = state, self.lines + count
        self.bytes, self.offset = self.bytes + size, self.offset + size
        return True

    def own(self, line):
        refuse_other_version(line)
        if head := HEAD.match(line):
            identity = head.group(1, 2, 3)
            told = (*map(int, head.group(4, 5, 6)), decode(head[7]), identity)
            true = (self.segment, self.lines, self.bytes, self.state, self.identity or identity)
            if told != true or self.offset or self.unsigned:
                raise Damage("a segment's first line does not continue the segment before it", self.here())
            self.identity, self.key, self.unsigned = identity, decode(head[3]), 1
        elif sign := SIGN.match(line):
            if not self.offset or int(sign[1]) != self.lines or decode(sign[2]) != self.state:
                raise Damage('a checkpoint does not sign what stands before it', self.here())
            self.unsettled = (sign, self.here())
            if self.checks_all:
                self.settle()
            self.checkpoints += 1
            self.signed, self.unsigned, self.group = self.lines + 1, 0, 0
        else:
            raise Damage('a line of the journal itself is not as the journal writes it', self.here())

    def settle(self):
        if self.unsettled and ed25519 and not is_signed(self.key, self.unsettled[0]):
            raise Damage("a checkpoint whose signature is not by the line's key", self.unsettled[1])
        self.unsettled = None

    def begins(self, number):
        """Enters segment `number` if it was begun: if it starts with a first line."""
        with self.open(number) as file:
            line = file.readline(MAX_LINE)
        if line[-1:] != b'\n' or not (HEAD.match(line[:-1]) or OTHER.match(line)):
            return False
        if next(self.pieces(self.segment, self.offset), None):
            raise Damage('this line is not as it was written, and a later segment follows it', self.broken)
        if self.proven(line, self.state) is None:
            raise Damage("lines are missing here, before the next segment's first line", self.here())
        self.segment, self.offset = number, 0
        return True

    def pieces(self, number, at):
        """Place and bytes of each line from byte `at` on that is no padding; at most MAX_LINE bytes each."""
        with self.open(number) as file:
            while piece := (file.seek(at), file.readline(MAX_LINE))[1]:
                if piece[0] in b'\n\0':
                    file.seek(at)
                    block = file.read(MAX_LINE)
                    at += len(block) - len(block.lstrip(b'\n\0'))
                else:
                    yield at, piece
                    at += len(piece)

    def judge(self, numbers):
        """Tells a torn last group, which the next start cuts, from damage."""
        for number in numbers:
            end = start = self.offset if number == self.segment else 0
            for end, piece in self.pieces(number, start):
                if piece[-1:] == b'\n' and self.is_later(piece[:-1], number, end):
                    raise Damage('this line is not as it was written, and later ones follow it', self.broken)
                end += len(piece.rstrip(b'\n'))
            self.torn += end - start
        if self.lines == 0:
            raise Refused('JRN-102', 66, 'the directory holds no journal')

    def is_later(self, line, number, place):
        """Whether `line` was only written after the torn group had been synced."""
        starts_group = (number, place) == (self.segment, self.offset)
        if sign := SIGN.match(line):
            return not starts_group or bool(self.key and ed25519 and is_signed(self.key, sign))
        if HEAD.match(line) or OTHER.match(line):
            return number != self.segment or place > 0
        marker = group_marker(line) if has_tag(line) else None
        is_own = marker and marker[0] == self.group + 1 and (starts_group or place % BLOCK == 0)
        return bool(OWN_INSIDE.search(line, 1) or marker and (number != self.segment or not is_own))


def verify(directory, key, head):
    """The answer for one journal, and why."""
    inside = os.path.join(directory, 'journal')
    error, code, status, place, text = None, None, 0, (None, None, None), ''
    for checks_all in (False, True):
        current = Scan(inside if os.path.exists(inside) else directory, head, checks_all)
        try:
            current.run()
            break
        except OSError as raised:
            error = Refused(*(('JRN-108', 74) if os.path.isdir(directory) else ('CLI-105', 66)), str(raised))
        except (Damage, Refused) as raised:
            error = raised  # Once more: an earlier signature may be the first that is wrong.
    if isinstance(error, Refused):
        (code, status, text), verdict, current = error.args, 'refused', Scan(directory)
    elif error:
        (text, place), verdict, code = error.args, 'damaged', 'JRN-104'
    elif key and current.key != key:
        verdict, code, text = 'notTheOne', 'JRN-106', 'it was signed with another key than the one given'
    elif head and current.head_line is None:
        verdict, code = 'notTheOne', 'JRN-115'
        text = 'the head is not in it: its end is missing, or it is another'
    else:
        verdict = 'tornTail' if current.torn else 'unsignedTail' if current.unsigned else 'intact'
    return dict(
        directory=directory, verdict=verdict, code=code, segment=place[0], line=place[1], byte=place[2],
        records=current.records, checkpoints=current.checkpoints, signed=current.signed, lines=current.lines,
        head=encode(current.state).decode() if current.lines else None, unsigned=current.unsigned,
        torn=0 if error else current.torn, status=status or (65 if code else 0 if ed25519 else 69)), text


def letters(text):
    if not re.fullmatch(STATE, text.encode()):
        raise argparse.ArgumentTypeError('not the 43 characters of base64url that a key or head has')
    return decode(text.encode())


def public_key(path):
    with open(path, encoding='latin-1') as file:
        words = file.read(256).split() or ['']
    if words[0] == 'seriatim-key-1' and ed25519:
        return ed25519.Ed25519PrivateKey.from_private_bytes(letters(words[1])).public_key().public_bytes_raw()
    return letters(words[0])


def main():
    parser = argparse.ArgumentParser(description='Proves every line of journals.')
    parser.add_argument('directory', nargs='+', help='data directory of a line, or its journal directory')
    parser.add_argument('--key', type=public_key, help="file with the line's public key, or its key file")
    parser.add_argument('--head', type=letters, help='a head witnessed elsewhere; may begin with a hyphen')
    parser.add_argument('--json', action='store_true', help='one JSON object a directory')
    options = parser.parse_args('\n'.join(sys.argv[1:]).replace('--head\n', '--head=').splitlines())
    status = 0
    for directory in options.directory:
        answer, text = verify(directory, options.key, options.head)
        status = status or answer['status']
        if options.json:
            print(json.dumps(answer, separators=(',', ':')))
            continue
        print('%(directory)s: %(verdict)s. %(records)d records; head %(head)s after line %(lines)d' % answer)
        if answer['segment'] is not None:
            text += ', at %(segment)010d.jsonl, line %(line)d of the journal, byte %(byte)d' % answer
        if answer['code']:
            print('%s %s: %s' % (answer['code'], directory, text), file=sys.stderr)
    if not ed25519 or not options.key:
        print('Signatures are by the key the journal names; --key proves whose it is.' if ed25519 else
              'Signatures were NOT checked: the package cryptography is missing.', file=sys.stderr)
    return status


if __name__ == '__main__':
    sys.exit(main())
