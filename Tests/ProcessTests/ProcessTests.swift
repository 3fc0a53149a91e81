import Foundation
import Testing

/// The shipped program as its users meet it: started, asked, stopped, killed and started again. One at a
/// time; no device exists, every file lies in a directory of the test's own.
@Suite(.serialized, .enabled(if: Program.isWanted, "SERIATIM_BIN names no program"))
struct ProcessTests {
    private static let order = """
        batch = "B1"
        gtin = "09506000134352"
        product = "Testol"
        lot = "LOT1"
        expiry = "290331"
        quantity = 40
        items_per_case = 10
        items_per_pallet = 2
        unit_pool = "units"
        sscc_pool = "ssccs"

        """

    // MARK: Configuration

    /// Goal: the shipped example is a valid configuration, shown with its defaults. Method: `check` on it.
    @Test func checkTakesTheExample() async throws {
        let place = try Place()
        let outcome = try await Program.run(
            ["check", "--config", place.configuration] + place.profiles, in: place)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("line.name = \"line-1\""))
        #expect(outcome.output.contains("line.data = \"\(place.data)\""))
    }

    /// Goal: a typo ends in 78 with code, file and line, for `check` and `run` alike. Method: one key of the
    /// example is spelt wrong.
    @Test(arguments: ["check", "run"]) func aTypoIsNamedWithItsLine(command: String) async throws {
        let place = try Place()
        let text = try String(contentsOfFile: place.configuration, encoding: .utf8)
        let lines = text.components(separatedBy: "\n")
        let line = try #require(lines.firstIndex { $0.hasPrefix("max_skip") }) + 1
        try place.write("line.toml", text.replacingOccurrences(of: "max_skip", with: "max_skp"))
        let outcome = try await Program.run(
            [command, "--config", place.configuration] + place.profiles, in: place)
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("CONF-104 \(place.configuration):\(line) "), "\(outcome.errors)")
        #expect(outcome.errors.contains("Did you mean max_skip?"))
        #expect(!FileManager.default.fileExists(atPath: place.data + "/journal"))
    }

    /// Goal: `--profiles` is seen from where the user stands, as every path on a command line. Method: the
    /// configuration lies in another directory than the one the command runs in.
    @Test func profilesAreSeenFromTheWorkingDirectory() async throws {
        let place = try Place()
        let elsewhere = place.path + "/etc"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Program.root + "/devices", toPath: place.path + "/shipped")
        try FileManager.default.moveItem(atPath: place.configuration, toPath: elsewhere + "/line.toml")
        let arguments = ["check", "--config", "etc/line.toml", "--profiles"]
        let found = try await Program.run(arguments + ["shipped"], in: place)
        #expect(found.status == 0, "\(found.errors)")
        let missing = try await Program.run(arguments + ["etc/shipped"], in: place)
        #expect(missing.status == 78)
        // Profiles beside the configuration, and the label templates beside them, are found from anywhere.
        try FileManager.default.copyItem(atPath: Program.root + "/devices", toPath: elsewhere + "/devices")
        let beside = try await Program.run(["check", "--config", "etc/line.toml"], in: place)
        #expect(beside.status == 0, "\(beside.errors)")
    }

    // MARK: One daemon

    /// Goal: two daemons never share a journal. Method: a second one on the same data ends with 75, and the
    /// first still answers; clients without a daemon end with 69.
    @Test func aSecondDaemonEndsWith75() async throws {
        let place = try Place()
        let missing = try await place.client("status")
        #expect(missing.status == 69)
        #expect(missing.errors.contains("CLI-102 \(place.socket)"))
        let first = try await place.daemon()
        defer { first.kill() }
        let second = try await Program.run(
            ["run", "--config", place.configuration] + place.profiles, in: place)
        #expect(second.status == 75)
        #expect(second.errors.contains("JRN-101 \(place.data)/journal"), "\(second.errors)")
        let status = try await place.client("status")
        #expect(status.status == 0, "\(status.errors)")
        first.terminate()
        #expect(await first.end(within: 20) == 0)
    }

    /// Goal: an order comes to the line by commands alone, and without devices nothing runs. Method: pools
    /// and batch by the command line; SIGTERM ends the daemon with 0, a whole journal and no socket that
    /// answers.
    @Test func anOrderByTheCommandLine() async throws {
        let place = try Place()
        let daemon = try await place.daemon()
        defer { daemon.kill() }
        try await openBatch(place)
        let pools = try await place.client("pool", "list", "--json")
        #expect(pools.output.contains(#""name":"units""#) && pools.output.contains(#""count":40"#))
        let batch = try await place.client("batch", "show", "B1")
        #expect(batch.output.contains("batch B1 ready"), "\(batch.output)\(batch.errors)")
        let start = try await place.client("batch", "start", "B1")
        #expect(start.status == 65)
        #expect(start.errors.contains("BATCH-120"), "\(start.errors)")
        let again = try await place.client("batch", "open", place.path + "/order.toml")
        #expect(again.status == 65)
        #expect(again.errors.contains("BATCH-101"), "\(again.errors)")
        daemon.terminate()
        #expect(await daemon.end(within: 20) == 0, "\(daemon.errors)")
        let verified = try await place.verify()
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.output.hasPrefix("intact: "))
        let shown = try await Program.run(["journal", "show", place.data], in: place)
        #expect(kinds(shown) == ["line.started", "pool.added", "pool.added", "batch.opened", "line.stopped"])
    }

    private func openBatch(_ place: Place) async throws {
        let serials = (1...40).map { "SN\(1_000 + $0)\n" }.joined()
        try place.write("serials.txt", serials)
        try place.write("order.toml", Self.order)
        for arguments in [
            ["pool", "import", place.path + "/serials.txt", "--name", "units", "--gtin", "09506000134352"],
            [
                "pool", "add", "--name", "ssccs", "--sscc-prefix", "39506000", "--first", "1", "--count",
                "100",
            ],
            ["batch", "open", place.path + "/order.toml"],
        ] {
            let outcome = try await Program.run(arguments + ["--socket", place.socket], in: place)
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
    }

    /// The kinds of the records, without alarms: whether a device was missed before the stop is chance.
    private func kinds(_ shown: Program.Outcome) -> [String] {
        shown.output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, !words[2].hasPrefix("alarm.") else { return nil }
            return String(words[2])
        }
    }

    /// Goal: a key that others can read signs nothing. Method: a key of mode 0644, and one that is no key;
    /// the start is refused with the file and what to do, and with the key as it was the line starts again.
    @Test func aKeyForEveryoneIsRefused() async throws {
        let place = try Place()
        let first = try await place.daemon()
        defer { first.kill() }
        first.terminate()
        #expect(await first.end(within: 20) == 0)
        let names = try FileManager.default.subpathsOfDirectory(atPath: place.data)
        let name = try #require(names.first { $0.hasSuffix("key") }, "\(names)")
        let key = place.data + "/" + name
        let arguments = ["run", "--config", place.configuration] + place.profiles
        try #require(chmod(key, 0o644) == 0)
        let open = try await Program.run(arguments, in: place)
        #expect(open.status == 77 || open.status == 78, "\(open.status)")
        #expect(open.errors.contains("DMN-104 \(key)"), "\(open.errors)")
        try #require(chmod(key, 0o600) == 0)
        let sound = try Data(contentsOf: URL(fileURLWithPath: key))
        try Data("seriatim-key-1 nonsense\n".utf8).write(to: URL(fileURLWithPath: key))
        try #require(chmod(key, 0o600) == 0)
        let broken = try await Program.run(arguments, in: place)
        #expect(broken.errors.contains("DMN-104 \(key)"), "\(broken.errors)")
        try sound.write(to: URL(fileURLWithPath: key))
        try #require(chmod(key, 0o600) == 0)
        let again = try await place.daemon()
        again.terminate()
        #expect(await again.end(within: 20) == 0)
    }

    // MARK: Killed and damaged

    /// Goal: what was answered is there after a kill. Method: SIGKILL right behind the answers, three times;
    /// the daemon starts over the socket and lock it left, with pools and batch; SIGTERM then ends it in
    /// order.
    @Test func aKilledDaemonKeepsWhatItAnswered() async throws {
        let place = try Place()
        let killed = try await place.daemon()
        try await openBatch(place)
        killed.kill()
        #expect(await killed.end(within: 20) == 128 + SIGKILL)
        for _ in 0..<2 {
            let again = try await place.daemon()
            again.kill()
            #expect(await again.end(within: 20) == 128 + SIGKILL)
        }
        let last = try await place.daemon()
        defer { last.kill() }
        let pools = try await place.client("pool", "list", "--json")
        #expect(
            pools.output.contains(
                #"{"name":"units","kind":"printed","key":"09506000134352","count":40,"free":40,"market":"#),
            "\(pools.output)\(pools.errors)")
        let batch = try await place.client("batch", "show", "B1")
        #expect(batch.output.contains("batch B1 ready"))
        last.terminate()
        #expect(await last.end(within: 20) == 0, "\(last.errors)")
        let verified = try await place.verify()
        #expect(verified.status == 0, "\(verified.errors)")
        let shown = try await Program.run(["journal", "show", place.data], in: place)
        #expect(kinds(shown).filter { $0 == "line.started" }.count == 4)
        #expect(kinds(shown).last == "line.stopped")
    }

    /// Goal: an altered journal is never taken for true. Method: one bit of a record is flipped; daemon and
    /// `journal verify` end with 65, name file and byte, and leave the file as it is.
    @Test func aFlippedByteIsNamed() async throws {
        let place = try Place()
        let daemon = try await place.daemon()
        defer { daemon.kill() }
        try await openBatch(place)
        daemon.terminate()
        #expect(await daemon.end(within: 20) == 0)
        let segment = URL(fileURLWithPath: place.data + "/journal/0000000001.jsonl")
        var bytes = try Data(contentsOf: segment)
        let lot = try #require(bytes.range(of: Data("LOT1".utf8)))
        bytes[lot.lowerBound + 3] ^= 1
        try bytes.write(to: segment)
        let start = bytes[..<lot.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let run = try await Program.run(["run", "--config", place.configuration] + place.profiles, in: place)
        let verified = try await place.verify()
        for outcome in [run, verified] {
            #expect(outcome.status == 65)
            let text = outcome.output + outcome.errors
            #expect(text.contains("JRN-104") && text.contains("0000000001.jsonl"), "\(text)")
            #expect(text.contains("byte \(start)"), "\(text)")
        }
        #expect(try Data(contentsOf: segment) == bytes)
    }
}
