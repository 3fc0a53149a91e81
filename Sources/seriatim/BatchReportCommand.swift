import ArgumentParser
import EPCIS
import JournalCore
import LineCore
import LineDaemon
import LineEvents
import Settings
import SystemIO

extension BatchCommand {
    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the report of a batch to stdout, made from the journal alone.",
            discussion: """
                text: for a terminal. html: one page to print and sign. json: for programs, see \
                docs/batch-report.md. csv: every serial, case and pallet of the batch with its state. The \
                report of a batch that is not closed says that it is an interim one. Only what the line's \
                key has signed is read; a running daemon is not disturbed. The same journal gives the same \
                report. Exit status 65: the journal is damaged; the report is of what stands before.
                """)
        @Argument(help: "Batch identifier.") var id: String
        @Option(help: "The line's data directory.") var data: String?
        @Option(help: "Configuration of the line (TOML): its data directory, and its time zone in [epcis].")
        var config: String?
        @Option(help: "text, json, csv or html.") var format = ReportFormat.text
        @Option(help: "File with the line's public key (base64url), or the line's key file.") var key: String?

        func run() throws {
            let directory = try directory()
            let key = try key.map { path in
                try JournalFiles.guarded(path) { try JournalFiles.publicKey(path) }
            }
            try JournalFiles.guarded(directory) {
                let journal = try SignedJournal(directory, key: key) { CommandFailure($0) }
                let report = journal.report
                let settings = try ExportSettings(config, beside: directory, line: journal.identity.line)
                if !settings.isGiven {
                    Output.log("no table [epcis] of the line is given: times are in UTC.")
                }
                let fold = try fold(journal, zone: settings.zone)
                let source = source(of: report, journal.identity, isKeyProven: key != nil)
                try write(fold, source, in: directory, report.damage)
                if let damage = report.damage {
                    throw CommandFailure(DaemonError(damage, directory: directory))
                }
            }
        }

        /// Reads until the batch is closed, or to the end.
        private func fold(_ journal: SignedJournal, zone: LineZone) throws -> BatchReportFold {
            let imports = ImportStore(directory: imports(of: journal.directory))
            var fold = BatchReportFold(batch: id)
            let outcome = journal.read(in: zone, until: { fold.isFinished }) { record, place in
                if let file = fold.file(neededBy: record) {
                    fold.supply(try imports.serials(file), sha256: file)
                }
                try fold.take(record, at: place)
            }
            guard let failure = outcome.failure else { return fold }
            if failure is SignedJournal.Altered {
                throw CommandFailure(
                    "CLI-143 \(journal.directory): the journal was altered while it was read. Verify it and "
                        + "ask again.", status: 65)
            }
            if let refusal = journal.refusal(failure, behind: outcome.line) {
                throw CommandFailure(refusal, status: 65)
            }
            if let error = failure as? DaemonError { throw CommandFailure(error) }
            throw failure
        }

        private func directory() throws -> String {
            if let data { return data }
            guard let config else {
                throw CommandFailure(
                    "CLI-140 --data: no line is named. Give its data directory with --data, or its "
                        + "configuration with --config.", status: 64)
            }
            do throws(SettingsErrors) {
                return try SettingsLoader.dataDirectory(path: config)
            } catch {
                throw CommandFailure(error.description, status: 78)
            }
        }

        /// A journal's own directory lies in the data directory, beside the imports.
        private func imports(of directory: String) -> String {
            let inside = DataDirectory(directory).imports
            let beside = DataDirectory(directory + "/..").imports
            return !DurableFile.exists(inside) && DurableFile.exists(beside) ? beside : inside
        }

        private func source(
            of report: VerificationReport, _ identity: JournalIdentity, isKeyProven: Bool
        ) -> ReportSource {
            var source = ReportSource()
            source.line = identity.line
            source.journal = identity.id
            source.key = Base64URL.text(identity.publicKey)
            source.isKeyProven = isKeyProven
            source.unsignedLines = report.unsignedLines
            guard let damage = report.damage else { return source }
            let place = damage.place.map { "\($0): " } ?? ""
            source.damage =
                "\(damage.code.rawValue) \(place)\(damage.detail). Nothing behind it is in this report."
            return source
        }

        private func write(
            _ fold: BatchReportFold, _ source: ReportSource, in directory: String, _ damage: JournalError?
        ) throws {
            guard let report = fold.report(from: source) else {
                // Behind the damage it may well be there.
                if let damage { throw CommandFailure(DaemonError(damage, directory: directory)) }
                let known = fold.batches.suffix(10).joined(separator: " ")
                let unsigned = source.unsignedLines > 0 ? " up to its last signed line" : ""
                throw CommandFailure(
                    "BATCH-111 \(id): the journal in \(directory) has no such batch\(unsigned). "
                        + (known.isEmpty ? "It has none." : "Name one it has, the last ones are: \(known)"),
                    status: 66)
            }
            do throws(SystemError) {
                switch format {
                case .text: try StandardOutput.write(Array(BatchReportText.text(of: report).utf8))
                case .html: try StandardOutput.write(Array(BatchReportHTML.page(of: report).utf8))
                case .json: try StandardOutput.write(BatchReportJSON.bytes(of: report) + [0x0A])
                case .csv:
                    try BatchReportCSV.write(fold) { (bytes) throws(SystemError) in
                        try StandardOutput.write(bytes)
                    }
                }
            } catch {
                throw Output.cut(error)
            }
        }
    }
}

/// What a report is written as.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv, html
}
