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
                let storage = try JournalFiles.open(directory)
                let report = try JournalVerifier.verify(storage: storage, publicKey: key)
                if let missing = report.missing {
                    let error = DaemonError(missing, directory: directory)
                    throw CommandFailure("\(error) Nothing was written.", status: 65)
                }
                guard let identity = report.identity, let end = report.lastSigned else {
                    if let damage = report.damage { throw damage }
                    throw CommandFailure(
                        "CLI-130 \(directory): no line of this journal is signed yet. Try again in a second.",
                        status: 65)
                }
                let settings = try ExportSettings(config, beside: directory, line: identity.line)
                settings.tellWhatIsMissing(for: format)
                let journal = ExportedJournal(
                    directory: directory, storage: storage, identity: identity, end: end)
                let zone = settings.zone
                let waiting: Int
                switch format {
                case .csv: waiting = try journal.write(TableSink(), zone: zone)
                case .epcis: waiting = try journal.write(EventSink(journal, settings), zone: zone)
                case .epcis12: waiting = try journal.write(EventSink(xml: journal, settings), zone: zone)
                }
                try tell(report, waiting: waiting)
            }
        }

        /// Says what the output leaves out; a damaged journal is a failure.
        private func tell(_ report: VerificationReport, waiting: Int) throws {
            let line = report.lastSigned?.line ?? 0
            if waiting > 0 {
                Output.log(
                    "\(waiting) units commissioned up to line \(line) are left out: which further ones share "
                        + "their event is not decided yet.")
            }
            if let damage = report.damage {
                let error = DaemonError(damage, directory: directory)
                throw CommandFailure(
                    "\(error) The output is whole up to line \(line), the last signed one before the damage.",
                    status: error.exitStatus)
            }
            if report.unsignedLines > 0 {
                Output.log("\(report.unsignedLines) lines behind line \(line) are not signed and left out.")
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

/// A journal up to its last signed line.
struct ExportedJournal {
    let directory: String
    let storage: FileStorage
    let identity: JournalIdentity
    let end: JournalPosition

    /// Writes everything to stdout, a group of the journal at a time.
    ///
    /// - Returns: Units commissioned whose event is not complete.
    /// - Throws: Also after a failure in the middle what is written is a whole document.
    func write(_ sink: some ExportSink, zone: LineZone) throws -> Int {
        var sink = sink
        var zone = zone
        var output = OutputBuffer()
        var failure: (any Error)?
        try put(try sink.begin(), to: &output)
        var line: UInt64 = 0
        do {
            var reader = try JournalReader(storage: storage)
            _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
                do {
                    guard let (fact, wall) = try LineRecord.decode(record.body) else { return }
                    let offset = TimeZoneOffset(minutes: zone.minutes(at: wall))
                    let place = RecordPlace(line: record.end.line, wallMilliseconds: wall, zone: offset)
                    try put(try sink.take(fact, at: place), to: &output)
                    line = record.end.line
                } catch {
                    failure = error
                    throw RecordRefused("not exported")
                }
            }
            if reader.position != end { failure = changed }
        } catch {
            failure = failure ?? error
        }
        if let failure = failure as? CommandFailure { throw failure }
        try put(sink.end, to: &output)
        do throws(SystemError) { try output.flush() } catch { throw Self.failure(error) }
        if let failure { throw explained(failure, behind: line) }
        return sink.waiting
    }

    private func put(_ bytes: [UInt8], to output: inout OutputBuffer) throws {
        do throws(SystemError) { try output.append(bytes) } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: SystemError) -> CommandFailure {
        CommandFailure(
            "CLI-131 \(error). Free the disk, or write elsewhere; what is there is cut.", status: 74)
    }

    private var changed: CommandFailure {
        CommandFailure(
            "CLI-132 \(directory): the journal was altered while it was read; what is written is cut. Verify "
                + "it and export again.", status: 65)
    }

    private func explained(_ error: any Error, behind line: UInt64) -> CommandFailure {
        let end = "The output is whole up to line \(line)."
        switch error {
        case let error as JournalError:
            let error = DaemonError(error, directory: directory)
            return CommandFailure("\(error) \(end)", status: error.exitStatus)
        case let error as XML12Error:
            return CommandFailure(
                "\(error.description) Prefixes: company_prefixes in [epcis] of the configuration. \(end)",
                status: 78)
        case let error as LineEventFault:
            return CommandFailure(
                "CLI-133 \(directory): behind line \(line) stands a record that contradicts those before it: "
                    + "\(error.text). Report the fault. \(end)", status: 65)
        case let error as RecordFault:
            return CommandFailure(
                "CLI-134 \(directory): behind line \(line) stands a record this version does not understand "
                    + "(\(error)). Use the version that wrote it. \(end)", status: 65)
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
