import JournalCore
import LineCore
import SnapshotCore
import SystemIO

/// A person's answer for the unsigned lines of a journal, given while the daemon is stopped.
package struct JournalAcceptance: Sendable {
    /// Longest name and longest reason, in bytes.
    package static let maxBytes = (name: 64, reason: 500)

    private let name: String
    private let reason: String
    private let account: String

    /// - Parameters:
    ///   - name: Who answers.
    ///   - account: The Unix account that gives the command, `uid:NAME`.
    /// - Returns: `nil` for a name or a reason that is blank, too long or has a control character in it.
    package init?(name: String, reason: String, account: String) {
        for (text, limit) in [(name, Self.maxBytes.name), (reason, Self.maxBytes.reason)] {
            let bytes = text.utf8
            guard bytes.contains(where: { $0 != 0x20 }), bytes.count <= limit,
                bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { return nil }
        }
        self.name = name
        self.reason = reason
        self.account = account
    }

    /// Proves and folds the journal as a start does, records the acceptance in it and signs all of it.
    ///
    /// - Parameter storage: The journal's directory; its lock is taken and given back.
    /// - Throws: The journal's own errors (`JRN-116` when there is nothing to accept, status 75 while a
    ///   daemon holds it), `DMN-102` to `DMN-104` for its key.
    package func give(
        _ storage: any JournalStorage, data: DataDirectory, imports: ImportStore, limits: JournalLimits,
        wallMilliseconds: Int64
    ) throws(DaemonError) -> UnsignedTail {
        let signer = try data.signer(hasJournal: true)
        var fold = LineFold { (sha256) throws(RecordRefused) in
            do throws(DaemonError) { return try imports.serials(sha256) } catch {
                throw RecordRefused(error.text)
            }
        }
        do throws(JournalError) {
            return try Journal.accept(
                storage: storage, signer: signer, limits: limits,
                visit: { (record) throws(RecordRefused) in try fold.take(record) },
                record: { tail in
                    LineRecord.journalAccepted(
                        JournalAccepted(
                            after: tail.after, lines: tail.lines, head: tail.head.description, reason: reason,
                            actor: name, account: account)
                    ).encoded(wallMilliseconds: wallMilliseconds)
                })
        } catch {
            throw DaemonError(error, directory: data.journal)
        }
    }
}
