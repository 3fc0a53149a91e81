/// Where a line's journal and the hub's copy of it part, and the proof that it is so.
package struct JournalFork: Equatable, Sendable {
    /// Behind the last checkpoint that both hold.
    package var common: JournalPosition
    /// The first line of this journal that the hub holds otherwise, or this journal's end where the hub only
    /// holds more.
    package var place: JournalPlace
    /// This journal's end.
    package var own: JournalMark
    /// Behind the first checkpoint of the other lines, signed with this line's key.
    package var signed: JournalMark

    /// What the alarm says.
    package var error: JournalError {
        JournalError(
            .forked,
            "the hub holds lines up to \(signed.line) that are signed with this line's key and not in this "
                + "journal of \(own.line) lines; both agree up to line \(common.line)",
            remedy: "Issue no numbers. Find the other computer with this key, or the backup that was put back"
                + " and went on without the hub; a hub admin decides which journal goes on.",
            at: place)
    }
}

/// Compares a line's journal with the hub's copy, by as few bytes as it takes, once the heads say they
/// differ.
///
/// Checkpoints carry the full head, so that one equal checkpoint proves all lines before it equal: some ten
/// short reads from the hub halve the journal until a few hundred KiB are left, which are compared byte for
/// byte. It is a fork only if the hub then shows other lines signed with this line's key; a hub that merely
/// answers nonsense stops no line.
///
/// ```
/// next() ─▶ .read(offset, count) ─▶ ask the hub ─▶ take(bytes) ─▶ next() ... ─▶ .done(finding)
/// ```
/// A lost answer is asked for again. The number of reads is bounded, whatever is answered.
package struct ForkSearch {
    /// What the comparison found.
    package enum Finding: Equatable, Sendable {
        /// Two journals with one key. Stop the numbers.
        case forked(JournalFork)
        /// This journal is the beginning of the hub's: fetch.
        case behind
        /// The answers contradict each other or nothing signed is behind them: the hub's copy is damaged.
        case unproven(JournalError)
        /// The hub does not hold so much any more: ask for its head again.
        case outdated
    }

    /// What to do next.
    package enum Step: Equatable, Sendable {
        /// Ask the hub for these bytes of the journal.
        case read(offset: UInt64, count: Int)
        /// The end of the search.
        case done(Finding)
    }

    private enum Phase {
        case halve
        case compare(at: UInt64)
        case prove
        case done(Finding)
    }

    private let journal: OwnJournal
    private let held: JournalMark
    private let hasAppended: Bool
    /// Below this many bytes it is cheaper to compare than to halve.
    private let stepBytes: UInt64
    /// Behind the last checkpoint known to be in both.
    private var common: JournalPosition
    /// Checkpoints of this journal between `common` and here may be in both.
    private var high: UInt64
    /// The first difference lies before this byte, or at the end of one of the two.
    private var limit: UInt64
    private var phase = Phase.halve
    private var asked: (offset: UInt64, count: Int)?

    init(_ journal: OwnJournal, _ held: JournalMark, hasAppended: Bool, stepBytes: Int) {
        self.journal = journal
        self.stepBytes = UInt64(stepBytes)
        self.held = held
        self.hasAppended = hasAppended
        common = JournalPosition(
            line: 0, bytes: 0, segment: 1, offset: 0, head: .start(of: journal.identity))
        limit = min(held.bytes, journal.end.bytes)
        high = limit
    }

    /// What to ask the hub, the same until it was answered; or what was found.
    ///
    /// - Throws: ``JournalError/Code/storageFailed``, ``JournalError/Code/damaged``: this journal cannot be
    ///   read.
    package mutating func next() throws(JournalError) -> Step {
        if let asked { return .read(offset: asked.offset, count: asked.count) }
        if case .halve = phase {
            if let end = try candidate() {
                let count = Int(min(end, UInt64(JournalFormat.ownLineBytes)))
                return ask(end - UInt64(count), count)
            }
            phase = .compare(at: common.bytes)
        }
        if case .compare(let at) = phase {
            if at < limit { return ask(at, Int(min(stepBytes, limit - at))) }
            try endOfComparison()
        }
        if case .prove = phase {
            return ask(common.bytes, Int(min(UInt64(JournalBatch.maxBytes), held.bytes - common.bytes)))
        }
        guard case .done(let finding) = phase else { preconditionFailure("\(phase) leads on") }
        return .done(finding)
    }

    /// Takes the hub's answer to what ``next()`` asked for. Any bytes.
    ///
    /// - Throws: As ``next()``.
    package mutating func take(_ bytes: [UInt8]) throws(JournalError) {
        guard let asked else { return }
        self.asked = nil
        guard bytes.count == asked.count else {
            phase = .done(.outdated)
            return
        }
        switch phase {
        case .halve: try halve(bytes, asked.offset)
        case .compare(let at): try compare(bytes, at)
        case .prove: try prove(bytes)
        case .done: break
        }
    }

    private mutating func ask(_ offset: UInt64, _ count: Int) -> Step {
        asked = (offset, count)
        return .read(offset: offset, count: count)
    }

    // MARK: - Halving

    /// Behind the first checkpoint of this journal in the upper half of what is undecided.
    private mutating func candidate() throws(JournalError) -> UInt64? {
        while high - common.bytes > stepBytes {
            let middle = common.bytes + (high - common.bytes) / 2
            if let end = try checkpointEnd(after: middle, upTo: high) { return end }
            high = middle
        }
        return nil
    }

    private func checkpointEnd(after start: UInt64, upTo end: UInt64) throws(JournalError) -> UInt64? {
        var at = start
        while at < end {
            // Pieces overlap by more than a checkpoint, so that none is missed where two of them meet.
            let count = Int(min(stepBytes, end - at))
            if let found = LineScan.firstCheckpointEnd(in: try journal.whole(at: at, count: count)) {
                return at + UInt64(found)
            }
            if at + UInt64(count) == end { return nil }
            at += UInt64(count - JournalFormat.ownLineBytes)
        }
        return nil
    }

    private mutating func halve(_ bytes: [UInt8], _ offset: UInt64) throws(JournalError) {
        let end = offset + UInt64(bytes.count)
        if try journal.whole(at: offset, count: bytes.count) == bytes,
            let here = try journal.position(at: end)
        {
            common = here
        } else {
            high = common.bytes + (high - common.bytes) / 2
            limit = end
        }
    }

    // MARK: - Comparing

    private mutating func compare(_ bytes: [UInt8], _ at: UInt64) throws(JournalError) {
        let own = try journal.whole(at: at, count: bytes.count)
        if let index = ByteScan.difference(own, bytes) {
            try difference(at + UInt64(index))
        } else {
            phase = .compare(at: at + UInt64(bytes.count))
        }
    }

    /// All bytes up to the limit are equal.
    private mutating func endOfComparison() throws(JournalError) {
        guard limit == journal.end.bytes, limit < held.bytes else {
            phase = .done(.unproven(Self.bad("it names a head that its own lines do not have")))
            return
        }
        try difference(limit)
    }

    private mutating func difference(_ offset: UInt64) throws(JournalError) {
        common = try lastCheckpoint(before: offset)
        phase = .prove
    }

    /// Behind the last checkpoint of this journal that ends before `offset`, from the common one on.
    private func lastCheckpoint(before offset: UInt64) throws(JournalError) -> JournalPosition {
        let bytes = try journal.whole(at: common.bytes, count: Int(offset - common.bytes))
        guard let end = LineScan.lastCheckpointEnd(in: bytes) else { return common }
        return try journal.position(at: common.bytes + UInt64(end)) ?? common
    }

    // MARK: - Proving

    /// What differs and the signature must be in one answer: earlier answers prove nothing.
    private mutating func prove(_ bytes: [UInt8]) throws(JournalError) {
        let own = try journal.read(at: common.bytes, count: bytes.count)
        let index = ByteScan.difference(own, bytes) ?? own.count
        let difference = common.bytes + UInt64(index)
        guard let signed = index < bytes.count ? firstSigned(bytes, behind: difference) : nil else {
            phase = .done(.unproven(Self.bad("nothing signed stands behind what differs")))
            return
        }
        let isEnd = index == own.count
        if isEnd, !hasAppended {
            phase = .done(.behind)
            return
        }
        common = try lastCheckpoint(before: difference)
        let place =
            isEnd ? JournalPlace(at: journal.end) : try journal.place(of: difference, behind: common)
        phase = .done(
            .forked(JournalFork(common: common, place: place, own: journal.end.mark, signed: signed)))
    }

    /// Behind the first checkpoint by this line's key that vouches for what differs.
    private func firstSigned(_ bytes: [UInt8], behind difference: UInt64) -> JournalMark? {
        let identity = journal.identity
        var signed: JournalMark?
        let piece = JournalPiece(bytes, from: JournalPiece.Start(position: common, identity: identity))
        // What follows the first proof does not matter; an answer is rarely cut at the end of a line.
        _ = try? piece.prove(checkpointed: { scanner in
            if signed == nil, scanner.identity == identity, scanner.position.bytes > difference {
                signed = scanner.position.mark
            }
        })
        return signed
    }

    private static func bad(_ detail: String) -> JournalError {
        JournalError(
            .badAnswer, "the hub's copy of this journal is not sound: \(detail)",
            remedy: "Verify the journal held at the hub; this line's own is not in doubt.")
    }
}
