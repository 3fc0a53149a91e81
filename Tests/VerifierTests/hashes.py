#!/usr/bin/env python3
"""Goal: event hashes are the reference program's (epcis_event_hash_generator), but where the standard is against it.

    hashes.py PROGRAM

Method: both make the text that is hashed, `PROGRAM epcis hash --prehash` and the reference, of every JSON example
in CONFORMANCE_DIR, of the events a simulated line exports, and of an event of our own for each difference that
docs/epcis.md names. The texts are equal, or the event is in the list of exceptions: then the reference's text is
ours once what its reasons say was put right in it. A new difference is a fault, and so is an exception that is none.

The reference wants `@context` as a list, `type` first in transactions and parties, and documents for capture; it
gets each example so, and our hash of that form is the same as of the example. Contexts come from CONFORMANCE_DIR or
from the reference's own package, never from the network. Without CONFORMANCE_DIR the examples are passed over, aloud.
"""
import collections
import copy
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys

from epcis_event_hash_generator import hash_generator, json_to_py
from pyld import jsonld

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLACE = ROOT + '/.build/hashes'
CONFORMANCE = os.environ.get('CONFORMANCE_DIR')
STANDARD = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'
# Rows of the table "Event hash" in docs/epcis.md, and the section of the standard that is against the reference.
ORDER = 'order of members', 'CBV 2.0, 8.9, canonical order'
NUMBERS = 'text that looks like a number', 'CBV 2.0, 8.9, only quantities lose zeros'
WORDS = 'True and None', 'CBV 2.0, 8.9, one hash for JSON and XML'
PREFIXES = 'prefixes that only the EPCIS context declares', 'CBV 2.0, 8.9, CURIEs are expanded'
ROUNDING = 'rounding half to even', 'CBV 2.0, 8.9, a fourth digit from 5 on rounds up'
LOST = 'an event in the last half millisecond of a second', 'CBV 2.0, 8.9'
VOCABULARY = 'extension text that is a word of the standard elsewhere', 'CBV 2.0, 8.9, standard vocabulary elements'
ESCAPES = "' ; = in a key", 'GS1 Digital Link 1.2, 4.11'
SHORT = '/gtin/ in a Digital Link', 'GS1 Digital Link 1.2'
REASONS = [ORDER, NUMBERS, WORDS, PREFIXES, ROUNDING, LOST, VOCABULARY, ESCAPES, SHORT]
faults = []


def fault(*what):
    faults.append(' '.join(str(part) for part in what))


# The reference.

packaged = jsonld.get_document_loader()
PACKAGED = {STANDARD, 'https://gs1.github.io/EPCIS/epcis-context.jsonld'}


def load_context(url, options=None):
    """A context by its address: from the package, or from the standard's files."""
    if url in PACKAGED:
        return packaged(url, options or {})
    version = url.split('/')[-2]
    path = '%s/epcis/epcis-context-%s.jsonld' % (CONFORMANCE, version)
    if not url.startswith('https://ref.gs1.org/standards/epcis/') or not CONFORMANCE or not os.path.exists(path):
        raise ValueError('no context at hand for ' + url)
    with open(path, encoding='utf-8') as file:
        return {'contentType': 'application/ld+json', 'contextUrl': None, 'documentUrl': url,
                'document': json.load(file)}


jsonld.set_document_loader(load_context)


def with_type_first(value):
    if isinstance(value, list):
        return [with_type_first(element) for element in value]
    if not isinstance(value, dict):
        return value
    value = {key: with_type_first(inner) for key, inner in value.items()}
    if 'type' in value and {'bizTransaction', 'source', 'destination'} & value.keys():
        value = {'type': value.pop('type'), **value}
    return value


def prepared(document):
    """The same events in the form the reference wants."""
    context = document['@context']
    body = document.get('epcisBody')
    events = [{key: value for key, value in document.items() if key != '@context'}]
    if body:
        events = body['eventList'] if 'eventList' in body else body['queryResults']['resultsBody']['eventList']
    return {'@context': context if isinstance(context, list) else [context], 'type': 'EPCISDocument',
            'schemaVersion': '2.0', 'creationDate': '2026-03-02T06:59:00.000Z',
            'epcisBody': {'eventList': with_type_first(events)}}


def reference(document):
    """The reference's texts, one an event; `None` for an event it loses."""
    texts = []
    for event in document['epcisBody']['eventList']:
        json_to_py._namespaces.clear()
        one = copy.deepcopy(dict(document, epcisBody={'eventList': [event]}))
        found = hash_generator.derive_prehashes_from_events(json_to_py.event_list_from_epcis_document_json(one))
        texts.append(found[0] if found else None)
    return texts


# Ours.

class Ours:
    def __init__(self, program):
        self.program = program

    def run(self, *arguments):
        ended = subprocess.run([self.program, *arguments], capture_output=True, cwd=PLACE)
        if ended.returncode:
            fault(arguments, 'ended with', ended.returncode, ended.stderr[-500:].decode())
        return ended.stdout.decode().splitlines()

    def texts(self, path):
        texts, hashes = self.run('epcis', 'hash', '--prehash', path), self.run('epcis', 'hash', path)
        for text, found in zip(texts, hashes, strict=True):
            digest = hashlib.sha256(text.encode()).hexdigest()
            if found != 'ni:///sha-256;%s?ver=CBV2.0' % digest:
                fault(path, 'is not the hash of its text:', found)
        return texts


class Comparison:
    def __init__(self, ours):
        self.ours, self.counts, self.seen = ours, collections.Counter(), collections.Counter()

    def compare(self, name, path, exceptions):
        """Compares a file's events.

        `exceptions`: by the event's index its reasons, each with the pieces of text to put right in the reference's.
        """
        with open(path, encoding='utf-8') as file:
            document = prepared(json.load(file))
        form = PLACE + '/prepared.json'
        with open(form, 'w', encoding='utf-8') as file:
            json.dump(document, file)
        texts, theirs = self.ours.texts(path), reference(document)
        if texts != self.ours.texts(form):
            fault(name, 'has another hash in the form that the reference wants')
        if len(texts) != len(theirs):
            fault(name, 'has', len(texts), 'events for us and', len(theirs), 'for the reference')
        for index, (our, their) in enumerate(zip(texts, theirs)):
            self.judge('%s event %d' % (name, index), our, their, exceptions.get(index))

    def judge(self, name, our, their, reasons):
        self.counts['events'] += 1
        if our == their:
            self.counts['equal'] += 1
            if reasons:
                fault(name, 'is an exception and does not differ')
            return
        if not reasons:
            return fault(name, 'differs:\n  ours     ', our, '\n  reference', their)
        self.counts['exceptions'] += 1
        for reason in reasons:
            self.seen[reason] += 1
        if LOST in reasons:
            if their is not None:
                fault(name, 'is not lost by the reference')
            return
        for reason, pieces in reasons.items():
            for wrong, right in pieces:
                if wrong not in their:
                    fault(name, 'has no', repr(wrong), 'in the text of the reference:', their)
                their = their.replace(wrong, right)
        same = collections.Counter(our) == collections.Counter(their) if ORDER in reasons else our == their
        if not same:
            fault(name, 'differs by more than its reasons:\n  ours     ', our, '\n  reference', their)
        if ORDER in reasons and our == their:
            fault(name, 'has the same order')


# What differs in the standard's examples, by file and event.
BOTH = {ORDER: []}
TRUE = [('booleanValue=True', 'booleanValue=true')]
ALL_FIELDS = {ORDER: [], WORDS: TRUE, NUMBERS: [('ext2/}array=23', 'ext2/}array=23.0')]}
EXAMPLES = {
    'AssociationEvent/AssociationEvent-f.jsonld': {0: BOTH},
    'Example-Type-sourceOrDestination,measurement,bizTransaction.jsonld': {0: BOTH},
    'WithFullCombinationOfFields/object_event_all_possible_fields.jsonld': {
        0: {**ALL_FIELDS, PREFIXES: [('cbvmda:', '{urn:epcglobal:cbv:mda:}')]}},
    'WithFullCombinationOfFields/transaction_event_all_possible_fields.jsonld': {0: ALL_FIELDS},
    'WithSensorData/SensorDataExample7.jsonld': {
        0: {WORDS: TRUE, NUMBERS: [('Value=111100001111000003641344', 'Value=111100001111000011110000')]}},
    'WithSensorData/SensorDataExample9.jsonld': {0: {WORDS: TRUE}},
    'WithSensorData/SensorDataExample11.jsonld': {0: BOTH},
}

# An event of our own for each difference, and one beside it that has none.
START = {'eventTime': '2026-03-02T07:01:15.250+01:00', 'eventTimeZoneOffset': '+01:00'}
SSCC = 'https://id.gs1.org/00/095060001343520017'
UNIT = 'https://id.gs1.org/01/09506000134352/21/A'
GLN = 'https://id.gs1.org/414/9506000134376'
PARTY = 'https://id.gs1.org/417/9506000134376'
SOURCE = [{'type': 'owning_party', 'source': PARTY}]
DESTINATION = [{'type': 'location', 'destination': GLN}]
PURCHASE = [{'type': 'po', 'bizTransaction': 'urn:epcglobal:cbv:bt:9506000134376:1'}]
SENSORS = [{'sensorReport': [{'type': 'Temperature', 'value': 2.5, 'uom': 'CEL'}]}]


def observed(**members):
    return {'type': 'ObjectEvent', **START, 'action': 'OBSERVE', 'epcList': [UNIT],
            **{key.replace('line_', 'line:'): value for key, value in members.items()}}


def reports(**members):
    return observed(sensorElementList=[{'sensorReport': [{'type': 'Temperature', **members}]}])


OWN = [
    ('one party', observed(destinationList=DESTINATION), {}),
    ('source and destination', observed(sourceList=SOURCE, destinationList=DESTINATION), BOTH),
    ('transaction', observed(bizTransactionList=PURCHASE), {}),
    ('transaction and sensors', observed(bizTransactionList=PURCHASE, sensorElementList=SENSORS), BOTH),
    ('parent and EPCs', {'type': 'TransactionEvent', **START, 'action': 'ADD', 'parentID': SSCC, 'epcList': [UNIT],
                         'bizTransactionList': PURCHASE}, BOTH),
    ('lot and expiry', {'type': 'ObjectEvent', **START, 'action': 'ADD', 'epcList': [UNIT],
                        'ilmd': {'cbvmda:lotNumber': 'L007', 'cbvmda:itemExpirationDate': '2027-12-31'}}, {}),
    ('number-like lot', {'type': 'ObjectEvent', **START, 'action': 'ADD', 'epcList': [UNIT],
                         'ilmd': {'cbvmda:lotNumber': '007'}}, {NUMBERS: [('lotNumber=7', 'lotNumber=007')]}),
    ('number-like stringValue', reports(stringValue='1.50'), {NUMBERS: [('Value=1.5', 'Value=1.50')]}),
    ('value of a sensor', reports(value=1.50, uom='CEL'), {}),
    ('booleanValue', reports(booleanValue=True), {WORDS: [('Value=True', 'Value=true')]}),
    ('truth in an extension', observed(line_ok=False), {WORDS: [('ok=False', 'ok=false')]}),
    ('null in an extension', observed(line_none=None), {WORDS: [('{https://example.com/line/}none=None', '')]}),
    ('short URI in an extension', observed(line_feature='line:outer'), {}),
    ('short URI of an undeclared prefix', observed(line_feature='dcterms:title'),
     {PREFIXES: [('dcterms:title', 'http://purl.org/dc/terms/title')]}),
    ('half a millisecond, odd', observed(eventTime='2026-03-02T06:01:15.1235Z'), {}),
    ('half a millisecond, even', observed(eventTime='2026-03-02T06:01:15.1225Z'), {ROUNDING: [('.122Z', '.123Z')]}),
    ('end of a second', observed(eventTime='2026-03-02T06:01:15.9996Z'), {LOST: []}),
    ('word in an extension', observed(bizStep='shipping', line_kind='shipping'),
     {VOCABULARY: [('kind=https://ref.gs1.org/cbv/BizStep-shipping', 'kind=shipping')]}),
    ('punctuation in a serial', observed(epcList=['urn:epc:id:sgtin:9506000.013435.A;1']),
     {ESCAPES: [('21/A;1', '21/A%3B1')]}),
    ('short name of a key', observed(epcList=['https://id.gs1.org/gtin/09506000134352/ser/A']),
     {SHORT: [('/01/09506000134352/21/A', '/gtin/09506000134352/ser/A')]}),
]


def main():
    logging.disable(logging.CRITICAL)
    program = os.path.abspath(sys.argv[1])
    shutil.rmtree(PLACE, ignore_errors=True)
    os.makedirs(PLACE)
    ours = Ours(program)
    comparison = Comparison(ours)
    if CONFORMANCE:
        folder, names = CONFORMANCE + '/epcis/examples', []
        for place, _, files in sorted(os.walk(folder)):
            names += [os.path.relpath(place + '/' + name, folder) for name in sorted(files) if name.endswith('.jsonld')]
        for name in names:
            comparison.compare(name, folder + '/' + name, EXAMPLES.get(name, {}))
        for name in EXAMPLES.keys() - set(names):
            fault(name, 'is an exception and no example')
        print('%d examples: %d events, %d equal, %d exceptions' % (
            len(names), *(comparison.counts[key] for key in ('events', 'equal', 'exceptions'))))
    else:
        print("PASSED OVER: the standard's examples are not at hand; set CONFORMANCE_DIR to use them.")
    examples = comparison.counts.copy()
    for name, event, reasons in OWN:
        path = PLACE + '/own.json'
        with open(path, 'w', encoding='utf-8') as file:
            json.dump({'@context': [STANDARD, {'line': 'https://example.com/line/'},
                                    {'cbvmda': 'urn:epcglobal:cbv:mda:'}], 'type': 'EPCISDocument',
                       'schemaVersion': '2.0', 'creationDate': '2026-03-02T06:59:00.000Z',
                       'epcisBody': {'eventList': [event]}}, file)
        comparison.compare(name, path, {0: reasons} if reasons else {})
    for reason, _ in REASONS:
        if not any(reason == seen for seen, _ in comparison.seen):
            fault('no event differs by:', reason)
    ours.run('simulate', '--seed', '2', '--units', '200', '--keep', PLACE)
    line = PLACE + '/line.json'
    with open(line, 'w', encoding='utf-8') as file:
        file.write('\n'.join(ours.run('journal', 'export', '2', '--format', 'epcis')))
    before = comparison.counts['events']
    comparison.compare('the line', line, {})
    if comparison.counts['events'] < before + 10:
        fault('the line has too few events')
    for each in faults[:20]:
        print('FAULT', each)
    own = comparison.counts - examples
    print('%d events of our own and of a line: %d equal, %d exceptions; %d of %d reasons seen; %d faults' % (
        own['events'], own['equal'], own['exceptions'], len(comparison.seen), len(REASONS), len(faults)))
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
