import Glibc

/// A thread of the simulated devices, which answer at once whatever else this process does.
enum DemoThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts `body` on a new, detached thread.
    ///
    /// - Returns: False when the process may have no more threads.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let boxed = Unmanaged.passRetained(Body(body))
        let failed = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, boxed.toOpaque())
        guard failed == 0 else {
            boxed.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
