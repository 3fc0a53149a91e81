import Dispatch
import JournalCore
import NIOConcurrencyHelpers
import SystemIO

/// The thread that keeps the index behind the journal, never before what is durable.
package final class IndexFollower: Sendable {
    /// Pause between two steps once the index has caught up.
    static let pauseMilliseconds = 100
    /// Pauses until a failed step is tried again.
    static let retryPauses = 30

    private let index: LineIndex
    private let board: SnapshotBoard
    private let directory: String
    private let stopping = NIOLockedValueBox(false)
    private let ended = DispatchSemaphore(value: 0)
    private let report: @Sendable (String) -> Void

    /// Makes a follower that has not started.
    ///
    /// - Parameters:
    ///   - directory: The journal's directory.
    ///   - report: Takes messages for the log.
    package init(
        index: LineIndex, board: SnapshotBoard, directory: String,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.index = index
        self.board = board
        self.directory = directory
        self.report = report
    }

    /// Starts the thread.
    package func start() throws(DaemonError) {
        do throws(SystemError) {
            try OSThread.start("index") { [self] in
                run()
                ended.signal()
            }
        } catch {
            throw DaemonError(.noThread, at: "index", "\(error)", "Raise the limit of tasks.", exitStatus: 71)
        }
    }

    /// Ends the thread after its step and closes the index.
    package func stop() {
        stopping.withLockedValue { $0 = true }
        guard ended.wait(timeout: .now() + .seconds(10)) == .success else { return }
        index.close()
    }

    /// What a rebuild does not mend, a full disk above all, may be mended by somebody: it is tried again.
    private func run() {
        do {
            var catchUp = IndexCatchUp(
                index, storage: try FileStorage(directory, writable: false), report: report)
            var told = ""
            while !stopping.withLockedValue({ $0 }) {
                do {
                    try follow(&catchUp)
                } catch {
                    catchUp.startOver()
                    let text = (error as? DaemonError)?.description ?? "DMN-110 index: \(error)."
                    index.trouble = (error as? DaemonError)?.text ?? "\(error)"
                    if text != told { report("\(text) The line goes on; item and trace wait.") }
                    told = text
                    for _ in 0..<Self.retryPauses where !stopping.withLockedValue({ $0 }) { pause() }
                }
            }
        } catch {
            index.trouble = "\(error)"
            report("DMN-110 index: \(error). The line goes on; item and trace stay where they are.")
        }
    }

    private func follow(_ catchUp: inout IndexCatchUp) throws {
        while !stopping.withLockedValue({ $0 }) {
            guard let durable = board.durable else {
                pause()
                continue
            }
            let isBehind = try catchUp.step(upTo: durable)
            index.trouble = ""
            if !isBehind { pause() }
        }
    }

    private func pause() {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds))
    }
}
