import ArgumentParser
import JSONText
import JournalCore

extension JournalCommand {
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove every line of a journal, or of several.",
            discussion: "Exit status 0: every line is as written. 65: damaged, or not the journal asked for.")
        @Argument(help: "Data directories of lines, or their journal directories.") var directories: [String]
        @Option(help: "File with the line's public key (base64url), or the line's key file.") var key: String?
        // A head may begin with a hyphen.
        @Option(parsing: .unconditional, help: "A head witnessed elsewhere, base64url.") var head: String?
        @Flag(help: "One JSON object a directory.") var json = false

        func validate() throws {
            if directories.isEmpty { throw ValidationError("Name a directory.") }
        }

        /// Verifies all of them; ends with the first status that is not 0.
        func run() throws {
            let key = try key.map { path in
                try JournalFiles.guarded(path) { try JournalFiles.publicKey(path) }
            }
            let head = try head.map(JournalFiles.head)
            var first: Int32 = 0
            for directory in directories {
                let answer = Answer(directory, key, head)
                if json { Output.json(answer.json) } else { tell(answer) }
                if let failure = answer.failure {
                    Output.log(failure.message)
                    if first == 0 { first = failure.status }
                }
            }
            if first != 0 { throw ExitCode(first) }
        }

        private func tell(_ answer: Answer) {
            guard let report = answer.report else { return }
            let name = directories.count > 1 ? "\(answer.directory): " : ""
            Output.line("\(name)\(report.verdict.rawValue): \(report.summary)")
            if let end = report.end, end.line > 0 { Output.line("head \(end.head) after line \(end.line)") }
            if key == nil {
                Output.line("The signatures are by the key the journal names; --key proves whose it is.")
            }
        }
    }

    /// What the verification of one directory came to.
    private struct Answer {
        let directory: String
        var report: VerificationReport?
        var failure: CommandFailure?

        init(_ directory: String, _ key: [UInt8]?, _ head: JournalHead?) {
            self.directory = directory
            do {
                let report = try JournalFiles.guarded(directory) {
                    try JournalVerifier.verify(
                        storage: try JournalFiles.open(directory), publicKey: key, head: head)
                }
                self.report = report
                failure = (report.damage ?? report.missing).map {
                    CommandFailure(
                        "\($0.code.rawValue) \(directory): the journal is not proven, see above.", status: 65)
                }
            } catch {
                failure = error as? CommandFailure ?? CommandFailure("\(error)", status: 70)
            }
        }

        /// The members `docs/tools/verify_journal.py` gives too.
        var json: String {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("directory", directory)
            writer.member("verdict", report?.verdict.rawValue ?? "refused")
            let code = failure.map { String($0.message.prefix { $0 != " " }) }
            if let code { writer.member("code", code) } else { writer.nullMember("code") }
            if let place = report?.damage?.place {
                writer.member("segment", place.segment)
                writer.member("line", place.line)
                writer.member("byte", place.offset)
            } else {
                for name in ["segment", "line", "byte"] { writer.nullMember(name) }
            }
            writer.member("records", report?.records ?? 0)
            writer.member("checkpoints", report?.checkpoints ?? 0)
            writer.member("signed", report?.lastSigned?.line ?? 0)
            writer.member("lines", report?.end?.line ?? 0)
            if let end = report?.end, end.line > 0 {
                writer.member("head", end.head.description)
            } else {
                writer.nullMember("head")
            }
            writer.member("unsigned", report?.unsignedLines ?? 0)
            writer.member("torn", report?.tornBytes ?? 0)
            writer.member("status", failure?.status ?? 0)
            writer.endObject()
            return String(decoding: writer.take(), as: UTF8.self)
        }
    }
}
