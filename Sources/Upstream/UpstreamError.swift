import HubAPI
import JournalCore

/// Why a line's journal did not reach its hub: a stable code, the place and one remedy.
package struct UpstreamError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases; what the hub or the journal refuses keeps its own code.
    package enum Kind: Equatable, Sendable {
        /// No answer, or none yet: try again.
        case unreachable
        /// The hub's address is none.
        case badAddress
        /// What answers is no hub.
        case notAHub
        /// The hub refused.
        case refused(HubProblem)
        /// The journal here cannot be read, or is another than the hub's.
        case journal(JournalError)
    }

    /// What kind of failure.
    package let kind: Kind
    /// The hub's address.
    package let place: String
    private let text: String
    private let remedy: String

    init(_ kind: Kind, at place: String, _ text: String, _ remedy: String) {
        self.kind = kind
        self.place = place
        self.text = text
        self.remedy = remedy
    }

    init(_ problem: HubProblem, at place: String) {
        self.init(.refused(problem), at: place, problem.detail, problem.remedy)
    }

    init(_ error: JournalError, at place: String) {
        self.init(.journal(error), at: place, error.detail, error.remedy)
    }

    /// Code of the failure.
    package var code: String {
        switch kind {
        case .unreachable: "UPS-101"
        case .badAddress: "UPS-102"
        case .notAHub: "UPS-103"
        case .refused(let problem): problem.code
        case .journal(let error): error.code.rawValue
        }
    }

    /// Whether the same may go well later.
    package var isPassing: Bool {
        switch kind {
        case .unreachable: true
        case .refused(let problem): problem.status >= 500 || problem.status == 429
        case .badAddress, .notAHub, .journal: false
        }
    }

    /// Exit status of a command that ends on this error (`sysexits`).
    package var exitStatus: Int32 {
        switch kind {
        case .unreachable: 75  // EX_TEMPFAIL
        case .badAddress: 64  // EX_USAGE
        case .notAHub: 76  // EX_PROTOCOL
        case .journal(let error): error.exitStatus
        case .refused(let problem):
            switch problem.status {
            case 401, 403: 77  // EX_NOPERM
            case 500...: 75
            default: 65  // EX_DATAERR
            }
        }
    }

    package var description: String { "\(code) \(place): \(text). \(remedy)" }
}
