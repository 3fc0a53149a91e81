import Dispatch
import JournalCore
import LineCore
import LineDaemon
import NIOConcurrencyHelpers
import Simulator

/// What the line told its devices and they have not taken yet.
final class SteadyOutlet: LineOutlet {
    private let waiting = NIOLockedValueBox<[LineAction]>([])
    private let told = DispatchSemaphore(value: 0)

    func submit(_ action: LineAction) { put(action) }
    func print(_ label: LabelOrder, product: String) { put(.label(label)) }
    func answer(_ request: UInt64, _ answer: CommandAnswer) { put(.answer(request: request, answer)) }
    func inputsDue(at now: UInt64) -> [LineInput] { [] }

    private func put(_ action: LineAction) {
        waiting.withLockedValue { $0.append(action) }
        told.signal()
    }

    /// Everything told since the last call, in order.
    func take() -> [LineAction] {
        waiting.withLockedValue { waiting in
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
    }

    /// Waits until something was told.
    ///
    /// - Returns: `false` if nothing was within `milliseconds`.
    func wait(milliseconds: Int) -> Bool {
        told.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}

/// Runs a steady line through the line's loop on time of its own: each step a turn of its own, as on a line
/// of that pace.
struct SteadyDrive {
    /// The loop with its journal.
    private(set) var loop: LineLoop
    private(set) var line: SteadyLine
    private let outlet = SteadyOutlet()
    private let time: Time
    private var request: UInt64 = 0

    /// Time that moves when told.
    private final class Time: Sendable {
        let now = NIOLockedValueBox<UInt64>(1_000_000_000)
        var instant: LineInstant {
            let now = now.withLockedValue { $0 }
            return LineInstant(
                monotonicNanoseconds: now, wallMilliseconds: 1_795_000_000_000 + Int64(now / 1_000_000))
        }
    }

    /// Starts the line and its batch.
    init(_ line: SteadyLine, journal: Journal) throws {
        let time = Time()
        self.time = time
        self.line = line
        loop = LineLoop(
            line: Line(configuration: line.configuration), journal: journal, outlet: outlet,
            board: SnapshotBoard(), clock: { time.instant })
        let start = LineStart(
            boot: "bench", version: Version.text, configuration: "", isJournalVerified: true)
        try turn([.started(start)])
        try turn(line.firstInputs)
        for verb in line.commands {
            request += 1
            try turn([.command(LineCommand(request: request, actor: "bench", verb: verb))])
        }
    }

    /// Runs until `units` have passed, one every `nanoseconds`.
    mutating func run(units: Int, every nanoseconds: UInt64) throws {
        let pause = nanoseconds / UInt64(SteadyLine.stepsPerUnit)
        let end = line.unitsPassed + units
        var idle = 0
        while line.unitsPassed < end {
            let inputs = line.next()
            idle = inputs.isEmpty && !line.isReady ? idle + 1 : 0
            // Numbers come of age within a second; nothing else lets this line wait.
            guard UInt64(idle) * pause < 60_000_000_000 else { throw stopped }
            try turn(inputs.isEmpty ? [.tick] : inputs)
            time.now.withLockedValue { $0 += pause }
        }
    }

    private mutating func turn(_ inputs: [LineInput]) throws {
        var inputs = inputs
        while !inputs.isEmpty {
            try loop.turn(inputs)
            if loop.journal.needsPreparation { _ = try loop.prepareAhead() }
            for action in outlet.take() {
                try Self.check(action)
                line.take(action)
            }
            inputs = line.takeSaid()
        }
    }

    /// The bench's own commands are never refused.
    static func check(_ action: LineAction) throws {
        guard case .answer(_, .refused(let refusal)) = action else { return }
        throw CommandFailure(
            "BENCH-103 steady line: \(refusal.code) \(refusal.text). Report this fault.", status: 70)
    }

    private var stopped: CommandFailure {
        let status = loop.line.status
        let stop = status.stop.map { "\($0.rawValue) \($0.text)" } ?? "no stop"
        return CommandFailure(
            "BENCH-104 steady line: it stands after \(line.unitsPassed) units: \(stop) "
                + "\(status.batch?.hold?.detail ?? ""). Report this fault.", status: 70)
    }
}
