import ArgumentParser
import Dispatch
import LineDaemon
import Settings
import SystemIO

/// The line daemon, in the foreground.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the line daemon in the foreground; systemd starts it so.")

    @Option(help: "Configuration of the line (TOML).")
    var config: String

    @Option(help: "Directory of shipped device profiles; may be given several times.")
    var profiles: [String] = []

    func run() throws {
        let loaded = try ConfigFile.load(config, profiles: profiles)
        let asked = DispatchSemaphore(value: 0)
        let termination = Termination { asked.signal() }
        let notifier = ServiceNotifier()
        let setup = DaemonSetup(loaded, version: Version.text)
        let daemon: Daemon
        do throws(DaemonError) {
            daemon = try Daemon(
                setup, connections: DeviceLinks(loaded.devices), log: Output.log,
                fail: { ProcessEnd.now($0.description, status: $0.exitStatus) })
        } catch {
            throw CommandFailure(error)
        }
        if loaded.configuration.operators == nil {
            Output.log("no [operators]: nobody signs on, the Unix account at the control socket acts")
        }
        notifier.send("READY=1\nSTATUS=line \(loaded.configuration.name) is up")
        Output.log("line \(loaded.configuration.name): ready, control socket \(loaded.controlSocket)")
        asked.wait()
        notifier.send("STOPPING=1")
        guard daemon.stop() else {
            throw CommandFailure(
                "DMN-111 line: it did not stop in 10 s. The next start recovers its journal.", status: 70)
        }
        Output.log("line \(loaded.configuration.name): stopped in order")
        withExtendedLifetime(termination) {}
    }
}

/// A configuration, checked.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration with its profiles and print every effective value.")

    @Option(help: "Configuration of the line (TOML).")
    var config: String

    @Option(help: "Directory of shipped device profiles; may be given several times.")
    var profiles: [String] = []

    func run() throws {
        let loaded = try ConfigFile.load(config, profiles: profiles)
        print(loaded.effectiveText, terminator: "")
        guard loaded.configuration.operators == nil else { return }
        print("# no [operators]: nobody signs on, the Unix account at the control socket acts")
    }
}

/// Loads a configuration for a command.
enum ConfigFile {
    /// The control socket a configuration names.
    static func controlSocket(_ path: String) throws -> String {
        do throws(SettingsErrors) {
            return try SettingsLoader.controlSocket(path: path)
        } catch {
            throw CommandFailure(error.description, status: 78)
        }
    }

    /// - Parameter profiles: As given on the command line, so seen from the working directory; what the file
    ///   itself says is seen from the file.
    static func load(_ path: String, profiles: [String] = []) throws -> LoadedLine {
        let profiles = try profiles.map { try WorkingDirectory.absolute($0) }
        do throws(SettingsErrors) {
            guard profiles.isEmpty else { return try SettingsLoader.load(path: path, profiles: profiles) }
            return try SettingsLoader.load(path: path)
        } catch {
            throw CommandFailure(error.description, status: 78)
        }
    }
}
