import Foundation
import Testing

/// Goal: a technician finds out what is said between the line and a device, keeps it, and has it again.
/// Method: the shipped program plays transcripts as devices, and is asked, watched and tested against them.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct DeviceCommandTests {
    private static let devices = Program.root + "/devices"

    /// A device that plays a transcript until it is killed.
    private func play(
        _ transcript: String, again: Bool = true, in place: Place
    ) async throws -> (child: Child, address: String) {
        let arguments = ["devices", "play", transcript, "--port", "0"] + (again ? ["--again"] : [])
        let child = try Child(arguments, in: place)
        #expect(await child.says("\n", within: 10), "\(child.errors)")
        return (child, child.output.split(separator: "\n").first.map(String.init) ?? "")
    }

    private func run(_ arguments: String..., in place: Place) async throws -> Program.Outcome {
        try await Program.run(["devices"] + arguments, in: place, seconds: 40)
    }

    @Test func aDeviceIsAskedWhoItIs() async throws {
        let place = try Place()
        let (child, address) = try await play(Self.devices + "/keyence/sr.transcript", in: place)
        defer { child.kill() }
        let known = try await run(
            "probe", address, "--profile", "keyence/sr", "--profiles", Self.devices, in: place)
        #expect(known.status == 0 && known.output == "keyence/sr: it says SR-1000 1.23\n", "\(known)")
        // A printer's question is not this reader's, and its silence is no answer.
        let wrong = try await run(
            "probe", address, "--profile", "cognex/dataman-extended", "--profiles", Self.devices, in: place)
        #expect(wrong.status == 1 && wrong.output.contains("DEV-116"), "\(wrong)")
        let none = try await run("probe", "tcp:127.0.0.1:9", "--profiles", Self.devices, in: place)
        #expect(none.status == 64 && none.errors.contains("CLI-166") && none.errors.contains("keyence/sr"))
        let nowhere = try await run("probe", "printer-3", "--profiles", Self.devices, in: place)
        #expect(nowhere.status == 64 && nowhere.errors.contains("CLI-161"), "\(nowhere)")
    }

    @Test func whatIsSaidIsSeenKeptAndPlayedAgain() async throws {
        let place = try Place()
        let (child, address) = try await play(Self.devices + "/generic/reader-cr.transcript", in: place)
        defer { child.kill() }
        let kept = place.path + "/kept.transcript"
        let watched = try await run(
            "watch", address, "--profile", "generic/reader-cr", "--profiles", Self.devices, "--record", kept,
            "--seconds", "3", in: place)
        #expect(watched.status == 0 && watched.output.contains("read ]d2"), "\(watched)")
        #expect(watched.output.contains("-- opened"))
        let text = try String(contentsOfFile: kept, encoding: .utf8)
        #expect(text.hasPrefix("# profile: generic/reader-cr   firmware: unknown   evidence: transcript"))
        let again = try await run("replay", kept, "--profiles", Self.devices, in: place)
        #expect(again.status == 0 && again.output.contains("lines replay"), "\(again)")
        // Another profile understands something else, and the place is named.
        let other = try await run(
            "replay", kept, "--profile", "generic/reader-stx-etx", "--profiles", Self.devices, in: place)
        #expect(other.status == 1 && other.errors.contains("CLI-173") && other.errors.contains("line "))
        let twice = try await run(
            "watch", address, "--profile", "generic/reader-cr", "--profiles", Self.devices, "--record", kept,
            "--seconds", "1", in: place)
        #expect(twice.status == 73 && twice.errors.contains("CLI-165"), "a record is never overwritten")
        let (copy, elsewhere) = try await play(kept, again: false, in: place)
        defer { copy.kill() }
        let seen = try await run("watch", elsewhere, "--hex", "--seconds", "2", in: place)
        #expect(seen.output.contains("5D 64 32"), "\(seen)")
        #expect(await copy.end(within: 10) == 0, "\(copy.output)")
    }

    @Test func everyShippedTranscriptReplays() async throws {
        let place = try Place()
        var count = 0
        for path in try FileManager.default.subpathsOfDirectory(atPath: Self.devices).sorted()
        where path.hasSuffix(".transcript") {
            let outcome = try await run(
                "replay", Self.devices + "/" + path, "--profiles", Self.devices, in: place)
            #expect(outcome.status == 0, "\(path): \(outcome)")
            count += 1
        }
        #expect(count >= 20)
        for (text, code) in [("", "CLI-171"), ("# profile: a", "CLI-171"), ("\u{0}\u{1}", "CLI-171")] {
            let file = try place.write("bad.transcript", text)
            let outcome = try await run("replay", file, "--profiles", Self.devices, in: place)
            #expect(outcome.status == 65 && outcome.errors.contains(code), "\(outcome)")
        }
    }

    @Test func aReaderIsTested() async throws {
        let place = try Place()
        let (child, address) = try await play(Self.devices + "/generic/reader-cr.transcript", in: place)
        defer { child.kill() }
        let good = try await run(
            "test", address, "--profile", "generic/reader-cr", "--profiles", Self.devices, in: place)
        #expect(
            good.output.contains("ok      connected\n") && good.output.contains("ok      read ]"), "\(good)")
        #expect(good.output.contains("evidence: manual (written from documents; it has met no hardware)"))
        let gone = try await run(
            "test", "tcp:127.0.0.1:9", "--profile", "generic/reader-cr", "--profiles", Self.devices, in: place
        )
        #expect(gone.status == 1 && gone.output.contains("FAILED  connected: DEV-150"), "\(gone)")
        let silent = try await play(Self.devices + "/keyence/sr.transcript", in: place)
        defer { silent.child.kill() }
        let wrong = try await run(
            "test", silent.address, "--profile", "zebra/zpl", "--profiles", Self.devices, in: place)
        #expect(wrong.status == 1 && wrong.output.contains("FAILED  it tells its state"), "\(wrong)")
    }

    private static func line(_ place: Place, scanner: String) -> String {
        """
        [line]
        name = "bench"
        data = "\(place.data)"
        belt = "none"
        [[device]]
        name = "camera"
        profile = "generic/reader-cr"
        address = "tcp:127.0.0.1:9"
        [[device]]
        name = "scanner"
        profile = "keyence/sr"
        address = "\(scanner)"
        [[station]]
        kind = "unit-verify"
        name = "check"
        cameras = ["camera"]
        [[station]]
        kind = "gate"
        name = "hands"
        mode = "none"
        [[station]]
        kind = "rework"
        name = "desk"
        readers = ["scanner"]

        """
    }

    @Test func aDeviceOfARunningLineIsWatched() async throws {
        let place = try Place()
        // It asks the reader who it is, and waits for commands nobody gives: the play ends, and begins again.
        let text = """
            # profile: keyence/sr   firmware: x   evidence: manual   source: this test
            @0.000 > 4B 45 59 45 4E 43 45 0D  connect
            @5.000 < 4F 4B 2C 4B 45 59 45 4E 43 45 2C 53 52 2D 39 2C 31 0D
            @300.000 < 5D 64 32 31 0D
            @600.000 < 5D 64 32 32 0D
            """
        let (child, address) = try await play(try place.write("sr.transcript", text), in: place)
        defer { child.kill() }
        try place.write("line.toml", Self.line(place, scanner: address))
        let daemon = try Child(["run", "--config", place.configuration] + place.profiles, in: place)
        defer { daemon.kill() }
        #expect(await daemon.says("ready, control socket", within: 20), "\(daemon.errors)")
        let kept = place.path + "/kept.transcript"
        let watched = try await place.client(
            "devices", "watch", "scanner", "--record", kept, "--seconds", "3")
        #expect(watched.status == 0 && watched.output.contains("read ]d21"), "\(watched)")
        #expect(watched.output.contains("identified SR-9 1"))
        let list = try await place.client("devices", "list", "--json")
        #expect(list.output.contains("\"profile\":\"keyence/sr\""), "\(list)")
        let replayed = try await run("replay", kept, "--profiles", Self.devices, in: place)
        let record = try String(contentsOfFile: kept, encoding: .utf8)
        #expect(replayed.status == 0, "\(replayed) \(record)")
        let held = try await run(
            "test", "scanner", "--config", place.configuration, "--profiles", Self.devices, in: place)
        #expect(held.status == 75 && held.errors.contains("CLI-170"), "\(held)")
        let unknown = try await place.client("devices", "watch", "printer")
        #expect(unknown.status == 66 && unknown.errors.contains("CTL-117"), "\(unknown)")
    }
}
