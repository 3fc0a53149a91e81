import Glibc
import SystemIO

/// A thread for what computes or waits for the disk: the cooperative pool has other work.
enum BenchThread {
    fileprivate static let name = "bench"

    /// Runs `body` on a thread of its own and gives what it gives.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try OSThread.start(name) { continuation.resume(with: Result { try body() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

extension BenchThread {
    /// Time that threads of ``run(_:)`` have had on a processor so far.
    static var cpuNanoseconds: UInt64 {
        ProcessUsage(of: ProcessUsage.own, threads: name)?.cpuNanoseconds ?? 0
    }

    /// Waits on a thread that may wait.
    static func sleep(nanoseconds: UInt64) { usleep(UInt32(clamping: nanoseconds / 1_000)) }
}
