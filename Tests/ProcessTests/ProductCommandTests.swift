import Foundation
import Testing

/// Goal: products and labels as people meet them: defined, shown, used by an order, there after a kill, and
/// in the journal by their words. Method: the commands of the handbook on a daemon that is killed between
/// them.
@Suite(.serialized, .enabled(if: Program.isWanted, "SERIATIM_BIN names no program"))
struct ProductCommandTests {
    private static let product = """
        gtin = "09506000134352"
        name = "Testol"
        items_per_case = 10
        label_case = "carton"
        """
    private static let order = """
        batch = "B1"
        gtin = "09506000134352"
        lot = "LOT1"
        expiry = "490331"
        quantity = 10
        unit_pool = "units"
        sscc_pool = "ssccs"
        """

    private func type(_ words: String, _ place: Place, status: Int32 = 0) async throws -> Program.Outcome {
        let outcome = try await Program.run(
            words.split(separator: " ").map(String.init) + ["--socket", place.socket], in: place)
        try #require(outcome.status == status, "\(words): \(outcome.errors)")
        return outcome
    }

    @Test func aProductFromItsFileToTheJournal() async throws {
        let place = try Place()
        let zpl = try String(contentsOfFile: Program.root + "/devices/zebra/case.zpl", encoding: .utf8)
        try place.write("case.zpl", zpl)
        try place.write("p.toml", Self.product)
        try place.write("order.toml", Self.order)
        let first = try await place.daemon()
        defer { first.kill() }
        _ = try await type("pool add --name units --gtin 09506000134352 --first 1 --count 20", place)
        _ = try await type("pool add --name ssccs --sscc-prefix 39506000 --first 1 --count 20", place)
        let early = try await type("batch open order.toml", place, status: 65)
        #expect(early.errors.contains("BATCH-126"), "\(early.errors)")
        #expect(try await type("product add p.toml", place).output == "product 09506000134352 is version 1\n")
        #expect(
            try await type("product add p.toml", place).output
                == "product 09506000134352 is known as version 1\n"
        )
        #expect(
            try await type("label add case.zpl --name carton", place).output == "label carton is version 1\n")
        _ = try await type("batch open order.toml", place)
        first.kill()
        #expect(await first.end(within: 20) != nil)
        let second = try await place.daemon()
        defer { second.kill() }
        let listed = try await type("product list", place).output
        #expect(listed.contains("09506000134352  version 1  Testol  10 units a case"), "\(listed)")
        let shown = try await type("product show 09506000134352", place).output
        #expect(shown.contains("label of cases") && shown.contains("carton"), "\(shown)")
        _ = try await type("product show 1", place, status: 66)
        let object = try await type("product show 09506000134352 --json", place).output
        #expect(object.contains("\"itemsPerCase\":10") && object.contains("\"version\":1"), "\(object)")
        #expect(try await type("label list", place).output.contains("carton  version 1"))
        #expect(try await type("label show carton", place).output.contains("^FD>;>800{sscc}^FS"))
        let batch = try await type("batch show B1", place).output
        #expect(batch.contains("product version 1; label of cases carton version 1"), "\(batch)")
        #expect(try await type("label preview carton", place).output.contains("(00)395060000000000016"))
        second.terminate()
        #expect(await second.end(within: 20) == 0)
        let rows = try await Program.run(["journal", "export", place.data, "--format", "csv"], in: place)
            .output
        #expect(
            rows.contains("product 09506000134352 version 1: Testol")
                && rows.contains("label carton version 1"))
        #expect(rows.contains("product version 1, label of cases carton version 1"), "\(rows)")
        let words = try await Program.run(["journal", "show", place.data, "--json"], in: place).output
        #expect(
            words.contains("\"kind\":\"product.defined\"") && words.contains("\"labels\":[\"case:carton:1\"]")
        )
        let report = try await Program.run(["batch", "report", "B1", "--data", place.data], in: place).output
        #expect(report.contains("version 1, label of cases carton version 1"), "\(report)")
    }

    /// Goal: every GS1 symbol of a label is one that GS1's rules take, and a wrong one is told. Method: the
    /// shipped templates and their preview; the same with an element spoiled.
    @Test func aPreviewJudgesTheSymbols() async throws {
        let place = try Place()
        for file in ["bundle.zpl", "case.zpl", "shipper.zpl", "pallet.zpl"] {
            let path = Program.root + "/devices/zebra/" + file
            let outcome = try await Program.run(
                ["label", "preview", path, "--value", "lot=A/B-1"], in: place)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let content = ["[GS1-128 (02)09506000134352(17)491231(37)10]", "[GS1-128 (10)A/B-1]"]
            for text in (file == "bundle.zpl" ? [] : content) + ["[GS1-128 (00)395060000000000016]"] {
                #expect(outcome.output.contains(text), "\(text): \(outcome.output)")
            }
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
        let text = try String(contentsOfFile: Program.root + "/devices/zebra/case.zpl", encoding: .utf8)
        try place.write("wrong.zpl", text.replacingOccurrences(of: ">800{sscc}", with: ">800{gtin}"))
        let wrong = try await Program.run(["label", "preview", "wrong.zpl"], in: place)
        #expect(wrong.status == 65 && wrong.errors.contains("GS1-"), "\(wrong.errors)")
        #expect(wrong.output.contains("Sample product"), "it is shown all the same")
        for (arguments, status, code) in [
            (["none.zpl"], 66, "CONF-101"), (["wrong.zpl", "--value", "colour=red"], 64, "CLI-151"),
            (["wrong.zpl", "--value", "sscc=\u{7}"], 65, "CLI-152"), (["carton"], 64, "CLI-101"),
        ] as [([String], Int32, String)] {
            let outcome = try await Program.run(["label", "preview"] + arguments, in: place)
            #expect(outcome.status == status && outcome.errors.contains(code), "\(outcome.errors)")
        }
    }
}
