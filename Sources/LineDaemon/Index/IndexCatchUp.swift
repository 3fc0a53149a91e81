import JournalCore

/// Keeps the index a prefix of the journal: reads on from where it stands, and builds it again where it is
/// none. Used by one thread.
struct IndexCatchUp {
    private let index: LineIndex
    private let storage: any JournalStorage
    private let report: @Sendable (String) -> Void
    private var reader: JournalReader?
    /// Not twice without having reached the journal's end in between.
    private var mayRebuild = true

    /// - Parameter storage: The journal, opened for reading.
    init(
        _ index: LineIndex, storage: any JournalStorage,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.index = index
        self.storage = storage
        self.report = report
    }

    /// Takes one step towards the journal's end.
    ///
    /// - Returns: Whether there may be more to do at once.
    /// - Throws: What building it again does not mend: a full or failing disk, a damaged journal.
    mutating func step(upTo durable: JournalPosition) throws -> Bool {
        do {
            return try advance(upTo: durable)
        } catch  where mayRebuild && Self.isMendedByRebuild(error) {
            report("DMN-110 index: it does not fit the journal (\(error)); it is built again.")
            mayRebuild = false
            reader = nil
            try index.rebuild()
            return true
        }
    }

    /// After a failure: what was read and not written is read again.
    mutating func startOver() { reader = nil }

    private mutating func advance(upTo durable: JournalPosition) throws -> Bool {
        if index.isDamaged { throw IndexDamage("a reader found it damaged") }
        var reader = try self.reader ?? begin(durable)
        defer { self.reader = reader }
        guard reader.position.isBefore(durable) else {
            mayRebuild = true
            return false
        }
        return try index.follow(&reader, upTo: durable) >= LineIndex.batchRecords
    }

    private func begin(_ durable: JournalPosition) throws -> JournalReader {
        let position = try index.position()
        if let position, !position.isBefore(durable), position != durable {
            throw IndexDamage("it stands at line \(position.line), the journal at \(durable.line)")
        }
        return try JournalReader(storage: storage, from: position)
    }

    private static func isMendedByRebuild(_ error: any Error) -> Bool {
        switch error {
        case is IndexDamage: true
        case let error as JournalError:
            // A segment that is not there is one the index made up.
            error.code != .storageFailed || error.storage?.reason == .notFound
        default: false
        }
    }
}
