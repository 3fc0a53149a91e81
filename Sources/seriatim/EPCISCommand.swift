import ArgumentParser
import EPCIS
import JSONText
import SystemIO

/// EPCIS files, without a daemon.
struct EPCISCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "epcis", abstract: "Judge EPCIS 2.0 files, or compute the hashes of their events.",
        subcommands: [Validate.self, Hash.self])

    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find what is wrong in EPCIS 2.0 documents, query documents and single events.",
            discussion: """
                One line for each finding: file, rule, JSON pointer, what to do. Rules EPCIS-1xx are the \
                JSON Schema's, 2xx the standard's besides, 3xx advice. Exit status 0: every file is valid. \
                65: one is not. 66: one could not be read.
                """)
        @Argument(help: "JSON files.") var files: [String]
        @Flag(help: "One JSON object a file.") var json = false

        func run() throws {
            var status: Int32 = 0
            for file in files {
                let verdict = FileVerdict(of: file)
                json ? Output.json(verdict.json) : verdict.lines.forEach(Output.line)
                status = max(status, verdict.status)
            }
            if status != 0 {
                throw CommandFailure("CLI-120: not every file is valid, see above.", status: status)
            }
        }
    }

    struct Hash: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the event hash (CBV 2.0) of every event, one a line, in order.",
            discussion: "Exit status 65: a file holds no EPCIS events, or not in a form that can be read.")
        @Argument(help: "JSON files.") var files: [String]
        @Flag(help: "Print the text that is hashed instead.") var prehash = false

        func run() throws {
            for file in files {
                let content: Content
                do {
                    content = try Content(json: try EPCISFile.tree(file))
                } catch let error as ModelError {
                    throw CommandFailure("\(file): \(error)", status: 65)
                }
                for event in content.events {
                    Output.line(
                        prehash
                            ? EventHash.preHash(of: event, context: content.context)
                            : EventHash(event, in: content).description)
                }
            }
        }
    }
}

/// What validation says of one file.
private struct FileVerdict {
    let file: String
    /// Why the file is not JSON, or could not be read; no findings then.
    private var failure: CommandFailure?
    private var findings: [Finding] = []

    init(of file: String) {
        self.file = file
        do {
            findings = Validation.findings(in: try EPCISFile.tree(file))
        } catch {
            failure = error
        }
    }

    var status: Int32 { failure?.status ?? (findings.contains(where: \.isError) ? 65 : 0) }

    /// A line for each finding, then the verdict.
    var lines: [String] {
        if let failure { return [failure.message] }
        let errors = findings.filter(\.isError).count
        let lines = findings.map { "\(file): \($0)" }
        let end = errors == 0 ? "valid" : "invalid, \(errors) error\(errors == 1 ? "" : "s")"
        return lines + ["\(file): \(end)"]
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("file", file)
        writer.member("valid", status == 0)
        if let failure { writer.member("error", failure.message) }
        writer.beginArray("findings")
        for finding in findings {
            writer.beginObject()
            writer.member("pointer", finding.pointer)
            writer.member("rule", finding.rule.rawValue)
            writer.member("error", finding.isError)
            writer.member("text", finding.rule.sentence)
            if let detail = finding.detail { writer.member("detail", detail) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Reads EPCIS files.
private enum EPCISFile {
    static func tree(_ path: String) throws(CommandFailure) -> JSONValue {
        let bytes: [UInt8]
        do {
            bytes = try DurableFile.read(path, maxBytes: Content.limits.maxBytes)
        } catch {
            throw CommandFailure(
                "CLI-105 \(path): \(error). Check the path, who may read it and its size.", status: 66)
        }
        do {
            return try JSONValue.parse(bytes, limits: Content.limits)
        } catch {
            throw CommandFailure("\(path): \(error)", status: 65)
        }
    }
}
