import ArgumentParser
import JSONText
import JournalCore
import SystemIO
import Upstream

/// Sends a journal to a hub, as the line itself would have.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Send the journal of a line to a hub, any number of times.",
        discussion: """
            Only what the hub lacks is sent; interrupted, the same command goes on where it stopped. The \
            journal is proven first; of a damaged one, what is signed before the damage is sent.

            Exit status 0: the hub holds all that is signed. 65: damaged, or the hub holds other lines. 75: \
            the hub was not reached; give the same command again. 77: the hub knows no journal of this line, \
            and the token does not allow one.
            """)

    @Argument(help: "Data directory of a line, or its journal directory, or an archive of it.")
    var directory: String

    @Option(help: "Address of the hub, http://HOST:PORT.")
    var to: String

    // A token may begin with a hyphen.
    @Option(
        parsing: .unconditional,
        help: "One-time token for a journal the hub does not hold; else SERIATIM_TOKEN.")
    var token: String?

    @Flag(help: "One JSON object at the end instead of text.")
    var json = false

    func run() throws {
        let began = MonotonicClock.now()
        let hub = try Self.guarded { () throws(UpstreamError) in try HubConnection(to) }
        defer { hub.close() }
        let report = try JournalFiles.guarded(directory) {
            try JournalVerifier.verify(storage: try JournalFiles.open(directory))
        }
        let proven = MonotonicClock.now()
        guard let identity = report.identity, let end = report.lastSigned else {
            throw CommandFailure(
                "CLI-133 \(directory): nothing in it is signed. Start the line once, then try again.",
                status: 65)
        }
        // A journal that is being written: its last second might still be lost with the power.
        Pause.milliseconds(1_000)
        let journal = OwnJournal(
            storage: try JournalFiles.guarded(directory) { try JournalFiles.open(directory) },
            identity: identity, end: end)
        let shown = token ?? EnvironmentValue.of("SERIATIM_TOKEN")
        var upload = JournalUpload(
            journal, sendable: end, to: hub, token: shown, patience: .init(failures: 5))
        var bar = ProgressBar(total: end.bytes, isShown: !json)
        let sent = MonotonicClock.now()
        let summary = try Self.guarded { () throws(UpstreamError) in
            try upload.run { bar.show($0?.bytes ?? 0) }
        }
        bar.clear()
        tell(
            ReplayReport(
                identity: identity, end: end, summary: summary, records: report.records,
                proveSeconds: Double(proven - began) / 1e9,
                sendSeconds: Double(MonotonicClock.now() - sent) / 1e9))
        if let damage = report.damage {
            throw CommandFailure(
                "\(damage.code.rawValue) \(directory): sent up to line \(end.line); then \(damage.fact). "
                    + damage.remedy, status: 65)
        }
    }

    private func tell(_ report: ReplayReport) { json ? Output.json(report.json) : Output.line(report.text) }

    private static func guarded<Result>(_ body: () throws(UpstreamError) -> Result) throws -> Result {
        do throws(UpstreamError) {
            return try body()
        } catch {
            throw CommandFailure(error.description, status: error.exitStatus)
        }
    }
}

/// What a replay did, for people and for programs.
struct ReplayReport {
    let identity: JournalIdentity
    let end: JournalPosition
    let summary: JournalUpload.Summary
    /// Records of the whole journal.
    let records: UInt64
    let proveSeconds: Double
    let sendSeconds: Double

    var text: String {
        let held = summary.first?.line ?? 0
        let here = "journal of line \(identity.line), \(end.line) lines"
        if summary.isBehind {
            return
                "\(here): the hub holds all of it and more, \(summary.last?.line ?? 0) lines; nothing was new"
        }
        guard summary.newLines > 0 else { return "\(here): the hub holds all of it; nothing was new" }
        let tries = summary.failures == 0 ? "" : ", \(summary.failures) tries failed"
        return "\(here): \(held) were at the hub, \(summary.newLines) are new "
            + "(\(Self.size(summary.newBytes)) in \(Self.decimal(sendSeconds)) s\(tries))"
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("line", identity.line)
        writer.member("journal", identity.id)
        writer.member("lines", end.line)
        writer.member("bytes", end.bytes)
        writer.member("records", records)
        writer.member("held_before", summary.first?.line ?? 0)
        writer.member("held", summary.last?.line ?? 0)
        writer.member("new_lines", summary.newLines)
        writer.member("new_bytes", summary.newBytes)
        writer.member("batches", summary.batches)
        writer.member("failures", summary.failures)
        writer.member("hub_ahead", summary.isBehind)
        writer.member("prove_ms", Int64(proveSeconds * 1_000))
        writer.member("send_ms", Int64(sendSeconds * 1_000))
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    static func size(_ bytes: UInt64) -> String {
        if bytes < 10_000 { return "\(bytes) bytes" }
        let (unit, name): (UInt64, String) = bytes < 10_000_000 ? (1_000, "kB") : (1_000_000, "MB")
        return "\(bytes / unit) \(name)"
    }

    static func decimal(_ seconds: Double) -> String {
        let tenths = Int64(clamping: Int((min(seconds, 1e9) * 10).rounded()))
        return "\(tenths / 10).\(tenths % 10)"
    }
}
