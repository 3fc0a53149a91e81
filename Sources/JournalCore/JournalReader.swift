/// Follows a journal that another thread is writing, up to what it has published as durable.
///
/// Upstream, index and `--follow` read with it. It proves the chain from where it starts; the signatures were
/// checked at the start of the process.
package struct JournalReader {
    private let storage: any JournalStorage
    private var scanner: JournalScanner

    /// Whether ``position`` stands right behind a checkpoint.
    package var isBehindCheckpoint: Bool { scanner.endsOnCheckpoint }

    /// Behind the last record handed out; where another reader can go on.
    package var position: JournalPosition { scanner.position }

    /// Starts at the first line, or goes on behind a place where a reader stood.
    ///
    /// - Parameter position: ``JournalReader/position`` of an earlier reader, or ``Journal/durable``; `nil`
    ///   for the journal's beginning.
    package init(storage: any JournalStorage, from position: JournalPosition? = nil) throws(JournalError) {
        self.storage = storage
        scanner =
            if let position {
                try JournalScanner(storage, from: position, limit: position.offset)
            } else {
                try JournalScanner(storage)
            }
    }

    /// Hands out records group by group, in order, until `durable` is reached or enough were handed out.
    ///
    /// - Parameters:
    ///   - durable: ``Journal/durable`` as published by the writer. Nothing behind it is touched.
    ///   - maxRecords: Ends after the group that reaches this count.
    ///   - stopsAtCheckpoint: Ends behind the next checkpoint.
    ///   - visit: Gets each record; its refusal leaves the reader before the group.
    /// - Returns: Records handed out; 0 when the reader stands at `durable`.
    /// - Throws: ``JournalError/Code/damaged`` when what was durable is not whole,
    ///   ``JournalError/Code/recordRefused``, ``JournalError/Code/storageFailed``.
    package mutating func read(
        upTo durable: JournalPosition, maxRecords: Int = .max, stopsAtCheckpoint: Bool = false,
        visit: (JournalRecord) throws(RecordRefused) -> Void
    ) throws(JournalError) -> Int {
        var count = 0
        try look(upTo: durable)
        while scanner.position.isBefore(durable), count < maxRecords {
            let before = scanner
            switch try scanner.next() {
            case .own: if stopsAtCheckpoint, scanner.endsOnCheckpoint { return count }
            case .records:
                count += scanner.lines.count
                do throws(JournalError) {
                    try scanner.visitRecords(visit)
                } catch {
                    scanner = before
                    throw error
                }
            case .end:
                try goOn(upTo: durable)
            }
        }
        return count
    }

    /// Opens the current segment as far as `durable` allows.
    private mutating func look(upTo durable: JournalPosition) throws(JournalError) {
        let segment = scanner.position.segment
        try scanner.enter(segment, limit: segment == durable.segment ? durable.offset : nil)
    }

    /// At the end of a segment's lines: the next one, if the journal goes on there.
    private mutating func goOn(upTo durable: JournalPosition) throws(JournalError) {
        let segment = scanner.position.segment
        guard segment < durable.segment, try scanner.contentAfterEnd() == nil else {
            throw .damaged(
                "what was durable is not whole here", at: JournalPlace(at: scanner.position))
        }
        try scanner.enter(segment + 1, limit: segment + 1 == durable.segment ? durable.offset : nil)
    }
}
