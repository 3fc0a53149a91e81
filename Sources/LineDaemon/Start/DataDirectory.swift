import JournalCore
import SystemIO

/// Where one line keeps what it must not lose.
///
/// ```
/// DATA/line.key        signs the journal's checkpoints; 0600, made with the journal, never replaced
/// DATA/journal/        the journal and its lock
/// DATA/imports/        imported serial files, each named by its SHA-256
/// DATA/snapshots/      the state at two places of the journal; may be deleted at any time
/// DATA/index.sqlite*   derived from the journal; may be deleted while the daemon is stopped
/// DATA/operators.json  who may sign on; 0600
/// DATA/run/            the control socket, unless the configuration says otherwise
/// ```
package struct DataDirectory: Equatable, Sendable {
    /// The directory itself.
    package let path: String

    /// Names a directory; nothing is made yet.
    package init(_ path: String) { self.path = path }

    /// The journal's directory.
    package var journal: String { path + "/journal" }
    /// The key file.
    package var key: String { path + "/line.key" }
    /// The key of a first start that has not yet made its journal.
    var firstKey: String { path + "/line.key.first" }
    /// Imported files.
    package var imports: String { path + "/imports" }
    /// Snapshots of the state.
    package var snapshots: String { path + "/snapshots" }
    /// The index.
    package var index: String { path + "/index.sqlite" }
    /// Who may sign on.
    package var operators: String { path + "/operators.json" }
    /// Sockets of the running daemon.
    package var run: String { path + "/run" }

    /// Makes what is missing, durably; the parent of the directory must exist.
    package func make() throws(DaemonError) {
        do throws(SystemError) {
            try DurableFile.createDirectory(path, mode: 0o750)
            try DurableFile.createDirectory(imports, mode: 0o750)
            try DurableFile.createDirectory(run, mode: 0o750)
        } catch {
            throw DaemonError(error)
        }
    }
}

extension DataDirectory {
    /// The signer of the line's journal, or of the one a first start is about to make.
    ///
    /// The key gets its final name only after the journal was begun with it, so a first start that was cut
    /// short is told from a journal that was lost.
    /// - Parameter hasJournal: A journal was begun in this directory.
    /// - Throws: `DMN-102` for a journal without its key, `DMN-103` for a key without its journal, `DMN-104`.
    func signer(hasJournal: Bool) throws(DaemonError) -> JournalSigner {
        do throws(SystemError) {
            switch (hasJournal, DurableFile.exists(key)) {
            case (true, true): return try signer(key)
            case (true, false):
                guard DurableFile.exists(firstKey) else { throw SystemError("open", key, number: 2) }
                try DurableFile.rename(firstKey, to: key)
                return try signer(key)
            case (false, true):
                throw SystemError("open", journal, number: 2)
            case (false, false):
                if !DurableFile.exists(firstKey) { _ = try KeyFile.create(firstKey) }
                return try signer(firstKey)
            }
        } catch {
            throw keyError(error)
        }
    }

    private func signer(_ path: String) throws(SystemError) -> JournalSigner {
        guard let signer = JournalSigner(seed: try KeyFile.load(path)) else {
            throw SystemError("key file", path, number: 74)
        }
        return signer
    }

    private func keyError(_ error: SystemError) -> DaemonError {
        switch (error.path, error.number) {
        case (key, 2):
            DaemonError(
                .keyMissing, at: key, "the journal's key is missing",
                "Put back the key file of this line; without it nobody can go on with this journal.",
                exitStatus: 78)
        case (journal, 2):
            DaemonError(
                .journalMissing, at: journal, "the key \(key) is there, its journal is not",
                "Put back the journal; for a new line, name an empty data directory.", exitStatus: 78)
        case (key, _), (firstKey, _):
            DaemonError(
                .keyUnusable, at: error.path,
                error.operation == "key file" ? "this is no key file of a line" : "\(error)",
                "It must be the line's key file, readable by its owner alone.",
                exitStatus: 78)
        default: DaemonError(error)
        }
    }

    /// Gives the key of a first start its final name, once its journal is durable.
    func keepKey() throws(DaemonError) {
        guard DurableFile.exists(firstKey) else { return }
        do throws(SystemError) { try DurableFile.rename(firstKey, to: key) } catch {
            throw DaemonError(error)
        }
    }
}
