import Foundation
import Testing

/// Goal: two lanes are one line in the shipped program, from the cameras to the journal. Method: two benches
/// with a camera on TCP each, under one daemon; what each reads is counted at its own station.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct LaneTests {
    private func configuration(_ place: Place, _ cameras: [TCPCamera]) async throws -> String {
        var text = "[line]\nname = \"benches\"\ndata = \"\(place.data)\"\nbelt = \"none\"\n"
        for (lane, camera) in zip(["A", "B"], cameras) {
            text += """
                [[lane]]
                name = "\(lane)"
                [[device]]
                name = "camera-\(lane)"
                profile = "generic/reader-cr"
                address = "\(try await camera.address())"
                [[station]]
                kind = "unit-verify"
                lane = "\(lane)"
                name = "check-\(lane)"
                cameras = ["camera-\(lane)"]
                [[station]]
                kind = "gate"
                lane = "\(lane)"
                name = "hands-\(lane)"
                mode = "none"

                """
        }
        return text
    }

    private static let order = """
        batch = "B1"
        gtin = "09506000134352"
        product = "Testol"
        lot = "L1"
        expiry = "491231"
        quantity = 3
        items_per_case = 3
        unit_pool = "packs"
        sscc_pool = "ssccs"
        """

    /// Asks until the program does it: devices take a moment to connect.
    private func ask(_ words: [String], _ place: Place) async throws {
        for _ in 0..<100 {
            let outcome = try await Program.run(words + ["--socket", place.socket], in: place)
            if outcome.status == 0 { return }
            try #require(outcome.errors.contains("BATCH-120"), "\(words): \(outcome.errors)")
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(words) was refused for five seconds")
    }

    private func status(_ place: Place, shows text: String) async throws -> String {
        var output = ""
        for _ in 0..<200 {
            output = try await place.client("status").output
            if output.contains(text) { return output }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(text) is not in \(output)")
        return output
    }

    @Test func twoBenchesAreOneLine() async throws {
        let place = try Place()
        let cameras = try ["A", "B"].map { try TCPCamera($0, in: place) }
        defer { for camera in cameras { camera.kill() } }
        try place.write("line.toml", try await configuration(place, cameras))
        try place.write("order.toml", Self.order)
        try place.write("serials.txt", "A001\nA002\nA003\n")
        let daemon = try await place.daemon()
        defer { daemon.kill() }
        let pool = ["pool", "import", "serials.txt", "--name", "packs", "--gtin", "09506000134352"]
        for words in [
            pool + ["--preprinted"],
            ["pool", "add", "--name", "ssccs", "--sscc-prefix", "39506000", "--first", "1", "--count", "9"],
            ["batch", "open", "order.toml"], ["batch", "start", "B1"],
        ] { try await ask(words, place) }
        let code = "]d201095060001343521749123110L1\u{1D}21"
        try cameras[0].reads(code + "A001")
        try cameras[1].reads(code + "A002")
        _ = try await status(place, shows: "units 2 = passed 2")
        // A pack that was good at the other bench is a copy here.
        try cameras[1].reads(code + "A001")
        let text = try await status(place, shows: "rejected 1")
        #expect(text.contains("lane A: on the belt 0") && text.contains("lane B: on the belt 0"), "\(text)")
        let json = try await place.client("status", "--json").output
        #expect(json.contains("\"lanes\":[{\"name\":\"A\""), "\(json)")
        let journal = try await Program.run(["journal", "show", place.data, "--json"], in: place).output
        let units = journal.split(separator: "\n").filter { $0.contains("\"kind\":\"unit.") }
        #expect(units.count { $0.contains("\"lane\":\"A\"") } == 1, "\(units)")
        #expect(units.count { $0.contains("\"lane\":\"B\"") } == 2 && journal.contains("duplicate"))
        daemon.kill()
        _ = await daemon.end(within: 10)
        let again = try await place.daemon()
        defer { again.kill() }
        _ = try await status(place, shows: "units 3 = passed 2")
        let verified = try await place.verify()
        #expect(verified.status == 0, "\(verified.errors)")
    }
}
