import Dispatch
import JournalCore
import LineCore
import NIOConcurrencyHelpers
import SnapshotCore
import SystemIO

/// The thread that folds the durable journal a second time and makes snapshots of it.
///
/// It is no part of the line: it waits for its own disk, at low priority, and hands the line a fact to record
/// through the queue. Without it a start takes longer, and nothing else.
final class SnapshotFollower: Sendable {
    /// Pause between two looks at the journal.
    private static let pauseMilliseconds = 100
    /// Pause behind each synced piece of a snapshot: the line's own syncs go first.
    private static let piecePauseMilliseconds = 5
    /// Longest wait for a checkpoint and a snapshot before an orderly stop.
    private static let finishSeconds = 3

    private struct Wishes {
        var finish = false
        var stop = false
    }

    private let board: SnapshotBoard
    private let queue: InputQueue
    private let report: @Sendable (String) -> Void
    private let wishes = NIOLockedValueBox(Wishes())
    private let finished = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Makes a follower that has not started.
    ///
    /// - Parameter report: Takes messages for the log.
    init(board: SnapshotBoard, queue: InputQueue, report: @escaping @Sendable (String) -> Void) {
        self.board = board
        self.queue = queue
        self.report = report
    }

    /// Starts the thread.
    func start(_ maker: sending SnapshotMaker) throws(DaemonError) {
        let box = Box(maker)
        do throws(SystemError) {
            try OSThread.start("snapshots", isLow: true) { [self] in
                run(&box.maker)
                finished.signal()
                ended.signal()
            }
        } catch {
            throw DaemonError(
                .noThread, at: "snapshots", "\(error)", "Raise the limit of tasks.", exitStatus: 71)
        }
    }

    /// Before an orderly stop: makes a snapshot if the last one is far behind, while the line still records.
    func finish() {
        wishes.withLockedValue { $0.finish = true }
        _ = finished.wait(timeout: .now() + .seconds(Self.finishSeconds))
    }

    /// Ends the thread after its step.
    func stop() {
        wishes.withLockedValue { $0.stop = true }
        _ = ended.wait(timeout: .now() + .seconds(10))
    }

    private func run(_ maker: inout SnapshotMaker) {
        var isFinished = false
        do throws(JournalError) {
            while !wishes.withLockedValue({ $0.stop }) {
                let finishing = wishes.withLockedValue { $0.finish }
                guard let durable = board.durable else {
                    pause(Self.pauseMilliseconds)
                    continue
                }
                _ = try maker.follow(upTo: durable)
                if maker.isDue(stopping: finishing) { make(&maker) }
                guard !maker.position.isBefore(durable) else { continue }
                if finishing, !isFinished, !maker.waitsForCheckpoint {
                    isFinished = true
                    finished.signal()
                }
                pause(finishing ? Self.piecePauseMilliseconds : Self.pauseMilliseconds)
            }
        } catch {
            report("DMN-112 snapshots: \(error) The line goes on; the next start may take longer.")
        }
    }

    private func make(_ maker: inout SnapshotMaker) {
        let fact: SnapshotWritten
        do throws(StorageError) {
            fact = try maker.make { pause(Self.piecePauseMilliseconds) }
        } catch {
            return report("DMN-112 snapshots: \(error). The line goes on; the next start may take longer.")
        }
        // The queue is full for moments only.
        while !queue.offer(notice: .snapshotWritten(fact)), !wishes.withLockedValue({ $0.stop }) {
            pause(Self.pauseMilliseconds)
        }
    }

    private func pause(_ milliseconds: Int) {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(milliseconds))
    }

    /// Carries the maker into the thread that owns it.
    private final class Box: @unchecked Sendable {
        // Touched by the thread alone after `start`.
        var maker: SnapshotMaker
        init(_ maker: sending SnapshotMaker) { self.maker = maker }
    }
}
