/// Names, sizes and fixed texts of format version 1. `docs/journal.md` describes it to the byte.
package enum JournalFormat {
    /// Version written into every segment's first line and bound into the chain.
    package static let version = 1
    /// File held locked for as long as a process writes the journal.
    package static let lockName = "lock"
    /// Longest line, newline included.
    package static let maxLineBytes = 1 << 20
    /// Longest group that any reader has to hold.
    package static let maxGroupBytes = 2 << 20
    /// No line written by the journal itself is longer; a checkpoint has at most 200 bytes.
    static let ownLineBytes = 512
    /// Bytes of `,"c":"........"}`.
    static let tagMemberBytes = 16
    /// Longest own members of a record: more-mark, group-first marker, tag, newline.
    static let memberBytes = 64
    static let newline: UInt8 = 0x0A

    /// Name of the file of segment `number`: ten digits and `.jsonl`.
    package static func segmentName(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".jsonl"
    }

    /// Number of the segment in a file of this name; `nil` for other files.
    package static func segmentNumber(_ name: String) -> Int? {
        let bytes = Array(name.utf8)
        guard bytes.count == 16, name.hasSuffix(".jsonl"), let number = Int(name.prefix(10)), number > 0,
            bytes.prefix(10).allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return number
    }

    /// What a checkpoint's signature covers: this text, no newline.
    static func signedText(line: UInt64, head: JournalHead) -> [UInt8] {
        Array("seriatim checkpoint 1 \(line) \(head)".utf8)
    }

    /// Bytes of a segment's first line up to its tag.
    static func headLine(_ identity: JournalIdentity, segment: Int, before: JournalPosition) -> [UInt8] {
        let key = Base64URL.text(identity.publicKey)
        return Array(
            """
            {"j":"head","v":\(version),"line":"\(identity.line)","id":"\(identity.id)","key":"\(key)",\
            "seg":\(segment),"n":\(before.line),"b":\(before.bytes),"h":"\(before.head)"
            """.utf8)
    }

    /// Bytes of a checkpoint up to its tag.
    static func checkpointLine(line: UInt64, head: JournalHead, signature: [UInt8]) -> [UInt8] {
        Array("{\"j\":\"sign\",\"n\":\(line),\"h\":\"\(head)\",\"s\":\"\(Base64URL.text(signature))\"".utf8)
    }

    /// Ends the line that starts at `start` with tag and newline and moves `head` over it.
    static func seal(_ bytes: inout [UInt8], from start: Int, head: inout JournalHead) {
        bytes.append(contentsOf: Array(",\"c\":\"".utf8))
        head = bytes.withUnsafeBytes { head.advanced(by: UnsafeRawBufferPointer(rebasing: $0[start...])) }
        let tag = head.tag
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(tag >> UInt64(shift) & 0xFF)) }
        bytes.append(contentsOf: [0x22, 0x7D, newline])
    }

    /// What keeps `body` from being a record, or `nil`.
    ///
    /// A body is one JSON object in UTF-8 with at least one member, without line breaks or other control
    /// bytes. Its first member is not `j` and its last is none of the journal's own.
    static func fault(of body: [UInt8]) -> String? {
        guard body.count <= maxLineBytes - memberBytes else { return "longer than a line may be" }
        guard body.count >= 6, body[0] == 0x7B, body[1] == 0x22, body[body.count - 1] == 0x7D else {
            return "not a JSON object with a member"
        }
        return body.withUnsafeBytes { bytes in
            if bytes.contains(where: { $0 < 0x20 }) { return "it has a control byte" }
            if FieldCursor(bytes).starts(with: "{\"j\":") { return "its first member is the journal's own" }
            let members = LineShape.members(of: bytes, end: bytes.count - 1)
            if members.more || members.group != nil || LineShape.hasTag(bytes) {
                return "its last member is one of the journal's own"
            }
            return nil
        }
    }
}

/// The outline of one line, found from its end: own members come last and have fixed shapes.
struct LineShape {
    /// The group-first marker: number since the last checkpoint, and lines in the group.
    struct Group: Equatable {
        var number: Int
        var lines: Int
    }

    /// Bytes of the body without its closing brace.
    var bodyBytes: Int
    var more: Bool
    var group: Group?

    /// Outline of a line given without its newline; `nil` when it does not end in a tag.
    init?(_ line: UnsafeRawBufferPointer) {
        guard line.count >= 20, line[0] == 0x7B, Self.hasTag(line) else { return nil }
        self = Self.members(of: line, end: line.count - JournalFormat.tagMemberBytes)
    }

    private init(bodyBytes: Int, more: Bool, group: Group?) {
        self.bodyBytes = bodyBytes
        self.more = more
        self.group = group
    }

    /// Whether the last 16 bytes are `,"c":"........"}`.
    static func hasTag(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count >= JournalFormat.tagMemberBytes else { return false }
        let start = line.count - JournalFormat.tagMemberBytes
        return ends(line, start + 6, with: ",\"c\":\"") && line[line.count - 2] == 0x22
            && line[line.count - 1] == 0x7D
    }

    /// The eight characters of the tag of a line that has one, as one big-endian word.
    static func tag(of line: UnsafeRawBufferPointer) -> UInt64 {
        UInt64(bigEndian: line.loadUnaligned(fromByteOffset: line.count - 10, as: UInt64.self))
    }

    /// Finds more-mark and group marker before `end`.
    static func members(of line: UnsafeRawBufferPointer, end: Int) -> LineShape {
        var shape = LineShape(bodyBytes: end, more: false, group: nil)
        if let (group, start) = groupMarker(line, end) {
            shape.group = group
            shape.bodyBytes = start
        }
        if ends(line, shape.bodyBytes, with: ",\"m\":1") {
            shape.more = true
            shape.bodyBytes -= 6
        }
        return shape
    }

    /// `,"g":7` for a group of one line, `,"g":[7,3]` for one of three.
    private static func groupMarker(_ line: UnsafeRawBufferPointer, _ end: Int) -> (Group, start: Int)? {
        guard end > 0 else { return nil }
        if line[end - 1] != 0x5D {
            guard let (number, at) = digits(line, end), ends(line, at, with: ",\"g\":") else { return nil }
            return (Group(number: number, lines: 1), at - 5)
        }
        guard let (lines, comma) = digits(line, end - 1), ends(line, comma, with: ","),
            let (number, at) = digits(line, comma - 1), ends(line, at, with: ",\"g\":[")
        else { return nil }
        return (Group(number: number, lines: lines), at - 6)
    }

    /// The decimal number of one to nine digits that ends before `end`, and where it starts.
    private static func digits(_ line: UnsafeRawBufferPointer, _ end: Int) -> (Int, start: Int)? {
        var value = 0
        var scale = 1
        var at = end
        while at > 0, scale < 1_000_000_000, (0x30...0x39).contains(line[at - 1]) {
            at -= 1
            value += Int(line[at] - 0x30) * scale
            scale *= 10
        }
        return at < end && line[at] != 0x30 ? (value, at) : nil
    }

    private static func ends(_ line: UnsafeRawBufferPointer, _ end: Int, with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end >= count else { return false }
        for index in 0..<count where line[end - count + index] != text.utf8Start[index] { return false }
        return true
    }
}

/// Reads the fixed texts and values of the journal's own lines, in their one written order.
struct FieldCursor {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether the rest begins with `text`.
    func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - at >= count else { return false }
        for index in 0..<count where bytes[at + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Steps over `text`; `false` when something else is there.
    mutating func literal(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        at += text.utf8CodeUnitCount
        return true
    }

    /// Whether nothing is left but a whole tag: a line torn inside its tag is no line.
    var isAtTag: Bool { bytes.count - at == JournalFormat.tagMemberBytes && LineShape.hasTag(bytes) }

    /// A decimal number of at most 18 digits without leading zeros.
    mutating func number() -> UInt64? {
        let start = at
        var value: UInt64 = 0
        while at < bytes.count, at - start < 18, (0x30...0x39).contains(bytes[at]) {
            value = value * 10 + UInt64(bytes[at] - 0x30)
            at += 1
        }
        guard at > start, at - start == 1 || bytes[start] != 0x30 else { return nil }
        return value
    }

    /// The bytes up to the next quote, which is stepped over.
    mutating func quoted() -> [UInt8]? {
        let start = at
        while at < bytes.count, bytes[at] != 0x22 { at += 1 }
        guard at < bytes.count else { return nil }
        at += 1
        return Array(bytes[start..<(at - 1)])
    }
}

/// A line the journal wrote about itself.
enum OwnLine {
    /// First line of a segment: what journal this is, and what stood before.
    case head(HeadLine)
    /// Checkpoint: count of lines and head before it, and the signature over both.
    case checkpoint(CheckpointLine)
    /// First line of a segment of another version.
    case foreign(version: UInt64)

    /// `nil` when the line is not one of the journal's own, or not exactly as it writes them.
    init?(_ line: UnsafeRawBufferPointer) {
        var cursor = FieldCursor(line)
        if cursor.literal("{\"j\":\"sign\"") {
            guard let value = CheckpointLine(&cursor) else { return nil }
            self = .checkpoint(value)
        } else if cursor.literal("{\"j\":\"head\",\"v\":") {
            guard let version = cursor.number() else { return nil }
            if version != UInt64(JournalFormat.version) {
                self = .foreign(version: version)
                return
            }
            guard let value = HeadLine(&cursor) else { return nil }
            self = .head(value)
        } else {
            return nil
        }
    }

    /// Whether a line claims to be the journal's own.
    static func isClaimed(_ line: UnsafeRawBufferPointer) -> Bool {
        FieldCursor(line).starts(with: "{\"j\":")
    }
}

/// Values of a segment's first line.
struct HeadLine {
    var identity: JournalIdentity
    var segment: UInt64
    var line: UInt64
    var bytes: UInt64
    var head: JournalHead

    init?(_ cursor: inout FieldCursor) {
        guard cursor.literal(",\"line\":\""), let name = cursor.quoted(),
            cursor.literal(",\"id\":\""), let id = cursor.quoted(),
            cursor.literal(",\"key\":\""), let key = cursor.quoted(), let keyBytes = Base64URL.decode(key),
            cursor.literal(",\"seg\":"), let segment = cursor.number(),
            cursor.literal(",\"n\":"), let line = cursor.number(),
            cursor.literal(",\"b\":"), let bytes = cursor.number(),
            cursor.literal(",\"h\":\""), let headText = cursor.quoted(),
            let headBytes = Base64URL.decode(headText), let head = JournalHead(bytes: headBytes),
            cursor.isAtTag,
            let identity = JournalIdentity(
                line: String(decoding: name, as: UTF8.self), id: String(decoding: id, as: UTF8.self),
                publicKey: keyBytes)
        else { return nil }
        self.identity = identity
        self.segment = segment
        self.line = line
        self.bytes = bytes
        self.head = head
    }
}

/// Values of a checkpoint.
struct CheckpointLine {
    var line: UInt64
    var head: JournalHead
    var signature: [UInt8]

    init?(_ cursor: inout FieldCursor) {
        guard cursor.literal(",\"n\":"), let line = cursor.number(),
            cursor.literal(",\"h\":\""), let headText = cursor.quoted(),
            let headBytes = Base64URL.decode(headText), let head = JournalHead(bytes: headBytes),
            cursor.literal(",\"s\":\""), let signatureText = cursor.quoted(),
            let signature = Base64URL.decode(signatureText), signature.count == 64,
            cursor.isAtTag
        else { return nil }
        self.line = line
        self.head = head
        self.signature = signature
    }

    /// Whether the key signed exactly this count and head.
    func isSigned(by key: JournalKey) -> Bool {
        key.isValid(signature, of: JournalFormat.signedText(line: line, head: head))
    }
}
