import Foundation
import Testing

/// What stands where: the top level, the profiles' sources, the vocabulary; no path of one person's machine.
@Suite("Tree")
struct TreeTests {
    /// `Package.resolved` is written by every build and not part of the project.
    private static let topLevel: Set<String> = [
        "Package.swift", "Package.resolved", "Sources", "Tests", "devices", "docs", "systemd", "README.md",
        "LICENSE",
        "CHANGELOG.md", "Makefile",
    ]
    private static let evidenceWords: Set<String> = ["manual", "transcript", "hardware"]

    @Test("the top level holds only what a newcomer expects there")
    func topLevelNames() throws {
        let names = try Repository.topLevelNames()
        #expect(names.contains("Package.swift"))
        for name in names where !Self.topLevel.contains(name) {
            Issue.record("\(name) does not belong at the top level")
        }
    }

    @Test("every profile names its evidence, and every command in it a source")
    func profilesNameTheirSources() throws {
        for path in Repository.files(in: "devices", endings: [".toml"]) {
            for fault in Self.profileFaults(try Repository.text(of: path)) {
                Issue.record("\(path): \(fault)")
            }
        }
    }

    @Test("the profile check finds a missing evidence word and a command without a source")
    func profileCheckFinds() {
        let good = """
            evidence = "manual"
            [commands.status]
            send = "~HS"
            source = "ZPL II Programming Guide, ~HS"
            [commands.status.refused]
            "!" = "busy"
            """
        #expect(Self.profileFaults(good).isEmpty)
        #expect(Self.profileFaults(good.replacing("manual", with: "guess")).count == 1)
        #expect(Self.profileFaults(good.replacing("evidence", with: "# evidence")).count == 1)
        #expect(Self.profileFaults(good.replacing("source =", with: "# source =")).count == 1)
        #expect(Self.profileFaults(good.replacing("ZPL II Programming Guide, ~HS", with: " ")).count == 1)
        let inline =
            """
            evidence = 'hardware'
            [commands]
            a = { send = "A" }
            b = { send = "B", source = "page 2" }
            """
        #expect(Self.profileFaults(inline) == ["command a has no source"])
    }

    @Test("no file names a place on one person's machine")
    func noLocalPaths() throws {
        // In pieces, so that this file does not find itself.
        let folders = ["work", "opt", "home", "root", "Users"].map { "/" + $0 + "/" }
        let topFiles = try Repository.topLevelNames().filter { $0 != "Package.resolved" && $0 != "LICENSE" }
        let below = ["Sources", "Tests", "devices", "docs", "systemd", ".ci"].flatMap {
            Repository.files(in: $0)
        }
        for path in topFiles.filter({ $0.contains(".") || $0 == "Makefile" }) + below {
            for (offset, line) in try Repository.lines(of: path).enumerated() {
                for folder in folders where Self.startsAPath(folder, in: line) {
                    Issue.record("\(path):\(offset + 1): \(folder)")
                }
            }
        }
    }

    @Test("docs/words.md has each term once, with its meaning and where it comes from")
    func words() throws {
        let rows = try Repository.lines(of: "docs/words.md").filter {
            $0.hasPrefix("|") && !$0.hasPrefix("| --") && $0 != "| word | meaning | source |"
        }
        var seen: Set<String> = []
        #expect(rows.count > 50)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.count == 3 && cells.allSatisfy { !$0.isEmpty }, "three cells: \(row)")
            if let term = cells.first {
                #expect(seen.insert(term.lowercased()).inserted, "twice: \(term)")
            }
        }
    }

    /// Whether `folder` occurs where a path begins, and not within a longer path or an address.
    private static func startsAPath(_ folder: String, in line: String) -> Bool {
        var rest = line[...]
        while let place = rest.range(of: folder) {
            let before = place.lowerBound > line.startIndex ? line[line.index(before: place.lowerBound)] : " "
            if !before.isLetter, !before.isNumber, !"._-/)}".contains(before) { return true }
            rest = rest[place.upperBound...]
        }
        return false
    }

    /// What a profile lacks. Reads the TOML line by line: tables `[commands.NAME]`, or one `NAME = {...}` a
    /// line under `[commands]`.
    private static func profileFaults(_ text: String) -> [String] {
        var faults: [String] = []
        var table = ""
        var evidence: String?
        var sources: [(command: String, source: String?)] = []
        for line in text.components(separatedBy: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            if line.hasPrefix("[") {
                table = String(line.prefix { $0 != "]" }.drop { $0 == "[" })
                if let command = commandName(table) { sources.append((command, nil)) }
            } else if table.isEmpty, let value = value(of: "evidence", in: line) {
                evidence = value
            } else if table == "commands", let command = line.split(separator: "=").first,
                !line.hasPrefix("#")
            {
                let inside = line.firstMatch(of: /\bsource\s*=\s*(["'])(.*?)\1/).map { String($0.output.2) }
                if !line.isEmpty { sources.append((command.trimmingCharacters(in: .whitespaces), inside)) }
            } else if commandName(table) != nil, let value = value(of: "source", in: line), !sources.isEmpty {
                sources[sources.count - 1].source = value
            }
        }
        if !evidenceWords.contains(evidence ?? "") {
            faults.append("evidence is \(evidence ?? "missing"); say manual, transcript or hardware")
        }
        for (command, source) in sources
        where (source ?? "").trimmingCharacters(in: .whitespaces).isEmpty {
            faults.append("command \(command) has no source")
        }
        return faults
    }

    /// `commands.status` is a command; `commands.status.refused` is part of one.
    private static func commandName(_ table: String) -> String? {
        let path = table.split(separator: ".")
        return path.count == 2 && path[0] == "commands" ? String(path[1]) : nil
    }

    private static func value(of key: String, in line: String) -> String? {
        guard line.hasPrefix(key) else { return nil }
        let rest = line.dropFirst(key.count).drop { $0 == " " }
        guard rest.hasPrefix("=") else { return nil }
        let value = rest.dropFirst().drop { $0 == " " }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return String(value.dropFirst().prefix { $0 != quote })
    }
}
