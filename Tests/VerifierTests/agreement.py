#!/usr/bin/env python3
"""Goal: both verifiers of the journal give the same answer, and the answer the design promises.

    agreement.py PROGRAM [--cases N] [--seed S] [--keep]

Method: `PROGRAM simulate --crash-states --keep` leaves journals as power cuts leave them, and whole ones. These
and N alterations of the whole ones, some with old, altered, renamed or foreign snapshots beside,
are given to `PROGRAM journal verify --json` and to
docs/tools/verify_journal.py, in one process each, and every answer is compared: verdict, code, place, counts,
head and status. What a verifier calls signed must be the beginning of what was written, whoever altered the rest;
with the head of the whole journal, nothing but that whole journal may be found good.
"""
import argparse
import collections
import json
import os
import random
import shutil
import subprocess
import sys
import time

import alterations
import pinned
from journals import KEY, OTHER_KEY, encode, lines_of, public

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PYTHON = [sys.executable, ROOT + '/docs/tools/verify_journal.py']
PLACE = ROOT + '/.build/verifiers'
GOOD = ('intact', 'unsignedTail', 'tornTail')


def read(directory):
    return {entry: bytearray(open(os.path.join(directory, entry), 'rb').read()) for entry in os.listdir(directory)}


def write(directory, files):
    os.makedirs(directory)
    for entry, content in files.items():
        with open(os.path.join(directory, entry), 'wb') as file:
            file.write(content)


def answers(command, options, directories):
    """One answer a directory, and the exit status."""
    found = []
    status = 0
    for start in range(0, len(directories), 5000):
        part = directories[start:start + 5000]
        ended = subprocess.run(command + options + ['--json'] + part, capture_output=True, cwd=PLACE, text=True)
        found += [json.loads(line) for line in ended.stdout.splitlines()]
        status = status or ended.returncode
        if len(found) != start + len(part):
            sys.exit('%s answered %d of %d: %s' % (command[0], len(found) - start, len(part), ended.stderr[-2000:]))
    return found, status


def has_snapshot(directory):
    return any(entry.endswith('.snapshot') for entry in os.listdir(os.path.join(PLACE, directory)))


def without_snapshots(program, directories):
    """What is wrong with answers that change when the snapshots beside the segments are taken away."""
    bare = []
    for directory in directories:
        bare.append(directory + '-bare')
        write(os.path.join(PLACE, bare[-1]), {entry: content for entry, content in read(
            os.path.join(PLACE, directory)).items() if 'snapshot' not in entry})
    faults = []
    for command in ([program, 'journal', 'verify'], PYTHON):
        whole, _ = answers(command, ['--key', 'key'], directories)
        other, _ = answers(command, ['--key', 'key'], bare)
        for one, two in zip(whole, other):
            if {**one, 'directory': ''} != {**two, 'directory': ''}:
                faults.append('%s: a snapshot changes the answer of %s' % (one['directory'], command[0]))
    return faults


class Comparison:
    """The cases of one set of options."""

    def __init__(self, program):
        self.program, self.faults, self.verdicts, self.cases = program, [], collections.Counter(), 0

    def run(self, options, cases, judge=lambda case, answer: None):
        """Compares `cases`, a dictionary of directories and what `judge` needs to know of them."""
        ours, our_status = answers([self.program, 'journal', 'verify'], options, list(cases))
        theirs, their_status = answers(PYTHON, options, list(cases))
        if our_status != their_status:
            self.faults.append('statuses %d and %d' % (our_status, their_status))
        for our, their in zip(ours, theirs):
            self.cases += 1
            self.verdicts[our['verdict']] += 1
            case = our['directory']
            if our != their:
                different = {key: (our[key], their.get(key)) for key in our if our[key] != their.get(key)}
                self.faults.append('%s %s: ours and theirs differ: %s' % (case, options, different))
            fault = judge(cases[case], our)
            if fault:
                self.faults.append('%s %s: %s' % (case, options, fault))


def raw_lines(files):
    return [line.members for line in lines_of(files)]


def claim(whole, altered, answer):
    """What is called signed was written so."""
    if answer['verdict'] not in GOOD:
        return None
    signed = raw_lines(altered)[:answer['signed']]
    return None if signed == raw_lines(whole)[:len(signed)] else 'an alteration before a checkpoint was not found'


def without_signatures(directory):
    """What is wrong with the second verifier's answer where the package for signatures is missing."""
    hidden = 'import runpy, sys; sys.modules["cryptography"] = None; runpy.run_path(%r, run_name="__main__")'
    ended = subprocess.run([sys.executable, '-c', hidden % PYTHON[1], directory], capture_output=True, cwd=PLACE, text=True)
    if ended.returncode == 69 and 'intact' in ended.stdout and 'NOT checked' in ended.stderr:
        return []
    return ['without the package cryptography: %s' % ended]


def make(cases, bases, seed):
    """Writes the altered journals of `seed`: directory to (kind, whole, altered)."""
    made = {}
    kinds = alterations.KEYLESS * 2 + alterations.KEYED
    for index in range(cases):
        chance = random.Random(seed * 1_000_000 + index)
        base, whole = chance.choice(bases)
        altered = {entry: bytearray(content) for entry, content in whole.items()}
        change = kinds[index % len(kinds)]
        change(chance, altered)
        directory = '%s-%d-%d' % (change.__name__, seed, index)
        write(os.path.join(PLACE, directory), altered)
        made[directory] = (change, base, whole, altered)
    return made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--cases', type=int, default=3000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--keep', action='store_true', help='leave the journals under .build/verifiers')
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    began = time.monotonic()
    shutil.rmtree(PLACE, ignore_errors=True)
    os.makedirs(PLACE + '/crash')
    with open(PLACE + '/key', 'wb') as file:
        file.write(public(KEY) + b'\n')
    with open(PLACE + '/other-key', 'wb') as file:
        file.write(public(OTHER_KEY) + b'\n')
    states = max(400, options.cases // 8)
    subprocess.run([options.program, 'simulate', '--crash-states', str(states), '--seed', str(options.seed),
                    '--keep', PLACE + '/crash'], check=True, stdout=subprocess.DEVNULL)
    comparison = Comparison(options.program)

    # As the program wrote them, and as power cuts left them.
    crashed = sorted('crash/' + entry for entry in os.listdir(PLACE + '/crash'))
    comparison.run(['--key', 'key'], {directory: None for directory in crashed})
    whole, _ = answers(PYTHON, [], crashed)
    bases = [(answer, read(os.path.join(PLACE, answer['directory'])))
             for answer in whole if answer['verdict'] == 'intact' and answer['lines'] > 12
             and not has_snapshot(answer['directory'])][:200]
    beside = [directory for directory in crashed if has_snapshot(directory)]
    comparison.faults += without_snapshots(options.program, beside)
    alterations.SNAPSHOTS[:] = sorted({bytes(content) for directory in beside for entry, content in read(
        os.path.join(PLACE, directory)).items() if entry.endswith('.snapshot') and content})
    if len(beside) < 20 or len(alterations.SNAPSHOTS) < 10:
        comparison.faults.append('only %d journals with snapshots' % len(beside))
    if len(bases) < 50:
        comparison.faults.append('only %d whole journals to alter' % len(bases))

    # Pinned: differences that were found, and what only a test knows to build.
    named = pinned.cases(bases[0][1])
    for directory, (files, verdict, code) in named.items():
        write(os.path.join(PLACE, directory), files)
    comparison.run([], {directory: case[1:] for directory, case in named.items()}, lambda case, answer: (
        None if (answer['verdict'], answer['code']) == case else 'expected %s, got %s' % (case, answer)))

    # A head may begin with a hyphen, as an option does.
    comparison.run(['--head', '-' + 'h' * 41 + 'A'], {'longest-line': None}, lambda _, answer: (
        None if answer['verdict'] == 'notTheOne' else 'a head that begins with a hyphen: %s' % answer))

    comparison.faults += without_signatures('as-written')

    made = make(options.cases, bases, options.seed)
    keyless = {directory: case for directory, case in made.items() if case[0] in alterations.KEYLESS}
    keyed = {directory: case for directory, case in made.items() if case[0] not in alterations.KEYLESS}
    judge = lambda case, answer: claim(case[2], case[3], answer)
    halves = [dict(list(keyless.items())[part::2]) for part in (0, 1)]
    comparison.run([], halves[0], judge)
    comparison.run(['--key', 'key'], halves[1], judge)
    comparison.run([], keyed)
    comparison.run(['--key', 'other-key'], dict(list(keyed.items())[::5]))

    # With a witnessed head: only the whole journal, whatever follows it, holds it.
    by_head = collections.defaultdict(dict)
    for directory, case in keyless.items():
        by_head[case[1]['head']][directory] = case
    for head, cases in sorted(by_head.items(), key=lambda entry: -len(entry[1]))[:8]:
        comparison.run(['--head', head], cases, lambda case, answer: (
            'the witnessed head was not missed' if answer['verdict'] in GOOD
            and raw_lines(case[3])[:case[1]['lines']] != raw_lines(case[2]) else None))

    missing = {'intact', 'unsignedTail', 'tornTail', 'damaged', 'notTheOne', 'refused'} - set(comparison.verdicts)
    if missing:
        comparison.faults.append('no case came out as %s' % sorted(missing))
    for fault in comparison.faults[:20]:
        print(fault)
    print('%d answers of two verifiers on %d altered and %d crashed journals, %d faults, %.0f s: %s' % (
        comparison.cases, len(made), len(crashed), len(comparison.faults), time.monotonic() - began,
        dict(comparison.verdicts)))
    if not options.keep and not comparison.faults:
        shutil.rmtree(PLACE)
    return 1 if comparison.faults else 0


if __name__ == '__main__':
    sys.exit(main())
