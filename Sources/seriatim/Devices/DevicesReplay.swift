import ArgumentParser
import DemoIO
import DeviceCore
import Foundation
import NIOConcurrencyHelpers
import SystemIO

extension DevicesCommand {
    /// Replays a transcript against its profile.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Replay a transcript against its profile: does the line still do and understand the same?",
            discussion: "The bytes are given whole, byte by byte, and cut once at every place.")
        @OptionGroup var options: ProfileOptions
        @Argument(help: "Transcript file.") var file: String
        @Option(help: "Profile instead of the one it names.") var profile: String?
        @Option(help: "Configuration of the line it was recorded on, where that sets keys of the device.")
        var config: String?
        @Option(help: "Name of the device in --config.") var device: String?

        func run() async throws {
            let transcript = try TranscriptFile.read(file)
            let profile =
                try configured() ?? TranscriptFile.profile(of: transcript, at: file, named: profile, options)
            guard transcript.lines.first?.cause == "connect" else {
                throw CommandFailure(
                    "CLI-172 \(file): it does not begin with the connection, so what was said before it is "
                        + "not known. Record once more, and unplug the device and plug it in again "
                        + "meanwhile.",
                    status: 65)
            }
            let longest = transcript.lines.filter { !$0.isSent }.map(\.bytes.count).max() ?? 0
            let cuts = (1..<min(max(longest, 2), 4096)).map(TranscriptReplay.Split.at)
            for split in [.whole, .bytes] + cuts {
                do {
                    try TranscriptReplay.check(transcript, try profile.makeSession(), split: split)
                } catch {
                    throw CommandFailure(
                        "CLI-173 \(file): \(error) (bytes cut: \(split)). Either the device was set "
                            + "otherwise, or "
                            + "the profile is wrong.", status: 1)
                }
            }
            Output.line("\(transcript.lines.count) lines replay, at \(cuts.count + 2) cuts")
        }

        /// The profile of a device of a line, with what the line sets.
        private func configured() throws -> DeviceProfile? {
            guard let config else { return nil }
            let devices = try ConfigFile.load(config, profiles: options.profiles).devices
            guard let settings = devices.first(where: { $0.name == device }) else {
                throw CommandFailure(
                    "CLI-169 \(device ?? "--device"): \(config) has no such device. It has: "
                        + "\(devices.map(\.name).joined(separator: ", ")).", status: 64)
            }
            return settings.profile
        }
    }

    /// A device that says what a transcript says.
    struct Play: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Be the device of a transcript, on a terminal or a TCP port of this machine.",
            discussion: """
                Its address is printed: name it in a configuration, and the line meets what the \
                transcript's line met. The bytes of the device come in their order and with their pauses; \
                what the line must send first is waited for. What it sends otherwise is told. Ends \
                with the transcript, or with Ctrl-C.
                """)
        @Argument(help: "Transcript file.") var file: String
        @Option(help: "TCP port to listen on, 0 for a free one; without it a pseudo-terminal.") var port: Int?
        @Flag(help: "Stay behind the end, and from the start again at each connection, until Ctrl-C.")
        var again = false

        func validate() throws {
            guard (0...65_535).contains(port ?? 0) else {
                throw ValidationError("--port must be 0 to 65535.")
            }
        }

        func run() async throws {
            let transcript = try TranscriptFile.read(file)
            let device: TranscriptDevice
            do throws(TransportFault) {
                device = try TranscriptDevice(transcript, port: port.map { UInt16(clamping: $0) })
            } catch {
                throw CommandFailure("CLI-174 \(file): \(error). Name another port.", status: 71)
            }
            let asked = NIOLockedValueBox(false)
            let termination = Termination { asked.withLockedValue { $0 = true } }
            defer { withExtendedLifetime(termination) {} }
            Output.line(device.address)
            Output.flush()
            var differences = 0
            repeat {
                for difference in await device.play(staying: again, until: { asked.withLockedValue { $0 } }) {
                    differences += 1
                    Output.line("\(file): \(difference)")
                    Output.flush()
                }
            } while again && !asked.withLockedValue { $0 }
            if differences > 0 {
                throw CommandFailure(
                    "CLI-173 \(file): the line sent \(differences) times something else. Is it set "
                        + "as it was when this was "
                        + "recorded?", status: 1)
            }
        }
    }
}

/// Reads transcripts.
enum TranscriptFile {
    static func read(_ path: String) throws -> Transcript {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("CLI-171 \(path): it cannot be read. Name a transcript.", status: 66)
        }
        guard data.count <= Transcript.maxBytes else {
            throw CommandFailure(
                "CLI-171 \(path): longer than \(Transcript.maxBytes >> 20) MiB. Cut it at a connection.",
                status: 65)
        }
        do throws(Transcript.Fault) {
            return try Transcript(String(decoding: data, as: UTF8.self))
        } catch {
            throw CommandFailure("CLI-171 \(path):\(error.line): \(error.text). Correct it.", status: 65)
        }
    }

    /// The profile it was recorded with: by name, or the file beside it.
    static func profile(
        of transcript: Transcript, at path: String, named own: String?, _ options: ProfileOptions
    ) throws -> DeviceProfile {
        let profile = try options.load(own ?? profileName(of: transcript, at: path))
        do throws(ProfileFault) {
            return try profile.setting(transcript.parameters)
        } catch {
            throw CommandFailure(
                "CLI-171 \(path): \(error). Correct its lines \"# parameter:\".", status: 65)
        }
    }

    /// The profile it names: `vendor/model`, or a file beside it.
    static func profileName(of transcript: Transcript, at path: String) -> String {
        let name = transcript.heading["profile"] ?? ""
        guard name.hasSuffix(".toml"), !name.hasPrefix("/") else { return name }
        return URL(fileURLWithPath: path).deletingLastPathComponent().path + "/" + name
    }
}
