import NIOConcurrencyHelpers

/// How many large bodies may be in memory at once.
final class UploadSlots: Sendable {
    /// Most of them: a serial file at a time, and one behind it.
    static let max = 2

    private let taken = NIOLockedValueBox(0)

    /// - Returns: `false` if all are taken.
    func take() -> Bool {
        taken.withLockedValue { taken in
            guard taken < Self.max else { return false }
            taken += 1
            return true
        }
    }

    func giveBack() { taken.withLockedValue { $0 -= 1 } }
}
