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
                One line for each finding: file, rule, JSON pointer, what to do; of errors and of advice \
                the first 1,000 of a file. Rules EPCIS-1xx are the JSON Schema's, 2xx the standard's \
                besides, 3xx advice. Exit status 0: every file is valid. 65: one is not. 66: one could not \
                be read.
                """)
        @Argument(help: "JSON files or pipes; - is standard input.") var files: [String]
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
            discussion: """
                A file that fails is told and the others follow. Exit status 65: one holds no EPCIS events, \
                or not in a form that can be read; the events before that are printed. 66: one could not \
                be read.
                """)
        @Argument(help: "JSON files or pipes; - is standard input.") var files: [String]
        @Flag(help: "Print the text that is hashed instead.") var prehash = false

        func run() throws {
            var failures: [CommandFailure] = []
            for file in files {
                do throws(CommandFailure) {
                    try EPCISInput.read(file, tell)
                } catch {
                    guard files.count > 1 else { throw error }
                    Output.log(error.message)
                    failures.append(error)
                }
            }
            guard let status = failures.map(\.status).max() else { return }
            throw CommandFailure(
                "CLI-123: \(failures.count) of \(files.count) files have not all of their hashes, see above.",
                status: status)
        }

        private func tell(_ event: Event, _ context: JSONValue?) {
            Output.line(
                prehash
                    ? EventHash.preHash(of: event, context: context)
                    : EventHash(event, context: context).description)
        }
    }
}

/// What validation says of one file.
private struct FileVerdict {
    let file: String
    /// Why the file is not JSON, or could not be read; no verdict then.
    private var failure: CommandFailure?
    private var verdict: Verdict?

    init(of file: String) {
        self.file = file
        var run = ValidationRun()
        do {
            let rest = try EPCISInput.read(file) { (piece, _) in
                switch piece {
                case .document(let head): run.open(head)
                case .event(let event): run.take(event)
                }
            }
            verdict = run.finish(rest)
        } catch {
            failure = error
        }
    }

    var status: Int32 { failure?.status ?? (verdict?.isValid == true ? 0 : 65) }

    /// A line for each finding, then the verdict.
    var lines: [String] {
        guard let verdict else { return [failure?.message ?? ""] }
        let errors = verdict.errors
        let lines = verdict.findings.map { "\(file): \($0)" }
        var end = errors == 0 ? "valid" : "invalid, \(errors) error\(errors == 1 ? "" : "s")"
        if verdict.omitted > 0 {
            end +=
                "; of errors and of advice the first \(Validation.maxFindings) are shown, "
                + "\(verdict.omitted) more are not"
        }
        return lines + ["\(file): \(end)"]
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("file", file)
        writer.member("valid", status == 0)
        if let failure { writer.member("error", failure.message) }
        if let verdict {
            writer.member("errors", verdict.errors)
            writer.member("advice", verdict.advice)
            writer.member("omitted", verdict.omitted)
        }
        writer.beginArray("findings")
        for finding in verdict?.findings ?? [] {
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

/// Reads EPCIS files, pipes and standard input.
private enum EPCISInput {
    /// Longest text: so that what never ends, ends.
    private static let maxBytes = 8 << 30

    /// Reads a text piece by piece.
    ///
    /// - Parameter take: Gets each piece, and the JSON pointer of an event.
    /// - Returns: All that was no event.
    static func read(
        _ path: String, _ take: (ContentReader.Piece, String) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> JSONValue {
        var reader = ContentReader()
        do {
            var source =
                path == "-"
                ? ByteSource(standardInput: maxBytes) : try ByteSource(path, maxBytes: maxBytes)
            while try source.next({ try reader.append($0) }) {
                while let piece = try reader.next() { try take(piece, reader.pointer) }
            }
            return try reader.finish()
        } catch let error as CommandFailure {
            throw error
        } catch let error as ContentReader.Fault {
            throw CommandFailure("\(path): \(error)", status: 65)
        } catch let error as SystemError where error.isTooLong {
            throw CommandFailure(
                "CLI-121 \(path): more than \(maxBytes >> 30) GiB. Divide it into several documents.",
                status: 65)
        } catch {
            throw CommandFailure(
                "CLI-105 \(path): \(error). Check the path and who may read it; - is standard input.",
                status: 66)
        }
    }

    /// Reads the events of a text one after another.
    ///
    /// - Parameter take: Gets each event and the JSON-LD context it stands under.
    static func read(_ path: String, _ take: (Event, JSONValue?) -> Void) throws(CommandFailure) {
        var head: DocumentHead?
        let rest = try read(path) { (piece, pointer) throws(CommandFailure) in
            switch piece {
            case .document(let found): head = found
            case .event(let value):
                do throws(ModelError) {
                    take(try Event(json: value), head?.context)
                } catch {
                    var error = error
                    error.pointer = pointer + error.pointer
                    throw CommandFailure("\(path): \(error)", status: 65)
                }
            }
        }
        let content: Content
        do throws(ModelError) {
            content = try Content(json: rest)
        } catch {
            throw CommandFailure("\(path): \(error)", status: 65)
        }
        guard let head else { return content.events.forEach { take($0, content.context) } }
        guard content.events.isEmpty, content.context == head.context else {
            throw CommandFailure(
                "CLI-122 \(path): the document has @context or its list of events twice, and its last one "
                    + "counts. Remove the other; the hashes above are of the first.", status: 65)
        }
    }
}
