import Foundation
import Synchronization
import SystemIO

/// Where the figures write, on the disk that is to be measured. Removed when the run ends.
final class BenchScratch: Sendable {
    /// The folder of this run.
    let path: String
    /// What lies under it is memory: its times say nothing of a disk.
    let isMemory: Bool
    private let names = Atomic<Int>(0)

    /// - Parameter folder: On the disk to measure; the working directory unless given. It must exist.
    init(in folder: String?) throws {
        let base = folder ?? FileManager.default.currentDirectoryPath
        let root = URL(fileURLWithPath: base).standardizedFileURL.path
        path = root + "/seriatim-bench-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            isMemory = try FileSystem.isMemory(path)
        } catch {
            throw CommandFailure(
                "BENCH-101 \(root): \(error.localizedDescription). Name a folder on the disk to measure: "
                    + "--data.",
                status: 73)
        }
    }

    /// A new folder of a figure's own.
    func folder() throws -> String {
        let folder = file()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        return folder
    }

    /// A path that nothing has yet.
    func file() -> String {
        path + "/\(names.add(1, ordering: .relaxed).newValue)"
    }

    /// Removes a folder before the run ends: some are large.
    func remove(_ folder: String) {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func removeAll() { remove(path) }
}
