import Foundation
import JSONText
import Testing

@testable import EPCIS

/// Goal: without a JSON Schema at hand, the validator gives the schema's verdict. Method: the official
/// schema, by the `jsonschema` package, over the examples, our documents and seeded mutations of both.
@Suite struct SchemaVerdictTests {
    /// More with `EPCIS_MUTANTS=20000`.
    private static let mutants =
        ProcessInfo.processInfo.environment["EPCIS_MUTANTS"].flatMap { Int($0) } ?? 1_500

    /// The schema's verdicts, or `nil`, aloud, without schema or Python package.
    private static func verdicts(_ documents: [JSONValue]) throws -> [Bool]? {
        let environment = ProcessInfo.processInfo.environment
        guard let folder = Conformance.folder else {
            print("PASSED OVER: the official schema is not at hand; set CONFORMANCE_DIR to use it.")
            return nil
        }
        let input = FileManager.default.temporaryDirectory.appendingPathComponent(
            "epcis-verdicts-\(ProcessInfo.processInfo.processIdentifier).jsonl")
        let lines = documents.map(\.text).joined(separator: "\n") + "\n"
        try Data(lines.utf8).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("schema_verdicts.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let python = environment["SERIATIM_PYTHON"] ?? "python3"
        process.arguments = [python, script, folder + "/epcis-json-schema-2.0.1.json"]
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard !said.hasPrefix("absent") else {
            print("PASSED OVER: no Python package jsonschema (SERIATIM_PYTHON); run make venv. \(said)")
            return nil
        }
        #expect(process.terminationStatus == 0)
        return said.split(separator: "\n").map { $0 == "1" }
    }

    @Test func theVerdictIsTheSchemas() throws {
        let originals = try (Conformance.examples().map(\.bytes) + Samples.all.map { Array($0.text.utf8) })
            .map { try JSONValue.parse($0, limits: Content.limits).withoutRepeats }
        var mutation = Mutation(seed: 0xE9C1_5002)
        let mutants = (0..<Self.mutants).map { mutation.mutate(originals[$0 % originals.count]) }
        let documents = originals + mutants
        guard let verdicts = try Self.verdicts(documents) else { return }
        #expect(verdicts.count == documents.count)
        var differences = 0
        for (index, (document, isValid)) in zip(documents, verdicts).enumerated() {
            let broken = Validation.findings(in: document).filter { $0.rule.level == .schema }
            guard broken.isEmpty != isValid else { continue }
            differences += 1
            guard differences <= 5 else { continue }
            Issue.record("\(index): schema says \(isValid), we \(broken): \(document.text)")
        }
        #expect(differences == 0)
        let valid = verdicts.filter { $0 }.count
        #expect(verdicts.prefix(originals.count).allSatisfy { $0 })
        #expect(
            valid > documents.count / 20 && valid < documents.count * 9 / 10, "\(valid) of \(documents.count)"
        )
    }

    /// Word lists are long and a missing word shows in no mutation: compared one by one.
    @Test func theWordsAreTheSchemas() throws {
        guard let folder = Conformance.folder else {
            print("PASSED OVER: the official schema is not at hand; set CONFORMANCE_DIR to use it.")
            return
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/epcis-json-schema-2.0.1.json"))
        let definitions = try #require(try JSONValue.parse(Array(data))["definitions"])
        let ours: [(String, Set<String>)] = [
            ("bizStep", BizStepVocabulary.words.union(BizStepVocabulary.newWords)),
            ("disposition", DispositionVocabulary.words.union(DispositionVocabulary.newWords)),
            (
                "bizTransaction-type",
                BizTransactionTypeVocabulary.words.union(BizTransactionTypeVocabulary.newWords)
            ),
            ("source-dest-type", SourceDestinationTypeVocabulary.words),
            ("error-reason", ErrorReasonVocabulary.words),
            ("component", SensorComponentVocabulary.newWords),
            ("measurementType", SensorWords.measurementTypes), ("sensorAlertType", SensorWords.alerts),
        ]
        for (name, words) in ours {
            let listed = definitions[name]?["anyOf"]?.array?.compactMap { $0["enum"]?.array }.first ?? []
            #expect(Set(listed.compactMap(\.string)) == words, "\(name)")
        }
    }
}
