import HubAPI
import JournalCore
import SystemIO

/// Sends a journal to a hub until the hub holds all of it that may be sent.
///
/// What was sent, lost, doubled or answered before does not matter: each try asks the hub where it stands.
package struct JournalUpload {
    /// How often the same place may fail one after the other before it gives up, and how long it waits.
    package struct Patience: Sendable {
        /// Failures without any progress between them.
        package var failures: Int
        /// Milliseconds before the second try; doubled each time, up to ``longestMilliseconds``.
        package var firstMilliseconds: UInt64 = 250
        /// Longest wait.
        package var longestMilliseconds: UInt64 = 10_000

        /// - Parameter failures: At least 1.
        package init(failures: Int) { self.failures = max(1, failures) }
    }

    /// What came of it.
    package struct Summary: Equatable, Sendable {
        /// What the hub held at first; `nil` for nothing.
        package var first: JournalMark?
        /// What it holds now; `nil` for nothing.
        package var last: JournalMark?
        /// Batches sent, the lost ones and the repeated ones too.
        package var batches = 0
        /// Tries that failed.
        package var failures = 0
        /// The hub holds this journal and more.
        package var isBehind = false

        /// Lines the hub has got.
        package var newLines: UInt64 { (last?.line ?? 0) - min(first?.line ?? 0, last?.line ?? 0) }
        /// Bytes the hub has got.
        package var newBytes: UInt64 { (last?.bytes ?? 0) - min(first?.bytes ?? 0, last?.bytes ?? 0) }
    }

    private let hub: HubConnection
    private let journal: OwnJournal
    private let sendable: JournalPosition
    private let token: String?
    private let patience: Patience
    private let sender: JournalSender
    private var summary = Summary()

    /// - Parameters:
    ///   - sendable: Behind a checkpoint that has been durable for a second; nothing behind it is sent.
    ///   - token: Shown where the hub holds no journal of the line.
    ///   - batchBytes: Most bytes of a batch.
    package init(
        _ journal: OwnJournal, sendable: JournalPosition, to hub: HubConnection, token: String?,
        patience: Patience, batchBytes: Int = JournalBatch.maxBytes
    ) {
        self.hub = hub
        self.journal = journal
        self.sendable = sendable
        self.token = token
        self.patience = patience
        sender = JournalSender(identity: journal.identity, batchBytes: batchBytes)
    }

    /// Sends until nothing is left.
    ///
    /// - Parameter progress: Told what the hub holds, after each answer.
    /// - Throws: What does not pass, or did not in all the tries.
    package mutating func run(progress: (JournalMark?) -> Void) throws(UpstreamError) -> Summary {
        var failures = 0
        var head: HubHead?
        var isFirst = true
        while true {
            do throws(UpstreamError) {
                let now: HubHead = if let head { head } else { try hub.head(journal.identity.line) }
                if isFirst { summary.first = now.held }
                isFirst = false
                if now.held != summary.last { failures = 0 }
                summary.last = now.held
                progress(now.held)
                head = try step(now)
                if head == nil { return summary }
            } catch {
                head = nil
                failures += 1
                summary.failures += 1
                guard error.isPassing, failures < patience.failures else { throw error }
                let factor = UInt64(1) << UInt64(min(failures - 1, 20))
                Pause.milliseconds(min(patience.firstMilliseconds * factor, patience.longestMilliseconds))
            }
        }
    }

    /// Does what the hub's head asks for.
    ///
    /// - Returns: Its next head; `nil` when there is nothing left to do.
    private mutating func step(_ head: HubHead) throws(UpstreamError) -> HubHead? {
        do {
            switch try sender.step(hub: head, journal: journal, sendable: sendable, hasAppended: false) {
            case .nothing: return nil
            case .send(let batch): return try send(batch, token: nil, from: head)
            case .enrol(let batch): return try send(batch, token: token, from: head)
            case .fetch:
                guard let held = head.held else { return nil }
                return try compare(sender.search(held, journal, hasAppended: false))
            case .compare(let search): return try compare(search)
            case .fork(let error): throw error
            }
        } catch let error as JournalError {
            throw UpstreamError(error, at: hub.address)
        } catch let error as UpstreamError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown: \(error)")
        }
    }

    private mutating func send(
        _ batch: JournalBatch, token: String?, from head: HubHead
    ) throws(UpstreamError) -> HubHead {
        summary.batches += 1
        let next = try hub.append(batch, line: journal.identity.line, token: token)
        // A hub that takes a batch and stays where it was would be sent the same for ever.
        guard next.held != head.held || next.identity != head.identity else {
            throw UpstreamError(
                .unreachable, at: hub.address, "it took lines and does not hold them",
                "Look at the hub's log.")
        }
        return next
    }

    /// Finds out how the two journals differ.
    private mutating func compare(_ search: ForkSearch) throws -> HubHead? {
        var search = search
        while true {
            switch try search.next() {
            case .read(let offset, let count):
                try search.take(try hub.read(journal.identity.line, at: offset, count: count))
            case .done(.behind):
                summary.isBehind = true
                return nil
            case .done(.outdated): return try hub.head(journal.identity.line)
            case .done(.forked(let fork)): throw fork.error
            case .done(.unproven(let error)): throw error
            }
        }
    }
}
