import Dispatch
import NIOConcurrencyHelpers
import SystemIO

/// The one thread that owns the store: requests wait in a queue and are answered in order.
final class HubThread: Sendable {
    typealias Job = @Sendable (HubDesk) throws(HubError) -> Void

    /// Requests that wait at most; more are answered with `HUB-207`.
    static let maxWaiting = 256

    private let jobs = NIOLockedValueBox<(waiting: [Job], isClosed: Bool)>(([], false))
    private let arrived = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - open: Makes the desk, on the thread.
    ///   - fail: Told when the store failed. It ends the process and does not return.
    init(
        open: @escaping @Sendable () throws(HubError) -> HubDesk,
        fail: @escaping @Sendable (HubError) -> Never
    ) throws(SystemError) {
        try OSThread.start("hub") {
            do throws(HubError) {
                let desk = try open()
                while let next = self.next() {
                    for job in next { try job(desk) }
                }
            } catch {
                fail(error)
            }
            self.ended.signal()
        }
    }

    /// Everything that waits; `nil` at the end.
    private func next() -> [Job]? {
        while true {
            let (taken, isClosed) = jobs.withLockedValue { jobs in
                let taken = jobs.waiting
                jobs.waiting.removeAll(keepingCapacity: true)
                return (taken, jobs.isClosed)
            }
            if !taken.isEmpty { return taken }
            if isClosed { return nil }
            arrived.wait()
        }
    }

    /// Adds a request; `false` when too many wait.
    func add(_ job: @escaping Job) -> Bool {
        let isTaken = jobs.withLockedValue { jobs in
            guard jobs.waiting.count < Self.maxWaiting, !jobs.isClosed else { return false }
            jobs.waiting.append(job)
            return true
        }
        if isTaken { arrived.signal() }
        return isTaken
    }

    /// Answers what waits and ends the thread.
    func close() {
        jobs.withLockedValue { $0.isClosed = true }
        arrived.signal()
        ended.wait()
    }
}
