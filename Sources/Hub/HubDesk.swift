import HubAPI
import JournalCore
import SystemIO

/// What a hub answers.
package struct HubReply: Equatable, Sendable {
    /// HTTP status.
    package var status = 200
    /// Media type of ``body``.
    package var mediaType = "application/json"
    /// As it goes out, not packed.
    package var body: [UInt8]

    init(_ body: [UInt8]) { self.body = body }

    init(_ problem: HubProblem) {
        status = problem.status
        mediaType = HubProblem.mediaType
        body = problem.encoded
    }

    /// Lines of a journal.
    init(lines bytes: [UInt8]) {
        mediaType = "application/x-ndjson"
        body = bytes
    }
}

/// Answers requests one after the other, on the thread that owns the store.
///
/// A head is answered only for what is committed: the state a batch leads to replaces the one before when
/// the store has returned.
package final class HubDesk {
    private let store: any JournalStore
    private var journals: [String: JournalReceiver] = [:]

    /// - Parameter store: Owned by this from now on.
    package init(store: any JournalStore) { self.store = store }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - body: Unpacked.
    ///   - token: The one-time token the caller showed.
    ///   - now: Milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: The store failed: end the process.
    package func reply(
        to request: HubRequest, body: [UInt8] = [], token: String? = nil, at now: Int64
    ) throws(HubError) -> HubReply {
        switch request {
        case .head(let line): return try head(line)
        case .read(let line, let offset, let count):
            let range = try journal(line).fetchable(from: offset, count: count)
            return HubReply(lines: try store.read(line, at: range.lowerBound, count: range.count))
        case .append(let line, let offset, let previous):
            let batch = JournalBatch(offset: offset, previous: previous, bytes: body)
            return try append(batch, line, token.map(TokenHash.init), now)
        }
    }

    /// The state of a line's journal. Lines of which nothing is held are not remembered: anybody can ask.
    private func journal(_ line: String) throws(HubError) -> JournalReceiver {
        if let known = journals[line] { return known }
        guard let held = try store.journal(of: line) else { return JournalReceiver(line: line) }
        journals[line] = held
        return held
    }

    private func head(_ line: String) throws(HubError) -> HubReply {
        let head = try journal(line).head(generation: store.generation, backup: nil)
        return HubReply(head.encoded(line: line))
    }

    private func append(
        _ batch: JournalBatch, _ line: String, _ token: TokenHash?, _ now: Int64
    ) throws(HubError) -> HubReply {
        let journal = try journal(line)
        var standing = EnrolmentToken.missing
        if journal.identity == nil, let token {
            standing = try store.standing(of: token, line: line, at: now)
        }
        let reception: JournalReceiver.Reception
        do throws(JournalError) {
            reception = try journal.receive(
                batch, token: standing, stored: StoredJournal(store: store, line: line))
        } catch {
            throw HubError(
                .databaseFailed, at: line, error.fact,
                "Restore the hub's last backup; the lines send again what it lacks.")
        }
        switch reception {
        case .accepted(let addition):
            try store.append(addition, token: addition.isEnrolment ? token : nil, at: now)
            journals[line] = addition.receiver
            return try head(line)
        case .nothingNew, .gap: return try head(line)
        case .conflict(let conflict): return HubReply(HubProblem(conflict, of: line))
        case .refused(let error): return HubReply(HubProblem(error))
        }
    }
}

extension HubProblem {
    /// A batch that was not taken.
    init(_ error: JournalError) {
        self.init(Self.status(of: error.code), error.code.rawValue, error.detail, error.remedy)
        if let place = error.place { detail += " (\(place))" }
    }

    private static func status(of code: JournalError.Code) -> Int {
        switch code {
        case .batchTooLarge: 413
        case .unknownLine, .wrongToken, .usedToken: 403
        case .otherJournal: 409
        default: 422
        }
    }

    /// A fork.
    init(_ conflict: JournalReceiver.Conflict, of line: String) {
        self.init(
            409, JournalError.Code.forked.rawValue,
            "line \(conflict.line) of the journal of \(line) is held here with another content",
            "Issue no numbers on this line. Find out which of the two journals is the line's.")
        difference = Difference(bytes: conflict.bytes, line: conflict.line, isFirst: conflict.isFirst)
    }
}
