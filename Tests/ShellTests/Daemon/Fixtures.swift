import ControlAPI
import DeviceCore
import Foundation
import JournalCore
import NIOConcurrencyHelpers
import Simulator
import SystemIO

@testable import LineCore
@testable import LineDaemon

/// A small line: one camera, one packing level each, a gate that ejects.
enum TestLine {
    static let configuration = LineConfiguration(
        name: "test-line",
        lanes: [
            Lane(
                io: "plc",
                unitPrint: UnitPrintStation(
                    name: "coding", device: "coder", lookAhead: 8, sendBatch: 2, maxSkip: 2),
                unitVerify: UnitVerifyStation(
                    name: "verify", cameras: ["camera"], decideWithinMillimetres: 100,
                    minPitchMillimetres: 50,
                    triggerLagMilliseconds: 50),
                gate: GateStation(
                    name: "gate", mode: .eject, distanceMillimetres: 400, passSensorMillimetres: 500,
                    toleranceMillimetres: 20,
                    marginMillimetres: 50, confirmWithinMillimetres: 200, confirmTimeoutMilliseconds: 2000,
                    maxRejectsInRow: 3,
                    signalMaxAgeMilliseconds: 100))
        ], countsPerMetre: 1000, maxMillimetresPerSecond: 1000,
        packing: [
            PackStation(
                name: "cases", level: .case, itemReaders: ["case-camera"], printer: "printer",
                labelReaders: ["scanner"], transit: 2)
        ],
        numbers: NumberRules(unitBlock: 100, ssccBlock: 10, lowWater: 10), zone: .reject,
        drainMillimetres: 1000)

    static let gtin = "09506000134352"

    static func range(_ name: String, first: UInt64 = 1, count: Int = 10) -> LineCommand.Verb {
        .addPool(
            PoolOffer(
                name: name, kind: .printed, key: gtin,
                content: .range(prefix: "S", first: first, count: count, width: 6)))
    }

    static func signer() -> JournalSigner? { JournalSigner(seed: [UInt8](repeating: 7, count: 32)) }

    static func identity(_ id: String = "0123456789abcdef0123456789abcdef") -> JournalIdentity? {
        signer().flatMap { JournalIdentity(line: configuration.name, id: id, publicKey: $0.publicKey) }
    }

    /// A new journal on `storage`.
    static func journal(_ storage: any JournalStorage, checkpointNanoseconds: UInt64 = .max >> 1) throws
        -> Journal
    {
        guard let signer = signer(), let identity = identity() else { throw CocoaError(.coderInvalidValue) }
        var limits = JournalLimits()
        limits.checkpointNanoseconds = checkpointNanoseconds
        return try Journal.create(storage: storage, identity: identity, signer: signer, limits: limits)
    }

    static func start() -> LineInput {
        .started(LineStart(boot: "b", version: "1", configuration: "c", isJournalVerified: true))
    }
}

/// What happened, in order, from any thread.
final class Notebook: Sendable {
    private let entries = NIOLockedValueBox<[String]>([])
    func add(_ entry: String) { entries.withLockedValue { $0.append(entry) } }
    func take() -> [String] {
        entries.withLockedValue { entries in
            defer { entries = [] }
            return entries
        }
    }
    var all: [String] { entries.withLockedValue { $0 } }
}

/// A disk that notes each write and sync.
final class NotingStorage: JournalStorage {
    let disk: SimulatedDisk
    let log: Notebook

    init(_ disk: SimulatedDisk, _ log: Notebook) {
        self.disk = disk
        self.log = log
    }

    func names() throws(StorageError) -> [String] { try disk.names() }
    func size(_ name: String) throws(StorageError) -> Int { try disk.size(name) }
    func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
        try disk.read(name, at: offset, count: count)
    }
    func create(_ name: String) throws(StorageError) { try disk.create(name) }
    func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError) {
        log.add("write")
        try disk.write(name, at: offset, bytes)
    }
    func syncFile(_ name: String) throws(StorageError) {
        log.add("sync")
        try disk.syncFile(name)
    }
    func syncDirectory() throws(StorageError) { try disk.syncDirectory() }
    func lock(_ name: String) throws(StorageError) { try disk.lock(name) }
    func unlock() { disk.unlock() }
    func freeBytes() throws(StorageError) -> Int { try disk.freeBytes() }
}

/// Notes what the line does.
final class NotingOutlet: LineOutlet {
    let log: Notebook
    init(_ log: Notebook) { self.log = log }
    func submit(_ action: LineAction) { log.add("act") }
    func print(_ label: LabelOrder, product: String) { log.add("label \(product)") }
    func answer(_ request: UInt64, _ answer: CommandAnswer) {
        switch answer {
        case .done: log.add("done \(request)")
        case .refused(let refusal): log.add("refused \(request) \(refusal.code)")
        case .found(let unit): log.add("found \(request) \(unit?.serial ?? "")")
        }
    }
    func inputsDue(at now: UInt64) -> [LineInput] { [] }
}

/// A clock that a test moves.
final class TestClock: Sendable {
    private let nanoseconds = NIOLockedValueBox<UInt64>(1_000_000_000)
    private let wall = NIOLockedValueBox<Int64>(1_763_692_801_123)
    func advance(milliseconds: UInt64) { nanoseconds.withLockedValue { $0 += milliseconds * 1_000_000 } }
    /// Only the wall clock goes on: from 2025-11-21.
    func advance(days: Int64) { wall.withLockedValue { $0 += days * 86_400_000 } }
    var now: LineInstant {
        LineInstant(
            monotonicNanoseconds: nanoseconds.withLockedValue { $0 },
            wallMilliseconds: wall.withLockedValue { $0 })
    }
}

/// A directory of its own, gone with the test.
final class TemporaryDirectory: Sendable {
    let path: String
    /// - Parameter inMemory: For what syncs often and is not about the disk.
    init(inMemory: Bool = false) throws {
        let root = inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : NSTemporaryDirectory()
        path = root + "seriatim-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { remove() }
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Devices that only note what they are told.
final class SilentDevices: DeviceConnections {
    struct Port: DevicePort {
        let name: String
        let log: Notebook
        func perform(_ command: DeviceCommand) { log.add("\(name) \(command)") }
        var trouble: String { "" }
        func said(from number: UInt64) -> (said: [DeviceTrace.Said], next: UInt64) { ([], number) }
    }

    let log = Notebook()
    func open(_ desk: DeviceDesk) throws(DaemonError) {
        for name in TestLine.configuration.deviceNames { desk.attach(Port(name: name, log: log), as: name) }
    }
    func close() { log.add("closed") }
}

extension DaemonSetup {
    /// The test line in a directory.
    static func test(_ directory: String) -> DaemonSetup {
        let kinds: [String: DeviceProfile.Kind] = ["plc": .lineIO, "coder": .coder, "printer": .labelPrinter]
        let devices = TestLine.configuration.deviceNames.map { name in
            Device(
                device: DeviceDesk.Device(name: name, kind: kinds[name] ?? .reader, showsFeedback: false),
                facts: ControlDesk.DeviceFacts(
                    name: name, profile: "test/test", model: "Test", address: "tcp:127.0.0.1:1",
                    evidence: "manual"))
        }
        return DaemonSetup(
            configuration: TestLine.configuration, configurationHash: "hash",
            data: DataDirectory(directory + "/data"), controlSocket: directory + "/data/run/control.sock",
            limits: JournalLimits(), devices: devices, labels: [], version: "test")
    }
}
