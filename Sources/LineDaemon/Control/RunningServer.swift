import Dispatch
import Hummingbird
import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle

/// The control server while it runs, seen from ordinary threads.
final class RunningServer: Sendable {
    private let server: ControlServer
    private let state = NIOLockedValueBox<(group: ServiceGroup?, failure: String?)>((nil, nil))
    private let ready = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    static let startSeconds = 10
    static let stopSeconds = 2

    init(path: String, desk: ControlDesk, limits: RequestDeadline.Limits = .init()) {
        server = ControlServer(path: path, desk: desk, limits: limits)
    }

    /// Opens the socket and returns once it takes requests.
    ///
    /// - Throws: `DMN-107`.
    func start() throws(DaemonError) {
        var logger = Logger(label: "control")
        logger.logLevel = .error
        let application = server.application { self.ready.signal() }
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        state.withLockedValue { $0.group = group }
        Task {
            do { try await group.run() } catch { self.state.withLockedValue { $0.failure = "\(error)" } }
            self.ended.signal()
            self.ready.signal()
        }
        let isReady = ready.wait(timeout: .now() + .seconds(Self.startSeconds)) == .success
        let failure = state.withLockedValue { $0.failure }
        guard isReady, failure == nil else {
            throw DaemonError(
                .socketFailed, at: server.path, failure ?? "it does not answer",
                "Check the directory of the control socket and its owner.", exitStatus: 73)
        }
    }

    /// Lets requests end, for a short while.
    func stop() {
        guard let group = state.withLockedValue({ $0.group }) else { return }
        Task { await group.triggerGracefulShutdown() }
        _ = ended.wait(timeout: .now() + .seconds(Self.stopSeconds))
    }
}
