import DeviceCore
import Testing

/// Goal: the documents say of coders what their profiles say. Method: the table, made again.
@Suite struct CoderDocsTests {
    @Test func theTableOfCodersIsThatOfTheProfiles() throws {
        let rows = try ProfileFile.all(".toml").compactMap { path -> String? in
            let profile = try ProfileFile.profile(path)
            guard profile.kind == .coder, let printer = profile.printer else { return nil }
            let queue = [("asked", profile.canAskQueue), ("cleared", profile.canClearQueue)]
            let words = queue.filter(\.1).map(\.0).joined(separator: ", ")
            let cells = [
                "`\(path.dropLast(5))`", printer.queue.rawValue, printer.proof.rawValue, words,
                printer.afterStop.rawValue,
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }
        #expect(rows.count >= 4)
        let table = "| profile | it holds | proof | queue | after a stop |\n| --- | --- | --- | --- | --- |\n"
        #expect(
            try ProfileFile.text("../docs/devices.md").contains(table + rows.joined(separator: "\n") + "\n\n")
        )
    }
}
