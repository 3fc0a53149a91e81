/// Lines of a journal in memory, looked at as the segment files they are part of, so that the one scanner
/// proves them as it proves a journal on a disk.
///
/// A piece begins anywhere in a segment and may reach over several. Lines that begin as a segment's first
/// line does cut it; no record begins so.
final class JournalPiece: JournalStorage {
    /// What lies in one segment.
    struct Part: Equatable {
        /// Number of the segment.
        var segment: Int
        /// Byte offset in the segment's file.
        var offset: Int
        /// Which bytes of the piece.
        var range: Range<Int>

        /// Offset in the file behind the part.
        var end: Int { offset + range.count }
    }

    /// Where a piece begins, and what is proven there.
    struct Start {
        /// Behind a whole group.
        var position: JournalPosition
        /// What journal it is; `nil` where its first line is yet to come.
        var identity: JournalIdentity?
        /// Number of the last group since the last checkpoint.
        var group = 0
        /// Lines since that checkpoint.
        var unsignedLines = 0
    }

    /// The lines.
    let bytes: [UInt8]
    /// One part for each segment, in order.
    let parts: [Part]
    private let start: Start

    /// - Parameter bytes: From the start of a line on. Any bytes; ``prove(visit:checkpointed:)`` judges them.
    init(_ bytes: [UInt8], from start: Start) {
        self.bytes = bytes
        self.start = start
        let position = start.position
        // The first line of a file is where it belongs; behind the first byte it begins the next file.
        var cuts = LineScan.firstLines(in: bytes)
        if position.offset == 0, cuts.first == 0 { cuts.removeFirst() }
        let ends = cuts + [bytes.count]
        parts = ends.enumerated().map { index, end in
            Part(
                segment: position.segment + index, offset: index == 0 ? position.offset : 0,
                range: (index == 0 ? 0 : cuts[index - 1])..<end)
        }
    }

    /// Proves the lines one after the other, and the signature of every checkpoint.
    ///
    /// - Parameters:
    ///   - visit: Gets each record once its group is proven whole.
    ///   - checkpointed: Told behind each checkpoint whose signature is right.
    /// - Returns: The scanner behind the last line.
    /// - Throws: ``JournalError/Code/brokenChain``, ``JournalError/Code/badSignature``,
    ///   ``JournalError/Code/unknownVersion``, ``JournalError/Code/recordRefused``.
    func prove(
        visit: (JournalRecord) throws(RecordRefused) -> Void = { _ in },
        checkpointed: (JournalScanner) -> Void = { _ in }
    ) throws(JournalError) -> JournalScanner {
        do throws(JournalError) {
            var scanner = try scanner()
            for part in parts {
                if part.segment > scanner.position.segment { try scanner.enter(part.segment) }
                while scanner.position.offset < part.end {
                    switch try scanner.next() {
                    case .records: try scanner.visitRecords(visit)
                    case .own where scanner.endsOnCheckpoint:
                        try Self.settle(&scanner)
                        checkpointed(scanner)
                    case .own: break
                    case .end:
                        let place = scanner.breakOff?.place ?? JournalPlace(at: scanner.position)
                        throw .damaged(
                            "this line is not whole, or does not continue the lines before", at: place)
                    }
                }
            }
            return scanner
        } catch  where error.code == .damaged {
            throw JournalError(
                .brokenChain, error.detail, remedy: "Verify the journal: seriatim journal verify DIR.",
                at: error.place)
        }
    }

    private func scanner() throws(JournalError) -> JournalScanner {
        guard let identity = start.identity, start.position.line > 0 else { return try JournalScanner(self) }
        return try JournalScanner(
            self, from: start.position, of: identity, group: start.group, unsignedLines: start.unsignedLines)
    }

    private static func settle(_ scanner: inout JournalScanner) throws(JournalError) {
        do throws(JournalError) {
            try scanner.settle()
        } catch {
            throw JournalError(
                .badSignature, error.detail, remedy: "Find out who wrote this journal with another key.",
                at: error.place)
        }
    }

    // MARK: - JournalStorage, for reading

    private func part(_ name: String) throws(StorageError) -> Part {
        let index = JournalFormat.segmentNumber(name).map { $0 - start.position.segment }
        guard let index, parts.indices.contains(index) else { throw StorageError("read", name, .notFound) }
        return parts[index]
    }

    func names() -> [String] { parts.map { JournalFormat.segmentName($0.segment) } }

    func size(_ name: String) throws(StorageError) -> Int { try part(name).end }

    func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
        let part = try part(name)
        guard offset >= part.offset, offset < part.end, count > 0 else { return [] }
        let from = part.range.lowerBound + offset - part.offset
        return Array(bytes[from..<min(part.range.upperBound, from + count)])
    }

    func create(_ name: String) throws(StorageError) { throw StorageError("create", name, .notAFile) }

    func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError) {
        throw StorageError("write", name, .notAFile)
    }

    func syncFile(_ name: String) throws(StorageError) { throw StorageError("sync", name, .notAFile) }

    func syncDirectory() throws(StorageError) { throw StorageError("sync", "", .notAFile) }

    func lock(_ name: String) throws(StorageError) { throw StorageError("lock", name, .notAFile) }

    func unlock() {}

    func freeBytes() -> Int { 0 }
}
