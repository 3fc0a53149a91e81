import ArgumentParser
import Dispatch
import Hub
import JournalCore
import SystemIO

/// The central server: journals of the lines, verified and kept byte for byte.
@main
struct SeriatimHub: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seriatim-hub",
        abstract: "The central server of packaging lines: their journals, verified and kept.",
        version: "0.1.0", subcommands: [ServeCommand.self, TokenCommand.self],
        defaultSubcommand: ServeCommand.self)

    /// Errors of our own are printed as they are, with their exit status; the rest as the parser does.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as HubError {
            ProcessEnd.afterOutput(error.description, status: error.exitStatus)
        } catch {
            exit(withError: error)
        }
    }
}

/// Serves, in the foreground.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve in the foreground; systemd starts it so.")

    @Option(help: "Directory of the hub's data.")
    var data: String

    @Option(help: "Where to listen: HOST:PORT, on this machine alone.")
    var listen = "127.0.0.1:8440"

    func run() throws {
        guard let address = ListenAddress(listen) else {
            throw ValidationError("--listen: \(listen) is no HOST:PORT.")
        }
        let asked = DispatchSemaphore(value: 0)
        let termination = Termination { asked.signal() }
        let notifier = ServiceNotifier()
        let service = try HubService(
            directory: data, address: address,
            fail: { ProcessEnd.now($0.description, status: $0.exitStatus) })
        notifier.send("READY=1\nSTATUS=listening on \(address.host), port \(service.port)")
        LogLine.write("hub: ready on http://\(ListenAddress(address.host, port: service.port))")
        asked.wait()
        notifier.send("STOPPING=1")
        service.stop()
        LogLine.write("hub: stopped in order")
        withExtendedLifetime(termination) {}
    }
}

/// Makes the token a line enrols with.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a one-time token that allows a line to begin its journal here.",
        discussion: "It is printed once and kept only as a hash. It can be used for seven days.")

    @Argument(help: "Name of the line, as in its configuration.")
    var line: String

    @Option(help: "Directory of the hub's data.")
    var data: String

    func run() throws {
        guard JournalIdentity.isLineName(line) else {
            throw HubError(
                .badLine, at: "LINE",
                "a line's name has 1 to 64 printable ASCII characters without \" and \\",
                "Give the name in the line's configuration.")
        }
        let path = "\(data)/\(HubService.databaseName)"
        guard DurableFile.exists(path) else {
            throw HubError(
                .badDirectory, at: data, "it holds no hub's database", "Name the directory of a hub.")
        }
        let store = try SQLiteStore(path: path)
        let token = try TokenHash.make()
        try store.add(
            TokenHash(of: token), line: line, madeBy: Accounts.current,
            at: Int64(clamping: WallClock.nowMilliseconds()))
        try store.close()
        print(token)
    }
}
