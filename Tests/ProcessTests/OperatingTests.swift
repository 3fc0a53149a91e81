import Foundation
import Testing

/// Goal: what the handbook says is what the program does. Method: its whole batch, command by command, on a
/// daemon with a camera that reads what the handbook says; every command it names anywhere is one there is.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct OperatingTests {
    private static func handbook() throws -> String {
        try String(contentsOfFile: Program.root + "/docs/operating.md", encoding: .utf8)
    }

    /// Lines of the block: `$` a command, `>` what the camera reads.
    private static func steps() throws -> [String] {
        let text = try handbook()
        let section = try #require(text.range(of: "## A whole batch, command by command"))
        let parts = text[section.upperBound...].components(separatedBy: "```\n")
        return parts[1].split(separator: "\n").map(String.init)
    }

    /// The bench of the handbook, with its camera here.
    private func bench(_ place: Place) async throws -> TCPCamera {
        let camera = try TCPCamera("bench", in: place)
        let text = try String(contentsOfFile: Program.root + "/docs/examples/bench.toml", encoding: .utf8)
        try place.write(
            "line.toml",
            text.replacingOccurrences(of: "/var/lib/seriatim", with: place.data)
                .replacingOccurrences(of: "tcp:192.0.2.21:2001", with: try await camera.address())
                .replacingOccurrences(of: "[[station]]\nkind = \"unit-verify\"", with: Self.noRead))
        try place.write("serials.txt", (1...10).map { "A0\($0 < 10 ? "0" : "")\($0)\n" }.joined())
        try place.write(
            "order.toml",
            """
            batch = "B1"
            gtin = "09506000134352"
            product = "Testol"
            lot = "L1"
            expiry = "491231"
            quantity = 10
            items_per_case = 5
            items_per_pallet = 2
            unit_pool = "packs"
            sscc_pool = "ssccs"
            """)
        return camera
    }

    private static let noRead = "no_read = \"NOREAD\"\n[[station]]\nkind = \"unit-verify\""

    @Test func theWholeBatchOfTheHandbook() async throws {
        let place = try Place()
        let camera = try await bench(place)
        defer { camera.kill() }
        let daemon = try await place.daemon()
        defer { daemon.kill() }
        let steps = try Self.steps()
        #expect(steps.count > 40)
        var tracked = 0
        for step in steps {
            if step.hasPrefix("> ") {
                // People type the separator's picture; a camera sends the separator.
                try camera.reads(String(step.dropFirst(2)).replacing("\u{241D}", with: "\u{1D}"))
                tracked += 1
                let isSeen = try await sees(tracked, place)
                try #require(isSeen, "\(step) is not on the screen")
                // The same code within a second is the same pack.
                try await Task.sleep(for: .milliseconds(1_100))
                continue
            }
            try #require(step.hasPrefix("$ seriatim "), "\(step)")
            try await type(step.dropFirst(11).split(separator: " ").map(String.init), place)
        }
        let report = try await Program.run(["batch", "report", "B1", "--data", place.data], in: place)
        for text in [
            "CLOSED.", "All issued serials accounted for", "unreadable: thrown out", "first article A007",
            "line cleared after batch B1", "set-up began", "suspended",
        ] { #expect(report.output.contains(text), "\(text): \(report.output)") }
        daemon.terminate()
        #expect(await daemon.end(within: 20) == 0)
    }

    private func sees(_ units: Int, _ place: Place) async throws -> Bool {
        for _ in 0..<200 {
            let status = try await place.client("status", "--json")
            if status.output.contains("\"tracked\":\(units),") { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Some things take a moment: devices connect, the journal is verified. Nothing else is tried again.
    private func type(_ words: [String], _ place: Place) async throws {
        let isOffline = words.contains("--data") || words.first == "journal"
        let arguments = words.map { $0 == "data" ? place.data : $0 }
        let command = isOffline ? arguments : arguments + ["--socket", place.socket]
        for _ in 0..<100 {
            let outcome = try await Program.run(command, in: place)
            if outcome.status == 0 { return }
            let passes = ["BATCH-120", "BATCH-122", "BATCH-140", "BATCH-146", "BATCH-171", "IDX-102"]
            try #require(
                passes.contains { outcome.errors.contains($0) }, "\(words): \(outcome.errors)")
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(words) was refused for five seconds")
    }

    // MARK: Every command

    /// Commands of the handbook's lists and of its sentences, with words in place of what stands for one.
    private static func commands() throws -> [[String]] {
        var lines: [String] = []
        for line in try handbook().split(separator: "\n") {
            if line.hasPrefix("seriatim ") {
                lines.append(String(line.components(separatedBy: "  ")[0]))
            } else {
                let quoted = line.split(separator: "`", omittingEmptySubsequences: false)
                for (index, part) in quoted.enumerated()
                where index % 2 == 1 && index + 1 < quoted.count && part.hasPrefix("seriatim ") {
                    lines.append(String(part))
                }
            }
        }
        return lines.flatMap(spelledOut)
    }

    /// `item sample | destroy CODE [--dissolve]` is two commands, each with its option.
    private static func spelledOut(_ line: String) -> [[String]] {
        let plain = line.replacingOccurrences(of: "[", with: "").replacingOccurrences(of: "]", with: "")
            .replacingOccurrences(of: "01=... 21=...", with: "01=09506000134352 21=A")
            .replacingOccurrences(of: "...", with: "")
            .components(separatedBy: " > ")[0]
        let words = plain.split(separator: " ").dropFirst().map(String.init)
        guard let bar = words.firstIndex(of: "|") else { return [words.map(word)] }
        var ends = [bar - 1]
        while ends[ends.count - 1] + 1 < words.count, words[ends[ends.count - 1] + 1] == "|" {
            ends.append(ends[ends.count - 1] + 2)
        }
        let rest = words[(ends[ends.count - 1] + 1)...]
        return ends.map { (words[..<(bar - 1)] + [words[$0]] + rest).map(word) }
    }

    private static func word(_ text: String) -> String {
        if text == "N" { return "1" }
        return text.contains("|") && !text.contains("=") ? String(text.split(separator: "|")[0]) : text
    }

    @Test func everyCommandOfTheHandbookIsOneThereIs() async throws {
        let commands = try Self.commands()
        #expect(commands.count > 70)
        let place = try Place()
        for command in commands where !["run", "demo"].contains(command.first) {
            // It may find no daemon, no file and nobody to ask; that there is no such command it may not say.
            let outcome = try await Program.run(command, in: place, input: [])
            #expect(!outcome.errors.contains("Usage:"), "\(command): \(outcome.errors)")
        }
    }
}
