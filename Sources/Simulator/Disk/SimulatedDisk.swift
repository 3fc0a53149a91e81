import JournalCore
import SnapshotCore

/// A disk in memory whose power can be cut and whose operations can fail, all by plan.
///
/// The fault model, in full:
/// - Every operation that changes something may be the last: at operation `powerCutAt` the power goes while
///   it runs. Writes it has begun are in the cache; nothing it promised is durable.
/// - What was not synced is lost, kept or torn: each 512-byte block is any version it had since its last
///   sync, or zero where the file was never synced that far. Blocks are independent, so later writes can be
///   there without earlier ones. Sizes and names likewise; a name is durable only after the directory was
///   synced.
/// - After a failed sync the cache still shows what the disk may not hold, and the next sync reports success
///   without writing it (what Linux does).
/// - A lying disk acknowledges syncs and holds nothing from some sync on: a power cut then drops whole
///   acknowledged groups from the end.
/// - The N-th changing operation fails, or the N-th of all calls that a fault can hit, reads included.
package final class SimulatedDisk: SnapshotStorage {
    /// How a call fails.
    package enum Fault: String, Sendable, CaseIterable {
        /// Nothing done.
        case inputOutput = "EIO"
        /// Nothing written.
        case full = "ENOSPC"
        /// By a signal, before anything was done.
        case interrupted = "EINTR"
        /// A write that ends half way.
        case shortWrite = "short write"
        /// A sync that reports an I/O error.
        case failedSync = "failed sync"
    }

    /// What goes wrong, and when. Operations that change something count from 1.
    package struct Plan: Sendable {
        /// Operation during which the power goes.
        package var powerCutAt: Int?
        /// Operation that fails, and how. A sync fails as an I/O error whatever the kind.
        package var failure: (operation: Int, fault: Fault)?
        /// Call that fails, and how; only those calls are counted, from 1, that this fault can hit.
        package var failingCall: (number: Int, fault: Fault)?
        /// Syncs of files acknowledged from this one on (from 1) are lies.
        package var liesFromSync: Int?

        /// Nothing goes wrong.
        package init() {}
    }

    /// What the disk holds.
    package private(set) var state: DiskState
    /// What goes wrong, and when.
    package var plan = Plan()
    /// Changing operations so far.
    package private(set) var operations = 0
    /// File syncs so far.
    package private(set) var syncs = 0
    /// Free space reported, in bytes. Writes that grow a file use it up.
    package var free: Int
    /// Called with the number of each changing operation and the state a power cut during it starts from.
    package var onOperation: ((Int, DiskState) -> Void)?

    /// What the program is doing, for ``FailedCall/place``.
    var doing = ""
    /// The call that failed by plan, if it was reached.
    private(set) var failed: FailedCall?
    /// Calls the planned fault could have hit so far.
    private var callsHit = 0

    private var locks: Set<String> = []
    private var isOff = false

    /// A disk with the given content, empty by default, and as good as endless space.
    package init(_ state: DiskState = DiskState(), free: Int = 1 << 40) {
        self.state = state
        self.free = free
    }

    // MARK: - Faults from outside

    /// Cuts the power and switches it on again: a new process on the same disk.
    package func cutPower(_ fate: PowerFate, seed: UInt64) {
        var random = DiskRandom(seed: seed)
        state.cutPower(plan.liesFromSync == nil ? fate : .lostAll, &random)
        startAgain()
    }

    /// The process dies and the machine lives: the cache stays, locks go.
    package func startAgain() {
        isOff = false
        locks = []
        plan = Plan()
        operations = 0
        syncs = 0
        failed = nil
        callsHit = 0
    }

    /// Content of a file as a program reads it; `nil` without one.
    package func content(_ name: String) -> [UInt8]? {
        state.names[name].flatMap { state.files[$0]?.cached }
    }

    /// Replaces the content of a file behind every program's back, durably.
    package func tamper(_ name: String, _ change: (inout [UInt8]) -> Void) {
        guard let number = state.names[name], var file = state.files[number] else { return }
        change(&file.cached)
        state.files[number] = DiskState.File(cached: file.cached, durable: file.cached)
    }

    /// Puts a file there behind every program's back, durably.
    package func place(_ name: String, _ bytes: [UInt8]) {
        state.create(name)
        state.durableNames[name] = state.names[name]
        tamper(name) { $0 = bytes }
    }

    /// Takes a file away behind every program's back, durably.
    package func lose(_ name: String) {
        state.names[name] = nil
        state.durableNames[name] = nil
    }

    // MARK: - JournalStorage

    package func names() throws(StorageError) -> [String] {
        try enter(.readdir, "")
        return state.names.keys.sorted()
    }

    package func size(_ name: String) throws(StorageError) -> Int {
        try file(name, .fstat).cached.count
    }

    package func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
        let cached = try file(name, .pread).cached
        guard offset < cached.count, count > 0 else { return [] }
        return Array(cached[offset..<min(cached.count, offset + count)])
    }

    package func create(_ name: String) throws(StorageError) {
        try begin(.openat, name)
        state.create(name)
        try end(.openat, name)
    }

    package func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError) {
        let number = try number(name, .pwrite)
        do {
            try begin(.pwrite, name)
        } catch {
            if failed?.fault == .shortWrite { state.write(number, at: offset, bytes.prefix(bytes.count / 2)) }
            throw error
        }
        let growth = max(0, offset + bytes.count - (state.files[number]?.cached.count ?? 0))
        guard growth <= free else { throw StorageError(StorageCall.pwrite.rawValue, name, .full) }
        free -= growth
        state.write(number, at: offset, bytes[...])
        try end(.pwrite, name)
    }

    package func syncFile(_ name: String) throws(StorageError) {
        let number = try number(name, .fdatasync)
        do {
            try begin(.fdatasync, name)
        } catch {
            state.failSync(number)
            throw error
        }
        syncs += 1
        try end(.fdatasync, name)
        if let first = plan.liesFromSync, syncs >= first { return }
        state.sync(number)
    }

    package func syncDirectory() throws(StorageError) {
        try begin(.fsync, "")
        try end(.fsync, "")
        if let first = plan.liesFromSync, syncs + 1 >= first { return }
        state.syncDirectory()
    }

    package func rename(_ name: String, to new: String) throws(StorageError) {
        _ = try number(name, .rename)
        try begin(.rename, name)
        state.rename(name, to: new)
        try end(.rename, name)
    }

    package func remove(_ name: String) throws(StorageError) {
        _ = try number(name, .unlink)
        try begin(.unlink, name)
        state.remove(name)
        try end(.unlink, name)
    }

    package func lock(_ name: String) throws(StorageError) {
        try enter(.fcntl, name)
        guard locks.insert(name).inserted else {
            throw StorageError(StorageCall.fcntl.rawValue, name, .locked)
        }
    }

    package func unlock() { locks = [] }

    package func freeBytes() throws(StorageError) -> Int {
        try enter(.statvfs, "")
        return free
    }

    // MARK: - Counting and failing

    /// Begins a call that only reads, and fails it if the plan says so.
    private func enter(_ call: StorageCall, _ name: String) throws(StorageError) {
        try checkPower(call, name)
        guard let planned = plan.failingCall, planned.fault.hits(call) else { return }
        callsHit += 1
        if callsHit == planned.number { throw fail(call, name, planned.fault) }
    }

    /// Begins a call that changes something: counts it and fails it if the plan says so, before it did
    /// anything.
    private func begin(_ call: StorageCall, _ name: String) throws(StorageError) {
        try checkPower(call, name)
        failed?.note(call, name)
        operations += 1
        if let planned = plan.failure, planned.operation == operations {
            throw fail(call, name, planned.fault)
        }
        try enter(call, name)
    }

    private func fail(_ call: StorageCall, _ name: String, _ fault: Fault) -> StorageError {
        failed = FailedCall(call: call, name: name, fault: fault, doing: doing)
        return StorageError(call.rawValue, name, fault.reason)
    }

    /// The power goes now if the plan says so: begun, but nothing promised.
    private func end(_ call: StorageCall, _ name: String) throws(StorageError) {
        onOperation?(operations, state)
        guard plan.powerCutAt == operations else { return }
        isOff = true
        throw StorageError(call.rawValue, name, .powerOff)
    }

    private func checkPower(_ call: StorageCall, _ name: String) throws(StorageError) {
        if isOff { throw StorageError(call.rawValue, name, .powerOff) }
    }

    /// The number of a file about to be changed.
    private func number(_ name: String, _ call: StorageCall) throws(StorageError) -> Int {
        try checkPower(call, name)
        guard let number = state.names[name] else { throw StorageError(call.rawValue, name, .notFound) }
        return number
    }

    /// A file about to be read.
    private func file(_ name: String, _ call: StorageCall) throws(StorageError) -> DiskState.File {
        let number = try number(name, call)
        try enter(call, name)
        guard let file = state.files[number] else { throw StorageError(call.rawValue, name, .notFound) }
        return file
    }
}
