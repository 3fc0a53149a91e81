import Foundation
import Testing

@testable import GS1

/// Goal: the embedded table is the whole dictionary. Method: compare with its published text where that
/// is at hand, read apart from the table's own reader; then write what the reader made of it and compare.
@Suite struct DictionaryTests {
    /// Entries of the published text with runs of blanks reduced, or `nil` without it.
    private static func published() throws -> [String]? {
        guard let folder = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"] else { return nil }
        let path = "\(folder)/gs1/gs1-syntax-dictionary-\(EmbeddedDictionary.release).txt"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").joined(separator: " ") }
            .filter { !$0.isEmpty }
    }

    @Test func everyEntryIsEmbedded() throws {
        guard let published = try Self.published() else {
            print(
                "PASSED OVER: the dictionary's text is not at hand; set CONFORMANCE_DIR to compare with it.")
            return
        }
        let embedded = EmbeddedDictionary.text.split(separator: "\n").map(String.init)
        #expect(embedded == published)
        #expect(published.count > 200)
    }

    /// What the reader knows of an entry, written again, is the entry.
    @Test func theReaderLosesNothing() {
        let dictionary = SyntaxDictionary.current
        for line in EmbeddedDictionary.text.split(separator: "\n") {
            let words = line.split(separator: "#")[0].split(separator: " ").map(String.init)
            let bounds = words[0].split(separator: "-").compactMap { UInt16($0) }
            for number in bounds[0]...bounds[bounds.count - 1] {
                let ai = ApplicationIdentifier(number: number)
                guard let rule = dictionary.rule(for: ai) else {
                    Issue.record("(\(ai)) is missing")
                    continue
                }
                #expect(
                    rule.ai == ai && rule.hasPredefinedLength == (words.count > 1 && words[1].contains("*")))
                #expect(rule.isAttribute == words[1].contains("?"))
                #expect(
                    rule.components.map { describe(dictionary.components[$0]) } == words.filter(isComponent))
                #expect(written(rule.required, "req=", dictionary) == words.filter { $0.hasPrefix("req=") })
                let excluded = words.filter { $0.hasPrefix("ex=") }
                #expect(written(rule.excluded, "ex=", dictionary) == excluded)
                #expect(rule.isPrimaryKey == words.contains { $0.hasPrefix("dlpkey") })
                let qualifiers = dictionary.qualifiers(of: ai).map {
                    $0.map(\.description).joined(separator: ",")
                }
                let key = qualifiers.isEmpty ? "dlpkey" : "dlpkey=" + qualifiers.joined(separator: "|")
                #expect(!rule.isPrimaryKey || words.contains(key), "(\(ai)): \(key)")
                #expect(line.hasSuffix(ai.title))
            }
        }
        #expect(dictionary.rules.count == 541)
    }

    private func isComponent(_ word: String) -> Bool {
        guard let first = word.first(where: { $0 != "[" }) else { return false }
        return "NXYZ".contains(first) && word.contains { $0.isNumber }
    }

    private func describe(_ component: SyntaxDictionary.Component) -> String {
        let letter =
            switch component.characters {
            case .numeric: "N"
            case .cset82: "X"
            case .cset39: "Y"
            case .cset64: "Z"
            }
        let length = component.minLength == component.maxLength && component.maxLength > 0
        var type = letter + (length ? "" : "..") + "\(component.maxLength)"
        if component.isOptional { type = "[\(type)]" }
        let linters = [component.linters.0, component.linters.1, component.linters.2].compactMap {
            $0?.rawValue
        }
        return ([type] + linters).joined(separator: ",")
    }

    /// Patterns as attributes; `n` for each digit that may be any.
    private func written(
        _ range: Range<Int>, _ name: String, _ dictionary: SyntaxDictionary
    ) -> [String] {
        var attributes: [String] = []
        var current = ""
        for index in range {
            let pattern = dictionary.patterns[index]
            let low = ApplicationIdentifier(number: pattern.low).description
            let span = Int(pattern.high - pattern.low) + 1
            let wild = String(span).count - 1
            current += low.dropLast(wild) + String(repeating: "n", count: wild)
            switch pattern.end {
            case .nothing: current += "+"
            case .alternative: current += ","
            case .requirement:
                attributes.append(name + current)
                current = ""
            }
        }
        return attributes
    }

    @Test func lookingUp() {
        #expect(ApplicationIdentifier("01") == .gtin && ApplicationIdentifier("3105")?.number == 3105)
        for text in ["", "0", "1", "001", "05", "3106", "9999", "01x", "010", "21 ", "٢١"] {
            #expect(ApplicationIdentifier(text) == nil, "\(text)")
        }
        #expect(
            ApplicationIdentifier.lot.valueLength == 1...20
                && ApplicationIdentifier.gtin.valueLength == 14...14)
        #expect(
            ApplicationIdentifier.gdti.valueLength == 13...30 && ApplicationIdentifier.count.title == "COUNT")
        #expect(
            ApplicationIdentifier.gtin.hasPredefinedLength
                && !ApplicationIdentifier.serial.hasPredefinedLength)
        #expect(
            ApplicationIdentifier.sscc.description == "00"
                && ApplicationIdentifier.expiryTime.description == "7003")
    }

    @Test(arguments: [
        "", "01", "01 *", "x N2", "01 N0", "01 N91", "01 N2,nothing", "01 W2", "01 N2\n01 N2",
        "01 N2\n010 N2",
        "01 N2 req=+", "01 N2 req=0x", "01 N2 dlpkey=zz", "02-01 N2", "99-100 N2", "001 N2",
        "01 N2,csum,csum,csum,csum",
    ])
    func refusesOtherText(text: String) {
        #expect(SyntaxDictionary(text: text) == nil)
    }
}
