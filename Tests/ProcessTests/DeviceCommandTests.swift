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
        #expect(
            known.status == 0 && known.output.hasSuffix("\nkeyence/sr: it says SR-1000 1.23\n"), "\(known)")
        // A printer's question is not this reader's, and its silence is no answer.
        let wrong = try await run(
            "probe", address, "--profile", "cognex/dataman-extended", "--profiles", Self.devices, in: place)
        #expect(wrong.status == 1 && wrong.output.contains("dataman-extended: DEV-"), "\(wrong)")
        // A printer that is asked and says something else.
        let other = try await run(
            "probe", address, "--profile", "zebra/zpl", "--profiles", Self.devices, in: place)
        #expect(other.status == 1 && other.output.contains("zebra/zpl: it"), "\(other)")
        #expect(!other.output.contains("asks nothing") && other.errors.contains("CLI-175"), "\(other)")
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
    }

    @Test func aDeviceThatWasUnpluggedIsPlayedToItsEnd() async throws {
        let place = try Place()
        let text = """
            # profile: generic/reader-cr   firmware: x   evidence: manual   source: this test
            @0.000 >  connect -> connected
            @100.000 < 5D 64 32 31 0D  read ]d21
            @200.000 >  disconnect -> stale
            @900.000 >  connect -> connected
            @1000.000 < 5D 64 32 32 0D  read ]d22
            """
        let file = try place.write("two.transcript", text)
        let (child, address) = try await play(file, again: false, in: place)
        defer { child.kill() }
        let seen = try await run(
            "watch", address, "--profile", "generic/reader-cr", "--profiles", Self.devices, "--seconds", "4",
            in: place)
        #expect(seen.output.contains("read ]d21") && seen.output.contains("read ]d22"), "\(seen)")
        #expect(await child.end(within: 10) == 0, "\(child.output)")
        #expect(try await run("replay", file, "--profiles", Self.devices, in: place).status == 0)
        let port = try await run("play", file, "--port", "70000", in: place)
        #expect(port.status == 64 && port.errors.contains("0 to 65535"), "\(port)")
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
        // It ends its reads with CR LF, and the profile with CR: the next read would begin with LF.
        let text = """
            # profile: generic/reader-cr   firmware: x   evidence: manual   source: this test
            @0.000 >  connect
            @200.000 < 5D 64 32 31 0D 0A
            """
        let lineFeed = try await play(try place.write("crlf.transcript", text), in: place)
        defer { lineFeed.child.kill() }
        let rest = try await run(
            "test", lineFeed.address, "--profile", "generic/reader-cr", "--profiles", Self.devices, in: place)
        #expect(rest.status == 1 && rest.output.contains("FAILED  frames are whole: DEV-102"), "\(rest)")
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

    /// A Modbus server in a few lines: `answer(function, start, count, body)` says what each request gets.
    private static let server = """
        import socket, struct, sys, time
        careless = "careless" in sys.argv
        def serve(answer):
            server = socket.create_server(("127.0.0.1", 0))
            print(server.getsockname()[1], flush=True)
            while True:
                line, _ = server.accept()
                while True:
                    header = line.recv(7)
                    if len(header) < 7: break
                    number, _, length, unit = struct.unpack(">HHHB", header)
                    body = line.recv(length - 1)
                    said = answer(*struct.unpack(">BHH", body[:5]), body)
                    line.sendall(struct.pack(">HHHB", number, 0, len(said) + 1, unit) + said)

        """

    /// A controller of the contract. Careless, its watchdog never acts.
    private static let controller =
        server + """
            registers, renewed = [0] * 300, 0.0
            registers[0] = 1
            def answer(function, start, count, body):
                global renewed
                if function == 16:
                    values = struct.unpack(">%dH" % count, body[6:])
                    if start == 100 and values[0] != registers[100]: renewed = time.monotonic()
                    registers[start:start + count] = values
                    return body[:5]
                registers[1] = 4 if time.monotonic() - renewed > 0.2 and not careless else 0
                return struct.pack(">BB%dH" % count, 3, 2 * count, *registers[start:start + count])
            serve(answer)
            """

    /// A WAGO coupler: bits, and the watchdog's registers. Careless, it never acts.
    private static let coupler =
        server + """
            registers, coils, fed = {}, 0, 0.0
            def answer(function, start, value, body):
                global coils, fed
                late = time.monotonic() - fed > 0.1 * registers.get(0x1000, 0)
                if registers.get(0x1006) == 1 and late and not careless: registers[0x1006], coils = 2, 0
                if function == 6:
                    registers[start] = value
                    if start == 0x1008: registers[0x1006] = 0
                    if start == 0x1003: registers[0x1006], fed = 1, time.monotonic()
                    return body
                if function == 15:
                    coils, fed = body[6], time.monotonic()
                    return body[:5]
                if function == 2: return bytes([2, 1, coils if start == 512 else 1])
                return struct.pack(">BBH", 3, 2, registers.get(start, 0))
            serve(answer)
            """

    @Test(arguments: [("seriatim/line-io-1", controller), ("wago/750", coupler)], [false, true])
    func theWatchdogIsProven(device: (profile: String, script: String), isCareless: Bool) async throws {
        let place = try Place()
        let script = try place.write("device.py", device.script)
        let child = try Child(
            ["-B", script] + (isCareless ? ["careless"] : []), of: "/usr/bin/python3", in: place)
        defer { child.kill() }
        #expect(await child.says("\n", within: 10), "\(child.errors)")
        let port = child.output.split(separator: "\n").first ?? ""
        let outcome = try await run(
            "test", "tcp:127.0.0.1:\(port)", "--profile", device.profile, "--profiles", Self.devices,
            in: place)
        let version = device.profile == "wago/750" ? "" : ", contract version 1"
        #expect(outcome.output.contains("ok      inputs are read\(version)\n"), "\(outcome)")
        let wanted =
            isCareless
            ? "FAILED  its watchdog trips by itself" : "ok      its watchdog tripped by itself, after "
        #expect(outcome.status == (isCareless ? 1 : 0) && outcome.output.contains(wanted), "\(outcome)")
    }

    @Test func aTranscriptTakesPartInTheDemo() async throws {
        let place = try Place()
        let outcome = try await Program.run(
            [
                "demo", "--rate", "0", "--units", "60", "--no-kill", "--data", place.path + "/demo", "--play",
                Self.devices + "/honeywell/serial.transcript", "--play",
                Self.devices + "/generic/reader-cr.transcript",
            ], in: place, seconds: 200)
        #expect(outcome.status == 0 && outcome.output.contains("Every check held"), "\(outcome)")
        let line = try String(contentsOfFile: place.path + "/demo/line/line.toml", encoding: .utf8)
        #expect(line.contains("readers = [\"handheld\", \"played-1\", \"played-2\"]"))
        let printer = try await Program.run(
            ["demo", "--play", Self.devices + "/zebra/zpl.transcript"], in: place)
        #expect(printer.status == 64 && printer.errors.contains("DEMO-108"), "\(printer)")
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
        try place.writeBench(scanner: "keyence/sr", at: address)
        let daemon = try await place.daemon()
        defer { daemon.kill() }
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
