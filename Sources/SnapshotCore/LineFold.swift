import JournalCore
import LineCore

/// Folds the lines of a journal into the state of a line.
///
/// Start and snapshots share it, so both take a journal in the same way.
package struct LineFold {
    /// Gives the serials of an imported file by its SHA-256.
    ///
    /// - Throws: ``RecordRefused`` when it is missing or is not what was imported.
    package typealias Imports = (_ sha256: String) throws(RecordRefused) -> SerialTable

    /// What the lines taken so far come to.
    package private(set) var state: LineState
    private let imports: Imports

    /// Goes on from `state`.
    package init(_ state: LineState = LineState(), imports: @escaping Imports) {
        self.state = state
        self.imports = imports
    }

    /// Takes the next line.
    ///
    /// - Returns: The record; `nil` for a line that is none.
    /// - Throws: This version does not understand it, or it contradicts those before it.
    @discardableResult
    package mutating func take(_ record: JournalRecord) throws(RecordRefused) -> LineRecord? {
        let fact: LineRecord
        do throws(RecordFault) {
            guard let decoded = try LineRecord.decode(record.body) else { return nil }
            fact = decoded.record
        } catch {
            throw RecordRefused("a record this version does not understand: \(error)")
        }
        if let file = state.file(neededBy: fact) { state.supply(try imports(file), sha256: file) }
        do throws(StateFault) { try state.apply(fact) } catch { throw RecordRefused(error.text) }
        return fact
    }
}
