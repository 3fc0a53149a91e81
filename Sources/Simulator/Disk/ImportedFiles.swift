import JournalCore
import LineCore
import SnapshotCore

/// The imported files of one line by SHA-256, as a start and the second fold ask for them.
final class ImportedFiles {
    var tables: [String: SerialTable] = [:]

    /// Gives the serials of files, those included that come later.
    var imports: LineFold.Imports {
        { [self] (sha256) throws(RecordRefused) in
            guard let table = tables[sha256] else { throw RecordRefused("no such file") }
            return table
        }
    }
}
