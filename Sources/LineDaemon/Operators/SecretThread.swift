import ControlAPI
import Dispatch
import NIOConcurrencyHelpers
import SystemIO

/// One thread that looks at secrets, one after another: each look takes a tenth of a second of a processor,
/// which neither the line nor the tasks that answer others may wait for.
///
/// Bounded, and no account can fill it: what does not fit is refused at once with `AUTH-125`.
final class SecretThread: Sendable {
    /// Looks that may wait.
    static let maxWaiting = 16
    /// Of them, those of one account.
    static let maxWaitingOfOne = 4
    /// Pace of ``tick``.
    static let tickNanoseconds = 1_000_000_000

    private struct Job {
        let account: UInt32
        let run: @Sendable () -> Void
    }

    private struct Waiting {
        var jobs: [Job] = []
        var stops = false
    }

    private let waiting = NIOLockedValueBox(Waiting())
    private let filled = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameter tick: Called on it about once a second.
    func start(_ tick: @escaping @Sendable () -> Void) throws(DaemonError) {
        do throws(SystemError) {
            try OSThread.start("operators", isLow: true) { [self] in
                while true {
                    _ = filled.wait(timeout: .now() + .nanoseconds(Self.tickNanoseconds))
                    let next = waiting.withLockedValue { waiting -> (job: Job?, stops: Bool) in
                        let job = waiting.jobs.isEmpty ? nil : waiting.jobs.removeFirst()
                        return (job, waiting.stops)
                    }
                    next.job?.run()
                    if next.stops, next.job == nil { return }
                    tick()
                }
            }
        } catch {
            throw DaemonError(
                .noThread, at: "operators", "\(error)", "Raise the limit of tasks.", exitStatus: 71)
        }
    }

    /// Looks that wait now.
    var waitingCount: Int { waiting.withLockedValue { $0.jobs.count } }

    /// What waits is still answered.
    func stop() {
        waiting.withLockedValue { $0.stops = true }
        filled.signal()
    }

    /// Runs `body` on the thread.
    ///
    /// - Throws: `AUTH-125` when too much waits, `CTL-107` after ``stop()``, or what `body` throws.
    func run<Value: Sendable>(
        for account: UInt32, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let refusal = waiting.withLockedValue { waiting -> ControlFault? in
                guard !waiting.stops else { return .stopping }
                let ofOne = waiting.jobs.filter { $0.account == account }.count
                guard waiting.jobs.count < Self.maxWaiting, ofOne < Self.maxWaitingOfOne else {
                    return ControlFault(
                        "AUTH-125", "too many people prove themselves at once", "Try again in a second.",
                        status: 503)
                }
                waiting.jobs.append(
                    Job(account: account) { continuation.resume(with: Result { try body() }) })
                return nil
            }
            if let refusal { return continuation.resume(throwing: refusal) }
            filled.signal()
        }
    }
}
