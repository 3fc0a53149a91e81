import ArgumentParser
import SystemIO

/// `seriatim bench`: how fast this program is on this machine, each speed beside what the machine itself can
/// do; sizes and shares stand alone.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this program on this machine, each speed beside a baseline of the same run.",
        discussion: """
            Figures: \(figures.map { $0.name }.joined(separator: ", ")). Without a name, all of them.
            """)

    /// Every figure, in the order they are measured.
    static let figures: [any BenchFigure.Type] = [
        CommitFigure.self, LoopFigure.self, LatencyFigure.self, FloodFigure.self, ScanFigure.self,
        WholeLineFigure.self, BytesFigure.self, VerifyFigure.self, RestartFigure.self, ImportFigure.self,
        GS1Figure.self, SimulateFigure.self, ReplayFigure.self,
    ]

    @Argument(help: "Figures to measure.") var names: [String] = []
    @Flag(help: "Small sizes: ends within two minutes on two busy cores.") var quick = false
    @Flag(help: "One JSON object for each figure.") var json = false
    @Option(help: "Folder on the disk to measure. [default: the working directory]") var data: String?

    func validate() throws {
        for name in names where !Self.figures.contains(where: { $0.name == name }) {
            let known = Self.figures.map { $0.name }.joined(separator: ", ")
            throw ValidationError("There is no figure \(name). Figures: \(known).")
        }
    }

    func run() async throws {
        let figures = Self.figures.filter { names.isEmpty || names.contains($0.name) }
        // Before an hour of measuring.
        if figures.contains(where: { $0.runsDaemon }) { _ = try ProfileOptions.shipped() }
        let scratch = try BenchScratch(in: data)
        defer { scratch.removeAll() }
        let termination = Termination {
            DemoDaemon.endRunning()
            scratch.removeAll()
            ProcessEnd.now("bench: interrupted", status: 130)
        }
        let table = BenchTable(isQuick: quick)
        if !json { table.printHead(isMemory: scratch.isMemory) }
        let isJSON = json
        let say: @Sendable (String) -> Void = { if !isJSON { BenchTable.say($0) } }
        for figure in figures {
            let run = BenchRun(isQuick: quick, scratch: scratch, say: say)
            say("measuring \(figure.name)")
            for result in try await Self.measure(figure, run) {
                if json { Output.json(result.json) } else { table.print(result) }
            }
            Output.flush()
        }
        if !json { table.printFoot() }
        withExtendedLifetime(termination) {}
    }

    private static func measure(_ figure: any BenchFigure.Type, _ run: BenchRun) async throws -> [BenchResult]
    {
        do {
            return try await figure.measure(run)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                "BENCH-109 \(figure.name): \(error). See that the disk has space, then try again.",
                status: 70)
        }
    }
}
