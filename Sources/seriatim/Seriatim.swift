import ArgumentParser

/// The one program of the line PC: daemon, client and tools. Each group of commands is a file of its own; a
/// new one is added to `subcommands`.
@main
struct Seriatim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seriatim",
        abstract: "Packaging-line serialization controller.",
        version: Version.text,
        subcommands: [
            RunCommand.self, CheckCommand.self, StatusCommand.self, BatchCommand.self, PoolCommand.self,
            ProductCommand.self, LabelCommand.self,
            ItemCommand.self, DevicesCommand.self, AlarmsCommand.self, SignOnCommand.self,
            SignOffCommand.self, HandOverCommand.self, OperatorCommand.self, TraceCommand.self,
            JournalCommand.self, ReplayCommand.self, BarcodesCommand.self,
            GS1Command.self, EPCISCommand.self, DemoCommand.self, SimulateCommand.self, BenchCommand.self,
        ])

    /// Errors of our own are printed as they are, with their exit status; the rest as the parser does.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try Output.end()
        } catch let error as CommandFailure {
            error.end()
        } catch {
            exit(withError: error)
        }
    }
}

/// Version of the program.
enum Version {
    static let text = "0.1.0"
}
