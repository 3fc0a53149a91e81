import Crypto
import JournalCore
import LineCore
import NIOConcurrencyHelpers
import Settings
import SystemIO

/// The serial files that were imported, kept under their SHA-256 for as long as the journal names them.
///
/// A file is synced, with its name, before the record that names it: the start reads it again and compares.
/// How a file is to be read stands behind its SHA-256, `.csv` for CSV: the same bytes mean other serials in a
/// text file.
package struct ImportStore: Sendable {
    /// What one file may hold.
    package static let limits = SerialLimits()
    /// What a kept one may hold, whatever market it was taken for: that was judged then.
    private static let keptLimits = SerialLimits(
        maxSerialBytes: Market.all.map(\.serialLengths.upperBound).max() ?? 20)

    let directory: String
    private let recent = RecentTables()
    private let underWay = ImportsUnderWay()
    private let drafts = NIOLock()

    /// Keeps files in `directory`, which exists.
    package init(directory: String) { self.directory = directory }

    /// Keeps a file, unless it is kept already, until ``settle(_:isNamed:)`` says what became of the import.
    ///
    /// - Returns: `false` if these bytes were imported before, and meant other serials.
    package func keep(_ file: LoadedSerials) throws(DaemonError) -> Bool {
        underWay.begin(file.sha256)
        let isNew = form(file.sha256) == nil
        do throws(DaemonError) {
            guard try write(file) else {
                underWay.end(file.sha256) {}
                return false
            }
            try keepFingerprints(of: file.table, file.sha256)
        } catch {
            underWay.end(file.sha256) { if isNew { remove(file.sha256) } }
            throw error
        }
        recent.put(file.table, file.sha256)
        return true
    }

    private func write(_ file: LoadedSerials) throws(DaemonError) -> Bool {
        // The journal says nothing of the form, so a start can tell only one.
        if let kept = form(file.sha256), kept != file.form { return try serials(file.sha256) == file.table }
        let path = "\(directory)/\(file.sha256)\(Self.ending(file.form))"
        try drafting { () throws(SystemError) in
            // Left by an import that was cut short, or imported before: the start compares it.
            if !DurableFile.exists(path) { try DurableFile.create(path, file.bytes, mode: 0o640) }
        }
        return true
    }

    /// Writes one file at a time: of two drafts of the same file each would take the other's away.
    func drafting(_ body: () throws(SystemError) -> Void) throws(DaemonError) {
        let result = drafts.withLock { Result { () throws(SystemError) in try body() } }
        do throws(SystemError) { try result.get() } catch { throw DaemonError(error) }
    }

    /// Ends an import. The file goes, unless the journal names it or another import of it is under way.
    ///
    /// - Parameter isNamed: Whether a pool was made of this file; asked once no import of it is under way.
    func settle(_ sha256: String, isNamed: () -> Bool) {
        underWay.end(sha256) {
            guard !isNamed() else { return }
            _ = recent.take(sha256)
            remove(sha256)
        }
    }

    private func remove(_ sha256: String) {
        for ending in SerialForm.allCases.map(Self.ending) + [Self.fingerprintsEnding] {
            DurableFile.remove("\(directory)/\(sha256)\(ending)")
        }
    }

    /// The serials of a file for a batch on a pool that had left memory; the second fold will want them too.
    func serialsForBatch(_ sha256: String) throws(DaemonError) -> SerialTable {
        let table = try serials(sha256)
        recent.put(table, sha256)
        return table
    }

    /// The serials of a file for a second fold: those kept last are held once in memory, not twice.
    func sharedSerials(_ sha256: String) throws(DaemonError) -> SerialTable {
        if let table = recent.take(sha256) { return table }
        return try serials(sha256)
    }

    private static func ending(_ form: SerialForm) -> String {
        switch form {
        case .text: ""
        case .commas: ".csv"
        case .semicolons: ".semicolons.csv"
        case .tabs: ".tabs.csv"
        }
    }

    /// The form in which a file is kept; `nil` where it is not.
    private func form(_ sha256: String) -> SerialForm? {
        // The plain name last: beside another it would be of an import that was cut short.
        SerialForm.allCases.reversed().first {
            DurableFile.exists("\(directory)/\(sha256)\(Self.ending($0))")
        }
    }

    /// Under which name a file is kept, or should be.
    private func name(_ sha256: String) -> String { sha256 + Self.ending(form(sha256) ?? .text) }

    /// The serials of a kept file.
    ///
    /// - Throws: `DMN-105` when it is missing or is not what was imported.
    package func serials(_ sha256: String) throws(DaemonError) -> SerialTable {
        let form = form(sha256) ?? .text
        let path = "\(directory)/\(sha256)\(Self.ending(form))"
        let loaded: LoadedSerials
        do throws(SettingsErrors) {
            loaded = try SerialFile.load(path, limits: Self.keptLimits, form: form)
        } catch {
            throw damaged(path, error.list.first?.text ?? "it cannot be read")
        }
        guard loaded.sha256 == sha256 else { throw damaged(path, "its content has changed") }
        return loaded.table
    }

    /// Proves that a kept file is what was imported, piece by piece.
    ///
    /// - Throws: `DMN-105` when it is missing or has changed.
    func check(_ sha256: String) throws(DaemonError) {
        let name = name(sha256)
        var hash = SHA256()
        do {
            let files = try FileStorage(directory, writable: false)
            let size = try files.size(name)
            var at = 0
            while at < size {
                let piece = try files.read(name, at: at, count: 1 << 20)
                guard !piece.isEmpty else { break }
                hash.update(data: piece)
                at += piece.count
            }
        } catch {
            throw damaged("\(directory)/\(name)", "\(error)")
        }
        guard Hexadecimal.text(hash.finalize()) == sha256 else {
            throw damaged("\(directory)/\(name)", "its content has changed")
        }
    }

    private func damaged(_ path: String, _ text: String) -> DaemonError {
        DaemonError(
            .importDamaged, at: path, text, "Put back this file from a backup; the journal names it.",
            exitStatus: 65)
    }
}

/// The tables of the files kept last, until the second fold has taken them too.
private final class RecentTables: Sendable {
    /// Imports that may wait; of older ones the file is read again.
    private static let maxTables = 4
    private let tables = NIOLockedValueBox<[(sha256: String, table: SerialTable)]>([])

    func put(_ table: SerialTable, _ sha256: String) {
        tables.withLockedValue { tables in
            tables.removeAll { $0.sha256 == sha256 }
            tables = tables.suffix(Self.maxTables - 1) + [(sha256, table)]
        }
    }

    func take(_ sha256: String) -> SerialTable? {
        tables.withLockedValue { tables in
            guard let index = tables.firstIndex(where: { $0.sha256 == sha256 }) else { return nil }
            return tables.remove(at: index).table
        }
    }
}

/// Imports that were kept and not decided yet, by SHA-256: their files stay.
private final class ImportsUnderWay: Sendable {
    private let counts = NIOLockedValueBox<[String: Int]>([:])

    func begin(_ sha256: String) { counts.withLockedValue { $0[sha256, default: 0] += 1 } }

    /// - Parameter body: Done after the last one of a file, before another can begin.
    func end(_ sha256: String, _ body: () -> Void) {
        counts.withLockedValue { counts in
            let left = counts[sha256, default: 1] - 1
            counts[sha256] = left > 0 ? left : nil
            if left <= 0 { body() }
        }
    }
}
