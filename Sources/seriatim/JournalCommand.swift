import ArgumentParser
import ControlAPI
import JSONText
import JournalCore
import LineCore
import SystemIO

/// The journal, without a daemon.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Verify, show, export or accept a journal. Only accepting needs the daemon stopped.",
        subcommands: [Verify.self, Show.self, Export.self, Accept.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every record in words, in order, up to the last whole group.")
        @Argument(help: "The line's data directory, or its journal directory.") var directory: String
        @Flag(help: "One JSON object a record.") var json = false

        func run() throws {
            try JournalFiles.guarded(directory) {
                let storage = try JournalFiles.open(directory)
                let report = try JournalVerifier.verify(storage: storage)
                if let end = report.end { try show(storage, upTo: end) }
                if let damage = report.damage { throw CommandFailure(damage) }
            }
        }

        private func show(_ storage: FileStorage, upTo end: JournalPosition) throws {
            var reader = try JournalReader(storage: storage)
            _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
                let text: String
                do throws(RecordFault) {
                    guard let (fact, wall) = try LineRecord.decode(record.body) else { return }
                    text =
                        json
                        ? Self.json(fact, record.end.line, wall) : Self.words(fact, record.end.line, wall)
                } catch {
                    throw RecordRefused("this version does not understand it: \(error)")
                }
                json ? Output.json(text) : Output.line(text)
            }
        }

        private static func object(_ fact: LineRecord, _ line: UInt64, _ wall: Int64) -> [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("position", line)
            writer.member("at", Timestamp.text(milliseconds: wall))
            fact.words(into: &writer)
            writer.endObject()
            return writer.take()
        }

        private static func json(_ fact: LineRecord, _ line: UInt64, _ wall: Int64) -> String {
            String(decoding: object(fact, line, wall), as: UTF8.self)
        }

        /// `17 2025-11-21T03:05:18.042Z unit.verified track=17 serial=A1`
        private static func words(_ fact: LineRecord, _ line: UInt64, _ wall: Int64) -> String {
            let limits = JSONLimits(maxBytes: 4 << 20)
            let members = (try? JSONValue.parse(object(fact, line, wall), limits: limits))?.object ?? []
            return members.enumerated().map { index, member in
                let text = plain(member.value)
                return index < 3 ? text : "\(member.key)=\(text)"
            }.joined(separator: " ")
        }

        /// In quotes where the text could be taken for several words or for another member.
        private static func quoted(_ text: String) -> String {
            guard text.isEmpty || text.contains(where: { " =,\"\\".contains($0) }) else { return text }
            let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
            return "\"\(String(escaped))\""
        }

        private static func plain(_ value: JSONValue) -> String {
            switch value {
            case .string(let text): quoted(text)
            case .array(let elements): elements.map(plain).joined(separator: ",")
            case .object, .number, .bool, .null: value.text
            }
        }
    }
}
