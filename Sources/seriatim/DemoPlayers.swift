import DemoIO
import DeviceCore
import NIOConcurrencyHelpers

/// Devices of a demo that say what transcripts say: readers at the rework station.
final class DemoPlayers: Sendable {
    /// A device for the configuration.
    struct Device: Sendable {
        var name: String
        var profile: String
        var address: String
    }

    /// One for each transcript, in order.
    let devices: [Device]
    private let players: [TranscriptDevice]
    private let isOver = NIOLockedValueBox(false)

    /// Reads the transcripts and opens a port for each.
    init(_ files: [String]) throws {
        var options = ProfileOptions()
        (options.profiles, options.siteProfiles) = ([], nil)
        var (devices, players): ([Device], [TranscriptDevice]) = ([], [])
        for (index, file) in files.enumerated() {
            var transcript = try TranscriptFile.read(file)
            // A reader that is away keeps a batch from starting: here it stays.
            transcript.lines.removeAll { $0.cause == "disconnect" }
            let name = TranscriptFile.profileName(of: transcript, at: file)
            guard try options.load(name).kind == .reader else {
                throw CommandFailure(
                    "DEMO-108 \(file): \(name) is no reader, and the demo has a place for readers alone. "
                        + "Play it to a line of your own: seriatim devices play.", status: 64)
            }
            do throws(TransportFault) {
                players.append(try TranscriptDevice(transcript, port: 0))
            } catch {
                throw CommandFailure("DEMO-104 devices: \(error). Free some ports and terminals.", status: 71)
            }
            devices.append(
                Device(name: "played-\(index + 1)", profile: name, address: players[index].address))
        }
        (self.devices, self.players) = (devices, players)
    }

    /// Plays each, from the start again at each connection.
    func start() {
        for player in players {
            Task { [isOver] in
                while !isOver.withLockedValue({ $0 }) {
                    _ = await player.play(staying: true) { isOver.withLockedValue { $0 } }
                }
            }
        }
    }

    func stop() { isOver.withLockedValue { $0 = true } }
}
