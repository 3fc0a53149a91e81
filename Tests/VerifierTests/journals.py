"""Journals in memory, to be altered: their lines, and how to seal them again with or without a key."""
import base64
import hashlib
import re

from cryptography.hazmat.primitives.asymmetric import ed25519

# The key of the simulator's crash states, and one that is nobody's.
KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([42]) * 32)
OTHER_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([43]) * 32)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def public(key):
    return encode(key.public_key().public_bytes_raw())


def name(number):
    return '%010d.jsonl' % number


class Line:
    """One line without tag and newline. `members` ends before `,"c":`; `signer` signs this one checkpoint."""

    def __init__(self, segment, members, signer=None):
        self.segment, self.members, self.signer = segment, members, signer

    @property
    def is_head(self):
        return self.members.startswith(b'{"j":"head"')

    @property
    def is_sign(self):
        return self.members.startswith(b'{"j":"sign"')

    @property
    def is_record(self):
        return not self.members.startswith(b'{"j":')

    def put(self, member, value):
        """Gives a member of an own line another value."""
        quote = b'"' if member in ('h', 's', 'key', 'line', 'id') else b''
        pattern = b'"%s":%s[^",]*%s' % (member.encode(), quote, quote)
        self.members = re.sub(pattern, lambda _: b'"%s":%s%s%s' % (member.encode(), quote, value, quote),
                              self.members, count=1)


def lines_of(files):
    """The lines of a whole journal, in order."""
    lines = []
    for segment in range(1, len(files) + 1):
        for raw in bytes(files.get(name(segment), b'')).split(b'\n'):
            if not raw or raw[0] == 0:
                break
            lines.append(Line(segment, raw[:-16]))
    return lines


def files_of(lines, sizes, key=None, true_fields=True):
    """Seals `lines` into files, each padded to its size in `sizes`.

    Tags are always right. With `true_fields` first lines and checkpoints tell what stands before them. With a
    key checkpoints are signed, without one a changed checkpoint keeps the signature it had.
    """
    files, state, count, size = {}, None, 0, 0
    for line in lines:
        if line.is_head:
            identity = [re.search(b'"%s":"([^"]*)"' % member, line.members) for member in (b'line', b'id', b'key')]
            if state is None and all(identity):
                text = b'seriatim journal 1\n' + b''.join(found[1] + b'\n' for found in identity)
                state = hashlib.sha256(text).digest()
        state = state or bytes(32)
        if true_fields and line.is_head:
            for member, value in (('n', b'%d' % count), ('b', b'%d' % size), ('h', encode(state))):
                line.put(member, value)
        if true_fields and line.is_sign:
            line.put('n', b'%d' % count)
            line.put('h', encode(state))
            if line.signer or key:
                text = b'seriatim checkpoint 1 %d %s' % (count, encode(state))
                line.put('s', encode((line.signer or key).sign(text)))
        state = hashlib.sha256(state + line.members + b',"c":"').digest()
        raw = b'%s,"c":"%s"}\n' % (line.members, encode(state[:6]))
        files.setdefault(name(line.segment), bytearray()).extend(raw)
        count, size = count + 1, size + len(raw)
    for path, wanted in sizes.items():
        if path in files:
            files[path] = files[path].ljust(wanted, b'\n')
    return files
