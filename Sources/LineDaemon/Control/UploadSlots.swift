import Synchronization

/// How many large bodies may be in memory at once.
final class UploadSlots: Sendable {
    /// Most of them: a serial file at a time, and one behind it.
    static let max = 2

    private let taken = Mutex(0)

    /// - Returns: `false` if all are taken.
    func take() -> Bool {
        taken.withLock { taken in
            guard taken < Self.max else { return false }
            taken += 1
            return true
        }
    }

    func giveBack() { taken.withLock { $0 -= 1 } }
}
