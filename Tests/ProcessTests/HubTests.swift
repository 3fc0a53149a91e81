import Foundation
import Testing

/// The shipped hub beside the shipped program.
@Suite("Hub", .serialized, .enabled(if: Program.isWanted))
struct HubTests {
    /// A hub as a process.
    private struct RunningHub {
        let child: Child
        let address: String
        let data: String

        init(in place: Place, listen: String = "127.0.0.1:0") async throws {
            let program = try #require(Program.path) + "-hub"
            try #require(FileManager.default.isExecutableFile(atPath: program), "build it: make release")
            data = place.path + "/hub"
            child = try Child(["--data", data, "--listen", listen], of: program, in: place)
            try #require(await child.says("ready on http://", within: 20), "\(child.errors)")
            let text = child.errors.split(separator: " ").last { $0.hasPrefix("http://") }
            address = try #require(text).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func token(_ line: String, in place: Place) async throws -> String {
            let made = try await Program.shell("\"$0-hub\" token \(line) --data \(data)", in: place)
            #expect(made.status == 0, "\(made.errors)")
            return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private struct Sent: Decodable {
        let line: String
        let lines: Int
        let held: Int
        let new_lines: Int
    }

    private func replay(
        _ directory: String, to address: String, token: String = "", in place: Place, seconds: Double = 60
    ) async throws -> (outcome: Program.Outcome, sent: Sent?) {
        var arguments = ["replay", directory, "--to", address, "--json"]
        if !token.isEmpty { arguments += ["--token", token] }
        let outcome = try await Program.run(arguments, in: place, seconds: seconds)
        return (outcome, try? JSONDecoder().decode(Sent.self, from: Data(outcome.output.utf8)))
    }

    /// Goal: what docs/hub.md promises. Method: a hub killed by SIGKILL and one stopped in order while a
    /// journal of a made-up week is on its way; then the same journal again, and what is held against it.
    @Test func aJournalIsReplayedWhateverHappensToTheHub() async throws {
        let place = try Place()
        let directory = place.path + "/journals"
        let made = try await Program.run(
            ["simulate", "--history", "400000", "--seed", "1", "--keep", directory], in: place, seconds: 120)
        #expect(made.status == 0, "\(made.errors)")
        var hub = try await RunningHub(in: place)
        let (refused, _) = try await replay(directory, to: hub.address, in: place)
        #expect(refused.status == 77 && refused.errors.contains("JRN-216"), "\(refused.errors)")

        let port = try #require(hub.address.split(separator: ":").last)
        let token = try await hub.token("history", in: place)
        let arguments = ["replay", directory, "--to", hub.address, "--token", token, "--json"]
        let sending = try Child(arguments, in: place)
        try await wait(for: hub.data, atLeast: 8 << 20)
        hub.child.kill()
        _ = await hub.child.end(within: 5)
        hub = try await RunningHub(in: place, listen: "127.0.0.1:\(port)")
        let status = await sending.end(within: 90)
        #expect(status == 0, "\(sending.errors)")
        let whole = try JSONDecoder().decode(Sent.self, from: Data(sending.output.utf8))
        #expect(whole.held == whole.lines)

        let (again, sent) = try await replay(directory, to: hub.address, in: place)
        #expect(again.status == 0 && sent?.new_lines == 0 && sent?.held == whole.lines, "\(again.errors)")
        let verified = try await Program.run(
            ["journal", "verify", directory, "--json"], in: place, seconds: 60)
        let held = try await get("\(hub.address)/v1/lines/history/journal", in: place)
        let head = try #require(try? JSONSerialization.jsonObject(with: Data(held.utf8)) as? [String: Any])
        let mark = try #require(head["held"] as? [String: Any])
        let report = try #require(
            try? JSONSerialization.jsonObject(with: Data(verified.output.utf8)) as? [String: Any])
        #expect(mark["head"] as? String == report["head"] as? String)
        hub.child.terminate()
        #expect(await hub.child.end(within: 15) == 0)
        #expect(hub.child.errors.contains("stopped in order"))
        let (away, _) = try await replay(directory, to: hub.address, in: place)
        #expect(away.status == 75 && away.errors.contains("UPS-101"), "\(away.errors)")
    }

    @Test func whatIsAskedWronglyIsSaidInOneLine() async throws {
        let place = try Place()
        let hub = try await RunningHub(in: place)
        for (arguments, status, code) in [
            (["--data", place.path + "/hub", "--listen", "127.0.0.1:0"], Int32(75), "HUB-301"),
            (["--data", place.path + "/other", "--listen", "0.0.0.0:0"], 78, "HUB-306"),
            (["--data", place.path + "/no/such/place", "--listen", "127.0.0.1:0"], 73, "HUB-302"),
            (["token", "a\"b", "--data", place.path + "/hub"], 64, "HUB-307"),
            (["token", "a", "--data", place.path + "/other"], 73, "HUB-302"),
        ] {
            let child = try Child(arguments, of: try #require(Program.path) + "-hub", in: place)
            #expect(await child.end(within: 10) == status, "\(arguments)")
            #expect(child.errors.hasPrefix(code), "\(child.errors)")
        }
        // Databases that are not the hub's, down to one whose tables only look alike.
        for (name, statement) in [
            ("text", "create table t (a)"),
            ("alike", "create table hub (version); insert into hub values ('x')"),
            ("empty", "create table hub (version, generation)"),
            ("newer", "create table hub (version, generation); insert into hub values (9, 1)"),
        ] {
            let data = "\(place.path)/\(name)"
            let script = try place.write(
                "\(name).py",
                """
                import sqlite3
                sqlite3.connect("\(data)/hub.sqlite").executescript("\(statement)")
                """
            )
            let made = try await Program.shell("mkdir \(data) && python3 \(script)", in: place)
            #expect(made.status == 0, "\(made.errors)")
            let child = try Child(["--data", data], of: try #require(Program.path) + "-hub", in: place)
            #expect(await child.end(within: 10) == 65, "\(name)")
            #expect(child.errors.hasPrefix("HUB-304"), "\(child.errors)")
        }
        for (target, code) in [("/", "HUB-201"), ("/v1/lines/a/journal?x=1", "HUB-203")] {
            #expect(try await get(hub.address + target, in: place).contains("\"code\":\"\(code)\""))
        }
        // Neither garbage nor a bomb of zeros ends it.
        let bomb = """
            head -c 300000000 /dev/zero | python3 -c 'import sys, zlib; c = zlib.compressobj(9)
            while b := sys.stdin.buffer.read(1 << 20): sys.stdout.buffer.write(c.compress(b))
            sys.stdout.buffer.write(c.flush())' > \(place.path)/bomb
            for coding in deflate identity gzip; do
                curl -s --max-time 20 -H "Content-Encoding: $coding" --data-binary @\(place.path)/bomb \
                    "\(hub.address)/v1/lines/a/journal?offset=0&previous=$(printf 'A%.0s' $(seq 43))"; echo
            done
            """
        let said = try await Program.shell(bomb, in: place, seconds: 60)
        #expect(said.output.contains("HUB-205") && said.output.contains("HUB-206"), "\(said.output)")
        #expect(try await get("\(hub.address)/v1/lines/a/journal", in: place).contains("\"held\":null"))
    }

    private func get(_ address: String, in place: Place) async throws -> String {
        try await Program.shell("curl -s --max-time 10 '\(address)'", in: place).output
    }

    /// Waits until the hub's files have grown.
    private func wait(for directory: String, atLeast bytes: Int) async throws {
        for _ in 0..<1_500 {
            let sizes = ["hub.sqlite", "hub.sqlite-wal"].map { name in
                let facts = try? FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")
                return facts?[.size] as? Int ?? 0
            }
            if sizes.reduce(0, +) >= bytes { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("nothing came to the hub")
    }
}
