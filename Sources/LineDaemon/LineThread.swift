import Dispatch
import JournalCore
import LineCore
import SystemIO

/// The one thread that owns the line and its journal.
///
/// ```
/// devices, commands ─▶ InputQueue ─▶ decide ─▶ journal: write, fdatasync ─▶ act ─▶ again
/// ```
/// A failed write or sync ends the process at once and is never tried again: nothing is sent any more, the
/// I/O's watchdog drops run-enable, and the next start recovers what was durable.
package final class LineThread: Sendable {
    private let queue: InputQueue
    private let ended = DispatchSemaphore(value: 0)
    private let notifier: ServiceNotifier
    private let directory: String

    /// Makes a thread that has not started.
    ///
    /// - Parameters:
    ///   - queue: What it works off.
    ///   - directory: The journal's directory, for messages.
    package init(queue: InputQueue, directory: String, notifier: ServiceNotifier = ServiceNotifier()) {
        self.queue = queue
        self.directory = directory
        self.notifier = notifier
    }

    /// Starts the thread; from here on it alone touches the line.
    ///
    /// - Parameter loop: The line after the turn that recorded its start.
    /// - Parameter fail: Called on the thread with the error that ended it; does not return in the daemon.
    /// - Throws: The system gives no more threads.
    package func start(
        _ loop: sending LineLoop, outlet: any LineOutlet,
        fail: @escaping @Sendable (DaemonError) -> Void
    ) throws(DaemonError) {
        let box = LoopBox(loop)
        do throws(SystemError) {
            try OSThread.start("line") { [self] in
                do throws(JournalError) {
                    try run(&box.loop, outlet)
                } catch {
                    fail(DaemonError(error, directory: directory))
                }
                ended.signal()
            }
        } catch {
            throw DaemonError(.noThread, at: "line", "\(error)", "Raise the limit of tasks.", exitStatus: 71)
        }
    }

    /// Asks for an orderly stop and waits until everything is on the disk.
    ///
    /// - Returns: `false` if the thread did not end within `seconds`.
    @discardableResult
    package func stop(waitingSeconds seconds: Int = 10) -> Bool {
        queue.stop()
        return ended.wait(timeout: .now() + .seconds(seconds)) == .success
    }

    private func run(_ loop: inout LineLoop, _ outlet: any LineOutlet) throws(JournalError) {
        let alive = min(notifier.watchdogNanoseconds.map { $0 / 4 } ?? .max, UInt64(Int.max))
        var aliveAt: UInt64 = 0
        var measuredAt: UInt64 = 0
        var measured: String?
        // Not told yet: an alarm from before the start may be over.
        var hasRoom: Bool?
        while true {
            let taken = queue.take(waitingNanoseconds: loop.mayWaitNanoseconds)
            let now = MonotonicClock.now()
            if notifier.watchdogNanoseconds != nil, now >= aliveAt {
                aliveAt = now &+ alive
                notifier.send("WATCHDOG=1")
            }
            var inputs = overflow(taken.dropped, loop.line) + taken.inputs + outlet.inputsDue(at: now)
            if now >= measuredAt {
                measuredAt = now &+ Self.measureNanoseconds
                let disk = loop.disk
                measured = disk?.shortage
                inputs += [disk?.room].compactMap(\.self)
            }
            if inputs.isEmpty { inputs = [.tick] }
            try loop.turn(inputs)
            if taken.stops { return try loop.stop() }
            guard taken.inputs.isEmpty, loop.isRested else { continue }
            let shortage = try loop.prepareAhead() ?? measured
            guard hasRoom != (shortage == nil) else { continue }
            hasRoom = shortage == nil
            try loop.turn([.disk(shortage: shortage)])
        }
    }

    /// The disk is asked so often how much room it has.
    private static let measureNanoseconds: UInt64 = 5_000_000_000

    /// The queue was full: what was dropped may have been a unit, so the belt stops until a person resumes.
    private func overflow(_ dropped: Int, _ line: Line) -> [LineInput] {
        guard dropped > 0 else { return [] }
        let devices = line.status.devices
        let text = "\(dropped) inputs were lost: the queue of \(InputQueue.maxDeviceInputs) was full"
        return line.configuration.lanes.flatMap { lane -> [LineInput] in
            let before = devices.first { $0.name == lane.io }?.condition ?? .stale
            return [.device(lane.io, .faulty(text)), .device(lane.io, before)]
        }
    }

    /// Carries the loop into the thread that owns it.
    private final class LoopBox: @unchecked Sendable {
        // Touched by the line's thread alone after `start`.
        var loop: LineLoop
        init(_ loop: sending LineLoop) { self.loop = loop }
    }
}
