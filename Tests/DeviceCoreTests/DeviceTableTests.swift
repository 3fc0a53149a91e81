import DeviceCore
import Testing

/// Goal: the documents say of every profile what it is and what is proven of it. Method: the table, made
/// again from the profiles, their transcripts and the tests that drive them.
@Suite struct DeviceTableTests {
    /// What else than its transcript a profile meets in the tests.
    private static let peers = [
        "generic/keyboard": "umockdev, keys typed to the shipped program",
        "generic/reader-cr": "umockdev, plugged in and out of the shipped program; pseudo-terminals",
        "generic/modbus-module": "pymodbus; a belt in the tests",
        "seriatim/line-io-1": "pymodbus, mbpoll; the demo's controller",
        "seriatim/line-io-1-rtu": "pymodbus on a serial line",
        "seriatim/line-io-1-time": "the demo's controller",
        "wago/750": "a belt and a watchdog in the tests, by the same authors",
        "videojet/zipher": "the demo's coder, by the same authors",
        "zebra/zpl": "the demo's printer, by the same authors",
    ]

    @Test func theTableOfDevicesIsThatOfTheProfiles() throws {
        var peers = Self.peers
        var transcripts: [String: Int] = [:]
        for path in try ProfileFile.all(".transcript") {
            let golden = try GoldenTranscript(path)
            transcripts[golden.profile, default: 0] += golden.transcript.lines.count
        }
        let rows = try ProfileFile.all(".toml").map { path in
            let (name, profile) = (String(path.dropLast(5)), try ProfileFile.profile(path))
            let proof = ["\(transcripts[path] ?? 0) lines replayed", peers.removeValue(forKey: name)]
            let cells = [
                "`\(name)`", "\(profile.vendor) \(profile.model)", profile.kind.rawValue,
                profile.evidence.rawValue, proof.compactMap { $0 }.joined(separator: "; "),
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }
        #expect(peers.isEmpty, "no profiles: \(peers.keys.sorted())")
        #expect(rows.count >= 20)
        let table =
            (["| profile | device | kind | evidence | verified by |", "| --- | --- | --- | --- | --- |"]
            + rows)
            .joined(separator: "\n")
        let isThere = try ProfileFile.text("../docs/devices.md").contains(table + "\n\n")
        #expect(isThere, "docs/devices.md lacks this table:\n\(table)\n")
    }

    @Test func theParametersAreThoseOfTheProfiles() throws {
        let rows = try ProfileFile.all(".toml").flatMap { path in
            try ProfileFile.profile(path).parameters.map { parameter in
                let range =
                    switch parameter.rule {
                    case .int(let min, let max): "\(min) to \(max)"
                    case .text(let most, _): "text up to \(most)"
                    case .choice(let words): words.joined(separator: " or ")
                    }
                let standard = parameter.standard.map { ", default \($0)" } ?? ", must be set"
                let key = "`\(parameter.name)` (\(range)\(standard))"
                return "| `\(path.dropLast(5))` | \(key) | \(parameter.about) |"
            }
        }
        #expect(rows.count >= 9)
        let table = (["| profile | key in `[[device]]` | what |", "| --- | --- | --- |"] + rows)
            .joined(separator: "\n")
        let isThere = try ProfileFile.text("../docs/devices.md").contains(table + "\n\n")
        #expect(isThere, "docs/devices.md lacks this table:\n\(table)\n")
    }
}
