import ArgumentParser
import GS1
import SystemIO

/// GS1 codes, without a daemon.
struct GS1Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gs1", abstract: "Read, write and explain GS1 codes.",
        subcommands: [
            GS1ExplainCommand.self, GS1EncodeCommand.self, GS1ParseCommand.self, GS1FuzzCommand.self,
        ])

    /// All rules, two-digit years by the clock of this machine.
    static var rules: ElementString.Rules {
        .init(currentYear: GS1Date(daysSince1970: Int64(WallClock.nowMilliseconds() / 86_400_000)).year)
    }
}

extension CodeForm: ExpressibleByArgument {}
