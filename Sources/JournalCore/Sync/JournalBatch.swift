/// A place between two lines as everybody who holds the journal names it, without the files of one copy.
package struct JournalMark: Hashable, Sendable {
    /// Lines before this place.
    package var line: UInt64
    /// Bytes of those lines with their newlines, padding not counted.
    package var bytes: UInt64
    /// State of the chain here.
    package var head: JournalHead

    /// Makes a place from its parts, for example from an answer.
    package init(line: UInt64, bytes: UInt64, head: JournalHead) {
        self.line = line
        self.bytes = bytes
        self.head = head
    }
}

extension JournalPosition {
    /// The same place without the files.
    package var mark: JournalMark { JournalMark(line: line, bytes: bytes, head: head) }
}

/// Lines of a journal on their way to a hub: from behind one checkpoint up to and including another.
package struct JournalBatch: Equatable, Sendable {
    /// Most bytes of one batch, and of one answer, unpacked.
    package static let maxBytes = 4 << 20

    /// Bytes of the journal before the first line.
    package var offset: UInt64
    /// State of the chain before the first line.
    package var previous: JournalHead
    /// The lines as they stand in the journal, padding left out.
    package var bytes: [UInt8]

    /// Makes a batch from its parts, for example from a request.
    package init(offset: UInt64, previous: JournalHead, bytes: [UInt8]) {
        self.offset = offset
        self.previous = previous
        self.bytes = bytes
    }
}

/// What a hub answers when it is asked how far it holds the journal of a line.
///
/// - Invariant: It was true of what the hub had committed when it answered; it may be old by now.
package struct HubHead: Equatable, Sendable {
    /// The journal held under the line's name; `nil` when none is.
    package var identity: JournalIdentity?
    /// Behind the last line held: a checkpoint. `nil` when none is.
    package var held: JournalMark?
    /// Counted up whenever the hub was restored from a backup.
    package var generation: UInt64
    /// How far the hub's last completed backup holds this journal; `nil` while none does.
    package var backup: JournalMark?

    /// Makes an answer from its parts.
    package init(
        identity: JournalIdentity? = nil, held: JournalMark? = nil, generation: UInt64 = 0,
        backup: JournalMark? = nil
    ) {
        self.identity = identity
        self.held = held
        self.generation = generation
        self.backup = backup
    }
}
