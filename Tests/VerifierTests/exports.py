#!/usr/bin/env python3
"""Goal: exported events are valid by judges that are not ours, and say what the line did.

    exports.py PROGRAM [--seeds N] [--units N]

Method: `PROGRAM simulate --keep` leaves the journals of N simulated lines (label faults and crashes) and
`--history` one with removals and cases read again. Each is exported as EPCIS 2.0, as EPCIS 1.2 and as rows. The
documents are judged by the official JSON Schema with formats checked, by xmllint with the official XML Schema, and
by `PROGRAM epcis validate`, which may find nothing. The events of both formats are the same in number, order and
ID. They are folded here, and so is `PROGRAM journal show --json`: who was commissioned and what holds what must be
the same. A second export gives the same events; a damaged journal gives a whole document, an error and status 65.

Without CONFORMANCE_DIR the official schemas are passed over, aloud; the rest is checked.
"""
import argparse
import collections
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLACE = ROOT + '/.build/exports'
GTIN = '09506000134352'
CONFIG = '''[line]
name = "%s"
[epcis]
location = "9506000134376"
read_point = "9506000134376/LINE-1"
time_zone = "Europe/Berlin"
company_prefixes = ["9506000", "4012345"]
receiver = "4012345900019"
[epcis.read_points]
pack-case = "9506000134376/CASES"
'''
LEVELS = ('bundle', 'case', 'shipper', 'pallet')
COLLATED = [level + '.collated' for level in LEVELS]
CLOSED = [level + '.closed' for level in LEVELS]
faults = []


def check(holds, *what):
    if not holds:
        faults.append(' '.join(str(part) for part in what))
    return holds


def run(*command, status=0):
    ended = subprocess.run(command, capture_output=True, cwd=PLACE)
    check(ended.returncode == status, command[1:], 'ended with', ended.returncode, ended.stderr[-2000:].decode())
    return ended


class Schemas:
    """The official schemas, where they are at hand."""

    def __init__(self):
        folder = os.environ.get('CONFORMANCE_DIR')
        self.json = self.xml = None
        if not folder:
            print('PASSED OVER: the official schemas are not at hand; set CONFORMANCE_DIR to use them.')
            return
        import jsonschema
        import rfc3339_validator  # noqa: F401  format date-time is not checked without it
        import rfc3986_validator  # noqa: F401  format uri neither
        with open(folder + '/epcis/epcis-json-schema-2.0.1.json', encoding='utf-8') as file:
            schema = json.load(file)
        draft = jsonschema.Draft7Validator
        self.json = draft(schema, format_checker=draft.FORMAT_CHECKER)
        self.xml = folder + '/epcis/xsd-1.2/EPCglobal-epcis-1_2.xsd'

    def judge(self, name, document, path):
        if not self.json:
            return
        # A thousand events at a time: the schema's own errors are unreadable, and slow, for more.
        events = document['epcisBody']['eventList']
        for start in range(0, max(1, len(events)), 1000):
            part = dict(document, epcisBody={'eventList': events[start:start + 1000]})
            error = next(iter(self.json.iter_errors(part)), None)
            check(error is None, name, 'is refused by the JSON Schema:', str(error)[:500])
        run('xmllint', '--noout', '--nonet', '--schema', self.xml, path)

    def is_asked(self, document):
        """The schema is asked, not waved through."""
        if self.json and document['epcisBody']['eventList']:
            broken = json.loads(json.dumps(document))
            broken['epcisBody']['eventList'][0]['bizStep'] = 'comissioning'
            check(not self.json.is_valid(broken), 'the JSON Schema takes a word it does not have')


def last(uri):
    return uri.rsplit('/', 1)[-1]


class Ledger:
    """What holds what, who was commissioned, and which end things came to."""

    ENDS = {('DELETE', 'decommissioning'): 'scrapped', ('DELETE', 'destroying'): 'destroyed',
            ('OBSERVE', 'sampling'): 'sampled', ('OBSERVE', 'shipping'): 'shipped'}

    def __init__(self, name):
        self.name, self.commissioned = name, set()
        self.ends = {end: set() for end in self.ENDS.values()}
        self.children = collections.defaultdict(set)

    def commission(self, items):
        for item in items:
            check(item not in self.commissioned, self.name, item, 'was commissioned twice')
            self.commissioned.add(item)

    def end(self, end, items):
        for item in items:
            check(item not in set().union(*self.ends.values()), self.name, item, 'came to its end twice')
            self.ends[end].add(item)

    def take(self, event):
        kind, action, step = event['type'], event['action'], event['bizStep']
        if (kind, action, step) == ('ObjectEvent', 'ADD', 'commissioning'):
            self.commission(last(epc) for epc in event['epcList'])
        elif kind == 'ObjectEvent' and (action, step) in self.ENDS:
            self.end(self.ENDS[action, step], [last(epc) for epc in event['epcList']])
        elif (kind, action, step) == ('AggregationEvent', 'ADD', 'packing'):
            children = {last(epc) for epc in event['childEPCs']}
            parent = last(event['parentID'])
            check(children | {parent} <= self.commissioned, self.name, 'packed before it was commissioned', children)
            check(not children & set().union(*self.children.values()), self.name, 'packed twice', children)
            self.children[parent] |= children
        elif (kind, action, step) == ('AggregationEvent', 'DELETE', 'unpacking'):
            parent = last(event['parentID'])
            children = {last(epc) for epc in event.get('childEPCs', self.children[parent])}
            check(children <= self.children[parent], self.name, 'unpacked what was not in it', children)
            self.children[parent] -= children
        else:
            check((kind, action, step) == ('ObjectEvent', 'OBSERVE', 'inspecting'), self.name, 'has', kind, step)


def journal_ledger(name, records):
    """The same from the journal's own words: containers that were closed once."""
    ledger, tracks, contents, closed = Ledger(name), {}, {}, set()
    for record in records:
        kind = record['kind']
        if kind == 'unit.verified':
            tracks[record['track']] = record['serial']
        elif kind == 'units.passed':
            ledger.commission(tracks[track] for track in record['tracks'])
        elif kind == 'in-doubt.scrapped':
            ledger.end('scrapped', record['serials'])
        elif kind == 'unit.ended':
            ledger.end({'inactive': 'scrapped', 'label-sampled': 'scrapped'}.get(record['end'], record['end']),
                       [record['serial']])
        elif kind == 'reject.recovered':
            if record['end'] == 'reintroduced':
                ledger.commission([record['serial']])
            else:
                ledger.end(record['end'], [record['serial']])
        elif kind == 'item.shipped':
            ledger.end('shipped', [record['sscc']])
        elif kind in COLLATED or kind == 'content.reset':
            contents[record['sscc']] = set(record.get('children', []))
        elif kind == 'item.removed':
            contents[record['sscc']].remove(record['item'])
        elif kind == 'item.added':
            contents[record['sscc']].add(record['item'])
        elif kind == 'container.dissolved':
            contents[record['sscc']] = set()
            if record['sscc'] in closed:
                ledger.end('scrapped', [record['sscc']])
        elif kind in CLOSED:
            closed.add(record['sscc'])
    ledger.commission(sorted(closed))
    for sscc in closed:
        ledger.children[sscc] = contents[sscc]
    return ledger


def filled(children):
    return {parent: held for parent, held in children.items() if held}


class Export:
    """One journal in all formats."""

    def __init__(self, program, journal, line, schemas):
        self.program, self.journal, self.name = program, journal, os.path.basename(journal)
        config = journal + '.toml'
        with open(config, 'w', encoding='utf-8') as file:
            file.write(CONFIG % line)
        self.config = config
        self.document = self.json()
        events = self.document['epcisBody']['eventList']
        self.events = len(events)
        check(self.json()['epcisBody'] == self.document['epcisBody'], self.name, 'gives other events the second time')
        found = run(program, 'epcis', 'validate', '--json', journal + '.json')
        check(json.loads(found.stdout)['findings'] == [], self.name, 'has findings:', found.stdout[:500])
        self.xml(events)
        schemas.judge(self.name, self.document, journal + '.xml')
        schemas.is_asked(self.document)
        self.compare(events)

    def export(self, form, extension, status=0):
        ended = run(self.program, 'journal', 'export', self.journal, '--format', form, '--config', self.config,
                    status=status)
        with open(self.journal + extension, 'wb') as file:
            file.write(ended.stdout)
        return ended

    def json(self):
        return json.loads(self.export('epcis', '.json').stdout)

    def xml(self, events):
        tree = ElementTree.fromstring(self.export('epcis12', '.xml').stdout)
        listed = tree.find('EPCISBody/EventList')
        kinds = [(element.tag, element.findtext('baseExtension/eventID')) for element in listed]
        check(kinds == [(event['type'], event['eventID']) for event in events], self.name, 'differs in XML')
        lots = len(listed.findall('ObjectEvent/extension/ilmd/{urn:epcglobal:cbv:mda}lotNumber'))
        check(lots == sum('ilmd' in event for event in events), self.name, 'has', lots, 'lots in XML')
        epcs = [element.text for element in listed.iter('epc')]
        check(len(epcs) == sum(len(event.get('epcList', event.get('childEPCs', []))) for event in events),
              self.name, 'has', len(epcs), 'EPCs in XML')
        check(all(epc.startswith('urn:epc:id:') for epc in epcs), self.name, 'has EPCs that are no URN')
        check(tree.find('.//{*}InstanceIdentifier') is not None, self.name, 'has no business document header')

    def compare(self, events):
        said, ids = Ledger(self.name), collections.Counter(event['eventID'] for event in events)
        for event in events:
            said.take(event)
        check(not ids or max(ids.values()) == 1, self.name, 'has an ID twice')
        shown = run(self.program, 'journal', 'show', self.journal, '--json').stdout.splitlines()
        records = [json.loads(line) for line in shown]
        did = journal_ledger(self.name, records)
        whole = records and records[-1]['kind'] != 'units.passed'
        if self.name.startswith('history'):
            # It breaks off in the middle of a batch: what is commissioned last waits for its event.
            check(said.commissioned <= did.commissioned and len(did.commissioned - said.commissioned) < 2000,
                  self.name, 'lacks', len(did.commissioned - said.commissioned), 'units')
        else:
            check(whole and said.commissioned == did.commissioned, self.name, 'commissioned differ:',
                  len(said.commissioned), len(did.commissioned))
        for end, items in did.ends.items():
            check(said.ends[end] == items, self.name, end, 'differ:', sorted(said.ends[end] ^ items)[:5])
        check(filled(said.children) == filled(did.children), self.name, 'hierarchies differ')
        ended = self.export('csv', '.csv')
        rows = list(csv.DictReader(io.StringIO(ended.stdout.decode(), newline='')))
        passed = [row['item'] for row in rows if row['kind'] == 'units.passed']
        back = [record['serial'] for record in records
                if record['kind'] == 'reject.recovered' and record['end'] == 'reintroduced']
        units = [item for item in did.commissioned if len(item) != 18]
        check(sorted(passed + back) == sorted(units), self.name, 'rows of passed units differ')
        # What no checkpoint has signed yet is left out, and said: here a snapshot made at the very end.
        unsigned = re.search(rb'lines not signed yet, behind line (\d+)', ended.stderr)
        signed = int(unsigned[1]) if unsigned else records[-1]['position']
        check(all(record['kind'] == 'snapshot.written' for record in records if record['position'] > signed),
              self.name, 'has unsigned lines that are no snapshot')
        wanted = {record['position'] for record in records if record['position'] <= signed}
        check({int(row['position']) for row in rows} == wanted, self.name, 'has records without a row')

    def damage(self):
        """A flipped bit in the middle: a whole document up to the last signed line before it."""
        place = self.journal + '-damaged'
        shutil.copytree(self.journal, place)
        segment = sorted(entry for entry in os.listdir(place) if entry.endswith('.jsonl'))[0]
        with open(place + '/' + segment, 'r+b') as file:
            content = file.read().rstrip(b'\n\0')
            signs = [content.find(b'{"j":"sign"', start) for start in (0, len(content) // 2)]
            middle = signs[1] + content[signs[1]:].find(b'\n') + 10
            file.seek(middle)
            file.write(bytes([content[middle] ^ 1]))
        sound, self.journal = self.journal, place
        ended = self.export('epcis', '.json', status=65)
        xml = self.export('epcis12', '.xml', status=65)
        self.journal = sound
        events = json.loads(ended.stdout)['epcisBody']['eventList']
        check(0 < len(events) < self.events, 'damaged', self.name, 'has', len(events), 'of', self.events, 'events')
        check(events == self.document['epcisBody']['eventList'][:len(events)], 'damaged', self.name, 'differs')
        check(b'JRN-104' in ended.stderr and b'whole up to line' in ended.stderr, 'it does not say:', ended.stderr)
        check(len(ElementTree.fromstring(xml.stdout).find('EPCISBody/EventList')) == len(events), 'XML differs')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--seeds', type=int, default=6)
    parser.add_argument('--units', type=int, default=300)
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    shutil.rmtree(PLACE, ignore_errors=True)
    os.makedirs(PLACE)
    run(program, 'simulate', '--seeds', '1..%d' % options.seeds, '--units', str(options.units), '--keep', PLACE)
    run(program, 'simulate', '--history', '30000', '--keep', PLACE + '/history')
    schemas = Schemas()
    steps, exports = collections.Counter(), []
    for name, line in [(str(seed), 'sim') for seed in range(1, options.seeds + 1)] + [('history', 'history')]:
        exports.append(Export(program, PLACE + '/' + name, line, schemas))
        for event in exports[-1].document['epcisBody']['eventList']:
            steps[event['action'] + ' ' + event['bizStep']] += 1
    exports[-1].damage()
    for step in ('ADD commissioning', 'ADD packing', 'DELETE unpacking', 'OBSERVE inspecting', 'DELETE decommissioning'):
        check(steps[step], 'no journal gave', step)
    for fault in faults[:20]:
        print('FAULT', fault)
    print('%d journals, %d events in each of two formats (%s), %d faults' % (
        len(exports), sum(steps.values()), ', '.join('%s: %d' % step for step in sorted(steps.items())), len(faults)))
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
