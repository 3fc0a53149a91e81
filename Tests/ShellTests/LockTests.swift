import Dispatch
import Glibc
import NIOConcurrencyHelpers
import Testing

/// Goal: the thread sanitizer finds what happens beside a lock, and nothing where the lock is held; else its
/// silence over all other tests would mean nothing. Method: four threads on one number, in a process of their
/// own that ends with the sanitizer's status 66 if it found something.
@Suite struct LockTests {
    static let isSanitized = dlsym(nil, "__tsan_init") != nil
    /// How much more memory and time everything takes under a sanitizer, which keeps a shadow of all memory
    /// and, for a while, what was freed.
    static let sanitizerFactor = isSanitized || dlsym(nil, "__asan_init") != nil ? 4 : 1

    @Test func valuesBehindTheirLockAreNoRace() async {
        await #expect(processExitsWith: .success) { Threads.count(besideTheLock: false) }
    }

    @Test(.enabled(if: isSanitized, "only under `make thread-sanitizer`"))
    func accessBesideTheLockIsFound() async {
        await #expect(processExitsWith: .exitCode(66)) { Threads.count(besideTheLock: true) }
    }
}

private enum Threads {
    /// - Parameter besideTheLock: One of the threads goes to the value without the lock.
    static func count(besideTheLock: Bool) {
        // The report is what is wanted: it is not for whoever reads the tests' output.
        if besideTheLock { close(2) }
        let value = NIOLockedValueBox(0)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for _ in 0..<20_000 {
                if besideTheLock, thread == 0 {
                    value.unsafe.withValueAssumingLockIsAcquired { $0 += 1 }
                } else {
                    value.withLockedValue { $0 += 1 }
                }
            }
        }
        let sum = value.withLockedValue { $0 }
        precondition(besideTheLock || sum == 80_000)
    }
}
