import CLinux
import Glibc

/// A thread of the operating system, apart from Swift's cooperative pool: it may wait for the disk.
package enum OSThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts `body` on a new, detached thread.
    ///
    /// - Parameters:
    ///   - name: Shown by `top -H`; the first 15 bytes count.
    ///   - isLow: The line and its disk go first.
    /// - Throws: The failed call, when the process may have no more threads.
    package static func start(
        _ name: String, isLow: Bool = false, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let boxed = Unmanaged.passRetained(
            Body {
                clinux_name_thread(String(name.prefix(15)))
                if isLow { clinux_lower_thread() }
                body()
            })
        var thread = pthread_t()
        let failed = pthread_create(&thread, nil, entry, boxed.toOpaque())
        guard failed == 0 else {
            boxed.release()
            throw SystemError("pthread_create", name, number: failed)
        }
        pthread_detach(thread)
    }

    /// Outside any closure of an isolated place: a closure handed to C would inherit that isolation.
    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        guard let argument = $0 else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }
}
