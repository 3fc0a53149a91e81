import Foundation
import Testing

/// Goal: `seriatim gs1` does what its help says, whatever it is given. Method: the shipped program on files
/// of requests and codes, good and broken; status, output and errors.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct GS1CommandTests {
    private let place: Place

    init() throws { place = try Place() }

    private func run(_ arguments: String..., input: String? = nil) async throws -> Program.Outcome {
        try await Program.run(["gs1"] + arguments, in: place, input: input.map { Array($0.utf8) })
    }

    private func answers(_ input: [UInt8]) async throws -> [String] {
        let outcome = try await Program.run(["gs1", "parse"], in: place, input: input, seconds: 60)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    // MARK: Nobody gets the answer

    /// Goal: an answer that cannot be written is a failure, also where it is printed at the very end.
    @Test(arguments: ["explain 0109506000134352", "encode 01=09506000134352"])
    func aFullOutputIsTold(_ arguments: String) async throws {
        let outcome = try await Program.shell("\"$0\" gs1 \(arguments) > /dev/full", in: place)
        #expect(outcome.status == 74 && outcome.errors.contains("CLI-110"), "\(outcome.errors)")
    }

    // MARK: parse

    @Test func parseAnswersInTheAgreedForm() async throws {
        let requests = #"""
            {"id": 1, "form": "scan", "input": "]d2010950600013435221A\u001d17271231"}
            {"id": "b", "form": "raw", "input": "^0061414112345678908"}
            {"id": [1, {"c": 1.50}], "form": "bracketed", "input": "(01)09506000134352(10)A\\(1"}
            {"input": "https://a.b/c/01/09506000134352?17=271231", "more": true, "form": "uri", "id": null}
            {"id": 5, "form": "raw", "input": "^99A"}
            """#
        let expected = [
            #"{"id":1,"accept":true,"ai":[["01","09506000134352"],["21","A"],["17","271231"]],"#
                + #""uri":"https://id.gs1.org/01/09506000134352/21/A?17=271231","error":null}"#,
            #"{"id":"b","accept":false,"ai":[],"uri":null,"error":"GS1-008 (00) at byte 3: "#
                + "The value has fewer characters than its identifier demands. "
                + #"Compare it with the label, and complete it."}"#,
            #"{"id":[1,{"c":1.50}],"accept":true,"ai":[["01","09506000134352"],["10","A(1"]],"#
                + #""uri":"https://id.gs1.org/01/09506000134352/10/A%281","error":null}"#,
            #"{"id":null,"accept":true,"ai":[["01","09506000134352"],["17","271231"]],"#
                + #""uri":"https://id.gs1.org/01/09506000134352?17=271231","error":null}"#,
            #"{"id":5,"accept":true,"ai":[["99","A"]],"uri":null,"error":null}"#,
        ]
        #expect(try await answers(Array(requests.utf8)) == expected)
    }

    /// Whatever a line is, it gets one answer, and the lines behind it theirs.
    @Test func parseLosesNoLine() async throws {
        let good = #"{"id":0,"form":"raw","input":"^00106141412345678908"}"#
        let broken: [(line: [UInt8], code: String)] = [
            ([], "JSON-003"), (Array("no JSON".utf8), "JSON-004"), ([0], "JSON-004"),
            ([0xFF, 0xFE], "JSON-004"),
            (Array(#"{"id":1,"form":"raw","input":""#.utf8) + [0xC3, 0x28, 0x22, 0x7D], "JSON-007"),
            (Array(#"{"id":1,"form":"raw","input":""#.utf8) + [0x00, 0x22, 0x7D], "JSON-008"),
            (Array(#"{"id":1,"form":"raw","input":"\ud800"}"#.utf8), "JSON-010"),
            (Array("[1]".utf8), "CLI-131"), (Array("7".utf8), "CLI-131"), (Array("{}".utf8), "CLI-131"),
            (Array(#"{"form":"raw","input":"^"}"#.utf8), "CLI-131"),
            (Array(#"{"id":1,"input":"^"}"#.utf8), "CLI-131"),
            (Array(#"{"id":1,"form":"raw"}"#.utf8), "CLI-131"),
            (Array(#"{"id":1,"form":"raw","input":7}"#.utf8), "CLI-131"),
            (Array(#"{"id":1,"form":"Raw","input":"^"}"#.utf8), "CLI-132"),
            (Array(#"{"id":1,"form":"scan","input":"]d2\u0000"}"#.utf8), "GS1-006"),
            (Array(#"{"id":1,"form":"uri","input":"https://a/01/09506000134352/10/%00"}"#.utf8), "GS1-078"),
            (Array(#"{"id":1,"form":"bracketed","input":"(10)é"}"#.utf8), "GS1-021"),
            ([UInt8](repeating: 0x5B, count: 5000), "JSON-002"),
            ([UInt8](repeating: 0x20, count: 65_537), "CLI-130"),
            ([UInt8](repeating: 0x78, count: 3_000_000), "CLI-130"),
        ]
        var input: [UInt8] = []
        for (line, _) in broken { input += line + [0x0A] + Array(good.utf8) + [0x0A] }
        let lines = try await answers(input)
        try #require(lines.count == broken.count * 2)
        for (place, fault) in broken.enumerated() {
            #expect(lines[2 * place].contains(#""accept":false,"ai":[],"uri":null,"error":"\#(fault.code)"#))
            #expect(lines[2 * place + 1].hasPrefix(#"{"id":0,"accept":true,"#))
            #expect((try? JSONSerialization.jsonObject(with: Data(lines[2 * place].utf8))) != nil)
        }
        // The last line needs no end, and no input is no line.
        #expect(try await answers(Array(good.utf8)).count == 1)
        #expect(try await answers([]).isEmpty)
    }

    /// 100,000 lines, the answers in order; how long it took is printed.
    @Test func parseIsFast() async throws {
        let count = 100_000
        var input: [UInt8] = []
        for number in 0..<count {
            let code = #"]d2010950600013435221A\#(number)\u001d1727123110LOT1"#
            input += Array(#"{"id":\#(number),"form":"scan","input":"\#(code)"}"#.utf8)
            input.append(0x0A)
        }
        let start = ContinuousClock.now
        let lines = try await answers(input)
        print("seriatim gs1 parse: \(count) lines in \(ContinuousClock.now - start)")
        try #require(lines.count == count)
        for number in [0, 1, 65_536, count - 1] {
            #expect(lines[number].hasPrefix(#"{"id":\#(number),"accept":true"#))
            #expect(lines[number].contains(#"["21","A\#(number)"]"#))
        }
    }

    // MARK: explain, encode, fuzz

    @Test func explainShowsWhatIsWrong() async throws {
        let good = try await run("explain", "]d20109506000134352")
        #expect(good.status == 0 && good.output.contains("GS1 DataMatrix (]d2), 1 element: valid."))
        let wrong = try await run("explain", "(01)09506000134353")
        #expect(wrong.status == 65 && wrong.errors.isEmpty)
        #expect(wrong.output.contains("check digit 3 is wrong, for these digits it is 2"))
        #expect(wrong.output.contains("\n                 ^ byte 17\n") && wrong.output.contains("\nTo do: "))
        let forced = try await run("explain", "17271231", "--form", "elements")
        #expect(forced.output.contains("31 December 2027") && forced.status == 65)
    }

    /// Codes come from a reader, with line ends of its own and bytes that do not print.
    @Test func explainReadsScans() async throws {
        let input = Array("]d2010950600013435210A\u{1D}21B\r\n\r\n]C1\u{0}\u{1B}[2J".utf8) + [0xE9]
        let outcome = try await Program.run(["gs1", "explain"], in: place, input: input)
        #expect(outcome.status == 65)
        #expect(outcome.output.contains("10A<GS>21B\n") && outcome.output.contains("]C1<NUL><ESC>[2J<E9>\n"))
        #expect(outcome.output.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let none = try await Program.run(["gs1", "explain"], in: place, input: [0x0A])
        #expect(none.status == 64 && none.errors.contains("CLI-135"))
    }

    @Test func encodeWritesEveryForm() async throws {
        let all = try await run(
            "encode", "01=09506000134352", "21=A(1", "17=271231", "--company-prefix", "9506000")
        #expect(all.status == 0)
        for line in [
            "scan             ]d2010950600013435221A(1<GS>17271231",
            "raw, ^ for FNC1  ^010950600013435221A(1^17271231",
            #"bracketed        (01)09506000134352(21)A\(1(17)271231"#, "                 (21) A(1",
            "Digital Link     https://id.gs1.org/01/09506000134352/21/A%281?17=271231",
            "EPC URN          urn:epc:id:sgtin:9506000.013435.A(1",
        ] { #expect(all.output.contains(line + "\n"), "\(line)") }
        let scan = try await run(
            "encode", "(01)09506000134352(21)A(17)271231", "--to", "scan", "--symbol", "qr")
        #expect(scan.output == "]Q3010950600013435221A\u{1D}17271231\n")
        let link = try await run(
            "encode", "urn:epc:id:sscc:0614141.1234567890", "--to", "uri", "--stem", "http://a/b")
        #expect(link.output == "http://a/b/00/106141412345678908\n")
    }

    @Test func encodeRefusesWithPlaceAndRemedy() async throws {
        let wrong = try await run("encode", "01=09506000134353")
        #expect(wrong.status == 65 && wrong.output.isEmpty)
        #expect(
            wrong.errors.contains("                 ^ byte 17\nGS1-024 in (01) GTIN")
                && wrong.errors.contains("To do:"))
        #expect(!wrong.errors.contains("can again"))
        let unknown = try await run("encode", "01=09506000134352", "--to", "urn")
        #expect(
            unknown.status == 65 && unknown.errors.contains("GS1-089")
                && unknown.errors.contains("--company-prefix"))
        let link = try await run("encode", "01=09506000134352", "8200=http://a", "--to", "uri")
        #expect(
            link.status == 65 && link.errors.contains("GS1-076 in (8200) PRODUCT URL: "), "\(link.errors)")
        #expect(try await run("encode").status == 64)
        #expect(try await run("encode", "01=09506000134352", "--company-prefix", "12").status == 64)
        #expect(try await run("encode", "a", "b").status == 64)
        for stem in ["x y", "ftp://x", "http://x.com?a=b", "https://x.com/#f"] {
            let refused = try await run("encode", "01=09506000134352", "--to", "uri", "--stem", stem)
            #expect(refused.status == 64 && refused.output.isEmpty, "\(stem)")
        }
    }

    @Test(arguments: ["parse", "explain", "encode"]) func helpTellsTheLimits(command: String) async throws {
        let help = try await run(command, "--help")
        let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.status == 0 && words.contains("at most 8191 bytes and 64 elements"))
    }

    @Test func fuzzCountsWhatItTried() async throws {
        let first = try await run("fuzz", "--seed", "7", "--count", "4000")
        #expect(first.status == 0 && first.output.contains("4000 codes of seed 7, "))
        #expect(first.output.contains(" 250 explained, 0 rules broken\n"))
        #expect(try await run("fuzz", "--seed", "7", "--count", "4000").output == first.output)
        #expect(try await run("fuzz", "--seed", "8", "--count", "4000").output != first.output)
        #expect(try await run("fuzz", "--count", "0").status == 64)
    }
}
