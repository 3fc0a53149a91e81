@preconcurrency import Dispatch
import Glibc

/// The signals that ask a daemon to end in order.
package final class Termination: Sendable {
    private let sources: [any DispatchSourceSignal]

    /// Takes over `SIGTERM` and `SIGINT`, and ignores `SIGPIPE`: a peer that hangs up is an error, not an
    /// end.
    ///
    /// - Parameter asked: Called on a queue of its own, once for each signal.
    package init(_ asked: @escaping @Sendable () -> Void) {
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "termination")
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: asked)
            source.activate()
            return source
        }
    }
}
