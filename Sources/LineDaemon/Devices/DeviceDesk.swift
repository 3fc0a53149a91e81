import DeviceCore
import LineCore
import NIOConcurrencyHelpers
import SystemIO

/// One device as the desk reaches it. Never waits, from any thread.
package protocol DevicePort: Sendable {
    /// Starts a command; its outcome comes back as an event.
    func perform(_ command: DeviceCommand)
    /// Why it is not connected, or empty.
    var trouble: String { get }
    /// What was said from the entry with this number on, and the number of the next.
    func said(from number: UInt64) -> (said: [DeviceTrace.Said], next: UInt64)
}

/// Between the line and its devices: events become inputs of the queue, actions become commands.
///
/// Events come from the devices' event loop, actions from the line's thread; neither waits for the other.
package final class DeviceDesk: LineOutlet {
    /// A device and what the desk must know of it.
    package struct Device: Sendable {
        /// As configured.
        package var name: String
        /// What it is to the line.
        package var kind: DeviceProfile.Kind
        /// It can show a person whether its read was accepted.
        package var showsFeedback: Bool

        /// Makes an entry.
        package init(name: String, kind: DeviceProfile.Kind, showsFeedback: Bool) {
            self.name = name
            self.kind = kind
            self.showsFeedback = showsFeedback
        }
    }

    /// What was last heard of a device.
    package struct Seen: Equatable, Sendable {
        /// Wall clock of the last connect or loss; 0 before the first.
        package var sinceMilliseconds: Int64 = 0
        /// Faults and broken frames since the start.
        package var faults = 0
        /// The last of them, or empty.
        package var lastFault = ""
        /// What it says of itself, since its last connection.
        package var identity = DeviceIdentity()
        /// The transport is open.
        package var isConnected = false
        /// When a fault it reported is over unless it reports again; `nil` without one.
        var faultyUntil: UInt64?
        /// It said that it cannot print.
        var isBlocked = false

        /// What the device is, beside ``sinceMilliseconds``: the rules hear of a loss a moment later, and a
        /// person who sees a new time beside an old condition takes the device for back.
        func condition(inRules condition: DeviceCondition) -> DeviceCondition {
            isConnected ? condition : .stale
        }
    }

    private struct Shared {
        var seen: [String: Seen] = [:]
        var ports: [String: any DevicePort] = [:]
        /// By I/O device.
        var lastPurgeUntil: [String: UInt32] = [:]
        /// I/O devices and beacons to which outputs were sent that are not confirmed.
        var outputsPending: Set<String> = []
        /// By lane.
        var lamps: [Int: LineOutputs] = [:]
        /// What the beacons were last told.
        var shownLamps: LineIOOutputs?
    }

    /// A coder's fault is over when it has not repeated for this long; a person resumes the line.
    static let faultHoldNanoseconds: UInt64 = 5_000_000_000

    private let devices: [String: Device]
    private let beacons: [String]
    private let lanes: [Lane]
    private let labels: LabelDesk
    private let queue: InputQueue
    private let answers: PendingAnswers
    private let shared = NIOLockedValueBox(Shared())

    init(
        devices: [Device], lanes: [Lane], labels: LabelDesk, queue: InputQueue, answers: PendingAnswers
    ) {
        self.devices = Dictionary(devices.map { ($0.name, $0) }) { first, _ in first }
        beacons = devices.filter { $0.kind == .beacon }.map(\.name)
        self.lanes = lanes
        self.labels = labels
        self.queue = queue
        self.answers = answers
    }

    /// Gives the desk the way to a device. Before the first event of that device.
    package func attach(_ port: any DevicePort, as name: String) {
        shared.withLockedValue { $0.ports[name] = port }
    }

    /// What was last heard of a device.
    package func seen(_ name: String) -> Seen {
        let (seen, port) = shared.withLockedValue { ($0.seen[name] ?? Seen(), $0.ports[name]) }
        guard let trouble = port?.trouble, !trouble.isEmpty else { return seen }
        var now = seen
        now.lastFault = trouble
        return now
    }

    /// What was said to and by a device from the entry with this number on, and the number of the next.
    package func said(_ name: String, from number: UInt64) -> (said: [DeviceTrace.Said], next: UInt64) {
        shared.withLockedValue { $0.ports[name] }?.said(from: number) ?? ([], number)
    }

    /// Outputs sent and not yet confirmed.
    var hasPendingOutputs: Bool { shared.withLockedValue { !$0.outputsPending.isEmpty } }

    // MARK: - Events

    /// Takes an event of a device, on the device's thread.
    package func receive(_ event: DeviceEvent, from name: String) {
        note(event, of: name)
        // Whatever else a beacon says, the rules have no use for it; nor for what is no frame of a scale.
        if devices[name]?.kind == .beacon, event != .connected, event != .stale { return }
        if devices[name]?.kind == .scale, case .frameFault = event { return }
        for input in DeviceTranslation.inputs(event, from: name, lane: lanes.lane(of: name) ?? 0)
            + conditions(event, of: name)
        {
            queue.offer(input)
        }
    }

    private func note(_ event: DeviceEvent, of name: String) {
        switch event {
        case .connected, .stale:
            let now = Int64(clamping: WallClock.nowMilliseconds())
            change(name) {
                $0.sinceMilliseconds = now
                $0.isConnected = event == .connected
                if event == .stale { $0.identity = DeviceIdentity() }
                $0.faultyUntil = nil
            }
            _ = shared.withLockedValue { $0.outputsPending.remove(name) }
        case .fault(let fault), .frameFault(let fault):
            change(name) {
                $0.faults += 1
                $0.lastFault = fault.description
            }
        case .outputsWritten: _ = shared.withLockedValue { $0.outputsPending.remove(name) }
        case .identified(let identity): change(name) { $0.identity = identity }
        case .noise, .read, .noRead, .jobRead, .jobFailed, .coderReady, .recordAccepted, .recordRefused,
            .printed, .bufferCleared,
            .labelPrinted, .labelRefused, .labelInDoubt, .printerStatus, .weight, .notWeighed, .inputs,
            .gateCommandWritten,
            .gateCommandExpired, .verdictWritten, .verdictExpired:
            break
        }
    }

    private func change(_ name: String, _ body: (inout Seen) -> Void) {
        shared.withLockedValue { body(&$0.seen[name, default: Seen()]) }
    }

    /// What faults and states of printers mean to the rules.
    private func conditions(_ event: DeviceEvent, of name: String) -> [LineInput] {
        switch devices[name]?.kind {
        case .coder: coder(event, name)
        case .labelPrinter: labelPrinter(event, name)
        case .reader, .lineIO, .beacon, .scale, nil: []
        }
    }

    private func coder(_ event: DeviceEvent, _ name: String) -> [LineInput] {
        if case .fault(let fault) = event { return faulty(name, fault.description) }
        if event == .connected || event == .stale { change(name) { $0.isBlocked = false } }
        guard case .printerStatus(let status) = event, status.isKnown else { return [] }
        change(name) { $0.isBlocked = !status.isReady }
        return [.device(name, status.isReady ? .connected : .faulty(status.blockingText))]
    }

    private func labelPrinter(_ event: DeviceEvent, _ name: String) -> [LineInput] {
        if case .printerStatus(let status) = event { return labelPrinter(name, status) }
        if case .labelRefused(_, let text) = event {
            return notPrinted(name, "a label was not printed: \(text)")
        }
        guard case .labelInDoubt = event else { return [] }
        return notPrinted(
            name, "a label was sent and is not proven printed: look for it, or print it again")
    }

    private func faulty(_ name: String, _ text: String) -> [LineInput] {
        let until = MonotonicClock.now() &+ Self.faultHoldNanoseconds
        let isNew = shared.withLockedValue { shared in
            guard shared.seen[name]?.isConnected == true else { return false }
            let before = shared.seen[name]?.faultyUntil
            shared.seen[name, default: Seen()].faultyUntil = until
            return before == nil
        }
        return isNew ? [.device(name, .faulty(text))] : []
    }

    /// An unknown state says nothing: many printers are silent while they are in trouble.
    private func labelPrinter(_ name: String, _ status: PrinterStatus) -> [LineInput] {
        guard status.isKnown else { return [] }
        let isBlocked = !status.isReady
        let changed = shared.withLockedValue { shared in
            let before = shared.seen[name, default: Seen()].isBlocked
            shared.seen[name, default: Seen()].isBlocked = isBlocked
            return before != isBlocked
        }
        guard changed else { return [] }
        return [.labelPrinter(device: name, isBlocked ? .fault(status.blockingText) : .recovered)]
    }

    /// The label is the fault, not the printer: the line holds, the alarm is over at once.
    private func notPrinted(_ name: String, _ text: String) -> [LineInput] {
        let isBlocked = seen(name).isBlocked
        return [.labelPrinter(device: name, .fault(text))]
            + (isBlocked ? [] : [.labelPrinter(device: name, .recovered)])
    }

    /// Devices whose fault is over.
    package func inputsDue(at now: UInt64) -> [LineInput] {
        lanes.compactMap { $0.unitPrint?.device }.filter { coder in
            shared.withLockedValue { shared in
                guard let until = shared.seen[coder]?.faultyUntil, now >= until else { return false }
                shared.seen[coder, default: Seen()].faultyUntil = nil
                // What it said of itself since holds until it says otherwise.
                return shared.seen[coder]?.isConnected == true && shared.seen[coder]?.isBlocked != true
            }
        }.map { .device($0, .connected) }
    }

    // MARK: - Actions

    /// Sends an action to its device, on the line's thread.
    package func submit(_ action: LineAction) {
        switch action {
        case .outputs(let outputs, let lane):
            setOutputs(outputs, of: lanes[lane].io)
            show(outputs, of: lane)
        case .gate(let signal, let lane):
            perform(.gateCommand(DeviceTranslation.gate(signal)), lanes[lane].io)
        case .verdict(let verdict, let lane):
            perform(
                .verdict(
                    track: verdict.plcTrack, pass: verdict.pass, expiresAt: verdict.expiresAtNanoseconds),
                lanes[lane].io)
        case .coder(let order, let lane):
            if let coder = lanes[lane].unitPrint?.device { perform(DeviceTranslation.coder(order), coder) }
        case .selectJob(let device, let job): perform(.selectJob(job), device)
        case .readJob(let device): perform(.readJob, device)
        case .weigh(let device): perform(.weigh, device)
        case .feedback(let device, let good):
            if devices[device]?.showsFeedback == true { perform(.feedback(good: good), device) }
        case .label, .answer, .checkpoint: break
        }
    }

    private func setOutputs(_ outputs: LineOutputs, of io: String) {
        let command = shared.withLockedValue { shared in
            shared.outputsPending.insert(io)
            let last = shared.lastPurgeUntil[io] ?? 0
            let command = DeviceTranslation.outputs(outputs, lastPurgeUntil: last)
            shared.lastPurgeUntil[io] = command.purgeUntil
            return command
        }
        perform(.setOutputs(command), io)
    }

    /// Tells the beacons the lamps of all lanes where they changed; they are renewed by their sessions.
    private func show(_ outputs: LineOutputs, of lane: Int) {
        guard !beacons.isEmpty else { return }
        let changed: LineIOOutputs? = shared.withLockedValue { shared in
            shared.lamps[lane] = outputs
            let lamps = DeviceTranslation.lamps(shared.lamps.values)
            guard lamps != shared.shownLamps else { return nil }
            shared.shownLamps = lamps
            shared.outputsPending.formUnion(beacons.filter { shared.seen[$0]?.isConnected == true })
            return lamps
        }
        guard let changed else { return }
        for beacon in beacons { perform(.setOutputs(changed), beacon) }
    }

    private func perform(_ command: DeviceCommand, _ name: String) {
        shared.withLockedValue { $0.ports[name] }?.perform(command)
    }

    /// Fills the label's template and sends it; a label that cannot be filled holds the line.
    package func print(_ label: LabelOrder, product: String) {
        switch labels.filled(label, product: product) {
        case .success(let data): perform(.printLabel(job: label.job, data: data), label.device)
        case .failure(let refused):
            for input in notPrinted(label.device, refused.text) { queue.offer(input) }
        }
    }

    /// Hands the answer to whoever waits for it.
    package func answer(_ request: UInt64, _ answer: CommandAnswer) { answers.answer(request, answer) }
}
