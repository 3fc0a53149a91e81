import Foundation
import LineCore
import Testing

@testable import Settings

@Suite struct ExampleTests {
    /// The top of the repository, four directories above this file.
    static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test func exampleLineLoadsWithTheShippedProfiles() throws {
        let line = try SettingsLoader.load(
            path: Self.top + "/docs/examples/line.toml", profiles: [Self.top + "/devices"])
        #expect(line.configuration.name == "line-1")
        #expect(line.devices.count == 7)
        #expect(line.labels.map(\.station) == ["case-packing", "palletising"])
        #expect(line.device("handheld")?.profile.framing.end == "<CR><LF>")
        #expect(line.effectiveText.contains("station[1].look_ahead = 20\n"))
    }

    /// Goal: every shipped profile can be used. Method: each file under `devices` is read by its name.
    @Test func everyShippedProfileLoads() throws {
        let files = try #require(FileManager.default.enumerator(atPath: Self.top + "/devices"))
        let names = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".toml") }.sorted()
        #expect(names.count >= 6)
        let store = ProfileStore(shipped: [Self.top + "/devices"])
        for name in names {
            let loaded = try store.load(String(name.dropLast(5)))
            #expect(loaded.profile.validate().isEmpty)
            #expect(!loaded.effective.isEmpty)
        }
    }

    @Test func theBenchLoadsWithTheShippedProfiles() throws {
        let line = try SettingsLoader.load(
            path: Self.top + "/docs/examples/bench.toml", profiles: [Self.top + "/devices"])
        #expect(line.configuration.lanes[0].gate.mode == .none && line.configuration.changeover.firstArticle)
    }

    @Test func theLanesLoadWithTheShippedProfiles() throws {
        let line = try SettingsLoader.load(
            path: Self.top + "/docs/examples/lanes.toml", profiles: [Self.top + "/devices"])
        #expect(line.configuration.lanes.map(\.name) == ["A", "B"])
        #expect(Set(line.configuration.lanes.map(\.io)).count == 2 && line.configuration.packing.count == 1)
    }

    /// What the lines of the example leave out, taken in: comments that are settings are right ones.
    @Test func theExampleIsStillRightWithEverythingTakenIn() throws {
        var text = try String(contentsOfFile: Self.top + "/docs/examples/line.toml", encoding: .utf8)
        for table in ["[orders]", "[changeover]", "[operators]"] {
            let begin = try #require(text.range(of: "# \(table)"), "\(table)")
            let end =
                text.range(of: "\n\n", range: begin.upperBound..<text.endIndex)?.lowerBound ?? text.endIndex
            let block = text[begin.lowerBound..<end].replacingOccurrences(of: "\n# ", with: "\n").dropFirst(2)
            text.replaceSubrange(begin.lowerBound..<end, with: block)
        }
        let directory = NSTemporaryDirectory() + "seriatim-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/line.toml"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let line = try SettingsLoader.load(path: path, profiles: [Self.top + "/devices"])
        #expect(line.orderFolder == directory + "/orders")
        #expect(line.configuration.changeover.clearance.count == 4)
        #expect(line.configuration.operators?.release == true)
    }

    /// Every command barcode of the handbook is one.
    @Test func theBarcodesOfTheHandbookAreSome() throws {
        let text = try String(contentsOfFile: Self.top + "/docs/operating.md", encoding: .utf8)
        let codes = Set(text.split(separator: "`").filter { $0.hasPrefix("SR/") }.map(String.init))
        #expect(codes.count > 20)
        for code in codes {
            let command = CommandBarcode(scan: Array("]C0\(code)".utf8))
            if case .unknown = command { Issue.record("\(code)") }
            #expect(command != nil, "\(code)")
        }
    }

    @Test func theExampleOrderIsOne() throws {
        let order = try OrderFile.load(Self.top + "/docs/examples/order.toml")
        #expect(order.said.fault == nil && order.said.unitPool == "cartons" && order.said.jobs.isEmpty)
        // Comments that are keys are right ones.
        let text = try String(contentsOfFile: Self.top + "/docs/examples/order.toml", encoding: .utf8)
        let begin = try #require(text.range(of: "# [jobs]"))
        let table = text[begin.lowerBound...].dropFirst(2).replacingOccurrences(of: "\n# ", with: "\n")
        let whole = text[..<begin.lowerBound] + table
        let jobs = try OrderFile.parse(Array(whole.utf8), name: "o.toml", isJSON: false).said.jobs
        #expect(jobs.map(\.device) == ["coder"])
    }
}
