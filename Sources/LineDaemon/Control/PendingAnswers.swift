import ControlAPI
import LineCore
import NIOConcurrencyHelpers

/// Callers that wait for the line to answer their command.
package final class PendingAnswers: Sendable {
    private struct Waiting {
        var next: UInt64 = 1
        var callers: [UInt64: CheckedContinuation<CommandAnswer, any Error>] = [:]
        var isClosed = false
    }

    private let waiting = NIOLockedValueBox(Waiting())

    /// Makes a list without callers.
    package init() {}

    /// Sends a command and waits for its answer, which comes once its records are durable.
    ///
    /// - Throws: `CTL-106` when the queue is full, `CTL-107` when the line stops first.
    func ask(
        _ verb: LineCommand.Verb, by authority: Authority, queue: InputQueue
    ) async throws -> CommandAnswer {
        try await withCheckedThrowingContinuation { continuation in
            let request: UInt64? = waiting.withLockedValue { waiting in
                guard !waiting.isClosed else { return nil }
                let request = waiting.next
                waiting.next += 1
                waiting.callers[request] = continuation
                return request
            }
            guard let request else { return continuation.resume(throwing: ControlFault.stopping) }
            if !queue.offer(LineCommand(request: request, by: authority, verb: verb)) {
                take(request)?.resume(throwing: ControlFault.busy)
            }
        }
    }

    func answer(_ request: UInt64, _ answer: CommandAnswer) { take(request)?.resume(returning: answer) }

    private func take(_ request: UInt64) -> CheckedContinuation<CommandAnswer, any Error>? {
        waiting.withLockedValue { $0.callers.removeValue(forKey: request) }
    }

    /// The line has stopped: whoever still waits is told so.
    package func close() {
        let left = waiting.withLockedValue { waiting in
            waiting.isClosed = true
            defer { waiting.callers = [:] }
            return Array(waiting.callers.values)
        }
        for caller in left { caller.resume(throwing: ControlFault.stopping) }
    }
}
