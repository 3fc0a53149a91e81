import JournalCore
import LineCore
import SnapshotCore
import SystemIO

/// A line as its journal left it, ready for its first turn.
package struct RecoveredLine {
    /// The rules over the recovered state.
    package var line: Line
    /// What the journal came to, its lock held.
    package var recovered: RecoveredState
    /// This start began the journal.
    package var isFirst = false

    /// The journal.
    package var journal: Journal {
        get { recovered.journal }
        set { recovered.journal = newValue }
    }
    /// What was found behind the last checkpoint; `nil` at a first start.
    package var report: RecoveryReport? { isFirst ? nil : recovered.report }
}

extension RecoveredLine {
    /// Takes the journal's lock, folds its records and makes good what a crash left; begins one at a first
    /// start.
    ///
    /// - Parameters:
    ///   - storage: The journal's directory.
    ///   - data: Where key and imports are.
    ///   - imports: Gives the serials of an imported file by its SHA-256.
    ///   - snapshots: The snapshots to begin from; `nil` to read the whole journal.
    ///   - program: Version of this program.
    /// - Throws: The journal's own errors (status 75 when another daemon holds it), `DMN-102` to `DMN-108`.
    package static func open(
        storage: any JournalStorage, data: DataDirectory, configuration: LineConfiguration,
        limits: JournalLimits,
        imports: ImportStore, snapshots: SnapshotStore? = nil, program: String = ""
    ) throws(DaemonError) -> RecoveredLine {
        do {
            guard try Journal.exists(storage: storage) else {
                return try begin(storage, data, configuration, limits)
            }
            let signer = try data.signer(hasJournal: true)
            return try recover(storage, signer, configuration, limits, imports, snapshots, program)
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
        return RecoveredLine(
            line: Line(configuration: configuration), recovered: RecoveredState(begun: journal), isFirst: true
        )
    }

    private static func recover(
        _ storage: any JournalStorage, _ signer: JournalSigner, _ configuration: LineConfiguration,
        _ limits: JournalLimits, _ imports: ImportStore, _ snapshots: SnapshotStore?, _ program: String
    ) throws -> RecoveredLine {
        var fault: DaemonError?
        let recovered: RecoveredState
        do {
            recovered = try RecoveredState.open(
                storage, snapshots: snapshots, signer: signer, limits: limits, program: program,
                imports: { (sha256) throws(RecordRefused) in
                    do throws(DaemonError) {
                        return try imports.serials(sha256)
                    } catch {
                        fault = error
                        throw RecordRefused(error.text)
                    }
                })
        } catch {
            // A missing import has a better remedy than the journal can give.
            if let fault, error.code == .recordRefused { throw fault }
            throw error
        }
        guard recovered.journal.identity.line == configuration.name else {
            var journal = recovered.journal
            try journal.close()
            throw DaemonError(
                .otherLine, at: configuration.name, "the journal is of line \(journal.identity.line)",
                "Correct the name in the configuration, or name the right data directory.", exitStatus: 78)
        }
        let line = Line(configuration: configuration, state: recovered.state)
        return RecoveredLine(line: line, recovered: recovered)
    }
}
