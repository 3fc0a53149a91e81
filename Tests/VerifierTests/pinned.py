"""Cases by name: differences between the two verifiers that were found, and limits chance does not reach."""
import hashlib

from journals import KEY, Line, encode, files_of, lines_of, name, public

IDENTITY = b'"line":"pinned","id":"%s","key":"%s"' % (b'0123456789abcdef' * 2, public(KEY))


def journal(*records, signed=True):
    """A journal of one segment: first line, checkpoint, `records`, and a checkpoint if `signed`."""
    members = [b'{"j":"head","v":1,%s,"seg":1,"n":0,"b":0,"h":""' % IDENTITY, b'{"j":"sign","n":0,"h":"","s":""',
               *records] + ([b'{"j":"sign","n":0,"h":"","s":""'] if signed else [])
    return files_of([Line(1, line) for line in members], {}, KEY)


def record_of(size, marks=b',"g":1'):
    """A record whose line, newline included, has `size` bytes."""
    lead = b'{"k":"'
    return lead + b'x' * (size - len(lead) - len(marks) - 18) + b'"' + marks


def chained_from_zero():
    """A record whose tag is right for a state of zeros, where the first line should be."""
    members = b'{"k":"zero","g":1'
    tag = encode(hashlib.sha256(bytes(32) + members + b',"c":"').digest()[:6])
    return {name(1): members + b',"c":"' + tag + b'"}\n'}


def unknown_version_behind_a_false_signature():
    lines = lines_of({path: bytearray(content) for path, content in journal().items()})
    lines[1].put('s', encode(bytes(64)))
    lines.append(Line(1, b'{"j":"head","v":2'))
    lines.pop(2)
    return files_of(lines, {})


def two_segments(identity, *records, signed=True):
    """`records` in the first segment, which ends with a checkpoint if `signed`; the second is only begun."""
    sign = b'{"j":"sign","n":0,"h":"","s":""'
    first = [b'{"j":"head","v":1,%s,"seg":1,"n":0,"b":0,"h":""' % identity, sign, *records] + [sign] * signed
    second = [b'{"j":"head","v":1,%s,"seg":2,"n":0,"b":0,"h":""' % identity, sign]
    return files_of([Line(1, line) for line in first] + [Line(2, line) for line in second], {}, KEY)


def altered(files, old, new):
    assert old in files[name(1)]
    return {**files, name(1): files[name(1)].replace(old, new, 1)}


def cases(whole):
    """Directory to (files, verdict, code)."""
    record = b'{"k":"a","g":1'
    group = (b'{"k":"a","g":[1,2]', b'{"k":"bb"')
    # The key again, with an unused bit set: the letters differ, the bytes do not.
    spare = IDENTITY[:-2] + bytes([IDENTITY[-2] + 1]) + IDENTITY[-1:]
    mebi = 1 << 20
    return {
        'longest-line': (journal(record_of(mebi)), 'intact', None),
        'line-too-long': (journal(record_of(mebi + 1)), 'damaged', 'JRN-104'),
        'last-line-too-long': (journal(record_of(mebi + 1), signed=False), 'tornTail', None),
        'largest-group': (journal(record_of(mebi, b',"g":[1,2]'), record_of(mebi, b'')), 'intact', None),
        'group-too-large': (
            journal(record_of(mebi, b',"g":[1,3]'), record_of(mebi, b''), record_of(100, b'')), 'damaged', 'JRN-104'),
        'chained-from-zero': (chained_from_zero(), 'refused', 'JRN-102'),
        'unknown-version-behind-a-false-signature': (
            unknown_version_behind_a_false_signature(), 'damaged', 'JRN-104'),
        'newline-before-a-checkpoint-lost': (
            altered(journal(record), b'\n{"j":"sign","n":3', b' {"j":"sign","n":3'), 'damaged', 'JRN-104'),
        'second-line-of-a-group-before-a-segment': (
            altered(two_segments(IDENTITY, *group), b'"bb"', b'"cb"'), 'damaged', 'JRN-104'),
        'group-of-ten-digits': (journal(b'{"k":"a","g":[1,1000000000]'), 'damaged', 'JRN-104'),
        'spare-bit-in-the-key': (two_segments(spare, record), 'damaged', 'JRN-104'),
        'segment-without-a-last-checkpoint': (two_segments(IDENTITY, record, signed=False), 'damaged', 'JRN-104'),
        'two-segments': (two_segments(IDENTITY, *group), 'intact', None),
        'no-file': ({}, 'refused', 'JRN-102'),
        'only-padding': ({name(1): b'\n' * 4096, name(2): b'\n' * 10}, 'refused', 'JRN-102'),
        'only-zeros': ({name(1): bytes(4096)}, 'refused', 'JRN-102'),
        'rubbish': ({name(1): '\u00e4\0 1,5\n{"g":1}\n'.encode() * 9}, 'refused', 'JRN-102'),
        'other-version': ({name(1): b'{"j":"head","v":2}\n'}, 'refused', 'JRN-113'),
        'zeros-behind-the-end': ({**journal(record), name(2): bytes(700)}, 'intact', None),
        'record-unsigned': (journal(record, signed=False), 'unsignedTail', None),
        'as-written': (whole, 'intact', None),
    }
