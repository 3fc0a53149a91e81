import Glibc

/// What a running process has used so far, as the kernel counts it.
package struct ProcessUsage: Equatable, Sendable {
    /// Time its threads ran on a processor, in nanoseconds.
    package var cpuNanoseconds: UInt64 = 0
    /// Memory it holds now, in bytes.
    package var residentBytes: UInt64 = 0
    /// Most memory it held, in bytes.
    package var mostResidentBytes: UInt64 = 0

    /// The process that asks.
    package static var own: Int32 { getpid() }

    /// Reads the figures of a process; `nil` once it is gone.
    ///
    /// - Parameter threads: Only threads of this name count for the time; `nil` for all.
    package init?(of process: Int32, threads name: String? = nil) {
        let root = "/proc/\(process)"
        guard let status = Self.text(root + "/status") else { return nil }
        for line in status.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count == 3, let kibibytes = UInt64(words[1]) else { continue }
            if words[0] == "VmRSS:" { residentBytes = kibibytes << 10 }
            if words[0] == "VmHWM:" { mostResidentBytes = kibibytes << 10 }
        }
        for task in (try? Folder.names(root + "/task")) ?? [] {
            let folder = "\(root)/task/\(task)"
            if let name, Self.text(folder + "/comm")?.dropLast() != name[...] { continue }
            // Nanoseconds on a processor, nanoseconds waiting for one, times it ran.
            let times = Self.text(folder + "/schedstat")?.split(separator: " ")
            cpuNanoseconds += times?.first.flatMap { UInt64($0) } ?? 0
        }
    }

    private static func text(_ path: String) -> String? {
        (try? DurableFile.read(path, maxBytes: 65_536)).map { String(decoding: $0, as: UTF8.self) }
    }
}
