import JSONText
import JournalCore
import SystemIO

/// Why the daemon does not start or go on: code, place, facts, one remedy, and the status it exits with.
package struct DaemonError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases: manuals and support calls refer to it.
    package enum Code: String, CaseIterable, Sendable {
        /// A file or directory of the line cannot be made, read or written.
        case fileFailed = "DMN-101"
        /// A journal without its key.
        case keyMissing = "DMN-102"
        /// A key without its journal.
        case journalMissing = "DMN-103"
        /// The key file is not usable.
        case keyUnusable = "DMN-104"
        /// An imported file is missing or is not what was imported.
        case importDamaged = "DMN-105"
        /// A device that must be there at start is not.
        case deviceMissing = "DMN-106"
        /// The control socket cannot be opened.
        case socketFailed = "DMN-107"
        /// The journal belongs to a line of another name.
        case otherLine = "DMN-108"
        /// The system gives no more threads.
        case noThread = "DMN-109"
        /// The index failed; the line is not touched by it.
        case indexFailed = "DMN-110"
        /// Snapshots cannot be read or made; the line is not touched by it.
        case snapshotsFailed = "DMN-112"
        /// The folder of orders cannot be read or written; the line is not touched by it.
        case orders = "DMN-113"
        /// The file of operators is not usable.
        case operatorsUnusable = "DMN-114"
    }

    /// Which fault, or the journal's own code.
    package var code: String
    /// File, device or station.
    package var place: String
    /// Measured facts, without a full stop.
    package var text: String
    /// One step the reader can take now.
    package var remedy: String
    /// Exit status of `sysexits`.
    package var exitStatus: Int32

    /// Makes an error of the daemon's own.
    ///
    /// - Parameter text: A full stop at its end is dropped: what another error says may be a sentence.
    package init(_ code: Code, at place: String, _ text: String, _ remedy: String, exitStatus: Int32) {
        self.code = code.rawValue
        self.place = place
        self.text = text.phrase
        self.remedy = remedy
        self.exitStatus = exitStatus
    }

    /// Takes an error of the journal.
    package init(_ error: JournalError, directory: String) {
        code = error.code.rawValue
        place = error.place.map { "\(directory): \($0)" } ?? directory
        text = error.detail.phrase
        remedy = error.remedy
        exitStatus = error.exitStatus
    }

    /// Takes a failed call on a file of the line.
    init(_ error: SystemError) {
        self.init(
            .fileFailed, at: error.path, "\(error)",
            error.isFull
                ? "Free space on this disk, then try again."
                : "Check that the directory is there and belongs to the daemon.",
            exitStatus: error.isFull ? 74 : 73)
    }

    /// What is wrong and where, without the remedy: for the text of another error.
    package var fact: String { "\(code) \(place): \(text)" }

    package var description: String { "\(fact). \(remedy)" }
}
