import Foundation
import Testing

/// `batch report` as programs and people call it: what it prints, and how it ends.
@Suite(.serialized, .enabled(if: Program.isWanted, "SERIATIM_BIN names no program"))
struct BatchReportTests {
    /// A place with a made-up journal of several batches in `line/journal`; the last one is not closed.
    private func place() async throws -> Place {
        let place = try Place()
        try FileManager.default.createDirectory(
            atPath: place.path + "/line/journal", withIntermediateDirectories: true)
        let arguments = ["simulate", "--history", "20000", "--keep", place.path + "/line/journal"]
        let made = try await Program.run(arguments, in: place, seconds: 60)
        try #require(made.status == 0, "\(made.output)\(made.errors)")
        return place
    }

    private func report(_ arguments: String..., in place: Place) async throws -> Program.Outcome {
        try await Program.run(["batch", "report"] + arguments, in: place)
    }

    /// Goal: the forms agree, and stdout holds nothing else. Method: a closed batch in all of them.
    @Test func everyFormIsWritten() async throws {
        let place = try await place()
        let text = try await report("B2", "--data", "line", in: place)
        #expect(text.status == 0 && text.errors.contains("times are in UTC"), "\(text.errors)")
        #expect(text.output.hasPrefix("Batch report B2\n") && text.output.contains("\nCLOSED.\n"))
        let json = try await report("B2", "--data", "line", "--format", "json", in: place)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        let lists = try #require(object?["reconciliation"] as? [String: Any])
        let serials = try #require(lists["serials"] as? [[String: Any]])
        let all = serials.compactMap { $0["count"] as? Int }.reduce(0, +)
        let csv = try await report("B2", "--data", "line", "--format", "csv", in: place)
        #expect(all == 2_000 && csv.output.components(separatedBy: "\r\nunit,").count - 1 == all)
        let page = try await report("B2", "--data", "line", "--format", "html", in: place)
        #expect(page.output.hasPrefix("<!DOCTYPE html>") && page.output.hasSuffix("</html>\n"))
        let open = try await report("B4", "--data", "line/journal", in: place)
        #expect(open.status == 0 && open.output.contains("\nINTERIM: the batch is running."))
        // The same journal, the same report.
        let again = try await report("B2", "--data", "line", in: place)
        #expect(again.output == text.output)
    }

    /// Goal: a line is found by its configuration, and its clock is used. Method: a zone of
    /// half an hour, the name of another line, no name at all.
    @Test func theConfigurationNamesTheLine() async throws {
        let place = try await place()
        let zone = "[epcis]\nlocation = \"9506000134376\"\ntime_zone = \"Asia/Kolkata\"\n"
        try place.write("sim.toml", "[line]\nname = \"history\"\ndata = \"line\"\n" + zone)
        let named = try await report("B2", "--config", "sim.toml", in: place)
        #expect(named.status == 0 && named.errors == "", "\(named.errors)")
        #expect(named.output.contains("UTC+05:30"))
        try place.write("sim.toml", "[line]\nname = \"other\"\ndata = \"line\"\n" + zone)
        let other = try await report("B2", "--config", "sim.toml", in: place)
        #expect(other.status == 78 && other.output == "" && other.errors.contains("CONF-115"))
        let none = try await report("B2", in: place)
        #expect(none.status == 64 && none.errors.contains("CLI-140"))
    }

    /// Goal: what cannot be reported is said, with its status. Method: a batch that is not there, a key that
    /// is another, a directory without a journal.
    @Test func whatCannotBeReportedIsRefused() async throws {
        let place = try await place()
        let unknown = try await report("B9", "--data", "line", in: place)
        #expect(unknown.status == 66 && unknown.output == "")
        #expect(unknown.errors.contains("BATCH-111 B9") && unknown.errors.contains("B2"))
        try place.write("other.pub", String(repeating: "A", count: 43) + "\n")
        let key = try await report("B2", "--data", "line", "--key", "other.pub", in: place)
        #expect(key.status == 78 && key.output == "" && key.errors.contains("JRN-106"), "\(key.errors)")
        let nowhere = try await report("B2", "--data", "nowhere", in: place)
        #expect(nowhere.status == 66 && nowhere.output == "", "\(nowhere.errors)")
        let format = try await report("B2", "--data", "line", "--format", "pdf", in: place)
        #expect(format.status == 64 && format.errors.contains("html"))
    }

    /// Goal: damage ends the report and stands in it; a batch behind it is not said to be unknown. Method:
    /// one bit of the last pallet, then one of the first.
    @Test func aDamagedJournalIsReportedUpToTheDamage() async throws {
        let place = try await place()
        let segment = URL(fileURLWithPath: place.path + "/line/journal/0000000001.jsonl")
        let whole = try Data(contentsOf: segment)
        func damage(_ options: Data.SearchOptions) throws {
            var bytes = whole
            let pallet = try #require(bytes.range(of: Data(#"{"k":"pc""#.utf8), options: options))
            bytes[pallet.upperBound + 3] ^= 1
            try bytes.write(to: segment)
        }
        try damage(.backwards)
        let cut = try await report("B2", "--data", "line", in: place)
        #expect(cut.status == 65 && cut.errors.contains("JRN-104"), "\(cut.errors)")
        #expect(cut.output.contains("THE JOURNAL IS DAMAGED: JRN-104") && cut.output.contains("CLOSED"))
        try damage([])
        let gone = try await report("B2", "--data", "line", in: place)
        #expect(gone.status == 65 && gone.output == "" && gone.errors.contains("JRN-104"), "\(gone.errors)")
    }
}
