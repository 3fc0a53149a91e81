import JournalCore

/// A call of the storage, in the words of the system.
enum StorageCall: String, Sendable {
    case readdir, fstat, pread, openat, pwrite, fdatasync, fsync, rename, unlink, fcntl, statvfs

    var isSync: Bool { self == .fdatasync || self == .fsync }
}

extension SimulatedDisk.Fault {
    /// Whether this call can fail so.
    func hits(_ call: StorageCall) -> Bool {
        switch self {
        case .inputOutput: !call.isSync
        // Space may be missed by a sync first, where the file system allocates late.
        case .full: [.openat, .pwrite, .rename, .fdatasync, .fsync].contains(call)
        case .interrupted: true
        case .shortWrite: call == .pwrite
        case .failedSync: call.isSync
        }
    }

    /// Why the call failed, as a storage says it.
    var reason: StorageError.Reason {
        switch self {
        case .full: .full
        case .interrupted: .system(errno: 4)
        case .inputOutput, .shortWrite, .failedSync: .system(errno: 5)
        }
    }
}

/// The call of a simulated disk that failed by plan, and what was done to the disk after it.
struct FailedCall {
    let call: StorageCall
    let name: String
    let fault: SimulatedDisk.Fault
    /// What the program was doing.
    let doing: String
    /// What law 9 forbids and was done all the same.
    private(set) var retried: String?
    /// The draft it happened on was taken away.
    private var isGivenUp = false

    init(call: StorageCall, name: String, fault: SimulatedDisk.Fault, doing: String) {
        self.call = call
        self.name = name
        self.fault = fault
        self.doing = doing
    }

    /// Where in the program: what it was doing, the call, the kind of file.
    var place: String { "\(doing): \(call.rawValue) \(Self.kind(name))" }

    /// Whether the journal itself was being changed: its files, or their names by a sync of the directory.
    var isJournals: Bool {
        switch call {
        case .openat, .pwrite, .fdatasync: Self.kind(name) == "segment"
        case .fsync: doing != CrashPlace.snapshot
        case .readdir, .fstat, .pread, .rename, .unlink, .fcntl, .statvfs: false
        }
    }

    /// Law 9. After a failed change of the journal the process changes nothing any more. A snapshot that
    /// could not be written is given up: its draft is taken away, not synced again, not renamed.
    mutating func note(_ next: StorageCall, _ file: String) {
        guard retried == nil else { return }
        if file == name, next == .unlink { isGivenUp = true }
        let isDraft = (call == .pwrite || call == .fdatasync) && file == name && !isGivenUp
        if isJournals || isDraft { retried = "\(next.rawValue) of \"\(file)\" after it" }
    }

    private static func kind(_ name: String) -> String {
        if name.hasSuffix(".jsonl") { return "segment" }
        if name.hasSuffix(".snapshot") { return "snapshot" }
        if name.hasSuffix(".new") { return "draft" }
        return name.isEmpty ? "directory" : name
    }
}

/// What a simulated program is doing when it calls its disk.
enum CrashPlace {
    static let start = "start"
    static let commit = "commit"
    static let checkpoint = "checkpoint"
    static let prepare = "prepare ahead"
    static let close = "close"
    static let follow = "second fold"
    static let snapshot = "snapshot"
}

/// How far the calls of the storage were made to fail, one after the other.
package struct FailureTally: Equatable, Sendable {
    /// Distinct places in the program whose call failed.
    package private(set) var places: Set<String> = []
    /// By fault: the calls that failed in all, and the most in one run, so that the next N hit none.
    package private(set) var faults: [Reached] = SimulatedDisk.Fault.allCases.map { Reached(fault: $0) }
    /// Runs in which no call was left to fail: every one before had failed in a run of its own.
    package private(set) var completed = 0

    /// What one fault reached.
    package struct Reached: Equatable, Sendable {
        /// How the calls failed.
        package let fault: SimulatedDisk.Fault
        /// Runs in which a call failed.
        package var runs = 0
        /// The largest N of a run whose N-th call failed.
        package var furthest = 0
        /// Distinct places in the program.
        package var places: Set<String> = []
    }

    init() {}

    /// Takes a run in which the `number`-th call that `fault` can hit was to fail.
    mutating func take(_ fault: SimulatedDisk.Fault, _ number: Int, _ failed: FailedCall?) {
        guard let failed else {
            completed += 1
            return
        }
        places.insert(failed.place)
        guard let index = faults.firstIndex(where: { $0.fault == fault }) else { return }
        faults[index].runs += 1
        faults[index].furthest = max(faults[index].furthest, number)
        faults[index].places.insert(failed.place)
    }

    /// Both together.
    package func and(_ other: FailureTally) -> FailureTally {
        var sum = self
        sum.places.formUnion(other.places)
        sum.completed += other.completed
        for (index, reached) in other.faults.enumerated() {
            sum.faults[index].runs += reached.runs
            sum.faults[index].furthest = max(sum.faults[index].furthest, reached.furthest)
            sum.faults[index].places.formUnion(reached.places)
        }
        return sum
    }
}
