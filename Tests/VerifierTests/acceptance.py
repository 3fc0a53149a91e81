#!/usr/bin/env python3
"""Goal: more unsigned lines than a start takes stop it, until a person accepts them by name and with a reason.

    acceptance.py PROGRAM

Method: the shipped program on a journal whose last 20,001 lines no checkpoint signs, in a directory of its own.
"""
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from journals import KEY, Line, encode, files_of, name, public

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECOND = [sys.executable, ROOT + '/docs/tools/verify_journal.py']
IDENTITY = b'"line":"line-1","id":"%s","key":"%s"' % (b'0123456789abcdef' * 2, public(KEY))
FAULTS = []


def expect(what, holds, seen=''):
    if not holds:
        FAULTS.append('%s %s' % (what, seen))


def journal(records, word=b'n'):
    """A journal with `records` groups of one record behind its first checkpoint."""
    lines = [Line(1, b'{"j":"head","v":1,%s,"seg":1,"n":0,"b":0,"h":""' % IDENTITY),
             Line(1, b'{"j":"sign","n":0,"h":"","s":""')]
    lines += [Line(1, b'{"k":"lx","w":1790000000000,"r":"%s%d","g":%d' % (word, number, number))
              for number in range(1, records + 1)]
    return files_of(lines, {name(1): 2 << 20}, KEY)[name(1)]


class Place:
    """A line's data directory, and the configuration of a line whose devices do not exist."""

    def __init__(self, program, content):
        self.program, self.path = program, tempfile.mkdtemp(prefix='seriatim-accept-')
        self.data = self.path + '/data'
        self.segment = self.data + '/journal/' + name(1)
        for directory in (self.data, self.data + '/journal', self.data + '/imports', self.data + '/run'):
            os.mkdir(directory, 0o750)
        with open(self.segment, 'wb') as file:
            file.write(content)
        with open(self.data + '/line.key', 'wb') as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(b'seriatim-key-1 ' + encode(KEY.private_bytes_raw()) + b'\n')
        with open(ROOT + '/docs/examples/line.toml') as file:
            text = re.sub('data = ".*"', 'data = "%s"' % self.data, file.read(), count=1)
        ports = iter(range(1, 100))
        text = re.sub(r'(?m)^address = "tcp:[^"]*"', lambda _: 'address = "tcp:127.0.0.1:%d"' % next(ports), text)
        with open(self.path + '/line.toml', 'w') as file:
            file.write(text.replace('serial:/dev/', 'serial:%s/no-' % self.path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def run(self, *arguments):
        ended = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=120)
        return ended.returncode, ended.stdout + ended.stderr

    def accept(self, *arguments):
        return self.run('journal', 'accept', self.data, *(arguments or (
            '--by', 'Q. Uality', '--reason', 'signatures lost, DEV-17')))

    def daemon(self):
        return [self.program, 'run', '--config', self.path + '/line.toml', '--profiles', ROOT + '/devices']

    def content(self):
        with open(self.segment, 'rb') as file:
            return file.read()

    def verdict(self):
        """What both verifiers say, if they say the same."""
        options = ['--json', '--key', self.data + '/line.key', self.data]
        said = [subprocess.run(command + options, capture_output=True, text=True).stdout
                for command in ([self.program, 'journal', 'verify'], SECOND)]
        ours, theirs = [json.loads(text or '{}') for text in said]
        expect('both verifiers say the same:', ours == theirs, said)
        return ours.get('verdict')


def refusals(place):
    """Nothing is changed by a start, or by an act that cannot be."""
    before = place.content()
    ended = subprocess.run(place.daemon(), capture_output=True, text=True, timeout=60)
    expect('a start refuses', ended.returncode == 65 and 'JRN-105' in ended.stderr
           and 'seriatim journal accept' in ended.stderr, ended)
    expect('unsigned', place.verdict() == 'unsignedTail')
    for arguments, status in ((('--by', 'A'), 64), (('--by', ' ', '--reason', 'b'), 64),
                              (('--by', 'A', '--reason', 'b\n'), 64), (('--by', 'A' * 65, '--reason', 'b'), 64)):
        expect('refused %s' % (arguments,), place.accept(*arguments)[0] == status, place.accept(*arguments))
    with open(place.data + '/journal/lock', 'w') as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        status, text = place.accept()
        expect('refused beside a daemon', status == 75 and 'JRN-101 %s' % place.data in text, (status, text))
    os.rename(place.data + '/line.key', place.path + '/line.key')
    status, text = place.accept()
    expect('refused without the key', status == 78 and 'DMN-102' in text, (status, text))
    os.rename(place.path + '/line.key', place.data + '/line.key')
    status, text = place.run('journal', 'accept', place.path, '--by', 'A', '--reason', 'b')
    expect('refused in a directory that is no line\'s', status == 66 and not os.path.exists(place.path + '/journal'),
           (status, text))
    expect('nothing was changed', place.content() == before)


def accepted(place, lines):
    """Recorded, signed, and the line starts."""
    status, text = place.accept()
    expect('accepted', status == 0 and 'accepted: %d lines after line 2' % lines in text, (status, text))
    expect('whole', place.verdict() == 'intact')
    shown = place.run('journal', 'show', '--json', place.data)[1].splitlines()
    record = json.loads(shown[-1])
    expect('recorded', record['kind'] == 'journal.accepted' and record['operator'] == 'Q. Uality'
           and record['reason'] == 'signatures lost, DEV-17' and record['lines'] == lines and record['after'] == 2
           and record['account'].startswith('uid:') and len(record['head']) == 43, record)
    status, text = place.accept()
    expect('nothing more to accept', status == 65 and 'JRN-116' in text, (status, text))
    daemon = subprocess.Popen(place.daemon(), stderr=subprocess.PIPE, text=True)
    said = ''
    while 'ready' not in said:
        line = daemon.stderr.readline()
        said += line
        if not line:
            break
    daemon.send_signal(signal.SIGTERM)
    rest = daemon.communicate(timeout=30)[1]
    expect('the line starts', daemon.returncode == 0 and 'ready' in said, said + rest)
    expect('whole after the run', place.verdict() == 'intact')


def killed(program, content, moments):
    """SIGKILL while it accepts: still refused, or signed with the name; in the end signed."""
    for moment in moments:
        with Place(program, content) as place:
            child = subprocess.Popen([program, 'journal', 'accept', place.data, '--by', 'A', '--reason', 'b'],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moment)
            child.kill()
            child.wait()
            status, text = place.accept('--by', 'A', '--reason', 'b')
            expect('accepted after a kill', status == 0 or status == 65 and 'JRN-116' in text, (moment, text))
            expect('whole after a kill', place.verdict() == 'intact', moment)
            count = place.content().count(b'"k":"ja"')
            expect('recorded after a kill', count in (1, 2), (moment, count))


def main():
    program = os.path.abspath(sys.argv[1])
    content = journal(20_001)
    with Place(program, content) as place:
        refusals(place)
        accepted(place, 20_001)
        act = [line for line in place.content().split(b'\n') if b'"k":"ja"' in line or b'"n":20004' in line][:2]
    with Place(program, journal(20_000)) as place:
        status, text = place.accept()
        expect('20,000 lines need nobody', status == 65 and 'JRN-116' in text, (status, text))
    other = journal(20_001, b'm')
    with Place(program, other.rstrip(b'\n') + b'\n' + b'\n'.join(act) + b'\n\n') as place:
        expect('another tail is not accepted by it', place.verdict() == 'damaged')
    began = time.monotonic()
    with Place(program, content) as place:
        place.accept()
    whole = time.monotonic() - began
    killed(program, content, [whole * part / 8 for part in range(1, 8)])
    for fault in FAULTS:
        print(fault)
    print('acceptance: %d faults' % len(FAULTS))
    return 1 if FAULTS else 0


if __name__ == '__main__':
    sys.exit(main())
