import ControlAPI
import DemoIO
import Simulator
import SystemIO

/// What the daemon uses while a whole line runs at 37.5 units a second: coder, cameras, gate, packing,
/// labels, pallets, index and control socket, all behind sockets and terminals.
enum WholeLineFigure: BenchFigure {
    static let name = "daemon.cpu"
    static let runsDaemon = true
    private static let mostPercent = 10.0
    private static let mostMebibytes = 128.0
    private static let unitsPerMinute = 2_250
    /// A person reads pallet labels by hand: one in 51 s.
    private static let unitsPerCase = 48
    private static let casesPerPallet = 40

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let seconds = run.size(120, quick: 4)
        // The first cartons reach the packer after some seconds; measured is what follows.
        let units = (seconds + 20) * unitsPerMinute / 60
        let plan = DemoPlan(
            units: units, rate: unitsPerMinute, isPreprinted: false, gate: .pass, seed: 1, kills: false)
        var layout = plan.layout
        layout.unitsPerCase = unitsPerCase
        layout.casesPerPallet = casesPerPallet
        let line = try DemoLine.start(World(layout: layout, faults: WorldFaults(), seed: plan.seed))
        defer { line.stop() }
        let files = try DemoFiles(plan, addresses: line.addresses, data: folder)
        let daemon = DemoDaemon(files)
        defer { daemon.end() }
        let client = ControlClient(socket: files.line + "/run/control.sock")
        try daemon.start()
        try await begin(plan, files, client, daemon)
        line.withWorld { $0.loadFeeder(blank: plan.units) }
        var people = DemoOperator(plan, line, client)
        run.say("\(name): \(seconds) s at \(unitsPerMinute) a minute")
        try await produce(line, client, daemon, &people, until: .now + .seconds(60)) {
            $0.packed > unitsPerCase
        }
        let before = try usage(daemon)
        let passedBefore = line.withWorld { $0.tally.fed }
        let start = ContinuousClock.now
        try await produce(line, client, daemon, &people, until: start + .seconds(seconds)) { _ in false }
        let after = try usage(daemon)
        let time = Double(BenchClock.nanoseconds(ContinuousClock.now - start))
        let rate = Double(line.withWorld { $0.tally.fed } - passedBefore) / time * 1e9
        let percent = Double(after.cpuNanoseconds - before.cpuNanoseconds) / time * 100
        let resident = Double(after.mostResidentBytes) / 1_048_576
        let keepsPace = rate >= 0.95 * Double(unitsPerMinute) / 60
        let note =
            "\(BenchNumber.text(time / 1e9)) s at \(BenchNumber.text(rate)) units/s, print-verify-pack with "
            + "every device behind a socket or terminal, \(people.stops.count) stops"
            + (people.stops.isEmpty ? "." : ": \(people.stops.joined(separator: ", ")).")
            + (keepsPace ? "" : " The line did not keep the pace: not judged.")
        return [
            BenchResult(
                name: name, value: percent, unit: "%",
                details: [.init(name: "units_per_second", value: rate)],
                baselineText: "of one core",
                target: keepsPace ? .init(text: "<= 10 %", isHeld: percent <= mostPercent) : nil,
                note: note),
            BenchResult(
                name: "daemon.resident", value: resident, unit: "MiB",
                details: [.init(name: "now", value: Double(after.residentBytes) / 1_048_576)],
                baselineText: "at most",
                target: .init(text: "<= 128 MiB", isHeld: resident <= mostMebibytes), note: "In the same run."
            ),
        ]
    }

    /// Numbers, an order, and the batch on the line.
    private static func begin(
        _ plan: DemoPlan, _ files: DemoFiles, _ client: ControlClient, _ daemon: DemoDaemon
    ) async throws {
        while true {
            guard daemon.isRunning else {
                throw CommandFailure("BENCH-110 daemon: it ended. \(daemon.lastWords)", status: 70)
            }
            let status: StatusAnswer? = try? await client.ask(.status)
            if let devices = status?.devices, !devices.isEmpty,
                devices.allSatisfy({ $0.condition == "connected" })
            {
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        var units = PoolMessage()
        units.name = DemoPlan.unitPool
        units.kind = "printed"
        units.key = DemoPlan.gtin
        units.path = files.serials
        var ssccs = PoolMessage()
        ssccs.name = DemoPlan.ssccPool
        ssccs.kind = "sscc"
        ssccs.key = DemoPlan.ssccPrefix
        ssccs.first = 1
        ssccs.count = plan.units + 1_000
        var order = OrderMessage()
        order.batch = DemoPlan.batch
        order.gtin = DemoPlan.gtin
        order.product = "Steady tablets"
        order.lot = DemoPlan.lot
        order.expiry = DemoPlan.expiry
        order.quantity = plan.units
        order.itemsPerCase = unitsPerCase
        order.itemsPerPallet = casesPerPallet
        order.unitPool = DemoPlan.unitPool
        order.ssccPool = DemoPlan.ssccPool
        for request in [
            ControlRequest.addPool(units), .addPool(ssccs), .openBatch(order), .startBatch(DemoPlan.batch),
        ] {
            let _: DoneAnswer = try await client.ask(request)
        }
    }

    /// Lets the line run, its operator at hand, until `isEnough` or the time is over.
    private static func produce(
        _ line: DemoLine, _ client: ControlClient, _ daemon: DemoDaemon, _ people: inout DemoOperator,
        until end: ContinuousClock.Instant, isEnough: (WorldTally) -> Bool
    ) async throws {
        while ContinuousClock.now < end {
            guard daemon.isRunning else {
                throw CommandFailure("BENCH-110 daemon: it ended. \(daemon.lastWords)", status: 70)
            }
            if isEnough(line.withWorld({ $0.tally })) { return }
            if let status: StatusAnswer = try? await client.ask(.status) { _ = await people.look(status) }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private static func usage(_ daemon: DemoDaemon) throws -> ProcessUsage {
        guard let process = daemon.identifier, let usage = ProcessUsage(of: process) else {
            throw CommandFailure("BENCH-110 daemon: it ended. \(daemon.lastWords)", status: 70)
        }
        return usage
    }
}
