/// Walks a journal group by group and proves each line by its tag.
///
/// Shared by recovery, verification and followers. It never repairs and never guesses: where the bytes stop
/// being a whole group it stops, and the caller judges what the rest is.
struct JournalScanner {
    /// What the scanner stepped over.
    enum Step: Equatable {
        /// A group of records, all its lines whole.
        case records
        /// A segment's first line or a checkpoint.
        case own
        /// Nothing more that is a whole group, from the position on.
        case end
    }

    /// One line of the group stepped over last.
    struct Line {
        var start: Int
        var shape: LineShape
        var end: JournalPosition
    }

    /// What was counted on the way.
    struct Counts: Equatable {
        var records: UInt64 = 0
        var checkpoints: UInt64 = 0
        /// Lines since the last checkpoint, and the records among them.
        var unsignedLines: UInt64 = 0
        var unsignedRecords: UInt64 = 0
    }

    let storage: any JournalStorage
    /// Checks each signature when met. Otherwise only the last one met, by ``settle()``: the chain makes it
    /// answer for all before it.
    let checksEverySignature: Bool
    private(set) var identity: JournalIdentity?
    private var key: JournalKey?
    private(set) var window: SegmentWindow
    /// Behind the last whole group.
    private(set) var position: JournalPosition
    /// Number of the last whole group since the last checkpoint; `nil` where a follower joined in.
    private(set) var group: Int?
    private(set) var counts = Counts()
    /// Where the last checkpoint starts and ends.
    private(set) var checkpoint: (start: JournalPosition, end: JournalPosition)?
    /// Whether the last step was a checkpoint.
    private(set) var endsOnCheckpoint = false
    private var unsettled: (line: CheckpointLine, at: JournalPosition)?
    /// Lines of the last group of records, as indices into the window.
    private(set) var lines: [Line] = []
    private var body: [UInt8] = []
    /// Where the group that is not whole breaks off, and whether that is inside it.
    private(set) var breakOff: (place: JournalPlace, offset: Int, insideGroup: Bool)?

    /// A scanner at the first line of the journal.
    init(_ storage: any JournalStorage, checksEverySignature: Bool = false) throws(JournalError) {
        self.storage = storage
        self.checksEverySignature = checksEverySignature
        window = try SegmentWindow(storage, segment: 1)
        position = JournalPosition(line: 0, bytes: 0, segment: 1, offset: 0, head: JournalHead())
        group = 0
    }

    /// A scanner that joins in between two groups of a journal already known to be whole.
    init(_ storage: any JournalStorage, from position: JournalPosition, limit: Int?) throws(JournalError) {
        self.storage = storage
        checksEverySignature = false
        window = try SegmentWindow(storage, segment: position.segment, limit: limit)
        self.position = position
    }

    /// A scanner that begins right behind a checkpoint somebody names. What it reads is proven only once a
    /// later signed checkpoint is met: the chain from here to there binds this place too.
    init(_ storage: any JournalStorage, behind checkpoint: JournalPosition) throws(JournalError) {
        try self.init(storage, from: checkpoint, limit: nil)
        guard checkpoint.segment > 0, case .head(let line)? = try ownLine(at: 0),
            let key = JournalKey(line.identity.publicKey)
        else { throw .damaged("a segment without its first line", at: JournalPlace(at: checkpoint)) }
        identity = line.identity
        self.key = key
        group = 0
    }

    /// A scanner at a place that is proven, in between two groups of a journal known to be `identity`.
    ///
    /// - Parameters:
    ///   - group: Number of the last group before the place since the last checkpoint, 0 behind one.
    ///   - unsignedLines: Lines since that checkpoint.
    init(
        _ storage: any JournalStorage, from position: JournalPosition, of identity: JournalIdentity,
        group: Int, unsignedLines: Int
    ) throws(JournalError) {
        try self.init(storage, from: position, limit: nil)
        guard let key = JournalKey(identity.publicKey) else {
            throw .damaged("the public key is not one", at: JournalPlace(at: position))
        }
        self.identity = identity
        self.key = key
        self.group = group
        counts.unsignedLines = UInt64(unsignedLines)
    }

    /// Goes on in segment `number`, or looks again at the same one when its limit has moved.
    mutating func enter(_ number: Int, limit: Int? = nil) throws(JournalError) {
        window = try SegmentWindow(storage, segment: number, limit: limit)
        if number != position.segment {
            position.segment = number
            position.offset = 0
        }
    }

    /// Steps over the next group.
    ///
    /// - Throws: ``JournalError/Code/damaged`` for a whole line the journal never writes at this place.
    mutating func next() throws(JournalError) -> Step {
        breakOff = nil
        lines.removeAll(keepingCapacity: true)
        var end = position
        guard let (first, range) = try line(&end, keep: position.offset) else { return stop(at: position) }
        if isClaimed(range) {
            try stepOverOwn(range, end: end)
            return .own
        }
        guard let marker = first.group, marker.lines > 0, marker.number == (group ?? marker.number - 1) + 1
        else {
            throw .damaged("a record outside its group", at: JournalPlace(at: position))
        }
        guard position.offset > 0 else {
            throw .damaged("a segment without its first line", at: JournalPlace(at: position))
        }
        lines.append(Line(start: range.lowerBound, shape: first, end: end))
        try gather(marker.lines - 1, from: &end)
        guard lines.count == marker.lines else { return .end }
        try take(marker, end: end)
        return .records
    }

    /// Collects the further lines of a group; stops early where one is not whole.
    private mutating func gather(_ count: Int, from end: inout JournalPosition) throws(JournalError) {
        for _ in 0..<count {
            let before = end
            let base = window.start
            guard let (shape, range) = try line(&end, keep: position.offset),
                end.offset - position.offset <= JournalFormat.maxGroupBytes
            else {
                _ = stop(at: before)
                return
            }
            // The window may have moved its bytes to read on.
            if window.start != base {
                let moved = window.start - base
                for index in lines.indices { lines[index].start -= moved }
            }
            guard shape.group == nil, !isClaimed(range) else {
                throw .damaged("a group begins inside another", at: JournalPlace(at: before))
            }
            lines.append(Line(start: range.lowerBound, shape: shape, end: end))
        }
    }

    private mutating func take(_ marker: LineShape.Group, end: JournalPosition) throws(JournalError) {
        if let last = lines.last, last.shape.more {
            throw .damaged("a decision without its last line", at: JournalPlace(at: position))
        }
        position = end
        group = marker.number
        counts.records += UInt64(lines.count)
        counts.unsignedLines += UInt64(lines.count)
        counts.unsignedRecords += UInt64(lines.count)
        endsOnCheckpoint = false
    }

    private mutating func stop(at place: JournalPosition) -> Step {
        breakOff = (JournalPlace(at: place), place.offset, place.offset > position.offset)
        return .end
    }

    /// The line at `end`, if its tag proves it; moves `end` behind it.
    private mutating func line(
        _ end: inout JournalPosition, keep: Int
    ) throws(JournalError) -> (LineShape, Range<Int>)? {
        guard let range = try window.line(at: end.offset, keep: keep), !range.isEmpty else { return nil }
        let before = end
        if end.line == 0 {
            guard let start = try startHead(range) else { return nil }
            end.head = start
        }
        let head = end.head
        let proven: (LineShape, JournalHead)? = window.bytes.withUnsafeBytes { bytes in
            let line = UnsafeRawBufferPointer(rebasing: bytes[range])
            guard let shape = LineShape(line) else { return nil }
            let covered = UnsafeRawBufferPointer(rebasing: line[..<(line.count - 10)])
            let after = head.advanced(by: covered)
            return after.tag == LineShape.tag(of: line) ? (shape, after) : nil
        }
        guard let (shape, after) = proven else {
            end = before
            return nil
        }
        end.head = after
        end.line += 1
        end.bytes += UInt64(range.count + 1)
        end.offset += range.count + 1
        return (shape, range)
    }

    private func isClaimed(_ range: Range<Int>) -> Bool {
        window.bytes.withUnsafeBytes { OwnLine.isClaimed(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private func ownLine(_ range: Range<Int>) -> OwnLine? {
        window.bytes.withUnsafeBytes { OwnLine(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// The journal's own line at file offset `offset` of this segment, proven or not.
    mutating func ownLine(at offset: Int) throws(JournalError) -> OwnLine? {
        guard let range = try window.line(at: offset, keep: offset) else { return nil }
        return ownLine(range)
    }

    /// Offset of the first byte behind the last whole group that is no padding.
    func contentAfterEnd() throws(JournalError) -> Int? {
        var window = window
        return try window.content(from: position.offset)
    }

    /// State before the journal's first line, which that line itself names.
    private mutating func startHead(_ range: Range<Int>) throws(JournalError) -> JournalHead? {
        switch ownLine(range) {
        case .head(let line): return JournalHead.start(of: line.identity)
        case .foreign(let version): throw Self.unknown(version, at: JournalPlace(at: position))
        case .checkpoint, nil: return nil
        }
    }

    private static func unknown(_ version: UInt64, at place: JournalPlace) -> JournalError {
        JournalError(
            .unknownVersion,
            "written in format version \(version), this program knows \(JournalFormat.version)",
            remedy: "Use the newer program; it reads all older versions.", at: place)
    }

    private mutating func stepOverOwn(_ range: Range<Int>, end: JournalPosition) throws(JournalError) {
        let place = JournalPlace(at: position)
        endsOnCheckpoint = false
        switch ownLine(range) {
        case .head(let line):
            try accept(line, end: end, at: place)
            counts.unsignedLines += 1
        case .checkpoint(let line):
            try accept(line, end: end, at: place)
        case .foreign(let version):
            throw Self.unknown(version, at: place)
        case nil:
            throw .damaged("a line of the journal itself is not as the journal writes it", at: place)
        }
        position = end
    }

    private mutating func accept(
        _ line: HeadLine, end: JournalPosition, at place: JournalPlace
    ) throws(JournalError) {
        let start = JournalHead.start(of: line.identity)
        let expected = position.line == 0 ? start : position.head
        guard position.offset == 0, line.segment == UInt64(position.segment), line.line == position.line,
            line.bytes == position.bytes, line.head == expected, counts.unsignedLines == 0,
            identity == nil || identity == line.identity
        else {
            throw .damaged("a segment's first line does not continue the segment before it", at: place)
        }
        guard let key = JournalKey(line.identity.publicKey) else {
            throw .damaged("the public key is not one", at: place)
        }
        identity = line.identity
        self.key = key
    }

    private mutating func accept(
        _ line: CheckpointLine, end: JournalPosition, at place: JournalPlace
    ) throws(JournalError) {
        guard position.offset > 0, line.line == position.line, line.head == position.head else {
            throw .damaged("a checkpoint does not sign what stands before it", at: place)
        }
        unsettled = (line, position)
        if checksEverySignature { try settle() }
        checkpoint = (position, end)
        counts.checkpoints += 1
        counts.unsignedLines = 0
        counts.unsignedRecords = 0
        group = 0
        endsOnCheckpoint = true
    }

    /// Checks the signature of the last checkpoint, which stands for every line before it.
    mutating func settle() throws(JournalError) {
        guard let key, let (line, at) = unsettled else { return }
        unsettled = nil
        guard line.isSigned(by: key) else {
            throw .damaged("a checkpoint whose signature is not by the line's key", at: JournalPlace(at: at))
        }
    }

    /// Whether a checkpoint line at `range` carries a valid signature, whatever stands before it.
    func isSignedCheckpoint(_ line: CheckpointLine) -> Bool {
        key.map(line.isSigned) ?? false
    }

    /// Hands each record of the last group to `visit`, its body as it was appended.
    mutating func visitRecords(
        _ visit: (JournalRecord) throws(RecordRefused) -> Void
    ) throws(JournalError) {
        for line in lines {
            body.removeAll(keepingCapacity: true)
            body.append(contentsOf: window.bytes[line.start..<(line.start + line.shape.bodyBytes)])
            body.append(0x7D)
            do {
                try visit(JournalRecord(end: line.end, more: line.shape.more, body: body[...]))
            } catch {
                throw JournalError(
                    .recordRefused, error.reason,
                    remedy: "Use the program version that wrote it, or report the fault.",
                    at: JournalPlace(
                        segment: line.end.segment, line: line.end.line, offset: line.end.offset - 1))
            }
        }
    }

    /// The raw bytes of the group stepped over last, newlines included.
    ///
    /// - Parameter start: Position before that step.
    func rawBytes(from start: JournalPosition) -> ArraySlice<UInt8> {
        window.bytes[(start.offset - window.start)..<(position.offset - window.start)]
    }
}

/// A record as a reader of the journal gets it.
package struct JournalRecord: Sendable {
    /// The place behind its line. `end.line` is its number in the journal.
    package let end: JournalPosition
    /// Whether further lines of the same decision follow. Only a record without this mark ends a decision.
    package let more: Bool
    /// The JSON object that was appended, byte for byte.
    package let body: ArraySlice<UInt8>
}
