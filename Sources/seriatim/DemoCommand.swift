import ArgumentParser
import Foundation
import Simulator

/// A whole line on one PC: simulated devices on real sockets and terminals, and the real daemon.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a whole simulated line with the real daemon, and check what it wrote.",
        discussion: """
            The daemon is a process of its own with a configuration as a real line has it; coder, cameras, \
            scanners, label printer, sensors and gate are simulated behind sockets and terminals. Part-way \
            the daemon is killed and started again. At the end its journal is compared with the simulated \
            conveyor's own list of what lies where. Exit status 0: every check held; 1: one did not.
            """)

    @Option(help: "Cartons to feed.") var units = 240
    @Option(help: "Cartons a minute; 0: as fast as the daemon answers.") var rate: Int?
    @Flag(help: "The cartons carry their codes already.") var preprinted = false
    @Option(help: "How the gate is driven: plc, pass or eject.") var gate = "eject"
    @Option(help: "Tells serials and faults.") var seed: UInt64 = 1
    @Option(help: "Directory to leave the line's state in; else a temporary one.") var data: String?
    @Option(help: "Transcript of a reader that takes part at the rework station; may be given again.")
    var play: [String] = []
    @Flag(help: "One JSON object for programs.") var json = false
    @Flag(inversion: .prefixedNo, help: "Kill the daemon part-way and start it again.") var kill = true

    func validate() throws {
        guard (1...100_000).contains(units) else { throw ValidationError("--units must be 1 to 100000.") }
        guard (0...2_400).contains(rate ?? 400) else { throw ValidationError("--rate must be 0 to 2400.") }
        guard WorldGateMode(rawValue: gate) != nil else {
            throw ValidationError("--gate must be plc, pass or eject.")
        }
    }

    func run() async throws {
        let players = try DemoPlayers(play)
        var plan = DemoPlan(
            units: units, rate: rate ?? 400, isPreprinted: preprinted,
            gate: WorldGateMode(rawValue: gate) ?? .eject, seed: seed, kills: kill)
        plan.played = players.devices
        players.start()
        defer { players.stop() }
        DemoDaemon.endOnSignals()
        var demo = try DemoRun(plan, data: data, isJSON: json)
        let holds = try await demo.run()
        if !holds { throw ExitCode(1) }
    }
}
