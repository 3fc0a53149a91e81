import ArgumentParser
import ControlAPI
import DeviceCore
import Foundation
import Settings

/// The devices of the line, and those that could be.
struct DevicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "The devices of the line, and what is plugged in.",
        subcommands: [
            List.self, Scan.self, Probe.self, Watch.self, Test.self, Replay.self, Play.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the devices and how they stand.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let answer: DevicesAnswer = try await client.ask(.devices)
            if client.json { return Output.json(answer) }
            let rows = answer.devices.map {
                [
                    $0.name, $0.condition, $0.since, $0.says.isEmpty ? $0.model : $0.model + ": " + $0.says,
                    "(\($0.evidence))", $0.address, "faults \($0.faults)",
                    [$0.detail, $0.lastFault].filter { !$0.isEmpty }.joined(separator: "; "),
                ]
            }
            Output.table(rows)
        }
    }
}

/// Where a command finds device profiles.
struct ProfileOptions: ParsableArguments {
    @Option(help: "Directory of shipped device profiles; may be given several times.")
    var profiles: [String] = []

    @Option(help: "Directory with this site's changes to profiles.")
    var siteProfiles: String?

    /// The store of the named directories, else of the shipped one.
    func store() throws -> ProfileStore {
        ProfileStore(shipped: profiles.isEmpty ? [try Self.shipped()] : profiles, site: siteProfiles)
    }

    /// The profile of a name.
    func load(_ name: String) throws -> DeviceProfile {
        let store = try store()
        do throws(SettingsErrors) {
            return try store.load(name).profile
        } catch {
            throw CommandFailure(error.description, status: 78)
        }
    }

    /// Every profile there is that can be read.
    func all() throws -> [(name: String, profile: DeviceProfile)] {
        let store = try store()
        return store.names.compactMap { name in
            (try? store.load(name)).map { (name, $0.profile) }
        }
    }

    /// Where the device profiles are: beside or above the program, as in a checkout, or installed.
    static func shipped() throws -> String {
        var folder = URL(fileURLWithPath: DemoDaemon.program).deletingLastPathComponent()
        var candidates: [String] = []
        for _ in 0..<6 {
            candidates.append(folder.path + "/devices")
            folder.deleteLastPathComponent()
        }
        candidates += [FileManager.default.currentDirectoryPath + "/devices", "/usr/share/seriatim/devices"]
        let found = candidates.first {
            FileManager.default.fileExists(atPath: $0 + "/seriatim/line-io-1.toml")
        }
        guard let found else {
            throw CommandFailure(
                "CLI-160 profiles: the device profiles are neither in devices/ here or above the program "
                    + "nor in /usr/share/seriatim/devices. Say where: --profiles DIR.",
                status: 69)
        }
        return found
    }
}

/// Reads an address given on the command line.
enum AddressArgument {
    static func read(_ text: String) throws -> DeviceAddress {
        do throws(DeviceAddress.Fault) {
            return try DeviceAddress(text)
        } catch {
            throw CommandFailure(
                "CLI-161 \(text): \(error.description). Write tcp:host:port, serial:/dev/name?baud=9600, "
                    + "serial:usb:VID:PID or input:usb:VID:PID; seriatim devices scan shows what is there.",
                status: 64)
        }
    }
}
