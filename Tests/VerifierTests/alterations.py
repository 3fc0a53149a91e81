"""Ways to alter a journal, each from a source of chance. An alteration gets the files, changes them in place.

`KEYLESS` need nothing but the files: what they do is what anybody can do who can write them. `KEYED` use the
line's own key: what only a faulty writer would do, so nothing is claimed of them but that both verifiers agree.
"""
import re

from journals import KEY, OTHER_KEY, Line, encode, files_of, lines_of, name, public

KEYLESS, KEYED = [], []

# Snapshots as a line wrote them, of any journal and any time; filled by who runs the alterations.
SNAPSHOTS = []


def keyless(function):
    KEYLESS.append(function)
    return function


def keyed(function):
    KEYED.append(function)
    return function


def pick(random, files):
    """A segment file that is not empty, and a place in it, mostly in its content."""
    path = random.choice(sorted(path for path in files if path.endswith('.jsonl') and files[path]))
    content = len(files[path].rstrip(b'\n\0'))
    return path, random.randrange(content or 1) if random.random() < 0.9 else random.randrange(len(files[path]))


def change_lines(random, files, change):
    path, _ = pick(random, files)
    lines = files[path].rstrip(b'\n').split(b'\n')
    change(lines, random.randrange(len(lines)))
    files[path] = bytearray(b'\n'.join(lines).ljust(len(files[path]), b'\n'))


# Bytes.

@keyless
def flip_a_bit(random, files):
    path, at = pick(random, files)
    files[path][at] ^= 1 << random.randrange(8)


@keyless
def put_a_byte(random, files):
    path, at = pick(random, files)
    files[path][at] = random.choice(b'\n\0 "{}[],:0189\x7f\x80\xc3\xff')


@keyless
def insert_bytes(random, files):
    path, at = pick(random, files)
    files[path][at:at] = random.choice([b'\n', b'\0', b' ', b'0', b'\r', '\u00e4'.encode(), b'\xff\xfe', b'{"j":'])


@keyless
def delete_bytes(random, files):
    path, at = pick(random, files)
    del files[path][at:at + random.choice([1, 1, 2, 16, 100, 512])]


@keyless
def overwrite_a_range(random, files):
    path, at = pick(random, files)
    count = min(random.randrange(1, 700), len(files[path]) - at)
    fill = random.choice([b'\n', b'\0', b'9', b'{', None])
    files[path][at:at + count] = fill * count if fill else random.randbytes(count)


@keyless
def lose_blocks(random, files):
    path, _ = pick(random, files)
    for block in range(0, len(files[path]), 512):
        if random.random() < 0.2:
            end = min(block + 512, len(files[path]))
            files[path][block:end] = random.choice([b'\n', b'\0']) * (end - block)


@keyless
def rubbish_behind_the_end(random, files):
    path, _ = pick(random, files)
    end = len(files[path].rstrip(b'\n')) + 1 + random.choice([0, 0, 1, 7, 512])
    own = [line for line in files[path].split(b'\n') if line] or [b'{}']
    rubbish = random.choice([
        b'12345', b'\0' * 9, '{"k":"\u20ac"}'.encode(), b'{"k":1,"g":1,"c":"AAAAAAAA"}\n', b'{"j":"head","v":2\n',
        b'{"k":1,"c":"AAAAAAAA"}\n', random.choice(own) + b'\n', random.choice(own)[random.randrange(9):],
        b'x' * 600 + b'\n' + random.choice(own) + b'\n', b'\0' + random.choice(own) + b'\n'])
    files[path][end:end + len(rubbish)] = rubbish


# Ends.

@keyless
def cut_near_the_end(random, files):
    path = max(files)
    end = len(files[path].rstrip(b'\n'))
    cut = max(0, end + 3 - random.randrange(300))
    if random.random() < 0.5:
        del files[path][cut:]
    else:
        files[path][cut:] = random.choice([b'\n', b'\0']) * (len(files[path]) - cut)


@keyless
def cut_anywhere(random, files):
    path, at = pick(random, files)
    del files[path][at:]


@keyless
def cut_behind_a_line(random, files):
    path = max(files)
    ends = [found.end() for found in re.finditer(b'}\n', files[path])]
    end = random.choice(ends) if ends else 0
    files[path][end:] = b'\n' * (len(files[path]) - end)


@keyless
def empty_a_file(random, files):
    path, _ = pick(random, files)
    files[path][:] = random.choice([b'', b'\n', b'\n' * 4096, b'\0' * 4096])


# Lines.

@keyless
def delete_a_line(random, files):
    change_lines(random, files, lambda lines, at: lines.pop(at))


@keyless
def double_a_line(random, files):
    change_lines(random, files, lambda lines, at: lines.insert(at, lines[at]))


@keyless
def insert_a_line(random, files):
    other = random.choice([b'', b'{}', b'{"k":"x","c":"AAAAAAAA"}', b'{"k":"x","g":1,"c":"AAAAAAAA"}', b'null'])
    change_lines(random, files, lambda lines, at: lines.insert(at, other))


@keyless
def swap_lines(random, files):
    def change(lines, at):
        other = random.choice([at - 1, random.randrange(len(lines))])
        lines[at], lines[other] = lines[other], lines[at]
    change_lines(random, files, change)


@keyless
def move_a_checkpoint(random, files):
    def change(lines, at):
        signs = [index for index, line in enumerate(lines) if line.startswith(b'{"j":"sign"')]
        if signs:
            lines.insert(at, lines.pop(random.choice(signs)))
    change_lines(random, files, change)


@keyless
def alter_marks_only(random, files):
    def change(lines, at):
        lines[at] = random.choice([
            lines[at].replace(b',"m":1', b''), lines[at].replace(b',"c":', b',"m":1,"c":'),
            re.sub(rb'"g":\[?\d+', lambda found: found[0] + b'1', lines[at]),
            re.sub(rb',"g":[^c]*,', b',', lines[at])])
    change_lines(random, files, change)


# Files.

@keyless
def exchange_segments(random, files):
    one, other = pick(random, files)[0], pick(random, files)[0]
    files[one], files[other] = files[other], files[one]


@keyless
def copy_a_segment(random, files):
    files[pick(random, files)[0]] = bytearray(files[pick(random, files)[0]])


@keyless
def take_a_segment_away(random, files):
    del files[pick(random, files)[0]]


@keyless
def add_a_file(random, files):
    path = random.choice([name(len(files) + 1), name(len(files) + 2), name(0), '1.jsonl', '00000000001.jsonl'])
    source = random.choice(sorted(files))
    files[path] = bytearray(random.choice([b'', b'\n' * 2048, b'x', files[source], files[source][:700]]))


@keyless
def add_what_is_no_segment(random, files):
    # Files of other names are ignored, so a snapshot of an earlier time or another line, altered, or under
    # another name changes no answer.
    content = bytearray(random.choice(SNAPSHOTS + [random.randbytes(90)]))
    if random.random() < 0.5:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    names = ['snapshot', '%016d.snapshot' % random.randrange(2000), 'notes.txt', 'draft.snapshot.new']
    files[random.choice(names)] = content


# Forged: every tag is right.

def sizes(files):
    return {path: len(content) for path, content in files.items()}


def seal(files, lines, key, true_fields=True):
    sealed = files_of(lines, sizes(files), key, true_fields)
    for path in files:
        files[path] = bytearray(sealed.get(path, b'\n' * len(files[path])))


def forge(random, files, key, change):
    lines = lines_of(files)
    if lines:
        change(lines, random.randrange(len(lines)))
        seal(files, lines, key)


def add_records(random, lines, first=1):
    for number in range(first, first + random.randrange(1, 4)):
        marks = random.choice([b'"g":%d' % number, b'"m":1,"g":[%d,2]' % number])
        lines.append(Line(lines[-1].segment, b'{"k":"forged",' + marks))
        if b'm' in marks:
            lines.append(Line(lines[-1].segment, b'{"k":"forged"'))


@keyless
def forge_a_tail(random, files):
    forge(random, files, None, lambda lines, at: add_records(random, lines))


@keyless
def forge_a_tail_signed_by_another_key(random, files):
    def change(lines, at):
        add_records(random, lines)
        lines.append(Line(lines[-1].segment, b'{"j":"sign","n":0,"h":"","s":""', OTHER_KEY))
    forge(random, files, None, change)


@keyless
def forge_a_record_and_all_tags_behind_it(random, files):
    def change(lines, at):
        lines[at].members = lines[at].members.replace(b'"i":', b'"i":1')
    forge(random, files, None, change)


@keyless
def forge_an_order(random, files):
    def change(lines, at):
        line = lines.pop(at)
        if random.random() < 0.7:
            lines.insert(random.randrange(len(lines) + 1), line)
    forge(random, files, random.choice([None, OTHER_KEY]), change)


MARKS = [(b',"m":1', b''), (b'"g":', b'"g":1'), (b'"g":1', b'"g":01'), (b'"g":', b'"g":1000000000'), (b'"g":[', b'"g":[0'),
         (b'"g":[', b'"g":[1,'), (b'"g"', b'"G"')]


def alter_marks(random, lines, at):
    line = lines[at]
    if random.random() < 0.3:
        line.members += random.choice([b',"m":1', b',"g":1', b',"g":[1,1]', b',"g":[1,999999999]', b',"g":0'])
    old, new = random.choice(MARKS)
    line.members = line.members.replace(old, new)


@keyed
def signed_marks(random, files):
    forge(random, files, KEY, lambda lines, at: alter_marks(random, lines, at))


@keyed
def signed_order(random, files):
    def change(lines, at):
        line = lines.pop(at)
        if random.random() < 0.7:
            lines.insert(max(0, min(len(lines), at + random.choice([-2, -1, 1, 2]))), line)
    forge(random, files, KEY, change)


@keyed
def signed_cut_of_a_group(random, files):
    def change(lines, at):
        lines.pop(at)
    forge(random, files, KEY, change)


@keyed
def signed_record_moved_to_a_neighbour_segment(random, files):
    def change(lines, at):
        lines[at].segment = max(1, min(len(files), lines[at].segment + random.choice([-1, 1])))
        lines.sort(key=lambda line: line.segment)
    forge(random, files, KEY, change)


@keyed
def signed_own_line(random, files):
    """Values of own lines that are not true, or not spelt as the journal spells them; tags are right."""
    lines = lines_of(files)
    own = [line for line in lines if not line.is_record]
    if not own:
        return
    seal(files, lines, KEY)
    line = random.choice(own)
    member = random.choice(['n', 'b', 'h', 'seg', 'key', 'line', 'id', 'v'] if line.is_head else ['n', 'h', 's'])
    old = re.search(b'"%s":"?([^",]*)' % member.encode(), line.members)[1]
    values = [old + b'0', b'0' + old, old[:-1], b'', b'9' * 18, b'1' * 19, old[:-1] + b'B', b'A' * len(old),
              old.replace(b'1', b'2'), b'2', b'\xc3\xa4']
    line.put(member, random.choice(values))
    seal(files, lines, None, true_fields=False)


@keyed
def signed_unknown_line(random, files):
    own = random.choice([b'{"j":"accept"', b'{"j":"sign"', b'{"j":1', b'{"j":"head","v":2', b'{"j":"head","v":12,"x":1'])
    forge(random, files, KEY, lambda lines, at: lines.insert(at, Line(lines[at].segment, own)))


@keyed
def signed_all_but_one(random, files):
    """One signature is wrong, the chain is right: the next good one in the segment answers for it."""
    def change(lines, at):
        signs = [line for line in lines if line.is_sign]
        random.choice(signs or lines).signer = OTHER_KEY
    forge(random, files, KEY, change)


@keyed
def made_anew_with_another_key(random, files):
    lines = lines_of(files)
    for line in lines:
        if line.is_head:
            line.put('key', public(OTHER_KEY))
    seal(files, lines, OTHER_KEY)
