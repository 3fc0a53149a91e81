import Foundation
import Testing

/// Goal: a case is weighed in the shipped program before it counts as closed. Method: a bench where a
/// person packs with a scanner; printer and scale on TCP, in Python; a weight that is wrong, one that is
/// none, a scale pulled out while it weighs, then the right one.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct WeighingTests {
    /// Printer: ready and empty, whatever is sent. Scale: says what the file `weight` holds, nothing where
    /// that is empty; `off` there ends the connection.
    private static let devices = """
        import os, socket, sys, time
        kind = sys.argv[1]
        server = socket.create_server(("127.0.0.1", 0))
        open("part-" + kind, "w").write(str(server.getsockname()[1]))
        os.rename("part-" + kind, "port-" + kind)
        ready = b"".join(
            b"\\x02" + text + b"\\x03\\r\\n"
            for text in [b"030,0,0,1245,000,0,0,0,000,0,0,0", b"000,0,0,0,0,2,4,0,00000000,1,000", b"1234,0"])
        while True:
            line, _ = server.accept()
            text = b""
            while True:
                more = line.recv(4096)
                if not more: break
                text += more
                if kind == "printer":
                    while b"~HS" in text:
                        text = text.split(b"~HS", 1)[1]
                        line.sendall(ready)
                    continue
                while b"\\r\\n" in text:
                    asked, text = text.split(b"\\r\\n", 1)
                    if asked == b"@": line.sendall(b'I4 A "B021002593"\\r\\n')
                    if asked != b"S": continue
                    weight = open("weight").read()
                    if weight == "off":
                        line.close()
                        break
                    if weight: line.sendall(weight.encode() + b"\\r\\n")
                if line.fileno() < 0: break
        """

    private static let order = """
        batch = "B1"
        gtin = "09506000134352"
        lot = "L1"
        expiry = "491231"
        quantity = 2
        unit_pool = "packs"
        sscc_pool = "ssccs"
        """

    private static let product = """
        gtin = "09506000134352"
        name = "Testol"
        items_per_case = 2
        weight_case_g = "100..110.5"
        """

    private func port(_ name: String, _ place: Place) async throws -> String {
        for _ in 0..<500 {
            if let port = try? String(contentsOfFile: place.path + "/port-" + name, encoding: .utf8) {
                return "tcp:127.0.0.1:" + port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.fileNoSuchFile)
    }

    private func scaleIsThere(_ place: Place) async throws {
        for _ in 0..<200 where !(try await place.client("devices", "list").output.contains("B021002593")) {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func configuration(_ place: Place, _ camera: TCPCamera, _ hand: TCPCamera) async throws -> String
    {
        """
        [line]
        name = "bench"
        data = "\(place.data)"
        belt = "none"
        [[device]]
        name = "camera"
        profile = "generic/reader-cr"
        address = "\(try await camera.address())"
        [[device]]
        name = "hand"
        profile = "generic/reader-cr"
        address = "\(try await hand.address())"
        [[device]]
        name = "printer"
        profile = "zebra/zpl"
        address = "\(try await port("printer", place))"
        [[device]]
        name = "scale"
        profile = "mettler-toledo/mt-sics"
        address = "\(try await port("scale", place))"
        [[station]]
        kind = "unit-verify"
        name = "check"
        cameras = ["camera"]
        [[station]]
        kind = "gate"
        name = "hands"
        mode = "none"
        [[station]]
        kind = "case"
        name = "cases"
        mode = "manual"
        item_readers = ["hand"]
        label_readers = ["hand"]
        printer = "printer"
        scale = "scale"

        """
    }

    private func status(_ place: Place, shows text: String) async throws -> String {
        var output = ""
        for _ in 0..<300 {
            output = try await place.client("status").output
            if output.contains(text) { return output }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(text) is not in \(output)")
        return output
    }

    private func ask(_ words: [String], _ place: Place) async throws {
        for _ in 0..<100 {
            let outcome = try await Program.run(words + ["--socket", place.socket], in: place)
            if outcome.status == 0 { return }
            try #require(outcome.errors.contains("BATCH-120"), "\(words): \(outcome.errors)")
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(words) was refused for five seconds")
    }

    /// The label is read again, what was refused before seen; a trigger pulled within a second is one read.
    private func readLabel(_ hand: TCPCamera) async throws {
        try hand.reads("]C0SR/OK")
        try await Task.sleep(for: .milliseconds(1_200))
        try hand.reads("]C100395060000000000016")
    }

    @Test func aCaseIsWeighed() async throws {
        let place = try Place()
        let python = ProcessInfo.processInfo.environment["SERIATIM_PYTHON"] ?? "/usr/bin/python3"
        try place.write("devices.py", Self.devices)
        try place.write("weight", "S S      52.30 g")
        let others = try ["printer", "scale"].map { try Child(["devices.py", $0], of: python, in: place) }
        let readers = try ["camera", "hand"].map { try TCPCamera($0, in: place) }
        defer {
            for other in others { other.kill() }
            for reader in readers { reader.kill() }
        }
        let (camera, hand) = (readers[0], readers[1])
        try place.write("line.toml", try await configuration(place, camera, hand))
        try place.write("order.toml", Self.order)
        try place.write("product.toml", Self.product)
        try place.write("serials.txt", "A001\nA002\n")
        let daemon = try await place.daemon()
        defer { daemon.kill() }
        let pool = ["pool", "import", "serials.txt", "--name", "packs", "--gtin", "09506000134352"]
        for words in [
            pool + ["--preprinted"],
            ["pool", "add", "--name", "ssccs", "--sscc-prefix", "39506000", "--first", "1", "--count", "9"],
            ["product", "add", "product.toml"], ["batch", "open", "order.toml"], ["batch", "start", "B1"],
        ] { try await ask(words, place) }
        let code = "]d201095060001343521749123110L1\u{1D}21"
        for serial in ["A001", "A002"] { try camera.reads(code + serial) }
        _ = try await status(place, shows: "units 2 = passed 2")
        // The numbers come of age.
        try await Task.sleep(for: .milliseconds(1_500))
        for serial in ["A001", "A002"] { try hand.reads(code + serial) }
        _ = try await status(place, shows: "395060000000000016")
        try await readLabel(hand)
        var text = try await status(place, shows: "LINE-143")
        #expect(text.contains("395060000000000016 weighs 52.3 g, a full one 100..110.5 g"), "\(text)")
        for (says, shows) in [
            ("S I", "does not come to rest"), ("off", "the connection to the scale ended"),
            ("S D      105.50 g", "no weight from the scale in 10000 ms, but S D      105.50 g"),
        ] {
            try await scaleIsThere(place)
            try place.write("weight", says)
            try await ask(["batch", "resume"], place)
            try await readLabel(hand)
            text = try await status(place, shows: "LINE-144")
            #expect(text.contains(shows), "\(text)")
        }
        try place.write("weight", "S S +   0.1055 kg")
        try await scaleIsThere(place)
        try await ask(["batch", "resume"], place)
        try await readLabel(hand)
        var journal = ""
        for _ in 0..<200 where !journal.contains("case.closed") {
            journal = try await Program.run(["journal", "show", place.data, "--json"], in: place).output
            try await Task.sleep(for: .milliseconds(50))
        }
        let closed = journal.split(separator: "\n").filter { $0.contains("\"kind\":\"case.closed\"") }
        #expect(closed.count == 1 && closed[0].contains("\"milligrams\":105500"), "\(closed)")
        daemon.kill()
        _ = await daemon.end(within: 10)
        let verified = try await place.verify()
        #expect(verified.status == 0, "\(verified.errors)")
    }
}
