import JournalCore
import LineCore
import SystemIO

/// A line as its journal left it, ready for its first turn.
package struct RecoveredLine {
    /// The rules over the recovered state.
    package var line: Line
    /// The journal, its lock held.
    package var journal: Journal
    /// What was found behind the last checkpoint; `nil` at a first start.
    package var report: RecoveryReport?
}

extension RecoveredLine {
    /// Takes the journal's lock, folds its records and makes good what a crash left; begins one at a first
    /// start.
    ///
    /// - Parameters:
    ///   - storage: The journal's directory.
    ///   - data: Where key and imports are.
    ///   - imports: Gives the serials of an imported file by its SHA-256.
    /// - Throws: The journal's own errors (status 75 when another daemon holds it), `DMN-102` to `DMN-108`.
    package static func open(
        storage: any JournalStorage, data: DataDirectory, configuration: LineConfiguration,
        limits: JournalLimits,
        imports: ImportStore
    ) throws(DaemonError) -> RecoveredLine {
        do {
            guard try Journal.exists(storage: storage) else {
                return try begin(storage, data, configuration, limits)
            }
            let signer = try data.signer(hasJournal: true)
            return try recover(storage, signer, configuration, limits, imports)
        } catch let error as JournalError {
            throw DaemonError(error, directory: data.journal)
        } catch let error as DaemonError {
            throw error
        } catch {
            // The calls above throw nothing else; the compiler cannot know it.
            throw DaemonError(.fileFailed, at: data.path, "\(error)", "Report this fault.", exitStatus: 70)
        }
    }

    private static func begin(
        _ storage: any JournalStorage, _ data: DataDirectory, _ configuration: LineConfiguration,
        _ limits: JournalLimits
    ) throws -> RecoveredLine {
        let signer = try data.signer(hasJournal: false)
        let random: [UInt8]
        do { random = try Entropy.bytes(16) } catch { throw DaemonError(error) }
        guard
            let identity = JournalIdentity(
                line: configuration.name, randomID: random, publicKey: signer.publicKey)
        else {
            throw DaemonError(
                .otherLine, at: configuration.name, "the line's name cannot name a journal",
                "Use 1 to 64 printable ASCII characters.", exitStatus: 78)
        }
        let journal = try Journal.create(storage: storage, identity: identity, signer: signer, limits: limits)
        try data.keepKey()
        return RecoveredLine(line: Line(configuration: configuration), journal: journal)
    }

    private static func recover(
        _ storage: any JournalStorage, _ signer: JournalSigner, _ configuration: LineConfiguration,
        _ limits: JournalLimits, _ imports: ImportStore
    ) throws -> RecoveredLine {
        var state = LineState()
        var fault: DaemonError?
        let opened: (journal: Journal, report: RecoveryReport)
        do {
            opened = try Journal.open(storage: storage, signer: signer, limits: limits) {
                (record) throws(RecordRefused) in
                do throws(DaemonError) {
                    try state.fold(record, imports)
                } catch {
                    fault = error
                    throw RecordRefused(error.text)
                }
            }
        } catch {
            // A missing import has a better remedy than the journal can give.
            if let fault, fault.code == DaemonError.Code.importDamaged.rawValue { throw fault }
            throw error
        }
        guard opened.journal.identity.line == configuration.name else {
            var journal = opened.journal
            try journal.close()
            throw DaemonError(
                .otherLine, at: configuration.name, "the journal is of line \(opened.journal.identity.line)",
                "Correct the name in the configuration, or name the right data directory.", exitStatus: 78)
        }
        let line = Line(configuration: configuration, state: state)
        return RecoveredLine(line: line, journal: opened.journal, report: opened.report)
    }
}

extension LineState {
    /// Folds one line of the journal; gives the rules the serials of the file it names first.
    mutating func fold(_ record: JournalRecord, _ imports: ImportStore) throws(DaemonError) {
        let fact: LineRecord
        do throws(RecordFault) {
            guard let decoded = try LineRecord.decode(record.body) else { return }
            fact = decoded.record
        } catch {
            throw refused(record, "a record this version does not understand: \(error)")
        }
        if case .poolAdded(let pool) = fact, !pool.file.isEmpty {
            supply(try imports.serials(pool.file), sha256: pool.file)
        }
        do throws(StateFault) { try apply(fact) } catch { throw refused(record, error.text) }
    }

    private func refused(_ record: JournalRecord, _ text: String) -> DaemonError {
        DaemonError(
            .fileFailed, at: "line \(record.end.line)", text, "Run: seriatim journal verify DIR",
            exitStatus: 65)
    }
}
