import Dispatch
import LineCore
import NIOConcurrencyHelpers

/// What waits for the line's thread: filled from any thread without blocking, emptied by one.
///
/// Bounded. A device input that does not fit is dropped and counted; the line's thread then stops the belt,
/// because what was dropped may have been a unit. A command that does not fit is refused to its caller.
package final class InputQueue: Sendable {
    /// Device inputs that may wait: at 50 scans and 40 reads a second, most of a minute.
    package static let maxDeviceInputs = 4_096
    /// Commands that may wait.
    package static let maxCommands = 64
    /// Inputs handed out in one turn: what one sync may cover.
    package static let maxTurn = 256

    /// What one turn works on.
    package struct Taken: Sendable {
        /// In the order they came.
        package var inputs: [LineInput] = []
        /// Device inputs dropped since the last turn.
        package var dropped = 0
        /// The line is to stop once `inputs` are handled.
        package var stops = false
    }

    private struct Waiting {
        var inputs: [LineInput] = []
        var commands = 0
        var dropped = 0
        var stops = false
    }

    private let waiting = NIOLockedValueBox(Waiting())
    private let filled = DispatchSemaphore(value: 0)

    /// Makes an empty queue.
    package init() {}

    /// Adds an input of a device.
    ///
    /// - Returns: `false` if it was dropped.
    @discardableResult
    package func offer(_ input: LineInput) -> Bool {
        change { waiting in
            guard waiting.inputs.count - waiting.commands < Self.maxDeviceInputs, !waiting.stops else {
                waiting.dropped += 1
                return false
            }
            waiting.inputs.append(input)
            return true
        }
    }

    /// Adds what no device said and what can be offered again.
    ///
    /// - Returns: `false` if it does not fit now or the line is stopping; nothing is counted as lost.
    @discardableResult
    package func offer(notice input: LineInput) -> Bool {
        change { waiting in
            guard waiting.inputs.count - waiting.commands < Self.maxDeviceInputs, !waiting.stops else {
                return false
            }
            waiting.inputs.append(input)
            return true
        }
    }

    /// Adds a command.
    ///
    /// - Returns: `false` if too many wait or the line is stopping; its caller must be told.
    @discardableResult
    package func offer(_ command: LineCommand) -> Bool {
        change { waiting in
            guard waiting.commands < Self.maxCommands, !waiting.stops else { return false }
            waiting.inputs.append(.command(command))
            waiting.commands += 1
            return true
        }
    }

    /// Asks for an orderly stop behind everything that waits; nothing is taken after it.
    package func stop() { change { $0.stops = true } }

    private func change<Result>(_ body: (inout Waiting) -> Result) -> Result {
        let result = waiting.withLockedValue { body(&$0) }
        filled.signal()
        return result
    }

    /// Takes what waits, or waits for something.
    ///
    /// - Parameter nanoseconds: Longest wait; 0 only looks.
    /// - Returns: At most ``maxTurn`` inputs, in order; empty after the wait.
    package func take(waitingNanoseconds nanoseconds: UInt64) -> Taken {
        let deadline = DispatchTime.now() + .nanoseconds(Int(clamping: nanoseconds))
        while true {
            let taken = waiting.withLockedValue { Self.take(from: &$0) }
            if !taken.inputs.isEmpty || taken.dropped > 0 || taken.stops { return taken }
            // A signal for what an earlier turn took already only makes this look again.
            if filled.wait(timeout: deadline) == .timedOut { return taken }
        }
    }

    private static func take(from waiting: inout Waiting) -> Taken {
        var taken = Taken(dropped: waiting.dropped)
        waiting.dropped = 0
        taken.inputs = Array(waiting.inputs.prefix(maxTurn))
        waiting.inputs.removeFirst(taken.inputs.count)
        for input in taken.inputs {
            if case .command = input { waiting.commands -= 1 }
        }
        taken.stops = waiting.stops && waiting.inputs.isEmpty
        return taken
    }
}
