import Foundation
import Testing

/// `epcis validate` and `epcis hash` as programs and people call them: what they read, print, how they end.
@Suite(.serialized, .enabled(if: Program.isWanted, "SERIATIM_BIN names no program"))
struct EPCISCommandTests {
    private static let head = """
        {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],\
        "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T06:02:00Z",\
        "epcisBody":{"eventList":[
        """

    /// An event with some serials, on one line.
    private static func event(serials: Int) -> String {
        let epcs = (0..<serials).map { "\"https://id.gs1.org/01/09506000134352/21/A\($0)\"" }
        return """
            {"type":"ObjectEvent","eventTime":"2026-03-02T06:02:00Z","eventTimeZoneOffset":"+01:00",\
            "epcList":[\(epcs.joined(separator: ","))],"action":"ADD","bizStep":"commissioning"}
            """
    }

    /// Goal: what is piped in is judged and hashed as a file is. Method: standard input, a pipe of the shell
    /// and one with a name; a device that never ends.
    @Test func pipesAreReadAsFilesAre() async throws {
        let place = try Place()
        let text = Self.head + (1...40).map { Self.event(serials: $0) }.joined(separator: ",\n") + "]}}\n"
        try place.write("events.json", text)
        let hashes = try await Program.run(["epcis", "hash", "events.json"], in: place)
        let piped = try await Program.run(["epcis", "hash", "-"], in: place, input: Array(text.utf8))
        #expect(piped.status == 0 && piped.output == hashes.output, "\(piped.errors)")
        #expect(Set(piped.output.split(separator: "\n")).count == 40)
        let judged = try await Program.run(["epcis", "validate", "-"], in: place, input: Array(text.utf8))
        #expect(judged.status == 0 && judged.output == "-: valid\n", "\(judged.output)\(judged.errors)")
        let script = """
            mkfifo named; cat events.json >named & "$0" epcis validate named; wait
            "$0" epcis validate <(cat events.json) | sed 's|/dev/fd/[0-9]*|pipe|'
            cat events.json | "$0" epcis hash /dev/stdin | cmp - <("$0" epcis hash events.json) && echo same
            "$0" epcis validate - </dev/zero | cut -c 1-22
            """
        let shell = try await Program.shell(script, in: place)
        #expect(shell.output == "named: valid\npipe: valid\nsame\n-: JSON-004 at byte 0:\n", "\(shell)")
        let device = try await Program.run(["epcis", "hash", "/dev/zero"], in: place)
        #expect(device.status == 66 && device.errors.contains("not a regular file"), "\(device.errors)")
    }

    /// Goal: a document is judged in memory that does not grow with it. Method: 80 MB of events through a
    /// pipe, with less memory to be had than they are long.
    @Test func longDocumentsAreJudgedEventByEvent() async throws {
        let place = try Place()
        let event = Self.event(serials: 8)
        try place.write("head", Self.head)
        try place.write("event", event + ",")
        try place.write("last", #"{"type":"ObjectEvent"}]}}"#)
        let count = 80_000_000 / event.utf8.count
        let document = "{ cat head; yes \"$(cat event)\" | head -n \(count); cat last; }"
        let script = """
            ulimit -d 60000
            \(document) | "$0" epcis validate -; echo ${PIPESTATUS[1]}
            \(document) | "$0" epcis hash - 2>&1 | sort | uniq -c
            """
        let shell = try await Program.shell(script, in: place, seconds: 120)
        #expect(shell.output.contains("EPCIS-106 at /epcisBody/eventList/\(count): "), "\(shell)")
        #expect(shell.output.contains("-: invalid, 4 errors\n65\n"), "\(shell)")
        #expect(shell.output.contains(" \(count) ni:///sha-256;"), "\(shell)")
        #expect(shell.output.contains("EPCIS-100 at /epcisBody/eventList/\(count)/"), "\(shell)")
    }

    /// Goal: findings that are not shown are counted, and what is no JSON at all is told. Method: more faults
    /// than are shown; files with a byte-order mark and in XML.
    @Test func whatIsNotShownIsSaid() async throws {
        let place = try Place()
        let events = [String](repeating: #"{"type":"ObjectEvent","action":7}"#, count: 300)
        try place.write("many.json", Self.head + events.joined(separator: ",") + "]}}")
        let many = try await Program.run(["epcis", "validate", "many.json"], in: place)
        let lines = many.output.split(separator: "\n")
        #expect(many.status == 65 && lines.count == 1_001, "\(lines.count)")
        let said = "many.json: invalid, 1200 errors; of errors and of advice the first 1000 are shown"
        #expect(lines.last == "\(said), 200 more are not")
        let json = try await Program.run(["epcis", "validate", "--json", "many.json"], in: place)
        #expect(json.output.contains(#""valid":false,"errors":1200,"advice":0,"omitted":200,"findings":["#))
        for (text, code) in [("\u{FEFF}{}", "EPCIS-001"), ("<?xml version='1.0'?>", "EPCIS-002")] {
            try place.write("other", text)
            for command in ["validate", "hash"] {
                let outcome = try await Program.run(["epcis", command, "other"], in: place)
                let said = outcome.output + outcome.errors
                #expect(outcome.status == 65 && said.contains("other: \(code): "), "\(said)")
            }
        }
    }

    /// A file that fails keeps no other from being hashed.
    @Test func everyFileIsHashed() async throws {
        let place = try Place()
        try place.write("bad.json", "{")
        try place.write("good.json", Self.head + Self.event(serials: 1) + "]}}")
        let good = try await Program.run(["epcis", "hash", "good.json"], in: place)
        let both = try await Program.run(["epcis", "hash", "bad.json", "none.json", "good.json"], in: place)
        #expect(good.status == 0 && both.output == good.output && both.status == 66, "\(both.errors)")
        for said in ["bad.json: ", "CLI-105 none.json: ", "CLI-123: 2 of 3 files"] {
            #expect(both.errors.contains(said), "\(both.errors)")
        }
    }

    /// A list of events that stands twice has no agreed meaning: the hashes of the first are not all.
    @Test func repeatedListsAreRefusedForHashes() async throws {
        let place = try Place()
        try place.write(
            "twice.json",
            Self.head + Self.event(serials: 1) + "],\"eventList\":["
                + Self.event(serials: 2) + "]}}")
        let hashed = try await Program.run(["epcis", "hash", "twice.json"], in: place)
        #expect(hashed.status == 65 && hashed.errors.contains("CLI-122 twice.json"), "\(hashed.errors)")
    }

    /// Goal: `epcis` commands tell files apart that are invalid, no EPCIS, and not there. Method: one each.
    @Test func epcisFilesAreJudged() async throws {
        let place = try Place()
        try place.write("bad.json", #"{"type":"ObjectEvent","action":"SEEN"}"#)
        try place.write("no.json", "{")
        try place.write("list.json", "[]")
        let bad = try await Program.run(["epcis", "validate", "bad.json"], in: place)
        #expect(
            bad.status == 65 && bad.output.contains("bad.json: invalid") && bad.output.contains("EPCIS-1"))
        let both = try await Program.run(["epcis", "validate", "--json", "bad.json", "gone.json"], in: place)
        #expect(both.status == 66 && both.output.split(separator: "\n").count == 2, "\(both.output)")
        #expect(both.output.contains("CLI-105 gone.json"))
        for (file, status) in [("no.json", 65), ("list.json", 65), ("gone.json", 66)] as [(String, Int32)] {
            let hashed = try await Program.run(["epcis", "hash", file], in: place)
            #expect(
                hashed.status == status && hashed.output == "" && hashed.errors.contains(file), "\(hashed)")
        }
        #expect(try await Program.run(["epcis", "hash"], in: place).status == 64)
    }
}
