import Dispatch
import Hummingbird
import JournalCore
import Logging
import NIOConcurrencyHelpers
import NIOCore
import ServiceLifecycle
import SystemIO

/// The hub of one data directory: store, thread and HTTP server, seen from an ordinary thread.
package final class HubService: Sendable {
    /// Name of the database in the data directory.
    package static let databaseName = "hub.sqlite"
    /// Held while a hub serves the directory.
    static let lockName = "lock"
    private static let startSeconds = 10
    private static let stopSeconds = 10

    private struct State {
        var group: ServiceGroup?
        var failure: String?
        var port: Int?
    }

    private let lock: FolderLock
    private let thread: HubThread
    private let state = NIOLockedValueBox(State())
    private let ready = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let address: ListenAddress

    /// Opens the store and listens; returns once requests are taken.
    ///
    /// - Parameters:
    ///   - directory: Made if its parent is there; nobody else may read it.
    ///   - address: Loopback alone, as long as nobody is asked who they are.
    ///   - fail: Told when the store failed later. It ends the process.
    /// - Throws: `HUB-301` to `HUB-306`.
    package init(
        directory: String, address: ListenAddress, fail: @escaping @Sendable (HubError) -> Never
    ) throws(HubError) {
        guard address.isLoopback else {
            throw HubError(
                .openAddress, at: "\(address)",
                "others could reach this address, and nobody is asked who they are",
                "Listen on 127.0.0.1 and put a proxy that asks in front.")
        }
        self.address = address
        lock = try Self.lock(directory)
        let database = "\(directory)/\(Self.databaseName)"
        // What is wrong with it is said here, where somebody can be told; the thread opens it anew.
        try SQLiteStore(path: database).close()
        do throws(SystemError) {
            thread = try HubThread(
                open: { () throws(HubError) in HubDesk(store: try SQLiteStore(path: database)) }, fail: fail)
        } catch {
            throw HubError(.badDirectory, at: directory, "\(error)", "Allow the process more threads.")
        }
        try serve()
    }

    /// The port listened on.
    package var port: Int { state.withLockedValue { $0.port } ?? address.port }

    /// Lets requests end, closes the store.
    package func stop() {
        if let group = state.withLockedValue({ $0.group }) {
            Task { await group.triggerGracefulShutdown() }
            _ = ended.wait(timeout: .now() + .seconds(Self.stopSeconds))
        }
        thread.close()
    }

    private static func lock(_ directory: String) throws(HubError) -> FolderLock {
        do {
            try DurableFile.createDirectory(directory, mode: 0o700)
            return try FolderLock(lockName, at: directory)
        } catch let error as StorageError where error.reason == .locked {
            throw HubError(
                .locked, at: directory, "another hub serves this directory",
                "Stop it, or name another directory.")
        } catch {
            throw HubError(
                .badDirectory, at: directory, "\(error)", "Check the path and who may write there.")
        }
    }

    private func serve() throws(HubError) {
        var logger = Logger(label: "hub")
        logger.logLevel = .error
        let application = Application(
            responder: HubResponder(thread: thread),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { channel in
                self.state.withLockedValue { $0.port = channel.localAddress?.port }
                self.ready.signal()
            },
            logger: logger)
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        state.withLockedValue { $0.group = group }
        Task {
            do { try await group.run() } catch { self.state.withLockedValue { $0.failure = "\(error)" } }
            self.ended.signal()
            self.ready.signal()
        }
        let isReady = ready.wait(timeout: .now() + .seconds(Self.startSeconds)) == .success
        guard isReady, state.withLockedValue({ $0.failure == nil }) else {
            throw HubError(
                .listenFailed, at: "\(address)",
                state.withLockedValue { $0.failure } ?? "it does not answer",
                "See what else listens there, or name another address.")
        }
    }
}
