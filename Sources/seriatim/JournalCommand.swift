import ArgumentParser
import ControlAPI
import JSONText
import JournalCore
import LineCore
import SystemIO

/// The journal, without a daemon.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Verify or show a journal. A running daemon is not disturbed.",
        subcommands: [Verify.self, Show.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove every line of a journal.",
            discussion: "Exit status 0: every line is as written. 65: damaged, or not the journal asked for.")
        @Argument(help: "The line's data directory, or its journal directory.") var directory: String
        @Option(help: "File with the line's public key (base64url), or the line's key file.") var key: String?
        @Option(help: "A head witnessed elsewhere, base64url.") var head: String?

        func run() throws {
            let report = try JournalFiles.guarded {
                try JournalVerifier.verify(
                    storage: try JournalFiles.open(directory), publicKey: try key.map(JournalFiles.publicKey),
                    head: try head.map(JournalFiles.head))
            }
            print("\(report.verdict.rawValue): \(report.summary)")
            if let end = report.end { print("head \(end.head) after line \(end.line)") }
            switch report.verdict {
            case .intact, .unsignedTail, .tornTail: return
            case .damaged, .notTheOne:
                throw CommandFailure(
                    "JRN-104 \(directory): the journal is not proven, see above.", status: 65)
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every record in words, in order, up to the last whole group.")
        @Argument(help: "The line's data directory, or its journal directory.") var directory: String
        @Flag(help: "One JSON object a record.") var json = false

        func run() throws {
            try JournalFiles.guarded {
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
                print(text)
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

        private static func plain(_ value: JSONValue) -> String {
            switch value {
            case .string(let text): text.contains(" ") ? "\"\(text)\"" : text
            case .array(let elements): elements.map(plain).joined(separator: ",")
            case .object, .number, .bool, .null: value.text
            }
        }
    }
}

/// Opens what the journal commands are given.
enum JournalFiles {
    static func open(_ directory: String) throws -> FileStorage {
        let inside = directory + "/journal"
        return try FileStorage(DurableFile.exists(inside) ? inside : directory, writable: false)
    }

    /// The public key of a key file, or 43 characters of base64url.
    static func publicKey(_ path: String) throws -> [UInt8] {
        let bytes = try DurableFile.read(path, maxBytes: 256)
        if bytes.starts(with: Array("seriatim-key-".utf8)) {
            if let signer = JournalSigner(seed: try KeyFile.load(path)) { return signer.publicKey }
        } else if let key = Base64URL.decode(bytes.prefix { $0 > 0x20 }), key.count == 32 {
            return key
        }
        throw CommandFailure(
            "CLI-103 \(path): it holds no key. Give the line's public key, 43 characters.", status: 65)
    }

    static func head(_ text: String) throws -> JournalHead {
        guard let head = JournalHead(text: text) else {
            throw CommandFailure(
                "CLI-104 --head: it is no head. Give 43 characters of base64url.", status: 64)
        }
        return head
    }

    /// Gives errors of the journal and the system their message and exit status.
    static func guarded<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as JournalError {
            throw CommandFailure(error)
        } catch let error as SystemError {
            throw CommandFailure(
                "CLI-105 \(error.path): \(error). Check the path and who may read it.", status: 66)
        }
    }
}
