import ControlAPI
import DeviceCore
import Dispatch
import JournalCore
import LineCore
import ServiceLifecycle
import SnapshotCore
import SystemIO

/// What one line daemon is made of, read and checked before anything is started.
package struct DaemonSetup: Sendable {
    /// A device with what is shown of it.
    package struct Device: Sendable {
        /// What the desk needs.
        package var device: DeviceDesk.Device
        /// What people see.
        package var facts: ControlDesk.DeviceFacts

        /// Makes an entry.
        package init(device: DeviceDesk.Device, facts: ControlDesk.DeviceFacts) {
            self.device = device
            self.facts = facts
        }
    }

    /// What the rules need.
    package var configuration: LineConfiguration
    /// SHA-256 of the effective configuration, hexadecimal.
    package var configurationHash: String
    /// Where the line's state is.
    package var data: DataDirectory
    /// Path of the control socket.
    package var controlSocket: String
    /// Limits of the journal.
    package var limits: JournalLimits
    /// When a snapshot is made.
    package var snapshots = SnapshotMaker.Cadence()
    /// How fast the journal before the snapshot is verified.
    package var olderJournal = OlderJournal.Pace()
    /// Every device.
    package var devices: [Device]
    /// Every label template with its printer and level.
    package var labels: [(device: String, level: PackLevel, template: LabelTemplate)]
    /// Where other systems put orders; empty where they do not.
    package var orderFolder = ""
    /// Version of the program, for records and status.
    package var version: String
    /// What a look at a secret costs; tests look often.
    var secretCost = SecretHash.Cost()

    /// Makes a setup; the caller has checked it.
    package init(
        configuration: LineConfiguration, configurationHash: String, data: DataDirectory,
        controlSocket: String,
        limits: JournalLimits, devices: [Device],
        labels: [(device: String, level: PackLevel, template: LabelTemplate)], version: String
    ) {
        self.configuration = configuration
        self.configurationHash = configurationHash
        self.data = data
        self.controlSocket = controlSocket
        self.limits = limits
        self.devices = devices
        self.labels = labels
        self.version = version
    }
}

/// The connections to the devices of a line.
package protocol DeviceConnections: Sendable {
    /// Opens every device; events go to `desk`, which gets a port for each.
    ///
    /// - Throws: `DMN-106` where a device that must be there is not.
    func open(_ desk: DeviceDesk) throws(DaemonError)
    /// Ends every connection and waits for it, briefly.
    func close()
}

/// One line daemon: journal first, then the line, its devices, and last the socket for people.
///
/// Everything below was started by ``init(_:connections:log:)``; ``stop()`` ends it in order.
package final class Daemon: Sendable {
    private let thread: LineThread
    private let desk: DeviceDesk
    private let answers: PendingAnswers
    private let connections: any DeviceConnections
    /// `nil` where it could not be opened.
    let index: LineIndex?
    private let follower: IndexFollower?
    private let snapshots: SnapshotFollower?
    private let older: OlderJournal?
    private let server: RunningServer
    private let operators: OperatorDesk?
    private let orders: OrderFolder?
    // Held until the stop: whoever has it may bind the control socket.
    private let claim: SocketClaim

    /// What the line shows.
    package let board: SnapshotBoard
    /// Where inputs go.
    package let queue: InputQueue
    /// Answers requests without a socket.
    package let control: ControlDesk

    /// Starts everything. When it returns, the control socket answers and the line decides.
    ///
    /// - Parameters:
    ///   - connections: The way to the devices.
    ///   - log: Takes one message a line, for stderr.
    ///   - fail: Called on the line's thread when a write or sync failed; must end the process.
    /// - Throws: Why it cannot start; what was started before is ended with the process.
    package init(
        _ setup: DaemonSetup, connections: any DeviceConnections, log: @escaping @Sendable (String) -> Void,
        fail: @escaping @Sendable (DaemonError) -> Void
    ) throws(DaemonError) {
        try setup.data.make()
        let storage: FileStorage
        do throws(SystemError) {
            storage = try FileStorage(setup.data.journal, writable: true)
        } catch {
            throw DaemonError(error)
        }
        let imports = ImportStore(directory: setup.data.imports)
        let recovered = try RecoveredLine.open(
            storage: storage, data: setup.data, configuration: setup.configuration, limits: setup.limits,
            imports: imports, snapshots: Self.store(setup, log), program: setup.version)
        for line in Self.summary(recovered) { log(line) }
        claim = try Self.claim(setup.controlSocket)
        let board = SnapshotBoard()
        let queue = InputQueue()
        let answers = PendingAnswers()
        let desk = Self.desk(setup, queue, answers)
        var loop = LineLoop(
            line: recovered.line, journal: recovered.journal, outlet: desk, board: board, clock: Self.now)
        try Self.begin(&loop, setup, recovered.recovered)
        let maker = Self.maker(setup, recovered.recovered.foldStart, imports, log)
        let index = Self.index(setup, journal: recovered.journal.identity.id, imports, board, log)
        self.index = index
        self.board = board
        self.queue = queue
        self.answers = answers
        self.desk = desk
        self.connections = connections
        thread = LineThread(queue: queue, directory: setup.data.journal)
        follower = index.map {
            IndexFollower(index: $0, board: board, directory: setup.data.journal, report: log)
        }
        snapshots = maker.map { _ in SnapshotFollower(board: board, queue: queue, report: log) }
        older = recovered.recovered.snapshot.map {
            OlderJournal(
                directory: setup.data.journal, imports: imports, before: $0.position,
                pace: setup.olderJournal, queue: queue, report: log)
        }
        operators = try Self.operators(setup, queue, answers)
        control = ControlDesk(
            board: board, queue: queue, answers: answers, imports: imports, index: index,
            devices: setup.devices.map(\.facts), seen: { desk.seen($0) },
            said: { desk.said($0, from: $1) }, version: setup.version,
            operators: operators)
        server = RunningServer(path: setup.controlSocket, desk: control)
        orders =
            setup.orderFolder.isEmpty
            ? nil
            : OrderFolder(
                path: setup.orderFolder, control: control, notify: { queue.offer(notice: $0) }, report: log)
        try thread.start(loop, outlet: desk, fail: fail)
        try operators?.start()
        try follower?.start()
        if let maker { try snapshots?.start(maker) }
        try connections.open(desk)
        try server.start()
        try older?.start()
        try orders?.start()
        // What an earlier start said of a folder that is no more.
        if orders == nil { queue.offer(notice: .orderFolder(fault: nil, refused: nil)) }
    }

    /// Two lines with one control socket: the second does not start, before it has touched anything.
    private static func claim(_ socket: String) throws(DaemonError) -> SocketClaim {
        let directory = socket.lastIndex(of: "/").map { String(socket[..<$0]) } ?? ""
        do throws(SystemError) {
            if !directory.isEmpty { try DurableFile.createDirectory(directory, mode: 0o750) }
            return try SocketClaim(socket)
        } catch  where error.isTaken {
            throw DaemonError(
                .socketFailed, at: socket, "another program answers there, or is about to",
                "Give this line a socket of its own: [control] socket.", exitStatus: 73)
        } catch  where error.exists {
            throw DaemonError(
                .socketFailed, at: socket, "what lies there is no socket",
                "Move it away, or give this line another socket: [control] socket.", exitStatus: 73)
        } catch {
            throw DaemonError(
                .socketFailed, at: socket, "\(error)",
                "Check the directory of the control socket and its owner.", exitStatus: 73)
        }
    }

    private static func now() -> LineInstant {
        LineInstant(
            monotonicNanoseconds: MonotonicClock.now(),
            wallMilliseconds: Int64(clamping: WallClock.nowMilliseconds()))
    }

    private static func summary(_ recovered: RecoveredLine) -> [String] {
        guard let report = recovered.report else { return ["journal: begun"] }
        var lines = recovered.recovered.passedOver.map { "snapshot passed over: \($0)" }
        let from = recovered.recovered.snapshot.map { "behind the snapshot of line \($0.position.line)" }
        lines.append(
            "journal: \(recovered.journal.durable.line) lines; \(report.records) records read "
                + "\(from ?? "from the first on"), \(report.unsignedLines) lines unsigned, "
                + "\(report.cutBytes) bytes of a torn group cut")
        return lines
    }

    /// Without the directory of snapshots a start reads the whole journal.
    private static func store(_ setup: DaemonSetup, _ log: @Sendable (String) -> Void) -> SnapshotStore? {
        do throws(SystemError) {
            return SnapshotStore(try FileStorage(setup.data.snapshots, writable: true))
        } catch {
            log("DMN-112 snapshots: \(error). The line goes on; this start and the next take longer.")
            return nil
        }
    }

    /// The second fold begins where the start ended, with files of its own.
    private static func maker(
        _ setup: DaemonSetup, _ start: FoldStart, _ imports: ImportStore,
        _ log: @Sendable (String) -> Void
    ) -> sending SnapshotMaker? {
        guard let store = store(setup, log) else { return nil }
        do {
            return try SnapshotMaker(
                storage: try FileStorage(setup.data.journal, writable: false), store: store,
                start: start, program: setup.version, cadence: setup.snapshots,
                imports: { (sha256) throws(RecordRefused) in
                    do throws(DaemonError) { return try imports.sharedSerials(sha256) } catch {
                        throw RecordRefused(error.text)
                    }
                })
        } catch {
            log("DMN-112 snapshots: \(error). The line goes on; the next start takes longer.")
            return nil
        }
    }

    private static func desk(_ setup: DaemonSetup, _ queue: InputQueue, _ answers: PendingAnswers)
        -> DeviceDesk
    {
        let labels = setup.labels.map {
            LabelDesk.Entry(device: $0.device, level: $0.level, template: $0.template)
        }
        return DeviceDesk(
            devices: setup.devices.map(\.device), lanes: setup.configuration.lanes,
            labels: LabelDesk(entries: labels), queue: queue, answers: answers)
    }

    /// Nobody, where the configuration does not say that operators sign on.
    private static func operators(
        _ setup: DaemonSetup, _ queue: InputQueue, _ answers: PendingAnswers
    ) throws(DaemonError) -> OperatorDesk? {
        guard let rules = setup.configuration.operators else { return nil }
        return try OperatorDesk(
            rules: rules, path: setup.data.operators, cost: setup.secretCost, clock: now,
            ask: { try await answers.ask($0, by: $1, queue: queue) }, notify: { queue.offer($0) })
    }

    private static func boot() throws(DaemonError) -> String {
        do throws(SystemError) { return try BootID.current() } catch { throw DaemonError(error) }
    }

    /// The start is a record before any device is touched.
    private static func begin(
        _ loop: inout LineLoop, _ setup: DaemonSetup, _ recovered: RecoveredState
    ) throws(DaemonError) {
        let start = LineStart(
            boot: try boot(), version: setup.version, configuration: setup.configurationHash,
            isJournalVerified: recovered.snapshot == nil)
        do throws(JournalError) {
            try loop.turn([.started(start)])
        } catch {
            throw DaemonError(error, directory: setup.data.journal)
        }
    }

    /// A line without its index still runs.
    private static func index(
        _ setup: DaemonSetup, journal: String, _ imports: ImportStore, _ board: SnapshotBoard,
        _ log: @Sendable (String) -> Void
    ) -> LineIndex? {
        do throws(DaemonError) {
            let index = try LineIndex(
                path: setup.data.index, journal: journal, boot: try Self.boot(), imports: imports,
                board: board)
            if let why = index.dropped { log("index: \(why); it is built again from the journal") }
            return index
        } catch {
            log(error.description)
            return nil
        }
    }

    /// How long the I/O may take to confirm that everything is off.
    private static let outputsWaitMilliseconds = 300

    /// Ends in order: the line records its stop and drops run-enable, the journal is signed and closed, then
    /// all else.
    ///
    /// - Returns: `false` if the line's thread did not end in time.
    @discardableResult
    package func stop() -> Bool {
        older?.stop()
        snapshots?.finish()
        operators?.stop()
        orders?.stop()
        let isEnded = thread.stop()
        snapshots?.stop()
        answers.close()
        for _ in 0..<(Self.outputsWaitMilliseconds / 10) where desk.hasPendingOutputs {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(10))
        }
        connections.close()
        server.stop()
        claim.release()
        follower?.stop()
        return isEnded
    }
}
