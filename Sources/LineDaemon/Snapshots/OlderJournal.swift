import Dispatch
import JournalCore
import LineCore
import NIOConcurrencyHelpers
import SnapshotCore
import SystemIO

/// Verifies what a start from a snapshot did not read: the journal before it, and the imported files that
/// a start without the snapshot would need.
///
/// On a thread of its own at low priority. The chain of the older lines must lead to the head the snapshot
/// was proven with: then every one of them is as it was written. What is wrong goes to the line as an input.
package final class OlderJournal: Sendable {
    /// How it gives way to the line.
    package struct Pace: Sendable {
        /// Records read between two pauses.
        package var stepRecords = 5_000
        /// Pause after each step.
        package var pauseMilliseconds = 5
    }

    private let directory: String
    private let imports: ImportStore
    private let position: JournalPosition
    private let pace: Pace
    private let queue: InputQueue
    private let report: @Sendable (String) -> Void
    private let stopping = NIOLockedValueBox(false)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - directory: The journal's directory.
    ///   - position: Everything before it is verified.
    init(
        directory: String, imports: ImportStore, before position: JournalPosition, pace: Pace,
        queue: InputQueue, report: @escaping @Sendable (String) -> Void
    ) {
        self.directory = directory
        self.imports = imports
        self.position = position
        self.pace = pace
        self.queue = queue
        self.report = report
    }

    /// Starts the thread.
    func start() throws(DaemonError) {
        do throws(SystemError) {
            try OSThread.start("verify", isLow: true) { [self] in
                run()
                ended.signal()
            }
        } catch {
            throw DaemonError(
                .noThread, at: "verify", "\(error)", "Raise the limit of tasks.", exitStatus: 71)
        }
    }

    /// Ends the thread after its step.
    func stop() {
        stopping.withLockedValue { $0 = true }
        _ = ended.wait(timeout: .now() + .seconds(10))
    }

    private var isStopping: Bool { stopping.withLockedValue { $0 } }

    private func run() {
        guard let verdict = verdict() else { return }
        while !queue.offer(notice: .olderJournalVerified(damage: verdict.damage)) {
            if isStopping { break }
            pause(milliseconds: 100)
        }
        // Whoever closes a batch once this is said is not refused: the line was told before.
        if let damage = verdict.damage {
            report("DMN-113 journal before the snapshot: \(damage)")
        } else {
            report("journal: the \(position.line) lines before the snapshot are as they were written")
        }
    }

    private struct Verdict {
        var damage: String?
    }

    /// What is wrong with it; `nil` when it was not read to its end.
    private func verdict() -> Verdict? {
        do {
            var reader = try JournalReader(storage: try FileStorage(directory, writable: false))
            while reader.position.isBefore(position) {
                if isStopping { return nil }
                _ = try reader.read(upTo: position, maxRecords: pace.stepRecords) {
                    (record) throws(RecordRefused) in try checkImport(record)
                }
                pause(milliseconds: pace.pauseMilliseconds)
            }
            guard reader.position == position else {
                return Verdict(damage: "its lines are not those the snapshot was made from")
            }
            return Verdict()
        } catch let error as JournalError {
            return Verdict(damage: error.fact)
        } catch {
            return Verdict(damage: "\(error)")
        }
    }

    private static let poolAdded = Array("{\"k\":\"pa\",".utf8)

    private func checkImport(_ record: JournalRecord) throws(RecordRefused) {
        guard record.body.starts(with: Self.poolAdded) else { return }
        guard case .poolAdded(let pool)? = (try? LineRecord.decode(record.body))?.record, !pool.file.isEmpty
        else { return }
        do throws(DaemonError) { try imports.check(pool.file) } catch { throw RecordRefused(error.fact) }
    }

    private func pause(milliseconds: Int) {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
