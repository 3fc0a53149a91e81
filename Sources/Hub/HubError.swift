import JournalCore
import SystemIO

/// Why a hub cannot start or go on: a stable code, the place and one remedy.
package struct HubError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases.
    package enum Code: String, CaseIterable, Sendable {
        /// Another process serves this directory.
        case locked = "HUB-301"
        /// The data directory cannot be used.
        case badDirectory = "HUB-302"
        /// The database failed: the process ends, and what was acknowledged is there at the next start.
        case databaseFailed = "HUB-303"
        /// The database is of another program or a newer version.
        case foreignDatabase = "HUB-304"
        /// The address cannot be listened on.
        case listenFailed = "HUB-305"
        /// The address could be reached by others, and nobody would be asked who they are.
        case openAddress = "HUB-306"
        /// A text that names no line.
        case badLine = "HUB-307"
    }

    /// What kind of failure.
    package let code: Code
    /// What it is about: a path, an address.
    package let place: String
    /// Measured facts.
    package let text: String
    /// One step the reader can take now.
    package let remedy: String

    /// Makes an error from its parts.
    package init(_ code: Code, at place: String, _ text: String, _ remedy: String) {
        self.code = code
        self.place = place
        self.text = text
        self.remedy = remedy
    }

    package var description: String { "\(code.rawValue) \(place): \(text). \(remedy)" }

    /// Exit status of a process that ends on this error (`sysexits`).
    package var exitStatus: Int32 {
        switch code {
        case .locked: 75  // EX_TEMPFAIL
        case .badDirectory, .listenFailed: 73  // EX_CANTCREAT
        case .databaseFailed: 74  // EX_IOERR
        case .foreignDatabase: 65  // EX_DATAERR
        case .openAddress: 78  // EX_CONFIG
        case .badLine: 64  // EX_USAGE
        }
    }
}
