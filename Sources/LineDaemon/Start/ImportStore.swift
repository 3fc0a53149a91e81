import LineCore
import Settings
import SystemIO

/// The serial files that were imported, kept under their SHA-256 for as long as the journal names them.
///
/// A file is synced, with its name, before the record that names it: the start reads it again and compares.
/// A CSV file keeps `.csv` behind its SHA-256, because the same bytes mean other serials in a text file.
package struct ImportStore: Sendable {
    /// What one file may hold.
    package static let limits = SerialLimits()

    private let directory: String

    /// Keeps files in `directory`, which exists.
    package init(directory: String) { self.directory = directory }

    /// Keeps a file, unless it is kept already.
    ///
    /// - Parameter name: As the caller named it; `.csv` at its end makes it CSV.
    package func keep(_ file: LoadedSerials, name: String) throws(DaemonError) {
        let path = "\(directory)/\(file.sha256)\(name.hasSuffix(Self.csv) ? Self.csv : "")"
        do throws(SystemError) {
            // Left by an import that was refused or cut short, or imported before: the start compares it.
            if !DurableFile.exists(path) { try DurableFile.create(path, file.bytes, mode: 0o640) }
        } catch {
            throw DaemonError(error)
        }
    }

    private static let csv = ".csv"

    /// The serials of a kept file.
    ///
    /// - Throws: `DMN-105` when it is missing or is not what was imported.
    package func serials(_ sha256: String) throws(DaemonError) -> SerialTable {
        let text = "\(directory)/\(sha256)"
        let path = DurableFile.exists(text) ? text : text + Self.csv
        let loaded: LoadedSerials
        do throws(SettingsErrors) {
            loaded = try SerialFile.load(path, limits: Self.limits)
        } catch {
            throw damaged(path, error.list.first?.text ?? "it cannot be read")
        }
        guard loaded.sha256 == sha256 else { throw damaged(path, "its content has changed") }
        return loaded.table
    }

    private func damaged(_ path: String, _ text: String) -> DaemonError {
        DaemonError(
            .importDamaged, at: path, text, "Put back this file from a backup; the journal names it.",
            exitStatus: 65)
    }
}
