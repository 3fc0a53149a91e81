import ArgumentParser
import EPCIS
import JournalCore
import LineCore
import LineDaemon
import LineEvents
import Settings
import SystemIO

extension JournalCommand {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what the journal says as EPCIS events, or as rows for people, to stdout.",
            discussion: """
                epcis: one EPCIS 2.0 document (JSON-LD). epcis12: the same events as EPCIS 1.2 XML. csv: a \
                row for each item of each record. Only what the line's key has signed is written; --key \
                proves whose key that is. Places, time zone and company prefixes come from table [epcis] of \
                the line's configuration; see docs/epcis.md. Exit status 65: the journal is damaged, and \
                what is written ends before it; or it was signed with another key, and nothing is written.
                """)
        @Argument(help: "The line's data directory, or its journal directory.") var directory: String
        @Option(help: "epcis, epcis12 or csv.") var format: ExportFormat
        @Option(help: "Configuration of the line (TOML); without it, line.toml in the data directory.")
        var config: String?
        @Option(help: "File with the line's public key (base64url), or the line's key file.") var key: String?

        func run() throws {
            let key = try key.map { path in
                try JournalFiles.guarded(path) { try JournalFiles.publicKey(path) }
            }
            try JournalFiles.guarded(directory) {
                let signed = try SignedJournal(directory, key: key) {
                    CommandFailure("\($0) Nothing was written.", status: 65)
                }
                let settings = try ExportSettings(config, beside: directory, line: signed.identity.line)
                settings.tellWhatIsMissing(for: format)
                let journal = ExportedJournal(signed: signed)
                let zone = settings.zone
                let waiting: Int
                switch format {
                case .csv: waiting = try journal.write(TableSink(), zone: zone)
                case .epcis: waiting = try journal.write(EventSink(journal, settings), zone: zone)
                case .epcis12: waiting = try journal.write(EventSink(xml: journal, settings), zone: zone)
                }
                try tell(signed.report, waiting: waiting)
            }
        }

        /// Says what the output leaves out; a damaged journal is a failure.
        private func tell(_ report: VerificationReport, waiting: Int) throws {
            let line = report.lastSigned?.line ?? 0
            if waiting > 0 {
                Output.log(
                    "Left out, of units commissioned up to line \(line): \(waiting). It is not decided yet "
                        + "which further ones share their event.")
            }
            if let damage = report.damage {
                let error = DaemonError(damage, directory: directory)
                throw CommandFailure(
                    "\(error) The output is whole up to line \(line), the last signed one before the damage.",
                    status: error.exitStatus)
            }
            if report.unsignedLines > 0 {
                Output.log("Left out, of lines not signed yet, behind line \(line): \(report.unsignedLines).")
            }
        }
    }
}

/// What an exported journal is written as.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case epcis, epcis12, csv
}

/// Takes records one by one and gives bytes.
protocol ExportSink {
    /// What stands before everything.
    mutating func begin() throws -> [UInt8]
    /// - Throws: ``LineEventFault``, ``XML12Error``; then nothing more is taken, and ``end`` still follows.
    mutating func take(_ record: LineRecord, at place: RecordPlace) throws -> [UInt8]
    /// What stands behind everything.
    var end: [UInt8] { get }
    /// Units that are commissioned and not written yet.
    var waiting: Int { get }
}

/// What a journal says, on its way to stdout.
struct ExportedJournal {
    let signed: SignedJournal

    /// Writes everything, a group of the journal at a time.
    ///
    /// - Returns: Units commissioned whose event is not complete.
    /// - Throws: Also after a failure in the middle what is written is a whole document.
    func write(_ sink: some ExportSink, zone: LineZone) throws -> Int {
        var sink = sink
        var output = OutputBuffer()
        try put(try sink.begin(), to: &output)
        let outcome = signed.read(in: zone) { record, place in
            try put(try sink.take(record, at: place), to: &output)
        }
        if outcome.failure is SignedJournal.Altered { throw altered }
        if let failure = outcome.failure as? CommandFailure { throw failure }
        try put(sink.end, to: &output)
        do throws(SystemError) { try output.flush() } catch { throw Output.cut(error) }
        if let failure = outcome.failure { throw explained(failure, behind: outcome.line) }
        return sink.waiting
    }

    private func put(_ bytes: [UInt8], to output: inout OutputBuffer) throws {
        do throws(SystemError) { try output.append(bytes) } catch { throw Output.cut(error) }
    }

    private var altered: CommandFailure {
        CommandFailure(
            "CLI-143 \(signed.directory): the journal was altered while it was read; what is written is cut. "
                + "Verify it and export again.", status: 65)
    }

    private func explained(_ error: any Error, behind line: UInt64) -> CommandFailure {
        let end = "The output is whole up to line \(line)."
        if let refusal = signed.refusal(error, behind: line) {
            return CommandFailure("\(refusal) \(end)", status: 65)
        }
        switch error {
        case let error as JournalError:
            let error = DaemonError(error, directory: signed.directory)
            return CommandFailure("\(error) \(end)", status: error.exitStatus)
        case let error as XML12Error:
            return CommandFailure(
                "\(error.description) Prefixes: company_prefixes in [epcis] of the configuration. \(end)",
                status: 78)
        default: return CommandFailure("\(error). \(end)", status: 70)
        }
    }
}

/// What goes to stdout, gathered so that a write carries many events.
private struct OutputBuffer {
    private static let bytes = 1 << 16
    private var buffer: [UInt8] = []

    mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        buffer += bytes
        if buffer.count >= Self.bytes { try flush() }
    }

    mutating func flush() throws(SystemError) {
        try StandardOutput.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
