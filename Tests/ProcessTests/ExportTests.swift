import Foundation
import Testing

/// `journal export` as programs and people call it: what it prints, and how it ends.
@Suite(.serialized, .enabled(if: Program.isWanted, "SERIATIM_BIN names no program"))
struct ExportTests {
    private static let settings = """
        [line]
        name = "sim"
        [epcis]
        location = "9506000134376"
        time_zone = "Europe/Berlin"
        company_prefixes = ["9506000"]
        receiver = "9506000134376"

        """

    /// A place with the journal of a simulated line in `journals/3`.
    private func place() async throws -> Place {
        let place = try Place()
        try FileManager.default.createDirectory(
            atPath: place.path + "/journals", withIntermediateDirectories: true)
        try place.write("sim.toml", Self.settings)
        let arguments = ["simulate", "--seed", "3", "--units", "60", "--keep", place.path + "/journals"]
        let made = try await Program.run(arguments, in: place, seconds: 60)
        try #require(made.status == 0, "\(made.output)\(made.errors)")
        return place
    }

    private func export(
        _ format: String, _ more: [String] = ["--config", "sim.toml"], journal: String = "journals/3",
        in place: Place
    ) async throws -> Program.Outcome {
        try await Program.run(["journal", "export", journal, "--format", format] + more, in: place)
    }

    /// Goal: what is exported passes our own judge, has hashes, and the formats agree. Method: a simulated
    /// line in all formats.
    @Test func everyFormatIsWritten() async throws {
        let place = try await place()
        let json = try await export("epcis", in: place)
        #expect(json.status == 0 && json.errors == "", "\(json.errors)")
        try place.write("events.json", json.output)
        let judged = try await Program.run(["epcis", "validate", "events.json"], in: place)
        #expect(judged.status == 0 && judged.output == "events.json: valid\n", "\(judged.output)")
        let hashes = try await Program.run(["epcis", "hash", "events.json"], in: place)
        let lines = hashes.output.split(separator: "\n")
        let events = json.output.split(separator: "\n").filter { $0.contains("\"eventID\"") }.count
        #expect(hashes.status == 0 && lines.count == events && Set(lines).count == events && events > 20)
        #expect(lines.allSatisfy { $0.hasPrefix("ni:///sha-256;") && $0.hasSuffix("?ver=CBV2.0") })
        let xml = try await export("epcis12", in: place)
        #expect(xml.status == 0 && xml.errors == "", "\(xml.errors)")
        #expect(xml.output.components(separatedBy: "<eventID>").count - 1 == events)
        let rows = try await export("csv", in: place)
        #expect(rows.status == 0 && rows.output.hasPrefix("position,time,kind,batch,gtin,"))
        #expect(rows.output.contains("case.collated") && rows.output.hasSuffix("\r\n"))
    }

    /// Goal: a configuration is found beside the journal, and what is missing in it is said where it is
    /// needed. Method: none, one without the table, one of another line, one with faults.
    @Test func whatTheConfigurationLacksIsSaid() async throws {
        let place = try await place()
        let bare = try await export("epcis", [], in: place)
        #expect(bare.status == 0 && bare.errors.contains("--config"), "\(bare.errors)")
        #expect(!bare.output.contains("readPoint") && bare.output.contains("+00:00"))
        let refused = try await export("epcis12", [], in: place)
        #expect(refused.status == 78 && refused.output == "", "\(refused.output)")
        #expect(refused.errors.contains("CLI-147") && refused.errors.contains("--config"))
        try place.write("journals/3/line.toml", Self.settings)
        let found = try await export("epcis", [], in: place)
        #expect(found.status == 0 && found.errors == "" && found.output.contains("readPoint"))
        try place.write("bare.toml", "[line]\nname = \"sim\"\n")
        let tableless = try await export("epcis", ["--config", "bare.toml"], in: place)
        #expect(tableless.status == 0 && tableless.errors.contains("bare.toml has no table [epcis]"))
        for (old, new, status, said) in [
            ("name = \"sim\"", "name = \"other\"", 78, "CONF-115"),
            ("9506000134376\"\ntime", "9506000134377\"\ntime", 78, "CONF-109 sim.toml:4 epcis.location"),
            ("Europe/Berlin", "Europe/Berlim", 78, "CONF-108 sim.toml:5 epcis.time_zone"),
            ("company_prefixes = [\"9506000\"]", "", 78, "CLI-147"),
            ("[\"9506000\"]", "[\"4012345\"]", 78, "CLI-147"),
            ("receiver = \"9506000134376\"", "", 78, "receiver"),
        ] as [(String, String, Int32, String)] {
            try place.write("sim.toml", Self.settings.replacingOccurrences(of: old, with: new))
            let outcome = try await export("epcis12", in: place)
            #expect(outcome.status == status && outcome.errors.contains(said), "\(old): \(outcome.errors)")
            #expect(outcome.output == "")
        }
    }

    /// Goal: damage ends the document, not in the middle of it, and is said. Method: one bit in the middle.
    @Test func aDamagedJournalIsExportedUpToTheDamage() async throws {
        let place = try await place()
        let whole = try await export("epcis", in: place)
        let segment = URL(fileURLWithPath: place.path + "/journals/3/0000000001.jsonl")
        var bytes = try Data(contentsOf: segment)
        let closed = try #require(bytes.range(of: Data(#"{"k":"pc""#.utf8)))
        bytes[closed.upperBound + 3] ^= 1
        try bytes.write(to: segment)
        let cut = try await export("epcis", in: place)
        #expect(cut.status == 65)
        #expect(cut.errors.contains("JRN-104 journals/3") && cut.errors.contains("whole up to line"))
        #expect(cut.output.hasSuffix("]}}\n") && cut.output.count < whole.output.count)
        try place.write("cut.json", cut.output)
        #expect(try await Program.run(["epcis", "validate", "cut.json"], in: place).status == 0)
    }

    @Test func whatIsNoJournalIsRefused() async throws {
        let place = try Place()
        let missing = try await export("epcis", journal: "nowhere", in: place)
        #expect(missing.status == 66 && missing.errors.contains("CLI-105 nowhere"), "\(missing.errors)")
        let empty = try await export("csv", [], journal: "data", in: place)
        #expect(empty.status == 66 && empty.errors.contains("JRN-102 data"), "\(empty.errors)")
        let format = try await export("pdf", [], in: place)
        #expect(format.status == 64 && format.errors.contains("epcis12"), "\(format.errors)")
    }

    /// Goal: a reader that hangs up ends the export, quietly; a full disk is told. Method: a pipe to `head`,
    /// and the device that is always full.
    @Test func aReaderThatHangsUpEndsIt() async throws {
        let place = try await place()
        let made = try await Program.run(
            ["simulate", "--history", "20000", "--keep", "journals/long"], in: place, seconds: 60)
        try #require(made.status == 0, "\(made.errors)")
        let command = "\"$0\" journal export journals/long --format csv"
        let hangUp = command + " | head -c 10 >/dev/null; echo \"${PIPESTATUS[0]}\""
        let cut = try await Program.shell(hangUp, in: place)
        #expect(cut.output == "141\n" || cut.output == "74\n", "\(cut.output)\(cut.errors)")
        #expect(!cut.errors.contains("Fatal"))
        let full = try await Program.shell(command + " > /dev/full", in: place)
        #expect(full.status == 74 && full.errors.contains("CLI-110"), "\(full.errors)")
    }

    /// Goal: an export is written only if it was signed with the key given, as `journal verify` proves it.
    /// Method: the key the journal names, another, and files that hold none.
    @Test func theSignersKeyIsAskedFor() async throws {
        let place = try await place()
        let file = place.path + "/journals/3/0000000001.jsonl"
        let segment = try String(contentsOfFile: file, encoding: .utf8)
        let named = try #require(segment.firstMatch(of: #/"key":"([A-Za-z0-9_\-]{43})"/#)).output.1
        try place.write("right.key", String(named) + "\n")
        let end = named.last == "A" ? "E" : "A"
        try place.write("wrong.key", named.dropLast(3) + "AA" + end)
        try place.write("no.key", "nonsense\n")
        let open = try await export("epcis", in: place)
        let proven = try await export("epcis", ["--config", "sim.toml", "--key", "right.key"], in: place)
        let events = { (outcome: Program.Outcome) in outcome.output.split(separator: "\n").dropFirst() }
        #expect(proven.status == 0 && proven.errors == "" && events(proven) == events(open))
        for format in ["epcis", "epcis12", "csv"] {
            let other = try await export(format, ["--config", "sim.toml", "--key", "wrong.key"], in: place)
            #expect(other.status == 65 && other.output == "", "\(other.status)\(other.output.prefix(200))")
            #expect(other.errors.contains("JRN-106 journals/3"), "\(other.errors)")
            #expect(other.errors.contains("Nothing was written"))
            let verified = try await Program.run(
                ["journal", "verify", "journals/3", "--key", "wrong.key"], in: place)
            #expect(verified.status == 65 && verified.errors.contains("JRN-106"))
        }
        let none = try await export("csv", ["--key", "no.key"], in: place)
        #expect(none.status == 65 && none.output == "" && none.errors.contains("CLI-112 no.key"))
        let gone = try await export("csv", ["--key", "gone.key"], in: place)
        #expect(gone.status == 66 && gone.output == "" && gone.errors.contains("CLI-105 gone.key"))
    }

    /// Journals are kept in a directory that is made, with those above it.
    @Test func directoriesForJournalsAreMade() async throws {
        let place = try Place()
        for arguments in [["--seeds", "1..2", "--units", "20"], ["--history", "500"]] {
            let keep = ["simulate", "--keep", "new/of/\(arguments[1])"]
            let made = try await Program.run(keep + arguments, in: place)
            #expect(made.status == 0, "\(made.errors)")
        }
        for journal in ["new/of/1..2/1", "new/of/1..2/2", "new/of/500"] {
            let verified = try await Program.run(["journal", "verify", journal], in: place)
            #expect(verified.status == 0, "\(journal) \(verified.errors)")
        }
        try place.write("file", "")
        let refused = try await Program.run(["simulate", "--seed", "1", "--keep", "file/x"], in: place)
        #expect(refused.status == 73 && refused.errors.contains("CLI-106 file/x: "), "\(refused.errors)")
    }
}
