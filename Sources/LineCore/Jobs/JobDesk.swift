/// What each device of the batch on the line has said of its job. Transient: a device that was away, and
/// every device after a start, has said nothing.
struct JobDesk: Sendable {
    /// Where the proof of one job stands.
    enum Proof: Equatable, Sendable {
        /// It was asked, and answers by then.
        case asked(due: UInt64)
        /// The name read back is the order's.
        case loaded
        /// It has another one, or gave no name; the text says which.
        case refused(String)
    }

    /// A session answers earlier, whatever its profile says; this is for a device nobody speaks for.
    static let answerNanoseconds = 60 * Nanoseconds.second

    private var proofs: [String: Proof] = [:]

    /// The proof of a device's job; `nil` while it was not asked since it was last away.
    subscript(device: String) -> Proof? {
        get { proofs[device] }
        set { proofs[device] = newValue }
    }

    /// Some device has not answered yet.
    var isAsking: Bool { nextDeadline != nil }

    /// The devices that have not answered yet, in words.
    var asked: String {
        proofs.filter { $0.value.due != nil }.map(\.key).sorted().joined(separator: ", ")
    }

    var nextDeadline: UInt64? { proofs.values.compactMap(\.due).min() }

    /// Devices whose answer did not come, in the order of their names.
    func late(at now: UInt64) -> [String] {
        proofs.filter { $0.value.due.map { $0 <= now } ?? false }.map(\.key).sorted()
    }
}

extension JobDesk.Proof {
    fileprivate var due: UInt64? { if case .asked(let due) = self { due } else { nil } }
}

/// How the job of one device stands, for people.
package struct JobStatus: Equatable, Sendable {
    /// Where it stands.
    package enum State: String, Equatable, Sendable {
        /// The device is away, or nobody asked it yet.
        case unknown
        /// It was asked.
        case asked
        /// Its name was read back and is the order's.
        case loaded
        /// The device has another job, or did not name it.
        case refused
    }

    /// As named in the configuration.
    package var device: String
    /// The job wanted.
    package var job: String
    /// Where it stands.
    package var state: State
    /// Why it was refused, or empty.
    package var detail: String
}
