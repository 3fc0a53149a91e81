/// A whole journal read from its first line, and what lies behind its last whole group.
struct JournalScan {
    /// The scanner behind the last whole group.
    var scanner: JournalScanner
    /// Bytes behind it that are no padding: a torn last group.
    var cutBytes = 0
    /// Segments after the one the journal ends in that hold anything but padding: a torn first line.
    var soiled: [Int] = []

    /// Reads all segments, handing each record to `visit` once its group is proven whole.
    ///
    /// - Parameter checkpoint: Begins right behind this one instead of at the first line.
    /// - Throws: ``JournalError/Code/noJournal``, ``JournalError/Code/damaged`` with the first place that is
    ///   not as written, ``JournalError/Code/recordRefused``.
    static func run(
        _ storage: any JournalStorage, behind checkpoint: JournalPosition? = nil,
        checksEverySignature: Bool = false, visits: Bool = true,
        eachStep: (JournalScanner) -> Void = { _ in },
        visit: (JournalRecord) throws(RecordRefused) -> Void
    ) throws(JournalError) -> JournalScan {
        let segments = try listSegments(storage)
        if let checkpoint, !segments.contains(checkpoint.segment) { throw noJournal }
        var scanner =
            if let checkpoint {
                try JournalScanner(storage, behind: checkpoint)
            } else {
                try JournalScanner(storage, checksEverySignature: checksEverySignature)
            }
        let first = scanner.position.segment
        do {
            for number in segments where number >= first {
                if number > first, try !begin(number, &scanner) { break }
                var step = JournalScanner.Step.own
                while step != .end {
                    eachStep(scanner)
                    step = try scanner.next()
                    if step == .records, visits { try scanner.visitRecords(visit) }
                }
                try scanner.settle()
            }
            return try judge(scanner, segments)
        } catch
            where [.damaged, .unknownVersion].contains(error.code) && !checksEverySignature
            && checkpoint == nil
        {
            // An earlier signature may be the first that is wrong.
            _ = try run(storage, checksEverySignature: true, visits: false, eachStep: eachStep, visit: visit)
            throw error
        }
    }

    /// Numbers of the segment files, checked to be 1, 2, 3 and so on.
    static func listSegments(_ storage: any JournalStorage) throws(JournalError) -> [Int] {
        let names: [String]
        do { names = try storage.names() } catch { throw JournalError(error) }
        let segments = names.compactMap(JournalFormat.segmentNumber).sorted()
        guard !segments.isEmpty else { throw noJournal }
        for (index, number) in segments.enumerated() where number != index + 1 {
            throw .damaged(
                "this segment is missing", at: JournalPlace(segment: index + 1, line: 0, offset: 0))
        }
        return segments
    }

    static let noJournal = JournalError(
        .noJournal, "the directory holds no journal",
        remedy: "Check the path, or start the line to begin one.")

    /// What a crash in the middle of beginning leaves, and what is left of a journal that was cut there.
    private static let brokenOff = JournalError(
        .noJournal, "the journal breaks off in its first line, nothing of it is proven",
        remedy: "If the line ran before, put back a copy of the journal; if it never did, start it.")

    /// Enters segment `number` if it was begun: if a segment's first line can be read there.
    private static func begin(_ number: Int, _ scanner: inout JournalScanner) throws(JournalError) -> Bool {
        var next = scanner
        try next.enter(number)
        switch try next.ownLine(at: 0) {
        case .head, .foreign: break
        case .checkpoint, nil: return false
        }
        // The segment before it was ended and synced: a whole line and nothing else up to its padding.
        if try scanner.contentAfterEnd() != nil, let place = scanner.breakOff?.place {
            throw .damaged(
                "this line is not as it was written (altered, or cut off), and a later segment follows it",
                at: place)
        }
        var probe = next
        guard try probe.next() == .own else {
            throw .damaged(
                "lines are missing here, before the next segment's first line",
                at: JournalPlace(at: scanner.position))
        }
        scanner = next
        return true
    }

    /// Tells a torn last group, which is cut, from damage, which is not.
    private static func judge(_ scanner: JournalScanner, _ segments: [Int]) throws(JournalError)
        -> JournalScan
    {
        var result = JournalScan(scanner: scanner)
        let here = scanner.position
        let tail = try LaterEvidence(scanner, segment: here.segment, from: here.offset)
        result.cutBytes = tail.contentEnd.map { $0 - here.offset } ?? 0
        var found = tail.found.map { (here.segment, $0) }
        for number in segments where number > here.segment {
            let beyond = try LaterEvidence(scanner, segment: number, from: nil)
            if beyond.contentEnd != nil { result.soiled.append(number) }
            result.cutBytes += beyond.contentEnd ?? 0
            if found == nil { found = beyond.found.map { (number, $0) } }
        }
        if let (segment, offset) = found {
            throw .damaged(
                "this line is not as it was written (altered, or cut off), and later lines follow in "
                    + "\(JournalFormat.segmentName(segment)) at byte \(offset)",
                at: scanner.breakOff?.place ?? JournalPlace(at: here))
        }
        guard here.line > 0 else { throw result.cutBytes > 0 ? brokenOff : noJournal }
        return result
    }
}

/// Looks behind the last whole group for anything that was only written after that group was synced.
///
/// A torn group leaves blocks that are old (padding) or new. Its first line carries its number; a fragment of
/// that line can only start where the group starts or where a block starts. Every other group marker, every
/// checkpoint and every segment's first line belongs to something later: then what is missing here was synced
/// once, and is damage.
struct LaterEvidence {
    /// A power cut leaves whole blocks of this many bytes, old or new.
    private static let blockBytes = 512

    /// File offset of the first proof of something later.
    private(set) var found: Int?
    /// Behind the last byte that is no padding.
    private(set) var contentEnd: Int?

    /// - Parameter start: Where the torn group starts; `nil` for a segment that should hold nothing.
    init(_ scanner: JournalScanner, segment: Int, from start: Int?) throws(JournalError) {
        var window = try SegmentWindow(scanner.storage, segment: segment)
        let torn = start == nil ? 0 : (scanner.group ?? 0) + 1
        var at = start ?? 0
        while let place = try window.content(from: at) {
            guard let range = try window.line(at: place, keep: place) else {
                at = min(place + JournalFormat.maxLineBytes, window.size)
                contentEnd = at
                continue
            }
            at = place + range.count + 1
            contentEnd = at - 1
            guard found == nil else { continue }
            let isLater = window.bytes.withUnsafeBytes { bytes in
                let line = UnsafeRawBufferPointer(rebasing: bytes[range])
                return Self.isLater(line, at: place, start: start ?? -1, torn: torn, scanner)
            }
            if isLater { found = place }
        }
    }

    private static func isLater(
        _ line: UnsafeRawBufferPointer, at place: Int, start: Int, torn: Int, _ scanner: JournalScanner
    ) -> Bool {
        switch OwnLine(line) {
        case .head, .foreign: return place > 0 || start < 0
        case .checkpoint(let value): return place != start || scanner.isSignedCheckpoint(value)
        case nil: break
        }
        if holdsOwnLine(line) { return true }
        guard let marker = LineShape(line)?.group else { return false }
        return marker.number != torn || (place != start && place % blockBytes != 0)
    }

    /// Whether one of the journal's own lines stands inside: the newline before it was altered.
    private static func holdsOwnLine(_ line: UnsafeRawBufferPointer) -> Bool {
        var at = 1
        while at < line.count {
            if line[at] == 0x7B {
                let rest = UnsafeRawBufferPointer(rebasing: line[at...])
                if OwnLine.isClaimed(rest), OwnLine(rest) != nil { return true }
            }
            at += 1
        }
        return false
    }
}
